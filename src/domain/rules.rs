//! What the rule book in force means: floors, least prices, hours, and how an accepted answer is paid. Its form is
//! `books::book`'s matter; only an enacted book counts.

use crate::books::account::Account;
use crate::ids::{ContractId, MemberId};
use crate::money::{Amount, AmountError, Currency, allocate};

pub use crate::books::book::{Book, Claims, Exposure, NoBook, Review, Split};

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

/// Who has a part of each price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Share {
    /// Whoever does the work.
    Worker,
    /// The member who reviews it.
    Reviewer,
    /// A fund, by its name in the book.
    Fund(String),
    /// The indivisible reserve.
    Reserve,
    /// The co-op's running.
    Operations,
}

/// Work of one price that was accepted so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Pieces.
    pub pieces: i64,
    /// Their measured seconds together.
    pub seconds: i64,
    /// The workers' shares of them together, millionths.
    pub pay_micros: i64,
}

/// What an hour of some work pays the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// Two decimals, for showing.
    pub pay: Amount,
    /// By accepted work; else it is what price and time promise.
    pub measured: bool,
}

impl Accepted {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Accepted) -> Accepted {
        Accepted {
            pieces: self.pieces.saturating_add(other.pieces),
            seconds: self.seconds.saturating_add(other.seconds),
            pay_micros: self.pay_micros.saturating_add(other.pay_micros),
        }
    }

    /// The sum of pay over the sum of time, never a mean of rates; nothing before [`MEASURED_FROM`] pieces.
    #[must_use]
    pub fn hour(self) -> Option<Amount> {
        if self.pieces < MEASURED_FROM || self.seconds <= 0 {
            return None;
        }
        let cents = i128::from(self.pay_micros).checked_mul(3_600)?.checked_div(i128::from(self.seconds).checked_mul(CENT_MICROS)?)?;
        i64::try_from(cents.checked_mul(CENT_MICROS)?).ok().map(Amount::from_micros)
    }
}

impl Book {
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
        let minor = i128::from(self.minor_unit(currency)?.micros());
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
        let cents = above.checked_div(below.saturating_mul(CENT_MICROS)).unwrap_or(0);
        Amount::from_micros(i64::try_from(cents.saturating_mul(CENT_MICROS)).unwrap_or(i64::MAX))
    }

    /// What an hour pays: measured once [`MEASURED_FROM`] pieces are accepted, else promised by price and time.
    #[must_use]
    pub fn hour_of(&self, price: Amount, seconds: i64, accepted: Accepted) -> Hour {
        match accepted.hour() {
            Some(pay) => Hour { pay, measured: true },
            None => Hour { pay: self.hour_at(price, seconds), measured: false },
        }
    }

    /// How a price is split when a member reviews, in the order in which it is always told; the parts sum to the price (INV-2).
    ///
    /// # Errors
    /// [`AmountError`] when a sum is too large.
    pub fn shares(&self, price: Amount) -> Result<Vec<(Share, Amount)>, AmountError> {
        let split = &self.split;
        let mut parts = vec![(Share::Worker, split.worker), (Share::Reviewer, split.reviewer)];
        parts.extend(split.funds.iter().map(|(name, points)| (Share::Fund(name.clone()), *points)));
        parts.extend([(Share::Reserve, split.reserve), (Share::Operations, split.operations)]);
        let weights: Vec<(String, u64)> =
            parts.iter().enumerate().map(|(place, (_, points))| (place.to_string(), u64::from(*points))).collect();
        Ok(parts.into_iter().map(|(share, _)| share).zip(allocate(price, &weights)?).collect())
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
        let mut weights =
            vec![(Account::reserve(), split.reserve), (Account::operations(), split.operations), (Account::earned(parties.worker), worker)];
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

/// Accepted pieces from which an hour is measured, not promised: fewer are unstable.
pub const MEASURED_FROM: i64 = 20;
const CENT_MICROS: i128 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_2_the_parts_of_a_price_sum_to_it() {
        for micros in [1, 800_003, 333_333, 9_400_000] {
            let parts = book().shares(Amount::from_micros(micros)).unwrap();
            assert_eq!(Amount::sum(parts.iter().map(|part| part.1)), Ok(Amount::from_micros(micros)));
        }
    }

    #[test]
    fn an_hour_is_promised_until_twenty_pieces_are_measured() {
        // PEOPLE: pieces of 9.40 with 3,600 s measured instead of 2,700 pay 7.52 an hour.
        let price = amount("9.40");
        let pieces = |pieces| Accepted { pieces, seconds: pieces * 3_600, pay_micros: pieces * 7_520_000 };
        assert_eq!(book().hour_of(price, 2_700, pieces(19)), Hour { pay: amount("10.02"), measured: false });
        assert_eq!(book().hour_of(price, 2_700, pieces(20)), Hour { pay: amount("7.52"), measured: true });
        assert_eq!(pieces(12).and(pieces(8)).hour(), Some(amount("7.52")), "two batches are measured together");
        assert_eq!(Accepted { pieces: 20, seconds: 0, pay_micros: 1 }.hour(), None);
    }

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
        for (price, seconds, hour) in
            [("9.40", 2_700, "10.02"), ("0.80", 180, "12.80"), ("0.11", 120, "2.64"), ("0.80", 176, "13.09"), ("0.30", 90, "9.60")]
        {
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
}
