//! Ballots, the texts and codes by which they are cast. Choices and salts leave here for the voter, and for whoever closes the vote.

use manyhands_domain::ids::{MemberId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, insert_rows, update_rows, values};
use crate::{Sql, StoreError, Tx};

/// A ballot as it was cast.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Ballot {
    /// Its `ballot.cast`.
    pub entry_index: i64,
    /// Whose.
    pub member_id: String,
    /// Seconds.
    pub at: i64,
    /// `key` or `session`.
    pub how: String,
    /// Its seal, hex.
    pub sealed: String,
    /// The log's size that the voter's key signed.
    pub saw: Option<i64>,
    /// What it says, where that is known.
    pub choice: Option<String>,
    /// What it is sealed with.
    pub salt: Option<Vec<u8>>,
}

/// A fresh ballot.
#[derive(Clone, Copy, Debug)]
pub struct NewBallot<'a> {
    /// Its `ballot.cast`.
    pub index: u64,
    /// Of the vote.
    pub number: i64,
    /// Whose.
    pub member: &'a str,
    /// `key` or `session`.
    pub how: &'a str,
    /// Its seal, hex.
    pub sealed: &'a str,
    /// The log's size that the voter's key signed.
    pub saw: Option<u64>,
    /// What opens it: choice and salt.
    pub opening: Option<(&'a str, &'a [u8])>,
}

/// Keeps a ballot.
pub async fn insert(tx: &Tx, ballot: &NewBallot<'_>, at: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO ballots (entry_index, number, member_id, at, how, sealed, saw, choice, salt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![
            count(ballot.index)?,
            ballot.number,
            ballot.member,
            at.secs(),
            ballot.how,
            ballot.sealed,
            ballot.saw.map(count).transpose()?,
            ballot.opening.map(|opening| opening.0.to_owned()),
            ballot.opening.map(|opening| opening.1.to_vec())
        ],
    )
    .await?;
    Ok(())
}

/// A member's last ballots in a vote, newest first.
pub async fn list_of(on: &impl Sql, number: i64, member: &MemberId, limit: u64) -> Result<Vec<Ballot>, StoreError> {
    let sql = format!("{SELECT} WHERE b.number = $1 AND b.member_id = $2 ORDER BY b.entry_index DESC LIMIT $3");
    all(on, sql, values![number, member.as_str(), count(limit)?]).await
}

/// What a member has cast in a vote so far.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct SoFar {
    /// Their ballots.
    pub ballots: i64,
    /// Those later than a moment.
    pub recent: i64,
    /// The largest size of the log that their key had seen, if any was by key.
    pub saw: Option<i64>,
}

/// What a member has cast in a vote so far, and how much of it after a moment.
pub async fn count_of(on: &impl Sql, number: i64, member: &MemberId, since: Timestamp) -> Result<SoFar, StoreError> {
    let sql = "SELECT COUNT(*) AS ballots, COUNT(CASE WHEN at > $3 THEN 1 END) AS recent, MAX(saw) AS saw FROM ballots \
               WHERE number = $1 AND member_id = $2";
    let found = find(on, sql, values![number, member.as_str(), since.secs()]).await?;
    found.ok_or_else(|| StoreError::Damaged("a count of ballots".to_owned()))
}

/// Each member's last ballot in a vote, in the order of the log.
pub async fn list_last(on: &impl Sql, number: i64) -> Result<Vec<Ballot>, StoreError> {
    all(
        on,
        format!(
            "{SELECT} WHERE b.number = $1 AND b.entry_index = \
             (SELECT MAX(n.entry_index) FROM ballots n WHERE n.number = b.number AND n.member_id = b.member_id) ORDER BY b.entry_index"
        ),
        values![number],
    )
    .await
}

/// A closed vote, for whoever asks whom its openings are for.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ClosedVote {
    /// The kind of vote.
    pub kind: String,
    /// Index of its `proposal.opened`.
    pub opened_index: i64,
}

/// The closed votes whose ballots this document opens. Several without any ballot have the same.
pub async fn list_votes_of_openings(on: &impl Sql, sha256: &str) -> Result<Vec<ClosedVote>, StoreError> {
    let named = format!("%\"openings\":\"{sha256}\"%");
    all(on, "SELECT kind, opened_index FROM proposals WHERE tally LIKE $1 ORDER BY number", values![named]).await
}

/// How many members have cast a ballot in a vote.
pub async fn count_cast(on: &impl Sql, number: i64) -> Result<i64, StoreError> {
    let cast: Option<i64> = find_value(on, "SELECT COUNT(DISTINCT member_id) AS v FROM ballots WHERE number = $1", values![number]).await?;
    Ok(cast.unwrap_or(0))
}

/// Gives a ballot what opens it, whatever stood there: what was damaged opens nothing.
pub async fn set_opening(tx: &Tx, index: i64, choice: &str, salt: &[u8]) -> Result<(), StoreError> {
    let sql = "UPDATE ballots SET choice = $2, salt = $3 WHERE entry_index = $1";
    execute(tx, sql, values![index, choice, salt.to_vec()]).await?;
    Ok(())
}

/// A ballot whose text is prepared.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BallotDraft {
    /// Random.
    pub id: String,
    /// Of the vote.
    pub number: i64,
    /// Whose.
    pub member_id: String,
    /// What it says.
    pub choice: String,
    /// What it is sealed with.
    pub salt: Vec<u8>,
}

/// Keeps a ballot until it is signed; an earlier one of this member in this vote is forgotten: its id, if there was one.
pub async fn put_draft(tx: &Tx, draft: &BallotDraft, now: Timestamp) -> Result<Option<String>, StoreError> {
    let sql = "SELECT id AS v FROM ballot_drafts WHERE number = $1 AND member_id = $2";
    let replaced = find_value(tx, sql, values![draft.number, draft.member_id.as_str()]).await?;
    execute(tx, "DELETE FROM ballot_drafts WHERE number = $1 AND member_id = $2", values![draft.number, draft.member_id.as_str()]).await?;
    execute(
        tx,
        "INSERT INTO ballot_drafts (id, number, member_id, choice, salt, prepared_at) VALUES ($1, $2, $3, $4, $5, $6)",
        values![draft.id.as_str(), draft.number, draft.member_id.as_str(), draft.choice.as_str(), draft.salt.clone(), now.secs()],
    )
    .await?;
    Ok(replaced)
}

/// One that waits for its signature.
pub async fn find_draft(on: &impl Sql, id: &str) -> Result<Option<BallotDraft>, StoreError> {
    find(on, "SELECT id, number, member_id, choice, salt FROM ballot_drafts WHERE id = $1", values![id]).await
}

/// It waits no more.
pub async fn delete_draft(tx: &Tx, id: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM ballot_drafts WHERE id = $1", values![id]).await?;
    Ok(())
}

/// What a vote leaves behind once it is closed: texts that were never signed, codes that were never used.
pub async fn forget(tx: &Tx, number: i64) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM ballot_drafts WHERE number = $1", values![number]).await?;
    execute(tx, "DELETE FROM ballot_codes WHERE number = $1", values![number]).await?;
    Ok(())
}

/// Keeps the hashes of these people's codes, in few statements. Each ends every earlier one of its person for this vote: one is good at a
/// time.
pub async fn put_codes(tx: &Tx, number: i64, codes: &[(&PersonId, Vec<u8>)], expires: Timestamp) -> Result<(), StoreError> {
    let earlier = codes.iter().map(|(person, _)| values![number, person.as_str()]).collect();
    let ended = "DELETE FROM ballot_codes WHERE (number, person_id) IN (SELECT number, person_id FROM v)";
    update_rows(tx, "number, person_id", earlier, ended).await?;
    let rows = codes.iter().map(|(person, sha256)| values![number, person.as_str(), sha256.clone(), expires.secs()]).collect();
    insert_rows(tx, "ballot_codes (number, person_id, code_sha256, expires_at)", rows, "").await
}

/// Uses a code up; false if it is none of this person's for this vote.
pub async fn use_code(tx: &Tx, number: i64, person: &PersonId, sha256: &[u8], now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "DELETE FROM ballot_codes WHERE number = $1 AND person_id = $2 AND code_sha256 = $3 AND expires_at > $4",
        values![number, person.as_str(), sha256.to_vec(), now.secs()],
    )
    .await?;
    Ok(touched > 0)
}

const SELECT: &str = "SELECT b.entry_index, b.member_id, b.at, b.how, b.sealed, b.saw, b.choice, b.salt FROM ballots b";
