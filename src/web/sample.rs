//! What is read of a batch: the share, how it is drawn, and once the batch is done everything that is needed to draw again. Its client
//! also has the rest accepted here, or more of it read.

use manyhands_domain::ids::BatchId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::sample::WHOLE;
use rocket::http::ContentType;
use rocket::{get, post};
use serde_json::{Map, Value, json};

use crate::actions::rights::ClientUser;
use crate::actions::sample::Told;
use crate::actions::{Batch, Error, Waiting, sample};
use crate::i18n::{Say, amount, percent};
use crate::web::answer::{Answer, Result};
use crate::web::batches::batch_id;
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Row, Sheet};

/// A share in basis points, as people read it.
pub(super) fn share_words(say: &Say, share: i64) -> String {
    percent(say.language, u32::try_from(share).unwrap_or_default())
}

/// Which share of a batch is read, as a fact of a row on the board; nothing where all is.
pub(super) fn fact(page: &Page, batch: &Batch) -> Option<String> {
    let share = share_words(&page.say, batch.review_share);
    (batch.review_share < WHOLE).then(|| page.say.with("sample-fact", &[("share", share.into())]))
}

/// A share in percent as one types it.
pub(super) fn typed(share: i64) -> String {
    Amount::from_micros(share.saturating_mul(10_000)).to_decimal().normalize().to_string()
}

/// The way from a client's own batch to what is read of it.
pub(super) fn way(page: &Page, batch: &Batch) -> Vec<Block> {
    let say = &page.say;
    let words = match batch.review_share {
        WHOLE => say.t("sample-all"),
        share => say.with("sample-share", &[("share", share_words(say, share).into())]),
    };
    vec![Block::Text(words), Block::Links(vec![(format!("/batches/{}/sample", batch.id), say.t("sample-way"))])]
}

#[get("/batches/<id>/sample")]
pub(super) async fn shown(page: Page, id: &str) -> Result {
    page.key_holder()?;
    let sheet = sheet(&page, &batch_id(id)?, None).await?;
    page.show(sheet).await
}

/// The page; `more` is the form of a share that was refused.
async fn sheet(page: &Page, id: &BatchId, more: Option<Form>) -> Result<Sheet> {
    let say = &page.say;
    let who = page.signed_in()?;
    let told = sample::find(&page.deps, &who, id).await?;
    let batch = &told.batch;
    let mut sheet = Sheet::new(batch.title.clone(), say.t("sample-title"));
    sheet = sheet.lede(match batch.review_share {
        WHOLE => say.t("sample-all"),
        share => say.with(
            "sample-words",
            &[("share", share_words(say, share).into()), ("read", Arg::Count(told.read)), ("items", Arg::Count(told.items))],
        ),
    });
    if batch.review_share < WHOLE && batch.copies > 1 {
        sheet = sheet.lede(say.t("sample-copies"));
    }
    let user = who.client_user();
    if user.is_some() {
        sheet = far(page, sheet, &told)?;
    } else if batch.review_share < WHOLE {
        sheet = sheet.lede(say.t("sample-nobody-told"));
    }
    if let Some(commitment) = &told.commitment {
        sheet = sheet.leaf(say.t("sample-draw"), draw(page, &told, commitment));
    }
    if user.is_some() && batch.review_share < WHOLE && !told.standing.is_done() {
        let form = more.unwrap_or_else(|| more_form(page, &batch.id));
        sheet = sheet.leaf(say.t("sample-more"), vec![Block::Text(say.t("sample-more-words")), Block::Form(Box::new(form))]);
    }
    let back = match user.is_some() {
        true => (format!("/batches/{id}"), say.t("sample-back-batch")),
        false => ("/work".to_owned(), say.t("place-work")),
    };
    Ok(sheet.leaf("", vec![Block::Links(vec![back])]))
}

/// How the draw was made, and what is needed to make it again.
fn draw(page: &Page, told: &Told, commitment: &str) -> Vec<Block> {
    let say = &page.say;
    let mut blocks = vec![Block::Text(say.t("sample-commitment")), Block::Bytes(commitment.to_owned())];
    match &told.seed {
        None => blocks.push(Block::Small(say.t("sample-seed-later"))),
        Some(seed) => {
            blocks.extend([Block::Text(say.t("sample-seed")), Block::Bytes(seed.clone()), Block::Small(say.t("sample-again"))]);
            blocks.push(Block::Links(vec![(format!("/batches/{}/sample.json", told.batch.id), say.t("sample-json"))]));
        }
    }
    blocks
}

/// How far the reading is, and the rest: what only the batch's client reads, so that nobody can tell what was drawn of their own work.
fn far(page: &Page, sheet: Sheet, told: &Told) -> Result<Sheet> {
    let (say, batch) = (&page.say, &told.batch);
    let fact = |name: &str, count: i64| (say.t(name), crate::i18n::count(count));
    let facts = vec![fact("sample-waiting", told.standing.waiting), fact("sample-decided", told.decided)];
    let mut blocks = vec![Block::Facts(facts)];
    if told.standing.waiting > 0 {
        blocks.push(Block::Links(vec![(format!("/batches/{}/review", batch.id), say.t("reviews-review"))]));
    }
    let sheet = sheet.leaf(say.t("sample-far"), blocks);
    if batch.review_share == WHOLE {
        return Ok(sheet);
    }
    let (count, sum) = told.rest;
    let currency = Currency::parse(&batch.currency).map_err(Error::broken)?;
    let values = [("count", Arg::Count(count)), ("unit", batch.unit_noun.as_str().into()), ("sum", (sum, currency).into())];
    let rest = match (count, told.standing.check_rest()) {
        (0, _) => vec![Block::Text(say.t("sample-rest-none"))],
        (_, Err(refusal)) => vec![Block::Text(say.with("sample-rest", &values)), Block::Text(say.refusal(&refusal))],
        (_, Ok(())) => {
            let form = Form::new(page, format!("/batches/{}/rest", batch.id), say.with("sample-rest-accept", &values[..1]))
                .hidden("count", count.to_string())
                .hidden("sum", sum.to_string());
            vec![
                Block::Text(say.with("sample-rest", &values)),
                Block::Text(say.t("sample-rest-words")),
                Block::Form(Box::new(form)),
                Block::Small(say.t("sample-rest-silence")),
            ]
        }
    };
    Ok(sheet.leaf(say.t("sample-rest-label"), rest))
}

fn more_form(page: &Page, id: &str) -> Form {
    let say = &page.say;
    Form::new(page, format!("/batches/{id}/sample"), say.t("sample-more-send"))
        .field(say, "sample", "review_share", typed(WHOLE), Kind::Figure)
        .quiet()
}

/// What a client could accept unread, batch by batch, as rows that lead there.
pub(super) async fn rows(page: &Page, user: &ClientUser, fits: impl Fn(&Waiting) -> bool) -> Result<Vec<Row>> {
    let say = &page.say;
    let row = |rest: &Waiting| Row {
        title: say.with("sample-rest-row", &[("count", Arg::Count(rest.count)), ("unit", rest.unit_noun.as_str().into())]),
        href: format!("/batches/{}/sample", rest.batch_id),
        strong: rest.end_client.clone(),
        facts: vec![rest.title.clone()],
        figure: amount(say.language, Amount::from_micros(rest.sum)),
        per: rest.currency.clone(),
        go: Some((format!("/batches/{}/sample", rest.batch_id), say.t("wait-go"))),
        ..Row::default()
    };
    Ok(sample::list_rest(&page.deps, user).await?.iter().filter(|rest| fits(rest)).map(row).collect())
}

/// Everything that is needed to draw again. Tasks by their ids, which stand in the book; the client's own ids for the client alone.
#[get("/batches/<id>/sample.json")]
pub(super) async fn json(page: Page, id: &str) -> Result {
    page.key_holder()?;
    let who = page.signed_in()?;
    let (told, places) = sample::list_places(&page.deps, &who, &batch_id(id)?).await?;
    let of =
        |drawn: bool| -> Vec<&str> { places.iter().filter(|place| (place.drawn == 1) == drawn).map(|place| place.id.as_str()).collect() };
    let mut file = json!({
        "batch": told.batch.id,
        "share_basis_points": told.batch.review_share,
        "items": told.items,
        "read": told.read,
        "seed_sha256": told.commitment,
        "seed": told.seed,
        "drawn": of(true),
        "not_drawn": of(false),
    });
    if who.client_user().is_some() {
        let items: Map<String, Value> = places.iter().map(|place| (place.id.clone(), Value::from(place.item_id.as_str()))).collect();
        file["item_of_task"] = Value::Object(items);
    }
    let bytes = serde_json::to_vec(&file).map_err(Error::broken)?;
    Ok(Answer::File { kind: ContentType::JSON, name: format!("{id}-sample.json"), bytes })
}

#[post("/batches/<id>/sample", data = "<post>")]
pub(super) async fn more(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&["review_share"])?;
    match sample::raise(&page.deps, &user, &fields.once(), &parsed, &fields.text("review_share")).await {
        Ok(_) => Ok(Answer::Redirect(format!("/batches/{id}/sample"))),
        Err(Error::Refused(refusals)) => {
            let form = more_form(&page, id).typed(&page.say, &fields, &refusals);
            let sheet = sheet(&page, &parsed, Some(form)).await?;
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/batches/<id>/rest", data = "<post>")]
pub(super) async fn rest(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&["count", "sum"])?;
    // What is no count or no sum is not what the page said: the action refuses it, once it knows whose batch this is.
    let count = fields.text("count").parse().unwrap_or_default();
    let sum = Amount::parse(&fields.text("sum")).unwrap_or_default();
    match sample::accept_rest(&page.deps, &user, &fields.once(), &parsed, count, sum).await {
        Ok(accepted) => Ok(Answer::Redirect(format!("/reviews?accepted={}&count={}", accepted.index, accepted.count))),
        Err(Error::Refused(refusals)) => {
            let sheet = sheet(&page, &parsed, None).await?;
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}
