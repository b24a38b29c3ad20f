//! A batch's accepted answers with what their tasks show, for whoever takes them to another tool.

use sea_orm::FromQueryResult;

use crate::sql::{all, count, values};
use crate::{Sql, StoreError};

/// An accepted answer with its task.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Answer {
    /// The client's own id.
    pub item_id: String,
    /// What the task shows.
    pub payload: String,
    /// JSON.
    pub answer: String,
    /// The worker's number in the contract.
    pub number: i64,
    /// Place of the item in its batch.
    pub position: i64,
    /// The version of the contract under which it was claimed.
    pub version: i64,
    /// Pixels across, where the item is a picture that is or was kept here.
    pub picture_width: Option<i64>,
    /// Pixels down.
    pub picture_height: Option<i64>,
    /// The model that suggested something for the item, if one did.
    pub model: Option<String>,
    /// Its version.
    pub model_version: Option<String>,
    /// By question, whether the answer is another one than was suggested, JSON.
    pub changed: Option<String>,
    /// What was suggested, JSON.
    pub suggested: Option<String>,
}

/// Accepted answers of a batch after a place and a worker's number, in the order in which the client handed the items in. Those to items
/// whose right answer the client knows are left out, and those that a recovery could not bring back.
pub async fn list(on: &impl Sql, batch: &str, (place, number): (i64, i64), limit: u64) -> Result<Vec<Answer>, StoreError> {
    all(
        on,
        "SELECT t.item_id, t.payload, l.answer, w.number, t.position, \
         COALESCE((SELECT MAX(v.number) FROM contract_versions v WHERE v.contract_id = l.contract_id AND v.entry_index < l.claimed_size), 1) AS version, \
         f.width AS picture_width, f.height AS picture_height, \
         s.model, s.version AS model_version, o.changed, s.answer AS suggested \
         FROM tasks t JOIN claims l ON l.task_id = t.id AND l.state = 'accepted' AND l.answer IS NOT NULL \
         JOIN worker_numbers w ON w.contract_id = l.contract_id AND w.member_id = l.member_id \
         LEFT JOIN files f ON t.payload LIKE 'file:%' AND f.sha256 = SUBSTR(t.payload, 6) AND f.contract_id = l.contract_id \
         LEFT JOIN suggestions s ON s.task_id = t.id LEFT JOIN suggestion_outcomes o ON o.claim_id = l.id \
         WHERE t.batch_id = $1 AND t.position >= $2 AND (t.position > $2 OR w.number > $3) \
         AND NOT EXISTS (SELECT 1 FROM gold_items g WHERE g.task_id = t.id) ORDER BY t.position, w.number LIMIT $4",
        values![batch, place, number, count(limit)?],
    )
    .await
}
