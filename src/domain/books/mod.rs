//! Double entry in the log's notes: accounts, lines, the kinds of entry and their fields. Nothing here knows why
//! something is posted.

pub mod account;
pub mod balances;
pub mod book;
pub mod entry;
pub mod forms;
pub mod keys;
pub mod kinds;
pub mod lines;
pub mod personal;
pub mod projection;
pub mod role_note;
pub mod table;
pub mod two_people;
