//! Tasks: one item each, taken in the order of the client's file, or in a drawn one where gold items are among them, by as many members
//! as their batch wants copies.

use manyhands_domain::ids::PersonId;
use manyhands_domain::items::Item;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, insert_rows, update_rows, values};
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

/// Replaces a draft's items, all of them or none. Each is to be answered by so many members.
pub async fn replace(
    tx: &Tx,
    batch: &str,
    copies: i64,
    items: &[Item],
    mut ids: impl Iterator<Item = String> + Send,
) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM gold_items WHERE batch_id = $1", values![batch]).await?;
    execute(tx, "DELETE FROM suggestions WHERE batch_id = $1", values![batch]).await?;
    let sql = "UPDATE batches SET gold_items = 0, suggestions = 0, draft_version = draft_version + 1 WHERE id = $1";
    execute(tx, sql, values![batch]).await?;
    execute(tx, "DELETE FROM tasks WHERE batch_id = $1", values![batch]).await?;
    let mut position = 0_i64;
    // Some at a time: as values of statements, all of a large file would take ten times the memory of the file.
    for some in items.chunks(ITEMS_AT_ONCE) {
        let rows = some
            .iter()
            .zip(ids.by_ref())
            .map(|(item, id)| {
                position += 1;
                values![id, batch, item.id.as_str(), position, position, item.payload.as_str(), "open", copies]
            })
            .collect();
        insert_rows(tx, "tasks (id, batch_id, item_id, position, turn, payload, state, copies_left)", rows, "").await?;
    }
    measure(tx, batch).await?;
    count_wanted(tx, batch).await
}

/// Notes how many bytes a batch's items have, with what is known of them and suggested for them.
pub(crate) async fn measure(tx: &Tx, batch: &str) -> Result<(), StoreError> {
    let sql = "UPDATE batches SET item_bytes = CAST(\
               COALESCE((SELECT SUM(OCTET_LENGTH(t.item_id) + OCTET_LENGTH(t.payload)) FROM tasks t WHERE t.batch_id = $1), 0) \
               + COALESCE((SELECT SUM(OCTET_LENGTH(s.answer)) FROM suggestions s WHERE s.batch_id = $1), 0) \
               + COALESCE((SELECT SUM(OCTET_LENGTH(g.answer) + OCTET_LENGTH(g.explanation)) FROM gold_items g WHERE g.batch_id = $1), 0) \
               AS BIGINT) WHERE id = $1";
    execute(tx, sql, values![batch]).await?;
    Ok(())
}

/// Changes by how many members each item of a draft is to be answered.
pub async fn set_copies(tx: &Tx, batch: &str, copies: i64) -> Result<(), StoreError> {
    execute(tx, "UPDATE tasks SET copies_left = $2 WHERE batch_id = $1", values![batch, copies]).await?;
    count_wanted(tx, batch).await
}

/// Notes how many answers a draft asks for.
async fn count_wanted(tx: &Tx, batch: &str) -> Result<(), StoreError> {
    let sql = "UPDATE batches SET tasks_total = (SELECT CAST(COALESCE(SUM(copies_left), 0) AS BIGINT) FROM tasks WHERE batch_id = $1) WHERE id = $1";
    execute(tx, sql, values![batch]).await?;
    Ok(())
}

/// The first free task that this member never had nor left at once, held for this transaction. PostgreSQL passes over tasks that
/// others are taking at this moment; on SQLite nobody else writes.
pub async fn find_free(tx: &Tx, batch: &str, member: &str, person: &PersonId) -> Result<Option<Task>, StoreError> {
    let skip = if tx.is_postgres() { " FOR UPDATE OF t SKIP LOCKED" } else { "" };
    find(
        tx,
        format!(
            "SELECT t.id, t.item_id, t.position, t.payload FROM tasks t WHERE t.batch_id = $1 AND t.state = 'open' \
             AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.task_id = t.id AND c.member_id = $2 AND c.state NOT IN ('released', 'expired')) \
             AND NOT EXISTS (SELECT 1 FROM left_tasks x WHERE x.person_id = $3 AND x.task_id = t.id) \
             ORDER BY t.turn, t.position LIMIT 1{skip}"
        ),
        values![batch, member, person.as_str()],
    )
    .await
}

/// A task as its client sees it in a list: no person, no answer, and not what it shows.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Listed {
    /// The client's own id.
    pub item_id: String,
    /// Place in the file, from 1.
    pub position: i64,
    /// Answers that were asked for and that nobody holds.
    pub free: i64,
    /// Answers that members work on.
    pub in_work: i64,
    /// Answers that wait for a verdict.
    pub submitted: i64,
    /// Accepted ones.
    pub accepted: i64,
    /// Answers that were taken back before anybody claimed them.
    pub withdrawn: i64,
    /// The model that suggests something for it, if one does.
    pub model: Option<String>,
    /// Its version.
    pub model_version: Option<String>,
}

/// At most `limit` tasks of a batch after this place, in the order of the client's file. Found by the key, never by counting.
pub async fn list_after(on: &impl Sql, batch: &str, place: i64, limit: u64) -> Result<Vec<Listed>, StoreError> {
    all(
        on,
        "SELECT t.item_id, t.position, t.copies_left AS free, t.copies_withdrawn AS withdrawn, \
         (SELECT COUNT(*) FROM claims l WHERE l.task_id = t.id AND l.state IN ('claimed', 'sent_back')) AS in_work, \
         (SELECT COUNT(*) FROM claims l WHERE l.task_id = t.id AND l.state = 'submitted') AS submitted, \
         (SELECT COUNT(*) FROM claims l WHERE l.task_id = t.id AND l.state = 'accepted') AS accepted, \
         s.model, s.version AS model_version FROM tasks t LEFT JOIN suggestions s ON s.task_id = t.id WHERE t.batch_id = $1 AND t.position > $2 ORDER BY t.position LIMIT $3",
        values![batch, place, count(limit)?],
    )
    .await
}

/// One task.
pub async fn find_task(on: &impl Sql, id: &str) -> Result<Option<Task>, StoreError> {
    find(on, "SELECT id, item_id, position, payload FROM tasks WHERE id = $1", values![id]).await
}

/// Takes a copy of a task; false if none was left: somebody else was there.
pub async fn take(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    let sql = "UPDATE tasks SET copies_left = copies_left - 1, state = CASE WHEN copies_left = 1 THEN 'claimed' ELSE 'open' END \
               WHERE id = $1 AND copies_left > 0";
    Ok(execute(tx, sql, values![id]).await? == 1)
}

/// Takes back every copy of a batch's tasks that nobody holds. Nobody can claim them any more, and nobody waits for them.
pub async fn withdraw_free(tx: &Tx, batch: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "SELECT CAST(COALESCE(SUM(copies_left), 0) AS BIGINT) AS v FROM tasks WHERE batch_id = $1";
    let free: i64 = find_value(tx, sql, values![batch]).await?.unwrap_or(0);
    let sql = format!(
        "UPDATE tasks SET copies_withdrawn = copies_withdrawn + copies_left, copies_left = 0, state = CASE {WITHOUT_FREE} END \
         WHERE batch_id = $1 AND copies_left > 0"
    );
    execute(tx, sql, values![batch]).await?;
    execute(
        tx,
        "UPDATE batches SET tasks_total = tasks_total - $2, tasks_withdrawn = tasks_withdrawn + $2, tasks_open = tasks_open - $2, \
         changed_at = $3 WHERE id = $1",
        values![batch, free, now.secs()],
    )
    .await?;
    Ok(())
}

/// A copy of a task comes back: it is free again, and true. Where its client took back what was free, and nobody can claim in its batch,
/// it goes the same way, and false: nobody would take it, and the other answers to its item would wait for it.
pub async fn give_back(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    let batch: Option<String> = find_value(
        tx,
        "SELECT b.id AS v FROM tasks t JOIN batches b ON b.id = t.batch_id JOIN contracts c ON c.id = b.contract_id \
         WHERE t.id = $1 AND b.tasks_withdrawn > 0 AND b.level < c.level",
        values![id],
    )
    .await?;
    let Some(batch) = batch else {
        execute(tx, "UPDATE tasks SET copies_left = copies_left + 1, state = 'open' WHERE id = $1", values![id]).await?;
        return Ok(true);
    };
    let sql = format!(
        "UPDATE tasks SET copies_withdrawn = copies_withdrawn + 1, state = CASE WHEN copies_left > 0 THEN 'open' {WITHOUT_FREE} END \
         WHERE id = $1"
    );
    execute(tx, sql, values![id]).await?;
    let sql = "UPDATE batches SET tasks_total = tasks_total - 1, tasks_withdrawn = tasks_withdrawn + 1 WHERE id = $1";
    execute(tx, sql, values![batch]).await?;
    Ok(false)
}

/// Marks those of these tasks accepted of which every copy is.
pub async fn set_accepted(tx: &Tx, ids: impl Iterator<Item = &str>) -> Result<(), StoreError> {
    let rows = ids.map(|id| values![id]).collect();
    update_rows(
        tx,
        "id",
        rows,
        "UPDATE tasks SET state = 'accepted' FROM v WHERE tasks.id = v.id AND tasks.copies_left = 0 \
         AND NOT EXISTS (SELECT 1 FROM claims o WHERE o.task_id = tasks.id AND o.state IN ('claimed', 'submitted', 'sent_back'))",
    )
    .await?;
    Ok(())
}

/// The cases of a task's state of which no copy is free.
const WITHOUT_FREE: &str = "\
WHEN EXISTS (SELECT 1 FROM claims c WHERE c.task_id = tasks.id AND c.state IN ('claimed', 'submitted', 'sent_back')) THEN 'claimed' \
WHEN EXISTS (SELECT 1 FROM claims c WHERE c.task_id = tasks.id AND c.state = 'accepted') THEN 'accepted' ELSE 'withdrawn'";
/// A multiple of what one statement takes.
const ITEMS_AT_ONCE: usize = 2_000;
