//! Whoever holds the server and its keys makes an entry with whatever notes they can: the auditor's program tells two people from
//! everything that poses as them.

use manyhands::actions::keys::{ask_another, retire};
use manyhands::actions::receipts;
use manyhands::actions::signing::{Outcome, Subject};
use manyhands::deps::Deps;
use manyhands_domain::books::entry::{Draft, sha256_of};
use manyhands_domain::books::personal::{Statement, Witnessed};
use manyhands_domain::ids::{ExpenseId, uuid_v7};
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::payouts;
use manyhands_store::ledger::{self, Appender};
use manyhands_store::{Db, keys};
use manyhands_verify::Report;

use crate::signers::{AGE_SECS, enrol, key_of, member, note_over, sign, with_keys};
use crate::support::{ORIGIN, PASSWORD, World, copy_of, databases, once, world};

/// An expense that nobody prepared, 1.20 USD.
fn draft(world: &World) -> Draft {
    let id = ExpenseId::parse(&uuid_v7(world.deps.clock.now(), [7; 16])).unwrap();
    let amount = Amount::parse_input("1.20").unwrap();
    payouts::expense(&id, "Hosting", Currency::parse("USD").unwrap(), amount, &"0".repeat(64)).unwrap()
}

/// A note over an entry as its signer would make it, with this nonce, having seen this much of the log.
async fn note(world: &World, draft: &Draft, key: &SigningKey, nonce: u8) -> String {
    let seen = ledger::latest_checkpoint(&world.deps.db.read()).await.unwrap().unwrap();
    let statement = Statement {
        does: draft.kind().to_owned(),
        log: Witnessed { size: seen.size, root: seen.root.try_into().unwrap() },
        nonce: hex::encode([nonce; 16]),
        origin: ORIGIN.to_owned(),
        sha256: sha256_of(&draft.signable_text()),
    };
    note_over(&statement.line(), key)
}

/// Appends an entry to a copy of the book with the server's own keys, past every check of the server, and verifies the export.
async fn forge(world: &World, draft: Draft) -> Report {
    let place = tempfile::tempdir().unwrap();
    let db = Db::open(&copy_of(world, place.path()).await).await.unwrap();
    let tx = db.begin().await.unwrap();
    let mut appender = Appender::open(&tx, world.deps.clock.now()).await.unwrap();
    let signers = &world.deps.signers;
    appender.append(&tx, &signers.entry, draft).await.unwrap();
    appender.finish(&tx, &signers.entry, &signers.checkpoint).await.unwrap();
    tx.commit().await.unwrap();
    let out = place.path().join("out");
    receipts::export(&Deps { db: db.clone(), ..world.deps.clone() }, &out).await.unwrap();
    db.close().await.unwrap();
    manyhands_verify::verify(&out, &signers.checkpoint.verifying_key()).unwrap()
}

#[tokio::test]
async fn the_verifier_tells_two_people_from_all_that_poses_as_them() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let reviewer = enrol(&world, &world.reviewer, 3).await;
        world.funded_contract("100.00").await;
        // The worker's key is retired after three days, the reviewer's counts from now, the other member's is young.
        let worker = enrol(&world, &world.worker, 4).await;
        world.deps.clock.advance(AGE_SECS);
        let by = member(&world, &world.worker).await;
        retire(&world.deps, &by, &once(), &worker.id().to_string(), "lost", PASSWORD).await.unwrap();
        let young = key_of(&*member(&world, &world.treasurer).await, 22);
        let vkey = young.verifying_key().to_string();
        let asks = member(&world, &world.treasurer).await;
        let wanted = Subject::Key(ask_another(&world.deps, &asks, &once(), &vkey, PASSWORD).await.unwrap());
        assert!(matches!(sign(&world, &world.treasurer, &wanted, &treasurer).await.unwrap(), Outcome::Done(_)));
        assert_eq!(keys::list_of_members(&world.deps.db.read()).await.unwrap().len(), 5);

        let entry = draft(&world);
        let first = note(&world, &entry, &coordinator, 1).await;
        let with = async |key: &SigningKey, nonce: u8| vec![first.clone(), note(&world, &entry, key, nonce).await];
        let size = ledger::head(&world.deps.db.read()).await.unwrap().size;
        let stranger = SigningKey::from_seed(&format!("{ORIGIN}/m/M-00000000"), [9; 32]).unwrap();
        let signers = &world.deps.signers;
        let cases: Vec<(&str, Vec<String>, &[usize])> = vec![
            ("two people", with(&treasurer, 2).await, &[]),
            ("two others", with(&reviewer, 2).await, &[]),
            ("nobody", Vec::new(), &[4]),
            ("one person", vec![first.clone()], &[4]),
            ("one person twice", with(&coordinator, 2).await, &[4]),
            ("the same note twice", vec![first.clone(), first.clone()], &[1]),
            ("the server's entry key", with(&signers.entry, 2).await, &[1]),
            ("the server's checkpoint key", with(&signers.checkpoint, 2).await, &[4]),
            ("a third party's key", with(&stranger, 2).await, &[1]),
            ("a retired key", with(&worker, 2).await, &[1]),
            ("a young key", with(&young, 2).await, &[4]),
        ];
        for (who, notes, levels) in cases {
            let report = forge(&world, entry.clone().signed(notes)).await;
            let failed: Vec<usize> = (1..=4).filter(|level| report.failures[level - 1].is_some()).collect();
            assert!(levels.iter().all(|level| failed.contains(level)), "{database}: {who}: {:?}", report.failures);
            assert_eq!(levels.is_empty(), failed.is_empty(), "{database}: {who}: {:?}", report.failures);
            for failure in report.failures.iter().flatten() {
                assert_eq!(failure.at, size, "{database}: {who}: the entry is named");
            }
        }
        // Notes over another entry, and notes whose signers saw a log of a week ago.
        let elsewhere = entry.clone().about("expense", uuid_v7(world.deps.clock.now(), [8; 16]));
        let report = forge(&world, elsewhere.signed(with(&treasurer, 2).await)).await;
        assert!(report.failures[0].is_some(), "{database}: notes over another entry: {:?}", report.failures);
        let notes = with(&treasurer, 2).await;
        world.funded_contract("1.00").await;
        world.deps.clock.advance(7 * 86_400 + 1);
        let report = forge(&world, entry.clone().signed(notes)).await;
        assert!(report.failures[0].is_some(), "{database}: signers who saw a log of a week ago: {:?}", report.failures);
    }
}
