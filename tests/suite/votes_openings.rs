//! What opens members' ballots leaves the co-op only when somebody says so: an export for others goes without, verifies, and says which votes
//! it could not recount.

use manyhands::actions::log;
use manyhands::actions::receipts::{self, Openings};

use crate::program::{manyhands, said};
use crate::signers::refused;
use crate::support::{databases, world};
use crate::voters::{close, put_to_the_vote, question, vote};

#[tokio::test]
async fn an_export_goes_without_members_openings_unless_somebody_asks_for_them() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        for person in [&world.worker, &world.reviewer] {
            vote(&world, person, &id, "yes").await.unwrap();
        }
        let closed = close(&world, &id).await;
        let tally: serde_json::Value = serde_json::from_str(&closed.tally.unwrap()).unwrap();
        let openings = format!("documents/{}.json", tally["openings"].as_str().unwrap());
        let for_members = log::find_document(&world.deps, tally["openings"].as_str().unwrap()).await;
        assert_eq!(refused(for_members), "not found", "{database}");
        let place = tempfile::tempdir().unwrap();
        let vkey = world.deps.signers.checkpoint.verifying_key();
        for (with, name) in [(Openings::ForEverybody, "public"), (Openings::ForMembers, "members")] {
            let out = place.path().join(name);
            receipts::export_from(&world.deps.db, &out, with).await.unwrap();
            let report = manyhands_verify::verify(&out, &vkey).unwrap();
            assert_eq!(report.failures, [None, None, None, None], "{database}: {name}");
            let is_there = out.join(&openings).exists();
            assert_eq!((is_there, report.uncounted), if name == "public" { (false, 1) } else { (true, 0) }, "{database}: {name}");
        }
    }
}

#[test]
fn openings_go_with_the_log_alone_and_only_when_asked() {
    let refused = manyhands(&["export", "nowhere", "--openings", "--format", "jsonl", "--data", "nowhere"], "");
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("--openings"), "{}", said(&refused));
}
