//! Plain SQL migrations, both dialects side by side, each with its checksum. A migration that was
//! applied and then edited is refused: two co-ops must never have two schemas of one name.

use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

use crate::sql::{all, execute, values};
use crate::{Db, StoreError};

struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// In the order they are applied.
const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_founding",
        sqlite: include_str!("../../migrations/0001_founding/sqlite.sql"),
        postgres: include_str!("../../migrations/0001_founding/postgres.sql"),
    },
    Migration {
        name: "0002_held",
        sqlite: include_str!("../../migrations/0002_held/sqlite.sql"),
        postgres: include_str!("../../migrations/0002_held/postgres.sql"),
    },
    Migration {
        name: "0003_keys",
        sqlite: include_str!("../../migrations/0003_keys/sqlite.sql"),
        postgres: include_str!("../../migrations/0003_keys/postgres.sql"),
    },
    Migration {
        name: "0005_corrections",
        sqlite: include_str!("../../migrations/0005_corrections/sqlite.sql"),
        postgres: include_str!("../../migrations/0005_corrections/postgres.sql"),
    },
];

#[derive(FromQueryResult)]
struct Applied {
    name: String,
    sha256: String,
}

/// Applies what is missing, all in one transaction.
pub(crate) async fn run(db: &Db) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    if db.is_postgres() {
        // Two servers starting at once must not both migrate.
        execute(&tx, "SELECT pg_advisory_xact_lock(20261124)", vec![]).await?;
    }
    execute(&tx, "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL)", vec![]).await?;
    let applied: Vec<Applied> = all(&tx, "SELECT name, sha256 FROM migrations ORDER BY name", vec![]).await?;
    if let Some(stranger) = applied.iter().find(|row| MIGRATIONS.iter().all(|known| known.name != row.name)) {
        return Err(StoreError::Unfit(format!(
            "the database has migration {}, which this version does not know: it was written by a newer one",
            stranger.name
        )));
    }
    for migration in MIGRATIONS {
        let script = if db.is_postgres() { migration.postgres } else { migration.sqlite };
        let sha256 = hex::encode(Sha256::digest(script));
        match applied.iter().find(|row| row.name == migration.name) {
            Some(row) if row.sha256 == sha256 => {}
            Some(_) => {
                return Err(StoreError::Unfit(format!("migration {} was changed after it was applied to this database", migration.name)));
            }
            None => {
                Db::run_script(&tx, script).await?;
                execute(&tx, "INSERT INTO migrations (name, sha256) VALUES ($1, $2)", values![migration.name, sha256]).await?;
            }
        }
    }
    tx.commit().await
}
