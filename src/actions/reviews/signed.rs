//! A reviewer who has a key may sign the acceptance of one piece: the entry then carries their note.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::ClaimId;
use manyhands_domain::reviews::{self, Judge};
use manyhands_store::Sql;
use manyhands_store::claims::{self, Claim};
use manyhands_store::reviews as rows;

use super::{accept_all, load_locked, submitted, was_handed_in};
use crate::actions::rights::Reviewer;
use crate::actions::{Error, Work, rules};

/// A piece of work, and the entry that its reviewer signs.
pub(crate) async fn to_sign(on: &impl Sql, by: &Reviewer, id: &ClaimId) -> Result<(Claim, Draft), Error> {
    let claim = claims::find_claim(on, id).await?.filter(was_handed_in).ok_or(Error::NotFound)?;
    let piece = rows::find_piece(on, id).await?.ok_or(Error::NotFound)?;
    // The last book enacted before it was claimed: the one in force, or an older one.
    let (rule, book) = rules::at_size(on, piece.claimed_size).await?;
    let accepted = reviews::accept(&book, rule, &submitted(&piece)?, Judge::Member(by.id()))?;
    Ok((claim, accepted.entry))
}

/// Accepts a piece whose reviewer signed.
pub(crate) async fn accept_signed(work: &mut Work<'_>, by: &Reviewer, id: &ClaimId, notes: Vec<String>) -> Result<u64, Error> {
    let claim = load_locked(work, id).await?;
    if !was_handed_in(&claim) {
        return Err(Error::NotFound);
    }
    let piece = rows::find_piece(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let accepted = accept_all(work, Judge::Member(by.id()), Some(by.actor()), &[piece], &notes).await?;
    Ok(accepted.index)
}
