//! A refusal as a value: which sentence of `locales/` says what happened, why and what to do, and what stands in it.

use std::borrow::Cow;

use crate::money::{Amount, Currency};
use crate::time::Timestamp;

/// Why something was not done. `code` names the sentence `refusal-<code>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The sentence, without its `refusal-`.
    pub code: &'static str,
    /// The field of the form that would have to change, if it is one. A batch's own questions have names that no code knows.
    pub field: Option<Cow<'static, str>>,
    /// What stands in the sentence.
    pub args: Vec<(&'static str, Arg)>,
}

/// A value in a sentence; the reader's language decides how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// As it is.
    Text(String),
    /// A number that may choose a plural.
    Count(i64),
    /// A sum with its currency.
    Money(Amount, Currency),
    /// A moment, in the reader's zone.
    When(Timestamp),
    /// Seconds, as hours and minutes.
    Duration(i64),
}

impl Refusal {
    /// A refusal with this sentence.
    #[must_use]
    pub fn new(code: &'static str) -> Refusal {
        Refusal { code, field: None, args: Vec::new() }
    }

    /// About this field.
    #[must_use]
    pub fn field(mut self, field: impl Into<Cow<'static, str>>) -> Refusal {
        self.field = Some(field.into());
        self
    }

    /// With this value in the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, arg: impl Into<Arg>) -> Refusal {
        self.args.push((name, arg.into()));
        self
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(text)
    }
}

impl From<usize> for Arg {
    fn from(count: usize) -> Arg {
        Arg::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Arg {
    fn from(count: i64) -> Arg {
        Arg::Count(count)
    }
}

impl From<u64> for Arg {
    fn from(count: u64) -> Arg {
        Arg::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<(Amount, Currency)> for Arg {
    fn from((amount, currency): (Amount, Currency)) -> Arg {
        Arg::Money(amount, currency)
    }
}

impl From<Timestamp> for Arg {
    fn from(at: Timestamp) -> Arg {
        Arg::When(at)
    }
}
