//! What stands beside the signed notes is held against them: every cell of every table of the ledger, changed, deleted,
//! inserted, swapped, copied from an older row, is found and named. On both databases.

use manyhands::actions::claims::Typed;
use manyhands::actions::projection::{self, Agreed, Outcome};
use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, contracts, keys, reviews};
use manyhands_store::Db;

use crate::pages::change;
use crate::program::{Serving, free_port, manyhands, said, write_settings};
use crate::signers::{enrol, holder};
use crate::support::{PASSWORD, World, databases, once, world};

/// A book with a full tile, an acceptance, and a checkpoint for each of more than 256 deposits.
async fn long_book(database: &str) -> World {
    let world = world(database).await;
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 2).await;
    let worker = world.worker().await;
    let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
    world.deps.clock.advance(150);
    claims::submit(&world.deps, &worker, &once(), &claim, &Typed::one("Harmful", 150)).await.unwrap();
    reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
    for number in 0..256 {
        world.deps.clock.advance(1);
        if number == 200 {
            enrol(&world, &world.coordinator, 1).await;
            let lost = enrol(&world, &world.treasurer, 2).await;
            let by = world.treasurer().await;
            keys::retire(&world.deps, &by, &once(), &lost.id().to_string(), "lost", PASSWORD).await.unwrap();
            enrol(&world, &world.buyer, 3).await;
        }
        deposit(&world, &contract, &format!("transfer {number}")).await;
    }
    world
}

/// The coordinator's key, which is in force, the treasurer's, which is not, and the buyer's: as their rows are called.
async fn keys_of(world: &World) -> [String; 3] {
    let mut names = Vec::new();
    for person in [&world.coordinator, &world.treasurer, &world.buyer] {
        let by = holder(world, person).await;
        let key = keys::find_own(&world.deps, &by).await.unwrap().keys.remove(0);
        names.push(format!("{} {}", by.id().unwrap().as_str(), key.key_id));
    }
    names.try_into().unwrap()
}

async fn deposit(world: &World, contract: &manyhands_domain::ids::ContractId, reference: &str) -> u64 {
    contracts::record_deposit(&world.deps, &world.treasurer().await, &once(), contract, "1.00", reference).await.unwrap()
}

async fn check_all(db: &Db) -> Outcome {
    projection::check_all(db, &mut |_, _| {}).await.unwrap()
}

async fn check_new(db: &Db) -> Outcome {
    projection::check_new(db, &mut |_, _| {}).await.unwrap()
}

/// Ways of altering one row; what each must be called. `#` stands for the last index, `##` for the size.
const ALTERED: &[(&str, &str)] = &[
    ("UPDATE entries SET note = (SELECT note FROM entries WHERE idx = 20) WHERE idx = 21", "entries, index 21: leaf"),
    (
        "UPDATE entries SET note = (SELECT note FROM entries WHERE idx = 20), leaf = (SELECT leaf FROM entries WHERE idx = 20), \
         at = (SELECT at FROM entries WHERE idx = 20) WHERE idx = 21",
        "checkpoints, size 22: root",
    ),
    ("UPDATE entries SET note = (SELECT note FROM checkpoints WHERE size = 21) WHERE idx = 21", "entries, index 21: note"),
    ("UPDATE entries SET leaf = (SELECT leaf FROM entries WHERE idx = 20) WHERE idx = 21", "entries, index 21: leaf"),
    ("UPDATE entries SET kind = 'deposit.returned' WHERE idx = 21", "entries, index 21: kind is deposit.returned"),
    ("UPDATE entries SET at = at - 1 WHERE idx = 0", "entries, index 0: at is"),
    ("UPDATE entries SET contract_id = 'C-2' WHERE idx = #", "entries, index #: contract_id is ‘C-2’"),
    ("UPDATE entries SET contract_id = NULL WHERE idx = #", "entries, index #: contract_id is nothing"),
    ("UPDATE entries SET member_id = 'M-00000000' WHERE idx = #", "entries, index #: member_id is ‘M-00000000’"),
    ("UPDATE entries SET member_id = NULL WHERE idx = 2", "entries, index 2: member_id is nothing"),
    ("UPDATE entries SET total = total + 1 WHERE idx = #", "entries, index #: total is 1000001"),
    ("UPDATE entries SET unit = 'EUR' WHERE idx = #", "entries, index #: unit is ‘EUR’"),
    ("DELETE FROM entries WHERE idx = 0", "entries, index 0: there is no such row"),
    ("DELETE FROM entries WHERE idx = 21", "entries, index 21: there is no such row"),
    ("DELETE FROM entries WHERE idx = #", "entries, index #: there is no such row"),
    (
        "INSERT INTO entries (idx, note, leaf, kind, at, contract_id, member_id, total, unit) \
         SELECT ##, note, leaf, kind, at, contract_id, member_id, total, unit FROM entries WHERE idx = 21",
        "entries, index ##: stands beyond",
    ),
    (
        "UPDATE entries SET idx = 9000 WHERE idx = 21; UPDATE entries SET idx = 21 WHERE idx = 22; UPDATE entries SET idx = 22 WHERE idx = 9000",
        "checkpoints, size 22: root",
    ),
    (
        "UPDATE lines SET amount = amount + 1 WHERE idx = # AND account = 'Assets:Bank'",
        "lines, index #, Assets:Bank USD: amount is 1000001",
    ),
    (
        "UPDATE lines SET account = 'Equity:Reserve' WHERE idx = # AND account = 'Assets:Bank'",
        "lines, index #, Assets:Bank USD: there is no",
    ),
    ("UPDATE lines SET unit = 'EUR' WHERE idx = # AND account = 'Assets:Bank'", "lines, index #, Assets:Bank EUR: the note has no"),
    ("UPDATE lines SET idx = 3 WHERE idx = # AND account = 'Assets:Bank'", "lines, index 3, Assets:Bank USD: the note has no"),
    ("DELETE FROM lines WHERE idx = #", "lines, index #, Assets:Bank USD: there is no such row"),
    (
        "INSERT INTO lines (idx, account, unit, amount) VALUES (#, 'Equity:Reserve', 'USD', 1)",
        "lines, index #, Equity:Reserve USD: the note has",
    ),
    ("INSERT INTO lines (idx, account, unit, amount) VALUES (21, 'Aaa', 'USD', 1)", "lines, index 21, Aaa USD: the note has no such"),
    ("INSERT INTO lines (idx, account, unit, amount) VALUES (9000, 'Equity:Reserve', 'USD', 1)", "lines, index 9000: stands beyond"),
    ("UPDATE balances SET amount = amount + 1 WHERE account = 'Assets:Bank'", "balances, Assets:Bank USD: amount is"),
    ("UPDATE balances SET account = 'Assets:Cash' WHERE account = 'Assets:Bank'", "balances, Assets:Bank USD: there is no such row"),
    ("UPDATE balances SET unit = 'EUR' WHERE account = 'Assets:Bank'", "balances, Assets:Bank EUR: nothing was ever posted"),
    ("DELETE FROM balances WHERE account = 'Equity:Reserve'", "balances, Equity:Reserve USD: there is no such row"),
    ("INSERT INTO balances (account, unit, amount) VALUES ('Zzz', 'USD', 0)", "balances, Zzz USD: nothing was ever posted"),
    ("UPDATE tiles SET bytes = (SELECT leaf FROM entries WHERE idx = 3)", "tiles, level 0 number 0: bytes"),
    ("UPDATE tiles SET level = 1", "tiles, level 0 number 0: there is no such row"),
    ("UPDATE tiles SET number = 1", "tiles, level 0 number 0: there is no such row"),
    ("DELETE FROM tiles", "tiles, level 0 number 0: there is no such row"),
    ("INSERT INTO tiles (level, number, bytes) SELECT 0, 1, bytes FROM tiles", "tiles, level 0 number 1: no full tile stands there"),
    ("INSERT INTO tiles (level, number, bytes) SELECT 7, 0, bytes FROM tiles", "tiles, level 7 number 0: no full tile stands there"),
    ("UPDATE rule_books SET book = '{}'", "rule_books, index 1: book"),
    ("UPDATE rule_books SET enacted_at = enacted_at + 1", "rule_books, index 1: enacted_at is"),
    ("UPDATE rule_books SET idx = 2", "rule_books, index 1: there is no such row"),
    ("DELETE FROM rule_books", "rule_books, index 1: there is no such row"),
    (
        "INSERT INTO rule_books (idx, book, enacted_at) SELECT 5, book, enacted_at FROM rule_books",
        "rule_books, index 5: the entry of this index",
    ),
    (
        "INSERT INTO rule_books (idx, book, enacted_at) SELECT 0, book, enacted_at FROM rule_books",
        "rule_books, index 0: the entry of this index",
    ),
    ("UPDATE checkpoints SET root = (SELECT leaf FROM entries WHERE idx = 3) WHERE size = 30", "checkpoints, size 30: root"),
    ("UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 29) WHERE size = 30", "checkpoints, size 30: note"),
    ("UPDATE checkpoints SET note = (SELECT note FROM entries WHERE idx = 29) WHERE size = 30", "checkpoints, size 30: note"),
    ("UPDATE checkpoints SET at = at + 1 WHERE size = 30", "checkpoints, size 30: at is"),
    ("UPDATE checkpoints SET size = 2 WHERE size = 30", "checkpoints, size 2: note"),
    ("UPDATE checkpoints SET size = 0 WHERE size = 30", "checkpoints, size 0: "),
    ("DELETE FROM checkpoints WHERE size = 30", "checkpoints, up to size ##: "),
    ("DELETE FROM checkpoints WHERE size = ##", "checkpoints, size ##: there is no such row"),
    (
        "INSERT INTO checkpoints (size, root, note, at) SELECT 9000, root, note, at FROM checkpoints WHERE size = 30",
        "checkpoints, size 9000: stands",
    ),
    ("UPDATE ledger_head SET size = size - 1", "entries, index #: stands beyond"),
    ("UPDATE ledger_head SET size = size + 1", "entries, index ##: there is no such row"),
    ("UPDATE ledger_head SET edge = (SELECT leaf FROM entries WHERE idx = 3)", "ledger_head, its one row: edge"),
    ("UPDATE ledger_head SET last_at = last_at - 1", "ledger_head, its one row: last_at is"),
    ("UPDATE ledger_head SET rule_index = NULL", "ledger_head, its one row: rule_index is None"),
    ("UPDATE ledger_head SET rule_index = 2", "ledger_head, its one row: rule_index is Some(2)"),
    ("UPDATE member_keys SET member_id = 'M-00000000' WHERE reason IS NULL", "member_keys, KEY1: there is no such row"),
    ("UPDATE member_keys SET key_id = '00000000' WHERE reason IS NULL", "member_keys, KEY1: there is no such row"),
    (
        "UPDATE member_keys SET vkey = (SELECT vkey FROM member_keys WHERE reason = 'lost') WHERE reason IS NULL",
        "member_keys, KEY1: vkey is ‘",
    ),
    ("UPDATE member_keys SET added_index = 3 WHERE reason IS NULL", "member_keys, KEY1: added_index is 3, the notes give"),
    ("UPDATE member_keys SET added_at = added_at - 259200 WHERE reason IS NULL", "member_keys, KEY1: added_at is"),
    ("UPDATE member_keys SET retired_index = 3 WHERE reason IS NULL", "member_keys, KEY1: retired_index is 3, the notes give nothing"),
    ("UPDATE member_keys SET retired_at = 3 WHERE reason IS NULL", "member_keys, KEY1: retired_at is 3, the notes give nothing"),
    ("UPDATE member_keys SET reason = 'unused' WHERE reason IS NULL", "member_keys, KEY1: reason is unused, the notes give nothing"),
    (
        "UPDATE member_keys SET retired_index = NULL, retired_at = NULL, reason = NULL",
        "member_keys, KEY2: retired_index is nothing, the notes give",
    ),
    ("UPDATE member_keys SET retired_index = # WHERE reason = 'lost'", "member_keys, KEY2: retired_index is #, the notes give"),
    ("UPDATE member_keys SET retired_at = retired_at + 1", "member_keys, KEY2: retired_at is"),
    ("UPDATE member_keys SET reason = 'replaced' WHERE reason = 'lost'", "member_keys, KEY2: reason is replaced, the notes give lost"),
    ("DELETE FROM member_keys WHERE reason IS NULL", "member_keys, KEY1: there is no such row"),
    ("DELETE FROM member_keys WHERE reason = 'lost'", "member_keys, KEY2: there is no such row"),
    (
        "UPDATE member_keys SET added_index = 9000 WHERE reason = 'lost'; \
         UPDATE member_keys SET added_index = (SELECT idx FROM entries WHERE kind = 'key.added' ORDER BY idx DESC LIMIT 1) \
         WHERE reason IS NULL; \
         UPDATE member_keys SET added_index = (SELECT idx FROM entries WHERE kind = 'key.added' ORDER BY idx LIMIT 1) WHERE reason = 'lost'",
        "member_keys, ",
    ),
    (
        "INSERT INTO member_keys (member_id, key_id, vkey, added_index, added_at) \
         SELECT 'M-00000000', '01234567', vkey, 9, added_at FROM member_keys WHERE reason IS NULL",
        "member_keys, M-00000000 01234567: no entry adds this key",
    ),
    (
        "INSERT INTO member_keys (member_id, key_id, vkey, added_index, added_at) \
         SELECT member_id, 'ffffffff', vkey, #, added_at FROM member_keys WHERE reason = 'lost'",
        "member_keys, MEMBER2 ffffffff: no entry adds this key",
    ),
    ("UPDATE user_keys SET user_id = 'U-00000000'", "user_keys, USER: there is no such row"),
    ("UPDATE user_keys SET vkey = vkey || 'A'", "user_keys, USER: vkey is ‘"),
    ("UPDATE user_keys SET retired_index = 3", "user_keys, USER: retired_index is 3, the notes give nothing"),
    ("DELETE FROM user_keys", "user_keys, USER: there is no such row"),
    (
        "INSERT INTO user_keys (user_id, key_id, vkey, added_index, added_at) SELECT user_id, 'ffffffff', vkey, #, added_at FROM user_keys",
        "user_keys, U-",
    ),
    (
        "INSERT INTO member_keys (member_id, key_id, vkey, added_index, added_at) SELECT user_id, key_id, vkey, #, added_at FROM user_keys",
        "member_keys, USER: no entry adds this key",
    ),
    ("UPDATE documents SET bytes = (SELECT leaf FROM entries WHERE idx = 3)", "documents, "),
    ("DELETE FROM documents", "documents, "),
];

const TABLES: &[&str] =
    &["entries", "lines", "balances", "tiles", "rule_books", "checkpoints", "ledger_head", "documents", "member_keys", "user_keys"];

#[tokio::test]
async fn every_altered_cell_of_the_ledgers_tables_is_found_and_named() {
    for database in databases() {
        let world = long_book(database).await;
        let agreed = check_all(&world.deps.db).await.unwrap();
        projection::note(&world.deps, &agreed).await.unwrap();
        let size = agreed.checked.size;
        assert_eq!(agreed.from, 0);
        assert!(size > 262 && agreed.checked.lines > 515, "{database}: {size}");
        let named_keys = keys_of(&world).await;
        disarm(&world.database).await;
        let mut found = 0;
        for (statement, named) in ALTERED {
            let fill = |text: &str| {
                let text = text.replace("##", &size.to_string()).replace('#', &(size - 1).to_string());
                let text = text.replace("KEY1", &named_keys[0]).replace("KEY2", &named_keys[1]).replace("USER", &named_keys[2]);
                text.replace("MEMBER2", named_keys[1].split(' ').next().unwrap())
            };
            let statement = fill(statement);
            change(&world.database, &guarded(&world.database, &statement)).await;
            for (look, outcome) in [("whole", check_all(&world.deps.db).await), ("new", check_new(&world.deps.db).await)] {
                // Whoever looks at what is new sees what is new, every balance, and how many rows there are.
                if look == "new" && !seen_by_new(&statement) {
                    continue;
                }
                let Err(difference) = outcome else { panic!("{database}, {look}: nothing was found after: {statement}") };
                assert!(difference.to_string().starts_with(&fill(named)), "{database}, {look}: {statement}: {difference}");
                found += 1;
            }
            put_back(&world.database).await;
        }
        assert!(check_all(&world.deps.db).await.is_ok(), "{database}: everything was put back");
        println!("projection on {database}: {} alterations of {size} entries, found {found} times", ALTERED.len());
    }
}

/// Deleted and inserted rows, balances, members' keys and the head are seen by whoever looks at what is new, too.
fn seen_by_new(statement: &str) -> bool {
    let counted = ["entries", "lines", "checkpoints"].iter().any(|table| statement.contains(&format!(" {table} ")));
    let changed = !statement.starts_with("UPDATE") && counted && !statement.contains("; ");
    changed || [" balances ", " ledger_head ", " member_keys ", " user_keys "].iter().any(|table| statement.contains(table))
}

/// What an attacker with the database in hand does first: no trigger and no key between tables is in the way.
async fn disarm(address: &str) {
    let mut script = String::new();
    if address.starts_with("sqlite") {
        for table in ["entries", "lines", "tiles", "checkpoints", "documents"] {
            script.push_str(&format!("DROP TRIGGER {table}_never_updated; DROP TRIGGER {table}_never_deleted;"));
        }
    }
    for table in TABLES {
        script.push_str(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table};"));
    }
    change(address, &script).await;
}

async fn put_back(address: &str) {
    let script: String =
        TABLES.iter().map(|table| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};")).collect();
    change(address, &guarded(address, &script)).await;
}

fn guarded(address: &str, script: &str) -> String {
    let open = if address.starts_with("sqlite") { "PRAGMA foreign_keys = OFF" } else { "SET session_replication_role = replica" };
    format!("{open}; {script}")
}

#[tokio::test]
async fn a_later_look_begins_where_the_last_one_ended_and_sees_what_came_since() {
    for database in databases() {
        let world = long_book(database).await;
        let contract = manyhands_domain::ids::ContractId::parse("C-1").unwrap();
        // Across the end of a tile, one entry a look: 250 … 270 and a full tile between them.
        let first = check_new(&world.deps.db).await.unwrap();
        assert_eq!(first.from, 0, "{database}: no look came before");
        projection::note(&world.deps, &first).await.unwrap();
        let mut last = first.checked.size;
        for number in 0..260 {
            let index = deposit(&world, &contract, &format!("later {number}")).await;
            if number % 51 == 0 || number > 230 {
                let again = check_new(&world.deps.db).await.unwrap();
                assert_eq!((again.from, again.checked.size), (last, index + 1), "{database}");
                projection::note(&world.deps, &again).await.unwrap();
                last = index + 1;
            }
        }
        let whole = check_all(&world.deps.db).await.unwrap();
        let same = check_new(&world.deps.db).await.unwrap();
        assert_eq!((same.from, &same.checked), (last, &whole.checked), "{database}: both count the same");

        disarm(&world.database).await;
        let index = deposit(&world, &contract, "the newest").await;
        change(&world.database, &guarded(&world.database, &format!("UPDATE entries SET total = 7 WHERE idx = {index}"))).await;
        let difference = check_new(&world.deps.db).await.unwrap_err();
        assert_eq!(difference.to_string(), format!("entries, index {index}: total is 7, the note gives 1000000"), "{database}");
        change(&world.database, &guarded(&world.database, &format!("UPDATE entries SET total = 1000000 WHERE idx = {index}"))).await;
        // A note of the last look that fits nothing is not believed: everything is looked at.
        change(&world.database, "UPDATE checked SET edge = (SELECT edge FROM ledger_head)").await;
        assert_eq!(check_new(&world.deps.db).await.unwrap().from, 0, "{database}");
    }
}

#[tokio::test]
async fn the_command_says_what_agrees_names_what_does_not_and_writes_nothing() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("10.00").await;
        world.deps.head.sync().unwrap();
        let folder = world.folder.path();
        write_settings(folder, &world.database, free_port());
        let data = folder.to_str().unwrap();
        let before = world.deps.db.census().await.unwrap();
        let agreed = manyhands(&["ledger", "rebuild", "--check", "--data", data], "");
        assert!(agreed.status.success(), "{database}: {}", said(&agreed));
        for words in ["Looking through all 8 entries", "8 entries, 2 lines, 2 balances and"] {
            assert!(said(&agreed).contains(words), "{database}: {words}: {}", said(&agreed));
        }
        assert_eq!(world.deps.db.census().await.unwrap(), before, "{database}: nothing is written");
        let without = manyhands(&["ledger", "rebuild", "--data", data], "");
        assert!(!without.status.success() && said(&without).contains("--check"), "{}", said(&without));

        // The server holds its database to the same, before it answers anybody.
        let mut serving = Serving::start(folder);
        serving.kill();
        change(&world.database, "UPDATE balances SET amount = amount + 1 WHERE account = 'Assets:Bank'").await;
        let words = "The first row that differs: balances, Assets:Bank USD: amount is 10000001, the notes give 10000000.";
        for verb in [&["ledger", "rebuild", "--check"][..], &["serve"]] {
            let differs = manyhands(&[verb, &["--data", data]].concat(), "");
            assert!(!differs.status.success() && said(&differs).contains(words), "{database}: {verb:?}: {}", said(&differs));
        }
        change(&world.database, "UPDATE balances SET amount = amount - 1 WHERE account = 'Assets:Bank'").await;

        // Behind the head outside it, or beside it.
        let head = std::fs::read_to_string(folder.join("head")).unwrap();
        for (other, words) in
            [(head.replacen("8 ", "9 ", 1), "the database is behind it"), (head.replacen("8 ", "7 ", 1), "the database has another")]
        {
            std::fs::write(folder.join("head"), other).unwrap();
            let differs = manyhands(&["ledger", "rebuild", "--check", "--data", data], "");
            assert!(!differs.status.success() && said(&differs).contains(words), "{database}: {}", said(&differs));
        }
    }
}

/// Only what a look noted is believed by the next; a look that agrees says how far it went.
#[tokio::test]
async fn a_look_says_from_where_to_where_it_went() {
    let world = world("sqlite").await;
    let Agreed { from, checked } = check_new(&world.deps.db).await.unwrap();
    assert_eq!((from, checked.size, checked.checkpoints), (0, 6, 4));
    let mut shown = Vec::new();
    projection::check_all(&world.deps.db, &mut |done, of| shown.push((done, of))).await.unwrap().unwrap();
    assert_eq!(shown, [(6, 6)]);
    assert_eq!(projection::reach(&world.deps.db).await.unwrap(), (0, 6));
    projection::note(&world.deps, &Agreed { from, checked }).await.unwrap();
    assert_eq!(projection::reach(&world.deps.db).await.unwrap(), (6, 6));
}
