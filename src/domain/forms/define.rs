//! A question as a client types it.

use super::{CHOICES_LIMIT, Choice, FIRST, Kind, Question};
use crate::refusal::Refusal;
use crate::text;

/// A question as typed.
#[derive(Clone, Debug, Default)]
pub struct NewQuestion {
    /// The word of a kind.
    pub kind: String,
    /// The sentence.
    pub question: String,
    /// One a line; a key of its own stands at the end in square brackets: `Harmful [h]`.
    pub choices: String,
}

/// Reads the question with which a form begins: it must be answered, and its name is [`FIRST`].
///
/// # Errors
/// Every field that is not as it should be.
pub fn define(typed: &NewQuestion) -> Result<Question, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let question = text::line(&typed.question, QUESTION_LIMIT).unwrap_or_else(|_| {
        refusals.push(Refusal::new("question-missing").field("question"));
        String::new()
    });
    let listed = choices(&typed.choices, &mut refusals);
    let answer = match typed.kind.as_str() {
        "one-choice" => Kind::OneChoice(listed),
        "several-choices" => Kind::SeveralChoices(listed),
        "number" => Kind::Number,
        _ => Kind::Text,
    };
    let choosing = matches!(answer, Kind::OneChoice(_) | Kind::SeveralChoices(_));
    let question = Question { name: FIRST.to_owned(), question, required: true, answer };
    if choosing && !(2..=CHOICES_LIMIT).contains(&question.choices().len()) {
        refusals.push(Refusal::new("choices-too-few").field("choices").with("most", CHOICES_LIMIT));
    }
    if refusals.is_empty() { Ok(question) } else { Err(refusals) }
}

/// Choices, one a line.
fn choices(typed: &str, refusals: &mut Vec<Refusal>) -> Vec<Choice> {
    let mut listed: Vec<Choice> = Vec::new();
    for line in typed.lines().filter(|line| !line.trim().is_empty()) {
        let (text, own_key) = key_of(line.trim());
        let taken = |text: &str| listed.iter().any(|choice| choice.text == text || (own_key.is_some() && choice.own_key == own_key));
        match text::line(text, CHOICE_LIMIT) {
            Ok(text) if !taken(&text) => listed.push(Choice { text, own_key }),
            _ => refusals.push(Refusal::new("choice-unfit").field("choices").with("choice", line)),
        }
    }
    listed
}

/// `Harmful [h]` is the choice `Harmful` with the key h. What else stands in brackets belongs to the text.
fn key_of(line: &str) -> (&str, Option<char>) {
    let bracketed = line.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    let Some((text, inside)) = bracketed else { return (line, None) };
    let mut inside = inside.chars();
    match (inside.next().map(|key| key.to_ascii_lowercase()), inside.next()) {
        (Some(key), None) if is_key(key) && !text.trim().is_empty() => (text.trim_end(), Some(key)),
        _ => (line, None),
    }
}

/// Keys that every keyboard has without another key held down.
fn is_key(key: char) -> bool {
    key.is_ascii_lowercase() || ('1'..='9').contains(&key)
}

/// Characters of a question.
const QUESTION_LIMIT: usize = 200;
/// Characters of a choice.
const CHOICE_LIMIT: usize = 80;
