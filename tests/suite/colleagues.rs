//! Several people act for one client: who invites whom, what a stranger learns, who is told.

use manyhands::actions::colleagues::{self, Wanted};
use manyhands::actions::people::{self, Invitation};
use manyhands::actions::{contracts, sessions};
use manyhands_domain::ids::PersonId;

use crate::http::Site;
use crate::signers::{mail_to, refused, subjects_to};
use crate::support::{PASSWORD, World, databases, once, world};

fn wanted(email: &str) -> Wanted {
    Wanted { name: "Second buyer".to_owned(), email: email.to_owned(), language: "fr".to_owned() }
}

async fn account(world: &World, email: &str) -> Option<PersonId> {
    manyhands_store::people::find_invited(&world.deps.db.read(), email).await.unwrap()
}

/// The newest link that was mailed to an address, and the mail's own words.
async fn link(world: &World, address: &str) -> (String, String) {
    let (_, text) = mail_to(world, address).await;
    (text.split("/invitation/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned(), text)
}

#[tokio::test]
async fn a_client_s_user_invites_another_who_sees_what_is_their_client_s_and_nothing_else() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.funded_contract("10.00").await;
        let before = world.rows().await;
        assert_eq!(refused(colleagues::invite(deps, &buyer, &once(), &wanted("second@example.coop"), "wrong").await), "password-wrong");
        assert_eq!(refused(colleagues::invite(deps, &buyer, &once(), &wanted("no address"), PASSWORD).await), "email-unfit", "{database}");
        assert_eq!(world.rows().await, before, "nothing was written");

        let same = once();
        colleagues::invite(deps, &buyer, &same, &wanted(" Second@Example.coop "), PASSWORD).await.unwrap();
        let second = account(&world, "second@example.coop").await.unwrap();
        colleagues::invite(deps, &buyer, &same, &wanted(" Second@Example.coop "), PASSWORD).await.unwrap();
        // Their link is lost: the same user invites them again, and another client's user does not.
        let other = world.other_buyer().await;
        let stranger = world.signed_in(&other).await.client_user().unwrap();
        colleagues::invite(deps, &stranger, &once(), &wanted("second@example.coop"), PASSWORD).await.unwrap();
        world.deps.clock.advance(60);
        colleagues::invite(deps, &buyer, &once(), &wanted("second@example.coop"), PASSWORD).await.unwrap();
        assert_eq!(account(&world, "second@example.coop").await.unwrap(), second);
        let (token, text) = link(&world, "second@example.coop").await;
        assert!(text.contains("Buyer vous invite à agir pour Safe Harbor Models Inc."), "{text}");
        // Nobody is told of what a client's people do before they came in.
        contracts::record_deposit(deps, &world.treasurer().await, &once(), &contract, "1.00", "transfer 9").await.unwrap();
        let told = subjects_to(&world, "second@example.coop").await;
        assert!(told.iter().all(|subject| subject == "Votre compte à Visible Hands Cooperative"), "{database}: {told:?}");
        sessions::set_password(deps, &token, "invitation", "a long new password").await.unwrap();
        let user = world.signed_in(&second).await.client_user().unwrap();
        assert_eq!(user.client(), buyer.client());
        assert_eq!(contracts::find_own(deps, &user, &contract).await.unwrap().id, contract.as_str());
        assert!(contracts::find_own(deps, &stranger, &contract).await.is_err());
        let names = async |by| colleagues::list(deps, by).await.unwrap().into_iter().map(|row| row.name).collect::<Vec<_>>();
        assert_eq!(
            (names(&user).await, names(&stranger).await),
            (vec!["Buyer".to_owned(), "Second buyer".to_owned()], vec!["Other".to_owned()])
        );
        // Who acts already hears of a third.
        colleagues::invite(deps, &user, &once(), &wanted("third@example.coop"), "a long new password").await.unwrap();
        let told = subjects_to(&world, "buyer@example.coop").await;
        assert!(told.contains(&"Invited to act with you: Second buyer".to_owned()), "{told:?}");
        // And of somebody who has an account, so that it says nothing.
        world.deps.clock.advance(60);
        colleagues::invite(deps, &user, &once(), &wanted("nathalie@example.coop"), "a long new password").await.unwrap();
        assert_eq!(subjects_to(&world, "buyer@example.coop").await.len(), told.len() + 1, "{database}");
        assert!(subjects_to(&world, "other@elsewhere.example").await.is_empty());
    }
}

#[tokio::test]
async fn whoever_has_an_account_is_told_and_the_client_learns_nothing() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        for email in ["nathalie@example.coop", "buyer@example.coop", "nobody@example.coop"] {
            colleagues::invite(deps, &buyer, &once(), &wanted(email), PASSWORD).await.unwrap();
        }
        assert!(world.worker().await.client_user().is_none(), "{database}");
        assert_eq!(subjects_to(&world, "nathalie@example.coop").await, ["Safe Harbor Models Inc voulait vous inviter"]);
        assert!(subjects_to(&world, "buyer@example.coop").await.is_empty(), "one's own");
    }
}

#[tokio::test]
async fn an_invitation_of_a_client_s_user_keeps_nobody_from_the_co_op_and_from_another_client() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer, coordinator) = (&world.deps, world.buyer().await, world.coordinator().await);
        let invitation = |email: &str, client: Option<&str>| Invitation {
            name: "Somebody".to_owned(),
            email: email.to_owned(),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "DE".to_owned(),
            client: client.map(str::to_owned),
            roles: Vec::new(),
        };
        for (email, client) in [("applicant@example.coop", None), ("theirs@example.coop", Some("Other Firm"))] {
            colleagues::invite(deps, &buyer, &once(), &wanted(email), PASSWORD).await.unwrap();
            let (stale, _) = link(&world, email).await;
            world.deps.clock.advance(60);
            people::invite(deps, &coordinator, &once(), &invitation(email, client)).await.unwrap();
            assert!(sessions::set_password(deps, &stale, "invitation", "a long new password").await.is_err(), "{database}: the old link");
            let (token, text) = link(&world, email).await;
            assert_eq!(text.contains("to act for Other Firm"), client.is_some(), "{text}");
            let person = account(&world, email).await.unwrap();
            sessions::set_password(deps, &token, "invitation", "a long new password").await.unwrap();
            let who = world.signed_in(&person).await;
            assert_eq!((who.member().is_some(), who.client_user().is_some()), (client.is_none(), client.is_some()), "{database}");
            assert!(who.client_user().is_none_or(|user| user.client() != buyer.client()), "{database}: another client's");
        }
        // The organisation was mistyped: the same person, before they came in, acts for another.
        for client in ["Typo Ltd", "Right Ltd"] {
            people::invite(deps, &coordinator, &once(), &invitation("first@example.coop", Some(client))).await.unwrap();
            world.deps.clock.advance(60);
        }
        let (_, text) = link(&world, "first@example.coop").await;
        assert!(text.contains("to act for Right Ltd"), "{text}");
    }
}

#[tokio::test]
async fn the_page_keeps_what_was_typed_and_is_there_for_clients_alone() {
    for database in databases() {
        let world = world(database).await;
        let buyer = Site::as_person(&world, &world.buyer).await;
        let page = buyer.get("/account/colleagues").await;
        page.says("Who acts with you");
        page.says("buyer@example.coop");
        let typed = [("name", "Second buyer"), ("email", "nowhere"), ("language", "fr"), ("password", PASSWORD)];
        let again = buyer.post("/account/colleagues", &typed).await;
        again.refuses("Second buyer");
        assert!(!again.text.contains(PASSWORD), "{database}: a password is not given back");
        let member = Site::as_person(&world, &world.worker).await;
        assert_eq!(member.get("/account/colleagues").await.status, 404, "{database}");
        assert!(buyer.get("/account").await.text.contains("/account/colleagues"));
    }
}
