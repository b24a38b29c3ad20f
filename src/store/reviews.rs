//! What waits for review, verdicts, and the results a client takes away.

use manyhands_domain::ids::{ContractId, MemberId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::claims::{Claim, SELECT};
use crate::sql::{all, count, execute, find, values};
use crate::{Sql, StoreError, Tx};

/// What one reviewer may judge, by batch: how many, and for how much.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Waiting {
    /// The batch.
    pub batch_id: String,
    /// Its title.
    pub title: String,
    /// Its contract.
    pub contract_id: String,
    /// Behind it.
    pub end_client: String,
    /// `image`, `passage` …
    pub unit_noun: String,
    /// Submitted claims.
    pub count: i64,
    /// Their prices, millionths.
    pub sum: i64,
    /// Of them.
    pub currency: String,
    /// The first is accepted by silence then.
    pub first_by: i64,
    /// The oldest claim.
    pub first: String,
}

/// Work waiting for a member who reviews (never their own) or for a client's user (their own contracts only).
pub async fn list_waiting(on: &impl Sql, not_of: Option<&MemberId>, client: Option<&str>) -> Result<Vec<Waiting>, StoreError> {
    all(
        on,
        "SELECT b.id AS batch_id, b.title, b.contract_id, c.end_client, b.unit_noun, CAST(COUNT(*) AS BIGINT) AS count, \
         CAST(SUM(l.price) AS BIGINT) AS sum, b.currency, MIN(l.review_by) AS first_by, MIN(l.id) AS first \
         FROM claims l JOIN batches b ON b.id = l.batch_id JOIN contracts c ON c.id = l.contract_id \
         WHERE l.state = 'submitted' AND l.member_id <> $1 AND ($2 = '' OR c.client_id = $2) \
         GROUP BY b.id, b.title, b.contract_id, c.end_client, b.unit_noun, b.currency, c.number ORDER BY c.number, b.id",
        values![not_of.map_or("", MemberId::as_str), client.unwrap_or_default()],
    )
    .await
}

/// The submitted claims of a batch, oldest first.
pub async fn list_submitted(on: &impl Sql, batch: &str, not_of: Option<&MemberId>, limit: u64) -> Result<Vec<Claim>, StoreError> {
    all(
        on,
        format!("{SELECT} WHERE l.batch_id = $1 AND l.state = 'submitted' AND l.member_id <> $2 ORDER BY l.submitted_at, l.id LIMIT $3"),
        values![batch, not_of.map_or("", MemberId::as_str), count(limit)?],
    )
    .await
}

/// Claims that silence has accepted by now, oldest first.
pub async fn list_silent(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<Claim>, StoreError> {
    all(
        on,
        format!("{SELECT} WHERE l.state = 'submitted' AND l.review_by <= $1 ORDER BY l.review_by, l.id LIMIT $2"),
        values![now.secs(), count(limit)?],
    )
    .await
}

/// A verdict on a claim.
#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    /// Fresh.
    pub id: &'a str,
    /// Judged.
    pub claim: &'a str,
    /// By whom; nobody for silence.
    pub person: Option<&'a str>,
    /// `accepted` or `sent_back`.
    pub verdict: &'a str,
    /// `member`, `client` or `silence`.
    pub by: &'a str,
    /// Code, reason, clause of work sent back.
    pub why: Option<(&'a str, &'a str, &'a str)>,
}

/// Keeps a verdict.
pub async fn insert(tx: &Tx, verdict: &Verdict<'_>, now: Timestamp) -> Result<(), StoreError> {
    let why = verdict.why.map(|(code, reason, clause)| (code.to_owned(), reason.to_owned(), clause.to_owned()));
    let (code, reason, clause) = match why {
        Some((code, reason, clause)) => (Some(code), Some(reason), Some(clause)),
        None => (None, None, None),
    };
    execute(
        tx,
        "INSERT INTO reviews (id, claim_id, person_id, verdict, judged_by, code, reason, clause, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![verdict.id, verdict.claim, verdict.person.map(str::to_owned), verdict.verdict, verdict.by, code, reason, clause, now.secs()],
    )
    .await?;
    Ok(())
}

/// How an acceptance pays.
#[derive(Clone, Debug)]
pub struct Paid<'a> {
    /// The claim.
    pub claim: &'a str,
    /// The entry.
    pub index: u64,
    /// Millionths to the worker.
    pub worker_share: i64,
    /// The member who reviewed.
    pub reviewer: Option<&'a str>,
    /// Millionths to them.
    pub reviewer_share: i64,
}

/// Marks a claim accepted; false if it was not submitted any more.
pub async fn set_accepted(tx: &Tx, paid: &Paid<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE claims SET state = 'accepted', decided_at = $2, entry_index = $3, worker_share = $4, reviewer_id = $5, reviewer_share = $6 \
         WHERE id = $1 AND state = 'submitted'",
        values![paid.claim, now.secs(), count(paid.index)?, paid.worker_share, paid.reviewer.map(str::to_owned), paid.reviewer_share],
    )
    .await?;
    Ok(touched == 1)
}

/// Marks a claim sent back, with its own clock.
pub async fn set_sent_back(tx: &Tx, claim: &str, due: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE claims SET state = 'sent_back', due_at = $2, reminded = 0 WHERE id = $1 AND state = 'submitted'",
        values![claim, due.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// The newest reason why a claim was sent back.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Returned {
    /// One of the codes.
    pub code: String,
    /// In words.
    pub reason: String,
    /// The guideline's section.
    pub clause: String,
}

/// Why a claim came back, if it did.
pub async fn find_returned(on: &impl Sql, claim: &str) -> Result<Option<Returned>, StoreError> {
    find(
        on,
        "SELECT code, reason, clause FROM reviews WHERE claim_id = $1 AND verdict = 'sent_back' ORDER BY at DESC, id DESC LIMIT 1",
        values![claim],
    )
    .await
}

/// Gives the worker their number in a contract, if they have none yet.
pub async fn ensure_worker_number(tx: &Tx, contract: &str, member: &str) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO worker_numbers (contract_id, member_id, number) \
         SELECT $1, $2, COALESCE(MAX(number), 0) + 1 FROM worker_numbers WHERE contract_id = $1 \
         ON CONFLICT (contract_id, member_id) DO NOTHING",
        values![contract, member],
    )
    .await?;
    Ok(())
}

/// An accepted answer for its client.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Answer {
    /// The client's own id.
    pub item_id: String,
    /// JSON.
    pub answer: String,
    /// The claim.
    pub id: String,
    /// Accepted when.
    pub decided_at: i64,
    /// The worker's number in the contract.
    pub number: i64,
    /// The entry, which orders them.
    pub entry_index: i64,
}

/// Accepted answers after an entry index, in the order of their entries.
pub async fn list_results(on: &impl Sql, contract: &ContractId, after: i64, limit: u64) -> Result<Vec<Answer>, StoreError> {
    all(
        on,
        "SELECT t.item_id, l.answer, l.id, l.decided_at, w.number, l.entry_index FROM claims l JOIN tasks t ON t.id = l.task_id \
         JOIN worker_numbers w ON w.contract_id = l.contract_id AND w.member_id = l.member_id \
         WHERE l.contract_id = $1 AND l.state = 'accepted' AND l.entry_index > $2 ORDER BY l.entry_index LIMIT $3",
        values![contract.as_str(), after, count(limit)?],
    )
    .await
}

/// How far a contract's work is: claims by state, and their prices.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Progress {
    /// Claim state.
    pub state: String,
    /// Claims.
    pub count: i64,
    /// Their prices, millionths.
    pub sum: i64,
}

/// A contract's live claims by state.
pub async fn progress(on: &impl Sql, contract: &ContractId) -> Result<Vec<Progress>, StoreError> {
    all(
        on,
        "SELECT state, CAST(COUNT(*) AS BIGINT) AS count, CAST(SUM(price) AS BIGINT) AS sum FROM claims \
         WHERE contract_id = $1 AND state IN ('claimed', 'submitted', 'sent_back', 'accepted') GROUP BY state ORDER BY state",
        values![contract.as_str()],
    )
    .await
}
