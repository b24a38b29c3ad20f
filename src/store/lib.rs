//! All SQL of Manyhands, one text for SQLite and PostgreSQL. Nothing of SeaORM leaves this package:
//! callers hold a [`Tx`] or a [`Reader`] and call the functions of the nouns. No rule of the co-op lives here.
#![allow(
    clippy::missing_errors_doc,
    reason = "every function here fails in one way, said once: StoreError::Database when the statement fails, StoreError::Damaged when a row is not of the schema's form"
)]

pub mod admissions;
pub mod appeals;
mod backup;
pub mod batches;
mod census;
pub mod claims;
pub mod contracts;
pub mod corrections;
pub mod db;
pub mod departures;
pub mod earnings;
pub mod erasure;
mod error;
pub mod external;
pub mod files;
pub mod gold;
pub mod hazards;
pub mod idempotency;
pub mod keys;
pub mod label_studio;
pub mod ledger;
mod migrate;
pub mod outbox;
pub mod payouts;
pub mod people;
#[cfg(test)]
mod plans;
pub mod proposals;
pub mod quality;
pub mod recovery;
pub mod results;
pub mod returns;
pub mod reviews;
pub mod sample;
pub mod sessions;
mod sharing;
pub mod signing;
mod sql;
pub mod suggestions;
mod tamper;
pub mod tasks;
pub mod users;

pub use db::{Db, Reader, Tx};
pub use error::StoreError;
pub use sql::Sql;
