//! A client sees the first item of their batch in the workbench, exactly as a member would, and tries the form: it is read as a
//! member's answer is, and nothing is written.

use rocket::{get, post};

use crate::actions::{Error, claims};
use crate::web::answer::{Answer, Result};
use crate::web::batches::batch_id;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Sheet};
use crate::web::workbench;

#[get("/batches/<id>/preview")]
pub(super) async fn preview(page: Page, id: &str) -> Result {
    match claims::sample(&page.deps, &page.client_user()?, &batch_id(id)?).await {
        Ok(claim) => workbench::preview(&page, &claim, None, None).await,
        Err(Error::Refused(refusals)) => {
            let way = Block::Links(vec![(format!("/batches/{id}"), page.say.t("preview-back"))]);
            page.show(refused(&page, Sheet::new("", page.say.t("preview-way")).leaf("", vec![way]), &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `take`: what a model suggests for this question is taken over, as a member would, and nothing is read yet.
#[post("/batches/<id>/preview?<take>", data = "<post>")]
pub(super) async fn preview_post(page: Page, id: &str, take: Option<&str>, post: Post) -> Result {
    let claim = match claims::sample(&page.deps, &page.client_user()?, &batch_id(id)?).await {
        Err(Error::Refused(_)) => return Ok(Answer::Redirect(format!("/batches/{id}/preview"))),
        other => other?,
    };
    let (_, typed) = workbench::typed_into(&claim, post)?;
    if let Some(name) = take {
        let taken = workbench::taken(&page, &claim, name, typed.answers).await?;
        return workbench::preview(&page, &claim, Some(&taken), None).await;
    }
    // Nobody has claimed it, so no tool can send anything: the other questions are tried.
    let form = claims::form_of(&claim)?.without_external();
    let task = claims::task_of(&claim)?;
    let read = if form.questions.is_empty() { Ok(serde_json::Value::Null) } else { form.read(&typed.answers, &task) };
    let refusals = read.err().map(|refusals| refusals.into_iter().collect::<Vec<_>>()).unwrap_or_default();
    workbench::preview(&page, &claim, Some(&typed.answers), Some(&refusals)).await
}
