//! What a client takes away: accepted answers, or what the answers to each item come to, as JSON Lines or CSV, the same bytes for the
//! same state, no person in them.
//! And nothing that the public ledger has too: no claim, no time, not the order of the entries. Whoever held both side by
//! side would read off which member of the ledger a worker's number is (LEDGER.md section 1).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::agreement;
use crate::log::json;
use crate::money::Amount;

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
    let cells = [cell(&row.item), cell(&plain(&row.answer)), row.worker.to_string()];
    format!("{}\r\n", cells.join(","))
}

/// What the answers to one item come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Consensus {
    /// The client's own id.
    pub item: String,
    /// How many answers there are.
    pub answers: usize,
    /// By the name of the question: what more than half answered (nothing where nobody did), and the share of pairs of answers that are
    /// equal, millionths.
    pub questions: BTreeMap<String, (Option<Value>, Option<agreement::Millionths>)>,
}

/// What the answers to an item come to, question by question.
#[must_use]
pub fn consensus(item: &str, answers: &[Value]) -> Consensus {
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, answer) in answers.iter().flat_map(by_question) {
        given.entry(name).or_default().push(json::write(answer));
    }
    let of = |texts: Vec<String>| {
        let most = agreement::majority(&texts).and_then(|text| serde_json::from_str(text).ok());
        (most, agreement::share(&texts))
    };
    Consensus {
        item: item.to_owned(),
        answers: answers.len(),
        questions: given.into_iter().map(|(name, texts)| (name, of(texts))).collect(),
    }
}

/// An answer taken apart by the names of its questions. One that is no object answers the only question, `answer`.
pub fn by_question(answer: &Value) -> Vec<(String, &Value)> {
    match answer {
        Value::Object(answers) => answers.iter().map(|(name, answer)| (name.clone(), answer)).collect(),
        only => vec![("answer".to_owned(), only)],
    }
}

/// One canonical object a line: `{"agreement":{…},"answers":3,"consensus":{…},"item":"…"}`, null where there is none.
#[must_use]
pub fn to_consensus_json_line(row: &Consensus) -> String {
    let ratio = |ratio: &Option<i64>| ratio.map(|ratio| Amount::from_micros(ratio).to_string());
    let most: BTreeMap<_, _> = row.questions.iter().map(|(name, (most, _))| (name, most)).collect();
    let shares: BTreeMap<_, _> = row.questions.iter().map(|(name, (_, share))| (name, ratio(share))).collect();
    let mut line = json::write(&json!({"item": row.item, "answers": row.answers, "consensus": most, "agreement": shares}));
    line.push('\n');
    line
}

/// The head of the CSV of consensus.
pub const CONSENSUS_CSV_HEAD: &str = "item,question,consensus,agreement,answers\r\n";

/// One record a question (RFC 4180); empty where there is no consensus or no second answer.
#[must_use]
pub fn to_consensus_csv_lines(row: &Consensus) -> String {
    let line = |(name, (most, share)): (&String, &(Option<Value>, Option<i64>))| {
        let share = share.map_or(String::new(), |share| Amount::from_micros(share).to_string());
        let cells = [cell(&row.item), cell(name), cell(&most.as_ref().map_or(String::new(), plain)), share, row.answers.to_string()];
        format!("{}\r\n", cells.join(","))
    };
    row.questions.iter().map(line).collect()
}

/// An answer as one cell.
fn plain(answer: &Value) -> String {
    match answer {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
        other => json::write(other),
    }
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
    fn consensus_is_told_by_question_and_a_tie_is_left_to_the_client() {
        let row = consensus("7", &[json!("a"), json!("b"), json!("a")]);
        assert_eq!(
            to_consensus_json_line(&row),
            "{\"agreement\":{\"answer\":\"0.333333\"},\"answers\":3,\"consensus\":{\"answer\":\"a\"},\"item\":\"7\"}\n"
        );
        assert_eq!(to_consensus_csv_lines(&row), "7,answer,a,0.333333,3\r\n");
        let row = consensus("8", &[json!({"kind": "x", "parts": ["b", "c"]}), json!({"kind": "y", "parts": ["b", "c"]})]);
        assert_eq!(to_consensus_csv_lines(&row), "8,kind,,0.000000,2\r\n8,parts,\"b; c\",1.000000,2\r\n");
        assert_eq!(to_consensus_csv_lines(&consensus("9", &[json!("a")])), "9,answer,a,,1\r\n");
    }

    #[test]
    fn rows_are_the_same_bytes_and_harmless_in_a_spreadsheet() {
        let row = Row { item: "=1+1".to_owned(), answer: json!(["a", "b\"c"]), worker: 3 };
        assert_eq!(to_csv_line(&row), "'=1+1,\"a; b\"\"c\",3\r\n");
        assert_eq!(to_json_line(&row), "{\"answer\":[\"a\",\"b\\\"c\"],\"item\":\"=1+1\",\"worker\":3}\n");
    }
}
