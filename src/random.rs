//! The only dice. Given to whoever needs them, so that a run is repeatable from its seed.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng, TryRng};

/// A source of random bytes. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Random {
    seeded: Option<Arc<Mutex<StdRng>>>,
}

impl Random {
    /// The operating system's generator: the only one fit for keys and tokens of a real co-op.
    #[must_use]
    pub fn system() -> Random {
        Random { seeded: None }
    }

    /// Repeatable from its seed: tests and the demo.
    #[must_use]
    pub fn seeded(seed: u64) -> Random {
        Random { seeded: Some(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))) }
    }

    /// `N` random bytes.
    ///
    /// # Panics
    /// When the operating system gives no randomness: there is no safe way on.
    #[must_use]
    #[expect(clippy::expect_used, reason = "no key or token may be made without randomness")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.seeded {
            Some(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes),
            None => SysRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes"),
        }
        bytes
    }
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.seeded.is_some() { "Random(seeded)" } else { "Random(system)" })
    }
}
