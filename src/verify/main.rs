//! `manyhands-verify OUT --vkey FILE`: checks an exported ledger, or one receipt (`.tlog-proof`). Exit 0: all levels hold; 1: one fails; 2: something
//! needed is absent or cannot be read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::log::receipt::Receipt;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answer = match arguments.as_slice() {
        [out, flag, file] if flag == "--vkey" => check(out.into(), file.into()),
        [flag, file, out] if flag == "--vkey" => check(out.into(), file.into()),
        _ => Err("usage: manyhands-verify FOLDER|RECEIPT --vkey FILE".to_owned()),
    };
    let (text, code) = match answer {
        Ok((text, true)) => (text, 0),
        Ok((text, false)) => (text, 1),
        Err(text) => (format!("{text}\n"), 2),
    };
    // Nobody to tell if the terminal is gone; the exit code still says it.
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::from(code)
}

fn check(folder: PathBuf, vkey: PathBuf) -> Result<(String, bool), String> {
    let text = std::fs::read_to_string(&vkey).map_err(|error| format!("{} cannot be read: {error}", vkey.display()))?;
    let key = VerifyingKey::parse(text.trim()).map_err(|error| format!("{}: {error}", vkey.display()))?;
    if folder.is_file() {
        return receipt(&folder, &key);
    }
    let report = manyhands_verify::verify(&folder, &key).map_err(|absent| absent.to_string())?;
    let mut text = format!("{} entries\n", report.size);
    for (number, (name, failure)) in LEVELS.iter().zip(&report.failures).enumerate() {
        let outcome = match failure {
            None => "holds".to_owned(),
            Some(failure) if number == 1 => format!("FAILS at size {}: {}", failure.at, failure.why),
            Some(failure) => format!("FAILS at entry {}: {}", failure.at, failure.why),
        };
        text.push_str(&format!("level {} {name}: {outcome}\n", number + 1));
    }
    text.push_str("level 4 rules: not checked by this version\n");
    if report.openings_absent > 0 {
        text.push_str(&format!("{} tallies cannot be recounted: their openings are for members\n", report.openings_absent));
    }
    Ok((text, report.holds()))
}

/// One entry, offline: is it in the log that the key signed?
fn receipt(file: &Path, key: &VerifyingKey) -> Result<(String, bool), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let outcome = Receipt::parse(&text).and_then(|receipt| Ok((receipt.index, receipt.verify(std::slice::from_ref(key))?.size)));
    Ok(match outcome {
        Ok((index, size)) => (format!("the receipt holds: entry {index} is in the signed log of {size} entries\n"), true),
        Err(error) => (format!("the receipt does NOT hold: {error}\n"), false),
    })
}

const LEVELS: [&str; 3] = ["bytes", "log", "books"];
