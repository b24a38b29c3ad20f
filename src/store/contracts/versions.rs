//! What contracts said, version by version, and the amendments that are under way.

use manyhands_domain::ids::{ContractId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::contracts::Summary;
use crate::sql::{all, count, execute, find, find_value, values};
use crate::{Sql, StoreError, Tx};

/// A version of a contract.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Version {
    /// From 1.
    pub number: i64,
    /// `domain::contracts::Terms`, JSON.
    pub terms: String,
    /// The entry that put it in force.
    pub entry_index: i64,
    /// Seconds.
    pub at: i64,
}

/// A change that one side proposes.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Amendment {
    /// UUIDv7.
    pub id: String,
    /// `C-…`.
    pub contract_id: String,
    /// The version that it changes.
    pub based_on: i64,
    /// `client` or `coop`.
    pub side: String,
    /// `draft`, `proposed`, `agreed`, `declined`, `withdrawn`.
    pub state: String,
    /// `domain::contracts::Terms`, JSON.
    pub terms: String,
    /// Why it is proposed, in words.
    pub reason: String,
    /// Who drafted it.
    pub proposed_by: String,
    /// Who of the other side agreed to it while it waits for two people of the co-op.
    pub agreed_by: Option<String>,
    /// Seconds.
    pub changed_at: i64,
}

/// A proposal that waits for a side's word.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Waiting {
    /// `C-…`.
    pub contract_id: String,
    /// The contract's title.
    pub title: String,
    /// Why it is proposed, in words.
    pub reason: String,
    /// Since when, seconds.
    pub changed_at: i64,
}

/// What this side proposed and the other has not answered, oldest first, on contracts that go on; of one client's, or of all.
pub async fn list_proposed(on: &impl Sql, by_side: &str, client: Option<&str>) -> Result<Vec<Waiting>, StoreError> {
    all(
        on,
        "SELECT a.contract_id, c.title, a.reason, a.changed_at FROM amendments a JOIN contracts c ON c.id = a.contract_id \
         WHERE a.state = 'proposed' AND a.agreed_by IS NULL AND c.closed_index IS NULL AND a.side = $1 AND (c.client_id = $2 OR $2 = '') ORDER BY a.changed_at, a.id",
        values![by_side, client.unwrap_or_default()],
    )
    .await
}

/// At most `limit` versions of a contract before this number, the newest first.
pub async fn list_before(on: &impl Sql, id: &ContractId, before: i64, limit: u64) -> Result<Vec<Version>, StoreError> {
    let sql =
        "SELECT number, terms, entry_index, at FROM contract_versions WHERE contract_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
    all(on, sql, values![id.as_str(), before, count(limit)?]).await
}

/// The version in force.
pub async fn find_newest(on: &impl Sql, id: &ContractId) -> Result<Option<Version>, StoreError> {
    let sql = "SELECT number, terms, entry_index, at FROM contract_versions WHERE contract_id = $1 ORDER BY number DESC LIMIT 1";
    find(on, sql, values![id.as_str()]).await
}

/// Keeps a version. The contract's lock is held.
pub async fn insert(tx: &Tx, id: &ContractId, terms: &str, document: &str, index: u64, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO contract_versions (contract_id, number, terms, document, entry_index, at) \
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM contract_versions WHERE contract_id = $1",
        values![id.as_str(), terms, document, count(index)?, now.secs()],
    )
    .await?;
    Ok(())
}

/// A listed contract says this from now on. Its lock is held.
pub async fn set_terms(tx: &Tx, id: &ContractId, summary: Summary<'_>, document: &str, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE contracts SET terms = $2, title = $3, end_client = $4, country = $5, purpose = $6, currency = $7, level = $8, \
         document = $9, changed_at = $10 WHERE id = $1",
        values![
            id.as_str(),
            summary.terms,
            summary.title,
            summary.end_client,
            summary.country,
            summary.purpose,
            summary.currency,
            summary.level,
            document,
            now.secs()
        ],
    )
    .await?;
    // Drafts are opened at the contract's level or above.
    let sql = "UPDATE batches SET level = $2, changed_at = $3 WHERE contract_id = $1 AND state = 'draft' AND level < $2";
    execute(tx, sql, values![id.as_str(), summary.level, now.secs()]).await?;
    Ok(())
}

/// What waits for the other side's word, if anything does, and then each side's draft.
pub async fn list_open(on: &impl Sql, id: &ContractId) -> Result<Vec<Amendment>, StoreError> {
    let sql = format!("{AMENDMENTS} WHERE contract_id = $1 AND state IN ('draft', 'proposed') ORDER BY state DESC, side");
    all(on, sql, values![id.as_str()]).await
}

/// Changes that both sides agreed to and that wait for two people of the co-op, oldest first, on contracts that go on.
pub async fn list_agreed(on: &impl Sql) -> Result<Vec<Amendment>, StoreError> {
    let sql = format!(
        "{AMENDMENTS} WHERE state = 'proposed' AND agreed_by IS NOT NULL AND contract_id IN (SELECT id FROM contracts \
         WHERE closed_index IS NULL) ORDER BY agreed_at, id"
    );
    all(on, sql, vec![]).await
}

/// An amendment, if there is one.
pub async fn find_amendment(on: &impl Sql, id: &str) -> Result<Option<Amendment>, StoreError> {
    find(on, format!("{AMENDMENTS} WHERE id = $1"), values![id]).await
}

/// The other side agrees to what was proposed, which waits for two people of the co-op from now on.
pub async fn set_agreed(tx: &Tx, id: &str, by: &PersonId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE amendments SET agreed_by = $2, agreed_at = $3 WHERE id = $1 AND state = 'proposed'";
    execute(tx, sql, values![id, by.as_str(), now.secs()]).await?;
    Ok(())
}

/// How many amendments of a contract a side has proposed since then, whatever became of them.
pub async fn count_proposed(on: &impl Sql, id: &ContractId, side: &str, since: Timestamp) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS v FROM amendments WHERE contract_id = $1 AND side = $2 AND state <> 'draft' AND reason <> '' AND changed_at > $3";
    Ok(find_value(on, sql, values![id.as_str(), side, since.secs()]).await?.unwrap_or(0))
}

/// Begins an amendment. The contract's lock is held, and this side has no other draft.
pub async fn insert_amendment(tx: &Tx, amendment: &Amendment, by: &PersonId) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO amendments (id, contract_id, based_on, side, state, terms, proposed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            amendment.id.as_str(),
            amendment.contract_id.as_str(),
            amendment.based_on,
            amendment.side.as_str(),
            amendment.state.as_str(),
            amendment.terms.as_str(),
            by.as_str(),
            amendment.changed_at
        ],
    )
    .await?;
    Ok(())
}

/// Changes what a draft of an amendment says.
pub async fn save_amendment(tx: &Tx, id: &str, terms: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE amendments SET terms = $2, changed_at = $3 WHERE id = $1 AND state = 'draft'";
    execute(tx, sql, values![id, terms, now.secs()]).await?;
    Ok(())
}

/// Sends an amendment to the other side, with the reason. Whoever does speaks for their side, whoever began it.
pub async fn propose(tx: &Tx, id: &str, reason: &str, by: &PersonId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE amendments SET state = 'proposed', reason = $2, proposed_by = $3, changed_at = $4 WHERE id = $1 AND state = 'draft'";
    execute(tx, sql, values![id, reason, by.as_str(), now.secs()]).await?;
    Ok(())
}

/// Ends an amendment: agreed, declined with an answer, or withdrawn.
pub async fn decide(tx: &Tx, id: &str, state: &str, answer: &str, by: &PersonId, now: Timestamp) -> Result<(), StoreError> {
    let sql =
        "UPDATE amendments SET state = $2, answer = $3, decided_by = $4, changed_at = $5 WHERE id = $1 AND state IN ('draft', 'proposed')";
    execute(tx, sql, values![id, state, answer, by.as_str(), now.secs()]).await?;
    Ok(())
}

const AMENDMENTS: &str = "SELECT id, contract_id, based_on, side, state, terms, reason, proposed_by, agreed_by, changed_at FROM amendments";
