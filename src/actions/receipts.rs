//! Reading the ledger for people: entries, receipts, and the export that an auditor checks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::books::entry;
use manyhands_domain::ids::ContractId;
use manyhands_domain::log::Hash;
use manyhands_domain::log::note::Note;
use manyhands_domain::log::receipt::Receipt;
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree;
use manyhands_domain::time::Timestamp;
use manyhands_store::ledger::{self, EntryRow, Tips};
use manyhands_store::reviews::Shares;
use manyhands_store::{Db, Sql, contracts, reviews};

use crate::actions::rights::{Coordinator, Member};
use crate::actions::{Error, log};
use crate::deps::Deps;
use crate::head::{Coverage, Head};

/// One entry: its bytes and what they say.
///
/// # Errors
/// [`Error::NotFound`] beyond the log's end.
pub async fn find_entry(deps: &Deps, index: u64) -> Result<(Vec<u8>, entry::Entry), Error> {
    let note = ledger::find_note(&deps.db.read(), index).await?.ok_or(Error::NotFound)?.note;
    let entry = entry::Entry::read(&note).map_err(Error::broken)?;
    Ok((note, entry))
}

/// A page of entries below `before`, newest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn list_entries(deps: &Deps, before: u64, limit: u64) -> Result<Vec<EntryRow>, Error> {
    Ok(ledger::entries_before(&deps.db.read(), before, limit).await?)
}

/// A page of a contract's entries below `before`, newest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn list_of_contract(deps: &Deps, contract: &ContractId, before: u64, limit: u64) -> Result<Vec<EntryRow>, Error> {
    Ok(ledger::entries_of_contract(&deps.db.read(), contract.as_str(), before, limit).await?)
}

/// What stands in the book about this member's being one, newest first: admitted, left, keys.
///
/// # Errors
/// When the database fails.
pub async fn list_own(deps: &Deps, by: &Member) -> Result<Vec<EntryRow>, Error> {
    Ok(ledger::entries_of_membership(&deps.db.read(), by.id().as_str(), LIMIT).await?)
}

/// The same, for a coordinator who looks at somebody's account.
///
/// # Errors
/// When the database fails.
pub async fn list_of_member(deps: &Deps, _by: &Coordinator, member: &str) -> Result<Vec<EntryRow>, Error> {
    Ok(ledger::entries_of_membership(&deps.db.read(), member, LIMIT).await?)
}

/// The newest acceptance and its entry; none before the first.
///
/// # Errors
/// When the database fails, or the entry is damaged.
pub async fn last_acceptance(deps: &Deps) -> Result<Option<(EntryRow, entry::Entry)>, Error> {
    let Some(row) = ledger::newest_of_kind(&deps.db.read(), "work.accepted").await? else { return Ok(None) };
    let index = u64::try_from(row.idx).map_err(Error::broken)?;
    let (_, entry) = find_entry(deps, index).await?;
    Ok(Some((row, entry)))
}

/// The newest signed checkpoint; none before the founding.
///
/// # Errors
/// When the database fails.
pub async fn checkpoint(deps: &Deps) -> Result<Option<ledger::Checkpoint>, Error> {
    Ok(ledger::latest_checkpoint(&deps.db.read()).await?)
}

/// The three lines of the newest checkpoint, for the footer of a mail; empty before the founding.
pub(crate) async fn checkpoint_lines(on: &impl Sql) -> Result<String, Error> {
    let Some(checkpoint) = ledger::latest_checkpoint(on).await? else { return Ok(String::new()) };
    Ok(Note::parse(&checkpoint.note).map_err(Error::broken)?.text.to_owned())
}

/// How the book stands, as this server finds it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Every entry sums to zero, every balance follows from the entries, the newest checkpoint covers every entry,
    /// and the head outside the database agrees.
    Intact,
    /// The lines of an entry do not sum to zero, or a balance is not the sum of its account's lines.
    Unbalanced,
    /// Entries are missing, or stand in the database without a checkpoint that covers them.
    Unsigned,
    /// The database stands behind the head, or at the same size with another root.
    Behind,
}

/// The whole book as it was looked through at one moment.
#[derive(Clone, Debug)]
pub struct Looked {
    /// When.
    pub at: Timestamp,
    /// How it stands.
    pub standing: Standing,
    /// Its entries.
    pub size: u64,
    /// What accepted work posted: account, unit, millionths.
    pub accepted: Vec<(String, String, i64)>,
    /// What deposits posted.
    pub deposits: Vec<(String, String, i64)>,
    /// What members had of accepted work, for doing it and for reviewing it.
    pub shares: Vec<Shares>,
}

/// Looks through the whole book: every line is read, so not for every request. A reader need not believe it: the export is
/// checked without us.
///
/// # Errors
/// When the database fails.
pub async fn look(deps: &Deps) -> Result<Looked, Error> {
    // Read first: the head moves after each commit, so a later look at the database is never behind it.
    let (signed, root) = deps.head.last();
    let moment = deps.db.snapshot().await?;
    let size = ledger::head(&moment).await?.size;
    let checkpoint = ledger::latest_checkpoint(&moment).await?;
    let standing = match checkpoint {
        Some(checkpoint) if signed > size || (signed == size && root != BASE64_STANDARD.encode(&checkpoint.root)) => Standing::Behind,
        Some(checkpoint) if checkpoint.size == size && ledger::count_entries(&moment).await? == (size, size) => {
            if ledger::is_balanced(&moment).await? { Standing::Intact } else { Standing::Unbalanced }
        }
        _ => Standing::Unsigned,
    };
    if standing != Standing::Intact {
        tracing::error!(?standing, size, signed, "the book is not intact");
    }
    Ok(Looked {
        at: deps.clock.now(),
        standing,
        size,
        accepted: ledger::sums_by_kind(&moment, "work.accepted").await?,
        deposits: ledger::sums_by_kind(&moment, "deposit.received").await?,
        shares: reviews::shares(&moment).await?,
    })
}

/// The receipt of an entry under the newest checkpoint.
///
/// Each tile on the way is read once: a receipt costs a few rows for each 256-fold of the log.
///
/// # Errors
/// [`Error::NotFound`] beyond the log's end; broken when the database does not lead to the root that was signed.
pub async fn receipt(deps: &Deps, index: u64) -> Result<Receipt, Error> {
    let moment = deps.db.snapshot().await?;
    let checkpoint = ledger::latest_checkpoint(&moment).await?.ok_or(Error::NotFound)?;
    if index >= checkpoint.size {
        return Err(Error::NotFound);
    }
    let note = ledger::find_note(&moment, index).await?.ok_or(Error::NotFound)?.note;
    let mut tiles: BTreeMap<(u8, u64), Vec<Hash>> = BTreeMap::new();
    let mut path = Vec::new();
    for nodes in tree::inclusion(index, checkpoint.size) {
        let mut hashes = Vec::with_capacity(nodes.len());
        for node in nodes {
            let (level, number, offset, count) = tiles::place_of(node);
            let tile = match tiles.entry((level, number)) {
                Entry::Occupied(held) => held.into_mut(),
                Entry::Vacant(free) => {
                    let tile = tile_in_log(level, number, checkpoint.size)?;
                    free.insert(ledger::tile_hashes(&moment, deps.db.tips(), tile).await?)
                }
            };
            hashes.push(hash_of(tile, offset, count)?);
        }
        path.push(tree::fold(&hashes).ok_or_else(|| Error::broken("an empty part of a path"))?);
    }
    // Whoever holds a receipt that does not hold would think that they had made the mistake.
    let root = tree::root_of_path(tree::leaf_hash(&note), index, checkpoint.size, &path);
    if root.is_none_or(|root| root.as_slice() != checkpoint.root) {
        return Err(Error::broken(format!("entry {index} does not lead to the root that was signed")));
    }
    Ok(Receipt { index, note, path, checkpoint: checkpoint.note })
}

/// The root over the first `size` entries, from the tiles: whatever a checkpoint says of it.
///
/// # Errors
/// When the log does not have so many, or a tile is damaged.
pub async fn root_at(on: &impl Sql, size: u64) -> Result<Hash, Error> {
    // Its own tips: what a transaction has appended is not yet the log's.
    let tips = Tips::default();
    let mut hashes = Vec::new();
    for node in tree::cover(0, size) {
        let (level, number, offset, count) = tiles::place_of(node);
        let tile = ledger::tile_hashes(on, &tips, tile_in_log(level, number, size)?).await?;
        hashes.push(hash_of(&tile, offset, count)?);
    }
    Ok(tree::fold(&hashes).unwrap_or_else(tree::empty_root))
}

fn tile_in_log(level: u8, number: u64, size: u64) -> Result<Tile, Error> {
    Tile::in_log(level, number, size).ok_or_else(|| Error::broken("a tile beyond the log"))
}

/// The hash of a complete node, from its place in a tile.
fn hash_of(tile: &[Hash], offset: usize, count: usize) -> Result<Hash, Error> {
    let part = tile.get(offset..offset + count).ok_or_else(|| Error::broken("a tile is too short"))?;
    tiles::root_of(part).ok_or_else(|| Error::broken("a node is not complete"))
}

/// How the database stands to the head outside it.
///
/// # Errors
/// When the database fails.
pub async fn coverage(on: &impl Sql, head: &Head) -> Result<Coverage, Error> {
    let head = head.last();
    let size = ledger::head(on).await?.size;
    let root = if head.0 <= size { Some(root_at(on, head.0).await?) } else { None };
    Ok(Coverage::of(&head, size, root))
}

/// Which votes' openings go with an export: what says how each member voted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openings {
    /// Those that are for everybody, by the kind of the vote.
    ForEverybody,
    /// Those that are for members too.
    ForMembers,
}

/// Writes the log folder: checkpoint, tiles, entry bundles, documents, members' openings among them. One moment throughout.
///
/// # Errors
/// When the folder cannot be written, or the database fails.
pub async fn export(deps: &Deps, folder: &Path) -> Result<u64, Error> {
    export_from(&deps.db, folder, Openings::ForMembers).await
}

/// The same of a database alone: no key is needed to give everything away.
///
/// # Errors
/// As [`export`].
pub async fn export_from(db: &Db, folder: &Path, openings: Openings) -> Result<u64, Error> {
    let moment = db.snapshot().await?;
    let checkpoint = ledger::latest_checkpoint(&moment).await?.ok_or_else(|| Error::broken("nothing was signed yet"))?;
    let size = checkpoint.size;
    for tile in tiles::of_level(0, size) {
        let notes = ledger::notes(&moment, tile.number * tiles::WIDTH, tile.width).await?;
        let bundle = tiles::bundle(notes.iter().map(|row| row.note.as_slice())).ok_or_else(|| Error::broken("an entry is too long"))?;
        write(folder, &tile.bundle_path(), &bundle)?;
    }
    for tile in tiles::of_size(size) {
        write(folder, &tile.path(), &ledger::tile_hashes(&moment, db.tips(), tile).await?.concat())?;
    }
    for (sha256, bytes) in contracts::list_documents(&moment).await? {
        if openings == Openings::ForMembers || log::is_for_everybody(&moment, &sha256, &bytes).await? {
            write(folder, &format!("documents/{sha256}.json"), &bytes)?;
        }
    }
    write(folder, "checkpoint", &checkpoint.note)?;
    Ok(size)
}

fn write(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), Error> {
    let path = folder.join(path);
    let parent = path.parent().ok_or_else(|| Error::broken("no folder"))?;
    std::fs::create_dir_all(parent).map_err(Error::broken)?;
    std::fs::write(&path, bytes).map_err(|error| Error::broken(format!("{}: {error}", path.display())))
}

/// Entries of somebody's membership that a page shows: who changes keys more often than that finds the rest in the book.
const LIMIT: u64 = 20;
