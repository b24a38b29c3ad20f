//! What members say of a draft or a vote: threads of plain text, each withdrawn by whoever wrote it.

use std::collections::BTreeMap;

use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::proposals::{self, Comment, comments};
use crate::actions::rights::Member;
use crate::actions::{Error, Proposal};
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::people::{name_of, refused};
use crate::web::post::{Fields, Post};
use crate::web::proposals::address_of;
use crate::web::sheet::{Block, Sheet};

/// Comments, each below what it answers.
#[derive(Debug)]
pub struct Thread {
    /// In order.
    pub said: Vec<Said>,
    /// Leads to the form that answers.
    pub answer: String,
    /// What withdrawing does.
    pub withdraw_words: String,
}

impl Thread {
    fn empty(page: &Page) -> Thread {
        let say = &page.say;
        Thread { said: Vec::new(), answer: say.t("discussion-answer"), withdraw_words: say.t("discussion-withdraw-words") }
    }
}

/// A comment.
#[derive(Debug)]
pub struct Said {
    /// Of its anchor.
    pub id: String,
    /// How far it is set in: 0 to 3.
    pub depth: u8,
    /// Whether it was withdrawn.
    pub gone: bool,
    /// Whose; of a withdrawn one, that it was.
    pub by: String,
    /// When.
    pub when: String,
    /// As it stands.
    pub text: String,
    /// Where it is answered.
    pub answer: Option<String>,
    /// Of the words that lead there, for those who do not see where they stand.
    pub answer_aria: String,
    /// Withdraws it, for whoever wrote it.
    pub withdraw: Option<Form>,
}

/// The discussion of a proposal, with the form that adds to it while something can be added.
pub(super) async fn blocks(page: &Page, member: &Member, row: &Proposal, at: Option<u64>) -> Result<Vec<Block>> {
    let say = &page.say;
    let at = at.unwrap_or_default();
    let found = comments::list(&page.deps, member, row, at).await?;
    let all = found.comments;
    let is_open = matches!(row.state.as_str(), "draft" | "open");
    let mut blocks = Vec::new();
    let said: Vec<Said> = ordered(&all).into_iter().map(|(comment, depth)| said(page, member, row, comment, depth, is_open)).collect();
    if said.is_empty() {
        blocks.push(Block::Text(say.t(if is_open { "discussion-none" } else { "discussion-none-over" })));
    } else {
        let thread = Thread { said, ..Thread::empty(page) };
        blocks.push(Block::Thread(Box::new(thread)));
    }
    let turn = |at: u64, words: &str| (format!("{}?said={at}", address_of(row)), say.t(words));
    let earlier = at.checked_sub(1).map(|before| turn(before, "discussion-earlier"));
    let later = found.more.then(|| turn(at.saturating_add(1), "discussion-later"));
    let turns: Vec<_> = earlier.into_iter().chain(later).collect();
    if !turns.is_empty() {
        blocks.push(Block::Links(turns));
    }
    if is_open {
        let form = form(page, &row.id, None).quiet();
        blocks.push(Block::Form(Box::new(form)));
    } else if !all.is_empty() {
        blocks.push(Block::Small(say.t("discussion-over")));
    }
    Ok(blocks)
}

fn said(page: &Page, member: &Member, row: &Proposal, comment: &Comment, depth: u8, is_open: bool) -> Said {
    let say = &page.say;
    let gone = comment.withdrawn_at.is_some();
    let name = name_of(page, &comment.name);
    let own = comment.member_id == member.id().as_str();
    let withdraw = || {
        let action = format!("/proposals/drafts/{}/comments/{}/withdraw", row.id, comment.id);
        let mut form = Form::new(page, action, say.t("discussion-withdraw")).quiet();
        form.key = format!("{}-w-{}", page.key, comment.id);
        form
    };
    Said {
        id: comment.id.clone(),
        depth,
        gone,
        by: if gone { say.t("discussion-gone") } else { name.clone() },
        when: say.moment(Timestamp::from_secs(comment.at)),
        text: comment.text.clone(),
        answer: is_open.then(|| format!("/proposals/drafts/{}/comments/{}", row.id, comment.id)),
        answer_aria: if gone { say.t("discussion-answer") } else { say.with("discussion-answer-aria", &[("name", name.into())]) },
        withdraw: (own && !gone).then(withdraw),
    }
}

/// Oldest first, each followed by what answers it.
fn ordered(all: &[Comment]) -> Vec<(&Comment, u8)> {
    let mut below: BTreeMap<&str, Vec<&Comment>> = BTreeMap::new();
    for comment in all {
        below.entry(comment.reply_to.as_deref().unwrap_or_default()).or_default().push(comment);
    }
    let mut ordered = Vec::new();
    let mut open: Vec<(&Comment, u8)> = below.remove("").into_iter().flatten().rev().map(|comment| (comment, 0)).collect();
    while let Some((comment, depth)) = open.pop() {
        ordered.push((comment, depth));
        let answers = below.remove(comment.id.as_str()).into_iter().flatten().rev();
        open.extend(answers.map(|answer| (answer, (depth + 1).min(DEEPEST))));
    }
    ordered
}

fn form(page: &Page, proposal: &str, reply_to: Option<&str>) -> Form {
    let say = &page.say;
    let button = if reply_to.is_some() { "discussion-answer-send" } else { "discussion-send" };
    let form = Form::new(page, format!("/proposals/drafts/{proposal}/comments"), say.t(button));
    let mut form = form.field(say, "discussion", "text", "", Kind::Area).hidden("reply", reply_to.unwrap_or_default());
    form.key = format!("{}-c-{}", page.key, reply_to.unwrap_or_default());
    if reply_to.is_some() {
        form.fields.iter_mut().for_each(|field| field.label = say.t("discussion-answer-text"));
    }
    form
}

#[get("/proposals/drafts/<id>/comments/<comment>", rank = 2)]
pub(super) async fn answer(page: Page, id: &str, comment: &str) -> Result {
    let member = page.member()?;
    let row = proposals::find_draft(&page.deps, &member, id).await?;
    let answered = comments::find(&page.deps, &member, &row, comment).await?;
    if !matches!(row.state.as_str(), "draft" | "open") {
        return Ok(Answer::Redirect(address_of(&row)));
    }
    let said = Thread { said: vec![said(&page, &member, &row, &answered, 0, false)], ..Thread::empty(&page) };
    let form = form(&page, &row.id, Some(comment)).quiet();
    let back = Block::Links(vec![(place(&page, &member, &row, comment).await?, page.say.t("discussion-back"))]);
    let sheet = Sheet::new(page.say.t("discussion-label"), row.title.clone());
    let blocks = vec![Block::Thread(Box::new(said)), Block::Form(Box::new(form)), back];
    page.show(sheet.leaf(page.say.t("discussion-answer-text"), blocks)).await
}

/// Where a comment stands.
async fn place(page: &Page, member: &Member, row: &Proposal, comment: &str) -> Result<String> {
    let at = comments::page_of(&page.deps, member, comment).await?;
    let query = if at == 0 { String::new() } else { format!("?said={at}") };
    Ok(format!("{}{query}#c-{comment}", address_of(row)))
}

#[post("/proposals/drafts/<id>/comments", data = "<post>", rank = 2)]
pub(super) async fn write(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&["text", "reply"])?;
    let row = proposals::find_draft(&page.deps, &member, id).await?;
    let reply = Some(fields.text("reply")).filter(|reply| !reply.is_empty());
    match comments::write(&page.deps, &member, &fields.once(), id, reply.as_deref(), &fields.text("text")).await {
        Ok(comment) => Ok(Answer::Redirect(place(&page, &member, &row, &comment).await?)),
        Err(Error::Refused(refusals)) => again(&page, &row, &fields, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

/// The one form that was refused, with what was typed.
async fn again(page: &Page, row: &Proposal, fields: &Fields, refusals: &[Refusal]) -> Result {
    let say = &page.say;
    let reply = Some(fields.text("reply")).filter(|reply| !reply.is_empty());
    let form = form(page, &row.id, reply.as_deref()).typed(say, fields, refusals);
    let back = Block::Links(vec![(address_of(row), say.t("discussion-back"))]);
    let sheet = Sheet::new(say.t("discussion-label"), row.title.clone());
    page.show(refused(page, sheet.leaf(say.t("discussion-yours"), vec![Block::Form(Box::new(form)), back]), refusals)).await
}

#[post("/proposals/drafts/<id>/comments/<comment>/withdraw", data = "<post>", rank = 2)]
pub(super) async fn withdraw(page: Page, id: &str, comment: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    // One's own words are one's own, whatever became of the draft; whoever had no other of a withdrawn one reads it no more.
    comments::withdraw(&page.deps, &member, &fields.once(), comment).await?;
    match proposals::find_draft(&page.deps, &member, id).await {
        Ok(row) => Ok(Answer::Redirect(place(&page, &member, &row, comment).await?)),
        Err(Error::NotFound) => Ok(Answer::Redirect("/proposals".to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// Answers below these are set in no further: a phone has no room.
const DEEPEST: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_answers_a_comment_stands_below_it_in_the_order_in_which_it_was_said() {
        let comment = |id: &str, reply_to: Option<&str>| Comment {
            id: id.to_owned(),
            proposal_id: String::new(),
            reply_to: reply_to.map(str::to_owned),
            member_id: String::new(),
            name: String::new(),
            text: String::new(),
            at: 0,
            withdrawn_at: None,
        };
        let all = [comment("a", None), comment("b", None), comment("c", Some("a")), comment("d", Some("c")), comment("e", Some("a"))];
        let order: Vec<(&str, u8)> = ordered(&all).iter().map(|(comment, depth)| (comment.id.as_str(), *depth)).collect();
        assert_eq!(order, [("a", 0), ("c", 1), ("d", 2), ("e", 1), ("b", 0)]);
    }
}
