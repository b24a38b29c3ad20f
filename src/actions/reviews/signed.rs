//! Whoever judges and has a key, reviewer or client's user, may sign the acceptance of one piece: the entry then carries their note.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::ClaimId;
use manyhands_domain::reviews;
use manyhands_store::Sql;
use manyhands_store::claims::{self, Claim};
use manyhands_store::reviews as rows;

use super::{Judging, accept_all, load, submitted};
use crate::actions::{Error, Work, rules};

/// A piece of work, and the entry that its judge signs.
pub(crate) async fn to_sign(on: &impl Sql, by: &Judging, id: &ClaimId) -> Result<(Claim, Draft), Error> {
    let claim = by.shown(on, claims::find_claim(on, id).await?).await?;
    let piece = rows::find_piece(on, id).await?.ok_or(Error::NotFound)?;
    // The last book enacted before it was claimed: the one in force, or an older one.
    let (rule, book) = rules::at_size(on, piece.claimed_size).await?;
    let accepted = reviews::accept(&book, rule, &submitted(&piece)?, by.judge())?;
    Ok((claim, accepted.entry))
}

/// Accepts a piece whose judge signed.
pub(crate) async fn accept_signed(work: &mut Work<'_>, by: &Judging, id: &ClaimId, notes: Vec<String>) -> Result<u64, Error> {
    load(work, by, id).await?;
    let piece = rows::find_piece(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let accepted = accept_all(work, by.judge(), Some(by.who().actor()), &[piece], &notes).await?;
    Ok(accepted.index)
}
