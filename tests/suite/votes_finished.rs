//! A price is asked for work that is left. Where all of a batch is accepted, nobody would be paid by it: nothing is asked any more, and no
//! contract ends for it.

use manyhands::actions::proposals::{asking, drafting, enacting};
use manyhands::actions::reviews::Judging;
use manyhands::actions::{batches, claims, reviews};
use manyhands_domain::ids::{BatchId, ClaimId, ProposalId};

use crate::http::Site;
use crate::pages::change;
use crate::signers::{member, refused, subjects_to, texts_to};
use crate::story::typed;
use crate::support::{World, databases, once, world};
use crate::voters::{close, put_to_the_vote, row, until, verified, vote};
use crate::votes_ends::{an_ask, contract_now, on_its_day, passed};

async fn hand_in(world: &World, batch: &BatchId) -> ClaimId {
    let worker = member(world, &world.worker).await;
    let claim = claims::claim(&world.deps, &worker, &once(), batch).await.unwrap();
    claims::submit(&world.deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
    claim
}

async fn accept(world: &World, claim: &ClaimId) {
    reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), claim).await.unwrap();
}

async fn paused_for(world: &World, batch: &BatchId) -> Option<i64> {
    manyhands_store::batches::find_batch(&world.deps.db.read(), batch).await.unwrap().unwrap().paused_for
}

/// It lapsed for this, and nothing is left of a pause or a notice.
async fn is_asked_no_more(world: &World, id: &ProposalId, batch: &BatchId, database: &str) {
    let stands = row(world, id).await;
    let outcome = (stands.outcome.as_deref(), stands.outcome_reason.as_str(), stands.outcome_index);
    assert_eq!(outcome, (Some("lapsed"), "price-batch-done", None), "{database}");
    let listed = manyhands_store::batches::find_batch(&world.deps.db.read(), batch).await.unwrap().unwrap().contract_id;
    let contract = contract_now(world, &manyhands_domain::ids::ContractId::parse(&listed).unwrap()).await;
    assert_eq!((contract.ends_at, contract.notice_by, contract.closed_index), (None, None, None), "{database}: no contract ends for it");
    assert_eq!(paused_for(world, batch).await, None, "{database}");
    let told = texts_to(world, "otieno@example.coop").await;
    let told = told.iter().filter(|text| text.contains(&format!("{id} (")) && text.contains("the work of this batch is finished")).count();
    assert_eq!(told, 1, "{database}: members hear it once");
}

#[tokio::test]
async fn a_price_for_a_batch_that_is_finished_by_its_day_ends_nothing_whatever_the_client_said() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        for answer in ["none", "refused", "accepted"] {
            let contract = world.plain_contract().await;
            let batch = world.open_batch(&contract, 2).await;
            // It would end on the day itself.
            change(&world.database, "UPDATE contracts SET terms = replace(terms, '\"notice_days\":14', '\"notice_days\":0')").await;
            let id = passed(&world, &an_ask(&batch, "1.20")).await;
            match answer {
                "refused" => asking::refuse(deps, &buyer, &once(), &id).await.unwrap(),
                "accepted" => drop(asking::accept(deps, &buyer, &once(), &id).await.unwrap()),
                _ => {}
            }
            let claim = hand_in(&world, &batch).await;
            // The other answer is taken back by the client, where nobody can claim it any more.
            change(&world.database, &format!("UPDATE contracts SET level = 1 WHERE id = '{contract}'")).await;
            assert_eq!(batches::withdraw_free(deps, &buyer, &once(), &batch).await.unwrap(), 1, "{database}");
            change(&world.database, &format!("UPDATE contracts SET level = 0 WHERE id = '{contract}'")).await;
            assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}: handed in is not accepted, and may come back");
            accept(&world, &claim).await;
            assert_eq!(on_its_day(&world, &id).await, "lapsed", "{database}: {answer}");
            is_asked_no_more(&world, &id, &batch, database).await;
            let site = Site::as_person(&world, &world.buyer).await;
            site.get(&format!("/asked/{id}")).await.says("It is asked no more: the work of this batch is finished");
            assert_eq!(refused(asking::accept(deps, &buyer, &once(), &id).await), "price-answered", "{database}");
            let author = member(&world, &world.worker).await;
            let again = drafting::draft(deps, &author, &once(), &an_ask(&batch, "1.30")).await;
            assert_eq!(refused(again), "price-batch-done", "{database}: nor is it asked again");
        }
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_batch_that_is_finished_before_the_day_or_after_it_settles_what_is_asked_for_it() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let contract = world.plain_contract().await;
        let [early, late] = [world.open_batch(&contract, 1).await, world.open_batch(&contract, 1).await];
        let ids = [passed(&world, &an_ask(&early, "1.20")).await, passed(&world, &an_ask(&late, "1.20")).await];
        let claim = hand_in(&world, &early).await;
        accept(&world, &claim).await;
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 1, "{database}: before its day");
        is_asked_no_more(&world, &ids[0], &early, database).await;
        // New claims stop, and what was claimed goes on.
        until(&world, row(&world, &ids[1]).await.enacts_at.unwrap() - 60);
        let claim = hand_in(&world, &late).await;
        assert_eq!(on_its_day(&world, &ids[1]).await, "paused", "{database}: what is handed in may come back");
        assert!(contract_now(&world, &contract).await.ends_at.is_some() && paused_for(&world, &late).await.is_some(), "{database}");
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}");
        accept(&world, &claim).await;
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 1, "{database}");
        is_asked_no_more(&world, &ids[1], &late, database).await;
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}: once");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_price_that_passes_when_its_batch_is_finished_is_asked_of_nobody() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 1).await;
        let id = put_to_the_vote(&world, &an_ask(&batch, "1.20")).await;
        for person in [&world.worker, &world.reviewer, &world.treasurer] {
            vote(&world, person, &id, "yes").await.unwrap();
        }
        let claim = hand_in(&world, &batch).await;
        accept(&world, &claim).await;
        assert_eq!(close(&world, &id).await.state, "passed", "{database}");
        is_asked_no_more(&world, &id, &batch, database).await;
        assert!(!subjects_to(&world, "buyer@example.coop").await.iter().any(|subject| subject.contains("1.20")), "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}
