//! Payouts and expenses: prepared by one person, approved by another, posted as they leave and as they arrive.

use sha2::{Digest, Sha256};

use crate::books::account::{Account, NoAccount};
use crate::books::entry::Draft;
use crate::books::lines::{self, Line, LinesError};
use crate::ids::{ContractId, DepositId, ExpenseId, MemberId, PayoutId};
use crate::money::{Amount, AmountError, Currency};
use crate::refusal::Refusal;

/// A run of payouts over one rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: PayoutId,
    /// Of every line.
    pub currency: Currency,
    /// A part of an account name: `Manual`.
    pub rail: String,
    /// The rail's step, a multiple of the minor unit.
    pub step: Amount,
    /// Member and amount, sorted by member.
    pub lines: Vec<(MemberId, Amount)>,
}

impl Run {
    /// A run over balances of at least `minimum`, each rounded down to the step; the rest stays with the member.
    ///
    /// # Errors
    /// When nobody is owed that much.
    pub fn prepare(id: PayoutId, currency: Currency, rail: &str, minimum: Amount, owed: Vec<(MemberId, Amount)>) -> Result<Run, Refusal> {
        let step = currency.minor_unit();
        let mut lines: Vec<(MemberId, Amount)> = owed
            .into_iter()
            .filter(|(_, amount)| *amount >= minimum)
            .map(|(member, amount)| (member, amount.round_down_to(step)))
            .filter(|(_, amount)| amount.is_positive())
            .collect();
        lines.sort();
        if lines.is_empty() {
            return Err(Refusal::new("payout-nobody").with("minimum", (minimum, currency)));
        }
        Ok(Run { id, currency, rail: rail.to_owned(), step, lines })
    }

    /// The sum that leaves.
    ///
    /// # Errors
    /// When it is beyond any sum.
    pub fn total(&self) -> Result<Amount, Refusal> {
        Amount::sum(self.lines.iter().map(|(_, amount)| *amount)).map_err(|_| Refusal::new("sum-too-large"))
    }

    /// SHA-256 over `<member> <amount>\n` of each line, hex.
    #[must_use]
    pub fn lines_sha256(&self) -> String {
        let text: String = self.lines.iter().map(|(member, amount)| format!("{member} {amount}\n")).collect();
        hex::encode(Sha256::digest(text))
    }

    /// `payout.approved`: what two people sign.
    ///
    /// # Errors
    /// When a sum is beyond any sum.
    pub fn approved(&self) -> Result<Draft, Refusal> {
        Ok(Draft::new("payout.approved")
            .about("payout", &self.id)
            .calc("currency", self.currency.code())
            .calc("rail", self.rail.as_str())
            .calc("step", self.step.to_string())
            .calc("count", self.lines.len())
            .calc("total", self.total()?.to_string())
            .calc("lines_sha256", self.lines_sha256()))
    }

    /// `payout.approved` with people's notes and, right after it, one `payout.sent` a line.
    ///
    /// # Errors
    /// When a sum is beyond any sum.
    pub fn entries(&self, notes: Vec<String>) -> Result<Vec<Draft>, Refusal> {
        let approved = self.approved()?.signed(notes);
        let sent = self.lines.iter().map(|(member, amount)| {
            let postings = move_between(Account::earned(member), transit(&self.rail)?, self.currency, *amount)?;
            Ok(self.line("payout.sent", member, *amount).lines(postings))
        });
        std::iter::once(Ok(approved)).chain(sent).collect()
    }

    /// `payout.settled`: the money arrived; `fee` is what the rail cost the co-op.
    ///
    /// # Errors
    /// When a sum is beyond any sum.
    pub fn settled(&self, member: &MemberId, amount: Amount, fee: Amount, evidence: &str) -> Result<Draft, Refusal> {
        let large = |_| Refusal::new("sum-too-large");
        let out = amount.checked_add(fee).and_then(Amount::checked_neg).map_err(large)?;
        let fees = Account::expense("Fees").map_err(no_account)?;
        let postings =
            balanced([(transit(&self.rail)?, self.currency, amount), (fees, self.currency, fee), (Account::bank(), self.currency, out)])?;
        let mut entry = self.line("payout.settled", member, amount).calc("evidence", evidence).lines(postings);
        if fee.is_positive() {
            entry = entry.calc("fee", fee.to_string());
        }
        Ok(entry)
    }

    /// `payout.failed`: the money is the member's balance again.
    ///
    /// # Errors
    /// When a sum is beyond any sum.
    pub fn failed(&self, member: &MemberId, amount: Amount, reason: &str) -> Result<Draft, Refusal> {
        let postings = move_between(transit(&self.rail)?, Account::earned(member), self.currency, amount)?;
        Ok(self.line("payout.failed", member, amount).calc("reason", reason).lines(postings))
    }

    fn line(&self, kind: &'static str, member: &MemberId, amount: Amount) -> Draft {
        Draft::new(kind).about("payout", &self.id).about("member", member).calc("amount", amount.to_string())
    }
}

/// Which of a member's pieces a balance still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpaid {
    /// So many of the newest pieces, whole.
    pub pieces: usize,
    /// What is left beyond them: of the next older piece, the part that is not paid out yet.
    pub rest: Amount,
}

/// Payouts pay the oldest pieces first, and what comes back is unpaid again: so a balance is made of the newest pieces, and a
/// part of the next. `shares` are what the member earned, newest first.
///
/// # Errors
/// [`AmountError`] when sums overflow.
///
/// ```
/// use manyhands_domain::money::Amount;
/// use manyhands_domain::payouts::{unpaid, Unpaid};
/// let shares = [640_000, 640_000, 664_000].map(Amount::from_micros);
/// assert_eq!(unpaid(Amount::from_micros(644_000), &shares)?, Unpaid { pieces: 1, rest: Amount::from_micros(4_000) });
/// # Ok::<(), manyhands_domain::money::AmountError>(())
/// ```
pub fn unpaid(balance: Amount, shares: &[Amount]) -> Result<Unpaid, AmountError> {
    let mut rest = balance;
    for (pieces, share) in shares.iter().enumerate() {
        if *share > rest {
            return Ok(Unpaid { pieces, rest });
        }
        rest = rest.checked_sub(*share)?;
    }
    Ok(Unpaid { pieces: shares.len(), rest })
}

/// A fee may not be more than the line itself: one person alone notes it, and a larger cost is an expense, which takes two.
///
/// # Errors
/// `payout-fee` with the most it may be.
pub fn check_fee(amount: Amount, fee: Amount, currency: Currency) -> Result<(), Refusal> {
    if fee > amount { Err(Refusal::new("payout-fee").field("fee").with("most", (amount, currency))) } else { Ok(()) }
}

/// INV: two people. Whoever prepared may not approve.
///
/// # Errors
/// When they are one.
pub fn check_two_people(prepared_by: &str, approves: &str) -> Result<(), Refusal> {
    if prepared_by == approves { Err(Refusal::new("two-people")) } else { Ok(()) }
}

/// `expense.paid`: from the bank to a cost.
///
/// # Errors
/// A name that is no account, or a sum beyond any sum.
pub fn expense(id: &ExpenseId, name: &str, currency: Currency, amount: Amount, evidence: &str) -> Result<Draft, Refusal> {
    let account = Account::expense(name).map_err(|_| Refusal::new("expense-name").field("name"))?;
    let postings = move_between(account, Account::bank(), currency, amount)?;
    Ok(Draft::new("expense.paid").about("expense", id).calc("evidence", evidence).lines(postings))
}

/// `deposit.received`: from the bank's side to the contract's escrow.
///
/// # Errors
/// A sum beyond any sum.
pub fn deposit(id: &DepositId, contract: &ContractId, currency: Currency, amount: Amount, evidence: &str) -> Result<Draft, Refusal> {
    let postings = move_between(Account::bank(), Account::escrow(contract), currency, amount)?;
    Ok(Draft::new("deposit.received").about("contract", contract).about("deposit", id).calc("evidence", evidence).lines(postings))
}

/// The salted commitment to a text that must be provable and yet erasable: `sha256(salt32 || text)`, hex.
#[must_use]
pub fn commitment(salt: &[u8; 32], text: &str) -> String {
    hex::encode(Sha256::new().chain_update(salt).chain_update(text).finalize())
}

/// The first account is debited, the second credited.
fn move_between(debit: Account, credit: Account, unit: Currency, amount: Amount) -> Result<Vec<Line>, Refusal> {
    let minus = amount.checked_neg().map_err(|_| Refusal::new("sum-too-large"))?;
    balanced([(debit, unit, amount), (credit, unit, minus)])
}

fn balanced(postings: impl IntoIterator<Item = (Account, Currency, Amount)>) -> Result<Vec<Line>, Refusal> {
    lines::balanced(postings).map_err(|_: LinesError| Refusal::new("sum-too-large"))
}

fn transit(rail: &str) -> Result<Account, Refusal> {
    Account::transit(rail).map_err(no_account)
}

fn no_account(_: NoAccount) -> Refusal {
    Refusal::new("rail-unknown")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::key::SigningKey;
    use crate::time::Timestamp;

    fn run() -> Run {
        let owed = vec![
            (MemberId::from_random([2; 8]), Amount::parse_input("5.069").unwrap()),
            (MemberId::from_random([1; 8]), Amount::parse_input("7.52").unwrap()),
            (MemberId::from_random([3; 8]), Amount::parse_input("0.99").unwrap()),
        ];
        Run::prepare(PayoutId::from_number(1), Currency::parse("USD").unwrap(), "Manual", Amount::parse_input("1").unwrap(), owed).unwrap()
    }

    #[test]
    fn a_run_leaves_the_remainder_and_the_small_balances() {
        let run = run();
        assert_eq!(run.lines.len(), 2);
        assert_eq!(run.total().unwrap(), Amount::parse_input("12.58").unwrap());
        assert!(run.lines.is_sorted());
    }

    #[test]
    fn every_entry_of_a_run_can_be_sealed() {
        let key = SigningKey::from_seed("coop.example/entry", [1; 32]).unwrap();
        let run = run();
        let (member, amount) = run.lines[0].clone();
        let evidence = commitment(&[7; 32], "transfer 81");
        let fee = Amount::parse_input("0.20").unwrap();
        let mut entries = run.entries(Vec::new()).unwrap();
        entries.push(run.settled(&member, amount, fee, &evidence).unwrap());
        entries.push(run.settled(&member, amount, Amount::ZERO, &evidence).unwrap());
        entries.push(run.failed(&member, amount, "wrong-number").unwrap());
        for entry in entries {
            entry.seal(Timestamp::from_secs(1_700_000_000), &key).unwrap();
        }
    }

    #[test]
    fn one_person_is_not_two() {
        assert!(check_two_people("a", "a").is_err());
        assert!(check_two_people("a", "b").is_ok());
    }
}
