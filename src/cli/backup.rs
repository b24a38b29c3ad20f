//! `manyhands backup FILE`: one file that is a whole copy, looked through before it gets its name.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use manyhands_store::Db;

use super::beside::Beside;
use super::{Data, copy, open, say};
use crate::actions::receipts;
use crate::config::{Config, without_password};
use crate::head::Coverage;

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
             '{}'`. Restored with pg_restore into a database of its own, `manyhands restore --drill 'postgres://…'` looks through it; into the one of \
             the settings, `manyhands restore` makes it ready to be served. The ledger alone: `manyhands export`",
            backup.file.display(),
            without_password(&config.database)
        );
    }
    let beside = Beside::new(&backup.file)?;
    let part = beside.path();
    // For the owner alone from the first byte: SQLite fills a file that is empty.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    let db =
        Db::open_read_only(&config.database).await.with_context(|| format!("{} cannot be read", without_password(&config.database)))?;
    // The head is read first: it moves after each commit, so the copy is never behind it.
    let head = open::head_if_any(&config.data, &db).await?;
    db.copy_to(&part).await?;
    db.close().await?;

    let made = Db::open_still(&part).await?;
    let looked = copy::look_through(&made, beside.place()).await?;
    let coverage = receipts::coverage(&made.snapshot().await?, &head).await?;
    made.close().await?;
    if coverage != Coverage::Covered {
        bail!(
            "this database is not the one that the head outside it belongs to: an old backup was put in its place. No copy is made of it"
        );
    }
    beside.settle()?;
    let bytes = fs::metadata(&backup.file)?.len();
    say(&format!(
        "{} holds {} entries, the last of {}, in {bytes} bytes: the file is whole, and the ledger in it verifies.",
        backup.file.display(),
        looked.size,
        looked.last_at
    ));
    say(match config.files.store {
        None => {
            "It holds names and addresses, no picture and no key: keep it closed and elsewhere, a copy of files/ beside it, and one of keys/ apart from it."
        }
        Some(_) => "It holds names and addresses, no picture and no key: keep it closed and elsewhere, and a copy of keys/ apart from it.",
    });
    if let Some(store) = &config.files.store {
        say(&format!(
            "Pictures and results lie in {}: this copies none of them. See to it that the object store keeps old versions, or copies of its own.",
            store.address
        ));
    }
    Ok(())
}
