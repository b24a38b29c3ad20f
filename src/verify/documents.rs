//! Documents that entries name by hash: each file must match its name, and a disclosure what its entry restates.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::kinds::KindId;
use manyhands_domain::log::json;
use manyhands_domain::rules::Book;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::past::{Answer, Answers};
use crate::report::{Recounted, Report};
use crate::source::{Absent, Source};

/// Documents that entries named so far, and which openings are needed.
#[derive(Default)]
pub(crate) struct Documents {
    named: Vec<Named>,
    /// What opens the ballots of closed votes, by hash, each with what its entry says that they come to.
    openings: BTreeMap<String, Vec<Recounted>>,
    /// Kinds of vote whose openings are for all, by the book in force.
    open_kinds: BTreeSet<String>,
    /// Proposals whose openings are for all.
    open_votes: BTreeMap<String, bool>,
}

/// A document that an entry names.
struct Named {
    index: u64,
    sha256: String,
    /// What a disclosure must hold.
    holds: Map<String, Value>,
    needed: bool,
}

impl Documents {
    /// Notes what an entry says about documents.
    pub(crate) fn note(&mut self, index: u64, entry: &Entry) {
        let proposal = entry.reference("proposal").unwrap_or_default();
        let mut name = |field: &str, holds: Map<String, Value>, needed: bool| {
            self.named.push(Named { index, sha256: entry.text(field).unwrap_or_default().to_owned(), holds, needed });
        };
        match entry.kind.id {
            KindId::ContractListed | KindId::ContractAmended => {
                let mut held = entry.calc.clone();
                held.remove("document");
                held.extend(entry.refs.get("contract").map(|id| ("contract".to_owned(), id.clone())));
                name("document", held, true);
            }
            KindId::ProposalOpened => {
                name("document", Map::new(), true);
                let for_all = self.open_kinds.contains(entry.text("kind").unwrap_or_default());
                self.open_votes.insert(proposal.to_owned(), for_all);
            }
            KindId::ProposalClosed => {
                name("openings", Map::new(), self.open_votes.get(proposal).copied().unwrap_or(true));
                let sha256 = entry.text("openings").unwrap_or_default().to_owned();
                // Votes without any ballot have the same.
                self.openings.entry(sha256).or_default().push(Recounted::as_said(proposal, index, entry));
            }
            KindId::RuleEnacted => self.open_kinds = open_to_all(entry),
            _ => {}
        }
    }

    /// Holds what the replay was told of documents against what is needed, and reads those that it did not ask for.
    ///
    /// # Errors
    /// The first that is needed and absent, or that could not be read; the others are checked all the same.
    pub(crate) fn check(&self, source: &Source, answers: &Answers, report: &mut Report) -> Result<(), Absent> {
        let mut absent = Ok(());
        for name in &self.named {
            match name.check(source, answers) {
                Ok(None) => {}
                Ok(Some(why)) => report.fail(1, name.index, format!("{} {why}", path_of(&name.sha256))),
                Err(error) => absent = absent.and(Err(error)),
            }
        }
        absent.and(self.check_strangers(source, report))
    }

    /// A file that no entry names must at least match its own name.
    fn check_strangers(&self, source: &Source, report: &mut Report) -> Result<(), Absent> {
        let known: BTreeSet<String> = self.named.iter().map(|name| format!("{}.json", name.sha256)).collect();
        let by_path: BTreeMap<String, &String> = self.openings.keys().map(|sha256| (path_of(sha256), sha256)).collect();
        for path in source.given() {
            match by_path.get(path) {
                // What cannot be read opened nothing, whatever its hash.
                Some(sha256) if matches!(find(source, sha256), Ok(Some(Ok(_)))) => {
                    report.recounted.extend(self.openings.get(*sha256).into_iter().flatten().cloned());
                }
                Some(_) => {}
                None => report.strange = report.strange.saturating_add(1),
            }
        }
        report.recounted.sort_by_key(|vote| vote.index);
        for stranger in source.list_documents()?.into_iter().filter(|name| !known.contains(name)) {
            let bytes = source.read(&format!("documents/{stranger}"))?;
            if format!("{}.json", hex::encode(Sha256::digest(&bytes))) != stranger {
                report.fail(1, report.size, format!("documents/{stranger} does not match its name, and no entry names it"));
            }
        }
        Ok(())
    }
}

impl Named {
    /// What is wrong with it, if anything. What the replay was told is not asked anew: a server may answer otherwise.
    fn check(&self, source: &Source, answers: &Answers) -> Result<Option<&'static str>, Absent> {
        let told = answers.with(&self.sha256, |told| match told {
            Some(Answer::Fits) if self.holds.is_empty() => Some(Ok(None)),
            Some(Answer::Fits) | None => None,
            Some(Answer::Unfit(why)) => Some(Ok(Some(*why))),
            Some(Answer::Absent(_)) if !self.needed => Some(Ok(None)),
            Some(Answer::Absent(absent) | Answer::Unread(absent)) => Some(Err(absent.clone())),
        });
        told.unwrap_or_else(|| match source.find(&path_of(&self.sha256))? {
            Some(bytes) => Ok(matches(&bytes, self).err()),
            None if !self.needed => Ok(None),
            None => Err(source.absent(&path_of(&self.sha256), io::ErrorKind::NotFound.into())),
        })
    }
}

/// A document, or what is wrong with it; nothing if there is none.
///
/// # Errors
/// [`Absent`] when it cannot be read.
pub(crate) fn find(source: &Source, sha256: &str) -> Result<Option<Result<Value, &'static str>>, Absent> {
    Ok(source.find(&path_of(sha256))?.map(|bytes| read(&bytes, sha256)))
}

/// Where a document stands in a log.
pub(crate) fn path_of(sha256: &str) -> String {
    format!("documents/{sha256}.json")
}

fn read(bytes: &[u8], sha256: &str) -> Result<Value, &'static str> {
    if hex::encode(Sha256::digest(bytes)) != sha256 {
        return Err("does not match its name");
    }
    std::str::from_utf8(bytes).ok().and_then(|text| json::parse(text).ok()).ok_or("is not canonical JSON")
}

fn matches(bytes: &[u8], name: &Named) -> Result<(), &'static str> {
    let value = read(bytes, &name.sha256)?;
    let holds = name.holds.iter().all(|(key, part)| value.get(key) == Some(part));
    // A disclosure restates its entry, and has its texts beside it: nothing else.
    let fields = value.as_object().map_or(0, Map::len);
    let whole = name.holds.is_empty() || (fields == name.holds.len().saturating_add(1) && value.get("texts").is_some());
    if holds && whole { Ok(()) } else { Err("does not hold what its entry says, and its texts, and nothing else") }
}

fn open_to_all(entry: &Entry) -> BTreeSet<String> {
    let book = entry.calc.get("book").and_then(|value| Book::parse(value).ok());
    let votes = book.as_ref().and_then(|book| book.value().get("votes")).and_then(Value::as_object);
    let is_open = |vote: &Value| vote.get("openings").and_then(Value::as_str) == Some("all");
    votes.into_iter().flatten().filter(|(_, vote)| is_open(vote)).map(|(kind, _)| kind.clone()).collect()
}
