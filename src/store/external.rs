//! What another tool hands in: the tokens by which it may, and the result of each claim. Their bytes are elsewhere.

use manyhands_domain::ids::{ClaimId, ContractId, MemberId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::files::Released;
use crate::sql::{all, count, execute, find, find_value, values};
use crate::{Sql, StoreError, Tx};

/// The result of a claim.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ResultFile {
    /// Of its bytes, hex.
    pub sha256: String,
    /// `json`, `zip`, `text`, `other`.
    pub kind: String,
    /// As the tool or the member calls it.
    pub name: String,
    /// Its size.
    pub bytes: i64,
    /// From whom: `tool` or `member`.
    pub came: String,
    /// When, seconds.
    pub at: i64,
    /// How many others it took the place of.
    pub replaced: i64,
}

/// A file that a client takes away.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Taken {
    /// Of its bytes, hex.
    pub sha256: String,
    /// `json`, `zip`, `text`, `other`.
    pub kind: String,
    /// As the tool or the member calls it.
    pub name: String,
}

/// Keeps the hash of a token; of a claim's tokens only so many of the last ones stay good.
pub async fn insert_token(tx: &Tx, sha256: &[u8], claim: &ClaimId, most: i64, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO tool_tokens (sha256, claim_id, created_at) VALUES ($1, $2, $3)",
        values![sha256.to_vec(), claim.as_str(), now.secs()],
    )
    .await?;
    execute(
        tx,
        "DELETE FROM tool_tokens WHERE claim_id = $1 AND sha256 <> $2 AND sha256 NOT IN \
         (SELECT sha256 FROM tool_tokens WHERE claim_id = $1 ORDER BY created_at DESC, sha256 LIMIT $3)",
        values![claim.as_str(), sha256.to_vec(), most],
    )
    .await?;
    Ok(())
}

/// The claim that a token is good for now: one that is at work and whose time is not up.
pub async fn find_claim_of(on: &impl Sql, sha256: &[u8], now: Timestamp) -> Result<Option<ClaimId>, StoreError> {
    let id: Option<String> = find_value(
        on,
        "SELECT l.id AS v FROM tool_tokens t JOIN claims l ON l.id = t.claim_id \
         WHERE t.sha256 = $1 AND l.state IN ('claimed', 'sent_back') AND l.ahead = 0 AND l.due_at >= $2",
        values![sha256.to_vec(), now.secs()],
    )
    .await?;
    id.map(|id| ClaimId::parse(&id).map_err(|_| StoreError::Damaged(format!("claim {id}")))).transpose()
}

/// Whether another tool was opened for a claim, or a result of it came.
pub async fn is_begun(on: &impl Sql, claim: &str) -> Result<bool, StoreError> {
    let sql =
        "SELECT (SELECT COUNT(*) FROM tool_tokens WHERE claim_id = $1) + (SELECT COUNT(*) FROM result_files WHERE claim_id = $1) AS v";
    let found: Option<i64> = find_value(on, sql, values![claim]).await?;
    Ok(found.unwrap_or(0) > 0)
}

/// Ends every token of a claim.
pub async fn end_tokens(tx: &Tx, claim: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM tool_tokens WHERE claim_id = $1", values![claim]).await?;
    Ok(())
}

/// Forgets the tokens of claims whose time is up, and that nobody set free yet.
pub async fn forget_tokens(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "DELETE FROM tool_tokens WHERE EXISTS (SELECT 1 FROM claims l WHERE l.id = tool_tokens.claim_id AND l.due_at < $1)",
        values![now.secs()],
    )
    .await?;
    Ok(())
}

/// The result of a claim, while it is kept.
pub async fn find_result(on: &impl Sql, claim: &str) -> Result<Option<ResultFile>, StoreError> {
    find(
        on,
        "SELECT sha256, kind, name, bytes, came, at, replaced FROM result_files WHERE claim_id = $1 AND deleted_at IS NULL",
        values![claim],
    )
    .await
}

/// Notes the result of a claim, in the place of the one before.
pub async fn put_result(tx: &Tx, (claim, contract): (&str, &str), file: &ResultFile) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO result_files (claim_id, contract_id, sha256, kind, name, bytes, came, at, replaced) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (claim_id) DO UPDATE SET sha256 = excluded.sha256, \
         kind = excluded.kind, name = excluded.name, bytes = excluded.bytes, came = excluded.came, at = excluded.at, \
         replaced = excluded.replaced, deleted_at = NULL",
        values![
            claim,
            contract,
            file.sha256.as_str(),
            file.kind.as_str(),
            file.name.as_str(),
            file.bytes,
            file.came.as_str(),
            file.at,
            file.replaced
        ],
    )
    .await?;
    Ok(())
}

/// Drops the result of a claim that its member gave back; the hash of its bytes, if there was one.
pub async fn drop_result(tx: &Tx, claim: &str) -> Result<Option<String>, StoreError> {
    find_value(tx, "DELETE FROM result_files WHERE claim_id = $1 RETURNING sha256 AS v", values![claim]).await
}

/// Moves the result that a member had for a task when their time ran out to their new claim of it, as a draft is.
pub async fn carry_over(tx: &Tx, task: &str, member: &MemberId, claim: &ClaimId) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE result_files SET claim_id = $3 WHERE claim_id = (SELECT l.id FROM claims l JOIN result_files r ON r.claim_id = l.id \
         WHERE l.task_id = $1 AND l.member_id = $2 AND l.state = 'expired' AND r.deleted_at IS NULL ORDER BY r.at DESC, l.id LIMIT 1)",
        values![task, member.as_str(), claim.as_str()],
    )
    .await?;
    Ok(())
}

/// Forgets what a member's tools sent that was never handed in, and by which secrets they may send more.
pub async fn forget(tx: &Tx, member: &str) -> Result<(), StoreError> {
    let theirs = "claim_id IN (SELECT id FROM claims WHERE member_id = $1";
    let in_no_answer = "state NOT IN ('submitted', 'accepted', 'refused')";
    execute(tx, format!("DELETE FROM result_files WHERE {theirs} AND {in_no_answer})"), values![member]).await?;
    execute(tx, format!("DELETE FROM tool_tokens WHERE {theirs})"), values![member]).await?;
    Ok(())
}

/// The results that a contract's client takes away: of accepted claims, but for items with a known answer, each file once, in the order
/// of the hashes. Of an answer that a recovery could not bring back nobody knows which file it named.
pub async fn list_taken(on: &impl Sql, contract: &ContractId, after: &str, limit: u64) -> Result<Vec<Taken>, StoreError> {
    all(
        on,
        format!("{TAKEN} AND r.sha256 > $2 GROUP BY r.sha256, r.kind ORDER BY r.sha256 LIMIT $3"),
        values![contract.as_str(), after, count(limit)?],
    )
    .await
}

/// The result of this hash, if the contract's client may take it away.
pub async fn find_taken(on: &impl Sql, contract: &ContractId, sha256: &str) -> Result<Option<Taken>, StoreError> {
    find(on, format!("{TAKEN} AND r.sha256 = $2 GROUP BY r.sha256, r.kind"), values![contract.as_str(), sha256]).await
}

/// Lets go of the results of a batch's claims.
pub async fn release_of_batch(tx: &Tx, batch: &str, now: Timestamp) -> Result<Vec<Released>, StoreError> {
    all(
        tx,
        "UPDATE result_files SET deleted_at = $2 WHERE deleted_at IS NULL AND claim_id IN (SELECT id FROM claims WHERE batch_id = $1) \
         RETURNING sha256, bytes",
        values![batch, now.secs()],
    )
    .await
}

const TAKEN: &str = "\
SELECT r.sha256, r.kind, MIN(r.name) AS name FROM result_files r JOIN claims l ON l.id = r.claim_id \
WHERE r.contract_id = $1 AND r.deleted_at IS NULL AND l.state = 'accepted' AND l.answer IS NOT NULL \
AND NOT EXISTS (SELECT 1 FROM gold_items g WHERE g.task_id = l.task_id)";
