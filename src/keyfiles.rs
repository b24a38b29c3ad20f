//! The files of the server's private keys, `keys/*.key` in the data folder: one key each, plain or sealed by a
//! passphrase, for nobody's eyes but the owner's. Which of them signs is the ledger's matter ([`crate::deps::Signers`]).

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use manyhands_domain::log::key::{SigningKey, VerifyingKey};

use crate::random::Random;
use crate::sealed::{self, Passphrase};

/// A key's file. Its public half is known without a passphrase.
#[derive(Clone, Debug)]
pub struct KeyFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Whose key it is.
    pub public: VerifyingKey,
    /// Whether a passphrase is needed.
    pub is_sealed: bool,
}

/// Where the passphrase comes from, once it is needed: asked for at most once.
pub struct Unlock<'a> {
    ask: Box<dyn FnMut() -> Result<Passphrase> + 'a>,
    known: Option<Passphrase>,
}

impl<'a> Unlock<'a> {
    /// From whoever can be asked.
    pub fn new(ask: impl FnMut() -> Result<Passphrase> + 'a) -> Unlock<'a> {
        Unlock { ask: Box::new(ask), known: None }
    }

    /// Nobody can be asked: plain keys only.
    #[must_use]
    pub fn never() -> Unlock<'static> {
        Unlock::new(|| bail!("the key is protected, and nobody can be asked for the passphrase"))
    }

    /// The passphrase.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn passphrase(&mut self) -> Result<Passphrase> {
        match &self.known {
            Some(known) => Ok(known.clone()),
            None => {
                let asked = (self.ask)()?;
                self.known = Some(asked.clone());
                Ok(asked)
            }
        }
    }
}

impl std::fmt::Debug for Unlock<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unlock")
    }
}

impl KeyFile {
    /// Reads the private key.
    ///
    /// # Errors
    /// A wrong passphrase; a file that was changed meanwhile.
    pub fn open(&self, unlock: &mut Unlock<'_>) -> Result<SigningKey> {
        let text = fs::read_to_string(&self.path)?;
        if self.is_sealed {
            return sealed::open(&text, &unlock.passphrase()?).with_context(|| format!("{} stays closed", self.path.display()));
        }
        SigningKey::parse_private_text(text.trim_end()).with_context(|| format!("{} is damaged", self.path.display()))
    }

    /// Writes the key anew, sealed or plain, in one step: the file is the old one or the new one, whatever happens.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn rewrite(&self, text: &str) -> Result<()> {
        let beside = self.path.with_extension("key.new");
        // Left by a process that died.
        if beside.exists() {
            fs::remove_file(&beside)?;
        }
        write_new(&beside, 0o600, text)?;
        fs::rename(&beside, &self.path)?;
        sync_folder(&self.path)
    }
}

/// Every key in the folder, by file name. Refuses a folder or a file that others can read, and says how to mend it.
///
/// # Errors
/// What others could read; what is no key.
pub fn list(folder: &Path) -> Result<Vec<KeyFile>> {
    let keys = folder.join("keys");
    if !keys.exists() {
        return Ok(Vec::new());
    }
    refuse_open(&keys, 0o700)?;
    let mut paths = Vec::new();
    for file in fs::read_dir(&keys)? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "key") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(read).collect()
}

/// Writes a new key's file, and syncs it: a key is on the disk before the ledger names it.
///
/// # Errors
/// When there is a file of that name: keys are never overwritten.
pub fn create(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let keys = folder.join("keys");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys)?;
    let path = keys.join(name);
    write_new(&path, 0o600, text)?;
    sync_folder(&path)?;
    Ok(path)
}

/// Writes the public key that is given to auditors, in one step.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_vkey(folder: &Path, vkey: &VerifyingKey) -> Result<()> {
    let (path, beside) = (folder.join("origin.vkey"), folder.join("origin.vkey.new"));
    let text = vkey.to_string();
    if fs::read_to_string(&path).is_ok_and(|there| there.trim_end() == text) {
        return Ok(());
    }
    if beside.exists() {
        fs::remove_file(&beside)?;
    }
    write_new(&beside, 0o644, &text)?;
    fs::rename(&beside, &path)?;
    sync_folder(&path)
}

/// The text of a key's file.
///
/// # Errors
/// When there is no memory to seal it.
pub fn text_of(key: &SigningKey, passphrase: Option<&Passphrase>, random: &Random) -> Result<String> {
    Ok(match passphrase {
        Some(passphrase) => sealed::seal(key, passphrase, random)?,
        None => key.to_private_text(),
    })
}

fn read(path: PathBuf) -> Result<KeyFile> {
    refuse_open(&path, 0o600)?;
    let text = fs::read_to_string(&path)?;
    let is_sealed = sealed::is_sealed(&text);
    let public = if is_sealed {
        sealed::public_half(&text).ok()
    } else {
        SigningKey::parse_private_text(text.trim_end()).ok().map(|key| key.verifying_key())
    };
    let public = public.with_context(|| format!("{} is damaged: it holds no key", path.display()))?;
    Ok(KeyFile { path, public, is_sealed })
}

/// Whoever could read a key can sign: that is said with the command that closes it.
fn refuse_open(path: &Path, closed: u32) -> Result<()> {
    let found = fs::metadata(path).with_context(|| format!("{} is missing", path.display()))?;
    let (mode, owner, us) = (found.permissions().mode() & 0o777, found.uid(), rustix::process::geteuid().as_raw());
    let replace = "If anybody else may have read it, replace the keys as docs/keys-of-the-server.md says";
    if owner != us {
        bail!(
            "{} belongs to user {owner}, and this program runs as user {us}: run it as that user, or `chown {us} {}`. {replace}",
            path.display(),
            path.display()
        );
    }
    if mode & 0o077 != 0 {
        bail!("{} can be read by others (mode {mode:o}): `chmod {closed:o} {}` closes it. {replace}", path.display(), path.display());
    }
    Ok(())
}

pub(crate) fn write_new(path: &Path, mode: u32, text: &str) -> Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .with_context(|| format!("{} cannot be made; keys are never overwritten", path.display()))?;
    writeln!(file, "{}", text.trim_end())?;
    file.sync_all()?;
    Ok(())
}

fn sync_folder(path: &Path) -> Result<()> {
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
