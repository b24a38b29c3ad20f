//! Batches: priced, filled with items and opened by a client's user.

mod drafts;
pub(super) mod meanwhile;
mod pricing;
pub(super) mod room;
mod stopping;

pub use drafts::is_changeable;
pub(crate) use drafts::{check_draft, check_never_opened, draft_of, own};
pub(crate) use pricing::tell_fallen;
pub use pricing::{Priced, Under, UnderFloor, find_under, list_prices, list_under_floor, reprice};
pub use stopping::{pause, withdraw_free};

use std::sync::Arc;

use manyhands_domain::batches::{self, Arithmetic, Offer};
use manyhands_domain::forms::{self, Form, NewQuestion};
use manyhands_domain::ids::{BatchId, ContractId, uuid_v4};
use manyhands_domain::items::{self, Item, Needs};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::sample::{WHOLE, read_share as read_review_share};
use manyhands_domain::text;
use manyhands_store::batches::{self as rows, Batch, NewBatch, Terms};
use manyhands_store::{contracts, tasks};

use crate::actions::contracts::{life, terms_of};
use crate::actions::rights::ClientUser;
use crate::actions::{Error, Once, Work, begin, files, gold, label_studio, new_uuid, questions, rules, sample, suggestions};
use crate::deps::Deps;

/// A batch as typed.
#[derive(Clone, Debug, Default)]
pub struct NewBatchForm {
    /// Of the batch.
    pub title: String,
    /// Of one accepted answer.
    pub price: String,
    /// Honest seconds for one task.
    pub seconds: String,
    /// By how many members each item is answered; empty: one.
    pub copies: String,
    /// `text`, `image` or `link`.
    pub payload_kind: String,
    /// The kind of the question with which its form begins.
    pub answer_kind: String,
    /// What members are asked.
    pub question: String,
    /// One a line.
    pub choices: String,
    /// Which share of the answers is read, in percent; empty: all.
    pub review_share: String,
}

/// Drafts a batch on a listed contract, which asks the question that was typed.
///
/// # Errors
/// Fields that do not fit; not this client's; not listed; `batches-unopened` and `batches-many` where there are too many.
pub async fn draft(deps: &Deps, by: &ClientUser, once: &Once, contract: &ContractId, form: &NewBatchForm) -> Result<BatchId, Error> {
    let first = NewQuestion {
        kind: form.answer_kind.clone(),
        question: form.question.clone(),
        choices: form.choices.clone(),
        name: forms::FIRST.to_owned(),
        ..NewQuestion::default()
    };
    draft_asking(deps, by, once, contract, (form, &[first])).await
}

/// The same, asking these questions, whatever was typed for one.
///
/// # Errors
/// As [`draft`].
pub async fn draft_asking(
    deps: &Deps,
    by: &ClientUser,
    once: &Once,
    contract: &ContractId,
    (form, asked): (&NewBatchForm, &[NewQuestion]),
) -> Result<BatchId, Error> {
    let work = begin!(deps, by.actor(), once);
    let row = contracts::load_held(&work.tx, contract).await?;
    if row.client_id != by.client().as_str() {
        return Err(Error::NotFound);
    }
    if row.listed_index.is_none() {
        return Err(Refusal::new("batch-contract-not-listed").into());
    }
    if life::standing_of(&work.tx, &row).await?.is_over(work.now()) {
        return Err(Refusal::new("contract-over").into());
    }
    room::check_another(&work, contract.as_str()).await?;
    let mut refusals = Vec::new();
    let title = text::line(&form.title, 120).unwrap_or_else(|_| {
        refusals.push(Refusal::new("name-unfit").field("title"));
        String::new()
    });
    let (price, seconds) = read_offer(&form.price, &form.seconds, &mut refusals);
    let copies = read_copies(&form.copies, &mut refusals);
    let review_share = read_share(&form.review_share, &mut refusals);
    if !matches!(form.payload_kind.as_str(), "text" | "image" | "link") {
        refusals.push(Refusal::new("payload-kind").field("payload_kind"));
    }
    let answer = match questions::form_asking(asked) {
        Ok(answer) if refusals.is_empty() => answer,
        defined => {
            refusals.extend(defined.err().into_iter().flatten());
            return Err(refusals.into());
        }
    };
    answer.check(&form.payload_kind)?;
    let id = BatchId::parse(&new_uuid(deps)).map_err(Error::broken)?;
    let terms = terms_of(&row)?;
    let json = serde_json::to_string(&answer).map_err(Error::broken)?;
    let offer = Terms {
        title: &title,
        price: price.micros(),
        currency: &row.currency,
        seconds,
        skill: "general",
        level: row.level,
        copies,
        unit_noun: &terms.unit_noun,
        payload_kind: &form.payload_kind,
        form: &json,
        review_share,
    };
    rows::insert(&work.tx, &NewBatch { id: &id, contract, offer }, work.now()).await?;
    work.commit(id).await
}

/// Changes the price, time and copies of a draft, as typed.
///
/// # Errors
/// Fields that do not fit.
pub async fn set_offer(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, offer: (&str, &str, &str)) -> Result<(), Error> {
    set_offer_and_share(deps, by, once, id, offer, None).await
}

/// The same, and which share of the answers is read, in percent; nothing leaves the share as it is.
///
/// # Errors
/// Fields that do not fit.
pub async fn set_offer_and_share(
    deps: &Deps,
    by: &ClientUser,
    once: &Once,
    id: &BatchId,
    (price, seconds, copies): (&str, &str, &str),
    share: Option<&str>,
) -> Result<(), Error> {
    let mut refusals = Vec::new();
    let (price, seconds) = read_offer(price, seconds, &mut refusals);
    let copies = read_copies(copies, &mut refusals);
    let share = share.map(|share| read_share(share, &mut refusals));
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let work = begin!(deps, by.actor(), once);
    draft_of(&work, by, id).await?;
    rows::set_offer(&work.tx, id.as_str(), (price.micros(), seconds, copies), work.now()).await?;
    tasks::set_copies(&work.tx, id.as_str(), copies).await?;
    if let Some(share) = share {
        rows::set_share(&work.tx, id.as_str(), share, work.now()).await?;
    }
    work.commit(()).await
}

/// Takes a file of items into a draft: all or nothing.
///
/// # Errors
/// Every fault of the file by line and column; `items-full` when the contract keeps too much.
pub async fn import(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, file: &[u8]) -> Result<u64, Error> {
    import_whole(deps, by, once, id, Arc::new(file.to_vec())).await
}

pub(super) async fn import_whole(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, file: Arc<Vec<u8>>) -> Result<u64, Error> {
    for _ in 0..meanwhile::TRIES {
        let seen = find_own(deps, by, id).await?;
        let (needs, bytes) = (needs_of(&seen)?, file.clone());
        let read = meanwhile::apart(deps, move || items::read(&bytes, &needs)).await?;
        let work = begin!(deps, by.actor(), once);
        let Some(batch) = meanwhile::still(&work, by, &seen).await? else { continue };
        return take_items(work, id, &batch, read?).await;
    }
    Err(meanwhile::changed())
}

async fn take_items(work: Work<'_>, id: &BatchId, batch: &Batch, mut items: Vec<Item>) -> Result<u64, Error> {
    let deps = work.deps();
    let ids = std::iter::repeat_with(|| uuid_v4(deps.random.bytes()));
    let before = room::kept(&work, batch).await?;
    tasks::replace(&work.tx, id.as_str(), batch.copies, &items, ids).await?;
    let suggested = items.iter_mut().filter_map(|item| Some((item.id.clone(), item.suggestion.take()?))).collect();
    suggestions::keep(&work, id, &suggested).await?;
    let known = items.iter_mut().filter_map(|item| Some((item.id.clone(), item.known.take()?))).collect();
    gold::keep(&work, id.as_str(), &known).await?;
    room::check_items(&work, batch, before).await?;
    files::release(&work, batch).await?;
    work.commit(items.len() as u64).await
}

pub(crate) fn needs_of(batch: &Batch) -> Result<Needs, Error> {
    let form = form_of(batch)?;
    Ok(Needs {
        links: batch.payload_kind != "text",
        candidates: form.candidates(),
        shown: label_studio::shown_of(batch)?,
        sentence: form.questions.first().map(|question| question.question.clone()).unwrap_or_default(),
        form: Some(form),
    })
}

/// Opens a draft: its tasks can be claimed from now on.
///
/// # Errors
/// `price-under-floor` with the least price that would do; no items; a contract without money, or one that is over.
pub async fn open(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId) -> Result<u64, Error> {
    let mut work = begin!(deps, by.actor(), once);
    let batch = draft_of(&work, by, id).await?;
    let contract = ContractId::parse(&batch.contract_id).map_err(Error::broken)?;
    check_asked(&work, &batch).await?;
    // The book in force at its place in the ledger: nobody enacts another one from here on.
    work.ledger_size().await?;
    let (rule, book) = rules::current(&work.tx).await?;
    let entry = batches::open(&book, rule, (&contract, &batch.contract_state), id, &offer_of(&batch)?, batch.tasks_total)?;
    let index = work.append(entry).await?;
    let now = work.now();
    rows::set_open(&work.tx, id.as_str(), index, rule, now).await?;
    sample::draw(&work, &batch).await?;
    contracts::change_state(&work.tx, &contract, "funded", "open", now).await?;
    work.commit(index).await
}

/// What members would be asked must be fit for them.
async fn check_asked(work: &Work<'_>, batch: &Batch) -> Result<(), Error> {
    if form_of(batch)?.external().is_some_and(|(_, link)| link.is_sample()) {
        return Err(Refusal::new("external-sample").into());
    }
    suggestions::check(work, batch).await
}

/// A client's own batch.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's.
pub async fn find_own(deps: &Deps, by: &ClientUser, id: &BatchId) -> Result<Batch, Error> {
    let batch = rows::find_batch(&deps.db.read(), id).await?;
    batch.filter(|batch| batch.client_id == by.client().as_str()).ok_or(Error::NotFound)
}

/// A contract's batches, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_of_contract(deps: &Deps, contract: &ContractId) -> Result<Vec<Batch>, Error> {
    Ok(rows::list_of_contract(&deps.db.read(), contract).await?)
}

/// Open batches with free tasks.
///
/// # Errors
/// When the database fails.
pub async fn list_open(deps: &Deps) -> Result<Vec<Batch>, Error> {
    Ok(rows::list_open(&deps.db.read(), deps.clock.now()).await?)
}

/// A page of the items of a client's own batch, after a place in their file: each by the client's id, with how far its answers are.
/// Whether more follow.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's.
pub async fn list_items(deps: &Deps, by: &ClientUser, id: &BatchId, after: i64) -> Result<(Batch, Vec<tasks::Listed>, bool), Error> {
    let batch = find_own(deps, by, id).await?;
    let mut items = tasks::list_after(&deps.db.read(), id.as_str(), after, ITEMS_A_PAGE + 1).await?;
    let most = usize::try_from(ITEMS_A_PAGE).map_err(Error::broken)?;
    let more = items.len() > most;
    items.truncate(most);
    Ok((batch, items, more))
}

/// How a batch stands to the floor in force.
///
/// # Errors
/// When the book has no floor in its currency.
pub async fn arithmetic(deps: &Deps, batch: &Batch) -> Result<Arithmetic, Error> {
    let (_, book) = rules::current(&deps.db.read()).await?;
    Ok(batches::arithmetic(&book, &offer_of(batch)?)?)
}

/// What a batch offers.
///
/// # Errors
/// When its row is damaged.
pub fn offer_of(batch: &Batch) -> Result<Offer, Error> {
    Ok(Offer {
        price: Amount::from_micros(batch.price),
        currency: Currency::parse(&batch.currency).map_err(Error::broken)?,
        seconds: batch.seconds,
        skill: batch.skill.clone(),
        level: u8::try_from(batch.level).map_err(Error::broken)?,
        copies: batch.copies,
    })
}

/// The answer form of a batch.
///
/// # Errors
/// When its row is damaged.
pub fn form_of(batch: &Batch) -> Result<Form, Error> {
    serde_json::from_str(&batch.form).map_err(Error::broken)
}

fn read_offer(price: &str, seconds: &str, refusals: &mut Vec<Refusal>) -> (Amount, i64) {
    let price = batches::read_price(price).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        Amount::ZERO
    });
    let seconds = seconds.trim().parse().ok().filter(|seconds| (1..=604_800).contains(seconds)).unwrap_or_else(|| {
        refusals.push(Refusal::new("number-range").field("seconds").with("least", 1_i64).with("most", 604_800_i64));
        0
    });
    (price, seconds)
}

fn read_copies(copies: &str, refusals: &mut Vec<Refusal>) -> i64 {
    let copies = if copies.trim().is_empty() { "1" } else { copies.trim() };
    copies.parse().ok().filter(|copies| (1..=batches::MOST_COPIES).contains(copies)).unwrap_or_else(|| {
        refusals.push(Refusal::new("number-range").field("copies").with("least", 1_i64).with("most", batches::MOST_COPIES));
        1
    })
}

fn read_share(share: &str, refusals: &mut Vec<Refusal>) -> i64 {
    read_review_share(share).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        WHOLE
    })
}

/// The entry that opened a batch; nothing where it never was.
///
/// # Errors
/// When the database fails.
pub async fn find_opening(deps: &Deps, id: &BatchId) -> Result<Option<i64>, Error> {
    Ok(rows::find_batch(&deps.db.read(), id).await?.and_then(|batch| batch.opened_index))
}

/// Items on one page.
const ITEMS_A_PAGE: u64 = 50;
