//! Closing a vote: when, what is counted, and whether it is called a second time.

use sha2::{Digest, Sha256};

use super::sealing::{self, Opening};
use super::tally::{Counts, Majority, Quorum, Verdict, verdict};
use crate::books::entry::Draft;
use crate::ids::ProposalId;
use crate::time::{DAY_SECS, Timestamp};

/// A member's last ballot, as it is counted.
#[derive(Clone, Debug)]
pub struct Last {
    /// Index of its entry.
    pub index: u64,
    /// Whose.
    pub member: String,
    /// Its seal.
    pub sealed: String,
    /// Whether it is signed by their key.
    pub by_key: bool,
    /// Whether that member had no key in force when the vote opened.
    pub new_key: bool,
    /// What opens it, if the server has it.
    pub opening: Option<Opening>,
}

/// A vote that is counted.
#[derive(Clone, Debug)]
pub struct Count {
    /// Members who could vote.
    pub eligible: u64,
    /// Of them, those with a ballot.
    pub cast: u64,
    /// Of these, signed by members.
    pub by_key: u64,
    /// Attested by the co-op.
    pub by_session: u64,
    /// Of those signed, by a key that its member had not when the vote opened.
    pub by_new_key: u64,
    /// What they say.
    pub counts: Counts,
    /// Ballots that nobody opened.
    pub unopened: u64,
    /// The document of the openings.
    pub openings: String,
    /// How it ended.
    pub verdict: Verdict,
}

/// Counts a vote by each member's last ballot. An opening that does not open its ballot is none.
#[must_use]
pub fn count(proposal: &ProposalId, rules: (Quorum, Majority), eligible: u64, ballots: &[Last]) -> Count {
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let opens = |ballot: &&Last| ballot.opening.is_some_and(|opening| opening.seal(proposal.as_str(), &ballot.member) == ballot.sealed);
    let opened: Vec<(u64, Opening)> = ballots.iter().filter(opens).filter_map(|ballot| Some((ballot.index, ballot.opening?))).collect();
    let counts = opened.iter().fold(Counts::default(), |counts, (_, opening)| counts.and(opening.choice));
    let cast = number(ballots.len());
    let by_key = number(ballots.iter().filter(|ballot| ballot.by_key).count());
    let unopened = cast.saturating_sub(number(opened.len()));
    Count {
        eligible,
        cast,
        by_key,
        by_session: cast.saturating_sub(by_key),
        by_new_key: number(ballots.iter().filter(|ballot| ballot.by_key && ballot.new_key).count()),
        counts,
        unopened,
        openings: sealing::document(&opened),
        verdict: verdict(rules, eligible, cast, counts, unopened),
    }
}

/// From when on a vote may be closed: while a ballot is not opened, two days after the end and after its member was told that they can
/// open it. Whoever was told nothing while the server stood still has had no time.
#[must_use]
pub fn closes_from(closes: Timestamp, unopened: u64, told: Timestamp) -> Timestamp {
    if unopened > 0 { closes.max(told).plus_secs(OPENING_SECS) } else { closes }
}

/// `proposal.closed`, beside whose document of openings it goes.
#[must_use]
pub fn close(proposal: &ProposalId, count: &Count) -> Draft {
    Draft::new("proposal.closed")
        .about("proposal", proposal)
        .calc("eligible", count.eligible)
        .calc("cast", count.cast)
        .calc("by_key", count.by_key)
        .calc("by_session", count.by_session)
        .calc("by_new_key", count.by_new_key)
        .calc("counts", count.counts.to_json())
        .calc("unopened", count.unopened)
        .calc("openings", hex::encode(Sha256::digest(&count.openings)))
        .calc("result", count.verdict.word())
}

/// So long a member whose ballot the server could not open may open it themselves.
pub const OPENING_SECS: i64 = DAY_SECS.saturating_mul(2);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposals::tally::Choice;

    fn ballot(index: u64, choice: Choice, known: bool) -> Last {
        let (opening, member) = (Opening { choice, salt: [9; 32] }, format!("M-0000000{index}"));
        let sealed = opening.seal("P-1", &member);
        Last { index, member, sealed, by_key: index.is_multiple_of(2), new_key: index == 4, opening: known.then_some(opening) }
    }

    #[test]
    fn each_ballot_is_counted_as_it_opens_and_one_that_does_not_is_unopened() {
        let id = ProposalId::from_number(1);
        let rules = (Quorum { n: 1, d: 3 }, Majority { least: false, n: 1, d: 2 });
        let mut ballots =
            vec![ballot(4, Choice::Yes, true), ballot(2, Choice::Yes, true), ballot(3, Choice::No, true), ballot(5, Choice::No, false)];
        let counted = count(&id, rules, 11, &ballots);
        assert_eq!((counted.cast, counted.by_key, counted.by_session, counted.by_new_key), (4, 2, 2, 1));
        assert_eq!((counted.counts, counted.unopened), (Counts { abstain: 0, no: 1, yes: 2 }, 1));
        assert_eq!(counted.verdict, Verdict::Void, "one unopened no would make it two of four");
        let closes = Timestamp::from_secs(0);
        assert_eq!(closes_from(closes, 0, closes.plus_secs(9)), closes, "nobody to wait for");
        for (told, waits) in [(-60, 48 * 3_600), (0, 48 * 3_600), (72 * 3_600, 120 * 3_600)] {
            assert_eq!(closes_from(closes, counted.unopened, closes.plus_secs(told)).since(closes), waits, "told at {told}");
        }
        // What the server holds and does not open the ballot is not counted.
        ballots[0].opening = Some(Opening { choice: Choice::No, salt: [9; 32] });
        assert_eq!(count(&id, rules, 11, &ballots).unopened, 2);
    }
}
