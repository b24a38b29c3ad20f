//! The data folder as the home of files: `files/ab/cdef…`, and beside each the smaller copies of it.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::{Opened, Size, Stage};

/// Puts everything of a stage in its place.
pub(super) fn settle(home: &Path, stage: &Stage) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for (sha256, size) in &stage.names {
        let name = name(sha256, *size);
        let place = place(home, &name);
        let folder = place.parent().unwrap_or(home).to_owned();
        make_folder(&folder)?;
        fs::rename(stage.path.join(&name), place)?;
        folders.insert(folder);
    }
    // The names themselves, at most 256 folders of them.
    folders.insert(home.to_owned());
    folders.iter().try_for_each(|folder| File::open(folder)?.sync_all())
}

/// Opens a file for reading, if it is there.
pub(super) async fn open(home: &Path, sha256: &str, size: Size) -> io::Result<Option<Opened>> {
    match tokio::fs::File::open(place(home, &name(sha256, size))).await {
        Ok(file) => Ok(Some(Opened::file(file).await?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a file and every copy of it.
pub(super) fn remove(home: &Path, sha256: &str) -> io::Result<()> {
    let whole = place(home, sha256);
    let (Some(folder), Some(stem)) = (whole.parent(), whole.file_name().and_then(|name| name.to_str())) else { return Ok(()) };
    for entry in entries(folder)? {
        if entry.file_name().to_str().is_some_and(|name| name.split('.').next() == Some(stem)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The hashes of every file here, or of whose copies one is, in order.
pub(super) fn list(home: &Path) -> io::Result<Vec<String>> {
    let mut hashes = Vec::new();
    for folder in entries(home)?.into_iter().filter(|folder| folder.file_name().len() == 2) {
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

/// Brings the file system of a folder to disk: one wait for thousands of files.
pub(super) fn sync_all(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

pub(super) fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

pub(super) fn name(sha256: &str, size: Size) -> String {
    match size {
        Size::Whole => sha256.to_owned(),
        Size::Copy(width) => format!("{sha256}.w{width}"),
    }
}

/// `ab/cdef…` for `abcdef…`.
pub(super) fn place(folder: &Path, name: &str) -> PathBuf {
    let (first, rest) = name.split_at_checked(2).unwrap_or(("", name));
    folder.join(first).join(rest)
}
