//! For the demonstration only: what an attacker with the file in hand would do to a copy of it.

use crate::sql::{count, execute, values};
use crate::{Db, StoreError};

impl Db {
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
