//! What a form sends. Nothing of it can be read before [`Post::only`] has named every field that may be there, so no
//! handler can forget the check of origin or let an extra field (`role=coordinator`) through.

use std::time::Duration;

use manyhands_domain::refusal::Refusal;
use rocket::Request;
use rocket::data::{self, Data, FromData, ToByteUnit};
use rocket::http::{ContentType, Status};
use rocket::outcome::Outcome;
use rocket::tokio::sync::{Semaphore, SemaphorePermit};
use rocket::tokio::time::timeout;
use sha2::{Digest, Sha256};

use crate::actions::{Error, Once};
use crate::deps::Deps;
use crate::web::answer::Answer;
use crate::web::page::Page;

/// A form as it arrived from our own page.
#[derive(Debug)]
pub struct Post {
    path: String,
    fields: Vec<(String, String)>,
    file: Option<Vec<u8>>,
    turn: Turn,
}

/// A form whose fields are all known.
#[derive(Debug)]
pub struct Fields {
    path: String,
    fields: Vec<(String, String)>,
    file: Option<Vec<u8>>,
    /// Held until the file is dealt with.
    _turn: Turn,
}

/// The right to hold a file in memory.
type Turn = Option<SemaphorePermit<'static>>;

#[rocket::async_trait]
impl<'r> FromData<'r> for Post {
    type Error = &'static str;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Post> {
        if !is_ours(request) {
            return Outcome::Error((Status::Forbidden, "another site sent this form"));
        }
        let kind = request.content_type().cloned().unwrap_or(ContentType::Form);
        let upload = kind.is_form_data();
        if !upload && !kind.is_form() {
            return Outcome::Error((Status::UnsupportedMediaType, "not a form"));
        }
        // A file is read only from a client's user and only where items go; nobody else makes the server hold megabytes.
        let takes_file = upload && request.uri().path().ends_with("/items") && is_client(request).await;
        let (limit, turn) = match takes_file {
            true => match timeout(TURN_WAIT, UPLOADS.acquire()).await {
                Ok(Ok(turn)) => (52.megabytes(), Some(turn)),
                _ => return Outcome::Error((Status::ServiceUnavailable, "too many files at once")),
            },
            false => (512.kibibytes(), None),
        };
        // Nobody keeps a turn by sending a byte now and then.
        let Ok(read) = timeout(READ_WAIT, data.open(limit).into_bytes()).await else {
            return Outcome::Error((Status::RequestTimeout, "too slow"));
        };
        let bytes = match read {
            Ok(bytes) if bytes.is_complete() => bytes.into_inner(),
            Ok(_) => return Outcome::Error((Status::PayloadTooLarge, "too large")),
            Err(_) => return Outcome::Error((Status::BadRequest, "the form broke off")),
        };
        let path = request.uri().path().to_string();
        let parsed = if upload { parse_multipart(&kind, &bytes) } else { parse_urlencoded(&bytes).map(|fields| (fields, None)) };
        match parsed {
            Some((fields, file)) => Outcome::Success(Post { path, fields, file, turn }),
            None => Outcome::Error((Status::BadRequest, "not a form")),
        }
    }
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

async fn is_client(request: &Request<'_>) -> bool {
    match request.guard::<Page>().await {
        Outcome::Success(page) => page.client_user().is_ok(),
        _ => false,
    }
}

/// Files held in memory at once.
static UPLOADS: Semaphore = Semaphore::const_new(3);
/// How long a file waits for its turn, and how long it may take: 52 MB in ten minutes is 90 kB a second.
const TURN_WAIT: Duration = Duration::from_secs(10);
const READ_WAIT: Duration = Duration::from_secs(600);

fn parse_urlencoded(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text: &str| {
                let spaced = text.replace('+', " ");
                rocket::http::RawStr::new(&spaced).percent_decode().ok().map(|text| text.into_owned())
            };
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

/// `multipart/form-data` with text fields and at most one file (RFC 7578).
fn parse_multipart(kind: &ContentType, bytes: &[u8]) -> Option<(Vec<(String, String)>, Option<Vec<u8>>)> {
    let boundary = kind.param("boundary")?;
    let mark = format!("\r\n--{boundary}");
    let mut fields = Vec::new();
    let mut file = None;
    let mut rest = bytes.strip_prefix(format!("--{boundary}").as_bytes())?;
    loop {
        rest = match rest.strip_prefix(b"\r\n") {
            Some(part) => part,
            None => return rest.starts_with(b"--").then_some((fields, file)),
        };
        let head = find(rest, b"\r\n\r\n")?;
        let headers = std::str::from_utf8(rest.get(..head)?).ok()?;
        rest = rest.get(head + 4..)?;
        let end = find(rest, mark.as_bytes())?;
        let body = rest.get(..end)?;
        rest = rest.get(end + mark.len()..)?;
        let name = headers.split("name=\"").nth(1)?.split('"').next()?.to_owned();
        if headers.contains("filename=") {
            file = Some(body.to_vec()).filter(|body| !body.is_empty());
        } else {
            fields.push((name, String::from_utf8(body.to_vec()).ok()?));
        }
    }
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

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

    /// The uploaded file.
    pub fn file(&self) -> Option<&[u8]> {
        self.file.as_deref()
    }

    /// What makes this form act once: its key, and the hash of what it asks of which path. A password is not part of it.
    pub fn once(&self) -> Once {
        let mut hash = Sha256::new().chain_update(&self.path);
        for (name, value) in self.fields.iter().filter(|(name, _)| !matches!(name.as_str(), "key" | "password")) {
            hash = hash.chain_update([0]).chain_update(name).chain_update([1]).chain_update(value);
        }
        if let Some(file) = &self.file {
            hash = hash.chain_update([2]).chain_update(file);
        }
        Once { key: self.text("key"), request_sha256: hex::encode(hash.finalize()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_file_is_read() {
        let kind = ContentType::new("multipart", "form-data").with_params([("boundary", "b")]);
        let body = b"--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--b\r\nContent-Disposition: form-data; name=\"items\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\nid,payload\r\n1,a\r\n--b--\r\n";
        let (fields, file) = parse_multipart(&kind, body).unwrap();
        assert_eq!(fields, [("key".to_owned(), "k".to_owned())]);
        assert_eq!(file.unwrap(), b"id,payload\r\n1,a");
        assert!(parse_multipart(&kind, &body[..60]).is_none());
    }

    #[test]
    fn an_encoded_form_is_read() {
        let fields = parse_urlencoded(b"a=1+2&b=%C3%A9&c").unwrap();
        assert_eq!(fields, [("a".into(), "1 2".into()), ("b".into(), "é".into()), ("c".into(), String::new())]);
        assert!(parse_urlencoded(b"a=%ff").is_none());
    }
}
