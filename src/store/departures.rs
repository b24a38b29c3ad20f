//! Members who are to leave, while signatures are missing.

use manyhands_domain::ids::{MemberId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, execute, find, find_value, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

/// A member who is to leave.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Departure {
    /// Random.
    pub id: String,
    /// Who leaves, in the ledger.
    pub member_id: String,
    /// Their account.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// `own`: they sign themselves; `asked`: they have no key, and two others sign; `never-came`: the office takes them off the roll;
    /// `excluded`: members voted it.
    pub reason: String,
    /// Who asked; empty where a vote did.
    pub asked_by: String,
    /// Their name.
    pub asked_name: String,
    /// The number of the vote that excluded them.
    pub proposal: Option<i64>,
    /// Seconds.
    pub asked_at: i64,
}

/// Holds what becomes of a member's leaving until the transaction ends: of two wishes at once, the second finds the first.
pub async fn lock(tx: &Tx, member: &MemberId) -> Result<(), StoreError> {
    lock_by_name(tx, &format!("departure {member}")).await
}

/// The contracts on which something of a member is unfinished or awaits its verdict, in the order of their ids.
pub async fn list_contracts_of(tx: &Tx, member: &MemberId) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        contract_id: String,
    }
    let sql = "SELECT DISTINCT contract_id FROM claims WHERE member_id = $1 AND state IN ('claimed', 'sent_back', 'submitted') \
               ORDER BY contract_id";
    let rows: Vec<Row> = all(tx, sql, values![member.as_str()]).await?;
    Ok(rows.into_iter().map(|row| row.contract_id).collect())
}

/// Keeps a wish; a conflict when there is one of this member.
pub async fn insert(tx: &Tx, id: &str, member: &MemberId, reason: &str, by: &PersonId, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO departures (id, member_id, reason, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5)",
        values![id, member.as_str(), reason, by.as_str(), now.secs()],
    )
    .await?;
    Ok(())
}

/// Keeps what a vote decided; a conflict when there is a wish of this member.
pub async fn insert_excluded(tx: &Tx, id: &str, member: &MemberId, proposal: i64, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO departures (id, member_id, reason, proposal, asked_at) VALUES ($1, $2, 'excluded', $3, $4)",
        values![id, member.as_str(), proposal, now.secs()],
    )
    .await?;
    Ok(())
}

/// Whether members voted to exclude this one, and signatures are missing.
pub async fn is_excluded(on: &impl Sql, member: &MemberId) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) AS v FROM departures WHERE member_id = $1 AND reason = 'excluded'";
    Ok(find_value::<i64>(on, sql, values![member.as_str()]).await?.unwrap_or(0) > 0)
}

/// One that waits.
pub async fn find_waiting(on: &impl Sql, id: &str) -> Result<Option<Departure>, StoreError> {
    find(on, format!("{SELECT} AND d.id = $1"), values![id]).await
}

/// The one of this member that waits.
pub async fn find_of(on: &impl Sql, member: &MemberId) -> Result<Option<Departure>, StoreError> {
    find(on, format!("{SELECT} AND d.member_id = $1"), values![member.as_str()]).await
}

/// The ids of all of a member's, whatever became of them since.
pub async fn list_ids_of(on: &impl Sql, member: &MemberId) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let rows: Vec<Row> = all(on, "SELECT id FROM departures WHERE member_id = $1", values![member.as_str()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Those that wait for two others, oldest first.
pub async fn list_for_others(on: &impl Sql) -> Result<Vec<Departure>, StoreError> {
    all(on, format!("{SELECT} AND d.reason <> 'own' ORDER BY d.asked_at, d.id"), vec![]).await
}

/// It waits no more; false if it did not wait.
pub async fn delete(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    Ok(execute(tx, "DELETE FROM departures WHERE id = $1", values![id]).await? == 1)
}

/// Whoever has left, or came in after all, is not waited for.
const SELECT: &str = "\
SELECT d.id, d.member_id, p.id AS person_id, p.name, d.reason, COALESCE(d.asked_by, '') AS asked_by, COALESCE(a.name, '') AS asked_name,
  d.proposal, d.asked_at
FROM departures d JOIN members m ON m.id = d.member_id JOIN people p ON p.id = m.person_id LEFT JOIN people a ON a.id = d.asked_by
WHERE m.left_at IS NULL AND (d.reason <> 'never-came' OR p.state = 'invited')";
