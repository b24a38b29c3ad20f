//! Opening a co-op: settings, keys, database, head; what every command but `init` begins with.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::books::entry::Entry;
use manyhands_store::{Db, ledger};
use tokio::sync::Semaphore;

use super::passphrase;
use crate::actions::server_keys;
use crate::clock::Clock;
use crate::config::Config;
use crate::deps::{Coop, Deps, Signers};
use crate::folder::Folder;
use crate::head::Head;
use crate::random::Random;

/// Everything that actions need, for a co-op that was founded.
///
/// # Errors
/// With a sentence that says what is missing.
pub(super) async fn deps(config: &Config) -> Result<Deps> {
    let folder = Folder::open(&config.data)?;
    let db = Db::open(&config.database).await?;
    let first = ledger::find_note(&db.read(), 0).await?.context("this database holds no co-op; `manyhands init` founds one")?;
    let founded = Entry::read(&first.note).context("entry 0 is damaged")?;
    let text = |name: &str| founded.text(name).unwrap_or_default().to_owned();
    let (origin, name) = (text("origin"), text("name"));
    let (ring, size) = (server_keys::ring(&db.read()).await?, ledger::head(&db.read()).await?.size);
    let signers = folder.load_signers(&ring, size, None, &mut passphrase::unlock(config))?;
    refuse_without_head(&folder, &db).await?;
    let coop = Coop { name, origin, address: config.address.clone(), demo: false, payday: config.payday, entries: config.entries };
    assemble(db, &folder, signers, coop, Clock::system(), Random::system())
}

/// No head, no signing: every command that could append asks first.
///
/// # Errors
/// When the head is missing, with the line that would stand in it.
pub(super) async fn refuse_without_head(folder: &Folder, db: &Db) -> Result<()> {
    if !folder.path().join("head").exists() {
        let newest = ledger::latest_checkpoint(&db.read()).await?;
        let line = newest.map_or_else(String::new, |newest| format!("{} {}", newest.size, BASE64_STANDARD.encode(&newest.root)));
        bail!(
            "the head is missing from {}: without it nobody can tell whether this database is the newest, and signing on an old one would be a \
             second history. Put back the file `head`; or, if you know that this database holds all that was ever signed, write this line into it: \
             {line}",
            folder.path().display()
        );
    }
    Ok(())
}

/// Puts the parts together.
///
/// # Errors
/// When the head cannot be read.
pub(super) fn assemble(db: Db, folder: &Folder, signers: Signers, coop: Coop, clock: Clock, random: Random) -> Result<Deps> {
    let head = Head::open(folder.path()).context("the head of the ledger cannot be read")?;
    Ok(Deps {
        db,
        clock,
        random,
        signers: Arc::new(signers),
        head: Arc::new(head),
        coop: Arc::new(coop),
        hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
    })
}

/// Two cores, 46 MiB each.
const HASHES_AT_ONCE: usize = 2;
