//! What a client takes away, laid beside the public ledger, does not say which member a worker's number is.

use std::collections::BTreeSet;

use manyhands::actions::claims::Typed;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, receipts, reviews};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, PersonId};
use serde_json::Value;

use crate::http::Site;
use crate::support::{World, databases, once, world};

async fn hand_in(world: &World, person: &PersonId, batch: &BatchId) -> ClaimId {
    let member = world.signed_in(person).await.member().unwrap();
    let claim = claims::claim(&world.deps, &member, &once(), batch).await.unwrap();
    let typed = Typed::one("Harmful", 100);
    claims::submit(&world.deps, &member, &once(), &claim, &typed).await.unwrap();
    claim
}

/// Three members, two pieces each, accepted a minute apart, the last one first. The numbers in the order of first acceptance.
async fn worked(world: &World) -> (ContractId, Vec<i64>) {
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 6).await;
    let by = Judging::Reviewer(world.reviewer().await);
    let mut handed_in = Vec::new();
    for person in [&world.worker, &world.treasurer, &world.coordinator, &world.worker, &world.treasurer, &world.coordinator] {
        handed_in.push(hand_in(world, person, &batch).await);
    }
    for claim in handed_in.iter().rev() {
        world.deps.clock.advance(60);
        reviews::accept(&world.deps, &by, &once(), claim).await.unwrap();
    }
    let results = rows(world, &contract).await;
    // Items were claimed in their order: the last three were first accepted, from the end.
    let numbers = [5, 4, 3].map(|place: usize| results[place]["worker"].as_i64().unwrap());
    (contract, numbers.to_vec())
}

async fn rows(world: &World, contract: &ContractId) -> Vec<Value> {
    let text = Site::as_person(world, &world.buyer).await.get(&format!("/desk/{contract}/results.jsonl")).await.text;
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn results_hold_nothing_that_the_ledger_holds_and_are_not_in_its_order() {
    for database in databases() {
        let world = world(database).await;
        let (contract, _) = worked(&world).await;
        let rows = rows(&world, &contract).await;
        let items: Vec<&str> = rows.iter().map(|row| row["item"].as_str().unwrap()).collect();
        assert_eq!(items, ["item-1", "item-2", "item-3", "item-4", "item-5", "item-6"], "{database}: in the client's own order");
        let fields: BTreeSet<&str> = rows.iter().flat_map(|row| row.as_object().unwrap().keys().map(String::as_str)).collect();
        assert_eq!(fields, BTreeSet::from(["answer", "guidelines", "item", "worker"]), "{database}");

        let mut ledger = String::new();
        let size = receipts::checkpoint(&world.deps).await.unwrap().unwrap().size;
        for index in 0..size {
            let (note, _) = receipts::find_entry(&world.deps, index).await.unwrap();
            ledger.push_str(&String::from_utf8(note).unwrap());
        }
        let site = Site::as_person(&world, &world.buyer).await;
        for kind in ["jsonl", "csv"] {
            let text = site.get(&format!("/desk/{contract}/results.{kind}")).await.text;
            // Whatever could be an id or a time.
            for word in text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != ':').filter(|word| word.len() >= 8) {
                assert!(!ledger.contains(word), "{database}: {word} stands in both");
            }
            assert!(text.contains("item-1") && !text.contains("M-"), "{database}");
        }
    }
}

#[tokio::test]
async fn the_number_of_a_worker_is_drawn_and_stays_theirs() {
    for database in databases() {
        let world = world(database).await;
        let mut rising = 0;
        for _ in 0..5 {
            let (contract, numbers) = worked(&world).await;
            assert!(numbers.iter().all(|number| (100..1_000).contains(number)), "{database}: {numbers:?}");
            let all: BTreeSet<i64> = rows(&world, &contract).await.iter().map(|row| row["worker"].as_i64().unwrap()).collect();
            assert_eq!(all.len(), 3, "{database}: one number each, in both of their answers");
            rising += usize::from(numbers.is_sorted());
        }
        assert!(rising < 5, "{database}: numbers go by first acceptance, which the ledger shows");
    }
}
