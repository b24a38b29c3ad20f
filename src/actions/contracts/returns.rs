//! Deposits that go back to their client: a treasurer says of which deposit, how much and by which payment, a different person approves,
//! and only what no claim holds ever goes.

use manyhands_domain::books::account::Account;
use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{ContractId, DepositId, MemberId, PersonId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::payouts::check_two_people;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::returns::{self as rules, Bounds};
use manyhands_domain::{reference as reference_of, text};
use manyhands_store::contracts::{self, Contract, Deposit};
use manyhands_store::returns::{self as rows, Return};
use manyhands_store::{Sql, people};

use crate::actions::contracts::deposits::refuse_unnamed;
use crate::actions::contracts::{Escrow, escrow, keep_evidence};
use crate::actions::corrections::stands_on;
use crate::actions::payouts::{second_of, tell_officers};
use crate::actions::rights::{ClientUser, Member, Officer, Treasurer};
use crate::actions::signing::{self, Subject};
use crate::actions::two_people::refuse_unsigned;
use crate::actions::{Error, Once, Work, begin, new_uuid, sessions};
use crate::deps::Deps;

/// A return as typed.
#[derive(Clone, Debug, Default)]
pub struct ReturnForm {
    /// The deposit's id.
    pub deposit: String,
    /// How much.
    pub amount: String,
    /// Of the payment that takes it back.
    pub reference: String,
    /// How the client asked for it; needed while the contract runs.
    pub asked: String,
    /// Of which entries of this sum, whose reference is lost, the treasurer says that it is none, as `return-unnamed` named them.
    pub none_of: String,
}

/// A deposit, and what of it went back.
#[derive(Clone, Debug)]
pub struct Given {
    /// The deposit.
    pub deposit: Deposit,
    /// What arrived, as corrected.
    pub received: Amount,
    /// What went back, as corrected.
    pub returned: Amount,
    /// What waits for its second person.
    pub waiting: Amount,
    /// The most that can go back now.
    pub most: Amount,
}

/// What of a contract's deposits can go back.
#[derive(Clone, Debug)]
pub struct Returnable {
    /// The contract, listed.
    pub contract: Contract,
    /// Where its money stands.
    pub escrow: Escrow,
    /// Of it.
    pub currency: Currency,
    /// Each deposit, in the order in which they arrived.
    pub deposits: Vec<Given>,
    /// Those that wait or were posted, newest first.
    pub returns: Vec<Return>,
}

/// What of a contract's deposits can go back, for whoever would prepare it.
///
/// # Errors
/// [`Error::NotFound`] for what is not listed.
pub async fn find_returnable(deps: &Deps, _by: &Treasurer, id: &ContractId) -> Result<Returnable, Error> {
    let moment = deps.db.snapshot().await?;
    let contract = contracts::find_contract(&moment, id).await?.filter(|contract| contract.listed_index.is_some());
    let contract = contract.ok_or(Error::NotFound)?;
    let currency = Currency::parse(&contract.currency).map_err(Error::broken)?;
    let (escrow, returns) = (escrow(&moment, &contract).await?, rows::list_of_contract(&moment, id).await?);
    let mut deposits = Vec::new();
    for deposit in rows::list_deposits(&moment, id).await? {
        let waits: Vec<i64> =
            returns.iter().filter(|row| row.state == "prepared" && row.deposit_id == deposit.id).map(|row| row.amount).collect();
        let waiting = Amount::sum(waits.into_iter().map(Amount::from_micros)).map_err(Error::broken)?;
        let [received, returned] = so_far(&moment, id, &deposit, &returns).await?;
        let most = if waiting.is_positive() { Amount::ZERO } else { bounds(&escrow, &returns, "", [received, returned], currency)?.most() };
        deposits.push(Given { deposit, received, returned, waiting, most });
    }
    Ok(Returnable { contract, escrow, currency, deposits, returns })
}

/// What arrived with a deposit and what went back of it, both with the corrections so far.
async fn so_far(on: &impl Sql, id: &ContractId, deposit: &Deposit, returns: &[Return]) -> Result<[Amount; 2], Error> {
    let account = Account::escrow(id);
    // What the co-op owes is below zero: a deposit credits the escrow, a return debits it.
    let received = stands_on(on, deposit.entry_index, &account).await?.checked_neg().map_err(Error::broken)?;
    let mut returned = Amount::ZERO;
    for index in returns.iter().filter(|row| row.deposit_id == deposit.id).filter_map(|row| row.entry_index) {
        returned = returned.checked_add(stands_on(on, index, &account).await?).map_err(Error::broken)?;
    }
    Ok([received, returned])
}

/// What bounds a return of a deposit, this one (if it waits already) left aside.
fn bounds(escrow: &Escrow, returns: &[Return], this: &str, [received, returned]: [Amount; 2], currency: Currency) -> Result<Bounds, Error> {
    let waits = returns.iter().filter(|row| row.state == "prepared" && row.id != this).map(|row| Amount::from_micros(row.amount));
    let waits = Amount::sum(waits).map_err(Error::broken)?;
    let free = escrow.free.checked_sub(waits).map_err(Error::broken)?;
    Ok(Bounds { free, left: received.checked_sub(returned).map_err(Error::broken)?, currency })
}

/// Prepares a return.
///
/// # Errors
/// Fields that do not fit; `return-waits` where one of this deposit waits already; `return-twice` where the payment is booked already; `return-unnamed` where it may be one
/// that is booked and whose reference is lost; `return-asked` where the contract runs and nothing
/// says that its client asked; what [`Bounds::check`] refuses; a wrong password.
pub async fn prepare(deps: &Deps, by: &Treasurer, once: &Once, typed: &ReturnForm, password: &str) -> Result<String, Error> {
    sessions::confirm(deps, by, password).await?;
    let amount = Amount::parse_input(&typed.amount).ok().filter(|amount| amount.is_positive());
    let amount = amount.ok_or_else(|| Refusal::new("amount-unfit").field("amount"))?;
    let reference = text::line(&typed.reference, 200).map_err(|error| error.refusal("reference", 200, "reference-missing"))?;
    let asked = if typed.asked.trim().is_empty() { None } else { Some(&typed.asked) };
    let asked = asked.map(|asked| text::lines(asked, ASKED_CHARS)).transpose();
    let asked = asked.map_err(|error| error.refusal("asked", ASKED_CHARS, "text-invisible"))?;
    let mut work = begin!(deps, by.actor(), once);
    let deposit = rows::find_deposit(&work.tx, &typed.deposit).await?.ok_or_else(|| Refusal::new("return-of-none").field("deposit"))?;
    let id = ContractId::parse(&deposit.contract_id).map_err(Error::broken)?;
    let contract = contracts::load_held(&work.tx, &id).await?;
    if contract.closed_index.is_none() && asked.is_none() {
        return Err(Refusal::new("return-asked").field("asked").into());
    }
    if reference_of::find(&reference)?.is_some_and(|named| named != id) {
        return Err(Refusal::new("return-reference").field("reference").with("contract", id.as_str()).into());
    }
    let returns = rows::list_of_contract(&work.tx, &id).await?;
    if returns.iter().any(|row| row.state == "prepared" && row.deposit_id == deposit.id) {
        return Err(Refusal::new("return-waits").field("deposit").into());
    }
    if let Some(index) = find_same(&returns, amount, &reference) {
        return Err(Refusal::new("return-twice").field("reference").with("index", index).into());
    }
    refuse_unnamed("return-unnamed", &list_unnamed(&returns, amount), &typed.none_of)?;
    let currency = Currency::parse(&deposit.currency).map_err(Error::broken)?;
    let (escrow, so_far) = (escrow(&work.tx, &contract).await?, so_far(&work.tx, &id, &deposit, &returns).await?);
    bounds(&escrow, &returns, "", so_far, currency)?.check(amount)?;
    let words = [Some(reference), asked].into_iter().flatten().collect::<Vec<_>>().join("\n");
    let row = Return {
        id: new_uuid(deps),
        contract_id: id.to_string(),
        title: contract.title,
        deposit_id: deposit.id,
        deposit_index: deposit.entry_index,
        amount: amount.micros(),
        currency: deposit.currency,
        evidence: keep_evidence(&work, &words).await?,
        state: "prepared".to_owned(),
        prepared_by: by.actor().to_owned(),
        prepared_name: by.standing().name.clone(),
        prepared_at: work.now().secs(),
        entry_index: None,
        words,
        approved_name: String::new(),
    };
    rows::insert(&work.tx, &row).await?;
    let (contract, by_name) = (row.contract_id, by.standing().name.clone());
    let notice = Notice::ReturnPrepared { id: row.id.clone(), contract, title: row.title, amount, currency, by: by_name };
    tell_officers(&mut work, by.person(), &notice).await?;
    work.commit(row.id).await
}

/// The entry of the same sum by the same payment, as a double booking would have it. A payment that takes back two deposits differs in its sums
/// or can be booked with a word more.
fn find_same(returns: &[Return], amount: Amount, reference: &str) -> Option<i64> {
    let same = |row: &&Return| row.amount == amount.micros() && row.words.lines().next() == Some(reference);
    returns.iter().filter(|row| row.state == "posted").find(same)?.entry_index
}

/// The entries of what went back by payments of the same sum whose reference nobody knows any more, newest first.
fn list_unnamed(returns: &[Return], amount: Amount) -> Vec<i64> {
    let unnamed = |row: &&Return| row.state == "posted" && row.amount == amount.micros() && row.words.is_empty();
    returns.iter().filter(unnamed).filter_map(|row| row.entry_index).collect()
}

/// Approves a return as its second person: `deposit.returned`.
///
/// # Errors
/// `two-people`; not waiting; more than is free by now; `return-twice` where another of the same payment was booked meanwhile; a wrong
/// password; signatures that are needed instead.
pub async fn approve(deps: &Deps, by: &Officer, once: &Once, id: &str, password: &str) -> Result<u64, Error> {
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let (contract, row) = held(&work, id).await?;
    check_two_people(&row.prepared_by, by.actor())?;
    refuse_unsigned(&work, by, "deposit.returned").await?;
    let index = post(&mut work, &contract, &row, by.person(), Vec::new()).await?;
    work.commit(index).await
}

/// A return, and the entry that its two people sign.
pub(crate) async fn to_sign(on: &impl Sql, by: &Member, id: &str) -> Result<(Return, Draft), Error> {
    by.officer().ok_or(Error::NotFound)?;
    let row = rows::find_one(on, id).await?.ok_or(Error::NotFound)?;
    let entry = entry_of(&row)?;
    Ok((row, entry))
}

/// Returns that wait, for the list of what people sign.
pub(crate) async fn list_to_sign(on: &impl Sql) -> Result<Vec<Subject>, Error> {
    Ok(rows::list_waiting(on).await?.into_iter().map(|row| Subject::Return(row.id)).collect())
}

/// Posts a return that two people signed.
pub(crate) async fn post_signed(work: &mut Work<'_>, id: &str, signers: &[MemberId], notes: Vec<String>) -> Result<u64, Error> {
    let (contract, row) = held(work, id).await?;
    let second = second_of(work, &row.prepared_by, signers).await?;
    post(work, &contract, &row, &second, notes).await
}

/// A return with its contract, both held: the contract's lock comes first, as for whoever claims or records a deposit.
async fn held(work: &Work<'_>, id: &str) -> Result<(Contract, Return), Error> {
    let row = rows::find_one(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let contract = contracts::load_held(&work.tx, &ContractId::parse(&row.contract_id).map_err(Error::broken)?).await?;
    Ok((contract, rows::load_held(&work.tx, id).await?))
}

/// `deposit.returned`, and its client hears of it. What was free when it was prepared may be claimed by now: it is asked again.
async fn post(work: &mut Work<'_>, contract: &Contract, row: &Return, by: &PersonId, notes: Vec<String>) -> Result<u64, Error> {
    let entry = entry_of(row)?;
    let id = ContractId::parse(&row.contract_id).map_err(Error::broken)?;
    let returns = rows::list_of_contract(&work.tx, &id).await?;
    let deposit = rows::find_deposit(&work.tx, &row.deposit_id).await?.ok_or_else(|| Error::broken("a return of no deposit"))?;
    let currency = Currency::parse(&row.currency).map_err(Error::broken)?;
    let amount = Amount::from_micros(row.amount);
    let escrow = escrow(&work.tx, contract).await?;
    let so_far = so_far(&work.tx, &id, &deposit, &returns).await?;
    // Others that wait take nothing from this one: whoever is approved first goes first.
    Bounds { free: escrow.free, ..bounds(&escrow, &returns, &row.id, so_far, currency)? }.check(amount).map_err(|refusal| match refusal
        .code
    {
        "return-beyond-free" => Refusal::new("return-claimed").with("free", (escrow.free.max(Amount::ZERO), currency)),
        _ => Refusal { field: None, ..refusal },
    })?;
    // Of two of one payment that waited at once, the other may stand by now.
    if let Some(index) = find_same(&returns, amount, row.words.lines().next().unwrap_or_default()) {
        return Err(Refusal::new("return-twice").with("index", index).into());
    }
    let index = work.append(entry.signed(notes)).await?;
    if !rows::set_posted(&work.tx, &row.id, by, index, work.now()).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    let notice = Notice::DepositReturned { contract: id.to_string(), title: contract.title.clone(), amount, currency, index };
    for person in people::users_of_client(&work.tx, &contract.client_id).await? {
        work.notify(&person, &notice).await?;
    }
    Ok(index)
}

fn entry_of(row: &Return) -> Result<Draft, Error> {
    if row.state != "prepared" {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    let (deposit, contract) = (DepositId::parse(&row.deposit_id), ContractId::parse(&row.contract_id));
    let currency = Currency::parse(&row.currency).map_err(Error::broken)?;
    let (deposit, contract) = (deposit.map_err(Error::broken)?, contract.map_err(Error::broken)?);
    Ok(rules::entry(&deposit, &contract, currency, Amount::from_micros(row.amount), &row.evidence)?)
}

/// Withdraws a return that nobody approved yet.
///
/// # Errors
/// Not waiting.
pub async fn withdraw(deps: &Deps, by: &Treasurer, once: &Once, id: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    // First what is signed, then its row: whoever signs takes them in this order.
    signing::withdraw(&work, &Subject::Return(id.to_owned())).await?;
    let (_, row) = held(&work, id).await?;
    if !rows::set_withdrawn(&work.tx, id).await? {
        return Err(Refusal::new("payout-not-waiting").into());
    }
    // No entry will ever carry it, so nobody could ask for it to be erased.
    rows::forget_words(&work.tx, &row.evidence).await?;
    work.commit(()).await
}

/// A return.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(deps: &Deps, _by: &Officer, id: &str) -> Result<Return, Error> {
    rows::find_one(&deps.db.read(), id).await?.ok_or(Error::NotFound)
}

/// Returns, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, _by: &Officer) -> Result<Vec<Return>, Error> {
    Ok(rows::list(&deps.db.read(), 20).await?)
}

/// What somebody else prepared and waits for this officer, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_waiting_for(deps: &Deps, by: &Officer) -> Result<Vec<Return>, Error> {
    let waiting = rows::list_waiting(&deps.db.read()).await?;
    Ok(waiting.into_iter().filter(|row| row.prepared_by != by.actor()).collect())
}

/// What went back to this client, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_own(deps: &Deps, by: &ClientUser) -> Result<Vec<Return>, Error> {
    Ok(rows::list_posted_to(&deps.db.read(), by.client()).await?)
}

/// How long the words may be that say how a client asked.
const ASKED_CHARS: usize = 500;
