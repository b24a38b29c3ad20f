//! `manyhands demo`: Visible Hands, an invented co-op. Everything is put in through the same actions that people use, so its
//! ledger is really signed and verifies. Dates are offsets from today.

mod life;
mod people;
mod votes;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Args;
use manyhands_store::{Db, ledger};

use super::{open, say, serve, tamper};
use crate::actions::server_keys;
use crate::clock::Clock;
use crate::config::LogFormat;
use crate::deps::{Coop, Deps, Entries};
use crate::folder::Folder;
use crate::head::Head;
use crate::jobs;
use crate::keyfiles::Unlock;
use crate::mail::transport::Transport;
use crate::random::Random;
use crate::web::Listen;

/// How the demonstration runs.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Keeps its data in this folder; else in a temporary one, gone afterwards.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8017)]
    port: u16,
    /// Only fills the folder.
    #[arg(long)]
    no_serve: bool,
    /// Changes one cent in a copy, and shows how that is found.
    #[arg(long)]
    tamper: bool,
}

pub(super) async fn run(demo: Demo) -> Result<()> {
    serve::log(LogFormat::Plain);
    let temporary = tempfile::tempdir()?;
    let path = demo.data.clone().unwrap_or_else(|| temporary.path().to_owned());
    let folder = Folder::create(&path)?;
    let _lock = folder.lock()?;
    let address = format!("http://127.0.0.1:{}", demo.port);
    let deps = if folder.path().join("keys").exists() { reopen(&folder, address).await? } else { fill(&folder, address).await? };
    let mail = Transport::Folder(folder.path().join("mail"));
    jobs::pass(&deps, FROM).await;
    jobs::outbox::send(&deps, &mail).await?;
    deps.head.sync()?;
    if demo.tamper {
        return tamper::run(&deps).await;
    }
    if demo.no_serve {
        say(&format!("Visible Hands is in {}.", folder.path().display()));
        return Ok(());
    }
    let listen = Listen { address: std::net::Ipv4Addr::LOCALHOST.into(), port: demo.port, ip_header: None, trusted_proxy: None };
    serve::answer(deps, &listen, mail, FROM.to_owned()).await
}

/// A fresh demonstration in an empty folder.
///
/// # Errors
/// When the folder holds something else, or an action refuses.
pub async fn fill(folder: &Folder, address: String) -> Result<Deps> {
    if folder.path().join("manyhands.toml").exists() {
        bail!("{} holds a real co-op; name another folder", folder.path().display());
    }
    let random = Random::system();
    let signers = folder.create_signers(ORIGIN, &random)?;
    let db = Db::open(&database(folder)).await?;
    let now = Clock::system().now();
    let head = Arc::new(Head::open(folder.path())?);
    let past = open::assemble(db, head, signers, coop(address), Clock::standing_at(life::begins(now)), random);
    let people = people::found(&past).await?;
    life::live(&past, &people, now).await?;
    past.head.sync()?;
    Ok(Deps { clock: Clock::shifted(0), ..past })
}

/// A demonstration that was filled before.
async fn reopen(folder: &Folder, address: String) -> Result<Deps> {
    let db = Db::open(&database(folder)).await?;
    let (ring, size) = (server_keys::ring(&db.read()).await?, ledger::head(&db.read()).await?.size);
    let signers = folder.load_signers(&ring, size, None, &mut Unlock::never())?;
    let head = open::head(folder.path(), &db).await?;
    Ok(open::assemble(db, Arc::new(head), signers, coop(address), Clock::shifted(0), Random::system()))
}

fn database(folder: &Folder) -> String {
    format!("sqlite://{}", folder.path().join("coop.db").display())
}

fn coop(address: String) -> Coop {
    let payday = "friday".parse().ok();
    let (name, origin) = ("Visible Hands Cooperative".to_owned(), ORIGIN.to_owned());
    Coop { name, origin, address, demo: true, payday, entries: Entries::Public }
}

const ORIGIN: &str = "demo.visible-hands.example/main";
const FROM: &str = "office@demo.example";
