//! What time brings: claims that are nearly due are told once, and what has run out is forgotten.

use manyhands_domain::ids::MemberId;
use manyhands_domain::notices::Notice;
use manyhands_domain::time::Timestamp;
use manyhands_store::{claims, external, idempotency, keys, people, sessions};

use crate::actions::{Error, Work, signing};
use crate::deps::Deps;

/// Tells whoever holds a claim that ends within a quarter of an hour; how many were told.
///
/// # Errors
/// When the database fails.
pub async fn tell(deps: &Deps) -> Result<u64, Error> {
    let now = deps.clock.now();
    let due = claims::list_due_untold(&deps.db.read(), now, now.plus_secs(BEFORE_SECS)).await?;
    let mut told = 0;
    for claim in due {
        let mut work = Work::begin_job(deps).await?;
        if !claims::set_told(&work.tx, &claim.id, claim.due_at).await? {
            continue;
        }
        let member = MemberId::parse(&claim.member_id).map_err(Error::broken)?;
        if let Some(person) = people::person_of_member(&work.tx, &member).await? {
            let due_at = Timestamp::from_secs(claim.due_at);
            work.notify(&person, &Notice::ClaimDue { claim: claim.id, title: claim.title, due_at }).await?;
        }
        work.commit(()).await?;
        told += 1;
    }
    Ok(told)
}

/// Forgets sessions, links, attempts, tokens, codes and prepared texts that have run out, and the answers of forms that no open page can send again.
///
/// # Errors
/// When the database fails.
pub async fn forget(deps: &Deps) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    sessions::forget(&work.tx, work.now()).await?;
    external::forget_tokens(&work.tx, work.now()).await?;
    keys::forget_codes(&work.tx, work.now()).await?;
    signing::forget(&work).await?;
    idempotency::forget_before(&work.tx, work.now().plus_days(-FORMS_DAYS).secs()).await?;
    work.commit(()).await
}

/// Longer than any session: whoever sends an older form again must sign in first.
const FORMS_DAYS: i64 = 60;
const BEFORE_SECS: i64 = 900;
