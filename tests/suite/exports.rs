//! The books as other people's programs read them: beancount, hledger, a spreadsheet, JSON lines; whole, strict, to the
//! millionth, the same bytes from both databases, and never over something that is there.

mod damage;
mod keyless;
mod life;
mod sample;
mod tools;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::books::entry::Entry;
use manyhands_domain::exports::{Export, Format};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::money::Amount;
use manyhands_store::ledger;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{MANYHANDS, command, demo, files_of, free_port, said, write_settings};
use crate::story::tell;
use crate::support::{World, databases, rounds, world};
use tools::Balances;

const FORMATS: [&str; 4] = ["beancount", "hledger", "csv", "jsonl"];

#[tokio::test]
async fn beancount_and_hledger_accept_the_books_strictly_and_every_balance_is_ours_to_the_millionth() {
    let (beancount, hledger) = (tools::beancount(), tools::hledger());
    let held = |name: &str, data: &Path, stored: Option<Balances>| {
        let place = TempDir::new().unwrap();
        let at = |format: &str| exported(data, Some(format), &place.path().join(format));
        let ours = replayed(data, place.path());
        assert!(ours.len() > 20, "{name}: {}", ours.len());
        if let Some(stored) = stored {
            assert_eq!(stored, ours, "{name}: what the server has is what the notes say");
        }
        let (journal, other, sheets) = (at("beancount"), at("hledger"), at("csv"));
        if let Some(beancount) = &beancount {
            let checked = beancount.check(&journal);
            assert!(checked.status.success() && said(&checked).is_empty(), "{name}: {}", said(&checked));
            assert_eq!(beancount.balances(&journal), ours, "{name}");
        }
        if let Some(hledger) = &hledger {
            let checked = hledger.check(&other);
            assert!(checked.status.success() && said(&checked).is_empty(), "{name}: {}", said(&checked));
            assert_eq!(hledger.balances(&other), ours, "{name}");
        }
        assert_eq!(closing(&sheets), ours, "{name}");
    };
    held("the demonstration", demo().0, None);
    for database in databases() {
        let world = filled(database, 5, rounds(400)).await;
        held(database, world.folder.path(), Some(stored(&world).await));
    }
}

#[tokio::test]
async fn a_millionth_changed_anywhere_in_a_journal_is_found_by_each_program() {
    let (beancount, hledger) = (tools::beancount(), tools::hledger());
    let world = filled("sqlite", 1, 2).await;
    let place = TempDir::new().unwrap();
    for format in ["beancount", "hledger"] {
        let journal = exported(world.folder.path(), Some(format), &place.path().join(format));
        let honest = fs::read_to_string(journal).unwrap();
        let lines: Vec<&str> = honest.lines().collect();
        let bare: Vec<&str> = lines.iter().copied().filter(|line| !is_asserted(line)).collect();
        let sums = |lines: &[&str]| (0..lines.len()).filter(|place| sum_in(lines[*place]).is_some()).collect::<Vec<_>>();
        let (all, posted) = (sums(&lines), sums(&bare));
        println!("{format}: {} sums, {} of them asserted balances", all.len(), all.len() - posted.len());
        assert!(posted.len() > 60 && all.len() - posted.len() > 20);
        // Any sum.
        let mut changed: Vec<String> = all.iter().map(|place| with(&lines, &[(*place, 1)])).collect();
        // Without the asserted balances, which find it too: the transaction itself does not balance.
        changed.extend(posted.iter().map(|place| with(&bare, &[(*place, -1)])));
        // Both sides of a transaction, which still balances: an asserted balance does not hold.
        let pairs =
            all.windows(2).filter(|pair| pair[1] == pair[0] + 1 && [pair[0], pair[1]].iter().all(|place| !is_asserted(lines[*place])));
        let pairs: Vec<_> = pairs.filter(|pair| lines[pair[0]].ends_with(lines[pair[1]].rsplit(' ').next().unwrap())).collect();
        assert!(pairs.len() > 30);
        changed.extend(pairs.iter().map(|pair| with(&lines, &[(pair[0], 1), (pair[1], -1)])));

        let write = |name: &str, text: &str| {
            let file = place.path().join(name);
            fs::write(&file, text).unwrap();
            file
        };
        let untouched = [write("untouched", &with(&lines, &[])), write("bare", &with(&bare, &[]))];
        let files: Vec<PathBuf> = changed.iter().enumerate().map(|(nth, text)| write(&format!("changed-{nth}"), text)).collect();
        let accepts = |file: &Path| match format {
            "beancount" => beancount.as_ref().map(|beancount| beancount.check(file).status.success()),
            _ => hledger.as_ref().map(|hledger| hledger.check(file).status.success()),
        };
        assert!(untouched.iter().all(|file| accepts(file) != Some(false)), "{format}");
        // beancount takes its time to start: all files in one go, and some by its own program.
        let by_program: Vec<&PathBuf> = match (format, &beancount) {
            ("beancount", Some(beancount)) => {
                let all: Vec<PathBuf> = untouched.iter().chain(&files).cloned().collect();
                assert_eq!(beancount.accepted(&all), untouched);
                files.iter().step_by(files.len() / 5).collect()
            }
            _ => files.iter().collect(),
        };
        for file in by_program {
            assert_ne!(accepts(file), Some(true), "{}", fs::read_to_string(file).unwrap());
        }
    }
}

#[tokio::test]
async fn the_same_ledger_is_the_same_bytes_from_both_databases_and_each_time() {
    let mut first: Option<BTreeMap<String, Vec<u8>>> = None;
    for database in databases() {
        let world = filled(database, 3, 50).await;
        let place = TempDir::new().unwrap();
        let made = |name: &str| {
            let folder = place.path().join(name);
            fs::create_dir(&folder).unwrap();
            for format in FORMATS {
                exported(world.folder.path(), Some(format), &folder.join(format));
            }
            files_of(&folder).into_iter().map(|file| (file.clone(), fs::read(folder.join(file)).unwrap())).collect::<BTreeMap<_, _>>()
        };
        let (once, again) = (made("once"), made("again"));
        assert_eq!(Vec::from_iter(once.keys()), ["beancount", "csv/balances.csv", "csv/lines.csv", "hledger", "jsonl"]);
        let first = first.get_or_insert_with(|| once.clone());
        for (file, bytes) in &once {
            assert!(again[file] == *bytes, "{file} differs when it is made again");
            assert!(first[file] == *bytes, "{file} differs between SQLite and {database}");
        }
    }
}

#[tokio::test]
async fn every_entry_is_in_each_journal_once_with_its_index_its_leaf_and_what_it_is_about() {
    let world = filled("sqlite", 2, 6).await;
    let place = TempDir::new().unwrap();
    let data = world.folder.path();
    let jsonl = fs::read_to_string(exported(data, Some("jsonl"), &place.path().join("jsonl"))).unwrap();
    let journal = fs::read_to_string(exported(data, Some("beancount"), &place.path().join("beancount"))).unwrap();
    let other = exported(data, Some("hledger"), &place.path().join("hledger"));
    let hledger_text = fs::read_to_string(&other).unwrap();
    let checkpoint = ledger::latest_checkpoint(&world.deps.db.read()).await.unwrap().unwrap();
    let mut edge = Edge::default();
    for (index, line) in jsonl.lines().enumerate() {
        let object: Value = serde_json::from_str(line).unwrap();
        let note = BASE64_STANDARD.decode(object["note"].as_str().unwrap()).unwrap();
        let entry = Entry::read(&note).unwrap();
        let leaf = hex::encode(leaf_hash(&note));
        edge.push(leaf_hash(&note));
        assert_eq!((object["index"].as_u64(), object["leaf"].as_str()), (Some(index as u64), Some(leaf.as_str())));
        let mut marks = vec![format!("index: {index}\n"), format!("leaf: \"{leaf}\"\n"), format!("kind: \"{}\"\n", entry.kind.name)];
        marks.extend(entry.refs.iter().map(|(name, value)| format!("{name}: {value}\n")));
        let paragraph =
            journal.split("\n\n").find(|paragraph| paragraph.contains(&format!("  index: {index}\n"))).unwrap().to_owned() + "\n";
        assert!(marks.iter().all(|mark| paragraph.contains(&format!("  {mark}"))), "{marks:?} in {paragraph}");
        assert_eq!(paragraph.contains(" * \""), !entry.lines.is_empty(), "what posts nothing is no transaction: {paragraph}");
        assert_eq!(hledger_text.matches(&format!("; index:{index}, ")).count(), 1);
        assert_eq!(hledger_text.matches(&format!(", leaf:{leaf}")).count(), 1);
    }
    assert_eq!((edge.size(), edge.root().to_vec()), (checkpoint.size, checkpoint.root.clone()), "the notes are the log");
    // Whoever keeps a journal keeps the signed size and root, three lines by themselves.
    let three = format!("\n{}\n{}\n{}\n", crate::support::ORIGIN, checkpoint.size, BASE64_STANDARD.encode(&checkpoint.root));
    assert!(journal.contains(&three) && hledger_text.contains(&three));
    if let Some(hledger) = tools::hledger() {
        let of = |query: &str| hledger.find(&other, query);
        let about = |test: &dyn Fn(&Value) -> bool| -> Vec<u64> {
            let objects = jsonl.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            objects.filter(|object| test(object)).map(|object| object["index"].as_u64().unwrap()).collect()
        };
        for kind in ["coop.founded", "payout.failed", "correction.posted"] {
            assert_eq!(of(&format!("tag:kind=^{kind}$")), about(&|object| object["kind"] == kind));
        }
        assert_eq!(of("tag:contract=^C-101$"), about(&|object| object["refs"]["contract"] == "C-101"));
        assert_eq!(of("tag:at=^2026-11-02T"), about(&|object| object["at"].as_str().unwrap().starts_with("2026-11-02T")));
    }
}

#[tokio::test]
async fn what_is_there_is_never_written_over_and_nothing_is_left_beside_it() {
    let world = filled("sqlite", 1, 3).await;
    let place = TempDir::new().unwrap();
    let at = |name: &str| place.path().join(name);
    fs::write(at("file"), "kept").unwrap();
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("folder/inside"), "kept").unwrap();
    fs::create_dir(at("empty")).unwrap();
    std::os::unix::fs::symlink(at("nowhere"), at("link")).unwrap();
    let listed = || (files_of(place.path()), fs::read_dir(place.path()).unwrap().count());
    let before = listed();
    for format in FORMATS.map(Some).into_iter().chain([None]) {
        for name in ["file", "folder", "empty", "link"] {
            let refused = export(world.folder.path(), format, &at(name));
            assert!(!refused.status.success(), "{format:?} {name}");
            let sentence = format!("{} is there already and stays as it is; name a place where nothing is", at(name).display());
            assert!(said(&refused).contains(&sentence), "{format:?} {name}: {}", said(&refused));
        }
        let nowhere = export(world.folder.path(), format, &at("no folder/books"));
        assert!(!nowhere.status.success() && said(&nowhere).contains("there is no folder"), "{}", said(&nowhere));
        assert_eq!(listed(), before);
    }
    assert_eq!(fs::read_to_string(at("file")).unwrap(), "kept");
    assert_eq!(fs::read_to_string(at("folder/inside")).unwrap(), "kept");
    let unknown = export(world.folder.path(), Some("excel"), &at("books"));
    assert!(!unknown.status.success() && said(&unknown).contains("beancount, hledger, csv, jsonl"), "{}", said(&unknown));
}

#[tokio::test]
async fn a_disk_that_fills_up_leaves_nothing() {
    let world = filled("sqlite", 1, 300).await;
    let place = TempDir::new().unwrap();
    for format in FORMATS.map(Some).into_iter().chain([None]) {
        // No file may grow beyond 128 blocks, and a write beyond that is an error, as on a full disk.
        let refused = command("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"", MANYHANDS])
            .args(arguments(world.folder.path(), format, &place.path().join("books")))
            .output()
            .unwrap();
        assert!(!refused.status.success() && said(&refused).contains("nothing was written to"), "{format:?}: {}", said(&refused));
        assert!(said(&refused).contains("File too large"), "{format:?}: {}", said(&refused));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "{format:?}");
    }
}

#[test]
fn the_page_about_exports_names_every_column() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exports.md")).unwrap();
    let checkpoint = Checkpoint { origin: crate::support::ORIGIN.to_owned(), size: 1, root: [0; 32] };
    let heads = Export::begin(Format::Csv, checkpoint).take();
    for (sheet, head) in Format::Csv.sheets().iter().zip(&heads) {
        let (_, after) = page.split_once(&format!("| `{sheet}` |")).unwrap();
        let table = after.split("\n\n").next().unwrap();
        for column in head.trim_end().split(',') {
            assert!(table.contains(&format!("`{column}`")), "docs/exports.md does not name {column} of {sheet}");
        }
    }
}

/// A co-op's ledger: worked through the actions that people use, then months of it appended.
async fn filled(database: &str, months: u64, pieces: u64) -> World {
    let world = world(database).await;
    tell(&world).await;
    life::live(&world, months, pieces).await;
    world.deps.head.sync().unwrap();
    write_settings(world.folder.path(), &world.database, free_port());
    world
}

/// What the command line says to an export.
fn export(data: &Path, format: Option<&str>, out: &Path) -> Output {
    command(MANYHANDS).args(arguments(data, format, out)).output().unwrap()
}

fn arguments<'a>(data: &'a Path, format: Option<&'a str>, out: &'a Path) -> Vec<&'a str> {
    let mut arguments = vec!["export", "--data", data.to_str().unwrap()];
    arguments.extend(format.into_iter().flat_map(|format| ["--format", format]));
    arguments.push(out.to_str().unwrap());
    arguments
}

fn exported(data: &Path, format: Option<&str>, out: &Path) -> PathBuf {
    let done = export(data, format, out);
    assert!(done.status.success(), "{}", said(&done));
    out.to_owned()
}

/// The balances that the auditor's program replays from the log folder.
fn replayed(data: &Path, place: &Path) -> Balances {
    let log = exported(data, None, &place.join("log"));
    let vkey = fs::read_to_string(data.join("origin.vkey")).unwrap();
    let report = manyhands_verify::verify(&log, &manyhands_domain::log::key::VerifyingKey::parse(vkey.trim_end()).unwrap()).unwrap();
    // The long ledger moves money without contracts and rules behind it: its bytes, log and books must hold.
    assert!(report.failures.iter().take(3).all(Option::is_none), "{:?}", report.failures);
    report.balances.into_iter().map(|(account, unit, amount)| ((account, unit), amount)).collect()
}

/// The balances that the server works with.
async fn stored(world: &World) -> Balances {
    let rows = ledger::balances(&world.deps.db.read(), "").await.unwrap();
    rows.into_iter().map(|(account, unit, amount)| ((account, unit.to_string()), amount.to_string())).collect()
}

/// The last closing balances of the sheet of months. Every row adds up, and opens with what the month before closed; the
/// sheet of lines ends at the same balances.
fn closing(sheets: &Path) -> Balances {
    let records = |name: &str| csv::Reader::from_path(sheets.join(name)).unwrap().records().map(Result::unwrap).collect::<Vec<_>>();
    let mut closed: BTreeMap<(String, String), Amount> = BTreeMap::new();
    for row in records("balances.csv") {
        let sum = |place: usize| Amount::parse(&row[place]).unwrap();
        let before = closed.insert((row[1].to_owned(), row[2].to_owned()), sum(5)).unwrap_or_default();
        assert_eq!((sum(3), sum(3).checked_add(sum(4)).unwrap()), (before, sum(5)), "{row:?}");
    }
    let mut running: BTreeMap<(String, String), Amount> = BTreeMap::new();
    for row in records("lines.csv") {
        let balance = running.entry((row[8].to_owned(), row[9].to_owned())).or_default();
        *balance = balance.checked_add(Amount::parse(&row[10]).unwrap()).unwrap();
        assert_eq!(*balance, Amount::parse(&row[11]).unwrap(), "{row:?}");
        assert_eq!(row[7].is_empty(), !row[8].contains(":Members:"), "{row:?}");
    }
    assert_eq!(running, closed);
    closed.into_iter().filter(|(_, amount)| *amount != Amount::ZERO).map(|(key, amount)| (key, amount.to_string())).collect()
}

/// The sum that a line of a journal posts or asserts: where it begins and ends.
fn sum_in(line: &str) -> Option<(usize, usize)> {
    if line.starts_with("  format ") {
        return None;
    }
    let (head, _) = line.split_once(" ~ ").unwrap_or(line.rsplit_once(' ')?);
    let begin = head.rfind(' ')? + 1;
    Amount::parse(&head[begin..]).ok().map(|_| (begin, head.len()))
}

fn is_asserted(line: &str) -> bool {
    line.contains(" balance ") || line.contains(" = ")
}

/// The journal with some sums changed by so many millionths.
fn with(lines: &[&str], changes: &[(usize, i64)]) -> String {
    let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    for (place, micros) in changes {
        let (begin, end) = sum_in(lines[*place]).unwrap();
        let sum = Amount::parse(&lines[*place][begin..end]).unwrap().checked_add(Amount::from_micros(*micros)).unwrap();
        changed[*place].replace_range(begin..end, &sum.to_string());
    }
    changed.join("\n") + "\n"
}
