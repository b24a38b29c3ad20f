//! The ledger's rows as they stand, column by column, for whoever holds them against the notes; and how far that was
//! done, which is kept outside the ledger's tables.

use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, insert_rows, uncount, values};
use crate::{Sql, StoreError, Tx, migrate};

/// A row of `entries`.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StoredEntry {
    /// Its index.
    pub idx: i64,
    /// The signed note.
    pub note: Vec<u8>,
    /// Its leaf hash.
    pub leaf: Vec<u8>,
    /// Its kind.
    pub kind: String,
    /// When, seconds.
    pub at: i64,
    /// The contract it is about.
    pub contract_id: Option<String>,
    /// The member it is about.
    pub member_id: Option<String>,
    /// Sum of the debits, millionths.
    pub total: i64,
    /// Their unit.
    pub unit: Option<String>,
}

/// A row of `lines`.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct StoredLine {
    /// Of the entry with this index.
    pub idx: i64,
    /// Where.
    pub account: String,
    /// In which currency.
    pub unit: String,
    /// Millionths.
    pub amount: i64,
}

/// A row of `balances`.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct StoredBalance {
    /// Where.
    pub account: String,
    /// In which currency.
    pub unit: String,
    /// Millionths.
    pub amount: i64,
}

/// A row of `checkpoints`.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StoredCheckpoint {
    /// Entries it covers.
    pub size: i64,
    /// Root hash.
    pub root: Vec<u8>,
    /// The signed note.
    pub note: Vec<u8>,
    /// When it was signed, seconds.
    pub at: i64,
}

/// A row of `rule_books`.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StoredBook {
    /// Of the entry with this index.
    pub idx: i64,
    /// JSON.
    pub book: String,
    /// Seconds.
    pub enacted_at: i64,
}

/// The row of `ledger_head`.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StoredHead {
    /// Entries.
    pub size: i64,
    /// The tree's frontier.
    pub edge: Vec<u8>,
    /// When the last entry was recorded, seconds.
    pub last_at: i64,
    /// Index of the rule book in force.
    pub rule_index: Option<i64>,
}

/// Entries from `from` on, below `to`, ascending.
pub async fn stored_entries(on: &impl Sql, from: u64, to: u64) -> Result<Vec<StoredEntry>, StoreError> {
    all(
        on,
        "SELECT idx, note, leaf, kind, at, contract_id, member_id, total, unit FROM entries WHERE idx >= $1 AND idx < $2 ORDER BY idx",
        values![count(from)?, count(to)?],
    )
    .await
}

/// Lines of the entries from `from` on, below `to`, by index, account and unit.
pub async fn stored_lines(on: &impl Sql, from: u64, to: u64) -> Result<Vec<StoredLine>, StoreError> {
    all(
        on,
        "SELECT idx, account, unit, amount FROM lines WHERE idx >= $1 AND idx < $2 ORDER BY idx, account, unit",
        values![count(from)?, count(to)?],
    )
    .await
}

/// Every balance, by account and unit.
pub async fn stored_balances(on: &impl Sql) -> Result<Vec<StoredBalance>, StoreError> {
    all(on, "SELECT account, unit, amount FROM balances ORDER BY account, unit", vec![]).await
}

/// At most `limit` checkpoints of more than `above` entries, ascending. `above` may be below zero: no row is passed over.
pub async fn stored_checkpoints(on: &impl Sql, above: i64, limit: u64) -> Result<Vec<StoredCheckpoint>, StoreError> {
    all(on, "SELECT size, root, note, at FROM checkpoints WHERE size > $1 ORDER BY size LIMIT $2", values![above, count(limit)?]).await
}

/// The checkpoint of exactly so many entries.
pub async fn find_checkpoint(on: &impl Sql, size: u64) -> Result<Option<StoredCheckpoint>, StoreError> {
    find(on, "SELECT size, root, note, at FROM checkpoints WHERE size = $1", values![count(size)?]).await
}

/// Every rule book, ascending.
pub async fn stored_books(on: &impl Sql) -> Result<Vec<StoredBook>, StoreError> {
    all(on, "SELECT idx, book, enacted_at FROM rule_books ORDER BY idx", vec![]).await
}

/// Where the log stands, as its row says.
pub async fn stored_head(on: &impl Sql) -> Result<Option<StoredHead>, StoreError> {
    find(on, "SELECT size, edge, last_at, rule_index FROM ledger_head WHERE one = 1", vec![]).await
}

/// How many rows say where the log stands: one.
pub async fn count_heads(on: &impl Sql) -> Result<i64, StoreError> {
    Ok(find_value(on, "SELECT COUNT(*) AS v FROM ledger_head", vec![]).await?.unwrap_or(0))
}

/// The first row that stands beyond a log of this size: its table and key.
pub async fn find_beyond(on: &impl Sql, size: u64) -> Result<Option<(&'static str, i64)>, StoreError> {
    for (table, key, least) in [("entries", "idx", 0), ("lines", "idx", 0), ("rule_books", "idx", 0), ("checkpoints", "size", 1)] {
        // A checkpoint's size is the number of its entries; the others name an entry.
        let most = count(size)? - 1 + least;
        let sql = format!("SELECT {key} AS v FROM {table} WHERE {key} < $1 OR {key} > $2 ORDER BY {key} LIMIT 1");
        if let Some(row) = find_value(on, sql, values![least, most]).await? {
            return Ok(Some((table, row)));
        }
    }
    Ok(None)
}

/// How many full tiles there are of each level, and the first that stands where none can be.
pub async fn find_strange_tile(on: &impl Sql, size: u64) -> Result<Option<(i64, i64)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        level: i64,
        number: i64,
    }
    let mut beyond = String::from("level < 0 OR number < 0");
    let (mut level, mut full) = (0, size / 256);
    while full > 0 {
        beyond.push_str(&format!(" OR (level = {level} AND number >= {full})"));
        (level, full) = (level + 1, full / 256);
    }
    let sql = format!("SELECT level, number FROM tiles WHERE {beyond} OR level >= {level} ORDER BY level, number LIMIT 1");
    let row: Option<Row> = find(on, sql, vec![]).await?;
    Ok(row.map(|row| (row.level, row.number)))
}

/// Rows of `entries`, `lines` and `checkpoints`.
pub async fn count_rows(on: &impl Sql) -> Result<[u64; 3], StoreError> {
    let mut counts = [0; 3];
    for (place, table) in counts.iter_mut().zip(["entries", "lines", "checkpoints"]) {
        let found: Option<i64> = find_value(on, format!("SELECT COUNT(*) AS v FROM {table}"), vec![]).await?;
        *place = uncount(found.unwrap_or(0))?;
    }
    Ok(counts)
}

/// Checkpoints of at most so many entries.
pub async fn count_checkpoints(on: &impl Sql, size: u64) -> Result<u64, StoreError> {
    let found: Option<i64> = find_value(on, "SELECT COUNT(*) AS v FROM checkpoints WHERE size <= $1", values![count(size)?]).await?;
    uncount(found.unwrap_or(0))
}

/// Up to which size everything beside the notes was held against them, and what was counted then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Entries.
    pub size: u64,
    /// The tree's frontier over them.
    pub edge: Vec<u8>,
    /// Their lines.
    pub lines: u64,
    /// Checkpoints of at most so many entries.
    pub checkpoints: u64,
    /// Balances after them, by account and unit.
    pub balances: Vec<StoredBalance>,
}

/// How far the last look went; nothing before the first.
pub async fn find_checked(on: &impl Sql) -> Result<Option<Checked>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        size: i64,
        edge: Vec<u8>,
        lines: i64,
        checkpoints: i64,
    }
    if !migrate::has(on, "0004_upkeep").await? {
        return Ok(None);
    }
    let Some(row) = find::<Row>(on, "SELECT size, edge, lines, checkpoints FROM checked WHERE one = 1", vec![]).await? else {
        return Ok(None);
    };
    let balances = all(on, "SELECT account, unit, amount FROM checked_balances ORDER BY account, unit", vec![]).await?;
    let (lines, checkpoints) = (uncount(row.lines)?, uncount(row.checkpoints)?);
    Ok(Some(Checked { size: uncount(row.size)?, edge: row.edge, lines, checkpoints, balances }))
}

/// Notes how far a look went.
pub async fn set_checked(tx: &Tx, checked: &Checked, now: Timestamp) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM checked", vec![]).await?;
    execute(tx, "DELETE FROM checked_balances", vec![]).await?;
    execute(
        tx,
        "INSERT INTO checked (one, size, edge, lines, checkpoints, at) VALUES (1, $1, $2, $3, $4, $5)",
        values![count(checked.size)?, checked.edge.clone(), count(checked.lines)?, count(checked.checkpoints)?, now.secs()],
    )
    .await?;
    let rows = checked.balances.iter().map(|row| values![row.account.as_str(), row.unit.as_str(), row.amount]).collect();
    insert_rows(tx, "checked_balances (account, unit, amount)", rows, "").await
}
