//! What a model suggests for items, and what became of it in each answer. Nothing of it is selected with a claim or a task: whoever needs
//! it asks here.

use manyhands_domain::ids::{BatchId, ClaimId};
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, insert_rows, values};
use crate::{Sql, StoreError, Tx, tasks};

/// An item that is there: what its task shows.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Place {
    /// The task.
    pub id: String,
    /// The client's own id.
    pub item_id: String,
    /// What the task shows.
    pub payload: String,
    /// Pixels across, where that is a picture that is kept here.
    pub picture_width: Option<i64>,
    /// Pixels down.
    pub picture_height: Option<i64>,
}

/// What all items of a batch show: together no more than the file that they came from.
pub async fn list_places(on: &impl Sql, batch: &BatchId) -> Result<Vec<Place>, StoreError> {
    all(
        on,
        "SELECT t.id, t.item_id, t.payload, f.width AS picture_width, f.height AS picture_height \
         FROM tasks t JOIN batches b ON b.id = t.batch_id \
         LEFT JOIN files f ON t.payload LIKE 'file:%' AND f.sha256 = SUBSTR(t.payload, 6) AND f.contract_id = b.contract_id \
         WHERE t.batch_id = $1",
        values![batch.as_str()],
    )
    .await
}

/// The tasks of a draft by the client's ids, without what they show.
pub async fn list_ids(on: &impl Sql, batch: &BatchId) -> Result<Vec<(String, String)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        item_id: String,
    }
    let rows: Vec<Row> = all(on, "SELECT id, item_id FROM tasks WHERE batch_id = $1", values![batch.as_str()]).await?;
    Ok(rows.into_iter().map(|row| (row.item_id, row.id)).collect())
}

/// A suggestion, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSuggestion {
    /// The task.
    pub task: String,
    /// By question name, JSON.
    pub answer: String,
    /// The model's name.
    pub model: String,
    /// Its version; empty where none is told.
    pub version: String,
}

/// Puts these in the place of all that is suggested for a draft's items.
pub async fn replace(tx: &Tx, batch: &BatchId, suggestions: &[NewSuggestion]) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM suggestions WHERE batch_id = $1", values![batch.as_str()]).await?;
    // Some at a time: as values of statements, all of a large file would take many times its memory.
    for some in suggestions.chunks(AT_ONCE) {
        let row =
            |one: &NewSuggestion| values![one.task.as_str(), batch.as_str(), one.answer.as_str(), one.model.as_str(), one.version.as_str()];
        insert_rows(tx, "suggestions (task_id, batch_id, answer, model, version)", some.iter().map(row).collect(), "").await?;
    }
    let sql = "UPDATE batches SET suggestions = $2, draft_version = draft_version + 1 WHERE id = $1";
    execute(tx, sql, values![batch.as_str(), count(suggestions.len() as u64)?]).await?;
    tasks::measure(tx, batch.as_str()).await
}

/// What is suggested for an item.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Suggestion {
    /// By question name, JSON.
    pub answer: String,
    /// The model's name.
    pub model: String,
    /// Its version.
    pub version: String,
}

/// What is suggested for a task, if anything.
pub async fn find_suggestion(on: &impl Sql, task: &str) -> Result<Option<Suggestion>, StoreError> {
    find(on, "SELECT answer, model, version FROM suggestions WHERE task_id = $1", values![task]).await
}

/// A suggestion with its task.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OfTask {
    /// The task.
    pub task_id: String,
    /// By question name, JSON.
    pub answer: String,
    /// The model's name.
    pub model: String,
    /// Its version.
    pub version: String,
}

/// Everything that is suggested for a batch's items.
pub async fn list_of_batch(on: &impl Sql, batch: &BatchId) -> Result<Vec<OfTask>, StoreError> {
    all(on, "SELECT task_id, answer, model, version FROM suggestions WHERE batch_id = $1", values![batch.as_str()]).await
}

/// How many items of a batch a model suggests something for.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OfModel {
    /// The model's name.
    pub model: String,
    /// Its version.
    pub version: String,
    /// Items.
    pub items: i64,
}

/// The models that suggest something for a batch's items, by name.
pub async fn list_models(on: &impl Sql, batch: &BatchId) -> Result<Vec<OfModel>, StoreError> {
    all(
        on,
        "SELECT model, version, CAST(COUNT(*) AS BIGINT) AS items FROM suggestions WHERE batch_id = $1 \
         GROUP BY model, version ORDER BY model, version",
        values![batch.as_str()],
    )
    .await
}

/// How many items of a batch that have a known answer come with a suggestion.
pub async fn count_gold(on: &impl Sql, batch: &BatchId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS v FROM gold_items g JOIN suggestions s ON s.task_id = g.task_id WHERE g.batch_id = $1";
    Ok(find_value(on, sql, values![batch.as_str()]).await?.unwrap_or(0))
}

/// Notes of an answer that is handed in what it changed; what was noted before is forgotten.
pub async fn note_outcome(tx: &Tx, claim: &ClaimId, changed: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO suggestion_outcomes (claim_id, changed) VALUES ($1, $2) ON CONFLICT (claim_id) DO UPDATE SET changed = $2";
    execute(tx, sql, values![claim.as_str(), changed]).await?;
    Ok(())
}

/// Deletes what was suggested for a batch's items; who suggested, and what answers changed of it, stays.
pub async fn blank(tx: &Tx, batch: &str) -> Result<(), StoreError> {
    execute(tx, "UPDATE suggestions SET answer = '{}' WHERE batch_id = $1", values![batch]).await?;
    tasks::measure(tx, batch).await
}

const AT_ONCE: usize = 2_000;
