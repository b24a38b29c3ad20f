//! What passed and whose day has come: the rule book changes, a client's price does or its batch takes no new claims, a contract gets
//! its notice, a role begins or ends, a member is to leave. In the order of the days, then of the numbers; each once, or it lapses with
//! its reason.

use manyhands_domain::contracts::life::{Next, decide_voted};
use manyhands_domain::ids::{BatchId, ContractId, MemberId, ProposalId};
use manyhands_domain::money::Amount;
use manyhands_domain::notices::Notice;
use manyhands_domain::proposals::enacting as rule;
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::refusal::Refusal;
use manyhands_store::proposals::due::Due;
use manyhands_store::proposals::{self as rows, Proposal, due};
use manyhands_store::{batches, contracts, departures, people};
use serde_json::Value;

use crate::actions::asks;
use crate::actions::batches::{offer_of, tell_fallen};
use crate::actions::contracts::life;
use crate::actions::proposals::closing::{AGAIN_SECS, set_aside};
use crate::actions::proposals::voted::{as_voted, find_act};
use crate::actions::proposals::{act_of, id_of, telling};
use crate::actions::rights::Coordinator;
use crate::actions::{Error, Work, leaving, rules};
use crate::deps::Deps;

/// Brings about what passed and whose day has come; how much did. Safe to repeat. What fails is tried again, and whatever depends on it
/// waits with it: nothing overtakes an earlier change of the same rules, contract or roles. What depends on it is by its document, since
/// a row that fails may say anything; where that is missing, too, all that is due later waits.
///
/// # Errors
/// When the database fails.
pub async fn enact_due(deps: &Deps) -> Result<u64, Error> {
    let (mut done, mut behind) = (0, Vec::new());
    for due in due::list_to_enact(&deps.db.read(), deps.clock.now(), A_PASS).await? {
        let act = read(&due);
        let waits = act.as_ref().is_some_and(|act| behind.iter().any(|earlier| rule::waits_for(act, earlier)));
        if due.ready == 1 && !waits {
            let tried = match act {
                Some(_) => enact_one(deps, due.number).await,
                None => Err(Error::broken("its row cannot be read")),
            };
            match tried {
                Ok(enacted) => {
                    done += u64::from(enacted);
                    continue;
                }
                Err(error) => {
                    tracing::error!(proposal = due.number, %error, "what was voted could not be brought about; it is tried again");
                    set_aside(deps, due.number, deps.clock.now().plus_secs(AGAIN_SECS)).await;
                }
            }
        }
        match find_act(&deps.db.read(), due.number).await? {
            Some(voted) => behind.push(voted),
            None => {
                tracing::error!(proposal = due.number, "what was voted cannot be found; all that is due later waits");
                break;
            }
        }
    }
    leaving::carry_out_exclusions(deps).await?;
    Ok(done + settle_finished(deps).await?)
}

/// Prices that are asked for batches in which no work is left by now; how many.
async fn settle_finished(deps: &Deps) -> Result<u64, Error> {
    let (reader, mut done) = (deps.db.read(), 0);
    for due in due::list_unsettled(&reader, deps.clock.now(), A_PASS).await? {
        let Some(Act::PriceAsk { batch, .. }) = read(&due) else { continue };
        if !batches::find_batch(&reader, &batch).await?.is_some_and(|batch| batch.is_finished()) {
            continue;
        }
        match settle_one(deps, due.number).await {
            Ok(settled) => done += u64::from(settled),
            Err(error) => {
                tracing::error!(proposal = due.number, %error, "a price whose batch is finished could not be settled; it is tried again");
                set_aside(deps, due.number, deps.clock.now().plus_secs(AGAIN_SECS)).await;
            }
        }
    }
    Ok(done)
}

async fn settle_one(deps: &Deps, number: i64) -> Result<bool, Error> {
    let id = ProposalId::from_number(u64::try_from(number).map_err(Error::broken)?);
    let mut work = Work::begin_job(deps).await?;
    let row = rows::load_held(&work.tx, &id).await?;
    let settled = asks::settle_finished(&mut work, &row).await?;
    work.commit(settled).await
}

fn read(due: &Due) -> Option<Act> {
    let about: Value = serde_json::from_str(&due.about).ok()?;
    Act::read(&due.act, about.as_object()?)
}

/// Whether something is due that this must not overtake, whatever its own day was: it comes after all that is due by now.
pub(super) async fn is_behind(work: &Work<'_>, row: &Proposal, act: &Act) -> Result<bool, Error> {
    for due in due::list_to_enact(&work.tx, work.now(), A_PASS).await?.into_iter().filter(|due| Some(due.number) != row.number) {
        if find_act(&work.tx, due.number).await?.is_none_or(|earlier| rule::waits_for(act, &earlier)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What passed, should hold for some minutes, and does not: it failed, or waits behind what did. For the office, in the order of the days.
///
/// # Errors
/// When the database fails.
pub async fn list_stuck(deps: &Deps, _by: &Coordinator) -> Result<Vec<Proposal>, Error> {
    Ok(due::list_stuck(&deps.db.read(), deps.clock.now().plus_secs(-STUCK_SECS), STUCK_MOST).await?)
}

/// What became of it.
enum Brought {
    /// Done, by the entry of this index if there is one.
    Done(Option<u64>),
    /// The client has not accepted the price: its batch takes no new claims, and the notice of the contract runs.
    Paused,
    /// The same, and the listing gives no days of notice: the contract has ended.
    Ended,
    /// Nothing: it was settled while this waited for the contract's lock.
    Settled,
}

async fn enact_one(deps: &Deps, number: i64) -> Result<bool, Error> {
    let id = ProposalId::from_number(u64::try_from(number).map_err(Error::broken)?);
    let mut work = Work::begin_job(deps).await?;
    let row = rows::load_held(&work.tx, &id).await?;
    if !is_due(&row) || row.enacts_at.is_none_or(|at| at > work.now().secs()) {
        return Ok(false);
    }
    let (row_id, title) = (row.id.clone(), row.title.clone());
    match bring(&mut work, &row).await {
        Ok(Brought::Done(index)) => {
            rows::set_outcome(&work.tx, &row_id, "done", (index, ""), work.now()).await?;
            let is_met = row.act == "price-ask" && index.is_none();
            tell(&mut work, &id, title, if is_met { asks::MET } else { &row.act }).await?;
        }
        Ok(Brought::Paused) => {
            rows::set_outcome(&work.tx, &row_id, "paused", (None, ""), work.now()).await?;
            tell(&mut work, &id, title, "paused").await?;
        }
        Ok(Brought::Ended) => tell(&mut work, &id, title, "ended").await?,
        Ok(Brought::Settled) => return Ok(false),
        Err(Error::Refused(refusals)) => {
            // Nothing of a refused change is written with its lapsing.
            drop(work);
            let reason = refusals.first().map_or("rule-unfit", |refusal| refusal.code);
            return lapse(deps, &id, reason).await;
        }
        Err(error) => return Err(error),
    }
    work.commit(true).await
}

/// Whether what passed is still to be brought about.
fn is_due(row: &Proposal) -> bool {
    matches!(row.outcome.as_deref(), Some("waiting" | "accepted" | "refused"))
}

/// A row as it stands once the contract's lock is held: whoever holds it answers, raises the price or ends the contract without the
/// row's own.
async fn still(work: &Work<'_>, row: &Proposal) -> Result<Option<Proposal>, Error> {
    Ok(rows::find_by_id(&work.tx, &row.id).await?.filter(is_due))
}

async fn tell(work: &mut Work<'_>, id: &ProposalId, title: String, what: &str) -> Result<(), Error> {
    telling::everybody(work, &Notice::VoteEnacted { proposal: id.to_string(), title, what: what.to_owned() }).await
}

async fn lapse(deps: &Deps, id: &ProposalId, code: &'static str) -> Result<bool, Error> {
    let mut work = Work::begin_job(deps).await?;
    let row = rows::load_held(&work.tx, id).await?;
    let act = act_of(&row).ok();
    if let Some(Act::PriceAsk { contract, .. } | Act::End(contract)) = &act {
        contracts::load_held(&work.tx, contract).await?;
    }
    // Whatever was settled since it was refused stays as it was settled.
    let Some(row) = still(&work, &row).await? else { return Ok(false) };
    if let Some(Act::PriceAsk { contract, batch, .. }) = act
        && code != "contract-over"
    {
        // Accepted after its day and under a newer floor by now: nothing stops or ends for it any more, nor for what it took the place of.
        asks::lift(&mut work, &row, &contract, &batch).await?;
        if row.outcome.as_deref() == Some("accepted") {
            for ask in asks::list_paused(&work.tx, &batch, &row).await? {
                asks::replace(&mut work, &ask, &batch).await?;
            }
        }
    }
    let reason = if LAPSES.contains(&code) { code } else { "other" };
    asks::lapse(&mut work, &row, reason).await?;
    work.commit(true).await
}

async fn bring(work: &mut Work<'_>, row: &Proposal) -> Result<Brought, Error> {
    match as_voted(&work.tx, row).await? {
        Act::Rules(patch) => {
            // Nobody else enacts or opens meanwhile: the book that is changed is the one in force at the entry's own index.
            work.ledger_size().await?;
            let (_, before) = rules::current(&work.tx).await?;
            let (draft, after) = rule::enact(&id_of(row)?, &before, &patch)?;
            let index = work.append(draft).await?;
            tell_fallen(work, &before, &after).await?;
            Ok(Brought::Done(Some(index)))
        }
        Act::PriceAsk { contract, batch, price, .. } => ask_or_pause(work, row, &contract, &batch, price).await,
        Act::End(contract) => {
            contracts::load_held(&work.tx, &contract).await?;
            if still(work, row).await?.is_none() {
                return Ok(Brought::Settled);
            }
            let index = life::end_by_vote(work, &contract, id_of(row)?.as_str()).await?;
            Ok(Brought::Done(index))
        }
        Act::Mandate(member, role) => {
            // Held as by an exclusion, which ended the roles of whoever waits to be taken off the roll: no vote gives one back meanwhile.
            departures::lock(&work.tx, &member).await?;
            // Whoever leaves by their own key holds the ledger, and not that lock.
            work.ledger_size().await?;
            let person = still_member(work, &member).await?;
            if departures::is_excluded(&work.tx, &member).await? {
                return Err(Refusal::new("proposal-member").into());
            }
            people::grant_role(&work.tx, &person, &role, work.now()).await?;
            Ok(Brought::Done(None))
        }
        Act::Recall(member, role) => {
            let person = still_member(work, &member).await?;
            // Of two who stop at once both saw the other. From here on nobody leaves but before or after this.
            work.ledger_size().await?;
            if role == "coordinator" && people::list_holders(&work.tx, "coordinator", "coordinator").await? == [person.clone()] {
                return Err(Refusal::new("leave-last-coordinator").into());
            }
            people::revoke_role(&work.tx, &person, &role).await?;
            Ok(Brought::Done(None))
        }
        Act::Exclusion(member) => {
            leaving::exclude(work, &member, row.number.unwrap_or_default()).await?;
            Ok(Brought::Done(None))
        }
        Act::Take(_) | Act::Text => Ok(Brought::Done(None)),
    }
}

/// `batch.repriced`, exactly as it was voted: for what is claimed from now on. The index of the entry.
pub(super) async fn reprice(
    work: &mut Work<'_>,
    row: &Proposal,
    contract: &ContractId,
    batch: &BatchId,
    price: Amount,
) -> Result<u64, Error> {
    let held = contracts::load_held(&work.tx, contract).await?;
    if life::standing_of(&work.tx, &held).await?.is_over(work.now()) {
        return Err(Refusal::new("contract-over").into());
    }
    work.ledger_size().await?;
    let (rule_index, book) = rules::current(&work.tx).await?;
    let priced = batches::find_batch(&work.tx, batch).await?.ok_or(Error::NotFound)?;
    let offer = manyhands_domain::batches::Offer { price, ..offer_of(&priced)? };
    manyhands_domain::batches::check_price(&book, &offer)?;
    let index = work.append(rule::reprice((contract, batch), price, rule_index, Some(&id_of(row)?))).await?;
    batches::set_price(&work.tx, batch.as_str(), price.micros(), work.now()).await?;
    Ok(index)
}

/// A price whose day has come: it holds where the client accepted it, and is met where the client pays as much already; else new claims
/// of the batch stop, and the contract's notice runs, given by the vote. One that was asked before and not accepted is asked no more.
async fn ask_or_pause(
    work: &mut Work<'_>,
    row: &Proposal,
    contract: &ContractId,
    batch: &BatchId,
    price: Amount,
) -> Result<Brought, Error> {
    let held = contracts::load_held(&work.tx, contract).await?;
    let Some(row) = &still(work, row).await? else { return Ok(Brought::Settled) };
    let standing = life::standing_of(&work.tx, &held).await?;
    if standing.is_over(work.now()) {
        return Err(Refusal::new("contract-over").into());
    }
    let priced = batches::find_batch(&work.tx, batch).await?.ok_or(Error::NotFound)?;
    let pays = priced.price;
    if pays < price.micros() && priced.is_finished() {
        // Nobody would be paid by it, so no contract ends for it.
        return Err(Refusal::new("price-batch-done").into());
    }
    let id = id_of(row)?;
    let before = asks::list_paused(&work.tx, batch, row).await?;
    let brought = match row.outcome.as_deref() {
        _ if pays >= price.micros() => Brought::Done(None),
        Some("accepted") => Brought::Done(Some(reprice(work, row, contract, batch, price).await?)),
        _ => Brought::Paused,
    };
    let mut noticed = false;
    for ask in before {
        // Still unanswered, the day of the first goes on to be the contract's last.
        if let Brought::Paused = brought {
            noticed |= life::hand_over_notice(work, contract, &ask.name(), id.as_str()).await?;
        }
        asks::replace(work, &ask, batch).await?;
    }
    let Brought::Paused = brought else {
        // Accepted after its day, behind what was due: its pause and its notice end with it.
        asks::lift(work, row, contract, batch).await?;
        return Ok(brought);
    };
    if noticed {
        batches::set_paused_for(&work.tx, batch.as_str(), row.number, work.now()).await?;
        return Ok(brought);
    }
    if let Next::Closed(_) = decide_voted(&standing, work.now())? {
        // Settled before the contract is closed: what else is asked of it ends there.
        rows::set_outcome(&work.tx, &row.id, "lapsed", (None, "price-not-accepted"), work.now()).await?;
        life::end_by_vote(work, contract, id.as_str()).await?;
        return Ok(Brought::Ended);
    }
    life::end_by_vote(work, contract, id.as_str()).await?;
    batches::set_paused_for(&work.tx, batch.as_str(), row.number, work.now()).await?;
    Ok(brought)
}

async fn still_member(work: &Work<'_>, member: &MemberId) -> Result<manyhands_domain::ids::PersonId, Error> {
    let person = people::person_of_member(&work.tx, member).await?;
    let standing = match &person {
        Some(person) => people::find_standing(&work.tx, person).await?,
        None => None,
    };
    let here = standing.is_some_and(|standing| standing.member.as_ref() == Some(member));
    person.filter(|_| here).ok_or_else(|| Refusal::new("proposal-member").into())
}

/// Reasons that have a sentence of their own.
pub const LAPSES: &[&str] = &[
    "rule-split-sum",
    "rule-nothing-changed",
    "rule-locked",
    "rule-name-long",
    "rule-book-long",
    "contract-over",
    "price-too-low",
    "proposal-member",
    "leave-last-coordinator",
    "price-asked-anew",
    "price-batch-done",
];
/// All that is due at once, in any co-op: whatever depends on something must see it in one list.
const A_PASS: u64 = 1_000;
/// The jobs look each second: what is later than this is no matter of a moment.
const STUCK_SECS: i64 = 600;
const STUCK_MOST: u64 = 20;
