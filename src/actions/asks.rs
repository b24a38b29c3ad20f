//! Prices that members ask for a batch, as they stand: what keeps a second one from being asked, what one that was accepted keeps, and
//! how a pause for one ends. Who answers is `proposals::asking`'s matter.

use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_domain::money::Amount;
use manyhands_domain::notices::Notice;
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::refusal::Refusal;
use manyhands_store::proposals::{self as rows, Proposal, due};
use manyhands_store::{Sql, batches, contracts, people};
use serde_json::Value;

use crate::actions::contracts::life;
use crate::actions::{Error, Work};

/// A price that was asked.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// The proposal.
    pub(crate) row: Proposal,
    /// Whose batch it is.
    pub(crate) contract: ContractId,
    /// The price.
    pub(crate) price: Amount,
}

impl Ask {
    /// `P-…`.
    pub(crate) fn name(&self) -> String {
        format!("P-{}", self.row.number.unwrap_or_default())
    }

    fn outcome(&self) -> &str {
        self.row.outcome.as_deref().unwrap_or_default()
    }
}

/// Every price that was ever put to the vote for a batch, oldest first.
pub(crate) async fn list_of(on: &impl Sql, batch: &BatchId) -> Result<Vec<Ask>, Error> {
    let mut asks = Vec::new();
    for row in due::list_asks_of(on, batch.as_str()).await? {
        let about: Value = serde_json::from_str(&row.about).map_err(Error::broken)?;
        if let Some(Act::PriceAsk { contract, price, .. }) = about.as_object().and_then(|about| Act::read(&row.act, about)) {
            asks.push(Ask { row, contract, price });
        }
    }
    Ok(asks)
}

/// One question at a time: while a price is voted on, or waits for its day, no other is asked for the same batch. Where one was not
/// accepted, another may be asked in its place.
///
/// # Errors
/// `price-ask-open` with the one that stands.
pub(crate) async fn check_none_open(on: &impl Sql, batch: &BatchId) -> Result<(), Error> {
    let asks = list_of(on, batch).await?;
    match asks.iter().find(|ask| ask.row.state == "open" || matches!(ask.outcome(), "waiting" | "accepted" | "refused")) {
        Some(ask) => Err(Refusal::new("price-ask-open").field("batch").with("proposal", ask.name()).into()),
        None => Ok(()),
    }
}

/// What a client accepted by a vote is not lowered again by a press: only above it is a price the client's own.
///
/// # Errors
/// `price-voted` with the vote and its price.
pub(crate) async fn check_not_below(on: &impl Sql, batch: &batches::Batch, price: Amount) -> Result<(), Error> {
    let id = BatchId::parse(&batch.id).map_err(Error::broken)?;
    let asks = list_of(on, &id).await?;
    let voted = asks.iter().filter(|ask| ask.outcome() == "done").max_by_key(|ask| ask.price);
    match voted.filter(|ask| price < ask.price) {
        Some(ask) => {
            let currency = manyhands_domain::money::Currency::parse(&batch.currency).map_err(Error::broken)?;
            let refusal = Refusal::new("price-voted").field("price").with("proposal", ask.name());
            Err(refusal.with("least", (ask.price, currency)).into())
        }
        None => Ok(()),
    }
}

/// The pause and the notice of a price that was not accepted end.
pub(crate) async fn lift(work: &mut Work<'_>, ask: &Proposal, contract: &ContractId, batch: &BatchId) -> Result<(), Error> {
    let held = batches::find_batch(&work.tx, batch).await?.and_then(|batch| batch.paused_for);
    if held.is_some() && held == ask.number {
        batches::set_paused_for(&work.tx, batch.as_str(), None, work.now()).await?;
    }
    life::keep_by_vote(work, contract, &format!("P-{}", ask.number.unwrap_or_default())).await
}

/// Prices that were asked before and not accepted, and for which new claims of the batch stop now: a newer question takes their place.
pub(crate) async fn list_paused(on: &impl Sql, batch: &BatchId, before: &Proposal) -> Result<Vec<Ask>, Error> {
    let asks = list_of(on, batch).await?;
    Ok(asks.into_iter().filter(|ask| ask.outcome() == "paused" && ask.row.number < before.number).collect())
}

/// One of those is asked no more, since another price was accepted.
pub(crate) async fn replace(work: &mut Work<'_>, ask: &Ask, batch: &BatchId) -> Result<(), Error> {
    lift(work, &ask.row, &ask.contract, batch).await?;
    rows::set_outcome(&work.tx, &ask.row.id, "lapsed", (None, "price-asked-anew"), work.now()).await?;
    Ok(())
}

/// A client raised the price itself: what members asked is settled where it is reached, before its day and after it. The contract's lock
/// is held.
pub(crate) async fn settle_reached(work: &mut Work<'_>, batch: &BatchId, price: Amount) -> Result<(), Error> {
    for ask in list_of(&work.tx, batch).await? {
        let asked = matches!(ask.outcome(), "waiting" | "accepted" | "refused" | "paused");
        if !asked || price < ask.price {
            continue;
        }
        lift(work, &ask.row, &ask.contract, batch).await?;
        rows::set_outcome(&work.tx, &ask.row.id, "done", (None, ""), work.now()).await?;
        let notice = Notice::VoteEnacted { proposal: ask.name(), title: ask.row.title.clone(), what: MET.to_owned() };
        tell_all(work, &notice).await?;
    }
    Ok(())
}

/// A price that has just passed is asked of nobody where its contract is over by now, or where the client pays as much already. Whether it
/// is settled so. The contract's lock is held.
pub(crate) async fn settle_passed(work: &mut Work<'_>, row: &Proposal) -> Result<bool, Error> {
    let about: Value = serde_json::from_str(&row.about).map_err(Error::broken)?;
    let act = about.as_object().and_then(|about| Act::read(&row.act, about));
    let Some(Act::PriceAsk { contract, batch, .. }) = act else { return Ok(false) };
    let stands = contracts::load_held(&work.tx, &contract).await?;
    if life::standing_of(&work.tx, &stands).await?.is_over(work.now()) {
        lapse(work, row, "contract-over").await?;
        return Ok(true);
    }
    let priced = batches::find_batch(&work.tx, &batch).await?.ok_or(Error::NotFound)?;
    settle_reached(work, &batch, Amount::from_micros(priced.price)).await?;
    let stands = rows::find_by_id(&work.tx, &row.id).await?.ok_or(Error::NotFound)?;
    let is_met = stands.outcome.as_deref() == Some("done");
    if !is_met && priced.is_finished() {
        lapse(work, row, FINISHED).await?;
        return Ok(true);
    }
    Ok(is_met)
}

/// What was asked comes to nothing, and members hear why.
pub(crate) async fn lapse(work: &mut Work<'_>, row: &Proposal, reason: &str) -> Result<(), Error> {
    rows::set_outcome(&work.tx, &row.id, "lapsed", (None, reason), work.now()).await?;
    let proposal = format!("P-{}", row.number.unwrap_or_default());
    let notice = Notice::VoteLapsed { proposal, title: row.title.clone(), reason: reason.to_owned() };
    tell_all(work, &notice).await
}

async fn tell_all(work: &mut Work<'_>, notice: &Notice) -> Result<(), Error> {
    let members = people::list_members(&work.tx).await?;
    work.notify_each(members.iter().map(|person| (person, notice))).await
}

/// All of the batch is accepted by now, before this price's day or while new claims stopped for it: nobody would be paid by it, so nothing
/// is asked any more, and no contract ends for it. Whether it was so. The proposal is held.
pub(crate) async fn settle_finished(work: &mut Work<'_>, row: &Proposal) -> Result<bool, Error> {
    let about: Value = serde_json::from_str(&row.about).map_err(Error::broken)?;
    let act = about.as_object().and_then(|about| Act::read(&row.act, about));
    let Some(Act::PriceAsk { contract, batch, .. }) = act else { return Ok(false) };
    contracts::load_held(&work.tx, &contract).await?;
    // As it stands under the contract's lock: it may have been answered, or over, meanwhile.
    let stands = rows::find_by_id(&work.tx, &row.id).await?.ok_or(Error::NotFound)?;
    let is_finished = batches::find_batch(&work.tx, &batch).await?.is_some_and(|batch| batch.is_finished());
    if !matches!(stands.outcome.as_deref(), Some("waiting" | "accepted" | "refused" | "paused")) || !is_finished {
        return Ok(false);
    }
    lift(work, &stands, &contract, &batch).await?;
    lapse(work, &stands, FINISHED).await?;
    Ok(true)
}

/// Why a price comes to nothing for which no work is left.
const FINISHED: &str = "price-batch-done";

/// What members are told where a client pays what they asked by a price of its own.
pub(crate) const MET: &str = "met";
