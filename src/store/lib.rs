//! All SQL of Manyhands, one text for SQLite and PostgreSQL. Nothing of SeaORM leaves this package:
//! callers hold a [`Tx`] or a [`Reader`] and call the functions of the nouns. No rule of the co-op lives here.

pub mod db;
pub mod error;
pub mod idempotency;
pub mod ledger;
pub mod migrate;
mod sql;

pub use db::{Db, Reader, Tx};
pub use error::StoreError;
pub use sql::Sql;
