//! Who acts for a client: its users see each other, and invite whoever is to act beside them.

use manyhands_domain::ids::PersonId;
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_store::people::{self, NewPerson};
use manyhands_store::users::{self, Colleague};
use manyhands_store::{Tx, erasure};

use crate::actions::rights::ClientUser;
use crate::actions::sessions::{confirm, subject, throttle};
use crate::actions::{Error, Once, begin, new_uuid, people as accounts};
use crate::deps::Deps;

/// Whom a client's user invites, as typed.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// As others in the co-op will see it.
    pub name: String,
    /// Where the link goes.
    pub email: String,
    /// One of ours.
    pub language: String,
}

/// Everybody who acts for this client, by name. Not whom they invited: whether an address is free would be read from it.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, by: &ClientUser) -> Result<Vec<Colleague>, Error> {
    Ok(users::list_of_client(&deps.db.read(), by.client()).await?)
}

/// Invites somebody to act for the same client, after the password again: they can do all that the inviting user can. Whoever was
/// invited and never came in is invited again. The client's other users hear of it. Whoever has an account here already is told by
/// mail, and nobody else: the answer is the same, so that no client learns who belongs to the co-op.
///
/// # Errors
/// A wrong password; fields that do not fit; `colleagues-many`.
pub async fn invite(deps: &Deps, by: &ClientUser, once: &Once, wanted: &Wanted, password: &str) -> Result<(), Error> {
    let (name, email) = check(wanted)?;
    confirm(deps, by, password).await?;
    throttle(deps, &[subject("colleagues", by.actor())]).await?;
    let mut work = begin!(deps, by.actor(), once);
    let acting = users::ids_of_client(&work.tx, by.client()).await?;
    if acting.len() >= MOST {
        return Err(Refusal::new("colleagues-many").with("most", MOST).into());
    }
    // Told of whatever becomes of it: who hears of some and not of others would know which addresses are free.
    let notice = Notice::ColleagueInvited { name: name.clone(), by: by.standing().name.clone() };
    for user in people::users_of_client(&work.tx, by.client().as_str()).await?.iter().filter(|user| *user != by.person()) {
        work.notify(user, &notice).await?;
    }
    let person = match people::find_invited(&work.tx, &email).await? {
        Some(person) if acting.contains(&person) => {
            people::set_profile(&work.tx, &person, (&name, &wanted.language, &by.standing().zone), work.now()).await?;
            person
        }
        None if !people::is_address_taken(&work.tx, &email).await? => {
            let id = PersonId::parse(&new_uuid(deps)).map_err(Error::broken)?;
            let (language, zone) = (wanted.language.as_str(), by.standing().zone.as_str());
            let account = NewPerson { id: &id, email: &email, name: &name, language, zone, password_hash: None, state: "invited" };
            people::insert(&work.tx, &account, work.now()).await?;
            people::insert_client_user(&work.tx, &id, by.client()).await?;
            id
        }
        Some(_) => return work.commit(()).await,
        None => {
            if let Some((person, _)) = people::find_by_email(&work.tx, &email).await?
                && !acting.contains(&person)
            {
                let client = by.standing().client_name.clone().unwrap_or_default();
                work.notify(&person, &Notice::InvitedElsewhere { client, by: by.standing().name.clone() }).await?;
            }
            return work.commit(()).await;
        }
    };
    accounts::send_link(&mut work, &person, &by.standing().name).await?;
    work.commit(()).await
}

/// Makes an address free that a client's user named and whose owner never came in: who invites somebody for the co-op (no
/// organisation), or for another client, is not kept from it.
pub(crate) async fn give_way(tx: &Tx, email: &str, organisation: Option<&str>) -> Result<(), Error> {
    if let Some(person) = users::find_invited_colleague(tx, email).await?
        && users::find_client_name(tx, &person).await?.as_deref() != organisation
    {
        erasure::erase_person(tx, &person, None).await?;
    }
    Ok(())
}

fn check(wanted: &Wanted) -> Result<(String, String), Error> {
    let mut refusals = Vec::new();
    let name = text::line(&wanted.name, 80).map_err(|_| refusals.push(Refusal::new("name-unfit").field("name")));
    let email = wanted.email.trim().to_lowercase();
    if !text::is_email(&email) {
        refusals.push(Refusal::new("email-unfit").field("email"));
    }
    match name {
        Ok(name) if refusals.is_empty() => Ok((name, email)),
        _ => Err(refusals.into()),
    }
}

/// So many people act for one client, the invited ones with them.
const MOST: usize = 50;
