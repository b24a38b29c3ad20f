//! What other tools ask and send, by the token of one claim: no page, no cookie, no account. The only addresses that pages of other
//! sites may ask, since the token is the secret and the browser adds nothing of its own (docs/external-tools.md).

use std::time::Duration;

use manyhands_domain::external::RESULT_BYTES;
use manyhands_domain::refusal::{Arg, Refusal};
use rocket::data::{Data, ToByteUnit};
use rocket::http::{ContentType, Header, Status};
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest};
use rocket::response::{self, Responder, Response};
use rocket::tokio::io::AsyncReadExt;
use rocket::tokio::time::timeout;
use rocket::{Request, State, get, options, post};
use serde_json::{Value, json};

use crate::actions::external::{self, Came};
use crate::actions::files::{Received, Receiving};
use crate::actions::rights::Tool;
use crate::actions::{Error, ResultFile};
use crate::deps::Deps;
use crate::i18n::Say;
use crate::web::page::language_of;

/// Whoever asks: their token, their language, and how much they say that they send.
pub(super) struct Asking {
    token: Option<String>,
    say: Say,
    said_bytes: Option<u64>,
    incident: String,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asking {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Asking, Self::Error> {
        let header = |name: &str| request.headers().get_one(name);
        let scheme = |value: &str| value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "));
        let token =
            header("Authorization").filter(|value| scheme(value)).and_then(|value| value.get(7..)).map(|token| token.trim().to_owned());
        Outcome::Success(Asking {
            token: token.filter(|token| !token.is_empty() && token.len() <= TOKEN_CHARS),
            say: Say::new(language_of(request), "UTC"),
            said_bytes: header("Content-Length").and_then(|length| length.parse().ok()),
            incident: super::fairings::request_id(request),
        })
    }
}

/// What a tool is answered.
pub(super) struct Reply {
    status: Status,
    body: Option<Value>,
}

impl<'r> Responder<'r, 'static> for Reply {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::build();
        response.status(self.status).header(Header::new("Access-Control-Allow-Origin", "*"));
        if self.status == Status::Unauthorized {
            response.header(Header::new("WWW-Authenticate", "Bearer"));
        }
        let Some(body) = self.body else {
            return response
                .header(Header::new("Access-Control-Allow-Methods", "GET, POST"))
                .header(Header::new("Access-Control-Allow-Headers", "authorization, content-type"))
                .header(Header::new("Access-Control-Max-Age", "600"))
                .ok();
        };
        let kind = if self.status.code < 400 { ContentType::JSON } else { ContentType::new("application", "problem+json") };
        let text = body.to_string();
        response.header(kind).sized_body(text.len(), std::io::Cursor::new(text)).ok()
    }
}

/// Asked by browsers before a page of another site asks anything.
#[options("/tool/result")]
pub(super) fn ask() -> Reply {
    Reply { status: Status::NoContent, body: None }
}

#[get("/tool/result")]
pub(super) async fn state(deps: &State<Deps>, asking: Asking) -> Reply {
    match look(deps, &asking).await {
        Ok(reply) | Err(reply) => reply,
    }
}

async fn look(deps: &Deps, asking: &Asking) -> Result<Reply, Reply> {
    let tool = identify(deps, asking).await?;
    let standing = external::standing(deps, &tool).await.map_err(|error| asking.failed(&error))?;
    let due = time_of(standing.claim.due_at);
    let result = standing.result.as_ref().map(described);
    let body =
        json!({"item": standing.claim.item_id, "state": standing.claim.state, "due": due, "result": result, "max_bytes": RESULT_BYTES});
    Ok(Reply { status: Status::Ok, body: Some(body) })
}

/// `name`: what the result is called.
#[post("/tool/result?<name>", data = "<data>")]
pub(super) async fn send(deps: &State<Deps>, asking: Asking, name: Option<&str>, data: Data<'_>) -> Reply {
    match take(deps, &asking, name.unwrap_or_default(), data).await {
        Ok(reply) | Err(reply) => reply,
    }
}

async fn take(deps: &Deps, asking: &Asking, name: &str, data: Data<'_>) -> Result<Reply, Reply> {
    // Nothing is read of whoever has no right to send it, nor of what is too large.
    let tool = identify(deps, asking).await?;
    let whose = external::turn_of(deps, &tool).await.map_err(|error| asking.failed(&error))?;
    if asking.said_bytes.is_some_and(|bytes| bytes > RESULT_BYTES) {
        return Err(asking.too_large());
    }
    let Some(_turn) = deps.files.results().take(whose).await else {
        return Err(asking.refused(Status::ServiceUnavailable, &Refusal::new("results-busy")));
    };
    external::count(deps, &tool).await.map_err(|error| asking.failed(&error))?;
    let received = timeout(READ_WAIT, receive(deps, asking, name, data)).await;
    let received = received.map_err(|_| asking.refused(Status::RequestTimeout, &Refusal::new("result-slow")))??;
    let came = external::take_from_tool(deps, &tool, name, &received).await.map_err(|error| asking.failed(&error))?;
    Ok(Reply { status: if came.fresh { Status::Created } else { Status::Ok }, body: Some(told(&came)) })
}

async fn receive(deps: &Deps, asking: &Asking, name: &str, data: Data<'_>) -> Result<Received, Reply> {
    let mut receiving = Receiving::begin(deps).map_err(|error| asking.failed(&error))?;
    let mut stream = data.open((RESULT_BYTES + 1).bytes());
    let (mut count, mut piece) = (0_u64, vec![0; PIECE]);
    loop {
        let broke_off = |_| asking.refused(Status::BadRequest, &Refusal::new("result-broke-off"));
        let read = stream.read(&mut piece).await.map_err(broke_off)?;
        if read == 0 {
            break;
        }
        count += read as u64;
        if count > RESULT_BYTES {
            return Err(asking.too_large());
        }
        receiving.write(piece.get(..read).unwrap_or_default()).await.map_err(|error| asking.failed(&error))?;
    }
    // A connection that was cut may look like an end.
    if asking.said_bytes.is_some_and(|bytes| bytes != count) {
        return Err(asking.refused(Status::BadRequest, &Refusal::new("result-broke-off")));
    }
    receiving.finish(name.to_owned()).await.map_err(|error| asking.failed(&error))
}

async fn identify(deps: &Deps, asking: &Asking) -> Result<Tool, Reply> {
    let found = match &asking.token {
        Some(token) => external::identify(deps, token).await.map_err(|error| asking.failed(&error))?,
        None => None,
    };
    found.ok_or_else(|| asking.refused(Status::Unauthorized, &Refusal::new("tool-token")))
}

fn told(came: &Came) -> Value {
    json!({"result": described(&came.file), "fresh": came.fresh})
}

fn described(file: &ResultFile) -> Value {
    json!({"name": file.name, "bytes": file.bytes, "sha256": file.sha256, "kind": file.kind, "from": file.came, "at": time_of(file.at)})
}

fn time_of(secs: i64) -> String {
    manyhands_domain::time::Timestamp::from_secs(secs).to_string()
}

impl Asking {
    /// Problem details of RFC 9457: `title` names the trouble for programs, `detail` says it to people.
    fn refused(&self, status: Status, refusal: &Refusal) -> Reply {
        let body = json!({"type": "about:blank", "title": refusal.code, "status": status.code, "detail": self.say.refusal(refusal)});
        Reply { status, body: Some(body) }
    }

    fn too_large(&self) -> Reply {
        self.refused(Status::PayloadTooLarge, &Refusal::new("result-large").with("most", RESULT_BYTES / 1_000_000))
    }

    fn failed(&self, error: &Error) -> Reply {
        if let Error::Refused(refusals) = error
            && let Some(refusal) = refusals.first()
        {
            return self.refused(status_of(refusal.code), refusal);
        }
        let (status, code) = match error {
            Error::NotFound => return self.refused(Status::Unauthorized, &Refusal::new("tool-token")),
            Error::NoRoom(_) => (Status::InsufficientStorage, "error-507-text"),
            _ => (Status::InternalServerError, "error-500-text"),
        };
        tracing::error!(incident = self.incident, %error, "what a tool asked broke");
        let detail = self.say.with(code, &[("incident", Arg::from(self.incident.as_str()))]);
        Reply { status, body: Some(json!({"type": "about:blank", "title": "failed", "status": status.code, "detail": detail})) }
    }
}

fn status_of(code: &str) -> Status {
    match code {
        "too-many-results" | "results-of-claim" => Status::TooManyRequests,
        "result-large" => Status::PayloadTooLarge,
        "result-full" => Status::InsufficientStorage,
        "database-busy" | "files-away" => Status::ServiceUnavailable,
        code if code.starts_with("claim-") => Status::Conflict,
        _ => Status::UnprocessableEntity,
    }
}

/// How long a result may take: 20 MB in ten minutes are 33 kB a second.
const READ_WAIT: Duration = Duration::from_secs(600);
const PIECE: usize = 65_536;
/// Ours are half as long.
const TOKEN_CHARS: usize = 100;
