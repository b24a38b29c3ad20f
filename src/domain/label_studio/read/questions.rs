//! A control tag becomes a question.

use super::{Control, Plan, Reader, excerpt};
use crate::forms::{CHOICE_LIMIT, CHOICES_LIMIT, Choice, Drawing, Kind, NewQuestion, Preference, QUESTION_LIMIT, Question};
use crate::forms::{define, is_key, is_name, name_of};
use crate::label_studio::Source;
use crate::label_studio::tree::Tag;
use crate::refusal::Refusal;
use crate::shapes::Tool;
use crate::text;

impl<'a> Reader<'a> {
    /// The question of a control; none where it has no counterpart, which is named, and for a tool, which is part of another's.
    pub(super) fn question(&mut self, control: &Control<'a>, plan: &Plan<'a>, before: &[Question]) -> Option<Question> {
        if let Some(tool) = control.tool() {
            if !plan.labels.iter().any(|(_, to)| *to == control.to) {
                self.left_out.push(control.tag.refuse("studio-unlabelled").with("tool", tool.word()));
            }
            return None;
        }
        let answer = self.kind(control, plan)?;
        let question = control.sentence.clone().unwrap_or_else(|| words_of(control.name));
        let name = self.plain_name(control, &question, before);
        Some(Question { name, question, required: control.tag.attribute("required") == Some("true"), answer })
    }

    fn kind(&mut self, control: &Control<'a>, plan: &Plan<'a>) -> Option<Kind> {
        let shown = &plan.shown;
        let about = |source: &Source| control.to.contains(&source.name.as_str());
        let whole = match (control.tag.name(), control.to.as_slice()) {
            ("Pairwise", [_, _]) if shown.pair.as_ref().is_some_and(|pair| pair.iter().all(about)) => {
                return Some(Kind::Preference(Preference { tie: false, reason: 0 }));
            }
            ("Ranker", [_]) if shown.list.as_ref().is_some_and(about) => match control.tag.children().next() {
                None => return Some(Kind::Ranking(Vec::new())),
                Some(bucket) => {
                    self.left_out.push(bucket.refuse("studio-tag"));
                    return None;
                }
            },
            ("Pairwise" | "Ranker", _) => None,
            (_, [to]) => self.objects.iter().find(|object| object.source.name == *to).map(|object| (object.tag, object.source.clone())),
            _ => None,
        };
        let parts = || shown.prompt.iter().chain(shown.pair.iter().flatten()).chain(&shown.list);
        match whole.filter(|(_, source)| parts().any(|part| part == source)) {
            Some((object, _)) => self.plain(control, object, plan),
            None => self.without(control, "studio-of"),
        }
    }

    /// The kind of a question about one thing that is shown.
    fn plain(&mut self, control: &Control<'a>, object: Tag<'a>, plan: &Plan<'a>) -> Option<Kind> {
        let tag = control.tag;
        let shapes = |tools: Vec<Tool>, labels: Vec<Choice>| Kind::Shapes(Drawing { tools, labels });
        match (tag.name(), object.name()) {
            ("Choices", _) => match tag.attribute("choice") {
                None | Some("single" | "single-radio") => Some(Kind::OneChoice(self.choices(control, 2)?)),
                Some("multiple") => Some(Kind::SeveralChoices(self.choices(control, 2)?)),
                Some(other) => self.refused(tag, "choice", other),
            },
            ("TextArea", _) => Some(Kind::Text),
            ("Number", _) => {
                if tag.attribute("min") != Some("0") {
                    self.remarks.push(tag.refuse("studio-remark-number"));
                }
                Some(Kind::Number)
            }
            ("Rating", _) => {
                let most = tag.attribute("maxRating").unwrap_or("5");
                let figures = most.parse::<usize>().ok().filter(|most| (2..=CHOICES_LIMIT).contains(most));
                let Some(figures) = figures else { return self.refused(tag, "maxRating", most) };
                self.remarks.push(tag.refuse("studio-remark-rating").with("most", figures));
                let choice = |figure: usize| Choice { text: figure.to_string(), own_key: None, alias: None };
                Some(Kind::OneChoice((1..=figures).map(choice).collect()))
            }
            ("Labels", "Text") => Some(Kind::Spans(self.choices(control, 1)?)),
            ("RectangleLabels", "Image") => Some(shapes(vec![Tool::Box], self.choices(control, 1)?)),
            ("PolygonLabels", "Image") => Some(shapes(vec![Tool::Polygon], self.choices(control, 1)?)),
            ("Labels", "Image") => {
                let mut tools: Vec<Tool> = plan.tools.iter().filter(|(_, to)| *to == control.to).map(|(tool, _)| *tool).collect();
                tools.sort_unstable();
                tools.dedup();
                let first = plan.labels.iter().find(|(_, to)| *to == control.to).is_some_and(|(name, _)| *name == control.name);
                match (tools.is_empty(), first) {
                    (true, _) => self.without(control, "studio-tools"),
                    // In Label Studio the labels of both would lie on the same shapes.
                    (_, false) => self.without(control, "studio-labels-two"),
                    (false, true) => Some(shapes(tools, self.choices(control, 1)?)),
                }
            }
            _ => self.without(control, "studio-of"),
        }
    }

    /// The choices or labels inside a control; none where one of them cannot be taken over.
    fn choices(&mut self, control: &Control<'a>, least: usize) -> Option<Vec<Choice>> {
        let mut found = Vec::new();
        let whole = self.collect(control.tag, &mut found);
        let mut choices: Vec<Choice> = Vec::new();
        let mut fits = whole;
        for tag in found {
            match self.choice(tag, &choices) {
                Some(choice) => choices.push(choice),
                None => fits = false,
            }
        }
        if !(least..=CHOICES_LIMIT).contains(&choices.len()) && fits {
            let refusal = control.tag.refuse("studio-choices").with("name", excerpt(control.name)).with("found", choices.len());
            self.left_out.push(refusal.with("least", least).with("most", CHOICES_LIMIT));
            fits = false;
        }
        fits.then_some(choices)
    }

    /// Every choice or label in a control, also through tags that only hold others; false where something else is there.
    fn collect(&mut self, tag: Tag<'a>, found: &mut Vec<Tag<'a>>) -> bool {
        let mut whole = true;
        for child in tag.children() {
            match child.name() {
                "Choice" | "Label" => {
                    self.attributes(child);
                    found.push(child);
                    if let Some(inner) = child.children().next() {
                        self.left_out.push(inner.refuse("studio-nested"));
                        whole = false;
                    }
                }
                "View" => {
                    self.attributes(child);
                    whole &= self.collect(child, found);
                }
                "Style" => {}
                "Header" => self.left_out.push(child.refuse("studio-words-lost")),
                _ => {
                    self.left_out.push(child.refuse("studio-tag"));
                    whole = false;
                }
            }
        }
        whole
    }

    fn choice(&mut self, tag: Tag<'a>, before: &[Choice]) -> Option<Choice> {
        let value = tag.attribute("value").unwrap_or_default();
        let unfit = tag.refuse("studio-choice").with("choice", excerpt(value));
        if value.starts_with('$') {
            self.left_out.push(tag.refuse("studio-varying").with("value", excerpt(value)));
            return None;
        }
        let alias = tag.attribute("alias").filter(|alias| *alias != value).map(|alias| text::line(alias, CHOICE_LIMIT)).transpose();
        let (Ok(text), Ok(alias)) = (text::line(value, CHOICE_LIMIT), alias) else {
            self.left_out.push(unfit);
            return None;
        };
        let own_key = tag.attribute("hotkey").and_then(|key| self.key(tag, key, before));
        let choice = Choice { text, own_key, alias };
        // One that would read otherwise on its line would change as soon as the client edits the question.
        let line = NewQuestion { kind: "spans".to_owned(), question: "?".to_owned(), choices: choice.to_line(), ..NewQuestion::default() };
        let reads_back = define(&line).is_ok_and(|question| question.choices() == std::slice::from_ref(&choice));
        if choice.is_apart(before) && reads_back {
            return Some(choice);
        }
        self.left_out.push(unfit);
        None
    }

    /// A hot key that every keyboard has and no other choice took.
    fn key(&mut self, tag: Tag<'a>, key: &str, before: &[Choice]) -> Option<char> {
        let mut characters = key.chars().map(|c| c.to_ascii_lowercase());
        let own = match (characters.next(), characters.next()) {
            (Some(key), None) if is_key(key) && !before.iter().any(|choice| choice.own_key == Some(key)) => Some(key),
            _ => None,
        };
        if own.is_none() {
            self.remarks.push(tag.refuse("studio-remark-key").with("key", excerpt(key)));
        }
        own
    }

    /// A short name as results know it.
    fn plain_name(&mut self, control: &Control<'a>, question: &str, before: &[Question]) -> String {
        let lowered = control.name.to_lowercase();
        let plain: String = lowered.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let base = if is_name(&plain) { plain } else { name_of(question) };
        let taken = |name: &String| before.iter().any(|question| question.name == *name);
        let numbered = (2_u32..).map(|number| format!("{base}_{number}"));
        let name = [base.clone()].into_iter().chain(numbered).find(|name| !taken(name)).unwrap_or(base.clone());
        if name != control.name {
            self.remarks.push(control.tag.refuse("studio-remark-name").with("name", excerpt(control.name)).with("ours", name.as_str()));
        }
        name
    }

    fn without<T>(&mut self, control: &Control<'a>, code: &'static str) -> Option<T> {
        let refusal: Refusal = control.tag.refuse(code).with("name", excerpt(control.name));
        self.left_out.push(refusal.with("to", excerpt(&control.to.join(","))));
        None
    }

    fn refused<T>(&mut self, tag: Tag<'a>, attribute: &'static str, value: &str) -> Option<T> {
        self.left_out.push(tag.refuse("studio-attribute").with("attribute", attribute).with("value", excerpt(value)));
        None
    }
}

/// A name as words: `overall_quality` becomes `Overall quality`.
fn words_of(name: &str) -> String {
    let spaced: String = name.chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c }).collect();
    let line = text::line(&spaced, QUESTION_LIMIT).unwrap_or_else(|_| "?".to_owned());
    let mut characters = line.chars();
    characters.next().map_or(line.clone(), |first| first.to_uppercase().chain(characters).collect())
}
