//! Erasing people, and texts behind commitments. Entries and proofs stay as they are: they never held a name. What is
//! erased is in no table, no page of the file, no log of writes, and in no export and no backup made afterwards.

mod mentions;

use manyhands_domain::books::entry::{Draft, Entry};
use manyhands_domain::ids::{ClientId, MemberId, PersonId};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_store::departures::{self, Departure};
use manyhands_store::erasure::{self as rows, Erasure, Kept};
use manyhands_store::{Sql, Tx, ledger, people, users};
use serde::{Deserialize, Serialize};

use crate::actions::rights::Coordinator;
use crate::actions::sessions::confirm;
use crate::actions::two_people::is_needed_now;
use crate::actions::{Error, Once, Work, admissions, begin, claims, keys, leaving};
use crate::deps::Deps;
use crate::erased;

pub(crate) use mentions::Mail;

/// Somebody's account as the office sees it, and why it cannot be erased yet.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What is kept of them.
    pub kept: Kept,
    /// What must happen first; empty: they can be erased.
    pub first: Vec<Refusal>,
    /// What two officers are asked to sign, if it waits: they never came in, and leave the roll by it.
    pub waiting: Option<Departure>,
}

/// What became of erasing somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Erased {
    /// They are erased.
    Done,
    /// They never came in, and two people sign that they leave the roll; then they are erased. The id of what is signed.
    Waits(String),
}

/// Somebody's account.
///
/// # Errors
/// [`Error::NotFound`] for nobody, and for whoever was erased.
pub async fn find(deps: &Deps, _by: &Coordinator, person: &PersonId) -> Result<Subject, Error> {
    let moment = deps.db.snapshot().await?;
    let kept = rows::find_kept(&moment, person).await?.ok_or(Error::NotFound)?;
    let first = what_comes_first(&moment, &kept).await?;
    let waiting = match &kept.member_id {
        Some(member) => departures::find_of(&moment, &MemberId::parse(member).map_err(Error::broken)?).await?,
        None => None,
    };
    Ok(Subject { kept, first, waiting: waiting.filter(|row| row.reason == leaving::NEVER_CAME) })
}

/// Erases a person who has left, never came in, or acts for a client. Whoever was invited as a member and never came in
/// leaves by the same action (`member.left`), which takes two people's signatures first once two members' keys count.
///
/// # Errors
/// What must happen first; it waits for signatures already; a wrong password.
pub async fn erase_person(deps: &Deps, by: &Coordinator, once: &Once, person: &PersonId, password: &str) -> Result<Erased, Error> {
    confirm(deps, by, password).await?;
    let mail = read_mail(deps, person, false).await?;
    let mut work = begin!(deps, by.actor(), once);
    let kept = hold(&work.tx, person).await?;
    let first = what_comes_first(&work.tx, &kept).await?;
    if !first.is_empty() {
        return Err(first.into());
    }
    let never_came = never_came(&kept)?;
    if let Some(member) = &never_came
        && is_needed_now(&work.tx, "member.left", work.now()).await?
    {
        let id = leaving::ask_for(&mut work, by, member, &kept.name).await?;
        return work.commit(Erased::Waits(id)).await;
    }
    mentions::forget(&work, person, &kept, &mail).await?;
    if let Some(member) = &never_came {
        claims::release_all(&mut work, member).await?;
        work.append(Draft::new("member.left").about("member", member).calc("reason", leaving::NEVER_CAME)).await?;
    }
    keys::end_all(&mut work, person).await?;
    forget_person(&work.tx, person, &kept).await?;
    rows::note(&work.tx, &of_person(person.as_str()), Some(by.person()), work.now()).await?;
    tell_officers(&mut work, &by.standing().name).await?;
    let done = work.commit(Erased::Done).await?;
    remember_person(deps, person.as_str());
    Ok(done)
}

/// Whoever is erased, once nobody else leaves, stops or is erased for the same client at this moment.
async fn hold(tx: &Tx, person: &PersonId) -> Result<Kept, Error> {
    let before = rows::find_kept(tx, person).await?.ok_or(Error::NotFound)?;
    if let Some(client) = &before.client_id {
        users::lock(tx, &ClientId::parse(client).map_err(Error::broken)?).await?;
    }
    if let Some(member) = &before.member_id {
        departures::lock(tx, &MemberId::parse(member).map_err(Error::broken)?).await?;
    }
    rows::find_kept(tx, person).await?.ok_or(Error::NotFound)
}

/// Their id on the roll, if they can be erased only by leaving it: they were admitted and never came in.
fn never_came(kept: &Kept) -> Result<Option<MemberId>, Error> {
    let member = kept.member_id.as_deref().filter(|_| kept.left_at.is_none());
    member.map(MemberId::parse).transpose().map_err(Error::broken)
}

/// Reads all mail for whoever is to be erased, before the transaction that erases them. Nothing where that is not about to happen; if it
/// happens all the same, the transaction reads.
///
/// # Errors
/// When the database fails.
pub(crate) async fn read_mail(deps: &Deps, person: &PersonId, is_signed: bool) -> Result<Mail, Error> {
    let reader = deps.db.read();
    let Some(kept) = rows::find_kept(&reader, person).await? else { return Ok(Mail::default()) };
    let waits = !is_signed && never_came(&kept)?.is_some() && is_needed_now(&reader, "member.left", deps.clock.now()).await?;
    if waits || !what_comes_first(&reader, &kept).await?.is_empty() {
        return Ok(Mail::default());
    }
    mentions::read(deps, person, &kept).await
}

/// Takes somebody off the roll who never came in, by an entry that two people signed, and erases them. [`remember_person`] comes
/// after the commit.
pub(crate) async fn erase_never_came(
    work: &mut Work<'_>,
    row: &Departure,
    member: &MemberId,
    entry: Draft,
    mail: &Mail,
) -> Result<u64, Error> {
    let person = PersonId::parse(&row.person_id).map_err(Error::broken)?;
    let kept = rows::find_kept(&work.tx, &person).await?.ok_or(Error::NotFound)?;
    let first = what_comes_first(&work.tx, &kept).await?;
    if !first.is_empty() {
        return Err(first.into());
    }
    mentions::forget(work, &person, &kept, mail).await?;
    claims::release_all(work, member).await?;
    let index = work.append(entry).await?;
    forget_person(&work.tx, &person, &kept).await?;
    let asked_by = PersonId::parse(&row.asked_by).map_err(Error::broken)?;
    rows::note(&work.tx, &of_person(&row.person_id), Some(&asked_by), work.now()).await?;
    tell_officers(work, &row.asked_name).await?;
    Ok(index)
}

/// Puts an erased person on the list outside the database.
pub(crate) fn remember_person(deps: &Deps, person: &str) {
    remember(deps, &[of_person(person)]);
}

/// Puts what was erased on the list outside the database; whether it stands there. It is erased by then, and nobody is told
/// otherwise: what could not be listed, or not before a crash, is listed by [`purge`] or at the next start.
fn remember(deps: &Deps, erasures: &[Erasure]) -> bool {
    let listed = erased::remember(deps.head.folder(), erasures);
    if let Err(error) = &listed {
        tracing::error!(%error, "what was erased is not on the list outside the database yet; it is tried again");
    }
    listed.is_ok()
}

fn of_person(id: &str) -> Erasure {
    Erasure { what: "person".to_owned(), id: id.to_owned() }
}

/// The text behind the commitment of an entry, while it is kept.
///
/// # Errors
/// [`Error::NotFound`] for an entry without one, or whose text was erased.
pub async fn find_evidence(deps: &Deps, _by: &Coordinator, index: u64) -> Result<String, Error> {
    let reader = deps.db.read();
    let sha256 = evidence_of(&ledger::find_note(&reader, index).await?.ok_or(Error::NotFound)?.note)?.ok_or(Error::NotFound)?;
    rows::find_evidence(&reader, &sha256).await?.ok_or(Error::NotFound)
}

/// Erases the text and the salt behind the commitment of an entry.
///
/// # Errors
/// [`Error::NotFound`]; a wrong password.
pub async fn erase_evidence(deps: &Deps, by: &Coordinator, once: &Once, index: u64, password: &str) -> Result<(), Error> {
    confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let sha256 = evidence_of(&ledger::find_note(&work.tx, index).await?.ok_or(Error::NotFound)?.note)?.ok_or(Error::NotFound)?;
    if !rows::erase_evidence(&work.tx, &sha256).await? {
        return Err(Error::NotFound);
    }
    let erasure = Erasure { what: "evidence".to_owned(), id: sha256 };
    rows::note(&work.tx, &erasure, Some(by.person()), work.now()).await?;
    tell_officers(&mut work, &by.standing().name).await?;
    work.commit(()).await?;
    remember(deps, &[erasure]);
    Ok(())
}

/// Makes sure that no file keeps what was erased, and no backup brings it back: lists it outside the database, writes the
/// database anew, and empties its log of writes. Whether that is done: somebody who still reads what stood before makes it
/// wait. Safe to repeat; goes on where it was cut short.
///
/// # Errors
/// When the database fails, or there is no room: then it is tried again.
pub async fn purge(deps: &Deps) -> Result<bool, Error> {
    let listed = remember(deps, &rows::list(&deps.db.read()).await?);
    let (rewrite, empty) = rows::is_purge_due(&deps.db.read()).await?;
    if rewrite && !deps.db.rewrite(deps.clock.now()).await? {
        return Ok(false);
    }
    if !empty {
        return Ok(listed);
    }
    let done = deps.db.empty_log(deps.clock.now()).await?;
    if done {
        tracing::info!("what was erased is in no file of the database any more");
    }
    Ok(done && listed)
}

/// A backup of before an erasure brings back whom it held: they are erased again, before anybody is served. How many were.
///
/// # Errors
/// When the database or the list beside it fails.
pub async fn erase_again(deps: &Deps) -> Result<usize, Error> {
    let known = rows::list(&deps.db.read()).await?;
    let listed = erased::list(deps.head.folder())?;
    // A crash may have come between the erasure and the list.
    erased::remember(deps.head.folder(), &known)?;
    let again: Vec<Erasure> = listed.into_iter().filter(|erasure| !known.contains(erasure)).collect();
    if again.is_empty() {
        return Ok(0);
    }
    let work = Work::begin_job(deps).await?;
    for erasure in &again {
        if erasure.what == "person" {
            let person = PersonId::parse(&erasure.id).map_err(Error::broken)?;
            if let Some(kept) = rows::find_kept(&work.tx, &person).await? {
                mentions::forget(&work, &person, &kept, &Mail::default()).await?;
                forget_person(&work.tx, &person, &kept).await?;
            }
            // In the backup they may not be admitted yet.
            admissions::forget(&work.tx, &erasure.id).await?;
        } else {
            rows::erase_evidence(&work.tx, &erasure.id).await?;
        }
        rows::note(&work.tx, erasure, None, work.now()).await?;
    }
    work.commit(again.len()).await
}

/// What must happen before somebody can be erased.
async fn what_comes_first(on: &impl Sql, kept: &Kept) -> Result<Vec<Refusal>, Error> {
    let mut first = Vec::new();
    if kept.member_id.is_some() && kept.left_at.is_none() && kept.state != "invited" {
        first.push(Refusal::new("erase-member").with("name", kept.name.as_str()));
    }
    if let Some(member) = &kept.member_id {
        for (currency, amount) in leaving::payable(on, member).await? {
            first.push(Refusal::new("erase-owed").with("amount", (amount, currency)));
        }
        let (claims, lines) = rows::count_unfinished(on, member).await?;
        if lines > 0 {
            first.push(Refusal::new("erase-payout"));
        }
        if claims > 0 {
            first.push(Refusal::new("erase-claims").with("count", claims));
        }
    }
    if let (Some(client), Some(name)) = (&kept.client_id, &kept.client_name) {
        let (contracts, others) = rows::count_of_client(on, client, &kept.id).await?;
        if contracts > 0 && others == 0 {
            first.push(Refusal::new("erase-client").with("client", name.as_str()).with("count", contracts));
        }
    }
    Ok(first)
}

/// What is kept of somebody, but for the mail to others.
async fn forget_person(tx: &Tx, person: &PersonId, kept: &Kept) -> Result<(), Error> {
    if let Some(member) = &kept.member_id {
        // What a bank or a treasurer wrote beside their payouts names them.
        for row in ledger::notes_of_member(tx, member).await? {
            if let Some(sha256) = evidence_of(&row.note)? {
                rows::erase_evidence(tx, &sha256).await?;
            }
        }
    }
    Ok(rows::erase_person(tx, person, kept.member_id.as_deref()).await?)
}

/// The commitment of an entry, if it has one.
fn evidence_of(note: &[u8]) -> Result<Option<String>, Error> {
    Ok(Entry::read(note).map_err(Error::broken)?.text("evidence").map(str::to_owned))
}

/// Every officer hears that something was erased, and by whom; not what.
async fn tell_officers(work: &mut Work<'_>, by: &str) -> Result<(), Error> {
    for officer in people::list_holders(&work.tx, "treasurer", "coordinator").await? {
        work.notify(&officer, &Notice::Erased { by: by.to_owned() }).await?;
    }
    Ok(())
}
