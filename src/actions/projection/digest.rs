//! The part of a look that costs time and needs no database: what each note of a block says, and whether its signature
//! holds. On all cores.

use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::keys::KeyRing;
use manyhands_domain::log::Hash;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::note::Note;
use manyhands_domain::log::tree::leaf_hash;
use manyhands_store::ledger::{StoredCheckpoint, StoredEntry, StoredLine};

use crate::actions::server_keys;

/// Rows of one block, as they stand in the database.
pub(super) struct Block {
    pub(super) entries: Vec<StoredEntry>,
    pub(super) lines: Vec<StoredLine>,
    pub(super) checkpoints: Vec<StoredCheckpoint>,
}

/// A block with what its notes say.
pub(super) struct Seen {
    pub(super) entries: Vec<SeenEntry>,
    pub(super) lines: Vec<StoredLine>,
    pub(super) checkpoints: Vec<SeenCheckpoint>,
}

/// An entry's row, and what its note says; or why the note says nothing.
pub(super) struct SeenEntry {
    pub(super) row: StoredEntry,
    pub(super) leaf: Hash,
    pub(super) entry: Result<Entry, String>,
}

/// A checkpoint's row, and what its note says.
pub(super) struct SeenCheckpoint {
    pub(super) row: StoredCheckpoint,
    /// What its note signs, if a checkpoint key in force did.
    pub(super) signed: Option<Checkpoint>,
}

/// Reads a block; the ring knows afterwards what its entries did to the keys.
pub(super) fn read(block: Block, mut ring: KeyRing) -> (Seen, KeyRing) {
    let mut read = on_all_cores(&block.entries, |row| (leaf_hash(&row.note), Entry::read(&row.note).map_err(|error| error.to_string())));
    // An entry about a role's key is checked whole as the ring takes it: it may be signed by the key that it adds.
    let mut taken = Vec::with_capacity(read.len());
    for (row, (_, entry)) in block.entries.iter().zip(&mut read) {
        let index = u64::try_from(row.idx).unwrap_or(u64::MAX);
        let admitted = entry.as_ref().map_or(Ok(false), |entry| server_keys::admit(&mut ring, index, &row.note, entry));
        taken.push((row, *admitted.as_ref().unwrap_or(&true)));
        if let Err(error) = admitted {
            *entry = Err(error.to_string());
        }
    }
    let signed = on_all_cores(&taken, |(row, checked)| {
        let keys = ring.entry_keys(u64::try_from(row.idx).unwrap_or(u64::MAX));
        *checked || Note::parse(&row.note).is_ok_and(|note| keys.iter().any(|key| note.is_signed_by(key)))
    });
    let seen_checkpoints = on_all_cores(&block.checkpoints, |row| open(row, &ring));
    let unsigned = || "not signed by an entry key in force".to_owned();
    let entries = block.entries.into_iter().zip(read).zip(signed);
    let entries = entries.map(|((row, (leaf, entry)), signed)| SeenEntry {
        row,
        leaf,
        entry: entry.and_then(|entry| signed.then_some(entry).ok_or_else(unsigned)),
    });
    let checkpoints = block.checkpoints.into_iter().zip(seen_checkpoints).map(|(row, signed)| SeenCheckpoint { row, signed });
    (Seen { entries: entries.collect(), lines: block.lines, checkpoints: checkpoints.collect() }, ring)
}

/// What is wrong with a checkpoint's row, held against this root; nothing if it stands.
pub(super) fn checkpoint_fault(row: &StoredCheckpoint, ring: &KeyRing, root: Hash) -> Option<&'static str> {
    fault_of(row, open(row, ring).as_ref(), root)
}

/// The same, where the note was opened before.
pub(super) fn fault_of(row: &StoredCheckpoint, signed: Option<&Checkpoint>, root: Hash) -> Option<&'static str> {
    let said = signed.filter(|said| i64::try_from(said.size) == Ok(row.size));
    match said {
        None => Some("note: not signed by a checkpoint key in force, or over another size"),
        Some(_) if row.root != root => Some("root: not that of the entries"),
        Some(said) if said.root != root => Some("note: signs another root than that of the entries"),
        Some(_) => None,
    }
}

fn open(row: &StoredCheckpoint, ring: &KeyRing) -> Option<Checkpoint> {
    let keys = ring.checkpoint_keys(u64::try_from(row.size).ok()?);
    Checkpoint::open(&row.note, &keys).ok().filter(|said| said.origin == ring.origin())
}

/// Applies `look` to every item, a part of them on each core.
fn on_all_cores<T: Sync, R: Send>(items: &[T], look: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let part = items.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let look = &look;
        let parts: Vec<_> = items.chunks(part).map(|part| scope.spawn(move || part.iter().map(look).collect::<Vec<R>>())).collect();
        // A thread that panicked goes on panicking here.
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
