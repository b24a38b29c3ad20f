//! Admissions: once two members have keys, whoever is invited to be a member waits for two members' signatures. The entry, the
//! place on the roll and the mail with the link come with the second.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::MemberId;
use manyhands_domain::refusal::Refusal;
use manyhands_store::Sql;
use manyhands_store::admissions::{self as rows, Admission};
use manyhands_store::people;

use crate::actions::people::{Invitation, add_member, send_invitation};
use crate::actions::rights::Coordinator;
use crate::actions::signing::{self, Subject};
use crate::actions::{Error, Once, Work, begin, new_uuid};
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
    if people::is_address_taken(&work.tx, &admission.email).await? {
        return Err(Refusal::new("email-taken").into());
    }
    let invitation = Invitation {
        name: admission.name,
        email: admission.email,
        language: admission.language,
        zone: admission.zone,
        country: admission.country,
        client: None,
        roles: admission.roles.split(',').filter(|role| !role.is_empty()).map(str::to_owned).collect(),
    };
    let member = MemberId::parse(&admission.member_id).map_err(Error::broken)?;
    let (person, index) = add_member(work, &invitation, &member, entry.signed(notes), None).await?;
    send_invitation(work, &person, &invitation, &[], &admission.invited_name).await?;
    rows::delete(&work.tx, id).await?;
    Ok(index)
}
