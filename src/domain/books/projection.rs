//! What the database keeps of an entry beside its bytes. All of it follows from the note alone, so it can be compared
//! with the notes, and made again from them.

use super::entry::{Draft, Entry};
use super::lines::Line;
use crate::log::json;
use crate::money::{Amount, AmountError, Currency};

/// The columns of an entry's row that lists and searches use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The dotted word.
    pub kind: &'static str,
    /// The contract it is about.
    pub contract: Option<String>,
    /// The member it is about: whoever did the work, else whom it names.
    pub member: Option<String>,
    /// Sum of the debits.
    pub total: Amount,
    /// Unit of the first debit.
    pub unit: Option<Currency>,
}

impl Columns {
    /// Of an entry that is to be sealed.
    ///
    /// # Errors
    /// [`AmountError`] when the debits are beyond any sum.
    pub fn of_draft(draft: &Draft) -> Result<Columns, AmountError> {
        Columns::from_parts(draft.kind(), |name| draft.reference(name), draft.postings())
    }

    /// Of an entry as its note has it.
    ///
    /// # Errors
    /// [`AmountError`] when the debits are beyond any sum.
    pub fn of_entry(entry: &Entry) -> Result<Columns, AmountError> {
        Columns::from_parts(entry.kind.name, |name| entry.reference(name), &entry.lines)
    }

    fn from_parts<'a>(kind: &'static str, reference: impl Fn(&str) -> Option<&'a str>, lines: &[Line]) -> Result<Columns, AmountError> {
        let debits = || lines.iter().filter(|line| line.amount.is_positive());
        Ok(Columns {
            kind,
            contract: reference("contract").map(str::to_owned),
            member: reference("worker").or_else(|| reference("member")).map(str::to_owned),
            total: Amount::sum(debits().map(|line| line.amount))?,
            unit: debits().next().map(|line| line.unit),
        })
    }
}

/// The book that a `rule.enacted` enacts, as its row keeps it: canonical JSON.
#[must_use]
pub fn book_of(entry: &Entry) -> Option<String> {
    if entry.kind.name == "rule.enacted" { entry.calc.get("book").map(json::write) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::account::Account;
    use crate::books::lines;
    use crate::log::key::SigningKey;
    use crate::time::Timestamp;

    #[test]
    fn a_draft_and_its_note_have_the_same_columns() {
        let (usd, sum) = (Currency::parse("USD").unwrap(), Amount::from_micros(5_000_000));
        let escrow = Account::parse("Liabilities:Escrow:C-1").unwrap();
        let lines = lines::balanced([(Account::bank(), usd, sum), (escrow, usd, sum.checked_neg().unwrap())]).unwrap();
        let draft = Draft::new("deposit.received")
            .about("contract", "C-1")
            .about("deposit", "019aa5f2-0000-7000-8000-000000000000")
            .calc("evidence", "0".repeat(64))
            .lines(lines);
        let key = SigningKey::from_seed("coop.example/main/entry", [1; 32]).unwrap();
        let entry = Entry::read(&draft.seal(Timestamp::from_secs(0), &key).unwrap().note).unwrap();
        let columns = Columns::of_draft(&draft).unwrap();
        assert_eq!(columns, Columns::of_entry(&entry).unwrap());
        assert_eq!((columns.total, columns.unit, columns.contract.as_deref(), columns.member), (sum, Some(usd), Some("C-1"), None));
        assert_eq!(book_of(&entry), None);
    }
}
