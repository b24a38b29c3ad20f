//! How the pages of work grow with the tasks behind them, what an import costs beside bare inserts of the same rows, and what the
//! server keeps in memory while items come and results go. Figures are printed, never asserted; README.md keeps a table of them.
//!
//! `MANYHANDS_ROUNDS` is the number of tasks at which the pages end (default 10,000; the README's table: 1,000,000), of which imports
//! and files have at most 100,000. Of `pages`, `imports` and `memory` those named after `--` are measured; all where none is.
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

mod grown;
#[path = "../work/http.rs"]
#[allow(dead_code, reason = "of the work's measurement")]
mod http;
mod imports;
mod memory;
mod pages;
#[path = "../work/process.rs"]
#[allow(dead_code, reason = "of the work's measurement")]
mod process;
#[path = "../../tests/suite/support.rs"]
#[allow(dead_code, reason = "the suite's world; a measurement needs a part of it")]
mod support;

use std::time::Duration;

#[tokio::main]
async fn main() {
    let end: usize = std::env::var("MANYHANDS_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(10_000);
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let wanted = |what: &str| named.is_empty() || named.iter().any(|name| name == what);
    for database in support::databases() {
        if wanted("pages") {
            pages::measure(database, end).await;
        }
        if wanted("imports") {
            imports::measure(database, end.min(A_BATCH)).await;
        }
        if wanted("memory") {
            memory::measure(database, end.min(A_BATCH)).await;
        }
    }
}

/// Milliseconds under which this share of the waits stay.
fn share_of(waits: &mut [Duration], share: f64) -> f64 {
    waits.sort_unstable();
    waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0
}

/// Most items of one batch.
const A_BATCH: usize = 100_000;
