//! Deposits that go back: how much of one can, and the entry that says so. What members hold by a claim is never the client's to have
//! back, and nobody is sent more than they sent.

use crate::books::account::Account;
use crate::books::entry::Draft;
use crate::books::lines;
use crate::ids::{ContractId, DepositId};
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;

/// What bounds a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The contract's escrow that no claim holds, less what waits to go back already.
    pub free: Amount,
    /// What arrived with this deposit, as corrected, less what went back of it.
    pub left: Amount,
    /// Of both.
    pub currency: Currency,
}

impl Bounds {
    /// The most that can go back of the deposit now, in what a bank can send.
    ///
    /// ```
    /// use manyhands_domain::money::{Amount, Currency};
    /// use manyhands_domain::returns::Bounds;
    ///
    /// let amount = |text| Amount::parse_input(text).unwrap();
    /// let bounds = Bounds { free: amount("92.488"), left: amount("100"), currency: Currency::parse("USD").unwrap() };
    /// assert_eq!(bounds.most(), amount("92.48"), "no bank sends a fraction of a cent");
    /// ```
    #[must_use]
    pub fn most(&self) -> Amount {
        self.free.min(self.left).max(Amount::ZERO).round_down_to(self.currency.minor_unit())
    }

    /// Whether so much may go back.
    ///
    /// # Errors
    /// `return-fraction` for less than a bank can send; `return-beyond-free` with what is free; `return-beyond-deposit` with what is left of it.
    pub fn check(&self, amount: Amount) -> Result<(), Refusal> {
        let sum = |sum: Amount| (sum.max(Amount::ZERO), self.currency);
        if amount.round_down_to(self.currency.minor_unit()) != amount {
            return Err(Refusal::new("return-fraction").field("amount").with("least", (self.currency.minor_unit(), self.currency)));
        }
        if amount > self.left {
            return Err(Refusal::new("return-beyond-deposit").field("amount").with("left", sum(self.left)));
        }
        if amount > self.free {
            return Err(Refusal::new("return-beyond-free").field("amount").with("free", sum(self.free)));
        }
        Ok(())
    }
}

/// `deposit.returned`: from the contract's escrow to the bank's side.
///
/// # Errors
/// A sum beyond any sum.
pub fn entry(id: &DepositId, contract: &ContractId, currency: Currency, amount: Amount, evidence: &str) -> Result<Draft, Refusal> {
    let large = || Refusal::new("sum-too-large");
    let minus = amount.checked_neg().map_err(|_| large())?;
    let postings = [(Account::escrow(contract), currency, amount), (Account::bank(), currency, minus)];
    let lines = lines::balanced(postings).map_err(|_| large())?;
    Ok(Draft::new("deposit.returned").about("contract", contract).about("deposit", id).calc("evidence", evidence).lines(lines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::uuid_v7;
    use crate::log::key::SigningKey;
    use crate::payouts::commitment;
    use crate::time::Timestamp;

    fn amount(text: &str) -> Amount {
        Amount::parse_input(text).unwrap()
    }

    fn bounds(free: &str, left: &str) -> Bounds {
        Bounds { free: amount(free), left: amount(left), currency: Currency::parse("USD").unwrap() }
    }

    #[test]
    fn never_more_than_is_free_nor_than_the_deposit_still_has() {
        let code = |bounds: Bounds, sum: &str| bounds.check(amount(sum)).map_err(|refusal| refusal.code);
        assert_eq!(code(bounds("92", "100"), "92"), Ok(()));
        assert_eq!(code(bounds("92", "100"), "92.01"), Err("return-beyond-free"));
        assert_eq!(code(bounds("200", "100"), "100.01"), Err("return-beyond-deposit"));
        assert_eq!(code(bounds("92", "100"), "0.005"), Err("return-fraction"));
        let overdrawn = Bounds { free: amount("1").checked_neg().unwrap(), ..bounds("0", "100") };
        assert_eq!((overdrawn.most(), code(overdrawn, "0.01")), (Amount::ZERO, Err("return-beyond-free")));
        assert_eq!((bounds("300", "100").most(), bounds("7.999", "100").most()), (amount("100"), amount("7.99")));
    }

    #[test]
    fn the_entry_moves_escrow_to_the_bank_and_can_be_sealed() {
        let id = DepositId::parse(&uuid_v7(Timestamp::from_secs(0), [1; 16])).unwrap();
        let contract = ContractId::from_number(2);
        let evidence = commitment(&[7; 32], "transfer 81");
        let draft = entry(&id, &contract, Currency::parse("USD").unwrap(), amount("10"), &evidence).unwrap();
        let signable = draft.signable_text();
        assert!(
            signable.contains(r#""lines":[["Assets:Bank","USD","-10.000000"],["Liabilities:Escrow:C-2","USD","10.000000"]]"#),
            "{signable}"
        );
        draft.seal(Timestamp::from_secs(1_700_000_000), &SigningKey::from_seed("coop.example/entry", [1; 32]).unwrap()).unwrap();
    }
}
