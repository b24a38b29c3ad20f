//! What a balance may be after an entry (INV-5).

use super::account::Account;
use crate::money::Amount;

/// Why a posting cannot stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BalanceError {
    /// A liability or the reserve would rise above zero, or the bank fall below it, by so much.
    #[error("a balance would cross zero by {0}")]
    Crossed(Amount),
    /// The sum is beyond what an account can hold.
    #[error("a balance would be too large")]
    TooLarge,
}

/// The balance after a posting, whatever its sign.
///
/// # Errors
/// [`BalanceError::TooLarge`] beyond an `i64`.
pub fn posted(before: Amount, amount: Amount) -> Result<Amount, BalanceError> {
    before.checked_add(amount).map_err(|_| BalanceError::TooLarge)
}

/// INV-5: every `Liabilities:` and `Equity:Reserve` balance is at most zero and `Assets:Bank` at least zero.
///
/// # Errors
/// [`BalanceError::Crossed`] with the sum that is missing.
pub fn check(account: &Account, balance: Amount) -> Result<(), BalanceError> {
    let name = account.as_str();
    let credit = name.starts_with("Liabilities:") || name == "Equity:Reserve";
    let debit = name == "Assets:Bank";
    if (credit && balance.is_positive()) || (debit && balance.is_negative()) {
        return Err(BalanceError::Crossed(Amount::from_micros(balance.micros().saturating_abs())));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_5_no_balance_crosses_zero() {
        let check = |name: &str, micros| check(&Account::parse(name).unwrap(), Amount::from_micros(micros));
        assert_eq!(check("Assets:Bank", -1), Err(BalanceError::Crossed(Amount::from_micros(1))));
        assert_eq!(check("Liabilities:Escrow:C-1", 1), Err(BalanceError::Crossed(Amount::from_micros(1))));
        assert_eq!(check("Equity:Reserve", 7), Err(BalanceError::Crossed(Amount::from_micros(7))));
        for (name, micros) in [("Assets:Bank", 0), ("Liabilities:Escrow:C-1", -5), ("Equity:Conversion", 9), ("Expenses:Fees", -9)] {
            assert!(check(name, micros).is_ok(), "{name}");
        }
    }
}
