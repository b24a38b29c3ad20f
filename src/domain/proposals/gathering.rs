//! What a log alone says of a proposal's effects: books, clients, batches, and the accepted work of the days before. Whoever holds a copy
//! of the log recomputes the table that members were shown, without the database.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value};

use super::change;
use super::effects::{Change, DAYS, Effects, Work, effects};
use crate::books::entry::Entry;
use crate::ids::{BatchId, ContractId, MemberId, ProposalId};
use crate::money::{Amount, Currency};
use crate::rules::Book;
use crate::time::Timestamp;

/// Reads a log from its first entry on, for one proposal.
#[derive(Debug)]
pub struct Gathering {
    proposal: ProposalId,
    size: u64,
    last_at: Timestamp,
    book: Option<Book>,
    /// Which client's a contract is.
    clients: BTreeMap<String, String>,
    batches: BTreeMap<String, (Currency, (String, u8, i64))>,
    /// Of the last ninety days, oldest first.
    works: VecDeque<(Timestamp, Work)>,
    opened: Option<Opened>,
    is_closed: bool,
}

/// The proposal, and where the log stood.
#[derive(Debug)]
struct Opened {
    change: Option<Value>,
    then: Moment,
}

/// Where a log stands.
#[derive(Clone, Debug)]
struct Moment {
    size: u64,
    at: Timestamp,
    book: Option<Book>,
    works: Vec<Work>,
}

/// What was recomputed.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// Entries of the log that it rests on.
    pub size: u64,
    /// The moment from which ninety days count back.
    pub at: Timestamp,
    /// By currency; nothing where the proposal changes no pay.
    pub by_currency: Option<BTreeMap<Currency, Effects>>,
}

/// Why nothing can be recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGathered {
    /// No `proposal.opened` of this id.
    #[error("this log has no such proposal")]
    NoProposal,
    /// Entries that say something else than they must: verification finds them.
    #[error("this log does not say enough to recompute it; manyhands-verify says what is wrong with it")]
    Damaged,
    /// The change does not fit beside the book.
    #[error("this change does not fit beside the rules in force")]
    Unfit,
}

impl Gathering {
    /// Of this proposal.
    #[must_use]
    pub fn of(proposal: &ProposalId) -> Gathering {
        Gathering {
            proposal: proposal.clone(),
            size: 0,
            last_at: Timestamp::default(),
            book: None,
            clients: BTreeMap::new(),
            batches: BTreeMap::new(),
            works: VecDeque::new(),
            opened: None,
            is_closed: false,
        }
    }

    /// The next entry of the log.
    ///
    /// # Errors
    /// [`NotGathered::Damaged`].
    pub fn read(&mut self, entry: &Entry) -> Result<(), NotGathered> {
        self.read_known(entry).ok_or(NotGathered::Damaged)?;
        self.size = self.size.saturating_add(1);
        self.last_at = entry.at;
        Ok(())
    }

    fn read_known(&mut self, entry: &Entry) -> Option<()> {
        let is_this = entry.reference("proposal") == Some(self.proposal.as_str());
        match entry.kind_word() {
            "rule.enacted" => self.book = Some(Book::parse(entry.calc.get("book")?).ok()?),
            "contract.listed" => {
                self.clients.insert(entry.reference("contract")?.to_owned(), entry.reference("client")?.to_owned());
            }
            "batch.opened" => {
                let number = |name: &str| entry.calc.get(name).and_then(Value::as_i64);
                let terms = (entry.text("skill")?.to_owned(), u8::try_from(number("level")?).ok()?, number("seconds")?);
                self.batches.insert(entry.reference("batch")?.to_owned(), (Currency::read(entry.text("currency")?).ok()?, terms));
            }
            "work.accepted" => {
                let work = self.work(entry)?;
                self.works.push_back((entry.at, work));
                self.forget_before(entry.at.plus_days(-DAYS));
            }
            "proposal.opened" if is_this => {
                let then = self.moment(self.size, entry.at);
                self.opened = Some(Opened { change: entry.calc.get("change").cloned(), then });
            }
            "proposal.closed" if is_this => self.is_closed = true,
            _ => {}
        }
        Some(())
    }

    fn work(&self, entry: &Entry) -> Option<Work> {
        let contract = entry.reference("contract")?;
        let batch = entry.reference("batch")?;
        let (currency, terms) = self.batches.get(batch)?.clone();
        Some(Work {
            client: self.clients.get(contract)?.clone(),
            contract: ContractId::parse(contract).ok()?,
            batch: BatchId::parse(batch).ok()?,
            worker: MemberId::parse(entry.reference("worker")?).ok()?,
            reviewer: entry.reference("reviewer").map(MemberId::parse).transpose().ok()?,
            price: Amount::parse(entry.text("price")?).ok()?,
            currency,
            pieces: 1,
            seconds: entry.calc.get("seconds").and_then(Value::as_i64)?,
            terms,
        })
    }

    fn forget_before(&mut self, since: Timestamp) {
        while self.works.front().is_some_and(|(at, _)| *at <= since) {
            self.works.pop_front();
        }
    }

    fn moment(&self, size: u64, at: Timestamp) -> Moment {
        let since = at.plus_days(-DAYS);
        let works = self.works.iter().filter(|(accepted, _)| *accepted > since).map(|(_, work)| work.clone()).collect();
        Moment { size, at, book: self.book.clone(), works }
    }

    /// What the log says, once all of it is read: of a vote that is closed as it stood when it was opened, else as it stands at `at`, which is
    /// the last entry's time where nothing is said.
    ///
    /// # Errors
    /// [`NotGathered`].
    pub fn finish(self, at: Option<Timestamp>, me: Option<&MemberId>) -> Result<Gathered, NotGathered> {
        let now = self.moment(self.size, at.unwrap_or(self.last_at));
        let Opened { change, then } = self.opened.ok_or(NotGathered::NoProposal)?;
        let moment = if self.is_closed { then } else { now };
        let before = moment.book.ok_or(NotGathered::Damaged)?;
        let change = change.as_ref().and_then(Value::as_object);
        let of = |part: &str| change.and_then(|change| change.get(part)).and_then(Value::as_object);
        let (after, asked) = match change.and_then(|change| change.get("kind")).and_then(Value::as_str) {
            Some("rule.enacted") => {
                let patch: &Map<String, Value> =
                    of("calc").and_then(|calc| calc.get("book")).and_then(Value::as_object).ok_or(NotGathered::Damaged)?;
                (change::apply(&before, patch).map_err(|_| NotGathered::Unfit)?, None)
            }
            Some("batch.repriced") => {
                let text = |part: &str, name: &str| of(part).and_then(|part| part.get(name)).and_then(Value::as_str);
                let asked = text("refs", "batch").and_then(|batch| BatchId::parse(batch).ok());
                let price = text("calc", "price").and_then(|price| Amount::parse(price).ok());
                (before.clone(), Some(asked.zip(price).ok_or(NotGathered::Damaged)?))
            }
            _ => return Ok(Gathered { size: moment.size, at: moment.at, by_currency: None }),
        };
        let change = Change { before: &before, after: &after, asked: asked.as_ref().map(|(batch, price)| (batch, *price)) };
        let by_currency = effects(change, &moment.works, me).map_err(|_| NotGathered::Damaged)?;
        Ok(Gathered { size: moment.size, at: moment.at, by_currency: Some(by_currency) })
    }
}
