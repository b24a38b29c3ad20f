//! What the board shows, and in which order. Sums of two currencies are never compared: each stands by itself.

use std::cmp::Reverse;

use manyhands_domain::money::Amount;
use manyhands_domain::rules::{Accepted, Book, Hour};
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

/// What of a batch was accepted so far.
#[must_use]
pub fn accepted(batch: &Batch) -> Accepted {
    Accepted { pieces: batch.tasks_accepted, seconds: batch.accepted_seconds, pay_micros: batch.accepted_pay }
}

/// What an hour of a batch pays.
#[must_use]
pub fn hour_of(book: &Book, batch: &Batch) -> Hour {
    book.hour_of(Amount::from_micros(batch.price), batch.seconds, accepted(batch))
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
        "hour" => open.sort_by_key(|batch| (Reverse(batch.currency.clone()), Reverse(hour_of(book, batch).pay))),
        "price" => open.sort_by_key(|batch| (Reverse(batch.currency.clone()), Reverse(batch.price))),
        "minutes" => open.sort_by_key(|batch| batch.seconds),
        _ => {}
    }
    open
}
