//! What can go wrong below the actions. Everything here is the operator's trouble, never a person's mistake.

use std::sync::Arc;

use manyhands_domain::refusal::Refusal;
use sea_orm::error::ConnAcquireErr;
use sea_orm::{DbErr, RuntimeErr};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// There is nothing of this id: whoever asked for it named what is not there.
    #[error("no {0} with this id")]
    Missing(&'static str),
    /// A stored value does not have the form that the schema promises.
    #[error("stored value is damaged: {0}")]
    Damaged(String),
    /// The database is not fit to be served from; the sentence says why and what to do.
    #[error("{0}")]
    Unfit(String),
    /// SQLite ended a transaction by itself, as it does when the disk is full or fails.
    #[error("the disk ended the transaction: {0}")]
    Ended(DbErr),
    /// The commit that several shared failed, for all of them.
    #[error("{0}")]
    Shared(Arc<StoreError>),
    /// A rule of the ledger refuses the entry, or a text cannot be kept.
    #[error("refused: {}", .0.code)]
    Refused(Refusal),
}

impl StoreError {
    /// Something of ours that must be there is not: the operator's trouble, unlike an address of nothing.
    pub(crate) fn lost(what: &str) -> StoreError {
        StoreError::Damaged(format!("{what} is not there"))
    }

    /// Whether the failure is a broken uniqueness rule: somebody else was first.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(
            self,
            StoreError::Database(error)
                if matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
        )
    }

    /// Whether it took too long until the database could be written to, or a connection came free: others wrote all the time,
    /// or it is being written anew. Nothing was written, and it can be tried again.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self {
            StoreError::Shared(error) => error.is_busy(),
            StoreError::Database(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) => true,
            StoreError::Database(error) => sql_code(error).is_some_and(|code| code == BUSY),
            _ => false,
        }
    }

    /// Whether the database found no room on its disk. The transaction is gone then; it can be tried again.
    #[must_use]
    pub fn is_no_room(&self) -> bool {
        match self {
            StoreError::Shared(error) => return error.is_no_room(),
            StoreError::Ended(_) => return true,
            _ => {}
        }
        let StoreError::Database(error) = self else { return false };
        sql_code(error).is_some_and(|code| NO_ROOM.contains(&code.as_str()))
    }
}

/// The code that the database itself gave.
fn sql_code(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(error) | DbErr::Query(error) | DbErr::Conn(error)) = error else { return None };
    let RuntimeErr::SqlxError(error) = error else { return None };
    Some(error.as_database_error()?.code()?.into_owned())
}

/// SQLITE_BUSY: another process wrote as long as anybody waits.
const BUSY: &str = "5";

/// SQLITE_FULL; SQLITE_IOERR_SHMSIZE, when the index of the write-ahead log cannot grow; PostgreSQL's disk_full.
const NO_ROOM: &[&str] = &["13", "4874", "53100"];
