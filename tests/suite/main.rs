//! The integration suite, one binary: real SQLite always, real PostgreSQL too where `MANYHANDS_TEST_POSTGRES` names a server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, clippy::print_stdout)]

mod crash;
mod head;
mod locales;
mod program;
mod races;
mod story;
mod support;
