//! What a draft looks like: what passing would do, why, what the vote would need, who has signed it, what members say of it. And the page
//! on which its author puts it to the vote, with all that this freezes.

use manyhands_domain::proposals::opening::Act;
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;

use crate::actions::Proposal;
use crate::actions::proposals::{self, drafting, opening};
use crate::actions::rights::Member;
use crate::web::answer::Result;
use crate::web::discussion;
use crate::web::forms::Form;
use crate::web::motions::{self, both};
use crate::web::page::Page;
use crate::web::people::name_of;
use crate::web::rule_words::{kind_words, majority, quorum};
use crate::web::sheet::{Block, Row, Sheet};

/// A draft as a member reads it; its author with what they can do.
pub(super) async fn sheet(page: &Page, member: &Member, row: &Proposal, said: Option<u64>) -> Result<Sheet> {
    let say = &page.say;
    let is_own = row.author_id.as_deref() == Some(member.id().as_str());
    let is_draft = row.state == "draft";
    let when = say.date(Timestamp::from_secs(row.changed_at));
    let mut sheet = Sheet::new(say.t("draft-margin"), row.title.clone());
    let by = if is_own { say.t("draft-is-yours") } else { say.with("draft-by", &[("name", name_of(page, &row.author_name).into())]) };
    sheet = if is_draft {
        sheet.lede(by).lede(say.with("draft-changed", &[("date", when.into())]))
    } else {
        sheet.lede(say.t(if is_own { "draft-withdrawn" } else { "draft-withdrawn-other" }))
    };
    let mut does = motions::blocks(page, member, row).await?;
    if is_draft && matches!(proposals::act_of(row)?, Act::Rules(_) | Act::PriceAsk { .. }) {
        does.push(Block::Links(vec![(format!("/proposals/drafts/{}/effects", row.id), say.t("vote-effects"))]));
    }
    sheet = sheet.leaf(say.t("vote-does"), does).leaf(say.t("vote-why"), vec![Block::Lines(row.text.clone())]);
    if is_draft {
        sheet = sheet.leaf(say.t("draft-vote"), vec![Block::Facts(facts(page, member, row).await?)]);
        sheet = sheet.leaf(say.t("draft-signatures"), signatures(page, member, row, is_own).await?);
        if is_own {
            let obstacle = opening::find_obstacle(&page.deps, member, row).await?;
            if obstacle.is_none() {
                sheet = sheet.go(format!("/proposals/drafts/{}/open", row.id), say.t("draft-open-way"));
            }
            sheet = sheet.leaf(say.t("draft-yours"), yours(page, row, obstacle.as_ref()));
        }
    }
    Ok(sheet.leaf(say.t("discussion-label"), discussion::blocks(page, member, row, said).await?))
}

/// What the vote would need, and when it would be: by the book in force.
async fn facts(page: &Page, member: &Member, row: &Proposal) -> Result<Vec<(String, String)>> {
    let say = &page.say;
    let (book, _) = proposals::kinds(&page.deps).await?;
    let mut facts = vec![(say.t("vote-fact-kind"), kind_words(say, &row.kind))];
    let Some(terms) = Terms::of(&book, &row.kind) else { return Ok(facts) };
    let preview = opening::preview(&page.deps, member, row).await?;
    let of_members = match preview {
        Some(preview) => {
            let numbers =
                [("share", quorum(say, terms.quorum).into()), ("needed", preview.needed.into()), ("eligible", preview.eligible.into())];
            say.with("vote-fact-quorum-words", &numbers)
        }
        None => quorum(say, terms.quorum),
    };
    facts.push((say.t("vote-fact-quorum"), of_members));
    facts.push((say.t("vote-fact-majority"), majority(say, terms.majority)));
    facts.push((say.t("draft-fact-days"), say.with("days", &[("days", Arg::Count(row.days))])));
    if let Some(at) = row.opens_at {
        facts.push((say.t("vote-fact-opens"), both(say, Timestamp::from_secs(at))));
    }
    let enacts = match (row.enacts_at, terms.notice_days) {
        (Some(at), _) => {
            say.with("draft-enacts-on", &[("date", both(say, Timestamp::from_secs(at)).into()), ("days", Arg::Count(terms.notice_days))])
        }
        (None, 0) => say.t("draft-enacts-close"),
        (None, days) => say.with("draft-enacts-days", &[("days", Arg::Count(days))]),
    };
    facts.push((say.t("vote-fact-enacts"), enacts));
    Ok(facts)
}

/// Who has signed it, how many are needed, and the reader's own signature.
async fn signatures(page: &Page, member: &Member, row: &Proposal, is_own: bool) -> Result<Vec<Block>> {
    let say = &page.say;
    let signed = proposals::list_cosponsors(&page.deps, member, row).await?;
    let needed = drafting::cosponsors_needed(&page.deps.db.read(), row).await?;
    let count = u64::try_from(signed.len()).unwrap_or(u64::MAX);
    let words = match needed.saturating_sub(count) {
        0 => say.with("draft-signed-enough", &[("needed", needed.into())]),
        missing => say.with("draft-signed-missing", &[("missing", missing.into()), ("needed", needed.into())]),
    };
    let mut blocks = vec![Block::Text(words)];
    if !signed.is_empty() {
        let row = |one: &proposals::Cosponsor| Row {
            title: name_of(page, &one.name),
            facts: vec![say.moment(Timestamp::from_secs(one.at))],
            ..Row::default()
        };
        blocks.push(Block::Rows(signed.iter().map(row).collect()));
    }
    if is_own {
        return Ok(blocks);
    }
    let form = if signed.iter().any(|one| one.member_id == member.id().as_str()) {
        blocks.push(Block::Small(say.t("draft-unsign-words")));
        Form::new(page, format!("/proposals/drafts/{}/unsign", row.id), say.t("draft-unsign")).quiet()
    } else {
        blocks.push(Block::Small(say.t("draft-sign-words")));
        // What is signed is what stands here now.
        let form = Form::new(page, format!("/proposals/drafts/{}/sign", row.id), say.t("draft-sign"));
        form.hidden("read", drafting::content_sha256(row))
    };
    blocks.push(form_of(page, form, "sign"));
    Ok(blocks)
}

/// A form among others of the page: each acts once.
fn form_of(page: &Page, mut form: Form, mark: &str) -> Block {
    form.key = format!("{}-{mark}", page.key);
    Block::Form(Box::new(form))
}

/// What its author can do: read why it cannot be put to the vote yet, change it, withdraw it. The way to the vote stands in the head.
fn yours(page: &Page, row: &Proposal, obstacle: Option<&Refusal>) -> Vec<Block> {
    let say = &page.say;
    let words = obstacle.map_or_else(|| say.t("draft-open-ready"), |refusal| say.refusal(refusal));
    let edit = (format!("/proposals/drafts/{}/edit", row.id), say.t("draft-edit"));
    let withdraw = Form::new(page, format!("/proposals/drafts/{}/withdraw", row.id), say.t("draft-withdraw")).quiet();
    vec![Block::Text(words), Block::Links(vec![edit]), Block::Small(say.t("draft-withdraw-words")), form_of(page, withdraw, "withdraw")]
}

/// What opening freezes, once more before the press that does it.
pub(super) async fn opening_sheet(page: &Page, member: &Member, row: &Proposal) -> Result<Sheet> {
    let say = &page.say;
    let sheet = Sheet::new(say.t("draft-margin"), say.with("draft-open-title", &[("title", row.title.as_str().into())]));
    let back = Block::Links(vec![(format!("/proposals/drafts/{}", row.id), say.t("draft-open-not"))]);
    let obstacle = opening::find_obstacle(&page.deps, member, row).await?;
    let (Some(preview), None) = (opening::preview(&page.deps, member, row).await?, &obstacle) else {
        let words = obstacle.map_or_else(|| say.t("draft-open-cannot"), |refusal| say.refusal(&refusal));
        return Ok(sheet.lede(words).leaf("", vec![back]));
    };
    let (book, _) = proposals::kinds(&page.deps).await?;
    let terms = Terms::of(&book, &row.kind);
    let numbers = [("needed", preview.needed.into()), ("eligible", preview.eligible.into())];
    let mut facts = vec![
        (say.t("vote-fact-kind"), kind_words(say, &row.kind)),
        (say.t("vote-fact-roll"), say.with("vote-members-count", &[("count", preview.eligible.into())])),
        (say.t("vote-fact-quorum"), say.with("draft-open-quorum", &numbers)),
    ];
    facts.extend(terms.map(|terms| (say.t("vote-fact-majority"), majority(say, terms.majority))));
    facts.extend([
        (say.t("vote-fact-opens"), both(say, preview.window.opens)),
        (say.t("vote-fact-closes"), both(say, preview.window.closes)),
        (say.t("vote-fact-enacts"), both(say, preview.enacts)),
    ]);
    let form = Form::new(page, format!("/proposals/drafts/{}/open", row.id), say.t("draft-open"));
    Ok(sheet
        .lede(say.t("draft-open-lede"))
        .leaf(say.t("draft-open-frozen"), vec![Block::Facts(facts)])
        .leaf(say.t("vote-does"), motions::blocks(page, member, row).await?)
        .leaf(say.t("vote-why"), vec![Block::Lines(row.text.clone())])
        .leaf(say.t("draft-open"), vec![Block::Text(say.t("draft-open-words")), form_of(page, form, "open"), back]))
}
