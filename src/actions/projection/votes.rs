//! Votes as the entries `proposal.opened`, `ballot.cast` and `proposal.closed` give them, held against the rows of `proposals` and
//! `ballots`: how a vote is counted is read from there.

use std::collections::BTreeMap;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::personal::Statement;
use manyhands_domain::log::json;
use manyhands_domain::proposals::opening::Motion;
use manyhands_domain::proposals::sealing::seal;
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals::projected::{StoredBallot, StoredVote};
use manyhands_store::{Sql, contracts, ledger};
use serde_json::Value;

use super::{Difference, difference};
use crate::actions::Error;

/// Every vote and every ballot that the entries gave so far.
#[derive(Default)]
pub(super) struct Votes {
    votes: BTreeMap<i64, StoredVote>,
    ballots: BTreeMap<i64, StoredBallot>,
    /// Where contracts were closed: an end that was voted may name it.
    closed: BTreeMap<String, i64>,
    /// Documents of openings that entries name. One that is for members may be missing where a log was taken back from a public copy.
    pub(super) openings: Vec<String>,
}

impl Votes {
    /// As they stood after the first `size` entries; nothing if one of these cannot be read: whoever looks at all of them says which.
    pub(super) async fn before(on: &impl Sql, size: u64) -> Result<Option<Votes>, Error> {
        let mut rows = Vec::new();
        for kind in KINDS {
            rows.extend(ledger::notes_of_kind(on, kind).await?);
        }
        rows.retain(|row| row.index < size);
        rows.sort_by_key(|row| row.index);
        let mut votes = Votes::default();
        for row in rows {
            let Ok(entry) = Entry::read(&row.note) else { return Ok(None) };
            votes.take(row.index, &entry);
        }
        Ok(Some(votes))
    }

    /// What an entry says of a vote, if it is about one.
    pub(super) fn take(&mut self, index: u64, entry: &Entry) {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        if let ("contract.closed", Some(contract)) = (entry.kind.name, entry.reference("contract")) {
            self.closed.insert(contract.to_owned(), index);
        }
        let Some(number) = number_of(entry) else { return };
        let calc = || json::write(&Value::Object(entry.calc.clone()));
        match entry.kind.name {
            "proposal.opened" => drop(self.votes.insert(number, opened(number, index, entry, calc()))),
            "proposal.closed" => {
                self.openings.extend(entry.text("openings").map(str::to_owned));
                if let Some(vote) = self.votes.get_mut(&number) {
                    vote.state = entry.text("result").unwrap_or_default().to_owned();
                    (vote.closed_index, vote.tally) = (Some(index), Some(calc()));
                }
            }
            "rule.enacted" | "batch.repriced" => {
                if let Some(vote) = self.votes.get_mut(&number) {
                    (vote.outcome, vote.outcome_index) = (Some("done".to_owned()), Some(index));
                }
            }
            "ballot.cast" => {
                let saw = entry.signed.first().and_then(|note| Statement::open(note).ok());
                let ballot = StoredBallot {
                    entry_index: index,
                    number,
                    member_id: entry.reference("member").unwrap_or_default().to_owned(),
                    at: entry.at.secs(),
                    how: entry.text("how").unwrap_or_default().to_owned(),
                    sealed: entry.text("sealed").unwrap_or_default().to_owned(),
                    saw: saw.and_then(|(_, said)| i64::try_from(said.log.size).ok()),
                    choice: None,
                    salt: None,
                };
                self.ballots.insert(index, ballot);
            }
            _ => {}
        }
    }

    /// What the documents say of the votes that name them. Where one is of another program, or not there, its vote has no words.
    pub(super) async fn read_documents(&mut self, on: &impl Sql) -> Result<(), Error> {
        for vote in self.votes.values_mut() {
            let terms: Value = serde_json::from_str(&vote.terms).map_err(Error::broken)?;
            let document = terms.get("document").and_then(Value::as_str).unwrap_or_default();
            let Some(motion) = contracts::find_document(on, document).await?.and_then(|bytes| Motion::read(&bytes)) else { continue };
            motion.act.word().clone_into(&mut vote.act);
            vote.about = json::write(&Value::Object(motion.act.to_json()));
            vote.enacts_at = Some(motion.enacts.secs());
            vote.again = motion.again.as_ref().and_then(|id| id.as_str().strip_prefix("P-")?.parse().ok());
            (vote.title, vote.text, vote.language) = (motion.title, motion.text, motion.language);
        }
        Ok(())
    }

    /// Whether the rows are these votes and ballots, no more and no fewer.
    pub(super) fn compare(&self, (votes, ballots): &(Vec<StoredVote>, Vec<StoredBallot>)) -> Result<(), Difference> {
        let wrong = |number: i64, what: &str| Err(difference("proposals", format!("P-{number}"), what.to_owned()));
        let mut due = self.votes.clone();
        for row in votes {
            let Some(vote) = due.remove(&row.number) else { return wrong(row.number, "no entry opens this vote") };
            if let Some(name) = self.find_other(&vote, row) {
                return wrong(row.number, &format!("{name}: not what the notes give"));
            }
        }
        if let Some((number, _)) = due.pop_first() {
            return wrong(number, "there is no such row");
        }
        let mut due = self.ballots.clone();
        for row in ballots {
            let sealed = StoredBallot { choice: None, salt: None, ..row.clone() };
            let what = match due.remove(&row.entry_index) {
                Some(ballot) if ballot == sealed && opens(row) => continue,
                Some(ballot) if ballot == sealed => "what it says does not open its seal",
                Some(_) => "not what the note gives",
                None => "no entry casts this ballot",
            };
            return Err(difference("ballots", format!("index {}", row.entry_index), what.to_owned()));
        }
        match due.pop_first() {
            Some((index, _)) => Err(difference("ballots", format!("index {index}"), "there is no such row".to_owned())),
            None => Ok(()),
        }
    }

    /// The first cell of a vote that is not what the notes and its document give.
    fn find_other(&self, vote: &StoredVote, row: &StoredVote) -> Option<&'static str> {
        let cells = [
            ("state", vote.state != row.state),
            ("opened_index", vote.opened_index != row.opened_index),
            ("terms", vote.terms != row.terms),
            ("closed_index", vote.closed_index != row.closed_index),
            ("tally", vote.tally != row.tally),
            ("kind", vote.kind != row.kind),
            ("act", vote.act != row.act),
            ("about", vote.about != row.about),
            ("title", vote.title != row.title),
            ("text", vote.text != row.text),
            ("language", vote.language != row.language),
            ("opens_at", vote.opens_at != row.opens_at),
            ("closes_at", vote.closes_at != row.closes_at),
            ("enacts_at", vote.enacts_at != row.enacts_at),
            ("again", vote.again != row.again),
            ("outcome_index", !self.may_name(vote, row.outcome_index)),
            // What no entry brought may have become anything, if the vote passed: an answer of a client, a lapse.
            ("outcome", if vote.outcome.is_some() { vote.outcome != row.outcome } else { row.outcome.is_some() && vote.state != "passed" }),
        ];
        cells.into_iter().find(|(_, differs)| *differs).map(|(name, _)| name)
    }

    /// Whether a vote may have brought the entry of this index: of an end, that is where its contract was closed.
    fn may_name(&self, vote: &StoredVote, index: Option<i64>) -> bool {
        if vote.act != "contract-end" || index.is_none() {
            return index == vote.outcome_index;
        }
        let about: Value = serde_json::from_str(&vote.about).unwrap_or_default();
        about.get("contract").and_then(Value::as_str).and_then(|contract| self.closed.get(contract)).copied() == index
    }
}

/// A vote as its entry alone says it.
fn opened(number: i64, index: i64, entry: &Entry, terms: String) -> StoredVote {
    let moment = |name: &str| entry.text(name).and_then(|text| Timestamp::parse(text).ok()).unwrap_or(entry.at).secs();
    StoredVote {
        number,
        state: "open".to_owned(),
        opened_index: index,
        terms,
        closed_index: None,
        tally: None,
        kind: entry.text("kind").unwrap_or_default().to_owned(),
        act: "text".to_owned(),
        about: "{}".to_owned(),
        title: String::new(),
        text: String::new(),
        language: "en".to_owned(),
        opens_at: Some(moment("opens")),
        closes_at: Some(moment("closes")),
        enacts_at: Some(moment("closes")),
        again: None,
        outcome: None,
        outcome_index: None,
    }
}

/// Whether what stands beside a ballot opens it, if something does.
fn opens(row: &StoredBallot) -> bool {
    match (&row.choice, &row.salt) {
        (None, None) => true,
        (Some(choice), Some(salt)) => hex::encode(seal(salt, &format!("P-{}", row.number), &row.member_id, choice)) == row.sealed,
        _ => false,
    }
}

/// Kinds of entry that say something of a vote.
const KINDS: &[&str] = &["proposal.opened", "ballot.cast", "proposal.closed", "rule.enacted", "batch.repriced", "contract.closed"];

fn number_of(entry: &Entry) -> Option<i64> {
    entry.reference("proposal")?.strip_prefix("P-")?.parse().ok()
}
