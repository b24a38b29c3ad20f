//! Batches: tasks of one contract offered together. A batch whose price pays less than the voted floor cannot be opened.

use crate::books::entry::Draft;
use crate::ids::{BatchId, ContractId};
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;
use crate::rules::Book;

/// What a batch offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Of one accepted answer.
    pub price: Amount,
    /// Of the price.
    pub currency: Currency,
    /// Honest time for one task.
    pub seconds: i64,
    /// A code; `general` unless the book names others.
    pub skill: String,
    /// Highest hazard level of its contract, or more.
    pub level: u8,
    /// By how many different members each item is answered, 1 to [`MOST_COPIES`].
    pub copies: i64,
}

/// The price of one accepted answer, as typed.
///
/// # Errors
/// `amount-unfit`; `price-too-large` beyond [`MOST_PRICE`].
pub fn read_price(typed: &str) -> Result<Amount, Refusal> {
    let price = Amount::parse_input(typed).ok().filter(|price| price.is_positive());
    let price = price.ok_or_else(|| Refusal::new("amount-unfit").field("price"))?;
    if price > MOST_PRICE { Err(Refusal::new("price-too-large").field("price").with("most", MOST_UNITS)) } else { Ok(price) }
}

/// Most answers to one item.
pub const MOST_COPIES: i64 = 9;
const MOST_UNITS: i64 = 1_000_000;
/// The most that one answer may cost: a slip of the hand, not work. A hundred thousand such answers are still a sum.
pub const MOST_PRICE: Amount = Amount::from_micros(1_000_000_000_000);

/// How often a day a client may change the price of one batch. What members voted and a client accepted is not among these.
pub const MOST_PRICES_A_DAY: i64 = 12;
/// How many batches of a contract may wait to be opened.
pub const MOST_UNOPENED: i64 = 50;
/// How many may be begun on a contract within a day: more than people type.
pub const MOST_BEGUN_A_DAY: i64 = 100;

/// How an offer stands to the floor, for the page that explains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arithmetic {
    /// What an hour pays the worker, rounded down to cents.
    pub hour: Amount,
    /// What it must pay.
    pub floor: Amount,
    /// The lowest price that reaches it.
    pub least: Amount,
    /// Whether the price reaches it.
    pub enough: bool,
}

/// Holds an offer against the floor.
///
/// # Errors
/// When the rule book has no floor in this currency: nothing can be promised in it.
pub fn arithmetic(book: &Book, offer: &Offer) -> Result<Arithmetic, Refusal> {
    let none = || Refusal::new("currency-unused").field("currency").with("currency", offer.currency.code());
    let floor = book.floor_per_hour(&offer.skill, offer.currency, offer.level).ok_or_else(none)?;
    let least = book.least_price(&offer.skill, offer.currency, offer.level, offer.seconds).ok_or_else(none)?;
    let hour = book.hour_at(offer.price, offer.seconds);
    Ok(Arithmetic { hour, floor, least, enough: offer.price >= least })
}

/// Whether the offer may be opened, by the book in force.
///
/// # Errors
/// `price-under-floor` with the least price that would do.
pub fn check_floor(book: &Book, offer: &Offer) -> Result<Arithmetic, Refusal> {
    let sums = arithmetic(book, offer)?;
    if sums.enough {
        return Ok(sums);
    }
    Err(Refusal::new("price-under-floor")
        .field("price")
        .with("hour", (sums.hour, offer.currency))
        .with("floor", (sums.floor, offer.currency))
        .with("least", (sums.least, offer.currency)))
}

/// Whether an open batch may have this price from now on, by the book in force.
///
/// # Errors
/// `price-too-low` with the least price that would do.
pub fn check_price(book: &Book, offer: &Offer) -> Result<Arithmetic, Refusal> {
    check_floor(book, offer)
        .map_err(|refusal| if refusal.code == "price-under-floor" { Refusal { code: "price-too-low", ..refusal } } else { refusal })
}

/// Whether a client may change the price of a batch once more, who did it so often within a day: each change stays in the book.
///
/// # Errors
/// `price-changes-many`.
///
/// ```
/// use manyhands_domain::batches::{MOST_PRICES_A_DAY, check_prices};
///
/// assert!(check_prices(MOST_PRICES_A_DAY - 1).is_ok());
/// assert_eq!(check_prices(MOST_PRICES_A_DAY).unwrap_err().code, "price-changes-many");
/// ```
pub fn check_prices(changed: i64) -> Result<(), Refusal> {
    let many = || Refusal::new("price-changes-many").field("price").with("most", MOST_PRICES_A_DAY);
    if changed < MOST_PRICES_A_DAY { Ok(()) } else { Err(many()) }
}

/// Whether one more batch may be begun on a contract that has so many which were never opened, and on which so many were begun within a
/// day: none of them ever goes.
///
/// # Errors
/// `batches-unopened`, `batches-many`.
///
/// ```
/// use manyhands_domain::batches::{MOST_BEGUN_A_DAY, MOST_UNOPENED, check_begun};
///
/// assert!(check_begun(MOST_UNOPENED - 1, MOST_BEGUN_A_DAY - 1).is_ok());
/// assert_eq!(check_begun(MOST_UNOPENED, 0).unwrap_err().code, "batches-unopened");
/// assert_eq!(check_begun(0, MOST_BEGUN_A_DAY).unwrap_err().code, "batches-many");
/// ```
pub fn check_begun(unopened: i64, today: i64) -> Result<(), Refusal> {
    if unopened >= MOST_UNOPENED {
        return Err(Refusal::new("batches-unopened").with("most", MOST_UNOPENED));
    }
    if today < MOST_BEGUN_A_DAY { Ok(()) } else { Err(Refusal::new("batches-many").with("most", MOST_BEGUN_A_DAY)) }
}

/// Opens a batch with items on a contract that is listed and funded.
///
/// # Errors
/// What stands in the way; `price-under-floor` first of all.
pub fn open(book: &Book, rule: u64, contract: (&ContractId, &str), batch: &BatchId, offer: &Offer, tasks: i64) -> Result<Draft, Refusal> {
    check_floor(book, offer)?;
    if tasks == 0 {
        return Err(Refusal::new("batch-empty").field("items"));
    }
    // What the whole batch costs must be a sum that the pages and the ledger can hold.
    offer.price.checked_mul(tasks).map_err(|_| Refusal::new("sum-too-large").field("price"))?;
    match contract.1 {
        "funded" | "open" => {}
        "paused" => return Err(Refusal::new("batch-contract-paused")),
        "completed" | "terminated" => return Err(Refusal::new("contract-over")),
        _ => return Err(Refusal::new("batch-contract-not-funded")),
    }
    Ok(Draft::new("batch.opened")
        .about("contract", contract.0)
        .about("batch", batch)
        .rule(rule)
        .calc("price", offer.price.to_string())
        .calc("currency", offer.currency.code())
        .calc("seconds", offer.seconds)
        .calc("skill", offer.skill.as_str())
        .calc("level", offer.level)
        .calc("copies", offer.copies))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Arg;

    #[test]
    fn a_price_under_the_floor_is_refused_with_the_least_that_would_do() {
        let book = Book::parse(&Book::founding()).unwrap();
        let usd = Currency::parse("USD").unwrap();
        let amount = |text| Amount::parse_input(text).unwrap();
        let offer = |price| Offer { price: amount(price), currency: usd, seconds: 120, skill: "general".to_owned(), level: 0, copies: 1 };
        let refusal = check_floor(&book, &offer("0.11")).unwrap_err();
        assert_eq!(refusal.code, "price-under-floor");
        assert!(refusal.args.contains(&("hour", Arg::Money(amount("2.64"), usd))));
        assert!(refusal.args.contains(&("least", Arg::Money(amount("0.34"), usd))));
        assert!(check_floor(&book, &offer("0.33")).is_err());
        assert!(check_floor(&book, &offer("0.34")).is_ok());
    }
}
