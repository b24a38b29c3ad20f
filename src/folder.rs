//! The data folder: keys, the head, the lock, the public key for auditors. One `serve` at a time holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use manyhands_domain::books::keys::KeyRing;
use manyhands_domain::log::key::{KeyId, SigningKey};

use crate::deps::Signers;
use crate::keyfiles::{self, KeyFile, Unlock};
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
    /// When it is not: `init` makes one. When others may write to it.
    pub fn open(path: &Path) -> Result<Folder> {
        if !path.is_dir() {
            bail!("there is no folder {}; `manyhands init --data {}` founds a co-op in it", path.display(), path.display());
        }
        let mode = fs::metadata(path)?.permissions().mode() & 0o777;
        // Whoever may write here may put another key, database or head in the place of the co-op's.
        if mode & 0o022 != 0 {
            bail!("{} can be written to by others (mode {mode:o}): `chmod 700 {}` closes it", path.display(), path.display());
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
        keyfiles::create(&self.path, "checkpoint.key", &checkpoint.to_private_text())?;
        keyfiles::create(&self.path, "entry.key", &entry.to_private_text())?;
        keyfiles::write_vkey(&self.path, &checkpoint.verifying_key())?;
        Ok(Signers { entry, checkpoint })
    }

    /// Reads the keys that sign: of each role the newest that is in force for a ledger of `size` entries and lies here.
    /// `except` is passed over: a key that is about to be retired signs nothing any more.
    ///
    /// # Errors
    /// Keys that others could read; [`MissingKey`] when of one role none lies here; a passphrase that does not open one.
    pub fn load_signers(&self, ring: &KeyRing, size: u64, except: Option<KeyId>, unlock: &mut Unlock<'_>) -> Result<Signers> {
        let files = keyfiles::list(&self.path)?;
        let mut load = |role: &'static str| -> Result<SigningKey> {
            match self.find_signer(&files, ring, size, except, role) {
                Some(file) => file.open(unlock),
                None => Err(MissingKey { role, folder: self.path.join("keys") }.into()),
            }
        };
        Ok(Signers { checkpoint: load("checkpoint")?, entry: load("entry")? })
    }

    /// The file of the key that signs for a role, if it lies here.
    #[must_use]
    pub fn find_signer<'f>(
        &self,
        files: &'f [KeyFile],
        ring: &KeyRing,
        size: u64,
        except: Option<KeyId>,
        role: &str,
    ) -> Option<&'f KeyFile> {
        let in_force: Vec<_> = ring.role_keys().filter(|key| key.role == role && key.is_in_force(size)).collect();
        let newest_first = in_force.into_iter().rev().filter(|key| Some(key.key.id()) != except);
        newest_first.filter_map(|key| files.iter().find(|file| file.public == *key.key)).next()
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

/// No key in force of a role lies in the folder: nothing can be signed, and everything can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the ledger's {role} key is missing: no key in {} is in force for that role. Put its file back; if it is lost, docs/keys-of-the-server.md \
     says what to do",
    .folder.display()
)]
pub struct MissingKey {
    /// `checkpoint` or `entry`.
    pub role: &'static str,
    /// Where it was looked for.
    pub folder: PathBuf,
}
