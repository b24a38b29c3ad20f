//! What is said to be missing is missing: each *not yet* of docs/comparison.md against signs of the thing itself, and its figures
//! against where they were measured.

use std::fs;
use std::path::Path;

use crate::locales::files;

/// What stands before *not yet*, and words of which none may stand in the program: whoever builds the thing meets one of them here, and
/// brings the document up to date.
const NOT_YET: &[(&str, &[&str])] = &[
    ("Paying reading time, and holding batches against measured time", &["reading.paid", "work.topped"]),
    ("Handing it to a certain colleague", &["Notice::HandedTo", "/hand-to"]),
    ("Others", &["Language::Es", "Language::Sw", "Language::Mg"]),
    ("A file of all one's own data", &["/account/everything", "/account/my-data"]),
    ("Trees of choices, dates, ratings by stars, relations, conditions between questions", &["Kind::Date", "Kind::Tree", "Kind::Rating"]),
    ("Masks, points, lines, ellipses, skeletons, turned boxes", &["Shape::Mask", "Shape::Point", "Shape::Line", "Shape::Ellipse"]),
    ("Models that predict or train, segmenting by a click", &["/predict"]),
    ("Drawn ones", &["gold-of-shapes"]),
    ("YOLO, Pascal VOC, CoNLL, masks", &["yolo", "conll", "pascal-voc"]),
    ("API, webhooks", &["webhook", "/api/"]),
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// What the column of Manyhands says is not yet there; a cell that begins so is about its row.
fn said() -> Vec<String> {
    let comparison = read("docs/comparison.md");
    let mut said = Vec::new();
    for row in comparison.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [topic, ours, ..] = &cells[..] else { continue };
        if ours.starts_with("not yet") {
            said.push(topic.trim_start_matches("| ").to_owned());
        }
        let before = ours.split(": not yet").collect::<Vec<_>>();
        let of_cell = before[..before.len() - 1].iter().map(|words| words.rsplit(". ").next().unwrap().rsplit("; ").next().unwrap());
        said.extend(of_cell.map(str::to_owned));
    }
    said
}

#[test]
fn what_the_comparison_says_is_not_there_yet_is_not_there() {
    let mut said = said();
    said.sort();
    let mut listed: Vec<&str> = NOT_YET.iter().map(|(what, _)| *what).collect();
    listed.sort_unstable();
    assert_eq!(said, listed, "each *not yet* of docs/comparison.md has its signs here");
    let mut built = Vec::new();
    for file in files("src", "rs") {
        let code = fs::read_to_string(&file).unwrap().to_lowercase();
        for (what, signs) in NOT_YET {
            let found = signs.iter().filter(|sign| code.contains(&sign.to_lowercase()));
            built.extend(found.map(|sign| format!("{what}: {} says {sign}", file.display())));
        }
    }
    assert!(built.is_empty(), "docs/comparison.md says not yet: {built:#?}");
    // And what is there is not said to be missing.
    let [comparison, readme] = ["docs/comparison.md", "README.md"].map(read);
    for (there, words) in [
        ("src/files/bucket.rs", &["no object store", "Object stores: not yet"][..]),
        ("src/domain/proposals/mod.rs", &["Voting the rates: not yet", "Taking a role away: not yet"]),
    ] {
        assert!(!read(there).is_empty());
        for words in words {
            assert!(!comparison.contains(words) && !readme.contains(words), "{words}: {there}");
        }
    }
}

#[test]
fn the_comparison_s_figures_are_those_that_were_measured() {
    let (comparison, measured) = (read("docs/comparison.md"), read("benches/README.md"));
    for (before, after) in
        [("PostgreSQL for a large co-op; ", " at rest as measured"), ("memory at rest, SQLite; ", " at most in that run")]
    {
        let figure = comparison.split(before).nth(1).and_then(|rest| rest.split(after).next()).unwrap();
        assert!(figure.ends_with(" MB") && figure.len() < 10, "{figure}");
        assert!(measured.contains(&format!("{figure} |")), "{figure} is not in benches/README.md");
    }
}
