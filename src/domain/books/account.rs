//! Accounts: beancount-legal names, each of one of the shapes of LEDGER.md section 3.

use std::fmt;

use crate::ids::{ContractId, MemberId};

/// A valid account name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(String);

/// A text that is none of the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an account of this ledger")]
pub struct NoAccount;

impl Account {
    /// Checks the name.
    ///
    /// # Errors
    /// [`NoAccount`] for anything that is not one of the shapes.
    pub fn parse(name: &str) -> Result<Account, NoAccount> {
        let parts: Vec<&str> = name.split(':').collect();
        let valid = match parts.as_slice() {
            ["Assets", "Bank"] | ["Equity", "Reserve" | "Conversion"] | ["Income", "Operations"] => true,
            ["Liabilities", "Transit", rail] => is_part(rail),
            ["Liabilities", "Escrow", contract] => ContractId::parse(contract).is_ok(),
            ["Liabilities", "Members", member, "Earned" | "Capital"] => MemberId::parse(member).is_ok(),
            ["Liabilities", "Funds", fund] => is_fund(fund),
            ["Expenses", name] => is_part(name),
            _ => false,
        };
        if valid { Ok(Account(name.to_owned())) } else { Err(NoAccount) }
    }

    /// Money the co-op holds.
    #[must_use]
    pub fn bank() -> Account {
        Account("Assets:Bank".to_owned())
    }

    /// The indivisible reserve.
    #[must_use]
    pub fn reserve() -> Account {
        Account("Equity:Reserve".to_owned())
    }

    /// The co-op's own running share.
    #[must_use]
    pub fn operations() -> Account {
        Account("Income:Operations".to_owned())
    }

    /// A client's deposit, still theirs.
    #[must_use]
    pub fn escrow(contract: &ContractId) -> Account {
        Account(format!("Liabilities:Escrow:{contract}"))
    }

    /// Owed to a member for work.
    #[must_use]
    pub fn earned(member: &MemberId) -> Account {
        Account(format!("Liabilities:Members:{member}:Earned"))
    }

    /// A fund set aside by rule.
    ///
    /// # Errors
    /// [`NoAccount`] for a name that is no fund's.
    pub fn fund(name: &str) -> Result<Account, NoAccount> {
        Account::parse(&format!("Liabilities:Funds:{name}"))
    }

    /// Payouts sent over a rail and not yet confirmed.
    ///
    /// # Errors
    /// [`NoAccount`] for a name that is no part of an account.
    pub fn transit(rail: &str) -> Result<Account, NoAccount> {
        Account::parse(&format!("Liabilities:Transit:{rail}"))
    }

    /// A cost of the co-op.
    ///
    /// # Errors
    /// [`NoAccount`] for a name that is no part of an account.
    pub fn expense(name: &str) -> Result<Account, NoAccount> {
        Account::parse(&format!("Expenses:{name}"))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A part of an account name: an ASCII capital or digit, then ASCII letters, digits, `-`.
#[must_use]
pub fn is_part(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A fund's name, `[A-Z][A-Za-z0-9-]*`.
#[must_use]
pub fn is_fund(text: &str) -> bool {
    is_part(text) && text.starts_with(|c: char| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shapes_of_the_ledger_are_accounts() {
        for name in [
            "Assets:Bank",
            "Liabilities:Transit:Mpesa-KE",
            "Liabilities:Escrow:C-12",
            "Liabilities:Members:M-7K3QZ0AB:Capital",
            "Expenses:Fees",
            "Liabilities:Funds:Wellbeing",
        ] {
            assert!(Account::parse(name).is_ok(), "{name}");
        }
        for name in [
            "Assets:Cash",
            "Liabilities:Escrow:C-0",
            "Liabilities:Members:M-1:Earned",
            "Expenses:",
            "Expenses:fees",
            "Expenses:Fees:More",
            "Liabilities:Funds:1st",
            "assets:bank",
            "",
        ] {
            assert!(Account::parse(name).is_err(), "{name}");
        }
    }
}
