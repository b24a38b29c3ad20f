//! `manyhands export`: the ledger's log folder, or its books in a form that other programs read.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use manyhands_domain::exports::{self, Logged};
use manyhands_store::Db;

use super::beside::Beside;
use super::{Data, open, say};
use crate::actions::exports::Reading;
use crate::actions::receipts::{self, Openings};
use crate::config::{Config, without_password};
use crate::folder::Folder;
use crate::head::Head;

/// What to write, and where.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Where it is written; nothing may be there yet. With `csv` a folder, with the other formats a file.
    out: PathBuf,
    /// The form of the books; without it the log folder for manyhands-verify.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// With what opens the ballots of closed votes too, where that is for members: it says how each of them voted. For members only.
    #[arg(long, conflicts_with = "format")]
    openings: bool,
    #[command(flatten)]
    data: Data,
}

/// A form of the books, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A journal for beancount and Fava.
    Beancount,
    /// A journal for hledger.
    Hledger,
    /// A folder with two sheets: lines.csv, and balances.csv by month.
    Csv,
    /// Every entry as one JSON object a line, with its signed note.
    Jsonl,
}

pub(super) async fn run(export: &Export) -> Result<()> {
    let config = Config::load(&export.data.data)?;
    let beside = Beside::new(&export.out)?;
    let folder = Folder::open(&config.data)?;
    // Whoever gives everything away signs nothing: no key, no passphrase, and not a byte of the database is written.
    let db =
        Db::open_read_only(&config.database).await.with_context(|| format!("{} cannot be read", without_password(&config.database)))?;
    let head = open::head(folder.path(), &db).await?;
    let openings = if export.openings { Openings::ForMembers } else { Openings::ForEverybody };
    let written = match export.format {
        None => receipts::export_from(&db, &beside.path(), openings).await.map_err(Into::into),
        Some(format) => write(&db, &head, format.of_the_books(), &beside.path()).await,
    };
    let size = written.with_context(|| format!("nothing was written to {}", export.out.display()))?;
    beside.settle()?;
    say(&format!("{size} entries in {}", export.out.display()));
    Ok(())
}

impl Format {
    fn of_the_books(self) -> exports::Format {
        match self {
            Format::Beancount => exports::Format::Beancount,
            Format::Hledger => exports::Format::Hledger,
            Format::Csv => exports::Format::Csv,
            Format::Jsonl => exports::Format::Jsonl,
        }
    }
}

/// Writes the books at `path`, a page of entries at a time; the number of entries.
async fn write(db: &Db, head: &Head, format: exports::Format, path: &Path) -> Result<u64> {
    let mut files = create(format, path)?;
    let mut log = Reading::open(db, head).await?;
    let mut export = exports::Export::begin(format, log.checkpoint().clone());
    loop {
        let page = log.page().await?;
        for read in &page {
            let logged = Logged { index: read.index, leaf: read.leaf, note: &read.note, entry: &read.entry };
            export.add(&logged).with_context(|| format!("entry {} cannot be put into a journal", read.index))?;
        }
        if page.is_empty() {
            break;
        }
        put(&mut files, export.take())?;
    }
    export.end().context("the last month cannot be closed")?;
    put(&mut files, export.take())?;
    files.iter_mut().try_for_each(BufWriter::flush)?;
    Ok(log.checkpoint().size)
}

fn put(files: &mut [BufWriter<File>], texts: [String; 2]) -> Result<()> {
    for (file, text) in files.iter_mut().zip(texts) {
        file.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// The one file of a format, or its sheets in a folder.
fn create(format: exports::Format, path: &Path) -> Result<Vec<BufWriter<File>>> {
    let paths = match format.sheets() {
        [] => vec![path.to_owned()],
        sheets => {
            fs::create_dir(path)?;
            sheets.iter().map(|name| path.join(name)).collect()
        }
    };
    paths.iter().map(|path| Ok(BufWriter::new(File::create_new(path)?))).collect()
}
