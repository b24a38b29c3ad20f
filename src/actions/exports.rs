//! Reading the whole log for an export, a page at a time: what is handed out was held against its leaf hash, and the whole
//! against the signed checkpoint. Who signed each note, and every rule, is `manyhands-verify`'s question.

use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::keys::KeyRing;
use manyhands_domain::log::Hash;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::note::Note;
use manyhands_domain::log::tiles;
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_store::{Db, Tx, ledger};

use crate::actions::{Error, server_keys};
use crate::head::{Coverage, Head};

/// The log under its newest checkpoint, read from the beginning to its end. One moment throughout.
#[derive(Debug)]
pub struct Reading {
    moment: Tx,
    checkpoint: Checkpoint,
    /// The checkpoint's note: who may have signed it is known once the log named its keys.
    signed: Vec<u8>,
    edge: Edge,
    /// The co-op's own keys, as far as the log was read.
    ring: KeyRing,
    /// The head outside the database: size and root.
    head: (u64, String),
    /// The root of what was read, where the head stands.
    at_head: Option<Hash>,
}

/// An entry as it was read.
#[derive(Debug)]
pub struct Read {
    /// Its place in the log.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: Hash,
    /// The signed note, every byte.
    pub note: Vec<u8>,
    /// What it says.
    pub entry: Entry,
}

impl Reading {
    /// Begins with entry 0.
    ///
    /// # Errors
    /// When nothing was signed yet, the checkpoint is damaged or older than the head outside the database, or the
    /// database fails.
    pub async fn open(db: &Db, head: &Head) -> Result<Reading, Error> {
        // Read first: the head moves after each commit, so a later look at the database is never behind it.
        let head = head.last();
        let moment = db.snapshot().await?;
        let signed = ledger::latest_checkpoint(&moment).await?.ok_or_else(|| Error::broken("nothing was signed yet"))?.note;
        let text = Note::parse(&signed).ok().and_then(|note| Checkpoint::parse_text(note.text).ok());
        let checkpoint = text.ok_or_else(|| Error::broken("the newest checkpoint is damaged: it is not a signed note of three lines"))?;
        if checkpoint.size == 0 || checkpoint.size < head.0 {
            return Err(Error::broken(format!(
                "the database stands at {} entries, but {} were signed before: an old backup was restored, or entries were cut off",
                checkpoint.size, head.0
            )));
        }
        Ok(Reading { moment, checkpoint, signed, edge: Edge::default(), ring: KeyRing::default(), head, at_head: None })
    }

    /// What the newest checkpoint says.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The next entries, at most a bundle; none after the last. With the last ones the whole log has been held against the
    /// checkpoint.
    ///
    /// # Errors
    /// Naming the first entry that is missing or damaged; or that the whole is not what the checkpoint signs.
    pub async fn page(&mut self) -> Result<Vec<Read>, Error> {
        let first = self.edge.size();
        let end = self.checkpoint.size.min(first.saturating_add(tiles::WIDTH));
        if first >= end {
            return Ok(Vec::new());
        }
        let rows = ledger::notes(&self.moment, first, end - first).await?;
        let leaves = ledger::leaves(&self.moment, first, end).await?;
        let mut page = Vec::with_capacity(rows.len());
        let mut rows = rows.into_iter().zip(leaves);
        for index in first..end {
            let there = rows.next().filter(|(row, _)| row.index == index);
            let (row, leaf) = there.ok_or_else(|| Error::broken(format!("entry {index} is missing")))?;
            let entry = Entry::read(&row.note).map_err(|error| Error::broken(format!("entry {index} is damaged: {error}")))?;
            if leaf_hash(&row.note) != leaf {
                return Err(Error::broken(format!("entry {index} is damaged: its bytes do not hash to its leaf")));
            }
            server_keys::admit(&mut self.ring, index, &row.note, &entry)
                .map_err(|error| Error::broken(format!("entry {index} is damaged: {error}")))?;
            self.edge.push(leaf);
            if self.edge.size() == self.head.0 {
                self.at_head = Some(self.edge.root());
            }
            page.push(Read { index, leaf, note: row.note, entry });
        }
        if end == self.checkpoint.size {
            self.check_whole()?;
        }
        Ok(page)
    }

    fn check_whole(&self) -> Result<(), Error> {
        let size = self.checkpoint.size;
        if self.edge.root() != self.checkpoint.root {
            return Err(Error::broken(format!("the {size} entries are not those that the newest checkpoint signs")));
        }
        if Checkpoint::open(&self.signed, &self.ring.checkpoint_keys(size)).is_err() {
            return Err(Error::broken(format!("the checkpoint of size {size} is not signed by this co-op's key")));
        }
        if Coverage::of(&self.head, size, self.at_head) != Coverage::Covered {
            return Err(Error::broken(format!(
                "the first {} entries are not those that the head outside the database says were signed: it holds another history",
                self.head.0
            )));
        }
        Ok(())
    }
}
