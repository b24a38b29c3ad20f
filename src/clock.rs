//! The only clock. Everything that needs the time is given one, so that tests and the demo move it by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use manyhands_domain::time::Timestamp;

/// A source of the current time. Cheap to clone; clones share what was set.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    /// The system's time moved by so many seconds: the demo's *a day later*.
    Shifted(Arc<AtomicI64>),
    /// Stands still until it is set: tests, and the weeks that the demo lives through in advance.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Clock {
        Clock { source: Source::System }
    }

    /// The machine's clock, moved by `offset_secs`; [`Clock::advance`] moves it further.
    #[must_use]
    pub fn shifted(offset_secs: i64) -> Clock {
        Clock { source: Source::Shifted(Arc::new(AtomicI64::new(offset_secs))) }
    }

    /// A clock that stands at `at`.
    #[must_use]
    pub fn standing_at(at: Timestamp) -> Clock {
        Clock { source: Source::Set(Arc::new(AtomicI64::new(at.secs()))) }
    }

    /// The time now, whole seconds.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_secs(match &self.source {
            Source::System => system_secs(),
            Source::Shifted(offset) => system_secs().saturating_add(offset.load(Ordering::SeqCst)),
            Source::Set(at) => at.load(Ordering::SeqCst),
        })
    }

    /// Moves a shifted or standing clock forward; the system's clock cannot be moved, and stays.
    pub fn advance(&self, secs: i64) {
        if let Source::Shifted(value) | Source::Set(value) = &self.source {
            value.fetch_add(secs, Ordering::SeqCst);
        }
    }
}

/// Seconds since 1970; a clock before that reads as 0, and the ledger's `at` never goes back anyway.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn system_secs() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
