//! Where messages go: a real SMTP server, a folder (the demonstration), or memory (tests).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::smtp::Smtp;

/// A way out for messages. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Transport {
    /// An SMTP server.
    Smtp(Smtp),
    /// One file a message.
    Folder(PathBuf),
    /// Kept for tests: recipient and bytes.
    Memory(Arc<Mutex<Vec<(String, Vec<u8>)>>>),
}

/// How the connection to an SMTP server is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, required.
    StartTls,
    /// None: this machine only.
    None,
}

/// Why a message did not leave; tried again later.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub struct SendError {
    /// What the server said, or that it said nothing.
    pub words: String,
    /// Whether the server is away: nothing else leaves now either.
    pub is_away: bool,
}

impl SendError {
    pub(super) fn said(error: &dyn std::fmt::Display) -> SendError {
        SendError { words: error.to_string(), is_away: false }
    }
}

impl Transport {
    /// An SMTP server, and the sender's address.
    ///
    /// # Errors
    /// When the host has no name that TLS could check.
    pub fn smtp(host: &str, port: u16, security: Security, login: Option<(String, String)>, from: &str) -> Result<Transport, SendError> {
        Ok(Transport::Smtp(Smtp::new((host, port), security, login, from)?))
    }

    /// The same, which waits so long for a server that does not answer.
    #[must_use]
    pub fn waiting(self, most: Duration) -> Transport {
        match self {
            Transport::Smtp(server) => Transport::Smtp(server.waiting(most)),
            other => other,
        }
    }

    /// Sends exactly these bytes.
    ///
    /// # Errors
    /// [`SendError`], with what the server said.
    pub async fn send(&self, id: &str, recipient: &str, bytes: &[u8]) -> Result<(), SendError> {
        let failed = |error: std::io::Error| SendError::said(&error);
        match self {
            Transport::Smtp(server) => server.send(recipient, bytes).await?,
            Transport::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(failed)?;
                std::fs::write(folder.join(format!("{id}.eml")), bytes).map_err(failed)?;
            }
            Transport::Memory(sent) => {
                sent.lock().unwrap_or_else(PoisonError::into_inner).push((recipient.to_owned(), bytes.to_vec()));
            }
        }
        Ok(())
    }

    /// After the last message for now: the connection ends, if there is one.
    pub async fn hang_up(&self) {
        if let Transport::Smtp(server) = self {
            server.hang_up().await;
        }
    }
}
