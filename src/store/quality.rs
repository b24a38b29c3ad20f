//! How a member's own work was judged, batch by batch: read for that member alone.

use manyhands_domain::ids::MemberId;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, values};
use crate::{Sql, StoreError};

/// A batch that a member answered items of, and how that went.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Worked {
    /// The batch.
    pub batch_id: String,
    /// Its title.
    pub title: String,
    /// Its contract.
    pub contract_id: String,
    /// Behind it.
    pub end_client: String,
    /// Highest hazard level of the batch, or of its contract by now.
    pub level: i64,
    /// By how many members each item is answered.
    pub copies: i64,
    /// `domain::forms::Form`, JSON.
    pub form: String,
    /// Items that the member answered.
    pub answered: i64,
    /// Of them, accepted.
    pub accepted: i64,
    /// Sent back at least once.
    pub sent_back: i64,
    /// With a known answer.
    pub gold: i64,
    /// Of those, met by the first answer.
    pub met: i64,
    /// When the member last handed one in, Unix seconds.
    pub last_at: i64,
}

/// The batches that a member handed in answers of, the latest first; only those after this one, by its last moment and its id.
pub async fn list(on: &impl Sql, member: &MemberId, after: Option<(i64, &str)>, limit: u64) -> Result<Vec<Worked>, StoreError> {
    let (last_at, batch) = after.unwrap_or((i64::MAX, ""));
    all(
        on,
        "SELECT b.id AS batch_id, b.title, b.contract_id, c.end_client, CASE WHEN b.level < c.level THEN c.level ELSE b.level END AS level, b.copies, b.form, \
         CAST(COUNT(DISTINCT l.task_id) AS BIGINT) AS answered, \
         CAST(SUM(CASE WHEN l.state = 'accepted' THEN 1 ELSE 0 END) AS BIGINT) AS accepted, \
         CAST(COUNT(DISTINCT CASE WHEN EXISTS (SELECT 1 FROM reviews r WHERE r.claim_id = l.id AND r.verdict = 'sent_back') \
         THEN l.task_id END) AS BIGINT) AS sent_back, \
         CAST(COUNT(o.claim_id) AS BIGINT) AS gold, CAST(COALESCE(SUM(o.met), 0) AS BIGINT) AS met, \
         MAX(l.submitted_at) AS last_at \
         FROM claims l JOIN batches b ON b.id = l.batch_id JOIN contracts c ON c.id = b.contract_id \
         LEFT JOIN gold_outcomes o ON o.claim_id = l.id \
         WHERE l.member_id = $1 AND l.submitted_at IS NOT NULL \
         GROUP BY b.id, b.title, b.contract_id, c.end_client, b.level, c.level, b.copies, b.form \
         HAVING MAX(l.submitted_at) < $3 OR (MAX(l.submitted_at) = $3 AND b.id > $4) ORDER BY MAX(l.submitted_at) DESC, b.id LIMIT $2",
        values![member.as_str(), count(limit)?, last_at, batch],
    )
    .await
}

/// An accepted answer to an item that the member answered too, or the member's own.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Shared {
    /// The item.
    pub task_id: String,
    /// JSON.
    pub answer: String,
}

/// All accepted answers to those items of a batch that are accepted whole and that the member answered, their own first, as many of the
/// latest items as asked for. Whose the others are is not said. Those that a recovery could not bring back say nothing.
pub async fn list_shared(on: &impl Sql, batch: &str, member: &MemberId, items: u64) -> Result<Vec<Shared>, StoreError> {
    all(
        on,
        "SELECT l.task_id, l.answer FROM claims l \
         JOIN (SELECT m.task_id FROM claims m JOIN tasks t ON t.id = m.task_id AND t.state = 'accepted' \
         WHERE m.batch_id = $1 AND m.member_id = $2 AND m.state = 'accepted' AND m.answer IS NOT NULL ORDER BY m.decided_at DESC, m.id LIMIT $3) mine \
         ON mine.task_id = l.task_id WHERE l.state = 'accepted' AND l.answer IS NOT NULL ORDER BY l.task_id, CASE WHEN l.member_id = $2 THEN 0 ELSE 1 END, l.answer",
        values![batch, member.as_str(), count(items)?],
    )
    .await
}

/// A known answer that a member's first one was not.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MissedAnswer {
    /// The claim, whose page tells more.
    pub claim_id: String,
    /// The client's own id.
    pub item_id: String,
    /// The right answers by question name, JSON.
    pub answer: String,
    /// Why.
    pub explanation: String,
}

/// The known answers of a batch that a member missed, the latest first.
pub async fn list_missed(on: &impl Sql, batch: &str, member: &MemberId, limit: u64) -> Result<Vec<MissedAnswer>, StoreError> {
    all(
        on,
        "SELECT o.claim_id, t.item_id, g.answer, g.explanation FROM gold_outcomes o JOIN gold_items g ON g.task_id = o.task_id \
         JOIN tasks t ON t.id = o.task_id WHERE g.batch_id = $1 AND o.member_id = $2 AND o.met = 0 \
         ORDER BY o.at DESC, o.task_id LIMIT $3",
        values![batch, member.as_str(), count(limit)?],
    )
    .await
}
