//! The names under which a form stands in a configuration: one list for the configuration and for the answers, so that both fit.

use std::collections::BTreeSet;

use super::{CHANGED_FIELD, GUIDELINES_FIELD, ITEM_FIELD, Shown, Source, WORKERS_FIELD};
use crate::forms::{Form, Kind, Question};

/// A form with the names of all that its configuration needs.
#[derive(Clone, Debug)]
pub struct Layout<'a> {
    /// Whether a task shows a picture.
    pub(super) picture: bool,
    pub(super) prompt: Source,
    pub(super) pair: Option<[Source; 2]>,
    pub(super) list: Option<Source>,
    pub(super) parts: Vec<Part<'a>>,
}

/// A question; its own control has its name.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) question: &'a Question,
    /// The text field for a preference's reason.
    pub(super) reason: String,
    /// The tools for boxes and for polygons, where both may be drawn.
    pub(super) tools: [String; 2],
    /// The list of a ranking's own options.
    pub(super) options: Source,
    /// The field with the lines of shapes whose picture's size is not known, or with a tool's results.
    pub(super) lines: String,
}

impl<'a> Layout<'a> {
    /// The names for a form whose batch shows `payload_kind`. What a configuration called things is kept as far as it is known and
    /// nothing else is called so.
    #[must_use]
    pub fn new(form: &'a Form, shown: &Shown, payload_kind: &str) -> Layout<'a> {
        let mut names = Fresh(form.names().map(str::to_owned).collect());
        let mut fields = Fresh([CHANGED_FIELD, GUIDELINES_FIELD, ITEM_FIELD, WORKERS_FIELD].map(str::to_owned).into());
        let mut source = |known: Option<&Source>, name: &str| {
            let source = known.cloned().unwrap_or_else(|| Source::of(name));
            Source { name: names.take(&source.name), field: fields.take(&source.field) }
        };
        let prompt = source(shown.prompt.as_ref(), "payload");
        let compares = form.questions.iter().any(|question| matches!(question.answer, Kind::Preference(_)));
        let ranks = form.questions.iter().any(|question| matches!(&question.answer, Kind::Ranking(options) if options.is_empty()));
        let pair = compares.then(|| {
            let known = |place: usize| shown.pair.as_ref().and_then(|pair| pair.get(place));
            [source(known(0), "a"), source(known(1), "b")]
        });
        let list = ranks.then(|| source(shown.list.as_ref(), "candidates"));
        let parts = form.questions.iter().map(|question| {
            let named = |what: &str| format!("{}_{what}", question.name);
            Part {
                question,
                reason: names.take(&named("reason")),
                tools: [names.take(&named("box")), names.take(&named("polygon"))],
                options: Source { name: names.take(&named("options")), field: fields.take(&named("options")) },
                lines: fields.take(&named("lines")),
            }
        });
        let parts = parts.collect();
        Layout { picture: payload_kind == "image", prompt, pair, list, parts }
    }
}

/// Names that are taken.
struct Fresh(BTreeSet<String>);

impl Fresh {
    /// This name, with a number where it is taken.
    fn take(&mut self, name: &str) -> String {
        let numbered = (2_u32..).map(|number| format!("{name}_{number}"));
        let free = [name.to_owned()].into_iter().chain(numbered).find(|name| !self.0.contains(name)).unwrap_or_default();
        self.0.insert(free.clone());
        free
    }
}
