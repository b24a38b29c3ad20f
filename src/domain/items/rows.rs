//! Rows of a client's file: cells as they stand, under the names of their columns.

use serde_json::{Map, Value};

use super::{LINE_LIMIT, refuse};
use crate::forms::{CANDIDATES_LIMIT, letter};
use crate::gold::{EXPLANATION, GOLD, Typed};
use crate::refusal::Refusal;
use crate::suggestions::{self, MODEL, SUGGESTION, VERSION};

/// What a file must have beside `id`.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    /// `payload`.
    pub(super) payload: bool,
    /// Of JSON Lines the list `candidates`, of CSV the columns `a`, `b`, ….
    pub(super) candidates: bool,
}

/// A row with its place, or what is wrong with it.
pub(crate) type Row = Result<Read, Refusal>;

/// A row as it was read.
pub(crate) struct Read {
    pub(crate) at: At,
    pub(crate) id: String,
    pub(crate) payload: String,
    pub(crate) candidates: Vec<String>,
    pub(crate) gold: Typed,
    pub(crate) suggestion: suggestions::Typed,
}

/// Where a row stands: on a line, or in a list of tasks, from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    Line(u64),
    Task(u64),
}

impl At {
    pub(crate) fn place(self) -> u64 {
        match self {
            At::Line(place) | At::Task(place) => place,
        }
    }

    /// A refusal that names the place.
    pub(crate) fn refuse(self, code: &'static str) -> Refusal {
        refuse(code).with("line", self.place())
    }

    /// The one of two codes that speaks of lines, or of tasks.
    pub(super) fn code(self, line: &'static str, task: &'static str) -> &'static str {
        if matches!(self, At::Line(_)) { line } else { task }
    }
}

/// The rows of JSON Lines, if the first character that is not white space is `{`; else those of CSV. Each is read when it is asked for.
/// What is wrong with the file as a whole stands in the place of all rows.
pub(super) fn read(text: &str, columns: Columns) -> Box<dyn Iterator<Item = Row> + '_> {
    let long = |line: &str| line.split('\r').any(|part| part.len() > LINE_LIMIT);
    if let Some((_, number)) = text.lines().zip(1_u64..).find(|(line, _)| long(line)) {
        return fault(refuse("items-line-long").with("line", number).with("most", LINE_LIMIT as u64 / 1_000_000));
    }
    if text.trim_start().starts_with('{') { Box::new(json_rows(text, columns)) } else { csv_rows(text, columns) }
}

fn fault<'t>(refusal: Refusal) -> Box<dyn Iterator<Item = Row> + 't> {
    Box::new(std::iter::once(Err(refusal)))
}

fn csv_rows(text: &str, columns: Columns) -> Box<dyn Iterator<Item = Row> + '_> {
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return fault(refuse("items-quote").with("line", line_of_last_quote(text)));
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter(text, columns)).flexible(false).trim(csv::Trim::Headers).from_reader(text.as_bytes());
    let column = |headers: &csv::StringRecord, name: &str| headers.iter().position(|header| header == name);
    let head = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return fault(csv_refusal(&error)),
    };
    let letters = lettered(&head);
    let (known, why) = (named(&head, GOLD), column(&head, EXPLANATION));
    let (suggested, model, version) = (named(&head, SUGGESTION), column(&head, MODEL), column(&head, VERSION));
    let Some(id) = column(&head, "id") else { return fault(refuse("items-column").with("column", "id")) };
    let payload = column(&head, "payload");
    if columns.payload && payload.is_none() {
        return fault(refuse("items-column").with("column", "payload"));
    }
    if columns.candidates && letters.len() < 2 {
        return fault(refuse("items-column").with("column", letter(letters.len()).to_string()));
    }
    Box::new(reader.into_records().map(move |record| {
        let record = record.map_err(|error| csv_refusal(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
        let mut candidates: Vec<String> = letters.iter().map(|place| cell(*place)).collect();
        // An item may have fewer than the widest: its last cells are empty.
        while candidates.last().is_some_and(|cell| cell.trim().is_empty()) {
            candidates.pop();
        }
        let filled = |(name, place): &(String, usize)| Some((name.clone(), cell(*place))).filter(|(_, text)| !text.trim().is_empty());
        let of = |columns: &[(String, usize)]| columns.iter().filter_map(filled).map(|(name, text)| (name, Value::String(text))).collect();
        let gold = Typed { line, answers: of(&known), explanation: why.map(cell).unwrap_or_default() };
        let (model, version) = (model.map(cell).unwrap_or_default(), version.map(cell).unwrap_or_default());
        let suggestion = suggestions::Typed { line, is_task: false, answers: of(&suggested), model, version };
        Ok(Read { at: At::Line(line), id: cell(id), payload: payload.map(cell).unwrap_or_default(), candidates, gold, suggestion })
    }))
}

/// Where the columns `a`, `b`, … stand, up to the first that is missing.
fn lettered(headers: &csv::StringRecord) -> Vec<usize> {
    let place_of = |name: String| headers.iter().position(|header| header == name);
    (0..CANDIDATES_LIMIT).map_while(|place| place_of(letter(place).to_string())).collect()
}

/// Where answers of this kind stand, each with the name of its question; empty for the column without a name.
fn named(headers: &csv::StringRecord, what: &str) -> Vec<(String, usize)> {
    let name_of = |header: &str| header.strip_prefix(what).filter(|rest| rest.is_empty() || rest.starts_with('.')).map(str::to_owned);
    let named = headers.iter().enumerate().filter_map(|(place, header)| Some((name_of(header)?, place)));
    named.map(|(name, place)| (name.trim_start_matches('.').to_owned(), place)).collect()
}

/// The sign that parts the columns: spreadsheets of many countries write a semicolon, some a tab. The one under which the head
/// holds both columns; a comma where none does.
fn delimiter(text: &str, columns: Columns) -> u8 {
    let holds = |sign: &u8| {
        let mut reader = csv::ReaderBuilder::new().delimiter(*sign).flexible(true).trim(csv::Trim::Headers).from_reader(text.as_bytes());
        let wanted: &[&str] = if columns.payload { &["id", "payload"] } else { &["id"] };
        reader.headers().is_ok_and(|head| wanted.iter().all(|name| head.iter().any(|column| column == *name)))
    };
    [b',', b';', b'\t'].into_iter().find(holds).unwrap_or(b',')
}

fn csv_refusal(error: &csv::Error) -> Refusal {
    let line = error.position().map_or(0, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            refuse("items-cells").with("line", line).with("expected", *expected_len).with("found", *len)
        }
        _ => refuse("items-row").with("line", line),
    }
}

fn line_of_last_quote(text: &str) -> u64 {
    let before = text.rfind('"').and_then(|place| text.get(..place)).unwrap_or_default();
    (before.matches('\n').count() as u64).saturating_add(1)
}

fn json_rows(text: &str, columns: Columns) -> impl Iterator<Item = Row> {
    let numbered = text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty());
    numbered.map(move |(line, number)| {
        let members: Map<String, Value> =
            serde_json::from_str(line).map_err(|error| refuse("items-json").with("line", number).with("column", error.column() as u64))?;
        let cell = |name: &'static str| match members.get(name) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            _ => Err(refuse("items-cell").with("line", number).with("column", name)),
        };
        let candidates = match members.get("candidates") {
            Some(Value::Array(items)) if columns.candidates => {
                let texts = items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
                texts.ok_or_else(|| refuse("items-cell").with("line", number).with("column", "candidates"))?
            }
            _ => Vec::new(),
        };
        let payload = if columns.payload { cell("payload")? } else { String::new() };
        let (gold, suggestion) = (json_known(number, &members)?, json_suggested(number, &members)?);
        Ok(Read { at: At::Line(number), id: cell("id")?, payload, candidates, gold, suggestion })
    })
}

/// What a model suggests: an object with `answer`, which is one answer or an object of answers by question name, `model`, and perhaps
/// `version`.
fn json_suggested(line: u64, members: &Map<String, Value>) -> Result<suggestions::Typed, Refusal> {
    let unfit = || refuse("items-cell").with("line", line).with("column", SUGGESTION);
    let members = match members.get(SUGGESTION) {
        None | Some(Value::Null) => return Ok(suggestions::Typed::default()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(unfit()),
    };
    let answers = match members.get("answer") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(named)) => {
            named.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())).collect()
        }
        Some(Value::Bool(_)) => return Err(unfit()),
        Some(one) => Map::from_iter([(String::new(), one.clone())]),
    };
    let text = |name: &str| match members.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(unfit()),
    };
    Ok(suggestions::Typed { line, is_task: false, answers, model: text("model")?, version: text("version")? })
}

/// What a row says is known: `gold` is the right answer, or an object of right answers by question name.
fn json_known(line: u64, members: &Map<String, Value>) -> Result<Typed, Refusal> {
    let unfit = |column: &'static str| refuse("items-cell").with("line", line).with("column", column);
    let answers = match members.get(GOLD) {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(named)) => named.clone(),
        Some(Value::Bool(_)) => return Err(unfit(GOLD)),
        Some(right) => Map::from_iter([(String::new(), right.clone())]),
    };
    let explanation = match members.get(EXPLANATION) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err(unfit(EXPLANATION)),
    };
    Ok(Typed { line, answers, explanation })
}
