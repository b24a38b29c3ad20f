//! Reading the ledger as it stands.

use manyhands_domain::log::Hash;
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, find, find_value, uncount, values};
use crate::{Sql, StoreError};

/// Where the log stands.
#[derive(Clone, Debug)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// Index of the rule book in force.
    pub rule_index: Option<u64>,
    /// When the last entry was recorded: the next is not before it.
    pub last_at: Timestamp,
}

/// A stored entry: its bytes and leaf hash.
#[derive(Clone, Debug)]
pub struct NoteRow {
    /// Its index.
    pub index: u64,
    /// The signed note, every byte.
    pub note: Vec<u8>,
}

/// A signed checkpoint as stored.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// Entries it covers.
    pub size: u64,
    /// Root hash, 32 bytes.
    pub root: Vec<u8>,
    /// The signed note.
    pub note: Vec<u8>,
    /// When it was signed, seconds.
    pub at: i64,
}

#[derive(FromQueryResult)]
struct HeadRow {
    size: i64,
    rule_index: Option<i64>,
    last_at: i64,
}

#[derive(FromQueryResult)]
struct IndexedNote {
    idx: i64,
    note: Vec<u8>,
}

#[derive(FromQueryResult)]
struct CheckpointRow {
    size: i64,
    root: Vec<u8>,
    note: Vec<u8>,
    at: i64,
}

#[derive(FromQueryResult)]
struct BookRow {
    idx: i64,
    book: String,
}

/// The log's size and the rule in force, without waiting for a writer.
pub async fn head(on: &impl Sql) -> Result<Head, StoreError> {
    let row: Option<HeadRow> = find(on, "SELECT size, rule_index, last_at FROM ledger_head WHERE one = 1", vec![]).await?;
    match row {
        Some(row) => Ok(Head {
            size: uncount(row.size)?,
            rule_index: row.rule_index.map(uncount).transpose()?,
            last_at: Timestamp::from_secs(row.last_at),
        }),
        None => Ok(Head { size: 0, rule_index: None, last_at: Timestamp::default() }),
    }
}

/// One entry's bytes.
pub async fn find_note(on: &impl Sql, index: u64) -> Result<Option<NoteRow>, StoreError> {
    let row: Option<IndexedNote> = find(on, "SELECT idx, note FROM entries WHERE idx = $1", values![count(index)?]).await?;
    row.map(IndexedNote::typed).transpose()
}

/// The entries of each member's last ballot in a vote, ascending.
pub async fn notes_of_last_ballots(on: &impl Sql, number: i64) -> Result<Vec<NoteRow>, StoreError> {
    let sql = "SELECT e.idx, e.note FROM entries e JOIN ballots b ON b.entry_index = e.idx WHERE b.number = $1 AND b.entry_index = \
               (SELECT MAX(n.entry_index) FROM ballots n WHERE n.number = b.number AND n.member_id = b.member_id) ORDER BY e.idx";
    let rows: Vec<IndexedNote> = all(on, sql, values![number]).await?;
    rows.into_iter().map(IndexedNote::typed).collect()
}

/// What founded, added and retired the keys of roles, ascending: members' own keys are not among them.
pub async fn role_key_notes(on: &impl Sql) -> Result<Vec<NoteRow>, StoreError> {
    let sql = "SELECT idx, note FROM entries WHERE kind IN ('coop.founded', 'key.added', 'key.retired') AND member_id IS NULL ORDER BY idx";
    let rows: Vec<IndexedNote> = all(on, sql, vec![]).await?;
    rows.into_iter().map(IndexedNote::typed).collect()
}

/// At most `limit` entries from `from` on, ascending.
pub async fn notes(on: &impl Sql, from: u64, limit: u64) -> Result<Vec<NoteRow>, StoreError> {
    let rows: Vec<IndexedNote> =
        all(on, "SELECT idx, note FROM entries WHERE idx >= $1 ORDER BY idx LIMIT $2", values![count(from)?, count(limit)?]).await?;
    rows.into_iter().map(IndexedNote::typed).collect()
}

/// Every entry of a kind, ascending.
pub async fn notes_of_kind(on: &impl Sql, kind: &str) -> Result<Vec<NoteRow>, StoreError> {
    let rows: Vec<IndexedNote> = all(on, "SELECT idx, note FROM entries WHERE kind = $1 ORDER BY idx", values![kind]).await?;
    rows.into_iter().map(IndexedNote::typed).collect()
}

/// Every entry of a kind after an index, ascending.
pub async fn notes_of_kind_after(on: &impl Sql, kind: &str, index: u64) -> Result<Vec<NoteRow>, StoreError> {
    let sql = "SELECT idx, note FROM entries WHERE kind = $1 AND idx > $2 ORDER BY idx";
    let rows: Vec<IndexedNote> = all(on, sql, values![kind, count(index)?]).await?;
    rows.into_iter().map(IndexedNote::typed).collect()
}

/// The entries after an index, and after a moment, that gave batches of a contract another price, ascending.
pub async fn notes_repriced(on: &impl Sql, contract: &str, index: u64, since: Timestamp) -> Result<Vec<NoteRow>, StoreError> {
    // The kind stands in the text: it is that of the index.
    let sql = "SELECT idx, note FROM entries WHERE kind = 'batch.repriced' AND contract_id = $1 AND idx > $2 AND at > $3 ORDER BY idx";
    let rows: Vec<IndexedNote> = all(on, sql, values![contract, count(index)?, since.secs()]).await?;
    rows.into_iter().map(IndexedNote::typed).collect()
}

/// Every entry that is about a member, ascending.
pub async fn notes_of_member(on: &impl Sql, member: &str) -> Result<Vec<NoteRow>, StoreError> {
    let rows: Vec<IndexedNote> = all(on, "SELECT idx, note FROM entries WHERE member_id = $1 ORDER BY idx", values![member]).await?;
    rows.into_iter().map(IndexedNote::typed).collect()
}

/// Leaf hashes `from..to`, ascending.
pub async fn leaves(on: &impl Sql, from: u64, to: u64) -> Result<Vec<Hash>, StoreError> {
    #[derive(FromQueryResult)]
    struct Leaf {
        leaf: Vec<u8>,
    }
    let rows: Vec<Leaf> =
        all(on, "SELECT leaf FROM entries WHERE idx >= $1 AND idx < $2 ORDER BY idx", values![count(from)?, count(to)?]).await?;
    rows.into_iter().map(|row| row.leaf.try_into().map_err(|_| StoreError::Damaged("leaf hash".to_owned()))).collect()
}

/// A full tile of 256 hashes, if it is full yet.
pub async fn tile(on: &impl Sql, level: i64, number: u64) -> Result<Option<Vec<u8>>, StoreError> {
    find_value(on, "SELECT bytes AS v FROM tiles WHERE level = $1 AND number = $2", values![level, count(number)?]).await
}

/// The newest signed checkpoint; none before the founding.
pub async fn latest_checkpoint(on: &impl Sql) -> Result<Option<Checkpoint>, StoreError> {
    let row: Option<CheckpointRow> = find(on, "SELECT size, root, note, at FROM checkpoints ORDER BY size DESC LIMIT 1", vec![]).await?;
    row.map(|row| Ok(Checkpoint { size: uncount(row.size)?, root: row.root, note: row.note, at: row.at })).transpose()
}

/// The corrections posted after an entry, ascending: few in any book.
pub async fn corrections_after(on: &impl Sql, index: u64) -> Result<Vec<NoteRow>, StoreError> {
    let sql = "SELECT idx, note FROM entries WHERE kind = 'correction.posted' AND idx > $1 ORDER BY idx";
    let rows: Vec<IndexedNote> = all(on, sql, values![count(index)?]).await?;
    rows.into_iter().map(IndexedNote::typed).collect()
}

/// The closed periods, newest first: index of the first part, and when.
pub async fn list_periods(on: &impl Sql, limit: u64) -> Result<Vec<EntryRow>, StoreError> {
    all(
        on,
        "SELECT idx, kind, at, contract_id, total, unit FROM entries WHERE kind = 'period.closed' ORDER BY idx DESC LIMIT $1",
        values![count(limit)?],
    )
    .await
}

/// The rule book enacted by the entry at `index`, as JSON.
pub async fn find_book(on: &impl Sql, index: u64) -> Result<Option<String>, StoreError> {
    find_value(on, "SELECT book AS v FROM rule_books WHERE idx = $1", values![count(index)?]).await
}

/// The rule book in force now, as JSON, and the index of its entry.
pub async fn latest_book(on: &impl Sql) -> Result<Option<(u64, String)>, StoreError> {
    let row: Option<BookRow> = find(on, "SELECT idx, book FROM rule_books ORDER BY idx DESC LIMIT 1", vec![]).await?;
    row.map(|row| Ok((uncount(row.idx)?, row.book))).transpose()
}

/// A rule book, with when it was entered.
#[derive(Clone, Debug)]
pub struct DatedBook {
    /// Its `rule.enacted`.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// As JSON.
    pub book: String,
}

/// The newest rule books below an index, newest first.
pub async fn books_before(on: &impl Sql, before: u64, limit: u64) -> Result<Vec<DatedBook>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        idx: i64,
        enacted_at: i64,
        book: String,
    }
    let sql = "SELECT idx, enacted_at, book FROM rule_books WHERE idx < $1 ORDER BY idx DESC LIMIT $2";
    // No entry has an index beyond what the databases hold.
    let rows: Vec<Row> = all(on, sql, values![i64::try_from(before).unwrap_or(i64::MAX), count(limit)?]).await?;
    let dated = |row: Row| Ok(DatedBook { index: uncount(row.idx)?, at: Timestamp::from_secs(row.enacted_at), book: row.book });
    rows.into_iter().map(dated).collect()
}

/// When the newest rule books were entered, newest first.
pub async fn list_book_times(on: &impl Sql, limit: u64) -> Result<Vec<Timestamp>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        enacted_at: i64,
    }
    let sql = "SELECT enacted_at FROM rule_books ORDER BY idx DESC LIMIT $1";
    let rows: Vec<Row> = all(on, sql, values![count(limit)?]).await?;
    Ok(rows.into_iter().map(|row| Timestamp::from_secs(row.enacted_at)).collect())
}

/// Every rule book with the index of its entry, oldest first.
pub async fn list_books(on: &impl Sql) -> Result<Vec<(u64, String)>, StoreError> {
    let rows: Vec<BookRow> = all(on, "SELECT idx, book FROM rule_books ORDER BY idx", vec![]).await?;
    rows.into_iter().map(|row| Ok((uncount(row.idx)?, row.book))).collect()
}

/// The last rule book enacted below `size`, as JSON, and the index of its entry.
pub async fn book_before(on: &impl Sql, size: u64) -> Result<Option<(u64, String)>, StoreError> {
    let row: Option<BookRow> =
        find(on, "SELECT idx, book FROM rule_books WHERE idx < $1 ORDER BY idx DESC LIMIT 1", values![count(size)?]).await?;
    row.map(|row| Ok((uncount(row.idx)?, row.book))).transpose()
}

/// The first entry from an index on that is not before a moment.
pub async fn first_from(on: &impl Sql, index: u64, at: Timestamp) -> Result<Option<u64>, StoreError> {
    let found: Option<i64> =
        find_value(on, "SELECT idx AS v FROM entries WHERE idx >= $1 AND at >= $2 ORDER BY idx LIMIT 1", values![count(index)?, at.secs()])
            .await?;
    found.map(uncount).transpose()
}

/// When an entry was recorded.
pub async fn find_at(on: &impl Sql, index: u64) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = find_value(on, "SELECT at AS v FROM entries WHERE idx = $1", values![count(index)?]).await?;
    Ok(at.map(Timestamp::from_secs))
}

impl IndexedNote {
    fn typed(self) -> Result<NoteRow, StoreError> {
        Ok(NoteRow { index: uncount(self.idx)?, note: self.note })
    }
}

/// How many entries stand in the table, and the index after the last: equal while none is missing.
pub async fn count_entries(on: &impl Sql) -> Result<(u64, u64), StoreError> {
    let count: Option<i64> = find_value(on, "SELECT COUNT(*) AS v FROM entries", vec![]).await?;
    let next: Option<i64> = find_value(on, "SELECT COALESCE(MAX(idx), -1) + 1 AS v FROM entries", vec![]).await?;
    Ok((uncount(count.unwrap_or(0))?, uncount(next.unwrap_or(0))?))
}

/// An entry as lists show it: a projection of the note.
#[derive(Clone, Debug, FromQueryResult)]
pub struct EntryRow {
    /// Its index.
    pub idx: i64,
    /// Its kind.
    pub kind: String,
    /// When, seconds.
    pub at: i64,
    /// The contract it is about.
    pub contract_id: Option<String>,
    /// Sum of the debits, millionths.
    pub total: i64,
    /// Their unit.
    pub unit: Option<String>,
}

/// The newest entries below `before`, newest first.
pub async fn entries_before(on: &impl Sql, before: u64, limit: u64) -> Result<Vec<EntryRow>, StoreError> {
    all(
        on,
        "SELECT idx, kind, at, contract_id, total, unit FROM entries WHERE idx < $1 ORDER BY idx DESC LIMIT $2",
        values![count(before)?, count(limit)?],
    )
    .await
}

/// The newest entries of a contract below `before`, newest first.
pub async fn entries_of_contract(on: &impl Sql, contract: &str, before: u64, limit: u64) -> Result<Vec<EntryRow>, StoreError> {
    all(
        on,
        "SELECT idx, kind, at, contract_id, total, unit FROM entries WHERE contract_id = $1 AND idx < $2 ORDER BY idx DESC LIMIT $3",
        values![contract, count(before)?, count(limit)?],
    )
    .await
}

/// The newest entry of a kind, as lists show it.
pub async fn newest_of_kind(on: &impl Sql, kind: &str) -> Result<Option<EntryRow>, StoreError> {
    find(on, "SELECT idx, kind, at, contract_id, total, unit FROM entries WHERE kind = $1 ORDER BY idx DESC LIMIT 1", values![kind]).await
}

/// A contract's entries of one kind: first index and count.
pub async fn first_of_kind(on: &impl Sql, contract: &str, kind: &str) -> Result<Option<u64>, StoreError> {
    let index: Option<i64> = find_value(
        on,
        "SELECT MIN(idx) AS v FROM entries WHERE contract_id = $1 AND kind = $2 HAVING COUNT(*) > 0",
        values![contract, kind],
    )
    .await?;
    index.map(uncount).transpose()
}
