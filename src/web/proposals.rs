//! Votes: what members can vote on now, what is being written and signed, and how earlier votes ended. Members read it; nobody reads
//! how an open vote stands.

use manyhands_domain::ids::ProposalId;
use rocket::get;

use crate::actions::{Error, Proposal, proposals};
use crate::web::answer::{Answer, Result};
use crate::web::page::Page;
use crate::web::sheet::{Block, Row, Sheet};

#[get("/proposals")]
pub(super) async fn list(page: Page) -> Result {
    let member = page.member()?;
    let say = &page.say;
    let row = |row: &Proposal| Row { title: row.title.clone(), href: format!("/proposals/{}", shown_id(row)), ..Row::default() };
    let rows: Vec<Row> = proposals::list(&page.deps, &member, None, PAGE).await?.iter().map(row).collect();
    page.show(Sheet::new("", say.t("proposals-title")).leaf(say.t("proposals-open"), vec![Block::Rows(rows)])).await
}

#[get("/proposals/<id>")]
pub(super) async fn one(page: Page, id: &str) -> Result {
    let member = page.member()?;
    let row = proposals::find(&page.deps, &member, &proposal_id(id)?).await?;
    let links = [("ballot", "proposals-vote"), ("ballots", "proposals-recount"), ("effects", "proposals-effects")];
    let links = links.map(|(word, words)| (format!("/proposals/{id}/{word}"), page.say.t(words)));
    page.show(Sheet::new(id, row.title).leaf("", vec![Block::Lines(row.text), Block::Links(links.to_vec())])).await
}

/// Of an address; what cannot be one is nothing's.
pub(super) fn proposal_id(id: &str) -> Result<ProposalId> {
    ProposalId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

/// `P-7`, of what was put to the vote.
pub(super) fn shown_id(row: &Proposal) -> String {
    format!("P-{}", row.number.unwrap_or_default())
}

/// Votes on a page of the list.
const PAGE: u64 = 20;
