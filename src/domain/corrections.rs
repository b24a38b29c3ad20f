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
    fn what_does_not_balance_or_changes_nothing_is_refused() {
        let original = expense(31_500_000);
        let stands = standing(&original, &[]);
        let same: Vec<Amount> = stands.iter().map(|(_, _, amount)| *amount).collect();
        assert_eq!(difference(&stands, &same).unwrap_err().code, "correction-changes-nothing");
        assert_eq!(difference(&stands, &[same[0], Amount::ZERO]).unwrap_err().code, "correction-unbalanced");
    }
}
