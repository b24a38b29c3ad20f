//! C2SP signed notes: a text, a blank line, and a line for each signature.

use base64::prelude::{BASE64_STANDARD, Engine};

use super::key::{KeyId, SigningKey, VerifyingKey};

/// A note as read: nothing is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// The signed text, with its last newline.
    pub text: &'a str,
    /// In the order they stand.
    pub signatures: Vec<Signature<'a>>,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    /// The key's name as written.
    pub name: &'a str,
    /// The key's id as written.
    pub id: KeyId,
    /// What follows the id: 64 bytes for Ed25519, 72 for a cosignature.
    pub bytes: Vec<u8>,
}

/// Why some bytes are no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a signed note")]
pub struct NoNote;

/// Signs a text that ends with a newline.
#[must_use]
pub fn sign(text: &str, key: &SigningKey) -> String {
    let mut note = format!("{text}\n");
    note.push_str(&line(key.name(), key.id(), &key.sign(text.as_bytes())));
    note
}

/// A signature line: `— <name> <base64(id || bytes)>` and a newline.
#[must_use]
pub fn line(name: &str, id: KeyId, bytes: &[u8]) -> String {
    let mut blob = id.0.to_vec();
    blob.extend_from_slice(bytes);
    format!("— {name} {}\n", BASE64_STANDARD.encode(blob))
}

impl<'a> Note<'a> {
    /// Reads a note: canonical base64 only, at least one signature, no control characters in the text but newlines.
    ///
    /// # Errors
    /// [`NoNote`] for anything else.
    pub fn parse(bytes: &'a [u8]) -> Result<Note<'a>, NoNote> {
        let whole = std::str::from_utf8(bytes).map_err(|_| NoNote)?;
        if whole.chars().any(|c| c.is_control() && c != '\n') {
            return Err(NoNote);
        }
        let cut = whole.rfind("\n\n").ok_or(NoNote)?;
        let (text, rest) = whole.split_at_checked(cut.saturating_add(1)).ok_or(NoNote)?;
        let lines = rest.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n')).ok_or(NoNote)?;
        let signatures = lines.split('\n').map(Signature::parse).collect::<Result<_, _>>()?;
        Ok(Note { text, signatures })
    }

    /// Whether this key signed the text, and its line stands here.
    #[must_use]
    pub fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        self.signatures.iter().any(|signature| signature.is_of(key) && signature.holds(self.text, key))
    }
}

impl<'a> Signature<'a> {
    fn parse(line: &'a str) -> Result<Signature<'a>, NoNote> {
        let (name, blob) = line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or(NoNote)?;
        let blob = BASE64_STANDARD.decode(blob).map_err(|_| NoNote)?;
        let (id, bytes) = blob.split_first_chunk::<4>().ok_or(NoNote)?;
        if name.is_empty() || name.contains('+') || name.contains(char::is_whitespace) || bytes.is_empty() {
            return Err(NoNote);
        }
        Ok(Signature { name, id: KeyId(*id), bytes: bytes.to_vec() })
    }

    /// Whether the line claims to be of this key.
    #[must_use]
    pub fn is_of(&self, key: &VerifyingKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }

    /// Whether this key made this signature over the text.
    #[must_use]
    pub fn holds(&self, text: &str, key: &VerifyingKey) -> bool {
        <&[u8; 64]>::try_from(self.bytes.as_slice()).is_ok_and(|signature| key.verifies(text.as_bytes(), signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const NOTE: &str = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    #[test]
    fn the_note_of_the_ledger_page_holds() {
        let key = VerifyingKey::parse(VKEY).unwrap();
        assert!(Note::parse(NOTE.as_bytes()).unwrap().is_signed_by(&key));
        let changed = NOTE.replace("message.", "message!");
        assert!(!Note::parse(changed.as_bytes()).unwrap().is_signed_by(&key));
    }

    #[test]
    fn what_is_signed_is_read_and_holds() {
        let key = SigningKey::from_seed("a", [1; 32]).unwrap();
        let note = sign("one\n\ntwo\n", &key);
        let read = Note::parse(note.as_bytes()).unwrap();
        assert_eq!(read.text, "one\n\ntwo\n");
        assert!(read.is_signed_by(&key.verifying_key()));
    }

    #[test]
    fn a_note_that_is_not_exactly_a_note_is_refused() {
        for broken in [
            "",
            "x\n",
            "x\n\n",
            "x\n\n— a b\n",
            "x\n\n— a AAAA\n",
            &NOTE.replace("aQM=", "aQN="),
            &NOTE.replace(".\n", ".\r\n"),
            NOTE.trim_end(),
        ] {
            assert!(Note::parse(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
