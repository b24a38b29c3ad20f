//! How far long work is: one line that is written over at a terminal, a line every tenth elsewhere.

use std::io::IsTerminal;

use super::{say, say_over};

/// Shows how far something is.
#[derive(Debug)]
pub(super) struct Bar {
    noun: &'static str,
    shown: Option<u64>,
    terminal: bool,
}

impl Bar {
    /// Of so many `noun`s.
    pub(super) fn new(noun: &'static str) -> Bar {
        Bar { noun, shown: None, terminal: std::io::stdout().is_terminal() }
    }

    /// `done` of `of`.
    pub(super) fn show(&mut self, done: u64, of: u64) {
        let percent = done.saturating_mul(100).checked_div(of).unwrap_or(100);
        let step = if self.terminal { percent } else { percent - percent % 10 };
        // What is done in one go needs no line.
        let first = self.shown.is_none() && done >= of;
        if first || self.shown == Some(step) {
            return;
        }
        self.shown = Some(step);
        let line = format!("{percent} %: {done} of {of} {}", self.noun);
        match (self.terminal, done >= of) {
            (true, false) => say_over(&line),
            (true, true) => {
                say_over("");
                say(&line);
            }
            (false, _) => say(&line),
        }
    }
}
