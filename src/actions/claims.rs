//! Claims: taken by one press, worked on with a draft that survives, handed in, released without penalty.

mod back;
mod ready;

pub use back::{list_returnable, may_take_back, take_back};
pub(crate) use ready::drop_ready;
pub use ready::keep_ready;

use manyhands_domain::batches as offers;
use manyhands_domain::claims::{self, Measured, Standing};
use manyhands_domain::contracts::life;
use manyhands_domain::forms::{self, Form, Given, Task};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, MemberId, uuid_v4};
use manyhands_domain::log::json;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use manyhands_store::batches::Batch;
use manyhands_store::claims::{self as rows, Claim, Handed, NewClaim};
use manyhands_store::{batches, contracts, departures, external, ledger, reviews, tasks};
use serde_json::{Map, Value};

use crate::actions::batches::{find_own as find_own_batch, offer_of};
use crate::actions::contracts::escrow;
use crate::actions::contracts::life::set_aside;
use crate::actions::external::given;
use crate::actions::rights::{ClientUser, Member};
use crate::actions::{Error, Once, Work, begin, gold, hazards, rules, suggestions};
use crate::deps::Deps;

/// Takes the first free task of a batch, or begins the one that was held ready. Never two claimants; never more than free escrow
/// covers (INV-7).
///
/// # Errors
/// None free; too many held; escrow that does not cover it; a price that is under the floor by now; hazards that the member did not agree
/// to, or too much of the worst of late.
pub async fn claim(deps: &Deps, by: &Member, once: &Once, id: &BatchId) -> Result<ClaimId, Error> {
    ready::drop_elsewhere(deps, by, id.as_str()).await?;
    let mut work = begin!(deps, by.actor(), once);
    let offered = offered(&mut work, by, id).await?;
    let claim = match &offered.ready {
        Some(ready) => ready::begin(&work, &offered, ready).await?,
        None => take(&work, by, &offered, offered.due).await?,
    };
    work.commit(claim).await
}

/// What a batch offers to a member now, under its contract's lock.
struct Offered {
    batch: Batch,
    /// Until when they would hold it.
    due: Timestamp,
    /// The log's size of which everything here was read: price, level and closing stand still under the contract's lock, and the book is
    /// the one of this size, whatever is enacted meanwhile.
    size: u64,
    /// The task of this batch that is held ready for them.
    ready: Option<Claim>,
}

async fn offered(work: &mut Work<'_>, by: &Member, id: &BatchId) -> Result<Offered, Error> {
    hold(work, by.id()).await?;
    if departures::is_excluded(&work.tx, by.id()).await? {
        return Err(Refusal::new("claims-excluded").into());
    }
    let now = work.now();
    let batch = batches::find_batch(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let contract_id = ContractId::parse(&batch.contract_id).map_err(Error::broken)?;
    contracts::load_held(&work.tx, &contract_id).await?;
    free_overdue(work, &batch.contract_id).await?;
    // Read again under the contract's lock, and with what ran out set free.
    let contract = contracts::load_held(&work.tx, &contract_id).await?;
    let batch = batches::find_batch(&work.tx, id).await?.ok_or(Error::NotFound)?;
    life::check_claim(&contract.state, contract.ends_at.map(Timestamp::from_secs), now)?;
    if batch.state != "open" || batch.paused_for.is_some() {
        return Err(Refusal::new("batch-not-open").into());
    }
    // After an amendment that raised the contract's level, new claims need a batch of that level (LEDGER.md section 3).
    if batch.level < contract.level {
        return Err(Refusal::new("batch-level-raised").with("level", batch.level).with("now", contract.level).into());
    }
    // One size for the claim and its book: two reads could have a book enacted between them, by which the claim would be held (LEDGER.md
    // section 3) and never be accepted.
    let size = ledger::head(&work.tx).await?.size;
    let (_, book) = rules::at_size(&work.tx, i64::try_from(size).map_err(Error::broken)?).await?;
    let offer = offer_of(&batch)?;
    offers::check_floor(&book, &offer).map_err(|_| Refusal::new("batch-under-new-floor"))?;
    hazards::check(work, by, &book, &contract, &batch).await?;
    let ready = rows::list_ahead(&work.tx, by.id()).await?.into_iter().find(|claim| claim.batch_id == batch.id);
    // What is held ready is held, but it is not one more.
    let held = Amount::from_micros(ready.as_ref().map_or(0, |claim| claim.price));
    let standing = Standing {
        held_open: rows::count_held(&work.tx, by.id(), now).await? - i64::from(ready.is_some()),
        free: escrow(&work.tx, &contract).await?.free.checked_add(held).map_err(Error::broken)?,
        price: offer.price,
        currency: offer.currency,
    };
    let due = claims::grant(&book, standing, batch.seconds, now)?;
    Ok(Offered { batch, due, size, ready })
}

async fn take(work: &Work<'_>, by: &Member, offered: &Offered, due: Timestamp) -> Result<ClaimId, Error> {
    let (deps, now, batch) = (work.deps(), work.now(), &offered.batch);
    let taken = || Error::from(Refusal::new("task-none-free"));
    let task = tasks::find_free(&work.tx, &batch.id, by.id().as_str(), by.person()).await?.ok_or_else(taken)?;
    if !tasks::take(&work.tx, &task.id).await? {
        return Err(taken());
    }
    let claim = ClaimId::parse(&uuid_v4(deps.random.bytes())).map_err(Error::broken)?;
    let row = NewClaim {
        id: &claim,
        task: &task.id,
        batch: &batch.id,
        contract: &batch.contract_id,
        member: by.id(),
        claimed_size: offered.size,
        price: batch.price,
        currency: &batch.currency,
        due,
    };
    let old_draft = rows::find_old_draft(&work.tx, &task.id, by.id()).await?;
    rows::insert(&work.tx, &row, now).await?;
    external::carry_over(&work.tx, &task.id, by.id(), &claim).await?;
    if let Some(draft) = old_draft {
        rows::save_draft(&work.tx, claim.as_str(), &draft, 0, now).await?;
    }
    batches::add_open(&work.tx, &batch.id, -1).await?;
    contracts::add_held(&work.tx, &batch.contract_id, batch.price).await?;
    Ok(claim)
}

/// Sets free what ran out on a contract: expiry is read when somebody claims, no sweeper is needed.
pub(crate) async fn free_overdue(work: &mut Work<'_>, contract: &str) -> Result<(), Error> {
    for overdue in rows::list_overdue(&work.tx, contract, work.now()).await? {
        end(work, &overdue.id, &overdue.task_id, &overdue.batch_id, contract, overdue.price, "expired").await?;
    }
    Ok(())
}

/// Sets free what ran out on contracts that have ended, where nobody claims any more: what it held of the deposit can go back. On how
/// many contracts. Safe to repeat.
///
/// # Errors
/// When the database fails.
pub async fn free_ended(deps: &Deps) -> Result<u64, Error> {
    let mut freed = 0;
    for id in rows::list_ended_overdue(&deps.db.read(), deps.clock.now(), ENDED_A_PASS).await? {
        match free_one(deps, &id).await {
            Ok(()) => freed += 1,
            Err(error) => {
                tracing::error!(contract = id, %error, "what ran out on an ended contract could not be set free");
                set_aside(deps, &id).await?;
            }
        }
    }
    Ok(freed)
}

async fn free_one(deps: &Deps, id: &str) -> Result<(), Error> {
    let contract = ContractId::parse(id).map_err(Error::broken)?;
    let mut work = Work::begin_job(deps).await?;
    contracts::load_held(&work.tx, &contract).await?;
    free_overdue(&mut work, id).await?;
    work.commit(()).await
}

async fn end(work: &mut Work<'_>, claim: &str, task: &str, batch: &str, contract: &str, price: i64, state: &str) -> Result<(), Error> {
    let dropped = rows::end(&work.tx, claim, state, work.now()).await?;
    work.let_go(dropped);
    let free = tasks::give_back(&work.tx, task).await?;
    rows::settle_silence(&work.tx, task, rules::silence(&work.tx, work.now()).await?).await?;
    batches::add_open(&work.tx, batch, i64::from(free)).await?;
    contracts::add_held(&work.tx, contract, -price).await?;
    Ok(())
}

pub(super) async fn end_claim(work: &mut Work<'_>, claim: &Claim) -> Result<(), Error> {
    end(work, &claim.id, &claim.task_id, &claim.batch_id, &claim.contract_id, claim.price, "released").await
}

/// What a member typed: the values of each question's fields, and the seconds their page counted.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// By question name.
    pub answers: Given,
    /// Seconds the page was visible and used; zero without scripts.
    pub active_seconds: i64,
}

impl Typed {
    /// The answer to the question with which a form begins, with the seconds that it took.
    #[must_use]
    pub fn one(answer: impl Into<String>, active_seconds: i64) -> Typed {
        Typed { answers: Given::from([(forms::FIRST.to_owned(), vec![answer.into()])]), active_seconds }
    }
}

/// Keeps what was typed so far. A draft is kept even when the time is up: it waits for whoever claims the task again.
///
/// # Errors
/// Not theirs.
pub async fn save_draft(deps: &Deps, by: &Member, id: &ClaimId, typed: &Typed) -> Result<Timestamp, Error> {
    let work = Work::begin_job(deps).await?;
    let claim = own(&work, by, id).await?;
    if matches!(claim.state.as_str(), "claimed" | "sent_back" | "expired") {
        let draft = serde_json::to_string(&typed.answers).map_err(Error::broken)?;
        rows::save_draft(&work.tx, id.as_str(), &draft, typed.active_seconds, work.now()).await?;
    }
    let now = work.now();
    work.commit(now).await
}

/// What follows a submission.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Submitted {
    /// The batch, from which the next task comes.
    pub batch: BatchId,
    /// Whether the answer was right, where that is known and the member was not told before.
    #[serde(default)]
    pub met: Option<bool>,
    /// Whether the contract names other hazards by now than when this was claimed: nobody goes on to the next without reading them.
    #[serde(default)]
    pub stop: bool,
}

/// Hands the answer in. Where that is refused, the text is kept as a draft.
///
/// # Errors
/// An answer that does not fit its form; a claim that is not held any more.
pub async fn submit(deps: &Deps, by: &Member, once: &Once, id: &ClaimId, typed: &Typed) -> Result<Submitted, Error> {
    match hand_in(deps, by, once, id, typed).await {
        // An old form sent again says nothing about what is in the draft by now.
        Err(Error::Refused(refusals)) if !refusals.iter().any(|refusal| refusal.code.starts_with("form-")) => {
            save_draft(deps, by, id, typed).await?;
            Err(Error::Refused(refusals))
        }
        other => other,
    }
}

async fn hand_in(deps: &Deps, by: &Member, once: &Once, id: &ClaimId, typed: &Typed) -> Result<Submitted, Error> {
    let work = begin!(deps, by.actor(), once);
    let claim = own(&work, by, id).await?;
    let now = work.now();
    let form = form_of(&claim)?;
    // Drafts save the seconds now and then; the answer brings the latest count. Of what is done on another page ours sees next to nothing.
    let elsewhere = claim.payload_kind == "link" || form.external().is_some();
    let active_seconds = if elsewhere { 0 } else { claim.active_seconds.max(typed.active_seconds) };
    let state = claims::Claim { active_seconds, ..state_of(&claim)? };
    claims::check_held(&state, now)?;
    let draft = serde_json::to_string(&typed.answers).map_err(Error::broken)?;
    let mut task = task_of(&claim)?;
    task.result = external::find_result(&work.tx, &claim.id).await?.as_ref().map(given);
    let read = form.read(&typed.answers, &task)?;
    let answer = json::write(&read);
    let measured = claims::measure(&state, now);
    let (_, book) = rules::current(&work.tx).await?;
    let handed = Handed {
        answer: &answer,
        draft: &draft,
        seconds: measured.seconds,
        measured: if measured.active { "active" } else { "elapsed" },
        review_by: now.plus_days(book.review.silence_days),
    };
    rows::set_submitted(&work.tx, id.as_str(), &handed, now).await?;
    if claim.copies > 1 {
        rows::settle_silence(&work.tx, &claim.task_id, rules::silence_of(&book, now)).await?;
    }
    let answers = forms::answers_of(read);
    suggestions::note(&work, &claim, &answers).await?;
    let met = gold::note(&work, by.id(), &claim, answers).await?;
    let batch = BatchId::parse(&claim.batch_id).map_err(Error::broken)?;
    let stop = hazards::have_changed(&work.tx, &claim).await?;
    work.commit(Submitted { batch, met, stop }).await
}

/// Gives the task back. Nothing is held against anybody.
///
/// # Errors
/// Not held any more.
pub async fn release(deps: &Deps, by: &Member, once: &Once, id: &ClaimId) -> Result<(), Error> {
    let mut work = begin!(deps, by.actor(), once);
    let claim = own(&work, by, id).await?;
    claims::check_held(&state_of(&claim)?, work.now())?;
    end_claim(&mut work, &claim).await?;
    // Whoever leaves a task does not go on to the next.
    for ready in rows::list_ahead(&work.tx, by.id()).await?.iter().filter(|ready| ready.batch_id == claim.batch_id) {
        end_claim(&mut work, ready).await?;
    }
    work.commit(()).await
}

/// Gives back everything that a member holds: they leave, and nothing is granted to them from here on.
///
/// # Errors
/// [`Error::NotFound`] for whoever has left.
pub(crate) async fn release_all(work: &mut Work<'_>, member: &MemberId) -> Result<(), Error> {
    hold(work, member).await?;
    // First the contracts' locks, in one order, as everybody takes them; what was handed in before they came stays so. What awaits its
    // verdict is on contracts, too, and may go to somebody uninvolved: a lock that is taken later would be out of that order.
    for contract in departures::list_contracts_of(&work.tx, member).await? {
        contracts::load_held(&work.tx, &ContractId::parse(&contract).map_err(Error::broken)?).await?;
    }
    for held in rows::list_unfinished(&work.tx, member).await? {
        end_claim(work, &held).await?;
    }
    Ok(())
}

/// Holds a member who has not left.
async fn hold(work: &Work<'_>, member: &MemberId) -> Result<(), Error> {
    if rows::hold_member(&work.tx, member).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Extends the limit once.
///
/// # Errors
/// Extended before; not held any more.
pub async fn extend(deps: &Deps, by: &Member, once: &Once, id: &ClaimId) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let claim = own(&work, by, id).await?;
    let (_, book) = rules::current(&work.tx).await?;
    let due = claims::extend(&book, &state_of(&claim)?, work.now())?;
    rows::set_due(&work.tx, id.as_str(), due).await?;
    work.commit(()).await
}

/// A member's own claim, with why it came back, if it did.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's.
pub async fn find_own(deps: &Deps, by: &Member, id: &ClaimId) -> Result<(Claim, Option<reviews::Returned>), Error> {
    let reader = deps.db.read();
    let claim = rows::find_claim(&reader, id).await?.filter(|claim| is_theirs(claim, by)).ok_or(Error::NotFound)?;
    let returned = reviews::find_returned(&reader, &claim.id).await?;
    Ok((claim, returned))
}

/// Whether a member can still write to a claim of theirs.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's.
pub async fn is_held(deps: &Deps, by: &Member, id: &ClaimId) -> Result<bool, Error> {
    let (claim, _) = find_own(deps, by, id).await?;
    Ok(claims::check_held(&state_of(&claim)?, deps.clock.now()).is_ok())
}

/// The first item of a client's own batch, as a member would have it in hand now. Nobody claims it, and nothing is written.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's; `batch-empty` while it has no items.
pub async fn sample(deps: &Deps, by: &ClientUser, id: &BatchId) -> Result<Claim, Error> {
    let batch = find_own_batch(deps, by, id).await?;
    let moment = deps.db.snapshot().await?;
    let (_, book) = rules::current(&moment).await?;
    let (now, size) = (deps.clock.now(), ledger::head(&moment).await?.size);
    let due = now.plus_secs(claims::limit_secs(&book, batch.seconds));
    rows::find_sample(&moment, id, size, now, due).await?.ok_or_else(|| Refusal::new("batch-empty").field("items").into())
}

/// Claims that a member holds now.
///
/// # Errors
/// When the database fails.
pub async fn list_held(deps: &Deps, by: &Member) -> Result<Vec<Claim>, Error> {
    Ok(rows::list_held(&deps.db.read(), by.id(), deps.clock.now()).await?)
}

/// What stands in the form of a claim: what was typed last.
///
/// # Errors
/// When its row is damaged.
pub fn draft_of(claim: &Claim) -> Result<Given, Error> {
    claim.draft.as_deref().map_or(Ok(Given::new()), |draft| forms::draft_of(draft).map_err(Error::broken))
}

/// A member's claims in one state, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_of_member(deps: &Deps, by: &Member, state: &str, limit: i64) -> Result<Vec<Claim>, Error> {
    Ok(rows::list_of_member(&deps.db.read(), by.id(), state, limit).await?)
}

/// The answer form of a claim.
///
/// # Errors
/// When its row is damaged.
pub fn form_of(claim: &Claim) -> Result<Form, Error> {
    serde_json::from_str::<Form>(&claim.form).map_err(Error::broken)
}

/// What a claim's task shows.
///
/// # Errors
/// When its row is damaged.
pub fn task_of(claim: &Claim) -> Result<Task, Error> {
    let mut task = form_of(claim)?.task(&claim.payload).map_err(Error::broken)?;
    let side = |pixels: Option<i64>| pixels.and_then(|pixels| u32::try_from(pixels).ok());
    task.size = side(claim.picture_width).zip(side(claim.picture_height));
    Ok(task)
}

/// The answers of a claim by question name; none while it is not handed in.
///
/// # Errors
/// When its row is damaged.
pub fn answers_of(claim: &Claim) -> Result<Map<String, Value>, Error> {
    let stored = claim.answer.as_deref().map(serde_json::from_str).transpose().map_err(Error::broken)?;
    Ok(stored.map(forms::answers_of).unwrap_or_default())
}

/// What the worker gets of a claim's price, by the book given.
#[must_use]
pub fn share_of(book: &Book, claim: &Claim) -> Amount {
    book.worker_share(Amount::from_micros(claim.price))
}

/// The currency of a claim.
///
/// # Errors
/// When its row is damaged.
pub fn currency_of(claim: &Claim) -> Result<Currency, Error> {
    Currency::parse(&claim.currency).map_err(Error::broken)
}

pub(in crate::actions) fn state_of(claim: &Claim) -> Result<claims::Claim, Error> {
    let before = match claim.resumed_at {
        Some(_) => Some(Measured {
            seconds: claim.seconds.ok_or_else(|| Error::broken("work went back that was not measured"))?,
            active: claim.measured.as_deref() == Some("active"),
        }),
        None => None,
    };
    Ok(claims::Claim {
        state: claim.state.clone(),
        estimate: claim.estimate,
        begun_at: Timestamp::from_secs(claim.resumed_at.unwrap_or(claim.claimed_at)),
        due_at: Timestamp::from_secs(claim.due_at),
        extended: claim.extended != 0,
        active_seconds: claim.active_seconds,
        before,
    })
}

/// Loads a member's own claim under its contract's lock.
pub(in crate::actions) async fn own(work: &Work<'_>, by: &Member, id: &ClaimId) -> Result<Claim, Error> {
    let claim = rows::find_claim(&work.tx, id).await?.filter(|claim| is_theirs(claim, by)).ok_or(Error::NotFound)?;
    let contract = ContractId::parse(&claim.contract_id).map_err(Error::broken)?;
    contracts::load_held(&work.tx, &contract).await?;
    rows::find_claim(&work.tx, id).await?.ok_or(Error::NotFound)
}

/// What is only held ready is nobody's to work on yet.
fn is_theirs(claim: &Claim, by: &Member) -> bool {
    claim.member_id == by.id().as_str() && claim.ahead == 0
}

/// Ended contracts that one pass looks after.
const ENDED_A_PASS: u64 = 20;
