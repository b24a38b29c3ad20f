//! Amendments of listed contracts: one side drafts and proposes, the other agrees, and a version is in force from its entry on. A claim
//! keeps the version under which it was made.

use std::collections::BTreeSet;

use manyhands_domain::contracts::Terms;
use manyhands_domain::contracts::amending;
use manyhands_domain::contracts::life::Side;
use manyhands_domain::hazards;
use manyhands_domain::ids::{ClientId, ContractId, MemberId, PersonId};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_store::contracts::life as steps;
use manyhands_store::contracts::versions::{self as rows, Amendment, Version};
// Pages read them as the store gives them.
pub use manyhands_store::contracts::versions::Waiting;
use manyhands_store::contracts::{self, Contract, Summary};
use manyhands_store::people;
use sha2::{Digest, Sha256};

use crate::actions::contracts::life::{Party, find, standing_of};
use crate::actions::contracts::terms_of;
use crate::actions::{Error, Once, Work, begin, new_uuid, rules};
use crate::deps::Deps;

/// Begins an amendment as a draft of one side: what stands now, to be changed page by page.
///
/// # Errors
/// [`Error::NotFound`] for another client's; `contract-over`; `amendment-open` while another is drafted or waits.
pub async fn draft(deps: &Deps, by: &Party, once: &Once, id: &ContractId) -> Result<(), Error> {
    let work = begin!(deps, by.who().actor(), once);
    let contract = held(&work, by, id).await?;
    if rows::find_open(&work.tx, id).await?.is_some() {
        return Err(Refusal::new("amendment-open").into());
    }
    let newest = newest(&work, id).await?;
    let amendment = Amendment {
        id: new_uuid(deps),
        contract_id: contract.id,
        based_on: newest.number,
        side: by.side().word().to_owned(),
        state: "draft".to_owned(),
        terms: contract.terms,
        reason: String::new(),
        changed_at: work.now().secs(),
    };
    rows::insert_amendment(&work.tx, &amendment, by.who().person()).await?;
    work.commit(()).await
}

/// Saves one page of a draft, whole.
///
/// # Errors
/// Every field that does not fit; a draft that is not this side's.
pub async fn save(deps: &Deps, by: &Party, once: &Once, id: &ContractId, step: &str, field: impl Fn(&str) -> String) -> Result<(), Error> {
    let work = begin!(deps, by.who().actor(), once);
    held(&work, by, id).await?;
    let amendment = own_draft(&work, by, id).await?;
    let mut terms = terms_in(&amendment.terms)?;
    let refusals = amending::take(&mut terms, step, field);
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let json = serde_json::to_string(&terms).map_err(Error::broken)?;
    rows::save_amendment(&work.tx, &amendment.id, &json, work.now()).await?;
    work.commit(()).await
}

/// Sends a draft to the other side, which hears of it.
///
/// # Errors
/// `contract-why`; what keeps it from being a version.
pub async fn propose(deps: &Deps, by: &Party, once: &Once, id: &ContractId, reason: &str) -> Result<(), Error> {
    let reason = read_why(reason)?;
    let mut work = begin!(deps, by.who().actor(), once);
    let contract = held(&work, by, id).await?;
    let amendment = own_draft(&work, by, id).await?;
    check(&work, &contract, &terms_in(&amendment.terms)?).await?;
    rows::propose(&work.tx, &amendment.id, &reason, work.now()).await?;
    tell_sides(&mut work, &contract, by, "proposed", &reason, &BTreeSet::new()).await?;
    work.commit(()).await
}

/// Takes a draft or a proposal of one's own side back.
///
/// # Errors
/// `amendment-none`; `amendment-of-other`.
pub async fn withdraw(deps: &Deps, by: &Party, once: &Once, id: &ContractId) -> Result<(), Error> {
    let mut work = begin!(deps, by.who().actor(), once);
    let contract = held(&work, by, id).await?;
    let amendment = open(&work, id).await?;
    if amendment.side != by.side().word() {
        return Err(Refusal::new("amendment-of-other").into());
    }
    rows::decide(&work.tx, &amendment.id, "withdrawn", "", by.who().person(), work.now()).await?;
    if amendment.state == "proposed" {
        tell_sides(&mut work, &contract, by, "withdrawn", "", &BTreeSet::new()).await?;
    }
    work.commit(()).await
}

/// Does not agree to the other side's proposal, and says why.
///
/// # Errors
/// `contract-why`; `amendment-none`; `amendment-own`.
pub async fn decline(deps: &Deps, by: &Party, once: &Once, id: &ContractId, answer: &str) -> Result<(), Error> {
    let answer = read_why(answer)?;
    let mut work = begin!(deps, by.who().actor(), once);
    let contract = held(&work, by, id).await?;
    let amendment = of_other(&work, by, id).await?;
    rows::decide(&work.tx, &amendment.id, "declined", &answer, by.who().person(), work.now()).await?;
    tell_sides(&mut work, &contract, by, "declined", &answer, &BTreeSet::new()).await?;
    work.commit(()).await
}

/// Agrees to the other side's proposal: `contract.amended`, a version in force from here on. Whoever works under an older one hears of
/// it, keeps that one, and may leave without loss. The index of the entry.
///
/// # Errors
/// `contract-changed` when it is not what was read, or not over the version in force any more; `amendment-own`; what keeps it from
/// being a version by now.
pub async fn agree(deps: &Deps, by: &Party, once: &Once, id: &ContractId, read_sha256: &str) -> Result<u64, Error> {
    let mut work = begin!(deps, by.who().actor(), once);
    let contract = held(&work, by, id).await?;
    let amendment = of_other(&work, by, id).await?;
    if amendment.based_on != newest(&work, id).await?.number || read_sha256 != sha256_of(&amendment) {
        return Err(Refusal::new("contract-changed").into());
    }
    let terms = terms_in(&amendment.terms)?;
    check(&work, &contract, &terms).await?;
    let client = ClientId::parse(&contract.client_id).map_err(Error::broken)?;
    let (entry, document) = amending::amend(id, &client, &terms);
    let (sha256, now) = (hex::encode(Sha256::digest(&document)), work.now());
    contracts::insert_document(&work.tx, &sha256, document.as_bytes()).await?;
    let index = work.append(entry).await?;
    rows::insert(&work.tx, id, &amendment.terms, &sha256, index, now).await?;
    rows::set_terms(&work.tx, id, summary_of(&terms, &amendment.terms), &sha256, now).await?;
    rows::decide(&work.tx, &amendment.id, "agreed", "", by.who().person(), now).await?;
    let version = newest(&work, id).await?.number;
    let told = tell_members(&mut work, id, &terms.title, version).await?;
    tell_sides(&mut work, &Contract { title: terms.title, ..contract }, by, "agreed", "", &told).await?;
    work.commit(index).await
}

/// The amendment that is open, if this side may see it: a draft is its side's own.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn find_open(deps: &Deps, by: &Party, id: &ContractId) -> Result<(Contract, Option<Amendment>), Error> {
    let contract = find(deps, by, id).await?;
    let amendment = rows::find_open(&deps.db.read(), id).await?;
    Ok((contract, amendment.filter(|amendment| amendment.state == "proposed" || amendment.side == by.side().word())))
}

/// What the other side proposed and waits for this one's word, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_waiting(deps: &Deps, by: &Party) -> Result<Vec<Waiting>, Error> {
    let reader = deps.db.read();
    Ok(match by {
        Party::Client(user) => rows::list_proposed(&reader, Side::Coop.word(), Some(user.client().as_str())).await?,
        Party::Coop(_) => rows::list_proposed(&reader, Side::Client.word(), None).await?,
    })
}

/// Every version of a listed contract, the newest first, for anybody.
///
/// # Errors
/// When the database fails.
pub async fn list_versions(deps: &Deps, id: &ContractId) -> Result<Vec<Version>, Error> {
    Ok(rows::list(&deps.db.read(), id).await?)
}

/// The hash of what an amendment says: whoever agrees says which they read.
#[must_use]
pub fn sha256_of(amendment: &Amendment) -> String {
    hex::encode(Sha256::digest(&amendment.terms))
}

/// Terms as rows keep them.
///
/// # Errors
/// When they are damaged.
pub fn terms_in(json: &str) -> Result<Terms, Error> {
    serde_json::from_str(json).map_err(Error::broken)
}

/// What lists and states need of terms, beside their JSON.
pub(crate) fn summary_of<'a>(terms: &'a Terms, json: &'a str) -> Summary<'a> {
    Summary {
        terms: json,
        title: &terms.title,
        end_client: &terms.end_client.name,
        country: &terms.end_client.country,
        purpose: &terms.purpose,
        currency: terms.currency.as_ref().map_or("", |currency| currency.code()),
        level: i64::from(hazards::level(&terms.hazards)),
    }
}

async fn held(work: &Work<'_>, by: &Party, id: &ContractId) -> Result<Contract, Error> {
    let contract = contracts::load_held(&work.tx, id).await?;
    if !by.may_see(&contract) {
        return Err(Error::NotFound);
    }
    if standing_of(&work.tx, &contract).await?.is_over(work.now()) { Err(Refusal::new("contract-over").into()) } else { Ok(contract) }
}

async fn newest(work: &Work<'_>, id: &ContractId) -> Result<Version, Error> {
    rows::find_newest(&work.tx, id).await?.ok_or_else(|| Error::broken("a listed contract without a version"))
}

async fn open(work: &Work<'_>, id: &ContractId) -> Result<Amendment, Error> {
    rows::find_open(&work.tx, id).await?.ok_or_else(|| Refusal::new("amendment-none").into())
}

/// A draft of this side. Another side's draft is not there.
async fn own_draft(work: &Work<'_>, by: &Party, id: &ContractId) -> Result<Amendment, Error> {
    let amendment = open(work, id).await?;
    match (amendment.side == by.side().word(), amendment.state.as_str()) {
        (true, "draft") => Ok(amendment),
        (true, _) => Err(Refusal::new("amendment-proposed").into()),
        _ => Err(Refusal::new("amendment-none").into()),
    }
}

/// What the other side proposed.
async fn of_other(work: &Work<'_>, by: &Party, id: &ContractId) -> Result<Amendment, Error> {
    let amendment = open(work, id).await?;
    match (amendment.side == by.side().word(), amendment.state.as_str()) {
        (false, "proposed") => Ok(amendment),
        (true, "proposed") => Err(Refusal::new("amendment-own").into()),
        _ => Err(Refusal::new("amendment-none").into()),
    }
}

async fn check(work: &Work<'_>, contract: &Contract, after: &Terms) -> Result<(), Error> {
    let (_, book) = rules::current(&work.tx).await?;
    Ok(amending::check(&terms_of(contract)?, after, &book)?)
}

/// Members with claims under way: theirs goes on by the version it was made under.
async fn tell_members(work: &mut Work<'_>, id: &ContractId, title: &str, version: i64) -> Result<BTreeSet<PersonId>, Error> {
    let mut told = BTreeSet::new();
    for member in steps::list_under_way(&work.tx, id).await? {
        let member_id = MemberId::parse(&member.member_id).map_err(Error::broken)?;
        if let Some(person) = people::person_of_member(&work.tx, &member_id).await? {
            let notice = Notice::ContractAmended { contract: id.to_string(), title: title.to_owned(), version, claims: member.claims };
            work.notify(&person, &notice).await?;
            told.insert(person);
        }
    }
    Ok(told)
}

/// The other side hears of it; of an agreement, the rest of one's own side too.
async fn tell_sides(
    work: &mut Work<'_>,
    contract: &Contract,
    by: &Party,
    what: &str,
    reason: &str,
    but: &BTreeSet<PersonId>,
) -> Result<(), Error> {
    let notice = Notice::AmendmentMoved {
        contract: contract.id.clone(),
        title: contract.title.clone(),
        what: what.to_owned(),
        side: by.side().word().to_owned(),
        reason: reason.to_owned(),
    };
    let mut told = Vec::new();
    if by.side() == Side::Coop || what == "agreed" {
        told.extend(people::users_of_client(&work.tx, &contract.client_id).await?);
    }
    if by.side() == Side::Client || what == "agreed" {
        told.extend(people::list_holders(&work.tx, "coordinator", "coordinator").await?);
    }
    for person in told.into_iter().filter(|person| person != by.who().person() && !but.contains(person)) {
        work.notify(&person, &notice).await?;
    }
    Ok(())
}

fn read_why(typed: &str) -> Result<String, Refusal> {
    text::lines(typed, WHY_CHARS).map_err(|error| match error {
        text::TextError::Empty => Refusal::new("amendment-why").field("reason"),
        text::TextError::TooLong => Refusal::new("text-too-long").field("reason").with("most", WHY_CHARS),
        text::TextError::Invisible => Refusal::new("text-invisible").field("reason"),
    })
}

const WHY_CHARS: usize = 500;
