//! The integration suite, one binary: real SQLite always, real PostgreSQL too where `MANYHANDS_TEST_POSTGRES` names a server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, clippy::print_stdout)]

mod cli;
mod crash;
mod go;
mod head;
mod locales;
mod program;
mod races;
mod smtp;
mod stop;
mod story;
mod support;
