//! A judge opens one piece of work: review begins.

use manyhands_domain::ids::ClaimId;
use manyhands_store::claims::{self, Claim};

use super::{Judging, find, load};
use crate::actions::{Error, Work};
use crate::deps::Deps;

/// One piece of work before its judge, who begins to judge it: from now on its member cannot take it back, nor any other answer to
/// the same item that waits. Looking at one's own begins nothing.
///
/// # Errors
/// [`Error::NotFound`] for another client's, and for what was taken back.
pub async fn open(deps: &Deps, by: &Judging, id: &ClaimId) -> Result<Claim, Error> {
    let claim = find(deps, by, id).await?;
    let is_own = by.member().is_some_and(|member| member.as_str() == claim.member_id);
    if claim.state != "submitted" || claim.seen_at.is_some() || is_own {
        return Ok(claim);
    }
    let work = Work::begin_job(deps).await?;
    let claim = load(&work, by, id).await?;
    claims::set_seen(&work.tx, &claim.task_id, work.now()).await?;
    work.commit(()).await?;
    Ok(claim)
}

/// Whether this judge may see the files of work: a client always, a reviewer while it is judged and nobody paid for it.
#[must_use]
pub fn may_look(by: &Judging, claim: &Claim) -> bool {
    match by {
        Judging::Client(_) => true,
        Judging::Reviewer(reviewer) => {
            claim.member_id != reviewer.id().as_str() && matches!(claim.state.as_str(), "submitted" | "sent_back")
        }
    }
}
