//! The commands as a person types them: demonstration, export, verification, founding, settings.

use std::fs;
use std::path::Path;
use std::process::Output;

use manyhands::actions::receipts;

use crate::program::{command, copy, demo, files_of, manyhands, said, verifier, write_settings};
use crate::support::world;

#[test]
fn the_demonstrations_export_verifies_and_a_byte_changed_in_any_file_is_found_and_named() {
    let (data, out) = demo();
    let vkey = data.join("origin.vkey");
    let honest = verify(out, &vkey);
    assert_eq!(honest.status.code(), Some(0), "{}", said(&honest));
    for level in ["level 1 bytes: holds", "level 2 log: holds", "level 3 books: holds"] {
        assert!(said(&honest).contains(level), "{}", said(&honest));
    }
    let files = files_of(out);
    assert!(files.len() >= 8 && files.iter().any(|file| file.starts_with("documents/")), "{files:?}");
    for file in files {
        let place = tempfile::tempdir().unwrap();
        copy(out, place.path());
        let path = place.path().join(&file);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        let changed = verify(place.path(), &vkey);
        assert_eq!(changed.status.code(), Some(1), "{file}: {}", said(&changed));
        // A bundle is named by the entry in it, anything else by its path.
        let name = if file.starts_with("tile/entries/") { "FAILS at entry" } else { file.as_str() };
        assert!(said(&changed).contains(name), "{file} is not named: {}", said(&changed));

        fs::remove_file(&path).unwrap();
        let missing = verify(place.path(), &vkey);
        assert_eq!(missing.status.code(), Some(2), "{file}: {}", said(&missing));
        assert!(said(&missing).contains(&file), "{file} is not named: {}", said(&missing));
    }
    // What a checkpoint says of its size is not believed before the files are there.
    let place = tempfile::tempdir().unwrap();
    copy(out, place.path());
    let path = place.path().join("checkpoint");
    let text = fs::read_to_string(&path).unwrap();
    let size = text.lines().nth(1).unwrap().to_owned();
    fs::write(&path, text.replacen(&size, "18446744073709551615", 1)).unwrap();
    assert_eq!(verify(place.path(), &vkey).status.code(), Some(2), "a size beyond memory ends in a sentence");
    let no_key = verify(out, &data.join("nothing.vkey"));
    assert_eq!(no_key.status.code(), Some(2), "{}", said(&no_key));
}

#[tokio::test]
async fn a_receipt_verifies_by_itself_and_a_changed_one_does_not() {
    let world = world("sqlite").await;
    world.funded_contract("10.00").await;
    let (file, vkey) = (world.folder.path().join("entry-2.tlog-proof"), world.folder.path().join("origin.vkey"));
    let text = receipts::receipt(&world.deps, 2).await.unwrap().text();
    fs::write(&file, &text).unwrap();
    let honest = verify(&file, &vkey);
    assert_eq!(honest.status.code(), Some(0), "{}", said(&honest));
    assert!(said(&honest).contains("the receipt holds: entry 2 is in the signed log"), "{}", said(&honest));
    fs::write(&file, text.replacen("index 2", "index 1", 1)).unwrap();
    let changed = verify(&file, &vkey);
    assert_eq!(changed.status.code(), Some(1), "{}", said(&changed));
    assert!(said(&changed).contains("does NOT hold"), "{}", said(&changed));
}

#[test]
fn the_demonstration_shows_how_a_changed_cent_is_found() {
    let shown = manyhands(&["demo", "--tamper"], "");
    assert!(shown.status.success(), "{}", said(&shown));
    for words in [
        "levels 1 to 4 hold.",
        "One cent was changed in entry",
        "level 1 fails at",
        "level 2 fails at",
        "The same cent in a copy of the database: refused.",
        "its signature no longer holds.",
    ] {
        assert!(said(&shown).contains(words), "{words}: {}", said(&shown));
    }
}

#[test]
fn an_export_never_writes_into_a_folder_that_is_there() {
    let (data, out) = demo();
    let again = export(data, out);
    assert!(!again.status.success() && said(&again).contains("is there already"), "{}", said(&again));
    let nowhere = tempfile::tempdir().unwrap();
    let none = export(&nowhere.path().join("nothing"), &nowhere.path().join("out"));
    assert!(!none.status.success() && said(&none).contains("there is no folder"), "{}", said(&none));
    assert_eq!(fs::read_dir(nowhere.path()).unwrap().count(), 0, "nothing is made of a wrong name");
}

#[test]
fn a_co_op_is_founded_once_and_served_only_with_safe_settings() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("coop");
    let data = data.to_str().unwrap();
    let init = |country: &str, password: &str| {
        let arguments = [
            "init",
            "--data",
            data,
            "--origin",
            "ledger.weavers.example/main",
            "--name",
            "Weavers Cooperative",
            "--address",
            "https://weavers.example",
            "--coordinator",
            "Amina T.",
            "--email",
            "Amina@weavers.example",
            "--country",
            country,
        ];
        manyhands(&arguments, &format!("{password}\n"))
    };
    let short = init("KE", "short");
    assert!(!short.status.success() && said(&short).contains("shorter than 10 characters; nothing was written"), "{}", said(&short));
    let country = init("Kenya", "correct horse battery");
    assert!(!country.status.success() && said(&country).contains("no country code"), "{}", said(&country));
    let founded = init("KE", "correct horse battery");
    assert!(founded.status.success() && said(&founded).contains("Weavers Cooperative is founded"), "{}", said(&founded));
    let again = init("KE", "correct horse battery");
    assert!(!again.status.success() && said(&again).contains("holds a co-op already"), "{}", said(&again));
    assert!(!said(&again).contains("password"), "it is refused before anybody types a password: {}", said(&again));

    // Mail is not set yet: check says so, and serve refuses with the same sentence.
    let sentence = "mail.host and mail.from must be set: members hear of their pay by mail";
    for verb in ["check", "serve"] {
        let refused = manyhands(&[verb, "--data", data], "");
        assert!(!refused.status.success() && said(&refused).contains(sentence), "{verb}: {}", said(&refused));
    }
    let out = place.path().join("out");
    assert!(export(Path::new(data), &out).status.success());
    let verified = verify(&out, &Path::new(data).join("origin.vkey"));
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    assert!(said(&verified).starts_with("ledger.weavers.example/main: 3 entries\n"), "{}", said(&verified));

    // Without the head nobody can tell whether the database is the newest.
    let head = Path::new(data).join("head");
    let kept = fs::read(&head).unwrap();
    fs::remove_file(&head).unwrap();
    let headless = export(Path::new(data), &place.path().join("out1"));
    assert!(!headless.status.success() && said(&headless).contains("the head is missing"), "{}", said(&headless));
    fs::write(&head, kept).unwrap();

    let keys = Path::new(data).join("keys/checkpoint.key");
    fs::set_permissions(&keys, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let open = manyhands(&["keys", "rotate", "entry", "--data", data], "");
    assert!(!open.status.success() && said(&open).contains("can be read by others"), "{}", said(&open));
    // Nor may others put another key or database in their place.
    fs::set_permissions(data, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let shared = export(Path::new(data), &place.path().join("out2"));
    assert!(!shared.status.success() && said(&shared).contains("can be written to by others (mode 777): `chmod 700"), "{}", said(&shared));
    fs::set_permissions(data, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    // Giving away what was signed takes no key.
    assert!(export(Path::new(data), &place.path().join("out2")).status.success());
}

#[test]
fn settings_are_shown_with_their_source_unknown_ones_refused_and_secrets_masked() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().to_str().unwrap();
    let settings = place.path().join("manyhands.toml");
    let secret = "address = 'https://coop.example'\ndatabase = 'postgres://coop:hunter2@db/coop'\n[mail]\nhost = 'mx.example'\nuser = 'coop'\npassword = 'hunter3'\nfrom = 'a@coop.example'\n";
    fs::write(&settings, secret).unwrap();
    let shown = command(crate::program::MANYHANDS).args(["check", "--data", data]).env("MANYHANDS_PORT", "9000").output().unwrap();
    assert!(shown.status.success(), "{}", said(&shown));
    let said_all = said(&shown);
    assert!(!said_all.contains("hunter"), "{said_all}");
    assert!(said_all.contains("postgres://coop:***@db/coop") && said_all.contains("safe to serve with"), "{said_all}");
    let source = |key: &str| {
        said_all.lines().find(|line| line.starts_with(&format!("{key} "))).unwrap().split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!((source("port"), source("address"), source("bind")), ("environment".into(), "manyhands.toml".into(), "default".into()));

    for (text, name) in [("prot = 80\n", "prot"), ("[mail]\nhots = 'x'\n", "hots"), ("port = 'eighty'\n", "port")] {
        fs::write(&settings, text).unwrap();
        for verb in ["check", "serve"] {
            let refused = manyhands(&[verb, "--data", data], "");
            assert!(!refused.status.success() && said(&refused).contains(name), "{verb}: {}", said(&refused));
        }
    }
    fs::write(&settings, "").unwrap();
    let variable = command(crate::program::MANYHANDS).args(["check", "--data", data]).env("MANYHANDS_PROT", "1").output().unwrap();
    assert!(!variable.status.success() && said(&variable).contains("MANYHANDS_PROT, which is no setting"), "{}", said(&variable));
}

#[test]
fn serving_is_refused_with_a_sentence_for_each_unsafe_setting() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().to_str().unwrap();
    let text = "address = 'http://coop.example/'\nbind = '0.0.0.0'\nip_header = 'X-Real-IP'\n[mail]\nhost = 'mx.example'\ntls = 'none'\n";
    fs::write(place.path().join("manyhands.toml"), text).unwrap();
    let refused = manyhands(&["serve", "--data", data], "");
    assert!(!refused.status.success());
    for words in [
        "passwords would cross the network",
        "bind is open to the network",
        "ip_header is set",
        "mail.host and mail.from",
        "mail.tls is none",
    ] {
        assert!(said(&refused).lines().any(|line| line.starts_with("- ") && line.contains(words)), "{words}: {}", said(&refused));
    }
    assert!(said(&refused).contains("nothing was started"), "{}", said(&refused));
    assert!(!place.path().join("coop.db").exists());
    // A folder with safe settings and no co-op in it.
    write_settings(place.path(), &format!("sqlite://{data}/coop.db"), 9);
    let empty = manyhands(&["serve", "--data", data], "");
    assert!(!empty.status.success() && said(&empty).contains("this database holds no co-op"), "{}", said(&empty));
}

fn verify(out: &Path, vkey: &Path) -> Output {
    command(verifier().to_str().unwrap()).args([out.to_str().unwrap(), "--vkey", vkey.to_str().unwrap()]).output().unwrap()
}

fn export(data: &Path, out: &Path) -> Output {
    manyhands(&["export", out.to_str().unwrap(), "--data", data.to_str().unwrap()], "")
}
