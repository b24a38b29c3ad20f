//! Members by name, for proposals that are about one of them: names stand on members' pages and in no document.

use manyhands_domain::ids::MemberId;
use sea_orm::FromQueryResult;

use crate::sql::{all, find_value, values};
use crate::{Sql, StoreError};

/// A member whom a proposal may be about.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Candidate {
    /// Their account: what a form says instead of their id in the ledger.
    pub person_id: String,
    /// Their id in the ledger.
    pub member_id: String,
    /// As shown.
    pub name: String,
    /// Roles held, joined by a comma.
    pub roles: String,
}

/// Every member who can sign in, by name.
pub async fn list(on: &impl Sql) -> Result<Vec<Candidate>, StoreError> {
    let joined = if on.is_postgres() { "string_agg(r.role, ',' ORDER BY r.role)" } else { "group_concat(r.role, ',' ORDER BY r.role)" };
    all(
        on,
        format!(
            "SELECT p.id AS person_id, m.id AS member_id, p.name, COALESCE({joined}, '') AS roles FROM members m \
             JOIN people p ON p.id = m.person_id LEFT JOIN roles r ON r.person_id = p.id \
             WHERE m.left_at IS NULL AND p.state = 'active' GROUP BY p.id, m.id, p.name ORDER BY p.name, p.id"
        ),
        vec![],
    )
    .await
}

/// A name that somebody has or had as a member.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Name {
    /// Their id in the ledger.
    pub member_id: String,
    /// As it was shown.
    pub name: String,
}

/// Every name of everybody who is or was a member, until they are erased: as they are called, as they were admitted, and what else they
/// were called for so long in all, in seconds.
pub async fn list_names(on: &impl Sql, carried_secs: i64) -> Result<Vec<Name>, StoreError> {
    all(
        on,
        "SELECT m.id AS member_id, p.name FROM members m JOIN people p ON p.id = m.person_id WHERE p.name <> '' \
         UNION SELECT m.id AS member_id, f.name FROM members m JOIN former_names f ON f.person_id = m.person_id \
         WHERE f.name <> '' AND (f.named_at <= m.admitted_at OR f.carried_secs IS NULL OR f.carried_secs >= $1)",
        values![carried_secs],
    )
    .await
}

/// The name of whoever is or was this member; empty once they are erased, nothing where only the log knows them.
pub async fn find_name(on: &impl Sql, member: &MemberId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT p.name AS v FROM members m JOIN people p ON p.id = m.person_id WHERE m.id = $1";
    find_value(on, sql, values![member.as_str()]).await
}
