//! What members say of a proposal.

use manyhands_domain::ids::MemberId;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, execute, find, find_value, values};
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

/// Every comment on a proposal, oldest first.
pub async fn list(on: &impl Sql, proposal: &str) -> Result<Vec<Comment>, StoreError> {
    all(on, format!("{SELECT} WHERE c.proposal_id = $1 ORDER BY c.at, c.id"), values![proposal]).await
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

const SELECT: &str = "\
SELECT c.id, c.proposal_id, c.reply_to, c.member_id, COALESCE(p.name, '') AS name, c.text, c.at, c.withdrawn_at
FROM proposal_comments c LEFT JOIN members m ON m.id = c.member_id LEFT JOIN people p ON p.id = m.person_id";
