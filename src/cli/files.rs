//! Where a co-op's files lie: opened by the settings, tried before anybody relies on it, and moved with `manyhands files move`.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use manyhands_store::Db;
use manyhands_store::files::list_kept;

use super::progress::Bar;
use super::{Data, say};
use crate::config::{Config, StoreConfig};
use crate::files::Files;
use crate::files::bucket::{Bucket, Keys};
use crate::files::moving::{Way, move_all};
use crate::folder::Folder;
use crate::random::Random;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Move all files from the data folder into the object store of the settings; or back. Cut short, it goes on where it was.
    Move(Move),
    /// Make the files of the object store this data folder's own, when the one they belonged to serves no more.
    TakeOver(Data),
}

#[derive(Debug, Args)]
pub(super) struct Move {
    /// From the object store back into the data folder.
    #[arg(long)]
    back: bool,
    /// Leave them where they are as well: this can be done while the co-op is served, so that the rest is soon moved.
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Move(wanted) => relocate(&wanted).await,
        Command::TakeOver(data) => take_over(&data).await,
    }
}

/// The files of a co-op, where its settings say.
///
/// # Errors
/// With a sentence, where the settings name no object store that could be it, or nothing that opens it.
pub(super) fn open(config: &Config) -> Result<Files> {
    let limits = config.files.limits;
    let Some(store) = &config.files.store else { return Ok(Files::below(&config.data, limits)) };
    let reasons = store.reasons();
    if !reasons.is_empty() {
        bail!("{}", reasons.join("; "));
    }
    let bucket = Bucket::at(store.address.clone(), &keys(config, store)?)?;
    Ok(Files::in_bucket(&config.data, limits, bucket))
}

/// Tries an object store: nothing is served, and nothing is called safe, that could keep no picture.
///
/// # Errors
/// With a sentence that says what failed.
pub(super) async fn check(files: &Files, random: &Random) -> Result<()> {
    if let Some(bucket) = files.bucket() {
        bucket.check(random).await?;
        say(&format!("Files lie in {}: an object was written there, read and deleted.", bucket.address()));
    }
    Ok(())
}

/// Before anything is served: files have one home, and it is this data folder's own. Whoever tidies removes what its database does not
/// name, so two databases never share one.
///
/// # Errors
/// With a sentence that says what is wrong and what to do.
pub(super) async fn begin(config: &Config, files: &Files, random: &Random) -> Result<()> {
    let Some(bucket) = files.bucket() else {
        if config.data.join(MARK).exists() {
            bail!(
                "files of this data folder lie in an object store, and the settings name none: set files.endpoint and files.bucket again; to \
                 bring them back, `manyhands files move --back` with these settings in place (docs/files.md)"
            );
        }
        return Ok(());
    };
    check(files, random).await?;
    claim(bucket, &config.data, random).await?;
    match files.count_in_folder().await? {
        0 => Ok(()),
        left => bail!(
            "{left} files lie in {} still, where nobody finds them while files.endpoint is set: `manyhands files move` brings them to {}",
            config.data.join("files").display(),
            bucket.address()
        ),
    }
}

/// Lays this data folder's mark in the object store, if nobody's lies there.
async fn claim(bucket: &Bucket, data: &Path, random: &Random) -> Result<()> {
    let mine = mark_of(data, random)?;
    match bucket.owner().await? {
        Some(owner) if owner == mine => Ok(()),
        Some(_) => bail!(
            "the files in {} belong to another data folder: two that share them would remove each other's. Set another files.prefix; or, if the \
             other one serves no more, `manyhands files take-over` makes them this one's",
            bucket.address()
        ),
        None => Ok(bucket.set_owner(&mine).await?),
    }
}

/// What this data folder is known by in an object store: random, and in no backup, so that a copy of a co-op is another one.
fn mark_of(data: &Path, random: &Random) -> Result<String> {
    let place = data.join(MARK);
    match fs::read_to_string(&place) {
        Ok(mark) => Ok(mark.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mark = hex::encode(random.bytes::<16>());
            fs::write(&place, &mark).with_context(|| format!("{} cannot be written", place.display()))?;
            Ok(mark)
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", place.display())),
    }
}

async fn take_over(data: &Data) -> Result<()> {
    let config = Config::load(&data.data)?;
    let _lock = Folder::open(&config.data)?.lock()?;
    let files = open(&config)?;
    let bucket = files.bucket().context("the settings name no object store: there is nothing to take over")?;
    bucket.set_owner(&mark_of(&config.data, &Random::system())?).await?;
    say(&format!("The files in {} are this data folder's now. No other serves with them any more.", bucket.address()));
    Ok(())
}

/// What opens the object store: systemd's credential, else the environment, else the file that the settings name.
fn keys(config: &Config, store: &StoreConfig) -> Result<Keys> {
    let credential = config.credentials.as_ref().map(|folder| folder.join(CREDENTIAL)).filter(|path| path.exists());
    if let Some(path) = credential {
        return read(&path);
    }
    if let Some(keys) = &store.keys {
        return Ok(keys.clone());
    }
    let Some(path) = &store.credentials else {
        bail!(
            "nothing opens the object store of files.endpoint: set LoadCredential={CREDENTIAL}:/path in the systemd unit, or \
             MANYHANDS_FILES_ACCESS_KEY and MANYHANDS_FILES_SECRET_KEY in the environment, or files.credentials to a file (docs/files.md)"
        );
    };
    let found = fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let (mode, owner, us) = (found.mode() & 0o777, found.uid(), rustix::process::geteuid().as_raw());
    if owner != us {
        bail!("{} belongs to user {owner}, and this program runs as user {us}: `chown {us} {}`", path.display(), path.display());
    }
    if mode & 0o077 != 0 {
        bail!(
            "{} can be read by others (mode {mode:o}): `chmod 600 {}` closes it. If anybody else may have read it, make other keys at the object \
             store",
            path.display(),
            path.display()
        );
    }
    read(path)
}

fn read(path: &Path) -> Result<Keys> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    // What is in it stands in no message.
    toml::from_str(&text)
        .ok()
        .with_context(|| format!("{} does not hold two lines, access_key = \"…\" and secret_key = \"…\", and nothing else", path.display()))
}

async fn relocate(wanted: &Move) -> Result<()> {
    let config = Config::load(&wanted.data.data)?;
    let folder = Folder::open(&config.data)?;
    let files = open(&config)?;
    let Some(bucket) = files.bucket() else {
        bail!("the settings name no object store: set files.endpoint and files.bucket first, and leave them set until all files are back");
    };
    // Nothing is taken from under a server; what stays where it is may be copied beside one.
    let _lock = if wanted.keep { None } else { Some(folder.lock()?) };
    bucket.check(&Random::system()).await?;
    claim(bucket, &config.data, &Random::system()).await?;
    let mut bar = Bar::new("files");
    let way = if wanted.back { Way::Back } else { Way::Out };
    let moved = move_all(&files, way, wanted.keep, |done, all| bar.show(done, all))
        .await
        .context("the rest stays where it is: what was moved is moved, and the same command goes on with the rest")?;
    let (from, to) = match way {
        Way::Out => (config.data.join("files").display().to_string(), bucket.address().to_string()),
        Way::Back => (bucket.address().to_string(), config.data.join("files").display().to_string()),
    };
    say(&format!(
        "Files brought from {from} to {to}: {} ({} bytes); there already: {}. Each was read there, and is what its hash says.",
        moved.brought, moved.bytes, moved.there
    ));
    if wanted.keep {
        say("They are still where they were, too. Stop the server, then the same command without --keep moves what came since.");
    } else if wanted.back && moved.damaged.is_empty() {
        bucket.clear_owner().await?;
        fs::remove_file(config.data.join(MARK)).context("what this data folder was known by in the object store cannot be removed")?;
        say("Take files.endpoint out of the settings now, before the co-op is served again.");
    }
    if !moved.damaged.is_empty() {
        bail!(
            "files that are not what their hashes say: {}. They stay in {from}; put them back from a copy: {}",
            moved.damaged.len(),
            moved.damaged.join(", ")
        );
    }
    Ok(())
}

/// How many of the files that a database's contracts keep are where files lie.
pub(super) async fn say_what_is_missing(config: &Config, db: &Db) -> Result<()> {
    let kept = list_kept(&db.read()).await?;
    let listed = async { Ok::<_, anyhow::Error>(open(config)?.list().await?) };
    match listed.await {
        Ok(there) => {
            let missing = kept.iter().filter(|hash| there.binary_search(hash).is_err()).count();
            say(&format!(
                "Pictures and results are not in it: of the {} files that its contracts keep, {missing} are missing from {}.",
                kept.len(),
                home(config)
            ));
        }
        Err(error) => {
            say(&format!("Pictures and results are not in it, and whether they are where they should be is not known: {error:#}."))
        }
    }
    Ok(())
}

/// Where files lie, in words.
pub(super) fn home(config: &Config) -> String {
    config.files.store.as_ref().map_or_else(|| config.data.join("files").display().to_string(), |store| store.address.to_string())
}

/// What this data folder is known by in an object store, while it has files there.
const MARK: &str = "files-owner";
/// The credential's name in the systemd unit.
const CREDENTIAL: &str = "manyhands-files";
