//! What a member typed becomes the answer to a question, or a refusal that names it.

use serde_json::{Value, json};

use super::{Choice, Drawing, Kind, Question, TEXT_LIMIT, Task};
use crate::log::json;
use crate::money::Amount;
use crate::refusal::Refusal;
use crate::shapes::{self, Allowed};
use crate::text;

impl Question {
    /// The value that these typed values make; none if nothing was typed and nothing must be.
    pub(super) fn read(&self, values: &[String], task: &Task) -> Result<Option<Value>, Vec<Refusal>> {
        if let Kind::External(_) = self.answer {
            // It came from the tool, or as a file: nothing is typed.
            return match &task.result {
                Some(result) => Ok(Some(result.to_value())),
                None if self.required => Err(vec![self.refuse("answer-result-missing")]),
                None => Ok(None),
            };
        }
        let given: Vec<&String> = values.iter().filter(|value| !value.trim().is_empty()).collect();
        let value = match (&self.answer, given.as_slice()) {
            (_, []) if self.required => Err(self.refuse("answer-missing")),
            (_, []) => return Ok(None),
            (Kind::OneChoice(choices), [one]) if has(choices, one) => Ok(json!(one)),
            (Kind::OneChoice(_), _) => Err(self.refuse("answer-one-choice")),
            (Kind::SeveralChoices(choices), given) if given.iter().all(|one| has(choices, one)) => {
                // In the order of the form, so that equal answers are equal bytes.
                Ok(choices.iter().filter(|choice| given.contains(&&choice.text)).map(|choice| json!(choice.text)).collect())
            }
            (Kind::SeveralChoices(_), _) => Err(self.refuse("answer-one-choice")),
            (Kind::Text, [text]) => self.text(text, TEXT_LIMIT).map(Value::from),
            (Kind::Number, [number]) => match Amount::parse_input(number) {
                Ok(value) => Ok(json!(value.to_decimal().normalize().to_string())),
                Err(_) => Err(self.refuse("answer-number")),
            },
            (Kind::Shapes(drawing), [typed]) => return self.shapes(drawing, typed, task).map(Some),
            (Kind::Text | Kind::Number | Kind::Shapes(_) | Kind::External(_), _) => Err(self.refuse("answer-several")),
            // In these a field left blank has its place.
            (Kind::Ranking(_), _) => self.ranking(values, task),
            (Kind::Preference(of), _) => self.preference(values, of),
            (Kind::Pairs(most), _) => self.pairs(values, *most),
            (Kind::Spans(labels), _) => self.spans(values, labels, &task.prompt),
        };
        value.map(Some).map_err(|refusal| vec![refusal])
    }

    fn shapes(&self, drawing: &Drawing, typed: &str, task: &Task) -> Result<Value, Vec<Refusal>> {
        let labels: Vec<String> = drawing.labels.iter().map(|label| label.text.clone()).collect();
        let read = shapes::read(typed, &Allowed { tools: &drawing.tools, labels: &labels, size: task.size });
        let named = |refusal: Refusal| refusal.field(self.name.clone()).with("question", self.question.as_str());
        read.map(|shapes| shapes::to_json(&shapes)).map_err(|refusals| refusals.into_iter().map(named).collect())
    }

    pub(super) fn text(&self, typed: &str, limit: usize) -> Result<String, Refusal> {
        text::lines(typed, limit).map_err(|error| match error {
            text::TextError::TooLong => self.refuse("answer-too-long").with("most", limit as u64),
            _ => self.refuse("answer-invisible"),
        })
    }

    /// A refusal that stands at this question's field and names it.
    pub(super) fn refuse(&self, code: &'static str) -> Refusal {
        Refusal::new(code).field(self.name.clone()).with("question", self.question.as_str())
    }
}

fn has(choices: &[Choice], text: &str) -> bool {
    choices.iter().any(|choice| choice.text == text)
}

/// The answer to one question as one cell of a spreadsheet: a text as it is, texts joined, shapes as the lines that were typed
/// or drawn, everything else as canonical JSON.
#[must_use]
pub fn cell(value: &Value) -> String {
    let texts = |items: &Vec<Value>| items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
    if let Some(shapes) = shapes::of_json(value).filter(|shapes| !shapes.is_empty()) {
        return shapes::to_text(&shapes);
    }
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => texts(items).map_or_else(|| json::write(value), |texts| texts.join("; ")),
        other => json::write(other),
    }
}
