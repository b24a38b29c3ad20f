//! Answers that are kept on the device until they arrive: what `static/outbox.js` and `static/keep.js` say, and what they are answered.

use manyhands_domain::refusal::Refusal;
use rocket::Request;
use rocket::http::Status;
use rocket::outcome::Outcome;
use rocket::request::{self, FromRequest};
use serde_json::json;

use crate::i18n::Say;
use crate::web::answer::Answer;
use crate::web::page::Page;

/// Whether a page's own script asks, which reads JSON and leads on itself; else it is a browser, which shows pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script(bool);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Script {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<Script, Self::Error> {
        Outcome::Success(Script(request.headers().get_one("Accept") == Some("application/json")))
    }
}

impl Script {
    /// Done: where it goes on.
    pub(super) fn lead(self, to: String) -> Answer {
        if self.0 { Answer::Told(Status::Ok, json!({ "next": to })) } else { Answer::Redirect(to) }
    }

    /// Not done, in words; nothing for a browser, which is shown the page.
    pub(super) fn refuse(self, page: &Page, refusals: &[Refusal]) -> Option<Answer> {
        let words: Vec<String> = refusals.iter().map(|refusal| page.say.refusal(refusal)).collect();
        self.0.then(|| Answer::Told(Status::UnprocessableEntity, json!({ "refused": words })))
    }
}

/// Every sentence that the scripts say, by id, with `{place}` for what stands in it, as JSON.
pub(super) fn words(say: &Say) -> String {
    let places = ["title", "why"].map(|place| (place, format!("{{{place}}}").into()));
    let words: serde_json::Map<String, serde_json::Value> =
        WORDS.iter().map(|id| ((*id).to_owned(), say.with(id, &places).into())).collect();
    serde_json::Value::Object(words).to_string()
}

const WORDS: &[&str] = &[
    "kept-arrived-of",
    "kept-change",
    "kept-drop",
    "kept-here",
    "kept-leaving",
    "kept-more",
    "kept-no-room",
    "kept-not-taken",
    "kept-now",
    "kept-open",
    "kept-out",
    "kept-refused",
    "kept-restored",
    "kept-saved",
    "kept-saved-of",
    "kept-sending",
    "kept-sign-in",
    "kept-text",
    "kept-waits",
    "kept-waits-draft",
    "kept-waits-of",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_page_brings_every_word_that_the_scripts_say_and_no_other() {
        let scripts = [include_str!("../../static/outbox.js"), include_str!("../../static/keep.js")].concat();
        let said: Vec<&str> = scripts.split('"').filter(|text| text.starts_with("kept-")).collect();
        assert!(said.iter().all(|id| WORDS.contains(id)), "{said:?}");
        assert!(WORDS.iter().all(|id| said.contains(id)), "one of {WORDS:?} is said by no script");
        for language in Language::ALL {
            let words: std::collections::BTreeMap<String, String> = serde_json::from_str(&words(&Say::new(language, "UTC"))).unwrap();
            assert!(words["kept-refused"].contains("{title}") && words["kept-refused"].contains("{why}"), "{words:?}");
        }
    }
}
