//! What waits for a client besides verdicts: a contract that is not submitted, a deposit, a batch that is not open, money that has run
//! out; and, on a draft batch, what there is to do before it opens. Each with the page on which it is done.

use manyhands_domain::batches::Arithmetic;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;

use crate::actions::contracts::{self, Escrow};
use crate::actions::{Batch, Contract, Error, batches};
use crate::i18n::Say;
use crate::web::answer::Result;
use crate::web::contracts::contract_id;
use crate::web::life;
use crate::web::page::Page;
use crate::web::pricing;
use crate::web::sheet::{Block, Row};

/// What waits for this client on one contract.
pub(super) async fn rows(page: &Page, contract: &Contract, all: &[Batch]) -> Result<Vec<Row>> {
    let say = &page.say;
    if contract.state == "draft" {
        return Ok(vec![row(say, say.t("wait-draft"), format!("/desk/{}/who", contract.id), contract, None)]);
    }
    let Some(currency) = contract.listed_index.and(Currency::parse(&contract.currency).ok()) else { return Ok(Vec::new()) };
    if contract.closed_index.is_some() || life::is_over(page, contract) {
        return Ok(Vec::new());
    }
    let escrow = contracts::escrow(&page.deps.db.read(), contract).await?;
    let quote = format!("/desk/{}/quote", contract.id);
    let mut rows = pricing::rows(page, all).await?;
    if all.is_empty() {
        let to = format!("/desk/{}/batch", contract.id);
        rows.push(row(say, say.t("wait-batch"), to, contract, Some(say.t("wait-batch-words"))));
    }
    for batch in all.iter().filter(|batch| batch.state == "draft") {
        let items = say.with("wait-open-items", &[("items", Arg::Count(items_of(batch)))]);
        let title = say.with("wait-open", &[("title", batch.title.as_str().into())]);
        rows.push(row(say, title, format!("/batches/{}", batch.id), contract, Some(items)));
    }
    for batch in all.iter().filter(|batch| batch.is_unsure()) {
        let title = say.with("wait-unsure", &[("title", batch.title.as_str().into())]);
        rows.push(row(say, title, format!("/batches/{}", batch.id), contract, Some(say.t("wait-unsure-words"))));
    }
    if contract.state == "approved" {
        rows.push(row(say, say.t("wait-deposit"), quote, contract, Some(say.t("wait-deposit-words"))));
    } else if let Some(dry) = dry(say, &escrow, contract, all, currency) {
        rows.push(row(say, say.t("wait-dry"), quote, contract, Some(dry)));
    }
    Ok(rows)
}

fn row(say: &Say, title: String, to: String, contract: &Contract, words: Option<String>) -> Row {
    let name = if contract.title.is_empty() { say.t("contract-untitled") } else { contract.title.clone() };
    let facts = [format!("{}, {name}", contract.id)].into_iter().chain(words).collect();
    Row { title, href: to.clone(), facts, go: Some((to, say.t("wait-go"))), ..Row::default() }
}

/// Where members would claim and the free deposit covers no piece more: how far it is from one.
fn dry(say: &Say, escrow: &Escrow, contract: &Contract, all: &[Batch], currency: Currency) -> Option<String> {
    let open = all.iter().filter(|batch| is_claimable(contract, batch));
    let price = open.map(|batch| Amount::from_micros(batch.price)).min()?;
    let values = [("free", (escrow.free, currency).into()), ("price", (price, currency).into())];
    (escrow.free < price).then(|| say.with("wait-dry-words", &values))
}

/// Whether members may claim from a batch, as far as its own terms go.
fn is_claimable(contract: &Contract, batch: &Batch) -> bool {
    batch.state == "open" && batch.paused_for.is_none() && batch.tasks_open > 0 && batch.level >= contract.level
}

/// What of the free deposit no open batch needs.
pub(super) fn spare(escrow: &Escrow, contract: &Contract, all: &[Batch]) -> Result<Amount> {
    let mut spare = escrow.free;
    for batch in all.iter().filter(|batch| is_claimable(contract, batch)) {
        let needs = Amount::from_micros(batch.price).checked_mul(batch.tasks_open).map_err(Error::broken)?;
        spare = spare.checked_sub(needs).map_err(Error::broken)?;
    }
    Ok(if spare.is_negative() { Amount::ZERO } else { spare })
}

/// Items of a draft, however often each is answered.
pub(super) fn items_of(batch: &Batch) -> i64 {
    (batch.tasks_total + batch.tasks_withdrawn) / batch.copies.max(1)
}

/// What there is to do before a draft opens, and how each stands.
pub(super) async fn before_opening(page: &Page, batch: &Batch, sums: &Arithmetic) -> Result<Block> {
    let say = &page.say;
    let currency = Currency::parse(&batch.currency).map_err(Error::broken)?;
    let contract = contracts::find_own(&page.deps, &page.client_user()?, &contract_id(&batch.contract_id)?).await?;
    let escrow = contracts::escrow(&page.deps.db.read(), &contract).await?;
    let items = items_of(batch);
    let mut ways = vec![way(say, "#f-items", "before-items", say.with("before-items-words", &[("items", Arg::Count(items))]))];
    if items > 0 {
        ways.push(way(say, &format!("/batches/{}/preview", batch.id), "before-first", say.t("before-first-words")));
        let known = [("gold", Arg::Count(batch.gold_items)), ("items", Arg::Count(items))];
        ways.push(way(say, "#f-gold", "before-gold", say.with("before-gold-words", &known)));
    }
    let hour = [("hour", (sums.hour, currency).into()), ("floor", (sums.floor, currency).into())];
    ways.push(way(say, "#f-price", "before-price", say.with(if sums.enough { "before-price-words" } else { "before-price-under" }, &hour)));
    let cost = Amount::from_micros(batch.price).checked_mul(batch.tasks_total).map_err(Error::broken)?;
    let all = batches::list_of_contract(&page.deps, &contract_id(&batch.contract_id)?).await?;
    let spare = spare(&escrow, &contract, &all)?;
    let money = [("cost", (cost, currency).into()), ("free", (spare, currency).into())];
    let word = match spare {
        free if !free.is_positive() => "before-money-none",
        free if free < cost => "before-money-short",
        _ => "before-money-words",
    };
    ways.push(way(say, &format!("/desk/{}/quote", contract.id), "before-money", say.with(word, &money)));
    Ok(Block::Ways(ways))
}

fn way(say: &Say, to: &str, name: &str, words: String) -> [String; 3] {
    [to.to_owned(), say.t(name), words]
}
