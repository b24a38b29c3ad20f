//! From a notice to a message: words in the reader's language, text and HTML, the book's last page in the footer, and the
//! exact bytes that are sent. Knows neither the store nor the web.

mod smtp;
pub mod transport;
mod votes;

use askama::Template;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Arg;
use manyhands_domain::time::Timestamp;

use crate::i18n::{Language, Say};

/// Whom a message goes to, and what it needs beside the notice.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// Who reads it.
    pub name: &'a str,
    /// Where.
    pub email: &'a str,
    /// Their language.
    pub language: &'a str,
    /// Their zone.
    pub zone: &'a str,
    /// What it says; several only when they could not be merged.
    pub notices: &'a [Notice],
    /// The co-op's name.
    pub coop: &'a str,
    /// The sender's address.
    pub from: &'a str,
    /// Address of the pages, without a slash at the end.
    pub address: &'a str,
    /// Our own Message-ID, without brackets and host.
    pub id: &'a str,
    /// When it is rendered.
    pub now: Timestamp,
    /// The newest checkpoint's three lines.
    pub checkpoint: &'a str,
    /// Secret of the unsubscribe link, on subscribed streams only.
    pub unsubscribe: Option<&'a str>,
}

/// A rendered message.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// For lists.
    pub subject: String,
    /// Exactly what is sent.
    pub bytes: Vec<u8>,
}

/// Why a message could not be rendered.
#[derive(Debug, thiserror::Error)]
#[error("the message cannot be rendered: {0}")]
pub struct RenderError(String);

#[derive(Template)]
#[template(path = "mail/body.txt")]
struct TextBody<'a> {
    hello: &'a str,
    parts: &'a [Part],
    footer: &'a str,
    checkpoint: Vec<&'a str>,
    unsubscribe: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "mail/body.html")]
struct HtmlBody<'a> {
    lang: &'static str,
    coop: &'a str,
    subject: &'a str,
    hello: &'a str,
    parts: &'a [Part],
    footer: &'a str,
    checkpoint: Vec<&'a str>,
    unsubscribe: Option<(String, String)>,
}

/// What one notice says: a sentence, and where it leads.
struct Part {
    words: String,
    link: String,
}

/// Renders a message once; from then on only its bytes are sent.
///
/// # Errors
/// An address that mail does not know, or a template that fails.
pub fn render(letter: &Letter<'_>) -> Result<Rendered, RenderError> {
    let broken = |error: &dyn std::fmt::Display| RenderError(error.to_string());
    let language = Language::best(letter.language).unwrap_or(Language::En);
    let say = Say::new(language, letter.zone);
    let parts: Vec<Part> = letter.notices.iter().map(|notice| part(&say, letter, notice)).collect();
    let first = letter.notices.first().ok_or_else(|| RenderError("no notice".to_owned()))?;
    let subject = say.with(&format!("mail-{}-subject", first.word()), &args(&say, letter, first));
    let hello = say.with("mail-hello", &[("name", letter.name.into())]);
    let footer = say.t("mail-footer-checkpoint");
    let checkpoint: Vec<&str> = letter.checkpoint.lines().collect();
    let unsubscribe = letter.unsubscribe.map(|token| format!("{}/unsubscribe/{token}", letter.address));
    let stop = unsubscribe.clone().map(|link| (say.t("mail-unsubscribe"), link));
    let text = TextBody { hello: &hello, parts: &parts, footer: &footer, checkpoint: checkpoint.clone(), unsubscribe: stop.clone() };
    let html = HtmlBody {
        lang: language.tag(),
        coop: letter.coop,
        subject: &subject,
        hello: &hello,
        parts: &parts,
        footer: &footer,
        checkpoint,
        unsubscribe: stop,
    };
    let text = text.render().map_err(|error| broken(&error))?;
    let html = html.render().map_err(|error| broken(&error))?;
    let host = letter.address.split("://").nth(1).unwrap_or("localhost").split([':', '/']).next().unwrap_or("localhost");
    let mut builder = Message::builder()
        .from(mailbox(Some(letter.coop), letter.from)?)
        .to(mailbox(Some(letter.name), letter.email)?)
        .subject(subject.as_str())
        .date(moment(letter.now))
        .message_id(Some(format!("<{}@{host}>", letter.id)));
    if let Some(link) = &unsubscribe {
        builder = builder
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("List-Unsubscribe"), format!("<{link}>")))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click".to_owned()));
    }
    let body = MultiPart::alternative()
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html));
    let message = builder.multipart(body).map_err(|error| broken(&error))?;
    Ok(Rendered { subject, bytes: message.formatted() })
}

/// The message of `manyhands mail test`: as whole as any other, so that what takes it takes the others too.
///
/// # Errors
/// An address that mail does not know.
pub fn render_probe(from: &str, to: &str, id: &str, now: Timestamp) -> Result<Vec<u8>, RenderError> {
    let host = from.rsplit('@').next().unwrap_or("localhost");
    let message = Message::builder()
        .from(mailbox(None, from)?)
        .to(mailbox(None, to)?)
        .subject("Manyhands mail test")
        .date(moment(now))
        .message_id(Some(format!("<{id}@{host}>")))
        .header(ContentType::TEXT_PLAIN)
        .body("Mail of this co-op arrives.\r\n".to_owned());
    Ok(message.map_err(|error| RenderError(error.to_string()))?.formatted())
}

fn mailbox(name: Option<&str>, email: &str) -> Result<Mailbox, RenderError> {
    let address: Address = email.parse().map_err(|error| RenderError(format!("{email}: {error}")))?;
    Ok(Mailbox::new(name.map(str::to_owned), address))
}

fn moment(at: Timestamp) -> std::time::SystemTime {
    std::time::UNIX_EPOCH + std::time::Duration::from_secs(u64::try_from(at.secs()).unwrap_or(0))
}

fn part(say: &Say, letter: &Letter<'_>, notice: &Notice) -> Part {
    let words = say.with(&format!("mail-{}-text", notice.word()), &args(say, letter, notice));
    let path = match notice {
        Notice::Invited { token, .. } => format!("/invitation/{token}"),
        Notice::Reset { token } => format!("/reset/{token}"),
        Notice::Rejected { index, left: true, .. } => format!("/ledger/{index}"),
        Notice::ClaimDue { claim, .. } | Notice::SentBack { claim, .. } | Notice::Rejected { claim, .. } => format!("/claims/{claim}"),
        Notice::Appealed { claim, .. } => format!("/appeals/{claim}"),
        Notice::WorkAccepted { .. } | Notice::PaidOut { .. } | Notice::PayoutFailed { .. } => "/pay".to_owned(),
        Notice::PayoutToChanged | Notice::InvitedElsewhere { .. } => "/account".to_owned(),
        Notice::Left { unsaid: true, .. } => "/account".to_owned(),
        Notice::Left { index, .. } => format!("/ledger/{index}"),
        Notice::Erased { .. } => "/office".to_owned(),
        Notice::RoleGranted { .. } => "/treasury".to_owned(),
        Notice::ColleagueInvited { .. } => "/account/colleagues".to_owned(),
        Notice::ContractSubmitted { contract, .. } => format!("/office/contracts/{contract}"),
        Notice::ContractReturned { contract, .. } | Notice::ContractApproved { contract, .. } => format!("/desk/{contract}"),
        Notice::ContractAmended { contract, .. } => format!("/contracts/{contract}/versions"),
        Notice::AmendmentMoved { contract, .. } => format!("/contracts/{contract}/amend"),
        Notice::ContractMoved { whose, .. } if whose == "member" => "/work".to_owned(),
        Notice::ContractMoved { contract, .. } => format!("/contracts/{contract}/life"),
        Notice::SecondPerson { path, .. } | Notice::SignatureWanted { path, .. } | Notice::RejectionEnded { path, .. } => path.clone(),
        Notice::CorrectionPrepared { id, .. } => format!("/treasury/corrections/{id}"),
        Notice::KeyCode { .. } | Notice::KeyChanged { .. } => "/account/key".to_owned(),
        Notice::KeyOfColleague { index, .. } | Notice::Corrected { index, .. } => format!("/ledger/{index}"),
        Notice::DepositReceived { contract, .. } | Notice::DepositReturned { contract, .. } => format!("/desk/{contract}"),
        Notice::ReturnPrepared { id, .. } => format!("/treasury/returns/{id}"),
        // From the mail to the ballot it is two presses. What stands behind `#` is sent to no server and stands in no log: the page's
        // own script puts it into the form, and without scripts it is typed.
        Notice::VoteOpened { proposal, code, .. }
        | Notice::VoteReminder { proposal, code, .. }
        | Notice::VoteCode { proposal, code, .. } => {
            format!("/proposals/{proposal}/ballot#code={code}")
        }
        Notice::BallotCast { proposal, .. } | Notice::BallotUnopened { proposal, .. } => format!("/proposals/{proposal}/ballot"),
        Notice::VoteClosed { proposal, .. } | Notice::VoteEnacted { proposal, .. } | Notice::VoteLapsed { proposal, .. } => {
            format!("/proposals/{proposal}")
        }
        Notice::DraftReady { draft, .. } => format!("/proposals/drafts/{draft}"),
        Notice::PriceAsked { proposal, .. } => format!("/asked/{proposal}"),
        Notice::BatchUnderFloor { batch, .. } => format!("/batches/{batch}/price"),
        Notice::BatchUnsure { batch, .. } => format!("/batches/{batch}"),
        Notice::ContractListed { contract, .. } => format!("/contracts/{contract}"),
    };
    Part { words, link: format!("{}{path}", letter.address) }
}

/// Four and four are read and typed more surely than eight.
fn spaced(code: &str) -> String {
    let (first, last) = code.split_at_checked(4).unwrap_or((code, ""));
    format!("{first} {last}")
}

/// Whether a reason goes by mail: about what may hurt it does not.
fn said(reason: &str) -> Arg {
    if reason.is_empty() { "no" } else { "yes" }.into()
}

/// What stands in the sentences of a notice.
fn args(say: &Say, letter: &Letter<'_>, notice: &Notice) -> Vec<(&'static str, Arg)> {
    let mut args: Vec<(&'static str, Arg)> = match notice {
        Notice::Invited { by, client, .. } => {
            let acts = if client.is_empty() { "member" } else { "client" };
            vec![("by", by.as_str().into()), ("acts", acts.into()), ("client", client.as_str().into())]
        }
        Notice::InvitedElsewhere { client, by } => vec![("client", client.as_str().into()), ("by", by.as_str().into())],
        Notice::Reset { .. } | Notice::PayoutToChanged => Vec::new(),
        Notice::ClaimDue { title, due_at, .. } => vec![("title", title.as_str().into()), ("due", (*due_at).into())],
        Notice::WorkAccepted { title, count, price, amount, currency, index } => vec![
            ("index", Arg::Count(i64::try_from(*index).unwrap_or(i64::MAX))),
            ("title", title.as_str().into()),
            ("count", Arg::Count(*count)),
            ("price", (*price, *currency).into()),
            ("amount", (*amount, *currency).into()),
        ],
        Notice::SentBack { title, code, reason, clause, due_at, .. } => vec![
            ("title", title.as_str().into()),
            ("code", say.t(&format!("review-code-{code}")).into()),
            ("said", said(reason)),
            ("reason", reason.as_str().into()),
            ("clause", clause.as_str().into()),
            ("due", (*due_at).into()),
        ],
        Notice::Rejected { title, code, reason, clause, appeal_by, index, left, .. } => vec![
            ("left", if *left { "yes" } else { "no" }.into()),
            ("title", title.as_str().into()),
            ("code", say.t(&format!("review-code-{code}")).into()),
            ("said", said(reason)),
            ("reason", reason.as_str().into()),
            ("clause", clause.as_str().into()),
            ("due", (*appeal_by).into()),
            ("index", (*index).into()),
        ],
        Notice::Appealed { title, decide_by, .. } => vec![("title", title.as_str().into()), ("due", (*decide_by).into())],
        Notice::RejectionEnded { title, outcome, words, .. } => {
            let paid = matches!(outcome.as_str(), "overturned" | "undecided");
            let said = [say.t(&format!("appeal-outcome-{outcome}")), words.clone()].join(" ");
            vec![("title", title.as_str().into()), ("outcome", said.trim_end().into()), ("paid", if paid { "yes" } else { "no" }.into())]
        }
        Notice::DepositReceived { contract, title, amount, currency, .. } => {
            vec![("contract", contract.as_str().into()), ("title", title.as_str().into()), ("amount", (*amount, *currency).into())]
        }
        Notice::DepositReturned { contract, title, amount, currency, index } => vec![
            ("contract", contract.as_str().into()),
            ("title", title.as_str().into()),
            ("amount", (*amount, *currency).into()),
            ("index", (*index).into()),
        ],
        Notice::ReturnPrepared { contract, title, amount, currency, by, .. } => vec![
            ("contract", contract.as_str().into()),
            ("title", title.as_str().into()),
            ("amount", (*amount, *currency).into()),
            ("by", by.as_str().into()),
        ],
        Notice::PaidOut { payout, amount, currency, .. } | Notice::PayoutFailed { payout, amount, currency, .. } => {
            vec![("payout", payout.as_str().into()), ("amount", (*amount, *currency).into())]
        }
        Notice::ContractSubmitted { contract, title, end_client } => {
            vec![("contract", contract.as_str().into()), ("title", title.as_str().into()), ("client", end_client.as_str().into())]
        }
        Notice::ContractApproved { contract, title } => vec![("contract", contract.as_str().into()), ("title", title.as_str().into())],
        Notice::ContractReturned { contract, title, reason } => {
            vec![("contract", contract.as_str().into()), ("title", title.as_str().into()), ("reason", reason.as_str().into())]
        }
        Notice::ContractAmended { contract, title, version, claims } => vec![
            ("contract", contract.as_str().into()),
            ("title", title.as_str().into()),
            ("version", Arg::Count(*version)),
            ("claims", Arg::Count(*claims)),
        ],
        Notice::AmendmentMoved { contract, title, what, side, reason } => vec![
            ("contract", contract.as_str().into()),
            ("title", title.as_str().into()),
            ("what", what.as_str().into()),
            ("side", side.as_str().into()),
            ("reason", if reason.is_empty() { say.t("words-not-kept").into() } else { reason.as_str().into() }),
        ],
        Notice::ContractMoved { contract, title, what, side, reason, ends_at, whose, claims } => [
            ("contract", contract.as_str().into()),
            ("title", title.as_str().into()),
            ("what", what.as_str().into()),
            ("side", side.as_str().into()),
            ("said", if reason.is_empty() { "no" } else { "yes" }.into()),
            ("reason", reason.as_str().into()),
            ("whose", whose.as_str().into()),
            ("claims", Arg::Count(*claims)),
            ("ends", if ends_at.is_some() { "yes" } else { "no" }.into()),
        ]
        .into_iter()
        .chain(ends_at.map(|ends_at| ("when", ends_at.into())))
        .collect(),
        Notice::SecondPerson { what, amount, currency, by, .. } => {
            vec![("what", what.as_str().into()), ("amount", (*amount, *currency).into()), ("by", by.as_str().into())]
        }
        Notice::CorrectionPrepared { corrects, reason, amount, currency, by, .. } => vec![
            ("corrects", (*corrects).into()),
            ("reason", say.t(&format!("correction-reason-{reason}")).into()),
            ("amount", (*amount, *currency).into()),
            ("by", by.as_str().into()),
        ],
        Notice::Corrected { corrects, reason, contract, amount, currency, index } => vec![
            ("corrects", (*corrects).into()),
            ("reason", say.t(&format!("correction-reason-{reason}")).into()),
            ("contract", contract.as_str().into()),
            ("whose", if contract.is_empty() { "pay" } else { "deposit" }.into()),
            ("way", if amount.is_negative() { "less" } else { "more" }.into()),
            ("amount", (if amount.is_negative() { amount.checked_neg().unwrap_or(*amount) } else { *amount }, *currency).into()),
            ("index", (*index).into()),
        ],
        Notice::KeyCode { code } => vec![("code", spaced(code).into())],
        Notice::VoteOpened { .. }
        | Notice::VoteReminder { .. }
        | Notice::VoteCode { .. }
        | Notice::VoteClosed { .. }
        | Notice::BallotCast { .. }
        | Notice::VoteEnacted { .. }
        | Notice::VoteLapsed { .. }
        | Notice::BallotUnopened { .. }
        | Notice::DraftReady { .. }
        | Notice::PriceAsked { .. }
        | Notice::BatchUnderFloor { .. } => votes::args(say, notice),
        Notice::BatchUnsure { contract, title, lost, .. } => {
            vec![("contract", contract.as_str().into()), ("title", title.as_str().into()), ("lost", Arg::Count(*lost))]
        }
        Notice::KeyChanged { key, what } => vec![("key", key.as_str().into()), ("what", what.as_str().into())],
        Notice::KeyOfColleague { name, key, what, .. } => {
            vec![("name", name.as_str().into()), ("key", key.as_str().into()), ("what", what.as_str().into())]
        }
        Notice::SignatureWanted { about, what, by, .. } => {
            vec![("about", about.as_str().into()), ("what", what.as_str().into()), ("by", by.as_str().into())]
        }
        Notice::RoleGranted { name, role, by } => {
            vec![("name", name.as_str().into()), ("role", say.t(&format!("role-{role}")).into()), ("by", by.as_str().into())]
        }
        Notice::ColleagueInvited { name, by } => vec![("name", name.as_str().into()), ("by", by.as_str().into())],
        Notice::Left { index, unsaid } => {
            vec![("index", (*index).into()), ("unsaid", if *unsaid { "yes" } else { "no" }.into())]
        }
        Notice::Erased { by } => vec![("by", by.as_str().into())],
        Notice::ContractListed { contract, title, end_client, purpose } => vec![
            ("contract", contract.as_str().into()),
            ("title", title.as_str().into()),
            ("client", end_client.as_str().into()),
            ("purpose", purpose.as_str().into()),
        ],
    };
    args.push(("coop", letter.coop.into()));
    args
}
