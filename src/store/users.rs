//! Clients' users: who acts for whom, and the id by which the ledger knows each from the moment they first ask for a key.

use manyhands_domain::ids::{ClientId, PersonId, UserId};
use sea_orm::FromQueryResult;

use crate::sql::{self, execute, find_value, values};
use crate::{Sql, StoreError, Tx};

/// Somebody who acts for a client, or is invited to.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Colleague {
    /// As shown.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// `invited` or `active`.
    pub state: String,
}

/// Who acts for a client, or is invited to, by name.
pub async fn list_of_client(on: &impl Sql, client: &ClientId) -> Result<Vec<Colleague>, StoreError> {
    sql::all(
        on,
        "SELECT p.name, p.email, p.state FROM client_users u JOIN people p ON p.id = u.person_id \
         WHERE u.client_id = $1 AND p.state IN ('invited', 'active') ORDER BY p.name, p.id",
        values![client.as_str()],
    )
    .await
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

/// Whose account a client's user in the ledger is, and the client's id; nothing once they are erased.
pub async fn find(on: &impl Sql, user: &UserId) -> Result<Option<(PersonId, ClientId)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        person_id: String,
        client_id: String,
    }
    let row: Option<Row> =
        sql::find(on, "SELECT person_id, client_id FROM client_users WHERE user_id = $1", values![user.as_str()]).await?;
    let damaged = |id: &str| StoreError::Damaged(format!("id {id}"));
    let typed = |row: Row| {
        let person = PersonId::parse(&row.person_id).map_err(|_| damaged(&row.person_id))?;
        Ok((person, ClientId::parse(&row.client_id).map_err(|_| damaged(&row.client_id))?))
    };
    row.map(typed).transpose()
}
