//! Which items of a batch are read, where that is a share: drawn when it opens, told when it is done, raised by its client at any time.
//! What was not drawn waits for silence, or for its client, who may accept it unread once everything drawn is decided.

use manyhands_domain::ids::BatchId;
use manyhands_domain::money::Amount;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::reviews::Judge;
use manyhands_domain::sample::{self, Seed, Standing, WHOLE};
use manyhands_store::batches::{self, Batch};
use manyhands_store::reviews::Waiting;
use manyhands_store::sample::{self as rows, Place};
use manyhands_store::{Sql, Tx};

use crate::actions::batches::own;
use crate::actions::reviews::{self, Accepted, MANY};
use crate::actions::rights::{ClientUser, SignedIn};
use crate::actions::{Error, Once, Work, begin};
use crate::deps::Deps;
use crate::random::Random;

/// What is told of how a batch is read.
#[derive(Clone, Debug)]
pub struct Told {
    /// The batch.
    pub batch: Batch,
    /// Its items.
    pub items: i64,
    /// Those of them that are read.
    pub read: i64,
    /// The hash of the seed; nothing where nothing was drawn.
    pub commitment: Option<String>,
    /// The seed, once it says nothing that could be used.
    pub seed: Option<String>,
    /// Answers that somebody read and decided. For the client alone: whoever works could tell from it whether theirs was drawn.
    pub decided: i64,
    /// How far it is. For the client alone.
    pub standing: Standing,
    /// What one press accepts of what was not drawn, count and sum. For the client alone.
    pub rest: (i64, Amount),
}

/// Draws which items of a batch that opens are read, where that is a share of them.
pub(crate) async fn draw(work: &Work<'_>, batch: &Batch) -> Result<(), Error> {
    draw_in(&work.tx, &work.deps().random, batch, work.now()).await
}

/// The same outside an action: a recovery draws anew.
pub(crate) async fn draw_in(tx: &Tx, random: &Random, batch: &Batch, now: manyhands_domain::time::Timestamp) -> Result<(), Error> {
    if batch.review_share == WHOLE {
        return Ok(());
    }
    let seed = Seed::from_random(random.bytes());
    rows::insert(tx, &batch.id, seed.reveal(), now).await?;
    mark(tx, &batch.id, &seed, batch.review_share).await
}

async fn mark(tx: &Tx, batch: &str, seed: &Seed, share: i64) -> Result<(), Error> {
    let places = rows::list_places(tx, batch).await?;
    let tasks: Vec<&str> = places.iter().map(|place| place.id.as_str()).collect();
    Ok(rows::mark(tx, batch, &seed.draw(&tasks, share)).await?)
}

/// Has more of an opened batch read from now on, in percent as typed: what waited undrawn and is drawn now waits for whoever judges.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's; `share-unfit`; `share-not-more`; `batch-not-open` for a draft, which is simply changed.
pub async fn raise(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, typed: &str) -> Result<i64, Error> {
    let work = begin!(deps, by.actor(), once);
    let batch = own(&work, by, id).await?;
    if batch.opened_index.is_none() {
        return Err(Refusal::new("batch-not-open").into());
    }
    let share = sample::raise(batch.review_share, sample::read_share(typed)?)?;
    if !rows::raise(&work.tx, &batch.id, share, work.now()).await? {
        return Err(Refusal::new("share-not-more").field("review_share").into());
    }
    let seed = seed_of(&work.tx, &batch).await?.ok_or_else(|| Error::broken("a share without its draw"))?;
    mark(&work.tx, &batch.id, &seed, share).await?;
    work.commit(share).await
}

/// Accepts the oldest `count` answers of what was not drawn, unread, if count and sum are still what the confirmation said. The client's
/// alone: it is their money, and their right to have more read instead. Nobody is paid for reading.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's; `rest-unread` and `rest-contested` while something drawn is not decided; `review-changed`.
pub async fn accept_rest(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, count: i64, sum: Amount) -> Result<Accepted, Error> {
    let mut work = begin!(deps, by.actor(), once);
    let batch = own(&work, by, id).await?;
    if batch.opened_index.is_none() {
        return Err(Error::NotFound);
    }
    standing(&work.tx, id).await?.1.check_rest()?;
    let changed = || Error::from(Refusal::new("review-changed"));
    let limit = u64::try_from(count).ok().filter(|count| (1..=MANY).contains(count)).ok_or_else(changed)?;
    let rest = rows::list_rest(&work.tx, id, limit).await?;
    let prices = Amount::sum(rest.iter().map(|piece| Amount::from_micros(piece.price))).map_err(Error::broken)?;
    if rest.len() as u64 != limit || prices != sum {
        return Err(changed());
    }
    let accepted = reviews::accept_all(&mut work, Judge::Client, Some(by.actor()), &rest, &[]).await?;
    rows::set_unread(&work.tx, rest.iter().map(|piece| piece.id.as_str())).await?;
    work.commit(accepted).await
}

/// How a batch is read, for a member, or for its client's users.
///
/// # Errors
/// [`Error::NotFound`] for anybody else, and for a draft.
pub async fn find(deps: &Deps, who: &SignedIn, id: &BatchId) -> Result<Told, Error> {
    let moment = deps.db.snapshot().await?;
    let batch = batches::find_batch(&moment, id).await?.filter(|batch| may_see(who, batch)).ok_or(Error::NotFound)?;
    let (row, standing) = standing(&moment, id).await?;
    let seed = seed_of(&moment, &batch).await?;
    let is_over = standing.is_done() || batch.review_share == WHOLE;
    let (count, sum) = rows::sum_rest(&moment, id, MANY).await?;
    Ok(Told {
        items: row.items,
        read: if batch.review_share == WHOLE { row.items } else { row.drawn },
        commitment: seed.as_ref().map(Seed::commitment),
        seed: seed.filter(|_| is_over).map(|seed| seed.reveal().to_owned()),
        decided: row.decided,
        standing,
        rest: (count, Amount::from_micros(sum)),
        batch,
    })
}

/// Every task of a batch whose seed is told, and whether it was drawn.
///
/// # Errors
/// [`Error::NotFound`] while it is not.
pub async fn list_places(deps: &Deps, who: &SignedIn, id: &BatchId) -> Result<(Told, Vec<Place>), Error> {
    let told = find(deps, who, id).await?;
    if told.seed.is_none() {
        return Err(Error::NotFound);
    }
    let places = rows::list_places(&deps.db.read(), id.as_str()).await?;
    Ok((told, places))
}

/// What waits unread of a client's batches.
///
/// # Errors
/// When the database fails.
pub async fn list_rest(deps: &Deps, by: &ClientUser) -> Result<Vec<Waiting>, Error> {
    Ok(rows::list_rest_of(&deps.db.read(), by.client()).await?)
}

fn may_see(who: &SignedIn, batch: &Batch) -> bool {
    let is_clients = || who.client_user().is_some_and(|user| user.client().as_str() == batch.client_id);
    batch.opened_index.is_some() && (who.member().is_some() || is_clients())
}

async fn standing(on: &impl Sql, id: &BatchId) -> Result<(rows::Standing, Standing), Error> {
    let row = rows::standing(on, id).await?;
    let standing = Standing { waiting: row.waiting, contested: row.contested, live: row.live, claimable: row.claimable };
    Ok((row, standing))
}

async fn seed_of(on: &impl Sql, batch: &Batch) -> Result<Option<Seed>, Error> {
    let seed = rows::find_seed(on, &batch.id).await?;
    seed.map(|seed| Seed::parse(&seed).ok_or_else(|| Error::broken("a seed that is none"))).transpose()
}
