//! The whole path as one test: contract, approval, deposit, batch, claim, submit, review, pay, results, payout, export.

use manyhands::actions::claims::Typed;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, contracts, payouts, receipts, results, reviews};
use manyhands_domain::ids::PayoutId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::reviews::CODES;

use crate::support::{PASSWORD, World, databases, once, world};

fn amount(text: &str) -> Amount {
    Amount::parse_input(text).unwrap()
}

pub fn typed(answer: &str) -> Typed {
    Typed::one(answer, 150)
}

#[tokio::test]
async fn a_contract_is_listed_worked_on_paid_and_verified() {
    for database in databases() {
        let world = world(database).await;
        tell(&world).await;
        verify(&world).await;
    }
}

pub async fn tell(world: &World) {
    let deps = &world.deps;
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_demo_batch(&contract).await;
    let (worker, reviewer, buyer) = (world.worker().await, world.reviewer().await, world.buyer().await);

    // One is sent back, done again and accepted; two more are accepted at once.
    let judging = Judging::Reviewer(reviewer.clone());
    let first = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
    deps.clock.advance(200);
    claims::submit(deps, &worker, &once(), &first, &typed("Harmful")).await.unwrap();
    reviews::send_back(deps, &judging, &once(), &first, CODES[1], "See the section.", "4.2").await.unwrap();
    claims::submit(deps, &worker, &once(), &first, &typed("Harmless")).await.unwrap();
    let accepted = reviews::accept(deps, &judging, &once(), &first).await.unwrap();
    assert_eq!(accepted.sum, amount("0.80"));
    for _ in 0..2 {
        let claim = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        deps.clock.advance(170);
        claims::submit(deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
    }
    assert!(reviews::accept_many(deps, &judging, &once(), &batch, 2, amount("1.61")).await.is_err());
    let accepted = reviews::accept_many(deps, &judging, &once(), &batch, 2, amount("1.60")).await.unwrap();
    assert_eq!((accepted.count, accepted.sum), (2, amount("1.60")));

    // One is released, one accepted by silence, seven days later.
    let released = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
    claims::release(deps, &worker, &once(), &released).await.unwrap();
    let silent = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
    claims::submit(deps, &worker, &once(), &silent, &typed("Harmful")).await.unwrap();
    assert_eq!(reviews::accept_silent(deps).await.unwrap(), 0);
    deps.clock.advance(7 * 86_400);
    assert_eq!(reviews::accept_silent(deps).await.unwrap(), 1);
    assert_eq!(reviews::accept_silent(deps).await.unwrap(), 0);

    // 3 × 0.64 reviewed by a member, and 0.664 without: the reviewer's share falls to the worker.
    let usd = Currency::parse("USD").unwrap();
    assert_eq!(payouts::owed(deps, &worker.as_payee()).await.unwrap(), [(usd, amount("2.584"))]);
    assert_eq!(payouts::owed(deps, &reviewer.as_payee()).await.unwrap(), [(usd, amount("0.072"))]);
    let row = contracts::find_own(deps, &buyer, &contract).await.unwrap();
    let escrow = contracts::escrow(&deps.db.read(), &row).await.unwrap();
    assert_eq!((escrow.balance, escrow.held, escrow.free), (amount("96.80"), Amount::ZERO, amount("96.80")));

    // Results carry no person, and the same bytes each time.
    let mut rows = Vec::new();
    results::list(deps, &buyer, &contract, |row| rows.push(row)).await.unwrap();
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row.worker == rows[0].worker && row.worker >= 100), "one number throughout");
    assert_eq!(rows[0].answers["answer"], "Harmless");

    pay_out(world).await;
}

async fn pay_out(world: &World) {
    let deps = &world.deps;
    let (treasurer, worker) = (world.treasurer().await, world.worker().await);
    let run: PayoutId = payouts::prepare(deps, &treasurer, &once(), "USD", "1.00", PASSWORD).await.unwrap();
    let same = world.signed_in(&world.treasurer).await.officer().unwrap();
    assert!(payouts::approve(deps, &same, &once(), &run, PASSWORD).await.is_err());
    let second = world.signed_in(&world.coordinator).await.officer().unwrap();
    assert!(payouts::approve(deps, &second, &once(), &run, "wrong password").await.is_err());
    payouts::approve(deps, &second, &once(), &run, PASSWORD).await.unwrap();
    let usd = Currency::parse("USD").unwrap();
    assert_eq!(payouts::owed(deps, &worker.as_payee()).await.unwrap(), [(usd, amount("0.004"))]);
    payouts::fail(deps, &treasurer, &once(), &run, worker.id(), "wrong number").await.unwrap();
    assert_eq!(payouts::owed(deps, &worker.as_payee()).await.unwrap(), [(usd, amount("2.584"))]);
    let run = payouts::prepare(deps, &treasurer, &once(), "USD", "1.00", PASSWORD).await.unwrap();
    payouts::approve(deps, &second, &once(), &run, PASSWORD).await.unwrap();
    payouts::settle(deps, &treasurer, &once(), &run, worker.id(), "bank 4711", "0.20").await.unwrap();
    assert_eq!(payouts::list_own(deps, &worker).await.unwrap().len(), 2);
}

async fn verify(world: &World) {
    let out = world.folder.path().join("out");
    let size = receipts::export(&world.deps, &out).await.unwrap();
    let vkey = world.deps.signers.checkpoint.verifying_key();
    let report = manyhands_verify::verify(&out, &vkey).unwrap();
    assert_eq!((report.size, &report.failures), (size, &[None, None, None, None]));
    for index in 0..size {
        let receipt = receipts::receipt(&world.deps, index).await.unwrap();
        receipt.verify(std::slice::from_ref(&vkey)).unwrap();
    }
}
