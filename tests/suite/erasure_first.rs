//! Before somebody is erased: what must come first, how a member leaves without a signature, who can be erased though they never
//! left. On both databases.

use manyhands::actions::claims::Typed;
use manyhands::actions::colleagues::{self, Wanted};
use manyhands::actions::people::Invitation;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, payouts, people, receipts, reviews, rights, sessions};
use manyhands::jobs::outbox;
use manyhands_store::outbox as rows;

use crate::erasure::{EMAIL, NAME, past, sent};
use crate::http::Site;
use crate::support::{PASSWORD, databases, once, world};

#[tokio::test]
async fn what_must_come_first_is_said_one_after_the_other() {
    for database in databases() {
        let past = past(database).await;
        let (deps, world) = (&past.world.deps, &past.world);
        let office = past.office().await;
        let refuses = async |words: &str| {
            office.get(&past.page()).await.says(words);
            let before = world.rows().await;
            office.post(&format!("{}/erase", past.page()), &[("password", PASSWORD)]).await.refuses(words);
            assert_eq!(world.rows().await, before, "{database}: nothing was written");
        };
        refuses(&format!("{NAME} is a member. Members leave first")).await;

        // She holds two tasks, hands one in, and leaves: one goes back, one is judged and paid.
        let batch = world.open_batch(&past.contract, 5).await;
        let [handed, held] =
            [claims::claim(deps, &past.member, &once(), &batch).await, claims::claim(deps, &past.member, &once(), &batch).await];
        let typed = Typed::one("Harmful", 1);
        let handed = handed.unwrap();
        claims::submit(deps, &past.member, &once(), &handed, &typed).await.unwrap();
        past.leave().await;
        let row = claims::find_own(deps, &past.member, &held.unwrap()).await.unwrap().0;
        assert_eq!(row.state, "released", "{database}");
        refuses("1 piece of their work is not judged yet").await;
        reviews::accept(deps, &Judging::Reviewer(world.reviewer().await), &once(), &handed).await.unwrap();
        refuses("0.64 USD is still owed to them").await;
        let run = payouts::prepare(deps, &world.treasurer().await, &once(), "USD", "0.10", PASSWORD).await.unwrap();
        refuses("A payout to them is prepared or under way").await;
        payouts::approve(deps, &world.signed_in(&world.coordinator).await.officer().unwrap(), &once(), &run, PASSWORD).await.unwrap();
        refuses("A payout to them is prepared or under way").await;
        payouts::settle(deps, &world.treasurer().await, &once(), &run, past.member.id(), "QX13", "").await.unwrap();
        office.post(&format!("{}/erase", past.page()), &[("password", PASSWORD)]).await.redirects();
    }
}

#[tokio::test]
async fn a_member_leaves_by_their_own_action_and_the_last_coordinator_stays() {
    for database in databases() {
        let past = past(database).await;
        let (deps, world) = (&past.world.deps, &past.world);
        let own = Site::as_person(world, &past.person).await;
        own.get("/account").await.says("<a class=\"btn line\" href=\"/account/leave\">Leave the co-op</a>");
        own.get("/account/leave").await.says("You are off the roll at once");
        own.post("/account/leave", &[("password", "wrong password")]).await.refuses("The password is wrong. Nothing was written");
        let to = own.post("/account/leave", &[("password", PASSWORD)]).await;
        to.redirects();
        own.get(&to.to).await.says("Member left");
        let who = rights::identify(&deps.db.read(), &past.person).await.unwrap().unwrap();
        assert!(who.member().is_none() && who.treasurer().is_none() && who.officer().is_none(), "{database}: no right is left");
        assert_eq!(own.get("/work").await.status, 404, "{database}");
        assert_eq!(own.get("/account").await.status, 200, "{database}: the account is still theirs");
        assert_eq!(own.post("/account/leave", &[("password", PASSWORD)]).await.status, 404, "{database}: nobody leaves twice");
        outbox::render(deps, "office@example.coop").await.unwrap();
        let subjects: Vec<String> = rows::list_messages(&deps.db.read(), 5).await.unwrap().into_iter().map(|m| m.subject).collect();
        assert!(subjects.iter().any(|subject| subject.starts_with("You have left")), "{database}: {subjects:?}");

        let last = Site::as_person(world, &world.coordinator).await;
        last.post("/account/leave", &[("password", PASSWORD)]).await.refuses("You are the only coordinator");
        // Owed, and nowhere to send it.
        let worker = Site::as_person(world, &world.worker).await;
        let batch = world.open_batch(&past.contract, 2).await;
        let claim = claims::claim(deps, &world.worker().await, &once(), &batch).await.unwrap();
        let typed = Typed::one("Harmful", 1);
        claims::submit(deps, &world.worker().await, &once(), &claim, &typed).await.unwrap();
        reviews::accept(deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
        let tx = deps.db.begin().await.unwrap();
        manyhands_store::people::set_payout_to(&tx, world.worker().await.id(), "").await.unwrap();
        tx.commit().await.unwrap();
        world.reads(&world.worker, "en").await;
        worker.get("/account/leave").await.says("0.64 USD is owed to you. Say in your account where your pay goes");
        worker.post("/account/leave", &[("password", PASSWORD)]).await.refuses("you have not said where it is to go");
    }
}

#[tokio::test]
async fn whoever_never_came_in_and_whoever_acts_for_a_client_can_be_erased_too() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let office = Site::as_person(&world, &world.coordinator).await;
        let invitation = Invitation {
            name: NAME.to_owned(),
            email: EMAIL.to_owned(),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "KE".to_owned(),
            client: None,
            roles: Vec::new(),
        };
        let invited = sent(people::invite(deps, &world.coordinator().await, &once(), &invitation).await.unwrap());
        office.post(&format!("/office/people/{invited}/erase"), &[("password", PASSWORD)]).await.redirects();
        let entries = receipts::list_entries(deps, 1_000, 1).await.unwrap();
        assert_eq!(entries[0].kind, "member.left", "{database}: whoever was admitted and never came leaves the roll");
        // Their link is worth nothing any more, and the address is free.
        people::invite(deps, &world.coordinator().await, &once(), &invitation).await.unwrap();

        let contract = world.funded_contract("10.00").await;
        let page = format!("/office/people/{}", world.buyer);
        // Whom they invited and who never came in acts for nobody yet, and can be erased.
        let wanted = Wanted { name: "Second".to_owned(), email: "second@example.coop".to_owned(), language: "en".to_owned() };
        colleagues::invite(deps, &world.buyer().await, &once(), &wanted, PASSWORD).await.unwrap();
        office.get(&page).await.says("Nobody else acts for Safe Harbor Models Inc, which has 1 contract that is not finished");
        office.post(&format!("{page}/erase"), &[("password", PASSWORD)]).await.refuses("Nobody else acts for");
        let second = manyhands_store::people::find_invited(&deps.db.read(), "second@example.coop").await.unwrap().unwrap();
        office.post(&format!("/office/people/{second}/erase"), &[("password", PASSWORD)]).await.redirects();
        colleagues::invite(deps, &world.buyer().await, &once(), &wanted, PASSWORD).await.unwrap();
        let other = world.other_buyer().await;
        office.post(&format!("/office/people/{other}/erase"), &[("password", PASSWORD)]).await.redirects();
        assert_eq!(office.get(&format!("/office/people/{other}")).await.status, 404);
        manyhands::actions::contracts::find_public(deps, &contract).await.unwrap();
        // Once they have come in, they act for the client.
        let second = manyhands_store::people::find_invited(&deps.db.read(), "second@example.coop").await.unwrap().unwrap();
        let tx = deps.db.begin().await.unwrap();
        manyhands_store::people::set_password(&tx, &second, &sessions::hash(deps, PASSWORD).await.unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        office.post(&format!("{page}/erase"), &[("password", PASSWORD)]).await.redirects();
        office.post(&format!("/office/people/{second}/erase"), &[("password", PASSWORD)]).await.refuses("Nobody else acts for");
        // A coordinator does not erase themselves; nobody else erases anybody.
        office.get(&format!("/office/people/{}", world.coordinator)).await.says("Nobody erases themselves");
        let treasurer = Site::as_person(&world, &world.treasurer).await;
        assert_eq!(treasurer.post(&format!("/office/people/{}/erase", world.worker), &[("password", PASSWORD)]).await.status, 404);
    }
}
