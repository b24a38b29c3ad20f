//! What the two sides do with a contract and its batches.

use super::{Batch, Contract, DAY, Model, Outcome, Party, Side, Step, Terms};

/// Pauses and notices of a side within a day, and proposals, too.
pub(super) const MOST_MOVES: usize = 12;

impl Contract {
    pub fn is_closed(&self) -> bool {
        matches!(self.state, "completed" | "terminated")
    }

    /// Closed, or its notice has run out and nobody wrote that yet.
    pub fn is_over(&self, now: i64) -> bool {
        self.is_closed() || self.notice.is_some_and(|(_, ends)| ends <= now)
    }
}

impl Model {
    pub(super) fn list(&mut self, user: usize, level: i64, units: i64) -> Outcome {
        let client = self.users[user];
        self.contracts.push(Contract {
            client,
            unit: client,
            escrow: 0,
            state: "funded",
            paused_by: None,
            notice: None,
            moves: Vec::new(),
            terms: Terms { words: 0, notice_days: 14, level },
            version: 1,
            amendments: Vec::new(),
        });
        self.entries += 1;
        self.deposit(self.contracts.len() - 1, units * 1_000_000)
    }

    pub(super) fn offer(&mut self, user: usize, contract: usize, (tasks, copies): (usize, usize), (gold, whole): (bool, bool)) -> Outcome {
        self.own_of(user, contract)?;
        self.check_goes_on(contract)?;
        let of = &mut self.contracts[contract];
        match of.state {
            "paused" => return Err("batch-contract-paused"),
            _ => of.state = "open",
        }
        let level = of.terms.level;
        let (withdrawn, read) = (vec![0; tasks], vec![true; tasks]);
        self.batches.push(Batch { contract, open: true, level, tasks, copies, withdrawn, gold, whole, read });
        self.entries += 1;
        Ok(0)
    }

    pub(super) fn pause(&mut self, user: usize, batch: usize, paused: bool) -> Outcome {
        let contract = self.batches[batch].contract;
        self.own_of(user, contract)?;
        self.check_goes_on(contract)?;
        if paused && self.noticed_by(contract) == Some(Side::Client) {
            return Err("contract-notice-runs");
        }
        if self.batches[batch].open != paused {
            return Err("batch-state");
        }
        self.batches[batch].open = !paused;
        Ok(0)
    }

    /// Takes back what nobody can claim any more, since its level is below the contract's.
    pub(super) fn withdraw(&mut self, user: usize, batch: usize) -> Outcome {
        let contract = self.batches[batch].contract;
        self.own_of(user, contract)?;
        self.check_goes_on(contract)?;
        if self.batches[batch].level >= self.contracts[contract].terms.level {
            return Err("batch-not-raised");
        }
        let mut after = self.clone();
        after.free_overdue(contract);
        let left = after.left(batch);
        after.batches[batch].withdrawn.iter_mut().zip(left).for_each(|(withdrawn, left)| *withdrawn += left);
        let sum = |model: &Model| model.batches[batch].withdrawn.iter().sum::<usize>();
        // What ran out after the first time went by itself.
        let taken = sum(&after) - sum(self);
        if taken == 0 {
            return Err("batch-none-free");
        }
        *self = after;
        self.settle_all(batch);
        Ok(taken)
    }

    pub(super) fn go(&mut self, party: Party, contract: usize, step: Step) -> Outcome {
        let side = self.side_of(party, contract)?;
        self.check_goes_on(contract)?;
        let of_it = || self.batches.iter().filter(|batch| batch.contract == contract);
        let asked: usize = of_it().map(|batch| batch.tasks * batch.copies - batch.withdrawn.iter().sum::<usize>()).sum();
        let accepted = self.which(|claim| claim.state == "accepted" && self.batches[claim.batch].contract == contract).len();
        let (is_empty, one_is_paused) = (of_it().next().is_none(), of_it().any(|batch| !batch.open));
        let now = self.now;
        let goes = &mut self.contracts[contract];
        let is_much = goes.moves.iter().filter(|(by, at)| *by == side && *at > now - DAY).count() >= MOST_MOVES;
        match (step, goes.state, goes.notice) {
            (Step::Pause, "paused", _) => return Err("contract-paused-already"),
            (Step::Pause, _, Some((by, _))) if by == side => return Err("contract-notice-runs"),
            (Step::Pause, ..) if is_much => return Err("contract-moves-many"),
            (Step::Pause, ..) => {
                (goes.state, goes.paused_by) = ("paused", Some(side));
                goes.moves.push((side, now));
            }
            (Step::Resume, "paused", _) if goes.paused_by != Some(side) => return Err("contract-paused-by-other"),
            (Step::Resume, "paused", _) => (goes.state, goes.paused_by) = (if is_empty { "funded" } else { "open" }, None),
            (Step::Resume, ..) => return Err("contract-not-paused"),
            (Step::Complete, ..) if is_empty => return Err("contract-nothing-done"),
            (Step::Complete, ..) if accepted < asked => return Err("contract-not-done"),
            (Step::Complete, ..) => self.close(contract, "completed"),
            (Step::Terminate, _, Some(_)) => return Err("contract-notice-given"),
            (Step::Terminate, ..) if !is_empty && (goes.paused_by == Some(side) || (side == Side::Client && one_is_paused)) => {
                return Err("contract-resume-first");
            }
            (Step::Terminate, ..) if is_much => return Err("contract-moves-many"),
            (Step::Terminate, ..) if is_empty || goes.terms.notice_days == 0 => self.close(contract, "terminated"),
            (Step::Terminate, ..) => {
                goes.notice = Some((side, now + goes.terms.notice_days * DAY));
                goes.moves.push((side, now));
            }
            (Step::Keep, _, Some((by, _))) if by == side => goes.notice = None,
            (Step::Keep, _, Some(_)) => return Err("contract-notice-of-other"),
            (Step::Keep, ..) => return Err("contract-no-notice"),
        }
        Ok(0)
    }

    /// Where nobody claims any more, what ran out is set free all the same.
    pub(super) fn run_out(&mut self) -> usize {
        let run_out = |contract: &usize| !self.contracts[*contract].is_closed() && self.contracts[*contract].is_over(self.now);
        let over: Vec<usize> = (0..self.contracts.len()).filter(run_out).collect();
        over.iter().for_each(|contract| self.close(*contract, "terminated"));
        let nobody_claims = |contract: &usize| {
            let goes_back = |batch: usize| self.batches[batch].contract == *contract && self.goes_back(batch);
            self.contracts[*contract].is_closed() || (0..self.batches.len()).any(goes_back)
        };
        let ended: Vec<usize> = (0..self.contracts.len()).filter(nobody_claims).collect();
        over.len() + ended.into_iter().filter(|contract| self.free_overdue(*contract)).count()
    }

    /// No claim is touched: what is under way is honoured.
    fn close(&mut self, contract: usize, state: &'static str) {
        let now = self.now;
        let of = &mut self.contracts[contract];
        (of.state, of.paused_by) = (state, None);
        of.amendments.iter_mut().for_each(|one| one.end("withdrawn", now));
        for batch in (0..self.batches.len()).filter(|batch| self.batches[*batch].contract == contract).collect::<Vec<_>>() {
            self.batches[batch].open = false;
            // Nobody waits for answers that cannot come any more.
            self.settle_all(batch);
        }
        self.entries += 1;
    }

    pub(super) fn check_goes_on(&self, contract: usize) -> Result<(), &'static str> {
        if self.contracts[contract].is_over(self.now) { Err("contract-over") } else { Ok(()) }
    }

    /// Another client's is not there.
    pub(super) fn side_of(&self, party: Party, contract: usize) -> Result<Side, &'static str> {
        match party {
            Party::User(user) => self.own_of(user, contract).map(|()| Side::Client),
            Party::Coop => Ok(Side::Coop),
        }
    }

    pub(super) fn own_of(&self, user: usize, contract: usize) -> Result<(), &'static str> {
        if self.users[user] == self.contracts[contract].client { Ok(()) } else { Err("not-found") }
    }

    fn noticed_by(&self, contract: usize) -> Option<Side> {
        self.contracts[contract].notice.map(|(side, _)| side)
    }
}
