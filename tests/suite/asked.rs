//! The pages around a price: what members ask, answered by the client's users with a press that is confirmed; a new price for an open
//! batch; and the floor above one, marked wherever somebody looks for work or for what waits.

use manyhands::actions::proposals::enacting;
use manyhands::actions::{batches, claims};
use manyhands_domain::money::Amount;

use crate::http::Site;
use crate::support::{databases, once, world};
use crate::voters::{close, floor, put_to_the_vote, row, until, vote};
use crate::votes_ends::{an_ask, on_its_day, passed};

#[tokio::test]
async fn a_client_reads_what_is_asked_and_accepts_it_with_a_press_that_is_confirmed() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let id = passed(&world, &an_ask(&batch, "1.20")).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let page = format!("/asked/{id}");
        let desk = site.get("/desk").await;
        desk.says("1.20 USD is asked for Safety text review");
        desk.says(&format!("href=\"{page}\""));
        let asked = site.get(&page).await;
        for words in [
            "1.20 USD is asked for Safety text review",
            "You have not answered yet.",
            "0.80",
            "0.96",
            "the 3 answers that nobody has claimed",
            "0.80 USD holds since",
            "The new price would hold from",
            "If you accept",
            "Without an answer",
            "P-1: 3 yes, 0 no, 0 abstained; 3 of 4 members voted.",
            "After five nights of work.",
        ] {
            asked.says(words);
        }
        // Another client, a member and a visitor find nothing here.
        let stranger = Site::as_person(&world, &world.other_buyer().await).await;
        assert_eq!(stranger.get(&page).await.status, 404, "{database}");
        assert_eq!(stranger.post(&format!("{page}/accept"), &[]).await.status, 404, "{database}");
        assert_eq!(Site::as_person(&world, &world.worker).await.get(&page).await.status, 404, "{database}");
        let sure = site.get(&format!("{page}/accept")).await;
        sure.says("Accept 1.20 USD for Safety text review?");
        sure.says("Members go by it, so it is not taken back.");
        assert_eq!(row(&world, &id).await.outcome.as_deref(), Some("waiting"), "{database}: looking is no answer");
        site.post(&format!("{page}/accept"), &[]).await.redirects();
        site.get(&page).await.says("You accepted. The price holds from");
        site.post(&format!("{page}/refuse"), &[]).await.refuses("This price is settled already.");
        on_its_day(&world, &id).await;
        let index = row(&world, &id).await.outcome_index.unwrap();
        let done = site.get(&page).await;
        done.says("Settled: you pay this price.");
        done.says(&format!("href=\"/ledger/{index}/receipt\""));
        let priced = site.get(&format!("/batches/{batch}")).await;
        priced.says("asked by the members, P-1");
        priced.says(&format!("href=\"/ledger/{index}\""));
        site.post(&format!("/batches/{batch}/price"), &[("price", "1.10")]).await.refuses("Members asked 1.20 USD in P-1");
        assert!(!site.get("/desk").await.text.contains(&page), "{database}: it waits no more");
    }
}

#[tokio::test]
async fn what_is_not_accepted_says_what_follows_and_still_can_be() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let id = passed(&world, &an_ask(&batch, "1.20")).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let page = format!("/asked/{id}");
        site.get(&format!("{page}/refuse")).await.says("the contract ends after the days of notice that its listing names");
        site.post(&format!("{page}/refuse"), &[]).await.redirects();
        let refused = site.get(&page).await;
        refused.says("You did not accept. You still can");
        assert!(!refused.text.contains(&format!("{page}/refuse")), "{database}: not a second time");
        on_its_day(&world, &id).await;
        site.get(&page).await.says("the batch takes no new claims, and the contract ends on");
        let of_batch = site.get(&format!("/batches/{batch}")).await;
        of_batch.says("Waits for an answer about its price");
        of_batch.says(&format!("href=\"{page}\""));
        let board = Site::as_person(&world, &world.worker).await.get("/work").await;
        assert!(!board.text.contains(&format!("/batches/{batch}/claim")), "{database}");
        site.get(&format!("{page}/accept")).await.says("The price holds at once");
        site.post(&format!("{page}/accept"), &[]).await.redirects();
        site.get(&page).await.says("Settled: you pay this price.");
        claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
    }
}

#[tokio::test]
async fn a_batch_under_a_new_floor_is_marked_on_board_desk_and_its_page_until_its_client_pays_more() {
    for database in databases() {
        let world = world(database).await;
        let (deps, contract) = (&world.deps, world.plain_contract().await);
        let cheap = world.open_batch(&contract, 3).await;
        let dear = world.draft_batch(&contract, "1.00", "180").await;
        batches::import(deps, &world.buyer().await, &once(), &dear, b"id,payload\na,A passage\n").await.unwrap();
        batches::open(deps, &world.buyer().await, &once(), &dear).await.unwrap();
        let (site, member) = (Site::as_person(&world, &world.buyer).await, Site::as_person(&world, &world.reviewer).await);
        assert!(!site.get("/desk").await.text.contains("under the floor"), "{database}");
        let id = put_to_the_vote(&world, &floor("15")).await;
        for person in [&world.worker, &world.reviewer] {
            vote(&world, person, &id, "yes").await.unwrap();
        }
        close(&world, &id).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        enacting::enact_due(deps).await.unwrap();
        let since =
            batches::find_under(deps, &batches::find_own(deps, &world.buyer().await, &cheap).await.unwrap()).await.unwrap().unwrap();
        assert_eq!((since.least, since.since), (Amount::parse_input("0.94").unwrap(), deps.clock.now()), "{database}");
        // Later rules leave the day as it is.
        let board = member.get("/work").await;
        board.says("no new claims until its client pays 0.94 USD.");
        assert!(!board.text.contains(&format!("/batches/{cheap}/claim")), "{database}: no press that cannot do anything");
        board.says(&format!("/batches/{dear}/claim"));
        let desk = site.get("/desk").await;
        desk.says("Safety text review: under the floor");
        desk.says(&format!("href=\"/batches/{cheap}/price\""));
        site.get(&format!("/batches/{cheap}")).await.says("Under the floor that the members voted, since");
        let page = format!("/batches/{cheap}/price");
        site.get(&page).await.says("Take 0.94 USD");
        let before = world.rows().await;
        let refused = site.post(&page, &[("price", "0.93")]).await;
        refused.refuses("The least price at this time is 0.94 USD");
        refused.says("value=\"0.93\"");
        site.post(&page, &[("price", "0,94")]).await.refuses("");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        site.post(&page, &[("price", "0.94")]).await.redirects();
        assert!(!site.get("/desk").await.text.contains("under the floor"), "{database}");
        member.get("/work").await.says(&format!("/batches/{cheap}/claim"));
        site.get(&page).await.says("with which the batch opened");
        assert_eq!(Site::as_person(&world, &world.other_buyer().await).await.get(&page).await.status, 404, "{database}");
    }
}
