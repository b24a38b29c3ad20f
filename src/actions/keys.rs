//! Keys of members and of clients' users: a first one after password and mailed code, further ones signed for by an older one or by
//! two other members, and their retirement. What a key signed stays valid whatever becomes of it.

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{ClientId, HolderId, PersonId, UserId};
use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::keys::{self as rows, KeyRequest, NewKey, PersonKey};
use manyhands_store::{Sql, contracts, people, users};
use sha2::{Digest, Sha256};

use crate::actions::rights::KeyHolder;
use crate::actions::sessions::{self, subject};
use crate::actions::signing::{self, Subject};
use crate::actions::two_people::{Place, usable};
use crate::actions::{Error, Once, Work, begin, new_uuid};
use crate::deps::Deps;

/// A person's keys, and what they can do next.
#[derive(Clone, Debug)]
pub struct Own {
    /// The name that every key of theirs has; empty for a client's user who never asked for one.
    pub name: String,
    /// All that ever were, oldest first.
    pub keys: Vec<PersonKey>,
    /// One that waits to be signed for.
    pub request: Option<KeyRequest>,
    /// Until when a mailed code counts.
    pub code_until: Option<Timestamp>,
    /// What must come before a first one, if anything must.
    pub first: Option<Refusal>,
}

/// What a person has and may do.
///
/// # Errors
/// When the database fails.
pub async fn find_own(deps: &Deps, by: &KeyHolder) -> Result<Own, Error> {
    let moment = deps.db.snapshot().await?;
    let (keys, request) = match by.id() {
        Some(id) => (rows::list_of(&moment, &id).await?, rows::find_request_of(&moment, &id).await?),
        None => (Vec::new(), None),
    };
    Ok(Own {
        name: by.id().map(|id| id.key_name(&deps.coop.origin)).unwrap_or_default(),
        keys,
        request,
        code_until: rows::find_code_expiry(&moment, by.person(), deps.clock.now()).await?,
        first: what_comes_first(&moment, by).await?,
    })
}

/// Mails a code for a first key, after the password again. A client's user gets their id in the ledger here: their key is named
/// for it.
///
/// # Errors
/// A wrong password; a key there was before; `key-officers-first` or `key-contract-first`; too many codes.
pub async fn ask_code(deps: &Deps, by: &KeyHolder, once: &Once, password: &str) -> Result<(), Error> {
    sessions::confirm(deps, by, password).await?;
    sessions::throttle(deps, &[subject("codes", by.actor())]).await?;
    let mut work = begin!(deps, by.actor(), once);
    may_begin(&work.tx, by).await?;
    if by.id().is_none() {
        users::give_id(&work.tx, by.person(), &UserId::from_random(deps.random.bytes())).await?;
    }
    let code = format!("{:08}", u64::from_be_bytes(deps.random.bytes()) % 100_000_000);
    rows::put_code(&work.tx, by.person(), &code_sha256(by.person(), &code), work.now().plus_secs(CODE_SECS)).await?;
    work.notify(by.person(), &Notice::KeyCode { code }).await?;
    work.commit(()).await
}

/// Enters a person's first key: `key.added`, on the server's word. They and every officer hear of it, and a client's other users.
///
/// # Errors
/// `key-code-wrong` for any code but the newest mailed one, once, in time; a key that does not fit.
pub async fn enrol(deps: &Deps, by: &KeyHolder, once: &Once, code: &str, vkey: &str) -> Result<u64, Error> {
    let attempts = [subject("code", by.actor())];
    sessions::throttle(deps, &attempts).await?;
    let id = by.id().ok_or(Error::NotFound)?;
    let key = parse_key(deps, &id, vkey)?;
    let mut work = begin!(deps, by.actor(), once);
    may_begin(&work.tx, by).await?;
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    if !rows::use_code(&work.tx, by.person(), &code_sha256(by.person(), &code), work.now()).await? {
        return Err(Refusal::new("key-code-wrong").field("code").into());
    }
    let client = client_of(by);
    let index = add(&mut work, (&id, client), &key, Vec::new()).await?;
    tell(
        &mut work,
        (by.person(), client),
        &by.standing().name,
        &key.id().to_string(),
        if client.is_some() { "client" } else { "added" },
        index,
    )
    .await?;
    let index = work.commit(index).await?;
    sessions::forgive(deps, &attempts).await?;
    Ok(index)
}

/// Asks for a further key, after the password again; the request's id. It waits until a key of the person's in force signs for
/// it, or two other members do.
///
/// # Errors
/// A wrong password; a key that does not fit, or was used before; too many keys.
pub async fn ask_another(deps: &Deps, by: &KeyHolder, once: &Once, vkey: &str, password: &str) -> Result<String, Error> {
    let holder = by.id().ok_or(Error::NotFound)?;
    let key = parse_key(deps, &holder, vkey)?;
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let held = rows::list_of(&work.tx, &holder).await?;
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
    if let Some(before) = rows::find_request_of(&work.tx, &holder).await? {
        forget_request(&work, &before.id).await?;
    }
    let id = new_uuid(deps);
    rows::insert_request(&work.tx, &id, &holder, &key.to_string(), work.now()).await?;
    let place = Place::next(&work.tx, work.now()).await?;
    if matches!(usable(&work.tx, &holder, false, place).await, Err(Error::Refused(_))) {
        let name = by.standing().name.clone();
        signing::ask_officers(&mut work, by.person(), Subject::Key(id.clone()), name.clone(), &name).await?;
    }
    work.commit(id).await
}

/// Withdraws a person's own wish for a further key.
///
/// # Errors
/// `signature-not-waiting`.
pub async fn withdraw(deps: &Deps, by: &KeyHolder, once: &Once) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let holder = by.id().ok_or(Error::NotFound)?;
    let request = rows::find_request_of(&work.tx, &holder).await?.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    // It was read before whoever signs it was waited for.
    if !forget_request(&work, &request.id).await? {
        return Err(Refusal::new("signature-not-waiting").into());
    }
    work.commit(()).await
}

/// Retires a key of the person's own, after the password again: `key.retired`.
///
/// # Errors
/// A wrong password; a key that is not in force; no reason.
pub async fn retire(deps: &Deps, by: &KeyHolder, once: &Once, key_id: &str, reason: &str, password: &str) -> Result<u64, Error> {
    if !REASONS.contains(&reason) {
        return Err(Refusal::new("key-reason").field("reason").into());
    }
    sessions::confirm(deps, by, password).await?;
    let mut work = begin!(deps, by.actor(), once);
    let holder = by.id().ok_or(Error::NotFound)?;
    let index = end(&mut work, &holder, key_id, reason).await?;
    tell(&mut work, (by.person(), client_of(by)), &by.standing().name, key_id, "retired", index).await?;
    work.commit(index).await
}

/// A further key that waits, and the entry that is signed for it. Members vouch for anybody's; a client's user sees their own.
pub(crate) async fn to_sign(on: &impl Sql, by: &KeyHolder, id: &str) -> Result<(KeyRequest, Draft), Error> {
    let request = rows::find_request(on, id).await?.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    if !is_theirs(by, &request) {
        return Err(Error::NotFound);
    }
    let (holder, client) = named_by(&request)?;
    let entry = entry_of(&holder, client.as_ref(), &request.vkey);
    Ok((request, entry))
}

/// What waits for signatures: one's own further key, and for members those of people who have no key left to sign for it. Who can
/// sign for their own is not shown to the others: a key's id stands in the ledger beside an id that names nobody.
pub(crate) async fn list_to_sign(on: &impl Sql, by: &KeyHolder) -> Result<Vec<Subject>, Error> {
    let own = by.id();
    let mut subjects = Vec::new();
    for request in rows::list_requests(on).await? {
        let is_own = own.as_ref().is_some_and(|id| id.as_str() == request.holder_id);
        if is_own || (by.member().is_some() && !has_key(on, &request).await?) {
            subjects.push(Subject::Key(request.id));
        }
    }
    Ok(subjects)
}

async fn has_key(on: &impl Sql, request: &KeyRequest) -> Result<bool, Error> {
    let (holder, _) = named_by(request)?;
    Ok(rows::list_of(on, &holder).await?.iter().any(|key| key.retired_index.is_none()))
}

fn is_theirs(by: &KeyHolder, request: &KeyRequest) -> bool {
    by.member().is_some() || by.id().is_some_and(|id| id.as_str() == request.holder_id)
}

/// Whose key waits, and for which client they act.
fn named_by(request: &KeyRequest) -> Result<(HolderId, Option<ClientId>), Error> {
    let client = request.client_id.as_deref().map(ClientId::parse).transpose().map_err(Error::broken)?;
    Ok((HolderId::parse(&request.holder_id).map_err(Error::broken)?, client))
}

/// Enters a further key that was signed for. If others had to vouch, whatever was still in force is lost, and is retired.
pub(crate) async fn add_signed(work: &mut Work<'_>, id: &str, signers: &[HolderId], notes: Vec<String>) -> Result<u64, Error> {
    let request = rows::find_request(&work.tx, id).await?.ok_or_else(|| Refusal::new("signature-not-waiting"))?;
    let (holder, client) = named_by(&request)?;
    let key = VerifyingKey::parse(&request.vkey).map_err(Error::broken)?;
    let before = rows::list_of(&work.tx, &holder).await?;
    let index = add(work, (&holder, client.as_ref()), &key, notes).await?;
    let vouched = !signers.contains(&holder);
    for old in before.iter().filter(|row| vouched && row.retired_index.is_none()) {
        end(work, &holder, &old.key_id, "lost").await?;
    }
    rows::delete_request(&work.tx, id).await?;
    let person = match &holder {
        HolderId::Member(member) => people::person_of_member(&work.tx, member).await?,
        HolderId::User(user) => users::find(&work.tx, user).await?,
    };
    if let Some(person) = person {
        let what = match (vouched, client.is_some()) {
            (true, true) => "client-vouched",
            (true, false) => "vouched",
            (false, true) => "client",
            (false, false) => "added",
        };
        tell(work, (&person, client.as_ref()), &request.name, &key.id().to_string(), what, index).await?;
    }
    Ok(index)
}

/// Retires whatever keys of a client's user are in force, and forgets the one that waits: they are to be erased.
pub(crate) async fn end_all(work: &mut Work<'_>, person: &PersonId) -> Result<(), Error> {
    let Some(user) = users::find_id(&work.tx, person).await?.map(HolderId::User) else { return Ok(()) };
    if let Some(request) = rows::find_request_of(&work.tx, &user).await? {
        forget_request(work, &request.id).await?;
    }
    for key in rows::list_of(&work.tx, &user).await?.iter().filter(|key| key.retired_index.is_none()) {
        end(work, &user, &key.key_id, "unused").await?;
    }
    Ok(())
}

/// `key.added`, and its row.
async fn add(
    work: &mut Work<'_>,
    (holder, client): (&HolderId, Option<&ClientId>),
    key: &VerifyingKey,
    notes: Vec<String>,
) -> Result<u64, Error> {
    let (key_id, vkey) = (key.id().to_string(), key.to_string());
    let index = work.append(entry_of(holder, client, &vkey).signed(notes)).await?;
    let at = work.entry_at();
    rows::insert(&work.tx, &NewKey { holder, key_id: &key_id, vkey: &vkey, index }, at).await?;
    Ok(index)
}

/// `key.retired`, and its row.
async fn end(work: &mut Work<'_>, holder: &HolderId, key_id: &str, reason: &str) -> Result<u64, Error> {
    let held = rows::list_of(&work.tx, holder).await?;
    if !held.iter().any(|row| row.key_id == key_id && row.retired_index.is_none()) {
        return Err(Refusal::new("key-not-in-force").field("key_id").into());
    }
    let entry = Draft::new("key.retired").about(reference_of(holder), holder.as_str()).calc("key_id", key_id).calc("reason", reason);
    let index = work.append(entry).await?;
    let at = work.entry_at();
    rows::set_retired(&work.tx, holder, key_id, index, at, reason).await?;
    Ok(index)
}

fn entry_of(holder: &HolderId, client: Option<&ClientId>, vkey: &str) -> Draft {
    let entry = Draft::new("key.added").about(reference_of(holder), holder.as_str()).calc("vkey", vkey);
    match client {
        Some(client) => entry.about("client", client),
        None => entry,
    }
}

fn reference_of(holder: &HolderId) -> &'static str {
    if holder.member().is_some() { "member" } else { "user" }
}

/// The client for whom a holder signs; a member signs for themselves.
fn client_of(by: &KeyHolder) -> Option<&ClientId> {
    let standing = by.standing();
    standing.client.as_ref().filter(|_| standing.member.is_none())
}

/// Whether it still waited.
async fn forget_request(work: &Work<'_>, id: &str) -> Result<bool, Error> {
    signing::withdraw(work, &Subject::Key(id.to_owned())).await?;
    Ok(rows::delete_request(&work.tx, id).await?)
}

/// The person, every officer, and a client's other users: whoever holds the mailbox could answer the person's own mail.
async fn tell(
    work: &mut Work<'_>,
    (person, client): (&PersonId, Option<&ClientId>),
    name: &str,
    key_id: &str,
    what: &str,
    index: u64,
) -> Result<(), Error> {
    work.notify(person, &Notice::KeyChanged { key: key_id.to_owned(), what: what.to_owned() }).await?;
    let notice = Notice::KeyOfColleague { name: name.to_owned(), key: key_id.to_owned(), what: what.to_owned(), index };
    let mut others = people::list_holders(&work.tx, "treasurer", "coordinator").await?;
    if let Some(client) = client {
        others.extend(people::users_of_client(&work.tx, client.as_str()).await?);
    }
    for other in others {
        if other != *person {
            work.notify(&other, &notice).await?;
        }
    }
    Ok(())
}

/// A first key only, once whatever must come before it is done.
async fn may_begin(on: &impl Sql, by: &KeyHolder) -> Result<(), Error> {
    if let Some(id) = by.id()
        && !rows::list_of(on, &id).await?.is_empty()
    {
        return Err(Refusal::new("key-first-done").into());
    }
    what_comes_first(on, by).await?.map_or(Ok(()), |refusal| Err(refusal.into()))
}

/// Among members the officers come first: from the second key on, two people sign for every sum that leaves. If those were
/// members who handle no money, nothing could be paid until an officer's key is three days old. Keys that were lost since
/// count here: when one of two officers must be vouched for, other members must be able to make theirs. A client's user
/// needs a contract in the book: it is what opens their client there.
async fn what_comes_first(on: &impl Sql, by: &KeyHolder) -> Result<Option<Refusal>, Error> {
    let first = match client_of(by) {
        Some(client) if !contracts::is_listed_client(on, client).await? => Some("key-contract-first"),
        None if by.officer().is_none() && rows::count_officers(on).await? < 2 => Some("key-officers-first"),
        _ => None,
    };
    Ok(first.map(Refusal::new))
}

/// A public key of this person, in its one form.
fn parse_key(deps: &Deps, holder: &HolderId, text: &str) -> Result<VerifyingKey, Error> {
    let text = text.trim();
    if text.starts_with("PRIVATE+") {
        return Err(Refusal::new("key-private").field("vkey").into());
    }
    let name = holder.key_name(&deps.coop.origin);
    let key = VerifyingKey::parse(text).ok().filter(|key| key.name() == name && key.to_string() == text);
    key.ok_or_else(|| Refusal::new("key-unfit").field("vkey").with("name", name).into())
}

fn code_sha256(person: &PersonId, code: &str) -> Vec<u8> {
    Sha256::digest(format!("{person} {code}")).to_vec()
}

/// Why a key is retired, as the ledger has it; each has its words in `locales/`.
pub const REASONS: &[&str] = &["lost", "replaced", "exposed", "unused"];
/// So long a mailed code counts.
const CODE_SECS: i64 = 900;
/// So many keys of one person are in force at once.
const MOST_IN_FORCE: usize = 5;
