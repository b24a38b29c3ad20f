//! The office's page of one account, where it is erased; and the text behind an entry's commitment.

use manyhands_domain::ids::PersonId;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::erasure::{self, Erased, Subject};
use crate::actions::{Error, receipts, rights, signing};
use crate::web::answer::{Answer, Result};
use crate::web::entry::index_of;
use crate::web::forms::{Form, Kind};
use crate::web::leaving::address;
use crate::web::ledger::entry_row;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Row, Sheet};
use crate::web::signing as signing_pages;

fn person_id(id: &str) -> Result<PersonId> {
    Ok(PersonId::parse(id).map_err(|_| Error::NotFound)?)
}

#[get("/office/people/<id>")]
pub(super) async fn person(page: Page, id: &str) -> Result {
    let coordinator = page.coordinator()?;
    let subject = erasure::find(&page.deps, &coordinator, &person_id(id)?).await?;
    let sheet = person_sheet(&page, &subject, &coordinator, &[]);
    let Some(member) = &subject.kept.member_id else { return page.show(sheet).await };
    let entries = receipts::list_of_member(&page.deps, &coordinator, member).await?;
    let entries: Vec<Row> = entries.iter().map(|entry| entry_row(&page, entry)).collect();
    page.show(if entries.is_empty() { sheet } else { sheet.leaf(page.say.t("in-the-book"), vec![Block::Rows(entries)]) }).await
}

/// What is kept of somebody; the form that erases it, or what must happen first.
fn person_sheet(page: &Page, subject: &Subject, by: &rights::Coordinator, refusals: &[Refusal]) -> Sheet {
    let (say, kept) = (&page.say, &subject.kept);
    let mut facts = vec![(say.t("people-email"), kept.email.clone()), (say.t("erase-state"), say.t(&format!("person-{}", kept.state)))];
    let roles: Vec<String> = kept.roles.split(',').filter(|role| !role.is_empty()).map(|role| say.t(&format!("role-{role}"))).collect();
    if !roles.is_empty() {
        facts.push((say.t("people-role"), roles.join(", ")));
    }
    if let Some(client) = &kept.client_name {
        facts.push((say.t("erase-client"), client.clone()));
    }
    for (label, at) in [("erase-since", Some(kept.created_at)), ("erase-admitted", kept.admitted_at), ("erase-left", kept.left_at)] {
        if let Some(at) = at {
            facts.push((say.t(label), say.date(Timestamp::from_secs(at))));
        }
    }
    let sheet = Sheet::new(say.t("place-office"), kept.name.clone()).leaf(say.t("erase-kept"), vec![Block::Facts(facts)]);
    let erase = if let Some(waiting) = &subject.waiting {
        vec![Block::Text(say.t("erase-waits")), Block::Links(vec![(address(&waiting.id), say.t("signing-look"))])]
    } else if subject.first.is_empty() {
        let name = [("name", kept.name.as_str().into())];
        let form = Form::new(page, format!("/office/people/{}/erase", kept.id), say.t("erase-button")).field(
            say,
            "people",
            "password",
            "",
            Kind::Password("current-password"),
        );
        vec![Block::Text(say.with("erase-words", &name)), Block::Small(say.t("erase-words-stays")), Block::Form(Box::new(form))]
    } else if by.person().as_str() == kept.id {
        vec![Block::Text(say.t("erase-yourself"))]
    } else {
        let first = subject.first.iter().map(|refusal| Block::Text(say.refusal(refusal)));
        std::iter::once(Block::Text(say.t("erase-first"))).chain(first).collect()
    };
    let sheet = sheet.leaf(say.t("erase"), erase);
    if refusals.is_empty() { sheet } else { refused(page, sheet, refusals) }
}

#[post("/office/people/<id>/erase", data = "<post>")]
pub(super) async fn erase_person(page: Page, id: &str, post: Post) -> Result {
    let coordinator = page.coordinator()?;
    let fields = post.only(&["password"])?;
    let id = person_id(id)?;
    match erasure::erase_person(&page.deps, &coordinator, &fields.once(), &id, &fields.text("password")).await {
        Ok(Erased::Done) => Ok(Answer::Redirect("/office".to_owned())),
        Ok(Erased::Waits(id)) => {
            let subject = signing::Subject::Departure(id);
            let next = signing_pages::straight_on(&page, &page.member()?, &subject, fields.once()).await?;
            Ok(next.unwrap_or_else(|| Answer::Redirect(address(subject.id()))))
        }
        Err(Error::Refused(refusals)) => {
            let subject = erasure::find(&page.deps, &coordinator, &id).await?;
            page.show(person_sheet(&page, &subject, &coordinator, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[get("/office/evidence/<index>")]
pub(super) async fn evidence(page: Page, index: &str) -> Result {
    let coordinator = page.coordinator()?;
    let index = index_of(index)?;
    let text = erasure::find_evidence(&page.deps, &coordinator, index).await?;
    page.show(evidence_sheet(&page, index, text, &[])).await
}

fn evidence_sheet(page: &Page, index: u64, text: String, refusals: &[Refusal]) -> Sheet {
    let say = &page.say;
    let form = Form::new(page, format!("/office/evidence/{index}/erase"), say.t("erase-text-button")).field(
        say,
        "people",
        "password",
        "",
        Kind::Password("current-password"),
    );
    let number = say.with("entry-number", &[("index", index.into())]);
    let sheet = Sheet::new(number, say.t("evidence-title"))
        .leaf(say.t("evidence-text"), vec![Block::Lines(text), Block::Small(say.t("evidence-words"))])
        .leaf(say.t("erase"), vec![Block::Text(say.t("erase-text-words")), Block::Form(Box::new(form))]);
    if refusals.is_empty() { sheet } else { refused(page, sheet, refusals) }
}

#[post("/office/evidence/<index>/erase", data = "<post>")]
pub(super) async fn erase_evidence(page: Page, index: &str, post: Post) -> Result {
    let coordinator = page.coordinator()?;
    let fields = post.only(&["password"])?;
    let index = index_of(index)?;
    match erasure::erase_evidence(&page.deps, &coordinator, &fields.once(), index, &fields.text("password")).await {
        Ok(()) => Ok(Answer::Redirect(format!("/ledger/{index}"))),
        Err(Error::Refused(refusals)) => {
            let text = erasure::find_evidence(&page.deps, &coordinator, index).await?;
            page.show(evidence_sheet(&page, index, text, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}
