//! Bytes on their way to their place, or out of it. No transaction waits for them, since they may go to another machine: what is
//! under way is noted before, so that nobody takes away what somebody else is just bringing, nor counts on what is just taken away.

use std::pin::Pin;
use std::time::Duration;

use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::files as rows;
use tokio::time::timeout;

use crate::actions::{Error, Work, new_uuid};
use crate::deps::Deps;
use crate::files::Stage;

/// Files that were brought to their place, until what shows them is written: [`Coming::arrived`] in its transaction, or
/// [`Coming::given_up`].
#[derive(Debug)]
#[must_use]
pub(in crate::actions) struct Coming {
    holder: String,
    hashes: Vec<String>,
}

impl Coming {
    /// Brings what was staged to its place, and keeps it there.
    ///
    /// # Errors
    /// The disk's or the object store's trouble; nothing of it stays then.
    pub(in crate::actions) async fn bring(deps: &Deps, stage: Stage, hashes: Vec<String>) -> Result<Coming, Error> {
        Coming::bring_within(deps, stage, hashes, Duration::MAX).await
    }

    /// The same, while somebody waits: a store that is too slow for that is away.
    ///
    /// # Errors
    /// As [`Coming::bring`].
    pub(in crate::actions) async fn bring_within(deps: &Deps, stage: Stage, hashes: Vec<String>, wait: Duration) -> Result<Coming, Error> {
        let coming = Coming::note(deps, hashes).await?;
        let settled = match timeout(wait, deps.files.settle(stage)).await {
            Ok(settled) => settled.map_err(Error::from),
            Err(_) => Err(Refusal::new("files-away").into()),
        };
        match settled {
            Ok(()) => Ok(coming),
            Err(error) => {
                coming.given_up(deps).await;
                Err(error)
            }
        }
    }

    async fn note(deps: &Deps, mut hashes: Vec<String>) -> Result<Coming, Error> {
        hashes.sort();
        hashes.dedup();
        let coming = Coming { holder: new_uuid(deps), hashes };
        let hashes: Vec<&str> = coming.hashes.iter().map(String::as_str).collect();
        for tried in 0..TRIES {
            let work = Work::begin_job(deps).await?;
            rows::hold_folder(&work.tx).await?;
            if rows::hold_coming(&work.tx, &coming.holder, &hashes, work.now()).await? {
                work.commit(()).await?;
                return Ok(coming);
            }
            drop(work);
            // The same bytes are just being removed: it is soon over. What could not be removed before is tried now.
            if tried == 0 {
                match try_again(deps, &coming.hashes).await {
                    Ok(0) => {}
                    Ok(_) => continue,
                    Err(error) => tracing::warn!(%error, "what could not be removed before could not be removed now, either"),
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Refusal::new("files-away").into())
    }

    /// What shows them is written in this transaction.
    pub(in crate::actions) async fn arrived(&self, work: &Work<'_>) -> Result<(), Error> {
        Ok(rows::end_holds(&work.tx, &self.holder).await?)
    }

    /// Nothing shows them: those that nobody else keeps are removed again.
    pub(in crate::actions) async fn given_up(self, deps: &Deps) {
        if let Err(error) = end(deps, &self.holder).await {
            tracing::error!(%error, "it stays noted for a day that files are coming");
        }
        let_go(deps, &self.hashes).await;
    }
}

/// As [`remove_unkept`], after what was asked is done: what fails here is tried again within the hour, and nobody need know. Nobody waits
/// for another machine, either.
pub(in crate::actions) fn let_go<'a>(deps: &'a Deps, hashes: &[String]) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
    let (own, hashes) = (deps.clone(), hashes.to_vec());
    // Boxed, since it commits, and every commit may let go of something.
    let removing = Box::pin(async move {
        if let Err(error) = remove_unkept(&own, &hashes).await {
            tracing::error!(%error, "files that nobody keeps could not be removed; it is tried again");
        }
    });
    if deps.files.bucket().is_some() {
        tokio::spawn(removing);
        return Box::pin(std::future::ready(()));
    }
    removing
}

/// Removes those of these files that no contract keeps and nobody is bringing; how many. One that cannot be removed stays noted as going,
/// since nobody knows whether it is still there: nobody brings it anew before it was tried again and is gone.
///
/// # Errors
/// When the database fails, or one could not be removed; the others are gone then.
pub(in crate::actions) async fn remove_unkept(deps: &Deps, hashes: &[String]) -> Result<u64, Error> {
    let (mut removed, mut failed) = (0, None);
    for some in hashes.chunks(REMOVED_AT_ONCE) {
        let (holder, mut going) = (new_uuid(deps), Vec::new());
        let work = Work::begin_job(deps).await?;
        rows::hold_folder(&work.tx).await?;
        for hash in some {
            if !rows::is_in_use(&work.tx, hash).await? {
                going.push(hash.clone());
            }
        }
        if going.is_empty() {
            continue;
        }
        rows::hold_going(&work.tx, &holder, &going.iter().map(String::as_str).collect::<Vec<_>>(), work.now()).await?;
        work.commit(()).await?;
        let done = deps.files.remove(&going).await;
        let work = Work::begin_job(deps).await?;
        rows::end_going(&work.tx, &holder, &done.gone.iter().map(String::as_str).collect::<Vec<_>>(), work.now()).await?;
        work.commit(()).await?;
        removed += done.gone.len() as u64;
        failed = failed.or(done.failed);
        if done.gone.is_empty() {
            // The store is away, and is for the rest as well.
            break;
        }
    }
    failed.map_or(Ok(removed), |error| Err(error.into()))
}

/// Removes those of these that could not be removed before; how many went.
async fn try_again(deps: &Deps, among: &[String]) -> Result<u64, Error> {
    let mut failed = rows::list_failed(&deps.db.read()).await?;
    failed.retain(|hash| among.binary_search(hash).is_ok());
    remove_unkept(deps, &failed).await
}

/// Forgets what was on its way when the program ended: nobody is bringing or removing anything yet.
///
/// # Errors
/// When the database fails.
pub async fn begin_anew(deps: &Deps) -> Result<(), Error> {
    forget_before(deps, Timestamp::from_secs(i64::MAX)).await
}

/// Forgets what was on its way for a day: whoever brought it broke off.
pub(super) async fn forget_old(deps: &Deps) -> Result<(), Error> {
    forget_before(deps, deps.clock.now().plus_days(-1)).await
}

async fn forget_before(deps: &Deps, before: Timestamp) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    rows::forget_holds(&work.tx, before).await?;
    work.commit(()).await
}

async fn end(deps: &Deps, holder: &str) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    rows::end_holds(&work.tx, holder).await?;
    work.commit(()).await
}

const REMOVED_AT_ONCE: usize = 500;
/// A quarter of a minute in all: whoever waits hears of it before a proxy gives up.
const TRIES: u32 = 30;
const PAUSE: Duration = Duration::from_millis(500);
