use serde_json::json;

use super::*;
use crate::forms::{NewQuestion, define};
use crate::items::{Item, Needs, read, read_suggested};
use crate::label_studio::{Answered, Layout, Shown, task as studio_task};

fn question(kind: &str, name: &str, choices: &str) -> NewQuestion {
    let (kind, name, choices) = (kind.to_owned(), name.to_owned(), choices.replace(';', "\n"));
    let reason = if kind == "preference" { "8".to_owned() } else { String::new() };
    NewQuestion { kind, name, choices, question: "What?".to_owned(), most: "3".to_owned(), tie: true, reason, ..NewQuestion::default() }
}

fn form(questions: &[(&str, &str, &str)]) -> Form {
    let questions = questions.iter().map(|(kind, name, choices)| define(&question(kind, name, choices)).unwrap()).collect();
    Form { questions }
}

fn task() -> Task {
    Task { candidates: vec!["x".to_owned(), "y".to_owned()], prompt: TEXT.to_owned(), size: Some((300, 200)), ..Task::default() }
}

const TEXT: &str = "😀 Zoë met Q\u{307}ala.";

fn typed(answers: Value) -> Typed {
    let answers = match answers {
        Value::Object(answers) => answers,
        one => Map::from_iter([(String::new(), one)]),
    };
    Typed { line: 2, is_task: false, answers, model: "tagger".to_owned(), version: "2".to_owned() }
}

/// For each kind: how it may be written, the answer that this is, and what stands in its fields once it is taken over.
fn kinds() -> Vec<(&'static str, &'static str, Vec<Value>, Value, Vec<&'static str>)> {
    let span = json!([{"end": 5, "label": "Person", "start": 2, "text": "Zoë"}]);
    let boxes = json!([{"corners_tenths": [[10, 200], [1005, 1500]], "label": "car", "shape": "box"}]);
    vec![
        ("one-choice", "Bad;Good", vec![json!("Good")], json!("Good"), vec!["Good"]),
        ("several-choices", "Sign;Bush;Car", vec![json!(["Car", "Sign"]), json!("Car; Sign")], json!(["Sign", "Car"]), vec!["Sign", "Car"]),
        ("text", "", vec![json!("a\r\nb ")], json!("a\nb"), vec!["a\nb"]),
        ("number", "", vec![json!(7.5), json!("7.50")], json!("7.5"), vec!["7.5"]),
        ("ranking", "Tea;Water", vec![json!(["Water", "Tea"]), json!("Water;Tea")], json!(["Water", "Tea"]), vec!["2", "1"]),
        ("ranking", "", vec![json!(["b", "a"])], json!(["b", "a"]), vec!["2", "1"]),
        ("preference", "", vec![json!("b"), json!({"choice": "b"}), json!("{\"choice\":\"b\"}")], json!({"choice": "b"}), vec!["b", ""]),
        (
            "preference",
            "",
            vec![json!({"choice": "tie", "reason": "Both are long."})],
            json!({"choice": "tie", "reason": "Both are long."}),
            vec!["tie", "Both are long."],
        ),
        (
            "pairs",
            "",
            vec![json!([{"question": "Who?", "answer": "Zoë"}]), json!("[{\"question\":\"Who?\",\"answer\":\"Zoë\"}]")],
            json!([{"question": "Who?", "answer": "Zoë"}]),
            vec!["Who?", "Zoë"],
        ),
        (
            "spans",
            "Person;Place",
            vec![span.clone(), json!([{"start": 2, "end": 5, "label": "Person"}]), json!("Person: Zoë"), json!(span.to_string())],
            span,
            vec!["2-5 Person"],
        ),
        ("spans", "Person", vec![json!([])], json!([]), vec!["", "nothing"]),
        ("shapes", "car;tree", vec![boxes.clone(), json!("car: 100.5,150 to 1,20")], boxes, vec!["car: 1,20 to 100.5,150"]),
    ]
}

#[test]
fn whatever_is_suggested_is_read_as_an_answer_and_taken_over_as_it_is() {
    for (kind, choices, written, answer, fields) in kinds() {
        let form = form(&[(kind, "what", choices)]);
        for written in written {
            let read = typed(json!({"what": written})).read(&form, &task()).unwrap().unwrap();
            assert_eq!(read.answers["what"], answer, "{kind}: {written}");
            assert_eq!(read.model.words(), "tagger 2");
            assert_eq!(read.fields(&form.questions[0], &task(), &[]).unwrap(), fields, "{kind}");
            assert_eq!(read.clone().fitting(&form, &task()), Some(read.clone()), "{kind}");
            // Taken over and handed in, it is the same answer; a reason that was left out is the member's to give.
            let mut given = read.taken_over(&form, &task(), Some("what"), Given::new());
            if fields.last() == Some(&"") && kind == "preference" {
                assert_eq!(form.read(&given, &task()).unwrap_err()[0].code, "answer-reason");
                given.get_mut("what").unwrap()[1] = "It is shorter.".to_owned();
            }
            let handed = form.read(&given, &task()).unwrap().as_object().unwrap().clone();
            assert_eq!(read.changed(&handed), BTreeMap::from([("what".to_owned(), false)]), "{kind}");
            assert_eq!(read.changed(&Map::new()), BTreeMap::from([("what".to_owned(), true)]), "{kind}");
        }
    }
}

#[test]
fn what_would_be_refused_as_an_answer_is_refused_as_a_suggestion() {
    let refused = |form: &Form, answers: Value| typed(answers).read(form, &task()).unwrap_err();
    let given = |refusal: &Refusal| refusal.args.iter().find(|(name, _)| *name == "given").map(|(_, given)| given.clone());
    for (kind, choices, wrong, shown) in [
        ("one-choice", "Bad;Good", json!("good"), "good"),
        ("several-choices", "Bad;Good", json!(["Bad", "Ugly"]), "Bad; Ugly"),
        ("number", "", json!(-1), "-1"),
        ("ranking", "Tea;Water", json!(["Tea", "Tea"]), "Tea; Tea"),
        ("preference", "", json!({"choice": "a", "reason": "Short"}), "{\"choice\":\"a\",\"reason\":\"Short\"}"),
        ("pairs", "", json!([{"question": "Who?", "answer": ""}]), "[{\"answer\":\"\",\"question\":\"Who?\"}]"),
        ("spans", "Person", json!("Person: Zoë\nPerson: Bob"), "Person: Bob"),
        // Counted in UTF-16, the emoji is two: the characters are others than it says.
        (
            "spans",
            "P",
            json!([{"start": 3, "end": 6, "label": "P", "text": "Zoë"}]),
            "[{\"end\":6,\"label\":\"P\",\"start\":3,\"text\":\"Zoë\"}]",
        ),
        ("shapes", "car", json!("car: 1,1 to 9,9\ncar: 0,0 to 301,9"), "car: 0,0 to 301,9"),
        ("polygons", "car", json!("0,0 10,10 10,0 0,10"), "0,0 10,10 10,0 0,10"),
    ] {
        let refusal = refused(&form(&[(kind, "what", choices)]), json!({"what": wrong}));
        assert_eq!((refusal.code, given(&refusal)), ("items-suggestion-answer", Some(shown.into())), "{kind}");
        assert!(refusal.args.contains(&("line", 2_u64.into())), "{kind}");
    }
    let two = form(&[("text", "one", ""), ("text", "two", "")]);
    assert_eq!(refused(&two, json!("a")).code, "items-suggestion-which");
    assert_eq!(refused(&two, json!({"three": "a"})).code, "items-suggestion-question");
    let nameless = Typed { model: " ".to_owned(), ..typed(json!({"one": "a"})) };
    assert_eq!(nameless.read(&two, &task()).unwrap_err().code, "items-suggestion-model");
    let mute = Typed { answers: Map::new(), ..typed(json!({})) };
    assert_eq!(mute.read(&two, &task()).unwrap_err().code, "items-suggestion-empty");
    assert_eq!(Typed::default().read(&two, &task()), Ok(None));
    let external = Form {
        questions: vec![
            define(&NewQuestion { link: "https://tool.example/#{token}".to_owned(), ..question("external", "what", "") }).unwrap(),
        ],
    };
    assert_eq!(refused(&external, json!("x")).code, "items-suggestion-kind");
}

#[test]
fn of_all_suggestions_only_what_is_not_answered_yet_is_taken_over() {
    let form = form(&[("text", "one", ""), ("text", "two", ""), ("preference", "three", ""), ("text", "four", "")]);
    let suggestion = typed(json!({"one": "A", "two": "B", "three": "a"})).read(&form, &task()).unwrap().unwrap();
    let own = |of: &[&str]| of.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let typed = Given::from([
        ("one".to_owned(), own(&["mine"])),
        ("two".to_owned(), own(&[" "])),
        ("three".to_owned(), own(&["b", "Mine it is."])),
        ("four".to_owned(), own(&["mine too"])),
    ]);
    let all = suggestion.taken_over(&form, &task(), None, typed.clone());
    assert_eq!((&all["one"], &all["two"]), (&own(&["mine"]), &own(&["B"])));
    assert_eq!((&all["three"], &all["four"]), (&typed["three"], &typed["four"]));
    let third = suggestion.taken_over(&form, &task(), Some("three"), typed.clone());
    assert_eq!((&third["two"], &third["three"]), (&own(&[" "]), &own(&["a", "Mine it is."])), "a reason of one's own stays");
    assert_eq!(suggestion.taken_over(&form, &task(), Some("five"), typed.clone()), typed);
}

#[test]
fn what_no_longer_fits_a_form_is_left_out_question_by_question() {
    let before = form(&[("one-choice", "one", "Bad;Good"), ("text", "two", "")]);
    let suggestion = typed(json!({"one": "Good", "two": "B"})).read(&before, &task()).unwrap().unwrap();
    let left = suggestion.clone().fitting(&form(&[("one-choice", "one", "Bad;Better"), ("text", "two", "")]), &task()).unwrap();
    assert_eq!(left.answers.keys().collect::<Vec<_>>(), ["two"]);
    assert_eq!(suggestion.fitting(&form(&[("number", "two", "")]), &task()), None);
}

#[test]
fn who_sees_a_suggestion_or_none_must_not_know_gold_by_it() {
    let share = |with, all| Share { with, all };
    for (gold, others, told) in [
        (share(0, 2), share(0, 9), false),
        (share(2, 2), share(9, 9), false),
        (share(1, 2), share(5, 9), false),
        (share(0, 2), share(5, 9), false),
        (share(0, 0), share(9, 9), false),
        (share(0, 2), share(9, 9), true),
        (share(1, 2), share(9, 9), true),
        (share(1, 2), share(0, 9), true),
        (share(2, 2), share(0, 9), true),
        // Nearly all and nearly none tell nearly as much.
        (share(0, 50), share(949, 950), true),
        (share(50, 50), share(1, 950), true),
        (share(30, 100), share(10, 100), false),
        (share(31, 100), share(10, 100), true),
        (share(70, 100), share(90, 100), false),
        (share(69, 100), share(90, 100), true),
    ] {
        assert_eq!(betrays(gold, others), told, "{gold:?} {others:?}");
    }
}

#[test]
fn suggestions_come_in_columns_of_their_own_or_in_an_object() {
    let form = form(&[("one-choice", "model", "Bad;Good"), ("number", "suggestion", "")]);
    let needs = Needs { form: Some(form.clone()), ..Needs::default() };
    let csv = "id,payload,suggestion.model,suggestion.suggestion,suggestion_model,suggestion_version\n1,a,Good,2.0,tagger,2\n2,b,,,,\n3,c,Bad,,other,\n";
    let lines = "{\"id\":1,\"payload\":\"a\",\"suggestion\":{\"answer\":{\"model\":\"Good\",\"suggestion\":2},\"model\":\"tagger\",\"version\":2}}\n\
                 {\"id\":2,\"payload\":\"b\",\"suggestion\":null}\n\
                 {\"id\":3,\"payload\":\"c\",\"suggestion\":{\"answer\":{\"model\":\"Bad\",\"suggestion\":null},\"model\":\"other\"}}\n";
    let items = read(csv.as_bytes(), &needs).unwrap();
    assert_eq!(items, read(lines.as_bytes(), &needs).unwrap());
    let words = |item: &Item| item.suggestion.as_ref().map(|suggestion| suggestion.model.words());
    assert_eq!(items.iter().map(words).collect::<Vec<_>>(), [Some("tagger 2".to_owned()), None, Some("other".to_owned())]);
    assert_eq!(items[0].suggestion.as_ref().unwrap().answers, *json!({"model": "Good", "suggestion": "2"}).as_object().unwrap());
    // One question needs no name, and a file of all items may say it of those that are there.
    let one = Needs { form: Some(Form { questions: vec![form.questions[0].clone()] }), ..Needs::default() };
    let beside = read_suggested(b"id;suggestion;suggestion_model\n1;Good;m\n2;;\n", &one).unwrap();
    assert_eq!((beside.len(), beside[0].id.as_str(), beside[0].says.line), (1, "1", 2));
    assert_eq!(beside[0].says.read(one.form.as_ref().unwrap(), &task()).unwrap().unwrap().answers["model"], json!("Good"));
    let code = |text: &str| read(text.as_bytes(), &one).unwrap_err()[0].code;
    assert_eq!(code("id,payload,suggestion\n1,a,Good\n"), "items-suggestion-model");
    assert_eq!(code("id,payload,suggestion,suggestion_model\n1,a,Ugly,m\n"), "items-suggestion-answer");
    assert_eq!(code("{\"id\":1,\"payload\":\"a\",\"suggestion\":\"Good\"}"), "items-cell");
    assert_eq!(code("{\"id\":1,\"payload\":\"a\",\"suggestion\":{\"answer\":\"Good\",\"model\":[]}}"), "items-cell");
    assert_eq!(read_suggested(b"id,suggestion\n1,\n", &one).unwrap_err()[0].code, "items-suggestion-none");
    assert_eq!(read_suggested(b"id,suggestion\n1,a\n1,b\n", &one).unwrap_err()[0].code, "items-twice");
    // Without a form they are columns like others.
    assert_eq!(read(csv.as_bytes(), &Needs::default()).unwrap()[0].suggestion, None);
}

/// Tasks with the prediction of our own results are suggestions again, to the tenth of a pixel.
#[test]
fn predictions_of_label_studio_are_suggestions_and_come_back_as_they_were() {
    for (kind, choices, _, answer, _) in kinds() {
        let form = form(&[(kind, "what", choices)]);
        let is_picture = kind == "shapes";
        let layout = Layout::new(&form, &Shown::default(), if is_picture { "image" } else { "text" });
        let model = Model { name: "tagger".to_owned(), version: "2".to_owned() };
        let suggestion = Suggestion { answers: Map::from_iter([("what".to_owned(), answer.clone())]), model };
        let written = studio_task(&layout, "7", &task(), (&[], Some(&suggestion))).unwrap();
        let needs = Needs { form: Some(form.clone()), candidates: form.candidates(), ..Needs::default() };
        let items = read(format!("[{written}]").as_bytes(), &needs).unwrap();
        if answer == json!([]) {
            // That there is nothing to mark is no region.
            assert_eq!(items[0].suggestion, None, "{kind}");
            continue;
        }
        let back = items[0].suggestion.as_ref().unwrap_or_else(|| panic!("{kind}: {written}"));
        assert_eq!((back.answers["what"].clone(), back.model.words()), (answer, "tagger 2".to_owned()), "{kind}");
    }
}

#[test]
fn predictions_are_held_to_the_form_and_to_what_can_stand_here() {
    let texts = form(&[("one-choice", "tone", "Good {pos};Bad {neg}"), ("spans", "names", "Person {PER}")]);
    let shapes = form(&[("boxes", "things", "car")]);
    let read = |form: &Form, predictions: Value| {
        let needs = Needs { form: Some(form.clone()), ..Needs::default() };
        let file = json!([{"id": 7, "data": {"text": TEXT}, "predictions": predictions}]).to_string();
        read(file.as_bytes(), &needs).map(|mut items| items.remove(0).suggestion).map_err(|mut refusals| refusals.remove(0))
    };
    let choice = |name: &str, word: &str| json!({"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [word]}});
    let by = |result: Value| json!([3, {"model_version": "old", "result": [choice("tone", "neg")]}, {"model_version": "m", "result": result}, {"result": []}]);
    // The last that says something counts; ids alone say nothing; controls that are not here are passed over.
    let found = read(&texts, by(json!([choice("Tone", "pos"), choice("elsewhere", "x")]))).unwrap().unwrap();
    assert_eq!((found.answers.clone(), found.model.words()), (json!({"tone": "Good"}).as_object().unwrap().clone(), "m".to_owned()));
    assert_eq!(read(&texts, json!([1, 2])), Ok(None));
    let code = |form: &Form, predictions: Value| {
        let refusal = read(form, predictions).unwrap_err();
        assert!(refusal.args.contains(&("at", "task".into())) && refusal.args.contains(&("line", 1_u64.into())), "{refusal:?}");
        refusal.code
    };
    assert_eq!(code(&texts, by(json!([choice("elsewhere", "x")]))), "items-suggestion-question");
    assert_eq!(code(&texts, by(json!([choice("tone", "Ugly")]))), "items-suggestion-answer");
    assert_eq!(code(&texts, json!([{"result": [choice("tone", "pos")]}])), "items-suggestion-model");
    let drawn = |value: Value| json!([{"model_version": "m", "result": [{"from_name": "things", "type": "rectanglelabels", "original_width": 300, "original_height": 200, "value": value}]}]);
    let at = |x: Value, rotation: i64| {
        drawn(json!({"x": x, "y": 10, "width": 33.333_333, "height": 50, "rotation": rotation, "rectanglelabels": ["car"]}))
    };
    let found = read(&shapes, at(json!(-0.1), 0)).unwrap().unwrap();
    assert_eq!(found.answers["things"], json!([{"corners_tenths": [[0, 200], [997, 1200]], "label": "car", "shape": "box"}]));
    assert_eq!(code(&shapes, at(json!(5), 30)), "items-suggestion-shape", "a turned box");
    assert_eq!(code(&shapes, at(json!(-5), 0)), "items-suggestion-shape", "off the picture");
    let nowhere = json!([{"model_version": "m", "result": [{"from_name": "things", "value": {"x": 1, "y": 1, "width": 1, "height": 1, "rectanglelabels": ["car"]}}]}]);
    assert_eq!(code(&shapes, nowhere), "items-suggestion-shape", "of no size");
}

#[test]
fn results_for_label_studio_say_what_was_suggested_and_changed() {
    let form = form(&[("one-choice", "tone", "Good {pos};Bad")]);
    let layout = Layout::new(&form, &Shown::default(), "text");
    let answers = Map::from_iter([("tone".to_owned(), json!("Bad"))]);
    let changed = ["tone".to_owned()];
    let answered = |changed| Answered { worker: 101, guidelines: 1, answers: &answers, changed };
    let model = Model { name: "m".to_owned(), version: String::new() };
    let suggestion = Suggestion { answers: Map::from_iter([("tone".to_owned(), json!("Good"))]), model };
    let both = [answered(&changed), answered(&[])];
    let written = studio_task(&layout, "7", &task(), (&both, Some(&suggestion))).unwrap();
    assert!(written.contains(r#""manyhands_changed":[["tone"],[]]"#), "{written}");
    let prediction = r#""predictions":[{"model_version":"m","result":[{"from_name":"tone","id":"tone-1","to_name":"payload","type":"choices","value":{"choices":["pos"]}}]}]}"#;
    assert!(written.ends_with(prediction), "{written}");
    assert!(!studio_task(&layout, "7", &task(), (&both, None)).unwrap().contains("manyhands_changed"));
    // What was suggested is deleted by then: that something was, stays.
    let blank = Suggestion { answers: Map::new(), ..suggestion };
    let written = studio_task(&layout, "7", &task(), (&both, Some(&blank))).unwrap();
    assert!(written.contains("manyhands_changed") && !written.contains("predictions"), "{written}");
}
