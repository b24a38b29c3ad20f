//! What a client takes away, line by line as it is read: in a file without a name, since it may be larger than what a server should hold
//! for anybody.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use crate::actions::rights::ClientUser;
use crate::actions::{Error, downloads};
use crate::deps::Deps;
use crate::turns::Turn;

/// Lines as they are written.
#[derive(Debug)]
pub struct Lines {
    file: BufWriter<File>,
    written: io::Result<()>,
    turn: Option<Turn>,
}

/// What a client takes away, from its beginning.
#[derive(Debug)]
pub struct Written {
    /// It has no name, and goes with this.
    pub file: tokio::fs::File,
    /// Held while it is sent.
    pub turn: Option<Turn>,
}

impl Lines {
    /// An empty file, in a turn of whoever takes it away.
    ///
    /// # Errors
    /// `results-busy` while they, or too many, take others away; when the data folder cannot be written.
    pub async fn begin(deps: &Deps, by: &ClientUser) -> Result<Lines, Error> {
        let turn = downloads::turn(deps, by).await?;
        Ok(Lines { turn: Some(turn), ..Lines::beside(deps)? })
    }

    /// The same, for a part of what somebody has a turn for.
    pub(in crate::actions) fn beside(deps: &Deps) -> Result<Lines, Error> {
        Ok(Lines { file: BufWriter::new(deps.files.scratch(&deps.random)?), written: Ok(()), turn: None })
    }

    /// Adds what comes next.
    pub fn push(&mut self, text: &str) {
        if self.written.is_ok() {
            self.written = self.file.write_all(text.as_bytes());
        }
    }

    /// Adds all that was written elsewhere.
    pub(in crate::actions) fn append(&mut self, other: Lines) {
        if self.written.is_ok() {
            self.written = other.rewound().and_then(|mut file| io::copy(&mut file, &mut self.file)).map(drop);
        }
    }

    /// All of it, to be sent.
    ///
    /// # Errors
    /// Where the disk took less than all.
    pub fn finish(mut self) -> Result<Written, Error> {
        let turn = self.turn.take();
        Ok(Written { file: tokio::fs::File::from_std(self.rewound()?), turn })
    }

    /// Whoever reads it would read from where it was written last.
    fn rewound(self) -> io::Result<File> {
        self.written?;
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(file)
    }
}
