//! What the rule book says of a kind of vote.

use serde_json::Value;

use super::tally::{Majority, Quorum};
use crate::rules::Book;

/// A kind of vote, by the book in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Its code.
    pub kind: String,
    /// How many must vote.
    pub quorum: Quorum,
    /// How many of them must say yes.
    pub majority: Majority,
    /// Days for voting, at least.
    pub days: i64,
    /// What it may change: `batch.repriced`, and top-level keys of the book.
    pub changes: Vec<String>,
    /// Whether everybody may open the ballots afterwards; else members.
    pub open_to_all: bool,
    /// Members besides the author who must sign it before it is put to the vote.
    pub cosponsors: u64,
    /// Days between the end of the vote and what it decides, at least.
    pub notice_days: i64,
}

impl Terms {
    /// Of a kind; nothing if the book knows none of this name.
    #[must_use]
    pub fn of(book: &Book, kind: &str) -> Option<Terms> {
        let vote = book.vote(kind)?;
        let changes: Vec<String> = vote.get("changes")?.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        // Where a book does not say it: whatever is paid by what is decided takes two weeks' notice.
        let notice = if changes.is_empty() { 0 } else { NOTICE_DAYS };
        Some(Terms {
            kind: kind.to_owned(),
            quorum: Quorum::read(vote.get("quorum")?)?,
            majority: Majority::read(vote.get("majority")?)?,
            days: vote.get("days")?.as_i64()?,
            changes,
            open_to_all: vote.get("openings").and_then(Value::as_str) == Some("all"),
            cosponsors: vote.get("cosponsors").and_then(Value::as_u64).unwrap_or(COSPONSORS),
            notice_days: vote.get("notice_days").and_then(Value::as_i64).unwrap_or(notice),
        })
    }

    /// Every kind that the book knows, by its code.
    #[must_use]
    pub fn all(book: &Book) -> Vec<Terms> {
        let kinds = book.value().get("votes").and_then(Value::as_object);
        kinds.into_iter().flat_map(|kinds| kinds.keys()).filter_map(|kind| Terms::of(book, kind)).collect()
    }

    /// Whether it may change this.
    #[must_use]
    pub fn may_change(&self, name: &str) -> bool {
        self.changes.iter().any(|allowed| allowed == name)
    }

    /// How many must sign beside the author where so many members are on the roll: never more than there are.
    #[must_use]
    pub fn cosponsors_of(&self, roll: u64) -> u64 {
        self.cosponsors.min(roll.saturating_sub(1))
    }
}

/// Where a book does not say how many.
const COSPONSORS: u64 = 2;
const NOTICE_DAYS: i64 = 14;

/// And no longer than a season: a question is asked to be answered.
pub const MOST_DAYS: i64 = 90;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_that_says_nothing_of_cosponsors_and_notice_has_two_and_two_weeks() {
        let mut value = Book::founding();
        for vote in value["votes"].as_object_mut().unwrap().values_mut() {
            vote.as_object_mut().unwrap().retain(|name, _| name != "cosponsors" && name != "notice_days");
        }
        let book = Book::parse(&value).unwrap();
        let of = |kind: &str| Terms::of(&book, kind).unwrap();
        assert_eq!((of("rate-change").cosponsors, of("rate-change").notice_days), (2, 14));
        assert_eq!((of("price-ask").notice_days, of("ordinary").notice_days), (14, 0));
        assert_eq!(Terms::all(&book), Terms::all(&Book::parse(&Book::founding()).unwrap()), "as the founding book says it");
        assert_eq!(of("ordinary").cosponsors_of(2), 1, "a co-op of two");
        assert_eq!(Terms::of(&book, "no-such"), None);
    }
}
