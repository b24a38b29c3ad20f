//! Money that arrives for a contract: recorded by a treasurer, found by its reference, kept behind a commitment.

use manyhands_domain::ids::{ContractId, DepositId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::{payouts, reference as reference_of, text};
use manyhands_store::contracts::{self as rows, Deposit};
use manyhands_store::{people, returns};

use crate::actions::rights::Treasurer;
use crate::actions::{Error, Once, Work, begin, new_uuid};
use crate::deps::Deps;

/// Which contract a transfer's reference names, where the treasurer chose none.
///
/// # Errors
/// `reference-digits` for a typing error; `reference-names-none` where it is no reference of ours, or no such contract is listed.
pub async fn find_by_reference(deps: &Deps, _by: &Treasurer, typed: &str) -> Result<ContractId, Error> {
    let none = || Error::from(Refusal::new("reference-names-none").field("reference"));
    let id = reference_of::find(typed)?.ok_or_else(none)?;
    let row = rows::find_contract(&deps.db.read(), &id).await?;
    if row.is_some_and(|row| row.listed_index.is_some()) { Ok(id) } else { Err(none()) }
}

/// Records money that arrived for a contract. The reference is kept behind a salted commitment.
///
/// # Errors
/// An amount that is none; a contract that is not listed; a reference that names another contract, or whose check digits do not fit; the
/// same sum by the same reference; `deposit-unnamed` where it may be that of a deposit whose reference is lost.
pub async fn record_deposit(
    deps: &Deps,
    by: &Treasurer,
    once: &Once,
    id: &ContractId,
    amount: &str,
    reference: &str,
) -> Result<u64, Error> {
    record_another_deposit(deps, by, once, id, (amount, reference), "").await
}

/// The same; of which entries of this sum, whose reference is lost, the treasurer says that it is none, as `deposit-unnamed` named them.
///
/// # Errors
/// As [`record_deposit`].
pub async fn record_another_deposit(
    deps: &Deps,
    by: &Treasurer,
    once: &Once,
    id: &ContractId,
    (amount, reference): (&str, &str),
    none_of: &str,
) -> Result<u64, Error> {
    let amount = Amount::parse_input(amount).ok().filter(|amount| amount.is_positive());
    let amount = amount.ok_or_else(|| Refusal::new("amount-unfit").field("amount"))?;
    let reference = text::line(reference, 200).map_err(|error| error.refusal("reference", 200, "reference-missing"))?;
    let mut work = begin!(deps, by.actor(), once);
    let contract = rows::load_held(&work.tx, id).await?;
    // Money arrives after the end, too: it is the client's, and goes back.
    if contract.listed_index.is_none() {
        return Err(Refusal::new("deposit-not-listed").field("contract").into());
    }
    if reference_of::find(&reference)?.is_some_and(|named| named != *id) {
        return Err(Refusal::new("reference-of-other").field("reference").with("contract", id.as_str()).into());
    }
    let currency = Currency::parse(&contract.currency).map_err(Error::broken)?;
    if let Some(index) = rows::find_same_deposit(&work.tx, id, amount.micros(), &reference).await? {
        return Err(Refusal::new("deposit-twice").field("reference").with("index", index).into());
    }
    let unnamed = returns::list_unnamed(&work.tx, id, amount.micros()).await?;
    refuse_unnamed("deposit-unnamed", &unnamed, none_of)?;
    let deposit = DepositId::parse(&new_uuid(deps)).map_err(Error::broken)?;
    let evidence = keep_evidence(&work, &reference).await?;
    let index = work.append(payouts::deposit(&deposit, id, currency, amount, &evidence)?).await?;
    let row = Deposit {
        id: deposit.to_string(),
        contract_id: id.to_string(),
        amount: amount.micros(),
        currency: currency.code().to_owned(),
        entry_index: i64::try_from(index).map_err(Error::broken)?,
        recorded_at: work.now().secs(),
    };
    rows::insert_deposit(&work.tx, &row, &evidence, by.person()).await?;
    rows::change_state(&work.tx, id, "approved", "funded", work.now()).await?;
    let notice = Notice::DepositReceived { contract: id.to_string(), title: contract.title.clone(), amount, currency, index };
    for person in people::users_of_client(&work.tx, &contract.client_id).await? {
        work.notify(&person, &notice).await?;
    }
    work.commit(index).await
}

/// Of money that is booked already by a reference which a recovery could not bring back, or which was erased, nobody can tell whether it
/// is this. Whoever has the bank's statement says that it is `none_of` these, which are those that they were shown.
pub(super) fn refuse_unnamed(code: &'static str, entries: &[i64], none_of: &str) -> Result<(), Refusal> {
    let shown: Vec<String> = entries.iter().take(UNNAMED_SHOWN).map(i64::to_string).collect();
    let shown = shown.join(", ");
    if shown == none_of || entries.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(code).field("another").with("count", entries.len()).with("entries", shown))
}

/// Entries that a refusal names at most.
const UNNAMED_SHOWN: usize = 12;

/// Keeps a text behind a fresh salted commitment; the commitment.
pub(crate) async fn keep_evidence(work: &Work<'_>, text: &str) -> Result<String, Error> {
    let salt: [u8; 32] = work.deps().random.bytes();
    let commitment = payouts::commitment(&salt, text);
    rows::insert_evidence(&work.tx, &commitment, &salt, text, work.now()).await?;
    Ok(commitment)
}
