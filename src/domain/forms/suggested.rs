//! What a model suggests as the answer to a question: made into what a member would type, and read by the same rules as what members
//! type. So whatever is suggested can be taken over as it is.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::known::{several, single};
use super::{Kind, NOTHING, Preference, Question, Task};
use crate::refusal::Arg;
use crate::shapes;

/// A value that is no answer to its question: the part of it that is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit(pub String);

impl Question {
    /// Whether an answer to it can be suggested: another tool's file cannot.
    #[must_use]
    pub fn can_be_suggested(&self) -> bool {
        !matches!(self.answer, Kind::External(_))
    }

    /// The answer that this value makes, as a member's own would be stored; nothing where it says nothing. A value is what results have
    /// in an answer, or a text as a cell of a table has it: of several choices and of a ranking a list or a text parted by semicolons,
    /// of a preference also `a`, `b` or `tie`, of passages and shapes also the lines that are typed. A reason may be left to the member.
    ///
    /// # Errors
    /// What is no answer to this question.
    pub fn suggested(&self, value: &Value, task: &Task) -> Result<Option<Value>, Unfit> {
        let value = of_cell(&self.answer, value);
        let typed = self.fields(&value, task).ok_or_else(|| Unfit(super::cell(&value)))?;
        self.waiving(&value).read(&typed, task).map_err(|refusals| {
            // Of lines, the one that is wrong.
            let line = refusals.iter().flat_map(|refusal| &refusal.args).find_map(|(name, arg)| match arg {
                Arg::Count(line) if *name == "line" => usize::try_from(*line).ok()?.checked_sub(1),
                Arg::Text(line) if *name == "line" => typed.first()?.lines().position(|typed| typed.trim() == line),
                _ => None,
            });
            let line = line.and_then(|line| typed.first()?.lines().nth(line));
            Unfit(line.map_or_else(|| super::cell(&value), str::to_owned))
        })
    }

    /// What stands in its fields where this answer does, as it would be typed; nothing where it is no answer of this kind.
    #[must_use]
    pub fn fields(&self, answer: &Value, task: &Task) -> Option<Vec<String>> {
        let lines = |answer: &Value| answer.as_str().map(|text| vec![text.to_owned()]);
        match &self.answer {
            Kind::OneChoice(_) | Kind::Number => Some(vec![single(answer)?]),
            Kind::Text => lines(answer),
            Kind::SeveralChoices(_) => several(answer),
            Kind::Ranking(_) => {
                let (ranked, options) = (several(answer)?, self.ranked(task));
                let place =
                    |option: &String| ranked.iter().position(|other| other == option).map(|place| place.saturating_add(1).to_string());
                if ranked.len() == options.len() { options.iter().map(place).collect() } else { None }
            }
            Kind::Preference(_) => match answer {
                Value::Object(members) => {
                    let reason = members.get("reason").map_or(Some(""), Value::as_str)?;
                    Some(vec![members.get("choice")?.as_str()?.to_owned(), reason.to_owned()])
                }
                other => Some(vec![single(other)?, String::new()]),
            },
            Kind::Pairs(_) => {
                let part = |pair: &Value, name: &str| pair.get(name)?.as_str().map(str::to_owned);
                let both = |pair: &Value| Some([part(pair, "question")?, part(pair, "answer")?]);
                Some(answer.as_array()?.iter().map(both).collect::<Option<Vec<_>>>()?.concat())
            }
            Kind::Spans(_) => match answer.as_array() {
                Some(spans) if spans.is_empty() => Some(vec![String::new(), NOTHING.to_owned()]),
                Some(spans) => Some(vec![spans.iter().map(|span| line_of(span, &task.prompt)).collect::<Option<Vec<_>>>()?.join("\n")]),
                None => lines(answer),
            },
            Kind::Shapes(_) => match answer {
                Value::Array(_) => Some(vec![shapes::to_text(&shapes::of_json(answer)?)]),
                other => lines(other),
            },
            Kind::External(_) => None,
        }
    }

    /// Itself, with nothing that must be answered: what a suggestion leaves out, its member adds.
    fn waiving(&self, value: &Value) -> Question {
        let mut waiving = Question { required: false, ..self.clone() };
        if let Kind::Preference(of) = &self.answer
            && value.get("reason").is_none()
        {
            waiving.answer = Kind::Preference(Preference { reason: 0, ..*of });
        }
        waiving
    }
}

/// Whether an answer is the one that was suggested. A reason that was left to the member changes nothing.
#[must_use]
pub(crate) fn is_taken(suggested: &Value, given: Option<&Value>) -> bool {
    match (suggested, given) {
        (Value::Object(suggested), Some(Value::Object(given))) if !suggested.contains_key("reason") => {
            suggested.get("choice") == given.get("choice")
        }
        (suggested, given) => given == Some(suggested),
    }
}

/// A cell of a table that holds a list, or an object, as JSON.
fn of_cell<'v>(kind: &Kind, value: &'v Value) -> Cow<'v, Value> {
    let is_made = matches!(kind, Kind::Preference(_) | Kind::Pairs(_) | Kind::Spans(_) | Kind::Shapes(_));
    let text = value.as_str().filter(|text| is_made && text.trim_start().starts_with(['[', '{']));
    text.and_then(|text| serde_json::from_str(text).ok()).map_or(Cow::Borrowed(value), Cow::Owned)
}

/// A passage as a line, if its characters are those that it says: whoever counts them otherwise would mark others.
fn line_of(span: &Value, text: &str) -> Option<String> {
    let place = |name: &str| usize::try_from(span.get(name)?.as_u64()?).ok();
    let (start, end) = (place("start")?, place("end")?);
    let length = end.checked_sub(start)?;
    let here = || json!(text.chars().skip(start).take(length).collect::<String>());
    let same = span.get("text").is_none_or(|said| *said == here());
    same.then(|| Some(format!("{start}-{end} {}", span.get("label")?.as_str()?)))?
}
