//! Somebody is erased at the moment in which they are mailed about, or in which somebody else who acts for the same client is erased.

use std::time::Duration;

use manyhands::actions::erasure::{self, Erased};
use manyhands::actions::people::Invited;
use manyhands::actions::signing::{self, Outcome, Subject};
use manyhands::actions::{contracts, people};
use manyhands::deps::Deps;
use manyhands_domain::ids::{HolderId, PersonId, uuid_v7};
use manyhands_domain::notices::Notice;
use manyhands_domain::time::Timestamp;
use manyhands_store::outbox::{self, Message};
use manyhands_store::signing::About;
use manyhands_store::{Tx, departures, keys};

use super::enacting::{Gate, so_many_wait};
use super::{invitation, split, verify};
use crate::erasure::{NAME, past};
use crate::signers::{colleague, enrol, holder, note_over, prepared, sign, with_keys};
use crate::support::{PASSWORD, World, databases, once, world};

/// On PostgreSQL, where a test can hold up whoever erases after their password was read. How it is on SQLite, the next one says.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mail_is_read_before_the_office_erases_somebody_and_what_comes_meanwhile_goes_too() {
    for database in databases().into_iter().filter(|database| *database == "postgres") {
        let past = past(database).await;
        past.leave().await;
        let (deps, world) = (&past.world.deps, &past.world);
        put(deps, &old(1), &world.worker, NAME).await;
        let held = deps.db.begin().await.unwrap();
        departures::lock(&held, past.member.id()).await.unwrap();
        let (erasing_deps, by, person) = (deps.clone(), world.coordinator().await, past.person.clone());
        let erasing = tokio::spawn(async move { erasure::erase_person(&erasing_deps, &by, &once(), &person, PASSWORD).await });
        waits(world, database).await;
        let new = uuid_v7(deps.clock.now(), [0; 16]);
        insert(&held, &new, &world.worker, NAME).await;
        insert(&held, &old(2), &world.worker, NAME).await;
        held.commit().await.unwrap();
        assert_eq!(erasing.await.unwrap().unwrap(), Erased::Done);
        assert!(!is_there(deps, &old(1)).await, "what stood before");
        assert!(!is_there(deps, &new).await, "what came meanwhile");
        // No mail comes with so old an id: whether this one is found tells whether all was read again while others wait.
        assert!(is_there(deps, &old(2)).await, "not all was read again");
        verify(world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mail_is_read_before_the_last_signature_erases_somebody_too() {
    for database in databases() {
        for case in ["", "the clock is set back", "renamed"] {
            let world = world(database).await;
            let deps = &world.deps;
            let invitation = invitation("zephyrine", &["treasurer"]);
            let Invited::Sent(person) = people::invite(deps, &world.coordinator().await, &once(), &invitation).await.unwrap() else {
                panic!("nobody has a key yet")
            };
            let (first, second) = with_keys(&world).await;
            deps.clock.advance(10_000);
            let asked = erasure::erase_person(deps, &world.coordinator().await, &once(), &person, PASSWORD).await.unwrap();
            let Erased::Waits(id) = asked else { panic!("{database}: erased without a signature") };
            let subject = Subject::Departure(id.clone());
            assert_eq!(sign(&world, &world.coordinator, &subject, &first).await.unwrap(), Outcome::Waits, "{database}");
            put(deps, &old(1), &world.worker, "zephyrine").await;
            let (nonce, line) = prepared(&world, &world.treasurer, &subject).await.unwrap();
            // Whoever signs waits with all mail read: for the one writer, or for who else signs this.
            let held = deps.db.begin().await.unwrap();
            manyhands_store::signing::lock(&held, About { word: "departure", id: &id }).await.unwrap();
            let (signing_deps, by, note) = (deps.clone(), holder(&world, &world.treasurer).await, note_over(&line, &second));
            let signing = tokio::spawn(async move { signing::sign(&signing_deps, &by, &once(), &nonce, &note).await });
            waits(&world, database).await;
            let mut name = "zephyrine";
            match case {
                "" => {}
                "renamed" => {
                    name = "Zoë Third";
                    manyhands_store::people::set_profile(&held, &person, (name, "en", "UTC"), deps.clock.now()).await.unwrap();
                }
                _ => deps.clock.advance(-7_200),
            }
            let new = uuid_v7(deps.clock.now(), [0; 16]);
            insert(&held, &new, &world.worker, name).await;
            insert(&held, &old(2), &world.worker, name).await;
            held.commit().await.unwrap();
            assert!(matches!(signing.await.unwrap().unwrap(), Outcome::Done(_)), "{database}: {case}");
            assert!(!is_there(deps, &old(1)).await, "{database}: {case}: what stood before");
            assert!(!is_there(deps, &new).await, "{database}: {case}: what came meanwhile");
            // No mail comes with so old an id: whether this one is found tells whether all was read again while others wait.
            assert_eq!(is_there(deps, &old(2)).await, case.is_empty(), "{database}: {case}");
            verify(&world).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_two_who_act_for_a_client_stays_when_both_are_erased_at_once() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        world.funded_contract("10.00").await;
        let second = colleague(&world).await;
        // On PostgreSQL whoever is erased is held up after it was looked at who else there is.
        let gate = if database == "postgres" { Some(Gate::over(&world.database, MAIL).await) } else { None };
        let mut erasing = Vec::new();
        for person in [world.buyer.clone(), second] {
            let (deps, by) = (deps.clone(), world.coordinator().await);
            erasing.push(tokio::spawn(async move { erasure::erase_person(&deps, &by, &once(), &person, PASSWORD).await }));
        }
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 2).await;
            gate.open().await;
        }
        let mut outcomes = Vec::new();
        for one in erasing {
            outcomes.push(one.await.unwrap());
        }
        let (done, codes) = split(outcomes);
        assert_eq!((done, codes), (vec![Erased::Done], vec!["erase-client"]), "{database}");
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn others_write_in_the_book_while_mail_is_waited_for_on_postgresql() {
    for database in databases().into_iter().filter(|database| *database == "postgres") {
        let world = world(database).await;
        let deps = &world.deps;
        let contract = world.funded_contract("10.00").await;
        let second = colleague(&world).await;
        enrol(&world, &second, 4).await;
        let user = HolderId::parse(holder(&world, &second).await.id().unwrap().as_str()).unwrap();
        let gate = Gate::over(&world.database, MAIL).await;
        let (erasing_deps, by) = (deps.clone(), world.coordinator().await);
        let erasing = tokio::spawn(async move { erasure::erase_person(&erasing_deps, &by, &once(), &second, PASSWORD).await });
        gate.so_many_wait(&world.database, 1).await;
        let treasurer = world.treasurer().await;
        let form = once();
        let booked = contracts::record_deposit(deps, &treasurer, &form, &contract, "1.00", "meanwhile");
        tokio::time::timeout(Duration::from_secs(30), booked).await.expect("the book is held while mail is waited for").unwrap();
        gate.open().await;
        assert_eq!(erasing.await.unwrap().unwrap(), Erased::Done);
        let kept = keys::list_of(&deps.db.read(), &user).await.unwrap();
        assert_eq!(kept.iter().map(|key| key.reason.as_deref()).collect::<Vec<_>>(), [Some("unused")]);
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mail_that_is_being_rendered_is_waited_for_on_postgresql() {
    for database in databases().into_iter().filter(|database| *database == "postgres") {
        let world = world(database).await;
        let (deps, second) = (&world.deps, world.other_buyer().await);
        let tx = deps.db.begin().await.unwrap();
        let notice = Notice::Erased { by: "Somebody".to_owned() };
        outbox::insert_notice(&tx, &old(3), &world.worker, (&notice, None), deps.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        // As a pass of rendering has it before it commits.
        let rendering = deps.db.begin().await.unwrap();
        assert_eq!(outbox::take_notices(&rendering, 500).await.unwrap().waiting.len(), 1);
        let new = uuid_v7(deps.clock.now(), [0; 16]);
        insert(&rendering, &new, &world.worker, "Other").await;
        let (erasing_deps, by) = (deps.clone(), world.coordinator().await);
        let erasing = tokio::spawn(async move { erasure::erase_person(&erasing_deps, &by, &once(), &second, PASSWORD).await });
        waits(&world, database).await;
        rendering.commit().await.unwrap();
        assert_eq!(erasing.await.unwrap().unwrap(), Erased::Done);
        assert!(!is_there(deps, &new).await);
    }
}

/// What whoever erases holds while they look through mail.
const MAIL: &str = "SELECT pg_advisory_xact_lock(hashtextextended('mail to others', 0))";

/// The id of mail of years ago.
fn old(n: u8) -> String {
    uuid_v7(Timestamp::from_secs(1_600_000_000), [n; 16])
}

/// Until somebody waits for what the test holds.
async fn waits(world: &World, database: &str) {
    match database {
        "postgres" => so_many_wait(&world.database, 1).await,
        // Nothing tells who waits for SQLite's writer; before it a password may be hashed, and mail is read.
        _ => tokio::time::sleep(Duration::from_secs(5)).await,
    }
}

async fn put(deps: &Deps, id: &str, person: &PersonId, name: &str) {
    let tx = deps.db.begin().await.unwrap();
    insert(&tx, id, person, name).await;
    tx.commit().await.unwrap();
}

/// Mail to somebody that names somebody else, as it is rendered.
async fn insert(tx: &Tx, id: &str, person: &PersonId, name: &str) {
    let bytes = format!("Subject: Hello\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThis is what {name} says.\r\n").into_bytes();
    let (recipient, subject, state) = ("nathalie@example.coop".to_owned(), "Hello".to_owned(), "waiting".to_owned());
    let message = Message { id: id.to_owned(), recipient, subject, bytes, tries: 0, created_at: 1, state };
    outbox::insert_message(tx, &message, person.as_str(), &[], Timestamp::from_secs(1)).await.unwrap();
}

async fn is_there(deps: &Deps, id: &str) -> bool {
    outbox::find_message(&deps.db.read(), id).await.unwrap().is_some()
}
