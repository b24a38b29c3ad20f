//! The rule book in force, and those that were.

use manyhands_domain::rules::Book;
use manyhands_store::{Sql, ledger};

use crate::actions::Error;

/// The book in force now, and the index of its entry.
///
/// # Errors
/// When the co-op has no book: it was not founded.
pub async fn current(on: &impl Sql) -> Result<(u64, Book), Error> {
    let (index, text) = ledger::latest_book(on).await?.ok_or_else(|| Error::broken("no rule book is enacted"))?;
    Ok((index, parse(&text)?))
}

/// The book that was in force when the log had `size` entries: the last one enacted below it.
///
/// # Errors
/// When there was none.
pub async fn at_size(on: &impl Sql, size: i64) -> Result<(u64, Book), Error> {
    let size = u64::try_from(size).map_err(Error::broken)?;
    let (index, text) = ledger::book_before(on, size).await?.ok_or_else(|| Error::broken("no rule book was in force"))?;
    Ok((index, parse(&text)?))
}

fn parse(text: &str) -> Result<Book, Error> {
    let value = serde_json::from_str(text).map_err(Error::broken)?;
    Book::parse(&value).map_err(Error::broken)
}
