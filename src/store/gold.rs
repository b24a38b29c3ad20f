//! Items whose right answer their client knows, and whether members' answers were right. Nothing of it is selected with a claim or a
//! task: whoever needs it asks here.

use manyhands_domain::ids::{BatchId, ContractId, MemberId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, insert_rows, update_rows, values};
use crate::{Sql, StoreError, Tx, tasks};

/// A task of a draft, by the client's id.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Place {
    /// The task.
    pub id: String,
    /// The client's own id.
    pub item_id: String,
}

/// The tasks of a batch, in the order of its file.
pub async fn list_places(on: &impl Sql, batch: &str) -> Result<Vec<Place>, StoreError> {
    all(on, "SELECT id, item_id FROM tasks WHERE batch_id = $1 ORDER BY position", values![batch]).await
}

/// What an item shows, by the client's id.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Shown {
    /// The client's own id.
    pub item_id: String,
    /// What its task shows.
    pub payload: String,
}

/// What all items of a batch show: together no more than the file that they came from.
pub async fn list_shown(on: &impl Sql, batch: &str) -> Result<Vec<Shown>, StoreError> {
    all(on, "SELECT item_id, payload FROM tasks WHERE batch_id = $1", values![batch]).await
}

/// A gold item, as it is kept.
#[derive(Clone, Debug)]
pub struct NewGold<'a> {
    /// The task.
    pub task: &'a str,
    /// The right answers by question name, JSON.
    pub answer: String,
    /// Why.
    pub explanation: &'a str,
}

/// Puts these in the place of all that is known of a draft's items, and gives its tasks these turns; those that get none, their place in
/// the file.
pub async fn replace(tx: &Tx, batch: &str, gold: &[NewGold<'_>], turns: &[(&str, i64)]) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM gold_items WHERE batch_id = $1", values![batch]).await?;
    execute(tx, "UPDATE tasks SET turn = position WHERE batch_id = $1 AND turn <> position", values![batch]).await?;
    let rows = gold.iter().map(|gold| values![gold.task, batch, gold.answer.as_str(), gold.explanation]).collect();
    insert_rows(tx, "gold_items (task_id, batch_id, answer, explanation)", rows, "").await?;
    tasks::measure(tx, batch).await?;
    let turns = turns.iter().map(|(task, turn)| values![*task, *turn]).collect();
    update_rows(tx, "id, turn", turns, "UPDATE tasks SET turn = v.turn FROM v WHERE tasks.id = v.id").await?;
    let sql = "UPDATE batches SET gold_items = $2, draft_version = draft_version + 1 WHERE id = $1";
    execute(tx, sql, values![batch, count(gold.len() as u64)?]).await?;
    Ok(())
}

/// What is known of an item.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Gold {
    /// The client's own id.
    pub item_id: String,
    /// What the task shows.
    pub payload: String,
    /// The right answers by question name, JSON.
    pub answer: String,
    /// Why.
    pub explanation: String,
}

/// What is known of a task, if anything.
pub async fn find_gold(on: &impl Sql, task: &str) -> Result<Option<Gold>, StoreError> {
    find(
        on,
        "SELECT t.item_id, t.payload, g.answer, g.explanation FROM gold_items g JOIN tasks t ON t.id = g.task_id WHERE g.task_id = $1",
        values![task],
    )
    .await
}

/// Everything that is known of a batch's items, in the order of its file.
pub async fn list_of_batch(on: &impl Sql, batch: &BatchId) -> Result<Vec<Gold>, StoreError> {
    all(
        on,
        "SELECT t.item_id, t.payload, g.answer, g.explanation FROM gold_items g JOIN tasks t ON t.id = g.task_id \
         WHERE g.batch_id = $1 ORDER BY t.position",
        values![batch.as_str()],
    )
    .await
}

/// An answer to a gold item, as it is noted.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    /// The task.
    pub task: &'a str,
    /// Who answered.
    pub member: &'a MemberId,
    /// By which claim.
    pub claim: &'a str,
    /// Whether it was right.
    pub met: bool,
}

/// Notes a member's first answer to a gold item; false where there was one: they were told then.
pub async fn insert_outcome(tx: &Tx, outcome: Outcome<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "INSERT INTO gold_outcomes (task_id, member_id, claim_id, met, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (task_id, member_id) DO NOTHING",
        values![outcome.task, outcome.member.as_str(), outcome.claim, i64::from(outcome.met), now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// Whether a member was told what is known of a task.
pub async fn was_told(on: &impl Sql, task: &str, member: &MemberId) -> Result<bool, StoreError> {
    let sql = "SELECT met AS v FROM gold_outcomes WHERE task_id = $1 AND member_id = $2";
    let met: Option<i64> = crate::sql::find_value(on, sql, values![task, member.as_str()]).await?;
    Ok(met.is_some())
}

/// Whether a claim's answer to a gold item was right, 0 or 1; nothing where it was none, or not the first.
pub async fn find_outcome(on: &impl Sql, claim: &str) -> Result<Option<i64>, StoreError> {
    crate::sql::find_value(on, "SELECT met AS v FROM gold_outcomes WHERE claim_id = $1", values![claim]).await
}

/// How a contract's gold items were answered, by everybody together.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Sum {
    /// Gold items of opened batches.
    pub items: i64,
    /// First answers to them.
    pub answers: i64,
    /// Right ones.
    pub met: i64,
}

/// How a contract's gold items were answered.
pub async fn sum_of_contract(on: &impl Sql, contract: &ContractId) -> Result<Sum, StoreError> {
    let row = find(
        on,
        "SELECT CAST(COUNT(DISTINCT g.task_id) AS BIGINT) AS items, CAST(COUNT(o.task_id) AS BIGINT) AS answers, \
         CAST(COALESCE(SUM(o.met), 0) AS BIGINT) AS met FROM batches b JOIN gold_items g ON g.batch_id = b.id \
         LEFT JOIN gold_outcomes o ON o.task_id = g.task_id WHERE b.contract_id = $1 AND b.state <> 'draft'",
        values![contract.as_str()],
    )
    .await?;
    row.ok_or_else(|| StoreError::lost("the count of gold items"))
}

/// A gold item that was missed.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MissedItem {
    /// Of the batch.
    pub title: String,
    /// The client's own id.
    pub item_id: String,
    /// First answers to it.
    pub answers: i64,
    /// Wrong ones.
    pub missed: i64,
}

/// The gold items of a contract that were missed most often, no more than so many: perhaps the right answer is not right.
pub async fn list_missed(on: &impl Sql, contract: &ContractId, limit: u64) -> Result<Vec<MissedItem>, StoreError> {
    all(
        on,
        "SELECT b.title, t.item_id, CAST(COUNT(*) AS BIGINT) AS answers, CAST(COUNT(*) - SUM(o.met) AS BIGINT) AS missed \
         FROM batches b JOIN gold_items g ON g.batch_id = b.id JOIN tasks t ON t.id = g.task_id \
         JOIN gold_outcomes o ON o.task_id = g.task_id WHERE b.contract_id = $1 \
         GROUP BY t.id, b.title, b.created_at, t.position, t.item_id HAVING COUNT(*) > SUM(o.met) \
         ORDER BY COUNT(*) - SUM(o.met) DESC, COUNT(*), b.created_at, t.position, t.id LIMIT $2",
        values![contract.as_str(), count(limit)?],
    )
    .await
}
