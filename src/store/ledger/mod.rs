//! The ledger's rows: entries as signed bytes, and beside them a projection that can be rebuilt from them.
//! Inserts only. Appending happens inside the caller's transaction, serialised by the one row of `ledger_head`.

mod append;
mod read;
mod tiles;

pub use append::{Appender, Signed};
pub use read::{
    Checkpoint, EntryRow, Head, NoteRow, balance, balances, book_before, count_entries, entries_before, entries_of_contract, find_book,
    find_note, first_of_kind, follow, head, is_balanced, latest_book, latest_checkpoint, leaves, list_books, newest_of_kind, notes,
    role_key_notes, sums_by_kind,
};
pub use tiles::{Tips, tile_hashes, was_signed_between};
