//! A kill at every step around the commit and the head: nothing is forked, nothing acknowledged is lost, and a form
//! sent again is answered once. And the trap: an older copy put back after such a kill.

use std::fs;
use std::path::Path;

use manyhands::actions::{projection, receipts};
use manyhands::deps::Deps;
use manyhands::head::Head;
use manyhands_domain::log::checkpoint::Checkpoint;

use crate::program::{Reply, Serving, free_port, write_settings};
use crate::support::{World, back_up, databases, reopen, world};

/// In order. The entry is there after a kill at the later ones, and only then.
const STEPS: &[(&str, bool)] =
    &[("before-head", false), ("during-head", false), ("before-commit", false), ("after-commit", true), ("after-head", true)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_every_step_around_commit_and_head_forks_nothing_and_loses_nothing_acknowledged() {
    if !cfg!(debug_assertions) {
        println!("left out: kills at steps, which a release is built without");
        return;
    }
    for database in databases() {
        for (step, there) in STEPS {
            let (world, contract) = closed(database).await;
            let folder = world.folder.path();
            let (before, acknowledged) = (Head::open(folder).unwrap().last(), newest(&world, folder).await);
            assert_eq!(before.0, acknowledged.size);

            let form = deposit(&contract, "transfer 82");
            let mut serving = Serving::start_with(folder, &[("MANYHANDS_DIE_AT", step)]);
            let cookie = serving.sign_in("astro@example.coop");
            let answer = serving.post("/treasury/deposit", &cookie, &form);
            assert!(answer.is_none(), "{database}, {step}: it was to die, and answered");
            serving.kill();
            let head = Head::open(folder).unwrap().last();
            assert_eq!(head.0, before.0 + u64::from(*step == "after-head"), "{database}, {step}: the head as the kill left it");

            // What anybody saw signed is a beginning of what stands; the head is at most what stands.
            let deps = reopen(&world.database, folder).await;
            check(&deps, &acknowledged, before.0 + u64::from(*there), &format!("{database}, {step}")).await;
            deps.db.close().await.unwrap();

            // The server starts, holds its database to the notes, and answers the form once.
            let mut serving = Serving::start(folder);
            let lying =
                fs::read_dir(folder).unwrap().filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().starts_with("head.new"));
            assert_eq!(lying.count(), 0, "{database}, {step}: what was made ready is swept away");
            let cookie = serving.sign_in("astro@example.coop");
            let again = [serving.post("/treasury/deposit", &cookie, &form), serving.post("/treasury/deposit", &cookie, &form)];
            assert_eq!(again.map(|reply: Option<Reply>| reply.unwrap().status), [303, 303], "{database}, {step}");
            assert_eq!(Head::open(folder).unwrap().last().0, before.0 + 1, "{database}, {step}: an answer that the head covers");
            serving.kill();
            let deps = reopen(&world.database, folder).await;
            check(&deps, &acknowledged, before.0 + 1, &format!("{database}, {step}, again")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_put_back_after_a_kill_is_refused_once_anybody_could_have_seen_more() {
    if !cfg!(debug_assertions) {
        return;
    }
    for database in databases() {
        for (step, _) in STEPS {
            let (world, contract) = closed(database).await;
            let folder = world.folder.path();
            let older = back_up(&world.database, folder);
            let mut serving = Serving::start_with(folder, &[("MANYHANDS_DIE_AT", &format!("{step}:2"))]);
            let cookie = serving.sign_in("astro@example.coop");
            // One is answered; the second dies with the server.
            assert_eq!(serving.post("/treasury/deposit", &cookie, &deposit(&contract, "transfer 82")).unwrap().status, 303);
            assert!(serving.post("/treasury/deposit", &cookie, &deposit(&contract, "transfer 83")).is_none(), "{database}, {step}");
            serving.kill();
            let signed = Head::open(folder).unwrap().last();

            write_settings(folder, &older, free_port());
            let mut serving = Serving::start(folder);
            let cookie = serving.sign_in("astro@example.coop");
            let refused = serving.post("/treasury/deposit", &cookie, &deposit(&contract, "transfer 84")).unwrap();
            assert_eq!(refused.status, 503, "{database}, {step}: a second history was begun");
            assert!(serving.log().contains("an old backup was restored"), "{database}, {step}: {}", serving.log());
            assert_eq!(serving.get("/ledger").unwrap().status, 200, "{database}, {step}: reading goes on");
            assert_eq!(Head::open(folder).unwrap().last(), signed, "{database}, {step}: the head stays");
            serving.kill();
        }
    }
}

/// A co-op with a funded contract, its database closed, its settings written.
async fn closed(database: &str) -> (World, String) {
    let world = world(database).await;
    let contract = world.funded_contract("10.00").await.to_string();
    world.deps.head.sync().unwrap();
    world.deps.db.clone().close().await.unwrap();
    write_settings(world.folder.path(), &world.database, free_port());
    (world, contract)
}

fn deposit<'f>(contract: &'f str, reference: &'f str) -> [(&'f str, &'f str); 4] {
    [("key", reference), ("contract", contract), ("amount", "5.00"), ("reference", reference)]
}

async fn newest(world: &World, folder: &Path) -> Checkpoint {
    let deps = reopen(&world.database, folder).await;
    let newest = receipts::checkpoint(&deps).await.unwrap().unwrap();
    deps.db.close().await.unwrap();
    Checkpoint::open(&newest.note, &[world.deps.signers.checkpoint.verifying_key()]).unwrap()
}

/// The book has so many entries, verifies, agrees with what is kept beside its notes, and begins with what was signed.
async fn check(deps: &Deps, signed: &Checkpoint, size: u64, what: &str) {
    let agreed = projection::check_all(&deps.db, &mut |_, _| {}).await.unwrap();
    assert_eq!(agreed.unwrap_or_else(|difference| panic!("{what}: {difference}")).checked.size, size, "{what}");
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    receipts::export(deps, &out).await.unwrap();
    let report = manyhands_verify::verify(&out, &deps.signers.checkpoint.verifying_key()).unwrap();
    assert!(report.holds(), "{what}: {:?}", report.failures);
    let root = receipts::root_at(&deps.db.snapshot().await.unwrap(), signed.size).await.unwrap();
    assert_eq!(root, signed.root, "{what}: what was signed is a beginning of it");
    assert!(deps.head.last().0 <= size, "{what}");
}
