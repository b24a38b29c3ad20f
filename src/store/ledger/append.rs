//! Appending to the ledger, inside the caller's transaction. One row lock serialises it on PostgreSQL;
//! on SQLite the writer is alone anyway. Entries are sealed at once, and written in few statements at the end.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::books::balances;
use manyhands_domain::books::entry::EntryDraft;
use manyhands_domain::books::kinds::Kind;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::log::tree::{Edge, TILE_WIDTH};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::time::Timestamp;
use sea_orm::{FromQueryResult, Value};

use crate::sql::{all, count, execute, find, find_value, insert_rows, uncount, values};
use crate::{Sql, StoreError, Tx};

/// The ledger, held by one transaction until [`Appender::finish`].
#[derive(Debug)]
pub struct Appender {
    size: u64,
    first_new: u64,
    edge: Edge,
    now: Timestamp,
    rule_index: Option<u64>,
    entries: Vec<Vec<Value>>,
    lines: Vec<Vec<Value>>,
    books: Vec<Vec<Value>>,
    /// Every balance that this transaction looked at, as it is after the entries so far.
    balances: BTreeMap<(String, Currency), Amount>,
    leaves: Vec<[u8; 32]>,
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
        execute(
            tx,
            "INSERT INTO ledger_head (one, size, edge, last_at) VALUES (1, 0, $1, 0) ON CONFLICT (one) DO NOTHING",
            values![Vec::<u8>::new()],
        )
        .await?;
        let sql = format!("SELECT size, edge, last_at, rule_index FROM ledger_head WHERE one = 1{}", tx.for_update());
        let row: HeadRow = find(tx, sql, vec![]).await?.ok_or(StoreError::Missing("ledger head"))?;
        let size = uncount(row.size)?;
        let edge = Edge::from_bytes(size, &row.edge)
            .map_err(|_| StoreError::Damaged("the tree's edge does not fit its size".to_owned()))?;
        Ok(Appender {
            size,
            first_new: size,
            edge,
            now: now.max(Timestamp::from_secs(row.last_at)),
            rule_index: row.rule_index.map(uncount).transpose()?,
            entries: Vec::new(),
            lines: Vec::new(),
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

    /// Seals an entry and takes its place in the log; its index. INV-4: lines sum to zero per unit (the
    /// draft guarantees it); INV-5: no balance crosses zero.
    pub async fn append(&mut self, tx: &Tx, key: &SigningKey, draft: EntryDraft) -> Result<u64, StoreError> {
        let index = self.size;
        let sealed = draft.seal(self.now, key).map_err(StoreError::Refused)?;
        for line in draft.lines() {
            self.post(tx, &line.account.to_string(), line.unit, line.amount).await?;
        }
        let refs = draft.kind().refs();
        let reference = |name: &str| refs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let member = reference("worker").or_else(|| reference("member"));
        let debits = draft.lines().iter().filter(|line| line.amount.is_positive());
        let total = Amount::sum(debits.clone().map(|line| line.amount)).map_err(|_| StoreError::Damaged("sum".to_owned()))?;
        let unit = debits.map(|line| line.unit.code().to_owned()).next();
        self.entries.push(values![
            count(index)?,
            sealed.note,
            sealed.leaf.to_vec(),
            draft.kind().name(),
            self.now.secs(),
            reference("contract"),
            member,
            total.micros(),
            unit
        ]);
        for line in draft.lines() {
            self.lines.push(values![count(index)?, line.account.to_string(), line.unit.code(), line.amount.micros()]);
        }
        if let Kind::RuleEnacted(enacted) = draft.kind() {
            self.rule_index = Some(index);
            self.books.push(values![count(index)?, enacted.book.to_string(), self.now.secs()]);
        }
        self.edge.push(sealed.leaf);
        self.leaves.push(sealed.leaf);
        self.size += 1;
        Ok(index)
    }

    /// Writes what was appended, and signs the checkpoint of this transaction.
    pub async fn finish(self, tx: &Tx, key: &SigningKey) -> Result<Signed, StoreError> {
        let root = self.edge.root();
        let note = Checkpoint::sign(key, self.size, root);
        insert_rows(tx, "entries (idx, note, leaf, kind, at, contract_id, member_id, total, unit)", self.entries, "").await?;
        insert_rows(tx, "lines (idx, account, unit, amount)", self.lines, "").await?;
        insert_rows(tx, "rule_books (idx, book, enacted_at)", self.books, "").await?;
        let balances = self
            .balances
            .into_iter()
            .map(|((account, unit), amount)| values![account, unit.code(), amount.micros()])
            .collect();
        insert_rows(
            tx,
            "balances (account, unit, amount)",
            balances,
            "ON CONFLICT (account, unit) DO UPDATE SET amount = excluded.amount",
        )
        .await?;
        write_full_tiles(tx, self.first_new, &self.leaves).await?;
        execute(
            tx,
            "INSERT INTO checkpoints (size, root, note, at) VALUES ($1, $2, $3, $4)",
            values![count(self.size)?, root.to_vec(), note, self.now.secs()],
        )
        .await?;
        execute(
            tx,
            "UPDATE ledger_head SET size = $1, edge = $2, last_at = $3, rule_index = $4 WHERE one = 1",
            values![
                count(self.size)?,
                self.edge.to_bytes(),
                self.now.secs(),
                self.rule_index.map(count).transpose()?
            ],
        )
        .await?;
        Ok(Signed { size: self.size, root_base64: BASE64_STANDARD.encode(root) })
    }

    /// Adds to a balance, read once from the database and then kept here.
    async fn post(&mut self, tx: &Tx, account: &str, unit: Currency, amount: Amount) -> Result<(), StoreError> {
        let key = (account.to_owned(), unit);
        let before = match self.balances.get(&key) {
            Some(before) => *before,
            None => super::read::balance(tx, account, unit).await?,
        };
        let after = balances::post(account, unit, before, amount).map_err(StoreError::Refused)?;
        self.balances.insert(key, after);
        Ok(())
    }
}
