//! What waits for signatures in an old backup, and was signed since: keys, corrections, admissions, departures. Who may sign is what
//! the log says, and nothing is done twice. On both databases.

use std::fs;
use std::path::PathBuf;

use manyhands::actions::leaving::{self, Leaving};
use manyhands::actions::people::{Invitation, Invited};
use manyhands::actions::signing::{Outcome, Subject};
use manyhands::actions::{corrections, erasure, keys, people, receipts};
use manyhands::clock::Clock;
use manyhands::deps::Deps;
use manyhands_domain::log::key::SigningKey;
use manyhands_store::{admissions, keys as rows, ledger};

use crate::backup::does;
use crate::pages::change;
use crate::program::{free_port, write_settings};
use crate::recover::copy_keys;
use crate::signers::{AGE_SECS, enrol, holder, member, prepared, refused, sign, with_keys};
use crate::signing::verify;
use crate::support::{PASSWORD, World, back_up, databases, once, reopen, world};

#[tokio::test]
async fn keys_are_as_the_log_has_them_and_a_posted_correction_waits_no_more() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let row = ledger::newest_of_kind(&world.deps.db.read(), "deposit.received").await.unwrap().unwrap();
        let deposit = u64::try_from(row.idx).unwrap();
        let treasurer = world.treasurer().await;
        let officer = world.signed_in(&world.coordinator).await.officer().unwrap();
        let wanted = ["99".to_owned(), "-99".to_owned()];
        let id = corrections::prepare(&world.deps, &treasurer, &once(), deposit, "bank-statement", &wanted, PASSWORD).await.unwrap();
        let first = enrol(&world, &world.coordinator, 1).await;
        let (world, backup) = backed_up(world).await;
        corrections::approve(&world.deps, &officer, &once(), &id, PASSWORD).await.unwrap();
        enrol(&world, &world.treasurer, 2).await;
        let coordinator = member(&world, &world.coordinator).await;
        let retired = first.id().to_string();
        keys::retire(&world.deps, &coordinator, &once(), &retired, keys::REASONS[0], PASSWORD).await.unwrap();
        let expected = format!("{:?}", rows::list_of_members(&world.deps.db.read()).await.unwrap());
        let (log, old) = lost(&world, &backup).await;
        let told = ["1 key.added: made of what the entry says", "1 key.retired: brought to", "1 correction.posted: brought to"];
        does(&["ledger", "recover", "--from", log.to_str().unwrap(), "--by", "wanjiru@example.coop"], old.path(), &told);

        let deps = reopen(&backup, old.path()).await;
        assert_eq!(format!("{:?}", rows::list_of_members(&deps.db.read()).await.unwrap()), expected, "{database}");
        let correction = corrections::find(&deps, &officer, &id).await.unwrap();
        assert_eq!(correction.state, "posted", "{database}");
        assert!(corrections::approve(&deps, &officer, &once(), &id, PASSWORD).await.is_err(), "{database}: corrected twice");
        deps.db.close().await.unwrap();
    }
}

#[tokio::test]
async fn the_key_of_a_client_s_user_comes_back_and_whose_it_is_only_where_the_backup_knew() {
    for database in databases() {
        for knew in [true, false] {
            let world = world(database).await;
            world.funded_contract("10.00").await;
            if knew {
                // They asked for a code, and have their id in the ledger since.
                keys::ask_code(&world.deps, &*world.buyer().await, &once(), PASSWORD).await.unwrap();
            }
            let (world, backup) = backed_up(world).await;
            let key = enrol(&world, &world.buyer, 3).await;
            let id = holder(&world, &world.buyer).await.id().unwrap();
            let expected = format!("{:?}", rows::list_of(&world.deps.db.read(), &id).await.unwrap());
            let (log, old) = lost(&world, &backup).await;
            let told = if knew {
                "1 key.added: made of what the entry says".to_owned()
            } else {
                format!("no account here belongs to {}", id.as_str())
            };
            does(&["ledger", "recover", "--from", log.to_str().unwrap(), "--by", "wanjiru@example.coop"], old.path(), &[&told]);

            let deps = reopen(&backup, old.path()).await;
            assert_eq!(format!("{:?}", rows::list_of(&deps.db.read(), &id).await.unwrap()), expected, "{database}");
            let again = World { deps, ..world };
            let by = holder(&again, &again.buyer).await;
            assert_eq!(by.id(), knew.then_some(id), "{database}: an entry names no account");
            let own = keys::find_own(&again.deps, &by).await.unwrap();
            assert_eq!(own.keys.iter().any(|row| row.key_id == key.id().to_string()), knew, "{database}");
            again.deps.db.close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn whoever_waited_in_the_backup_and_was_admitted_since_is_not_admitted_twice_and_has_their_account() {
    for database in databases() {
        let (world, [first, second]) = keyed(database).await;
        let [liza, taken] = ["liza@example.coop", "taken@example.coop"];
        let (waits, gone) = (invited(&world, liza).await, invited(&world, taken).await);
        // One has signed when the backup is made.
        assert_eq!(sign(&world, &world.coordinator, &waits, &first).await.unwrap(), Outcome::Waits);
        let asked = member(&world, &world.worker).await;
        let Leaving::Waits(id) = leaving::leave(&world.deps, &asked, &once(), PASSWORD).await.unwrap() else { panic!("{database}") };
        let departure = Subject::Departure(id);
        assert_eq!(sign(&world, &world.coordinator, &departure, &first).await.unwrap(), Outcome::Waits);
        let row = admissions::find_waiting(&world.deps.db.read(), waits.id()).await.unwrap().unwrap();
        let (world, backup) = backed_up(world).await;

        let Outcome::Done(index) = sign(&world, &world.treasurer, &waits, &second).await.unwrap() else { panic!("{database}") };
        for (person, key) in [(&world.coordinator, &first), (&world.treasurer, &second)] {
            sign(&world, person, &gone, key).await.unwrap();
        }
        assert!(matches!(sign(&world, &world.treasurer, &departure, &second).await.unwrap(), Outcome::Done(_)), "{database}");
        let account = manyhands_store::people::find_invited(&world.deps.db.read(), liza).await.unwrap().unwrap();
        let coordinator = world.coordinator().await;
        let (log, old) = lost(&world, &backup).await;
        // The address of the other was given to a client's user before anybody recovered.
        let user = Invitation { client: Some("Firm".to_owned()), roles: Vec::new(), ..invitation(taken) };
        let deps = reopen(&backup, old.path()).await;
        people::invite(&deps, &coordinator, &once(), &user).await.unwrap();
        deps.db.close().await.unwrap();

        let told = [
            "1 member.admitted: made of the invitation that waited; invite them again for a new link",
            "1 member.admitted: in the ledger alone",
            "1 member.left: brought to where the entry says",
        ];
        does(&["ledger", "recover", "--from", log.to_str().unwrap(), "--by", "wanjiru@example.coop"], old.path(), &told);
        let deps = Deps { clock: Clock::shifted(0), ..reopen(&backup, old.path()).await };
        let world = World { deps, database: backup, ..world };
        let reader = world.deps.db.read();
        let counted = world.deps.db.count_tables().await.unwrap();
        let left = counted.iter().filter(|(table, rows)| matches!(&**table, "admissions" | "departures" | "signatures") && *rows > 0);
        assert_eq!(left.collect::<Vec<_>>(), Vec::<&(String, i64)>::new(), "{database}: no note, and no row behind it");
        for subject in [&waits, &gone, &departure] {
            assert_eq!(refused(prepared(&world, &world.treasurer, subject).await), "signature-not-waiting", "{database}");
        }
        // She has her account again, under her own id, with the role that she was admitted with.
        let again = manyhands_store::people::find_invited(&reader, liza).await.unwrap().unwrap();
        assert_eq!(again, account, "{database}: whoever is on the list of what was erased is found by the id");
        let kept = erasure::find(&world.deps, &world.coordinator().await, &again).await.unwrap().kept;
        let admitted = receipts::find_entry(&world.deps, index).await.unwrap().1.at.secs();
        assert_eq!(
            (kept.member_id, kept.admitted_at, &*kept.roles),
            (Some(row.member_id.clone()), Some(admitted), "treasurer"),
            "{database}"
        );
        people::invite(&world.deps, &world.coordinator().await, &once(), &invitation(liza)).await.unwrap();
        does(&["ledger", "rebuild", "--check"], old.path(), &[]);
        verify(&world).await;

        // Put back as an earlier version left it: whom the book has is not admitted once more.
        let copy = "INSERT INTO admissions (id, member_id, email, name, language, zone, country, roles, invited_by, invited_at) VALUES";
        let known = Subject::Admission("0192aaaa-0000-7000-8000-000000000001".to_owned());
        let values =
            format!("('{}', '{}', 'x@example.coop', 'X', 'en', 'UTC', 'PH', '', '{}', 1)", known.id(), row.member_id, world.coordinator);
        change(&world.database, &format!("DELETE FROM members WHERE id = '{}'; {copy} {values}", row.member_id)).await;
        assert_eq!(sign(&world, &world.coordinator, &known, &first).await.unwrap(), Outcome::Waits, "{database}");
        let before = world.deps.head.last();
        assert_eq!(refused(sign(&world, &world.treasurer, &known, &second).await), "admission-known", "{database}");
        assert_eq!(world.deps.head.last(), before, "{database}: nothing was written");
        verify(&world).await;
        world.deps.db.clone().close().await.unwrap();
    }
}

#[tokio::test]
async fn a_backup_with_an_invitation_that_waited_brings_nobody_back_who_was_erased() {
    for database in databases() {
        let (world, [first, second]) = keyed(database).await;
        let waits = invited(&world, "liza@example.coop").await;
        let (world, backup) = backed_up(world).await;
        for (person, key) in [(&world.coordinator, &first), (&world.treasurer, &second)] {
            sign(&world, person, &waits, key).await.unwrap();
        }
        let account = manyhands_store::people::find_invited(&world.deps.db.read(), "liza@example.coop").await.unwrap().unwrap();
        let asked = erasure::erase_person(&world.deps, &world.coordinator().await, &once(), &account, PASSWORD).await.unwrap();
        let erasure::Erased::Waits(id) = asked else { panic!("{database}") };
        for (person, key) in [(&world.coordinator, &first), (&world.treasurer, &second)] {
            sign(&world, person, &Subject::Departure(id.clone()), key).await.unwrap();
        }
        let (log, old) = lost(&world, &backup).await;
        fs::copy(world.folder.path().join("erased"), old.path().join("erased")).unwrap();

        // Before the entries are back, and after.
        let deps = reopen(&backup, old.path()).await;
        assert_eq!(erasure::erase_again(&deps).await.unwrap(), 1, "{database}");
        assert!(admissions::list(&deps.db.read()).await.unwrap().is_empty(), "{database}: the invitation that waited is gone");
        deps.db.close().await.unwrap();
        does(
            &["ledger", "recover", "--from", log.to_str().unwrap(), "--by", "wanjiru@example.coop"],
            old.path(),
            &["1 member.admitted: in the ledger alone"],
        );
        let deps = reopen(&backup, old.path()).await;
        assert!(!manyhands_store::people::is_address_taken(&deps.db.read(), "liza@example.coop").await.unwrap(), "{database}");
        deps.db.close().await.unwrap();
    }
}

/// A co-op whose coordinator and treasurer have keys that count, as they do by the machine's clock.
async fn keyed(database: &str) -> (World, [SigningKey; 2]) {
    let world = world(database).await;
    let deps = Deps { clock: Clock::shifted(-AGE_SECS - 60), ..world.deps.clone() };
    let world = World { deps, ..world };
    let (first, second) = with_keys(&world).await;
    (world, [first, second])
}

fn invitation(email: &str) -> Invitation {
    Invitation {
        name: "Liza M.".to_owned(),
        email: email.to_owned(),
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        country: "PH".to_owned(),
        client: None,
        roles: vec!["treasurer".to_owned()],
    }
}

/// Somebody to be a member, who waits for two signatures.
async fn invited(world: &World, email: &str) -> Subject {
    match people::invite(&world.deps, &world.coordinator().await, &once(), &invitation(email)).await.unwrap() {
        Invited::Waits(id) => Subject::Admission(id),
        Invited::Sent(person) => panic!("{person} needs no signature"),
    }
}

/// The co-op after a backup was made of its database, and that backup.
pub async fn backed_up(world: World) -> (World, String) {
    world.deps.head.sync().unwrap();
    world.deps.db.clone().close().await.unwrap();
    let backup = back_up(&world.database, world.folder.path());
    // The code is the newest mail: this clock can be moved on, so that no two mails are of the same second.
    let deps = Deps { clock: Clock::shifted(0), ..reopen(&world.database, world.folder.path()).await };
    (World { deps, ..world }, backup)
}

/// The log of the day on which the database was lost, and a folder in which the backup stands in its place.
pub async fn lost(world: &World, backup: &str) -> (PathBuf, tempfile::TempDir) {
    world.deps.head.sync().unwrap();
    let log = world.folder.path().join("log");
    receipts::export(&world.deps, &log).await.unwrap();
    world.deps.db.clone().close().await.unwrap();
    let old = tempfile::tempdir().unwrap();
    copy_keys(world.folder.path(), old.path());
    for file in ["head", "origin.vkey"] {
        fs::copy(world.folder.path().join(file), old.path().join(file)).unwrap();
    }
    write_settings(old.path(), backup, free_port());
    (log, old)
}
