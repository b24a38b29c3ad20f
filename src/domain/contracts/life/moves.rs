//! How often a side may do what everybody hears of by mail.

use crate::refusal::Refusal;
use crate::time::Timestamp;

/// How often a day a side may pause a contract or give notice, and how often it may propose a change of it. Taking back, resuming and
/// answering follow from these, and always can be done.
pub const MOST_A_DAY: i64 = 12;

/// When the day began in which they are counted.
#[must_use]
pub fn a_day_before(now: Timestamp) -> Timestamp {
    now.plus_days(-1)
}

/// Whether a side may do once more what it did so often within a day.
///
/// # Errors
/// `contract-moves-many`.
///
/// ```
/// use manyhands_domain::contracts::life::moves::{MOST_A_DAY, check_a_day};
///
/// assert!(check_a_day(MOST_A_DAY - 1).is_ok());
/// assert_eq!(check_a_day(MOST_A_DAY).unwrap_err().code, "contract-moves-many");
/// ```
pub fn check_a_day(done: i64) -> Result<(), Refusal> {
    if done < MOST_A_DAY { Ok(()) } else { Err(Refusal::new("contract-moves-many").with("most", MOST_A_DAY)) }
}
