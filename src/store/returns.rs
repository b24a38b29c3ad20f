//! Parts of deposits that go back: those that wait for their second person, and those posted.

use manyhands_domain::ids::{ClientId, ContractId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::contracts::Deposit;
use crate::sql::{all, count, execute, find, values};
use crate::{Sql, StoreError, Tx};

/// A part of a deposit that goes back.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Return {
    /// UUIDv7.
    pub id: String,
    /// `C-…`.
    pub contract_id: String,
    /// Its title.
    pub title: String,
    /// The deposit.
    pub deposit_id: String,
    /// The deposit's entry.
    pub deposit_index: i64,
    /// Millionths.
    pub amount: i64,
    /// Of it.
    pub currency: String,
    /// The commitment.
    pub evidence: String,
    /// `prepared`, `posted`, `withdrawn`.
    pub state: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// Their name.
    pub prepared_name: String,
    /// Seconds.
    pub prepared_at: i64,
    /// The entry.
    pub entry_index: Option<i64>,
    /// The payment's reference, and how the client asked for it; empty once erased.
    pub words: String,
    /// Who approved it; empty before.
    pub approved_name: String,
}

/// Keeps a prepared return; a conflict when one of the same deposit waits already.
pub async fn insert(tx: &Tx, returned: &Return) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO deposit_returns (id, contract_id, deposit_id, amount, currency, evidence, state, prepared_by, prepared_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'prepared', $7, $8)",
        values![
            returned.id.as_str(),
            returned.contract_id.as_str(),
            returned.deposit_id.as_str(),
            returned.amount,
            returned.currency.as_str(),
            returned.evidence.as_str(),
            returned.prepared_by.as_str(),
            returned.prepared_at
        ],
    )
    .await?;
    Ok(())
}

/// A return, if there is one.
pub async fn find_one(on: &impl Sql, id: &str) -> Result<Option<Return>, StoreError> {
    find(on, format!("{RETURNS} WHERE r.id = $1"), values![id]).await
}

/// A return, held until the transaction ends. Its contract's lock is held: it comes first in the order of locks.
pub async fn load_held(tx: &Tx, id: &str) -> Result<Return, StoreError> {
    if tx.is_postgres() {
        execute(tx, "SELECT 1 FROM deposit_returns WHERE id = $1 FOR UPDATE", values![id]).await?;
    }
    find_one(tx, id).await?.ok_or(StoreError::Missing("return"))
}

/// Returns, newest first.
pub async fn list(on: &impl Sql, limit: u64) -> Result<Vec<Return>, StoreError> {
    all(on, format!("{RETURNS} ORDER BY r.prepared_at DESC, r.id DESC LIMIT $1"), values![count(limit)?]).await
}

/// Those that wait, oldest first.
pub async fn list_waiting(on: &impl Sql) -> Result<Vec<Return>, StoreError> {
    all(on, format!("{RETURNS} WHERE r.state = 'prepared' ORDER BY r.prepared_at, r.id"), vec![]).await
}

/// Those of a contract that wait or were posted, newest first.
pub async fn list_of_contract(on: &impl Sql, id: &ContractId) -> Result<Vec<Return>, StoreError> {
    let sql = format!("{RETURNS} WHERE r.contract_id = $1 AND r.state <> 'withdrawn' ORDER BY r.prepared_at DESC, r.id DESC");
    all(on, sql, values![id.as_str()]).await
}

/// What went back to a client, newest first.
pub async fn list_posted_to(on: &impl Sql, client: &ClientId) -> Result<Vec<Return>, StoreError> {
    let sql = format!("{RETURNS} WHERE c.client_id = $1 AND r.state = 'posted' ORDER BY r.entry_index DESC");
    all(on, sql, values![client.as_str()]).await
}

/// The deposits of a contract, in the order in which they arrived.
pub async fn list_deposits(on: &impl Sql, id: &ContractId) -> Result<Vec<Deposit>, StoreError> {
    let sql =
        "SELECT id, contract_id, amount, currency, entry_index, recorded_at FROM deposits WHERE contract_id = $1 ORDER BY entry_index";
    all(on, sql, values![id.as_str()]).await
}

/// A deposit, if there is one.
pub async fn find_deposit(on: &impl Sql, id: &str) -> Result<Option<Deposit>, StoreError> {
    let sql = "SELECT id, contract_id, amount, currency, entry_index, recorded_at FROM deposits WHERE id = $1";
    find(on, sql, values![id]).await
}

/// The entries of deposits of this sum on a contract whose reference nobody knows any more, newest first: it is in no log, and may have been
/// erased.
pub async fn list_unnamed(tx: &Tx, contract: &ContractId, amount: i64) -> Result<Vec<i64>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        entry_index: i64,
    }
    let rows: Vec<Row> = all(
        tx,
        "SELECT entry_index FROM deposits d WHERE contract_id = $1 AND amount = $2 \
         AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.sha256 = d.evidence) ORDER BY entry_index DESC",
        values![contract.as_str(), amount],
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.entry_index).collect())
}

/// Marks a return posted, by its second person; false if it was not waiting.
pub async fn set_posted(tx: &Tx, id: &str, by: &PersonId, index: u64, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE deposit_returns SET state = 'posted', approved_by = $2, approved_at = $3, entry_index = $4 \
         WHERE id = $1 AND state = 'prepared'",
        values![id, by.as_str(), now.secs(), count(index)?],
    )
    .await?;
    Ok(touched == 1)
}

/// Withdraws a return that nobody approved; false if it was not waiting.
pub async fn set_withdrawn(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    Ok(execute(tx, "UPDATE deposit_returns SET state = 'withdrawn' WHERE id = $1 AND state = 'prepared'", values![id]).await? == 1)
}

/// Forgets what was written about a return that was withdrawn.
pub async fn forget_words(tx: &Tx, evidence: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM evidence WHERE sha256 = $1", values![evidence]).await?;
    Ok(())
}

const RETURNS: &str = "\
SELECT r.id, r.contract_id, c.title, r.deposit_id, d.entry_index AS deposit_index, r.amount, r.currency, r.evidence, r.state, r.prepared_by,
  p.name AS prepared_name, r.prepared_at, r.entry_index, COALESCE(e.text, '') AS words, COALESCE(a.name, '') AS approved_name
FROM deposit_returns r JOIN contracts c ON c.id = r.contract_id JOIN deposits d ON d.id = r.deposit_id
JOIN people p ON p.id = r.prepared_by LEFT JOIN evidence e ON e.sha256 = r.evidence LEFT JOIN people a ON a.id = r.approved_by";
