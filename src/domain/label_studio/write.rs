//! An answer form as a labelling configuration.

use super::layout::{Layout, Part};
use crate::forms::{Choice, Kind};
use crate::shapes::Tool;

/// The configuration of a form. What [`super::read()`] knows comes out of it again.
///
/// Some kinds have no counterpart in Label Studio and stand as what holds the same answers: a preference in which both may be equal
/// as the choices `a`, `b` and `tie`, written pairs as a text field that takes question, answer, question, answer.
#[must_use]
pub fn write(layout: &Layout<'_>) -> String {
    let mut page = Page(String::from("<View>\n"));
    let shown = if layout.picture { "Image" } else { "Text" };
    let field = |field: &str| format!("${field}");
    page.tag(shown, &[("name", &layout.prompt.name), ("value", &field(&layout.prompt.field))]);
    for source in layout.pair.iter().flatten() {
        page.tag("Text", &[("name", &source.name), ("value", &field(&source.field))]);
    }
    if let Some(list) = &layout.list {
        page.tag("List", &[("name", &list.name), ("value", &field(&list.field))]);
    }
    for part in &layout.parts {
        question(&mut page, layout, part);
    }
    page.0.push_str("</View>\n");
    page.0
}

fn question(page: &mut Page, layout: &Layout<'_>, part: &Part<'_>) {
    let question = part.question;
    let (name, prompt) = (question.name.as_str(), layout.prompt.name.as_str());
    if let Kind::Ranking(options) = &question.answer
        && !options.is_empty()
    {
        page.tag("List", &[("name", &part.options.name), ("value", &format!("${}", part.options.field))]);
    }
    if let Kind::External(_) = question.answer {
        return page
            .remark(&format!("{name}: done in another tool; Label Studio has no counterpart. Its results stand in the tasks' data."));
    }
    page.tag("Header", &[("value", &question.question)]);
    let of = |to: &'_ str| vec![("name", name.to_owned()), ("toName", to.to_owned())];
    let required = |mut attributes: Vec<(&'static str, String)>| {
        attributes.extend(question.required.then(|| ("required", "true".to_owned())));
        attributes
    };
    match &question.answer {
        Kind::OneChoice(choices) => page.choices("Choices", &required([of(prompt), one("choice", "single")].concat()), "Choice", choices),
        Kind::SeveralChoices(choices) => {
            page.choices("Choices", &required([of(prompt), one("choice", "multiple")].concat()), "Choice", choices);
        }
        Kind::Text => page.owned("TextArea", &required([of(prompt), one("maxSubmissions", "1")].concat())),
        Kind::Number => page.owned("Number", &required([of(prompt), one("min", "0")].concat())),
        Kind::Ranking(options) => {
            let list = if options.is_empty() { layout.list.as_ref().map_or(prompt, |list| &list.name) } else { &part.options.name };
            page.owned("Ranker", &required(of(list)));
        }
        Kind::Preference(preference) => {
            if preference.tie {
                let choice = |text: &str| Choice { text: text.to_owned(), own_key: None, alias: None };
                let choices = ["a", "b", "tie"].map(choice);
                page.choices("Choices", &required([of(prompt), one("choice", "single")].concat()), "Choice", &choices);
            } else {
                let pair: Vec<&str> = layout.pair.iter().flatten().map(|source| source.name.as_str()).collect();
                page.owned("Pairwise", &required(of(&pair.join(","))));
            }
            let mut reason = vec![("name", part.reason.clone()), ("toName", prompt.to_owned()), ("maxSubmissions", "1".to_owned())];
            reason.extend((preference.reason > 0).then(|| ("required", "true".to_owned())));
            page.owned("TextArea", &reason);
        }
        Kind::Pairs(most) => {
            let fields = most.saturating_mul(2).to_string();
            page.owned("TextArea", &required([of(prompt), one("maxSubmissions", &fields)].concat()));
        }
        Kind::External(_) => {}
        Kind::Spans(labels) => page.choices("Labels", &required(of(prompt)), "Label", labels),
        Kind::Shapes(drawing) => match drawing.tools.as_slice() {
            [Tool::Box] => page.choices("RectangleLabels", &required(of(prompt)), "Label", &drawing.labels),
            [Tool::Polygon] => page.choices("PolygonLabels", &required(of(prompt)), "Label", &drawing.labels),
            _ => {
                page.choices("Labels", &required(of(prompt)), "Label", &drawing.labels);
                for (tag, tool) in ["Rectangle", "Polygon"].into_iter().zip(&part.tools) {
                    page.tag(tag, &[("name", tool), ("toName", prompt)]);
                }
            }
        },
    }
}

fn one(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    vec![(name, value.to_owned())]
}

/// XML as it grows.
struct Page(String);

impl Page {
    /// For whoever reads the configuration. Names and our own words hold no pair of hyphens.
    fn remark(&mut self, words: &str) {
        self.0.push_str(&format!("  <!-- {words} -->\n"));
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.open("  ", name, attributes);
        self.0.push_str("/>\n");
    }

    fn owned(&mut self, name: &str, attributes: &[(&'static str, String)]) {
        let attributes: Vec<(&str, &str)> = attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.tag(name, &attributes);
    }

    fn choices(&mut self, name: &str, attributes: &[(&'static str, String)], inner: &str, choices: &[Choice]) {
        let attributes: Vec<(&str, &str)> = attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.open("  ", name, &attributes);
        self.0.push_str(">\n");
        for choice in choices {
            let key = choice.own_key.map(String::from);
            let alias = choice.alias.as_deref().map(|alias| ("alias", alias));
            let key = key.as_deref().map(|key| ("hotkey", key));
            let attributes: Vec<(&str, &str)> = [("value", choice.text.as_str())].into_iter().chain(alias).chain(key).collect();
            self.open("    ", inner, &attributes);
            self.0.push_str("/>\n");
        }
        self.0.push_str(&format!("  </{name}>\n"));
    }

    fn open(&mut self, indent: &str, name: &str, attributes: &[(&str, &str)]) {
        self.0.push_str(&format!("{indent}<{name}"));
        for (name, value) in attributes {
            self.0.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
    }
}

/// A value between quotation marks (XML 1.0, section 2.3). A line is one already; what would be read as white space is written out.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            other => out.push(other),
        }
    }
    out
}
