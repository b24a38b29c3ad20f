//! What the replay looks up besides the entry before it. A server may answer the same address otherwise the second time, by bad luck
//! or by intent: an entry must be the one that the tree has, and of a document the first answer that was none stands.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree::leaf_hash;
use manyhands_domain::replay::Past;
use serde_json::Value;

use crate::documents;
use crate::source::{Absent, Source};
use crate::tree::Tree;

/// What was answered to the replay.
#[derive(Default)]
pub(crate) struct Answers {
    /// Documents that the replay asked for, by hash.
    documents: RefCell<BTreeMap<String, Answer>>,
    /// The first entry that could not be read again.
    unread: RefCell<Option<Absent>>,
}

/// What was answered where a document must be.
pub(crate) enum Answer {
    /// It is what its name says.
    Fits,
    /// There is none.
    Absent(Absent),
    /// It is something else.
    Unfit(&'static str),
    /// It could not be read: nobody knows whether there is one.
    Unread(Absent),
}

impl Answers {
    /// What the replay was told of a document, if it asked.
    pub(crate) fn with<T>(&self, sha256: &str, told: impl FnOnce(Option<&Answer>) -> T) -> T {
        told(self.documents.borrow().get(sha256))
    }

    /// Why an entry could not be read again, once.
    pub(crate) fn take_unread(&self) -> Option<Absent> {
        self.unread.take()
    }
}

/// The log behind an entry, as the replay sees it.
pub(crate) struct Behind<'s> {
    pub(crate) source: &'s Source,
    pub(crate) size: u64,
    pub(crate) tree: &'s Tree,
    pub(crate) answers: &'s Answers,
}

impl Past for Behind<'_> {
    fn entry(&self, index: u64) -> Option<Entry> {
        let leaf = self.tree.leaf(index)?;
        let tile = bundle_of(index, self.size);
        let found = note_at(self.source, tile, index).and_then(|note| match note {
            Some(note) if leaf_hash(&note) == *leaf => Ok(note),
            _ => Err(self.source.absent(
                &tile.bundle_path(),
                io::Error::new(io::ErrorKind::InvalidData, format!("entry {index} is not what it was when it was first read")),
            )),
        });
        match found {
            Ok(note) => Entry::read(&note).ok(),
            Err(absent) => {
                self.answers.unread.borrow_mut().get_or_insert(absent);
                None
            }
        }
    }

    fn document(&self, sha256: &str) -> Option<Value> {
        let mut known = self.answers.documents.borrow_mut();
        if known.get(sha256).is_some_and(|answer| !matches!(answer, Answer::Fits)) {
            return None;
        }
        let (answer, value) = match documents::find(self.source, sha256) {
            Ok(Some(Ok(value))) => (Answer::Fits, Some(value)),
            Ok(Some(Err(why))) => (Answer::Unfit(why), None),
            Ok(None) => (Answer::Absent(self.source.absent(&documents::path_of(sha256), io::ErrorKind::NotFound.into())), None),
            Err(absent) => (Answer::Unread(absent), None),
        };
        known.insert(sha256.to_owned(), answer);
        value
    }
}

/// The first entry, before anything is known of the log: what it says is checked later.
pub(crate) fn first_entry(source: &Source, size: u64) -> Option<Entry> {
    let note = note_at(source, bundle_of(0, size), 0).ok().flatten()?;
    Entry::read(&note).ok()
}

fn bundle_of(index: u64, size: u64) -> Tile {
    let number = index / tiles::WIDTH;
    let width = size.saturating_sub(number.saturating_mul(tiles::WIDTH)).min(tiles::WIDTH);
    Tile { level: 0, number, width }
}

fn note_at(source: &Source, tile: Tile, index: u64) -> Result<Option<Vec<u8>>, Absent> {
    let bytes = source.read(&tile.bundle_path())?;
    let notes = tiles::unbundle_torn(&bytes).0;
    let place = usize::try_from(index % tiles::WIDTH).ok();
    Ok(place.and_then(|place| notes.get(place)).map(|note| note.to_vec()))
}
