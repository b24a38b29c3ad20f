//! The last line of `cargo test`: names what was left out for want of a server, a browser or another language's tools.
//! Cargo runs this target last. `scripts/test-all` installs everything and runs it.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::path::Path;
use std::process::Command;

fn main() {
    let mut left_out = Vec::new();
    if std::env::var_os("MANYHANDS_TEST_POSTGRES").is_none() {
        left_out.push("PostgreSQL (the suite ran on SQLite alone)");
    }
    if !runs("/usr/bin/python3", &["-c", "import aiosmtpd"]) {
        left_out.push("the SMTP server (mail went to memory alone)");
    }
    if !runs("go", &["version"]) || !Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").exists() {
        left_out.push("the unrelated implementation of the log, in Go");
    }
    if !runs("bean-check", &["--help"]) || !runs("hledger", &["--version"]) {
        left_out.push("the books read by beancount and hledger");
    }
    if std::env::var_os("MANYHANDS_TEST_ALL").is_none() {
        left_out.push("the real browser");
    }
    if left_out.is_empty() {
        println!("Nothing was left out here; the browser's tests follow.");
    } else {
        println!("Left out: {}.", left_out.join("; "));
        println!("`scripts/test-all` installs what they need, after asking, and runs everything.");
    }
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}
