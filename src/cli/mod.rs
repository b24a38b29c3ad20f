//! The command line: found a co-op, serve it, show the demonstration, export the ledger, sign, check the settings.

mod beside;
pub mod demo;
mod export;
mod founding;
mod open;
mod serve;
mod sign;
mod tamper;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Source};

/// Software for worker-owned co-operatives.
#[derive(Debug, Parser)]
#[command(name = "manyhands", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Found a co-op in a data folder: keys, founding rule book, first coordinator.
    Init(founding::Init),
    /// Serve a co-op.
    Serve(Data),
    /// Show Visible Hands, an invented co-op with a few weeks of work.
    Demo(demo::Demo),
    /// Write the ledger's log folder for manyhands-verify, or its books for beancount, hledger, a spreadsheet or a program.
    Export(export::Export),
    /// Make a key of your own outside a browser, or sign a text with it.
    Sign(sign::Sign),
    /// Print every setting with its source, and whether serving with them is safe.
    Check(Data),
    /// Mail.
    #[command(subcommand)]
    Mail(Mail),
}

#[derive(Debug, Subcommand)]
enum Mail {
    /// Send one message to an address through the mail server of the settings.
    Test(MailTest),
}

#[derive(Debug, Args)]
struct MailTest {
    /// Where to.
    address: String,
    #[command(flatten)]
    data: Data,
}

/// Which co-op.
#[derive(Debug, Args)]
struct Data {
    /// The data folder.
    #[arg(long, default_value = "data")]
    data: PathBuf,
}

/// Runs what was asked.
///
/// # Errors
/// With a sentence that says what is wrong and what to do.
pub async fn run(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Init(init) => founding::run(init).await,
        Command::Serve(data) => serve::run(&data.data).await,
        Command::Demo(demo) => demo::run(demo).await,
        Command::Export(export) => export::run(&export).await,
        Command::Sign(sign) => sign::run(&sign),
        Command::Check(data) => check(&data),
        Command::Mail(Mail::Test(test)) => serve::mail_test(&test.data.data, &test.address).await,
    }
}

fn check(data: &Data) -> Result<()> {
    let config = Config::load(&data.data)?;
    for shown in config.shown() {
        let source = match shown.source {
            Source::Default => "default",
            Source::File => "manyhands.toml",
            Source::Environment => "environment",
        };
        say(&format!("{:<15} {:<40} {source}", shown.key, shown.value));
    }
    match config.refuse_unsafe() {
        Ok(()) => {
            say("These settings are safe to serve with.");
            Ok(())
        }
        Err(reasons) => {
            reasons.iter().for_each(|reason| say(&format!("- {reason}")));
            bail!("these settings are not safe to serve with")
        }
    }
}

/// Prints a line for the person at the terminal.
#[expect(clippy::print_stdout, reason = "the command line's one place to speak")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Tells the person at the terminal what does not belong into what is printed: it stays readable when that is piped on.
#[expect(clippy::print_stderr, reason = "the command line's one place to speak beside its output")]
pub(crate) fn tell(line: &str) {
    eprintln!("{line}");
}

/// Reads a line that the person types.
pub(crate) fn ask(question: &str) -> Result<String> {
    say(question);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("nothing could be read")?;
    Ok(line.trim().to_owned())
}
