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
        Ok(claim) => workbench::preview(&page, &claim, None, &[]).await,
        Err(Error::Refused(refusals)) => {
            let way = Block::Links(vec![(format!("/batches/{id}"), page.say.t("preview-back"))]);
            page.show(refused(&page, Sheet::new("", page.say.t("preview-way")).leaf("", vec![way]), &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/batches/<id>/preview", data = "<post>")]
pub(super) async fn preview_post(page: Page, id: &str, post: Post) -> Result {
    let claim = match claims::sample(&page.deps, &page.client_user()?, &batch_id(id)?).await {
        Err(Error::Refused(_)) => return Ok(Answer::Redirect(format!("/batches/{id}/preview"))),
        other => other?,
    };
    let (_, typed) = workbench::typed_into(&claim, post)?;
    // Nobody has claimed it, so no tool can send anything: the other questions are tried.
    let form = claims::form_of(&claim)?.without_external();
    let task = claims::task_of(&claim)?;
    let read = if form.questions.is_empty() { Ok(serde_json::Value::Null) } else { form.read(&typed.answers, &task) };
    let refusals = read.err().map(|refusals| refusals.into_iter().collect::<Vec<_>>()).unwrap_or_default();
    workbench::preview(&page, &claim, Some(&typed.answers), &refusals).await
}
