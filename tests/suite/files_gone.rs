//! A client reads that files are deleted when their bytes are gone, and not before: what could not be removed is on its way out.

use manyhands::actions::{files, reviews};
use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_store::files as rows;
use rocket::http::Method;

use crate::files::open_pictures;
use crate::http::Site;
use crate::program::files_of;
use crate::support::{World, databases, once, world};

const ON_THE_WAY: &str = "They are being removed from where they lie";

/// Three pictures that were worked on and accepted, whose days are over.
async fn due(world: &World, contract: &ContractId) -> BatchId {
    let batch = open_pictures(world, contract, 10).await;
    let worker = Site::as_person(world, &world.worker).await;
    let mut at = worker.post(&format!("/batches/{batch}/claim"), &[]).await.to;
    for _ in 0..3 {
        let path = at.split('?').next().unwrap().to_owned();
        at = worker.post(&format!("{path}/submit"), &[("answer", "Yes"), ("active_seconds", "60")]).await.to;
    }
    let review = reviews::Judging::Client(world.buyer().await);
    let waiting = reviews::list_waiting(&world.deps, &review).await.unwrap();
    let (count, sum) = reviews::confirmable(&world.deps, &review, &waiting[0]).await.unwrap();
    reviews::accept_many(&world.deps, &review, &once(), &batch, count, sum).await.unwrap();
    world.deps.clock.advance(31 * 86_400);
    batch
}

#[tokio::test]
async fn files_that_cannot_be_removed_are_not_said_to_be_deleted() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.buyer, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = due(&world, &contract).await;
        let folder = world.deps.head.folder().join("files");
        let whole = files_of(&folder).into_iter().find(|name| !name.contains(".w")).unwrap();
        // A folder in a file's place is removed by nobody as a file.
        std::fs::remove_file(folder.join(&whole)).unwrap();
        std::fs::create_dir(folder.join(&whole)).unwrap();
        assert_eq!(files::delete_due(&world.deps).await.unwrap(), 0, "{database}");
        let desk = Site::as_person(&world, &world.buyer).await;
        let path = format!("/desk/{contract}");
        desk.get(&path).await.says(ON_THE_WAY);
        assert!(files::tidy(&world.deps).await.is_err(), "{database}");
        desk.get(&path).await.says(ON_THE_WAY);
        // Whatever is left of them, nobody sees it.
        let picture = format!("/batches/{batch}/items/1/picture");
        assert_eq!(desk.fetch(Method::Get, &picture, &[]).await.status, 404, "{database}");
        std::fs::remove_dir(folder.join(&whole)).unwrap();
        std::fs::write(folder.join(&whole), b"what is left").unwrap();
        files::tidy(&world.deps).await.unwrap();
        let said = desk.get(&path).await;
        assert!(said.text.contains("3 files") && !said.text.contains(ON_THE_WAY), "{database}");
        assert_eq!(files_of(&folder), [""; 0], "{database}");
    }
}

#[tokio::test]
async fn a_pass_over_all_files_speaks_for_nothing_that_was_deleted_after_it_began() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let begun = world.deps.clock.now();
        let batches = [world.open_batch(&contract, 1).await, world.open_batch(&contract, 1).await];
        let gone = async || {
            let mut found = rows::list_deletions(&world.deps.db.read(), contract.as_str()).await.unwrap();
            found.sort_by_key(|deletion| deletion.at);
            found.into_iter().map(|deletion| deletion.gone_at.is_some()).collect::<Vec<_>>()
        };
        let note = async |batch: Option<&str>, until: i64| {
            let tx = world.deps.db.begin().await.unwrap();
            rows::set_gone(&tx, batch, begun.plus_secs(until), begun.plus_secs(9)).await.unwrap();
            tx.commit().await.unwrap();
        };
        let tx = world.deps.db.begin().await.unwrap();
        for (batch, secs) in batches.iter().zip([0, 1]) {
            let due = rows::Due { id: batch.to_string(), contract_id: contract.to_string() };
            assert!(rows::note_deletion(&tx, &due, begun.plus_secs(secs)).await.unwrap());
        }
        tx.commit().await.unwrap();
        note(Some(batches[1].as_str()), 0).await;
        assert_eq!(gone().await, [false, false], "{database}: deleted later than that");
        note(None, 0).await;
        assert_eq!(gone().await, [true, false], "{database}");
        note(Some(batches[0].as_str()), 9).await;
        assert_eq!(gone().await, [true, false], "{database}: of another batch");
        note(None, 1).await;
        assert_eq!(gone().await, [true, true], "{database}");
    }
}
