//! A member leaves the co-op: `member.left`. What they hold goes back, what they handed in is judged and paid. Once two members'
//! keys count, they sign it themselves, or two officers do for whoever has no key or never came in.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{HolderId, MemberId, PersonId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_store::departures::{self as rows, Departure};
use manyhands_store::{Sql, Tx, ledger, outbox, people, proposals};
use serde::{Deserialize, Serialize};

use crate::actions::erasure::Mail;
use crate::actions::rights::{Coordinator, Member};
use crate::actions::sessions::confirm;
use crate::actions::signing::{self, Subject};
use crate::actions::two_people::{Place, is_needed_now, usable};
use crate::actions::{Error, Once, Work, appeals, begin, claims, erasure, new_uuid};
use crate::deps::Deps;

/// What became of a member's wish to leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leaving {
    /// They have left: index of the entry.
    Left(u64),
    /// They sign it themselves: the id of what is signed.
    Signs(String),
    /// Two officers sign it for them: the same.
    Waits(String),
}

/// How a member would leave now, for the page that says so.
#[derive(Clone, Debug)]
pub struct Way {
    /// Whether it takes signatures.
    pub signed: bool,
    /// Whether they have a key to sign it with.
    pub keyed: bool,
    /// Their wish that waits for two officers, if it does.
    pub waiting: Option<Departure>,
}

/// How this member would leave.
///
/// # Errors
/// When the database fails.
pub async fn find_way(deps: &Deps, by: &Member) -> Result<Way, Error> {
    let (moment, now) = (deps.db.snapshot().await?, deps.clock.now());
    Ok(Way {
        signed: is_needed_now(&moment, KIND, now).await?,
        keyed: is_keyed(&moment, by.id(), Place::next(&moment, now).await?).await?,
        waiting: rows::find_of(&moment, by.id()).await?.filter(|row| row.reason == ASKED),
    })
}

/// Leaves, or begins what leaving takes.
///
/// # Errors
/// The last coordinator; somebody who is owed money and has not said where to; one who asked already; a wrong password.
pub async fn leave(deps: &Deps, by: &Member, once: &Once, password: &str) -> Result<Leaving, Error> {
    confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    // What members voted is not replaced by a wish that could be withdrawn, also while it is being carried out.
    rows::lock(&work.tx, by.id()).await?;
    if rows::is_excluded(&work.tx, by.id()).await? {
        return Err(Refusal::new("departure-excluded").into());
    }
    // Read again here: roles and where pay goes may have changed since the page was shown.
    match find_obstacle(&work.tx, by.person(), by.id()).await? {
        Some(Obstacle::LastCoordinator) => return Err(Refusal::new("leave-last-coordinator").into()),
        Some(Obstacle::NoDestination(amount, unit)) => {
            return Err(Refusal::new("leave-no-destination").with("amount", (amount, unit)).into());
        }
        None => {}
    }
    if !is_needed_now(&work.tx, KIND, work.now()).await? {
        let index = depart(&mut work, by.person(), by.id(), Draft::new(KIND).about("member", by.id())).await?;
        return work.commit(Leaving::Left(index)).await;
    }
    let place = Place::next(&work.tx, work.now()).await?;
    if is_keyed(&work.tx, by.id(), place).await? {
        let id = put(&work, by.id(), OWN, by.person()).await?;
        return work.commit(Leaving::Signs(id)).await;
    }
    if rows::find_of(&work.tx, by.id()).await?.is_some_and(|row| row.reason == ASKED) {
        return Err(Refusal::new("departure-waiting").into());
    }
    let id = put(&work, by.id(), ASKED, by.person()).await?;
    let name = &by.standing().name;
    let notice = signing::wanted("leaving", &Subject::Departure(id.clone()), name.clone(), name);
    signing::tell_officers(&mut work, by.person(), &notice).await?;
    work.commit(Leaving::Waits(id)).await
}

/// Stays after all: what waited for two officers waits no more.
///
/// # Errors
/// `signature-not-waiting`.
pub async fn stay(deps: &Deps, by: &Member, once: &Once) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    rows::lock(&work.tx, by.id()).await?;
    let row = rows::find_of(&work.tx, by.id()).await?.filter(|row| row.reason != EXCLUDED);
    let row = row.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    forget(&work, &row.id).await?;
    work.commit(()).await
}

/// Keeps somebody who never came in on the roll after all.
///
/// # Errors
/// `signature-not-waiting`; [`Error::NotFound`] for a wish of the member's own, which is theirs to withdraw.
pub async fn withdraw(deps: &Deps, by: &Coordinator, once: &Once, id: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let row = rows::find_waiting(&work.tx, id).await?.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    if row.reason != NEVER_CAME {
        return Err(Error::NotFound);
    }
    // Of what members vote meanwhile it is before or after, and beside nothing.
    rows::lock(&work.tx, &MemberId::parse(&row.member_id).map_err(Error::broken)?).await?;
    forget(&work, id).await?;
    work.commit(()).await
}

/// Asks two officers to take somebody off the roll who was admitted and never came in; the id of what they sign.
pub(crate) async fn ask_for(work: &mut Work<'_>, by: &Coordinator, member: &MemberId, name: &str) -> Result<String, Error> {
    if rows::find_of(&work.tx, member).await?.is_some() {
        return Err(Refusal::new("departure-waiting").into());
    }
    let id = put(work, member, NEVER_CAME, by.person()).await?;
    signing::ask_officers(work, by.person(), Subject::Departure(id.clone()), name.to_owned(), &by.standing().name).await?;
    Ok(id)
}

/// Members voted that this one leaves: their roles end now, they claim nothing more, and officers hear that their signatures are wanted,
/// where it takes any. What they hold goes back and what they handed in is paid when they leave, as of anybody who does.
///
/// # Errors
/// `leave-last-coordinator`; `proposal-member` for nobody.
pub(crate) async fn exclude(work: &mut Work<'_>, member: &MemberId, proposal: i64) -> Result<(), Error> {
    rows::lock(&work.tx, member).await?;
    for before in rows::list_ids_of(&work.tx, member).await? {
        // One that is signed at this moment may be gone: what was voted holds all the same.
        signing::withdraw(work, &Subject::Departure(before.clone())).await?;
        rows::delete(&work.tx, &before).await?;
    }
    // Of two who stop at once both saw the other. From here on nobody leaves but before or after this.
    work.ledger_size().await?;
    let person = people::person_of_member(&work.tx, member).await?.ok_or_else(|| Refusal::new("proposal-member"))?;
    let standing = people::find_standing(&work.tx, &person).await?;
    let Some(standing) = standing.filter(|standing| standing.member.as_ref() == Some(member)) else {
        // They have left by themselves since.
        return Ok(());
    };
    if people::list_holders(&work.tx, "coordinator", "coordinator").await? == [person.clone()] {
        return Err(Refusal::new("leave-last-coordinator").into());
    }
    let id = new_uuid(work.deps());
    rows::insert_excluded(&work.tx, &id, member, proposal, work.now()).await?;
    people::revoke_roles(&work.tx, &person).await?;
    if is_needed_now(&work.tx, KIND, work.now()).await? {
        let notice = signing::wanted("excluded", &Subject::Departure(id), standing.name.clone(), &format!("P-{proposal}"));
        signing::tell_officers(work, &person, &notice).await?;
    }
    Ok(())
}

/// Where leaving takes no signatures yet, the server writes what members voted. What is owed stays owed, whether or not it has somewhere to
/// go yet: else whoever is excluded could stay by saying nothing. One that cannot go yet holds up nobody else. How many left. Safe to
/// repeat.
///
/// # Errors
/// When the database fails.
pub(crate) async fn carry_out_exclusions(deps: &Deps) -> Result<u64, Error> {
    let reader = deps.db.read();
    let waiting: Vec<Departure> = rows::list_for_others(&reader).await?.into_iter().filter(|row| row.reason == EXCLUDED).collect();
    if waiting.is_empty() || is_needed_now(&reader, KIND, deps.clock.now()).await? {
        return Ok(0);
    }
    let mut left = 0;
    for row in waiting {
        match carry_out(deps, &row).await {
            Ok(done) => left += u64::from(done),
            Err(error) => tracing::error!(departure = row.id, %error, "an exclusion could not be written; it is tried again"),
        }
    }
    Ok(left)
}

async fn carry_out(deps: &Deps, row: &Departure) -> Result<bool, Error> {
    let (member, person) =
        (MemberId::parse(&row.member_id).map_err(Error::broken)?, PersonId::parse(&row.person_id).map_err(Error::broken)?);
    let mut work = Work::begin_job(deps).await?;
    rows::lock(&work.tx, &member).await?;
    let is_last = matches!(find_obstacle(&work.tx, &person, &member).await?, Some(Obstacle::LastCoordinator));
    if is_last || !rows::delete(&work.tx, &row.id).await? {
        return Ok(false);
    }
    depart(&mut work, &person, &member, Draft::new(KIND).about("member", &member).calc("reason", EXCLUDED)).await?;
    work.commit(true).await
}

/// A departure that waits, and the entry that is signed: whose own it is sees it, and the officers where it waits for two of them.
pub(crate) async fn to_sign(on: &impl Sql, by: &Member, id: &str) -> Result<(Departure, Draft), Error> {
    let row = rows::find_waiting(on, id).await?.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    let own = row.member_id == by.id().as_str();
    let theirs = if own { row.reason != EXCLUDED } else { row.reason != OWN && by.officer().is_some() };
    if !theirs {
        return Err(Error::NotFound);
    }
    let entry = Draft::new(KIND).about("member", &row.member_id);
    let says_why = matches!(row.reason.as_str(), NEVER_CAME | EXCLUDED);
    let entry = if says_why { entry.calc("reason", row.reason.as_str()) } else { entry };
    Ok((row, entry))
}

/// What waits for two officers, this one's own left out.
pub(crate) async fn list_to_sign(on: &impl Sql, by: &Member) -> Result<Vec<Subject>, Error> {
    let others = rows::list_for_others(on).await?.into_iter().filter(|row| row.member_id != by.id().as_str());
    Ok(others.map(|row| Subject::Departure(row.id)).collect())
}

/// What is read of all mail before the transaction in which somebody may sign this: whoever never came in is erased by the last signature.
pub(crate) async fn read_mail(deps: &Deps, id: &str) -> Result<Mail, Error> {
    match rows::find_waiting(&deps.db.read(), id).await? {
        Some(row) if row.reason == NEVER_CAME => {
            erasure::read_mail(deps, &PersonId::parse(&row.person_id).map_err(Error::broken)?, true).await
        }
        _ => Ok(Mail::default()),
    }
}

/// Takes somebody off the roll for whom enough people signed; whoever never came in is erased, too.
pub(crate) async fn leave_signed(work: &mut Work<'_>, by: &Member, id: &str, notes: Vec<String>, mail: &Mail) -> Result<u64, Error> {
    let (row, entry) = to_sign(&work.tx, by, id).await?;
    let member = MemberId::parse(&row.member_id).map_err(Error::broken)?;
    let person = PersonId::parse(&row.person_id).map_err(Error::broken)?;
    match find_obstacle(&work.tx, &person, &member).await? {
        Some(Obstacle::LastCoordinator) => return Err(Refusal::new("departure-last-coordinator").with("name", row.name.as_str()).into()),
        // Whoever is excluded says where to when they like: it stays owed to them.
        Some(Obstacle::NoDestination(amount, unit)) if row.reason != EXCLUDED => {
            return Err(Refusal::new("departure-no-destination").with("name", row.name.as_str()).with("amount", (amount, unit)).into());
        }
        Some(Obstacle::NoDestination(..)) | None => {}
    }
    let entry = entry.signed(notes);
    rows::delete(&work.tx, id).await?;
    if row.reason == NEVER_CAME {
        return erasure::erase_never_came(work, &row, &member, entry, mail).await;
    }
    depart(work, &person, &member, entry).await
}

/// `member.left`, and all that ends with it.
async fn depart(work: &mut Work<'_>, person: &PersonId, member: &MemberId, entry: Draft) -> Result<u64, Error> {
    claims::release_all(work, member).await?;
    appeals::appeal_for_left(work, member).await?;
    // Two who leave at once both saw the other. From here on nobody appends but this one.
    work.ledger_size().await?;
    if let Some(Obstacle::LastCoordinator) = find_obstacle(&work.tx, person, member).await? {
        return Err(Refusal::new("leave-last-coordinator").into());
    }
    let index = work.append(entry).await?;
    if !people::set_left(&work.tx, member, work.now()).await? {
        return Err(Error::NotFound);
    }
    people::revoke_roles(&work.tx, person).await?;
    // Nobody can put them to the vote any more.
    proposals::withdraw_drafts_of(&work.tx, member, work.now()).await?;
    outbox::unsubscribe(&work.tx, person, "contract-listed").await?;
    let unsaid = matches!(find_obstacle(&work.tx, person, member).await?, Some(Obstacle::NoDestination(..)));
    work.notify(person, &Notice::Left { index, unsaid }).await?;
    Ok(index)
}

/// Whoever has left by an entry of a recovered log is not waited for, and what was signed for it goes.
pub(crate) async fn forget_wishes(tx: &Tx, member: &MemberId) -> Result<(), Error> {
    for id in rows::list_ids_of(tx, member).await? {
        signing::forget_notes(tx, &Subject::Departure(id.clone())).await?;
        rows::delete(tx, &id).await?;
    }
    Ok(())
}

/// A wish to leave; one of before, and what was signed for it, counts no more. What members voted is no wish, and stays.
async fn put(work: &Work<'_>, member: &MemberId, reason: &str, by: &PersonId) -> Result<String, Error> {
    rows::lock(&work.tx, member).await?;
    if rows::is_excluded(&work.tx, member).await? {
        return Err(Refusal::new("departure-excluded").into());
    }
    for before in rows::list_ids_of(&work.tx, member).await? {
        forget(work, &before).await?;
    }
    let id = new_uuid(work.deps());
    rows::insert(&work.tx, &id, member, reason, by, work.now()).await?;
    Ok(id)
}

async fn forget(work: &Work<'_>, id: &str) -> Result<(), Error> {
    signing::withdraw(work, &Subject::Departure(id.to_owned())).await?;
    if !rows::delete(&work.tx, id).await? {
        return Err(Refusal::new("signature-not-waiting").into());
    }
    Ok(())
}

async fn is_keyed(on: &impl Sql, member: &MemberId, place: Place) -> Result<bool, Error> {
    match usable(on, &HolderId::Member(member.clone()), false, place).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Why somebody cannot leave yet.
enum Obstacle {
    LastCoordinator,
    NoDestination(Amount, Currency),
}

async fn find_obstacle(on: &impl Sql, person: &PersonId, member: &MemberId) -> Result<Option<Obstacle>, Error> {
    if people::list_holders(on, "coordinator", "coordinator").await? == [person.clone()] {
        return Ok(Some(Obstacle::LastCoordinator));
    }
    let owed = payable(on, member.as_str()).await?;
    Ok(match owed.first() {
        Some((currency, amount)) if people::find_payout_to(on, member).await?.is_empty() => {
            Some(Obstacle::NoDestination(*amount, *currency))
        }
        _ => None,
    })
}

/// What a member is owed and can be paid, by currency: less than the smallest coin stays in the book for ever.
///
/// # Errors
/// When the database fails.
pub(crate) async fn payable(on: &impl Sql, member: &str) -> Result<Vec<(Currency, Amount)>, Error> {
    let balances = ledger::balances(on, &format!("Liabilities:Members:{member}:")).await?;
    let mut owed = Vec::new();
    for (_, currency, amount) in balances {
        let amount = amount.checked_neg().map_err(Error::broken)?.round_down_to(currency.minor_unit());
        if amount.is_positive() {
            owed.push((currency, amount));
        }
    }
    Ok(owed)
}

const KIND: &str = "member.left";
/// They sign it themselves.
pub const OWN: &str = "own";
/// They have no key, and asked two officers.
pub const ASKED: &str = "asked";
/// Admitted, and never came in; the code in the entry, too.
pub const NEVER_CAME: &str = "never-came";
/// Members voted it; the code in the entry, too.
pub const EXCLUDED: &str = "excluded";
