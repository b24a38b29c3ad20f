//! What a client takes away: accepted answers, or what the answers to each item come to, as JSON Lines or CSV, the same bytes for the
//! same state, no person in them.
//! And nothing that the public ledger has too: no claim, no time, not the order of the entries. Whoever held both side by
//! side would read off which member of the ledger a worker's number is (LEDGER.md section 1).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::agreement;
use crate::forms;
use crate::log::json;
use crate::money::Amount;

/// One accepted answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The client's own id.
    pub item: String,
    /// By question name, as the form made them. Batches from before forms had several questions read as one question's.
    pub answers: Map<String, Value>,
    /// A number per contract, no person.
    pub worker: i64,
    /// The version of the contract, and so of its guidelines, under which the answer was claimed; from 1.
    pub version: i64,
}

/// One canonical object a line.
#[must_use]
pub fn to_json_line(row: &Row) -> String {
    let object = json!({"item": row.item, "answer": row.answers, "guidelines": row.version, "worker": row.worker});
    let mut line = json::write(&object);
    line.push('\n');
    line
}

/// The head of the CSV: a column for each question, by name.
#[must_use]
pub fn csv_head(names: &[String]) -> String {
    let columns: Vec<&str> = ["item"].into_iter().chain(names.iter().map(String::as_str)).chain(["guidelines", "worker"]).collect();
    format!("{}\r\n", columns.join(","))
}

/// One record (RFC 4180) with a cell for each of these questions, empty where the row answers none of that name. A cell that a
/// spreadsheet would run as a formula begins with an apostrophe.
#[must_use]
pub fn to_csv_line(row: &Row, names: &[String]) -> String {
    let answers = names.iter().map(|name| row.answers.get(name).map_or_else(String::new, |answer| cell(&forms::cell(answer))));
    let cells: Vec<String> =
        [cell(&row.item)].into_iter().chain(answers).chain([row.version.to_string(), row.worker.to_string()]).collect();
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
pub fn consensus(item: &str, answers: &[Map<String, Value>]) -> Consensus {
    let of = |texts: Vec<String>| {
        let most = agreement::majority(&texts).and_then(|text| serde_json::from_str(text).ok()).filter(|most| *most != Value::Null);
        (most, agreement::share(&texts))
    };
    Consensus {
        item: item.to_owned(),
        answers: answers.len(),
        questions: by_question(answers).into_iter().map(|(name, texts)| (name, of(texts))).collect(),
    }
}

/// The answers to one item by question, as canonical JSON: `null` of whoever left an optional question out, which is an answer too.
#[must_use]
pub fn by_question(answers: &[Map<String, Value>]) -> BTreeMap<String, Vec<String>> {
    let names: BTreeSet<&String> = answers.iter().flat_map(Map::keys).collect();
    let of = |name: &String| answers.iter().map(|given| json::write(given.get(name).unwrap_or(&Value::Null))).collect();
    names.into_iter().map(|name| (name.clone(), of(name))).collect()
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
        let cells = [cell(&row.item), cell(name), cell(&most.as_ref().map_or(String::new(), forms::cell)), share, row.answers.to_string()];
        format!("{}\r\n", cells.join(","))
    };
    row.questions.iter().map(line).collect()
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
        let given = |answers: &[Value]| -> Vec<Map<String, Value>> { answers.iter().cloned().map(forms::answers_of).collect() };
        let row = consensus("7", &given(&[json!("a"), json!("b"), json!("a")]));
        assert_eq!(
            to_consensus_json_line(&row),
            "{\"agreement\":{\"answer\":\"0.333333\"},\"answers\":3,\"consensus\":{\"answer\":\"a\"},\"item\":\"7\"}\n"
        );
        assert_eq!(to_consensus_csv_lines(&row), "7,answer,a,0.333333,3\r\n");
        let row = consensus("8", &given(&[json!({"kind": "x", "parts": ["b", "c"]}), json!({"kind": "y", "parts": ["b", "c"]})]));
        assert_eq!(to_consensus_csv_lines(&row), "8,kind,,0.000000,2\r\n8,parts,\"b; c\",1.000000,2\r\n");
        // One of three who answers an optional question is no majority.
        let row = consensus("10", &given(&[json!({"a": "x", "b": "y"}), json!({"a": "x"}), json!({"a": "x"})]));
        assert_eq!(to_consensus_csv_lines(&row), "10,a,x,1.000000,3\r\n10,b,,0.333333,3\r\n");
        assert_eq!(to_consensus_csv_lines(&consensus("9", &given(&[json!("a")]))), "9,answer,a,,1\r\n");
    }

    #[test]
    fn rows_are_the_same_bytes_and_harmless_in_a_spreadsheet() {
        let answers = Map::from_iter([("what".to_owned(), json!(["a", "b\"c"])), ("more".to_owned(), json!("-1"))]);
        let row = Row { item: "=1+1".to_owned(), answers, worker: 3, version: 2 };
        let names = ["what", "of_another_batch", "more"].map(str::to_owned);
        assert_eq!(csv_head(&names), "item,what,of_another_batch,more,guidelines,worker\r\n");
        assert_eq!(to_csv_line(&row, &names), "'=1+1,\"a; b\"\"c\",,'-1,2,3\r\n");
        let line = r#"{"answer":{"more":"-1","what":["a","b\"c"]},"guidelines":2,"item":"=1+1","worker":3}"#;
        assert_eq!(to_json_line(&row), format!("{line}\n"));
    }
}
