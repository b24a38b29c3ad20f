//! The ballots of a closed vote as members find them: their own first, all of them, the count, and what recounts it elsewhere.

use std::path::Path;
use std::process::Command;

use manyhands::actions::proposals::ballots::{self, OpenedBallot};
use manyhands::actions::proposals::recount::{is_opened, recount};
use manyhands::actions::proposals::{Counted, Frozen};
use manyhands::actions::receipts::{Openings, export_from};
use manyhands_domain::proposals::opening::Window;
use manyhands_domain::proposals::tally::{Counts, Majority, Quorum, Verdict};
use manyhands_domain::time::Timestamp;
use rocket::http::Method::Get;
use serde_json::{Value, json};

use crate::ballots::{opened, plain};
use crate::http::Site;
use crate::pages::change;
use crate::program::manyhands;
use crate::signers::{AGE_SECS, enrol, member};
use crate::support::{databases, world};
use crate::voters::{close, row, until, verified, vote, vote_by_key};

#[tokio::test]
async fn a_member_finds_their_own_ballot_counted_and_recounts_all() {
    for database in databases() {
        let world = world(database).await;
        let key = enrol(&world, &world.coordinator, 1).await;
        world.deps.clock.advance(AGE_SECS);
        let id = opened(&world).await;
        let mine = vote(&world, &world.worker, &id, "yes").await.unwrap();
        vote_by_key(&world, &world.coordinator, &id, "yes", &key).await.unwrap();
        vote(&world, &world.reviewer, &id, "no").await.unwrap();
        vote(&world, &world.reviewer, &id, "abstain").await.unwrap();
        let site = Site::as_person(&world, &world.worker).await;
        let ballots = format!("/proposals/{id}/ballots");
        // Sealed until the end: the page says when, and nothing of the ballots.
        let page = site.get(&ballots).await;
        page.says("Ballots are sealed until the vote closes on");
        assert!(!page.text.contains("/ledger/"), "{database}");
        for file in ["recount.json", "openings.json"] {
            assert_eq!(site.get(&format!("{ballots}/{file}")).await.status, 404, "{database}: {file}");
        }
        let closed = close(&world, &id).await;
        assert_eq!(closed.state, "passed", "{database}");
        let page = site.get(&ballots).await;
        let text = plain(&page.text);
        let own = text.find("Your own ballot is counted as you cast it: yes, here.").expect("one's own ballot");
        assert!(own < text.find("The count").unwrap() && own < text.find("All ballots").unwrap(), "{database}: it comes first");
        for words in [
            "The server has counted these ballots again, and comes to the same",
            "2 of 4 members had to vote. 3 did: enough.",
            "Passes with more than half of yes and no. 2 of 2 said yes: enough.",
            "1 signed by members, 2 attested by the co-op, 0 with a key first made during the vote",
            &format!("href=\"/ledger/{mine}\""),
            &format!("href=\"/ledger/{}\"", closed.opened_index.unwrap()),
            &format!("href=\"/ledger/{}\"", closed.closed_index.unwrap()),
            "manyhands-verify",
        ] {
            page.says(words);
        }
        for person in [&world.worker, &world.coordinator, &world.reviewer] {
            page.says(member(&world, person).await.id().as_str());
        }
        assert!(!text.contains(member(&world, &world.treasurer).await.id().as_str()), "{database}: who did not vote stands nowhere");
        // Whoever did not vote reads so.
        Site::as_person(&world, &world.treasurer).await.get(&ballots).await.says("You cast no ballot in this vote.");

        // What the script and the verifier take.
        let told: Value = serde_json::from_slice(&site.fetch(Get, &format!("{ballots}/recount.json"), &[]).await.bytes).unwrap();
        let by = member(&world, &world.worker).await;
        assert_eq!((told["own"].as_u64(), told["member"].as_str()), (Some(mine), Some(by.id().as_str())), "{database}");
        // Every byte of what was signed, so that nothing has to be taken from this server's own count.
        let notes = told["notes"].as_object().unwrap();
        assert_eq!(notes.len(), 5, "{database}: the opening, the end, and the last ballot of each");
        for (index, note) in notes {
            let served = site.fetch(Get, &format!("/ledger/{index}/note"), &[]).await;
            assert_eq!(note.as_str().unwrap().as_bytes(), served.bytes, "{database}: {index}");
        }
        let keys = told["keys"].as_array().unwrap();
        assert!(!keys.is_empty() && keys.iter().all(|key| key[0].as_str().unwrap().contains("/entry+")), "{database}: {keys:?}");
        let file = site.fetch(Get, &format!("{ballots}/openings.json"), &[]).await;
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"openings-{id}.json\""), "{database}");
        let buyer = Site::as_person(&world, &world.buyer).await;
        for path in [&ballots, &format!("{ballots}/recount.json"), &format!("{ballots}/openings.json")] {
            assert_eq!(buyer.get(path).await.status, 404, "{database}: {path} is for members");
        }

        // A seal that was moved beside the log opens nothing any more, and the page says so.
        change(&world.database, &format!("UPDATE ballots SET sealed = '{}' WHERE entry_index = {mine}", "0".repeat(64))).await;
        let page = site.get(&ballots).await;
        page.says("does not come to what the book says");
        page.says("Your own ballot is not counted as you cast it");
    }
}

#[tokio::test]
async fn a_ballot_that_nobody_opened_is_said_to_count_as_nothing_and_one_left_out_is_wrong() {
    for database in databases() {
        let world = world(database).await;
        let id = opened(&world).await;
        let mine = vote(&world, &world.worker, &id, "yes").await.unwrap();
        vote(&world, &world.reviewer, &id, "yes").await.unwrap();
        let (by, reviewer) = (member(&world, &world.worker).await, member(&world, &world.reviewer).await);
        change(&world.database, &format!("UPDATE ballots SET choice = NULL, salt = NULL WHERE entry_index = {mine}")).await;
        assert_eq!(close(&world, &id).await.state, "open", "{database}: it waits for its member");
        until(&world, row(&world, &id).await.closes_at.unwrap() + 48 * 3_600);
        assert_ne!(close(&world, &id).await.state, "open", "{database}");
        let site = Site::as_person(&world, &world.worker).await;
        let (ballot, ballots) = (format!("/proposals/{id}/ballot"), format!("/proposals/{id}/ballots"));
        let page = site.get(&ballot).await;
        page.says("Nobody opened it, so it was counted as having voted, and not as yes, no or abstention.");
        assert!(!page.text.contains("It is the one that counts"), "{database}");
        Site::as_person(&world, &world.reviewer).await.get(&ballot).await.says("It is the one that counts.");
        let page = site.get(&ballots).await;
        page.says("Your ballot was not opened by anybody");
        page.says("The server has counted these ballots again, and comes to the same");
        for (member, expected) in [(&by, Some(false)), (&reviewer, Some(true))] {
            let now = row(&world, &id).await;
            let own = ballots::standing(&world.deps, member, &now).await.unwrap().own[0].index;
            assert_eq!(is_opened(&world.deps, member, &now, own).await.unwrap(), expected, "{database}");
        }
        // Were none unopened, as a tally could claim, then mine was left out.
        change(&world.database, "UPDATE proposals SET tally = REPLACE(tally, '\"unopened\":1', '\"unopened\":0')").await;
        let page = site.get(&ballots).await;
        page.says("Your own ballot is not counted as you cast it");
        page.says("does not come to what the book says");
        // What opens them is not here any more: the page claims nothing.
        change(&world.database, "UPDATE proposals SET tally = REPLACE(tally, '\"openings\":\"', '\"openings\":\"0')").await;
        site.get(&ballot).await.says("this page cannot say whether it was opened");
    }
}

/// What the verifier says of a log, with these openings beside it.
fn verify(log: &Path, vkey: &str, openings: &[&Path]) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_manyhands")).with_file_name("manyhands-verify");
    let mut command = Command::new(program);
    command.arg(log).args(["--vkey", vkey]);
    for file in openings {
        command.arg("--openings").arg(file);
    }
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[tokio::test]
async fn a_public_log_holds_nobodys_vote_and_a_members_file_recounts_it() {
    let world = world("sqlite").await;
    let id = opened(&world).await;
    for (person, choice) in [(&world.worker, "yes"), (&world.reviewer, "no"), (&world.treasurer, "yes")] {
        vote(&world, person, &id, choice).await.unwrap();
    }
    close(&world, &id).await;
    let place = tempfile::tempdir().unwrap();
    let (public, members) = (place.path().join("public"), place.path().join("members"));
    let db = &world.deps.db;
    export_from(db, &public, Openings::ForEverybody).await.unwrap();
    export_from(db, &members, Openings::ForMembers).await.unwrap();
    let tally: Value = serde_json::from_str(row(&world, &id).await.tally.as_ref().unwrap()).unwrap();
    let document = format!("documents/{}.json", tally["openings"].as_str().unwrap());
    assert!(!public.join(&document).exists(), "how each member voted is for members");
    assert!(members.join(&document).exists());
    let vkey = world.deps.signers.checkpoint.verifying_key().to_string();
    let (code, said) = verify(&public, &vkey, &[]);
    assert!(code == 0 && said.contains("1 tallies could not be recounted"), "{said}");
    let site = Site::as_person(&world, &world.worker).await;
    let file = place.path().join("openings.json");
    std::fs::write(&file, site.fetch(Get, &format!("/proposals/{id}/ballots/openings.json"), &[]).await.bytes).unwrap();
    let (code, said) = verify(&public, &vkey, &[&file]);
    assert!(code == 0 && !said.contains("could not be recounted"), "{said}");
    let closed = row(&world, &id).await.closed_index.unwrap();
    let recounted = format!("{id} recounted from the openings given: 2 yes, 1 no, 0 abstained, passed, as entry {closed} says");
    assert!(said.contains(&recounted), "{said}");
    // A changed file is of no vote: nothing was counted with it, so what was asked is not answered with a yes.
    let text = std::fs::read_to_string(&file).unwrap().replace("\"no\"", "\"yes\"");
    std::fs::write(&file, text).unwrap();
    let (code, said) = verify(&public, &vkey, &[&file]);
    assert!(code == 2 && said.contains("1 of the openings given belong to no vote of this log"), "{said}");
    assert!(said.contains("or was changed after it was saved") && !said.contains("recounted from"), "{said}");
    assert!(said.contains("1 tallies could not be recounted"), "{said}");
    assert_eq!(verify(&public, &vkey, &[&place.path().join("none.json")]).0, 2);
    // Nor is a document of the log that opens nothing.
    let opened = std::fs::read_dir(public.join("documents")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(verify(&public, &vkey, &[&opened]).0, 2);
    assert_eq!(verified(&world).await.1.uncounted, 0);
    let help = manyhands(&["export", "--help"], "");
    assert!(String::from_utf8_lossy(&help.stdout).contains("--openings"));
}

fn frozen(eligible: u64) -> Frozen {
    Frozen {
        opened: 5,
        eligible,
        quorum: Quorum::read(&json!([1, 3])).unwrap(),
        majority: Majority::read(&json!(["over", 1, 2])).unwrap(),
        window: Window { opens: Timestamp::from_secs(0), closes: Timestamp::from_secs(1) },
    }
}

fn counted(eligible: u64, yes: u64) -> Counted {
    let counts = Counts { yes, ..Counts::default() };
    Counted { eligible, cast: yes, by_key: 0, by_session: yes, by_new_key: 0, counts, unopened: 0, verdict: Verdict::Passed }
}

fn ballot(index: u64, member: &str) -> OpenedBallot {
    let (how, choice) = ("session".to_owned(), "yes".to_owned());
    OpenedBallot { index, member: member.to_owned(), how, sealed: String::new(), choice, salt: String::new(), opens: true }
}

#[test]
fn ballots_twice_or_beyond_the_roll_are_no_count() {
    let recount = |frozen: &Frozen, counted: &Counted, ballots: &[OpenedBallot]| recount(frozen, counted, ballots, [0, 3]);
    let three = [ballot(6, "M-1"), ballot(7, "M-2"), ballot(8, "M-3")];
    assert!(recount(&frozen(3), &counted(3, 3), &three).holds);
    assert!(!recount(&frozen(2), &counted(2, 3), &three).holds, "more ballots than members");
    assert!(!recount(&frozen(2), &counted(3, 3), &three).holds, "another roll than was frozen");
    let same_entry = [ballot(6, "M-1"), ballot(7, "M-2"), ballot(7, "M-3")];
    assert!(!recount(&frozen(3), &counted(3, 3), &same_entry).holds, "an entry twice");
    let same_member = [ballot(6, "M-1"), ballot(7, "M-2"), ballot(8, "M-2")];
    assert!(!recount(&frozen(3), &counted(3, 3), &same_member).holds, "a member twice");
    // Two of nobody, said to be unopened, would make a quorum.
    let invented = Counted { cast: 5, by_session: 5, unopened: 2, ..counted(10, 3) };
    assert!(!recount(&frozen(10), &invented, &three).holds, "ballots behind which there is no entry");
    // What is told is what the ballots come to: each choice, all together, and the end.
    let otherwise = Counted { counts: Counts { yes: 2, no: 1, ..Counts::default() }, ..counted(3, 3) };
    assert!(!recount(&frozen(3), &otherwise, &three).holds, "other choices");
    let fewer = Counted { counts: Counts { yes: 2, ..Counts::default() }, ..counted(3, 3) };
    assert!(!recount(&frozen(3), &fewer, &three[..2]).holds, "a ballot that is neither opened nor unopened");
    assert!(!recount(&frozen(3), &Counted { verdict: Verdict::Rejected, ..counted(3, 3) }, &three).holds, "another end");
    let by_key = Counted { by_key: 1, by_session: 2, ..counted(3, 3) };
    assert!(!recount(&frozen(3), &by_key, &three).holds, "signed by more members than it was");
}
