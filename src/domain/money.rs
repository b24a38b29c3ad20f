//! Exact money: whole millionths of a currency unit, in an `i64` (INV-1). No floats, no rounding but by name.

use std::cmp::Reverse;
use std::fmt;

use rust_decimal::Decimal;

pub use crate::money::currency::Currency;

#[path = "currency.rs"]
mod currency;

/// An amount in millionths of a unit. May be negative: a credit.
///
/// ```
/// use manyhands_domain::money::Amount;
/// let price = Amount::parse_input("9.40")?;
/// assert_eq!(price.to_string(), "9.400000");
/// # Ok::<(), manyhands_domain::money::AmountError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// A sign, exponent, separator, foreign digit or anything else that is not a plain decimal number.
    #[error("not a plain decimal number")]
    NotANumber,
    /// A comma: is it a point or a thousands separator? We never guess.
    #[error("a comma")]
    Comma,
    /// More than six decimals.
    #[error("more than six decimals")]
    TooManyDecimals,
    /// More than twelve digits before the point, or beyond what a sum can hold.
    #[error("too large")]
    TooLarge,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// From millionths.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Amount {
        Amount(micros)
    }

    /// In millionths.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The ledger's form, `-?(0|[1-9][0-9]{0,11})\.[0-9]{6}`, never `-0.000000` (LEDGER.md section 2).
    ///
    /// # Errors
    /// [`AmountError`] for any other text.
    pub fn parse(text: &str) -> Result<Amount, AmountError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').ok_or(AmountError::NotANumber)?;
        if fraction.len() != 6 || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(AmountError::NotANumber);
        }
        let amount = from_digits(whole, fraction)?;
        match (negative, amount) {
            (true, Amount::ZERO) => Err(AmountError::NotANumber),
            (true, amount) => amount.checked_neg(),
            (false, amount) => Ok(amount),
        }
    }

    /// What a person types: ASCII digits, at most one point, at most six decimals; no sign, exponent or separator.
    ///
    /// # Errors
    /// [`AmountError`], which the form turns into a sentence.
    pub fn parse_input(text: &str) -> Result<Amount, AmountError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        if text.contains(',') {
            return Err(AmountError::Comma);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() || (fraction.is_empty() && text.contains('.')) {
            return Err(AmountError::NotANumber);
        }
        if fraction.len() > 6 && fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AmountError::TooManyDecimals);
        }
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            rest => rest,
        };
        from_digits(whole, fraction)
    }

    /// The same with a minus before it where it is a credit, as accountants type it.
    ///
    /// # Errors
    /// [`AmountError`], which the form turns into a sentence.
    pub fn parse_signed_input(text: &str) -> Result<Amount, AmountError> {
        let text = text.trim();
        match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => Amount::parse_input(rest)?.checked_neg(),
            None => Amount::parse_input(text),
        }
    }

    /// As a decimal number of units, exact.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.0), 6)
    }

    /// From a decimal number of units.
    ///
    /// # Errors
    /// When it has more than six decimals or is too large: nothing is rounded.
    pub fn from_decimal(value: Decimal) -> Result<Amount, AmountError> {
        let scaled = value.checked_mul(Decimal::from(MICROS)).ok_or(AmountError::TooLarge)?;
        if !scaled.fract().is_zero() {
            return Err(AmountError::TooManyDecimals);
        }
        i64::try_from(scaled.trunc()).map(Amount).map_err(|_| AmountError::TooLarge)
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] beyond an `i64`.
    pub fn checked_add(self, other: Amount) -> Result<Amount, AmountError> {
        self.0.checked_add(other.0).map(Amount).ok_or(AmountError::TooLarge)
    }

    /// The difference of two amounts.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] beyond an `i64`.
    pub fn checked_sub(self, other: Amount) -> Result<Amount, AmountError> {
        self.0.checked_sub(other.0).map(Amount).ok_or(AmountError::TooLarge)
    }

    /// The other side of the entry.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] for the one amount without a counterpart.
    pub fn checked_neg(self) -> Result<Amount, AmountError> {
        self.0.checked_neg().map(Amount).ok_or(AmountError::TooLarge)
    }

    /// So many times.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] beyond an `i64`.
    pub fn checked_mul(self, times: i64) -> Result<Amount, AmountError> {
        self.0.checked_mul(times).map(Amount).ok_or(AmountError::TooLarge)
    }

    /// The exact sum, in 128 bits on the way.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] when the result is beyond an `i64`.
    pub fn sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Amount, AmountError> {
        // 2^64 amounts of 2^63 still fit 128 bits.
        let total = amounts.into_iter().fold(0_i128, |sum, amount| sum.saturating_add(i128::from(amount.0)));
        i64::try_from(total).map(Amount).map_err(|_| AmountError::TooLarge)
    }

    /// Above zero.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The largest multiple of `step` that is not above this amount (which is not negative): what a payout can send.
    #[must_use]
    pub fn round_down_to(self, step: Amount) -> Amount {
        match self.0.checked_rem(step.0) {
            Some(rest) => Amount(self.0.saturating_sub(rest)),
            None => self,
        }
    }
}

/// `-12.340000`: six decimals, always.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:06}", magnitude / MICROS_U64, magnitude % MICROS_U64)
    }
}

/// As its ledger text, in JSON.
impl serde::Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let text = String::deserialize(deserializer)?;
        Amount::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Divides `total` over weights: `floor(total × w / W)` each, then one millionth each to the largest exact remainders;
/// ties to the larger weight, then to the smaller key, bytewise (INV-2; LEDGER.md section 2). Shares come in the
/// order of `weights`. A zero weight gets zero; a negative total is the negation of its absolute value's allocation.
///
/// # Errors
/// [`AmountError::TooLarge`] when all weights are zero but the total is not, or sums overflow.
///
/// ```
/// use manyhands_domain::money::{allocate, Amount};
/// let shares = allocate(Amount::from_micros(5), &[("a", 70), ("b", 30)])?;
/// assert_eq!(shares, [Amount::from_micros(4), Amount::from_micros(1)]);
/// # Ok::<(), manyhands_domain::money::AmountError>(())
/// ```
pub fn allocate<K: AsRef<str>>(total: Amount, weights: &[(K, u64)]) -> Result<Vec<Amount>, AmountError> {
    let sum: u128 = weights.iter().map(|(_, weight)| u128::from(*weight)).sum();
    if sum == 0 {
        return if total == Amount::ZERO { Ok(vec![Amount::ZERO; weights.len()]) } else { Err(AmountError::TooLarge) };
    }
    let magnitude = u128::from(total.0.unsigned_abs());
    let mut shares = Vec::with_capacity(weights.len());
    let mut order = Vec::with_capacity(weights.len());
    let mut given = 0_u128;
    for (place, (key, weight)) in weights.iter().enumerate() {
        let exact = magnitude.checked_mul(u128::from(*weight)).ok_or(AmountError::TooLarge)?;
        let (share, remainder) = (exact.checked_div(sum).unwrap_or(0), exact.checked_rem(sum).unwrap_or(0));
        given = given.saturating_add(share);
        shares.push(share);
        order.push((Reverse(remainder), Reverse(*weight), key.as_ref().as_bytes(), place));
    }
    order.sort_unstable();
    let mut left = magnitude.saturating_sub(given);
    for (_, _, _, place) in order {
        if left == 0 {
            break;
        }
        if let Some(share) = shares.get_mut(place) {
            *share = share.saturating_add(1);
            left = left.saturating_sub(1);
        }
    }
    let signed = |share: u128| {
        let share = i64::try_from(share).map_err(|_| AmountError::TooLarge)?;
        Ok(Amount(if total.is_negative() { share.saturating_neg() } else { share }))
    };
    shares.into_iter().map(signed).collect()
}

/// `whole` without leading zeros and up to six digits of `fraction`, all ASCII.
fn from_digits(whole: &str, fraction: &str) -> Result<Amount, AmountError> {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) {
        return Err(AmountError::NotANumber);
    }
    if whole.len() > 12 {
        return Err(AmountError::TooLarge);
    }
    let digits = format!("{whole}{fraction:0<6}");
    digits.parse().map(Amount).map_err(|_| AmountError::TooLarge)
}

const MICROS: i64 = 1_000_000;
const MICROS_U64: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shares(total: i64, weights: &[u64]) -> Vec<i64> {
        let keyed: Vec<_> = weights.iter().enumerate().map(|(n, w)| (format!("k{n:03}"), *w)).collect();
        allocate(Amount(total), &keyed).unwrap().into_iter().map(Amount::micros).collect()
    }

    #[test]
    fn a_minus_is_read_where_an_accountant_types_one() {
        for (text, micros) in [("-1.5", -1_500_000), ("\u{2212}0.24", -240_000), ("7", 7_000_000), (" -0 ", 0)] {
            assert_eq!(Amount::parse_signed_input(text), Ok(Amount::from_micros(micros)), "{text}");
        }
        for text in ["--1", "-", "+1", "- 1,0"] {
            assert!(Amount::parse_signed_input(text).is_err(), "{text}");
        }
    }

    #[test]
    fn allocation_vectors_of_the_ledger_hold() {
        assert_eq!(shares(5, &[70, 30]), [4, 1]);
        assert_eq!(shares(3, &[75, 25]), [2, 1]);
        assert_eq!(shares(22_000, &[445_455, 9_091, 545_455]), [9_800, 200, 12_000]);
        assert_eq!(shares(12_000, &[33_333, 66_667]), [4_000, 8_000]);
        assert_eq!(shares(7_000_000_000_000_000, &[1, 2]), [2_333_333_333_333_333, 4_666_666_666_666_667]);
        assert_eq!(shares(613, &[98, 92, 98, 123, 102, 92]), [99, 93, 99, 125, 104, 93]);
        assert_eq!(shares(9_999, &[75, 25]), [7_499, 2_500]);
        assert_eq!(shares(100, &[400, 0, 40, 20, 2]), [87, 0, 9, 4, 0]);
        assert_eq!(shares(1, &[33, 66]), [0, 1]);
        assert_eq!(shares(0, &[1, 2]), [0, 0]);
    }

    #[test]
    fn what_is_no_plain_amount_is_refused_with_its_reason() {
        for (text, error) in [
            ("", AmountError::Empty),
            ("   ", AmountError::Empty),
            ("1e400", AmountError::NotANumber),
            ("NaN", AmountError::NotANumber),
            ("-0", AmountError::NotANumber),
            ("-1", AmountError::NotANumber),
            ("+1", AmountError::NotANumber),
            ("0.0000001", AmountError::TooManyDecimals),
            ("1,234.56", AmountError::Comma),
            ("9,40", AmountError::Comma),
            ("٣٤", AmountError::NotANumber),
            ("1.", AmountError::NotANumber),
            (".5", AmountError::NotANumber),
            ("1.2.3", AmountError::NotANumber),
            ("1 000", AmountError::NotANumber),
            ("1234567890123", AmountError::TooLarge),
        ] {
            assert_eq!(Amount::parse_input(text), Err(error), "{text}");
        }
        assert_eq!(Amount::parse_input(" 007.5 ").unwrap(), Amount(7_500_000));
        assert_eq!(Amount::parse_input("999999999999.999999").unwrap().to_string(), "999999999999.999999");
    }

    #[test]
    fn only_the_canonical_form_is_read_from_the_ledger() {
        for text in ["-0.000000", "01.000000", "1.00000", "1.0000000", "1", "1.00000a", "", "-", "1234567890123.000000"] {
            assert!(Amount::parse(text).is_err(), "{text}");
        }
        assert_eq!(Amount::parse("-0.000001").unwrap(), Amount(-1));
    }

    proptest! {
        #[test]
        fn every_amount_survives_its_text(micros in -999_999_999_999_999_999_i64..=999_999_999_999_999_999) {
            let amount = Amount(micros);
            prop_assert_eq!(Amount::parse(&amount.to_string()).unwrap(), amount);
            prop_assert_eq!(Amount::from_decimal(amount.to_decimal()).unwrap(), amount);
        }

        #[test]
        fn an_allocation_sums_to_its_total_in_any_order(
            total in -1_000_000_000_000_i64..=1_000_000_000_000,
            weights in proptest::collection::vec(0_u64..10_000, 1..9),
        ) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let keyed: Vec<_> = weights.iter().enumerate().map(|(n, w)| (format!("k{n}"), *w)).collect();
            let there = allocate(Amount(total), &keyed).unwrap();
            prop_assert_eq!(Amount::sum(there.iter().copied()).unwrap(), Amount(total));
            let mut turned = keyed.clone();
            turned.reverse();
            let mut back = allocate(Amount(total), &turned).unwrap();
            back.reverse();
            prop_assert_eq!(&back, &there);
            let negated = allocate(Amount(-total), &keyed).unwrap();
            prop_assert!(negated.iter().zip(&there).all(|(minus, plus)| minus.0 == -plus.0));
        }
    }
}
