//! What somebody saw of the log: older checkpoints, receipts with and without their entry's note, notes, and the three lines at the foot of every mail and printed page, found in
//! any text or mailbox. Each is a witness: the log must still be the one they saw.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine};
use mail_parser::mailbox::mbox::MessageIterator;
use mail_parser::{Message, MessageParser};
use manyhands_domain::log::Hash;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::note::Note;
use manyhands_domain::log::receipt::{BareReceipt, Receipt};

use crate::source::Absent;

/// Everything that was found in the files given.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Size and root, each pair once.
    pub roots: BTreeSet<(u64, Hash)>,
    /// Signed checkpoints, whose signatures must hold too.
    pub checkpoints: Vec<Vec<u8>>,
    /// Receipts.
    pub receipts: Vec<Receipt>,
    /// Receipts that go without their entry's note.
    pub bare: Vec<BareReceipt>,
    /// Notes of entries, as they travel beside bare receipts.
    pub notes: Vec<Vec<u8>>,
    /// Checkpoints of other logs, which say nothing about this one: their origins.
    pub foreign: BTreeSet<String>,
}

impl Seen {
    /// Looks through a file, or every file of a folder (a Maildir), for what it says of the log with this origin.
    ///
    /// # Errors
    /// [`Absent`] when it cannot be read.
    pub fn add_file(&mut self, path: &Path, origin: &str) -> Result<(), Absent> {
        let absent = |cause| Absent { path: path.to_path_buf(), cause };
        if path.is_dir() {
            let files: Result<Vec<_>, io::Error> = fs::read_dir(path).and_then(|files| files.map(|file| Ok(file?.path())).collect());
            return files.map_err(absent)?.iter().try_for_each(|file| self.add_file(file, origin));
        }
        self.add(&fs::read(path).map_err(absent)?, origin);
        Ok(())
    }

    /// Looks through bytes: a receipt, a signed checkpoint, a mailbox, or any text.
    pub fn add(&mut self, bytes: &[u8], origin: &str) {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(receipt) = Receipt::parse(&text) {
            if self.add_checkpoint(&receipt.checkpoint, origin) {
                self.receipts.push(receipt);
            }
            return;
        }
        if let Ok(receipt) = BareReceipt::parse(&text) {
            if self.add_checkpoint(&receipt.checkpoint, origin) {
                self.bare.push(receipt);
            }
            return;
        }
        if let Some(of) = entry_origin(bytes) {
            if of == origin {
                self.notes.push(bytes.to_vec());
            } else {
                self.foreign.insert(of);
            }
            return;
        }
        if Note::parse(bytes).is_ok_and(|note| Checkpoint::parse_text(note.text).is_ok()) {
            self.add_checkpoint(bytes, origin);
            return;
        }
        self.add_text(&text, origin);
        if bytes.starts_with(b"From ") {
            // A message that cannot be read as mail was read as text above.
            for message in MessageIterator::new(bytes).flatten() {
                self.add_message(MessageParser::default().parse(message.contents()), origin);
            }
        } else if looks_like_mail(&text) {
            self.add_message(MessageParser::default().parse(bytes), origin);
        }
    }

    /// How many different checkpoints of the log were found, receipts' own included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.roots.len()
    }

    /// Whether nothing of the log was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty() && self.notes.is_empty()
    }

    /// A signed checkpoint; whether it is one of the log with this origin.
    fn add_checkpoint(&mut self, bytes: &[u8], origin: &str) -> bool {
        let said = Note::parse(bytes).ok().and_then(|note| Checkpoint::parse_text(note.text).ok());
        let Some(checkpoint) = said else { return false };
        self.add_root(&checkpoint, origin);
        let ours = checkpoint.origin == origin;
        if ours {
            self.checkpoints.push(bytes.to_vec());
        }
        ours
    }

    fn add_root(&mut self, checkpoint: &Checkpoint, origin: &str) {
        if checkpoint.origin == origin {
            self.roots.insert((checkpoint.size, checkpoint.root));
        } else {
            self.foreign.insert(checkpoint.origin.clone());
        }
    }

    /// Text and HTML parts, decoded; attached messages too.
    fn add_message(&mut self, message: Option<Message<'_>>, origin: &str) {
        let Some(message) = message else { return };
        for part in &message.parts {
            if let Some(inner) = part.message() {
                self.add_message(Some(inner.clone()), origin);
            } else if part.is_text_html() {
                self.add_text(&mail_parser::decoders::html::html_to_text(part.text_contents().unwrap_or_default()), origin);
            } else if let Some(text) = part.text_contents() {
                self.add_text(text, origin);
            }
        }
    }

    /// Three lines that follow each other, each of which may stand behind `> `: origin, size, root.
    fn add_text(&mut self, text: &str, origin: &str) {
        let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches(['>', ' ', '\t']).trim_end()).collect();
        for window in lines.windows(3) {
            if let [name, size, root] = window
                && *name == origin
                && let Ok(size) = size.parse::<u64>()
                && let Some(root) = BASE64_STANDARD.decode(root).ok().and_then(|root| Hash::try_from(root).ok())
            {
                self.roots.insert((size, root));
            }
        }
    }
}

/// Whose entry a note is, if it looks like one: an object on one line, signed in the name of an entry key.
fn entry_origin(bytes: &[u8]) -> Option<String> {
    let note = Note::parse(bytes).ok()?;
    let one_line = note.text.starts_with('{') && note.text.lines().count() == 1;
    let name = note.signatures.first()?.name.strip_suffix("/entry")?;
    one_line.then(|| name.to_owned())
}

/// Header lines at the top.
fn looks_like_mail(text: &str) -> bool {
    let name = text.split(':').next().unwrap_or_default();
    !name.is_empty() && name.len() < 60 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
