//! What somebody agreed to meet at work, which tasks they left at once, and how long they met the worst of late.

use manyhands_domain::ids::{MemberId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, execute, values};
use crate::{Sql, StoreError, Tx};

/// The categories that somebody agreed to meet.
pub async fn list_agreed(on: &impl Sql, person: &PersonId) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        category: String,
    }
    let sql = "SELECT category FROM hazard_consents WHERE person_id = $1 ORDER BY category";
    Ok(all::<Row>(on, sql, values![person.as_str()]).await?.into_iter().map(|row| row.category).collect())
}

/// Agrees to a category; nothing changes if they did before.
pub async fn agree(tx: &Tx, person: &PersonId, category: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO hazard_consents (person_id, category, agreed_at) VALUES ($1, $2, $3) ON CONFLICT (person_id, category) DO NOTHING";
    execute(tx, sql, values![person.as_str(), category, now.secs()]).await?;
    Ok(())
}

/// Takes back what they agreed to.
pub async fn withdraw(tx: &Tx, person: &PersonId, category: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM hazard_consents WHERE person_id = $1 AND category = $2", values![person.as_str(), category]).await?;
    Ok(())
}

/// Notes that somebody left a task at once.
pub async fn leave(tx: &Tx, person: &PersonId, task: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO left_tasks (person_id, task_id, left_at) VALUES ($1, $2, $3) ON CONFLICT (person_id, task_id) DO NOTHING";
    execute(tx, sql, values![person.as_str(), task, now.secs()]).await?;
    Ok(())
}

/// Hazards of contracts that are open, as part of their terms: id, `domain::contracts::Terms` as JSON.
pub async fn list_open_terms(on: &impl Sql) -> Result<Vec<(String, String)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        terms: String,
    }
    let rows: Vec<Row> = all(on, "SELECT id, terms FROM contracts WHERE state = 'open' AND level > 0", vec![]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.terms)).collect())
}

/// A claim of a hazardous batch, as time is counted: moments and seconds.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Worked {
    /// Where it stands.
    pub state: String,
    /// When it was taken.
    pub claimed_at: i64,
    /// When it was handed in last, if it was.
    pub submitted_at: Option<i64>,
    /// When something was saved last.
    pub draft_at: Option<i64>,
    /// Measured up to then.
    pub seconds: Option<i64>,
    /// `active` or `elapsed`.
    pub measured: Option<String>,
    /// Counted by the page since it was taken, or came back.
    pub active_seconds: i64,
    /// Of the batch: seconds.
    pub estimate: i64,
}

/// A member's claims in batches of this level or more that they had in hand since then. Nobody holds one beyond its time, by which they are
/// found.
pub async fn list_worked(on: &impl Sql, member: &MemberId, level: u8, since: Timestamp) -> Result<Vec<Worked>, StoreError> {
    let sql = "SELECT l.state, l.claimed_at, l.submitted_at, l.draft_at, l.seconds, l.measured, l.active_seconds, b.seconds AS estimate \
               FROM claims l JOIN batches b ON b.id = l.batch_id WHERE l.member_id = $1 AND l.due_at >= $3 AND l.ahead = 0 AND b.level >= $2 \
               AND (l.claimed_at >= $3 OR l.submitted_at >= $3 OR l.draft_at >= $3)";
    all(on, sql, values![member.as_str(), i64::from(level), since.secs()]).await
}
