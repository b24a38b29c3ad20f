//! How a listed contract goes on: paused, resumed, completed, ended early by either side. What is claimed is honoured in every case.

use std::collections::BTreeSet;

use manyhands_domain::contracts::life::{self, Closing, Next, Side, Standing, Step, moves};
use manyhands_domain::ids::{ContractId, MemberId, PersonId};
use manyhands_domain::money::Amount;
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_domain::time::Timestamp;
use manyhands_store::batches::{self, Batch};
use manyhands_store::claims::{self, Of};
use manyhands_store::contracts::life::{self as steps, Move, NewMove};
use manyhands_store::contracts::{self as rows, Contract};
use manyhands_store::returns::{self as returned, Return};
use manyhands_store::{Sql, people};

use crate::actions::contracts::end_asks::end_asks;
use crate::actions::contracts::{Escrow, escrow, terms_of};
use crate::actions::rights::{ClientUser, Coordinator, SignedIn};
use crate::actions::{Error, Once, Work, begin, rules};
use crate::deps::Deps;

/// Whoever may say how a contract goes on: a user of its client, or a coordinator.
#[derive(Clone, Debug)]
pub enum Party {
    /// Their own contracts only.
    Client(ClientUser),
    /// Every listed one.
    Coop(Coordinator),
}

/// Where a contract stands, for its page.
#[derive(Clone, Debug)]
pub struct Stand {
    /// By which steps are decided.
    pub standing: Standing,
    /// Its money.
    pub escrow: Escrow,
    /// What went back of its deposits, newest first.
    pub returned: Vec<Return>,
    /// Claims that are not settled.
    pub under_way: i64,
    /// Answers that nobody has claimed though they can be, and their price together, where that is a sum at all; of a contract that has
    /// ended, as it was then.
    pub free: (i64, Option<Amount>),
    /// Batches that were never opened.
    pub drafts: usize,
    /// Its steps so far, newest first.
    pub moves: Vec<Move>,
}

/// Which side acts, by whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Acting<'a> {
    pub(crate) side: Side,
    pub(crate) person: &'a PersonId,
}

impl Party {
    /// The right of whoever is signed in to be a side of a contract at all.
    #[must_use]
    pub fn of(who: &SignedIn) -> Option<Party> {
        who.client_user().map(Party::Client).or_else(|| who.coordinator().map(Party::Coop))
    }

    /// Which side.
    #[must_use]
    pub fn side(&self) -> Side {
        match self {
            Party::Client(_) => Side::Client,
            Party::Coop(_) => Side::Coop,
        }
    }

    pub(crate) fn who(&self) -> &SignedIn {
        match self {
            Party::Client(user) => user,
            Party::Coop(coordinator) => coordinator,
        }
    }

    pub(crate) fn acting(&self) -> Acting<'_> {
        Acting { side: self.side(), person: self.who().person() }
    }

    pub(crate) fn may_see(&self, contract: &Contract) -> bool {
        let own = match self {
            Party::Client(user) => contract.client_id == user.client().as_str(),
            Party::Coop(_) => true,
        };
        own && contract.listed_index.is_some()
    }
}

/// A listed contract, for one of its sides.
///
/// # Errors
/// [`Error::NotFound`] for another client's, and for what is not listed.
pub async fn find(deps: &Deps, by: &Party, id: &ContractId) -> Result<Contract, Error> {
    let contract = rows::find_contract(&deps.db.read(), id).await?;
    contract.filter(|contract| by.may_see(contract)).ok_or(Error::NotFound)
}

/// Where a contract stands, for one of its sides.
///
/// # Errors
/// As [`find`].
pub async fn stand(deps: &Deps, by: &Party, id: &ContractId) -> Result<(Contract, Stand), Error> {
    let moment = deps.db.snapshot().await?;
    let contract = rows::find_contract(&moment, id).await?.filter(|contract| by.may_see(contract)).ok_or(Error::NotFound)?;
    let all = batches::list_of_contract(&moment, id).await?;
    let done = steps::list_moves(&moment, id, MOVES).await?;
    let at_end = done.first().filter(|_| contract.closed_index.is_some());
    let at_end = at_end.and_then(|last| last.free_tasks.map(|tasks| (tasks, last.free_price.map(Amount::from_micros))));
    let stand = Stand {
        standing: standing_of(&moment, &contract).await?,
        escrow: escrow(&moment, &contract).await?,
        returned: returned::list_of_contract(&moment, id).await?.into_iter().filter(|row| row.state == "posted").collect(),
        under_way: steps::list_under_way(&moment, id).await?.iter().map(|member| member.claims).sum(),
        free: at_end.unwrap_or_else(|| free_of(&all)),
        drafts: all.iter().filter(|batch| batch.opened_index.is_none()).count(),
        moves: done,
    };
    Ok((contract, stand))
}

/// Answers that can be claimed and that nobody has, and their price together. Batches below their contract's level take no claim.
fn free_of(all: &[Batch]) -> (i64, Option<Amount>) {
    let open = all.iter().filter(|batch| batch.opened_index.is_some() && batch.level >= batch.contract_level);
    let prices = open.clone().map(|batch| Amount::from_micros(batch.price).checked_mul(batch.tasks_open)).collect::<Result<Vec<_>, _>>();
    (open.map(|batch| batch.tasks_open).sum(), prices.and_then(Amount::sum).ok())
}

/// Does a step, and tells those whom it concerns: members with claims under way, the client's users, the coordinators.
///
/// # Errors
/// [`Error::NotFound`] for another client's; `contract-why` where a reason is missing; why the step cannot be done as things stand;
/// `contract-moves-many`.
pub async fn go(deps: &Deps, by: &Party, once: &Once, id: &ContractId, step: Step, reason: &str) -> Result<(), Error> {
    let reason = read_reason(step, reason)?;
    let mut work = begin!(deps, by.who().actor(), once);
    let contract = rows::load_held(&work.tx, id).await?;
    if !by.may_see(&contract) {
        return Err(Error::NotFound);
    }
    let (side, now) = (by.side(), work.now());
    let next = life::decide(&standing_of(&work.tx, &contract).await?, step, side, now)?;
    if step.asks_why() {
        moves::check_a_day(steps::count_moves(&work.tx, id, side.word(), moves::a_day_before(now)).await?)?;
    }
    let (mut index, mut free) = (None, None);
    match next {
        Next::Paused => steps::set_paused(&work.tx, id, side.word(), now).await?,
        Next::Resumed(state) => steps::set_resumed(&work.tx, id, state, now).await?,
        Next::Noticed(ends_at) => steps::give_notice(&work.tx, id, side.word(), ends_at, now).await?,
        Next::Kept | Next::KeptUntil(_) => drop(steps::take_notice(&work.tx, id, side.word(), now).await?),
        Next::Closed(closing) => (index, free) = close(&mut work, id, closing).await?,
    }
    let ends_at = next.ends_at();
    let done = NewMove { word: next.word(), side: side.word(), by: Some(by.who().person()), reason: &reason, ends_at, index, free };
    steps::insert_move(&work.tx, id, &done, now).await?;
    tell(&mut work, &contract, &done).await?;
    work.commit(()).await
}

/// Closes contracts whose notice has run out; how many. Safe to repeat: nothing depends on when this runs, since claims read the end
/// themselves.
///
/// # Errors
/// When the database fails.
pub async fn end_run_out(deps: &Deps) -> Result<u64, Error> {
    let mut ended = 0;
    for id in steps::list_run_out(&deps.db.read(), deps.clock.now(), A_PASS).await? {
        match end_one(deps, &id).await {
            Ok(closed) => ended += u64::from(closed),
            Err(error) => {
                tracing::error!(contract = id, %error, "a contract whose notice has run out could not be closed");
                set_aside(deps, &id).await?;
            }
        }
    }
    Ok(ended)
}

async fn end_one(deps: &Deps, id: &str) -> Result<bool, Error> {
    let id = ContractId::parse(id).map_err(Error::broken)?;
    let mut work = Work::begin_job(deps).await?;
    let contract = rows::load_held(&work.tx, &id).await?;
    let standing = standing_of(&work.tx, &contract).await?;
    let (Some(closing), Some((side, _))) = (standing.run_out(work.now()), standing.notice) else { return Ok(false) };
    let (index, free) = close(&mut work, &id, closing).await?;
    let done = NewMove { word: closing.state, side: side.word(), by: None, reason: "", ends_at: None, index, free };
    steps::insert_move(&work.tx, &id, &done, work.now()).await?;
    tell(&mut work, &contract, &done).await?;
    work.commit(true).await
}

/// A contract on which a job failed must not hold up those behind it: it is tried again in an hour.
pub(crate) async fn set_aside(deps: &Deps, id: &str) -> Result<(), Error> {
    let work = Work::begin_job(deps).await?;
    steps::set_aside(&work.tx, id, work.now().plus_secs(3_600)).await?;
    work.commit(()).await
}

/// `contract.closed`, and the rows with it: the index of the entry, and what nobody had claimed by then, in millionths.
async fn close(work: &mut Work<'_>, id: &ContractId, closing: Closing) -> Result<Closed, Error> {
    let (tasks, price) = free_of(&batches::list_of_contract(&work.tx, id).await?);
    let index = work.append(life::close(id, closing)).await?;
    if !steps::close(&work.tx, id, closing.state, index, work.now()).await? {
        return Err(Refusal::new("contract-over").into());
    }
    // Nobody waits for answers that cannot come any more.
    claims::begin_silence(&work.tx, Of::Contract(id.as_str()), rules::silence(&work.tx, work.now()).await?).await?;
    end_asks(work, id).await?;
    Ok((Some(index), Some((tasks, price.map(Amount::micros)))))
}

/// Ends a contract as members voted: after its notice, or at once where none is due. The vote's notice is its own, beside any that
/// runs already: the earlier day holds, and no side takes it back. The index of `contract.closed`, if it closed now.
///
/// # Errors
/// `contract-over`; `contract-not-running`.
pub(crate) async fn end_by_vote(work: &mut Work<'_>, id: &ContractId, proposal: &str) -> Result<Option<u64>, Error> {
    let contract = rows::load_held(&work.tx, id).await?;
    let standing = standing_of(&work.tx, &contract).await?;
    let now = work.now();
    let next = life::decide_voted(&standing, now)?;
    let (mut index, mut free) = (None, None);
    match next {
        Next::Closed(closing) => (index, free) = close(work, id, closing).await?,
        // Its own days, even where an earlier notice ends the contract before them: that one may be taken back.
        _ => steps::give_notice(&work.tx, id, proposal, now.plus_days(standing.notice_days), now).await?,
    }
    note_by_vote(work, &contract, next, proposal, (index, free)).await?;
    Ok(index)
}

/// The notice of this vote goes over to another, day and all: what was asked is asked anew. False if there was none.
///
/// # Errors
/// When the database fails.
pub(crate) async fn hand_over_notice(work: &mut Work<'_>, id: &ContractId, from: &str, to: &str) -> Result<bool, Error> {
    rows::load_held(&work.tx, id).await?;
    let running = steps::list_notices(&work.tx, id).await?;
    let Some(notice) = running.iter().find(|notice| notice.source == from) else { return Ok(false) };
    steps::give_notice(&work.tx, id, to, Timestamp::from_secs(notice.ends_at), work.now()).await?;
    steps::take_notice(&work.tx, id, from, work.now()).await?;
    Ok(true)
}

/// Takes back the notice that this vote gave, and that alone: what the sides gave themselves, and other votes, goes on.
pub(crate) async fn keep_by_vote(work: &mut Work<'_>, id: &ContractId, proposal: &str) -> Result<(), Error> {
    let contract = rows::load_held(&work.tx, id).await?;
    if !steps::take_notice(&work.tx, id, proposal, work.now()).await? {
        return Ok(());
    }
    let next = match steps::list_notices(&work.tx, id).await?.first() {
        Some(rest) => Next::KeptUntil(Timestamp::from_secs(rest.ends_at)),
        None => Next::Kept,
    };
    note_by_vote(work, &contract, next, proposal, (None, None)).await
}

async fn note_by_vote(work: &mut Work<'_>, contract: &Contract, next: Next, proposal: &str, closed: Closed) -> Result<(), Error> {
    let id = ContractId::parse(&contract.id).map_err(Error::broken)?;
    let (word, ends_at, side) = (next.word(), next.ends_at(), Side::Coop.word());
    let done = NewMove { word, side, by: None, reason: proposal, ends_at, index: closed.0, free: closed.1 };
    steps::insert_move(&work.tx, &id, &done, work.now()).await?;
    tell(work, contract, &done).await
}

type Closed = (Option<u64>, Option<(i64, Option<i64>)>);

/// Where a contract stands, by its row and its batches.
///
/// # Errors
/// When its row is damaged.
pub async fn standing_of(on: &impl Sql, contract: &Contract) -> Result<Standing, Error> {
    let id = ContractId::parse(&contract.id).map_err(Error::broken)?;
    let opened = steps::sum_opened(on, &id).await?;
    let side = |word: &String| Side::parse(word).ok_or_else(|| Error::broken(format!("{word} is no side of a contract")));
    let notice_by = contract.notice_by.as_ref().map(side).transpose()?;
    let notices = steps::list_notices(on, &id).await?;
    Ok(Standing {
        state: contract.state.clone(),
        paused_by: contract.paused_by.as_ref().map(side).transpose()?,
        notice: notice_by.zip(contract.ends_at.map(Timestamp::from_secs)),
        given_by: notices.iter().find_map(|notice| Side::parse(&notice.source)),
        voted: notices.iter().find(|notice| notice.source.starts_with("P-")).map(|notice| Timestamp::from_secs(notice.ends_at)),
        opened: opened.batches,
        paused_batches: opened.paused,
        left: opened.left,
        notice_days: terms_of(contract)?.notice_days,
    })
}

/// Each person hears of a step once, by what it means to them; whoever did it knows.
async fn tell(work: &mut Work<'_>, contract: &Contract, done: &NewMove<'_>) -> Result<(), Error> {
    let id = ContractId::parse(&contract.id).map_err(Error::broken)?;
    let mut told: BTreeSet<PersonId> = done.by.cloned().into_iter().collect();
    let notice = |whose: &str, claims: i64| Notice::ContractMoved {
        contract: contract.id.clone(),
        title: contract.title.clone(),
        what: done.word.to_owned(),
        side: done.side.to_owned(),
        reason: done.reason.to_owned(),
        ends_at: done.ends_at,
        whose: whose.to_owned(),
        claims,
    };
    for member in steps::list_under_way(&work.tx, &id).await? {
        let member_id = MemberId::parse(&member.member_id).map_err(Error::broken)?;
        if let Some(person) = people::person_of_member(&work.tx, &member_id).await?
            && told.insert(person.clone())
        {
            work.notify(&person, &notice("member", member.claims)).await?;
        }
    }
    for person in people::users_of_client(&work.tx, &contract.client_id).await? {
        if told.insert(person.clone()) {
            work.notify(&person, &notice("client", 0)).await?;
        }
    }
    for person in people::list_holders(&work.tx, "coordinator", "coordinator").await? {
        if told.insert(person.clone()) {
            work.notify(&person, &notice("coop", 0)).await?;
        }
    }
    Ok(())
}

/// What was typed as the reason: needed where the step stops other people's work.
fn read_reason(step: Step, typed: &str) -> Result<String, Refusal> {
    match text::lines(typed, WHY_CHARS) {
        Ok(reason) => Ok(reason),
        Err(text::TextError::Empty) if !step.asks_why() => Ok(String::new()),
        Err(error) => Err(error.refusal("reason", WHY_CHARS, "contract-why")),
    }
}

/// Steps that a contract's page shows.
const MOVES: u64 = 50;
/// Contracts that one pass closes.
const A_PASS: u64 = 20;
const WHY_CHARS: usize = 500;
