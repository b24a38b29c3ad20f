//! Votes whose time is over: counted from each member's last ballot, closed, and called again where too few voted. Whenever this runs,
//! no ballot of after the end is in the log, so a server that stood still counts what it would have counted.

use manyhands_domain::books::two_people::Held;
use manyhands_domain::ids::{HolderId, MemberId, ProposalId};
use manyhands_domain::proposals::closing::{self as rule, Last, closes_from};
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::proposals::tally::Verdict;
use manyhands_domain::time::Timestamp;
use manyhands_store::keys::{self, PersonKey};
use manyhands_store::proposals::{self as rows, Proposal, ballots, due};
use manyhands_store::{Sql, contracts};

use crate::actions::proposals::ballots::opening_of;
use crate::actions::proposals::{Frozen, act_of, calc_of, counted, frozen, moment, opening, telling};
use crate::actions::{Error, Work, asks};
use crate::deps::Deps;

/// Closes every vote whose time is over; how many were. Safe to repeat.
///
/// # Errors
/// When the database fails.
pub async fn close_due(deps: &Deps) -> Result<u64, Error> {
    let (mut closed, now) = (0, moment(&deps.db.read(), deps.clock.now()).await?);
    for number in due::list_to_close(&deps.db.read(), now, A_PASS).await? {
        match close_one(deps, number).await {
            Ok(done) => closed += u64::from(done),
            Err(error) => {
                tracing::error!(proposal = number, %error, "a vote whose time is over could not be closed; it is tried again");
                set_aside(deps, number, now.plus_secs(AGAIN_SECS)).await;
            }
        }
    }
    Ok(closed)
}

async fn close_one(deps: &Deps, number: i64) -> Result<bool, Error> {
    let id = ProposalId::from_number(u64::try_from(number).map_err(Error::broken)?);
    let mut work = Work::begin_job(deps).await?;
    let row = rows::load_held(&work.tx, &id).await?;
    let Some(frozen) = frozen(&row)?.filter(|_| row.state == "open") else { return Ok(false) };
    let last = last_ballots(&work.tx, number, &frozen).await?;
    let count = rule::count(&id, (frozen.quorum, frozen.majority), frozen.eligible, &last);
    let now = moment(&work.tx, work.now()).await?;
    let from = opened_until(&row, frozen.window.closes, count.unopened, now);
    // Whoever waits appends nothing, and takes no turn at the ledger. The moment of an entry only grows.
    if now < from {
        wait_for_openings(&mut work, &row, &last, (now, from)).await?;
        return work.commit(false).await;
    }
    let act = act_of(&row)?;
    if let Act::PriceAsk { contract, .. } = &act {
        // Held before the ledger is, as by everybody: what is asked may be settled by its closing.
        contracts::load_held(&work.tx, contract).await?;
    }
    let draft = rule::close(&id, &count);
    let sha256 = draft.input("openings").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    contracts::insert_document(&work.tx, &sha256, count.openings.as_bytes()).await?;
    let tally = calc_of(&draft)?;
    let index = work.append(draft).await?;
    let waits = count.verdict == Verdict::Passed && brings(&act);
    rows::set_closed(&work.tx, &row.id, (count.verdict.word(), index, &tally), waits, work.now()).await?;
    ballots::forget(&work.tx, number).await?;
    let again = match (count.verdict, row.again) {
        // Once: who did not come twice did not want to.
        (Verdict::NoQuorum, None) => {
            let closed = rows::find_proposal(&work.tx, &id).await?.ok_or(Error::NotFound)?;
            opening::call_again(&mut work, &closed).await?
        }
        _ => None,
    };
    // The second call tells the same people that there was no quorum.
    if again.is_none() {
        let row = rows::find_proposal(&work.tx, &id).await?.ok_or(Error::NotFound)?;
        let counted = counted(&row)?.ok_or_else(|| Error::broken("a closed vote without a tally"))?;
        let is_settled = waits && asks::settle_passed(&mut work, &row).await?;
        telling::closed(&mut work, &row, &counted, waits && !is_settled).await?;
    }
    work.commit(true).await
}

/// Whether passing brings something on its day; else the result itself is all.
fn brings(act: &Act) -> bool {
    WAITS.contains(&act.word())
}

/// Acts that wait for their day once they passed.
pub(crate) const WAITS: &[&str] = &["rules", "price-ask", "contract-end", "mandate", "recall", "exclusion"];

/// Each member's last ballot, as it is counted.
async fn last_ballots(on: &impl Sql, number: i64, frozen: &Frozen) -> Result<Vec<Last>, Error> {
    let mut last = Vec::new();
    for ballot in ballots::list_last(on, number).await? {
        let by_key = ballot.how == "key";
        let opening = ballot.choice.as_deref().zip(ballot.salt.as_deref());
        last.push(Last {
            index: u64::try_from(ballot.entry_index).map_err(Error::broken)?,
            new_key: by_key && !had_key(on, &ballot.member_id, frozen.opened).await?,
            member: ballot.member_id,
            sealed: ballot.sealed,
            by_key,
            opening: opening.map(|(choice, salt)| opening_of(choice, salt)).transpose()?,
        });
    }
    Ok(last)
}

/// Whether a member had a key in force at an index.
async fn had_key(on: &impl Sql, member: &str, index: u64) -> Result<bool, Error> {
    let member = HolderId::Member(MemberId::parse(member).map_err(Error::broken)?);
    let held = keys::list_of(on, &member).await?.iter().map(PersonKey::held).collect::<Result<Vec<Held>, _>>()?;
    Ok(held.iter().any(|held| Held { left_index: None, ..held.clone() }.is_in_force(index)))
}

/// Until when a vote with so many unopened ballots is not closed. Members whom nobody has told yet are told at `now`.
fn opened_until(row: &Proposal, closes: Timestamp, unopened: u64, now: Timestamp) -> Timestamp {
    let told = if row.told_unopened == 0 { now } else { Timestamp::from_secs(row.told_unopened) };
    closes_from(closes, unopened, told)
}

/// Until when a member can open a ballot that the server cannot, for the page that says so.
#[must_use]
pub fn own_until(row: &Proposal, closes: Timestamp) -> Timestamp {
    opened_until(row, closes, 1, closes)
}

/// Ballots that the server cannot open: their members have two days from hearing of it, and hear of it once.
async fn wait_for_openings(work: &mut Work<'_>, row: &Proposal, last: &[Last], when: (Timestamp, Timestamp)) -> Result<(), Error> {
    let (now, until) = when;
    if row.told_unopened == 0 {
        let id = super::id_of(row)?;
        let opens = |ballot: &&Last| ballot.opening.is_some_and(|opening| opening.seal(id.as_str(), &ballot.member) == ballot.sealed);
        let members: Vec<String> = last.iter().filter(|ballot| !opens(ballot)).map(|ballot| ballot.member.clone()).collect();
        telling::unopened(work, row, &members, until).await?;
        due::set_told_unopened(&work.tx, &row.id, now).await?;
    }
    due::set_aside(&work.tx, row.number.unwrap_or_default(), until).await?;
    Ok(())
}

/// A ballot was opened by its member: the vote need not wait for the others' two days if it was the last.
pub(super) async fn may_be_closed_now(work: &Work<'_>, row: &Proposal) -> Result<(), Error> {
    due::set_aside(&work.tx, row.number.unwrap_or_default(), work.now()).await?;
    Ok(())
}

/// A vote on which a job failed must not hold up those behind it; nor must what failed in saying so.
pub(super) async fn set_aside(deps: &Deps, number: i64, until: Timestamp) {
    let noted = async {
        let work = Work::begin_job(deps).await?;
        due::set_aside(&work.tx, number, until).await?;
        work.commit(()).await
    };
    if let Err(error) = noted.await {
        tracing::error!(proposal = number, %error, "a vote could not be set aside");
    }
}

/// Votes that one pass closes.
const A_PASS: u64 = 20;
pub(super) const AGAIN_SECS: i64 = 600;
