//! What members do with tasks: claim, hold ready, hand in, take back, extend, release; and how they join and leave.

use super::{Claim, HOUR, MET, MISSED, MOST_HELD, Member, Model, Outcome, PRICE, UNTOLD};

/// So long the next task is held ready, and so long at least is there time for what was taken back.
const READY: i64 = 600;

impl Model {
    pub(super) fn claim(&mut self, member: usize, batch: usize) -> Outcome {
        self.right_of(member)?;
        // Whoever goes on elsewhere gives back what was held ready, whatever comes of it.
        self.end_ready(|ready| ready.member == member && ready.batch != batch);
        self.take(member, batch, None)
    }

    pub(super) fn ready(&mut self, member: usize, claim: usize) -> Outcome {
        self.held(member, claim)?;
        // Whoever agreed to what could be met did not read what can be met by now.
        if self.claims[claim].under.1.level != self.contracts[self.contract_of(claim)].terms.level {
            return Err("hazard-changed");
        }
        let (batch, due) = (self.claims[claim].batch, self.claims[claim].due);
        self.take(member, batch, Some(due.min(self.now + READY)))
    }

    /// Claims a task, or begins the one held ready; until `ready`, holds one ready.
    fn take(&mut self, member: usize, batch: usize, ready: Option<i64>) -> Outcome {
        let mut after = self.clone();
        let contract = self.batches[batch].contract;
        // What ran out on the contract is free again, if the claim succeeds.
        after.free_overdue(contract);
        let of = &self.contracts[contract];
        if of.is_over(self.now) {
            return Err("contract-over");
        }
        if of.state == "paused" {
            return Err("contract-paused");
        }
        if !self.batches[batch].open {
            return Err("batch-not-open");
        }
        if self.batches[batch].level < of.terms.level {
            return Err("batch-level-raised");
        }
        let own = |claim: &Claim| claim.member == member && claim.batch == batch && claim.ahead && claim.state == "claimed";
        let own = after.claims.iter().position(own);
        if after.held_by(member) - usize::from(own.is_some()) >= MOST_HELD {
            return Err("claims-full");
        }
        // What is held ready is held, but it is not one more.
        if of.escrow - after.held_of(contract) + if own.is_some() { PRICE } else { 0 } < PRICE {
            return Err("claim-escrow");
        }
        let under = (of.version, of.terms);
        if let Some(own) = own {
            if ready.is_none() {
                (after.claims[own].ahead, after.claims[own].due, after.claims[own].under) = (false, self.now + HOUR, under);
            }
            *self = after;
            return Ok(0);
        }
        let mut left = after.left(batch);
        let before = |claim: &&Claim| claim.batch == batch && claim.member == member;
        // Nobody answers the same item twice.
        after.claims.iter().filter(before).filter(|claim| claim.is_answer()).for_each(|own| left[own.task] = 0);
        let task = left.iter().position(|left| *left > 0).ok_or("task-none-free")?;
        // What was typed there before stands in the form again.
        let typed = after.claims.iter().filter(before).any(|claim| claim.task == task && claim.typed);
        let (due, ahead) = (ready.unwrap_or(self.now + HOUR), ready.is_some());
        after.claims.push(Claim {
            id: String::new(),
            member,
            batch,
            task,
            item: 0,
            state: "claimed",
            due,
            extended: false,
            submitted_at: 0,
            review_by: 0,
            waits: false,
            ahead,
            seen: false,
            returned: 0,
            typed,
            under,
            rejection: None,
        });
        *self = after;
        Ok(0)
    }

    /// Whatever keeps an answer from being handed in, what was typed is kept while the task is the member's.
    pub(super) fn draft(&mut self, member: usize, claim: usize) -> Outcome {
        self.own(member, claim)?;
        if matches!(self.claims[claim].state, "claimed" | "sent_back" | "expired") {
            self.claims[claim].typed = true;
        }
        Ok(0)
    }

    pub(super) fn submit(&mut self, member: usize, claim: usize, fits: bool) -> Outcome {
        if let Err(code) = self.held(member, claim).and(if fits { Ok(()) } else { Err("answer-one-choice") }) {
            self.draft(member, claim)?;
            return Err(code);
        }
        let now = self.now;
        let handed = &mut self.claims[claim];
        (handed.state, handed.submitted_at, handed.review_by) = ("submitted", now, now + 7 * super::DAY);
        (handed.seen, handed.typed, handed.waits) = (false, true, false);
        let (batch, task, item) = (handed.batch, handed.task, handed.item);
        self.settle(batch, task);
        // Whoever was told once is told nothing new.
        if !self.batches[batch].gold || item % 2 == 1 || self.was_told(claim) {
            return Ok(UNTOLD);
        }
        let met = item % 4 == 0;
        self.told.push((member, batch, item, met));
        Ok(if met { MET } else { MISSED })
    }

    fn was_told(&self, claim: usize) -> bool {
        let one = &self.claims[claim];
        self.told.iter().any(|told| (told.0, told.1, told.2) == (one.member, one.batch, one.item))
    }

    pub(super) fn take_back(&mut self, member: usize, claim: usize, instead: Option<usize>) -> Outcome {
        let (state, seen) = (self.own(member, claim)?.state, self.claims[claim].seen);
        match state {
            "submitted" if seen => return Err("claim-back-seen"),
            "submitted" if self.was_told(claim) => return Err("claim-back-told"),
            "submitted" => {}
            "accepted" => return Err("claim-accepted"),
            _ => return Err("claim-back-not"),
        }
        if self.held_by(member) >= MOST_HELD {
            let next = instead.filter(|next| self.makes_room(member, *next, claim)).ok_or("claim-back-full")?;
            // One makes room; where still more are held, none is given up.
            if self.held_by(member) > MOST_HELD {
                return Err("claim-back-full");
            }
            self.end(next, "released");
        }
        let now = self.now;
        let back = &mut self.claims[claim];
        back.state = if back.returned > 0 { "sent_back" } else { "claimed" };
        (back.due, back.waits) = (back.due.max(now + READY), false);
        let (batch, task) = (back.batch, back.task);
        self.settle(batch, task);
        Ok(0)
    }

    /// Untouched, and of the same contract.
    fn makes_room(&self, member: usize, next: usize, claim: usize) -> bool {
        let one = &self.claims[next];
        let is_open = one.member == member && one.state == "claimed" && one.due >= self.now && !one.typed;
        is_open && self.contract_of(next) == self.contract_of(claim)
    }

    pub(super) fn extend(&mut self, member: usize, claim: usize) -> Outcome {
        self.held(member, claim)?;
        if self.claims[claim].extended {
            return Err("claim-extended");
        }
        (self.claims[claim].extended, self.claims[claim].due) = (true, self.claims[claim].due + HOUR);
        Ok(0)
    }

    /// Without loss, whatever the contract says by now. Whoever leaves a task does not go on to the next.
    pub(super) fn release(&mut self, member: usize, claim: usize) -> Outcome {
        self.held(member, claim)?;
        self.end(claim, "released");
        let batch = self.claims[claim].batch;
        self.end_ready(|ready| ready.member == member && ready.batch == batch);
        Ok(0)
    }

    pub(super) fn join(&mut self, reviews: bool) -> Outcome {
        self.members.push(Member { reviews, ..Member::default() });
        self.entries += 1;
        Ok(0)
    }

    /// What they hold goes back; what they handed in is judged and paid.
    pub(super) fn leave(&mut self, member: usize) -> Outcome {
        self.right_of(member)?;
        if self.members[member].stays {
            return Err("leave-last-coordinator");
        }
        self.members[member].left = true;
        self.which(|claim| claim.member == member && matches!(claim.state, "claimed" | "sent_back"))
            .into_iter()
            .for_each(|claim| self.end(claim, "released"));
        self.put_to_decision(|claim, _| claim.member == member);
        self.entries += 1;
        Ok(0)
    }

    /// Somebody who has left is nobody here.
    pub(super) fn right_of(&self, member: usize) -> Result<(), &'static str> {
        if self.members[member].left { Err("not-found") } else { Ok(()) }
    }

    /// What is only held ready is nobody's to work on yet.
    pub(super) fn own(&self, member: usize, claim: usize) -> Result<&Claim, &'static str> {
        self.right_of(member)?;
        Some(&self.claims[claim]).filter(|claim| claim.member == member && !claim.ahead).ok_or("not-found")
    }

    fn held(&self, member: usize, claim: usize) -> Result<(), &'static str> {
        let claim = self.own(member, claim)?;
        match claim.state {
            "claimed" | "sent_back" if self.now <= claim.due => Ok(()),
            "claimed" | "sent_back" | "expired" => Err("claim-expired"),
            "submitted" => Err("claim-submitted"),
            "accepted" => Err("claim-accepted"),
            "refused" => Err("claim-refused"),
            _ => Err("claim-released"),
        }
    }

    fn held_by(&self, member: usize) -> usize {
        let holds = |claim: &&Claim| claim.member == member && matches!(claim.state, "claimed" | "sent_back") && claim.due >= self.now;
        self.claims.iter().filter(holds).count()
    }

    fn end_ready(&mut self, which: impl Fn(&Claim) -> bool) {
        self.which(|claim| claim.ahead && claim.state == "claimed" && which(claim))
            .into_iter()
            .for_each(|claim| self.end(claim, "released"));
    }

    /// Sets free what ran out on a contract; whether anything did.
    pub(super) fn free_overdue(&mut self, contract: usize) -> bool {
        let overdue = self.which(|claim| {
            matches!(claim.state, "claimed" | "sent_back") && claim.due < self.now && self.batches[claim.batch].contract == contract
        });
        overdue.iter().for_each(|claim| self.end(*claim, "expired"));
        !overdue.is_empty()
    }
}
