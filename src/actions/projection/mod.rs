//! Holds what the database keeps beside the signed notes against them: columns, lines, balances, tiles, rule books,
//! checkpoints, the head, people's keys. Reads only, block by block, and names the first row that differs.

mod compare;
mod digest;
mod peoples_keys;
mod votes;

use std::collections::BTreeSet;
use std::fmt;

use manyhands_domain::log::tiles;
use manyhands_domain::log::tree::Edge;
use manyhands_store::ledger::{self, Checked};
use manyhands_store::{Db, Sql, Tx, contracts, keys, proposals};
use sha2::{Digest, Sha256};

use crate::actions::projection::compare::Replay;
use crate::actions::projection::peoples_keys::PeoplesKeys;
use crate::actions::projection::votes::Votes;
use crate::actions::{Error, server_keys};

/// The first row that is not what the notes give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its table.
    pub table: &'static str,
    /// Which row of it: `index 812`, `size 813` …
    pub row: String,
    /// What is not as it should be.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.table, self.row, self.what)
    }
}

/// A look that found nothing.
#[derive(Clone, Debug)]
pub struct Agreed {
    /// The first entry that was looked at.
    pub from: u64,
    /// Where the log stands, and what was counted: where the next look may begin.
    pub checked: Checked,
}

/// How a look ended.
pub type Outcome = Result<Agreed, Difference>;

/// How far a look is: entries done, and entries in all.
pub type Progress<'p> = &'p mut (dyn FnMut(u64, u64) + Send);

/// Looks at everything, from the first entry on.
///
/// # Errors
/// When the database fails or holds no co-op. What differs is no error but [`Difference`].
pub async fn check_all(db: &Db, progress: Progress<'_>) -> Result<Outcome, Error> {
    let moment = db.snapshot().await?;
    let checked = ledger::find_checked(&moment).await?;
    look_at_all(&moment, checked, progress).await
}

/// Looks at what came since the last look, at every balance, and at the number of rows; at everything where no look
/// came before, or where the numbers do not fit: then the first row that differs is found and named.
///
/// # Errors
/// As [`check_all`].
pub async fn check_new(db: &Db, progress: Progress<'_>) -> Result<Outcome, Error> {
    let moment = db.snapshot().await?;
    let checked = ledger::find_checked(&moment).await?;
    let Some(since) = checked.clone().filter(|checked| checked.size > 0) else { return look_at_all(&moment, checked, progress).await };
    let counted = ledger::count_rows(&moment).await?;
    match look(&moment, Some(since), progress).await? {
        Ok(agreed) if agreed.from > 0 && counted == [agreed.checked.size, agreed.checked.lines, agreed.checked.checkpoints] => {
            Ok(Ok(agreed))
        }
        _ => look_at_all(&moment, checked, progress).await,
    }
}

/// A checkpoint between two others follows from no note: that none is missing, only an earlier count can say.
async fn look_at_all(moment: &Tx, before: Option<Checked>, progress: Progress<'_>) -> Result<Outcome, Error> {
    let outcome = look(moment, None, progress).await?;
    let (Ok(agreed), Some(before)) = (&outcome, before) else { return Ok(outcome) };
    let counted = ledger::count_checkpoints(moment, before.size).await?;
    if before.size <= agreed.checked.size && counted < before.checkpoints {
        let what = format!("{counted} rows stand where {} stood at the last look", before.checkpoints);
        return Ok(Err(difference("checkpoints", format!("up to size {}", before.size), what)));
    }
    Ok(outcome)
}

/// From which entry [`check_new`] begins, and the number of entries there are.
///
/// # Errors
/// When the database fails.
pub async fn reach(db: &Db) -> Result<(u64, u64), Error> {
    let moment = db.snapshot().await?;
    let size = ledger::head(&moment).await?.size;
    let checked = ledger::find_checked(&moment).await?.map_or(0, |checked| checked.size);
    Ok((if checked <= size { checked } else { 0 }, size))
}

/// Notes how far a look went, for the next one.
///
/// # Errors
/// When the database fails.
pub async fn note(deps: &crate::deps::Deps, agreed: &Agreed) -> Result<(), Error> {
    let tx = deps.db.begin().await?;
    ledger::set_checked(&tx, &agreed.checked, deps.clock.now()).await?;
    Ok(tx.commit().await?)
}

async fn look(moment: &Tx, since: Option<Checked>, progress: Progress<'_>) -> Result<Outcome, Error> {
    let head = ledger::stored_head(moment).await?;
    // Whoever takes the table's check away may have left no head, or a second.
    let heads = ledger::count_heads(moment).await?;
    let Some(head) = head.filter(|_| heads == 1) else {
        if heads == 0 && ledger::count_rows(moment).await?.iter().all(|rows| *rows == 0) {
            return Err(Error::broken("this database holds no co-op"));
        }
        return Ok(Err(difference("ledger_head", "its one row".to_owned(), format!("{heads} rows stand there, or another in its place"))));
    };
    let size = u64::try_from(head.size).map_err(Error::broken)?;
    let (from, mut replay) = match since {
        Some(checked) => match resume(moment, &checked, size).await? {
            Some(replay) => (checked.size, replay),
            // What the last look noted fits nothing: everything is looked at, which names the reason.
            None => (0, Replay::default()),
        },
        None => (0, Replay::default()),
    };
    let whole = from == 0;
    let mut at = from;
    let mut next = rows(moment, at, size).await?;
    while at < size {
        let block = next;
        let until = size.min(at + A_BLOCK);
        // While one block is read for what its notes say, the next comes from the database.
        let ring = std::mem::take(&mut replay.ring);
        let reading = tokio::task::spawn_blocking(move || digest::read(block, ring));
        next = rows(moment, until, size).await?;
        let (seen, ring) = reading.await.map_err(Error::broken)?;
        replay.ring = ring;
        let compared = replay.take(moment, at, until, seen).await?;
        if let Err(difference) = compared {
            return Ok(Err(difference));
        }
        at = until;
        progress(at, size);
    }
    if let Err(difference) = finish(moment, &mut replay, size, &head, whole).await? {
        return Ok(Err(difference));
    }
    Ok(Ok(Agreed { from, checked: replay.into_checked(size) }))
}

/// A replay that goes on where the last look ended, if what it noted is what a signed checkpoint says.
async fn resume(moment: &Tx, checked: &Checked, size: u64) -> Result<Option<Replay>, Error> {
    if checked.size > size {
        return Ok(None);
    }
    let Ok(edge) = Edge::from_bytes(checked.size, &checked.edge) else { return Ok(None) };
    let Ok(ring) = server_keys::ring(moment).await else { return Ok(None) };
    let signed = ledger::find_checkpoint(moment, checked.size).await?;
    let Some(signed) = signed.filter(|row| digest::checkpoint_fault(row, &ring, edge.root()).is_none()) else { return Ok(None) };
    // Hashes of tiles that are not full yet: leaves, and above them the roots of full tiles.
    let mut open = Vec::new();
    let mut hashes = ledger::leaves(moment, checked.size - checked.size % tiles::WIDTH, checked.size).await?;
    let mut below = checked.size;
    for level in 0.. {
        open.push(hashes);
        below /= tiles::WIDTH;
        if below == 0 {
            break;
        }
        hashes = Vec::new();
        for number in below - below % tiles::WIDTH..below {
            let Some(bytes) = ledger::tile(moment, level, number).await? else { return Ok(None) };
            let Some(root) = tiles::root_of(bytes.as_chunks::<32>().0) else { return Ok(None) };
            hashes.push(root);
        }
    }
    let rule_index = ledger::book_before(moment, checked.size).await?.map(|(index, _)| index);
    let Some(keys) = PeoplesKeys::before(moment, checked.size).await? else { return Ok(None) };
    let Some(votes) = Votes::before(moment, checked.size).await? else { return Ok(None) };
    let mut replay = Replay::resumed(checked, edge, ring, open, (rule_index, signed.at));
    (replay.keys, replay.votes) = (keys, votes);
    Ok(Some(replay))
}

/// The rows of a block, as they stand.
async fn rows(moment: &Tx, from: u64, size: u64) -> Result<digest::Block, Error> {
    let to = size.min(from + A_BLOCK);
    let above = i64::try_from(from).map_err(Error::broken)?;
    let mut checkpoints = ledger::stored_checkpoints(moment, if from == 0 { -1 } else { above }, A_BLOCK).await?;
    checkpoints.retain(|row| u64::try_from(row.size).is_ok_and(|size| size <= to));
    Ok(digest::Block {
        entries: ledger::stored_entries(moment, from, to).await?,
        lines: ledger::stored_lines(moment, from, to).await?,
        checkpoints,
    })
}

/// What is seen only at the end: balances, people's keys, head, rows beyond it, documents.
async fn finish(
    moment: &Tx,
    replay: &mut Replay,
    size: u64,
    head: &ledger::StoredHead,
    whole: bool,
) -> Result<Result<(), Difference>, Error> {
    let beyond = ledger::find_beyond(moment, size).await?;
    if let Some((table, key)) = beyond {
        let name = if table == "checkpoints" { "size" } else { "index" };
        return Ok(Err(difference(table, format!("{name} {key}"), format!("stands beyond the {size} entries of the log"))));
    }
    if let Some((level, number)) = ledger::find_strange_tile(moment, size).await? {
        return Ok(Err(difference("tiles", format!("level {level} number {number}"), "no full tile stands there".to_owned())));
    }
    let (books, balances) = (ledger::stored_books(moment).await?, ledger::stored_balances(moment).await?);
    let stored = keys::list_stored(moment).await?;
    let votes = proposals::projected::list_stored(moment).await?;
    replay.votes.read_documents(moment).await?;
    let compared = replay
        .compare_books(&books, whole)
        .and_then(|()| replay.compare_balances(&balances))
        .and_then(|()| replay.keys.compare(&stored))
        .and_then(|()| replay.votes.compare(&votes))
        .and_then(|()| replay.is_signed(size))
        .and_then(|()| replay.compare_head(head, size));
    if compared.is_err() || !whole {
        return Ok(compared);
    }
    compare_documents(moment, &replay.documents, &replay.votes.openings).await
}

/// Every document hashes to its name, and they are those that entries name, no more and no fewer; openings need not be there.
async fn compare_documents(moment: &impl Sql, named: &BTreeSet<String>, openings: &[String]) -> Result<Result<(), Difference>, Error> {
    let mut missing = named.clone();
    let mut after = String::new();
    loop {
        let rows = contracts::documents_after(moment, &after, DOCUMENTS).await?;
        let Some((last, _)) = rows.last() else { break };
        after.clone_from(last);
        for (sha256, bytes) in rows {
            if hex::encode(Sha256::digest(&bytes)) != sha256 {
                return Ok(Err(difference("documents", sha256, "its bytes do not hash to its name".to_owned())));
            }
            if !named.contains(&sha256) && !openings.contains(&sha256) {
                return Ok(Err(difference("documents", sha256, "no entry names it".to_owned())));
            }
            missing.remove(&sha256);
        }
    }
    Ok(match missing.pop_first() {
        Some(sha256) => Err(difference("documents", sha256, "an entry names it, and it is not there".to_owned())),
        None => Ok(()),
    })
}

fn difference(table: &'static str, row: String, what: String) -> Difference {
    Difference { table, row, what }
}

/// Entries held in memory at once, twice.
const A_BLOCK: u64 = 1_000;
const DOCUMENTS: u64 = 50;
