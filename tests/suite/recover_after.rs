//! The co-op goes on after an old backup was put back and its log recovered: answers that are lost stop no download, money is not booked a
//! second time, nobody is paid for items that a client had replaced, and what had run out stays run out. On both databases.

use std::path::Path;
use std::sync::Arc;

use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::contracts::returns::{self, ReturnForm};
use manyhands::actions::recovery::{LogCopy, Recovered, Recovering, give_time, recover};
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{batches, claims, contracts, receipts, results, reviews};
use manyhands::deps::Deps;
use manyhands::head::Head;
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use manyhands_domain::time::Timestamp;
use manyhands_store::Db;

use crate::external::{LINK, claimed, send, sha256};
use crate::http::Site;
use crate::signers::{mail_to, member, refused};
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

/// A batch that was a draft of two items in the backup, and was opened since with three others, two answers each; one is accepted.
async fn opened_since(database: &str, place: &Path) -> (World, ContractId, BatchId, Recovered) {
    let world = world(database).await;
    let (contract, buyer) = (world.funded_contract("100.00").await, world.buyer().await);
    let batch = world.draft_batch(&contract, "0.80", "180").await;
    batches::import(&world.deps, &buyer, &once(), &batch, b"id,payload\n1,a\n2,b\n").await.unwrap();
    // Everything that was told before is out: what comes is the newest.
    mail_to(&world, "buyer@example.coop").await;
    let backup = copy_of(&world, place).await;
    world.deps.clock.advance(60);
    batches::set_offer(&world.deps, &buyer, &once(), &batch, ("0.90", "180", "2")).await.unwrap();
    batches::import(&world.deps, &buyer, &once(), &batch, b"id,payload\n3,c\n4,d\n5,e\n").await.unwrap();
    batches::open(&world.deps, &buyer, &once(), &batch).await.unwrap();
    let treasurer = member(&world, &world.treasurer).await;
    let claim = hand_in(&world, &world.worker().await, &batch, "Harmful").await;
    hand_in(&world, &treasurer, &batch, "Harmful").await;
    accept(&world, &claim).await;
    let (world, recovered) = recovered(world, place, &backup).await;
    (world, contract, batch, recovered)
}

#[tokio::test]
async fn a_batch_that_was_a_draft_in_the_backup_is_paused_until_its_client_has_looked_at_it() {
    for database in databases() {
        let place = tempfile::tempdir().unwrap();
        let (world, contract, batch, recovered) = opened_since(database, place.path()).await;
        let (deps, buyer, worker) = (&world.deps, world.buyer().await, world.worker().await);
        assert_eq!(recovered.unsure.get(batch.as_str()), Some(&1), "{database}: {:?}", recovered.lost);
        let row = batches::find_own(deps, &buyer, &batch).await.unwrap();
        assert!(row.is_unsure() && row.opened_index.is_some(), "{database}: {row:?}");
        assert_eq!((row.price, row.copies), (900_000, 2), "{database}: as its entry says");
        assert_eq!((row.tasks_total, row.tasks_open, row.tasks_accepted), (4, 4, 0), "{database}: counted anew");
        assert_eq!(refused(claims::claim(deps, &worker, &once(), &batch).await), "batch-not-open", "{database}");
        assert!(batches::list_open(deps).await.unwrap().is_empty(), "{database}");

        let (subject, text) = mail_to(&world, "buyer@example.coop").await;
        assert!(subject.contains("Safety text review: it is paused"), "{database}: {subject}");
        let link = format!("/batches/{batch}");
        assert!(text.contains(&link) && text.contains("1 answer was accepted since to an item"), "{database}: {text}");
        let site = Site::as_person(&world, &world.buyer).await;
        let page = site.get(&link).await;
        for words in ["Please look at it first", "those of your draft at that time, and may not be the last", "4 answers are free."] {
            page.says(words);
        }
        site.get(&format!("/desk/{contract}")).await.says("Safety text review: is this what you opened?");

        // It is what they opened: members go on.
        site.post(&format!("{link}/resume"), &[]).await.redirects();
        let row = batches::find_own(deps, &buyer, &batch).await.unwrap();
        assert_eq!((row.state.as_str(), row.is_unsure()), ("open", false), "{database}");
        accept_one(&world, &batch).await;
        // And from then on it is a batch like any other: paused, it is resumed as ever, and what is free is not taken back.
        site.post(&format!("{link}/pause"), &[]).await.redirects();
        assert!(!batches::find_own(deps, &buyer, &batch).await.unwrap().is_unsure(), "{database}");
        assert_eq!(refused(batches::withdraw_free(deps, &buyer, &once(), &batch).await), "batch-not-raised", "{database}");
        assert!(!site.get(&link).await.text.contains("Please look at it first"), "{database}");
    }
}

/// Both answers to the first item come in, and one is accepted.
async fn accept_one(world: &World, batch: &BatchId) {
    let claim = hand_in(world, &world.worker().await, batch, "Harmful").await;
    hand_in(world, &member(world, &world.treasurer).await, batch, "Harmful").await;
    accept(world, &claim).await;
}

#[tokio::test]
async fn a_batch_that_is_not_what_its_client_opened_is_taken_back_and_in_no_contract_s_way() {
    for database in databases() {
        let place = tempfile::tempdir().unwrap();
        let (world, contract, batch, _) = opened_since(database, place.path()).await;
        let (deps, client) = (&world.deps, Party::Client(world.buyer().await));
        assert_eq!(refused(life::go(deps, &client, &once(), &contract, Step::Complete, "").await), "contract-not-done", "{database}");
        let site = Site::as_person(&world, &world.buyer).await;
        let link = format!("/batches/{batch}");
        site.post(&format!("{link}/withdraw"), &[]).await.redirects();
        let row = batches::find_own(deps, &world.buyer().await, &batch).await.unwrap();
        assert_eq!((row.tasks_total, row.tasks_open, row.tasks_withdrawn), (0, 0, 4), "{database}");
        assert_eq!((row.is_unsure(), batches::list_open(deps).await.unwrap().len()), (false, 0), "{database}: nothing is left to claim");
        assert!(!site.get(&link).await.text.contains("Please look at it first"), "{database}");
        life::go(deps, &client, &once(), &contract, Step::Complete, "").await.unwrap();

        // Notice is given though nobody has looked yet: their client did not pause it.
        let place = tempfile::tempdir().unwrap();
        let (world, contract, ..) = opened_since(database, place.path()).await;
        let client = Party::Client(world.buyer().await);
        life::go(&world.deps, &client, &once(), &contract, Step::Terminate, "No more of it.").await.unwrap();
    }
}

#[tokio::test]
async fn what_no_draft_could_be_opened_with_does_not_open_because_it_came_back() {
    for database in databases() {
        let (world, place) = (world(database).await, tempfile::tempdir().unwrap());
        let contract = world.funded_contract("100.00").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let fields = [
            ("title", "A street"),
            ("price", "0.80"),
            ("seconds", "180"),
            ("payload_kind", "text"),
            ("question", "?"),
            ("answer_kind", "text"),
        ];
        let batch = site.post(&format!("/desk/{contract}/batch"), &fields).await.to;
        site.post(&format!("{batch}/template/tool"), &[]).await.redirects();
        site.upload(&format!("{batch}/items"), "items", b"id,payload\n1,a\n").await.redirects();
        let backup = copy_of(&world, place.path()).await;
        site.post(&format!("{batch}/questions/result"), &[("question", "Box it."), ("link", LINK)]).await.redirects();
        site.post(&format!("{batch}/open"), &[]).await.redirects();
        let (world, _) = recovered(world, place.path(), &backup).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let before = world.rows().await;
        let refused = site.post(&format!("{batch}/resume"), &[]).await;
        refused.refuses("nothing of it can be changed any more");
        refused.says("still the example’s, tool.example");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        site.post(&format!("{batch}/withdraw"), &[]).await.redirects();
    }
}

/// A claim that ran out before the backup's last entry and that nobody had set free, one that is held, and one that is held ready.
async fn three_claims(world: &World) -> [ClaimId; 3] {
    let worker = world.worker().await;
    let (quiet, busy) = (world.funded_contract("100.00").await, world.funded_contract("100.00").await);
    let [of_quiet, of_busy] = [world.open_batch(&quiet, 2).await, world.open_batch(&busy, 3).await];
    let gone = claims::claim(&world.deps, &worker, &once(), &of_quiet).await.unwrap();
    world.deps.clock.advance(10 * 86_400);
    let held = claims::claim(&world.deps, &worker, &once(), &of_busy).await.unwrap();
    contracts::record_deposit(&world.deps, &world.treasurer().await, &once(), &busy, "1.00", "the last entry").await.unwrap();
    let ready = claims::keep_ready(&world.deps, &worker, &once(), &held).await.unwrap();
    [gone, held, ClaimId::parse(&ready.id).unwrap()]
}

async fn due(db: &Db, claims: &[ClaimId; 3]) -> Vec<i64> {
    let mut due = Vec::new();
    for claim in claims {
        due.push(manyhands_store::claims::find_claim(&db.read(), claim).await.unwrap().unwrap().due_at);
    }
    due
}

#[tokio::test]
async fn a_restore_gives_time_to_what_was_held_and_not_to_what_had_run_out() {
    for database in databases() {
        let (world, place) = (world(database).await, tempfile::tempdir().unwrap());
        let claims = three_claims(&world).await;
        let before = due(&world.deps.db, &claims).await;
        let (restored, behind) = (copy_of(&world, place.path()).await, copy_of(&world, place.path()).await);
        let wanted = |now: Timestamp| vec![before[0], now.plus_days(3).secs(), before[2]];

        let (db, now) = (Db::open(&restored).await.unwrap(), world.deps.clock.now().plus_days(20));
        give_time(&db, now).await.unwrap();
        assert_eq!(due(&db, &claims).await, wanted(now), "{database}: restored");
        db.close().await.unwrap();

        // What counts is the backup's last entry: not that of the log from which it is recovered, weeks later.
        world.deps.clock.advance(30 * 86_400);
        world.funded_contract("5.00").await;
        let now = world.deps.clock.now();
        let (world, _) = recovered(world, place.path(), &behind).await;
        assert_eq!(due(&world.deps.db, &claims).await, wanted(now), "{database}: recovered");
    }
}
