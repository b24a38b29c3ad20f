//! Who acts for a client: its users see each other, and invite whoever is to act beside them.

use manyhands_domain::ids::PersonId;
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_store::people::{self, NewPerson};
use manyhands_store::users::{self, Colleague};

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

/// Everybody who acts for this client, or is invited to, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, by: &ClientUser) -> Result<Vec<Colleague>, Error> {
    Ok(users::list_of_client(&deps.db.read(), by.client()).await?)
}

/// Invites somebody to act for the same client, after the password again: they can do all that the inviting user can. Whoever was
/// invited and never came in is invited again. The client's other users hear of it.
///
/// # Errors
/// A wrong password; fields that do not fit; an address that has an account; `colleagues-many`.
pub async fn invite(deps: &Deps, by: &ClientUser, once: &Once, wanted: &Wanted, password: &str) -> Result<PersonId, Error> {
    let (name, email) = check(wanted)?;
    confirm(deps, by, password).await?;
    throttle(deps, &[subject("colleagues", by.actor())]).await?;
    let mut work = begin!(deps, by.actor(), once);
    let acting = people::users_of_client(&work.tx, by.client().as_str()).await?;
    let person = match people::find_invited(&work.tx, &email).await? {
        Some(person) if acting.contains(&person) => {
            people::set_profile(&work.tx, &person, &name, &wanted.language, &by.standing().zone).await?;
            person
        }
        None if !people::is_address_taken(&work.tx, &email).await? => {
            if acting.len() >= MOST {
                return Err(Refusal::new("colleagues-many").with("most", MOST).into());
            }
            let id = PersonId::parse(&new_uuid(deps)).map_err(Error::broken)?;
            let (language, zone) = (wanted.language.as_str(), by.standing().zone.as_str());
            let account = NewPerson { id: &id, email: &email, name: &name, language, zone, password_hash: None, state: "invited" };
            people::insert(&work.tx, &account, work.now()).await?;
            people::insert_client_user(&work.tx, &id, by.client()).await?;
            id
        }
        // Of another client, of the co-op, or in use: which of these is nobody's business here.
        _ => return Err(Refusal::new("email-taken").field("email").into()),
    };
    accounts::send_link(&mut work, &person, &by.standing().name).await?;
    let notice = Notice::ColleagueInvited { name, by: by.standing().name.clone() };
    for user in acting.iter().filter(|user| *user != by.person() && **user != person) {
        work.notify(user, &notice).await?;
    }
    work.commit(person).await
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
