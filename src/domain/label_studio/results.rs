//! Accepted answers as Label Studio imports them: tasks with annotations, whose results fit the configuration of the form.
//!
//! Numbers are written as decimals from whole numbers, so nothing is a float and the same answers are the same bytes. Passages are
//! counted as Label Studio counts them, in Unicode code points (`charsToCodePoints` in its selection tools), as ours are. Shapes are
//! in percent of the picture.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::layout::{Layout, Part};
use super::{CHANGED_FIELD, GUIDELINES_FIELD, ITEM_FIELD, WORKERS_FIELD};
use crate::forms::{Choice, Kind, Task, letter};
use crate::log::json;
use crate::money::Amount;
use crate::shapes::{self, Point, Shape, Tool};
use crate::suggestions::Suggestion;

/// One accepted answer.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The worker's number in the contract.
    pub worker: i64,
    /// The version of the guidelines under which it was given.
    pub guidelines: i64,
    /// By question name.
    pub answers: &'a Map<String, Value>,
    /// The questions in which it is another answer than was suggested.
    pub changed: &'a [String],
}

/// A stored answer that does not fit its form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer to {0} does not fit its question")]
pub struct Damaged(String);

/// One task with an annotation for each answer, and what was suggested as its prediction. Of `shown`, the prompt is what the project can show: a text, or a picture's address
/// or name.
///
/// Shapes on a picture whose size is not known have no percentages: they stand in the task's data as the lines that were typed.
///
/// # Errors
/// When an answer does not fit its question.
pub fn task(
    layout: &Layout<'_>,
    item: &str,
    shown: &Task,
    (answered, suggested): (&[Answered<'_>], Option<&Suggestion>),
) -> Result<String, Damaged> {
    let mut data = BTreeMap::from([(ITEM_FIELD, text(item)), (layout.prompt.field.as_str(), text(&shown.prompt))]);
    data.insert(WORKERS_FIELD, list(answered.iter().map(|one| one.worker.to_string())));
    data.insert(GUIDELINES_FIELD, list(answered.iter().map(|one| one.guidelines.to_string())));
    if suggested.is_some() {
        let names = |one: &Answered<'_>| list(one.changed.iter().map(|name| text(name)));
        data.insert(CHANGED_FIELD, list(answered.iter().map(names)));
    }
    for (source, candidate) in layout.pair.iter().flatten().zip(&shown.candidates) {
        data.insert(&source.field, text(candidate));
    }
    if let Some(source) = &layout.list {
        let entries = shown.candidates.iter().enumerate().map(|(place, candidate)| entry(&letter(place).to_string(), candidate));
        data.insert(&source.field, list(entries));
    }
    for part in &layout.parts {
        match &part.question.answer {
            Kind::Ranking(options) if !options.is_empty() => {
                data.insert(&part.options.field, list(options.iter().map(|option| entry(option.word(), &option.text))));
            }
            Kind::External(_) => {
                let given = |one: &Answered<'_>| one.answers.get(&part.question.name).map_or_else(|| "null".to_owned(), json::write);
                data.insert(&part.lines, list(answered.iter().map(given)));
            }
            Kind::Shapes(_) if shown.size.is_none() => {
                let typed =
                    |one: &Answered<'_>| one.answers.get(&part.question.name).map_or_else(|| "null".to_owned(), |of| text(&lines(of)));
                data.insert(&part.lines, list(answered.iter().map(typed)));
            }
            _ => {}
        }
    }
    let annotation = |one: &Answered<'_>| Ok(object(&[("result", results_of(layout, one.answers, shown)?)]));
    let annotations = answered.iter().map(annotation).collect::<Result<Vec<String>, Damaged>>()?;
    let data: Vec<(&str, String)> = data.into_iter().collect();
    let mut members = vec![("annotations", list(annotations)), ("data", object(&data))];
    // What was suggested goes when the item's picture does; that it was stays in the data.
    if let Some(suggested) = suggested.filter(|suggested| !suggested.answers.is_empty()) {
        let version = text(&suggested.model.words());
        let prediction = object(&[("model_version", version), ("result", results_of(layout, &suggested.answers, shown)?)]);
        members.push(("predictions", list([prediction])));
    }
    Ok(object(&members))
}

/// The results of answers, by question name.
fn results_of(layout: &Layout<'_>, answers: &Map<String, Value>, shown: &Task) -> Result<String, Damaged> {
    let mut results = Vec::new();
    for part in &layout.parts {
        if let Some(answer) = answers.get(&part.question.name) {
            results.extend(of_part(layout, part, answer, shown).ok_or_else(|| Damaged(part.question.name.clone()))?);
        }
    }
    Ok(list(results))
}

fn lines(answer: &Value) -> String {
    shapes::of_json(answer).map_or_else(String::new, |shapes| shapes::to_text(&shapes))
}

/// The results of one answer to one question; none if it does not fit.
fn of_part(layout: &Layout<'_>, part: &Part<'_>, answer: &Value, shown: &Task) -> Option<Vec<String>> {
    let name = part.question.name.as_str();
    let prompt = layout.prompt.name.as_str();
    let single = |kind: &str, value: &[(&str, String)]| vec![result(&id(name, 1), (name, prompt), kind, &object(value), &[])];
    Some(match &part.question.answer {
        Kind::OneChoice(choices) | Kind::SeveralChoices(choices) => {
            let words = texts(answer)?.into_iter().map(|chosen| word(choices, chosen)).map(text);
            single("choices", &[("choices", list(words))])
        }
        Kind::Text => single("textarea", &[("text", list([text(answer.as_str()?)]))]),
        Kind::Number => single("number", &[("number", Amount::parse_input(answer.as_str()?).ok()?.to_decimal().normalize().to_string())]),
        Kind::Ranking(options) => {
            let list_name = if options.is_empty() { layout.list.as_ref().map_or(prompt, |list| &list.name) } else { &part.options.name };
            let ids = texts(answer)?.into_iter().map(|ranked| word(options, ranked)).map(text);
            vec![result(&id(name, 1), (name, list_name), "ranker", &object(&[("ranker", object(&[(name, list(ids))]))]), &[])]
        }
        Kind::Preference(preference) => {
            let choice = answer.get("choice")?.as_str()?;
            let mut results = if preference.tie {
                single("choices", &[("choices", list([text(choice)]))])
            } else {
                // Label Studio's page knows it by the tag's own name; one that names both texts it drops in silence.
                let side = if choice == "a" { "left" } else { "right" };
                vec![result(&id(name, 1), (name, name), "pairwise", &object(&[("selected", text(side))]), &[])]
            };
            if let Some(reason) = answer.get("reason") {
                let value = object(&[("text", list([text(reason.as_str()?)]))]);
                results.push(result(&id(&part.reason, 1), (&part.reason, prompt), "textarea", &value, &[]));
            }
            results
        }
        // It stands in the task's data.
        Kind::External(_) => Vec::new(),
        Kind::Pairs(_) => {
            let both = |pair: &Value| Some([text(pair.get("question")?.as_str()?), text(pair.get("answer")?.as_str()?)]);
            let pairs = answer.as_array()?.iter().map(both).collect::<Option<Vec<_>>>()?;
            single("textarea", &[("text", list(pairs.into_iter().flatten()))])
        }
        Kind::Spans(labels) => {
            let spans = answer.as_array()?.iter().zip(1_usize..);
            spans.map(|(span, number)| of_span(name, prompt, labels, span, number)).collect::<Option<Vec<_>>>()?
        }
        Kind::Shapes(drawing) => {
            let shapes = shapes::of_json(answer)?;
            let Some(size) = shown.size else { return Some(Vec::new()) };
            let numbered = shapes.iter().zip(1_usize..);
            numbered.flat_map(|(shape, number)| of_shape(part, prompt, (&drawing.tools, &drawing.labels), shape, number, size)).collect()
        }
    })
}

fn of_span(name: &str, prompt: &str, labels: &[Choice], span: &Value, number: usize) -> Option<String> {
    let at = |end: &str| span.get(end)?.as_u64().map(|place| place.to_string());
    let label = word(labels, span.get("label")?.as_str()?);
    let value =
        [("end", at("end")?), ("labels", list([text(label)])), ("start", at("start")?), ("text", text(span.get("text")?.as_str()?))];
    Some(result(&id(name, number), (name, prompt), "labels", &object(&value), &[]))
}

/// A region: one result where the tag draws and labels, two of the same id where one tag draws and another labels.
fn of_shape(part: &Part<'_>, prompt: &str, form: (&[Tool], &[Choice]), shape: &Shape, number: usize, size: (u32, u32)) -> Vec<String> {
    let (tools, labels) = form;
    let name = part.question.name.as_str();
    let id = id(name, number);
    let beside = [("image_rotation", 0_u32), ("original_height", size.1), ("original_width", size.0)];
    let label = list([text(word(labels, shape.label()))]);
    let [box_tool, polygon_tool] = &part.tools;
    let (kind, tool, labelled) = match shape.tool() {
        Tool::Box => ("rectangle", box_tool, "rectanglelabels"),
        Tool::Polygon => ("polygon", polygon_tool, "polygonlabels"),
    };
    let mut value: Vec<(&str, String)> = match shape.tool() {
        Tool::Box => {
            let (from, to) = shape.bounds();
            let (width, height) = (to.x.saturating_sub(from.x), to.y.saturating_sub(from.y));
            vec![
                ("height", percent(height, size.1)),
                ("rotation", "0".to_owned()),
                ("width", percent(width, size.0)),
                ("x", percent(from.x, size.0)),
                ("y", percent(from.y, size.1)),
            ]
        }
        Tool::Polygon => {
            let point = |Point { x, y }: &Point| list([percent(*x, size.0), percent(*y, size.1)]);
            vec![("closed", "true".to_owned()), ("points", list(shape.outline().iter().map(point)))]
        }
    };
    if tools.len() == 1 {
        value.push((labelled, label));
        value.sort_by_key(|(name, _)| *name);
        return vec![result(&id, (name, prompt), labelled, &object(&value), &beside)];
    }
    let drawn = result(&id, (tool, prompt), kind, &object(&value), &beside);
    value.push(("labels", label));
    value.sort_by_key(|(name, _)| *name);
    vec![drawn, result(&id, (name, prompt), "labels", &object(&value), &beside)]
}

/// The id of a result. Never the name of a tag: Label Studio's page would take one for the other.
fn id(name: &str, number: usize) -> String {
    format!("{name}-{number}")
}

/// One result of an annotation.
fn result(id: &str, (from, to): (&str, &str), kind: &str, value: &str, beside: &[(&str, u32)]) -> String {
    let mut members = vec![("from_name", text(from)), ("id", text(id))];
    members.extend(beside.iter().map(|(name, figure)| (*name, figure.to_string())));
    members.extend([("to_name", text(to)), ("type", text(kind)), ("value", value.to_owned())]);
    object(&members)
}

/// Tenths of a pixel in percent of a side of so many pixels, to twelve decimals: more than a tenth of a pixel needs on the largest
/// picture, and as many as Label Studio keeps.
fn percent(tenths: i64, side: u32) -> String {
    let side = i128::from(side.max(1));
    let scaled = i128::from(tenths).saturating_mul(10).saturating_mul(SCALE);
    let rounded = scaled.saturating_mul(2).saturating_add(side).checked_div(side.saturating_mul(2)).unwrap_or(0);
    let (whole, rest) = (rounded.checked_div(SCALE).unwrap_or(0), rounded.checked_rem(SCALE).unwrap_or(0));
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:012}").trim_end_matches('0').to_owned() }
}

/// What stands for a choice in results.
fn word<'a>(choices: &'a [Choice], chosen: &'a str) -> &'a str {
    choices.iter().find(|choice| choice.text == chosen).map_or(chosen, Choice::word)
}

/// One text, or a list of texts.
fn texts(answer: &Value) -> Option<Vec<&str>> {
    match answer {
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        one => Some(vec![one.as_str()?]),
    }
}

/// An entry of a list to be ranked.
fn entry(id: &str, title: &str) -> String {
    object(&[("id", text(id)), ("title", text(title))])
}

fn text(words: &str) -> String {
    json::write(&Value::from(words))
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}

/// Members in the order given.
fn object(members: &[(&str, String)]) -> String {
    let member = |(name, value): &(&str, String)| format!("{}:{value}", text(name));
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
}

const SCALE: i128 = 1_000_000_000_000;
