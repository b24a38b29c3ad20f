//! The sample log, which another program wrote and which has every kind of entry, as journals.

use std::fs;
use std::path::Path;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::exports::{Export, Format, Logged};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::note::Note;
use manyhands_domain::log::tiles;
use manyhands_domain::log::tree::leaf_hash;
use tempfile::TempDir;

use super::tools::{self, Balances};
use crate::program::said;

#[test]
fn every_kind_of_entry_is_accepted_and_the_sample_logs_balances_are_those_it_states() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sample-log");
    let stated = csv::Reader::from_path(sample.join("balances.csv")).unwrap().into_records();
    let stated: Balances = stated.map(Result::unwrap).map(|row| ((row[0].to_owned(), row[1].to_owned()), row[2].to_owned())).collect();
    let place = TempDir::new().unwrap();
    let journal = |format: Format| {
        let file = place.path().join(format!("{format:?}"));
        fs::write(&file, text(&sample.join("log"), format)).unwrap();
        file
    };
    if let Some(beancount) = tools::beancount() {
        let file = journal(Format::Beancount);
        let checked = beancount.check(&file);
        assert!(checked.status.success() && said(&checked).is_empty(), "{}", said(&checked));
        assert_eq!(beancount.balances(&file), stated);
    }
    if let Some(hledger) = tools::hledger() {
        let file = journal(Format::Hledger);
        let checked = hledger.check(&file);
        assert!(checked.status.success() && said(&checked).is_empty(), "{}", said(&checked));
        assert_eq!(hledger.balances(&file), stated);
    }
}

/// The log folder as a journal.
fn text(log: &Path, format: Format) -> String {
    let note = fs::read(log.join("checkpoint")).unwrap();
    let checkpoint = Checkpoint::parse_text(Note::parse(&note).unwrap().text).unwrap();
    let (size, mut index) = (checkpoint.size, 0);
    let mut export = Export::begin(format, checkpoint);
    for tile in tiles::of_level(0, size) {
        let bundle = fs::read(log.join(tile.bundle_path())).unwrap();
        for note in tiles::unbundle(&bundle).unwrap() {
            let entry = Entry::read(note).unwrap();
            export.add(&Logged { index, leaf: leaf_hash(note), note, entry: &entry }).unwrap();
            index += 1;
        }
    }
    export.end().unwrap();
    assert_eq!(index, size);
    let [text, _] = export.take();
    text
}
