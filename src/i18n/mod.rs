//! Every sentence a person reads, in their language: Fluent messages from `locales/`, numbers, money, dates.
//! Knows no page and no mail; both use it.

mod french;
mod numbers;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use unic_langid::LanguageIdentifier;

pub use numbers::{amount, change, count, hundredths, percent};

/// A language that is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

impl Language {
    /// All of them, in the order they are offered.
    pub const ALL: [Language; 2] = [Language::En, Language::Fr];

    /// BCP 47.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Fr => "fr",
        }
    }

    /// Its own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Fr => "Français",
        }
    }

    /// The best of ours for a tag: Malagasy readers fall back to French, all others to English.
    #[must_use]
    pub fn best(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_', ';']).next().unwrap_or_default().trim().to_lowercase();
        match primary.as_str() {
            "en" | "es" | "sw" | "fil" | "tl" => Some(Language::En),
            "fr" | "mg" => Some(Language::Fr),
            _ => None,
        }
    }

    /// The first of an `Accept-Language` list that we can serve.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Language> {
        header.split(',').find_map(Language::best)
    }
}

/// Says things to one reader: their language and their time zone.
#[derive(Clone, Debug)]
pub struct Say {
    /// Which language.
    pub language: Language,
    zone: jiff::tz::TimeZone,
    zone_name: String,
}

impl Say {
    /// For a reader. An unknown zone reads as UTC, and says so beside every time.
    #[must_use]
    pub fn new(language: Language, zone: &str) -> Say {
        match jiff::tz::TimeZone::get(zone) {
            Ok(found) => Say { language, zone: found, zone_name: zone.to_owned() },
            Err(_) => Say { language, zone: jiff::tz::TimeZone::UTC, zone_name: "UTC".to_owned() },
        }
    }

    /// A sentence without values.
    #[must_use]
    pub fn t(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// A sentence with values.
    #[must_use]
    pub fn with(&self, id: &str, args: &[(&str, Arg)]) -> String {
        let mut values = FluentArgs::new();
        for (name, arg) in args {
            values.set(*name, self.value(arg));
        }
        self.find(self.language, id, &values).or_else(|| self.find(Language::En, id, &values)).unwrap_or_else(|| {
            tracing::error!(id, "no such sentence");
            debug_assert!(false, "no sentence {id}");
            id.to_owned()
        })
    }

    /// A sentence that need not be there: a hint.
    #[must_use]
    pub fn optional(&self, id: &str) -> String {
        self.find(self.language, id, &FluentArgs::new()).unwrap_or_default()
    }

    /// What a refusal says: what happened, why, and what to do.
    #[must_use]
    pub fn refusal(&self, refusal: &Refusal) -> String {
        self.with(&format!("refusal-{}", refusal.code), &refusal.args)
    }

    /// `23 November 2026`.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> String {
        numbers::date(self.language, &self.zoned(at))
    }

    /// `Monday, 23 November 2026`: a day that everybody in the co-op calls so, whatever their zone.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        let instant = jiff::Timestamp::from_second(at.secs()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        numbers::day(self.language, &instant.to_zoned_datetime(jiff::tz::TimeZone::UTC))
    }

    /// The name of a country; a code that is none stays as it is.
    #[must_use]
    pub fn country(&self, code: &str) -> String {
        let name = self.optional(&format!("country-{code}"));
        if name.is_empty() { code.to_owned() } else { name }
    }

    /// `23 November 2026, 20:10 (Nairobi)`: times always say whose they are.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        format!("{}, {} ({})", self.date(at), self.zoned(at).strftime("%H:%M"), self.place())
    }

    /// Whether two moments are of one day for the reader.
    #[must_use]
    pub fn is_today(&self, at: Timestamp, now: Timestamp) -> bool {
        self.zoned(at).date() == self.zoned(now).date()
    }

    /// `20:10` today, else with its date.
    #[must_use]
    pub fn clock(&self, at: Timestamp, now: Timestamp) -> String {
        let (then, today) = (self.zoned(at), self.zoned(now));
        let time = then.strftime("%H:%M").to_string();
        if then.date() == today.date() { time } else { format!("{}, {time}", self.date(at)) }
    }

    /// `45 min`, `8 h`, `90 s`, `2 min 56 s`.
    #[must_use]
    pub fn duration(&self, secs: i64) -> String {
        numbers::duration(secs)
    }

    /// The city of the reader's zone.
    #[must_use]
    pub fn place(&self) -> String {
        self.zone_name.rsplit('/').next().unwrap_or("UTC").replace('_', " ")
    }

    fn zoned(&self, at: Timestamp) -> jiff::ZonedDateTime {
        let instant = jiff::Timestamp::from_second(at.secs()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        instant.to_zoned_datetime(self.zone.clone())
    }

    fn value(&self, arg: &Arg) -> FluentValue<'static> {
        match arg {
            Arg::Text(text) => text.clone().into(),
            Arg::Count(count) => (*count).into(),
            Arg::Money(sum, currency) => format!("{}\u{a0}{currency}", amount(self.language, *sum)).into(),
            Arg::When(at) => self.moment(*at).into(),
            Arg::Duration(secs) => self.duration(*secs).into(),
        }
    }

    fn find(&self, language: Language, id: &str, values: &FluentArgs<'_>) -> Option<String> {
        let bundle = match language {
            Language::En => &*ENGLISH,
            Language::Fr => &*FRENCH,
        };
        let pattern = bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(values), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(id, ?errors, "a sentence lacks a value");
            debug_assert!(false, "{id}: {errors:?}");
        }
        Some(text)
    }
}

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en-GB", ENGLISH_FILES, str::to_owned));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle("fr", FRENCH_FILES, french::set));

macro_rules! files {
    ($language:literal: $($noun:literal),*) => {
        &[$(include_str!(concat!("../../locales/", $language, "/", $noun, ".ftl"))),*]
    };
}

const ENGLISH_FILES: &[&str] = files!("en": "amending", "appeals", "asked", "ballots", "batches", "claims", "common", "contracts", "countries", "demo", "effects", "end_clients", "external", "files", "gold", "hazards", "kept", "keys", "label_studio", "ledger", "life", "mail", "pay", "people", "preview", "proposals", "quality", "questions", "quote", "rates", "refusals", "reviews", "sample", "shapes", "suggestions", "units", "verify", "votes", "waits");
const FRENCH_FILES: &[&str] = files!("fr": "amending", "appeals", "asked", "ballots", "batches", "claims", "common", "contracts", "countries", "demo", "effects", "end_clients", "external", "files", "gold", "hazards", "kept", "keys", "label_studio", "ledger", "life", "mail", "pay", "people", "preview", "proposals", "quality", "questions", "quote", "rates", "refusals", "reviews", "sample", "shapes", "suggestions", "units", "verify", "votes", "waits");

/// A count as Fluent hands it back. Money never comes this way: it is words before it reaches a sentence.
#[expect(clippy::cast_possible_truncation, reason = "Fluent keeps numbers as floats; counts are whole and far below 2^53")]
fn whole(number: f64) -> String {
    count(number as i64)
}

/// Whole sentences with named places: isolation marks would only show up in mail and downloads.
fn bundle(tag: &str, files: &[&str], set: fn(&str) -> String) -> Bundle {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(whole(number.value)),
        _ => None,
    }));
    for file in files {
        let resource = FluentResource::try_new(set(file)).unwrap_or_else(|(resource, errors)| {
            tracing::error!(?errors, "a file of sentences is damaged");
            debug_assert!(false, "{errors:?}");
            resource
        });
        bundle.add_resource_overriding(resource);
    }
    bundle
}
