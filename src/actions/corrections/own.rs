//! What corrections did to a member's own pay.

use manyhands_domain::books::account::Account;
use manyhands_domain::books::entry::Entry;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::time::Timestamp;
use manyhands_store::ledger;

use crate::actions::Error;
use crate::actions::corrections::reason_of;
use crate::actions::rights::Member;
use crate::deps::Deps;

/// What a correction did to a member's pay.
#[derive(Clone, Debug)]
pub struct OfPay {
    /// Its entry.
    pub index: u64,
    /// Index of the entry that it corrects.
    pub corrects: u64,
    /// A code.
    pub reason: String,
    /// When it was posted.
    pub at: Timestamp,
    /// How much more is theirs; below zero, how much less.
    pub amount: Amount,
    /// Of it.
    pub currency: Currency,
}

/// Corrections of a member's own pay, newest first.
///
/// # Errors
/// When the database fails, or an entry is damaged.
pub async fn list_own(deps: &Deps, by: &Member) -> Result<Vec<OfPay>, Error> {
    let account = Account::earned(by.id());
    let mut own = Vec::new();
    for row in ledger::corrections_of_account(&deps.db.read(), account.as_str(), 20).await? {
        let entry = Entry::read(&row.note).map_err(Error::broken)?;
        let corrects = entry.reference("corrects").and_then(|index| index.parse().ok());
        for line in entry.lines.iter().filter(|line| line.account == account) {
            own.push(OfPay {
                index: row.index,
                corrects: corrects.ok_or_else(|| Error::broken("a correction of nothing"))?,
                reason: reason_of(&entry),
                at: entry.at,
                // What the co-op owes is below zero: more of it is more of theirs.
                amount: line.amount.checked_neg().map_err(Error::broken)?,
                currency: line.unit,
            });
        }
    }
    Ok(own)
}
