//! Forms: fields with a label, a hint, an error beside the field, and what was typed.

use manyhands_domain::countries;
use manyhands_domain::refusal::Refusal;

use crate::i18n::Say;
use crate::web::page::Page;
use crate::web::post::Fields;

/// A form.
#[derive(Debug, Default)]
pub struct Form {
    /// Where it posts.
    pub action: String,
    /// Makes it act once.
    pub key: String,
    /// In order.
    pub fields: Vec<Field>,
    /// The button's words.
    pub button: String,
    /// Whether a file goes with it.
    pub upload: bool,
    /// Whether the button is a line only: a form beside the page's main one.
    pub quiet: bool,
    /// Fields from this place on are folded away: the words that fold them out.
    pub fold: Option<(usize, String)>,
    /// From these places on the fields belong together under these words, folded away until they are asked for; without words, to none.
    pub groups: Vec<(usize, String)>,
    /// Beside the button: address, words.
    pub links: Vec<(String, String)>,
    /// Codes and names of countries, if a field asks for one.
    pub countries: Vec<(&'static str, String)>,
    /// What a script of the page reads: `data-<name>` and its value.
    pub marks: Vec<(&'static str, String)>,
}

/// A field.
#[derive(Debug, Default)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Above it.
    pub label: String,
    /// Below the label.
    pub hint: String,
    /// What is wrong with it.
    pub error: String,
    /// What stands in it.
    pub value: String,
    /// After it: in what it is measured.
    pub unit: String,
    /// Whether it says something else than what is so now: its group is open.
    pub changed: bool,
    /// How it is filled in.
    pub kind: Kind,
    /// Sets its id apart where one page has several forms.
    pub mark: String,
    /// An answer one press away.
    pub beside: Option<Beside>,
}

/// A button beside a field that sends a ready answer, in a form of its own: Enter in the field never presses it.
#[derive(Debug, Default)]
pub struct Beside {
    /// Where it posts.
    pub action: String,
    /// Names and values.
    pub fields: Vec<(&'static str, String)>,
    /// The button's words.
    pub words: String,
}

/// How a field is filled in.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    #[default]
    Text,
    /// A figure, short and at the right.
    Figure,
    /// Several lines.
    Area,
    /// An address of mail.
    Email,
    /// Never shown again. The text: what the browser may fill in.
    Password(&'static str),
    /// One of these: value, words.
    Select(Vec<(String, String)>),
    /// Any of these: value, words. The value: those that are chosen, with spaces between.
    Several(Vec<(String, String)>),
    /// A day of the calendar.
    Day,
    /// A file.
    File,
    /// On or off; on when the value is not empty.
    Check,
    /// A country's code; names help to find it.
    Country,
    /// Not shown.
    Hidden,
}

impl Form {
    /// A form that posts to `action`.
    pub fn new(page: &Page, action: impl Into<String>, button: impl Into<String>) -> Form {
        Form { action: action.into(), key: page.key.clone(), button: button.into(), ..Form::default() }
    }

    /// A quiet form: a line for a button.
    pub fn quiet(mut self) -> Form {
        self.quiet = true;
        self
    }

    /// With a field whose label and hint are `<prefix>-<name>` and `<prefix>-<name>-hint` (`_` and `/` read as `-`).
    pub fn field(mut self, say: &Say, prefix: &str, name: &str, value: impl Into<String>, kind: Kind) -> Form {
        let id = format!("{prefix}-{}", name.replace(['_', '/'], "-"));
        self.upload |= kind == Kind::File;
        if kind == Kind::Country && self.countries.is_empty() {
            self.countries = countries::codes().map(|code| (code, say.country(code))).collect();
        }
        self.fields.push(Field {
            name: name.to_owned(),
            label: say.t(&id),
            hint: say.optional(&format!("{id}-hint")),
            error: String::new(),
            value: value.into(),
            kind,
            ..Field::default()
        });
        self
    }

    /// With something that a script reads.
    pub fn mark(mut self, name: &'static str, value: impl Into<String>) -> Form {
        self.marks.push((name, value.into()));
        self
    }

    /// With the fields added from now on folded away, unless something stands in them.
    pub fn fold_rest(mut self, words: impl Into<String>) -> Form {
        self.fold = Some((self.fields.len(), words.into()));
        self
    }

    /// With the fields added from now on under these words; without words, under none again.
    pub fn group(mut self, words: impl Into<String>) -> Form {
        self.groups.push((self.fields.len(), words.into()));
        self
    }

    /// The words of the group that begins at this field; empty where one only ends.
    pub fn group_at(&self, place: &usize) -> Option<&str> {
        self.groups.iter().find(|(from, _)| from == place).map(|(_, words)| words.as_str())
    }

    /// Whether a group is open before this field.
    pub fn is_grouped(&self, before: &usize) -> bool {
        self.groups.iter().rev().find(|(from, _)| from < before).is_some_and(|(_, words)| !words.is_empty())
    }

    /// Whether a group is open behind the last field.
    pub fn ends_grouped(&self) -> bool {
        self.groups.last().is_some_and(|(_, words)| !words.is_empty())
    }

    /// Whether the group that begins at this field is open: there are few, or something in it is changed or wrong.
    pub fn is_group_open(&self, place: &usize) -> bool {
        if self.groups.iter().filter(|(_, words)| !words.is_empty()).count() <= 2 {
            return true;
        }
        let end = self.groups.iter().map(|(from, _)| *from).find(|from| from > place).unwrap_or(self.fields.len());
        self.fields.get(*place..end).into_iter().flatten().any(|field| field.changed || !field.error.is_empty())
    }

    /// Whether the fold begins at this field.
    pub fn folds_at(&self, place: &usize) -> bool {
        self.fold.as_ref().is_some_and(|(from, _)| from == place)
    }

    /// The words that fold the rest out.
    pub fn fold_words(&self) -> &str {
        self.fold.as_ref().map_or("", |(_, words)| words)
    }

    /// Whether something stands in the folded fields, or is wrong with them.
    pub fn is_unfolded(&self) -> bool {
        let from = self.fold.as_ref().map_or(0, |(from, _)| *from);
        self.fields.iter().skip(from).any(|field| !field.error.is_empty() || field.is_typed())
    }

    /// Set apart from other forms of the same page: no two fields share an id.
    pub fn beside_others(mut self, mark: &str) -> Form {
        self.fields.iter_mut().for_each(|field| field.mark = format!("-{mark}"));
        self
    }

    /// What is wrong with a form that stands among others on a page, beside its fields.
    pub fn mark_wrong(&mut self, say: &Say, refusals: &[Refusal]) {
        for field in self.fields.iter_mut().filter(|field| field.error.is_empty()) {
            field.error = wrong_with(say, &field.name, refusals);
        }
    }

    /// With a value that the person does not see.
    pub fn hidden(mut self, name: &str, value: impl Into<String>) -> Form {
        self.fields.push(Field { name: name.to_owned(), value: value.into(), kind: Kind::Hidden, ..Field::default() });
        self
    }

    /// As it was typed, with what is wrong beside each field. Passwords are never kept.
    pub fn typed(mut self, say: &Say, typed: &Fields, refusals: &[Refusal]) -> Form {
        for field in &mut self.fields {
            if !matches!(field.kind, Kind::Password(_) | Kind::File) {
                let value = match field.kind {
                    Kind::Several(_) => typed.chosen(&field.name),
                    _ => typed.text(&field.name),
                };
                field.changed |= value != field.value;
                field.value = value;
            }
            field.error = wrong_with(say, &field.name, refusals);
        }
        self
    }
}

/// What is wrong with a field. Of a list, as files have it, the first stands beside the field: all of it is at the top of the page.
fn wrong_with(say: &Say, name: &str, refusals: &[Refusal]) -> String {
    let wrong: Vec<String> =
        refusals.iter().filter(|refusal| refusal.field.as_deref() == Some(name)).map(|refusal| say.refusal(refusal)).collect();
    match wrong.as_slice() {
        [first, _, _, ..] => format!("{first} {}", say.with("form-more-wrong", &[("more", (wrong.len() - 1).into())])),
        _ => wrong.join(" "),
    }
}

impl Field {
    /// Whether a choice is the one chosen.
    pub fn is(&self, value: &str) -> bool {
        self.value == value
    }

    /// Whether one of several is chosen.
    pub fn has(&self, value: &str) -> bool {
        self.value.split_whitespace().any(|chosen| chosen == value)
    }

    /// Whether somebody filled it in: a select stands at something from the start.
    fn is_typed(&self) -> bool {
        !self.value.is_empty() && !matches!(self.kind, Kind::Select(_))
    }

    /// The words of the button beside it.
    pub fn beside_words(&self) -> &str {
        self.beside.as_ref().map_or("", |beside| &beside.words)
    }

    /// The id of the input.
    pub fn id(&self) -> String {
        format!("f-{}{}", self.name, self.mark)
    }
}
