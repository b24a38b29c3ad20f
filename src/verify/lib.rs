//! Checks an exported ledger without the server, level by level (LEDGER.md section 6): bytes, log, books. Knows the
//! domain and nothing else of Manyhands.

mod books;
mod documents;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::keys::{KeyRing, Witnessed};
use manyhands_domain::log::Hash;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::log::note::Note;
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::time::Timestamp;

use crate::books::Books;

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// Entries read.
    pub size: u64,
    /// The first thing wrong at each of the levels 1 to 3, if anything is.
    pub failures: [Option<Failure>; 3],
    /// Balances after the last entry: account, unit, amount.
    pub balances: Vec<(String, String, String)>,
    /// Openings of ballots that the export leaves out, as it may.
    pub openings_absent: u64,
}

/// The first thing wrong at a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Index of the entry; at level 2 the log's size.
    pub at: u64,
    /// What does not hold.
    pub why: String,
}

/// Something needed is absent or cannot be read: nothing can be said.
#[derive(Debug)]
pub struct Absent {
    /// Which file.
    pub path: PathBuf,
    /// Why it cannot be read.
    pub cause: io::Error,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is needed and cannot be read: {}", self.path.display(), self.cause)
    }
}

impl Report {
    /// Whether every level that was checked holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failures.iter().all(Option::is_none)
    }

    fn fail(&mut self, level: usize, at: u64, why: impl fmt::Display) {
        if let Some(slot) = self.failures.get_mut(level - 1)
            && slot.as_ref().is_none_or(|first| at < first.at)
        {
            *slot = Some(Failure { at, why: why.to_string() });
        }
    }
}

/// Checks the export in `folder` against a checkpoint key that ever was the log's.
///
/// # Errors
/// [`Absent`] when a file that is needed cannot be read.
pub fn verify(folder: &Path, vkey: &VerifyingKey) -> Result<Report, Absent> {
    let checkpoint = read(folder, "checkpoint")?;
    let mut report = Report { size: 0, failures: [None, None, None], balances: Vec::new(), openings_absent: 0 };
    let text = Note::parse(&checkpoint).ok().and_then(|note| Checkpoint::parse_text(note.text).ok());
    let Some(said) = text else {
        report.fail(2, 0, "the checkpoint is not a signed note of three lines");
        return Ok(report);
    };
    report.size = said.size;
    let mut log = Log::default();
    for tile in tiles::of_level(0, said.size) {
        let bundle = read(folder, &tile.bundle_path())?;
        log.read_bundle(tile, &bundle, &mut report);
    }
    log.books.finish(said.size, &mut report);
    log.check_tree(folder, &checkpoint, &said, vkey, &mut report)?;
    documents::check(folder, &log.documents, &mut report)?;
    report.balances = log.books.balances();
    Ok(report)
}

/// Everything replayed so far.
#[derive(Default)]
struct Log {
    ring: KeyRing,
    leaves: Vec<Hash>,
    times: Vec<Timestamp>,
    books: Books,
    witnessed: Vec<Witnessed>,
    documents: Vec<documents::Named>,
}

impl Log {
    fn read_bundle(&mut self, tile: Tile, bundle: &[u8], report: &mut Report) {
        let first = tile.number * tiles::WIDTH;
        let notes = match tiles::unbundle(bundle) {
            Ok(notes) if notes.len() as u64 == tile.width => notes,
            Ok(notes) => {
                report.fail(2, report.size, format!("{} holds {} entries instead of {}", tile.bundle_path(), notes.len(), tile.width));
                notes
            }
            Err(error) => {
                report.fail(2, report.size, format!("{}: {error}", tile.bundle_path()));
                // Nothing of a damaged bundle can be told apart: its first entry is where reading ends.
                report.fail(1, first, error);
                report.fail(3, first, error);
                return;
            }
        };
        for note in notes {
            self.read_entry(note, report);
        }
    }

    fn read_entry(&mut self, note: &[u8], report: &mut Report) {
        let index = self.leaves.len() as u64;
        self.leaves.push(leaf_hash(note));
        let entry = match Entry::read(note) {
            Ok(entry) => entry,
            Err(error) => {
                report.fail(1, index, error);
                report.fail(3, index, error);
                self.times.push(self.times.last().copied().unwrap_or_default());
                return;
            }
        };
        self.times.push(entry.at);
        let times = &self.times;
        let at_of = |size: u64| usize::try_from(size).ok().and_then(|size| times.get(size)).copied();
        match self.ring.admit(index, note, &entry, at_of) {
            Ok(witnessed) => self.witnessed.extend(witnessed),
            Err(error) => report.fail(1, index, error),
        }
        self.documents.extend(documents::named_by(index, &entry));
        if let Err(why) = self.books.post(index, &entry) {
            report.fail(3, index, why);
        }
    }

    /// Level 2: root, checkpoint, stored tiles, and what every signer saw.
    fn check_tree(
        &self,
        folder: &Path,
        checkpoint: &[u8],
        said: &Checkpoint,
        vkey: &VerifyingKey,
        report: &mut Report,
    ) -> Result<(), Absent> {
        let size = said.size;
        let keys = self.ring.checkpoint_keys(size);
        if said.origin != self.ring.origin() {
            report.fail(2, size, "the checkpoint's origin is not the one that entry 0 founded");
        }
        if Checkpoint::open(checkpoint, &keys).is_err() {
            report.fail(2, size, "the checkpoint is not signed by a checkpoint key in force");
        }
        if !self.ring.ever_checkpoint(vkey) {
            report.fail(2, size, "the given key was never a checkpoint key of this log");
        }
        let mut seen = self.witnessed.clone();
        seen.sort_by_key(|seen| seen.size);
        let mut seen = seen.into_iter().peekable();
        let mut edge = Edge::default();
        for leaf in self.leaves.iter().map(Some).chain([None]) {
            while let Some(witnessed) = seen.next_if(|seen| seen.size == edge.size()) {
                if witnessed.root != edge.root() {
                    report.fail(2, size, format!("somebody signed another root for {} entries", witnessed.size));
                }
            }
            leaf.into_iter().for_each(|leaf| edge.push(*leaf));
        }
        if edge.size() != size || edge.root() != said.root {
            report.fail(2, size, "the entries do not lead to the root that the checkpoint signs");
        }
        self.check_tiles(folder, report)
    }

    fn check_tiles(&self, folder: &Path, report: &mut Report) -> Result<(), Absent> {
        let mut level_hashes = self.leaves.clone();
        let mut level = 0;
        while !level_hashes.is_empty() {
            for (tile, hashes) in tiles::of_level(level, level_hashes.len() as u64).zip(level_hashes.chunks(256)) {
                if read(folder, &tile.path())? != hashes.concat() {
                    report.fail(2, report.size, format!("{} is not what the entries hash to", tile.path()));
                }
            }
            level_hashes = level_hashes.chunks_exact(256).filter_map(tiles::root_of).collect();
            level += 1;
        }
        Ok(())
    }
}

fn read(folder: &Path, path: &str) -> Result<Vec<u8>, Absent> {
    let path = folder.join(path);
    fs::read(&path).map_err(|cause| Absent { path, cause })
}

impl std::error::Error for Absent {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}
