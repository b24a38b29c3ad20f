//! Members, clients' users and their keys: who is on the roll when, and where two people must sign.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::keys::{Owner, Signer};
use crate::replay::contracts::Contracts;
use crate::replay::{Broken, Ground, Outcome, Step};
use crate::time::{DAY_SECS, Timestamp};

/// Everybody who was ever admitted.
#[derive(Debug, Default)]
pub(super) struct People {
    members: BTreeMap<String, Person>,
    /// The client of each user who ever had a key.
    users: BTreeMap<String, String>,
    /// From when on two members could sign; nothing while there are no two.
    two_at: Option<Timestamp>,
    /// Two such members existed once: from then on two must sign, for ever.
    needed: bool,
    /// The same for keys of any age: admissions.
    needed_any: bool,
    two_any: bool,
}

#[derive(Debug)]
struct Person {
    /// In the order of admission.
    number: u32,
    admitted: u64,
    left: Option<u64>,
    keys: Vec<Key>,
}

#[derive(Debug)]
struct Key {
    id: String,
    since: Timestamp,
    /// In force from this index on.
    from: u64,
    until: Option<u64>,
}

/// Which keys count for two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// Those whose own entry is at least 72 hours older.
    Settled,
    /// Any in force.
    Any,
}

impl People {
    /// Notes whether two people could have signed this entry.
    pub(super) fn pass(&mut self, step: Step<'_>) {
        self.needed = self.needed || self.two_at.is_some_and(|due| step.entry.at >= due);
        self.needed_any = self.needed_any || self.two_any;
    }

    /// `member.admitted`.
    pub(super) fn admit(&mut self, step: Step<'_>) -> Outcome {
        let ground = self.two(step, Age::Any);
        let number = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        let id = step.id("member").to_owned();
        if self.members.contains_key(&id) {
            return Err(Broken::new("this member was admitted before"));
        }
        self.members.insert(id, Person { number, admitted: step.index, left: None, keys: Vec::new() });
        ground
    }

    /// `member.left`: signed by the member, whoever else signed, or by two people.
    pub(super) fn leave(&mut self, step: Step<'_>) -> Outcome {
        let id = step.id("member");
        let own = Owner::Member(id.to_owned());
        let themselves = step.signers.iter().any(|signer| signer.owner == own) && self.are_members(step);
        let ground = if themselves { Ok(Ground::Signed) } else { self.two(step, Age::Settled) };
        let person = self.members.get_mut(id).ok_or(NOT_ADMITTED)?;
        if person.left.is_some() {
            return Err(HAS_LEFT);
        }
        person.left = Some(step.index);
        self.find_two();
        ground
    }

    /// `key.added`. Whether the chain of keys holds is the first level's question; here, whether the person is one, and whether
    /// those who vouch may.
    pub(super) fn add_key(&mut self, step: Step<'_>, contracts: &Contracts) -> Outcome {
        let ground = if step.signers.is_empty() { Ground::ServerWord } else { Ground::Signed };
        if let Some(user) = step.entry.reference("user") {
            self.add_user(step, user, contracts)?;
            self.check_vouched(step, &Owner::User(user.to_owned()))?;
            return Ok(ground);
        }
        let Some(id) = step.entry.reference("member") else { return Ok(ground) };
        let own = Owner::Member(id.to_owned());
        let vouched = self.check_vouched(step, &own);
        let person = self.members.get_mut(id).ok_or(NOT_ADMITTED)?;
        let vkey = step.entry.text("vkey").unwrap_or_default();
        let key_id = vkey.split('+').nth(1).unwrap_or_default().to_owned();
        if step.changed_keys {
            person.keys.push(Key { id: key_id, since: step.entry.at, from: step.index.saturating_add(1), until: None });
        }
        if person.left.is_some() {
            return Err(HAS_LEFT);
        }
        vouched?;
        self.find_two();
        Ok(ground)
    }

    /// A client's user is opened by their first key, and stays with that client.
    fn add_user(&mut self, step: Step<'_>, user: &str, contracts: &Contracts) -> Result<(), Broken> {
        let client = step.id("client");
        let known = self.users.entry(user.to_owned()).or_insert_with(|| client.to_owned());
        if known != client {
            return Err(Broken::new("this user is another client's"));
        }
        if contracts.has_client(client) { Ok(()) } else { Err(Broken::new("no contract before it is this client's")) }
    }

    /// The notes on a further key: the person's own, or two other members'; and every note the person's own or a member's. Whose
    /// keys they are and how many is the first level's question: one that it did not let in is not asked about here.
    fn check_vouched(&self, step: Step<'_>, own: &Owner) -> Result<(), Broken> {
        if !step.changed_keys {
            return Ok(());
        }
        let is_own = |signer: &Signer| matches!(own, Owner::User(_)) && signer.owner == *own;
        if !step.signers.iter().all(|signer| is_own(signer) || self.is_members(signer)) {
            return Err(NOT_A_MEMBERS);
        }
        let vouched = step.signers.len() > 1 && !step.signers.iter().any(|signer| signer.owner == *own);
        if vouched && self.settled(step, Age::Settled).len() < 2 {
            return Err(Broken::new("two other members must vouch for this key, by keys at least 72 hours old"));
        }
        Ok(())
    }

    /// The client of a user who has, or had, a key.
    pub(super) fn client_of(&self, user: &str) -> Option<&str> {
        self.users.get(user).map(String::as_str)
    }

    /// `key.retired`.
    pub(super) fn retire_key(&mut self, step: Step<'_>) -> Outcome {
        let ground = if step.signers.is_empty() { Ground::ServerWord } else { Ground::Signed };
        if step.entry.reference("user").is_some_and(|user| !self.users.contains_key(user)) {
            return Err(Broken::new("this user never had a key"));
        }
        let Some(id) = step.entry.reference("member") else { return Ok(ground) };
        let person = self.members.get_mut(id).ok_or(NOT_ADMITTED)?;
        let key_id = step.entry.text("key_id").unwrap_or_default();
        let mut keys = person.keys.iter_mut().filter(|_| step.changed_keys);
        if let Some(key) = keys.find(|key| key.id == key_id && key.until.is_none()) {
            key.until = Some(step.index.saturating_add(1));
        }
        self.find_two();
        Ok(ground)
    }

    /// Two different members who have not left, by keys old enough; further notes are members' only. Needed since two such members
    /// exist; before that the entry rests on the server's word.
    pub(super) fn two(&self, step: Step<'_>, age: Age) -> Outcome {
        if !self.are_members(step) {
            return Err(NOT_A_MEMBERS);
        }
        let needed = if age == Age::Any { self.needed_any } else { self.needed };
        match (self.settled(step, age).len(), needed) {
            (2.., _) => Ok(Ground::Signed),
            (_, false) => Ok(Ground::ServerWord),
            (_, true) if age == Age::Any => Err(Broken::new("two members must sign it")),
            (_, true) => Err(Broken::new("two members must sign it, by keys at least 72 hours old")),
        }
    }

    /// Every note that holds is one of a member who has not left.
    fn are_members(&self, step: Step<'_>) -> bool {
        step.signers.iter().all(|signer| self.is_members(signer))
    }

    fn is_members(&self, signer: &Signer) -> bool {
        match &signer.owner {
            Owner::Member(id) => self.members.get(id).is_some_and(|person| person.left.is_none()),
            _ => false,
        }
    }

    /// The member's number, from their admission on.
    pub(super) fn number_of(&self, member: &str) -> Option<u32> {
        self.members.get(member).map(|person| person.number)
    }

    /// Whether they are a member at this size: admitted and not left below it.
    pub(super) fn is_at(&self, member: &str, size: u64) -> bool {
        self.members.get(member).is_some_and(|person| person.is_at(size))
    }

    /// Members at this size, sorted.
    pub(super) fn roll(&self, size: u64) -> impl Iterator<Item = &str> {
        self.members.iter().filter(move |(_, person)| person.is_at(size)).map(|(id, _)| id.as_str())
    }

    /// Whether the member had a key in force at an index.
    pub(super) fn had_key_at(&self, member: &str, index: u64) -> bool {
        let in_force = |key: &Key| key.from <= index && key.until.is_none_or(|until| index < until);
        self.members.get(member).is_some_and(|person| person.keys.iter().any(in_force))
    }

    /// The members among the signers whose notes count.
    fn settled<'s>(&self, step: Step<'s>, age: Age) -> BTreeSet<&'s str> {
        let counts = |signer: &&Signer| match (&signer.owner, age) {
            (Owner::Member(id), age) => {
                let stays = self.members.get(id).is_some_and(|person| person.left.is_none());
                stays && (age == Age::Any || step.entry.at.since(signer.since) >= SETTLED_SECS)
            }
            _ => false,
        };
        let id_of = |signer: &'s Signer| match &signer.owner {
            Owner::Member(id) => Some(id.as_str()),
            _ => None,
        };
        step.signers.iter().filter(counts).filter_map(id_of).collect()
    }

    /// When the second of the members with keys can first sign.
    fn find_two(&mut self) {
        let first_key = |person: &Person| person.keys.iter().filter(|key| key.until.is_none()).map(|key| key.since).min();
        let mut since: Vec<Timestamp> = self.members.values().filter(|person| person.left.is_none()).filter_map(first_key).collect();
        since.sort();
        self.two_any = since.len() > 1;
        self.two_at = since.get(1).map(|second| second.plus_secs(SETTLED_SECS));
    }
}

impl Person {
    fn is_at(&self, size: u64) -> bool {
        self.admitted < size && self.left.is_none_or(|left| left >= size)
    }
}

const SETTLED_SECS: i64 = 3 * DAY_SECS;
const NOT_ADMITTED: Broken = Broken::new("this member was never admitted");
const NOT_A_MEMBERS: Broken = Broken::new("a note on it is not that of a member who has not left");
const HAS_LEFT: Broken = Broken::new("this member has left");
