//! Signing in and out, links sent by mail, passwords. Unknown people get the same answer and cost the same work.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use manyhands_domain::ids::PersonId;
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::{people, sessions, users};
use sha2::{Digest, Sha256};

use crate::actions::rights::{self, SignedIn};
use crate::actions::{Error, Work};
use crate::deps::Deps;

/// Signs in with address and password: the session's token, which only the browser keeps.
///
/// # Errors
/// `sign-in-failed`, the same for an unknown address and a wrong password; `too-many-attempts` with the wait.
pub async fn sign_in(deps: &Deps, email: &str, password: &str, network: &str) -> Result<String, Error> {
    let email = email.trim().to_lowercase();
    // Whoever guesses from their own network locks out themselves, not the person; only very many networks together do that.
    let subjects = [subject("email", &format!("{email}\n{network}")), subject("everywhere", &email), subject("network", network)];
    throttle(deps, &subjects).await?;
    let found = people::find_by_email(&deps.db.read(), &email).await?;
    let (person, hash) = match found {
        Some((person, hash)) => (Some(person), hash),
        None => (None, None),
    };
    let right = verify(deps, password, hash.as_deref().unwrap_or(NOBODYS_HASH)).await?;
    match person.filter(|_| right && hash.is_some()) {
        Some(person) => {
            forgive(deps, &subjects).await?;
            open(deps, &person).await
        }
        None => Err(Refusal::new("sign-in-failed").field("password").into()),
    }
}

/// Opens a session for somebody who proved who they are.
///
/// # Errors
/// When the database fails.
pub async fn open(deps: &Deps, person: &PersonId) -> Result<String, Error> {
    let work = Work::begin_job(deps).await?;
    let (token, hash) = new_token(deps);
    let now = work.now();
    sessions::insert(&work.tx, &hash, person, now, now.plus_days(SESSION_DAYS)).await?;
    work.commit(token).await
}

/// Ends the session of this token.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(deps: &Deps, token: &str) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    sessions::end(&work.tx, &sha256(token)).await?;
    work.commit(()).await
}

/// Who holds this token now.
///
/// # Errors
/// When the database fails.
pub async fn identify(deps: &Deps, token: &str) -> Result<Option<SignedIn>, Error> {
    let reader = deps.db.read();
    match sessions::find(&reader, &sha256(token), deps.clock.now()).await? {
        Some(person) => rights::identify(&reader, &person).await,
        None => Ok(None),
    }
}

/// Sends a link for a new password, if there is such an account. The answer is the same if there is none.
///
/// # Errors
/// `too-many-attempts`, counted for unknown addresses too.
pub async fn ask_reset(deps: &Deps, email: &str, network: &str) -> Result<(), Error> {
    let email = email.trim().to_lowercase();
    throttle(deps, &[subject("reset", &format!("{email}\n{network}")), subject("network", network)]).await?;
    // However many ask from however many places: a person gets so many mails and no more, and nobody learns of it.
    match throttle(deps, &[subject("mails", &email)]).await {
        Err(Error::Refused(_)) => return Ok(()),
        other => other?,
    }
    let mut work = Work::begin_job(deps).await?;
    if let Some((person, _)) = people::find_by_email(&work.tx, &email).await? {
        let token = link(&mut work, "reset", &person, work_deadline(deps, 3_600)).await?;
        work.notify(&person, &Notice::Reset { token }).await?;
    } else if let Some(person) = people::find_invited(&work.tx, &email).await? {
        // Their first link was lost or has run out: they get another.
        let token = link(&mut work, "invitation", &person, work_deadline(deps, 7 * 86_400)).await?;
        let client = users::find_client_name(&work.tx, &person).await?.unwrap_or_default();
        work.notify(&person, &Notice::Invited { token, by: deps.coop.name.clone(), client }).await?;
    }
    work.commit(()).await
}

/// Makes a single-use link; its token, for the mail alone.
pub(crate) async fn link(work: &mut Work<'_>, purpose: &str, person: &PersonId, until: Timestamp) -> Result<String, Error> {
    let (token, hash) = new_token(work.deps());
    sessions::insert_link(&work.tx, &hash, purpose, person, work.now(), Some(until)).await?;
    Ok(token)
}

/// Makes the standing link by which a person leaves the subscribed mail (RFC 8058); its token, for the mail alone.
pub(crate) async fn unsubscribe_link(work: &Work<'_>, person: &PersonId) -> Result<String, Error> {
    let (token, hash) = new_token(work.deps());
    sessions::insert_link(&work.tx, &hash, "unsubscribe", person, work.now(), None).await?;
    Ok(token)
}

pub(crate) fn work_deadline(deps: &Deps, secs: i64) -> Timestamp {
    deps.clock.now().plus_secs(secs)
}

/// Whether an invitation or reset link still works.
///
/// # Errors
/// When the database fails.
pub async fn is_link_open(deps: &Deps, token: &str, purpose: &str) -> Result<bool, Error> {
    let found = sessions::find_link(&deps.db.read(), &sha256(token), purpose, deps.clock.now()).await?;
    Ok(found.is_some())
}

/// Sets the password behind an invitation or reset link, ends other sessions, and signs in.
///
/// # Errors
/// `link-used-up`; `password-weak`.
pub async fn set_password(deps: &Deps, token: &str, purpose: &str, password: &str) -> Result<String, Error> {
    // A made-up link costs no password hash.
    if !is_link_open(deps, token, purpose).await? {
        return Err(Refusal::new("link-used-up").into());
    }
    check_password(password)?;
    let hash = hash(deps, password).await?;
    let work = Work::begin_job(deps).await?;
    let token_hash = sha256(token);
    let now = work.now();
    let used_up = || Error::from(Refusal::new("link-used-up"));
    let person = sessions::find_link(&work.tx, &token_hash, purpose, now).await?.ok_or_else(used_up)?;
    if !sessions::use_link(&work.tx, &token_hash, now).await? {
        return Err(used_up());
    }
    people::set_password(&work.tx, &person, &hash).await?;
    sessions::end_all(&work.tx, &person).await?;
    sessions::end_links(&work.tx, &person).await?;
    let (session, session_hash) = new_token(deps);
    sessions::insert(&work.tx, &session_hash, &person, now, now.plus_days(SESSION_DAYS)).await?;
    work.commit(session).await
}

/// Asks for the password again, before money moves.
///
/// # Errors
/// `password-wrong`; `too-many-attempts`.
pub async fn confirm(deps: &Deps, by: &SignedIn, password: &str) -> Result<(), Error> {
    let subjects = [subject("confirm", by.actor())];
    throttle(deps, &subjects).await?;
    let hash = people::find_password_hash(&deps.db.read(), by.person()).await?;
    if verify(deps, password, hash.as_deref().unwrap_or(NOBODYS_HASH)).await? && hash.is_some() {
        return forgive(deps, &subjects).await;
    }
    Err(Refusal::new("password-wrong").field("password").into())
}

/// The argon2id hash of a password, as a PHC string.
///
/// # Errors
/// When hashing fails.
pub async fn hash(deps: &Deps, password: &str) -> Result<String, Error> {
    let salt: [u8; 16] = deps.random.bytes();
    let password = password.to_owned();
    let _turn = deps.hashing.acquire().await.map_err(Error::broken)?;
    let hashed = tokio::task::spawn_blocking(move || {
        hasher()?.hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(Error::broken)
    });
    hashed.await.map_err(Error::broken)?
}

async fn verify(deps: &Deps, password: &str, phc: &str) -> Result<bool, Error> {
    let (password, phc) = (password.to_owned(), phc.to_owned());
    let _turn = deps.hashing.acquire().await.map_err(Error::broken)?;
    let verified = tokio::task::spawn_blocking(move || {
        let hash = PasswordHash::new(&phc).map_err(Error::broken)?;
        Ok(hasher()?.verify_password(password.as_bytes(), &hash).is_ok())
    });
    verified.await.map_err(Error::broken)?
}

/// m = 46 MiB, t = 2, p = 1: above OWASP's second recommended setting.
fn hasher() -> Result<Argon2<'static>, Error> {
    let params = Params::new(46 * 1024, 2, 1, None).map_err(Error::broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn check_password(password: &str) -> Result<(), Error> {
    let length = password.chars().count();
    let repeated = password.chars().collect::<std::collections::BTreeSet<_>>().len() < 4;
    if !(10..=200).contains(&length) || repeated {
        return Err(Refusal::new("password-weak").field("password").into());
    }
    Ok(())
}

/// Counts an attempt; past the limit of any subject it is refused with how long to wait.
pub(crate) async fn throttle(deps: &Deps, subjects: &[String]) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    let now = work.now();
    sessions::hold_attempts(&work.tx, subjects).await?;
    for subject in subjects {
        let limit = match subject.split(' ').next() {
            Some("network") => ATTEMPTS_A_NETWORK,
            Some("everywhere") => ATTEMPTS_EVERYWHERE,
            Some("mails" | "codes") => MAILS,
            _ => ATTEMPTS,
        };
        if sessions::count_attempts(&work.tx, subject, now.plus_secs(-WINDOW_SECS)).await? >= limit {
            return Err(Refusal::new("too-many-attempts").with("minutes", WINDOW_SECS / 60).into());
        }
        sessions::insert_attempt(&work.tx, subject, now).await?;
    }
    work.commit(()).await
}

/// Whoever knew the password was no guesser: their own count begins anew, and their network's is one less. Counting first
/// and forgiving afterwards leaves no gap for guesses at the same moment.
pub(crate) async fn forgive(deps: &Deps, subjects: &[String]) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    for subject in subjects {
        if subject.starts_with("network") || subject.starts_with("everywhere") {
            sessions::take_attempt_back(&work.tx, subject).await?;
        } else {
            sessions::forgive(&work.tx, subject).await?;
        }
    }
    work.commit(()).await
}

/// Kept as a hash: no address stands in the table.
pub(crate) fn subject(kind: &str, value: &str) -> String {
    format!("{kind} {}", hex::encode(Sha256::digest(format!("{kind}\n{value}"))))
}

/// A token of 32 random bytes, and its hash, which is all that is kept.
pub(crate) fn new_token(deps: &Deps) -> (String, Vec<u8>) {
    let token = BASE64_URL_SAFE_NO_PAD.encode(deps.random.bytes::<32>());
    let hash = sha256(&token);
    (token, hash)
}

pub(crate) fn sha256(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// So long a session lasts.
pub const SESSION_DAYS: i64 = 30;
const WINDOW_SECS: i64 = 900;
const ATTEMPTS: i64 = 8;
const ATTEMPTS_A_NETWORK: i64 = 60;
const ATTEMPTS_EVERYWHERE: i64 = 200;
const MAILS: i64 = 3;
/// Costs the same as a real one; no password fits it.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=47104,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
