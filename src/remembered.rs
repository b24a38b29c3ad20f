//! What was worked out for a state, until the state is another: in memory, for the things that were asked for last. Never the only truth.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What was worked out of some things.
#[derive(Debug)]
pub struct Remembered<T>(Mutex<Things<T>>);

#[derive(Debug)]
struct Things<T> {
    /// How often anything was asked for.
    asked: u64,
    known: BTreeMap<String, Known<T>>,
}

#[derive(Debug)]
struct Known<T> {
    state: String,
    asked: u64,
    worked_out: T,
}

impl<T> Default for Remembered<T> {
    fn default() -> Remembered<T> {
        Remembered(Mutex::new(Things { asked: 0, known: BTreeMap::new() }))
    }
}

impl<T: Clone> Remembered<T> {
    /// What was worked out of this in this state.
    #[must_use]
    pub fn find(&self, of: &str, state: &str) -> Option<T> {
        self.change(|things| {
            things.asked += 1;
            let known = things.known.get_mut(of).filter(|known| known.state == state)?;
            known.asked = things.asked;
            Some(known.worked_out.clone())
        })
    }

    /// Remembers it; what was asked for longest ago is forgotten for it.
    pub fn keep(&self, of: &str, state: String, worked_out: T) {
        self.change(|things| {
            let asked = things.asked;
            things.known.insert(of.to_owned(), Known { state, asked, worked_out });
            while things.known.len() > MOST {
                let oldest = things.known.iter().min_by_key(|(_, known)| known.asked).map(|(of, _)| of.clone());
                oldest.map(|oldest| things.known.remove(&oldest));
            }
        });
    }

    fn change<A>(&self, by: impl FnOnce(&mut Things<T>) -> A) -> A {
        // Whole values are put there: whoever broke off in the middle left nothing half done.
        by(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

const MOST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_for_its_state_alone_and_the_longest_unasked_is_forgotten() {
        let remembered = Remembered::default();
        remembered.keep("a", "1".to_owned(), "of one");
        assert_eq!((remembered.find("a", "1"), remembered.find("a", "2"), remembered.find("b", "1")), (Some("of one"), None, None));
        remembered.keep("a", "2".to_owned(), "of two");
        assert_eq!((remembered.find("a", "1"), remembered.find("a", "2")), (None, Some("of two")));
        for number in 0..MOST {
            remembered.keep(&number.to_string(), "1".to_owned(), "other");
            assert!(remembered.find("a", "2").is_some());
        }
        assert_eq!((remembered.find("a", "2"), remembered.find("0", "1")), (Some("of two"), None));
    }
}
