//! Clients' users: who acts for whom, and the id by which the ledger knows each from the moment they first ask for a key.

use manyhands_domain::ids::{ClientId, PersonId, UserId};
use sea_orm::FromQueryResult;

use crate::sql::{self, execute, find_value, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

/// Somebody who acts for a client.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Colleague {
    /// As shown.
    pub name: String,
    /// Sign-in address.
    pub email: String,
}

/// Holds who acts for a client until the transaction ends: of two who stop at once, the second finds the first one gone.
pub async fn lock(tx: &Tx, client: &ClientId) -> Result<(), StoreError> {
    lock_by_name(tx, &format!("client {client}")).await
}

/// Who acts for a client, by name.
pub async fn list_of_client(on: &impl Sql, client: &ClientId) -> Result<Vec<Colleague>, StoreError> {
    sql::all(
        on,
        "SELECT p.name, p.email FROM client_users u JOIN people p ON p.id = u.person_id \
         WHERE u.client_id = $1 AND p.state = 'active' ORDER BY p.name, p.id",
        values![client.as_str()],
    )
    .await
}

/// Everybody who acts for a client or is invited to.
pub async fn ids_of_client(on: &impl Sql, client: &ClientId) -> Result<Vec<PersonId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        person_id: String,
    }
    let rows: Vec<Row> =
        sql::all(on, "SELECT person_id FROM client_users WHERE client_id = $1 ORDER BY person_id", values![client.as_str()]).await?;
    let typed = |row: Row| PersonId::parse(&row.person_id).map_err(|_| StoreError::Damaged(format!("id {}", row.person_id)));
    rows.into_iter().map(typed).collect()
}

/// The organisation for which a person acts, or is invited to.
pub async fn find_client_name(on: &impl Sql, person: &PersonId) -> Result<Option<String>, StoreError> {
    find_value(
        on,
        "SELECT c.name AS v FROM client_users u JOIN clients c ON c.id = u.client_id WHERE u.person_id = $1",
        values![person.as_str()],
    )
    .await
}

/// Somebody who never came in, and was invited beside others who act for the same client: by an address.
pub async fn find_invited_colleague(on: &impl Sql, email: &str) -> Result<Option<PersonId>, StoreError> {
    let id: Option<String> = find_value(
        on,
        "SELECT p.id AS v FROM people p JOIN client_users u ON u.person_id = p.id WHERE p.email = $1 AND p.state = 'invited' \
         AND EXISTS (SELECT 1 FROM client_users o JOIN people a ON a.id = o.person_id \
                     WHERE o.client_id = u.client_id AND a.state = 'active')",
        values![email],
    )
    .await?;
    id.map(|id| PersonId::parse(&id).map_err(|_| StoreError::Damaged(format!("id {id}")))).transpose()
}

/// Another client for somebody who never came in.
pub async fn set_client(tx: &Tx, person: &PersonId, client: &ClientId) -> Result<(), StoreError> {
    execute(tx, "UPDATE client_users SET client_id = $2 WHERE person_id = $1", values![person.as_str(), client.as_str()]).await?;
    Ok(())
}

/// Gives a client's user their id in the ledger, unless they have one.
pub async fn give_id(tx: &Tx, person: &PersonId, user: &UserId) -> Result<(), StoreError> {
    execute(tx, "UPDATE client_users SET user_id = $2 WHERE person_id = $1 AND user_id IS NULL", values![person.as_str(), user.as_str()])
        .await?;
    Ok(())
}

/// The id in the ledger of a client's user, if they have one.
pub async fn find_id(on: &impl Sql, person: &PersonId) -> Result<Option<UserId>, StoreError> {
    let id: Option<String> =
        find_value(on, "SELECT user_id AS v FROM client_users WHERE person_id = $1 AND user_id IS NOT NULL", values![person.as_str()])
            .await?;
    id.map(|id| UserId::parse(&id).map_err(|_| StoreError::Damaged(format!("id {id}")))).transpose()
}

/// Whose account a client's user in the ledger is; nothing once they are erased.
pub async fn find(on: &impl Sql, user: &UserId) -> Result<Option<PersonId>, StoreError> {
    let id: Option<String> = find_value(on, "SELECT person_id AS v FROM client_users WHERE user_id = $1", values![user.as_str()]).await?;
    id.map(|id| PersonId::parse(&id).map_err(|_| StoreError::Damaged(format!("id {id}")))).transpose()
}
