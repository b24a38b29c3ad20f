//! The replay of the notes, entry by entry, and what the rows beside them must be.

use std::collections::{BTreeMap, BTreeSet};

use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::keys::KeyRing;
use manyhands_domain::books::projection::{Columns, book_of};
use manyhands_domain::log::Hash;
use manyhands_domain::log::tiles;
use manyhands_domain::log::tree::Edge;
use manyhands_store::Sql;
use manyhands_store::ledger::{self, Checked, StoredBalance, StoredBook, StoredEntry, StoredHead, StoredLine};

use super::digest::{Seen, SeenCheckpoint, SeenEntry, fault_of};
use super::peoples_keys::PeoplesKeys;
use super::votes::Votes;
use super::{Difference, difference};
use crate::actions::Error;

/// Everything that the notes gave so far.
#[derive(Default)]
pub(super) struct Replay {
    pub(super) ring: KeyRing,
    pub(super) keys: PeoplesKeys,
    pub(super) votes: Votes,
    /// Documents that entries name.
    pub(super) documents: BTreeSet<String>,
    edge: Edge,
    /// Hashes of the tile of each level that is not full yet.
    open: Vec<Vec<Hash>>,
    balances: BTreeMap<(String, String), i64>,
    /// Books enacted since the look began: index, JSON, when.
    books: Vec<(u64, String, i64)>,
    rule_index: Option<u64>,
    last_at: i64,
    lines: u64,
    checkpoints: u64,
    /// Entries that a checkpoint covers.
    signed: u64,
}

type Compared<T = ()> = Result<T, Difference>;

impl Replay {
    /// Goes on where a look ended; `then` is the book in force and the time of the last entry then.
    pub(super) fn resumed(checked: &Checked, edge: Edge, ring: KeyRing, open: Vec<Vec<Hash>>, then: (Option<u64>, i64)) -> Replay {
        let balances = checked.balances.iter().map(|row| ((row.account.clone(), row.unit.clone()), row.amount)).collect();
        let (lines, checkpoints) = (checked.lines, checked.checkpoints);
        let (rule_index, last_at) = then;
        Replay { ring, edge, open, balances, rule_index, last_at, lines, checkpoints, signed: checked.size, ..Replay::default() }
    }

    /// What the next look begins with.
    pub(super) fn into_checked(self, size: u64) -> Checked {
        let balances = self.balances.into_iter().map(|((account, unit), amount)| StoredBalance { account, unit, amount }).collect();
        Checked { size, edge: self.edge.to_bytes(), lines: self.lines, checkpoints: self.checkpoints, balances }
    }

    /// Replays the block of the entries `from..until` and holds its rows against it.
    pub(super) async fn take(&mut self, on: &impl Sql, from: u64, until: u64, seen: Seen) -> Result<Compared, Error> {
        let mut lines = seen.lines.as_slice();
        let mut checkpoints = seen.checkpoints.into_iter().peekable();
        let mut entries = seen.entries.into_iter();
        if let Some(strange) = checkpoints.next_if(|seen| u64::try_from(seen.row.size).is_ok_and(|size| size <= from)) {
            return Ok(Err(difference(
                "checkpoints",
                format!("size {}", strange.row.size),
                "a checkpoint covers at least one entry".to_owned(),
            )));
        }
        for index in from..until {
            let seen = match entries.next() {
                Some(seen) if u64::try_from(seen.row.idx) == Ok(index) => seen,
                // Nothing but the table's key keeps an index from standing twice.
                Some(seen) if u64::try_from(seen.row.idx).is_ok_and(|idx| idx < index) => {
                    return Ok(Err(difference("entries", format!("index {}", seen.row.idx), "stands there twice".to_owned())));
                }
                _ => return Ok(Err(difference("entries", format!("index {index}"), "there is no such row".to_owned()))),
            };
            let entry = match compare_entry(index, &seen) {
                Ok(entry) => entry,
                Err(difference) => return Ok(Err(difference)),
            };
            let compared = self.compare_lines(index, entry, &mut lines);
            if compared.is_err() {
                return Ok(compared);
            }
            self.note(index, entry);
            self.edge.push(seen.leaf);
            if let Err(difference) = self.push_leaf(on, seen.leaf).await? {
                return Ok(Err(difference));
            }
            while let Some(signed) = checkpoints.next_if(|seen| u64::try_from(seen.row.size) == Ok(index + 1)) {
                if let Err(difference) = self.compare_checkpoint(&signed) {
                    return Ok(Err(difference));
                }
            }
        }
        Ok(Ok(()))
    }

    /// What an entry changes beside its own rows.
    fn note(&mut self, index: u64, entry: &Entry) {
        self.last_at = entry.at.secs();
        if let Some(book) = book_of(entry) {
            self.books.push((index, book, entry.at.secs()));
            self.rule_index = Some(index);
        }
        self.keys.take(index, entry);
        self.votes.take(index, entry);
        self.documents.extend(entry.text("document").map(str::to_owned));
    }

    fn compare_lines(&mut self, index: u64, entry: &Entry, stored: &mut &[StoredLine]) -> Compared {
        for line in &entry.lines {
            let key = (line.account.as_str().to_owned(), line.unit.code().to_owned());
            let row = format!("index {index}, {} {}", key.0, key.1);
            let amount = line.amount.micros();
            let due = StoredLine { idx: i64::try_from(index).unwrap_or(i64::MAX), account: key.0.clone(), unit: key.1.clone(), amount };
            match stored.split_first() {
                Some((first, rest)) if *first == due => *stored = rest,
                Some((first, _)) if (first.idx, &first.account, &first.unit) == (due.idx, &due.account, &due.unit) => {
                    return Err(difference("lines", row, format!("amount is {}, the note gives {amount}", first.amount)));
                }
                Some((first, _)) if (first.idx, &first.account, &first.unit) < (due.idx, &due.account, &due.unit) => {
                    return Err(stranger(first));
                }
                _ => return Err(difference("lines", row, "there is no such row, and the note has this line".to_owned())),
            }
            self.lines += 1;
            let balance = self.balances.entry(key).or_default();
            *balance = balance
                .checked_add(amount)
                .ok_or_else(|| difference("lines", format!("index {index}"), "the balance after it is beyond any sum".to_owned()))?;
        }
        match stored.first() {
            Some(first) if u64::try_from(first.idx).is_ok_and(|idx| idx <= index) => Err(stranger(first)),
            _ => Ok(()),
        }
    }

    /// Adds a leaf to its tile; a tile that became full must stand in its table, and its root is a hash of the level above.
    async fn push_leaf(&mut self, on: &impl Sql, leaf: Hash) -> Result<Compared, Error> {
        let (mut hash, mut count) = (leaf, self.edge.size());
        for level in 0_u8.. {
            let place = usize::from(level);
            if self.open.len() <= place {
                self.open.push(Vec::new());
            }
            let Some(open) = self.open.get_mut(place) else { break };
            open.push(hash);
            if !count.is_multiple_of(tiles::WIDTH) {
                break;
            }
            count /= tiles::WIDTH;
            let full = std::mem::take(open);
            let stored = ledger::tile(on, i64::from(level), count - 1).await?;
            let row = format!("level {level} number {}", count - 1);
            match stored {
                Some(bytes) if bytes == full.concat() => {}
                Some(_) => return Ok(Err(difference("tiles", row, "bytes: not the hashes that the notes give".to_owned()))),
                None => return Ok(Err(difference("tiles", row, "there is no such row".to_owned()))),
            }
            hash = tiles::root_of(&full).ok_or_else(|| Error::broken("a full tile without a root"))?;
        }
        Ok(Ok(()))
    }

    fn compare_checkpoint(&mut self, seen: &SeenCheckpoint) -> Compared {
        let row = format!("size {}", seen.row.size);
        if let Some(fault) = fault_of(&seen.row, seen.signed.as_ref(), self.edge.root()) {
            return Err(difference("checkpoints", row, fault.to_owned()));
        }
        if seen.row.at != self.last_at {
            return Err(difference("checkpoints", row, format!("at is {}, its last entry says {}", seen.row.at, self.last_at)));
        }
        self.checkpoints += 1;
        self.signed = self.edge.size();
        Ok(())
    }

    /// Rule books; where the look did not begin at the first entry, those enacted since.
    pub(super) fn compare_books(&self, stored: &[StoredBook], whole: bool) -> Compared {
        let first = self.books.first().map_or(u64::MAX, |(index, ..)| *index);
        let mut stored = stored.iter().filter(|row| whole || u64::try_from(row.idx).is_ok_and(|idx| idx >= first));
        for (index, book, at) in &self.books {
            let row = format!("index {index}");
            match stored.next() {
                Some(found) if u64::try_from(found.idx) != Ok(*index) => {
                    let wrong = u64::try_from(found.idx).map_or(true, |idx| idx < *index);
                    let (row, what) = if wrong { (format!("index {}", found.idx), NO_BOOK) } else { (row, "there is no such row") };
                    return Err(difference("rule_books", row, what.to_owned()));
                }
                Some(found) if found.book != *book => return Err(difference("rule_books", row, "book: not that of the note".to_owned())),
                Some(found) if found.enacted_at != *at => {
                    return Err(difference("rule_books", row, format!("enacted_at is {}, the note gives {at}", found.enacted_at)));
                }
                Some(_) => {}
                None => return Err(difference("rule_books", row, "there is no such row".to_owned())),
            }
        }
        match stored.next() {
            Some(found) => Err(difference("rule_books", format!("index {}", found.idx), NO_BOOK.to_owned())),
            None => Ok(()),
        }
    }

    /// Every balance is the sum of its lines.
    pub(super) fn compare_balances(&self, stored: &[StoredBalance]) -> Compared {
        let mut due = self.balances.iter().peekable();
        for found in stored {
            let key = (found.account.clone(), found.unit.clone());
            if let Some((missing, _)) = due.next_if(|(next, _)| **next < key) {
                return Err(no_balance(missing));
            }
            let row = format!("{} {}", found.account, found.unit);
            match due.next_if(|(next, _)| **next == key) {
                Some((_, amount)) if *amount == found.amount => {}
                Some((_, amount)) => {
                    return Err(difference("balances", row, format!("amount is {}, the notes give {amount}", found.amount)));
                }
                None => return Err(difference("balances", row, "nothing was ever posted there".to_owned())),
            }
        }
        match due.next() {
            Some((missing, _)) => Err(no_balance(missing)),
            None => Ok(()),
        }
    }

    /// Whoever appends signs a checkpoint in the same transaction: the newest covers every entry.
    pub(super) fn is_signed(&self, size: u64) -> Compared {
        if self.signed == size { Ok(()) } else { Err(difference("checkpoints", format!("size {size}"), "there is no such row".to_owned())) }
    }

    /// Where the log stands.
    pub(super) fn compare_head(&self, head: &StoredHead, size: u64) -> Compared {
        let wrong = |what: String| Err(difference("ledger_head", "its one row".to_owned(), what));
        if self.edge.size() != size || head.edge != self.edge.to_bytes() {
            return wrong("edge: not the frontier of the entries".to_owned());
        }
        if head.last_at != self.last_at {
            return wrong(format!("last_at is {}, the last entry says {}", head.last_at, self.last_at));
        }
        let rule_index = self.rule_index.and_then(|index| i64::try_from(index).ok());
        if head.rule_index != rule_index {
            return wrong(format!("rule_index is {:?}, the notes give {rule_index:?}", head.rule_index));
        }
        Ok(())
    }
}

fn compare_entry(index: u64, seen: &SeenEntry) -> Compared<&Entry> {
    let row = || format!("index {index}");
    let entry = seen.entry.as_ref().map_err(|why| difference("entries", row(), format!("note: {why}")))?;
    let columns = Columns::of_entry(entry).map_err(|error| difference("entries", row(), format!("note: {error}")))?;
    let StoredEntry { leaf, kind, at, contract_id, member_id, total, unit, .. } = &seen.row;
    if *leaf != seen.leaf {
        return Err(difference("entries", row(), "leaf: not the hash of the note".to_owned()));
    }
    let due_unit = columns.unit.map(|unit| unit.code().to_owned());
    let columns = [
        ("kind", kind.clone(), columns.kind.to_owned()),
        ("at", at.to_string(), entry.at.secs().to_string()),
        ("contract_id", shown(contract_id), shown(&columns.contract)),
        ("member_id", shown(member_id), shown(&columns.member)),
        ("total", total.to_string(), columns.total.micros().to_string()),
        ("unit", shown(unit), shown(&due_unit)),
    ];
    match columns.into_iter().find(|(_, stored, due)| stored != due) {
        Some((name, stored, due)) => Err(difference("entries", row(), format!("{name} is {stored}, the note gives {due}"))),
        None => Ok(entry),
    }
}

fn shown(value: &Option<String>) -> String {
    value.as_ref().map_or_else(|| "nothing".to_owned(), |value| format!("‘{value}’"))
}

fn stranger(line: &StoredLine) -> Difference {
    difference("lines", format!("index {}, {} {}", line.idx, line.account, line.unit), "the note has no such line".to_owned())
}

fn no_balance((account, unit): &(String, String)) -> Difference {
    difference("balances", format!("{account} {unit}"), "there is no such row".to_owned())
}

const NO_BOOK: &str = "the entry of this index enacts no book";
