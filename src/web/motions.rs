//! What passing comes to, in plain words: the rules that change, the price that is asked, the contract, the member.

use manyhands_domain::ids::{BatchId, ContractId, MemberId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::change;
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::proposals::tally::Verdict;
use manyhands_domain::time::Timestamp;
use serde_json::{Map, Value};

use crate::actions::proposals::{self, candidates, closing};
use crate::actions::rights::Member;
use crate::actions::{Batch, Error, Proposal, batches, contracts, rules};
use crate::i18n::{Say, amount};
use crate::web::answer::Result;
use crate::web::page::Page;
use crate::web::people::name_of;
use crate::web::rule_words::difference_blocks;
use crate::web::sheet::Block;
use crate::web::split::{before_and_after, parts_of};

/// What passing does, as a section.
pub(super) async fn blocks(page: &Page, member: &Member, row: &Proposal) -> Result<Vec<Block>> {
    let say = &page.say;
    match proposals::act_of(row)? {
        Act::Rules(patch) => rule_blocks(page, member, row, &patch).await,
        Act::PriceAsk { contract, batch, price, currency } => {
            let found = batches::list_of_contract(&page.deps, &contract).await?.into_iter().find(|found| found.id == batch.as_str());
            price_blocks(page, row, (&contract, &batch), found.as_ref(), (price, currency)).await
        }
        Act::Take(contract) => contract_blocks(page, row, &contract, "motion-take").await,
        Act::End(contract) => contract_blocks(page, row, &contract, "motion-end").await,
        Act::Mandate(about, role) => about_blocks(page, member, &about, "motion-mandate", &role).await,
        Act::Recall(about, role) => about_blocks(page, member, &about, "motion-recall", &role).await,
        Act::Exclusion(about) => about_blocks(page, member, &about, "motion-exclusion", "member").await,
        Act::Text => Ok(vec![Block::Text(say.t("motion-text"))]),
    }
}

/// The words of what is proposed, for lists: `Rules`, `A price asked`.
pub(super) fn act_words(say: &Say, act: &str) -> String {
    say.t(&format!("act-{act}"))
}

async fn rule_blocks(page: &Page, member: &Member, row: &Proposal, patch: &Map<String, Value>) -> Result<Vec<Block>> {
    let say = &page.say;
    let differences = proposals::differences(&page.deps, member, row).await?;
    if differences.is_empty() {
        return Ok(vec![Block::Text(say.t("motion-rules-none"))]);
    }
    let heads = heads(row);
    let book = proposals::book_before(&page.deps, member, row).await?;
    // Beside what was enacted since a split may fit no more: then its parts stand among the other figures.
    let after = change::apply(&book, patch).ok().filter(|_| patch.contains_key("split"));
    let mut others = differences;
    others.retain(|one| after.is_none() || !one.name.starts_with("split/"));
    let mut blocks = difference_blocks(say, &others, heads);
    if let Some(after) = after {
        let hundred = Amount::from_micros(100_000_000);
        let (was, then) = (parts_of(say, &book, hundred)?, parts_of(say, &after, hundred)?);
        let heads = [say.t("split-of-100"), say.t(heads[0]), say.t(heads[1])];
        blocks.extend(before_and_after(say, (&was, &then), heads, &say.t("split-client-pays")));
    }
    if patch.contains_key("votes") {
        blocks.push(Block::Small(say.t("motion-rules-votes")));
    }
    blocks.push(Block::Small(say.t("motion-rules-words")));
    Ok(blocks)
}

/// What stands over the two columns: when the one held, and what the other is.
fn heads(row: &Proposal) -> [&'static str; 2] {
    match (row.outcome_index, row.closed_index) {
        (Some(_), _) => ["rule-before", "rule-since"],
        (None, Some(_)) if proposals::waits_for_its_day(row) => ["rule-now", "rule-proposed"],
        (None, Some(_)) => ["rule-at-close", "rule-proposed"],
        (None, None) => ["rule-now", "rule-then"],
    }
}

async fn price_blocks(
    page: &Page,
    row: &Proposal,
    (contract, batch): (&ContractId, &BatchId),
    found: Option<&Batch>,
    (price, currency): (Amount, Currency),
) -> Result<Vec<Block>> {
    let say = &page.say;
    let asked = [
        ("price", (price, currency).into()),
        ("title", found.map_or(batch.as_str(), |found| found.title.as_str()).into()),
        ("contract", contract.as_str().into()),
        ("client", found.map_or("", |found| found.end_client.as_str()).into()),
    ];
    let mut blocks = vec![Block::Text(say.with("motion-price", &asked))];
    // Once it holds, the batch's own price is the new one: there is nothing to hold it against.
    if let Some(found) = found.filter(|found| found.price != price.micros()) {
        let (_, book) = rules::current(&page.deps.db.read()).await?;
        let (was, then) = (parts_of(say, &book, Amount::from_micros(found.price))?, parts_of(say, &book, price)?);
        let unit = say.with("motion-price-unit", &[("currency", currency.code().into())]);
        let heads = [unit, say.t("rule-now"), say.t(if row.closed_index.is_some() { "rule-proposed" } else { "rule-then" })];
        blocks.extend(before_and_after(say, (&was, &then), heads, &say.t("split-client-pays")));
        let hour = |price: Amount| amount(say.language, book.hour_at(price, found.seconds));
        let hours =
            [("was", hour(Amount::from_micros(found.price)).into()), ("then", hour(price).into()), ("currency", currency.code().into())];
        blocks.push(Block::Text(say.with("motion-price-hour", &hours)));
    }
    // What came of it stands in the head once it is closed.
    if row.closed_index.is_none() {
        blocks.push(Block::Small(say.t("motion-price-words")));
    }
    blocks.push(Block::Links(vec![contract_way(page, contract)]));
    Ok(blocks)
}

fn contract_way(page: &Page, contract: &ContractId) -> (String, String) {
    (format!("/contracts/{contract}"), page.say.with("motion-contract-way", &[("contract", contract.as_str().into())]))
}

async fn contract_blocks(page: &Page, row: &Proposal, contract: &ContractId, id: &str) -> Result<Vec<Block>> {
    let say = &page.say;
    // One that waits for approval is its client's and the coordinators' matter: here it is a number.
    let found = match contracts::find_public(&page.deps, contract).await {
        Ok(found) => Some(found),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let title = found.as_ref().map_or_else(String::new, |found| format!("{}, {}", found.title, found.end_client));
    let about = if title.is_empty() { contract.to_string() } else { format!("{contract} ({title})") };
    let mut blocks = vec![Block::Text(say.with(id, &[("contract", about.into())]))];
    // What came of it stands in the head once it is closed.
    if row.closed_index.is_none() {
        blocks.push(Block::Text(say.t(&format!("{id}-else"))));
    }
    blocks.extend(found.map(|_| Block::Links(vec![contract_way(page, contract)])));
    Ok(blocks)
}

async fn about_blocks(page: &Page, member: &Member, about: &MemberId, id: &str, role: &str) -> Result<Vec<Block>> {
    let say = &page.say;
    let name = name_of(page, &candidates::find_name(&page.deps, member, about).await?);
    let role = say.t(&format!("role-{role}"));
    let words = say.with(id, &[("name", name.into()), ("role", role.into())]);
    Ok(vec![Block::Text(words), Block::Small(say.with("motion-about-id", &[("id", about.as_str().into())]))])
}

/// The way to what it would do to one's own pay and to everybody's, of what changes pay.
pub(super) fn effects_way(say: &Say, row: &Proposal) -> Option<(String, String)> {
    let words = if row.closed_index.is_some() { "vote-effects-closed" } else { "vote-effects" };
    let number = row.number.filter(|_| matches!(row.act.as_str(), "rules" | "price-ask"))?;
    Some((format!("/proposals/P-{number}/effects"), say.t(words)))
}

/// From which day it holds if it passes, or would have held. Words and a contract taken are recorded at the closing: nothing of them begins on a day.
pub(super) fn day_fact(say: &Say, row: &Proposal) -> Option<(String, String)> {
    let at = row.enacts_at.filter(|_| closing::WAITS.contains(&row.act.as_str()))?;
    let is_lost = matches!(proposals::counted(row), Ok(Some(counted)) if counted.verdict != Verdict::Passed);
    Some((say.t(if is_lost { "vote-fact-would" } else { "vote-fact-enacts" }), both(say, Timestamp::from_secs(at))))
}

/// A moment in the reader's zone, and in UTC where that is another.
pub(super) fn both(say: &Say, at: Timestamp) -> String {
    let utc = Say::new(say.language, "UTC");
    if say.place() == utc.place() {
        return say.moment(at);
    }
    if say.date(at) == utc.date(at) {
        let time = format!("{} (UTC)", utc.clock(at, at));
        return say.with("moment-both-day", &[("here", at.into()), ("utc", time.into())]);
    }
    say.with("moment-both", &[("here", at.into()), ("utc", utc.moment(at).into())])
}
