//! Submitted by accident: back to the bench, the same claim at the same price, until a judge has it before them.

use manyhands_domain::claims::{self as rule, Handed};
use manyhands_domain::ids::ClaimId;
use manyhands_domain::refusal::Refusal;
use manyhands_store::claims::{self as rows, Claim};
use manyhands_store::{external, gold, reviews};

use super::{end_claim, find_own, hold, own, state_of};
use crate::actions::rights::Member;
use crate::actions::{Error, Once, Work, begin, rules};
use crate::deps::Deps;

/// Takes a submitted answer back to the bench, with what was typed. Its own time goes on. `instead` is the task that came after it: where
/// the member holds as many as they may, and typed nothing there, it makes room.
///
/// # Errors
/// A judge had it before them, or decided; the member was told what is known of the item; as many in hand as the member may hold.
pub async fn take_back(deps: &Deps, by: &Member, once: &Once, id: &ClaimId, instead: Option<&ClaimId>) -> Result<(), Error> {
    let mut work = begin!(deps, by.actor(), once);
    hold(&work, by.id()).await?;
    // Under the contract's lock, which every judge takes too: what is decided here is so until the end.
    let claim = own(&work, by, id).await?;
    let (_, book) = rules::current(&work.tx).await?;
    let told = gold::was_told(&work.tx, &claim.task_id, by.id()).await?;
    let mut held_open = rows::count_held(&work.tx, by.id(), work.now()).await?;
    if held_open >= book.claims.max_open
        && can_come_back(&claim)
        && !told
        && let Some(next) = untouched(&work, by, &claim, instead).await?
    {
        end_claim(&mut work, &next).await?;
        held_open -= 1;
    }
    let handed = Handed { held_open, seen: claim.seen_at.is_some(), told };
    let due = rule::take_back(&book, &state_of(&claim)?, handed, work.now())?;
    let came_back = reviews::find_returned(&work.tx, &claim.id).await?.is_some();
    let state = if came_back { "sent_back" } else { "claimed" };
    if !rows::set_taken_back(&work.tx, &claim.id, state, due, work.now()).await? {
        return Err(Refusal::new("claim-back-seen").into());
    }
    if claim.copies > 1 {
        rows::settle_silence(&work.tx, &claim.task_id, rules::silence_of(&book, work.now())).await?;
    }
    work.commit(()).await
}

/// The task that came after another of the same contract, whose lock is held, while nothing was typed there.
async fn untouched(work: &Work<'_>, by: &Member, after: &Claim, next: Option<&ClaimId>) -> Result<Option<Claim>, Error> {
    let Some(next) = next else { return Ok(None) };
    let next = rows::find_claim(&work.tx, next).await?.filter(|next| next.member_id == by.id().as_str());
    let is_open = |next: &Claim| next.state == "claimed" && next.due_at >= work.now().secs();
    let Some(next) = next.filter(|next| is_open(next) && next.contract_id == after.contract_id && next.draft.is_none()) else {
        return Ok(None);
    };
    // What is done in another tool, or was, leaves no draft.
    Ok((!external::is_begun(&work.tx, &next.id).await?).then_some(next))
}

fn can_come_back(claim: &Claim) -> bool {
    claim.state == "submitted" && claim.seen_at.is_none()
}

/// A claim of theirs, if it can be taken back as it stands now.
///
/// # Errors
/// When the database fails.
pub async fn may_take_back(deps: &Deps, by: &Member, id: &ClaimId) -> Result<Option<Claim>, Error> {
    match find_own(deps, by, id).await {
        Ok((claim, _)) if can_come_back(&claim) => {
            let told = gold::was_told(&deps.db.read(), &claim.task_id, by.id()).await?;
            Ok((!told).then_some(claim))
        }
        Ok(_) | Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What of a member's last submissions, so many of them, can be taken back.
///
/// # Errors
/// When the database fails.
pub async fn list_returnable(deps: &Deps, by: &Member, last: i64) -> Result<Vec<Claim>, Error> {
    let reader = deps.db.read();
    let mut found = Vec::new();
    for claim in rows::list_of_member(&reader, by.id(), "submitted", last).await? {
        if can_come_back(&claim) && !gold::was_told(&reader, &claim.task_id, by.id()).await? {
            found.push(claim);
        }
    }
    Ok(found)
}
