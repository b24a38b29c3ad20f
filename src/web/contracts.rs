//! The client's side of contracts: six short pages, submission, the desk, money, results.

use manyhands_domain::contracts::{BETWEEN_FIELDS, HAZARD_FIELDS, STEPS, Terms, step_of};
use manyhands_domain::hazards::{CATEGORIES, FORMS};
use manyhands_domain::ids::ContractId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::results;
use manyhands_domain::time::Timestamp;
use rocket::http::ContentType;
use rocket::{get, post};

use crate::actions::{Batch, Contract, Error, batches, contracts, reviews};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::sheet::{BarPart, Block, Row, Sheet, Table, TableRow};

pub(super) fn contract_id(id: &str) -> Result<ContractId> {
    ContractId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

#[get("/desk")]
pub(super) async fn desk(page: Page) -> Result {
    let user = page.client_user()?;
    let say = &page.say;
    let rows: Vec<Row> = contracts::list::own(&page.deps, &user)
        .await?
        .into_iter()
        .map(|contract| {
            let title = if contract.title.is_empty() { say.t("contract-untitled") } else { contract.title.clone() };
            let href = if contract.state == "draft" { format!("/desk/{}/who", contract.id) } else { format!("/desk/{}", contract.id) };
            Row { title, href, facts: vec![say.t(&format!("contract-state-{}", contract.state))], figure: contract.id, ..Row::default() }
        })
        .collect();
    let block = if rows.is_empty() { Block::Text(say.t("desk-empty")) } else { Block::Rows(rows) };
    let form = Form::new(&page, "/desk/new", say.t("desk-new"));
    let sheet = Sheet::new("", say.t("desk-title")).lede(say.t("desk-lede"));
    page.show(
        sheet
            .leaf(say.t("place-contracts"), vec![block])
            .leaf(say.t("desk-new-label"), vec![Block::Text(say.t("desk-new-words")), Block::Form(Box::new(form))]),
    )
    .await
}

#[post("/desk/new", data = "<post>")]
pub(super) async fn new(page: Page, post: Post) -> Result {
    let user = page.client_user()?;
    let fields = post.only(&[])?;
    let id = contracts::draft(&page.deps, &user, &fields.once()).await?;
    Ok(Answer::Redirect(format!("/desk/{id}/who")))
}

#[get("/desk/<id>/<step>", rank = 2)]
pub(super) async fn step(page: Page, id: &str, step: &str) -> Result {
    let user = page.client_user()?;
    let contract = contracts::find_own(&page.deps, &user, &contract_id(id)?).await?;
    if contract.state != "draft" {
        return Ok(Answer::Redirect(format!("/desk/{id}")));
    }
    let terms = contracts::terms_of(&contract)?;
    let step = known(step)?;
    let form = step_form(&page, &contract.id, step, &terms);
    page.show(step_sheet(&page, &contract, step, form)).await
}

fn known(step: &str) -> Result<&'static str> {
    STEPS.iter().find(|known| **known == step).copied().ok_or(Answer::Error(Error::NotFound))
}

#[post("/desk/<id>/<step>", data = "<post>", rank = 2)]
pub(super) async fn step_post(page: Page, id: &str, step: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let (parsed, step) = (contract_id(id)?, known(step)?);
    let fields = post.only(&names(step))?;
    match contracts::save(&page.deps, &user, &fields.once(), &parsed, step, |name| fields.text(name)).await {
        Ok(()) => {
            let next = STEPS.iter().skip_while(|known| **known != step).nth(1).copied().unwrap_or("submit");
            Ok(Answer::Redirect(format!("/desk/{id}/{next}")))
        }
        Err(Error::Refused(refusals)) => {
            let contract = contracts::find_own(&page.deps, &user, &parsed).await?;
            let terms = contracts::terms_of(&contract)?;
            let form = step_form(&page, id, step, &terms).typed(&page.say, &fields, &refusals);
            page.show(refused(&page, step_sheet(&page, &contract, step, form), &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The fields of a page.
fn names(step: &str) -> Vec<&'static str> {
    match step {
        "who" => vec!["title", "end_client", "country", "lei", "register", "number", "website"]
            .into_iter()
            .chain(BETWEEN_FIELDS.iter().flat_map(|(name, country, keeps)| [*name, *country, *keeps]))
            .collect(),
        "what-for" => vec!["purpose", "provenance", "consent"],
        "task" => vec!["guidelines", "unit_noun", "reading_minutes"],
        "price" => vec!["currency", "price", "seconds"],
        "hazards" => HAZARD_FIELDS.iter().flat_map(|(a, b, c, d)| [*a, *b, *c, *d]).collect(),
        _ => vec!["rejection", "notice_days", "kill_fee"],
    }
}

fn step_sheet(page: &Page, contract: &Contract, step: &str, form: Form) -> Sheet {
    let say = &page.say;
    let place = STEPS.iter().position(|known| *known == step).unwrap_or(0) + 1;
    let margin = say.with("contract-step-margin", &[("place", place.into()), ("of", STEPS.len().into())]);
    let so_far = STEPS.iter().map(|known| (format!("/desk/{}/{known}", contract.id), say.t(&format!("contract-step-{known}"))));
    let links = so_far.chain([(format!("/desk/{}/submit", contract.id), say.t("contract-submit"))]).collect();
    Sheet::new(margin, say.t(&format!("contract-step-{step}")))
        .lede(say.t(&format!("contract-step-{step}-words")))
        .leaf(say.t("contract-step-fields"), vec![Block::Form(Box::new(form))])
        .leaf(say.t("contract-so-far"), vec![Block::Links(links)])
}

fn step_form(page: &Page, id: &str, step: &str, terms: &Terms) -> Form {
    let say = &page.say;
    let mut form = Form::new(page, format!("/desk/{id}/{step}"), say.t("save-and-go-on"));
    for name in names(step) {
        let (value, kind) = step_field(page, name, terms);
        form = form.field(say, "contract", name.trim_end_matches(|c: char| c == '_' || c.is_ascii_digit()), value, kind);
        if let Some(field) = form.fields.last_mut() {
            field.name = name.to_owned();
        }
    }
    form
}

/// What stands in a field of the form, and how it is filled in.
fn step_field(page: &Page, name: &str, terms: &Terms) -> (String, Kind) {
    let say = &page.say;
    let end = &terms.end_client;
    let between =
        BETWEEN_FIELDS.iter().position(|fields| [fields.0, fields.1, fields.2].contains(&name)).and_then(|row| terms.chain.get(row));
    let figure = |number: i64| (if number == 0 { String::new() } else { number.to_string() }, Kind::Figure);
    match name {
        "title" => (terms.title.clone(), Kind::Text),
        "end_client" => (end.name.clone(), Kind::Text),
        "country" => (end.country.clone(), Kind::Text),
        "lei" => (end.lei.clone(), Kind::Text),
        "register" => (end.register.clone(), Kind::Text),
        "number" => (end.number.clone(), Kind::Text),
        "website" => (end.website.clone(), Kind::Text),
        "between_name_1" | "between_name_2" | "between_name_3" => (between.map(|party| party.name.clone()).unwrap_or_default(), Kind::Text),
        "between_country_1" | "between_country_2" | "between_country_3" => {
            (between.map(|party| party.country.clone()).unwrap_or_default(), Kind::Text)
        }
        "between_keeps_1" | "between_keeps_2" | "between_keeps_3" => {
            (between.map(|party| (party.keeps_bp / 100).to_string()).unwrap_or_default(), Kind::Figure)
        }
        "purpose" => (terms.purpose.clone(), Kind::Text),
        "provenance" => (terms.provenance.clone(), Kind::Area),
        "consent" => (terms.consent.clone(), Kind::Area),
        "guidelines" => (terms.guidelines.clone(), Kind::Area),
        "unit_noun" => (terms.unit_noun.clone(), Kind::Text),
        "reading_minutes" => (terms.reading_minutes.to_string(), Kind::Figure),
        "currency" => {
            let codes = ["EUR", "USD"].map(|code| (code.to_owned(), code.to_owned())).to_vec();
            (terms.currency.map(|currency| currency.to_string()).unwrap_or_default(), Kind::Select(codes))
        }
        "price" => (if terms.price.is_positive() { terms.price.to_decimal().normalize().to_string() } else { String::new() }, Kind::Figure),
        "seconds" => figure(terms.seconds),
        "rejection" => (terms.rejection.clone(), Kind::Area),
        "notice_days" => (terms.notice_days.to_string(), Kind::Figure),
        "kill_fee" => ((terms.kill_fee_bp / 100).to_string(), Kind::Figure),
        hazard => hazard_field(say, hazard, terms),
    }
}

fn hazard_field(say: &crate::i18n::Say, name: &str, terms: &Terms) -> (String, Kind) {
    let row = HAZARD_FIELDS.iter().position(|(a, b, c, d)| [*a, *b, *c, *d].contains(&name)).unwrap_or(0);
    let hazard = terms.hazards.get(row);
    let none = (String::new(), say.t("hazard-no-row"));
    if name.starts_with("category") {
        let codes = CATEGORIES.iter().map(|code| ((*code).to_owned(), say.t(&format!("hazard-{code}"))));
        return (hazard.map(|hazard| hazard.category.clone()).unwrap_or_default(), Kind::Select([none].into_iter().chain(codes).collect()));
    }
    if name.starts_with("form") {
        let codes = FORMS.iter().map(|code| ((*code).to_owned(), say.t(&format!("hazard-form-{code}"))));
        return (hazard.map(|hazard| hazard.form.clone()).unwrap_or_default(), Kind::Select(codes.collect()));
    }
    if name.starts_with("level") {
        let levels = (0..=3).map(|level| (level.to_string(), level.to_string()));
        return (hazard.map(|hazard| hazard.level.to_string()).unwrap_or_default(), Kind::Select(levels.collect()));
    }
    (hazard.map(|hazard| (hazard.share_bp / 100).to_string()).unwrap_or_default(), Kind::Figure)
}

#[get("/desk/<id>/submit")]
pub(super) async fn submit(page: Page, id: &str) -> Result {
    let user = page.client_user()?;
    let contract = contracts::find_own(&page.deps, &user, &contract_id(id)?).await?;
    let terms = contracts::terms_of(&contract)?;
    let refusals = manyhands_domain::contracts::submit(&terms).err().unwrap_or_default();
    page.show(submit_sheet(&page, &contract, &terms, &refusals)).await
}

fn submit_sheet(page: &Page, contract: &Contract, terms: &Terms, refusals: &[Refusal]) -> Sheet {
    let say = &page.say;
    let id = &contract.id;
    let mut sheet = Sheet::new(say.with("contract-margin", &[("id", id.as_str().into())]), say.t("contract-submit"));
    if refusals.is_empty() {
        let form = Form::new(page, format!("/desk/{id}/submit"), say.t("contract-submit"));
        let words = say.with("contract-submit-words", &[("client", terms.end_client.name.as_str().into())]);
        return sheet.lede(words).leaf("", vec![Block::Form(Box::new(form))]);
    }
    sheet.title = say.t("contract-not-ready");
    sheet.refused = true;
    sheet.faults = refusals
        .iter()
        .map(|refusal| {
            let field = refusal.field.unwrap_or_default();
            let label = say.t(&format!("contract-{}", field.replace('_', "-")));
            let words = refusal.clone().with("label", label);
            (format!("/desk/{id}/{}#f-{field}", step_of(field)), say.refusal(&words))
        })
        .collect();
    sheet
}

#[post("/desk/<id>/submit", data = "<post>")]
pub(super) async fn submit_post(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = contract_id(id)?;
    let fields = post.only(&[])?;
    match contracts::submit(&page.deps, &user, &fields.once(), &parsed).await {
        Ok(()) => Ok(Answer::Redirect(format!("/desk/{id}"))),
        Err(Error::Refused(refusals)) => {
            let contract = contracts::find_own(&page.deps, &user, &parsed).await?;
            let terms = contracts::terms_of(&contract)?;
            page.show(submit_sheet(&page, &contract, &terms, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[get("/desk/<id>")]
pub(super) async fn contract(page: Page, id: &str) -> Result {
    let user = page.client_user()?;
    let parsed = contract_id(id)?;
    let contract = contracts::find_own(&page.deps, &user, &parsed).await?;
    let say = &page.say;
    let state = say.t(&format!("contract-state-{}", contract.state));
    let mut sheet = Sheet::new(contract.end_client.clone(), contract.title.clone()).lede(state);
    let all = batches::list_of_contract(&page.deps, &parsed).await?;
    if let Ok(currency) = Currency::parse(&contract.currency) {
        let total: i64 = all.iter().filter(|batch| batch.state != "draft").map(|batch| batch.tasks_total).sum();
        if total > 0 {
            sheet = sheet.leaf(say.t("desk-how-far"), how_far(&page, &user, &parsed, &all, currency).await?);
        }
        let escrow = contracts::escrow(&page.deps.db.read(), &contract).await?;
        let words =
            say.with("desk-left-words", &[("held", (escrow.held, currency).into()), ("balance", (escrow.balance, currency).into())]);
        let big = Block::Big(amount(say.language, escrow.free), say.with("desk-free", &[("currency", currency.code().into())]));
        let links = ["jsonl", "csv"].map(|kind| (format!("/desk/{id}/results.{kind}"), say.t(&format!("desk-results-{kind}"))));
        sheet = sheet.leaf(say.t("desk-left"), vec![big, Block::Text(words)]);
        sheet = sheet.leaf(say.t("desk-results"), vec![Block::Text(say.t("desk-results-words")), Block::Links(links.to_vec())]);
    }
    let rows = all.iter().map(|batch| Row {
        title: batch.title.clone(),
        href: format!("/batches/{}", batch.id),
        facts: vec![say.t(&format!("batch-state-{}", batch.state))],
        figure: format!("{}/{}", batch.tasks_accepted, batch.tasks_total),
        per: say.t("batch-accepted-of"),
        ..Row::default()
    });
    let mut blocks = vec![Block::Rows(rows.collect())];
    if contract.listed_index.is_some() {
        blocks.push(Block::Links(vec![
            (format!("/desk/{id}/batch"), say.t("batch-new")),
            (format!("/contracts/{id}"), say.t("contract-public-page")),
        ]));
    }
    page.show(sheet.leaf(say.t("batches-label"), blocks)).await
}

/// Accepted, to review, in work, not begun: a bar and a table with the sums.
async fn how_far(
    page: &Page,
    user: &crate::actions::rights::ClientUser,
    id: &ContractId,
    all: &[Batch],
    currency: Currency,
) -> Result<Vec<Block>> {
    let say = &page.say;
    let progress = reviews::progress(&page.deps, user, id).await?;
    let of = |states: &[&str]| {
        progress.iter().filter(|row| states.contains(&row.state.as_str())).fold((0, 0), |(n, sum), row| (n + row.count, sum + row.sum))
    };
    let opened: Vec<&Batch> = all.iter().filter(|batch| batch.state != "draft").collect();
    let ordered = opened.iter().fold((0, 0), |(n, sum), batch| (n + batch.tasks_total, sum + batch.tasks_total * batch.price));
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
            swatch: class,
            name: say.t(name),
            figures: vec![count.to_string(), amount(say.language, Amount::from_micros(sum))],
            total: 0,
        });
    }
    let figures = vec![ordered.0.to_string(), amount(say.language, Amount::from_micros(ordered.1))];
    rows.push(TableRow { swatch: "", name: say.t("desk-ordered"), figures, total: 2 });
    let heads = vec![String::new(), say.t("desk-pieces"), currency.code().to_owned()];
    Ok(vec![Block::Bar(bar), Block::Table(Table { heads, rows })])
}

#[get("/desk/<id>/results.jsonl")]
pub(super) async fn results_jsonl(page: Page, id: &str) -> Result {
    download(&page, id, "jsonl").await
}

#[get("/desk/<id>/results.csv")]
pub(super) async fn results_csv(page: Page, id: &str) -> Result {
    download(&page, id, "csv").await
}

async fn download(page: &Page, id: &str, kind: &str) -> Result {
    let user = page.client_user()?;
    let parsed = contract_id(id)?;
    let csv = kind == "csv";
    let mut text = if csv { results::CSV_HEAD.to_owned() } else { String::new() };
    let mut after = -1;
    loop {
        let (rows, last) = reviews::results(&page.deps, &user, &parsed, after).await?;
        if rows.is_empty() {
            break;
        }
        rows.iter().for_each(|row| text.push_str(&if csv { results::to_csv_line(row) } else { results::to_json_line(row) }));
        after = last;
    }
    let content = if csv { ContentType::CSV } else { ContentType::new("application", "jsonl") };
    Ok(Answer::File { kind: content, name: format!("{id}-results.{kind}"), bytes: text.into_bytes() })
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
    let deposits = contracts::list::deposits(&page.deps, &user).await?.into_iter().map(|deposit| Row {
        title: say.with("deposit-for", &[("contract", deposit.contract_id.into())]),
        facts: vec![say.date(Timestamp::from_secs(deposit.recorded_at))],
        figure: amount(say.language, Amount::from_micros(deposit.amount)),
        per: deposit.currency,
        seal: Some((format!("/ledger/{}", deposit.entry_index), say.with("entry-number", &[("index", Arg::Count(deposit.entry_index))]))),
        ..Row::default()
    });
    let sheet = Sheet::new("", say.t("money-title")).lede(say.t("money-lede"));
    page.show(
        sheet.leaf(say.t("place-contracts"), vec![Block::Rows(rows)]).leaf(say.t("money-deposits"), vec![Block::Rows(deposits.collect())]),
    )
    .await
}

/// Shows a page again as it was typed.
pub(super) async fn again(page: &Page, sheet: Sheet, form: Form, fields: &Fields, refusals: &[Refusal], label: String) -> Result {
    let form = form.typed(&page.say, fields, refusals);
    page.show(refused(page, sheet.leaf(label, vec![Block::Form(Box::new(form))]), refusals)).await
}
