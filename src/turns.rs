//! Turns at what a server can do only so often at once: so many in all, and so many of them for one person or one piece of work, so that
//! nobody takes them all. In memory: they are over when the program ends.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

/// The turns at one thing. Cheap to clone; clones share them.
#[derive(Clone, Debug)]
pub struct Turns {
    all: Arc<Semaphore>,
    held: Arc<Mutex<BTreeMap<String, usize>>>,
    wait: Duration,
}

/// A turn, until this is dropped.
#[derive(Debug)]
pub struct Turn {
    _own: Own,
    _all: OwnedSemaphorePermit,
}

/// Whose turn it is, and how many each may hold: `claim 7` one, its member two.
pub type Whose = Vec<(String, usize)>;

#[derive(Debug)]
struct Own {
    held: Arc<Mutex<BTreeMap<String, usize>>>,
    whose: Whose,
}

impl Turns {
    /// So many at once.
    #[must_use]
    pub fn new(all: usize) -> Turns {
        Turns { all: Arc::new(Semaphore::new(all)), held: Arc::default(), wait: WAIT }
    }

    /// Waits for a turn, at most ten seconds; whoever holds as many as they may holds up nobody else.
    pub async fn take(&self, whose: Whose) -> Option<Turn> {
        let turn = async {
            let own = loop {
                match self.own(&whose) {
                    Some(own) => break own,
                    None => sleep(PAUSE).await,
                }
            };
            Some(Turn { _own: own, _all: self.all.clone().acquire_owned().await.ok()? })
        };
        timeout(self.wait, turn).await.ok().flatten()
    }

    fn own(&self, whose: &Whose) -> Option<Own> {
        // Figures alone are held: whoever broke off in the middle left nothing half done.
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if whose.iter().any(|(who, most)| held.get(who).copied().unwrap_or(0) >= *most) {
            return None;
        }
        for (who, _) in whose {
            *held.entry(who.clone()).or_default() += 1;
        }
        Some(Own { held: self.held.clone(), whose: whose.clone() })
    }
}

/// Something that is read during a turn.
#[derive(Debug)]
pub struct During<R> {
    read: R,
    _turn: Option<Turn>,
}

impl<R> During<R> {
    /// Reads this, and holds the turn as long.
    pub fn new(read: R, turn: Option<Turn>) -> During<R> {
        During { read, _turn: turn }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for During<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(cx, buffer)
    }
}

impl<R: AsyncSeek + Unpin> AsyncSeek for During<R> {
    fn start_seek(mut self: Pin<&mut Self>, to: io::SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.read).start_seek(to)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.read).poll_complete(cx)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for (who, _) in &self.whose {
            if let Some(count) = held.get_mut(who) {
                *count = count.saturating_sub(1);
            }
        }
        held.retain(|_, count| *count > 0);
    }
}

const WAIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_takes_all_turns_and_nobody_waits_for_ever() {
        let turns = Turns { wait: Duration::from_millis(120), ..Turns::new(3) };
        let whose = |claim: &str, member: &str| vec![(claim.to_owned(), 1), (member.to_owned(), 2)];
        let first = turns.take(whose("a", "x")).await.unwrap();
        assert!(turns.take(whose("a", "x")).await.is_none(), "one for a claim");
        let second = turns.take(whose("b", "x")).await.unwrap();
        assert!(turns.take(whose("c", "x")).await.is_none(), "two for a member");
        let third = turns.take(whose("d", "y")).await.unwrap();
        assert!(turns.take(whose("e", "z")).await.is_none(), "three in all");
        drop(first);
        let again = turns.take(whose("a", "x")).await;
        assert!(again.is_some());
        drop((second, third, again));
        assert!(turns.held.lock().unwrap().is_empty(), "nothing is kept of whoever has none");
    }
}
