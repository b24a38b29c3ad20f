//! Rejections, appeals and how they end.

use manyhands_domain::ids::MemberId;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, values};
use crate::{Sql, StoreError, Tx};

/// A rejection as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Rejection {
    /// Of this claim.
    pub claim_id: String,
    /// `rejected`, `appealed`, or how it ended: `unappealed`, `upheld`, `overturned`, `undecided`.
    pub state: String,
    /// One of the codes of reviews.
    pub code: String,
    /// In words.
    pub reason: String,
    /// The guideline's section.
    pub clause: String,
    /// The person who rejected; nobody where it came back from the log, which does not say.
    pub rejected_by: Option<String>,
    /// The `work.rejected` entry.
    pub entry_index: i64,
    /// Until when the worker may appeal.
    pub appeal_by: i64,
    /// What the worker says.
    pub appeal: Option<String>,
    /// Until when it is decided.
    pub decide_by: Option<i64>,
    /// What whoever decided says.
    pub decision: Option<String>,
}

/// A fresh rejection.
#[derive(Clone, Copy, Debug)]
pub struct NewRejection<'a> {
    /// Of this claim.
    pub claim: &'a str,
    /// Code, reason, clause.
    pub why: (&'a str, &'a str, &'a str),
    /// By whom.
    pub person: &'a str,
    /// The entry.
    pub index: u64,
    /// Until when the worker may appeal.
    pub appeal_by: Timestamp,
}

/// Keeps a rejection, and stops silence meanwhile; false where there was one, or the claim is not submitted any more.
pub async fn insert(tx: &Tx, new: &NewRejection<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "INSERT INTO rejections (claim_id, state, code, reason, clause, rejected_by, rejected_at, entry_index, appeal_by) \
         VALUES ($1, 'rejected', $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (claim_id) DO NOTHING",
        values![new.claim, new.why.0, new.why.1, new.why.2, new.person, now.secs(), count(new.index)?, new.appeal_by.secs()],
    )
    .await?;
    // Whoever rejects has seen it: it cannot be taken back any more.
    let stopped = execute(
        tx,
        "UPDATE claims SET review_by = NULL, waits = 0, seen_at = COALESCE(seen_at, $2) WHERE id = $1 AND state = 'submitted'",
        values![new.claim, now.secs()],
    )
    .await?;
    Ok((touched, stopped) == (1, 1))
}

/// The rejection of a claim, if there was one.
pub async fn find_rejection(on: &impl Sql, claim: &str) -> Result<Option<Rejection>, StoreError> {
    find(on, format!("{SELECT} WHERE claim_id = $1"), values![claim]).await
}

/// Keeps an appeal; silence accepts what nobody decides until then. False where it was made before.
pub async fn set_appealed(tx: &Tx, claim: &str, text: &str, decide_by: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE rejections SET state = 'appealed', appeal = $2, appealed_at = $3, decide_by = $4 \
         WHERE claim_id = $1 AND state = 'rejected'",
        values![claim, text, now.secs(), decide_by.secs()],
    )
    .await?;
    execute(tx, "UPDATE claims SET review_by = $2 WHERE id = $1 AND state = 'submitted'", values![claim, decide_by.secs()]).await?;
    Ok(touched == 1)
}

/// How a rejection ends.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    /// Where it stood: `rejected` or `appealed`.
    pub from: &'a str,
    /// `unappealed`, `upheld`, `overturned`, `undecided`.
    pub to: &'a str,
    /// Who decided, and what they say.
    pub decided: Option<(&'a str, &'a str)>,
}

/// Ends a rejection; false where it has ended, or stands elsewhere.
pub async fn end(tx: &Tx, claim: &str, ending: Ending<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let decided = ending.decided.map(|(person, words)| (person.to_owned(), words.to_owned()));
    let touched = execute(
        tx,
        "UPDATE rejections SET state = $3, decided_by = $4, decision = $5, decided_at = $6 WHERE claim_id = $1 AND state = $2",
        values![
            claim,
            ending.from,
            ending.to,
            decided.as_ref().map(|decided| decided.0.clone()),
            decided.map(|decided| decided.1),
            now.secs()
        ],
    )
    .await?;
    Ok(touched == 1)
}

/// Claims whose rejection nobody appealed in time, oldest first.
pub async fn list_unappealed(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        claim_id: String,
    }
    let rows: Vec<Row> = all(
        on,
        "SELECT x.claim_id FROM rejections x JOIN claims l ON l.id = x.claim_id \
         WHERE x.state = 'rejected' AND x.appeal_by < $1 AND l.state = 'submitted' ORDER BY x.appeal_by, x.claim_id LIMIT $2",
        values![now.secs(), count(limit)?],
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.claim_id).collect())
}

/// Claims of a member that were rejected and can still be appealed; contracts in order, as their locks are taken.
pub async fn list_open_to_appeal(on: &impl Sql, member: &MemberId, now: Timestamp) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        claim_id: String,
    }
    let rows: Vec<Row> = all(
        on,
        "SELECT x.claim_id FROM rejections x JOIN claims l ON l.id = x.claim_id \
         WHERE l.member_id = $1 AND x.state = 'rejected' AND x.appeal_by >= $2 AND l.state = 'submitted' ORDER BY l.contract_id, x.claim_id",
        values![member.as_str(), now.secs()],
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.claim_id).collect())
}

/// An appeal that waits for somebody uninvolved.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Waiting {
    /// The claim.
    pub claim_id: String,
    /// Of the batch.
    pub title: String,
    /// The client's own id.
    pub item_id: String,
    /// Of the contract.
    pub end_client: String,
    /// Why it was rejected.
    pub code: String,
    /// Until when it is decided.
    pub decide_by: i64,
}

/// The appeals that a member may decide: neither their own, nor of what they rejected, nor of an item that they answered.
pub async fn list_waiting(on: &impl Sql, member: &MemberId, person: &str, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
    all(
        on,
        "SELECT x.claim_id, b.title, t.item_id, c.end_client, x.code, x.decide_by FROM rejections x JOIN claims l ON l.id = x.claim_id \
         JOIN tasks t ON t.id = l.task_id JOIN batches b ON b.id = l.batch_id JOIN contracts c ON c.id = l.contract_id \
         WHERE x.state = 'appealed' AND x.decide_by > $3 AND l.state = 'submitted' AND l.member_id <> $1 AND COALESCE(x.rejected_by, '') <> $2 \
         AND NOT EXISTS (SELECT 1 FROM claims o WHERE o.task_id = l.task_id AND o.member_id = $1 \
         AND o.state NOT IN ('released', 'expired')) \
         ORDER BY x.decide_by, x.claim_id",
        values![member.as_str(), person, now.secs()],
    )
    .await
}

/// Whether a member answered the item of a claim by another one.
pub async fn answered_too(on: &impl Sql, claim: &str, member: &MemberId) -> Result<bool, StoreError> {
    let found: Option<i64> = find_value(
        on,
        "SELECT COUNT(*) AS v FROM claims l JOIN claims o ON o.task_id = l.task_id AND o.id <> l.id \
         WHERE l.id = $1 AND o.member_id = $2 AND o.state NOT IN ('released', 'expired')",
        values![claim, member.as_str()],
    )
    .await?;
    Ok(found.unwrap_or(0) > 0)
}

/// People who review, and may decide an appeal of this claim.
pub async fn list_deciders(on: &impl Sql, claim: &str) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        person_id: String,
    }
    let rows: Vec<Row> = all(
        on,
        "SELECT m.person_id FROM rejections x JOIN claims l ON l.id = x.claim_id \
         JOIN roles r ON r.role = 'reviewer' JOIN members m ON m.person_id = r.person_id AND m.left_at IS NULL \
         WHERE x.claim_id = $1 AND m.id <> l.member_id AND m.person_id <> COALESCE(x.rejected_by, '') \
         AND NOT EXISTS (SELECT 1 FROM claims o WHERE o.task_id = l.task_id AND o.member_id = m.id \
         AND o.state NOT IN ('released', 'expired')) \
         ORDER BY m.person_id",
        values![claim],
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.person_id).collect())
}

/// Whoever can appeal, and whoever decides, gets until `until` at least: the co-op was restored.
pub(crate) async fn give_time(tx: &Tx, until: Timestamp) -> Result<(), StoreError> {
    let until = || values![until.secs()];
    execute(tx, "UPDATE rejections SET appeal_by = $1 WHERE state = 'rejected' AND appeal_by < $1", until()).await?;
    execute(tx, "UPDATE rejections SET decide_by = $1 WHERE state = 'appealed' AND decide_by < $1", until()).await?;
    Ok(())
}

/// Lets a rejection that could not be ended wait a little longer.
pub async fn set_aside(tx: &Tx, claim: &str, until: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE rejections SET appeal_by = $2 WHERE claim_id = $1 AND state = 'rejected'", values![claim, until.secs()]).await?;
    Ok(())
}

/// Deletes what somebody wrote of rejections, who is erased: why, what they appealed with, what they decided it with.
pub(crate) async fn forget_words(tx: &Tx, person: &str, member: Option<&str>) -> Result<(), StoreError> {
    execute(tx, "UPDATE rejections SET decision = '' WHERE decided_by = $1", values![person]).await?;
    execute(tx, "UPDATE rejections SET reason = '' WHERE rejected_by = $1", values![person]).await?;
    if let Some(member) = member {
        let sql = "UPDATE rejections SET appeal = '' WHERE claim_id IN (SELECT id FROM claims WHERE member_id = $1) AND appeal IS NOT NULL";
        execute(tx, sql, values![member]).await?;
    }
    Ok(())
}

const SELECT: &str =
    "SELECT claim_id, state, code, reason, clause, rejected_by, entry_index, appeal_by, appeal, decide_by, decision FROM rejections";
