//! What a person signs (LEDGER.md section 1): one canonical line about an entry, in a note of its own by their key. Made by
//! whoever prepares the text, read by whoever checks the note; the same bytes for both.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use crate::log::Hash;
use crate::log::json;
use crate::log::key::VerifyingKey;
use crate::log::note::Note;
use crate::time::{DAY_SECS, Timestamp};

/// The log as it stood when a text was prepared: whoever signs is a witness of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// The log's size.
    pub size: u64,
    /// Its root then.
    pub root: Hash,
}

/// The line that a person signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The kind of the entry.
    pub does: String,
    /// The log when the line was prepared.
    pub log: Witnessed,
    /// 32 hex digits that this key never signs again.
    pub nonce: String,
    /// The log's origin.
    pub origin: String,
    /// Of the entry's `kind`, `refs`, `calc` and `lines` as canonical JSON, hex.
    pub sha256: String,
}

/// A text that is no such line, or a note that is not over one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a line that a person signs")]
pub struct NoStatement;

/// Why a note is not the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// Not a note with one signature.
    #[error("not a note with one signature")]
    Form,
    /// Over another text than the prepared one.
    #[error("a note over another text")]
    OtherText,
    /// By a key that is none of those that may sign.
    #[error("by another key")]
    OtherKey,
    /// The line names a key that may sign, which did not make this signature.
    #[error("the signature does not hold")]
    Signature,
}

impl Statement {
    /// The canonical line, without a newline.
    #[must_use]
    pub fn line(&self) -> String {
        json::write(&json!({
            "does": self.does,
            "log": [self.log.size, BASE64_STANDARD.encode(self.log.root)],
            "nonce": self.nonce,
            "origin": self.origin,
            "sha256": self.sha256,
        }))
    }

    /// Reads a line: canonical, with these five fields in their forms and no other.
    ///
    /// # Errors
    /// [`NoStatement`] for anything else.
    pub fn parse(line: &str) -> Result<Statement, NoStatement> {
        let Ok(Value::Object(fields)) = json::parse(line) else { return Err(NoStatement) };
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(NoStatement);
        let statement = Statement {
            does: text("does")?,
            log: fields.get("log").and_then(parse_log).ok_or(NoStatement)?,
            nonce: text("nonce")?,
            origin: text("origin")?,
            sha256: text("sha256")?,
        };
        let fits = fields.len() == 5 && is_hex(&statement.nonce, 32) && is_hex(&statement.sha256, 64);
        if fits { Ok(statement) } else { Err(NoStatement) }
    }

    /// Reads a person's note: one line, one signature. Whose it is, is another question.
    ///
    /// # Errors
    /// [`NoStatement`] for anything else.
    pub fn open(note: &str) -> Result<(Note<'_>, Statement), NoStatement> {
        let note = Note::parse(note.as_bytes()).map_err(|_| NoStatement)?;
        let statement = Statement::parse(note.text.strip_suffix('\n').ok_or(NoStatement)?)?;
        if note.signatures.len() == 1 { Ok((note, statement)) } else { Err(NoStatement) }
    }
}

impl Witnessed {
    /// Whether an entry at `index` and `at` may still carry a note that saw this log: its size is at most the entry's own
    /// index, and the entry at that size (this one if none came between) at most seven days older. `at_of(size)` gives the
    /// time of the entry at an index below this one.
    #[must_use]
    pub fn is_recent(&self, index: u64, at: Timestamp, at_of: impl Fn(u64) -> Option<Timestamp>) -> bool {
        self.size == index || (self.size < index && at_of(self.size).is_some_and(|then| at.since(then) <= RECENT_SECS))
    }
}

/// Which of these keys made the note over exactly the prepared line.
///
/// # Errors
/// [`NoteFault`] says what is wrong with it.
pub fn signer<'k>(note: &str, line: &str, keys: impl IntoIterator<Item = &'k VerifyingKey>) -> Result<&'k VerifyingKey, NoteFault> {
    let note = Note::parse(note.as_bytes()).map_err(|_| NoteFault::Form)?;
    let [signature] = note.signatures.as_slice() else { return Err(NoteFault::Form) };
    if note.text.strip_suffix('\n') != Some(line) {
        return Err(NoteFault::OtherText);
    }
    let key = keys.into_iter().find(|key| signature.is_of(key)).ok_or(NoteFault::OtherKey)?;
    if signature.holds(note.text, key) { Ok(key) } else { Err(NoteFault::Signature) }
}

/// A note as a form sends it, or a terminal copies it: line ends and what stands around it made as signed-note has them.
#[must_use]
pub fn tidied(pasted: &str) -> String {
    format!("{}\n", pasted.replace("\r\n", "\n").trim())
}

/// `[size, "root"]`.
fn parse_log(value: &Value) -> Option<Witnessed> {
    match value.as_array()?.as_slice() {
        [size, root] => {
            let root: Hash = BASE64_STANDARD.decode(root.as_str()?).ok()?.try_into().ok()?;
            Some(Witnessed { size: size.as_u64()?, root })
        }
        _ => None,
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// So much older than its entry the log that a person saw may be.
pub const RECENT_SECS: i64 = DAY_SECS.saturating_mul(7);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::key::SigningKey;
    use crate::log::note;

    fn statement(size: u64, nonce: [u8; 16], body: [u8; 32]) -> Statement {
        Statement {
            does: "payout.approved".to_owned(),
            log: Witnessed { size, root: body },
            nonce: hex::encode(nonce),
            origin: "coop.example/main".to_owned(),
            sha256: hex::encode(body),
        }
    }

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed("coop.example/main/m/M-00000000", [seed; 32]).unwrap()
    }

    #[test]
    fn the_line_is_the_one_of_the_ledgers_page() {
        let root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let (nonce, sha256) = ("07".repeat(16), "00".repeat(32));
        let line = format!(
            r#"{{"does":"payout.approved","log":[5,"{root}"],"nonce":"{nonce}","origin":"coop.example/main","sha256":"{sha256}"}}"#
        );
        assert_eq!(statement(5, [7; 16], [0; 32]).line(), line);
    }

    #[test]
    fn only_this_note_over_this_line_by_one_of_these_keys_is_taken() {
        let line = statement(5, [7; 16], [1; 32]).line();
        let (mine, other) = (key(1), key(2));
        let keys = [mine.verifying_key()];
        let good = note::sign(&format!("{line}\n"), &mine);
        assert_eq!(signer(&good, &line, &keys).unwrap().id(), mine.id());
        assert_eq!(signer(&tidied(&format!("\n {}\r\n", good.replace('\n', "\r\n"))), &line, &keys).unwrap().id(), mine.id());
        let over_other = note::sign(&format!("{}\n", statement(5, [8; 16], [1; 32]).line()), &mine);
        assert_eq!(signer(&over_other, &line, &keys), Err(NoteFault::OtherText));
        assert_eq!(signer(&note::sign(&format!("{line}\n"), &other), &line, &keys), Err(NoteFault::OtherKey));
        assert_eq!(signer(&format!("{good}{}", good.lines().last().unwrap()), &line, &keys), Err(NoteFault::Form));
        assert_eq!(signer("", &line, &keys), Err(NoteFault::Form));
        // The name and id of a key that may sign, over a signature of another.
        let forged = note::line(mine.name(), mine.id(), &other.sign(format!("{line}\n").as_bytes()));
        assert_eq!(signer(&format!("{line}\n\n{forged}"), &line, &keys), Err(NoteFault::Signature));
    }

    #[test]
    fn a_log_is_recent_for_seven_days_and_never_beyond_the_entry() {
        let at = Timestamp::from_secs(10_000_000);
        let seen = Witnessed { size: 4, root: [0; 32] };
        let at_of = |secs: i64| move |index: u64| (index == 4).then(|| at.plus_secs(-secs));
        assert!(seen.is_recent(4, at, |_| None), "none came between");
        assert!(seen.is_recent(9, at, at_of(RECENT_SECS)));
        assert!(!seen.is_recent(9, at, at_of(RECENT_SECS + 1)));
        assert!(!seen.is_recent(3, at, at_of(0)), "a log larger than the entry's own index");
    }

    fn with_another_character(text: &str, place: prop::sample::Index, with: &str) -> String {
        let place = place.index(text.chars().count());
        text.chars().enumerate().map(|(at, old)| if at == place { with.to_owned() } else { old.to_string() }).collect()
    }

    proptest! {
        #[test]
        fn a_line_reads_back_and_no_changed_character_reads_as_the_same(
            size in 0_u64..1 << 53, nonce in any::<[u8; 16]>(), body in any::<[u8; 32]>(), place in any::<prop::sample::Index>(), with in " -~",
        ) {
            let statement = statement(size, nonce, body);
            let line = statement.line();
            prop_assert_eq!(&Statement::parse(&line).unwrap(), &statement);
            let changed = with_another_character(&line, place, &with);
            prop_assume!(changed != line);
            prop_assert!(Statement::parse(&changed).as_ref() != Ok(&statement));
        }

        #[test]
        fn no_changed_character_of_a_note_is_taken(place in any::<prop::sample::Index>(), with in " -~") {
            let line = statement(5, [7; 16], [1; 32]).line();
            let (mine, text) = (key(1), format!("{line}\n"));
            let good = note::sign(&text, &mine);
            let changed = with_another_character(&good, place, &with);
            prop_assume!(changed != good);
            prop_assert!(signer(&changed, &line, &[mine.verifying_key()]).is_err());
        }
    }
}
