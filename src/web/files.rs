//! Pictures of tasks, each at an address of whoever may see it: no link works for anybody else.

use manyhands_domain::files::{MOST_ENTRIES, UPLOAD_BYTES, named};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use manyhands_domain::refusal::Arg;
use manyhands_domain::time::Timestamp;
use manyhands_pictures::{FIRST, VEILED};
use rocket::get;
use rocket::http::Status;

use crate::actions::files::{self, Picture};
use crate::actions::reviews::Judging;
use crate::actions::rights::ClientUser;
use crate::actions::{Batch, Claim, Deletion, Error};
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::sheet::Block;

/// A picture as a page shows it: first no larger than the screen, and whole behind a link.
#[derive(Debug)]
pub(super) struct Shown {
    /// Where the first view is.
    pub(super) src: String,
    /// Where a small grey copy of it is, for behind a veil.
    pub(super) blind: String,
    /// Where it is whole.
    pub(super) whole: String,
    /// Pixels across.
    pub(super) width: i64,
    /// Pixels down.
    pub(super) height: i64,
    /// Instead of it.
    pub(super) alt: String,
    /// Of the link.
    pub(super) words: String,
}

/// What a claim's task shows, at an address such as `/claims/7`; nothing where that is no picture that is kept.
pub(super) async fn shown(page: &Page, claim: &Claim, address: &str, alt: String) -> Result<Option<Shown>> {
    let found = files::shown(&page.deps, &claim.contract_id, &claim.payload).await?;
    Ok(found.map(|found| show(page, &found, &format!("{address}/picture"), alt)))
}

/// What work before its judge is about, where that is a picture; that it was deleted, once it was.
pub(super) fn block(page: &Page, claim: &Claim, picture: Option<Shown>) -> Option<Block> {
    named(&claim.payload)?;
    Some(picture.map_or_else(|| Block::Text(page.say.t("picture-deleted")), |picture| Block::Picture(Box::new(picture))))
}

fn show(page: &Page, found: &files::Shown, address: &str, alt: String) -> Shown {
    let values = [("width", found.width.into()), ("height", found.height.into()), ("size", megabytes(page, found.bytes).into())];
    Shown {
        src: format!("{address}?w={}", FIRST.width),
        blind: format!("{address}?w={}", VEILED.width),
        whole: address.to_owned(),
        width: found.width,
        height: found.height,
        alt,
        words: page.say.with("picture-whole", &values),
    }
}

/// How a draft's items are sent: a table, or pictures where the batch shows some; and what was sent so far.
pub(super) fn items(page: &Page, batch: &Batch) -> Vec<Block> {
    let say = &page.say;
    let pictures = batch.payload_kind == "image";
    let mut form =
        Form::new(page, format!("/batches/{}/items", batch.id), say.t("batch-upload")).field(say, "batch", "items", "", Kind::File);
    let mut blocks = vec![
        Block::Text(say.t(if pictures { "batch-pictures-table" } else { "batch-items-words" })),
        Block::Text(say.t("batch-items-tasks")),
    ];
    if pictures {
        let values = [("entries", MOST_ENTRIES.into()), ("most", (UPLOAD_BYTES / 1_000_000).into())];
        blocks.insert(0, Block::Text(say.with("batch-pictures-words", &values)));
        for field in &mut form.fields {
            field.label = say.t("batch-pictures");
            field.hint = say.t("batch-pictures-hint");
        }
        // `%` is where the script puts the figure.
        form = form.mark("sent", say.with("upload-sent", &[("percent", "%".into())]));
        form = form.mark("looked", say.t("upload-looked")).mark("broke", say.t("upload-broke"));
        form = form.mark("looking", say.with("upload-looking", &[("percent", "%".into())]));
    }
    blocks.push(Block::Form(Box::new(form)));
    if pictures {
        blocks.push(Block::Status(vec![("upload", String::new())]));
    }
    blocks
}

/// What a task of this batch costs a member's line, as its client reads it.
pub(super) fn cost_of_a_task(page: &Page, batch: &Batch) -> Option<String> {
    batch.picture_bytes.map(|bytes| page.say.with("batch-pictures-cost", &[("size", megabytes(page, bytes).into())]))
}

/// What was deleted of a contract's pictures, each batch in a sentence.
pub(super) async fn deleted(page: &Page, user: &ClientUser, contract: &ContractId) -> Result<Vec<Block>> {
    let sentence = |deletion: &Deletion| {
        let values = [
            ("day", page.say.date(Timestamp::from_secs(deletion.at)).into()),
            ("count", Arg::Count(deletion.files)),
            ("title", deletion.title.as_str().into()),
            ("size", megabytes(page, deletion.bytes).into()),
            ("days", Arg::Count(page.deps.files.limits().keep_days)),
        ];
        let words = if deletion.gone_at.is_some() { "files-deleted" } else { "files-being-deleted" };
        Block::Text(page.say.with(words, &values))
    };
    Ok(files::list_deletions(&page.deps, user, contract).await?.iter().map(sentence).collect())
}

/// What a task of this batch costs a member's line, where it shows pictures that are kept.
pub(super) fn cost(page: &Page, batch: &Batch) -> Option<String> {
    batch.picture_bytes.map(|bytes| page.say.with("board-picture-cost", &[("size", megabytes(page, bytes).into())]))
}

/// Bytes as people know them from their bill: `0.35`, at least a hundredth.
pub(super) fn megabytes(page: &Page, bytes: i64) -> String {
    let hundredths = (bytes.max(0).saturating_add(9_999) / 10_000).max(1);
    crate::i18n::amount(page.say.language, manyhands_domain::money::Amount::from_micros(hundredths.saturating_mul(10_000)))
}

#[get("/claims/<id>/picture?<w>")]
pub(super) async fn of_claim(page: Page, id: &str, w: Option<&str>) -> Result {
    let member = page.member()?;
    answer(files::of_claim(&page.deps, &member, &claim_id(id)?, width(w)?).await?)
}

#[get("/reviews/<id>/picture?<w>")]
pub(super) async fn of_review(page: Page, id: &str, w: Option<&str>) -> Result {
    let by = page.right(Judging::of)?;
    answer(files::of_review(&page.deps, &by, &claim_id(id)?, width(w)?).await?)
}

#[get("/batches/<id>/items/<position>/picture?<w>")]
pub(super) async fn of_item(page: Page, id: &str, position: &str, w: Option<&str>) -> Result {
    let user = page.client_user()?;
    let batch = BatchId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    let position = position.parse().map_err(|_| Answer::Error(Error::NotFound))?;
    answer(files::of_item(&page.deps, &user, &batch, position, width(w)?).await?)
}

/// How far an upload is looked through, for the script of the page that waits for it.
#[get("/batches/<id>/items/looked")]
pub(super) async fn looked(page: Page, id: &str) -> Result {
    let user = page.client_user()?;
    let batch = BatchId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    let far = files::find_looked(&page.deps, &user, &batch).await?.unwrap_or_default();
    Ok(Answer::Told(Status::Ok, serde_json::json!({ "done": far.done, "all": far.all })))
}

fn claim_id(id: &str) -> Result<ClaimId> {
    ClaimId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

/// The width asked for; none for the whole picture. One that is no number is no address.
fn width(typed: Option<&str>) -> Result<Option<u32>> {
    typed.map(|typed| typed.parse().map_err(|_| Answer::Error(Error::NotFound))).transpose()
}

fn answer(picture: Picture) -> Result {
    Ok(Answer::Picture(picture))
}
