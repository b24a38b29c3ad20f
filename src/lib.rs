//! Manyhands: software for worker-owned co-operatives. One program over SQLite or PostgreSQL.
//!
//! Web asks actions; actions ask the domain what is right and the store what is so; nothing below asks the web.
//! DESIGN in the project's docs is the map.

pub mod actions;
pub mod cli;
pub mod clock;
pub mod config;
pub mod deps;
pub mod erased;
pub mod files;
pub mod folder;
pub mod head;
pub mod i18n;
pub mod jobs;
pub mod keyfiles;
pub mod looking;
pub mod mail;
pub mod random;
pub mod remembered;
pub mod sealed;
mod settings;
mod steps;
pub mod turns;
pub mod web;
