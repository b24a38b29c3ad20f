//! What a proposal would have done to work that was accepted: one's own pay, everybody's, each fund, each client's cost. The same
//! figures for everyone, from nothing but the ledger and the two books, in whole millionths.
//!
//! Every piece is paid twice: by the book before at its price, and by the book after at the same price, raised to the least price of the
//! new floor where it is under that; a piece of a batch for which a price is asked, at that price. Nothing is known of what a client would
//! do instead. Both books are the ones that the proposal lies between, also for pieces that an older book paid.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::batches::{Offer, arithmetic};
use crate::books::account::Account;
use crate::ids::{BatchId, ContractId, MemberId};
use crate::money::{Amount, AmountError, Currency};
use crate::rules::{Book, Parties};

/// Accepted answers that are alike: of one batch, by one member, with one reviewer, at one price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Whose escrow paid.
    pub contract: ContractId,
    /// Whose cost it is.
    pub client: String,
    /// Of which they are.
    pub batch: BatchId,
    /// Who did it.
    pub worker: MemberId,
    /// The member who reviewed it, if one did.
    pub reviewer: Option<MemberId>,
    /// Paid for each.
    pub price: Amount,
    /// Of it.
    pub currency: Currency,
    /// How many.
    pub pieces: u64,
    /// Measured, of all of them together.
    pub seconds: i64,
    /// Of their batch: a code, its hazard level, its honest seconds.
    pub terms: (String, u8, i64),
}

/// What would change.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The book before.
    pub before: &'a Book,
    /// The book as it would be.
    pub after: &'a Book,
    /// A batch, and the price asked for it.
    pub asked: Option<(&'a BatchId, Amount)>,
}

/// Before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// By the book in force.
    pub before: Amount,
    /// By the book as it would be.
    pub after: Amount,
}

/// What a change does in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Pieces that were looked at.
    pub pieces: u64,
    /// Members who did them.
    pub members: u64,
    /// The pieces that the member who asks did or reviewed, and what they were paid for it.
    pub mine: (u64, Pair),
    /// That member's hour of doing, if any of it was measured.
    pub my_hour: Option<Pair>,
    /// The middle member's hour; of two in the middle the lower. Hours are rounded down to cents.
    pub median_hour: Pair,
    /// The lowest member's hour.
    pub lowest_hour: Pair,
    /// To all members together, for doing and reviewing.
    pub members_pay: Pair,
    /// To each fund, the reserve and the co-op's running, by account.
    pub shared: BTreeMap<String, Pair>,
    /// Each client's cost, and the contracts that it is of.
    pub clients: BTreeMap<String, (Pair, BTreeSet<ContractId>)>,
    /// All clients together.
    pub cost: Pair,
}

/// What a line of the table for everyone is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The middle member's hour.
    MedianHour,
    /// The lowest member's hour.
    LowestHour,
    /// All members together.
    Members,
    /// A fund, the reserve or the co-op's running, by account.
    Shared(String),
    /// A client, with the contracts that its cost is of.
    Client(String, BTreeSet<ContractId>),
    /// All clients together.
    Clients,
}

/// A line of the table for everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Of what.
    pub of: Figure,
    /// Sums; nothing where they would tell what one member earns.
    pub sums: Option<Pair>,
    /// The change in basis points of what was before, rounded toward nothing; none where nothing was before.
    pub change: Option<i64>,
}

/// What a change does, by currency. `me` is the member who asks.
///
/// # Errors
/// [`AmountError`] when a sum is beyond any.
pub fn effects(change: Change<'_>, works: &[Work], me: Option<&MemberId>) -> Result<BTreeMap<Currency, Effects>, AmountError> {
    let mut all: BTreeMap<Currency, (Effects, BTreeMap<&MemberId, Hours>)> = BTreeMap::new();
    let mut paid = [Paid::by(change.before), Paid::by(change.after)];
    for work in works {
        let (effects, hours) = all.entry(work.currency).or_default();
        let is_mine = me == Some(&work.worker);
        if is_mine || (me.is_some() && me == work.reviewer.as_ref()) {
            effects.mine.0 = effects.mine.0.checked_add(work.pieces).ok_or(AmountError::TooLarge)?;
        }
        let of_member = hours.entry(&work.worker).or_default();
        of_member.seconds = of_member.seconds.checked_add(work.seconds).ok_or(AmountError::TooLarge)?;
        let prices = [(Side::Before, work.price), (Side::After, price_after(change, work))];
        let times = i64::try_from(work.pieces).map_err(|_| AmountError::TooLarge)?;
        for ((side, price), paid) in prices.into_iter().zip(&mut paid) {
            let shares = paid.shares(price, work)?;
            let (done, reviewed) = (shares.worker.checked_mul(times)?, shares.reviewer.checked_mul(times)?);
            if is_mine {
                effects.mine.1.add(side, done)?;
            } else if me.is_some() && me == work.reviewer.as_ref() {
                effects.mine.1.add(side, reviewed)?;
            }
            of_member.pay.add(side, done)?;
            effects.members_pay.add(side, done.checked_add(reviewed)?)?;
            for (account, amount) in &shares.shared {
                // Rarely a new name: no text is made for those that are there.
                match effects.shared.get_mut(account) {
                    Some(pair) => pair.add(side, amount.checked_mul(times)?)?,
                    None => effects.shared.entry(account.clone()).or_default().add(side, amount.checked_mul(times)?)?,
                }
            }
            let cost = price.checked_mul(times)?;
            effects.cost.add(side, cost)?;
            match effects.clients.get_mut(&work.client) {
                Some(client) => client.0.add(side, cost)?,
                None => effects.clients.entry(work.client.clone()).or_default().0.add(side, cost)?,
            }
        }
        if let Some(client) = effects.clients.get_mut(&work.client)
            && !client.1.contains(&work.contract)
        {
            client.1.insert(work.contract.clone());
        }
        effects.pieces = effects.pieces.checked_add(work.pieces).ok_or(AmountError::TooLarge)?;
    }
    all.into_iter().map(|(currency, (effects, hours))| Ok((currency, with_hours(effects, &hours, me)?))).collect()
}

/// What a piece would be paid.
fn price_after(change: Change<'_>, work: &Work) -> Amount {
    if let Some((_, price)) = change.asked.filter(|(batch, _)| **batch == work.batch) {
        return price;
    }
    let (skill, level, seconds) = &work.terms;
    let least = |book: &Book| book.least_price(skill, work.currency, *level, *seconds);
    match (least(change.before), least(change.after)) {
        // A price from before the floor in force is under it already: that is no effect of this change.
        (before, Some(after)) if before.is_none_or(|before| before < after) => work.price.max(after),
        _ => work.price,
    }
}

/// An open batch that would take no new claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Under {
    /// Which.
    pub batch: BatchId,
    /// The least price that would do.
    pub least: Amount,
}

/// Of open batches, those that go on by the book before and would not by the one after.
#[must_use]
pub fn fall_under(change: Change<'_>, open: &[(BatchId, Offer)]) -> Vec<Under> {
    let mut under = Vec::new();
    for (batch, offer) in open {
        let price = change.asked.filter(|(asked, _)| *asked == batch).map_or(offer.price, |(_, price)| price);
        let was_enough = arithmetic(change.before, offer).is_ok_and(|sums| sums.enough);
        if let Ok(sums) = arithmetic(change.after, &Offer { price, ..offer.clone() })
            && was_enough
            && !sums.enough
        {
            under.push(Under { batch: batch.clone(), least: sums.least });
        }
    }
    under
}

impl Effects {
    /// Whether so few members did this work that a sum over all would tell what one of them earns.
    #[must_use]
    pub fn is_few(&self) -> bool {
        self.members < LEAST_MEMBERS
    }

    /// The table for everyone, in the order in which it is always told. Of few members' work it has no sums.
    #[must_use]
    pub fn table(&self) -> Vec<Line> {
        let is_few = self.is_few();
        let line = |of, pair: Pair| Line { of, sums: (!is_few).then_some(pair), change: pair.change() };
        let mut lines = Vec::new();
        // Hours are rounded to cents, and how much that moves a percentage would tell something of them.
        if !is_few {
            lines.extend([line(Figure::MedianHour, self.median_hour), line(Figure::LowestHour, self.lowest_hour)]);
        }
        lines.push(line(Figure::Members, self.members_pay));
        // Funds, reserve, operations: as everywhere.
        let is_fund = |account: &String| account.starts_with("Liabilities:Funds:");
        let (funds, others): (Vec<_>, Vec<_>) = self.shared.iter().partition(|(account, _)| is_fund(account));
        lines.extend(funds.into_iter().chain(others).map(|(account, pair)| line(Figure::Shared(account.clone()), *pair)));
        lines.extend(self.clients.iter().map(|(client, (pair, of))| line(Figure::Client(client.clone(), of.clone()), *pair)));
        lines.push(line(Figure::Clients, self.cost));
        lines
    }
}

/// A member's pay for doing, and their measured time.
#[derive(Clone, Copy, Debug, Default)]
struct Hours {
    pay: Pair,
    seconds: i64,
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

impl Pair {
    fn add(&mut self, side: Side, amount: Amount) -> Result<(), AmountError> {
        match side {
            Side::Before => self.before = self.before.checked_add(amount)?,
            Side::After => self.after = self.after.checked_add(amount)?,
        }
        Ok(())
    }

    /// The change in basis points of what was before, rounded toward nothing; none where nothing was before.
    #[must_use]
    pub fn change(&self) -> Option<i64> {
        let (before, after) = (i128::from(self.before.micros()), i128::from(self.after.micros()));
        let points = after.checked_sub(before)?.checked_mul(10_000)?;
        if points == 0 { Some(0) } else { points.checked_div(before).and_then(|points| i64::try_from(points).ok()) }
    }
}

/// How a price is paid by one book, computed once for each: prices are few, pieces many.
struct Paid<'a> {
    book: &'a Book,
    known: BTreeMap<(Amount, Option<Ordering>), Shares>,
}

/// Of one piece.
#[derive(Clone, Debug, Default)]
struct Shares {
    worker: Amount,
    reviewer: Amount,
    shared: Vec<(String, Amount)>,
}

impl<'a> Paid<'a> {
    fn by(book: &'a Book) -> Paid<'a> {
        Paid { book, known: BTreeMap::new() }
    }

    /// Who they are changes nothing but which of two equal remainders comes first: the smaller name's.
    fn shares(&mut self, price: Amount, work: &Work) -> Result<&Shares, AmountError> {
        let key = (price, work.reviewer.as_ref().map(|reviewer| work.worker.cmp(reviewer)));
        match self.known.entry(key) {
            std::collections::btree_map::Entry::Occupied(known) => Ok(known.into_mut()),
            std::collections::btree_map::Entry::Vacant(place) => Ok(place.insert(shares_of(self.book, price, work)?)),
        }
    }
}

fn shares_of(book: &Book, price: Amount, work: &Work) -> Result<Shares, AmountError> {
    let parties = Parties { contract: &work.contract, worker: &work.worker, reviewer: work.reviewer.as_ref() };
    let own = Account::earned(&work.worker);
    let mut shares = Shares::default();
    for (account, amount) in book.pay(price, parties)? {
        if account == own {
            shares.worker = shares.worker.checked_add(amount)?;
        } else if account.as_str().starts_with("Liabilities:Members:") {
            shares.reviewer = shares.reviewer.checked_add(amount)?;
        } else {
            shares.shared.push((account.as_str().to_owned(), amount));
        }
    }
    Ok(shares)
}

fn with_hours(effects: Effects, hours: &BTreeMap<&MemberId, Hours>, me: Option<&MemberId>) -> Result<Effects, AmountError> {
    let of = |amount: fn(&Pair) -> Amount| {
        let all = hours.values().filter_map(|hours| hour(amount(&hours.pay), hours.seconds).transpose());
        let mut sorted: Vec<Amount> = all.collect::<Result<_, _>>()?;
        sorted.sort_unstable();
        let middle = sorted.len().saturating_sub(1) / 2;
        Ok::<_, AmountError>((sorted.get(middle).copied().unwrap_or_default(), sorted.first().copied().unwrap_or_default()))
    };
    let (before, after) = (of(|pair| pair.before)?, of(|pair| pair.after)?);
    let my_hour = match me.and_then(|me| hours.get(me)) {
        Some(own) => hour(own.pay.before, own.seconds)?.zip(hour(own.pay.after, own.seconds)?),
        None => None,
    };
    Ok(Effects {
        members: u64::try_from(hours.len()).unwrap_or(u64::MAX),
        my_hour: my_hour.map(|(before, after)| Pair { before, after }),
        median_hour: Pair { before: before.0, after: after.0 },
        lowest_hour: Pair { before: before.1, after: after.1 },
        ..effects
    })
}

/// Pay over time, never a mean of rates; nothing of no time. An hour that no sum holds is an error, not a member without one.
fn hour(pay: Amount, seconds: i64) -> Result<Option<Amount>, AmountError> {
    if seconds == 0 {
        return Ok(None);
    }
    let all = i128::from(pay.micros()).checked_mul(3_600);
    let cents = all.zip(i128::from(seconds).checked_mul(CENT_MICROS)).and_then(|(all, time)| all.checked_div(time));
    let micros = cents.and_then(|cents| cents.checked_mul(CENT_MICROS)).and_then(|micros| i64::try_from(micros).ok());
    micros.map(|micros| Some(Amount::from_micros(micros))).ok_or(AmountError::TooLarge)
}

/// Fewer members' work is told in percent alone: with four, three who put their own sums together would know the fourth's.
pub const LEAST_MEMBERS: u64 = 5;
/// As long as a quarter: short enough to be one's own memory.
pub const DAYS: i64 = 90;
const CENT_MICROS: i128 = 10_000;

#[cfg(test)]
mod tests;
