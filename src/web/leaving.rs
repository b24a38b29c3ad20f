//! Leaving the co-op: asked once, on a page of its own that one's account leads to.

use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::leaving::{self, Leaving};
use crate::actions::rights::Member;
use crate::actions::signing::Subject;
use crate::actions::{Error, payouts, people};
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Sheet};
use crate::web::signing::straight_on;

#[get("/account/leave")]
pub(super) async fn leave(page: Page) -> Result {
    let member = page.member()?;
    let sheet = sheet(&page, &member, &[]).await?;
    page.show(sheet).await
}

/// What leaving means for this member, and the form; or what waits for two officers.
async fn sheet(page: &Page, member: &Member, refusals: &[Refusal]) -> Result<Sheet> {
    let say = &page.say;
    let mut blocks = vec![Block::Text(say.t("leave-words"))];
    let to = people::payout_to(&page.deps, member).await?;
    for (currency, amount) in payouts::owed(&page.deps, member).await? {
        let id = if to.is_empty() { "leave-owed-nowhere" } else { "leave-owed" };
        blocks.push(Block::Text(say.with(id, &[("amount", (amount, currency).into())])));
    }
    let way = leaving::find_way(&page.deps, member).await?;
    if let Some(waiting) = &way.waiting {
        blocks.push(Block::Text(say.with("leave-waits", &[("at", Timestamp::from_secs(waiting.asked_at).into())])));
    }
    if way.signed && way.waiting.is_none() {
        blocks.push(Block::Text(say.t(if way.keyed { "leave-signed" } else { "leave-asked" })));
        blocks.push(Block::Links(vec![("/account/key".to_owned(), say.t("keys-title"))]));
    }
    blocks.push(match (&way.waiting, way.keyed) {
        (Some(_), false) => Block::Form(Box::new(Form::new(page, "/account/leave/withdraw", say.t("leave-stay")).quiet())),
        (Some(waiting), true) => Block::Links(vec![(address(&waiting.id), say.t("leave-sign"))]),
        (None, _) => {
            let button = say.t(if way.signed && !way.keyed { "leave-ask" } else { "leave" });
            let form = Form::new(page, "/account/leave", button);
            Block::Form(Box::new(form.field(say, "people", "password", "", Kind::Password("current-password"))))
        }
    });
    let sheet = Sheet::new(say.t("people-account"), say.t("leave")).leaf(say.t("leave-means"), blocks);
    Ok(if refusals.is_empty() { sheet } else { refused(page, sheet, refusals) })
}

fn address(departure: &str) -> String {
    format!("/sign/departure/{departure}")
}

#[post("/account/leave", data = "<post>")]
pub(super) async fn leave_post(page: Page, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&["password"])?;
    match leaving::leave(&page.deps, &member, &fields.once(), &fields.text("password")).await {
        Ok(Leaving::Left(index)) => Ok(Answer::Redirect(format!("/ledger/{index}"))),
        Ok(Leaving::Signs(id)) => {
            let next = straight_on(&page, &member, &Subject::Departure(id.clone()), fields.once()).await?;
            Ok(next.unwrap_or_else(|| Answer::Redirect(address(&id))))
        }
        Ok(Leaving::Waits(_)) => Ok(Answer::Redirect("/account/leave".to_owned())),
        Err(Error::Refused(refusals)) => {
            let sheet = sheet(&page, &member, &refusals).await?;
            page.show(sheet).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/account/leave/withdraw", data = "<post>")]
pub(super) async fn stay(page: Page, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    leaving::stay(&page.deps, &member, &fields.once()).await?;
    Ok(Answer::Redirect("/account/leave".to_owned()))
}
