//! Label Studio: a configuration becomes the form of a draft, after its client saw what it comes to; a batch's form and answers are
//! taken away for a project there.

use manyhands_domain::label_studio::Imported;
use manyhands_domain::refusal::Refusal;
use rocket::http::ContentType;
use rocket::{get, post};

use crate::actions::results::Lines;
use crate::actions::{Batch, Error, batches, label_studio};
use crate::i18n::Say;
use crate::web::answer::{Answer, Result};
use crate::web::batches::batch_id;
use crate::web::contracts::again;
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::post::{Fields, Post};
use crate::web::questions;
use crate::web::sheet::{Block, Row, Sheet};

/// The ways in and out, on the page of a draft's questions.
pub(super) fn ways(say: &Say, id: &str) -> Vec<Block> {
    let links = [("", "studio-import"), (".xml", "studio-take-config")];
    let links = links.map(|(ending, words)| (format!("/batches/{id}/label-studio{ending}"), say.t(words)));
    vec![Block::Text(say.t("studio-ways-words")), Block::Links(links.into())]
}

/// What a client takes away from the desk for Label Studio: each batch is a project there.
pub(super) fn taken(say: &Say, all: &[Batch]) -> Vec<Block> {
    let opened: Vec<&Batch> = all.iter().filter(|batch| batch.state != "draft").collect();
    if opened.is_empty() {
        return Vec::new();
    }
    let link = |batch: &Batch, ending: &str, words: &str| {
        let words =
            if opened.len() == 1 { say.t(words) } else { say.with(&format!("{words}-of"), &[("title", batch.title.as_str().into())]) };
        (format!("/batches/{}/label-studio.{ending}", batch.id), words)
    };
    let both = |batch: &&Batch| [link(batch, "json", "studio-results"), link(batch, "xml", "studio-take-config")];
    vec![Block::Text(say.t("studio-taken-words")), Block::Links(opened.iter().flat_map(both).collect())]
}

fn sheet(page: &Page) -> Sheet {
    Sheet::new("", page.say.t("studio-title")).lede(page.say.t("studio-lede"))
}

fn form(page: &Page, id: &str) -> Form {
    let say = &page.say;
    let mut form = Form::new(page, format!("/batches/{id}/label-studio"), say.t("studio-look"));
    form.links.push((format!("/batches/{id}/questions"), say.t("studio-back")));
    form.field(say, "studio", "config", "", Kind::Area).field(say, "studio", "file", "", Kind::File)
}

#[get("/batches/<id>/label-studio")]
pub(super) async fn import(page: Page, id: &str) -> Result {
    let user = page.client_user()?;
    let batch = batches::find_own(&page.deps, &user, &batch_id(id)?).await?;
    if !batches::is_changeable(&page.deps, &batch).await? {
        return Ok(Answer::Redirect(format!("/batches/{id}")));
    }
    page.show(sheet(&page).leaf(page.say.t("studio-label"), vec![Block::Form(Box::new(form(&page, id)))])).await
}

#[post("/batches/<id>/label-studio", data = "<post>")]
pub(super) async fn import_post(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&["config", "take", "without"])?;
    let outcome = match config_of(&fields) {
        Ok(config) if fields.text("take").is_empty() => match label_studio::look_at(&page.deps, &user, &parsed, &config).await {
            Ok((batch, imported)) => return preview(&page, &batch, &imported, &config).await,
            Err(error) => Err(error),
        },
        Ok(config) => {
            let without = !fields.text("without").is_empty();
            label_studio::take(&page.deps, &user, &fields.once(), &parsed, &config, without).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(Answer::Redirect(format!("/batches/{id}/questions"))),
        Err(Error::Refused(refusals)) => {
            batches::find_own(&page.deps, &user, &parsed).await?;
            again(&page, sheet(&page), form(&page, id), &fields, &refusals, page.say.t("studio-label")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What was uploaded, else what was pasted.
fn config_of(fields: &Fields) -> std::result::Result<String, Error> {
    match fields.file() {
        Some(file) => file.text(FILE_BYTES)?.ok_or_else(|| Refusal::new("studio-encoding").field("config").into()),
        None => Ok(fields.text("config")),
    }
}

/// The form as it would be, and everything that would be left out, before anything is written.
async fn preview(page: &Page, batch: &Batch, imported: &Imported, config: &str) -> Result {
    let say = &page.say;
    let id = &batch.id;
    let sentences = |refusals: &[Refusal]| refusals.iter().map(|refusal| say.refusal(refusal)).collect::<Vec<_>>().join("\n");
    let mut sheet = Sheet::new(batch.title.clone(), say.t("studio-preview-title")).lede(say.t("studio-preview-lede"));
    if !imported.left_out.is_empty() {
        let words = say.with("studio-left-words", &[("count", imported.left_out.len().into())]);
        sheet = sheet.leaf(say.t("studio-left-label"), vec![Block::Text(words), Block::Lines(sentences(&imported.left_out))]);
    }
    let row = |question| Row { href: String::new(), ..questions::row(say, id, question) };
    sheet = sheet.leaf(say.t("questions-label"), vec![Block::Rows(imported.form.questions.iter().map(row).collect())]);
    if !imported.remarks.is_empty() {
        sheet = sheet.leaf(say.t("studio-remarks-label"), vec![Block::Lines(sentences(&imported.remarks))]);
    }
    let whole = imported.left_out.is_empty();
    let mut take = Form::new(page, format!("/batches/{id}/label-studio"), say.t(if whole { "studio-take" } else { "studio-take-without" }))
        .hidden("config", config)
        .hidden("take", "on");
    if !whole {
        take = take.hidden("without", "on");
    }
    take.links.push((format!("/batches/{id}/label-studio"), say.t("studio-other")));
    let shows = say.t(&format!("studio-shows-{}", imported.payload_kind));
    let blocks = vec![Block::Text(shows), Block::Text(say.t("studio-take-words")), Block::Form(Box::new(take))];
    sheet = sheet.leaf(say.t("studio-take-label"), blocks);
    page.show(sheet).await
}

#[get("/batches/<id>/label-studio.xml")]
pub(super) async fn config(page: Page, id: &str) -> Result {
    let text = label_studio::config(&page.deps, &page.client_user()?, &batch_id(id)?).await?;
    Ok(Answer::File { kind: ContentType::XML, name: format!("{id}-label-studio.xml"), bytes: text.into_bytes() })
}

#[get("/batches/<id>/label-studio.json")]
pub(super) async fn results(page: Page, id: &str) -> Result {
    let (user, parsed) = (page.client_user()?, batch_id(id)?);
    let mut lines = Lines::begin(&page.deps, &user).await?;
    label_studio::results(&page.deps, &user, &parsed, &mut lines).await?;
    Ok(Answer::Lines { kind: ContentType::JSON, name: format!("{id}-label-studio.json"), written: Box::new(lines.finish()?) })
}

/// A little more than a configuration may have: what is longer is told so.
const FILE_BYTES: u64 = 200_000;
