//! The client's side of batches: a draft's items, its price against the floor, opening, pausing.

use manyhands_domain::batches::Arithmetic;
use manyhands_domain::ids::BatchId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::{Arg, Refusal};
use rocket::{get, post};

use crate::actions::{Batch, Error, batches, contracts, files, rules};
use crate::i18n::{Say, amount, count, percent};
use crate::web::answer::{Answer, Result};
use crate::web::contracts::{again, contract_id};
use crate::web::entry::proof_of;
use crate::web::files as web_files;
use crate::web::forms::{Beside, Form, Kind};
use crate::web::gold;
use crate::web::life;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::pricing;
use crate::web::questions;
use crate::web::sample;
use crate::web::sheet::{Block, Leaf, Row, Sheet, SumRow};
use crate::web::suggestions;
use crate::web::waits;

pub(super) fn batch_id(id: &str) -> Result<BatchId> {
    BatchId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

#[get("/batches/<id>")]
pub(super) async fn batch(page: Page, id: &str) -> Result {
    let user = page.client_user()?;
    let batch = batches::find_own(&page.deps, &user, &batch_id(id)?).await?;
    let sheet = batch_sheet(&page, &batch).await?;
    page.show(sheet).await
}

/// A batch as its client sees it: before opening, its items, price and the arithmetic; afterwards how far it is.
async fn batch_sheet(page: &Page, batch: &Batch) -> Result<Sheet> {
    let say = &page.say;
    let id = &batch.id;
    let margin = say.with("contract-margin", &[("id", batch.contract_id.as_str().into())]);
    let mut sheet = Sheet::new(margin, batch.title.clone())
        .lede(say.with("batch-lede", &[("state", pricing::state(page, batch).into()), ("tasks", Arg::Count(batch.tasks_total))]));
    if batch.copies > 1 {
        let items = (batch.tasks_total + batch.tasks_withdrawn) / batch.copies;
        sheet = sheet.lede(say.with("batch-copies-words", &[("copies", Arg::Count(batch.copies)), ("items", Arg::Count(items))]));
    }
    sheet.ledes.extend(web_files::cost_of_a_task(page, batch));
    if batch.state != "closed" && batch.level < batch.contract_level {
        let levels = [("level", Arg::Count(batch.level)), ("now", Arg::Count(batch.contract_level))];
        sheet = sheet.lede(say.with("batch-level-raised", &levels));
    }
    if batch.is_unsure() {
        sheet = sheet.lede(say.t("batch-unsure"));
    }
    if batch.tasks_withdrawn > 0 {
        sheet = sheet.lede(say.with("batch-withdrawn", &[("tasks", Arg::Count(batch.tasks_withdrawn))]));
    }
    if batch.state != "draft" {
        sheet.ledes.extend(gold::share(page, batch));
        sheet.ledes.extend(suggestions::share(page, batch));
    }
    let sums = batches::arithmetic(&page.deps, batch).await?;
    if batch.state == "draft" {
        return match batches::is_changeable(&page.deps, batch).await? {
            true => draft_sheet(page, batch, sheet, &sums).await,
            false => ended_sheet(page, batch, sheet).await,
        };
    }
    if batch.is_unsure() {
        let form = Form::new(page, format!("/batches/{id}/resume"), say.t("batch-resume"));
        let look = vec![Block::Text(say.t("batch-unsure-words")), item_links(say, id), Block::Form(Box::new(form))];
        sheet = sheet.leaf(say.t("batch-unsure-label"), look);
        sheet.leaves.extend(withdrawing(page, batch));
    }
    let far = Block::Links(vec![(format!("/desk/{}", batch.contract_id), say.t("batch-how-far"))]);
    sheet = sheet.leaf(say.t("batch-items-label"), vec![item_links(say, id), far]);
    sheet = sheet.leaf(say.t("sample-title"), sample::way(page, batch));
    sheet = sheet.leaf(say.t("price-label"), pricing::leaf(page, batch).await?);
    sheet = sheet.leaf(say.t("batch-hour"), vec![Block::Sum(hour_rows(page, batch, &sums).await?)]);
    // Opened again by nobody while a price waits for its answer: the way to that stands above.
    if (batch.state == "paused" && !batch.is_unsure()) || (batch.state == "open" && batch.paused_for.is_none()) {
        let word = if batch.state == "open" { "pause" } else { "resume" };
        let form = Form::new(page, format!("/batches/{id}/{word}"), say.t(&format!("batch-{word}"))).quiet();
        sheet = sheet.leaf(say.t("batch-pause-label"), vec![Block::Text(say.t("batch-pause-words")), Block::Form(Box::new(form))]);
    }
    // Below its contract's level nobody claims: what is left would keep the contract from being completed.
    if batch.state != "closed" && batch.level < batch.contract_level && !batch.is_unsure() {
        sheet.leaves.extend(withdrawing(page, batch));
    }
    Ok(match batch.opened_index {
        Some(index) => sheet.leaf(say.t("in-the-book"), vec![Block::Text(say.t("batch-opened-words")), proof_of(page, index)]),
        None => sheet,
    })
}

/// A draft, with all that there is to do before it opens.
async fn draft_sheet(page: &Page, batch: &Batch, sheet: Sheet, sums: &Arithmetic) -> Result<Sheet> {
    let (say, id) = (&page.say, &batch.id);
    let form = batches::form_of(batch)?;
    let rows = form.questions.iter().map(|question| questions::row(say, id, question)).collect();
    let change = Block::Links(vec![(format!("/batches/{id}/questions"), say.t("batch-questions-change"))]);
    let mut items = web_files::items(page, batch);
    if let Some(wanted) = form.candidates() {
        let (least, most) = (Arg::from(*wanted.start()), Arg::from(*wanted.end()));
        items.insert(1, Block::Text(say.with("batch-items-candidates", &[("least", least), ("most", most)])));
    }
    if batch.tasks_total > 0 {
        items.push(item_links(say, id));
    }
    let open = Form::new(page, format!("/batches/{id}/open"), say.t("batch-open"));
    Ok(sheet
        .leaf(say.t("before-label"), vec![waits::before_opening(page, batch, sums).await?])
        .leaf(say.t("batch-questions-label"), vec![Block::Rows(rows), change])
        .leaf(say.t("batch-items-label"), items)
        .with_script("upload.js")
        .leaf(say.t("gold-label"), gold::marking(page, batch)?)
        .leaf(say.t("suggestions-label"), suggestions::bringing(page, batch).await?)
        .leaf(say.t("batch-offer"), vec![Block::Form(Box::new(offer_form(page, batch)))])
        .leaf(say.t("batch-hour"), vec![Block::Sum(hour_rows(page, batch, sums).await?)])
        .leaf(say.t("batch-open-label"), vec![Block::Text(say.t("batch-open-words")), Block::Form(Box::new(open))]))
}

/// A draft whose contract is over: why nothing can be sent for it, what to do instead, and what it holds.
async fn ended_sheet(page: &Page, batch: &Batch, mut sheet: Sheet) -> Result<Sheet> {
    let (say, id) = (&page.say, &batch.id);
    let contract = contracts::find_own(&page.deps, &page.client_user()?, &contract_id(&batch.contract_id)?).await?;
    sheet.ledes.extend(life::stands(page, &contract));
    let mut instead = vec![Block::Text(say.t("batch-ended-words"))];
    if batch.picture_bytes.is_some() {
        let days = [("days", Arg::Count(page.deps.files.limits().keep_days))];
        instead.push(Block::Text(say.with("batch-ended-pictures", &days)));
    }
    instead.push(Block::Links(vec![
        ("/desk".to_owned(), say.t("place-desk")),
        (format!("/desk/{}", contract.id), say.with("contract-margin", &[("id", contract.id.as_str().into())])),
    ]));
    sheet = sheet.leaf(say.t("batch-ended-label"), instead);
    let form = batches::form_of(batch)?;
    let row = |question| Row { href: String::new(), ..questions::row(say, id, question) };
    sheet = sheet.leaf(say.t("batch-questions-label"), vec![Block::Rows(form.questions.iter().map(row).collect())]);
    if batch.tasks_total > 0 {
        sheet = sheet.leaf(say.t("batch-items-label"), vec![item_links(say, id)]);
    }
    if batch.suggestions > 0 {
        let mut blocks = suggestions::brought(page, batch).await?;
        blocks.push(suggestions::removal(page, batch));
        sheet = sheet.leaf(say.t("suggestions-label"), blocks);
    }
    Ok(sheet)
}

/// The way to take back what nobody has claimed; nothing where all is accepted.
fn withdrawing(page: &Page, batch: &Batch) -> Option<Leaf> {
    let say = &page.say;
    let form = Form::new(page, format!("/batches/{}/withdraw", batch.id), say.t("batch-withdraw")).quiet();
    let words = say.with("batch-withdraw-words", &[("tasks", Arg::Count(batch.tasks_open))]);
    let blocks = vec![Block::Text(words), Block::Form(Box::new(form))];
    (batch.tasks_accepted < batch.tasks_total).then(|| Leaf { label: say.t("batch-withdraw-label"), blocks })
}

/// The first item as a member sees it, and all of them.
fn item_links(say: &Say, id: &str) -> Block {
    Block::Links(vec![(format!("/batches/{id}/preview"), say.t("preview-way")), (format!("/batches/{id}/items"), say.t("items-way"))])
}

fn offer_form(page: &Page, batch: &Batch) -> Form {
    let say = &page.say;
    let price = Amount::from_micros(batch.price).to_decimal().normalize().to_string();
    Form::new(page, format!("/batches/{}/offer", batch.id), say.t("batch-save-offer"))
        .field(say, "batch", "price", price, Kind::Figure)
        .field(say, "batch", "seconds", batch.seconds.to_string(), Kind::Figure)
        .field(say, "batch", "copies", batch.copies.to_string(), Kind::Figure)
        .field(say, "batch", "review_share", sample::typed(batch.review_share), Kind::Figure)
        .quiet()
}

/// `30`, or `1.33…` where the hour does not hold whole pieces.
fn pieces_an_hour(say: &Say, seconds: i64) -> String {
    let hundredths = Amount::from_micros(360_000 / seconds.max(1) * 10_000);
    match 3_600 % seconds.max(1) {
        0 => count(3_600 / seconds.max(1)),
        _ => format!("{}…", amount(say.language, hundredths)),
    }
}

/// A member's hour, and the least price, as arithmetic.
pub(super) async fn hour_rows(page: &Page, batch: &Batch, sums: &Arithmetic) -> Result<Vec<SumRow>> {
    let say = &page.say;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let figure = |sum: Amount| amount(say.language, sum);
    let row = |op, name: String, figure: String, rule| SumRow { op, name, figure, rule };
    let share = percent(say.language, book.split.worker);
    let pieces = pieces_an_hour(say, batch.seconds);
    let currency: Arg = batch.currency.as_str().into();
    let mut rows = vec![
        row("", say.with("batch-sum-price", &[("currency", currency.clone())]), figure(Amount::from_micros(batch.price)), 0),
        row("×", say.t("sum-worker-share"), share, 0),
        row("×", say.with("batch-sum-pieces", &[("seconds", Arg::Count(batch.seconds))]), pieces, 0),
        row("=", say.with("batch-sum-hour", &[("currency", currency)]), figure(sums.hour), 1),
        row("", say.t("batch-sum-floor"), figure(sums.floor), 0),
    ];
    if !sums.enough {
        let missing = sums.floor.checked_sub(sums.hour).map_err(Error::broken)?;
        rows.push(row("", say.t("batch-sum-missing"), figure(missing), 1));
    }
    rows.push(row("", say.t("batch-sum-least"), figure(sums.least), 2));
    Ok(rows)
}

#[post("/batches/<id>/items", data = "<post>")]
pub(super) async fn items(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&[])?;
    let Some(file) = fields.file() else {
        return show_refused(&page, &parsed, &[Refusal::new("items-none").field("items")]).await;
    };
    match files::import(&page.deps, &user, &fields.once(), &parsed, file).await {
        Ok(_) => Ok(Answer::Redirect(format!("/batches/{id}"))),
        Err(Error::Refused(refusals)) => show_refused(&page, &parsed, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/batches/<id>/offer", data = "<post>")]
pub(super) async fn offer(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&["price", "seconds", "copies", "review_share"])?;
    let typed = (fields.text("price"), fields.text("seconds"), fields.text("copies"));
    // Nothing sent leaves the share as it is.
    let share = Some(fields.text("review_share")).filter(|share| !share.is_empty());
    let (once, offer) = (fields.once(), (typed.0.as_str(), typed.1.as_str(), typed.2.as_str()));
    match batches::set_offer_and_share(&page.deps, &user, &once, &parsed, offer, share.as_deref()).await {
        Ok(()) => Ok(Answer::Redirect(format!("/batches/{id}"))),
        Err(Error::Refused(refusals)) => {
            let batch = batches::find_own(&page.deps, &user, &parsed).await?;
            let sheet = Sheet::new("", batch.title.clone());
            again(&page, sheet, offer_form(&page, &batch), &fields, &refusals, page.say.t("batch-offer")).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/batches/<id>/open", data = "<post>")]
pub(super) async fn open(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&[])?;
    match batches::open(&page.deps, &user, &fields.once(), &parsed).await {
        Ok(_) => Ok(Answer::Redirect(format!("/batches/{id}"))),
        Err(Error::Refused(refusals)) => show_refused(&page, &parsed, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

/// The batch's page with what stands in the way on top; under the floor, the answer is one press away.
pub(super) async fn show_refused(page: &Page, id: &BatchId, refusals: &[Refusal]) -> Result {
    let say = &page.say;
    let batch = batches::find_own(&page.deps, &page.client_user()?, id).await?;
    let sheet = batch_sheet(page, &batch).await?;
    let mut sheet = refused(page, sheet, refusals);
    if refusals.iter().any(|refusal| refusal.code == "price-under-floor") {
        let least = batches::arithmetic(&page.deps, &batch).await?.least;
        let currency = Currency::parse(&batch.currency).map_err(Error::broken)?;
        let words = say.with("batch-take", &[("least", (least, currency).into())]);
        let take = Beside {
            action: format!("/batches/{id}/offer"),
            fields: vec![
                ("price", least.to_decimal().normalize().to_string()),
                ("seconds", batch.seconds.to_string()),
                ("copies", batch.copies.to_string()),
                ("review_share", sample::typed(batch.review_share)),
            ],
            words,
        };
        sheet.title = say.t("batch-under-floor");
        sheet.ledes = sheet.faults.drain(..).map(|(_, words)| words).collect();
        sheet.faults = ["price", "seconds"].map(|name| (format!("#f-{name}"), say.t(&format!("batch-change-{name}")))).into();
        // The field with its answer comes first, then the arithmetic, then everything else.
        sheet
            .leaves
            .sort_by_key(|leaf| [say.t("batch-offer"), say.t("batch-hour")].iter().position(|label| *label == leaf.label).unwrap_or(2));
        for block in sheet.leaves.iter_mut().flat_map(|leaf| &mut leaf.blocks) {
            if let Block::Form(form) = block
                && let Some(field) = form.fields.iter_mut().find(|field| field.name == "price")
            {
                field.error = say.with("batch-least-now", &[("least", (least, currency).into())]);
                field.beside = Some(take);
                break;
            }
        }
    }
    page.show(sheet).await
}

#[post("/batches/<id>/withdraw", data = "<post>")]
pub(super) async fn withdraw(page: Page, id: &str, post: Post) -> Result {
    let user = page.client_user()?;
    let parsed = batch_id(id)?;
    let fields = post.only(&[])?;
    match batches::withdraw_free(&page.deps, &user, &fields.once(), &parsed).await {
        Ok(_) => Ok(Answer::Redirect(format!("/batches/{id}"))),
        Err(Error::Refused(refusals)) => show_refused(&page, &parsed, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/batches/<id>/pause", data = "<post>")]
pub(super) async fn pause(page: Page, id: &str, post: Post) -> Result {
    change(&page, id, post, true).await
}

#[post("/batches/<id>/resume", data = "<post>")]
pub(super) async fn resume(page: Page, id: &str, post: Post) -> Result {
    change(&page, id, post, false).await
}

async fn change(page: &Page, id: &str, post: Post, paused: bool) -> Result {
    let user = page.client_user()?;
    let fields = post.only(&[])?;
    let parsed = batch_id(id)?;
    match batches::pause(&page.deps, &user, &fields.once(), &parsed, paused).await {
        Ok(()) => Ok(Answer::Redirect(format!("/batches/{id}"))),
        Err(Error::Refused(refusals)) => show_refused(page, &parsed, &refusals).await,
        Err(error) => Err(error.into()),
    }
}
