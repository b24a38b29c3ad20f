//! Accepted work and open batches as a log of some size has them, for the question what a change of the rules would do.

use manyhands_domain::ids::MemberId;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use super::{Proposal, SELECT};
use crate::sql::{all, count, find, find_value, values};
use crate::{Sql, StoreError};

/// Accepted answers that are alike. Sums are millionths.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AcceptedWork {
    /// Whose escrow paid.
    pub contract_id: String,
    /// Whose cost it is.
    pub client_id: String,
    /// Of which they are.
    pub batch_id: String,
    /// Who did it.
    pub member_id: String,
    /// The member who reviewed it.
    pub reviewer_id: Option<String>,
    /// Paid for each.
    pub price: i64,
    /// Of it.
    pub currency: String,
    /// How many.
    pub pieces: i64,
    /// Measured, of all of them.
    pub seconds: i64,
    /// Of their batch.
    pub skill: String,
    /// Of their batch.
    pub level: i64,
    /// Honest time of their batch.
    pub estimate: i64,
}

/// An open batch. Its price is that of now.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OpenBatch {
    /// Which.
    pub id: String,
    /// Of which.
    pub contract_id: String,
    /// What members call it.
    pub title: String,
    /// Its `batch.opened`.
    pub opened_index: i64,
    /// Millionths.
    pub price: i64,
    /// Of it.
    pub currency: String,
    /// Honest seconds.
    pub seconds: i64,
    /// A code.
    pub skill: String,
    /// Of hazard.
    pub level: i64,
    /// Answers to each item.
    pub copies: i64,
}

/// The first entry of a log of so many that is later than a moment; its size, if none is. Times never fall in a log, so it is found by
/// halves.
pub async fn first_after(on: &impl Sql, size: u64, moment: Timestamp) -> Result<u64, StoreError> {
    let (mut low, mut high) = (0, size);
    while low < high {
        let middle = low + (high - low) / 2;
        let at: Option<i64> = find_value(on, "SELECT at AS v FROM entries WHERE idx = $1", values![count(middle)?]).await?;
        if at.is_some_and(|at| at > moment.secs()) { high = middle } else { low = middle + 1 }
    }
    Ok(low)
}

/// Work that the entries `from..to` accepted, what is alike together.
pub async fn list_accepted(on: &impl Sql, from: u64, to: u64) -> Result<Vec<AcceptedWork>, StoreError> {
    all(
        on,
        "SELECT b.contract_id, c.client_id, g.batch_id, g.member_id, g.reviewer_id, g.price, b.currency, g.pieces, g.seconds, b.skill, b.level, \
         b.seconds AS estimate FROM (SELECT l.batch_id, l.member_id, l.reviewer_id, l.price, COUNT(*) AS pieces, \
         CAST(SUM(COALESCE(l.seconds, 0)) AS BIGINT) AS seconds FROM claims l WHERE l.entry_index >= $1 AND l.entry_index < $2 \
         AND l.state = 'accepted' GROUP BY l.batch_id, l.member_id, l.reviewer_id, l.price) g \
         JOIN batches b ON b.id = g.batch_id JOIN contracts c ON c.id = b.contract_id",
        values![count(from)?, count(to)?],
    )
    .await
}

/// Batches that were open when the log had `size` entries: opened before, of a contract that had not ended, and with work left: tasks that
/// are free by now, or answers accepted since.
pub async fn list_open_at(on: &impl Sql, size: u64, at: Timestamp) -> Result<Vec<OpenBatch>, StoreError> {
    let mut open: Vec<OpenBatch> = all(
        on,
        "SELECT b.id, b.contract_id, b.title, b.opened_index, b.price, b.currency, b.seconds, b.skill, b.level, b.copies \
         FROM batches b JOIN contracts c ON c.id = b.contract_id WHERE b.opened_index < $1 \
         AND (c.closed_index IS NULL OR c.closed_index >= $1) AND (c.ends_at IS NULL OR c.ends_at > $2) AND (b.tasks_open > 0 \
         OR b.id IN (SELECT l.batch_id FROM claims l WHERE l.state = 'accepted' AND l.entry_index >= $1))",
        values![count(size)?, at.secs()],
    )
    .await?;
    open.sort_by_key(|batch| batch.opened_index);
    Ok(open)
}

/// What a client is called.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ClientName {
    /// Which.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Every client's name.
pub async fn list_clients(on: &impl Sql) -> Result<Vec<ClientName>, StoreError> {
    all(on, "SELECT id, name FROM clients", vec![]).await
}

/// Proposals that will change the rule book on their day, in the order of their numbers.
pub async fn list_rules_waiting(on: &impl Sql) -> Result<Vec<Proposal>, StoreError> {
    all(on, format!("{SELECT} WHERE p.act = 'rules' AND p.outcome = 'waiting' ORDER BY p.number"), vec![]).await
}

/// Proposals that changed the rule book by an entry between these two, both included.
pub async fn list_rules_enacted(on: &impl Sql, (from, to): (u64, u64)) -> Result<Vec<Proposal>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE p.act = 'rules' AND p.outcome = 'done' AND p.outcome_index >= $1 AND p.outcome_index <= $2 ORDER BY p.number"
    );
    all(on, sql, values![count(from)?, count(to)?]).await
}

/// A member's latest accepted piece.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Piece {
    /// What members call its batch.
    pub title: String,
    /// Of which.
    pub contract_id: String,
    /// Paid for it, millionths.
    pub price: i64,
    /// Of it.
    pub currency: String,
    /// Measured.
    pub seconds: Option<i64>,
    /// Honest time of its batch.
    pub estimate: i64,
    /// Of its batch.
    pub skill: String,
    /// Of its batch.
    pub level: i64,
}

/// The latest one.
pub async fn find_latest_piece(on: &impl Sql, member: &MemberId) -> Result<Option<Piece>, StoreError> {
    find(
        on,
        "SELECT b.title, l.contract_id, l.price, l.currency, l.seconds, b.seconds AS estimate, b.skill, b.level \
         FROM claims l JOIN batches b ON b.id = l.batch_id WHERE l.member_id = $1 AND l.state = 'accepted' \
         ORDER BY COALESCE(l.decided_at, l.submitted_at, l.claimed_at) DESC LIMIT 1",
        values![member.as_str()],
    )
    .await
}
