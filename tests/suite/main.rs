//! The integration suite, one binary: real SQLite always, real PostgreSQL too where `MANYHANDS_TEST_POSTGRES` names a server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, clippy::print_stdout)]

mod abuse;
mod architecture;
mod bad_input;
mod cli;
mod crash;
mod go;
mod head;
mod http;
mod locales;
mod mail;
mod offered;
mod pages;
mod program;
mod races;
mod roles;
mod routes;
mod served_log;
mod signin;
mod smtp;
mod stop;
mod story;
mod support;
mod unjoined;
mod upgrade;
