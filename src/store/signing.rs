//! Texts prepared for people to sign, and their notes over what still waits for another person's.

use manyhands_domain::ids::{HolderId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, execute, find, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

/// What is signed: a word for its kind, and its id.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// `payout`, `expense` …
    pub word: &'a str,
    /// Which.
    pub id: &'a str,
}

/// A prepared text.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PreparedText {
    /// The text's own nonce.
    pub nonce: String,
    /// For whom.
    pub person_id: String,
    /// The word of what is signed.
    pub subject: String,
    /// Its id.
    pub subject_id: String,
    /// The exact line.
    pub line: String,
    /// What the line's hash is of.
    pub signable: String,
    /// Seconds.
    pub prepared_at: i64,
    /// Seconds.
    pub expires_at: i64,
    /// When its note was taken.
    pub used_at: Option<i64>,
}

/// A note that was taken.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Signature {
    /// Who signed: a member's id, or that of a client's user.
    pub holder_id: String,
    /// Their name; empty once they are erased.
    pub name: String,
    /// By which of their keys.
    pub key_id: String,
    /// The whole note.
    pub note: String,
    /// When its text was prepared: the log that the note saw is as old.
    pub prepared_at: i64,
    /// Seconds.
    pub signed_at: i64,
}

/// Holds what is signed until the transaction ends: of two who sign it at once, the second finds the first one's note.
pub async fn lock(tx: &Tx, about: About<'_>) -> Result<(), StoreError> {
    lock_by_name(tx, &format!("sign {} {}", about.word, about.id)).await
}

/// Keeps a prepared text.
pub async fn insert_text(tx: &Tx, text: &PreparedText) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO prepared_texts (nonce, person_id, subject, subject_id, line, signable, prepared_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            text.nonce.as_str(),
            text.person_id.as_str(),
            text.subject.as_str(),
            text.subject_id.as_str(),
            text.line.as_str(),
            text.signable.as_str(),
            text.prepared_at,
            text.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// Forgets the unsigned texts about a thing that run out at this moment: another one takes their place.
pub async fn delete_unused(tx: &Tx, about: About<'_>, expires: Timestamp) -> Result<(), StoreError> {
    // By the moment they are found through an index.
    let sql = "DELETE FROM prepared_texts WHERE expires_at = $3 AND subject = $1 AND subject_id = $2 AND used_at IS NULL";
    execute(tx, sql, values![about.word, about.id, expires.secs()]).await?;
    Ok(())
}

/// A text that was prepared for this person.
pub async fn find_text(on: &impl Sql, nonce: &str, person: &PersonId) -> Result<Option<PreparedText>, StoreError> {
    find(
        on,
        "SELECT nonce, person_id, subject, subject_id, line, signable, prepared_at, expires_at, used_at FROM prepared_texts \
         WHERE nonce = $1 AND person_id = $2",
        values![nonce, person.as_str()],
    )
    .await
}

/// Notes that the text was signed; false if it was before.
pub async fn use_text(tx: &Tx, nonce: &str, now: Timestamp) -> Result<bool, StoreError> {
    let touched =
        execute(tx, "UPDATE prepared_texts SET used_at = $2 WHERE nonce = $1 AND used_at IS NULL", values![nonce, now.secs()]).await?;
    Ok(touched == 1)
}

/// The notes gathered so far whose texts were prepared at this moment or later, oldest first.
pub async fn list(on: &impl Sql, about: About<'_>, since: Timestamp) -> Result<Vec<Signature>, StoreError> {
    all(
        on,
        "SELECT s.holder_id, COALESCE(p.name, o.name, '') AS name, s.key_id, s.note, s.prepared_at, s.signed_at FROM signatures s \
         LEFT JOIN members m ON m.id = s.holder_id LEFT JOIN people p ON p.id = m.person_id \
         LEFT JOIN client_users u ON u.user_id = s.holder_id LEFT JOIN people o ON o.id = u.person_id \
         WHERE s.subject = $1 AND s.subject_id = $2 AND s.prepared_at >= $3 ORDER BY s.signed_at, s.holder_id",
        values![about.word, about.id, since.secs()],
    )
    .await
}

/// Keeps a person's note; an earlier one of theirs over the same thing goes.
pub async fn put(tx: &Tx, about: About<'_>, holder: &HolderId, key_id: &str, note: &str, at: [Timestamp; 2]) -> Result<(), StoreError> {
    let [prepared_at, signed_at] = at;
    execute(
        tx,
        "INSERT INTO signatures (subject, subject_id, holder_id, key_id, note, prepared_at, signed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (subject, subject_id, holder_id) DO UPDATE SET key_id = excluded.key_id, note = excluded.note, \
         prepared_at = excluded.prepared_at, signed_at = excluded.signed_at",
        values![about.word, about.id, holder.as_str(), key_id, note, prepared_at.secs(), signed_at.secs()],
    )
    .await?;
    Ok(())
}

/// Nothing waits any more: the notes stand in the entry, or what they were over was withdrawn.
pub async fn delete(tx: &Tx, about: About<'_>) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM signatures WHERE subject = $1 AND subject_id = $2", values![about.word, about.id]).await?;
    Ok(())
}

/// Forgets texts that ran out before the first moment, and notes whose texts were prepared before the second.
pub async fn forget(tx: &Tx, expired_before: Timestamp, prepared_before: Timestamp) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM prepared_texts WHERE expires_at < $1", values![expired_before.secs()]).await?;
    execute(tx, "DELETE FROM signatures WHERE prepared_at < $1", values![prepared_before.secs()]).await?;
    Ok(())
}
