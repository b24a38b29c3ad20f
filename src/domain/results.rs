//! What a client takes away: accepted answers as JSON Lines or CSV, the same bytes for the same state, no person in them.
//! And nothing that the public ledger has too: no claim, no time, not the order of the entries. Whoever held both side by
//! side would read off which member of the ledger a worker's number is (LEDGER.md section 1).

use serde_json::{Value, json};

use crate::log::json;

/// One accepted answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The client's own id.
    pub item: String,
    /// As the form made it.
    pub answer: Value,
    /// A number per contract, no person.
    pub worker: i64,
}

/// One canonical object a line.
#[must_use]
pub fn to_json_line(row: &Row) -> String {
    let object = json!({"item": row.item, "answer": row.answer, "worker": row.worker});
    let mut line = json::write(&object);
    line.push('\n');
    line
}

/// The head of the CSV.
pub const CSV_HEAD: &str = "item,answer,worker\r\n";

/// One record (RFC 4180). A cell that a spreadsheet would run as a formula begins with an apostrophe.
#[must_use]
pub fn to_csv_line(row: &Row) -> String {
    let answer = match &row.answer {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    };
    let cells = [cell(&row.item), cell(&answer), row.worker.to_string()];
    format!("{}\r\n", cells.join(","))
}

/// Quoted where needed, and made harmless.
#[must_use]
pub fn cell(text: &str) -> String {
    // In some countries a cell ends at a semicolon: what follows one begins a cell there.
    let begins = |part: &str| part.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let harmless = match begins(text) || text.split(';').skip(1).any(begins) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    quoted(&harmless)
}

/// Quoted where needed, and otherwise as it is: for what was held to a strict form before.
#[must_use]
pub fn quoted(text: &str) -> String {
    if text.contains([',', ';', '"', '\n', '\r', '\t']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_same_bytes_and_harmless_in_a_spreadsheet() {
        let row = Row { item: "=1+1".to_owned(), answer: json!(["a", "b\"c"]), worker: 3 };
        assert_eq!(to_csv_line(&row), "'=1+1,\"a; b\"\"c\",3\r\n");
        assert_eq!(to_json_line(&row), "{\"answer\":[\"a\",\"b\\\"c\"],\"item\":\"=1+1\",\"worker\":3}\n");
    }
}
