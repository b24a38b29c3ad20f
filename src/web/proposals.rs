//! Votes: what members can vote on now, what is being written and signed, how earlier votes ended, and what a vote of each kind needs.
//! Members read it; nobody reads how an open vote stands.

use manyhands_domain::ids::ProposalId;
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::refusal::Arg;
use manyhands_domain::time::Timestamp;
use rocket::get;

use crate::actions::proposals::{self, Listed, ballots};
use crate::actions::rights::Member;
use crate::actions::{Error, Proposal};
use crate::web::answer::{Answer, Result};
use crate::web::motions::act_words;
use crate::web::page::Page;
use crate::web::people::name_of;
use crate::web::rule_words::{kind_words, terms_words};
use crate::web::sheet::{Block, Row, Sheet};
use crate::web::turnout::{how_far, own_words, turnout_words, verdict_words};

#[get("/proposals?<before>&<drafts>&<open>")]
pub(super) async fn list(page: Page, before: Option<i64>, drafts: Option<u64>, open: Option<u64>) -> Result {
    let member = page.member()?;
    let say = &page.say;
    if let Some(at) = open.filter(|at| *at > 0) {
        let more = open_blocks(&page, &member, at).await?;
        let back = Block::Links(vec![("/proposals".to_owned(), say.t("proposals-title"))]);
        return page.show(Sheet::new("", say.t("proposals-title")).leaf(say.t("proposals-open"), more).leaf("", vec![back])).await;
    }
    if let Some(at) = drafts.filter(|at| *at > 0) {
        let more = draft_blocks(&page, &member, at).await?;
        let back = Block::Links(vec![("/proposals".to_owned(), say.t("proposals-title"))]);
        return page.show(Sheet::new("", say.t("proposals-title")).leaf(say.t("proposals-drafts"), more).leaf("", vec![back])).await;
    }
    if let Some(before) = before {
        let older = closed(&page, &member, Some(before)).await?;
        let back = Block::Links(vec![("/proposals".to_owned(), say.t("proposals-title"))]);
        return page.show(Sheet::new("", say.t("proposals-older-title")).leaf(say.t("proposals-closed"), older).leaf("", vec![back])).await;
    }
    let sheet = Sheet::new("", say.t("proposals-title"))
        .lede(say.t("proposals-lede"))
        .leaf(say.t("proposals-open"), open_blocks(&page, &member, 0).await?)
        .leaf(say.t("proposals-drafts"), draft_blocks(&page, &member, 0).await?)
        .leaf(say.t("proposals-closed"), closed(&page, &member, None).await?)
        .leaf(say.t("proposals-kinds"), kinds(&page).await?);
    page.show(sheet).await
}

/// Votes that are open, soonest to close first, each with how far it is.
async fn open_blocks(page: &Page, member: &Member, at: u64) -> Result<Vec<Block>> {
    let say = &page.say;
    let mut blocks = Vec::new();
    let (listed, more) = proposals::list_open(&page.deps, member, at).await?;
    for row in listed {
        let standing = ballots::standing(&page.deps, member, &row).await?;
        let turnout = proposals::turnout(&page.deps, member, &row).await?;
        let is_over = row.closes_at.is_some_and(|at| at <= standing.now.secs());
        let waits = row.opens_at.is_some_and(|at| at > standing.now.secs());
        let id = shown_id(&row);
        let yours = own_words(!standing.own.is_empty(), standing.on_roll);
        let when = match (waits, is_over) {
            (true, _) => say.with("proposals-opens", &[("when", moment(row.opens_at).into())]),
            (_, true) => say.t("proposals-counted-soon"),
            _ => say.with("proposals-closes", &[("when", moment(row.closes_at).into())]),
        };
        blocks.push(Block::Rows(vec![Row {
            title: row.title.clone(),
            href: format!("/proposals/{id}"),
            strong: turnout_words(say, &turnout),
            facts: vec![format!("{id}, {}", act_words(say, &row.act)), when, say.t(yours)],
            go: Some((format!("/proposals/{id}"), say.t(go_words(waits || is_over || !standing.on_roll, !standing.own.is_empty())))),
            ..Row::default()
        }]));
        blocks.push(how_far(say, &turnout));
    }
    if blocks.is_empty() {
        // Beyond the last page there are none, and yet some are open.
        blocks.push(Block::Text(say.t(if at == 0 { "proposals-open-none" } else { "proposals-open-end" })));
    }
    if more {
        blocks.push(Block::Links(vec![(format!("/proposals?open={}", at.saturating_add(1)), say.t("proposals-open-more"))]));
    }
    Ok(blocks)
}

/// What one goes there for: to read where one cannot vote, to vote, or to change one's vote.
fn go_words(reads: bool, voted: bool) -> &'static str {
    match (reads, voted) {
        (true, _) => "proposals-read",
        (false, true) => "proposals-read-change",
        (false, false) => "proposals-read-vote",
    }
}

fn moment(at: Option<i64>) -> Timestamp {
    Timestamp::from_secs(at.unwrap_or_default())
}

async fn draft_blocks(page: &Page, member: &Member, at: u64) -> Result<Vec<Block>> {
    let say = &page.say;
    let mut rows = Vec::new();
    let (listed, more) = proposals::list_drafts(&page.deps, member, at).await?;
    for Listed { row, needed, signed } in listed {
        let is_own = row.author_id.as_deref() == Some(member.id().as_str());
        let yours = match (is_own, signed) {
            (true, _) => say.t("draft-is-yours"),
            (_, true) => say.t("draft-you-signed"),
            _ => say.with("draft-by", &[("name", name_of(page, &row.author_name).into())]),
        };
        let count = [("signed", Arg::Count(row.cosponsors)), ("needed", needed.into())];
        rows.push(Row {
            title: row.title.clone(),
            href: format!("/proposals/drafts/{}", row.id),
            strong: say.with("draft-signatures-count", &count),
            facts: vec![format!("{}, {}", act_words(say, &row.act), kind_words(say, &row.kind)), yours],
            ..Row::default()
        });
    }
    let list = if rows.is_empty() { Block::Text(say.t("proposals-drafts-none")) } else { Block::Rows(rows) };
    let mut links = vec![("/proposals/new".to_owned(), say.t("proposals-new"))];
    links.extend(more.then(|| (format!("/proposals?drafts={}", at.saturating_add(1)), say.t("proposals-drafts-more"))));
    Ok(vec![list, Block::Links(links)])
}

/// Votes that are closed, newest first, below a number.
async fn closed(page: &Page, member: &Member, before: Option<i64>) -> Result<Vec<Block>> {
    let say = &page.say;
    let all = proposals::list(&page.deps, member, before, PAGE).await?;
    let mut rows = Vec::new();
    for row in &all {
        let Some(counted) = proposals::counted(row)? else { continue };
        let id = shown_id(row);
        let counts = counted.counts;
        let numbers = [("yes", counts.yes.into()), ("no", counts.no.into()), ("abstain", counts.abstain.into())];
        rows.push(Row {
            title: row.title.clone(),
            href: format!("/proposals/{id}"),
            strong: verdict_words(say, counted.verdict),
            facts: vec![
                say.with("proposals-counts", &numbers),
                say.with("proposals-closed-on", &[("id", id.as_str().into()), ("date", say.date(moment(row.closes_at)).into())]),
            ],
            ..Row::default()
        });
    }
    let mut blocks = vec![if rows.is_empty() { Block::Text(say.t("proposals-closed-none")) } else { Block::Rows(rows) }];
    let is_full = u64::try_from(all.len()).is_ok_and(|count| count == PAGE);
    if let Some(last) = all.last().and_then(|row| row.number).filter(|_| is_full) {
        blocks.push(Block::Links(vec![(format!("/proposals?before={last}"), say.t("proposals-older"))]));
    }
    Ok(blocks)
}

/// What can be proposed, and what it takes.
async fn kinds(page: &Page) -> Result<Vec<Block>> {
    let say = &page.say;
    let (_, kinds) = proposals::kinds(&page.deps).await?;
    let row = |terms: &Terms| {
        let mut sentences = terms_words(say, terms);
        let strong = sentences.remove(0);
        Row { title: kind_words(say, &terms.kind), strong, facts: sentences, ..Row::default() }
    };
    let rates = Block::Links(vec![("/rates".to_owned(), say.t("proposals-rates"))]);
    Ok(vec![Block::Text(say.t("proposals-kinds-words")), Block::Rows(kinds.iter().map(row).collect()), rates])
}

/// Of an address; what cannot be one is nothing's.
pub(super) fn proposal_id(id: &str) -> Result<ProposalId> {
    ProposalId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

/// `P-7`, of what was put to the vote.
pub(super) fn shown_id(row: &Proposal) -> String {
    format!("P-{}", row.number.unwrap_or_default())
}

/// Where a proposal is read: as a draft, or as the vote that it became.
pub(super) fn address_of(row: &Proposal) -> String {
    match row.number {
        Some(number) => format!("/proposals/P-{number}"),
        None => format!("/proposals/drafts/{}", row.id),
    }
}

/// Votes on a page of the list.
const PAGE: u64 = 20;
