//! Where the passphrase of protected keys comes from: systemd's credential, the environment, or whoever starts the program.

use std::fs;

use anyhow::{Context, Result, bail};

use super::ask_secret;
use crate::config::Config;
use crate::keyfiles::Unlock;
use crate::sealed::Passphrase;

/// Asks for the passphrase if a key is protected, once.
pub(super) fn unlock(config: &Config) -> Unlock<'_> {
    Unlock::new(|| {
        if let Some(known) = without_asking(config)? {
            return Ok(known);
        }
        let typed = Passphrase::new(&ask_secret("Passphrase of the ledger's keys:")?);
        if typed.is_empty() {
            bail!(
                "the ledger's keys are protected, and there is no passphrase: set LoadCredential={CREDENTIAL}:/path in the systemd unit, or \
                 MANYHANDS_KEY_PASSPHRASE in the environment, or type it when asked"
            );
        }
        Ok(typed)
    })
}

/// A new passphrase: from where it will be read later, or typed twice.
pub(super) fn choose(config: &Config) -> Result<Passphrase> {
    let chosen = match without_asking(config)? {
        Some(known) => known,
        None => {
            let typed = Passphrase::new(&ask_secret("Choose a passphrase, at least 12 characters:")?);
            if typed.is_long_enough() && Passphrase::new(&ask_secret("The same once more:")?) != typed {
                bail!("the two are different; nothing was written");
            }
            typed
        }
    };
    if !chosen.is_long_enough() {
        bail!("the passphrase needs at least 12 characters, of which 4 are different; nothing was written");
    }
    Ok(chosen)
}

/// From the credential, else from the environment.
fn without_asking(config: &Config) -> Result<Option<Passphrase>> {
    let credential = config.credentials.as_ref().map(|folder| folder.join(CREDENTIAL)).filter(|path| path.exists());
    match credential {
        Some(path) => {
            let text = fs::read_to_string(&path).with_context(|| format!("the credential {} cannot be read", path.display()))?;
            Ok(Some(Passphrase::new(&text)))
        }
        None => Ok(config.key_passphrase.clone()),
    }
}

/// The credential's name in the systemd unit.
const CREDENTIAL: &str = "manyhands-passphrase";
