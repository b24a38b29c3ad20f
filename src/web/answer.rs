//! What a handler answers with: a page, a redirect, a file, or an error that becomes a whole page in the reader's language.

use askama::Template;
use rocket::Request;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{self, Responder, Response};

use crate::actions::Error;
use crate::actions::external::{Download, Zip};
use crate::actions::files::Picture;
use crate::actions::results::Written;
use crate::i18n::{Language, Say};
use crate::turns::During;
use crate::web::page::{Page, language_of};
use crate::web::sheet::Sheet;
use crate::web::view::Shell;

/// An answer.
#[derive(Debug)]
pub enum Answer {
    /// A page.
    Html(Status, String),
    /// Somewhere else, after a form (303).
    Redirect(String),
    /// To the sign-in page, and back here afterwards.
    SignIn(String),
    /// A download.
    File {
        /// What it is.
        kind: ContentType,
        /// What it is called.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// A download that is read from the disk as it goes.
    Lines {
        /// What it is.
        kind: ContentType,
        /// What it is called.
        name: String,
        /// What is in it.
        written: Box<Written>,
    },
    /// A picture of a task, for whoever asked alone.
    Picture(Picture),
    /// A file from elsewhere, for whoever asked alone: saved, never shown.
    Download(Download),
    /// A ZIP that is made as it is sent.
    Zip {
        /// What it is called.
        name: String,
        /// What is in it.
        zip: Zip,
    },
    /// A few words for a page's own script.
    Told(Status, serde_json::Value),
    /// Something went wrong.
    Error(Error),
}

/// What handlers return: `?` on an action's error answers with its page.
pub type Result<T = Answer> = std::result::Result<T, Answer>;

impl From<Error> for Answer {
    fn from(error: Error) -> Answer {
        Answer::Error(error)
    }
}

impl<'r> Responder<'r, 'static> for Answer {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self {
            Answer::Html(status, html) => html_response(status, html),
            Answer::Redirect(to) => redirect(to),
            Answer::SignIn(next) => {
                let next = rocket::http::RawStr::new(&next).percent_encode();
                redirect(format!("/signin?next={next}"))
            }
            Answer::File { kind, name, bytes } => {
                Response::build().header(kind).header(attached(&name)).sized_body(bytes.len(), std::io::Cursor::new(bytes)).ok()
            }
            Answer::Lines { kind, name, written } => {
                Response::build().header(kind).header(attached(&name)).sized_body(None, During::new(written.file, written.turn)).ok()
            }
            Answer::Picture(picture) => Response::build()
                .header(ContentType::new("image", picture.kind.word()))
                .header(Header::new("Cache-Control", "private, max-age=600"))
                .header(Header::new("Cross-Origin-Resource-Policy", "same-origin"))
                .sized_body(usize::try_from(picture.file.bytes()).ok(), picture.file)
                .ok(),
            Answer::Download(download) => Response::build()
                .header(ContentType::Binary)
                .header(Header::new("Content-Disposition", attachment(&download.name)))
                .header(Header::new("Cross-Origin-Resource-Policy", "same-origin"))
                .sized_body(usize::try_from(download.file.bytes()).ok(), During::new(download.file, Some(download.turn)))
                .ok(),
            Answer::Zip { name, zip } => Response::build().header(ContentType::ZIP).header(attached(&name)).streamed_body(zip).ok(),
            Answer::Told(status, told) => {
                let text = told.to_string();
                let body = std::io::Cursor::new(text.clone());
                Response::build().status(status).header(ContentType::JSON).sized_body(text.len(), body).ok()
            }
            Answer::Error(error) => error_page(request, &error),
        }
    }
}

/// As RFC 6266 has it: the name in full, and before it what every program can read.
fn attachment(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let byte = |byte: u8| if is_plain(char::from(byte)) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", name.bytes().map(byte).collect::<String>())
}

fn attached(name: &str) -> Header<'static> {
    Header::new("Content-Disposition", format!("attachment; filename=\"{name}\""))
}

fn redirect(to: String) -> response::Result<'static> {
    Response::build().status(Status::SeeOther).header(Header::new("Location", to)).ok()
}

fn html_response(status: Status, html: String) -> response::Result<'static> {
    Response::build().status(status).header(ContentType::HTML).sized_body(html.len(), std::io::Cursor::new(html)).ok()
}

/// The page of an error. What broke is logged here, once, with the incident id that the page shows.
fn error_page(request: &Request<'_>, error: &Error) -> response::Result<'static> {
    let status = match error {
        Error::Refused(refusals) if refusals.iter().any(|refusal| LATER.contains(&refusal.code)) => Status::ServiceUnavailable,
        Error::Refused(_) => Status::UnprocessableEntity,
        Error::NotFound => Status::NotFound,
        Error::NoRoom(_) => Status::InsufficientStorage,
        Error::Halted(_) => Status::ServiceUnavailable,
        Error::Broken(_) | Error::Store(_) => Status::InternalServerError,
    };
    let page: &Option<Page> = request.local_cache(|| None);
    let say = page.as_ref().map_or_else(|| Say::new(language_of(request), "UTC"), |page| page.say.clone());
    let incident = super::fairings::request_id(request);
    if status.class().is_server_error() {
        tracing::error!(incident, %error, "a request broke");
    }
    let html = match error {
        Error::Refused(refusals) => {
            let words: Vec<String> = refusals.iter().map(|refusal| say.refusal(refusal)).collect();
            plain(&say, page.as_ref(), "error-422-title", &words)
        }
        Error::NotFound => plain(&say, page.as_ref(), "error-404-title", &[say.t("error-404-text")]),
        Error::Halted(_) => {
            plain(&say, page.as_ref(), "error-halted-title", &[say.with("error-halted-text", &[("incident", incident.as_str().into())])])
        }
        Error::NoRoom(_) => {
            plain(&say, page.as_ref(), "error-507-title", &[say.with("error-507-text", &[("incident", incident.as_str().into())])])
        }
        _ => plain(&say, page.as_ref(), "error-500-title", &[say.with("error-500-text", &[("incident", incident.as_str().into())])]),
    };
    html_response(status, html)
}

/// Refusals of which nothing that was asked is the cause: the same may be asked again.
const LATER: &[&str] = &["files-away", "results-busy"];

/// A page of a title and a few sentences, which touches no database.
pub(super) fn plain(say: &Say, page: Option<&Page>, title: &str, words: &[String]) -> String {
    let mut sheet = Sheet::refused(say.t(title));
    sheet.ledes.extend(words.iter().cloned());
    let shell = match page {
        Some(page) => Shell::of(page, None),
        None => Shell::bare(say),
    };
    sheet.html(&shell)
}

/// A catcher's page: no cookie, no database, only the browser's language.
pub(super) fn caught(request: &Request<'_>, status: Status) -> Answer {
    let say = Say::new(language_of(request), "UTC");
    let (title, text) = words(status);
    let incident = super::fairings::request_id(request);
    let text = if matches!(text, "error-500-text" | "error-507-text") {
        say.with(text, &[("incident", incident.as_str().into())])
    } else {
        say.t(text)
    };
    Answer::Html(status, plain(&say, None, title, &[text]))
}

/// The title and the text of a catcher's page; what nobody foresaw is our fault.
fn words(status: Status) -> (&'static str, &'static str) {
    match status.code {
        404 => ("error-404-title", "error-404-text"),
        403 => ("error-403-title", "error-403-text"),
        408 => ("error-408-title", "error-408-text"),
        413 => ("error-413-title", "error-413-text"),
        400 | 415 | 422 => ("error-400-title", "error-400-text"),
        503 => ("error-503-title", "error-503-text"),
        507 => ("error-507-title", "error-507-text"),
        _ => ("error-500-title", "error-500-text"),
    }
}

/// Renders a template; one that fails is a defect, logged and said.
pub(super) fn render(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a template failed");
        Say::new(Language::En, "UTC").t("error-500-title")
    })
}

#[cfg(test)]
mod tests {
    use rocket::http::Status;

    use super::{attachment, words};

    #[test]
    fn a_files_name_never_ends_its_header() {
        assert_eq!(attachment("scan 1.json"), "attachment; filename=\"scan_1.json\"; filename*=UTF-8''scan%201.json");
        assert_eq!(attachment("é\";x"), "attachment; filename=\"___x\"; filename*=UTF-8''%C3%A9%22%3Bx");
    }

    #[test]
    fn a_form_that_is_not_taken_is_never_said_to_be_our_fault() {
        let ours = words(Status::InternalServerError);
        for code in [400, 403, 408, 413, 415, 422, 503] {
            assert_ne!(words(Status::new(code)), ours, "{code}");
        }
    }
}
