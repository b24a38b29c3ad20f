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
mod tests;
