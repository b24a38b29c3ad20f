//! The client's desk: how far the work is, how good, what it costs, what is left of the deposit; results and money.

use manyhands_domain::ids::ContractId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::rules::Accepted;
use manyhands_domain::time::Timestamp;
use rocket::get;

use crate::actions::board::accepted;
use crate::actions::results::Agreement;
use crate::actions::rights::ClientUser;
use crate::actions::{Batch, Contract, Error, Waiting, batches, contracts, receipts, results, reviews, rules};
use crate::i18n::amount;
use crate::web::amending;
use crate::web::answer::{Answer, Result};
use crate::web::contracts::contract_id;
use crate::web::external;
use crate::web::files;
use crate::web::forms::Form;
use crate::web::gold;
use crate::web::label_studio;
use crate::web::ledger::entry_row;
use crate::web::life;
use crate::web::page::Page;
use crate::web::price_asked;
use crate::web::pricing;
use crate::web::returns::returned_row;
use crate::web::sample;
use crate::web::sheet::{BarPart, Block, Row, Sheet, Table, TableRow};
use crate::web::treasury::deposit_row;
use crate::web::waits;

#[get("/desk")]
pub(super) async fn desk(page: Page) -> Result {
    let user = page.client_user()?;
    let say = &page.say;
    let (mut rows, mut steps) = (Vec::new(), Vec::new());
    for contract in contracts::list::own(&page.deps, &user).await? {
        let all = batches::list_of_contract(&page.deps, &contract_id(&contract.id)?).await?;
        steps.extend(waits::rows(&page, &contract, &all).await?);
        rows.push(contract_row(&page, &contract, &all).await?);
    }
    let block = if rows.is_empty() { Block::Text(say.t("desk-empty")) } else { Block::Rows(rows) };
    let form = Form::new(&page, "/desk/new", say.t("desk-new"));
    let mut sheet = Sheet::new("", say.t("desk-title")).lede(say.t("desk-lede"));
    let waiting = list_waiting(&page, &user, |_| true).await?;
    let waiting = waiting.iter().map(|batch| waiting_row(&page, batch)).chain(sample::rows(&page, &user, |_| true).await?);
    let asked = price_asked::rows(&page).await?;
    let waiting: Vec<Row> = asked.into_iter().chain(waiting).chain(amending::waiting(&page).await?).chain(steps).collect();
    if !waiting.is_empty() {
        sheet = sheet.leaf(say.t("desk-waits"), vec![Block::Rows(waiting)]);
    }
    page.show(
        sheet
            .leaf(say.t("place-contracts"), vec![block])
            .leaf(say.t("desk-new-label"), vec![Block::Text(say.t("desk-new-words")), Block::Form(Box::new(form))]),
    )
    .await
}

/// A contract with how far it is, and what is free of its deposit.
async fn contract_row(page: &Page, contract: &Contract, all: &[Batch]) -> Result<Row> {
    let say = &page.say;
    let title = if contract.title.is_empty() { say.t("contract-untitled") } else { contract.title.clone() };
    let state = say.t(&format!("contract-state-{}", contract.state));
    let row = Row {
        title,
        href: if contract.state == "draft" { format!("/desk/{}/who", contract.id) } else { format!("/desk/{}", contract.id) },
        facts: vec![say.with("desk-contract-state", &[("id", contract.id.as_str().into()), ("state", state.into())])],
        ..Row::default()
    };
    let (Some(_), Ok(currency)) = (contract.listed_index, Currency::parse(&contract.currency)) else { return Ok(row) };
    let escrow = contracts::escrow(&page.deps.db.read(), contract).await?;
    let unit = contracts::terms_of(contract)?.unit_noun;
    let far = far_words(page, all, &unit);
    Ok(Row {
        facts: row.facts.into_iter().chain(far).collect(),
        figure: amount(say.language, escrow.free),
        per: say.with("desk-free", &[("currency", currency.code().into())]),
        ..row
    })
}

/// `112 of 200 images are accepted.` Nothing before a batch is open.
fn far_words(page: &Page, all: &[Batch], unit: &str) -> Option<String> {
    let opened = all.iter().filter(|batch| batch.state != "draft");
    let (done, total) = opened.fold((0, 0), |(done, total), batch| (done + batch.tasks_accepted, total + batch.tasks_total));
    let values = [("done", Arg::Count(done)), ("count", Arg::Count(total)), ("unit", unit.into())];
    (total > 0).then(|| page.say.with("desk-far-words", &values))
}

/// What waits for this client's verdict.
async fn list_waiting(page: &Page, user: &ClientUser, fits: impl Fn(&Waiting) -> bool) -> Result<Vec<Waiting>> {
    let waiting = reviews::list_waiting(&page.deps, &reviews::Judging::Client(user.clone())).await?;
    Ok(waiting.into_iter().filter(|batch| fits(batch)).collect())
}

/// Work to review, with the date at which silence accepts it, and one press to begin.
fn waiting_row(page: &Page, batch: &Waiting) -> Row {
    let say = &page.say;
    Row {
        title: say.with("reviews-count", &[("count", Arg::Count(batch.count)), ("unit", batch.unit_noun.as_str().into())]),
        href: format!("/batches/{}/review", batch.batch_id),
        facts: vec![batch.title.clone(), say.with("desk-silence", &[("day", say.day(Timestamp::from_secs(batch.first_by)).into())])],
        figure: amount(say.language, Amount::from_micros(batch.sum)),
        per: batch.currency.clone(),
        go: Some((format!("/reviews/{}", batch.first), say.t("reviews-review"))),
        ..Row::default()
    }
}

#[get("/desk/<id>?<before>")]
pub(super) async fn contract(page: Page, id: &str, before: Option<u64>) -> Result {
    let user = page.client_user()?;
    let parsed = contract_id(id)?;
    let contract = contracts::find_own(&page.deps, &user, &parsed).await?;
    if contract.state == "draft" {
        return Ok(Answer::Redirect(format!("/desk/{id}/who")));
    }
    let say = &page.say;
    let unit = contracts::terms_of(&contract)?.unit_noun;
    let all = batches::list_of_contract(&page.deps, &parsed).await?;
    let mut sheet = Sheet::new(contract.end_client.clone(), contract.title.clone());
    sheet.ledes.push(far_words(&page, &all, &unit).unwrap_or_else(|| say.t(&format!("contract-state-{}", contract.state))));
    if contract.state == "submitted" {
        sheet = sheet.lede(say.t("wait-submitted"));
    }
    let waiting = list_waiting(&page, &user, |batch| batch.contract_id == id).await?;
    let waiting = waiting.iter().map(|batch| waiting_row(&page, batch));
    let waiting = waiting.chain(sample::rows(&page, &user, |rest| rest.contract_id == id).await?);
    let waiting: Vec<Row> = waiting.chain(waits::rows(&page, &contract, &all).await?).collect();
    if !waiting.is_empty() {
        sheet = sheet.leaf(say.t("desk-waits"), vec![Block::Rows(waiting)]);
    }
    if let Ok(currency) = Currency::parse(&contract.currency) {
        let opened: Vec<&Batch> = all.iter().filter(|batch| batch.state != "draft").collect();
        if opened.iter().any(|batch| batch.tasks_total > 0) {
            sheet = sheet.leaf(say.t("desk-how-far"), how_far(&page, &user, &parsed, &opened, currency, &unit).await?);
            sheet = sheet.leaf(say.t("desk-how-good"), how_good(&page, &user, &parsed, &opened, &unit).await?);
        }
        let agreed = agreement(&page, &user, &parsed).await?;
        if !agreed.is_empty() {
            sheet = sheet.leaf(say.t("desk-agreement"), agreed);
        }
        let known = gold::desk(&page, &user, &parsed).await?;
        if !known.is_empty() {
            sheet = sheet.leaf(say.t("gold-label"), known);
        }
        sheet = sheet.leaf(say.t("desk-left"), left(&page, &contract, &opened, currency, &unit).await?);
        sheet = sheet.leaf(say.t("desk-results"), taken(&page, &user, &parsed, &all).await?);
    }
    let deleted = files::deleted(&page, &user, &parsed).await?;
    if !deleted.is_empty() {
        sheet = sheet.leaf(say.t("files-label"), deleted);
    }
    sheet = sheet.leaf(say.t("batches-label"), batch_blocks(&page, &contract, &all));
    if contract.listed_index.is_some() {
        sheet.ledes.extend(life::stands(&page, &contract));
        let way = Block::Links(vec![(format!("/contracts/{id}/life"), say.t("life-way"))]);
        sheet = sheet.leaf(say.t("life-label"), vec![Block::Text(say.t("life-words")), way]);
        sheet = sheet.leaf(say.t("in-the-book"), book_blocks(&page, &parsed, before).await?);
    }
    page.show(sheet).await
}

/// What stands in the book about a contract, newest first: each with its seal, which leads to its receipt.
async fn book_blocks(page: &Page, id: &ContractId, before: Option<u64>) -> Result<Vec<Block>> {
    let entries = receipts::list_of_contract(&page.deps, id, before.unwrap_or(u64::MAX).min(i64::MAX.unsigned_abs()), ENTRIES).await?;
    let mut blocks = vec![Block::Rows(entries.iter().map(|entry| entry_row(page, entry)).collect())];
    if let Some(last) = entries.last().filter(|_| entries.len() as u64 == ENTRIES) {
        blocks.push(Block::Links(vec![(format!("/desk/{id}?before={}", last.idx), page.say.t("ledger-older"))]));
    }
    Ok(blocks)
}

/// The batches of a contract, and the way to a new one.
fn batch_blocks(page: &Page, contract: &Contract, all: &[Batch]) -> Vec<Block> {
    let say = &page.say;
    let row = |batch: &Batch| {
        let price = [("currency", batch.currency.as_str().into()), ("unit", batch.unit_noun.as_str().into())];
        let done =
            [("done", batch.tasks_accepted.into()), ("count", Arg::Count(batch.tasks_total)), ("unit", batch.unit_noun.as_str().into())];
        Row {
            title: batch.title.clone(),
            href: format!("/batches/{}", batch.id),
            facts: vec![pricing::state(page, batch), say.with("desk-far-words", &done)],
            figure: amount(say.language, Amount::from_micros(batch.price)),
            per: say.with("contract-a-unit", &price),
            ..Row::default()
        }
    };
    let mut blocks = if all.is_empty() { Vec::new() } else { vec![Block::Rows(all.iter().map(row).collect())] };
    if contract.listed_index.is_some() {
        let new = (format!("/desk/{}/batch", contract.id), say.t("batch-new"));
        let public = (format!("/contracts/{}", contract.id), say.t("contract-public-page"));
        blocks.push(Block::Links((!life::is_over(page, contract)).then_some(new).into_iter().chain([public]).collect()));
    } else {
        blocks.push(Block::Text(say.t("batches-none-yet")));
    }
    blocks
}

/// Pieces of opened batches, and what they cost together, millionths.
fn ordered(opened: &[&Batch]) -> Result<(i64, i64)> {
    let cost = |batch: &&Batch| Amount::from_micros(batch.price).checked_mul(batch.tasks_total).map_err(Error::broken);
    let costs = opened.iter().map(cost).collect::<std::result::Result<Vec<_>, _>>()?;
    let sum = Amount::sum(costs).map_err(Error::broken)?;
    Ok((opened.iter().map(|batch| batch.tasks_total).sum(), sum.micros()))
}

/// Accepted, to review, in work, not begun: a bar and a table with the sums.
async fn how_far(page: &Page, user: &ClientUser, id: &ContractId, opened: &[&Batch], currency: Currency, unit: &str) -> Result<Vec<Block>> {
    let say = &page.say;
    let progress = results::progress(&page.deps, user, id).await?;
    let of = |states: &[&str]| {
        progress.iter().filter(|row| states.contains(&row.state.as_str())).fold((0, 0), |(n, sum), row| (n + row.count, sum + row.sum))
    };
    let ordered = ordered(opened)?;
    let parts = [
        ("done", "desk-accepted", of(&["accepted"])),
        ("wait", "desk-to-review", of(&["submitted"])),
        ("work", "desk-in-work", of(&["claimed", "sent_back"])),
    ];
    let begun = parts.iter().fold((0, 0), |(n, sum), (_, _, part)| (n + part.0, sum + part.1));
    let rest = ("none", "desk-not-begun", (ordered.0 - begun.0, ordered.1 - begun.1));
    let mut at = 0;
    let mut bar = Vec::new();
    let mut rows = Vec::new();
    for (class, name, (count, sum)) in parts.into_iter().chain([rest]) {
        let percent = |n: i64| format!("{}.{:02}", n * 100 / ordered.0.max(1), n * 10_000 / ordered.0.max(1) % 100);
        bar.push(BarPart { class, x: percent(at), width: percent(count), name: format!("{} {count}", say.t(name)) });
        at += count;
        rows.push(TableRow {
            under: String::new(),
            swatch: class,
            name: say.t(name),
            figures: vec![crate::i18n::count(count), amount(say.language, Amount::from_micros(sum))],
            total: 0,
        });
    }
    let figures = vec![crate::i18n::count(ordered.0), amount(say.language, Amount::from_micros(ordered.1))];
    rows.push(TableRow { under: String::new(), swatch: "", name: say.t("desk-ordered"), figures, total: 2 });
    let heads = vec![String::new(), say.with("unit-many", &[("unit", unit.into())]), currency.code().to_owned()];
    Ok(vec![Block::Bar(bar), Block::Table(Table { heads, rows })])
}

/// What people judged, how much of it went back, and with which codes.
async fn how_good(page: &Page, user: &ClientUser, id: &ContractId, opened: &[&Batch], unit: &str) -> Result<Vec<Block>> {
    let say = &page.say;
    let (judged, reasons) = results::quality(&page.deps, user, id).await?;
    if judged.judged == 0 {
        let silent = opened.iter().any(|batch| batch.tasks_accepted > 0);
        return Ok(vec![Block::Text(say.t(if silent { "desk-good-silence" } else { "desk-good-none" }))]);
    }
    let values = [("back", Arg::Count(judged.sent_back)), ("count", Arg::Count(judged.judged)), ("unit", unit.into())];
    let mut blocks = vec![Block::Text(say.with("desk-good-words", &values))];
    if !reasons.is_empty() {
        let fact = |reason: &crate::actions::Reason| (say.t(&format!("review-code-{}", reason.code)), crate::i18n::count(reason.count));
        blocks.push(Block::Facts(reasons.iter().map(fact).collect()));
        blocks.push(Block::Small(say.t("desk-good-free")));
    }
    Ok(blocks)
}

/// How far several answers to the same item agree, batch by batch and question by question.
async fn agreement(page: &Page, user: &ClientUser, id: &ContractId) -> Result<Vec<Block>> {
    let say = &page.say;
    let all = results::agreement(&page.deps, user, id).await?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let figure = |figure: Option<i64>| figure.map_or_else(|| say.t("desk-agreement-none"), |figure| ratio(page, figure));
    let items = |row: &Agreement, items: usize| {
        say.with("desk-agreement-items", &[("question", row.question.as_str().into()), ("items", items.into())])
    };
    let mut blocks = Vec::new();
    let compared = all.iter().filter(|row| row.share.is_some());
    let compared: Vec<TableRow> = compared
        .map(|row| TableRow {
            name: row.title.clone(),
            under: items(row, row.items),
            figures: vec![figure(row.share), figure(row.kappa)],
            ..TableRow::default()
        })
        .collect();
    if !compared.is_empty() {
        let heads = vec![String::new(), say.t("desk-agreement-share"), say.t("desk-agreement-kappa")];
        blocks.push(Block::Table(Table { heads, rows: compared }));
        blocks.push(Block::Small(say.t("desk-agreement-words")));
    }
    let mut marked = Vec::new();
    for (row, overlap) in all.iter().filter_map(|row| row.overlap.as_ref().map(|overlap| (row, overlap))) {
        let fewer = (overlap.items < row.items).then(|| say.t("desk-agreement-first"));
        marked.push(TableRow {
            name: row.title.clone(),
            under: [items(row, overlap.items)].into_iter().chain(fewer).collect::<Vec<_>>().join(", "),
            figures: vec![ratio(page, overlap.mean)],
            ..TableRow::default()
        });
        // Of one label it is the same figure.
        let labels = overlap.labels.iter().take(if overlap.labels.len() > 1 { LABELS } else { 0 });
        let of_label = |(label, mean): &(String, i64)| TableRow {
            under: say.with("desk-agreement-label", &[("label", label.as_str().into())]),
            figures: vec![ratio(page, *mean)],
            ..TableRow::default()
        };
        marked.extend(labels.map(of_label));
    }
    if !marked.is_empty() {
        blocks.push(Block::Table(Table { heads: vec![String::new(), say.t("desk-agreement-overlap")], rows: marked }));
        blocks.push(Block::Small(say.t("desk-agreement-overlap-words")));
    }
    Ok(blocks)
}

/// To two decimals: what rests on samples says no more.
fn ratio(page: &Page, millionths: i64) -> String {
    amount(page.say.language, Amount::from_micros(millionths / 10_000 * 10_000))
}

/// What the client can take away: all answers, shapes as COCO where some are drawn, consensus where several answer the same item.
async fn taken(page: &Page, user: &ClientUser, id: &ContractId, all: &[Batch]) -> Result<Vec<Block>> {
    let say = &page.say;
    let link =
        |what: &str, kind: &str| (format!("/desk/{id}/{what}.{kind}"), say.t(&format!("desk-results-{}", kind.replace(".json", ""))));
    let mut links = vec![link("results", "jsonl"), link("results", "csv")];
    if !results::labels(&page.deps, user, id).await?.is_empty() {
        links.push(link("results", "coco.json"));
    }
    let mut blocks = vec![Block::Text(say.t("desk-results-words")), Block::Links(links)];
    let lost = results::count_lost(&page.deps, user, id).await?;
    if lost > 0 {
        blocks.insert(1, Block::Text(say.with("desk-results-lost", &[("count", Arg::Count(lost))])));
    }
    if all.iter().any(|batch| batch.copies > 1) {
        let links = vec![link("consensus", "jsonl"), link("consensus", "csv")];
        blocks.extend([Block::Text(say.t("desk-consensus-words")), Block::Links(links)]);
    }
    blocks.extend(external::taken(page, id.as_str(), all)?);
    blocks.extend(label_studio::taken(say, all));
    Ok(blocks)
}

/// What is free of the deposit, what is held, and what an hour of this work pays a member.
async fn left(page: &Page, contract: &Contract, opened: &[&Batch], currency: Currency, unit: &str) -> Result<Vec<Block>> {
    let say = &page.say;
    let escrow = contracts::escrow(&page.deps.db.read(), contract).await?;
    let words = say.with("desk-left-words", &[("held", (escrow.held, currency).into()), ("balance", (escrow.balance, currency).into())]);
    let mut blocks = vec![
        Block::Big(amount(say.language, escrow.free), say.with("desk-free", &[("currency", currency.code().into())])),
        Block::Text(words),
    ];
    if contract.closed_index.is_none() {
        blocks.push(Block::Links(vec![(format!("/desk/{}/quote", contract.id), say.t("quote-way"))]));
    }
    let so_far = opened.iter().map(|batch| accepted(batch)).fold(Accepted::default(), Accepted::and);
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let level = u8::try_from(contract.level).unwrap_or(3);
    if let (Some(hour), Some(floor)) = (so_far.hour(), book.floor_per_hour("general", currency, level)) {
        let values = [
            ("hour", (hour, currency).into()),
            ("count", Arg::Count(so_far.pieces)),
            ("unit", unit.into()),
            ("floor", (floor, currency).into()),
        ];
        blocks.push(Block::Text(say.with("desk-hour-words", &values)));
    }
    Ok(blocks)
}

#[get("/money")]
pub(super) async fn money(page: Page) -> Result {
    let user = page.client_user()?;
    let say = &page.say;
    let mut rows = Vec::new();
    for contract in contracts::list::own(&page.deps, &user).await? {
        if contract.listed_index.is_none() {
            continue;
        }
        let escrow = contracts::escrow(&page.deps.db.read(), &contract).await?;
        let Ok(currency) = Currency::parse(&contract.currency) else { continue };
        rows.push(Row {
            title: contract.title.clone(),
            href: format!("/desk/{}", contract.id),
            facts: vec![
                say.with("desk-left-words", &[("held", (escrow.held, currency).into()), ("balance", (escrow.balance, currency).into())]),
            ],
            figure: amount(say.language, escrow.free),
            per: say.with("desk-free", &[("currency", currency.code().into())]),
            ..Row::default()
        });
    }
    let deposits = contracts::list::deposits(&page.deps, &user).await?;
    let deposits = deposits.into_iter().map(|deposit| deposit_row(&page, deposit));
    let mut sheet = Sheet::new("", say.t("money-title")).lede(say.t("money-lede")).lede(say.t("money-back"));
    sheet = sheet.leaf(say.t("place-contracts"), vec![Block::Rows(rows)]);
    sheet = sheet.leaf(say.t("money-deposits"), vec![Block::Rows(deposits.collect())]);
    let returned: Vec<Row> = contracts::returns::list_own(&page.deps, &user).await?.iter().map(|row| returned_row(&page, row)).collect();
    if !returned.is_empty() {
        sheet = sheet.leaf(say.t("returns-label"), vec![Block::Rows(returned)]);
    }
    page.show(sheet).await
}

/// Labels whose own overlap is told at most.
const LABELS: usize = 12;
/// Entries on one page of a contract.
const ENTRIES: u64 = 8;
