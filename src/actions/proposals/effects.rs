//! What a change of the rule book would do: to one's own last ninety days, and to everybody's. The same figures for everyone.

use std::collections::BTreeMap;

use manyhands_domain::ids::{ContractId, MemberId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::change;
use manyhands_domain::proposals::effects::{self as rule, Effects, Work};
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::rules::Book;
use manyhands_store::Sql;
use manyhands_store::batches;
use manyhands_store::proposals::Proposal;
use manyhands_store::proposals::effects::{AcceptedWork, list_accepted};

use crate::actions::batches::offer_of;
use crate::actions::proposals::act_of;
use crate::actions::rights::Member;
use crate::actions::{Error, rules};
use crate::deps::Deps;

/// What a change would do.
#[derive(Clone, Debug)]
pub struct Seen {
    /// By currency.
    pub by_currency: BTreeMap<Currency, Effects>,
    /// Open batches that would fall under the new floor, of so many.
    pub under: (usize, usize),
    /// Days of accepted work that were looked at.
    pub days: i64,
}

/// What a proposal to change the rules would do, or would have done; nothing of other proposals.
///
/// # Errors
/// Why the change does not fit beside the book in force by now.
pub async fn see(deps: &Deps, by: &Member, row: &Proposal) -> Result<Option<Seen>, Error> {
    let Act::Rules(patch) = act_of(row)? else { return Ok(None) };
    let moment = deps.db.snapshot().await?;
    let before = match row.outcome_index {
        Some(index) => rules::at_size(&moment, index).await?.1,
        None => rules::current(&moment).await?.1,
    };
    let after = change::apply(&before, &patch)?;
    let since = deps.clock.now().plus_days(-DAYS);
    let works = list_accepted(&moment, since).await?.into_iter().map(work).collect::<Result<Vec<_>, _>>()?;
    let by_currency = rule::effects(&before, &after, &works, by.id()).map_err(Error::broken)?;
    Ok(Some(Seen { by_currency, under: under(&moment, &after, deps).await?, days: DAYS }))
}

async fn under(on: &impl Sql, after: &Book, deps: &Deps) -> Result<(usize, usize), Error> {
    let running = batches::list_running(on, deps.clock.now()).await?;
    let mut under = 0;
    for batch in &running {
        let sums = manyhands_domain::batches::arithmetic(after, &offer_of(batch)?);
        under += usize::from(sums.is_ok_and(|sums| !sums.enough));
    }
    Ok((under, running.len()))
}

fn work(row: AcceptedWork) -> Result<Work, Error> {
    let member = |id: &str| MemberId::parse(id).map_err(Error::broken);
    Ok(Work {
        contract: ContractId::parse(&row.contract_id).map_err(Error::broken)?,
        client: row.client_id,
        worker: member(&row.member_id)?,
        reviewer: row.reviewer_id.as_deref().map(member).transpose()?,
        price: Amount::from_micros(row.price),
        currency: Currency::parse(&row.currency).map_err(Error::broken)?,
        seconds: row.seconds.unwrap_or_default(),
        terms: (row.skill, u8::try_from(row.level).map_err(Error::broken)?, row.estimate),
    })
}

/// As long as a quarter: short enough to be one's own memory.
const DAYS: i64 = 90;
