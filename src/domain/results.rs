//! What a client takes away: accepted answers as JSON Lines or CSV, the same bytes for the same state, no person in them.

use serde_json::{Value, json};

use crate::log::json;
use crate::time::Timestamp;

/// One accepted answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The client's own id.
    pub item: String,
    /// As the form made it.
    pub answer: Value,
    /// The claim, as the ledger has it.
    pub claim: String,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// A number per contract, no person.
    pub worker: i64,
}

/// One canonical object a line.
#[must_use]
pub fn to_json_line(row: &Row) -> String {
    let object = json!({"item": row.item, "answer": row.answer, "claim": row.claim, "accepted_at": row.accepted_at.to_string(), "worker": row.worker});
    let mut line = json::write(&object);
    line.push('\n');
    line
}

/// The head of the CSV.
pub const CSV_HEAD: &str = "item,answer,claim,accepted_at,worker\r\n";

/// One record (RFC 4180). A cell that a spreadsheet would run as a formula begins with an apostrophe.
#[must_use]
pub fn to_csv_line(row: &Row) -> String {
    let answer = match &row.answer {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    };
    let cells = [cell(&row.item), cell(&answer), cell(&row.claim), row.accepted_at.to_string(), row.worker.to_string()];
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
        let row = Row {
            item: "=1+1".to_owned(),
            answer: json!(["a", "b\"c"]),
            claim: "x".to_owned(),
            accepted_at: Timestamp::from_secs(0),
            worker: 3,
        };
        assert_eq!(to_csv_line(&row), "'=1+1,\"a; b\"\"c\",x,1970-01-01T00:00:00Z,3\r\n");
        assert_eq!(
            to_json_line(&row),
            "{\"accepted_at\":\"1970-01-01T00:00:00Z\",\"answer\":[\"a\",\"b\\\"c\"],\"claim\":\"x\",\"item\":\"=1+1\",\"worker\":3}\n"
        );
    }
}
