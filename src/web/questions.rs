//! A draft batch's questions: a page that lists them, and a short page for each.

use manyhands_domain::forms::{Choice, Kind as Answered, NewQuestion, Question};
use manyhands_domain::ids::BatchId;
use rocket::{get, post};

use crate::actions::{Batch, Error, batches, questions};
use crate::i18n::Say;
use crate::web::answer::{Answer, Result};
use crate::web::batches::batch_id;
use crate::web::contracts::again;
use crate::web::forms::{Form, Kind};
use crate::web::label_studio;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::sheet::{Block, Row, Sheet};
use crate::web::templates;

/// The kinds of questions, in the order in which they are offered.
pub(super) const KINDS: &[&str] = &[
    "one-choice",
    "several-choices",
    "text",
    "number",
    "ranking",
    "preference",
    "pairs",
    "spans",
    "boxes",
    "polygons",
    "shapes",
    "external",
];
const FIELDS: &[&str] = &["name", "question", "optional", "choices", "tie", "reason", "most", "link"];

#[get("/batches/<id>/questions")]
pub(super) async fn list(page: Page, id: &str) -> Result {
    let batch = draft(&page, id).await?;
    let Some(batch) = batch else { return Ok(Answer::Redirect(format!("/batches/{id}"))) };
    let say = &page.say;
    let form = batches::form_of(&batch)?;
    let rows = form.questions.iter().map(|question| row(say, id, question)).collect();
    let kinds = KINDS
        .iter()
        .map(|kind| [format!("/batches/{id}/ask/{kind}"), say.t(&format!("answer-{kind}")), say.t(&format!("answer-{kind}-words"))]);
    let back = Block::Links(vec![(format!("/batches/{id}"), say.t("questions-done"))]);
    let sheet = Sheet::new("", say.t("questions-title"))
        .lede(say.t("questions-lede"))
        .leaf(say.t("questions-label"), vec![Block::Rows(rows), back])
        .leaf(say.t("question-add"), vec![Block::Ways(kinds.collect())])
        .leaf(say.t("templates-label"), vec![Block::Text(say.t("templates-words")), templates::deeds(&page, &batch)])
        .leaf(say.t("studio-label"), label_studio::ways(say, id));
    page.show(sheet).await
}

/// A question of a list, which leads to its page.
pub(super) fn row(say: &Say, id: &str, question: &Question) -> Row {
    let choices: Vec<&str> = question.choices().iter().map(|choice| choice.text.as_str()).collect();
    let mut facts = vec![say.t(&format!("answer-{}", question.kind()))];
    facts.extend((!choices.is_empty()).then(|| choices.join("; ")));
    let named = if question.required { "question-named" } else { "question-named-optional" };
    facts.push(say.with(named, &[("name", question.name.as_str().into())]));
    Row { title: question.question.clone(), href: format!("/batches/{id}/questions/{}", question.name), facts, ..Row::default() }
}

/// The batch, if it is a draft that can still be changed.
async fn draft(page: &Page, id: &str) -> Result<Option<Batch>> {
    let user = page.client_user()?;
    let batch = batches::find_own(&page.deps, &user, &batch_id(id)?).await?;
    Ok(batches::is_changeable(&page.deps, &batch).await?.then_some(batch))
}

/// A known kind's word.
fn known(kind: &str) -> Result<&'static str> {
    KINDS.iter().find(|known| **known == kind).copied().ok_or(Answer::Error(Error::NotFound))
}

/// The form of a question of this kind: only what the kind asks for.
fn form(page: &Page, action: String, kind: &str, button: &str) -> Form {
    let say = &page.say;
    let mut form = Form::new(page, action, say.t(button)).field(say, "question", "question", "", Kind::Text);
    form = match kind {
        "one-choice" | "several-choices" => form.field(say, "question", "choices", "", Kind::Area),
        "ranking" => relabelled(form.field(say, "question", "choices", "", Kind::Area), say, "question-options"),
        "spans" | "boxes" | "polygons" | "shapes" => {
            relabelled(form.field(say, "question", "choices", "", Kind::Area), say, "question-labels")
        }
        "preference" => form.field(say, "question", "tie", "on", Kind::Check).field(say, "question", "reason", "20", Kind::Figure),
        "pairs" => form.field(say, "question", "most", "1", Kind::Figure),
        "external" => form.field(say, "question", "link", "", Kind::Text),
        _ => form,
    };
    form.field(say, "question", "optional", "", Kind::Check).field(say, "question", "name", "", Kind::Text)
}

/// The last field with other words: options and labels are typed as choices are.
fn relabelled(mut form: Form, say: &Say, words: &str) -> Form {
    if let Some(field) = form.fields.last_mut() {
        (field.label, field.hint) = (say.t(words), say.t(&format!("{words}-hint")));
    }
    form
}

fn typed(kind: &str, fields: &Fields) -> NewQuestion {
    NewQuestion {
        kind: kind.to_owned(),
        name: fields.text("name"),
        question: fields.text("question"),
        optional: !fields.text("optional").is_empty(),
        choices: fields.text("choices"),
        tie: !fields.text("tie").is_empty(),
        reason: fields.text("reason"),
        most: fields.text("most"),
        link: fields.text("link"),
    }
}

#[get("/batches/<id>/ask/<kind>")]
pub(super) async fn new(page: Page, id: &str, kind: &str) -> Result {
    let kind = known(kind)?;
    if draft(&page, id).await?.is_none() {
        return Ok(Answer::Redirect(format!("/batches/{id}")));
    }
    let form = form(&page, format!("/batches/{id}/ask/{kind}"), kind, "question-save-new");
    page.show(sheet(&page, kind).leaf(page.say.t("question-label"), vec![Block::Form(Box::new(form))])).await
}

fn sheet(page: &Page, kind: &str) -> Sheet {
    Sheet::new(page.say.t(&format!("answer-{kind}")), page.say.t("question-add")).lede(page.say.t(&format!("answer-{kind}-words")))
}

#[post("/batches/<id>/ask/<kind>", data = "<post>")]
pub(super) async fn add(page: Page, id: &str, kind: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let (parsed, kind) = (batch_id(id)?, known(kind)?);
    let fields = post.only(FIELDS)?;
    match questions::add(&page.deps, &user, &fields.once(), &parsed, &typed(kind, &fields)).await {
        Ok(()) => Ok(Answer::Redirect(format!("/batches/{id}/questions"))),
        Err(Error::Refused(refusals)) => {
            batches::find_own(&page.deps, &user, &parsed).await?;
            let form = form(&page, format!("/batches/{id}/ask/{kind}"), kind, "question-save-new");
            again(&page, sheet(&page, kind), form, &fields, &refusals, page.say.t("question-label")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A question as it stands in its form.
struct Found {
    batch: Batch,
    question: Question,
    /// From 0.
    place: usize,
    /// So many there are.
    of: usize,
}

/// The question of that name, in a batch of this client's.
async fn find(page: &Page, id: &BatchId, name: &str) -> Result<Found> {
    let batch = batches::find_own(&page.deps, &page.client_user()?, id).await?;
    let questions = batches::form_of(&batch)?.questions;
    let of = questions.len();
    let found = questions.into_iter().enumerate().find(|(_, question)| question.name == name);
    let (place, question) = found.ok_or(Answer::Error(Error::NotFound))?;
    Ok(Found { batch, question, place, of })
}

/// The page of a question: what it asks, its place, and its way out.
fn page_of(page: &Page, id: &str, found: &Found, form: Form) -> Sheet {
    let (say, question) = (&page.say, &found.question);
    let at = |word: &str| format!("/batches/{id}/questions/{}/{word}", question.name);
    let mut sheet = Sheet::new(say.t(&format!("answer-{}", question.kind())), question.question.clone())
        .leaf(say.t("question-label"), vec![Block::Form(Box::new(form))]);
    if found.place > 0 {
        let up = Form::new(page, at("up"), say.t("question-up")).quiet();
        sheet = sheet.leaf(say.t("question-order"), vec![Block::Form(Box::new(up))]);
    }
    if found.of > 1 {
        let remove = Form::new(page, at("remove"), say.t("question-remove")).quiet();
        sheet =
            sheet.leaf(say.t("question-remove-label"), vec![Block::Text(say.t("question-remove-words")), Block::Form(Box::new(remove))]);
    }
    sheet
}

fn filled(page: &Page, id: &str, question: &Question) -> Form {
    let mut form = form(page, format!("/batches/{id}/questions/{}", question.name), question.kind(), "question-save");
    for field in &mut form.fields {
        field.value = match field.name.as_str() {
            "name" => question.name.clone(),
            "question" => question.question.clone(),
            "optional" if !question.required => "on".to_owned(),
            "choices" => lines(question),
            "tie" => match question.answer {
                Answered::Preference(of) if of.tie => "on".to_owned(),
                _ => String::new(),
            },
            "link" => match &question.answer {
                Answered::External(link) => link.as_str().to_owned(),
                _ => String::new(),
            },
            "reason" | "most" => match question.answer {
                Answered::Preference(of) => of.reason.to_string(),
                Answered::Pairs(most) => most.to_string(),
                _ => String::new(),
            },
            _ => String::new(),
        };
    }
    form
}

/// Its choices as they are typed.
fn lines(question: &Question) -> String {
    question.choices().iter().map(|choice: &Choice| choice.to_line() + "\n").collect()
}

#[get("/batches/<id>/questions/<name>")]
pub(super) async fn one(page: Page, id: &str, name: &str) -> Result {
    let found = find(&page, &batch_id(id)?, name).await?;
    if !batches::is_changeable(&page.deps, &found.batch).await? {
        return Ok(Answer::Redirect(format!("/batches/{id}")));
    }
    page.show(page_of(&page, id, &found, filled(&page, id, &found.question))).await
}

#[post("/batches/<id>/questions/<name>", data = "<post>")]
pub(super) async fn change(page: Page, id: &str, name: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let found = find(&page, &parsed, name).await?;
    let fields = post.only(FIELDS)?;
    match questions::change(&page.deps, &user, &fields.once(), &parsed, name, &typed(found.question.kind(), &fields)).await {
        Ok(()) => Ok(Answer::Redirect(format!("/batches/{id}/questions"))),
        Err(Error::Refused(refusals)) => {
            let form = filled(&page, id, &found.question).typed(&page.say, &fields, &refusals);
            page.show(refused(&page, page_of(&page, id, &found, form), &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/batches/<id>/questions/<name>/up", data = "<post>")]
pub(super) async fn up(page: Page, id: &str, name: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let fields = post.only(&[])?;
    questions::raise(&page.deps, &user, &fields.once(), &batch_id(id)?, name).await?;
    Ok(Answer::Redirect(format!("/batches/{id}/questions")))
}

#[post("/batches/<id>/questions/<name>/remove", data = "<post>")]
pub(super) async fn remove(page: Page, id: &str, name: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let fields = post.only(&[])?;
    questions::remove(&page.deps, &user, &fields.once(), &batch_id(id)?, name).await?;
    Ok(Answer::Redirect(format!("/batches/{id}/questions")))
}
