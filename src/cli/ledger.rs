//! `manyhands ledger …`: what stands beside the signed notes, held against them.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use manyhands_store::Db;

use super::progress::Bar;
use super::{Data, open, recover, say};
use crate::actions::projection::{self, Agreed, Outcome};
use crate::actions::receipts;
use crate::config::Config;
use crate::deps::Deps;
use crate::head::{Coverage, Head};

/// What can be done to the ledger from outside.
#[derive(Debug, Subcommand)]
pub(super) enum Ledger {
    /// Replay the signed notes and compare every row that is kept beside them. Reads only.
    Rebuild(Rebuild),
    /// Append the entries that an old backup lacks, byte for byte, from a copy of the log.
    Recover(recover::Recover),
}

#[derive(Debug, Args)]
pub(super) struct Rebuild {
    /// Compare, and drop or write nothing. There is no rebuilding without it: see docs/running.md for what to do about a row that differs.
    #[arg(long, required = true)]
    check: bool,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn run(ledger: Ledger) -> Result<()> {
    match ledger {
        Ledger::Rebuild(rebuild) => check(&rebuild.data).await,
        Ledger::Recover(recover) => recover::run(&recover).await,
    }
}

async fn check(data: &Data) -> Result<()> {
    let config = Config::load(&data.data)?;
    let db = Db::open_read_only(&config.database).await?;
    // The head is read first: it moves after each commit, so a later look at the database is never behind it.
    let head = open::head_if_any(&config.data, &db).await?;
    let agreed = look_at_all(&db).await?;
    say(&format!(
        "{} entries, {} lines, {} balances and {} checkpoints are what the signed notes give.",
        agreed.checked.size,
        agreed.checked.lines,
        agreed.checked.balances.len(),
        agreed.checked.checkpoints
    ));
    covers(&db, &head).await
}

/// Looks at everything, and refuses a ledger that differs.
pub(super) async fn look_at_all(db: &Db) -> Result<Agreed> {
    let (_, size) = projection::reach(db).await?;
    say(&format!("Looking through all {size} entries and what is kept beside them."));
    let mut bar = Bar::new("entries");
    agree(projection::check_all(db, &mut |done, of| bar.show(done, of)).await?)
}

/// Whether the database holds what the head outside it says.
async fn covers(db: &Db, head: &Head) -> Result<()> {
    let (signed, root) = head.last();
    match receipts::coverage(&db.snapshot().await?, head).await? {
        Coverage::Covered => Ok(()),
        Coverage::Behind => bail!("the head outside the database says that {signed} entries were signed: the database is behind it"),
        Coverage::Other => {
            bail!("the head outside the database says that the root of {signed} entries is {root}: the database has another")
        }
    }
}

/// Before serving: looks at what came since the last look, refuses a ledger that differs, and notes how far it looked. Whether it
/// is the ledger of the head outside it, so that it may grow.
pub(super) async fn check_before_serving(deps: &Deps) -> Result<bool> {
    let (from, size) = projection::reach(&deps.db).await?;
    say(&match size - from {
        new if from > 0 => format!("Looking through the {new} entries since the last look, of {size}."),
        _ => format!("Looking through all {size} entries, once: later starts look at what is new."),
    });
    let mut bar = Bar::new("entries");
    let agreed = agree(projection::check_new(&deps.db, &mut |done, of| bar.show(done, of)).await?)?;
    projection::note(deps, &agreed).await?;
    if let Err(refused) = covers(&deps.db, &deps.head).await {
        say(&format!("{refused}. Pages can be read, and nothing is appended: docs/running.md says how to go on."));
        return Ok(false);
    }
    Ok(true)
}

/// A difference in words, and what to do.
fn agree(outcome: Outcome) -> Result<Agreed> {
    match outcome {
        Ok(agreed) => Ok(agreed),
        Err(difference) => bail!(
            "what the database keeps beside the signed notes is not what they give. The first row that differs: {difference}. \
             Somebody or something wrote to it from outside: nothing is served from it. Keep a copy of it as it is; docs/running.md \
             says how to go on from a backup and a copy of the log"
        ),
    }
}
