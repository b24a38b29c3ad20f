//! One durable commit for several writers of SQLite. Only one can write at a time; those who wait their turn while another
//! writes carry the open transaction on, one after the other, each behind a savepoint, and the commit comes after the last
//! of them. Nobody is answered before it, and nobody else sees anything of it before: if it fails, it fails for all. A part
//! that is given up is rolled back to its savepoint and takes nothing of the others with it. (A refusal does not wait: it may rest on a
//! part that is not committed yet, and if that fails, the same form is simply sent again.)

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};
use tokio::time::timeout;

use crate::StoreError;

type Ended = Result<(), Arc<StoreError>>;

/// The turn to write: whoever holds it writes alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn(Arc<Mutex<Shared>>);

#[derive(Debug, Default)]
struct Shared {
    /// The transaction, while it goes from hand to hand.
    open: Option<Arc<DatabaseTransaction>>,
    /// Those who did their part and wait for the commit.
    done: Vec<oneshot::Sender<Ended>>,
    /// Whoever had the turn last gave their part up: it must go before anything else happens.
    given_up: bool,
}

/// One writer's part of a transaction. Dropped without [`Part::commit`], nothing of it stays.
#[derive(Debug)]
pub(crate) struct Part {
    // Dropped before the turn passes on, so that whoever commits holds it alone.
    open: Arc<DatabaseTransaction>,
    shared: OwnedMutexGuard<Shared>,
    finished: bool,
}

impl Turn {
    /// Waits for the turn, then begins a transaction, or a part of the one that goes around.
    pub(crate) async fn begin(&self, writer: &DatabaseConnection) -> Result<Part, StoreError> {
        let busy = |_| DbErr::ConnectionAcquire(sea_orm::error::ConnAcquireErr::Timeout);
        let mut shared = timeout(PATIENCE, self.0.clone().lock_owned()).await.map_err(busy)?;
        shared.drop_given_up().await;
        let open = match &shared.open {
            Some(open) => open.clone(),
            None => {
                let options = TransactionOptions {
                    isolation_level: None,
                    access_mode: None,
                    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                };
                let open = Arc::new(writer.begin_with_options(options).await?);
                shared.open = Some(open.clone());
                // It stands in line behind those who wait now: they share its commit, and nobody who comes later holds it up.
                tokio::spawn(self.clone().end());
                open
            }
        };
        let part = Part { open, shared, finished: false };
        if part.has_savepoint() {
            part.open.execute_unprepared("SAVEPOINT part").await?;
        }
        Ok(part)
    }

    /// Commits what was done since the transaction began, and tells everybody who waits for it.
    async fn end(self) {
        let mut shared = self.0.lock_owned().await;
        shared.drop_given_up().await;
        let Some(open) = shared.open.take() else { return };
        let done = std::mem::take(&mut shared.done);
        let ended = match Arc::try_unwrap(open) {
            Ok(open) => open.commit().await,
            Err(_) => Err(DbErr::Custom("a transaction was to end while somebody still wrote".to_owned())),
        };
        tell(done, ended.map_err(StoreError::from));
    }
}

impl Shared {
    /// Undoes the part that was given up. If that cannot be done, nothing of the transaction stays.
    async fn drop_given_up(&mut self) {
        if !self.given_up {
            return;
        }
        match self.open.as_ref().filter(|_| !self.done.is_empty()) {
            Some(open) => {
                if let Err(error) = open.execute_unprepared("ROLLBACK TO part; RELEASE part").await {
                    // A failure of the disk has ended the transaction: for all who had a part in it.
                    self.open = None;
                    tell(std::mem::take(&mut self.done), Err(StoreError::Ended(error)));
                }
            }
            // It began with this part: what is dropped is rolled back.
            None => self.open = None,
        }
        self.given_up = false;
    }
}

impl Part {
    /// What to run its statements on.
    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.open
    }

    /// The first part of a transaction needs none: without it there is nothing to keep.
    fn has_savepoint(&self) -> bool {
        !self.shared.done.is_empty()
    }

    /// Passes the turn on, and waits for the commit of all parts.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        if self.has_savepoint() {
            self.open.execute_unprepared("RELEASE part").await?;
        }
        let (tell, told) = oneshot::channel();
        self.shared.done.push(tell);
        self.finished = true;
        drop(self);
        match told.await {
            Ok(ended) => ended.map_err(StoreError::Shared),
            Err(_) => Err(DbErr::Custom("the process ended at the commit: whether it was done, nobody was told".to_owned()).into()),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.finished {
            self.shared.given_up = true;
        }
    }
}

/// Whoever waits no more has gone; what they did stands or falls with the others'.
fn tell(done: Vec<oneshot::Sender<Ended>>, ended: Result<(), StoreError>) {
    let ended = ended.map_err(Arc::new);
    for waiting in done {
        let _ = waiting.send(ended.clone());
    }
}

/// How long an action waits for its turn to write before it gives up with an error.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests;
