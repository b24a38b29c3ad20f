//! The list of what was erased, in the data folder: ids that say nothing any more. It outlives the database, so that a
//! backup of before brings nobody back ([`crate::actions::erasure::erase_again`]).

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use manyhands_store::erasure::Erasure;

/// Every erasure on the list; a folder without one has none.
///
/// # Errors
/// When the list cannot be read, or a line is none of ours.
pub fn list(folder: &Path) -> io::Result<Vec<Erasure>> {
    let text = match fs::read_to_string(folder.join(NAME)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let wrong =
        |line: &str| io::Error::new(ErrorKind::InvalidData, format!("the list {NAME} holds a line that is none of its own: {line}"));
    text.lines()
        .map(|line| match line.split_once(' ') {
            Some((what @ ("person" | "evidence"), id)) => Ok(Erasure { what: what.to_owned(), id: id.to_owned() }),
            _ => Err(wrong(line)),
        })
        .collect()
}

/// Adds erasures to the list, those that it lacks, and brings it to disk: whole beside its place, then there, so that a full
/// disk or a power cut leaves no half of a line.
///
/// # Errors
/// When the list cannot be read, or the folder not be written.
pub fn remember(folder: &Path, erasures: &[Erasure]) -> io::Result<()> {
    static WRITING: Mutex<()> = Mutex::new(());
    if erasures.is_empty() {
        return Ok(());
    }
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut listed = list(folder)?;
    let known: HashSet<_> = listed.iter().cloned().collect();
    let before = listed.len();
    listed.extend(erasures.iter().filter(|erasure| !known.contains(erasure)).cloned());
    if listed.len() == before {
        return Ok(());
    }
    let lines: String = listed.iter().map(|erasure| format!("{} {}\n", erasure.what, erasure.id)).collect();
    let ready = folder.join(READY);
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&ready)?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()?;
    fs::rename(&ready, folder.join(NAME))?;
    File::open(folder)?.sync_all()
}

/// What is made ready for it.
const READY: &str = "erased.new";
const NAME: &str = "erased";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_listed_and_a_strange_line_is_no_erasure() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        assert!(list(folder.path())?.is_empty());
        let erasure = |what: &str, id: &str| Erasure { what: what.to_owned(), id: id.to_owned() };
        remember(folder.path(), &[erasure("person", "a")])?;
        remember(folder.path(), &[])?;
        remember(folder.path(), &[erasure("evidence", "b"), erasure("person", "a")])?;
        assert_eq!(list(folder.path())?, [erasure("person", "a"), erasure("evidence", "b")]);
        // What cannot be made ready leaves the list as it was.
        fs::create_dir(folder.path().join(READY))?;
        assert!(remember(folder.path(), &[erasure("person", "c")]).is_err());
        assert_eq!(fs::read_to_string(folder.path().join(NAME))?, "person a\nevidence b\n");
        fs::write(folder.path().join("erased"), "Nathalie R.\n")?;
        assert!(list(folder.path()).is_err());
        Ok(())
    }
}
