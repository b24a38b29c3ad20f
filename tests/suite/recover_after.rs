//! The co-op goes on after an old backup was put back and its log recovered: answers that are lost stop no download, money is not booked a
//! second time, nobody is paid for items that a client had replaced, and what had run out stays run out. On both databases.

use std::path::Path;
use std::sync::Arc;

use manyhands::actions::recovery::{LogCopy, Recovered, Recovering, recover};
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{claims, receipts, results, reviews};
use manyhands::deps::Deps;
use manyhands::head::Head;
use manyhands_domain::ids::{BatchId, ClaimId};
use manyhands_store::Db;

use crate::external::{LINK, claimed, send, sha256};
use crate::http::Site;
use crate::signers::{member, refused};
use crate::story::typed;
use crate::support::{World, agree, copy_of, databases, once, world};

/// The co-op goes on with the backup, and with every entry that came after it.
async fn recovered(world: World, place: &Path, backup: &str) -> (World, Recovered) {
    let log = place.join("log");
    let size = receipts::export(&world.deps, &log).await.unwrap();
    world.deps.head.sync().unwrap();
    let db = Db::open(backup).await.unwrap();
    let head = Head::open(world.folder.path()).unwrap();
    let now = world.deps.clock.now();
    let recovering = Recovering { db: &db, head: &head, by: &world.coordinator, now, random: &world.deps.random };
    let recovered = recover(&recovering, LogCopy { folder: &log, size }, &mut |_, _| {}).await.unwrap();
    let deps = Deps { db, head: Arc::new(head), ..world.deps };
    agree(&deps, [&world.worker, &world.reviewer, &world.treasurer]).await;
    (World { deps, database: backup.to_owned(), ..world }, recovered)
}

async fn hand_in(world: &World, by: &Member, batch: &BatchId, answer: &str) -> ClaimId {
    let claim = claims::claim(&world.deps, by, &once(), batch).await.unwrap();
    claims::submit(&world.deps, by, &once(), &claim, &typed(answer)).await.unwrap();
    claim
}

async fn accept(world: &World, claim: &ClaimId) {
    reviews::accept(&world.deps, &Judging::Client(world.buyer().await), &once(), claim).await.unwrap();
}

#[tokio::test]
async fn lost_answers_stop_no_download_and_the_client_reads_how_many_they_are() {
    for database in databases() {
        let (world, place) = (world(database).await, tempfile::tempdir().unwrap());
        let contract = world.funded_contract("100.00").await;
        let (worker, treasurer) = (world.worker().await, member(&world, &world.treasurer).await);
        let twice = world.open_copies(&contract, 3, 2).await;
        let [first, second] = [hand_in(&world, &worker, &twice, "Harmful").await, hand_in(&world, &treasurer, &twice, "Harmless").await];
        accept(&world, &first).await;
        accept(&world, &second).await;
        // Of the second item one answer is there, of the third none.
        let kept = hand_in(&world, &treasurer, &twice, "Harmful").await;
        let held = claims::claim(&world.deps, &worker, &once(), &twice).await.unwrap();
        let once_each = world.open_batch(&contract, 2).await;
        let judge = Judging::Reviewer(world.reviewer().await);
        let back = hand_in(&world, &worker, &once_each, "Harmless").await;
        reviews::send_back(&world.deps, &judge, &once(), &back, "wrong-label", "See the section.", "4.2").await.unwrap();
        let backup = copy_of(&world, place.path()).await;

        world.deps.clock.advance(60);
        claims::submit(&world.deps, &worker, &once(), &held, &typed("Harmful")).await.unwrap();
        let third = [hand_in(&world, &worker, &twice, "Harmful").await, hand_in(&world, &treasurer, &twice, "Harmful").await];
        claims::submit(&world.deps, &worker, &once(), &back, &typed("Harmful")).await.unwrap();
        for claim in [&kept, &held, &third[0], &third[1], &back] {
            accept(&world, claim).await;
        }
        let (world, recovered) = recovered(world, place.path(), &backup).await;
        assert_eq!(
            (recovered.lost_answers, recovered.lost.len()),
            (4, 0),
            "{database}: held, two of the third item, and what was sent back"
        );
        assert_eq!(world.escrow(&contract).await, 100_000_000 - 7 * 800_000, "{database}: all are paid");

        let desk = format!("/desk/{contract}");
        let site = Site::as_person(&world, &world.buyer).await;
        let file = async |name: &str| {
            let answer = site.get(name).await;
            assert_eq!(answer.status, 200, "{database}: {name}");
            answer.text
        };
        let csv = file(&format!("{desk}/results.csv")).await;
        let told: Vec<&str> = csv.lines().skip(1).map(|line| &line[..line.rfind(',').unwrap()]).collect();
        let mut sorted = told.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["item-1,Harmful,1", "item-1,Harmless,1", "item-2,Harmful,1"], "{database}: {csv}");
        assert_eq!(file(&format!("{desk}/results.jsonl")).await.lines().count(), 3, "{database}");
        let consensus = file(&format!("{desk}/consensus.csv")).await;
        assert!(consensus.contains("item-1,answer,,0.000000,2,"), "{database}: {consensus}");
        assert!(consensus.contains("item-2,answer,Harmful,,1,") && !consensus.contains("item-3"), "{database}: {consensus}");
        file(&format!("{desk}/consensus.jsonl")).await;
        assert!(!file(&format!("/batches/{twice}/label-studio.json")).await.contains("item-3"), "{database}");
        let page = site.get(&desk).await;
        page.says("4 accepted answers are lost and not in these files");
        page.says("Question answer, over 1 item");
        world.reads(&world.buyer, "fr").await;
        site.get(&desk).await.says("4 réponses acceptées sont perdues et ne figurent pas dans ces fichiers");
        let other = world.other_buyer().await;
        let other = world.signed_in(&other).await.client_user().unwrap();
        assert_eq!(refused(results::count_lost(&world.deps, &other, &contract).await), "not found", "{database}");

        // Whoever did the work: by the one item that both answered, one of two is as the other's.
        world.reads(&world.worker, "en").await;
        let own = Site::as_person(&world, &world.worker).await;
        own.get("/work/quality").await.says("over 1 item");
        world.reads(&world.treasurer, "en").await;
        Site::as_person(&world, &world.treasurer).await.get("/work/quality").await.says("over 1 item");
        for claim in [&held, &third[0], &back] {
            assert_eq!(own.get(&format!("/claims/{claim}")).await.status, 200, "{database}");
        }
    }
}

#[tokio::test]
async fn the_file_of_a_lost_answer_is_in_no_zip_and_the_others_come() {
    for database in databases() {
        let (world, place) = (world(database).await, tempfile::tempdir().unwrap());
        let contract = world.funded_contract("100.00").await;
        let mut tasks = Vec::new();
        for bytes in [b"{\"n\":1}", b"{\"n\":2}"] {
            let batch = crate::external::open_batch(&world, &contract, LINK, "id,payload\n1,a\n").await;
            let (site, claim, token) = claimed(&world, &batch).await;
            assert_eq!(send(&site, &token, "scan.json", bytes).await.status, 201, "{database}");
            tasks.push((site, ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap(), claim));
            if tasks.len() == 1 {
                tasks[0].0.post(&format!("{}/submit", tasks[0].2), &[("answer", "x"), ("active_seconds", "9")]).await.redirects();
                accept(&world, &tasks[0].1).await;
            }
        }
        // Handed in after the backup: which file the answer names is lost, though the tool's last one is there.
        let backup = copy_of(&world, place.path()).await;
        tasks[1].0.post(&format!("{}/submit", tasks[1].2), &[("answer", "x"), ("active_seconds", "9")]).await.redirects();
        accept(&world, &tasks[1].1).await;
        let (world, recovered) = recovered(world, place.path(), &backup).await;
        assert_eq!(recovered.lost_answers, 1, "{database}");
        let site = Site::as_person(&world, &world.buyer).await;
        let zip = site.fetch(rocket::http::Method::Get, &format!("/desk/{contract}/results.zip"), &[]).await;
        let names = String::from_utf8_lossy(&zip.bytes).into_owned();
        assert_eq!(zip.status, 200, "{database}");
        assert!(names.contains(&sha256(b"{\"n\":1}")) && !names.contains(&sha256(b"{\"n\":2}")), "{database}");
        site.get(&format!("/desk/{contract}")).await.says("1 accepted answer is lost and not in these files");
    }
}
