//! Members' keys: how a first one is made, what becomes of a lost one, and who hears of it.

use std::sync::{Arc, Mutex};

use manyhands::actions::signing::{Outcome, Subject};
use manyhands::actions::{keys, receipts};
use manyhands::jobs::outbox;
use manyhands::mail::transport::Transport;
use manyhands_domain::ids::PersonId;
use manyhands_store::outbox as rows;

use crate::http::Site;
use crate::signers::{AGE_SECS, code_of, enrol, key_of, mail_to, member, note_over, prepared, refused, sign, subjects_to, with_keys};
use crate::support::{PASSWORD, World, databases, once, world};

#[tokio::test]
async fn a_first_key_takes_the_password_and_the_newest_mailed_code_once() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let by = member(&world, &world.coordinator).await;
        let vkey = key_of(&by, 1).verifying_key().to_string();
        let enrol = async |code: &str| keys::enrol(deps, &by, &once(), code, &vkey).await;
        let before = world.rows().await;
        assert_eq!(refused(keys::ask_code(deps, &by, &once(), "not the password").await), "password-wrong");
        assert_eq!(refused(enrol("12345678").await), "key-code-wrong", "{database}: no code was sent");
        assert_eq!(world.rows().await, before, "nothing was written");

        keys::ask_code(deps, &by, &once(), PASSWORD).await.unwrap();
        let old = code_of(&world, &world.coordinator).await;
        deps.clock.advance(60);
        keys::ask_code(deps, &by, &once(), PASSWORD).await.unwrap();
        let code = code_of(&world, &world.coordinator).await;
        assert_eq!(code.len(), 8, "{code}");
        let wrong = if code == "00000000" { "00000001" } else { "00000000" };
        assert_eq!(refused(enrol(wrong).await), "key-code-wrong");
        assert_eq!(refused(enrol(&old).await), "key-code-wrong", "a newer one was sent");
        // Of somebody else, and of a text that is no key of theirs.
        let other = member(&world, &world.treasurer).await;
        let theirs = key_of(&other, 2).verifying_key().to_string();
        assert_eq!(refused(keys::enrol(deps, &other, &once(), &code, &theirs).await), "key-code-wrong", "another person's code");
        for unfit in ["", "x", theirs.as_str()] {
            assert_eq!(refused(keys::enrol(deps, &by, &once(), &code, unfit).await), "key-unfit", "{unfit}");
        }
        assert_eq!(refused(keys::enrol(deps, &by, &once(), &code, &key_of(&by, 1).to_private_text()).await), "key-private");
        let index = enrol(&format!(" {} {} ", &code[..4], &code[4..])).await.unwrap();
        let (_, entry) = receipts::find_entry(deps, index).await.unwrap();
        assert_eq!((entry.kind.name, entry.text("vkey"), entry.signed.len()), ("key.added", Some(vkey.as_str()), 0));
        assert_eq!(entry.reference("member"), Some(by.id().as_str()));
        assert_eq!(refused(enrol(&code).await), "key-first-done", "a second use");
        // The person hears of it, and so does every officer: whoever holds the mailbox could have enrolled.
        assert_eq!(mail_to(&world, "wanjiru@example.coop").await.0, "A key of yours was added");
        assert_eq!(mail_to(&world, "astro@example.coop").await.0, "Une nouvelle clé\u{a0}: Wanjiru K.");
    }
}

#[tokio::test]
async fn a_mailed_code_runs_out_and_guesses_are_counted() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let by = member(&world, &world.coordinator).await;
        let vkey = key_of(&by, 1).verifying_key().to_string();
        keys::ask_code(deps, &by, &once(), PASSWORD).await.unwrap();
        let code = code_of(&world, &world.coordinator).await;
        deps.clock.advance(900);
        assert_eq!(refused(keys::enrol(deps, &by, &once(), &code, &vkey).await), "key-code-wrong", "{database}: after 15 minutes");
        keys::ask_code(deps, &by, &once(), PASSWORD).await.unwrap();
        let code = code_of(&world, &world.coordinator).await;
        for guess in 0..7 {
            let wrong = format!("{:08}", (code.parse::<u64>().unwrap() + 1 + guess) % 100_000_000);
            assert_eq!(refused(keys::enrol(deps, &by, &once(), &wrong, &vkey).await), "key-code-wrong");
        }
        assert_eq!(refused(keys::enrol(deps, &by, &once(), &code, &vkey).await), "too-many-attempts", "{database}: the right one too");
        // Three codes in a quarter of an hour, and no more mail.
        for _ in 0..2 {
            keys::ask_code(deps, &by, &once(), PASSWORD).await.unwrap();
        }
        assert_eq!(refused(keys::ask_code(deps, &by, &once(), PASSWORD).await), "too-many-attempts");
    }
}

#[tokio::test]
async fn keys_begin_with_two_officers() {
    for database in databases() {
        let world = world(database).await;
        let worker = member(&world, &world.worker).await;
        assert_eq!(refused(keys::ask_code(&world.deps, &worker, &once(), PASSWORD).await), "key-officers-first");
        enrol(&world, &world.coordinator, 1).await;
        assert_eq!(
            refused(keys::ask_code(&world.deps, &worker, &once(), PASSWORD).await),
            "key-officers-first",
            "{database}: one is not two"
        );
        enrol(&world, &world.treasurer, 2).await;
        enrol(&world, &world.worker, 3).await;
    }
}

/// A further key of this person, asked for and waiting: how it is signed for.
async fn another(world: &World, person: &PersonId, seed: u8) -> Subject {
    let by = member(world, person).await;
    let vkey = key_of(&by, seed).verifying_key().to_string();
    Subject::Key(keys::ask_another(&world.deps, &by, &once(), &vkey, PASSWORD).await.unwrap())
}

#[tokio::test]
async fn a_further_key_is_signed_for_by_an_older_one_which_stays_in_force() {
    for database in databases() {
        let world = world(database).await;
        let (first, _) = with_keys(&world).await;
        let by = member(&world, &world.coordinator).await;
        let wanted = another(&world, &world.coordinator, 11).await;
        let second = key_of(&by, 11);
        // The new key cannot speak for itself.
        assert_eq!(refused(sign(&world, &world.coordinator, &wanted, &second).await), "note-other-key");
        let Outcome::Done(index) = sign(&world, &world.coordinator, &wanted, &first).await.unwrap() else {
            panic!("one's own key suffices")
        };
        let (_, entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        assert_eq!((entry.kind.name, entry.signed.len()), ("key.added", 1), "{database}");
        let own = keys::find_own(&world.deps, &by).await.unwrap();
        assert_eq!(own.keys.iter().filter(|key| key.retired_index.is_none()).count(), 2);
        assert!(own.request.is_none());
        assert_eq!(refused(keys::ask_another(&world.deps, &by, &once(), &first.verifying_key().to_string(), PASSWORD).await), "key-known");
        // Five in force are enough for anybody; a sixth waits until one is retired.
        for seed in 12..15 {
            let wanted = another(&world, &world.coordinator, seed).await;
            sign(&world, &world.coordinator, &wanted, &first).await.unwrap();
        }
        let sixth = key_of(&by, 15).verifying_key().to_string();
        assert_eq!(refused(keys::ask_another(&world.deps, &by, &once(), &sixth, PASSWORD).await), "key-many", "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn a_lost_key_is_replaced_when_two_other_members_vouch_and_what_it_signed_stays_valid() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let reviewer = enrol(&world, &world.reviewer, 3).await;
        world.deps.clock.advance(AGE_SECS);
        world.funded_contract("100.00").await;
        // The treasurer signs an expense, then loses the key.
        let (_, paid) = crate::signers::expense(&world).await;
        sign(&world, &world.treasurer, &paid, &treasurer).await.unwrap();
        let lost = treasurer.id().to_string();
        let by = member(&world, &world.treasurer).await;
        assert_eq!(refused(keys::retire(&world.deps, &by, &once(), &lost, "lost", "wrong").await), "password-wrong");
        assert_eq!(refused(keys::retire(&world.deps, &by, &once(), &lost, "eaten", PASSWORD).await), "key-reason");
        assert_eq!(refused(keys::retire(&world.deps, &by, &once(), "00000000", "lost", PASSWORD).await), "key-not-in-force");
        keys::retire(&world.deps, &by, &once(), &lost, "lost", PASSWORD).await.unwrap();
        assert!(subjects_to(&world, "wanjiru@example.coop").await.contains(&"A key was retired: Astro N.".to_owned()));
        // Its note over the expense counts no more, since the key was not in force when the second signed.
        assert_eq!(sign(&world, &world.coordinator, &paid, &coordinator).await.unwrap(), Outcome::Waits, "{database}");

        let wanted = another(&world, &world.treasurer, 12).await;
        assert!(subjects_to(&world, "wanjiru@example.coop").await.contains(&"To vouch for: Astro N.".to_owned()));
        let fresh = key_of(&by, 12);
        assert_eq!(refused(prepared(&world, &world.treasurer, &wanted).await), "signature-vouched", "not by themselves");
        assert_eq!(sign(&world, &world.coordinator, &wanted, &coordinator).await.unwrap(), Outcome::Waits, "one does not suffice");
        assert_eq!(refused(sign(&world, &world.coordinator, &wanted, &coordinator).await), "signature-yours", "nor the same one twice");
        let Outcome::Done(index) = sign(&world, &world.reviewer, &wanted, &reviewer).await.unwrap() else { panic!("two others suffice") };
        let (_, entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        assert_eq!((entry.kind.name, entry.signed.len()), ("key.added", 2));
        assert!(subjects_to(&world, "astro@example.coop").await.contains(&"Une clé à vous a été ajoutée".to_owned()));
        // It counts after three days, like any other.
        assert_eq!(refused(prepared(&world, &world.treasurer, &paid).await), "signature-key-young");
        world.deps.clock.advance(AGE_SECS);
        assert!(matches!(sign(&world, &world.treasurer, &paid, &fresh).await.unwrap(), Outcome::Done(_)));
        verify(&world).await;
    }
}

#[tokio::test]
async fn of_two_officers_one_who_lost_their_key_is_vouched_for_with_a_member_who_makes_a_first_one() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let by = member(&world, &world.treasurer).await;
        keys::retire(&world.deps, &by, &once(), &treasurer.id().to_string(), "lost", PASSWORD).await.unwrap();
        let wanted = another(&world, &world.treasurer, 12).await;
        sign(&world, &world.coordinator, &wanted, &coordinator).await.unwrap();
        let worker = enrol(&world, &world.worker, 4).await;
        assert_eq!(refused(sign(&world, &world.worker, &wanted, &worker).await), "signature-key-young", "{database}");
        world.deps.clock.advance(AGE_SECS);
        assert!(matches!(sign(&world, &world.worker, &wanted, &worker).await.unwrap(), Outcome::Done(_)), "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn keys_still_in_force_are_retired_when_others_vouch_for_a_new_one() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let reviewer = enrol(&world, &world.reviewer, 3).await;
        let wanted = another(&world, &world.treasurer, 12).await;
        sign(&world, &world.coordinator, &wanted, &coordinator).await.unwrap();
        assert_eq!(refused(sign(&world, &world.reviewer, &wanted, &reviewer).await), "signature-key-young", "vouchers are settled");
        world.deps.clock.advance(AGE_SECS);
        sign(&world, &world.reviewer, &wanted, &reviewer).await.unwrap();
        let own = keys::find_own(&world.deps, &*member(&world, &world.treasurer).await).await.unwrap();
        let old = own.keys.iter().find(|key| key.key_id == treasurer.id().to_string()).unwrap();
        assert_eq!((old.reason.as_deref(), own.keys.len()), (Some("lost"), 2), "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn a_wish_for_a_key_can_be_withdrawn_and_is_replaced_by_a_newer_one() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, _) = with_keys(&world).await;
        let first = another(&world, &world.treasurer, 12).await;
        let (nonce, line) = prepared(&world, &world.coordinator, &first).await.unwrap();
        let second = another(&world, &world.treasurer, 13).await;
        let by = member(&world, &world.coordinator).await;
        let note = note_over(&line, &coordinator);
        let late = manyhands::actions::signing::sign(&world.deps, &by, &once(), &nonce, &note).await;
        assert_eq!(refused(late), "signature-not-waiting", "{database}: what was signed for the older one is gone");
        keys::withdraw(&world.deps, &*member(&world, &world.treasurer).await, &once()).await.unwrap();
        assert_eq!(refused(prepared(&world, &world.coordinator, &second).await), "signature-not-waiting");
    }
}

#[tokio::test]
async fn the_page_leads_from_password_and_code_to_a_key_and_keeps_no_secret() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::as_person(&world, &world.coordinator).await;
        let by = member(&world, &world.coordinator).await;
        let key = key_of(&by, 1);
        let (vkey, private) = (key.verifying_key().to_string(), key.to_private_text());
        site.get("/account").await.says("Your key");
        let page = site.get("/account/key").await;
        page.says("First we make sure that it is you");
        page.says("keys.js");
        site.post("/account/key/code", &[("password", "wrong")]).await.refuses("The password is wrong.");
        site.post("/account/key/code", &[("password", PASSWORD)]).await.redirects();
        site.get("/account/key").await.says("A code is on its way to you");
        let code = code_of(&world, &world.coordinator).await;
        let wrong = site.post("/account/key", &[("code", "1"), ("vkey", &vkey)]).await;
        wrong.refuses("This code does not fit");
        wrong.says(&vkey);
        let secret = site.post("/account/key", &[("code", &code), ("vkey", &private)]).await;
        secret.refuses("This was the secret half of a key");
        assert!(!secret.text.contains("PRIVATE"), "{database}: it is not shown again");
        assert!(!format!("{:?}", world.rows().await).contains("PRIVATE"));
        site.post("/account/key", &[("code", &code), ("vkey", &vkey)]).await.redirects();
        let page = site.get("/account/key").await;
        page.says(&format!("Key {}", key.id()));
        page.says("In force; among two people it counts from");
        world.deps.clock.advance(AGE_SECS);
        let page = site.get("/account/key").await;
        assert!(!page.text.contains("counts from"), "{database}");
        site.post("/account/key/another", &[("vkey", &key_of(&by, 2).verifying_key().to_string()), ("password", PASSWORD)])
            .await
            .redirects();
        site.get("/account/key").await.says("Sign for it with a key that you have");
        let retire = [("key_id", key.id().to_string()), ("reason", "lost".to_owned()), ("password", PASSWORD.to_owned())];
        let retire: Vec<(&str, &str)> = retire.iter().map(|(name, value)| (*name, value.as_str())).collect();
        site.post("/account/key/retire", &retire).await.redirects();
        let page = site.get("/account/key").await;
        page.says("waits for two members with keys");
        page.says(": lost");
    }
}

#[tokio::test]
async fn nothing_keeps_a_code_once_its_mail_has_left() {
    for database in databases() {
        let world = world(database).await;
        let by = member(&world, &world.coordinator).await;
        keys::ask_code(&world.deps, &by, &once(), PASSWORD).await.unwrap();
        let code = code_of(&world, &world.coordinator).await;
        let sent = Arc::new(Mutex::new(Vec::new()));
        outbox::send(&world.deps, &Transport::Memory(sent.clone())).await.unwrap();
        let mailed = String::from_utf8(sent.lock().unwrap()[0].1.clone()).unwrap();
        assert!(mailed.contains(&code[..4]), "{mailed}");
        let messages = rows::list_messages(&world.deps.db.read(), 100).await.unwrap();
        let message = messages.iter().find(|message| message.subject == "The code for your key").unwrap();
        assert!(message.bytes.is_empty() && message.state == "sent", "{database}");
        let waiting = rows::take_notices(&world.deps.db.begin().await.unwrap(), 100).await.unwrap();
        assert!(waiting.waiting.is_empty(), "{database}: and no notice waits with it");
    }
}

/// The export holds at every level, read by the auditor's program.
async fn verify(world: &World) {
    crate::signing::verify(world).await;
}
