//! The page on which anybody's browser checks a receipt: `static/verify.js` does it, and sends nothing. Here is what it needs:
//! the keys of the book, and every word that it says.

use askama::Template;
use manyhands_domain::books::table::KINDS;
use manyhands_domain::corrections::REASONS;
use rocket::get;
use rocket::http::Status;
use serde_json::{Map, Value, json};

use crate::actions::log::{self, RoleKey};
use crate::actions::receipts;
use crate::i18n::{Language, Say};
use crate::web::answer::{Answer, Result};
use crate::web::entry::index_of;
use crate::web::page::Page;
use crate::web::view::{Shell, book, html};

#[derive(Template)]
#[template(path = "ledger/verify.html")]
struct Verify {
    shell: Shell,
    say: Say,
    coop: String,
    /// The co-op's keys, one a line.
    keys: String,
    /// A receipt to begin with, or nothing.
    receipt: String,
    /// What the script says, as JSON.
    words: String,
}

impl Verify {
    fn t(&self, id: &str) -> String {
        self.say.t(id)
    }

    fn of_coop(&self, id: &str) -> String {
        self.say.with(id, &[("coop", self.coop.as_str().into())])
    }
}

/// With `?entry=<index>` the receipt of that entry stands there already.
#[get("/verify?<entry>")]
pub(super) async fn verify(page: Page, entry: Option<&str>) -> Result {
    let receipt = match entry {
        None => String::new(),
        Some(index) => {
            let receipt = receipts::receipt(&page.deps, index_of(index)?).await?;
            if page.may_read_entries() { receipt.text() } else { receipt.bare_text() }
        }
    };
    let mut keys = log::role_keys(&page.deps).await?;
    log::newest_first(&mut keys);
    let shown = Verify {
        shell: Shell::of(&page, Some(book(&page).await?)),
        coop: page.deps.coop.name.clone(),
        keys: keys.iter().map(|key| key.vkey.to_string()).collect::<Vec<_>>().join("\n"),
        words: words(&page.say, &keys).to_string(),
        say: page.say.clone(),
        receipt,
    };
    Ok(Answer::Html(Status::Ok, html(&shown)))
}

/// Every word that the script may say. A place in a sentence is `⟦name⟧`: the script knows what stands there.
fn words(say: &Say, keys: &[RoleKey]) -> Value {
    let with_places = |id: &str, places: &[&str]| {
        let places: Vec<(&str, _)> = places.iter().map(|place| (*place, format!("⟦{place}⟧").into())).collect();
        say.with(id, &places)
    };
    let no = NO.iter().map(|(code, places)| {
        let id = format!("verify-no-{code}");
        ((*code).to_owned(), json!([say.t(&id), with_places(&format!("{id}-text"), places)]))
    });
    let fields = KINDS.iter().flat_map(|kind| kind.refs.iter().chain(kind.calc));
    let fields = fields.map(|field| (field.name, say.optional(&format!("entry-field-{}", field.name.replace('_', "-")))));
    let kinds = KINDS.iter().map(|kind| (kind.name, say.optional(&format!("entry-{}", kind.name.replace('.', "-")))));
    let by = BY.iter().map(|by| (format!("by {by}"), say.optional(&format!("entry-by-{by}"))));
    let why = REASONS.iter().map(|why| (format!("reason {why}"), say.optional(&format!("correction-reason-{why}"))));
    let force = keys.iter().map(|key| (format!("{}+{}", key.vkey.name(), key.vkey.id()), json!([key.from, key.until])));
    json!({
        "locale": match say.language { Language::En => "en-GB", Language::Fr => "fr" },
        "point": match say.language { Language::En => ".", Language::Fr => "," },
        "number": with_places("entry-number", &["index"]),
        "yes": with_places("verify-yes", &["number", "origin"]),
        "signed": with_places("verify-signed", &["entries", "key"]),
        "own": with_places("verify-own", &["own"]),
        "unchecked": with_places("verify-own-unchecked", &["origin"]),
        "kind": say.t("verify-kind"),
        "when": say.t("verify-when"),
        "no": no.collect::<Map<_, _>>(),
        "kinds": spoken(kinds),
        "fields": spoken(fields),
        "values": spoken(by.chain(why)),
        "force": force.collect::<Map<_, _>>(),
    })
}

/// Names that have words.
fn spoken<N: Into<String>>(words: impl Iterator<Item = (N, String)>) -> Map<String, Value> {
    words.filter(|(_, words)| !words.is_empty()).map(|(name, words)| (name.into(), words.into())).collect()
}

/// Why a receipt is refused, and what its sentence names.
const NO: &[(&str, &[&str])] = &[
    ("receipt", &[]),
    ("empty", &[]),
    ("foot", &[]),
    ("several", &[]),
    ("above", &["line"]),
    ("damaged", &["line"]),
    ("note", &[]),
    ("another", &["number"]),
    ("key", &["key"]),
    ("weak", &["key"]),
    ("none", &[]),
    ("other", &["origin", "names"]),
    ("pages", &["origin", "names"]),
    ("unknown", &["origin", "id", "known"]),
    ("signature", &["entries"]),
    ("retired", &["entries", "id"]),
    ("path", &["entries", "number"]),
    ("entry", &[]),
    ("own", &["id"]),
    ("crypto", &[]),
    ("broken", &["error"]),
];
/// By whom work is accepted.
const BY: &[&str] = &["member", "client", "silence", "panel"];
