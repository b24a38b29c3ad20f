//! Periods: a treasurer closes one, and everybody reads the balances as of any entry.

use manyhands_domain::books::account::Account;
use manyhands_domain::ids::PeriodId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::periods;
use manyhands_domain::refusal::Refusal;
use manyhands_store::ledger::{self, EntryRow};

use crate::actions::rights::Treasurer;
use crate::actions::{Error, Once, begin, new_uuid};
use crate::deps::Deps;

/// Balances as of a size of the book.
#[derive(Clone, Debug)]
pub struct TrialBalance {
    /// Over so many entries.
    pub size: u64,
    /// Entries in the book now.
    pub of: u64,
    /// Account, unit, amount: all that are not zero, sorted.
    pub balances: Vec<(String, Currency, Amount)>,
}

/// Closes a period: every balance as it is now, as `period.closed` entries. The index of the first.
///
/// # Errors
/// `period-nothing-new` right after another one.
pub async fn close(deps: &Deps, by: &Treasurer, once: &Once) -> Result<u64, Error> {
    let mut work = begin!(deps, by.actor(), once);
    // The ledger is taken first: what is read from here on is what the entries say.
    let size = work.ledger_size().await?;
    let last = ledger::entries_before(&work.tx, size, 1).await?;
    if last.iter().any(|entry| entry.kind == "period.closed") {
        return Err(Refusal::new("period-nothing-new").into());
    }
    let balances = ledger::balances_as_of(&work.tx, size).await?;
    let typed = balances.into_iter().map(|(account, unit, amount)| Ok((Account::parse(&account).map_err(Error::broken)?, unit, amount)));
    let period = PeriodId::parse(&new_uuid(deps)).map_err(Error::broken)?;
    let drafts = periods::close(&period, size, typed.collect::<Result<_, Error>>()?)?;
    for draft in drafts {
        work.append(draft).await?;
    }
    work.commit(size).await
}

/// The balances as of a size; as of now without one.
///
/// # Errors
/// `size-beyond` when the book is shorter.
pub async fn as_of(deps: &Deps, size: Option<u64>) -> Result<TrialBalance, Error> {
    let moment = deps.db.snapshot().await?;
    let of = ledger::head(&moment).await?.size;
    let size = size.unwrap_or(of);
    if size > of {
        return Err(Refusal::new("size-beyond").field("size").with("size", of).into());
    }
    Ok(TrialBalance { size, of, balances: ledger::balances_as_of(&moment, size).await? })
}

/// Closed periods, newest first: the entries that close them.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps) -> Result<Vec<EntryRow>, Error> {
    Ok(ledger::list_periods(&deps.db.read(), 24).await?)
}
