//! Whoever holds the server tells a vote otherwise than it was: ballots dropped, stuffed, exchanged and opened to another choice, another
//! tally, another end, rules that nobody voted. The auditor's program rejects each, without the server's keys and signed again with both
//! of them; and what it cannot reject then is in its count of what rests on the server's word. On both databases.

mod attacks;

use std::path::{Path, PathBuf};
use std::process::Command;

use manyhands::actions::people::{self, Invitation};
use manyhands::actions::proposals::enacting;
use manyhands::actions::{receipts, sessions};
use manyhands_domain::ids::PersonId;
use manyhands_domain::log::Hash;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::replay::Ground;
use manyhands_verify::{Report, Seen, Source, Wanted, verify_source};

use crate::rewritten::History;
use crate::rewritten::rewrites::Told;
use crate::signers::{AGE_SECS, enrol};
use crate::support::{ORIGIN, PASSWORD, World, databases, world};
use crate::voters::{close, floor, put_to_the_vote, question, until, verified, vote, vote_by_key};
use attacks::{ATTACKS, ELSEWHERE, left_out_well, stuffed_well};

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
