//! Somebody leaves at the moment in which they claim, take back or hand in.

use std::future::Future;
use std::time::Duration;

use manyhands::actions::{Error, claims, leaving};
use manyhands_domain::ids::{ClaimId, ContractId};

use super::{split, verify};
use crate::story::typed;
use crate::support::{PASSWORD, World, databases, once, world};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_leaves_while_they_claim_or_take_back_holds_nothing_afterwards() {
    for database in databases() {
        for (takes_back, leaves_first) in [(false, false), (false, true), (true, true)] {
            let world = world(database).await;
            let contract = world.funded_contract("100.00").await;
            let (batch, worker, deps) = (world.open_batch(&contract, 3).await, world.worker().await, world.deps.clone());
            let member = worker.id().clone();
            let handed_in = claims::claim(&deps, &worker, &once(), &batch).await.unwrap();
            claims::submit(&deps, &worker, &once(), &handed_in, &typed("Harmful")).await.unwrap();
            let done = beside_leaving(&world, &contract, leaves_first, async move {
                match takes_back {
                    true => claims::take_back(&deps, &worker, &once(), &handed_in, None).await,
                    false => claims::claim(&deps, &worker, &once(), &batch).await.map(|_| ()),
                }
            })
            .await;
            assert!(matches!(done, Ok(()) | Err(Error::NotFound)), "{database}: {done:?}");
            let reader = world.deps.db.read();
            for state in ["claimed", "sent_back"] {
                let held = manyhands_store::claims::list_of_member(&reader, &member, state, 10).await.unwrap();
                assert!(held.is_empty(), "{database}, takes back: {takes_back}, leaves first: {leaves_first}: {held:?}");
            }
            verify(&world).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_handed_in_while_its_member_leaves_is_handed_in_or_given_back_and_both_know_which() {
    for database in databases() {
        for leaves_first in [false, true] {
            let world = world(database).await;
            let contract = world.funded_contract("100.00").await;
            let (batch, worker) = (world.open_batch(&contract, 3).await, world.worker().await);
            let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
            let (deps, of) = (world.deps.clone(), claim.clone());
            let done = beside_leaving(&world, &contract, leaves_first, async move {
                claims::submit(&deps, &worker, &once(), &of, &typed("Harmful")).await.map(|_| ())
            })
            .await;
            let (won, codes) = split(vec![done]);
            assert!(codes.iter().all(|code| *code == "claim-released"), "{database}: {codes:?}");
            let state = state_of(&world, &claim).await;
            assert_eq!(state, if won.is_empty() { "released" } else { "submitted" }, "{database}, leaves first: {leaves_first}");
            verify(&world).await;
        }
    }
}

async fn state_of(world: &World, claim: &ClaimId) -> String {
    manyhands_store::claims::find_claim(&world.deps.db.read(), claim).await.unwrap().unwrap().state
}

/// The worker leaves and does this at the same moment: both wait behind somebody who holds the contract, one after the other.
async fn beside_leaving(
    world: &World,
    contract: &ContractId,
    leaves_first: bool,
    doing: impl Future<Output = Result<(), Error>> + Send + 'static,
) -> Result<(), Error> {
    // The password's hash takes its time, too.
    let settle = || tokio::time::sleep(Duration::from_millis(1_000));
    let held = world.deps.db.begin().await.unwrap();
    manyhands_store::contracts::load_held(&held, contract).await.unwrap();
    let (deps, by) = (world.deps.clone(), world.worker().await);
    let leave = async move { leaving::leave(&deps, &by, &once(), PASSWORD).await };
    let (left, done) = if leaves_first {
        let left = tokio::spawn(leave);
        settle().await;
        (left, tokio::spawn(doing))
    } else {
        let done = tokio::spawn(doing);
        settle().await;
        (tokio::spawn(leave), done)
    };
    settle().await;
    held.commit().await.unwrap();
    left.await.unwrap().unwrap();
    done.await.unwrap()
}
