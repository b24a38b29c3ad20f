//! Sessions, links sent by mail, and attempts for throttling. Only hashes of tokens are kept.

use manyhands_domain::ids::PersonId;
use manyhands_domain::time::Timestamp;

use crate::sql::{execute, find_value, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

/// Opens a session.
pub async fn insert(tx: &Tx, token_sha256: &[u8], person: &PersonId, now: Timestamp, expires: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO sessions (token_sha256, person_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)",
        values![token_sha256.to_vec(), person.as_str(), now.secs(), expires.secs()],
    )
    .await?;
    Ok(())
}

/// Whose session this is, if it has not run out.
pub async fn find(on: &impl Sql, token_sha256: &[u8], now: Timestamp) -> Result<Option<PersonId>, StoreError> {
    let id: Option<String> = find_value(
        on,
        "SELECT person_id AS v FROM sessions WHERE token_sha256 = $1 AND expires_at > $2",
        values![token_sha256.to_vec(), now.secs()],
    )
    .await?;
    person(id)
}

/// Ends one session.
pub async fn end(tx: &Tx, token_sha256: &[u8]) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM sessions WHERE token_sha256 = $1", values![token_sha256.to_vec()]).await?;
    Ok(())
}

/// Ends every session of a person.
pub async fn end_all(tx: &Tx, person: &PersonId) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM sessions WHERE person_id = $1", values![person.as_str()]).await?;
    Ok(())
}

/// Keeps a link's hash. Earlier ones stay good until one is used: nobody can void somebody's link by asking for another.
pub async fn insert_link(
    tx: &Tx,
    token_sha256: &[u8],
    purpose: &str,
    person: &PersonId,
    now: Timestamp,
    expires: Option<Timestamp>,
) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO links (token_sha256, purpose, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        values![token_sha256.to_vec(), purpose, person.as_str(), now.secs(), expires.map(Timestamp::secs)],
    )
    .await?;
    Ok(())
}

/// Whose link this is, if it is unused and has not run out.
pub async fn find_link(on: &impl Sql, token_sha256: &[u8], purpose: &str, now: Timestamp) -> Result<Option<PersonId>, StoreError> {
    let id: Option<String> = find_value(
        on,
        "SELECT person_id AS v FROM links WHERE token_sha256 = $1 AND purpose = $2 AND used_at IS NULL \
         AND (expires_at IS NULL OR expires_at > $3)",
        values![token_sha256.to_vec(), purpose, now.secs()],
    )
    .await?;
    person(id)
}

/// Ends every unused link of a person by which a password could be set.
pub async fn end_links(tx: &Tx, person: &PersonId) -> Result<(), StoreError> {
    execute(
        tx,
        "DELETE FROM links WHERE person_id = $1 AND purpose IN ('invitation', 'reset') AND used_at IS NULL",
        values![person.as_str()],
    )
    .await?;
    Ok(())
}

/// Uses a link up; false if somebody did before.
pub async fn use_link(tx: &Tx, token_sha256: &[u8], now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE links SET used_at = $2 WHERE token_sha256 = $1 AND used_at IS NULL",
        values![token_sha256.to_vec(), now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// Notes an attempt of a subject (a hash).
pub async fn insert_attempt(tx: &Tx, subject: &str, now: Timestamp) -> Result<(), StoreError> {
    execute(tx, "INSERT INTO attempts (subject, at) VALUES ($1, $2)", values![subject, now.secs()]).await?;
    Ok(())
}

/// Holds these subjects until the transaction ends, in one order for everybody: of attempts at one moment each counts those before it.
pub async fn hold_attempts(tx: &Tx, subjects: &[String]) -> Result<(), StoreError> {
    let mut subjects: Vec<&String> = subjects.iter().collect();
    subjects.sort_unstable();
    for subject in subjects {
        lock_by_name(tx, &format!("attempts {subject}")).await?;
    }
    Ok(())
}

/// Attempts of a subject since a moment.
pub async fn count_attempts(on: &impl Sql, subject: &str, since: Timestamp) -> Result<i64, StoreError> {
    let count: Option<i64> =
        find_value(on, "SELECT COUNT(*) AS v FROM attempts WHERE subject = $1 AND at > $2", values![subject, since.secs()]).await?;
    Ok(count.unwrap_or(0))
}

/// Forgives a subject: whoever got in was no guesser.
pub async fn forgive(tx: &Tx, subject: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM attempts WHERE subject = $1", values![subject]).await?;
    Ok(())
}

/// Takes one attempt of a subject back.
pub async fn take_attempt_back(tx: &Tx, subject: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM attempts WHERE id = (SELECT MAX(id) FROM attempts WHERE subject = $1)", values![subject]).await?;
    Ok(())
}

/// Forgets what has run out: sessions, links and attempts.
pub async fn forget(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM sessions WHERE expires_at <= $1", values![now.secs()]).await?;
    execute(tx, "DELETE FROM links WHERE expires_at <= $1", values![now.plus_days(-30).secs()]).await?;
    execute(tx, "DELETE FROM attempts WHERE at <= $1", values![now.plus_days(-2).secs()]).await?;
    Ok(())
}

fn person(id: Option<String>) -> Result<Option<PersonId>, StoreError> {
    id.map(|id| PersonId::parse(&id).map_err(|_| StoreError::Damaged(format!("id {id}")))).transpose()
}
