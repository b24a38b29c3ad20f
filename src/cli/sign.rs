//! `manyhands sign`: a member's key outside a browser, and the texts that it signs. Knows no server and no database: it can run
//! on a machine that has never seen a network.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use manyhands_domain::books::entry::sha256_of;
use manyhands_domain::books::personal::Statement;
use manyhands_domain::ids::HolderId;
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::log::{json, note};
use manyhands_domain::proposals::sealing::read_unsealed;
use serde_json::Value;

use super::{say, tell};
use crate::i18n::{Language, Say};
use crate::keyfiles::write_new;
use crate::random::Random;

/// A key of one's own, and what it signs.
#[derive(Debug, Args)]
pub(super) struct Sign {
    /// The file that holds your key; nobody else may read it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Makes a key of this name in that file, and prints its public line. The page of your key says the name.
    #[arg(long, value_name = "NAME", conflicts_with = "text")]
    new: Option<String>,
    /// The language in which it says what a ballot says: en, fr.
    #[arg(long, default_value = "en", value_parser = read_language)]
    language: Language,
    /// The text to sign, all its lines as the page shows them; without it they are read from standard input.
    text: Option<PathBuf>,
}

pub(super) fn run(sign: &Sign) -> Result<()> {
    match &sign.new {
        Some(name) => make(name, &sign.key),
        None => {
            let key = load(&sign.key)?;
            let text = match &sign.text {
                Some(path) => fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?,
                None => read_typed()?,
            };
            sign_text(&key, &text, sign.language)
        }
    }
}

fn read_language(tag: &str) -> Result<Language, String> {
    Language::ALL.into_iter().find(|language| language.tag() == tag).ok_or_else(|| "en or fr".to_owned())
}

fn make(name: &str, path: &Path) -> Result<()> {
    let holder = name.rsplit_once('/').and_then(|(_, id)| HolderId::parse(id).ok());
    if !holder.is_some_and(|holder| name.ends_with(&holder.key_name(""))) {
        bail!("{name} is no name of a person's key; the page of your key says it: it ends with /m/ and your M- id, or /c/ and your U- id");
    }
    let key = SigningKey::from_seed(name, Random::system().bytes()).with_context(|| format!("{name} cannot name a key"))?;
    write_new(path, 0o600, &key.to_private_text())?;
    tell(&format!("The key is in {}. Keep it to yourself, with a copy offline. Paste this line on the page of your key:", path.display()));
    say(&key.verifying_key().to_string());
    Ok(())
}

fn load(path: &Path) -> Result<SigningKey> {
    let file = fs::metadata(path)
        .with_context(|| format!("there is no key {}; `manyhands sign --new NAME --key {}` makes one", path.display(), path.display()))?;
    let mode = file.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!(
            "{} can be read by others (mode {mode:o}); make it 600, and replace the key if anybody else may have read it",
            path.display()
        );
    }
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    SigningKey::parse_private_text(text.trim_end()).with_context(|| format!("{} holds no key", path.display()))
}

fn read_typed() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("nothing could be read")?;
    Ok(text)
}

/// Says in plain words what the text is, then prints the note. Refuses what does not fit the key, or cannot be shown.
fn sign_text(key: &SigningKey, text: &str, language: Language) -> Result<()> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (line, body, unsealed) = match lines[..] {
        [line, body] => (line, body, None),
        [line, body, unsealed] => (line, body, Some(unsealed)),
        _ => bail!("this is not the exact text of a page: it has two lines, a ballot's three, and all are needed to show what is signed"),
    };
    let said = Statement::parse(line).context("the first line is no text that a person signs; copy both lines whole")?;
    if key.name().strip_prefix(&said.origin).is_none_or(|rest| !["/m/", "/c/"].iter().any(|kind| rest.starts_with(kind))) {
        bail!("this text is of the ledger {}, but the key is {}: nothing was signed", said.origin, key.name());
    }
    let entry = json::parse(body).ok().filter(|entry| said.sha256 == sha256_of(body) && entry["kind"] == said.does.as_str());
    let entry = entry.context("the second line is not what the first is about: nothing was signed")?;
    tell(&format!("{} signs, for {}, which has {} entries:", key.name(), said.origin, said.log.size));
    tell(&format!("  {}", words(&said.does)));
    if said.does == "ballot.cast" {
        tell_ballot(&entry, unsealed, language)?;
    }
    for part in ["refs", "calc"] {
        for (name, value) in entry.get(part).and_then(Value::as_object).into_iter().flatten() {
            tell(&format!("  {name}: {}", shown(value)));
        }
    }
    for line in entry.get("lines").and_then(Value::as_array).into_iter().flatten() {
        let parts: Vec<String> = line.as_array().into_iter().flatten().map(shown).collect();
        tell(&format!("  {}", parts.join(" ")));
    }
    tell("The note; paste all of it on the page:");
    say(note::sign(&format!("{line}\n"), key).trim_end());
    Ok(())
}

/// What a ballot says, which its entry only seals: nobody signs a vote that they cannot read.
fn tell_ballot(entry: &Value, unsealed: Option<&str>, language: Language) -> Result<()> {
    let unsealed = unsealed.context("a ballot's choice is sealed: copy the third line too, which says it. Nothing was signed")?;
    let of = |place: &str| entry.pointer(place).and_then(Value::as_str).unwrap_or_default();
    let (vote, sealed) = (of("/refs/proposal"), of("/calc/sealed"));
    let read = read_unsealed(unsealed, vote, of("/refs/member"), sealed);
    let (choice, title) = read.ok().context("the third line is not what the ballot's seal holds: nothing was signed")?;
    let say = Say::new(language, "UTC");
    let choice = say.t(&format!("ballot-choice-{}", choice.word()));
    let title = shown(&Value::String(title));
    tell(&format!("  {}", say.with("sign-ballot", &[("proposal", shown(&vote.into()).into()), ("title", title.into())])));
    tell(&format!("  {}", say.with("sign-ballot-choice", &[("choice", choice.into())])));
    Ok(())
}

/// A value as it stands, without what a terminal would take for a command.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// What a kind of entry does, for the person who signs it.
fn words(kind: &str) -> String {
    let words = match kind {
        "payout.approved" => "A payout is approved, and its money is sent to members.",
        "expense.paid" => "An expense is paid from the bank.",
        "deposit.returned" => "A deposit goes back to its client.",
        "fund.spent" => "Money of a fund is spent.",
        "correction.posted" => "An entry is corrected.",
        "member.admitted" => "Somebody becomes a member.",
        "member.left" => "A member leaves.",
        "key.added" => "A member gets a further key.",
        "work.accepted" => "A piece of work is accepted, and paid.",
        "contract.amended" => "A contract is amended.",
        "ballot.cast" => "A ballot is cast.",
        other => other,
    };
    words.to_owned()
}
