//! Votes: how a proposal is written, opened with its roll and its rules frozen, voted on by sealed ballots, counted, and enacted.
//!
//! What the log says of a vote is recounted by [`crate::replay`]; what is counted and sealed here is what is recounted there.

pub mod ballots;
pub mod carrying;
pub mod change;
pub mod closing;
pub mod effects;
pub mod enacting;
pub mod fields;
pub mod gathering;
pub mod limits;
pub mod naming;
pub mod opening;
pub mod sealing;
pub mod tally;
pub mod terms;
