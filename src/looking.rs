//! How far uploads are looked through: told to whoever waits for one. It is in memory alone, and nothing depends on it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Uploads that are being looked through, by what they are for.
#[derive(Clone, Debug, Default)]
pub struct Looking(Arc<Mutex<BTreeMap<String, Far>>>);

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Far {
    /// Looked through.
    pub done: u64,
    /// In all; 0 while that is not known.
    pub all: u64,
}

/// One upload under way; it is told of no more when this is dropped.
#[derive(Debug)]
pub struct Look {
    looking: Looking,
    of: String,
}

impl Looking {
    /// Begins one. A second one for the same begins anew.
    #[must_use]
    pub fn begin(&self, of: &str) -> Look {
        self.change(|all| all.insert(of.to_owned(), Far::default()));
        Look { looking: self.clone(), of: of.to_owned() }
    }

    /// How far it is, if one is under way.
    #[must_use]
    pub fn find(&self, of: &str) -> Option<Far> {
        self.change(|all| all.get(of).copied())
    }

    fn change<T>(&self, by: impl FnOnce(&mut BTreeMap<String, Far>) -> T) -> T {
        // Figures alone are held: whoever broke off in the middle left nothing half done.
        by(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Look {
    /// Says how many there are.
    pub fn expect(&self, all: u64) {
        self.change(|far| far.all = all);
    }

    /// One more is looked through.
    pub fn step(&self) {
        self.change(|far| far.done = far.done.saturating_add(1).min(far.all));
    }

    fn change(&self, by: impl FnOnce(&mut Far)) {
        self.looking.change(|all| all.get_mut(&self.of).map(by));
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        self.looking.change(|all| all.remove(&self.of));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_how_far_an_upload_is_and_nothing_afterwards() {
        let looking = Looking::default();
        assert_eq!(looking.find("a"), None);
        let look = looking.begin("a");
        assert_eq!(looking.find("a"), Some(Far { done: 0, all: 0 }));
        look.expect(2);
        look.step();
        assert_eq!((looking.find("a"), looking.find("b")), (Some(Far { done: 1, all: 2 }), None));
        (0..5).for_each(|_| look.step());
        assert_eq!(looking.find("a"), Some(Far { done: 2, all: 2 }), "never beyond the end");
        drop(look);
        assert_eq!(looking.find("a"), None);
    }
}
