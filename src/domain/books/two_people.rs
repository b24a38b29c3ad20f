//! Two people (LEDGER.md section 5): which kinds take their notes, when the rule is needed, and whether these notes are enough.
//! Pure: who holds which key since when comes from the caller, who reads it in the log.

use crate::ids::{HolderId, MemberId};
use crate::time::Timestamp;

/// What the notes of an entry must be, once the rule is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    /// Whether the keys of two people must be at least 72 hours old.
    pub aged: bool,
    /// Whether the person whom the entry names suffices alone, by a key of any age.
    pub own: bool,
    /// Whether that person is left out of the two.
    pub others: bool,
}

/// A person's key as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Whose.
    pub holder: HolderId,
    /// Index of its `key.added`.
    pub added_index: u64,
    /// When that was.
    pub added_at: Timestamp,
    /// Index of its `key.retired`, if it is.
    pub retired_index: Option<u64>,
    /// Index of the member's `member.left`, if they left.
    pub left_index: Option<u64>,
}

/// The indices at which a key counts: from the first on, below the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Whose key.
    pub holder: HolderId,
    /// From this index on.
    pub from: u64,
    /// And below this one.
    pub until: Option<u64>,
}

/// Why the notes of an entry are not two people's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTwo {
    /// Fewer than two different members signed.
    #[error("not signed by two different members")]
    Few,
    /// A signer's key was not in force, or its member had left.
    #[error("signed by a key that is not in force, or by somebody who left")]
    NotInForce,
    /// Enough signed, but not by keys that are 72 hours old.
    #[error("signed by a key younger than 72 hours")]
    Young,
}

/// What an entry of this kind takes; nothing for a kind that needs nobody's note. `lowers` says whether a
/// `contract.amended` lowers its contract's highest level, which alone makes it one for two people.
#[must_use]
pub fn takes(kind: &str, lowers: bool) -> Option<Takes> {
    let two = Takes { aged: true, own: false, others: false };
    match kind {
        "payout.approved" | "expense.paid" | "deposit.returned" | "fund.spent" | "correction.posted" => Some(two),
        "contract.amended" if lowers => Some(two),
        "member.admitted" => Some(Takes { aged: false, ..two }),
        "member.left" => Some(Takes { own: true, ..two }),
        _ => None,
    }
}

/// What a person's further key takes, whatever was retired: a note by a key of theirs in force, or two other members'.
pub const LATER_KEY: Takes = Takes { aged: true, own: true, others: true };

impl Held {
    /// Whether the key is in force at this index and its member has not left.
    #[must_use]
    pub fn is_in_force(&self, index: u64) -> bool {
        let ends = [self.retired_index, self.left_index];
        self.added_index < index && ends.into_iter().flatten().all(|last| index <= last)
    }

    /// Whether its own entry is at least 72 hours older than this moment.
    #[must_use]
    pub fn is_aged(&self, at: Timestamp) -> bool {
        at >= self.counts_at()
    }

    /// From when on it counts among two people.
    #[must_use]
    pub fn counts_at(&self) -> Timestamp {
        self.added_at.plus_secs(AGE_SECS)
    }

    /// Where it counts. `from` is the first index at which it may: right after its entry for any age, else the first whose
    /// entry is not before [`Held::counts_at`]. Nothing if it never does.
    #[must_use]
    pub fn span(&self, from: u64) -> Option<Span> {
        let from = from.max(self.added_index.saturating_add(1));
        let last = [self.retired_index, self.left_index].into_iter().flatten().min();
        let until = last.map(|last| last.saturating_add(1));
        let holder = self.holder.clone();
        until.is_none_or(|until| from < until).then_some(Span { holder, from, until })
    }
}

/// The first index at which two different members' keys count, if there is one: the rule is needed from there on, for ever.
#[must_use]
pub fn since(spans: &[Span]) -> Option<u64> {
    let both = |a: &Span, b: &Span| {
        let from = a.from.max(b.from);
        let meets = [a, b].into_iter().all(|span| span.until.is_none_or(|until| from < until));
        (a.holder != b.holder && meets).then_some(from)
    };
    let pairs = spans.iter().enumerate().flat_map(|(place, a)| spans.iter().skip(place.saturating_add(1)).map(move |b| (a, b)));
    pairs.filter_map(|(a, b)| both(a, b)).min()
}

/// Whether notes by these keys are enough for an entry at this index and moment. `named` is the person whom the entry names;
/// two people are two members, never a client's users.
///
/// # Errors
/// [`NotTwo`] says what is missing.
pub fn check(takes: Takes, named: Option<&HolderId>, signers: &[&Held], index: u64, at: Timestamp) -> Result<(), NotTwo> {
    if !signers.iter().all(|held| held.is_in_force(index)) {
        return Err(NotTwo::NotInForce);
    }
    if takes.own && signers.iter().any(|held| Some(&held.holder) == named) {
        return Ok(());
    }
    let different = |aged: bool| {
        let counts = signers.iter().filter(|held| !takes.others || Some(&held.holder) != named);
        let mut members: Vec<&MemberId> = counts.filter(|held| !aged || held.is_aged(at)).filter_map(|held| held.holder.member()).collect();
        members.sort_unstable();
        members.dedup();
        members.len()
    };
    if different(false) < 2 {
        return Err(NotTwo::Few);
    }
    if takes.aged && different(true) < 2 { Err(NotTwo::Young) } else { Ok(()) }
}

/// So old the key of one of two people is at least.
pub const AGE_SECS: i64 = 72 * 3_600;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::UserId;

    const START: Timestamp = Timestamp::from_secs(1_700_000_000);
    const TWO: Takes = Takes { aged: true, own: false, others: false };

    fn member(number: u8) -> HolderId {
        HolderId::Member(MemberId::from_random([number; 8]))
    }

    fn user(number: u8) -> HolderId {
        HolderId::User(UserId::from_random([number; 8]))
    }

    fn held(number: u8) -> Held {
        Held { holder: member(number), added_index: 5, added_at: START, retired_index: None, left_index: None }
    }

    #[test]
    fn two_different_members_with_keys_of_seventy_two_hours_are_two_people() {
        let (a, b, later) = (held(1), held(2), START.plus_secs(AGE_SECS));
        assert_eq!(check(TWO, None, &[&a, &b], 9, later), Ok(()));
        assert_eq!(check(TWO, None, &[&a, &b], 9, later.plus_secs(-1)), Err(NotTwo::Young));
        assert_eq!(check(Takes { aged: false, ..TWO }, None, &[&a, &b], 9, START), Ok(()));
        assert_eq!(check(TWO, None, &[&a, &a], 9, later), Err(NotTwo::Few), "one person twice");
        let second_key = Held { added_index: 6, ..held(1) };
        assert_eq!(check(TWO, None, &[&a, &second_key], 9, later), Err(NotTwo::Few), "one person with two keys");
        assert_eq!(check(TWO, None, &[], 9, later), Err(NotTwo::Few));
        let young = Held { added_at: later, ..held(3) };
        assert_eq!(check(TWO, None, &[&a, &b, &young], 9, later), Ok(()), "further notes are welcome");
    }

    #[test]
    fn a_key_counts_from_after_its_entry_until_its_retirement_and_its_members_leaving() {
        let (a, later) = (held(1), START.plus_secs(AGE_SECS));
        for broken in
            [Held { retired_index: Some(8), ..held(2) }, Held { left_index: Some(8), ..held(2) }, Held { added_index: 9, ..held(2) }]
        {
            assert_eq!(check(TWO, None, &[&a, &broken], 9, later), Err(NotTwo::NotInForce), "{broken:?}");
        }
        let last = Held { retired_index: Some(9), ..held(2) };
        assert_eq!(check(TWO, None, &[&a, &last], 9, later), Ok(()), "in force at the entry that retires it");
    }

    #[test]
    fn a_later_key_takes_its_members_own_note_or_two_others() {
        let (a, b, c, later) = (held(1), held(2), held(3), START.plus_secs(AGE_SECS));
        let named = member(1);
        let own = Held { added_at: later, ..held(1) };
        assert_eq!(check(LATER_KEY, Some(&named), &[&own], 9, later), Ok(()), "a key of any age");
        assert_eq!(check(LATER_KEY, Some(&named), &[&b], 9, later), Err(NotTwo::Few));
        assert_eq!(check(LATER_KEY, Some(&named), &[&b, &b], 9, later), Err(NotTwo::Few));
        assert_eq!(check(LATER_KEY, Some(&named), &[&b, &c], 9, later), Ok(()));
        let leaving = takes("member.left", false).unwrap();
        assert_eq!(check(leaving, Some(&named), &[&own], 9, later), Ok(()));
        assert_eq!(check(leaving, Some(&named), &[&b, &c], 9, later), Ok(()));
        assert_eq!(check(Takes { own: false, ..LATER_KEY }, Some(&named), &[&a, &b], 9, later), Err(NotTwo::Few), "not among the two");
    }

    #[test]
    fn a_client_s_user_is_none_of_two_people_and_signs_for_their_own_later_key_alone() {
        let (a, b, later) = (held(1), held(2), START.plus_secs(AGE_SECS));
        let of_user = Held { holder: user(3), ..held(3) };
        assert_eq!(check(TWO, None, &[&a, &of_user], 9, later), Err(NotTwo::Few));
        assert_eq!(check(LATER_KEY, Some(&user(3)), &[&of_user], 9, START), Ok(()));
        assert_eq!(check(LATER_KEY, Some(&user(3)), &[&a, &b], 9, later), Ok(()));
        assert_eq!(check(LATER_KEY, Some(&member(1)), &[&b, &of_user], 9, later), Err(NotTwo::Few));
        let colleague = Held { holder: user(4), ..held(4) };
        assert_eq!(check(LATER_KEY, Some(&user(3)), &[&a, &colleague], 9, later), Err(NotTwo::Few));
    }

    #[test]
    fn what_takes_two_people_is_what_the_ledgers_page_says() {
        let two: Vec<&str> = crate::books::table::KINDS.iter().map(|kind| kind.name).filter(|kind| takes(kind, true).is_some()).collect();
        let people: Vec<&str> = crate::books::table::KINDS
            .iter()
            .filter(|kind| kind.signed == crate::books::kinds::Signed::People)
            .map(|kind| kind.name)
            .collect();
        assert_eq!(two, people);
        assert_eq!(takes("contract.amended", false), None);
    }

    fn any_held() -> impl Strategy<Value = Held> {
        (0_u8..4, 0_u64..12, proptest::option::of(0_u64..12), proptest::option::of(0_u64..12)).prop_map(|(number, added, retired, left)| {
            Held {
                holder: member(number),
                added_index: added,
                added_at: START.plus_secs(i64::try_from(added).unwrap() * 86_400),
                retired_index: retired.map(|after| added + after),
                left_index: left.map(|after| added + after),
            }
        })
    }

    proptest! {
        /// An entry a day: what `since` finds is what trying every index finds.
        #[test]
        fn the_rule_is_needed_from_the_first_index_at_which_two_such_members_exist(keys in proptest::collection::vec(any_held(), 0..6)) {
            let at = |index: u64| START.plus_secs(i64::try_from(index).unwrap() * 86_400);
            let tried = (0..40_u64).find(|index| {
                let counting: Vec<&Held> = keys.iter().filter(|held| held.is_in_force(*index) && held.is_aged(at(*index))).collect();
                counting.iter().any(|a| counting.iter().any(|b| a.holder != b.holder))
            });
            let first = |held: &Held| (0..60_u64).find(|index| held.is_aged(at(*index))).unwrap();
            let spans: Vec<Span> = keys.iter().filter_map(|held| held.span(first(held))).collect();
            prop_assert_eq!(since(&spans), tried);
        }
    }
}
