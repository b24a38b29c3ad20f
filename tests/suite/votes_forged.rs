//! Whoever holds the server tells a vote otherwise than it was: ballots dropped, stuffed, exchanged and opened to another choice, another
//! tally, another end, rules that nobody voted. The auditor's program rejects each, without the server's keys and signed again with both
//! of them; and what it cannot reject then is in its count of what rests on the server's word. On both databases.

use std::path::{Path, PathBuf};
use std::process::Command;

use manyhands::actions::people::{self, Invitation};
use manyhands::actions::proposals::enacting;
use manyhands::actions::{receipts, sessions};
use manyhands_domain::ids::PersonId;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::log::{Hash, json};
use manyhands_domain::proposals::sealing::Opening;
use manyhands_domain::proposals::tally::Choice;
use manyhands_domain::replay::Ground;
use manyhands_verify::{Report, Seen, Source, Wanted, verify_source};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::rewritten::History;
use crate::rewritten::rewrites::Told;
use crate::signers::{AGE_SECS, enrol};
use crate::support::{ORIGIN, PASSWORD, World, databases, world};
use crate::voters::{close, floor, put_to_the_vote, question, until, verified, vote, vote_by_key};

/// What is told otherwise, and the place at which level 4 must find it.
type Attack = (&'static str, fn(&mut Told) -> usize);

async fn joins(world: &World, name: &str) -> PersonId {
    let invitation = Invitation {
        name: name.to_owned(),
        email: format!("{}@example.coop", name.to_lowercase()),
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        country: "KE".to_owned(),
        client: None,
        roles: Vec::new(),
    };
    people::add_active(&world.deps, &invitation, &sessions::hash(&world.deps, PASSWORD).await.unwrap()).await.unwrap()
}

/// Five members of whom two have keys. P-1 asks for a floor of 10 and is rejected; P-2 asks for 9, passes, and is enacted. In it two vote
/// by key, then two signed in, and one does not vote.
async fn told(database: &str) -> World {
    let world = world(database).await;
    joins(&world, "Idle").await;
    let keys = [enrol(&world, &world.coordinator, 1).await, enrol(&world, &world.treasurer, 2).await];
    world.deps.clock.advance(AGE_SECS);
    let first = put_to_the_vote(&world, &floor("10")).await;
    for (person, choice) in [(&world.worker, "yes"), (&world.reviewer, "no"), (&world.treasurer, "no")] {
        vote(&world, person, &first, choice).await.unwrap();
    }
    assert_eq!(close(&world, &first).await.state, "rejected");
    let second = put_to_the_vote(&world, &floor("9")).await;
    for (person, choice, key) in [(&world.coordinator, "yes", &keys[0]), (&world.treasurer, "no", &keys[1])] {
        world.deps.clock.advance(60);
        vote_by_key(&world, person, &second, choice, key).await.unwrap();
    }
    for person in [&world.worker, &world.reviewer] {
        vote(&world, person, &second, "yes").await.unwrap();
    }
    let closed = close(&world, &second).await;
    assert_eq!(closed.state, "passed");
    until(&world, closed.enacts_at.unwrap());
    assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 1);
    world
}

/// The checkpoint over a history, signed with this key.
fn checkpoint(history: &History, key: &SigningKey) -> String {
    let mut edge = Edge::default();
    history.notes.iter().for_each(|note| edge.push(leaf_hash(note)));
    Checkpoint { origin: ORIGIN.to_owned(), size: history.notes.len() as u64, root: edge.root() }.sign(key)
}

/// Writes a history as an export, under this checkpoint.
fn export(history: &History, checkpoint: &str, out: &Path) {
    let put = |path: &str, bytes: &[u8]| {
        let path = out.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    let size = history.notes.len() as u64;
    assert!(size <= tiles::WIDTH, "one tile holds it");
    let leaves: Vec<Hash> = history.notes.iter().map(|note| leaf_hash(note)).collect();
    let tile = Tile { level: 0, number: 0, width: size };
    put(&tile.bundle_path(), &tiles::bundle(history.notes.iter().map(Vec::as_slice)).unwrap());
    put(&tile.path(), &leaves.concat());
    put("checkpoint", checkpoint.as_bytes());
    for (sha256, bytes) in &history.documents {
        put(&format!("documents/{sha256}.json"), bytes);
    }
}

fn judged(world: &World, out: &Path, seen: Seen) -> Report {
    let wanted = Wanted { seen, ..Wanted::default() };
    verify_source(&Source::Folder(out.to_owned()), &world.deps.signers.checkpoint.verifying_key(), &wanted, |_, _| {}).unwrap()
}

/// Whether the independent program in Python takes the log, where it is there to be asked.
fn python_takes(world: &World, out: &Path) -> Option<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python: PathBuf = root.join("target/independent/bin/python3");
    if !python.exists() {
        return None;
    }
    let key = out.with_extension("vkey");
    std::fs::write(&key, format!("{}\n", world.deps.signers.checkpoint.verifying_key())).unwrap();
    let said = Command::new(python).arg(root.join("tests/independent/verify.py")).arg(out).arg("--vkey").arg(&key).output().unwrap();
    Some(said.status.success())
}

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

const ATTACKS: &[Attack] = &[
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
const ELSEWHERE: &[(&str, usize, fn(&mut Told))] = &[
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
    ("the first ballot by key dropped", 2, |told| {
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

#[tokio::test]
async fn a_vote_told_otherwise_is_rejected_also_when_the_servers_own_keys_signed_it() {
    for database in databases() {
        let world = told(database).await;
        let (place, honest, signers) = (tempfile::tempdir().unwrap(), History::of(&world).await, &world.deps.signers);
        let out = |name: &str| place.path().join(name.replace([' ', ','], "-"));
        let signed = |history: &History| checkpoint(history, &signers.checkpoint);
        export(&honest, &signed(&honest), &out("honest"));
        let report = judged(&world, &out("honest"), Seen::default());
        assert!(report.holds() && report.uncounted == 0, "{database}: {:?}", report.failures);
        assert_ne!(python_takes(&world, &out("honest")), Some(false), "{database}");
        let mut wrong = Vec::new();
        for (what, attack) in ATTACKS {
            let mut at = 0;
            let forged = honest.told_otherwise(|told| at = attack(told), Some(&signers.entry));
            export(&forged, &signed(&forged), &out(what));
            let failures = judged(&world, &out(what), Seen::default()).failures;
            let found = failures[3].as_ref().map(|failure| failure.at);
            if found != Some(at as u64) || failures[..3].iter().any(Option::is_some) {
                wrong.push(format!("{what}, at {at}: {failures:?}"));
            }
            if python_takes(&world, &out(what)) == Some(true) {
                wrong.push(format!("{what}: the independent program takes it"));
            }
            // Without the keys it does not get so far.
            let unsigned = honest.told_otherwise(|told| at = attack(told), None);
            export(&unsigned, &signed(&honest), &out("unsigned"));
            let (source, vkey) = (Source::Folder(out("unsigned")), signers.checkpoint.verifying_key());
            if verify_source(&source, &vkey, &Wanted::default(), |_, _| {}).is_ok_and(|report| report.holds()) {
                wrong.push(format!("{what}, without the keys"));
            }
            std::fs::remove_dir_all(out("unsigned")).unwrap();
        }
        for (what, level, attack) in ELSEWHERE {
            let forged = honest.told_otherwise(attack, Some(&signers.entry));
            export(&forged, &signed(&forged), &out(what));
            let failures = judged(&world, &out(what), Seen::default()).failures;
            if failures[level - 1].is_none() || python_takes(&world, &out(what)) == Some(true) {
                wrong.push(format!("{what}: {failures:?}"));
            }
        }
        assert!(wrong.is_empty(), "{database}: {}", wrong.join("\n"));
    }
}

/// Tells of a ballot by session in the name of whoever did not vote, with all that follows from it.
fn stuffed_well(told: &mut Told) {
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
fn left_out_well(told: &mut Told) {
    let place = last_ballot(told);
    let mut openings = openings(told);
    openings.retain(|opening| opening[0] != place);
    told.entries.remove(place);
    open_so(told, openings);
    for pointer in ["/cast", "/by_session", "/counts/yes"] {
        count(told, pointer, -1);
    }
}

fn ballots_on_its_word(report: &Report) -> u64 {
    report.grounds.get(&(Ground::ServerWord, "ballot.cast")).copied().unwrap_or_default()
}

#[tokio::test]
async fn a_ballot_by_session_rests_on_the_servers_word_and_on_what_its_voter_kept() {
    for database in databases() {
        let world = told(database).await;
        let (place, honest, signers) = (tempfile::tempdir().unwrap(), History::of(&world).await, &world.deps.signers);
        // What a voter has of their own ballot: its receipt.
        let voters = honest.notes.iter().rposition(|note| String::from_utf8_lossy(note).contains("ballot.cast")).unwrap();
        let receipt = receipts::receipt(&world.deps, voters as u64).await.unwrap().text();
        let mut seen = Seen::default();
        seen.add(receipt.as_bytes(), ORIGIN);
        let out = place.path().join("honest");
        export(&honest, &checkpoint(&honest, &signers.checkpoint), &out);
        let truly = judged(&world, &out, seen.clone());
        assert!(truly.holds(), "{database}: {:?}", truly.failures);
        // Of seven ballots two are signed by their voters; of each other the count says so.
        assert_eq!(ballots_on_its_word(&truly), 5, "{database}");
        let well: [(&str, fn(&mut Told), u64); 2] = [("one more", stuffed_well, 6), ("one fewer", left_out_well, 4)];
        for (what, rewrite, count) in well {
            let forged = honest.told_otherwise(rewrite, Some(&signers.entry));
            let out = place.path().join(what.replace(' ', "-"));
            export(&forged, &checkpoint(&forged, &signers.checkpoint), &out);
            let report = judged(&world, &out, Seen::default());
            assert!(report.holds(), "{database}: {what}: nothing but what somebody kept finds it: {:?}", report.failures);
            assert_ne!(python_takes(&world, &out), Some(false), "{database}: {what}");
            assert_eq!(ballots_on_its_word(&report), count, "{database}: {what}: it is in the count");
            assert!(report.to_text().contains(&format!("ballot.cast {count}")), "{database}: {}", report.to_text());
            let report = judged(&world, &out, seen.clone());
            assert!(report.failures[1].is_some(), "{database}: {what}: a voter's receipt finds it");
        }
    }
}

#[tokio::test]
async fn a_ghosts_ballot_is_rejected_by_nothing_and_stands_in_the_count() {
    for database in databases() {
        let mut on_its_word = Vec::new();
        for ghosts in [0, 1] {
            let world = world(database).await;
            // While no two members have keys, whoever holds the server admits whom they like.
            let ghost = if ghosts > 0 { Some(joins(&world, "Ghost").await) } else { None };
            let id = put_to_the_vote(&world, &question()).await;
            vote(&world, &world.worker, &id, "no").await.unwrap();
            vote(&world, &world.reviewer, &id, "yes").await.unwrap();
            if let Some(ghost) = ghost {
                vote(&world, &ghost, &id, "yes").await.unwrap();
            }
            let state = close(&world, &id).await.state;
            assert_eq!(state, if ghosts > 0 { "passed" } else { "rejected" }, "{database}: it turns the vote");
            let (_folder, report) = verified(&world).await;
            assert!(report.holds(), "{database}: nothing finds it: {:?}", report.failures);
            let of = |kind| report.grounds.get(&(Ground::ServerWord, kind)).copied().unwrap_or_default();
            on_its_word.push([of("member.admitted"), of("ballot.cast")]);
        }
        assert_eq!(on_its_word[1], on_its_word[0].map(|count| count + 1), "{database}: the count has the ghost, and its ballot");
    }
}
