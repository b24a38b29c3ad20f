//! Around every request: its id, security headers, compression, and pages for what no route answers.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Mutex;

use async_compression::tokio::write::{BrotliEncoder, GzipEncoder};
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Status};
use rocket::tokio::io::AsyncWriteExt;
use rocket::{Catcher, Data, Request, Response, catch, catchers};

use crate::deps::Deps;
use crate::web::answer::{Answer, caught};

/// The id of a request, as logs and error pages have it.
#[derive(Clone, Debug)]
struct RequestId(String);

/// The id of this request.
pub(super) fn request_id(request: &Request<'_>) -> String {
    request.local_cache(|| RequestId("-".to_owned())).0.clone()
}

/// Ids and security headers.
pub(super) struct Headers;

#[rocket::async_trait]
impl Fairing for Headers {
    fn info(&self) -> Info {
        Info { name: "request id and security headers", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let id = request.rocket().state::<Deps>().map(|deps| hex::encode(deps.random.bytes::<8>())).unwrap_or_default();
        request.local_cache(|| RequestId(id));
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let id = request_id(request);
        tracing::info!(id, method = %request.method(), path = %request.uri().path(), status = response.status().code, "answered");
        for (name, value) in HEADERS {
            response.set_header(Header::new(*name, *value));
        }
        // The page that checks receipts may ask nobody for anything: the browser sees to it.
        let policy = if request.uri().path() == "/verify" { ALONE } else { POLICY };
        response.set_header(Header::new("Content-Security-Policy", policy));
        response.set_header(Header::new("X-Request-Id", id));
        // What may be kept says so itself: static files, and of the log what never changes.
        if !response.headers().contains("Cache-Control") {
            response.set_header(Header::new("Cache-Control", "no-store"));
        }
        let https = request.rocket().state::<Deps>().is_some_and(|deps| deps.coop.address.starts_with("https://"));
        if https {
            response.set_header(Header::new("Strict-Transport-Security", "max-age=31536000"));
        }
    }
}

/// Pictures of tasks lie where their clients keep them, hence `img-src https:`; everything else is our own.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' https: data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// No connection at all, and no picture of others.
const ALONE: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
                     frame-ancestors 'none'";
const HEADERS: &[(&str, &str)] = &[
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
];

/// Compresses pages: Rocket does not.
pub(super) struct Compress;

#[rocket::async_trait]
impl Fairing for Compress {
    fn info(&self) -> Info {
        Info { name: "compression", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let texts = response.content_type().is_some_and(|kind| kind.is_html() || kind.is_css() || kind.is_javascript())
            // Entries are text in a binary file (tlog-tiles: bundles should be compressed); hashes would only grow.
            || request.uri().path().starts_with("/log/tile/entries/");
        let accepts = request.headers().get_one("Accept-Encoding").unwrap_or_default().to_owned();
        if !texts || !(accepts.contains("br") || accepts.contains("gzip")) {
            return;
        }
        let Ok(body) = response.body_mut().to_bytes().await else { return };
        let is_static = response.status() == Status::Ok && request.uri().path().starts_with("/static/");
        let (encoding, packed) = if accepts.contains("br") {
            let path = request.uri().path().to_string();
            let packed = match PACKED.lock().ok().and_then(|packed| packed.get(&path).cloned()) {
                Some(packed) => Some(packed),
                None => brotli(&body, if is_static { 10 } else { 5 }).await,
            };
            if is_static && let (Some(packed), Ok(mut all)) = (&packed, PACKED.lock()) {
                all.insert(path, packed.clone());
            }
            ("br", packed)
        } else {
            let mut encoder = GzipEncoder::new(Vec::new());
            let done = encoder.write_all(&body).await.is_ok() && encoder.shutdown().await.is_ok();
            ("gzip", done.then(|| encoder.into_inner()))
        };
        match packed {
            Some(packed) => {
                response.set_header(Header::new("Content-Encoding", encoding));
                response.set_header(Header::new("Vary", "Accept-Encoding"));
                response.set_sized_body(packed.len(), Cursor::new(packed));
            }
            None => response.set_sized_body(body.len(), Cursor::new(body)),
        }
    }
}

/// Static files, packed once each by their address: as small as it goes, since a phone fetches them over a thin line. No address but
/// those of the program's own files is ever here.
static PACKED: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());

async fn brotli(body: &[u8], quality: i32) -> Option<Vec<u8>> {
    let mut encoder = BrotliEncoder::with_quality(Vec::new(), async_compression::Level::Precise(quality));
    let done = encoder.write_all(body).await.is_ok() && encoder.shutdown().await.is_ok();
    done.then(|| encoder.into_inner())
}

#[catch(default)]
fn any(status: Status, request: &Request<'_>) -> Answer {
    caught(request, status)
}

/// Pages for what no route answers.
pub(super) fn catchers() -> Vec<Catcher> {
    catchers![any]
}
