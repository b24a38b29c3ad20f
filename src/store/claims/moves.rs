//! What moves a claim without a verdict: held ready and begun, seen by a judge, taken back.

use manyhands_domain::ids::{ClaimId, MemberId};
use manyhands_domain::time::Timestamp;

use super::{Claim, SELECT};
use crate::sql::{all, count, execute, values};
use crate::{Sql, StoreError, Tx};

/// What a member has ready: claims that were not begun, whether their time is up or not.
pub async fn list_ahead(on: &impl Sql, member: &MemberId) -> Result<Vec<Claim>, StoreError> {
    all(on, format!("{SELECT} WHERE l.member_id = $1 AND l.ahead = 1 AND l.state = 'claimed' ORDER BY l.id"), values![member.as_str()])
        .await
}

/// What a member has ready of other batches than this.
pub async fn find_ahead_elsewhere(on: &impl Sql, member: &MemberId, batch: &str) -> Result<Vec<Claim>, StoreError> {
    Ok(list_ahead(on, member).await?.into_iter().filter(|claim| claim.batch_id != batch).collect())
}

/// Marks a claim as held ready.
pub async fn set_ahead(tx: &Tx, id: &ClaimId) -> Result<(), StoreError> {
    execute(tx, "UPDATE claims SET ahead = 1 WHERE id = $1", values![id.as_str()]).await?;
    Ok(())
}

/// What a claim is begun under.
#[derive(Clone, Debug)]
pub struct Begun<'a> {
    /// The log's size now.
    pub claimed_size: u64,
    /// Millionths.
    pub price: i64,
    /// Of the price.
    pub currency: &'a str,
    /// Until when.
    pub due: Timestamp,
}

/// Begins what was held ready, as if it were claimed now.
pub async fn begin_ahead(tx: &Tx, id: &str, begun: &Begun<'_>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE claims SET ahead = 0, claimed_size = $2, price = $3, currency = $4, claimed_at = $5, due_at = $6 WHERE id = $1",
        values![id, count(begun.claimed_size)?, begun.price, begun.currency, now.secs(), begun.due.secs()],
    )
    .await?;
    Ok(())
}

/// Notes that a judge has the submitted answers to a task before them.
pub async fn set_seen(tx: &Tx, task: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE claims SET seen_at = $2 WHERE task_id = $1 AND state = 'submitted' AND seen_at IS NULL";
    execute(tx, sql, values![task, now.secs()]).await?;
    Ok(())
}

/// Takes a submitted answer back: `claimed`, or `sent_back` where it was that before. What was measured so far counts, and from now on
/// the seconds anew; price and book are as they were.
pub async fn set_taken_back(tx: &Tx, id: &str, state: &str, due: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE claims SET state = $2, due_at = $3, resumed_at = $4, active_seconds = 0, answer = NULL, submitted_at = NULL, \
         review_by = NULL, waits = 0, reminded = 0 WHERE id = $1 AND state = 'submitted' AND seen_at IS NULL",
        values![id, state, due.secs(), now.secs()],
    )
    .await?;
    Ok(touched == 1)
}
