//! An upload as it comes in: into a file beside the others, counted and hashed, never whole in memory.

use std::fs::File;
use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::actions::Error;
use crate::deps::Deps;
use crate::files::Incoming;

/// An upload under way; dropped, it leaves nothing.
#[derive(Debug)]
pub struct Receiving {
    incoming: Incoming,
    hash: Sha256,
    bytes: u64,
}

/// An upload that came whole; it goes when this is dropped.
#[derive(Debug)]
pub struct Received {
    incoming: Incoming,
    sha256: String,
    bytes: u64,
    name: String,
}

impl Receiving {
    /// Begins to receive.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn begin(deps: &Deps) -> Result<Receiving, Error> {
        Ok(Receiving { incoming: deps.files.receive(&deps.random)?, hash: Sha256::new(), bytes: 0 })
    }

    /// Takes what came next.
    ///
    /// # Errors
    /// [`Error::NoRoom`] when the disk is full.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.incoming.write(bytes).await?;
        self.hash.update(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Ends it, under the name that its sender gave it.
    ///
    /// # Errors
    /// [`Error::NoRoom`] when the disk is full.
    pub async fn finish(mut self, name: String) -> Result<Received, Error> {
        self.incoming.finish().await?;
        Ok(Received { incoming: self.incoming, sha256: hex::encode(self.hash.finalize()), bytes: self.bytes, name })
    }
}

impl Received {
    /// Of all of it, hex.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// How many bytes came.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether nothing came.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Its text, at most so many bytes of it; none where it is no UTF-8.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn text(&self, most: u64) -> Result<Option<String>, Error> {
        let mut bytes = Vec::new();
        self.open()?.take(most).read_to_end(&mut bytes)?;
        // Cut in the middle of a character, it is still text.
        let whole = self.bytes <= most;
        Ok(if whole { String::from_utf8(bytes).ok() } else { Some(String::from_utf8_lossy(&bytes).into_owned()) })
    }

    pub(in crate::actions) fn name(&self) -> &str {
        &self.name
    }

    /// Whether its name says that it is a picture or a ZIP: then it is looked at as one.
    pub(super) fn is_called_a_picture(&self) -> bool {
        let ending = self.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        ENDINGS.contains(&ending.as_str())
    }

    pub(in crate::actions) fn open(&self) -> io::Result<File> {
        self.incoming.open()
    }

    /// How it begins.
    pub(super) fn head(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.open()?.take(16).read_to_end(&mut head)?;
        Ok(head)
    }
}

const ENDINGS: &[&str] = &["avif", "bmp", "gif", "heic", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp", "zip"];
