//! Members to be, who wait for two members' signatures.

use manyhands_domain::ids::PersonId;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, execute, find, find_value, values};
use crate::{Sql, StoreError, Tx};

/// An invitation that waits.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Admission {
    /// Random; their account's id, once they are admitted.
    pub id: String,
    /// The `M-…` that they will have.
    pub member_id: String,
    /// Where the link will go.
    pub email: String,
    /// As shown.
    pub name: String,
    /// One of ours.
    pub language: String,
    /// IANA.
    pub zone: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Joined by a comma.
    pub roles: String,
    /// Who invites.
    pub invited_by: String,
    /// Their name.
    pub invited_name: String,
    /// Seconds.
    pub invited_at: i64,
}

/// Keeps an invitation until two members have signed; a conflict when one waits for this address.
pub async fn insert(tx: &Tx, admission: &Admission, by: &PersonId, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO admissions (id, member_id, email, name, language, zone, country, roles, invited_by, invited_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values![
            admission.id.as_str(),
            admission.member_id.as_str(),
            admission.email.as_str(),
            admission.name.as_str(),
            admission.language.as_str(),
            admission.zone.as_str(),
            admission.country.as_str(),
            admission.roles.as_str(),
            by.as_str(),
            now.secs()
        ],
    )
    .await?;
    Ok(())
}

/// An invitation that waits.
pub async fn find_waiting(on: &impl Sql, id: &str) -> Result<Option<Admission>, StoreError> {
    find(on, format!("{SELECT} WHERE a.id = $1"), values![id]).await
}

/// The one that waits for whom the ledger will know by this id.
pub async fn find_of(on: &impl Sql, member: &str) -> Result<Option<Admission>, StoreError> {
    find(on, format!("{SELECT} WHERE a.member_id = $1"), values![member]).await
}

/// Every invitation that waits, oldest first.
pub async fn list(on: &impl Sql) -> Result<Vec<Admission>, StoreError> {
    all(on, format!("{SELECT} ORDER BY a.invited_at, a.id"), vec![]).await
}

/// Whether an invitation for this address waits.
pub async fn is_waiting(on: &impl Sql, email: &str) -> Result<bool, StoreError> {
    let waiting: Option<i64> = find_value(on, "SELECT COUNT(*) AS v FROM admissions WHERE email = $1", values![email]).await?;
    Ok(waiting.unwrap_or(0) > 0)
}

/// It waits no more: they are admitted, or the invitation was withdrawn; false if it did not wait.
pub async fn delete(tx: &Tx, id: &str) -> Result<bool, StoreError> {
    Ok(execute(tx, "DELETE FROM admissions WHERE id = $1", values![id]).await? == 1)
}

const SELECT: &str = "\
SELECT a.id, a.member_id, a.email, a.name, a.language, a.zone, a.country, a.roles, a.invited_by, p.name AS invited_name, a.invited_at
FROM admissions a JOIN people p ON p.id = a.invited_by";
