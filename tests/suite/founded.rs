//! Founding a co-op in the database that is named beforehand, in the settings or in the environment: what `init` founded there,
//! `serve` finds there, without the environment of that day.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::backup::refuses;
use crate::program::{Serving, files_of, free_port, manyhands_in, said};
use crate::support::{PASSWORD, address, databases};

const ADDRESS: &str = "http://127.0.0.1:8017";

fn init(data: &Path, variables: &[(&str, &str)]) -> Output {
    let arguments = [
        "init",
        "--data",
        data.to_str().unwrap(),
        "--origin",
        "ledger.weavers.example/main",
        "--name",
        "Weavers Cooperative",
        "--address",
        ADDRESS,
        "--coordinator",
        "Amina T.",
        "--email",
        "amina@weavers.example",
        "--country",
        "KE",
    ];
    manyhands_in(variables, &arguments, &format!("{PASSWORD}\n"))
}

fn founds(data: &Path, variables: &[(&str, &str)]) {
    let founded = init(data, variables);
    assert!(founded.status.success(), "{}", said(&founded));
}

/// As an operator does next: mail, then the server, by the settings alone.
fn serves(data: &Path, what: &str) {
    let settings = data.join("manyhands.toml");
    let mut file = fs::OpenOptions::new().append(true).open(&settings).unwrap();
    writeln!(file, "host = '127.0.0.1'\nport = {}\ntls = 'none'\nfrom = 'office@weavers.example'", free_port()).unwrap();
    let mut serving = Serving::start_with(data, &[("MANYHANDS_PORT", "0")]);
    let page = serving.get("/ledger").unwrap();
    assert!(page.status == 200 && page.body.contains("Weavers Cooperative"), "{what}: {}", page.body);
    serving.sign_in("amina@weavers.example");
    serving.kill();
    assert!(!files_of(data).contains(&"coop.db".to_owned()), "{what}: no second database");
}

#[test]
fn what_was_founded_in_a_named_database_is_served_from_it_whichever_way_it_was_named() {
    for database in databases() {
        let place = TempDir::new().unwrap();
        // In the environment: the settings have it from then on, for their owner alone.
        let (data, here) = (place.path().join("environment"), elsewhere(database, &place));
        founds(&data, &[("MANYHANDS_DATABASE", &here)]);
        let settings = fs::read_to_string(data.join("manyhands.toml")).unwrap();
        assert!(settings.contains(&format!("database = \"{here}\"")), "{database}: {settings}");
        assert_eq!(fs::metadata(data.join("manyhands.toml")).unwrap().permissions().mode() & 0o777, 0o600, "{database}");
        serves(&data, database);

        // In the settings, before anything else: they stay, and what they lack is added.
        let (data, there) = (place.path().join("settings"), elsewhere(database, &place));
        fs::create_dir(&data).unwrap();
        fs::write(data.join("manyhands.toml"), format!("# Ours.\ndatabase = '{there}'\n\n[mail]\n")).unwrap();
        founds(&data, &[]);
        let settings = fs::read_to_string(data.join("manyhands.toml")).unwrap();
        assert_eq!(settings, format!("address = \"{ADDRESS}\"\n# Ours.\ndatabase = '{there}'\n\n[mail]\n"), "{database}");
        serves(&data, database);

        // A database that holds a co-op founds no other, and leaves neither keys nor settings.
        let third = place.path().join("third");
        let again = init(&third, &[("MANYHANDS_DATABASE", &there)]);
        assert!(!again.status.success() && said(&again).contains("holds a co-op already: nothing was written"), "{}", said(&again));
        assert_eq!(files_of(&third), Vec::<String>::new(), "{database}");

        // Nor is anything founded where nobody knows which database is meant, or which address.
        for said_before in [format!("database = '{there}'\n"), "address = 'https://weavers.example'\n".to_owned()] {
            fs::write(third.join("manyhands.toml"), &said_before).unwrap();
            let refused = init(&third, &[("MANYHANDS_DATABASE", &here)]);
            assert!(!refused.status.success() && said(&refused).contains("take one of them out"), "{}", said(&refused));
            assert!(!said(&refused).contains("password"), "{database}: before anybody types one");
            assert_eq!(fs::read_to_string(third.join("manyhands.toml")).unwrap(), said_before, "{database}");
        }

        // Whoever loses the line reads which one is missing.
        fs::write(data.join("manyhands.toml"), format!("address = '{ADDRESS}'\n[mail]\nhost = '127.0.0.1'\nfrom = 'a@b.example'\n"))
            .unwrap();
        refuses(&["serve"], &data, "this database holds no co-op, though the keys of one lie in");
    }
}

/// An empty database that is not the data folder's own.
fn elsewhere(database: &str, place: &TempDir) -> String {
    match database {
        "sqlite" => format!("sqlite://{}", place.path().join(format!("{}.db", free_port())).display()),
        _ => address(database, place),
    }
}
