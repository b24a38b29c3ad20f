//! Contracts, what was checked of them, their documents and deposits. How they go on stands in `life`, what they said
//! before in `versions`.

pub mod life;
pub mod versions;

use manyhands_domain::ids::{ClientId, ContractId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

/// A contract's row. Sums are millionths, times seconds.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Contract {
    /// `C-…`.
    pub id: String,
    /// Whose it is.
    pub client_id: String,
    /// The client organisation's name.
    pub client_name: String,
    /// Where it stands.
    pub state: String,
    /// `domain::contracts::Terms`, JSON.
    pub terms: String,
    /// For lists.
    pub title: String,
    /// For lists.
    pub end_client: String,
    /// Of the end client.
    pub country: String,
    /// For lists.
    pub purpose: String,
    /// Of the price; empty while unknown.
    pub currency: String,
    /// Highest hazard level.
    pub level: i64,
    /// Price of every claim not yet settled.
    pub held: i64,
    /// When it was sent to the co-op.
    pub submitted_at: Option<i64>,
    /// The `contract.listed` entry.
    pub listed_index: Option<i64>,
    /// When it was approved.
    pub approved_at: Option<i64>,
    /// Whether the end client's register entry was checked: 0 or 1.
    pub register_checked: i64,
    /// `client` or `coop`, while it is paused.
    pub paused_by: Option<String>,
    /// `client` or `coop`, where notice was given.
    pub notice_by: Option<String>,
    /// When that notice ends it, seconds.
    pub ends_at: Option<i64>,
    /// The `contract.closed` entry.
    pub closed_index: Option<i64>,
}

/// What was checked of the end client's register entry.
#[derive(Clone, Debug, FromQueryResult)]
pub struct RegisterCheck {
    /// Who did.
    pub by_name: String,
    /// When, seconds.
    pub checked_at: i64,
    /// What, in words.
    pub what: String,
    /// Where anybody can look.
    pub link: String,
}

/// A deposit as recorded.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Deposit {
    /// Its id.
    pub id: String,
    /// The contract.
    pub contract_id: String,
    /// Millionths.
    pub amount: i64,
    /// Of it.
    pub currency: String,
    /// The entry.
    pub entry_index: i64,
    /// When, seconds.
    pub recorded_at: i64,
}

/// What lists and states need of the terms, beside their JSON.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'a> {
    /// `domain::contracts::Terms`, JSON.
    pub terms: &'a str,
    /// Of the work.
    pub title: &'a str,
    /// Its name.
    pub end_client: &'a str,
    /// Of the end client.
    pub country: &'a str,
    /// What for.
    pub purpose: &'a str,
    /// Of the price; empty while unknown.
    pub currency: &'a str,
    /// Highest hazard level.
    pub level: i64,
}

/// The next free number; whoever else wants one waits until the transaction ends.
pub async fn next_number(tx: &Tx) -> Result<u64, StoreError> {
    lock_by_name(tx, "contract number").await?;
    // Numbers that the log has, though their rows were lost, are taken too.
    let last: Option<i64> = find_value(
        tx,
        "SELECT COALESCE(MAX(number), 0) AS v FROM (SELECT number FROM contracts \
         UNION ALL SELECT CAST(value AS BIGINT) FROM settings WHERE name = 'contract number') AS taken",
        vec![],
    )
    .await?;
    crate::sql::uncount(last.unwrap_or(0) + 1)
}

/// Whether a deposit of this sum with this reference stands on a contract already; its entry.
pub async fn find_same_deposit(tx: &Tx, contract: &ContractId, amount: i64, reference: &str) -> Result<Option<i64>, StoreError> {
    find_value(
        tx,
        "SELECT d.entry_index AS v FROM deposits d JOIN evidence e ON e.sha256 = d.evidence \
         WHERE d.contract_id = $1 AND d.amount = $2 AND e.text = $3 ORDER BY d.entry_index LIMIT 1",
        values![contract.as_str(), amount, reference],
    )
    .await
}

/// A new draft.
pub async fn insert(
    tx: &Tx,
    id: &ContractId,
    number: u64,
    client: &ClientId,
    by: &PersonId,
    terms: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO contracts (id, number, client_id, created_by, state, terms, title, end_client, country, purpose, currency, level, created_at, changed_at) \
         VALUES ($1, $2, $3, $4, 'draft', $5, '', '', '', '', '', 0, $6, $6)",
        values![id.as_str(), count(number)?, client.as_str(), by.as_str(), terms, now.secs()],
    )
    .await?;
    Ok(())
}

/// Saves a draft's terms.
pub async fn save_terms(tx: &Tx, id: &ContractId, summary: Summary<'_>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE contracts SET terms = $2, title = $3, end_client = $4, country = $5, purpose = $6, currency = $7, level = $8, \
         changed_at = $9 WHERE id = $1 AND state = 'draft'",
        values![
            id.as_str(),
            summary.terms,
            summary.title,
            summary.end_client,
            summary.country,
            summary.purpose,
            summary.currency,
            summary.level,
            now.secs()
        ],
    )
    .await?;
    Ok(())
}

/// A contract, if there is one.
pub async fn find_contract(on: &impl Sql, id: &ContractId) -> Result<Option<Contract>, StoreError> {
    find(on, format!("{SELECT} WHERE c.id = $1"), values![id.as_str()]).await
}

/// A contract, held until the transaction ends (first in the lock order).
pub async fn load_held(tx: &Tx, id: &ContractId) -> Result<Contract, StoreError> {
    if tx.is_postgres() {
        execute(tx, "SELECT 1 FROM contracts WHERE id = $1 FOR UPDATE", values![id.as_str()]).await?;
    }
    find_contract(tx, id).await?.ok_or(StoreError::Missing("contract"))
}

/// Contracts that anybody may see, in order.
pub async fn list_public(on: &impl Sql) -> Result<Vec<Contract>, StoreError> {
    all(on, format!("{SELECT} WHERE c.listed_index IS NOT NULL ORDER BY c.number"), vec![]).await
}

/// Whether a contract of this client stands in the ledger.
pub async fn is_listed_client(on: &impl Sql, client: &ClientId) -> Result<bool, StoreError> {
    let listed: Option<i64> =
        find_value(on, "SELECT COUNT(*) AS v FROM contracts WHERE client_id = $1 AND listed_index IS NOT NULL", values![client.as_str()])
            .await?;
    Ok(listed.unwrap_or(0) > 0)
}

/// A client's contracts, newest first.
pub async fn list_of_client(on: &impl Sql, client: &ClientId) -> Result<Vec<Contract>, StoreError> {
    all(on, format!("{SELECT} WHERE c.client_id = $1 ORDER BY c.number DESC"), values![client.as_str()]).await
}

/// Contracts in a state, in order.
pub async fn list_in_state(on: &impl Sql, state: &str) -> Result<Vec<Contract>, StoreError> {
    all(on, format!("{SELECT} WHERE c.state = $1 ORDER BY c.number"), values![state]).await
}

/// Moves a contract from one state to another; false if it was not in the first.
pub async fn change_state(tx: &Tx, id: &ContractId, from: &str, to: &str, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE contracts SET state = $3, changed_at = $4, submitted_at = CASE WHEN $3 = 'submitted' THEN $4 ELSE submitted_at END \
         WHERE id = $1 AND state = $2",
        values![id.as_str(), from, to, now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// Notes the approval and the entry that lists the contract.
pub async fn set_listed(tx: &Tx, id: &ContractId, by: &PersonId, index: u64, document: &str, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE contracts SET approved_at = $4, approved_by = $2, listed_index = $3, document = $5 WHERE id = $1",
        values![id.as_str(), by.as_str(), count(index)?, now.secs(), document],
    )
    .await?;
    Ok(())
}

/// Adds to (or takes from) what open claims hold of the escrow.
pub async fn add_held(tx: &Tx, id: &str, micros: i64) -> Result<(), StoreError> {
    execute(tx, "UPDATE contracts SET held = held + $2 WHERE id = $1", values![id, micros]).await?;
    Ok(())
}

/// Keeps a document; the same bytes again change nothing.
pub async fn insert_document(tx: &Tx, sha256: &str, bytes: &[u8]) -> Result<(), StoreError> {
    execute(tx, "INSERT INTO documents (sha256, bytes) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING", values![sha256, bytes.to_vec()])
        .await?;
    Ok(())
}

/// The document of this hash.
pub async fn find_document(on: &impl Sql, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
    find_value(on, "SELECT bytes AS v FROM documents WHERE sha256 = $1", values![sha256]).await
}

/// Every document, by hash.
pub async fn list_documents(on: &impl Sql) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        sha256: String,
        bytes: Vec<u8>,
    }
    let rows: Vec<Row> = all(on, "SELECT sha256, bytes FROM documents ORDER BY sha256", vec![]).await?;
    Ok(rows.into_iter().map(|row| (row.sha256, row.bytes)).collect())
}

/// At most `limit` documents after this hash, by hash.
pub async fn documents_after(on: &impl Sql, sha256: &str, limit: u64) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        sha256: String,
        bytes: Vec<u8>,
    }
    let rows: Vec<Row> =
        all(on, "SELECT sha256, bytes FROM documents WHERE sha256 > $1 ORDER BY sha256 LIMIT $2", values![sha256, count(limit)?]).await?;
    Ok(rows.into_iter().map(|row| (row.sha256, row.bytes)).collect())
}

/// Keeps the text and salt behind a commitment, erasable.
pub async fn insert_evidence(tx: &Tx, sha256: &str, salt: &[u8], text: &str, now: Timestamp) -> Result<(), StoreError> {
    execute(tx, "INSERT INTO evidence (sha256, salt, text, at) VALUES ($1, $2, $3, $4)", values![sha256, salt.to_vec(), text, now.secs()])
        .await?;
    Ok(())
}

/// What was checked of the register, if anything was.
pub async fn find_register_check(on: &impl Sql, id: &ContractId) -> Result<Option<RegisterCheck>, StoreError> {
    find(
        on,
        "SELECT p.name AS by_name, r.checked_at, r.what, r.link FROM register_checks r JOIN people p ON p.id = r.checked_by \
         WHERE r.contract_id = $1",
        values![id.as_str()],
    )
    .await
}

/// Notes what was checked, by whom, when.
pub async fn insert_register_check(
    tx: &Tx,
    id: &ContractId,
    by: &PersonId,
    what: &str,
    link: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO register_checks (contract_id, checked_by, checked_at, what, link) VALUES ($1, $2, $3, $4, $5)",
        values![id.as_str(), by.as_str(), now.secs(), what, link],
    )
    .await?;
    Ok(())
}

/// Records a deposit.
pub async fn insert_deposit(tx: &Tx, deposit: &Deposit, evidence: &str, by: &PersonId) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO deposits (id, contract_id, amount, currency, evidence, entry_index, recorded_by, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            deposit.id.as_str(),
            deposit.contract_id.as_str(),
            deposit.amount,
            deposit.currency.as_str(),
            evidence,
            deposit.entry_index,
            by.as_str(),
            deposit.recorded_at
        ],
    )
    .await?;
    Ok(())
}

/// A client's deposits, newest first.
pub async fn list_deposits(on: &impl Sql, client: &ClientId) -> Result<Vec<Deposit>, StoreError> {
    all(
        on,
        "SELECT d.id, d.contract_id, d.amount, d.currency, d.entry_index, d.recorded_at FROM deposits d \
         JOIN contracts c ON c.id = d.contract_id WHERE c.client_id = $1 ORDER BY d.recorded_at DESC, d.id",
        values![client.as_str()],
    )
    .await
}

/// The newest deposits of all clients, newest first.
pub async fn list_newest_deposits(on: &impl Sql, limit: u64) -> Result<Vec<Deposit>, StoreError> {
    let sql = "SELECT id, contract_id, amount, currency, entry_index, recorded_at FROM deposits ORDER BY entry_index DESC LIMIT $1";
    all(on, sql, values![count(limit)?]).await
}

const SELECT: &str = "\
SELECT c.id, c.client_id, k.name AS client_name, c.state, c.terms, c.title, c.end_client, c.country, c.purpose, c.currency,
  c.level, c.held, c.submitted_at, c.listed_index, c.approved_at, (SELECT COUNT(*) FROM register_checks r WHERE r.contract_id = c.id) AS register_checked,
  c.paused_by, c.notice_by, c.ends_at, c.closed_index
FROM contracts c JOIN clients k ON k.id = c.client_id";
