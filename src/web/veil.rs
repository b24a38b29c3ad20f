//! What may hurt stands behind a veil until it is asked for: a text folded away, a picture small, grey and blurred, which is another file
//! than the clear one. Nothing is remembered from one task to the next.

use manyhands_domain::forms::{Kind, Question};

use crate::actions::{Claim, hazards};
use crate::i18n::Say;
use crate::web::answer::Result;
use crate::web::files::Shown;
use crate::web::hazards::lines;
use crate::web::page::Page;
use crate::web::sheet::Block;

/// A text behind a veil: words that lift it, words that let it fall, the text.
#[derive(Debug)]
pub struct Veil {
    /// Lifts it.
    pub show: String,
    /// Lets it fall again.
    pub again: String,
    /// The text.
    pub text: String,
}

/// A picture behind a veil, or one from which it was lifted.
#[derive(Debug)]
pub struct Blind {
    /// The small grey copy; empty where the picture is kept elsewhere.
    pub src: String,
    /// Pixels across and down, of the clear one.
    pub size: Option<(i64, i64)>,
    /// Says what is not shown.
    pub alt: String,
    /// What lifts it.
    pub ask: Ask,
}

/// What lifts a picture's veil, or lets it fall again. Without scripts it leads to the page as it is then.
#[derive(Debug)]
pub struct Ask {
    /// Where it leads.
    pub to: String,
    /// The clear picture; empty once it is shown.
    pub clear: String,
    /// Instead of the clear one.
    pub alt: String,
    /// Lifts it.
    pub show: String,
    /// Lets it fall again.
    pub again: String,
}

impl Ask {
    /// What is read first.
    pub fn words(&self) -> &str {
        if self.clear.is_empty() { &self.again } else { &self.show }
    }
}

/// What stands above a task that may hurt.
pub(super) struct Warned {
    /// What it may show.
    pub(super) hazards: String,
    /// Words of the button that leaves it; none for its client, who only looks.
    pub(super) leave: String,
    /// Lifts the veil of its picture, or lets it fall.
    pub(super) ask: Option<Ask>,
    /// Lifts the veil of its text.
    pub(super) show: String,
    /// Lets it fall again.
    pub(super) again: String,
}

/// Whether the reader asked for the clear picture, on this page and until they leave it.
pub(super) fn is_lifted(page: &Page) -> bool {
    page.here.split_once('?').is_some_and(|(_, query)| query.split('&').any(|part| part == LIFTED))
}

/// A page's address with the veil lifted.
pub(super) fn lifted(address: &str) -> String {
    format!("{address}?{LIFTED}")
}

/// A text behind its veil.
pub(super) fn text(say: &Say, text: String) -> Block {
    Block::Veil(Box::new(Veil { show: say.t("veil-show-text"), again: say.t("veil-again"), text }))
}

/// An answer in words: behind a veil where it may quote the item.
pub(super) fn answer(say: &Say, veiled: bool, question: &Question, words: String) -> Block {
    if veiled && quotes(question) { text(say, words) } else { Block::Lines(words) }
}

/// Whether an answer to this may quote the item.
pub(super) fn quotes(question: &Question) -> bool {
    matches!(question.answer, Kind::Text | Kind::Pairs(_) | Kind::Spans(_) | Kind::Preference(_))
}

/// What lifts the veil of a picture, or lets it fall; `address` is the page's own.
pub(super) fn ask(page: &Page, address: &str, clear: &str, alt: &str) -> Ask {
    let lifts = !is_lifted(page);
    Ask {
        to: if lifts { lifted(address) } else { address.to_owned() },
        clear: if lifts { clear.to_owned() } else { String::new() },
        alt: alt.to_owned(),
        show: page.say.t("veil-show-picture"),
        again: page.say.t("veil-again"),
    }
}

/// A picture that is kept here, behind its veil.
pub(super) fn blind(page: &Page, address: &str, shown: &Shown) -> Blind {
    Blind {
        src: shown.blind.clone(),
        size: Some((shown.width, shown.height)),
        alt: page.say.t("veil-alt"),
        ask: ask(page, address, &shown.src, &shown.alt),
    }
}

/// A picture at an address elsewhere: nothing of it is fetched before it is asked for.
pub(super) fn blind_elsewhere(page: &Page, address: &str, clear: &str, alt: &str) -> Blind {
    Blind { src: String::new(), size: None, alt: page.say.t("veil-alt-elsewhere"), ask: ask(page, address, clear, alt) }
}

/// Where a task's page is: a member's, or its client's, who only looks.
fn place_of(claim: &Claim) -> String {
    if claim.member_id.is_empty() { format!("/batches/{}/preview", claim.batch_id) } else { format!("/claims/{}", claim.id) }
}

/// What stands at the bench instead of a picture that may hurt, before it is asked for; `clear` is where one is that is kept elsewhere.
pub(super) fn at_bench(page: &Page, claim: &Claim, picture: Option<&Shown>, clear: &str, title: &str) -> Option<Blind> {
    let asked = claim.payload_kind == "image" && hazards::is_veiled(claim) && !is_lifted(page);
    let at = place_of(claim);
    asked.then(|| match picture {
        Some(picture) => blind(page, &at, picture),
        None => blind_elsewhere(page, &at, clear, title),
    })
}

/// What is said and can be done above a task that may hurt; nothing above others.
pub(super) fn warned(page: &Page, claim: &Claim, picture: Option<&Shown>, clear: &str, title: &str) -> Result<Option<Warned>> {
    if !hazards::is_veiled(claim) {
        return Ok(None);
    }
    let say = &page.say;
    let clear = picture.map_or(clear, |picture| picture.src.as_str());
    let known = hazards::hazards_of(claim)?;
    // Under an older version none may have been named.
    let words = if known.is_empty() { say.t("veil-unnamed") } else { lines(page, &known).join(" · ") };
    Ok(Some(Warned {
        hazards: words,
        leave: if claim.member_id.is_empty() { String::new() } else { say.t("hazards-leave") },
        ask: (claim.payload_kind == "image").then(|| ask(page, &place_of(claim), clear, title)),
        show: say.t("veil-show-text"),
        again: say.t("veil-again"),
    }))
}

const LIFTED: &str = "show=1";
