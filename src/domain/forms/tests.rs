//! Forms: what is stored, old and new; what is read; that equal answers are equal bytes.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::log::json as canonical;

fn question(kind: &str, choices: &str) -> Question {
    let typed = NewQuestion { name: FIRST.to_owned(), kind: kind.to_owned(), question: "What is it?".to_owned(), ..NewQuestion::default() };
    define(&NewQuestion { choices: choices.to_owned(), ..typed }).unwrap()
}

fn named(name: &str, required: bool, question: Question) -> Question {
    Question { name: name.to_owned(), required, ..question }
}

fn given(values: &[(&str, &[&str])]) -> Given {
    values.iter().map(|(name, values)| ((*name).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())).collect()
}

fn one(form: &Form, values: &[&str]) -> Result<Value, Vec<Refusal>> {
    form.read(&given(&[(FIRST, values)]), &Task::default())
}

#[test]
fn answers_fit_their_form() {
    let form = Form::of(question("one-choice", "Sign\nBush\n"));
    assert_eq!(one(&form, &["Bush"]).unwrap(), json!({"answer": "Bush"}));
    for wrong in [&["Tree"][..], &[], &["Sign", "Bush"]] {
        assert!(one(&form, wrong).is_err(), "{wrong:?}");
    }
    let several = Form::of(question("several-choices", "Sign\nBush"));
    assert_eq!(one(&several, &["Bush", "Sign"]).unwrap(), json!({"answer": ["Sign", "Bush"]}));
    let number = Form::of(question("number", ""));
    assert_eq!(one(&number, &["7.50"]).unwrap(), json!({"answer": "7.5"}));
    for wrong in [&["1e3"][..], &["1", "2"], &[" "]] {
        assert!(one(&number, wrong).is_err(), "{wrong:?}");
    }
    assert_eq!(one(&Form::of(question("text", "")), &["a\r\nb "]).unwrap(), json!({"answer": "a\nb"}));
}

#[test]
fn a_refusal_names_its_question_and_stands_at_its_field() {
    let form = Form {
        questions: vec![
            named("what", true, question("one-choice", "Sign\nBush")),
            named("how_many", true, Question { question: "How many?".to_owned(), ..question("number", "") }),
            named("remark", false, question("text", "")),
        ],
    };
    let refusals = form.read(&given(&[("what", &["Bush"]), ("how_many", &["two"])]), &Task::default()).unwrap_err();
    assert_eq!(refusals, [Refusal::new("answer-number").field("how_many").with("question", "How many?")]);
    let codes = |given| {
        form.read(&given, &Task::default())
            .unwrap_err()
            .iter()
            .map(|refusal| (refusal.code, refusal.field.clone().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(given(&[])), [("answer-missing", "what".into()), ("answer-missing", "how_many".into())]);
    // What need not be answered has no member, and a field of no question is nothing.
    let read = form
        .read(&given(&[("what", &["Bush"]), ("how_many", &["2"]), ("remark", &["  "]), ("stranger", &["x"])]), &Task::default())
        .unwrap();
    assert_eq!(read, json!({"what": "Bush", "how_many": "2"}));
}

#[test]
fn a_page_left_blank_is_no_answer() {
    let form = Form { questions: ["a", "b"].map(|name| named(name, false, question("text", ""))).into() };
    assert_eq!(form.read(&given(&[]), &Task::default()).unwrap_err(), [Refusal::new("answer-none")]);
    assert_eq!(form.read(&given(&[("b", &["x"])]), &Task::default()).unwrap(), json!({"b": "x"}));
}

#[test]
fn a_form_stored_before_there_could_be_several_questions_is_one_named_answer() {
    let old = r#"{"question":"What is it?","answer":{"kind":"one-choice","choices":["Sign","Bush"]}}"#;
    let form: Form = serde_json::from_str(old).unwrap();
    assert_eq!(form, Form::of(question("one-choice", "Sign\nBush")));
    let old = r#"{"question":"What is it?","answer":{"kind":"number"}}"#;
    assert_eq!(serde_json::from_str::<Form>(old).unwrap(), Form::of(question("number", "")));
    // Written again it is of the new form, and reads the same.
    let new = serde_json::to_string(&form).unwrap();
    assert!(new.starts_with(r#"{"questions":[{"name":"answer","#), "{new}");
    assert_eq!(serde_json::from_str::<Form>(&new).unwrap(), form);
}

#[test]
fn an_old_answer_is_never_an_object_and_a_new_one_always_is() {
    for bare in [json!("Bush"), json!(["Sign", "Bush"]), json!("7.5"), json!("{\"answer\":\"x\"}")] {
        assert_eq!(Value::Object(answers_of(bare.clone())), json!({"answer": bare}));
    }
    let new = json!({"what": "Bush", "answer": ["a"]});
    assert_eq!(Value::Object(answers_of(new.clone())), new);
    assert_eq!(draft_of(r#"["Sign","Bush"]"#).unwrap(), given(&[("answer", &["Sign", "Bush"])]));
    assert_eq!(draft_of("[]").unwrap(), given(&[("answer", &[])]));
    assert_eq!(draft_of(r#"{"what":["Sign"]}"#).unwrap(), given(&[("what", &["Sign"])]));
    assert!(draft_of("7").is_err());
}

#[test]
fn a_choice_has_its_own_key_or_the_digit_of_its_place() {
    let kept = question("one-choice", "Harmful [h]\nHarmless [2]\nOther\nNot [sure]\n[x]");
    let keyed = |question: &Question| question.keyed().into_iter().map(|(text, key)| (text.to_owned(), key)).collect::<Vec<_>>();
    let expected = [("Harmful", Some('h')), ("Harmless", Some('2')), ("Other", Some('3')), ("Not [sure]", Some('4')), ("[x]", Some('5'))];
    assert_eq!(keyed(&kept), expected.map(|(text, key)| (text.to_owned(), key)));
    let stored = serde_json::to_value(&kept.answer).unwrap();
    assert_eq!(stored["choices"], json!([["Harmful", "h"], ["Harmless", "2"], "Other", "Not [sure]", "[x]"]));
    assert_eq!(serde_json::from_value::<Kind>(stored).unwrap(), kept.answer);
    // A digit that another choice took is nobody's by place.
    let taken = question("one-choice", "First\nSecond [1]");
    assert_eq!(keyed(&taken), [("First".to_owned(), None), ("Second".to_owned(), Some('1'))]);
    let many: String = (1..=12).map(|n| format!("choice {n}\n")).collect();
    assert_eq!(question("one-choice", &many).keyed().iter().filter(|(_, key)| key.is_some()).count(), 9);
}

#[test]
fn a_question_that_cannot_be_asked_is_refused_field_by_field() {
    let codes = |kind: &str, question: &str, choices: &str| {
        let typed =
            NewQuestion { kind: kind.to_owned(), question: question.to_owned(), choices: choices.to_owned(), ..NewQuestion::default() };
        define(&typed).unwrap_err().iter().map(|refusal| (refusal.code, refusal.field.clone().unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(codes("one-choice", "", "Sign"), [("question-missing", "question".into()), ("choices-too-few", "choices".into())]);
    assert_eq!(codes("one-choice", "Q?", "Sign\nBush\nSign"), [("choice-unfit", "choices".into())]);
    assert_eq!(codes("one-choice", "Q?", "Sign [x]\nBush [x]\nTree"), [("choice-unfit", "choices".into())]);
    assert_eq!(codes("text", &"q".repeat(201), ""), [("question-missing", "question".into())]);
}

#[test]
fn a_cell_holds_one_answer() {
    assert_eq!(cell(&json!("a")), "a");
    assert_eq!(cell(&json!(["a", "b"])), "a; b");
    assert_eq!(cell(&json!([{"b": 1, "a": "x"}])), r#"[{"a":"x","b":1}]"#);
}

fn task(prompt: &str, candidates: &[&str]) -> Task {
    Task { prompt: prompt.to_owned(), candidates: candidates.iter().map(|text| (*text).to_owned()).collect(), ..Task::default() }
}

/// The answer to one question of these typed values, or the code of its refusal.
fn of(question: &Question, values: &[&str], task: &Task) -> Result<Value, &'static str> {
    let read = Form::of(question.clone()).read(&given(&[(FIRST, values)]), task);
    read.map(|answer| answer["answer"].clone()).map_err(|refusals| refusals[0].code)
}

#[test]
fn a_ranking_gives_each_its_own_place() {
    let own = question("ranking", "Tea\nCoffee\nWater [w]");
    assert_eq!(of(&own, &["2", "3", "1"], &Task::default()), Ok(json!(["Water", "Tea", "Coffee"])));
    for wrong in
        [&["1", "2"][..], &["1", "1", "2"], &["1", "2", "4"], &["0", "1", "2"], &["1", "", "2"], &["1", "2", "3", "4"], &["a", "b", "c"]]
    {
        assert_eq!(of(&own, wrong, &Task::default()), Err("answer-ranking"), "{wrong:?}");
    }
    assert_eq!(of(&own, &["", "", ""], &Task::default()), Err("answer-missing"));
    let theirs = question("ranking", " ");
    assert_eq!(Form::of(theirs.clone()).candidates(), Some(2..=10));
    assert_eq!(of(&theirs, &["2", "1"], &task("Which?", &["x", "y"])), Ok(json!(["b", "a"])));
}

#[test]
fn a_preference_has_a_reason_of_its_least_length() {
    let both = task("Which?", &["x", "y"]);
    let typed = |tie, reason: &str| NewQuestion {
        name: FIRST.to_owned(),
        kind: "preference".to_owned(),
        question: "Which?".to_owned(),
        tie,
        reason: reason.to_owned(),
        ..NewQuestion::default()
    };
    let asked = define(&typed(true, "5")).unwrap();
    assert_eq!(Form::of(asked.clone()).candidates(), Some(2..=2));
    assert_eq!(of(&asked, &["a", "éclat"], &both), Ok(json!({"choice": "a", "reason": "éclat"})));
    assert_eq!(of(&asked, &["tie", "both good"], &both), Ok(json!({"choice": "tie", "reason": "both good"})));
    assert_eq!(of(&asked, &["a", "four"], &both), Err("answer-reason"));
    assert_eq!(of(&asked, &["a", "éééé"], &both), Err("answer-reason"), "characters are counted, not bytes");
    assert_eq!(of(&asked, &["b", " "], &both), Err("answer-reason"));
    assert_eq!(of(&asked, &["a reason without a choice"], &both), Err("answer-preference"));
    assert_eq!(of(&asked, &["c", "a reason"], &both), Err("answer-preference"));
    let plain = define(&typed(false, "0")).unwrap();
    assert_eq!(of(&plain, &["b", ""], &both), Ok(json!({"choice": "b"})));
    assert_eq!(of(&plain, &["tie", ""], &both), Err("answer-preference"));
    assert_eq!(define(&typed(true, "-1")).unwrap_err()[0].code, "number-range");
}

#[test]
fn a_pair_is_whole_or_blank() {
    let typed = NewQuestion {
        kind: "pairs".to_owned(),
        question: "Write.".to_owned(),
        most: "2".to_owned(),
        name: FIRST.to_owned(),
        ..NewQuestion::default()
    };
    let asked = define(&typed).unwrap();
    let pair = |q: &str, a: &str| json!({"question": q, "answer": a});
    assert_eq!(of(&asked, &["Who?", "She.", "", " "], &Task::default()), Ok(json!([pair("Who?", "She.")])));
    assert_eq!(of(&asked, &["", "", "Who?", "She."], &Task::default()), Ok(json!([pair("Who?", "She.")])));
    assert_eq!(of(&asked, &["Who?", ""], &Task::default()), Err("answer-pair"));
    assert_eq!(of(&asked, &["Who?"], &Task::default()), Err("answer-pair"));
    assert_eq!(of(&asked, &["1", "1", "2", "2", "3", "3"], &Task::default()), Err("answer-pairs"));
    assert_eq!(of(&asked, &["", ""], &Task::default()), Err("answer-missing"));
    assert_eq!(define(&NewQuestion { most: "21".to_owned(), ..typed }).unwrap_err()[0].code, "number-range");
}

#[test]
fn a_passage_is_quoted_or_counted_in_code_points() {
    let asked = question("spans", "Name\nPlace [p]\nAt: home");
    let text = task("𝒜da met  Zoé in\nParis; Zoé left Paris.", &[]);
    let span = |start: usize, end: usize, label: &str, text: &str| json!({"start": start, "end": end, "label": label, "text": text});
    let zoe = [span(9, 12, "Name", "Zoé"), span(23, 26, "Name", "Zoé")];
    assert_eq!(of(&asked, &["Name: Zoé\nName: Zoé"], &text), Ok(json!(zoe)));
    assert_eq!(of(&asked, &["23-26 Name\n9-12 Name"], &text), Ok(json!(zoe)), "in the order of the text, however typed");
    assert_eq!(of(&asked, &["Name: 𝒜da met Zoé"], &text), Ok(json!([span(0, 12, "Name", "𝒜da met  Zoé")])), "white space is white space");
    assert_eq!(of(&asked, &["At: home: in Paris"], &text), Ok(json!([span(13, 21, "At: home", "in\nParis")])));
    // One passage under two labels, but not twice under one.
    assert!(of(&asked, &["Name: Paris\nPlace: Paris"], &text).is_ok());
    assert_eq!(of(&asked, &["Name: Zoé in\n9-12 Name"], &text), Err("answer-span-over"));
    assert_eq!(of(&asked, &["Name: Zoé\nName: Zoé\nName: Zoé"], &text), Err("answer-span-absent"));
    assert_eq!(of(&asked, &["Name: Zoe"], &text), Err("answer-span-absent"));
    assert_eq!(of(&asked, &["Name:"], &text), Err("answer-span-absent"));
    assert_eq!(of(&asked, &["Animal: Zoé"], &text), Err("answer-span-label"));
    assert_eq!(of(&asked, &["Zoé"], &text), Err("answer-span-label"));
    for outside in ["5-5 Name", "6-5 Name", "0-999 Name", "9-18446744073709551615 Name"] {
        assert_eq!(of(&asked, &[outside], &text), Err("answer-span-range"), "{outside}");
    }
    assert_eq!(of(&asked, &["", NOTHING], &text), Ok(json!([])));
    assert_eq!(of(&asked, &["Name: Zoé", NOTHING], &text), Err("answer-spans-nothing"));
    assert_eq!(of(&asked, &[" "], &text), Err("answer-missing"));
    assert_eq!(Form::of(asked).check("image").unwrap_err().code, "spans-need-text");
}

#[test]
fn questions_are_added_moved_and_taken_out_by_name() {
    let form = Form::of(question("text", ""));
    let made =
        define(&NewQuestion { kind: "text".to_owned(), question: "Où est-ce, à peu près ?".to_owned(), ..NewQuestion::default() }).unwrap();
    assert_eq!(made.name, "ou_est_ce_a_peu_pres");
    let two = form.with(made.clone(), false).unwrap();
    let three = two.with(made.clone(), false).unwrap();
    assert_eq!(three.names().collect::<Vec<_>>(), ["answer", "ou_est_ce_a_peu_pres", "ou_est_ce_a_peu_pres_2"]);
    assert_eq!(two.with(made.clone(), true).unwrap_err().code, "question-name-twice");
    assert_eq!(two.replacing("answer", made.clone()).unwrap_err().code, "question-name-twice");
    let raised = three.raising("ou_est_ce_a_peu_pres_2");
    assert_eq!(raised.names().collect::<Vec<_>>(), ["answer", "ou_est_ce_a_peu_pres_2", "ou_est_ce_a_peu_pres"]);
    assert_eq!(raised.raising("answer"), raised);
    assert_eq!(two.without("answer").unwrap().without("ou_est_ce_a_peu_pres").unwrap_err().code, "question-last");
    let many = (0..19).fold(form, |form, _| form.with(made.clone(), false).unwrap());
    assert_eq!(many.with(made, false).unwrap_err().code, "questions-too-many");
    for wrong in ["item", "worker", "key", "active_seconds", "guidelines", "Name", "2nd", "é", "a b", &"a".repeat(41)] {
        let typed = NewQuestion { name: wrong.to_owned(), kind: "text".to_owned(), question: "Q?".to_owned(), ..NewQuestion::default() };
        assert_eq!(define(&typed).unwrap_err()[0].code, "question-name", "{wrong}");
    }
    let unnamed = NewQuestion { kind: "text".to_owned(), question: "何ですか".to_owned(), ..NewQuestion::default() };
    assert_eq!(define(&unnamed).unwrap().name, FIRST);
}

proptest! {
    /// Whatever is typed: what is read is an object of the form's names that canonical JSON writes and reads, and typing its
    /// choices in another order gives the same bytes.
    #[test]
    fn what_is_read_is_canonical(
        ticked in proptest::collection::vec("[a-d]", 0..4),
        text in "\\PC{0,20}",
        number in "[0-9]{1,6}(\\.[0-9]{1,3})?",
    ) {
        let form = Form {
            questions: vec![
                named("ticked", false, question("several-choices", "a\nb\nc\nd")),
                named("text", false, question("text", "")),
                named("number", true, question("number", "")),
            ],
        };
        let typed = |ticked: Vec<String>| {
            let (text, number) = (vec![text.clone()], vec![number.clone()]);
            Given::from([("ticked".to_owned(), ticked), ("text".to_owned(), text), ("number".to_owned(), number)])
        };
        let mut turned = ticked.clone();
        turned.reverse();
        let task = Task::default();
        match (form.read(&typed(ticked), &task), form.read(&typed(turned), &task)) {
            (Ok(read), Ok(again)) => {
                let bytes = canonical::write(&read);
                prop_assert_eq!(&bytes, &canonical::write(&again));
                prop_assert_eq!(canonical::parse(&bytes).unwrap(), read.clone());
                prop_assert!(answers_of(read).keys().all(|name| form.names().any(|known| known == name)));
            }
            (read, again) => prop_assert_eq!(read.is_err(), again.is_err()),
        }
    }

    /// A ranking is read just when its places are a permutation, and holds each option once.
    #[test]
    fn a_ranking_is_a_permutation(places in proptest::collection::vec(0_usize..6, 0..6)) {
        let asked = question("ranking", "a\nb\nc\nd");
        let typed: Vec<String> = places.iter().map(usize::to_string).collect();
        let read = of(&asked, &typed.iter().map(String::as_str).collect::<Vec<_>>(), &Task::default());
        let mut sorted = places.clone();
        sorted.sort_unstable();
        prop_assert_eq!(read.is_ok(), sorted == [1, 2, 3, 4]);
        if let Ok(Value::Array(order)) = read {
            for (option, place) in ["a", "b", "c", "d"].iter().zip(&places) {
                prop_assert_eq!(&order[place - 1], &json!(option));
            }
        }
    }

    /// Whatever passages are marked, in whatever order: they lie in the text, say its characters, do not overlap under a label,
    /// and are the same bytes.
    #[test]
    fn passages_lie_in_their_text(text in "[a-cé𝒜 \n]{1,12}", marked in proptest::collection::vec((0_usize..14, 0_usize..14, 0_usize..2), 1..5)) {
        let asked = question("spans", "One\nTwo");
        let lines: Vec<String> = marked.iter().map(|(start, end, label)| format!("{start}-{end} {}", ["One", "Two"][*label])).collect();
        let task = task(&text, &[]);
        let read = of(&asked, &[&lines.join("\n")], &task);
        let turned = of(&asked, &[&lines.iter().rev().cloned().collect::<Vec<_>>().join("\n")], &task);
        prop_assert_eq!(read.is_ok(), turned.is_ok());
        if let (Ok(read), Ok(turned)) = (read, turned) {
            prop_assert_eq!(canonical::write(&read), canonical::write(&turned));
            let characters: Vec<char> = text.chars().collect();
            let spans = read.as_array().unwrap();
            let at = |span: &Value, name: &str| usize::try_from(span[name].as_u64().unwrap()).unwrap();
            for (place, span) in spans.iter().enumerate() {
                prop_assert_eq!(span["text"].as_str().unwrap(), characters[at(span, "start")..at(span, "end")].iter().collect::<String>());
                let others = spans[place + 1..].iter().filter(|other| other["label"] == span["label"]);
                for other in others {
                    prop_assert!(at(span, "end") <= at(other, "start"), "{}", read);
                }
            }
        }
    }
}

#[test]
fn shapes_lie_inside_a_picture_whose_size_is_known() {
    let typed = NewQuestion {
        kind: "shapes".to_owned(),
        question: "Where?".to_owned(),
        choices: "car\ntree [t]".to_owned(),
        ..NewQuestion::default()
    };
    let form = Form::of(define(&typed).unwrap());
    let stored = serde_json::to_string(&form).unwrap();
    assert_eq!(serde_json::from_str::<Form>(&stored).unwrap(), form);
    let given = |lines: &str| Given::from([("where".to_owned(), vec![lines.to_owned()])]);
    let known = Task { size: Some((640, 480)), ..Task::default() };
    let outside = given("car: 0,0 to 640,480.1\ntree: 1,1 2,2");
    let refusals = form.read(&outside, &known).unwrap_err();
    let codes: Vec<(&str, Option<&str>)> = refusals.iter().map(|refusal| (refusal.code, refusal.field.as_deref())).collect();
    assert_eq!(codes, [("shape-outside", Some("where")), ("shape-points-few", Some("where"))]);
    assert!(form.read(&given("car: 0,0 to 640,480.1"), &Task::default()).is_ok(), "of a link's picture nothing is known");
    let answer = form.read(&given("Tree: 9,9 1,1 9,1\ncar: 0,0 to 640,480"), &known).unwrap();
    assert_eq!(cell(&answer["where"]), "car: 0,0 to 640,480\ntree: 1,1 9,1 9,9");
}
