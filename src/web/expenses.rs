//! Expenses: prepared by the treasurer, approved by somebody else.

use manyhands_domain::ids::ExpenseId;
use manyhands_domain::money::Amount;
use rocket::{get, post};

use crate::actions::payouts::ExpenseForm;
use crate::actions::rights::Officer;
use crate::actions::signing::Subject;
use crate::actions::{Error, Expense, payouts};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::entry::proof_of;
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::pay::seal;
use crate::web::people::{name_of, refused};
use crate::web::post::Post;
use crate::web::sheet::{Block, Row, Sheet};
use crate::web::signing::{Second, straight_on};
use crate::web::treasury::{again, currencies};

/// An expense as lists show it.
pub(super) fn expense_row(page: &Page, expense: Expense) -> Row {
    let say = &page.say;
    Row {
        title: expense.name,
        facts: vec![say.t(&format!("expense-{}", expense.state)), name_of(page, &expense.prepared_name)],
        figure: amount(say.language, Amount::from_micros(expense.amount)),
        per: expense.currency,
        go: (expense.state == "prepared").then(|| (format!("/treasury/expenses/{}", expense.id), say.t("payout-look"))),
        seal: expense.entry_index.map(|index| seal(page, index)),
        ..Row::default()
    }
}

pub(super) fn expense_form(page: &Page) -> Form {
    let say = &page.say;
    Form::new(page, "/treasury/expenses", say.t("expense-new"))
        .field(say, "expense", "name", "", Kind::Text)
        .field(say, "payout", "currency", "USD", currencies())
        .field(say, "expense", "amount", "", Kind::Figure)
        .field(say, "expense", "what", "", Kind::Area)
        .field(say, "people", "password", "", Kind::Password("current-password"))
        .quiet()
}

#[post("/treasury/expenses", data = "<post>")]
pub(super) async fn expense(page: Page, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&["name", "currency", "amount", "what", "password"])?;
    let typed = ExpenseForm {
        name: fields.text("name"),
        currency: fields.text("currency"),
        amount: fields.text("amount"),
        what: fields.text("what"),
    };
    match payouts::prepare_expense(&page.deps, &treasurer, &fields.once(), &typed, &fields.text("password")).await {
        Ok(id) => {
            let signing = straight_on(&page, &treasurer, &subject(&id)?, fields.once()).await?;
            Ok(signing.unwrap_or_else(|| Answer::Redirect("/treasury".to_owned())))
        }
        Err(Error::Refused(refusals)) => again(&page, expense_form(&page).typed(&page.say, &fields, &refusals), &refusals).await,
        Err(error) => Err(error.into()),
    }
}

fn subject(id: &str) -> Result<Subject> {
    ExpenseId::parse(id).map(Subject::Expense).map_err(|_| Answer::Error(Error::NotFound))
}

#[get("/treasury/expenses/<id>")]
pub(super) async fn expense_page(page: Page, id: &str) -> Result {
    let officer = page.officer()?;
    let sheet = expense_sheet(&page, &officer, id).await?;
    page.show(sheet).await
}

async fn expense_sheet(page: &Page, officer: &Officer, id: &str) -> Result<Sheet> {
    let say = &page.say;
    let expense = payouts::find_expense(&page.deps, officer, id).await?;
    let mut sheet = Sheet::new("", expense.name.clone()).lede(say.t(&format!("expense-{}", expense.state)));
    sheet.big = Some((expense.currency.clone(), amount(say.language, Amount::from_micros(expense.amount))));
    let what = if expense.what.is_empty() { say.t("text-gone") } else { expense.what.clone() };
    let mut facts = vec![(say.t("expense-what"), what), (say.t("payout-prepared-by"), name_of(page, &expense.prepared_name))];
    if expense.entry_index.is_some() {
        facts.push((say.t("payout-approved-by"), name_of(page, &expense.approved_name)));
    }
    sheet = sheet.leaf(say.t("expenses-label"), vec![Block::Facts(facts)]);
    if let Some(index) = expense.entry_index {
        sheet = sheet.leaf(say.t("in-the-book"), vec![proof_of(page, index)]);
    }
    if expense.state == "prepared" {
        let approve = Form::new(page, format!("/treasury/expenses/{id}"), say.t("payout-approve"));
        let second = Second {
            kind: "expense.paid",
            mine: expense.prepared_by == officer.actor(),
            words: say.t("expense-approve-words"),
            approve: approve.field(say, "people", "password", "", Kind::Password("current-password")),
            withdraw: Form::new(page, format!("/treasury/expenses/{id}/withdraw"), say.t("expense-withdraw")).quiet(),
        };
        sheet = sheet.leaf(say.t("payout-second"), second.blocks(page, officer, &subject(id)?).await?);
    }
    Ok(sheet)
}

#[post("/treasury/expenses/<id>", data = "<post>")]
pub(super) async fn expense_approve(page: Page, id: &str, post: Post) -> Result {
    let officer = page.officer()?;
    let fields = post.only(&["password"])?;
    match payouts::approve_expense(&page.deps, &officer, &fields.once(), id, &fields.text("password")).await {
        Ok(index) => Ok(Answer::Redirect(format!("/ledger/{index}"))),
        Err(Error::Refused(refusals)) => {
            let sheet = expense_sheet(&page, &officer, id).await?;
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/treasury/expenses/<id>/withdraw", data = "<post>")]
pub(super) async fn expense_withdraw(page: Page, id: &str, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&[])?;
    payouts::withdraw_expense(&page.deps, &treasurer, &fields.once(), id).await?;
    Ok(Answer::Redirect("/treasury".to_owned()))
}
