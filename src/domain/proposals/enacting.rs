//! What a passed proposal brings on its day: the book with its change merged in, or the price that a client accepted. Once.

use serde_json::{Map, Value};

use super::change;
use crate::books::entry::Draft;
use crate::ids::{BatchId, ContractId, ProposalId};
use crate::money::Amount;
use crate::refusal::Refusal;
use crate::rules::Book;

/// `rule.enacted`: the book in force with the change merged in, and that book.
///
/// # Errors
/// Why the merged book would be none, beside what was enacted since: the change lapses.
pub fn enact(proposal: &ProposalId, before: &Book, patch: &Map<String, Value>) -> Result<(Draft, Book), Vec<Refusal>> {
    let after = change::apply(before, patch)?;
    Ok((Draft::new("rule.enacted").about("proposal", proposal).calc("book", after.value().clone()), after))
}

/// `batch.repriced`, by a proposal or without one.
#[must_use]
pub fn reprice((contract, batch): (&ContractId, &BatchId), price: Amount, rule: u64, proposal: Option<&ProposalId>) -> Draft {
    let draft = Draft::new("batch.repriced").about("contract", contract).about("batch", batch).calc("price", price.to_string()).rule(rule);
    match proposal {
        Some(proposal) => draft.about("proposal", proposal),
        None => draft,
    }
}
