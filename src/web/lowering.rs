//! A lower hazard level that both sides of a contract agreed to: what it means, what would change, and the two people of the co-op.

use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::{contracts::Terms, contracts::amending::lowers};
use rocket::{get, post};

use crate::actions::contracts::amending::{sha256_of, terms_in};
use crate::actions::contracts::lowering::{self, Lowering};
use crate::actions::rights::Officer;
use crate::actions::signing::{self, Subject};
use crate::actions::{Contract, Error, contracts};
use crate::web::amending::changes;
use crate::web::answer::{Answer, Result};
use crate::web::contracts::contract_id;
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Row, Sheet};
use crate::web::signing::Second;

/// What waits for two people, where officers look first.
pub(super) async fn rows(page: &Page, officer: &Officer) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for waits in lowering::list(&page.deps, officer).await? {
        let to = format!("/contracts/{}/lowering", waits.contract.id);
        rows.push(Row {
            title: page.say.with("lowering-title", &[("title", waits.contract.title.as_str().into())]),
            href: to.clone(),
            strong: waits.contract.id.clone(),
            facts: levels(page, &waits.contract, &terms_in(&waits.amendment.terms)?)?.into_iter().collect(),
            go: Some((to, page.say.t("payout-look"))),
            ..Row::default()
        });
    }
    Ok(rows)
}

/// `From level 3 to level 2.` Nothing where terms lower nothing.
pub(super) fn levels(page: &Page, contract: &Contract, after: &Terms) -> Result<Option<String>> {
    let levels = lowers(&contracts::terms_of(contract)?, after);
    let words = |(was, is): (u8, u8)| {
        page.say.with("lowering-levels", &[("was", Arg::Count(i64::from(was))), ("level", Arg::Count(i64::from(is)))])
    };
    Ok(levels.map(words))
}

/// What it is in words, for whoever signs it.
pub(super) fn facts(page: &Page, waits: &Lowering) -> Result<Vec<(String, String)>> {
    let say = &page.say;
    let mut facts = vec![(say.t("deposit-contract"), format!("{} {}", waits.contract.id, waits.contract.title))];
    facts.extend(levels(page, &waits.contract, &terms_in(&waits.amendment.terms)?)?.map(|words| (say.t("contract-hazards"), words)));
    facts.push((say.t("amend-reason"), waits.amendment.reason.clone()));
    Ok(facts)
}

#[get("/contracts/<id>/lowering")]
pub(super) async fn one(page: Page, id: &str) -> Result {
    let officer = page.officer()?;
    let waits = lowering::find(&page.deps, &officer, &contract_id(id)?).await?;
    let sheet = sheet(&page, &officer, &waits).await?;
    page.show(sheet).await
}

async fn sheet(page: &Page, officer: &Officer, waits: &Lowering) -> Result<Sheet> {
    let say = &page.say;
    let contract = &waits.contract;
    let after = terms_in(&waits.amendment.terms)?;
    let margin = say.with("contract-margin", &[("id", contract.id.as_str().into())]);
    let title = say.with("lowering-title", &[("title", contract.title.as_str().into())]);
    let mut sheet = Sheet::new(margin, title).lede(say.t("lowering-lede"));
    sheet.ledes.extend(levels(page, contract, &after)?);
    let side = [("side", waits.amendment.side.as_str().into()), ("reason", waits.amendment.reason.as_str().into())];
    sheet =
        sheet.leaf(say.t("lowering-means"), vec![Block::Text(say.t("lowering-means-words")), Block::Text(say.with("amend-asks", &side))]);
    sheet = sheet.leaf(say.t("amend-changes"), changes(page, &contracts::terms_of(contract)?, &after)?);
    sheet = sheet.leaf(say.t("payout-second"), second(page, officer, waits).await?);
    Ok(sheet.leaf("", vec![Block::Links(vec![(format!("/contracts/{}", contract.id), say.t("contract-public-page"))])]))
}

/// By two signatures once these are needed; before, whoever did not speak for the co-op yet says yes with their password.
async fn second(page: &Page, officer: &Officer, waits: &Lowering) -> Result<Vec<Block>> {
    let say = &page.say;
    let kind = "contract.amended";
    if waits.first() == officer.actor() && !signing::is_signed_for(&page.deps, kind).await? {
        return Ok(vec![Block::Text(say.t("lowering-waits"))]);
    }
    let to = format!("/contracts/{}/lowering", waits.contract.id);
    let approve = Form::new(page, to, say.t("lowering-approve")).hidden("read", sha256_of(&waits.amendment));
    let second = Second {
        kind,
        mine: false,
        words: say.t("lowering-approve-words"),
        approve: approve.field(say, "people", "password", "", Kind::Password("current-password")),
        withdraw: Form::default(),
    };
    second.blocks(page, officer, &Subject::Lowering(waits.amendment.id.clone())).await
}

#[post("/contracts/<id>/lowering", data = "<post>")]
pub(super) async fn approve(page: Page, id: &str, post: Post) -> Result {
    let (officer, parsed) = (page.officer()?, contract_id(id)?);
    let fields = post.only(&["read", "password"])?;
    let (read, password) = (fields.text("read"), fields.text("password"));
    match lowering::approve(&page.deps, &officer, &fields.once(), &parsed, &read, &password).await {
        Ok(_) => Ok(Answer::Redirect(format!("/contracts/{id}/versions"))),
        Err(Error::Refused(refusals)) => again(&page, &officer, id, refusals).await,
        Err(error) => Err(error.into()),
    }
}

async fn again(page: &Page, officer: &Officer, id: &str, refusals: Vec<Refusal>) -> Result {
    match lowering::find(&page.deps, officer, &contract_id(id)?).await {
        Ok(waits) => {
            let sheet = sheet(page, officer, &waits).await?;
            page.show(refused(page, sheet, &refusals)).await
        }
        // It waits no more: the refusal alone says so.
        Err(_) => Err(Answer::Error(Error::Refused(refusals))),
    }
}
