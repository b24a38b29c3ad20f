//! Payouts by hand, and expenses: one person prepares, a different one approves, each with their password again; once two
//! members have keys that count, two people sign instead.

mod expenses;

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{ExpenseId, MemberId, PayoutId, PersonId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::payouts::{self, Run};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_store::payouts::{self as rows, Expense, Line, NewPayout, Payout};
use manyhands_store::{Sql, ledger, people};

use crate::actions::contracts::keep_evidence;
use crate::actions::rights::{Member, Officer, Payee, Treasurer};
use crate::actions::signing::{self, Subject};
use crate::actions::two_people::refuse_unsigned;
use crate::actions::{Error, Once, Work, begin, sessions};
use crate::deps::Deps;

pub use expenses::{ExpenseForm, approve_expense, find_expense, list_expenses, prepare_expense, withdraw_expense};
pub(crate) use expenses::{expense_to_sign, pay_signed};

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
/// `two-people`; not waiting; a balance that moved in between; a wrong password; signatures that are needed instead.
pub async fn approve(deps: &Deps, by: &Officer, once: &Once, id: &PayoutId, password: &str) -> Result<u64, Error> {
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let payout = rows::load_held(&work.tx, id).await?;
    payouts::check_two_people(&payout.prepared_by, by.actor())?;
    refuse_unsigned(&work, by, "payout.approved").await?;
    let approved = send(&mut work, &payout, by.person(), Vec::new()).await?;
    work.commit(approved).await
}

/// A run, and the entry that its two people sign.
pub(crate) async fn to_sign(on: &impl Sql, by: &Member, id: &PayoutId) -> Result<(Payout, Draft), Error> {
    by.officer().ok_or(Error::NotFound)?;
    let payout = rows::find_payout(on, id).await?.ok_or(Error::NotFound)?;
    if payout.state != "prepared" {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    let approved = run_of(&payout, &rows::list_lines(on, id).await?)?.approved()?;
    Ok((payout, approved))
}

/// Sends a run that two people signed.
pub(crate) async fn send_signed(work: &mut Work<'_>, id: &PayoutId, signers: &[MemberId], notes: Vec<String>) -> Result<u64, Error> {
    let payout = rows::load_held(&work.tx, id).await?;
    let second = second_of(work, &payout.prepared_by, signers).await?;
    send(work, &payout, &second, notes).await
}

/// What waits for signatures: runs and expenses.
pub(crate) async fn list_to_sign(on: &impl Sql) -> Result<Vec<Subject>, Error> {
    let mut subjects = Vec::new();
    for run in rows::list_prepared(on).await? {
        subjects.push(Subject::Payout(PayoutId::parse(&run.id).map_err(Error::broken)?));
    }
    for expense in rows::list_expenses_prepared(on).await? {
        subjects.push(Subject::Expense(ExpenseId::parse(&expense.id).map_err(Error::broken)?));
    }
    Ok(subjects)
}

/// `payout.approved`, and one `payout.sent` for each line. The run is held.
async fn send(work: &mut Work<'_>, payout: &Payout, by: &PersonId, notes: Vec<String>) -> Result<u64, Error> {
    let id = PayoutId::parse(&payout.id).map_err(Error::broken)?;
    let run = run_of(payout, &rows::list_lines(&work.tx, &id).await?)?;
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
    let mut approved = 0;
    for (place, entry) in run.entries(notes)?.into_iter().enumerate() {
        let index = work.append(entry).await?;
        match place.checked_sub(1).and_then(|line| run.lines.get(line)) {
            Some((member, amount)) => {
                rows::set_line_sent(&work.tx, &id, member.as_str(), index, now).await?;
                let notice = Notice::PaidOut { payout: id.to_string(), amount: *amount, currency: run.currency, index };
                if let Some(person) = people::person_of_member(&work.tx, member).await? {
                    work.notify(&person, &notice).await?;
                }
            }
            None => approved = index,
        }
    }
    if !rows::set_sent(&work.tx, &id, by, approved, now).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    Ok(approved)
}

/// The person beside whoever prepared it: of those who signed, the last who is another.
pub(crate) async fn second_of(work: &Work<'_>, prepared_by: &str, signers: &[MemberId]) -> Result<PersonId, Error> {
    for member in signers.iter().rev() {
        let person = people::person_of_member(&work.tx, member).await?;
        if let Some(person) = person.filter(|person| person.as_str() != prepared_by) {
            return Ok(person);
        }
    }
    Err(Refusal::new("two-people").into())
}

/// Withdraws a run that nobody approved yet.
///
/// # Errors
/// Not waiting.
pub async fn withdraw(deps: &Deps, by: &Treasurer, once: &Once, id: &PayoutId) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    signing::withdraw(&work, &Subject::Payout(id.clone())).await?;
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
    let reference = text::line(reference, 200).map_err(|error| error.refusal("reference", 200, "reference-missing"))?;
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
    tell_officers(work, by.person(), &notice).await
}

/// Tells every officer but this one.
pub(crate) async fn tell_officers(work: &mut Work<'_>, but: &PersonId, notice: &Notice) -> Result<(), Error> {
    for officer in people::list_holders(&work.tx, "treasurer", "coordinator").await? {
        if officer != *but {
            work.notify(&officer, notice).await?;
        }
    }
    Ok(())
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

/// What somebody is owed now who is or was a member, by currency.
///
/// # Errors
/// When the database fails.
pub async fn owed(deps: &Deps, by: &Payee) -> Result<Vec<(Currency, Amount)>, Error> {
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
