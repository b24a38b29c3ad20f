//! What the flow of work should be, told once more and as plainly as possible: no database, no clock, no ledger. Sums in millionths.

use crate::sequences::rejections::Rejection;

/// A claim of one member on one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: String,
    pub member: usize,
    pub batch: usize,
    pub task: usize,
    pub state: &'static str,
    pub due: i64,
    pub extended: bool,
    pub submitted_at: i64,
    pub review_by: i64,
    /// Whether it waits for other answers to the same item.
    pub waits: bool,
    /// Held ready, not begun.
    pub ahead: bool,
    /// Whether a judge had it before them since it was submitted.
    pub seen: bool,
    /// Whether it was ever sent back.
    pub returned: bool,
    /// The number of its item in the client's file.
    pub item: usize,
    pub rejection: Option<Rejection>,
}

#[derive(Clone, Debug)]
pub struct Batch {
    pub contract: usize,
    pub open: bool,
    pub tasks: usize,
    /// By how many members each task is answered.
    pub copies: usize,
    /// Whether every second item has a known answer: that which everybody gives, or, of every other one, another.
    pub gold: bool,
    /// Of each item, whether it is read: all are, or those that were drawn.
    pub read: Vec<bool>,
}

/// How a contract goes on.
#[derive(Clone, Debug)]
pub struct Contract {
    /// What the client's deposits left.
    pub escrow: i64,
    /// `open`, `paused`, `completed`, `terminated`.
    pub state: &'static str,
    pub paused_by: Option<Side>,
    /// Which side ends it, and when.
    pub notice: Option<(Side, i64)>,
    /// Which side paused it or gave notice, and when.
    pub moves: Vec<(Side, i64)>,
}

/// A side of a contract; strangers are users of another client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Coop,
    Stranger,
}

/// What a side does to a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Pause,
    Resume,
    Complete,
    Terminate,
    Keep,
}

/// Everything that the flow of work consists of.
#[derive(Clone, Debug)]
pub struct Model {
    pub now: i64,
    pub contracts: Vec<Contract>,
    pub batches: Vec<Batch>,
    pub claims: Vec<Claim>,
    /// First answers of a member to an item with a known answer, and whether they were that.
    pub told: Vec<(usize, usize, usize, bool)>,
    /// What each member has earned.
    pub earned: Vec<i64>,
    /// What the funds, the reserve and operations got.
    pub kept: i64,
}

/// Who judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    Member(usize),
    Client,
    /// A user of another client.
    Stranger,
}

/// What somebody does. Claims and batches by their number.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    Claim {
        member: usize,
        batch: usize,
    },
    Draft {
        member: usize,
        claim: usize,
    },
    Submit {
        member: usize,
        claim: usize,
        fits: bool,
    },
    Release {
        member: usize,
        claim: usize,
    },
    Extend {
        member: usize,
        claim: usize,
    },
    /// Holds the next task ready beside this one.
    Ready {
        member: usize,
        claim: usize,
    },
    /// Takes a submitted answer back.
    TakeBack {
        member: usize,
        claim: usize,
    },
    /// A judge opens it.
    Open {
        judge: Judge,
        claim: usize,
    },
    Accept {
        judge: Judge,
        claim: usize,
    },
    AcceptMany {
        judge: Judge,
        batch: usize,
        count: usize,
    },
    /// Accepts unread what was not drawn.
    Rest {
        stranger: bool,
        batch: usize,
    },
    SendBack {
        judge: Judge,
        claim: usize,
        fits: bool,
    },
    Reject {
        judge: Judge,
        claim: usize,
        fits: bool,
    },
    Appeal {
        member: usize,
        claim: usize,
    },
    /// By the one reviewer.
    Decide {
        claim: usize,
        upheld: bool,
    },
    /// Time goes over rejections that nobody appealed.
    End,
    Pause {
        stranger: bool,
        batch: usize,
        paused: bool,
    },
    Deposit {
        contract: usize,
    },
    Go {
        side: Side,
        contract: usize,
        step: Step,
    },
    /// The jobs that close contracts whose notice has run out, and free what ran out on ended ones.
    RunOut,
    Silence,
    Wait {
        seconds: i64,
    },
}

/// What it comes to: how many, or the code of the refusal.
pub type Outcome = Result<usize, &'static str>;

/// The suite's batch: 0.80 for three minutes.
pub const PRICE: i64 = 800_000;
pub const DEPOSIT: i64 = 5_000_000;
/// What a member is told of an answer that they hand in: nothing, or whether it was the known one.
pub const UNTOLD: usize = 0;
pub const MET: usize = 1;
pub const MISSED: usize = 2;
const HOUR: i64 = 3_600;
/// So long the next task is held ready, and so long at least is there time for what was taken back.
const READY: i64 = 600;
pub const DAY: i64 = 86_400;
const MOST_HELD: usize = 3;
/// As the suite's contract says.
const NOTICE_DAYS: i64 = 14;
/// Pauses and notices of a side within a day.
const MOST_MOVES: usize = 12;

impl Contract {
    /// Open, with this deposit.
    pub fn funded(escrow: i64) -> Contract {
        Contract { escrow, state: "open", paused_by: None, notice: None, moves: Vec::new() }
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.state, "completed" | "terminated")
    }
}

impl Model {
    /// The same step in the model: its outcome, and what it changes.
    pub fn step(&mut self, action: Action) -> Outcome {
        match action {
            Action::Claim { member, batch } => {
                // Whoever goes on elsewhere gives back what was held ready.
                self.end_ready(|ready| ready.member == member && ready.batch != batch);
                self.claim(member, batch, None)
            }
            Action::Draft { member, claim } => self.own(member, claim).map(|_| 0),
            Action::Submit { member, claim, fits } => self.submit(member, claim, fits),
            Action::Release { member, claim } => {
                self.held(member, claim)?;
                self.end(claim, "released");
                let batch = self.claims[claim].batch;
                self.end_ready(|ready| ready.member == member && ready.batch == batch);
                Ok(0)
            }
            Action::Extend { member, claim } => {
                self.held(member, claim)?;
                if self.claims[claim].extended {
                    return Err("claim-extended");
                }
                self.claims[claim].extended = true;
                self.claims[claim].due += HOUR;
                Ok(0)
            }
            Action::Ready { member, claim } => {
                self.held(member, claim)?;
                let (batch, due) = (self.claims[claim].batch, self.claims[claim].due);
                self.claim(member, batch, Some(due.min(self.now + READY)))
            }
            Action::TakeBack { member, claim } => self.take_back(member, claim),
            Action::Open { judge, claim } => {
                self.opened(judge, claim)?;
                let one = &self.claims[claim];
                if one.state == "submitted" && judge != Judge::Member(one.member) {
                    let of = (one.batch, one.task);
                    let waiting = self.claims.iter_mut().filter(|other| (other.batch, other.task) == of && other.state == "submitted");
                    waiting.for_each(|other| other.seen = true);
                }
                Ok(0)
            }
            Action::Accept { judge, claim } => {
                self.judged(judge, claim)?;
                self.accept(claim, judge);
                Ok(1)
            }
            Action::AcceptMany { judge, batch, count } => self.accept_many(judge, batch, count),
            Action::Rest { stranger, batch } => self.accept_rest(stranger, batch),
            Action::SendBack { judge, claim, fits } => {
                self.judged(judge, claim)?;
                if !fits {
                    return Err("review-reason");
                }
                let now = self.now;
                let back = &mut self.claims[claim];
                (back.state, back.due, back.extended, back.returned) = ("sent_back", now + DAY, false, true);
                Ok(0)
            }
            Action::Reject { judge, claim, fits } => self.reject(judge, claim, fits),
            Action::Appeal { member, claim } => self.appeal(member, claim),
            Action::Decide { claim, upheld } => self.decide(claim, upheld),
            Action::End => Ok(self.end_unappealed()),
            Action::Pause { stranger, batch, paused } => match self.batches[batch].open {
                _ if stranger => Err("not-found"),
                _ if self.is_over(self.batches[batch].contract) => Err("contract-over"),
                _ if paused && self.noticed_by(self.batches[batch].contract) == Some(Side::Client) => Err("contract-notice-runs"),
                open if open == paused => {
                    self.batches[batch].open = !paused;
                    Ok(0)
                }
                _ => Err("batch-state"),
            },
            Action::Deposit { contract } => {
                self.contracts[contract].escrow += DEPOSIT;
                Ok(0)
            }
            Action::Go { side, contract, step } => self.go(side, contract, step),
            Action::RunOut => {
                let due = |contract: &Contract, now| !contract.is_closed() && contract.notice.is_some_and(|(_, ends)| ends <= now);
                let all: Vec<usize> = (0..self.contracts.len()).filter(|number| due(&self.contracts[*number], self.now)).collect();
                all.iter().for_each(|contract| self.close(*contract, "terminated"));
                // Where nobody claims any more, what ran out is set free all the same.
                let ran_out = |claim: &Claim| matches!(claim.state, "claimed" | "sent_back") && claim.due < self.now;
                let overdue = |claim: &Claim| ran_out(claim) && self.contracts[self.contract_of(claim)].is_closed();
                let claims: Vec<usize> = (0..self.claims.len()).filter(|claim| overdue(&self.claims[*claim])).collect();
                let freed: std::collections::BTreeSet<usize> = claims.iter().map(|claim| self.contract_of(&self.claims[*claim])).collect();
                claims.iter().for_each(|claim| self.end(*claim, "expired"));
                Ok(all.len() + freed.len())
            }
            Action::Silence => {
                let due = |claim: &Claim, now| claim.state == "submitted" && claim.review_by <= now;
                let all: Vec<usize> = (0..self.claims.len()).filter(|claim| due(&self.claims[*claim], self.now)).collect();
                for claim in &all {
                    self.end_rejection(*claim, "undecided");
                    self.accept(*claim, Judge::Client);
                }
                Ok(all.len())
            }
            Action::Wait { seconds } => {
                self.now += seconds;
                Ok(0)
            }
        }
    }

    /// The claim of the last step gets the id that it has, and the item that came: a task is always the same item, and no other is.
    pub fn name(&mut self, id: &str, item: usize) {
        let Some(fresh) = self.claims.iter_mut().find(|claim| claim.id.is_empty()) else {
            assert!(self.claims.iter().any(|claim| claim.id == id && claim.item == item), "one that was held ready");
            return;
        };
        (fresh.id, fresh.item) = (id.to_owned(), item);
        let fresh = fresh.clone();
        for other in self.claims.iter().filter(|other| other.batch == fresh.batch) {
            assert_eq!(other.item == item, other.task == fresh.task, "{other:?}, {fresh:?}");
        }
    }

    /// What is held of a contract's escrow for work under way.
    pub fn held_of(&self, contract: usize) -> i64 {
        let live = |claim: &&Claim| is_live(claim) && claim.state != "accepted" && self.contract_of(claim) == contract;
        PRICE * i64::try_from(self.claims.iter().filter(live).count()).unwrap()
    }

    /// How many copies of each task of a batch nobody holds.
    pub fn left(&self, batch: usize) -> Vec<usize> {
        let mut left = vec![self.batches[batch].copies; self.batches[batch].tasks];
        for claim in self.claims.iter().filter(|claim| claim.batch == batch && is_live(claim)) {
            left[claim.task] -= 1;
        }
        left
    }

    fn is_over(&self, contract: usize) -> bool {
        let contract = &self.contracts[contract];
        contract.is_closed() || contract.notice.is_some_and(|(_, ends)| ends <= self.now)
    }

    fn noticed_by(&self, contract: usize) -> Option<Side> {
        self.contracts[contract].notice.map(|(side, _)| side)
    }

    /// No claim is touched: what is under way is honoured.
    fn close(&mut self, contract: usize, state: &'static str) {
        self.contracts[contract].state = state;
        self.contracts[contract].paused_by = None;
        self.batches.iter_mut().filter(|batch| batch.contract == contract).for_each(|batch| batch.open = false);
    }

    fn go(&mut self, side: Side, contract: usize, step: Step) -> Outcome {
        if side == Side::Stranger {
            return Err("not-found");
        }
        if self.is_over(contract) {
            return Err("contract-over");
        }
        let batches = || (0..self.batches.len()).filter(|batch| self.batches[*batch].contract == contract);
        let asked: usize = batches().map(|batch| self.batches[batch].tasks * self.batches[batch].copies).sum();
        let accepted = self.claims.iter().filter(|claim| claim.state == "accepted" && self.contract_of(claim) == contract).count();
        let one_is_paused = batches().any(|batch| !self.batches[batch].open);
        let goes = &mut self.contracts[contract];
        let a_day_before = self.now - DAY;
        let is_much = goes.moves.iter().filter(|(by, at)| *by == side && *at > a_day_before).count() >= MOST_MOVES;
        match (step, goes.state, goes.notice) {
            (Step::Pause, "paused", _) => return Err("contract-paused-already"),
            (Step::Pause, _, Some((by, _))) if by == side => return Err("contract-notice-runs"),
            (Step::Pause, ..) if is_much => return Err("contract-moves-many"),
            (Step::Pause, ..) => {
                (goes.state, goes.paused_by) = ("paused", Some(side));
                goes.moves.push((side, self.now));
            }
            (Step::Resume, "paused", _) if goes.paused_by != Some(side) => return Err("contract-paused-by-other"),
            (Step::Resume, "paused", _) => (goes.state, goes.paused_by) = ("open", None),
            (Step::Resume, ..) => return Err("contract-not-paused"),
            (Step::Complete, ..) if accepted < asked => return Err("contract-not-done"),
            (Step::Complete, ..) => self.close(contract, "completed"),
            (Step::Terminate, _, Some(_)) => return Err("contract-notice-given"),
            (Step::Terminate, ..) if goes.paused_by == Some(side) || (side == Side::Client && one_is_paused) => {
                return Err("contract-resume-first");
            }
            (Step::Terminate, ..) if is_much => return Err("contract-moves-many"),
            (Step::Terminate, ..) => {
                goes.notice = Some((side, self.now + NOTICE_DAYS * DAY));
                goes.moves.push((side, self.now));
            }
            (Step::Keep, _, Some((by, _))) if by == side => goes.notice = None,
            (Step::Keep, _, Some(_)) => return Err("contract-notice-of-other"),
            (Step::Keep, ..) => return Err("contract-no-notice"),
        }
        Ok(0)
    }

    fn contract_of(&self, claim: &Claim) -> usize {
        self.batches[claim.batch].contract
    }

    fn end_ready(&mut self, which: impl Fn(&Claim) -> bool) {
        self.claims.iter_mut().filter(|claim| claim.ahead && claim.state == "claimed" && which(claim)).for_each(|claim| {
            claim.state = "released";
        });
    }

    /// Claims a task, or begins the one held ready; until `ready`, holds one ready.
    fn claim(&mut self, member: usize, batch: usize, ready: Option<i64>) -> Outcome {
        // What ran out on the contract is free again, if the claim succeeds.
        let mut after = self.clone();
        let contract = self.batches[batch].contract;
        for number in 0..after.claims.len() {
            let claim = &after.claims[number];
            if self.contract_of(claim) == contract && matches!(claim.state, "claimed" | "sent_back") && claim.due < self.now {
                after.end(number, "expired");
            }
        }
        if self.is_over(contract) {
            return Err("contract-over");
        }
        if self.contracts[contract].state == "paused" {
            return Err("contract-paused");
        }
        if !self.batches[batch].open {
            return Err("batch-not-open");
        }
        let own =
            after.claims.iter().position(|claim| claim.member == member && claim.batch == batch && claim.ahead && claim.state == "claimed");
        let held = after.held_by(member) - usize::from(own.is_some());
        if held >= MOST_HELD {
            return Err("claims-full");
        }
        if own.is_none() && after.contracts[contract].escrow - after.held_of(contract) < PRICE {
            return Err("claim-escrow");
        }
        if let Some(own) = own {
            if ready.is_none() {
                (after.claims[own].ahead, after.claims[own].due) = (false, self.now + HOUR);
            }
            *self = after;
            return Ok(0);
        }
        let mut left = after.left(batch);
        // Nobody answers the same item twice.
        after
            .claims
            .iter()
            .filter(|claim| claim.batch == batch && claim.member == member && is_answer(claim))
            .for_each(|own| left[own.task] = 0);
        let task = left.iter().position(|left| *left > 0).ok_or("task-none-free")?;
        let fresh = Claim {
            id: String::new(),
            member,
            batch,
            task,
            state: "claimed",
            due: ready.unwrap_or(self.now + HOUR),
            extended: false,
            submitted_at: 0,
            review_by: 0,
            waits: false,
            ahead: ready.is_some(),
            seen: false,
            returned: false,
            item: 0,
            rejection: None,
        };
        after.claims.push(fresh);
        *self = after;
        Ok(0)
    }

    pub(super) fn own(&self, member: usize, claim: usize) -> Result<&Claim, &'static str> {
        Some(&self.claims[claim]).filter(|claim| claim.member == member && !claim.ahead).ok_or("not-found")
    }

    fn held_by(&self, member: usize) -> usize {
        let holds = |claim: &&Claim| claim.member == member && matches!(claim.state, "claimed" | "sent_back") && claim.due >= self.now;
        self.claims.iter().filter(holds).count()
    }

    fn take_back(&mut self, member: usize, claim: usize) -> Outcome {
        let (state, seen) = (self.own(member, claim)?.state, self.claims[claim].seen);
        match state {
            "submitted" if seen => return Err("claim-back-seen"),
            "submitted" => {
                let one = &self.claims[claim];
                if self.told.iter().any(|told| (told.0, told.1, told.2) == (member, one.batch, one.item)) {
                    return Err("claim-back-told");
                }
            }
            "accepted" => return Err("claim-accepted"),
            _ => return Err("claim-back-not"),
        }
        if self.held_by(member) >= MOST_HELD {
            return Err("claim-back-full");
        }
        let now = self.now;
        let back = &mut self.claims[claim];
        back.state = if back.returned { "sent_back" } else { "claimed" };
        back.due = back.due.max(now + READY);
        back.waits = false;
        self.settle(claim);
        Ok(0)
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

    fn submit(&mut self, member: usize, claim: usize, fits: bool) -> Outcome {
        self.held(member, claim)?;
        if !fits {
            return Err("answer-one-choice");
        }
        let now = self.now;
        let handed = &mut self.claims[claim];
        (handed.state, handed.submitted_at, handed.review_by, handed.seen) = ("submitted", now, now + 7 * DAY, false);
        handed.waits = false;
        let (batch, item) = (handed.batch, handed.item);
        self.settle(claim);
        // Whoever was told once is told nothing new.
        let is_known = self.batches[batch].gold && item % 2 == 0;
        if !is_known || self.told.iter().any(|told| (told.0, told.1, told.2) == (member, batch, item)) {
            return Ok(UNTOLD);
        }
        let met = item % 4 == 0;
        self.told.push((member, batch, item, met));
        Ok(if met { MET } else { MISSED })
    }

    pub(super) fn end(&mut self, claim: usize, state: &'static str) {
        self.claims[claim].state = state;
        self.settle(claim);
    }

    /// Where several answer an item, the seven days begin when all answers are in; none waits longer than four weeks for the others.
    fn settle(&mut self, claim: usize) {
        let (batch, task, now) = (self.claims[claim].batch, self.claims[claim].task, self.now);
        let copies = self.batches[batch].copies;
        let of_task = |other: &Claim| (other.batch, other.task) == (batch, task);
        let is_in = self.claims.iter().filter(|one| of_task(one) && is_live(one) && one.state != "claimed").count() >= copies;
        let waits = |one: &&mut Claim| of_task(one) && one.state == "submitted" && one.rejection.is_none() && one.waits == is_in;
        for one in self.claims.iter_mut().filter(waits).filter(|_| copies > 1) {
            one.waits = !is_in;
            one.review_by = match is_in {
                true => (now + 7 * DAY).min(one.submitted_at + 35 * DAY),
                false => one.review_by.max(one.submitted_at + 28 * DAY),
            };
        }
    }

    /// Whether a judge may look at a claim now.
    fn opened(&self, judge: Judge, claim: usize) -> Result<(), &'static str> {
        let claim = &self.claims[claim];
        // What was not handed in, or was given up, is nobody else's to know of.
        if judge == Judge::Stranger || matches!(claim.state, "claimed" | "released" | "expired") || !self.is_shown(judge, claim) {
            return Err("not-found");
        }
        Ok(())
    }

    /// Whether a judge may judge a claim now.
    pub(super) fn judged(&self, judge: Judge, claim: usize) -> Result<(), &'static str> {
        self.opened(judge, claim)?;
        let claim = &self.claims[claim];
        if claim.state == "submitted" && claim.rejection.is_some() {
            return Err("review-rejected");
        }
        if judge == Judge::Member(claim.member) {
            return Err("review-own");
        }
        if claim.state == "submitted" { Ok(()) } else { Err("review-not-submitted") }
    }

    /// Where several answer the same item: all answers are in, and the judge gave none of the others.
    fn is_shown(&self, judge: Judge, claim: &Claim) -> bool {
        let copies = self.batches[claim.batch].copies;
        let of_task = |other: &&Claim| (other.batch, other.task) == (claim.batch, claim.task) && is_live(other);
        let others: Vec<&Claim> = self.claims.iter().filter(of_task).collect();
        let is_in = others.iter().filter(|other| other.state != "claimed").count() >= copies;
        let by_judge = |other: &Claim| judge == Judge::Member(other.member) && other.id != claim.id && is_answer(other);
        let same = |other: &Claim| (other.batch, other.task) == (claim.batch, claim.task);
        if claim.state == "submitted" && !self.is_read(claim) {
            return false;
        }
        copies == 1 || (is_in && !self.claims.iter().any(|other| same(other) && by_judge(other)))
    }

    /// 80 % are the worker's, 3 % the reviewer's or, without one, the worker's too; the rest is the co-op's.
    pub(super) fn accept(&mut self, claim: usize, judge: Judge) {
        let accepted = &mut self.claims[claim];
        accepted.state = "accepted";
        self.contracts[self.batches[accepted.batch].contract].escrow -= PRICE;
        self.earned[accepted.member] += 640_000;
        self.kept += 136_000;
        match judge {
            Judge::Member(reviewer) => self.earned[reviewer] += 24_000,
            _ => self.earned[accepted.member] += 24_000,
        }
    }

    fn is_read(&self, claim: &Claim) -> bool {
        self.batches[claim.batch].read[claim.item - 1]
    }

    /// What was not drawn, once everything drawn that can be read is decided.
    fn accept_rest(&mut self, stranger: bool, batch: usize) -> Outcome {
        if stranger {
            return Err("not-found");
        }
        let of_batch = |claim: &&Claim| claim.batch == batch && claim.state == "submitted";
        if self.claims.iter().filter(of_batch).any(|claim| claim.rejection.is_none() && self.is_shown(Judge::Client, claim)) {
            return Err("rest-unread");
        }
        if self.claims.iter().filter(of_batch).any(|claim| claim.rejection.is_some()) {
            return Err("rest-contested");
        }
        let is_rest = |claim: &Claim| {
            let of_task = |other: &&Claim| (other.batch, other.task) == (claim.batch, claim.task) && is_live(other);
            let is_in = self.claims.iter().filter(of_task).filter(|other| other.state != "claimed").count();
            of_batch(&claim) && !self.is_read(claim) && is_in >= self.batches[batch].copies
        };
        let rest: Vec<usize> = (0..self.claims.len()).filter(|claim| is_rest(&self.claims[*claim])).collect();
        rest.iter().for_each(|claim| self.accept(*claim, Judge::Client));
        if rest.is_empty() { Err("review-changed") } else { Ok(rest.len()) }
    }

    fn accept_many(&mut self, judge: Judge, batch: usize, count: usize) -> Outcome {
        if judge == Judge::Stranger {
            return Err("not-found");
        }
        let waits = |claim: &Claim| {
            claim.batch == batch
                && claim.state == "submitted"
                && claim.rejection.is_none()
                && judge != Judge::Member(claim.member)
                && self.is_shown(judge, claim)
        };
        let mut waiting: Vec<usize> = (0..self.claims.len()).filter(|number| waits(&self.claims[*number])).collect();
        waiting.sort_by_key(|number| (self.claims[*number].submitted_at, self.claims[*number].id.clone()));
        if count == 0 || waiting.len() < count {
            return Err("review-changed");
        }
        waiting.truncate(count);
        waiting.iter().for_each(|claim| self.accept(*claim, judge));
        Ok(count)
    }
}

/// Whether it takes a copy of its task.
fn is_live(claim: &Claim) -> bool {
    !matches!(claim.state, "released" | "expired" | "refused")
}

/// Whether its member has answered its item, or holds it: never again.
pub(super) fn is_answer(claim: &Claim) -> bool {
    !matches!(claim.state, "released" | "expired")
}
