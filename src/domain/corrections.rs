//! Corrections: nothing is edited. What an entry should have posted is said, and the difference is posted by two people.

use std::collections::BTreeMap;

use crate::books::account::Account;
use crate::books::entry::{Draft, Entry};
use crate::books::kinds::KindId;
use crate::books::lines::{self, Line};
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;

/// Whether an entry may be corrected: it posts something, and is no payout and no correction. What was paid out is never clawed
/// back, and a second correction names the original.
///
/// # Errors
/// `correction-of-nothing`, `correction-of-payout`, `correction-of-correction`.
pub fn check(original: &Entry) -> Result<(), Refusal> {
    match original.kind.id {
        KindId::CorrectionPosted => Err(Refusal::new("correction-of-correction")),
        KindId::PayoutApproved | KindId::PayoutSent | KindId::PayoutSettled | KindId::PayoutFailed => {
            Err(Refusal::new("correction-of-payout"))
        }
        _ if original.lines.is_empty() => Err(Refusal::new("correction-of-nothing")),
        _ => Ok(()),
    }
}

/// What an entry comes to with the corrections so far: its own accounts and units, in their order, zero ones too.
#[must_use]
pub fn standing(original: &Entry, corrections: &[Entry]) -> Vec<(Account, Currency, Amount)> {
    let posted = corrections.iter().flat_map(|entry| &entry.lines);
    let mut sums: BTreeMap<(Account, Currency), Amount> = BTreeMap::new();
    for line in original.lines.iter().chain(posted) {
        let sum = sums.entry((line.account.clone(), line.unit)).or_default();
        *sum = sum.checked_add(line.amount).unwrap_or(*sum);
    }
    sums.into_iter().map(|((account, unit), amount)| (account, unit, amount)).collect()
}

/// The lines that take an entry from how it stands to how it should: `wanted` in the order of [`standing`].
///
/// # Errors
/// `correction-changes-nothing`; `correction-unbalanced` with what is missing.
pub fn difference(standing: &[(Account, Currency, Amount)], wanted: &[Amount]) -> Result<Vec<Line>, Refusal> {
    let mut postings = Vec::new();
    let mut sums: BTreeMap<Currency, Amount> = BTreeMap::new();
    for ((account, unit, stands), wanted) in standing.iter().zip(wanted) {
        let large = |_| Refusal::new("sum-too-large");
        let change = wanted.checked_sub(*stands).map_err(large)?;
        let sum = sums.entry(*unit).or_default();
        *sum = sum.checked_add(change).map_err(large)?;
        postings.push((account.clone(), *unit, change));
    }
    if let Some((unit, missing)) = sums.into_iter().find(|(_, sum)| *sum != Amount::ZERO) {
        return Err(Refusal::new("correction-unbalanced").with("missing", (missing, unit)));
    }
    let lines = lines::balanced(postings).map_err(|_| Refusal::new("sum-too-large"))?;
    if lines.is_empty() { Err(Refusal::new("correction-changes-nothing")) } else { Ok(lines) }
}

/// Whether lines touch only pairs of account and unit that the entry has (LEDGER.md section 3).
#[must_use]
pub fn is_within(original: &Entry, lines: &[Line]) -> bool {
    lines.iter().all(|line| original.lines.iter().any(|has| has.account == line.account && has.unit == line.unit))
}

/// `correction.posted`: it names what it corrects, and what that is about.
#[must_use]
pub fn draft(index: u64, original: &Entry, reason: &str, lines: Vec<Line>) -> Draft {
    let mut draft = Draft::new("correction.posted").about("corrects", index).calc("reason", reason).lines(lines);
    for (name, id) in &original.refs {
        draft = draft.about(name, id.as_str().unwrap_or_default());
    }
    draft
}

/// Why something is corrected, in the order in which a form offers them.
pub const REASONS: &[&str] = &["typing-error", "wrong-contract", "wrong-account", "bank-statement", "agreed"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::kinds::Kind;
    use crate::books::table::KINDS;
    use crate::log::key::SigningKey;
    use crate::time::Timestamp;

    fn entry(draft: &Draft) -> Entry {
        let key = SigningKey::from_seed("x/entry", [1; 32]).unwrap();
        Entry::read(&draft.seal(Timestamp::from_secs(0), &key).unwrap().note).unwrap()
    }

    fn expense(micros: i64) -> Entry {
        let usd = Currency::parse("USD").unwrap();
        let postings = [(Account::expense("Hosting").unwrap(), usd, micros), (Account::bank(), usd, -micros)];
        let lines = lines::balanced(postings.map(|(account, unit, micros)| (account, unit, Amount::from_micros(micros)))).unwrap();
        let draft = Draft::new("expense.paid").about("expense", "019be735-8110-7486-8c6f-f78482bf936f").calc("evidence", "0".repeat(64));
        entry(&draft.lines(lines))
    }

    #[test]
    fn a_correction_is_the_difference_and_a_second_one_begins_where_the_first_ended() {
        let original = expense(31_500_000);
        let wanted = [-30_500_000, 30_500_000].map(Amount::from_micros);
        let lines = difference(&standing(&original, &[]), &wanted).unwrap();
        let first = entry(&draft(305, &original, "typing-error", lines));
        assert_eq!((first.reference("corrects"), first.reference("expense")), (Some("305"), original.reference("expense")));
        assert_eq!(first.lines.iter().map(|line| line.amount.micros()).collect::<Vec<_>>(), [1_000_000, -1_000_000]);
        assert_eq!(standing(&original, std::slice::from_ref(&first))[0].2, wanted[0]);
        assert_eq!(check(&first).unwrap_err().code, "correction-of-correction");
    }

    #[test]
    fn everything_that_posts_may_be_corrected_but_payouts_and_corrections() {
        let refused = |kind: &Kind| match kind.id {
            KindId::CorrectionPosted => Some("correction-of-correction"),
            KindId::PayoutApproved | KindId::PayoutSent | KindId::PayoutSettled | KindId::PayoutFailed => Some("correction-of-payout"),
            _ => None,
        };
        for kind in KINDS {
            let mut original = expense(31_500_000);
            original.kind = kind;
            assert_eq!(check(&original).err().map(|refusal| refusal.code), refused(kind), "{}", kind.name);
            original.lines.clear();
            assert_eq!(check(&original).unwrap_err().code, refused(kind).unwrap_or("correction-of-nothing"), "{}", kind.name);
        }
    }

    #[test]
    fn each_unit_adds_up_by_itself_and_the_sum_that_is_missing_is_named() {
        let [eur, usd] = ["EUR", "USD"].map(|code| Currency::parse(code).unwrap());
        let stands: Vec<_> = [eur, usd].into_iter().flat_map(|unit| [(Account::bank(), unit), (Account::reserve(), unit)]).collect();
        let stands: Vec<_> = stands.into_iter().map(|(account, unit)| (account, unit, Amount::ZERO)).collect();
        // One cent too much in euros is no cent too little in dollars.
        let refusal = difference(&stands, &[10_000, 0, -10_000, 0].map(Amount::from_micros)).unwrap_err();
        assert_eq!(refusal.code, "correction-unbalanced");
        assert_eq!(refusal.args, [("missing", (Amount::from_micros(10_000), eur).into())]);
        assert!(difference(&stands, &[10_000, -10_000, -5, 5].map(Amount::from_micros)).is_ok());
        // Beyond what an amount can hold, too.
        let most = [i64::MAX, -i64::MAX, 0, 0].map(Amount::from_micros);
        let far = [(Account::bank(), eur, Amount::from_micros(-1)), (Account::reserve(), eur, Amount::from_micros(1))];
        assert_eq!(difference(&far, &most).unwrap_err().code, "sum-too-large");
    }

    #[test]
    fn lines_of_another_account_or_unit_are_not_within_the_entry() {
        let original = expense(31_500_000);
        let line = |account: Account, unit: &str| Line { account, unit: Currency::parse(unit).unwrap(), amount: Amount::from_micros(1) };
        assert!(is_within(&original, &[line(Account::bank(), "USD"), line(Account::expense("Hosting").unwrap(), "USD")]));
        assert!(!is_within(&original, &[line(Account::bank(), "USD"), line(Account::reserve(), "USD")]), "another account");
        assert!(!is_within(&original, &[line(Account::bank(), "EUR")]), "another unit");
    }

    #[test]
    fn what_does_not_balance_or_changes_nothing_is_refused() {
        let original = expense(31_500_000);
        let stands = standing(&original, &[]);
        let same: Vec<Amount> = stands.iter().map(|(_, _, amount)| *amount).collect();
        assert_eq!(difference(&stands, &same).unwrap_err().code, "correction-changes-nothing");
        assert_eq!(difference(&stands, &[same[0], Amount::ZERO]).unwrap_err().code, "correction-unbalanced");
    }
}
