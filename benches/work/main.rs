//! The main job's speed, each figure beside its limit in the same run: claims and submissions, acceptances one by one and in
//! bulk, the board, imports, and the server as a process. Figures are printed, never asserted; README.md keeps a table of them.
//!
//! `MANYHANDS_ROUNDS` is the number of pieces (default 1,000; the README's table: 10,000).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a measurement"
)]

mod accept;
mod append;
mod board;
mod claim;
mod figures;
mod http;
mod place;
mod process;
mod raw;
mod server;
#[path = "../../tests/suite/support.rs"]
#[allow(dead_code, reason = "the suite's world; a measurement needs a part of it")]
mod support;

use figures::Figures;

#[tokio::main]
async fn main() {
    let rounds: usize = std::env::var("MANYHANDS_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1_000);
    for database in support::databases() {
        let mut figures = Figures::new(database, rounds);
        let place = place::Place::build(database, rounds, &mut figures).await;
        claim::measure(&place, rounds, &mut figures).await;
        let place = accept::measure(place, rounds, &mut figures).await;
        let place = append::measure(place, rounds, &mut figures).await;
        board::measure(&place, rounds, &mut figures).await;
        server::measure(place, rounds, &mut figures).await;
    }
}
