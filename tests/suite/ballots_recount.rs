//! The ballots of a closed vote as members find them: their own first, all of them, the count, and what recounts it elsewhere.

use std::path::Path;
use std::process::Command;

use manyhands::actions::receipts::{Openings, export_from};
use rocket::http::Method::Get;
use serde_json::Value;

use crate::ballots::{opened, plain};
use crate::http::Site;
use crate::pages::change;
use crate::program::manyhands;
use crate::signers::{AGE_SECS, enrol, member};
use crate::support::{databases, world};
use crate::voters::{close, row, verified, vote, vote_by_key};

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
        assert_eq!((told["own"]["index"].as_u64(), told["own"]["choice"].as_str()), (Some(mine), Some("yes")), "{database}");
        assert_eq!(told["ballots"].as_array().unwrap().len(), 3, "{database}: the last of each");
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
    // A changed file is of no vote: it neither holds nor fails anything, and that is said.
    let text = std::fs::read_to_string(&file).unwrap().replace("\"no\"", "\"yes\"");
    std::fs::write(&file, text).unwrap();
    let (code, said) = verify(&public, &vkey, &[&file]);
    assert!(code == 0 && said.contains("1 of the openings given belong to no vote of this log"), "{said}");
    assert!(said.contains("1 tallies could not be recounted"), "{said}");
    assert_eq!(verify(&public, &vkey, &[&place.path().join("none.json")]).0, 2);
    assert_eq!(verified(&world).await.1.uncounted, 0);
    let help = manyhands(&["export", "--help"], "");
    assert!(String::from_utf8_lossy(&help.stdout).contains("--openings"));
}
