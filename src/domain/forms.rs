//! The answer form of a batch: one choice, several choices, text or a number; what an answer must look like.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::money::Amount;
use crate::refusal::Refusal;
use crate::text;

/// What a member is asked for each task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The question, one line.
    pub question: String,
    /// How it is answered.
    pub answer: Kind,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "choices")]
pub enum Kind {
    /// Exactly one of these.
    OneChoice(Vec<String>),
    /// One or more of these.
    SeveralChoices(Vec<String>),
    /// Text of at most [`TEXT_LIMIT`] characters.
    Text,
    /// A decimal number, zero or more.
    Number,
}

/// Reads a form's definition as typed: a kind's word, a question, and choices one a line.
///
/// # Errors
/// Every field that is not as it should be.
pub fn define(kind: &str, question: &str, choices: &str) -> Result<Form, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let question = text::line(question, 200).unwrap_or_else(|_| {
        refusals.push(Refusal::new("question-missing").field("question"));
        String::new()
    });
    let mut listed: Vec<String> = Vec::new();
    for choice in choices.lines().filter(|line| !line.trim().is_empty()) {
        match text::line(choice, 80) {
            Ok(choice) if !listed.contains(&choice) => listed.push(choice),
            _ => refusals.push(Refusal::new("choice-unfit").field("choices").with("choice", choice)),
        }
    }
    let answer = match kind {
        "one-choice" => Kind::OneChoice(listed.clone()),
        "several-choices" => Kind::SeveralChoices(listed.clone()),
        "number" => Kind::Number,
        _ => Kind::Text,
    };
    let choosing = matches!(answer, Kind::OneChoice(_) | Kind::SeveralChoices(_));
    if choosing && !(2..=CHOICES_LIMIT).contains(&listed.len()) {
        refusals.push(Refusal::new("choices-too-few").field("choices").with("most", CHOICES_LIMIT as u64));
    }
    if refusals.is_empty() { Ok(Form { question, answer }) } else { Err(refusals) }
}

impl Form {
    /// The word of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.answer {
            Kind::OneChoice(_) => "one-choice",
            Kind::SeveralChoices(_) => "several-choices",
            Kind::Text => "text",
            Kind::Number => "number",
        }
    }

    /// The choices, if it has any.
    #[must_use]
    pub fn choices(&self) -> &[String] {
        match &self.answer {
            Kind::OneChoice(choices) | Kind::SeveralChoices(choices) => choices,
            _ => &[],
        }
    }

    /// The answer that these typed values make: a text, an array of texts, or a number's text.
    ///
    /// # Errors
    /// What is missing or too much; the values are kept by the caller.
    pub fn read(&self, values: &[String]) -> Result<Value, Refusal> {
        let given: Vec<&String> = values.iter().filter(|value| !value.trim().is_empty()).collect();
        let refuse = |code| Refusal::new(code).field("answer");
        match (&self.answer, given.as_slice()) {
            (_, []) => Err(refuse("answer-missing")),
            (Kind::OneChoice(choices), [one]) if choices.contains(one) => Ok(json!(one)),
            (Kind::OneChoice(_), _) => Err(refuse("answer-one-choice")),
            (Kind::SeveralChoices(choices), given) if given.iter().all(|one| choices.contains(one)) => {
                // In the order of the form, so that equal answers are equal bytes.
                Ok(choices.iter().filter(|choice| given.contains(choice)).map(|choice| json!(choice)).collect())
            }
            (Kind::SeveralChoices(_), _) => Err(refuse("answer-one-choice")),
            (Kind::Text, [text]) => text::lines(text, TEXT_LIMIT).map(|text| json!(text)).map_err(|error| match error {
                text::TextError::TooLong => refuse("answer-too-long").with("most", TEXT_LIMIT as u64),
                _ => refuse("answer-invisible"),
            }),
            (Kind::Number, [number]) => match Amount::parse_input(number) {
                Ok(value) => Ok(json!(value.to_decimal().normalize().to_string())),
                Err(_) => Err(refuse("answer-number")),
            },
            _ => Err(refuse("answer-one-choice")),
        }
    }
}

const CHOICES_LIMIT: usize = 30;
/// Characters of a text answer.
pub const TEXT_LIMIT: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn answers_fit_their_form() {
        let one = define("one-choice", "What is it?", "Sign\nBush\n").unwrap();
        assert_eq!(one.read(&texts(&["Bush"])).unwrap(), json!("Bush"));
        for wrong in [&["Tree"][..], &[], &["Sign", "Bush"]] {
            assert!(one.read(&texts(wrong)).is_err(), "{wrong:?}");
        }
        let several = define("several-choices", "What is there?", "Sign\nBush").unwrap();
        assert_eq!(several.read(&texts(&["Bush", "Sign"])).unwrap(), json!(["Sign", "Bush"]));
        let number = define("number", "How many?", "").unwrap();
        assert_eq!(number.read(&texts(&["7.50"])).unwrap(), json!("7.5"));
        assert!(number.read(&texts(&["1e3"])).is_err());
        assert!(define("one-choice", "", "Sign").is_err());
    }
}
