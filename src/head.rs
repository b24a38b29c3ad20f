//! The last signed size and root, kept outside the database, in the data folder (LEDGER.md section 4).
//!
//! Made ready beside its place before the commit, put in its place after the commit and before the answer; synced by
//! [`Head::sync`] each second and at stop, never per commit. A head behind the database is normal after a crash. A
//! database behind the head means that an old backup was restored: appending again would sign a second history, so it
//! is refused.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::log::Hash;

use crate::steps;

/// The head file and what it says.
#[derive(Debug)]
pub struct Head {
    path: PathBuf,
    /// Guards both the number and the file: a smaller size must never replace a larger one.
    last: Mutex<Last>,
    /// Tells apart what is made ready at the same moment.
    prepared: AtomicU64,
    /// What was signed last over a tree that the head covered, committed yet or not.
    extended: Mutex<(u64, String)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Last {
    size: u64,
    root: String,
    synced: bool,
}

/// A head that lies ready: what may fail for want of room has been done. Dropped before [`Prepared::publish`], it goes.
#[derive(Debug)]
#[must_use = "a head that is not published covers nothing"]
pub struct Prepared<'h> {
    head: &'h Head,
    path: PathBuf,
    last: Last,
}

/// How a database stands to the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// It holds everything that was signed.
    Covered,
    /// It holds fewer entries: an old backup was put in its place.
    Behind,
    /// It holds as many, but others: another history.
    Other,
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
        Ok(Head { path, last: Mutex::new(last), prepared: AtomicU64::new(0), extended: Mutex::default() })
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// The size that was last signed, and its root in base64.
    #[must_use]
    pub fn last(&self) -> (u64, String) {
        let last = self.lock();
        (last.size, last.root.clone())
    }

    /// Notes what a transaction signs over a tree that this head covered: the next one in line begins from it, before either
    /// is committed.
    pub fn extend(&self, size: u64, root: &str) {
        *self.extended.lock().unwrap_or_else(PoisonError::into_inner) = (size, root.to_owned());
    }

    /// Whether a tree is the one that was signed last, and so covered, whether or not its transaction has ended.
    #[must_use]
    pub fn is_extended_to(&self, size: u64, root: &str) -> bool {
        let extended = self.extended.lock().unwrap_or_else(PoisonError::into_inner);
        size >= self.last().0 && extended.0 == size && extended.1 == root
    }

    /// Makes a head ready, inside the transaction that signs it: a disk without room refuses here, while nothing is
    /// committed.
    ///
    /// # Errors
    /// When the file beside the head cannot be written.
    pub fn prepare(&self, size: u64, root: &str) -> io::Result<Prepared<'_>> {
        let number = self.prepared.fetch_add(1, Ordering::SeqCst);
        let path = self.path.with_file_name(format!("{READY}{number}"));
        let prepared = Prepared { head: self, path, last: Last { size, root: root.to_owned(), synced: false } };
        let mut file = File::create(&prepared.path)?;
        steps::reach("during-head");
        file.write_all(format!("{size} {root}\n").as_bytes())?;
        Ok(prepared)
    }

    /// Notes a committed checkpoint at once.
    ///
    /// # Errors
    /// When the file cannot be replaced.
    pub fn advance(&self, size: u64, root: &str) -> io::Result<()> {
        self.prepare(size, root)?.publish()
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

    /// Removes what a process that died had made ready. Only for whoever holds the folder's lock.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn sweep(&self) -> io::Result<()> {
        let Some(folder) = self.path.parent() else { return Ok(()) };
        for file in fs::read_dir(folder)? {
            let file = file?;
            if file.file_name().to_string_lossy().starts_with(READY) {
                fs::remove_file(file.path())?;
            }
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Coverage {
    /// How a database of `size` entries stands to a head that was read before it; `root` is its own root over as many entries as
    /// that head says, if it has so many. The head may have moved since: what was read is what counts.
    #[must_use]
    pub fn of((signed, last): &(u64, String), size: u64, root: Option<Hash>) -> Coverage {
        match root {
            _ if *signed == 0 => Coverage::Covered,
            _ if size < *signed => Coverage::Behind,
            Some(root) if BASE64_STANDARD.encode(root) == *last => Coverage::Covered,
            _ => Coverage::Other,
        }
    }
}

impl Prepared<'_> {
    /// Puts it in its place. Commits may arrive here out of order; the larger size stays.
    ///
    /// # Errors
    /// When the file cannot be replaced.
    pub fn publish(self) -> io::Result<()> {
        let mut last = self.head.lock();
        if self.last.size <= last.size {
            return Ok(());
        }
        fs::rename(&self.path, &self.head.path)?;
        *last = self.last.clone();
        Ok(())
    }
}

impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        // Not there any more once it was published.
        let _ = fs::remove_file(&self.path);
    }
}

fn parse(text: &str) -> Option<Last> {
    let (size, root) = text.strip_suffix('\n')?.split_once(' ')?;
    let size = size.parse().ok().filter(|size| *size > 0)?;
    let whole = BASE64_STANDARD.decode(root).is_ok_and(|root| root.len() == 32);
    whole.then(|| Last { size, root: root.to_owned(), synced: true })
}

/// Before the number of what lies ready.
const READY: &str = "head.new";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_never_goes_back() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let head = Head::open(folder.path())?;
        let five = BASE64_STANDARD.encode([5; 32]);
        let (larger, smaller) = (head.prepare(5, &five)?, head.prepare(3, &BASE64_STANDARD.encode([3; 32]))?);
        larger.publish()?;
        smaller.publish()?;
        head.sync()?;
        assert_eq!(Head::open(folder.path())?.last(), (5, five));
        assert_eq!(fs::read_dir(folder.path())?.count(), 1, "nothing lies beside it");
        Ok(())
    }

    #[test]
    fn a_head_that_is_made_ready_and_given_up_changes_nothing() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let head = Head::open(folder.path())?;
        let five = BASE64_STANDARD.encode([5; 32]);
        head.advance(5, &five)?;
        drop(head.prepare(6, "six")?);
        assert_eq!(Head::open(folder.path())?.last(), (5, five));
        assert_eq!(fs::read_dir(folder.path())?.count(), 1);
        fs::write(folder.path().join("head.new7"), "6 si")?;
        head.sweep()?;
        assert_eq!((fs::read_dir(folder.path())?.count(), Head::open(folder.path())?.last().0), (1, 5));
        Ok(())
    }

    #[test]
    fn a_database_is_behind_the_head_or_beside_it_or_covers_it() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let head = Head::open(folder.path())?;
        assert_eq!(Coverage::of(&head.last(), 0, None), Coverage::Covered);
        head.advance(5, &BASE64_STANDARD.encode([1; 32]))?;
        assert_eq!(Coverage::of(&head.last(), 4, None), Coverage::Behind);
        assert_eq!(Coverage::of(&head.last(), 5, Some([2; 32])), Coverage::Other);
        assert_eq!(Coverage::of(&head.last(), 5, Some([1; 32])), Coverage::Covered);
        assert_eq!(Coverage::of(&head.last(), 9, Some([1; 32])), Coverage::Covered, "a crash came between commit and head");
        Ok(())
    }

    #[test]
    fn a_damaged_head_is_an_error_not_a_zero() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        for damaged in ["5\n", "", "0 x\n", "5 x\n", "5 AAAA\n"] {
            fs::write(folder.path().join("head"), damaged)?;
            assert!(Head::open(folder.path()).is_err(), "{damaged}");
        }
        Ok(())
    }
}
