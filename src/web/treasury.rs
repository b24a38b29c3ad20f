//! The treasury: deposits in, payouts out. Two people for every sum that leaves.

use manyhands_domain::ids::{ContractId, MemberId, PayoutId};
use manyhands_domain::money::Amount;
use manyhands_domain::reference;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::results::{cell, quoted};
use manyhands_domain::time::Timestamp;
use rocket::http::ContentType;
use rocket::{get, post};

use crate::actions::signing::Subject;
use crate::actions::{Contract, Deposit, Error, Line, Payout, contracts, corrections, payouts, receipts};
use crate::i18n::{Language, amount};
use crate::web::answer::{Answer, Result};
use crate::web::corrections::correction_row;
use crate::web::expenses::{expense_form, expense_row};
use crate::web::forms::{Form, Kind};
use crate::web::life;
use crate::web::lowering;
use crate::web::page::Page;
use crate::web::pay::seal;
use crate::web::people::{name_of, refused};
use crate::web::post::Post;
use crate::web::returns::{asking_another, none_of, return_row};
use crate::web::sheet::{Block, Row, Sheet, Table, TableRow};
use crate::web::signing::{Second, signers, straight_on};

#[get("/treasury")]
pub(super) async fn treasury(page: Page) -> Result {
    let sheet = treasury_sheet(&page).await?;
    page.show(sheet).await
}

async fn treasury_sheet(page: &Page) -> Result<Sheet> {
    let officer = page.officer()?;
    let say = &page.say;
    let runs: Vec<Row> = payouts::list(&page.deps, &officer).await?.iter().map(|run| run_row(page, run)).collect();
    let runs = if runs.is_empty() { Block::Text(say.t("payouts-none")) } else { Block::Rows(runs) };
    let mut sheet = Sheet::new("", say.t("place-treasury")).lede(say.t("treasury-lede")).leaf(say.t("payouts-label"), vec![runs]);
    let expenses = payouts::list_expenses(&page.deps, &officer).await?;
    let expenses: Vec<Row> = expenses.into_iter().map(|expense| expense_row(page, expense)).collect();
    if !expenses.is_empty() {
        sheet = sheet.leaf(say.t("expenses-label"), vec![Block::Rows(expenses)]);
    }
    let corrected: Vec<Row> = corrections::list(&page.deps, &officer).await?.iter().map(|row| correction_row(page, row)).collect();
    if !corrected.is_empty() {
        sheet = sheet.leaf(say.t("corrections-label"), vec![Block::Rows(corrected)]);
    }
    let lower = lowering::rows(page, &officer).await?;
    if !lower.is_empty() {
        sheet = sheet.leaf(say.t("payout-second"), vec![Block::Rows(lower)]);
    }
    let unsaid = payouts::list_unsaid(&page.deps, &officer).await?;
    if !unsaid.is_empty() {
        let names = say.with("payout-left-out", &[("names", unsaid.join(", ").into())]);
        sheet = sheet.leaf(say.t("payout-to-unsaid-label"), vec![Block::Text(names)]);
    }
    let returned: Vec<Row> = contracts::returns::list(&page.deps, &officer).await?.iter().map(|row| return_row(page, row)).collect();
    if !returned.is_empty() {
        sheet = sheet.leaf(say.t("returns-label"), vec![Block::Rows(returned)]);
    }
    let deposits = contracts::list::newest_deposits(&page.deps, &officer).await?;
    if !deposits.is_empty() {
        let is_treasurer = page.treasurer().is_ok();
        let rows = deposits.into_iter().map(|deposit| Row {
            href: if is_treasurer { format!("/treasury/returns/of/{}", deposit.contract_id) } else { String::new() },
            ..deposit_row(page, deposit)
        });
        sheet = sheet.leaf(say.t("money-deposits"), vec![Block::Rows(rows.collect())]);
    }
    let returnable = contracts::list::returnable(&page.deps, &officer).await?;
    if !returnable.is_empty() {
        let rows = returnable.iter().map(|(contract, escrow)| life::returnable_row(page, contract, escrow.free)).collect();
        sheet = sheet.leaf(say.t("life-returnable"), vec![Block::Text(say.t("life-returnable-words")), Block::Rows(rows)]);
    }
    if let Ok(treasurer) = page.treasurer() {
        let contracts = contracts::list::for_deposit(&page.deps, &treasurer).await?;
        let option = |contract: Contract| {
            let reference = ContractId::parse(&contract.id).map(|id| reference::of_contract(&id)).unwrap_or_default();
            let words = format!("{} {}, {}, {reference}", contract.id, contract.title, contract.currency);
            let words = match contract.closed_index {
                Some(_) => say.with("deposit-ended", &[("contract", words.into())]),
                None => words,
            };
            (contract.id.clone(), words)
        };
        let by_reference = (String::new(), say.t("deposit-by-reference"));
        let options = [by_reference].into_iter().chain(contracts.into_iter().map(option)).collect();
        let deposit = Form::new(page, "/treasury/deposit", say.t("deposit-record"))
            .field(say, "deposit", "contract", "", Kind::Select(options))
            .field(say, "deposit", "amount", "", Kind::Figure)
            .field(say, "deposit", "reference", "", Kind::Text);
        sheet = sheet.leaf(say.t("deposit-record"), vec![Block::Form(Box::new(deposit))]);
        sheet = sheet.leaf(
            say.t("payout-open"),
            vec![Block::Text(say.t("payout-open-words")), Block::Form(Box::new(run_form(page).beside_others("run")))],
        );
        sheet = sheet.leaf(say.t("expense-new"), vec![Block::Form(Box::new(expense_form(page).beside_others("expense")))]);
    }
    Ok(sheet)
}

/// A deposit as lists show it.
pub(super) fn deposit_row(page: &Page, deposit: Deposit) -> Row {
    let say = &page.say;
    Row {
        title: say.with("deposit-for", &[("contract", deposit.contract_id.into())]),
        facts: vec![say.date(Timestamp::from_secs(deposit.recorded_at))],
        figure: amount(say.language, Amount::from_micros(deposit.amount)),
        per: deposit.currency,
        seal: Some(seal(page, deposit.entry_index)),
        ..Row::default()
    }
}

pub(super) fn run_row(page: &Page, run: &Payout) -> Row {
    let say = &page.say;
    Row {
        title: say.with("pay-run", &[("payout", run.id.as_str().into())]),
        href: format!("/treasury/payouts/{}", run.id),
        strong: name_of(page, &run.prepared_name),
        facts: vec![say.t(&format!("payout-{}", run.state)), say.date(Timestamp::from_secs(run.prepared_at))],
        figure: amount(say.language, Amount::from_micros(run.total)),
        per: run.currency.clone(),
        seal: run.approved_index.map(|index| seal(page, index)),
        go: (run.state == "prepared").then(|| (format!("/treasury/payouts/{}", run.id), say.t("payout-look"))),
        ..Row::default()
    }
}

pub(super) fn currencies() -> Kind {
    Kind::Select(["USD", "EUR"].map(|code| (code.to_owned(), code.to_owned())).to_vec())
}

fn run_form(page: &Page) -> Form {
    let say = &page.say;
    Form::new(page, "/treasury/payouts", say.t("payout-open"))
        .field(say, "payout", "currency", "USD", currencies())
        .field(say, "payout", "minimum", "1.00", Kind::Figure)
        .field(say, "people", "password", "", Kind::Password("current-password"))
}

/// Shows the treasury again with what is wrong, and what was typed in the form that was sent.
pub(super) async fn again(page: &Page, typed: Form, refusals: &[Refusal]) -> Result {
    let sheet = Sheet::new("", page.say.t("place-treasury"));
    page.show(refused(page, sheet.leaf(page.say.t("treasury-again"), vec![Block::Form(Box::new(typed))]), refusals)).await
}

#[post("/treasury/deposit", data = "<post>")]
pub(super) async fn deposit(page: Page, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&["contract", "amount", "reference", "another", "none_of"])?;
    let (chosen, sum, reference) = (fields.text("contract"), fields.text("amount"), fields.text("reference"));
    let none_of = none_of(&fields);
    // Nothing chosen: the reference that the client was given says which it is.
    let contract = match chosen.is_empty() {
        true => contracts::find_by_reference(&page.deps, &treasurer, &reference).await,
        false => Ok(ContractId::parse(&chosen).map_err(|_| Answer::Error(Error::NotFound))?),
    };
    let recorded = match contract {
        Ok(contract) => {
            contracts::record_another_deposit(&page.deps, &treasurer, &fields.once(), &contract, (&sum, &reference), &none_of).await
        }
        Err(error) => Err(error),
    };
    match recorded {
        Ok(index) => Ok(Answer::Redirect(format!("/ledger/{index}"))),
        Err(Error::Refused(refusals)) => {
            let say = &page.say;
            let form = Form::new(&page, "/treasury/deposit", say.t("deposit-record"))
                .field(say, "deposit", "contract", "", Kind::Text)
                .field(say, "deposit", "amount", "", Kind::Figure)
                .field(say, "deposit", "reference", "", Kind::Text)
                .typed(say, &fields, &refusals);
            let form = asking_another(say, form, "deposit", &refusals);
            again(&page, form, &refusals).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/treasury/payouts", data = "<post>")]
pub(super) async fn prepare(page: Page, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&["currency", "minimum", "password"])?;
    let text = |name: &str| fields.text(name);
    match payouts::prepare(&page.deps, &treasurer, &fields.once(), &text("currency"), &text("minimum"), &text("password")).await {
        Ok(run) => {
            let signing = straight_on(&page, &treasurer, &Subject::Payout(run.clone()), fields.once()).await?;
            Ok(signing.unwrap_or_else(|| Answer::Redirect(format!("/treasury/payouts/{run}"))))
        }
        Err(Error::Refused(refusals)) => again(&page, run_form(&page).typed(&page.say, &fields, &refusals), &refusals).await,
        Err(error) => Err(error.into()),
    }
}

fn payout_id(id: &str) -> Result<PayoutId> {
    PayoutId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

#[get("/treasury/payouts/<id>")]
pub(super) async fn payout(page: Page, id: &str) -> Result {
    let sheet = payout_sheet(&page, &payout_id(id)?).await?;
    page.show(sheet).await
}

async fn payout_sheet(page: &Page, id: &PayoutId) -> Result<Sheet> {
    let officer = page.officer()?;
    let say = &page.say;
    let (run, lines) = payouts::find(&page.deps, &officer, id).await?;
    let mut sheet = Sheet::new(say.t("payouts-label"), say.with("pay-run", &[("payout", id.as_str().into())]));
    sheet.big = Some((run.currency.clone(), amount(say.language, Amount::from_micros(run.total))));
    sheet.ledes.push(say.with(
        "payout-lede",
        &[
            ("state", say.t(&format!("payout-{}", run.state)).into()),
            ("by", name_of(page, &run.prepared_name).into()),
            ("count", run.count.into()),
        ],
    ));
    let rows = lines.iter().map(|line| TableRow {
        swatch: "",
        name: name_of(page, &line.name),
        under: [to_of(page, line), say.t(&format!("payout-line-{}", line.state))].join(", "),
        figures: vec![amount(say.language, Amount::from_micros(line.amount))],
        total: 0,
    });
    let heads = vec![say.t("payout-to"), run.currency.clone()];
    let mut blocks = vec![Block::Table(Table { heads, rows: rows.collect() })];
    if run.state == "sent" && lines.iter().any(|line| line.state == "sent") {
        blocks.push(Block::Links(vec![(format!("/treasury/payouts/{id}/file.csv"), say.t("payout-file"))]));
        blocks.push(Block::Small(say.t("payout-file-words")));
    }
    if let Some(index) = run.approved_index {
        let mut both = vec![
            (say.t("payout-prepared-by"), name_of(page, &run.prepared_name)),
            (say.t("payout-approved-by"), name_of(page, &run.approved_name)),
        ];
        let (_, entry) = receipts::find_entry(&page.deps, u64::try_from(index).map_err(Error::broken)?).await?;
        both.extend(signers(page, &entry.signed).into_iter().map(|(id, key)| (say.t("entry-signed"), format!("{id}, {key}"))));
        blocks.push(Block::Facts(both));
    }
    sheet = sheet.leaf(say.t("payout-lines"), blocks);
    if run.state == "prepared" {
        let second = Second {
            kind: "payout.approved",
            mine: run.prepared_by == officer.actor(),
            words: say.t("payout-approve-words"),
            approve: approve_form(page, id),
            withdraw: Form::new(page, format!("/treasury/payouts/{id}/withdraw"), say.t("payout-withdraw")).quiet(),
        };
        sheet = sheet.leaf(say.t("payout-second"), second.blocks(page, &officer, &Subject::Payout(id.clone())).await?);
    }
    if run.state == "sent" && page.treasurer().is_ok() {
        for line in lines.iter().filter(|line| line.state == "sent") {
            sheet = sheet.leaf(line.name.clone(), line_forms(page, id, line));
        }
    }
    let entries = run_entries(page, &run, &lines);
    Ok(if entries.is_empty() { sheet } else { sheet.leaf(say.t("in-the-book"), vec![Block::Ways(entries)]) })
}

/// Where a line goes, as its member said.
fn to_of(page: &Page, line: &Line) -> String {
    if line.payout_to.is_empty() { page.say.t("payout-to-unsaid") } else { line.payout_to.clone() }
}

/// What the run wrote: its approval, and what became of each line.
fn run_entries(page: &Page, run: &Payout, lines: &[Line]) -> Vec<[String; 3]> {
    let say = &page.say;
    let mut entries: Vec<(i64, String)> = run.approved_index.map(|index| (index, say.t("entry-payout-approved"))).into_iter().collect();
    for line in lines {
        let words = |state: &str| {
            let state = say.t(&format!("payout-line-{state}"));
            say.with("payout-line-entry", &[("name", line.name.as_str().into()), ("state", state.into())])
        };
        entries.extend(line.steps().into_iter().map(|step| (step.index, words(step.state))));
    }
    entries.sort_by_key(|(index, _)| *index);
    let way = |(index, words)| {
        let (to, number) = seal(page, index);
        [to, number, words]
    };
    entries.into_iter().map(way).collect()
}

fn approve_form(page: &Page, id: &PayoutId) -> Form {
    let say = &page.say;
    Form::new(page, format!("/treasury/payouts/{id}/approve"), say.t("payout-approve")).field(
        say,
        "people",
        "password",
        "",
        Kind::Password("current-password"),
    )
}

/// What can become of a line under way. One page holds several such forms: each has its own ids.
fn line_forms(page: &Page, id: &PayoutId, line: &Line) -> Vec<Block> {
    [settle_form(page, id, &line.member_id), fail_form(page, id, &line.member_id)]
        .map(|form| Block::Form(Box::new(form.beside_others(&line.member_id))))
        .into()
}

fn settle_form(page: &Page, id: &PayoutId, member: &str) -> Form {
    let say = &page.say;
    Form::new(page, format!("/treasury/payouts/{id}/settle"), say.t("payout-settle"))
        .hidden("member", member)
        .field(say, "payout", "reference", "", Kind::Text)
        .field(say, "payout", "fee", "", Kind::Figure)
}

fn fail_form(page: &Page, id: &PayoutId, member: &str) -> Form {
    let say = &page.say;
    Form::new(page, format!("/treasury/payouts/{id}/fail"), say.t("payout-fail"))
        .hidden("member", member)
        .field(say, "payout", "reason", "", Kind::Text)
        .quiet()
}

#[get("/treasury/payouts/<id>/file.csv")]
pub(super) async fn file(page: Page, id: &str) -> Result {
    let officer = page.officer()?;
    let (run, lines) = payouts::find(&page.deps, &officer, &payout_id(id)?).await?;
    // Nothing to pay before a second person approved it, and nothing twice.
    if run.state != "sent" {
        return Err(Answer::Error(Error::NotFound));
    }
    let mut text = "id,name,rail,to,amount,currency\r\n".to_owned();
    for line in lines.into_iter().filter(|line| line.state == "sent") {
        let sum = amount(Language::En, Amount::from_micros(line.amount)).replace('\u{202f}', "");
        let cells = [
            format!("{}-{}", run.id, line.member_id),
            cell(&line.name),
            cell(&line.rail),
            quoted(&line.payout_to),
            sum,
            run.currency.clone(),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    Ok(Answer::File { kind: ContentType::CSV, name: format!("{id}.csv"), bytes: text.into_bytes() })
}

#[post("/treasury/payouts/<id>/approve", data = "<post>")]
pub(super) async fn approve(page: Page, id: &str, post: Post) -> Result {
    let officer = page.officer()?;
    let parsed = payout_id(id)?;
    let fields = post.only(&["password"])?;
    match payouts::approve(&page.deps, &officer, &fields.once(), &parsed, &fields.text("password")).await {
        Ok(_) => Ok(Answer::Redirect(format!("/treasury/payouts/{id}"))),
        Err(Error::Refused(refusals)) => {
            let sheet = payout_sheet(&page, &parsed).await?;
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/treasury/payouts/<id>/withdraw", data = "<post>")]
pub(super) async fn withdraw(page: Page, id: &str, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&[])?;
    payouts::withdraw(&page.deps, &treasurer, &fields.once(), &payout_id(id)?).await?;
    Ok(Answer::Redirect("/treasury".to_owned()))
}

#[post("/treasury/payouts/<id>/settle", data = "<post>")]
pub(super) async fn settle(page: Page, id: &str, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&["member", "reference", "fee"])?;
    let member = MemberId::parse(&fields.text("member")).map_err(|_| Answer::Error(Error::NotFound))?;
    let text = |name: &str| fields.text(name);
    let parsed = payout_id(id)?;
    match payouts::settle(&page.deps, &treasurer, &fields.once(), &parsed, &member, &text("reference"), &text("fee")).await {
        Ok(_) => Ok(Answer::Redirect(format!("/treasury/payouts/{id}"))),
        Err(Error::Refused(refusals)) => {
            let form = settle_form(&page, &parsed, member.as_str()).typed(&page.say, &fields, &refusals);
            again(&page, form, &refusals).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/treasury/payouts/<id>/fail", data = "<post>")]
pub(super) async fn fail(page: Page, id: &str, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&["member", "reason"])?;
    let member = MemberId::parse(&fields.text("member")).map_err(|_| Answer::Error(Error::NotFound))?;
    let parsed = payout_id(id)?;
    match payouts::fail(&page.deps, &treasurer, &fields.once(), &parsed, &member, &fields.text("reason")).await {
        Ok(_) => Ok(Answer::Redirect(format!("/treasury/payouts/{id}"))),
        Err(Error::Refused(refusals)) => {
            let form = fail_form(&page, &parsed, member.as_str()).typed(&page.say, &fields, &refusals);
            again(&page, form, &refusals).await
        }
        Err(error) => Err(error.into()),
    }
}
