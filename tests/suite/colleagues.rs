//! Several people act for one client: who invites whom, what a stranger learns, who is told.

use manyhands::actions::colleagues::{self, Wanted};
use manyhands::actions::{contracts, sessions};

use crate::http::Site;
use crate::signers::{mail_to, refused, subjects_to};
use crate::support::{PASSWORD, databases, once, world};

fn wanted(email: &str) -> Wanted {
    Wanted { name: "Second buyer".to_owned(), email: email.to_owned(), language: "fr".to_owned() }
}

#[tokio::test]
async fn a_client_s_user_invites_another_who_sees_what_is_their_client_s_and_nothing_else() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.funded_contract("10.00").await;
        let before = world.rows().await;
        assert_eq!(refused(colleagues::invite(deps, &buyer, &once(), &wanted("second@example.coop"), "wrong").await), "password-wrong");
        for (email, code) in [("no address", "email-unfit"), ("wanjiru@example.coop", "email-taken"), ("buyer@example.coop", "email-taken")]
        {
            assert_eq!(refused(colleagues::invite(deps, &buyer, &once(), &wanted(email), PASSWORD).await), code, "{database}: {email}");
        }
        assert_eq!(world.rows().await, before, "nothing was written");

        let same = once();
        let second = colleagues::invite(deps, &buyer, &same, &wanted(" Second@Example.coop "), PASSWORD).await.unwrap();
        assert_eq!(colleagues::invite(deps, &buyer, &same, &wanted(" Second@Example.coop "), PASSWORD).await.unwrap(), second, "once");
        // Their link is lost: the same user invites them again, another client does not.
        let other = world.other_buyer().await;
        let stranger = world.signed_in(&other).await.client_user().unwrap();
        assert_eq!(refused(colleagues::invite(deps, &stranger, &once(), &wanted("second@example.coop"), PASSWORD).await), "email-taken");
        world.deps.clock.advance(60);
        assert_eq!(colleagues::invite(deps, &buyer, &once(), &wanted("second@example.coop"), PASSWORD).await.unwrap(), second);
        let token = {
            let (subject, text) = mail_to(&world, "second@example.coop").await;
            assert_eq!(subject, "Votre compte à Visible Hands Cooperative");
            text.split("/invitation/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
        };
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
        assert_eq!(subjects_to(&world, "buyer@example.coop").await[0], "Invited to act with you: Second buyer");
        assert!(subjects_to(&world, "other@elsewhere.example").await.is_empty());
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
