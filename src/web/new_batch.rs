//! A new batch: of a ready-made kind of work, one press away, or with a first question of one's own.

use manyhands_domain::forms::define;
use rocket::{get, post};

use crate::actions::batches::NewBatchForm;
use crate::actions::{Error, batches, contracts};
use crate::web::answer::{Answer, Result};
use crate::web::contracts::{again, contract_id};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::questions;
use crate::web::sheet::{Block, Row, Sheet};
use crate::web::templates::{self, Ready};

/// Fields of the page, in its order: of every batch, and of one with a question of its own.
const FIELDS: &[&str] = &["title", "price", "seconds", "copies", "review_share"];
const OWN: &[&str] = &["payload_kind", "question", "answer_kind", "choices"];
const OWN_ANSWERS: &[&str] = &["one-choice", "several-choices", "text", "number", "boxes", "polygons", "shapes"];

/// `of`: a ready-made kind of work.
#[get("/desk/<id>/batch?<of>")]
pub(super) async fn page(page: Page, id: &str, of: Option<&str>) -> Result {
    let user = page.client_user()?;
    let contract = contracts::find_own(&page.deps, &user, &contract_id(id)?).await?;
    let terms = contracts::terms_of(&contract)?;
    let ready = of.map(|code| templates::find(code).ok_or(Answer::Error(Error::NotFound))).transpose()?;
    let mut form = form(&page, id, ready);
    for field in &mut form.fields {
        match field.name.as_str() {
            "title" => field.value = contract.title.clone(),
            "price" => field.value = terms.price.to_decimal().normalize().to_string(),
            "seconds" => field.value = terms.seconds.to_string(),
            "copies" => field.value = "1".to_owned(),
            "review_share" => field.value = "100".to_owned(),
            _ => {}
        }
    }
    let sheet = sheet(&page, id, ready);
    page.show(sheet.leaf(label(&page, ready), vec![Block::Form(Box::new(form))])).await
}

/// What stands above the form: the kinds of work, or what the chosen one asks.
fn sheet(page: &Page, id: &str, ready: Option<&Ready>) -> Sheet {
    let say = &page.say;
    let Some(ready) = ready else {
        let ways = templates::ways(say, &format!("/desk/{id}/batch"));
        let ready = vec![Block::Text(say.t("batch-ready-words")), Block::Ways(ways), Block::Small(say.t("batch-ready-studio"))];
        return Sheet::new("", say.t("batch-new")).lede(say.t("batch-new-words")).leaf(say.t("templates-label"), ready);
    };
    let typed = templates::questions_of(say, ready.code).unwrap_or_default();
    // As the list of a draft's questions has them; they have no page of their own yet.
    let asked = typed.iter().filter_map(|typed| {
        let row = questions::row(say, "", &define(typed).ok()?);
        Some(Row { href: String::new(), ..row })
    });
    let other = Block::Links(vec![(format!("/desk/{id}/batch"), say.t("batch-ready-other"))]);
    let asked = vec![Block::Rows(asked.collect()), Block::Small(say.t("batch-ready-adapt")), other];
    Sheet::new(say.t("batch-new"), say.t(&format!("template-{}", ready.code)))
        .lede(say.t(&format!("batch-ready-{}", ready.shows)))
        .leaf(say.t("batch-questions-label"), asked)
}

/// Of the section with the form.
fn label(page: &Page, ready: Option<&Ready>) -> String {
    page.say.t(if ready.is_some() { "batch-offer" } else { "batch-own" })
}

fn form(page: &Page, id: &str, ready: Option<&Ready>) -> Form {
    let say = &page.say;
    let words = |prefix: &str, codes: &[&str]| codes.iter().map(|code| ((*code).to_owned(), say.t(&format!("{prefix}-{code}")))).collect();
    let form = Form::new(page, format!("/desk/{id}/batch"), say.t("save-and-go-on"))
        .field(say, "batch", "title", "", Kind::Text)
        .field(say, "batch", "price", "", Kind::Figure)
        .field(say, "batch", "seconds", "", Kind::Figure)
        .field(say, "batch", "copies", "", Kind::Figure)
        .field(say, "batch", "review_share", "", Kind::Figure);
    if let Some(ready) = ready {
        return form.hidden("of", ready.code);
    }
    form.field(say, "batch", "payload_kind", "", Kind::Select(words("payload", &["text", "image", "link"])))
        .field(say, "batch", "question", "", Kind::Text)
        .field(say, "batch", "answer_kind", "", Kind::Select(words("answer", OWN_ANSWERS)))
        .field(say, "batch", "choices", "", Kind::Area)
}

#[post("/desk/<id>/batch", data = "<post>")]
pub(super) async fn draft(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let contract = contract_id(id)?;
    let fields = post.only(&[FIELDS, OWN, &["of"]].concat())?;
    let ready = match fields.text("of").as_str() {
        "" => None,
        code => Some(templates::find(code).ok_or(Answer::Error(Error::NotFound))?),
    };
    let typed = NewBatchForm {
        title: fields.text("title"),
        price: fields.text("price"),
        seconds: fields.text("seconds"),
        copies: fields.text("copies"),
        payload_kind: ready.map_or_else(|| fields.text("payload_kind"), |ready| ready.shows.to_owned()),
        answer_kind: fields.text("answer_kind"),
        question: fields.text("question"),
        choices: fields.text("choices"),
        review_share: fields.text("review_share"),
    };
    let drafted = match ready.and_then(|ready| templates::questions_of(&page.say, ready.code)) {
        Some(asked) => batches::draft_asking(&page.deps, &user, &fields.once(), &contract, (&typed, &asked)).await,
        None => batches::draft(&page.deps, &user, &fields.once(), &contract, &typed).await,
    };
    match drafted {
        Ok(batch) => Ok(Answer::Redirect(format!("/batches/{batch}"))),
        Err(Error::Refused(refusals)) => {
            // Of another client's contract nothing is shown.
            contracts::find_own(&page.deps, &user, &contract).await?;
            again(&page, sheet(&page, id, ready), form(&page, id, ready), &fields, &refusals, label(&page, ready)).await
        }
        Err(error) => Err(error.into()),
    }
}
