//! Signing: a text is prepared for one person, taken back once with their note, and what it was about is done when enough
//! people have signed. One way for everything that people sign; a new thing is a new [`Subject`] in `signing/matters.rs`.

mod matters;

use manyhands_domain::books::entry::sha256_of;
use manyhands_domain::books::personal::{self, NoteFault, RECENT_SECS, Statement, Witnessed};
use manyhands_domain::books::two_people::{self, Held, NotTwo};
use manyhands_domain::ids::{HolderId, PersonId, ProposalId};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::signing::{self as rows, About, PreparedText, Signature};
use manyhands_store::{Sql, Tx, ledger, people};
use serde::{Deserialize, Serialize};

use crate::actions::contracts::{lowering, returns};
use crate::actions::proposals::ballots;
use crate::actions::rights::KeyHolder;
use crate::actions::signing::matters::{complete, load, read_ahead};
use crate::actions::two_people::{Place, Signer, is_needed, is_needed_now, usable};
use crate::actions::{Error, Once, Work, admissions, begin, corrections, keys, leaving, payouts, sessions};
use crate::deps::Deps;

pub use matters::{Matter, Shown, Subject};

/// What a taken note did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Another person's is missing.
    Waits,
    /// It is done: index of the entry that carries the notes.
    Done(u64),
}

/// A subject that waits, as the list of what waits for signatures has it.
#[derive(Clone, Debug)]
pub struct WaitingSubject {
    /// Which, in words.
    pub matter: Matter,
    /// Who signed so far.
    pub signed: Vec<Signature>,
    /// Whether this reader did.
    pub mine: bool,
}

/// Prepares the text that this person signs; its nonce. What moves money or admits somebody asks for the password again: an
/// open browser must not sign by itself.
///
/// # Errors
/// A wrong password; nothing of theirs to sign; no key that counts; signed by them already.
pub async fn prepare(deps: &Deps, by: &KeyHolder, once: &Once, subject: &Subject, password: &str) -> Result<String, Error> {
    if subject.asks_password() {
        sessions::confirm(deps, by, password).await?;
    }
    offer(deps, by, once, subject).await
}

/// The same, for somebody whose password was asked for in the same form.
///
/// # Errors
/// As [`prepare`].
pub async fn offer(deps: &Deps, by: &KeyHolder, once: &Once, subject: &Subject) -> Result<String, Error> {
    let work = begin!(deps, by.actor(), once);
    if let Subject::Ballot(draft) = subject {
        ballots::hold(&work.tx, draft).await?;
    }
    let matter = load(&work.tx, by, subject).await?;
    let place = Place::next(&work.tx, work.now()).await?;
    may_sign(&work.tx, by, &matter, place, work.now()).await?;
    let checkpoint = ledger::latest_checkpoint(&work.tx).await?.ok_or_else(|| Error::broken("nothing was signed yet"))?;
    let root = checkpoint.root.try_into().map_err(|_| Error::broken("a root of another length"))?;
    let signable = matter.entry.signable_text();
    let statement = Statement {
        does: matter.entry.kind().to_owned(),
        log: Witnessed { size: checkpoint.size, root },
        nonce: hex::encode(deps.random.bytes::<16>()),
        origin: deps.coop.origin.clone(),
        sha256: sha256_of(&signable),
    };
    let text = PreparedText {
        nonce: statement.nonce.clone(),
        person_id: by.actor().to_owned(),
        subject: subject.word().to_owned(),
        subject_id: subject.id().to_owned(),
        line: statement.line(),
        signable,
        prepared_at: work.now().secs(),
        expires_at: matter.expires(work.now()).secs(),
        used_at: None,
    };
    // Those of everything else run out within minutes; a ballot's stays until its vote closes, so there is one.
    if matches!(subject, Subject::Ballot(_)) {
        rows::delete_unused(&work.tx, subject.about(), matter.expires(work.now())).await?;
    }
    rows::insert_text(&work.tx, &text).await?;
    work.commit(statement.nonce).await
}

/// A text as its person reads it before they sign.
///
/// # Errors
/// [`Error::NotFound`] for another person's; `text-used`, `text-expired`, `text-changed`.
pub async fn find_text(deps: &Deps, by: &KeyHolder, nonce: &str) -> Result<(PreparedText, Matter), Error> {
    let moment = deps.db.snapshot().await?;
    read_text(&moment, by, nonce, deps.clock.now()).await
}

/// What a text that was prepared for this person is about, whatever became of it.
///
/// # Errors
/// When the database fails.
pub async fn find_subject(deps: &Deps, by: &KeyHolder, nonce: &str) -> Result<Option<Subject>, Error> {
    let text = rows::find_text(&deps.db.read(), nonce, by.person()).await?;
    Ok(text.and_then(|text| Subject::parse(&text.subject, &text.subject_id)))
}

/// The vote of a ballot whose text was prepared for this person, whatever became of it.
///
/// # Errors
/// When the database fails.
pub async fn find_vote(deps: &Deps, by: &KeyHolder, nonce: &str) -> Result<Option<ProposalId>, Error> {
    let text = rows::find_text(&deps.db.read(), nonce, by.person()).await?;
    let Some(text) = text.filter(|text| text.subject == "ballot") else { return Ok(None) };
    let entry: serde_json::Value = serde_json::from_str(&text.signable).map_err(Error::broken)?;
    Ok(entry.pointer("/refs/proposal").and_then(|id| ProposalId::parse(id.as_str()?).ok()))
}

/// Takes a note over a prepared text: exactly this text, once, in time, by the person it was prepared for, with a key of theirs
/// that counts. If another person's note is missing, it waits; else the entry is made, with all notes in it.
///
/// # Errors
/// Each of these has its own refusal, and nothing is written then.
pub async fn sign(deps: &Deps, by: &KeyHolder, once: &Once, nonce: &str, pasted: &str) -> Result<Outcome, Error> {
    let note = personal::tidied(pasted);
    let subject = find_subject(deps, by, nonce).await?;
    let mail = read_ahead(deps, subject.as_ref()).await?;
    let mut work = begin!(deps, by.actor(), once);
    // First the vote, as whoever prepares another text in its place.
    if let Some(Subject::Ballot(draft)) = &subject {
        ballots::hold(&work.tx, draft).await?;
    }
    let text = rows::find_text(&work.tx, nonce, by.person()).await?.ok_or(Error::NotFound)?;
    rows::lock(&work.tx, About { word: &text.subject, id: &text.subject_id }).await?;
    let now = work.now();
    let (text, matter) = read_text(&work.tx, by, nonce, now).await?;
    let place = Place::next(&work.tx, now).await?;
    let holder = by.id().ok_or(Error::NotFound)?;
    let keys = may_sign(&work.tx, by, &matter, place, now).await?;
    let key = personal::signer(&note, &text.line, keys.iter().map(|signer| &signer.key)).map_err(refusal_of)?.clone();
    if !rows::use_text(&work.tx, nonce, now).await? {
        return Err(Refusal::new("text-used").into());
    }
    let about = matter.subject.about();
    let prepared_at = Timestamp::from_secs(text.prepared_at);
    rows::put(&work.tx, about, &holder, &key.id().to_string(), &note, [prepared_at, now]).await?;
    let gathered = gathered(&work.tx, &matter, place, now).await?;
    let helds: Vec<&Held> = gathered.iter().map(|(_, held)| held).collect();
    let outcome = match matter.takes()? {
        Some(takes) => match two_people::check(takes, matter.named()?.as_ref(), &helds, place.index, place.at) {
            Ok(()) => complete(&mut work, by, &matter, &gathered, &mail).await?,
            Err(NotTwo::Few) => {
                tell_others(&mut work, by, &matter).await?;
                Outcome::Waits
            }
            Err(NotTwo::Young | NotTwo::NotInForce) => return Err(Refusal::new("signatures-missing").into()),
        },
        None => complete(&mut work, by, &matter, &gathered, &mail).await?,
    };
    let outcome = work.commit(outcome).await?;
    if matches!(outcome, Outcome::Done(_)) {
        matter.finish(deps);
    }
    Ok(outcome)
}

/// Who has signed this so far, while it waits.
///
/// # Errors
/// When the database fails.
pub async fn list_signed(deps: &Deps, _by: &KeyHolder, subject: &Subject) -> Result<Vec<Signature>, Error> {
    Ok(rows::list(&deps.db.read(), subject.about(), deps.clock.now().plus_secs(-RECENT_SECS)).await?)
}

/// Whether this takes two people's signatures now, instead of a second person's password.
///
/// # Errors
/// When the database fails.
pub async fn is_signed_for(deps: &Deps, kind: &str) -> Result<bool, Error> {
    is_needed_now(&deps.db.read(), kind, deps.clock.now()).await
}

/// What waits for signatures and is this person's matter.
///
/// # Errors
/// When the database fails.
pub async fn list_waiting(deps: &Deps, by: &KeyHolder) -> Result<Vec<WaitingSubject>, Error> {
    let moment = deps.db.snapshot().await?;
    let mut subjects = Vec::new();
    if by.officer().is_some() && is_needed_now(&moment, "payout.approved", deps.clock.now()).await? {
        subjects.extend(payouts::list_to_sign(&moment).await?);
        subjects.extend(corrections::list_to_sign(&moment).await?);
        subjects.extend(returns::list_to_sign(&moment).await?);
        subjects.extend(lowering::list_to_sign(&moment).await?);
    }
    if let Some(member) = by.member().filter(|member| member.officer().is_some()) {
        subjects.extend(leaving::list_to_sign(&moment, &member).await?);
    }
    if by.member().is_some() {
        subjects.extend(admissions::list_to_sign(&moment).await?);
    }
    subjects.extend(keys::list_to_sign(&moment, by).await?);
    let mut waiting = Vec::new();
    for subject in subjects {
        let signed = rows::list(&moment, subject.about(), deps.clock.now().plus_secs(-RECENT_SECS)).await?;
        let mine = by.id().is_some_and(|id| signed.iter().any(|signature| signature.holder_id == id.as_str()));
        waiting.push(WaitingSubject { matter: load(&moment, by, &subject).await?, signed, mine });
    }
    Ok(waiting)
}

/// A subject, for the page on which its text is asked for.
///
/// # Errors
/// [`Error::NotFound`] for what is not there or not this person's to see; a refusal for what waits no more.
pub async fn find(deps: &Deps, by: &KeyHolder, subject: &Subject) -> Result<Matter, Error> {
    load(&deps.db.snapshot().await?, by, subject).await
}

/// What keeps this person from signing it now, if anything does: no key that counts, or they have signed.
///
/// # Errors
/// As [`find`].
pub async fn find_obstacle(deps: &Deps, by: &KeyHolder, subject: &Subject) -> Result<Option<Refusal>, Error> {
    let (moment, now) = (deps.db.snapshot().await?, deps.clock.now());
    let matter = load(&moment, by, subject).await?;
    match may_sign(&moment, by, &matter, Place::next(&moment, now).await?, now).await {
        Ok(_) => Ok(None),
        Err(Error::Refused(refusals)) => Ok(refusals.into_iter().next()),
        Err(error) => Err(error),
    }
}

/// Forgets texts a day after they ran out, and notes that are too old for any entry.
pub(crate) async fn forget(work: &Work<'_>) -> Result<(), Error> {
    let now = work.now();
    Ok(rows::forget(&work.tx, now.plus_days(-1), now.plus_secs(-RECENT_SECS)).await?)
}

/// Whatever was signed so far counts no more: the thing is withdrawn. Asked first, so that whoever signs it at this moment comes
/// before or after.
pub(crate) async fn withdraw(work: &Work<'_>, subject: &Subject) -> Result<(), Error> {
    rows::lock(&work.tx, subject.about()).await?;
    forget_notes(&work.tx, subject).await
}

/// What was signed about something that waits no more, whatever the reason.
pub(crate) async fn forget_notes(tx: &Tx, subject: &Subject) -> Result<(), Error> {
    Ok(rows::delete(tx, subject.about()).await?)
}

async fn read_text(on: &impl Sql, by: &KeyHolder, nonce: &str, now: Timestamp) -> Result<(PreparedText, Matter), Error> {
    let text = rows::find_text(on, nonce, by.person()).await?.ok_or(Error::NotFound)?;
    if text.used_at.is_some() {
        return Err(Refusal::new("text-used").into());
    }
    if text.expires_at <= now.secs() {
        // A ballot's text can be signed until its vote closes, and that is what there is to say.
        if text.subject == "ballot" {
            return Err(Refusal::new("vote-closed").with("when", Timestamp::from_secs(text.expires_at)).into());
        }
        return Err(Refusal::new("text-expired").into());
    }
    let subject = Subject::parse(&text.subject, &text.subject_id).ok_or_else(|| Error::broken("a text about nothing"))?;
    let matter = load(on, by, &subject).await?;
    // It may have changed since: what is done must be what was read.
    if matter.entry.signable_text() != text.signable {
        return Err(Refusal::new("text-changed").into());
    }
    Ok((text, matter))
}

/// By which keys this person may sign it now.
async fn may_sign(on: &impl Sql, by: &KeyHolder, matter: &Matter, place: Place, now: Timestamp) -> Result<Vec<Signer>, Error> {
    let takes = matter.takes()?;
    let id = by.id().ok_or_else(|| no_key(matter))?;
    let own = matter.named()?.as_ref() == Some(&id);
    let once_needed = matches!(
        matter.subject,
        Subject::Payout(_) | Subject::Expense(_) | Subject::Correction(_) | Subject::Return(_) | Subject::Lowering(_)
    );
    if let (Some(takes), true) = (takes, once_needed)
        && !is_needed(on, takes, place).await?
    {
        return Err(Refusal::new("signature-not-needed").into());
    }
    let aged = takes.is_some_and(|takes| takes.aged && !(takes.own && own));
    let usable = match usable(on, &id, aged, place).await {
        Err(Error::Refused(_)) if own => {
            let leaves = matches!(matter.subject, Subject::Departure(_));
            return Err(if leaves { Refusal::new("departure-no-key") } else { Refusal::new("signature-vouched") }.into());
        }
        Err(Error::Refused(_)) if takes.is_none() => return Err(no_key(matter).into()),
        other => other?,
    };
    let signed = gathered(on, matter, place, now).await?;
    if signed.iter().any(|(_, held)| held.holder == id) {
        return Err(Refusal::new("signature-yours").into());
    }
    Ok(usable)
}

/// What is signed by two people waits for others; what one person may sign, they can do without.
fn no_key(matter: &Matter) -> Refusal {
    match matter.subject {
        Subject::Acceptance(_) => Refusal::new("signature-no-key-acceptance"),
        Subject::Ballot(_) => Refusal::new("signature-no-key-ballot"),
        _ => Refusal::new("signature-no-key"),
    }
}

/// The notes that count now: recent enough, by keys in force and old enough. Others wait for nothing, and are left out.
async fn gathered(on: &impl Sql, matter: &Matter, place: Place, now: Timestamp) -> Result<Vec<(Signature, Held)>, Error> {
    let aged = matter.takes()?.is_some_and(|takes| takes.aged);
    let named = matter.named()?;
    let mut counting = Vec::new();
    // A ballot is signed whenever its voter likes, until the vote closes.
    let since = if matches!(matter.subject, Subject::Ballot(_)) { Timestamp::from_secs(0) } else { now.plus_secs(-RECENT_SECS) };
    for signature in rows::list(on, matter.subject.about(), since).await? {
        let holder = HolderId::parse(&signature.holder_id).map_err(Error::broken)?;
        let keys = manyhands_store::keys::list_of(on, &holder).await?;
        let Some(row) = keys.iter().find(|row| row.key_id == signature.key_id) else { continue };
        let held = row.held()?;
        let old_enough =
            !aged || held.is_aged(place.at) || (matter.takes()?.is_some_and(|takes| takes.own) && named.as_ref() == Some(&holder));
        if held.is_in_force(place.index) && old_enough {
            counting.push((signature, held));
        }
    }
    Ok(counting)
}

/// Tells those who may sign and have not that a note is missing. Whoever prepared a payout, an expense or a correction has told them already.
async fn tell_others(work: &mut Work<'_>, by: &KeyHolder, matter: &Matter) -> Result<(), Error> {
    let prepared_by = match &matter.shown {
        Shown::Payout(row) => &row.prepared_by,
        Shown::Expense(row) => &row.prepared_by,
        Shown::Correction(row) => &row.prepared_by,
        Shown::Return(row) => &row.prepared_by,
        Shown::Admission(row) => &row.invited_by,
        // They were asked when the key, the leaving or the lower level was.
        Shown::Key(_) | Shown::Departure(_) | Shown::Lowering(_) | Shown::Acceptance(_) | Shown::Ballot(..) => return Ok(()),
    };
    if prepared_by == by.actor() {
        return Ok(());
    }
    ask_officers(work, by.person(), matter.subject.clone(), matter.called(), &by.standing().name).await
}

/// Asks every officer but this one to look at what waits for signatures.
pub(crate) async fn ask_officers(work: &mut Work<'_>, but: &PersonId, subject: Subject, what: String, by: &str) -> Result<(), Error> {
    tell_officers(work, but, &wanted(subject.word(), &subject, what, by)).await
}

/// That somebody's signature is wanted; `about` chooses the sentence.
pub(crate) fn wanted(about: &str, subject: &Subject, what: String, by: &str) -> Notice {
    let path = format!("/sign/{}/{}", subject.word(), subject.id());
    Notice::SignatureWanted { about: about.to_owned(), what, path, by: by.to_owned() }
}

/// Tells every officer but this one.
pub(crate) async fn tell_officers(work: &mut Work<'_>, but: &PersonId, notice: &Notice) -> Result<(), Error> {
    for officer in people::list_holders(&work.tx, "treasurer", "coordinator").await? {
        if officer != *but {
            work.notify(&officer, notice).await?;
        }
    }
    Ok(())
}

fn refusal_of(fault: NoteFault) -> Error {
    let code = match fault {
        NoteFault::Form => "note-unfit",
        NoteFault::OtherText => "note-other-text",
        NoteFault::OtherKey => "note-other-key",
        NoteFault::Signature => "note-broken",
    };
    // The locales test reads the sentence that each of these is.
    Refusal::new(code).field("note").into()
}

/// So long a prepared text waits for its note.
pub const TEXT_SECS: i64 = 600;
