//! The questions of a draft batch: added, changed, moved and taken out by its client's user, all under the contract's lock.

use manyhands_domain::forms::{self, Form, NewQuestion};
use manyhands_domain::ids::BatchId;
use manyhands_domain::refusal::Refusal;
use manyhands_store::batches::{self as rows, Batch};
use manyhands_store::tasks;

use crate::actions::batches::{draft_of, form_of};
use crate::actions::rights::ClientUser;
use crate::actions::{Error, Once, Work, begin, gold, suggestions};
use crate::deps::Deps;

/// Adds a question at the end of a draft's form.
///
/// # Errors
/// Fields that do not fit; a name that is taken; too many; no draft.
pub async fn add(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, typed: &NewQuestion) -> Result<(), Error> {
    let question = forms::define(typed)?;
    let work = begin!(deps, by.actor(), once);
    let batch = draft_of(&work, by, id).await?;
    let form = form_of(&batch)?.with(question, !typed.name.trim().is_empty())?;
    set(&work, &batch, &form).await?;
    work.commit(()).await
}

/// Changes the question of that name.
///
/// # Errors
/// [`Error::NotFound`] when there is none; fields that do not fit; a name that another has; no draft.
pub async fn change(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, name: &str, typed: &NewQuestion) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let batch = draft_of(&work, by, id).await?;
    let form = form_of(&batch)?;
    has(&form, name)?;
    // An empty name keeps the one it has: results are known by it.
    let named = if typed.name.trim().is_empty() { name } else { typed.name.as_str() };
    let question = forms::define(&NewQuestion { name: named.to_owned(), ..typed.clone() })?;
    set(&work, &batch, &form.replacing(name, question)?).await?;
    work.commit(()).await
}

/// Takes the question of that name out.
///
/// # Errors
/// [`Error::NotFound`] when there is none; the last one stays; no draft.
pub async fn remove(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, name: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let batch = draft_of(&work, by, id).await?;
    let form = form_of(&batch)?;
    has(&form, name)?;
    set(&work, &batch, &form.without(name)?).await?;
    work.commit(()).await
}

/// Moves the question of that name one place up.
///
/// # Errors
/// [`Error::NotFound`] when there is none; no draft.
pub async fn raise(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, name: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let batch = draft_of(&work, by, id).await?;
    let form = form_of(&batch)?;
    has(&form, name)?;
    set(&work, &batch, &form.raising(name)).await?;
    work.commit(()).await
}

/// Puts these questions in the place of all that a draft asks.
///
/// # Errors
/// Fields that do not fit; no draft.
pub async fn replace(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, typed: &[NewQuestion]) -> Result<(), Error> {
    let form = form_asking(typed)?;
    let work = begin!(deps, by.actor(), once);
    let batch = draft_of(&work, by, id).await?;
    set(&work, &batch, &form).await?;
    work.commit(()).await
}

/// The form that asks these questions.
pub(super) fn form_asking(typed: &[NewQuestion]) -> Result<Form, Vec<Refusal>> {
    let mut form = Form { questions: Vec::new() };
    for question in typed {
        form = form.with(forms::define(question)?, !question.name.is_empty()).map_err(|refusal| vec![refusal])?;
    }
    Ok(form)
}

fn has(form: &Form, name: &str) -> Result<(), Error> {
    if form.names().any(|known| known == name) { Ok(()) } else { Err(Error::NotFound) }
}

/// Keeps the form. Items that were uploaded for questions that need others are taken out; right answers that are none any more are not
/// known, and what could not be taken over is not suggested any more: the file is still the client's.
pub(super) async fn set(work: &Work<'_>, batch: &Batch, form: &Form) -> Result<(), Error> {
    form.check(&batch.payload_kind)?;
    if form.candidates() != form_of(batch)?.candidates() {
        tasks::replace(&work.tx, &batch.id, batch.copies, &[], std::iter::empty()).await?;
    } else {
        if batch.gold_items > 0 {
            gold::keep_fitting(work, &batch.id, form).await?;
        }
        if batch.suggestions > 0 {
            suggestions::keep_fitting(work, batch, form).await?;
        }
    }
    let json = serde_json::to_string(form).map_err(Error::broken)?;
    Ok(rows::set_form(&work.tx, &batch.id, &json, work.now()).await?)
}
