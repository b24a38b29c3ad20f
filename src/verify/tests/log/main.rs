//! Whole logs: the sample that another program wrote, 200 and more alterations of it, what people saw, and where a log is read from.
#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]

mod alterations;
mod forge;
mod page;
mod sample_log;
mod seen;
mod sources;
mod twice;
