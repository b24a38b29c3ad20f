//! What somebody who holds the server may tell of a vote instead: each as they would have to tell it, with all that goes with it.

use manyhands_domain::log::json;
use manyhands_domain::proposals::sealing::Opening;
use manyhands_domain::proposals::tally::Choice;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::rewritten::rewrites::Told;

/// What is told otherwise, and the place at which level 4 must find it.
pub type Attack = (&'static str, fn(&mut Told) -> usize);

/// The places of a kind's entries about a vote.
fn places(told: &Told, kind: &str, proposal: &str) -> Vec<usize> {
    let about = |entry: &Value| entry["kind"] == kind && entry["refs"]["proposal"] == proposal;
    told.entries.iter().enumerate().filter(|(_, entry)| about(entry)).map(|(place, _)| place).collect()
}

fn closed(told: &Told) -> usize {
    places(told, "proposal.closed", "P-2")[0]
}

/// The last ballot by session of P-2, which is the last of all.
fn last_ballot(told: &Told) -> usize {
    *places(told, "ballot.cast", "P-2").last().unwrap()
}

/// The member who is on the roll and did not vote: the fifth to be admitted.
fn idle(told: &Told) -> String {
    let admitted: Vec<&Value> = told.entries.iter().filter(|entry| entry["kind"] == "member.admitted").collect();
    let voted: Vec<String> =
        places(told, "ballot.cast", "P-2").iter().map(|place| told.entries[*place]["refs"]["member"].to_string()).collect();
    let idle = admitted.iter().find(|entry| !voted.contains(&entry["refs"]["member"].to_string())).unwrap();
    idle["refs"]["member"].as_str().unwrap().to_owned()
}

/// A ballot by session of this member, put after the last one.
fn stuff(told: &mut Told, member: &str, sealed: &str) -> usize {
    let place = last_ballot(told);
    let mut ballot = told.entries[place].clone();
    ballot["refs"]["member"] = member.into();
    ballot["calc"]["sealed"] = sealed.into();
    told.entries.insert(place + 1, ballot);
    place + 1
}

fn openings(told: &Told) -> Vec<Value> {
    let sha256 = told.entries[closed(told)]["calc"]["openings"].as_str().unwrap();
    let (_, bytes) = told.documents.iter().find(|(name, _)| name == sha256).unwrap();
    serde_json::from_slice(bytes).unwrap()
}

/// Other openings under the hash that they then have.
fn open_so(told: &mut Told, openings: Vec<Value>) {
    let bytes = json::write(&Value::Array(openings)).into_bytes();
    let (place, sha256) = (closed(told), hex::encode(Sha256::digest(&bytes)));
    told.entries[place]["calc"]["openings"] = sha256.clone().into();
    told.documents.push((sha256, bytes));
}

/// Adds to a number of the tally.
fn count(told: &mut Told, pointer: &str, by: i64) {
    let place = closed(told);
    let number = told.entries[place]["calc"].pointer_mut(pointer).unwrap();
    *number = (number.as_i64().unwrap() + by).into();
}

/// The entry that enacted P-2's change, for another one.
fn enacted(told: &Told) -> Value {
    told.entries[places(told, "rule.enacted", "P-2")[0]].clone()
}

fn append(told: &mut Told, entry: Value) -> usize {
    told.entries.push(entry);
    told.entries.len() - 1
}

/// Found at level 4, and at no other.
pub const ATTACKS: &[Attack] = &[
    ("a ballot dropped", |told| {
        let place = last_ballot(told);
        told.entries.remove(place);
        closed(told)
    }),
    ("a ballot by key dropped", |told| {
        // The second of both: nobody signed anything after it.
        let place = places(told, "ballot.cast", "P-2")[1];
        told.entries.remove(place);
        closed(told)
    }),
    ("a ballot stuffed, of a member who did not vote", |told| {
        let member = idle(told);
        stuff(told, &member, &"a".repeat(64));
        closed(told)
    }),
    ("a ballot stuffed, of nobody", |told| stuff(told, "M-00000000", &"a".repeat(64))),
    ("a ballot stuffed over one by key", |told| {
        let member = told.entries[places(told, "ballot.cast", "P-2")[1]]["refs"]["member"].as_str().unwrap().to_owned();
        stuff(told, &member, &"a".repeat(64))
    }),
    ("a ballot of a closed vote stuffed into it", |told| {
        let mut ballot = told.entries[places(told, "ballot.cast", "P-1")[0]].clone();
        let place = last_ballot(told);
        ballot["at"] = told.entries[place]["at"].clone();
        told.entries.insert(place + 1, ballot);
        place + 1
    }),
    ("a ballot exchanged for another", |told| {
        let place = last_ballot(told);
        let sealed = Opening { choice: Choice::No, salt: [7; 32] }.seal("P-2", told.entries[place]["refs"]["member"].as_str().unwrap());
        told.entries[place]["calc"]["sealed"] = sealed.into();
        closed(told)
    }),
    ("a changed tally", |told| {
        count(told, "/counts/yes", -1);
        count(told, "/counts/no", 1);
        closed(told)
    }),
    ("a tally that hides who voted by key", |told| {
        count(told, "/by_key", -1);
        count(told, "/by_session", 1);
        closed(told)
    }),
    ("another result", |told| {
        let place = closed(told);
        told.entries[place]["calc"]["result"] = "rejected".into();
        place
    }),
    ("a ballot opened to another choice", |told| {
        let mut openings = openings(told);
        let yes = openings.iter_mut().find(|opening| opening[1] == "yes").unwrap();
        yes[1] = "no".into();
        open_so(told, openings);
        count(told, "/counts/yes", -1);
        count(told, "/counts/no", 1);
        closed(told)
    }),
    ("a ballot that is not opened, and nobody waited", |told| {
        let mut openings = openings(told);
        openings.pop();
        open_so(told, openings);
        count(told, "/counts/yes", -1);
        count(told, "/unopened", 1);
        closed(told)
    }),
    ("a vote closed before its end", |told| {
        let place = closed(told);
        told.entries[place]["at"] = told.entries[place - 1]["at"].clone();
        place
    }),
    ("a rule enacted by a vote that was rejected", |told| {
        let mut entry = enacted(told);
        entry["refs"]["proposal"] = "P-1".into();
        entry["calc"]["book"]["floor"]["general"]["USD"] = "10.000000".into();
        append(told, entry)
    }),
    ("a rule enacted by a vote that never was", |told| {
        let mut entry = enacted(told);
        entry["refs"]["proposal"] = "P-3".into();
        append(told, entry)
    }),
    ("a rule enacted twice", |told| {
        let entry = enacted(told);
        append(told, entry)
    }),
    ("a rule enacted otherwise than it was voted", |told| {
        let place = places(told, "rule.enacted", "P-2")[0];
        told.entries[place]["calc"]["book"]["floor"]["general"]["USD"] = "8.500000".into();
        place
    }),
];

/// What must be found at other levels, too, since voters signed what they had seen, or since the entry has no form.
pub const ELSEWHERE: &[(&str, usize, fn(&mut Told))] = &[
    ("a rule enacted without a vote", 4, |told| {
        let mut entry = enacted(told);
        entry.as_object_mut().unwrap().remove("refs");
        entry["refs"] = json!({});
        append(told, entry);
    }),
    ("a rejected vote that passed", 4, |told| {
        let place = places(told, "proposal.closed", "P-1")[0];
        told.entries[place]["calc"]["result"] = "passed".into();
    }),
    ("the first ballot by key dropped", 4, |told| {
        let place = places(told, "ballot.cast", "P-2")[0];
        told.entries.remove(place);
    }),
    ("an end that is moved", 2, |told| {
        let place = places(told, "proposal.opened", "P-2")[0];
        told.entries[place]["calc"]["closes"] = "2027-01-01T00:00:00Z".into();
    }),
    ("a voter added to the roll", 4, |told| {
        let place = places(told, "proposal.opened", "P-2")[0];
        told.entries[place]["calc"]["roll_size"] = 6.into();
    }),
    ("other words than were voted on", 2, |told| {
        let place = places(told, "proposal.opened", "P-2")[0];
        let sha256 = told.entries[place]["calc"]["document"].as_str().unwrap().to_owned();
        let (_, bytes) = told.documents.iter().find(|(name, _)| *name == sha256).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap().replacen("A new rule", "Another rule", 1);
        let sha256 = hex::encode(Sha256::digest(&text));
        told.documents.push((sha256.clone(), text.into_bytes()));
        told.entries[place]["calc"]["document"] = sha256.into();
    }),
    ("a member invented once two have keys, for the roll", 4, |told| {
        let place = places(told, "proposal.opened", "P-2")[0];
        let mut ghost = told.entries.iter().find(|entry| entry["kind"] == "member.admitted").unwrap().clone();
        ghost["refs"]["member"] = "M-00000000".into();
        ghost["at"] = told.entries[place]["at"].clone();
        told.entries.insert(place, ghost);
    }),
];

/// Tells of a ballot by session in the name of whoever did not vote, with all that follows from it.
pub fn stuffed_well(told: &mut Told) {
    let (member, opening) = (idle(told), Opening { choice: Choice::No, salt: [9; 32] });
    let mut openings = openings(told);
    let place = stuff(told, &member, &opening.seal("P-2", &member));
    openings.push(json!([place, "no", "09".repeat(32)]));
    open_so(told, openings);
    for pointer in ["/cast", "/by_session", "/counts/no"] {
        count(told, pointer, 1);
    }
}

/// Leaves the last ballot by session out, with all that follows from it.
pub fn left_out_well(told: &mut Told) {
    let place = last_ballot(told);
    let mut openings = openings(told);
    openings.retain(|opening| opening[0] != place);
    told.entries.remove(place);
    open_so(told, openings);
    for pointer in ["/cast", "/by_session", "/counts/yes"] {
        count(told, pointer, -1);
    }
}
