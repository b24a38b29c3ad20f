//! What a client takes away: accepted answers as JSON Lines or CSV, the same bytes for the same state, no person in them.
//! And nothing that the public ledger has too: no claim, no time, not the order of the entries. Whoever held both side by
//! side would read off which member of the ledger a worker's number is (LEDGER.md section 1).

use serde_json::{Map, Value, json};

use crate::forms;
use crate::log::json;

/// One accepted answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The client's own id.
    pub item: String,
    /// By question name, as the form made them. Batches from before forms had several questions read as one question's.
    pub answers: Map<String, Value>,
    /// A number per contract, no person.
    pub worker: i64,
}

/// One canonical object a line.
#[must_use]
pub fn to_json_line(row: &Row) -> String {
    let object = json!({"item": row.item, "answer": row.answers, "worker": row.worker});
    let mut line = json::write(&object);
    line.push('\n');
    line
}

/// The head of the CSV: a column for each question, by name.
#[must_use]
pub fn csv_head(names: &[String]) -> String {
    let columns: Vec<&str> = ["item"].into_iter().chain(names.iter().map(String::as_str)).chain(["worker"]).collect();
    format!("{}\r\n", columns.join(","))
}

/// One record (RFC 4180) with a cell for each of these questions, empty where the row answers none of that name. A cell that a
/// spreadsheet would run as a formula begins with an apostrophe.
#[must_use]
pub fn to_csv_line(row: &Row, names: &[String]) -> String {
    let answers = names.iter().map(|name| row.answers.get(name).map_or_else(String::new, |answer| cell(&forms::cell(answer))));
    let cells: Vec<String> = [cell(&row.item)].into_iter().chain(answers).chain([row.worker.to_string()]).collect();
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
        let answers = Map::from_iter([("what".to_owned(), json!(["a", "b\"c"])), ("more".to_owned(), json!("-1"))]);
        let row = Row { item: "=1+1".to_owned(), answers, worker: 3 };
        let names = ["what", "of_another_batch", "more"].map(str::to_owned);
        assert_eq!(csv_head(&names), "item,what,of_another_batch,more,worker\r\n");
        assert_eq!(to_csv_line(&row, &names), "'=1+1,\"a; b\"\"c\",,'-1,3\r\n");
        let line = r#"{"answer":{"more":"-1","what":["a","b\"c"]},"item":"=1+1","worker":3}"#;
        assert_eq!(to_json_line(&row), format!("{line}\n"));
    }
}
