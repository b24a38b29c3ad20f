//! One SMTP server, and the one connection to it that messages of a pass share. Every step has its end: a server that takes a connection
//! and says nothing is away, like one that takes none.
//!
//! The connection is our own and in no pool: one that was left in the middle of a message must not be used again, or a late answer to
//! the one message would be taken for the answer to the next.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::transport::{Security, SendError};

/// An SMTP server. Cheap to clone; clones share the connection.
#[derive(Clone)]
pub struct Smtp {
    server: Arc<Server>,
    /// Between two messages only: whoever sends takes it, and puts it back when the server has answered.
    open: Arc<Mutex<Option<AsyncSmtpConnection>>>,
    answer_wait: Duration,
    taking_wait: Duration,
}

/// Where it is, and as whom we come.
struct Server {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    login: Option<Credentials>,
    from: String,
}

impl Smtp {
    /// A server that is not connected to yet.
    pub(super) fn new(
        (host, port): (&str, u16),
        security: Security,
        login: Option<(String, String)>,
        from: &str,
    ) -> Result<Smtp, SendError> {
        let tls = match security {
            Security::None => None,
            Security::Tls | Security::StartTls => Some(TlsParameters::new(host.to_owned()).map_err(|error| SendError::said(&error))?),
        };
        let login = login.map(|(user, password)| Credentials::new(user, password));
        let server = Server { host: host.to_owned(), port, security, tls, login, from: from.to_owned() };
        Ok(Smtp { server: Arc::new(server), open: Arc::default(), answer_wait: ANSWER_WAIT, taking_wait: TAKING_WAIT })
    }

    /// Waits so long for each answer: tests have less time.
    pub(super) fn waiting(mut self, most: Duration) -> Smtp {
        (self.answer_wait, self.taking_wait) = (most, most);
        self
    }

    pub(super) async fn send(&self, recipient: &str, bytes: &[u8]) -> Result<(), SendError> {
        let address = |text: &str| text.parse::<Address>().map_err(|error| SendError::said(&error));
        let envelope = Envelope::new(Some(address(&self.server.from)?), vec![address(recipient)?]);
        let envelope = envelope.map_err(|error| SendError::said(&error))?;
        let mut open = self.open.lock().await;
        // Whatever ends early, also this future itself, drops the connection with it.
        let mut connection = match self.still_there(open.take()).await {
            Some(connection) => connection,
            // Whatever it has against us before there is a message it has against every message.
            None => self
                .in_time(self.answer_wait, self.server.connect(self.answer_wait))
                .await
                .map_err(|error| SendError { is_away: true, ..error })?,
        };
        self.in_time(self.taking_wait, connection.send(&envelope, bytes)).await?;
        *open = Some(connection);
        Ok(())
    }

    /// Says good-bye, if there is a connection: a server waits for nobody's next message.
    pub(super) async fn hang_up(&self) {
        if let Some(mut connection) = self.open.lock().await.take() {
            // What it answers changes nothing.
            let _ = timeout(BYE_WAIT, connection.quit()).await;
        }
    }

    async fn still_there(&self, kept: Option<AsyncSmtpConnection>) -> Option<AsyncSmtpConnection> {
        let mut connection = kept?;
        let answers = timeout(self.answer_wait, connection.test_connected()).await.unwrap_or(false);
        answers.then_some(connection)
    }

    async fn in_time<T>(&self, most: Duration, step: impl Future<Output = Result<T, Error>>) -> Result<T, SendError> {
        match timeout(most, step).await {
            Ok(done) => done.map_err(|error| SendError { is_away: is_away(&error), words: error.to_string() }),
            Err(_) => {
                let words = format!("{} did not answer within {} seconds", self.server.host, most.as_secs());
                Err(SendError { words, is_away: true })
            }
        }
    }
}

impl Server {
    async fn connect(&self, most: Duration) -> Result<AsyncSmtpConnection, Error> {
        let (place, name) = ((self.host.as_str(), self.port), ClientId::default());
        let at_once = self.tls.clone().filter(|_| self.security == Security::Tls);
        let mut connection = AsyncSmtpConnection::connect_tokio1(place, Some(most), &name, at_once, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.security == Security::StartTls) {
            connection.starttls(tls, &name).await?;
        }
        if let Some(login) = &self.login {
            connection.auth(DEFAULT_MECHANISMS, login).await?;
        }
        Ok(connection)
    }
}

/// Whether the server is away, for every other message, too. One that answers with a code has something against this one; but for 421,
/// by which it closes the connection (RFC 5321, 3.8).
fn is_away(error: &Error) -> bool {
    match error.status() {
        Some(code) => u16::from(code) == 421,
        None => !error.is_client(),
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No password in any log.
        f.debug_struct("Smtp").field("host", &self.server.host).field("port", &self.server.port).finish_non_exhaustive()
    }
}

/// How long a server may take until one can send: connecting, its greeting, TLS and signing in, together.
const ANSWER_WAIT: Duration = Duration::from_secs(20);
/// How long it may take a message: some look through it before they answer, and a message whose answer nobody waits for goes again
/// each time (RFC 5321, 4.5.3.2.6).
const TAKING_WAIT: Duration = Duration::from_secs(600);
const BYE_WAIT: Duration = Duration::from_secs(1);
