//! The price of an open batch: what it was, what it is, a new one for what is claimed from now on; and where the floor that members
//! voted stands above it, in a sentence for every list.

use manyhands_domain::batches::arithmetic;
use manyhands_domain::money::Amount;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::rules::Book;
use rocket::{get, post};

use crate::actions::batches::{Priced, Under};
use crate::actions::{Batch, Error, batches};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::batches::{batch_id, hour_rows};
use crate::web::forms::{Beside, Form, Kind};
use crate::web::page::Page;
use crate::web::pay::seal;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::sheet::{Block, Row, Sheet};

/// Where a batch stands, in a word or two.
pub(super) fn state(page: &Page, batch: &Batch) -> String {
    let waits = batch.state == "open" && batch.paused_for.is_some();
    page.say.t(&format!("batch-state-{}", if waits { "waits" } else { &batch.state }))
}

/// `Under the floor since 1 March: no new claims. From 0.94 USD it goes on.` Nothing where it is not under it.
pub(super) async fn mark(page: &Page, batch: &Batch) -> Result<Option<String>> {
    Ok(batches::find_under(&page.deps, batch).await?.map(|under| words(page, &under)))
}

fn words(page: &Page, under: &Under) -> String {
    let values = [("day", page.say.day(under.since).into()), ("least", (under.least, under.currency).into())];
    page.say.with("price-under-floor", &values)
}

/// Batches of a contract in which nobody can claim because of their price, for the desk.
pub(super) async fn rows(page: &Page, all: &[Batch]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for batch in all.iter().filter(|batch| batch.tasks_open > 0) {
        let Some(under) = batches::find_under(&page.deps, batch).await? else { continue };
        let to = format!("/batches/{}/price", batch.id);
        rows.push(Row {
            title: page.say.with("wait-floor", &[("title", batch.title.as_str().into())]),
            href: to.clone(),
            facts: vec![words(page, &under)],
            go: Some((to, page.say.t("wait-go"))),
            ..Row::default()
        });
    }
    Ok(rows)
}

/// On the batch's page: the price that holds, where it stands under the floor or waits for an answer, and the way to change it.
pub(super) async fn leaf(page: &Page, batch: &Batch) -> Result<Vec<Block>> {
    let say = &page.say;
    let mut blocks = Vec::new();
    blocks.extend(mark(page, batch).await?.map(Block::Text));
    let mut links = vec![(format!("/batches/{}/price", batch.id), say.t("price-change"))];
    if let Some(number) = batch.paused_for {
        blocks.push(Block::Text(say.with("price-waits", &[("proposal", format!("P-{number}").into())])));
        links.insert(0, (format!("/asked/P-{number}"), say.t("wait-asked-go")));
    }
    blocks.push(Block::Rows(price_rows(page, batch, &batches::list_prices(&page.deps, batch).await?)));
    blocks.push(Block::Links(links));
    Ok(blocks)
}

/// Each price with its day, its entry, and who asked it; the one that holds first.
fn price_rows(page: &Page, batch: &Batch, prices: &[Priced]) -> Vec<Row> {
    let say = &page.say;
    let row = |(place, priced): (usize, &Priced)| {
        let by = if place + 1 == prices.len() { "price-by-opening" } else { "price-by-client" };
        let how = match &priced.proposal {
            Some(proposal) => say.with("price-by-vote", &[("proposal", proposal.as_str().into())]),
            None => say.t(by),
        };
        Row {
            title: say.with(if place == 0 { "price-holds" } else { "price-held" }, &[("day", say.day(priced.at).into())]),
            facts: vec![how],
            figure: amount(say.language, priced.price),
            per: batch.currency.clone(),
            seal: i64::try_from(priced.index).ok().map(|index| seal(page, index)),
            ..Row::default()
        }
    };
    prices.iter().enumerate().map(row).collect()
}

#[get("/batches/<id>/price")]
pub(super) async fn price(page: Page, id: &str) -> Result {
    let batch = batches::find_own(&page.deps, &page.client_user()?, &batch_id(id)?).await?;
    if batch.opened_index.is_none() {
        // A draft's price is changed where its items and its time are.
        return Ok(Answer::Redirect(format!("/batches/{id}")));
    }
    let sheet = sheet(&page, &batch, None, &[]).await?;
    page.show(sheet).await
}

async fn sheet(page: &Page, batch: &Batch, typed: Option<&Fields>, refusals: &[Refusal]) -> Result<Sheet> {
    let say = &page.say;
    let margin = say.with("contract-margin", &[("id", batch.contract_id.as_str().into())]);
    let mut sheet = Sheet::new(margin, say.with("price-title", &[("title", batch.title.as_str().into())]));
    let under = batches::find_under(&page.deps, batch).await?;
    sheet.ledes.extend(under.as_ref().map(|under| words(page, under)));
    if let Some(number) = batch.paused_for {
        sheet = sheet.lede(say.with("price-waits", &[("proposal", format!("P-{number}").into())]));
        sheet = sheet.leaf(say.t("asked-answer-label"), vec![Block::Links(vec![(format!("/asked/P-{number}"), say.t("wait-asked-go"))])]);
    }
    if batch.state != "closed" {
        let now = Amount::from_micros(batch.price).to_decimal().normalize().to_string();
        let mut form =
            Form::new(page, format!("/batches/{}/price", batch.id), say.t("price-change")).field(say, "price", "price", now, Kind::Figure);
        if let (Some(under), Some(field)) = (&under, form.fields.first_mut()) {
            field.beside = Some(Beside {
                action: format!("/batches/{}/price", batch.id),
                fields: vec![("price", under.least.to_decimal().normalize().to_string())],
                words: say.with("batch-take", &[("least", (under.least, under.currency).into())]),
            });
        }
        if let Some(typed) = typed {
            form = form.typed(say, typed, refusals);
        }
        sheet = sheet.leaf(say.t("price-new"), vec![Block::Text(say.t("price-new-words")), Block::Form(Box::new(form))]);
    }
    let sums = batches::arithmetic(&page.deps, batch).await?;
    sheet = sheet.leaf(say.t("batch-hour"), vec![Block::Sum(hour_rows(page, batch, &sums).await?)]);
    let prices = batches::list_prices(&page.deps, batch).await?;
    sheet = sheet.leaf(say.t("price-so-far"), vec![Block::Rows(price_rows(page, batch, &prices))]);
    let back = vec![(format!("/batches/{}", batch.id), say.t("asked-batch"))];
    sheet = sheet.leaf("", vec![Block::Links(back)]);
    Ok(if refusals.is_empty() { sheet } else { refused(page, sheet, refusals) })
}

#[post("/batches/<id>/price", data = "<post>")]
pub(super) async fn change(page: Page, id: &str, post: Post) -> Result {
    let (user, parsed) = (page.client_user()?, batch_id(id)?);
    let fields = post.only(&["price"])?;
    match batches::reprice(&page.deps, &user, &fields.once(), &parsed, &fields.text("price")).await {
        Ok(_) => Ok(Answer::Redirect(format!("/batches/{id}"))),
        Err(Error::Refused(refusals)) => {
            let batch = batches::find_own(&page.deps, &user, &parsed).await?;
            let sheet = sheet(&page, &batch, Some(&fields), &refusals).await?;
            page.show(sheet).await
        }
        Err(error) => Err(error.into()),
    }
}

/// For the board: a batch in which nobody can claim until its client pays more.
pub(super) async fn on_the_board(page: &Page, book: &Book, batch: &Batch) -> Result<Option<String>> {
    // Most are not, and for those nothing is read.
    if arithmetic(book, &batches::offer_of(batch)?).is_ok_and(|sums| sums.enough) {
        return Ok(None);
    }
    let Some(under) = batches::find_under(&page.deps, batch).await? else { return Ok(None) };
    let values: [(&str, Arg); 2] = [("day", page.say.day(under.since).into()), ("least", (under.least, under.currency).into())];
    Ok(Some(page.say.with("board-under-floor", &values)))
}
