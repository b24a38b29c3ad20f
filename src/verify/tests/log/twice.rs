//! A server that answers one address otherwise the second time: by bad luck, or so that something false is believed.

use std::path::Path;

use crate::forge::{Forge, current_vkey};
use crate::sources::serve_otherwise;
use manyhands_verify::{Report, Source, Wanted, verify_source};
use serde_json::{Value, json};

/// What is said of a forged log on a server that gives this answer to the so-manieth question for a path.
fn said(forge: &Forge, path: String, time: usize, answer: (u16, Vec<u8>)) -> Result<Report, String> {
    let folder = tempfile::tempdir().unwrap();
    forge.write(folder.path());
    let address = serve_otherwise(folder.path().to_owned(), move |asked, before| (asked == path && before == time).then(|| answer.clone()));
    let source = Source::open(&address).unwrap();
    verify_source(&source, &current_vkey(), &Wanted::default(), |_, _| {}).map_err(|absent| absent.to_string())
}

fn path_of(forge: &Forge, index: usize, field: &str) -> String {
    format!("documents/{}.json", forge.entries[index]["calc"][field].as_str().unwrap())
}

#[test]
fn a_document_that_is_shown_only_when_nothing_is_held_against_it_is_not_believed() {
    // Members read that nothing changes; what it allows raises operations.
    let mut forge = Forge::sample();
    let document: Value = json!({
        "about": {}, "act": "text", "enacts": "2026-01-10T12:11:49Z", "kind": "rules", "language": "en", "text": "A day of rest", "title": "Rest",
    });
    forge.replace_document(161, "document", &document);
    let path = path_of(&forge, 161, "document");
    let absent = said(&forge, path.clone(), 0, (404, Vec::new())).unwrap_err();
    assert!(absent.contains(&path) && absent.contains("is needed and cannot be read"), "{absent}");
    // Whoever sees it from the start says what is wrong.
    let seen = said(&forge, path, 9, (404, Vec::new())).unwrap();
    assert_eq!(seen.failures.map(|failure| failure.map(|failure| failure.at)), [None, None, None, Some(161)]);
}

#[test]
fn openings_for_everybody_that_are_shown_only_afterwards_are_not_believed() {
    let mut forge = Forge::sample();
    // By the founding book everybody may read how these votes were cast.
    for book in [1, 175] {
        if !forge.entries[book]["calc"]["book"]["votes"]["rules"].is_null() {
            forge.set(book, "/calc/book/votes/rules/openings", json!("all"));
        }
    }
    let mut openings = forge.document(174, "openings");
    openings[0][1] = json!(if openings[0][1] == "yes" { "no" } else { "yes" });
    forge.replace_document(174, "openings", &openings);
    let path = path_of(&forge, 174, "openings");
    let absent = said(&forge, path.clone(), 0, (404, Vec::new())).unwrap_err();
    assert!(absent.contains(&path), "{absent}");
}

#[test]
fn a_document_that_fails_once_leaves_it_open() {
    let forge = Forge::sample();
    for (index, field) in [(161, "document"), (174, "openings")] {
        let path = path_of(&forge, index, field);
        let absent = said(&forge, path.clone(), 0, (500, Vec::new())).unwrap_err();
        assert!(absent.contains(&path), "{absent}");
        // Another document in its place is a fault, whatever stands there later.
        let other = said(&forge, path, 0, (200, b"{}".to_vec())).unwrap();
        assert_eq!(other.failures[0].as_ref().map(|failure| failure.at), Some(index as u64));
    }
}

#[test]
fn a_corrected_entry_is_the_one_that_the_tree_has() {
    let forge = Forge::sample();
    let bundle = "tile/entries/001.p/59".to_owned();
    // Somebody else's bundle at the second reading: with it a correction could touch any account.
    let mut changed = Forge::sample();
    changed.set(305, "/lines/1/0", json!("Expenses:Other"));
    let folder = tempfile::tempdir().unwrap();
    changed.write(folder.path());
    let other = std::fs::read(Path::new(folder.path()).join(&bundle)).unwrap();
    let absent = said(&forge, bundle.clone(), 1, (200, other)).unwrap_err();
    assert!(absent.contains("entry 305 is not what it was when it was first read"), "{absent}");
    // A line that breaks says nothing of the correction.
    let absent = said(&forge, bundle, 1, (500, Vec::new())).unwrap_err();
    assert!(absent.contains("tile/entries/001.p/59"), "{absent}");
}
