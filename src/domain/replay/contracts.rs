//! Contracts, their deposits and their batches: opened before they are used, never under the floor.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::books::account::Account;
use crate::books::book::Book;
use crate::ids::ContractId;
use crate::money::{Amount, Currency};
use crate::replay::moves::moved;
use crate::replay::people::{Age, People};
use crate::replay::votes::Votes;
use crate::replay::{Broken, Ground, Outcome, Rules, Step};

/// Everything that contracts opened.
#[derive(Debug, Default)]
pub(super) struct Contracts {
    contracts: BTreeMap<String, Contract>,
    /// Of which contract each deposit is.
    deposits: BTreeMap<String, String>,
    numbers: BTreeMap<String, u32>,
    batches: Vec<Batch>,
}

#[derive(Debug)]
struct Contract {
    client: String,
    /// Its highest hazard level, from each index on.
    levels: Vec<(u64, u64)>,
    closed: Option<u64>,
}

/// A batch as it was opened.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) contract: String,
    pub(super) opened: u64,
    pub(super) currency: Currency,
    pub(super) copies: u64,
    seconds: i64,
    skill: String,
    level: u8,
    /// The price, from each index on.
    prices: Vec<(u64, Amount)>,
    /// The highest price that a proposal gave it.
    voted: Option<Amount>,
}

impl Contracts {
    /// `contract.listed`.
    pub(super) fn list(&mut self, step: Step<'_>) -> Outcome {
        let id = step.id("contract").to_owned();
        if self.contracts.contains_key(&id) {
            return Err(Broken::new("a contract of this id was listed before"));
        }
        let levels = vec![(step.index, highest_level(step))];
        self.contracts.insert(id, Contract { client: step.id("client").to_owned(), levels, closed: None });
        Ok(Ground::ServerWord)
    }

    /// `contract.amended`: the client stays; two people where the highest level falls.
    pub(super) fn amend(&mut self, step: Step<'_>, people: &People) -> Outcome {
        let contract = self.contracts.get_mut(step.id("contract")).ok_or(NO_CONTRACT)?;
        let before = contract.levels.last().map_or(0, |(_, level)| *level);
        let level = highest_level(step);
        contract.levels.push((step.index, level));
        if contract.client != step.id("client") {
            return Err(Broken::new("a contract keeps its client"));
        }
        // Where nobody need sign, whoever does is held to it.
        if level < before || !step.entry.signed.is_empty() { people.two(step, Age::Settled) } else { Ok(Ground::ServerWord) }
    }

    /// Whether a contract named this client before: it is opened by the first that does.
    pub(super) fn has_client(&self, client: &str) -> bool {
        self.contracts.values().any(|contract| contract.client == client)
    }

    /// Whose contract it is.
    pub(super) fn client_of(&self, contract: &str) -> Option<&str> {
        self.contracts.get(contract).map(|contract| contract.client.as_str())
    }

    /// `contract.closed`.
    pub(super) fn close(&mut self, step: Step<'_>) -> Outcome {
        let contract = self.contracts.get_mut(step.id("contract")).ok_or(NO_CONTRACT)?;
        if contract.closed.is_some() {
            return Err(CLOSED);
        }
        contract.closed = Some(step.index);
        Ok(Ground::ServerWord)
    }

    /// `deposit.received`: bank to escrow.
    pub(super) fn deposit(&mut self, step: Step<'_>) -> Outcome {
        let contract = step.id("contract");
        self.contracts.get(contract).ok_or(NO_CONTRACT)?;
        let new = self.deposits.insert(step.id("deposit").to_owned(), contract.to_owned()).is_none();
        if !new {
            return Err(Broken::new("a deposit of this id was received before"));
        }
        moved(step, &Account::bank(), &escrow(contract)?).map(|_| Ground::ServerWord)
    }

    /// `deposit.returned`: escrow to bank, of a deposit of that contract, by two people.
    pub(super) fn give_back(&mut self, step: Step<'_>, people: &People) -> Outcome {
        let contract = step.id("contract");
        self.contracts.get(contract).ok_or(NO_CONTRACT)?;
        if self.deposits.get(step.id("deposit")).map(String::as_str) != Some(contract) {
            return Err(Broken::new("no deposit of this contract has this id"));
        }
        moved(step, &escrow(contract)?, &Account::bank())?;
        people.two(step, Age::Settled)
    }

    /// `batch.opened`: on a contract that is not closed, at its level or above, at no less than the least price.
    pub(super) fn open_batch(&mut self, step: Step<'_>, rules: &Rules) -> Outcome {
        let entry = step.entry;
        let unreadable = || Broken::new("its terms cannot be read");
        let price = entry.text("price").and_then(|text| Amount::parse(text).ok()).ok_or_else(unreadable)?;
        let batch = Batch {
            contract: step.id("contract").to_owned(),
            opened: step.index,
            currency: entry.text("currency").and_then(|code| Currency::parse(code).ok()).ok_or_else(unreadable)?,
            copies: step.number("copies").ok_or_else(unreadable)?,
            seconds: entry.calc.get("seconds").and_then(Value::as_i64).ok_or_else(unreadable)?,
            skill: entry.text("skill").unwrap_or_default().to_owned(),
            level: step.number("level").and_then(|level| u8::try_from(level).ok()).ok_or_else(unreadable)?,
            prices: vec![(step.index, price)],
            voted: None,
        };
        let number = u32::try_from(self.batches.len()).map_err(|_| Broken::new("there are too many batches"))?;
        if self.numbers.insert(step.id("batch").to_owned(), number).is_some() {
            return Err(Broken::new("a batch of this id was opened before"));
        }
        let checked = self.check_opening(step, rules, &batch, price);
        self.batches.push(batch);
        checked.map(|()| Ground::ServerWord)
    }

    fn check_opening(&self, step: Step<'_>, rules: &Rules, batch: &Batch, price: Amount) -> Result<(), Broken> {
        let contract = self.contracts.get(&batch.contract).ok_or(NO_CONTRACT)?;
        if contract.closed.is_some() {
            return Err(CLOSED);
        }
        if u64::from(batch.level) < contract.level_at(step.index) {
            return Err(Broken::new("the batch's level is below its contract's"));
        }
        batch.check_floor(rules.applied(step.entry, step.index)?, price)
    }

    /// `batch.repriced`: by the client, or as a passed proposal says; never under the least price, and by the client alone never under what
    /// a proposal gave the batch before.
    pub(super) fn reprice(&mut self, step: Step<'_>, rules: &Rules, votes: &mut Votes) -> Outcome {
        let number = *self.numbers.get(step.id("batch")).ok_or(NO_BATCH)?;
        let batch = self.batches.get_mut(to_index(number)).ok_or(NO_BATCH)?;
        let price = step.entry.text("price").and_then(|text| Amount::parse(text).ok());
        let price = price.ok_or(Broken::new("its price cannot be read"))?;
        batch.prices.push((step.index, price));
        let voted = batch.voted;
        batch.voted = step.entry.reference("proposal").map(|_| price).max(voted);
        if batch.contract != step.id("contract") {
            return Err(OTHER_CONTRACT);
        }
        if self.contracts.get(&batch.contract).is_some_and(|contract| contract.closed.is_some()) {
            return Err(CLOSED);
        }
        batch.check_floor(rules.applied(step.entry, step.index)?, price)?;
        match step.entry.reference("proposal") {
            Some(_) => votes.use_change(step).map(|_| Ground::Recomputed),
            None if voted.is_some_and(|voted| price < voted) => Err(Broken::new("it lowers a price that a vote gave this batch")),
            None => Ok(Ground::ServerWord),
        }
    }

    /// The batch that an entry about work names, with its number: opened, and of the contract that it names.
    pub(super) fn batch_of(&self, step: Step<'_>) -> Result<(u32, &Batch), Broken> {
        let number = *self.numbers.get(step.id("batch")).ok_or(NO_BATCH)?;
        let batch = self.batches.get(to_index(number)).ok_or(NO_BATCH)?;
        if batch.contract == step.id("contract") { Ok((number, batch)) } else { Err(OTHER_CONTRACT) }
    }

    /// Whether a claim could be made at this size: on a contract not closed, of a level not above the batch's, at a price not
    /// under the floor of the book in force then.
    pub(super) fn check_claim(&self, batch: &Batch, book: &Book, price: Amount, size: u64) -> Result<(), Broken> {
        let contract = self.contracts.get(&batch.contract).ok_or(NO_CONTRACT)?;
        if contract.closed.is_some_and(|closed| closed < size) {
            return Err(Broken::new("it was claimed after its contract was closed"));
        }
        if u64::from(batch.level) < contract.level_at(size) {
            return Err(Broken::new("it was claimed after its contract's level rose above the batch's"));
        }
        batch.check_floor(book, price)
    }
}

impl Contract {
    fn level_at(&self, size: u64) -> u64 {
        self.levels.iter().rev().find(|(index, _)| *index < size).map_or(0, |(_, level)| *level)
    }
}

impl Batch {
    /// The price in force at a size.
    pub(super) fn price_at(&self, size: u64) -> Option<Amount> {
        self.prices.iter().rev().find(|(index, _)| *index < size).map(|(_, price)| *price)
    }

    fn check_floor(&self, book: &Book, price: Amount) -> Result<(), Broken> {
        let least = book.least_price(&self.skill, self.currency, self.level, self.seconds);
        let least = least.ok_or(Broken::new("the rule book has no floor in this currency"))?;
        if price < least {
            return Err(Broken::with(format!("the price {price} {} is under the least price {least}", self.currency)));
        }
        Ok(())
    }
}

fn highest_level(step: Step<'_>) -> u64 {
    let hazards = step.entry.calc.get("hazards").and_then(Value::as_array);
    let level_of = |hazard: &Value| hazard.get(2).and_then(Value::as_u64);
    hazards.into_iter().flatten().filter_map(level_of).max().unwrap_or(0)
}

fn escrow(contract: &str) -> Result<Account, Broken> {
    Ok(Account::escrow(&ContractId::parse(contract).map_err(|_| NO_CONTRACT)?))
}

fn to_index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

const NO_CONTRACT: Broken = Broken::new("no contract of this id was listed");
const NO_BATCH: Broken = Broken::new("no batch of this id was opened");
const OTHER_CONTRACT: Broken = Broken::new("the batch is of another contract");
const CLOSED: Broken = Broken::new("the contract was closed before");
