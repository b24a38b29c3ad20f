//! What a proposal would do: to one's own last ninety days of accepted work, and to everybody's. The same figures for everyone, and for
//! whoever recomputes them from the same entries: of an open vote or a draft by the log of now, of a closed vote by the log at its opening.

use std::collections::BTreeMap;

use manyhands_domain::batches::Offer;
use manyhands_domain::books::entry::Entry;
use manyhands_domain::ids::{BatchId, ContractId, MemberId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::change;
use manyhands_domain::proposals::effects::{self as rule, Change, DAYS, Effects, Work};
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals::Proposal;
pub use manyhands_store::proposals::effects::OpenBatch;
use manyhands_store::proposals::effects::{self as rows, AcceptedWork};
use manyhands_store::{Db, Sql, ledger};

use crate::actions::proposals::act_of;
use crate::actions::rights::Member;
use crate::actions::{Error, rules};
use crate::deps::Deps;

/// What a proposal would do.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Of the log.
    pub basis: Basis,
    /// By currency.
    pub by_currency: BTreeMap<Currency, Effects>,
    /// Open batches that would fall under the new floor, each with the least price that would do.
    pub under: Vec<(OpenBatch, Amount)>,
    /// Of so many.
    pub open: usize,
    /// What clients are called.
    pub clients: BTreeMap<String, String>,
    /// The book before, the book after.
    pub books: [Book; 2],
    /// The price asked of a batch, and what it is now.
    pub asked: Option<(OpenBatch, Amount)>,
}

/// What the figures rest on: nothing else changes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Entries of the log.
    pub size: u64,
    /// The moment from which ninety days count back.
    pub at: Timestamp,
    /// Whether both are those at which the vote was opened.
    pub is_opening: bool,
}

/// What a proposal would do, or would have done; nothing of one that changes no pay.
///
/// # Errors
/// Why the change does not fit beside the book in force by now; `effects-too-large` where a sum is beyond any that could be told.
pub async fn see(deps: &Deps, by: &Member, row: &Proposal) -> Result<Option<Seen>, Error> {
    compute(&deps.db, row, (None, deps.clock.now()), Some(by.id())).await
}

/// The same for whoever holds the database, by the log of so many entries at a moment: all of them, if nothing is said. A closed vote has a
/// basis of its own.
///
/// # Errors
/// As [`see`].
pub async fn compute(db: &Db, row: &Proposal, (size, at): (Option<u64>, Timestamp), me: Option<&MemberId>) -> Result<Option<Seen>, Error> {
    let act = act_of(row)?;
    if !matches!(act, Act::Rules(_) | Act::PriceAsk { .. }) {
        return Ok(None);
    }
    let moment = db.snapshot().await?;
    let head = ledger::head(&moment).await?.size;
    let basis = match row.opened_index.filter(|_| row.closed_index.is_some()) {
        Some(opened) => {
            let size = u64::try_from(opened).map_err(Error::broken)?;
            let at = ledger::find_at(&moment, size).await?.ok_or_else(|| Error::broken("a vote without its entry"))?;
            Basis { size, at, is_opening: true }
        }
        None => Basis { size: size.unwrap_or(head).min(head), at, is_opening: false },
    };
    let (_, before) = rules::at_size(&moment, i64::try_from(basis.size).map_err(Error::broken)?).await?;
    let open = open_at(&moment, basis, head).await?;
    let (after, asked) = match &act {
        Act::Rules(patch) => (change::apply(&before, patch)?, None),
        Act::PriceAsk { batch, price, .. } => (before.clone(), Some((batch, *price))),
        _ => return Ok(None),
    };
    let first = rows::first_after(&moment, basis.size, basis.at.plus_days(-DAYS)).await?;
    let works = rows::list_accepted(&moment, first, basis.size).await?.into_iter().map(work).collect::<Result<Vec<_>, _>>()?;
    let change = Change { before: &before, after: &after, asked };
    let by_currency = rule::effects(change, &works, me).map_err(|_| Refusal::new("effects-too-large"))?;
    let offers = open.iter().map(|batch| Ok((id_of(batch)?, offer_of(batch)?))).collect::<Result<Vec<_>, Error>>()?;
    let find = |id: &BatchId| open.iter().find(|batch| batch.id == id.as_str()).cloned();
    let under = rule::fall_under(change, &offers).into_iter().filter_map(|under| Some((find(&under.batch)?, under.least))).collect();
    let asked = asked.and_then(|(batch, price)| Some((find(batch)?, price)));
    let names = rows::list_clients(&moment).await?;
    let clients = names.into_iter().map(|client| (client.id, client.name)).collect();
    Ok(Some(Seen { basis, by_currency, under, open: open.len(), clients, books: [before, after], asked }))
}

/// Batches that were open, at the prices that they had.
async fn open_at(on: &impl Sql, basis: Basis, head: u64) -> Result<Vec<OpenBatch>, Error> {
    let mut open = rows::list_open_at(on, basis.size, basis.at).await?;
    if basis.size == head {
        return Ok(open);
    }
    let mut repriced: BTreeMap<String, Vec<(u64, Amount)>> = BTreeMap::new();
    for row in ledger::notes_of_kind(on, "batch.repriced").await? {
        let (batch, price) = priced(&row.note)?;
        repriced.entry(batch).or_default().push((row.index, price));
    }
    for batch in &mut open {
        let Some(prices) = repriced.get(&batch.id) else { continue };
        let before = prices.iter().rev().find(|(index, _)| *index < basis.size);
        batch.price = match before {
            Some((_, price)) => price.micros(),
            None => {
                let opened = u64::try_from(batch.opened_index).map_err(Error::broken)?;
                let row = ledger::find_note(on, opened).await?.ok_or_else(|| Error::broken("a batch without its entry"))?;
                priced(&row.note)?.1.micros()
            }
        };
    }
    Ok(open)
}

/// Which batch an entry gives which price.
fn priced(note: &[u8]) -> Result<(String, Amount), Error> {
    let entry = Entry::read(note).map_err(Error::broken)?;
    let batch = entry.reference("batch").ok_or_else(|| Error::broken("a price of no batch"))?.to_owned();
    let price = entry.text("price").ok_or_else(|| Error::broken("no price"))?;
    Ok((batch, Amount::parse(price).map_err(Error::broken)?))
}

fn id_of(batch: &OpenBatch) -> Result<BatchId, Error> {
    BatchId::parse(&batch.id).map_err(Error::broken)
}

/// What an open batch offers.
///
/// # Errors
/// When its row is damaged.
pub fn offer_of(batch: &OpenBatch) -> Result<Offer, Error> {
    Ok(Offer {
        price: Amount::from_micros(batch.price),
        currency: Currency::parse(&batch.currency).map_err(Error::broken)?,
        seconds: batch.seconds,
        skill: batch.skill.clone(),
        level: u8::try_from(batch.level).map_err(Error::broken)?,
        copies: batch.copies,
    })
}

fn work(row: AcceptedWork) -> Result<Work, Error> {
    let member = |id: &str| MemberId::parse(id).map_err(Error::broken);
    Ok(Work {
        contract: ContractId::parse(&row.contract_id).map_err(Error::broken)?,
        client: row.client_id,
        batch: BatchId::parse(&row.batch_id).map_err(Error::broken)?,
        worker: member(&row.member_id)?,
        reviewer: row.reviewer_id.as_deref().map(member).transpose()?,
        price: Amount::from_micros(row.price),
        currency: Currency::parse(&row.currency).map_err(Error::broken)?,
        pieces: u64::try_from(row.pieces).map_err(Error::broken)?,
        seconds: row.seconds,
        terms: (row.skill, u8::try_from(row.level).map_err(Error::broken)?, row.estimate),
    })
}
