//! `manyhands serve`: the real thing. Refuses unsafe settings with a sentence each; stops jobs first, then answers.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use manyhands_store::Db;
use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use tokio::sync::Mutex;

use super::{files, ledger, open, say};
use crate::actions::files::begin_anew;
use crate::actions::{catch_up, erasure, new_uuid_at};
use crate::clock::Clock;
use crate::config::{Config, LogFormat, MailConfig, Tls};
use crate::deps::Deps;
use crate::folder::Folder;
use crate::jobs::Jobs;
use crate::keyfiles;
use crate::mail;
use crate::mail::transport::{Security, Transport};
use crate::random::Random;
#[cfg(debug_assertions)]
use crate::steps;
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
    files::begin(&config, &deps.files, &deps.random).await.context("no file could be kept; nothing was started")?;
    let _alone = alone(&deps.db).await?;
    #[cfg(debug_assertions)]
    config.die_at.iter().for_each(|step| steps::arm(step));
    let covered = ledger::check_before_serving(&deps).await?;
    // What a crash left: a head made ready, or one that stands behind the newest commit.
    deps.head.sweep()?;
    if covered {
        catch_up(&deps, &deps.db.read()).await?;
    }
    // A backup of before an erasure brings nobody back.
    match erasure::erase_again(&deps).await? {
        0 => {}
        again => say(&format!("{again} erasures of after this backup were made again.")),
    }
    // A rotation that was cut short after its entry: auditors get the key that signs now.
    keyfiles::write_vkey(&config.data, &deps.signers.checkpoint.verifying_key())?;
    let transport = transport(&config.mail)?;
    let listen = Listen {
        address: config.bind,
        port: config.port,
        ip_header: (!config.ip_header.is_empty()).then(|| config.ip_header.clone()),
        trusted_proxy: config.trusted_proxy,
    };
    answer(deps, &listen, transport, config.mail.from).await
}

/// Serves until it is told to stop; the jobs end first, then requests under way, then the head reaches the disk.
pub(super) async fn answer(deps: Deps, listen: &Listen, transport: Transport, from: String) -> Result<()> {
    // Nobody uploads yet: what lies there was cut short.
    deps.files.sweep()?;
    begin_anew(&deps).await?;
    let jobs = Arc::new(Mutex::new(Some(Jobs::start(deps.clone(), transport, from))));
    let (running, head) = (jobs.clone(), deps.head.clone());
    let rocket = web::build(deps, listen).attach(AdHoc::on_liftoff("address", |rocket| {
        Box::pin(async move {
            let config = rocket.config();
            say(&format!("Ready: http://{}:{}", config.address, config.port));
        })
    }));
    let rocket = rocket.attach(AdHoc::on_shutdown("jobs first", |_| Box::pin(async move { stop_jobs(&running).await })));
    let served = rocket.launch().await;
    // Not stopped yet only if the server could not start.
    stop_jobs(&jobs).await;
    tracing::info!("the requests have ended");
    head.sync()?;
    match served {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::Shutdown(..)) => {
            tracing::warn!("a connection was still open after the time of grace, and was cut");
            Ok(())
        }
        Err(error) => bail!("the server could not start: {}", error.kind()),
    }
}

async fn stop_jobs(jobs: &Mutex<Option<Jobs>>) {
    if let Some(jobs) = jobs.lock().await.take() {
        jobs.stop().await;
        tracing::info!("the jobs have ended");
    }
}

/// On PostgreSQL one `serve` a co-op, held by a lock of the database; on SQLite the folder's lock does it.
pub(super) async fn alone(db: &Db) -> Result<Option<manyhands_store::Tx>> {
    if !db.is_postgres() {
        return Ok(None);
    }
    for _ in 0..LOCK_TRIES {
        if let Some(held) = db.hold_server_lock().await? {
            return Ok(Some(held));
        }
        // The database may not have noticed yet that a server was killed.
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    bail!("another manyhands is already serving from this database")
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
    if config.mail.host.is_empty() || config.mail.from.is_empty() {
        bail!("mail.host and mail.from are not set in {}", data.join("manyhands.toml").display());
    }
    let transport = transport(&config.mail)?;
    let now = Clock::system().now();
    let id = new_uuid_at(now, &Random::system());
    let bytes = mail::render_probe(&config.mail.from, address, &id, now)?;
    transport.send(&id, address, &bytes).await?;
    transport.hang_up().await;
    say(&format!("The server {} took the message for {address}.", config.mail.host));
    Ok(())
}

/// Log lines to standard error, by `RUST_LOG`-like words in the settings' format.
pub(super) fn log(format: LogFormat) {
    let builder = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    let set = match format {
        LogFormat::Plain => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    // Set before, as in tests: then it stays as it is.
    drop(set);
}

/// Five seconds in all.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(500);
