//! A price that members ask is settled when it is reached, and over when its contract is: on the desk, on its page, and for whoever answers.

use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::proposals::drafting::DraftForm;
use manyhands::actions::proposals::{asking, enacting};
use manyhands::actions::{Error, batches, claims};
use manyhands_domain::contracts::life::Step;
use manyhands_domain::contracts::life::moves::MOST_A_DAY;
use manyhands_domain::ids::ContractId;

use crate::http::Site;
use crate::pages::change;
use crate::signers::{refused, subjects_to, texts_to};
use crate::support::{World, databases, once, world};
use crate::voters::{close, put_to_the_vote, row, until, verified, vote};
use crate::votes_ends::{an_ask, contract_now, on_its_day, passed};

async fn go(world: &World, by: &Party, contract: &ContractId, step: Step) -> Result<(), Error> {
    life::go(&world.deps, by, &once(), contract, step, "Because of this test.").await
}

async fn gives_no_days_of_notice(world: &World) {
    change(&world.database, "UPDATE contracts SET terms = replace(terms, '\"notice_days\":14', '\"notice_days\":0')").await;
}

#[tokio::test]
async fn what_is_asked_is_over_with_its_contract() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batches = [world.open_batch(&contract, 3).await, world.open_batch(&contract, 3).await, world.open_batch(&contract, 3).await];
        let paused = passed(&world, &an_ask(&batches[0], "1.20")).await;
        assert_eq!(on_its_day(&world, &paused).await, "paused", "{database}");
        let waiting = passed(&world, &an_ask(&batches[1], "1.30")).await;
        let open = put_to_the_vote(&world, &DraftForm { days: "20".to_owned(), ..an_ask(&batches[2], "1.40") }).await;
        for person in [&world.worker, &world.reviewer, &world.treasurer] {
            vote(&world, person, &open, "yes").await.unwrap();
        }
        let site = Site::as_person(&world, &world.buyer).await;
        assert_eq!(asking::list(deps, &buyer).await.unwrap().len(), 2, "{database}");
        // The day of its end has come, and no job has written it yet.
        let ends_at = contract_now(&world, &contract).await.ends_at.unwrap();
        until(&world, ends_at);
        assert_eq!(asking::list(deps, &buyer).await.unwrap().len(), 0, "{database}");
        let page = site.get(&format!("/asked/{waiting}")).await;
        page.says("The contract is over, so nothing is asked any more.");
        assert!(!page.text.contains("/accept\""), "{database}");
        assert_eq!(life::end_run_out(deps).await.unwrap(), 1, "{database}");
        for id in [&paused, &waiting] {
            let row = row(&world, id).await;
            assert_eq!((row.outcome.as_deref(), row.outcome_reason.as_str()), (Some("lapsed"), "contract-over"), "{database}");
            assert_eq!(refused(asking::accept(deps, &buyer, &once(), id).await), "price-answered", "{database}");
            site.get(&format!("/asked/{id}")).await.says("It is asked no more: the contract has ended.");
        }
        let lapsed = |subjects: Vec<String>| subjects.iter().filter(|subject| subject.starts_with("Not in force")).count();
        assert_eq!(lapsed(subjects_to(&world, "otieno@example.coop").await), 1, "{database}: of the one that members waited for");
        // A vote that was open passes, and asks nobody.
        assert_eq!(close(&world, &open).await.state, "passed", "{database}");
        assert_eq!(row(&world, &open).await.outcome.as_deref(), Some("lapsed"), "{database}");
        assert!(!subjects_to(&world, "buyer@example.coop").await.iter().any(|subject| subject.contains("1.40")), "{database}");
        assert!(!site.get("/desk").await.text.contains("/asked/"), "{database}");
        until(&world, row(&world, &open).await.enacts_at.unwrap().max(row(&world, &waiting).await.enacts_at.unwrap()));
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}: nothing is left to do");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn where_the_listing_gives_no_days_the_contract_ends_on_the_day_and_every_word_says_so() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batches = [world.open_batch(&contract, 3).await, world.open_batch(&contract, 3).await];
        gives_no_days_of_notice(&world).await;
        let id = passed(&world, &an_ask(&batches[0], "1.20")).await;
        let other = passed(&world, &an_ask(&batches[1], "1.10")).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let page = site.get(&format!("/asked/{id}")).await;
        page.says("the contract ends on that day");
        page.says("the contract ends: its listing names no days of notice.");
        assert!(!page.text.contains("notice of the contract runs"), "{database}");
        site.get(&format!("/asked/{id}/refuse")).await.says("the contract ends: its listing names no days of notice.");
        let told = texts_to(&world, "buyer@example.coop").await;
        assert!(
            told.iter().any(|text| text.contains("the contract ends on that day: its listing names no days of notice")),
            "{database}: {told:?}"
        );
        assert_eq!(on_its_day(&world, &id).await, "lapsed", "{database}");
        let settled = row(&world, &id).await;
        assert_eq!(settled.outcome_reason, "price-not-accepted", "{database}");
        assert!(contract_now(&world, &contract).await.closed_index.is_some(), "{database}");
        site.get(&format!("/asked/{id}"))
            .await
            .says("It is asked no more: the client did not accept the price, and the contract has ended");
        assert_eq!(row(&world, &other).await.outcome_reason, "contract-over", "{database}: and what else was asked of it");
        let told = texts_to(&world, "otieno@example.coop").await;
        let ended = told.iter().filter(|text| text.contains("its listing gives no days of notice: the contract has ended")).count();
        assert_eq!(ended, 1, "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_price_is_settled_as_soon_as_the_client_pays_it() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batches = [world.open_batch(&contract, 3).await, world.open_batch(&contract, 3).await, world.open_batch(&contract, 3).await];
        let [waiting, refused_one, accepted] = [
            passed(&world, &an_ask(&batches[0], "1.20")).await,
            passed(&world, &an_ask(&batches[1], "1.20")).await,
            passed(&world, &an_ask(&batches[2], "1.20")).await,
        ];
        asking::refuse(deps, &buyer, &once(), &refused_one).await.unwrap();
        asking::accept(deps, &buyer, &once(), &accepted).await.unwrap();
        let site = Site::as_person(&world, &world.buyer).await;
        for (id, batch) in [(&waiting, &batches[0]), (&refused_one, &batches[1]), (&accepted, &batches[2])] {
            batches::reprice(deps, &buyer, &once(), batch, "1.19").await.unwrap();
            assert_ne!(row(&world, id).await.outcome.as_deref(), Some("done"), "{database}: not reached");
            batches::reprice(deps, &buyer, &once(), batch, "1.25").await.unwrap();
            assert_eq!(row(&world, id).await.outcome.as_deref(), Some("done"), "{database}");
            site.get(&format!("/asked/{id}")).await.says("Settled: you pay this price.");
        }
        assert_eq!(asking::list(deps, &buyer).await.unwrap().len(), 0, "{database}: nothing waits on the desk");
        let told = texts_to(&world, "otieno@example.coop").await;
        assert_eq!(told.iter().filter(|text| text.contains("the client pays this price by itself.")).count(), 3, "{database}");
        // One that passes when its client pays as much already is asked of nobody.
        let late = put_to_the_vote(&world, &an_ask(&batches[0], "1.50")).await;
        for person in [&world.worker, &world.reviewer, &world.treasurer] {
            vote(&world, person, &late, "yes").await.unwrap();
        }
        batches::reprice(deps, &buyer, &once(), &batches[0], "1.50").await.unwrap();
        assert_eq!(close(&world, &late).await.outcome.as_deref(), Some("done"), "{database}");
        assert!(!subjects_to(&world, "buyer@example.coop").await.iter().any(|subject| subject.contains("1.50")), "{database}");
        claims::claim(deps, &world.worker().await, &once(), &batches[0]).await.unwrap();
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_notice_that_a_price_takes_back_is_told_as_that_and_is_no_officers_move() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batches = [world.open_batch(&contract, 2).await, world.open_batch(&contract, 2).await];
        let ids = [passed(&world, &an_ask(&batches[0], "1.20")).await, passed(&world, &an_ask(&batches[1], "1.10")).await];
        for id in &ids {
            assert_eq!(on_its_day(&world, id).await, "paused", "{database}");
        }
        let given = subjects_to(&world, "wanjiru@example.coop").await.iter().filter(|subject| subject.starts_with("Ends on")).count();
        asking::accept(deps, &buyer, &once(), &ids[0]).await.unwrap().unwrap();
        let subjects = subjects_to(&world, "wanjiru@example.coop").await;
        assert_eq!(subjects.iter().filter(|subject| subject.starts_with("Ends on")).count(), given, "{database}: nobody gave notice now");
        assert!(subjects.iter().any(|subject| subject.starts_with("Still ends on")), "{database}: {subjects:?}");
        let party = Party::Coop(world.coordinator().await);
        let (_, stand) = life::stand(deps, &party, &contract).await.unwrap();
        assert_eq!((stand.moves[0].word.as_str(), stand.moves[0].ends_at.is_some()), ("kept", true), "{database}");
        let site = Site::as_person(&world, &world.buyer).await;
        site.get(&format!("/contracts/{contract}/life")).await.says("by another one it still ends on");
        asking::accept(deps, &buyer, &once(), &ids[1]).await.unwrap().unwrap();
        // Two notices of votes, two taken back: a coordinator's own moves of this day begin now.
        for _ in 0..MOST_A_DAY {
            go(&world, &party, &contract, Step::Pause).await.unwrap();
            go(&world, &party, &contract, Step::Resume).await.unwrap();
        }
        assert_eq!(refused(go(&world, &party, &contract, Step::Pause).await), "contract-moves-many", "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}
