//! An import beside bare inserts of the same rows: the same batch's columns into another draft of the same database, in one transaction,
//! by statements of as many values, through sqlx, the driver below the store.

use std::time::{Duration, Instant};

use manyhands::actions::batches;
use manyhands_domain::ids::{BatchId, uuid_v4};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::grown::{Grown, founded};
use crate::http::csv;
use crate::support::once;

pub async fn measure(database: &str, items: usize) {
    let grown = founded(database).await;
    let (deps, buyer, file) = (&grown.world.deps, grown.world.buyer().await, csv(items));
    let (mut ours, mut limits): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        // Each goes first in turn.
        for first in [run % 2 == 0, run % 2 == 1] {
            let draft = grown.world.draft_batch(&grown.contract, "0.80", "180").await;
            if first {
                let began = Instant::now();
                batches::import(deps, &buyer, &once(), &draft, file.as_bytes()).await.unwrap();
                ours.push(began.elapsed());
            } else {
                limits.push(by_hand(&grown, &draft, items).await);
            }
        }
    }
    println!(
        "\n{database}: import of {items} items, {} bytes\n| run | import | bare inserts of the same rows | ratio of the rates |\n|---|---|---|---|",
        file.len()
    );
    for (run, (ours, limit)) in ours.iter().zip(&limits).enumerate() {
        let rate = |took: &Duration| format!("{:.2} s, {:.0}/s", took.as_secs_f64(), items as f64 / took.as_secs_f64());
        println!("| {} | {} | {} | {:.2} |", run + 1, rate(ours), rate(limit), limit.as_secs_f64() / ours.as_secs_f64());
    }
    grown.world.deps.db.clone().close().await.unwrap();
}

/// Only the inserts are timed, not what makes the rows.
async fn by_hand(grown: &Grown, draft: &BatchId, items: usize) -> Duration {
    let random = &grown.world.deps.random;
    let rows: Vec<(String, String, i64, String)> = (1..=items)
        .map(|n| (uuid_v4(random.bytes()), format!("item-{n}"), n as i64, format!("Passage {n}, made for this measure")))
        .collect();
    let address = &grown.world.database;
    if address.starts_with("sqlite") {
        let mut on = SqliteConnection::connect(address).await.unwrap();
        sqlx::raw_sql("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000").execute(&mut on).await.unwrap();
        sqlite(on, draft.as_str(), &rows).await
    } else {
        postgres(PgConnection::connect(address).await.unwrap(), draft.as_str(), &rows).await
    }
}

macro_rules! driver {
    ($name:ident, $connection:ty, $begin:literal, $mark:expr) => {
        async fn $name(mut on: $connection, draft: &str, rows: &[(String, String, i64, String)]) -> Duration {
            let mark: fn(usize) -> String = $mark;
            let began = Instant::now();
            sqlx::raw_sql($begin).execute(&mut on).await.unwrap();
            for rows in rows.chunks(VALUES / COLUMNS) {
                let row =
                    |row: usize| format!("({})", (1..=COLUMNS).map(|column| mark(row * COLUMNS + column)).collect::<Vec<_>>().join(", "));
                let values = (0..rows.len()).map(row).collect::<Vec<_>>().join(", ");
                let sql = format!("INSERT INTO tasks (id, batch_id, item_id, position, turn, payload, state, copies_left) VALUES {values}");
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for (id, item, position, payload) in rows {
                    query = query.bind(id).bind(draft).bind(item).bind(position).bind(position).bind(payload).bind("open").bind(1_i64);
                }
                assert_eq!(query.execute(&mut on).await.unwrap().rows_affected(), rows.len() as u64);
            }
            sqlx::raw_sql("COMMIT").execute(&mut on).await.unwrap();
            let took = began.elapsed();
            on.close().await.unwrap();
            took
        }
    };
}

driver!(sqlite, SqliteConnection, "BEGIN IMMEDIATE", |_| "?".to_owned());
driver!(postgres, PgConnection, "BEGIN", |number| format!("${number}"));

const RUNS: usize = 4;
const COLUMNS: usize = 8;
/// Bound values a statement, as the store has it.
const VALUES: usize = 4_000;
