//! A client answers the price that members ask: accepted, it holds from the day that was voted; refused or unanswered, its batch takes
//! no new claims from that day on, and the notice of the contract runs.

use manyhands_domain::ids::{ContractId, ProposalId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::batches::Batch;
use manyhands_store::proposals::{self as rows, Proposal, due};
use manyhands_store::{Sql, batches, contracts};

use crate::actions::contracts::{escrow, life};
use crate::actions::proposals::voted::as_voted;
use crate::actions::proposals::{act_of, enacting, telling};
use crate::actions::rights::ClientUser;
use crate::actions::{Error, Once, Work, asks, begin};
use crate::deps::Deps;

/// Prices that are asked of this user's client and not settled, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, by: &ClientUser) -> Result<Vec<Proposal>, Error> {
    Ok(look_at_all(deps, by).await?.into_iter().map(|asked| asked.row).collect())
}

/// A price that is asked, with the batch that it is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The proposal.
    pub row: Proposal,
    /// The batch as it is now.
    pub batch: Batch,
    /// Asked.
    pub price: Amount,
    /// Of it.
    pub currency: Currency,
    /// From when on.
    pub from: Timestamp,
    /// What is free of the deposit, to which it would be claimed.
    pub free: Amount,
    /// When the contract ends, if notice runs.
    pub ends_at: Option<Timestamp>,
    /// Whether it is over: nobody answers any more.
    pub is_over: bool,
    /// Whether it ends on the day itself where the price is not accepted: its listing gives no days of notice.
    pub ends_at_once: bool,
}

impl Asked {
    /// `waiting`, `accepted`, `refused`, `paused`, `done`, `lapsed`.
    #[must_use]
    pub fn stands(&self) -> &str {
        self.row.outcome.as_deref().unwrap_or("waiting")
    }

    /// Whether accepting it now makes it hold now.
    #[must_use]
    pub fn holds_at_once(&self, now: Timestamp) -> bool {
        self.from <= now || self.batch.paused_for.is_some()
    }

    /// Whether it can still be accepted.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.stands(), "waiting" | "refused" | "paused") && !self.is_over
    }
}

/// One of them with everything that its page shows.
///
/// # Errors
/// As [`find`].
pub async fn look(deps: &Deps, by: &ClientUser, id: &ProposalId) -> Result<Asked, Error> {
    let moment = deps.db.snapshot().await?;
    let row = rows::find_proposal(&moment, id).await?.filter(|row| row.state == "passed").ok_or(Error::NotFound)?;
    if is_asked_of(&moment, by, &row).await? { asked(&moment, row, deps.clock.now()).await } else { Err(Error::NotFound) }
}

/// Every one that is not settled, of contracts that go on, with the same.
///
/// # Errors
/// When the database fails.
pub async fn look_at_all(deps: &Deps, by: &ClientUser) -> Result<Vec<Asked>, Error> {
    let moment = deps.db.snapshot().await?;
    let mut all = Vec::new();
    for row in due::list_asked(&moment).await? {
        if is_asked_of(&moment, by, &row).await? {
            all.push(asked(&moment, row, deps.clock.now()).await?);
        }
    }
    all.retain(|asked| !asked.is_over);
    Ok(all)
}

async fn asked(on: &impl Sql, row: Proposal, now: Timestamp) -> Result<Asked, Error> {
    let Act::PriceAsk { contract, batch, price, currency } = act_of(&row)? else { return Err(Error::NotFound) };
    let batch = batches::find_batch(on, &batch).await?.ok_or(Error::NotFound)?;
    let contract = contracts::find_contract(on, &contract).await?.ok_or(Error::NotFound)?;
    let from = row.enacts_at.map(Timestamp::from_secs).ok_or(Error::NotFound)?;
    let free = escrow(on, &contract).await?.free;
    let standing = life::standing_of(on, &contract).await?;
    let (is_over, ends_at_once) = (standing.is_over(now), standing.notice_days == 0);
    Ok(Asked { row, batch, price, currency, from, free, ends_at: contract.ends_at.map(Timestamp::from_secs), is_over, ends_at_once })
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

/// Accepts the price: from its day on, or at once where that has passed or where new claims had stopped for an earlier question; where
/// something that members voted is due and not brought about yet, right after that. The index of `batch.repriced`, if it was written
/// now: none where the client pays as much already.
///
/// # Errors
/// As [`find`]; `price-answered` once it is accepted or settled; `contract-over`; `price-too-low` by the book in force.
pub async fn accept(deps: &Deps, by: &ClientUser, once: &Once, id: &ProposalId) -> Result<Option<u64>, Error> {
    let mut work = begin!(deps, by.actor(), once);
    let (row, contract) = held(&work, by, id).await?;
    if row.outcome.as_deref() == Some("accepted") {
        return Err(Refusal::new("price-answered").into());
    }
    let act = as_voted(&work.tx, &row).await?;
    let Act::PriceAsk { batch, price, .. } = act.clone() else { return Err(Error::NotFound) };
    let before = asks::list_paused(&work.tx, &batch, &row).await?;
    // Where new claims stopped for an earlier question, nobody works at the old price that its days would protect.
    let is_early = before.is_empty() && row.enacts_at.is_some_and(|at| at > work.now().secs());
    if is_early || enacting::is_behind(&work, &row, &act).await? {
        rows::set_outcome(&work.tx, &row.id, "accepted", (None, ""), work.now()).await?;
        // However long what is due takes: no contract ends for a price that its client accepted.
        life::keep_by_vote(&mut work, &contract, id.as_str()).await?;
        for ask in &before {
            // Nor for one in whose place it was asked.
            life::keep_by_vote(&mut work, &contract, &ask.name()).await?;
        }
        return work.commit(None).await;
    }
    let pays = batches::find_batch(&work.tx, &batch).await?.ok_or(Error::NotFound)?.price;
    let index = match pays >= price.micros() {
        true => None,
        false => Some(enacting::reprice(&mut work, &row, &contract, &batch, price).await?),
    };
    for ask in &before {
        asks::replace(&mut work, ask, &batch).await?;
    }
    asks::lift(&mut work, &row, &contract, &batch).await?;
    rows::set_outcome(&work.tx, &row.id, "done", (index, ""), work.now()).await?;
    let notice = Notice::VoteEnacted { proposal: id.to_string(), title: row.title, what: row.act };
    telling::everybody(&mut work, &notice).await?;
    work.commit(index).await
}

/// Does not accept it. It can still be accepted, until the contract ends; what was accepted stays so, since members go by it.
///
/// # Errors
/// As [`accept`].
pub async fn refuse(deps: &Deps, by: &ClientUser, once: &Once, id: &ProposalId) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let (row, _) = held(&work, by, id).await?;
    if row.outcome.as_deref() == Some("accepted") {
        return Err(Refusal::new("price-answered").into());
    }
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
    let stands = contracts::load_held(&work.tx, &contract).await?;
    // Another question, or a price of the client's own, settles this one under the contract's lock alone: as it stands now.
    let row = rows::find_proposal(&work.tx, id).await?.ok_or(Error::NotFound)?;
    if !matches!(row.outcome.as_deref(), Some("waiting" | "accepted" | "refused" | "paused")) {
        return Err(Refusal::new("price-answered").into());
    }
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
