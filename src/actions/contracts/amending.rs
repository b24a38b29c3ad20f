//! Amendments of listed contracts: one side drafts and proposes, the other agrees, and a version is in force from its entry on. A claim
//! keeps the version under which it was made. What lowers the hazard level goes on in `lowering`.

pub(super) mod telling;

use std::collections::BTreeSet;

use manyhands_domain::books::entry::Draft;
use manyhands_domain::contracts::Terms;
use manyhands_domain::contracts::amending;
use manyhands_domain::contracts::life::{Side, moves};
use manyhands_domain::hazards;
use manyhands_domain::ids::{ClientId, ContractId};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_store::contracts::versions::{self as rows, Amendment, Version};
// Pages read them as the store gives them.
pub use manyhands_store::contracts::versions::Waiting;
use manyhands_store::contracts::{self, Contract, Summary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::actions::contracts::life::{Acting, Party, find, standing_of};
use crate::actions::contracts::lowering;
use crate::actions::contracts::terms_of;
use crate::actions::signing::{self, Subject};
use crate::actions::{Error, Once, Work, begin, new_uuid, rules};
use crate::deps::Deps;

/// Begins an amendment as a draft of one side: what stands now, to be changed page by page.
///
/// # Errors
/// [`Error::NotFound`] for another client's; `contract-over`; `amendment-open` while this side has a draft, or one waits.
pub async fn draft(deps: &Deps, by: &Party, once: &Once, id: &ContractId) -> Result<(), Error> {
    let work = begin!(deps, by.who().actor(), once);
    let contract = held(&work, by, id).await?;
    if open(&work, by, id).await?.is_some() {
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
        proposed_by: by.who().actor().to_owned(),
        agreed_by: None,
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
/// `amendment-why`; `amendment-waits` while another is proposed; `amendment-stale` where the contract has changed since it was begun;
/// `contract-moves-many`; what keeps it from being a version.
pub async fn propose(deps: &Deps, by: &Party, once: &Once, id: &ContractId, reason: &str) -> Result<(), Error> {
    let reason = read_why(reason)?;
    let mut work = begin!(deps, by.who().actor(), once);
    let contract = held(&work, by, id).await?;
    let amendment = own_draft(&work, by, id).await?;
    if proposed(&work, id).await?.is_some() {
        return Err(Refusal::new("amendment-waits").into());
    }
    if amendment.based_on != newest(&work, id).await?.number {
        return Err(Refusal::new("amendment-stale").into());
    }
    check(&work, &contract, &terms_in(&amendment.terms)?).await?;
    moves::check_a_day(rows::count_proposed(&work.tx, id, by.side().word(), moves::a_day_before(work.now())).await?)?;
    rows::propose(&work.tx, &amendment.id, &reason, by.who().person(), work.now()).await?;
    telling::sides(&mut work, &contract, by.acting(), "proposed", &reason, &BTreeSet::new()).await?;
    work.commit(()).await
}

/// Takes a draft or a proposal of one's own side back.
///
/// # Errors
/// `amendment-none`; `amendment-of-other`.
pub async fn withdraw(deps: &Deps, by: &Party, once: &Once, id: &ContractId) -> Result<(), Error> {
    let mut work = begin!(deps, by.who().actor(), once);
    unsign(&work, id).await?;
    let contract = held(&work, by, id).await?;
    let amendment = match (proposed(&work, id).await?, draft_of(&work, by, id).await?) {
        (Some(proposed), _) if proposed.side == by.side().word() => proposed,
        (_, Some(draft)) => draft,
        (Some(_), None) => return Err(Refusal::new("amendment-of-other").into()),
        (None, None) => return Err(Refusal::new("amendment-none").into()),
    };
    rows::decide(&work.tx, &amendment.id, "withdrawn", "", by.who().person(), work.now()).await?;
    if amendment.state == "proposed" {
        telling::sides(&mut work, &contract, by.acting(), "withdrawn", "", &BTreeSet::new()).await?;
    }
    work.commit(()).await
}

/// Does not agree to the other side's proposal, and says why.
///
/// # Errors
/// `amendment-why`; `amendment-none`; `amendment-own`.
pub async fn decline(deps: &Deps, by: &Party, once: &Once, id: &ContractId, answer: &str) -> Result<(), Error> {
    let answer = read_why(answer)?;
    let mut work = begin!(deps, by.who().actor(), once);
    unsign(&work, id).await?;
    let contract = held(&work, by, id).await?;
    let amendment = of_other(&work, by, id).await?;
    rows::decide(&work.tx, &amendment.id, "declined", &answer, by.who().person(), work.now()).await?;
    telling::sides(&mut work, &contract, by.acting(), "declined", &answer, &BTreeSet::new()).await?;
    work.commit(()).await
}

/// What an agreement did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Agreed {
    /// A version is in force: index of its entry.
    InForce(u64),
    /// It lowers the hazard level: two people of the co-op must say yes first.
    Waits,
}

/// Agrees to the other side's proposal: `contract.amended`, a version in force from here on. Whoever works under an older one hears of
/// it, keeps that one, and may leave without loss. What lowers the highest hazard level waits for two people of the co-op instead.
///
/// # Errors
/// `contract-changed` when it is not what was read, or not over the version in force any more; `amendment-own`; `amendment-agreed`; what
/// keeps it from being a version by now.
pub async fn agree(deps: &Deps, by: &Party, once: &Once, id: &ContractId, read_sha256: &str) -> Result<Agreed, Error> {
    let mut work = begin!(deps, by.who().actor(), once);
    let contract = held(&work, by, id).await?;
    let amendment = of_other(&work, by, id).await?;
    if amendment.agreed_by.is_some() {
        return Err(Refusal::new("amendment-agreed").into());
    }
    if read_sha256 != sha256_of(&amendment) {
        return Err(Refusal::new("contract-changed").into());
    }
    let terms = check_in_time(&work, &contract, &amendment).await?;
    if amending::lowers(&terms_of(&contract)?, &terms).is_none() {
        let index = put_in_force(&mut work, contract, &amendment, by.acting(), Vec::new()).await?;
        return work.commit(Agreed::InForce(index)).await;
    }
    rows::set_agreed(&work.tx, &amendment.id, by.who().person(), work.now()).await?;
    lowering::ask(&mut work, &contract, by.acting()).await?;
    work.commit(Agreed::Waits).await
}

/// What an amendment says, if it may be a version by now: over the one in force, and complete by the book.
pub(super) async fn check_in_time(work: &Work<'_>, contract: &Contract, amendment: &Amendment) -> Result<Terms, Error> {
    let id = ContractId::parse(&contract.id).map_err(Error::broken)?;
    if amendment.based_on != newest(work, &id).await?.number {
        return Err(Refusal::new("contract-changed").into());
    }
    let terms = terms_in(&amendment.terms)?;
    check(work, contract, &terms).await?;
    Ok(terms)
}

/// The entry that an amendment will be, and its disclosure.
pub(super) fn entry_of(contract: &Contract, amendment: &Amendment) -> Result<(Draft, String), Error> {
    let id = ContractId::parse(&contract.id).map_err(Error::broken)?;
    let client = ClientId::parse(&contract.client_id).map_err(Error::broken)?;
    Ok(amending::amend(&id, &client, &terms_in(&amendment.terms)?))
}

/// `contract.amended`: a version in force from here on, and everybody whom it concerns hears of it. The contract is held.
pub(super) async fn put_in_force(
    work: &mut Work<'_>,
    contract: Contract,
    amendment: &Amendment,
    acting: Acting<'_>,
    notes: Vec<String>,
) -> Result<u64, Error> {
    let id = ContractId::parse(&contract.id).map_err(Error::broken)?;
    let terms = terms_in(&amendment.terms)?;
    let (entry, document) = entry_of(&contract, amendment)?;
    let (sha256, now) = (hex::encode(Sha256::digest(&document)), work.now());
    contracts::insert_document(&work.tx, &sha256, document.as_bytes()).await?;
    let index = work.append(entry.signed(notes)).await?;
    rows::insert(&work.tx, &id, &amendment.terms, &sha256, index, now).await?;
    rows::set_terms(&work.tx, &id, summary_of(&terms, &amendment.terms), &sha256, now).await?;
    rows::decide(&work.tx, &amendment.id, "agreed", "", acting.person, now).await?;
    let version = newest(work, &id).await?.number;
    let told = telling::members(work, &id, &terms.title, version).await?;
    telling::sides(work, &Contract { title: terms.title, ..contract }, acting, "agreed", "", &told).await?;
    Ok(index)
}

/// What was signed of a change that two people were asked for counts no more. Asked first: whoever signs takes that lock before the
/// contract's.
async fn unsign(work: &Work<'_>, id: &ContractId) -> Result<(), Error> {
    match proposed(work, id).await?.filter(|amendment| amendment.agreed_by.is_some()) {
        Some(amendment) => signing::withdraw(work, &Subject::Lowering(amendment.id)).await,
        None => Ok(()),
    }
}

/// What a side may see of the amendments that are open: what is proposed, and its own draft.
#[derive(Clone, Debug)]
pub struct Open {
    /// The contract, listed.
    pub contract: Contract,
    /// What one side proposed, and waits.
    pub proposed: Option<Amendment>,
    /// What this side drafted.
    pub draft: Option<Amendment>,
}

/// The amendments that are open, as far as this side may see them: a draft is its side's own.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn find_open(deps: &Deps, by: &Party, id: &ContractId) -> Result<Open, Error> {
    let contract = find(deps, by, id).await?;
    let open = rows::list_open(&deps.db.read(), id).await?;
    let proposed = open.iter().find(|amendment| amendment.state == "proposed").cloned();
    let draft = open.into_iter().find(|amendment| amendment.state == "draft" && amendment.side == by.side().word());
    Ok(Open { contract, proposed, draft })
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

/// The version of a listed contract that is in force, for anybody.
///
/// # Errors
/// When the database fails.
pub async fn find_newest(deps: &Deps, id: &ContractId) -> Result<Option<Version>, Error> {
    Ok(rows::find_newest(&deps.db.read(), id).await?)
}

/// A page of the versions of a listed contract before this number, the newest first, for anybody; and the one before them, which the
/// last of them changed.
///
/// # Errors
/// When the database fails.
pub async fn list_versions(deps: &Deps, id: &ContractId, before: i64) -> Result<(Vec<Version>, Option<Version>), Error> {
    let mut versions = rows::list_before(&deps.db.read(), id, before, VERSIONS_A_PAGE + 1).await?;
    let is_more = versions.len() as u64 > VERSIONS_A_PAGE;
    let older = if is_more { versions.pop() } else { None };
    Ok((versions, older))
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

/// What waits for a side's word.
async fn proposed(work: &Work<'_>, id: &ContractId) -> Result<Option<Amendment>, Error> {
    Ok(rows::list_open(&work.tx, id).await?.into_iter().find(|amendment| amendment.state == "proposed"))
}

/// This side's draft. Another side's is not there.
async fn draft_of(work: &Work<'_>, by: &Party, id: &ContractId) -> Result<Option<Amendment>, Error> {
    let is_own = |amendment: &Amendment| amendment.state == "draft" && amendment.side == by.side().word();
    Ok(rows::list_open(&work.tx, id).await?.into_iter().find(is_own))
}

/// What keeps this side from beginning another draft: what waits, or its own draft.
async fn open(work: &Work<'_>, by: &Party, id: &ContractId) -> Result<Option<Amendment>, Error> {
    Ok(match proposed(work, id).await? {
        Some(proposed) => Some(proposed),
        None => draft_of(work, by, id).await?,
    })
}

async fn own_draft(work: &Work<'_>, by: &Party, id: &ContractId) -> Result<Amendment, Error> {
    if let Some(draft) = draft_of(work, by, id).await? {
        return Ok(draft);
    }
    let is_proposed = proposed(work, id).await?.is_some_and(|proposed| proposed.side == by.side().word());
    Err(Refusal::new(if is_proposed { "amendment-proposed" } else { "amendment-none" }).into())
}

/// What the other side proposed.
async fn of_other(work: &Work<'_>, by: &Party, id: &ContractId) -> Result<Amendment, Error> {
    match proposed(work, id).await? {
        Some(proposed) if proposed.side != by.side().word() => Ok(proposed),
        Some(_) => Err(Refusal::new("amendment-own").into()),
        None => Err(Refusal::new("amendment-none").into()),
    }
}

async fn check(work: &Work<'_>, contract: &Contract, after: &Terms) -> Result<(), Error> {
    let (_, book) = rules::current(&work.tx).await?;
    Ok(amending::check(&terms_of(contract)?, after, &book)?)
}

fn read_why(typed: &str) -> Result<String, Refusal> {
    text::lines(typed, WHY_CHARS).map_err(|error| error.refusal("reason", WHY_CHARS, "amendment-why"))
}

const WHY_CHARS: usize = 500;
/// Versions on one page: each is compared with the one before it.
const VERSIONS_A_PAGE: u64 = 10;
