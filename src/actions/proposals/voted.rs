//! What was voted on, as the ledger has it. Whoever holds the database can change a row of a vote that is open; what passed is brought
//! about by its document alone, which the signed entry names, and not at all where the row says something else.

use manyhands_domain::books::entry::{Entry, sha256_of};
use manyhands_domain::ids::ProposalId;
use manyhands_domain::proposals::opening::{Act, Motion};
use manyhands_store::proposals::{self as rows, Proposal};
use manyhands_store::{Sql, contracts, ledger};

use crate::actions::Error;
use crate::actions::proposals::{act_of, id_of};

/// That the ledger says that it passed, and of nothing that it brought: states and outcomes of rows are the database's word.
async fn check_passed(on: &impl Sql, row: &Proposal, id: &str) -> Result<(), Error> {
    let of_it = |entry: &Entry| entry.reference("proposal") == Some(id);
    let index = row.closed_index.and_then(|index| u64::try_from(index).ok()).ok_or(Error::NotFound)?;
    let note = ledger::find_note(on, index).await?.ok_or_else(|| Error::broken(format!("{id} was never closed")))?;
    let closed = Entry::read(&note.note).map_err(Error::broken)?;
    if closed.kind.name != "proposal.closed" || !of_it(&closed) || closed.text("result") != Some("passed") {
        return Err(Error::broken(format!("{id} did not pass: nothing of it is brought about")));
    }
    for kind in ["rule.enacted", "batch.repriced"] {
        for brought in ledger::notes_of_kind_after(on, kind, index).await? {
            if of_it(&Entry::read(&brought.note).map_err(Error::broken)?) {
                return Err(Error::broken(format!("{id} has brought about entry {} already", brought.index)));
            }
        }
    }
    Ok(())
}

/// What passing comes to, and from when on: the row's, if both are what was voted on.
///
/// # Errors
/// When the row is not what its entry and its document say.
pub(crate) async fn as_voted(on: &impl Sql, row: &Proposal) -> Result<Act, Error> {
    let (act, id) = (act_of(row)?, id_of(row)?);
    let motion = find_motion(on, row, id.as_str()).await?;
    check_passed(on, row, id.as_str()).await?;
    let same = motion.is_some_and(|motion| motion.act == act && Some(motion.enacts.secs()) == row.enacts_at);
    if same { Ok(act) } else { Err(Error::broken(format!("the row of {id} is not what was voted on: nothing of it is brought about"))) }
}

/// What a vote comes to by its document, whatever its row says of it; nothing where its entry or its document is not there.
pub(crate) async fn find_act(on: &impl Sql, number: i64) -> Result<Option<Act>, Error> {
    let id = ProposalId::from_number(u64::try_from(number).map_err(Error::broken)?);
    let Some(row) = rows::find_proposal(on, &id).await? else { return Ok(None) };
    Ok(find_motion(on, &row, id.as_str()).await?.map(|motion| motion.act))
}

/// The document that its entry names, by its hash.
async fn find_motion(on: &impl Sql, row: &Proposal, id: &str) -> Result<Option<Motion>, Error> {
    let Some(index) = row.opened_index.and_then(|index| u64::try_from(index).ok()) else { return Ok(None) };
    let Some(note) = ledger::find_note(on, index).await? else { return Ok(None) };
    let Ok(entry) = Entry::read(&note.note) else { return Ok(None) };
    let sha256 = entry.text("document").filter(|_| entry.kind.name == "proposal.opened" && entry.reference("proposal") == Some(id));
    let Some(sha256) = sha256 else { return Ok(None) };
    let document = contracts::find_document(on, sha256).await?.unwrap_or_default();
    Ok(Motion::read(&document).filter(|_| std::str::from_utf8(&document).is_ok_and(|text| sha256_of(text) == sha256)))
}
