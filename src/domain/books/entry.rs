//! An entry: a signed note whose text is one line of canonical JSON. Drafted, sealed once, and from then on only read.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::kinds::{self, Kind, KindId, Posts, Signed, UNKNOWN};
use super::lines::{self, Line};
use super::table;
use crate::log::key::SigningKey;
use crate::log::note::{self, Note};
use crate::log::tree::leaf_hash;
use crate::log::{Hash, json};
use crate::time::Timestamp;

/// What is to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    kind: &'static str,
    refs: Map<String, Value>,
    calc: Map<String, Value>,
    rule: Option<u64>,
    lines: Vec<Line>,
    signed: Vec<String>,
}

/// A sealed entry: its bytes, which are never made again, and its leaf hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The signed note.
    pub note: Vec<u8>,
    /// Its leaf in the tree.
    pub leaf: Hash,
}

/// An entry as read. Forms are checked; signatures and sums are other questions.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it was recorded.
    pub at: Timestamp,
    /// Its kind.
    pub kind: &'static Kind,
    /// Its word, if nobody here knows the kind.
    word: Option<String>,
    /// The ids it is about.
    pub refs: Map<String, Value>,
    /// From what its lines are recomputed; empty if absent.
    pub calc: Map<String, Value>,
    /// The rule book applied.
    pub rule: Option<u64>,
    /// Notes by people.
    pub signed: Vec<String>,
    /// Postings; empty if absent.
    pub lines: Vec<Line>,
}

/// Why something is no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not exactly one text line, one blank line and one signature line.
    #[error("not a note of one line with one signature")]
    Note,
    /// The line is not canonical JSON.
    #[error("not canonical JSON")]
    Json,
    /// A kind that this version does not know.
    #[error("unknown kind")]
    UnknownKind,
    /// A field too many, too few, or not of its form.
    #[error("a field is missing, unknown or malformed")]
    Fields,
    /// Longer than 65,535 bytes.
    #[error("longer than 65,535 bytes")]
    TooLong,
    /// Not the founding at index 0; a book without a proposal elsewhere than at index 1, or with one there.
    #[error("not of the form that an entry at this index has")]
    Place,
}

impl Draft {
    /// An entry of this kind, without fields yet.
    #[must_use]
    pub fn new(kind: &'static str) -> Draft {
        Draft { kind, refs: Map::new(), calc: Map::new(), rule: None, lines: Vec::new(), signed: Vec::new() }
    }

    /// What it is about.
    #[must_use]
    pub fn about(mut self, name: &str, id: impl ToString) -> Draft {
        self.refs.insert(name.to_owned(), Value::String(id.to_string()));
        self
    }

    /// An input from which its lines follow.
    #[must_use]
    pub fn calc(mut self, name: &str, value: impl Into<Value>) -> Draft {
        self.calc.insert(name.to_owned(), value.into());
        self
    }

    /// Every input at once.
    #[must_use]
    pub fn calc_all(mut self, calc: Map<String, Value>) -> Draft {
        self.calc = calc;
        self
    }

    /// The rule book applied.
    #[must_use]
    pub fn rule(mut self, index: u64) -> Draft {
        self.rule = Some(index);
        self
    }

    /// Its postings, from [`lines::balanced`].
    #[must_use]
    pub fn lines(mut self, lines: Vec<Line>) -> Draft {
        self.lines = lines;
        self
    }

    /// With people's notes over [`Draft::signable_text`].
    #[must_use]
    pub fn signed(mut self, notes: Vec<String>) -> Draft {
        self.signed = notes;
        self
    }

    /// The dotted word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// A reference, if the draft has it.
    #[must_use]
    pub fn reference(&self, name: &str) -> Option<&str> {
        self.refs.get(name).and_then(Value::as_str)
    }

    /// An input, if the draft has it.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&Value> {
        self.calc.get(name)
    }

    /// Its postings.
    #[must_use]
    pub fn postings(&self) -> &[Line] {
        &self.lines
    }

    /// Its postings, for whoever needs nothing else of it.
    #[must_use]
    pub fn into_postings(self) -> Vec<Line> {
        self.lines
    }

    /// People's notes.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.signed
    }

    /// What people sign the hash of: the canonical JSON of kind, refs, calc and lines, without a newline.
    #[must_use]
    pub fn signable_text(&self) -> String {
        json::write(&Value::Object(self.signable()))
    }

    /// Signs the entry. Everything that a reader would refuse is refused here first.
    ///
    /// # Errors
    /// [`EntryError`] for a draft that is no entry: a defect of the caller, never of a person's input.
    pub fn seal(&self, at: Timestamp, key: &SigningKey) -> Result<Sealed, EntryError> {
        let mut entry = self.signable();
        entry.insert("at".to_owned(), Value::String(at.to_string()));
        entry.insert("v".to_owned(), json!(1));
        if let Some(rule) = self.rule {
            entry.insert("rule".to_owned(), json!(rule));
        }
        if !self.signed.is_empty() {
            entry.insert("signed".to_owned(), json!(self.signed));
        }
        if table::find(self.kind).is_none() {
            return Err(EntryError::UnknownKind);
        }
        let entry = Value::Object(entry);
        json::check(&entry, json::DEPTH).map_err(|_| EntryError::Json)?;
        let note = note::sign(&format!("{}\n", json::write(&entry)), key).into_bytes();
        Entry::read(&note)?;
        let leaf = leaf_hash(&note);
        Ok(Sealed { note, leaf })
    }

    /// What people sign the hash of: kind, refs, calc, lines; absent ones absent.
    fn signable(&self) -> Map<String, Value> {
        signable(self.kind, &self.refs, &self.calc, &self.lines)
    }
}

impl Entry {
    /// Reads an entry's bytes: its note, canonical JSON, kind, fields and forms.
    ///
    /// # Errors
    /// [`EntryError`] naming what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Entry, EntryError> {
        if bytes.len() > LONGEST {
            return Err(EntryError::TooLong);
        }
        Entry::of_note(&Note::parse(bytes).map_err(|_| EntryError::Note)?)
    }

    /// Reads an entry whose note, of at most 65,535 bytes, is parsed already.
    ///
    /// # Errors
    /// As [`Entry::read`].
    pub fn of_note(note: &Note<'_>) -> Result<Entry, EntryError> {
        let line = note.text.strip_suffix('\n').filter(|line| !line.contains('\n')).ok_or(EntryError::Note)?;
        if note.signatures.len() != 1 {
            return Err(EntryError::Note);
        }
        let Value::Object(mut fields) = json::parse(line).map_err(|_| EntryError::Json)? else {
            return Err(EntryError::Json);
        };
        let mut text = |name: &str| match fields.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let at = text("at").and_then(|at| Timestamp::parse(&at).ok()).filter(|at| at.secs() >= 0).ok_or(EntryError::Fields)?;
        let kind = text("kind").ok_or(EntryError::Fields)?;
        let (kind, word) = match table::find(&kind) {
            Some(known) => (known, None),
            None if is_dotted(&kind) => (&UNKNOWN, Some(kind)),
            None => return Err(EntryError::Fields),
        };
        let entry = Entry {
            at,
            kind,
            word,
            refs: object(fields.remove("refs")).ok_or(EntryError::Fields)?,
            calc: optional(fields.remove("calc"), object_filled)?.unwrap_or_default(),
            rule: optional(fields.remove("rule"), |value| value.as_u64())?,
            signed: optional(fields.remove("signed"), texts_filled)?.unwrap_or_default(),
            lines: optional(fields.remove("lines"), |value| lines::parse(&value).ok())?.unwrap_or_default(),
        };
        let complete = fields.remove("v") == Some(json!(1)) && fields.is_empty() && entry.fits();
        if complete { Ok(entry) } else { Err(EntryError::Fields) }
    }

    /// What its index asks of its form: the log begins with its founding, and the founding book alone has no proposal.
    ///
    /// # Errors
    /// [`EntryError::Place`].
    pub fn check_place(&self, index: u64) -> Result<(), EntryError> {
        let founds = index != 0 || self.kind.id == KindId::CoopFounded;
        let by_vote = self.refs.contains_key("proposal");
        let enacts = self.kind.id != KindId::RuleEnacted || by_vote == (index != 1);
        if founds && enacts { Ok(()) } else { Err(EntryError::Place) }
    }

    /// The dotted word of its kind, as it stands in the entry.
    #[must_use]
    pub fn kind_word(&self) -> &str {
        self.word.as_deref().unwrap_or(self.kind.name)
    }

    /// A reference, if the entry has it.
    #[must_use]
    pub fn reference(&self, name: &str) -> Option<&str> {
        self.refs.get(name).and_then(Value::as_str)
    }

    /// An input that is text, if the entry has it.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.calc.get(name).and_then(Value::as_str)
    }

    /// The hash that people's notes must carry, hex.
    #[must_use]
    pub fn signable_sha256(&self) -> String {
        let signable = signable(self.kind_word(), &self.refs, &self.calc, &self.lines);
        sha256_of(&json::write(&Value::Object(signable)))
    }

    /// Fields, forms, and those that hang on another.
    fn fits(&self) -> bool {
        let kind = self.kind;
        if kind.id == KindId::Unknown {
            return self.refs.values().all(Value::is_string);
        }
        let refs = if kind.name == "correction.posted" { self.correction_refs_fit() } else { kinds::fit(kind.refs, &self.refs) };
        let posts = match kind.lines {
            Posts::Always => !self.lines.is_empty(),
            Posts::Never => self.lines.is_empty(),
            Posts::Perhaps => true,
        };
        let has = |name: &str| self.refs.contains_key(name);
        let one_owner = ["member", "role", "user"].into_iter().filter(|name| has(name)).count() == 1;
        let depends = match kind.name {
            "key.added" => one_owner && has("user") == has("client"),
            "key.retired" => one_owner,
            "work.accepted" => (self.text("by") == Some("member")) == self.refs.contains_key("reviewer"),
            "fund.spent" => {
                let earned = self.lines.iter().any(|line| line.account.as_str().ends_with(":Earned"));
                earned == self.refs.contains_key("member")
            }
            _ => true,
        };
        let signed = match kind.signed {
            Signed::Never => self.signed.is_empty(),
            Signed::Ballot => (self.text("how") == Some("key")) == (self.signed.len() == 1) && self.signed.len() <= 1,
            Signed::Judge => self.signed.is_empty() || (self.signed.len() == 1 && matches!(self.text("by"), Some("member" | "client"))),
            // A role's key takes exactly one note; a person's is retired on the server's word, and added by whoever must.
            Signed::Key if self.refs.contains_key("role") => self.signed.len() == 1,
            Signed::Key => kind.id == KindId::KeyAdded || self.signed.is_empty(),
            Signed::People | Signed::Perhaps => true,
        };
        refs && kinds::fit(kind.calc, &self.calc) && posts && depends && signed && kind.rule == self.rule.is_some()
    }

    /// A correction carries, beside the index it corrects, the refs of that entry.
    fn correction_refs_fit(&self) -> bool {
        self.refs.contains_key("corrects")
            && self.refs.iter().all(|(name, value)| table::reference_form(name).is_some_and(|form| form.holds(value)))
    }
}

/// The hash that a person's note carries of a [`Draft::signable_text`], hex.
#[must_use]
pub fn sha256_of(signable_text: &str) -> String {
    hex::encode(Sha256::digest(signable_text))
}

fn signable(kind: &str, refs: &Map<String, Value>, calc: &Map<String, Value>, postings: &[Line]) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("kind".to_owned(), Value::String(kind.to_owned()));
    fields.insert("refs".to_owned(), Value::Object(refs.clone()));
    if !calc.is_empty() {
        fields.insert("calc".to_owned(), Value::Object(calc.clone()));
    }
    if !postings.is_empty() {
        fields.insert("lines".to_owned(), lines::to_json(postings));
    }
    fields
}

/// The form of a kind's word: `^[a-z0-9-]+(\.[a-z0-9-]+)+$`.
fn is_dotted(word: &str) -> bool {
    let fits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    word.contains('.') && word.split('.').all(fits)
}

/// Absent is fine; present must be right.
fn optional<T>(value: Option<Value>, read: impl Fn(Value) -> Option<T>) -> Result<Option<T>, EntryError> {
    value.map(|value| read(value).ok_or(EntryError::Fields)).transpose()
}

fn object(value: Option<Value>) -> Option<Map<String, Value>> {
    match value {
        Some(Value::Object(members)) => Some(members),
        _ => None,
    }
}

/// `calc` is absent if empty.
fn object_filled(value: Value) -> Option<Map<String, Value>> {
    object(Some(value)).filter(|members| !members.is_empty())
}

fn texts_filled(value: Value) -> Option<Vec<String>> {
    let items = value.as_array().filter(|items| !items.is_empty())?;
    items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// A bundle says an entry's length in 16 bits.
const LONGEST: usize = 65_535;

#[cfg(test)]
mod tests;
