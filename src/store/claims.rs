//! Claims: who holds which task until when, drafts and answers.

mod moves;
mod silence;

pub use moves::{Begun, begin_ahead, find_ahead_elsewhere, list_ahead, set_ahead, set_seen, set_taken_back};
pub use silence::{Of, Silence, begin_silence, settle_silence};

use manyhands_domain::ids::{BatchId, ClaimId, MemberId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, values};
use crate::{Sql, StoreError, Tx, external};

/// A claim with what pages show of its task, batch and contract.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Claim {
    /// UUIDv4.
    pub id: String,
    /// Its task.
    pub task_id: String,
    /// Its batch.
    pub batch_id: String,
    /// Its contract.
    pub contract_id: String,
    /// Who holds it.
    pub member_id: String,
    /// Where it stands.
    pub state: String,
    /// The log's size when it was taken.
    pub claimed_size: i64,
    /// When it was taken, millionths.
    pub price: i64,
    /// Of the price.
    pub currency: String,
    /// Seconds.
    pub claimed_at: i64,
    /// Seconds.
    pub due_at: i64,
    /// Whether the one extension was used.
    pub extended: i64,
    /// Counted by the page.
    pub active_seconds: i64,
    /// What was typed so far, JSON.
    pub draft: Option<String>,
    /// When that was saved.
    pub draft_at: Option<i64>,
    /// As submitted, JSON.
    pub answer: Option<String>,
    /// Seconds.
    pub submitted_at: Option<i64>,
    /// Measured.
    pub seconds: Option<i64>,
    /// `active` or `elapsed`.
    pub measured: Option<String>,
    /// When it went back, if it did.
    pub resumed_at: Option<i64>,
    /// Accepted by silence then.
    pub review_by: Option<i64>,
    /// The entry that paid it.
    pub entry_index: Option<i64>,
    /// What the worker got.
    pub worker_share: Option<i64>,
    /// Accepted when.
    pub decided_at: Option<i64>,
    /// Whether it is the next task of a member at work, held ready and not begun.
    pub ahead: i64,
    /// When a judge first had it before them, since it was submitted.
    pub seen_at: Option<i64>,
    /// Whether it waits for other answers to the same item: 0 or 1.
    pub waits: i64,
    /// Of the task.
    pub item_id: String,
    /// Of the task.
    pub position: i64,
    /// Of the task.
    pub payload: String,
    /// Of the batch.
    pub title: String,
    /// Of the batch.
    pub unit_noun: String,
    /// Of the batch.
    pub payload_kind: String,
    /// Of the batch.
    pub form: String,
    /// Of the batch: seconds.
    pub estimate: i64,
    /// Of the batch.
    pub opened_index: Option<i64>,
    /// Of the batch.
    pub level: i64,
    /// Of the contract by now.
    pub contract_level: i64,
    /// Of the batch: by how many members each item is answered.
    pub copies: i64,
    /// Pixels across, where the task shows a picture that is kept here.
    pub picture_width: Option<i64>,
    /// Pixels down.
    pub picture_height: Option<i64>,
    /// Of the contract.
    pub end_client: String,
    /// Of the contract.
    pub client_id: String,
    /// Of the contract, as they were in force when it was taken.
    pub terms: String,
    /// Which version of the contract that is.
    pub version: i64,
    /// Which version is in force by now.
    pub newest_version: i64,
}

/// A fresh claim.
#[derive(Clone, Debug)]
pub struct NewClaim<'a> {
    /// Fresh.
    pub id: &'a ClaimId,
    /// Taken.
    pub task: &'a str,
    /// Its batch.
    pub batch: &'a str,
    /// Its contract.
    pub contract: &'a str,
    /// By whom.
    pub member: &'a MemberId,
    /// The log's size now.
    pub claimed_size: u64,
    /// Millionths.
    pub price: i64,
    /// Of the price.
    pub currency: &'a str,
    /// Until when.
    pub due: Timestamp,
}

/// Takes the task; a conflict when another live claim holds it.
pub async fn insert(tx: &Tx, claim: &NewClaim<'_>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO claims (id, task_id, batch_id, contract_id, member_id, state, claimed_size, price, currency, claimed_at, due_at) \
         VALUES ($1, $2, $3, $4, $5, 'claimed', $6, $7, $8, $9, $10)",
        values![
            claim.id.as_str(),
            claim.task,
            claim.batch,
            claim.contract,
            claim.member.as_str(),
            count(claim.claimed_size)?,
            claim.price,
            claim.currency,
            now.secs(),
            claim.due.secs()
        ],
    )
    .await?;
    Ok(())
}

/// A claim, if there is one.
pub async fn find_claim(on: &impl Sql, id: &ClaimId) -> Result<Option<Claim>, StoreError> {
    find(on, format!("{SELECT} WHERE l.id = $1"), values![id.as_str()]).await
}

/// The first task of a batch as a claim that nobody made: for showing it as whoever claimed it now would see it. Nothing is written.
pub async fn find_sample(on: &impl Sql, batch: &BatchId, size: u64, now: Timestamp, due: Timestamp) -> Result<Option<Claim>, StoreError> {
    find(
        on,
        format!("{SAMPLE} WHERE t.batch_id = $1 ORDER BY t.position LIMIT 1"),
        values![batch.as_str(), count(size)?, now.secs(), due.secs()],
    )
    .await
}

/// Claims that a member holds now: being worked on, or sent back, and not run out; not what is only held ready.
pub async fn list_held(on: &impl Sql, member: &MemberId, now: Timestamp) -> Result<Vec<Claim>, StoreError> {
    all(
        on,
        format!("{SELECT} WHERE l.member_id = $1 AND l.state IN ('claimed', 'sent_back') AND l.ahead = 0 AND l.due_at >= $2 ORDER BY l.due_at, l.id"),
        values![member.as_str(), now.secs()],
    )
    .await
}

/// Every claim that a member has not handed in, whether its time is up or not, by contract.
pub async fn list_unfinished(tx: &Tx, member: &MemberId) -> Result<Vec<Claim>, StoreError> {
    all(
        tx,
        format!("{SELECT} WHERE l.member_id = $1 AND l.state IN ('claimed', 'sent_back') ORDER BY l.contract_id, l.id"),
        values![member.as_str()],
    )
    .await
}

/// How many claims a member holds now, with what is held ready.
pub async fn count_held(on: &impl Sql, member: &MemberId, now: Timestamp) -> Result<i64, StoreError> {
    let held: Option<i64> = find_value(
        on,
        "SELECT COUNT(*) AS v FROM claims WHERE member_id = $1 AND state IN ('claimed', 'sent_back') AND due_at >= $2",
        values![member.as_str(), now.secs()],
    )
    .await?;
    Ok(held.unwrap_or(0))
}

/// A member's claims in one state, newest first.
pub async fn list_of_member(on: &impl Sql, member: &MemberId, state: &str, limit: i64) -> Result<Vec<Claim>, StoreError> {
    all(
        on,
        format!("{SELECT} WHERE l.member_id = $1 AND l.state = $2 ORDER BY COALESCE(l.decided_at, l.submitted_at, l.claimed_at) DESC, l.id LIMIT $3"),
        values![member.as_str(), state, limit],
    )
    .await
}

/// Holds a member until the transaction ends: their claims are counted and granted one after the other, since two at once could pass the
/// most they may hold, and none while they leave. False where they have left. It comes before any contract's lock: who leaves takes
/// several of these.
pub async fn hold_member(tx: &Tx, member: &MemberId) -> Result<bool, StoreError> {
    // Rows that name the member may be written meanwhile.
    let lock = if tx.is_postgres() { " FOR NO KEY UPDATE" } else { "" };
    let sql = format!("SELECT id AS v FROM members WHERE id = $1 AND left_at IS NULL{lock}");
    Ok(find_value::<String>(tx, sql, values![member.as_str()]).await?.is_some())
}

/// Claims of a contract that ran out, to be freed before somebody claims: id, task, batch, price.
pub async fn list_overdue(tx: &Tx, contract: &str, now: Timestamp) -> Result<Vec<Overdue>, StoreError> {
    all(
        tx,
        "SELECT id, task_id, batch_id, price FROM claims WHERE contract_id = $1 AND state IN ('claimed', 'sent_back') AND due_at < $2",
        values![contract, now.secs()],
    )
    .await
}

/// Contracts that still hold escrow for claims whose time is up, where nobody claims any more, so nobody frees them: they have ended, or
/// their client took back what was free below a raised level. The other answers to those items wait for them.
pub async fn list_ended_overdue(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let rows: Vec<Row> = all(
        on,
        // By contract: there are few, and of those that ended fewer. A join would read every claim for them.
        "SELECT c.id FROM contracts c WHERE (c.closed_index IS NOT NULL OR EXISTS (SELECT 1 FROM batches b \
         WHERE b.contract_id = c.id AND b.tasks_withdrawn > 0 AND b.level < c.level)) AND (c.set_aside IS NULL OR c.set_aside <= $1) \
         AND EXISTS (SELECT 1 FROM claims l WHERE l.contract_id = c.id AND l.state IN ('claimed', 'sent_back') AND l.due_at < $1) \
         ORDER BY c.id LIMIT $2",
        values![now.secs(), count(limit)?],
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// A claim whose time is up.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Overdue {
    /// The claim.
    pub id: String,
    /// Its task.
    pub task_id: String,
    /// Its batch.
    pub batch_id: String,
    /// Millionths.
    pub price: i64,
}

/// Keeps what was typed, and the seconds counted so far.
pub async fn save_draft(tx: &Tx, id: &str, draft: &str, active_seconds: i64, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE claims SET draft = $2, draft_at = $3, active_seconds = CASE WHEN active_seconds < $4 THEN $4 ELSE active_seconds END WHERE id = $1",
        values![id, draft, now.secs(), active_seconds],
    )
    .await?;
    Ok(())
}

/// Extends the limit.
pub async fn set_due(tx: &Tx, id: &str, due: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE claims SET due_at = $2, extended = 1 WHERE id = $1", values![id, due.secs()]).await?;
    Ok(())
}

/// An answer as it is handed in.
#[derive(Clone, Debug)]
pub struct Handed<'a> {
    /// JSON, as the form read it.
    pub answer: &'a str,
    /// JSON, as it was typed: it stands in the form again if it is sent back.
    pub draft: &'a str,
    /// Measured.
    pub seconds: i64,
    /// `active` or `elapsed`.
    pub measured: &'a str,
    /// Accepted by silence then.
    pub review_by: Timestamp,
}

/// Hands the answer in; no tool may send anything for it any more.
pub async fn set_submitted(tx: &Tx, id: &str, handed: &Handed<'_>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE claims SET state = 'submitted', answer = $2, draft = $3, draft_at = $4, submitted_at = $4, seconds = $5, measured = $6, \
         review_by = $7, seen_at = NULL, waits = 0 WHERE id = $1",
        values![id, handed.answer, handed.draft, now.secs(), handed.seconds, handed.measured, handed.review_by.secs()],
    )
    .await?;
    external::end_tokens(tx, id).await
}

/// Ends a claim without work: `released` or `expired`. What a tool sent for it goes with what was given back: the hash of that.
pub async fn end(tx: &Tx, id: &str, state: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
    execute(tx, "UPDATE claims SET state = $2, decided_at = $3 WHERE id = $1", values![id, state, now.secs()]).await?;
    let dropped = if state == "released" { external::drop_result(tx, id).await? } else { None };
    external::end_tokens(tx, id).await?;
    Ok(dropped)
}

/// The draft that this member left on a task before, if it ran out.
pub async fn find_old_draft(on: &impl Sql, task: &str, member: &MemberId) -> Result<Option<String>, StoreError> {
    find_value(
        on,
        "SELECT draft AS v FROM claims WHERE task_id = $1 AND member_id = $2 AND draft IS NOT NULL ORDER BY draft_at DESC LIMIT 1",
        values![task, member.as_str()],
    )
    .await
}

/// Claims due before `until` whose holder was not told yet.
pub async fn list_due_untold(on: &impl Sql, now: Timestamp, until: Timestamp) -> Result<Vec<Claim>, StoreError> {
    all(
        on,
        format!(
            "{SELECT} WHERE l.state IN ('claimed', 'sent_back') AND l.ahead = 0 AND l.reminded = 0 AND l.due_at >= $1 AND l.due_at < $2 \
             ORDER BY l.due_at, l.id LIMIT 500"
        ),
        values![now.secs(), until.secs()],
    )
    .await
}

/// Notes that the holder was told; false if they were, or the claim is not theirs to finish any more.
pub async fn set_told(tx: &Tx, id: &str, due_at: i64) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE claims SET reminded = 1 WHERE id = $1 AND reminded = 0 AND due_at = $2 AND state IN ('claimed', 'sent_back')",
        values![id, due_at],
    )
    .await?;
    Ok(touched == 1)
}

pub(crate) const SELECT: &str = "\
SELECT l.id, l.task_id, l.batch_id, l.contract_id, l.member_id, l.state, l.claimed_size, l.price, l.currency, l.claimed_at, l.due_at,
  l.extended, l.active_seconds, l.draft, l.draft_at, l.answer, l.submitted_at, l.seconds, l.measured, l.resumed_at, l.review_by, l.entry_index, l.worker_share, l.decided_at, l.ahead, l.seen_at, l.waits,
  t.item_id, t.position, t.payload, b.title, b.unit_noun, b.payload_kind, b.form, b.seconds AS estimate, b.opened_index, b.level, c.level AS contract_level, b.copies, f.width AS picture_width, f.height AS picture_height,
  c.end_client, c.client_id, COALESCE(v.terms, c.terms) AS terms, COALESCE(v.number, 1) AS version,
  COALESCE((SELECT MAX(n.number) FROM contract_versions n WHERE n.contract_id = l.contract_id), 1) AS newest_version
FROM claims l JOIN tasks t ON t.id = l.task_id JOIN batches b ON b.id = l.batch_id JOIN contracts c ON c.id = l.contract_id
LEFT JOIN contract_versions v ON v.contract_id = l.contract_id AND v.number = (SELECT MAX(w.number) FROM contract_versions w
  WHERE w.contract_id = l.contract_id AND w.entry_index < l.claimed_size)
LEFT JOIN files f ON t.payload LIKE 'file:%' AND f.sha256 = SUBSTR(t.payload, 6) AND f.contract_id = l.contract_id";

/// The columns of [`SELECT`], of a task that nobody claimed.
const SAMPLE: &str = "\
SELECT t.id, t.id AS task_id, t.batch_id, b.contract_id, '' AS member_id, 'claimed' AS state, CAST($2 AS BIGINT) AS claimed_size, b.price,
  b.currency, CAST($3 AS BIGINT) AS claimed_at, CAST($4 AS BIGINT) AS due_at, CAST(0 AS BIGINT) AS extended,
  CAST(0 AS BIGINT) AS active_seconds, CAST(NULL AS TEXT) AS draft, CAST(NULL AS BIGINT) AS draft_at, CAST(NULL AS TEXT) AS answer,
  CAST(NULL AS BIGINT) AS submitted_at, CAST(NULL AS BIGINT) AS seconds, CAST(NULL AS TEXT) AS measured, CAST(NULL AS BIGINT) AS resumed_at,
  CAST(NULL AS BIGINT) AS review_by, CAST(NULL AS BIGINT) AS entry_index, CAST(NULL AS BIGINT) AS worker_share, CAST(NULL AS BIGINT) AS decided_at,
  CAST(0 AS BIGINT) AS ahead, CAST(NULL AS BIGINT) AS seen_at, CAST(0 AS BIGINT) AS waits,
  t.item_id, t.position, t.payload, b.title, b.unit_noun, b.payload_kind, b.form, b.seconds AS estimate, b.opened_index, b.level, c.level AS contract_level, b.copies,
  f.width AS picture_width, f.height AS picture_height, c.end_client, c.client_id, c.terms, CAST(1 AS BIGINT) AS version,
  CAST(1 AS BIGINT) AS newest_version
FROM tasks t JOIN batches b ON b.id = t.batch_id JOIN contracts c ON c.id = b.contract_id
LEFT JOIN files f ON t.payload LIKE 'file:%' AND f.sha256 = SUBSTR(t.payload, 6) AND f.contract_id = b.contract_id";
