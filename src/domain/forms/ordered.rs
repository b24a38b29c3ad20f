//! Ranking, and preference of one of two: answers that put one thing before another.

use serde_json::{Value, json};

use super::task::{Task, letter};
use super::{Choice, Preference, Question};
use crate::refusal::Refusal;

impl Question {
    /// What a ranking puts in order, as it stands in the answer: the form's options, or the letters of the task's candidates.
    #[must_use]
    pub fn ranked(&self, task: &Task) -> Vec<String> {
        match self.choices() {
            [] => (0..task.candidates.len()).map(|place| letter(place).to_string()).collect(),
            options => options.iter().map(|option: &Choice| option.text.clone()).collect(),
        }
    }

    /// The places that were typed, option by option, become the options, the best first.
    pub(super) fn ranking(&self, values: &[String], task: &Task) -> Result<Value, Refusal> {
        let options = self.ranked(task);
        let unfit = || self.refuse("answer-ranking").with("most", options.len());
        let places = values.iter().map(|value| value.trim().parse::<usize>().ok()).collect::<Option<Vec<_>>>().ok_or_else(unfit)?;
        if places.len() != options.len() {
            return Err(unfit());
        }
        let at = |wanted: usize| {
            let mut holders = places.iter().zip(&options).filter(|(place, _)| **place == wanted).map(|(_, option)| json!(option));
            holders.next().ok_or_else(unfit)
        };
        // As many places as options and each place taken: none is taken twice.
        (1..=options.len()).map(at).collect::<Result<Vec<Value>, Refusal>>().map(Value::from)
    }

    /// `a`, `b` or `tie`, and, last, why.
    pub(super) fn preference(&self, values: &[String], of: &Preference) -> Result<Value, Refusal> {
        let (choice, reason) = match values {
            [choice, reason] => (choice.trim(), reason.as_str()),
            _ => return Err(self.refuse("answer-preference")),
        };
        if !(matches!(choice, "a" | "b") || (choice == "tie" && of.tie)) {
            return Err(self.refuse("answer-preference"));
        }
        let short = || self.refuse("answer-reason").with("least", of.reason);
        if reason.trim().is_empty() {
            return if of.reason == 0 { Ok(json!({"choice": choice})) } else { Err(short()) };
        }
        let reason = self.text(reason, super::TEXT_LIMIT)?;
        if reason.chars().count() < of.reason {
            return Err(short());
        }
        Ok(json!({"choice": choice, "reason": reason}))
    }
}
