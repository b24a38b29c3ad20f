//! `manyhands serve`: the real thing. Refuses unsafe settings with a sentence each; stops jobs first, then answers.

use std::path::Path;

use anyhow::{Result, bail};
use manyhands_store::Db;
use rocket::fairing::AdHoc;

use super::{open, say};
use crate::config::{Config, LogFormat, MailConfig, Tls};
use crate::deps::Deps;
use crate::folder::Folder;
use crate::jobs::Jobs;
use crate::mail::transport::{Security, Transport};
use crate::web::{self, Listen};

pub(super) async fn run(data: &Path) -> Result<()> {
    let config = Config::load(data)?;
    if let Err(reasons) = config.refuse_unsafe() {
        reasons.iter().for_each(|reason| say(&format!("- {reason}")));
        bail!("serving with these settings is not safe; nothing was started");
    }
    log(config.log_format);
    let _lock = Folder::open(&config.data)?.lock()?;
    let deps = open::deps(&config).await?;
    let _alone = alone(&deps.db).await?;
    let transport = transport(&config.mail)?;
    let listen = Listen {
        address: config.bind,
        port: config.port,
        ip_header: (!config.ip_header.is_empty()).then(|| config.ip_header.clone()),
    };
    answer(deps, &listen, transport, config.mail.from).await
}

/// Serves until it is told to stop; the jobs end first, then requests under way, then the head reaches the disk.
pub(super) async fn answer(deps: Deps, listen: &Listen, transport: Transport, from: String) -> Result<()> {
    let jobs = Jobs::start(deps.clone(), transport, from);
    let head = deps.head.clone();
    let rocket = web::build(deps, listen).attach(AdHoc::on_liftoff("address", |rocket| {
        Box::pin(async move {
            let config = rocket.config();
            say(&format!("Ready: http://{}:{}", config.address, config.port));
        })
    }));
    let served = rocket.launch().await;
    jobs.stop().await;
    head.sync()?;
    if let Err(error) = served {
        bail!("the server could not start: {}", error.kind());
    }
    Ok(())
}

/// On PostgreSQL one `serve` a co-op, held by a lock of the database; on SQLite the folder's lock does it.
async fn alone(db: &Db) -> Result<Option<manyhands_store::Tx>> {
    if !db.is_postgres() {
        return Ok(None);
    }
    match db.hold_server_lock().await? {
        Some(held) => Ok(Some(held)),
        None => bail!("another manyhands is already serving from this database"),
    }
}

fn transport(mail: &MailConfig) -> Result<Transport> {
    let security = match mail.tls {
        Tls::Tls => Security::Tls,
        Tls::StartTls => Security::StartTls,
        Tls::None => Security::None,
    };
    let login = (!mail.user.is_empty()).then(|| (mail.user.clone(), mail.password.clone()));
    Ok(Transport::smtp(&mail.host, mail.port, security, login, &mail.from)?)
}

pub(super) async fn mail_test(data: &Path, address: &str) -> Result<()> {
    let config = Config::load(data)?;
    let transport = transport(&config.mail)?;
    let text = format!("From: {}\r\nTo: {address}\r\nSubject: Manyhands mail test\r\n\r\nMail of this co-op arrives.\r\n", config.mail.from);
    transport.send("test", address, text.as_bytes()).await?;
    say(&format!("The server {} took the message for {address}.", config.mail.host));
    Ok(())
}

/// Log lines to standard error, by `RUST_LOG`-like words in the settings' format.
pub(super) fn log(format: LogFormat) {
    let builder = tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(std::io::stderr).with_target(false);
    let set = match format {
        LogFormat::Plain => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    // Set before, as in tests: then it stays as it is.
    drop(set);
}
