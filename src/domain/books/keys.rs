//! Which keys are in force at which index, replayed from the log itself (LEDGER.md section 4), and the notes that people sign.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::entry::Entry;
use super::kinds::KindId;
pub use super::personal::Witnessed;
use super::personal::{NoStatement, Statement};
use crate::log::key::VerifyingKey;
use crate::log::note::Note;
use crate::time::Timestamp;

/// Every key that ever was, with the indices between which it is in force.
#[derive(Clone, Debug, Default)]
pub struct KeyRing {
    origin: String,
    keys: Vec<Held>,
    /// Public key and nonce: no key uses one twice, under whatever name.
    nonces: BTreeSet<([u8; 32], String)>,
}

#[derive(Clone, Debug)]
struct Held {
    owner: Owner,
    key: VerifyingKey,
    /// In force from this index on.
    from: u64,
    /// And below this one.
    until: Option<u64>,
    /// When its entry was recorded.
    since: Timestamp,
    /// The checkpoint key that signed its entry; nothing for founding and people's keys.
    added_by: Option<[u8; 32]>,
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The role that signs checkpoints.
    Checkpoint,
    /// The role that signs entries.
    Entry,
    /// A member, by id.
    Member(String),
    /// A client's user, by id.
    User(String),
}

/// An entry at its place, to be held against the keys in force there.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// Its index.
    pub index: u64,
    /// Its note, every byte.
    pub bytes: &'a [u8],
    /// The same, read.
    pub entry: &'a Entry,
    /// What was found out about its signatures beforehand.
    pub proofs: &'a Proofs,
}

/// Signatures that were checked before the entry's place was known, on another thread perhaps. None is believed unless its key is
/// in force at that place; what is absent here is checked then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// The key under which the entry's own signature holds.
    pub entry: Option<Arc<VerifyingKey>>,
    /// For each note of a person, in their order, the key under which it holds.
    pub people: Vec<Option<Arc<VerifyingKey>>>,
}

/// Somebody whose note on an entry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Who.
    pub owner: Owner,
    /// Their public key.
    pub key: [u8; 32],
    /// When their key's own entry was recorded.
    pub since: Timestamp,
    /// The log's size as they saw it.
    pub saw: u64,
}

/// What an entry's signatures come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admission {
    /// People whose notes hold, in the order of the notes.
    pub signers: Vec<Signer>,
    /// What they signed about the log.
    pub witnessed: Vec<Witnessed>,
    /// Whether a key came or went by it.
    pub changed_keys: bool,
    /// The first thing that does not hold.
    pub error: Option<KeyError>,
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
    /// Checks an entry's signatures at its index, then applies what it does to the keys. `at_of(size)` gives the time of the
    /// entry at an index below this one. Each note is judged by itself: those that hold count, whatever the others do.
    pub fn admit(&mut self, reading: Reading<'_>, at_of: impl Fn(u64) -> Option<Timestamp>) -> Admission {
        let mut admission = Admission::default();
        let outcome = self.try_admit(reading, at_of, &mut admission);
        admission.error = admission.error.or(outcome.err());
        admission
    }

    fn try_admit(
        &mut self,
        reading: Reading<'_>,
        at_of: impl Fn(u64) -> Option<Timestamp>,
        admission: &mut Admission,
    ) -> Result<(), KeyError> {
        let Reading { index, entry, .. } = reading;
        if index == 0 {
            self.found(entry)?;
        }
        self.check_entry_signature(reading)?;
        for (place, text) in entry.signed.iter().enumerate() {
            match self.check_personal(reading, place, text, &at_of) {
                Ok((signer, witnessed)) => {
                    admission.signers.push(signer);
                    admission.witnessed.push(witnessed);
                }
                Err(error) => admission.error = Some(error),
            }
        }
        match entry.kind.id {
            KindId::KeyAdded => self.add(index, entry, &admission.signers)?,
            KindId::KeyRetired => self.retire(index, entry, &admission.signers)?,
            _ => return Ok(()),
        }
        admission.changed_keys = true;
        Ok(())
    }

    fn check_entry_signature(&self, reading: Reading<'_>) -> Result<(), KeyError> {
        let mut keys = self.in_force(reading.index).filter(|held| held.owner == Owner::Entry).map(|held| &held.key);
        if reading.proofs.entry.as_deref().is_some_and(|proved| keys.clone().any(|key| key == proved)) {
            return Ok(());
        }
        let note = Note::parse(reading.bytes).map_err(|_| KeyError::EntrySignature)?;
        let signed = keys.any(|key| note.is_signed_by(key)) || adds_its_signer(reading.entry, &note);
        if signed { Ok(()) } else { Err(KeyError::EntrySignature) }
    }

    /// The log's identity, from its first entry.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Every key that ever was, retired ones too, and whose it is.
    pub fn keys(&self) -> impl Iterator<Item = (&Owner, &VerifyingKey)> {
        self.keys.iter().map(|held| (&held.owner, &held.key))
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
                Owner::Member(_) | Owner::User(_) => return None,
            };
            Some(RoleKey { role, key: &held.key, from: held.from, until: held.until })
        })
    }

    /// Whether this was ever a checkpoint key.
    #[must_use]
    pub fn ever_checkpoint(&self, key: &VerifyingKey) -> bool {
        self.keys.iter().any(|held| held.owner == Owner::Checkpoint && held.key == *key)
    }

    /// Checkpoint keys in force at a size that a given key vouches for: itself, and those whose entries it or one of them signed.
    /// The others do not count: a forger may found a log of their own and add the true key to it.
    #[must_use]
    pub fn vouched_for(&self, given: &VerifyingKey, size: u64) -> Vec<VerifyingKey> {
        let mut trusted = BTreeSet::from([*given.as_bytes()]);
        // In the order in which they were added, so that each comes after the one that added it.
        for held in self.keys.iter().filter(|held| held.owner == Owner::Checkpoint) {
            if held.added_by.is_some_and(|by| trusted.contains(&by)) {
                trusted.insert(*held.key.as_bytes());
            }
        }
        self.checkpoint_keys(size).into_iter().filter(|key| trusted.contains(key.as_bytes())).collect()
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
        let founding = |owner, key| Held { owner, key, from: 0, until: None, since: entry.at, added_by: None };
        self.keys.push(founding(Owner::Checkpoint, checkpoint));
        self.keys.push(founding(Owner::Entry, signing));
        Ok(())
    }

    fn in_force(&self, index: u64) -> impl Iterator<Item = &Held> + Clone {
        self.keys.iter().filter(move |held| held.from <= index && held.until.is_none_or(|until| index < until))
    }

    /// One note of a person: its line, its hash, its key, its nonce, its log.
    fn check_personal(
        &mut self,
        reading: Reading<'_>,
        place: usize,
        text: &str,
        at_of: impl Fn(u64) -> Option<Timestamp>,
    ) -> Result<(Signer, Witnessed), KeyError> {
        let wrong = KeyError::PersonalNote;
        let Reading { index, entry, .. } = reading;
        let (note, said) = Statement::open(text).map_err(|_: NoStatement| wrong)?;
        let fits = said.does == entry.kind_word() && said.origin == self.origin && said.sha256 == entry.signable_sha256();
        // A ballot's log is held against its proposal instead, which is a rule of votes.
        let any_age = entry.kind.id == KindId::BallotCast && said.log.size <= index;
        if !fits || !(any_age || said.log.is_recent(index, entry.at, at_of)) {
            return Err(wrong);
        }
        let proved = reading.proofs.people.get(place).and_then(Option::as_deref);
        let held = self
            .in_force(index)
            .filter(|held| held.owner != Owner::Entry)
            .find(|held| proved == Some(&held.key) || note.is_signed_by(&held.key))
            .ok_or(wrong)?;
        let signer = Signer { owner: held.owner.clone(), key: *held.key.as_bytes(), since: held.since, saw: said.log.size };
        let nonce = (*held.key.as_bytes(), said.nonce);
        if self.nonces.insert(nonce) { Ok((signer, said.log)) } else { Err(wrong) }
    }

    fn add(&mut self, index: u64, entry: &Entry, signers: &[Signer]) -> Result<(), KeyError> {
        let key = entry.text("vkey").and_then(|text| VerifyingKey::parse(text).ok()).ok_or(KeyError::KeyChange)?;
        let owner = owner_of(entry).ok_or(KeyError::KeyChange)?;
        let named = match &owner {
            Owner::Checkpoint => key.name() == self.origin,
            Owner::Entry => key.name() == format!("{}/entry", self.origin),
            Owner::Member(member) => key.name() == format!("{}/m/{member}", self.origin),
            Owner::User(user) => key.name() == format!("{}/c/{user}", self.origin),
        };
        let used = self.keys.iter().any(|held| held.key.name() == key.name() && held.key.id() == key.id());
        let first = !self.keys.iter().any(|held| held.owner == owner);
        if !named || used || !may_change(&owner, first, signers) {
            return Err(KeyError::KeyChange);
        }
        let added_by = signers.first().filter(|signer| signer.owner == Owner::Checkpoint).map(|signer| signer.key);
        self.keys.push(Held { owner, key, from: index.saturating_add(1), until: None, since: entry.at, added_by });
        Ok(())
    }

    fn retire(&mut self, index: u64, entry: &Entry, signers: &[Signer]) -> Result<(), KeyError> {
        let owner = owner_of(entry).ok_or(KeyError::KeyChange)?;
        let id = entry.text("key_id").ok_or(KeyError::KeyChange)?;
        let of_owner = self.in_force(index).filter(|held| held.owner == owner).count();
        let is_role = matches!(owner, Owner::Checkpoint | Owner::Entry);
        if is_role && (of_owner < 2 || !is_checkpoint_alone(signers)) {
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

/// A role's key is signed by a checkpoint key; a person's first rests on the server's word; every later one is
/// signed by a key of theirs or by two other people, who are members.
fn may_change(owner: &Owner, first: bool, signers: &[Signer]) -> bool {
    match owner {
        Owner::Member(_) | Owner::User(_) if first => signers.is_empty(),
        Owner::Member(_) | Owner::User(_) => {
            let is_other = |other: &&Owner| *other != owner && matches!(other, Owner::Member(_));
            let others: BTreeSet<&Owner> = signers.iter().map(|signer| &signer.owner).filter(is_other).collect();
            signers.iter().any(|signer| signer.owner == *owner) || others.len() >= 2
        }
        Owner::Checkpoint | Owner::Entry => is_checkpoint_alone(signers),
    }
}

fn is_checkpoint_alone(signers: &[Signer]) -> bool {
    matches!(signers, [signer] if signer.owner == Owner::Checkpoint)
}

fn owner_of(entry: &Entry) -> Option<Owner> {
    match (entry.reference("role"), entry.reference("member"), entry.reference("user")) {
        (Some("checkpoint"), None, None) => Some(Owner::Checkpoint),
        (Some("entry"), None, None) => Some(Owner::Entry),
        (None, Some(member), None) => Some(Owner::Member(member.to_owned())),
        (None, None, Some(user)) => Some(Owner::User(user.to_owned())),
        _ => None,
    }
}
