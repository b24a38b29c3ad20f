//! What a member agrees to meet at work, kind by kind: theirs alone to see. What is checked of it before each claim, however that comes
//! to be; and leaving a task at once.

use std::collections::BTreeMap;

use manyhands_domain::claims::exposure::{self, Spell};
use manyhands_domain::claims::{Claim as Standing, check_held};
use manyhands_domain::contracts::Terms;
use manyhands_domain::hazards::{self as rule, Hazard};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::rules::Book;
use manyhands_domain::time::{DAY_SECS, Timestamp};
use manyhands_store::batches::{self, Batch};
use manyhands_store::claims as claim_rows;
use manyhands_store::contracts::{self, Contract};
use manyhands_store::hazards::{self as rows, Worked};
use manyhands_store::{Sql, Tx};

use crate::actions::claims::{drop_ready, end_claim, own, state_of};
use crate::actions::contracts::terms_of;
use crate::actions::rights::Member;
use crate::actions::{Claim, Error, Once, Work, begin};
use crate::deps::Deps;

/// What a member agreed to.
///
/// # Errors
/// When the database fails.
pub async fn list_agreed(deps: &Deps, by: &Member) -> Result<Vec<String>, Error> {
    Ok(rows::list_agreed(&deps.db.read(), by.person()).await?)
}

/// Agrees to these categories. Whoever agreed before agrees still.
///
/// # Errors
/// [`Error::NotFound`] for a category that is none.
pub async fn agree(deps: &Deps, by: &Member, once: &Once, categories: &[String]) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    for typed in categories {
        let category = rule::category(typed).ok_or(Error::NotFound)?;
        rows::agree(&work.tx, by.person(), category, work.now()).await?;
    }
    work.commit(()).await
}

/// Takes it back: no claim is granted from now on. What is in hand stays theirs to finish or to leave; what was only held ready goes.
///
/// # Errors
/// [`Error::NotFound`] for a category that is none.
pub async fn withdraw(deps: &Deps, by: &Member, once: &Once, category: &str) -> Result<(), Error> {
    let category = rule::category(category).ok_or(Error::NotFound)?;
    let work = begin!(deps, by.actor(), once);
    // Whatever is being claimed at this moment was granted before, or is refused.
    claim_rows::hold_member(&work.tx, by.id()).await?;
    rows::withdraw(&work.tx, by.person(), category).await?;
    work.commit(()).await?;
    drop_ready(deps, by).await
}

/// What a member has in hand of contracts that ask for what they did not agree to, or not any more.
///
/// # Errors
/// When a row is damaged.
pub async fn list_held_unagreed(deps: &Deps, by: &Member) -> Result<Vec<Claim>, Error> {
    let reader = deps.db.read();
    let agreed = rows::list_agreed(&reader, by.person()).await?;
    let mut held = Vec::new();
    for claim in claim_rows::list_held(&reader, by.id(), deps.clock.now()).await? {
        if !rule::not_agreed(&hazards_of(&claim)?, &agreed).is_empty() {
            held.push(claim);
        }
    }
    Ok(held)
}

/// What may be met in the work of a claim, as it was said when it was taken.
///
/// # Errors
/// When its row is damaged.
pub fn hazards_of(claim: &Claim) -> Result<Vec<Hazard>, Error> {
    Ok(serde_json::from_str::<Terms>(&claim.terms).map_err(Error::broken)?.hazards)
}

/// Whether the item of a claim stands behind a veil: by its batch, or by what is known of its contract by now.
#[must_use]
pub fn is_veiled(claim: &Claim) -> bool {
    rule::is_veiled(claim.level.max(claim.contract_level))
}

/// What of the words about an item goes by mail: nothing, where they may quote what stands behind a veil. The page has them.
pub(super) fn mailed(claim: &Claim, words: String) -> String {
    if is_veiled(claim) { String::new() } else { words }
}

/// Whether a contract names other hazards by now than when a claim was taken: whoever agreed to the first did not read the others.
pub(super) async fn have_changed(on: &impl Sql, claim: &Claim) -> Result<bool, Error> {
    if claim.version == claim.newest_version {
        return Ok(false);
    }
    let contract = ContractId::parse(&claim.contract_id).map_err(Error::broken)?;
    let contract = contracts::find_contract(on, &contract).await?.ok_or(Error::NotFound)?;
    Ok(terms_of(&contract)?.hazards != hazards_of(claim)?)
}

/// What may be met in open contracts' work, by contract; those without hazards are left out.
///
/// # Errors
/// When a row is damaged.
pub async fn of_open(deps: &Deps) -> Result<BTreeMap<String, Vec<Hazard>>, Error> {
    let rows = rows::list_open_terms(&deps.db.read()).await?;
    rows.into_iter().map(|(id, terms)| Ok((id, serde_json::from_str::<Terms>(&terms).map_err(Error::broken)?.hazards))).collect()
}

/// A batch that was opened, and what may be met in it.
///
/// # Errors
/// [`Error::NotFound`] for a draft.
pub async fn of_batch(deps: &Deps, _: &Member, id: &BatchId) -> Result<(Batch, Vec<Hazard>), Error> {
    let reader = deps.db.read();
    let batch = batches::find_batch(&reader, id).await?.filter(|batch| batch.opened_index.is_some()).ok_or(Error::NotFound)?;
    let contract = ContractId::parse(&batch.contract_id).map_err(Error::broken)?;
    let contract = contracts::find_contract(&reader, &contract).await?.ok_or(Error::NotFound)?;
    Ok((batch, terms_of(&contract)?.hazards))
}

/// Whether work of a batch may be begun, under its contract's lock: agreed to, and not too much of the worst of late.
pub(super) async fn check(work: &Work<'_>, by: &Member, book: &Book, contract: &Contract, batch: &Batch) -> Result<(), Error> {
    // Most contracts have no hazards, and their terms can be long.
    if contract.level > 0 {
        rule::check_agreed(&terms_of(contract)?.hazards, &rows::list_agreed(&work.tx, by.person()).await?)?;
    }
    if batch.level.max(contract.level) >= i64::from(exposure::LEVEL) {
        exposure::check(book.exposure, &spells(&work.tx, by, work.now()).await?, work.now())?;
    }
    Ok(())
}

/// From when on a member may go on with work of the highest level, and why not now; nothing while they may.
///
/// # Errors
/// When the database fails.
pub async fn too_much(deps: &Deps, by: &Member, book: &Book) -> Result<Option<Refusal>, Error> {
    let now = deps.clock.now();
    Ok(exposure::check(book.exposure, &spells(&deps.db.read(), by, now).await?, now).err())
}

async fn spells(on: &impl Sql, by: &Member, now: Timestamp) -> Result<Vec<Spell>, Error> {
    let since = now.plus_secs(-DAY_SECS);
    Ok(rows::list_worked(on, by.id(), exposure::LEVEL, since).await?.iter().map(|worked| spell(worked, since)).collect())
}

/// What the page counted, at the bench and up to the hand-in. Where it could not count, the time that the work should take, or less:
/// whoever goes for lunch meets nothing there.
fn spell(worked: &Worked, since: Timestamp) -> Spell {
    let measured = worked.seconds.map_or(0, |seconds| match worked.measured.as_deref() {
        Some("active") => seconds,
        _ => seconds.min(worked.estimate),
    });
    let in_hand = matches!(worked.state.as_str(), "claimed" | "sent_back");
    // What came back and was left or ran out was worked on after it was handed in.
    let is_over = matches!(worked.state.as_str(), "released" | "expired");
    let handed_in = worked.submitted_at.filter(|_| !in_hand && !is_over);
    let last = worked.draft_at.max(worked.submitted_at).unwrap_or(worked.claimed_at).max(worked.claimed_at);
    match (handed_in, worked.seconds) {
        (Some(at), Some(_)) => Spell { ended: Timestamp::from_secs(at), seconds: measured },
        // It came back: what was measured before counts where that was within the day.
        _ => {
            let before = if worked.claimed_at >= since.secs() { measured } else { 0 };
            Spell { ended: Timestamp::from_secs(last), seconds: before.saturating_add(worked.active_seconds) }
        }
    }
}

/// Leaves a task at once, whatever its clock says: it is free for others, never offered to this member again, and counts against nothing.
/// What was held ready of the same contract goes too.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's; handed in already.
pub async fn leave(deps: &Deps, by: &Member, once: &Once, id: &ClaimId) -> Result<(), Error> {
    let mut work = begin!(deps, by.actor(), once);
    let claim = own(&work, by, id).await?;
    match claim.state.as_str() {
        "claimed" | "sent_back" => end_claim(&mut work, &claim).await?,
        // Its time ran out before, or it was left: only that it does not come again is new.
        "released" | "expired" => {}
        _ => {
            let state: Standing = state_of(&claim)?;
            check_held(&state, work.now())?;
        }
    }
    note_left(&work.tx, by, &claim, work.now()).await?;
    for ready in claim_rows::list_ahead(&work.tx, by.id()).await? {
        if ready.contract_id == claim.contract_id {
            end_claim(&mut work, &ready).await?;
        }
    }
    work.commit(()).await
}

async fn note_left(tx: &Tx, by: &Member, claim: &Claim, now: Timestamp) -> Result<(), Error> {
    Ok(rows::leave(tx, by.person(), &claim.task_id, now).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worked(state: &str, seconds: Option<i64>, measured: &str, active_seconds: i64) -> Worked {
        Worked {
            state: state.to_owned(),
            claimed_at: 1_000,
            submitted_at: seconds.map(|_| 5_000),
            draft_at: Some(4_000),
            seconds,
            measured: Some(measured.to_owned()),
            active_seconds,
            estimate: 180,
        }
    }

    #[test]
    fn what_the_page_counted_counts_and_what_nobody_counted_no_longer_than_the_work_should_take() {
        let of = |row: Worked, since| {
            let spell = spell(&row, Timestamp::from_secs(since));
            (spell.ended.secs(), spell.seconds)
        };
        assert_eq!(of(worked("submitted", Some(900), "active", 900), 0), (5_000, 900));
        assert_eq!(of(worked("accepted", Some(4_000), "elapsed", 0), 0), (5_000, 180), "lunch is no exposure");
        assert_eq!(of(worked("released", None, "active", 70), 0), (4_000, 70), "left at once");
        assert_eq!(of(worked("claimed", None, "active", 70), 0), (4_000, 70), "in hand");
        assert_eq!(of(worked("sent_back", Some(600), "active", 30), 0), (5_000, 630));
        assert_eq!(of(worked("sent_back", Some(600), "active", 30), 2_000), (5_000, 30), "the first part was another day");
    }
}
