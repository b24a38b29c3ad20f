//! Pictures that a client sends: taken whole or not at all, seen by whoever works on them, judges them or sent them, and deleted
//! when their time is over.

mod deleting;
mod holding;
mod receiving;
mod unpack;
mod viewing;

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use manyhands_domain::files::{self as limits, PAYLOAD};
use manyhands_domain::ids::{BatchId, uuid_v4};
use manyhands_domain::items::{self, Item};
use manyhands_domain::pictures::Kind;
use manyhands_domain::refusal::Refusal;
use manyhands_store::files as rows;
use manyhands_store::tasks;

pub use self::deleting::{delete_due, list_deletions};
pub use self::holding::begin_anew;
use self::holding::remove_unkept;
pub(super) use self::holding::{Coming, let_go};
pub use self::receiving::{Received, Receiving};
use self::unpack::Unpacked;
pub(super) use self::viewing::is_with_its_member;
pub use self::viewing::{Picture, Shown, of_claim, of_item, of_review, shown};
use crate::actions::rights::ClientUser;
use crate::actions::{Batch, Begun, Error, Once, Work, batches};
use crate::deps::Deps;
use crate::looking::Far;

/// Takes what a client sent into a draft, all of it or nothing: rows of texts or addresses; or, where the batch shows pictures,
/// a ZIP of them or a single one.
///
/// # Errors
/// Every fault by line and column, or by the name of the file; `files-full` when the contract keeps too much.
pub async fn import(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, received: &Received) -> Result<u64, Error> {
    let batch = batches::find_own(deps, by, id).await?;
    let head = received.head()?;
    let pictures = limits::is_zip(&head) || Kind::of(&head).is_some();
    if batch.payload_kind == "image" && (pictures || received.is_called_a_picture()) {
        return import_pictures(deps, by, once, &batch, received).await;
    }
    if pictures {
        return Err(Refusal::new("files-no-pictures").field("items").into());
    }
    let mut rows = Vec::new();
    received.open()?.take(items::BYTES_LIMIT as u64 + 1).read_to_end(&mut rows)?;
    batches::import_whole(deps, by, once, id, Arc::new(rows)).await
}

/// How far an upload of pictures for a client's own batch is looked through, while one is.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's.
pub async fn find_looked(deps: &Deps, by: &ClientUser, id: &BatchId) -> Result<Option<Far>, Error> {
    let batch = batches::find_own(deps, by, id).await?;
    Ok(deps.files.looking().find(&batch.id))
}

async fn import_pictures(deps: &Deps, by: &ClientUser, once: &Once, batch: &Batch, received: &Received) -> Result<u64, Error> {
    // Before anything is unpacked, and below once more when nobody else writes.
    batches::check_draft(&deps.db.read(), batch, deps.clock.now()).await?;
    let mut unpacked = unpack(deps, batch, received).await?;
    let stage = unpacked.stage.take().ok_or_else(|| Error::broken("unpacked twice"))?;
    let hashes = unpacked.pictures.iter().map(|picture| picture.file.sha256.clone()).collect();
    let coming = Coming::bring(deps, stage, hashes).await?;
    match take_in(deps, by, once, batch, &unpacked, &coming).await {
        Ok((count, Some(released))) => {
            let_go(deps, &released).await;
            Ok(count)
        }
        // Sent before, and taken: what was unpacked again is not needed.
        Ok((count, None)) => {
            coming.given_up(deps).await;
            Ok(count)
        }
        Err(error) => {
            coming.given_up(deps).await;
            Err(error)
        }
    }
}

/// Reads, strips and decodes in a thread of its own; stops when nobody waits for it any more.
async fn unpack(deps: &Deps, batch: &Batch, received: &Received) -> Result<Unpacked, Error> {
    struct Stop(Arc<AtomicBool>);
    impl Drop for Stop {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let stop = Stop(Arc::default());
    let task = unpack::Task {
        upload: received.open()?,
        again: received.open()?,
        name: received.name().to_owned(),
        stage: deps.files.stage(&deps.random)?,
        most: deps.files.limits().contract_bytes,
        decoding: deps.files.decoding(),
        look: deps.files.looking().begin(&batch.id),
        stopped: stop.0.clone(),
    };
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || task.run(&runtime)).await.map_err(Error::broken)?
}

/// How many there are, and what nobody shows any more; nothing of that where the same form was taken before.
async fn take_in(
    deps: &Deps,
    by: &ClientUser,
    once: &Once,
    batch: &Batch,
    unpacked: &Unpacked,
    coming: &Coming,
) -> Result<(u64, Option<Vec<String>>), Error> {
    let work = match Work::begin(deps, by.actor(), once).await? {
        Begun::Fresh(work) => work,
        Begun::Done(count) => return Ok((count, None)),
    };
    let id = BatchId::parse(&batch.id).map_err(Error::broken)?;
    let batch = batches::draft_of(&work, by, &id).await?;
    rows::hold_folder(&work.tx).await?;
    let pictures = &unpacked.pictures;
    let items: Vec<Item> = pictures
        .iter()
        .map(|picture| Item { id: picture.id.clone(), payload: format!("{PAYLOAD}{}", picture.file.sha256), known: None, suggestion: None })
        .collect();
    let ids = std::iter::repeat_with(|| uuid_v4(deps.random.bytes()));
    tasks::replace(&work.tx, &batch.id, batch.copies, &items, ids).await?;
    let released = rows::release_unshown(&work.tx, &batch.contract_id, work.now()).await?;
    let kept = rows::sum_kept(&work.tx, &batch.contract_id).await?;
    let mut distinct: Vec<rows::File> = pictures.iter().map(|picture| picture.file.clone()).collect();
    distinct.sort_by(|one, other| one.sha256.cmp(&other.sha256));
    distinct.dedup_by(|one, other| one.sha256 == other.sha256);
    rows::keep(&work.tx, &batch.contract_id, &distinct, work.now()).await?;
    let all = rows::sum_kept(&work.tx, &batch.contract_id).await?;
    limits::check_room(kept, all.saturating_sub(kept), deps.files.limits().contract_bytes)?;
    let views = pictures.iter().filter_map(|picture| u64::try_from(picture.file.view_bytes).ok()).collect();
    rows::set_picture_bytes(&work.tx, &id, limits::median(views)).await?;
    coming.arrived(&work).await?;
    let count = work.commit(items.len() as u64).await?;
    Ok((count, Some(released.into_iter().map(|file| file.sha256).collect())))
}

/// After rows of texts or addresses took the place of a draft's items: its pictures are let go of. The bytes go with the next
/// [`tidy`].
///
/// # Errors
/// When the database fails.
pub(super) async fn release(work: &Work<'_>, batch: &Batch) -> Result<(), Error> {
    if batch.picture_bytes.is_some() {
        rows::release_unshown(&work.tx, &batch.contract_id, work.now()).await?;
        rows::set_picture_bytes(&work.tx, &BatchId::parse(&batch.id).map_err(Error::broken)?, None).await?;
    }
    Ok(())
}

/// Removes every file that no contract keeps: what a crash left, or rows that took the place of pictures.
///
/// # Errors
/// When the database, the folder or the object store fails.
pub async fn tidy(deps: &Deps) -> Result<u64, Error> {
    holding::forget_old(deps).await?;
    let begun = deps.clock.now();
    let mut hashes = deps.files.list().await?;
    let kept = rows::list_kept(&deps.db.read()).await?;
    hashes.retain(|hash| !kept.contains(hash));
    // Listed or not: what became of those that could not be removed is not known.
    hashes.extend(rows::list_failed(&deps.db.read()).await?);
    hashes.sort();
    hashes.dedup();
    // Those that somebody puts there at this moment are looked at again, when nobody can.
    let removed = remove_unkept(deps, &hashes).await?;
    deleting::note_gone(deps, None, begun).await?;
    Ok(removed)
}
