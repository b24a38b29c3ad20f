//! Votes: what members propose, put to the vote, cast their ballots in, and what becomes of it. Members read all of it; nobody reads
//! how a vote stands before it is closed.

pub mod asking;
pub mod ballots;
pub mod candidates;
mod checking;
pub mod closing;
pub mod comments;
pub mod drafting;
pub mod effects;
pub mod enacting;
pub mod opening;
pub mod recount;
pub mod telling;
pub(crate) mod voted;

use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::ProposalId;
use manyhands_domain::proposals::fields::{self, Difference};
use manyhands_domain::proposals::opening::{Act, Window};
use manyhands_domain::proposals::tally::{Counts, Majority, Quorum, Verdict};
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals as rows;
use manyhands_store::proposals::ballots as ballot_rows;
use manyhands_store::proposals::comments as comment_rows;
pub use manyhands_store::proposals::comments::Comment;
pub use manyhands_store::proposals::{Cosponsor, Proposal};
use manyhands_store::{Sql, ledger, people};
use serde_json::Value;

use crate::actions::rights::Member;
use crate::actions::{Error, rules};
use crate::deps::Deps;

/// The moment by which votes are open or over: the clock's, or that of the last entry where the clock stands behind it, since no entry can
/// be of an earlier one. So no page offers a ballot that could not be cast.
pub(crate) async fn moment(on: &impl Sql, clock: Timestamp) -> Result<Timestamp, Error> {
    Ok(clock.max(ledger::head(on).await?.last_at))
}

/// What was frozen when a proposal was put to the vote.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    /// Index of its `proposal.opened`.
    pub opened: u64,
    /// Members who can vote.
    pub eligible: u64,
    /// How many of them must.
    pub quorum: Quorum,
    /// How many of yes and no must be yes.
    pub majority: Majority,
    /// When it is open.
    pub window: Window,
}

/// How many have voted so far: nothing is known of how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turnout {
    /// Members with a ballot.
    pub cast: u64,
    /// Of so many.
    pub eligible: u64,
    /// The quorum.
    pub needed: u64,
}

/// How a closed vote was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Members who could vote.
    pub eligible: u64,
    /// Members with a ballot.
    pub cast: u64,
    /// Signed by them.
    pub by_key: u64,
    /// Attested by the co-op.
    pub by_session: u64,
    /// Signed by a key that was first made during the vote.
    pub by_new_key: u64,
    /// What they say.
    pub counts: Counts,
    /// Ballots that nobody opened.
    pub unopened: u64,
    /// How it ended.
    pub verdict: Verdict,
}

/// A proposal that was put to the vote.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(deps: &Deps, _by: &Member, id: &ProposalId) -> Result<Proposal, Error> {
    rows::find_proposal(&deps.db.read(), id).await?.ok_or(Error::NotFound)
}

/// A draft, or whatever became of it, by its own id.
///
/// # Errors
/// [`Error::NotFound`]; what its author withdrew is read by them, and by those who said something of it and can still take that back.
pub async fn find_draft(deps: &Deps, by: &Member, id: &str) -> Result<Proposal, Error> {
    let moment = deps.db.snapshot().await?;
    let row = rows::find_by_id(&moment, id).await?.ok_or(Error::NotFound)?;
    let is_own = row.author_id.as_deref() == Some(by.id().as_str());
    let is_theirs = row.state != "withdrawn" || is_own || comment_rows::has_said(&moment, id, by.id()).await?;
    if is_theirs { Ok(row) } else { Err(Error::NotFound) }
}

/// A page of votes that are open, from 0, soonest to close first; and whether more follow.
///
/// # Errors
/// When the database fails.
pub async fn list_open(deps: &Deps, _by: &Member, page: u64) -> Result<(Vec<Proposal>, bool), Error> {
    paged(rows::list_open(&deps.db.read(), (first_of(page, A_PAGE), A_PAGE.saturating_add(1))).await?)
}

/// A draft in the list of all.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The draft.
    pub row: Proposal,
    /// How many must sign it beside its author.
    pub needed: u64,
    /// Whether the reader has.
    pub signed: bool,
}

/// A page of drafts, from 0, newest first; and whether more follow.
///
/// # Errors
/// When the database fails.
pub async fn list_drafts(deps: &Deps, by: &Member, page: u64) -> Result<(Vec<Listed>, bool), Error> {
    let moment = deps.db.snapshot().await?;
    let (drafts, more) = paged(rows::list_drafts(&moment, (first_of(page, A_PAGE), A_PAGE.saturating_add(1))).await?)?;
    let (_, book) = rules::current(&moment).await?;
    let members = u64::try_from(people::list_members(&moment).await?.len()).map_err(Error::broken)?;
    let signed = rows::list_signed(&moment, by.id()).await?;
    let listed = |row: Proposal| Listed {
        needed: Terms::of(&book, &row.kind).map_or(0, |terms| terms.cosponsors_of(members)),
        signed: signed.contains(&row.id),
        row,
    };
    Ok((drafts.into_iter().map(listed).collect(), more))
}

/// Votes that are closed, newest first, below a number; at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, _by: &Member, below: Option<i64>, limit: u64) -> Result<Vec<Proposal>, Error> {
    Ok(rows::list_closed(&deps.db.read(), below.unwrap_or(i64::MAX), limit).await?)
}

/// Who signed a draft beside its author.
///
/// # Errors
/// When the database fails.
pub async fn list_cosponsors(deps: &Deps, _by: &Member, row: &Proposal) -> Result<Vec<Cosponsor>, Error> {
    Ok(rows::list_cosponsors(&deps.db.read(), &row.id).await?)
}

/// How many have voted so far, and how many must.
///
/// # Errors
/// [`Error::NotFound`] for a draft.
pub async fn turnout(deps: &Deps, _by: &Member, row: &Proposal) -> Result<Turnout, Error> {
    let frozen = frozen(row)?.ok_or(Error::NotFound)?;
    let cast = ballot_rows::count_cast(&deps.db.read(), row.number.unwrap_or_default()).await?;
    let cast = u64::try_from(cast).map_err(Error::broken)?;
    Ok(Turnout { cast, eligible: frozen.eligible, needed: frozen.quorum.needed(frozen.eligible) })
}

/// What a proposal comes to if it passes.
///
/// # Errors
/// When its row is damaged.
pub fn act_of(row: &Proposal) -> Result<Act, Error> {
    let about: Value = serde_json::from_str(&row.about).map_err(Error::broken)?;
    let act = about.as_object().and_then(|about| Act::read(&row.act, about));
    act.ok_or_else(|| Error::broken(format!("proposal {} is about nothing", row.id)))
}

/// What was frozen when it was put to the vote; nothing of a draft.
///
/// # Errors
/// When its row is damaged.
pub fn frozen(row: &Proposal) -> Result<Option<Frozen>, Error> {
    let (Some(opened), Some(terms)) = (row.opened_index, &row.terms) else { return Ok(None) };
    let calc: Value = serde_json::from_str(terms).map_err(Error::broken)?;
    let damaged = || Error::broken(format!("proposal {} has damaged terms", row.id));
    let moment = |name: &str| calc.get(name).and_then(Value::as_str).and_then(|text| Timestamp::parse(text).ok());
    Ok(Some(Frozen {
        opened: u64::try_from(opened).map_err(Error::broken)?,
        eligible: calc.get("roll_size").and_then(Value::as_u64).ok_or_else(damaged)?,
        quorum: calc.get("quorum").and_then(Quorum::read).ok_or_else(damaged)?,
        majority: calc.get("majority").and_then(Majority::read).ok_or_else(damaged)?,
        window: Window { opens: moment("opens").ok_or_else(damaged)?, closes: moment("closes").ok_or_else(damaged)? },
    }))
}

/// Whether everybody may read afterwards how each member voted, by the book in force when the vote was opened; else members alone.
///
/// # Errors
/// [`Error::NotFound`] for a draft.
pub async fn is_open_to_all(deps: &Deps, _by: &Member, row: &Proposal) -> Result<bool, Error> {
    let (_, book) = rules::at_size(&deps.db.read(), row.opened_index.ok_or(Error::NotFound)?).await?;
    Ok(Terms::of(&book, &row.kind).is_some_and(|terms| terms.open_to_all))
}

/// How a vote was counted; nothing before it is closed.
///
/// # Errors
/// When its row is damaged.
pub fn counted(row: &Proposal) -> Result<Option<Counted>, Error> {
    let Some(tally) = &row.tally else { return Ok(None) };
    let calc: Value = serde_json::from_str(tally).map_err(Error::broken)?;
    let damaged = || Error::broken(format!("proposal {} has a damaged tally", row.id));
    let of = |name: &str| calc.get(name).and_then(Value::as_u64).ok_or_else(damaged);
    Ok(Some(Counted {
        eligible: of("eligible")?,
        cast: of("cast")?,
        by_key: of("by_key")?,
        by_session: of("by_session")?,
        by_new_key: of("by_new_key")?,
        counts: calc.get("counts").and_then(Counts::read).ok_or_else(damaged)?,
        unopened: of("unopened")?,
        verdict: calc.get("result").and_then(Value::as_str).and_then(Verdict::parse).ok_or_else(damaged)?,
    }))
}

/// The book that a change is held against: the one before it where it was enacted, that of its closing where it came to nothing, else the
/// one in force.
///
/// # Errors
/// When a row is damaged.
pub async fn book_before(deps: &Deps, _by: &Member, row: &Proposal) -> Result<Book, Error> {
    let moment = deps.db.snapshot().await?;
    Ok(match row.outcome_index.or(row.closed_index.filter(|_| !waits_for_its_day(row))) {
        Some(index) => rules::at_size(&moment, index).await?.1,
        None => rules::current(&moment).await?.1,
    })
}

/// Whether it has passed and what it decides holds from a later day on.
#[must_use]
pub fn waits_for_its_day(row: &Proposal) -> bool {
    row.outcome.as_deref() == Some("waiting")
}

/// What a change of the rule book changes, rule by rule, against the book before it.
///
/// # Errors
/// When a row is damaged.
pub async fn differences(deps: &Deps, by: &Member, row: &Proposal) -> Result<Vec<Difference>, Error> {
    let Act::Rules(patch) = act_of(row)? else { return Ok(Vec::new()) };
    Ok(fields::differences(&book_before(deps, by, row).await?, &patch))
}

/// Every kind of vote of the book in force, for the form.
///
/// # Errors
/// When the database fails.
pub async fn kinds(deps: &Deps) -> Result<(Book, Vec<Terms>), Error> {
    let (_, book) = rules::current(&deps.db.read()).await?;
    let terms = Terms::all(&book);
    Ok((book, terms))
}

/// Where a page begins, from 0: no list has so many that an address with a larger number is anything but empty.
pub(crate) fn first_of(page: u64, length: u64) -> u64 {
    page.min(MOST_PAGES).saturating_mul(length)
}

/// A page of a list of which one more was asked for, and whether more follow.
fn paged(mut rows: Vec<Proposal>) -> Result<(Vec<Proposal>, bool), Error> {
    let length = usize::try_from(A_PAGE).map_err(Error::broken)?;
    let more = rows.len() > length;
    rows.truncate(length);
    Ok((rows, more))
}

/// Its `P-…`.
pub(crate) fn id_of(row: &Proposal) -> Result<ProposalId, Error> {
    let number = row.number.and_then(|number| u64::try_from(number).ok());
    number.map(ProposalId::from_number).ok_or(Error::NotFound)
}

/// The calc of an entry that is to be appended, canonical: what a row keeps of it.
pub(crate) fn calc_of(draft: &Draft) -> Result<String, Error> {
    let signable: Value = serde_json::from_str(&draft.signable_text()).map_err(Error::broken)?;
    let calc = signable.get("calc").ok_or_else(|| Error::broken("an entry without inputs"))?;
    Ok(manyhands_domain::log::json::write(calc))
}

const MOST_PAGES: u64 = 1_000_000;
/// Drafts, or open votes, on a page of the list.
const A_PAGE: u64 = 20;
