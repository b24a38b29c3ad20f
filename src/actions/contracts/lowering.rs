//! A lower hazard level: both sides of a contract agreed, and two people of the co-op must say yes before it is in force (LEDGER.md
//! section 5). The first of them is whoever spoke for the co-op; once two keys count, two officers sign.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::contracts::life::Side;
use manyhands_domain::ids::{ContractId, MemberId, PersonId};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_store::contracts::versions::{self as rows, Amendment};
use manyhands_store::contracts::{self, Contract};
use manyhands_store::{Sql, people};

use crate::actions::contracts::amending::{check_in_time, entry_of, put_in_force, telling};
use crate::actions::contracts::life::{Acting, standing_of};
use crate::actions::payouts::second_of;
use crate::actions::rights::{Member, Officer};
use crate::actions::signing::Subject;
use crate::actions::two_people::refuse_unsigned;
use crate::actions::{Error, Once, Work, begin, sessions};
use crate::deps::Deps;

/// A change that lowers the hazard level and waits for two people of the co-op.
#[derive(Clone, Debug)]
pub struct Lowering {
    /// The contract as it stands.
    pub contract: Contract,
    /// What both sides agreed to.
    pub amendment: Amendment,
}

impl Lowering {
    /// Who spoke for the co-op when both sides agreed: the first of the two.
    #[must_use]
    pub fn first(&self) -> &str {
        match self.amendment.side == Side::Coop.word() {
            true => &self.amendment.proposed_by,
            false => self.amendment.agreed_by.as_deref().unwrap_or_default(),
        }
    }
}

/// Tells both sides that their agreement waits, and every officer that two of them are asked.
pub(super) async fn ask(work: &mut Work<'_>, contract: &Contract, acting: Acting<'_>) -> Result<(), Error> {
    let path = format!("/contracts/{}/lowering", contract.id);
    let notice = Notice::SignatureWanted { about: "lowering".to_owned(), what: contract.id.clone(), path, by: String::new() };
    let mut told = std::collections::BTreeSet::new();
    for officer in people::list_holders(&work.tx, "treasurer", "coordinator").await? {
        // Whoever agreed for the co-op knows.
        if officer != *acting.person {
            work.notify(&officer, &notice).await?;
        }
        told.insert(officer);
    }
    telling::sides(work, contract, acting, "two-people", "", &told).await
}

/// What waits on a contract, for an officer.
///
/// # Errors
/// [`Error::NotFound`] where nothing waits.
pub async fn find(deps: &Deps, _by: &Officer, id: &ContractId) -> Result<Lowering, Error> {
    let moment = deps.db.snapshot().await?;
    let open = rows::list_open(&moment, id).await?;
    let amendment = open.into_iter().find(|amendment| amendment.agreed_by.is_some()).ok_or(Error::NotFound)?;
    load(&moment, amendment).await
}

/// Everything that waits, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, _by: &Officer) -> Result<Vec<Lowering>, Error> {
    let moment = deps.db.snapshot().await?;
    let mut waiting = Vec::new();
    for amendment in rows::list_agreed(&moment).await? {
        waiting.push(load(&moment, amendment).await?);
    }
    Ok(waiting)
}

async fn load(on: &impl Sql, amendment: Amendment) -> Result<Lowering, Error> {
    let id = ContractId::parse(&amendment.contract_id).map_err(Error::broken)?;
    let contract = contracts::find_contract(on, &id).await?.ok_or_else(|| Error::broken("an amendment of no contract"))?;
    Ok(Lowering { contract, amendment })
}

/// Says yes as the second person: `contract.amended`.
///
/// # Errors
/// `lowering-second` for whoever spoke for the co-op before; `amendment-none`; `contract-changed` where it is not what was read; what keeps
/// it from being a version by now; a wrong password; signatures that are needed instead.
pub async fn approve(deps: &Deps, by: &Officer, once: &Once, id: &ContractId, read_sha256: &str, password: &str) -> Result<u64, Error> {
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let contract = contracts::load_held(&work.tx, id).await?;
    let open = rows::list_open(&work.tx, id).await?;
    let amendment = open.into_iter().find(|amendment| amendment.agreed_by.is_some()).ok_or_else(|| Refusal::new("amendment-none"))?;
    if read_sha256 != super::amending::sha256_of(&amendment) {
        return Err(Refusal::new("contract-changed").into());
    }
    let lowering = Lowering { contract, amendment };
    if lowering.first() == by.actor() {
        return Err(Refusal::new("lowering-second").into());
    }
    refuse_unsigned(&work, by, "contract.amended").await?;
    let index = post(&mut work, lowering, by.person(), Vec::new()).await?;
    work.commit(index).await
}

/// A lowering, and the entry that its two people sign.
pub(crate) async fn to_sign(on: &impl Sql, by: &Member, id: &str) -> Result<(Lowering, Draft), Error> {
    by.officer().ok_or(Error::NotFound)?;
    let lowering = waiting(on, id).await?;
    let entry = entry_of(&lowering.contract, &lowering.amendment)?.0;
    Ok((lowering, entry))
}

/// What of it waits, for the list of what people sign.
pub(crate) async fn list_to_sign(on: &impl Sql) -> Result<Vec<Subject>, Error> {
    Ok(rows::list_agreed(on).await?.into_iter().map(|amendment| Subject::Lowering(amendment.id)).collect())
}

/// Puts in force what two people signed.
pub(crate) async fn post_signed(work: &mut Work<'_>, id: &str, signers: &[MemberId], notes: Vec<String>) -> Result<u64, Error> {
    let contract = waiting(&work.tx, id).await?.contract.id;
    contracts::load_held(&work.tx, &ContractId::parse(&contract).map_err(Error::broken)?).await?;
    let lowering = waiting(&work.tx, id).await?;
    let second = second_of(work, lowering.first(), signers).await?;
    post(work, lowering, &second, notes).await
}

async fn waiting(on: &impl Sql, id: &str) -> Result<Lowering, Error> {
    let amendment = rows::find_amendment(on, id).await?.ok_or(Error::NotFound)?;
    if amendment.state != "proposed" || amendment.agreed_by.is_none() {
        return Err(Refusal::new("amendment-none").into());
    }
    load(on, amendment).await
}

/// A version in force from here on. The contract is held.
async fn post(work: &mut Work<'_>, lowering: Lowering, by: &PersonId, notes: Vec<String>) -> Result<u64, Error> {
    let Lowering { contract, amendment } = lowering;
    if standing_of(&work.tx, &contract).await?.is_over(work.now()) {
        return Err(Refusal::new("contract-over").into());
    }
    check_in_time(work, &contract, &amendment).await?;
    // It is told as the word of the side that agreed.
    let side = if amendment.side == Side::Coop.word() { Side::Client } else { Side::Coop };
    put_in_force(work, contract, &amendment, Acting { side, person: by }, notes).await
}
