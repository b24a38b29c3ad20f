//! What a proposal changes in the rule book: a merge patch, checked by merging it into the book in force, with a sentence for each
//! fault. It is checked when it is drafted, when it is opened, and once more on the day on which it would hold.

use serde_json::{Map, Value};

use super::limits;
use super::tally::Majority;
use super::terms::{MOST_DAYS, Terms};
use crate::books::account::is_fund;
use crate::books::forms::Form;
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;
use crate::rules::Book;

/// The book that a patch makes of the one in force, if this kind of vote may make it.
///
/// # Errors
/// Every fault, each with the field that it is in.
pub fn check(book: &Book, terms: &Terms, patch: &Map<String, Value>) -> Result<Book, Vec<Refusal>> {
    let foreign = patch.keys().filter(|name| !terms.may_change(name));
    let refused: Vec<Refusal> = foreign.map(|name| Refusal::new("rule-kind-may-not").field("kind").with("part", name.as_str())).collect();
    if refused.is_empty() { within_limits(book, patch) } else { Err(refused) }
}

/// The book that a patch makes of this one, whoever may make it, where an entry and what is paid by it can hold it: what is put to the
/// vote, and what is enacted.
///
/// # Errors
/// Every fault, as [`apply`]; `rule-name-long`, `rule-fraction`, `rule-changes-twice`, `rule-book-long`.
pub fn within_limits(book: &Book, patch: &Map<String, Value>) -> Result<Book, Vec<Refusal>> {
    let merged = merged(book, patch)?;
    let mut found = faults(book.value(), &merged);
    found.extend(limits::faults(book.value(), &merged));
    parse(&merged, found)
}

/// The book that a patch makes of this one, whoever may make it, and however large it is: also of a vote from before there were limits.
///
/// # Errors
/// Every fault; `rule-nothing-changed` where it is the same book.
pub fn apply(book: &Book, patch: &Map<String, Value>) -> Result<Book, Vec<Refusal>> {
    let merged = merged(book, patch)?;
    let found = faults(book.value(), &merged);
    parse(&merged, found)
}

fn merged(book: &Book, patch: &Map<String, Value>) -> Result<Value, Vec<Refusal>> {
    let mut merged = book.value().clone();
    merge(&mut merged, &Value::Object(patch.clone()));
    if merged == *book.value() { Err(vec![Refusal::new("rule-nothing-changed")]) } else { Ok(merged) }
}

fn parse(merged: &Value, faults: Vec<Refusal>) -> Result<Book, Vec<Refusal>> {
    if faults.is_empty() { Book::parse(merged).map_err(|_| vec![Refusal::new("rule-unfit")]) } else { Err(faults) }
}

/// RFC 7396; nothing is null here, so nothing is removed.
pub fn merge(target: &mut Value, patch: &Value) {
    match (target.as_object_mut(), patch.as_object()) {
        (Some(target), Some(patch)) => {
            for (name, value) in patch {
                merge(target.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (_, Some(_)) => {
            *target = Value::Object(Map::new());
            merge(target, patch);
        }
        (_, None) => *target = patch.clone(),
    }
}

/// What is wrong with a book, by its parts.
fn faults(before: &Value, book: &Value) -> Vec<Refusal> {
    let part = |name: &str| book.get(name).and_then(Value::as_object);
    let mut faults = Vec::new();
    split_faults(part("split"), &mut faults);
    floor_faults(part("floor"), part("currencies"), &mut faults);
    for (level, points) in part("premium").into_iter().flatten() {
        if !Form::Int(0, 1_000_000).holds(points) {
            faults.push(Refusal::new("rule-premium").field(format!("premium/{level}")));
        }
    }
    for (code, currency) in part("currencies").into_iter().flatten() {
        // Payouts go by the digits that a currency has, whatever a book says of it: what stands there already stays.
        let stays = before.get("currencies").and_then(|before| before.get(code)) == Some(currency);
        let decimals = currency.get("decimals").and_then(Value::as_u64);
        let is_known = Currency::parse(code).is_ok_and(|known| decimals == Some(u64::from(known.decimals())));
        if !stays && !is_known {
            faults.push(Refusal::new("rule-currency").field(format!("currencies/{code}")).with("currency", code.as_str()));
        }
    }
    for (name, vote) in part("votes").into_iter().flatten() {
        vote_faults(name, vote, &mut faults);
    }
    let may_change_votes =
        |vote: &Value| vote.get("changes").and_then(Value::as_array).is_some_and(|names| names.iter().any(|name| name == "votes"));
    if !part("votes").is_some_and(|votes| votes.values().any(may_change_votes)) {
        faults.push(Refusal::new("rule-locked"));
    }
    setting_faults(before, book, &mut faults);
    faults
}

fn split_faults(split: Option<&Map<String, Value>>, faults: &mut Vec<Refusal>) {
    let mut sum = 0_i64;
    for (name, share) in split.into_iter().flatten() {
        match share.as_i64().filter(|share| (0..=10_000).contains(share)) {
            Some(share) => sum = sum.saturating_add(share),
            None => faults.push(Refusal::new("rule-share").field(format!("split/{name}"))),
        }
        if !SPLIT.contains(&name.as_str()) && !is_fund(name) {
            faults.push(Refusal::new("rule-fund").field("new/fund"));
        }
    }
    if faults.is_empty() && sum != 10_000 {
        faults.push(Refusal::new("rule-split-sum").field("split/worker").with("sum", percent(sum)));
    }
    if faults.is_empty() && split.and_then(|split| split.get("worker")).and_then(Value::as_i64) == Some(0) {
        faults.push(Refusal::new("rule-split-worker").field("split/worker"));
    }
}

fn floor_faults(floor: Option<&Map<String, Value>>, currencies: Option<&Map<String, Value>>, faults: &mut Vec<Refusal>) {
    for (skill, rates) in floor.into_iter().flatten() {
        if !Form::Code.holds(&Value::String(skill.clone())) {
            faults.push(Refusal::new("rule-skill").field("new/skill"));
        }
        for (code, rate) in rates.as_object().into_iter().flatten() {
            let amount = rate.as_str().and_then(|text| Amount::parse(text).ok());
            if amount.is_none_or(Amount::is_negative) {
                faults.push(Refusal::new("rule-floor").field(format!("floor/{skill}/{code}")));
            }
            if currencies.is_none_or(|currencies| !currencies.contains_key(code)) {
                faults.push(Refusal::new("rule-floor-currency").field("new/skill-currency").with("currency", code.as_str()));
            }
        }
    }
}

fn vote_faults(kind: &str, vote: &Value, faults: &mut Vec<Refusal>) {
    let holds = |name: &str, form: Form| vote.get(name).is_some_and(|value| form.holds(value));
    let at = |name: &str| format!("votes/{kind}/{name}");
    // A quorum of nobody is none, and one of more than everybody is never met.
    let quorum = holds("quorum", Form::Quorum) && vote.get("quorum").and_then(|quorum| quorum.get(0)).and_then(Value::as_i64) != Some(0);
    if !quorum {
        faults.push(Refusal::new("rule-quorum").field(at("quorum")));
    }
    if !holds("majority", Form::Majority) || !vote.get("majority").and_then(Majority::read).is_some_and(is_majority) {
        faults.push(Refusal::new("rule-majority").field(at("majority")));
    }
    for (name, least, most, needed) in [("days", 1, MOST_DAYS, true), ("cosponsors", 0, 100, false), ("notice_days", 0, 366, false)] {
        if vote.get(name).map_or(needed, |value| !Form::Int(least, most).holds(value)) {
            faults.push(Refusal::new("rule-number").field(at(name)).with("least", least).with("most", most));
        }
    }
}

/// Half of yes and no at least, and something that can be reached.
fn is_majority(majority: Majority) -> bool {
    let twice = majority.n.saturating_mul(2);
    twice >= majority.d && (majority.least || majority.n < majority.d) && (twice > majority.d || !majority.least)
}

/// Settings that this program acts by, and those that stand in the book already: nobody can vote for what nothing does.
fn setting_faults(before: &Value, book: &Value, faults: &mut Vec<Refusal>) {
    for part in ["claims", "review", "exposure"] {
        for (name, value) in book.get(part).and_then(Value::as_object).into_iter().flatten() {
            let was = before.get(part).and_then(|part| part.get(name));
            if was == Some(value) {
                continue;
            }
            let field = format!("{part}/{name}");
            match SETTINGS.iter().find(|setting| setting.0 == part && setting.1 == name) {
                Some((_, _, least, most)) if !Form::Int(*least, *most).holds(value) => {
                    faults.push(Refusal::new("rule-number").field(field).with("least", *least).with("most", *most));
                }
                Some(_) => {}
                None => faults.push(Refusal::new("rule-unknown").field(field).with("name", name.as_str())),
            }
        }
    }
}

/// Basis points as they are typed: `82.5`.
#[must_use]
pub fn percent(points: i64) -> String {
    let (whole, rest) = (points.div_euclid(100), points.rem_euclid(100));
    match rest {
        0 => whole.to_string(),
        rest => format!("{whole}.{rest:02}").trim_end_matches('0').to_owned(),
    }
}

/// Who is always in the split; whatever else is there is a fund.
pub(super) const SPLIT: [&str; 4] = ["worker", "reviewer", "operations", "reserve"];

/// Settings that this program acts by: part, name, from, to.
pub(super) const SETTINGS: &[(&str, &str, i64, i64)] = &[
    ("claims", "max_open", 1, 100),
    ("claims", "lease_factor", 1, 100),
    ("claims", "lease_min_minutes", 1, 10_080),
    ("claims", "extensions", 0, 10),
    ("review", "silence_days", 1, 366),
    ("review", "appeal_days", 1, 366),
    ("review", "decide_days", 1, 366),
    ("exposure", "level3_minutes_per_day", 0, 1_440),
    ("exposure", "break_minutes_per_hour", 0, 60),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn founding() -> Book {
        Book::parse(&Book::founding()).unwrap()
    }

    fn patch(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn codes(kind: &str, value: Value) -> Vec<&'static str> {
        let book = founding();
        let outcome = check(&book, &Terms::of(&book, kind).unwrap(), &patch(value));
        outcome.err().into_iter().flatten().map(|refusal| refusal.code).collect()
    }

    #[test]
    fn each_fault_of_a_change_has_its_own_sentence() {
        for (kind, value, code) in [
            ("constitution", json!({"split": {"worker": 7_999}}), "rule-split-sum"),
            ("constitution", json!({"split": {"worker": 0, "reserve": 8_700}}), "rule-split-worker"),
            ("constitution", json!({"split": {"worker": 10_001}}), "rule-share"),
            ("constitution", json!({"split": {"small fund": 0}}), "rule-fund"),
            ("rate-change", json!({"floor": {"general": {"USD": "-1.000000"}}}), "rule-floor"),
            ("rate-change", json!({"floor": {"general": {"USD": "9"}}}), "rule-floor"),
            ("rate-change", json!({"floor": {"general": {"KES": "900.000000"}}}), "rule-floor-currency"),
            ("rate-change", json!({"premium": {"3": 1_000_001}}), "rule-premium"),
            ("constitution", json!({"votes": {"ordinary": {"quorum": [0, 1]}}}), "rule-quorum"),
            ("constitution", json!({"votes": {"ordinary": {"quorum": [101, 100]}}}), "rule-quorum"),
            ("constitution", json!({"votes": {"ordinary": {"majority": ["over", 1, 3]}}}), "rule-majority"),
            ("constitution", json!({"votes": {"ordinary": {"majority": ["over", 1, 1]}}}), "rule-majority"),
            ("constitution", json!({"votes": {"ordinary": {"majority": ["least", 1, 2]}}}), "rule-majority"),
            ("constitution", json!({"votes": {"ordinary": {"days": 0}}}), "rule-number"),
            ("constitution", json!({"votes": {"constitution": {"changes": ["split"]}}}), "rule-locked"),
            ("constitution", json!({"claims": {"max_open": 0}}), "rule-number"),
            ("constitution", json!({"claims": {"most_open": 3}}), "rule-unknown"),
            ("constitution", json!({"currencies": {"KES": {"decimals": 7}}}), "rule-currency"),
            ("constitution", json!({"currencies": {"USD": {"decimals": 0}}}), "rule-currency"),
            ("constitution", json!({"votes": {"constitution": {"days": 91}}}), "rule-number"),
            ("rate-change", json!({"split": {"worker": 8_000}}), "rule-kind-may-not"),
            ("ordinary", json!({"floor": {}}), "rule-kind-may-not"),
            ("rate-change", json!({"floor": {"general": {"USD": "8.000000"}}}), "rule-nothing-changed"),
        ] {
            assert_eq!(codes(kind, value.clone()), [code], "{value}");
        }
    }

    #[test]
    fn a_change_leaves_everything_else_as_it_is() {
        let book = founding();
        let merged = apply(&book, &patch(json!({"floor": {"general": {"USD": "9.000000"}, "lidar": {"USD": "12.000000"}}}))).unwrap();
        let usd = Currency::parse("USD").unwrap();
        let floor = |skill| merged.floor_per_hour(skill, usd, 0).unwrap();
        assert_eq!((floor("general"), floor("lidar")), (Amount::parse("9.000000").unwrap(), Amount::parse("12.000000").unwrap()));
        assert_eq!((&merged.split, merged.claims), (&book.split, book.claims));
        let fund = apply(&book, &patch(json!({"split": {"Training": 200, "operations": 500}}))).unwrap();
        assert_eq!(fund.split.funds.get("Training"), Some(&200));
    }

    #[test]
    fn two_changes_that_each_fit_may_not_fit_together() {
        let book = founding();
        let (one, two) = (json!({"split": {"worker": 8_200, "operations": 500}}), json!({"split": {"reserve": 500, "operations": 900}}));
        let first = apply(&book, &patch(one)).unwrap();
        assert!(apply(&book, &patch(two.clone())).is_ok());
        assert_eq!(apply(&first, &patch(two)).unwrap_err()[0].code, "rule-split-sum");
    }

    #[test]
    fn percents_read_as_they_are_typed() {
        for (points, text) in [(8_000, "80"), (8_250, "82.5"), (8_205, "82.05"), (9_999, "99.99"), (0, "0")] {
            assert_eq!(percent(points), text);
        }
    }
}
