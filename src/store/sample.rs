//! The draw of a batch of which a share is read: its seed, the items that were drawn, and what was not drawn. No query of a claim or a
//! task selects any of it: whoever needs it asks here.

use manyhands_domain::ids::{BatchId, ClientId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::reviews::{ALL_IN, IS_READ, PIECE, Piece, Waiting};
use crate::sql::{all, count, execute, find, find_value, insert_rows, update_rows, values};
use crate::{Sql, StoreError, Tx};

/// Keeps what a draw begins with; what was drawn before by another one is forgotten.
pub async fn insert(tx: &Tx, batch: &str, seed: &str, now: Timestamp) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM sample_tasks WHERE batch_id = $1", values![batch]).await?;
    let sql = "INSERT INTO samples (batch_id, seed, drawn_at) VALUES ($1, $2, $3) \
               ON CONFLICT (batch_id) DO UPDATE SET seed = excluded.seed, drawn_at = excluded.drawn_at";
    execute(tx, sql, values![batch, seed, now.secs()]).await?;
    Ok(())
}

/// What the draw of a batch began with, if there was one. A secret until the batch is done.
pub async fn find_seed(on: &impl Sql, batch: &str) -> Result<Option<String>, StoreError> {
    find_value(on, "SELECT seed AS v FROM samples WHERE batch_id = $1", values![batch]).await
}

/// A task of a batch, and whether it was drawn.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Place {
    /// The task.
    pub id: String,
    /// The client's own id.
    pub item_id: String,
    /// 0 or 1.
    pub drawn: i64,
}

/// Every task of a batch, by its id.
pub async fn list_places(on: &impl Sql, batch: &str) -> Result<Vec<Place>, StoreError> {
    all(
        on,
        "SELECT t.id, t.item_id, CAST(CASE WHEN s.task_id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS drawn FROM tasks t \
         LEFT JOIN sample_tasks s ON s.task_id = t.id WHERE t.batch_id = $1 ORDER BY t.id",
        values![batch],
    )
    .await
}

/// Marks tasks as drawn; those that are already stay so.
pub async fn mark(tx: &Tx, batch: &str, tasks: &[&str]) -> Result<(), StoreError> {
    let rows = tasks.iter().map(|task| values![*task, batch]).collect();
    insert_rows(tx, "sample_tasks (task_id, batch_id)", rows, "ON CONFLICT (task_id) DO NOTHING").await
}

/// Raises the share of an opened batch.
pub async fn raise(tx: &Tx, batch: &str, share: i64, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE batches SET review_share = $2, changed_at = $3 WHERE id = $1 AND review_share < $2 AND state <> 'draft'";
    Ok(execute(tx, sql, values![batch, share, now.secs()]).await? == 1)
}

/// How far a batch is.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Standing {
    /// Its items.
    pub items: i64,
    /// Those that were drawn.
    pub drawn: i64,
    /// Answers to items that are read, waiting for whoever judges.
    pub waiting: i64,
    /// Rejections under way.
    pub contested: i64,
    /// Answers in hand, handed in or sent back.
    pub live: i64,
    /// Answers that can still be claimed.
    pub claimable: i64,
    /// Answers that somebody read and decided.
    pub decided: i64,
}

/// How far a batch is, as far as its draw is concerned.
pub async fn standing(on: &impl Sql, batch: &BatchId) -> Result<Standing, StoreError> {
    let rejected = "EXISTS (SELECT 1 FROM rejections x WHERE x.claim_id = l.id)";
    let of = |filter: &str| {
        format!("(SELECT CAST(COUNT(*) AS BIGINT) FROM claims l JOIN batches b ON b.id = l.batch_id WHERE l.batch_id = $1 AND {filter})")
    };
    let sql = format!(
        "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM tasks WHERE batch_id = $1) AS items, \
         (SELECT CAST(COUNT(*) AS BIGINT) FROM sample_tasks WHERE batch_id = $1) AS drawn, {} AS waiting, {} AS contested, {} AS live, \
         (SELECT CASE WHEN b.state = 'draft' THEN b.tasks_total WHEN b.state = 'closed' OR c.closed_index IS NOT NULL THEN 0 \
          ELSE b.tasks_open END FROM batches b JOIN contracts c ON c.id = b.contract_id WHERE b.id = $1) AS claimable, {} AS decided",
        of(&format!("l.state = 'submitted' AND {IS_READ} AND NOT {rejected} AND (b.copies = 1 OR {ALL_IN})")),
        of(&format!("l.state = 'submitted' AND {rejected}")),
        of("l.state IN ('claimed', 'submitted', 'sent_back')"),
        of("(l.state = 'refused' OR (l.state = 'accepted' AND EXISTS (SELECT 1 FROM reviews r WHERE r.claim_id = l.id \
            AND r.judged_by <> 'silence' AND r.unread = 0)))"),
    );
    find(on, sql, values![batch.as_str()]).await?.ok_or(StoreError::Missing("batch"))
}

/// The answers that were handed in to items that were not drawn, all copies of each, the oldest first.
pub async fn list_rest(tx: &Tx, batch: &BatchId, limit: u64) -> Result<Vec<Piece>, StoreError> {
    all(
        tx,
        format!("{PIECE} WHERE l.batch_id = $1 AND {} ORDER BY l.submitted_at, l.id LIMIT $2", rest()),
        values![batch.as_str(), count(limit)?],
    )
    .await
}

/// What waits unread, batch by batch of a client, by how many and for how much.
pub async fn list_rest_of(on: &impl Sql, client: &ClientId) -> Result<Vec<Waiting>, StoreError> {
    all(
        on,
        format!(
            "SELECT b.id AS batch_id, b.title, b.contract_id, c.end_client, b.unit_noun, CAST(COUNT(*) AS BIGINT) AS count, \
             CAST(SUM(l.price) AS BIGINT) AS sum, b.currency, MIN(l.review_by) AS first_by, MIN(l.id) AS first \
             FROM claims l JOIN batches b ON b.id = l.batch_id JOIN contracts c ON c.id = l.contract_id \
             WHERE c.client_id = $1 AND b.review_share < 10000 AND {} \
             GROUP BY b.id, b.title, b.contract_id, c.end_client, b.unit_noun, b.currency, c.number ORDER BY c.number, b.id",
            rest()
        ),
        values![client.as_str()],
    )
    .await
}

/// How many of the oldest of them, at most `limit`, and their prices together, millionths.
pub async fn sum_rest(on: &impl Sql, batch: &BatchId, limit: u64) -> Result<(i64, i64), StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        count: i64,
        sum: i64,
    }
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS count, CAST(COALESCE(SUM(price), 0) AS BIGINT) AS sum FROM \
         (SELECT l.price FROM claims l JOIN batches b ON b.id = l.batch_id WHERE l.batch_id = $1 AND {} \
         ORDER BY l.submitted_at, l.id LIMIT $2) AS oldest",
        rest()
    );
    let row: Row = find(on, sql, values![batch.as_str(), count(limit)?]).await?.ok_or_else(|| StoreError::lost("a sum"))?;
    Ok((row.count, row.sum))
}

/// Says of verdicts that nobody read what they accept.
pub async fn set_unread(tx: &Tx, claims: impl Iterator<Item = &str>) -> Result<(), StoreError> {
    let rows = claims.map(|claim| values![claim]).collect();
    let sql = "UPDATE reviews SET unread = 1 FROM v WHERE reviews.claim_id = v.id AND reviews.verdict = 'accepted'";
    update_rows(tx, "id", rows, sql).await?;
    Ok(())
}

/// Whether a claim `l` of a batch `b` was handed in and is read by nobody.
fn rest() -> String {
    format!(
        "l.state = 'submitted' AND NOT {IS_READ} AND NOT EXISTS (SELECT 1 FROM rejections x WHERE x.claim_id = l.id) \
         AND (b.copies = 1 OR {ALL_IN})"
    )
}
