//! A file or folder that appears whole or not at all: written beside its place, brought to disk, then put there, never over
//! something that is there.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use tempfile::TempDir;

/// Something being written. Dropped before [`Beside::settle`], it leaves nothing behind.
#[derive(Debug)]
pub(super) struct Beside {
    target: PathBuf,
    /// On the same disk as the target, so that it can be renamed.
    place: TempDir,
}

impl Beside {
    /// A place beside `target`.
    ///
    /// # Errors
    /// When something is at `target`, or its folder is not there or cannot be written to. Nothing was written then.
    pub fn new(target: &Path) -> Result<Beside> {
        refuse_existing(target)?;
        let folder = folder_of(target);
        if !folder.is_dir() {
            bail!("there is no folder {}; nothing was written", folder.display());
        }
        let place = tempfile::Builder::new().prefix(".manyhands-").tempdir_in(folder);
        let place = place.with_context(|| format!("nothing can be written into {}", folder.display()))?;
        Ok(Beside { target: target.to_owned(), place })
    }

    /// Where to write: a path at which nothing is yet.
    pub fn path(&self) -> PathBuf {
        self.place.path().join("new")
    }

    /// A folder on the same disk for what is of no use afterwards.
    pub fn place(&self) -> &Path {
        self.place.path()
    }

    /// Brings everything to disk and puts it at its place.
    ///
    /// # Errors
    /// When something came to be there in the meantime, or the disk refuses. Nothing is left behind then.
    pub fn settle(self) -> Result<()> {
        let path = self.path();
        sync(&path).with_context(|| format!("{} could not be brought to disk; nothing was written", self.target.display()))?;
        match rename_to_nothing(&path, &self.target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => refuse_existing(&self.target)?,
            moved => moved.with_context(|| format!("{} could not be put there; nothing was written", self.target.display()))?,
        }
        File::open(folder_of(&self.target))?.sync_all().with_context(|| format!("{} may be lost at a power cut", self.target.display()))
    }
}

/// Anything counts, a link that leads nowhere too.
///
/// # Errors
/// When something is there.
pub(super) fn refuse_existing(target: &Path) -> Result<()> {
    if target.symlink_metadata().is_ok() || target.file_name().is_none() {
        bail!("{} is there already and stays as it is; name a place where nothing is", target.display());
    }
    Ok(())
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        for inside in fs::read_dir(path)? {
            sync(&inside?.path())?;
        }
    }
    File::open(path)?.sync_all()
}

/// Renames to a name at which nothing is.
fn rename_to_nothing(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems (NFS) do not know the flag.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => claim_and_rename(from, to),
        moved => Ok(moved?),
    }
}

/// Takes the name first, which fails if it is taken, and renames over what was made there: nothing of anybody else's.
fn claim_and_rename(from: &Path, to: &Path) -> io::Result<()> {
    let folder = from.is_dir();
    if folder {
        fs::create_dir(to)?
    } else {
        drop(File::create_new(to)?)
    }
    fs::rename(from, to).inspect_err(|_| {
        // What failed is told; an empty thing that stays as well is not worth a second sentence.
        let _ = if folder { fs::remove_dir(to) } else { fs::remove_file(to) };
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ever_renamed_over_something() {
        for rename in [rename_to_nothing, claim_and_rename] {
            let place = tempfile::tempdir().unwrap();
            let at = |name: &str| place.path().join(name);
            fs::write(at("file"), "new").unwrap();
            fs::create_dir(at("folder")).unwrap();
            fs::write(at("folder/inside"), "new").unwrap();
            fs::write(at("taken file"), "old").unwrap();
            fs::create_dir(at("taken folder")).unwrap();
            for (from, to) in [("file", "taken file"), ("file", "taken folder"), ("folder", "taken folder"), ("folder", "taken file")] {
                assert_eq!(rename(&at(from), &at(to)).unwrap_err().kind(), io::ErrorKind::AlreadyExists, "{from} to {to}");
            }
            assert_eq!(fs::read_to_string(at("taken file")).unwrap(), "old");
            assert_eq!(fs::read_dir(at("taken folder")).unwrap().count(), 0);
            rename(&at("file"), &at("free file")).unwrap();
            rename(&at("folder"), &at("free folder")).unwrap();
            assert_eq!(fs::read_to_string(at("free file")).unwrap(), "new");
            assert_eq!(fs::read_to_string(at("free folder/inside")).unwrap(), "new");
            assert!(!at("file").exists() && !at("folder").exists());
        }
    }

    #[test]
    fn what_is_not_settled_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("journal");
        let beside = Beside::new(&target).unwrap();
        fs::write(beside.path(), "half").unwrap();
        drop(beside);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);

        // What came to be there meanwhile stays.
        let beside = Beside::new(&target).unwrap();
        fs::write(beside.path(), "late").unwrap();
        fs::write(&target, "first").unwrap();
        assert!(beside.settle().unwrap_err().to_string().contains("is there already"));
        assert_eq!(fs::read_to_string(&target).unwrap(), "first");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);

        std::os::unix::fs::symlink(place.path().join("nowhere"), place.path().join("link")).unwrap();
        assert!(Beside::new(&place.path().join("link")).is_err());
        assert!(Beside::new(&place.path().join("no folder/journal")).unwrap_err().to_string().contains("there is no folder"));
        assert!(Beside::new(Path::new("/")).is_err());
    }
}
