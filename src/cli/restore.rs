//! `manyhands restore`: a backup put into a data folder; or, as a drill, into a temporary one, to see that it could be.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use manyhands_store::{Db, ledger};

use super::copy::{self, Looked};
use super::{Data, files, open, say, serve};
use crate::actions::{receipts, recovery};
use crate::clock::Clock;
use crate::config::{Config, without_password};
use crate::folder::Folder;
use crate::head::{Coverage, Head};

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup; in a drill also the address of a PostgreSQL database into which one was restored. Left out where the settings
    /// name a PostgreSQL database: then pg_restore has put it there before.
    file: Option<String>,
    /// Restore into a temporary folder, look through everything, say what would be lost, and write nothing.
    #[arg(long)]
    drill: bool,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn run(restore: &Restore) -> Result<()> {
    let config = Config::load(&restore.data.data)?;
    let of_settings = sqlite_path(&config.database);
    match (&restore.file, of_settings) {
        (Some(file), _) if restore.drill => drill(&config, file).await,
        (Some(file), Some(target)) => self::restore(&config, Path::new(file), &target).await,
        (Some(file), None) if *file != config.database => bail!(
            "the settings name the PostgreSQL database {}: put the dump into that one with pg_restore, and run `manyhands restore` without a file",
            without_password(&config.database)
        ),
        (_, None) if !restore.drill => take_over(&config).await,
        _ => bail!("restore what? `manyhands restore FILE`, with --drill to see that it could be"),
    }
}

async fn drill(config: &Config, file: &str) -> Result<()> {
    let place = tempfile::tempdir()?;
    let copied = if file.starts_with("postgres") {
        Db::open_read_only(file).await?
    } else {
        let path = place.path().join("coop.db");
        fs::copy(file, &path).with_context(|| format!("{file} cannot be copied to {}", place.path().display()))?;
        Db::open_still(&path).await.with_context(|| format!("{file} is no backup"))?
    };
    let shown = without_password(file);
    let looked = copy::look_through(&copied, place.path()).await.with_context(|| format!("{shown} cannot be restored"))?;
    say(&format!("{shown} holds {} entries, the last of {}: it is whole, and the ledger in it verifies.", looked.size, looked.last_at));
    let head = open::head_if_any(&config.data, &copied).await?;
    let coverage = receipts::coverage(&copied.snapshot().await?, &head).await?;
    say_what_is_lost(&head, coverage, &looked)?;
    hold_against_today(config, &copied, &looked).await?;
    files::say_what_is_missing(config, &copied).await?;
    copied.close().await?;
    say("Nothing was written.");
    Ok(())
}

/// What the head outside the database says of a copy.
fn say_what_is_lost(head: &Head, coverage: Coverage, looked: &Looked) -> Result<()> {
    let (signed, root) = head.last();
    match coverage {
        Coverage::Covered if signed == 0 => say("There is no head here to compare it with."),
        Coverage::Covered => say("The ledger in it is complete: it holds every entry that the head says was signed."),
        Coverage::Behind => say(&format!(
            "Of the ledger, {} entries would be missing ({} to {}). They come back from any copy of the log: `manyhands ledger recover`. What the \
             log does not hold (names, answers, messages, drafts) would be as it was at {}.",
            signed - looked.size,
            looked.size,
            signed - 1,
            looked.last_at
        )),
        Coverage::Other => {
            bail!("it holds another history: its root at {signed} entries is not {root}, which was signed. It must not be restored")
        }
    }
    Ok(())
}

/// How many rows the database of today has that the copy has not. Both must be one history.
async fn hold_against_today(config: &Config, copied: &Db, looked: &Looked) -> Result<()> {
    let today = match sqlite_path(&config.database) {
        // A database that nobody has open is not touched: not even a file beside it is made.
        Some(path) if path.exists() && !beside(&path, "-wal").exists() => Db::open_still(&path).await,
        Some(path) if !path.exists() => return Ok(()),
        _ => Db::open_read_only(&config.database).await,
    };
    let Ok(today) = today else {
        say("The database of today cannot be read: how many rows would be lost is not known.");
        return Ok(());
    };
    let common = looked.size.min(ledger::head(&today.read()).await?.size);
    let roots = (receipts::root_at(&copied.snapshot().await?, common).await?, receipts::root_at(&today.snapshot().await?, common).await?);
    let (now, then) = (today.count_tables().await?, copied.count_tables().await?);
    today.close().await?;
    if roots.0 != roots.1 {
        bail!(
            "it holds another history than the database of today: their first {common} entries are not the same. It must not be restored here"
        );
    }
    // How far the last look went is nothing to lose.
    for (table, rows) in now.into_iter().filter(|(table, _)| !table.starts_with("checked")) {
        let before = then.iter().find(|(name, _)| *name == table).map_or(0, |(_, rows)| *rows);
        if before != rows {
            say(&format!("  {table}: {before} rows, today {rows}"));
        }
    }
    Ok(())
}

async fn restore(config: &Config, file: &Path, target: &Path) -> Result<()> {
    let folder = Folder::create(&config.data)?;
    folder.close_to_others()?;
    let _lock = folder.lock()?;
    for there in [target.to_owned(), beside(target, "-wal"), beside(target, "-shm")] {
        if there.exists() {
            bail!("{} is there: move it aside first, and keep it; nothing is overwritten", there.display());
        }
    }
    let given = Db::open_still(file).await.with_context(|| format!("{} is no backup", file.display()))?;
    let found = look(&folder, &given, &file.display().to_string()).await?;
    given.close().await?;
    place(file, target)?;
    begin_again(config, &folder, &target.display().to_string(), found).await
}

/// The PostgreSQL database of the settings, into which `pg_restore` has put a dump: held against the head, and its people given time.
async fn take_over(config: &Config) -> Result<()> {
    let folder = Folder::create(&config.data)?;
    folder.close_to_others()?;
    let _lock = folder.lock()?;
    let name = without_password(&config.database);
    // Nothing is written before it was looked through: not even its schema is brought up to date.
    let given = Db::open_read_only(&config.database).await.with_context(|| format!("{name} holds no restored dump"))?;
    let _alone = serve::alone(&given).await?;
    let found = look(&folder, &given, &name).await?;
    begin_again(config, &folder, &name, found).await
}

/// Looks through what is to be restored; one of another history than the head outside it is refused.
async fn look(folder: &Folder, given: &Db, name: &str) -> Result<(Looked, Coverage)> {
    let looked = copy::look_through(given, folder.path()).await.with_context(|| format!("{name} is not restored"))?;
    let head = open::head_if_any(folder.path(), given).await?;
    let coverage = receipts::coverage(&given.snapshot().await?, &head).await?;
    if coverage == Coverage::Other {
        say_what_is_lost(&head, coverage, &looked)?;
    }
    Ok((looked, coverage))
}

/// Gives its people time, and says what comes next.
async fn begin_again(config: &Config, folder: &Folder, name: &str, (looked, coverage): (Looked, Coverage)) -> Result<()> {
    let db = Db::open(&config.database).await?;
    recovery::give_time(&db, Clock::system().now()).await?;
    say(&format!("{name} is restored: {} entries, the last of {}.", looked.size, looked.last_at));
    say(&format!(
        "Passwords and roles are as they were then, and everybody signs in again. Open claims and unjudged work have {} days, since what was \
         judged meanwhile is not known.",
        recovery::GRACE_DAYS
    ));
    say_what_next(folder, &db, coverage, &looked).await?;
    Ok(db.close().await?)
}

async fn say_what_next(folder: &Folder, db: &Db, coverage: Coverage, looked: &Looked) -> Result<()> {
    let data = folder.path().display();
    if !folder.path().join("keys").exists() {
        say(&format!("The keys are not here: put keys/ into {data} from where its copy is kept."));
    }
    match open::head(folder.path(), db).await {
        Err(missing) => say(&format!("Before anything is signed: {missing}")),
        Ok(head) if coverage == Coverage::Behind => say(&format!(
            "{} entries are missing, and nothing is appended before they are back: `manyhands ledger recover --data {data} --from LOGFOLDER --by OFFICER`.",
            head.last().0 - looked.size
        )),
        Ok(_) => say(&format!("Nothing of the ledger is missing: `manyhands serve --data {data}`.")),
    }
    Ok(())
}

/// Copies the backup to its place in one step, closed to others.
fn place(file: &Path, target: &Path) -> Result<()> {
    let part = beside(target, ".part");
    if part.exists() {
        fs::remove_file(&part)?;
    }
    let mut from = File::open(file)?;
    let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()?;
    fs::rename(&part, target)?;
    if let Some(folder) = target.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// The file of a SQLite address.
pub(super) fn sqlite_path(database: &str) -> Option<PathBuf> {
    let path = database.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
