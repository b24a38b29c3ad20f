//! Work over HTTP, ours beside Label Studio's in one run on one machine: the next task and its answer, by one and by several at once,
//! errors counted. Figures are printed, never asserted; README.md keeps a table of them.
//!
//! Label Studio is what `scripts/label-studio` installs; without it ours stands alone. `MANYHANDS_ROUNDS` is the number of tasks that each server has (default 1,000; the README's
//! table: 10,000). Whoever works does so for twenty seconds, or until the tasks run out.
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

#[path = "../work/figures.rs"]
#[allow(dead_code, reason = "of the work's measurement")]
mod figures;
#[path = "../work/http.rs"]
#[allow(dead_code, reason = "of the work's measurement")]
mod http;
mod ours;
#[path = "../work/place.rs"]
#[allow(dead_code, reason = "of the work's measurement")]
mod place;
#[path = "../work/process.rs"]
#[allow(dead_code, reason = "of the work's measurement")]
mod process;
#[path = "../../tests/suite/support.rs"]
#[allow(dead_code, reason = "the suite's world; a measurement needs a part of it")]
mod support;
mod theirs;

use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Somebody at work: takes the next task and answers it.
trait Hand: Send {
    /// The task's id; why it could not be done; nothing where no task is left.
    fn work(&mut self) -> Option<Result<String, String>>;
}

/// What so many hands did.
#[derive(Default)]
struct Done {
    waits: Vec<Duration>,
    tasks: Vec<String>,
    errors: Vec<String>,
}

#[tokio::main]
async fn main() {
    let tasks: usize = std::env::var("MANYHANDS_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1_000);
    for database in support::databases() {
        let mut rates = Vec::new();
        {
            let served = ours::Served::start(database, tasks).await;
            println!("\n{database}, {tasks} tasks\n{HEAD}");
            for (number, hands) in HANDS.into_iter().enumerate() {
                let (done, took) = race(served.hands(number, hands));
                rates.push(report(&format!("Manyhands, {database}"), hands, done, took, None));
            }
        }
        if !theirs::is_installed() {
            println!("left out: Label Studio; scripts/label-studio installs it");
            continue;
        }
        let studio = theirs::Studio::start(database, tasks, HANDS.into_iter().max().unwrap());
        for (hands, rate) in HANDS.into_iter().zip(&rates) {
            let (done, took) = race(studio.hands(hands));
            report(&format!("Label Studio {}, {database}", studio.release), hands, done, took, Some(*rate));
        }
    }
}

/// All of them at once, for so long or until the tasks run out.
fn race(hands: Vec<impl Hand + 'static>) -> (Done, Duration) {
    let began = Instant::now();
    let running: Vec<_> = hands
        .into_iter()
        .map(|mut hand| {
            std::thread::spawn(move || {
                let mut done = Done::default();
                while began.elapsed() < LASTS {
                    let start = Instant::now();
                    match hand.work() {
                        Some(Ok(task)) => {
                            done.waits.push(start.elapsed());
                            done.tasks.push(task);
                        }
                        Some(Err(error)) => done.errors.push(error),
                        None => break,
                    }
                }
                done
            })
        })
        .collect();
    let mut all = Done::default();
    for hand in running {
        let done = hand.join().unwrap();
        all.waits.extend(done.waits);
        all.tasks.extend(done.tasks);
        all.errors.extend(done.errors);
    }
    (all, began.elapsed())
}

/// Prints a line; how many a second.
fn report(who: &str, hands: usize, mut done: Done, took: Duration, ours: Option<f64>) -> f64 {
    let count = done.tasks.len();
    let rate = count as f64 / took.as_secs_f64();
    done.waits.sort_unstable();
    let at = |share: f64| done.waits.get(((count.max(1) - 1) as f64 * share) as usize).map_or(0.0, |wait| wait.as_secs_f64() * 1_000.0);
    let twice = count - done.tasks.iter().collect::<HashSet<_>>().len();
    let ratio = ours.map_or_else(String::new, |ours| format!("{:.0}", ours / rate));
    println!(
        "| {who} | {hands} | {count} | {rate:.1}/s | p50 {:.1} ms, p99 {:.1} ms | {} | {twice} | {ratio} |",
        at(0.50),
        at(0.99),
        done.errors.len()
    );
    let kinds: HashSet<&String> = done.errors.iter().collect();
    for error in kinds.into_iter().take(3) {
        println!("  {error}");
    }
    rate
}

const HEAD: &str = "| server | clients | tasks done | a second | one task | errors | handed out twice | ours to theirs |\n|---|---|---|---|---|---|---|---|";
const HANDS: [usize; 3] = [1, 8, 16];
const LASTS: Duration = Duration::from_secs(20);
