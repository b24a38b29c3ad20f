//! Configurations: what is carried over, what is named, that what is written is read again.

mod answers;

use proptest::prelude::*;

use super::*;
use crate::forms::{Choice, Form, Kind, NewQuestion, Preference, define};
use crate::refusal::{Arg, Refusal};

fn question(name: &str, kind: &str, choices: &str) -> NewQuestion {
    NewQuestion {
        kind: kind.to_owned(),
        name: name.to_owned(),
        question: format!("What of {name}?"),
        choices: choices.to_owned(),
        tie: true,
        reason: "0".to_owned(),
        most: "3".to_owned(),
        ..NewQuestion::default()
    }
}

fn form(questions: &[NewQuestion]) -> Form {
    Form { questions: questions.iter().map(|typed| define(typed).unwrap()).collect() }
}

/// Code and line of each.
fn named(refusals: &[Refusal]) -> Vec<(&'static str, i64)> {
    let line = |refusal: &Refusal| match refusal.args.iter().find(|(name, _)| *name == "line") {
        Some((_, Arg::Count(line))) => *line,
        _ => 0,
    };
    refusals.iter().map(|refusal| (refusal.code, line(refusal))).collect()
}

fn codes(xml: &str) -> Vec<(&'static str, i64)> {
    named(&read(xml).unwrap_err())
}

const SENTIMENT: &str = r##"<View>
  <Style>.x { color: red }</Style>
  <Header value="Read the text"/>
  <Text name="text" value="$text" granularity="word"/>
  <Header value="How does it sound?" size="4"/>
  <Choices name="sentiment" toName="text" choice="single-radio" required="true" showInline="true">
    <Choice value="Good" hotkey="g" alias="pos" background="#0f0"/>
    <Choice value="Bad" hotkey="ctrl+b"/>
  </Choices>
  <View style="display: flex">
    <Choices name="Topics-2" toName="text" choice="multiple"><Choice value="A &amp; B"/><Choice value="&lt;C&gt;"/></Choices>
    <TextArea name="why" toName="text" rows="3" required="false"/>
    <Number name="count" toName="text" min="0"/>
    <Rating name="stars" toName="text" maxRating="3"/>
    <Labels name="spans" toName="text"><Label value="Person" hotkey="p"/><Label value="Place"/></Labels>
  </View>
</View>"##;

#[test]
fn a_configuration_becomes_a_form_with_its_names_keys_and_aliases() {
    let imported = read(SENTIMENT).unwrap();
    assert_eq!(imported.left_out, []);
    assert_eq!(imported.payload_kind, "text");
    assert_eq!(imported.shown.prompt, Some(Source::of("text")));
    let names: Vec<&str> = imported.form.names().collect();
    assert_eq!(names, ["sentiment", "topics_2", "why", "count", "stars", "spans"]);
    let first = &imported.form.questions[0];
    assert_eq!((first.question.as_str(), first.required), ("Read the text How does it sound?", true));
    let good = Choice { text: "Good".to_owned(), own_key: Some('g'), alias: Some("pos".to_owned()) };
    assert_eq!(first.answer, Kind::OneChoice(vec![good, Choice { text: "Bad".to_owned(), own_key: None, alias: None }]));
    assert_eq!(imported.form.questions[1].question, "Topics 2");
    assert_eq!(imported.form.questions[1].choices()[0].text, "A & B");
    assert!(!imported.form.questions[2].required);
    assert_eq!(imported.form.questions[4].choices().len(), 3);
    let remarks = [("studio-remark-key", 8), ("studio-remark-name", 11), ("studio-remark-rating", 14)];
    assert_eq!(named(&imported.remarks), remarks);
}

#[test]
fn what_has_no_counterpart_is_named_with_its_line_and_the_rest_is_whole() {
    let imported = read(
        r#"<View>
  <Image name="image" value="$image" rotateControl="true"/>
  <Audio name="sound" value="$sound"/>
  <View visibleWhen="choice-selected">
    <RectangleLabels name="boxes" toName="image" maxUsages="3"><Label value="Car"/></RectangleLabels>
  </View>
  <BrushLabels name="mask" toName="image"><Label value="Sky"/></BrushLabels>
  <Choices name="noise" toName="sound"><Choice value="A"/><Choice value="B"/></Choices>
  <Choices name="tree" toName="image"><Choice value="A"><Choice value="A1"/></Choice><Choice value="B"/></Choices>
  <Choices name="alone" toName="image" choice="multiple"><Choice value="Unsure"/></Choices>
  <Choices name="varying" toName="image" value="$options"/>
  <Header value="Look at $title"/>
  <Polygon name="outline" toName="image"/>
  <Choices name="ok" toName="image" perRegion="false"><Choice value="Yes" selected="true"/><Choice value="No"/></Choices>
  <Text name="caption" value="$caption"/>
  <Header value="Thank you"/>
</View>"#,
    )
    .unwrap();
    assert_eq!(imported.form.names().collect::<Vec<_>>(), ["boxes", "ok"]);
    assert_eq!(imported.payload_kind, "image");
    let expected = [
        ("studio-tag", 3),
        ("studio-attribute", 4),
        ("studio-attribute", 5),
        ("studio-tag", 7),
        ("studio-of", 8),
        ("studio-nested", 9),
        ("studio-choices", 10),
        ("studio-attribute", 11),
        ("studio-choices", 11),
        ("studio-varying", 12),
        ("studio-unlabelled", 13),
        ("studio-attribute", 14),
        ("studio-second", 15),
        ("studio-words-lost", 16),
    ];
    assert_eq!(named(&imported.left_out), expected);
}

#[test]
fn what_is_no_configuration_is_refused_whole() {
    assert_eq!(codes(" \n"), [("studio-missing", 0)]);
    assert_eq!(codes("<View>\n<Text name='a'"), [("studio-xml", 2)]);
    assert_eq!(codes("<View>\n</Vie>"), [("studio-xml", 2)]);
    assert_eq!(codes("<View>&mine;</View>"), [("studio-xml", 1)]);
    let bomb = "<!DOCTYPE v [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><View>&b;</View>";
    assert_eq!(codes(bomb), [("studio-doctype", 0)]);
    assert_eq!(codes("<!DOCTYPE v SYSTEM \"file:///etc/passwd\"><View/>"), [("studio-doctype", 0)]);
    assert_eq!(codes(&format!("{}{}", "<View>".repeat(40), "</View>".repeat(40))), [("studio-deep", 1)]);
    assert_eq!(codes(&format!("{}{}", "<View>".repeat(6_000), "</View>".repeat(6_000))), [("studio-deep", 1)]);
    assert_eq!(codes(&format!("<View>{}</View>", " ".repeat(100_000))), [("studio-too-large", 0)]);
    assert_eq!(codes("<View><Text name='t' value='$t'/></View>"), [("studio-nothing", 0)]);
    assert_eq!(codes("<View>\n<Text name='t' value='$t'/>\n<Taxonomy/>\n</View>"), [("studio-nothing", 0), ("studio-tag", 3)]);
    assert_eq!(codes("<View>\n<Text value='$t'/>\n<Number name='n'/></View>"), [("studio-needed", 2)]);
    let unaimed =
        read("<View><Text name='t' value='$t'/><Number name='n' toName='t' min='0'/>\n<Header value='w'/><Rating name='r'/></View>")
            .unwrap();
    assert_eq!(named(&unaimed.left_out), [("studio-needed", 2)]);
    assert_eq!(codes("<View><Text name='t' value='$t'/>\n<Number name='t' toName='t'/></View>"), [("studio-name-twice", 2)]);
    let many: String = (0..21).map(|n| format!("<Number name='n{n}' toName='t'/>")).collect();
    assert_eq!(codes(&format!("<View><Text name='t' value='$t'/>{many}</View>")), [("studio-many", 0)]);
}

#[test]
fn two_answers_compared_and_a_list_ranked_are_candidates() {
    let imported = read(
        r#"<View><Text name="q" value="$prompt"/><Text name="one" value="$answer_a"/><Text name="two" value="$answer_b"/>
        <Pairwise name="better" toName="one,two"/><Choices name="faults" toName="one"><Choice value="False"/><Choice value="Long"/></Choices>
        <List name="answers" value="$items" title="Put them in order"/><Ranker name="rank" toName="answers"/></View>"#,
    )
    .unwrap();
    assert_eq!(imported.left_out, []);
    let kinds: Vec<&Kind> = imported.form.questions.iter().map(|question| &question.answer).collect();
    assert_eq!(kinds[0], &Kind::Preference(Preference { tie: false, reason: 0 }));
    assert_eq!((kinds[2], imported.form.questions[2].question.as_str()), (&Kind::Ranking(Vec::new()), "Put them in order"));
    let field = |source: &Source| source.field.clone();
    assert_eq!(imported.shown.pair.as_ref().unwrap().each_ref().map(field), ["answer_a", "answer_b"]);
    assert_eq!(imported.shown.list.as_ref().map(field).as_deref(), Some("items"));
    assert_eq!(imported.shown.prompt.as_ref().map(field).as_deref(), Some("prompt"));
    let buckets = "<View><Text name='t' value='$t'/><Number name='n' toName='t' min='0'/><List name='l' value='$l'/>\n<Ranker name='r' toName='l'>\n<Bucket name='best'/></Ranker></View>";
    assert_eq!(named(&read(buckets).unwrap().left_out), [("studio-tag", 3)]);
}

/// Every kind that Label Studio has too.
fn shared() -> Form {
    form(&[
        question("one", "one-choice", "Yes [y] {1}\nNo {0}\nCannot \"tell\" & <so> on"),
        NewQuestion { optional: true, ..question("several", "several-choices", "Sign\nBush [b]") },
        question("words", "text", ""),
        question("how_many", "number", ""),
        question("order", "ranking", ""),
        question("marked", "spans", "Person [p]\nPlace {LOC}"),
    ])
}

#[test]
fn what_is_written_is_read_again() {
    let texts = shared();
    let written = write(&Layout::new(&texts, &Shown::default(), "text"));
    let again = read(&written).unwrap();
    assert_eq!((again.left_out, again.remarks), (vec![], vec![]), "{written}");
    assert_eq!((again.form, again.payload_kind), (texts.clone(), "text"), "{written}");
    assert_eq!(write(&Layout::new(&texts, &again.shown, "text")), written, "the names that it has are kept");

    let pictures = form(&[
        question("boxes", "boxes", "car [c]\ntree"),
        NewQuestion { optional: true, ..question("outlines", "polygons", "face {f}") },
        question("shapes", "shapes", "car\ntree [t]"),
    ]);
    let written = write(&Layout::new(&pictures, &Shown::default(), "image"));
    let again = read(&written).unwrap();
    assert_eq!((again.left_out, again.form, again.payload_kind), (vec![], pictures, "image"), "{written}");
}

#[test]
fn a_name_is_given_once() {
    let clash = form(&[question("payload", "text", ""), question("a", "preference", ""), question("a_reason", "number", "")]);
    let written = write(&Layout::new(&clash, &Shown::default(), "text"));
    for tag in ["<Text name=\"payload_2\" value=\"$payload\"/>", "<Text name=\"a_2\" value=\"$a\"/>", "<TextArea name=\"a_reason_2\" "] {
        assert!(written.contains(tag), "{tag} in {written}");
    }
    assert!(read(&written).is_ok());
}

proptest! {
    #[test]
    fn no_configuration_breaks_the_reader(text in "(<(View|Text|Choices|Choice|Labels|Label|Ranker|List|Pairwise|Rating|Image|Polygon|X)( (name|toName|value|choice|hotkey|maxRating)=\"[$a-c,0-9]{0,3}\"){0,3}(/>|>)|</View>|</Choices>|é|&amp;){0,14}") {
        if let Ok(imported) = read(&text) {
            let written = write(&Layout::new(&imported.form, &imported.shown, imported.payload_kind));
            prop_assert!(read(&written).is_ok(), "{written}");
        }
    }

    #[test]
    fn any_choices_come_back(choices in proptest::collection::btree_set("[a-zé<>&\"'{}\\[\\] ]{1,8}", 2..6)) {
        let typed = choices.into_iter().collect::<Vec<_>>().join("\n");
        if let Ok(question) = define(&question("q", "one-choice", &typed)) {
            let form = Form::of(question);
            let again = read(&write(&Layout::new(&form, &Shown::default(), "text"))).unwrap();
            prop_assert_eq!(again.form, form);
        }
    }
}

#[test]
fn of_a_list_that_is_too_long_no_more_rows_are_held_than_show_it() {
    let list = format!("[{}]", vec!["0"; crate::items::ITEMS_LIMIT + 3].join(","));
    let read = rows(&list, &crate::items::Needs::default(), true);
    assert_eq!(read.len(), crate::items::ITEMS_LIMIT + 1);
    assert!(read.iter().all(Result::is_err));
    let broken = rows(&format!("{list},"), &crate::items::Needs::default(), true);
    assert_eq!(broken.len(), 1, "what comes after is read to its end all the same");
}

#[test]
fn a_task_that_alone_would_be_the_whole_file_is_refused() {
    let long = format!("[{{\"data\":{{\"text\":\"a\"}}}},{{\"data\":{{\"text\":\"{}\"}}}}]", "a".repeat(crate::items::LINE_LIMIT));
    let rows = rows(&long, &crate::items::Needs::default(), true);
    assert!(rows[0].is_ok());
    assert_eq!(rows[1].as_ref().err().map(|refusal| refusal.code), Some("tasks-long"));
}

#[test]
fn far_too_many_questions_or_tags_are_refused_before_they_are_all_looked_at() {
    let signs = (0x4e00_u32..0x4e00 + 3_000).filter_map(char::from_u32);
    let many: String = signs.map(|sign| format!("<Number name=\"a{sign}\" toName=\"t\"/>")).collect();
    let refusals = read(&format!("<View><Text name=\"t\" value=\"$t\"/>{many}</View>")).unwrap_err();
    assert_eq!(refusals.iter().map(|refusal| refusal.code).collect::<Vec<_>>(), ["studio-many"]);
    let unknown = "<X/>".repeat(300);
    let choices = "<Choices name=\"c\" toName=\"t\"><Choice value=\"a\"/><Choice value=\"b\"/></Choices>";
    assert!(read(&format!("<View><Text name=\"t\" value=\"$t\"/>{choices}{unknown}</View>")).is_err());
}
