//! What a member earned since their last payout, and before.

use manyhands_domain::money::{Amount, Currency};
use manyhands_store::earnings::{self as rows, Earning};

use crate::actions::rights::Member;
use crate::actions::{Error, payouts};
use crate::deps::Deps;

/// What is a member's now, in one currency, and where it comes from.
#[derive(Clone, Debug)]
pub struct Purse {
    /// Of everything in it.
    pub currency: Currency,
    /// What they are owed.
    pub balance: Amount,
    /// Earned since the last payout, newest first; together with `carried` the balance.
    pub since: Vec<Earning>,
    /// What the last payout could not send, what came back, and whatever is older than the page shows.
    pub carried: Amount,
}

/// A member's purses, the larger currency by what is owed first as the ledger lists them, and what they earned before.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, by: &Member) -> Result<(Vec<Purse>, Vec<Earning>), Error> {
    let reader = deps.db.read();
    let sent = rows::list_last_sent(&reader, by.id()).await?;
    let last = |currency: &str| sent.iter().find(|last| last.currency == currency).map_or(-1, |last| last.entry_index);
    let all = rows::list(&reader, by.id(), LIMIT).await?;
    let (since, before): (Vec<Earning>, Vec<Earning>) = all.into_iter().partition(|earning| earning.entry_index > last(&earning.currency));
    let mut purses = Vec::new();
    for (currency, balance) in payouts::owed(deps, by).await? {
        let own: Vec<Earning> = since.iter().filter(|earning| earning.currency == currency.code()).cloned().collect();
        let earned: i128 = own.iter().map(|earning| i128::from(earning.share)).sum();
        let earned = i64::try_from(earned).map_err(Error::broken)?;
        let carried = balance.checked_sub(Amount::from_micros(earned)).map_err(Error::broken)?;
        purses.push(Purse { currency, balance, since: own, carried });
    }
    Ok((purses, before))
}

/// Pieces that the page of a member's pay counts one by one.
const LIMIT: i64 = 1_000;
