//! Deposits that go back: what can, the form of the treasurer, and the second person.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::contracts::returns::{self, Given, ReturnForm, Returnable};
use crate::actions::rights::Officer;
use crate::actions::signing::Subject;
use crate::actions::{Contract, Error, Return};
use crate::i18n::{Say, amount};
use crate::web::answer::{Answer, Result};
use crate::web::contracts::contract_id;
use crate::web::entry::proof_of;
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::pay::seal;
use crate::web::people::{name_of, refused};
use crate::web::post::{Fields, Post};
use crate::web::sheet::{Block, Row, Sheet, Table, TableRow};
use crate::web::signing::{Second, straight_on};

/// The way to the form, for a treasurer, where something of a contract's deposits is free.
pub(super) fn way(page: &Page, contract: &Contract, free: Amount) -> Option<(String, String)> {
    let can = free.is_positive() && contract.listed_index.is_some() && page.treasurer().is_ok();
    can.then(|| (format!("/treasury/returns/of/{}", contract.id), page.say.t("return-way")))
}

/// What went back, for whoever it went to: no name of ours in it.
pub(super) fn returned_row(page: &Page, row: &Return) -> Row {
    let say = &page.say;
    Row {
        title: say.with("return-from", &[("contract", row.contract_id.as_str().into())]),
        facts: vec![row.title.clone()],
        figure: amount(say.language, Amount::from_micros(row.amount)),
        per: row.currency.clone(),
        seal: row.entry_index.map(|index| seal(page, index)),
        ..Row::default()
    }
}

/// A return as the co-op's own lists show it.
pub(super) fn return_row(page: &Page, row: &Return) -> Row {
    let say = &page.say;
    let to = format!("/treasury/returns/{}", row.id);
    Row {
        href: to.clone(),
        strong: name_of(page, &row.prepared_name),
        facts: vec![say.t(&format!("return-{}", row.state)), say.date(Timestamp::from_secs(row.prepared_at))],
        go: (row.state == "prepared").then(|| (to, say.t("payout-look"))),
        ..returned_row(page, row)
    }
}

#[get("/treasury/returns/of/<id>")]
pub(super) async fn new(page: Page, id: &str) -> Result {
    let treasurer = page.treasurer()?;
    let found = returns::find_returnable(&page.deps, &treasurer, &contract_id(id)?).await?;
    page.show(form_sheet(&page, &found, form(&page, &found))).await
}

/// Where a contract's money stands, each deposit with what of it went back, and the form while anything can.
fn form_sheet(page: &Page, found: &Returnable, form: Form) -> Sheet {
    let say = &page.say;
    let contract = &found.contract;
    let margin = say.with("contract-margin", &[("id", contract.id.as_str().into())]);
    let mut sheet = Sheet::new(margin, say.with("return-title", &[("title", contract.title.as_str().into())]));
    let ended = if contract.closed_index.is_some() { "return-lede-ended" } else { "return-lede-runs" };
    sheet = sheet.lede(say.t(ended));
    let words = [("held", (found.escrow.held, found.currency).into()), ("balance", (found.escrow.balance, found.currency).into())];
    let free = found.escrow.free.max(Amount::ZERO);
    let stands = vec![
        Block::Big(amount(say.language, free), say.with("desk-free", &[("currency", found.currency.code().into())])),
        Block::Text(say.with("desk-left-words", &words)),
        deposits(page, found),
    ];
    sheet = sheet.leaf(say.t("money-deposits"), stands);
    sheet = match found.deposits.iter().any(|given| given.most.is_positive()) {
        true => sheet.leaf(say.t("return-prepare"), vec![Block::Text(say.t("return-words")), Block::Form(Box::new(form))]),
        false => sheet.leaf(say.t("return-prepare"), vec![Block::Text(say.t("return-none"))]),
    };
    if !found.returns.is_empty() {
        let rows = found.returns.iter().map(|row| return_row(page, row)).collect();
        sheet = sheet.leaf(say.t("returns-label"), vec![Block::Rows(rows)]);
    }
    sheet.leaf("", vec![Block::Links(vec![("/treasury".to_owned(), say.t("place-treasury"))])])
}

/// Each deposit: what arrived, what went back, what can.
fn deposits(page: &Page, found: &Returnable) -> Block {
    let say = &page.say;
    let sum = |sum: Amount| Arg::from((sum, found.currency));
    let row = |given: &Given| {
        let words = [("received", sum(given.received)), ("returned", sum(given.returned)), ("waiting", sum(given.waiting))];
        let id = if given.waiting.is_positive() { "return-of-deposit-waits" } else { "return-of-deposit" };
        let (_, number) = seal(page, given.deposit.entry_index);
        TableRow {
            name: format!("{number}, {}", say.date(Timestamp::from_secs(given.deposit.recorded_at))),
            under: say.with(id, &words),
            figures: vec![amount(say.language, given.most)],
            ..TableRow::default()
        }
    };
    let can = say.with("return-most", &[("currency", found.currency.code().into())]);
    Block::Table(Table { heads: vec![say.t("money-deposits"), can], rows: found.deposits.iter().map(row).collect() })
}

/// Filled in with the most that can go back of the first deposit of which anything can.
fn form(page: &Page, found: &Returnable) -> Form {
    let say = &page.say;
    let option = |given: &Given| {
        let (_, number) = seal(page, given.deposit.entry_index);
        let words = [("entry", number.into()), ("sum", (given.most, found.currency).into())];
        (given.deposit.id.clone(), say.with("return-option", &words))
    };
    let can: Vec<&Given> = found.deposits.iter().filter(|given| given.most.is_positive()).collect();
    let most = can.first().map_or(String::new(), |given| typed_amount(given.most, found.currency));
    let form = Form::new(page, "/treasury/returns", say.t("return-prepare"))
        .hidden("contract", found.contract.id.clone())
        .field(
            say,
            "return",
            "deposit",
            can.first().map_or("", |given| &given.deposit.id),
            Kind::Select(can.iter().map(|given| option(given)).collect()),
        )
        .field(say, "return", "amount", most, Kind::Figure)
        .field(say, "return", "reference", "", Kind::Text);
    let form = if found.contract.closed_index.is_none() { form.field(say, "return", "asked", "", Kind::Area) } else { form };
    form.field(say, "people", "password", "", Kind::Password("current-password"))
}

/// As a person types it: `92.00`, of a currency without decimals `92`.
fn typed_amount(sum: Amount, currency: Currency) -> String {
    let text = sum.to_string();
    let decimals = usize::try_from(currency.decimals()).unwrap_or(2);
    match text.split_once('.') {
        Some((whole, _)) if decimals == 0 => whole.to_owned(),
        Some((whole, rest)) => format!("{whole}.{}", rest.get(..decimals).unwrap_or(rest)),
        None => text,
    }
}

/// Where the money may be booked already by a reference that is lost, the form asks whether it is another payment; nowhere else. What is
/// ticked goes for the entries that were named, and for no other sum.
pub(super) fn asking_another(say: &Say, form: Form, prefix: &str, refusals: &[Refusal]) -> Form {
    let unnamed = refusals.iter().find(|refusal| refusal.field.as_deref() == Some("another"));
    let entries = unnamed.and_then(|refusal| refusal.args.iter().find(|(name, _)| *name == "entries"));
    let Some((_, Arg::Text(entries))) = entries else { return form };
    let mut form = form.hidden("none_of", entries.as_str()).field(say, prefix, "another", "", Kind::Check);
    form.mark_wrong(say, refusals);
    form
}

/// The entries of which it is said that a payment is none.
pub(super) fn none_of(fields: &Fields) -> String {
    if fields.text("another").is_empty() { String::new() } else { fields.text("none_of") }
}

#[post("/treasury/returns", data = "<post>")]
pub(super) async fn prepare(page: Page, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&["contract", "deposit", "amount", "reference", "asked", "password", "another", "none_of"])?;
    let contract = contract_id(&fields.text("contract"))?;
    let typed = ReturnForm {
        deposit: fields.text("deposit"),
        amount: fields.text("amount"),
        reference: fields.text("reference"),
        asked: fields.text("asked"),
        none_of: none_of(&fields),
    };
    match returns::prepare(&page.deps, &treasurer, &fields.once(), &typed, &fields.text("password")).await {
        Ok(id) => {
            let to = format!("/treasury/returns/{id}");
            let signing = straight_on(&page, &treasurer, &Subject::Return(id), fields.once()).await?;
            Ok(signing.unwrap_or(Answer::Redirect(to)))
        }
        Err(Error::Refused(refusals)) => {
            let found = returns::find_returnable(&page.deps, &treasurer, &contract).await?;
            let form = form(&page, &found).typed(&page.say, &fields, &refusals);
            let form = asking_another(&page.say, form, "return", &refusals);
            page.show(refused(&page, form_sheet(&page, &found, form), &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[get("/treasury/returns/<id>")]
pub(super) async fn one(page: Page, id: &str) -> Result {
    let officer = page.officer()?;
    let sheet = sheet(&page, &officer, id).await?;
    page.show(sheet).await
}

/// What a return is, in words: for its page and for whoever signs it.
pub(super) fn facts(page: &Page, row: &Return) -> Vec<(String, String)> {
    let say = &page.say;
    let (reference, asked) = row.words.split_once('\n').unwrap_or((&row.words, ""));
    let reference = if reference.is_empty() { say.t("text-gone") } else { reference.to_owned() };
    let mut facts = vec![
        (say.t("deposit-contract"), format!("{} {}", row.contract_id, row.title)),
        (say.t("return-deposit"), seal(page, row.deposit_index).1),
        (say.t("return-reference"), reference),
    ];
    if !asked.is_empty() {
        facts.push((say.t("return-asked"), asked.to_owned()));
    }
    facts.push((say.t("payout-prepared-by"), name_of(page, &row.prepared_name)));
    facts
}

async fn sheet(page: &Page, officer: &Officer, id: &str) -> Result<Sheet> {
    let say = &page.say;
    let row = returns::find(&page.deps, officer, id).await?;
    let title = say.with("return-from", &[("contract", row.contract_id.as_str().into())]);
    let mut sheet = Sheet::new(say.t("returns-label"), title).lede(say.t(&format!("return-{}", row.state)));
    sheet.big = Some((row.currency.clone(), amount(say.language, Amount::from_micros(row.amount))));
    let mut facts = facts(page, &row);
    if row.entry_index.is_some() {
        facts.push((say.t("payout-approved-by"), name_of(page, &row.approved_name)));
    }
    sheet = sheet.leaf(say.t("signing-about"), vec![Block::Facts(facts)]);
    if let Some(index) = row.entry_index {
        sheet = sheet.leaf(say.t("in-the-book"), vec![proof_of(page, index)]);
    }
    if row.state == "prepared" {
        let approve = Form::new(page, format!("/treasury/returns/{id}"), say.t("return-approve"));
        let second = Second {
            kind: "deposit.returned",
            mine: row.prepared_by == officer.actor(),
            words: say.t("return-approve-words"),
            approve: approve.field(say, "people", "password", "", Kind::Password("current-password")),
            withdraw: withdraw_form(page, id),
        };
        let subject = Subject::Return(id.to_owned());
        // Whoever prepared it may have left: no return of this deposit could be prepared then.
        let withdraw = (!second.mine && page.treasurer().is_ok()).then(|| withdraw_form(page, id));
        let mut blocks = second.blocks(page, officer, &subject).await?;
        blocks.extend(withdraw.map(|form| Block::Form(Box::new(form))));
        sheet = sheet.leaf(say.t("payout-second"), blocks);
    }
    Ok(sheet)
}

fn withdraw_form(page: &Page, id: &str) -> Form {
    Form::new(page, format!("/treasury/returns/{id}/withdraw"), page.say.t("return-withdraw")).quiet()
}

#[post("/treasury/returns/<id>", data = "<post>")]
pub(super) async fn approve(page: Page, id: &str, post: Post) -> Result {
    let officer = page.officer()?;
    let fields = post.only(&["password"])?;
    match returns::approve(&page.deps, &officer, &fields.once(), id, &fields.text("password")).await {
        Ok(index) => Ok(Answer::Redirect(format!("/ledger/{index}"))),
        Err(Error::Refused(refusals)) => again(&page, &officer, id, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

async fn again(page: &Page, officer: &Officer, id: &str, refusals: &[Refusal]) -> Result {
    let sheet = sheet(page, officer, id).await?;
    page.show(refused(page, sheet, refusals)).await
}

#[post("/treasury/returns/<id>/withdraw", data = "<post>")]
pub(super) async fn withdraw(page: Page, id: &str, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&[])?;
    returns::withdraw(&page.deps, &treasurer, &fields.once(), id).await?;
    Ok(Answer::Redirect("/treasury".to_owned()))
}
