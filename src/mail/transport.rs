//! Where messages go: a real SMTP server, a folder (the demonstration), or memory (tests).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as LettreTls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

/// A way out for messages. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Transport {
    /// An SMTP server, and the sender's address.
    Smtp(AsyncSmtpTransport<Tokio1Executor>, String),
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
#[error("{0}")]
pub struct SendError(String);

impl Transport {
    /// A pool of connections to an SMTP server.
    ///
    /// # Errors
    /// When the host has no name that TLS could check.
    pub fn smtp(host: &str, port: u16, security: Security, login: Option<(String, String)>, from: &str) -> Result<Transport, SendError> {
        let parameters = || TlsParameters::new(host.to_owned()).map_err(|error| SendError(error.to_string()));
        let tls = match security {
            Security::Tls => LettreTls::Wrapper(parameters()?),
            Security::StartTls => LettreTls::Required(parameters()?),
            Security::None => LettreTls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host).port(port).tls(tls);
        if let Some((user, password)) = login {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Transport::Smtp(builder.build(), from.to_owned()))
    }

    /// Sends exactly these bytes.
    ///
    /// # Errors
    /// [`SendError`], with what the server said.
    pub async fn send(&self, id: &str, recipient: &str, bytes: &[u8]) -> Result<(), SendError> {
        let failed = |error: &dyn std::fmt::Display| SendError(error.to_string());
        match self {
            Transport::Smtp(server, from) => {
                let address = |text: &str| text.parse::<Address>().map_err(|error| failed(&error));
                let envelope = Envelope::new(Some(address(from)?), vec![address(recipient)?]).map_err(|error| failed(&error))?;
                server.send_raw(&envelope, bytes).await.map_err(|error| failed(&error))?;
            }
            Transport::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
                std::fs::write(folder.join(format!("{id}.eml")), bytes).map_err(|error| failed(&error))?;
            }
            Transport::Memory(sent) => {
                sent.lock().unwrap_or_else(PoisonError::into_inner).push((recipient.to_owned(), bytes.to_vec()));
            }
        }
        Ok(())
    }
}
