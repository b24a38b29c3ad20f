//! Leaving the co-op: asked once, on a page of its own that one's account leads to.

use manyhands_domain::refusal::Refusal;
use rocket::{get, post};

use crate::actions::rights::Member;
use crate::actions::{Error, leaving, payouts, people};
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Sheet};

#[get("/account/leave")]
pub(super) async fn leave(page: Page) -> Result {
    let member = page.member()?;
    let sheet = sheet(&page, &member, &[]).await?;
    page.show(sheet).await
}

/// What leaving means for this member, and the form.
async fn sheet(page: &Page, member: &Member, refusals: &[Refusal]) -> Result<Sheet> {
    let say = &page.say;
    let mut blocks = vec![Block::Text(say.t("leave-words"))];
    let to = people::payout_to(&page.deps, member).await?;
    for (currency, amount) in payouts::owed(&page.deps, member).await? {
        let id = if to.is_empty() { "leave-owed-nowhere" } else { "leave-owed" };
        blocks.push(Block::Text(say.with(id, &[("amount", (amount, currency).into())])));
    }
    let form = Form::new(page, "/account/leave", say.t("leave"));
    blocks.push(Block::Form(Box::new(form.field(say, "people", "password", "", Kind::Password("current-password")))));
    let sheet = Sheet::new(say.t("people-account"), say.t("leave")).leaf(say.t("leave-means"), blocks);
    Ok(if refusals.is_empty() { sheet } else { refused(page, sheet, refusals) })
}

#[post("/account/leave", data = "<post>")]
pub(super) async fn leave_post(page: Page, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&["password"])?;
    match leaving::leave(&page.deps, &member, &fields.once(), &fields.text("password")).await {
        Ok(index) => Ok(Answer::Redirect(format!("/ledger/{index}"))),
        Err(Error::Refused(refusals)) => {
            let sheet = sheet(&page, &member, &refusals).await?;
            page.show(sheet).await
        }
        Err(error) => Err(error.into()),
    }
}
