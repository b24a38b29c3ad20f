//! Passages marked in a text. A member writes one a line, in either of two ways:
//!
//! - `Name: the passage`, quoted from the text. The same line again is the passage's next place.
//! - `12-18 Name`, from character to character, the first included and the last not, as the page's script writes it.
//!
//! Characters are Unicode code points of the item's text as it is shown. White space in a quotation stands for any white space.

use serde_json::{Value, json};

use super::{Choice, Question};
use crate::refusal::Refusal;
use crate::text;

/// A marked passage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    start: usize,
    end: usize,
    label: String,
}

impl Question {
    /// The passages, in the order of the text, each with its characters for whoever holds the text in another form.
    pub(super) fn spans(&self, values: &[String], labels: &[Choice], passage: &str) -> Result<Value, Refusal> {
        let typed = values.first().map_or("", String::as_str);
        let nothing = values.iter().skip(1).any(|value| value == NOTHING);
        let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if nothing && !lines.is_empty() {
            return Err(self.refuse("answer-spans-nothing"));
        }
        if lines.len() > SPANS_LIMIT {
            return Err(self.refuse("answer-spans-many").with("most", SPANS_LIMIT));
        }
        let characters: Vec<char> = passage.chars().collect();
        let mut spans: Vec<Span> = Vec::new();
        for line in lines {
            let span = self.span(line, labels, &characters, &spans)?;
            let over = |other: &Span| other.label == span.label && other.start < span.end && span.start < other.end;
            if let Some(other) = spans.iter().find(|other| over(other)) {
                let marked = quoted(&characters, other);
                return Err(self.refuse("answer-span-over").with("line", line).with("label", span.label).with("text", marked));
            }
            spans.push(span);
        }
        spans.sort_unstable();
        let object = |span: &Span| json!({"start": span.start, "end": span.end, "label": span.label, "text": quoted(&characters, span)});
        Ok(spans.iter().map(object).collect())
    }

    fn span(&self, line: &str, labels: &[Choice], characters: &[char], before: &[Span]) -> Result<Span, Refusal> {
        let known = |name: &str| labels.iter().find(|label| label.text == name.trim()).map(|label| label.text.clone());
        if let Some((start, end, name)) = places(line)
            && let Some(label) = known(name)
        {
            let fits = start < end && end <= characters.len();
            return if fits {
                Ok(Span { start, end, label })
            } else {
                Err(self.refuse("answer-span-range").with("line", line).with("most", characters.len()))
            };
        }
        // A label may hold a colon itself.
        let mut colons = line.match_indices(':').filter_map(|(at, _)| line.split_at_checked(at));
        let Some((label, rest)) = colons.find_map(|(name, rest)| Some((known(name)?, rest))) else {
            return Err(self.refuse("answer-span-label").with("line", line));
        };
        let absent = || self.refuse("answer-span-absent").with("line", line);
        let quotation = text::line(rest.trim_start_matches(':'), SPAN_LIMIT).map_err(|_| absent())?;
        let taken = |found: &Span| before.contains(found);
        occurrences(characters, &quotation)
            .map(|(start, end)| Span { start, end, label: label.clone() })
            .find(|found| !taken(found))
            .ok_or_else(absent)
    }
}

/// `12-18 Name`.
fn places(line: &str) -> Option<(usize, usize, &str)> {
    let (range, name) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    Some((start.parse().ok()?, end.parse().ok()?, name))
}

/// Where a quotation stands in a text, from the front; white space matches white space of any length.
fn occurrences(characters: &[char], quotation: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut folded: Vec<(usize, char)> = Vec::with_capacity(characters.len());
    for (place, character) in characters.iter().enumerate() {
        let seen = if character.is_whitespace() { ' ' } else { *character };
        if !(seen == ' ' && folded.last().is_some_and(|(_, last)| *last == ' ')) {
            folded.push((place, seen));
        }
    }
    let wanted: Vec<char> = quotation.chars().collect();
    let found: Vec<(usize, usize)> = folded
        .windows(wanted.len().max(1))
        .filter(|window| window.iter().map(|(_, character)| character).eq(&wanted))
        .filter_map(|window| Some((window.first()?.0, window.last()?.0.saturating_add(1))))
        .collect();
    found.into_iter()
}

fn quoted(characters: &[char], span: &Span) -> String {
    characters.get(span.start..span.end).unwrap_or_default().iter().collect()
}

/// What the box *nothing to mark* sends.
pub const NOTHING: &str = "nothing";
/// Most passages of one answer.
const SPANS_LIMIT: usize = 500;
/// Characters of a quotation.
const SPAN_LIMIT: usize = 20_000;
