//! Pictures and tools' results go when their time is over, and the client can read that they did.

use manyhands_domain::ids::ContractId;
use manyhands_domain::time::Timestamp;
use manyhands_store::files::{self as rows, Deletion};
use manyhands_store::{contracts, external, suggestions};

use super::holding::remove_unkept;
use crate::actions::rights::ClientUser;
use crate::actions::{Error, Work};
use crate::deps::Deps;

/// Deletes the pictures and results of batches whose work was all accepted, or whose contract ended, so many days ago; how many went. A
/// picture that another batch still shows stays. Safe to repeat.
///
/// # Errors
/// When the database or the folder fails.
pub async fn delete_due(deps: &Deps) -> Result<u64, Error> {
    let ended_by = deps.clock.now().plus_days(-deps.files.limits().keep_days);
    let mut deleted = 0;
    for due in rows::list_due(&deps.db.read(), ended_by, BATCHES_A_PASS).await? {
        let work = Work::begin_job(deps).await?;
        let contract = ContractId::parse(&due.contract_id).map_err(Error::broken)?;
        contracts::load_held(&work.tx, &contract).await?;
        rows::hold_folder(&work.tx).await?;
        if !rows::note_deletion(&work.tx, &due, work.now()).await? {
            continue;
        }
        let mut released = rows::release_unshown(&work.tx, &due.contract_id, work.now()).await?;
        suggestions::blank(&work.tx, &due.id).await?;
        released.extend(external::release_of_batch(&work.tx, &due.id, work.now()).await?);
        let bytes = released.iter().map(|file| file.bytes).sum();
        let files = i64::try_from(released.len()).map_err(Error::broken)?;
        rows::set_deleted(&work.tx, &due.id, (files, bytes)).await?;
        work.commit(()).await?;
        let hashes: Vec<String> = released.into_iter().map(|file| file.sha256).collect();
        match remove_unkept(deps, &hashes).await {
            Ok(removed) => {
                deleted += removed;
                note_gone(deps, Some(&due.id), deps.clock.now()).await?;
            }
            // Nobody sees them any more; their bytes go with a later pass, and until then the record says so.
            Err(error) => tracing::error!(batch = due.id, %error, "files whose time is over could not be removed; it is tried again"),
        }
    }
    Ok(deleted)
}

/// Notes that the bytes of what was deleted until a moment have gone.
pub(super) async fn note_gone(deps: &Deps, batch: Option<&str>, until: Timestamp) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    rows::set_gone(&work.tx, batch, until, work.now()).await?;
    work.commit(()).await
}

/// What was deleted of a client's contract, newest first.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn list_deletions(deps: &Deps, by: &ClientUser, contract: &ContractId) -> Result<Vec<Deletion>, Error> {
    crate::actions::contracts::find_own(deps, by, contract).await?;
    Ok(rows::list_deletions(&deps.db.read(), contract.as_str()).await?)
}

const BATCHES_A_PASS: u64 = 100;
