//! How the cost of a receipt grows with the log: a thousand entries, then ten times as many, and again. Beside each figure
//! stands the least that any answer costs, one row read by its index in the same log. Figures are printed, never asserted.
//!
//! `MANYHANDS_ROUNDS` is the size at which it ends (default 10,000; the README's table: 1,000,000).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a measurement"
)]

#[path = "../../tests/suite/support.rs"]
#[allow(dead_code, reason = "the suite's world; a measurement needs a part of it")]
mod support;

use std::time::{Duration, Instant};

use manyhands::actions::{batches, log, receipts, rules};
use manyhands::deps::Deps;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, TaskId, uuid_v4};
use manyhands_domain::log::tiles::{Named, Tile};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::reviews::{self, Judge, Submitted};
use manyhands_store::{Db, ledger};

use support::World;

#[tokio::main]
async fn main() {
    let end: u64 = std::env::var("MANYHANDS_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(10_000);
    for database in support::databases() {
        let mut world = support::world(database).await;
        let contract = world.funded_contract("900000").await;
        let batch = world.open_batch(&contract, 1).await;
        println!("\n{database}\n{HEAD}");
        let mut first = None;
        let mut size = 1_000;
        while size <= end {
            let began = Instant::now();
            grow(&world, &contract, &batch, size).await;
            let took = began.elapsed();
            let (line, figure) = measure(&mut world, size, first, took).await;
            println!("{line}");
            first = first.or(Some(figure));
            size *= 10;
        }
    }
}

/// Appends accepted works until the log has so many entries, ten thousand a transaction.
async fn grow(world: &World, contract: &ContractId, batch: &BatchId, size: u64) {
    let deps = &world.deps;
    let (rule, book) = rules::current(&deps.db.read()).await.unwrap();
    let (worker, reviewer) = (world.worker().await, world.reviewer().await);
    let row = batches::find_own(deps, &world.buyer().await, batch).await.unwrap();
    let uuid = || uuid_v4(deps.random.bytes());
    loop {
        let tx = deps.db.begin().await.unwrap();
        let mut appender = ledger::Appender::open(&tx, deps.clock.now()).await.unwrap();
        let until = size.min(appender.size() + 10_000);
        if appender.size() == until {
            return;
        }
        while appender.size() < until {
            let work = Submitted {
                contract: contract.clone(),
                batch: batch.clone(),
                task: TaskId::parse(&uuid()).unwrap(),
                claim: ClaimId::parse(&uuid()).unwrap(),
                worker: worker.id().clone(),
                state: "submitted".to_owned(),
                batch_index: row.opened_index.unwrap().unsigned_abs(),
                claimed_size: appender.size(),
                price: Amount::from_micros(800_000),
                currency: Currency::parse("USD").unwrap(),
                seconds: 180,
            };
            let accepted = reviews::accept(&book, rule, &work, Judge::Member(reviewer.id())).unwrap();
            appender.append(&tx, &deps.signers.entry, accepted.entry).await.unwrap();
        }
        appender.finish(&tx, &deps.signers.entry, &deps.signers.checkpoint).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The line of one size, and its figure. What the program keeps in memory of the newest tiles is empty at first, as after a start.
async fn measure(world: &mut World, size: u64, first: Option<f64>, grown: Duration) -> (String, f64) {
    let address = world.database.clone();
    world.deps = Deps { db: Db::open(&address).await.unwrap(), ..world.deps.clone() };
    let deps = &world.deps;
    let key = deps.signers.checkpoint.verifying_key();
    let began = Instant::now();
    let newest = receipts::receipt(deps, size - 1).await.unwrap();
    let cold = began.elapsed();
    let (mut rows, mut whole, mut bundles) = (Vec::new(), Vec::new(), Vec::new());
    let (mut hashes, mut bytes) = (0, 0);
    for _ in 0..TURNS {
        let index = u64::from_be_bytes(deps.random.bytes()) % size;
        let began = Instant::now();
        ledger::find_note(&deps.db.read(), index).await.unwrap().unwrap();
        rows.push(began.elapsed());
        let began = Instant::now();
        let receipt = receipts::receipt(deps, index).await.unwrap();
        whole.push(began.elapsed());
        let tile = Tile::in_log(0, index / 256, size).unwrap();
        let began = Instant::now();
        log::find(deps, Named::Entries(tile)).await.unwrap();
        bundles.push(began.elapsed());
        assert_eq!(receipt.verify(std::slice::from_ref(&key)).unwrap().size, size);
        hashes += receipt.path.len();
        bytes += receipt.text().len();
    }
    assert_eq!(newest.verify(std::slice::from_ref(&key)).unwrap().size, size);
    let (row, receipt, bundle) = (middle(rows), middle(whole), middle(bundles));
    let line = format!(
        "| {size} | {:.1} | {} | {receipt:.2} ms | {row:.2} ms | {:.1} | {:.2} | {:.2} ms | {bundle:.2} ms | {:.0} s |",
        hashes as f64 / TURNS as f64,
        bytes / TURNS,
        receipt / row,
        receipt / first.unwrap_or(receipt),
        cold.as_secs_f64() * 1_000.0,
        grown.as_secs_f64(),
    );
    (line, receipt)
}

/// The middle one, milliseconds.
fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

const TURNS: usize = 501;
const HEAD: &str = "| entries | hashes in the path | bytes of the receipt | receipt | one row by its index | ratio | beside the first | first one after a start | bundle of 256 | appended in |\n|---|---|---|---|---|---|---|---|---|---|";
