//! What an old backup lacks, back from a verified copy of the log: notes byte for byte, everything beside them made anew,
//! and the rows of what they are about brought to where the entries say it stands. Nothing is signed.

mod entry;
mod votes;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::books::entry::Entry;
use manyhands_domain::ids::{BatchId, PersonId};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::tiles;
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::notices::Notice;
use manyhands_domain::time::Timestamp;
use manyhands_store::batches::{self, Batch};
use manyhands_store::claims::{Of, begin_silence};
use manyhands_store::ledger::{self, Appender, Signed};
use manyhands_store::recovery::{self as rows, Row};
use manyhands_store::{Db, Tx, contracts, outbox, people};

use crate::actions::Error;
use crate::actions::recovery::entry::Reconciled;
use crate::actions::rights::{self, Officer};
use crate::actions::{new_uuid_at, rules, server_keys};
use crate::head::Head;
use crate::random::Random;

/// A copy of the log that was verified at every level, from a key of this ledger.
#[derive(Clone, Copy, Debug)]
pub struct LogCopy<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// Entries in it.
    pub size: u64,
}

/// What was recovered.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    /// The first entry that came back.
    pub from: u64,
    /// Where the log stands now.
    pub size: u64,
    /// Its root, base64.
    pub root: String,
    /// Entries by kind, and what became of the rows that they are about; nothing for kinds that live in the ledger alone.
    pub entries: BTreeMap<(&'static str, Option<Row>), u64>,
    /// Kinds whose rows somebody must look at.
    pub by_hand: BTreeMap<&'static str, u64>,
    /// What the log does not say enough of, a sentence each.
    pub lost: Vec<String>,
    /// Batches that were drafts in the backup, each with how many answers were accepted since to items that this draft did not have.
    pub unsure: BTreeMap<String, i64>,
    /// Answers that were accepted and are lost, though their items are there.
    pub lost_answers: i64,
    /// Runs and expenses that wait for a second person, as in the backup.
    pub waiting: [i64; 2],
}

/// Which rows an entry of a kind is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// Rows that are brought to where the entry says.
    Rows,
    /// None: the ledger's own say everything.
    Nothing,
    /// Rows that nothing here moves.
    ByHand,
}

fn about(kind: &str) -> About {
    match kind {
        "member.admitted" | "member.left" | "contract.listed" | "contract.amended" | "contract.closed" | "deposit.received"
        | "deposit.returned" | "batch.opened" | "batch.repriced" | "work.accepted" | "work.rejected" | "payout.approved"
        | "payout.sent" | "payout.settled" | "payout.failed" | "expense.paid" | "correction.posted" | "key.added" | "key.retired"
        | "proposal.opened" | "ballot.cast" | "proposal.closed" => About::Rows,
        "coop.founded" | "rule.enacted" | "period.closed" | "fund.spent" => About::Nothing,
        _ => About::ByHand,
    }
}

/// The officer of this address, in whose name rows are made whose author the log does not name.
///
/// # Errors
/// When there is no such officer.
pub async fn find_officer(db: &Db, email: &str) -> Result<Officer, Error> {
    let reader = db.read();
    let found = people::find_by_email(&reader, &email.trim().to_lowercase()).await?;
    let who = match found {
        Some((person, _)) => rights::identify(&reader, &person).await?,
        None => None,
    };
    who.and_then(|who| who.officer()).ok_or_else(|| Error::broken(format!("{email} is no treasurer or coordinator of this co-op")))
}

/// Appends what is missing, or writes nothing.
///
/// # Errors
/// A copy that is another history, or ends before the head outside the database: a sentence that names the first entry.
pub async fn recover(deps: &Recovering<'_>, copy: LogCopy<'_>, progress: super::projection::Progress<'_>) -> Result<Recovered, Error> {
    let tx = deps.db.begin().await?;
    let mut appender = Appender::open(&tx, Timestamp::from_secs(0)).await?;
    let (from, (signed, root)) = (appender.size(), deps.head.last());
    if copy.size < signed.max(from + 1) {
        return Err(Error::broken(if copy.size < signed {
            format!(
                "this copy of the log ends at {} entries, but {signed} were signed: find a newer one. An export, what a member downloaded, or \
                 what another server followed will do",
                copy.size
            )
        } else {
            format!("nothing is missing: the database stands at {from} entries, this copy of the log at {}", copy.size)
        }));
    }
    let last_at = appender.at();
    let mut recovered = Recovered { from, ..Recovered::default() };
    let mut edge = Edge::default();
    for tile in tiles::of_level(0, copy.size) {
        let first = tile.number * tiles::WIDTH;
        let bundle = fs::read(copy.folder.join(tile.bundle_path()))?;
        let notes = tiles::unbundle(&bundle).map_err(Error::broken)?;
        let known = if first < from { ledger::notes(&tx, first, tile.width).await? } else { Vec::new() };
        let mut known = known.into_iter();
        for (index, note) in (first..).zip(notes) {
            edge.push(leaf_hash(note));
            if index < from {
                if known.next().is_none_or(|row| row.note != note) {
                    return Err(Error::broken(format!(
                        "entry {index} of this copy is not the one in the database: they are two histories, and nothing is taken from it"
                    )));
                }
            } else {
                take_back(deps, &tx, &mut appender, &mut recovered, (note, copy.folder)).await?;
            }
            if edge.size() == signed && BASE64_STANDARD.encode(edge.root()) != root {
                return Err(Error::broken(format!(
                    "the root of the first {signed} entries of this copy is not the one that was signed last ({root}): it is another history"
                )));
            }
        }
        progress(edge.size(), copy.size);
    }
    settle(deps, &tx, &mut recovered, last_at).await?;
    // The copy was verified before, and may have moved on since: what is kept is what was read here, once.
    let checkpoint = fs::read(copy.folder.join("checkpoint"))?;
    let Signed { size, root_base64 } = appender.finish_taken_back(&tx, checkpoint.clone()).await?;
    let (in_force, read) = (server_keys::ring(&tx).await?.checkpoint_keys(size), (edge.size(), edge.root()));
    let signed = Checkpoint::open(&checkpoint, &in_force).map(|signed| (signed.size, signed.root)).ok();
    if signed != Some(read) || (size, &root_base64) != (read.0, &BASE64_STANDARD.encode(read.1)) {
        return Err(Error::broken(format!(
            "this copy of the log changed while it was read: its checkpoint is not one over the {size} entries by a key in force. Nothing is taken \
             from it: take a copy to which nobody writes"
        )));
    }
    (recovered.size, recovered.root) = (size, root_base64);
    let head = deps.head.prepare(recovered.size, &recovered.root)?;
    tx.commit().await?;
    head.publish()?;
    deps.head.sync()?;
    Ok(recovered)
}

/// What follows from all rows together, once each stands where its entry says.
async fn settle(deps: &Recovering<'_>, tx: &Tx, recovered: &mut Recovered, last_at: Timestamp) -> Result<(), Error> {
    rows::count_anew(tx).await?;
    recovered.lost_answers = rows::count_lost_answers(tx, recovered.from).await?;
    tell_of_unsure(deps, tx, &recovered.unsure).await?;
    // What came back may have completed the answers to an item.
    begin_silence(tx, Of::All, rules::silence(tx, deps.now).await?).await?;
    recovered.waiting = rows::give_time(tx, last_at, deps.now.plus_days(GRACE_DAYS)).await?;
    Ok(())
}

/// What a recovery is given: no key, since it signs nothing.
#[derive(Debug)]
pub struct Recovering<'a> {
    /// The database that is behind.
    pub db: &'a Db,
    /// The head outside it.
    pub head: &'a Head,
    /// Who recovers.
    pub by: &'a PersonId,
    /// When.
    pub now: Timestamp,
    /// For the ids of rows that are made.
    pub random: &'a Random,
}

/// Gives a restored database's people time: what was sent back, extended or judged since is in no log.
///
/// # Errors
/// When the database fails.
pub async fn give_time(db: &Db, now: Timestamp) -> Result<(), Error> {
    let tx = db.begin().await?;
    let last_at = ledger::head(&tx).await?.last_at;
    rows::give_time(&tx, last_at, now.plus_days(GRACE_DAYS)).await?;
    Ok(tx.commit().await?)
}

async fn take_back(
    deps: &Recovering<'_>,
    tx: &Tx,
    appender: &mut Appender,
    recovered: &mut Recovered,
    (note, folder): (&[u8], &Path),
) -> Result<(), Error> {
    let entry = Entry::read(note).map_err(Error::broken)?;
    let index = appender.take_back(tx, note.to_vec(), &entry).await?;
    if let Some(sha256) = entry.text("document") {
        let bytes = fs::read(folder.join(format!("documents/{sha256}.json")))?;
        contracts::insert_document(tx, sha256, &bytes).await?;
    }
    // Openings are for members, and missing from a public copy.
    if let Some(sha256) = entry.text("openings")
        && let Ok(bytes) = fs::read(folder.join(format!("documents/{sha256}.json")))
    {
        contracts::insert_document(tx, sha256, &bytes).await?;
    }
    let kind = entry.kind.name;
    // The keys of the two roles are read from the log itself, and have no rows.
    let roles = entry.reference("role").is_some();
    let voted = kind == "rule.enacted" && entry.refs.contains_key("proposal");
    let row = match about(kind) {
        _ if roles => None,
        _ if voted => Some(Reconciled { deps, tx, index, entry: &entry }.bring(&mut recovered.lost).await?),
        About::Rows => Some(Reconciled { deps, tx, index, entry: &entry }.bring(&mut recovered.lost).await?),
        About::Nothing => None,
        About::ByHand => {
            *recovered.by_hand.entry(kind).or_default() += 1;
            None
        }
    };
    let batch = entry.reference("batch").unwrap_or_default();
    match (kind, row) {
        ("batch.opened", Some(Row::Marked)) => {
            recovered.unsure.insert(batch.to_owned(), 0);
        }
        ("work.accepted", Some(Row::Lost)) => {
            if let Some(lost) = recovered.unsure.get_mut(batch) {
                *lost += 1;
            }
        }
        _ => {}
    }
    *recovered.entries.entry((kind, row)).or_default() += 1;
    Ok(())
}

/// Tells the users of each client whose batch was a draft in the backup that it is paused until they have looked at it.
async fn tell_of_unsure(deps: &Recovering<'_>, tx: &Tx, unsure: &BTreeMap<String, i64>) -> Result<(), Error> {
    for (id, lost) in unsure {
        let id = BatchId::parse(id).map_err(Error::broken)?;
        // One whose contract has ended since is over.
        let Some(batch) = batches::find_batch(tx, &id).await?.filter(Batch::is_unsure) else { continue };
        let notice = Notice::BatchUnsure { batch: batch.id, contract: batch.contract_id, title: batch.title, lost: *lost };
        for person in people::users_of_client(tx, &batch.client_id).await? {
            let id = new_uuid_at(deps.now, deps.random);
            outbox::insert_notice(tx, &id, &person, (&notice, None), deps.now).await?;
        }
    }
    Ok(())
}

/// So long open claims and unjudged work stay open after a restoring.
pub const GRACE_DAYS: i64 = 3;

#[cfg(test)]
mod tests {
    use manyhands_domain::books::table::KINDS;

    use super::*;

    /// A kind that is added stands among those whose rows nobody moves until somebody says otherwise: these are they.
    #[test]
    fn every_kind_is_placed() {
        let by_hand: Vec<&str> = KINDS.iter().map(|kind| kind.name).filter(|name| about(name) == About::ByHand).collect();
        assert!(by_hand.is_empty(), "{by_hand:?}");
    }
}
