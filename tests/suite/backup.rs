//! A backup that is whole before it gets its name, the drill that says what would be lost, and the way back when an old
//! one was restored: the missing entries from a copy of the log.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use manyhands::actions::recovery::{self, LogCopy, Recovering};
use manyhands::actions::rights::Treasurer;
use manyhands::actions::{Error, contracts, receipts, server_keys};
use manyhands::head::Head;
use manyhands_domain::ids::ContractId;
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::log::note::{self, Note};

use crate::pages::change;
use crate::program::{MANYHANDS, Serving, command, files_of, free_port, manyhands, said, write_settings};
use crate::recover::copy_keys;
use crate::support::{ORIGIN, World, back_up, databases, once, reopen, world};

/// Every file of a folder with its bytes.
pub fn bytes_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    files_of(folder).into_iter().map(|file| (file.clone(), fs::read(folder.join(&file)).unwrap())).collect()
}

fn run(arguments: &[&str], data: &Path) -> Output {
    manyhands(&[arguments, &["--data", data.to_str().unwrap()]].concat(), "")
}

pub fn does(arguments: &[&str], data: &Path, words: &[&str]) -> String {
    let output = run(arguments, data);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    for words in words {
        assert!(said(&output).contains(words), "{arguments:?}: {words}: {}", said(&output));
    }
    said(&output)
}

pub fn refuses(arguments: &[&str], data: &Path, words: &str) {
    let output = run(arguments, data);
    assert!(!output.status.success() && said(&output).contains(words), "{arguments:?}: {words}: {}", said(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_made_while_people_write_and_is_whole_before_it_has_its_name() {
    let (world, contract, _) = funded("sqlite").await;
    let folder = world.folder.path();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("coop.backup");
    let mut serving = Serving::start(folder);
    let cookie = serving.sign_in("astro@example.coop");
    let mut answered = 0;
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let post = |number: usize| {
                let reference = format!("transfer 9{number}");
                let form = [("key", &*reference), ("contract", contract.as_str()), ("amount", "1.00"), ("reference", &*reference)];
                serving.post("/treasury/deposit", &cookie, &form).unwrap().status
            };
            (0..40).filter(|number| post(*number) == 303).count()
        });
        does(&["backup", file.to_str().unwrap()], folder, &["the file is whole, and the ledger in it verifies"]);
        answered = writing.join().unwrap();
    });
    assert_eq!(answered, 40, "nobody waits for a backup");
    serving.kill();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(files_of(place.path()), ["coop.backup"], "nothing lies beside it");
    let before = fs::read(&file).unwrap();
    refuses(&["backup", file.to_str().unwrap()], folder, "is there already");
    assert_eq!(fs::read(&file).unwrap(), before);
    refuses(&["backup", place.path().join("nowhere/file").to_str().unwrap()], folder, "there is no folder");
    // What does not verify gets no name, and what is behind its head neither.
    let other = place.path().join("other");
    change(&world.database, "UPDATE balances SET amount = amount + 1 WHERE account = 'Assets:Bank'").await;
    refuses(&["backup", other.to_str().unwrap()], folder, "balances, Assets:Bank USD: amount is");
    change(&world.database, "UPDATE balances SET amount = amount - 1 WHERE account = 'Assets:Bank'").await;
    let head = fs::read_to_string(folder.join("head")).unwrap();
    fs::write(folder.join("head"), format!("9999{head}")).unwrap();
    refuses(&["backup", other.to_str().unwrap()], folder, "an old backup was put in its place");
    fs::write(folder.join("head"), head).unwrap();
    assert_eq!(files_of(place.path()), ["coop.backup"], "nothing is left of what was refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_drill_says_what_would_be_lost_and_writes_nothing() {
    let (world, contract, treasurer) = funded("sqlite").await;
    let folder = world.folder.path();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("coop.backup");
    let path = file.to_str().unwrap();
    does(&["backup", path], folder, &[]);
    let drill = ["restore", "--drill", path];
    does(
        &drill,
        folder,
        &["it is whole, and the ledger in it verifies", "it holds every entry that the head says", "Nothing was written."],
    );

    let deps = reopen(&world.database, folder).await;
    for number in 0..3 {
        contracts::record_deposit(&deps, &treasurer, &once(), &contract, "1.00", &format!("later {number}")).await.unwrap();
    }
    deps.head.sync().unwrap();
    let size = deps.head.last().0;
    deps.db.close().await.unwrap();
    let before = bytes_of(folder);
    let words = format!("3 entries would be missing ({} to {})", size - 3, size - 1);
    let told = does(&drill, folder, &[&words, "deposits: 1 rows, today 4", "evidence: 1 rows, today 4", "ledger recover"]);
    assert!(!told.contains("people:"), "only what differs is named: {told}");
    assert_eq!(bytes_of(folder), before, "the drill writes nothing into the data folder");
    // While the server runs it is the same.
    let mut serving = Serving::start(folder);
    let census = reopen(&world.database, folder).await.db.census().await.unwrap();
    does(&drill, folder, &[&words]);
    assert_eq!(reopen(&world.database, folder).await.db.census().await.unwrap(), census);
    serving.kill();

    // Another co-op's backup; a cut one; none at all; one in which a sum was changed; one with a damaged page.
    let (other, its_contract, its_treasurer) = funded("sqlite").await;
    let deps = reopen(&other.database, other.folder.path()).await;
    contracts::record_deposit(&deps, &its_treasurer, &once(), &its_contract, "7.00", "elsewhere").await.unwrap();
    deps.head.sync().unwrap();
    deps.db.close().await.unwrap();
    let strange = place.path().join("strange");
    does(&["backup", strange.to_str().unwrap()], other.folder.path(), &[]);
    refuses(&["restore", "--drill", strange.to_str().unwrap()], folder, "it holds another history than the database of today");
    let whole = fs::read(&file).unwrap();
    let cut = place.path().join("cut");
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let text = place.path().join("text");
    fs::write(&text, "no database at all").unwrap();
    let altered = place.path().join("altered");
    fs::copy(&file, &altered).unwrap();
    change(
        &format!("sqlite://{}", altered.display()),
        "DROP TRIGGER lines_never_updated; UPDATE lines SET amount = amount + 1 WHERE account = 'Assets:Bank'",
    )
    .await;
    let damaged = place.path().join("damaged");
    let mut bytes = whole.clone();
    let note = find(&bytes, b"\"kind\":\"deposit.received\"").unwrap();
    bytes[note + 9] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    for (file, words) in [
        (cut, "disk image is malformed"),
        (text, "is no backup"),
        (altered, "lines, index"),
        (damaged, "entries, index"),
        (place.path().join("nothing"), "cannot be copied"),
    ] {
        refuses(&["restore", "--drill", file.to_str().unwrap()], folder, words);
        let new = place.path().join("new");
        fs::create_dir_all(&new).unwrap();
        fs::copy(folder.join("head"), new.join("head")).unwrap();
        let restored = run(&["restore", file.to_str().unwrap()], &new);
        assert!(!restored.status.success(), "{}: {}", file.display(), said(&restored));
        assert_eq!(files_of(&new), ["head", "lock"], "{}", file.display());
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_restored_into_a_new_folder_and_served_from_it() {
    let (world, contract, _) = funded("sqlite").await;
    let folder = world.folder.path();
    let place = tempfile::tempdir().unwrap();
    let (file, new) = (place.path().join("coop.backup"), place.path().join("new"));
    does(&["backup", file.to_str().unwrap()], folder, &[]);
    refuses(&["restore", file.to_str().unwrap()], folder, "nothing is overwritten");
    does(
        &["restore", file.to_str().unwrap()],
        &new,
        &["coop.db is restored", "everybody signs in again", "The keys are not here", "the head is missing"],
    );
    assert_eq!(fs::metadata(new.join("coop.db")).unwrap().permissions().mode() & 0o777, 0o600);
    // Keys and settings from where they are kept, the head from the machine that is gone.
    copy_keys(folder, &new);
    write_settings(&new, &format!("sqlite://{}", new.join("coop.db").display()), free_port());
    refuses(&["serve"], &new, "the head is missing");
    fs::copy(folder.join("head"), new.join("head")).unwrap();
    let mut serving = Serving::start(&new);
    let cookie = serving.sign_in("astro@example.coop");
    let form = [("key", "k"), ("contract", contract.as_str()), ("amount", "1.00"), ("reference", "after the restoring")];
    assert_eq!(serving.post("/treasury/deposit", &cookie, &form).unwrap().status, 303);
    refuses(&["restore", file.to_str().unwrap()], &new, "another manyhands is already serving");
    serving.kill();
    does(&["ledger", "rebuild", "--check"], &new, &[]);
}

#[tokio::test]
async fn postgresql_is_backed_up_by_its_own_program_and_drilled_in_a_database_of_its_own() {
    for database in databases().into_iter().filter(|database| *database == "postgres") {
        let (world, contract, treasurer) = funded(database).await;
        let folder = world.folder.path();
        refuses(&["backup", "/tmp/never-made"], folder, "pg_dump --format=custom --file=/tmp/never-made");
        refuses(&["restore", "/tmp/never-made"], folder, "pg_restore");
        let restored = back_up(&world.database, folder);
        let deps = reopen(&world.database, folder).await;
        contracts::record_deposit(&deps, &treasurer, &once(), &contract, "1.00", "later").await.unwrap();
        deps.head.sync().unwrap();
        let words = ["it is whole, and the ledger in it verifies", "1 entries would be missing", "deposits: 1 rows, today 2"];
        let told = does(&["restore", "--drill", &restored], folder, &words);
        assert!(told.contains("Nothing was written."));
    }
}

#[tokio::test]
async fn a_copy_of_the_log_that_moves_on_while_it_is_read_is_not_taken() {
    for database in databases() {
        let (world, contract, treasurer) = funded(database).await;
        let folder = world.folder.path();
        let old = back_up(&world.database, folder);
        let deps = reopen(&world.database, folder).await;
        let place = tempfile::tempdir().unwrap();
        let mut copies = Vec::new();
        for name in ["verified", "moved on"] {
            contracts::record_deposit(&deps, &treasurer, &once(), &contract, "1.00", name).await.unwrap();
            // The last entry of the first copy puts a key in force, and it signs its checkpoint.
            if copies.is_empty() {
                server_keys::add(&deps, "checkpoint", &SigningKey::from_seed(ORIGIN, [8; 32]).unwrap()).await.unwrap();
            }
            let copy = place.path().join(name);
            copies.push((receipts::export(&deps, &copy).await.unwrap(), copy));
            if copies.len() == 1 {
                deps.head.sync().unwrap();
                fs::copy(folder.join("head"), place.path().join("head")).unwrap();
            }
        }
        let stranger = SigningKey::from_seed(ORIGIN, [9; 32]).unwrap();
        deps.db.close().await.unwrap();
        let [(size, copy), (_, later)] = &copies[..] else { panic!("two copies") };
        let true_one = fs::read(copy.join("checkpoint")).unwrap();
        let text = Note::parse(&true_one).unwrap().text.to_owned();
        let (head, deps) = (Head::open(place.path()).unwrap(), reopen(&old, folder).await);
        let recovering = Recovering { db: &deps.db, head: &head, by: &world.coordinator, now: deps.clock.now(), random: &deps.random };
        let before = deps.db.census().await.unwrap();
        // What was verified had so many entries; what stands there now is of another size, another's, or no checkpoint.
        for checkpoint in [fs::read(later.join("checkpoint")).unwrap(), note::sign(&text, &stranger).into_bytes(), text.into_bytes()] {
            fs::write(copy.join("checkpoint"), checkpoint).unwrap();
            let refused = recovery::recover(&recovering, LogCopy { folder: copy, size: *size }, &mut |_, _| {}).await;
            let Err(Error::Broken(sentence)) = refused else { panic!("{database}: {refused:?}") };
            assert!(sentence.contains("changed while it was read"), "{database}: {sentence}");
            assert_eq!(deps.db.census().await.unwrap(), before, "{database}: nothing was written");
        }
        fs::write(copy.join("checkpoint"), &true_one).unwrap();
        let recovered = recovery::recover(&recovering, LogCopy { folder: copy, size: *size }, &mut |_, _| {}).await.unwrap();
        assert_eq!(recovered.size, *size, "{database}");
        deps.db.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_backup_that_was_killed_blocks_no_other() {
    let (world, _, _) = funded("sqlite").await;
    let place = tempfile::tempdir().unwrap();
    let data = world.folder.path().to_str().unwrap();
    // In a container the next one has the same number as the one that was killed, whatever it left.
    let script = format!("touch .manyhands-backup-$$ && mkdir .manyhands-$$ && exec {MANYHANDS} backup coop.backup --data {data}");
    let made = command("sh").current_dir(place.path()).args(["-c", &script]).output().unwrap();
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(fs::metadata(place.path().join("coop.backup")).unwrap().permissions().mode() & 0o777, 0o600);
}

/// A co-op with a funded contract, its database closed, its settings written.
async fn funded(database: &str) -> (World, ContractId, Treasurer) {
    let world = world(database).await;
    let contract = world.funded_contract("10.00").await;
    let treasurer = world.treasurer().await;
    world.deps.head.sync().unwrap();
    world.deps.db.clone().close().await.unwrap();
    write_settings(world.folder.path(), &world.database, free_port());
    (world, contract, treasurer)
}
