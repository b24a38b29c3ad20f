//! How much of the highest hazard level one member meets: so many minutes in any 24 hours, and of every 60 minutes some that are free of
//! it. Both stand in the rule book; what was measured counts, whoever asked for it and whatever became of it.

use crate::refusal::{Arg, Refusal};
use crate::rules::Exposure;
use crate::time::{DAY_SECS, Timestamp};

/// From this hazard level on it counts.
pub const LEVEL: u8 = 3;

/// Work of that level, without a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Its last moment.
    pub ended: Timestamp,
    /// How long it was.
    pub seconds: i64,
}

/// Whether a member may begin more work of the highest level now.
///
/// # Errors
/// `exposure-day` and `exposure-rest`, each with the moment from which on they may.
///
/// ```
/// use manyhands_domain::claims::exposure::{Spell, check};
/// use manyhands_domain::rules::Exposure;
/// use manyhands_domain::time::Timestamp;
/// let book = Exposure { level3_minutes_per_day: 120, break_minutes_per_hour: 15 };
/// let at = |minutes: i64| Timestamp::from_secs(minutes * 60);
/// let fifty = [Spell { ended: at(50), seconds: 3_000 }];
/// assert_eq!(check(book, &fifty, at(50)).unwrap_err().code, "exposure-rest");
/// assert!(check(book, &fifty, at(65)).is_ok());
/// ```
pub fn check(book: Exposure, spells: &[Spell], now: Timestamp) -> Result<(), Refusal> {
    let most = book.level3_minutes_per_day.saturating_mul(60);
    if let Some(at) = day_over(most, spells, now) {
        return Err(Refusal::new("exposure-day").with("most", Arg::Duration(most)).with("at", at));
    }
    let rest = book.break_minutes_per_hour.clamp(0, 60).saturating_mul(60);
    let worked = |at: Timestamp| spells.iter().fold(0_i64, |sum, spell| sum.saturating_add(within_hour(*spell, at)));
    let rested = |at: Timestamp| worked(at) <= HOUR_SECS.saturating_sub(rest);
    if rest == 0 || rested(now) {
        return Ok(());
    }
    // What lies behind only leaves the hour: the first moment is found by halving.
    let (mut before, mut after) = (0_i64, HOUR_SECS);
    while before < after {
        let middle = before.saturating_add(after).div_euclid(2);
        if rested(now.plus_secs(middle)) { after = middle } else { before = middle.saturating_add(1) }
    }
    Err(Refusal::new("exposure-rest").with("rest", Arg::Duration(rest)).with("at", now.plus_secs(after)))
}

/// From when on less than the most lies in the 24 hours before; nothing while it does now.
fn day_over(most: i64, spells: &[Spell], now: Timestamp) -> Option<Timestamp> {
    let mut counted: Vec<Spell> = spells.iter().copied().filter(|spell| now.since(spell.ended) < DAY_SECS).collect();
    counted.sort_by_key(|spell| spell.ended);
    let mut sum = counted.iter().fold(0_i64, |sum, spell| sum.saturating_add(spell.seconds));
    if sum < most {
        return None;
    }
    for spell in &counted {
        sum = sum.saturating_sub(spell.seconds);
        if sum < most {
            return Some(spell.ended.plus_secs(DAY_SECS));
        }
    }
    // A book that allows none at all.
    Some(now.plus_secs(DAY_SECS))
}

/// How much of a spell lies in the hour before a moment.
fn within_hour(spell: Spell, at: Timestamp) -> i64 {
    let begins = spell.ended.plus_secs(spell.seconds.saturating_neg()).max(at.plus_secs(-HOUR_SECS));
    spell.ended.min(at).since(begins).max(0)
}

const HOUR_SECS: i64 = 3_600;

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: Exposure = Exposure { level3_minutes_per_day: 120, break_minutes_per_hour: 15 };

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_secs(minutes * 60)
    }

    fn spell(ended: i64, minutes: i64) -> Spell {
        Spell { ended: at(ended), seconds: minutes * 60 }
    }

    fn said(outcome: Result<(), Refusal>) -> Option<(&'static str, Refusal)> {
        outcome.err().map(|refusal| (refusal.code, refusal))
    }

    #[test]
    fn two_hours_in_any_day_and_not_a_minute_more_is_begun() {
        let spells = [spell(100, 40), spell(200, 40), spell(300, 39)];
        assert!(check(BOOK, &spells, at(400)).is_ok());
        let full = [spell(300, 39), spell(310, 1), spell(100, 40), spell(200, 40)];
        let (code, refusal) = said(check(BOOK, &full, at(400))).unwrap();
        assert_eq!(
            (code, refusal),
            ("exposure-day", Refusal::new("exposure-day").with("most", Arg::Duration(7_200)).with("at", at(1_540)))
        );
        assert!(check(BOOK, &full, at(1_540)).is_ok(), "the oldest is a day old");
        assert!(check(BOOK, &[], at(0)).is_ok());
        let none = Exposure { level3_minutes_per_day: 0, ..BOOK };
        assert_eq!(said(check(none, &[], at(0))).unwrap().0, "exposure-day");
    }

    #[test]
    fn of_every_hour_a_quarter_is_free_of_it() {
        assert!(check(BOOK, &[spell(45, 45)], at(45)).is_ok(), "a quarter was free before");
        let (code, refusal) = said(check(BOOK, &[spell(48, 48)], at(48))).unwrap();
        assert_eq!((code, refusal), ("exposure-rest", Refusal::new("exposure-rest").with("rest", Arg::Duration(900)).with("at", at(63))));
        assert!(check(BOOK, &[spell(48, 48)], at(63)).is_ok());
        assert_eq!(said(check(BOOK, &[spell(48, 48)], at(62))).unwrap().0, "exposure-rest");
        // Short ones with pauses between them: what lies in the hour counts together.
        let short: Vec<Spell> = (1..=12).map(|n| spell(n * 5, 4)).collect();
        assert_eq!(said(check(BOOK, &short, at(60))).unwrap().0, "exposure-rest");
        let free = Exposure { break_minutes_per_hour: 0, ..BOOK };
        assert!(check(free, &[spell(60, 60)], at(60)).is_ok());
    }
}
