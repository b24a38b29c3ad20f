//! Tasks: one item each, taken in the order of the client's file.

use manyhands_domain::items::Item;
use sea_orm::FromQueryResult;

use crate::sql::{execute, find, insert_rows, update_rows, values};
use crate::{Sql, StoreError, Tx};

/// A task with its payload.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Task {
    /// UUIDv4.
    pub id: String,
    /// The client's own id.
    pub item_id: String,
    /// Place in the file, from 1.
    pub position: i64,
    /// Text or address.
    pub payload: String,
}

/// Replaces a draft's items, all of them or none.
pub async fn replace(tx: &Tx, batch: &str, items: &[Item], ids: impl Iterator<Item = String>) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM tasks WHERE batch_id = $1", values![batch]).await?;
    let rows = items
        .iter()
        .zip(ids)
        .zip(1_i64..)
        .map(|((item, id), position)| values![id, batch, item.id.as_str(), position, item.payload.as_str(), "open"])
        .collect();
    insert_rows(tx, "tasks (id, batch_id, item_id, position, payload, state)", rows, "").await?;
    execute(
        tx,
        "UPDATE batches SET tasks_total = (SELECT COUNT(*) FROM tasks WHERE batch_id = $1) WHERE id = $1",
        values![batch],
    )
    .await?;
    Ok(())
}

/// The first free task that this member never had, held for this transaction. PostgreSQL passes over tasks that
/// others are taking at this moment; on SQLite nobody else writes.
pub async fn find_free(tx: &Tx, batch: &str, member: &str) -> Result<Option<Task>, StoreError> {
    let skip = if tx.is_postgres() { " FOR UPDATE OF t SKIP LOCKED" } else { "" };
    find(
        tx,
        format!(
            "SELECT t.id, t.item_id, t.position, t.payload FROM tasks t WHERE t.batch_id = $1 AND t.state = 'open' \
             AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.task_id = t.id AND c.member_id = $2 AND c.state NOT IN ('released', 'expired')) \
             ORDER BY t.position LIMIT 1{skip}"
        ),
        values![batch, member],
    )
    .await
}

/// One task.
pub async fn find_task(on: &impl Sql, id: &str) -> Result<Option<Task>, StoreError> {
    find(on, "SELECT id, item_id, position, payload FROM tasks WHERE id = $1", values![id]).await
}

/// Moves a task; false if it was not in the first state: somebody else was there.
pub async fn change_state(tx: &Tx, id: &str, from: &str, to: &str) -> Result<bool, StoreError> {
    let touched = execute(tx, "UPDATE tasks SET state = $3 WHERE id = $1 AND state = $2", values![id, from, to]).await?;
    Ok(touched == 1)
}

/// Moves submitted tasks to accepted; how many were.
pub async fn set_accepted(tx: &Tx, ids: impl Iterator<Item = &str>) -> Result<u64, StoreError> {
    let rows = ids.map(|id| values![id]).collect();
    update_rows(tx, "id", rows, "UPDATE tasks SET state = 'accepted' FROM v WHERE tasks.id = v.id AND tasks.state = 'submitted'").await
}
