//! What a model suggests for a draft's items, and what whoever has one of them in hand, judges it or takes its answers away may read.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use manyhands_domain::forms::{Form, Task};
use manyhands_domain::ids::{BatchId, ClaimId};
use manyhands_domain::items::{self, Needs};
use manyhands_domain::log::json;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::results::Suggested;
use manyhands_domain::suggestions::{Model, Share, Suggestion, betrays};
use manyhands_store::batches::Batch;
pub(crate) use manyhands_store::suggestions::NewSuggestion;
use manyhands_store::suggestions::{self as rows, OfModel, Place};
use serde_json::{Map, Value};

use crate::actions::batches::{self, form_of, meanwhile, needs_of, room};
use crate::actions::files::Received;
use crate::actions::rights::ClientUser;
use crate::actions::{Claim, Error, Once, Work, begin};
use crate::deps::Deps;

/// Takes a file that says what a model suggests for a draft's items, in the place of everything suggested before: all or nothing. How
/// many.
///
/// # Errors
/// Every fault of the file by line; an id that no item has.
pub async fn import(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, file: &[u8]) -> Result<u64, Error> {
    import_whole(deps, by, once, id, Arc::new(file.to_vec())).await
}

async fn import_whole(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, file: Arc<Vec<u8>>) -> Result<u64, Error> {
    for _ in 0..meanwhile::TRIES {
        let seen = batches::find_own(deps, by, id).await?;
        let (needs, form, bytes) = (needs_of(&seen)?, form_of(&seen)?, file.clone());
        let places = rows::list_places(&deps.db.read(), id).await?;
        let read = meanwhile::apart(deps, move || read_file(&bytes, &needs, &form, &places)).await?;
        let work = begin!(deps, by.actor(), once);
        let Some(batch) = meanwhile::still(&work, by, &seen).await? else { continue };
        let (found, before) = (read?, room::kept(&work, &batch).await?);
        rows::replace(&work.tx, id, &found).await?;
        room::check_items(&work, &batch, before).await?;
        return work.commit(found.len() as u64).await;
    }
    Err(meanwhile::changed())
}

/// What a file suggests for these items.
fn read_file(file: &[u8], needs: &Needs, form: &Form, places: &[Place]) -> Result<Vec<NewSuggestion>, Error> {
    let at_field = |refusals: Vec<Refusal>| refusals.into_iter().map(|refusal| refusal.field("suggestions")).collect::<Vec<_>>();
    let read = items::read_suggested(file, needs).map_err(at_field)?;
    let by_id: BTreeMap<&str, &Place> = places.iter().map(|place| (place.item_id.as_str(), place)).collect();
    let (mut found, mut refusals) = (BTreeMap::new(), Vec::new());
    for row in read {
        // A task of Label Studio that shows a picture which is kept here is known by the picture's name.
        let place = by_id.get(row.id.as_str()).or_else(|| by_id.get(row.shown.as_str()).filter(|_| !row.shown.is_empty()));
        let suggestion = match place {
            Some(place) => row.says.read(form, &task_at(form, place)?).map(|suggestion| Some((place.id.as_str(), suggestion?))),
            None => Err(row.says.refuse("items-suggestion-item").with("id", row.id)),
        };
        match suggestion {
            Ok(suggestion) => found.extend(suggestion),
            Err(refusal) => refusals.push(refusal),
        }
        if refusals.len() >= ERRORS_SHOWN {
            break;
        }
    }
    if refusals.is_empty() { Ok(found.into_iter().map(new_row).collect()) } else { Err(at_field(refusals).into()) }
}

/// The same, from the file as it was received.
///
/// # Errors
/// As [`import`]; when it cannot be read.
pub async fn import_received(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, received: &Received) -> Result<u64, Error> {
    let mut bytes = Vec::new();
    received.open()?.take(items::BYTES_LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    import_whole(deps, by, once, id, Arc::new(bytes)).await
}

/// Takes out all that is suggested for a draft's items: also when its contract is over, since nothing is added by that.
///
/// # Errors
/// [`Error::NotFound`] for another client's; no draft.
pub async fn remove(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    batches::check_never_opened(&batches::own(&work, by, id).await?)?;
    rows::replace(&work.tx, id, &[]).await?;
    work.commit(()).await
}

/// Keeps what came with a draft's items, by the client's ids.
pub(crate) async fn keep(work: &Work<'_>, id: &BatchId, suggestions: &BTreeMap<String, Suggestion>) -> Result<(), Error> {
    if suggestions.is_empty() {
        return Ok(());
    }
    let ids = rows::list_ids(&work.tx, id).await?;
    let found: Vec<NewSuggestion> =
        ids.iter().filter_map(|(item, task)| Some(new_row((task.as_str(), suggestions.get(item)?.clone())))).collect();
    Ok(rows::replace(&work.tx, id, &found).await?)
}

/// What of a draft's suggestions can still be taken over when its form becomes this one, question by question; nothing where that is all
/// of it.
pub(crate) async fn fitting(deps: &Deps, seen: &Batch, form: &Form) -> Result<Option<Vec<NewSuggestion>>, Error> {
    if seen.suggestions == 0 {
        return Ok(None);
    }
    let id = BatchId::parse(&seen.id).map_err(Error::broken)?;
    let (reader, form) = (deps.db.read(), form.clone());
    let (places, all) = (rows::list_places(&reader, &id).await?, rows::list_of_batch(&reader, &id).await?);
    let fitting = move || {
        let by_task: BTreeMap<&str, &Place> = places.iter().map(|place| (place.id.as_str(), place)).collect();
        let (mut kept, mut same) = (Vec::new(), true);
        for row in all {
            let Some(place) = by_task.get(row.task_id.as_str()) else { continue };
            let suggestion = suggestion_of(&row.answer, row.model, row.version)?;
            let fitting = suggestion.clone().fitting(&form, &task_at(&form, place)?);
            same = same && fitting.as_ref() == Some(&suggestion);
            kept.extend(fitting.map(|fitting| new_row((row.task_id.as_str(), fitting))));
        }
        Ok(if same { None } else { Some(kept) })
    };
    meanwhile::apart(deps, fitting).await?
}

/// Puts these in the place of all that is suggested for a draft's items.
pub(crate) async fn put(work: &Work<'_>, batch: &str, found: &[NewSuggestion]) -> Result<(), Error> {
    Ok(rows::replace(&work.tx, &BatchId::parse(batch).map_err(Error::broken)?, found).await?)
}

fn new_row((task, suggestion): (&str, Suggestion)) -> NewSuggestion {
    let Suggestion { answers, model } = suggestion;
    NewSuggestion { task: task.to_owned(), answer: json::write(&Value::Object(answers)), model: model.name, version: model.version }
}

/// Refuses to open a batch in which a suggestion, or that there is none, would tell which items have a known answer.
pub(crate) async fn check(work: &Work<'_>, batch: &Batch) -> Result<(), Error> {
    let id = BatchId::parse(&batch.id).map_err(Error::broken)?;
    if batch.suggestions == 0 || batch.gold_items == 0 {
        return Ok(());
    }
    let items = batch.tasks_total / batch.copies.max(1);
    let gold = Share { with: rows::count_gold(&work.tx, &id).await?, all: batch.gold_items };
    let others = Share { with: batch.suggestions.saturating_sub(gold.with), all: items.saturating_sub(gold.all) };
    if !betrays(gold, others) {
        return Ok(());
    }
    let figures = [("gold", gold.with), ("golds", gold.all), ("others", others.with), ("all", others.all)];
    let refusal = Refusal::new("suggestions-betray").field("suggestions");
    Err(figures.into_iter().fold(refusal, |refusal, (name, figure)| refusal.with(name, figure)).into())
}

/// Notes what an answer that is handed in changed of what was suggested.
pub(crate) async fn note(work: &Work<'_>, claim: &Claim, answers: &Map<String, Value>) -> Result<(), Error> {
    let Some(row) = rows::find_suggestion(&work.tx, &claim.task_id).await? else { return Ok(()) };
    let changed = suggestion_of(&row.answer, row.model, row.version)?.changed(answers);
    let changed = json::write(&serde_json::to_value(changed).map_err(Error::broken)?);
    let id = ClaimId::parse(&claim.id).map_err(Error::broken)?;
    Ok(rows::note_outcome(&work.tx, &id, &changed).await?)
}

/// What is suggested for the item of a claim, for whoever may see that claim; nothing where nothing is, or where it was deleted.
///
/// # Errors
/// When the database fails.
pub async fn find_of(deps: &Deps, claim: &Claim) -> Result<Option<Suggestion>, Error> {
    let row = rows::find_suggestion(&deps.db.read(), &claim.task_id).await?;
    let read = row.map(|row| suggestion_of(&row.answer, row.model, row.version)).transpose()?;
    Ok(read.filter(|suggestion| !suggestion.answers.is_empty()))
}

/// The models that suggest something for the items of a client's own batch, and for how many.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn list_models(deps: &Deps, by: &ClientUser, id: &BatchId) -> Result<Vec<OfModel>, Error> {
    batches::find_own(deps, by, id).await?;
    Ok(rows::list_models(&deps.db.read(), id).await?)
}

/// A suggestion as it is kept.
pub(crate) fn suggestion_of(answer: &str, name: String, version: String) -> Result<Suggestion, Error> {
    let answers = serde_json::from_str(answer).map_err(Error::broken)?;
    Ok(Suggestion { answers, model: Model { name, version } })
}

/// What became of a suggestion in an answer; nothing where none was there when it was handed in.
pub(crate) fn suggested_of(model: Option<String>, version: Option<String>, changed: Option<&str>) -> Result<Option<Suggested>, Error> {
    let (Some(name), Some(version), Some(changed)) = (model, version, changed) else { return Ok(None) };
    let changed = serde_json::from_str(changed).map_err(Error::broken)?;
    Ok(Some(Suggested { model: Model { name, version }, changed }))
}

fn task_at(form: &Form, place: &Place) -> Result<Task, Error> {
    let mut task = form.task(&place.payload).map_err(Error::broken)?;
    let side = |pixels: Option<i64>| pixels.and_then(|pixels| u32::try_from(pixels).ok());
    task.size = side(place.picture_width).zip(side(place.picture_height));
    Ok(task)
}

const ERRORS_SHOWN: usize = 20;
