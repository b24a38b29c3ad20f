//! Tasks as items, and answers as results.

use serde_json::{Map, Value, json};

use super::*;
use crate::forms::{Given, Task};
use crate::items::{self, Item, Needs};
use crate::log::json as canonical;

fn tasks(text: &str, needs: &Needs) -> Result<Vec<(String, String)>, Vec<(&'static str, i64)>> {
    let pair = |item: Item| (item.id, item.payload);
    items::read(text.as_bytes(), needs).map(|items| items.into_iter().map(pair).collect()).map_err(|refusals| named(&refusals))
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(id, payload)| ((*id).to_owned(), (*payload).to_owned())).collect()
}

#[test]
fn tasks_are_items_by_the_names_of_their_configuration() {
    let shown = Shown { prompt: Some(Source { name: "t".to_owned(), field: "body".to_owned() }), ..Shown::default() };
    let needs = Needs { shown, ..Needs::default() };
    let export = r#" [{"id": 7, "data": {"body": "One", "text": "no"}, "annotations": [{"result": [1.5e3]}], "predictions": []},
        {"data": {"body": "Two", "manyhands_item": "x"}, "id": 8}, {"body": "Three"}]"#;
    assert_eq!(tasks(export, &needs).unwrap(), pairs(&[("7", "One"), ("x", "Two"), ("3", "Three")]));
    assert_eq!(tasks(r#"[{"data": {"other": "A", "n": 1}}]"#, &Needs::default()).unwrap(), pairs(&[("1", "A")]));
    for (text, wrong) in [
        (
            r#"[{"data": {"body": "One"}}, {"data": {"text": "Two"}}, 7, {"data": []}]"#,
            vec![("tasks-cell", 2), ("tasks-shape", 3), ("tasks-shape", 4)],
        ),
        (r#"[{"id": 2, "data": {"body": "One"}}, {"data": {"body": "Two"}}]"#, vec![("tasks-twice", 2)]),
        (r#"[{"id": [], "data": {"body": "One"}}]"#, vec![("tasks-cell", 1)]),
        ("[{\"data\": {\"body\": \"One\"}},\n{", vec![("tasks-json", 2)]),
        ("[] x", vec![("tasks-json", 1)]),
        ("[]", vec![("items-none", 0)]),
    ] {
        assert_eq!(tasks(text, &needs).unwrap_err(), wrong, "{text}");
    }
    let links = Needs { links: true, ..Needs::default() };
    assert_eq!(
        tasks(r#"[{"data": {"image": "https://a.example/1.jpg"}}, {"data": {"image": "s3://a/2.jpg"}}]"#, &links).unwrap_err(),
        [("tasks-link", 2)]
    );
    assert_eq!(tasks(&format!("[{}{}]", "[".repeat(200), "]".repeat(200)), &needs).unwrap_err(), [("tasks-shape", 1)]);
}

#[test]
fn candidates_come_from_fields_or_from_a_list() {
    let two = Needs { candidates: Some(2..=2), ..Needs::default() };
    let pair = Some([Source::of("x"), Source::of("y")]);
    let named_pair = Needs { shown: Shown { pair, ..Shown::default() }, sentence: "Which?".to_owned(), ..two.clone() };
    assert_eq!(
        tasks(r#"[{"data": {"x": "A", "y": "B"}}]"#, &named_pair).unwrap(),
        pairs(&[("1", r#"{"candidates":["A","B"],"prompt":"Which?"}"#)])
    );
    assert_eq!(tasks(r#"[{"data": {"x": "A"}}]"#, &named_pair).unwrap_err(), [("tasks-cell", 1)]);
    let some = Needs { candidates: Some(2..=10), ..Needs::default() };
    let list = r#"[{"data": {"text": "Q", "candidates": [{"id": "i", "title": "T", "body": "B"}, "plain"]}}, {"data": {"text": "Q", "a": "A", "b": "B"}}]"#;
    let read = tasks(list, &some).unwrap();
    assert_eq!(read, pairs(&[("1", r#"{"candidates":["T\nB","plain"],"prompt":"Q"}"#), ("2", r#"{"candidates":["A","B"],"prompt":"Q"}"#)]));
    assert_eq!(tasks(r#"[{"data": {"text": "Q", "candidates": ["A"]}}]"#, &some).unwrap_err(), [("tasks-candidates", 1)]);
    assert_eq!(tasks(r#"[{"data": {"text": "Q", "candidates": "A"}}]"#, &some).unwrap_err(), [("tasks-cell", 1)]);
}

fn answers(form: &Form, shown: &Task, given: &[(&str, &[&str])]) -> Map<String, Value> {
    let typed: Given =
        given.iter().map(|(name, values)| ((*name).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())).collect();
    match form.read(&typed, shown).unwrap() {
        Value::Object(members) => members,
        other => panic!("{other}"),
    }
}

/// Emoji beyond the basic plane, one of two code points, and letters with marks of their own.
const TEXT: &str = "😀 Zoë met 👩‍🚀 in Q\u{307}ala";

#[test]
fn answers_are_results_that_fit_the_configuration() {
    let form = shared();
    let shown = Task { candidates: vec!["x".to_owned(), "y".to_owned()], prompt: TEXT.to_owned(), ..Task::default() };
    let given = [
        ("one", &["Yes"][..]),
        ("words", &["a\nb"]),
        ("how_many", &["7.50"]),
        ("order", &["2", "1"]),
        ("marked", &["Person: Zoë\nPlace: Q\u{307}ala"]),
    ];
    let given = answers(&form, &shown, &given);
    let layout = Layout::new(&form, &Shown::default(), "text");
    let text = task(&layout, "=1", &shown, (&[Answered { worker: 101, guidelines: 2, answers: &given, changed: &[] }], None)).unwrap();
    let task: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        canonical::write(&task["data"]),
        canonical::write(&json!({
            "candidates": [{"id": "a", "title": "x"}, {"id": "b", "title": "y"}],
            "manyhands_guidelines": [2], "manyhands_item": "=1", "manyhands_workers": [101], "payload": TEXT,
        }))
    );
    let results = &task["annotations"][0]["result"];
    let by = |from: &str, to: &str, kind: &str, value: Value| json!({"from_name": from, "id": format!("{from}-1"), "to_name": to, "type": kind, "value": value});
    assert_eq!(results[0], by("one", "payload", "choices", json!({"choices": ["1"]})));
    assert_eq!(results[1], by("words", "payload", "textarea", json!({"text": ["a\nb"]})));
    assert_eq!(results[2]["value"].to_string(), r#"{"number":7.5}"#);
    assert_eq!(results[3], by("order", "candidates", "ranker", json!({"ranker": {"order": ["b", "a"]}})));
    assert_eq!(results[4]["value"], json!({"end": 5, "labels": ["Person"], "start": 2, "text": "Zoë"}));
    // Code points, as `[...text]` counts them in Label Studio: the astronaut is three, the letter with its dot two.
    let start = TEXT.chars().position(|c| c == 'Q').unwrap();
    assert_eq!(results[5]["value"], json!({"end": start + 5, "labels": ["LOC"], "start": start, "text": "Q\u{307}ala"}));
    assert_eq!((results[4]["id"].as_str(), results[5]["id"].as_str()), (Some("marked-1"), Some("marked-2")));
    assert_eq!(results.as_array().unwrap().len(), 6);
    let other = Map::from_iter([("marked".to_owned(), json!("x"))]);
    assert!(super::task(&layout, "1", &shown, (&[Answered { worker: 1, guidelines: 2, answers: &other, changed: &[] }], None)).is_err());
}

#[test]
fn shapes_are_in_percent_of_a_picture_whose_size_is_known() {
    let form = form(&[question("boxes", "boxes", "car {vehicle}"), question("both", "shapes", "car\ntree")]);
    let mut shown = Task { candidates: Vec::new(), prompt: "street.jpg".to_owned(), size: Some((300, 200)), ..Task::default() };
    let given = answers(&form, &shown, &[("boxes", &["1,20 to 100.5,150"]), ("both", &["car: 0,0 to 300,200\ntree: 0,0 10,0 10,7"])]);
    let layout = Layout::new(&form, &Shown::default(), "image");
    let written = task(&layout, "7", &shown, (&[Answered { worker: 1, guidelines: 2, answers: &given, changed: &[] }], None)).unwrap();
    for part in [
        r#"{"from_name":"boxes","id":"boxes-1","image_rotation":0,"original_height":200,"original_width":300,"to_name":"payload","type":"rectanglelabels","value":{"height":65,"rectanglelabels":["vehicle"],"rotation":0,"width":33.166666666667,"x":0.333333333333,"y":10}}"#,
        r#"{"from_name":"both_box","id":"both-1","image_rotation":0,"original_height":200,"original_width":300,"to_name":"payload","type":"rectangle","value":{"height":100,"rotation":0,"width":100,"x":0,"y":0}}"#,
        r#""type":"labels","value":{"height":100,"labels":["car"],"rotation":0,"width":100,"x":0,"y":0}}"#,
        r#""type":"polygon","value":{"closed":true,"points":[[0,0],[3.333333333333,0],[3.333333333333,3.5]]}}"#,
    ] {
        assert!(written.contains(part), "{part}\nin {written}");
    }
    shown.size = None;
    let written = task(&layout, "7", &shown, (&[Answered { worker: 1, guidelines: 2, answers: &given, changed: &[] }], None)).unwrap();
    assert!(
        written.starts_with(
            r#"{"annotations":[{"result":[]}],"data":{"both_lines":["car: 0,0 to 300,200\ntree: 0,0 10,0 10,7"],"boxes_lines":["#
        ),
        "{written}"
    );
}

#[test]
fn kinds_without_a_counterpart_keep_their_answers() {
    let form = form(&[
        question("better", "preference", ""),
        question("pairs", "pairs", ""),
        question("own", "ranking", "Tea {t}\nWater"),
        NewQuestion { tie: false, ..question("plain", "preference", "") },
    ]);
    let shown = Task { candidates: vec!["x".to_owned(), "y".to_owned()], prompt: "Q".to_owned(), ..Task::default() };
    let given = answers(
        &form,
        &shown,
        &[("better", &["tie", "Both fit"]), ("pairs", &["q", "a", "r", "b"]), ("own", &["2", "1"]), ("plain", &["b", ""])],
    );
    let written = task(
        &Layout::new(&form, &Shown::default(), "text"),
        "7",
        &shown,
        (&[Answered { worker: 1, guidelines: 2, answers: &given, changed: &[] }], None),
    )
    .unwrap();
    for part in [
        r#""type":"choices","value":{"choices":["tie"]}"#,
        r#"{"from_name":"better_reason","id":"better_reason-1","to_name":"payload","type":"textarea","value":{"text":["Both fit"]}}"#,
        r#""value":{"text":["q","a","r","b"]}"#,
        r#""to_name":"own_options","type":"ranker","value":{"ranker":{"own":["Water","t"]}}"#,
        r#""own_options":[{"id":"t","title":"Tea"},{"id":"Water","title":"Water"}]"#,
        r#""a":"x","b":"y""#,
        // As the page of Label Studio 1.23 makes and reads it.
        r#"{"from_name":"plain","id":"plain-1","to_name":"plain","type":"pairwise","value":{"selected":"right"}}"#,
    ] {
        assert!(written.contains(part), "{part}\nin {written}");
    }
}
