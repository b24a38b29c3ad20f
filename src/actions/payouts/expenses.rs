//! Expenses: prepared by one person, approved by a different one.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{ExpenseId, MemberId, PersonId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::payouts;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_store::Sql;
use manyhands_store::payouts::{self as rows, Expense};

use super::{second_of, tell_second};
use crate::actions::contracts::keep_evidence;
use crate::actions::rights::{Member, Officer, Treasurer};
use crate::actions::signing::{self, Subject};
use crate::actions::two_people::refuse_unsigned;
use crate::actions::{Error, Once, Work, begin, new_uuid, sessions};
use crate::deps::Deps;

/// An expense as typed.
#[derive(Clone, Debug, Default)]
pub struct ExpenseForm {
    /// A part of an account name: `Hosting`.
    pub name: String,
    /// Of the amount.
    pub currency: String,
    /// How much.
    pub amount: String,
    /// What for, kept behind a commitment.
    pub what: String,
}

/// Prepares an expense.
///
/// # Errors
/// Fields that do not fit; a wrong password.
pub async fn prepare_expense(deps: &Deps, by: &Treasurer, once: &Once, typed: &ExpenseForm, password: &str) -> Result<String, Error> {
    sessions::confirm(deps, by, password).await?;
    let currency = Currency::parse(&typed.currency).map_err(|_| Refusal::new("currency-unused").field("currency"))?;
    let amount = Amount::parse_input(&typed.amount).ok().filter(|amount| amount.is_positive());
    let amount = amount.ok_or_else(|| Refusal::new("amount-unfit").field("amount"))?;
    let words = text::lines(&typed.what, 1_000).map_err(|error| error.refusal("what", 1_000, "reference-missing"))?;
    let mut work = begin!(deps, by.actor(), once);
    let id = ExpenseId::parse(&new_uuid(deps)).map_err(Error::broken)?;
    let evidence = keep_evidence(&work, &words).await?;
    // What approving will post must be possible: a name that is no account is refused now.
    payouts::expense(&id, &typed.name, currency, amount, &evidence)?;
    let expense = Expense {
        id: id.to_string(),
        name: typed.name.clone(),
        amount: amount.micros(),
        currency: currency.code().to_owned(),
        evidence,
        state: "prepared".to_owned(),
        prepared_by: by.actor().to_owned(),
        prepared_name: by.standing().name.clone(),
        prepared_at: work.now().secs(),
        entry_index: None,
        what: words,
        approved_name: String::new(),
    };
    rows::insert_expense(&work.tx, &expense).await?;
    tell_second(&mut work, by, expense.name, format!("/treasury/expenses/{id}"), amount, currency).await?;
    work.commit(id.to_string()).await
}

/// Approves an expense as its second person: `expense.paid`.
///
/// # Errors
/// `two-people`; not waiting; a bank that would fall below zero; a wrong password; signatures that are needed instead.
pub async fn approve_expense(deps: &Deps, by: &Officer, once: &Once, id: &str, password: &str) -> Result<u64, Error> {
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let expense = rows::load_expense_held(&work.tx, id).await?;
    payouts::check_two_people(&expense.prepared_by, by.actor())?;
    refuse_unsigned(&work, by, "expense.paid").await?;
    let index = pay(&mut work, &expense, by.person(), Vec::new()).await?;
    work.commit(index).await
}

/// An expense, and the entry that its two people sign.
pub(crate) async fn expense_to_sign(on: &impl Sql, by: &Member, id: &ExpenseId) -> Result<(Expense, Draft), Error> {
    by.officer().ok_or(Error::NotFound)?;
    let expense = rows::find_expense(on, id.as_str()).await?.ok_or(Error::NotFound)?;
    let entry = entry_of(&expense)?;
    Ok((expense, entry))
}

/// Pays an expense that two people signed.
pub(crate) async fn pay_signed(work: &mut Work<'_>, id: &ExpenseId, signers: &[MemberId], notes: Vec<String>) -> Result<u64, Error> {
    let expense = rows::load_expense_held(&work.tx, id.as_str()).await?;
    let second = second_of(work, &expense.prepared_by, signers).await?;
    pay(work, &expense, &second, notes).await
}

/// `expense.paid`. The expense is held.
async fn pay(work: &mut Work<'_>, expense: &Expense, by: &PersonId, notes: Vec<String>) -> Result<u64, Error> {
    let index = work.append(entry_of(expense)?.signed(notes)).await?;
    if !rows::set_expense_paid(&work.tx, &expense.id, by, index, work.now()).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    Ok(index)
}

fn entry_of(expense: &Expense) -> Result<Draft, Error> {
    if expense.state != "prepared" {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    let id = ExpenseId::parse(&expense.id).map_err(Error::broken)?;
    let currency = Currency::parse(&expense.currency).map_err(Error::broken)?;
    Ok(payouts::expense(&id, &expense.name, currency, Amount::from_micros(expense.amount), &expense.evidence)?)
}

/// Withdraws an expense that nobody approved yet.
///
/// # Errors
/// Not waiting.
pub async fn withdraw_expense(deps: &Deps, by: &Treasurer, once: &Once, id: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let subject = Subject::Expense(ExpenseId::parse(id).map_err(|_| Error::NotFound)?);
    signing::withdraw(&work, &subject).await?;
    rows::load_expense_held(&work.tx, id).await?;
    if !rows::set_expense_withdrawn(&work.tx, id).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    work.commit(()).await
}

/// Expenses, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_expenses(deps: &Deps, _by: &Officer) -> Result<Vec<Expense>, Error> {
    Ok(rows::list_expenses(&deps.db.read(), 50).await?)
}

/// An expense.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_expense(deps: &Deps, _by: &Officer, id: &str) -> Result<Expense, Error> {
    rows::find_expense(&deps.db.read(), id).await?.ok_or(Error::NotFound)
}
