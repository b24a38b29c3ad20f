//! The last signed size and root, kept outside the database, in the data folder (LEDGER.md section 4).
//!
//! Written after the commit and before the answer, replaced whole; synced by [`Head::sync`] each second and at
//! stop, never per commit. A head behind the database is normal after a crash. A database behind the
//! head means that an old backup was restored: appending again would sign a second history, so it is refused.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The head file and what it says.
#[derive(Debug)]
pub struct Head {
    path: PathBuf,
    /// Guards both the number and the file: a smaller size must never replace a larger one.
    last: Mutex<Last>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Last {
    size: u64,
    root: String,
    synced: bool,
}

impl Head {
    /// Reads the head of a data folder; a folder without one stands at 0.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or does not hold `size root`.
    pub fn open(folder: &Path) -> io::Result<Head> {
        let path = folder.join("head");
        let last = match fs::read_to_string(&path) {
            Ok(text) => parse(&text)
                .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("{} does not hold a size and a root", path.display())))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Last::default(),
            Err(error) => return Err(error),
        };
        Ok(Head { path, last: Mutex::new(last) })
    }

    /// The size that was last signed, and its root in base64.
    #[must_use]
    pub fn last(&self) -> (u64, String) {
        let last = self.lock();
        (last.size, last.root.clone())
    }

    /// Notes a committed checkpoint. Commits may arrive here out of order; the larger size stays.
    ///
    /// # Errors
    /// When the file cannot be replaced.
    pub fn advance(&self, size: u64, root: &str) -> io::Result<()> {
        let mut last = self.lock();
        if size <= last.size {
            return Ok(());
        }
        let beside = self.path.with_extension("new");
        fs::write(&beside, format!("{size} {root}\n"))?;
        fs::rename(&beside, &self.path)?;
        *last = Last { size, root: root.to_owned(), synced: false };
        Ok(())
    }

    /// Brings the head to disk; nothing to do if it did not move.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn sync(&self) -> io::Result<()> {
        let mut last = self.lock();
        if last.synced || last.size == 0 {
            return Ok(());
        }
        let mut file = File::options().append(true).open(&self.path)?;
        file.flush()?;
        file.sync_all()?;
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        last.synced = true;
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parse(text: &str) -> Option<Last> {
    let (size, root) = text.strip_suffix('\n')?.split_once(' ')?;
    Some(Last { size: size.parse().ok()?, root: root.to_owned(), synced: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_never_goes_back() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let head = Head::open(folder.path())?;
        head.advance(5, "five")?;
        head.advance(3, "three")?;
        head.sync()?;
        assert_eq!(Head::open(folder.path())?.last(), (5, "five".to_owned()));
        Ok(())
    }

    #[test]
    fn a_damaged_head_is_an_error_not_a_zero() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("head"), "5\n")?;
        assert!(Head::open(folder.path()).is_err());
        Ok(())
    }
}
