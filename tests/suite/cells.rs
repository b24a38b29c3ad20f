//! The matrix of cells: every column of every table of the ledger, as the database itself lists them, is changed, emptied,
//! inserted, swapped, copied from an older row, alone and as whole rows, on both databases; each is found, and the table and the
//! row are named. A table that is added must be listed here, a column is tried by being there.

pub mod tables;

use std::collections::BTreeSet;

use manyhands::actions::{contracts, keys, projection, receipts};
use manyhands::deps::Deps;
use manyhands_domain::books::book::Book;
use manyhands_domain::books::entry::Draft;
use manyhands_domain::books::lines::Line;
use manyhands_domain::money::Currency;
use manyhands_store::Db;
use manyhands_store::ledger::Appender;

use crate::signers::{colleague, enrol, holder, member};
use crate::support::{PASSWORD, World, databases, once, world};
use tables::{Column, Row, Table, is_bytes, is_number, plain};

/// The ledger: notes, and what follows from them.
pub const LEDGER: &[&str] =
    &["entries", "lines", "balances", "tiles", "rule_books", "checkpoints", "ledger_head", "documents", "member_keys", "user_keys"];

/// Tables that no note gives: the server's own matters, and what may be erased. An altered row of these is no altered ledger.
/// Votes and ballots are compared beside the ledger's tables, what of them stands in notes: `votes_recover` alters those.
const BESIDE: &[&str] = &[
    "admissions",
    "amendments",
    "attempts",
    "ballot_codes",
    "ballot_drafts",
    "ballots",
    "batches",
    "checked",
    "checked_balances",
    "claims",
    "client_users",
    "clients",
    "contract_moves",
    "contract_notices",
    "contract_versions",
    "contracts",
    "corrections",
    "departures",
    "deposit_returns",
    "deposits",
    "erasures",
    "evidence",
    "expenses",
    "file_deletions",
    "file_holds",
    "files",
    "former_names",
    "gold_items",
    "gold_outcomes",
    "hazard_consents",
    "idempotency",
    "key_codes",
    "key_requests",
    "left_tasks",
    "links",
    "members",
    "messages",
    "migrations",
    "notices",
    "payout_lines",
    "payouts",
    "people",
    "prepared_texts",
    "proposal_comments",
    "proposal_cosponsors",
    "proposals",
    "register_checks",
    "rejections",
    "result_files",
    "reviews",
    "roles",
    "sample_tasks",
    "samples",
    "sessions",
    "settings",
    "signatures",
    "subscriptions",
    "suggestion_outcomes",
    "suggestions",
    "tasks",
    "tool_tokens",
    "worker_numbers",
];

/// What no row allows, and why.
const IMPOSSIBLE: &[&str] = &[
    // Tiles above level 0 begin with the 65,536th entry: all are of level 0.
    "tiles.level: Empty",
    "tiles.level: Swap",
    "tiles.level: CopyOlder",
    // There is one row, and nothing to swap it with. What it was before is copied.
    "ledger_head.one: Swap",
    "ledger_head.one: CopyOlder",
    "ledger_head.size: Swap",
    "ledger_head.edge: Swap",
    "ledger_head.last_at: Swap",
    "ledger_head.rule_index: Swap",
    "ledger_head.*: SwapRows",
];

/// Where another table's row of the same place is named, since it is what does not fit.
const ELSEWHERE: &[(&str, &str)] = &[
    // A note that is whole, with all that follows from it, at another index: its lines are those of the note that stood there.
    ("entries.idx: Swap", "lines, index 12,"),
    ("entries.*: SwapRows", "lines, index 12,"),
    ("entries.*: CopyOlderRow", "lines, index 12,"),
    // No note gives a checkpoint between two others: the count of the last look says that one is missing.
    ("checkpoints.*: DeleteRow", "checkpoints, up to size 545:"),
    // The head says how many entries there are: those beyond it, or the first that is not there, are named.
    ("ledger_head.size: Change", "entries, index 545: there is no such row"),
    ("ledger_head.size: Empty", "entries, index 0: stands beyond"),
    ("ledger_head.size: CopyOlder", "entries, index 22: stands beyond"),
    ("ledger_head.*: CopyOlderRow", "entries, index 22: stands beyond"),
];

/// What is done to a cell, or to whole rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Change,
    Empty,
    Insert,
    Swap,
    CopyOlder,
    DeleteRow,
    DoubleRow,
    SwapRows,
    CopyOlderRow,
}

const OF_A_CELL: &[Deed] = &[Deed::Change, Deed::Empty, Deed::Insert, Deed::Swap, Deed::CopyOlder];
const OF_A_ROW: &[Deed] = &[Deed::DeleteRow, Deed::DoubleRow, Deed::SwapRows, Deed::CopyOlderRow];

/// A book with two full tiles, two documents, two books of rules, two currencies, keys in force and retired of both kinds, and a head that
/// was another before: for every column two rows that differ.
async fn book(database: &str) -> (World, Table) {
    let world = world(database).await;
    let first = world.funded_contract("100.00").await;
    world.deps.clock.advance(1);
    let second = world.funded_contract("50.00").await;
    for number in 0..6 {
        world.deps.clock.advance(1);
        let contract = if number % 2 == 0 { &first } else { &second };
        let reference = format!("transfer {number}");
        let amount = format!("{number}.50");
        contracts::record_deposit(&world.deps, &world.treasurer().await, &once(), contract, &amount, &reference).await.unwrap();
    }
    enrol(&world, &world.coordinator, 1).await;
    let lost = enrol(&world, &world.treasurer, 2).await;
    let by = member(&world, &world.treasurer).await;
    keys::retire(&world.deps, &by, &once(), &lost.id().to_string(), "lost", PASSWORD).await.unwrap();
    let other = colleague(&world).await;
    enrol(&world, &world.buyer, 3).await;
    let lost = enrol(&world, &other, 4).await;
    keys::retire(&world.deps, &holder(&world, &other).await, &once(), &lost.id().to_string(), "lost", PASSWORD).await.unwrap();
    let older_head = tables::read(&world.database, "ledger_head").await;
    // What no page does yet, or not so often: straight into the book, with the server's keys.
    let last = receipts::list_entries(&world.deps, u64::MAX >> 1, 100).await.unwrap();
    let deposit = last.iter().find(|entry| entry.kind == "deposit.received").unwrap();
    let (_, deposit) = receipts::find_entry(&world.deps, u64::try_from(deposit.idx).unwrap()).await.unwrap();
    let again = |unit: &str| {
        let lines = deposit.lines.iter().map(|line| Line { unit: Currency::parse(unit).unwrap(), ..line.clone() }).collect();
        let draft = Draft::new("deposit.received").calc_all(deposit.calc.clone()).lines(lines);
        deposit.refs.iter().fold(draft, |draft, (name, id)| draft.about(name, id.as_str().unwrap()))
    };
    let mut rules = Book::founding();
    rules["claims"]["max_open"] = 4.into();
    append(&world, vec![again("EUR"), Draft::new("rule.enacted").about("proposal", "P-1").calc("book", rules)]).await;
    append(&world, (0..520).map(|_| again("USD")).collect()).await;
    append(&world, vec![again("EUR")]).await;
    (world, older_head)
}

async fn append(world: &World, drafts: Vec<Draft>) {
    world.deps.clock.advance(1);
    let tx = world.deps.db.begin().await.unwrap();
    let mut appender = Appender::open(&tx, world.deps.clock.now()).await.unwrap();
    let signers = &world.deps.signers;
    for draft in drafts {
        appender.append(&tx, &signers.entry, draft).await.unwrap();
    }
    appender.finish(&tx, &signers.entry, &signers.checkpoint).await.unwrap();
    tx.commit().await.unwrap();
}

/// What a row is called.
fn called(table: &Table, row: &Row) -> String {
    let cell = |name: &str| plain(&row[table.columns.iter().position(|column| column.name == name).unwrap()]).to_owned();
    match table.name.as_str() {
        "entries" | "rule_books" => format!("index {}", cell("idx")),
        "lines" => format!("index {}", cell("idx")),
        "balances" => format!("{} {}", cell("account"), cell("unit")),
        "tiles" => format!("level {} number {}", cell("level"), cell("number")),
        "checkpoints" => format!("size {}", cell("size")),
        "ledger_head" => "its one row".to_owned(),
        "documents" => cell("sha256"),
        "member_keys" => format!("{} {}", cell("member_id"), cell("key_id")),
        "user_keys" => format!("{} {}", cell("user_id"), cell("key_id")),
        other => panic!("{other}: how are its rows called?"),
    }
}

/// Another value of the same kind.
fn another(column: &Column, literal: &str) -> String {
    if is_number(column) {
        return plain(literal).parse::<i64>().map_or_else(|_| "7".to_owned(), |number| (number + 1).to_string());
    }
    if literal == "NULL" {
        return "'C-2'".to_owned();
    }
    // The last character, but for a closing quote: a digit of bytes, a letter of words.
    let at = literal.trim_end_matches('\'').len() - 1;
    let other = if literal[at..].starts_with('0') { '1' } else { '0' };
    format!("{}{other}{}", &literal[..at], &literal[at + 1..])
}

fn emptied(column: &Column) -> String {
    match () {
        () if column.nullable => "NULL".to_owned(),
        () if is_number(column) => "0".to_owned(),
        () if is_bytes(column) && column.kind == "BLOB" => "X''".to_owned(),
        () => "''".to_owned(),
    }
}

/// A row whose key no other has.
fn fresh(table: &Table, row: &Row) -> Row {
    let mut row = row.clone();
    let at = table.columns.iter().position(|column| column.key).unwrap();
    row[at] =
        if is_number(&table.columns[at]) { "9000".to_owned() } else { another(&table.columns[at], &another(&table.columns[at], &row[at])) };
    row
}

/// The table after a deed, and the rows that it touched, as they were and as they are; nothing if no row allows it.
fn done(table: &Table, deed: Deed, at: usize, older: &[Row]) -> Option<(Vec<Row>, Vec<Row>)> {
    let mut rows = table.rows.clone();
    // Rows from here on: older ones stand before them, and each of the first entries has a checkpoint of its own.
    let start = (rows.len() / 2).min(12);
    let places: Vec<usize> = (start..rows.len()).chain(0..start).collect();
    let mut touched = Vec::new();
    let mut set = |rows: &mut Vec<Row>, place: usize, row: Row| {
        touched.extend([rows[place].clone(), row.clone()]);
        rows[place] = row;
    };
    let with = |row: &Row, value: &str| {
        let mut row = row.clone();
        row[at] = value.to_owned();
        row
    };
    let same_key = |from: &Row, key: &Row| -> Row {
        let cells = table.columns.iter().zip(from.iter().zip(key));
        cells.map(|(column, (cell, key))| if column.key { key.clone() } else { cell.clone() }).collect()
    };
    let column = &table.columns[at];
    match deed {
        Deed::Change => {
            let place = *places.first()?;
            let row = with(&rows[place], &another(column, &rows[place][at]));
            set(&mut rows, place, row);
        }
        Deed::Empty => {
            let place = places.into_iter().find(|place| plain(&rows[*place][at]) != plain(&emptied(column)))?;
            let row = with(&rows[place], &emptied(column));
            set(&mut rows, place, row);
        }
        Deed::Insert => {
            let place = *places.first()?;
            let row = if column.key { rows[place].clone() } else { fresh(table, &rows[place]) };
            let value = if column.key { fresh(table, &row)[at].clone() } else { another(column, &row[at]) };
            let value = if value == row[at] { another(column, &value) } else { value };
            let row = with(&row, &value);
            touched.push(row.clone());
            rows.push(row);
        }
        Deed::Swap => {
            let (a, b) = pair(&places, |a, b| rows[a][at] != rows[b][at])?;
            let (first, second) = (with(&rows[a], &rows[b][at]), with(&rows[b], &rows[a][at]));
            set(&mut rows, a, first);
            set(&mut rows, b, second);
        }
        Deed::CopyOlder => {
            let place = places.iter().find_map(|place| {
                let older = older.iter().chain(&rows[..*place]).rev().find(|older| older[at] != rows[*place][at])?;
                Some((*place, older[at].clone()))
            });
            let (place, value) = place?;
            let row = with(&rows[place], &value);
            set(&mut rows, place, row);
        }
        Deed::DeleteRow => {
            touched.push(rows.remove(*places.first()?));
        }
        Deed::DoubleRow => {
            let row = fresh(table, &rows[*places.first()?]);
            touched.push(row.clone());
            rows.push(row);
        }
        Deed::SwapRows => {
            let (a, b) = pair(&places, |a, b| same_key(&rows[b], &rows[a]) != rows[a])?;
            let (first, second) = (same_key(&rows[b], &rows[a]), same_key(&rows[a], &rows[b]));
            set(&mut rows, a, first);
            set(&mut rows, b, second);
        }
        Deed::CopyOlderRow => {
            let copied = |place: usize| {
                let older = older.iter().chain(&rows[..place]).rev();
                older.map(|older| same_key(older, &rows[place])).find(|copy| *copy != rows[place]).map(|copy| (place, copy))
            };
            let (place, row) = places.iter().find_map(|place| copied(*place))?;
            set(&mut rows, place, row);
        }
    }
    Some((rows, touched))
}

/// The first two places that are as asked.
fn pair(places: &[usize], fit: impl Fn(usize, usize) -> bool) -> Option<(usize, usize)> {
    places.iter().find_map(|a| places.iter().find(|b| *b > a && fit(*a, **b)).map(|b| (*a, *b)))
}

#[tokio::test]
async fn every_cell_of_every_table_of_the_ledger_is_held_against_the_notes() {
    for database in databases() {
        let (world, older_head) = book(database).await;
        let address = &world.database;
        let all: BTreeSet<String> = tables::names(address).await;
        let listed: BTreeSet<String> = LEDGER.iter().chain(BESIDE).map(|name| (*name).to_owned()).collect();
        assert_eq!(all, listed, "{database}: is it the ledger's, or beside it?");
        let mut ledger = Vec::new();
        for name in LEDGER {
            ledger.push(tables::read(address, name).await);
        }
        world.deps.db.clone().close().await.unwrap();
        for table in &ledger {
            tables::disarm(address, table).await;
        }
        let db = Db::open(address).await.unwrap();
        let agreed = projection::check_all(&db, &mut |_, _| {}).await.unwrap().unwrap();
        projection::note(&Deps { db: db.clone(), ..world.deps.clone() }, &agreed).await.unwrap();
        let (mut found, mut impossible) = (0, Vec::new());
        for table in &ledger {
            let older = if table.name == "ledger_head" { &older_head.rows[..] } else { &[] };
            let cells = table.columns.iter().enumerate().flat_map(|(at, _)| OF_A_CELL.iter().map(move |deed| (at, *deed)));
            for (at, deed) in cells.chain(OF_A_ROW.iter().map(|deed| (0, *deed))) {
                let column = if OF_A_CELL.contains(&deed) { table.columns[at].name.as_str() } else { "*" };
                let what = format!("{}.{column}: {deed:?}", table.name);
                let Some((rows, touched)) = done(table, deed, at, older) else {
                    impossible.push(what);
                    continue;
                };
                assert!(rows != table.rows, "{database}: {what} did nothing");
                tables::write(address, &table.name, &rows).await;
                let own = touched.iter().map(|row| format!("{}, {}", table.name, called(table, row)));
                let elsewhere = ELSEWHERE.iter().filter(|(cell, _)| *cell == what).map(|(_, name)| (*name).to_owned());
                let names: Vec<String> = if elsewhere.clone().next().is_some() { elsewhere.collect() } else { own.collect() };
                must_be_called(&db, &names, &format!("{database}: {what}")).await;
                tables::write(address, &table.name, &table.rows).await;
                found += 1;
            }
        }
        a_document_that_no_entry_names_is_found(&db, address, ledger.iter().find(|table| table.name == "documents").unwrap()).await;
        assert_eq!(impossible, IMPOSSIBLE, "{database}");
        let cells: usize = ledger.iter().map(|table| table.columns.len()).sum();
        assert_eq!(found, cells * OF_A_CELL.len() + ledger.len() * OF_A_ROW.len() - IMPOSSIBLE.len(), "{database}");
        assert!(projection::check_all(&db, &mut |_, _| {}).await.unwrap().is_ok(), "{database}: everything was put back");
        println!("cells on {database}: {found} alterations of {cells} columns found and named");
    }
}

/// What differs is one of these rows.
async fn must_be_called(db: &Db, names: &[String], what: &str) {
    let outcome = projection::check_all(db, &mut |_, _| {}).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{what} of {names:?} broke the look: {error}"));
    let Err(difference) = outcome else { panic!("{what} of {names:?} was not found") };
    let difference = difference.to_string();
    // Not a longer number: `index 1` is not `index 12`.
    let is_named =
        |name: &String| difference.strip_prefix(name.as_str()).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    assert!(names.iter().any(is_named), "{what} should be called one of {names:?}: {difference}");
}

/// It hashes to its name, so that nothing but the entries says that it is not theirs.
async fn a_document_that_no_entry_names_is_found(db: &Db, address: &str, documents: &Table) {
    let sha256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let bytes = if address.starts_with("sqlite") { "CAST('{}' AS BLOB)" } else { "'{}'" };
    let rows = [&documents.rows[..], &[vec![format!("'{sha256}'"), bytes.to_owned()]]].concat();
    tables::write(address, "documents", &rows).await;
    must_be_called(db, &[format!("documents, {sha256}: no entry names it")], "a document").await;
    tables::write(address, "documents", &documents.rows).await;
}
