//! Rejections and appeals: work is rejected with a code, a reason and a section of the guidelines; its worker may appeal, and somebody who
//! had nothing to do with it decides. What nobody decides in time is accepted and paid.

use crate::books::entry::Draft;
use crate::books::forms;
use crate::ids::MemberId;
use crate::refusal::Refusal;
use crate::reviews::{Judge, SentBack, Submitted, send_back};
use crate::text;
use crate::time::Timestamp;

/// What a rejection does.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// To be appended: `work.rejected`, which names no member and moves nothing.
    pub entry: Draft,
    /// Why, as the worker will read it.
    pub why: SentBack,
}

/// Rejects work: the worker may appeal from now on, and the price stays held until that is over.
///
/// # Errors
/// INV-6; work that is not submitted; an unknown code, no reason, a section that the guidelines do not have.
pub fn reject(
    work: &Submitted,
    judge: Judge<'_>,
    guidelines: &str,
    (code, reason, clause): (&str, &str, &str),
) -> Result<Rejected, Vec<Refusal>> {
    let why = send_back(work, judge, guidelines, (code, reason, clause))?;
    if !forms::is_code_text(&why.clause) {
        return Err(vec![Refusal::new("review-clause").field("clause")]);
    }
    let entry = Draft::new("work.rejected")
        .about("contract", &work.contract)
        .about("batch", &work.batch)
        .about("claim", &work.claim)
        .calc("reason", why.code.as_str())
        .calc("clause", why.clause.as_str());
    Ok(Rejected { entry, why })
}

/// A rejection as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// `rejected`, `appealed`, or how it ended.
    pub state: &'a str,
    /// Until when the worker may appeal.
    pub appeal_by: Timestamp,
    /// Until when an appeal is decided.
    pub decide_by: Option<Timestamp>,
}

/// The text of an appeal, if the worker may still make one.
///
/// # Errors
/// Appealed before; too late; no text.
pub fn appeal(standing: Standing<'_>, typed: &str, now: Timestamp) -> Result<String, Refusal> {
    match standing.state {
        "rejected" if now <= standing.appeal_by => {}
        "rejected" | "unappealed" => return Err(Refusal::new("appeal-late").with("date", standing.appeal_by)),
        _ => return Err(Refusal::new("appeal-made")),
    }
    text::lines(typed, TEXT_LIMIT).map_err(|_| Refusal::new("appeal-text").field("appeal").with("most", TEXT_LIMIT))
}

/// Whether the time for an appeal is over and none was made.
#[must_use]
pub fn is_final(standing: Standing<'_>, now: Timestamp) -> bool {
    standing.state == "rejected" && now > standing.appeal_by
}

/// Whoever had a part in what is appealed: they decide nothing of it.
#[derive(Clone, Copy, Debug)]
pub struct Involved<'a> {
    /// Who did the work.
    pub worker: &'a MemberId,
    /// Whether this member answered the same item.
    pub answered: bool,
    /// Whether this person rejected it.
    pub rejected: bool,
}

/// The words of a decision, if this member may decide now.
///
/// # Errors
/// Somebody involved; decided before, or too late; no words.
pub fn decide(standing: Standing<'_>, involved: Involved<'_>, by: &MemberId, words: &str, now: Timestamp) -> Result<String, Refusal> {
    if by == involved.worker || involved.answered || involved.rejected {
        return Err(Refusal::new("appeal-involved"));
    }
    let in_time = standing.decide_by.is_some_and(|until| now < until);
    if standing.state != "appealed" || !in_time {
        return Err(Refusal::new("appeal-over"));
    }
    text::lines(words, TEXT_LIMIT).map_err(|_| Refusal::new("appeal-decision").field("decision").with("most", TEXT_LIMIT))
}

/// Characters of an appeal, and of a decision.
pub const TEXT_LIMIT: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn standing(state: &str) -> Standing<'_> {
        Standing { state, appeal_by: at(100), decide_by: Some(at(200)) }
    }

    #[test]
    fn an_appeal_is_made_once_and_in_time() {
        assert_eq!(appeal(standing("rejected"), " The sign is one. ", at(100)), Ok("The sign is one.".to_owned()));
        assert_eq!(appeal(standing("rejected"), "x", at(101)).unwrap_err().code, "appeal-late");
        assert_eq!(appeal(standing("unappealed"), "x", at(300)).unwrap_err().code, "appeal-late");
        assert_eq!(appeal(standing("appealed"), "x", at(1)).unwrap_err().code, "appeal-made");
        assert_eq!(appeal(standing("rejected"), " ", at(1)).unwrap_err().code, "appeal-text");
        assert!(!is_final(standing("rejected"), at(100)) && is_final(standing("rejected"), at(101)));
        assert!(!is_final(standing("appealed"), at(101)));
    }

    #[test]
    fn only_somebody_uninvolved_decides_and_in_time() {
        let (worker, other) = (MemberId::from_random([1; 8]), MemberId::from_random([2; 8]));
        let free = Involved { worker: &worker, answered: false, rejected: false };
        let code = |involved, by, words, now| decide(standing("appealed"), involved, by, words, at(now)).unwrap_err().code;
        assert!(decide(standing("appealed"), free, &other, "It is a sign.", at(199)).is_ok());
        assert_eq!(code(free, &worker, "x", 1), "appeal-involved");
        assert_eq!(code(Involved { rejected: true, ..free }, &other, "x", 1), "appeal-involved");
        assert_eq!(code(Involved { answered: true, ..free }, &other, "x", 1), "appeal-involved");
        assert_eq!(code(free, &other, "x", 200), "appeal-over");
        assert_eq!(code(free, &other, "", 1), "appeal-decision");
        for state in ["rejected", "unappealed", "upheld", "overturned", "undecided"] {
            assert_eq!(decide(standing(state), free, &other, "x", at(1)).unwrap_err().code, "appeal-over", "{state}");
        }
    }
}
