//! Amendments: a listed contract changes by versions, which both sides agree to. Who is behind it, what it is for and what it is
//! counted and paid in never change: that would be another contract.

use serde_json::Value;

use crate::books::entry::Draft;
use crate::contracts::{Intermediary, Terms, disclose, submit};
use crate::drafting;
use crate::hazards::{self, Hazard};
use crate::ids::{ClientId, ContractId};
use crate::refusal::Refusal;
use crate::rules::Book;

/// What a listed contract keeps for ever, by the fields of its pages.
pub const LOCKED: &[&str] = &["end_client", "country", "lei", "register", "number", "website", "purpose", "unit_noun", "currency"];

/// Takes what was typed on one page of an amendment; what is [`LOCKED`] stays as it was, whatever was sent.
///
/// # Errors
/// Every field that cannot be taken. The terms are then not to be kept.
pub fn take(terms: &mut Terms, step: &str, field: impl Fn(&str) -> String) -> Vec<Refusal> {
    let before = terms.clone();
    let kept = |name: &str| if LOCKED.contains(&name) { locked(&before, name) } else { field(name) };
    drafting::take(terms, step, kept)
}

/// What stands in a locked field.
fn locked(terms: &Terms, name: &str) -> String {
    let end = &terms.end_client;
    match name {
        "end_client" => end.name.clone(),
        "country" => end.country.clone(),
        "lei" => end.lei.clone(),
        "register" => end.register.clone(),
        "number" => end.number.clone(),
        "website" => end.website.clone(),
        "purpose" => terms.purpose.clone(),
        "unit_noun" => terms.unit_noun.clone(),
        _ => terms.currency.map(|currency| currency.to_string()).unwrap_or_default(),
    }
}

/// Whether terms may follow others: complete, by the book in force, and different.
///
/// # Errors
/// What is missing, as for a listing; `amendment-nothing`.
pub fn check(before: &Terms, after: &Terms, book: &Book) -> Result<(), Vec<Refusal>> {
    if before == after {
        return Err(vec![Refusal::new("amendment-nothing")]);
    }
    submit(after, book)
}

/// From which highest hazard level to which terms go down, if they do: that takes two people of the co-op besides both sides' word.
#[must_use]
pub fn lowers(before: &Terms, after: &Terms) -> Option<(u8, u8)> {
    let (was, is) = (hazards::level(&before.hazards), hazards::level(&after.hazards));
    (is < was).then_some((was, is))
}

/// `contract.amended`, which restates everything, and its disclosure.
#[must_use]
pub fn amend(id: &ContractId, client: &ClientId, terms: &Terms) -> (Draft, String) {
    disclose(Draft::new("contract.amended"), id, client, terms)
}

/// Terms as a disclosure tells them; what it does not tell (price, time, reading, the unit) as it was before. Nothing where the bytes are
/// no disclosure.
#[must_use]
pub fn from_disclosure(before: &Terms, document: &[u8]) -> Option<Terms> {
    let said: Value = serde_json::from_slice(document).ok()?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let of = |name: &str| said.get("texts").and_then(|texts| texts.get(name)).and_then(text);
    let list = |name: &str| said.get(name).and_then(Value::as_array);
    let party = |row: &Value| {
        Some(Intermediary {
            name: row.get(0).and_then(text)?,
            country: row.get(1).and_then(text)?,
            keeps_bp: row.get(3).and_then(Value::as_u64).and_then(|points| u32::try_from(points).ok())?,
        })
    };
    let hazard = |row: &Value| {
        Some(Hazard {
            category: row.get(0).and_then(text)?,
            form: row.get(1).and_then(text)?,
            level: row.get(2).and_then(Value::as_u64).and_then(|level| u8::try_from(level).ok())?,
            share_bp: row.get(3).and_then(Value::as_u64).and_then(|points| u32::try_from(points).ok())?,
        })
    };
    Some(Terms {
        title: of("title")?,
        chain: list("chain")?.iter().map(party).collect::<Option<_>>()?,
        provenance: of("provenance")?,
        consent: of("consent")?,
        guidelines: of("guidelines")?,
        hazards: list("hazards")?.iter().map(hazard).collect::<Option<_>>()?,
        rejection: of("rejection")?,
        notice_days: said.get("notice_days").and_then(Value::as_i64)?,
        kill_fee_bp: said.get("kill_fee_bp").and_then(Value::as_i64)?,
        ..before.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drafting::tests::{complete, field};
    use crate::ids::uuid_v7;
    use crate::log::key::SigningKey;
    use crate::time::Timestamp;

    fn book() -> Book {
        Book::parse(&Book::founding()).unwrap()
    }

    #[test]
    fn who_is_behind_it_and_what_it_is_for_never_change() {
        let mut terms = complete();
        let typed = [
            ("title", "Safety text review, second round"),
            ("end_client", "Somebody Else Ltd"),
            ("country", "KE"),
            ("lei", ""),
            ("between_name_1", "Harbor Data Services Ltd"),
            ("between_country_1", "KE"),
            ("between_keeps_1", "5"),
        ];
        assert_eq!(take(&mut terms, "who", field(&typed)), []);
        let purpose = [("purpose", "targeting"), ("provenance", "Bought."), ("consent", "Given.")];
        assert_eq!(take(&mut terms, "what-for", field(&purpose)), []);
        let before = complete();
        assert_eq!((&terms.end_client, &terms.purpose), (&before.end_client, &before.purpose));
        assert_eq!(
            (terms.title.as_str(), terms.chain[0].keeps_bp, terms.provenance.as_str()),
            ("Safety text review, second round", 500, "Bought.")
        );
        assert_eq!(take(&mut terms, "price", field(&[("currency", "EUR"), ("price", "0.90"), ("seconds", "180")])), []);
        assert_eq!(terms.currency, before.currency);
    }

    #[test]
    fn a_lower_level_is_told_from_the_same_and_a_higher_one() {
        let before = complete();
        let hazard = |level| Hazard { level, ..before.hazards[0].clone() };
        let code = |after: &Terms| check(&before, after, &book()).map_err(|refusals| refusals[0].code);
        assert_eq!(code(&before.clone()), Err("amendment-nothing"));
        for (hazards, lower) in [
            (vec![hazard(2)], Some((3, 2))),
            (vec![], Some((3, 0))),
            (vec![hazard(3), hazard(2)], None),
            (vec![hazard(2), hazard(3)], None),
        ] {
            let after = Terms { hazards, ..before.clone() };
            assert_eq!((lowers(&before, &after), code(&after)), (lower, Ok(())));
        }
        assert_eq!(lowers(&Terms { hazards: vec![hazard(1)], ..before.clone() }, &before), None);
        assert_eq!(code(&Terms { guidelines: "Look well.".to_owned(), ..before.clone() }), Err("guidelines-unnumbered"));
    }

    #[test]
    fn a_higher_level_needs_a_price_that_reaches_its_floor() {
        let before = Terms { hazards: vec![], price: crate::money::Amount::from_micros(510_000), ..complete() };
        let raised = Terms { hazards: complete().hazards, ..before.clone() };
        assert_eq!(check(&before, &raised, &book()).unwrap_err()[0].code, "contract-under-floor");
        assert_eq!(check(&before, &Terms { price: complete().price, ..raised }, &book()), Ok(()));
    }

    #[test]
    fn an_amendment_restates_everything() {
        let client = ClientId::parse(&uuid_v7(Timestamp::from_secs(0), [1; 16])).unwrap();
        let (entry, document) = amend(&ContractId::from_number(2), &client, &Terms { notice_days: 21, ..complete() });
        assert_eq!(entry.kind(), "contract.amended");
        assert!(document.contains("\"notice_days\":21") && document.contains("\"lei\":\"DEMO00SAFEHARBOR0184\""));
        let amended = Terms { notice_days: 21, ..complete() };
        assert_eq!(from_disclosure(&complete(), document.as_bytes()), Some(amended), "and can be read back");
        assert_eq!(from_disclosure(&complete(), b"{}"), None);
        let key = SigningKey::from_seed("coop.example/entry", [1; 32]).unwrap();
        entry.seal(Timestamp::from_secs(0), &key).unwrap();
    }
}
