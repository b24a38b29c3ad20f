//! The rule book in force, and those that were.

use manyhands_domain::claims::WAIT_DAYS;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use manyhands_store::claims::Silence;
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

/// Every book that was ever in force, oldest first: for pages that show work of many days.
#[derive(Debug)]
pub struct Books(Vec<(u64, Book)>);

/// All of them.
///
/// # Errors
/// When one is damaged.
pub async fn all(on: &impl Sql) -> Result<Books, Error> {
    let books = ledger::list_books(on).await?;
    Ok(Books(books.into_iter().map(|(index, text)| Ok((index, parse(&text)?))).collect::<Result<_, Error>>()?))
}

impl Books {
    /// Each with the index of its entry, the one in force first.
    pub fn newest_first(&self) -> impl Iterator<Item = (u64, &Book)> {
        self.0.iter().rev().map(|(index, book)| (*index, book))
    }

    /// The book that was in force when the log had `size` entries, and the index of its entry.
    ///
    /// # Errors
    /// When there was none.
    pub fn at_size(&self, size: i64) -> Result<(u64, &Book), Error> {
        let size = u64::try_from(size).map_err(Error::broken)?;
        let last = self.0.iter().rev().find(|(index, _)| *index < size).ok_or_else(|| Error::broken("no rule book was in force"))?;
        Ok((last.0, &last.1))
    }
}

/// The days after which silence accepts, from now on, by the book in force.
///
/// # Errors
/// When the co-op has no book.
pub async fn silence(on: &impl Sql, now: Timestamp) -> Result<Silence, Error> {
    Ok(silence_of(&current(on).await?.1, now))
}

/// The same, by this book.
#[must_use]
pub fn silence_of(book: &Book, now: Timestamp) -> Silence {
    Silence { now, days: book.review.silence_days, wait_days: WAIT_DAYS }
}

fn parse(text: &str) -> Result<Book, Error> {
    let value = serde_json::from_str(text).map_err(Error::broken)?;
    Book::parse(&value).map_err(Error::broken)
}
