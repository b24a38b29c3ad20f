//! The co-op goes on after an old backup was put back and its log recovered: answers that are lost stop no download, money is not booked a
//! second time, nobody is paid for items that a client had replaced, and what had run out stays run out. On both databases.

use std::path::Path;
use std::sync::Arc;

use manyhands::actions::contracts::returns::{self, ReturnForm};
use manyhands::actions::recovery::{LogCopy, Recovered, Recovering, recover};
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{claims, contracts, receipts, results, reviews};
use manyhands::deps::Deps;
use manyhands::head::Head;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use manyhands_store::Db;

use crate::external::{LINK, claimed, send, sha256};
use crate::http::Site;
use crate::signers::{member, refused};
use crate::story::typed;
use crate::support::{PASSWORD, World, agree, copy_of, databases, once, world};

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

#[tokio::test]
async fn a_transfer_whose_reference_is_lost_is_not_booked_again_unless_the_treasurer_says_that_it_is_another() {
    for database in databases() {
        let (world, place) = (world(database).await, tempfile::tempdir().unwrap());
        let contract = world.funded_contract("100.00").await;
        let backup = copy_of(&world, place.path()).await;
        let deposit = async |world: &World, amount: &str, reference: &str, none_of: &str| {
            let by = world.treasurer().await;
            contracts::record_another_deposit(&world.deps, &by, &once(), &contract, (amount, reference), none_of).await
        };
        let first = deposit(&world, "20.00", "transfer 82", "").await.unwrap();
        let back = give_back(&world, &contract, "back 83", "").await.unwrap();
        let officer = world.signed_in(&world.coordinator).await.officer().unwrap();
        let returned = returns::approve(&world.deps, &officer, &once(), &back, PASSWORD).await.unwrap();
        let (world, _) = recovered(world, place.path(), &backup).await;
        world.reads(&world.treasurer, "en").await;
        let site = Site::as_person(&world, &world.treasurer).await;

        let before = world.rows().await;
        let (named, of) = (format!("Entry {first} is a deposit of this sum"), contract.to_string());
        let form = [("contract", of.as_str()), ("amount", "20.00"), ("reference", "transfer 82")];
        let asked = site.post("/treasury/deposit", &form).await;
        asked.refuses(&named);
        let entry = format!("name=\"none_of\" value=\"{first}\"");
        for kept in ["value=\"20.00\"", "value=\"transfer 82\"", "type=\"checkbox\" name=\"another\"", &entry] {
            assert!(asked.text.contains(kept), "{database}: {kept}: {}", asked.text);
        }
        let entry = first.to_string();
        for unsaid in [vec![("none_of", entry.as_str())], vec![("another", "on")], vec![("another", "on"), ("none_of", "1")]] {
            site.post("/treasury/deposit", &[&form[..], &unsaid].concat()).await.refuses(&named);
        }
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        // Neither another sum, nor one whose reference is there, asks anything; by the page another payment is booked once it is said.
        deposit(&world, "20.01", "transfer 82", "").await.unwrap();
        deposit(&world, "100.00", "transfer 84", "").await.unwrap();
        assert_eq!(refused(deposit(&world, "100.00", "transfer 81", "").await), "deposit-twice", "{database}");
        let said = [&form[..], &[("another", "on"), ("none_of", entry.as_str())]].concat();
        let balance = world.escrow(&contract).await;
        site.post("/treasury/deposit", &said).await.redirects();
        assert_eq!(world.escrow(&contract).await, balance + 20_000_000, "{database}");
        assert_eq!(refused(deposit(&world, "20.00", "transfer 82", &entry).await), "deposit-twice", "{database}");

        // What went back is the same.
        assert_eq!(refused(give_back(&world, &contract, "back 83", "").await), "return-unnamed", "{database}");
        let found = returns::find_returnable(&world.deps, &world.treasurer().await, &contract).await.unwrap();
        let of_deposit = found.deposits[0].deposit.id.clone();
        let form = [
            ("contract", of.as_str()),
            ("deposit", of_deposit.as_str()),
            ("amount", "1.00"),
            ("reference", "back 83"),
            ("asked", "By letter."),
            ("password", PASSWORD),
        ];
        let asked = site.post("/treasury/returns", &form).await;
        asked.refuses(&format!("Entry {returned} is a return of this sum"));
        assert!(asked.text.contains("value=\"back 83\"") && asked.text.contains("name=\"another\""), "{database}: {}", asked.text);
        let entry = returned.to_string();
        site.post("/treasury/returns", &[&form[..], &[("another", "on"), ("none_of", entry.as_str())]].concat()).await.redirects();
    }
}

async fn give_back(world: &World, contract: &ContractId, reference: &str, none_of: &str) -> Result<String, manyhands::actions::Error> {
    let treasurer = world.treasurer().await;
    let found = returns::find_returnable(&world.deps, &treasurer, contract).await.unwrap();
    let form = ReturnForm {
        deposit: found.deposits[0].deposit.id.clone(),
        amount: "1.00".to_owned(),
        reference: reference.to_owned(),
        asked: "By letter.".to_owned(),
        none_of: none_of.to_owned(),
    };
    returns::prepare(&world.deps, &treasurer, &once(), &form, PASSWORD).await
}
