//! Predictions of a task as what a model suggests: each result goes to the question of its control. Percentages become tenths of a pixel
//! by whole decimals; nothing is a float.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value, json};

use super::layout::{Layout, Part};
use crate::forms::{Choice, Kind, letter};
use crate::items::{At, Needs};
use crate::refusal::Refusal;
use crate::shapes::{self, Point, Shape};
use crate::suggestions::Typed;

/// What the last prediction of a task suggests that has results; ids of predictions, as some exports have them, are none. Results of
/// controls that have no question here are passed over, unless that leaves none.
pub(super) fn suggested(task: &Map<String, Value>, data: &Map<String, Value>, at: At, needs: &Needs) -> Result<Typed, Refusal> {
    let blank = Typed { line: at.place(), is_task: true, ..Typed::default() };
    let Some(form) = &needs.form else { return Ok(blank) };
    let predictions = task.get("predictions").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let of = |prediction: &'_ Value| prediction.get("result").and_then(Value::as_array).filter(|results| !results.is_empty()).cloned();
    let Some((prediction, results)) = predictions.iter().rev().find_map(|prediction| Some((prediction, of(prediction)?))) else {
        return Ok(blank);
    };
    let layout = Layout::new(form, &needs.shown, "text");
    let mut typed = blank;
    typed.model = prediction.get("model_version").and_then(Value::as_str).unwrap_or_default().to_owned();
    for part in &layout.parts {
        let found: Vec<&Value> = results.iter().filter(|result| is_of(result, &part.question.name)).collect();
        if found.is_empty() {
            continue;
        }
        let reason = results.iter().find(|result| is_of(result, &part.reason)).and_then(|result| words(result.get("value")?));
        let value = match &part.question.answer {
            Kind::Shapes(drawing) => drawn(&found, &drawing.labels).ok_or_else(|| typed.refuse("items-suggestion-shape"))?,
            // What cannot be read is said as what stands there.
            _ => value_of(part, &found, data, &layout, reason).unwrap_or_else(|| found.iter().map(|one| (*one).clone()).collect()),
        };
        typed.answers.insert(part.question.name.clone(), value);
    }
    if let (true, Some(first)) = (typed.answers.is_empty(), results.first()) {
        let name = first.get("from_name").and_then(Value::as_str).unwrap_or_default();
        return Err(typed.refuse("items-suggestion-question").with("name", crate::files::shown(name)));
    }
    Ok(typed)
}

/// Whether a result is of the control that became this question.
fn is_of(result: &Value, name: &str) -> bool {
    let from = result.get("from_name").and_then(Value::as_str).unwrap_or_default();
    let plain = || from.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).eq(name.chars());
    from == name || plain()
}

fn value_of(part: &Part<'_>, results: &[&Value], data: &Map<String, Value>, layout: &Layout<'_>, reason: Option<String>) -> Option<Value> {
    let value = results.first()?.get("value")?;
    let choices = part.question.choices();
    let chosen = || value.get("choices")?.as_array()?.iter().map(|word| Some(text_of(choices, word.as_str()?))).collect::<Option<Vec<_>>>();
    match &part.question.answer {
        Kind::OneChoice(_) => match value.get("rating") {
            Some(rating) => Some(rating.clone()),
            None => <[String; 1]>::try_from(chosen()?).ok().map(|[one]| Value::from(one)),
        },
        Kind::SeveralChoices(_) => Some(json!(chosen()?)),
        Kind::Text => words(value).map(Value::from),
        Kind::Number => value.get("number").cloned(),
        Kind::Ranking(options) => {
            let ranked = match value.get("ranker")? {
                Value::Object(named) => named.values().next()?.as_array()?,
                list => list.as_array()?,
            };
            // A list's own ids are the letters of its places here.
            let field = layout.list.as_ref().map_or("candidates", |list| list.field.as_str());
            let ids: Vec<Option<&Value>> =
                data.get(field).and_then(Value::as_array).into_iter().flatten().map(|entry| entry.get("id")).collect();
            let place = |id: &Value| ids.iter().position(|known| *known == Some(id)).map(|place| letter(place).to_string());
            let of = |id: &Value| match options.is_empty() {
                true => place(id).or_else(|| id.as_str().map(str::to_owned)),
                false => Some(text_of(options, id.as_str()?)),
            };
            Some(json!(ranked.iter().map(of).collect::<Option<Vec<_>>>()?))
        }
        Kind::Preference(_) => {
            let choice = match (value.get("selected").and_then(Value::as_str), chosen()) {
                (Some("left"), _) => "a".to_owned(),
                (Some("right"), _) => "b".to_owned(),
                (None, Some(chosen)) => chosen.first()?.clone(),
                _ => return None,
            };
            let mut preferred = json!({"choice": choice});
            if let (Some(members), Some(reason)) = (preferred.as_object_mut(), reason) {
                members.insert("reason".to_owned(), Value::from(reason));
            }
            Some(preferred)
        }
        Kind::Pairs(_) => {
            let texts = value.get("text")?.as_array()?;
            let pair = |pair: &[Value]| Some(json!({"question": pair.first()?, "answer": pair.get(1)?}));
            Some(Value::from(texts.chunks(2).map(pair).collect::<Option<Vec<_>>>()?))
        }
        Kind::Spans(labels) => {
            Some(Value::from(results.iter().map(|result| span(result.get("value")?, labels)).collect::<Option<Vec<_>>>()?))
        }
        Kind::Shapes(_) | Kind::External(_) => None,
    }
}

/// A text field's texts, one a line.
fn words(value: &Value) -> Option<String> {
    match value.get("text")? {
        Value::Array(texts) => Some(texts.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join("\n")),
        one => one.as_str().map(str::to_owned),
    }
}

fn span(value: &Value, labels: &[Choice]) -> Option<Value> {
    let places = value.get("globalOffsets").unwrap_or(value);
    let label = text_of(labels, value.get("labels")?.as_array()?.first()?.as_str()?);
    let mut span = json!({"start": places.get("start")?, "end": places.get("end")?, "label": label});
    if let (Some(members), Some(text)) = (span.as_object_mut(), value.get("text")) {
        members.insert("text".to_owned(), text.clone());
    }
    Some(span)
}

/// Shapes as lines. What a tag draws and another labels comes twice; the one with the label is whole. Nothing where one cannot stand here.
fn drawn(results: &[&Value], labels: &[Choice]) -> Option<Value> {
    let shapes = results.iter().map(|result| shape(result, labels)).collect::<Option<Vec<_>>>()?;
    Some(Value::from(shapes::to_text(&shapes)))
}

fn shape(result: &Value, labels: &[Choice]) -> Option<Shape> {
    let value = result.get("value")?;
    let named = ["rectanglelabels", "polygonlabels", "labels"].iter().find_map(|name| value.get(*name))?;
    let label = text_of(labels, named.as_array()?.first()?.as_str()?);
    let side = |name: &str| u32::try_from(result.get(name)?.as_u64()?).ok().filter(|side| *side > 0);
    let (width, height) = (side("original_width")?, side("original_height")?);
    let turns = [result.get("image_rotation"), value.get("rotation")];
    let is_turned = turns.into_iter().flatten().any(|turn| decimal(turn) != Some(Decimal::ZERO));
    if is_turned {
        return None;
    }
    if let Some(points) = value.get("points") {
        let point = |point: &Value| Some(Point { x: tenths(decimal(point.get(0)?)?, width)?, y: tenths(decimal(point.get(1)?)?, height)? });
        let mut ring = points.as_array()?.iter().map(point).collect::<Option<Vec<_>>>()?;
        ring.dedup();
        return if ring.len() >= 3 { Shape::polygon(label, ring) } else { None };
    }
    let figure = |name: &str| decimal(value.get(name)?);
    let (x, y) = (figure("x")?, figure("y")?);
    let (right, bottom) = (x.checked_add(figure("width")?)?, y.checked_add(figure("height")?)?);
    let from = Point { x: tenths(x, width)?, y: tenths(y, height)? };
    Shape::rectangle(label, from, Point { x: tenths(right, width)?, y: tenths(bottom, height)? })
}

fn decimal(number: &Value) -> Option<Decimal> {
    let text = number.as_number()?.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

/// Percent of a side in tenths of a pixel, to the nearest. A model may miss the edge by a pixel: that is at the edge.
fn tenths(percent: Decimal, side: u32) -> Option<i64> {
    let tenths = percent.checked_mul(Decimal::from(side))?.checked_div(Decimal::TEN)?.round().to_i64()?;
    let most = i64::from(side).saturating_mul(10);
    let near = tenths.clamp(0, most);
    (tenths.abs_diff(near) <= 10).then_some(near)
}

/// The text of the choice for which this word stands.
fn text_of(choices: &[Choice], word: &str) -> String {
    let by_word = choices.iter().find(|choice| choice.word() == word);
    by_word.map_or_else(|| word.to_owned(), |choice| choice.text.clone())
}
