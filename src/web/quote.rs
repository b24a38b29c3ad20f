//! What work of a contract comes to, before anything is promised: pieces × copies × price and reading, the deposit, the least price
//! beside the price, and what to write on the transfer.

use manyhands_domain::batches::MOST_COPIES;
use manyhands_domain::contracts::Terms;
use manyhands_domain::contracts::quote::{MOST_PIECES, Quote, quote as quoted};
use manyhands_domain::money::Amount;
use manyhands_domain::reference::of_contract;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::sample::WHOLE;
use rocket::get;

use crate::actions::{Batch, Contract, Error, batches, contracts, rules};
use crate::i18n::{amount, count};
use crate::web::answer::Result;
use crate::web::contracts::contract_id;
use crate::web::forms::{Field, Kind};
use crate::web::life;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::sample::share_words;
use crate::web::sheet::{Block, Pick, Sheet, SumRow};
use crate::web::waits::{self, items_of};

#[get("/desk/<id>/quote?<pieces>&<copies>")]
pub(super) async fn quote(page: Page, id: &str, pieces: Option<&str>, copies: Option<&str>) -> Result {
    let user = page.client_user()?;
    let parsed = contract_id(id)?;
    let contract = contracts::find_own(&page.deps, &user, &parsed).await?;
    let say = &page.say;
    let mut terms = contracts::terms_of(&contract)?;
    let all = batches::list_of_contract(&page.deps, &parsed).await?;
    let drafted = drafted(&all);
    if let Some(batch) = drafted {
        // What it asks by now, not what the contract began with.
        (terms.price, terms.seconds) = (Amount::from_micros(batch.price), batch.seconds);
    }
    let asked = [
        pieces.map_or_else(|| drafted.map_or_else(String::new, |batch| items_of(batch).to_string()), str::to_owned),
        copies.map_or_else(|| drafted.map_or(1, |batch| batch.copies).to_string(), str::to_owned),
    ];
    let share = drafted.map_or(WHOLE, |batch| batch.review_share);
    let margin = say.with("contract-margin", &[("id", id.into())]);
    let mut sheet = Sheet::new(margin, say.t("quote-title")).lede(say.t("quote-lede"));
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let read = [read_number("pieces", &asked[0], MOST_PIECES), read_number("copies", &asked[1], MOST_COPIES)];
    let is_asked = pieces.is_some() || drafted.is_some();
    let mut refusals: Vec<Refusal> = read.iter().filter_map(|read| read.as_ref().err().cloned()).filter(|_| is_asked).collect();
    let mut leaves = Vec::new();
    if let [Ok(pieces), Ok(copies)] = read {
        match quoted(&terms, &book, pieces, copies) {
            Ok(quote) => {
                let escrow = contracts::escrow(&page.deps.db.read(), &contract).await?;
                let spare = waits::spare(&escrow, &contract, &batches::list_of_contract(&page.deps, &contract_id(id)?).await?)?;
                leaves = answer(&page, &terms, &quote, (pieces, copies, share, spare), &contract)?;
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    sheet = sheet.leaf(say.t("quote-ask"), vec![Block::Pick(Box::new(pick(&page, id, &asked, &refusals)))]);
    for (label, blocks) in leaves {
        sheet = sheet.leaf(label, blocks);
    }
    let back = Block::Links(vec![(format!("/desk/{id}"), say.t("quote-back"))]);
    let sheet = sheet.leaf("", vec![back]);
    page.show(if refusals.is_empty() { sheet } else { refused(&page, sheet, &refusals) }).await
}

/// The newest batch that is not open yet, where items were uploaded: what the client will ask for.
fn drafted(all: &[Batch]) -> Option<&Batch> {
    all.iter().rev().find(|batch| batch.opened_index.is_none() && batch.tasks_total > 0)
}

fn read_number(field: &'static str, typed: &str, most: i64) -> std::result::Result<i64, Refusal> {
    let number = typed.trim().parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| Refusal::new("number-range").field(field).with("least", 1_i64).with("most", most))
}

/// Pieces and copies, typed into the address.
fn pick(page: &Page, id: &str, asked: &[String; 2], refusals: &[Refusal]) -> Pick {
    let say = &page.say;
    let field = |name: &str, value: &str| Field {
        name: name.to_owned(),
        label: say.t(&format!("quote-{name}")),
        hint: say.optional(&format!("quote-{name}-hint")),
        value: value.to_owned(),
        kind: Kind::Figure,
        error: refusals
            .iter()
            .find(|refusal| refusal.field.as_deref() == Some(name))
            .map(|refusal| say.refusal(refusal))
            .unwrap_or_default(),
        ..Field::default()
    };
    Pick {
        action: format!("/desk/{id}/quote"),
        words: say.t("quote-ask"),
        open: true,
        fields: vec![field("pieces", &asked[0]), field("copies", &asked[1])],
        button: say.t("quote-show"),
    }
}

/// The arithmetic, the least price, and the way of the money.
fn answer(
    page: &Page,
    terms: &Terms,
    quote: &Quote,
    (pieces, copies, drafted_share, free): (i64, i64, i64, Amount),
    contract: &Contract,
) -> Result<Vec<(String, Vec<Block>)>> {
    let say = &page.say;
    let figure = |sum: Amount| amount(say.language, sum);
    let row = |op, name: String, figure: String, rule| SumRow { op, name, figure, rule };
    let currency: Arg = quote.currency.code().into();
    let mut sums = vec![
        row("", say.with("quote-price", &[("currency", currency.clone())]), figure(quote.price), 0),
        row("×", say.t("quote-sum-pieces"), count(pieces), 0),
        row("×", say.t("quote-sum-copies"), count(copies), 0),
        row("=", say.with("quote-work", &[("currency", currency.clone())]), figure(quote.work), 1),
        row("+", say.t("quote-reading"), figure(Amount::ZERO), 0),
    ];
    let deposit = say.with("quote-deposit", &[("currency", currency.clone())]);
    if free.is_positive() {
        let missing = quote.deposit.checked_sub(free).map_err(Error::broken)?;
        let missing = if missing.is_positive() { missing } else { Amount::ZERO };
        sums.push(row("=", deposit, figure(quote.deposit), 1));
        sums.push(row("−", say.t("quote-there"), figure(free), 0));
        sums.push(row("=", say.with("quote-missing", &[("currency", currency)]), figure(missing), 2));
    } else {
        sums.push(row("=", deposit, figure(quote.deposit), 2));
    }
    let mut money = vec![Block::Sum(sums)];
    if terms.reading_minutes > 0 {
        let values = [("time", Arg::Duration(terms.reading_minutes * 60)), ("sum", (quote.reading_each, quote.currency).into())];
        money.push(Block::Small(say.with("quote-reading-words", &values)));
    }
    if drafted_share < WHOLE {
        money.push(Block::Small(say.with("quote-share", &[("share", share_words(say, drafted_share).into())])));
    }
    let least = [("price", (quote.price, quote.currency).into()), ("least", (quote.least, quote.currency).into())];
    let least = say.with(if quote.price < quote.least { "quote-under" } else { "quote-least" }, &least);
    // In groups of four, as banks print it; forms take it with or without the spaces.
    let reference = of_contract(&contract_id(&contract.id)?);
    let grouped = reference.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part).into_owned()).collect::<Vec<_>>().join("\u{a0}");
    let words = say.t(if contract.listed_index.is_some() { "quote-transfer-now" } else { "quote-transfer-later" });
    let transfer = match life::is_over(page, contract) {
        true => vec![Block::Text(say.t("quote-transfer-over"))],
        false => vec![Block::Big(grouped, say.t("quote-reference")), Block::Text(words)],
    };
    Ok(vec![(say.t("quote-label"), money), (say.t("batch-sum-least"), vec![Block::Text(least)]), (say.t("quote-transfer"), transfer)])
}
