//! What a task shows: its text or address, and the candidates that some questions are about.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{Form, Kind};
use crate::external::Given;
use crate::refusal::Refusal;

/// What a task shows. Where the form asks about candidates, its payload is this as canonical JSON; else it is the prompt alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// In order: A, B, …
    pub candidates: Vec<String>,
    /// The text, or the address of the picture or page.
    pub prompt: String,
    /// Width and height of the picture in pixels, where they are known; not stored here.
    #[serde(skip)]
    pub size: Option<(u32, u32)>,
    /// What a tool sent for the claim at hand; not stored here.
    #[serde(skip)]
    pub result: Option<Given>,
}

impl Form {
    /// How many candidates each item must carry, if a question is about them.
    #[must_use]
    pub fn candidates(&self) -> Option<RangeInclusive<usize>> {
        let of = |kind: &Kind| match kind {
            Kind::Preference(_) => Some((2, 2)),
            Kind::Ranking(options) if options.is_empty() => Some((2, CANDIDATES_LIMIT)),
            Kind::OneChoice(_)
            | Kind::SeveralChoices(_)
            | Kind::Text
            | Kind::Number
            | Kind::Ranking(_)
            | Kind::Pairs(_)
            | Kind::Spans(_)
            | Kind::Shapes(_)
            | Kind::External(_) => None,
        };
        let needed = self.questions.iter().filter_map(|question| of(&question.answer));
        needed
            .reduce(|(least, most), (other_least, other_most)| (least.max(other_least), most.min(other_most)))
            .map(|(least, most)| least..=most)
    }

    /// Whether its questions can be asked of items that show this: `text`, `image` or `link`.
    ///
    /// # Errors
    /// `spans-need-text`: passages are marked in texts. `shapes-need-picture`: shapes are drawn on pictures. `external-needs-link`: the
    /// link of a tool holds the item's own.
    pub fn check(&self, payload_kind: &str) -> Result<(), Refusal> {
        let marks = self.questions.iter().any(|question| matches!(question.answer, Kind::Spans(_)));
        let draws = self.questions.iter().any(|question| matches!(question.answer, Kind::Shapes(_)));
        if payload_kind != "link" && self.external().is_some_and(|(_, link)| link.needs_link()) {
            return Err(Refusal::new("external-needs-link").field("link"));
        }
        if draws && payload_kind != "image" {
            return Err(Refusal::new("shapes-need-picture").field("question"));
        }
        if marks && payload_kind != "text" { Err(Refusal::new("spans-need-text").field("question")) } else { Ok(()) }
    }

    /// What a task of this payload shows.
    ///
    /// # Errors
    /// When the payload is not what the form needs: its row is damaged.
    pub fn task(&self, payload: &str) -> Result<Task, serde_json::Error> {
        match self.candidates() {
            Some(_) => serde_json::from_str(payload),
            None => Ok(Task { prompt: payload.to_owned(), ..Task::default() }),
        }
    }
}

/// The letter by which a candidate is called, in small: `a`, `b`, …
#[must_use]
pub fn letter(place: usize) -> char {
    ('a'..='z').nth(place).unwrap_or('z')
}

/// Most candidates of an item, and most options to rank.
pub const CANDIDATES_LIMIT: usize = 10;
