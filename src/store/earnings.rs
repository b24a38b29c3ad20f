//! What a member earned: each accepted piece they did or reviewed.

use manyhands_domain::ids::MemberId;
use sea_orm::FromQueryResult;

use crate::sql::{all, values};
use crate::{Sql, StoreError};

/// One accepted piece, as it was paid to one member.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Earning {
    /// The entry that paid it.
    pub entry_index: i64,
    /// The client's own id.
    pub item_id: String,
    /// The batch.
    pub batch_id: String,
    /// Of the batch.
    pub title: String,
    /// Of the batch.
    pub unit_noun: String,
    /// Of the price.
    pub currency: String,
    /// When it was claimed, millionths.
    pub price: i64,
    /// What this member had of it, millionths.
    pub share: i64,
    /// The log's size when it was claimed.
    pub claimed_size: i64,
    /// Seconds.
    pub decided_at: i64,
    /// Whether they reviewed it, or did it: 1 or 0.
    pub reviewed: i64,
    /// Whether no member reviewed it: 1 or 0.
    pub alone: i64,
}

/// What a member did or reviewed in one currency, newest first.
pub async fn list(on: &impl Sql, member: &MemberId, currency: &str, limit: i64) -> Result<Vec<Earning>, StoreError> {
    // Each half is cut by itself: no more rows are joined than can be shown.
    let part = |share: &str, who: &str, reviewed: u8| {
        format!(
            "SELECT * FROM (SELECT l.entry_index, t.item_id, l.batch_id, b.title, b.unit_noun, l.currency, l.price, l.{share} AS share, \
             l.claimed_size, l.decided_at, CAST({reviewed} AS BIGINT) AS reviewed, \
             CAST(CASE WHEN l.reviewer_id IS NULL THEN 1 ELSE 0 END AS BIGINT) AS alone \
             FROM claims l JOIN tasks t ON t.id = l.task_id JOIN batches b ON b.id = l.batch_id \
             WHERE l.{who} = $1 AND l.entry_index IS NOT NULL AND l.currency = $2 ORDER BY l.entry_index DESC LIMIT $3) AS {who}s"
        )
    };
    let (did, reviewed) = (part("worker_share", "member_id", 0), part("reviewer_share", "reviewer_id", 1));
    all(on, format!("{did} UNION ALL {reviewed} ORDER BY entry_index DESC LIMIT $3"), values![member.as_str(), currency, limit]).await
}

#[derive(FromQueryResult)]
struct Code {
    currency: String,
}

/// The currencies in which a member ever earned something.
pub async fn list_currencies(on: &impl Sql, member: &MemberId) -> Result<Vec<String>, StoreError> {
    let codes: Vec<Code> = all(
        on,
        "SELECT DISTINCT currency FROM claims WHERE entry_index IS NOT NULL AND (member_id = $1 OR reviewer_id = $1) ORDER BY currency",
        values![member.as_str()],
    )
    .await?;
    Ok(codes.into_iter().map(|code| code.currency).collect())
}
