//! What work of a contract comes to, before anything is promised: pieces × copies × price, and the reading of its guidelines.

use crate::contracts::Terms;
use crate::hazards;
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;
use crate::rules::Book;

/// A quote, in exact money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Of every sum.
    pub currency: Currency,
    /// Of one accepted answer.
    pub price: Amount,
    /// The least that the voted floor allows for this time and hazard.
    pub least: Amount,
    /// Pieces × copies × price.
    pub work: Amount,
    /// What reading the guidelines once would be at the floor, for one member: minutes × floor an hour / 60, rounded up to the millionth.
    pub reading_each: Amount,
    /// What the client deposits: the work. Reading is not posted by any entry yet, and so is not asked for.
    pub deposit: Amount,
}

/// What so many pieces, each answered so many times, come to.
///
/// # Errors
/// `quote-no-price` while price and time are not said; `currency-unused`; `sum-too-large`.
pub fn quote(terms: &Terms, book: &Book, pieces: i64, copies: i64) -> Result<Quote, Refusal> {
    let no_price = || Refusal::new("quote-no-price");
    let currency = terms.currency.filter(|_| terms.price.is_positive() && terms.seconds > 0).ok_or_else(no_price)?;
    let level = hazards::level(&terms.hazards);
    let unused = || Refusal::new("currency-unused").field("currency");
    let least = book.least_price("general", currency, level, terms.seconds).ok_or_else(unused)?;
    let floor = book.floor_per_hour("general", currency, level).ok_or_else(unused)?;
    let too_large = |_| Refusal::new("sum-too-large").field("pieces");
    let work = terms.price.checked_mul(pieces).map_err(too_large)?.checked_mul(copies).map_err(too_large)?;
    let scaled = i128::from(floor.micros()).checked_mul(i128::from(terms.reading_minutes)).and_then(|scaled| scaled.checked_add(59));
    let reading = scaled.and_then(|scaled| scaled.checked_div(60)).and_then(|micros| i64::try_from(micros).ok());
    let reading_each = reading.map(Amount::from_micros).ok_or_else(|| Refusal::new("sum-too-large").field("pieces"))?;
    Ok(Quote { currency, price: terms.price, least, work, reading_each, deposit: work })
}

/// Most pieces that a quote is asked for: what one batch may hold.
pub const MOST_PIECES: i64 = 100_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drafting::tests::complete;

    #[test]
    fn a_quote_is_exact() {
        let book = Book::parse(&Book::founding()).unwrap();
        let amount = |text: &str| Amount::parse_input(text).unwrap();
        // 0.80 for three minutes at level 3, ten minutes to read: a floor of 10.00 an hour.
        let of = quote(&complete(), &book, 5_000, 3).unwrap();
        assert_eq!((of.work, of.deposit, of.least), (amount("12000.00"), amount("12000.00"), amount("0.63")));
        assert_eq!(of.reading_each, amount("1.666667"));
        assert_eq!(quote(&complete(), &book, i64::MAX, 9).unwrap_err().code, "sum-too-large");
        assert_eq!(quote(&Terms::default(), &book, 1, 1).unwrap_err().code, "quote-no-price");
    }
}
