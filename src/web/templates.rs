//! Ready-made questions for the kinds of work that clients bring most: one press fills the form, in the language of the page.

use manyhands_domain::forms::NewQuestion;
use rocket::post;

use crate::actions::{Batch, Error, questions};
use crate::i18n::Say;
use crate::web::answer::{Answer, Result};
use crate::web::batches::batch_id;
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::sheet::{Block, Deed};

/// A question of a template: its name, which is that of its words too, its kind, and whether it may be left unanswered.
type Part = (&'static str, &'static str, bool);

/// A kind of work that clients bring.
#[derive(Debug)]
pub(super) struct Ready {
    /// In addresses and sentences.
    pub(super) code: &'static str,
    /// What its items are: `text`, `image`.
    pub(super) shows: &'static str,
    parts: &'static [Part],
}

const fn ready(code: &'static str, shows: &'static str, parts: &'static [Part]) -> Ready {
    Ready { code, shows, parts }
}

/// Kinds of work, and what is asked there.
const TEMPLATES: &[Ready] = &[
    ready("sort-texts", "text", &[("topic", "one-choice", false), ("tone", "one-choice", false), ("language", "text", true)]),
    ready("sort-photos", "image", &[("scene", "one-choice", false), ("shown", "several-choices", false), ("usable", "one-choice", false)]),
    ready("factual", "text", &[("factual", "one-choice", false), ("claims", "spans", true), ("source", "text", true)]),
    ready("write", "text", &[("pairs", "pairs", false)]),
    ready("rate", "text", &[("better", "preference", false), ("faults_a", "several-choices", true), ("faults_b", "several-choices", true)]),
    ready("rank", "text", &[("order", "ranking", false), ("best_fit", "one-choice", false), ("remark", "text", true)]),
    ready("moderate", "text", &[("harm", "one-choice", false), ("categories", "several-choices", true), ("passages", "spans", true)]),
    ready("contours", "image", &[("objects", "polygons", true), ("complete", "one-choice", false)]),
    ready("face", "image", &[("faces", "polygons", true), ("hidden", "one-choice", false)]),
    ready("tool", "text", &[("result", "external", false), ("whole", "one-choice", false), ("remark", "text", true)]),
];

/// Where a ready-made form leads until its client writes their own: every place that can be filled in, the token where no server logs it.
const LINK: &str = "https://tool.example/#item={item}&token={token}&post={post}";

/// The kind of work of that code.
pub(super) fn find(code: &str) -> Option<&'static Ready> {
    TEMPLATES.iter().find(|ready| ready.code == code)
}

/// The kinds of work, each leading to a new batch of it.
pub(super) fn ways(say: &Say, new: &str) -> Vec<[String; 3]> {
    let way = |ready: &Ready| {
        [format!("{new}?of={}", ready.code), say.t(&format!("template-{}", ready.code)), say.t(&format!("template-{}-words", ready.code))]
    };
    TEMPLATES.iter().map(way).collect()
}

/// The same for a draft that is there: each puts its questions in the place of the draft's. Those that fit what its items show.
pub(super) fn deeds(page: &Page, batch: &Batch) -> Block {
    let say = &page.say;
    let deed = |ready: &Ready| Deed {
        action: format!("/batches/{}/template/{}", batch.id, ready.code),
        words: say.t(&format!("template-{}", ready.code)),
        more: say.t(&format!("template-{}-words", ready.code)),
    };
    let fits = |ready: &&Ready| ready.shows == batch.payload_kind || ready.shows == "text" && batch.payload_kind == "link";
    Block::Deeds(TEMPLATES.iter().filter(fits).map(deed).collect())
}

/// A template's questions, as a client would type them.
pub(super) fn questions_of(say: &Say, code: &str) -> Option<Vec<NewQuestion>> {
    let parts = find(code)?.parts;
    let question = |(name, kind, optional): &Part| {
        let id = format!("template-{code}-{}", name.replace('_', "-"));
        NewQuestion {
            kind: (*kind).to_owned(),
            name: (*name).to_owned(),
            question: say.t(&id),
            optional: *optional,
            choices: say.optional(&format!("{id}-choices")).replace("; ", "\n"),
            tie: true,
            reason: "20".to_owned(),
            most: "3".to_owned(),
            link: LINK.to_owned(),
        }
    };
    Some(parts.iter().map(question).collect())
}

#[post("/batches/<id>/template/<code>", data = "<post>")]
pub(super) async fn take(page: Page, id: &str, code: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let fields = post.only(&[])?;
    let typed = questions_of(&page.say, code).ok_or(Answer::Error(Error::NotFound))?;
    questions::replace(&page.deps, &user, &fields.once(), &batch_id(id)?, &typed).await?;
    Ok(Answer::Redirect(format!("/batches/{id}/questions")))
}

#[cfg(test)]
mod tests {
    use manyhands_domain::forms::{Form, define};

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_template_is_a_form_in_every_language() {
        for language in Language::ALL {
            let say = Say::new(language, "UTC");
            for ready in TEMPLATES {
                let questions = questions_of(&say, ready.code).unwrap();
                assert_eq!(questions.len(), ready.parts.len());
                let form = questions.iter().map(|question| define(question).unwrap_or_else(|why| panic!("{}: {why:?}", ready.code)));
                let form = Form { questions: form.collect() };
                assert!(form.check(ready.shows).is_ok(), "{} shows {}", ready.code, ready.shows);
            }
            assert_eq!(ways(&say, "x").len(), TEMPLATES.len());
        }
    }
}
