//! Rejecting work, appealing against it, and deciding an appeal: each a page of its own, since neither is done in passing.

use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::rights::{Reviewer, SignedIn};
use crate::actions::{Claim, Error, Rejection, appeals, claims, hazards, reviews, rules};
use crate::web::answer::{Answer, Result};
use crate::web::entry::proof_of;
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::reviews::{claim_id, judging, next, shown, with_why};
use crate::web::sheet::{Block, Leaf, Row, Sheet};

#[get("/reviews/<id>/reject")]
pub(super) async fn reject_page(page: Page, id: &str) -> Result {
    let (by, parsed) = (judging(&page)?, claim_id(id)?);
    let claim = reviews::find(&page.deps, &by, &parsed).await?;
    if claim.state != "submitted" || appeals::find_judged(&page.deps, &by, &parsed).await?.is_some() {
        return Ok(Answer::Redirect(format!("/reviews/{id}")));
    }
    let sheet = reject_sheet(&page, &claim, reject_form(&page, id)).await?;
    page.show(sheet).await
}

fn reject_form(page: &Page, id: &str) -> Form {
    let mut form = with_why(page, Form::new(page, format!("/reviews/{id}/reject"), page.say.t("review-reject-button")));
    // Nothing is to be done differently: it is over, or an appeal says otherwise.
    for field in form.fields.iter_mut().filter(|field| field.name == "reason") {
        field.hint = page.say.t("review-reject-hint");
    }
    form
}

async fn reject_sheet(page: &Page, claim: &Claim, form: Form) -> Result<Sheet> {
    let say = &page.say;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let days = [("appeal", Arg::Count(book.review.appeal_days)), ("decide", Arg::Count(book.review.decide_days))];
    let mut sheet = shown(page, claim, &format!("/reviews/{}/reject", claim.id)).await?.lede(say.with("review-reject-lede", &days));
    sheet.title = say.with("review-reject-title", &[("title", sheet.title.into())]);
    let terms: manyhands_domain::contracts::Terms = serde_json::from_str(&claim.terms).map_err(Error::broken)?;
    let back = Block::Links(vec![(format!("/reviews/{}", claim.id), say.t("review-reject-not"))]);
    sheet.beside = Some((say.t("contract-guidelines"), terms.guidelines));
    Ok(sheet.leaf(say.t("review-reject"), vec![Block::Form(Box::new(form)), back]))
}

#[post("/reviews/<id>/reject", data = "<post>")]
pub(super) async fn reject(page: Page, id: &str, post: Post) -> Result {
    let by = judging(&page)?;
    let parsed = claim_id(id)?;
    let fields = post.only(&["code", "reason", "clause"])?;
    let claim = reviews::find(&page.deps, &by, &parsed).await?;
    let (code, reason, clause) = (fields.text("code"), fields.text("reason"), fields.text("clause"));
    match appeals::reject(&page.deps, &by, &fields.once(), &parsed, (&code, &reason, &clause)).await {
        Ok(_) => next(&page, &by, &claim.batch_id, None).await,
        Err(Error::Refused(refusals)) => {
            let form = reject_form(&page, id).typed(&page.say, &fields, &refusals);
            let sheet = reject_sheet(&page, &claim, form).await?;
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A page with why its work was rejected, how it ended, and the entry; with what its worker says for the two who may read it.
pub(super) fn rejected(page: &Page, mut sheet: Sheet, rejection: &Rejection, appeal: bool) -> Sheet {
    let say = &page.say;
    let code = say.t(&format!("review-code-{}", rejection.code));
    let values = [("code", code.into()), ("reason", rejection.reason.as_str().into()), ("clause", rejection.clause.as_str().into())];
    let blocks = vec![Block::Text(say.with("appeal-rejected-for", &values)), proof_of(page, rejection.entry_index)];
    sheet = sheet.leaf(say.t("appeal-rejected"), blocks);
    if let Some(appeal) = rejection.appeal.as_ref().filter(|words| appeal && !words.is_empty()) {
        sheet = sheet.leaf(say.t("appeal-label"), vec![Block::Lines(appeal.clone())]);
    }
    let date = |at: i64| say.date(Timestamp::from_secs(at));
    let state = match (rejection.state.as_str(), rejection.decide_by) {
        ("rejected", _) => say.with("appeal-until", &[("date", date(rejection.appeal_by).into())]),
        ("appealed", Some(by)) => say.with("appeal-decided-by", &[("date", date(by).into())]),
        (ended, _) => say.t(&format!("appeal-outcome-{ended}")),
    };
    let mut ended = vec![Block::Text(state)];
    ended.extend(rejection.decision.as_ref().filter(|words| !words.is_empty()).map(|words| Block::Lines(words.clone())));
    sheet.leaf(say.t("appeal-state"), ended)
}

/// The page of a member's own work that was rejected: why, and, in time, the way to appeal.
pub(super) fn own(page: &Page, claim: &Claim, rejection: &Rejection, form: Option<Form>) -> Result<Sheet> {
    let say = &page.say;
    let title = say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]);
    let lede = if claim.state == "submitted" { "appeal-under-way".to_owned() } else { format!("claim-state-{}", claim.state) };
    let mut sheet = rejected(page, Sheet::new(claim.end_client.clone(), title).lede(say.t(&lede)), rejection, true);
    if claim.state == "submitted" && rejection.state == "rejected" && page.now().secs() <= rejection.appeal_by {
        let form = form.unwrap_or_else(|| appeal_form(page, &claim.id));
        sheet = sheet.leaf(say.t("appeal-make"), vec![Block::Text(say.t("appeal-make-words")), Block::Form(Box::new(form))]);
    }
    let asked = claims::form_of(claim)?;
    let answers = claims::answers_of(claim)?;
    let all: Vec<_> = asked.questions.iter().collect();
    sheet = sheet.leaf(say.t("gold-yours"), super::gold::said(page, &all, &answers, hazards::is_veiled(claim)));
    let terms: manyhands_domain::contracts::Terms = serde_json::from_str(&claim.terms).map_err(Error::broken)?;
    Ok(sheet.leaf(say.t("contract-guidelines"), vec![Block::Lines(terms.guidelines)]))
}

fn appeal_form(page: &Page, id: &str) -> Form {
    Form::new(page, format!("/claims/{id}/appeal"), page.say.t("appeal-send")).field(&page.say, "appeal", "appeal", "", Kind::Area)
}

#[post("/claims/<id>/appeal", data = "<post>")]
pub(super) async fn appeal(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let parsed = claim_id(id)?;
    let fields = post.only(&["appeal"])?;
    match appeals::appeal(&page.deps, &member, &fields.once(), &parsed, &fields.text("appeal")).await {
        Ok(()) => Ok(Answer::Redirect(format!("/claims/{id}"))),
        Err(Error::Refused(refusals)) => {
            let (claim, _) = claims::find_own(&page.deps, &member, &parsed).await?;
            let rejection = appeals::find_own(&page.deps, &member, &parsed).await?.ok_or(Answer::Error(Error::NotFound))?;
            let form = appeal_form(&page, id).typed(&page.say, &fields, &refusals);
            let sheet = own(&page, &claim, &rejection, Some(form))?;
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The appeals that a reviewer may decide, as a section of the page of reviews; nothing where there is none.
pub(super) async fn waiting(page: &Page, by: &Reviewer) -> Result<Option<Leaf>> {
    let say = &page.say;
    let row = |appeal: &appeals::Waiting| Row {
        title: say.with("claim-title", &[("title", appeal.title.as_str().into()), ("item", appeal.item_id.as_str().into())]),
        href: format!("/appeals/{}", appeal.claim_id),
        strong: appeal.end_client.clone(),
        facts: vec![
            say.t(&format!("review-code-{}", appeal.code)),
            say.with("appeal-decided-by", &[("date", say.date(Timestamp::from_secs(appeal.decide_by)).into())]),
        ],
        ..Row::default()
    };
    let rows: Vec<Row> = appeals::list_waiting(&page.deps, by).await?.iter().map(row).collect();
    Ok((!rows.is_empty())
        .then(|| Leaf { label: say.t("appeals-label"), blocks: vec![Block::Text(say.t("appeals-words")), Block::Rows(rows)] }))
}

#[get("/appeals/<id>")]
pub(super) async fn one(page: Page, id: &str) -> Result {
    let reviewer = page.right(SignedIn::reviewer)?;
    let (claim, rejection) = appeals::find_waiting(&page.deps, &reviewer, &claim_id(id)?).await?;
    let sheet = decide_sheet(&page, &claim, &rejection, decide_form(&page, id)).await?;
    page.show(sheet).await
}

fn decide_form(page: &Page, id: &str) -> Form {
    let say = &page.say;
    let outcomes = ["overturned", "upheld"].map(|word| (word.to_owned(), say.t(&format!("appeal-decide-{word}"))));
    let outcomes = [(String::new(), say.t("unit-choose"))].into_iter().chain(outcomes).collect();
    Form::new(page, format!("/appeals/{id}"), say.t("appeal-decide")).field(say, "appeal", "outcome", "", Kind::Select(outcomes)).field(
        say,
        "appeal",
        "decision",
        "",
        Kind::Area,
    )
}

async fn decide_sheet(page: &Page, claim: &Claim, rejection: &Rejection, form: Form) -> Result<Sheet> {
    let say = &page.say;
    let mut sheet =
        rejected(page, shown(page, claim, &format!("/appeals/{}", claim.id)).await?.lede(say.t("appeal-lede")), rejection, true);
    let terms: manyhands_domain::contracts::Terms = serde_json::from_str(&claim.terms).map_err(Error::broken)?;
    sheet.beside = Some((say.t("contract-guidelines"), terms.guidelines));
    Ok(sheet.leaf(say.t("appeal-decide"), vec![Block::Form(Box::new(form))]))
}

#[post("/appeals/<id>", data = "<post>")]
pub(super) async fn decide(page: Page, id: &str, post: Post) -> Result {
    let reviewer = page.right(SignedIn::reviewer)?;
    let parsed = claim_id(id)?;
    let fields = post.only(&["outcome", "decision"])?;
    let outcome = fields.text("outcome");
    let done = match outcome.as_str() {
        "upheld" | "overturned" => {
            let upheld = outcome == "upheld";
            appeals::decide(&page.deps, &reviewer, &fields.once(), &parsed, upheld, &fields.text("decision")).await
        }
        _ => Err(Refusal::new("appeal-outcome").field("outcome").into()),
    };
    match done {
        Ok(Some(accepted)) => Ok(Answer::Redirect(format!("/reviews?accepted={}&count={}", accepted.index, accepted.count))),
        Ok(None) => Ok(Answer::Redirect("/reviews".to_owned())),
        Err(Error::Refused(refusals)) => {
            // Who may not decide, or not any more, is not shown the work again.
            let (claim, rejection) = appeals::find_waiting(&page.deps, &reviewer, &parsed).await?;
            let form = decide_form(&page, id).typed(&page.say, &fields, &refusals);
            let sheet = decide_sheet(&page, &claim, &rejection, form).await?;
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}
