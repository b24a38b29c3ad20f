//! Reading a client's items: CSV or JSON Lines, all or nothing, each error with its line and column.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// One item: the client's id, and what the task shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The client's own id, unique in the batch.
    pub id: String,
    /// The text, or the address of the picture or page.
    pub payload: String,
}

/// Reads a file of items with the columns (or keys) `id` and `payload`. JSON Lines when the first character that is not
/// white space is `{`, else CSV.
///
/// # Errors
/// At most twenty refusals, each naming line and column; nothing of the file is taken then.
pub fn read(bytes: &[u8], links: bool) -> Result<Vec<Item>, Vec<Refusal>> {
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
    let rows = if text.trim_start().starts_with('{') { json_rows(text) } else { csv_rows(text) };
    collect(rows, links)
}

/// A row with its line, or what is wrong with it.
type Row = Result<(u64, String, String), Refusal>;

fn collect(rows: Vec<Row>, links: bool) -> Result<Vec<Item>, Vec<Refusal>> {
    let mut items = Vec::with_capacity(rows.len());
    let mut refusals = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows {
        match row.and_then(|(line, id, payload)| check(line, id, payload, links)) {
            Ok((line, item)) if !seen.insert(item.id.clone()) => {
                refusals.push(refuse("items-twice").with("line", line).with("id", item.id));
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

fn check(line: u64, id: String, payload: String, links: bool) -> Result<(u64, Item), Refusal> {
    let id = crate::text::line(&id, 120).map_err(|_| refuse("items-cell").with("line", line).with("column", "id"))?;
    let payload = crate::text::lines(&payload, 20_000).map_err(|_| refuse("items-cell").with("line", line).with("column", "payload"))?;
    if links && !payload.starts_with("https://") {
        return Err(refuse("items-link").with("line", line).with("column", "payload"));
    }
    Ok((line, Item { id, payload }))
}

fn csv_rows(text: &str) -> Vec<Row> {
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return vec![Err(refuse("items-quote").with("line", line_of_last_quote(text)))];
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter(text)).flexible(false).trim(csv::Trim::Headers).from_reader(text.as_bytes());
    let column = |headers: &csv::StringRecord, name: &str| headers.iter().position(|header| header == name);
    let (id, payload) = match reader.headers() {
        Ok(headers) => match (column(headers, "id"), column(headers, "payload")) {
            (Some(id), Some(payload)) => (id, payload),
            (None, _) => return vec![Err(refuse("items-column").with("column", "id"))],
            (_, None) => return vec![Err(refuse("items-column").with("column", "payload"))],
        },
        Err(error) => return vec![Err(csv_refusal(&error))],
    };
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|error| csv_refusal(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
            Ok((line, cell(id), cell(payload)))
        })
        .collect()
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

fn json_rows(text: &str) -> Vec<Row> {
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
            Ok((number, cell("id")?, cell("payload")?))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> &'static str {
        read(bytes, false).unwrap_err()[0].code
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
            let items = read(text.as_bytes(), false).unwrap();
            assert_eq!(items.first().unwrap().id, "1", "{text}");
        }
    }

    #[test]
    fn csv_and_json_lines_give_the_same_items() {
        let csv = read("id,payload\n1,\"a, b\"\n2,c\n".as_bytes(), false).unwrap();
        let json = read("{\"id\":1,\"payload\":\"a, b\"}\n\n{\"id\":\"2\",\"payload\":\"c\"}\n".as_bytes(), false).unwrap();
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
        assert_eq!(read(b"id,payload\n1,http://x\n", true).unwrap_err()[0].code, "items-link");
        assert_eq!(code(&vec![b'x'; BYTES_LIMIT + 1]), "items-too-large");
    }
}
