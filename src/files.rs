//! Files of the data folder, by the SHA-256 of their bytes: `files/ab/cdef…`, and beside each the smaller copies of it. Whole or not
//! there: written elsewhere, brought to disk, renamed. The only place that knows where they lie; what they are and who may see them
//! is not known here, so that an object store can take its place.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use tokio::sync::Semaphore;

use crate::looking::Looking;
use crate::random::Random;

/// How much is kept, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes that one contract may keep.
    pub contract_bytes: u64,
    /// Days after the last piece of a batch was accepted, or its contract ended.
    pub keep_days: i64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { contract_bytes: 10_000_000_000, keep_days: 30 }
    }
}

/// The files of a data folder.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    limits: Limits,
    decoding: Arc<Semaphore>,
    looking: Looking,
}

/// Which of the bytes under a hash are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// As kept.
    Whole,
    /// A copy of this width.
    Copy(u32),
}

/// What is being received: it goes when this is dropped.
#[derive(Debug)]
pub struct Incoming {
    path: PathBuf,
    file: tokio::fs::File,
}

/// Files that have no place yet: they go when this is dropped.
#[derive(Debug)]
pub struct Stage {
    path: PathBuf,
    home: PathBuf,
    names: Vec<String>,
    bytes: u64,
}

impl Files {
    /// The files below a data folder, which are made when the first one comes.
    #[must_use]
    pub fn below(data: &Path, limits: Limits) -> Files {
        Files { folder: data.join("files"), limits, decoding: Arc::new(Semaphore::new(DECODED_AT_ONCE)), looking: Looking::default() }
    }

    /// How much is kept, and how long.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Uploads that are being looked through.
    #[must_use]
    pub fn looking(&self) -> &Looking {
        &self.looking
    }

    /// Bounds the pictures that are decoded at once: each takes up to two hundred megabytes.
    #[must_use]
    pub fn decoding(&self) -> Arc<Semaphore> {
        self.decoding.clone()
    }

    /// A file to receive into.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn receive(&self, random: &Random) -> io::Result<Incoming> {
        let path = self.fresh(random)?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Incoming { path, file: tokio::fs::File::from_std(file) })
    }

    /// A file without a name, for what is made, sent once and gone with its handle.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn scratch(&self, random: &Random) -> io::Result<File> {
        let path = self.fresh(random)?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        fs::remove_file(&path)?;
        Ok(file)
    }

    /// A place where files wait until what they belong to is certain.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn stage(&self, random: &Random) -> io::Result<Stage> {
        let path = self.fresh(random)?;
        make_folder(&path)?;
        Ok(Stage { path, home: self.folder.clone(), names: Vec::new(), bytes: 0 })
    }

    /// Opens a file for reading, if it is there.
    ///
    /// # Errors
    /// When it is there and cannot be opened.
    pub fn open(&self, sha256: &str, size: Size) -> io::Result<Option<File>> {
        match File::open(place(&self.folder, &name(sha256, size))) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes a file and every copy of it.
    ///
    /// # Errors
    /// When one is there and cannot be removed.
    pub fn remove(&self, sha256: &str) -> io::Result<()> {
        let whole = place(&self.folder, sha256);
        let (Some(folder), Some(stem)) = (whole.parent(), whole.file_name().and_then(|name| name.to_str())) else { return Ok(()) };
        for entry in entries(folder)? {
            if entry.file_name().to_str().is_some_and(|name| name.split('.').next() == Some(stem)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// The hashes of every file here, or of whose copies one is.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> io::Result<Vec<String>> {
        let mut hashes = Vec::new();
        for folder in entries(&self.folder)?.into_iter().filter(|folder| folder.file_name().len() == 2) {
            for entry in entries(&folder.path())? {
                if let (Some(first), Some(rest)) = (folder.file_name().to_str(), entry.file_name().to_str()) {
                    hashes.push(format!("{first}{}", rest.split('.').next().unwrap_or_default()));
                }
            }
        }
        hashes.sort();
        hashes.dedup();
        Ok(hashes)
    }

    /// Removes what a crash left half received: nobody may be receiving.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn sweep(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.folder.join(INCOMING)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn fresh(&self, random: &Random) -> io::Result<PathBuf> {
        let folder = self.folder.join(INCOMING);
        make_folder(&folder)?;
        Ok(folder.join(hex::encode(random.bytes::<16>())))
    }
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
        let name = name(sha256, size);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.path.join(&name)) {
            Ok(mut file) => file.write_all(bytes)?,
            // The same picture twice in one upload.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
            Err(error) => return Err(error),
        }
        self.names.push(name);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Bytes put here so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Brings everything to disk: before anything has a name, all of it is whole.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub fn sync(&self) -> io::Result<()> {
        if self.names.len() > SYNCED_ONE_BY_ONE {
            return sync_all(&self.path);
        }
        self.names.iter().try_for_each(|name| File::open(self.path.join(name))?.sync_all())
    }

    /// Puts everything in its place. What is there already is the same.
    ///
    /// # Errors
    /// When a folder cannot be made. Some may then be in its place: it is removed like whatever nobody keeps.
    pub fn settle(&mut self) -> io::Result<()> {
        let mut folders = BTreeSet::new();
        for name in self.names.drain(..) {
            let place = place(&self.home, &name);
            let folder = place.parent().unwrap_or(&self.home).to_owned();
            make_folder(&folder)?;
            fs::rename(self.path.join(&name), place)?;
            folders.insert(folder);
        }
        // The names themselves, at most 256 folders of them.
        folders.insert(self.home.clone());
        folders.iter().try_for_each(|folder| File::open(folder)?.sync_all())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What stays behind is swept at the next start.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Brings the file system of a folder to disk: one wait for thousands of files.
fn sync_all(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn name(sha256: &str, size: Size) -> String {
    match size {
        Size::Whole => sha256.to_owned(),
        Size::Copy(width) => format!("{sha256}.w{width}"),
    }
}

/// `ab/cdef…` for `abcdef…`.
fn place(folder: &Path, name: &str) -> PathBuf {
    let (first, rest) = name.split_at_checked(2).unwrap_or(("", name));
    folder.join(first).join(rest)
}

/// So many files are brought to disk by themselves; more, by one wait for all.
const SYNCED_ONE_BY_ONE: usize = 8;
const INCOMING: &str = "incoming";
const DECODED_AT_ONCE: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &Files, sha256: &str, size: Size) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut files.open(sha256, size).unwrap()?, &mut bytes).unwrap();
        Some(bytes)
    }

    #[test]
    fn what_is_only_sent_leaves_nothing_behind() {
        let data = tempfile::tempdir().unwrap();
        let files = Files::below(data.path(), Limits::default());
        let mut file = files.scratch(&Random::seeded(1)).unwrap();
        file.write_all(b"lines").unwrap();
        assert_eq!((entries(&data.path().join("files/incoming")).unwrap().len(), file.metadata().unwrap().len()), (0, 5));
    }

    #[test]
    fn what_was_staged_is_there_once_it_is_settled_and_gone_where_it_was_not() {
        let data = tempfile::tempdir().unwrap();
        let (files, random) = (Files::below(data.path(), Limits::default()), Random::seeded(1));
        let (kept, dropped) = ("ab".repeat(32), "cd".repeat(32));
        let mut stage = files.stage(&random).unwrap();
        stage.put(&kept, Size::Whole, b"whole").unwrap();
        stage.put(&kept, Size::Whole, b"whole").unwrap();
        stage.put(&kept, Size::Copy(480), b"small").unwrap();
        assert_eq!(read(&files, &kept, Size::Whole), None);
        stage.sync().unwrap();
        stage.settle().unwrap();
        drop(stage);
        let mut other = files.stage(&random).unwrap();
        other.put(&dropped, Size::Whole, b"x").unwrap();
        drop(other);
        assert_eq!(read(&files, &kept, Size::Whole).unwrap(), b"whole");
        assert_eq!(read(&files, &kept, Size::Copy(480)).unwrap(), b"small");
        assert_eq!(files.list().unwrap(), std::slice::from_ref(&kept));
        assert_eq!(entries(&data.path().join("files/incoming")).unwrap().len(), 0);
        files.remove(&kept).unwrap();
        assert_eq!((files.list().unwrap().len(), read(&files, &kept, Size::Copy(480))), (0, None));
    }
}
