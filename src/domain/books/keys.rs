//! Which keys are in force at which index, replayed from the log itself (LEDGER.md section 4), and the notes that people sign.

use std::collections::BTreeSet;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::Value;

use super::entry::Entry;
use crate::log::Hash;
use crate::log::json;
use crate::log::key::{KeyId, VerifyingKey};
use crate::log::note::Note;
use crate::time::{DAY_SECS, Timestamp};

/// Every key that ever was, with the indices between which it is in force.
#[derive(Clone, Debug, Default)]
pub struct KeyRing {
    origin: String,
    keys: Vec<Held>,
    nonces: BTreeSet<(String, KeyId, String)>,
}

#[derive(Clone, Debug)]
struct Held {
    owner: Owner,
    key: VerifyingKey,
    /// In force from this index on.
    from: u64,
    /// And below this one.
    until: Option<u64>,
}

/// A key of one of the co-op's two roles.
#[derive(Clone, Copy, Debug)]
pub struct RoleKey<'r> {
    /// `checkpoint` or `entry`.
    pub role: &'static str,
    /// Its public half.
    pub key: &'r VerifyingKey,
    /// In force from this index on.
    pub from: u64,
    /// And below this one.
    pub until: Option<u64>,
}

impl RoleKey<'_> {
    /// Whether it is in force at an index (of an entry) or a size (of a checkpoint).
    #[must_use]
    pub fn is_in_force(&self, index: u64) -> bool {
        self.from <= index && self.until.is_none_or(|until| index < until)
    }
}

/// Whose key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Owner {
    Checkpoint,
    Entry,
    Member(String),
}

/// What a person signed: the log as it stood when they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// The log's size.
    pub size: u64,
    /// Its root then.
    pub root: Hash,
}

/// What in an entry does not hold against the keys in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Index 0 is not a founding with keys named for its origin.
    #[error("the first entry does not found a co-op")]
    Founding,
    /// Not signed by an entry key in force.
    #[error("not signed by an entry key in force")]
    EntrySignature,
    /// A person's note that does not hold: form, hash, key, nonce or log.
    #[error("a person's note does not hold")]
    PersonalNote,
    /// A key that may not be added or retired like this.
    #[error("a key was added or retired against the rules")]
    KeyChange,
}

impl KeyRing {
    /// Checks an entry's signatures at its index, then applies what it does to the keys. Returns what people signed about
    /// the log. `at_of(size)` gives the time of the entry at an index below this one.
    ///
    /// # Errors
    /// [`KeyError`]; the ring is then unchanged but for nonces.
    pub fn admit(
        &mut self,
        index: u64,
        bytes: &[u8],
        entry: &Entry,
        at_of: impl Fn(u64) -> Option<Timestamp>,
    ) -> Result<Vec<Witnessed>, KeyError> {
        if index == 0 {
            self.found(entry)?;
        }
        let note = Note::parse(bytes).map_err(|_| KeyError::EntrySignature)?;
        let signed = self.in_force(index).any(|held| held.owner == Owner::Entry && note.is_signed_by(&held.key));
        if !signed && !adds_its_signer(entry, &note) {
            return Err(KeyError::EntrySignature);
        }
        let mut seen = Vec::new();
        let mut signers = Vec::new();
        for text in &entry.signed {
            let (owner, witnessed) = self.check_personal(index, entry, text, &at_of)?;
            signers.push(owner);
            seen.push(witnessed);
        }
        match entry.kind.name {
            "key.added" => self.add(index, entry, &signers)?,
            "key.retired" => self.retire(index, entry, &signers)?,
            _ => {}
        }
        Ok(seen)
    }

    /// The log's identity, from its first entry.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Checkpoint keys in force at this size.
    #[must_use]
    pub fn checkpoint_keys(&self, size: u64) -> Vec<VerifyingKey> {
        self.in_force(size).filter(|held| held.owner == Owner::Checkpoint).map(|held| held.key.clone()).collect()
    }

    /// Entry keys in force at this index.
    #[must_use]
    pub fn entry_keys(&self, index: u64) -> Vec<VerifyingKey> {
        self.in_force(index).filter(|held| held.owner == Owner::Entry).map(|held| held.key.clone()).collect()
    }

    /// Every key of the two roles that ever was, in the order of their coming.
    pub fn role_keys(&self) -> impl Iterator<Item = RoleKey<'_>> {
        self.keys.iter().filter_map(|held| {
            let role = match held.owner {
                Owner::Checkpoint => "checkpoint",
                Owner::Entry => "entry",
                Owner::Member(_) => return None,
            };
            Some(RoleKey { role, key: &held.key, from: held.from, until: held.until })
        })
    }

    /// Whether this was ever a checkpoint key.
    #[must_use]
    pub fn ever_checkpoint(&self, key: &VerifyingKey) -> bool {
        self.keys.iter().any(|held| held.owner == Owner::Checkpoint && held.key == *key)
    }

    fn found(&mut self, entry: &Entry) -> Result<(), KeyError> {
        let key = |name: &str| entry.text(name).and_then(|text| VerifyingKey::parse(text).ok());
        let (Some("coop.founded"), Some(origin), Some(checkpoint), Some(signing)) =
            (Some(entry.kind.name), entry.text("origin"), key("checkpoint_key"), key("entry_key"))
        else {
            return Err(KeyError::Founding);
        };
        if checkpoint.name() != origin || signing.name() != format!("{origin}/entry") {
            return Err(KeyError::Founding);
        }
        self.origin = origin.to_owned();
        self.keys.push(Held { owner: Owner::Checkpoint, key: checkpoint, from: 0, until: None });
        self.keys.push(Held { owner: Owner::Entry, key: signing, from: 0, until: None });
        Ok(())
    }

    fn in_force(&self, index: u64) -> impl Iterator<Item = &Held> {
        self.keys.iter().filter(move |held| held.from <= index && held.until.is_none_or(|until| index < until))
    }

    /// One note of a person: its line, its hash, its key, its nonce, its log.
    fn check_personal(
        &mut self,
        index: u64,
        entry: &Entry,
        text: &str,
        at_of: impl Fn(u64) -> Option<Timestamp>,
    ) -> Result<(Owner, Witnessed), KeyError> {
        let wrong = KeyError::PersonalNote;
        let note = Note::parse(text.as_bytes()).map_err(|_| wrong)?;
        let line = note.text.strip_suffix('\n').ok_or(wrong)?;
        let Ok(Value::Object(fields)) = json::parse(line) else { return Err(wrong) };
        let field = |name: &str| fields.get(name).and_then(Value::as_str);
        let nonce = field("nonce").filter(|nonce| nonce.len() == 32 && nonce.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
        let says = fields.len() == 5
            && field("does") == Some(entry.kind.name)
            && field("origin") == Some(self.origin.as_str())
            && field("sha256") == Some(entry.signable_sha256().as_str());
        let (true, Some(nonce), [_]) = (says, nonce, note.signatures.as_slice()) else { return Err(wrong) };
        let witnessed = fields.get("log").and_then(parse_log).ok_or(wrong)?;
        if witnessed.size > index || !is_recent(index, entry, &witnessed, at_of) {
            return Err(wrong);
        }
        let (owner, name, id) = self
            .in_force(index)
            .find(|held| held.owner != Owner::Entry && note.is_signed_by(&held.key))
            .map(|held| (held.owner.clone(), held.key.name().to_owned(), held.key.id()))
            .ok_or(wrong)?;
        let fresh = self.nonces.insert((name, id, nonce.to_owned()));
        if fresh { Ok((owner, witnessed)) } else { Err(wrong) }
    }

    fn add(&mut self, index: u64, entry: &Entry, signers: &[Owner]) -> Result<(), KeyError> {
        let key = entry.text("vkey").and_then(|text| VerifyingKey::parse(text).ok()).ok_or(KeyError::KeyChange)?;
        let owner = owner_of(entry).ok_or(KeyError::KeyChange)?;
        let named = match &owner {
            Owner::Checkpoint => key.name() == self.origin,
            Owner::Entry => key.name() == format!("{}/entry", self.origin),
            Owner::Member(member) => key.name() == format!("{}/m/{member}", self.origin),
        };
        let used = self.keys.iter().any(|held| held.key.name() == key.name() && held.key.id() == key.id());
        let first = !self.keys.iter().any(|held| held.owner == owner);
        if !named || used || !may_change(&owner, first, signers) {
            return Err(KeyError::KeyChange);
        }
        self.keys.push(Held { owner, key, from: index.saturating_add(1), until: None });
        Ok(())
    }

    fn retire(&mut self, index: u64, entry: &Entry, signers: &[Owner]) -> Result<(), KeyError> {
        let owner = owner_of(entry).ok_or(KeyError::KeyChange)?;
        let id = entry.text("key_id").ok_or(KeyError::KeyChange)?;
        let of_owner = self.in_force(index).filter(|held| held.owner == owner).count();
        let is_role = !matches!(owner, Owner::Member(_));
        if is_role && (of_owner < 2 || signers != [Owner::Checkpoint]) {
            return Err(KeyError::KeyChange);
        }
        let held = self.keys.iter_mut().find(|held| held.owner == owner && held.key.id().to_string() == id && held.until.is_none());
        held.ok_or(KeyError::KeyChange)?.until = Some(index.saturating_add(1));
        Ok(())
    }
}

/// An entry that adds an entry key may be signed by that key: the checkpoint key's note in it vouches for it. So a lost
/// entry key is replaced by whoever holds the checkpoint key.
fn adds_its_signer(entry: &Entry, note: &Note<'_>) -> bool {
    let adds_entry_key = entry.kind.name == "key.added" && entry.reference("role") == Some("entry");
    let added = entry.text("vkey").filter(|_| adds_entry_key).and_then(|vkey| VerifyingKey::parse(vkey).ok());
    added.is_some_and(|key| note.is_signed_by(&key))
}

/// A role's key is signed by a checkpoint key; a member's first rests on the server's word; every later one is
/// signed by a key of theirs or by two other members.
fn may_change(owner: &Owner, first: bool, signers: &[Owner]) -> bool {
    match owner {
        Owner::Member(_) if first => signers.is_empty(),
        Owner::Member(_) => {
            let mut others: Vec<&Owner> = signers.iter().filter(|signer| *signer != owner && **signer != Owner::Checkpoint).collect();
            others.sort_by_key(|other| format!("{other:?}"));
            others.dedup();
            signers.contains(owner) || others.len() >= 2
        }
        _ => signers == [Owner::Checkpoint],
    }
}

fn owner_of(entry: &Entry) -> Option<Owner> {
    match (entry.reference("role"), entry.reference("member")) {
        (Some("checkpoint"), None) => Some(Owner::Checkpoint),
        (Some("entry"), None) => Some(Owner::Entry),
        (None, Some(member)) => Some(Owner::Member(member.to_owned())),
        _ => None,
    }
}

/// `[size, "root"]`.
fn parse_log(value: &Value) -> Option<Witnessed> {
    match value.as_array()?.as_slice() {
        [size, root] => {
            let text = root.as_str()?;
            let root: Hash = BASE64_STANDARD.decode(text).ok()?.try_into().ok()?;
            Some(Witnessed { size: size.as_u64()?, root })
        }
        _ => None,
    }
}

/// The entry at index `size` (this one if none came between) is at most seven days older than this one; a ballot's
/// log is held against its proposal instead, which is a rule of votes.
fn is_recent(index: u64, entry: &Entry, seen: &Witnessed, at_of: impl Fn(u64) -> Option<Timestamp>) -> bool {
    if entry.kind.name == "ballot.cast" || seen.size == index {
        return true;
    }
    at_of(seen.size).is_some_and(|then| entry.at.since(then) <= DAY_SECS.saturating_mul(7))
}
