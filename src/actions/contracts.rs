//! Contracts: drafted and submitted by a client's user, approved by a coordinator, funded by a deposit. How they go on from there
//! stands in `life`, how they change in `amending`.

pub mod amending;
mod deposits;
mod end_asks;
pub mod end_clients;
pub mod life;
pub mod lowering;
pub mod returns;

use manyhands_domain::contracts::{self, Terms};
use manyhands_domain::ids::{ClientId, ContractId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_store::contracts::{Contract, Deposit};
use manyhands_store::{contracts as rows, ledger, outbox, people};
use sha2::{Digest, Sha256};

use crate::actions::rights::{ClientUser, Coordinator, Officer, Treasurer};
use crate::actions::{Error, Once, Work, begin, rules};
use crate::deps::Deps;

pub(crate) use deposits::keep_evidence;
pub use deposits::{find_by_reference, record_another_deposit, record_deposit};

/// Begins a draft.
///
/// # Errors
/// When the database fails.
pub async fn draft(deps: &Deps, by: &ClientUser, once: &Once) -> Result<ContractId, Error> {
    let work = begin!(deps, by.actor(), once);
    let number = rows::next_number(&work.tx).await?;
    let id = ContractId::from_number(number);
    let terms = serde_json::to_string(&Terms::default()).map_err(Error::broken)?;
    rows::insert(&work.tx, &id, number, by.client(), by.person(), &terms, work.now()).await?;
    work.commit(id).await
}

/// Saves one page of a draft, whole: where a field does not fit, nothing is written and every fault is said.
///
/// # Errors
/// Not this client's; not a draft any more.
pub async fn save(
    deps: &Deps,
    by: &ClientUser,
    once: &Once,
    id: &ContractId,
    step: &str,
    field: impl Fn(&str) -> String,
) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let contract = own(&work, by, id).await?;
    if contract.state != "draft" {
        return Err(Refusal::new("contract-not-draft").into());
    }
    let mut terms = terms_of(&contract)?;
    let refusals = manyhands_domain::drafting::take(&mut terms, step, field);
    let json = serde_json::to_string(&terms).map_err(Error::broken)?;
    if refusals.is_empty() {
        rows::save_terms(&work.tx, id, amending::summary_of(&terms, &json), work.now()).await?;
        work.commit(()).await
    } else {
        Err(refusals.into())
    }
}

/// Sends a draft to the co-op.
///
/// # Errors
/// Everything that is missing; `end-client-hidden`.
pub async fn submit(deps: &Deps, by: &ClientUser, once: &Once, id: &ContractId) -> Result<(), Error> {
    let mut work = begin!(deps, by.actor(), once);
    let contract = own(&work, by, id).await?;
    let (_, book) = rules::current(&work.tx).await?;
    let terms = terms_of(&contract)?;
    contracts::submit(&terms, &book)?;
    if !rows::change_state(&work.tx, id, "draft", "submitted", work.now()).await? {
        return Err(Refusal::new("contract-not-draft").into());
    }
    let notice = Notice::ContractSubmitted { contract: id.to_string(), title: terms.title, end_client: terms.end_client.name };
    for person in people::list_holders(&work.tx, "coordinator", "coordinator").await? {
        work.notify(&person, &notice).await?;
    }
    work.commit(()).await
}

/// What a coordinator says of the register entry: checked, with words and a link, or not.
#[derive(Clone, Debug, Default)]
pub struct RegisterWords {
    /// What was checked; empty: nothing was.
    pub what: String,
    /// Where anybody can look.
    pub link: String,
    /// Hash of the terms that were read ([`terms_sha256`]).
    pub read_sha256: String,
}

/// The hash of a contract's terms: an approval says which it read.
#[must_use]
pub fn terms_sha256(contract: &Contract) -> String {
    hex::encode(Sha256::digest(&contract.terms))
}

/// Approves a submitted contract: it is listed in the ledger with its disclosure, and public from now on.
///
/// # Errors
/// Not submitted; words that cannot be taken.
pub async fn approve(deps: &Deps, by: &Coordinator, once: &Once, id: &ContractId, register: &RegisterWords) -> Result<u64, Error> {
    let mut work = begin!(deps, by.actor(), once);
    let contract = rows::load_held(&work.tx, id).await?;
    let terms = terms_of(&contract)?;
    if register.read_sha256 != terms_sha256(&contract) {
        return Err(Refusal::new("contract-changed").into());
    }
    let (_, book) = rules::current(&work.tx).await?;
    contracts::submit(&terms, &book)?;
    if !rows::change_state(&work.tx, id, "submitted", "approved", work.now()).await? {
        return Err(Refusal::new("contract-not-submitted").into());
    }
    let now = work.now();
    if !register.what.trim().is_empty() {
        let what = text::lines(&register.what, 1_000).map_err(|error| error.refusal("what", 1_000, "text-invisible"))?;
        let link = register.link.trim();
        if !link.is_empty() && !link.starts_with("https://") {
            return Err(Refusal::new("website-form").field("link").into());
        }
        rows::insert_register_check(&work.tx, id, by.person(), &what, link, now).await?;
    }
    let client = ClientId::parse(&contract.client_id).map_err(Error::broken)?;
    let (entry, document) = contracts::list(id, &client, &terms);
    let sha256 = hex::encode(Sha256::digest(&document));
    rows::insert_document(&work.tx, &sha256, document.as_bytes()).await?;
    let index = work.append(entry).await?;
    rows::set_listed(&work.tx, id, by.person(), index, &sha256, now).await?;
    rows::versions::insert(&work.tx, id, &contract.terms, &sha256, index, now).await?;
    let notice = Notice::ContractListed {
        contract: id.to_string(),
        title: terms.title.clone(),
        end_client: terms.end_client.name.clone(),
        purpose: terms.purpose.clone(),
    };
    for person in outbox::subscribers(&work.tx, "contract-listed").await? {
        work.notify(&person, &notice).await?;
    }
    let notice = Notice::ContractApproved { contract: id.to_string(), title: terms.title };
    for person in people::users_of_client(&work.tx, &contract.client_id).await? {
        work.notify(&person, &notice).await?;
    }
    work.commit(index).await
}

/// Returns a submitted contract to its client as a draft, and says what is to be changed.
///
/// # Errors
/// No reason; not submitted.
pub async fn return_to_draft(deps: &Deps, by: &Coordinator, once: &Once, id: &ContractId, reason: &str) -> Result<(), Error> {
    let reason = text::lines(reason, 2_000).map_err(|error| error.refusal("reason", 2_000, "return-reason"))?;
    let mut work = begin!(deps, by.actor(), once);
    let contract = rows::load_held(&work.tx, id).await?;
    if !rows::change_state(&work.tx, id, "submitted", "draft", work.now()).await? {
        return Err(Refusal::new("contract-not-submitted").into());
    }
    let notice = Notice::ContractReturned { contract: id.to_string(), title: contract.title, reason };
    for person in people::users_of_client(&work.tx, &contract.client_id).await? {
        work.notify(&person, &notice).await?;
    }
    work.commit(()).await
}

/// Where a contract's money stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escrow {
    /// The client's money in the co-op's hands for it.
    pub balance: Amount,
    /// Price of every claim not yet settled.
    pub held: Amount,
    /// What new claims may use.
    pub free: Amount,
}

/// The escrow of a contract; zero in every part while it has no currency.
///
/// # Errors
/// When the database fails.
pub async fn escrow(on: &impl manyhands_store::Sql, contract: &Contract) -> Result<Escrow, Error> {
    let Ok(currency) = Currency::parse(&contract.currency) else {
        return Ok(Escrow { balance: Amount::ZERO, held: Amount::ZERO, free: Amount::ZERO });
    };
    let account = format!("Liabilities:Escrow:{}", contract.id);
    let balance = ledger::balance(on, &account, currency).await?.checked_neg().map_err(Error::broken)?;
    let held = Amount::from_micros(contract.held);
    let free = balance.checked_sub(held).map_err(Error::broken)?;
    Ok(Escrow { balance, held, free })
}

/// A contract that anybody may see.
///
/// # Errors
/// [`Error::NotFound`] for one that is not listed: its existence is the client's own.
pub async fn find_public(deps: &Deps, id: &ContractId) -> Result<Contract, Error> {
    let contract = rows::find_contract(&deps.db.read(), id).await?;
    contract.filter(|contract| contract.listed_index.is_some()).ok_or(Error::NotFound)
}

/// A client's own contract.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's.
pub async fn find_own(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<Contract, Error> {
    let contract = rows::find_contract(&deps.db.read(), id).await?;
    contract.filter(|contract| contract.client_id == by.client().as_str()).ok_or(Error::NotFound)
}

/// The terms of a contract's row.
///
/// # Errors
/// When they are damaged.
pub fn terms_of(contract: &Contract) -> Result<Terms, Error> {
    serde_json::from_str(&contract.terms).map_err(Error::broken)
}

/// Contracts for pages: public ones, a client's, those waiting for the office.
pub mod list {
    use super::{ClientUser, Contract, Coordinator, Deposit, Deps, Error, Escrow, Officer, Treasurer, rows};

    /// Listed ones, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public(deps: &Deps) -> Result<Vec<Contract>, Error> {
        Ok(rows::list_public(&deps.db.read()).await?)
    }

    /// The client's own, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own(deps: &Deps, by: &ClientUser) -> Result<Vec<Contract>, Error> {
        Ok(rows::list_of_client(&deps.db.read(), by.client()).await?)
    }

    /// Waiting for approval.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submitted(deps: &Deps, _by: &Coordinator) -> Result<Vec<Contract>, Error> {
        Ok(rows::list_in_state(&deps.db.read(), "submitted").await?)
    }

    /// Listed ones, for recording a deposit: those that have ended come last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn for_deposit(deps: &Deps, _by: &Treasurer) -> Result<Vec<Contract>, Error> {
        let (open, ended): (Vec<_>, Vec<_>) = public(deps).await?.into_iter().partition(|contract| contract.closed_index.is_none());
        Ok(open.into_iter().chain(ended).collect())
    }

    /// Listed ones that have not ended, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn under_way(deps: &Deps, _by: &Coordinator) -> Result<Vec<Contract>, Error> {
        Ok(public(deps).await?.into_iter().filter(|contract| contract.closed_index.is_none()).collect())
    }

    /// Contracts that have ended, and what of their deposits is neither spent nor held: it can go back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn returnable(deps: &Deps, _by: &Officer) -> Result<Vec<(Contract, Escrow)>, Error> {
        let moment = deps.db.snapshot().await?;
        let mut returnable = Vec::new();
        for contract in rows::list_public(&moment).await?.into_iter().filter(|contract| contract.closed_index.is_some()) {
            let escrow = super::escrow(&moment, &contract).await?;
            if escrow.free.is_positive() {
                returnable.push((contract, escrow));
            }
        }
        Ok(returnable)
    }

    /// The newest twelve deposits of all clients, for the treasury.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_deposits(deps: &Deps, _: &Officer) -> Result<Vec<Deposit>, Error> {
        Ok(rows::list_newest_deposits(&deps.db.read(), 12).await?)
    }

    /// The client's deposits, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deposits(deps: &Deps, by: &ClientUser) -> Result<Vec<Deposit>, Error> {
        Ok(rows::list_deposits(&deps.db.read(), by.client()).await?)
    }
}

/// What was checked of the end client's register entry.
///
/// # Errors
/// When the database fails.
pub async fn register_check(deps: &Deps, id: &ContractId) -> Result<Option<rows::RegisterCheck>, Error> {
    Ok(rows::find_register_check(&deps.db.read(), id).await?)
}

/// A submitted contract, for the office.
///
/// # Errors
/// [`Error::NotFound`] when it is not waiting.
pub async fn find_submitted(deps: &Deps, _by: &Coordinator, id: &ContractId) -> Result<Contract, Error> {
    let contract = rows::find_contract(&deps.db.read(), id).await?;
    contract.filter(|contract| contract.state == "submitted").ok_or(Error::NotFound)
}

async fn own(work: &Work<'_>, by: &ClientUser, id: &ContractId) -> Result<Contract, Error> {
    let contract = rows::load_held(&work.tx, id).await?;
    if contract.client_id == by.client().as_str() { Ok(contract) } else { Err(Error::NotFound) }
}
