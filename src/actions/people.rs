//! People: invited by a coordinator, admitted as members, granted roles, changing their own profile.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{ClientId, MemberId, PersonId};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_domain::{countries, text};
use manyhands_store::{Tx, ledger, outbox, people, sessions, users};
use serde::{Deserialize, Serialize};

use crate::actions::rights::{Coordinator, Payee, SignedIn};
use crate::actions::sessions::{confirm, link, work_deadline};
use crate::actions::two_people::is_needed_now;
use crate::actions::{Error, Once, Work, admissions, colleagues, new_uuid};
use crate::deps::Deps;

/// Somebody to be invited.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// As shown.
    pub name: String,
    /// Where the link goes.
    pub email: String,
    /// One of ours.
    pub language: String,
    /// IANA.
    pub zone: String,
    /// ISO 3166-1 alpha-2, of the person or the client.
    pub country: String,
    /// The organisation, for a client's user; nothing for a member.
    pub client: Option<String>,
    /// Roles of a member: reviewer, treasurer, coordinator.
    pub roles: Vec<String>,
}

/// What became of an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Invited {
    /// They have an account, and their link is on its way.
    Sent(PersonId),
    /// It waits for two members' signatures: the admission's id.
    Waits(String),
}

/// Invites a person: a member on the roll (`member.admitted`) or a client's user. The mail holds a single-use link. Once two
/// members have keys, a new member waits for two signatures first.
///
/// # Errors
/// Fields that do not fit; an address that has an account or waits already.
pub async fn invite(deps: &Deps, by: &Coordinator, once: &Once, invitation: &Invitation) -> Result<Invited, Error> {
    let checked = check(invitation)?;
    let mut work = crate::actions::begin!(deps, by.actor(), once);
    colleagues::give_way(&work.tx, &checked.email, checked.client.as_deref()).await?;
    // Whoever was invited and never came in is invited again: the mail was lost, its week is over, or the role was wrong.
    let before = people::find_invited(&work.tx, &checked.email).await?;
    let held = match &before {
        Some(person) => people::list_roles(&work.tx, person).await?,
        None => Vec::new(),
    };
    let person = match before {
        Some(person) if people::is_client_user(&work.tx, &person).await? != checked.client.is_some() => {
            return Err(Refusal::new("invitation-kind").field("role").into());
        }
        Some(person) => {
            people::set_profile(&work.tx, &person, (&checked.name, &checked.language, &checked.zone), work.now()).await?;
            if let Some(organisation) = &checked.client {
                // Nothing is theirs yet: another organisation than before is another client.
                move_to(&work, &person, organisation, &checked.country).await?;
            }
            people::revoke_roles(&work.tx, &person).await?;
            for role in &checked.roles {
                people::grant_role(&work.tx, &person, role, work.now()).await?;
            }
            person
        }
        None if people::is_address_taken(&work.tx, &checked.email).await? => {
            return Err(Refusal::new("email-taken").field("email").into());
        }
        None if checked.client.is_none() && is_needed_now(&work.tx, "member.admitted", work.now()).await? => {
            let id = admissions::ask(&mut work, by, &checked).await?;
            return work.commit(Invited::Waits(id)).await;
        }
        None => add(&mut work, &checked, None).await?,
    };
    send_invitation(&mut work, &person, &checked, &held, &by.standing().name).await?;
    work.commit(Invited::Sent(person)).await
}

/// Sends somebody their link, and tells every officer of the roles that are new: one coordinator alone could make both of the
/// two people, so whoever invites hears of it too.
pub(crate) async fn send_invitation(
    work: &mut Work<'_>,
    person: &PersonId,
    invitation: &Invitation,
    held: &[String],
    by: &str,
) -> Result<(), Error> {
    send_link(work, person, by).await?;
    for role in invitation.roles.iter().filter(|role| !held.contains(role)) {
        let notice = Notice::RoleGranted { name: invitation.name.clone(), role: role.clone(), by: by.to_owned() };
        for officer in people::list_holders(&work.tx, "treasurer", "coordinator").await? {
            work.notify(&officer, &notice).await?;
        }
    }
    Ok(())
}

/// The link with which somebody chooses their password.
pub(crate) async fn send_link(work: &mut Work<'_>, person: &PersonId, by: &str) -> Result<(), Error> {
    let token = link(work, "invitation", person, work_deadline(work.deps(), 7 * 86_400)).await?;
    let client = users::find_client_name(&work.tx, person).await?.unwrap_or_default();
    work.notify(person, &Notice::Invited { token, by: by.to_owned(), client }).await?;
    Ok(())
}

/// Adds a person with a password already set: the demonstration's people.
///
/// # Errors
/// Fields that do not fit.
pub async fn add_active(deps: &Deps, invitation: &Invitation, password_hash: &str) -> Result<PersonId, Error> {
    let checked = check(invitation)?;
    let mut work = Work::begin_job(deps).await?;
    let person = add(&mut work, &checked, Some(password_hash)).await?;
    work.commit(person).await
}

async fn add(work: &mut Work<'_>, invitation: &Invitation, password_hash: Option<&str>) -> Result<PersonId, Error> {
    let deps = work.deps();
    let Some(organisation) = &invitation.client else {
        let member = MemberId::from_random(deps.random.bytes());
        let entry = Draft::new("member.admitted").about("member", &member);
        let id = new_person(deps)?;
        add_member(work, invitation, (&id, &member), entry, password_hash).await?;
        return Ok(id);
    };
    let id = new_person(deps)?;
    insert_account(&work.tx, &id, invitation, password_hash, work.now()).await?;
    let client = insert_client(work, organisation, &invitation.country).await?;
    people::insert_client_user(&work.tx, &id, &client).await?;
    Ok(id)
}

async fn insert_client(work: &Work<'_>, organisation: &str, country: &str) -> Result<ClientId, Error> {
    let client = ClientId::parse(&new_uuid(work.deps())).map_err(Error::broken)?;
    people::insert_client(&work.tx, &client, organisation, country, work.now()).await?;
    Ok(client)
}

/// Somebody who never came in acts for this organisation, whichever was named before.
async fn move_to(work: &Work<'_>, person: &PersonId, organisation: &str, country: &str) -> Result<(), Error> {
    if users::find_client_name(&work.tx, person).await?.as_deref() != Some(organisation) {
        let client = insert_client(work, organisation, country).await?;
        users::set_client(&work.tx, person, &client).await?;
    }
    Ok(())
}

/// Puts somebody on the roll, under these ids, by an entry that admits them; its index.
///
/// # Errors
/// `admission-known` for whom the book has already: two admissions of one id would be wrong for ever.
pub(crate) async fn add_member(
    work: &mut Work<'_>,
    invitation: &Invitation,
    (person, member): (&PersonId, &MemberId),
    entry: Draft,
    password_hash: Option<&str>,
) -> Result<u64, Error> {
    // From here on nobody else appends.
    work.ledger_size().await?;
    if !ledger::entries_of_membership(&work.tx, member.as_str(), 1).await?.is_empty() {
        return Err(Refusal::new("admission-known").with("name", invitation.name.as_str()).into());
    }
    insert_account(&work.tx, person, invitation, password_hash, work.now()).await?;
    let index = work.append(entry).await?;
    put_on_roll(&work.tx, invitation, (person, member), index, work.now()).await?;
    Ok(index)
}

/// The rows of somebody whom an entry admitted.
pub(crate) async fn put_on_roll(
    tx: &Tx,
    invitation: &Invitation,
    (person, member): (&PersonId, &MemberId),
    index: u64,
    at: Timestamp,
) -> Result<(), Error> {
    let row = people::NewMember { id: member, person, country: &invitation.country, rail: "Manual", index };
    people::insert_member(tx, &row, at).await?;
    for role in &invitation.roles {
        people::grant_role(tx, person, role, at).await?;
    }
    Ok(())
}

fn new_person(deps: &Deps) -> Result<PersonId, Error> {
    PersonId::parse(&new_uuid(deps)).map_err(Error::broken)
}

/// The row of an account.
pub(crate) async fn insert_account(
    tx: &Tx,
    id: &PersonId,
    invitation: &Invitation,
    password_hash: Option<&str>,
    at: Timestamp,
) -> Result<(), Error> {
    let person = people::NewPerson {
        id,
        email: &invitation.email,
        name: &invitation.name,
        language: &invitation.language,
        zone: &invitation.zone,
        password_hash,
        state: if password_hash.is_some() { "active" } else { "invited" },
    };
    Ok(people::insert(tx, &person, at).await?)
}

/// What people may change of themselves.
#[derive(Clone, Debug)]
pub struct Profile {
    /// As shown.
    pub name: String,
    /// One of ours.
    pub language: String,
    /// IANA.
    pub zone: String,
    /// Whether to hear of new contracts.
    pub subscribed: bool,
}

/// Changes one's own name, language, zone and subscription.
///
/// # Errors
/// A name that does not fit; an unknown zone.
pub async fn change_profile(deps: &Deps, by: &SignedIn, once: &Once, profile: &Profile) -> Result<(), Error> {
    let name = text::line(&profile.name, 80).map_err(|_| Refusal::new("name-unfit").field("name"))?;
    let zone = profile.zone.trim();
    if jiff::tz::TimeZone::get(zone).is_err() {
        return Err(Refusal::new("zone-unknown").field("zone").into());
    }
    let work = crate::actions::begin!(deps, by.actor(), once);
    people::set_profile(&work.tx, by.person(), (&name, &profile.language, zone), work.now()).await?;
    if profile.subscribed {
        outbox::subscribe(&work.tx, by.person(), "contract-listed", work.now()).await?;
    } else {
        outbox::unsubscribe(&work.tx, by.person(), "contract-listed").await?;
    }
    work.commit(()).await
}

/// Where somebody's pay goes who is or was a member: a number or an account, as the treasurer will type it. Asks for the password again, and tells
/// the member by mail: whoever else changed it is found out.
///
/// # Errors
/// A text that does not fit; a wrong password.
pub async fn set_payout_to(deps: &Deps, by: &Payee, once: &Once, to: &str, password: &str) -> Result<(), Error> {
    let to =
        text::line(to, 200).ok().filter(|to| text::is_destination(to)).ok_or_else(|| Refusal::new("payout-to-unfit").field("payout_to"))?;
    confirm(deps, by, password).await?;
    let mut work = crate::actions::begin!(deps, by.actor(), once);
    people::set_payout_to(&work.tx, by.id(), &to).await?;
    work.notify(by.person(), &Notice::PayoutToChanged).await?;
    work.commit(()).await
}

/// Where a member's pay goes; empty while they have not said.
///
/// # Errors
/// When the database fails.
pub async fn payout_to(deps: &Deps, by: &Payee) -> Result<String, Error> {
    Ok(people::find_payout_to(&deps.db.read(), by.id()).await?)
}

/// Whether a person hears of new contracts.
///
/// # Errors
/// When the database fails.
pub async fn is_subscribed(deps: &Deps, who: &SignedIn) -> Result<bool, Error> {
    Ok(outbox::is_subscribed(&deps.db.read(), who.person(), "contract-listed").await?)
}

/// Ends the subscription behind an unsubscribe link; again, or with an unknown link, nothing happens: the answer is the same.
///
/// # Errors
/// When the database fails.
pub async fn unsubscribe(deps: &Deps, token: &str) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    if let Some(person) = sessions::find_link(&work.tx, &crate::actions::sessions::sha256(token), "unsubscribe", work.now()).await? {
        outbox::unsubscribe(&work.tx, &person, "contract-listed").await?;
    }
    work.commit(()).await
}

/// Everybody with an account, for the office.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, _by: &Coordinator) -> Result<Vec<people::ListedPerson>, Error> {
    Ok(people::list(&deps.db.read()).await?)
}

fn check(invitation: &Invitation) -> Result<Invitation, Error> {
    let mut refusals = Vec::new();
    let mut take = |value: Result<String, text::TextError>, code, field| {
        value.unwrap_or_else(|_| {
            refusals.push(Refusal::new(code).field(field));
            String::new()
        })
    };
    let name = take(text::line(&invitation.name, 80), "name-unfit", "name");
    let client = invitation.client.as_ref().map(|client| take(text::line(client, 120), "name-unfit", "client"));
    let email = invitation.email.trim().to_lowercase();
    if !text::is_email(&email) {
        refusals.push(Refusal::new("email-unfit").field("email"));
    }
    if !countries::is_country(&invitation.country) {
        refusals.push(Refusal::new("country-unknown").field("country"));
    }
    if !invitation.roles.iter().all(|role| matches!(role.as_str(), "reviewer" | "treasurer" | "coordinator")) {
        refusals.push(Refusal::new("role-unknown").field("roles"));
    }
    if refusals.is_empty() { Ok(Invitation { name, client, email, ..invitation.clone() }) } else { Err(refusals.into()) }
}
