//! The outbox: notices written by the transactions that act, messages rendered from them once, and what became of them.

use manyhands_domain::ids::PersonId;
use manyhands_domain::notices::Notice;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, update_rows, values};
use crate::{Sql, StoreError, Tx, erasure};

/// A notice that no message carries yet.
#[derive(Clone, Debug)]
pub struct WaitingNotice {
    /// Its id.
    pub id: String,
    /// Whom it tells.
    pub person: String,
    /// Where they read mail.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Fixed when the notice was written.
    pub language: String,
    /// Their zone.
    pub zone: String,
    /// What it says.
    pub notice: Notice,
}

/// A message to be sent.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Message {
    /// Its own Message-ID, without brackets and host.
    pub id: String,
    /// The envelope's recipient.
    pub recipient: String,
    /// For lists.
    pub subject: String,
    /// Exactly what is sent.
    pub bytes: Vec<u8>,
    /// Tries so far.
    pub tries: i64,
    /// When it was rendered, seconds.
    pub created_at: i64,
    /// `waiting`, `sent`, `failed`.
    pub state: String,
}

/// Queues a notice in the acting transaction, with whoever acts.
pub async fn insert_notice(
    tx: &Tx,
    id: &str,
    person: &PersonId,
    (notice, by): (&Notice, Option<&str>),
    now: Timestamp,
) -> Result<(), StoreError> {
    insert_notices(tx, &[(id.to_owned(), person, notice)], by, now).await
}

/// The same for many people, each with their own, in few statements: id, whom it tells, what it says.
pub async fn insert_notices(tx: &Tx, notices: &[(String, &PersonId, &Notice)], by: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(notices.len());
    for (id, person, notice) in notices {
        let params = serde_json::to_string(notice).map_err(|error| StoreError::Damaged(error.to_string()))?;
        rows.push(values![id.as_str(), notice.word(), person.as_str(), params, now.secs(), by.map(str::to_owned)]);
    }
    // Each in the language that its person reads now.
    let sql = "INSERT INTO notices (id, kind, person_id, language, params, created_at, caused_by) \
               SELECT v.id, v.kind, p.id, p.language, v.params, v.at, v.caused_by FROM v JOIN people p ON p.id = v.person_id";
    update_rows(tx, "id, kind, person_id, params, at, caused_by", rows, sql).await?;
    Ok(())
}

/// Who subscribed to a stream.
pub async fn subscribers(on: &impl Sql, stream: &str) -> Result<Vec<PersonId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        person_id: String,
    }
    let rows: Vec<Row> = all(
        on,
        "SELECT s.person_id FROM subscriptions s JOIN people p ON p.id = s.person_id WHERE s.stream = $1 AND p.state = 'active' ORDER BY s.person_id",
        values![stream],
    )
    .await?;
    rows.iter().map(|row| PersonId::parse(&row.person_id).map_err(|_| StoreError::Damaged(row.person_id.clone()))).collect()
}

/// Subscribes a person; again changes nothing.
pub async fn subscribe(tx: &Tx, person: &PersonId, stream: &str, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO subscriptions (person_id, stream, since) VALUES ($1, $2, $3) ON CONFLICT (person_id, stream) DO NOTHING",
        values![person.as_str(), stream, now.secs()],
    )
    .await?;
    Ok(())
}

/// Ends a subscription: off means off.
pub async fn unsubscribe(tx: &Tx, person: &PersonId, stream: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM subscriptions WHERE person_id = $1 AND stream = $2", values![person.as_str(), stream]).await?;
    Ok(())
}

/// Whether a person subscribed.
pub async fn is_subscribed(on: &impl Sql, person: &PersonId, stream: &str) -> Result<bool, StoreError> {
    let found: Option<i64> = crate::sql::find_value(
        on,
        "SELECT COUNT(*) AS v FROM subscriptions WHERE person_id = $1 AND stream = $2",
        values![person.as_str(), stream],
    )
    .await?;
    Ok(found.unwrap_or(0) > 0)
}

/// Notices that wait, and those among them that cannot be read.
#[derive(Debug, Default)]
pub struct Taken {
    /// To be rendered.
    pub waiting: Vec<WaitingNotice>,
    /// Written by another version, or damaged: id, person, address.
    pub unreadable: Vec<(String, String, String)>,
}

/// Notices without a message, oldest first, taken by this transaction alone.
pub async fn take_notices(tx: &Tx, limit: u64) -> Result<Taken, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        person_id: String,
        email: String,
        name: String,
        language: String,
        zone: String,
        params: String,
    }
    let skip = if tx.is_postgres() { " FOR UPDATE OF n SKIP LOCKED" } else { "" };
    let rows: Vec<Row> = all(
        tx,
        format!(
            "SELECT n.id, n.person_id, p.email, p.name, n.language, p.zone, n.params FROM notices n JOIN people p ON p.id = n.person_id \
             WHERE n.message_id IS NULL ORDER BY n.created_at, n.id LIMIT $1{skip}"
        ),
        values![count(limit)?],
    )
    .await?;
    let mut taken = Taken::default();
    for row in rows {
        match serde_json::from_str(&row.params) {
            Ok(notice) => taken.waiting.push(WaitingNotice {
                id: row.id,
                person: row.person_id,
                email: row.email,
                name: row.name,
                language: row.language,
                zone: row.zone,
                notice,
            }),
            Err(_) => taken.unreadable.push((row.id, row.person_id, row.email)),
        }
    }
    Ok(taken)
}

/// Keeps a rendered message and marks its notices; their parameters (which may hold a link's secret) go. What would be told without the
/// words of whoever caused it, if they were erased, stays without these until the message leaves.
pub async fn insert_message(tx: &Tx, message: &Message, person: &str, notices: &[String], now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO messages (id, person_id, recipient, subject, bytes, state, next_at, created_at) VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $6)",
        values![message.id.as_str(), person, message.recipient.as_str(), message.subject.as_str(), message.bytes.clone(), now.secs()],
    )
    .await?;
    #[derive(FromQueryResult)]
    struct Row {
        kind: String,
        params: String,
    }
    for notice in notices {
        let row: Option<Row> = find(tx, "SELECT kind, params FROM notices WHERE id = $1", values![notice.as_str()]).await?;
        let kept = row.and_then(|row| erasure::kept_of(&row.kind, &row.params).ok()).unwrap_or_else(|| erasure::SAID.to_owned());
        let carried = "UPDATE notices SET message_id = $2, params = $3 WHERE id = $1";
        execute(tx, carried, values![notice.as_str(), message.id.as_str(), kept]).await?;
    }
    Ok(())
}

/// Messages that are due, oldest first.
pub async fn due_messages(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<Message>, StoreError> {
    all(
        on,
        "SELECT id, recipient, subject, bytes, tries, created_at, state FROM messages WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at, id LIMIT $2",
        values![now.secs(), count(limit)?],
    )
    .await
}

/// It left. The bytes stay: what was said can be read again.
pub async fn set_message_sent(tx: &Tx, id: &str, now: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE messages SET state = 'sent', sent_at = $2, tries = tries + 1, error = NULL WHERE id = $1", values![id, now.secs()])
        .await?;
    empty_notices(tx, id).await
}

/// Nobody renders these anew. By the person, whose notices have an index.
async fn empty_notices(tx: &Tx, id: &str) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE notices SET params = $2 WHERE message_id = $1 AND params <> $2 \
         AND person_id = (SELECT m.person_id FROM messages m WHERE m.id = $1)",
        values![id, erasure::SAID],
    )
    .await?;
    Ok(())
}

/// Forgets the text of a message that carried the secret of a link or a code, once it left: whoever reads a backup gets into
/// no account.
pub async fn forget_secrets(tx: &Tx, id: &str) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE messages SET bytes = $2 WHERE id = $1 AND EXISTS \
         (SELECT 1 FROM notices n WHERE n.message_id = messages.id AND n.person_id = messages.person_id AND n.kind IN ('invited', 'reset', 'key-code', 'vote-opened', 'vote-reminder', 'vote-code'))",
        values![id, Vec::<u8>::new()],
    )
    .await?;
    Ok(())
}

/// It did not leave: when to try again, or never.
pub async fn set_message_delayed(tx: &Tx, id: &str, error: &str, next: Option<Timestamp>) -> Result<(), StoreError> {
    put_off(tx, id, error, next, 1).await
}

/// The same of one that met no server: that is none of its tries.
pub async fn set_message_put_off(tx: &Tx, id: &str, error: &str, next: Option<Timestamp>) -> Result<(), StoreError> {
    put_off(tx, id, error, next, 0).await
}

async fn put_off(tx: &Tx, id: &str, error: &str, next: Option<Timestamp>, tried: i64) -> Result<(), StoreError> {
    let state = if next.is_some() { "waiting" } else { "failed" };
    execute(
        tx,
        "UPDATE messages SET state = $2, tries = tries + $5, error = $3, next_at = COALESCE($4, next_at) WHERE id = $1",
        values![id, state, error, next.map(Timestamp::secs), tried],
    )
    .await?;
    if next.is_none() {
        empty_notices(tx, id).await?;
    }
    Ok(())
}

/// The newest messages, for the demo's mailbox.
pub async fn list_messages(on: &impl Sql, limit: u64) -> Result<Vec<Message>, StoreError> {
    all(
        on,
        "SELECT id, recipient, subject, bytes, tries, created_at, state FROM messages ORDER BY created_at DESC, id DESC LIMIT $1",
        values![count(limit)?],
    )
    .await
}

/// One message.
pub async fn find_message(on: &impl Sql, id: &str) -> Result<Option<Message>, StoreError> {
    find(on, "SELECT id, recipient, subject, bytes, tries, created_at, state FROM messages WHERE id = $1", values![id]).await
}
