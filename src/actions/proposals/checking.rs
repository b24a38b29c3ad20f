//! Whether what is proposed may be put to the vote: asked when it is drafted, when it is opened, and when it is called again.

use std::collections::BTreeMap;

use manyhands_domain::batches as offers;
use manyhands_domain::ids::{ContractId, MemberId, PersonId};
use manyhands_domain::money::Currency;
use manyhands_domain::proposals::carrying::kinds_for;
use manyhands_domain::proposals::change;
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals::Proposal;
use manyhands_store::{Sql, batches, contracts, departures, people};

use crate::actions::batches::offer_of;
use crate::actions::contracts::life;
use crate::actions::proposals::candidates;
use crate::actions::{Error, asks};

/// Whether a motion may be put to the vote by the book in force: what it changes, and that it can come about at all.
///
/// # Errors
/// Every fault with its field.
pub(crate) async fn check_act(on: &impl Sql, book: &Book, terms: &Terms, act: &Act, now: Timestamp) -> Result<(), Error> {
    if !kinds_for(book, act.word()).iter().any(|kind| kind.kind == terms.kind) && act.touches().is_empty() {
        return Err(Refusal::new("proposal-kind").field("kind").into());
    }
    let foreign: Vec<&str> = act.touches().into_iter().filter(|name| !terms.may_change(name)).collect();
    if let Some(part) = foreign.first() {
        return Err(Refusal::new("rule-kind-may-not").field("kind").with("part", *part).into());
    }
    match act {
        Act::Rules(patch) => {
            let after = change::check(book, terms, patch)?;
            Ok(check_floors(on, book, &after, now).await?)
        }
        Act::PriceAsk { contract, batch, price, .. } => {
            let row =
                batches::find_batch(on, batch).await?.filter(|row| row.contract_id == contract.as_str() && row.opened_index.is_some());
            let row = row.ok_or_else(|| Refusal::new("proposal-batch").field("batch"))?;
            check_running(on, contract, now).await?;
            if row.is_finished() {
                return Err(Refusal::new("price-batch-done").field("batch").into());
            }
            if row.price == price.micros() {
                return Err(Refusal::new("price-same").field("price").into());
            }
            if row.price > price.micros() {
                return Err(Refusal::new("price-ask-lower").field("price").into());
            }
            asks::check_none_open(on, batch).await?;
            let offer = offers::Offer { price: *price, ..offer_of(&row)? };
            offers::check_price(book, &offer)?;
            Ok(())
        }
        Act::End(contract) => check_running(on, contract, now).await,
        Act::Take(contract) => {
            let row = contracts::find_contract(on, contract).await?;
            let known = row.is_some_and(|row| row.listed_index.is_some() || row.state == "submitted");
            if known { Ok(()) } else { Err(Refusal::new("proposal-contract").field("contract").into()) }
        }
        Act::Mandate(member, role) => {
            if departures::is_excluded(on, member).await? {
                return Err(Refusal::new("proposal-member").field("member").into());
            }
            check_role(on, member, role, false).await
        }
        Act::Recall(member, role) => check_role(on, member, role, true).await,
        Act::Exclusion(member) => person_of(on, member).await.map(|_| ()),
        Act::Text => Ok(()),
    }
}

/// What is put to the vote names nobody: the document is public and stands for ever. `stood`: the draft as it was saved last, if it was.
///
/// # Errors
/// `proposal-names-member` for the member whom it is about, `proposal-names` for another, each with the field.
pub(crate) async fn check_words(on: &impl Sql, act: &Act, words: [&str; 2], stood: Option<&Proposal>) -> Result<(), Error> {
    let refusals = candidates::named(on, act, words, stood).await?;
    if refusals.is_empty() { Ok(()) } else { Err(refusals.into()) }
}

/// A floor under which no batch in its currency could go on is a slip of the hand: nobody would find work the day after.
async fn check_floors(on: &impl Sql, before: &Book, after: &Book, now: Timestamp) -> Result<(), Error> {
    let mut reached: BTreeMap<Currency, (bool, bool)> = BTreeMap::new();
    for row in batches::list_running(on, now).await? {
        let offer = offer_of(&row)?;
        let least = |book: &Book| book.least_price(&offer.skill, offer.currency, offer.level, offer.seconds);
        let at = reached.entry(offer.currency).or_default();
        at.0 |= least(before).is_some_and(|least| offer.price >= least);
        at.1 |= least(after).is_some_and(|least| offer.price >= least);
    }
    match reached.into_iter().find(|(_, (before, after))| *before && !*after) {
        Some((currency, _)) => {
            let field = format!("floor/general/{}", currency.code());
            Err(Refusal::new("rule-floor-high").field(field).with("currency", currency.code()).into())
        }
        None => Ok(()),
    }
}

async fn check_running(on: &impl Sql, contract: &ContractId, now: Timestamp) -> Result<(), Error> {
    let unfit = || Error::from(Refusal::new("proposal-contract").field("contract"));
    let row = contracts::find_contract(on, contract).await?.filter(|row| row.listed_index.is_some()).ok_or_else(unfit)?;
    if life::standing_of(on, &row).await?.is_over(now) { Err(unfit()) } else { Ok(()) }
}

async fn check_role(on: &impl Sql, member: &MemberId, role: &str, has: bool) -> Result<(), Error> {
    let person = person_of(on, member).await?;
    let holds = people::list_roles(on, &person).await?.iter().any(|held| held == role);
    match (holds, has) {
        (true, false) => Err(Refusal::new("proposal-role-held").field("role").into()),
        (false, true) => Err(Refusal::new("proposal-role-not-held").field("role").into()),
        _ => Ok(()),
    }
}

/// The account of somebody who is a member now.
async fn person_of(on: &impl Sql, member: &MemberId) -> Result<PersonId, Error> {
    let person = people::person_of_member(on, member).await?;
    let standing = match &person {
        Some(person) => people::find_standing(on, person).await?,
        None => None,
    };
    let here = standing.is_some_and(|standing| standing.member.as_ref() == Some(member));
    person.filter(|_| here).ok_or_else(|| Refusal::new("proposal-member").field("member").into())
}
