//! Expenses: prepared, and paid by their second person.

use manyhands_domain::ids::PersonId;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, values};
use crate::{Sql, StoreError, Tx};

/// An expense.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Expense {
    /// UUIDv7.
    pub id: String,
    /// A part of an account name: `Hosting`.
    pub name: String,
    /// Millionths.
    pub amount: i64,
    /// Of it.
    pub currency: String,
    /// The commitment.
    pub evidence: String,
    /// `prepared`, `paid`, `withdrawn`.
    pub state: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// Their name.
    pub prepared_name: String,
    /// Seconds.
    pub prepared_at: i64,
    /// The entry.
    pub entry_index: Option<i64>,
    /// What it is for, in words.
    pub what: String,
    /// Who approved it; empty before.
    pub approved_name: String,
}

/// Keeps a prepared expense.
pub async fn insert_expense(tx: &Tx, expense: &Expense) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO expenses (id, name, amount, currency, evidence, state, prepared_by, prepared_at) VALUES ($1, $2, $3, $4, $5, 'prepared', $6, $7)",
        values![
            expense.id.as_str(), expense.name.as_str(), expense.amount, expense.currency.as_str(), expense.evidence.as_str(),
            expense.prepared_by.as_str(), expense.prepared_at
        ],
    )
    .await?;
    Ok(())
}

/// Expenses, newest first.
pub async fn list_expenses(on: &impl Sql, limit: u64) -> Result<Vec<Expense>, StoreError> {
    all(on, format!("{EXPENSES} ORDER BY x.prepared_at DESC, x.id LIMIT $1"), values![count(limit)?]).await
}

/// An expense, if there is one.
pub async fn find_expense(on: &impl Sql, id: &str) -> Result<Option<Expense>, StoreError> {
    find(on, format!("{EXPENSES} WHERE x.id = $1"), values![id]).await
}

/// An expense, held until the transaction ends: two who approve it at once come one after the other.
pub async fn load_expense_held(tx: &Tx, id: &str) -> Result<Expense, StoreError> {
    if tx.is_postgres() {
        execute(tx, "SELECT 1 FROM expenses WHERE id = $1 FOR UPDATE", values![id]).await?;
    }
    find_expense(tx, id).await?.ok_or(StoreError::Missing("expense"))
}

/// Withdraws an expense that nobody approved; false if it was not waiting.
pub async fn set_expense_withdrawn(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    Ok(execute(tx, "UPDATE expenses SET state = 'withdrawn' WHERE id = $1 AND state = 'prepared'", values![id]).await? == 1)
}

/// Expenses that nobody approved yet, oldest first.
pub async fn list_expenses_prepared(on: &impl Sql) -> Result<Vec<Expense>, StoreError> {
    all(on, format!("{EXPENSES} WHERE x.state = 'prepared' ORDER BY x.prepared_at, x.id"), vec![]).await
}

/// Expenses that wait for a second person other than this one, oldest first.
pub async fn list_expenses_waiting_for(on: &impl Sql, not_by: &PersonId) -> Result<Vec<Expense>, StoreError> {
    all(on, format!("{EXPENSES} WHERE x.state = 'prepared' AND x.prepared_by <> $1 ORDER BY x.prepared_at, x.id"), values![not_by.as_str()])
        .await
}

/// Marks an expense paid, by its second person; false if it was not waiting.
pub async fn set_expense_paid(tx: &Tx, id: &str, by: &PersonId, index: u64, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE expenses SET state = 'paid', approved_by = $2, approved_at = $3, entry_index = $4 WHERE id = $1 AND state = 'prepared'",
        values![id, by.as_str(), now.secs(), count(index)?],
    )
    .await?;
    Ok(touched == 1)
}

const EXPENSES: &str = "\
SELECT x.id, x.name, x.amount, x.currency, x.evidence, x.state, x.prepared_by, p.name AS prepared_name, x.prepared_at, x.entry_index,
  COALESCE(e.text, '') AS what, COALESCE(a.name, '') AS approved_name
FROM expenses x JOIN people p ON p.id = x.prepared_by LEFT JOIN evidence e ON e.sha256 = x.evidence
LEFT JOIN people a ON a.id = x.approved_by";
