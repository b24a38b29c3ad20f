//! Rejections and appeals. A rejection is an entry and moves nothing: the price stays held until the time for an appeal is over, or an
//! appeal is decided by somebody uninvolved. What nobody decides in time, silence accepts. For whoever has left the co-op, and cannot
//! appeal any more, somebody uninvolved decides in any case.

use manyhands_domain::appeals::{self, Involved, Standing};
use manyhands_domain::contracts::Terms;
use manyhands_domain::ids::{ClaimId, MemberId, PersonId};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::reviews::Judge;
use manyhands_domain::time::Timestamp;
pub use manyhands_store::appeals::Waiting;
use manyhands_store::appeals::{self as rows, Ending, NewRejection, Rejection};
use manyhands_store::{batches, claims, contracts, people, reviews as pieces, tasks};

use crate::actions::reviews::{self, Accepted, Judging};
use crate::actions::rights::{Member, Reviewer};
use crate::actions::{Claim, Error, Once, Work, begin, hazards, rules};
use crate::deps::Deps;

/// Rejects work with a code, a reason and the guideline's section: `work.rejected`. Its worker may appeal from now on.
///
/// # Errors
/// INV-6; rejected before; not submitted; a code, reason or section that does not fit.
pub async fn reject(deps: &Deps, by: &Judging, once: &Once, id: &ClaimId, why: (&str, &str, &str)) -> Result<u64, Error> {
    let mut work = begin!(deps, by.who().actor(), once);
    let claim = reviews::load(&work, by, id).await?;
    let piece = pieces::find_piece(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let judged = reviews::submitted(&piece)?;
    let terms: Terms = serde_json::from_str(&claim.terms).map_err(Error::broken)?;
    let rejected = appeals::reject(&judged, by.judge(), &terms.guidelines, why)?;
    let (_, book) = rules::current(&work.tx).await?;
    let index = work.append(rejected.entry).await?;
    let (now, why) = (work.now(), rejected.why);
    let appeal_by = now.plus_days(book.review.appeal_days);
    let person = by.who().actor();
    let new = NewRejection { claim: &claim.id, why: (&why.code, &why.reason, &why.clause), person, index, appeal_by };
    if !rows::insert(&work.tx, &new, now).await? {
        return Err(Refusal::new("review-not-submitted").into());
    }
    let left = has_left(&work, &claim.id).await?;
    let notice = Notice::Rejected {
        claim: claim.id.clone(),
        title: claim.title.clone(),
        code: why.code,
        reason: hazards::mailed(&claim, why.reason),
        clause: why.clause,
        appeal_by: if left { now.plus_days(book.review.decide_days) } else { appeal_by },
        index,
        left,
    };
    tell_worker(&mut work, &judged.worker, &notice).await?;
    if left {
        put_to_decision(&mut work, &claim, "").await?;
    }
    work.commit(index).await
}

/// Appeals against a rejection of one's own work.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's, and where nothing was rejected; appealed before; too late; no text.
pub async fn appeal(deps: &Deps, by: &Member, once: &Once, id: &ClaimId, text: &str) -> Result<(), Error> {
    let mut work = begin!(deps, by.actor(), once);
    let claim = reviews::load_locked(&work, id).await?;
    let rejection = rows::find_rejection(&work.tx, &claim.id).await?.filter(|_| claim.member_id == by.id().as_str());
    let rejection = rejection.ok_or(Error::NotFound)?;
    let now = work.now();
    let text = appeals::appeal(standing(&rejection), text, now)?;
    put_to_decision(&mut work, &claim, &text).await?;
    work.commit(()).await
}

/// Whoever leaves the co-op can appeal no more: their rejections that still could be appealed go to somebody uninvolved in any case.
pub(crate) async fn appeal_for_left(work: &mut Work<'_>, member: &MemberId) -> Result<(), Error> {
    for claim in rows::list_open_to_appeal(&work.tx, member, work.now()).await? {
        let claim = reviews::load_locked(work, &ClaimId::parse(&claim).map_err(Error::broken)?).await?;
        let rejection = rows::find_rejection(&work.tx, &claim.id).await?.ok_or(Error::NotFound)?;
        if claim.state == "submitted" && rejection.state == "rejected" {
            put_to_decision(work, &claim, "").await?;
        }
    }
    Ok(())
}

/// From now on somebody uninvolved decides, with the worker's words, if there are any.
async fn put_to_decision(work: &mut Work<'_>, claim: &Claim, text: &str) -> Result<(), Error> {
    let (_, book) = rules::current(&work.tx).await?;
    let now = work.now();
    let decide_by = now.plus_days(book.review.decide_days);
    if !rows::set_appealed(&work.tx, &claim.id, text, decide_by, now).await? {
        return Err(Refusal::new("appeal-made").into());
    }
    let notice = Notice::Appealed { claim: claim.id.clone(), title: claim.title.clone(), decide_by };
    for person in rows::list_deciders(&work.tx, &claim.id).await? {
        work.notify(&PersonId::parse(&person).map_err(Error::broken)?, &notice).await?;
    }
    Ok(())
}

async fn has_left(work: &Work<'_>, claim: &str) -> Result<bool, Error> {
    Ok(pieces::find_before(&work.tx, claim).await?.has_left == 1)
}

/// What somebody uninvolved decides: the rejection stands, or the work is accepted and paid; with words for both sides.
///
/// # Errors
/// [`Error::NotFound`] for whoever is involved, and where nothing is appealed; decided before, or too late; no words.
pub async fn decide(deps: &Deps, by: &Reviewer, once: &Once, id: &ClaimId, upheld: bool, words: &str) -> Result<Option<Accepted>, Error> {
    let mut work = begin!(deps, by.actor(), once);
    let claim = reviews::load_locked(&work, id).await?;
    let rejection = rows::find_rejection(&work.tx, &claim.id).await?.ok_or(Error::NotFound)?;
    let worker = MemberId::parse(&claim.member_id).map_err(Error::broken)?;
    let answered = rows::answered_too(&work.tx, &claim.id, by.id()).await?;
    let involved = Involved { worker: &worker, answered, rejected: rejection.rejected_by.as_deref() == Some(by.actor()) };
    let now = work.now();
    let words = match appeals::decide(standing(&rejection), involved, by.id(), words, now) {
        Err(refusal) if refusal.code == "appeal-involved" => return Err(Error::NotFound),
        decided => decided?,
    };
    if claim.state != "submitted" {
        return Err(Refusal::new("appeal-over").into());
    }
    let ending = Ending { from: "appealed", to: if upheld { "upheld" } else { "overturned" }, decided: Some((by.actor(), &words)) };
    if !rows::end(&work.tx, &claim.id, ending, now).await? {
        return Err(Refusal::new("appeal-over").into());
    }
    let accepted = match upheld {
        true => {
            refuse(&work, &claim).await?;
            None
        }
        false => {
            let piece = pieces::find_piece(&work.tx, id).await?.ok_or(Error::NotFound)?;
            Some(reviews::accept_all(&mut work, Judge::Panel, Some(by.actor()), &[piece], &[]).await?)
        }
    };
    tell_both(&mut work, &claim, &rejection, ending).await?;
    work.commit(accepted).await
}

/// Ends the rejections that nobody appealed in time. Safe to repeat; how many.
///
/// # Errors
/// When the database fails.
pub async fn end_unappealed(deps: &Deps) -> Result<u64, Error> {
    let mut count = 0;
    for claim in rows::list_unappealed(&deps.db.read(), deps.clock.now(), A_PASS).await? {
        match end_one_unappealed(deps, &claim).await {
            Ok(ended) => count += u64::from(ended),
            // One that cannot be ended must not hold up those behind it: it is tried again in an hour.
            Err(error) => {
                tracing::error!(claim, %error, "a rejection that nobody appealed could not be ended");
                let work = Work::begin_job(deps).await?;
                rows::set_aside(&work.tx, &claim, work.now().plus_secs(3_600)).await?;
                work.commit(()).await?;
            }
        }
    }
    Ok(count)
}

async fn end_one_unappealed(deps: &Deps, claim: &str) -> Result<bool, Error> {
    let mut work = Work::begin_job(deps).await?;
    let claim = reviews::load_locked(&work, &ClaimId::parse(claim).map_err(Error::broken)?).await?;
    let rejection = rows::find_rejection(&work.tx, &claim.id).await?.ok_or(Error::NotFound)?;
    let ending = Ending { from: "rejected", to: "unappealed", decided: None };
    let now = work.now();
    let submitted = claim.state == "submitted";
    if !submitted || !appeals::is_final(standing(&rejection), now) || !rows::end(&work.tx, &claim.id, ending, now).await? {
        return Ok(false);
    }
    refuse(&work, &claim).await?;
    tell_both(&mut work, &claim, &rejection, ending).await?;
    work.commit(true).await
}

/// Before silence accepts a claim: an appeal that nobody decided ends with it. False where it is not silence's to accept.
pub(crate) async fn end_undecided(work: &mut Work<'_>, claim: &Claim) -> Result<bool, Error> {
    let Some(rejection) = rows::find_rejection(&work.tx, &claim.id).await? else { return Ok(true) };
    let ending = Ending { from: "appealed", to: "undecided", decided: None };
    if !rows::end(&work.tx, &claim.id, ending, work.now()).await? {
        return Ok(false);
    }
    tell_both(work, claim, &rejection, ending).await?;
    Ok(true)
}

/// That a claim was rejected: nobody judges it in another way until that is over.
///
/// # Errors
/// `review-rejected` when it was.
pub(crate) async fn check_not_rejected(work: &Work<'_>, claim: &Claim) -> Result<(), Error> {
    match rows::find_rejection(&work.tx, &claim.id).await? {
        Some(_) if claim.state == "submitted" => Err(Refusal::new("review-rejected").into()),
        _ => Ok(()),
    }
}

/// The rejection of a member's own claim, if there was one.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's.
pub async fn find_own(deps: &Deps, by: &Member, id: &ClaimId) -> Result<Option<Rejection>, Error> {
    let reader = deps.db.read();
    let claim = claims::find_claim(&reader, id).await?.filter(|claim| claim.member_id == by.id().as_str()).ok_or(Error::NotFound)?;
    Ok(rows::find_rejection(&reader, &claim.id).await?)
}

/// The rejection of work before its judge, who may know of it.
///
/// # Errors
/// As [`reviews::find`].
pub async fn find_judged(deps: &Deps, by: &Judging, id: &ClaimId) -> Result<Option<Rejection>, Error> {
    let claim = reviews::find(deps, by, id).await?;
    Ok(rows::find_rejection(&deps.db.read(), &claim.id).await?)
}

/// The appeals that a reviewer may decide, the most urgent first.
///
/// # Errors
/// When the database fails.
pub async fn list_waiting(deps: &Deps, by: &Reviewer) -> Result<Vec<Waiting>, Error> {
    Ok(rows::list_waiting(&deps.db.read(), by.id(), by.actor(), deps.clock.now()).await?)
}

/// An appeal that this reviewer may decide.
///
/// # Errors
/// [`Error::NotFound`] for whoever is involved, and once it is decided.
pub async fn find_waiting(deps: &Deps, by: &Reviewer, id: &ClaimId) -> Result<(Claim, Rejection), Error> {
    let waiting = list_waiting(deps, by).await?;
    waiting.iter().find(|appeal| appeal.claim_id == id.as_str()).ok_or(Error::NotFound)?;
    let reader = deps.db.read();
    let claim = claims::find_claim(&reader, id).await?.ok_or(Error::NotFound)?;
    let rejection = rows::find_rejection(&reader, &claim.id).await?.ok_or(Error::NotFound)?;
    Ok((claim, rejection))
}

/// Ends work without pay: its price is free, and its item is there for others. Never again for the same member.
async fn refuse(work: &Work<'_>, claim: &Claim) -> Result<(), Error> {
    claims::end(&work.tx, &claim.id, "refused", work.now()).await?;
    let free = tasks::give_back(&work.tx, &claim.task_id).await?;
    claims::settle_silence(&work.tx, &claim.task_id, rules::silence(&work.tx, work.now()).await?).await?;
    batches::add_open(&work.tx, &claim.batch_id, i64::from(free)).await?;
    contracts::add_held(&work.tx, &claim.contract_id, -claim.price).await?;
    Ok(())
}

/// Tells the worker, and whoever rejected, how it ended.
async fn tell_both(work: &mut Work<'_>, claim: &Claim, rejection: &Rejection, ending: Ending<'_>) -> Result<(), Error> {
    let notice = |path: String| Notice::RejectionEnded {
        path,
        title: claim.title.clone(),
        outcome: ending.to.to_owned(),
        words: hazards::mailed(claim, ending.decided.map(|(_, words)| words.to_owned()).unwrap_or_default()),
    };
    let worker = MemberId::parse(&claim.member_id).map_err(Error::broken)?;
    let path = match has_left(work, &claim.id).await? {
        true => format!("/ledger/{}", rejection.entry_index),
        false => format!("/claims/{}", claim.id),
    };
    tell_worker(work, &worker, &notice(path)).await?;
    let Some(judge) = &rejection.rejected_by else { return Ok(()) };
    let judge = PersonId::parse(judge).map_err(Error::broken)?;
    if people::find_standing(&work.tx, &judge).await?.is_some() {
        work.notify(&judge, &notice(format!("/reviews/{}", claim.id))).await?;
    }
    Ok(())
}

async fn tell_worker(work: &mut Work<'_>, worker: &MemberId, notice: &Notice) -> Result<(), Error> {
    if let Some(person) = people::person_of_member(&work.tx, worker).await? {
        work.notify(&person, notice).await?;
    }
    Ok(())
}

fn standing(rejection: &Rejection) -> Standing<'_> {
    Standing {
        state: &rejection.state,
        appeal_by: Timestamp::from_secs(rejection.appeal_by),
        decide_by: rejection.decide_by.map(Timestamp::from_secs),
    }
}

/// Most rejections that end in one pass of the jobs: a commit each.
const A_PASS: u64 = 500;
