//! Every sentence is there in every language, with the same places in it; every refusal and every fixed id has one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use manyhands::i18n::{Language, Say};
use manyhands_domain::books::table::KINDS;
use manyhands_domain::countries;
use manyhands_domain::refusal::Arg;
use manyhands_domain::units::UNITS;

/// Files below a folder with this ending.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Each message of a language with the variables in it.
fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(&format!("locales/{language}"), "ftl") {
        let mut current = String::new();
        for line in fs::read_to_string(&file).unwrap().lines() {
            if let Some((id, _)) = line.split_once(" = ").filter(|(id, _)| !line.starts_with(' ') && !id.contains(' ')) {
                current = id.to_owned();
                assert!(messages.insert(current.clone(), BTreeSet::new()).is_none(), "{id} stands twice");
            }
            for part in line.split("{ $").skip(1) {
                let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                messages.get_mut(&current).unwrap().insert(name);
            }
        }
    }
    messages
}

#[test]
fn english_and_french_have_the_same_sentences_with_the_same_places() {
    let (english, french) = (messages("en"), messages("fr"));
    for (id, places) in &english {
        assert_eq!(french.get(id), Some(places), "{id}");
    }
    assert_eq!(english.len(), french.len());
}

#[test]
fn every_sentence_that_the_code_names_is_there() {
    let english = messages("en");
    let mut missing = BTreeSet::new();
    for file in files("src", "rs") {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for call in [".t(\"", ".with(\"", "Refusal::new(\""] {
            for part in code.split(call).skip(1) {
                let id = part.split('"').next().unwrap();
                let id = if call.starts_with("Refusal") { format!("refusal-{id}") } else { id.to_owned() };
                let is_argument = !id.contains('-') && call == ".with(\"";
                if !english.contains_key(&id) && !is_argument {
                    missing.insert(format!("{id} in {}", file.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_kind_of_entry_and_every_field_of_it_has_words_in_every_language() {
    let mut missing = BTreeSet::new();
    for language in Language::ALL {
        let say = Say::new(language, "UTC");
        for kind in KINDS {
            let fields = kind.refs.iter().chain(kind.calc).filter(|field| field.name != "book");
            let ids = fields.map(|field| format!("entry-field-{}", field.name.replace('_', "-")));
            missing.extend(ids.chain([format!("entry-{}", kind.name.replace('.', "-"))]).filter(|id| say.optional(id).is_empty()));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_unit_and_every_country_has_words_in_every_language() {
    for language in Language::ALL {
        let say = Say::new(language, "UTC");
        for id in ["unit-name", "unit-a", "unit-many"] {
            let words: BTreeSet<String> = UNITS.iter().map(|unit| say.with(id, &[("unit", (*unit).into())])).collect();
            assert_eq!(words.len(), UNITS.len(), "{id}: a unit falls back to another's words: {words:?}");
        }
        for count in [1, 2] {
            let of = |unit: &&str| say.with("unit-count", &[("unit", (*unit).into()), ("count", Arg::Count(count))]);
            let words: BTreeSet<String> = UNITS.iter().map(of).collect();
            assert_eq!(words.len(), UNITS.len(), "{words:?}");
            assert!(words.iter().all(|words| words.starts_with(&count.to_string())), "{words:?}");
        }
        for code in countries::codes() {
            assert_ne!(say.country(code), code);
        }
    }
    assert_eq!(Say::new(Language::En, "UTC").country("XX"), "XX");
}

/// Pairs that would part at the end of a line: a plain space before what must not begin one, or after an opening quotation mark.
fn breakable(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let parts = |pair: &[char]| matches!(pair, [' ', ':' | ';' | '!' | '?' | '»' | '%' | '…'] | ['«', ' ']);
    chars.windows(2).filter(|pair| parts(pair)).map(|pair| pair.iter().collect()).collect()
}

#[test]
fn no_line_of_french_begins_with_its_punctuation() {
    let say = Say::new(Language::Fr, "UTC");
    for (id, places) in messages("fr") {
        let mut args: Vec<(&str, Arg)> = places.iter().map(|place| (place.as_str(), "x".into())).collect();
        // What the sentences that it quotes need.
        args.extend([("unit", "image".into()), ("count", Arg::Count(2))]);
        let shown = say.with(&id, &args);
        assert_eq!(breakable(&shown), Vec::<String>::new(), "{id}: {shown}");
    }
    assert_eq!(say.t("ballots-code-again"), "Pas de courriel, ou un vieux code\u{202f}?");
    assert_eq!(breakable("« a » ; b : c ? d"), ["« ", " »", " ;", " :", " ?"], "and these would be seen");
}

/// Punctuation right behind its word, as English has it.
fn is_bare(three: &[char]) -> bool {
    let [before, ':' | ';' | '!' | '?', ' ' | '\n'] = three else { return false };
    before.is_alphanumeric() || "})’»".contains(*before)
}

#[test]
fn french_punctuation_has_its_space_in_the_files() {
    let mut wrong = Vec::new();
    for file in files("locales/fr", "ftl") {
        let text = fs::read_to_string(&file).unwrap();
        // Choices are parted by semicolons as a client types them, shapes are lines that a program reads.
        let sentences = text.lines().filter(|line| !line.starts_with('#') && !line.contains("-choices = ") && !line.contains("10,20"));
        for line in sentences {
            let chars: Vec<char> = line.chars().chain(['\n']).collect();
            if chars.windows(3).any(is_bare) {
                wrong.push(format!("{}: {line}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
