//! Opening a co-op: settings, keys, database, head; what every command but `init` begins with.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::keys::KeyRing;
use manyhands_store::{Db, ledger};
use tokio::sync::Semaphore;

use super::{files, passphrase};
use crate::actions::server_keys;
use crate::clock::Clock;
use crate::config::{Config, without_password};
use crate::deps::{Coop, Deps, Signers};
use crate::files::{Files, Limits};
use crate::folder::Folder;
use crate::head::Head;
use crate::random::Random;

/// A co-op that was founded, as its ledger and its settings have it.
pub(super) struct Founded {
    /// Who it is.
    pub(super) coop: Coop,
    /// Its own keys.
    pub(super) ring: KeyRing,
    /// Entries of its ledger.
    pub(super) size: u64,
}

/// Who signs here is told by the ledger, not by the settings.
///
/// # Errors
/// When the database holds no co-op.
pub(super) async fn founded(config: &Config, db: &Db) -> Result<Founded> {
    let Some(first) = ledger::find_note(&db.read(), 0).await? else { bail!(no_co_op(config)) };
    let founding = Entry::read(&first.note).context("entry 0 is damaged")?;
    let text = |name: &str| founding.text(name).unwrap_or_default().to_owned();
    let (name, origin, address) = (text("name"), text("origin"), config.address.clone());
    let coop = Coop { name, origin, address, demo: false, payday: config.payday, entries: config.entries };
    let (ring, size) = (server_keys::ring(&db.read()).await?, ledger::head(&db.read()).await?.size);
    Ok(Founded { coop, ring, size })
}

fn no_co_op(config: &Config) -> String {
    if !config.data.join("keys").exists() {
        return "this database holds no co-op; `manyhands init` founds one".to_owned();
    }
    format!(
        "this database holds no co-op, though the keys of one lie in {}: {} is not its database. Name that one as `database` in manyhands.toml",
        config.data.display(),
        without_password(&config.database)
    )
}

/// Everything that actions need, for a co-op that was founded.
///
/// # Errors
/// With a sentence that says what is missing.
pub(super) async fn deps(config: &Config) -> Result<Deps> {
    let folder = Folder::open(&config.data)?;
    let db = Db::open(&config.database).await?;
    let Founded { coop, ring, size } = founded(config, &db).await?;
    let signers = folder.load_signers(&ring, size, None, &mut passphrase::unlock(config))?;
    let head = head(folder.path(), &db).await?;
    let files = Arc::new(files::open(config)?);
    Ok(Deps { files, ..assemble(db, Arc::new(head), signers, coop, Clock::system(), Random::system()) })
}

/// The head of a co-op that was founded. No head, no signing: every command that could append asks first.
///
/// # Errors
/// When it is missing or damaged, with the line that would stand in it.
pub(super) async fn head(data: &Path, db: &Db) -> Result<Head> {
    if !data.join("head").exists() {
        bail!("the head is missing from {}: {}", data.display(), what_to_do(db).await?);
    }
    head_if_any(data, db).await
}

/// The head, or one that stands at 0 where none is: for whoever reads and signs nothing.
///
/// # Errors
/// When it is damaged, with the line that would stand in it.
pub(super) async fn head_if_any(data: &Path, db: &Db) -> Result<Head> {
    match Head::open(data) {
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            bail!("the head is damaged, as a power cut can leave it ({error}): {}", what_to_do(db).await?)
        }
        opened => opened.context("the head of the ledger cannot be read"),
    }
}

async fn what_to_do(db: &Db) -> Result<String> {
    let newest = ledger::latest_checkpoint(&db.read()).await?;
    let line = newest.map_or_else(String::new, |newest| format!("{} {}", newest.size, BASE64_STANDARD.encode(&newest.root)));
    Ok(format!(
        "without it nobody can tell whether this database is the newest, and signing on an old one would be a second history. Put back the file \
         `head`. If it is lost with its machine, write the largest size and its root that anybody has into it, as one line SIZE ROOT (lines 2 and 3 \
         of `checkpoint` in an export; the foot of any mail), and then `manyhands ledger recover` from a copy of the log that reaches it. Only if \
         you know that this database holds all that was ever signed is it this line: {line}"
    ))
}

/// Puts the parts together; files within the limits that nobody set.
pub(super) fn assemble(db: Db, head: Arc<Head>, signers: Signers, coop: Coop, clock: Clock, random: Random) -> Deps {
    let files = Arc::new(Files::below(head.folder(), Limits::default()));
    let (signers, coop, hashing) = (Arc::new(signers), Arc::new(coop), Arc::new(Semaphore::new(HASHES_AT_ONCE)));
    Deps { db, clock, random, signers, head, coop, files, uploads: Arc::default(), agreements: Arc::default(), hashing }
}

/// Two cores, 46 MiB each.
const HASHES_AT_ONCE: usize = 2;
