//! What stands around every page: masthead, places by role, footer with the book's last page.

use askama::Template;
use base64::prelude::{BASE64_STANDARD, Engine};

use manyhands_domain::log::note::Note;
use rocket::http::Status;

use crate::actions::rights::SignedIn;
use crate::actions::{Error, receipts};
use crate::i18n::{Language, Say, count};
use crate::web::answer::{Answer, render};
use crate::web::assets::VERSION;
use crate::web::forms::Kind;
use crate::web::page::Page;
use crate::web::sheet::{Block, Sheet};

/// Around the page.
#[derive(Debug)]
pub struct Shell {
    /// BCP 47.
    pub lang: &'static str,
    /// The co-op's name.
    pub coop: String,
    /// Address, words, and whether it is here.
    pub places: Vec<(&'static str, String, bool)>,
    /// Who is signed in, or how to: address, words.
    pub who: (String, String),
    /// The book's last page, in words.
    pub book: String,
    /// The newest checkpoint's three lines, on paper only: each print is a witness.
    pub checkpoint: String,
    /// Words, and where they lead: to the page that checks, with the receipt of the entry if this is one's page.
    pub check: String,
    /// See there.
    pub check_at: String,
    /// Where no other language can be chosen without losing what was typed: its tag, and a sentence in it that says how.
    pub later: Vec<(&'static str, String)>,
    /// The other languages: tag, name.
    pub languages: Vec<(&'static str, &'static str)>,
    /// To come back to.
    pub here: String,
    /// Words of the link over the masthead.
    pub skip: String,
    /// Words, said by those who cannot see the places.
    pub places_word: String,
    /// Part of the addresses of style and script.
    pub version: String,
    /// Words of the seal, for those who do not see it.
    pub seal_word: String,
    /// Makes the row buttons act once.
    pub key: String,
    /// Whether the masthead makes room for the task.
    pub narrow: bool,
    /// What the script needs that keeps answers until they arrive: whose, and its sentences.
    pub kept: Option<(String, String)>,
}

/// The book's last page: in words, and as it was signed.
#[derive(Debug, Default)]
pub struct LastPage {
    words: String,
    checkpoint: String,
}

/// A sheet in its shell.
#[derive(Template)]
#[template(path = "parts/sheet.html")]
pub struct SheetPage<'a> {
    /// Around it.
    pub shell: &'a Shell,
    /// The page.
    pub sheet: &'a Sheet,
}

impl Shell {
    /// For a reader; the book's last page if it could be read.
    pub fn of(page: &Page, book: Option<LastPage>) -> Shell {
        let say = &page.say;
        let here = page.here.split('?').next().unwrap_or_default();
        let places = places(page);
        // To a coordinator who is no treasurer, what waits for a second person is a matter of the office.
        let has_treasury = places.iter().any(|(path, _)| *path == "/treasury");
        let at = if has_treasury || !(here == "/treasury" || here.starts_with("/treasury/")) { here } else { "/office" };
        // A client's batches and reviews have addresses of their own, and are matters of the desk and of the reviews.
        let at = match (page.who.as_ref().and_then(SignedIn::client_user), at.strip_prefix("/batches/")) {
            (Some(_), Some(rest)) => {
                if rest.ends_with("/review") {
                    "/reviews"
                } else {
                    "/desk"
                }
            }
            _ => at,
        };
        let places = places.into_iter().map(|(path, id)| {
            let is_here = at == path || (path != "/" && at.starts_with(&format!("{path}/")));
            (path, say.t(id), is_here)
        });
        let who = match &page.who {
            Some(who) => ("/account".to_owned(), who.standing().client_name.clone().unwrap_or_else(|| who.standing().name.clone())),
            None => (sign_in_at(&page.here, page.sent), say.t("sign-in")),
        };
        let book = book.unwrap_or_default();
        Shell {
            coop: page.deps.coop.name.clone(),
            places: places.collect(),
            who,
            book: book.words,
            check_at: check_at(here),
            checkpoint: book.checkpoint,
            here: page.here.clone(),
            key: page.key.clone(),
            kept: kept(page, here),
            ..Shell::bare(say).after_form(page.sent)
        }
    }

    /// An answer to a form has no address to come back to, and a switch would lose what was typed: it says where to switch.
    fn after_form(mut self, sent: bool) -> Shell {
        if sent {
            let others = Language::ALL.into_iter().filter(|language| language.tag() != self.lang);
            self.later = others.map(|language| (language.tag(), Say::new(language, "UTC").t("language-later"))).collect();
            self.languages.clear();
        }
        self
    }

    /// For a page of one task: no places, and instead of the reader's name whom the work is for.
    pub fn narrow(page: &Page, book: Option<LastPage>, whose: (String, String)) -> Shell {
        Shell { places: Vec::new(), who: whose, narrow: true, ..Shell::of(page, book) }
    }

    /// Without anything from the database.
    pub fn bare(say: &Say) -> Shell {
        let others = Language::ALL.into_iter().filter(|language| *language != say.language);
        Shell {
            lang: say.language.tag(),
            coop: "Manyhands".to_owned(),
            places: Vec::new(),
            who: ("/".to_owned(), String::new()),
            book: String::new(),
            checkpoint: String::new(),
            check: say.t("check-this-page"),
            check_at: "/verify".to_owned(),
            languages: others.map(|language| (language.tag(), language.name())).collect(),
            later: Vec::new(),
            here: "/".to_owned(),
            skip: say.t("skip"),
            places_word: say.t("places"),
            version: VERSION.clone(),
            seal_word: say.t("seal-word"),
            key: String::new(),
            narrow: false,
            kept: None,
        }
    }
}

/// Of a member, on every page but the one that may ask nobody for anything.
fn kept(page: &Page, here: &str) -> Option<(String, String)> {
    let member = page.who.as_ref()?.standing().member.as_ref()?;
    (here != "/verify").then(|| (member.as_str().to_owned(), super::kept::words(&page.say)))
}

/// The sign-in page, which leads back here; not to a form's answer, nor to itself.
fn sign_in_at(here: &str, sent: bool) -> String {
    let leads_back = !sent && here != "/" && !["/signin", "/reset", "/invitation"].iter().any(|page| here.starts_with(page));
    if leads_back { format!("/signin?next={}", rocket::http::RawStr::new(here).percent_encode()) } else { "/signin".to_owned() }
}

/// Where a page is checked: an entry's by its receipt.
fn check_at(here: &str) -> String {
    match here.strip_prefix("/ledger/").map(str::parse::<u64>) {
        Some(Ok(index)) => format!("/verify?entry={index}"),
        _ => "/verify".to_owned(),
    }
}

/// The places of a reader: at most five, which fit under the thumb at 360 pixels; more only for whoever has several roles.
fn places(page: &Page) -> Vec<(&'static str, &'static str)> {
    let Some(who) = &page.who else {
        return vec![
            ("/contracts", "place-contracts"),
            ("/rates", "place-rates"),
            ("/ledger", "place-ledger"),
            ("/verify", "place-verify"),
        ];
    };
    if who.client_user().is_some() {
        return vec![("/desk", "place-desk"), ("/reviews", "place-reviews"), ("/money", "place-money"), ("/ledger", "place-ledger")];
    }
    let mut places = vec![("/work", "place-work"), ("/pay", "place-pay")];
    if who.reviewer().is_some() {
        places.push(("/reviews", "place-reviews"));
    }
    // A coordinator finds what waits for a second person in the office.
    if who.treasurer().is_some() {
        places.push(("/treasury", "place-treasury"));
    }
    if who.coordinator().is_some() {
        places.push(("/office", "place-office"));
    }
    places.extend([("/proposals", "place-votes"), ("/ledger", "place-ledger")]);
    places
}

/// The book's last page: entries, root, time.
pub async fn book(page: &Page) -> Result<LastPage, Answer> {
    let Some(checkpoint) = receipts::checkpoint(&page.deps).await? else { return Ok(LastPage::default()) };
    let root = BASE64_STANDARD.encode(&checkpoint.root);
    let short = format!("{}…{}", root.get(..4).unwrap_or_default(), root.get(root.len().saturating_sub(4)..).unwrap_or_default());
    let utc = Say::new(page.say.language, "UTC");
    let words = page.say.with(
        "footer-book",
        &[
            ("coop", page.deps.coop.name.as_str().into()),
            ("entries", count(i64::try_from(checkpoint.size).unwrap_or(i64::MAX)).into()),
            ("root", short.into()),
            ("at", utc.moment(manyhands_domain::time::Timestamp::from_secs(checkpoint.at)).into()),
        ],
    );
    let demo = if page.deps.coop.demo { format!(" {}", page.say.t("footer-demo")) } else { String::new() };
    let lines = Note::parse(&checkpoint.note).map_err(Error::broken)?.text.to_owned();
    Ok(LastPage { words: format!("{words}{demo}"), checkpoint: lines })
}

impl Page {
    /// Answers with a sheet.
    pub async fn show(&self, sheet: Sheet) -> super::answer::Result {
        let status = match (sheet.refused, sheet.wait) {
            (true, true) => Status::TooManyRequests,
            (true, false) => Status::UnprocessableEntity,
            (false, _) => Status::Ok,
        };
        let shell = Shell::of(self, Some(book(self).await?));
        Ok(Answer::Html(status, sheet.html(&shell)))
    }
}

/// Renders a template of a page.
pub fn html(template: &impl Template) -> String {
    render(template)
}
