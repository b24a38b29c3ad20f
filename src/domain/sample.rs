//! Which items of a batch are read: all, or a share that is drawn. Nobody who works can know the draw before it is over, and afterwards
//! anybody can repeat it: the seed is fixed by its hash when the batch opens, and told when the batch is done (`docs/review.md`).
//!
//! Items are drawn, not claims: their ids are there before the seed is, so that nothing which comes later can move the draw, and all
//! answers to one item are read together.

use sha2::{Digest, Sha256};

use crate::money::Amount;
use crate::refusal::Refusal;

/// A share in basis points that leaves nothing out.
pub const WHOLE: i64 = 10_000;
/// The smallest share that can be asked for: one in a hundred.
pub const LEAST: i64 = 100;

/// What a draw begins with.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed(String);

impl Seed {
    /// A fresh one, from dice.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Seed {
        Seed(hex::encode(bytes))
    }

    /// One that was kept: 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Seed> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(is_digit)).then(|| Seed(text.to_owned()))
    }

    /// Its 64 digits. A secret until the batch is done.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is told beforehand: the SHA-256 of the seed's 64 digits, hexadecimal.
    #[must_use]
    pub fn commitment(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// Where an item stands in the draw: the SHA-256 of three lines, `manyhands sample 1`, the seed, the task's id.
    fn place(&self, task: &str) -> [u8; 32] {
        Sha256::digest(format!("manyhands sample 1\n{}\n{task}\n", self.0)).into()
    }

    /// The tasks that are read, in the order of the draw: so many of the smallest places as the share comes to.
    #[must_use]
    pub fn draw<'a>(&self, tasks: &[&'a str], share: i64) -> Vec<&'a str> {
        let mut placed: Vec<([u8; 32], &str)> = tasks.iter().map(|task| (self.place(task), *task)).collect();
        placed.sort_unstable();
        placed.truncate(wanted(tasks.len(), share));
        placed.into_iter().map(|(_, task)| task).collect()
    }
}

/// A seed is not written into logs by accident.
impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seed(sha256 {})", self.commitment())
    }
}

/// How many of so many items a share comes to, rounded up: where there is any, at least one is read.
#[must_use]
pub fn wanted(items: usize, share: i64) -> usize {
    let share = u128::from(share.clamp(0, WHOLE).unsigned_abs());
    let whole = u128::from(WHOLE.unsigned_abs());
    usize::try_from((items as u128).saturating_mul(share).div_ceil(whole)).unwrap_or(items)
}

/// A share as typed, in percent with at most two decimals; nothing typed means all.
///
/// # Errors
/// `share-unfit` for what is no number from 1 to 100.
pub fn read_share(typed: &str) -> Result<i64, Refusal> {
    let typed = typed.trim().trim_end_matches('%').trim_end();
    if typed.is_empty() {
        return Ok(WHOLE);
    }
    let micros = Amount::parse_input(typed).ok().map(Amount::micros);
    let share = micros.filter(|micros| micros.rem_euclid(10_000) == 0).and_then(|micros| micros.checked_div(10_000));
    share.filter(|share| (LEAST..=WHOLE).contains(share)).ok_or_else(|| Refusal::new("share-unfit").field("review_share"))
}

/// Raises a share: more may be read than was said, never less.
///
/// # Errors
/// `share-not-more` for one that is no greater.
pub fn raise(now: i64, to: i64) -> Result<i64, Refusal> {
    if to > now { Ok(to) } else { Err(Refusal::new("share-not-more").field("review_share")) }
}

/// How far a batch is, as far as its draw is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Answers to drawn items that wait for whoever judges.
    pub waiting: i64,
    /// Rejections under way.
    pub contested: i64,
    /// Answers in hand, handed in or sent back.
    pub live: i64,
    /// Answers that can still be claimed.
    pub claimable: i64,
}

impl Standing {
    /// Whether nothing more comes of the batch: from then on the seed says nothing that could be used.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.live == 0 && self.claimable == 0
    }

    /// That what was not drawn may be accepted unread: everything drawn that was handed in is decided.
    ///
    /// # Errors
    /// `rest-unread` while some waits to be read, `rest-contested` while a rejection is under way.
    pub fn check_rest(&self) -> Result<(), Refusal> {
        if self.waiting > 0 {
            return Err(Refusal::new("rest-unread").with("count", self.waiting));
        }
        if self.contested > 0 { Err(Refusal::new("rest-contested")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seed(byte: u8) -> Seed {
        Seed::from_random([byte; 32])
    }

    #[test]
    fn a_draw_is_the_one_that_the_docs_tell_how_to_repeat() {
        let seed = seed(7);
        assert_eq!(seed.reveal(), "07".repeat(32));
        assert_eq!(Seed::parse(seed.reveal()), Some(seed.clone()));
        for wrong in ["", "07", &"0G".repeat(32), &"AB".repeat(32), &"07".repeat(33)] {
            assert_eq!(Seed::parse(wrong), None, "{wrong}");
        }
        // printf %s 0707…07 | sha256sum
        assert_eq!(seed.commitment(), hex::encode(Sha256::digest("07".repeat(32))));
        // printf 'manyhands sample 1\n%s\n%s\n' 0707…07 a | sha256sum
        assert_eq!(seed.place("a"), <[u8; 32]>::from(Sha256::digest(format!("manyhands sample 1\n{}\na\n", "07".repeat(32)))));
        assert!(!format!("{seed:?}").contains("0707"), "not in a log");
    }

    #[test]
    fn shares_are_read_in_percent_and_counted_up() {
        for (typed, share) in [("", WHOLE), (" 100 ", WHOLE), ("10", 1_000), ("2.5 %", 250), ("1", 100), ("33.33", 3_333)] {
            assert_eq!(read_share(typed), Ok(share), "{typed}");
        }
        for wrong in ["0", "0.99", "100.01", "-5", "ten", "10,5", "1.005", "1e2", "%"] {
            let read = read_share(wrong);
            assert!(if wrong == "%" { read == Ok(WHOLE) } else { read.is_err() }, "{wrong}");
        }
        for (items, share, count) in [(0, 1_000, 0), (1, 100, 1), (5, 1_000, 1), (500, 1_000, 50), (501, 1_000, 51), (9, WHOLE, 9)] {
            assert_eq!(wanted(items, share), count, "{items} at {share}");
        }
        assert_eq!(raise(1_000, WHOLE), Ok(WHOLE));
        assert!(raise(1_000, 1_000).is_err() && raise(1_000, 500).is_err());
    }

    #[test]
    fn the_rest_is_accepted_only_once_everything_drawn_is_decided() {
        let none = Standing { waiting: 0, contested: 0, live: 3, claimable: 2 };
        assert!(none.check_rest().is_ok() && !none.is_done());
        assert_eq!(Standing { waiting: 1, ..none }.check_rest().unwrap_err().code, "rest-unread");
        assert_eq!(Standing { contested: 1, ..none }.check_rest().unwrap_err().code, "rest-contested");
        assert!(!Standing { live: 0, ..none }.is_done() && !Standing { claimable: 0, ..none }.is_done());
        assert!(Standing { live: 0, claimable: 0, ..none }.is_done());
    }

    proptest! {
        /// So many as the share comes to, each once; a greater share only adds; the order in which the tasks are told changes nothing.
        #[test]
        fn a_greater_share_adds_and_takes_nothing_out(bytes in any::<[u8; 32]>(), items in 0_usize..200, share in 1_i64..=WHOLE, more in 0_i64..5_000) {
            let seed = Seed::from_random(bytes);
            let tasks: Vec<String> = (0..items).map(|item| format!("task-{item}")).collect();
            let mut named: Vec<&str> = tasks.iter().map(String::as_str).collect();
            let drawn = seed.draw(&named, share);
            prop_assert_eq!(drawn.len(), wanted(items, share));
            let raised = seed.draw(&named, (share + more).min(WHOLE));
            prop_assert_eq!(&raised[..drawn.len()], &drawn[..]);
            named.reverse();
            prop_assert_eq!(seed.draw(&named, share), drawn);
        }
    }

    /// Of a thousand seeds each item is drawn by about a tenth, wherever it stands in the file.
    #[test]
    fn each_item_is_drawn_as_often_as_any_other() {
        let tasks: Vec<String> = (0..20).map(|item| format!("task-{item}")).collect();
        let named: Vec<&str> = tasks.iter().map(String::as_str).collect();
        let mut counts = vec![0; named.len()];
        for first in 0_u16..1_000 {
            let mut bytes = [0; 32];
            bytes[..2].copy_from_slice(&first.to_be_bytes());
            for drawn in Seed::from_random(bytes).draw(&named, 1_000) {
                counts[named.iter().position(|task| *task == drawn).unwrap()] += 1;
            }
        }
        // Of 1,000 draws at 1 in 10 the spread is 9.5: five times that either way.
        assert!(counts.iter().all(|count| (52..=148).contains(count)), "{counts:?}");
    }
}
