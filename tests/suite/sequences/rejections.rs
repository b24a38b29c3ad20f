//! The model's rejections: made, appealed, decided, ended.

use crate::sequences::model::{Claim, DAY, Judge, Model, Outcome, is_answer};

/// A rejection: by whom, where it stands, and until when it can be appealed, or is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub by: Judge,
    pub state: &'static str,
    pub until: i64,
}

impl Model {
    pub(super) fn reject(&mut self, judge: Judge, claim: usize, fits: bool) -> Outcome {
        self.judged(judge, claim)?;
        if !fits {
            return Err("review-reason");
        }
        self.claims[claim].rejection = Some(Rejection { by: judge, state: "rejected", until: self.now + 7 * DAY });
        (self.claims[claim].review_by, self.claims[claim].waits) = (i64::MAX, false);
        self.claims[claim].seen = true;
        Ok(0)
    }

    pub(super) fn appeal(&mut self, member: usize, claim: usize) -> Outcome {
        let now = self.now;
        let rejection = self.own(member, claim)?.rejection.ok_or("not-found")?;
        match rejection.state {
            "rejected" if now <= rejection.until => {}
            "rejected" | "unappealed" => return Err("appeal-late"),
            _ => return Err("appeal-made"),
        }
        let appealed = &mut self.claims[claim];
        (appealed.rejection, appealed.review_by) =
            (Some(Rejection { state: "appealed", until: now + 9 * DAY, ..rejection }), now + 9 * DAY);
        Ok(0)
    }

    pub(super) fn end_unappealed(&mut self) -> usize {
        let over = |claim: &Claim| claim.rejection.is_some_and(|one| one.state == "rejected" && one.until < self.now);
        let all: Vec<usize> = (0..self.claims.len()).filter(|claim| over(&self.claims[*claim])).collect();
        all.iter().for_each(|claim| self.end_rejection(*claim, "unappealed"));
        all.iter().for_each(|claim| self.end(*claim, "refused"));
        all.len()
    }

    /// Whoever rejected it, did it or answered its item decides nothing.
    pub(super) fn decide(&mut self, claim: usize, upheld: bool) -> Outcome {
        let appealed = &self.claims[claim];
        let rejection = appealed.rejection.ok_or("not-found")?;
        let same = |other: &&Claim| (other.batch, other.task) == (appealed.batch, appealed.task) && is_answer(other);
        if rejection.by == Judge::Member(0) || self.claims.iter().filter(same).any(|other| other.member == 0) {
            return Err("not-found");
        }
        if rejection.state != "appealed" || self.now >= rejection.until {
            return Err("appeal-over");
        }
        self.end_rejection(claim, if upheld { "upheld" } else { "overturned" });
        if upheld {
            self.end(claim, "refused");
            return Ok(0);
        }
        self.accept(claim, Judge::Client);
        Ok(1)
    }

    pub(super) fn end_rejection(&mut self, claim: usize, state: &'static str) {
        if let Some(rejection) = &mut self.claims[claim].rejection {
            rejection.state = state;
        }
    }
}
