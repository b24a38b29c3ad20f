//! Drafts are begun, changed, signed, withdrawn and put to the vote here. What a draft looks like is `draft_page`'s, its form
//! `draft_form`'s.

use manyhands_domain::proposals::carrying::kinds_for;
use manyhands_domain::refusal::Refusal;
use rocket::{get, post};

use crate::actions::proposals::{self, drafting, opening};
use crate::actions::rights::Member;
use crate::actions::{Error, Proposal};
use crate::web::answer::{Answer, Result};
use crate::web::draft_form::{self, ACTS, Motion};
use crate::web::draft_page;
use crate::web::motions::act_words;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::proposals::address_of;
use crate::web::rule_words::{kind_words, parts, terms_words};
use crate::web::sheet::{Block, Row, Sheet};
use crate::web::vote;

#[get("/proposals/new")]
pub(super) async fn choose(page: Page) -> Result {
    page.member()?;
    let say = &page.say;
    let (book, _) = proposals::kinds(&page.deps).await?;
    let mut kinds = kinds_for(&book, "rules");
    // What is proposed most, rates, may change least.
    kinds.sort_by_key(|terms| terms.changes.len());
    let rules = kinds.into_iter().map(|terms| {
        let changed: Vec<&str> = terms.changes.iter().map(String::as_str).filter(|part| *part != "batch.repriced").collect();
        Row {
            title: say.with("draft-new-rules", &[("parts", parts(say, &changed).into())]),
            href: format!("/proposals/new/rules?kind={}", terms.kind),
            facts: [kind_words(say, &terms.kind)].into_iter().chain(terms_words(say, &terms).into_iter().skip(1).take(1)).collect(),
            ..Row::default()
        }
    });
    let others = ACTS.iter().skip(1).filter(|act| !kinds_for(&book, act).is_empty()).map(|act| Row {
        title: act_words(say, act),
        href: format!("/proposals/new/{act}"),
        facts: vec![say.t(&format!("act-{act}-words"))],
        ..Row::default()
    });
    let sheet = Sheet::new("", say.t("draft-new-title"))
        .lede(say.t("draft-new-lede"))
        .leaf(say.t("draft-new-of-rules"), vec![Block::Rows(rules.collect())])
        .leaf(say.t("draft-new-of-else"), vec![Block::Rows(others.collect())]);
    page.show(sheet).await
}

#[get("/proposals/new/<word>?<kind>", rank = 2)]
pub(super) async fn new(page: Page, word: &str, kind: Option<&str>) -> Result {
    let member = page.member()?;
    let motion = draft_form::find(&page, word, kind).await?;
    let form = draft_form::form(&page, &member, &motion, None, format!("/proposals/new/{word}")).await?;
    page.show(form_sheet(&page, &motion, form)).await
}

/// The form of a draft, and what its author should know before they write.
fn form_sheet(page: &Page, motion: &Motion, form: crate::web::forms::Form) -> Sheet {
    let say = &page.say;
    let mut sheet = Sheet::new(say.t("draft-margin"), say.t(&format!("draft-form-{}", motion.act))).lede(say.t("draft-for-ever"));
    if draft_form::ABOUT_MEMBERS.contains(&motion.act.as_str()) {
        sheet = sheet.lede(say.t("draft-about-member"));
    }
    if motion.act == "rules" {
        sheet = sheet.lede(say.t("draft-rules-lede"));
    }
    sheet.leaf(say.t("draft-label"), vec![Block::Form(Box::new(form))])
}

#[post("/proposals/new/<word>", data = "<post>", rank = 2)]
pub(super) async fn begin(page: Page, word: &str, post: Post) -> Result {
    let member = page.member()?;
    let (motion, fields) = sent(&page, word, post).await?;
    let (form, faults) = draft_form::read(&page, &member, &motion, &fields).await?;
    let done = if faults.is_empty() { drafting::draft(&page.deps, &member, &fields.once(), &form).await } else { Err(faults.into()) };
    match done {
        Ok(id) => Ok(Answer::Redirect(format!("/proposals/drafts/{id}"))),
        Err(Error::Refused(refusals)) => {
            let form = draft_form::form(&page, &member, &motion, None, format!("/proposals/new/{word}")).await?;
            again(&page, &motion, form, &fields, &refusals).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What was sent of an act. Which rules a form has shown hangs on the kind of vote that it names.
async fn sent(page: &Page, act: &str, post: Post) -> Result<(Motion, Fields)> {
    let mut motion = draft_form::find(page, act, None).await?;
    let fields = draft_form::take(&motion, post)?;
    let kind = fields.text("kind");
    if motion.kinds.iter().any(|terms| terms.kind == kind) {
        motion.kind = kind;
    }
    Ok((motion, fields))
}

/// The form as it was typed, with what is wrong beside each field.
async fn again(page: &Page, motion: &Motion, form: crate::web::forms::Form, fields: &Fields, refusals: &[Refusal]) -> Result {
    let form = form.typed(&page.say, fields, refusals);
    page.show(refused(page, form_sheet(page, motion, form), refusals)).await
}

#[get("/proposals/drafts/<id>?<said>", rank = 2)]
pub(super) async fn one(page: Page, id: &str, said: Option<u64>) -> Result {
    let member = page.member()?;
    let row = proposals::find_draft(&page.deps, &member, id).await?;
    if row.number.is_some() {
        return Ok(Answer::Redirect(address_of(&row)));
    }
    let sheet = draft_page::sheet(&page, &member, &row, said).await?;
    page.show(sheet).await
}

/// A draft, or the vote that it became in between.
async fn as_it_is(page: &Page, member: &Member, row: &Proposal) -> Result<Sheet> {
    if row.number.is_some() { vote::sheet(page, member, row, None).await } else { draft_page::sheet(page, member, row, None).await }
}

/// A draft of one's own, while it is one.
async fn own(page: &Page, member: &Member, id: &str) -> Result<Proposal> {
    let row = proposals::find_draft(&page.deps, member, id).await?;
    if row.author_id.as_deref() == Some(member.id().as_str()) { Ok(row) } else { Err(Answer::Error(Error::NotFound)) }
}

#[get("/proposals/drafts/<id>/edit", rank = 2)]
pub(super) async fn edit(page: Page, id: &str) -> Result {
    let member = page.member()?;
    let row = own(&page, &member, id).await?;
    if row.state != "draft" {
        return Ok(Answer::Redirect(address_of(&row)));
    }
    let motion = draft_form::find(&page, &row.act, Some(&row.kind)).await?;
    let form = draft_form::form(&page, &member, &motion, Some(&row), format!("/proposals/drafts/{id}/edit")).await?;
    page.show(edit_sheet(&page, &row, form_sheet(&page, &motion, form))).await
}

/// Who has signed it would have to sign it again.
fn edit_sheet(page: &Page, row: &Proposal, sheet: Sheet) -> Sheet {
    if row.cosponsors > 0 { sheet.lede(page.say.with("draft-edit-signed", &[("count", row.cosponsors.into())])) } else { sheet }
}

#[post("/proposals/drafts/<id>/edit", data = "<post>", rank = 2)]
pub(super) async fn edit_post(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let row = own(&page, &member, id).await?;
    let (motion, fields) = sent(&page, &row.act, post).await?;
    let (form, faults) = draft_form::read(&page, &member, &motion, &fields).await?;
    let done = if faults.is_empty() { drafting::edit(&page.deps, &member, &fields.once(), id, &form).await } else { Err(faults.into()) };
    match done {
        Ok(()) => Ok(Answer::Redirect(format!("/proposals/drafts/{id}"))),
        Err(Error::Refused(refusals)) => {
            let form = draft_form::form(&page, &member, &motion, Some(&row), format!("/proposals/drafts/{id}/edit")).await?;
            again(&page, &motion, form, &fields, &refusals).await
        }
        Err(error) => Err(error.into()),
    }
}

#[post("/proposals/drafts/<id>/sign", data = "<post>", rank = 2)]
pub(super) async fn sign(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&["read"])?;
    let done = drafting::cosign(&page.deps, &member, &fields.once(), id, &fields.text("read")).await;
    answered(&page, &member, id, done).await
}

#[post("/proposals/drafts/<id>/unsign", data = "<post>", rank = 2)]
pub(super) async fn unsign(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    let done = drafting::uncosign(&page.deps, &member, &fields.once(), id).await;
    answered(&page, &member, id, done).await
}

#[post("/proposals/drafts/<id>/withdraw", data = "<post>", rank = 2)]
pub(super) async fn withdraw(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    let done = drafting::withdraw(&page.deps, &member, &fields.once(), id).await;
    answered(&page, &member, id, done).await
}

/// Back to the draft, as it stands now; with the reason where it was refused.
async fn answered(page: &Page, member: &Member, id: &str, done: std::result::Result<(), Error>) -> Result {
    match done {
        Ok(()) => Ok(Answer::Redirect(format!("/proposals/drafts/{id}"))),
        Err(Error::Refused(refusals)) => {
            let row = proposals::find_draft(&page.deps, member, id).await?;
            let sheet = as_it_is(page, member, &row).await?;
            page.show(refused(page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[get("/proposals/drafts/<id>/open", rank = 2)]
pub(super) async fn open_page(page: Page, id: &str) -> Result {
    let member = page.member()?;
    let row = own(&page, &member, id).await?;
    if row.state != "draft" {
        return Ok(Answer::Redirect(address_of(&row)));
    }
    let sheet = draft_page::opening_sheet(&page, &member, &row).await?;
    page.show(sheet).await
}

#[post("/proposals/drafts/<id>/open", data = "<post>", rank = 2)]
pub(super) async fn open(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    match opening::open(&page.deps, &member, &fields.once(), id).await {
        Ok(id) => Ok(Answer::Redirect(format!("/proposals/{id}"))),
        Err(Error::Refused(refusals)) => {
            let row = own(&page, &member, id).await?;
            let sheet = as_it_is(&page, &member, &row).await?;
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}
