//! `manyhands init`: founds a co-op in a data folder.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use manyhands_domain::countries;
use manyhands_store::{Db, ledger};

use super::{ask, open, say};
use crate::actions::{founding, sessions};
use crate::clock::Clock;
use crate::config::{Config, Source, without_password};
use crate::deps::{Coop, Entries};
use crate::folder::Folder;
use crate::head::Head;
use crate::random::Random;

/// What a co-op needs to begin.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The data folder; made if it is not there.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// The ledger's origin: a schema-less address that is yours for ever, such as ledger.example.coop/main.
    #[arg(long)]
    origin: String,
    /// What the co-op is called.
    #[arg(long)]
    name: String,
    /// The public address, https://… without a slash at the end.
    #[arg(long)]
    address: String,
    /// Name of the first coordinator.
    #[arg(long)]
    coordinator: String,
    /// Their e-mail address.
    #[arg(long)]
    email: String,
    /// Their country, two capital letters.
    #[arg(long)]
    country: String,
    /// Their language: en or fr.
    #[arg(long, default_value = "en")]
    language: String,
    /// Their time zone, such as Africa/Nairobi.
    #[arg(long, default_value = "UTC")]
    zone: String,
}

pub(super) async fn run(init: Init) -> Result<()> {
    if !countries::is_country(&init.country) {
        bail!("{} is no country code: two capital letters, such as KE", init.country);
    }
    if init.origin.contains("://") || init.origin.contains(char::is_whitespace) || !init.origin.contains('.') {
        bail!("the origin is an address without https://, such as ledger.example.coop/main");
    }
    let folder = Folder::create(&init.data)?;
    folder.close_to_others()?;
    if folder.path().join("keys").exists() {
        bail!("{} holds a co-op already", folder.path().display());
    }
    let config = Config::load(folder.path())?;
    let settings = settings(&config, &init)?;
    let password = ask("Choose the coordinator's password, at least 10 characters:")?;
    if password.chars().count() < 10 {
        bail!("the password is shorter than 10 characters; nothing was written");
    }
    let random = Random::system();
    let db = Db::open(&config.database).await?;
    // Asked before the keys are made: they would stay, and say that this folder holds the co-op.
    if ledger::head(&db.read()).await?.size > 0 {
        bail!("the database {} holds a co-op already: nothing was written", without_password(&config.database));
    }
    write_settings(folder.path(), &settings)?;
    let signers = folder.create_signers(&init.origin, &random)?;
    let coop = Coop { name: init.name, origin: init.origin, address: init.address, demo: false, payday: None, entries: Entries::default() };
    let deps = open::assemble(db, Arc::new(Head::open(folder.path())?), signers, coop, Clock::system(), random);
    let founder = founding::Founder {
        name: init.coordinator,
        email: init.email.trim().to_lowercase(),
        country: init.country,
        language: init.language,
        zone: init.zone,
        password_hash: Some(sessions::hash(&deps, &password).await?),
    };
    founding::found(&deps, &founder).await?;
    deps.head.sync()?;
    say(&format!(
        "{} is founded in {}. Set mail in manyhands.toml, then run `manyhands serve --data {}`.",
        deps.coop.name,
        folder.path().display(),
        folder.path().display()
    ));
    Ok(())
}

/// The settings as `serve` will read them, without the environment of today: what lies there, and before it what it does not say.
///
/// # Errors
/// When it says another address or another database: nobody knows which is meant.
fn settings(config: &Config, init: &Init) -> Result<String> {
    let path = init.data.join("manyhands.toml");
    let there = path.exists().then(|| fs::read_to_string(&path)).transpose().context("the settings cannot be read")?;
    let set: toml::Table = there.as_deref().map(toml::from_str).transpose()?.unwrap_or_default();
    let from_outside = config.shown().iter().any(|shown| shown.key == "database" && shown.source == Source::Environment);
    let mut lines = String::new();
    for (key, wanted) in [("address", Some(&init.address)), ("database", from_outside.then_some(&config.database))] {
        let Some(wanted) = wanted else { continue };
        match set.get(key).map(|value| value.as_str().unwrap_or_default()) {
            None => lines.push_str(&format!("{key} = {}\n", toml::Value::String(wanted.clone()))),
            Some(said) if said == wanted => {}
            Some(said) => bail!(
                "{} says {key} = {}, and you say {}: take one of them out. Nothing was written",
                path.display(),
                without_password(said),
                without_password(wanted)
            ),
        }
    }
    Ok(match there {
        Some(there) => format!("{lines}{there}"),
        None => format!(
            "# The settings of {}. `manyhands check` prints them all; mail must be set before `manyhands serve`.\n{lines}{UNSET_MAIL}",
            init.name
        ),
    })
}

/// Puts the settings in their place in one step, readable by their owner alone: a database's address may hold a password.
fn write_settings(folder: &Path, text: &str) -> Result<()> {
    let part = folder.join("manyhands.toml.part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(fs::rename(&part, folder.join("manyhands.toml"))?)
}

const UNSET_MAIL: &str = "\n[mail]\n# host = \"smtp.example.coop\"\n# user = \"\"\n# password = \"\"\n# from = \"office@example.coop\"\n";
