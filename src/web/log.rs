//! The log at `/log`, as C2SP tlog-tiles says: checkpoint, tiles, entry bundles, and beside them the documents. Programs read
//! here: what goes wrong is a line of plain text, not a page.

use manyhands_domain::log::tiles::Named;
use rocket::http::uri::Origin;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{self, Responder, Response};
use rocket::{Catcher, Request, catch, catchers, get};

use crate::actions::{Error, log, receipts};
use crate::deps::Entries;
use crate::web::page::Page;

/// A file of the log.
pub(super) struct File {
    kind: ContentType,
    /// Whether others may keep it for ever: it never changes, and everybody may read it.
    kept: bool,
    bytes: Vec<u8>,
}

/// Why there is none: one line.
pub(super) enum Absent {
    /// Nothing by this name, or not yet.
    NotFound,
    /// For people with an account.
    Closed,
    /// Something broke; logged here.
    Broken(Error),
}

type Result<T = File> = std::result::Result<T, Absent>;

impl From<Error> for Absent {
    fn from(error: Error) -> Absent {
        match error {
            Error::NotFound => Absent::NotFound,
            error => Absent::Broken(error),
        }
    }
}

#[get("/log/checkpoint")]
pub(super) async fn checkpoint(page: Page) -> Result {
    let checkpoint = receipts::checkpoint(&page.deps).await?.ok_or(Absent::NotFound)?;
    Ok(File { kind: ContentType::Plain, kept: false, bytes: checkpoint.note })
}

/// Tiles of hashes, which say nothing about anybody. The whole path is read at once: each has one address, and any other way to
/// write it is none.
#[get("/log/tile/<_..>", rank = 2)]
pub(super) async fn tile(page: Page, origin: &Origin<'_>) -> Result {
    match named(origin)? {
        Named::Hashes(tile) => {
            let bytes = log::find(&page.deps, Named::Hashes(tile)).await?;
            Ok(File { kind: ContentType::Binary, kept: true, bytes })
        }
        Named::Entries(_) => Err(Absent::NotFound),
    }
}

/// Bundles of entries.
#[get("/log/tile/entries/<_..>")]
pub(super) async fn bundle(page: Page, origin: &Origin<'_>) -> Result {
    let named = named(origin)?;
    may_read(&page)?;
    let bytes = log::find(&page.deps, named).await?;
    Ok(File { kind: ContentType::Binary, kept: page.deps.coop.entries == Entries::Public, bytes })
}

fn named(origin: &Origin<'_>) -> Result<Named> {
    origin.path().as_str().strip_prefix("/log/").and_then(Named::parse).ok_or(Absent::NotFound)
}

#[get("/log/documents/<name>")]
pub(super) async fn document(page: Page, name: &str) -> Result {
    may_read(&page)?;
    let sha256 = name.strip_suffix(".json").ok_or(Absent::NotFound)?;
    let bytes = log::find_document(&page.deps, sha256).await?;
    Ok(File { kind: ContentType::JSON, kept: page.deps.coop.entries == Entries::Public, bytes })
}

/// Entries, and what they name, are for whom the settings say.
fn may_read(page: &Page) -> Result<()> {
    if page.may_read_entries() { Ok(()) } else { Err(Absent::Closed) }
}

impl<'r> Responder<'r, 'static> for File {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::build();
        response.header(self.kind).sized_body(self.bytes.len(), std::io::Cursor::new(self.bytes));
        if self.kept {
            response.header(Header::new("Cache-Control", "public, max-age=31536000, immutable"));
        }
        response.ok()
    }
}

impl<'r> Responder<'r, 'static> for Absent {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let status = match &self {
            Absent::NotFound => Status::NotFound,
            Absent::Closed => Status::Forbidden,
            Absent::Broken(error) => {
                tracing::error!(incident = super::fairings::request_id(request), %error, "a request broke");
                Status::InternalServerError
            }
        };
        plain(status)
    }
}

/// One line for a program and whoever reads its log.
fn plain(status: Status) -> response::Result<'static> {
    let line = match status.code {
        403 => "entries of this log are for people with an account\n",
        404 => "there is no such file in this log, or not yet\n",
        _ => "the log cannot be read now\n",
    };
    Response::build().status(status).header(ContentType::Plain).sized_body(line.len(), std::io::Cursor::new(line)).ok()
}

/// What no route below `/log` answers.
struct Line(Status);

impl<'r> Responder<'r, 'static> for Line {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        plain(self.0)
    }
}

#[catch(default)]
fn any(status: Status, _: &Request<'_>) -> Line {
    Line(status)
}

/// Lines for what no route below `/log` answers.
pub(super) fn catchers() -> Vec<Catcher> {
    catchers![any]
}
