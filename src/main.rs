//! The program. See `manyhands --help`.

use std::process::ExitCode;

use clap::Parser;
use manyhands::cli::{Cli, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the last words of a command that failed")]
fn complain(error: &anyhow::Error) {
    eprintln!("manyhands: {error:#}");
}
