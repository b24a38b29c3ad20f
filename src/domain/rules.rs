//! The rule book: floors, premiums, the split, and what follows from them. Only an enacted book counts.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::books::account::{Account, is_fund};
use crate::books::forms::{Form, is_code_text};
use crate::ids::{ContractId, MemberId};
use crate::money::{Amount, AmountError, Currency, allocate};

/// A rule book, complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// Where each client's payment goes.
    pub split: Split,
    /// Least pay of an hour, by skill and currency.
    pub floor: BTreeMap<String, BTreeMap<Currency, Amount>>,
    /// On top of the floor, basis points, by hazard level.
    pub premium: [u32; 4],
    /// Currencies in use.
    pub currencies: Vec<Currency>,
    /// Limits on claims.
    pub claims: Claims,
    /// Days of review.
    pub review: Review,
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
}

/// A value that is no valid rule book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid rule book")]
pub struct NoBook;

/// Who is paid for one accepted answer.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'a> {
    /// Whose escrow pays.
    pub contract: &'a ContractId,
    /// Who did the work.
    pub worker: &'a MemberId,
    /// The member who reviewed it, if one did.
    pub reviewer: Option<&'a MemberId>,
}

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
        let known = |key: &String| matches!(key.as_str(), "currencies" | "split" | "floor" | "premium" | "votes" | "claims" | "review" | "exposure");
        if !parts.keys().all(known) {
            return Err(NoBook);
        }
        let part = |name: &str| parts.get(name).and_then(Value::as_object).ok_or(NoBook);
        let setting = |part: &str, name: &str, default: i64| {
            parts.get(part).and_then(|part| part.get(name)).and_then(Value::as_i64).unwrap_or(default)
        };
        let currencies = part("currencies")?.keys().map(|code| Currency::parse(code).map_err(|_| NoBook)).collect::<Result<Vec<_>, _>>()?;
        part("votes")?.values().try_for_each(check_vote)?;
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
            review: Review { silence_days: setting("review", "silence_days", 7) },
            value: value.clone(),
        })
    }

    /// As it was enacted.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// What a member's hour must reach, for a skill at a hazard level; nothing if the book has no floor in this currency.
    #[must_use]
    pub fn floor_per_hour(&self, skill: &str, currency: Currency, level: u8) -> Option<Amount> {
        let of_skill = self.floor.get(skill).and_then(|floors| floors.get(&currency));
        let floor = of_skill.or_else(|| self.floor.get("general").and_then(|floors| floors.get(&currency)))?;
        let premium = i128::from(self.premium.get(usize::from(level)).copied().unwrap_or(0));
        let scaled = i128::from(floor.micros()).checked_mul(premium.checked_add(10_000)?)?;
        // Rounded up: a floor is never less than it says.
        i64::try_from(div_up(scaled, 10_000)?).ok().map(Amount::from_micros)
    }

    /// The lowest price at which the worker's share of it reaches the floor over `seconds`: computed exactly, rounded up
    /// to the currency's minor unit (LEDGER.md section 3).
    #[must_use]
    pub fn least_price(&self, skill: &str, currency: Currency, level: u8, seconds: i64) -> Option<Amount> {
        let of_skill = self.floor.get(skill).and_then(|floors| floors.get(&currency));
        let floor = of_skill.or_else(|| self.floor.get("general").and_then(|floors| floors.get(&currency)))?;
        let premium = i128::from(self.premium.get(usize::from(level)).copied().unwrap_or(0)).checked_add(10_000)?;
        let above = i128::from(floor.micros()).checked_mul(premium)?.checked_mul(i128::from(seconds))?;
        let below = 3_600_i128.checked_mul(i128::from(self.split.worker))?;
        let minor = i128::from(currency.minor_unit().micros());
        let units = div_up(above, below.checked_mul(minor)?)?;
        i64::try_from(units.checked_mul(minor)?).ok().map(Amount::from_micros)
    }

    /// The worker's share of a price, without a reviewer's share that may fall to them.
    #[must_use]
    pub fn worker_share(&self, price: Amount) -> Amount {
        let share = i128::from(price.micros()).saturating_mul(i128::from(self.split.worker)).checked_div(10_000).unwrap_or(0);
        Amount::from_micros(i64::try_from(share).unwrap_or(i64::MAX))
    }

    /// What an hour pays the worker at a price and a time, rounded down to two decimals for showing.
    #[must_use]
    pub fn hour_at(&self, price: Amount, seconds: i64) -> Amount {
        let above = i128::from(price.micros()).saturating_mul(i128::from(self.split.worker)).saturating_mul(3_600);
        let below = i128::from(seconds.max(1)).saturating_mul(10_000);
        let cents = above.checked_div(below.saturating_mul(10_000)).unwrap_or(0);
        Amount::from_micros(i64::try_from(cents.saturating_mul(10_000)).unwrap_or(i64::MAX))
    }

    /// How one accepted answer is paid: the price allocated over the split in one call, account names as keys; without a
    /// member's review the reviewer's share is the worker's (INV-2).
    ///
    /// # Errors
    /// [`AmountError`] when a sum is too large, or a fund's name is no account.
    pub fn pay(&self, price: Amount, parties: Parties<'_>) -> Result<Vec<(Account, Amount)>, AmountError> {
        let split = &self.split;
        let worker = match parties.reviewer {
            Some(_) => split.worker,
            None => split.worker.saturating_add(split.reviewer),
        };
        let mut weights = vec![
            (Account::reserve(), split.reserve),
            (Account::operations(), split.operations),
            (Account::earned(parties.worker), worker),
        ];
        if let Some(reviewer) = parties.reviewer {
            weights.push((Account::earned(reviewer), split.reviewer));
        }
        for (fund, share) in &split.funds {
            weights.push((Account::fund(fund).map_err(|_| AmountError::NotANumber)?, *share));
        }
        let keyed: Vec<(&str, u64)> = weights.iter().map(|(account, weight)| (account.as_str(), u64::from(*weight))).collect();
        let shares = allocate(price, &keyed)?;
        Ok(weights.into_iter().map(|(account, _)| account).zip(shares).collect())
    }
}

fn div_up(above: i128, below: i128) -> Option<i128> {
    above.checked_add(below.checked_sub(1)?)?.checked_div(below)
}

fn basis_points(value: &Value) -> Result<u32, NoBook> {
    value.as_u64().and_then(|points| u32::try_from(points).ok()).filter(|points| *points <= 10_000).ok_or(NoBook)
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
    let split = Split { worker: share("worker")?, reviewer: share("reviewer")?, operations: share("operations")?, reserve: share("reserve")?, funds };
    if sum == 10_000 && split.worker > 0 { Ok(split) } else { Err(NoBook) }
}

fn parse_floor(parts: &Map<String, Value>, currencies: &[Currency]) -> Result<BTreeMap<String, BTreeMap<Currency, Amount>>, NoBook> {
    let mut floors = BTreeMap::new();
    for (skill, rates) in parts {
        let mut of_skill = BTreeMap::new();
        for (code, amount) in rates.as_object().ok_or(NoBook)? {
            let currency = Currency::parse(code).ok().filter(|currency| currencies.contains(currency)).ok_or(NoBook)?;
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
    let of = |level: &str| parts.get(level).and_then(Value::as_u64).and_then(|points| u32::try_from(points).ok()).ok_or(NoBook);
    Ok([of("0")?, of("1")?, of("2")?, of("3")?])
}

fn check_vote(vote: &Value) -> Result<(), NoBook> {
    let parts = vote.as_object().filter(|parts| parts.len() == 5).ok_or(NoBook)?;
    let holds = |name: &str, form: Form| parts.get(name).is_some_and(|value| form.holds(value));
    let changes = parts.get("changes").and_then(Value::as_array).is_some_and(|changes| changes.iter().all(Value::is_string));
    let valid = holds("quorum", Form::Quorum)
        && holds("majority", Form::Majority)
        && holds("days", Form::Int(1, 366))
        && holds("openings", Form::Word(&["all", "members"]))
        && changes;
    if valid { Ok(()) } else { Err(NoBook) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        Book::parse(&Book::founding()).unwrap()
    }

    fn amount(text: &str) -> Amount {
        Amount::parse_input(text).unwrap()
    }

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn least_prices_of_the_demo_hold() {
        let book = book();
        for (code, seconds, level, least) in [
            ("USD", 120, 0, "0.34"),
            ("USD", 2_700, 0, "7.50"),
            ("USD", 180, 3, "0.63"),
            ("EUR", 3_600, 0, "9.38"),
            ("USD", 28_800, 0, "80.00"),
            ("EUR", 90, 0, "0.24"),
        ] {
            assert_eq!(book.least_price("general", currency(code), level, seconds), Some(amount(least)), "{seconds} s");
        }
    }

    #[test]
    fn hours_of_the_demo_hold() {
        for (price, seconds, hour) in [("9.40", 2_700, "10.02"), ("0.80", 180, "12.80"), ("0.11", 120, "2.64"), ("0.80", 176, "13.09"), ("0.30", 90, "9.60")] {
            assert_eq!(book().hour_at(amount(price), seconds), amount(hour), "{price}");
        }
    }

    #[test]
    fn two_hundred_and_eleven_passages_are_paid_to_the_millionth() {
        let contract = ContractId::from_number(2);
        let (worker, reviewer) = (MemberId::from_random([1; 8]), MemberId::from_random([2; 8]));
        let parties = Parties { contract: &contract, worker: &worker, reviewer: Some(&reviewer) };
        let shares = book().pay(amount("0.80"), parties).unwrap();
        let of = |account: &Account| shares.iter().find(|(name, _)| name == account).unwrap().1.checked_mul(211).unwrap();
        assert_eq!(of(&Account::earned(&worker)), amount("135.04"));
        assert_eq!(of(&Account::earned(&reviewer)), amount("5.064"));
        assert_eq!(of(&Account::operations()), amount("11.816"));
        assert_eq!(of(&Account::reserve()), amount("11.816"));
        assert_eq!(of(&Account::fund("Wellbeing").unwrap()), amount("5.064"));
        let alone = book().pay(amount("0.80"), Parties { reviewer: None, ..parties }).unwrap();
        assert_eq!(alone.iter().find(|(name, _)| *name == Account::earned(&worker)).unwrap().1, amount("0.664"));
    }

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
