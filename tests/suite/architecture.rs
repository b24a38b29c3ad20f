//! The map is true: who may import whom, what may not be written where, and that README names folders that are there.
//! Each ban names what to write instead.

use std::fs;
use std::path::Path;

use crate::locales::files;

/// The import table of docs/DESIGN.md: folder, and what may stand in its `use` lines and paths. A folder that is not
/// listed is `src/*.rs`, where the parts are put together.
const TABLE: &[(&str, &[&str])] = &[
    ("src/domain", &[]),
    ("src/verify", &["manyhands_domain"]),
    ("src/store", &["manyhands_domain", "sea_orm"]),
    ("src/actions", &["manyhands_domain", "manyhands_store", "crate::actions"]),
    ("src/web", &["manyhands_domain", "crate::actions", "rocket", "askama", "crate::web"]),
    ("src/mail", &["manyhands_domain", "askama", "lettre", "crate::mail"]),
    ("src/jobs", &["manyhands_domain", "manyhands_store::outbox", "crate::actions", "crate::mail", "crate::jobs"]),
    ("src/i18n", &["manyhands_domain", "crate::i18n"]),
];

/// What the table rules: everything else (std, serde, time, text) is free.
const RULED: &[&str] = &[
    "manyhands_domain",
    "manyhands_store",
    "manyhands_verify",
    "crate::actions",
    "crate::web",
    "crate::mail",
    "crate::jobs",
    "crate::cli",
    "crate::i18n",
    "sea_orm",
    "sqlx",
    "rocket",
    "askama",
    "lettre",
    "clap",
    "tokio",
    "anyhow",
];

/// Allowed besides the table, with the reason.
const ALSO: &[(&str, &str, &str)] = &[
    ("src/web", "crate::i18n", "pages speak"),
    ("src/verify", "manyhands_verify", "its program calls its library"),
    ("src/web", "tokio", "compression writes asynchronously, through rocket's own tokio"),
    ("src/mail", "crate::i18n", "mail speaks"),
    ("src/jobs", "tokio", "a pass each second"),
    ("src/actions", "tokio", "password hashing leaves the async threads"),
    ("src/store", "tokio", "waiting for a lock"),
];

/// Not to be written: where, what, what to write instead. Tests below `#[cfg(test)]` are free of it.
const BANS: &[(&str, &str, &str)] = &[
    ("src", "SystemTime::now", "`deps.clock`: time is a parameter (only src/clock.rs reads it)"),
    ("src", "std::env::", "a field of src/config.rs: settings are typed"),
    ("src", "println!", "`cli::say` for people at a terminal, `tracing` for logs"),
    ("src", "todo!", "the thing itself"),
    ("src", "|safe", "an askama template that escapes"),
    ("src", "::begin_with_options", "`Db::begin`: transactions begin in src/store/db.rs alone"),
    ("src/domain", ": f64", "`Amount` (millionths) or integers"),
    ("src/domain", " as f64", "`Amount` (millionths) or integers"),
    ("src/domain", "std::fs", "bytes as arguments: the domain does no I/O"),
    ("src/domain", "async ", "a plain function: the domain does not wait"),
    ("src/store", "f64", "i64 of millionths"),
    ("src/store", "DECIMAL", "a BIGINT of millionths"),
    ("src/store", "UPDATE entries", "a new entry: the ledger is append-only"),
    ("src/store", "DELETE FROM entries", "a new entry: the ledger is append-only"),
    ("src/web", "SELECT ", "a function of src/store: all SQL stands there"),
    ("src/actions", "SELECT ", "a function of src/store: all SQL stands there"),
    ("src/web", "std::fs", "an action: HTTP only here"),
    ("templates", "|safe", "escaped words: everything people typed is escaped"),
    ("templates", "<script>", "a file of static/: the page's policy refuses inline scripts"),
    ("templates", " style=", "a class of static/app.css: the page's policy refuses inline styles"),
    ("templates", " onclick=", "an event listener in a file of static/"),
    ("migrations", " REAL", "INTEGER / BIGINT: money is never a float"),
    ("migrations", " NUMERIC", "INTEGER / BIGINT of millionths"),
    ("migrations", " FLOAT", "INTEGER / BIGINT"),
    ("migrations", "DOUBLE PRECISION", "BIGINT"),
];

/// Where a ban does not hold: the one place that does the thing.
const PLACES: &[(&str, &str)] = &[
    ("src/clock.rs", "SystemTime::now"),
    ("src/config.rs", "std::env::"),
    ("src/verify/main.rs", "std::env::"),
    ("src/cli/mod.rs", "println!"),
    ("src/main.rs", "println!"),
    ("src/store/db.rs", "::begin_with_options"),
    // Changes a copy to show that it is found.
    ("src/store/tamper.rs", "UPDATE entries"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// The code of a file: no comments, and nothing from `#[cfg(test)]` on.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whether `name` stands in the code as a path of its own, not as the end of a longer word.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(place, _)| {
        let before = code[..place].chars().next_back();
        let after = code[place + name.len()..].chars().next();
        let inside = |c: char| c.is_alphanumeric() || c == '_';
        !before.is_some_and(|c| inside(c) || c == ':' || c == '-' || c == '.' || c == '"') && after.is_some_and(|c| c == ':' || c == ';')
    })
}

#[test]
fn the_import_table_holds() {
    let mut broken = Vec::new();
    for file in files("src", "rs") {
        let name = name_of(&file);
        let Some((folder, may)) = TABLE.iter().find(|(folder, _)| name.starts_with(&format!("{folder}/"))) else { continue };
        if name.contains("/tests/") {
            continue;
        }
        let code = code(&file);
        for ruled in RULED {
            let listed = may.iter().any(|may| may == ruled || may.starts_with(&format!("{ruled}::")));
            let also = ALSO.iter().any(|(at, what, _)| at == folder && what == ruled);
            let own = *folder == "src/domain" && ruled.starts_with("crate::");
            if names(&code, ruled) && !listed && !also && !own {
                broken.push(format!("{name} uses {ruled}: {folder} may use {may:?}"));
            }
            // `manyhands_store::outbox` in the table means that noun alone.
            let nouns: Vec<&&str> = may.iter().filter(|may| may.starts_with(&format!("{ruled}::"))).collect();
            for part in code.split(&format!("{ruled}::")).skip(1).filter(|_| !nouns.is_empty()) {
                let used: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let known = used.is_empty() || nouns.iter().any(|noun| noun.ends_with(&format!("::{used}")));
                if !known {
                    broken.push(format!("{name} uses {ruled}::{used}: {folder} may use {may:?}"));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// From the ground up: each knows only what stands before it.
const GROUND_UP: &[&str] =
    &["money", "currency", "time", "ids", "refusal", "text", "lei", "hazards", "countries", "units", "log", "books", "rules"];

#[test]
fn inside_the_domain_arrows_point_down() {
    let mut broken = Vec::new();
    for file in files("src/domain", "rs") {
        let name = name_of(&file);
        let module = name.trim_start_matches("src/domain/").split(['/', '.']).next().unwrap().to_owned();
        let Some(height) = GROUND_UP.iter().position(|known| *known == module) else { continue };
        let code = code(&file);
        for part in code.split("crate::").skip(1) {
            let used: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let below = GROUND_UP.iter().position(|known| *known == used);
            if used != module && below.is_none_or(|below| below > height) {
                broken.push(format!("{name} uses crate::{used}, which stands above {module}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn what_is_banned_is_not_written() {
    let mut broken = Vec::new();
    for (folder, what, instead) in BANS {
        let ending = if *folder == "templates" {
            "html"
        } else if *folder == "migrations" {
            "sql"
        } else {
            "rs"
        };
        for file in files(folder, ending) {
            let name = name_of(&file);
            let allowed = PLACES.iter().any(|(place, word)| name == *place && word == what);
            if !allowed && !name.contains("/tests/") && code(&file).contains(what) {
                broken.push(format!("{name} says {what}; write {instead}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn only_the_store_depends_on_the_database_driver_and_the_domain_on_nothing_that_waits() {
    let depends = |manifest: &str, what: &str| {
        let text = fs::read_to_string(root().join(manifest)).unwrap();
        let own = text.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap().to_owned();
        own.lines().any(|line| line.starts_with(&format!("{what} ")) || line.starts_with(&format!("{what}.")))
    };
    for (manifest, forbidden) in [
        ("Cargo.toml", &["sea-orm", "sqlx"][..]),
        ("src/domain/Cargo.toml", &["tokio", "sea-orm", "rocket", "rand", "lettre", "manyhands-store"]),
        ("src/verify/Cargo.toml", &["tokio", "sea-orm", "rocket", "manyhands-store", "clap"]),
        ("src/store/Cargo.toml", &["rocket", "lettre", "askama"]),
    ] {
        for what in forbidden {
            assert!(!depends(manifest, what), "{manifest} depends on {what}");
        }
    }
}

#[test]
fn both_dialects_of_every_migration_are_there_with_the_same_tables() {
    for folder in fs::read_dir(root().join("migrations")).unwrap() {
        let folder = folder.unwrap().path();
        let tables = |dialect: &str| {
            let text = fs::read_to_string(folder.join(format!("{dialect}.sql"))).unwrap();
            let mut tables: Vec<String> = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")).map(str::to_owned).collect();
            tables.iter_mut().for_each(|table| *table = table.split_whitespace().next().unwrap().to_owned());
            tables
        };
        assert_eq!(tables("sqlite"), tables("postgres"), "{}", folder.display());
    }
}

#[test]
fn the_documents_name_only_what_is_there() {
    let documents = [
        "README.md",
        "docs/DESIGN.md",
        "DECISIONS.md",
        "docs/running.md",
        "docs/exports.md",
        "docs/keys-of-the-server.md",
        "benches/README.md",
    ];
    for document in documents {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for part in text.split('`').skip(1).step_by(2) {
            let is_path = ["src/", "tests/", "scripts/", "docs/", "benches/", "migrations/", "templates/", "locales/", "static/"]
                .iter()
                .any(|top| part.starts_with(top));
            if is_path && !part.contains(['<', '*', '{', ' ', '…']) {
                assert!(root().join(part).exists(), "{document} names {part}, which is not there");
            }
        }
    }
}
