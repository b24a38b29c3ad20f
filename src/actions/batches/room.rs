//! How much may be added to a contract that stays there: batches, and the items in them.

use manyhands_domain::batches::check_begun;
use manyhands_domain::contracts::life::moves;
use manyhands_domain::files::check_items_room;
use manyhands_store::batches::Batch;
use manyhands_store::{batches as rows, files};

use crate::actions::{Error, Work};

/// Refuses one more batch on a contract, whose lock is held, where there are too many.
pub(super) async fn check_another(work: &Work<'_>, contract: &str) -> Result<(), Error> {
    let (unopened, today) = rows::count_begun(&work.tx, contract, moves::a_day_before(work.now())).await?;
    Ok(check_begun(unopened, today)?)
}

/// What a draft's contract keeps, bytes.
pub(crate) async fn kept(work: &Work<'_>, batch: &Batch) -> Result<u64, Error> {
    Ok(files::sum_kept(&work.tx, &batch.contract_id).await?)
}

/// Refuses the items that stand in a draft now, with what came beside them, where its contract keeps too much with them. It kept so many
/// bytes before: what takes no more room than what it took the place of is never refused.
pub(crate) async fn check_items(work: &Work<'_>, batch: &Batch, before: u64) -> Result<(), Error> {
    let more = kept(work, batch).await?.saturating_sub(before);
    if more == 0 {
        return Ok(());
    }
    Ok(check_items_room(before, more, work.deps().files.limits().contract_bytes)?)
}
