//! For the demonstration only: what an attacker with the file in hand would do to a copy of it.

use std::path::Path;

use crate::sql::{count, execute, values};
use crate::{Db, StoreError};

impl Db {
    /// Copies a SQLite database to a file that is not there yet (`VACUUM INTO`).
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        execute(&self.read_write(), "VACUUM INTO $1", values![path.display().to_string()]).await?;
        Ok(())
    }

    /// Tries to change a cent inside an entry's bytes; `unguarded` takes the triggers away first.
    ///
    /// # Errors
    /// The trigger's refusal.
    pub async fn tamper_entry(&self, index: u64, unguarded: bool) -> Result<(), StoreError> {
        let on = self.read_write();
        if unguarded {
            execute(&on, "DROP TRIGGER entries_never_updated", vec![]).await?;
        }
        // The second decimal of the price, whichever digit it is.
        let sql = "UPDATE entries SET note = CAST(replace(CAST(note AS TEXT), \
                   substr(CAST(note AS TEXT), instr(CAST(note AS TEXT), '\"price\":\"'), 14), \
                   substr(CAST(note AS TEXT), instr(CAST(note AS TEXT), '\"price\":\"'), 12) || '99') AS BLOB) WHERE idx = $1";
        execute(&on, sql, values![count(index)?]).await?;
        Ok(())
    }
}
