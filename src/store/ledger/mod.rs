//! The ledger's rows: entries as signed bytes, and beside them a projection that can be rebuilt from them.
//! Inserts only. Appending happens inside the caller's transaction, serialised by the one row of `ledger_head`.

mod append;
mod balances;
mod own;
mod read;
mod rows;
mod tiles;

pub use append::{Appender, Signed};
pub use balances::{balance, balances, balances_as_of, follow, is_balanced, sums_by_kind};
pub use own::{corrections_of_account, entries_of_membership};
pub use read::{
    Checkpoint, DatedBook, EntryRow, Head, NoteRow, book_before, books_before, corrections_after, count_entries, entries_before,
    entries_of_contract, find_at, find_book, find_note, first_from, first_of_kind, head, latest_book, latest_checkpoint, leaves,
    list_book_times, list_books, list_periods, newest_of_kind, notes, notes_of_kind, notes_of_kind_after, notes_of_last_ballots,
    notes_of_member, notes_repriced, role_key_notes, tile,
};
pub use rows::{
    Checked, StoredBalance, StoredBook, StoredCheckpoint, StoredEntry, StoredHead, StoredLine, count_checkpoints, count_heads, count_rows,
    find_beyond, find_checked, find_checkpoint, find_strange_tile, set_checked, stored_balances, stored_books, stored_checkpoints,
    stored_entries, stored_head, stored_lines,
};
pub use tiles::{Tips, tile_hashes, was_signed_between};
