//! Label Studio: a client's configuration becomes the form of a draft, and a batch's form and answers go back to it.

use manyhands_domain::files;
use manyhands_domain::forms::{self, Form};
use manyhands_domain::ids::BatchId;
use manyhands_domain::label_studio::{self, Answered, Imported, Layout, Shown};
use manyhands_store::batches::Batch;
use manyhands_store::{batches as rows, label_studio as answers, tasks};
use serde_json::{Map, Value};

use crate::actions::batches::{check_draft, draft_of, find_own, form_of, meanwhile};
use crate::actions::questions::Becoming;
use crate::actions::results::Lines;
use crate::actions::rights::ClientUser;
use crate::actions::suggestions::{suggested_of, suggestion_of};
use crate::actions::{Error, Once, begin, files as kept, questions};
use crate::deps::Deps;

/// What a configuration would make of a draft. Nothing is written.
///
/// # Errors
/// A configuration that cannot be read; no draft of this client's, or one whose contract is over.
pub async fn look_at(deps: &Deps, by: &ClientUser, id: &BatchId, config: &str) -> Result<(Batch, Imported), Error> {
    let batch = find_own(deps, by, id).await?;
    check_draft(&deps.db.read(), &batch, deps.clock.now()).await?;
    Ok((batch, label_studio::read(config)?))
}

/// Puts the questions of a configuration in the place of all that a draft asks, and lets its tasks show what the configuration
/// shows. Items that no longer fit are taken out.
///
/// # Errors
/// Unless `without`, everything that would be left out; a configuration that cannot be read; no draft.
pub async fn take(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, config: &str, without: bool) -> Result<(), Error> {
    let imported = label_studio::read(config)?;
    if !without && !imported.left_out.is_empty() {
        return Err(imported.left_out.into());
    }
    let shown_as = serde_json::to_string(&imported.shown).map_err(Error::broken)?;
    for _ in 0..meanwhile::TRIES {
        let seen = find_own(deps, by, id).await?;
        // A page at an address of the client's is a text in Label Studio.
        let linked = seen.payload_kind == "link" && imported.payload_kind == "text" && imported.form.check("link").is_ok();
        let payload_kind = if linked { "link" } else { imported.payload_kind };
        let stays = payload_kind == seen.payload_kind;
        let becoming = match stays {
            true => Becoming::of(deps, &seen, imported.form.clone()).await?,
            false => Becoming::bare(imported.form.clone()),
        };
        let work = begin!(deps, by.actor(), once);
        let Some(batch) = meanwhile::still(&work, by, &seen).await? else { continue };
        rows::set_shown(&work.tx, &batch.id, payload_kind, &shown_as, work.now()).await?;
        if !stays {
            tasks::replace(&work.tx, &batch.id, batch.copies, &[], std::iter::empty()).await?;
            kept::release(&work, &batch).await?;
        }
        // As it stands now, with other things to show and perhaps without items.
        let batch = draft_of(&work, by, id).await?;
        questions::set(&work, &batch, &becoming).await?;
        return work.commit(()).await;
    }
    Err(meanwhile::changed())
}

/// What a labelling configuration called the things that a batch's tasks show; empty where none was imported.
///
/// # Errors
/// When its row is damaged.
pub fn shown_of(batch: &Batch) -> Result<Shown, Error> {
    batch.shown_as.as_deref().map_or(Ok(Shown::default()), |json| serde_json::from_str(json).map_err(Error::broken))
}

/// A batch's form as a labelling configuration.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn config(deps: &Deps, by: &ClientUser, id: &BatchId) -> Result<String, Error> {
    let batch = find_own(deps, by, id).await?;
    Ok(label_studio::write(&Layout::new(&form_of(&batch)?, &shown_of(&batch)?, &batch.payload_kind)))
}

/// A batch's accepted answers as tasks with annotations, item by item: one list, the same bytes for the same state; into `lines`, an item
/// at a time.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn results(deps: &Deps, by: &ClientUser, id: &BatchId, lines: &mut Lines) -> Result<(), Error> {
    let batch = find_own(deps, by, id).await?;
    let form = form_of(&batch)?;
    let layout = Layout::new(&form, &shown_of(&batch)?, &batch.payload_kind);
    let reader = deps.db.read();
    lines.push("[");
    let mut out = Out { lines, before: "\n", layout: &layout, form: &form, pictures: batch.payload_kind == "image" };
    let mut item: Vec<answers::Answer> = Vec::new();
    let mut after = (-1, -1);
    loop {
        let page = answers::list(&reader, &batch.id, after, ANSWERS_A_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = (last.position, last.number);
        for answer in page {
            if item.first().is_some_and(|first| first.position != answer.position) {
                out.task(&std::mem::take(&mut item))?;
            }
            item.push(answer);
        }
    }
    out.task(&item)?;
    out.lines.push("\n]\n");
    Ok(())
}

/// The list as it grows.
struct Out<'a> {
    lines: &'a mut Lines,
    /// What stands before the next task.
    before: &'static str,
    layout: &'a Layout<'a>,
    form: &'a Form,
    /// Whether tasks show pictures.
    pictures: bool,
}

impl Out<'_> {
    /// Adds one item with all its answers.
    fn task(&mut self, answers: &[answers::Answer]) -> Result<(), Error> {
        let Some(first) = answers.first() else { return Ok(()) };
        let side = |pixels: Option<i64>| pixels.and_then(|pixels| u32::try_from(pixels).ok());
        let mut shown = self.form.task(&first.payload).map_err(Error::broken)?;
        shown.size = side(first.picture_width).zip(side(first.picture_height));
        // A picture that is kept here has no address that works elsewhere: the client knows it by the item's id.
        if self.pictures && files::named(&shown.prompt).is_some() {
            shown.prompt.clone_from(&first.item_id);
        }
        let read = |answer: &answers::Answer| Ok(forms::answers_of(serde_json::from_str(&answer.answer).map_err(Error::broken)?));
        let given = answers.iter().map(read).collect::<Result<Vec<Map<String, Value>>, Error>>()?;
        let changed = answers.iter().map(changed_of).collect::<Result<Vec<Vec<String>>, Error>>()?;
        let answered: Vec<Answered<'_>> = answers
            .iter()
            .zip(given.iter().zip(&changed))
            .map(|(answer, (answers, changed))| Answered { worker: answer.number, guidelines: answer.version, answers, changed })
            .collect();
        let suggested = match (&first.suggested, &first.model, &first.model_version) {
            (Some(answer), Some(model), Some(version)) => Some(suggestion_of(answer, model.clone(), version.clone())?),
            _ => None,
        };
        let task = label_studio::task(self.layout, &first.item_id, &shown, (&answered, suggested.as_ref())).map_err(Error::broken)?;
        self.lines.push(std::mem::replace(&mut self.before, ",\n"));
        self.lines.push(&task);
        Ok(())
    }
}

/// The questions in which an answer is another one than was suggested.
fn changed_of(answer: &answers::Answer) -> Result<Vec<String>, Error> {
    let told = suggested_of(answer.model.clone(), answer.model_version.clone(), answer.changed.as_deref())?;
    let changed = told.map(|told| told.changed).unwrap_or_default();
    Ok(changed.into_iter().filter_map(|(name, changed)| changed.then_some(name)).collect())
}

const ANSWERS_A_PAGE: u64 = 1_000;
