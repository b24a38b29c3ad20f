//! Entries read on all cores: parsed, hashed, and their signatures checked against the keys known so far. What comes out is in the
//! log's order, and nothing of it is believed before its place is known.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, RwLock};
use std::thread;

use manyhands_domain::books::entry::{Entry, EntryError};
use manyhands_domain::books::keys::{Owner, Proofs};
use manyhands_domain::log::Hash;
use manyhands_domain::log::key::{KeyId, VerifyingKey};
use manyhands_domain::log::note::{Note, Signature};
use manyhands_domain::log::prepared::Prepared;
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

impl KnownKey {
    fn holds(&self, signature: &Signature<'_>, text: &str) -> bool {
        let of_it = signature.is_of(&self.key);
        match (&self.prepared, <&[u8; 64]>::try_from(signature.bytes.as_slice())) {
            (Some(prepared), Ok(bytes)) => of_it && prepared.verifies(text.as_bytes(), bytes),
            _ => of_it && signature.holds(text, &self.key),
        }
    }
}

/// Reads the bundles of a log of this size and hands them over one after the other.
///
/// # Errors
/// [`Absent`] when one cannot be read.
pub(crate) fn each_bundle(source: &Source, size: u64, known: &Known, mut each: impl FnMut(Bundle)) -> Result<(), Absent> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let queues: Vec<Receiver<Result<Bundle, Absent>>> = (0..workers)
            .map(|worker| {
                let (sender, receiver) = sync_channel(AHEAD);
                let tiles = tiles::of_level(0, size).skip(worker).step_by(workers);
                scope.spawn(move || read_bundles(source, tiles, known, &sender));
                receiver
            })
            .collect();
        // Bundle n is the n-th of all, so its worker is n modulo their number.
        for queue in (0..size.div_ceil(tiles::WIDTH)).zip(queues.iter().cycle()).map(|(_, queue)| queue) {
            match queue.recv() {
                Ok(bundle) => each(bundle?),
                Err(_) => break,
            }
        }
        Ok(())
    })
}

fn read_bundles(source: &Source, tiles: impl Iterator<Item = Tile>, known: &Known, sender: &SyncSender<Result<Bundle, Absent>>) {
    for tile in tiles {
        let bundle = source.read(&tile.bundle_path()).map(|bytes| {
            let keys = known.now();
            let (notes, torn) = tiles::unbundle_torn(&bytes);
            Bundle { tile, entries: notes.into_iter().map(|note| read(note, &keys)).collect(), torn }
        });
        // Whoever asked has stopped: so does this.
        if sender.send(bundle).is_err() {
            break;
        }
    }
}

fn read(note: &[u8], keys: &ById) -> Read {
    let entry = Entry::read(note);
    let proofs = match &entry {
        Ok(entry) => Proofs { entry: prove(note, keys), people: entry.signed.iter().map(|text| prove(text.as_bytes(), keys)).collect() },
        Err(_) => Proofs::default(),
    };
    Read { leaf: leaf_hash(note), note: note.to_vec(), entry, proofs }
}

/// The known key under which a note's one signature holds.
fn prove(note: &[u8], keys: &ById) -> Option<Arc<VerifyingKey>> {
    let note = Note::parse(note).ok()?;
    let [signature] = note.signatures.as_slice() else { return None };
    keys.get(&signature.id)?.iter().find(|known| known.holds(signature, note.text)).map(|known| Arc::clone(&known.key))
}

/// Bundles that a worker may be ahead.
const AHEAD: usize = 4;
