//! What was voted on, as the ledger has it. Whoever holds the database can change a row of a vote that is open; what passed is brought
//! about by its document alone, which the signed entry names, and not at all where the row says something else.

use manyhands_domain::books::entry::{Entry, sha256_of};
use manyhands_domain::proposals::opening::{Act, Motion};
use manyhands_store::proposals::Proposal;
use manyhands_store::{Sql, contracts, ledger};

use crate::actions::Error;
use crate::actions::proposals::{act_of, id_of};

/// What passing comes to, and from when on: the row's, if both are what was voted on.
///
/// # Errors
/// When the row is not what its entry and its document say.
pub(crate) async fn as_voted(on: &impl Sql, row: &Proposal) -> Result<Act, Error> {
    let (act, id) = (act_of(row)?, id_of(row)?);
    let index = row.opened_index.and_then(|index| u64::try_from(index).ok()).ok_or(Error::NotFound)?;
    let note = ledger::find_note(on, index).await?.ok_or_else(|| Error::broken(format!("{id} was never opened")))?;
    let entry = Entry::read(&note.note).map_err(Error::broken)?;
    let sha256 = entry.text("document").filter(|_| entry.reference("proposal") == Some(id.as_str())).unwrap_or_default();
    let document = contracts::find_document(on, sha256).await?.unwrap_or_default();
    let motion = Motion::read(&document).filter(|_| std::str::from_utf8(&document).is_ok_and(|text| sha256_of(text) == sha256));
    let same = motion.is_some_and(|motion| motion.act == act && Some(motion.enacts.secs()) == row.enacts_at);
    if same { Ok(act) } else { Err(Error::broken(format!("the row of {id} is not what was voted on: nothing of it is brought about"))) }
}
