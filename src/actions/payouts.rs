//! Payouts by hand, and expenses: one person prepares, a different one approves, each with their password again.

use manyhands_domain::ids::{ExpenseId, MemberId, PayoutId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::payouts::{self, Run};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_store::payouts::{self as rows, Expense, Line, NewPayout, Payout};
use manyhands_store::{ledger, people};

use crate::actions::contracts::keep_evidence;
use crate::actions::rights::{Member, Officer, Treasurer};
use crate::actions::{Error, Once, Work, begin, new_uuid, sessions};
use crate::deps::Deps;

/// Opens a run over every balance of at least `minimum` in a currency.
///
/// # Errors
/// Nobody is owed that much; a run of this currency waits already; a wrong password.
pub async fn prepare(deps: &Deps, by: &Treasurer, once: &Once, currency: &str, minimum: &str, password: &str) -> Result<PayoutId, Error> {
    sessions::confirm(deps, by, password).await?;
    let currency = Currency::parse(currency).map_err(|_| Refusal::new("currency-unused").field("currency"))?;
    let minimum = Amount::parse_input(minimum).map_err(|_| Refusal::new("amount-unfit").field("minimum"))?;
    let mut work = begin!(deps, by.actor(), once);
    // First the number: it holds everybody else who prepares, so that nobody's run is overlooked.
    let number = rows::next_number(&work.tx).await?;
    let said = people::list_with_destination(&work.tx).await?;
    if let Some(waiting) = rows::find_waiting(&work.tx, currency.code()).await? {
        return Err(Refusal::new("payout-waiting").with("payout", waiting).into());
    }
    let mut owed = Vec::new();
    for (account, unit, amount) in ledger::balances(&work.tx, "Liabilities:Members:").await? {
        let member = account.strip_prefix("Liabilities:Members:").and_then(|rest| rest.strip_suffix(":Earned"));
        if let (Some(member), true) = (member, unit == currency) {
            let member = MemberId::parse(member).map_err(Error::broken)?;
            // Whoever has not said where to is left out: nothing could be sent, and it would be noted as sent.
            if said.contains(member.as_str()) {
                owed.push((member, amount.checked_neg().map_err(Error::broken)?));
            }
        }
    }
    let run = Run::prepare(PayoutId::from_number(number), currency, "Manual", minimum, owed)?;
    let lines: Vec<(MemberId, i64)> = run.lines.iter().map(|(member, amount)| (member.clone(), amount.micros())).collect();
    let hash = run.lines_sha256();
    let row = NewPayout {
        id: &run.id,
        number,
        currency: currency.code(),
        rail: &run.rail,
        step: run.step.micros(),
        minimum: minimum.micros(),
        lines: &lines,
        total: run.total()?.micros(),
        lines_sha256: &hash,
        by: by.person(),
    };
    rows::insert(&work.tx, &row, work.now()).await?;
    let path = format!("/treasury/payouts/{}", run.id);
    tell_second(&mut work, by, run.id.to_string(), path, run.total()?, currency).await?;
    work.commit(run.id).await
}

/// Approves a run as its second person: `payout.approved`, and one `payout.sent` for each line, in one transaction.
///
/// # Errors
/// `two-people`; not waiting; a balance that moved in between; a wrong password.
pub async fn approve(deps: &Deps, by: &Officer, once: &Once, id: &PayoutId, password: &str) -> Result<u64, Error> {
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let payout = rows::load_held(&work.tx, id).await?;
    payouts::check_two_people(&payout.prepared_by, by.actor())?;
    let run = run_of(&payout, &rows::list_lines(&work.tx, id).await?)?;
    if payout.state != "prepared" || run.lines_sha256() != payout.lines_sha256 {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    // The run was made from balances: they must be what the entries say.
    for (member, _) in &run.lines {
        if !ledger::follow(&work.tx, &format!("Liabilities:Members:{member}:Earned")).await? {
            return Err(Refusal::new("books-changed").into());
        }
    }
    let now = work.now();
    let entries = run.entries()?;
    let mut approved = 0;
    for (place, entry) in entries.into_iter().enumerate() {
        let index = work.append(entry).await?;
        match place.checked_sub(1).and_then(|line| run.lines.get(line)) {
            Some((member, amount)) => {
                rows::set_line_sent(&work.tx, id, member.as_str(), index, now).await?;
                let notice = Notice::PaidOut { payout: id.to_string(), amount: *amount, currency: run.currency, index };
                if let Some(person) = people::person_of_member(&work.tx, member).await? {
                    work.notify(&person, &notice).await?;
                }
            }
            None => approved = index,
        }
    }
    if !rows::set_sent(&work.tx, id, by.person(), approved, now).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    work.commit(approved).await
}

/// Withdraws a run that nobody approved yet.
///
/// # Errors
/// Not waiting.
pub async fn withdraw(deps: &Deps, by: &Treasurer, once: &Once, id: &PayoutId) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    if !rows::set_withdrawn(&work.tx, id).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    work.commit(()).await
}

/// Notes that a line arrived, with the bank's reference and what it cost.
///
/// # Errors
/// No reference; a fee that is no amount; not under way.
pub async fn settle(
    deps: &Deps,
    by: &Treasurer,
    once: &Once,
    id: &PayoutId,
    member: &MemberId,
    reference: &str,
    fee: &str,
) -> Result<u64, Error> {
    let reference = text::line(reference, 200).map_err(|_| Refusal::new("reference-missing").field("reference"))?;
    let fee = if fee.trim().is_empty() { Ok(Amount::ZERO) } else { Amount::parse_input(fee) };
    let fee = fee.map_err(|_| Refusal::new("amount-unfit").field("fee"))?;
    let mut work = begin!(deps, by.actor(), once);
    let (run, amount) = line_of(&work.tx, id, member).await?;
    payouts::check_fee(amount, fee, run.currency)?;
    let evidence = keep_evidence(&work, &reference).await?;
    let index = work.append(run.settled(member, amount, fee, &evidence)?).await?;
    if !rows::set_line_settled(&work.tx, id, member.as_str(), index, &reference, fee.micros(), work.now()).await? {
        return Err(Refusal::new("payout-line-not-sent").into());
    }
    work.commit(index).await
}

/// Notes that a line failed: the money is the member's balance again.
///
/// # Errors
/// Not under way.
pub async fn fail(deps: &Deps, by: &Treasurer, once: &Once, id: &PayoutId, member: &MemberId, reason: &str) -> Result<u64, Error> {
    let reason = text::slug(reason);
    let mut work = begin!(deps, by.actor(), once);
    let (run, amount) = line_of(&work.tx, id, member).await?;
    let index = work.append(run.failed(member, amount, &reason)?).await?;
    if !rows::set_line_failed(&work.tx, id, member.as_str(), index, &reason, work.now()).await? {
        return Err(Refusal::new("payout-line-not-sent").into());
    }
    let notice = Notice::PayoutFailed { payout: id.to_string(), amount, currency: run.currency, index };
    if let Some(person) = people::person_of_member(&work.tx, member).await? {
        work.notify(&person, &notice).await?;
    }
    work.commit(index).await
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
    let words = text::lines(&typed.what, 1_000).map_err(|_| Refusal::new("reference-missing").field("what"))?;
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

/// Tells everybody who may be the second person.
async fn tell_second(
    work: &mut Work<'_>,
    by: &Treasurer,
    what: String,
    path: String,
    amount: Amount,
    currency: Currency,
) -> Result<(), Error> {
    let notice = Notice::SecondPerson { what, path, amount, currency, by: by.standing().name.clone() };
    for officer in people::list_holders(&work.tx, "treasurer", "coordinator").await? {
        if officer != *by.person() {
            work.notify(&officer, &notice).await?;
        }
    }
    Ok(())
}

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

/// Approves an expense as its second person: `expense.paid`.
///
/// # Errors
/// `two-people`; not waiting; a bank that would fall below zero; a wrong password.
pub async fn approve_expense(deps: &Deps, by: &Officer, once: &Once, id: &str, password: &str) -> Result<u64, Error> {
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let expense = rows::load_expense_held(&work.tx, id).await?;
    payouts::check_two_people(&expense.prepared_by, by.actor())?;
    if expense.state != "prepared" {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    let parsed = ExpenseId::parse(&expense.id).map_err(Error::broken)?;
    let currency = Currency::parse(&expense.currency).map_err(Error::broken)?;
    let entry = payouts::expense(&parsed, &expense.name, currency, Amount::from_micros(expense.amount), &expense.evidence)?;
    let index = work.append(entry).await?;
    if !rows::set_expense_paid(&work.tx, id, by.person(), index, work.now()).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    work.commit(index).await
}

/// Withdraws an expense that nobody approved yet.
///
/// # Errors
/// Not waiting.
pub async fn withdraw_expense(deps: &Deps, by: &Treasurer, once: &Once, id: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    rows::load_expense_held(&work.tx, id).await?;
    if !rows::set_expense_withdrawn(&work.tx, id).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    work.commit(()).await
}

/// Names of members who are owed something and have not said where it is to go.
///
/// # Errors
/// When the database fails.
pub async fn list_unsaid(deps: &Deps, _by: &Officer) -> Result<Vec<String>, Error> {
    let moment = deps.db.snapshot().await?;
    let owed = ledger::balances(&moment, "Liabilities:Members:").await?;
    let unsaid = people::list_without_destination(&moment).await?;
    let is_owed = |member: &MemberId| owed.iter().any(|(account, ..)| *account == format!("Liabilities:Members:{member}:Earned"));
    Ok(unsaid.into_iter().filter(|(member, _)| is_owed(member)).map(|(_, name)| name).collect())
}

/// What somebody else prepared and waits for this officer: runs and expenses.
///
/// # Errors
/// When the database fails.
pub async fn list_waiting_for(deps: &Deps, by: &Officer) -> Result<(Vec<Payout>, Vec<Expense>), Error> {
    let reader = deps.db.read();
    Ok((rows::list_waiting_for(&reader, by.person()).await?, rows::list_expenses_waiting_for(&reader, by.person()).await?))
}

/// Runs, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, _by: &Officer) -> Result<Vec<Payout>, Error> {
    Ok(rows::list(&deps.db.read(), 50).await?)
}

/// A run with its lines.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(deps: &Deps, _by: &Officer, id: &PayoutId) -> Result<(Payout, Vec<Line>), Error> {
    let reader = deps.db.read();
    let payout = rows::find_payout(&reader, id).await?.ok_or(Error::NotFound)?;
    Ok((payout, rows::list_lines(&reader, id).await?))
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

/// A member's own payouts, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_own(deps: &Deps, by: &Member) -> Result<Vec<Line>, Error> {
    Ok(rows::list_of_member(&deps.db.read(), by.id(), 50).await?)
}

/// A member's lines that wait for a second person's approval.
///
/// # Errors
/// When the database fails.
pub async fn list_own_waiting(deps: &Deps, by: &Member) -> Result<Vec<Line>, Error> {
    Ok(rows::list_waiting_of_member(&deps.db.read(), by.id()).await?)
}

/// What a member is owed now, by currency.
///
/// # Errors
/// When the database fails.
pub async fn owed(deps: &Deps, by: &Member) -> Result<Vec<(Currency, Amount)>, Error> {
    let account = format!("Liabilities:Members:{}:Earned", by.id());
    let balances = ledger::balances(&deps.db.read(), &account).await?;
    balances.into_iter().map(|(_, unit, amount)| Ok((unit, amount.checked_neg().map_err(Error::broken)?))).collect()
}

async fn line_of(tx: &manyhands_store::Tx, id: &PayoutId, member: &MemberId) -> Result<(Run, Amount), Error> {
    let payout = rows::find_payout(tx, id).await?.ok_or(Error::NotFound)?;
    let lines = rows::list_lines(tx, id).await?;
    let line = lines.iter().find(|line| line.member_id == member.as_str()).ok_or(Error::NotFound)?;
    if line.state != "sent" {
        return Err(Refusal::new("payout-line-not-sent").into());
    }
    Ok((run_of(&payout, &lines)?, Amount::from_micros(line.amount)))
}

fn run_of(payout: &Payout, lines: &[Line]) -> Result<Run, Error> {
    let lines = lines.iter().map(|line| {
        let member = MemberId::parse(&line.member_id).map_err(Error::broken)?;
        Ok((member, Amount::from_micros(line.amount)))
    });
    Ok(Run {
        id: PayoutId::parse(&payout.id).map_err(Error::broken)?,
        currency: Currency::parse(&payout.currency).map_err(Error::broken)?,
        rail: payout.rail.clone(),
        step: Amount::from_micros(payout.step),
        lines: lines.collect::<Result<_, Error>>()?,
    })
}
