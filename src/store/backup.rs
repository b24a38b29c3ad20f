//! Whole copies of a database: made while it is written to, looked through, compared.

use std::path::Path;

use sea_orm::FromQueryResult;

use crate::sql::{all, execute, find_value, values};
use crate::{Db, StoreError};

#[derive(FromQueryResult)]
struct Fault {
    integrity_check: String,
}

impl Db {
    /// Copies a SQLite database as it stands at one moment to a file that is empty or not there (`VACUUM INTO`). What was
    /// deleted is not in the copy.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        execute(&self.read_write(), "VACUUM INTO $1", values![path.display().to_string()]).await?;
        Ok(())
    }

    /// Looks through a SQLite file: every page, every index, every key between tables. Nothing to do on PostgreSQL, which
    /// checks its pages itself.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing that SQLite names.
    pub async fn check_integrity(&self) -> Result<(), StoreError> {
        if self.is_postgres() {
            return Ok(());
        }
        let found: Vec<Fault> = all(&self.read(), "PRAGMA integrity_check(1)", vec![]).await?;
        if let Some(fault) = found.into_iter().find(|row| row.integrity_check != "ok") {
            return Err(StoreError::Damaged(format!("SQLite says of the file: {}", fault.integrity_check)));
        }
        let orphan: Option<String> =
            find_value(&self.read(), "SELECT \"table\" AS v FROM pragma_foreign_key_check LIMIT 1", vec![]).await?;
        match orphan {
            Some(table) => Err(StoreError::Damaged(format!("a row of {table} names another that is not there"))),
            None => Ok(()),
        }
    }

    /// Each table with the number of its rows, in the order of their names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_tables(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let on = self.read();
        let mut counted = Vec::new();
        for table in self.tables().await? {
            let rows: Option<i64> = find_value(&on, format!("SELECT COUNT(*) AS v FROM {table}"), vec![]).await?;
            counted.push((table, rows.unwrap_or(0)));
        }
        Ok(counted)
    }
}
