//! Who hears of a vote: that it opened, goes on, was closed, holds, or cannot hold any more.

use manyhands_domain::ids::{MemberId, PersonId, ProposalId};
use manyhands_domain::notices::Notice;
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::time::{DAY_SECS, Timestamp};
use manyhands_store::proposals::{self as rows, Proposal, ballots, due};
use manyhands_store::{contracts, people};
use sha2::{Digest, Sha256};

use crate::actions::contracts::terms_of;
use crate::actions::proposals::{Counted, act_of, frozen, id_of, moment};
use crate::actions::{Error, Work};
use crate::deps::Deps;

/// Reminds members who have not voted, half-way and a day before the end; how many were. A vote that cannot be reminded of is tried again
/// later, and holds up no other.
///
/// # Errors
/// When the database fails.
pub async fn remind(deps: &Deps) -> Result<u64, Error> {
    let (mut told, now) = (0, moment(&deps.db.read(), deps.clock.now()).await?);
    for number in due::list_to_remind(&deps.db.read(), now, A_PASS).await? {
        match remind_one(deps, number).await {
            Ok(members) => told += members,
            Err(error) => {
                tracing::error!(proposal = number, %error, "members could not be reminded of a vote; it is tried again");
                let work = Work::begin_job(deps).await?;
                due::set_remind_from(&work.tx, number, now.plus_secs(AGAIN_SECS)).await?;
                work.commit(()).await?;
            }
        }
    }
    Ok(told)
}

async fn remind_one(deps: &Deps, number: i64) -> Result<u64, Error> {
    let id = ProposalId::from_number(u64::try_from(number).map_err(Error::broken)?);
    let mut work = Work::begin_job(deps).await?;
    let row = rows::load_held(&work.tx, &id).await?;
    let now = moment(&work.tx, work.now()).await?;
    let Some(frozen) = frozen(&row)?.filter(|frozen| row.state == "open" && frozen.window.closes > now) else { return Ok(0) };
    // In a short vote both come at once, and one mail says it.
    let last = now >= frozen.window.closes.plus_secs(-DAY_SECS);
    if row.reminded >= if last { 2 } else { 1 } {
        return Ok(0);
    }
    due::set_reminded(&work.tx, &row.id, if last { 2 } else { 1 }).await?;
    let mut electors = rows::list_electors(&work.tx, frozen.opened, number).await?;
    electors.retain(|elector| !elector.voted);
    let people: Vec<PersonId> = electors.into_iter().map(|elector| elector.person).collect();
    let told = with_codes(&mut work, number, &people, frozen.window.closes, |code| Notice::VoteReminder {
        proposal: id.to_string(),
        title: row.title.clone(),
        closes: frozen.window.closes,
        code,
    });
    let told = told.await?;
    work.commit(told).await
}

/// Everybody on the roll hears that it opens, each with a code of their own.
pub(crate) async fn opened(work: &mut Work<'_>, id: &ProposalId) -> Result<(), Error> {
    let row = rows::find_proposal(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let (Some(frozen), Some(number)) = (frozen(&row)?, row.number) else { return Err(Error::NotFound) };
    let electors = rows::list_electors(&work.tx, frozen.opened, number).await?;
    let people: Vec<PersonId> = electors.into_iter().map(|elector| elector.person).collect();
    let told = with_codes(work, number, &people, frozen.window.closes, |code| Notice::VoteOpened {
        proposal: id.to_string(),
        title: row.title.clone(),
        opens: frozen.window.opens,
        closes: frozen.window.closes,
        again: row.again.map(|number| format!("P-{number}")).unwrap_or_default(),
        code,
    });
    told.await?;
    Ok(())
}

/// Tells these people, each with a code of their own, in a few statements; how many they are. Nobody else appends to the ledger meanwhile.
async fn with_codes(
    work: &mut Work<'_>,
    number: i64,
    people: &[PersonId],
    until: Timestamp,
    notice: impl Fn(String) -> Notice + Send,
) -> Result<u64, Error> {
    let drawn: Vec<String> = people.iter().map(|_| draw_code(work)).collect();
    let codes: Vec<_> = people.iter().zip(&drawn).map(|(person, code)| (person, code_sha256(number, person, code))).collect();
    ballots::put_codes(&work.tx, number, &codes, until).await?;
    let notices: Vec<Notice> = drawn.into_iter().map(notice).collect();
    work.notify_each(people.iter().zip(&notices)).await?;
    u64::try_from(people.len()).map_err(Error::broken)
}

/// A code for one ballot of this person, of which only the hash is kept. It ends the one before: whoever kept an earlier mail is told so.
pub(crate) async fn new_code(work: &Work<'_>, number: i64, person: &PersonId, until: Timestamp) -> Result<String, Error> {
    let code = draw_code(work);
    ballots::put_codes(&work.tx, number, &[(person, code_sha256(number, person, &code))], until).await?;
    Ok(code)
}

fn draw_code(work: &Work<'_>) -> String {
    format!("{:08}", u64::from_be_bytes(work.deps().random.bytes()) % 100_000_000)
}

pub(crate) fn code_sha256(number: i64, person: &PersonId, code: &str) -> Vec<u8> {
    Sha256::digest(format!("P-{number}\n{person}\n{code}")).to_vec()
}

/// Enough members have signed a draft.
pub(crate) async fn draft_ready(work: &mut Work<'_>, row: &Proposal) -> Result<(), Error> {
    let Some(author) = &row.author_id else { return Ok(()) };
    let author = MemberId::parse(author).map_err(Error::broken)?;
    if let Some(person) = people::person_of_member(&work.tx, &author).await? {
        work.notify(&person, &Notice::DraftReady { draft: row.id.clone(), title: row.title.clone() }).await?;
    }
    Ok(())
}

/// Everybody hears how it ended; a client whom members ask for a price, too.
pub(crate) async fn closed(work: &mut Work<'_>, row: &Proposal, counted: &Counted, waits: bool) -> Result<(), Error> {
    let enacts = row.enacts_at.filter(|_| waits).map(Timestamp::from_secs);
    let notice = Notice::VoteClosed {
        proposal: id_of(row)?.to_string(),
        title: row.title.clone(),
        result: counted.verdict.word().to_owned(),
        counts: [counted.counts.yes, counted.counts.no, counted.counts.abstain],
        cast: [counted.cast, counted.eligible],
        enacts,
    };
    everybody(work, &notice).await?;
    if let (Act::PriceAsk { contract, batch, price, currency }, Some(from)) = (act_of(row)?, enacts) {
        let Some(asked) = manyhands_store::batches::find_batch(&work.tx, &batch).await? else { return Ok(()) };
        let listed = contracts::find_contract(&work.tx, &contract).await?.ok_or(Error::NotFound)?;
        let at_once = terms_of(&listed)?.notice_days == 0;
        let (proposal, batch) = (id_of(row)?.to_string(), batch.to_string());
        let notice = Notice::PriceAsked { proposal, batch, title: asked.title, price, currency, from, at_once };
        for person in people::users_of_client(&work.tx, &asked.client_id).await? {
            work.notify(&person, &notice).await?;
        }
    }
    Ok(())
}

/// The members whose last ballots the server cannot open hear that they can.
pub(crate) async fn unopened(work: &mut Work<'_>, row: &Proposal, members: &[String], until: Timestamp) -> Result<(), Error> {
    for member in members {
        let member = MemberId::parse(member).map_err(Error::broken)?;
        if let Some(person) = people::person_of_member(&work.tx, &member).await? {
            let notice = Notice::BallotUnopened { proposal: id_of(row)?.to_string(), title: row.title.clone(), until };
            work.notify(&person, &notice).await?;
        }
    }
    Ok(())
}

/// Every member hears it.
pub(crate) async fn everybody(work: &mut Work<'_>, notice: &Notice) -> Result<(), Error> {
    let members = people::list_members(&work.tx).await?;
    work.notify_each(members.iter().map(|person| (person, notice))).await
}

/// Votes that one pass looks at.
const A_PASS: u64 = 20;
const AGAIN_SECS: i64 = 600;
