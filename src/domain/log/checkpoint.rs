//! Checkpoints (C2SP tlog-checkpoint): the log's origin, size and root, signed. No extension lines.

use base64::prelude::{BASE64_STANDARD, Engine};

use super::Hash;
use super::key::{SigningKey, VerifyingKey};
use super::note::{self, Note};

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's identity, a schema-less URL.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root hash over them.
    pub root: Hash,
}

/// Bytes that are no checkpoint of our form, or not signed by the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a checkpoint signed by this key")]
pub struct NoCheckpoint;

impl Checkpoint {
    /// The signed text: three lines.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root))
    }

    /// The signed note.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        note::sign(&self.text(), key)
    }

    /// Reads the three lines and nothing else.
    ///
    /// # Errors
    /// [`NoCheckpoint`] for any other text.
    pub fn parse_text(text: &str) -> Result<Checkpoint, NoCheckpoint> {
        let mut lines = text.strip_suffix('\n').ok_or(NoCheckpoint)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next()) else {
            return Err(NoCheckpoint);
        };
        let root = BASE64_STANDARD.decode(root).map_err(|_| NoCheckpoint)?;
        let parsed = Checkpoint {
            origin: origin.to_owned(),
            size: size.parse().map_err(|_| NoCheckpoint)?,
            root: root.try_into().map_err(|_| NoCheckpoint)?,
        };
        if origin.is_empty() || parsed.text() != text { Err(NoCheckpoint) } else { Ok(parsed) }
    }

    /// Reads a signed checkpoint that must carry a signature of one of `keys`, over the origin the key is named for.
    ///
    /// # Errors
    /// [`NoCheckpoint`] when it does not.
    pub fn open(bytes: &[u8], keys: &[VerifyingKey]) -> Result<Checkpoint, NoCheckpoint> {
        let note = Note::parse(bytes).map_err(|_| NoCheckpoint)?;
        let checkpoint = Checkpoint::parse_text(note.text)?;
        // C2SP signed-note: lines of unknown keys are ignored; a known key's line that does not hold makes the note worthless.
        let mut known = note.signatures.iter().flat_map(|line| keys.iter().filter(|key| line.is_of(key)).map(move |key| (line, key)));
        let holds = known.clone().all(|(line, key)| line.holds(note.text, key));
        let signed = known.any(|(_, key)| key.name() == checkpoint.origin);
        if holds && signed { Ok(checkpoint) } else { Err(NoCheckpoint) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_survives_its_note_and_no_other_form_is_read() {
        let key = SigningKey::from_seed("coop.example/main", [3; 32]).unwrap();
        let checkpoint = Checkpoint { origin: "coop.example/main".to_owned(), size: 7, root: [9; 32] };
        let note = checkpoint.sign(&key);
        assert_eq!(Checkpoint::open(note.as_bytes(), &[key.verifying_key()]).unwrap(), checkpoint);
        let other = SigningKey::from_seed("coop.example/main", [4; 32]).unwrap();
        assert!(Checkpoint::open(note.as_bytes(), &[other.verifying_key()]).is_err());
        // A line of an unknown key changes nothing; a second one of a known key that does not hold, everything.
        let foreign = format!("{note}{}", note::line(other.name(), other.id(), &other.sign(checkpoint.text().as_bytes())));
        assert!(Checkpoint::open(foreign.as_bytes(), &[key.verifying_key()]).is_ok());
        let spoilt = format!("{note}{}", note::line(key.name(), key.id(), &key.sign(b"another text")));
        assert!(Checkpoint::open(spoilt.as_bytes(), &[key.verifying_key()]).is_err());
        for text in [checkpoint.text().replace("\n7\n", "\n07\n"), checkpoint.text() + "extension\n", checkpoint.text().replace("coop", "")]
        {
            assert!(Checkpoint::parse_text(&text).is_err() || text.starts_with('.'), "{text}");
        }
    }
}
