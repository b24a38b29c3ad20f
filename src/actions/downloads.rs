//! Turns to take files away: each person has a few at once, and so has the server, since each may be large and somebody may read it for
//! hours.

use std::time::Duration;

use manyhands_domain::refusal::Refusal;

use crate::actions::Error;
use crate::actions::rights::SignedIn;
use crate::deps::Deps;
use crate::turns::Turn;

/// The turn of a person to take a file away, held while it is sent.
///
/// # Errors
/// `results-busy` while they, or too many, take others away.
pub(super) async fn turn(deps: &Deps, by: &SignedIn) -> Result<Turn, Error> {
    let turn = deps.files.downloads().take(vec![(by.actor().to_owned(), OF_A_PERSON)]).await;
    Ok(turn.ok_or_else(|| Refusal::new("results-busy"))?)
}

/// The turn of a person to take away all files of a contract, which are packed as they are sent.
///
/// # Errors
/// As [`turn`].
pub(super) async fn packing(deps: &Deps, by: &SignedIn) -> Result<Turn, Error> {
    let turn = deps.files.packing().take(vec![(by.actor().to_owned(), 1)]).await;
    Ok(turn.ok_or_else(|| Refusal::new("results-busy"))?)
}

/// How long anybody waits for a turn at what only so many can do.
pub(super) const TURN_WAIT: Duration = Duration::from_secs(10);
const OF_A_PERSON: usize = 4;
