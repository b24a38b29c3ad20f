//! What a member may meet at work: what they agree to, kind by kind; what one batch may show, before it is claimed; and the page after
//! they left a task at once.

use manyhands_domain::claims::exposure;
use manyhands_domain::hazards::{self as rule, CATEGORIES, Hazard};
use manyhands_domain::ids::{BatchId, ClaimId};
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::rules::Book;
use rocket::{get, post};

use crate::actions::rights::Member;
use crate::actions::{Batch, Claim, Error, Once, claims, hazards, rules};
use crate::i18n::{hundredths, percent};
use crate::web::answer::{Answer, Result};
use crate::web::batches::batch_id;
use crate::web::forms::Form;
use crate::web::listing::hazard_words;
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::sheet::{Block, Press, Row, Sheet};
use crate::web::split::fund_words;

#[get("/work/hazards")]
pub(super) async fn own(page: Page) -> Result {
    let member = page.member()?;
    let say = &page.say;
    let agreed = hazards::list_agreed(&page.deps, &member).await?;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let mut sheet = Sheet::new("", say.t("hazards-title")).lede(say.t("hazards-lede")).lede(say.t("hazards-private"));
    let held = hazards::list_held_unagreed(&page.deps, &member).await?;
    if !held.is_empty() {
        let rows = held.iter().map(|claim| held_row(&page, claim)).collect();
        sheet = sheet.leaf(say.t("board-hands"), vec![Block::Text(say.t("hazards-held")), Block::Rows(rows)]);
    }
    let rows = CATEGORIES.iter().map(|category| category_row(&page, category, agreed.iter().any(|code| code == category))).collect();
    let links = Block::Links(vec![("/work".to_owned(), say.t("place-work"))]);
    sheet = sheet.leaf(say.t("hazards-kinds"), vec![Block::Rows(rows)]);
    sheet = sheet.leaf(say.t("hazards-how"), how(&page, &book).into_iter().map(Block::Text).chain([links]).collect());
    page.show(sheet).await
}

/// What the levels mean, how consent is taken back, what is veiled, how much is too much.
fn how(page: &Page, book: &Book) -> Vec<String> {
    let say = &page.say;
    let exposure = book.exposure;
    let most = [
        ("most", Arg::Duration(exposure.level3_minutes_per_day.saturating_mul(60))),
        ("rest", Arg::Duration(exposure.break_minutes_per_hour.clamp(0, 60) * 60)),
    ];
    vec![say.t("hazards-levels"), say.t("hazards-back"), say.t("hazards-veil"), say.with("hazards-most", &most)]
}

fn category_row(page: &Page, category: &str, agreed: bool) -> Row {
    let say = &page.say;
    let name = say.t(&format!("hazard-{category}"));
    let (word, words) = if agreed { ("withdraw", "hazards-withdraw") } else { ("agree", "hazards-agree") };
    Row {
        strong: say.t(if agreed { "hazards-on" } else { "hazards-off" }),
        facts: vec![say.t(&format!("hazard-may-{category}"))],
        press: Some(Press {
            action: format!("/work/hazards/{category}/{word}"),
            words: say.t(words),
            aria: format!("{}: {name}", say.t(words)),
            quiet: true,
        }),
        title: name,
        ..Row::default()
    }
}

fn held_row(page: &Page, claim: &Claim) -> Row {
    let say = &page.say;
    let title = say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]);
    Row {
        href: format!("/claims/{}", claim.id),
        press: Some(Press {
            action: format!("/claims/{}/leave", claim.id),
            words: say.t("hazards-leave"),
            aria: format!("{}: {title}", say.t("hazards-leave")),
            quiet: true,
        }),
        title,
        ..Row::default()
    }
}

#[post("/work/hazards/<code>/<word>", data = "<post>")]
pub(super) async fn change(page: Page, code: &str, word: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    match word {
        "agree" => hazards::agree(&page.deps, &member, &fields.once(), &[code.to_owned()]).await?,
        "withdraw" => hazards::withdraw(&page.deps, &member, &fields.once(), code).await?,
        _ => return Err(Answer::Error(Error::NotFound)),
    }
    Ok(Answer::Redirect("/work/hazards".to_owned()))
}

/// `Hate, level 2 of 3, in text, in 30 % of the items`: one for each hazard.
pub(super) fn lines(page: &Page, hazards: &[Hazard]) -> Vec<String> {
    let say = &page.say;
    let line = |hazard: &Hazard| {
        let level = hazard_words(page, i64::from(hazard.level), &hazard.form);
        let share = percent(say.language, hazard.share_bp);
        let category = say.t(&format!("hazard-{}", hazard.category));
        say.with("contract-hazard-words", &[("category", category.into()), ("level", level.into()), ("share", share.into())])
    };
    hazards.iter().map(line).collect()
}

/// What stands between a member and a batch with hazards.
pub(super) struct Before {
    agreed: Vec<String>,
    /// Why no more of the highest level is begun now.
    too_much: Option<Refusal>,
}

impl Before {
    /// For this member, now.
    pub(super) async fn of(page: &Page, member: &Member, book: &Book) -> Result<Before> {
        Ok(Before { agreed: hazards::list_agreed(&page.deps, member).await?, too_much: hazards::too_much(&page.deps, member, book).await? })
    }

    /// Whether it is to be read, and agreed to, first.
    pub(super) fn asks(&self, hazards: &[Hazard]) -> bool {
        !rule::not_agreed(hazards, &self.agreed).is_empty()
    }

    /// Why a batch of this level waits, if it does.
    pub(super) fn waits(&self, level: i64) -> Option<&Refusal> {
        self.too_much.as_ref().filter(|_| level >= i64::from(exposure::LEVEL))
    }
}

#[get("/batches/<id>/hazards")]
pub(super) async fn batch(page: Page, id: &str) -> Result {
    let member = page.member()?;
    let (batch, hazards) = hazards::of_batch(&page.deps, &member, &batch_id(id)?).await?;
    let sheet = before(&page, &member, &batch, &hazards, &[]).await?;
    page.show(sheet).await
}

/// What a batch may show, and the press that agrees to it and claims; with why it was not claimed, where it was not.
async fn before(page: &Page, member: &Member, batch: &Batch, hazards: &[Hazard], refusals: &[Refusal]) -> Result<Sheet> {
    let say = &page.say;
    let mut sheet = match refusals {
        [] => Sheet::new(batch.end_client.clone(), batch.title.clone()).lede(say.t("hazards-before")),
        _ => Sheet::refused(say.t("claim-not-granted")),
    };
    sheet.ledes.extend(refusals.iter().map(|refusal| say.refusal(refusal)));
    sheet.ledes.extend((batch.suggestions > 0).then(|| say.t("board-suggested")));
    let row = |hazard: &Hazard| Row {
        title: say.t(&format!("hazard-{}", hazard.category)),
        facts: vec![
            say.t(&format!("hazard-may-{}", hazard.category)),
            say.with("hazard-share-of", &[("share", percent(say.language, hazard.share_bp).into())]),
        ],
        hazard: Some((hazard.level, hazard_words(page, i64::from(hazard.level), &hazard.form))),
        ..Row::default()
    };
    let hurt = if hazards.is_empty() { Block::Text(say.t("hazard-none")) } else { Block::Rows(hazards.iter().map(row).collect()) };
    sheet = sheet.leaf(say.t("contract-hurt"), vec![hurt]);
    let agreed = hazards::list_agreed(&page.deps, member).await?;
    let missing = rule::not_agreed(hazards, &agreed);
    let links = Block::Links(vec![
        ("/work".to_owned(), say.t("claim-other-work")),
        ("/work/hazards".to_owned(), say.t("hazards-link")),
        (format!("/contracts/{}", batch.contract_id), say.t("hazards-contract")),
    ]);
    if missing.is_empty() {
        let claim = Form::new(page, format!("/batches/{}/claim", batch.id), say.t("board-claim"));
        return Ok(sheet.leaf(say.t("board-claim"), vec![Block::Form(Box::new(claim)), Block::Small(say.t("hazards-may-leave")), links]));
    }
    let names: Vec<String> = missing.iter().map(|category| say.t(&format!("hazard-{category}"))).collect();
    let mut form = Form::new(page, format!("/batches/{}/hazards", batch.id), say.t("hazards-agree-claim"));
    for category in missing {
        form = form.hidden("category", category);
    }
    let words = say.with("hazards-not-agreed", &[("kinds", names.join(", ").into())]);
    let asks = vec![Block::Text(words), Block::Form(Box::new(form)), Block::Small(say.t("hazards-may-leave")), links];
    Ok(sheet.leaf(say.t("hazards-yours"), asks))
}

/// Agrees to what the page named, and claims.
#[post("/batches/<id>/hazards", data = "<post>")]
pub(super) async fn agree_and_claim(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let batch = batch_id(id)?;
    let fields = post.only(&["category"])?;
    hazards::of_batch(&page.deps, &member, &batch).await?;
    let once = fields.once();
    let first = Once { key: format!("{}-agree", once.key), ..once.clone() };
    hazards::agree(&page.deps, &member, &first, &fields.all("category")).await?;
    claim(&page, &member, &once, &batch).await
}

/// Claims, or says why not; where consent is missing, with what is to be agreed to.
pub(super) async fn claim(page: &Page, member: &Member, once: &Once, batch: &BatchId) -> Result {
    let refusals = match claims::claim(&page.deps, member, once, batch).await {
        Ok(claim) => return Ok(Answer::Redirect(format!("/claims/{claim}"))),
        Err(Error::Refused(refusals)) => refusals,
        Err(error) => return Err(error.into()),
    };
    if refusals.iter().any(|refusal| refusal.code == "hazard-not-agreed") {
        let (batch, hazards) = hazards::of_batch(&page.deps, member, batch).await?;
        let sheet = before(page, member, &batch, &hazards, &refusals).await?;
        return page.show(sheet).await;
    }
    let mut sheet = Sheet::refused(page.say.t("claim-not-granted"));
    sheet.ledes.extend(refusals.iter().map(|refusal| page.say.refusal(refusal)));
    let board = Block::Links(vec![("/work".to_owned(), page.say.t("claim-other-work"))]);
    page.show(sheet.leaf(page.say.t("place-work"), vec![board])).await
}

#[post("/claims/<id>/leave", data = "<post>")]
pub(super) async fn leave(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    let claim = ClaimId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    match hazards::leave(&page.deps, &member, &fields.once(), &claim).await {
        Ok(()) => Ok(Answer::Redirect(format!("/claims/{id}/left"))),
        // It was handed in meanwhile: its page says how it stands.
        Err(Error::Refused(_)) => Ok(Answer::Redirect(format!("/claims/{id}"))),
        Err(error) => Err(error.into()),
    }
}

#[get("/claims/<id>/left")]
pub(super) async fn left(page: Page, id: &str) -> Result {
    let member = page.member()?;
    let claim = ClaimId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    let (claim, _) = claims::find_own(&page.deps, &member, &claim).await?;
    if !matches!(claim.state.as_str(), "released" | "expired") {
        return Ok(Answer::Redirect(format!("/claims/{id}")));
    }
    let say = &page.say;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let open = crate::actions::batches::list_open(&page.deps).await?;
    let calm = open.iter().filter(|batch| batch.level == 0).count();
    let sheet = Sheet::new("", say.t("left-title")).lede(say.t("left-lede")).lede(say.t("left-words"));
    let links = vec![
        ("/work?level=0".to_owned(), say.t("left-calm")),
        ("/work".to_owned(), say.t("left-all")),
        ("/work/hazards".to_owned(), say.t("hazards-link")),
    ];
    let mut blocks = vec![Block::Text(say.with("left-open", &[("count", calm.into())]))];
    blocks.push(Block::Links(links));
    let mut sheet = sheet.leaf(say.t("board-open"), blocks);
    if let Some(share) = book.split.funds.get(WELLBEING) {
        let fund = [("share", hundredths(say.language, *share).into()), ("fund", fund_words(say, WELLBEING).into())];
        sheet = sheet.leaf(say.t("left-support"), vec![Block::Text(say.with("left-fund", &fund))]);
    }
    page.show(sheet).await
}

/// The fund of the founding rule book that is for this.
const WELLBEING: &str = "Wellbeing";
