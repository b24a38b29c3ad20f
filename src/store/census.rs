//! What stands in every table, as one hash each: equal hashes mean that nothing was written. For tests, and for
//! comparing a copy with its original.

use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

use crate::sql::{all, find_value, values};
use crate::{Db, Sql, StoreError};

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

#[derive(FromQueryResult)]
struct Text {
    v: Option<String>,
}

impl Db {
    /// Each table with the SHA-256 of its rows, hex, in the order of their names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn census(&self) -> Result<Vec<(String, String)>, StoreError> {
        let on = self.read();
        let mut census = Vec::new();
        for name in self.tables().await? {
            census.push((name.clone(), hash_of(&on, &name).await?));
        }
        Ok(census)
    }

    /// The names of all tables, in order.
    pub(crate) async fn tables(&self) -> Result<Vec<String>, StoreError> {
        let tables = if self.is_postgres() {
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name"
        } else {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        };
        Ok(all::<Name>(&self.read(), tables, vec![]).await?.into_iter().map(|row| row.name).collect())
    }
}

async fn hash_of(on: &impl Sql, table: &str) -> Result<String, StoreError> {
    let row = if on.is_postgres() {
        "t::text".to_owned()
    } else {
        let columns: Option<String> =
            find_value(on, "SELECT group_concat('quote(' || name || ')', ' || '','' || ') AS v FROM pragma_table_info($1)", values![table])
                .await?;
        columns.ok_or_else(|| StoreError::lost("a table"))?
    };
    let mut rows: Vec<Option<String>> =
        all::<Text>(on, format!("SELECT {row} AS v FROM {table} AS t"), vec![]).await?.into_iter().map(|row| row.v).collect();
    rows.sort();
    let hash = rows.iter().flatten().fold(Sha256::new(), |hash, row| hash.chain_update(row).chain_update([0]));
    Ok(hex::encode(hash.finalize()))
}
