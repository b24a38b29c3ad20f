//! What a proposal would do, by so many accepted works of ninety days, beside one read of the rows that they are.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use manyhands::actions::batches;
use manyhands::actions::proposals::{self, drafting, effects};
use manyhands_store::ledger;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::figures::Figures;
use crate::grown::founded;
use crate::support::once;

const RUNS: usize = 11;
const BATCHES: usize = 10;

pub async fn measure(database: &str, works: usize, figures: &mut Figures) {
    let mut grown = founded(database).await;
    grown.offer(BATCHES, works / BATCHES).await;
    grown.work(100).await;
    let (world, contract) = (&grown.world, &grown.contract);
    let deps = &world.deps;
    let buyer = world.buyer().await;
    // Under a floor of 14.00 this one goes on.
    let dear = world.draft_batch(contract, "1.00", "180").await;
    batches::import(deps, &buyer, &once(), &dear, b"id,payload\na,A passage\n").await.unwrap();
    batches::open(deps, &buyer, &once(), &dear).await.unwrap();
    // As if the entries that are there had accepted them, four in five reviewed by a member.
    let size = ledger::head(&deps.db.read()).await.unwrap().size;
    grown
        .run(&[
            format!(
                "UPDATE claims SET entry_index = 2 + (SELECT t.position FROM tasks t WHERE t.id = claims.task_id) % {} WHERE state = 'accepted'",
                size - 2
            ),
            "UPDATE claims SET reviewer_id = (SELECT MIN(id) FROM members) WHERE state = 'accepted' \
             AND member_id <> (SELECT MIN(id) FROM members) AND entry_index % 5 > 0"
                .to_owned(),
        ])
        .await;
    let form = drafting::DraftForm {
        kind: "rate-change".to_owned(),
        act: "rules".to_owned(),
        title: "Fourteen an hour".to_owned(),
        text: "Rent rose twice.".to_owned(),
        rules: BTreeMap::from([("floor/general/USD".to_owned(), "14".to_owned())]),
        ..drafting::DraftForm::default()
    };
    let author = world.signed_in(&world.worker).await.member().unwrap();
    let draft = drafting::draft(deps, &author, &once(), &form).await.unwrap();
    let row = proposals::find_draft(deps, &author, &draft).await.unwrap();
    let (mut ours, mut reads): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    let (mut pieces, mut read) = (0, 0);
    for _ in 0..RUNS {
        let began = Instant::now();
        let seen = effects::see(deps, &author, &row).await.unwrap().unwrap();
        ours.push(began.elapsed());
        pieces = seen.by_currency.values().map(|effects| effects.pieces).sum();
        let (took, rows) = read_once(&world.database).await;
        reads.push(took);
        read = rows;
    }
    assert_eq!(pieces, read as u64, "the same works");
    figures.waits(
        &format!("what a proposal would do, by {pieces} accepted works"),
        ours,
        &format!("one read of the same {read} rows"),
        reads,
    );
}

/// Every row of them with what is needed of it, through sqlx, the driver below the store. Connecting is not counted.
async fn read_once(address: &str) -> (Duration, usize) {
    if address.starts_with("sqlite") {
        let mut on = SqliteConnection::connect(address).await.unwrap();
        let began = Instant::now();
        let rows = sqlx::query(READ).fetch_all(&mut on).await.unwrap().len();
        (began.elapsed(), rows)
    } else {
        let mut on = PgConnection::connect(address).await.unwrap();
        let began = Instant::now();
        let rows = sqlx::query(READ).fetch_all(&mut on).await.unwrap().len();
        (began.elapsed(), rows)
    }
}

const READ: &str = "SELECT l.contract_id, c.client_id, l.batch_id, l.member_id, l.reviewer_id, l.price, l.currency, l.seconds, b.skill, b.level, \
b.seconds AS estimate FROM claims l JOIN batches b ON b.id = l.batch_id JOIN contracts c ON c.id = l.contract_id \
WHERE l.state = 'accepted' AND l.entry_index IS NOT NULL";
