//! Clients' users as the ledger knows them: an id each, from the moment they first ask for a key.

use manyhands_domain::ids::{ClientId, PersonId, UserId};
use sea_orm::FromQueryResult;

use crate::sql::{self, execute, find_value, values};
use crate::{Sql, StoreError, Tx};

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
