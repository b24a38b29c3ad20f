//! A member's own quality page: what became of their answers, batch by batch. For them alone; there is no address for anybody else's.

use manyhands_domain::hazards;
use manyhands_domain::ids::BatchId;
use manyhands_domain::refusal::Arg;
use rocket::get;

use crate::actions::quality::{self, Agreed, Quality};
use crate::actions::{Error, MissedAnswer};
use crate::i18n::{amount, count};
use crate::web::answer::{Answer, Result};
use crate::web::asked::words;
use crate::web::page::Page;
use crate::web::sheet::{Block, Row, Sheet, Table, TableRow};

#[get("/work/quality?<after>")]
pub(super) async fn own(page: Page, after: Option<&str>) -> Result {
    let member = page.member()?;
    let say = &page.say;
    let mut sheet = Sheet::new("", say.t("quality-title")).lede(say.t("quality-lede"));
    let after = after.map(place).transpose()?;
    let (all, more) = quality::own(&page.deps, &member, after.as_ref().map(|(last_at, batch)| (*last_at, batch))).await?;
    if all.is_empty() && after.is_none() {
        sheet = sheet.leaf(say.t("quality-label"), vec![Block::Text(say.t("quality-none"))]);
    }
    for batch in &all {
        sheet = sheet.leaf(batch.worked.end_client.clone(), blocks(&page, batch)?);
    }
    let mut links = vec![("/work".to_owned(), say.t("place-work"))];
    if after.is_some() {
        links.push(("/work/quality".to_owned(), say.t("quality-latest")));
    }
    if let Some(Quality { worked, .. }) = all.last().filter(|_| more) {
        links.push((format!("/work/quality?after={}.{}", worked.last_at, worked.batch_id), say.t("quality-older")));
    }
    page.show(sheet.leaf("", vec![Block::Links(links)])).await
}

/// Of a batch in the list: when the member last handed in an answer of it, and its id.
fn place(after: &str) -> Result<(i64, BatchId)> {
    let read = after.split_once('.').and_then(|(last_at, batch)| Some((last_at.parse().ok()?, BatchId::parse(batch).ok()?)));
    read.ok_or(Answer::Error(Error::NotFound))
}

fn blocks(page: &Page, quality: &Quality) -> Result<Vec<Block>> {
    let (say, worked) = (&page.say, &quality.worked);
    let of = |part: i64, all: i64| say.with("quality-of", &[("part", Arg::Count(part)), ("all", Arg::Count(all))]);
    let row = |name: &str, figure: String| TableRow { name: say.t(name), figures: vec![figure], ..TableRow::default() };
    let mut rows = vec![
        row("quality-answered", count(worked.answered)),
        row("quality-accepted", count(worked.accepted)),
        row("quality-sent-back", count(worked.sent_back)),
    ];
    if worked.gold > 0 {
        rows.push(row("quality-met", of(worked.met, worked.gold)));
    }
    rows.extend(quality.agreed.iter().map(|agreed| agreement(page, quality, agreed)));
    let mut blocks = vec![Block::Table(Table { heads: vec![worked.title.clone(), String::new()], rows })];
    if !quality.missed.is_empty() {
        blocks.push(Block::Text(say.t("quality-missed")));
        blocks.push(Block::Rows(quality.missed.iter().map(|missed| missed_row(page, quality, missed)).collect::<Result<_>>()?));
    }
    blocks.push(Block::Links(vec![(format!("/batches/{}/sample", worked.batch_id), say.t("sample-way"))]));
    Ok(blocks)
}

/// How far one's answers are those of others. To two decimals: what rests on few says no more.
fn agreement(page: &Page, quality: &Quality, agreed: &Agreed) -> TableRow {
    let say = &page.say;
    let asked = quality.form.questions.iter().find(|question| question.name == agreed.question);
    let question = asked.map_or_else(|| agreed.question.clone(), |question| question.question.clone());
    let name = match quality.form.questions.len() {
        1 => say.t("quality-agreed"),
        _ => say.with("quality-agreed-on", &[("question", question.into())]),
    };
    let share = agreed.share.map(|share| manyhands_domain::money::Amount::from_micros(share / 10_000 * 10_000));
    let figure = share.map_or_else(|| say.t("desk-agreement-none"), |share| amount(say.language, share));
    let under = say.with("quality-over", &[("items", agreed.items.into())]);
    TableRow { name, under, figures: vec![figure], ..TableRow::default() }
}

/// What was right, and why; the claim's page tells the rest.
fn missed_row(page: &Page, quality: &Quality, missed: &MissedAnswer) -> Result<Row> {
    let row = Row { title: missed.item_id.clone(), href: format!("/claims/{}", missed.claim_id), ..Row::default() };
    // What is right of it may quote it, and this is a list: the claim's own page has a veil.
    if hazards::is_veiled(quality.worked.level) {
        return Ok(Row { facts: vec![page.say.t("quality-veiled")], ..row });
    }
    let answers: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&missed.answer).map_err(Error::broken)?;
    let asked = quality.form.questions.iter().filter_map(|question| Some(words(&page.say, question, answers.get(&question.name)?)));
    let right = asked.collect::<Vec<_>>().join("; ");
    let strong = page.say.with("quality-right", &[("answer", right.into())]);
    Ok(Row { strong, facts: vec![missed.explanation.clone()], ..row })
}
