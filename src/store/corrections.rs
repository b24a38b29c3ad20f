//! Corrections that wait for their second person, and those posted.

use manyhands_domain::ids::PersonId;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

/// A correction.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Correction {
    /// UUIDv7.
    pub id: String,
    /// Index of the entry that is corrected.
    pub corrects: i64,
    /// A code.
    pub reason: String,
    /// The lines to be posted, as in an entry.
    pub lines: String,
    /// `prepared`, `posted`, `withdrawn`.
    pub state: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// Their name.
    pub prepared_name: String,
    /// Seconds.
    pub prepared_at: i64,
    /// The entry.
    pub entry_index: Option<i64>,
    /// Who approved it; empty before.
    pub approved_name: String,
}

/// Makes whoever prepares a correction of the same entry wait, until the transaction ends.
pub async fn lock(tx: &Tx, index: u64) -> Result<(), StoreError> {
    lock_by_name(tx, &format!("correction {index}")).await
}

/// Keeps a prepared correction; a conflict when one of the same entry waits already.
pub async fn insert(tx: &Tx, correction: &Correction) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO corrections (id, corrects, reason, lines, state, prepared_by, prepared_at) \
         VALUES ($1, $2, $3, $4, 'prepared', $5, $6)",
        values![
            correction.id.as_str(),
            correction.corrects,
            correction.reason.as_str(),
            correction.lines.as_str(),
            correction.prepared_by.as_str(),
            correction.prepared_at
        ],
    )
    .await?;
    Ok(())
}

/// A correction, if there is one.
pub async fn find_one(on: &impl Sql, id: &str) -> Result<Option<Correction>, StoreError> {
    find(on, format!("{CORRECTION} WHERE c.id = $1"), values![id]).await
}

/// A correction, held until the transaction ends: two who approve it at once come one after the other.
pub async fn load_held(tx: &Tx, id: &str) -> Result<Correction, StoreError> {
    if tx.is_postgres() {
        execute(tx, "SELECT 1 FROM corrections WHERE id = $1 FOR UPDATE", values![id]).await?;
    }
    find_one(tx, id).await?.ok_or(StoreError::Missing("correction"))
}

/// The correction of an entry that waits, if one does.
pub async fn find_waiting(on: &impl Sql, corrects: u64) -> Result<Option<Correction>, StoreError> {
    find(on, format!("{CORRECTION} WHERE c.corrects = $1 AND c.state = 'prepared'"), values![count(corrects)?]).await
}

/// Corrections, newest first.
pub async fn list(on: &impl Sql, limit: u64) -> Result<Vec<Correction>, StoreError> {
    all(on, format!("{CORRECTION} ORDER BY c.prepared_at DESC, c.id DESC LIMIT $1"), values![count(limit)?]).await
}

/// Those that wait.
pub async fn list_waiting(on: &impl Sql) -> Result<Vec<Correction>, StoreError> {
    all(on, format!("{CORRECTION} WHERE c.state = 'prepared' ORDER BY c.prepared_at, c.id"), vec![]).await
}

/// Marks a correction posted, by its second person; false if it was not waiting.
pub async fn set_posted(tx: &Tx, id: &str, by: &PersonId, index: u64, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE corrections SET state = 'posted', approved_by = $2, approved_at = $3, entry_index = $4 WHERE id = $1 AND state = 'prepared'",
        values![id, by.as_str(), now.secs(), count(index)?],
    )
    .await?;
    Ok(touched == 1)
}

/// Withdraws a correction that nobody approved; false if it was not waiting.
pub async fn set_withdrawn(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    Ok(execute(tx, "UPDATE corrections SET state = 'withdrawn' WHERE id = $1 AND state = 'prepared'", values![id]).await? == 1)
}

const CORRECTION: &str = "SELECT c.id, c.corrects, c.reason, c.lines, c.state, c.prepared_by, p.name AS prepared_name, c.prepared_at, \
     c.entry_index, COALESCE(a.name, '') AS approved_name \
     FROM corrections c JOIN people p ON p.id = c.prepared_by LEFT JOIN people a ON a.id = c.approved_by";
