//! What a model suggests, on our pages: beside each question of the workbench, where whoever works takes it over by a press or not at
//! all; beside the answer, for whoever judges it; and on the pages of the client who brought it.

use manyhands_domain::forms::{Form as Questions, Given, Kind as Asks, Question, Task};
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::shapes;
use manyhands_domain::suggestions::{MODEL, SUGGESTION, Suggestion, VERSION};
use rocket::post;
use serde_json::Value;

use crate::actions::{Batch, Claim, Error, ModelOfBatch, batches, suggestions};
use crate::i18n::Say;
use crate::web::answer::{Answer, Result};
use crate::web::asked::words;
use crate::web::batches::{batch_id, show_refused};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::sheet::Block;
use crate::web::veil;
use crate::web::waits::items_of;

/// What stands beside a question.
pub(super) struct Beside {
    /// `Suggested by tagger 2`.
    pub(super) by: String,
    /// What is suggested, in words.
    pub(super) words: String,
    /// What unfolds the words, where they are long or may quote what is veiled.
    pub(super) fold: String,
    /// Where the press goes.
    pub(super) to: String,
    /// What the press writes into the question's fields, as JSON, for the script.
    pub(super) fields: String,
}

/// What stands above the questions.
pub(super) struct Above {
    /// What suggestions are.
    pub(super) words: String,
    /// The press that takes over all that is open, where there are several: where it goes, and its words.
    pub(super) all: Option<(String, String)>,
    /// The words of the press of one.
    pub(super) take: String,
    /// The same, once it was pressed.
    pub(super) undo: String,
}

/// Where a press goes: a member's saves what was typed, its client's only shows.
fn way(claim: &Claim, name: &str) -> String {
    match claim.member_id.is_empty() {
        true => format!("/batches/{}/preview?take={name}", claim.batch_id),
        false => format!("/claims/{}/draft?take={name}", claim.id),
    }
}

/// What is suggested for a question, if anything.
pub(super) fn beside(
    say: &Say,
    claim: &Claim,
    (question, task): (&Question, &Task),
    veiled: bool,
    suggestion: Option<&Suggestion>,
) -> Option<Beside> {
    let suggestion = suggestion?;
    let answer = suggestion.answers.get(&question.name)?;
    let words = in_words(say, question, answer);
    let fold = match () {
        () if veiled && veil::quotes(question) => say.t("veil-show-text"),
        () if words.chars().count() > LONG || words.lines().count() > LINES => say.t("suggested-read"),
        () => String::new(),
    };
    Some(Beside {
        by: say.with("suggested-by", &[("model", suggestion.model.words().into())]),
        words,
        fold,
        to: way(claim, &question.name),
        fields: serde_json::json!(suggestion.fields(question, task, &[])?).to_string(),
    })
}

/// What is said above the questions where something is suggested.
pub(super) fn above(say: &Say, claim: &Claim, suggestion: Option<&Suggestion>) -> Option<Above> {
    let several = suggestion?.answers.len() > 1;
    Some(Above {
        words: say.t("suggested-words"),
        all: several.then(|| (way(claim, ALL), say.t("suggested-take-all"))),
        take: say.t("suggested-take"),
        undo: say.t("suggested-undo"),
    })
}

/// A suggestion as people read it: of shapes how many of which, since their places are seen on the picture.
fn in_words(say: &Say, question: &Question, answer: &Value) -> String {
    let (Asks::Shapes(drawing), Some(shapes)) = (&question.answer, shapes::of_json(answer)) else { return words(say, question, answer) };
    let count = |label: &str| shapes.iter().filter(|shape| shape.label() == label).count();
    let labels = drawing.labels.iter().map(|label| (label.text.as_str(), count(&label.text))).filter(|(_, count)| *count > 0);
    labels.map(|(label, count)| format!("{label} × {count}")).collect::<Vec<_>>().join(", ")
}

/// What was typed, with what this press takes over.
pub(super) fn taken(suggestion: Option<&Suggestion>, (form, task): (&Questions, &Task), name: &str, typed: Given) -> Given {
    match suggestion {
        Some(suggestion) => suggestion.taken_over(form, task, (name != ALL).then_some(name), typed),
        None => typed,
    }
}

/// Whether an answer is what was suggested, for whoever judges it; nothing where nothing was.
pub(super) fn judged(say: &Say, question: &Question, suggestion: &Suggestion, answer: Option<&Value>, veiled: bool) -> Vec<Block> {
    let Some(suggested) = suggestion.answers.get(&question.name) else { return Vec::new() };
    let given = answer.map(|answer| (question.name.clone(), answer.clone())).into_iter().collect();
    let is_changed = suggestion.changed(&given).get(&question.name).copied().unwrap_or(true);
    let model = [("model", Arg::from(suggestion.model.words()))];
    if !is_changed {
        return vec![Block::Small(say.with("suggested-same", &model))];
    }
    let words = veil::answer(say, veiled, question, in_words(say, question, suggested));
    vec![Block::Small(say.with("suggested-changed", &model)), words]
}

/// That a batch's items come with suggestions, as a fact of its row.
pub(super) fn fact(page: &Page, batch: &Batch) -> Option<String> {
    (batch.suggestions > 0).then(|| page.say.with("suggested-fact", &of_items(batch)))
}

/// The same, as a sentence, with what it means for whoever works.
pub(super) fn share(page: &Page, batch: &Batch) -> Option<String> {
    (batch.suggestions > 0).then(|| page.say.with("suggested-share", &of_items(batch)))
}

fn of_items(batch: &Batch) -> [(&'static str, Arg); 3] {
    let (with, items) = (batch.suggestions, items_of(batch));
    [("with", Arg::Count(with)), ("items", Arg::Count(items)), ("all", if with == items { "yes" } else { "no" }.into())]
}

/// What a client has suggested for a draft's items, and how they change it.
pub(super) async fn bringing(page: &Page, batch: &Batch) -> Result<Vec<Block>> {
    let say = &page.say;
    let form = batches::form_of(batch)?;
    let column = match form.questions.as_slice() {
        [first, _, ..] => format!("{SUGGESTION}.{}", first.name),
        _ => SUGGESTION.to_owned(),
    };
    let columns = [("column", column.into()), ("model", MODEL.into()), ("version", VERSION.into())];
    let mut blocks = vec![Block::Text(say.t("suggestions-text"))];
    if batch.tasks_total > 0 && batch.suggestions > 0 {
        blocks.extend(brought(page, batch).await?);
    }
    blocks.push(Block::Small(say.with("suggestions-how", &columns)));
    if batch.tasks_total > 0 {
        let at = format!("/batches/{}/suggestions", batch.id);
        let upload = Form::new(page, at.clone(), say.t("batch-upload")).field(say, "batch", "suggestions", "", Kind::File);
        blocks.push(Block::Form(Box::new(upload.quiet())));
        if batch.suggestions > 0 {
            blocks.push(removal(page, batch));
        }
    }
    Ok(blocks)
}

/// How many of a draft's items come with suggestions, and of which models.
pub(super) async fn brought(page: &Page, batch: &Batch) -> Result<Vec<Block>> {
    let say = &page.say;
    let models = suggestions::list_models(&page.deps, &page.client_user()?, &batch_id(&batch.id)?).await?;
    let counted = |of: &ModelOfBatch| {
        let model = manyhands_domain::suggestions::Model { name: of.model.clone(), version: of.version.clone() };
        (model.words(), say.with("suggestions-of-model", &[("items", Arg::Count(of.items))]))
    };
    let counts = models.iter().take(MODELS_SHOWN).map(counted).collect();
    Ok(vec![Block::Text(say.with("suggestions-brought", &of_items(batch))), Block::Facts(counts)])
}

/// The way to take out all of them.
pub(super) fn removal(page: &Page, batch: &Batch) -> Block {
    let at = format!("/batches/{}/suggestions/remove", batch.id);
    Block::Form(Box::new(Form::new(page, at, page.say.t("suggestions-remove")).quiet()))
}

#[post("/batches/<id>/suggestions", data = "<post>")]
pub(super) async fn upload(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&[])?;
    let Some(file) = fields.file() else {
        return show_refused(&page, &parsed, &[Refusal::new("items-suggestion-none").field("suggestions")]).await;
    };
    match suggestions::import_received(&page.deps, &user, &fields.once(), &parsed, file).await {
        Ok(_) => Ok(Answer::Redirect(format!("/batches/{id}"))),
        Err(Error::Refused(refusals)) => show_refused(&page, &parsed, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/batches/<id>/suggestions/remove", data = "<post>")]
pub(super) async fn remove(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&[])?;
    match suggestions::remove(&page.deps, &user, &fields.once(), &parsed).await {
        Ok(()) => Ok(Answer::Redirect(format!("/batches/{id}"))),
        Err(Error::Refused(refusals)) => show_refused(&page, &parsed, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

/// What an address says for all questions: no question is called so.
const ALL: &str = "*";
/// Characters, and lines, that stand beside a question without being unfolded.
const LONG: usize = 280;
const LINES: usize = 6;
/// Models that are counted on a page.
const MODELS_SHOWN: usize = 10;
