//! Contracts: an agreement with a fully disclosed end client. Drafted (`drafting`), submitted,
//! approved, listed. How one goes on from there, and ends, stands in [`life`]; how it
//! changes, in [`amending`].

pub mod amending;
pub mod end_client;
pub mod life;
pub mod quote;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::books::entry::Draft;
use crate::hazards::{self, Hazard};
use crate::ids::{ClientId, ContractId};
use crate::log::json;
use crate::money::{Amount, Currency, allocate};
use crate::refusal::Refusal;
use crate::rules::Book;
use crate::text;

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

/// What of one accepted answer each party has: the end client pays it, each intermediary keeps its share, and the co-op's
/// price is what arrives. Exact: what is paid is what is kept and what arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// By the end client, rounded up to the millionth.
    pub paid: Amount,
    /// By each intermediary, in the order of the chain.
    pub kept: Vec<Amount>,
}

/// How the end client's money passes down the chain to a price. Shares are of what the end client pays
/// (LEDGER.md section 5, `keeps_bp`), so that it pays `price / (1 - shares)`.
///
/// # Errors
/// `between-keeps-all` when nothing would arrive, or the sum is too large.
pub fn pass_down(price: Amount, chain: &[Intermediary]) -> Result<Passed, Refusal> {
    let all = || Refusal::new("between-keeps-all").field("between_keeps_1");
    let shares = chain.iter().try_fold(0_i128, |sum, party| sum.checked_add(i128::from(party.keeps_bp))).ok_or_else(all)?;
    let rest = 10_000_i128.checked_sub(shares).filter(|rest| *rest > 0).ok_or_else(all)?;
    let scaled = i128::from(price.micros()).checked_mul(10_000).and_then(|scaled| scaled.checked_add(rest.checked_sub(1)?));
    let paid = scaled.and_then(|scaled| scaled.checked_div(rest)).and_then(|paid| i64::try_from(paid).ok()).ok_or_else(all)?;
    let between = Amount::from_micros(paid).checked_sub(price).map_err(|_| all())?;
    let weights: Vec<(String, u64)> =
        chain.iter().enumerate().map(|(place, party)| (place.to_string(), u64::from(party.keeps_bp))).collect();
    let kept = allocate(between, &weights).map_err(|_| all())?;
    Ok(Passed { paid: Amount::from_micros(paid), kept })
}

/// Whether the terms may be submitted: complete, the end client named, and the price not under the floor of the book in force.
///
/// # Errors
/// Everything that is missing; `end-client-hidden` with its reason when the name hides somebody; `contract-under-floor` with
/// the least price that would do.
pub fn submit(terms: &Terms, book: &Book) -> Result<(), Vec<Refusal>> {
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
    if !terms.guidelines.is_empty() && sections(&terms.guidelines).next().is_none() {
        refusals.push(Refusal::new("guidelines-unnumbered").field("guidelines"));
    }
    refusals.extend(hazards::check(&terms.hazards).err());
    refusals.extend(under_floor(terms, book).map(|under| under.refusal()));
    refusals.extend(pass_down(terms.price, &terms.chain).err());
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// The numbers of the sections of guidelines: what stands at the beginning of a line, such as `4.2`.
pub fn sections(guidelines: &str) -> impl Iterator<Item = &str> {
    let number = |line: &'_ str| -> Option<usize> {
        let length = line.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        line.get(..length).map(|number| number.trim_end_matches('.').len()).filter(|length| *length > 0)
    };
    guidelines.lines().map(str::trim_start).filter_map(move |line| line.get(..number(line)?))
}

/// How the terms stand to the floor, where their price will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderFloor {
    /// Of the sums.
    pub currency: Currency,
    /// What an hour would pay; and what it must. Nothing where the book has no floor in this currency.
    pub hours: Option<(Amount, Amount)>,
    /// The least price that would do; zero where nothing can be promised.
    pub least: Amount,
}

impl UnderFloor {
    /// What the client reads.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self.hours {
            Some((hour, floor)) => Refusal::new("contract-under-floor")
                .field("price")
                .with("hour", (hour, self.currency))
                .with("floor", (floor, self.currency))
                .with("least", (self.least, self.currency)),
            None => Refusal::new("currency-unused").field("currency"),
        }
    }
}

/// Why the price will not do, once price and time are said. Later batches are held against the floor again, each by itself.
#[must_use]
pub fn under_floor(terms: &Terms, book: &Book) -> Option<UnderFloor> {
    let currency = terms.currency.filter(|_| terms.price.is_positive() && terms.seconds > 0)?;
    let level = hazards::level(&terms.hazards);
    let found = book.least_price("general", currency, level, terms.seconds).zip(book.floor_per_hour("general", currency, level));
    let Some((least, floor)) = found else { return Some(UnderFloor { currency, hours: None, least: Amount::ZERO }) };
    let hours = Some((book.hour_at(terms.price, terms.seconds), floor));
    (terms.price < least).then_some(UnderFloor { currency, hours, least })
}

/// The disclosure: canonical JSON that holds the entry's `calc` less `document`, the contract, and the texts. And the
/// `contract.listed` entry that names it by hash.
#[must_use]
pub fn list(id: &ContractId, client: &ClientId, terms: &Terms) -> (Draft, String) {
    disclose(Draft::new("contract.listed"), id, client, terms)
}

/// An entry that says everything of a contract, and its disclosure.
fn disclose(entry: Draft, id: &ContractId, client: &ClientId, terms: &Terms) -> (Draft, String) {
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
    let entry = entry.about("contract", id).about("client", client).calc_all(calc);
    (entry, document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drafting::tests::complete;
    use crate::drafting::{STEPS, step_of};
    use crate::ids::uuid_v7;
    use crate::log::key::SigningKey;
    use crate::time::Timestamp;

    #[test]
    fn complete_terms_are_listed_with_their_disclosure() {
        let terms = complete();
        assert_eq!(submit(&terms, &book()), Ok(()));
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
            let codes: Vec<_> = submit(&terms, &book()).unwrap_err().iter().map(|refusal| refusal.code).collect();
            assert_eq!(codes, ["end-client-hidden"], "{name}");
        }
    }

    #[test]
    fn sections_are_what_lines_begin_with() {
        let found: Vec<&str> = sections("1 Look.\n  4.2. When in doubt\n10) Ten\nNo number 7\n\n...").collect();
        assert_eq!(found, ["1", "4.2", "10"]);
        let terms = Terms { guidelines: "Look well.".to_owned(), ..complete() };
        assert_eq!(submit(&terms, &book()).unwrap_err()[0].code, "guidelines-unnumbered");
    }

    #[test]
    fn what_the_end_client_pays_is_what_is_kept_and_what_arrives() {
        let party = |keeps_bp| Intermediary { name: "Between Ltd".to_owned(), country: "KE".to_owned(), keeps_bp };
        let price = Amount::from_micros(800_000);
        assert_eq!(pass_down(price, &[]), Ok(Passed { paid: price, kept: vec![] }));
        assert_eq!(pass_down(price, &[party(0)]), Ok(Passed { paid: price, kept: vec![Amount::ZERO] }));
        let half = Passed { paid: Amount::from_micros(1_600_000), kept: vec![Amount::from_micros(480_000), Amount::from_micros(320_000)] };
        assert_eq!(pass_down(price, &[party(3_000), party(2_000)]), Ok(half), "0.80 of 1.60 arrives");
        let third = pass_down(Amount::from_micros(100_000), &[party(1_000), party(2_300)]).unwrap();
        let kept: i64 = third.kept.iter().map(|kept| kept.micros()).sum();
        assert_eq!(third.paid.micros(), kept + 100_000);
        assert_eq!(pass_down(price, &[party(6_000), party(4_000)]).unwrap_err().code, "between-keeps-all");
    }

    #[test]
    fn a_price_under_the_floor_is_refused_with_the_least_that_would_do() {
        // C-005 of the demonstration: 0.11 for two minutes.
        let usd = Currency::parse("USD").unwrap();
        let mut terms = Terms { price: Amount::from_micros(110_000), seconds: 120, hazards: vec![], ..complete() };
        let refusal = Refusal::new("contract-under-floor")
            .field("price")
            .with("hour", (Amount::from_micros(2_640_000), usd))
            .with("floor", (Amount::from_micros(8_000_000), usd))
            .with("least", (Amount::from_micros(340_000), usd));
        assert_eq!(submit(&terms, &book()), Err(vec![refusal]));
        terms.price = Amount::from_micros(340_000);
        assert_eq!(submit(&terms, &book()), Ok(()));
    }

    fn book() -> Book {
        Book::parse(&Book::founding()).unwrap()
    }

    #[test]
    fn what_is_missing_is_named_field_by_field() {
        let refusals = submit(&Terms::default(), &book()).unwrap_err();
        assert_eq!(refusals.len(), 13);
        assert!(refusals.iter().all(|refusal| refusal.field.as_deref().is_some_and(|field| STEPS.contains(&step_of(field)))));
    }
}
