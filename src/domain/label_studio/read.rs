//! A labelling configuration becomes an answer form. What has no counterpart here is named with its line, never dropped in silence.

use crate::forms::{Form, QUESTION_LIMIT, QUESTIONS_LIMIT, Question};
use crate::refusal::{Arg, Refusal};
use crate::shapes::Tool;
use crate::text;

use super::tags::{CONTAINERS, LOOK_TAGS, is_known};
use super::tree::{Tag, parse, refuse};
use super::{Shown, Source};

mod questions;

/// What a configuration comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Its questions, in the order of the page.
    pub form: Form,
    /// What it calls the things that a task shows.
    pub shown: Shown,
    /// `text` or `image`.
    pub payload_kind: &'static str,
    /// What has no counterpart here and changes what is asked, each with its line: without these it is `form`.
    pub left_out: Vec<Refusal>,
    /// What is otherwise here but means the same.
    pub remarks: Vec<Refusal>,
}

/// Reads a configuration.
///
/// # Errors
/// What is no XML, too large or too deep; tags without the attributes that they need; a name that stands twice; no question that
/// could be asked here.
pub fn read(text: &str) -> Result<Imported, Vec<Refusal>> {
    let document = parse(text).map_err(|refusal| vec![refusal])?;
    let mut reader = Reader::default();
    reader.element(Tag::of(document.root_element()));
    reader.finish()
}

/// Something that a task shows.
struct Object<'a> {
    tag: Tag<'a>,
    source: Source,
}

/// Something that is asked about it.
struct Control<'a> {
    tag: Tag<'a>,
    name: &'a str,
    to: Vec<&'a str>,
    /// The words before it.
    sentence: Option<String>,
}

impl Control<'_> {
    /// The tool, where this is one whose shapes another tag labels.
    fn tool(&self) -> Option<Tool> {
        match self.tag.name() {
            "Rectangle" => Some(Tool::Box),
            "Polygon" => Some(Tool::Polygon),
            _ => None,
        }
    }
}

/// What belongs together.
struct Plan<'a> {
    shown: Shown,
    /// Tools, each with what it draws on.
    tools: Vec<(Tool, Vec<&'a str>)>,
    /// Names of label tags, each with what they are on.
    labels: Vec<(&'a str, Vec<&'a str>)>,
}

#[derive(Default)]
struct Reader<'a> {
    /// Words that wait for the question after them.
    words: Vec<(Tag<'a>, String)>,
    objects: Vec<Object<'a>>,
    controls: Vec<Control<'a>>,
    errors: Vec<Refusal>,
    left_out: Vec<Refusal>,
    remarks: Vec<Refusal>,
}

impl<'a> Reader<'a> {
    fn element(&mut self, tag: Tag<'a>) {
        match tag.name() {
            name if LOOK_TAGS.contains(&name) => {}
            name if CONTAINERS.contains(&name) => {
                self.attributes(tag);
                // As deep as the tree is let be.
                tag.children().for_each(|child| self.element(child));
            }
            "Header" => {
                self.attributes(tag);
                self.say(tag, tag.attribute("value").unwrap_or_default());
            }
            "Text" | "HyperText" | "Image" | "List" => self.object(tag),
            "Choices" | "TextArea" | "Number" | "Rating" | "Ranker" | "Pairwise" | "Labels" | "RectangleLabels" | "PolygonLabels"
            | "Rectangle" | "Polygon" => self.control(tag),
            _ => self.left_out.push(tag.refuse("studio-tag")),
        }
    }

    /// Names every attribute that changes what is asked.
    fn attributes(&mut self, tag: Tag<'a>) {
        for attribute in tag.node.attributes() {
            if !is_known(tag.name(), attribute.name(), attribute.value()) {
                let refusal = tag.refuse("studio-attribute").with("attribute", attribute.name());
                self.left_out.push(refusal.with("value", excerpt(attribute.value())));
            }
        }
    }

    /// Keeps words for the question after them.
    fn say(&mut self, tag: Tag<'a>, words: &str) {
        if words.contains('$') {
            self.left_out.push(tag.refuse("studio-varying").with("value", excerpt(words)));
        } else if let Ok(words) = text::line(words, usize::MAX) {
            self.words.push((tag, words));
        }
    }

    fn object(&mut self, tag: Tag<'a>) {
        self.attributes(tag);
        let value = tag.attribute("value").unwrap_or_default();
        if tag.name() == "Text" && !value.is_empty() && !value.contains('$') {
            return self.say(tag, value);
        }
        let name = self.needed(tag, "name");
        let Some(field) = value.strip_prefix('$').filter(|field| is_field(field)) else {
            return self.left_out.push(tag.refuse("studio-field").with("value", excerpt(value)));
        };
        if tag.name() == "HyperText" {
            self.remarks.push(tag.refuse("studio-remark-html"));
        }
        if let Some(title) = tag.attribute("title").filter(|_| tag.name() == "List") {
            self.say(tag, title);
        }
        self.once(tag, name);
        self.objects.push(Object { tag, source: Source { name: name.to_owned(), field: field.to_owned() } });
    }

    fn control(&mut self, tag: Tag<'a>) {
        self.attributes(tag);
        let name = self.needed(tag, "name");
        self.once(tag, name);
        // Some of Label Studio's own templates have such.
        let Some(to) = tag.attribute("toName") else {
            self.sentence();
            return self.left_out.push(tag.refuse("studio-needed").with("attribute", "toName"));
        };
        let to = to.split(',').map(str::trim).collect();
        // A tool asks nothing by itself.
        let sentence = if matches!(tag.name(), "Rectangle" | "Polygon") { None } else { self.sentence() };
        self.controls.push(Control { tag, name, to, sentence });
    }

    /// The words that stand before a question, as one sentence.
    fn sentence(&mut self) -> Option<String> {
        let words = std::mem::take(&mut self.words);
        let (tag, _) = words.first()?;
        let sentence = words.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>().join(" ");
        match text::line(&sentence, QUESTION_LIMIT) {
            Ok(sentence) => Some(sentence),
            Err(_) => {
                self.left_out.push(tag.refuse("studio-words-long").with("most", QUESTION_LIMIT));
                None
            }
        }
    }

    /// An attribute that must be there.
    fn needed(&mut self, tag: Tag<'a>, attribute: &'static str) -> &'a str {
        tag.attribute(attribute).unwrap_or_else(|| {
            self.errors.push(tag.refuse("studio-needed").with("attribute", attribute));
            ""
        })
    }

    fn once(&mut self, tag: Tag<'a>, name: &str) {
        let objects = self.objects.iter().map(|object| object.source.name.as_str());
        if !name.is_empty() && objects.chain(self.controls.iter().map(|control| control.name)).any(|known| known == name) {
            self.errors.push(tag.refuse("studio-name-twice").with("name", excerpt(name)));
        }
    }

    /// The form of everything that was found.
    fn finish(mut self) -> Result<Imported, Vec<Refusal>> {
        for (tag, _) in std::mem::take(&mut self.words) {
            self.left_out.push(tag.refuse("studio-words-lost"));
        }
        if !self.errors.is_empty() {
            self.errors.truncate(ERRORS_SHOWN);
            return Err(self.errors);
        }
        let plan = self.plan();
        let picture = self.prompt().is_some_and(|object| object.tag.name() == "Image");
        let mut questions: Vec<Question> = Vec::new();
        let found = self.controls.len();
        for control in std::mem::take(&mut self.controls) {
            // Each looks through those before it: no more are made than show that they are too many.
            if questions.len() > QUESTIONS_LIMIT {
                break;
            }
            if let Some(question) = self.question(&control, &plan, &questions) {
                questions.push(question);
            }
        }
        if questions.len() > QUESTIONS_LIMIT {
            return Err(vec![refuse("studio-many").with("found", found).with("most", QUESTIONS_LIMIT)]);
        }
        self.left_out.sort_by_key(line_of);
        if self.left_out.len() > LEFT_OUT_LIMIT {
            self.left_out.truncate(ERRORS_SHOWN);
            return Err(self.left_out);
        }
        if questions.is_empty() {
            let none = refuse("studio-nothing");
            return Err([none].into_iter().chain(self.left_out).take(ERRORS_SHOWN).collect());
        }
        let payload_kind = if picture { "image" } else { "text" };
        Ok(Imported { form: Form { questions }, shown: plan.shown, payload_kind, left_out: self.left_out, remarks: self.remarks })
    }

    /// Whether this is one of the two texts of a preference.
    fn is_compared(&self, object: &Object<'_>) -> bool {
        let compares = |control: &&Control<'_>| control.tag.name() == "Pairwise";
        self.controls.iter().filter(compares).any(|control| control.to.contains(&object.source.name.as_str()))
    }

    /// What all questions are about: the first thing that one asks about, or else the first that is shown.
    fn prompt(&self) -> Option<&Object<'a>> {
        let shown = || self.objects.iter().filter(|object| object.tag.name() != "List" && !self.is_compared(object));
        let asked = |object: &&Object<'_>| self.controls.iter().any(|control| control.to.contains(&object.source.name.as_str()));
        shown().find(asked).or_else(|| shown().next())
    }

    fn plan(&mut self) -> Plan<'a> {
        let tools = self.controls.iter().filter_map(|control| Some((control.tool()?, control.to.clone()))).collect();
        let labels = self.controls.iter().filter(|control| control.tag.name() == "Labels");
        let labels = labels.map(|control| (control.name, control.to.clone())).collect();
        Plan { shown: self.shown(), tools, labels }
    }

    /// Sorts what is shown by its part, and names what would be too much.
    fn shown(&mut self) -> Shown {
        let prompt = self.prompt().map(|object| object.source.clone());
        let mut shown = Shown { prompt, pair: None, list: None };
        let mut second = Vec::new();
        let compared: Vec<&Object<'_>> = self.objects.iter().filter(|object| self.is_compared(object)).collect();
        match compared.as_slice() {
            [one, other] if [one, other].iter().all(|object| matches!(object.tag.name(), "Text" | "HyperText")) => {
                shown.pair = Some([one.source.clone(), other.source.clone()]);
            }
            more => second.extend(more.iter().map(|object| object.tag)),
        }
        for object in self.objects.iter().filter(|object| !self.is_compared(object)) {
            match (object.tag.name(), &shown.list) {
                ("List", None) => shown.list = Some(object.source.clone()),
                _ if shown.prompt.as_ref() == Some(&object.source) => {}
                _ => second.push(object.tag),
            }
        }
        self.left_out.extend(second.iter().map(|tag| tag.refuse("studio-second")));
        shown
    }
}

/// The line that a refusal names.
fn line_of(refusal: &Refusal) -> i64 {
    let line = refusal.args.iter().find(|(name, _)| *name == "line");
    line.map_or(0, |(_, arg)| if let Arg::Count(line) = arg { *line } else { 0 })
}

/// A plain field of a task's data.
fn is_field(field: &str) -> bool {
    !field.is_empty() && field.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// As much as a sentence can hold.
fn excerpt(value: &str) -> String {
    crate::files::shown(value)
}

const ERRORS_SHOWN: usize = 20;

/// So much may be left out with a client's word for it: nobody reads more.
const LEFT_OUT_LIMIT: usize = 200;
