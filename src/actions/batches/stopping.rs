//! An opened batch stops and goes on: paused and opened again by its client, or taken back where nobody can claim in it any more.

use manyhands_domain::contracts::life::{Side, check_notice_days};
use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_domain::refusal::Refusal;
use manyhands_store::batches as rows;
use manyhands_store::claims::{Of, begin_silence};
use manyhands_store::{contracts, tasks};

use super::{check_asked, own};
use crate::actions::contracts::life;
use crate::actions::rights::ClientUser;
use crate::actions::{Error, Once, Work, begin, claims, rules};
use crate::deps::Deps;

/// Pauses an open batch, or opens a paused one again. Held claims stay. One that a recovery brought back is opened by this as a draft is:
/// its client says that items and questions are the right ones, and they are looked at.
///
/// # Errors
/// When it is in neither state; when the client gave notice: members have its days to work in; `batch-back-unfit` with what is wrong with
/// one that was brought back.
pub async fn pause(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, paused: bool) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let batch = own(&work, by, id).await?;
    let contract = ContractId::parse(&batch.contract_id).map_err(Error::broken)?;
    let stands = life::standing_of(&work.tx, &contracts::load_held(&work.tx, &contract).await?).await?;
    if stands.is_over(work.now()) {
        return Err(Refusal::new("contract-over").into());
    }
    if paused {
        check_notice_days(&stands, Side::Client)?;
    }
    if !paused && batch.paused_for.is_some() {
        let number = batch.paused_for.unwrap_or_default();
        return Err(Refusal::new("batch-price-asked").with("proposal", format!("P-{number}")).into());
    }
    if !paused && batch.is_unsure() {
        // Nothing of it can be changed any more: the way out is to take it back.
        check_asked(&work, &batch).await.map_err(|error| match error {
            Error::Refused(refusals) => [vec![Refusal::new("batch-back-unfit")], refusals].concat().into(),
            other => other,
        })?;
    }
    let now = work.now();
    let moved = if paused { rows::pause(&work.tx, id.as_str(), now).await? } else { rows::reopen(&work.tx, id.as_str(), now).await? };
    if !moved {
        return Err(Refusal::new("batch-state").into());
    }
    work.commit(()).await
}

/// Takes back what nobody has claimed of a batch below its contract's level, in which nobody can claim any more, or of one that a recovery
/// brought back and that is not what its client opened; how many answers. What members hold stays theirs. A batch in which work can be
/// claimed ends with its contract, after its notice.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's; `contract-over`; `batch-not-raised`; `batch-none-free`.
pub async fn withdraw_free(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId) -> Result<i64, Error> {
    let mut work = begin!(deps, by.actor(), once);
    let batch = own(&work, by, id).await?;
    let contract = ContractId::parse(&batch.contract_id).map_err(Error::broken)?;
    let row = contracts::load_held(&work.tx, &contract).await?;
    if life::standing_of(&work.tx, &row).await?.is_over(work.now()) {
        return Err(Refusal::new("contract-over").into());
    }
    if batch.opened_index.is_none() || (batch.level >= row.level && !batch.is_unsure()) {
        return Err(Refusal::new("batch-not-raised").into());
    }
    // Nobody claims there, so nobody set free what ran out.
    let before = taken_back(&work, id).await?;
    claims::free_overdue(&mut work, &batch.contract_id).await?;
    tasks::withdraw_free(&work.tx, id.as_str(), work.now()).await?;
    // What runs out after the first time goes by itself.
    let taken = taken_back(&work, id).await?.saturating_sub(before);
    if taken == 0 {
        return Err(Refusal::new("batch-none-free").into());
    }
    if batch.is_unsure() {
        // Nothing of it is left to claim, and nothing to look at: paused it would be in the way of its contract's end.
        rows::reopen(&work.tx, id.as_str(), work.now()).await?;
    }
    begin_silence(&work.tx, Of::Batch(id.as_str()), rules::silence(&work.tx, work.now()).await?).await?;
    work.commit(taken).await
}

async fn taken_back(work: &Work<'_>, id: &BatchId) -> Result<i64, Error> {
    Ok(rows::find_batch(&work.tx, id).await?.ok_or(Error::NotFound)?.tasks_withdrawn)
}
