//! `manyhands effects`: recomputes what a proposal would do, from the database or from a copy of the log alone: the table that its page
//! shows, in figures that do not depend on who asks or where.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;
use manyhands_domain::books::entry::Entry;
use manyhands_domain::ids::{MemberId, ProposalId};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::note::Note;
use manyhands_domain::log::tiles;
use manyhands_domain::money::Currency;
use manyhands_domain::proposals::effects::{DAYS, Effects, Figure, LEAST_MEMBERS, Line, Pair};
use manyhands_domain::proposals::gathering::Gathering;
use manyhands_domain::time::Timestamp;
use manyhands_store::{Db, ledger, proposals};
use manyhands_verify::Source;
use serde_json::{Value, json};

use super::{Data, say};
use crate::actions::Error;
use crate::actions::proposals::effects::{OpenBatch, compute, offer_of};
use crate::clock::Clock;
use crate::config::{Config, without_password};
use crate::i18n::{Language, Say};

/// Which proposal, and by what.
#[derive(Debug, Args)]
pub(super) struct OfProposal {
    /// `P-…`, or the id of a draft as it stands in its address.
    proposal: String,
    /// By the first so many entries of the log; all of them if it is left out. A closed vote rests on those at its opening.
    #[arg(long)]
    size: Option<u64>,
    /// The moment from which ninety days count back, as the page names it (2026-11-30T12:00:00Z); now if it is left out, with --log
    /// the last entry's.
    #[arg(long)]
    at: Option<String>,
    /// A member's `M-…`, for what it would do to them.
    #[arg(long)]
    member: Option<String>,
    /// As JSON: the same bytes for the same entries.
    #[arg(long)]
    json: bool,
    /// A copy of the log (an export, a .tar of one, or a server's address) instead of the database. Verify it first with manyhands-verify.
    #[arg(long)]
    log: Option<String>,
    #[command(flatten)]
    data: Data,
}

/// What was recomputed.
struct Told {
    size: u64,
    at: Timestamp,
    by_currency: Option<BTreeMap<Currency, Effects>>,
    /// Open batches, and those that would fall under the floor; a log alone does not say.
    open: Option<(usize, Vec<(OpenBatch, manyhands_domain::money::Amount)>)>,
}

pub(super) async fn run(asked: &OfProposal) -> Result<()> {
    let at =
        asked.at.as_deref().map(|at| Timestamp::parse(at).ok().with_context(|| format!("{at} is no moment such as 2026-11-30T12:00:00Z")));
    let at = at.transpose()?;
    let member =
        asked.member.as_deref().map(|id| MemberId::parse(id).ok().with_context(|| format!("{id} is no member’s id such as M-7K3QZ0AB")));
    let member = member.transpose()?;
    let told = match &asked.log {
        Some(log) => of_log(asked, log, at, member.as_ref())?,
        None => of_database(asked, &asked.data.data, at, member.as_ref()).await?,
    };
    if asked.json {
        say(&format!("{:#}", to_json(asked, &told, member.as_ref())?));
        return Ok(());
    }
    print(asked, &told, member.is_some())
}

async fn of_database(asked: &OfProposal, data: &Path, at: Option<Timestamp>, member: Option<&MemberId>) -> Result<Told> {
    let config = Config::load(data)?;
    let db =
        Db::open_read_only(&config.database).await.with_context(|| format!("{} cannot be read", without_password(&config.database)))?;
    let row = match ProposalId::parse(&asked.proposal) {
        Ok(id) => proposals::find_proposal(&db.read(), &id).await?,
        Err(_) => proposals::find_by_id(&db.read(), &asked.proposal).await?,
    };
    let row = row.with_context(|| format!("there is no proposal {}", asked.proposal))?;
    let head = ledger::head(&db.read()).await?.size;
    if asked.size.is_some_and(|size| size > head) {
        bail!("the log has {head} entries by now");
    }
    let at = at.unwrap_or_else(|| Clock::system().now());
    let seen = match compute(&db, &row, (asked.size, at), member).await {
        Err(Error::Refused(refusals)) => {
            let english = Say::new(Language::En, "UTC");
            let why: Vec<String> = refusals.iter().map(|refusal| english.refusal(refusal)).collect();
            bail!("there is nothing to compute: {}", why.join(" "))
        }
        seen => seen?,
    };
    let Some(seen) = seen else { return Ok(Told { size: head, at, by_currency: None, open: None }) };
    Ok(Told { size: seen.basis.size, at: seen.basis.at, by_currency: Some(seen.by_currency), open: Some((seen.open, seen.under)) })
}

/// Reads the log once, bundle by bundle. Nothing of it is verified here.
fn of_log(asked: &OfProposal, log: &str, at: Option<Timestamp>, member: Option<&MemberId>) -> Result<Told> {
    let id =
        ProposalId::parse(&asked.proposal).ok().context("a log knows what was put to the vote, by its P- number: drafts stand in none")?;
    let source = Source::open(log)?;
    let checkpoint = source.read("checkpoint")?;
    let checkpoint =
        Note::parse(&checkpoint).ok().and_then(|note| Checkpoint::parse_text(note.text).ok()).context("no checkpoint of a log")?;
    let size = asked.size.unwrap_or(checkpoint.size);
    if size > checkpoint.size {
        bail!("the log has {} entries by now", checkpoint.size);
    }
    let mut gathering = Gathering::of(&id);
    for tile in tiles::of_level(0, checkpoint.size) {
        let first = tile.number.saturating_mul(tiles::WIDTH);
        let bundle = source.read(&tile.bundle_path())?;
        let notes = tiles::unbundle(&bundle).ok().with_context(|| format!("{} is damaged", tile.bundle_path()))?;
        for (index, note) in (first..size).zip(notes) {
            let entry = Entry::read(note).with_context(|| format!("entry {index} is damaged"))?;
            gathering.read(&entry).with_context(|| format!("entry {index}"))?;
        }
    }
    let gathered = gathering.finish(at, member)?;
    Ok(Told { size: gathered.size, at: gathered.at, by_currency: gathered.by_currency, open: None })
}

fn to_json(asked: &OfProposal, told: &Told, member: Option<&MemberId>) -> Result<Value> {
    let sums = |pair: Pair| json!({"before": pair.before.to_string(), "after": pair.after.to_string(), "change_bp": pair.change()});
    let line = |line: &Line| match line.sums {
        Some(pair) => {
            json!({"of": word(&line.of), "before": pair.before.to_string(), "after": pair.after.to_string(), "change_bp": line.change})
        }
        None => json!({"of": word(&line.of), "change_bp": line.change}),
    };
    let of_currency = |effects: &Effects| {
        let mut told = json!({"few": effects.is_few(), "table": effects.table().iter().map(line).collect::<Vec<_>>()});
        if !effects.is_few() {
            told["pieces"] = json!(effects.pieces);
            told["members"] = json!(effects.members);
        }
        if member.is_some() {
            told["mine"] = json!({"pieces": effects.mine.0, "pay": sums(effects.mine.1), "hour": effects.my_hour.map(sums)});
        }
        told
    };
    let currencies = told.by_currency.as_ref().map(|all| {
        all.iter().map(|(currency, effects)| (currency.code().to_owned(), of_currency(effects))).collect::<serde_json::Map<_, _>>()
    });
    let open = match &told.open {
        Some((open, under)) => {
            let under = under.iter().map(|(batch, least)| {
                let offer = offer_of(batch)?;
                Ok(json!({
                    "batch": batch.id, "contract": batch.contract_id, "currency": offer.currency.code(),
                    "price": offer.price.to_string(), "least": least.to_string(),
                }))
            });
            json!({"open": open, "under": under.collect::<Result<Vec<_>>>()?})
        }
        None => Value::Null,
    };
    Ok(json!({
        "proposal": asked.proposal, "size": told.size, "at": told.at.to_string(), "days": DAYS, "least_members": LEAST_MEMBERS,
        "currencies": currencies, "batches": open,
    }))
}

fn word(figure: &Figure) -> String {
    match figure {
        Figure::MedianHour => "median hour".to_owned(),
        Figure::LowestHour => "lowest hour".to_owned(),
        Figure::Members => "all members".to_owned(),
        Figure::Shared(account) => account.clone(),
        Figure::Client(_, contracts) => {
            format!("client of {}", contracts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Figure::Clients => "all clients".to_owned(),
    }
}

fn print(asked: &OfProposal, told: &Told, with_member: bool) -> Result<()> {
    let Some(by_currency) = &told.by_currency else {
        say(&format!("{} changes no rule and no price: there is nothing to compute.", asked.proposal));
        return Ok(());
    };
    say(&format!("{}, by the first {} entries of the log and the {DAYS} days to {}", asked.proposal, told.size, told.at));
    let change = |points: Option<i64>| points.map_or_else(|| "new".to_owned(), |points| crate::i18n::change(Language::En, points));
    let row = |name: &str, sums: Option<Pair>, points: Option<i64>| {
        let sum = |of: fn(Pair) -> manyhands_domain::money::Amount| sums.map_or_else(String::new, |pair| of(pair).to_string());
        say(&format!("  {name:<34} {:>18} {:>18} {:>12}", sum(|pair| pair.before), sum(|pair| pair.after), change(points)));
    };
    for (currency, effects) in by_currency {
        say("");
        if effects.is_few() {
            say(&format!("{currency}: fewer than {LEAST_MEMBERS} members did this work, so the changes alone are told"));
        } else {
            say(&format!("{currency}: {} pieces of {} members", effects.pieces, effects.members));
        }
        for line in effects.table() {
            row(&word(&line.of), line.sums, line.change);
        }
        if with_member {
            row(&format!("this member, {} pieces", effects.mine.0), Some(effects.mine.1), effects.mine.1.change());
        }
    }
    say("");
    match &told.open {
        Some((open, under)) => {
            say(&format!("{} of {open} open batches would fall under the floor", under.len()));
            for (batch, least) in under {
                let offer = offer_of(batch)?;
                say(&format!("  {} of {}: {} {}, at least {least}", batch.id, batch.contract_id, offer.price, offer.currency));
            }
        }
        None => say("Which batches are open stands in no entry: that rests on the database."),
    }
    Ok(())
}
