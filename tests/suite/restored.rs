//! A restored copy begins with time for everybody, on both databases; and a machine that is lost with its head is no end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use manyhands::actions::reviews::{self, Judging};
use manyhands::actions::{claims, contracts, receipts};
use manyhands_domain::ids::ClaimId;
use tempfile::TempDir;

use crate::backup::{does, refuses};
use crate::pages::change;
use crate::program::{Serving, command, free_port, said, wait_until, write_settings};
use crate::recover::copy_keys;
use crate::support::{World, address, databases, once, reopen, world};

/// A copy as its operator makes one.
fn back_up(world: &World, place: &Path) -> PathBuf {
    let file = place.join("copy");
    if world.database.starts_with("sqlite") {
        does(&["backup", file.to_str().unwrap()], world.folder.path(), &[]);
    } else {
        let made = Command::new("pg_dump").args(["--format=custom", "--file"]).arg(&file).arg(&world.database).status().unwrap();
        assert!(made.success());
    }
    file
}

/// A new machine: keys and settings from where they are kept, and the head if it survived; and on PostgreSQL an empty database, filled
/// from the dump. What to type next.
fn new_machine(world: &World, copy: &Path, place: &TempDir, head: bool) -> (PathBuf, String, Vec<String>) {
    let data = place.path().join("new");
    fs::create_dir(&data).unwrap();
    copy_keys(world.folder.path(), &data);
    if head {
        fs::copy(world.folder.path().join("head"), data.join("head")).unwrap();
    }
    let (database, restore) = if world.database.starts_with("sqlite") {
        (format!("sqlite://{}", data.join("coop.db").display()), vec!["restore".to_owned(), copy.display().to_string()])
    } else {
        let database = address("postgres", place);
        let filled = Command::new("pg_restore").args(["--no-owner", "--dbname", &database]).arg(copy).status().unwrap();
        assert!(filled.success());
        (database, vec!["restore".to_owned()])
    };
    write_settings(&data, &database, free_port());
    (data, database, restore)
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

/// One piece that was handed in, whose time for its judge is over by the copy, and has been sent back since.
async fn sent_back_since(world: &World, place: &Path) -> (PathBuf, ClaimId) {
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 1).await;
    let claim = claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
    claims::submit(&world.deps, &world.worker().await, &once(), &claim, &claims::Typed::one("Harmful", 150)).await.unwrap();
    change(&world.database, "UPDATE claims SET review_by = 1000000000").await;
    world.deps.head.sync().unwrap();
    write_settings(world.folder.path(), &world.database, free_port());
    let copy = back_up(world, place);
    // The night is quiet: this is in no log.
    let judge = Judging::Reviewer(world.reviewer().await);
    reviews::send_back(&world.deps, &judge, &once(), &claim, "incomplete", "The second half is missing.", "4.2").await.unwrap();
    (copy, claim)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_back_since_the_copy_is_not_accepted_by_silence_once_it_is_restored() {
    for database in databases() {
        let (world, place) = (world(database).await, TempDir::new().unwrap());
        let (copy, claim) = sent_back_since(&world, place.path()).await;
        let (data, address, restore) = new_machine(&world, &copy, &place, true);
        does(&words(&restore), &data, &["is restored", "everybody signs in again", "have 3 days", "Nothing of the ledger is missing"]);

        // A pass of the jobs ends with the mail that waits: then silence has had its turn.
        let deps = reopen(&address, &data).await;
        let size = deps.head.last().0;
        let rows = async || deps.db.count_tables().await.unwrap().into_iter().collect::<std::collections::BTreeMap<_, _>>();
        let before = rows().await;
        assert!(before["notices"] > 0 && before["messages"] == 0, "{database}: {before:?}");
        let mut serving = Serving::start(&data);
        let waiting = || tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(rows()));
        wait_until("a pass has ended", || waiting()["messages"] > 0);
        let found = manyhands_store::claims::find_claim(&deps.db.read(), &claim).await.unwrap().unwrap();
        assert_eq!(found.state, "submitted", "{database}");
        assert_eq!(receipts::checkpoint(&deps).await.unwrap().unwrap().size, size, "{database}: nobody was paid");
        let after = rows().await;
        assert_eq!((after["sessions"], after["hazard_consents"]), (0, 0), "{database}");

        // Not while somebody serves it, from this folder or another.
        refuses(&words(&restore), &data, "another manyhands is already serving");
        if database == "postgres" {
            let other = place.path().join("other");
            fs::create_dir(&other).unwrap();
            write_settings(&other, &address, free_port());
            refuses(&["restore"], &other, "another manyhands is already serving from this database");
        }
        serving.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_history_is_not_restored_and_the_settings_say_into_which_database() {
    for database in databases() {
        let (world, place) = (world(database).await, TempDir::new().unwrap());
        let (copy, _) = sent_back_since(&world, place.path()).await;
        let (data, address, restore) = new_machine(&world, &copy, &place, false);
        fs::write(data.join("head"), format!("3 {}\n", "A".repeat(43) + "=")).unwrap();
        refuses(&words(&restore), &data, "it holds another history");
        match database {
            "sqlite" => {
                assert!(!data.join("coop.db").exists());
                refuses(&["restore"], &data, "restore what?");
            }
            _ => {
                // Nothing was written: those who were signed in, and what they agreed to, are as in the dump.
                let rows = reopen(&address, &data).await.db.count_tables().await.unwrap();
                assert!(rows.into_iter().any(|(table, rows)| table == "hazard_consents" && rows > 0));
                refuses(&["restore", &world.database], &data, "the settings name the PostgreSQL database");
                refuses(&["restore", copy.to_str().unwrap()], &data, "with pg_restore, and run `manyhands restore` without a file");
            }
        }
        refuses(&["restore", "--drill"], &data, "restore what?");
    }
}

/// The usual end of a cheap server: nothing of it is left but what was copied away, the backup of the night and the export of the hour.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_that_is_lost_with_its_head_comes_back_from_a_backup_and_a_longer_export() {
    for database in databases() {
        let (world, place) = (world(database).await, TempDir::new().unwrap());
        let contract = world.funded_contract("100.00").await;
        world.deps.head.sync().unwrap();
        write_settings(world.folder.path(), &world.database, free_port());
        let copy = back_up(&world, place.path());
        for reference in ["later", "and later"] {
            contracts::record_deposit(&world.deps, &world.treasurer().await, &once(), &contract, "5.00", reference).await.unwrap();
        }
        let log = place.path().join("log");
        let size = receipts::export(&world.deps, &log).await.unwrap();
        world.deps.db.clone().close().await.unwrap();

        let (data, address, restore) = new_machine(&world, &copy, &place, false);
        let told = does(&words(&restore), &data, &["is restored", "Before anything is signed: the head is missing"]);
        let recover = ["ledger", "recover", "--from", log.to_str().unwrap(), "--by", "wanjiru@example.coop"];
        // Each refusal says the whole way, and the way is the one of the documents.
        for sentence in [
            "write the largest size and its root that anybody has into it, as one line SIZE ROOT",
            "`manyhands ledger recover` from a copy of the log that reaches it",
        ] {
            assert!(told.contains(sentence), "{database}: {told}");
            refuses(&["serve"], &data, sentence);
            refuses(&recover, &data, sentence);
        }
        let running = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/running.md")).unwrap();
        let step = running.lines().find(|line| line.contains("| paste -sd ' ' >")).unwrap().trim();
        let step = step.replace("LOGFOLDER", log.to_str().unwrap()).replace("/var/lib/manyhands", data.to_str().unwrap());
        let written = command("sh").args(["-c", &step]).output().unwrap();
        assert!(written.status.success(), "{step}: {}", said(&written));
        does(&recover, &data, &["came back, byte for byte", &format!("The ledger stands at {size} entries again")]);

        let mut serving = Serving::start(&data);
        wait_until("it is ready", || serving.get("/health/ready").is_some_and(|ready| ready.status == 200));
        let cookie = serving.sign_in("astro@example.coop");
        let form = [("key", "k"), ("contract", contract.as_str()), ("amount", "1.00"), ("reference", "after it all")];
        assert_eq!(serving.post("/treasury/deposit", &cookie, &form).unwrap().status, 303, "{database}");
        serving.kill();
        assert_eq!(reopen(&address, &data).await.head.last().0, size + 1, "{database}");
    }
}
