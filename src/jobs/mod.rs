//! What goes on by itself: mail leaves, deadlines are told, silence accepts, the head reaches the disk. Every pass is
//! safe to repeat, and a stop waits for the pass under way.

pub mod outbox;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::actions::contracts::life;
use crate::actions::proposals::{closing, enacting, telling};
use crate::actions::{appeals, claims, deadlines, erasure, files, reviews};
use crate::deps::Deps;
use crate::mail::transport::Transport;

/// The jobs of a running co-op.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    handle: JoinHandle<()>,
}

impl Jobs {
    /// Starts them.
    #[must_use]
    pub fn start(deps: Deps, transport: Transport, from: String) -> Jobs {
        let (stop, stopped) = watch::channel(false);
        let handle = tokio::spawn(async move {
            // A mail server that hangs holds up neither the head nor any other job.
            tokio::join!(run(&deps, &from, stopped.clone()), post(&deps, &transport, stopped.clone()), keep_head(&deps, stopped));
            sync(&deps);
        });
        Jobs { stop, handle }
    }

    /// Waits for the pass under way, and brings the head to disk. A message that hangs on a mail server is cut: what was not noted as
    /// sent is sent again, with the same bytes.
    pub async fn stop(self) {
        // Nobody listening means that it has ended already.
        let _ = self.stop.send(true);
        let cut = self.handle.abort_handle();
        match tokio::time::timeout(PATIENCE, self.handle).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the jobs ended badly"),
            Err(_) => {
                cut.abort();
                tracing::warn!("the jobs did not end in time, and were cut");
            }
        }
    }
}

async fn keep_head(deps: &Deps, mut stopped: watch::Receiver<bool>) {
    loop {
        sync(deps);
        tokio::select! {
            _ = stopped.changed() => break,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Sends mail. Told to stop, it ends with the message under way.
async fn post(deps: &Deps, transport: &Transport, mut stopped: watch::Receiver<bool>) {
    loop {
        let pause = match outbox::send_until(deps, transport, &stopped).await {
            Ok(sent) if sent.is_away => AWAY,
            Ok(_) => EVERY,
            Err(error) => {
                tracing::error!(%error, "mail could not be sent");
                EVERY
            }
        };
        tokio::select! {
            _ = stopped.changed() => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn run(deps: &Deps, from: &str, mut stopped: watch::Receiver<bool>) {
    for number in 0_u64.. {
        pass(deps, from).await;
        if number.is_multiple_of(PURGE_EVERY)
            && let Err(error) = erasure::purge(deps).await
        {
            tracing::error!(%error, "what was erased may still stand in a file of the database; it is tried again");
        }
        if number.is_multiple_of(FORGET_EVERY)
            && let Err(error) = deadlines::forget(deps).await
        {
            tracing::error!(%error, "what has run out could not be forgotten");
        }
        if number.is_multiple_of(FORGET_EVERY) {
            delete_files(deps).await;
        }
        tokio::select! {
            _ = stopped.changed() => break,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn delete_files(deps: &Deps) {
    match files::delete_due(deps).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "pictures whose time is over were deleted"),
        Err(error) => tracing::error!(%error, "pictures whose time is over could not be deleted; it is tried again"),
    }
    if let Err(error) = files::tidy(deps).await {
        tracing::error!(%error, "pictures that nobody keeps could not be removed; it is tried again");
    }
}

/// One pass over everything but sending; what fails is logged and tried again in the next.
pub async fn pass(deps: &Deps, from: &str) {
    if let Err(error) = appeals::end_unappealed(deps).await {
        tracing::error!(%error, "a rejection that nobody appealed could not end");
    }
    if let Err(error) = reviews::accept_silent(deps).await {
        tracing::error!(%error, "silence could not accept");
    }
    if let Err(error) = life::end_run_out(deps).await {
        tracing::error!(%error, "contracts whose notice has run out could not be closed");
    }
    if let Err(error) = claims::free_ended(deps).await {
        tracing::error!(%error, "claims that ran out on ended contracts could not be set free");
    }
    if let Err(error) = closing::close_due(deps).await {
        tracing::error!(%error, "votes whose time is over could not be closed");
    }
    if let Err(error) = enacting::enact_due(deps).await {
        tracing::error!(%error, "what was voted could not be brought about");
    }
    if let Err(error) = telling::remind(deps).await {
        tracing::error!(%error, "members could not be reminded of a vote");
    }
    if let Err(error) = deadlines::tell(deps).await {
        tracing::error!(%error, "deadlines could not be told");
    }
    if let Err(error) = outbox::render(deps, from).await {
        tracing::error!(%error, "notices could not be rendered");
    }
}

fn sync(deps: &Deps) {
    if let Err(error) = deps.head.sync() {
        tracing::error!(%error, "the head outside the database could not be brought to disk");
    }
}

/// Passes between two of forgetting: about an hour.
const FORGET_EVERY: u64 = 3_600;
/// Passes between two looks for what was erased and must leave the files.
const PURGE_EVERY: u64 = 10;
/// The head must reach the disk each second.
const EVERY: Duration = Duration::from_secs(1);
/// A mail server that is away is left alone for so long: one that refuses a login must not be asked each second.
const AWAY: Duration = Duration::from_secs(outbox::AWAY_SECS.unsigned_abs());
/// How long a stop waits for the pass under way, longer than for a message of it: well below the minute and a half that systemd gives.
const PATIENCE: Duration = Duration::from_secs(20);
