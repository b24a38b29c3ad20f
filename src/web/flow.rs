//! From one task to the next: what is held ready, and what was submitted by accident.

use manyhands_domain::ids::ClaimId;
use rocket::http::Status;
use rocket::post;
use serde_json::json;

use crate::actions::rights::Member;
use crate::actions::{Claim, Error, claims, hazards, rules};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::files;
use crate::web::forms::Form;
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::sheet::{Block, Press, Row, Sheet};

fn claim_id(id: &str) -> Result<ClaimId> {
    ClaimId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

/// Asked by the workbench's script: holds the next task ready and says where its picture is; nothing where there is none to be had.
#[post("/claims/<id>/ahead", data = "<post>")]
pub(super) async fn ahead(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    let parsed = claim_id(id)?;
    let nothing = || Ok(Answer::Told(Status::Ok, json!({})));
    // Its text would be read before its clock starts, and a link be opened: only pictures take long to come. All tasks of a batch show
    // the same.
    if !comes_ahead(&claims::find_own(&page.deps, &member, &parsed).await?.0) {
        return nothing();
    }
    let ready = match claims::keep_ready(&page.deps, &member, &fields.once(), &parsed).await {
        Ok(ready) => ready,
        Err(Error::Refused(_)) => return nothing(),
        Err(error) => return Err(error.into()),
    };
    let kept = files::shown(&page, &ready, &format!("/claims/{}", ready.id), String::new()).await?;
    let veiled = hazards::is_veiled(&ready);
    let picture = match kept {
        // What nobody asked for yet does not come ahead either: only what lies behind the veil does.
        Some(shown) if veiled => shown.blind,
        Some(shown) => shown.src,
        None if veiled => return nothing(),
        None => claims::task_of(&ready)?.prompt,
    };
    Ok(Answer::Told(Status::Ok, json!({ "picture": picture })))
}

/// Whether what the next task of the same batch shows can come before it is begun.
pub(super) fn comes_ahead(claim: &Claim) -> bool {
    claim.payload_kind == "image"
}

#[post("/claims/<id>/back", data = "<post>")]
pub(super) async fn back(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&["instead"])?;
    let instead = ClaimId::parse(&fields.text("instead")).ok();
    match claims::take_back(&page.deps, &member, &fields.once(), &claim_id(id)?, instead.as_ref()).await {
        Ok(()) => Ok(Answer::Redirect(format!("/claims/{id}"))),
        Err(Error::Refused(refusals)) => {
            let mut sheet = Sheet::refused(page.say.t("claim-back-refused"));
            sheet.ledes.extend(refusals.iter().map(|refusal| page.say.refusal(refusal)));
            let board = Block::Links(vec![("/work".to_owned(), page.say.t("place-work"))]);
            page.show(sheet.leaf("", vec![board])).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The claim that an address says was submitted last, if it can be taken back.
pub(super) async fn sent(page: &Page, member: &Member, sent: Option<&str>) -> Result<Option<Claim>> {
    match sent.map(ClaimId::parse) {
        Some(Ok(id)) => Ok(claims::may_take_back(&page.deps, member, &id).await?),
        _ => Ok(None),
    }
}

/// The button on a submitted claim's own page, while it does something.
pub(super) async fn form(page: &Page, member: &Member, id: &ClaimId) -> Result<Vec<Block>> {
    let say = &page.say;
    Ok(match claims::may_take_back(&page.deps, member, id).await? {
        Some(_) => vec![
            Block::Text(say.t("claim-back-words")),
            Block::Form(Box::new(Form::new(page, format!("/claims/{id}/back"), say.t("claim-back-one")).quiet())),
        ],
        None => Vec::new(),
    })
}

/// What was submitted last and can be taken back, each with its button.
pub(super) async fn rows(page: &Page, member: &Member) -> Result<Vec<Row>> {
    let say = &page.say;
    let books = rules::all(&page.deps.db.read()).await?;
    let returnable = claims::list_returnable(&page.deps, member, LISTED).await?;
    returnable
        .iter()
        .map(|claim| {
            let title = say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]);
            let (_, book) = books.at_size(claim.claimed_size)?;
            Ok(Row {
                href: format!("/claims/{}", claim.id),
                figure: amount(say.language, claims::share_of(book, claim)),
                per: claim.currency.clone(),
                press: Some(Press {
                    action: format!("/claims/{}/back", claim.id),
                    words: say.t("claim-back-one"),
                    aria: say.with("claim-back-aria", &[("title", title.as_str().into())]),
                    quiet: true,
                }),
                title,
                ..Row::default()
            })
        })
        .collect()
}

/// So many of the last ones are looked through.
const LISTED: i64 = 5;
