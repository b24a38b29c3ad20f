//! Figures as lines of a table, printed as soon as they are known.

use std::time::Duration;

/// The table of one database.
pub struct Figures {
    database: &'static str,
}

impl Figures {
    pub fn new(database: &'static str, rounds: usize) -> Figures {
        println!("\n{database}, {rounds} pieces\n| what | measured | limit beside it | ratio |\n|---|---|---|---|");
        Figures { database }
    }

    /// A figure alone.
    pub fn alone(&mut self, what: &str, measured: &str) {
        self.line(what, measured, "", "");
    }

    /// So many per second, beside the limit's so many.
    pub fn rate(&mut self, what: &str, (count, took): (usize, Duration), limit: &str, (limit_count, limit_took): (usize, Duration)) {
        let (rate, best) = (per_second(count, took), per_second(limit_count, limit_took));
        self.line(what, &format!("{rate:.0}/s"), &format!("{best:.0}/s {limit}"), &format!("{:.2}", rate / best));
    }

    /// Waits, beside the limit's.
    pub fn waits(&mut self, what: &str, waits: Vec<Duration>, limit: &str, limits: Vec<Duration>) {
        let (waits, limits) = (Waits::of(waits), Waits::of(limits));
        let ratio = format!("{:.1} / {:.1}", waits.p50 / limits.p50, waits.p99 / limits.p99);
        self.line(what, &waits.words(), &format!("{} {limit}", limits.words()), &ratio);
    }

    fn line(&mut self, what: &str, measured: &str, limit: &str, ratio: &str) {
        println!("| {}: {what} | {measured} | {limit} | {ratio} |", self.database);
    }
}

struct Waits {
    p50: f64,
    p99: f64,
}

impl Waits {
    fn of(mut waits: Vec<Duration>) -> Waits {
        waits.sort_unstable();
        let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
        Waits { p50: at(0.50), p99: at(0.99) }
    }

    fn words(&self) -> String {
        format!("p50 {:.2} ms, p99 {:.2} ms", self.p50, self.p99)
    }
}

fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// The middle of an odd number of runs.
pub fn median(mut runs: Vec<Duration>) -> Duration {
    runs.sort_unstable();
    runs[runs.len() / 2]
}
