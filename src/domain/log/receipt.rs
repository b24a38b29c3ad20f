//! Receipts: a `.tlog-proof` (C2SP tlog-proof v1), with the entry itself in its `extra` line, so that one small file
//! verifies offline, for ever, against the co-op's vkey alone. A bare one goes without the entry: it says nothing to whoever
//! does not hold the note already.

use base64::prelude::{BASE64_STANDARD, Engine};

use super::Hash;
use super::checkpoint::Checkpoint;
use super::key::VerifyingKey;
use super::tree::{leaf_hash, root_of_path};

/// A receipt as read; [`Receipt::verify`] says whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's index.
    pub index: u64,
    /// The entry's note, every byte.
    pub note: Vec<u8>,
    /// From the leaf upward.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: Vec<u8>,
}

/// A receipt that goes without its entry's note: what it says of the checkpoint, and of whatever stands at its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BareReceipt {
    /// The entry's index.
    pub index: u64,
    /// From the leaf upward.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: Vec<u8>,
}

/// Why a receipt is none, or does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not of the format.
    #[error("not a receipt")]
    Format,
    /// The checkpoint is not signed by the key.
    #[error("its checkpoint is not signed by this key")]
    Checkpoint,
    /// The path does not lead to the checkpoint's root.
    #[error("the entry is not in the log of its checkpoint")]
    Path,
}

impl Receipt {
    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        self.written(&format!("extra {}\n", BASE64_STANDARD.encode(&self.note)))
    }

    /// The same without the entry: [`Receipt::parse_beside`] reads it where the note is at hand.
    #[must_use]
    pub fn bare_text(&self) -> String {
        self.written("")
    }

    fn written(&self, extra: &str) -> String {
        let mut text = format!("{HEADER}{extra}index {}\n", self.index);
        for hash in &self.path {
            text.push_str(&BASE64_STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(&self.checkpoint));
        text
    }

    /// Reads a file with its entry in it, exactly as [`Receipt::text`] writes it: no other way to write a number or a hash.
    ///
    /// # Errors
    /// [`ReceiptError::Format`].
    pub fn parse(text: &str) -> Result<Receipt, ReceiptError> {
        let rest = text.strip_prefix(HEADER).and_then(|rest| rest.strip_prefix("extra ")).ok_or(ReceiptError::Format)?;
        let (extra, rest) = rest.split_once('\n').ok_or(ReceiptError::Format)?;
        let note = BASE64_STANDARD.decode(extra).map_err(|_| ReceiptError::Format)?;
        let receipt = Receipt::parse_rest(rest, note)?;
        if receipt.text() == text { Ok(receipt) } else { Err(ReceiptError::Format) }
    }

    /// Reads a bare file, beside which the entry's note travelled.
    ///
    /// # Errors
    /// [`ReceiptError::Format`].
    pub fn parse_beside(text: &str, note: &[u8]) -> Result<Receipt, ReceiptError> {
        Ok(BareReceipt::parse(text)?.beside(note))
    }

    /// From the index on.
    fn parse_rest(rest: &str, note: Vec<u8>) -> Result<Receipt, ReceiptError> {
        let (head, checkpoint) = rest.split_once("\n\n").ok_or(ReceiptError::Format)?;
        let mut lines = head.split('\n');
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or(ReceiptError::Format)?;
        let index = index.parse().map_err(|_| ReceiptError::Format)?;
        let path = lines
            .map(|line| BASE64_STANDARD.decode(line).ok().and_then(|hash| hash.try_into().ok()))
            .collect::<Option<_>>()
            .ok_or(ReceiptError::Format)?;
        Ok(Receipt { index, note, path, checkpoint: checkpoint.as_bytes().to_vec() })
    }

    /// Whether the entry is in the log that the checkpoint signs.
    ///
    /// # Errors
    /// Which part does not hold.
    pub fn verify(&self, keys: &[VerifyingKey]) -> Result<Checkpoint, ReceiptError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, keys).map_err(|_| ReceiptError::Checkpoint)?;
        let root = root_of_path(leaf_hash(&self.note), self.index, checkpoint.size, &self.path);
        if root == Some(checkpoint.root) { Ok(checkpoint) } else { Err(ReceiptError::Path) }
    }
}

impl BareReceipt {
    /// Reads a file without an entry in it, exactly as [`Receipt::bare_text`] writes it.
    ///
    /// # Errors
    /// [`ReceiptError::Format`].
    pub fn parse(text: &str) -> Result<BareReceipt, ReceiptError> {
        let rest = text.strip_prefix(HEADER).ok_or(ReceiptError::Format)?;
        let receipt = Receipt::parse_rest(rest, Vec::new())?;
        let exact = receipt.bare_text() == text;
        let Receipt { index, path, checkpoint, .. } = receipt;
        if exact { Ok(BareReceipt { index, path, checkpoint }) } else { Err(ReceiptError::Format) }
    }

    /// The receipt of the entry whose note this is.
    #[must_use]
    pub fn beside(self, note: &[u8]) -> Receipt {
        Receipt { index: self.index, note: note.to_vec(), path: self.path, checkpoint: self.checkpoint }
    }
}

const HEADER: &str = "c2sp.org/tlog-proof@v1\n";

#[cfg(test)]
mod tests {
    use super::super::key::SigningKey;
    use super::super::note;
    use super::super::tree::Edge;
    use super::*;

    #[test]
    fn a_receipt_holds_and_a_changed_one_does_not() {
        let key = SigningKey::from_seed("coop.example/main", [3; 32]).unwrap();
        let leaves = [leaf_hash(b"one"), leaf_hash(b"two")];
        let mut edge = Edge::default();
        leaves.iter().for_each(|leaf| edge.push(*leaf));
        let checkpoint = Checkpoint { origin: "coop.example/main".to_owned(), size: 2, root: edge.root() };
        let receipt = Receipt { index: 1, note: b"two".to_vec(), path: vec![leaves[0]], checkpoint: checkpoint.sign(&key).into_bytes() };
        let read = Receipt::parse(&receipt.text()).unwrap();
        assert_eq!(read, receipt);
        assert_eq!(read.verify(&[key.verifying_key()]).unwrap(), checkpoint);
        assert_eq!(Receipt { note: b"too".to_vec(), ..read.clone() }.verify(&[key.verifying_key()]), Err(ReceiptError::Path));
        assert_eq!(Receipt { index: 0, ..read.clone() }.verify(&[key.verifying_key()]), Err(ReceiptError::Path));
        let bare = receipt.bare_text();
        assert!(!bare.contains("extra") && Receipt::parse(&bare).is_err());
        assert!(BareReceipt::parse(&receipt.text()).is_err(), "one with its entry is not bare");
        assert!(BareReceipt::parse(&bare.replace("index 1", "index 01")).is_err());
        assert_eq!(Receipt::parse_beside(&bare, b"two").unwrap(), receipt);
        assert!(Receipt::parse_beside(&bare, b"too").unwrap().verify(&[key.verifying_key()]).is_err());
        let stranger = SigningKey::from_seed("coop.example/main", [4; 32]).unwrap();
        assert_eq!(read.verify(&[stranger.verifying_key()]), Err(ReceiptError::Checkpoint));
    }

    #[test]
    fn a_receipt_is_written_in_one_way_only() {
        let key = SigningKey::from_seed("coop.example/main", [3; 32]).unwrap();
        let note = note::sign("one\n", &key).into_bytes();
        let checkpoint = Checkpoint { origin: "coop.example/main".to_owned(), size: 1, root: leaf_hash(&note) }.sign(&key);
        let receipt = Receipt { index: 0, note, path: vec![], checkpoint: checkpoint.into_bytes() };
        let text = receipt.text();
        // C2SP tlog-proof v1, line by line.
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra ") && text.contains("\nindex 0\n\ncoop.example/main\n1\n"));
        assert_eq!(Receipt::parse(&text).unwrap(), receipt);
        for (from, to) in [
            ("index 0\n", "index 00\n"),
            ("index 0\n", "index +0\n"),
            ("index 0\n", "index 0 \n"),
            ("index 0\n", "index 18446744073709551616\n"),
            ("extra ", "extra  "),
            ("extra ", "Extra "),
            ("v1\n", "v1\r\n"),
            ("v1\n", "v2\n"),
            ("v1\n", "v1\n\n"),
        ] {
            assert!(Receipt::parse(&text.replacen(from, to, 1)).is_err(), "{from:?} as {to:?}");
        }
    }
}
