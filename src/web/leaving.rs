//! Leaving the co-op: asked once, on a page of its own that one's account leads to; and how those who sign it read it.

use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::leaving::{self, Leaving};
use crate::actions::rights::Member;
use crate::actions::signing::Subject;
use crate::actions::{Departure, Error, payouts, people};
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
    let way = leaving::find_way(&page.deps, member).await?;
    let mut blocks = vec![Block::Text(say.t(if way.signed && !way.keyed { "leave-words-asked" } else { "leave-words" }))];
    let to = people::payout_to(&page.deps, &member.as_payee()).await?;
    for (currency, amount) in payouts::owed(&page.deps, &member.as_payee()).await? {
        let id = if to.is_empty() { "leave-owed-nowhere" } else { "leave-owed" };
        blocks.push(Block::Text(say.with(id, &[("amount", (amount, currency).into())])));
    }
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

/// Where it is signed.
pub(super) fn address(departure: &str) -> String {
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

/// Somebody's leaving as those who sign it read it: why, and who asked when.
pub(super) fn departure_facts(page: &Page, row: &Departure) -> Vec<(String, String)> {
    let say = &page.say;
    let mut facts = Vec::new();
    if row.reason != leaving::OWN {
        facts.push((say.t("departure-why"), say.t(&format!("departure-why-{}", row.reason))));
    }
    if row.reason == leaving::NEVER_CAME {
        facts.push((say.t("departure-asked-by"), row.asked_name.clone()));
    }
    if let Some(number) = row.proposal {
        facts.push((say.t("departure-voted"), format!("P-{number}")));
    }
    facts.push((say.t("signing-asked-at"), say.moment(Timestamp::from_secs(row.asked_at))));
    facts
}

/// What a signature under it says; `own`: the reader's.
pub(super) fn departure_says(page: &Page, row: &Departure, own: bool) -> String {
    match (own, row.reason.as_str()) {
        (true, _) => page.say.t("signing-says-departure-own"),
        (false, leaving::NEVER_CAME) => page.say.t("signing-says-departure-never-came"),
        (false, leaving::EXCLUDED) => page.say.t("signing-says-departure-excluded"),
        (false, _) => page.say.t("signing-says-departure"),
    }
}

/// For the office: whoever never came in may be kept on the roll.
pub(super) fn keep_leaf(page: &Page, row: &Departure, sheet: Sheet) -> Sheet {
    if row.reason != leaving::NEVER_CAME || page.coordinator().is_err() {
        return sheet;
    }
    let keep = Form::new(page, format!("/office/departures/{}/withdraw", row.id), page.say.t("departure-keep")).quiet();
    sheet.leaf(page.say.t("departure-keep"), vec![Block::Form(Box::new(keep))])
}

#[post("/office/departures/<id>/withdraw", data = "<post>")]
pub(super) async fn keep(page: Page, id: &str, post: Post) -> Result {
    let coordinator = page.coordinator()?;
    let fields = post.only(&[])?;
    leaving::withdraw(&page.deps, &coordinator, &fields.once(), id).await?;
    Ok(Answer::Redirect("/office".to_owned()))
}
