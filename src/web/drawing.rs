//! A field for shapes on a picture, and the same for those who only look: what `static/shapes.js` needs to know stands beside it.

use manyhands_domain::forms::{Drawing, Question};
use manyhands_domain::refusal::Arg;

use crate::i18n::Say;

/// What stands beside the lines of a field. The page works without the script: then the lines are typed.
#[derive(Debug)]
pub struct Drawn {
    /// How a line is written.
    pub hint: String,
    /// The labels, in words.
    pub labels_words: String,
    /// `box polygon`, or one of both.
    pub tools: String,
    /// Pairs of a label and its key, as JSON.
    pub labels: String,
    /// Every sentence that the script says, by id, with `{place}` for what stands in it, as JSON.
    pub words: String,
    /// Width and height in pixels, where they are known; else empty.
    pub size: String,
}

impl Drawn {
    /// Of a question and its drawing; `size` is the picture's.
    pub fn new(say: &Say, question: &Question, drawing: &Drawing, size: Option<(u32, u32)>) -> Drawn {
        let labels: Vec<&str> = drawing.labels.iter().map(|label| label.text.as_str()).collect();
        let first = labels.first().copied().unwrap_or_default();
        let tools = match drawing.word() {
            "boxes" => "box",
            "polygons" => "polygon",
            _ => "both",
        };
        let keyed: Vec<(&str, Option<String>)> =
            question.keyed().into_iter().map(|(label, key)| (label, key.map(|key| key.to_string()))).collect();
        Drawn {
            hint: say.with("shape-hint", &[("tools", tools.into()), ("label", first.into())]),
            labels_words: say.with("shape-labels", &[("labels", labels.join(", ").into())]),
            tools: drawing.tools.iter().map(|tool| tool.word()).collect::<Vec<_>>().join(" "),
            labels: serde_json::json!(keyed).to_string(),
            words: words(say, &question.question),
            size: size.map_or(String::new(), |(width, height)| format!("{width} {height}")),
        }
    }
}

fn words(say: &Say, question: &str) -> String {
    let mut places: Vec<(&'static str, Arg)> = PLACES.iter().map(|place| (*place, format!("{{{place}}}").into())).collect();
    places.push(("question", question.into()));
    let shapes = WORDS.iter().map(|id| (*id, say.with(id, &places)));
    let refusals = REFUSALS.iter().map(|code| (*code, say.with(&format!("refusal-{code}"), &places)));
    let words: serde_json::Map<String, serde_json::Value> =
        shapes.chain(refusals).map(|(id, words)| (id.to_owned(), words.into())).collect();
    serde_json::Value::Object(words).to_string()
}

/// What may stand in the sentences.
const PLACES: &[&str] =
    &["at", "count", "height", "label", "line", "most", "number", "one", "other", "percent", "point", "points", "shapes", "width"];
const WORDS: &[&str] = &[
    "shape-add-point",
    "shape-as-text",
    "shape-between",
    "shape-box",
    "shape-cancel",
    "shape-changes",
    "shape-close",
    "shape-delete-point",
    "shape-delete-shape",
    "shape-fit",
    "shape-hint-box",
    "shape-hint-keys",
    "shape-hint-look",
    "shape-hint-look-keys",
    "shape-hint-move",
    "shape-hint-polygon",
    "shape-label-of",
    "shape-move",
    "shape-name",
    "shape-name-box",
    "shape-name-open",
    "shape-name-polygon",
    "shape-picture",
    "shape-point-name",
    "shape-polygon",
    "shape-redo",
    "shape-said-added",
    "shape-said-at",
    "shape-said-box",
    "shape-said-cancelled",
    "shape-said-chosen",
    "shape-said-closed",
    "shape-said-corner",
    "shape-said-deleted",
    "shape-said-label",
    "shape-said-least",
    "shape-said-moved",
    "shape-said-point",
    "shape-said-point-deleted",
    "shape-said-redone",
    "shape-said-shifted",
    "shape-said-undone",
    "shape-said-zoom",
    "shape-shapes",
    "shape-tools",
    "shape-undo",
    "shape-zoom-in",
    "shape-zoom-out",
];
/// The browser refuses what the server refuses, in the same words.
const REFUSALS: &[&str] = &[
    "answer-missing",
    "shape-beyond",
    "shape-corners",
    "shape-crosses",
    "shape-flat",
    "shape-half-point",
    "shape-label",
    "shape-no-boxes",
    "shape-no-polygons",
    "shape-number",
    "shape-open",
    "shape-outside",
    "shape-point-twice",
    "shape-points-few",
    "shape-points-many",
    "shape-twice",
    "shape-unread",
    "shapes-too-many",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_page_brings_every_word_that_the_scripts_say_and_no_other() {
        let scripts = [
            include_str!("../../static/shapes.js"),
            include_str!("../../static/shape-panel.js"),
            include_str!("../../static/shape-rules.js"),
            include_str!("../../static/shape-view.js"),
        ]
        .concat();
        let said: Vec<&str> = scripts.split(['"', '`']).filter(|text| WORDS.contains(text) || REFUSALS.contains(text)).collect();
        // Put together from the tool, its state, or what was done.
        let made = |id: &str| ["box", "polygon", "move", "open", "undone", "redone"].iter().any(|end| id.ends_with(&format!("-{end}")));
        for id in WORDS.iter().chain(REFUSALS) {
            assert!(said.contains(id) || made(id), "{id} is said by no script");
        }
        let quoted = scripts.split('"').filter(|text| text.starts_with("shape-") || text.starts_with("shapes-"));
        for id in quoted.filter(|text| !["shape-keys"].contains(text)) {
            assert!(WORDS.contains(&id) || REFUSALS.contains(&id), "{id} is not brought");
        }
        for language in Language::ALL {
            let words = words(&Say::new(language, "UTC"), "What?");
            let read: std::collections::BTreeMap<String, String> = serde_json::from_str(&words).unwrap();
            assert_eq!(read.len(), WORDS.len() + REFUSALS.len());
            assert!(read["shape-crosses"].contains("{line}") && read["shape-crosses"].contains("{other}"), "{words}");
            assert!(read["answer-missing"].contains("What?"));
        }
    }
}
