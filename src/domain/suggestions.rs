//! What a model suggests for an item: an answer to some questions of its form, under the model's name. It stands beside the question
//! and is never filled in by itself; what becomes of it is told with the answer.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::forms::{Form, Given, Kind, Question, Task, is_taken};
use crate::refusal::Refusal;
use crate::text;

/// Who suggests.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its version; empty where none is told.
    pub version: String,
}

/// What is suggested for an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// By question name, as a member's own answers would be stored. At least one.
    pub answers: Map<String, Value>,
    /// By whom.
    pub model: Model,
}

/// A row of a client's file, as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Of the file, from 1; of a list of tasks, the task's place.
    pub line: u64,
    /// Whether the file is a list of tasks.
    pub is_task: bool,
    /// By question name; the empty name is that of a form's only question.
    pub answers: Map<String, Value>,
    /// The model's name.
    pub model: String,
    /// Its version.
    pub version: String,
}

impl Model {
    /// Name and version, as people read them.
    #[must_use]
    pub fn words(&self) -> String {
        if self.version.is_empty() { self.name.clone() } else { format!("{} {}", self.name, self.version) }
    }
}

impl Typed {
    /// Whether the row says nothing.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.answers.is_empty() && self.model.trim().is_empty() && self.version.trim().is_empty()
    }

    /// What the row suggests; nothing where it says nothing.
    ///
    /// # Errors
    /// `items-suggestion-…`, each with its line: a question that the form does not have, or to which nothing can be suggested; a value
    /// that would be refused as a member's answer; no name of a model; a model that suggests nothing.
    pub fn read(&self, form: &Form, task: &Task) -> Result<Option<Suggestion>, Refusal> {
        if self.is_blank() {
            return Ok(None);
        }
        let mut answers = Map::new();
        for (name, value) in &self.answers {
            let question = self.question(form, name)?;
            let of = |refusal: Refusal| refusal.with("question", question.question.as_str());
            if !question.can_be_suggested() {
                return Err(of(self.refuse("items-suggestion-kind")));
            }
            match question.suggested(value, task) {
                Ok(Some(answer)) => drop(answers.insert(question.name.clone(), answer)),
                Ok(None) => {}
                Err(unfit) => {
                    let given: String = unfit.0.chars().take(SHOWN).collect();
                    return Err(of(self.refuse("items-suggestion-answer").with("given", given)));
                }
            }
        }
        // A model that found nothing to say of this item.
        if answers.is_empty() && !self.answers.is_empty() {
            return Ok(None);
        }
        let name = text::line(&self.model, MODEL_LIMIT).map_err(|_| self.refuse("items-suggestion-model").with("most", MODEL_LIMIT))?;
        let version = match self.version.trim() {
            "" => String::new(),
            version => text::line(version, MODEL_LIMIT).map_err(|_| self.refuse("items-suggestion-model").with("most", MODEL_LIMIT))?,
        };
        if answers.is_empty() {
            return Err(self.refuse("items-suggestion-empty"));
        }
        Ok(Some(Suggestion { answers, model: Model { name, version } }))
    }

    fn question<'f>(&self, form: &'f Form, name: &str) -> Result<&'f Question, Refusal> {
        match form.questions.as_slice() {
            [only] if name.is_empty() => Ok(only),
            [first, ..] if name.is_empty() => Err(self.refuse("items-suggestion-which").with("name", first.name.as_str())),
            questions => {
                let unknown = || self.refuse("items-suggestion-question").with("name", name.chars().take(SHOWN).collect::<String>());
                questions.iter().find(|question| question.name == name).ok_or_else(unknown)
            }
        }
    }

    /// A refusal that names the row.
    #[must_use]
    pub fn refuse(&self, code: &'static str) -> Refusal {
        Refusal::new(code).field("items").with("at", if self.is_task { "task" } else { "line" }).with("line", self.line)
    }
}

impl Suggestion {
    /// What of it can still be taken over when the form has become this one; nothing where nothing can.
    #[must_use]
    pub fn fitting(mut self, form: &Form, task: &Task) -> Option<Suggestion> {
        self.answers.retain(|name, answer| {
            let question = form.questions.iter().find(|question| question.name == *name);
            question.is_some_and(|question| question.suggested(answer, task).as_ref() == Ok(&Some(answer.clone())))
        });
        (!self.answers.is_empty()).then_some(self)
    }

    /// What stands in the fields of a question where what is suggested does; `typed` is what stands there now, of which a reason stays
    /// that the model left to the member. Nothing where nothing is suggested.
    #[must_use]
    pub fn fields(&self, question: &Question, task: &Task, typed: &[String]) -> Option<Vec<String>> {
        let answer = self.answers.get(&question.name)?;
        let mut fields = question.fields(answer, task)?;
        if matches!(question.answer, Kind::Preference(_))
            && answer.get("reason").is_none()
            && let (Some(reason), Some(own)) = (fields.last_mut(), typed.last())
        {
            reason.clone_from(own);
        }
        Some(fields)
    }

    /// What was typed, with what is suggested for the question of this name in its place; without a name, for every question where
    /// nothing was typed. Everything else stays.
    #[must_use]
    pub fn taken_over(&self, form: &Form, task: &Task, name: Option<&str>, mut typed: Given) -> Given {
        for question in &form.questions {
            let here = typed.get(&question.name).cloned().unwrap_or_default();
            let wanted = match name {
                Some(name) => question.name == name,
                None => here.iter().all(|value| value.trim().is_empty()),
            };
            if wanted && let Some(fields) = self.fields(question, task, &here) {
                typed.insert(question.name.clone(), fields);
            }
        }
        typed
    }

    /// By question, of those to which something is suggested: whether the answer is another one.
    #[must_use]
    pub fn changed(&self, answers: &Map<String, Value>) -> BTreeMap<String, bool> {
        self.answers.iter().map(|(name, suggested)| (name.clone(), !is_taken(suggested, answers.get(name)))).collect()
    }
}

/// Of some items: how many come with a suggestion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// That many with one.
    pub with: i64,
    /// Of so many.
    pub all: i64,
}

/// Whether a suggestion alone tells which items have a known answer: that somebody sees one, or sees none, must not be more than
/// [`MOST_TOLD`] times as frequent among these as among the others (the factor by which it raises the odds, by Bayes' rule).
#[must_use]
pub fn betrays(gold: Share, others: Share) -> bool {
    let without = |share: Share| Share { with: share.all.saturating_sub(share.with), ..share };
    tells(gold, others) || tells(without(gold), without(others))
}

fn tells(gold: Share, others: Share) -> bool {
    let times = |one: i64, other: i64| i128::from(one).saturating_mul(i128::from(other));
    times(gold.with, others.all) > times(others.with, gold.all).saturating_mul(MOST_TOLD)
}

/// How much more frequent a suggestion, or none, may be among items with a known answer.
pub const MOST_TOLD: i128 = 3;

/// The column, or key, of what is suggested.
pub const SUGGESTION: &str = "suggestion";
/// The column of the model's name.
pub const MODEL: &str = "suggestion_model";
/// The column of its version.
pub const VERSION: &str = "suggestion_version";
/// Characters of a model's name, and of its version.
pub const MODEL_LIMIT: usize = 80;
/// Characters of an unfit value that a refusal repeats.
const SHOWN: usize = 60;

#[cfg(test)]
mod tests;
