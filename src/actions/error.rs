//! How an action ends that did not do what was asked.

use std::io::ErrorKind;

use manyhands_domain::refusal::Refusal;
use manyhands_store::StoreError;

use crate::files::is_away;

/// The outcome of an action that wrote nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule says no; each refusal has its sentence in `locales/`.
    #[error("refused: {}", codes(.0))]
    Refused(Vec<Refusal>),
    /// There is no such thing, or its existence is private to others.
    #[error("not found")]
    NotFound,
    /// The operator's trouble: logged once where it is handled, shown with an incident id only.
    #[error("{0}")]
    Broken(String),
    /// The disk of the server or its database is full: nothing was written, and it can be asked again.
    #[error("no room on the disk: {0}")]
    NoRoom(String),
    /// The database is not the one that the head outside it belongs to: nothing is appended until the operator has put that right.
    #[error("{0}")]
    Halted(String),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl Error {
    /// Something of ours is damaged or missing; `what` goes to the log, never to the page.
    pub fn broken(what: impl std::fmt::Display) -> Error {
        Error::Broken(what.to_string())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(vec![refusal])
    }
}

impl From<Vec<Refusal>> for Error {
    fn from(refusals: Vec<Refusal>) -> Error {
        Error::Refused(refusals)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        match error {
            StoreError::Missing(_) => Error::NotFound,
            StoreError::Refused(refusal) => Error::Refused(vec![refusal]),
            full if full.is_no_room() => Error::NoRoom(full.to_string()),
            busy if busy.is_busy() => {
                tracing::warn!(error = %busy, "somebody waited too long for the database, and nothing was written");
                Error::Refused(vec![Refusal::new("database-busy")])
            }
            other => Error::Store(other),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Error::NoRoom(error.to_string()),
            _ if is_away(&error) => {
                tracing::error!(%error, "files can be neither brought nor read just now");
                Error::Refused(vec![Refusal::new("files-away")])
            }
            _ => Error::broken(error),
        }
    }
}

fn codes(refusals: &[Refusal]) -> String {
    refusals.iter().map(|refusal| refusal.code).collect::<Vec<_>>().join(", ")
}
