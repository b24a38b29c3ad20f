//! Files that tasks show, or that tools sent as results: which ones each contract keeps, and that they were deleted. Their bytes are
//! elsewhere.

use std::collections::BTreeSet;

use manyhands_domain::ids::BatchId;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, insert_rows, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

/// A file that a contract keeps.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct File {
    /// Of its bytes, hex.
    pub sha256: String,
    /// `jpeg`, `png`, `webp`.
    pub kind: String,
    /// Pixels across, upright.
    pub width: i64,
    /// Pixels down, upright.
    pub height: i64,
    /// As kept.
    pub bytes: i64,
    /// At first view.
    pub view_bytes: i64,
}

/// That a batch's files were deleted.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Deletion {
    /// The batch.
    pub batch_id: String,
    /// What it is called.
    pub title: String,
    /// How many.
    pub files: i64,
    /// As kept.
    pub bytes: i64,
    /// When nobody could see them any more. Seconds.
    pub at: i64,
    /// When their bytes were gone; nothing: they are being removed.
    pub gone_at: Option<i64>,
}

/// A file that a contract keeps no more.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Released {
    /// Of its bytes, hex.
    pub sha256: String,
    /// As kept.
    pub bytes: i64,
}

/// A batch whose time is over.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Due {
    /// The batch.
    pub id: String,
    /// Its contract.
    pub contract_id: String,
}

/// Holds the folder of files until this transaction ends: what is put there and what is taken away never meet.
pub async fn hold_folder(tx: &Tx) -> Result<(), StoreError> {
    lock_by_name(tx, "files").await
}

/// What a contract keeps now, bytes: pictures, results of other tools, and the texts of its items.
pub async fn sum_kept(on: &impl Sql, contract: &str) -> Result<u64, StoreError> {
    let sum: Option<i64> = find_value(
        on,
        "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS v FROM (\
         SELECT bytes FROM files WHERE contract_id = $1 AND deleted_at IS NULL \
         UNION ALL SELECT bytes FROM result_files WHERE contract_id = $1 AND deleted_at IS NULL \
         UNION ALL SELECT item_bytes FROM batches WHERE contract_id = $1) AS kept",
        values![contract],
    )
    .await?;
    Ok(u64::try_from(sum.unwrap_or(0)).unwrap_or(0))
}

/// Notes files that a contract keeps from now on; those it keeps already stay as they are.
pub async fn keep(tx: &Tx, contract: &str, files: &[File], now: Timestamp) -> Result<(), StoreError> {
    let row = |file: &File| {
        values![file.sha256.as_str(), contract, file.kind.as_str(), file.width, file.height, file.bytes, file.view_bytes, now.secs()]
    };
    insert_rows(
        tx,
        "files (sha256, contract_id, kind, width, height, bytes, view_bytes, created_at)",
        files.iter().map(row).collect(),
        "ON CONFLICT (sha256, contract_id) DO UPDATE SET deleted_at = NULL",
    )
    .await
}

/// Lets go of the files of a contract that none of its tasks shows any more: none at all, or only tasks of batches whose files
/// were deleted.
pub async fn release_unshown(tx: &Tx, contract: &str, now: Timestamp) -> Result<Vec<Released>, StoreError> {
    all(
        tx,
        "UPDATE files SET deleted_at = $2 WHERE contract_id = $1 AND deleted_at IS NULL AND sha256 NOT IN (\
         SELECT substr(t.payload, 6) FROM tasks t JOIN batches b ON b.id = t.batch_id \
         WHERE b.contract_id = $1 AND b.payload_kind = 'image' AND t.payload LIKE 'file:%' \
         AND NOT EXISTS (SELECT 1 FROM file_deletions d WHERE d.batch_id = b.id)) RETURNING sha256, bytes",
        values![contract, now.secs()],
    )
    .await
}

/// Notes what a task of a batch costs a member's line.
pub async fn set_picture_bytes(tx: &Tx, batch: &BatchId, bytes: Option<u64>) -> Result<(), StoreError> {
    let bytes = bytes.map(count).transpose()?;
    execute(tx, "UPDATE batches SET picture_bytes = $2 WHERE id = $1", values![batch.as_str(), bytes]).await?;
    Ok(())
}

/// A file that a contract keeps, if it does.
pub async fn find_kept(on: &impl Sql, contract: &str, sha256: &str) -> Result<Option<File>, StoreError> {
    find(
        on,
        "SELECT sha256, kind, width, height, bytes, view_bytes FROM files WHERE contract_id = $1 AND sha256 = $2 AND deleted_at IS NULL",
        values![contract, sha256],
    )
    .await
}

/// Notes files that are on their way to their place, for this holder; false, and nothing is noted, while one of them is on its way out.
pub async fn hold_coming(tx: &Tx, holder: &str, hashes: &[&str], now: Timestamp) -> Result<bool, StoreError> {
    for some in hashes.chunks(HASHES_A_STATEMENT) {
        let places: Vec<String> = (1..=some.len()).map(|place| format!("${place}")).collect();
        let sql = format!("SELECT COUNT(*) AS v FROM file_holds WHERE way = 'going' AND sha256 IN ({})", places.join(", "));
        let going: Option<i64> = find_value(tx, sql, some.iter().map(|hash| (*hash).into()).collect()).await?;
        if going.unwrap_or(0) > 0 {
            return Ok(false);
        }
    }
    hold(tx, holder, hashes, "coming", now).await?;
    Ok(true)
}

/// Notes that files are on their way out.
pub async fn hold_going(tx: &Tx, holder: &str, hashes: &[&str], now: Timestamp) -> Result<(), StoreError> {
    hold(tx, holder, hashes, "going", now).await
}

async fn hold(tx: &Tx, holder: &str, hashes: &[&str], way: &str, now: Timestamp) -> Result<(), StoreError> {
    let rows = hashes.iter().map(|hash| values![*hash, holder, way, now.secs()]).collect();
    insert_rows(tx, "file_holds (sha256, holder, way, at)", rows, "ON CONFLICT (sha256, holder) DO NOTHING").await
}

/// Of the files that this holder noted as going, these are gone. The others could not be removed: they stay noted, for nobody.
pub async fn end_going(tx: &Tx, holder: &str, gone: &[&str], now: Timestamp) -> Result<(), StoreError> {
    for some in gone.chunks(HASHES_A_STATEMENT) {
        let places: Vec<String> = (3..some.len() + 3).map(|place| format!("${place}")).collect();
        let sql = format!("DELETE FROM file_holds WHERE holder IN ($1, $2) AND way = 'going' AND sha256 IN ({})", places.join(", "));
        let values = [holder, FAILED].iter().chain(some).map(|value| (*value).into()).collect();
        execute(tx, sql, values).await?;
    }
    let left = "INSERT INTO file_holds (sha256, holder, way, at) SELECT sha256, $2, 'going', $3 FROM file_holds WHERE holder = $1 \
                ON CONFLICT (sha256, holder) DO UPDATE SET at = excluded.at";
    execute(tx, left, values![holder, FAILED, now.secs()]).await?;
    end_holds(tx, holder).await
}

/// Files that were to go and could not be removed: whether they are still there is not known.
pub async fn list_failed(on: &impl Sql) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Hash {
        sha256: String,
    }
    let rows: Vec<Hash> = all(on, "SELECT sha256 FROM file_holds WHERE holder = $1 ORDER BY sha256", values![FAILED]).await?;
    Ok(rows.into_iter().map(|row| row.sha256).collect())
}

/// The files that this holder noted are where they should be.
pub async fn end_holds(tx: &Tx, holder: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM file_holds WHERE holder = $1", values![holder]).await?;
    Ok(())
}

/// Forgets what was noted before this moment: whoever noted it broke off. What could not be removed stays noted until it is gone.
pub async fn forget_holds(tx: &Tx, before: Timestamp) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM file_holds WHERE at < $1 AND holder <> $2", values![before.secs(), FAILED]).await?;
    Ok(())
}

/// Whether any contract keeps a file, or somebody is bringing or removing it.
pub async fn is_in_use(on: &impl Sql, sha256: &str) -> Result<bool, StoreError> {
    let kept: Option<i64> = find_value(
        on,
        "SELECT COUNT(*) AS v FROM (SELECT 1 FROM files WHERE sha256 = $1 AND deleted_at IS NULL \
         UNION ALL SELECT 1 FROM result_files WHERE sha256 = $1 AND deleted_at IS NULL \
         UNION ALL SELECT 1 FROM file_holds WHERE sha256 = $1 AND holder <> $2) AS kept",
        values![sha256, FAILED],
    )
    .await?;
    Ok(kept.unwrap_or(0) > 0)
}

/// The hashes of every file that some contract keeps.
pub async fn list_kept(on: &impl Sql) -> Result<BTreeSet<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Hash {
        sha256: String,
    }
    let rows: Vec<Hash> =
        all(on, "SELECT sha256 FROM files WHERE deleted_at IS NULL UNION SELECT sha256 FROM result_files WHERE deleted_at IS NULL", vec![])
            .await?;
    Ok(rows.into_iter().map(|row| row.sha256).collect())
}

/// What a task of a batch shows, by its place in the client's file, from 1.
pub async fn find_payload(on: &impl Sql, batch: &BatchId, position: i64) -> Result<Option<String>, StoreError> {
    find_value(on, "SELECT payload AS v FROM tasks WHERE batch_id = $1 AND position = $2", values![batch.as_str(), position]).await
}

/// Batches that show kept files, or have a tool's results, and whose work was all accepted, or whose contract ended, by this moment. Whoever still works on one
/// of an ended contract still sees what it shows.
pub async fn list_due(on: &impl Sql, ended_by: Timestamp, limit: u64) -> Result<Vec<Due>, StoreError> {
    all(
        on,
        "SELECT b.id, b.contract_id FROM batches b JOIN contracts c ON c.id = b.contract_id \
         WHERE (b.picture_bytes IS NOT NULL OR EXISTS (SELECT 1 FROM claims k JOIN result_files r ON r.claim_id = k.id \
           WHERE k.batch_id = b.id AND r.deleted_at IS NULL)) AND NOT EXISTS (SELECT 1 FROM file_deletions d WHERE d.batch_id = b.id) \
         AND ((c.state IN ('completed', 'terminated') AND c.changed_at <= $1 AND c.held = 0) \
           OR (b.state <> 'draft' AND b.tasks_accepted = b.tasks_total \
             AND (SELECT MAX(l.decided_at) FROM claims l WHERE l.batch_id = b.id AND l.state = 'accepted') <= $1)) \
         ORDER BY b.id LIMIT $2",
        values![ended_by.secs(), count(limit)?],
    )
    .await
}

/// Notes that a batch's files are deleted; false if they were before. What [`release_unshown`] lets go of afterwards is added by
/// [`set_deleted`].
pub async fn note_deletion(tx: &Tx, due: &Due, now: Timestamp) -> Result<bool, StoreError> {
    let noted = execute(
        tx,
        "INSERT INTO file_deletions (batch_id, contract_id, files, bytes, at) VALUES ($1, $2, 0, 0, $3) ON CONFLICT (batch_id) DO NOTHING",
        values![due.id.as_str(), due.contract_id.as_str(), now.secs()],
    )
    .await?;
    Ok(noted == 1)
}

/// How many files went with a batch, and their bytes.
pub async fn set_deleted(tx: &Tx, batch: &str, (files, bytes): (i64, i64)) -> Result<(), StoreError> {
    execute(tx, "UPDATE file_deletions SET files = $2, bytes = $3 WHERE batch_id = $1", values![batch, files, bytes]).await?;
    Ok(())
}

/// Notes that the bytes of what was deleted until a moment are gone: of one batch, or of every.
pub async fn set_gone(tx: &Tx, batch: Option<&str>, until: Timestamp, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE file_deletions SET gone_at = $3 WHERE gone_at IS NULL AND at <= $2 AND (batch_id = $1 OR $1 IS NULL)";
    execute(tx, sql, values![batch.map(str::to_owned), until.secs(), now.secs()]).await?;
    Ok(())
}

/// What was deleted of a contract, newest first.
pub async fn list_deletions(on: &impl Sql, contract: &str) -> Result<Vec<Deletion>, StoreError> {
    all(
        on,
        "SELECT d.batch_id, b.title, d.files, d.bytes, d.at, d.gone_at FROM file_deletions d JOIN batches b ON b.id = d.batch_id \
         WHERE d.contract_id = $1 ORDER BY d.at DESC, d.batch_id",
        values![contract],
    )
    .await
}

const HASHES_A_STATEMENT: usize = 500;
/// Who holds what could not be removed: nobody.
const FAILED: &str = "";
