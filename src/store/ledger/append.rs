//! Appending to the ledger, inside the caller's transaction. One row lock serialises it on PostgreSQL;
//! on SQLite the writer is alone anyway. Entries go in blocks: while the database writes one, the next is sealed on
//! another thread, so that ten thousand take neither long nor much memory.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::books::account::Account;
use manyhands_domain::books::balances::{self, BalanceError};
use manyhands_domain::books::entry::{Draft, Entry, Sealed};
use manyhands_domain::books::lines::Line;
use manyhands_domain::books::projection::{Columns, book_of};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::log::tiles;
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::log::{Hash, json};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use sea_orm::{FromQueryResult, Value};

use crate::sql::{count, execute, find, insert_rows, uncount, values};
use crate::{Sql, StoreError, Tx};

type Sealing = tokio::task::JoinHandle<Result<Vec<Ready>, StoreError>>;

/// An entry that is sealed, with what follows from its note: ready to be written.
#[derive(Debug)]
struct Ready {
    sealed: Sealed,
    at: Timestamp,
    columns: Columns,
    lines: Vec<Line>,
}

/// The ledger, held by one transaction until [`Appender::finish`].
#[derive(Debug)]
pub struct Appender {
    size: u64,
    first_new: u64,
    /// The root of the first `first_new` entries.
    before: Hash,
    edge: Edge,
    now: Timestamp,
    rule_index: Option<u64>,
    /// Counted in `size`, not sealed yet: the last ones of the log.
    waiting: Vec<Draft>,
    /// The block before those, being sealed.
    sealing: Option<Sealing>,
    /// Notes that were signed before, and come back from a copy of the log.
    recovered: Vec<Ready>,
    books: Vec<Vec<Value>>,
    /// Every balance that this transaction looked at, as it is after the entries so far.
    balances: BTreeMap<(Account, Currency), Amount>,
    leaves: Vec<Hash>,
}

/// What was signed by a transaction that appended.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The log's size now.
    pub size: u64,
    /// Its root, base64.
    pub root_base64: String,
}

#[derive(FromQueryResult)]
struct HeadRow {
    size: i64,
    edge: Vec<u8>,
    last_at: i64,
    rule_index: Option<i64>,
}

impl Appender {
    /// Takes the ledger: from here to the commit nobody else appends.
    pub async fn open(tx: &Tx, now: Timestamp) -> Result<Appender, StoreError> {
        let select = || format!("SELECT size, edge, last_at, rule_index FROM ledger_head WHERE one = 1{}", tx.for_update());
        let mut row: Option<HeadRow> = find(tx, select(), vec![]).await?;
        if row.is_none() {
            let insert = "INSERT INTO ledger_head (one, size, edge, last_at) VALUES (1, 0, $1, 0) ON CONFLICT (one) DO NOTHING";
            execute(tx, insert, values![Vec::<u8>::new()]).await?;
            row = find(tx, select(), vec![]).await?;
        }
        let row = row.ok_or_else(|| StoreError::lost("the ledger head"))?;
        let size = uncount(row.size)?;
        let edge =
            Edge::from_bytes(size, &row.edge).map_err(|_| StoreError::Damaged("the tree's edge does not fit its size".to_owned()))?;
        Ok(Appender {
            size,
            first_new: size,
            before: edge.root(),
            edge,
            now: now.max(Timestamp::from_secs(row.last_at)),
            rule_index: row.rule_index.map(uncount).transpose()?,
            waiting: Vec::new(),
            sealing: None,
            recovered: Vec::new(),
            books: Vec::new(),
            balances: BTreeMap::new(),
            leaves: Vec::new(),
        })
    }

    /// Number of entries, those of this transaction included.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether this transaction has appended anything. Who took the ledger only to keep others from it signs no checkpoint.
    #[must_use]
    pub fn has_grown(&self) -> bool {
        self.size > self.first_new
    }

    /// When the entries of this transaction are recorded: now, or with the last one before.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.now
    }

    /// The root over the entries that stood when the ledger was taken.
    #[must_use]
    pub fn root_before(&self) -> Hash {
        self.before
    }

    /// Gives an entry its place in the log; its index. INV-4 holds by the draft; INV-5: no balance crosses zero.
    pub async fn append(&mut self, tx: &Tx, key: &SigningKey, draft: Draft) -> Result<u64, StoreError> {
        let index = self.size;
        self.post(tx, draft.postings()).await?;
        if draft.kind() == "rule.enacted" {
            let book = draft.input("book").map(json::write).unwrap_or_default();
            self.enact(index, book, self.now)?;
        }
        self.waiting.push(draft);
        self.size += 1;
        if self.waiting.len() >= A_BLOCK {
            let before = self.sealing.take();
            let (drafts, at, key) = (std::mem::take(&mut self.waiting), self.now, key.clone());
            self.sealing = Some(tokio::task::spawn_blocking(move || seal(drafts, at, &key)));
            self.write_sealed(tx, before).await?;
        }
        Ok(index)
    }

    /// Gives a note its place in the log as it was signed before: every byte of it comes from a verified copy. Nothing else
    /// may be appended in the same transaction.
    pub async fn take_back(&mut self, tx: &Tx, note: Vec<u8>, entry: &Entry) -> Result<u64, StoreError> {
        let index = self.size;
        self.post(tx, &entry.lines).await?;
        if let Some(book) = book_of(entry) {
            self.enact(index, book, entry.at)?;
        }
        let columns = Columns::of_entry(entry).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let leaf = leaf_hash(&note);
        self.recovered.push(Ready { sealed: Sealed { note, leaf }, at: entry.at, columns, lines: entry.lines.clone() });
        (self.size, self.now) = (self.size + 1, entry.at);
        if self.recovered.len() >= A_BLOCK {
            let block = std::mem::take(&mut self.recovered);
            self.write(tx, block).await?;
        }
        Ok(index)
    }

    fn enact(&mut self, index: u64, book: String, at: Timestamp) -> Result<(), StoreError> {
        self.rule_index = Some(index);
        self.books.push(values![count(index)?, book, at.secs()]);
        Ok(())
    }

    /// Writes a block once it is sealed.
    async fn write_sealed(&mut self, tx: &Tx, sealing: Option<Sealing>) -> Result<(), StoreError> {
        match sealing {
            Some(sealing) => self.write(tx, sealing.await.map_err(|error| StoreError::Damaged(error.to_string()))??).await,
            None => Ok(()),
        }
    }

    async fn write(&mut self, tx: &Tx, block: Vec<Ready>) -> Result<(), StoreError> {
        let (mut entries, mut lines) = (Vec::with_capacity(block.len()), Vec::new());
        let first = self.first_new + self.leaves.len() as u64;
        for (index, ready) in (first..).zip(block) {
            self.edge.push(ready.sealed.leaf);
            self.leaves.push(ready.sealed.leaf);
            entries.push(entry_row(index, ready.columns, ready.sealed, ready.at)?);
            for line in &ready.lines {
                lines.push(values![count(index)?, line.account.as_str(), line.unit.code(), line.amount.micros()]);
            }
        }
        insert_rows(tx, ENTRIES, entries, "").await?;
        insert_rows(tx, LINES, lines, "").await
    }

    /// Writes what was appended, with the key of entries, and signs the checkpoint of this transaction with its own.
    pub async fn finish(mut self, tx: &Tx, entry_key: &SigningKey, key: &SigningKey) -> Result<Signed, StoreError> {
        let (before, drafts) = (self.sealing.take(), std::mem::take(&mut self.waiting));
        self.write_sealed(tx, before).await?;
        let last = seal(drafts, self.now, entry_key)?;
        self.write(tx, last).await?;
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: self.size, root: self.edge.root() };
        self.close(tx, checkpoint.sign(key).into_bytes()).await
    }

    /// Writes what was taken back, under the checkpoint that the copy of the log has. Signs nothing.
    pub async fn finish_taken_back(mut self, tx: &Tx, checkpoint: Vec<u8>) -> Result<Signed, StoreError> {
        let last = std::mem::take(&mut self.recovered);
        self.write(tx, last).await?;
        self.close(tx, checkpoint).await
    }

    /// Writes everything beside the entries, and the checkpoint over them.
    async fn close(self, tx: &Tx, checkpoint: Vec<u8>) -> Result<Signed, StoreError> {
        let root = self.edge.root();
        insert_rows(tx, "rule_books (idx, book, enacted_at)", self.books, "").await?;
        let balances =
            self.balances.into_iter().map(|((account, unit), amount)| values![account.as_str(), unit.code(), amount.micros()]).collect();
        insert_rows(tx, "balances (account, unit, amount)", balances, "ON CONFLICT (account, unit) DO UPDATE SET amount = excluded.amount")
            .await?;
        write_full_tiles(tx, self.first_new, self.size, &self.leaves).await?;
        execute(
            tx,
            "INSERT INTO checkpoints (size, root, note, at) VALUES ($1, $2, $3, $4)",
            values![count(self.size)?, root.to_vec(), checkpoint, self.now.secs()],
        )
        .await?;
        execute(
            tx,
            "UPDATE ledger_head SET size = $1, edge = $2, last_at = $3, rule_index = $4 WHERE one = 1",
            values![count(self.size)?, self.edge.to_bytes(), self.now.secs(), self.rule_index.map(count).transpose()?],
        )
        .await?;
        Ok(Signed { size: self.size, root_base64: BASE64_STANDARD.encode(root) })
    }

    /// Adds the lines to their balances, each read once from the database and then kept here.
    async fn post(&mut self, tx: &Tx, lines: &[Line]) -> Result<(), StoreError> {
        let key_of = |line: &Line| (line.account.clone(), line.unit);
        let unread: Vec<_> = lines.iter().map(key_of).filter(|key| !self.balances.contains_key(key)).collect();
        self.balances.extend(super::balances::balances_of(tx, unread).await?);
        for line in lines {
            let key = key_of(line);
            let before = self.balances.get(&key).copied().unwrap_or(Amount::ZERO);
            let refuse = |error| match error {
                BalanceError::Crossed(missing) => Refusal::new("balance-crossed").with("missing", (missing, line.unit)),
                BalanceError::TooLarge => Refusal::new("sum-too-large"),
            };
            let after = balances::posted(before, line.amount).map_err(|error| StoreError::Refused(refuse(error)))?;
            balances::check(&line.account, after).map_err(|error| StoreError::Refused(refuse(error)))?;
            self.balances.insert(key, after);
        }
        Ok(())
    }
}

/// The row of an entry: its bytes, and what follows from them.
fn entry_row(index: u64, columns: Columns, sealed: Sealed, at: Timestamp) -> Result<Vec<Value>, StoreError> {
    Ok(values![
        count(index)?,
        sealed.note,
        sealed.leaf.to_vec(),
        columns.kind,
        at.secs(),
        columns.contract,
        columns.member,
        columns.total.micros(),
        columns.unit.map(|unit| unit.code().to_owned())
    ])
}

/// The columns of [`entry_row`], and those of a line's row.
const ENTRIES: &str = "entries (idx, note, leaf, kind, at, contract_id, member_id, total, unit)";
const LINES: &str = "lines (idx, account, unit, amount)";

fn seal(drafts: Vec<Draft>, at: Timestamp, key: &SigningKey) -> Result<Vec<Ready>, StoreError> {
    let damaged = |kind: &str, error: String| StoreError::Damaged(format!("{kind}: {error}"));
    let seal_one = |draft: Draft| {
        let sealed = draft.seal(at, key).map_err(|error| damaged(draft.kind(), error.to_string()))?;
        let columns = Columns::of_draft(&draft).map_err(|error| damaged(draft.kind(), error.to_string()))?;
        Ok(Ready { sealed, at, columns, lines: draft.into_postings() })
    };
    drafts.into_iter().map(seal_one).collect()
}

/// Keeps the tiles that became full with the new leaves. Levels above 0 are made of full tiles below.
async fn write_full_tiles(tx: &Tx, first_new: u64, size: u64, new: &[Hash]) -> Result<(), StoreError> {
    let start = first_new - first_new % tiles::WIDTH;
    if size - start < tiles::WIDTH {
        return Ok(());
    }
    let mut rows = Vec::new();
    let mut hashes: Vec<Hash> = super::read::leaves(tx, start, first_new).await?;
    hashes.extend_from_slice(new);
    let (mut level, mut first) = (0_u8, start / tiles::WIDTH);
    let mut total = size;
    while total >= tiles::WIDTH {
        let full: Vec<&[Hash]> = hashes.chunks_exact(256).collect();
        if full.is_empty() {
            break;
        }
        for (number, tile) in (first..).zip(&full) {
            rows.push(values![i64::from(level), count(number)?, tile.concat()]);
        }
        // The next level begins with the roots of full tiles already there.
        let roots: Vec<Hash> = full.iter().filter_map(|tile| tiles::root_of(tile)).collect();
        let above = first - first % tiles::WIDTH;
        let mut next = Vec::new();
        for number in above..first {
            let bytes = super::read::tile(tx, i64::from(level), number).await?.ok_or_else(|| StoreError::lost("a tile"))?;
            let (hashes, _) = bytes.as_chunks::<32>();
            next.extend(tiles::root_of(hashes));
        }
        next.extend(roots);
        hashes = next;
        first = above / tiles::WIDTH;
        total /= tiles::WIDTH;
        level += 1;
    }
    insert_rows(tx, "tiles (level, number, bytes)", rows, "").await
}

/// Entries sealed and written together.
const A_BLOCK: usize = 500;
