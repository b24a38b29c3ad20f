//! Turns to take files away: each person has a few at once, and so have each client and the server, since each may be large and somebody
//! may read it for hours.

use std::time::Duration;

use manyhands_domain::refusal::Refusal;

use crate::actions::Error;
use crate::actions::rights::SignedIn;
use crate::deps::Deps;
use crate::turns::{Turn, Whose};

/// The turn of a person to take a file away, held while it is sent.
///
/// # Errors
/// `results-busy` while they, or too many, take others away.
pub(super) async fn turn(deps: &Deps, by: &SignedIn) -> Result<Turn, Error> {
    let turn = deps.files.downloads().take(whose(by, OF_A_PERSON, OF_A_CLIENT)).await;
    Ok(turn.ok_or_else(|| Refusal::new("results-busy"))?)
}

/// The turn of a person to take away all files of a contract, which are packed as they are sent.
///
/// # Errors
/// As [`turn`].
pub(super) async fn packing(deps: &Deps, by: &SignedIn) -> Result<Turn, Error> {
    let turn = deps.files.packing().take(whose(by, 1, PACKED_OF_A_CLIENT)).await;
    Ok(turn.ok_or_else(|| Refusal::new("results-busy"))?)
}

/// A person's own turns, and those of the client they act for: twenty colleagues are one client.
fn whose(by: &SignedIn, own: usize, of_client: usize) -> Whose {
    let client = by.standing().client.as_ref().map(|client| (format!("client {client}"), of_client));
    [(by.actor().to_owned(), own)].into_iter().chain(client).collect()
}

/// How long anybody waits for a turn at what only so many can do.
pub(super) const TURN_WAIT: Duration = Duration::from_secs(10);
const OF_A_PERSON: usize = 4;
const OF_A_CLIENT: usize = 8;
const PACKED_OF_A_CLIENT: usize = 2;
