//! Who reads the page: language, account, rights. Loaded once a request; a right that is not held is a 404, since the
//! existence of such pages is nobody else's matter; without an account it is the sign-in page.

use manyhands_domain::time::Timestamp;
use rocket::Request;
use rocket::http::{CookieJar, Status};
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest};

use crate::actions::contracts::life::Party;
use crate::actions::rights::{ClientUser, Coordinator, KeyHolder, Member, Officer, Payee, SignedIn, Treasurer};
use crate::actions::{Error, sessions};
use crate::deps::{Deps, Entries};
use crate::i18n::{Language, Say};
use crate::web::TrustedProxy;
use crate::web::answer::Answer;

/// The reader of a page, and what every page shows.
#[derive(Clone, Debug)]
pub struct Page {
    /// Everything that actions need.
    pub deps: Deps,
    /// Sentences for this reader.
    pub say: Say,
    /// Who is signed in.
    pub who: Option<SignedIn>,
    /// Where they are: path and query.
    pub here: String,
    /// Whether this answers a form that was sent, which may be shown again with what was typed.
    pub sent: bool,
    /// A random key for the forms of this page.
    pub key: String,
    /// The network they come from, for throttling.
    pub network: String,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Page {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Page, ()> {
        // PostgreSQL has no zero byte in a text: nothing of ours is found by one, and no question of ours holds one.
        let holds_zero = |part: &str| part.contains("%00");
        if holds_zero(request.uri().path().as_str()) {
            return Outcome::Error((Status::NotFound, ()));
        }
        if request.uri().query().is_some_and(|query| holds_zero(query.as_str())) {
            return Outcome::Error((Status::BadRequest, ()));
        }
        let loaded: &Option<Page> = request.local_cache_async(load(request)).await;
        match loaded {
            Some(page) => Outcome::Success(page.clone()),
            None => Outcome::Error((Status::ServiceUnavailable, ())),
        }
    }
}

async fn load(request: &Request<'_>) -> Option<Page> {
    let deps = request.rocket().state::<Deps>()?.clone();
    let token = token(&deps, request.cookies());
    let who = match &token {
        Some(token) => match sessions::identify(&deps, token).await {
            Ok(who) => who,
            Err(error) => {
                tracing::error!(%error, "the session cannot be read");
                return None;
            }
        },
        None => None,
    };
    let standing = who.as_ref().map(SignedIn::standing);
    // What this browser was told last, else the account's language, else what the browser prefers.
    let account = || standing.and_then(|standing| Language::best(&standing.language));
    let language = chosen(request).or_else(account).unwrap_or_else(|| language_of(request));
    let zone = standing.map_or("UTC", |standing| standing.zone.as_str());
    let key = hex::encode(deps.random.bytes::<16>());
    let sent = request.method() == rocket::http::Method::Post;
    let network = peer(request).map(network_of).unwrap_or_default();
    Some(Page { say: Say::new(language, zone), who, here: request.uri().to_string(), sent, key, network, deps })
}

/// The language of somebody without an account: their choice, else their browser's, else English.
pub(super) fn language_of(request: &Request<'_>) -> Language {
    chosen(request).or_else(|| request.headers().get_one("Accept-Language").and_then(Language::accepted)).unwrap_or(Language::En)
}

fn chosen(request: &Request<'_>) -> Option<Language> {
    request.cookies().get("lang").and_then(|cookie| Language::best(cookie.value()))
}

/// The session's cookie: bound to the host on https; plain on the demonstration's http.
pub(super) fn cookie_name(deps: &Deps) -> &'static str {
    if deps.coop.address.starts_with("https://") { "__Host-sid" } else { "sid" }
}

pub(super) fn token(deps: &Deps, cookies: &CookieJar<'_>) -> Option<String> {
    cookies.get(cookie_name(deps)).map(|cookie| cookie.value().to_owned())
}

/// Whom the connection is from; what its header says only if it is the trusted proxy's.
fn peer(request: &Request<'_>) -> Option<std::net::IpAddr> {
    let connection = request.remote().map(|address| address.ip());
    let trusted = request.rocket().state::<TrustedProxy>().and_then(|proxy| proxy.0);
    if trusted.is_some() && trusted == connection { request.real_ip().or(connection) } else { connection }
}

/// IPv6 by its /56: one household is one subject, however many networks its line holds.
fn network_of(address: std::net::IpAddr) -> String {
    match address {
        std::net::IpAddr::V4(address) => address.to_string(),
        std::net::IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{:x}", d & 0xff00)
        }
    }
}

impl Page {
    /// The time.
    pub fn now(&self) -> Timestamp {
        self.deps.clock.now()
    }

    /// Whether the settings let this reader see entries of the ledger.
    pub fn may_read_entries(&self) -> bool {
        self.deps.coop.entries == Entries::Public || self.who.is_some()
    }

    /// Whoever may read entries of the ledger; else the sign-in page.
    pub fn entry_reader(&self) -> Result<(), Answer> {
        if self.may_read_entries() { Ok(()) } else { Err(Answer::SignIn(self.here.clone())) }
    }

    /// Anybody with an account.
    pub fn signed_in(&self) -> Result<SignedIn, Answer> {
        self.who.clone().ok_or_else(|| Answer::SignIn(self.here.clone()))
    }

    /// A member.
    pub fn member(&self) -> Result<Member, Answer> {
        self.right(SignedIn::member)
    }

    /// Whoever is or was a member, for what they earned.
    pub fn payee(&self) -> Result<Payee, Answer> {
        self.right(SignedIn::payee)
    }

    /// Whoever may hold a key: a member, or a client's user.
    pub fn key_holder(&self) -> Result<KeyHolder, Answer> {
        self.right(SignedIn::key_holder)
    }

    /// A treasurer.
    pub fn treasurer(&self) -> Result<Treasurer, Answer> {
        self.right(SignedIn::treasurer)
    }

    /// A coordinator.
    pub fn coordinator(&self) -> Result<Coordinator, Answer> {
        self.right(SignedIn::coordinator)
    }

    /// A treasurer or a coordinator.
    pub fn officer(&self) -> Result<Officer, Answer> {
        self.right(SignedIn::officer)
    }

    /// A client's user.
    pub fn client_user(&self) -> Result<ClientUser, Answer> {
        self.right(SignedIn::client_user)
    }

    /// A side of contracts: a client's user, or a coordinator.
    pub fn party(&self) -> Result<Party, Answer> {
        self.right(Party::of)
    }

    pub(super) fn right<T>(&self, of: impl Fn(&SignedIn) -> Option<T>) -> Result<T, Answer> {
        of(&self.signed_in()?).ok_or(Answer::Error(Error::NotFound))
    }
}

#[cfg(test)]
mod tests {
    use rocket::http::Header;
    use rocket::local::blocking::Client;

    use super::*;

    fn seen(trusted: Option<&str>, connection: &str) -> String {
        let trusted = trusted.map(|address| address.parse().unwrap());
        let client = Client::untracked(rocket::build().manage(TrustedProxy(trusted))).unwrap();
        let from = format!("{connection}:4711").parse().unwrap();
        let request = client.get("/").remote(from).header(Header::new("X-Real-IP", "198.51.100.7"));
        peer(request.inner()).unwrap().to_string()
    }

    #[test]
    fn only_the_trusted_proxys_word_about_the_peer_is_taken() {
        assert_eq!(seen(Some("127.0.0.1"), "127.0.0.1"), "198.51.100.7");
        assert_eq!(seen(Some("127.0.0.1"), "203.0.113.9"), "203.0.113.9", "anybody could write the header");
        assert_eq!(seen(None, "127.0.0.1"), "127.0.0.1");
    }
}
