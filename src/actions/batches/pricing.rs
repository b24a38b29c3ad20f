//! What a batch costs once it is open: the prices it had, a new one for what is claimed from now on, and whether the floor that members
//! voted stands above it.

use manyhands_domain::batches::{self, Offer};
use manyhands_domain::books::entry::Entry;
use manyhands_domain::contracts::life::moves;
use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::proposals::enacting;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use manyhands_store::batches::{self as rows, Batch};
use manyhands_store::ledger::NoteRow;
use manyhands_store::{Sql, contracts, ledger, people};

use super::{offer_of, own};
use crate::actions::contracts::life;
use crate::actions::rights::ClientUser;
use crate::actions::{Error, Once, Work, asks, begin, rules};
use crate::deps::Deps;

/// Changes the price of what is claimed from now on: `batch.repriced`, whose index it is. What is claimed keeps its price.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's; `batch-not-open`; `contract-over`; `price-same`; `price-too-low` with the least price;
/// `price-voted` below what members asked and this client accepted; `price-changes-many` where it was changed too often within a day.
pub async fn reprice(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, typed: &str) -> Result<u64, Error> {
    let price = batches::read_price(typed)?;
    let mut work = begin!(deps, by.actor(), once);
    let batch = own(&work, by, id).await?;
    let contract = ContractId::parse(&batch.contract_id).map_err(Error::broken)?;
    if life::standing_of(&work.tx, &contracts::load_held(&work.tx, &contract).await?).await?.is_over(work.now()) {
        return Err(Refusal::new("contract-over").into());
    }
    if batch.opened_index.is_none() {
        return Err(Refusal::new("batch-not-open").into());
    }
    if batch.price == price.micros() {
        return Err(Refusal::new("price-same").field("price").into());
    }
    asks::check_not_below(&work.tx, &batch, price).await?;
    let a_day = repriced(&work.tx, &batch, moves::a_day_before(work.now())).await?;
    batches::check_prices(a_day.iter().filter(|priced| priced.proposal.is_none()).count().try_into().unwrap_or(i64::MAX))?;
    work.ledger_size().await?;
    let (rule, book) = rules::current(&work.tx).await?;
    let offer = Offer { price, ..offer_of(&batch)? };
    batches::check_price(&book, &offer)?;
    price.checked_mul(batch.tasks_total).map_err(|_| Refusal::new("sum-too-large").field("price"))?;
    let index = work.append(enacting::reprice((&contract, id), price, rule, None)).await?;
    rows::set_price(&work.tx, id.as_str(), price.micros(), work.now()).await?;
    asks::settle_reached(&mut work, id, price).await?;
    work.commit(index).await
}

/// A batch whose price is under the floor in force: it takes no new claims until its client raises it.
#[derive(Clone, Debug)]
pub struct UnderFloor {
    /// Which.
    pub batch: Batch,
    /// What it would have to cost.
    pub least: Amount,
    /// Of it.
    pub currency: Currency,
}

/// Every batch with work left whose price is under the floor in force.
///
/// # Errors
/// When the database fails.
pub async fn list_under_floor(deps: &Deps) -> Result<Vec<UnderFloor>, Error> {
    let moment = deps.db.snapshot().await?;
    let (_, book) = rules::current(&moment).await?;
    list_under_floor_of(&moment, &book, deps.clock.now()).await
}

/// The same, by a book that is not written yet.
async fn list_under_floor_of(on: &impl Sql, book: &Book, now: Timestamp) -> Result<Vec<UnderFloor>, Error> {
    let mut under = Vec::new();
    for batch in rows::list_running(on, now).await? {
        let offer = offer_of(&batch)?;
        if let Ok(sums) = batches::arithmetic(book, &offer)
            && !sums.enough
        {
            under.push(UnderFloor { batch, least: sums.least, currency: offer.currency });
        }
    }
    Ok(under)
}

/// Clients whose batches fall under a new floor hear what would make them go on. Of those that were under the floor before they heard it
/// then.
pub(crate) async fn tell_fallen(work: &mut Work<'_>, before: &Book, after: &Book) -> Result<(), Error> {
    for under in list_under_floor_of(&work.tx, after, work.now()).await? {
        let was_enough = batches::arithmetic(before, &offer_of(&under.batch)?).is_ok_and(|sums| sums.enough);
        if !was_enough {
            continue;
        }
        let (batch, title) = (under.batch.id.clone(), under.batch.title.clone());
        let notice = Notice::BatchUnderFloor { batch, title, least: under.least, currency: under.currency };
        for person in people::users_of_client(&work.tx, &under.batch.client_id).await? {
            work.notify(&person, &notice).await?;
        }
    }
    Ok(())
}

/// A price that a batch had from an entry on.
#[derive(Clone, Debug)]
pub struct Priced {
    /// `batch.opened`, or `batch.repriced`.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// Of one accepted answer.
    pub price: Amount,
    /// The proposal that asked it, if one did.
    pub proposal: Option<String>,
}

/// The prices that a batch ever had, the one that holds first; none of a draft.
///
/// # Errors
/// When the database fails, or an entry is damaged.
pub async fn list_prices(deps: &Deps, batch: &Batch) -> Result<Vec<Priced>, Error> {
    let moment = deps.db.snapshot().await?;
    let Some(opened) = batch.opened_index else { return Ok(Vec::new()) };
    let opened = u64::try_from(opened).map_err(Error::broken)?;
    let mut prices = repriced(&moment, batch, Timestamp::default()).await?;
    prices.reverse();
    if let Some(row) = ledger::find_note(&moment, opened).await? {
        prices.extend(priced(&row, batch)?);
    }
    Ok(prices)
}

/// The other prices that an open batch was given after a moment, ascending.
async fn repriced(on: &impl Sql, batch: &Batch, since: Timestamp) -> Result<Vec<Priced>, Error> {
    let Some(opened) = batch.opened_index else { return Ok(Vec::new()) };
    let opened = u64::try_from(opened).map_err(Error::broken)?;
    let rows = ledger::notes_repriced(on, &batch.contract_id, opened, since).await?;
    rows.iter().filter_map(|row| priced(row, batch).transpose()).collect()
}

/// The price that an entry gave this batch; nothing where it is another's.
fn priced(row: &NoteRow, batch: &Batch) -> Result<Option<Priced>, Error> {
    let entry = Entry::read(&row.note).map_err(Error::broken)?;
    if entry.reference("batch") != Some(batch.id.as_str()) {
        return Ok(None);
    }
    let price = Amount::parse(entry.text("price").unwrap_or_default()).map_err(Error::broken)?;
    Ok(Some(Priced { index: row.index, at: entry.at, price, proposal: entry.reference("proposal").map(str::to_owned) }))
}

/// How a batch stands under the floor.
#[derive(Clone, Copy, Debug)]
pub struct Under {
    /// What it would have to cost.
    pub least: Amount,
    /// Of it.
    pub currency: Currency,
    /// Since the rule book that put it there.
    pub since: Timestamp,
}

/// Whether an open batch is under the floor in force, and since when; nothing of a draft, and of one that is closed.
///
/// # Errors
/// When the database fails, or a book is damaged.
pub async fn find_under(deps: &Deps, batch: &Batch) -> Result<Option<Under>, Error> {
    if batch.opened_index.is_none() || batch.state == "closed" {
        return Ok(None);
    }
    let moment = deps.db.snapshot().await?;
    let offer = offer_of(batch)?;
    let mut under = None;
    for (index, book) in rules::all(&moment).await?.newest_first() {
        match batches::arithmetic(book, &offer) {
            Ok(sums) if !sums.enough => {
                let since = ledger::find_at(&moment, index).await?.unwrap_or_default();
                let least = under.map_or(sums.least, |under: Under| under.least);
                under = Some(Under { least, currency: offer.currency, since });
            }
            _ => break,
        }
    }
    Ok(under)
}
