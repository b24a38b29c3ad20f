//! `manyhands keys …`: the co-op's own keys. Rotated with overlap, as entries of the ledger; protected by a passphrase.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use manyhands_domain::log::key::{KeyId, SigningKey};
use manyhands_domain::text;
use manyhands_store::{Db, Tx, ledger};

use super::open::Founded;
use super::{Data, open, passphrase, say, serve};
use crate::actions::server_keys;
use crate::clock::Clock;
use crate::config::Config;
use crate::deps::{Deps, Signers};
use crate::folder::{Folder, MissingKey};
use crate::head::Head;
use crate::keyfiles::{self, KeyFile, Unlock};
use crate::random::Random;

/// What can be done with the co-op's own keys.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Every key that ever was, which sign now, and how their files are kept.
    List(Data),
    /// Make a new key that signs from the next entry on. The key before it stays in force until it is retired.
    Rotate(Rotate),
    /// End a key: from the next entry on it signs nothing any more.
    Retire(Retire),
    /// Encrypt the private keys with a passphrase.
    Protect(Data),
    /// Keep the private keys as plain files again.
    Unprotect(Data),
}

#[derive(Debug, Args)]
pub(super) struct Rotate {
    /// Which of the two.
    role: Role,
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, Args)]
pub(super) struct Retire {
    /// Which of the two.
    role: Role,
    /// Eight hexadecimal digits, as `keys list` shows them.
    key_id: String,
    /// Why, a word of the ledger: rotated, lost, stolen …
    #[arg(long, default_value = "rotated")]
    reason: String,
    #[command(flatten)]
    data: Data,
}

/// What a key signs.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Role {
    /// Checkpoints; vouches for other keys.
    Checkpoint,
    /// Entries.
    Entry,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Role::Checkpoint => "checkpoint",
            Role::Entry => "entry",
        }
    }

    fn key_name(self, origin: &str) -> String {
        match self {
            Role::Checkpoint => origin.to_owned(),
            Role::Entry => format!("{origin}/entry"),
        }
    }
}

pub(super) async fn run(keys: Keys) -> Result<()> {
    match keys {
        Keys::List(data) => list(&data).await,
        Keys::Rotate(rotate) => self::rotate(&rotate).await,
        Keys::Retire(retire) => self::retire(&retire).await,
        Keys::Protect(data) => protect(&data),
        Keys::Unprotect(data) => unprotect(&data),
    }
}

async fn list(data: &Data) -> Result<()> {
    let config = Config::load(&data.data)?;
    let folder = Folder::open(&config.data)?;
    let db = Db::open_read_only(&config.database).await?;
    let (ring, size) = (server_keys::ring(&db.read()).await?, ledger::head(&db.read()).await?.size);
    let files = keyfiles::list(folder.path())?;
    for key in ring.role_keys() {
        let until = key.until.map_or_else(|| "in force".to_owned(), |until| format!("retired by entry {}", until - 1));
        let signs = folder.find_signer(&files, &ring, size, None, key.role).is_some_and(|file| file.public == *key.key);
        let kept = files.iter().find(|file| file.public == *key.key).map_or("its file is not here".to_owned(), how_kept);
        let now = if signs { ", signs now" } else { "" };
        say(&format!("{:<10} {} from entry {}, {until}{now}; {kept}", key.role, key.key.id(), key.from));
        say(&format!("           {}", key.key));
    }
    for file in files.iter().filter(|file| ring.role_keys().all(|key| *key.key != file.public)) {
        say(&format!("{} holds a key that the ledger never named: a rotation was cut short. It can be deleted.", file.path.display()));
    }
    Ok(())
}

fn how_kept(file: &KeyFile) -> String {
    let how = if file.is_sealed { "protected by a passphrase" } else { "plain" };
    format!("{}, {how}", file.path.display())
}

/// For `manyhands check`: how each key's file is kept. Nothing where no co-op was founded yet.
pub(super) fn say_how_kept(config: &Config) -> Result<()> {
    if !config.data.join("keys").exists() {
        return Ok(());
    }
    for file in keyfiles::list(&config.data)? {
        let advice = if file.is_sealed { "" } else { ": whoever copies it can sign; `manyhands keys protect` encrypts it" };
        say(&format!("{}{advice}", how_kept(&file)));
    }
    Ok(())
}

/// What a change of keys needs: the folder's lock, alone on the database, and the keys that lie here.
struct Held {
    folder: Folder,
    db: Db,
    founded: Founded,
    head: Arc<Head>,
    _lock: std::fs::File,
    _alone: Option<Tx>,
}

impl Held {
    async fn take(config: &Config) -> Result<Held> {
        let folder = Folder::open(&config.data)?;
        let lock = folder.lock().context("keys change only while nobody appends: stop the server first")?;
        let db = Db::open(&config.database).await?;
        let head = open::head(folder.path(), &db).await?;
        let alone = serve::alone(&db).await?;
        let founded = open::founded(config, &db).await?;
        Ok(Held { folder, db, founded, head: Arc::new(head), _lock: lock, _alone: alone })
    }

    fn deps(&self, signers: Signers) -> Deps {
        open::assemble(self.db.clone(), self.head.clone(), signers, self.founded.coop.clone(), Clock::system(), Random::system())
    }

    fn signers(&self, except: Option<KeyId>, unlock: &mut Unlock<'_>) -> Result<Signers> {
        self.folder.load_signers(&self.founded.ring, self.founded.size, except, unlock)
    }
}

async fn rotate(rotate: &Rotate) -> Result<()> {
    let config = Config::load(&rotate.data.data)?;
    #[cfg(debug_assertions)]
    config.die_at.iter().for_each(|step| crate::steps::arm(step));
    let held = Held::take(&config).await?;
    let (role, random) = (rotate.role.word(), Random::system());
    let mut unlock = passphrase::unlock(&config);
    let key = SigningKey::from_seed(&rotate.role.key_name(&held.founded.coop.origin), random.bytes())?;
    let signers = match held.signers(None, &mut unlock) {
        // The checkpoint key vouches for the new entry key, which signs its own entry: a lost one is replaced like this.
        Err(error) if error.downcast_ref() == Some(&MissingKey { role: "entry", folder: held.folder.path().join("keys") }) => {
            say("No entry key in force lies here: the new one signs its own entry, and the checkpoint key vouches for it.");
            let files = keyfiles::list(held.folder.path())?;
            let file = held.folder.find_signer(&files, &held.founded.ring, held.founded.size, None, "checkpoint").context(error)?;
            Signers { checkpoint: file.open(&mut unlock)?, entry: key.clone() }
        }
        other => other?,
    };
    // Kept like the others: whoever protects one protects all.
    let sealed = keyfiles::list(held.folder.path())?.iter().any(|file| file.is_sealed);
    let passphrase = if sealed { Some(unlock.passphrase()?) } else { None };
    let text = keyfiles::text_of(&key, passphrase.as_ref(), &random)?;
    let path = keyfiles::create(held.folder.path(), &format!("{role}-{}.key", key.id()), &text)?;
    let before = match rotate.role {
        Role::Checkpoint => signers.checkpoint.id(),
        Role::Entry => signers.entry.id(),
    };
    let deps = held.deps(signers);
    let index = match server_keys::add(&deps, role, &key).await {
        Ok(index) => index,
        Err(error) => {
            // The file goes again, unless the entry may stand after all: a key that the ledger names is never destroyed.
            let ring = server_keys::ring(&deps.db.read()).await?;
            if ring.role_keys().all(|known| *known.key != key.verifying_key()) {
                std::fs::remove_file(&path).with_context(|| format!("{} is of no use and could not be removed", path.display()))?;
            }
            return Err(error.into());
        }
    };
    deps.head.sync()?;
    say(&format!("Entry {index} adds the {role} key {} ({}). From the next entry on it signs.", key.id(), path.display()));
    if matches!(rotate.role, Role::Checkpoint) {
        keyfiles::write_vkey(held.folder.path(), &key.verifying_key())?;
        say(&format!("origin.vkey is now {}: give it to everybody. The one before goes on checking what it signed.", key.verifying_key()));
    }
    if before != key.id() {
        say(&format!(
            "The key {before} stays in force: move its file to where no server is, as a spare, or end it: `manyhands keys retire {role} {before}`."
        ));
    }
    Ok(())
}

async fn retire(retire: &Retire) -> Result<()> {
    let config = Config::load(&retire.data.data)?;
    let held = Held::take(&config).await?;
    let role = retire.role.word();
    let known: Vec<_> = held.founded.ring.role_keys().filter(|key| key.role == role).collect();
    let found = known.iter().find(|key| key.key.id().to_string() == retire.key_id);
    let found = found.with_context(|| format!("there is no {role} key {}; `manyhands keys list` shows them all", retire.key_id))?;
    if !found.is_in_force(held.founded.size) {
        bail!("the {role} key {} was retired before", retire.key_id);
    }
    if known.iter().filter(|key| key.is_in_force(held.founded.size)).count() < 2 {
        bail!("{} is the last {role} key: nothing could be signed after it. `manyhands keys rotate {role}` first", retire.key_id);
    }
    let id = found.key.id();
    let signers =
        held.signers(Some(id), &mut passphrase::unlock(&config)).context("the key to be retired is the only one of its role here")?;
    let vkey = signers.checkpoint.verifying_key();
    let deps = held.deps(signers);
    let index = server_keys::retire(&deps, role, id, &text::slug(&retire.reason)).await?;
    deps.head.sync()?;
    keyfiles::write_vkey(held.folder.path(), &vkey)?;
    say(&format!("Entry {index} retires the {role} key {id}. From the next entry on it signs nothing; what it signed stays valid."));
    let files = keyfiles::list(held.folder.path())?;
    if let Some(file) = files.iter().find(|file| file.public.id() == id) {
        say(&format!("Its file {} is of no use any more and can be destroyed.", file.path.display()));
    }
    Ok(())
}

fn protect(data: &Data) -> Result<()> {
    let config = Config::load(&data.data)?;
    let folder = Folder::open(&config.data)?;
    let _lock = folder.lock()?;
    let files = keyfiles::list(folder.path())?;
    let plain: Vec<&KeyFile> = files.iter().filter(|file| !file.is_sealed).collect();
    if plain.is_empty() {
        bail!("every key here is protected; to change the passphrase: `manyhands keys unprotect`, then `protect`");
    }
    let chosen = passphrase::choose(&config)?;
    // Files of a protecting that was cut short must open by the same passphrase.
    let mut same = Unlock::new(|| Ok(chosen.clone()));
    for file in files.iter().filter(|file| file.is_sealed) {
        file.open(&mut same).context("some keys are protected already, by another passphrase; nothing was written")?;
    }
    for file in plain {
        let key = file.open(&mut Unlock::never())?;
        file.rewrite(&keyfiles::text_of(&key, Some(&chosen), &Random::system())?)?;
        say(&format!("{} is protected.", file.path.display()));
    }
    say(
        "Write the passphrase down and keep it apart from the server: without it the keys are lost. A backup that was made before still holds \
         them plain, and so may the disk's free space.",
    );
    Ok(())
}

fn unprotect(data: &Data) -> Result<()> {
    let config = Config::load(&data.data)?;
    let folder = Folder::open(&config.data)?;
    let _lock = folder.lock()?;
    let files = keyfiles::list(folder.path())?;
    let mut unlock = passphrase::unlock(&config);
    let sealed: Vec<&KeyFile> = files.iter().filter(|file| file.is_sealed).collect();
    if sealed.is_empty() {
        bail!("no key here is protected");
    }
    // All open, or none is written.
    let opened = sealed.iter().map(|file| file.open(&mut unlock)).collect::<Result<Vec<_>>>()?;
    for (file, key) in sealed.iter().zip(opened) {
        file.rewrite(&key.to_private_text())?;
        say(&format!("{} is a plain file again.", file.path.display()));
    }
    Ok(())
}
