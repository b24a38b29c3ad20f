//! The rule book as the ledger has it: what stands in a `rule.enacted` entry, read and checked. What follows from it is
//! `domain::rules`' matter.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::books::account::is_fund;
use crate::books::forms::{Form, is_code_text};
use crate::money::{Amount, Currency};

/// A rule book, complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// Where each client's payment goes.
    pub split: Split,
    /// Least pay of an hour, by skill and currency.
    pub floor: BTreeMap<String, BTreeMap<Currency, Amount>>,
    /// On top of the floor, basis points, by hazard level.
    pub premium: [u32; 4],
    /// Currencies in use, with the digits of their minor unit.
    pub currencies: BTreeMap<Currency, u32>,
    /// Limits on claims.
    pub claims: Claims,
    /// Days of review.
    pub review: Review,
    /// How much of the worst somebody meets.
    pub exposure: Exposure,
    /// The canonical value that was enacted.
    value: Value,
}

/// Basis points of each client's payment; they sum to 10,000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// To whoever did the work; above zero.
    pub worker: u32,
    /// To whoever reviewed it, if a member did.
    pub reviewer: u32,
    /// To the co-op's running.
    pub operations: u32,
    /// To the indivisible reserve.
    pub reserve: u32,
    /// To each fund, by name.
    pub funds: BTreeMap<String, u32>,
}

/// Limits on claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Open claims of one member.
    pub max_open: i64,
    /// Time limit as a multiple of the estimate.
    pub lease_factor: i64,
    /// And at least so many minutes.
    pub lease_min_minutes: i64,
}

/// Days of review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// After so many days of silence work is accepted.
    pub silence_days: i64,
    /// So many days a rejection can be appealed.
    pub appeal_days: i64,
    /// After so many days an appeal that nobody decided is accepted.
    pub decide_days: i64,
}

/// How much of the highest hazard level one member meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Minutes of work in any 24 hours.
    pub level3_minutes_per_day: i64,
    /// Minutes of every 60 that are free of it; 0: none need be.
    pub break_minutes_per_hour: i64,
}

/// A value that is no valid rule book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid rule book")]
pub struct NoBook;
impl Book {
    /// The book that a co-op is founded with (the reasons stand in the project's docs).
    #[must_use]
    pub fn founding() -> Value {
        let vote = |quorum: [i64; 2], majority: Value, days: i64, changes: Value| json!({"quorum": quorum, "majority": majority, "days": days, "openings": "members", "changes": changes});
        let over_half = json!(["over", 1, 2]);
        json!({
            "currencies": {"EUR": {"decimals": 2}, "USD": {"decimals": 2}},
            "split": {"worker": 8000, "reviewer": 300, "operations": 700, "reserve": 700, "Wellbeing": 300},
            "floor": {"general": {"EUR": "7.500000", "USD": "8.000000"}},
            "premium": {"0": 0, "1": 0, "2": 1000, "3": 2500},
            "claims": {"max_open": 3, "lease_factor": 3, "lease_min_minutes": 60, "extensions": 1},
            "review": {"silence_days": 7, "appeal_days": 7, "decide_days": 9},
            "exposure": {"level3_minutes_per_day": 120, "break_minutes_per_hour": 15},
            "votes": {
                "ordinary": vote([1, 3], over_half.clone(), 7, json!([])),
                "contract": vote([1, 3], over_half.clone(), 7, json!([])),
                "price-ask": vote([1, 3], over_half.clone(), 3, json!(["batch.repriced"])),
                "rate-change": vote([1, 3], over_half, 7, json!(["floor", "premium"])),
                "constitution": vote([1, 2], json!(["least", 2, 3]), 14, json!(["split", "currencies", "claims", "review", "exposure", "votes"])),
            },
        })
    }

    /// Reads an enacted book. Settings beyond the named ones may stand in `claims`, `review` and `exposure`.
    ///
    /// # Errors
    /// [`NoBook`] when a part is missing, unknown, malformed, or the split does not sum to 10,000.
    pub fn parse(value: &Value) -> Result<Book, NoBook> {
        let parts = value.as_object().ok_or(NoBook)?;
        // The settings' own parts are optional, and of any content.
        if !parts.iter().all(|(key, part)| PARTS.contains(&key.as_str()) && part.is_object()) {
            return Err(NoBook);
        }
        let part = |name: &str| parts.get(name).and_then(Value::as_object).ok_or(NoBook);
        let setting = |part: &str, name: &str, default: i64| {
            parts.get(part).and_then(|part| part.get(name)).and_then(Value::as_i64).unwrap_or(default)
        };
        let currencies = part("currencies")?.iter().map(parse_currency).collect::<Result<BTreeMap<_, _>, _>>()?;
        part("votes")?.iter().try_for_each(|(kind, vote)| if is_code_text(kind) { check_vote(vote) } else { Err(NoBook) })?;
        Ok(Book {
            split: parse_split(part("split")?)?,
            floor: parse_floor(part("floor")?, &currencies)?,
            premium: parse_premium(part("premium")?)?,
            currencies,
            claims: Claims {
                max_open: setting("claims", "max_open", 3),
                lease_factor: setting("claims", "lease_factor", 3),
                lease_min_minutes: setting("claims", "lease_min_minutes", 60),
            },
            review: Review {
                silence_days: setting("review", "silence_days", 7),
                appeal_days: setting("review", "appeal_days", 7),
                decide_days: setting("review", "decide_days", 9),
            },
            exposure: Exposure {
                level3_minutes_per_day: setting("exposure", "level3_minutes_per_day", 120),
                break_minutes_per_hour: setting("exposure", "break_minutes_per_hour", 15),
            },
            value: value.clone(),
        })
    }

    /// The smallest sum that is paid in a currency: 0.01 for most.
    #[must_use]
    pub fn minor_unit(&self, currency: Currency) -> Option<Amount> {
        let decimals = *self.currencies.get(&currency)?;
        Some(Amount::from_micros(10_i64.saturating_pow(6_u32.saturating_sub(decimals))))
    }

    /// What a kind of vote is: its quorum, majority, days, openings, and what it may change.
    #[must_use]
    pub fn vote(&self, kind: &str) -> Option<&Map<String, Value>> {
        self.value.get("votes")?.get(kind)?.as_object()
    }

    /// As it was enacted.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }
}

fn basis_points(value: &Value) -> Result<u32, NoBook> {
    value.as_u64().and_then(|points| u32::try_from(points).ok()).filter(|points| *points <= 10_000).ok_or(NoBook)
}

/// `{"decimals": 0 … 6}`.
fn parse_currency((code, value): (&String, &Value)) -> Result<(Currency, u32), NoBook> {
    let currency = Currency::read(code).map_err(|_| NoBook)?;
    let only = value.as_object().filter(|parts| parts.len() == 1).and_then(|parts| parts.get("decimals"));
    let decimals = only.and_then(Value::as_u64).filter(|digits| *digits <= 6).and_then(|digits| u32::try_from(digits).ok());
    decimals.map(|decimals| (currency, decimals)).ok_or(NoBook)
}

fn parse_split(parts: &Map<String, Value>) -> Result<Split, NoBook> {
    let mut funds = BTreeMap::new();
    let mut sum = 0_u32;
    for (name, value) in parts {
        let share = basis_points(value)?;
        sum = sum.saturating_add(share);
        if !matches!(name.as_str(), "worker" | "reviewer" | "operations" | "reserve") {
            if !is_fund(name) {
                return Err(NoBook);
            }
            funds.insert(name.clone(), share);
        }
    }
    let share = |name: &str| parts.get(name).ok_or(NoBook).and_then(basis_points);
    let split = Split {
        worker: share("worker")?,
        reviewer: share("reviewer")?,
        operations: share("operations")?,
        reserve: share("reserve")?,
        funds,
    };
    if sum == 10_000 && split.worker > 0 { Ok(split) } else { Err(NoBook) }
}

fn parse_floor(
    parts: &Map<String, Value>,
    currencies: &BTreeMap<Currency, u32>,
) -> Result<BTreeMap<String, BTreeMap<Currency, Amount>>, NoBook> {
    let mut floors = BTreeMap::new();
    for (skill, rates) in parts {
        let mut of_skill = BTreeMap::new();
        for (code, amount) in rates.as_object().ok_or(NoBook)? {
            let currency = Currency::read(code).ok().filter(|currency| currencies.contains_key(currency)).ok_or(NoBook)?;
            let amount = amount.as_str().and_then(|text| Amount::parse(text).ok()).filter(|amount| !amount.is_negative()).ok_or(NoBook)?;
            of_skill.insert(currency, amount);
        }
        if !is_code_text(skill) {
            return Err(NoBook);
        }
        floors.insert(skill.clone(), of_skill);
    }
    if floors.contains_key("general") { Ok(floors) } else { Err(NoBook) }
}

fn parse_premium(parts: &Map<String, Value>) -> Result<[u32; 4], NoBook> {
    if parts.len() != 4 {
        return Err(NoBook);
    }
    let of = |level: &str| {
        parts
            .get(level)
            .and_then(Value::as_u64)
            .and_then(|points| u32::try_from(points).ok())
            .filter(|points| *points <= HIGHEST_PREMIUM)
            .ok_or(NoBook)
    };
    Ok([of("0")?, of("1")?, of("2")?, of("3")?])
}

/// Basis points: a hundred times the floor. Beyond it somebody mistyped.
const HIGHEST_PREMIUM: u32 = 1_000_000;

fn check_vote(vote: &Value) -> Result<(), NoBook> {
    let parts = vote.as_object().filter(|parts| parts.len() == 5).ok_or(NoBook)?;
    let holds = |name: &str, form: Form| parts.get(name).is_some_and(|value| form.holds(value));
    let may = |change: &Value| change.as_str().is_some_and(|name| name == "batch.repriced" || PARTS.contains(&name));
    let changes = parts.get("changes").and_then(Value::as_array).is_some_and(|changes| changes.iter().all(may));
    let valid = holds("quorum", Form::Quorum)
        && holds("majority", Form::Majority)
        && holds("days", Form::Int(1, 366))
        && holds("openings", Form::Word(&["all", "members"]))
        && changes;
    if valid { Ok(()) } else { Err(NoBook) }
}

/// The top-level keys of a book.
const PARTS: &[&str] = &["currencies", "split", "floor", "premium", "votes", "claims", "review", "exposure"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_that_does_not_sum_is_no_book() {
        let mut value = Book::founding();
        value["split"]["worker"] = json!(7_999);
        assert_eq!(Book::parse(&value), Err(NoBook));
        let mut value = Book::founding();
        value["more"] = json!({});
        assert_eq!(Book::parse(&value), Err(NoBook));
        let mut value = Book::founding();
        value["floor"]["general"]["USD"] = json!("-1.000000");
        assert_eq!(Book::parse(&value), Err(NoBook));
    }
}
