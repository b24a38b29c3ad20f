//! What is worked out of a draft while nobody waits to write: a file is read and held against its items, or its items against other
//! questions, by a thread of its own. It holds if the draft still has the same [`Batch::draft_version`] once its lock is held; else
//! it is worked out anew.

use manyhands_domain::refusal::Refusal;
use manyhands_store::batches::Batch;

use super::draft_of;
use crate::actions::rights::ClientUser;
use crate::actions::{Error, Work};
use crate::deps::Deps;

/// A draft under its contract's lock, if it is as it was seen before.
///
/// # Errors
/// [`Error::NotFound`] for another client's; no draft.
pub(crate) async fn still(work: &Work<'_>, by: &ClientUser, seen: &Batch) -> Result<Option<Batch>, Error> {
    let id = manyhands_domain::ids::BatchId::parse(&seen.id).map_err(Error::broken)?;
    let batch = draft_of(work, by, &id).await?;
    Ok(Some(batch).filter(|batch| batch.draft_version == seen.draft_version))
}

/// Works something out away from the threads that answer, as many at once as the machine has room for.
///
/// # Errors
/// When it panics.
pub(crate) async fn apart<T: Send + 'static>(deps: &Deps, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let turn = deps.files.reading().acquire_owned().await.map_err(Error::broken)?;
    let working = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    working.await.map_err(Error::broken)
}

/// Colleagues changed the draft each time while it was worked on.
pub(crate) fn changed() -> Error {
    Refusal::new("batch-changed-meanwhile").into()
}

/// How often something is worked out anew because the draft has become another one meanwhile.
pub(crate) const TRIES: usize = 5;
