//! Contracts: an agreement with a fully disclosed end client. Drafted in six short pages, submitted, approved, listed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::books::entry::Draft;
use crate::hazards::{self, Hazard};
use crate::ids::{ClientId, ContractId};
use crate::lei::{self, LeiError};
use crate::log::json;
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;
use crate::text::{self, TextError};

/// Everything a contract says. Empty while it is a draft; complete before it is submitted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// What members see first.
    pub title: String,
    /// Who is behind it.
    pub end_client: EndClient,
    /// Who stands between, and what each keeps.
    pub chain: Vec<Intermediary>,
    /// What is trained with this.
    pub purpose: String,
    /// Where the items come from.
    pub provenance: String,
    /// What the people in them agreed to.
    pub consent: String,
    /// How the work is to be done.
    pub guidelines: String,
    /// Paid apart.
    pub reading_minutes: i64,
    /// `image`, `passage` …
    pub unit_noun: String,
    /// Of the price.
    pub currency: Option<Currency>,
    /// Of one accepted answer.
    pub price: Amount,
    /// Honest time for one task.
    pub seconds: i64,
    /// What could hurt; empty when the client says: nothing known.
    pub hazards: Vec<Hazard>,
    /// Whether the hazards page was answered.
    pub hazards_said: bool,
    /// When work is sent back.
    pub rejection: String,
    /// Before the contract may end.
    pub notice_days: i64,
    /// Of the open tasks' price, when it ends early; basis points.
    pub kill_fee_bp: i64,
}

/// An organisation that will use the results.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndClient {
    /// Legal name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// ISO 17442; empty when young firms have none.
    pub lei: String,
    /// Name of the national register.
    pub register: String,
    /// Number in it.
    pub number: String,
    /// Of the organisation.
    pub website: String,
}

/// Somebody between the end client and the co-op.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intermediary {
    /// Legal name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// What it keeps of the end client's payment, basis points.
    pub keeps_bp: u32,
}

/// The short pages of the form, in order.
pub const STEPS: &[&str] = &["who", "what-for", "task", "price", "hazards", "terms"];

/// Takes what was typed on one page into the terms. `field(name)` is the text of a field.
///
/// # Errors
/// Every field that cannot be taken; those that can are taken all the same, so that nothing typed is lost.
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
            reader.text("unit_noun", 30, &mut terms.unit_noun);
            reader.number("reading_minutes", 0, 6_000, &mut terms.reading_minutes);
        }
        "price" => {
            match Currency::parse((reader.field)("currency").trim()) {
                Ok(currency) => terms.currency = Some(currency),
                Err(_) => reader.refuse("currency-unused", "currency"),
            }
            reader.amount("price", &mut terms.price);
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

/// Whether the terms may be submitted: complete, and the end client named.
///
/// # Errors
/// Everything that is missing; `end-client-hidden` with its reason when the name hides somebody.
pub fn submit(terms: &Terms) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    if text::hides(&terms.end_client.name) {
        refusals.push(Refusal::new("end-client-hidden").field("end_client"));
    }
    let missing = [
        (terms.title.is_empty(), "title"),
        (terms.end_client.country.is_empty(), "country"),
        (terms.end_client.lei.is_empty() && (terms.end_client.register.is_empty() || terms.end_client.number.is_empty()), "lei"),
        (terms.purpose.is_empty(), "purpose"),
        (terms.provenance.is_empty(), "provenance"),
        (terms.consent.is_empty(), "consent"),
        (terms.guidelines.is_empty(), "guidelines"),
        (terms.unit_noun.is_empty(), "unit_noun"),
        (terms.currency.is_none() || !terms.price.is_positive(), "price"),
        (terms.seconds <= 0, "seconds"),
        (!terms.hazards_said, "hazards"),
        (terms.rejection.is_empty(), "rejection"),
    ];
    refusals.extend(missing.into_iter().filter(|(gone, _)| *gone).map(|(_, field)| Refusal::new("contract-missing").field(field)));
    refusals.extend(hazards::check(&terms.hazards).err());
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
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

/// The disclosure: canonical JSON that holds the entry's `calc` less `document`, the contract, and the texts. And the
/// `contract.listed` entry that names it by hash.
#[must_use]
pub fn list(id: &ContractId, client: &ClientId, terms: &Terms) -> (Draft, String) {
    let end = &terms.end_client;
    let mut end_client = json!({"name": end.name, "country": end.country});
    if let Some(members) = end_client.as_object_mut() {
        if end.lei.is_empty() {
            members.insert("register".to_owned(), json!(end.register));
            members.insert("number".to_owned(), json!(end.number));
        } else {
            members.insert("lei".to_owned(), json!(end.lei));
        }
    }
    let chain: Vec<Value> = terms.chain.iter().map(|party| json!([party.name, party.country, "intermediary", party.keeps_bp])).collect();
    let hazards: Vec<Value> =
        terms.hazards.iter().map(|hazard| json!([hazard.category, hazard.form, hazard.level, hazard.share_bp])).collect();
    let mut calc = Map::new();
    for (name, value) in [
        ("end_client", end_client),
        ("chain", Value::Array(chain)),
        ("purpose", json!(text::slug(&terms.purpose))),
        ("hazards", Value::Array(hazards)),
        ("notice_days", json!(terms.notice_days)),
        ("kill_fee_bp", json!(terms.kill_fee_bp)),
    ] {
        calc.insert(name.to_owned(), value);
    }
    let mut document = calc.clone();
    document.insert("contract".to_owned(), json!(id.as_str()));
    document.insert(
        "texts".to_owned(),
        json!({
            "title": terms.title, "purpose": terms.purpose, "provenance": terms.provenance, "consent": terms.consent,
            "guidelines": terms.guidelines, "rejection": terms.rejection, "website": end.website,
        }),
    );
    let document = json::write(&Value::Object(document));
    calc.insert("document".to_owned(), json!(hex::encode(Sha256::digest(&document))));
    let entry = Draft::new("contract.listed").about("contract", id).about("client", client).calc_all(calc);
    (entry, document)
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

    fn amount(&mut self, name: &'static str, into: &mut Amount) {
        match Amount::parse_input(&(self.field)(name)) {
            Ok(amount) => *into = amount,
            Err(_) => self.refuse("amount-unfit", name),
        }
    }

    fn country(&mut self, name: &'static str) -> String {
        let typed = (self.field)(name).trim().to_owned();
        if typed.is_empty() || COUNTRIES.split(' ').any(|code| code == typed) {
            return typed;
        }
        self.refuse("country-unknown", name);
        String::new()
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
            if name.is_empty() {
                continue;
            }
            if text::hides(&name) {
                self.refuse("between-hidden", name_field);
            }
            let country = self.country(country_field);
            let mut keeps = 0;
            self.number(keeps_field, 0, 100, &mut keeps);
            if country.is_empty() {
                self.refuse("country-unknown", country_field);
            }
            let keeps_bp = u32::try_from(keeps.saturating_mul(100)).unwrap_or(10_000);
            terms.chain.push(Intermediary { name, country, keeps_bp });
        }
    }

    fn hazards(&mut self, terms: &mut Terms) {
        terms.hazards.clear();
        terms.hazards_said = true;
        for (category, form, level, share) in HAZARD_FIELDS {
            let of = |name: &str| (self.field)(name).trim().to_owned();
            let (code, kind) = (of(category), of(form));
            if code.is_empty() {
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

/// ISO 3166-1 alpha-2, officially assigned.
pub const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN \
GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV \
LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US \
UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::uuid_v7;
    use crate::log::key::SigningKey;
    use crate::time::Timestamp;

    fn field<'a>(fields: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> String + 'a {
        |name| fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned())
    }

    fn complete() -> Terms {
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
    fn complete_terms_are_listed_with_their_disclosure() {
        let terms = complete();
        assert_eq!(submit(&terms), Ok(()));
        let client = ClientId::parse(&uuid_v7(Timestamp::from_secs(0), [1; 16])).unwrap();
        let (entry, document) = list(&ContractId::from_number(2), &client, &terms);
        let key = SigningKey::from_seed("coop.example/entry", [1; 32]).unwrap();
        entry.seal(Timestamp::from_secs(0), &key).unwrap();
        assert!(json::parse(&document).is_ok());
        assert!(document.contains("Written for this."));
    }

    #[test]
    fn a_contract_that_hides_its_end_client_is_not_submitted() {
        for name in ["", "confidential", "under NDA"] {
            let mut terms = complete();
            terms.end_client.name = name.to_owned();
            let codes: Vec<_> = submit(&terms).unwrap_err().iter().map(|refusal| refusal.code).collect();
            assert_eq!(codes, ["end-client-hidden"], "{name}");
        }
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
    fn what_is_missing_is_named_field_by_field() {
        let refusals = submit(&Terms::default()).unwrap_err();
        assert_eq!(refusals.len(), 13);
        assert!(refusals.iter().all(|refusal| refusal.field.is_some_and(|field| STEPS.contains(&step_of(field)))));
    }
}
