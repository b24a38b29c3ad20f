//! Reading a client's items: CSV, JSON Lines or tasks of Label Studio, all or nothing, each error with its line and column or the
//! place of its task, each item as the form needs it.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use crate::forms::{CANDIDATES_LIMIT, letter};
use crate::label_studio::{self, Shown};
use crate::log::json as canonical;
use crate::refusal::Refusal;

/// One item: the client's id, and what the task shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The client's own id, unique in the batch.
    pub id: String,
    /// The text, or the address of the picture or page; with candidates, [`crate::forms::Task`] as canonical JSON.
    pub payload: String,
}

/// What items must be.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Addresses instead of texts.
    pub links: bool,
    /// So many candidates each: of JSON Lines the list `candidates`, of CSV the columns `a`, `b`, ….
    pub candidates: Option<RangeInclusive<usize>>,
    /// What a labelling configuration calls the things that a task shows, where one was imported.
    pub shown: Shown,
    /// What stands for the prompt where a configuration has none: a question's own sentence.
    pub sentence: String,
}

impl Needs {
    /// Whether tasks of this configuration show candidates alone.
    pub(crate) fn is_without_prompt(&self) -> bool {
        self.candidates.is_some() && self.shown.prompt.is_none() && (self.shown.pair.is_some() || self.shown.list.is_some())
    }
}

/// Reads a file of items with the columns (or keys) `id` and `payload`. JSON Lines when the first character that is not
/// white space is `{`, tasks of Label Studio when it is `[`, else CSV. Other columns are left out.
///
/// # Errors
/// At most twenty refusals, each naming line and column; nothing of the file is taken then.
pub fn read(bytes: &[u8], needs: &Needs) -> Result<Vec<Item>, Vec<Refusal>> {
    if bytes.len() > BYTES_LIMIT {
        return Err(vec![refuse("items-too-large").with("most", BYTES_LIMIT as u64 / 1_000_000)]);
    }
    let text = match std::str::from_utf8(bytes) {
        // UTF-16 of plain letters passes for UTF-8 with a zero byte beside each.
        Ok(text) if text.contains('\0') => return Err(vec![refuse("items-encoding").with("line", 1_u64)]),
        Ok(text) if text.trim().is_empty() => return Err(vec![refuse("items-none")]),
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
            return Err(vec![refuse("items-encoding").with("line", line as u64)]);
        }
    };
    let rows = match text.trim_start().chars().next() {
        Some('{') => json_rows(text, needs),
        Some('[') => label_studio::rows(text, needs),
        _ => csv_rows(text, needs),
    };
    collect(rows, needs)
}

/// A row with its place, or what is wrong with it.
pub(crate) type Row = Result<Read, Refusal>;

/// A row as it was read.
pub(crate) struct Read {
    pub(crate) at: At,
    pub(crate) id: String,
    pub(crate) payload: String,
    pub(crate) candidates: Vec<String>,
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
    fn code(self, line: &'static str, task: &'static str) -> &'static str {
        if matches!(self, At::Line(_)) { line } else { task }
    }
}

fn collect(rows: Vec<Row>, needs: &Needs) -> Result<Vec<Item>, Vec<Refusal>> {
    let mut items = Vec::with_capacity(rows.len());
    let mut refusals = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        match row.and_then(|read| check(&read, needs)) {
            Ok((at, item)) if !seen.insert(item.id.clone()) => {
                refusals.push(at.refuse(at.code("items-twice", "tasks-twice")).with("id", item.id));
            }
            Ok((_, item)) => items.push(item),
            Err(refusal) => refusals.push(refusal),
        }
        if refusals.len() >= ERRORS_SHOWN {
            break;
        }
    }
    if refusals.is_empty() && items.is_empty() {
        refusals.push(refuse("items-none"));
    }
    if items.len() > ITEMS_LIMIT {
        refusals.push(refuse("items-too-many").with("most", ITEMS_LIMIT as u64));
    }
    if refusals.is_empty() { Ok(items) } else { Err(refusals) }
}

fn check(read: &Read, needs: &Needs) -> Result<(At, Item), Refusal> {
    let at = read.at;
    let unfit = |column: String| at.refuse(at.code("items-cell", "tasks-cell")).with("column", column);
    // In a list of tasks the field has the name that the configuration gave it.
    let named = match (at, &needs.shown.prompt) {
        (At::Task(_), Some(source)) => source.field.as_str(),
        _ => "payload",
    };
    let id = crate::text::line(&read.id, 120).map_err(|_| unfit("id".to_owned()))?;
    let payload = crate::text::lines(&read.payload, TEXT_LIMIT).map_err(|_| unfit(named.to_owned()))?;
    if needs.links && !payload.starts_with("https://") {
        return Err(at.refuse(at.code("items-link", "tasks-link")).with("column", named));
    }
    let Some(wanted) = &needs.candidates else { return Ok((at, Item { id, payload })) };
    if !wanted.contains(&read.candidates.len()) {
        let (least, most) = (*wanted.start(), *wanted.end());
        let refusal = at.refuse(at.code("items-candidates", "tasks-candidates"));
        return Err(refusal.with("found", read.candidates.len()).with("least", least).with("most", most));
    }
    let clean = |(place, text): (usize, &String)| crate::text::lines(text, TEXT_LIMIT).map_err(|_| unfit(letter(place).to_string()));
    let candidates = read.candidates.iter().enumerate().map(clean).collect::<Result<Vec<_>, Refusal>>()?;
    let payload = canonical::write(&json!({"candidates": candidates, "prompt": payload}));
    Ok((at, Item { id, payload }))
}

fn csv_rows(text: &str, needs: &Needs) -> Vec<Row> {
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return vec![Err(refuse("items-quote").with("line", line_of_last_quote(text)))];
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter(text)).flexible(false).trim(csv::Trim::Headers).from_reader(text.as_bytes());
    let column = |headers: &csv::StringRecord, name: &str| headers.iter().position(|header| header == name);
    let (id, payload, letters) = match reader.headers() {
        Ok(headers) => match (column(headers, "id"), column(headers, "payload")) {
            (Some(id), Some(payload)) => (id, payload, lettered(headers)),
            (None, _) => return vec![Err(refuse("items-column").with("column", "id"))],
            (_, None) => return vec![Err(refuse("items-column").with("column", "payload"))],
        },
        Err(error) => return vec![Err(csv_refusal(&error))],
    };
    if needs.candidates.is_some() && letters.len() < 2 {
        return vec![Err(refuse("items-column").with("column", letter(letters.len()).to_string()))];
    }
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|error| csv_refusal(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
            let mut candidates: Vec<String> = letters.iter().map(|place| cell(*place)).collect();
            // An item may have fewer than the widest: its last cells are empty.
            while candidates.last().is_some_and(|cell| cell.trim().is_empty()) {
                candidates.pop();
            }
            Ok(Read { at: At::Line(line), id: cell(id), payload: cell(payload), candidates })
        })
        .collect()
}

/// Where the columns `a`, `b`, … stand, up to the first that is missing.
fn lettered(headers: &csv::StringRecord) -> Vec<usize> {
    let place_of = |name: String| headers.iter().position(|header| header == name);
    (0..CANDIDATES_LIMIT).map_while(|place| place_of(letter(place).to_string())).collect()
}

/// The sign that parts the columns: spreadsheets of many countries write a semicolon, some a tab. The one under which the head
/// holds both columns; a comma where none does.
fn delimiter(text: &str) -> u8 {
    let holds = |sign: &u8| {
        let mut reader = csv::ReaderBuilder::new().delimiter(*sign).flexible(true).trim(csv::Trim::Headers).from_reader(text.as_bytes());
        reader.headers().is_ok_and(|head| ["id", "payload"].iter().all(|name| head.iter().any(|column| column == *name)))
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

fn json_rows(text: &str, needs: &Needs) -> Vec<Row> {
    let numbered = text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty());
    numbered
        .map(|(line, number)| {
            let members: Map<String, Value> = serde_json::from_str(line)
                .map_err(|error| refuse("items-json").with("line", number).with("column", error.column() as u64))?;
            let cell = |name: &'static str| match members.get(name) {
                Some(Value::String(text)) => Ok(text.clone()),
                Some(Value::Number(number)) => Ok(number.to_string()),
                _ => Err(refuse("items-cell").with("line", number).with("column", name)),
            };
            let candidates = match members.get("candidates") {
                Some(Value::Array(items)) if needs.candidates.is_some() => {
                    let texts = items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
                    texts.ok_or_else(|| refuse("items-cell").with("line", number).with("column", "candidates"))?
                }
                _ => Vec::new(),
            };
            Ok(Read { at: At::Line(number), id: cell("id")?, payload: cell("payload")?, candidates })
        })
        .collect()
}

fn refuse(code: &'static str) -> Refusal {
    Refusal::new(code).field("items")
}

/// Most items of one batch.
pub const ITEMS_LIMIT: usize = 100_000;
/// Most bytes of one file.
pub const BYTES_LIMIT: usize = 50_000_000;
const ERRORS_SHOWN: usize = 20;
/// Characters of a text that a task shows.
const TEXT_LIMIT: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> &'static str {
        read(bytes, &Needs::default()).unwrap_err()[0].code
    }

    #[test]
    fn a_spreadsheets_semicolons_and_tabs_part_columns_too() {
        for text in [
            "id;payload\n1;\"a; b, c\"\n",
            "id\tpayload\n1\ta; b, c\n",
            "payload;id\na, b;1\n",
            "\"id\";\"payload\";\"Name, Vorname\"\n1;a;b\n",
            "\nid;payload\n1;a\n",
        ] {
            let items = read(text.as_bytes(), &Needs::default()).unwrap();
            assert_eq!(items.first().unwrap().id, "1", "{text}");
        }
    }

    #[test]
    fn csv_and_json_lines_give_the_same_items() {
        let csv = read("id,payload\n1,\"a, b\"\n2,c\n".as_bytes(), &Needs::default()).unwrap();
        let json = read("{\"id\":1,\"payload\":\"a, b\"}\n\n{\"id\":\"2\",\"payload\":\"c\"}\n".as_bytes(), &Needs::default()).unwrap();
        assert_eq!(csv, json);
        assert_eq!(csv[0], Item { id: "1".to_owned(), payload: "a, b".to_owned() });
    }

    #[test]
    fn every_fault_is_named_and_nothing_is_taken() {
        assert_eq!(code(b""), "items-none");
        assert_eq!(code(b"i\0d\0"), "items-encoding");
        assert_eq!(code(b"id,text\n1,a\n"), "items-column");
        assert_eq!(code(b"id,payload\n1,\"a\n2,b\n"), "items-quote");
        assert_eq!(code(b"id,payload\n1\n"), "items-cells");
        assert_eq!(code(b"id,payload\n1,a\n1,b\n"), "items-twice");
        assert_eq!(code(b"id,payload\n1,\n"), "items-cell");
        assert_eq!(code(b"id,payload\n"), "items-none");
        assert_eq!(code(b"id,payload\n1,caf\xe9\n"), "items-encoding");
        assert_eq!(code(b"{\"id\":1}\n"), "items-cell");
        assert_eq!(code(b"{\"id\":1,\n"), "items-json");
        assert_eq!(read(b"id,payload\n1,http://x\n", &Needs { links: true, ..Needs::default() }).unwrap_err()[0].code, "items-link");
        assert_eq!(code(&vec![b'x'; BYTES_LIMIT + 1]), "items-too-large");
    }

    #[test]
    fn candidates_come_in_columns_or_in_a_list_and_are_as_many_as_the_form_asks() {
        let two = Needs { candidates: Some(2..=2), ..Needs::default() };
        let csv = read(b"id,payload,a,b\n1,Which?,\"x, y\",z\n", &two).unwrap();
        let lines = read("{\"id\":1,\"payload\":\"Which?\",\"candidates\":[\"x, y\",\"z\"]}".as_bytes(), &two).unwrap();
        assert_eq!(csv, lines);
        assert_eq!(csv[0].payload, r#"{"candidates":["x, y","z"],"prompt":"Which?"}"#);
        // Where the form asks for none, they are columns like others.
        assert_eq!(read(b"id,payload,a,b\n1,Which?,x,y\n", &Needs::default()).unwrap()[0].payload, "Which?");
        let some = Needs { candidates: Some(2..=10), ..Needs::default() };
        assert_eq!(read(b"id,payload,a,b,c\n1,Which?,x,y,\n2,Which?,x,y,z\n", &some).unwrap().len(), 2);
        let refused = |bytes: &[u8], needs: &Needs| read(bytes, needs).unwrap_err().remove(0);
        let counted = |line: u64, found: usize| {
            refuse("items-candidates").with("line", line).with("found", found).with("least", 2_usize).with("most", 2_usize)
        };
        assert_eq!(refused(b"id,payload,a,b,c\n1,Q,x,y,\n2,Q,x,y,z\n", &two), counted(3, 3));
        assert_eq!(refused(b"{\"id\":1,\"payload\":\"Q\"}\n", &two), counted(1, 0));
        assert_eq!(refused(b"id,payload\n1,Q\n", &two), refuse("items-column").with("column", "a"));
        let cell = |line: u64, column: &str| refuse("items-cell").with("line", line).with("column", column);
        assert_eq!(refused(b"id,payload,a,b\n1,Q,,y\n", &two), cell(2, "a"));
        assert_eq!(refused(b"{\"id\":1,\"payload\":\"Q\",\"candidates\":[\"x\",7]}\n", &two), cell(1, "candidates"));
    }
}
