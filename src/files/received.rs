//! What has no place yet: a file that is being received, and files that wait until what they belong to is certain. Always on the disk of
//! this machine, beside the other files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use tokio::io::AsyncWriteExt;

use super::Size;
use super::folder::{self, name};

/// What is being received: it goes when this is dropped.
#[derive(Debug)]
pub struct Incoming {
    pub(super) path: PathBuf,
    pub(super) file: tokio::fs::File,
}

/// Files that have no place yet: they go when this is dropped.
#[derive(Debug)]
pub struct Stage {
    pub(super) path: PathBuf,
    pub(super) names: Vec<(String, Size)>,
    pub(super) bytes: u64,
    /// Whether the disk is where they stay.
    pub(super) stays: bool,
}

impl Incoming {
    /// Takes what came next.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    /// Ends the writing.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub async fn finish(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    /// What was received, from its beginning.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // What stays behind is swept at the next start.
        let _ = fs::remove_file(&self.path);
    }
}

impl Stage {
    /// Puts bytes beside the others.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub fn put(&mut self, sha256: &str, size: Size, bytes: &[u8]) -> io::Result<()> {
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.path.join(name(sha256, size))) {
            Ok(mut file) => file.write_all(bytes)?,
            // The same picture twice in one upload.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
            Err(error) => return Err(error),
        }
        self.names.push((sha256.to_owned(), size));
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Bytes put here so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Brings everything to disk: before anything has a name, all of it is whole. What goes on to an object store need not be.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub fn sync(&self) -> io::Result<()> {
        match self.names.len() {
            _ if !self.stays => Ok(()),
            0..=SYNCED_ONE_BY_ONE => {
                self.names.iter().try_for_each(|(sha256, size)| File::open(self.path.join(name(sha256, *size)))?.sync_all())
            }
            _ => folder::sync_all(&self.path),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What stays behind is swept at the next start.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// So many files are brought to disk by themselves; more, by one wait for all.
const SYNCED_ONE_BY_ONE: usize = 8;
