//! One end client: every listed contract of theirs, whoever posted it.

use manyhands_domain::contracts::end_client::key;
use manyhands_store::contracts::{self as rows, Contract};

use crate::actions::Error;
use crate::actions::contracts::terms_of;
use crate::actions::rights::Member;
use crate::deps::Deps;

/// The listed contracts of the end client of this key, in the order of their numbers.
///
/// # Errors
/// [`Error::NotFound`] where there is none: what is only drafted is its client's own.
pub async fn list(deps: &Deps, _by: &Member, of: &str) -> Result<Vec<Contract>, Error> {
    let mut all = Vec::new();
    for contract in rows::list_public(&deps.db.read()).await? {
        if key(&terms_of(&contract)?.end_client).as_deref() == Some(of) {
            all.push(contract);
        }
    }
    if all.is_empty() { Err(Error::NotFound) } else { Ok(all) }
}
