//! `manyhands ledger recover`: the entries that an old backup lacks, byte for byte from a copy of the log.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use manyhands_store::Db;
use manyhands_store::recovery::Row;

use super::progress::Bar;
use super::{Data, copy, ledger, open, say, serve};
use crate::actions::recovery::{self, LogCopy, Recovered, Recovering};
use crate::clock::Clock;
use crate::config::Config;
use crate::folder::Folder;
use crate::random::Random;

#[derive(Debug, Args)]
pub(super) struct Recover {
    /// A log folder: an export, or what a follower of the log has.
    #[arg(long)]
    from: PathBuf,
    /// Sign-in address of the treasurer or coordinator in whose name rows are made whose author the log does not name.
    #[arg(long)]
    by: String,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn run(recover: &Recover) -> Result<()> {
    let config = Config::load(&recover.data.data)?;
    let folder = Folder::open(&config.data)?;
    let _lock = folder.lock().context("entries come back only while nobody appends: stop the server first")?;
    let db = Db::open(&config.database).await?;
    let _alone = serve::alone(&db).await?;
    let head = open::head(folder.path(), &db).await?;
    let officer = recovery::find_officer(&db, &recover.by).await?;
    // What is to be extended must itself be whole.
    ledger::look_at_all(&db).await?;
    let size = copy::verify(&recover.from, &copy::vkey(&db).await?)
        .with_context(|| format!("nothing is taken from {}", recover.from.display()))?;
    let random = Random::system();
    let recovering = Recovering { db: &db, head: &head, by: officer.person(), now: Clock::system().now(), random: &random };
    let mut bar = Bar::new("entries");
    let copy = LogCopy { folder: &recover.from, size };
    let recovered = recovery::recover(&recovering, copy, &mut |done, of| bar.show(done, of)).await?;
    ledger::look_at_all(&db).await?;
    say_what_came_back(&recovered);
    Ok(())
}

fn say_what_came_back(recovered: &Recovered) {
    say(&format!(
        "Entries {} to {} came back, byte for byte; nothing was signed. The ledger stands at {} entries again.",
        recovered.from,
        recovered.size - 1,
        recovered.size
    ));
    for ((kind, row), count) in &recovered.entries {
        let what = match row {
            Some(Row::Marked) if *kind == "batch.opened" => {
                "brought to where the entry says, and paused: items and questions are those of the draft, which its client looks at first"
            }
            Some(Row::Marked) => "brought to where the entry says",
            Some(Row::Made) if *kind == "member.admitted" => "made of the invitation that waited; invite them again for a new link",
            Some(Row::Made) => "made of what the entry says; answers, references and texts are lost",
            Some(Row::Lost) => "in the ledger alone: what they are about is lost",
            None if recovered.by_hand.contains_key(kind) => {
                "in the ledger; what they are about is as in the backup, and must be looked at by hand"
            }
            None => "in the ledger, where all of it is",
        };
        say(&format!("  {count} {kind}: {what}"));
    }
    for sentence in recovered.lost.iter().take(LOST_SHOWN) {
        say(&format!("  {sentence}"));
    }
    if recovered.lost.len() > LOST_SHOWN {
        say(&format!("  … and {} more", recovered.lost.len() - LOST_SHOWN));
    }
    if recovered.lost_answers > 0 {
        say(&format!(
            "  {} accepted answers are lost: they are paid, and the client's desk says how many its files lack.",
            recovered.lost_answers
        ));
    }
    let [payouts, expenses] = recovered.waiting;
    say(&format!(
        "What no entry tells is as in the backup: people, roles, passwords, drafts, messages, and {payouts} payouts and {expenses} expenses that \
         wait for a second person: look whether they were withdrawn. Open claims and unjudged work have {} days more. docs/running.md says more.",
        recovery::GRACE_DAYS
    ));
}

const LOST_SHOWN: usize = 40;
