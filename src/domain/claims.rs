//! Claims: one member takes one task for a limited time. Expiry is read when it matters; nothing depends on a sweeper.

pub mod exposure;

use crate::money::{Amount, Currency};
use crate::refusal::Refusal;
use crate::rules::Book;
use crate::time::Timestamp;

/// A claim as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// `claimed`, `submitted`, `sent_back`, `accepted`, `released`, `expired`, `refused`.
    pub state: String,
    /// Seconds the task should take.
    pub estimate: i64,
    /// When it was taken, or sent back the last time.
    pub begun_at: Timestamp,
    /// Until when it is held.
    pub due_at: Timestamp,
    /// Whether the one extension was used.
    pub extended: bool,
    /// Active seconds counted by the page since then.
    pub active_seconds: i64,
    /// What was measured before it was sent back.
    pub before: Option<Measured>,
}

/// What must be so for a claim to be granted.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Claims that the member holds now.
    pub held_open: i64,
    /// The contract's free escrow.
    pub free: Amount,
    /// What the answer will cost.
    pub price: Amount,
    /// Of the price.
    pub currency: Currency,
}

/// How long a claim's work took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Seconds.
    pub seconds: i64,
    /// Whether they were counted while the page was used; else the time from claim to submit, capped at the limit.
    pub active: bool,
}

/// Grants a claim: until when.
///
/// # Errors
/// Too many open claims; INV-7: escrow that does not cover it.
pub fn grant(book: &Book, standing: Standing, estimate: i64, now: Timestamp) -> Result<Timestamp, Refusal> {
    if standing.held_open >= book.claims.max_open {
        return Err(Refusal::new("claims-full").with("most", book.claims.max_open));
    }
    if standing.free < standing.price {
        return Err(Refusal::new("claim-escrow")
            .with("free", (standing.free, standing.currency))
            .with("price", (standing.price, standing.currency)));
    }
    Ok(now.plus_secs(limit_secs(book, estimate)))
}

/// The time limit for a task of this estimate: a multiple of it, and an hour at least.
#[must_use]
pub fn limit_secs(book: &Book, estimate: i64) -> i64 {
    estimate.saturating_mul(book.claims.lease_factor).max(book.claims.lease_min_minutes.saturating_mul(60))
}

/// Whether the holder may still write to it.
///
/// # Errors
/// Why not, by its state or its clock.
pub fn check_held(claim: &Claim, now: Timestamp) -> Result<(), Refusal> {
    match claim.state.as_str() {
        "claimed" | "sent_back" if now <= claim.due_at => Ok(()),
        "claimed" | "sent_back" | "expired" => Err(Refusal::new("claim-expired").with("due", claim.due_at)),
        "submitted" => Err(Refusal::new("claim-submitted")),
        "accepted" => Err(Refusal::new("claim-accepted")),
        "refused" => Err(Refusal::new("claim-refused")),
        _ => Err(Refusal::new("claim-released")),
    }
}

/// Extends the limit once, by its own length.
///
/// # Errors
/// When it was extended before, or is not held.
pub fn extend(book: &Book, claim: &Claim, now: Timestamp) -> Result<Timestamp, Refusal> {
    check_held(claim, now)?;
    if claim.extended {
        return Err(Refusal::new("claim-extended"));
    }
    Ok(claim.due_at.plus_secs(limit_secs(book, claim.estimate)))
}

/// Until when the next task is held ready beside one in hand: twice its estimate, ten minutes at least, and no longer than the
/// one in hand. Whoever stops in between keeps it from others only so long.
#[must_use]
pub fn ready_until(held: &Claim, now: Timestamp) -> Timestamp {
    now.plus_secs(held.estimate.saturating_mul(2).max(LEAST_SECS)).min(held.due_at)
}

/// What stands against taking an answer back.
#[derive(Clone, Copy, Debug)]
pub struct Handed {
    /// Claims that the member holds now.
    pub held_open: i64,
    /// Whether a judge had it before them.
    pub seen: bool,
    /// Whether the member was told what is known of the item.
    pub told: bool,
}

/// Takes a submitted answer back to the bench: until when it is held. Its own time goes on, as if it had never been handed in; of
/// what is over, ten minutes are given again.
///
/// # Errors
/// Not submitted; seen or accepted; an item whose answer the member was told; as many in hand as the book allows.
pub fn take_back(book: &Book, claim: &Claim, handed: Handed, now: Timestamp) -> Result<Timestamp, Refusal> {
    match claim.state.as_str() {
        "submitted" if handed.seen => return Err(Refusal::new("claim-back-seen")),
        "submitted" if handed.told => return Err(Refusal::new("claim-back-told")),
        "submitted" => {}
        "accepted" => return Err(Refusal::new("claim-accepted")),
        _ => return Err(Refusal::new("claim-back-not")),
    }
    if handed.held_open >= book.claims.max_open {
        return Err(Refusal::new("claim-back-full").with("most", book.claims.max_open));
    }
    Ok(claim.due_at.max(now.plus_secs(LEAST_SECS)))
}

/// Where several members answer an item, no answer waits longer than these days for the others before silence accepts it: others may
/// never come.
pub const WAIT_DAYS: i64 = 28;

/// Less is no time to work in.
const LEAST_SECS: i64 = 600;

/// How long the work took, at submission: what was measured before it was sent back, and the time since. The time in which it
/// lay with the reviewer is nobody's work.
#[must_use]
pub fn measure(claim: &Claim, now: Timestamp) -> Measured {
    let elapsed = now.since(claim.begun_at).clamp(1, claim.due_at.since(claim.begun_at).max(1));
    // The page cannot have been used for longer than the claim was held.
    let since = match claim.active_seconds {
        counted if counted > 0 => Measured { seconds: counted.min(elapsed), active: true },
        _ => Measured { seconds: elapsed, active: false },
    };
    match claim.before {
        Some(before) => Measured { seconds: before.seconds.saturating_add(since.seconds), active: before.active && since.active },
        None => since,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        Book::parse(&Book::founding()).unwrap()
    }

    fn claim(state: &str) -> Claim {
        Claim {
            state: state.to_owned(),
            estimate: 180,
            begun_at: Timestamp::from_secs(0),
            due_at: Timestamp::from_secs(3_600),
            extended: false,
            active_seconds: 0,
            before: None,
        }
    }

    #[test]
    fn inv_7_a_claim_is_granted_only_while_escrow_covers_it() {
        let usd = Currency::parse("USD").unwrap();
        let standing =
            |held_open, free| Standing { held_open, free: Amount::from_micros(free), price: Amount::from_micros(5), currency: usd };
        assert_eq!(grant(&book(), standing(0, 5), 180, Timestamp::from_secs(10)), Ok(Timestamp::from_secs(3_610)));
        assert_eq!(grant(&book(), standing(0, 4), 180, Timestamp::from_secs(0)).unwrap_err().code, "claim-escrow");
        assert_eq!(grant(&book(), standing(3, 5), 180, Timestamp::from_secs(0)).unwrap_err().code, "claims-full");
        assert_eq!(limit_secs(&book(), 28_800), 86_400);
    }

    #[test]
    fn each_state_says_why_it_takes_no_answer() {
        let at = Timestamp::from_secs;
        assert!(check_held(&claim("claimed"), at(3_600)).is_ok());
        assert_eq!(check_held(&claim("claimed"), at(3_601)).unwrap_err().code, "claim-expired");
        assert_eq!(check_held(&claim("submitted"), at(1)).unwrap_err().code, "claim-submitted");
        assert_eq!(check_held(&claim("released"), at(1)).unwrap_err().code, "claim-released");
        let extended = Claim { extended: true, ..claim("claimed") };
        assert_eq!(extend(&book(), &extended, at(1)).unwrap_err().code, "claim-extended");
        assert_eq!(extend(&book(), &claim("claimed"), at(1)), Ok(at(7_200)));
    }

    #[test]
    fn the_next_task_is_held_for_minutes_and_never_longer_than_the_one_in_hand() {
        let at = Timestamp::from_secs;
        assert_eq!(ready_until(&claim("claimed"), at(100)), at(700));
        assert_eq!(ready_until(&Claim { estimate: 900, ..claim("claimed") }, at(100)), at(1_900));
        assert_eq!(ready_until(&claim("claimed"), at(3_500)), at(3_600));
    }

    #[test]
    fn what_is_taken_back_keeps_its_own_time_and_ten_minutes_at_least() {
        let at = Timestamp::from_secs;
        let back = |state, held_open, seen, now| take_back(&book(), &claim(state), Handed { held_open, seen, told: false }, at(now));
        let told = Handed { held_open: 0, seen: false, told: true };
        assert_eq!(take_back(&book(), &claim("submitted"), told, at(200)).unwrap_err().code, "claim-back-told");
        assert_eq!(back("submitted", 0, false, 200), Ok(at(3_600)), "not a minute is won");
        assert_eq!(back("submitted", 2, false, 9_000), Ok(at(9_600)));
        for (state, held, seen, code) in [
            ("submitted", 0, true, "claim-back-seen"),
            ("submitted", 3, false, "claim-back-full"),
            ("accepted", 0, false, "claim-accepted"),
            ("claimed", 0, false, "claim-back-not"),
            ("sent_back", 0, false, "claim-back-not"),
            ("released", 0, false, "claim-back-not"),
        ] {
            assert_eq!(back(state, held, seen, 200).unwrap_err().code, code, "{state}");
        }
    }

    #[test]
    fn measured_time_never_exceeds_the_claim() {
        let at = Timestamp::from_secs;
        assert_eq!(measure(&claim("claimed"), at(200)), Measured { seconds: 200, active: false });
        assert_eq!(measure(&claim("claimed"), at(9_999)), Measured { seconds: 3_600, active: false });
        let counted = Claim { active_seconds: 90, ..claim("claimed") };
        assert_eq!(measure(&counted, at(200)), Measured { seconds: 90, active: true });
        assert_eq!(measure(&counted, at(50)), Measured { seconds: 50, active: true });
        // 200 s, six days with the reviewer, and 300 s more.
        let (day, before) = (86_400, Some(Measured { seconds: 200, active: false }));
        let again = Claim { begun_at: at(6 * day), due_at: at(7 * day), before, ..claim("sent_back") };
        assert_eq!(measure(&again, at(6 * day + 300)), Measured { seconds: 500, active: false });
        let counted = Claim { active_seconds: 90, ..again };
        assert_eq!(measure(&counted, at(6 * day + 300)), Measured { seconds: 290, active: false });
    }
}
