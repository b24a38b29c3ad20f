//! The data folder: keys, the head, the lock, the public key for auditors. One `serve` at a time holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use manyhands_domain::log::key::SigningKey;

use crate::deps::Signers;
use crate::random::Random;

/// A co-op's data folder.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`, which must be there.
    ///
    /// # Errors
    /// When it is not: `init` makes one.
    pub fn open(path: &Path) -> Result<Folder> {
        if !path.is_dir() {
            bail!("there is no folder {}; `manyhands init --data {}` founds a co-op in it", path.display(), path.display());
        }
        Ok(Folder { path: path.to_owned() })
    }

    /// Makes the folder if need be, closed to other users.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(path: &Path) -> Result<Folder> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Folder { path: path.to_owned() })
    }

    /// Closes a folder that was there before to other users: settings and database will lie in it.
    ///
    /// # Errors
    /// When it is somebody else's.
    pub fn close_to_others(&self) -> Result<()> {
        let closed = fs::set_permissions(&self.path, fs::Permissions::from_mode(0o700));
        closed.with_context(|| format!("{} cannot be closed to other users", self.path.display()))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the co-op's two keys, readable by their owner only, and `origin.vkey` for auditors.
    ///
    /// # Errors
    /// When a key is there already: keys are never overwritten.
    pub fn create_signers(&self, origin: &str, random: &Random) -> Result<Signers> {
        let checkpoint = SigningKey::from_seed(origin, random.bytes())?;
        let entry = SigningKey::from_seed(&format!("{origin}/entry"), random.bytes())?;
        let keys = self.path.join("keys");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys)?;
        write_new(&keys.join("checkpoint.key"), 0o600, &checkpoint.to_private_text())?;
        write_new(&keys.join("entry.key"), 0o600, &entry.to_private_text())?;
        write_new(&self.path.join("origin.vkey"), 0o644, &checkpoint.verifying_key().to_string())?;
        Ok(Signers { entry, checkpoint })
    }

    /// Reads the keys; refuses keys that others could have read.
    ///
    /// # Errors
    /// When a key is missing, damaged, named for another origin, or readable by others.
    pub fn load_signers(&self, origin: &str) -> Result<Signers> {
        let signers = Signers { checkpoint: self.load_key("checkpoint.key")?, entry: self.load_key("entry.key")? };
        let named = (signers.checkpoint.name(), signers.entry.name().to_owned());
        if named != (origin, format!("{origin}/entry")) {
            bail!("the keys are named {} and {}, but this ledger is {origin}", named.0, named.1);
        }
        Ok(signers)
    }

    fn load_key(&self, name: &str) -> Result<SigningKey> {
        let path = self.path.join("keys").join(name);
        let mode = fs::metadata(&path).with_context(|| format!("the key {} is missing", path.display()))?.permissions().mode();
        if mode & 0o077 != 0 {
            bail!(
                "{} can be read by others (mode {:o}); make it 600, and replace the key if anybody else may have read it",
                path.display(),
                mode & 0o777
            );
        }
        let text = fs::read_to_string(&path)?;
        SigningKey::parse_private_text(text.trim_end()).with_context(|| format!("{} is damaged", path.display()))
    }

    /// Holds the folder until the returned file is dropped.
    ///
    /// # Errors
    /// When another process holds it.
    pub fn lock(&self) -> Result<File> {
        let path = self.path.join("lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => bail!("another manyhands is already serving from {}", self.path.display()),
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("{} cannot be locked", path.display())),
        }
    }
}

/// Writes a file that must not be there yet, with this mode from its first moment.
pub(crate) fn write_new(path: &Path, mode: u32, text: &str) -> Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .with_context(|| format!("{} cannot be made; keys are never overwritten", path.display()))?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    Ok(())
}
