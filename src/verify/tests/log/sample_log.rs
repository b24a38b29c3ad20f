//! The sample log, written by another program from the same page, must hold here; any changed byte must be found.

use std::fs;
use std::path::{Path, PathBuf};

use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::replay::Ground;
use manyhands_domain::time::Timestamp;
use manyhands_verify::{Report, verify};

use crate::forge::{Forge, sample};

const FOUNDING: &str = "ledger.example.coop/main+fe30d441+AZamHLmibD6aQVP3St0MCJgpWUr+5KAFu4vOYRrbhhww";

fn current_key() -> VerifyingKey {
    VerifyingKey::parse(fs::read_to_string(sample().join("origin.vkey")).unwrap().trim()).unwrap()
}

fn check(folder: &Path) -> Report {
    verify(folder, &current_key()).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

#[test]
fn a_log_written_by_another_program_holds_and_its_balances_are_equal() {
    let report = check(&sample().join("log"));
    assert_eq!(report.failures, [None, None, None, None]);
    let expected: Vec<_> = fs::read_to_string(sample().join("balances.csv")).unwrap().lines().skip(1).map(str::to_owned).collect();
    let found: Vec<_> = report.balances.iter().map(|(account, unit, amount)| format!("{account},{unit},{amount}")).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_founding_key_vouches_for_every_later_one() {
    let report = verify(&sample().join("log"), &VerifyingKey::parse(FOUNDING).unwrap()).unwrap();
    assert!(report.holds());
    let stranger = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    assert!(!verify(&sample().join("log"), &VerifyingKey::parse(stranger).unwrap()).unwrap().holds());
}

#[test]
fn a_changed_byte_in_any_file_is_found() {
    let folder = tempfile::tempdir().unwrap();
    copy(&sample().join("log"), folder.path());
    for file in files(folder.path()) {
        let bytes = fs::read(&file).unwrap();
        // First and last byte and some between; `just soak` takes every byte of the small files.
        let step = if std::env::var_os("MANYHANDS_EVERY_BYTE").is_some() && bytes.len() < 1_000 { 1 } else { bytes.len() / 4 };
        for place in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            fs::write(&file, changed).unwrap();
            let found = verify(folder.path(), &current_key()).map_or(true, |report| !report.holds());
            assert!(found, "byte {place} of {} was changed and nobody noticed", file.display());
        }
        fs::write(&file, bytes).unwrap();
    }
    assert!(check(folder.path()).holds());
}

#[test]
fn an_absent_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    copy(&sample().join("log"), folder.path());
    fs::remove_file(folder.path().join("tile/0/000")).unwrap();
    let absent = verify(folder.path(), &current_key()).unwrap_err();
    assert!(absent.to_string().contains("tile/0/000"));
}

#[test]
fn openings_for_everybody_are_needed_and_those_for_members_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    copy(&sample().join("log"), folder.path());
    let forge = Forge::sample();
    let openings = |index: usize| format!("documents/{}.json", forge.entries[index]["calc"]["openings"].as_str().unwrap());
    let before = check(folder.path());
    // Of a kind whose openings are the members'.
    fs::remove_file(folder.path().join(openings(236))).unwrap();
    let report = check(folder.path());
    assert!(report.holds(), "{:?}", report.failures);
    assert_eq!((before.uncounted, report.uncounted), (0, 1));
    assert!(report.to_text().contains("1 tallies could not be recounted"), "{}", report.to_text());
    let recomputed = |report: &Report| report.grounds.get(&(Ground::Recomputed, "proposal.closed")).copied();
    assert_eq!((recomputed(&before), recomputed(&report)), (Some(4), Some(3)), "what was not recounted is on the server's word");
    // Of one whose openings are everybody's.
    fs::remove_file(folder.path().join(openings(174))).unwrap();
    let absent = verify(folder.path(), &current_key()).unwrap_err();
    assert!(absent.to_string().contains(&openings(174)), "{absent}");
}

#[test]
fn a_level_that_fails_is_said_whatever_is_absent() {
    let folder = tempfile::tempdir().unwrap();
    let mut forge = Forge::sample();
    forge.set(26, "/calc/price", serde_json::json!("9.500000"));
    forge.write(folder.path());
    fs::remove_file(folder.path().join("tile/1/000.p/1")).unwrap();
    fs::remove_file(folder.path().join("documents").join(format!("{}.json", forge.entries[17]["calc"]["document"].as_str().unwrap())))
        .unwrap();
    let report = check(folder.path());
    assert_eq!(report.failures[3].as_ref().unwrap().at, 26);
    assert!(report.absent.as_ref().unwrap().contains("tile/1/000.p/1"), "{:?}", report.absent);
    // Even a bundle: what stands before it is judged.
    fs::remove_file(folder.path().join("tile/entries/001.p/59")).unwrap();
    let report = check(folder.path());
    assert_eq!((report.failures[3].as_ref().unwrap().at, report.failures[2].is_none()), (26, true));
}

#[test]
fn a_policy_asks_for_cosignatures() {
    use manyhands_domain::log::policy::Policy;
    use manyhands_verify::{Source, Wanted, verify_source};
    let asked = |policy: &str| {
        let wanted = Wanted { policy: Some(Policy::parse(policy).unwrap()), ..Wanted::default() };
        verify_source(&Source::Folder(sample().join("log")), &current_key(), &wanted, |_, _| {}).unwrap()
    };
    assert!(asked("quorum none\n").holds());
    assert!(asked(&format!("log {}\nquorum none\n", current_key())).holds());
    let witness = "witness w witness.example/w1+0ad7d35e+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\nquorum w\n";
    let failure = asked(witness).failures[1].clone().unwrap();
    assert!(failure.why.contains("too few of the policy's witnesses"), "{failure:?}");
}

#[test]
fn a_log_that_is_dated_ahead_of_a_clock_is_named_and_fails_no_level() {
    let report = check(&sample().join("log"));
    let newest = report.newest.unwrap();
    assert_eq!(newest.to_string(), Forge::sample().entries.last().unwrap()["at"].as_str().unwrap());
    assert_eq!(report.ahead_of(newest.plus_secs(-3_600)), None, "an hour is what clocks differ by");
    let words = report.ahead_of(newest.plus_secs(-3_601)).unwrap();
    assert!(words.contains(&newest.to_string()) && report.holds(), "{words}");
    assert_eq!(report.ahead_of(Timestamp::from_secs(newest.secs() + 1)), None);
    assert!(report.to_json().contains(&format!("\"newest\":\"{newest}\"")));
}
