//! The next task of a member at work, held ready beside the one in hand, so that its picture can come ahead. It is a claim like any
//! other, in their name, within the most they may hold and covered by escrow; only not begun, and for minutes.

use manyhands_domain::claims as rule;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use manyhands_domain::refusal::Refusal;
use manyhands_store::claims::{self as rows, Begun, Claim};
use manyhands_store::contracts;

use super::{Offered, end_claim, offered, own, state_of, take};
use crate::actions::rights::Member;
use crate::actions::{Error, Once, Work, begin, hazards};
use crate::deps::Deps;

/// Holds the next task of the batch ready for whoever works on this claim; the same one again while it is held.
///
/// # Errors
/// As [`super::claim`]; a claim that is not held any more.
pub async fn keep_ready(deps: &Deps, by: &Member, once: &Once, id: &ClaimId) -> Result<Claim, Error> {
    let ready = hold(deps, by, once, id).await?;
    rows::find_claim(&deps.db.read(), &ready).await?.filter(|claim| claim.member_id == by.id().as_str()).ok_or(Error::NotFound)
}

async fn hold(deps: &Deps, by: &Member, once: &Once, id: &ClaimId) -> Result<ClaimId, Error> {
    let mut work = begin!(deps, by.actor(), once);
    super::hold(&work, by.id()).await?;
    let held = own(&work, by, id).await?;
    let state = state_of(&held)?;
    rule::check_held(&state, work.now())?;
    if hazards::have_changed(&work.tx, &held).await? {
        return Err(Refusal::new("hazard-changed").into());
    }
    let batch = BatchId::parse(&held.batch_id).map_err(Error::broken)?;
    let offered = offered(&mut work, by, &batch).await?;
    let ready = match &offered.ready {
        Some(ready) => ClaimId::parse(&ready.id).map_err(Error::broken)?,
        None => {
            let ready = take(&work, by, &offered, rule::ready_until(&state, work.now())).await?;
            rows::set_ahead(&work.tx, &ready).await?;
            ready
        }
    };
    work.commit(ready).await
}

/// Begins what was held ready: claimed now, at the price and by the book of now.
pub(super) async fn begin(work: &Work<'_>, offered: &Offered, ready: &Claim) -> Result<ClaimId, Error> {
    let batch = &offered.batch;
    let begun = Begun { claimed_size: offered.size, price: batch.price, currency: &batch.currency, due: offered.due };
    rows::begin_ahead(&work.tx, &ready.id, &begun, work.now()).await?;
    contracts::add_held(&work.tx, &batch.contract_id, batch.price - ready.price).await?;
    ClaimId::parse(&ready.id).map_err(Error::broken)
}

/// Gives back whatever is held ready.
pub(crate) async fn drop_ready(deps: &Deps, by: &Member) -> Result<(), Error> {
    drop_elsewhere(deps, by, "").await
}

/// Gives back what is held ready of other batches: whoever goes on elsewhere does not need it. A transaction of its own, since it takes
/// another contract's lock.
pub(super) async fn drop_elsewhere(deps: &Deps, by: &Member, batch: &str) -> Result<(), Error> {
    for ready in rows::find_ahead_elsewhere(&deps.db.read(), by.id(), batch).await? {
        let mut work = Work::begin_job(deps).await?;
        let contract = ContractId::parse(&ready.contract_id).map_err(Error::broken)?;
        contracts::load_held(&work.tx, &contract).await?;
        let ready = rows::list_ahead(&work.tx, by.id()).await?.into_iter().find(|now| now.id == ready.id);
        if let Some(ready) = ready {
            end_claim(&mut work, &ready).await?;
        }
        work.commit(()).await?;
    }
    Ok(())
}
