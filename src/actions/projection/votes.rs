//! Votes as the entries `proposal.opened`, `ballot.cast` and `proposal.closed` give them, held against the rows of `proposals` and
//! `ballots`: how a vote is counted is read from there.

use std::collections::BTreeMap;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::personal::Statement;
use manyhands_domain::log::json;
use manyhands_store::Sql;
use manyhands_store::ledger;
use manyhands_store::proposals::projected::{StoredBallot, StoredVote};
use serde_json::Value;

use super::{Difference, difference};
use crate::actions::Error;

/// Every vote and every ballot that the entries gave so far.
#[derive(Default)]
pub(super) struct Votes {
    votes: BTreeMap<i64, StoredVote>,
    ballots: BTreeMap<i64, StoredBallot>,
    /// Documents of openings that entries name. One that is for members may be missing where a log was taken back from a public copy.
    pub(super) openings: Vec<String>,
}

impl Votes {
    /// As they stood after the first `size` entries; nothing if one of these cannot be read: whoever looks at all of them says which.
    pub(super) async fn before(on: &impl Sql, size: u64) -> Result<Option<Votes>, Error> {
        let mut rows = Vec::new();
        for kind in ["proposal.opened", "ballot.cast", "proposal.closed"] {
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
        let Some(number) = number_of(entry) else { return };
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        let calc = || json::write(&Value::Object(entry.calc.clone()));
        match entry.kind.name {
            "proposal.opened" => {
                let vote =
                    StoredVote { number, state: "open".to_owned(), opened_index: index, terms: calc(), closed_index: None, tally: None };
                self.votes.insert(number, vote);
            }
            "proposal.closed" => {
                self.openings.extend(entry.text("openings").map(str::to_owned));
                if let Some(vote) = self.votes.get_mut(&number) {
                    vote.state = entry.text("result").unwrap_or_default().to_owned();
                    (vote.closed_index, vote.tally) = (Some(index), Some(calc()));
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
                };
                self.ballots.insert(index, ballot);
            }
            _ => {}
        }
    }

    /// Whether the rows are these votes and ballots, no more and no fewer.
    pub(super) fn compare(&self, (votes, ballots): &(Vec<StoredVote>, Vec<StoredBallot>)) -> Result<(), Difference> {
        let wrong = |number: i64, what: &str| Err(difference("proposals", format!("P-{number}"), what.to_owned()));
        let mut due = self.votes.clone();
        for row in votes {
            match due.remove(&row.number) {
                Some(vote) if vote == *row => {}
                Some(vote) => {
                    let name = [("state", vote.state != row.state), ("opened_index", vote.opened_index != row.opened_index)]
                        .into_iter()
                        .chain([("terms", vote.terms != row.terms), ("closed_index", vote.closed_index != row.closed_index)])
                        .find(|(_, differs)| *differs)
                        .map_or("tally", |(name, _)| name);
                    return wrong(row.number, &format!("{name}: not what the notes give"));
                }
                None => return wrong(row.number, "no entry opens this vote"),
            }
        }
        if let Some((number, _)) = due.pop_first() {
            return wrong(number, "there is no such row");
        }
        let mut due = self.ballots.clone();
        for row in ballots {
            let what = match due.remove(&row.entry_index) {
                Some(ballot) if ballot == *row => continue,
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
}

fn number_of(entry: &Entry) -> Option<i64> {
    entry.reference("proposal")?.strip_prefix("P-")?.parse().ok()
}
