//! What votes cost: ballots verified and tallied beside the bare checks of their signatures; pages of a vote among a thousand members
//! beside pages from memory; what a proposal would do, by a hundred thousand accepted works, beside one read of their rows. Figures are
//! printed, never asserted; README.md keeps a table of them.
//!
//! `MANYHANDS_ROUNDS` is the number of ballots, of accepted works, and ten times that of members (default 1,000 and 100; the README's
//! table: 10,000 for `ballots` and `pages`, 102,041 for `simulation`, of which one in 49 waits for its judge). Of `ballots`, `pages` and
//! `simulation` those named after `--` are measured; all where none is.
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

mod ballots;
#[path = "../work/figures.rs"]
#[allow(dead_code, reason = "of the work's measurement")]
mod figures;
#[path = "../pages/grown.rs"]
#[allow(dead_code, reason = "of the pages' measurement")]
mod grown;
#[path = "../work/http.rs"]
#[allow(dead_code, reason = "of the work's measurement")]
mod http;
mod pages;
mod simulation;
#[path = "../../tests/suite/support.rs"]
#[allow(dead_code, reason = "the suite's world; a measurement needs a part of it")]
mod support;

use figures::Figures;

#[tokio::main]
async fn main() {
    let rounds: usize = std::env::var("MANYHANDS_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1_000);
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let wanted = |what: &str| named.is_empty() || named.iter().any(|name| name == what);
    if wanted("ballots") {
        let mut figures = Figures::new("log", rounds);
        ballots::measure(rounds, &mut figures);
    }
    for database in support::databases() {
        let mut figures = Figures::new(database, rounds);
        if wanted("pages") {
            pages::measure(database, rounds / 10, &mut figures).await;
        }
        if wanted("simulation") {
            simulation::measure(database, rounds, &mut figures).await;
        }
    }
}
