//! The integration suite, one binary: real SQLite always, real PostgreSQL too where `MANYHANDS_TEST_POSTGRES` names a server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, clippy::print_stdout)]

mod abuse;
mod admissions;
mod architecture;
mod bad_input;
mod cli;
mod corrections;
mod crash;
mod exports;
mod forged;
mod go;
mod head;
mod http;
mod keys;
mod locales;
mod mail;
mod pages;
mod periods;
mod program;
mod races;
mod roles;
mod routes;
mod sign_command;
mod signers;
mod signin;
mod signing;
mod smtp;
mod stop;
mod story;
mod support;
mod upgrade;
