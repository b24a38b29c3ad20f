//! Members' keys: a first one after password and mailed code, further ones signed for by an older one or by two other members,
//! and their retirement. What a key signed stays valid whatever becomes of it.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{MemberId, PersonId};
use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::keys::{self as rows, KeyRequest, MemberKey, NewKey};
use manyhands_store::{Sql, people};
use sha2::{Digest, Sha256};

use crate::actions::rights::Member;
use crate::actions::sessions::{self, subject};
use crate::actions::signing::{self, Subject};
use crate::actions::two_people::{Place, usable};
use crate::actions::{Error, Once, Work, begin, new_uuid};
use crate::deps::Deps;

/// A member's keys, and what they can do next.
#[derive(Clone, Debug)]
pub struct Own {
    /// The name that every key of theirs has.
    pub name: String,
    /// All that ever were, oldest first.
    pub keys: Vec<MemberKey>,
    /// One that waits to be signed for.
    pub request: Option<KeyRequest>,
    /// Until when a mailed code counts.
    pub code_until: Option<Timestamp>,
    /// Whether they may make a first one now: the co-op's officers begin.
    pub open: bool,
}

/// What a member has and may do.
///
/// # Errors
/// When the database fails.
pub async fn find_own(deps: &Deps, by: &Member) -> Result<Own, Error> {
    let moment = deps.db.snapshot().await?;
    Ok(Own {
        name: name_of(deps, by.id()),
        keys: rows::list_of_member(&moment, by.id()).await?,
        request: rows::find_request_of(&moment, by.id()).await?,
        code_until: rows::find_code_expiry(&moment, by.person(), deps.clock.now()).await?,
        open: officers_first(&moment, by).await.is_ok(),
    })
}

/// Mails a code for a first key, after the password again.
///
/// # Errors
/// A wrong password; a key there was before; `key-officers-first`; too many codes.
pub async fn ask_code(deps: &Deps, by: &Member, once: &Once, password: &str) -> Result<(), Error> {
    sessions::confirm(deps, by, password).await?;
    sessions::throttle(deps, &[subject("codes", by.actor())]).await?;
    let mut work = begin!(deps, by.actor(), once);
    may_begin(&work.tx, by).await?;
    let code = format!("{:08}", u64::from_be_bytes(deps.random.bytes()) % 100_000_000);
    rows::put_code(&work.tx, by.person(), &code_sha256(by.person(), &code), work.now().plus_secs(CODE_SECS)).await?;
    work.notify(by.person(), &Notice::KeyCode { code }).await?;
    work.commit(()).await
}

/// Enters a member's first key: `key.added`, on the server's word. They and every officer hear of it.
///
/// # Errors
/// `key-code-wrong` for any code but the newest mailed one, once, in time; a key that does not fit.
pub async fn enrol(deps: &Deps, by: &Member, once: &Once, code: &str, vkey: &str) -> Result<u64, Error> {
    let attempts = [subject("code", by.actor())];
    sessions::throttle(deps, &attempts).await?;
    let key = parse_key(deps, by.id(), vkey)?;
    let mut work = begin!(deps, by.actor(), once);
    may_begin(&work.tx, by).await?;
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    if !rows::use_code(&work.tx, by.person(), &code_sha256(by.person(), &code), work.now()).await? {
        return Err(Refusal::new("key-code-wrong").field("code").into());
    }
    let index = add(&mut work, by.id(), &key, Vec::new()).await?;
    tell(&mut work, by.person(), &by.standing().name, &key.id().to_string(), "added", index).await?;
    let index = work.commit(index).await?;
    sessions::forgive(deps, &attempts).await?;
    Ok(index)
}

/// Asks for a further key, after the password again; the request's id. It waits until a key of the member's in force signs for
/// it, or two other members do.
///
/// # Errors
/// A wrong password; a key that does not fit, or was used before; too many keys.
pub async fn ask_another(deps: &Deps, by: &Member, once: &Once, vkey: &str, password: &str) -> Result<String, Error> {
    let key = parse_key(deps, by.id(), vkey)?;
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let held = rows::list_of_member(&work.tx, by.id()).await?;
    if held.is_empty() {
        return Err(Error::NotFound);
    }
    if held.iter().filter(|row| row.retired_index.is_none()).count() >= MOST_IN_FORCE {
        return Err(Refusal::new("key-many").with("most", MOST_IN_FORCE).into());
    }
    if held.iter().any(|row| row.key_id == key.id().to_string()) {
        return Err(Refusal::new("key-known").field("vkey").into());
    }
    // A newer wish replaces an older one, and whatever was signed for that.
    if let Some(before) = rows::find_request_of(&work.tx, by.id()).await? {
        forget_request(&work, &before.id).await?;
    }
    let id = new_uuid(deps);
    rows::insert_request(&work.tx, &id, by.id(), &key.to_string(), work.now()).await?;
    let place = Place::next(&work.tx, work.now()).await?;
    if matches!(usable(&work.tx, by.id(), false, place).await, Err(Error::Refused(_))) {
        let name = by.standing().name.clone();
        signing::ask_officers(&mut work, by.person(), Subject::Key(id.clone()), name.clone(), &name).await?;
    }
    work.commit(id).await
}

/// Withdraws a member's own wish for a further key.
///
/// # Errors
/// `signature-not-waiting`.
pub async fn withdraw(deps: &Deps, by: &Member, once: &Once) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let request = rows::find_request_of(&work.tx, by.id()).await?.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    // It was read before whoever signs it was waited for.
    if !forget_request(&work, &request.id).await? {
        return Err(Refusal::new("signature-not-waiting").into());
    }
    work.commit(()).await
}

/// Retires a key of the member's own, after the password again: `key.retired`.
///
/// # Errors
/// A wrong password; a key that is not in force; no reason.
pub async fn retire(deps: &Deps, by: &Member, once: &Once, key_id: &str, reason: &str, password: &str) -> Result<u64, Error> {
    if !REASONS.contains(&reason) {
        return Err(Refusal::new("key-reason").field("reason").into());
    }
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let index = end(&mut work, by.id(), key_id, reason).await?;
    tell(&mut work, by.person(), &by.standing().name, key_id, "retired", index).await?;
    work.commit(index).await
}

/// A further key that waits, and the entry that is signed for it.
pub(crate) async fn to_sign(on: &impl Sql, id: &str) -> Result<(KeyRequest, Draft), Error> {
    let request = rows::find_request(on, id).await?.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    let entry = entry_of(&request.member_id, &request.vkey);
    Ok((request, entry))
}

/// What waits for signatures.
pub(crate) async fn list_to_sign(on: &impl Sql) -> Result<Vec<Subject>, Error> {
    Ok(rows::list_requests(on).await?.into_iter().map(|row| Subject::Key(row.id)).collect())
}

/// Enters a further key that was signed for. If others had to vouch, whatever was still in force is lost, and is retired.
pub(crate) async fn add_signed(work: &mut Work<'_>, id: &str, signers: &[MemberId], notes: Vec<String>) -> Result<u64, Error> {
    let (request, _) = to_sign(&work.tx, id).await?;
    let member = MemberId::parse(&request.member_id).map_err(Error::broken)?;
    let key = VerifyingKey::parse(&request.vkey).map_err(Error::broken)?;
    let before = rows::list_of_member(&work.tx, &member).await?;
    let index = add(work, &member, &key, notes).await?;
    let vouched = !signers.contains(&member);
    for old in before.iter().filter(|row| vouched && row.retired_index.is_none()) {
        end(work, &member, &old.key_id, "lost").await?;
    }
    rows::delete_request(&work.tx, id).await?;
    if let Some(person) = people::person_of_member(&work.tx, &member).await? {
        tell(work, &person, &request.name, &key.id().to_string(), if vouched { "vouched" } else { "added" }, index).await?;
    }
    Ok(index)
}

/// `key.added`, and its row.
async fn add(work: &mut Work<'_>, member: &MemberId, key: &VerifyingKey, notes: Vec<String>) -> Result<u64, Error> {
    let (key_id, vkey) = (key.id().to_string(), key.to_string());
    let index = work.append(entry_of(member.as_str(), &vkey).signed(notes)).await?;
    let at = work.entry_at();
    rows::insert(&work.tx, &NewKey { member, key_id: &key_id, vkey: &vkey, index }, at).await?;
    Ok(index)
}

/// `key.retired`, and its row.
async fn end(work: &mut Work<'_>, member: &MemberId, key_id: &str, reason: &str) -> Result<u64, Error> {
    let held = rows::list_of_member(&work.tx, member).await?;
    if !held.iter().any(|row| row.key_id == key_id && row.retired_index.is_none()) {
        return Err(Refusal::new("key-not-in-force").field("key_id").into());
    }
    let entry = Draft::new("key.retired").about("member", member).calc("key_id", key_id).calc("reason", reason);
    let index = work.append(entry).await?;
    let at = work.entry_at();
    rows::set_retired(&work.tx, member, key_id, index, at, reason).await?;
    Ok(index)
}

fn entry_of(member: &str, vkey: &str) -> Draft {
    Draft::new("key.added").about("member", member).calc("vkey", vkey)
}

/// Whether it still waited.
async fn forget_request(work: &Work<'_>, id: &str) -> Result<bool, Error> {
    signing::withdraw(work, &Subject::Key(id.to_owned())).await?;
    Ok(rows::delete_request(&work.tx, id).await?)
}

/// The person and every officer: whoever holds the mailbox could answer the person's own mail.
async fn tell(work: &mut Work<'_>, person: &PersonId, name: &str, key_id: &str, what: &str, index: u64) -> Result<(), Error> {
    work.notify(person, &Notice::KeyChanged { key: key_id.to_owned(), what: what.to_owned() }).await?;
    let notice = Notice::KeyOfColleague { name: name.to_owned(), key: key_id.to_owned(), what: what.to_owned(), index };
    for officer in people::list_holders(&work.tx, "treasurer", "coordinator").await? {
        if officer != *person {
            work.notify(&officer, &notice).await?;
        }
    }
    Ok(())
}

/// A first key only, and the officers' first: from the second key on, two people sign for every sum that leaves. If those
/// were members who handle no money, nothing could be paid until an officer's key is three days old. Keys that were lost since
/// count here: when one of two officers must be vouched for, other members must be able to make theirs.
async fn may_begin(on: &impl Sql, by: &Member) -> Result<(), Error> {
    if !rows::list_of_member(on, by.id()).await?.is_empty() {
        return Err(Refusal::new("key-first-done").into());
    }
    officers_first(on, by).await
}

async fn officers_first(on: &impl Sql, by: &Member) -> Result<(), Error> {
    if by.officer().is_none() && rows::count_officers(on).await? < 2 {
        return Err(Refusal::new("key-officers-first").into());
    }
    Ok(())
}

/// A public key of this member, in its one form.
fn parse_key(deps: &Deps, member: &MemberId, text: &str) -> Result<VerifyingKey, Error> {
    let text = text.trim();
    if text.starts_with("PRIVATE+") {
        return Err(Refusal::new("key-private").field("vkey").into());
    }
    let name = name_of(deps, member);
    let key = VerifyingKey::parse(text).ok().filter(|key| key.name() == name && key.to_string() == text);
    key.ok_or_else(|| Refusal::new("key-unfit").field("vkey").with("name", name).into())
}

/// What every key of a member is called.
fn name_of(deps: &Deps, member: &MemberId) -> String {
    format!("{}/m/{member}", deps.coop.origin)
}

fn code_sha256(person: &PersonId, code: &str) -> Vec<u8> {
    Sha256::digest(format!("{person} {code}")).to_vec()
}

/// Why a key is retired, as the ledger has it; each has its words in `locales/`.
pub const REASONS: &[&str] = &["lost", "replaced", "exposed", "unused"];
/// So long a mailed code counts.
const CODE_SECS: i64 = 900;
/// So many keys of one member are in force at once.
const MOST_IN_FORCE: usize = 5;
