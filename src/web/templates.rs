//! Ready-made questions for the kinds of work that clients bring most: one press fills the form, in the language of the page.

use manyhands_domain::forms::NewQuestion;
use rocket::post;

use crate::actions::{Error, questions};
use crate::i18n::Say;
use crate::web::answer::{Answer, Result};
use crate::web::batches::batch_id;
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::sheet::{Press, Row};

/// A question of a template: its name, which is that of its words too, its kind, and whether it may be left unanswered.
type Part = (&'static str, &'static str, bool);

/// A kind of work, and what is asked there.
const TEMPLATES: &[(&str, &[Part])] = &[
    ("sort-texts", &[("topic", "one-choice", false), ("tone", "one-choice", false), ("language", "text", true)]),
    ("sort-photos", &[("scene", "one-choice", false), ("shown", "several-choices", false), ("usable", "one-choice", false)]),
    ("factual", &[("factual", "one-choice", false), ("claims", "spans", true), ("source", "text", true)]),
    ("write", &[("pairs", "pairs", false)]),
    ("rate", &[("better", "preference", false), ("faults_a", "several-choices", true), ("faults_b", "several-choices", true)]),
    ("rank", &[("order", "ranking", false), ("best_fit", "one-choice", false), ("remark", "text", true)]),
    ("moderate", &[("harm", "one-choice", false), ("categories", "several-choices", true), ("passages", "spans", true)]),
    ("contours", &[("objects", "polygons", true), ("complete", "one-choice", false)]),
    ("face", &[("faces", "polygons", true), ("hidden", "one-choice", false)]),
    ("tool", &[("result", "external", false), ("whole", "one-choice", false), ("remark", "text", true)]),
];

/// Where a ready-made form leads until its client writes their own: every place that can be filled in, the token where no server logs it.
const LINK: &str = "https://tool.example/#item={item}&token={token}&post={post}";

/// The templates, each one press away.
pub(super) fn rows(say: &Say, id: &str) -> Vec<Row> {
    let row = |(code, _): &(&str, &[Part])| {
        let title = say.t(&format!("template-{code}"));
        let aria = say.with("template-take-aria", &[("title", title.as_str().into())]);
        let press = Press { action: format!("/batches/{id}/template/{code}"), words: say.t("template-take"), aria, quiet: true };
        Row { title, facts: vec![say.t(&format!("template-{code}-words"))], press: Some(press), ..Row::default() }
    };
    TEMPLATES.iter().map(row).collect()
}

/// A template's questions, as a client would type them.
pub(super) fn questions_of(say: &Say, code: &str) -> Option<Vec<NewQuestion>> {
    let (_, parts) = TEMPLATES.iter().find(|(known, _)| *known == code)?;
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
    use manyhands_domain::forms::define;

    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_template_is_a_form_in_every_language() {
        for language in Language::ALL {
            let say = Say::new(language, "UTC");
            for (code, parts) in TEMPLATES {
                let questions = questions_of(&say, code).unwrap();
                assert_eq!(questions.len(), parts.len());
                for question in questions {
                    assert!(define(&question).is_ok(), "{code}: {:?}", define(&question));
                }
            }
            assert_eq!(rows(&say, "x").len(), TEMPLATES.len());
        }
    }
}
