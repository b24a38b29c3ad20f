//! Tasks of Label Studio as items: a list of `{"id": …, "data": {…}}`, as its import takes it and its export gives it. Predictions are
//! suggestions of a model; annotations are passed over. One task is held at a time.

use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{ITEM_FIELD, Source, predictions};
use crate::forms::letter;
use crate::gold::Typed;
use crate::items::{At, ITEMS_LIMIT, LINE_LIMIT, Needs, Read, Row};
use crate::refusal::Refusal;

/// A row for each task, in the order of the list; of a list that is too long, no more than show that it is. Unless `whole`, the items
/// are there already, and a task need not show anything.
pub(crate) fn rows(text: &str, needs: &Needs, whole: bool) -> Vec<Row> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader.deserialize_seq(Tasks(needs, whole)).and_then(|rows| reader.end().map(|()| rows));
    read.unwrap_or_else(|error| {
        let at = |place: usize| u64::try_from(place).unwrap_or(u64::MAX);
        let refusal = Refusal::new("tasks-json").field("items");
        vec![Err(refusal.with("line", at(error.line())).with("column", at(error.column())))]
    })
}

struct Tasks<'n>(&'n Needs, bool);

impl<'de> Visitor<'de> for Tasks<'_> {
    type Value = Vec<Row>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list of tasks")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut tasks: A) -> Result<Vec<Row>, A::Error> {
        let mut rows = Vec::new();
        let mut place = 0_u64;
        while let Some(task) = tasks.next_element::<&RawValue>()? {
            place = place.saturating_add(1);
            rows.push(read(task.get(), At::Task(place), (self.0, self.1)));
            if rows.len() > ITEMS_LIMIT {
                while tasks.next_element::<IgnoredAny>()?.is_some() {}
            }
        }
        Ok(rows)
    }
}

/// One task, unless it alone would be the whole file: what is read takes many times its length.
fn read(text: &str, at: At, needs: (&Needs, bool)) -> Row {
    if text.len() > LINE_LIMIT {
        return Err(at.refuse("tasks-long").with("most", LINE_LIMIT as u64 / 1_000_000));
    }
    let task = serde_json::from_str(text).map_err(|_| at.refuse("tasks-shape"))?;
    row(task, at, needs)
}

fn row(task: Value, at: At, (needs, whole): (&Needs, bool)) -> Row {
    let Value::Object(mut task) = task else { return Err(at.refuse("tasks-shape")) };
    // A task may also be its data alone.
    let (id, data) = match task.remove("data") {
        Some(Value::Object(data)) => (task.remove("id"), data),
        Some(_) => return Err(at.refuse("tasks-shape")),
        None => (task.remove("id"), std::mem::take(&mut task)),
    };
    let unfit = |field: &str| at.refuse("tasks-cell").with("column", crate::files::shown(field));
    let id = match data.get(ITEM_FIELD).or(id.as_ref()) {
        Some(id) => scalar(id).ok_or_else(|| unfit("id"))?,
        None => at.place().to_string(),
    };
    let payload = match (&needs.shown.prompt, needs.is_without_prompt()) {
        (_, true) => Ok(needs.sentence.clone()),
        (Some(source), _) => cell(&data, &source.field).ok_or_else(|| unfit(&source.field)),
        (None, _) => prompt(&data).ok_or_else(|| unfit("payload")),
    };
    let payload = if whole { payload? } else { payload.unwrap_or_default() };
    let candidates = match needs.candidates {
        Some(_) if whole => candidates(&data, needs).map_err(|field| unfit(&field))?,
        _ => Vec::new(),
    };
    let suggestion = predictions::suggested(&task, &data, at, needs)?;
    Ok(Read { at, id, payload, candidates, gold: Typed { line: at.place(), ..Typed::default() }, suggestion })
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn cell(data: &Map<String, Value>, field: &str) -> Option<String> {
    data.get(field).and_then(scalar)
}

/// What a task shows where no configuration said so: a field of a usual name, or the only text there is.
fn prompt(data: &Map<String, Value>) -> Option<String> {
    if let Some(found) = USUAL.iter().find_map(|field| cell(data, field)) {
        return Some(found);
    }
    let mut texts = data.iter().filter(|(name, value)| value.is_string() && *name != ITEM_FIELD);
    match (texts.next(), texts.next()) {
        (Some((_, Value::String(only))), None) => Some(only.clone()),
        _ => None,
    }
}

/// The candidates, or the field that is not as it should be.
fn candidates(data: &Map<String, Value>, needs: &Needs) -> Result<Vec<String>, String> {
    let named = |source: &Source| cell(data, &source.field).ok_or_else(|| source.field.clone());
    if let Some(pair) = &needs.shown.pair {
        return pair.iter().map(named).collect();
    }
    let field = needs.shown.list.as_ref().map_or("candidates", |source| source.field.as_str());
    match data.get(field) {
        Some(Value::Array(entries)) => entries.iter().map(entry).collect::<Option<Vec<_>>>().ok_or_else(|| field.to_owned()),
        Some(_) => Err(field.to_owned()),
        None if needs.shown.list.is_some() => Err(field.to_owned()),
        None => Ok((0..crate::forms::CANDIDATES_LIMIT).map_while(|place| cell(data, &letter(place).to_string())).collect()),
    }
}

/// An entry of a list: a text, or an object with a title, a body or HTML, which is shown as text.
fn entry(entry: &Value) -> Option<String> {
    match entry {
        Value::Object(members) => {
            let parts: Vec<&str> = ["title", "body", "html"].iter().filter_map(|part| members.get(*part)?.as_str()).collect();
            if parts.is_empty() { members.get("id").and_then(scalar) } else { Some(parts.join("\n")) }
        }
        other => scalar(other),
    }
}

const USUAL: &[&str] = &["payload", "text", "image", "url", "link", "html", "prompt", "question"];
