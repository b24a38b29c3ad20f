//! The server's own recount of a closed vote: what its openings come to, beside what its last entry says. The reader's browser counts for
//! itself (`static/recount.js`), and so does `manyhands-verify`.

use std::collections::BTreeSet;

use manyhands_domain::proposals::tally::{Choice, Counts, verdict};
use manyhands_store::ledger;
use manyhands_store::proposals::ballots as ballot_rows;

use crate::actions::Error;
use crate::actions::proposals::ballots::{self, OpenedBallot};
use crate::actions::proposals::{Counted, Frozen, Proposal};
use crate::actions::rights::Member;
use crate::deps::Deps;

/// The entries from which anybody counts a closed vote again, whatever else this server says: how it was opened and closed, and each
/// member's last ballot, by index.
///
/// # Errors
/// [`Error::NotFound`] before the vote is closed.
pub async fn list_notes(deps: &Deps, _by: &Member, row: &Proposal) -> Result<Vec<(u64, String)>, Error> {
    let moment = deps.db.snapshot().await?;
    let ends = row.opened_index.zip(row.closed_index).ok_or(Error::NotFound)?;
    let mut notes = Vec::new();
    for index in [ends.0, ends.1] {
        let index = u64::try_from(index).map_err(Error::broken)?;
        notes.push(ledger::find_note(&moment, index).await?.ok_or(Error::NotFound)?);
    }
    notes.extend(ledger::notes_of_last_ballots(&moment, row.number.unwrap_or_default()).await?);
    notes.into_iter().map(|row| Ok((row.index, String::from_utf8(row.note).map_err(Error::broken)?))).collect()
}

/// Whether a ballot was opened when its vote was closed; nothing where what opened them is not here.
///
/// # Errors
/// When the document is damaged.
pub async fn is_opened(deps: &Deps, by: &Member, row: &Proposal, index: u64) -> Result<Option<bool>, Error> {
    match ballots::find_openings(deps, by, row).await {
        Ok(document) => {
            let openings: Vec<(u64, String, String)> = serde_json::from_slice(&document).map_err(Error::broken)?;
            Ok(Some(openings.iter().any(|opening| opening.0 == index)))
        }
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the openings come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recount {
    /// What they say.
    pub counts: Counts,
    /// Whether all of it is as `proposal.closed` says, and no ballot is there twice, of nobody, or beyond the roll.
    pub holds: bool,
}

/// How many members have a ballot in a vote, opened or not: signed by their keys, and attested by the co-op.
///
/// # Errors
/// When the database fails.
pub async fn count_cast(deps: &Deps, _by: &Member, row: &Proposal) -> Result<[u64; 2], Error> {
    let last = ballot_rows::list_last(&deps.db.read(), row.number.unwrap_or_default()).await?;
    let of = |how: &str| u64::try_from(last.iter().filter(|ballot| ballot.how == how).count()).map_err(Error::broken);
    Ok([of("key")?, of("session")?])
}

/// Counts the openings of a closed vote again, beside the ballots that are there by key and by session: none is invented as unopened.
#[must_use]
pub fn recount(frozen: &Frozen, counted: &Counted, ballots: &[OpenedBallot], [by_key, by_session]: [u64; 2]) -> Recount {
    let choices = ballots.iter().filter_map(|ballot| Choice::parse(&ballot.choice));
    let counts = choices.fold(Counts::default(), Counts::and);
    let Counted { eligible, cast, unopened, .. } = *counted;
    let verdict = verdict((frozen.quorum, frozen.majority), eligible, cast, counts, unopened);
    let indexes: BTreeSet<u64> = ballots.iter().map(|ballot| ballot.index).collect();
    let members: BTreeSet<&str> = ballots.iter().map(|ballot| ballot.member.as_str()).collect();
    let once = indexes.len() == ballots.len() && members.len() == ballots.len();
    let of_roll = eligible == frozen.eligible && cast <= eligible;
    let there = by_key == counted.by_key && by_session == counted.by_session && by_key.saturating_add(by_session) == cast;
    let all = there && counts.sum().saturating_add(unopened) == cast && ballots.iter().all(|ballot| ballot.opens);
    Recount { counts, holds: all && once && of_roll && counts == counted.counts && verdict == counted.verdict }
}
