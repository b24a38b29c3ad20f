//! An end that members voted stands beside whatever the two sides do themselves: no coordinator and no client takes it back, and no pause is
//! in its way. Of several notices the earliest ends the contract; its own each side takes back.

use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::proposals::drafting::DraftForm;
use manyhands::actions::proposals::{asking, enacting};
use manyhands::actions::{Contract, claims, contracts};
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::{BatchId, ContractId, ProposalId};

use crate::draft_pages::site;
use crate::signers::refused;
use crate::support::{World, databases, once, world};
use crate::voters::{close, put_to_the_vote, question, row, until, verified, vote};

const DAY: i64 = 86_400;

pub fn an_end(contract: &ContractId) -> DraftForm {
    DraftForm { kind: "contract".to_owned(), act: "contract-end".to_owned(), contract: contract.to_string(), ..question() }
}

pub fn an_ask(batch: &BatchId, price: &str) -> DraftForm {
    let (kind, act) = ("price-ask".to_owned(), "price-ask".to_owned());
    DraftForm { kind, act, batch: batch.to_string(), price: price.to_owned(), ..question() }
}

/// Put to the vote, and passed.
pub async fn passed(world: &World, form: &DraftForm) -> ProposalId {
    let id = put_to_the_vote(world, form).await;
    all_say_yes(world, &id).await;
    id
}

pub async fn all_say_yes(world: &World, id: &ProposalId) {
    for person in [&world.worker, &world.reviewer, &world.treasurer] {
        vote(world, person, id, "yes").await.unwrap();
    }
    assert_eq!(close(world, id).await.state, "passed");
}

pub async fn on_its_day(world: &World, id: &ProposalId) -> String {
    until(world, row(world, id).await.enacts_at.unwrap());
    enacting::enact_due(&world.deps).await.unwrap();
    row(world, id).await.outcome.unwrap_or_default()
}

pub async fn contract_now(world: &World, id: &ContractId) -> Contract {
    contracts::find_own(&world.deps, &world.buyer().await, id).await.unwrap()
}

async fn coop(world: &World) -> Party {
    Party::Coop(world.coordinator().await)
}

async fn client(world: &World) -> Party {
    Party::Client(world.buyer().await)
}

async fn go(world: &World, by: &Party, contract: &ContractId, step: Step) -> Result<(), manyhands::actions::Error> {
    life::go(&world.deps, by, &once(), contract, step, "Because of this test.").await
}

#[tokio::test]
async fn a_voted_end_is_taken_back_by_nobody_and_the_earlier_day_holds() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        world.open_batch(&contract, 2).await;
        let id = put_to_the_vote(&world, &an_end(&contract)).await;
        all_say_yes(&world, &id).await;
        // The client gave its own notice first: it ends earlier.
        go(&world, &client(&world).await, &contract, Step::Terminate).await.unwrap();
        world.deps.clock.advance(DAY);
        let first = contract_now(&world, &contract).await.ends_at.unwrap();
        assert_eq!(on_its_day(&world, &id).await, "done", "{database}: an end that is voted is no lapse");
        let stands = contract_now(&world, &contract).await;
        assert_eq!((stands.ends_at, stands.notice_by.as_deref()), (Some(first), Some("client")), "{database}: the earlier day");
        let voted = world.deps.clock.now().secs() + 14 * DAY;
        assert_eq!(refused(go(&world, &coop(&world).await, &contract, Step::Keep).await), "contract-notice-voted", "{database}");
        // The client takes back what it gave itself, and undoes nothing of the vote with it.
        let pages = site(&world, &world.buyer).await;
        pages.get(&format!("/contracts/{contract}/life")).await.says("the day that members voted stays");
        pages.get(&format!("/contracts/{contract}/life/keep")).await.says("The members voted an end as well");
        go(&world, &client(&world).await, &contract, Step::Keep).await.unwrap();
        let stands = contract_now(&world, &contract).await;
        assert_eq!((stands.ends_at, stands.notice_by.as_deref()), (Some(voted), Some("coop")), "{database}: the day that was voted");
        let (_, stand) = life::stand(&world.deps, &client(&world).await, &contract).await.unwrap();
        let last = stand.moves.first().map(|last| (last.word.clone(), last.ends_at));
        assert_eq!(last, Some(("kept".to_owned(), Some(voted))), "{database}: and everybody is told so");
        pages.get(&format!("/contracts/{contract}/life")).await.says("by another one it still ends on");
        for party in [client(&world).await, coop(&world).await] {
            assert_eq!(refused(go(&world, &party, &contract, Step::Keep).await), "contract-notice-voted", "{database}");
        }
        until(&world, first);
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 0, "{database}");
        until(&world, voted);
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 1, "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_pause_is_in_no_voted_ends_way() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        world.open_batch(&contract, 2).await;
        let id = passed(&world, &an_end(&contract)).await;
        go(&world, &coop(&world).await, &contract, Step::Pause).await.unwrap();
        assert_eq!(on_its_day(&world, &id).await, "done", "{database}");
        let stands = contract_now(&world, &contract).await;
        assert_eq!((stands.state.as_str(), stands.notice_by.as_deref()), ("paused", Some("coop")), "{database}");
        assert_eq!(stands.ends_at, Some(world.deps.clock.now().secs() + 14 * DAY), "{database}: the listing's days from that day");
        assert_eq!(refused(go(&world, &coop(&world).await, &contract, Step::Keep).await), "contract-notice-voted", "{database}");
        go(&world, &coop(&world).await, &contract, Step::Resume).await.unwrap();
        assert_eq!(refused(go(&world, &coop(&world).await, &contract, Step::Pause).await), "contract-notice-runs", "{database}");
    }
}

#[tokio::test]
async fn a_price_accepted_after_all_takes_back_its_own_notice_and_no_other() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batches = [world.open_batch(&contract, 2).await, world.open_batch(&contract, 2).await];
        let ids = [passed(&world, &an_ask(&batches[0], "1.20")).await, passed(&world, &an_ask(&batches[1], "1.10")).await];
        for id in &ids {
            assert_eq!(on_its_day(&world, id).await, "paused", "{database}");
        }
        let buyer = world.buyer().await;
        let ends_at = contract_now(&world, &contract).await.ends_at.unwrap();
        asking::accept(&world.deps, &buyer, &once(), &ids[0]).await.unwrap().unwrap();
        let stands = contract_now(&world, &contract).await;
        assert!(stands.ends_at.is_some_and(|at| at >= ends_at), "{database}: the other price is not accepted, and its notice runs");
        assert_eq!(refused(claims::claim(&world.deps, &world.worker().await, &once(), &batches[1]).await), "batch-not-open");
        claims::claim(&world.deps, &world.worker().await, &once(), &batches[0]).await.unwrap();
        // A voted end beside it stays when the last price is accepted.
        let end = passed(&world, &an_end(&contract)).await;
        assert_eq!(on_its_day(&world, &end).await, "done", "{database}");
        asking::accept(&world.deps, &buyer, &once(), &ids[1]).await.unwrap().unwrap();
        let stands = contract_now(&world, &contract).await;
        assert_eq!(stands.ends_at, Some(world.deps.clock.now().secs() + 14 * DAY), "{database}: the end that was voted");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}
