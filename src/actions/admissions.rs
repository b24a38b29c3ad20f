//! Admissions: once two members have keys, whoever is invited to be a member waits for two members' signatures. The entry, the
//! place on the roll and the mail with the link come with the second.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{MemberId, PersonId};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::admissions::{self as rows, Admission};
use manyhands_store::{Sql, Tx, people};

use crate::actions::people::{Invitation, add_member, insert_account, put_on_roll, send_invitation};
use crate::actions::rights::Coordinator;
use crate::actions::signing::{self, Subject};
use crate::actions::{Error, Once, Work, begin, colleagues, new_uuid};
use crate::deps::Deps;

/// Keeps an invitation until two members have signed it; its id.
pub(crate) async fn ask(work: &mut Work<'_>, by: &Coordinator, invitation: &Invitation) -> Result<String, Error> {
    if rows::is_waiting(&work.tx, &invitation.email).await? {
        return Err(Refusal::new("admission-waiting").field("email").into());
    }
    let deps = work.deps();
    let admission = Admission {
        id: new_uuid(deps),
        member_id: MemberId::from_random(deps.random.bytes()).to_string(),
        email: invitation.email.clone(),
        name: invitation.name.clone(),
        language: invitation.language.clone(),
        zone: invitation.zone.clone(),
        country: invitation.country.clone(),
        roles: invitation.roles.join(","),
        invited_by: by.actor().to_owned(),
        invited_name: by.standing().name.clone(),
        invited_at: work.now().secs(),
    };
    rows::insert(&work.tx, &admission, by.person(), work.now()).await?;
    let subject = Subject::Admission(admission.id.clone());
    signing::ask_officers(work, by.person(), subject, admission.name, &by.standing().name).await?;
    Ok(admission.id)
}

/// Invitations that wait for signatures, for the office.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, _by: &Coordinator) -> Result<Vec<Admission>, Error> {
    Ok(rows::list(&deps.db.read()).await?)
}

/// Withdraws an invitation that waits.
///
/// # Errors
/// `signature-not-waiting`.
pub async fn withdraw(deps: &Deps, by: &Coordinator, once: &Once, id: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    signing::withdraw(&work, &Subject::Admission(id.to_owned())).await?;
    if !rows::delete(&work.tx, id).await? {
        return Err(Refusal::new("signature-not-waiting").into());
    }
    work.commit(()).await
}

/// An invitation that waits, and the entry that two members sign.
pub(crate) async fn to_sign(on: &impl Sql, id: &str) -> Result<(Admission, Draft), Error> {
    let admission = rows::find_waiting(on, id).await?.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    let entry = Draft::new("member.admitted").about("member", &admission.member_id);
    Ok((admission, entry))
}

/// What waits for signatures.
pub(crate) async fn list_to_sign(on: &impl Sql) -> Result<Vec<Subject>, Error> {
    Ok(rows::list(on).await?.into_iter().map(|row| Subject::Admission(row.id)).collect())
}

/// Admits somebody whom two members signed for, and sends them their link.
pub(crate) async fn admit(work: &mut Work<'_>, id: &str, notes: Vec<String>) -> Result<u64, Error> {
    let (admission, entry) = to_sign(&work.tx, id).await?;
    colleagues::give_way(&work.tx, &admission.email, None).await?;
    if people::is_address_taken(&work.tx, &admission.email).await? {
        return Err(Refusal::new("email-taken").into());
    }
    let (invitation, person, member) = invitation_of(&admission)?;
    let index = add_member(work, &invitation, (&person, &member), entry.signed(notes), None).await?;
    send_invitation(work, &person, &invitation, &[], &admission.invited_name).await?;
    rows::delete(&work.tx, id).await?;
    Ok(index)
}

/// Somebody whom an entry of a recovered log admitted, made of the invitation that waited in the backup: the account has the id
/// that it had, so that the list of what was erased knows it. False if none waits, or somebody else has the address by now: an
/// entry names no person. Either way nobody waits any more.
pub(crate) async fn recover(tx: &Tx, member: &str, index: u64, at: Timestamp) -> Result<bool, Error> {
    let Some(admission) = rows::find_of(tx, member).await? else { return Ok(false) };
    forget(tx, &admission.id).await?;
    if people::is_address_taken(tx, &admission.email).await? {
        return Ok(false);
    }
    let (invitation, person, member) = invitation_of(&admission)?;
    insert_account(tx, &person, &invitation, None, at).await?;
    put_on_roll(tx, &invitation, (&person, &member), index, at).await?;
    Ok(true)
}

/// Forgets an invitation that waits in a backup, of somebody who was admitted since, with what was signed for it.
pub(crate) async fn forget(tx: &Tx, id: &str) -> Result<(), Error> {
    signing::forget_notes(tx, &Subject::Admission(id.to_owned())).await?;
    rows::delete(tx, id).await?;
    Ok(())
}

/// Who is invited, and the two ids that they will have.
fn invitation_of(admission: &Admission) -> Result<(Invitation, PersonId, MemberId), Error> {
    let invitation = Invitation {
        name: admission.name.clone(),
        email: admission.email.clone(),
        language: admission.language.clone(),
        zone: admission.zone.clone(),
        country: admission.country.clone(),
        client: None,
        roles: admission.roles.split(',').filter(|role| !role.is_empty()).map(str::to_owned).collect(),
    };
    let person = PersonId::parse(&admission.id).map_err(Error::broken)?;
    Ok((invitation, person, MemberId::parse(&admission.member_id).map_err(Error::broken)?))
}
