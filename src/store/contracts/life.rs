//! How listed contracts go on: the steps of each, what a step must know, and whom it concerns.

use manyhands_domain::ids::{ContractId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, values};
use crate::{Sql, StoreError, Tx};

/// A step as it was done.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Move {
    /// `paused`, `resumed`, `completed`, `noticed`, `kept`, `terminated`.
    pub word: String,
    /// `client` or `coop`.
    pub side: String,
    /// Why, in the words of whoever did it; may be empty.
    pub reason: String,
    /// When it ends, of a notice.
    pub ends_at: Option<i64>,
    /// The entry, where there is one.
    pub entry_index: Option<i64>,
    /// Of a closing: answers that nobody had claimed.
    pub free_tasks: Option<i64>,
    /// Their price, millionths, where that is a sum at all.
    pub free_price: Option<i64>,
    /// Seconds.
    pub at: i64,
}

/// A step to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewMove<'a> {
    /// `paused`, `resumed` …
    pub word: &'a str,
    /// `client` or `coop`.
    pub side: &'a str,
    /// Who did it; nobody where time did.
    pub by: Option<&'a PersonId>,
    /// Why, in words.
    pub reason: &'a str,
    /// When it ends, of a notice.
    pub ends_at: Option<Timestamp>,
    /// The entry, where there is one.
    pub index: Option<u64>,
    /// Of a closing: answers that nobody had claimed, and their price in millionths, where that is a sum at all.
    pub free: Option<(i64, Option<i64>)>,
}

/// What a contract's opened batches come to.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Opened {
    /// How many were ever opened.
    pub batches: i64,
    /// Of these, how many their client paused: not those that a recovery brought back and nobody has looked at.
    pub paused: i64,
    /// Answers not accepted yet.
    pub left: i64,
}

/// What a member has under way on a contract.
#[derive(Clone, Debug, FromQueryResult)]
pub struct UnderWay {
    /// Whose.
    pub member_id: String,
    /// Claims that are not settled.
    pub claims: i64,
}

/// What a contract's opened batches come to.
pub async fn sum_opened(on: &impl Sql, contract: &ContractId) -> Result<Opened, StoreError> {
    let row = find(
        on,
        "SELECT CAST(COUNT(*) AS BIGINT) AS batches, CAST(COALESCE(SUM(CASE WHEN state = 'paused' AND opened_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS paused, \
         CAST(COALESCE(SUM(tasks_total - tasks_accepted), 0) AS BIGINT) AS \"left\" \
         FROM batches WHERE contract_id = $1 AND opened_index IS NOT NULL",
        values![contract.as_str()],
    )
    .await?;
    row.ok_or_else(|| StoreError::lost("the count of batches"))
}

/// Members who have unsettled claims on a contract, with how many.
pub async fn list_under_way(on: &impl Sql, contract: &ContractId) -> Result<Vec<UnderWay>, StoreError> {
    all(
        on,
        "SELECT member_id, CAST(COUNT(*) AS BIGINT) AS claims FROM claims WHERE contract_id = $1 \
         AND state IN ('claimed', 'sent_back', 'submitted') GROUP BY member_id ORDER BY member_id",
        values![contract.as_str()],
    )
    .await
}

/// Pauses a contract, by a side. Its lock is held.
pub async fn set_paused(tx: &Tx, id: &ContractId, by: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE contracts SET state = 'paused', paused_by = $2, changed_at = $3 WHERE id = $1";
    execute(tx, sql, values![id.as_str(), by, now.secs()]).await?;
    Ok(())
}

/// A paused contract is in this state again. Its lock is held.
pub async fn set_resumed(tx: &Tx, id: &ContractId, state: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE contracts SET state = $2, paused_by = NULL, changed_at = $3 WHERE id = $1";
    execute(tx, sql, values![id.as_str(), state, now.secs()]).await?;
    Ok(())
}

/// A notice that would end a contract: its source (`client`, `coop`, or a vote's `P-…`), and when.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct Notice {
    /// Whose.
    pub source: String,
    /// When it would end.
    pub ends_at: i64,
}

/// Every notice that runs on a contract, the earliest first.
pub async fn list_notices(on: &impl Sql, id: &ContractId) -> Result<Vec<Notice>, StoreError> {
    all(on, "SELECT source, ends_at FROM contract_notices WHERE contract_id = $1 ORDER BY ends_at, source", values![id.as_str()]).await
}

/// Notes a notice; of two of one source the earlier day holds. Its contract's lock is held.
pub async fn give_notice(tx: &Tx, id: &ContractId, source: &str, ends_at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO contract_notices (contract_id, source, ends_at, given_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (contract_id, source) DO UPDATE SET ends_at = CASE WHEN excluded.ends_at < contract_notices.ends_at \
         THEN excluded.ends_at ELSE contract_notices.ends_at END",
        values![id.as_str(), source, ends_at.secs(), now.secs()],
    )
    .await?;
    settle_notices(tx, id, now).await
}

/// Takes the notice of one source back; false if there was none. Its contract's lock is held.
pub async fn take_notice(tx: &Tx, id: &ContractId, source: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "DELETE FROM contract_notices WHERE contract_id = $1 AND source = $2";
    let taken = execute(tx, sql, values![id.as_str(), source]).await? == 1;
    settle_notices(tx, id, now).await?;
    Ok(taken)
}

/// The earliest notice ends the contract; what members vote is their co-op's.
async fn settle_notices(tx: &Tx, id: &ContractId, now: Timestamp) -> Result<(), StoreError> {
    let first = list_notices(tx, id).await?.into_iter().next();
    let by = first.as_ref().map(|notice| if notice.source == "client" { "client" } else { "coop" }.to_owned());
    let sql = "UPDATE contracts SET notice_by = $2, ends_at = $3, changed_at = $4 WHERE id = $1";
    execute(tx, sql, values![id.as_str(), by, first.map(|notice| notice.ends_at), now.secs()]).await?;
    Ok(())
}

/// Closes a contract, its opened batches and what was to change it; false if it was closed before. Its lock is held.
pub async fn close(tx: &Tx, id: &ContractId, state: &str, index: u64, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE contracts SET state = $2, closed_index = $3, paused_by = NULL, changed_at = $4 WHERE id = $1 AND closed_index IS NULL",
        values![id.as_str(), state, count(index)?, now.secs()],
    )
    .await?;
    execute(
        tx,
        "UPDATE batches SET state = 'closed', changed_at = $2 WHERE contract_id = $1 AND state IN ('open', 'paused')",
        values![id.as_str(), now.secs()],
    )
    .await?;
    let sql = "UPDATE amendments SET state = 'withdrawn', changed_at = $2 WHERE contract_id = $1 AND state IN ('draft', 'proposed')";
    execute(tx, sql, values![id.as_str(), now.secs()]).await?;
    Ok(touched == 1)
}

/// Contracts whose notice has run out and that nobody closed yet.
pub async fn list_run_out(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let sql = "SELECT id FROM contracts WHERE ends_at <= $1 AND ends_at IS NOT NULL AND closed_index IS NULL \
               AND (set_aside IS NULL OR set_aside <= $1) ORDER BY ends_at, number LIMIT $2";
    let rows: Vec<Row> = all(on, sql, values![now.secs(), count(limit)?]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The jobs pass over a contract until then.
pub async fn set_aside(tx: &Tx, id: &str, until: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE contracts SET set_aside = $2 WHERE id = $1", values![id, until.secs()]).await?;
    Ok(())
}

/// How often somebody of a side has paused a contract or given notice since then. What members vote is nobody's press.
pub async fn count_moves(on: &impl Sql, id: &ContractId, side: &str, since: Timestamp) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS v FROM contract_moves WHERE contract_id = $1 AND side = $2 AND move IN ('paused', 'noticed') \
               AND moved_by IS NOT NULL AND at > $3";
    Ok(find_value(on, sql, values![id.as_str(), side, since.secs()]).await?.unwrap_or(0))
}

/// Keeps a step. The contract's lock is held.
pub async fn insert_move(tx: &Tx, id: &ContractId, step: &NewMove<'_>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO contract_moves (contract_id, number, move, side, moved_by, reason, ends_at, entry_index, free_tasks, free_price, at) \
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM contract_moves WHERE contract_id = $1",
        values![
            id.as_str(),
            step.word,
            step.side,
            step.by.map(|by| by.as_str().to_owned()),
            step.reason,
            step.ends_at.map(Timestamp::secs),
            step.index.map(count).transpose()?,
            step.free.map(|(tasks, _)| tasks),
            step.free.and_then(|(_, price)| price),
            now.secs()
        ],
    )
    .await?;
    Ok(())
}

/// The steps of a contract, newest first.
pub async fn list_moves(on: &impl Sql, id: &ContractId, limit: u64) -> Result<Vec<Move>, StoreError> {
    all(
        on,
        "SELECT move AS word, side, reason, ends_at, entry_index, free_tasks, free_price, at FROM contract_moves \
         WHERE contract_id = $1 ORDER BY number DESC LIMIT $2",
        values![id.as_str(), count(limit)?],
    )
    .await
}
