//! The questions of a draft batch: added, changed, moved and taken out by its client's user, all under the contract's lock.

use std::collections::BTreeMap;

use manyhands_domain::forms::{self, Form, NewQuestion};
use manyhands_domain::gold::Known;
use manyhands_domain::ids::BatchId;
use manyhands_domain::refusal::Refusal;
use manyhands_store::batches::{self as rows, Batch};
use manyhands_store::tasks;

use crate::actions::batches::{self, form_of, meanwhile};
use crate::actions::rights::ClientUser;
use crate::actions::suggestions::NewSuggestion;
use crate::actions::{Error, Once, Work, begin, gold, suggestions};
use crate::deps::Deps;

/// Adds a question at the end of a draft's form.
///
/// # Errors
/// Fields that do not fit; a name that is taken; too many; no draft.
pub async fn add(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, typed: &NewQuestion) -> Result<(), Error> {
    let question = forms::define(typed)?;
    let named = !typed.name.trim().is_empty();
    reshape(deps, by, once, id, |form| Ok(form.with(question.clone(), named)?)).await
}

/// Changes the question of that name.
///
/// # Errors
/// [`Error::NotFound`] when there is none; fields that do not fit; a name that another has; no draft.
pub async fn change(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, name: &str, typed: &NewQuestion) -> Result<(), Error> {
    let changed = |form: &Form| -> Result<Form, Error> {
        has(form, name)?;
        // An empty name keeps the one it has: results are known by it.
        let named = if typed.name.trim().is_empty() { name } else { typed.name.as_str() };
        let question = forms::define(&NewQuestion { name: named.to_owned(), ..typed.clone() })?;
        Ok(form.replacing(name, question)?)
    };
    reshape(deps, by, once, id, changed).await
}

/// Takes the question of that name out.
///
/// # Errors
/// [`Error::NotFound`] when there is none; the last one stays; no draft.
pub async fn remove(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, name: &str) -> Result<(), Error> {
    let without = |form: &Form| -> Result<Form, Error> {
        has(form, name)?;
        Ok(form.without(name)?)
    };
    reshape(deps, by, once, id, without).await
}

/// Moves the question of that name one place up.
///
/// # Errors
/// [`Error::NotFound`] when there is none; no draft.
pub async fn raise(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, name: &str) -> Result<(), Error> {
    let raised = |form: &Form| -> Result<Form, Error> {
        has(form, name)?;
        Ok(form.raising(name))
    };
    reshape(deps, by, once, id, raised).await
}

/// Puts these questions in the place of all that a draft asks.
///
/// # Errors
/// Fields that do not fit; no draft.
pub async fn replace(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, typed: &[NewQuestion]) -> Result<(), Error> {
    let form = form_asking(typed)?;
    reshape(deps, by, once, id, |_| Ok(form.clone())).await
}

/// Makes of a draft's form what this makes of it.
async fn reshape(
    deps: &Deps,
    by: &ClientUser,
    once: &Once,
    id: &BatchId,
    made_of: impl Fn(&Form) -> Result<Form, Error> + Send + Sync,
) -> Result<(), Error> {
    for _ in 0..meanwhile::TRIES {
        let seen = batches::find_own(deps, by, id).await?;
        let becoming = match made_of(&form_of(&seen)?) {
            Ok(form) => Ok(Becoming::of(deps, &seen, form).await?),
            Err(error) => Err(error),
        };
        let work = begin!(deps, by.actor(), once);
        let Some(batch) = meanwhile::still(&work, by, &seen).await? else { continue };
        set(&work, &batch, &becoming?).await?;
        return work.commit(()).await;
    }
    Err(meanwhile::changed())
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

/// A form that a draft is to have, and what of its items' answers still fits it: worked out before anybody waits to write.
pub(super) struct Becoming {
    form: Form,
    /// What is still known; nothing where that stays as it is.
    known: Option<BTreeMap<String, Known>>,
    /// What is still suggested; nothing where that stays as it is.
    suggested: Option<Vec<NewSuggestion>>,
}

impl Becoming {
    /// Of a draft whose items stay.
    pub(super) async fn of(deps: &Deps, seen: &Batch, form: Form) -> Result<Becoming, Error> {
        // Of what is open already, or loses its items, nothing needs to be worked out.
        if seen.state != "draft" || form.candidates() != form_of(seen)?.candidates() {
            return Ok(Becoming::bare(form));
        }
        let (known, suggested) = (gold::fitting(deps, seen, &form).await?, suggestions::fitting(deps, seen, &form).await?);
        Ok(Becoming { form, known, suggested })
    }

    /// Of a draft without items.
    pub(super) fn bare(form: Form) -> Becoming {
        Becoming { form, known: None, suggested: None }
    }
}

/// Keeps the form. Items that were uploaded for questions that need others are taken out; right answers that are none any more are not
/// known, and what could not be taken over is not suggested any more: the file is still the client's.
pub(super) async fn set(work: &Work<'_>, batch: &Batch, becoming: &Becoming) -> Result<(), Error> {
    let form = &becoming.form;
    form.check(&batch.payload_kind)?;
    if form.candidates() != form_of(batch)?.candidates() {
        tasks::replace(&work.tx, &batch.id, batch.copies, &[], std::iter::empty()).await?;
    } else {
        if let Some(known) = &becoming.known {
            gold::keep(work, &batch.id, known).await?;
        }
        if let Some(suggested) = &becoming.suggested {
            suggestions::put(work, &batch.id, suggested).await?;
        }
    }
    let json = serde_json::to_string(form).map_err(Error::broken)?;
    Ok(rows::set_form(&work.tx, &batch.id, &json, work.now()).await?)
}
