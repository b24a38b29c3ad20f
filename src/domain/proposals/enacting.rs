//! What a passed proposal brings on its day: the book with its change merged in, or the price that a client accepted. Once.

use serde_json::{Map, Value};

use super::change;
use super::opening::Act;
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
    let after = change::within_limits(before, patch)?;
    Ok((Draft::new("rule.enacted").about("proposal", proposal).calc("book", after.value().clone()), after))
}

/// Whether `later` must wait until `earlier` is brought about, or has lapsed: both are about the rule book or a price under it, about the
/// same contract, or about who holds which role. Everything else goes on by itself.
#[must_use]
pub fn waits_for(later: &Act, earlier: &Act) -> bool {
    let priced = |act: &Act| matches!(act, Act::Rules(_) | Act::PriceAsk { .. });
    let about_people = |act: &Act| matches!(act, Act::Mandate(..) | Act::Recall(..) | Act::Exclusion(_));
    let of_rules = |act: &Act| matches!(act, Act::Rules(_));
    (priced(later) && priced(earlier) && (of_rules(later) || of_rules(earlier)))
        || (about_people(later) && about_people(earlier))
        || (later.contract().is_some() && later.contract() == earlier.contract())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MemberId;
    use crate::money::Currency;

    #[test]
    fn what_depends_on_something_earlier_waits_for_it_and_nothing_else_does() {
        let contract = ContractId::from_number;
        let ask = |number: u64| Act::PriceAsk {
            contract: contract(number),
            batch: BatchId::parse("019b8d3d-2bb8-7ea6-bed3-968735bc3463").unwrap(),
            price: Amount::from_micros(1),
            currency: Currency::parse("USD").unwrap(),
        };
        let (rules, member) = (Act::Rules(Map::new()), MemberId::from_random([1; 8]));
        let role = |name: &str| Act::Mandate(member.clone(), name.to_owned());
        for (later, earlier, waits) in [
            (rules.clone(), rules.clone(), true),
            (ask(1), rules.clone(), true),
            (rules.clone(), ask(1), true),
            (ask(1), ask(2), false),
            (ask(1), Act::End(contract(1)), true),
            (Act::End(contract(2)), Act::End(contract(1)), false),
            (Act::Recall(member.clone(), "treasurer".to_owned()), role("treasurer"), true),
            (role("treasurer"), rules, false),
        ] {
            assert_eq!(waits_for(&later, &earlier), waits, "{later:?} after {earlier:?}");
        }
    }
}
