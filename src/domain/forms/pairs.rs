//! Questions and answers that the member writes.

use serde_json::{Value, json};

use super::{Question, TEXT_LIMIT};
use crate::refusal::Refusal;

impl Question {
    /// Question, answer, question, answer …: pairs that are blank are none, half a pair is refused.
    pub(super) fn pairs(&self, values: &[String], most: usize) -> Result<Value, Refusal> {
        let mut pairs = Vec::new();
        for pair in values.chunks(2) {
            let typed = |part: Option<&String>| part.map_or("", |text| text.trim()).to_owned();
            let (question, answer) = (typed(pair.first()), typed(pair.get(1)));
            if question.is_empty() && answer.is_empty() {
                continue;
            }
            if question.is_empty() || answer.is_empty() {
                return Err(self.refuse("answer-pair"));
            }
            pairs.push(json!({"question": self.text(&question, TEXT_LIMIT)?, "answer": self.text(&answer, TEXT_LIMIT)?}));
        }
        if pairs.len() > most { Err(self.refuse("answer-pairs").with("most", most)) } else { Ok(Value::from(pairs)) }
    }
}
