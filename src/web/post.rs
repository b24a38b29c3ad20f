//! What a form sends. Nothing of it can be read before [`Post::only`] has named every field that may be there, so no
//! handler can forget the check of origin or let an extra field (`role=coordinator`) through.

use std::time::Duration;

use manyhands_domain::external::RESULT_BYTES;
use manyhands_domain::files::UPLOAD_BYTES;
use manyhands_domain::ids::{BatchId, ClaimId};
use manyhands_domain::refusal::Refusal;
use rocket::Request;
use rocket::data::{self, Data, FromData, ToByteUnit};
use rocket::http::{ContentType, Status};
use rocket::outcome::Outcome;
use rocket::tokio::sync::{Semaphore, SemaphorePermit};
use rocket::tokio::time::timeout;
use sha2::{Digest, Sha256};

use crate::actions::files::Received;
use crate::actions::{Error, Once, batches, claims, external};
use crate::deps::Deps;
use crate::turns::{Turn, Whose};
use crate::web::answer::Answer;
use crate::web::page::Page;
use crate::web::parts::{self, parse_urlencoded};
use crate::web::upload;

/// A form as it arrived from our own page.
#[derive(Debug)]
pub struct Post {
    path: String,
    fields: Vec<(String, String)>,
    file: Option<Received>,
    turn: Option<Held>,
}

/// A form whose fields are all known.
#[derive(Debug)]
pub struct Fields {
    path: String,
    fields: Vec<(String, String)>,
    file: Option<Received>,
    /// Held until the file is dealt with.
    _turn: Option<Held>,
}

/// The turn to send a file, held until it is dealt with.
#[derive(Debug)]
struct Held {
    _turn: Turn,
    /// Of a table or a result, which is read whole.
    _memory: Option<SemaphorePermit<'static>>,
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Post {
    type Error = &'static str;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Post> {
        if !is_ours(request) {
            return Outcome::Error((Status::Forbidden, "another site sent this form"));
        }
        let kind = request.content_type().cloned().unwrap_or(ContentType::Form);
        let path = request.uri().path().to_string();
        match read(request, &kind, data).await {
            Ok((fields, file, turn)) => Outcome::Success(Post { path, fields, file, turn }),
            Err(refused) => Outcome::Error(refused),
        }
    }
}

async fn read(
    request: &Request<'_>,
    kind: &ContentType,
    data: Data<'_>,
) -> Result<(Vec<(String, String)>, Option<Received>, Option<Held>), parts::Refused> {
    let too_slow = |_| (Status::RequestTimeout, "too slow");
    // A file is read only from a client's user where items go, and from a member for the claim they hold; nobody else makes the server
    // hold any of it.
    if kind.is_form_data()
        && let Some(Taking { deps, what, most, whose }) = takes_file(request).await
    {
        let busy = (Status::ServiceUnavailable, "too many files at once");
        let turns = match what {
            What::Result => &deps.uploads.results,
            What::Table => &deps.uploads.tables,
            What::Pictures => &deps.uploads.pictures,
        };
        let turn = turns.take(whose).await.ok_or(busy)?;
        // Nobody keeps a turn for ever, however steadily it goes on.
        let (fields, file) = timeout(FILE_WAIT, upload::read(&deps, kind, data, most)).await.map_err(too_slow)??;
        let room = match what {
            What::Table => Some(&TABLES_READ),
            What::Result => Some(&RESULTS_READ),
            What::Pictures => None,
        };
        let memory = match room {
            Some(room) => Some(timeout(MEMORY_WAIT, room.acquire()).await.ok().and_then(Result::ok).ok_or(busy)?),
            None => None,
        };
        let turn = Held { _turn: turn, _memory: memory };
        return Ok((fields, file, Some(turn)));
    }
    if !kind.is_form_data() && !kind.is_form() {
        return Err((Status::UnsupportedMediaType, "not a form"));
    }
    let fields = match timeout(READ_WAIT, data.open(512.kibibytes()).into_bytes()).await.map_err(too_slow)? {
        Ok(bytes) if bytes.is_complete() && kind.is_form() => parse_urlencoded(&bytes)?,
        Ok(bytes) if bytes.is_complete() => upload::fields(kind, &bytes)?,
        Ok(_) => return Err(parts::TOO_LARGE),
        Err(_) => return Err((Status::BadRequest, "the form broke off")),
    };
    Ok((fields, None, None))
}

/// A form must come from our own pages. Browsers say so in `Sec-Fetch-Site`; older ones send `Origin`; neither: refused,
/// but for the one-click unsubscribe of mail programs (RFC 8058), whose secret is in its address.
fn is_ours(request: &Request<'_>) -> bool {
    if request.uri().path().starts_with("/unsubscribe/") {
        return true;
    }
    match request.headers().get_one("Sec-Fetch-Site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => {
            let Some(deps) = request.rocket().state::<Deps>() else { return false };
            // The demonstration takes any free port, so its own address is what the browser calls it.
            let host = request.host().filter(|_| deps.coop.demo).map(|host| format!("http://{host}"));
            request.headers().get_one("Origin").is_some_and(|origin| origin == deps.coop.address || host.as_deref() == Some(origin))
        }
    }
}

/// What somebody may send.
struct Taking {
    deps: Deps,
    what: What,
    /// Bytes.
    most: u64,
    /// Whose turn it is.
    whose: Whose,
}

/// What a file is, as far as its turn goes.
#[derive(Clone, Copy)]
enum What {
    /// Of another tool, from its member's hands.
    Result,
    /// Read whole, in memory.
    Table,
    /// Or a table: a draft that shows pictures takes both. Read from the disk, one picture at a time.
    Pictures,
}

/// How many bytes whoever asks may send here: more where a draft of theirs shows pictures, few for a labelling configuration; the result
/// of another tool where a claim of theirs asks for one.
async fn takes_file(request: &Request<'_>) -> Option<Taking> {
    if let Some(path) = request.uri().path().as_str().strip_prefix("/claims/") {
        let (claim, what) = path.split_once('/')?;
        let claim = ClaimId::parse(claim).ok().filter(|_| matches!(what, "draft" | "submit"))?;
        let Outcome::Success(page) = request.guard::<Page>().await else { return None };
        let member = page.member().ok()?;
        let (row, _) = claims::find_own(&page.deps, &member, &claim).await.ok()?;
        claims::form_of(&row).ok()?.external()?;
        let whose = external::whose_turn(&claim, member.id().as_str());
        return Some(Taking { deps: page.deps, what: What::Result, most: RESULT_BYTES + FORM_BYTES, whose });
    }
    let (batch, what) = request.uri().path().as_str().strip_prefix("/batches/")?.split_once('/')?;
    let batch = BatchId::parse(batch).ok().filter(|_| matches!(what, "items" | "gold" | "suggestions" | "label-studio"))?;
    let Outcome::Success(page) = request.guard::<Page>().await else { return None };
    let user = page.client_user().ok()?;
    let batch = batches::find_own(&page.deps, &user, &batch).await.ok()?;
    let (what, most) = match (what, batch.payload_kind.as_str()) {
        ("label-studio", _) => (What::Table, FORM_BYTES),
        ("items", "image") => (What::Pictures, UPLOAD_BYTES + FORM_BYTES),
        _ => (What::Table, TABLE_BYTES),
    };
    // Only clients send these, and a client's people share what is theirs.
    let whose = vec![(user.client().as_str().to_owned(), UPLOADS_OF_A_CLIENT)];
    Some(Taking { deps: page.deps, what, most, whose })
}

/// Tables that are read and written at once, from when they have come: each is held in memory. Nobody's line is waited for meanwhile.
static TABLES_READ: Semaphore = Semaphore::const_new(3);
/// Results, likewise: 20 MB each.
static RESULTS_READ: Semaphore = Semaphore::const_new(8);
/// How long one that has come waits for that: an import takes seconds.
const MEMORY_WAIT: Duration = Duration::from_secs(30);
/// How many files of one client come in at once, of each kind.
const UPLOADS_OF_A_CLIENT: usize = 2;
/// How long a form without a file may take.
const READ_WAIT: Duration = Duration::from_secs(600);
/// How long one with a file may: 2 GB in six hours are 93 kB a second. What a thin line can do is in `upload.rs`: at 30 kbit/s, 20 MB take
/// an hour and a half, the 50 MB of the largest table three hours and three quarters, and six hours 81 MB.
const FILE_WAIT: Duration = Duration::from_secs(21_600);
const TABLE_BYTES: u64 = 52_000_000;
/// What a form has beside its file.
const FORM_BYTES: u64 = 1_000_000;

impl Post {
    /// The fields, if there are no others than these (and `key`).
    pub fn only(self, names: &[&str]) -> Result<Fields, Answer> {
        let stranger = self.fields.iter().find(|(name, _)| name != "key" && !names.contains(&name.as_str()));
        match stranger {
            Some((name, _)) => Err(Error::from(Refusal::new("field-unknown").with("field", name.as_str())).into()),
            None => Ok(Fields { path: self.path, fields: self.fields, file: self.file, _turn: self.turn }),
        }
    }
}

impl Fields {
    /// A field's text; empty if it was not sent.
    pub fn text(&self, name: &str) -> String {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// Every value of a field.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    /// The chosen ones of several, with spaces between.
    pub fn chosen(&self, name: &str) -> String {
        self.all(name).into_iter().filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The uploaded file, to be dealt with.
    pub fn take_file(&mut self) -> Option<Received> {
        self.file.take()
    }

    /// The uploaded file.
    pub fn file(&self) -> Option<&Received> {
        self.file.as_ref()
    }

    /// What makes this form act once: its key, and the hash of what it asks of which path. A password is not part of it.
    pub fn once(&self) -> Once {
        let mut hash = Sha256::new().chain_update(&self.path);
        for (name, value) in self.fields.iter().filter(|(name, _)| !matches!(name.as_str(), "key" | "password")) {
            hash = hash.chain_update([0]).chain_update(name).chain_update([1]).chain_update(value);
        }
        if let Some(file) = &self.file {
            hash = hash.chain_update([2]).chain_update(file.sha256());
        }
        Once { key: self.text("key"), request_sha256: hex::encode(hash.finalize()) }
    }
}
