//! The co-op's own keys: rotated and retired with overlap, lost and found again as docs/keys-of-the-server.md rehearses
//! it, kept from others' eyes, encrypted at rest.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use manyhands::actions::rights::Treasurer;
use manyhands::actions::{contracts, projection, receipts, server_keys};
use manyhands::keyfiles;
use manyhands_domain::ids::ContractId;
use manyhands_domain::log::key::{SigningKey, VerifyingKey};

use crate::program::{MANYHANDS, Serving, command, free_port, manyhands, said, verifier, write_settings};
use crate::support::{World, databases, once, reopen, world};

const PASSPHRASE: &str = "a tall cup of weak tea";

/// A co-op whose server is stopped, its settings written.
struct Stopped {
    world: World,
    contract: ContractId,
    treasurer: Treasurer,
}

impl Stopped {
    async fn new(database: &str) -> Stopped {
        let world = world(database).await;
        let contract = world.funded_contract("10.00").await;
        let treasurer = world.treasurer().await;
        world.deps.head.sync().unwrap();
        world.deps.db.clone().close().await.unwrap();
        write_settings(world.folder.path(), &world.database, free_port());
        Stopped { world, contract, treasurer }
    }

    fn folder(&self) -> &Path {
        self.world.folder.path()
    }

    fn keys(&self, arguments: &[&str]) -> Output {
        manyhands(&[&["keys"], arguments, &["--data", self.folder().to_str().unwrap()]].concat(), "")
    }

    /// The command succeeds and says this.
    fn does(&self, arguments: &[&str], words: &str) -> String {
        let output = self.keys(arguments);
        assert!(output.status.success() && said(&output).contains(words), "{arguments:?}: {}", said(&output));
        said(&output)
    }

    /// The command refuses with this.
    fn refuses(&self, arguments: &[&str], words: &str) {
        let output = self.keys(arguments);
        assert!(!output.status.success() && said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }

    fn vkey(&self) -> VerifyingKey {
        VerifyingKey::parse(fs::read_to_string(self.folder().join("origin.vkey")).unwrap().trim()).unwrap()
    }

    /// Somebody deposits, through the keys that sign now; the index of the entry.
    async fn deposit(&self, reference: &str) -> u64 {
        let deps = reopen(&self.world.database, self.folder()).await;
        let by = &self.treasurer;
        let index = contracts::record_deposit(&deps, by, &once(), &self.contract, "1.00", reference).await.unwrap();
        deps.head.sync().unwrap();
        deps.db.close().await.unwrap();
        index
    }

    /// The export verifies from each of these keys; the rows agree with the notes.
    async fn holds_from(&self, vkeys: &[&VerifyingKey]) -> PathBuf {
        let out = self.folder().join(format!("out-{}", once().key.replace(' ', "-")));
        let exported = manyhands(&["export", out.to_str().unwrap(), "--data", self.folder().to_str().unwrap()], "");
        assert!(exported.status.success(), "{}", said(&exported));
        for vkey in vkeys {
            let report = manyhands_verify::verify(&out, vkey).unwrap();
            assert!(report.holds(), "{vkey}: {:?}", report.failures);
        }
        let checked = manyhands(&["ledger", "rebuild", "--check", "--data", self.folder().to_str().unwrap()], "");
        assert!(checked.status.success(), "{}", said(&checked));
        out
    }

    /// The id of the key that this command made: `… key 1a2b3c4d (…`.
    fn made(output: &str) -> String {
        let at = output.find(" key ").unwrap() + 5;
        output[at..at + 8].to_owned()
    }

    async fn signs(&self) -> (String, String) {
        let deps = reopen(&self.world.database, self.folder()).await;
        let ids = (deps.signers.checkpoint.id().to_string(), deps.signers.entry.id().to_string());
        deps.db.close().await.unwrap();
        ids
    }
}

#[tokio::test]
async fn both_keys_are_rotated_with_overlap_and_retired_and_everything_signed_stays_valid() {
    for database in databases() {
        let stopped = Stopped::new(database).await;
        let first = stopped.vkey();
        let before = stopped.signs().await;
        let receipt = receipts::receipt(&reopen(&stopped.world.database, stopped.folder()).await, 2).await.unwrap();

        let entry = Stopped::made(&stopped.does(&["rotate", "entry"], "From the next entry on it signs."));
        assert_eq!(stopped.signs().await, (before.0.clone(), entry.clone()), "{database}: the new one signs from now on");
        let index = stopped.deposit("by the new entry key").await;
        stopped.does(&["retire", "entry", &before.1], "retires the entry key");
        stopped.deposit("after the old one ended").await;

        let checkpoint = Stopped::made(&stopped.does(&["rotate", "checkpoint"], "give it to everybody"));
        let second = stopped.vkey();
        assert_eq!(second.id().to_string(), checkpoint, "{database}: auditors get the key in force");
        stopped.deposit("under the new checkpoint key").await;
        let out = stopped.holds_from(&[&first, &second]).await;
        assert!(fs::read_to_string(out.join("checkpoint")).unwrap().contains(&format!("— {} ", second.name())));
        stopped.does(&["retire", "checkpoint", &before.0, "--reason", "Rotated every year"], "retires the checkpoint key");
        let last = stopped.deposit("after everything").await;
        stopped.holds_from(&[&first, &second]).await;
        receipt.verify(std::slice::from_ref(&first)).expect("an old receipt stays valid by the key of its time");
        receipts::receipt(&reopen(&stopped.world.database, stopped.folder()).await, index).await.unwrap().verify(&[second]).unwrap();

        // The list says who signed what from when.
        let listed = stopped.does(&["list"], "signs now");
        for line in [
            format!("entry      {} from entry 0, retired by entry {}", before.1, index + 1),
            format!("checkpoint {} from entry 0, retired by entry {}", before.0, last - 1),
            format!("entry      {entry} from entry {}, in force, signs now; ", index),
            format!("checkpoint {checkpoint} from entry"),
        ] {
            assert!(listed.contains(&line), "{database}: {line}: {listed}");
        }
        // Anybody can read of it on the ledger's pages, and in words.
        let mut serving = Serving::start(stopped.folder());
        for (index, words) in [(index - 1, ["Key added", "public key", "role"]), (index + 1, ["Key retired", "key", "reason"])] {
            let page = serving.get(&format!("/ledger/{index}")).unwrap().body;
            for words in words {
                assert!(page.contains(words), "{database}: {words}: {page}");
            }
        }
        serving.kill();
        // What the ledger has: two additions and two retirements, each with one note.
        let deps = reopen(&stopped.world.database, stopped.folder()).await;
        let entries = receipts::list_entries(&deps, 1_000, 1_000).await.unwrap();
        let count = |kind: &str| entries.iter().filter(|entry| entry.kind == kind).count();
        assert_eq!((count("key.added"), count("key.retired")), (2, 2), "{database}");
    }
}

#[tokio::test]
async fn keys_change_only_while_nobody_serves_and_never_to_nothing() {
    for database in databases() {
        let stopped = Stopped::new(database).await;
        let (checkpoint, entry) = stopped.signs().await;
        let before = fs::read_dir(stopped.folder().join("keys")).unwrap().count();
        let mut serving = Serving::start(stopped.folder());
        for arguments in [&["rotate", "entry"][..], &["retire", "entry", &entry], &["protect"], &["unprotect"]] {
            stopped.refuses(arguments, "another manyhands is already serving from");
        }
        stopped.does(&["list"], "signs now");
        serving.kill();
        stopped.refuses(&["retire", "entry", &entry], "is the last entry key");
        stopped.refuses(&["retire", "checkpoint", &checkpoint], "is the last checkpoint key");
        stopped.refuses(&["retire", "entry", &checkpoint], "there is no entry key");
        let new = Stopped::made(&stopped.does(&["rotate", "entry"], "adds the entry key"));
        stopped.does(&["retire", "entry", &entry], "retires the entry key");
        stopped.refuses(&["retire", "entry", &entry], "was retired before");
        stopped.refuses(&["retire", "entry", &new], "is the last entry key");
        // The spare whose file is elsewhere is in force, and cannot take over here.
        let spare = Stopped::made(&stopped.does(&["rotate", "entry"], "adds the entry key"));
        let kept = stopped.folder().join("spare");
        fs::rename(stopped.folder().join(format!("keys/entry-{spare}.key")), &kept).unwrap();
        stopped.refuses(&["retire", "entry", &new], "the only one of its role here");
        assert_eq!(fs::read_dir(stopped.folder().join("keys")).unwrap().count(), before + 1, "{database}: nothing else was made");
        stopped.holds_from(&[&stopped.vkey()]).await;
    }
}

#[tokio::test]
async fn a_rotation_that_the_ledger_refuses_leaves_no_key_behind() {
    for database in databases() {
        let stopped = Stopped::new(database).await;
        let names = || fs::read_dir(stopped.folder().join("keys")).unwrap().count();
        let (before, head) = (names(), fs::read_to_string(stopped.folder().join("head")).unwrap());
        let (size, root) = head.trim_end().split_once(' ').unwrap();
        fs::write(stopped.folder().join("head"), format!("{} {root}\n", size.parse::<u64>().unwrap() + 1)).unwrap();
        stopped.refuses(&["rotate", "entry"], "were signed before: an old backup was restored");
        assert_eq!(names(), before, "{database}");
        fs::write(stopped.folder().join("head"), head).unwrap();
        stopped.does(&["rotate", "entry"], "adds the entry key");
    }
}

/// docs/keys-of-the-server.md, "The entry key is lost".
#[tokio::test]
async fn a_lost_entry_key_is_replaced_by_the_checkpoint_key() {
    for database in databases() {
        let stopped = Stopped::new(database).await;
        let (vkey, lost) = (stopped.vkey(), stopped.signs().await.1);
        fs::remove_file(stopped.folder().join("keys/entry.key")).unwrap();
        let data = stopped.folder().to_str().unwrap().to_owned();
        let refused = manyhands(&["serve", "--data", &data], "");
        for words in ["the ledger's entry key is missing", "docs/keys-of-the-server.md"] {
            assert!(!refused.status.success() && said(&refused).contains(words), "{}", said(&refused));
        }
        // Everything can still be read and given away.
        stopped.holds_from(&[&vkey]).await;
        stopped.does(&["list"], "its file is not here");

        stopped.does(&["rotate", "entry"], "the new one signs its own entry, and the checkpoint key vouches for it");
        stopped.does(&["retire", "entry", &lost, "--reason", "lost"], "retires the entry key");
        stopped.deposit("after the loss").await;
        let mut serving = Serving::start(stopped.folder());
        assert_eq!(serving.get("/ledger").unwrap().status, 200);
        serving.kill();
        stopped.holds_from(&[&vkey]).await;
    }
}

/// docs/keys-of-the-server.md, "The checkpoint key is lost".
#[tokio::test]
async fn a_lost_checkpoint_key_is_replaced_by_the_spare_and_without_a_spare_reading_remains() {
    for database in databases() {
        let stopped = Stopped::new(database).await;
        let (first, founding) = (stopped.vkey(), stopped.signs().await.0);
        // On the first day: a second key signs, the founding one is the spare, elsewhere.
        let second = Stopped::made(&stopped.does(&["rotate", "checkpoint"], "as a spare"));
        let (file, spare) = (stopped.folder().join("keys/checkpoint.key"), stopped.folder().join("elsewhere"));
        fs::rename(&file, &spare).unwrap();
        stopped.deposit("an ordinary day").await;

        let lost = stopped.folder().join(format!("keys/checkpoint-{second}.key"));
        fs::remove_file(lost).unwrap();
        let data = stopped.folder().to_str().unwrap().to_owned();
        let refused = manyhands(&["serve", "--data", &data], "");
        assert!(!refused.status.success() && said(&refused).contains("the ledger's checkpoint key is missing"), "{}", said(&refused));
        stopped.refuses(&["rotate", "checkpoint"], "the ledger's checkpoint key is missing");
        stopped.refuses(&["rotate", "entry"], "the ledger's checkpoint key is missing");
        stopped.holds_from(&[&first]).await;

        fs::rename(&spare, &file).unwrap();
        assert_eq!(stopped.signs().await.0, founding, "{database}: the spare signs");
        let third = Stopped::made(&stopped.does(&["rotate", "checkpoint"], "give it to everybody"));
        stopped.does(&["retire", "checkpoint", &second, "--reason", "lost"], "retires the checkpoint key");
        stopped.deposit("after the loss").await;
        assert_eq!(stopped.signs().await.0, third);
        stopped.holds_from(&[&first, &stopped.vkey()]).await;
    }
}

/// docs/keys-of-the-server.md, "A key was stolen".
#[tokio::test]
async fn what_a_stolen_entry_key_signs_after_its_retirement_is_refused() {
    let stopped = Stopped::new("sqlite").await;
    let stolen = fs::read_to_string(stopped.folder().join("keys/entry.key")).unwrap();
    let stolen = SigningKey::parse_private_text(stolen.trim()).unwrap();
    stopped.does(&["rotate", "entry"], "adds the entry key");
    stopped.does(&["retire", "entry", &stolen.id().to_string(), "--reason", "stolen"], "retires the entry key");
    // The thief has the database too: they write an entry by the stolen key, and the program's own checkpoint covers it.
    let deps = reopen(&stopped.world.database, stopped.folder()).await;
    let thief = manyhands::deps::Deps {
        signers: std::sync::Arc::new(manyhands::deps::Signers { entry: stolen, checkpoint: deps.signers.checkpoint.clone() }),
        ..deps.clone()
    };
    let by = &stopped.treasurer;
    let index = contracts::record_deposit(&thief, by, &once(), &stopped.contract, "9.00", "invented").await.unwrap();
    let out = stopped.folder().join("out");
    receipts::export(&deps, &out).await.unwrap();
    let report = manyhands_verify::verify(&out, &stopped.vkey()).unwrap();
    assert_eq!(report.failures[0].as_ref().map(|failure| failure.at), Some(index), "{:?}", report.failures);
    let difference = projection::check_all(&deps.db, &mut |_, _| {}).await.unwrap().unwrap_err();
    assert_eq!(difference.to_string(), format!("entries, index {index}: note: not signed by an entry key in force"));
}

#[tokio::test]
async fn keys_that_others_can_read_are_refused_with_the_command_that_mends_it() {
    let stopped = Stopped::new("sqlite").await;
    let data = stopped.folder().to_str().unwrap().to_owned();
    let keys = stopped.folder().join("keys");
    let all = [("entry.key", 0o640, 0o600), ("entry.key", 0o604, 0o600), ("checkpoint.key", 0o644, 0o600), ("", 0o755, 0o700)];
    for (name, open, closed) in all {
        let path = if name.is_empty() { keys.clone() } else { keys.join(name) };
        fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
        let mend = format!("chmod {closed:o} {}", path.display());
        for verb in [&["serve"][..], &["check"], &["keys", "list"], &["keys", "rotate", "entry"]] {
            let refused = manyhands(&[verb, &["--data", &data]].concat(), "");
            assert!(!refused.status.success(), "{verb:?}: {}", said(&refused));
            for words in [&format!("{} can be read by others (mode {open:o})", path.display()), &mend] {
                assert!(said(&refused).contains(words), "{verb:?}: {words}: {}", said(&refused));
            }
        }
        // The command that was named does mend it.
        let mended = command("sh").args(["-c", &mend]).status().unwrap();
        assert!(mended.success() && manyhands(&["check", "--data", &data], "").status.success());
    }
    // Somebody else's file: only root can make one.
    if rustix_is_root() {
        let path = keys.join("entry.key");
        std::os::unix::fs::chown(&path, Some(12_345), None).unwrap();
        let refused = manyhands(&["serve", "--data", &data], "");
        for words in [&format!("{} belongs to user 12345", path.display()), &format!("chown 0 {}", path.display())] {
            assert!(!refused.status.success() && said(&refused).contains(words.as_str()), "{words}: {}", said(&refused));
        }
    }
}

fn rustix_is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}

#[tokio::test]
async fn protected_keys_open_by_typing_by_the_environment_and_by_a_credential_and_by_nothing_else() {
    let stopped = Stopped::new("sqlite").await;
    let (data, vkey) = (stopped.folder().to_str().unwrap().to_owned(), stopped.vkey());
    let run = |arguments: &[&str], typed: &str| manyhands(&[arguments, &["--data", &data]].concat(), typed);
    assert!(said(&run(&["check"], "")).contains("plain: whoever copies it can sign"));
    // Too short, and mistyped: nothing is written.
    for (typed, words) in [("short\n", "at least 12 characters"), ("a tall cup of weak tea\nanother\n", "the two are different")] {
        let refused = run(&["keys", "protect"], typed);
        assert!(!refused.status.success() && said(&refused).contains(words), "{}", said(&refused));
    }
    assert!(keyfiles::list(stopped.folder()).unwrap().iter().all(|file| !file.is_sealed));
    let protected = run(&["keys", "protect"], &format!("{PASSPHRASE}\n{PASSPHRASE}\n"));
    assert!(protected.status.success() && said(&protected).contains("entry.key is protected"), "{}", said(&protected));
    let files = keyfiles::list(stopped.folder()).unwrap();
    assert!(files.len() == 2 && files.iter().all(|file| file.is_sealed));
    for file in fs::read_dir(stopped.folder().join("keys")).unwrap() {
        let (path, mode) = (file.as_ref().unwrap().path(), file.unwrap().metadata().unwrap().permissions().mode());
        assert!(!fs::read_to_string(&path).unwrap().contains("PRIVATE"), "{}", path.display());
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
    assert!(said(&run(&["check"], "")).contains("entry.key, protected by a passphrase\n"));
    assert!(said(&run(&["keys", "list"], "")).contains("signs now"), "no passphrase is needed to look");

    // Nobody there to type: refused with the three ways. A wrong one stays closed.
    let silent = run(&["serve"], "");
    for words in ["LoadCredential=manyhands-passphrase", "MANYHANDS_KEY_PASSPHRASE", "type it when asked"] {
        assert!(!silent.status.success() && said(&silent).contains(words), "{words}: {}", said(&silent));
    }
    let wrong = run(&["serve"], "a tall cup of weak coffee\n");
    assert!(!wrong.status.success() && said(&wrong).contains("stays closed: the passphrase does not open it"), "{}", said(&wrong));

    // Typed; by the environment; by a credential, which wins.
    let rotated = run(&["keys", "rotate", "entry"], &format!("{PASSPHRASE}\n"));
    assert!(rotated.status.success(), "{}", said(&rotated));
    assert!(keyfiles::list(stopped.folder()).unwrap().iter().all(|file| file.is_sealed), "a new key is kept like the others");
    let mut serving = Serving::start_with(stopped.folder(), &[("MANYHANDS_KEY_PASSPHRASE", PASSPHRASE)]);
    let (contract, cookie) = (stopped.contract.to_string(), serving.sign_in("astro@example.coop"));
    let form = [("key", "k1"), ("contract", &*contract), ("amount", "5.00"), ("reference", "by a protected key")];
    assert_eq!(serving.post("/treasury/deposit", &cookie, &form).unwrap().status, 303);
    serving.kill();
    let credentials = tempfile::tempdir().unwrap();
    fs::write(credentials.path().join("manyhands-passphrase"), format!("{PASSPHRASE}\n")).unwrap();
    let named =
        [("CREDENTIALS_DIRECTORY", credentials.path().to_str().unwrap()), ("MANYHANDS_KEY_PASSPHRASE", "another one that is wrong")];
    Serving::start_with(stopped.folder(), &named).kill();

    // In the settings file it would lie beside what it protects.
    let settings = stopped.folder().join("manyhands.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("key_passphrase = '{PASSPHRASE}'\n{text}")).unwrap();
    assert!(said(&run(&["check"], "")).contains("unknown field `key_passphrase`"));
    fs::write(&settings, text).unwrap();

    let plain = run(&["keys", "unprotect"], &format!("{PASSPHRASE}\n"));
    assert!(plain.status.success() && said(&plain).contains("is a plain file again"), "{}", said(&plain));
    stopped.deposit("plain again").await;
    stopped.holds_from(&[&vkey]).await;
}

#[tokio::test]
async fn a_rotation_cut_short_at_any_step_leaves_a_ledger_that_goes_on() {
    if !cfg!(debug_assertions) {
        println!("left out: kills at steps, which a release is built without");
        return;
    }
    for step in ["before-head", "before-commit", "after-commit", "after-head"] {
        let stopped = Stopped::new("sqlite").await;
        let (vkey, data) = (stopped.vkey(), stopped.folder().to_str().unwrap().to_owned());
        let cut = command(MANYHANDS)
            .args(["keys", "rotate", "checkpoint", "--data", &data])
            .env("MANYHANDS_DIE_AT", step)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(!cut.status.success(), "{step}");
        let there = matches!(step, "after-commit" | "after-head");
        let deps = reopen(&stopped.world.database, stopped.folder()).await;
        let ring = server_keys::ring(&deps.db.read()).await.unwrap();
        assert_eq!(ring.role_keys().count(), if there { 3 } else { 2 }, "{step}");
        deps.db.close().await.unwrap();
        let words = if there { "signs now" } else { "a rotation was cut short. It can be deleted" };
        stopped.does(&["list"], words);
        Serving::start(stopped.folder()).kill();
        assert_eq!(stopped.vkey() != vkey, there, "{step}: auditors get the key that signs");
        stopped.does(&["rotate", "checkpoint"], "give it to everybody");
        stopped.deposit("and on").await;
        stopped.holds_from(&[&vkey, &stopped.vkey()]).await;
    }
}

#[tokio::test]
async fn the_auditors_program_takes_any_key_that_ever_was_and_no_other() {
    let stopped = Stopped::new("sqlite").await;
    let old = stopped.folder().join("old.vkey");
    fs::copy(stopped.folder().join("origin.vkey"), &old).unwrap();
    stopped.does(&["rotate", "checkpoint"], "give it to everybody");
    let out = stopped.holds_from(&[]).await;
    let stranger = stopped.folder().join("stranger.vkey");
    fs::write(&stranger, SigningKey::from_seed(crate::support::ORIGIN, [9; 32]).unwrap().verifying_key().to_string()).unwrap();
    for (vkey, code) in [(old, 0), (stopped.folder().join("origin.vkey"), 0), (stranger, 1)] {
        let verified =
            command(verifier().to_str().unwrap()).args([out.to_str().unwrap(), "--vkey", vkey.to_str().unwrap()]).output().unwrap();
        assert_eq!(verified.status.code(), Some(code), "{}: {}", vkey.display(), said(&verified));
    }
}
