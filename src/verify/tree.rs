//! Level 2: the entries hash to the tiles and the root that the checkpoint signs, and to every root that anybody saw.

use std::collections::BTreeSet;

use manyhands_domain::books::keys::{KeyRing, Witnessed};
use manyhands_domain::log::Hash;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::note::Note;
use manyhands_domain::log::receipt::BareReceipt;
use manyhands_domain::log::tiles;
use manyhands_domain::log::tree::{Edge, leaf_hash, root_of_path};

use crate::report::Report;
use crate::seen::Seen;
use crate::source::{Absent, Source};

/// The leaves so far, and what people who signed saw of the log.
#[derive(Default)]
pub(crate) struct Tree {
    leaves: Vec<Hash>,
    witnessed: Vec<(u64, Hash)>,
}

impl Tree {
    pub(crate) fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    pub(crate) fn push(&mut self, leaf: Hash) {
        self.leaves.push(leaf);
    }

    pub(crate) fn witnessed(&mut self, seen: Vec<Witnessed>) {
        self.witnessed.extend(seen.into_iter().map(|seen| (seen.size, seen.root)));
    }

    /// Root, signers' roots and stored tiles.
    pub(crate) fn check(&mut self, source: &Source, said: &Checkpoint, report: &mut Report) -> Result<(), Absent> {
        let signed = std::mem::take(&mut self.witnessed);
        if let Some(size) = self.first_other_root(signed) {
            report.fail(2, said.size, format!("somebody signed another root for {size} entries"));
        }
        if self.first_other_root(vec![(said.size, said.root)]).is_some() {
            report.fail(2, said.size, "the entries do not lead to the root that the checkpoint signs");
        }
        // Without as many entries as the checkpoint says, there is nothing to hold the tiles against.
        if self.size() == said.size { self.check_tiles(source, report) } else { Ok(()) }
    }

    /// The log is still the one that people saw: mails, older checkpoints, receipts.
    pub(crate) fn check_seen(&self, seen: &Seen, ring: &KeyRing, report: &mut Report) {
        let size = report.size;
        if let Some((ahead, _)) = seen.roots.iter().find(|(seen, _)| *seen > self.size()) {
            report.fail(2, size, format!("somebody saw {ahead} entries: the last {} are gone", ahead.saturating_sub(self.size())));
        }
        let within = seen.roots.iter().filter(|(seen, _)| *seen <= self.size()).copied().collect();
        // Whoever has the server's keys signed it; anybody can type three lines.
        let signed = seen.checkpoints.iter().filter_map(|checkpoint| {
            let said = Note::parse(checkpoint).ok().and_then(|note| Checkpoint::parse_text(note.text).ok())?;
            Checkpoint::open(checkpoint, &ring.checkpoint_keys(said.size)).is_ok().then_some((said.size, said.root))
        });
        if let Some(other) = self.first_other_root(signed.filter(|(size, _)| *size <= self.size()).collect()) {
            report.fail(2, size, format!("the log's key signed another log of {other} entries: a second history was written"));
        }
        if let Some(other) = self.first_other_root(within) {
            report.fail(
                2,
                size,
                format!(
                    "what somebody kept names another root of {other} entries, without a signature: a second history was written, \
                     or the lines were made up. A receipt of that time can tell"
                ),
            );
        }
        for checkpoint in &seen.checkpoints {
            let said = Note::parse(checkpoint).ok().and_then(|note| Checkpoint::parse_text(note.text).ok());
            if let Some(said) = said
                && Checkpoint::open(checkpoint, &ring.checkpoint_keys(said.size)).is_err()
            {
                report.fail(2, size, format!("a checkpoint of {} entries is not signed by a key in force then", said.size));
            }
        }
        for receipt in &seen.receipts {
            let leaf = leaf_hash(&receipt.note);
            if !leads(leaf, receipt.index, &receipt.path, &receipt.checkpoint) {
                report.fail(2, size, format!("the receipt of entry {} does not hold", receipt.index));
            } else if self.leaf(receipt.index) != Some(&leaf) {
                report.fail(2, size, format!("the receipt of entry {} is of another entry than the log's", receipt.index));
            }
        }
        for BareReceipt { index, path, checkpoint } in &seen.bare {
            // Its entry can only be the one that stands there: the path must lead from it.
            if !self.leaf(*index).is_some_and(|leaf| leads(*leaf, *index, path, checkpoint)) {
                report.fail(2, size, format!("the bare receipt of entry {index} does not lead from the log's entry to its checkpoint"));
            }
        }
        let given: BTreeSet<Hash> = seen.notes.iter().map(|note| leaf_hash(note)).collect();
        let missing = given.len() - self.leaves.iter().filter(|leaf| given.contains(*leaf)).count();
        if missing > 0 {
            report.fail(2, size, format!("{missing} of the notes that somebody kept are no entries of the log"));
        }
    }

    /// What stands at an index, as far as it was read.
    pub(crate) fn leaf(&self, index: u64) -> Option<&Hash> {
        self.leaves.get(usize::try_from(index).ok()?)
    }

    /// The smallest of these sizes whose root is another than the entries'.
    fn first_other_root(&self, mut roots: Vec<(u64, Hash)>) -> Option<u64> {
        roots.sort_unstable();
        let mut roots = roots.into_iter().peekable();
        let mut edge = Edge::default();
        for leaf in self.leaves.iter().map(Some).chain([None]) {
            while let Some((size, root)) = roots.next_if(|(size, _)| *size == edge.size()) {
                if root != edge.root() {
                    return Some(size);
                }
            }
            match (leaf, roots.peek()) {
                (Some(leaf), Some(_)) => edge.push(*leaf),
                _ => break,
            }
        }
        roots.next().map(|(size, _)| size)
    }

    /// Holds every tile against the entries; the first that is absent, after the others were checked.
    fn check_tiles(&self, source: &Source, report: &mut Report) -> Result<(), Absent> {
        let mut absent = Ok(());
        let mut above: Vec<Hash> = Vec::new();
        for level in 0.. {
            let hashes = if level == 0 { &self.leaves } else { &above };
            if hashes.is_empty() {
                break;
            }
            for (tile, expected) in tiles::of_level(level, hashes.len() as u64).zip(hashes.chunks(256)) {
                match source.read(&tile.path()) {
                    Ok(bytes) if bytes == expected.concat() => {}
                    Ok(_) => report.fail(2, report.size, format!("{} is not what the entries hash to", tile.path())),
                    Err(error) => absent = absent.and(Err(error)),
                }
            }
            above = hashes.chunks_exact(256).filter_map(tiles::root_of).collect();
        }
        absent
    }
}

/// Whether a path leads from a leaf to the root of a signed checkpoint.
fn leads(leaf: Hash, index: u64, path: &[Hash], checkpoint: &[u8]) -> bool {
    let said = Note::parse(checkpoint).ok().and_then(|note| Checkpoint::parse_text(note.text).ok());
    said.is_some_and(|said| root_of_path(leaf, index, said.size, path) == Some(said.root))
}
