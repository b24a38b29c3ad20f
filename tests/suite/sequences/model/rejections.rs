//! Rejections: made, appealed, decided, ended.

use super::{Claim, DAY, Judge, Model, Outcome};

/// A rejection: by whom, where it stands, and until when it can be appealed, or is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub by: Judge,
    /// `rejected`, `appealed`, `unappealed`, `upheld`, `overturned`, `undecided`.
    pub state: &'static str,
    pub until: i64,
}

impl Model {
    pub(super) fn reject(&mut self, judge: Judge, claim: usize, section: i64, fits: bool) -> Outcome {
        self.may_judge(judge, claim)?;
        self.check_why(claim, section, fits)?;
        let until = self.now + 7 * DAY;
        let one = &mut self.claims[claim];
        (one.rejection, one.seen) = (Some(Rejection { by: judge, state: "rejected", until }), true);
        (one.review_by, one.waits) = (i64::MAX, false);
        self.entries += 1;
        let left = self.members[self.claims[claim].member].left;
        self.put_to_decision(|one, at| left && at == claim && one.rejection.is_some());
        Ok(0)
    }

    /// Whoever has left can appeal no more: somebody uninvolved decides in any case.
    pub(super) fn put_to_decision(&mut self, is_so: impl Fn(&Claim, usize) -> bool) {
        let (now, until) = (self.now, self.now + 9 * DAY);
        for (at, one) in self.claims.iter_mut().enumerate() {
            let open = one.rejection.filter(|rejection| rejection.state == "rejected" && now <= rejection.until);
            if let Some(rejection) = open.filter(|_| one.state == "submitted" && is_so(one, at)) {
                (one.rejection, one.review_by) = (Some(Rejection { state: "appealed", until, ..rejection }), until);
            }
        }
    }

    pub(super) fn appeal(&mut self, member: usize, claim: usize) -> Outcome {
        let rejection = self.own(member, claim)?.rejection.ok_or("not-found")?;
        match rejection.state {
            "rejected" if self.now <= rejection.until => {}
            "rejected" | "unappealed" => return Err("appeal-late"),
            _ => return Err("appeal-made"),
        }
        let until = self.now + 9 * DAY;
        let one = &mut self.claims[claim];
        (one.rejection, one.review_by) = (Some(Rejection { state: "appealed", until, ..rejection }), until);
        Ok(0)
    }

    /// By a member who reviews. Whoever rejected it, did it or answered its item decides nothing.
    pub(super) fn decide(&mut self, member: usize, claim: usize, upheld: bool) -> Outcome {
        let appealed = &self.claims[claim];
        let reviews = self.members[member].reviews && !self.members[member].left;
        let rejection = appealed.rejection.filter(|_| reviews).ok_or("not-found")?;
        let answered = |other: &Claim| other.same_task(appealed) && other.is_answer() && other.member == member;
        if rejection.by == Judge::Member(member) || appealed.member == member || self.claims.iter().any(answered) {
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
        self.accept(claim, None);
        Ok(1)
    }

    pub(super) fn end_unappealed(&mut self) -> usize {
        let over = self.which(|claim| claim.rejection.is_some_and(|one| one.state == "rejected" && one.until < self.now));
        over.iter().for_each(|claim| self.end_rejection(*claim, "unappealed"));
        over.iter().for_each(|claim| self.end(*claim, "refused"));
        over.len()
    }

    pub(super) fn end_rejection(&mut self, claim: usize, state: &'static str) {
        if let Some(rejection) = &mut self.claims[claim].rejection {
            rejection.state = state;
        }
    }
}
