//! Plain SQL migrations, both dialects side by side, each with its checksum. A migration that was
//! applied and then edited is refused: two co-ops must never have two schemas of one name.

use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

use crate::sql::{all, execute, values};
use crate::{Db, Sql, StoreError};

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
        name: "0004_upkeep",
        sqlite: include_str!("../../migrations/0004_upkeep/sqlite.sql"),
        postgres: include_str!("../../migrations/0004_upkeep/postgres.sql"),
    },
    Migration {
        name: "0005_corrections",
        sqlite: include_str!("../../migrations/0005_corrections/sqlite.sql"),
        postgres: include_str!("../../migrations/0005_corrections/postgres.sql"),
    },
    Migration {
        name: "0006_departures",
        sqlite: include_str!("../../migrations/0006_departures/sqlite.sql"),
        postgres: include_str!("../../migrations/0006_departures/postgres.sql"),
    },
    Migration {
        name: "0007_files",
        sqlite: include_str!("../../migrations/0007_files/sqlite.sql"),
        postgres: include_str!("../../migrations/0007_files/postgres.sql"),
    },
    Migration {
        name: "0008_copies",
        sqlite: include_str!("../../migrations/0008_copies/sqlite.sql"),
        postgres: include_str!("../../migrations/0008_copies/postgres.sql"),
    },
    Migration {
        name: "0009_user_keys",
        sqlite: include_str!("../../migrations/0009_user_keys/sqlite.sql"),
        postgres: include_str!("../../migrations/0009_user_keys/postgres.sql"),
    },
    Migration {
        name: "0010_flow",
        sqlite: include_str!("../../migrations/0010_flow/sqlite.sql"),
        postgres: include_str!("../../migrations/0010_flow/postgres.sql"),
    },
    Migration {
        name: "0011_gold",
        sqlite: include_str!("../../migrations/0011_gold/sqlite.sql"),
        postgres: include_str!("../../migrations/0011_gold/postgres.sql"),
    },
    Migration {
        name: "0012_appeals",
        sqlite: include_str!("../../migrations/0012_appeals/sqlite.sql"),
        postgres: include_str!("../../migrations/0012_appeals/postgres.sql"),
    },
    Migration {
        name: "0013_contract_life",
        sqlite: include_str!("../../migrations/0013_contract_life/sqlite.sql"),
        postgres: include_str!("../../migrations/0013_contract_life/postgres.sql"),
    },
    Migration {
        name: "0014_contract_versions",
        sqlite: include_str!("../../migrations/0014_contract_versions/sqlite.sql"),
        postgres: include_str!("../../migrations/0014_contract_versions/postgres.sql"),
    },
    Migration {
        name: "0015_label_studio",
        sqlite: include_str!("../../migrations/0015_label_studio/sqlite.sql"),
        postgres: include_str!("../../migrations/0015_label_studio/postgres.sql"),
    },
    Migration {
        name: "0017_endings",
        sqlite: include_str!("../../migrations/0017_endings/sqlite.sql"),
        postgres: include_str!("../../migrations/0017_endings/postgres.sql"),
    },
    Migration {
        name: "0018_quality",
        sqlite: include_str!("../../migrations/0018_quality/sqlite.sql"),
        postgres: include_str!("../../migrations/0018_quality/postgres.sql"),
    },
    Migration {
        name: "0019_consent",
        sqlite: include_str!("../../migrations/0019_consent/sqlite.sql"),
        postgres: include_str!("../../migrations/0019_consent/postgres.sql"),
    },
    Migration {
        name: "0020_sample",
        sqlite: include_str!("../../migrations/0020_sample/sqlite.sql"),
        postgres: include_str!("../../migrations/0020_sample/postgres.sql"),
    },
    Migration {
        name: "0021_external",
        sqlite: include_str!("../../migrations/0021_external/sqlite.sql"),
        postgres: include_str!("../../migrations/0021_external/postgres.sql"),
    },
    Migration {
        name: "0022_suggestions",
        sqlite: include_str!("../../migrations/0022_suggestions/sqlite.sql"),
        postgres: include_str!("../../migrations/0022_suggestions/postgres.sql"),
    },
    Migration {
        name: "0023_file_holds",
        sqlite: include_str!("../../migrations/0023_file_holds/sqlite.sql"),
        postgres: include_str!("../../migrations/0023_file_holds/postgres.sql"),
    },
    Migration {
        name: "0024_speed",
        sqlite: include_str!("../../migrations/0024_speed/sqlite.sql"),
        postgres: include_str!("../../migrations/0024_speed/postgres.sql"),
    },
    Migration {
        name: "0025_returns",
        sqlite: include_str!("../../migrations/0025_returns/sqlite.sql"),
        postgres: include_str!("../../migrations/0025_returns/postgres.sql"),
    },
    Migration {
        name: "0026_votes",
        sqlite: include_str!("../../migrations/0026_votes/sqlite.sql"),
        postgres: include_str!("../../migrations/0026_votes/postgres.sql"),
    },
    Migration {
        name: "0027_ends",
        sqlite: include_str!("../../migrations/0027_ends/sqlite.sql"),
        postgres: include_str!("../../migrations/0027_ends/postgres.sql"),
    },
    Migration {
        name: "0028_no_waiting",
        sqlite: include_str!("../../migrations/0028_no_waiting/sqlite.sql"),
        postgres: include_str!("../../migrations/0028_no_waiting/postgres.sql"),
    },
    Migration {
        name: "0030_effects",
        sqlite: include_str!("../../migrations/0030_effects/sqlite.sql"),
        postgres: include_str!("../../migrations/0030_effects/postgres.sql"),
    },
    Migration {
        name: "0031_bounds",
        sqlite: include_str!("../../migrations/0031_bounds/sqlite.sql"),
        postgres: include_str!("../../migrations/0031_bounds/postgres.sql"),
    },
    Migration {
        name: "0032_threads",
        sqlite: include_str!("../../migrations/0032_threads/sqlite.sql"),
        postgres: include_str!("../../migrations/0032_threads/postgres.sql"),
    },
    Migration {
        name: "0033_gone",
        sqlite: include_str!("../../migrations/0033_gone/sqlite.sql"),
        postgres: include_str!("../../migrations/0033_gone/postgres.sql"),
    },
    Migration {
        name: "0034_names",
        sqlite: include_str!("../../migrations/0034_names/sqlite.sql"),
        postgres: include_str!("../../migrations/0034_names/postgres.sql"),
    },
    Migration {
        name: "0035_verdicts",
        sqlite: include_str!("../../migrations/0035_verdicts/sqlite.sql"),
        postgres: include_str!("../../migrations/0035_verdicts/postgres.sql"),
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
    let applied = applied(&tx).await?;
    for migration in MIGRATIONS {
        if !is_applied(&applied, migration, db.is_postgres())? {
            Db::run_script(&tx, migration.script(db.is_postgres())).await?;
            let sha256 = migration.sha256(db.is_postgres());
            execute(&tx, "INSERT INTO migrations (name, sha256) VALUES ($1, $2)", values![migration.name, sha256]).await?;
        }
    }
    tx.commit().await
}

/// Whether this migration was applied: a copy of an earlier version is read without it.
pub(crate) async fn has(on: &impl Sql, name: &str) -> Result<bool, StoreError> {
    Ok(applied(on).await?.iter().any(|row| row.name == name))
}

/// Refuses a database that this version cannot read, without changing anything. One of an earlier version can be read.
pub(crate) async fn check(db: &Db) -> Result<(), StoreError> {
    let applied = applied(&db.read()).await.map_err(|error| match error {
        StoreError::Database(_) => StoreError::Unfit("this is no database of Manyhands".to_owned()),
        other => other,
    })?;
    MIGRATIONS.iter().try_for_each(|migration| is_applied(&applied, migration, db.is_postgres()).map(|_| ()))
}

/// What was applied, if all of it is known.
async fn applied(on: &impl Sql) -> Result<Vec<Applied>, StoreError> {
    let applied: Vec<Applied> = all(on, "SELECT name, sha256 FROM migrations ORDER BY name", vec![]).await?;
    if let Some(stranger) = applied.iter().find(|row| MIGRATIONS.iter().all(|known| known.name != row.name)) {
        return Err(StoreError::Unfit(format!(
            "the database has migration {}, which this version does not know: it was written by a newer one",
            stranger.name
        )));
    }
    Ok(applied)
}

/// Whether a migration was applied, as it stands today.
fn is_applied(applied: &[Applied], migration: &Migration, postgres: bool) -> Result<bool, StoreError> {
    match applied.iter().find(|row| row.name == migration.name) {
        Some(row) if row.sha256 == migration.sha256(postgres) => Ok(true),
        Some(_) => Err(StoreError::Unfit(format!("migration {} was changed after it was applied to this database", migration.name))),
        None => Ok(false),
    }
}

impl Migration {
    fn script(&self, postgres: bool) -> &'static str {
        if postgres { self.postgres } else { self.sqlite }
    }

    fn sha256(&self, postgres: bool) -> String {
        hex::encode(Sha256::digest(self.script(postgres)))
    }
}
