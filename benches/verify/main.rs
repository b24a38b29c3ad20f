//! `manyhands-verify` on large logs beside `ledger bal` on the same journal. Each is a whole process, timed in turns; figures are
//! printed, never asserted, and `benches/README.md` keeps a table of them.
//!
//! `MANYHANDS_ENTRIES` is the number of entries (default 20,000; the README's table: 100,000 and 1,000,000). Needs Debian's `ledger`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a measurement"
)]

mod book;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that ended: how long it took and the most memory it held.
struct Ran {
    took: Duration,
    megabytes: f64,
}

fn main() {
    let entries: u64 = std::env::var("MANYHANDS_ENTRIES").ok().and_then(|entries| entries.parse().ok()).unwrap_or(20_000);
    let place = tempfile::tempdir().unwrap();
    let written = Instant::now();
    book::write(place.path(), entries);
    println!("a log of {entries} entries and its journal were written in {:.1} s", written.elapsed().as_secs_f64());
    let log = place.path().join("log");
    let (vkey, journal) = (place.path().join("origin.vkey"), place.path().join("book.ledger"));
    let verify = [log.to_str().unwrap(), "--vkey", vkey.to_str().unwrap(), "--balances"];
    let peer = ["-f", journal.to_str().unwrap(), "bal", "--flat", "--no-total"];
    let mut runs = Vec::new();
    for _ in 0..3 {
        runs.push((run(Path::new(PROGRAM), &verify), run(Path::new("ledger"), &peer)));
    }
    let (ours, theirs): (Vec<Ran>, Vec<Ran>) = runs.into_iter().unzip();
    let (ours, theirs) = (middle(ours), middle(theirs));
    println!("| what | measured | limit beside it | ratio |\n|---|---|---|---|");
    println!(
        "| all four levels of {entries} entries, every signature strictly | {:.2} s, {:.0} MB | {:.2} s, {:.0} MB `ledger bal` of the same journal | {:.2} |",
        ours.took.as_secs_f64(),
        ours.megabytes,
        theirs.took.as_secs_f64(),
        theirs.megabytes,
        ours.took.as_secs_f64() / theirs.took.as_secs_f64()
    );
}

/// The run of the middle time.
fn middle(mut runs: Vec<Ran>) -> Ran {
    runs.sort_by_key(|run| run.took);
    runs.swap_remove(runs.len() / 2)
}

fn run(program: &Path, arguments: &[&str]) -> Ran {
    let began = Instant::now();
    let child = Command::new(program).args(arguments).stdout(Stdio::null()).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{} is needed: {error}", program.display()));
    let mut megabytes = 0.0_f64;
    loop {
        megabytes = megabytes.max(memory(&child));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{}", program.display());
            return Ran { took: began.elapsed(), megabytes };
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The most that the process held so far.
fn memory(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_manyhands-verify");
