//! The roof: recomputes every entry from its reasons and the rule in force (docs/LEDGER.md section 6, level 4).
//!
//! Bytes, signatures, the tree and the sums of lines are other levels' questions. Here it is asked whether each thing was opened
//! before it was used, whether each split, price, floor, roll and tally follows from what stands before it, and whether two people
//! signed where two people must. [`Replay::admit`] takes the entries one after the other; each kind has its rule, and a kind
//! without one does not compile.

mod contracts;
mod moves;
mod payouts;
mod people;
mod votes;
mod work;

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::books::book::Book;
use crate::books::entry::Entry;
use crate::books::keys::Signer;
use crate::books::kinds::KindId;
use crate::time::Timestamp;

/// Everything that entries so far have opened, and the rules in force.
#[derive(Debug, Default)]
pub struct Replay {
    /// Index below which everything was replayed.
    size: u64,
    last_at: Timestamp,
    rules: Rules,
    people: people::People,
    contracts: contracts::Contracts,
    work: work::Work,
    payouts: payouts::Payouts,
    moves: moves::Moves,
    votes: votes::Votes,
}

/// An entry at its place.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Its index.
    pub index: u64,
    /// The entry.
    pub entry: &'a Entry,
    /// People whose notes on it hold.
    pub signers: &'a [Signer],
    /// Whether a key came or went by it: one that may not changes nothing.
    pub changed_keys: bool,
}

/// What a replay must look up again, rarely.
pub trait Past {
    /// The entry at an earlier index: what a correction corrects.
    fn entry(&self, index: u64) -> Option<Entry>;
    /// A document by its hash, if whoever verifies has it: the openings of a vote.
    fn document(&self, sha256: &str) -> Option<Value>;
}

/// On what an entry rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// Nothing but the server's word that it happened.
    ServerWord,
    /// People's own signatures, or that of a role's key where one must sign.
    Signed,
    /// It was sent as two people signed.
    AsSigned,
    /// It follows from what stands before it.
    Recomputed,
}

/// A rule that does not hold: what, in a sentence for whoever checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(Cow<'static, str>);

/// What became of an entry.
type Outcome = Result<Ground, Broken>;

impl Replay {
    /// Recomputes the next entry. After an error the replay goes on as well as it can: only the first error counts.
    ///
    /// # Errors
    /// [`Broken`] with the rule that does not hold.
    pub fn admit(&mut self, step: Step<'_>, past: &impl Past) -> Result<Ground, Broken> {
        let late = step.entry.at < self.last_at;
        self.size = step.index.saturating_add(1);
        self.last_at = self.last_at.max(step.entry.at);
        self.people.pass(step);
        let outcome = self.check_place(step).and_then(|()| self.apply(step, past));
        if late { Err(Broken::new("it is dated before the entry before it")) } else { outcome }
    }

    /// What could not be read stands in the log all the same.
    pub fn skip(&mut self) {
        self.size = self.size.saturating_add(1);
    }

    /// A log may not end inside a payout run.
    ///
    /// # Errors
    /// [`Broken`] if it does.
    pub fn finish(&self) -> Result<(), Broken> {
        self.payouts.finish()
    }

    /// The newest date of an entry.
    #[must_use]
    pub fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// Votes whose ballots could not be recounted, since their openings are for members.
    #[must_use]
    pub fn uncounted(&self) -> u64 {
        self.votes.uncounted()
    }

    /// Number 0 founds the co-op and no other does; a payout run is not interrupted; units are those of the book in force.
    fn check_place(&mut self, step: Step<'_>) -> Result<(), Broken> {
        if (step.index == 0) != (step.entry.kind.id == KindId::CoopFounded) {
            return Err(Broken::new("the first entry, and no other, founds the co-op"));
        }
        if step.index == 1 && step.entry.kind.id != KindId::RuleEnacted {
            return Err(Broken::new("the second entry enacts the founding book"));
        }
        self.payouts.check_run(step.entry)?;
        if step.entry.lines.is_empty() {
            return Ok(());
        }
        let book = self.rules.at(step.index).ok_or(NO_BOOK)?.1;
        let known = step.entry.lines.iter().all(|line| book.currencies.contains_key(&line.unit));
        known.then_some(()).ok_or(Broken::new("a unit is no currency of the rule book"))
    }

    /// The registry: a rule for every kind.
    fn apply(&mut self, step: Step<'_>, past: &impl Past) -> Outcome {
        match step.entry.kind.id {
            KindId::CoopFounded => Ok(Ground::ServerWord),
            KindId::RuleEnacted => self.enact(step),
            KindId::KeyAdded => self.people.add_key(step, &self.contracts),
            KindId::KeyRetired => self.people.retire_key(step),
            KindId::MemberAdmitted => self.people.admit(step),
            KindId::MemberLeft => self.people.leave(step),
            KindId::ContractListed => self.contracts.list(step),
            KindId::ContractAmended => self.contracts.amend(step, &self.people),
            KindId::ContractClosed => self.contracts.close(step),
            KindId::DepositReceived => self.contracts.deposit(step),
            KindId::DepositReturned => self.contracts.give_back(step, &self.people),
            KindId::BatchOpened => self.contracts.open_batch(step, &self.rules),
            KindId::BatchRepriced => self.contracts.reprice(step, &self.rules, &mut self.votes),
            KindId::WorkAccepted => self.work.accept(step, &self.rules, &self.people, &self.contracts),
            KindId::WorkRejected => self.work.reject(step, &self.contracts),
            KindId::PayoutApproved => self.payouts.approve(step, &self.rules, &self.people),
            KindId::PayoutSent => self.payouts.send(step, &self.people),
            KindId::PayoutSettled => self.payouts.settle(step),
            KindId::PayoutFailed => self.payouts.fail(step),
            KindId::ExpensePaid => self.moves.pay_expense(step, &self.people),
            KindId::FundSpent => self.moves.spend_fund(step, &self.people),
            KindId::ProposalOpened => self.votes.open(step, &self.rules, &self.people, past),
            KindId::BallotCast => self.votes.cast(step, &self.people),
            KindId::ProposalClosed => self.votes.close(step, &self.people, past),
            KindId::CorrectionPosted => self.moves.correct(step, &self.people, past),
            KindId::PeriodClosed => self.moves.close_period(step),
            KindId::Unknown => Err(Broken::with(format!("this program does not know the kind {}", step.entry.kind_word()))),
        }
    }

    /// The founding book stands at index 1; every later one is what a passed proposal changes in the one before it.
    fn enact(&mut self, step: Step<'_>) -> Outcome {
        let value = step.entry.calc.get("book").ok_or(NO_BOOK)?;
        let book = Book::parse(value).map_err(|_| Broken::new("what was enacted is no rule book"))?;
        let before = self.rules.at(step.index).map(|(_, book)| book.value().clone());
        self.rules.add(step.index, book);
        match (step.index, before) {
            (1, None) if step.entry.refs.is_empty() => Ok(Ground::ServerWord),
            (_, Some(before)) => self.votes.enact(step, before),
            _ => Err(Broken::new("the founding book stands at index 1 and no other without a proposal")),
        }
    }
}

/// The books enacted so far.
#[derive(Debug, Default)]
struct Rules {
    books: Vec<(u64, Book)>,
}

impl Rules {
    fn add(&mut self, index: u64, book: Book) {
        self.books.push((index, book));
    }

    /// In force at a size: the last with a smaller index.
    fn at(&self, size: u64) -> Option<(u64, &Book)> {
        self.books.iter().rev().find(|(index, _)| *index < size).map(|(index, book)| (*index, book))
    }

    /// The book that an entry applies must be the one in force at `size`.
    fn applied(&self, entry: &Entry, size: u64) -> Result<&Book, Broken> {
        let (index, book) = self.at(size).ok_or(NO_BOOK)?;
        if entry.rule == Some(index) { Ok(book) } else { Err(Broken::new("it names another rule book than the one in force")) }
    }
}

impl Broken {
    /// With this sentence.
    const fn new(why: &'static str) -> Broken {
        Broken(Cow::Borrowed(why))
    }

    fn with(why: String) -> Broken {
        Broken(Cow::Owned(why))
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

impl Step<'_> {
    /// A reference that the kind always has.
    fn id(&self, name: &str) -> &str {
        self.entry.reference(name).unwrap_or_default()
    }

    /// An input that is a whole number.
    fn number(&self, name: &str) -> Option<u64> {
        self.entry.calc.get(name).and_then(Value::as_u64)
    }
}

const NO_BOOK: Broken = Broken::new("no rule book is in force yet");
