//! A client answers the price that members ask: accepted, it holds from the day that was voted; refused or unanswered, its batch takes
//! no new claims from that day on, and the notice of the contract runs.

use manyhands_domain::ids::{ContractId, ProposalId};
use manyhands_domain::notices::Notice;
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::refusal::Refusal;
use manyhands_store::proposals::{self as rows, Proposal, due};
use manyhands_store::{Sql, batches, contracts};

use crate::actions::contracts::life;
use crate::actions::proposals::voted::as_voted;
use crate::actions::proposals::{act_of, enacting, telling};
use crate::actions::rights::ClientUser;
use crate::actions::{Error, Once, Work, begin};
use crate::deps::Deps;

/// Prices that are asked of this user's client and not settled, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, by: &ClientUser) -> Result<Vec<Proposal>, Error> {
    let moment = deps.db.snapshot().await?;
    let mut own = Vec::new();
    for row in due::list_asked(&moment).await? {
        if is_asked_of(&moment, by, &row).await? {
            own.push(row);
        }
    }
    Ok(own)
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`] for what is asked of another client, or of none.
pub async fn find(deps: &Deps, by: &ClientUser, id: &ProposalId) -> Result<Proposal, Error> {
    let moment = deps.db.snapshot().await?;
    let row = rows::find_proposal(&moment, id).await?.filter(|row| row.state == "passed").ok_or(Error::NotFound)?;
    if is_asked_of(&moment, by, &row).await? { Ok(row) } else { Err(Error::NotFound) }
}

/// Accepts the price: from its day on, or at once where that has passed. The index of `batch.repriced`, if it was written now.
///
/// # Errors
/// As [`find`]; `price-answered` once it is settled; `contract-over`; `price-too-low` by the book in force.
pub async fn accept(deps: &Deps, by: &ClientUser, once: &Once, id: &ProposalId) -> Result<Option<u64>, Error> {
    let mut work = begin!(deps, by.actor(), once);
    let (row, contract) = held(&work, by, id).await?;
    if row.enacts_at.is_some_and(|at| at > work.now().secs()) {
        rows::set_outcome(&work.tx, &row.id, "accepted", (None, ""), work.now()).await?;
        return work.commit(None).await;
    }
    let Act::PriceAsk { batch, price, .. } = as_voted(&work.tx, &row).await? else { return Err(Error::NotFound) };
    let index = enacting::reprice(&mut work, &row, &contract, &batch, price).await?;
    if row.outcome.as_deref() == Some("paused") {
        batches::set_paused_for(&work.tx, batch.as_str(), None, work.now()).await?;
        life::keep_by_vote(&mut work, &contract, id.as_str()).await?;
    }
    rows::set_outcome(&work.tx, &row.id, "done", (Some(index), ""), work.now()).await?;
    let notice = Notice::VoteEnacted { proposal: id.to_string(), title: row.title, what: row.act };
    telling::everybody(&mut work, &notice).await?;
    work.commit(Some(index)).await
}

/// Does not accept it. It can still be accepted, until the contract ends.
///
/// # Errors
/// As [`accept`].
pub async fn refuse(deps: &Deps, by: &ClientUser, once: &Once, id: &ProposalId) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let (row, _) = held(&work, by, id).await?;
    if row.outcome.as_deref() != Some("paused") {
        rows::set_outcome(&work.tx, &row.id, "refused", (None, ""), work.now()).await?;
    }
    work.commit(()).await
}

async fn held(work: &Work<'_>, by: &ClientUser, id: &ProposalId) -> Result<(Proposal, ContractId), Error> {
    let row = rows::load_held(&work.tx, id).await?;
    let Act::PriceAsk { contract, .. } = act_of(&row)? else { return Err(Error::NotFound) };
    if row.state != "passed" || !is_asked_of(&work.tx, by, &row).await? {
        return Err(Error::NotFound);
    }
    if !matches!(row.outcome.as_deref(), Some("waiting" | "accepted" | "refused" | "paused")) {
        return Err(Refusal::new("price-answered").into());
    }
    let stands = contracts::load_held(&work.tx, &contract).await?;
    if life::standing_of(&work.tx, &stands).await?.is_over(work.now()) {
        return Err(Refusal::new("contract-over").into());
    }
    Ok((row, contract))
}

async fn is_asked_of(on: &impl Sql, by: &ClientUser, row: &Proposal) -> Result<bool, Error> {
    let Act::PriceAsk { contract, .. } = act_of(row)? else { return Ok(false) };
    let contract = contracts::find_contract(on, &contract).await?;
    Ok(contract.is_some_and(|contract| contract.client_id == by.client().as_str()))
}
