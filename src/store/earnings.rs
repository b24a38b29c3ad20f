//! What a member earned: each accepted piece they did or reviewed, and where their last payout stands among the entries.

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
}

/// What a member did or reviewed, newest first.
pub async fn list(on: &impl Sql, member: &MemberId, limit: i64) -> Result<Vec<Earning>, StoreError> {
    let part = |share: &str, who: &str, reviewed: u8| {
        format!(
            "SELECT l.entry_index, t.item_id, l.batch_id, b.title, b.unit_noun, l.currency, l.price, l.{share} AS share, l.claimed_size, \
             l.decided_at, CAST({reviewed} AS BIGINT) AS reviewed FROM claims l JOIN tasks t ON t.id = l.task_id \
             JOIN batches b ON b.id = l.batch_id WHERE l.{who} = $1 AND l.state = 'accepted'"
        )
    };
    let (did, reviewed) = (part("worker_share", "member_id", 0), part("reviewer_share", "reviewer_id", 1));
    all(on, format!("{did} UNION ALL {reviewed} ORDER BY entry_index DESC LIMIT $2"), values![member.as_str(), limit]).await
}

/// The entry of a member's last payout that did not come back.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LastSent {
    /// Of the payout.
    pub currency: String,
    /// Its `payout.sent` entry.
    pub entry_index: i64,
}

/// The last payout of each currency.
pub async fn list_last_sent(on: &impl Sql, member: &MemberId) -> Result<Vec<LastSent>, StoreError> {
    all(
        on,
        "SELECT o.currency, MAX(n.sent_index) AS entry_index FROM payout_lines n JOIN payouts o ON o.id = n.payout_id \
         WHERE n.member_id = $1 AND n.state IN ('sent', 'settled') GROUP BY o.currency",
        values![member.as_str()],
    )
    .await
}
