//! Items with a known answer: as their client marks them in a draft, what members read of their share before they claim, and the page on
//! which a member who answered one reads what is right.

use manyhands_domain::forms::Question;
use manyhands_domain::gold::{EXPLANATION, GOLD, Known};
use manyhands_domain::ids::ContractId;
use manyhands_domain::money::Amount;
use manyhands_domain::refusal::{Arg, Refusal};
use rocket::http::ContentType;
use rocket::{get, post};
use serde_json::{Map, Value};

use crate::actions::rights::ClientUser;
use crate::actions::{Batch, Claim, Error, batches, claims, gold, hazards};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::asked::{capital, words};
use crate::web::batches::{batch_id, show_refused};
use crate::web::files;
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::sheet::{Block, Sheet, Table, TableRow};
use crate::web::veil;

/// How many of a batch's items have a known answer, as a sentence; nothing where none has.
pub(super) fn share(page: &Page, batch: &Batch) -> Option<String> {
    share_in(page, batch, "gold-share")
}

/// The same, as a fact of a row.
pub(super) fn fact(page: &Page, batch: &Batch) -> Option<String> {
    share_in(page, batch, "gold-fact")
}

/// About one in so many, or so many of all.
fn share_in(page: &Page, batch: &Batch, words: &str) -> Option<String> {
    let (gold, items) = (batch.gold_items, (batch.tasks_total + batch.tasks_withdrawn) / batch.copies.max(1));
    if gold < 1 || items < 1 {
        return None;
    }
    let about = (items + gold / 2) / gold;
    Some(match about {
        2.. => page.say.with(&format!("{words}-about"), &[("about", Arg::Count(about))]),
        _ => page.say.with(&format!("{words}-of"), &[("gold", Arg::Count(gold)), ("items", Arg::Count(items))]),
    })
}

/// How a draft's client says what is known of its items.
pub(super) fn marking(page: &Page, batch: &Batch) -> Result<Vec<Block>> {
    let say = &page.say;
    let form = batches::form_of(batch)?;
    let mut knowable = form.knowable();
    let Some(first) = knowable.next() else { return Ok(vec![Block::Text(say.t("gold-words")), Block::Text(say.t("gold-unknowable"))]) };
    let column = if knowable.next().is_some() { format!("{GOLD}.{}", first.name) } else { GOLD.to_owned() };
    let mut blocks = vec![Block::Text(say.t("gold-words"))];
    let columns = [("column", column.into()), ("explanation", EXPLANATION.into())];
    if batch.tasks_total == 0 {
        blocks.push(Block::Small(say.with("gold-how", &columns)));
        return Ok(blocks);
    }
    let items = (batch.tasks_total + batch.tasks_withdrawn) / batch.copies.max(1);
    blocks.push(Block::Text(say.with("gold-marked", &[("gold", Arg::Count(batch.gold_items)), ("items", Arg::Count(items))])));
    blocks.push(Block::Small(say.with("gold-how", &columns)));
    if batch.gold_items == 0 {
        blocks.push(Block::Links(vec![(format!("/batches/{}/gold.csv", batch.id), say.t("gold-table"))]));
    }
    let upload = Form::new(page, format!("/batches/{}/gold", batch.id), say.t("batch-upload")).field(say, "batch", "gold", "", Kind::File);
    blocks.push(Block::Form(Box::new(upload.quiet())));
    Ok(blocks)
}

#[get("/batches/<id>/gold.csv")]
pub(super) async fn table(page: Page, id: &str) -> Result {
    let text = gold::table(&page.deps, &page.client_user()?, &batch_id(id)?).await?;
    Ok(Answer::File { kind: ContentType::CSV, name: format!("{id}-known.csv"), bytes: text.into_bytes() })
}

#[post("/batches/<id>/gold", data = "<post>")]
pub(super) async fn upload(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&[])?;
    let Some(file) = fields.file() else {
        return show_refused(&page, &parsed, &[Refusal::new("items-gold-none").field("gold")]).await;
    };
    match gold::import_received(&page.deps, &user, &fields.once(), &parsed, file).await {
        Ok(_) => Ok(Answer::Redirect(format!("/batches/{id}"))),
        Err(Error::Refused(refusals)) => show_refused(&page, &parsed, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

/// The page of a claim that is handed in, where its item has a known answer: what is right and why, and that nothing hangs on it.
pub(super) async fn told(page: &Page, claim: &Claim, (met, known): (bool, Known)) -> Result<Sheet> {
    let say = &page.say;
    let state = say.t(&format!("claim-state-{}", claim.state.replace('_', "-")));
    let margin = say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]);
    let (answers, veiled) = (claims::answers_of(claim)?, hazards::is_veiled(claim));
    let (now, word) = match (met, known.is_met(&answers)) {
        (true, now) => (now, "gold-met"),
        // It came back and was done again since.
        (false, true) => (true, "gold-mended"),
        (false, false) => (false, "gold-missed"),
    };
    let mut sheet = Sheet::new(margin, say.t("gold-title")).lede(say.t(word)).lede(state);
    let form = claims::form_of(claim)?;
    let asked: Vec<&Question> = form.questions.iter().filter(|question| known.answers.contains_key(&question.name)).collect();
    if !now {
        sheet = sheet.leaf(say.t("gold-yours"), said(page, &asked, &answers, veiled));
    }
    sheet = sheet.leaf(say.t("gold-right"), said(page, &asked, &known.answers, veiled));
    // It may quote what the item shows.
    let why = if veiled { veil::text(say, known.explanation) } else { Block::Lines(known.explanation) };
    sheet = sheet.leaf(say.t("gold-why"), vec![why]);
    let next = Form::new(page, format!("/batches/{}/claim", claim.batch_id), say.t("gold-next"));
    let links = [("/work", "place-work"), ("/work/quality", "quality-link")].map(|(to, words)| (to.to_owned(), say.t(words)));
    let board = Block::Links(links.into());
    let on = if claim.state == "submitted" { vec![Block::Form(Box::new(next)), board] } else { vec![board] };
    // The item can be looked at again while it may yet come back; folded away, since it may be hard to read.
    if claim.state == "submitted" {
        sheet = sheet.leaf(say.t("review-item"), vec![item(page, claim).await?]);
    }
    Ok(sheet.leaf(say.t("gold-on"), on))
}

async fn item(page: &Page, claim: &Claim) -> Result<Block> {
    let say = &page.say;
    let task = claims::task_of(claim)?;
    let picture = files::shown(page, claim, &format!("/claims/{}", claim.id), claim.item_id.clone()).await?;
    Ok(match (picture, claim.payload_kind.as_str()) {
        (Some(picture), _) => Block::Links(vec![(picture.whole, picture.words)]),
        (None, "text") => {
            let candidates = task.candidates.iter().enumerate().map(|(place, text)| format!("{}: {text}", capital(place)));
            let text = [task.prompt.clone()].into_iter().chain(candidates).collect::<Vec<_>>().join("\n\n");
            if hazards::is_veiled(claim) { veil::text(say, text) } else { Block::Folded(say.t("gold-again"), text) }
        }
        (None, _) => Block::Links(vec![(task.prompt.clone(), say.t("claim-open-link"))]),
    })
}

/// Answers to these questions in words, each under its question where there are several.
/// Behind a veil where they may quote an item that is.
pub(super) fn said(page: &Page, asked: &[&Question], answers: &Map<String, Value>, veiled: bool) -> Vec<Block> {
    let of = |question: &&Question| {
        let given = answers.get(&question.name);
        let given = given.map_or_else(|| page.say.t("review-no-answer"), |answer| words(&page.say, question, answer));
        let under = (asked.len() > 1).then(|| Block::Small(question.question.clone()));
        under.into_iter().chain([veil::answer(&page.say, veiled, question, given)]).collect::<Vec<_>>()
    };
    asked.iter().flat_map(of).collect()
}

/// How a contract's known answers were met, by everybody together: no person, no number of one. Nothing where no item has one.
pub(super) async fn desk(page: &Page, user: &ClientUser, id: &ContractId) -> Result<Vec<Block>> {
    let say = &page.say;
    let (sum, missed) = gold::sum(&page.deps, user, id).await?;
    if sum.items == 0 {
        return Ok(Vec::new());
    }
    let items = ("items", Arg::Count(sum.items));
    if sum.answers == 0 {
        return Ok(vec![Block::Text(say.with("desk-gold-none", &[items]))]);
    }
    let share = Amount::from_micros(sum.met.saturating_mul(1_000_000) / sum.answers / 10_000 * 10_000);
    let values = [("met", Arg::Count(sum.met)), ("answers", Arg::Count(sum.answers)), ("share", amount(say.language, share).into()), items];
    let mut blocks = vec![Block::Text(say.with("desk-gold-words", &values))];
    if !missed.is_empty() {
        let rows = missed.iter().map(|item| TableRow {
            name: item.item_id.clone(),
            under: item.title.clone(),
            figures: vec![crate::i18n::count(item.missed), crate::i18n::count(item.answers)],
            ..TableRow::default()
        });
        let heads = vec![String::new(), say.t("desk-gold-missed"), say.t("desk-gold-answers")];
        blocks.extend([Block::Table(Table { heads, rows: rows.collect() }), Block::Small(say.t("desk-gold-look"))]);
    }
    Ok(blocks)
}
