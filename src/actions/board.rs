//! What the board shows, and in which order. Sums of two currencies are never compared: each stands by itself.

use std::cmp::Reverse;

use manyhands_domain::money::Amount;
use manyhands_domain::rules::Book;
use manyhands_store::batches::Batch;

/// What a member chose; empty text: no choice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen<'a> {
    /// Highest hazard level, `0` to `2`.
    pub level: &'a str,
    /// A contract.
    pub client: &'a str,
    /// `hour`, `price`, `minutes`; else contract order.
    pub sort: &'a str,
}

/// Pieces after which an hour is measured, not promised.
pub const MEASURED_FROM: i64 = 20;

/// What an hour of a batch pays: measured once twenty pieces are accepted, else promised.
#[must_use]
pub fn hour_of(book: &Book, batch: &Batch) -> (Amount, bool) {
    let measured = batch.tasks_accepted >= MEASURED_FROM && batch.accepted_seconds > 0;
    if measured {
        let cents = i128::from(batch.accepted_pay) * 3_600 / i128::from(batch.accepted_seconds) / 10_000;
        return (Amount::from_micros(i64::try_from(cents * 10_000).unwrap_or(0)), true);
    }
    (book.hour_at(Amount::from_micros(batch.price), batch.seconds), false)
}

/// The open batches that fit, in the order asked for.
#[must_use]
pub fn choose(mut open: Vec<Batch>, book: &Book, chosen: &Chosen<'_>) -> Vec<Batch> {
    if let Ok(level) = chosen.level.parse::<i64>() {
        open.retain(|batch| batch.level <= level);
    }
    if !chosen.client.is_empty() {
        open.retain(|batch| batch.contract_id == chosen.client);
    }
    match chosen.sort {
        "hour" => open.sort_by_key(|batch| (Reverse(batch.currency.clone()), Reverse(hour_of(book, batch).0))),
        "price" => open.sort_by_key(|batch| (Reverse(batch.currency.clone()), Reverse(batch.price))),
        "minutes" => open.sort_by_key(|batch| batch.seconds),
        _ => {}
    }
    open
}
