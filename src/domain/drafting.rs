//! How a contract is drafted: what a client types on six short pages becomes terms, each page saved as it is left.

use crate::batches;
use crate::contracts::{self, Intermediary, Terms};
use crate::hazards::{self, Hazard};
use crate::lei::{self, LeiError};
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;
use crate::text::{self, TextError};
use crate::{countries, units};

/// The short pages of the form, in order.
pub const STEPS: &[&str] = &["who", "what-for", "task", "price", "hazards", "terms"];

/// Takes what was typed on one page into the terms. `field(name)` is the text of a field.
///
/// # Errors
/// Every field that cannot be taken. The terms are then not to be kept: some of the page is in them, some is not.
pub fn take(terms: &mut Terms, step: &str, field: impl Fn(&str) -> String) -> Vec<Refusal> {
    let mut reader = Reader { field: &field, refusals: Vec::new() };
    match step {
        "who" => reader.who(terms),
        "what-for" => {
            reader.text("purpose", 120, &mut terms.purpose);
            reader.text("provenance", 2_000, &mut terms.provenance);
            reader.text("consent", 2_000, &mut terms.consent);
        }
        "task" => {
            reader.text("guidelines", 40_000, &mut terms.guidelines);
            reader.unit(terms);
            reader.number("reading_minutes", 0, 6_000, &mut terms.reading_minutes);
        }
        "price" => {
            match Currency::parse((reader.field)("currency").trim()) {
                Ok(currency) => terms.currency = Some(currency),
                Err(_) => reader.refuse("currency-unused", "currency"),
            }
            reader.price("price", &mut terms.price);
            reader.number("seconds", 1, 604_800, &mut terms.seconds);
        }
        "hazards" => reader.hazards(terms),
        _ => {
            reader.text("rejection", 2_000, &mut terms.rejection);
            reader.number("notice_days", 0, 365, &mut terms.notice_days);
            let mut percent = terms.kill_fee_bp / 100;
            reader.number("kill_fee", 0, 100, &mut percent);
            terms.kill_fee_bp = percent.saturating_mul(100);
        }
    }
    reader.refusals
}

/// Which page holds a field.
#[must_use]
pub fn step_of(field: &str) -> &'static str {
    match field {
        "purpose" | "provenance" | "consent" => "what-for",
        "guidelines" | "unit_noun" | "reading_minutes" => "task",
        "currency" | "price" | "seconds" => "price",
        "hazards" => "hazards",
        "rejection" | "notice_days" | "kill_fee" => "terms",
        _ => "who",
    }
}

/// Reads fields and gathers refusals.
struct Reader<'a, F> {
    field: &'a F,
    refusals: Vec<Refusal>,
}

impl<F: Fn(&str) -> String> Reader<'_, F> {
    fn refuse(&mut self, code: &'static str, field: &'static str) {
        self.refusals.push(Refusal::new(code).field(field));
    }

    fn text(&mut self, name: &'static str, limit: usize, into: &mut String) {
        let typed = (self.field)(name);
        let taken = if limit > 200 { text::lines(&typed, limit) } else { text::line(&typed, limit) };
        match taken {
            Ok(text) => *into = text,
            Err(TextError::Empty) => into.clear(),
            Err(TextError::TooLong) => self.refusals.push(Refusal::new("text-too-long").field(name).with("most", limit as u64)),
            Err(TextError::Invisible) => self.refuse("text-invisible", name),
        }
    }

    fn number(&mut self, name: &'static str, least: i64, most: i64, into: &mut i64) {
        match (self.field)(name).trim().parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => *into = number,
            _ => self.refusals.push(Refusal::new("number-range").field(name).with("least", least).with("most", most)),
        }
    }

    /// `12.5` percent as basis points; at most two decimals, from 0 to 100.
    fn percent(&mut self, name: &'static str) -> u32 {
        let hundredths = Amount::parse_input((self.field)(name).trim()).ok().map(Amount::micros).filter(|micros| micros % 10_000 == 0);
        let points = hundredths.and_then(|micros| u32::try_from(micros / 10_000).ok()).filter(|points| *points <= 10_000);
        points.unwrap_or_else(|| {
            self.refuse("percent-unfit", name);
            0
        })
    }

    fn price(&mut self, name: &'static str, into: &mut Amount) {
        match batches::read_price(&(self.field)(name)) {
            Ok(price) => *into = price,
            Err(refusal) => self.refusals.push(refusal.field(name)),
        }
    }

    fn country(&mut self, name: &'static str) -> String {
        let typed = (self.field)(name).trim().to_ascii_uppercase();
        if typed.is_empty() || countries::is_country(&typed) {
            return typed;
        }
        self.refuse("country-unknown", name);
        String::new()
    }

    fn unit(&mut self, terms: &mut Terms) {
        let typed = (self.field)("unit_noun").trim().to_owned();
        if typed.is_empty() || units::is_unit(&typed) {
            terms.unit_noun = typed;
        } else {
            self.refuse("unit-unknown", "unit_noun");
        }
    }

    fn who(&mut self, terms: &mut Terms) {
        self.text("title", 120, &mut terms.title);
        let end = &mut terms.end_client;
        self.text("end_client", 120, &mut end.name);
        if !end.name.is_empty() && text::hides(&end.name) {
            self.refuse("end-client-hidden", "end_client");
        }
        end.country = self.country("country");
        end.lei = (self.field)("lei").trim().to_owned();
        if !end.lei.is_empty() {
            match lei::check(&end.lei) {
                Ok(()) => {}
                Err(LeiError::Form) => self.refuse("lei-form", "lei"),
                Err(LeiError::CheckDigits) => self.refuse("lei-digits", "lei"),
            }
        }
        self.text("register", 120, &mut end.register);
        self.text("number", 60, &mut end.number);
        self.text("website", 200, &mut end.website);
        if !end.website.is_empty() && !end.website.starts_with("https://") {
            self.refuse("website-form", "website");
        }
        self.chain(terms);
    }

    fn chain(&mut self, terms: &mut Terms) {
        terms.chain.clear();
        for (name_field, country_field, keeps_field) in BETWEEN_FIELDS {
            let mut name = String::new();
            self.text(name_field, 120, &mut name);
            let is_begun = [country_field, keeps_field].iter().any(|field| !(self.field)(field).trim().is_empty());
            if (self.field)(name_field).trim().is_empty() && !is_begun {
                continue;
            }
            // Whoever keeps something is named, or the page is refused: nobody drops out of the chain unseen.
            if text::hides(&name) {
                self.refuse("between-hidden", name_field);
            }
            let country = self.country(country_field);
            let keeps_bp = self.percent(keeps_field);
            if (self.field)(country_field).trim().is_empty() {
                self.refuse("country-unknown", country_field);
            }
            terms.chain.push(Intermediary { name, country, keeps_bp });
        }
        self.refusals.extend(contracts::pass_down(terms.price, &terms.chain).err());
    }

    fn hazards(&mut self, terms: &mut Terms) {
        terms.hazards.clear();
        terms.hazards_said = true;
        for (category, form, level, share) in HAZARD_FIELDS {
            let of = |name: &str| (self.field)(name).trim().to_owned();
            let (code, kind) = (of(category), of(form));
            let is_begun = !of(share).is_empty() || !matches!(of(level).as_str(), "" | "0");
            if code.is_empty() && !is_begun {
                continue;
            }
            let level = of(level).parse::<u8>().ok().filter(|level| *level <= 3);
            let percent = of(share).parse::<u32>().ok().filter(|percent| (1..=100).contains(percent));
            match (level, percent) {
                (Some(level), Some(percent)) if hazards::CATEGORIES.contains(&code.as_str()) && hazards::FORMS.contains(&kind.as_str()) => {
                    terms.hazards.push(Hazard { category: code, form: kind, level, share_bp: percent.saturating_mul(100) });
                }
                _ => self.refuse("hazard-unfit", "hazards"),
            }
        }
        self.refusals.extend(hazards::check(&terms.hazards).err());
    }
}

/// Name, country and share kept of each party between the end client and the co-op, nearest to the end client first.
pub const BETWEEN_FIELDS: [(&str, &str, &str); 3] = [
    ("between_name_1", "between_country_1", "between_keeps_1"),
    ("between_name_2", "between_country_2", "between_keeps_2"),
    ("between_name_3", "between_country_3", "between_keeps_3"),
];

/// Category, form, level and share of each row on the hazards page.
pub const HAZARD_FIELDS: [(&str, &str, &str, &str); 3] = [
    ("category_1", "form_1", "level_1", "share_1"),
    ("category_2", "form_2", "level_2", "share_2"),
    ("category_3", "form_3", "level_3", "share_3"),
];

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn field<'a>(fields: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> String + 'a {
        |name| fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned())
    }

    pub(crate) fn complete() -> Terms {
        let mut terms = Terms::default();
        let pages: [(&str, &[(&str, &str)]); 6] = [
            (
                "who",
                &[
                    ("title", "Safety text review"),
                    ("end_client", "Safe Harbor Models Inc"),
                    ("country", "US"),
                    ("lei", "DEMO00SAFEHARBOR0184"),
                    ("between_name_1", "Harbor Data Services Ltd"),
                    ("between_country_1", "KE"),
                    ("between_keeps_1", "0"),
                ],
            ),
            ("what-for", &[("purpose", "text safety filter"), ("provenance", "Written for this."), ("consent", "Given.")]),
            ("task", &[("guidelines", "1 Read it."), ("unit_noun", "passage"), ("reading_minutes", "10")]),
            ("price", &[("currency", "USD"), ("price", "0.80"), ("seconds", "180")]),
            ("hazards", &[("category_1", "s3"), ("form_1", "text"), ("level_1", "3"), ("share_1", "60")]),
            ("terms", &[("rejection", "With a code."), ("notice_days", "14"), ("kill_fee", "10")]),
        ];
        for (step, fields) in pages {
            assert_eq!(take(&mut terms, step, field(fields)), [], "{step}");
        }
        terms
    }

    #[test]
    fn wrong_check_digits_are_refused_and_the_right_ones_not_revealed() {
        let mut terms = complete();
        let refusals =
            take(&mut terms, "who", field(&[("end_client", "Safe Harbor Models Inc"), ("country", "US"), ("lei", "DEMO00SAFEHARBOR0185")]));
        assert_eq!(refusals, [Refusal::new("lei-digits").field("lei")]);
        assert!(!format!("{refusals:?}").contains("84"));
    }

    #[test]
    fn a_unit_that_has_no_words_is_refused() {
        let mut terms = complete();
        let typed = [("guidelines", "1 Read it."), ("unit_noun", "thing"), ("reading_minutes", "10")];
        assert_eq!(take(&mut terms, "task", field(&typed)), [Refusal::new("unit-unknown").field("unit_noun")]);
        assert_eq!(terms.unit_noun, "passage");
    }
}
