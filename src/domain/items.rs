//! Reading a client's items: CSV, JSON Lines or tasks of Label Studio, all or nothing, each error with its line and column or the
//! place of its task, each item as the form needs it.

mod beside;
mod rows;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::json;

use crate::forms::{Form, letter};
use crate::gold::Known;
use crate::label_studio::{self, Shown};
use crate::log::json as canonical;
use crate::refusal::Refusal;
use crate::suggestions::Suggestion;
pub use beside::{Beside, read_known, read_suggested};
use rows::Columns;
pub(crate) use rows::{At, Read, Row};

/// One item: the client's id, and what the task shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The client's own id, unique in the batch.
    pub id: String,
    /// The text, or the address of the picture or page; with candidates, [`crate::forms::Task`] as canonical JSON.
    pub payload: String,
    /// Its right answer, where the client knows it.
    pub known: Option<Known>,
    /// What a model suggests as its answer.
    pub suggestion: Option<Suggestion>,
}

/// What items must be.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Addresses instead of texts.
    pub links: bool,
    /// So many candidates each: of JSON Lines the list `candidates`, of CSV the columns `a`, `b`, ….
    pub candidates: Option<RangeInclusive<usize>>,
    /// What right answers and suggestions must be answers to; without it they are columns like others.
    pub form: Option<Form>,
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

/// Reads a file of items with the columns (or keys) `id` and `payload`, and perhaps `gold` and
/// `gold_explanation`, `suggestion`, `suggestion_model` and `suggestion_version`. JSON Lines when the
/// first character that is not white space is `{`, tasks of Label Studio when it is `[`, else CSV. Other columns are left out.
///
/// # Errors
/// At most twenty refusals, each naming line and column; nothing of the file is taken then.
pub fn read(bytes: &[u8], needs: &Needs) -> Result<Vec<Item>, Vec<Refusal>> {
    let columns = Columns { payload: true, candidates: needs.candidates.is_some() };
    let text = text_of(bytes)?;
    let tasks = text.trim_start().starts_with('[');
    if tasks { collect(limited(label_studio::rows(text, needs, true).into_iter()), needs) } else { collect(rows_of(text, columns), needs) }
}

/// The rows of a file, one at a time. A file of the size allowed can hold millions.
fn rows_of(text: &str, columns: Columns) -> impl Iterator<Item = Row> {
    limited(rows::read(text, columns))
}

/// No more rows than a batch may have items: in the place of the next stands that there are too many, and nothing after it is read.
fn limited(rows: impl Iterator<Item = Row>) -> impl Iterator<Item = Row> {
    let too_many = || refuse("items-too-many").with("most", ITEMS_LIMIT as u64);
    let rows = rows.take(ITEMS_LIMIT.saturating_add(1)).enumerate();
    rows.map(move |(place, row)| if place < ITEMS_LIMIT { row } else { Err(too_many()) })
}

/// The text of a file.
fn text_of(bytes: &[u8]) -> Result<&str, Vec<Refusal>> {
    if bytes.len() > BYTES_LIMIT {
        return Err(vec![refuse("items-too-large").with("most", BYTES_LIMIT as u64 / 1_000_000)]);
    }
    match std::str::from_utf8(bytes) {
        // UTF-16 of plain letters passes for UTF-8 with a zero byte beside each.
        Ok(_) if bytes.iter().take(2).any(|byte| *byte == 0) => Err(vec![refuse("items-encoding").with("line", 1_u64)]),
        Ok(text) if text.contains('\0') => {
            let before = text.split('\0').next().unwrap_or_default();
            Err(vec![refuse("items-zero").with("line", line_after(before.as_bytes()))])
        }
        Ok(text) if text.trim().is_empty() => Err(vec![refuse("items-none")]),
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            Err(vec![refuse("items-encoding").with("line", line_after(before))])
        }
    }
}

/// The line on which a file goes on after these bytes of it.
fn line_after(before: &[u8]) -> u64 {
    before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1) as u64
}

fn collect(rows: impl Iterator<Item = Row>, needs: &Needs) -> Result<Vec<Item>, Vec<Refusal>> {
    let (mut items, mut refusals, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
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
    if refusals.is_empty() { Ok(items) } else { Err(refusals) }
}

fn check(read: &Read, needs: &Needs) -> Result<(At, Item), Refusal> {
    let at = read.at;
    let unfit = |column: &str| at.refuse(at.code("items-cell", "tasks-cell")).with("column", column);
    // In a list of tasks the field has the name that the configuration gave it.
    let named = match (at, &needs.shown.prompt) {
        (At::Task(_), Some(source)) => source.field.as_str(),
        _ => "payload",
    };
    let id = crate::text::line(&read.id, ID_LIMIT).map_err(|_| unfit("id"))?;
    let payload = crate::text::lines(&read.payload, TEXT_LIMIT).map_err(|_| unfit(named))?;
    if needs.links && !payload.starts_with("https://") {
        return Err(at.refuse(at.code("items-link", "tasks-link")).with("column", named));
    }
    let payload = with_candidates(read, needs, payload)?;
    let (known, suggestion) = match &needs.form {
        Some(form) => {
            let task = form.task(&payload).map_err(|_| unfit(named))?;
            (read.gold.read(form, &task)?, read.suggestion.read(form, &task)?)
        }
        None => (None, None),
    };
    Ok((at, Item { id, payload, known, suggestion }))
}

/// The payload with its candidates, where the form asks about some.
fn with_candidates(read: &Read, needs: &Needs, payload: String) -> Result<String, Refusal> {
    let at = read.at;
    let unfit = |column: String| at.refuse(at.code("items-cell", "tasks-cell")).with("column", column);
    let Some(wanted) = &needs.candidates else { return Ok(payload) };
    if !wanted.contains(&read.candidates.len()) {
        let (least, most) = (*wanted.start(), *wanted.end());
        let refusal = at.refuse(at.code("items-candidates", "tasks-candidates"));
        return Err(refusal.with("found", read.candidates.len()).with("least", least).with("most", most));
    }
    let clean = |(place, text): (usize, &String)| crate::text::lines(text, TEXT_LIMIT).map_err(|_| unfit(letter(place).to_string()));
    let candidates = read.candidates.iter().enumerate().map(clean).collect::<Result<Vec<_>, Refusal>>()?;
    Ok(canonical::write(&json!({"candidates": candidates, "prompt": payload})))
}

fn refuse(code: &'static str) -> Refusal {
    Refusal::new(code).field("items")
}

/// Most items of one batch.
pub const ITEMS_LIMIT: usize = 100_000;
/// Most bytes of one file.
pub const BYTES_LIMIT: usize = 50_000_000;
const ERRORS_SHOWN: usize = 20;
/// Bytes of one line: several times those of the longest texts that a task shows, every sign of them escaped.
pub(crate) const LINE_LIMIT: usize = 4_000_000;
/// Characters of a client's own id.
const ID_LIMIT: usize = 120;
/// Characters of a text that a task shows.
const TEXT_LIMIT: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms;

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
        assert_eq!(csv[0], Item { id: "1".to_owned(), payload: "a, b".to_owned(), known: None, suggestion: None });
    }

    #[test]
    fn every_fault_is_named_and_nothing_is_taken() {
        assert_eq!(code(b""), "items-none");
        assert_eq!(code(b"i\0d\0"), "items-encoding");
        let zero = read(b"id,payload\n1,a\n2,\0\n", &Needs::default()).unwrap_err();
        assert_eq!(zero, vec![refuse("items-zero").with("line", 3_u64)]);
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

    /// A small file of short rows has more of them than any batch: none after the first too many is looked at, whatever it is.
    #[test]
    fn a_file_of_too_many_rows_is_read_no_further_than_the_first_too_many() {
        let too_many = vec![refuse("items-too-many").with("most", ITEMS_LIMIT as u64)];
        let file = |head: &str, rows: usize, row: &dyn Fn(usize) -> String| {
            let rows: String = (0..rows).map(row).collect();
            format!("{head}{rows}")
        };
        let csv = |n: usize| format!("{n},x\n");
        // Rows that say nothing count, too: they are read like any other.
        let json = |n: usize| format!("{{\"id\":{n}}}\n");
        let most = file("id,payload\n", ITEMS_LIMIT, &csv);
        assert_eq!(read(most.as_bytes(), &Needs::default()).unwrap().len(), ITEMS_LIMIT);
        let over = most + "over,x\n" + "a,b,c\n";
        assert_eq!(read(over.as_bytes(), &Needs::default()).unwrap_err(), too_many);
        let over = file("", ITEMS_LIMIT + 1, &json) + "{\n";
        assert_eq!(read_known(over.as_bytes()).unwrap_err(), too_many);
    }

    #[test]
    fn one_line_alone_cannot_be_the_whole_file() {
        let long = refuse("items-line-long").with("line", 2_u64).with("most", 4_u64);
        let cells = ",".repeat(LINE_LIMIT + 1);
        assert_eq!(read(format!("id,payload\n{cells}\n").as_bytes(), &Needs::default()).unwrap_err(), vec![long.clone()]);
        let list = format!("{{\"id\":1}}\n{{\"id\":2,\"gold\":[{}1]}}", "1,".repeat(LINE_LIMIT / 2));
        assert_eq!(read_known(list.as_bytes()).unwrap_err(), vec![long]);
        let fits = format!("id,payload,more\n1,a,{}\n", "x".repeat(LINE_LIMIT - 5));
        assert_eq!(read(fits.as_bytes(), &Needs::default()).unwrap().len(), 1);
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

    #[test]
    fn what_is_known_of_an_item_stands_in_its_row_or_in_a_file_of_its_own() {
        let question = |kind: &str, name: &str| forms::NewQuestion {
            kind: kind.to_owned(),
            name: name.to_owned(),
            question: "What?".to_owned(),
            choices: "Same\nAnother".to_owned(),
            ..forms::NewQuestion::default()
        };
        let one = Form::of(forms::define(&question("one-choice", "what")).unwrap());
        let two = one.with(forms::define(&question("number", "count")).unwrap(), true).unwrap();
        let needs = |form: &Form| Needs { form: Some(form.clone()), ..Needs::default() };
        let csv = read(b"id;payload;gold;gold_explanation\n1;a;Same;Look, it is.\n2;b;;\n", &needs(&one)).unwrap();
        let lines = "{\"id\":1,\"payload\":\"a\",\"gold\":\"Same\",\"gold_explanation\":\"Look, it is.\"}\n\
                     {\"id\":2,\"payload\":\"b\",\"gold\":null}";
        assert_eq!(csv, read(lines.as_bytes(), &needs(&one)).unwrap());
        let known = csv[0].known.clone().unwrap();
        assert_eq!((known.answers["what"].clone(), known.explanation.as_str()), (json!("Same"), "Look, it is."));
        assert_eq!(csv[1].known, None);
        // Of several questions each has a column, or a key, of its name.
        let csv = read(b"id,payload,gold.what,gold.count,gold_explanation\n1,a,Same,,Look.\n2,b,,2.0,Look.\n", &needs(&two)).unwrap();
        let lines = "{\"id\":1,\"payload\":\"a\",\"gold\":{\"what\":\"Same\"},\"gold_explanation\":\"Look.\"}\n\
                     {\"id\":2,\"payload\":\"b\",\"gold\":{\"count\":2},\"gold_explanation\":\"Look.\"}";
        assert_eq!(csv, read(lines.as_bytes(), &needs(&two)).unwrap());
        let code = |text: &str, form: &Form| {
            let refusal = read(text.as_bytes(), &needs(form)).unwrap_err().remove(0);
            (refusal.code, refusal.args.iter().any(|arg| *arg == ("line", 2_u64.into())))
        };
        assert_eq!(code("id,payload,gold,gold_explanation\n1,a,same,x\n", &one), ("items-gold-answer", true));
        assert_eq!(code("id,payload,gold,gold_explanation\n1,a,Same,x\n", &two), ("items-gold-which", true));
        assert_eq!(code("id,payload,gold.why,gold_explanation\n1,a,Same,x\n", &two), ("items-gold-question", true));
        assert_eq!(code("id,payload,gold\n1,a,Same\n", &one), ("items-cell", true));
        assert_eq!(read(b"{\"id\":1,\"payload\":\"a\",\"gold\":true}", &needs(&one)).unwrap_err()[0].code, "items-cell");

        let file = read_known(b"id,gold,gold_explanation\n1,Same,x\n2,,\n").unwrap();
        assert_eq!((file.len(), file[0].0.as_str(), file[0].1.line), (1, "1", 2));
        assert_eq!(read_known(b"{\"id\":1,\"gold\":\"Same\",\"gold_explanation\":\"x\"}").unwrap()[0].1.answers, file[0].1.answers);
        for (file, code) in [
            (&b"id,payload\n1,a\n"[..], "items-gold-none"),
            (b"name,gold\n1,a\n", "items-column"),
            (b"id,gold\n1,a\n1,b\n", "items-twice"),
            (b"", "items-none"),
        ] {
            assert_eq!(read_known(file).unwrap_err()[0].code, code);
        }
    }
}
