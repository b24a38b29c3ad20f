//! (actor, form key) -> the first answer, written in the same transaction as what it answers.

use sea_orm::FromQueryResult;

use crate::sql::{execute, find, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

/// An answer given before.
#[derive(Debug, FromQueryResult)]
pub struct Answered {
    /// Hash of the request that got it, hex.
    pub request_sha256: String,
    /// The answer, JSON.
    pub answer: String,
}

/// Makes a second copy of the same form wait for the first one's answer (a double click on PostgreSQL;
/// on SQLite the one writer already waits).
pub async fn lock(tx: &Tx, actor: &str, form_key: &str) -> Result<(), StoreError> {
    lock_by_name(tx, &format!("{actor} {form_key}")).await
}

/// The answer that this actor's form got, if it was sent before.
pub async fn find_answer(on: &impl Sql, actor: &str, form_key: &str) -> Result<Option<Answered>, StoreError> {
    find(on, "SELECT request_sha256, answer FROM idempotency WHERE actor = $1 AND form_key = $2", values![actor, form_key]).await
}

/// Keeps the answer; fails with a conflict if the same form was answered meanwhile.
pub async fn insert_answer(tx: &Tx, actor: &str, form_key: &str, answered: &Answered, at: i64) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO idempotency (actor, form_key, request_sha256, answer, at) VALUES ($1, $2, $3, $4, $5)",
        values![actor, form_key, answered.request_sha256.as_str(), answered.answer.as_str(), at],
    )
    .await?;
    Ok(())
}

/// Forgets answers older than `before`: a form that old has gone.
pub async fn forget_before(tx: &Tx, before: i64) -> Result<u64, StoreError> {
    execute(tx, "DELETE FROM idempotency WHERE at < $1", values![before]).await
}
