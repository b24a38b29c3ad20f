//! Postings of one entry: sorted, each account and unit once, none zero, summing to zero per unit (INV-4).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::account::Account;
use crate::money::{Amount, Currency};

/// One posting. A positive amount is a debit, as in beancount.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// Where.
    pub account: Account,
    /// In which currency.
    pub unit: Currency,
    /// How much.
    pub amount: Amount,
}

/// Why postings are no lines of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinesError {
    /// Not `[account, unit, amount]` with valid ones.
    #[error("a line has no valid account, unit or amount")]
    Form,
    /// Out of order, twice, or zero.
    #[error("lines are out of order, doubled or zero")]
    Order,
    /// The sum is not zero in some unit.
    #[error("lines do not sum to zero")]
    Unbalanced,
}

/// Puts postings in order; zero ones go. Postings to one account in one unit are added up.
///
/// # Errors
/// [`LinesError::Unbalanced`] when some unit does not sum to zero.
pub fn balanced(postings: impl IntoIterator<Item = (Account, Currency, Amount)>) -> Result<Vec<Line>, LinesError> {
    let mut sums: BTreeMap<(Account, Currency), Amount> = BTreeMap::new();
    for (account, unit, amount) in postings {
        let sum = sums.entry((account, unit)).or_default();
        *sum = sum.checked_add(amount).map_err(|_| LinesError::Unbalanced)?;
    }
    let lines: Vec<Line> = sums
        .into_iter()
        .filter(|(_, amount)| *amount != Amount::ZERO)
        .map(|((account, unit), amount)| Line { account, unit, amount })
        .collect();
    check_balance(&lines)?;
    Ok(lines)
}

/// INV-4, in 128 bits.
///
/// # Errors
/// [`LinesError::Unbalanced`].
pub fn check_balance(lines: &[Line]) -> Result<(), LinesError> {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(line.unit).or_default();
        *sum = sum.saturating_add(i128::from(line.amount.micros()));
    }
    if sums.values().all(|sum| *sum == 0) { Ok(()) } else { Err(LinesError::Unbalanced) }
}

/// Reads the `lines` of an entry: forms and order, not the balance, which is another level's question.
///
/// # Errors
/// [`LinesError::Form`] or [`LinesError::Order`].
pub fn parse(value: &Value) -> Result<Vec<Line>, LinesError> {
    let rows = value.as_array().filter(|rows| !rows.is_empty()).ok_or(LinesError::Form)?;
    let lines = rows.iter().map(parse_line).collect::<Result<Vec<_>, _>>()?;
    let ordered = lines.is_sorted_by(|a, b| (&a.account, a.unit) < (&b.account, b.unit));
    if ordered && lines.iter().all(|line| line.amount != Amount::ZERO) { Ok(lines) } else { Err(LinesError::Order) }
}

/// As they stand in an entry.
#[must_use]
pub fn to_json(lines: &[Line]) -> Value {
    lines.iter().map(|line| json!([line.account.as_str(), line.unit.code(), line.amount.to_string()])).collect()
}

fn parse_line(row: &Value) -> Result<Line, LinesError> {
    let texts: Vec<&str> = row.as_array().map(|parts| parts.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
    match (texts.as_slice(), row.as_array().map(Vec::len)) {
        ([account, unit, amount], Some(3)) => Ok(Line {
            account: Account::parse(account).map_err(|_| LinesError::Form)?,
            unit: Currency::read(unit).map_err(|_| LinesError::Form)?,
            amount: Amount::parse(amount).map_err(|_| LinesError::Form)?,
        }),
        _ => Err(LinesError::Form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posting(account: &str, micros: i64) -> (Account, Currency, Amount) {
        (Account::parse(account).unwrap(), Currency::parse("USD").unwrap(), Amount::from_micros(micros))
    }

    #[test]
    fn inv_4_lines_sum_to_zero() {
        let lines = balanced([posting("Expenses:Fees", 5), posting("Assets:Bank", -5), posting("Equity:Reserve", 0)]).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].account.as_str(), "Assets:Bank");
        assert_eq!(parse(&to_json(&lines)).unwrap(), lines);
        assert_eq!(balanced([posting("Expenses:Fees", 5), posting("Assets:Bank", -4)]), Err(LinesError::Unbalanced));
    }
}
