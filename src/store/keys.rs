//! People's keys as the ledger has them, the codes mailed before a first one, and further keys that wait for a signature. Members'
//! and those of clients' users stand in two tables of the same columns: two people are two members.

use manyhands_domain::books::two_people::Held;
use manyhands_domain::ids::{HolderId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, uncount, values};
use crate::{Sql, StoreError, Tx, migrate};

/// A person's key: a projection of its `key.added` and `key.retired`.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PersonKey {
    /// Whose: a member's id, or that of a client's user.
    pub holder_id: String,
    /// Eight hex digits.
    pub key_id: String,
    /// The public key with its name.
    pub vkey: String,
    /// Index of its `key.added`.
    pub added_index: i64,
    /// When that was, seconds.
    pub added_at: i64,
    /// Index of its `key.retired`, if it is.
    pub retired_index: Option<i64>,
    /// When that was.
    pub retired_at: Option<i64>,
    /// Why, a code.
    pub reason: Option<String>,
    /// Index of the member's `member.left`, if they left; a client's user has none.
    pub left_index: Option<i64>,
}

/// A key that a `key.added` entered.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'a> {
    /// Whose.
    pub holder: &'a HolderId,
    /// Eight hex digits.
    pub key_id: &'a str,
    /// The public key with its name.
    pub vkey: &'a str,
    /// Index of its entry.
    pub index: u64,
}

/// A further key that waits for a signature.
#[derive(Clone, Debug, FromQueryResult)]
pub struct KeyRequest {
    /// Random.
    pub id: String,
    /// Whose: a member's id, or that of a client's user.
    pub holder_id: String,
    /// Their name, for those who are asked to vouch.
    pub name: String,
    /// The client's name and id, where it is a client's user.
    pub client_name: Option<String>,
    /// See `client_name`.
    pub client_id: Option<String>,
    /// The public key with its name.
    pub vkey: String,
    /// Seconds.
    pub asked_at: i64,
}

/// Every key of a member that ever was, in the order in which they were added.
pub async fn list_of_members(on: &impl Sql) -> Result<Vec<PersonKey>, StoreError> {
    all(on, format!("{MEMBERS} ORDER BY k.added_index"), vec![]).await
}

/// Every row of either table, as it stands; none in a database from before there were such keys.
pub async fn list_stored(on: &impl Sql) -> Result<[Vec<PersonKey>; 2], StoreError> {
    let members = if migrate::has(on, "0003_keys").await? { list_of_members(on).await? } else { Vec::new() };
    let users = if migrate::has(on, "0009_user_keys").await? {
        all(on, format!("{USERS} ORDER BY k.added_index"), vec![]).await?
    } else {
        Vec::new()
    };
    Ok([members, users])
}

/// A person's keys, in the order in which they were added.
pub async fn list_of(on: &impl Sql, holder: &HolderId) -> Result<Vec<PersonKey>, StoreError> {
    let select = if holder.member().is_some() { MEMBERS } else { USERS };
    let (_, column) = table_of(holder);
    all(on, format!("{select} WHERE k.{column} = $1 ORDER BY k.added_index"), values![holder.as_str()]).await
}

/// The keys of the users of the client whose contract it is, in the order in which they were added.
pub async fn list_of_users(on: &impl Sql, contract: &str) -> Result<Vec<PersonKey>, StoreError> {
    all(
        on,
        format!(
            "{USERS} JOIN client_users u ON u.user_id = k.user_id JOIN contracts c ON c.client_id = u.client_id \
             WHERE c.id = $1 ORDER BY k.added_index"
        ),
        values![contract],
    )
    .await
}

/// The table of a person's keys, and its column that says whose they are.
fn table_of(holder: &HolderId) -> (&'static str, &'static str) {
    match holder {
        HolderId::Member(_) => ("member_keys", "member_id"),
        HolderId::User(_) => ("user_keys", "user_id"),
    }
}

/// Keeps what a `key.added` entered; a conflict when the person used the key before.
pub async fn insert(tx: &Tx, key: &NewKey<'_>, at: Timestamp) -> Result<(), StoreError> {
    let (table, column) = table_of(key.holder);
    execute(
        tx,
        format!("INSERT INTO {table} ({column}, key_id, vkey, added_index, added_at) VALUES ($1, $2, $3, $4, $5)"),
        values![key.holder.as_str(), key.key_id, key.vkey, count(key.index)?, at.secs()],
    )
    .await?;
    Ok(())
}

/// Keeps what a `key.retired` says; false if the key was not in force.
pub async fn set_retired(tx: &Tx, holder: &HolderId, key_id: &str, index: u64, at: Timestamp, reason: &str) -> Result<bool, StoreError> {
    let (table, column) = table_of(holder);
    let touched = execute(
        tx,
        format!(
            "UPDATE {table} SET retired_index = $3, retired_at = $4, reason = $5 \
             WHERE {column} = $1 AND key_id = $2 AND retired_index IS NULL"
        ),
        values![holder.as_str(), key_id, count(index)?, at.secs(), reason],
    )
    .await?;
    Ok(touched == 1)
}

/// How many treasurers and coordinators have a key, or had one.
pub async fn count_officers(on: &impl Sql) -> Result<i64, StoreError> {
    let officers: Option<i64> = find_value(
        on,
        "SELECT COUNT(DISTINCT m.id) AS v FROM members m JOIN roles r ON r.person_id = m.person_id JOIN member_keys k ON k.member_id = m.id \
         WHERE r.role IN ('treasurer', 'coordinator') AND m.left_at IS NULL",
        vec![],
    )
    .await?;
    Ok(officers.unwrap_or(0))
}

/// Keeps a code's hash; an earlier one of this person counts no more.
pub async fn put_code(tx: &Tx, person: &PersonId, sha256: &[u8], expires: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO key_codes (person_id, code_sha256, expires_at) VALUES ($1, $2, $3) \
         ON CONFLICT (person_id) DO UPDATE SET code_sha256 = excluded.code_sha256, expires_at = excluded.expires_at",
        values![person.as_str(), sha256.to_vec(), expires.secs()],
    )
    .await?;
    Ok(())
}

/// Until when this person's code counts, if they have one that still does.
pub async fn find_code_expiry(on: &impl Sql, person: &PersonId, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let expires: Option<i64> = find_value(
        on,
        "SELECT expires_at AS v FROM key_codes WHERE person_id = $1 AND expires_at > $2",
        values![person.as_str(), now.secs()],
    )
    .await?;
    Ok(expires.map(Timestamp::from_secs))
}

/// Uses a code up; false if it is not this person's, or has run out.
pub async fn use_code(tx: &Tx, person: &PersonId, sha256: &[u8], now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "DELETE FROM key_codes WHERE person_id = $1 AND code_sha256 = $2 AND expires_at > $3",
        values![person.as_str(), sha256.to_vec(), now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// Forgets codes that have run out.
pub async fn forget_codes(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM key_codes WHERE expires_at <= $1", values![now.secs()]).await?;
    Ok(())
}

/// Keeps a further key until it is signed for.
pub async fn insert_request(tx: &Tx, id: &str, holder: &HolderId, vkey: &str, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO key_requests (id, holder_id, vkey, asked_at) VALUES ($1, $2, $3, $4)",
        values![id, holder.as_str(), vkey, now.secs()],
    )
    .await?;
    Ok(())
}

/// A further key that waits.
pub async fn find_request(on: &impl Sql, id: &str) -> Result<Option<KeyRequest>, StoreError> {
    find(on, format!("{REQUESTS} WHERE q.id = $1"), values![id]).await
}

/// The further key of this person that waits.
pub async fn find_request_of(on: &impl Sql, holder: &HolderId) -> Result<Option<KeyRequest>, StoreError> {
    find(on, format!("{REQUESTS} WHERE q.holder_id = $1"), values![holder.as_str()]).await
}

/// Every further key that waits, oldest first.
pub async fn list_requests(on: &impl Sql) -> Result<Vec<KeyRequest>, StoreError> {
    all(on, format!("{REQUESTS} ORDER BY q.asked_at, q.id"), vec![]).await
}

/// It waits no more: signed for, or withdrawn; false if it did not wait.
pub async fn delete_request(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    Ok(execute(tx, "DELETE FROM key_requests WHERE id = $1", values![id]).await? == 1)
}

impl PersonKey {
    /// As the rule of two people asks for it.
    pub fn held(&self) -> Result<Held, StoreError> {
        Ok(Held {
            holder: HolderId::parse(&self.holder_id).map_err(|_| StoreError::Damaged(format!("id {}", self.holder_id)))?,
            added_index: uncount(self.added_index)?,
            added_at: Timestamp::from_secs(self.added_at),
            retired_index: self.retired_index.map(uncount).transpose()?,
            left_index: self.left_index.map(uncount).transpose()?,
        })
    }
}

const MEMBERS: &str = "\
SELECT k.member_id AS holder_id, k.key_id, k.vkey, k.added_index, k.added_at, k.retired_index, k.retired_at, k.reason, l.idx AS left_index
FROM member_keys k LEFT JOIN (SELECT member_id, MIN(idx) AS idx FROM entries WHERE kind = 'member.left' GROUP BY member_id) l
  ON l.member_id = k.member_id";

const USERS: &str = "\
SELECT k.user_id AS holder_id, k.key_id, k.vkey, k.added_index, k.added_at, k.retired_index, k.retired_at, k.reason,
  CAST(NULL AS BIGINT) AS left_index
FROM user_keys k";

const REQUESTS: &str = "\
SELECT q.id, q.holder_id, COALESCE(p.name, o.name, '') AS name, c.name AS client_name, c.id AS client_id, q.vkey, q.asked_at
FROM key_requests q LEFT JOIN members m ON m.id = q.holder_id LEFT JOIN people p ON p.id = m.person_id
LEFT JOIN client_users u ON u.user_id = q.holder_id LEFT JOIN people o ON o.id = u.person_id LEFT JOIN clients c ON c.id = u.client_id";
