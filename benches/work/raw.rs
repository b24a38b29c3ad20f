//! The limit: the same rows written by hand through the same driver, with the same durability and nothing of Manyhands.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Row};

use crate::claim::take;
use crate::place::Place;

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Cell {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

type Cells = Vec<Cell>;

/// Rows of one table, to be written as the acceptance wrote them.
pub struct Written {
    table: &'static Table,
    rows: Vec<Cells>,
}

struct Table {
    name: &'static str,
    /// Its columns; `i`, `t` or `b` after the colon.
    columns: &'static str,
    /// How many of them are the key of an update; 0 for an insert.
    key: usize,
}

/// What `after` holds and `before` does not.
pub async fn difference(before: &str, after: &str) -> Vec<Written> {
    let mut written = Vec::new();
    for table in TABLES {
        let old: HashSet<Cells> = read(before, table).await.into_iter().collect();
        let mut rows = read(after, table).await;
        rows.retain(|row| !old.contains(row));
        written.push(Written { table, rows });
    }
    written
}

/// How many rows those are.
pub fn count(written: &[Written]) -> usize {
    written.iter().map(|written| written.rows.len()).sum()
}

/// Writes the rows in one transaction; the time from its begin to its durable end.
pub async fn replay(address: &str, written: &[Written]) -> Duration {
    if address.starts_with("sqlite") {
        sqlite::replay(connect_sqlite(address).await, written).await
    } else {
        postgres::replay(PgConnection::connect(address).await.unwrap(), written).await
    }
}

async fn read(address: &str, table: &Table) -> Vec<Cells> {
    if address.starts_with("sqlite") {
        sqlite::read(connect_sqlite(address).await, table).await
    } else {
        postgres::read(PgConnection::connect(address).await.unwrap(), table).await
    }
}

fn sqlite_options(address: &str) -> SqliteConnectOptions {
    let options: SqliteConnectOptions = address.parse().unwrap();
    options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-8000")
}

async fn connect_sqlite(address: &str) -> SqliteConnection {
    SqliteConnection::connect_with(&sqlite_options(address)).await.unwrap()
}

impl Table {
    fn names(&self) -> Vec<&'static str> {
        self.columns.split(' ').map(|column| column.split(':').next().unwrap()).collect()
    }

    /// One statement for so many rows; `mark` writes the placeholder of this number.
    fn statement(&self, rows: usize, mark: fn(usize) -> String) -> String {
        let names = self.names();
        let row =
            |row: usize| format!("({})", (1..=names.len()).map(|column| mark(row * names.len() + column)).collect::<Vec<_>>().join(", "));
        let values = (0..rows).map(row).collect::<Vec<_>>().join(", ");
        let (name, columns) = (self.name, names.join(", "));
        let (key, set) = names.split_at(self.key);
        if key.is_empty() {
            return format!("INSERT INTO {name} ({columns}) VALUES {values}");
        }
        if name == "balances" {
            return format!(
                "INSERT INTO {name} ({columns}) VALUES {values} ON CONFLICT (account, unit) DO UPDATE SET amount = excluded.amount"
            );
        }
        let set = set.iter().map(|column| format!("{column} = v.{column}")).collect::<Vec<_>>().join(", ");
        let same = key.iter().map(|column| format!("{name}.{column} = v.{column}")).collect::<Vec<_>>().join(" AND ");
        format!("WITH v ({columns}) AS (VALUES {values}) UPDATE {name} SET {set} FROM v WHERE {same}")
    }
}

macro_rules! driver {
    ($module:ident, $connection:ty, $begin:literal, $mark:expr) => {
        mod $module {
            use super::*;

            pub async fn read(mut on: $connection, table: &Table) -> Vec<Cells> {
                let sql = format!("SELECT {} FROM {}", table.names().join(", "), table.name);
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut on).await.unwrap();
                on.close().await.unwrap();
                let cells = rows.iter().map(|row| {
                    let kinds = table.columns.split(' ').enumerate();
                    kinds
                        .map(|(place, column)| match column.split(':').nth(1).unwrap() {
                            "i" => Cell::Int(row.get(place)),
                            "t" => Cell::Text(row.get(place)),
                            _ => Cell::Blob(row.get(place)),
                        })
                        .collect()
                });
                cells.collect()
            }

            pub async fn replay(mut on: $connection, written: &[Written]) -> Duration {
                let began = Instant::now();
                sqlx::raw_sql($begin).execute(&mut on).await.unwrap();
                for Written { table, rows } in written {
                    for rows in rows.chunks(VALUES / table.names().len()) {
                        let mut query = sqlx::query(AssertSqlSafe(table.statement(rows.len(), $mark)));
                        for cell in rows.iter().flatten() {
                            query = match cell {
                                Cell::Int(value) => query.bind(*value),
                                Cell::Text(value) => query.bind(value.as_deref()),
                                Cell::Blob(value) => query.bind(value.as_deref()),
                            };
                        }
                        assert_eq!(query.execute(&mut on).await.unwrap().rows_affected(), rows.len() as u64);
                    }
                }
                sqlx::raw_sql("COMMIT").execute(&mut on).await.unwrap();
                let took = began.elapsed();
                on.close().await.unwrap();
                took
            }
        }
    };
}

driver!(sqlite, SqliteConnection, "BEGIN IMMEDIATE", |_| "?".to_owned());
driver!(postgres, PgConnection, "BEGIN", |number| format!("${number}"));

/// Transactions of one small insert each.
pub enum Bare {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Bare {
    pub async fn create(place: &Place) -> Bare {
        let create = "CREATE TABLE IF NOT EXISTS bare (at BIGINT NOT NULL)";
        if place.address.starts_with("sqlite") {
            let address = format!("sqlite://{}", place.world.folder.path().join("bare.db").display());
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(sqlite_options(&address)).await.unwrap();
            sqlx::raw_sql(create).execute(&pool).await.unwrap();
            return Bare::Sqlite(pool);
        }
        let pool = PgPoolOptions::new().max_connections(16).connect(&place.address).await.unwrap();
        sqlx::raw_sql(create).execute(&pool).await.unwrap();
        Bare::Postgres(pool)
    }

    /// So many by so many hands at once; how long each took. Closes the database.
    pub async fn run(self, count: usize, hands: usize) -> Vec<Duration> {
        let bare = Arc::new(self);
        let left = Arc::new(AtomicUsize::new(count));
        let running: Vec<_> = (0..hands)
            .map(|_| {
                let (bare, left) = (bare.clone(), left.clone());
                tokio::spawn(async move {
                    let mut waits = Vec::new();
                    while take(&left) {
                        let start = Instant::now();
                        bare.one().await;
                        waits.push(start.elapsed());
                    }
                    waits
                })
            })
            .collect();
        let mut waits = Vec::new();
        for hand in running {
            waits.extend(hand.await.unwrap());
        }
        match &*bare {
            Bare::Sqlite(pool) => pool.close().await,
            Bare::Postgres(pool) => pool.close().await,
        }
        waits
    }

    async fn one(&self) {
        match self {
            Bare::Sqlite(pool) => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                sqlx::query("INSERT INTO bare VALUES (?)").bind(1_i64).execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
            }
            Bare::Postgres(pool) => {
                let mut tx = pool.begin().await.unwrap();
                sqlx::query("INSERT INTO bare VALUES ($1)").bind(1_i64).execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
    }
}

/// Everything that an acceptance writes; the head of the ledger, being one row, is left out.
const TABLES: &[Table] = &[
    Table { name: "entries", columns: "idx:i note:b leaf:b kind:t at:i contract_id:t member_id:t total:i unit:t", key: 0 },
    Table { name: "lines", columns: "idx:i account:t unit:t amount:i", key: 0 },
    Table { name: "tiles", columns: "level:i number:i bytes:b", key: 0 },
    Table { name: "checkpoints", columns: "size:i root:b note:b at:i", key: 0 },
    Table { name: "balances", columns: "account:t unit:t amount:i", key: 2 },
    Table { name: "claims", columns: "id:t state:t decided_at:i entry_index:i worker_share:i reviewer_id:t reviewer_share:i", key: 1 },
    Table { name: "tasks", columns: "id:t state:t", key: 1 },
    Table { name: "batches", columns: "id:t tasks_accepted:i accepted_seconds:i accepted_pay:i accepted_price:i", key: 1 },
    Table { name: "contracts", columns: "id:t held:i", key: 1 },
    Table { name: "worker_numbers", columns: "contract_id:t member_id:t number:i", key: 0 },
    Table { name: "reviews", columns: "id:t claim_id:t person_id:t verdict:t judged_by:t code:t reason:t clause:t at:i", key: 0 },
    Table { name: "notices", columns: "id:t kind:t person_id:t language:t params:t created_at:i message_id:t caused_by:t", key: 0 },
    Table { name: "idempotency", columns: "actor:t form_key:t request_sha256:t answer:t at:i", key: 0 },
];

/// Bound values a statement, as the store has it.
const VALUES: usize = 4_000;
