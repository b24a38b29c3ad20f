//! `manyhands init`: founds a co-op in a data folder.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Args;
use manyhands_domain::countries;
use manyhands_store::Db;

use super::{ask, open, say};
use crate::actions::{founding, sessions};
use crate::clock::Clock;
use crate::config::Config;
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
    if folder.path().join("manyhands.toml").exists() || folder.path().join("keys").exists() {
        bail!("{} holds a co-op already", folder.path().display());
    }
    let config_text = format!(
        "# The settings of {}. `manyhands check` prints them all; mail must be set before `manyhands serve`.\naddress = {:?}\n\n[mail]\n# host = \"smtp.example.coop\"\n# user = \"\"\n# password = \"\"\n# from = \"office@example.coop\"\n",
        init.name, init.address
    );
    let password = ask("Choose the coordinator's password, at least 10 characters:")?;
    if password.chars().count() < 10 {
        bail!("the password is shorter than 10 characters; nothing was written");
    }
    let random = Random::system();
    let config = Config::load(folder.path())?;
    let db = Db::open(&config.database).await?;
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
    std::fs::write(folder.path().join("manyhands.toml"), config_text)?;
    say(&format!(
        "{} is founded in {}. Set mail in manyhands.toml, then run `manyhands serve --data {}`.",
        deps.coop.name,
        folder.path().display(),
        folder.path().display()
    ));
    Ok(())
}
