//! Prices that members ask, where they meet what a client does itself: whoever pays as much already is asked nothing, one question is open
//! at a time, and what was accepted is not lowered again.

use manyhands::actions::proposals::{asking, drafting, opening};
use manyhands::actions::{batches, claims};

use crate::signers::{member, refused};
use crate::support::{databases, once, world};
use crate::voters::{row, signed_draft, verified};
use crate::votes_ends::{an_ask, contract_now, on_its_day, passed};

#[tokio::test]
async fn a_client_that_pays_the_price_already_is_neither_paused_nor_noticed() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let id = passed(&world, &an_ask(&batch, "1.20")).await;
        batches::reprice(deps, &buyer, &once(), &batch, "1.30").await.unwrap();
        assert_eq!(on_its_day(&world, &id).await, "done", "{database}");
        assert_eq!(row(&world, &id).await.outcome_index, None, "{database}: nothing to write");
        assert_eq!(contract_now(&world, &contract).await.ends_at, None, "{database}");
        let claim = claims::claim(deps, &world.worker().await, &once(), &batch).await.unwrap();
        let (claim, _) = claims::find_own(deps, &world.worker().await, &claim).await.unwrap();
        assert_eq!(claim.price, 1_300_000, "{database}: and not lowered to what was asked");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_client_that_raises_the_price_itself_ends_the_pause_and_does_not_lower_it_again() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        // The client's own pause is its own: an answer about the price does not lift it.
        let id = passed(&world, &an_ask(&batch, "1.20")).await;
        batches::pause(deps, &buyer, &once(), &batch, true).await.unwrap();
        assert_eq!(on_its_day(&world, &id).await, "paused", "{database}");
        batches::reprice(deps, &buyer, &once(), &batch, "1.00").await.unwrap();
        assert!(contract_now(&world, &contract).await.ends_at.is_some(), "{database}: less than what is asked");
        batches::reprice(deps, &buyer, &once(), &batch, "1.20").await.unwrap();
        assert_eq!(row(&world, &id).await.outcome.as_deref(), Some("done"), "{database}");
        assert_eq!(contract_now(&world, &contract).await.ends_at, None, "{database}");
        let worker = world.worker().await;
        assert_eq!(refused(claims::claim(deps, &worker, &once(), &batch).await), "batch-not-open", "{database}: still its own pause");
        batches::pause(deps, &buyer, &once(), &batch, false).await.unwrap();
        claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        assert_eq!(refused(batches::reprice(deps, &buyer, &once(), &batch, "1.19").await), "price-voted", "{database}");
        batches::reprice(deps, &buyer, &once(), &batch, "1.21").await.unwrap();
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn one_price_is_asked_at_a_time_and_a_new_question_takes_the_place_of_one_that_was_not_accepted() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let author = member(&world, &world.worker).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        assert_eq!(refused(drafting::draft(deps, &author, &once(), &an_ask(&batch, "0.70")).await), "price-ask-lower", "{database}");
        let other = signed_draft(&world, &an_ask(&batch, "1.10")).await;
        let first = passed(&world, &an_ask(&batch, "1.20")).await;
        assert_eq!(refused(opening::open(deps, &author, &once(), &other).await), "price-ask-open", "{database}: voted, and not settled");
        assert_eq!(on_its_day(&world, &first).await, "paused", "{database}");
        assert!(contract_now(&world, &contract).await.ends_at.is_some(), "{database}");
        // Now another may be asked. Accepted, it holds at once: nobody can work at the old price meanwhile.
        let second = opening::open(deps, &author, &once(), &other).await.unwrap();
        crate::votes_ends::all_say_yes(&world, &second).await;
        asking::accept(deps, &buyer, &once(), &second).await.unwrap().unwrap();
        assert_eq!(contract_now(&world, &contract).await.ends_at, None, "{database}");
        claims::claim(deps, &author, &once(), &batch).await.unwrap();
        let first = row(&world, &first).await;
        assert_eq!((first.outcome.as_deref(), first.outcome_reason.as_str()), (Some("lapsed"), "price-asked-anew"), "{database}");
        assert_eq!(refused(asking::accept(deps, &buyer, &once(), &second).await), "price-answered", "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn what_was_accepted_is_not_taken_back_and_an_unanswered_question_takes_over_the_day_of_the_one_before() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        crate::pages::change(&world.database, "UPDATE contracts SET terms = replace(terms, '\"notice_days\":14', '\"notice_days\":60')")
            .await;
        let first = passed(&world, &an_ask(&batch, "1.20")).await;
        assert_eq!(on_its_day(&world, &first).await, "paused", "{database}");
        let ends_at = contract_now(&world, &contract).await.ends_at;
        let second = passed(&world, &an_ask(&batch, "1.10")).await;
        assert_eq!(on_its_day(&world, &second).await, "paused", "{database}");
        assert_eq!(row(&world, &first).await.outcome.as_deref(), Some("lapsed"), "{database}");
        assert_eq!(contract_now(&world, &contract).await.ends_at, ends_at, "{database}: no days are added");
        assert_eq!(refused(asking::accept(deps, &buyer, &once(), &first).await), "price-answered", "{database}");
        asking::accept(deps, &buyer, &once(), &second).await.unwrap().unwrap();
        assert_eq!(contract_now(&world, &contract).await.ends_at, None, "{database}");
        // Accepted before its day, it is not refused any more.
        let third = passed(&world, &an_ask(&batch, "1.40")).await;
        assert_eq!(asking::accept(deps, &buyer, &once(), &third).await.unwrap(), None, "{database}");
        assert_eq!(refused(asking::refuse(deps, &buyer, &once(), &third).await), "price-answered", "{database}: members go by it");
        assert_eq!(on_its_day(&world, &third).await, "done", "{database}");
    }
}
