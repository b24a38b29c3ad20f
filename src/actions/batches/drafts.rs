//! A client's own batch under its contract's lock, and whether it is a draft that can still be changed.

use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::batches::{self as rows, Batch};
use manyhands_store::{Sql, contracts};

use crate::actions::contracts::life;
use crate::actions::rights::ClientUser;
use crate::actions::{Error, Work};
use crate::deps::Deps;

pub(crate) async fn own(work: &Work<'_>, by: &ClientUser, id: &BatchId) -> Result<Batch, Error> {
    let batch = rows::find_batch(&work.tx, id).await?.filter(|batch| batch.client_id == by.client().as_str());
    let batch = batch.ok_or(Error::NotFound)?;
    let contract = ContractId::parse(&batch.contract_id).map_err(Error::broken)?;
    contracts::load_held(&work.tx, &contract).await?;
    // Read again under the contract's lock.
    rows::find_batch(&work.tx, id).await?.ok_or(Error::NotFound)
}

/// A client's own draft, which can still be changed.
pub(crate) async fn draft_of(work: &Work<'_>, by: &ClientUser, id: &BatchId) -> Result<Batch, Error> {
    let batch = own(work, by, id).await?;
    check_draft(&work.tx, &batch, work.now()).await?;
    Ok(batch)
}

/// Whether a batch takes items and changes: not once it is open, and not when its contract is over. What came after that would never be
/// worked on, and nobody would delete it: what is deleted of a batch is deleted once. A contract that is paused, or ends by a notice that
/// runs, is prepared for as any other.
pub(crate) async fn check_draft(on: &impl Sql, batch: &Batch, now: Timestamp) -> Result<(), Error> {
    check_never_opened(batch)?;
    let contract = ContractId::parse(&batch.contract_id).map_err(Error::broken)?;
    let contract = contracts::find_contract(on, &contract).await?.ok_or(Error::NotFound)?;
    if life::standing_of(on, &contract).await?.is_over(now) { Err(Refusal::new("contract-over").into()) } else { Ok(()) }
}

/// Whether it is a draft, whatever became of its contract.
pub(crate) fn check_never_opened(batch: &Batch) -> Result<(), Refusal> {
    if batch.state == "draft" { Ok(()) } else { Err(Refusal::new("batch-not-draft")) }
}

/// Whether a batch can still be changed, for its page.
///
/// # Errors
/// When the database fails.
pub async fn is_changeable(deps: &Deps, batch: &Batch) -> Result<bool, Error> {
    match check_draft(&deps.db.read(), batch, deps.clock.now()).await {
        Ok(()) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
