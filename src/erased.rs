//! The list of what was erased, in the data folder: ids that say nothing any more. It outlives the database, so that a
//! backup of before brings nobody back ([`crate::actions::erasure::erase_again`]).

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

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

/// Adds erasures to the list, and brings it to disk.
///
/// # Errors
/// When the folder cannot be written.
pub fn remember(folder: &Path, erasures: &[Erasure]) -> io::Result<()> {
    if erasures.is_empty() {
        return Ok(());
    }
    let lines: String = erasures.iter().map(|erasure| format!("{} {}\n", erasure.what, erasure.id)).collect();
    let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(folder.join(NAME))?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

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
        remember(folder.path(), &[erasure("evidence", "b")])?;
        assert_eq!(list(folder.path())?, [erasure("person", "a"), erasure("evidence", "b")]);
        fs::write(folder.path().join("erased"), "Nathalie R.\n")?;
        assert!(list(folder.path()).is_err());
        Ok(())
    }
}
