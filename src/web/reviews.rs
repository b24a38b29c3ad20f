//! Reviews: what waits, one piece at a time, or many after a confirmation that names count and sum.

use manyhands_domain::forms::Kind as Answered;
use manyhands_domain::ids::{BatchId, ClaimId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::reviews::CODES;
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::reviews::{Accepted, Judging};
use crate::actions::{Claim, Error, Waiting, appeals, claims, gold, hazards, keys, receipts, reviews, suggestions};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::appeals as web_appeals;
use crate::web::asked::{capital, words};
use crate::web::drawing::Drawn;
use crate::web::entry;
use crate::web::external;
use crate::web::files;
use crate::web::forms::{Form, Kind};
use crate::web::gold as web_gold;
use crate::web::hazards as hazard_pages;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sample;
use crate::web::sheet::{Block, Leaf, Row, Shapes, Sheet};
use crate::web::suggestions as suggested;
use crate::web::veil;

pub(super) fn judging(page: &Page) -> Result<Judging> {
    page.right(Judging::of)
}

#[get("/reviews?<accepted>&<count>")]
pub(super) async fn waiting(page: Page, accepted: Option<u64>, count: Option<u64>) -> Result {
    let by = judging(&page)?;
    let say = &page.say;
    let waiting = reviews::list_waiting(&page.deps, &by).await?;
    let sheet = Sheet::new("", say.t("reviews-title")).lede(say.t("reviews-lede"));
    let block = if waiting.is_empty() {
        Block::Text(say.t("reviews-none"))
    } else {
        Block::Rows(waiting.iter().map(|batch| waiting_row(&page, batch)).collect())
    };
    let mut sheet = sheet.leaf(say.t("reviews-waiting"), vec![block]);
    if let Judging::Client(user) = &by {
        let rest = sample::rows(&page, user, |_| true).await?;
        if !rest.is_empty() {
            sheet = sheet.leaf(say.t("sample-rest-label"), vec![Block::Rows(rest)]);
        }
    }
    if let Judging::Reviewer(reviewer) = &by {
        sheet.leaves.extend(web_appeals::waiting(&page, reviewer).await?);
    }
    page.show(told(&page, sheet, accepted, count).await?).await
}

/// Says above everything else what was just accepted, as the book has it: `count` entries up to this one.
async fn told(page: &Page, mut sheet: Sheet, accepted: Option<u64>, count: Option<u64>) -> Result<Sheet> {
    let (Some(last), Some(count)) = (accepted, count) else { return Ok(sheet) };
    // No log is longer than an i64 counts.
    let before = last.checked_add(1).filter(|before| i64::try_from(*before).is_ok());
    let Some(before) = before.filter(|_| (1..=reviews::MANY).contains(&count) && page.may_read_entries()) else {
        return Ok(sheet);
    };
    let entries = receipts::list_entries(&page.deps, before, count).await?;
    let unit = entries.first().and_then(|entry| Currency::parse(entry.unit.as_deref()?).ok());
    // An address can name any entries: only those that are what it says are told of.
    let all = entries.len() as u64 == count && entries.iter().all(|entry| entry.kind == "work.accepted");
    let (true, Some(unit), Some(newest)) = (all, unit, entries.first()) else { return Ok(sheet) };
    let sum = Amount::sum(entries.iter().map(|entry| Amount::from_micros(entry.total))).map_err(Error::broken)?;
    let say = &page.say;
    let words = say.with("reviews-accepted", &[("count", Arg::from(count)), ("sum", (sum, unit).into())]);
    let blocks = vec![Block::Text(words), entry::proof_of(page, newest.idx)];
    sheet.leaves.insert(0, Leaf { label: say.t("reviews-accepted-label"), blocks });
    Ok(sheet)
}

fn waiting_row(page: &Page, batch: &Waiting) -> Row {
    let say = &page.say;
    Row {
        title: batch.title.clone(),
        href: format!("/batches/{}/review", batch.batch_id),
        strong: batch.end_client.clone(),
        facts: vec![
            say.with("reviews-count", &[("count", Arg::Count(batch.count)), ("unit", batch.unit_noun.as_str().into())]),
            say.with("reviews-silence", &[("date", say.date(Timestamp::from_secs(batch.first_by)).into())]),
        ],
        figure: amount(say.language, Amount::from_micros(batch.sum)),
        per: batch.currency.clone(),
        go: Some((format!("/reviews/{}", batch.first), say.t("reviews-review"))),
        ..Row::default()
    }
}

#[get("/reviews/<id>?<accepted>&<count>", rank = 2)]
pub(super) async fn one(page: Page, id: &str, accepted: Option<u64>, count: Option<u64>) -> Result {
    let by = judging(&page)?;
    let claim = reviews::open(&page.deps, &by, &claim_id(id)?).await?;
    let signs = signs(&page).await?;
    let sheet = sheet(&page, &claim, send_back_form(&page, id), signs).await?;
    page.show(told(&page, sheet, accepted, count).await?).await
}

/// Whether this reader has a key by which they may sign what they accept.
async fn signs(page: &Page) -> Result<bool> {
    let own = keys::find_own(&page.deps, &page.key_holder()?).await?;
    Ok(own.keys.iter().any(|key| key.retired_index.is_none()))
}

pub(super) fn claim_id(id: &str) -> Result<ClaimId> {
    ClaimId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

/// Work before whoever judges it: its item, and the answers. Pictures are those that judges see. What may hurt stands behind a veil,
/// which is lifted on this page, at this address, and nowhere else.
pub(super) async fn shown(page: &Page, claim: &Claim, at: &str) -> Result<Sheet> {
    let say = &page.say;
    let form = claims::form_of(claim)?;
    let (answers, task) = (claims::answers_of(claim)?, claims::task_of(claim)?);
    let title = say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]);
    let mut sheet = Sheet::new(claim.end_client.clone(), title);
    sheet.big = Some((claim.currency.clone(), amount(say.language, Amount::from_micros(claim.price))));
    let picture = files::shown(page, claim, &format!("/reviews/{}", claim.id), claim.item_id.clone()).await?;
    let address = picture.as_ref().map_or_else(|| task.prompt.clone(), |picture| picture.src.clone());
    // What was drawn is shown on the picture itself: once is enough.
    let drawn = form.questions.iter().any(|asked| matches!(asked.answer, Answered::Shapes(_)) && answers.contains_key(&asked.name));
    let veiled = hazards::is_veiled(claim);
    let lines = |text: String| if veiled { veil::text(say, text) } else { Block::Lines(text) };
    let clear = || veil::ask(page, at, &address, &claim.item_id);
    let mut shown = match files::block(page, claim, picture) {
        Some(Block::Picture(picture)) if drawn => vec![Block::Links(vec![(picture.whole, picture.words)])],
        Some(Block::Picture(picture)) if veiled && !veil::is_lifted(page) => vec![Block::Blind(Box::new(veil::blind(page, at, &picture)))],
        Some(Block::Picture(picture)) if veiled => vec![Block::Picture(picture), Block::Ask(Box::new(clear()))],
        Some(picture) => vec![picture],
        None if claim.payload_kind == "text" => vec![lines(task.prompt.clone())],
        None => vec![Block::Links(vec![(task.prompt.clone(), say.t("claim-open-link"))])],
    };
    if veiled {
        shown.insert(0, Block::Small(hazard_pages::lines(page, &hazards::hazards_of(claim)?).join(" · ")));
    }
    sheet = sheet.leaf(say.t("review-item"), shown);
    for (place, candidate) in task.candidates.iter().cloned().enumerate() {
        sheet = sheet.leaf(capital(place), vec![lines(candidate)]);
    }
    let suggestion = suggestions::find_of(&page.deps, claim).await?;
    for question in &form.questions {
        let words = answers.get(&question.name).map_or_else(|| say.t("review-no-answer"), |answer| words(say, question, answer));
        let drawing = match &question.answer {
            Answered::Shapes(drawing) if answers.contains_key(&question.name) && sheet.script.is_none() => Some(drawing),
            _ => None,
        };
        let mut blocks = match drawing {
            Some(drawing) => {
                sheet = sheet.with_script("shapes.js");
                let drawn = Drawn::new(say, question, drawing, task.size);
                let (src, alt) = (address.clone(), question.question.clone());
                let blind = if veiled && !veil::is_lifted(page) { Some(blind_of(page, claim, at, &src).await?) } else { None };
                let ask = (veiled && blind.is_none()).then(|| Block::Ask(Box::new(clear())));
                [Block::Drawn(Box::new(Shapes { src, alt, lines: words, drawn, blind }))].into_iter().chain(ask).collect()
            }
            None => vec![veil::answer(say, veiled, question, words)],
        };
        if let Some(suggestion) = &suggestion {
            blocks.extend(suggested::judged(say, question, suggestion, answers.get(&question.name), veiled));
        }
        if matches!(question.answer, Answered::External(_)) && answers.contains_key(&question.name) {
            blocks.push(external::judged(page, claim).await?);
        }
        sheet = sheet.leaf(question.question.clone(), blocks);
    }
    Ok(sheet)
}

/// The picture on which something is drawn, behind its veil.
async fn blind_of(page: &Page, claim: &Claim, at: &str, src: &str) -> Result<veil::Blind> {
    let picture = files::shown(page, claim, &format!("/reviews/{}", claim.id), claim.item_id.clone()).await?;
    Ok(match picture {
        Some(picture) => veil::blind(page, at, &picture),
        None => veil::blind_elsewhere(page, at, src, &claim.item_id),
    })
}

async fn sheet(page: &Page, claim: &Claim, back: Form, signs: bool) -> Result<Sheet> {
    let say = &page.say;
    let by = judging(page)?;
    let mut sheet = shown(page, claim, &format!("/reviews/{}", claim.id)).await?;
    let known = gold::find_for_judge(&page.deps, &by, claim).await?;
    if let Some(known) = known {
        let form = claims::form_of(claim)?;
        let asked: Vec<_> = form.questions.iter().filter(|question| known.answers.contains_key(&question.name)).collect();
        let mut blocks = web_gold::said(page, &asked, &known.answers, hazards::is_veiled(claim));
        blocks.push(Block::Small(say.t("review-known-words")));
        sheet = sheet.leaf(say.t("gold-right"), blocks);
    }
    let rejection = appeals::find_judged(&page.deps, &by, &claim_id(&claim.id)?).await?;
    if let Some(rejection) = rejection {
        let state = if claim.state == "submitted" { "appeal-under-way".to_owned() } else { claim_state(claim) };
        return Ok(web_appeals::rejected(page, sheet.lede(say.t(&state)), &rejection, false));
    }
    if claim.state != "submitted" {
        return Ok(sheet.lede(say.t(&claim_state(claim))));
    }
    let accept = Form::new(page, format!("/reviews/{}/accept", claim.id), say.t("review-accept")).mark("hot", "a");
    let review_by = claim.review_by.ok_or_else(|| Error::broken("submitted work without its day of silence"))?;
    let silence = say.with("reviews-silence", &[("date", say.date(Timestamp::from_secs(review_by)).into())]);
    let terms: manyhands_domain::contracts::Terms = serde_json::from_str(&claim.terms).map_err(Error::broken)?;
    let mut accepting = vec![Block::Form(Box::new(accept)), Block::Small(silence)];
    if signs {
        let sign = Form::new(page, format!("/sign/acceptance/{}", claim.id), say.t("review-accept-signed")).quiet();
        accepting.extend([Block::Form(Box::new(sign)), Block::Small(say.t("review-accept-signed-words"))]);
    }
    let reject = Block::Links(vec![(format!("/reviews/{}/reject", claim.id), say.t("review-reject"))]);
    sheet.keys = true;
    sheet.beside = Some((say.t("contract-guidelines"), terms.guidelines));
    let sheet = sheet.leaf(say.t("review-accept"), accepting);
    Ok(match reviews::may_send_back(&page.deps, claim).await {
        Ok(()) => sheet.leaf(say.t("review-back"), vec![Block::Form(Box::new(back)), Block::Small(say.t("review-reject-words")), reject]),
        Err(Error::Refused(why)) => {
            let why = why.iter().map(|why| say.refusal(why)).collect::<Vec<_>>().join(" ");
            sheet.leaf(say.t("review-reject"), vec![Block::Text(why), reject])
        }
        Err(error) => return Err(error.into()),
    })
}

fn claim_state(claim: &Claim) -> String {
    format!("claim-state-{}", claim.state.replace('_', "-"))
}

fn send_back_form(page: &Page, id: &str) -> Form {
    let form = Form::new(page, format!("/reviews/{id}/back"), page.say.t("review-back"));
    with_why(page, form).quiet().mark("hot", "b")
}

/// With code, reason and section of the guidelines.
pub(super) fn with_why(page: &Page, form: Form) -> Form {
    let say = &page.say;
    let none = (String::new(), say.t("unit-choose"));
    let codes = CODES.iter().map(|code| ((*code).to_owned(), say.t(&format!("review-code-{code}"))));
    let codes = [none].into_iter().chain(codes).collect();
    form.field(say, "review", "code", "", Kind::Select(codes)).field(say, "review", "reason", "", Kind::Area).field(
        say,
        "review",
        "clause",
        "",
        Kind::Text,
    )
}

/// To the next piece of the batch, or back to what waits; what was accepted is told of there.
pub(super) async fn next(page: &Page, by: &Judging, batch: &str, accepted: Option<Accepted>) -> Result {
    let next = reviews::find_next(&page.deps, by, batch).await?;
    let to = next.map_or("/reviews".to_owned(), |claim| format!("/reviews/{}", claim.id));
    Ok(Answer::Redirect(accepted.map_or(to.clone(), |accepted| format!("{to}?accepted={}&count={}", accepted.index, accepted.count))))
}

#[post("/reviews/<id>/accept", data = "<post>")]
pub(super) async fn accept(page: Page, id: &str, post: Post) -> Result {
    let by = judging(&page)?;
    let parsed = claim_id(id)?;
    let fields = post.only(&[])?;
    let claim = reviews::find(&page.deps, &by, &parsed).await?;
    let accepted = reviews::accept(&page.deps, &by, &fields.once(), &parsed).await?;
    next(&page, &by, &claim.batch_id, Some(accepted)).await
}

#[post("/reviews/<id>/back", data = "<post>")]
pub(super) async fn back(page: Page, id: &str, post: Post) -> Result {
    let by = judging(&page)?;
    let parsed = claim_id(id)?;
    let fields = post.only(&["code", "reason", "clause"])?;
    let claim = reviews::find(&page.deps, &by, &parsed).await?;
    let text = |name: &str| fields.text(name);
    match reviews::send_back(&page.deps, &by, &fields.once(), &parsed, &text("code"), &text("reason"), &text("clause")).await {
        Ok(()) => next(&page, &by, &claim.batch_id, None).await,
        Err(Error::Refused(refusals)) => {
            let form = send_back_form(&page, id).typed(&page.say, &fields, &refusals);
            let signs = signs(&page).await?;
            page.show(refused(&page, sheet(&page, &claim, form, signs).await?, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[get("/batches/<id>/review")]
pub(super) async fn batch(page: Page, id: &str) -> Result {
    let by = judging(&page)?;
    let say = &page.say;
    let waiting = reviews::list_waiting(&page.deps, &by).await?;
    let batch = waiting.into_iter().find(|batch| batch.batch_id == id).ok_or(Answer::Error(Error::NotFound))?;
    let currency = Currency::parse(&batch.currency).map_err(Error::broken)?;
    let (count, sum) = reviews::confirmable(&page.deps, &by, &batch).await?;
    let words = say.with(
        "reviews-many-words",
        &[("count", Arg::Count(count)), ("unit", batch.unit_noun.as_str().into()), ("sum", (sum, currency).into())],
    );
    let form = Form::new(&page, format!("/batches/{id}/review"), say.with("reviews-many", &[("count", Arg::Count(count))]))
        .hidden("count", count.to_string())
        .hidden("sum", sum.to_string());
    let one = Block::Links(vec![(format!("/reviews/{}", batch.first), say.t("reviews-one-by-one"))]);
    let mut sheet = Sheet::new(batch.end_client, batch.title).lede(words);
    if count < batch.count {
        sheet = sheet.lede(say.with("reviews-many-oldest", &[("count", Arg::Count(count)), ("all", Arg::Count(batch.count))]));
    }
    page.show(sheet.leaf(say.t("review-accept"), vec![Block::Form(Box::new(form)), one])).await
}

#[post("/batches/<id>/review", data = "<post>")]
pub(super) async fn batch_post(page: Page, id: &str, post: Post) -> Result {
    let by = judging(&page)?;
    let batch = BatchId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    let fields = post.only(&["count", "sum"])?;
    let changed = || Error::from(Refusal::new("review-changed"));
    let count = fields.text("count").parse().map_err(|_| changed())?;
    let sum = Amount::parse(&fields.text("sum")).map_err(|_| changed())?;
    let accepted = reviews::accept_many(&page.deps, &by, &fields.once(), &batch, count, sum).await?;
    Ok(Answer::Redirect(format!("/reviews?accepted={}&count={}", accepted.index, accepted.count)))
}
