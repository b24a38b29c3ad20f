//! `docs/LEDGER.md` has an example of every kind, and each is an entry of the sample log.

use std::fs;
use std::path::Path;

use manyhands_domain::books::table::KINDS;
use manyhands_domain::log::note::Note;

use crate::forge::Forge;

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/LEDGER.md")).unwrap()
}

#[test]
fn the_page_shows_an_entry_of_every_kind_as_it_stands_in_the_sample() {
    let page = page();
    let examples = page.split("## 7.").nth(1).unwrap();
    let notes = Forge::sample().notes();
    for kind in KINDS {
        let label = format!("`{}`, entry ", kind.name);
        let (_, rest) = examples.split_once(&label).unwrap_or_else(|| panic!("no example of {}", kind.name));
        let (index, rest) = rest.split_once(":\n\n    ").unwrap();
        let line = rest.split('\n').next().unwrap();
        let text = Note::parse(&notes[index.parse::<usize>().unwrap()]).unwrap().text.to_owned();
        assert_eq!(format!("{line}\n"), text, "{}", kind.name);
    }
}

#[test]
fn the_page_names_every_kind_and_every_field_of_it() {
    let page = page();
    let kinds = page.split("## 5.").nth(1).unwrap().split("## 6.").next().unwrap();
    let (table, rules) = kinds.split_once("### What level 4 asks").unwrap();
    for kind in KINDS {
        let row = table.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{}`", kind.name)));
        let row = row.unwrap_or_else(|| panic!("no row of {}", kind.name));
        assert!(rules.contains(&format!("`{}`", kind.name)), "no replay rule of {}", kind.name);
        for field in kind.refs.iter().chain(kind.calc) {
            assert!(row.contains(&format!("`{}`", field.name)), "{} does not name {}", kind.name, field.name);
        }
    }
}
