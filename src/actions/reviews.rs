//! Reviews: accepting pays, sending back starts the work's own clock anew. One by one, or many at once.

mod opening;
mod signed;

use std::collections::{BTreeMap, BTreeSet};

use manyhands_domain::claims::limit_secs;
use manyhands_domain::contracts::Terms;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, MemberId, TaskId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::reviews::{self, Judge};
use manyhands_domain::rules::Book;
use manyhands_store::claims::{self, Claim};
use manyhands_store::reviews::{self as rows, Paid, Piece, Verdict, Waiting};
use manyhands_store::{Sql, Tx, batches, contracts, people, tasks};
use serde::{Deserialize, Serialize};

use crate::actions::rights::{ClientUser, Reviewer, SignedIn};
use crate::actions::{Error, Once, Work, appeals, begin, hazards, new_uuid, rules};
use crate::deps::Deps;
use crate::random::Random;

pub use opening::{may_look, open};
pub(crate) use signed::{accept_signed, to_sign};

/// Whoever judges: a member who reviews, or a user of the client whose work it is.
#[derive(Clone, Debug)]
pub enum Judging {
    /// Paid for it; never their own work.
    Reviewer(Reviewer),
    /// Their own contracts only.
    Client(ClientUser),
}

/// What accepting did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Accepted {
    /// Pieces.
    pub count: i64,
    /// Their prices.
    pub sum: Amount,
    /// Index of the last entry.
    pub index: u64,
}

impl Judging {
    /// The right of whoever is signed in to judge at all.
    #[must_use]
    pub fn of(who: &SignedIn) -> Option<Judging> {
        who.reviewer().map(Judging::Reviewer).or_else(|| who.client_user().map(Judging::Client))
    }

    pub(crate) fn who(&self) -> &SignedIn {
        match self {
            Judging::Reviewer(reviewer) => reviewer,
            Judging::Client(user) => user,
        }
    }

    pub(crate) fn judge(&self) -> Judge<'_> {
        match self {
            Judging::Reviewer(reviewer) => Judge::Member(reviewer.id()),
            Judging::Client(_) => Judge::Client,
        }
    }

    fn member(&self) -> Option<&MemberId> {
        match self {
            Judging::Reviewer(reviewer) => Some(reviewer.id()),
            Judging::Client(_) => None,
        }
    }

    fn client(&self) -> Option<&str> {
        match self {
            Judging::Reviewer(_) => None,
            Judging::Client(user) => Some(user.client().as_str()),
        }
    }

    fn may_see(&self, of: &str) -> bool {
        self.client().is_none_or(|client| client == of)
    }

    /// The claim, if this judge may know of it: not what was not handed in, or given up; not an item of which answers are still
    /// missing, so that nobody judges one by the others before all are in, but what was rejected when they were; not one that the judge
    /// answered too, even in vain; and, of a batch of which a share is read, nothing else before it is decided: whoever judges does not
    /// choose what is read.
    async fn shown(&self, on: &impl Sql, claim: Option<Claim>) -> Result<Claim, Error> {
        let is_handed_in = |claim: &Claim| !matches!(claim.state.as_str(), "claimed" | "released" | "expired");
        let claim = claim.filter(|claim| self.may_see(&claim.client_id) && is_handed_in(claim)).ok_or(Error::NotFound)?;
        if rows::is_shown(on, &claim.id, self.member(), self.who().actor()).await? { Ok(claim) } else { Err(Error::NotFound) }
    }
}

/// Accepts one piece of work: `work.accepted`, exact to the millionth.
///
/// # Errors
/// INV-6: one's own work; not submitted any more.
pub async fn accept(deps: &Deps, by: &Judging, once: &Once, id: &ClaimId) -> Result<Accepted, Error> {
    let mut work = begin!(deps, by.who().actor(), once);
    load(&work, by, id).await?;
    let piece = rows::find_piece(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let accepted = accept_all(&mut work, by.judge(), Some(by.who().actor()), &[piece], &[]).await?;
    work.commit(accepted).await
}

/// Accepts the oldest `count` submitted pieces of a batch in one transaction, if count and sum are still what the
/// confirmation said.
///
/// # Errors
/// `review-changed` when they are not: nothing is accepted then.
pub async fn accept_many(deps: &Deps, by: &Judging, once: &Once, id: &BatchId, count: i64, sum: Amount) -> Result<Accepted, Error> {
    let mut work = begin!(deps, by.who().actor(), once);
    let batch = batches::find_batch(&work.tx, id).await?.filter(|batch| by.may_see(&batch.client_id)).ok_or(Error::NotFound)?;
    let contract = ContractId::parse(&batch.contract_id).map_err(Error::broken)?;
    contracts::load_held(&work.tx, &contract).await?;
    let changed = || Error::from(Refusal::new("review-changed"));
    let limit = u64::try_from(count).ok().filter(|count| (1..=MANY).contains(count)).ok_or_else(changed)?;
    let waiting = rows::list_pieces(&work.tx, id.as_str(), by.member(), limit).await?;
    let prices = Amount::sum(waiting.iter().map(|piece| Amount::from_micros(piece.price))).map_err(Error::broken)?;
    if waiting.len() as u64 != limit || prices != sum {
        return Err(changed());
    }
    let accepted = accept_all(&mut work, by.judge(), Some(by.who().actor()), &waiting, &[]).await?;
    work.commit(accepted).await
}

/// Accepts what nobody judged for the days of the rule book: silence is acceptance. Safe to repeat.
///
/// # Errors
/// When the database fails.
pub async fn accept_silent(deps: &Deps) -> Result<i64, Error> {
    let mut count: i64 = 0;
    for claim in rows::list_silent(&deps.db.read(), deps.clock.now(), SILENT_A_PASS).await? {
        match accept_one_silent(deps, &claim).await {
            Ok(accepted) => count += accepted,
            // One that cannot be accepted must not hold up those behind it: it is tried again in an hour.
            Err(error) => {
                tracing::error!(claim, %error, "silence could not accept a claim");
                let work = Work::begin_job(deps).await?;
                rows::set_aside(&work.tx, &claim, work.now().plus_secs(3_600)).await?;
                work.commit(()).await?;
            }
        }
    }
    Ok(count)
}

async fn accept_one_silent(deps: &Deps, claim: &str) -> Result<i64, Error> {
    let mut work = Work::begin_job(deps).await?;
    let id = ClaimId::parse(claim).map_err(Error::broken)?;
    let claim = load_locked(&work, &id).await?;
    let due = claim.review_by.is_some_and(|by| by <= work.now().secs());
    if claim.state != "submitted" || !due || !appeals::end_undecided(&mut work, &claim).await? {
        return Ok(0);
    }
    let piece = rows::find_piece(&work.tx, &id).await?.ok_or(Error::NotFound)?;
    let accepted = accept_all(&mut work, Judge::Silence, None, &[piece], &[]).await?;
    Ok(work.commit(accepted).await?.count)
}

/// Sends work back with a code, a reason and the guideline's clause.
///
/// # Errors
/// INV-6; a code, reason or clause that is missing; sent back twice before; a worker who has left.
pub async fn send_back(deps: &Deps, by: &Judging, once: &Once, id: &ClaimId, code: &str, reason: &str, clause: &str) -> Result<(), Error> {
    let mut work = begin!(deps, by.who().actor(), once);
    let claim = load(&work, by, id).await?;
    let piece = rows::find_piece(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let judged = submitted(&piece)?;
    let terms: Terms = serde_json::from_str(&claim.terms).map_err(Error::broken)?;
    let back = reviews::send_back(&judged, by.judge(), &terms.guidelines, (code, reason, clause))?;
    check_back(&work.tx, &claim.id).await?;
    let (_, book) = rules::current(&work.tx).await?;
    let now = work.now();
    let due = now.plus_secs(limit_secs(&book, claim.estimate).max(86_400));
    if !rows::set_sent_back(&work.tx, &claim.id, due, now).await? {
        return Err(Refusal::new("review-not-submitted").into());
    }
    let verdict = Verdict {
        id: new_uuid(deps),
        claim: &claim.id,
        contract: &claim.contract_id,
        person: Some(by.who().actor()),
        verdict: "sent_back",
        by: by.judge().word(),
        why: Some((&back.code, &back.reason, &back.clause)),
    };
    rows::insert(&work.tx, &[verdict], now).await?;
    if let Some(person) = people::person_of_member(&work.tx, &judged.worker).await? {
        let notice = Notice::SentBack {
            claim: claim.id.clone(),
            title: claim.title.clone(),
            code: back.code,
            reason: hazards::mailed(&claim, back.reason),
            clause: back.clause,
            due_at: due,
        };
        work.notify(&person, &notice).await?;
    }
    work.commit(()).await
}

/// Whether a piece may be sent back, for the page on which its judge decides.
///
/// # Errors
/// `review-back-again`, `review-back-left`.
pub async fn may_send_back(deps: &Deps, claim: &Claim) -> Result<(), Error> {
    check_back(&deps.db.read(), &claim.id).await
}

async fn check_back(on: &impl Sql, claim: &str) -> Result<(), Error> {
    let before = rows::find_before(on, claim).await?;
    Ok(reviews::check_back(before.returned, before.has_left == 1)?)
}

/// What one confirmation accepts: so many of a batch's oldest pieces, at most [`MANY`], and their sum.
///
/// # Errors
/// When the database fails.
pub async fn confirmable(deps: &Deps, by: &Judging, waiting: &Waiting) -> Result<(i64, Amount), Error> {
    let (count, sum) = rows::sum_submitted(&deps.db.read(), &waiting.batch_id, by.member(), MANY).await?;
    Ok((count, Amount::from_micros(sum)))
}

/// What waits for this judge, by batch.
///
/// # Errors
/// When the database fails.
pub async fn list_waiting(deps: &Deps, by: &Judging) -> Result<Vec<Waiting>, Error> {
    Ok(rows::list_waiting(&deps.db.read(), by.member(), by.client()).await?)
}

/// One piece of work before its judge.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn find(deps: &Deps, by: &Judging, id: &ClaimId) -> Result<Claim, Error> {
    let reader = deps.db.read();
    by.shown(&reader, claims::find_claim(&reader, id).await?).await
}

/// The next submitted piece of a batch for this judge.
///
/// # Errors
/// When the database fails.
pub async fn find_next(deps: &Deps, by: &Judging, batch: &str) -> Result<Option<Claim>, Error> {
    let next = rows::list_submitted(&deps.db.read(), batch, by.member(), 1).await?.pop();
    Ok(next.filter(|claim| by.may_see(&claim.client_id)))
}

/// Accepts pieces of one contract, whose lock is held. `notes` are the reviewer's over the one piece, if they signed it.
pub(crate) async fn accept_all(
    work: &mut Work<'_>,
    judge: Judge<'_>,
    actor: Option<&str>,
    pieces: &[Piece],
    notes: &[String],
) -> Result<Accepted, Error> {
    if let Judge::Member(member) = judge {
        check_still_reviews(work, member).await?;
    }
    // Work claimed since the book in force was enacted goes by it; older work by the book of its time.
    let current = rules::current(&work.tx).await?;
    let mut older: BTreeMap<i64, (u64, Book)> = BTreeMap::new();
    let mut totals: BTreeMap<&str, batches::Accepted> = BTreeMap::new();
    let mut told: BTreeMap<(&str, i64), (Notice, MemberId)> = BTreeMap::new();
    let mut all_paid = Vec::with_capacity(pieces.len());
    let (mut sum, mut index) = (Amount::ZERO, 0);
    for piece in pieces {
        let judged = submitted(piece)?;
        if judged.claimed_size <= current.0 && !older.contains_key(&piece.claimed_size) {
            older.insert(piece.claimed_size, rules::at_size(&work.tx, piece.claimed_size).await?);
        }
        let (rule, book) = older.get(&piece.claimed_size).unwrap_or(&current);
        let outcome = reviews::accept(book, *rule, &judged, judge)?;
        index = work.append(outcome.entry.signed(notes.to_vec())).await?;
        let paid = Paid {
            claim: &piece.id,
            index,
            worker_share: outcome.worker_share.micros(),
            reviewer: match judge {
                Judge::Member(member) => Some(member.as_str()),
                _ => None,
            },
            reviewer_share: outcome.reviewer_share.micros(),
        };
        let total = totals.entry(&piece.batch_id).or_default();
        total.tasks += 1;
        total.seconds += judged.seconds;
        total.pay += paid.worker_share;
        total.price += judged.price.micros();
        all_paid.push(paid);
        sum = sum.checked_add(judged.price).map_err(Error::broken)?;
        let notice = Notice::WorkAccepted {
            title: piece.title.clone(),
            count: 1,
            price: judged.price,
            amount: outcome.worker_share,
            currency: judged.currency,
            index,
        };
        let key = (piece.member_id.as_str(), piece.price);
        let merged = told.get(&key).and_then(|(first, _)| first.merged(&notice)).unwrap_or(notice);
        told.insert(key, (merged, judged.worker));
    }
    write_acceptances(work, pieces, &all_paid, judge, actor).await?;
    for (batch, total) in totals {
        batches::add_accepted(&work.tx, batch, total).await?;
    }
    if let Some(piece) = pieces.first() {
        contracts::add_held(&work.tx, &piece.contract_id, -sum.micros()).await?;
    }
    for (notice, worker) in told.into_values() {
        if let Some(person) = people::person_of_member(&work.tx, &worker).await? {
            work.notify(&person, &notice).await?;
        }
    }
    Ok(Accepted { count: i64::try_from(pieces.len()).map_err(Error::broken)?, sum, index })
}

/// Who was a reviewer when the page was asked for may have left while this waited: the book would name one who is no member. From
/// here on nobody else appends, so that whoever leaves now does so after this.
async fn check_still_reviews(work: &mut Work<'_>, member: &MemberId) -> Result<(), Error> {
    work.ledger_size().await?;
    let person = people::person_of_member(&work.tx, member).await?.ok_or(Error::NotFound)?;
    let standing = people::find_standing(&work.tx, &person).await?;
    let stays = standing.is_some_and(|standing| standing.member.as_ref() == Some(member) && standing.reviewer);
    if stays { Ok(()) } else { Err(Error::NotFound) }
}

/// Few statements for many pieces. All of them move, or none: each write's count is compared.
async fn write_acceptances(
    work: &Work<'_>,
    pieces: &[Piece],
    paid: &[Paid<'_>],
    judge: Judge<'_>,
    actor: Option<&str>,
) -> Result<(), Error> {
    let (now, count) = (work.now(), pieces.len() as u64);
    if rows::set_accepted(&work.tx, paid, now).await? != count {
        return Err(Refusal::new("review-not-submitted").into());
    }
    tasks::set_accepted(&work.tx, pieces.iter().map(|piece| piece.task_id.as_str())).await?;
    let mut workers = BTreeSet::new();
    for piece in pieces {
        if workers.insert(&piece.member_id) {
            number_worker(&work.tx, &work.deps().random, &piece.contract_id, &piece.member_id).await?;
        }
    }
    // A panel's verdict stands with the appeal that it decides.
    let judged = if matches!(judge, Judge::Panel) { &[][..] } else { pieces };
    let verdicts: Vec<_> = judged
        .iter()
        .map(|piece| Verdict {
            id: new_uuid(work.deps()),
            claim: &piece.id,
            contract: &piece.contract_id,
            person: actor,
            verdict: "accepted",
            by: judge.word(),
            why: None,
        })
        .collect();
    rows::insert(&work.tx, &verdicts, now).await?;
    Ok(())
}

/// Gives a worker the number by which the client knows them in a contract, if they have none yet. Drawn, not counted: the
/// ledger shows in which order members had their first piece accepted.
pub(crate) async fn number_worker(tx: &Tx, random: &Random, contract: &str, member: &str) -> Result<(), Error> {
    if rows::has_worker_number(tx, contract, member).await? {
        return Ok(());
    }
    // Three digits, and one more after each ten that somebody has already.
    let ends = (0..60).map(|tries| 1_000_u32.saturating_mul(10_u32.saturating_pow(tries / 10)));
    for end in ends {
        let drawn = u32::from_be_bytes(random.bytes());
        let number = i64::from(100 + drawn % (end - 100));
        if rows::give_worker_number(tx, contract, member, number).await? {
            return Ok(());
        }
    }
    Err(Error::broken("no free number for a worker"))
}

/// Loads a claim for its judge, under its contract's lock. What was rejected is judged no other way.
pub(crate) async fn load(work: &Work<'_>, by: &Judging, id: &ClaimId) -> Result<Claim, Error> {
    let claim = load_locked(work, id).await?;
    let claim = by.shown(&work.tx, Some(claim)).await?;
    appeals::check_not_rejected(work, &claim).await?;
    Ok(claim)
}

pub(crate) async fn load_locked(work: &Work<'_>, id: &ClaimId) -> Result<Claim, Error> {
    let claim = claims::find_claim(&work.tx, id).await?.ok_or(Error::NotFound)?;
    let contract = ContractId::parse(&claim.contract_id).map_err(Error::broken)?;
    contracts::load_held(&work.tx, &contract).await?;
    claims::find_claim(&work.tx, id).await?.ok_or(Error::NotFound)
}

pub(crate) fn submitted(piece: &Piece) -> Result<reviews::Submitted, Error> {
    let index = |value: Option<i64>| value.and_then(|index| u64::try_from(index).ok()).ok_or_else(|| Error::broken("index"));
    Ok(reviews::Submitted {
        contract: ContractId::parse(&piece.contract_id).map_err(Error::broken)?,
        batch: BatchId::parse(&piece.batch_id).map_err(Error::broken)?,
        task: TaskId::parse(&piece.task_id).map_err(Error::broken)?,
        claim: ClaimId::parse(&piece.id).map_err(Error::broken)?,
        worker: MemberId::parse(&piece.member_id).map_err(Error::broken)?,
        state: piece.state.clone(),
        batch_index: index(piece.opened_index)?,
        claimed_size: index(Some(piece.claimed_size))?,
        price: Amount::from_micros(piece.price),
        currency: Currency::parse(&piece.currency).map_err(Error::broken)?,
        seconds: piece.seconds.ok_or_else(|| Error::broken("submitted work that was not measured"))?,
    })
}

/// Most pieces accepted by one action.
pub const MANY: u64 = 10_000;
/// Most pieces that silence accepts in one pass of the jobs: a commit each.
const SILENT_A_PASS: u64 = 500;
