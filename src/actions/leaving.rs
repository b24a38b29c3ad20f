//! A member leaves the co-op, by their own action: `member.left`. What they hold goes back, what they handed in is judged
//! and paid.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_store::{ledger, outbox, people};

use crate::actions::rights::Member;
use crate::actions::sessions::confirm;
use crate::actions::{Error, Once, begin, claims};
use crate::deps::Deps;

/// Leaves; the index of the entry.
///
/// # Errors
/// The last coordinator; somebody who is owed money and has not said where to; a wrong password.
pub async fn leave(deps: &Deps, by: &Member, once: &Once, password: &str) -> Result<u64, Error> {
    confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    // Read again here: roles and where pay goes may have changed since the page was shown.
    let coordinators = people::list_holders(&work.tx, "coordinator", "coordinator").await?;
    if coordinators == [by.person().clone()] {
        return Err(Refusal::new("leave-last-coordinator").into());
    }
    let owed = payable(&work.tx, by.id().as_str()).await?;
    if let (Some((currency, amount)), true) = (owed.first(), people::find_payout_to(&work.tx, by.id()).await?.is_empty()) {
        return Err(Refusal::new("leave-no-destination").with("amount", (*amount, *currency)).into());
    }
    claims::release_all(&mut work, by.id()).await?;
    let index = work.append(Draft::new("member.left").about("member", by.id())).await?;
    people::set_left(&work.tx, by.id(), work.now()).await?;
    people::revoke_roles(&work.tx, by.person()).await?;
    outbox::unsubscribe(&work.tx, by.person(), "contract-listed").await?;
    work.notify(by.person(), &Notice::Left { index }).await?;
    work.commit(index).await
}

/// What a member is owed and can be paid, by currency: less than the smallest coin stays in the book for ever.
///
/// # Errors
/// When the database fails.
pub(crate) async fn payable(on: &impl manyhands_store::Sql, member: &str) -> Result<Vec<(Currency, Amount)>, Error> {
    let balances = ledger::balances(on, &format!("Liabilities:Members:{member}:")).await?;
    let mut owed = Vec::new();
    for (_, currency, amount) in balances {
        let amount = amount.checked_neg().map_err(Error::broken)?.round_down_to(currency.minor_unit());
        if amount.is_positive() {
            owed.push((currency, amount));
        }
    }
    Ok(owed)
}
