//! The right answer to a question, as its client knows it: made into what a member's own answer would be, so that equal answers are
//! equal values.

use serde_json::{Value, json};

use super::{Choice, Kind, Question, TEXT_LIMIT, Task};
use crate::money::Amount;
use crate::text;

impl Question {
    /// Whether one right answer to it can be known. Nobody draws, marks or writes pairs twice in the same way.
    #[must_use]
    pub fn can_be_known(&self) -> bool {
        !matches!(self.answer, Kind::Pairs(_) | Kind::Spans(_) | Kind::Shapes(_) | Kind::External(_))
    }

    /// The right answer that this value makes: of several choices and of a ranking a list of texts, or one text that is such a list as
    /// JSON or parted by semicolons; of a preference `a`, `b` or `tie`; else a text, or a number. Nothing where it is no answer to
    /// this question.
    #[must_use]
    pub fn known(&self, value: &Value, task: &Task) -> Option<Value> {
        match &self.answer {
            Kind::OneChoice(choices) => single(value).filter(|text| has(choices, text)).map(Value::from),
            Kind::SeveralChoices(choices) => {
                let right = several(value)?;
                let fits = !right.is_empty() && right.iter().all(|text| has(choices, text));
                // In the order of the form, as members' answers are.
                let ordered = || choices.iter().filter(|choice| right.contains(&choice.text)).map(|choice| json!(choice.text)).collect();
                fits.then(ordered)
            }
            Kind::Text => text::lines(value.as_str()?, TEXT_LIMIT).ok().map(Value::from),
            Kind::Number => {
                let number = Amount::parse_input(&single(value)?).ok()?;
                Some(json!(number.to_decimal().normalize().to_string()))
            }
            Kind::Ranking(_) => {
                let (right, mut options) = (several(value)?, self.ranked(task));
                let (mut sorted, all) = (right.clone(), json!(right));
                sorted.sort();
                options.sort();
                (sorted == options).then_some(all)
            }
            Kind::Preference(of) => {
                let choice = match value {
                    Value::Object(members) => members.get("choice")?.as_str()?.to_owned(),
                    other => single(other)?,
                };
                let fits = matches!(choice.as_str(), "a" | "b") || (choice == "tie" && of.tie);
                fits.then(|| json!({"choice": choice}))
            }
            Kind::Pairs(_) | Kind::Spans(_) | Kind::Shapes(_) | Kind::External(_) => None,
        }
    }
}

/// Whether an answer is the right one. Of a preference the choice alone counts: reasons are never the same twice.
#[must_use]
pub(crate) fn is_right(right: &Value, given: Option<&Value>) -> bool {
    match (right, given) {
        (Value::Object(right), Some(Value::Object(given))) => right.get("choice") == given.get("choice"),
        (right, given) => given == Some(right),
    }
}

pub(super) fn single(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text::line(text, TEXT_LIMIT).ok(),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn several(value: &Value) -> Option<Vec<String>> {
    let clean = |text: &str| text::line(text, TEXT_LIMIT).ok();
    match value {
        Value::Array(items) => items.iter().map(|item| clean(item.as_str()?)).collect(),
        Value::String(text) => match serde_json::from_str::<Vec<String>>(text) {
            Ok(items) => items.iter().map(|item| clean(item)).collect(),
            Err(_) => text.split(';').map(clean).collect(),
        },
        _ => None,
    }
}

fn has(choices: &[Choice], text: &str) -> bool {
    choices.iter().any(|choice| choice.text == text)
}
