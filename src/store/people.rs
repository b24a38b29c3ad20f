//! People with accounts, their roles, members and client users.

use manyhands_domain::ids::{ClientId, MemberId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{execute, find, values};
use crate::{Sql, StoreError, Tx};

/// What an active person is in the co-op at this moment.
#[derive(Clone, Debug)]
pub struct Standing {
    /// As shown to others in the co-op.
    pub name: String,
    /// Sign-in and mail address.
    pub email: String,
    /// BCP 47, one of our languages.
    pub language: String,
    /// IANA time zone.
    pub zone: String,
    /// The ledger's id, while a member.
    pub member: Option<MemberId>,
    /// The organisation, for a client's user.
    pub client: Option<ClientId>,
    /// Its name, for a client's user.
    pub client_name: Option<String>,
    /// Reviews work.
    pub reviewer: bool,
    /// Handles money.
    pub treasurer: bool,
    /// Approves contracts, admits members.
    pub coordinator: bool,
}

#[derive(FromQueryResult)]
struct StandingRow {
    name: String,
    email: String,
    language: String,
    zone: String,
    member_id: Option<String>,
    client_id: Option<String>,
    client_name: Option<String>,
    reviewer: i64,
    treasurer: i64,
    coordinator: i64,
}

/// A new account.
#[derive(Clone, Debug)]
pub struct NewPerson<'a> {
    /// Fresh.
    pub id: &'a PersonId,
    /// Lower case.
    pub email: &'a str,
    /// Cleaned.
    pub name: &'a str,
    /// One of ours.
    pub language: &'a str,
    /// IANA.
    pub zone: &'a str,
    /// argon2id, PHC string; none until the invitation is accepted.
    pub password_hash: Option<&'a str>,
    /// `invited` or `active`.
    pub state: &'a str,
}

/// The standing of an active account.
pub async fn find_standing(on: &impl Sql, person: &PersonId) -> Result<Option<Standing>, StoreError> {
    let row: Option<StandingRow> = find(on, STANDING, values![person.as_str()]).await?;
    row.map(StandingRow::typed).transpose()
}

/// Adds an account; a conflict when the address is taken.
pub async fn insert(tx: &Tx, person: &NewPerson<'_>, at: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO people (id, email, name, language, zone, password_hash, state, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            person.id.as_str(),
            person.email,
            person.name,
            person.language,
            person.zone,
            person.password_hash.map(str::to_owned),
            person.state,
            at.secs()
        ],
    )
    .await?;
    Ok(())
}

/// Grants a role; granting it again changes nothing.
pub async fn grant_role(tx: &Tx, person: &PersonId, role: &str, at: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO roles (person_id, role, granted_at) VALUES ($1, $2, $3) ON CONFLICT (person_id, role) DO NOTHING",
        values![person.as_str(), role, at.secs()],
    )
    .await?;
    Ok(())
}

/// A member as admitted.
#[derive(Clone, Debug)]
pub struct NewMember<'a> {
    /// The ledger's id, random.
    pub id: &'a MemberId,
    /// Whose it is.
    pub person: &'a PersonId,
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// How they are paid out.
    pub rail: &'a str,
    /// The `member.admitted` entry.
    pub index: u64,
}

/// Puts a person on the roll.
pub async fn insert_member(tx: &Tx, member: &NewMember<'_>, at: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO members (id, person_id, country, admitted_at, admitted_index, rail) VALUES ($1, $2, $3, $4, $5, $6)",
        values![
            member.id.as_str(),
            member.person.as_str(),
            member.country,
            at.secs(),
            crate::sql::count(member.index)?,
            member.rail
        ],
    )
    .await?;
    Ok(())
}

impl StandingRow {
    fn typed(self) -> Result<Standing, StoreError> {
        Ok(Standing {
            name: self.name,
            email: self.email,
            language: self.language,
            zone: self.zone,
            member: parse_id(self.member_id, MemberId::parse)?,
            client: parse_id(self.client_id, ClientId::parse)?,
            client_name: self.client_name,
            reviewer: self.reviewer != 0,
            treasurer: self.treasurer != 0,
            coordinator: self.coordinator != 0,
        })
    }
}

fn parse_id<T, E>(text: Option<String>, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, StoreError> {
    text.map(|text| parse(&text).map_err(|_| StoreError::Damaged(format!("id {text}"))))
        .transpose()
}

const STANDING: &str = "\
SELECT p.name, p.email, p.language, p.zone, m.id AS member_id, u.client_id, c.name AS client_name,
  (SELECT COUNT(*) FROM roles r WHERE r.person_id = p.id AND r.role = 'reviewer') AS reviewer,
  (SELECT COUNT(*) FROM roles r WHERE r.person_id = p.id AND r.role = 'treasurer') AS treasurer,
  (SELECT COUNT(*) FROM roles r WHERE r.person_id = p.id AND r.role = 'coordinator') AS coordinator
FROM people p
LEFT JOIN members m ON m.person_id = p.id AND m.left_at IS NULL
LEFT JOIN client_users u ON u.person_id = p.id
LEFT JOIN clients c ON c.id = u.client_id
WHERE p.id = $1 AND p.state = 'active'";
