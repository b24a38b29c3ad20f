//! The office: contracts that wait for approval, people and invitations.

use manyhands_domain::contracts::Terms;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::contracts::RegisterWords;
use crate::actions::people::{Invitation, Invited};
use crate::actions::proposals::{Proposal, enacting};
use crate::actions::{Admission, Error, admissions, contracts, corrections, payouts, people};
use crate::i18n::{Language, percent};
use crate::web::amending;
use crate::web::answer::{Answer, Result};
use crate::web::contracts::contract_id;
use crate::web::corrections::correction_row;
use crate::web::expenses::expense_row;
use crate::web::forms::{Form, Kind};
use crate::web::life;
use crate::web::listing::{facts as public_facts, hazard_words};
use crate::web::lowering;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::returns::return_row;
use crate::web::sheet::{Block, Row, Sheet};
use crate::web::treasury::run_row;

#[get("/office")]
pub(super) async fn office(page: Page) -> Result {
    let coordinator = page.coordinator()?;
    let say = &page.say;
    let waiting: Vec<Row> = contracts::list::submitted(&page.deps, &coordinator)
        .await?
        .into_iter()
        .map(|contract| Row {
            title: contract.title.clone(),
            href: format!("/office/contracts/{}", contract.id),
            strong: format!("{}, {}", contract.end_client, say.country(&contract.country)),
            facts: vec![contract.purpose.clone()],
            go: Some((format!("/office/contracts/{}", contract.id), say.t("payout-look"))),
            ..Row::default()
        })
        .collect();
    let waiting: Vec<Row> = waiting.into_iter().chain(amending::waiting(&page).await?).collect();
    let waiting = if waiting.is_empty() { Block::Text(say.t("office-none")) } else { Block::Rows(waiting) };
    let listed = people::list(&page.deps, &coordinator).await?.into_iter().map(|person| {
        let mut facts = vec![person.email, say.t(&format!("person-{}", person.state))];
        if person.member == 0 && person.client_name.is_none() {
            facts.push(say.t("person-left"));
        }
        facts.extend(person.roles.split(',').filter(|role| !role.is_empty()).map(|role| say.t(&format!("role-{role}"))));
        let client = person.client_name.filter(|client| *client != person.name);
        Row {
            title: person.name,
            href: format!("/office/people/{}", person.id),
            strong: client.unwrap_or_default(),
            facts: vec![facts.join(", ")],
            ..Row::default()
        }
    });
    let admissions: Vec<Row> =
        admissions::list(&page.deps, &coordinator).await?.iter().map(|person| admission_row(&page, person)).collect();
    let mut sheet = Sheet::new("", say.t("place-office"));
    let stuck: Vec<Row> = enacting::list_stuck(&page.deps, &coordinator).await?.iter().map(|row| stuck_row(&page, row)).collect();
    if !stuck.is_empty() {
        sheet = sheet.leaf(say.t("office-stuck"), vec![Block::Text(say.t("office-stuck-words")), Block::Rows(stuck)]);
    }
    let mut sheet = sheet.leaf(say.t("office-waiting"), vec![waiting]).leaf(say.t("payout-second"), vec![second_person(&page).await?]);
    if !admissions.is_empty() {
        sheet = sheet.leaf(say.t("office-admissions"), vec![Block::Rows(admissions)]);
    }
    let under_way: Vec<Row> =
        contracts::list::under_way(&page.deps, &coordinator).await?.iter().map(|row| life::contract_row(&page, row)).collect();
    if !under_way.is_empty() {
        sheet = sheet.leaf(say.t("life-under-way-label"), vec![Block::Rows(under_way)]);
    }
    let sheet = sheet
        .leaf(say.t("office-invite"), vec![Block::Text(say.t("office-invite-words")), Block::Form(Box::new(invite_form(&page)))])
        .leaf(say.t("office-people"), vec![Block::Rows(listed.collect())]);
    page.show(sheet).await
}

/// What passed, and is not in force though its day has come.
fn stuck_row(page: &Page, row: &Proposal) -> Row {
    let number = format!("P-{}", row.number.unwrap_or_default());
    let to = format!("/proposals/{number}");
    let since = page.say.with("office-stuck-since", &[("when", Arg::When(Timestamp::from_secs(row.enacts_at.unwrap_or_default())))]);
    Row { title: row.title.clone(), href: to, strong: number, facts: vec![since], ..Row::default() }
}

/// Somebody who waits for two members' signatures.
fn admission_row(page: &Page, person: &Admission) -> Row {
    let to = format!("/sign/admission/{}", person.id);
    Row {
        title: person.name.clone(),
        href: to.clone(),
        strong: page.say.t("office-admission-waits"),
        facts: vec![person.email.clone()],
        go: Some((to, page.say.t("signing-look"))),
        ..Row::default()
    }
}

#[post("/office/admissions/<id>/withdraw", data = "<post>")]
pub(super) async fn withdraw(page: Page, id: &str, post: Post) -> Result {
    let coordinator = page.coordinator()?;
    let fields = post.only(&[])?;
    admissions::withdraw(&page.deps, &coordinator, &fields.once(), id).await?;
    Ok(Answer::Redirect("/office".to_owned()))
}

/// Payouts, expenses, corrections and returns that somebody else prepared, and lower hazard levels.
async fn second_person(page: &Page) -> Result<Block> {
    let officer = page.officer()?;
    let (runs, expenses) = payouts::list_waiting_for(&page.deps, &officer).await?;
    let expenses = expenses.into_iter().map(|expense| expense_row(page, expense));
    let corrected = corrections::list_waiting_for(&page.deps, &officer).await?;
    let corrected = corrected.iter().map(|correction| correction_row(page, correction));
    let lower = lowering::rows(page, &officer).await?;
    let returned = contracts::returns::list_waiting_for(&page.deps, &officer).await?;
    let returned = returned.iter().map(|row| return_row(page, row));
    let rows: Vec<Row> = runs.iter().map(|run| run_row(page, run)).chain(expenses).chain(corrected).chain(returned).chain(lower).collect();
    Ok(if rows.is_empty() { Block::Text(page.say.t("office-second-none")) } else { Block::Rows(rows) })
}

fn invite_form(page: &Page) -> Form {
    let say = &page.say;
    let languages = Language::ALL.iter().map(|language| (language.tag().to_owned(), language.name().to_owned())).collect();
    let roles = ["member", "reviewer", "treasurer", "coordinator", "client"].map(|role| (role.to_owned(), say.t(&format!("role-{role}"))));
    Form::new(page, "/office/invite", say.t("office-invite"))
        .field(say, "people", "name", "", Kind::Text)
        .field(say, "people", "email", "", Kind::Email)
        .field(say, "people", "role", "member", Kind::Select(roles.to_vec()))
        .field(say, "people", "client", "", Kind::Text)
        .field(say, "people", "country", "", Kind::Country)
        .field(say, "people", "language", "en", Kind::Select(languages))
        .field(say, "people", "zone", "UTC", Kind::Text)
}

#[post("/office/invite", data = "<post>")]
pub(super) async fn invite(page: Page, post: Post) -> Result {
    let coordinator = page.coordinator()?;
    let fields = post.only(&["name", "email", "role", "client", "country", "language", "zone"])?;
    let role = fields.text("role");
    let invitation = Invitation {
        name: fields.text("name"),
        email: fields.text("email"),
        language: fields.text("language"),
        zone: fields.text("zone"),
        country: fields.text("country").trim().to_uppercase(),
        client: (role == "client").then(|| fields.text("client")),
        roles: if matches!(role.as_str(), "member" | "client") { Vec::new() } else { vec![role] },
    };
    match people::invite(&page.deps, &coordinator, &fields.once(), &invitation).await {
        Ok(Invited::Sent(_)) => Ok(Answer::Redirect("/office".to_owned())),
        Ok(Invited::Waits(id)) => Ok(Answer::Redirect(format!("/sign/admission/{id}"))),
        Err(Error::Refused(refusals)) => {
            let form = invite_form(&page).typed(&page.say, &fields, &refusals);
            let sheet = Sheet::new("", page.say.t("office-invite")).leaf(page.say.t("office-invite"), vec![Block::Form(Box::new(form))]);
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Everything a coordinator decides on: who, what for, what it pays, what could hurt, how it ends.
pub(super) fn terms_facts(page: &Page, terms: &Terms) -> Result<Vec<(String, String)>> {
    let say = &page.say;
    let end = &terms.end_client;
    let currency = terms.currency.ok_or_else(|| Error::broken("a submitted contract without a currency"))?;
    let register = [("register", end.register.as_str().into()), ("number", end.number.as_str().into())];
    let price = [("price", (terms.price, currency).into()), ("time", Arg::Duration(terms.seconds))];
    let mut facts = vec![
        (say.t("contract-end-client"), end.name.clone()),
        (say.t("contract-country"), say.country(&end.country)),
        (say.t("contract-lei-label"), if end.lei.is_empty() { say.with("contract-register-words", &register) } else { end.lei.clone() }),
        (say.t("contract-website"), end.website.clone()),
    ];
    for party in &terms.chain {
        let words = [
            ("name", party.name.as_str().into()),
            ("country", say.country(&party.country).into()),
            ("share", percent(say.language, party.keeps_bp).into()),
        ];
        facts.push((say.t("contract-between-name"), say.with("contract-between-words", &words)));
    }
    facts.extend([
        (say.t("contract-purpose"), terms.purpose.clone()),
        (say.t("contract-unit-noun"), say.with("unit-a", &[("unit", terms.unit_noun.as_str().into())])),
        (say.t("contract-price"), say.with("contract-so-far-price", &price)),
    ]);
    for hazard in &terms.hazards {
        let level = hazard_words(page, i64::from(hazard.level), &hazard.form);
        let words = [
            ("category", say.t(&format!("hazard-{}", hazard.category)).into()),
            ("level", level.into()),
            ("share", percent(say.language, hazard.share_bp).into()),
        ];
        facts.push((say.t("contract-hazards"), say.with("contract-hazard-words", &words)));
    }
    if terms.hazards.is_empty() {
        facts.push((say.t("contract-hazards"), say.t("hazard-none-named")));
    }
    facts.extend(public_facts(page, terms));
    Ok(facts)
}

#[get("/office/contracts/<id>")]
pub(super) async fn contract(page: Page, id: &str) -> Result {
    let sheet = contract_sheet(&page, id, None, &[]).await?;
    page.show(sheet).await
}

/// A submitted contract with its two forms; as typed where one was refused.
async fn contract_sheet(page: &Page, id: &str, typed: Option<&Fields>, refusals: &[Refusal]) -> Result<Sheet> {
    let coordinator = page.coordinator()?;
    let contract = contracts::find_submitted(&page.deps, &coordinator, &contract_id(id)?).await?;
    let terms = contracts::terms_of(&contract)?;
    let say = &page.say;
    let mut facts = terms_facts(page, &terms)?;
    // What may be left empty, and was, says nothing.
    facts.retain(|(_, value)| !value.trim().is_empty());
    let mut approve = Form::new(page, format!("/office/contracts/{id}/approve"), say.t("office-approve"))
        .field(say, "office", "what", "", Kind::Area)
        .field(say, "office", "link", "", Kind::Text);
    let mut back = Form::new(page, format!("/office/contracts/{id}/return"), say.t("office-return"))
        .field(say, "office", "reason", "", Kind::Area)
        .quiet();
    if let Some(typed) = typed {
        (approve, back) = (approve.typed(say, typed, refusals), back.typed(say, typed, refusals));
    }
    // What is approved is what stands here now, whatever a form said before.
    let approve = approve.hidden("read", contracts::terms_sha256(&contract));
    let sheet = Sheet::new(say.with("contract-margin", &[("id", id.into())]), contract.title)
        .leaf(say.t("contract-terms"), vec![Block::Facts(facts)])
        .leaf(say.t("contract-guidelines"), vec![Block::Lines(terms.guidelines)])
        .leaf(say.t("office-approve"), vec![Block::Text(say.t("office-approve-words")), Block::Form(Box::new(approve))])
        .leaf(say.t("office-return"), vec![Block::Text(say.t("office-return-words")), Block::Form(Box::new(back))]);
    Ok(if refusals.is_empty() { sheet } else { refused(page, sheet, refusals) })
}

#[post("/office/contracts/<id>/approve", data = "<post>")]
pub(super) async fn approve(page: Page, id: &str, post: Post) -> Result {
    let coordinator = page.coordinator()?;
    let fields = post.only(&["what", "link", "read"])?;
    let words = RegisterWords { what: fields.text("what"), link: fields.text("link"), read_sha256: fields.text("read") };
    match contracts::approve(&page.deps, &coordinator, &fields.once(), &contract_id(id)?, &words).await {
        Ok(_) => Ok(Answer::Redirect(format!("/contracts/{id}"))),
        Err(Error::Refused(refusals)) => again(&page, id, &fields, refusals).await,
        Err(error) => Err(error.into()),
    }
}

/// The contract's page as it was typed; where it does not wait any more, the refusal and what was typed.
async fn again(page: &Page, id: &str, fields: &Fields, refusals: Vec<Refusal>) -> Result {
    match contract_sheet(page, id, Some(fields), &refusals).await {
        Ok(sheet) => page.show(sheet).await,
        Err(Answer::Error(Error::NotFound)) => {
            let typed = ["what", "link", "reason"].map(|name| fields.text(name)).into_iter().filter(|text| !text.is_empty());
            let typed: Vec<Block> = typed.map(Block::Lines).collect();
            let sheet = Sheet::new("", page.say.t("error-422-title"));
            let sheet = if typed.is_empty() { sheet } else { sheet.leaf(page.say.t("office-typed"), typed) };
            page.show(refused(page, sheet, &refusals)).await
        }
        Err(other) => Err(other),
    }
}

#[post("/office/contracts/<id>/return", data = "<post>")]
pub(super) async fn give_back(page: Page, id: &str, post: Post) -> Result {
    let coordinator = page.coordinator()?;
    let fields = post.only(&["reason"])?;
    match contracts::return_to_draft(&page.deps, &coordinator, &fields.once(), &contract_id(id)?, &fields.text("reason")).await {
        Ok(()) => Ok(Answer::Redirect("/office".to_owned())),
        Err(Error::Refused(refusals)) => again(&page, id, &fields, refusals).await,
        Err(error) => Err(error.into()),
    }
}
