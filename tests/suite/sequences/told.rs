//! What was done so far, for whoever has to find out why it went wrong.

use std::collections::{BTreeMap, VecDeque};

/// Tells its last lines where the test fails while it is kept, with the seed that brings them back.
pub struct Told {
    what: String,
    lines: VecDeque<String>,
    counts: BTreeMap<String, u64>,
    number: u64,
}

impl Told {
    pub fn begin(what: String) -> Told {
        Told { what, lines: VecDeque::new(), counts: BTreeMap::new(), number: 0 }
    }

    /// An action, and what it came to: a refusal's code, or nothing.
    pub fn add(&mut self, who: &str, action: &impl std::fmt::Debug, code: Option<&str>) {
        if self.lines.len() == LAST {
            self.lines.pop_front();
        }
        self.lines.push_back(format!("{:>6} {who}{action:?}: {}", self.number, code.unwrap_or("done")));
        self.number += 1;
        let word = format!("{action:?}").split([' ', '(']).next().unwrap_or_default().to_owned();
        *self.counts.entry(format!("{word}: {}", code.unwrap_or("done"))).or_default() += 1;
    }

    /// How often each action came to what.
    pub fn print_counts(&self) {
        println!("{}: {} actions", self.what, self.number);
        self.counts.iter().for_each(|(what, count)| println!("{count:>7} {what}"));
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}: what was done last of {} actions", self.what, self.number);
            self.lines.iter().for_each(|line| println!("{line}"));
        }
    }
}

const LAST: usize = 30;
