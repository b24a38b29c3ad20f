//! Members ask a client for a price: accepted, it holds from the day for new claims; unanswered, new claims stop and the notice runs. And
//! what else members vote: an end, a mandate, a recall.

use manyhands::actions::proposals::drafting::DraftForm;
use manyhands::actions::proposals::{asking, enacting};
use manyhands::actions::{batches, claims, contracts};
use manyhands_domain::ids::{BatchId, ProposalId};
use manyhands_store::proposals::Proposal;

use crate::signers::{member, refused, subjects_to};
use crate::support::{World, databases, once, world};
use crate::voters::{close, put_to_the_vote, question, row, until, verified, vote};

async fn asked(world: &World, batch: &BatchId) -> ProposalId {
    let form = DraftForm {
        kind: "price-ask".to_owned(),
        act: "price-ask".to_owned(),
        batch: batch.to_string(),
        price: "1.20".to_owned(),
        ..question()
    };
    passed(world, &form).await
}

async fn passed(world: &World, form: &DraftForm) -> ProposalId {
    let id = put_to_the_vote(world, form).await;
    for person in [&world.worker, &world.reviewer, &world.treasurer] {
        vote(world, person, &id, "yes").await.unwrap();
    }
    assert_eq!(close(world, &id).await.state, "passed");
    id
}

async fn on_its_day(world: &World, id: &ProposalId) -> Proposal {
    until(world, row(world, id).await.enacts_at.unwrap());
    enacting::enact_due(&world.deps).await.unwrap();
    row(world, id).await
}

#[tokio::test]
async fn a_price_that_the_client_accepts_holds_from_its_day_for_new_claims() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let id = asked(&world, &batch).await;
        assert!(subjects_to(&world, "buyer@example.coop").await.iter().any(|subject| subject.contains("1.20")), "{database}");
        let buyer = world.buyer().await;
        assert_eq!(asking::list(deps, &buyer).await.unwrap().len(), 1);
        let stranger = world.signed_in(&world.other_buyer().await).await.client_user().unwrap();
        assert_eq!(refused(asking::accept(deps, &stranger, &once(), &id).await), "not found", "{database}: another client");
        assert_eq!(asking::accept(deps, &buyer, &once(), &id).await.unwrap(), None, "{database}: its day has not come");
        let worker = member(&world, &world.worker).await;
        let before = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        let done = on_its_day(&world, &id).await;
        assert!(done.outcome.as_deref() == Some("done") && done.outcome_index.is_some(), "{database}: {done:?}");
        let after = claims::claim(deps, &member(&world, &world.reviewer).await, &once(), &batch).await.unwrap();
        let price = async |person, claim| claims::find_own(deps, &member(&world, person).await, claim).await.unwrap().0.price;
        assert_eq!((price(&world.worker, &before).await, price(&world.reviewer, &after).await), (800_000, 1_200_000), "{database}");
        assert_eq!(refused(asking::accept(deps, &buyer, &once(), &id).await), "price-answered", "{database}: once");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_price_that_nobody_accepts_stops_new_claims_and_the_notice_runs() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let id = asked(&world, &batch).await;
        let buyer = world.buyer().await;
        asking::refuse(deps, &buyer, &once(), &id).await.unwrap();
        assert_eq!(on_its_day(&world, &id).await.outcome.as_deref(), Some("paused"), "{database}");
        let worker = member(&world, &world.worker).await;
        assert_eq!(refused(claims::claim(deps, &worker, &once(), &batch).await), "batch-not-open", "{database}");
        assert_eq!(refused(batches::pause(deps, &buyer, &once(), &batch, false).await), "batch-price-asked", "{database}");
        let row = contracts::find_own(deps, &buyer, &contract).await.unwrap();
        assert_eq!(row.notice_by.as_deref(), Some("coop"), "{database}: its notice runs");
        // Accepted after all: at once, and nothing ends.
        asking::accept(deps, &buyer, &once(), &id).await.unwrap().unwrap();
        claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        let row = contracts::find_own(deps, &buyer, &contract).await.unwrap();
        assert_eq!((row.notice_by, row.ends_at), (None, None), "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_contract_a_mandate_and_a_recall_come_about_on_their_day() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        world.open_batch(&contract, 1).await;
        let end = DraftForm { kind: "contract".to_owned(), act: "contract-end".to_owned(), contract: contract.to_string(), ..question() };
        let id = passed(&world, &end).await;
        assert_eq!(on_its_day(&world, &id).await.outcome.as_deref(), Some("done"), "{database}");
        let row = contracts::find_own(&world.deps, &world.buyer().await, &contract).await.unwrap();
        assert!(row.notice_by.as_deref() == Some("coop") && row.ends_at.is_some(), "{database}: after its notice");

        let worker = member(&world, &world.worker).await;
        let role =
            |act: &str| DraftForm { act: act.to_owned(), member: worker.id().to_string(), role: "coordinator".to_owned(), ..question() };
        let id = passed(&world, &role("mandate")).await;
        on_its_day(&world, &id).await;
        assert!(world.signed_in(&world.worker).await.coordinator().is_some(), "{database}: a mandate");
        let id = passed(&world, &role("recall")).await;
        on_its_day(&world, &id).await;
        assert!(world.signed_in(&world.worker).await.coordinator().is_none(), "{database}: a recall");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}
