//! The co-op's rules, pure: no I/O, no clock, no dice, no SQL, no HTTP.
//!
//! From the ground up, each module knowing only what stands above it in this list: [`money`], [`ids`], [`time`],
//! [`refusal`], [`text`], [`countries`], [`units`]; [`log`], a transparency log that has never heard of a co-op; [`books`], double entry in the
//! log's notes; [`rules`], the rule book; then the nouns, with their states, moves, refusals and what each move posts;
//! [`exports`], the books as other programs read them.
//!
//! Invariants, named where they are kept and in the tests that hold them:
//! - INV-1: an amount is a whole number of millionths; nothing is ever rounded on its way to a balance.
//! - INV-2: an allocation sums to its total and does not depend on order.
//! - INV-3: what was signed is stored as bytes and never re-serialised.
//! - INV-4: the lines of an entry sum to zero per unit.
//! - INV-5: no `Liabilities:` or reserve balance rises above zero, and the bank never falls below it.
//! - INV-6: nobody reviews their own work.
//! - INV-7: a claim is granted only while the contract's free escrow covers it.
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)
)]

pub mod agreement;
pub mod appeals;
pub mod batches;
pub mod books;
pub mod claims;
pub mod coco;
pub mod contracts;
pub mod corrections;
pub mod countries;
pub mod differences;
pub mod drafting;
pub mod exports;
pub mod external;
pub mod files;
pub mod forms;
pub mod gold;
pub mod hazards;
pub mod ids;
pub mod items;
pub mod label_studio;
pub mod lei;
pub mod log;
pub mod money;
pub mod notices;
pub mod payouts;
pub mod periods;
pub mod pictures;
pub mod proposals;
pub mod reference;
pub mod refusal;
pub mod replay;
pub mod results;
pub mod returns;
pub mod reviews;
pub mod rules;
pub mod sample;
pub mod shapes;
pub mod suggestions;
pub mod text;
pub mod time;
pub mod units;
