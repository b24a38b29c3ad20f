//! What a client has of a contract: accepted answers, how far the work is, how people judged it.

use manyhands_domain::ids::ContractId;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, find, find_value, values};
use crate::{Sql, StoreError};

/// An accepted answer for its client.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Answer {
    /// The client's own id.
    pub item_id: String,
    /// JSON.
    pub answer: String,
    /// The worker's number in the contract.
    pub number: i64,
    /// Place of the item in its batch, which orders them.
    pub position: i64,
    /// Whether every copy of the item is accepted: 0 or 1.
    pub complete: i64,
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
}

/// Accepted answers of a batch after a place and a worker's number, in the order in which the client handed the items in. Those to items
/// whose right answer the client knows are left out, and those that a recovery could not bring back: the log says that they were accepted,
/// not what they were.
pub async fn list(on: &impl Sql, batch: &str, (place, number): (i64, i64), limit: u64) -> Result<Vec<Answer>, StoreError> {
    all(
        on,
        "SELECT t.item_id, l.answer, w.number, t.position, CAST(CASE WHEN t.state = 'accepted' THEN 1 ELSE 0 END AS BIGINT) AS complete, \
         COALESCE((SELECT MAX(v.number) FROM contract_versions v WHERE v.contract_id = l.contract_id AND v.entry_index < l.claimed_size), 1) AS version, \
         f.width AS picture_width, f.height AS picture_height, \
         s.model, s.version AS model_version, o.changed \
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

/// How many accepted answers of a contract are in none of its files, since they came after a backup that was put back. Those to items whose
/// right answer the client knows never are.
pub async fn count_lost(on: &impl Sql, contract: &ContractId) -> Result<i64, StoreError> {
    let lost: Option<i64> = find_value(
        on,
        "SELECT COUNT(*) AS v FROM claims l WHERE l.contract_id = $1 AND l.state = 'accepted' AND l.answer IS NULL \
         AND NOT EXISTS (SELECT 1 FROM gold_items g WHERE g.task_id = l.task_id)",
        values![contract.as_str()],
    )
    .await?;
    Ok(lost.unwrap_or(0))
}

/// How far a contract's work is: claims by state, and their prices.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Progress {
    /// Claim state.
    pub state: String,
    /// Claims.
    pub count: i64,
    /// Their prices, millionths.
    pub sum: i64,
}

/// A contract's live claims by state. Accepted ones are counted as they are accepted: a page does not read all of them.
pub async fn progress(on: &impl Sql, contract: &ContractId) -> Result<Vec<Progress>, StoreError> {
    all(
        on,
        "SELECT 'accepted' AS state, CAST(SUM(tasks_accepted) AS BIGINT) AS count, CAST(SUM(accepted_price) AS BIGINT) AS sum \
         FROM batches WHERE contract_id = $1 AND tasks_accepted > 0 GROUP BY contract_id \
         UNION ALL SELECT state, CAST(COUNT(*) AS BIGINT) AS count, CAST(SUM(price) AS BIGINT) AS sum FROM claims \
         WHERE contract_id = $1 AND state IN ('claimed', 'submitted', 'sent_back') GROUP BY state ORDER BY state",
        values![contract.as_str()],
    )
    .await
}

/// A word for what is accepted of a contract: another as soon as anything more is, or fewer answers to an item are waited for. Nothing
/// that was accepted is ever taken back.
pub async fn state_of_accepted(on: &impl Sql, contract: &ContractId) -> Result<String, StoreError> {
    #[derive(FromQueryResult)]
    struct State {
        accepted: i64,
        withdrawn: i64,
    }
    let state: Option<State> = find(
        on,
        "SELECT CAST(COALESCE(SUM(tasks_accepted), 0) AS BIGINT) AS accepted, \
         CAST(COALESCE(SUM(tasks_withdrawn), 0) AS BIGINT) AS withdrawn FROM batches WHERE contract_id = $1",
        values![contract.as_str()],
    )
    .await?;
    let state = state.ok_or_else(|| StoreError::lost("the count of batches"))?;
    Ok(format!("{} {}", state.accepted, state.withdrawn))
}

/// How people judged a contract's work.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Judged {
    /// Claims that somebody judged; silence is nobody, and what was accepted unread was not judged.
    pub judged: i64,
    /// Claims that went back at least once.
    pub sent_back: i64,
}

/// How many pieces of a contract people judged, and how many of them went back: by its verdicts, not by all of its work.
pub async fn judged(on: &impl Sql, contract: &ContractId) -> Result<Judged, StoreError> {
    let row = find(
        on,
        "SELECT CAST(COUNT(*) AS BIGINT) AS judged, CAST(COALESCE(SUM(back), 0) AS BIGINT) AS sent_back FROM \
         (SELECT MAX(CASE WHEN verdict = 'sent_back' THEN 1 ELSE 0 END) AS back FROM reviews \
         WHERE contract_id = $1 AND judged_by <> 'silence' AND unread = 0 GROUP BY claim_id) AS one",
        values![contract.as_str()],
    )
    .await?;
    row.ok_or_else(|| StoreError::lost("the count of verdicts"))
}

/// Why work of a contract went back: code, and how often.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Reason {
    /// One of the codes.
    pub code: String,
    /// Verdicts with it.
    pub count: i64,
}

/// The codes with which work of a contract went back, the most frequent first.
pub async fn list_reasons(on: &impl Sql, contract: &ContractId) -> Result<Vec<Reason>, StoreError> {
    all(
        on,
        "SELECT code, CAST(COUNT(*) AS BIGINT) AS count FROM reviews WHERE contract_id = $1 AND verdict = 'sent_back' \
         GROUP BY code ORDER BY COUNT(*) DESC, code",
        values![contract.as_str()],
    )
    .await
}
