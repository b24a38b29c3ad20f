//! People with accounts, their roles, members and client users.

use manyhands_domain::ids::{ClientId, MemberId, PersonId, UserId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{execute, find, find_value, values};
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
    /// The ledger's id of whoever was a member and has left.
    pub former: Option<MemberId>,
    /// The organisation, for a client's user.
    pub client: Option<ClientId>,
    /// Its name, for a client's user.
    pub client_name: Option<String>,
    /// The ledger's id, for a client's user who has, or asked for, a key.
    pub user: Option<UserId>,
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
    former_id: Option<String>,
    client_id: Option<String>,
    client_name: Option<String>,
    user_id: Option<String>,
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
        "INSERT INTO people (id, email, name, language, zone, password_hash, state, created_at, named_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
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
        values![member.id.as_str(), member.person.as_str(), member.country, at.secs(), crate::sql::count(member.index)?, member.rail],
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
            former: parse_id(self.former_id, MemberId::parse)?,
            client: parse_id(self.client_id, ClientId::parse)?,
            client_name: self.client_name,
            user: parse_id(self.user_id, UserId::parse)?,
            reviewer: self.reviewer != 0,
            treasurer: self.treasurer != 0,
            coordinator: self.coordinator != 0,
        })
    }
}

fn parse_id<T, E>(text: Option<String>, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, StoreError> {
    text.map(|text| parse(&text).map_err(|_| StoreError::Damaged(format!("id {text}")))).transpose()
}

const STANDING: &str = "\
SELECT p.name, p.email, p.language, p.zone, m.id AS member_id, f.id AS former_id, u.client_id, c.name AS client_name, u.user_id,
  (SELECT COUNT(*) FROM roles r WHERE r.person_id = p.id AND r.role = 'reviewer') AS reviewer,
  (SELECT COUNT(*) FROM roles r WHERE r.person_id = p.id AND r.role = 'treasurer') AS treasurer,
  (SELECT COUNT(*) FROM roles r WHERE r.person_id = p.id AND r.role = 'coordinator') AS coordinator
FROM people p
LEFT JOIN members m ON m.person_id = p.id AND m.left_at IS NULL
LEFT JOIN members f ON f.person_id = p.id AND f.left_at IS NOT NULL
LEFT JOIN client_users u ON u.person_id = p.id
LEFT JOIN clients c ON c.id = u.client_id
WHERE p.id = $1 AND p.state = 'active'";

/// An account for signing in: id and password hash. Only active accounts.
pub async fn find_by_email(on: &impl Sql, email: &str) -> Result<Option<(PersonId, Option<String>)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        password_hash: Option<String>,
    }
    let row: Option<Row> = find(on, "SELECT id, password_hash FROM people WHERE email = $1 AND state = 'active'", values![email]).await?;
    row.map(|row| Ok((person_id(&row.id)?, row.password_hash))).transpose()
}

/// A person's password hash, if they have one.
pub async fn find_password_hash(on: &impl Sql, person: &PersonId) -> Result<Option<String>, StoreError> {
    find_value(on, "SELECT password_hash AS v FROM people WHERE id = $1 AND password_hash IS NOT NULL", values![person.as_str()]).await
}

/// Sets the password and makes the account active.
pub async fn set_password(tx: &Tx, person: &PersonId, hash: &str) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE people SET password_hash = $2, state = 'active' WHERE id = $1 AND state <> 'closed'",
        values![person.as_str(), hash],
    )
    .await?;
    Ok(())
}

/// Sets what people may change of themselves. What the office writes of somebody who never came in is the name that it admitted.
pub async fn set_profile(tx: &Tx, person: &PersonId, (name, language, zone): (&str, &str, &str), now: Timestamp) -> Result<(), StoreError> {
    // Mail to others may name them as they were called.
    execute(
        tx,
        "INSERT INTO former_names (person_id, name, named_at, carried_secs) \
         SELECT id, name, named_at, CASE WHEN named_at < $3 THEN $3 - named_at ELSE 0 END FROM people WHERE id = $1 AND name <> $2 \
         ON CONFLICT (person_id, name) DO UPDATE SET carried_secs = former_names.carried_secs + excluded.carried_secs",
        values![person.as_str(), name, now.secs()],
    )
    .await?;
    execute(
        tx,
        "UPDATE people SET named_at = CASE WHEN name = $2 OR state = 'invited' THEN named_at ELSE $5 END, name = $2, language = $3, zone = $4 \
         WHERE id = $1",
        values![person.as_str(), name, language, zone, now.secs()],
    )
    .await?;
    Ok(())
}

/// Where a member's pay goes, as they wrote it; empty while they have not said.
pub async fn find_payout_to(on: &impl Sql, member: &MemberId) -> Result<String, StoreError> {
    let to: Option<String> = find_value(on, "SELECT payout_to AS v FROM members WHERE id = $1", values![member.as_str()]).await?;
    Ok(to.unwrap_or_default())
}

/// Sets where a member's pay goes.
pub async fn set_payout_to(tx: &Tx, member: &MemberId, to: &str) -> Result<(), StoreError> {
    execute(tx, "UPDATE members SET payout_to = $2 WHERE id = $1", values![member.as_str(), to]).await?;
    Ok(())
}

/// Takes a member off the roll; false if they had left.
pub async fn set_left(tx: &Tx, member: &MemberId, at: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE members SET left_at = $2 WHERE id = $1 AND left_at IS NULL";
    Ok(execute(tx, sql, values![member.as_str(), at.secs()]).await? == 1)
}

/// Members who have said where their pay goes.
pub async fn list_with_destination(on: &impl Sql) -> Result<std::collections::BTreeSet<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let rows: Vec<Row> = crate::sql::all(on, "SELECT id FROM members WHERE payout_to <> ''", vec![]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// A person as the office lists them.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ListedPerson {
    /// The account.
    pub id: String,
    /// As shown.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// `invited`, `active`, `closed`.
    pub state: String,
    /// Whether on the roll.
    pub member: i64,
    /// The organisation, for a client's user.
    pub client_name: Option<String>,
    /// Roles held, joined by a comma.
    pub roles: String,
}

/// Everybody with an account, by name.
pub async fn list(on: &impl Sql) -> Result<Vec<ListedPerson>, StoreError> {
    let joined = if on.is_postgres() { "string_agg(r.role, ',' ORDER BY r.role)" } else { "group_concat(r.role, ',' ORDER BY r.role)" };
    crate::sql::all(
        on,
        format!(
            "SELECT p.id, p.name, p.email, p.state, CAST(COUNT(DISTINCT m.id) AS BIGINT) AS member, MAX(c.name) AS client_name, \
             COALESCE({joined}, '') AS roles FROM people p LEFT JOIN members m ON m.person_id = p.id AND m.left_at IS NULL \
             LEFT JOIN client_users u ON u.person_id = p.id LEFT JOIN clients c ON c.id = u.client_id \
             LEFT JOIN roles r ON r.person_id = p.id WHERE p.email NOT LIKE 'erased:%' GROUP BY p.id, p.name, p.email, p.state ORDER BY p.name, p.id"
        ),
        vec![],
    )
    .await
}

/// The person behind a member, for notices only.
pub async fn person_of_member(on: &impl Sql, member: &MemberId) -> Result<Option<PersonId>, StoreError> {
    let id: Option<String> = find_value(on, "SELECT person_id AS v FROM members WHERE id = $1", values![member.as_str()]).await?;
    id.map(|id| person_id(&id)).transpose()
}

/// Who holds one of two roles, with an active account.
pub async fn list_holders(on: &impl Sql, role: &str, or: &str) -> Result<Vec<PersonId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let rows: Vec<Row> = crate::sql::all(
        on,
        "SELECT DISTINCT p.id FROM people p JOIN roles r ON r.person_id = p.id \
         WHERE r.role IN ($1, $2) AND p.state = 'active' ORDER BY p.id",
        values![role, or],
    )
    .await?;
    rows.iter().map(|row| person_id(&row.id)).collect()
}

/// Everybody who acts for a client; not those who were invited and never came in.
pub async fn users_of_client(on: &impl Sql, client: &str) -> Result<Vec<PersonId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        person_id: String,
    }
    let rows: Vec<Row> =
        crate::sql::all(on, "SELECT u.person_id FROM client_users u JOIN people p ON p.id = u.person_id WHERE u.client_id = $1 AND p.state = 'active' ORDER BY u.person_id", values![client]).await?;
    rows.iter().map(|row| person_id(&row.person_id)).collect()
}

/// A new client organisation.
pub async fn insert_client(tx: &Tx, id: &ClientId, name: &str, country: &str, at: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO clients (id, name, country, created_at) VALUES ($1, $2, $3, $4)",
        values![id.as_str(), name, country, at.secs()],
    )
    .await?;
    Ok(())
}

/// Makes a person a client's user.
pub async fn insert_client_user(tx: &Tx, person: &PersonId, client: &ClientId) -> Result<(), StoreError> {
    execute(tx, "INSERT INTO client_users (person_id, client_id) VALUES ($1, $2)", values![person.as_str(), client.as_str()]).await?;
    Ok(())
}

fn person_id(text: &str) -> Result<PersonId, StoreError> {
    PersonId::parse(text).map_err(|_| StoreError::Damaged(format!("id {text}")))
}

/// Somebody who was invited by this address and never came in.
pub async fn find_invited(on: &impl Sql, email: &str) -> Result<Option<PersonId>, StoreError> {
    let id: Option<String> = find_value(on, "SELECT id AS v FROM people WHERE email = $1 AND state = 'invited'", values![email]).await?;
    id.map(|id| PersonId::parse(&id).map_err(|_| StoreError::Damaged(format!("id {id}")))).transpose()
}

/// Members who have not said where their pay goes, by name.
pub async fn list_without_destination(on: &impl Sql) -> Result<Vec<(MemberId, String)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        name: String,
    }
    let rows: Vec<Row> = crate::sql::all(
        on,
        "SELECT m.id, COALESCE(p.name, '') AS name FROM members m LEFT JOIN people p ON p.id = m.person_id \
         WHERE m.payout_to = '' ORDER BY p.name, m.id",
        vec![],
    )
    .await?;
    rows.into_iter()
        .map(|row| Ok((MemberId::parse(&row.id).map_err(|_| StoreError::Damaged(format!("id {}", row.id)))?, row.name)))
        .collect()
}

/// A person's roles, in bytewise order.
pub async fn list_roles(on: &impl Sql, person: &PersonId) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        role: String,
    }
    let rows: Vec<Row> = crate::sql::all(on, "SELECT role FROM roles WHERE person_id = $1 ORDER BY role", values![person.as_str()]).await?;
    Ok(rows.into_iter().map(|row| row.role).collect())
}

/// Takes every role away.
pub async fn revoke_roles(tx: &Tx, person: &PersonId) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM roles WHERE person_id = $1", values![person.as_str()]).await?;
    Ok(())
}

/// Takes one role away; false if they did not have it.
pub async fn revoke_role(tx: &Tx, person: &PersonId, role: &str) -> Result<bool, StoreError> {
    Ok(execute(tx, "DELETE FROM roles WHERE person_id = $1 AND role = $2", values![person.as_str(), role]).await? == 1)
}

/// The accounts of every member who can sign in, in the order of their ids in the ledger.
pub async fn list_members(on: &impl Sql) -> Result<Vec<PersonId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let sql = "SELECT p.id FROM members m JOIN people p ON p.id = m.person_id WHERE m.left_at IS NULL AND p.state = 'active' ORDER BY m.id";
    let rows: Vec<Row> = crate::sql::all(on, sql, vec![]).await?;
    rows.into_iter().map(|row| PersonId::parse(&row.id).map_err(|_| StoreError::Damaged(format!("id {}", row.id)))).collect()
}

/// Whether a person is a client's user, not a member.
pub async fn is_client_user(on: &impl Sql, person: &PersonId) -> Result<bool, StoreError> {
    let found: Option<i64> =
        find_value(on, "SELECT COUNT(*) AS v FROM client_users WHERE person_id = $1", values![person.as_str()]).await?;
    Ok(found.unwrap_or(0) > 0)
}

/// Whether an account has this address.
pub async fn is_address_taken(on: &impl Sql, email: &str) -> Result<bool, StoreError> {
    let taken: Option<i64> = find_value(on, "SELECT COUNT(*) AS v FROM people WHERE email = $1", values![email]).await?;
    Ok(taken.unwrap_or(0) > 0)
}
