//! What an export makes of a few entries, text against text; tools of other people read whole ledgers in tests/suite/exports.rs.

use std::collections::BTreeSet;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::Value;

use super::*;
use crate::books::account::Account;
use crate::books::entry::Draft;
use crate::books::forms::Form as FieldForm;
use crate::books::lines::Line;
use crate::books::table::{self, KINDS};
use crate::log::key::SigningKey;
use crate::log::tree::leaf_hash;
use crate::money::Currency;

const RESERVED: [&str; 5] = ["index", "at", "kind", "leaf", "rule"];

fn line(account: &str, unit: &str, micros: i64) -> Line {
    Line { account: Account::parse(account).unwrap(), unit: Currency::parse(unit).unwrap(), amount: Amount::from_micros(micros) }
}

/// A note of an expense on this moment, with these lines whether they balance or not.
fn note(at: &str, lines: Vec<Line>) -> Vec<u8> {
    let key = SigningKey::from_seed("coop.example/main/entry", [1; 32]).unwrap();
    let draft = Draft::new("expense.paid").about("expense", "01a190cc-23a0-7bdf-af5c-185758f5a029").calc("evidence", "a".repeat(64));
    draft.lines(lines).seal(Timestamp::parse(at).unwrap(), &key).unwrap().note
}

fn paid(at: &str, micros: i64) -> Vec<u8> {
    note(at, vec![line("Assets:Bank", "EUR", -micros), line("Expenses:Rent", "EUR", micros)])
}

fn export(format: Format, notes: &[Vec<u8>]) -> Result<[String; 2], (usize, ExportError)> {
    let checkpoint = Checkpoint { origin: "coop.example/main".to_owned(), size: notes.len() as u64, root: [7; 32] };
    let mut export = Export::begin(format, checkpoint);
    let mut all = export.take();
    for (place, note) in notes.iter().enumerate() {
        let entry = Entry::read(note).unwrap();
        let logged = Logged { index: place as u64, leaf: leaf_hash(note), note, entry: &entry };
        export.add(&logged).map_err(|error| (place, error))?;
        for (all, more) in all.iter_mut().zip(export.take()) {
            all.push_str(&more);
        }
    }
    export.end().map_err(|error| (notes.len(), error))?;
    for (all, more) in all.iter_mut().zip(export.take()) {
        all.push_str(&more);
    }
    Ok(all)
}

#[test]
fn months_open_with_what_the_last_one_closed_and_none_is_left_out() {
    let notes = [paid("2026-11-30T23:59:59Z", 5), paid("2026-12-01T00:00:00Z", 7), paid("2027-02-28T12:00:00Z", 1)];
    let [_, months] = export(Format::Csv, &notes).unwrap();
    let rent: Vec<&str> = months.lines().filter(|row| row.contains("Rent")).collect();
    assert_eq!(
        rent,
        [
            "2026-11,Expenses:Rent,EUR,0.000000,0.000005,0.000005",
            "2026-12,Expenses:Rent,EUR,0.000005,0.000007,0.000012",
            "2027-01,Expenses:Rent,EUR,0.000012,0.000000,0.000012",
            "2027-02,Expenses:Rent,EUR,0.000012,0.000001,0.000013",
        ]
    );
    // A balance is asserted where something was posted: at the beginning of the next day for beancount, at the end of the
    // same for hledger.
    let dates = |journal: &str, mark: &str| -> BTreeSet<String> {
        journal.lines().filter(|line| line.contains(mark)).filter_map(|line| line.get(..10).map(str::to_owned)).collect()
    };
    let [journal, _] = export(Format::Beancount, &notes).unwrap();
    assert_eq!(Vec::from_iter(dates(&journal, " balance ")), ["2026-12-01", "2027-01-01", "2027-03-01"]);
    let [journal, _] = export(Format::Hledger, &notes).unwrap();
    assert_eq!(Vec::from_iter(dates(&journal, "* balances")), ["2026-11-30", "2026-12-31", "2027-02-28"]);
}

#[test]
fn an_account_that_came_back_to_zero_is_asserted_in_that_month_and_then_rests() {
    let notes = [paid("2026-11-02T08:00:00Z", 5), paid("2026-11-03T08:00:00Z", -5), paid("2026-12-03T08:00:00Z", 9)];
    let [journal, _] = export(Format::Beancount, &notes[..2]).unwrap();
    assert!(journal.contains("2026-11-04 balance Expenses:Rent                                           0.000000 ~ 0.000000 EUR"));
    let [_, months] = export(Format::Csv, &notes).unwrap();
    assert!(months.contains("2026-11,Expenses:Rent,EUR,0.000000,0.000000,0.000000\r\n2026-12,"), "{months}");
}

#[test]
fn what_no_journal_can_hold_is_refused_at_its_entry() {
    let day = "2026-11-02T08:00:00Z";
    let unbalanced = note(day, vec![line("Assets:Bank", "EUR", -5), line("Expenses:Rent", "EUR", 6)]);
    let two_units = note(day, vec![line("Assets:Bank", "EUR", -5), line("Expenses:Rent", "USD", 5)]);
    let before = paid("2026-11-02T07:59:59Z", 5);
    let large = paid(day, 999_999_999_999_999_999);
    for format in [Format::Beancount, Format::Hledger, Format::Csv, Format::Jsonl] {
        assert_eq!(export(format, &[paid(day, 5), unbalanced.clone()]), Err((1, ExportError::Unbalanced)));
        assert_eq!(export(format, std::slice::from_ref(&two_units)), Err((0, ExportError::Unbalanced)));
        assert_eq!(export(format, &[paid(day, 5), before.clone()]), Err((1, ExportError::Backwards)));
        assert_eq!(export(format, &vec![large.clone(); 10]), Err((9, ExportError::TooLarge)));
    }
}

#[test]
fn no_reference_of_any_kind_can_hold_what_a_journal_or_a_spreadsheet_would_misread() {
    let uuid4 = "1f5dba26-21f5-4e00-94be-a70b8bbd9af0";
    let uuid7 = "01a190cc-23a0-7bdf-af5c-185758f5a029";
    let samples = ["M-7K3QZ0AB", "U-7K3QZ0AB", "C-12", "P-7", "O-3", uuid4, uuid7, "Wellbeing", "12", "checkpoint", "entry"];
    let names: BTreeSet<&str> = KINDS.iter().flat_map(|kind| kind.refs).map(|field| field.name).collect();
    assert!(names.is_disjoint(&BTreeSet::from(RESERVED)), "a mark of the log and a reference share a name");
    for name in names {
        assert!(name.len() > 1 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name} is no key of beancount's metadata");
        let form: FieldForm = table::reference_form(name).unwrap();
        let fitting: Vec<&str> = samples.into_iter().filter(|sample| form.holds(&Value::from(*sample))).collect();
        assert!(!fitting.is_empty(), "{name} has a form that this test does not know");
        for sample in fitting {
            for place in 0..=sample.len() {
                for bad in ["\"", "\\", ",", ";", ":", "\n", "\r", "\t", " ", "=", "+", "@", "'", "é", "(", "|"] {
                    let (before, after) = sample.split_at(place);
                    let text = format!("{before}{bad}{after}");
                    assert!(!form.holds(&Value::from(text.as_str())), "{name} holds {text}");
                }
            }
            assert!(!form.holds(&Value::from(format!("-{sample}"))), "{name} may begin with a minus");
        }
    }
    for kind in KINDS {
        assert!(kind.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'-'), "{}", kind.name);
    }
}

#[test]
fn a_name_with_quotes_stays_inside_its_string_and_one_with_breaks_is_no_entry() {
    let key = |name: &str| SigningKey::from_seed(name, [1; 32]).unwrap();
    let named = |name: &str| {
        Draft::new("coop.founded")
            .calc("origin", "coop.example/main")
            .calc("name", name)
            .calc("checkpoint_key", key("coop.example/main").verifying_key().to_string())
            .calc("entry_key", key("coop.example/main/entry").verifying_key().to_string())
    };
    let broken = named("The \"Loom\"\n2026-11-02 open Assets:Cash");
    assert!(broken.seal(Timestamp::from_secs(0), &key("coop.example/main/entry")).is_err());
    let note =
        named("The \"Loom\" \\ 2026-11-02 open Assets:Cash").seal(Timestamp::from_secs(0), &key("coop.example/main/entry")).unwrap().note;
    let [journal, _] = export(Format::Beancount, &[note]).unwrap();
    assert!(journal.contains("option \"title\" \"The \\\"Loom\\\" \\\\ 2026-11-02 open Assets:Cash\"\n"), "{journal}");
}

#[test]
fn the_sheets_are_ascii_and_only_sums_begin_with_a_sign() {
    let [lines, months] = export(Format::Csv, &[paid("2026-11-02T08:00:00Z", 5)]).unwrap();
    for sheet in [&lines, &months] {
        assert!(sheet.is_ascii() && sheet.ends_with("\r\n"));
        for cell in sheet.lines().flat_map(|row| row.split(',')) {
            let plain = !cell.starts_with(['=', '+', '-', '@', '\'', '\t']);
            assert!(plain || Amount::parse(cell).is_ok(), "{cell}");
        }
    }
    let leaf = hex::encode(leaf_hash(&paid("2026-11-02T08:00:00Z", 5)));
    let row = format!("0,2026-11-02,08:00:00,expense.paid,,,,,Assets:Bank,EUR,-0.000005,-0.000005,,{leaf}");
    assert_eq!(lines.lines().nth(1).unwrap(), row);
}

#[test]
fn a_line_of_json_holds_the_note_from_which_it_was_made() {
    let note = paid("2026-11-02T08:00:00Z", 5);
    let [text, _] = export(Format::Jsonl, std::slice::from_ref(&note)).unwrap();
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(BASE64_STANDARD.decode(object["note"].as_str().unwrap()).unwrap(), note);
    assert_eq!(object["leaf"].as_str().unwrap(), hex::encode(leaf_hash(&note)));
    let signed: Value = serde_json::from_slice(note.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    for (name, value) in signed.as_object().unwrap().iter().filter(|(name, _)| *name != "v") {
        assert_eq!(&object[name], value, "{name}");
    }
}
