//! The answer form of a batch: up to twenty questions, each with its kind; what an answer must look like, and how it is stored.
//!
//! Stored answers are one JSON object keyed by question name. Before forms had several questions, an answer was the bare value of
//! its one question: a text or an array of texts, never an object. So an object is read as it stands and anything else as the
//! answer to [`FIRST`], the name that such a form's question has now. Drafts are told apart in the same way: an array is what was
//! typed for [`FIRST`].

mod answers;
mod define;
mod known;
mod ordered;
mod pairs;
mod spans;
mod suggested;
mod task;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::external::Link;
use crate::refusal::Refusal;
use crate::shapes::Tool;

pub use answers::cell;
pub(crate) use define::{CHOICE_LIMIT, QUESTION_LIMIT, is_key, is_name, name_of};
pub use define::{NewQuestion, define};
pub(crate) use known::is_right;
pub use spans::NOTHING;
pub use suggested::Unfit;
pub(crate) use suggested::is_taken;
pub use task::{CANDIDATES_LIMIT, Task, letter};

/// What a member is asked for each task: 1 to [`QUESTIONS_LIMIT`] questions, each of another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredForm")]
pub struct Form {
    /// In the order of the page.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its name in results, drafts and fields: `[a-z][a-z0-9_]*`.
    #[serde(default = "first")]
    pub name: String,
    /// The sentence, one line.
    pub question: String,
    /// Whether it must be answered.
    #[serde(default = "yes")]
    pub required: bool,
    /// How it is answered.
    pub answer: Kind,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "choices")]
pub enum Kind {
    /// Exactly one of these.
    OneChoice(Vec<Choice>),
    /// One or more of these.
    SeveralChoices(Vec<Choice>),
    /// Text of at most [`TEXT_LIMIT`] characters.
    Text,
    /// A decimal number, zero or more.
    Number,
    /// All of these in order, the best first; where there are none, the item's own candidates.
    Ranking(Vec<Choice>),
    /// One of the item's two candidates, and why.
    Preference(Preference),
    /// Questions with their answers, written by the member: at most so many.
    Pairs(usize),
    /// Passages of the item's text, each under one of these labels.
    Spans(Vec<Choice>),
    /// Boxes or polygons on the item's picture, each under a label ([`crate::shapes`]).
    Shapes(Drawing),
    /// Work in another tool, to which this link leads; its result is a file ([`crate::external`]). At most one question of a form.
    External(Link),
}

/// What may be drawn on a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// With what: at least one.
    pub tools: Vec<Tool>,
    /// What the shapes are: at least one, with their keys as choices have them.
    pub labels: Vec<Choice>,
}

/// How one of two is preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// Whether they may be equally good.
    pub tie: bool,
    /// The least characters of the reason; with 0 none need be given.
    pub reason: usize,
}

/// A choice, or a label. Stored as its text, with a key of its own as `[text, key]`, with a word for Label Studio as
/// `[text, key or null, alias]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredChoice", into = "StoredChoice")]
pub struct Choice {
    /// One line, as members read it and as it stands in results.
    pub text: String,
    /// The key that the client gave it; else the digit of its place.
    pub own_key: Option<char>,
    /// What stands for it in results for Label Studio; else its text.
    pub alias: Option<String>,
}

/// What was typed: by question name, the values of its fields in the order of the page.
pub type Given = BTreeMap<String, Vec<String>>;

impl Form {
    /// A form of one question.
    #[must_use]
    pub fn of(question: Question) -> Form {
        Form { questions: vec![question] }
    }

    /// The names of its questions, which are the names of their fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.questions.iter().map(|question| question.name.as_str())
    }

    /// Where the work is done in another tool: the question that asks for it, and the link that leads there.
    #[must_use]
    pub fn external(&self) -> Option<(&Question, &Link)> {
        self.questions.iter().find_map(|question| match &question.answer {
            Kind::External(link) => Some((question, link)),
            _ => None,
        })
    }

    /// Without the question for a tool's result, where others are left: what can be tried while nobody has claimed anything.
    #[must_use]
    pub fn without_external(&self) -> Form {
        let questions = self.questions.iter().filter(|question| !matches!(question.answer, Kind::External(_)));
        Form { questions: questions.cloned().collect() }
    }

    /// The answer that these typed values make: an object keyed by question name. Equal answers are equal bytes when written as
    /// canonical JSON. A question that need not be answered and was not has no member.
    ///
    /// # Errors
    /// For each question what is missing or too much, with its name as the field and its sentence as `question`; the values are
    /// kept by the caller.
    pub fn read(&self, given: &Given, task: &Task) -> Result<Value, Vec<Refusal>> {
        let mut members = Map::new();
        let mut refusals = Vec::new();
        for question in &self.questions {
            match question.read(given.get(&question.name).map_or(&[], Vec::as_slice), task) {
                Ok(Some(value)) => drop(members.insert(question.name.clone(), value)),
                Ok(None) => {}
                Err(refused) => refusals.extend(refused),
            }
        }
        // Nobody is paid for a page left blank because no question had to be answered.
        if refusals.is_empty() && members.is_empty() {
            refusals.push(Refusal::new("answer-none"));
        }
        if refusals.is_empty() { Ok(Value::Object(members)) } else { Err(refusals) }
    }
}

impl Question {
    /// The word of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.answer {
            Kind::OneChoice(_) => "one-choice",
            Kind::SeveralChoices(_) => "several-choices",
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Ranking(_) => "ranking",
            Kind::Preference(_) => "preference",
            Kind::Pairs(_) => "pairs",
            Kind::Spans(_) => "spans",
            Kind::Shapes(drawing) => drawing.word(),
            Kind::External(_) => "external",
        }
    }

    /// The choices, options or labels, if it has any.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.answer {
            Kind::OneChoice(choices) | Kind::SeveralChoices(choices) | Kind::Ranking(choices) | Kind::Spans(choices) => choices,
            Kind::Shapes(drawing) => &drawing.labels,
            Kind::Text | Kind::Number | Kind::Preference(_) | Kind::Pairs(_) | Kind::External(_) => &[],
        }
    }

    /// Whether two answers to it can be held against each other: nobody draws the same to the pixel, and a tool's files differ by their
    /// bytes alone.
    #[must_use]
    pub fn can_agree(&self) -> bool {
        !matches!(self.answer, Kind::Shapes(_) | Kind::External(_))
    }

    /// Each choice with the key that presses it: its own, or the digit of its place where no other has taken that.
    #[must_use]
    pub fn keyed(&self) -> Vec<(&str, Option<char>)> {
        let choices = self.choices();
        let free = |digit: &char| !choices.iter().any(|choice| choice.own_key == Some(*digit));
        let digits = ('1'..='9').map(Some).chain(std::iter::repeat(None));
        choices.iter().zip(digits).map(|(choice, digit)| (choice.text.as_str(), choice.own_key.or(digit.filter(free)))).collect()
    }
}

impl Choice {
    /// What stands for it in results for Label Studio.
    #[must_use]
    pub fn word(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.text)
    }
}

impl Drawing {
    /// `boxes`, `polygons`, or `shapes` where both may be drawn.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.tools.contains(&Tool::Box), self.tools.contains(&Tool::Polygon)) {
            (true, false) => "boxes",
            (false, _) => "polygons",
            (true, true) => "shapes",
        }
    }
}

/// A stored answer, by question name; one from before forms had several questions is that of [`FIRST`].
#[must_use]
pub fn answers_of(stored: Value) -> Map<String, Value> {
    match stored {
        Value::Object(members) => members,
        bare => Map::from_iter([(FIRST.to_owned(), bare)]),
    }
}

/// A stored draft; one from before forms had several questions is that of [`FIRST`].
///
/// # Errors
/// When it is neither.
pub fn draft_of(stored: &str) -> Result<Given, serde_json::Error> {
    serde_json::from_str(stored).map(|draft| match draft {
        StoredDraft::Many(given) => given,
        StoredDraft::One(values) => Given::from([(FIRST.to_owned(), values)]),
    })
}

/// What may stand in the column: the form, or, from before, its one question.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredForm {
    Many { questions: Vec<Question> },
    One(Question),
}

impl From<StoredForm> for Form {
    fn from(stored: StoredForm) -> Form {
        match stored {
            StoredForm::Many { questions } => Form { questions },
            StoredForm::One(question) => Form::of(question),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredChoice {
    Text(String),
    Keyed(String, char),
    Aliased(String, Option<char>, String),
}

impl From<StoredChoice> for Choice {
    fn from(stored: StoredChoice) -> Choice {
        match stored {
            StoredChoice::Text(text) => Choice { text, own_key: None, alias: None },
            StoredChoice::Keyed(text, key) => Choice { text, own_key: Some(key), alias: None },
            StoredChoice::Aliased(text, own_key, alias) => Choice { text, own_key, alias: Some(alias) },
        }
    }
}

impl From<Choice> for StoredChoice {
    fn from(choice: Choice) -> StoredChoice {
        match (choice.own_key, choice.alias) {
            (own_key, Some(alias)) => StoredChoice::Aliased(choice.text, own_key, alias),
            (Some(key), None) => StoredChoice::Keyed(choice.text, key),
            (None, None) => StoredChoice::Text(choice.text),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum StoredDraft {
    One(Vec<String>),
    Many(Given),
}

fn first() -> String {
    FIRST.to_owned()
}

fn yes() -> bool {
    true
}

/// The name of the question with which a form begins, and of the only one that a form had before it could have several.
pub const FIRST: &str = "answer";
/// Most questions of a form.
pub const QUESTIONS_LIMIT: usize = 20;
/// Most choices of a question.
pub const CHOICES_LIMIT: usize = 30;
/// Characters of a text answer.
pub const TEXT_LIMIT: usize = 10_000;
