//! `manyhands backup FILE`: one file that is a whole copy, looked through before it gets its name.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use manyhands_store::Db;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{Data, copy, say};
use crate::actions::receipts;
use crate::config::{Config, without_password};
use crate::head::{Coverage, Head};

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to be made; it must not be there yet.
    file: PathBuf,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn run(backup: &Backup) -> Result<()> {
    let config = Config::load(&backup.data.data)?;
    if !config.database.starts_with("sqlite:") {
        bail!(
            "this co-op's database is PostgreSQL, whose own program makes a whole copy while the server runs: `pg_dump --format=custom --file={} \
             '{}'`. Restore it with pg_restore into a database of its own, and `manyhands restore --drill 'postgres://…'` looks through that one. \
             The ledger alone: `manyhands export`",
            backup.file.display(),
            without_password(&config.database)
        );
    }
    if backup.file.exists() {
        bail!("{} is there already; name a file that is not", backup.file.display());
    }
    let folder = backup.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    let part = Part::make(&folder)?;
    let db =
        Db::open_read_only(&config.database).await.with_context(|| format!("{} cannot be read", without_password(&config.database)))?;
    // The head is read first: it moves after each commit, so the copy is never behind it.
    let head = Head::open(&config.data)?;
    db.copy_to(&part.path).await?;
    db.close().await?;
    File::open(&part.path)?.sync_all()?;

    let made = Db::open_still(&part.path).await?;
    let looked = copy::look_through(&made, &folder).await?;
    let coverage = receipts::coverage(&made.snapshot().await?, &head).await?;
    made.close().await?;
    if coverage != Coverage::Covered {
        bail!(
            "this database is not the one that the head outside it belongs to: an old backup was put in its place. No copy is made of it"
        );
    }
    renameat_with(CWD, &part.path, CWD, &backup.file, RenameFlags::NOREPLACE)
        .with_context(|| format!("{} cannot be made", backup.file.display()))?;
    File::open(&folder)?.sync_all()?;
    let bytes = fs::metadata(&backup.file)?.len();
    say(&format!(
        "{} holds {} entries, the last of {}, in {bytes} bytes: the file is whole, and the ledger in it verifies.",
        backup.file.display(),
        looked.size,
        looked.last_at
    ));
    say("It holds names and addresses, and no key: keep it closed and elsewhere, and a copy of keys/ apart from it.");
    Ok(())
}

/// A copy that has no name yet; it goes unless it gets one.
struct Part {
    path: PathBuf,
}

impl Part {
    /// An empty file for the owner alone, which SQLite fills.
    fn make(folder: &Path) -> Result<Part> {
        let path = folder.join(format!(".manyhands-backup-{}", std::process::id()));
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        made.with_context(|| format!("nothing can be written into {}", folder.display()))?;
        Ok(Part { path })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Not there any more once it has its name.
        let _ = fs::remove_file(&self.path);
    }
}
