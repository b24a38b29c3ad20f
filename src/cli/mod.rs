//! The command line: found a co-op, serve it, show the demonstration, export the ledger, sign, check the settings.

mod backup;
mod beside;
mod copy;
pub mod demo;
mod effects;
mod export;
mod files;
mod founding;
mod keys;
mod ledger;
mod open;
mod passphrase;
mod progress;
mod recover;
mod restore;
mod serve;
mod sign;
mod tamper;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use rustix::termios;

use crate::config::{Config, Source};
use crate::random::Random;

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
    /// Recompute what a proposal would do: the table that its page shows, from the database or from a copy of the log alone.
    Effects(effects::OfProposal),
    /// Make a key of your own outside a browser, or sign a text with it.
    Sign(sign::Sign),
    /// Make a whole copy of the database while it is served, looked through before it gets its name.
    Backup(backup::Backup),
    /// Put a backup into a data folder; or, as a drill, see that it could be.
    Restore(restore::Restore),
    /// The co-op's own keys: list, rotate, retire, protect by a passphrase.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Clients' pictures and other tools' results: move them into the object store of the settings, or back.
    #[command(subcommand)]
    Files(files::Command),
    /// Hold what is kept beside the ledger's notes against them.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
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
        Command::Effects(asked) => effects::run(&asked).await,
        Command::Sign(sign) => sign::run(&sign),
        Command::Backup(backup) => backup::run(&backup).await,
        Command::Restore(restore) => restore::run(&restore).await,
        Command::Keys(keys) => keys::run(keys).await,
        Command::Files(command) => files::run(command).await,
        Command::Ledger(ledger) => ledger::run(ledger).await,
        Command::Check(data) => check(&data).await,
        Command::Mail(Mail::Test(test)) => serve::mail_test(&test.data.data, &test.address).await,
    }
}

async fn check(data: &Data) -> Result<()> {
    let config = Config::load(&data.data)?;
    for shown in config.shown() {
        let source = match shown.source {
            Source::Default => "default",
            Source::File => "manyhands.toml",
            Source::Environment => "environment",
        };
        say(&format!("{:<15} {:<40} {source}", shown.key, shown.value));
    }
    let kept = keys::say_how_kept(&config);
    let reasons = config.refuse_unsafe().err().unwrap_or_default();
    reasons.iter().for_each(|reason| say(&format!("- {reason}")));
    kept?;
    if !reasons.is_empty() {
        bail!("these settings are not safe to serve with");
    }
    files::check(&files::open(&config)?, &Random::system()).await?;
    say("These settings are safe to serve with.");
    Ok(())
}

/// Prints a line for the person at the terminal.
pub(crate) fn say(line: &str) {
    // Whoever read it through a pipe may have gone: the work goes on.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Tells the person at the terminal what does not belong into what is printed: it stays readable when that is piped on.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Writes over the line where the cursor stands.
pub(crate) fn say_over(line: &str) {
    // A terminal that takes nothing more shows no progress, and that is all.
    let mut out = std::io::stdout().lock();
    let _ = write!(out, "\r\x1b[2K{line}").and_then(|()| out.flush());
}

/// Reads a line that the person types, without showing it where there is a terminal.
pub(crate) fn ask_secret(question: &str) -> Result<String> {
    let stdin = std::io::stdin();
    let Ok(shown) = termios::tcgetattr(&stdin) else { return ask(question) };
    let mut hidden = shown.clone();
    hidden.local_modes.remove(termios::LocalModes::ECHO);
    termios::tcsetattr(&stdin, termios::OptionalActions::Now, &hidden)?;
    let typed = ask(question);
    termios::tcsetattr(&stdin, termios::OptionalActions::Now, &shown)?;
    typed
}

/// Reads a line that the person types.
pub(crate) fn ask(question: &str) -> Result<String> {
    say(question);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("nothing could be read")?;
    Ok(line.trim().to_owned())
}
