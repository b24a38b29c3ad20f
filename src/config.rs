//! The settings of a running co-op: one typed file `manyhands.toml`, over it the environment (`MANYHANDS_…`).
//! Unknown keys are refused; every value knows where it came from.
//!
//! This is the only place that reads the environment.

mod files;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use manyhands_domain::time::Weekday;
use serde::Deserialize;

pub use self::files::{FilesConfig, StoreConfig};
use crate::deps::Entries;
use crate::sealed::Passphrase;
pub use crate::settings::{ConfigError, Shown, Source};
use crate::settings::{PREFIX, Settings, masked};

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Holds keys, head, lock and, unless set otherwise, the database.
    pub data: PathBuf,
    /// `sqlite:…` or `postgres:…`.
    pub database: String,
    /// The public address, as people type it.
    pub address: String,
    /// Where the server listens.
    pub bind: std::net::IpAddr,
    /// The port it listens on.
    pub port: u16,
    /// The header in which the trusted proxy says whom it speaks for; empty: none.
    pub ip_header: String,
    /// The proxy's address; needed when `ip_header` is set.
    pub trusted_proxy: Option<std::net::IpAddr>,
    /// The day of the week on which members are paid, if the co-op has one.
    pub payday: Option<Weekday>,
    /// Who may read the ledger's entries.
    pub entries: Entries,
    /// How much of clients' files is kept, how long, and where.
    pub files: FilesConfig,
    /// Outgoing mail.
    pub mail: MailConfig,
    /// `plain` or `json` log lines.
    pub log_format: LogFormat,
    /// Opens protected keys; from the environment alone, since in the file it would lie beside what it protects.
    pub key_passphrase: Option<Passphrase>,
    /// Where systemd lays credentials.
    pub credentials: Option<PathBuf>,
    /// The step around a commit at which a test lets the process die.
    #[cfg(debug_assertions)]
    pub die_at: Option<String>,
    shown: Vec<Shown>,
}

/// Outgoing mail.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// SMTP host; empty: no mail is sent, and `serve` refuses.
    pub host: String,
    /// SMTP port.
    pub port: u16,
    /// How the connection is secured.
    pub tls: Tls,
    /// SMTP user, if the server asks.
    pub user: String,
    /// SMTP password.
    pub password: String,
    /// The sender's address.
    pub from: String,
}

/// How an SMTP connection is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (465).
    Tls,
    /// STARTTLS, required (587).
    StartTls,
    /// None: to this machine only.
    None,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Plain,
    /// For collectors.
    Json,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database: Option<String>,
    address: Option<String>,
    bind: Option<String>,
    port: Option<u16>,
    ip_header: Option<String>,
    trusted_proxy: Option<String>,
    log_format: Option<String>,
    payday: Option<String>,
    entries: Option<String>,
    files: Option<files::FileFiles>,
    mail: Option<FileMail>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileMail {
    host: Option<String>,
    port: Option<u16>,
    tls: Option<String>,
    user: Option<String>,
    password: Option<String>,
    from: Option<String>,
}

impl Config {
    /// Reads `DIR/manyhands.toml` (if there) and the environment.
    ///
    /// # Errors
    /// [`ConfigError`] with a sentence that names the setting.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn load(data: &Path) -> Result<Config, ConfigError> {
        let variables = std::env::vars().filter(|(name, _)| name.starts_with(PREFIX)).collect();
        let config = Config::from_parts(data, read_file(&data.join("manyhands.toml"))?, variables)?;
        Ok(Config { credentials: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from), ..config })
    }

    fn from_parts(data: &Path, file: File, variables: BTreeMap<String, String>) -> Result<Config, ConfigError> {
        let mut settings = Settings::over(variables);
        let mail = file.mail.unwrap_or_default();
        let sqlite = format!("sqlite://{}", data.join("coop.db").display());
        let config = Config {
            data: data.to_owned(),
            database: settings.secret("database", file.database, &sqlite),
            address: settings.text("address", file.address, ""),
            bind: settings.parsed("bind", file.bind, "127.0.0.1", "an IP address such as 127.0.0.1")?,
            port: settings.parsed("port", file.port.map(|n| n.to_string()), "8017", "a port between 0 and 65535")?,
            ip_header: settings.text("ip_header", file.ip_header, ""),
            trusted_proxy: settings.optional("trusted_proxy", file.trusted_proxy, "the proxy's IP address, such as 127.0.0.1")?,
            log_format: settings.parsed("log_format", file.log_format, "plain", "plain or json")?,
            payday: settings.optional("payday", file.payday, "a day of the week, such as friday")?,
            entries: settings.parsed("entries", file.entries, "public", "public or signed-in")?,
            files: files::read(&mut settings, file.files.unwrap_or_default())?,
            mail: MailConfig {
                host: settings.text("mail.host", mail.host, ""),
                port: settings.parsed("mail.port", mail.port.map(|n| n.to_string()), "587", "a port between 0 and 65535")?,
                tls: settings.parsed("mail.tls", mail.tls, "starttls", "tls, starttls or none")?,
                user: settings.text("mail.user", mail.user, ""),
                password: settings.secret("mail.password", mail.password, ""),
                from: settings.text("mail.from", mail.from, ""),
            },
            key_passphrase: settings.unshown("key_passphrase").map(|typed| Passphrase::new(&typed)),
            credentials: None,
            #[cfg(debug_assertions)]
            die_at: settings.unshown("die_at"),
            shown: Vec::new(),
        };
        if let Some(unknown) = settings.left().find(|name| !KEPT_FOR_OTHERS.contains(&name.as_str())) {
            return Err(ConfigError::UnknownVariable(unknown.clone()));
        }
        Ok(Config { shown: settings.shown(), ..config })
    }

    /// Every setting with its source, secrets masked, in the order of the documentation.
    #[must_use]
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// Whether these settings may face the world.
    ///
    /// # Errors
    /// Every reason why not, a sentence each.
    pub fn refuse_unsafe(&self) -> Result<(), Vec<ConfigError>> {
        let mut reasons = Vec::new();
        let mut refuse = |sentence: &str| reasons.push(ConfigError::Unsafe(sentence.to_owned()));
        let local = ["http://127.0.0.1", "http://localhost"]
            .iter()
            .any(|place| self.address.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
        if self.address.is_empty() {
            refuse("address is not set: links in mail and the sign-in cookie need it; set it to https://… as people type it");
        } else if !self.address.starts_with("https://") && !local {
            refuse("address does not begin with https://: passwords would cross the network in the open");
        } else if self.address.ends_with('/') {
            refuse("address ends with a slash: leave it out");
        }
        if !self.bind.is_loopback() && self.trusted_proxy.is_none() {
            refuse(
                "bind is open to the network, but no trusted_proxy is named: the server has no time-outs for slow headers; bind to 127.0.0.1 behind the proxy of docs/running.md, or name the proxy",
            );
        }
        if !self.ip_header.is_empty() && self.trusted_proxy.is_none() {
            refuse("ip_header is set, but no trusted_proxy: anybody could pretend to be another address");
        }
        if self.mail.host.is_empty() || self.mail.from.is_empty() {
            refuse("mail.host and mail.from must be set: members hear of their pay by mail");
        }
        if !self.mail.from.is_empty() && !manyhands_domain::text::is_email(&self.mail.from) {
            refuse("mail.from is no address of mail: it needs a name, an @ and a domain");
        }
        if self.mail.tls == Tls::None && !self.mail.host.is_empty() && !is_loopback(&self.mail.host) {
            refuse("mail.tls is none, but mail.host is another machine: mail would cross the network in the open");
        }
        reasons.extend(self.files.store.iter().flat_map(StoreConfig::reasons).map(ConfigError::Unsafe));
        if reasons.is_empty() { Ok(()) } else { Err(reasons) }
    }
}

impl std::str::FromStr for Tls {
    type Err = ();
    fn from_str(text: &str) -> Result<Tls, ()> {
        match text {
            "tls" => Ok(Tls::Tls),
            "starttls" => Ok(Tls::StartTls),
            "none" => Ok(Tls::None),
            _ => Err(()),
        }
    }
}

impl std::str::FromStr for LogFormat {
    type Err = ();
    fn from_str(text: &str) -> Result<LogFormat, ()> {
        match text {
            "plain" => Ok(LogFormat::Plain),
            "json" => Ok(LogFormat::Json),
            _ => Err(()),
        }
    }
}

/// An address as it may be shown.
#[must_use]
pub fn without_password(address: &str) -> String {
    if address.contains("://") && address.contains('@') { masked(address) } else { address.to_owned() }
}

fn read_file(path: &Path) -> Result<File, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(File::default()),
        Err(cause) => return Err(ConfigError::Unreadable { path: path.to_owned(), cause }),
    };
    toml::from_str(&text).map_err(|error| ConfigError::File { path: path.to_owned(), message: error.to_string() })
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Read by the test suite, not by the program.
const KEPT_FOR_OTHERS: &[&str] = &[
    "MANYHANDS_TEST_POSTGRES",
    "MANYHANDS_TEST_SMTP",
    "MANYHANDS_TEST_ALL",
    "MANYHANDS_ROUNDS",
    "MANYHANDS_SEED",
    "MANYHANDS_EVERY_BYTE",
    "MANYHANDS_PICTURES",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let file = toml::from_str(toml).map_err(|error| error.to_string())?;
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_parts(Path::new("/data"), file, variables).map_err(|error| error.to_string())
    }

    #[test]
    fn an_unknown_key_in_the_file_is_refused() {
        assert!(load("prot = 80", &[]).is_err_and(|error| error.contains("prot")));
        assert!(load("[mail]\nhots = 'x'", &[]).is_err_and(|error| error.contains("hots")));
    }

    #[test]
    fn an_unknown_variable_is_refused() {
        assert!(load("", &[("MANYHANDS_PROT", "1")]).is_err_and(|error| error.contains("MANYHANDS_PROT")));
    }

    #[test]
    fn the_environment_wins_over_the_file_and_says_so() {
        let config = load("port = 1", &[("MANYHANDS_PORT", "2")]).expect("valid");
        assert_eq!(config.port, 2);
        let shown = config.shown().iter().find(|shown| shown.key == "port").expect("shown");
        assert_eq!(shown.source, Source::Environment);
    }

    #[test]
    fn who_may_read_entries_is_public_unless_the_co_op_says_otherwise() {
        assert_eq!(load("", &[]).expect("valid").entries, Entries::Public);
        assert_eq!(load("entries = 'signed-in'", &[]).expect("valid").entries, Entries::SignedIn);
        assert!(load("entries = 'members'", &[]).is_err_and(|error| error.contains("entries = members: public or signed-in")));
    }

    #[test]
    fn secrets_are_masked() {
        let config = load("database = 'postgres://coop:hunter2@db/coop'\n[mail]\npassword = 'hunter2'", &[]).expect("valid");
        let shown = format!("{:?}", config.shown());
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("postgres://coop:***@db/coop"), "{shown}");
    }

    #[test]
    fn each_unsafe_setting_is_refused_with_a_sentence() {
        let bare = load("", &[]).expect("valid").refuse_unsafe().expect_err("unsafe");
        assert_eq!(bare.len(), 2, "{bare:?}");
        let open = load("address = 'http://coop.example'\nbind = '0.0.0.0'\nip_header = 'X-Real-IP'\n[mail]\nhost = 'mx.example'\ntls = 'none'\nfrom = 'a@b.example'", &[])
            .expect("valid").refuse_unsafe().expect_err("unsafe");
        assert_eq!(open.len(), 4, "{open:?}");
        let safe = load("address = 'https://coop.example'\n[mail]\nhost = 'mx.example'\nfrom = 'a@b.example'", &[]).expect("valid");
        assert!(safe.refuse_unsafe().is_ok());
    }

    #[test]
    fn an_object_store_is_one_that_others_cannot_listen_to() {
        let reasons = |files: &str| load(&format!("[files]\n{files}"), &[]).expect("valid").files.store.map(|store| store.reasons().len());
        assert_eq!(reasons(""), None, "the data folder");
        assert_eq!(reasons("bucket = 'coop'"), None, "the data folder still");
        for endpoint in ["https://s3.example", "http://127.0.0.1:9000", "http://localhost"] {
            assert_eq!(reasons(&format!("endpoint = '{endpoint}'\nbucket = 'coop'")), Some(0), "{endpoint}");
        }
        for wrong in [
            "endpoint = 'http://s3.example'\nbucket = 'coop'",
            "endpoint = 'http://127.0.0.1.s3.example'\nbucket = 'coop'",
            "endpoint = 's3.example'\nbucket = 'coop'",
            "endpoint = 'https://s3.example'",
            "endpoint = 'https://s3.example'\nbucket = 'a/b'",
            "endpoint = 'https://s3.example'\nbucket = 'coop'\nprefix = '/x'",
            "endpoint = 'https://s3.example'\nbucket = 'coop'\nprefix = 'a/../b'",
        ] {
            assert_eq!(reasons(wrong), Some(1), "{wrong}");
        }
        assert_eq!(reasons("endpoint = 'https://s3.example/'\nbucket = 'coop'\nprefix = 'co-op/files'"), Some(0));
        // In the file, what opens the store would lie in every copy of it.
        assert!(load("[files]\nsecret_key = 'hunter2'", &[]).is_err_and(|error| error.contains("secret_key")));
        let keys = [("MANYHANDS_FILES_ACCESS_KEY", "us"), ("MANYHANDS_FILES_SECRET_KEY", "hunter2")];
        let config = load("[files]\nendpoint = 'https://s3.example'\nbucket = 'coop'", &keys).expect("valid");
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(config.files.store.and_then(|store| store.keys).map(|keys| keys.secret_key).as_deref(), Some("hunter2"));
    }
}
