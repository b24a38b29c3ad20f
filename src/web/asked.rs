//! Questions on a page: as the workbench asks them, with what was typed and what is wrong; and answers in words, for whoever reviews.

use manyhands_domain::external::Given as Result;
use manyhands_domain::forms::{self, Given, Kind, NOTHING, Question, Task, letter};
use manyhands_domain::refusal::{Arg, Refusal};
use serde_json::Value;

use crate::i18n::Say;
use crate::web::drawing::Drawn;
use crate::web::external;
use crate::web::suggestions;

/// A question as the page asks it.
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) question: String,
    pub(super) required: bool,
    /// What is wrong with it.
    pub(super) error: String,
    pub(super) input: Input,
    /// What a model suggests.
    pub(super) suggested: Option<suggestions::Beside>,
}

/// What a question is answered with, and what stands there.
pub(super) enum Input {
    Choices {
        several: bool,
        choices: Vec<Pressed>,
    },
    Text(String),
    Number(String),
    /// Options with their places.
    Ranking {
        options: Vec<Placed>,
        most: usize,
    },
    /// What can be preferred, the words above the reason, the reason, and its least length.
    Preference {
        choices: Vec<Pressed>,
        why: String,
        reason: String,
        least: usize,
    },
    /// Questions with answers, and how many there may be.
    Pairs {
        pairs: Vec<(String, String)>,
        most: usize,
    },
    /// Labels with their keys, the lines typed, and whether there is nothing to mark.
    Spans {
        labels: Vec<(String, Option<char>)>,
        typed: String,
        nothing: bool,
    },
    /// The lines typed or drawn, and what the script needs to know.
    Shapes(String, Box<Drawn>),
    /// Done in another tool: what stands there is the page's own to say.
    External,
}

/// A choice: what is sent, what is read, its key, and whether it is chosen.
pub(super) struct Pressed {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) key: Option<char>,
    pub(super) checked: bool,
}

/// An option to be put in order: its words, its key, and its place as typed.
pub(super) struct Placed {
    pub(super) text: String,
    pub(super) key: Option<char>,
    pub(super) place: String,
}

impl Placed {
    /// Whether this place was chosen for it.
    pub(super) fn is(&self, place: &usize) -> bool {
        self.place == place.to_string()
    }
}

/// A question with what was typed for it and what is wrong with that.
/// What stands behind a veil is not quoted beside it.
pub(super) fn asked(say: &Say, question: &Question, (task, veiled): (&Task, bool), given: &Given, refusals: &[Refusal]) -> Asked {
    let values = given.get(&question.name).map_or(&[][..], Vec::as_slice);
    let wrong = refusals.iter().filter(|refusal| refusal.field.as_deref() == Some(question.name.as_str()));
    Asked {
        name: question.name.clone(),
        question: question.question.clone(),
        required: question.required,
        error: wrong.map(|refusal| say.refusal(refusal)).collect::<Vec<_>>().join(" "),
        input: input(say, question, (task, veiled), values),
        suggested: None,
    }
}

fn input(say: &Say, question: &Question, (task, veiled): (&Task, bool), values: &[String]) -> Input {
    let typed = |place: usize| values.get(place).cloned().unwrap_or_default();
    let pressed = |(text, key): (&str, Option<char>)| {
        let checked = values.iter().any(|value| value == text);
        Pressed { value: text.to_owned(), text: text.to_owned(), key, checked }
    };
    let choices = || question.keyed().into_iter().map(pressed).collect();
    match &question.answer {
        Kind::OneChoice(_) => Input::Choices { several: false, choices: choices() },
        Kind::SeveralChoices(_) => Input::Choices { several: true, choices: choices() },
        Kind::Text => Input::Text(typed(0)),
        Kind::Number => Input::Number(typed(0)),
        Kind::Ranking(_) => ranking(question, (task, veiled), values),
        Kind::Preference(of) => {
            let words = ["a", "b", "tie"].into_iter().filter(|value| *value != "tie" || of.tie);
            let choices = words.map(|value| Pressed {
                value: value.to_owned(),
                text: say.t(&format!("claim-prefer-{value}")),
                key: value.chars().next(),
                checked: values.iter().rev().skip(1).any(|chosen| chosen == value),
            });
            let why = if of.reason == 0 { say.t("claim-why") } else { say.with("claim-why-least", &[("least", Arg::from(of.reason))]) };
            Input::Preference { choices: choices.collect(), why, reason: values.last().cloned().unwrap_or_default(), least: of.reason }
        }
        Kind::Shapes(drawing) => Input::Shapes(typed(0), Box::new(Drawn::new(say, question, drawing, task.size))),
        Kind::External(_) => Input::External,
        Kind::Pairs(most) => {
            let mut pairs: Vec<(String, String)> = values
                .chunks(2)
                .map(|pair| (pair.first().cloned().unwrap_or_default(), pair.get(1).cloned().unwrap_or_default()))
                .collect();
            pairs.retain(|(question, answer)| !(question.trim().is_empty() && answer.trim().is_empty()));
            // One more than is filled in: saving the draft makes room for the next.
            if pairs.len() < *most {
                pairs.push((String::new(), String::new()));
            }
            Input::Pairs { pairs, most: *most }
        }
        Kind::Spans(_) => Input::Spans {
            labels: question.keyed().into_iter().map(|(text, key)| (text.to_owned(), key)).collect(),
            typed: typed(0),
            nothing: values.iter().skip(1).any(|value| value == NOTHING),
        },
    }
}

fn ranking(question: &Question, (task, veiled): (&Task, bool), values: &[String]) -> Input {
    let place = |at: usize| values.get(at).map(|place| place.trim().to_owned()).unwrap_or_default();
    let keyed = question.keyed();
    let options: Vec<Placed> = if keyed.is_empty() {
        let words = |at: usize, text: &str| if veiled { capital(at).to_string() } else { excerpt(at, text) };
        let of = |(at, text): (usize, &String)| Placed { text: words(at, text), key: Some(letter(at)), place: place(at) };
        task.candidates.iter().enumerate().map(of).collect()
    } else {
        keyed.into_iter().enumerate().map(|(at, (text, key))| Placed { text: text.to_owned(), key, place: place(at) }).collect()
    };
    Input::Ranking { most: options.len(), options }
}

/// `A: how it begins…`: the whole candidate stands with the task.
fn excerpt(at: usize, text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let begins: String = line.chars().take(EXCERPT).collect();
    let end = if line.chars().count() > EXCERPT { "…" } else { "" };
    format!("{}: {begins}{end}", capital(at))
}

/// The letter that stands over a candidate.
pub(super) fn capital(at: usize) -> char {
    letter(at).to_ascii_uppercase()
}

/// An answer in words, several lines.
pub(super) fn words(say: &Say, question: &Question, answer: &Value) -> String {
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let items = answer.as_array().map_or(&[][..], Vec::as_slice);
    match &question.answer {
        Kind::OneChoice(_) | Kind::SeveralChoices(_) | Kind::Text | Kind::Number | Kind::Shapes(_) => forms::cell(answer),
        Kind::External(_) => Result::of_value(answer).map_or_else(|| forms::cell(answer), |given| external::words(say, &given)),
        Kind::Ranking(options) => {
            let shown = |item: &Value| {
                let item = item.as_str().unwrap_or_default();
                if options.is_empty() { item.to_uppercase() } else { item.to_owned() }
            };
            items.iter().zip(1..).map(|(item, place)| format!("{place}. {}", shown(item))).collect::<Vec<_>>().join("\n")
        }
        Kind::Preference(_) => {
            let choice = match text(answer, "choice").as_str() {
                "a" => say.t("claim-prefer-a"),
                "b" => say.t("claim-prefer-b"),
                _ => say.t("claim-prefer-tie"),
            };
            let reason = text(answer, "reason");
            if reason.is_empty() { choice } else { format!("{choice}\n{reason}") }
        }
        Kind::Pairs(_) => {
            items.iter().map(|pair| format!("{}\n{}", text(pair, "question"), text(pair, "answer"))).collect::<Vec<_>>().join("\n\n")
        }
        Kind::Spans(_) if items.is_empty() => say.t("claim-spans-nothing"),
        Kind::Spans(_) => {
            let at = |span: &Value, name: &str| span.get(name).and_then(Value::as_u64).unwrap_or_default();
            let line =
                |span: &Value| format!("{}: “{}” ({}–{})", text(span, "label"), text(span, "text"), at(span, "start"), at(span, "end"));
            items.iter().map(line).collect::<Vec<_>>().join("\n")
        }
    }
}

const EXCERPT: usize = 60;
