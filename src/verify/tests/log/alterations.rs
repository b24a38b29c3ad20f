//! The sample log altered in every way that the format forbids, by somebody who holds as many of its keys as the attack needs: each is
//! found, at the level and the index that docs/LEDGER.md says.

mod ballots;
mod bytes;
mod log;
mod money;
mod people;
mod users;
mod votes;
mod work;

use std::collections::BTreeSet;
use std::path::Path;

use manyhands_verify::{Seen, Source, Wanted, verify, verify_source};

use crate::forge::{self, Forge, current_vkey, sample};

/// An alteration, and the levels that must fail with the first index (at level 2, the size).
#[derive(Debug)]
pub struct Case {
    name: &'static str,
    alter: fn(&mut Forge),
    found: &'static [(usize, u64)],
}

const fn case(name: &'static str, found: &'static [(usize, u64)], alter: fn(&mut Forge)) -> Case {
    Case { name, alter, found }
}

fn cases() -> impl Iterator<Item = &'static Case> {
    [ballots::CASES, bytes::CASES, log::CASES, money::CASES, people::CASES, users::CASES, votes::CASES, work::CASES].into_iter().flatten()
}

fn found_in(folder: &Path) -> Vec<(usize, u64, String)> {
    let report = verify(folder, &current_vkey()).unwrap();
    let failed = (1..).zip(report.failures);
    failed.filter_map(|(level, failure)| failure.map(|failure| (level, failure.at, failure.why))).collect()
}

#[test]
fn every_alteration_is_found_where_the_format_says() {
    // For other programs: the altered logs, and where each fails.
    let kept = std::env::var_os("MANYHANDS_ALTERED");
    let mut expected = serde_json::Map::new();
    let mut wrong = Vec::new();
    for case in cases() {
        let mut forge = Forge::sample();
        (case.alter)(&mut forge);
        let temporary = tempfile::tempdir().unwrap();
        let name = case.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        expected.insert(name.clone(), serde_json::json!(case.found));
        let folder = match &kept {
            Some(place) => Path::new(place).join(name),
            None => temporary.path().to_owned(),
        };
        forge.write(&folder);
        let found = found_in(&folder);
        let short: Vec<(usize, u64)> = found.iter().map(|(level, at, _)| (*level, *at)).collect();
        if short != case.found {
            wrong.push(format!("{}: {found:?}", case.name));
        }
    }
    if let Some(place) = &kept {
        std::fs::write(Path::new(place).join("expected.json"), serde_json::Value::Object(expected).to_string()).unwrap();
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases().count(), wrong.join("\n"));
}

#[test]
fn there_are_more_than_a_hundred_and_each_is_another() {
    let names: BTreeSet<&str> = cases().map(|case| case.name).collect();
    assert_eq!(names.len(), cases().count());
    assert!(names.len() > 100, "{}", names.len());
}

#[test]
fn a_member_who_leaves_by_their_own_note_may_bring_further_notes_of_members() {
    use serde_json::json;
    // A key of the same day, and one other member's: not two people, but their own note.
    let newcomer = "M-SNGKH1MN";
    let mut forge = Forge::sample();
    let name = format!("{}/m/{newcomer}", forge::ORIGIN);
    let vkey = forge::key(&name, &name).verifying_key().to_string();
    forge.append(json!({"kind": "key.added", "refs": {"member": newcomer}, "calc": {"vkey": vkey}}), &[]);
    forge.append(json!({"kind": "member.left", "refs": {"member": newcomer}}), &[newcomer, forge::M1]);
    let folder = tempfile::tempdir().unwrap();
    forge.write(folder.path());
    assert_eq!(found_in(folder.path()), []);
}

#[test]
fn a_client_s_user_signs_what_their_client_accepted_and_their_own_later_keys() {
    use manyhands_domain::replay::Ground;
    use users::{CLIENT, USER, accepted, added, user_key};

    let mut forge = Forge::sample();
    let later = forge::key(&format!("{}/c/{USER}", forge::ORIGIN), "forged");
    forge.append(added(USER, CLIENT, &user_key(USER)), &[]);
    let folder = tempfile::tempdir().unwrap();
    forge.write(folder.path());
    let before = verify(folder.path(), &current_vkey()).unwrap();
    // Their own note, with a member's; then two members vouch.
    forge.append(added(USER, CLIENT, &later), &[forge::M1]);
    forge.add_note(316, 1, &user_key(USER), 316, |_| {});
    let third = forge::key(&format!("{}/c/{USER}", forge::ORIGIN), "second entry key");
    forge.append(added(USER, CLIENT, &third), &[forge::M1, forge::M3]);
    let work = accepted(&forge);
    forge.append(work, &[]);
    forge.add_note(318, 0, &later, 318, |_| {});
    forge.write(folder.path());
    let report = verify(folder.path(), &current_vkey()).unwrap();
    assert!(report.holds(), "{:?}", report.failures);
    assert_eq!(report.resting_on(Ground::Signed), before.resting_on(Ground::Signed) + 3);
    assert_eq!(report.resting_on(Ground::ServerWord), before.resting_on(Ground::ServerWord));
}

#[test]
fn what_is_written_again_without_an_alteration_is_the_sample_and_holds() {
    let folder = tempfile::tempdir().unwrap();
    Forge::sample().write(folder.path());
    assert_eq!(found_in(folder.path()), []);
    let ours = std::fs::read(folder.path().join("checkpoint")).unwrap();
    assert_eq!(ours, std::fs::read(sample().join("log/checkpoint")).unwrap());
    // And whoever holds every key of everybody can write another history, in which every level holds …
    let mut forge = Forge::sample();
    forge.set(27, "/calc/seconds", serde_json::json!(2_416));
    forge.write(folder.path());
    assert_eq!(found_in(folder.path()), []);
    // … until somebody holds it against what they saw.
    let mut seen = Seen::default();
    seen.add(&ours, forge::ORIGIN);
    let report =
        verify_source(&Source::Folder(folder.path().to_owned()), &current_vkey(), &Wanted { seen, ..Wanted::default() }, |_, _| {})
            .unwrap();
    assert!(report.failures[1].as_ref().unwrap().why.contains("a second history"));
    assert!(report.failures.iter().enumerate().all(|(place, failure)| place == 1 || failure.is_none()));
}

#[test]
fn an_invented_member_and_their_work_are_found_by_nothing_but_the_count() {
    use manyhands_domain::replay::Ground;
    use serde_json::json;

    // While no two members have keys, whoever holds the server's keys can invent a member, and work for them.
    let mut honest = Forge::sample();
    honest.entries = (0..=12).chain([17, 20, 23]).map(|index| honest.entries[index].clone()).collect();
    honest.raw.clear();
    honest.checkpoint_key = forge::key(forge::ORIGIN, forge::ORIGIN);
    let vkey = honest.checkpoint_key.verifying_key();
    let folder = tempfile::tempdir().unwrap();
    honest.write(folder.path());
    let before = verify(folder.path(), &vkey).unwrap();
    assert!(before.holds(), "{:?}", before.failures);
    let mut forged = honest.clone();
    let mut work = Forge::sample().entries[36].clone();
    forged.append(json!({"kind": "member.admitted", "refs": {"member": "M-00000000"}}), &[]);
    work["at"] = forged.entries[16]["at"].clone();
    work["calc"]["batch_index"] = json!(15);
    work["calc"]["claimed_size"] = json!(17);
    work["refs"]["worker"] = json!("M-00000000");
    work["lines"][4][0] = json!("Liabilities:Members:M-00000000:Earned");
    forged.append(work, &[]);
    let folder = tempfile::tempdir().unwrap();
    forged.write(folder.path());
    let report = verify(folder.path(), &vkey).unwrap();
    assert!(report.holds(), "{:?}", report.failures);
    assert_eq!(report.resting_on(Ground::ServerWord), before.resting_on(Ground::ServerWord) + 2);
    // Once two have keys, the server alone admits nobody.
    let mut late = Forge::sample();
    late.append(json!({"kind": "member.admitted", "refs": {"member": "M-00000000"}}), &[]);
    let folder = tempfile::tempdir().unwrap();
    late.write(folder.path());
    assert_eq!(found_in(folder.path())[0].0, 4);
}

#[test]
fn a_forger_who_adds_the_true_key_to_a_log_of_their_own_is_found() {
    use serde_json::json;

    // A log founded with the forger's keys: it may name the true key as an added one, and the forger signs on.
    let forger = forge::key(forge::ORIGIN, "forged");
    let true_key = forge::key(forge::ORIGIN, forge::ORIGIN).verifying_key();
    let mut forged = Forge::sample();
    forged.entries.truncate(13);
    forged.raw.clear();
    forged.checkpoint_key = forger.clone();
    forged.set(0, "/calc/checkpoint_key", json!(forger.verifying_key().to_string()));
    forged.append(json!({"kind": "key.added", "refs": {"role": "checkpoint"}, "calc": {"vkey": true_key.to_string()}}), &[]);
    forged.add_note(13, 0, &forger, 13, |_| {});
    let folder = tempfile::tempdir().unwrap();
    forged.write(folder.path());
    assert!(verify(folder.path(), &forger.verifying_key()).unwrap().holds(), "as a log of its own it holds");
    let failures = verify(folder.path(), &true_key).unwrap().failures;
    assert!(failures[1].as_ref().unwrap().why.contains("no key that the given one vouches for"), "{failures:?}");
}
