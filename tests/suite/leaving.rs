//! Leaving once two members' keys count: by one's own signature, or by those of two officers. On both databases, and the verifier agrees.

use manyhands::actions::erasure::{self, Erased};
use manyhands::actions::leaving::{self, Leaving};
use manyhands::actions::people::{Invitation, Invited};
use manyhands::actions::signing::{self, Outcome, Subject};
use manyhands::actions::{Work, claims, keys, people, receipts, reviews, rights, sessions};
use manyhands::jobs::outbox;
use manyhands_domain::books::entry::{Draft, Entry};
use manyhands_domain::ids::PersonId;

use crate::http::Site;
use crate::program::{manyhands, said};
use crate::signers::{enrol, mail_to, member, note_over, prepared, refused, sign, subjects_to, with_keys};
use crate::signing::verify;
use crate::support::{PASSWORD, World, databases, once, world};

async fn entry(world: &World, index: u64) -> Entry {
    receipts::find_entry(&world.deps, index).await.unwrap().1
}

/// This person asks to leave; what is to be signed for it.
async fn wish(world: &World, person: &PersonId) -> Subject {
    match leaving::leave(&world.deps, &member(world, person).await, &once(), PASSWORD).await.unwrap() {
        Leaving::Signs(id) | Leaving::Waits(id) => Subject::Departure(id),
        Leaving::Left(index) => panic!("left by entry {index}, without a signature"),
    }
}

async fn is_member(world: &World, person: &PersonId) -> bool {
    rights::identify(&world.deps.db.read(), person).await.unwrap().is_some_and(|who| who.member().is_some())
}

/// What was told before has left a second ago: what comes is the newest mail.
async fn later(world: &World) {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    world.deps.clock.advance(1);
}

fn path(subject: &Subject) -> String {
    format!("/sign/{}/{}", subject.word(), subject.id())
}

#[tokio::test]
async fn whoever_has_a_key_signs_their_own_leaving_and_is_off_the_roll_at_once() {
    for database in databases() {
        let world = world(database).await;
        with_keys(&world).await;
        // As young as a key can be: one's own suffices.
        let key = enrol(&world, &world.reviewer, 3).await;
        let own = Site::as_person(&world, &world.reviewer).await;
        own.get("/account/leave").await.says("You sign it with your key");
        let rows = world.rows().await;
        own.post("/account/leave", &[("password", "wrong")]).await.refuses("The password is wrong. Nothing was written");
        assert_eq!(world.rows().await, rows, "{database}");
        let to = own.post("/account/leave", &[("password", PASSWORD)]).await.to;
        let nonce = to.strip_prefix("/texts/").unwrap_or_else(|| panic!("{database}: {to}")).to_owned();
        own.get(&to).await.says("Your signature says: I leave the co-op.");
        assert!(is_member(&world, &world.reviewer).await, "{database}: not before it is signed");
        // Nobody else's matter: no list has it, no page, and no mail went out.
        let (text, matter) = signing::find_text(&world.deps, &*member(&world, &world.reviewer).await, &nonce).await.unwrap();
        let office = Site::as_person(&world, &world.coordinator).await;
        assert_eq!(office.get(&path(&matter.subject)).await.status, 404, "{database}");
        office.get("/sign").await.says("Nothing waits for signatures.");
        assert!(
            !subjects_to(&world, "wanjiru@example.coop").await.iter().any(|subject| subject.contains("Otieno") && subject.contains("sign"))
        );

        later(&world).await;
        let answer = own.post(&to, &[("note", &note_over(&text.line, &key))]).await;
        let index = answer.to.strip_prefix("/ledger/").unwrap().parse().unwrap();
        let left = entry(&world, index).await;
        assert_eq!((left.kind.name, left.signed.len(), left.calc.len()), ("member.left", 1, 0), "{database}");
        own.get(&answer.to).await.says("Signed by");
        assert!(!is_member(&world, &world.reviewer).await, "{database}");
        let roles = manyhands_store::people::list_roles(&world.deps.db.read(), &world.reviewer).await.unwrap();
        assert_eq!(roles, Vec::<String>::new(), "{database}: no role is left");
        assert_eq!(mail_to(&world, "otieno@example.coop").await.0, "You have left Visible Hands Cooperative");
        assert_eq!(own.get(&path(&matter.subject)).await.status, 404, "{database}: whoever left signs nothing");
        verify(&world).await;
    }
}

#[tokio::test]
async fn whoever_has_no_key_asks_and_two_officers_sign_for_them() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        world.reads(&world.worker, "en").await;
        let own = Site::as_person(&world, &world.worker).await;
        later(&world).await;
        own.get("/account/leave").await.says("You are off the roll once two have signed");
        own.get("/account/leave").await.says("This takes a signature, and you have no key in force.");
        own.post("/account/leave", &[("password", PASSWORD)]).await.redirects();
        own.get("/account/leave").await.says("You have left once two treasurers or coordinators have signed");
        own.post("/account/leave", &[("password", PASSWORD)]).await.refuses("This waits for two signatures already");
        assert!(subjects_to(&world, "wanjiru@example.coop").await.contains(&"To sign: Nathalie R.".to_owned()), "{database}");
        assert!(mail_to(&world, "wanjiru@example.coop").await.1.contains("Nathalie R. wants to leave the co-op and has no key."));
        let office = Site::as_person(&world, &world.coordinator).await;
        office.get("/sign").await.says("Nathalie R.");
        let waiting = signing::list_waiting(&world.deps, &*member(&world, &world.coordinator).await).await.unwrap();
        let subject = waiting[0].matter.subject.clone();
        office.get(&path(&subject)).await.says("this person asked to leave, and may go");
        own.get(&path(&subject)).await.says("You have no key in force, so two treasurers or coordinators sign this for you");
        assert_eq!(refused(prepared(&world, &world.worker, &subject).await), "departure-no-key", "{database}");

        // Whoever is no officer neither sees nor signs it, with whatever key.
        let reviewer = enrol(&world, &world.reviewer, 3).await;
        world.deps.clock.advance(crate::signers::AGE_SECS);
        let third = Site::as_person(&world, &world.reviewer).await;
        assert_eq!(third.get(&path(&subject)).await.status, 404, "{database}");
        assert_eq!(refused(sign(&world, &world.reviewer, &subject, &reviewer).await), "not found");
        third.get("/sign").await.says("Nothing waits for signatures.");

        // One is not two, and one twice is one.
        assert_eq!(sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap(), Outcome::Waits);
        assert_eq!(refused(sign(&world, &world.coordinator, &subject, &coordinator).await), "signature-yours");
        assert!(is_member(&world, &world.worker).await, "{database}");
        // They stay after all; what was signed counts no more when they ask again.
        let (nonce, line) = prepared(&world, &world.treasurer, &subject).await.unwrap();
        own.post("/account/leave/withdraw", &[]).await.redirects();
        let kept = world.rows().await.into_iter().find(|(table, _)| table == "signatures").unwrap().1;
        assert_eq!(kept, hex::encode(<sha2::Sha256 as sha2::Digest>::digest("")), "{database}: nothing of it is kept");
        let late =
            signing::sign(&world.deps, &*member(&world, &world.treasurer).await, &once(), &nonce, &note_over(&line, &treasurer)).await;
        assert_eq!(refused(late), "signature-not-waiting", "{database}");
        own.post("/account/leave/withdraw", &[]).await.refuses("does not wait for signatures any more");
        let again = wish(&world, &world.worker).await;
        assert_eq!(sign(&world, &world.treasurer, &again, &treasurer).await.unwrap(), Outcome::Waits, "{database}: not the earlier one");
        later(&world).await;
        let Outcome::Done(index) = sign(&world, &world.coordinator, &again, &coordinator).await.unwrap() else { panic!("{database}") };
        let left = entry(&world, index).await;
        assert_eq!((left.kind.name, left.signed.len(), left.calc.len()), ("member.left", 2, 0), "{database}");
        assert!(!is_member(&world, &world.worker).await, "{database}");
        assert_eq!(mail_to(&world, "nathalie@example.coop").await.0, "You have left Visible Hands Cooperative");
        assert_eq!(refused(prepared(&world, &world.coordinator, &again).await), "signature-not-waiting");
        verify(&world).await;
    }
}

#[tokio::test]
async fn a_key_made_while_officers_are_asked_makes_it_the_members_own_matter() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, _) = with_keys(&world).await;
        let asked = wish(&world, &world.worker).await;
        sign(&world, &world.coordinator, &asked, &coordinator).await.unwrap();
        let key = enrol(&world, &world.worker, 4).await;
        let Outcome::Done(index) = sign(&world, &world.worker, &asked, &key).await.unwrap() else { panic!("{database}") };
        let left = entry(&world, index).await;
        assert_eq!(left.signed.len(), 2, "{database}: one officer's would not do; the member's own, however young its key, does");
        verify(&world).await;
    }
}

#[tokio::test]
async fn a_wish_of_before_is_replaced_by_a_newer_one_and_signed_once() {
    for database in databases() {
        let world = world(database).await;
        with_keys(&world).await;
        let key = enrol(&world, &world.reviewer, 3).await;
        let first = wish(&world, &world.reviewer).await;
        let (nonce, line) = prepared(&world, &world.reviewer, &first).await.unwrap();
        let second = wish(&world, &world.reviewer).await;
        let by = member(&world, &world.reviewer).await;
        assert_eq!(refused(signing::sign(&world.deps, &by, &once(), &nonce, &note_over(&line, &key)).await), "signature-not-waiting");
        let texts = [prepared(&world, &world.reviewer, &second).await.unwrap(), prepared(&world, &world.reviewer, &second).await.unwrap()];
        let send = async |(nonce, line): &(String, String)| {
            signing::sign(&world.deps, &by, &once(), nonce, &note_over(line, &key)).await.map(|_| ())
        };
        let (one, other) = tokio::join!(send(&texts[0]), send(&texts[1]));
        assert_ne!(one.is_ok(), other.is_ok(), "{database}: of two signatures at once one counts");
        let listed = receipts::list_entries(&world.deps, u64::MAX >> 1, 500).await.unwrap();
        assert_eq!(listed.iter().filter(|row| row.kind == "member.left").count(), 1, "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn nobody_leaves_by_a_password_alone_once_two_keys_count() {
    for database in databases() {
        let world = world(database).await;
        let (first, second) = (enrol(&world, &world.coordinator, 1).await, enrol(&world, &world.treasurer, 2).await);
        world.deps.clock.advance(crate::signers::AGE_SECS - 1);
        let reviewer = member(&world, &world.reviewer).await;
        let twice = [once(), once()];
        let (gone, again) = tokio::join!(
            leaving::leave(&world.deps, &reviewer, &twice[0], PASSWORD),
            leaving::leave(&world.deps, &reviewer, &twice[1], PASSWORD)
        );
        let left = [&gone, &again].into_iter().filter(|outcome| matches!(outcome, Ok(Leaving::Left(_)))).count();
        assert_eq!(left, 1, "{database}: a moment before, it goes as it did, and once: {gone:?} {again:?}");
        world.deps.clock.advance(1);
        let waits = leaving::leave(&world.deps, &member(&world, &world.worker).await, &once(), PASSWORD).await.unwrap();
        assert!(matches!(waits, Leaving::Waits(_)), "{database}");
        assert!(is_member(&world, &world.worker).await);
        let mut work = Work::begin_job(&world.deps).await.unwrap();
        let worker = member(&world, &world.worker).await;
        let bare = work.append(Draft::new("member.left").about("member", worker.id())).await;
        assert_eq!(refused(bare), "signatures-missing", "{database}: no action gets around it");
        drop(work);
        drop((first, second));
        verify(&world).await;
    }
}

#[tokio::test]
async fn what_keeps_a_member_is_looked_at_again_when_the_second_signs() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        // The last coordinator stays, key or no key.
        let last = leaving::leave(&world.deps, &member(&world, &world.coordinator).await, &once(), PASSWORD).await;
        assert_eq!(refused(last), "leave-last-coordinator", "{database}");
        // Owed nothing when they ask, and something when the second officer signs, with nowhere to send it.
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 2).await;
        let worker = member(&world, &world.worker).await;
        let [claim, held] =
            [claims::claim(&world.deps, &worker, &once(), &batch).await, claims::claim(&world.deps, &worker, &once(), &batch).await];
        let claim = claim.unwrap();
        let typed = claims::Typed::one("Harmful", 150);
        claims::submit(&world.deps, &worker, &once(), &claim, &typed).await.unwrap();
        let to = async |to: &str| {
            let tx = world.deps.db.begin().await.unwrap();
            manyhands_store::people::set_payout_to(&tx, worker.id(), to).await.unwrap();
            tx.commit().await.unwrap();
        };
        to("").await;
        let subject = wish(&world, &world.worker).await;
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        reviews::accept(&world.deps, &reviews::Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
        let rows = world.rows().await;
        let (nonce, line) = prepared(&world, &world.coordinator, &subject).await.unwrap();
        let site = Site::as_person(&world, &world.coordinator).await;
        let answer = site.post(&format!("/texts/{nonce}"), &[("note", &note_over(&line, &coordinator))]).await;
        answer.refuses("0.64 USD is owed to Nathalie R., who has not said where it is to go");
        assert_ne!(world.rows().await, rows, "a text was prepared");
        assert!(is_member(&world, &world.worker).await, "{database}");
        to("254700000001").await;
        // The text is still good: nothing of it was used up.
        site.post(&format!("/texts/{nonce}"), &[("note", &note_over(&line, &coordinator))]).await.redirects();
        assert!(!is_member(&world, &world.worker).await, "{database}");
        assert_eq!(claims::find_own(&world.deps, &worker, &held.unwrap()).await.unwrap().0.state, "released", "{database}");
        verify(&world).await;
    }
}

/// Somebody who is invited before two keys count, and does not come.
async fn invited(world: &World) -> PersonId {
    let invitation = Invitation {
        name: "Liza Marquez".to_owned(),
        email: "liza@example.coop".to_owned(),
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        country: "PH".to_owned(),
        client: None,
        roles: Vec::new(),
    };
    match people::invite(&world.deps, &world.coordinator().await, &once(), &invitation).await.unwrap() {
        Invited::Sent(person) => person,
        Invited::Waits(_) => panic!("nobody has a key yet"),
    }
}

#[tokio::test]
async fn whoever_never_came_in_is_taken_off_the_roll_by_two_and_erased_with_the_second() {
    for database in databases() {
        let world = world(database).await;
        let person = invited(&world).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let office = Site::as_person(&world, &world.coordinator).await;
        let page = format!("/office/people/{person}");
        let erase = format!("{page}/erase");
        office.post(&erase, &[("password", "wrong")]).await.refuses("The password is wrong. Nothing was written");
        later(&world).await;
        let to = office.post(&erase, &[("password", PASSWORD)]).await.to;
        let nonce = to.strip_prefix("/texts/").unwrap_or_else(|| panic!("{database}: {to}")).to_owned();
        office.get(&to).await.says("this person was admitted and never came in");
        assert!(mail_to(&world, "astro@example.coop").await.1.contains("Liza Marquez"), "{database}: the other officer is asked");
        let by = member(&world, &world.coordinator).await;
        let (text, matter) = signing::find_text(&world.deps, &by, &nonce).await.unwrap();
        assert_eq!(signing::sign(&world.deps, &by, &once(), &nonce, &note_over(&text.line, &coordinator)).await.unwrap(), Outcome::Waits);
        office.get(&page).await.says("They never came in. Two treasurers or coordinators sign");
        office.post(&erase, &[("password", PASSWORD)]).await.refuses("This waits for two signatures already");
        assert!(erasure::find(&world.deps, &world.coordinator().await, &person).await.is_ok(), "{database}: nothing is erased yet");
        assert!(!world.folder.path().join("erased").exists(), "{database}");

        later(&world).await;
        let Outcome::Done(index) = sign(&world, &world.treasurer, &matter.subject, &treasurer).await.unwrap() else { panic!("{database}") };
        let left = entry(&world, index).await;
        assert_eq!((left.kind.name, left.signed.len(), left.text("reason")), ("member.left", 2, Some("never-came")), "{database}");
        assert_eq!(office.get(&page).await.status, 404, "{database}");
        assert!(!office.get("/office").await.text.contains("Marquez"), "{database}");
        let list = std::fs::read_to_string(world.folder.path().join("erased")).unwrap();
        assert_eq!(list, format!("person {person}\n"), "{database}: a restored backup brings nobody back");
        assert_eq!(mail_to(&world, "astro@example.coop").await.0, "Quelque chose a été effacé");
        assert!(manyhands_store::people::find_invited(&world.deps.db.read(), "liza@example.coop").await.unwrap().is_none());
        verify(&world).await;
    }
}

#[tokio::test]
async fn whoever_comes_in_after_all_or_is_kept_stays_on_the_roll() {
    for database in databases() {
        let world = world(database).await;
        let person = invited(&world).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let by = world.coordinator().await;
        let ask = async || match erasure::erase_person(&world.deps, &by, &once(), &person, PASSWORD).await.unwrap() {
            Erased::Waits(id) => Subject::Departure(id),
            Erased::Done => panic!("{database}: erased without a signature"),
        };
        let subject = ask().await;
        sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap();
        // The office keeps them: what was signed counts no more.
        let office = Site::as_person(&world, &world.coordinator).await;
        office.get(&path(&subject)).await.says("Keep them on the roll");
        office.post(&format!("/office/departures/{}/withdraw", subject.id()), &[]).await.redirects();
        assert_eq!(refused(prepared(&world, &world.treasurer, &subject).await), "signature-not-waiting", "{database}");
        // Asked again, and they come in between the two signatures.
        let subject = ask().await;
        sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap();
        let (nonce, line) = prepared(&world, &world.treasurer, &subject).await.unwrap();
        let tx = world.deps.db.begin().await.unwrap();
        manyhands_store::people::set_password(&tx, &person, &sessions::hash(&world.deps, PASSWORD).await.unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        let late =
            signing::sign(&world.deps, &*member(&world, &world.treasurer).await, &once(), &nonce, &note_over(&line, &treasurer)).await;
        assert_eq!(refused(late), "signature-not-waiting", "{database}");
        assert!(is_member(&world, &person).await, "{database}");
        Site::as_person(&world, &world.treasurer).await.get("/sign").await.says("Rien n’attend");
        office.get(&format!("/office/people/{person}")).await.says("Liza Marquez is a member. Members leave first");
        // Their own wish later begins anew, and the office has no say in it.
        let own = wish(&world, &person).await;
        assert_eq!(refused(leaving::withdraw(&world.deps, &by, &once(), own.id()).await), "not found", "{database}");
        assert_eq!(sign(&world, &world.treasurer, &own, &treasurer).await.unwrap(), Outcome::Waits);
        assert!(matches!(sign(&world, &world.coordinator, &own, &coordinator).await.unwrap(), Outcome::Done(_)), "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn a_key_outside_the_browser_signs_a_leaving_without_scripts() {
    let world = world("sqlite").await;
    with_keys(&world).await;
    let place = tempfile::tempdir().unwrap();
    let key = enrol(&world, &world.worker, 4).await;
    let file = place.path().join("my.key");
    std::fs::write(&file, key.to_private_text()).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let own = Site::as_person(&world, &world.worker).await;
    let to = own.post("/account/leave", &[("password", PASSWORD)]).await.to;
    // Both lines as the page shows them to a reader without scripts.
    let page = own.get(&to).await.text.replace("&#34;", "\"").replace("&quot;", "\"");
    let line = page.split("{\"does\":\"member.left\"").nth(1).unwrap().split('\n').next().unwrap();
    let body = page.split("{\"kind\":\"member.left\"").nth(1).unwrap().split(['\n', '<']).next().unwrap();
    let exact = format!("{{\"does\":\"member.left\"{line}\n{{\"kind\":\"member.left\"{body}\n");
    let output = manyhands(&["sign", "--key", file.to_str().unwrap()], &exact);
    assert!(output.status.success(), "{exact}: {}", said(&output));
    assert!(said(&output).contains("A member leaves."), "{}", said(&output));
    let note = String::from_utf8(output.stdout).unwrap();
    let done = own.post(&to, &[("note", &note)]).await;
    assert!(done.to.starts_with("/ledger/"), "{}", done.text);
    assert!(!is_member(&world, &world.worker).await);
    assert!(keys::find_own(&world.deps, &*member(&world, &world.treasurer).await).await.is_ok(), "others stay");
    verify(&world).await;
}
