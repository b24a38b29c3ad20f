//! Who hears of an amendment: the other side of what is proposed, everybody whom a version in force concerns.

use std::collections::BTreeSet;

use manyhands_domain::contracts::life::Side;
use manyhands_domain::ids::{ContractId, MemberId, PersonId};
use manyhands_domain::notices::Notice;
use manyhands_store::contracts::Contract;
use manyhands_store::contracts::life as steps;
use manyhands_store::people;

use crate::actions::contracts::life::Acting;
use crate::actions::{Error, Work};

/// Members with claims under way: theirs goes on by the version it was made under.
pub(super) async fn members(work: &mut Work<'_>, id: &ContractId, title: &str, version: i64) -> Result<BTreeSet<PersonId>, Error> {
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
pub(crate) async fn sides(
    work: &mut Work<'_>,
    contract: &Contract,
    acting: Acting<'_>,
    what: &str,
    reason: &str,
    but: &BTreeSet<PersonId>,
) -> Result<(), Error> {
    let notice = Notice::AmendmentMoved {
        contract: contract.id.clone(),
        title: contract.title.clone(),
        what: what.to_owned(),
        side: acting.side.word().to_owned(),
        reason: reason.to_owned(),
    };
    let mut told = Vec::new();
    let both = matches!(what, "agreed" | "two-people");
    if acting.side == Side::Coop || both {
        told.extend(people::users_of_client(&work.tx, &contract.client_id).await?);
    }
    if acting.side == Side::Client || both {
        told.extend(people::list_holders(&work.tx, "coordinator", "coordinator").await?);
    }
    for person in told.into_iter().filter(|person| person != acting.person && !but.contains(person)) {
        work.notify(&person, &notice).await?;
    }
    Ok(())
}
