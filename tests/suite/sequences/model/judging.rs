//! What judges do with answers: open, accept, send back; and what silence does.

use super::{Claim, DAY, Judge, Model, Outcome};

impl Model {
    /// From now on it cannot be taken back, nor any other answer to its item that waits. Looking at one's own begins nothing.
    pub(super) fn open(&mut self, judge: Judge, claim: usize) -> Outcome {
        self.may_see(judge, claim)?;
        let one = self.claims[claim].clone();
        if one.state != "submitted" || one.seen || judge == Judge::Member(one.member) {
            return Ok(0);
        }
        if one.rejection.is_some() {
            return Err("review-rejected");
        }
        let waiting = self.which(|other| other.same_task(&one) && other.state == "submitted");
        waiting.into_iter().for_each(|other| self.claims[other].seen = true);
        Ok(0)
    }

    pub(super) fn accept_one(&mut self, judge: Judge, claim: usize) -> Outcome {
        self.may_judge(judge, claim)?;
        self.accept(claim, Some(judge));
        Ok(1)
    }

    /// The oldest of a batch, if there are as many.
    pub(super) fn accept_many(&mut self, judge: Judge, batch: usize, count: usize) -> Outcome {
        self.right_to(judge, self.batches[batch].contract)?;
        let waits = |claim: &usize| {
            let one = &self.claims[*claim];
            one.batch == batch && one.state == "submitted" && one.rejection.is_none() && self.may_judge(judge, *claim).is_ok()
        };
        let mut waiting: Vec<usize> = (0..self.claims.len()).filter(waits).collect();
        waiting.sort_by_key(|claim| (self.claims[*claim].submitted_at, self.claims[*claim].id.clone()));
        if count == 0 || waiting.len() < count {
            return Err("review-changed");
        }
        waiting.truncate(count);
        waiting.iter().for_each(|claim| self.accept(*claim, Some(judge)));
        Ok(count)
    }

    /// A clock of its own begins.
    pub(super) fn send_back(&mut self, judge: Judge, claim: usize, section: i64, fits: bool) -> Outcome {
        self.may_judge(judge, claim)?;
        self.check_why(claim, section, fits)?;
        let (now, left) = (self.now, self.members[self.claims[claim].member].left);
        let back = &mut self.claims[claim];
        match (left, back.returned) {
            (true, _) => return Err("review-back-left"),
            (false, 2..) => return Err("review-back-again"),
            _ => (back.state, back.due, back.extended, back.returned) = ("sent_back", now + DAY, false, back.returned + 1),
        }
        Ok(0)
    }

    /// Whoever judges against a member says why, by the guidelines under which the task was claimed.
    pub(super) fn check_why(&self, claim: usize, section: i64, fits: bool) -> Result<(), &'static str> {
        match section {
            _ if !fits => Err("review-reason"),
            section if section == 0 || section == self.claims[claim].under.1.words => Ok(()),
            _ => Err("review-clause"),
        }
    }

    pub(super) fn silence(&mut self) -> usize {
        let due = self.which(|claim| claim.state == "submitted" && claim.review_by <= self.now);
        for claim in &due {
            self.end_rejection(*claim, "undecided");
            self.accept(*claim, None);
        }
        due.len()
    }

    /// A member who reviews, or a user of the client whose work it is.
    fn right_to(&self, judge: Judge, contract: usize) -> Result<(), &'static str> {
        let has = match judge {
            Judge::Member(member) => self.members[member].reviews && !self.members[member].left,
            Judge::User(user) => self.users[user] == self.contracts[contract].client,
        };
        if has { Ok(()) } else { Err("not-found") }
    }

    /// What was not handed in, or was given up, is nobody else's to know of. Where several answer the same item, all answers must be in;
    /// where a share is read, it must be drawn and not the judge's own, or decided. Whoever answered the item, too, sees no other answer to it.
    fn may_see(&self, judge: Judge, claim: usize) -> Result<(), &'static str> {
        self.right_to(judge, self.contract_of(claim))?;
        let one = &self.claims[claim];
        let same = |other: &&Claim| other.same_task(one);
        let answered_too = |other: &Claim| judge == Judge::Member(other.member) && other.id != one.id && other.is_answer();
        // One's own would tell that it was drawn.
        let tells = judge == Judge::Member(one.member) && !self.batches[one.batch].whole;
        let is_secret = one.state == "submitted" && (!self.is_read(one) || tells);
        let is_hidden = matches!(one.state, "claimed" | "released" | "expired") || is_secret || !self.are_all_in(one.batch, one.task);
        if is_hidden || self.claims.iter().filter(same).any(answered_too) { Err("not-found") } else { Ok(()) }
    }

    /// As many as are still wanted; once the contract has ended, as can still come.
    fn are_all_in(&self, number: usize, task: usize) -> bool {
        let batch = &self.batches[number];
        let is_in =
            |other: &&Claim| (other.batch, other.task) == (number, task) && matches!(other.state, "submitted" | "sent_back" | "accepted");
        let is_closed = self.contracts[batch.contract].is_closed();
        let never = batch.withdrawn[task] + if is_closed { self.left(number)[task] } else { 0 };
        batch.copies == 1 || self.claims.iter().filter(is_in).count() >= batch.copies - never
    }

    /// Where several answer an item, the seven days begin when all answers are in; none waits longer than four weeks for the others.
    pub(super) fn settle(&mut self, batch: usize, task: usize) {
        let (is_in, now) = (self.are_all_in(batch, task), self.now);
        let changes = |one: &&mut Claim| {
            (one.batch, one.task) == (batch, task) && one.state == "submitted" && one.rejection.is_none() && one.waits == is_in
        };
        for one in self.claims.iter_mut().filter(changes) {
            one.waits = !is_in;
            one.review_by = match is_in {
                true => (now + 7 * DAY).min(one.submitted_at + 35 * DAY),
                false => one.review_by.max(one.submitted_at + 28 * DAY),
            };
        }
    }

    pub(super) fn settle_all(&mut self, batch: usize) {
        (0..self.batches[batch].tasks).for_each(|task| self.settle(batch, task));
    }

    fn is_read(&self, claim: &Claim) -> bool {
        self.batches[claim.batch].read[claim.item - 1]
    }

    /// What was not drawn, once everything drawn that can be read is decided.
    pub(super) fn accept_rest(&mut self, user: usize, batch: usize) -> Outcome {
        self.own_of(user, self.batches[batch].contract)?;
        let (contested, waiting): (Vec<usize>, Vec<usize>) = self
            .which(|claim| claim.batch == batch && claim.state == "submitted")
            .into_iter()
            .partition(|claim| self.claims[*claim].rejection.is_some());
        let waiting = waiting.into_iter().filter(|claim| self.are_all_in(batch, self.claims[*claim].task));
        let (read, rest): (Vec<usize>, Vec<usize>) = waiting.partition(|claim| self.is_read(&self.claims[*claim]));
        if !read.is_empty() {
            return Err("rest-unread");
        }
        if !contested.is_empty() {
            return Err("rest-contested");
        }
        rest.iter().for_each(|claim| self.accept(*claim, Some(Judge::User(user))));
        if rest.is_empty() { Err("review-changed") } else { Ok(rest.len()) }
    }

    pub(super) fn read_all(&mut self, user: usize, batch: usize) -> Outcome {
        self.own_of(user, self.batches[batch].contract)?;
        let of = &mut self.batches[batch];
        if of.whole {
            return Err("share-not-more");
        }
        of.whole = true;
        of.read.fill(true);
        Ok(0)
    }

    /// Whether a judge may judge a claim now.
    pub(super) fn may_judge(&self, judge: Judge, claim: usize) -> Result<(), &'static str> {
        self.may_see(judge, claim)?;
        let claim = &self.claims[claim];
        if claim.state == "submitted" && claim.rejection.is_some() {
            return Err("review-rejected");
        }
        if judge == Judge::Member(claim.member) {
            return Err("review-own");
        }
        if claim.state == "submitted" { Ok(()) } else { Err("review-not-submitted") }
    }
}
