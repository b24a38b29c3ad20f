//! Documents that entries name by hash: each file must match its name, and a disclosure what its entry restates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::log::json;
use manyhands_domain::rules::Book;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{Absent, Report, read};

/// A document that an entry names.
pub(crate) struct Named {
    index: u64,
    sha256: String,
    what: What,
}

enum What {
    /// A contract's disclosure, which must hold this.
    Disclosure(Map<String, Value>),
    /// Any canonical JSON.
    Text,
    /// A vote's openings, needed if its kind's are for all; the proposal tells the kind.
    Openings(String),
    /// The kind of a proposal.
    Kind { proposal: String, kind: String },
    /// Which kinds' openings are for all, from now on.
    Book(BTreeSet<String>),
}

/// What an entry says about documents.
pub(crate) fn named_by(index: u64, entry: &Entry) -> Vec<Named> {
    let document = |name: &str, what: What| Named { index, sha256: entry.text(name).unwrap_or_default().to_owned(), what };
    let proposal = || entry.reference("proposal").unwrap_or_default().to_owned();
    match entry.kind.name {
        "contract.listed" | "contract.amended" => {
            let mut held = entry.calc.clone();
            held.remove("document");
            held.extend(entry.refs.get("contract").map(|id| ("contract".to_owned(), id.clone())));
            vec![document("document", What::Disclosure(held))]
        }
        "proposal.opened" => {
            let kind = entry.text("kind").unwrap_or_default().to_owned();
            vec![document("document", What::Text), document("", What::Kind { proposal: proposal(), kind })]
        }
        "proposal.closed" => vec![document("openings", What::Openings(proposal()))],
        "rule.enacted" => vec![document("", What::Book(open_to_all(entry)))],
        _ => Vec::new(),
    }
}

/// Reads every document that is needed, and every one that is there.
pub(crate) fn check(folder: &Path, named: &[Named], report: &mut Report) -> Result<(), Absent> {
    let mut kinds: BTreeMap<&str, (&str, bool)> = BTreeMap::new();
    let mut open: BTreeSet<String> = BTreeSet::new();
    let mut known = BTreeSet::new();
    for name in named {
        let needed = match &name.what {
            What::Book(kinds) => {
                open.clone_from(kinds);
                continue;
            }
            What::Kind { proposal, kind } => {
                kinds.insert(proposal, (kind, open.contains(kind)));
                continue;
            }
            What::Openings(proposal) => kinds.get(proposal.as_str()).is_none_or(|(_, all)| *all),
            What::Disclosure(_) | What::Text => true,
        };
        let path = format!("documents/{}.json", name.sha256);
        known.insert(format!("{}.json", name.sha256));
        if !needed && !folder.join(&path).exists() {
            report.openings_absent += 1;
            continue;
        }
        if let Err(why) = matches(&read(folder, &path)?, name) {
            report.fail(1, name.index, format!("{path} {why}"));
        }
    }
    check_strangers(folder, &known, report);
    Ok(())
}

fn matches(bytes: &[u8], name: &Named) -> Result<(), &'static str> {
    if hex::encode(Sha256::digest(bytes)) != name.sha256 {
        return Err("does not match its name");
    }
    let value = std::str::from_utf8(bytes).ok().and_then(|text| json::parse(text).ok()).ok_or("is not canonical JSON")?;
    match &name.what {
        What::Disclosure(held) if !held.iter().all(|(key, part)| value.get(key) == Some(part)) => Err("does not hold what its entry says"),
        _ => Ok(()),
    }
}

/// A file that no entry names must at least match its own name.
fn check_strangers(folder: &Path, known: &BTreeSet<String>, report: &mut Report) {
    let files = fs::read_dir(folder.join("documents")).into_iter().flatten().flatten();
    for file in files {
        let name = file.file_name().to_string_lossy().into_owned();
        if known.contains(&name) {
            continue;
        }
        let fits = fs::read(file.path()).is_ok_and(|bytes| format!("{}.json", hex::encode(Sha256::digest(&bytes))) == name);
        if !fits {
            report.fail(1, report.size, format!("documents/{name} does not match its name, and no entry names it"));
        }
    }
}

fn open_to_all(entry: &Entry) -> BTreeSet<String> {
    let book = entry.calc.get("book").and_then(|value| Book::parse(value).ok());
    let votes = book.as_ref().and_then(|book| book.value().get("votes")).and_then(Value::as_object);
    let is_open = |vote: &Value| vote.get("openings").and_then(Value::as_str) == Some("all");
    votes.into_iter().flatten().filter(|(_, vote)| is_open(vote)).map(|(kind, _)| kind.clone()).collect()
}
