//! What a client takes away: accepted answers, or what the answers to each item come to, as JSON Lines or CSV, the same bytes for the
//! same state, no person in them.
//! And nothing that the public ledger has too: no claim, no time, not the order of the entries. Whoever held both side by
//! side would read off which member of the ledger a worker's number is (LEDGER.md section 1).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::agreement;
use crate::agreement::overlap::{self, Marked, Tally};
use crate::forms::{self, Form, Kind, Question};
use crate::log::json;
use crate::money::Amount;
use crate::shapes;
use crate::suggestions::Model;

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
    /// Where the item came with a suggestion: what became of it.
    pub suggestion: Option<Suggested>,
}

/// What became of a suggestion in one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// Who suggested.
    pub model: Model,
    /// By question to which something was suggested: whether the answer is another one.
    pub changed: BTreeMap<String, bool>,
}

/// One canonical object a line.
#[must_use]
pub fn to_json_line(row: &Row) -> String {
    let mut object = json!({"item": row.item, "answer": row.answers, "guidelines": row.version, "worker": row.worker});
    if let (Some(members), Some(suggestion)) = (object.as_object_mut(), &row.suggestion) {
        let mut told = json!({"changed": suggestion.changed, "model": suggestion.model.name});
        if let Some(told) = told.as_object_mut().filter(|_| !suggestion.model.version.is_empty()) {
            told.insert("version".to_owned(), Value::from(suggestion.model.version.as_str()));
        }
        members.insert("suggestion".to_owned(), told);
    }
    let mut line = json::write(&object);
    line.push('\n');
    line
}

/// The columns of a table of answers.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The questions, by name.
    pub names: Vec<String>,
    /// Whether some items came with a suggestion: no question's name has a point in it.
    pub suggested: bool,
}

impl Columns {
    /// The head of the CSV: a column for each question, and for what became of its suggestion.
    #[must_use]
    pub fn head(&self) -> String {
        let mut columns: Vec<String> = ["item".to_owned()].into_iter().chain(self.names.iter().cloned()).collect();
        columns.extend(["guidelines", "worker"].map(str::to_owned));
        if self.suggested {
            columns.extend(["suggestion.model", "suggestion.version"].map(str::to_owned));
            columns.extend(self.names.iter().map(|name| format!("{name}.changed")));
        }
        format!("{}\r\n", columns.join(","))
    }

    /// One record (RFC 4180) with a cell for each of these questions, empty where the row answers none of that name. A cell that a
    /// spreadsheet would run as a formula begins with an apostrophe.
    #[must_use]
    pub fn line(&self, row: &Row) -> String {
        let answer = |name: &String| row.answers.get(name).map_or_else(String::new, |answer| cell(&forms::cell(answer)));
        let mut cells: Vec<String> = [cell(&row.item)].into_iter().chain(self.names.iter().map(answer)).collect();
        cells.extend([row.version.to_string(), row.worker.to_string()]);
        if self.suggested {
            let (model, version) = row.suggestion.as_ref().map_or(("", ""), |told| (&told.model.name, &told.model.version));
            cells.extend([cell(model), cell(version)]);
            let word = |changed: &bool| if *changed { "yes" } else { "no" };
            let changed = |name: &String| row.suggestion.as_ref().and_then(|told| told.changed.get(name)).map_or("", word);
            cells.extend(self.names.iter().map(|name| changed(name).to_owned()));
        }
        format!("{}\r\n", cells.join(","))
    }
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
    /// Of questions that mark places: how far what was marked overlaps, millionths.
    pub overlaps: BTreeMap<String, agreement::Millionths>,
    /// Of questions that somebody left out: how many did. Where that is more than half, it is what they come to, and nothing else is.
    pub left_out: BTreeMap<String, usize>,
}

/// The questions of a form whose answers mark places, by name.
#[must_use]
pub fn marking(form: &Form) -> BTreeMap<String, Marks> {
    let marks = |question: &Question| match question.answer {
        Kind::Shapes(_) => Some(Marks::Shapes),
        Kind::Spans(_) => Some(Marks::Passages),
        _ => None,
    };
    form.questions.iter().filter_map(|question| Some((question.name.clone(), marks(question)?))).collect()
}

/// What the answers to a question mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// Boxes and polygons on a picture.
    Shapes,
    /// Passages in a text.
    Passages,
}

impl Marks {
    /// Adds the answers to one item, canonical JSON as [`by_question`] has them, to a batch's figures, as long as `effort` lasts. False
    /// once it does not: then nothing was added. What a question left out marks nothing.
    pub fn add(self, tally: &mut Tally, effort: &mut u64, answers: &[String]) -> bool {
        match self {
            Marks::Shapes => add(tally, effort, answers, shapes::of_json),
            Marks::Passages => add(tally, effort, answers, overlap::passages),
        }
    }
}

fn add<M: Marked>(tally: &mut Tally, effort: &mut u64, answers: &[String], read: fn(&Value) -> Option<Vec<M>>) -> bool {
    let read = |text: &String| serde_json::from_str(text).ok().and_then(|value| read(&value)).unwrap_or_default();
    let marks: Vec<Vec<M>> = answers.iter().map(read).collect();
    let Some(left) = effort.checked_sub(overlap::effort(&marks)) else { return false };
    *effort = left;
    tally.add(&marks);
    true
}

/// What comparing the marks of one item may cost in a file of consensus, in pairs of sides: above it, its overlap is not told.
pub const ITEM_EFFORT: u64 = 4_000_000;

/// What it may cost in one file altogether: the items after that have no overlap either.
pub const FILE_EFFORT: u64 = 1_000_000_000;

/// What the answers to an item come to, by each question that was `asked`, also where nobody answered it; `marking` as [`marking`] tells of
/// the form. `effort` is what comparing marks may still cost in this file.
#[must_use]
pub fn consensus(
    (item, asked): (&str, &[String]),
    answers: &[Map<String, Value>],
    marking: &BTreeMap<String, Marks>,
    effort: &mut u64,
) -> Consensus {
    let of = |texts: Vec<String>| {
        let most = agreement::majority(&texts).and_then(|text| serde_json::from_str(text).ok()).filter(|most| *most != Value::Null);
        (most, agreement::share(&texts))
    };
    let mut questions = by_question(answers);
    for name in asked {
        questions.entry(name.clone()).or_insert_with(|| vec![LEFT_OUT.to_owned(); answers.len()]);
    }
    let left = |(name, texts): (&String, &Vec<String>)| (name.clone(), texts.iter().filter(|text| *text == LEFT_OUT).count());
    let left_out = questions.iter().map(left).filter(|(_, count)| *count > 0).collect();
    let overlap = |(name, marks): (&String, &Marks)| {
        let most = ITEM_EFFORT.min(*effort);
        let (mut tally, mut left) = (Tally::default(), most);
        marks.add(&mut tally, &mut left, questions.get(name)?);
        *effort = effort.saturating_sub(most.saturating_sub(left));
        Some((name.clone(), tally.mean()?))
    };
    let overlaps = marking.iter().filter_map(overlap).collect();
    Consensus {
        item: item.to_owned(),
        answers: answers.len(),
        questions: questions.into_iter().map(|(name, texts)| (name, of(texts))).collect(),
        overlaps,
        left_out,
    }
}

/// The answers to one item by question, as canonical JSON: `null` of whoever left an optional question out, which is an answer too.
#[must_use]
pub fn by_question(answers: &[Map<String, Value>]) -> BTreeMap<String, Vec<String>> {
    let names: BTreeSet<&String> = answers.iter().flat_map(Map::keys).collect();
    let of = |name: &String| answers.iter().map(|given| json::write(given.get(name).unwrap_or(&Value::Null))).collect();
    names.into_iter().map(|name| (name.clone(), of(name))).collect()
}

/// One canonical object a line: `{"agreement":{…},"answers":3,"consensus":{…},"item":"…"}`, null where there is none; with `left_out`
/// where somebody left a question out, and with `overlap` where one marks places.
#[must_use]
pub fn to_consensus_json_line(row: &Consensus) -> String {
    let ratio = |ratio: &Option<i64>| ratio.map(|ratio| Amount::from_micros(ratio).to_string());
    let most: BTreeMap<_, _> = row.questions.iter().map(|(name, (most, _))| (name, most)).collect();
    let shares: BTreeMap<_, _> = row.questions.iter().map(|(name, (_, share))| (name, ratio(share))).collect();
    let mut object = json!({"item": row.item, "answers": row.answers, "consensus": most, "agreement": shares});
    if let Some(object) = object.as_object_mut().filter(|_| !row.left_out.is_empty()) {
        object.insert("left_out".to_owned(), json!(row.left_out));
    }
    if let Some(object) = object.as_object_mut().filter(|_| !row.overlaps.is_empty()) {
        let overlaps: Map<String, Value> = row.overlaps.iter().map(|(name, of)| (name.clone(), json!(ratio(&Some(*of))))).collect();
        object.insert("overlap".to_owned(), Value::Object(overlaps));
    }
    let mut line = json::write(&object);
    line.push('\n');
    line
}

/// The head of the CSV of consensus.
pub const CONSENSUS_CSV_HEAD: &str = "item,question,consensus,agreement,answers,overlap,left_out\r\n";

/// The answer of whoever left a question out.
const LEFT_OUT: &str = "null";

/// One record a question (RFC 4180); empty where there is no consensus or no second answer. The last cell is how many left it out.
#[must_use]
pub fn to_consensus_csv_lines(row: &Consensus) -> String {
    let line = |(name, (most, share)): (&String, &(Option<Value>, Option<i64>))| {
        let figure = |figure: Option<i64>| figure.map_or(String::new(), |figure| Amount::from_micros(figure).to_string());
        let overlap = figure(row.overlaps.get(name).copied());
        let most = cell(&most.as_ref().map_or(String::new(), forms::cell));
        let left = row.left_out.get(name).copied().unwrap_or(0).to_string();
        let cells = [cell(&row.item), cell(name), most, figure(*share), row.answers.to_string(), overlap, left];
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
        let consensus = |item: &str, answers: &[Map<String, Value>]| consensus((item, &[]), answers, &BTreeMap::new(), &mut 0);
        let row = consensus("7", &given(&[json!("a"), json!("b"), json!("a")]));
        assert_eq!(
            to_consensus_json_line(&row),
            "{\"agreement\":{\"answer\":\"0.333333\"},\"answers\":3,\"consensus\":{\"answer\":\"a\"},\"item\":\"7\"}\n"
        );
        assert_eq!(to_consensus_csv_lines(&row), "7,answer,a,0.333333,3,,0\r\n");
        let row = consensus("8", &given(&[json!({"kind": "x", "parts": ["b", "c"]}), json!({"kind": "y", "parts": ["b", "c"]})]));
        assert_eq!(to_consensus_csv_lines(&row), "8,kind,,0.000000,2,,0\r\n8,parts,\"b; c\",1.000000,2,,0\r\n");
        // One of three who answers an optional question is no majority.
        let row = consensus("10", &given(&[json!({"a": "x", "b": "y"}), json!({"a": "x"}), json!({"a": "x"})]));
        assert_eq!(to_consensus_csv_lines(&row), "10,a,x,1.000000,3,,0\r\n10,b,,0.333333,3,,2\r\n");
        assert_eq!(to_consensus_csv_lines(&consensus("9", &given(&[json!("a")]))), "9,answer,a,,1,,0\r\n");
    }

    #[test]
    fn a_question_that_everybody_left_out_has_its_row_and_says_so() {
        let given = |answers: &[Value]| -> Vec<Map<String, Value>> { answers.iter().cloned().map(forms::answers_of).collect() };
        let asked = ["kind".to_owned(), "note".to_owned()];
        let row = consensus(("7", &asked), &given(&[json!({"kind": "x"}), json!({"kind": "x"})]), &BTreeMap::new(), &mut 0);
        assert_eq!(to_consensus_csv_lines(&row), "7,kind,x,1.000000,2,,0\r\n7,note,,1.000000,2,,2\r\n");
        assert_eq!(
            to_consensus_json_line(&row),
            "{\"agreement\":{\"kind\":\"1.000000\",\"note\":\"1.000000\"},\"answers\":2,\"consensus\":{\"kind\":\"x\",\"note\":null},\
             \"item\":\"7\",\"left_out\":{\"note\":2}}\n"
        );
        // Half is no majority: neither for an answer nor for leaving it out.
        let row = consensus(("8", &asked), &given(&[json!({"kind": "x", "note": "n"}), json!({"kind": "x"})]), &BTreeMap::new(), &mut 0);
        assert_eq!(to_consensus_csv_lines(&row), "8,kind,x,1.000000,2,,0\r\n8,note,,0.000000,2,,1\r\n");
    }

    #[test]
    fn what_marks_places_is_told_by_its_overlap_too() {
        let marked = |to: i64| json!([{"corners_tenths": [[0, 0], [to, 100]], "label": "car", "shape": "box"}]);
        let answers: Vec<Map<String, Value>> = [marked(100), marked(50)]
            .into_iter()
            .map(|shapes| Map::from_iter([("where".to_owned(), shapes), ("note".to_owned(), json!("seen"))]))
            .collect();
        let (marking, mut left) = (BTreeMap::from([("where".to_owned(), Marks::Shapes)]), 40);
        let row = consensus(("7", &[]), &answers, &marking, &mut left);
        assert_eq!(left, 22, "eighteen");
        assert_eq!(consensus(("8", &[]), &answers, &marking, &mut left).overlaps.len(), 1);
        assert_eq!(
            (consensus(("9", &[]), &answers, &marking, &mut left).overlaps.len(), left),
            (0, 4),
            "used up: no figure rather than a late file"
        );
        assert_eq!(to_consensus_csv_lines(&row), "7,note,seen,1.000000,2,,0\r\n7,where,,0.000000,2,0.500000,0\r\n");
        assert!(to_consensus_json_line(&row).ends_with("\"item\":\"7\",\"overlap\":{\"where\":\"0.500000\"}}\n"));
        // Too much for its page: not added, and said so.
        let (mut tally, mut effort) = (Tally::default(), 16);
        let texts: Vec<String> = answers.iter().map(|answer| json::write(&answer["where"])).collect();
        assert!(!Marks::Shapes.add(&mut tally, &mut effort, &texts));
        assert_eq!((tally.items(), effort), (0, 16), "one look, sixteen pairs of sides and a step");
        effort = 18;
        assert!(Marks::Shapes.add(&mut tally, &mut effort, &texts));
        assert_eq!((tally.mean(), effort), (Some(500_000), 0));
    }

    #[test]
    fn rows_are_the_same_bytes_and_harmless_in_a_spreadsheet() {
        let answers = Map::from_iter([("what".to_owned(), json!(["a", "b\"c"])), ("more".to_owned(), json!("-1"))]);
        let mut row = Row { item: "=1+1".to_owned(), answers, worker: 3, version: 2, suggestion: None };
        let names: Vec<String> = ["what", "of_another_batch", "more"].map(str::to_owned).into();
        let mut columns = Columns { names, suggested: false };
        assert_eq!(columns.head(), "item,what,of_another_batch,more,guidelines,worker\r\n");
        assert_eq!(columns.line(&row), "'=1+1,\"a; b\"\"c\",,'-1,2,3\r\n");
        let line = r#"{"answer":{"more":"-1","what":["a","b\"c"]},"guidelines":2,"item":"=1+1","worker":3"#;
        assert_eq!(to_json_line(&row), format!("{line}}}\n"));
        // Where a model suggested something, its name and what became of it stand at the end.
        columns.suggested = true;
        let head = "item,what,of_another_batch,more,guidelines,worker,suggestion.model,suggestion.version,what.changed,of_another_batch.changed,more.changed\r\n";
        assert_eq!(columns.head(), head);
        assert_eq!(columns.line(&row), "'=1+1,\"a; b\"\"c\",,'-1,2,3,,,,,\r\n");
        let changed = BTreeMap::from([("more".to_owned(), false), ("what".to_owned(), true)]);
        let model = Model { name: "=model".to_owned(), version: "2".to_owned() };
        row.suggestion = Some(Suggested { model, changed });
        assert_eq!(columns.line(&row), "'=1+1,\"a; b\"\"c\",,'-1,2,3,'=model,2,yes,,no\r\n");
        let told = r#","suggestion":{"changed":{"more":false,"what":true},"model":"=model","version":"2"},"worker":3}"#;
        assert_eq!(to_json_line(&row), format!("{}{told}\n", line.strip_suffix(r#","worker":3"#).unwrap()));
        row.suggestion.as_mut().unwrap().model.version.clear();
        assert!(to_json_line(&row).contains(r#""model":"=model"},"worker""#));
    }
}
