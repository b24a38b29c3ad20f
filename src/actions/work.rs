//! One action, one transaction: begun here, with the answer of a form already sent, the ledger's entries,
//! the notices, and a commit that signs a checkpoint and moves the head before anybody is answered.

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::PersonId;
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::notices::Notice;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::idempotency::{self, Answered};
use manyhands_store::ledger::{self, Appender};
use manyhands_store::{Sql, Tx, outbox};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::actions::two_people::{self, Place};
use crate::actions::{Error, files, receipts};
use crate::deps::Deps;
use crate::head::Coverage;
use crate::random::Random;
use crate::steps;

/// What makes a form idempotent: its own random key, and the hash of what it asks.
#[derive(Clone, Debug)]
pub struct Once {
    /// Random, made when the form was shown.
    pub key: String,
    /// SHA-256 of the route and the parsed request, hex.
    pub request_sha256: String,
}

/// An action under way. Dropped without [`Work::commit`], nothing was written.
#[derive(Debug)]
pub struct Work<'d> {
    /// The one transaction.
    pub tx: Tx,
    deps: &'d Deps,
    now: Timestamp,
    once: Option<(String, Once)>,
    ledger: Option<Appender>,
    /// An entry was refused after others, which went with it: nothing can be committed any more.
    is_torn: bool,
    /// Hashes of files that nobody keeps once this is committed.
    unkept: Vec<String>,
}

/// Either there is work to do, or the same form was sent before and this was its answer.
#[derive(Debug)]
pub enum Begun<'d, A> {
    /// To be done.
    Fresh(Work<'d>),
    /// Was done.
    Done(A),
}

impl<'d> Work<'d> {
    /// Begins the action of `actor` for the form `once`.
    ///
    /// # Errors
    /// `form-key-missing`; `form-reused` when the same key came with another request.
    pub async fn begin<A: DeserializeOwned>(deps: &'d Deps, actor: &str, once: &Once) -> Result<Begun<'d, A>, Error> {
        if once.key.is_empty() || once.key.len() > KEY_CHARS {
            return Err(Refusal::new("form-key-missing").into());
        }
        let tx = deps.db.begin().await?;
        idempotency::lock(&tx, actor, &once.key).await?;
        if let Some(answered) = idempotency::find_answer(&tx, actor, &once.key).await? {
            if answered.request_sha256 != once.request_sha256 {
                return Err(Refusal::new("form-reused").into());
            }
            let answer = serde_json::from_str(&answered.answer).map_err(Error::broken)?;
            // On SQLite the first answer may stand in a part of this very transaction: it is given when that is committed. And it
            // may have been lost between the commit and the head: none is given that no head covers.
            tx.commit().await?;
            catch_up(deps, &deps.db.read()).await?;
            return Ok(Begun::Done(answer));
        }
        let once = Some((actor.to_owned(), once.clone()));
        Ok(Begun::Fresh(Work { tx, deps, now: deps.clock.now(), once, ledger: None, is_torn: false, unkept: Vec::new() }))
    }

    /// Begins what no form asked for: a job's work, which must itself be safe to repeat.
    ///
    /// # Errors
    /// When the database cannot begin.
    pub async fn begin_job(deps: &'d Deps) -> Result<Work<'d>, Error> {
        let tx = deps.db.begin().await?;
        Ok(Work { tx, deps, now: deps.clock.now(), once: None, ledger: None, is_torn: false, unkept: Vec::new() })
    }

    /// The moment of this action: one for all it writes.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What the action was given.
    #[must_use]
    pub fn deps(&self) -> &'d Deps {
        self.deps
    }

    /// Signs and appends an entry; its index. Balances are checked after it (INV: escrow and members never overdrawn).
    ///
    /// # Errors
    /// A refusal when the entry would take a balance across zero, or lacks the notes of two people; the operator's trouble when
    /// the database stands behind the head outside it.
    pub async fn append(&mut self, draft: Draft) -> Result<u64, Error> {
        let mut ledger = match self.ledger.take() {
            Some(ledger) => ledger,
            None => self.open_ledger().await?,
        };
        // Until it is back nothing can be committed: with a refused entry those before it are gone, too, though their rows stand.
        self.is_torn = true;
        let place = Place { index: ledger.size(), at: ledger.at() };
        two_people::check_entry(&self.tx, &draft, &self.deps.coop.origin, place).await?;
        let index = ledger.append(&self.tx, &self.deps.signers.entry, draft).await?;
        (self.ledger, self.is_torn) = (Some(ledger), false);
        Ok(index)
    }

    /// Takes the ledger for this action: nobody else appends until it ends. How many entries it holds.
    ///
    /// # Errors
    /// The operator's trouble when the database stands behind the head outside it.
    pub async fn ledger_size(&mut self) -> Result<u64, Error> {
        let ledger = match self.ledger.take() {
            Some(ledger) => ledger,
            None => self.open_ledger().await?,
        };
        let size = ledger.size();
        self.ledger = Some(ledger);
        Ok(size)
    }

    /// When this action's entries are recorded: now, or with the last entry before, if the clock stands behind it.
    #[must_use]
    pub(crate) fn entry_at(&self) -> Timestamp {
        self.ledger.as_ref().map_or(self.now, Appender::at)
    }

    /// A file that nothing of this action keeps any more: after the commit it is removed, unless somebody else keeps it.
    pub(in crate::actions) fn let_go(&mut self, sha256: impl IntoIterator<Item = String>) {
        self.unkept.extend(sha256);
    }

    /// Queues a notice; the job renders and sends it after the commit.
    ///
    /// # Errors
    /// When the person is not there.
    pub async fn notify(&mut self, person: &PersonId, notice: &Notice) -> Result<(), Error> {
        let id = new_uuid(self.deps);
        let by = self.once.as_ref().map(|(actor, _)| actor.as_str());
        outbox::insert_notice(&self.tx, &id, person, (notice, by), self.now).await?;
        Ok(())
    }

    /// The same for many people, each with their own, in few statements: what the whole roll is told keeps nobody else from the ledger.
    ///
    /// # Errors
    /// As [`Work::notify`].
    pub async fn notify_each<'n>(&mut self, told: impl IntoIterator<Item = (&'n PersonId, &'n Notice)>) -> Result<(), Error> {
        let told: Vec<_> = told.into_iter().map(|(person, notice)| (new_uuid(self.deps), person, notice)).collect();
        let by = self.once.as_ref().map(|(actor, _)| actor.as_str());
        outbox::insert_notices(&self.tx, &told, by, self.now).await?;
        Ok(())
    }

    /// Writes the answer beside the work, signs a checkpoint if entries were appended, commits, moves the head.
    ///
    /// # Errors
    /// Then nothing was written, unless the head outside the database could not be put in its place: that is reported
    /// too, since no answer may be given that no head covers. [`Error::NoRoom`] when the disk is full.
    pub async fn commit<A: Serialize>(self, answer: A) -> Result<A, Error> {
        let checkpoint = &self.deps.signers.checkpoint;
        self.commit_by(checkpoint, answer).await
    }

    /// The same, the checkpoint signed by a key that this transaction itself puts in force: whoever is given the newest key must
    /// find it at work.
    ///
    /// # Errors
    /// As [`Work::commit`].
    pub async fn commit_by<A: Serialize>(mut self, checkpoint: &SigningKey, answer: A) -> Result<A, Error> {
        let (deps, unkept) = (self.deps, std::mem::take(&mut self.unkept));
        let answer = self.write(checkpoint, answer).await?;
        if !unkept.is_empty() {
            files::let_go(deps, &unkept).await;
        }
        Ok(answer)
    }

    async fn write<A: Serialize>(mut self, checkpoint: &SigningKey, answer: A) -> Result<A, Error> {
        if self.is_torn {
            return Err(Error::broken("an entry of this action was refused, and the action went on"));
        }
        if let Some((actor, once)) = &self.once {
            let answered =
                Answered { request_sha256: once.request_sha256.clone(), answer: serde_json::to_string(&answer).map_err(Error::broken)? };
            idempotency::insert_answer(&self.tx, actor, &once.key, &answered, self.now.secs()).await?;
        }
        let Some(ledger) = self.ledger.take().filter(Appender::has_grown) else {
            self.tx.commit().await?;
            return Ok(answer);
        };
        let signed = ledger.finish(&self.tx, &self.deps.signers.entry, checkpoint).await?;
        self.deps.head.extend(signed.size, &signed.root_base64);
        steps::reach("before-head");
        // What may fail for want of room fails before the commit: afterwards the head is only put in its place.
        let head = self.deps.head.prepare(signed.size, &signed.root_base64)?;
        steps::reach("before-commit");
        self.tx.commit().await?;
        steps::reach("after-commit");
        head.publish()?;
        steps::reach("after-head");
        Ok(answer)
    }

    async fn open_ledger(&self) -> Result<Appender, Error> {
        // Read first: the head moves after each commit, so a later look at the database is never behind it.
        let head = self.deps.head.last();
        let (signed, root) = (head.0, &head.1);
        let ledger = Appender::open(&self.tx, self.now).await?;
        let size = ledger.size();
        if self.deps.head.is_extended_to(size, &BASE64_STANDARD.encode(ledger.root_before())) {
            return Ok(ledger);
        }
        let here = if size == signed { Some(ledger.root_before()) } else { None };
        let here = if size > signed { Some(receipts::root_at(&self.tx, signed).await?) } else { here };
        match Coverage::of(&head, size, here) {
            Coverage::Covered => Ok(ledger),
            Coverage::Behind => Err(Error::Halted(format!(
                "the database stands at {size} entries, but {signed} were signed before: an old backup was restored. \
                 Nothing is appended, since that would be a second history; recover the missing entries from any copy of the log: \
                 `manyhands ledger recover --from LOGFOLDER --by OFFICER`"
            ))),
            Coverage::Other => Err(Error::Halted(format!(
                "the database has another root at {signed} entries than the {root} that was signed before: it holds another history. \
                 Nothing is appended; put back the database that the head belongs to, or recover it from a backup and a copy of the log"
            ))),
        }
    }
}

/// Moves the head to the newest checkpoint, if a crash or a full disk came between a commit and its head.
///
/// # Errors
/// [`Error::Halted`] when the database holds another history than the head, which then stays as it is; when the database or the
/// data folder fails.
pub async fn catch_up(deps: &Deps, on: &impl Sql) -> Result<(), Error> {
    let newest = ledger::latest_checkpoint(on).await?;
    let Some(newest) = newest.filter(|newest| newest.size > deps.head.last().0) else { return Ok(()) };
    let root = BASE64_STANDARD.encode(&newest.root);
    if !deps.head.is_extended_to(newest.size, &root) && receipts::coverage(on, &deps.head).await? == Coverage::Other {
        let signed = deps.head.last().0;
        return Err(Error::Halted(format!("the database has another root at {signed} entries than the head outside it: the head stays")));
    }
    Ok(deps.head.advance(newest.size, &root)?)
}

/// Ours are half as long.
const KEY_CHARS: usize = 100;

/// A new UUIDv7, for ids that may tell their time.
#[must_use]
pub fn new_uuid(deps: &Deps) -> String {
    new_uuid_at(deps.clock.now(), &deps.random)
}

/// The same, where there is no co-op around it.
#[must_use]
pub fn new_uuid_at(now: Timestamp, random: &Random) -> String {
    manyhands_domain::ids::uuid_v7(now, random.bytes())
}
