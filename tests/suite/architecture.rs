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
    ("src/pictures", &["manyhands_domain"]),
    ("src/store", &["manyhands_domain", "sea_orm"]),
    ("src/actions", &["manyhands_domain", "manyhands_pictures", "manyhands_store", "crate::actions"]),
    ("src/web", &["manyhands_domain", "manyhands_pictures", "crate::actions", "rocket", "askama", "crate::web"]),
    ("src/mail", &["manyhands_domain", "askama", "lettre", "crate::mail"]),
    ("src/jobs", &["manyhands_domain", "manyhands_store::outbox", "crate::actions", "crate::mail", "crate::jobs"]),
    ("src/i18n", &["manyhands_domain", "crate::i18n"]),
];

/// What the table rules: everything else (std, serde, time, text) is free.
const RULED: &[&str] = &[
    "manyhands_domain",
    "manyhands_pictures",
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
    ("src/mail", "tokio", "each step of a connection has its end"),
    ("src/jobs", "tokio", "a pass each second"),
    ("src/actions", "tokio", "password hashing leaves the async threads"),
    ("src/store", "tokio", "waiting for a lock"),
];

/// Not to be written: where, what, what to write instead, and a line that must be caught. Whole words; tests below
/// `#[cfg(test)]` are free of it.
const BANS: &[(&str, &str, &str, &str)] = &[
    ("src", "SystemTime::now", "`deps.clock`: time is a parameter (only src/clock.rs reads it)", "let now = std::time::SystemTime::now();"),
    ("src", "Instant::now", "`deps.clock`: time is a parameter", "let start = Instant::now();"),
    ("src", "std::env", "a field of src/config.rs: settings are typed", "use std::env;"),
    ("src", "println!", "`cli::say` for people at a terminal, `tracing` for logs", "println!(\"done\");"),
    ("src", "eprintln!", "`cli::tell` for people at a terminal, `tracing` for logs", "eprintln!(\"done\");"),
    ("src", "dbg!", "`tracing`", "dbg!(row);"),
    ("src", "todo!", "the thing itself", "todo!()"),
    ("src", "unimplemented!", "the thing itself", "unimplemented!()"),
    ("src", "|safe", "an askama template that escapes", "{{ words|safe }}"),
    ("src", "begin_with_options", "`Db::begin`: transactions begin in the store alone", "self.reader.begin_with_options(options).await?"),
    ("src/domain", "f64", "`Amount` (millionths) or integers", "fn share(&self) -> f64 {"),
    ("src/domain", "f32", "`Amount` (millionths) or integers", "let share = count as f32;"),
    ("src/domain", "fs", "bytes as arguments: the domain does no I/O", "use std::{fs, io};"),
    ("src/domain", "async", "a plain function: the domain does not wait", "pub async fn load() {"),
    ("src/store", "f64", "i64 of millionths", "Vec<f64>"),
    ("src/store", "f32", "i64 of millionths", "Vec<f32>"),
    ("src/store", "DECIMAL", "a BIGINT of millionths", "CAST(amount AS DECIMAL(20, 6))"),
    ("src/store", "UPDATE entries", "a new entry: the ledger is append-only", "\"UPDATE entries SET total = $1\""),
    ("src/store", "DELETE FROM entries", "a new entry: the ledger is append-only", "\"DELETE FROM entries\""),
    ("src/store", "UPDATE lines", "a new entry: the ledger is append-only", "\"UPDATE lines SET amount = $1\""),
    ("src/store", "DELETE FROM lines", "a new entry: the ledger is append-only", "\"DELETE FROM lines\""),
    ("src/store", "UPDATE tiles", "a new entry: the ledger is append-only", "\"UPDATE tiles SET bytes = $1\""),
    ("src/store", "DELETE FROM tiles", "a new entry: the ledger is append-only", "\"DELETE FROM tiles\""),
    ("src/store", "UPDATE checkpoints", "a new entry: the ledger is append-only", "\"UPDATE checkpoints SET note = $1\""),
    ("src/store", "DELETE FROM checkpoints", "a new entry: the ledger is append-only", "\"DELETE FROM checkpoints\""),
    ("src/store", "UPDATE documents", "a new document: entries name this one by its hash", "\"UPDATE documents SET bytes = $1\""),
    ("src/store", "DELETE FROM documents", "nothing: entries name it", "\"DELETE FROM documents\""),
    ("src/web", "SELECT", "a function of src/store: all SQL stands there", "\"SELECT name FROM people\""),
    ("src/web", "INSERT INTO", "a function of src/store: all SQL stands there", "\"INSERT INTO people\""),
    ("src/web", "DELETE FROM", "a function of src/store: all SQL stands there", "\"DELETE FROM people\""),
    ("src/actions", "SELECT", "a function of src/store: all SQL stands there", "\"SELECT name FROM people\""),
    ("src/actions", "INSERT INTO", "a function of src/store: all SQL stands there", "\"INSERT INTO people\""),
    ("src/actions", "DELETE FROM", "a function of src/store: all SQL stands there", "\"DELETE FROM people\""),
    ("src/actions", "object_store", "`deps.files`: where files lie is known in src/files alone", "use object_store::ObjectStore;"),
    ("src/cli", "object_store", "`Files`: where files lie is known in src/files alone", "object_store::Error::NotFound"),
    ("src/web", "object_store", "an action", "use object_store::ObjectStore;"),
    ("src/web", "std::fs", "an action: HTTP only here", "std::fs::read(path)"),
    ("src/web", "fs", "an action: HTTP only here", "use std::{fs, path::Path};"),
    ("templates", "|safe", "escaped words: everything people typed is escaped", "{{ words|safe }}"),
    ("templates", "| safe", "escaped words: everything people typed is escaped", "{{ words | safe }}"),
    ("migrations", "REAL", "INTEGER / BIGINT: money is never a float", "  amount REAL,"),
    ("migrations", "NUMERIC", "INTEGER / BIGINT of millionths", "  amount NUMERIC(20, 6),"),
    ("migrations", "DECIMAL", "INTEGER / BIGINT of millionths", "  amount DECIMAL(20, 6),"),
    ("migrations", "FLOAT", "INTEGER / BIGINT", "  amount FLOAT,"),
    ("migrations", "DOUBLE PRECISION", "BIGINT", "  amount DOUBLE PRECISION,"),
];

/// Where a ban does not hold: the one place that does the thing.
const PLACES: &[(&str, &str)] = &[
    // The auditor's program has no clock of ours: it says when a log is dated ahead of its own machine.
    ("src/verify/main.rs", "SystemTime::now"),
    ("src/clock.rs", "SystemTime::now"),
    ("src/config.rs", "std::env"),
    // Its error, where the command ends.
    ("src/main.rs", "eprintln!"),
    ("src/store/db.rs", "begin_with_options"),
    ("src/store/sharing.rs", "begin_with_options"),
    // Changes a copy to show that it is found.
    ("src/store/tamper.rs", "UPDATE entries"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// The code of a file: no comments, and no item that is for tests alone.
fn code(path: &Path) -> String {
    code_of(&fs::read_to_string(path).unwrap())
}

fn code_of(text: &str) -> String {
    let mut kept = Vec::new();
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    while let Some(line) = lines.next() {
        let Some(indent) = line.strip_suffix("#[cfg(test)]") else {
            kept.push(line);
            continue;
        };
        // As rustfmt writes it: an item ends in its first line, or where a brace stands as far in as it began.
        let mut first = true;
        let ends = lines.by_ref().find(|line| {
            let of_item = !std::mem::replace(&mut first, line.trim_start().starts_with("#["));
            let whole =
                !of_item && !line.trim_start().starts_with("#[") && (line.ends_with(';') || line.ends_with('}') || line.ends_with(','));
            whole || (of_item && line.strip_prefix(indent).is_some_and(|rest| rest.starts_with('}')))
        });
        assert!(ends.is_some(), "an item for tests that does not end:\n{text}");
    }
    kept.join("\n")
}

#[test]
fn what_stands_after_an_item_for_tests_is_read_too() {
    for item in ["mod tests;", "use a::B;", "#[allow(x)]\nmod tests {\n    fn a() {\n    }\n}", "fn a() {}", "use a::{\n    B,\n};"] {
        let text = format!("use c::D;\n#[cfg(test)]\n{item}\nfn f(x: f64) {{}}\n");
        assert_eq!(code_of(&text), "use c::D;\nfn f(x: f64) {}", "{item}");
    }
    assert_eq!(code_of("impl A {\n    #[cfg(test)]\n    fn a() {\n        x;\n    }\n    fn b() {}\n}"), "impl A {\n    fn b() {}\n}");
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

/// Whether these words stand in the code, not as a part of longer ones. In SQL of a migration, however they are written.
fn says(code: &str, what: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(what).any(|(place, _)| {
        let before = code[..place].chars().next_back();
        let after = code[place + what.len()..].chars().next();
        let begins = what.starts_with(inside) && before.is_some_and(inside);
        let ends = what.ends_with(inside) && after.is_some_and(inside);
        !begins && !ends
    })
}

/// What a file says, as bans are looked for in it.
fn banned_in(folder: &str, path: &Path) -> String {
    let code = code(path);
    if folder != "migrations" {
        return code;
    }
    code.lines().map(|line| line.split("--").next().unwrap().to_uppercase()).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_banned_is_not_written() {
    let mut broken = Vec::new();
    let mut places: Vec<_> = PLACES.to_vec();
    for (folder, what, instead, _) in BANS {
        let ending = match *folder {
            "templates" => "html",
            "migrations" => "sql",
            _ => "rs",
        };
        for file in files(folder, ending) {
            let name = name_of(&file);
            if name.contains("/tests/") || name.ends_with("/tests.rs") || !says(&banned_in(folder, &file), what) {
                continue;
            }
            match PLACES.iter().any(|(place, word)| name == *place && word == what) {
                true => places.retain(|place| *place != (name.as_str(), *what)),
                false => broken.push(format!("{name} says {what}; write {instead}")),
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(places.is_empty(), "places that need no leave: {places:?}");
}

#[test]
fn every_ban_catches_what_it_is_for() {
    for (folder, what, _, line) in BANS {
        assert!(says(line, what), "{folder}: {line} is not caught by {what}");
    }
    assert!(!says("number.is_f64()", "f64") && !says("use std::environment;", "std::env") && !says("eprintln!(", "println!"));
}

/// What the policy of a page refuses: scripts and styles in the page itself.
fn inline_in(page: &str) -> Vec<&str> {
    let tags = page.split('<').skip(1).map(|tag| tag.split('>').next().unwrap());
    let refused = |tag: &&str| {
        let mut words = tag.split_ascii_whitespace();
        let name = words.next().unwrap_or_default();
        let attributes: Vec<&str> = words.filter_map(|word| word.split_once('=')).map(|(name, _)| name).collect();
        let script = name == "style" || name == "script" && !attributes.contains(&"src");
        script || attributes.iter().any(|name| *name == "style" || name.starts_with("on"))
    };
    tags.filter(refused).collect()
}

#[test]
fn no_page_has_a_script_or_a_style_of_its_own() {
    for line in [
        "<script>",
        "<script type=\"module\">",
        "<p style=\"color:red\">",
        "<p\nstyle=x>",
        "<b onclick=\"x()\">",
        "<body onload=x>",
        "<style>",
    ] {
        assert_eq!(inline_in(line).len(), 1, "{line}");
    }
    for file in files("templates", "html") {
        let text = fs::read_to_string(&file).unwrap();
        let found = inline_in(&text);
        assert!(found.is_empty(), "{} has {found:?}; write a file of static/: the page's policy refuses it", name_of(&file));
    }
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
        "docs/comparison.md",
        "docs/client.md",
        "docs/exports.md",
        "docs/files.md",
        "docs/label-studio.md",
        "docs/shapes.md",
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
