//! What is a member's now, and which pieces it comes from.

use std::collections::BTreeMap;

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::payouts::{self, Unpaid};
use manyhands_store::earnings::{self as rows, Earning};
use manyhands_store::ledger;

use crate::actions::Error;
use crate::actions::rights::Member;
use crate::deps::Deps;

/// What is a member's now, in one currency, and where it comes from.
#[derive(Clone, Debug)]
pub struct Purse {
    /// Of everything in it.
    pub currency: Currency,
    /// What they are owed.
    pub balance: Amount,
    /// Pieces that are not paid out yet, newest first.
    pub unpaid: Vec<Earning>,
    /// What is left of an older piece that is paid out in part: with `unpaid` and `earlier`, the balance.
    pub carried: Amount,
    /// Older pieces that are not paid out either, beyond those listed.
    pub earlier: Amount,
}

/// A member's purses, the one with the newest piece first, and the newest of the pieces that are paid out. One moment
/// throughout.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, by: &Member) -> Result<(Vec<Purse>, Vec<Earning>), Error> {
    let moment = deps.db.snapshot().await?;
    let account = format!("Liabilities:Members:{}:Earned", by.id());
    let mut of_currency: BTreeMap<String, Vec<Earning>> = BTreeMap::new();
    for currency in rows::list_currencies(&moment, by.id()).await? {
        let earned = rows::list(&moment, by.id(), &currency, LIMIT).await?;
        of_currency.insert(currency, earned);
    }
    let mut purses = Vec::new();
    let mut paid = Vec::new();
    for (_, currency, balance) in ledger::balances(&moment, &account).await? {
        let balance = balance.checked_neg().map_err(Error::broken)?;
        let mut earned = of_currency.remove(currency.code()).unwrap_or_default();
        let shares: Vec<Amount> = earned.iter().map(|earning| Amount::from_micros(earning.share)).collect();
        let Unpaid { pieces, rest } = payouts::unpaid(balance, &shares).map_err(Error::broken)?;
        let older = earned.split_off(pieces);
        // Only where every piece listed is unpaid may more of them lie beyond.
        let beyond = older.is_empty() && i64::try_from(pieces).is_ok_and(|pieces| pieces == LIMIT);
        paid.extend(older);
        let (carried, earlier) = if beyond { (Amount::ZERO, rest) } else { (rest, Amount::ZERO) };
        purses.push(Purse { currency, balance, unpaid: earned, carried, earlier });
    }
    paid.extend(of_currency.into_values().flatten());
    paid.sort_by_key(|earning| std::cmp::Reverse(earning.entry_index));
    purses.sort_by_key(|purse| std::cmp::Reverse(purse.unpaid.first().map_or(-1, |newest| newest.entry_index)));
    Ok((purses, paid))
}

/// Pieces of a currency that the page counts one by one.
const LIMIT: i64 = 1_000;
