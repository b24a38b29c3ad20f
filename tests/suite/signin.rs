//! Signing in, links by mail, throttling: what an honest person and a guesser see.

use manyhands::actions::demo;
use manyhands::deps::{Coop, Deps};
use manyhands::jobs::outbox;
use manyhands_store::outbox as rows;

use crate::http::Site;
use crate::support::{PASSWORD, World, databases, world};

/// The secret in the newest mail to an address that leads to `path`.
async fn token_of(world: &World, address: &str, path: &str) -> Option<String> {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = rows::list_messages(&world.deps.db.read(), 100).await.unwrap();
    let message = messages.into_iter().find(|message| message.recipient == address)?;
    let text = String::from_utf8(message.bytes).unwrap().replace("=\r\n", "");
    let rest = text.split(&format!("{path}/")).nth(1)?;
    Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect())
}

async fn sign_in(site: &Site, email: &str, password: &str) -> crate::http::Answer {
    site.post("/signin", &[("email", email), ("password", password), ("next", "/pay")]).await
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::of(&world).await;
        let sentence = "Address and password do not fit together.";
        let wrong = sign_in(&site, "otieno@example.coop", "not the password").await;
        let unknown = sign_in(&site, "nobody@example.coop", "not the password").await;
        wrong.refuses(sentence);
        unknown.refuses(sentence);
        assert_eq!(main_of(&wrong.text).replace("otieno@", "nobody@"), main_of(&unknown.text));
        wrong.says("otieno@example.coop");
        assert!(!wrong.text.contains("not the password"), "a password is never shown again");
        let right = sign_in(&site, " Otieno@Example.coop ", PASSWORD).await;
        right.redirects();
        assert_eq!(right.to, "/pay");
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(right.cookie.contains(flag), "{}", right.cookie);
        }
        assert!(right.cookie.starts_with("sid=") && !right.cookie.contains("Secure"), "plain on http: {}", right.cookie);
        let elsewhere = site.post("/signin", &[("email", "otieno@example.coop"), ("password", PASSWORD), ("next", "//evil.example")]).await;
        assert_eq!(elsewhere.to, "/work", "nobody is led elsewhere");
    }
}

#[tokio::test]
async fn on_https_the_cookie_is_bound_to_the_host() {
    let mut world = world("sqlite").await;
    let coop = Coop { address: "https://work.example.coop".to_owned(), ..Coop::clone(&world.deps.coop) };
    world.deps = Deps { coop: coop.into(), ..world.deps.clone() };
    let answer = sign_in(&Site::of(&world).await, "otieno@example.coop", PASSWORD).await;
    assert!(answer.cookie.starts_with("__Host-sid=") && answer.cookie.contains("Secure"), "{}", answer.cookie);
}

#[tokio::test]
async fn guessing_is_slowed_and_a_person_who_knows_their_password_never_is() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::of(&world).await;
        for _ in 0..12 {
            sign_in(&site, "otieno@example.coop", PASSWORD).await.redirects();
        }
        for _ in 0..8 {
            sign_in(&site, "otieno@example.coop", "a wrong guess").await.refuses("do not fit together");
        }
        // Not even the right one is looked at now, and an unknown address is treated alike.
        let waits = sign_in(&site, "otieno@example.coop", PASSWORD).await;
        assert_eq!(waits.status, 429);
        waits.says("There were too many attempts. Wait 15 minutes");
        for _ in 0..8 {
            sign_in(&site, "nobody@example.coop", "a wrong guess").await.refuses("do not fit together");
        }
        let waits = sign_in(&site, "nobody@example.coop", "a wrong guess").await;
        assert_eq!(waits.status, 429);
        waits.says("There were too many attempts.");
        world.deps.clock.advance(15 * 60 + 1);
        sign_in(&site, "otieno@example.coop", PASSWORD).await.redirects();
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::as_person(&world, &world.worker).await;
        assert_eq!(site.get("/pay").await.status, 200);
        site.post("/signout", &[]).await.redirects();
        assert_eq!(site.get("/pay").await.to, "/signin?next=%2Fpay");
        let old = Site::as_person(&world, &world.worker).await;
        world.deps.clock.advance(31 * 86_400);
        assert_eq!(old.get("/pay").await.status, 303, "thirty days, then again");
    }
}

#[tokio::test]
async fn a_reset_link_works_once_within_its_hour_and_tells_nothing_of_unknown_people() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::of(&world).await;
        let known = site.post("/reset", &[("email", "otieno@example.coop")]).await;
        let unknown = site.post("/reset", &[("email", "nobody@example.coop")]).await;
        assert_eq!((known.status, main_of(&known.text)), (unknown.status, main_of(&unknown.text)));
        assert!(token_of(&world, "nobody@example.coop", "/reset").await.is_none());
        let token = token_of(&world, "otieno@example.coop", "/reset").await.unwrap();
        let elsewhere = Site::as_person(&world, &world.reviewer).await;
        let weak = site.post(&format!("/reset/{token}"), &[("password", "aaaaaaaaaaaa")]).await;
        weak.refuses("The password needs 10 to 200 characters");
        let done = site.post(&format!("/reset/{token}"), &[("password", "a new sentence of mine")]).await;
        done.redirects();
        assert!(done.cookie.starts_with("sid="));
        assert_eq!(elsewhere.get("/pay").await.status, 303, "every other session has ended");
        site.post(&format!("/reset/{token}"), &[("password", "another sentence of mine")])
            .await
            .refuses("This link was used or has run out.");
        sign_in(&site, "otieno@example.coop", PASSWORD).await.refuses("do not fit together");
        sign_in(&site, "otieno@example.coop", "a new sentence of mine").await.redirects();

        site.post("/reset", &[("email", "astro@example.coop")]).await;
        let late = token_of(&world, "astro@example.coop", "/reset").await.unwrap();
        world.deps.clock.advance(3_601);
        site.get(&format!("/reset/{late}")).await.refuses("This link was used or has run out.");
        assert_eq!(site.get(&format!("/invitation/{late}")).await.status, 422, "a link is for one purpose");
    }
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_and_has_only_the_role_they_were_given() {
    for database in databases() {
        let world = world(database).await;
        let office = Site::as_person(&world, &world.coordinator).await;
        let fields = [
            ("name", "Liza M."),
            ("email", "liza@example.coop"),
            ("role", "reviewer"),
            ("client", ""),
            ("country", "PH"),
            ("language", "en"),
            ("zone", "Asia/Manila"),
        ];
        office.post("/office/invite", &fields).await.redirects();
        // The first mail was lost: the same person is invited again, and either link lets them in, once.
        let lost = token_of(&world, "liza@example.coop", "/invitation").await.unwrap();
        world.deps.clock.advance(60);
        office.post("/office/invite", &fields).await.redirects();
        let site = Site::of(&world).await;
        sign_in(&site, "liza@example.coop", "whatever they type").await.refuses("do not fit together");
        let token = token_of(&world, "liza@example.coop", "/invitation").await.unwrap();
        assert_ne!(token, lost);
        site.post(&format!("/invitation/{token}"), &[("password", "a sentence of Liza's")]).await.redirects();
        site.post(&format!("/invitation/{lost}"), &[("password", "a sentence of Mallory's")]).await.refuses("This link was used");
        office.post("/office/invite", &fields).await.refuses("There is an account with this address already.");
        site.post(&format!("/invitation/{token}"), &[("password", "a sentence of Mallory's")]).await.refuses("This link was used");
        sign_in(&site, "liza@example.coop", "a sentence of Liza's").await.redirects();
    }
}

#[tokio::test]
async fn where_pay_goes_is_changed_with_the_password_and_told_by_mail() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::as_person(&world, &world.reviewer).await;
        let before = world.rows().await;
        let wrong = site.post("/account/payout", &[("payout_to", "254700000001"), ("password", "not the password")]).await;
        wrong.refuses("The password is wrong. Nothing was written");
        wrong.says("254700000001");
        site.post("/account/payout", &[("payout_to", " "), ("password", PASSWORD)])
            .await
            .refuses("Write the number or account in one line");
        assert_eq!(world.rows().await, before, "nothing was written");
        site.post("/account/payout", &[("payout_to", "254700000001"), ("password", PASSWORD)]).await.redirects();
        site.get("/account").await.says("value=\"254700000001\"");
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        assert!(told(&world, "otieno@example.coop").await);
    }
}

/// Whether the newest mail to an address says that its pay goes elsewhere now.
async fn told(world: &World, address: &str) -> bool {
    let messages = rows::list_messages(&world.deps.db.read(), 100).await.unwrap();
    messages.iter().any(|message| message.recipient == address && message.subject == "Where your pay goes was changed")
}

#[tokio::test]
async fn the_demonstrations_doors_do_not_exist_in_a_real_co_op() {
    let world = world("sqlite").await;
    let site = Site::of(&world).await;
    for door in demo::DOORS {
        assert_eq!(site.post(&format!("/demo/as/{}", door.word), &[]).await.status, 404);
    }
    assert_eq!(site.get("/demo/mail").await.status, 404);
}

/// The page itself, without what stands around it and without the random key of its form.
fn main_of(text: &str) -> String {
    let main = text.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let mut parts = main.split("name=\"key\" value=\"");
    let first = parts.next().unwrap().to_owned();
    first + &parts.map(|part| part.split_once('"').unwrap().1).collect::<String>()
}
