//! A thousand random votes in one log, recounted by our verifier and by the independent one in Python to the same results; and one that
//! says another result, found by both at the same entry.

use std::path::{Path, PathBuf};
use std::process::Command;

use manyhands::actions::people::{self, Invitation};
use manyhands::actions::{Work, receipts, sessions};
use manyhands_domain::books::entry::{Draft, sha256_of};
use manyhands_domain::books::personal::{Statement, Witnessed};
use manyhands_domain::ids::{MemberId, PersonId, ProposalId};
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::proposals::ballots;
use manyhands_domain::proposals::closing::{self, Count, Last};
use manyhands_domain::proposals::opening::{self, Act, Motion, Roll, Window};
use manyhands_domain::proposals::sealing::Opening;
use manyhands_domain::proposals::tally::{Choice, Verdict};
use manyhands_domain::proposals::terms::Terms;
use manyhands_store::contracts;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::signers::{AGE_SECS, enrol, member, note_over};
use crate::support::{ORIGIN, PASSWORD, World, left_out, once, rounds, world};

/// Somebody of the roll, with a key or without.
struct Voter {
    id: MemberId,
    key: Option<SigningKey>,
}

/// A vote under way.
struct Vote {
    id: ProposalId,
    terms: Terms,
    ballots: Vec<Last>,
}

#[tokio::test]
async fn a_thousand_random_votes_are_recounted_to_the_same_results_by_two_programs() {
    let Some(python) = python() else { return left_out("the independent verifier: target/independent is not there") };
    // SQLite alone: what is tried here are the programs that read a log, whatever wrote it.
    let world = world("sqlite").await;
    let voters = voters(&world).await;
    let votes = usize::try_from(rounds(1_000)).unwrap();
    let mut open = open(&world, &voters, votes).await;
    cast(&world, &voters, &mut open).await;
    world.deps.clock.advance(20 * 86_400);
    let last = open.pop().unwrap();
    let mut seen = [0_usize; 4];
    let mut work = Work::begin_job(&world.deps).await.unwrap();
    for vote in &open {
        let count = count(&vote.id, &vote.terms, &voters, &vote.ballots);
        seen[[Verdict::Passed, Verdict::Rejected, Verdict::NoQuorum, Verdict::Void]
            .iter()
            .position(|one| *one == count.verdict)
            .unwrap()] += 1;
        close(&mut work, &vote.id, &count).await;
    }
    work.commit(()).await.unwrap();
    assert!(seen.iter().all(|count| *count > votes / 100), "every end is there: {seen:?}");
    let place = tempfile::tempdir().unwrap();
    assert_eq!(judged(&world, &python, &place.path().join("true")).await, (None, true), "both recount all of it: {seen:?}");

    // The last one says what it was not.
    let mut count = count(&last.id, &last.terms, &voters, &last.ballots);
    count.verdict = if count.verdict == Verdict::Passed { Verdict::Rejected } else { Verdict::Passed };
    let mut work = Work::begin_job(&world.deps).await.unwrap();
    let index = close(&mut work, &last.id, &count).await;
    work.commit(()).await.unwrap();
    assert_eq!(judged(&world, &python, &place.path().join("false")).await, (Some(index), false), "found by both");
}

fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/independent/bin/python3");
    python.exists().then_some(python)
}

/// The index at which ours fails level 4, if it does; and whether the independent one takes the log. It names the same index.
async fn judged(world: &World, python: &Path, out: &Path) -> (Option<u64>, bool) {
    receipts::export(&world.deps, out).await.unwrap();
    let vkey = world.deps.signers.checkpoint.verifying_key();
    let report = manyhands_verify::verify(out, &vkey).unwrap();
    assert_eq!(&report.failures[..3], &[None, None, None]);
    assert_eq!(report.uncounted, 0);
    let at = report.failures[3].as_ref().map(|failure| failure.at);
    let key = out.with_extension("vkey");
    std::fs::write(&key, format!("{vkey}\n")).unwrap();
    let verify = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/independent/verify.py");
    let said = Command::new(python).arg(verify).arg(out).arg("--vkey").arg(&key).output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    if let Some(at) = at {
        assert!(text.contains(&at.to_string()), "{text}");
    }
    (at, said.status.success())
}

/// Twelve members, of whom half have keys.
async fn voters(world: &World) -> Vec<Voter> {
    let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
    let mut people: Vec<PersonId> = vec![world.coordinator.clone(), world.worker.clone(), world.reviewer.clone(), world.treasurer.clone()];
    for number in 0..8 {
        let invitation = Invitation {
            name: format!("Voter {number}"),
            email: format!("voter{number}@example.coop"),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "KE".to_owned(),
            client: None,
            roles: Vec::new(),
        };
        people.push(people::add_active(&world.deps, &invitation, &hash).await.unwrap());
    }
    let mut voters = Vec::new();
    for (number, person) in people.iter().enumerate() {
        // Officers' keys come first: others' are made once two of theirs count.
        let key = if matches!(number, 0 | 3) { Some(enrol(world, person, u8::try_from(number).unwrap() + 1).await) } else { None };
        voters.push(Voter { id: member(world, person).await.id().clone(), key });
    }
    world.deps.clock.advance(AGE_SECS);
    let _ = once();
    voters
}

async fn open(world: &World, voters: &[Voter], votes: usize) -> Vec<Vote> {
    let (_, book) = manyhands::actions::rules::current(&world.deps.db.read()).await.unwrap();
    let mut ids: Vec<&str> = voters.iter().map(|voter| voter.id.as_str()).collect();
    ids.sort_unstable();
    let roll = Roll::of(ids);
    let mut work = Work::begin_job(&world.deps).await.unwrap();
    work.ledger_size().await.unwrap();
    let now = world.deps.clock.now();
    let mut open = Vec::new();
    for number in 1..=votes {
        let kind = if number % 2 == 0 { "ordinary" } else { "constitution" };
        let terms = Terms::of(&book, kind).unwrap();
        let rules = book.vote(kind).unwrap();
        let id = ProposalId::from_number(u64::try_from(number).unwrap());
        let window = Window::of(&terms, now, now, terms.days).unwrap();
        let motion = Motion {
            kind: kind.to_owned(),
            title: format!("Motion {number}"),
            text: "As it says.".to_owned(),
            language: "en".to_owned(),
            act: Act::Text,
            enacts: window.closes,
            again: None,
        };
        let (draft, document) = opening::open(&id, &motion, (&rules["quorum"], &rules["majority"]), &roll, window);
        contracts::insert_document(&work.tx, &hex(&document), document.as_bytes()).await.unwrap();
        work.append(draft).await.unwrap();
        open.push(Vote { id, terms, ballots: Vec::new() });
    }
    work.commit(()).await.unwrap();
    world.deps.clock.advance(60);
    open
}

/// Each voter in each vote: not at all, or some choice, by key where they have one and feel like it; now and then twice.
async fn cast(world: &World, voters: &[Voter], votes: &mut [Vote]) {
    let checkpoint = receipts::checkpoint(&world.deps).await.unwrap().unwrap();
    let saw = Witnessed { size: checkpoint.size, root: checkpoint.root.clone().try_into().unwrap() };
    let mut work = Work::begin_job(&world.deps).await.unwrap();
    for vote in votes.iter_mut() {
        let turnout = world.deps.random.bytes::<1>()[0];
        for voter in voters {
            let dice: [u8; 8] = world.deps.random.bytes();
            if dice[0] > turnout {
                continue;
            }
            let opening = |byte: u8| Opening { choice: Choice::ALL[usize::from(byte % 8) * 3 / 8], salt: [byte; 32] };
            let by_key = voter.key.as_ref().filter(|_| dice[1] < 160);
            if dice[2] < 40 && by_key.is_none() {
                let before = opening(dice[3]).seal(vote.id.as_str(), voter.id.as_str());
                work.append(ballots::cast(&vote.id, &voter.id, "session", &before)).await.unwrap();
            }
            let opening = opening(dice[4]);
            let sealed = opening.seal(vote.id.as_str(), voter.id.as_str());
            let draft = ballots::cast(&vote.id, &voter.id, if by_key.is_some() { "key" } else { "session" }, &sealed);
            let draft = match by_key {
                Some(key) => signed(world, draft, &saw, key),
                None => draft,
            };
            let index = work.append(draft).await.unwrap();
            vote.ballots.push(Last {
                index,
                member: voter.id.to_string(),
                sealed,
                by_key: by_key.is_some(),
                new_key: false,
                opening: (dice[5] < 245).then_some(opening),
            });
        }
    }
    work.commit(()).await.unwrap();
}

fn signed(world: &World, draft: Draft, saw: &Witnessed, key: &SigningKey) -> Draft {
    let statement = Statement {
        does: draft.kind().to_owned(),
        log: saw.clone(),
        nonce: manyhands_hex(&world.deps.random.bytes::<16>()),
        origin: ORIGIN.to_owned(),
        sha256: sha256_of(&draft.signable_text()),
    };
    draft.signed(vec![note_over(&statement.line(), key)])
}

fn count(id: &ProposalId, terms: &Terms, voters: &[Voter], ballots: &[Last]) -> Count {
    closing::count(id, (terms.quorum, terms.majority), u64::try_from(voters.len()).unwrap(), ballots)
}

async fn close(work: &mut Work<'_>, id: &ProposalId, count: &Count) -> u64 {
    contracts::insert_document(&work.tx, &hex(&count.openings), count.openings.as_bytes()).await.unwrap();
    work.append(closing::close(id, count)).await.unwrap()
}

fn hex(document: &str) -> String {
    manyhands_hex(&Sha256::digest(document))
}

fn manyhands_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Nothing of this test but the two programs knows how a vote is counted: a tally by hand, for three.
#[test]
fn what_is_counted_is_what_a_hand_counts() {
    let id = ProposalId::from_number(1);
    let ballot = |index: u64, choice: Choice| {
        let (opening, member) = (Opening { choice, salt: [3; 32] }, format!("M-0000000{index}"));
        let sealed = opening.seal("P-1", &member);
        Last { index, member, sealed, by_key: false, new_key: false, opening: Some(opening) }
    };
    let ballots = [ballot(1, Choice::Yes), ballot(2, Choice::No), ballot(3, Choice::Yes)];
    let terms = manyhands_domain::rules::Book::parse(&manyhands_domain::rules::Book::founding()).unwrap();
    let count =
        closing::count(&id, (Terms::of(&terms, "ordinary").unwrap().quorum, Terms::of(&terms, "ordinary").unwrap().majority), 9, &ballots);
    assert_eq!((count.verdict, count.counts.to_json()), (Verdict::Passed, json!({"abstain": 0, "no": 1, "yes": 2})));
}
