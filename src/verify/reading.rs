//! Entries read on all cores: parsed, hashed, and their signatures checked against the keys known so far. What comes out is in the
//! log's order, and nothing of it is believed before its place is known.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, RwLock};
use std::thread;

use manyhands_domain::books::entry::{Entry, EntryError};
use manyhands_domain::books::keys::{Owner, Proofs};
use manyhands_domain::log::Hash;
use manyhands_domain::log::key::{KeyId, VerifyingKey};
use manyhands_domain::log::note::Note;
use manyhands_domain::log::prepared::{self, Computed, Prepared};
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree::leaf_hash;

use crate::source::{Absent, Source};

/// A bundle as read.
pub(crate) struct Bundle {
    pub(crate) tile: Tile,
    /// Its entries, up to where they can be told apart.
    pub(crate) entries: Vec<Read>,
    /// Whether something follows them that is no entry.
    pub(crate) torn: bool,
}

/// One entry as read.
pub(crate) struct Read {
    pub(crate) leaf: Hash,
    pub(crate) note: Vec<u8>,
    pub(crate) entry: Result<Entry, EntryError>,
    pub(crate) proofs: Proofs,
}

/// Keys that the log has named so far, by their ids.
#[derive(Clone, Default)]
pub(crate) struct Known(Arc<RwLock<Arc<ById>>>);

type ById = BTreeMap<KeyId, Vec<KnownKey>>;

/// A key, prepared if it signs every entry.
#[derive(Clone)]
struct KnownKey {
    key: Arc<VerifyingKey>,
    prepared: Option<Arc<Prepared>>,
}

impl Known {
    /// Makes keys known. They only save work: whether one counts is decided at each entry's place.
    pub(crate) fn learn<'k>(&self, keys: impl Iterator<Item = (&'k Owner, &'k VerifyingKey)>) {
        let before = self.now();
        let mut by_id = ById::new();
        for (owner, key) in keys {
            let known = before.get(&key.id()).and_then(|known| known.iter().find(|known| *known.key == *key));
            let known = known.cloned().unwrap_or_else(|| KnownKey {
                key: Arc::new(key.clone()),
                prepared: (*owner == Owner::Entry).then(|| Prepared::new(key).map(Arc::new)).flatten(),
            });
            by_id.entry(key.id()).or_default().push(known);
        }
        // A poisoned lock costs only time: every signature is then checked at its place.
        if let Ok(mut known) = self.0.write() {
            *known = Arc::new(by_id);
        }
    }

    fn now(&self) -> Arc<ById> {
        self.0.read().map(|known| Arc::clone(&known)).unwrap_or_default()
    }
}

/// Reads the bundles of a log of this size and hands them over one after the other. Each goes back to the worker that read it, which
/// frees its memory: two threads on one heap's lock would wait for each other.
///
/// # Errors
/// [`Absent`] when one cannot be read.
pub(crate) fn each_bundle(source: &Source, size: u64, known: &Known, mut each: impl FnMut(&Bundle)) -> Result<(), Absent> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let queues: Vec<(Receiver<Result<Bundle, Absent>>, Sender<Bundle>)> = (0..workers)
            .map(|worker| {
                let (sender, receiver) = sync_channel(AHEAD);
                let (give_back, done) = channel();
                let tiles = tiles::of_level(0, size).skip(worker).step_by(workers);
                scope.spawn(move || read_bundles(source, tiles, known, &sender, &done));
                (receiver, give_back)
            })
            .collect();
        // Bundle n is the n-th of all, so its worker is n modulo their number.
        for (queue, give_back) in (0..size.div_ceil(tiles::WIDTH)).zip(queues.iter().cycle()).map(|(_, queue)| queue) {
            let Ok(bundle) = queue.recv() else { break };
            let bundle = bundle?;
            each(&bundle);
            // A worker that has read its last has ended: then it is freed here.
            let _ = give_back.send(bundle);
        }
        Ok(())
    })
}

fn read_bundles(
    source: &Source,
    tiles: impl Iterator<Item = Tile>,
    known: &Known,
    sender: &SyncSender<Result<Bundle, Absent>>,
    done: &Receiver<Bundle>,
) {
    for tile in tiles {
        done.try_iter().for_each(drop);
        let bundle = source.read(&tile.bundle_path()).map(|bytes| {
            let keys = known.now();
            let (notes, torn) = tiles::unbundle_torn(&bytes);
            Bundle { tile, entries: read_entries(&notes, &keys), torn }
        });
        // Whoever asked has stopped: so does this.
        if sender.send(bundle).is_err() {
            break;
        }
    }
}

fn read_entries(notes: &[&[u8]], keys: &ById) -> Vec<Read> {
    let mut entries = Vec::with_capacity(notes.len());
    let mut pending = Pending::default();
    for bytes in notes {
        let note = Note::parse(bytes);
        let entry = note.as_ref().map_err(|_| EntryError::Note).and_then(Entry::of_note);
        let mut proofs = Proofs::default();
        if let (Ok(note), Ok(entry)) = (&note, &entry) {
            proofs.entry = prove(note, keys, |key, computed| pending.push((entries.len(), key, computed)));
            proofs.people = entry.signed.iter().map(|text| prove_person(text, keys)).collect();
        }
        entries.push(Read { leaf: leaf_hash(bytes), note: bytes.to_vec(), entry, proofs });
    }
    let held = prepared::hold(&pending.iter().map(|(_, _, computed)| computed.clone()).collect::<Vec<_>>());
    for ((place, key, _), holds) in pending.into_iter().zip(held) {
        if let Some(read) = entries.get_mut(place).filter(|_| holds) {
            read.proofs.entry = Some(key);
        }
    }
    entries
}

/// Signatures by prepared keys, compared when their bundle has been read: the entry's place in it, and the key.
type Pending = Vec<(usize, Arc<VerifyingKey>, Computed)>;

fn prove_person(text: &str, keys: &ById) -> Option<Arc<VerifyingKey>> {
    prove(&Note::parse(text.as_bytes()).ok()?, keys, |_, _| ())
}

/// The known key under which a note's one signature holds. What a prepared key would say is handed over instead, to be compared
/// with others at once.
fn prove(note: &Note<'_>, keys: &ById, mut later: impl FnMut(Arc<VerifyingKey>, Computed)) -> Option<Arc<VerifyingKey>> {
    let [signature] = note.signatures.as_slice() else { return None };
    let bytes = <&[u8; 64]>::try_from(signature.bytes.as_slice()).ok();
    for known in keys.get(&signature.id)?.iter().filter(|known| signature.is_of(&known.key)) {
        match (&known.prepared, bytes) {
            (Some(prepared), Some(bytes)) => {
                if let Some(computed) = prepared.compute(note.text.as_bytes(), bytes) {
                    later(Arc::clone(&known.key), computed);
                }
            }
            _ if signature.holds(note.text, &known.key) => return Some(Arc::clone(&known.key)),
            _ => {}
        }
    }
    None
}

/// Bundles that a worker may be ahead.
const AHEAD: usize = 4;
