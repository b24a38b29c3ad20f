//! Corrections: a treasurer says what an entry should have posted, a different person approves, and the difference is posted.

mod own;

use std::collections::BTreeSet;

use manyhands_domain::books::account::Account;
use manyhands_domain::books::balances::{self, BalanceError};
use manyhands_domain::books::entry::{Draft, Entry};
use manyhands_domain::books::lines::{self, Line};
use manyhands_domain::corrections;
use manyhands_domain::ids::{ContractId, MemberId, PersonId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::payouts::check_two_people;
use manyhands_domain::refusal::Refusal;
use manyhands_store::contracts::{self, Contract};
use manyhands_store::corrections::{self as rows, Correction};
use manyhands_store::{Sql, ledger, people};

use crate::actions::contracts::escrow;
use crate::actions::payouts::{second_of, tell_officers};
use crate::actions::rights::{Member, Officer, Treasurer};
use crate::actions::signing::{self, Subject};
use crate::actions::two_people::refuse_unsigned;
use crate::actions::{Error, Once, Work, begin, new_uuid, sessions};
use crate::deps::Deps;

pub use own::{OfPay, list_own};

/// An entry with what it comes to now.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The entry.
    pub entry: Entry,
    /// Account, unit and amount with the corrections so far, in order.
    pub lines: Vec<(Account, Currency, Amount)>,
    /// The correction of it that waits, if one does.
    pub waiting: Option<String>,
}

/// What an entry comes to, for whoever would correct it.
///
/// # Errors
/// [`Error::NotFound`] beyond the log's end; `correction-of-…` for an entry that cannot be corrected.
pub async fn find_standing(deps: &Deps, _by: &Officer, index: u64) -> Result<Standing, Error> {
    standing(&deps.db.snapshot().await?, index).await
}

async fn standing(on: &impl Sql, index: u64) -> Result<Standing, Error> {
    let note = ledger::find_note(on, index).await?.ok_or(Error::NotFound)?.note;
    let entry = Entry::read(&note).map_err(Error::broken)?;
    corrections::check(&entry)?;
    // In this order: one that is posted in between does not wait any more, and counts.
    let waiting = rows::find_waiting(on, index).await?.map(|row| row.id);
    let posted: Vec<Entry> = posted_of(on, index).await?.into_iter().map(|(_, correction)| correction).collect();
    Ok(Standing { lines: corrections::standing(&entry, &posted), entry, waiting })
}

/// What an entry comes to by now on one of its accounts, with the corrections so far.
pub(crate) async fn stands_on(on: &impl Sql, index: i64, account: &Account) -> Result<Amount, Error> {
    let standing = standing(on, u64::try_from(index).map_err(Error::broken)?).await?;
    let line = standing.lines.into_iter().find(|(name, ..)| name == account);
    line.map(|(_, _, amount)| amount).ok_or_else(|| Error::broken(format!("entry {index} has no line on {account}")))
}

/// The corrections of an entry, ascending.
async fn posted_of(on: &impl Sql, index: u64) -> Result<Vec<(u64, Entry)>, Error> {
    let mut posted = Vec::new();
    for row in ledger::corrections_after(on, index).await? {
        let correction = Entry::read(&row.note).map_err(Error::broken)?;
        if correction.reference("corrects") == Some(index.to_string().as_str()) {
            posted.push((row.index, correction));
        }
    }
    Ok(posted)
}

/// The corrections of an entry, for whoever reads it: index and reason, ascending.
///
/// # Errors
/// When the database fails, or an entry is damaged.
pub async fn list_posted_of(deps: &Deps, index: u64) -> Result<Vec<(u64, String)>, Error> {
    let posted = posted_of(&deps.db.read(), index).await?;
    Ok(posted.into_iter().map(|(index, entry)| (index, reason_of(&entry))).collect())
}

fn reason_of(entry: &Entry) -> String {
    entry.calc.get("reason").and_then(|reason| reason.as_str()).unwrap_or_default().to_owned()
}

/// Prepares a correction: `wanted` are the amounts as typed, in the order of [`Standing::lines`].
///
/// # Errors
/// An amount that cannot be read (field `line0` …); lines that do not balance or change nothing;
/// `correction-crosses` where a balance would cross zero, with what is missing and the account; `correction-claimed` for what members hold; one that waits; a wrong password.
pub async fn prepare(
    deps: &Deps,
    by: &Treasurer,
    once: &Once,
    index: u64,
    reason: &str,
    wanted: &[String],
    password: &str,
) -> Result<String, Error> {
    sessions::confirm(deps, by, password).await?;
    if !corrections::REASONS.contains(&reason) {
        return Err(Refusal::new("correction-reason").field("reason").into());
    }
    let mut work = begin!(deps, by.actor(), once);
    rows::lock(&work.tx, index).await?;
    let standing = standing(&work.tx, index).await?;
    if standing.waiting.is_some() {
        return Err(Refusal::new("correction-waits").into());
    }
    let lines = corrections::difference(&standing.lines, &read_wanted(&standing, wanted)?)?;
    check_balances(&work.tx, &standing, &lines).await?;
    check_held(&work.tx, &hold_contracts(&work, &lines).await?, &lines).await?;
    let id = new_uuid(deps);
    let (total, unit) = moved(&lines)?;
    let correction = Correction {
        id: id.clone(),
        corrects: i64::try_from(index).map_err(Error::broken)?,
        reason: reason.to_owned(),
        lines: lines::to_json(&lines).to_string(),
        state: "prepared".to_owned(),
        prepared_by: by.actor().to_owned(),
        prepared_name: by.standing().name.clone(),
        prepared_at: work.now().secs(),
        entry_index: None,
        approved_name: String::new(),
    };
    rows::insert(&work.tx, &correction).await?;
    let (reason, name) = (correction.reason, by.standing().name.clone());
    let notice = Notice::CorrectionPrepared { id: id.clone(), corrects: index, reason, amount: total, currency: unit, by: name };
    tell_officers(&mut work, by.person(), &notice).await?;
    work.commit(id).await
}

/// Nobody is asked to sign what cannot be posted: no balance may cross zero as the books stand. Posting checks it again.
async fn check_balances(on: &impl Sql, standing: &Standing, lines: &[Line]) -> Result<(), Error> {
    let mut short = Vec::new();
    for line in lines {
        let before = ledger::balance(on, line.account.as_str(), line.unit).await?;
        let after = balances::posted(before, line.amount).map_err(Error::broken)?;
        if let Err(BalanceError::Crossed(missing)) = balances::check(&line.account, after) {
            let place = standing.lines.iter().position(|(account, unit, _)| *account == line.account && *unit == line.unit);
            let field = place.and_then(|place| FIELDS.get(place)).copied().unwrap_or("reason");
            let refusal = Refusal::new("correction-crosses").field(field);
            short.push(refusal.with("missing", (missing, line.unit)).with("account", line.account.as_str()));
        }
    }
    if short.is_empty() { Ok(()) } else { Err(Error::Refused(short)) }
}

/// The contracts whose deposits these lines take from, held until the transaction ends: the first of all locks, as for whoever claims.
async fn hold_contracts(work: &Work<'_>, lines: &[Line]) -> Result<Vec<Contract>, Error> {
    let taken = lines.iter().filter(|line| line.amount.is_positive()).map(|line| line.account.as_str());
    let ids: BTreeSet<&str> = taken.filter_map(|account| account.strip_prefix("Liabilities:Escrow:")).collect();
    let mut contracts = Vec::with_capacity(ids.len());
    for id in ids {
        contracts.push(contracts::load_held(&work.tx, &ContractId::parse(id).map_err(Error::broken)?).await?);
    }
    Ok(contracts)
}

/// What members hold by a claim is corrected away from nobody: they would have worked for money that is not there.
async fn check_held(on: &impl Sql, contracts: &[Contract], lines: &[Line]) -> Result<(), Error> {
    for contract in contracts {
        let free = escrow(on, contract).await?.free.max(Amount::ZERO);
        let account = Account::escrow(&ContractId::parse(&contract.id).map_err(Error::broken)?);
        if let Some(line) = lines.iter().find(|line| line.account == account && line.amount > free) {
            let refusal = Refusal::new("correction-claimed").with("free", (free, line.unit));
            return Err(refusal.with("contract", contract.id.as_str()).into());
        }
    }
    Ok(())
}

fn read_wanted(standing: &Standing, typed: &[String]) -> Result<Vec<Amount>, Error> {
    let read = |(place, typed): (usize, &String)| {
        let field = FIELDS.get(place).copied().unwrap_or("reason");
        Amount::parse_signed_input(typed).map_err(|_| Refusal::new("amount-unfit").field(field))
    };
    let amounts = typed.iter().take(standing.lines.len()).enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    if amounts.len() == standing.lines.len() { Ok(amounts) } else { Err(Refusal::new("amount-unfit").field("line0").into()) }
}

/// What a correction moves in its first unit, for a mail's sentence.
fn moved(lines: &[Line]) -> Result<(Amount, Currency), Error> {
    let unit = lines.first().map(|line| line.unit).ok_or_else(|| Error::broken("a correction without lines"))?;
    let debits = lines.iter().filter(|line| line.unit == unit && line.amount.is_positive()).map(|line| line.amount);
    Ok((Amount::sum(debits).map_err(Error::broken)?, unit))
}

/// Approves a correction as its second person: `correction.posted`.
///
/// # Errors
/// `two-people`; not waiting; a balance that would cross zero, with what is missing; a wrong password; signatures needed instead.
pub async fn approve(deps: &Deps, by: &Officer, once: &Once, id: &str, password: &str) -> Result<u64, Error> {
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let (contracts, correction) = held(&work, id).await?;
    check_two_people(&correction.prepared_by, by.actor())?;
    refuse_unsigned(&work, by, "correction.posted").await?;
    let index = post(&mut work, &contracts, &correction, by.person(), Vec::new()).await?;
    work.commit(index).await
}

/// A correction, and the entry that its two people sign.
pub(crate) async fn to_sign(on: &impl Sql, by: &Member, id: &str) -> Result<(Correction, Draft), Error> {
    by.officer().ok_or(Error::NotFound)?;
    let correction = rows::find_one(on, id).await?.ok_or(Error::NotFound)?;
    let entry = entry_of(on, &correction).await?;
    Ok((correction, entry))
}

/// Corrections that wait, for the list of what people sign.
pub(crate) async fn list_to_sign(on: &impl Sql) -> Result<Vec<Subject>, Error> {
    Ok(rows::list_waiting(on).await?.into_iter().map(|row| Subject::Correction(row.id)).collect())
}

/// Posts a correction that two people signed.
pub(crate) async fn post_signed(work: &mut Work<'_>, id: &str, signers: &[MemberId], notes: Vec<String>) -> Result<u64, Error> {
    let (contracts, correction) = held(work, id).await?;
    let second = second_of(work, &correction.prepared_by, signers).await?;
    post(work, &contracts, &correction, &second, notes).await
}

/// A correction with the contracts whose deposits it takes from, all held.
async fn held(work: &Work<'_>, id: &str) -> Result<(Vec<Contract>, Correction), Error> {
    let row = rows::find_one(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let contracts = hold_contracts(work, &lines_of(&row)?).await?;
    Ok((contracts, rows::load_held(&work.tx, id).await?))
}

/// `correction.posted`. All are held.
async fn post(
    work: &mut Work<'_>,
    contracts: &[Contract],
    correction: &Correction,
    by: &PersonId,
    notes: Vec<String>,
) -> Result<u64, Error> {
    let entry = entry_of(&work.tx, correction).await?;
    // What was free when it was prepared may be claimed by now.
    check_held(&work.tx, contracts, &lines_of(correction)?).await?;
    let index = work.append(entry.signed(notes)).await?;
    tell_whose(work, correction, index).await?;
    if !rows::set_posted(&work.tx, &correction.id, by, index, work.now()).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    Ok(index)
}

/// Tells those whose money a correction changed: a member of their pay, a client of their deposit.
async fn tell_whose(work: &mut Work<'_>, correction: &Correction, index: u64) -> Result<(), Error> {
    for line in lines_of(correction)? {
        let (contract, people) = match line.account.as_str().split(':').collect::<Vec<_>>().as_slice() {
            ["Liabilities", "Members", member, _] => {
                let member = MemberId::parse(member).map_err(Error::broken)?;
                (String::new(), people::person_of_member(&work.tx, &member).await?.into_iter().collect())
            }
            ["Liabilities", "Escrow", contract] => {
                let id = ContractId::parse(contract).map_err(Error::broken)?;
                let row = contracts::find_contract(&work.tx, &id).await?.ok_or_else(|| Error::broken("escrow of no contract"))?;
                (id.to_string(), people::users_of_client(&work.tx, &row.client_id).await?)
            }
            _ => continue,
        };
        let notice = Notice::Corrected {
            corrects: u64::try_from(correction.corrects).map_err(Error::broken)?,
            reason: correction.reason.clone(),
            contract,
            // What the co-op owes is below zero: more of it is more of theirs.
            amount: line.amount.checked_neg().map_err(Error::broken)?,
            currency: line.unit,
            index,
        };
        for person in people {
            work.notify(&person, &notice).await?;
        }
    }
    Ok(())
}

async fn entry_of(on: &impl Sql, correction: &Correction) -> Result<Draft, Error> {
    if correction.state != "prepared" {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    let index = u64::try_from(correction.corrects).map_err(Error::broken)?;
    let note = ledger::find_note(on, index).await?.ok_or_else(|| Error::broken("a correction of nothing"))?.note;
    let original = Entry::read(&note).map_err(Error::broken)?;
    let lines = lines_of(correction)?;
    // What waits was checked when it was prepared; a row that was changed since is never signed.
    corrections::check(&original)?;
    if !corrections::is_within(&original, &lines) || !corrections::REASONS.contains(&correction.reason.as_str()) {
        return Err(Error::broken("a correction beyond its entry"));
    }
    Ok(corrections::draft(index, &original, &correction.reason, lines))
}

/// The lines that a correction posts.
///
/// # Errors
/// When they cannot be read.
pub fn lines_of(correction: &Correction) -> Result<Vec<Line>, Error> {
    let value = serde_json::from_str(&correction.lines).map_err(Error::broken)?;
    lines::parse(&value).map_err(Error::broken)
}

/// Withdraws a correction that nobody approved yet.
///
/// # Errors
/// Not waiting.
pub async fn withdraw(deps: &Deps, by: &Treasurer, once: &Once, id: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    // First what is signed, then its row: whoever signs takes them in this order.
    signing::withdraw(&work, &Subject::Correction(id.to_owned())).await?;
    rows::load_held(&work.tx, id).await?;
    if !rows::set_withdrawn(&work.tx, id).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    work.commit(()).await
}

/// What somebody else prepared and waits for this officer, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_waiting_for(deps: &Deps, by: &Officer) -> Result<Vec<Correction>, Error> {
    let waiting = rows::list_waiting(&deps.db.read()).await?;
    Ok(waiting.into_iter().filter(|row| row.prepared_by != by.actor()).collect())
}

/// Corrections, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, _by: &Officer) -> Result<Vec<Correction>, Error> {
    Ok(rows::list(&deps.db.read(), 20).await?)
}

/// The entry that a correction is of, and what it came to before this one, in the order of its accounts.
///
/// # Errors
/// When the database fails, or an entry is damaged.
pub async fn find_before(deps: &Deps, _by: &Officer, correction: &Correction) -> Result<Standing, Error> {
    let moment = deps.db.snapshot().await?;
    let index = u64::try_from(correction.corrects).map_err(Error::broken)?;
    let note = ledger::find_note(&moment, index).await?.ok_or(Error::NotFound)?.note;
    let entry = Entry::read(&note).map_err(Error::broken)?;
    let is_before = |posted: u64| correction.entry_index.is_none_or(|own| i64::try_from(posted).is_ok_and(|posted| posted < own));
    let posted = posted_of(&moment, index).await?.into_iter().filter(|(index, _)| is_before(*index));
    let posted: Vec<Entry> = posted.map(|(_, correction)| correction).collect();
    Ok(Standing { lines: corrections::standing(&entry, &posted), entry, waiting: None })
}

/// A correction.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(deps: &Deps, _by: &Officer, id: &str) -> Result<Correction, Error> {
    rows::find_one(&deps.db.read(), id).await?.ok_or(Error::NotFound)
}

/// Names of the fields of a correction's form: one a line. No entry has as many lines but one that pays many people, which no
/// form corrects.
pub const FIELDS: &[&str] = &[
    "line0", "line1", "line2", "line3", "line4", "line5", "line6", "line7", "line8", "line9", "line10", "line11", "line12", "line13",
    "line14", "line15",
];
