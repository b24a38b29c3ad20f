//! Forms: what is stored, old and new; what is read; that equal answers are equal bytes.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::log::json as canonical;

fn question(kind: &str, choices: &str) -> Question {
    define(&NewQuestion { kind: kind.to_owned(), question: "What is it?".to_owned(), choices: choices.to_owned() }).unwrap()
}

fn named(name: &str, required: bool, question: Question) -> Question {
    Question { name: name.to_owned(), required, ..question }
}

fn given(values: &[(&str, &[&str])]) -> Given {
    values.iter().map(|(name, values)| ((*name).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())).collect()
}

fn one(form: &Form, values: &[&str]) -> Result<Value, Vec<Refusal>> {
    form.read(&given(&[(FIRST, values)]))
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
    let refusals = form.read(&given(&[("what", &["Bush"]), ("how_many", &["two"])])).unwrap_err();
    assert_eq!(refusals, [Refusal::new("answer-number").field("how_many").with("question", "How many?")]);
    let codes =
        |given| form.read(&given).unwrap_err().iter().map(|refusal| (refusal.code, refusal.field.clone().unwrap())).collect::<Vec<_>>();
    assert_eq!(codes(given(&[])), [("answer-missing", "what".into()), ("answer-missing", "how_many".into())]);
    // What need not be answered has no member, and a field of no question is nothing.
    let read = form.read(&given(&[("what", &["Bush"]), ("how_many", &["2"]), ("remark", &["  "]), ("stranger", &["x"])])).unwrap();
    assert_eq!(read, json!({"what": "Bush", "how_many": "2"}));
}

#[test]
fn a_page_left_blank_is_no_answer() {
    let form = Form { questions: ["a", "b"].map(|name| named(name, false, question("text", ""))).into() };
    assert_eq!(form.read(&given(&[])).unwrap_err(), [Refusal::new("answer-none")]);
    assert_eq!(form.read(&given(&[("b", &["x"])])).unwrap(), json!({"b": "x"}));
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
        let typed = NewQuestion { kind: kind.to_owned(), question: question.to_owned(), choices: choices.to_owned() };
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
        match (form.read(&typed(ticked)), form.read(&typed(turned))) {
            (Ok(read), Ok(again)) => {
                let bytes = canonical::write(&read);
                prop_assert_eq!(&bytes, &canonical::write(&again));
                prop_assert_eq!(canonical::parse(&bytes).unwrap(), read.clone());
                prop_assert!(answers_of(read).keys().all(|name| form.names().any(|known| known == name)));
            }
            (read, again) => prop_assert_eq!(read.is_err(), again.is_err()),
        }
    }
}
