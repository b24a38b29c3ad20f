//! Putting a draft to the vote, and calling a vote again that had no quorum: `proposal.opened` freezes roll, rules and times, and every
//! member of the roll is told, with a code of their own.

use manyhands_domain::ids::ProposalId;
use manyhands_domain::proposals::opening::{self, Motion, Roll, Window, enacts_at, least_days};
use manyhands_domain::proposals::tally::Quorum;
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals::{self as rows, Opened, Proposal};
use manyhands_store::{Sql, contracts, ledger};
use serde_json::Value;

use crate::actions::proposals::checking::check_act;
use crate::actions::proposals::drafting::{cosponsors_needed, own_draft};
use crate::actions::proposals::{act_of, calc_of, id_of, telling};
use crate::actions::rights::Member;
use crate::actions::{Error, Once, Work, begin, new_uuid, rules};
use crate::deps::Deps;

/// Puts a draft to the vote: from here on nobody changes it, its roll, its rules or its times.
///
/// # Errors
/// [`Error::NotFound`] for another's; `proposal-not-draft`; `vote-cosponsors` with how many are missing; `votes-open-many`; what keeps it
/// from being voted on by the book in force.
pub async fn open(deps: &Deps, by: &Member, once: &Once, id: &str) -> Result<ProposalId, Error> {
    let mut work = begin!(deps, by.actor(), once);
    let row = own_draft(&work, by, id).await?;
    let needed = cosponsors_needed(&work.tx, &row).await?;
    let signed = u64::try_from(row.cosponsors).unwrap_or_default();
    if signed < needed {
        return Err(Refusal::new("vote-cosponsors").with("missing", needed.saturating_sub(signed)).into());
    }
    // Two of their drafts at once: whoever has the ledger opens first, and the other one counts it.
    work.ledger_size().await?;
    check_open(&work.tx, by).await?;
    let opened = put(&mut work, &row, Call::First).await?;
    rows::set_open(&work.tx, id, &opened.as_row(), work.now()).await?;
    telling::opened(&mut work, &opened.id).await?;
    work.commit(opened.id).await
}

/// What keeps a draft from being put to the vote now; nothing if its author may.
///
/// # Errors
/// When the database fails.
pub async fn find_obstacle(deps: &Deps, by: &Member, row: &Proposal) -> Result<Option<Refusal>, Error> {
    let moment = deps.db.snapshot().await?;
    let (needed, signed) = (cosponsors_needed(&moment, row).await?, u64::try_from(row.cosponsors).unwrap_or_default());
    if signed < needed {
        return Ok(Some(Refusal::new("vote-cosponsors").with("missing", needed.saturating_sub(signed))));
    }
    let may = async {
        check_open(&moment, by).await?;
        motion(&moment, row, Call::First, deps.clock.now()).await
    };
    match may.await {
        Ok(_) => Ok(None),
        Err(Error::Refused(refusals)) => Ok(refusals.into_iter().next()),
        Err(error) => Err(error),
    }
}

/// Whether a member may put one more to the vote: every vote asks all of them to read and to decide.
async fn check_open(on: &impl Sql, by: &Member) -> Result<(), Error> {
    if rows::count_open(on, by.id()).await? < MOST_OPEN {
        return Ok(());
    }
    Err(Refusal::new("votes-open-many").with("most", MOST_OPEN).into())
}

/// What opening would freeze now.
#[derive(Clone, Copy, Debug)]
pub struct Preview {
    /// Members who could vote.
    pub eligible: u64,
    /// How many of them must.
    pub needed: u64,
    /// When it would be open.
    pub window: Window,
    /// From when on it would hold.
    pub enacts: Timestamp,
}

/// What opening a draft would freeze now; nothing where it cannot be put to the vote.
///
/// # Errors
/// When the database fails.
pub async fn preview(deps: &Deps, _by: &Member, row: &Proposal) -> Result<Option<Preview>, Error> {
    let moment = deps.db.snapshot().await?;
    let (motion, (quorum, _), window) = match motion(&moment, row, Call::First, deps.clock.now()).await {
        Ok(found) => found,
        Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let roll = rows::roll(&moment, ledger::head(&moment).await?.size).await?;
    let eligible = u64::try_from(roll.len()).map_err(Error::broken)?;
    let needed = Quorum::read(&quorum).ok_or_else(|| Error::broken("a kind of vote without a quorum"))?.needed(eligible);
    Ok(Some(Preview { eligible, needed, window, enacts: motion.enacts }))
}

/// Calls a vote once more that had no quorum, open at once; nothing where the book in force does not allow it any more.
pub(crate) async fn call_again(work: &mut Work<'_>, first: &Proposal) -> Result<Option<ProposalId>, Error> {
    let opened = match put(work, first, Call::Second).await {
        Ok(opened) => opened,
        Err(Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let id = new_uuid(work.deps());
    rows::insert_again(&work.tx, &id, first, &opened.as_row(), work.now()).await?;
    telling::opened(work, &opened.id).await?;
    Ok(Some(opened.id))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    First,
    Second,
}

/// What was opened, for its row.
struct Put {
    id: ProposalId,
    number: u64,
    index: u64,
    terms: String,
    times: [Timestamp; 3],
}

impl Put {
    fn as_row(&self) -> Opened<'_> {
        Opened { number: self.number, index: self.index, terms: &self.terms, times: self.times }
    }
}

/// The motion of a row at a moment, with its rules and its times.
async fn motion(on: &impl Sql, row: &Proposal, call: Call, at: Timestamp) -> Result<(Motion, (Value, Value), Window), Error> {
    let (_, book) = rules::current(on).await?;
    let unknown = || Error::from(Refusal::new("vote-kind").field("kind"));
    let terms = Terms::of(&book, &row.kind).ok_or_else(unknown)?;
    let frozen = book.vote(&row.kind).and_then(|vote| Some((vote.get("quorum")?.clone(), vote.get("majority")?.clone())));
    let act = act_of(row)?;
    check_act(on, &book, &terms, &act, at).await?;
    // Its words were held against names when they were saved: whoever takes another name meanwhile stops no vote by it.
    let wanted = row.opens_at.map(Timestamp::from_secs).filter(|opens| call == Call::First && *opens > at);
    let days = if call == Call::First { row.days } else { row.days.max(least_days(&terms)) };
    let window = Window::of(&terms, at, wanted.unwrap_or(at), days)?;
    let motion = Motion {
        kind: row.kind.clone(),
        title: row.title.clone(),
        text: row.text.clone(),
        language: row.language.clone(),
        act,
        enacts: enacts_at(&terms, window.closes, row.enacts_at.map(Timestamp::from_secs))?,
        again: if call == Call::Second { Some(id_of(row)?) } else { None },
    };
    Ok((motion, frozen.ok_or_else(unknown)?, window))
}

/// Appends `proposal.opened`. Nobody else appends meanwhile, so the roll is that of the entry's own index, and the number is new.
async fn put(work: &mut Work<'_>, row: &Proposal, call: Call) -> Result<Put, Error> {
    let size = work.ledger_size().await?;
    let at = work.entry_at();
    let (motion, (quorum, majority), window) = motion(&work.tx, row, call, at).await?;
    let roll = rows::roll(&work.tx, size).await?;
    let roll = Roll::of(roll.iter().map(String::as_str));
    let number = rows::next_number(&work.tx).await?;
    let id = ProposalId::from_number(number);
    let (draft, document) = opening::open(&id, &motion, (&quorum, &majority), &roll, window);
    let sha256 = draft.input("document").and_then(Value::as_str).unwrap_or_default().to_owned();
    contracts::insert_document(&work.tx, &sha256, document.as_bytes()).await?;
    let terms = calc_of(&draft)?;
    let index = work.append(draft).await?;
    Ok(Put { id, number, index, terms, times: [window.opens, window.closes, motion.enacts] })
}

/// Votes of one author that are open at once.
const MOST_OPEN: i64 = 5;
