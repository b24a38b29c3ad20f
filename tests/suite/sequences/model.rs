//! What the flow of work should be, told once more and as plainly as possible: no database, no clock, no ledger. Here stand its nouns;
//! what everybody does to them stands in the files below. Sums in millionths.

mod agreement;
mod amending;
mod bench;
mod judging;
mod money;
mod rejections;

pub use amending::{Amendment, Change, Terms};
pub use rejections::Rejection;

/// Everything that the flow of work consists of.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub now: i64,
    pub members: Vec<Member>,
    /// The client of each client's user.
    pub users: Vec<usize>,
    pub contracts: Vec<Contract>,
    pub batches: Vec<Batch>,
    pub claims: Vec<Claim>,
    /// First answers of a member to an item with a known answer, and whether they were that.
    pub told: Vec<(usize, usize, usize, bool)>,
    /// What the funds, the reserve and operations got, by unit.
    pub kept: [i64; 2],
    /// What left the bank, by unit.
    pub paid: [i64; 2],
    /// Entries of the log.
    pub entries: u64,
}

#[derive(Clone, Debug, Default)]
pub struct Member {
    pub reviews: bool,
    /// The one coordinator, who cannot leave.
    pub stays: bool,
    pub left: bool,
    /// What is theirs, by unit.
    pub earned: [i64; 2],
}

/// A claim of one member on one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: String,
    pub member: usize,
    pub batch: usize,
    pub task: usize,
    /// The number of its item in the client's file.
    pub item: usize,
    /// `claimed`, `submitted`, `sent_back`, `accepted`, `released`, `expired`, `refused`.
    pub state: &'static str,
    pub due: i64,
    pub extended: bool,
    pub submitted_at: i64,
    /// Silence accepts it then.
    pub review_by: i64,
    /// Whether it waits for other answers to the same item.
    pub waits: bool,
    /// Held ready, not begun.
    pub ahead: bool,
    /// Whether a judge had it before them since it was submitted.
    pub seen: bool,
    /// Whether it was ever sent back.
    pub returned: u8,
    /// Whether something stands in its form.
    pub typed: bool,
    /// What the contract said when it was made: the version, and its terms.
    pub under: (i64, Terms),
    pub rejection: Option<Rejection>,
}

#[derive(Clone, Debug)]
pub struct Batch {
    pub contract: usize,
    pub open: bool,
    pub level: i64,
    pub tasks: usize,
    /// By how many members each task is answered.
    pub copies: usize,
    /// Of each task, the copies that the client took back.
    pub withdrawn: Vec<usize>,
    /// Whether every second item has a known answer: that which everybody gives, or, of every other one, another.
    pub gold: bool,
    /// Whether all items are read, and of each item, by its place in the client's file, whether it is.
    pub whole: bool,
    pub read: Vec<bool>,
}

/// A contract, listed.
#[derive(Clone, Debug)]
pub struct Contract {
    pub client: usize,
    /// 0 for dollars, 1 for euros.
    pub unit: usize,
    /// What the client's deposits left.
    pub escrow: i64,
    /// `funded`, `open`, `paused`, `completed`, `terminated`.
    pub state: &'static str,
    pub paused_by: Option<Side>,
    /// Which side ends it, and when.
    pub notice: Option<(Side, i64)>,
    /// Which side paused it or gave notice, and when.
    pub moves: Vec<(Side, i64)>,
    pub terms: Terms,
    pub version: i64,
    pub amendments: Vec<Amendment>,
}

/// A side of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Coop,
}

/// Who speaks for a side: a client's user, by number, or the coordinator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    User(usize),
    Coop,
}

/// Who judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    Member(usize),
    User(usize),
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

/// What somebody does. Everything by its number.
#[derive(Clone, Copy, Debug)]
#[rustfmt::skip]
pub enum Action {
    Claim { member: usize, batch: usize },
    /// Holds the next task ready beside this one.
    Ready { member: usize, claim: usize },
    Draft { member: usize, claim: usize },
    Submit { member: usize, claim: usize, fits: bool },
    /// Takes a submitted answer back; what came after it may make room.
    TakeBack { member: usize, claim: usize, instead: Option<usize> },
    Extend { member: usize, claim: usize },
    Release { member: usize, claim: usize },
    Join { reviews: bool },
    Leave { member: usize },
    /// A judge opens it.
    Open { judge: Judge, claim: usize },
    Accept { judge: Judge, claim: usize },
    AcceptMany { judge: Judge, batch: usize, count: usize },
    /// Names a section of some version's guidelines, and gives a reason or none.
    SendBack { judge: Judge, claim: usize, section: i64, fits: bool },
    /// Accepts unread what was not drawn.
    Rest { user: usize, batch: usize },
    /// Has everything read from now on.
    ReadAll { user: usize, batch: usize },
    Reject { judge: Judge, claim: usize, section: i64, fits: bool },
    Appeal { member: usize, claim: usize },
    Decide { member: usize, claim: usize, upheld: bool },
    /// A contract is drafted, approved and funded.
    List { user: usize, level: i64, units: i64 },
    /// A batch is drafted, filled and opened.
    Offer { user: usize, contract: usize, tasks: usize, copies: usize, gold: bool, whole: bool },
    Deposit { contract: usize },
    Pause { user: usize, batch: usize, paused: bool },
    Withdraw { user: usize, batch: usize },
    Go { party: Party, contract: usize, step: Step },
    Amend { party: Party, contract: usize, change: Change },
    /// Everybody is paid what they are owed; what is sent to one of them comes back.
    Pay { unit: usize, fails: usize },
    /// Time goes over rejections that nobody appealed.
    End,
    /// Contracts whose notice has run out are closed, and what ran out on ended ones is freed.
    RunOut,
    Silence,
    Wait { seconds: i64 },
}

/// What it comes to: how many, or the code of the refusal.
pub type Outcome = Result<usize, &'static str>;

/// The suite's batch: 0.80 for three minutes.
pub const PRICE: i64 = 800_000;
pub const DEPOSIT: i64 = 5_000_000;
pub const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
/// As many may be claimed by one member.
pub const MOST_HELD: usize = 3;
/// What a member is told of an answer that they hand in: nothing, or whether it was the known one.
pub const UNTOLD: usize = 0;
pub const MET: usize = 1;
pub const MISSED: usize = 2;

impl Model {
    /// The same step in the model: its outcome, and what it changes. A refusal changes nothing, but for what says so.
    pub fn step(&mut self, action: Action) -> Outcome {
        match action {
            Action::Claim { member, batch } => self.claim(member, batch),
            Action::Ready { member, claim } => self.ready(member, claim),
            Action::Draft { member, claim } => self.draft(member, claim),
            Action::Submit { member, claim, fits } => self.submit(member, claim, fits),
            Action::TakeBack { member, claim, instead } => self.take_back(member, claim, instead),
            Action::Extend { member, claim } => self.extend(member, claim),
            Action::Release { member, claim } => self.release(member, claim),
            Action::Join { reviews } => self.join(reviews),
            Action::Leave { member } => self.leave(member),
            Action::Open { judge, claim } => self.open(judge, claim),
            Action::Accept { judge, claim } => self.accept_one(judge, claim),
            Action::AcceptMany { judge, batch, count } => self.accept_many(judge, batch, count),
            Action::SendBack { judge, claim, section, fits } => self.send_back(judge, claim, section, fits),
            Action::Reject { judge, claim, section, fits } => self.reject(judge, claim, section, fits),
            Action::Appeal { member, claim } => self.appeal(member, claim),
            Action::Decide { member, claim, upheld } => self.decide(member, claim, upheld),
            Action::List { user, level, units } => self.list(user, level, units),
            Action::Rest { user, batch } => self.accept_rest(user, batch),
            Action::ReadAll { user, batch } => self.read_all(user, batch),
            Action::Offer { user, contract, tasks, copies, gold, whole } => self.offer(user, contract, (tasks, copies), (gold, whole)),
            Action::Deposit { contract } => self.deposit(contract, DEPOSIT),
            Action::Pause { user, batch, paused } => self.pause(user, batch, paused),
            Action::Withdraw { user, batch } => self.withdraw(user, batch),
            Action::Go { party, contract, step } => self.go(party, contract, step),
            Action::Amend { party, contract, change } => self.amend(party, contract, change),
            Action::Pay { unit, fails } => self.pay(unit, fails),
            Action::End => Ok(self.end_unappealed()),
            Action::RunOut => Ok(self.run_out()),
            Action::Silence => Ok(self.silence()),
            Action::Wait { seconds } => {
                self.now += seconds;
                Ok(0)
            }
        }
    }

    /// The batch that was offered last has these items read, as it was drawn.
    pub fn draw(&mut self, read: Vec<bool>) {
        self.batches.last_mut().unwrap().read = read;
    }

    /// The claim of the last step gets the id that it has, and the item that came: a task is always the same item, and no other is.
    pub fn name(&mut self, id: &str, item: usize) {
        let Some(fresh) = self.claims.last_mut().filter(|claim| claim.id.is_empty()) else {
            assert!(self.claims.iter().any(|claim| claim.id == id && claim.item == item), "one that was held ready: {id}");
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
        let live = |claim: &&Claim| claim.is_under_way() && self.batches[claim.batch].contract == contract;
        PRICE * i64::try_from(self.claims.iter().filter(live).count()).unwrap()
    }

    /// Of each batch, how many copies are taken, how many of them are under way, and how many accepted.
    pub fn count_claims(&self) -> Vec<[usize; 3]> {
        let mut counts = vec![[0; 3]; self.batches.len()];
        for claim in &self.claims {
            let is = [claim.takes_a_copy(), claim.is_under_way(), claim.state == "accepted"];
            counts[claim.batch].iter_mut().zip(is).for_each(|(count, is)| *count += usize::from(is));
        }
        counts
    }

    /// How many copies of each task of a batch nobody holds.
    pub fn left(&self, batch: usize) -> Vec<usize> {
        let offer = &self.batches[batch];
        let mut left: Vec<usize> = offer.withdrawn.iter().map(|withdrawn| offer.copies - withdrawn).collect();
        for claim in self.claims.iter().filter(|claim| claim.batch == batch && claim.takes_a_copy()) {
            left[claim.task] -= 1;
        }
        left
    }

    fn contract_of(&self, claim: usize) -> usize {
        self.batches[self.claims[claim].batch].contract
    }

    /// Whether the client of a batch took back what was free, and nobody can claim there.
    fn goes_back(&self, batch: usize) -> bool {
        let offer = &self.batches[batch];
        offer.level < self.contracts[offer.contract].terms.level && offer.withdrawn.iter().any(|withdrawn| *withdrawn > 0)
    }

    /// Ends a claim without pay: its copy is free again, or goes the way of those that its client took back and nobody can claim.
    fn end(&mut self, claim: usize, state: &'static str) {
        self.claims[claim].state = state;
        let (batch, task) = (self.claims[claim].batch, self.claims[claim].task);
        if self.goes_back(batch) {
            self.batches[batch].withdrawn[task] += 1;
        }
        self.settle(batch, task);
    }

    /// Those claims that are so, by number.
    fn which(&self, is_so: impl Fn(&Claim) -> bool) -> Vec<usize> {
        (0..self.claims.len()).filter(|claim| is_so(&self.claims[*claim])).collect()
    }
}

impl Claim {
    pub fn takes_a_copy(&self) -> bool {
        !matches!(self.state, "released" | "expired" | "refused")
    }

    /// Whether its price is held.
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, "claimed" | "submitted" | "sent_back")
    }

    /// Whether its member has answered its item, or holds it: never again, and they judge no other answer to it.
    pub fn is_answer(&self) -> bool {
        !matches!(self.state, "released" | "expired")
    }

    fn same_task(&self, other: &Claim) -> bool {
        (self.batch, self.task) == (other.batch, other.task)
    }
}
