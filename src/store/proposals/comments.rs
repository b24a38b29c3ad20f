//! What members say of a proposal.

use manyhands_domain::ids::MemberId;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, lock_by_name, uncount, values};
use crate::{Sql, StoreError, Tx};

/// A comment.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Comment {
    /// Random.
    pub id: String,
    /// The proposal's own id.
    pub proposal_id: String,
    /// The comment that it answers.
    pub reply_to: Option<String>,
    /// Whose.
    pub member_id: String,
    /// Their name; empty once they are erased.
    pub name: String,
    /// Empty once it is withdrawn.
    pub text: String,
    /// Seconds.
    pub at: i64,
    /// When it was withdrawn.
    pub withdrawn_at: Option<i64>,
}

/// Keeps a comment.
pub async fn insert(tx: &Tx, comment: &Comment) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO proposal_comments (id, proposal_id, reply_to, member_id, text, at) VALUES ($1, $2, $3, $4, $5, $6)",
        values![
            comment.id.as_str(),
            comment.proposal_id.as_str(),
            comment.reply_to.clone(),
            comment.member_id.as_str(),
            comment.text.as_str(),
            comment.at
        ],
    )
    .await?;
    Ok(())
}

/// One comment.
pub async fn find_comment(on: &impl Sql, id: &str) -> Result<Option<Comment>, StoreError> {
    find(on, format!("{SELECT} WHERE c.id = $1"), values![id]).await
}

/// Comments that begin a thread, oldest first, so many from the one at this place on.
pub async fn list_begun(on: &impl Sql, proposal: &str, (from, limit): (u64, u64)) -> Result<Vec<Comment>, StoreError> {
    let sql = format!("{SELECT} WHERE c.proposal_id = $1 AND c.reply_to IS NULL ORDER BY c.at, c.id LIMIT $2 OFFSET $3");
    all(on, sql, values![proposal, count(limit)?, count(from)?]).await
}

/// Everything that answers a comment, and what answers that, oldest first.
pub async fn list_answers(on: &impl Sql, begun: &str) -> Result<Vec<Comment>, StoreError> {
    let sql = format!("WITH RECURSIVE {BELOW} {SELECT} WHERE c.id IN (SELECT id FROM below) ORDER BY c.at, c.id");
    all(on, sql, values![begun]).await
}

/// The comment that begins the thread of this one, and how many answer it.
pub async fn thread_of(on: &impl Sql, id: &str) -> Result<(String, u64), StoreError> {
    let sql = "WITH RECURSIVE above AS (SELECT id, reply_to FROM proposal_comments WHERE id = $1 \
               UNION ALL SELECT c.id, c.reply_to FROM proposal_comments c JOIN above a ON c.id = a.reply_to) \
               SELECT id AS v FROM above WHERE reply_to IS NULL";
    let begun: Option<String> = find_value(on, sql, values![id]).await?;
    let begun = begun.ok_or_else(|| StoreError::lost("a thread"))?;
    let answers: Option<i64> =
        find_value(on, format!("WITH RECURSIVE {BELOW} SELECT COUNT(*) AS v FROM below"), values![begun.as_str()]).await?;
    Ok((begun, uncount(answers.unwrap_or(0))?))
}

/// How many threads were begun before this one.
pub async fn place_of(on: &impl Sql, begun: &Comment) -> Result<u64, StoreError> {
    let sql =
        "SELECT COUNT(*) AS v FROM proposal_comments WHERE proposal_id = $1 AND reply_to IS NULL AND (at < $2 OR (at = $2 AND id < $3))";
    let before: Option<i64> = find_value(on, sql, values![begun.proposal_id.as_str(), begun.at, begun.id.as_str()]).await?;
    uncount(before.unwrap_or(0))
}

/// Whether a member said something of a proposal that still stands.
pub async fn has_said(on: &impl Sql, proposal: &str, member: &MemberId) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) AS v FROM proposal_comments WHERE proposal_id = $1 AND member_id = $2 AND withdrawn_at IS NULL";
    let said: Option<i64> = find_value(on, sql, values![proposal, member.as_str()]).await?;
    Ok(said.unwrap_or(0) > 0)
}

/// Holds what a member says of a proposal until the transaction ends: of two comments at once the second counts the first.
pub async fn hold_of(tx: &Tx, proposal: &str, member: &MemberId) -> Result<(), StoreError> {
    lock_by_name(tx, &format!("comments {proposal} {member}")).await
}

/// How many comments a member made on a proposal since a moment.
pub async fn count_since(on: &impl Sql, proposal: &str, member: &MemberId, since: Timestamp) -> Result<i64, StoreError> {
    let made: Option<i64> = find_value(
        on,
        "SELECT COUNT(*) AS v FROM proposal_comments WHERE proposal_id = $1 AND member_id = $2 AND at > $3",
        values![proposal, member.as_str(), since.secs()],
    )
    .await?;
    Ok(made.unwrap_or(0))
}

/// Takes a comment's words away; false if it is not this member's, or was withdrawn before.
pub async fn withdraw(tx: &Tx, id: &str, member: &MemberId, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE proposal_comments SET text = '', withdrawn_at = $3 WHERE id = $1 AND member_id = $2 AND withdrawn_at IS NULL",
        values![id, member.as_str(), now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// Below the comment `$1`.
const BELOW: &str = "below AS (SELECT id FROM proposal_comments WHERE reply_to = $1 \
UNION ALL SELECT c.id FROM proposal_comments c JOIN below b ON c.reply_to = b.id)";

const SELECT: &str = "\
SELECT c.id, c.proposal_id, c.reply_to, c.member_id, COALESCE(p.name, '') AS name, c.text, c.at, c.withdrawn_at
FROM proposal_comments c LEFT JOIN members m ON m.id = c.member_id LEFT JOIN people p ON p.id = m.person_id";
