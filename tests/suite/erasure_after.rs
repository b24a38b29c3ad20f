//! After an erasure: the files are written anew however it is disturbed, and the list beside the database brings no one back. On both
//! databases.

use std::fs;
use std::time::Duration;

use manyhands::actions::{contracts, erasure, people, rights};
use sqlx::Connection;

use crate::backup::refuses;
use crate::erasure::{EMAIL, REFERENCE, past, purged};
use crate::http::Site;
use crate::program::{Serving, free_port, write_settings};
use crate::signers::refused;
use crate::support::{PASSWORD, back_up, databases, once, reopen, world};

#[tokio::test]
async fn somebody_who_still_reads_what_stood_before_makes_the_rewriting_wait() {
    for database in databases().into_iter().filter(|database| *database == "postgres") {
        let past = past(database).await;
        let deps = &past.world.deps;
        let mut reader = sqlx::PgConnection::connect(&past.world.database).await.unwrap();
        sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT COUNT(*) FROM evidence").execute(&mut reader).await.unwrap();
        let office = past.office().await;
        office.post(&format!("/office/evidence/{}/erase", past.settled), &[("password", PASSWORD)]).await.redirects();
        assert!(!erasure::purge(deps).await.unwrap(), "what the reader may still read would have been copied");
        sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
        purged(deps).await;
        let found: Vec<_> = past.tables_with().await.into_iter().filter(|(_, found)| found.iter().any(|word| word == REFERENCE)).collect();
        assert_eq!(found, []);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_before_brings_nobody_back() {
    for database in databases() {
        let past = past(database).await;
        let (deps, world) = (&past.world.deps, &past.world);
        past.leave().await;
        deps.head.sync().unwrap();
        write_settings(world.folder.path(), &world.database, free_port());
        deps.db.clone().close().await.unwrap();
        let older = back_up(&world.database, world.folder.path());
        let deps = reopen(&world.database, world.folder.path()).await;
        let by = rights::identify(&deps.db.read(), &world.coordinator).await.unwrap().unwrap().coordinator().unwrap();
        let form = once();
        for _ in 0..2 {
            let answer = erasure::erase_person(&deps, &by, &form, &past.person, PASSWORD).await.unwrap();
            assert_eq!(answer, erasure::Erased::Done, "{database}: the same form has the first answer");
        }
        let list = fs::read_to_string(world.folder.path().join("erased")).unwrap();
        assert_eq!(list, format!("person {}\n", past.person), "{database}: an id, and nothing else");
        deps.db.close().await.unwrap();

        write_settings(world.folder.path(), &older, free_port());
        let deps = reopen(&older, world.folder.path()).await;
        assert!(manyhands_store::people::find_by_email(&deps.db.read(), EMAIL).await.unwrap().is_some(), "the backup holds her");
        deps.db.close().await.unwrap();
        let mut serving = Serving::start(world.folder.path());
        serving.kill();
        let deps = reopen(&older, world.folder.path()).await;
        assert!(manyhands_store::people::find_by_email(&deps.db.read(), EMAIL).await.unwrap().is_none(), "{database}: erased again");
        assert_eq!(erasure::erase_again(&deps).await.unwrap(), 0, "{database}: once");
        // A list that was lost is made again from the database.
        fs::remove_file(world.folder.path().join("erased")).unwrap();
        erasure::erase_again(&deps).await.unwrap();
        assert_eq!(fs::read_to_string(world.folder.path().join("erased")).unwrap(), list, "{database}");
        deps.db.close().await.unwrap();
        fs::write(world.folder.path().join("erased"), "not ours\n").unwrap();
        refuses(&["serve"], world.folder.path(), "holds a line that is none of its own");
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_written_undoes_no_erasure_and_is_written_by_the_jobs() {
    for database in databases() {
        let past = past(database).await;
        let (deps, world) = (&past.world.deps, &past.world);
        past.leave().await;
        let office = past.office().await;
        // As if the disk had said no, after the commit.
        let list = world.folder.path().join("erased");
        fs::create_dir(&list).unwrap();
        office.post(&format!("/office/evidence/{}/erase", past.settled), &[("password", PASSWORD)]).await.redirects();
        office.post(&format!("{}/erase", past.page()), &[("password", PASSWORD)]).await.redirects();
        assert_eq!(office.get(&past.page()).await.status, 404, "{database}: she is erased, and nobody was told otherwise");
        assert!(!erasure::purge(deps).await.unwrap(), "{database}: not done while she is on no list");
        fs::remove_dir(&list).unwrap();
        purged(deps).await;
        let listed = fs::read_to_string(&list).unwrap();
        assert!(listed.contains(&format!("person {}\n", past.person)), "{database}: {listed}");
        assert_eq!(listed.lines().filter(|line| line.starts_with("evidence ")).count(), 1, "{database}: {listed}");
        // Once: what is listed is not listed again.
        purged(deps).await;
        assert_eq!(fs::read_to_string(&list).unwrap(), listed, "{database}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_reader_lets_the_log_of_writes_wait_and_nobody_else() {
    let past = past("sqlite").await;
    let (deps, world) = (&past.world.deps, &past.world);
    let office = past.office().await;
    office.post(&format!("/office/evidence/{}/erase", past.settled), &[("password", PASSWORD)]).await.redirects();
    let mut reader = sqlx::SqliteConnection::connect(&world.database).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT COUNT(*) FROM people").execute(&mut reader).await.unwrap();
    assert!(deps.db.rewrite(deps.clock.now()).await.unwrap());
    // Far below the half minute that a writer waits for another.
    let tried = tokio::time::timeout(Duration::from_secs(10), deps.db.empty_log(deps.clock.now())).await;
    assert!(!tried.expect("it waits for the reader, and every writer waits for it").unwrap(), "the reader still reads what stood before");
    sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();

    // And those who write go on waiting for each other.
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut reader).await.unwrap();
    let writing = tokio::spawn({
        let (deps, contract, treasurer) = (deps.clone(), past.contract.clone(), world.treasurer().await);
        async move { contracts::record_deposit(&deps, &treasurer, &once(), &contract, "1.00", "waited").await }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
    writing.await.unwrap().unwrap();
    purged(deps).await;
}

/// Both at once: each takes the half minute that an action waits for its turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_too_long_to_write_is_told_that_nothing_was_written_and_to_send_it_again() {
    rocket::futures::future::join_all(databases().into_iter().map(wait_too_long)).await;
}

async fn wait_too_long(database: &str) {
    let world = world(database).await;
    let site = Site::as_person(&world, &world.buyer).await;
    let rows = world.rows().await;
    // Everything to write with is held, as while a large file is written anew.
    let mut held = Vec::new();
    for _ in 0..if database == "sqlite" { 1 } else { 16 } {
        held.push(world.deps.db.begin().await.unwrap());
    }
    let fields = [("name", "Buyer B."), ("language", "en"), ("zone", "UTC")];
    let action = people::unsubscribe(&world.deps, "no link");
    let (answer, action) = rocket::futures::future::join(site.post("/account", &fields), action).await;
    // On PostgreSQL not even a reader finds a connection here: the page for that says the same.
    let (status, words) =
        if database == "sqlite" { (422, "Please send it again in a few minutes") } else { (503, "Try again in a minute") };
    assert_eq!(answer.status, status, "{database}: {}", answer.text);
    answer.says(&format!("Nothing was written. {words}"));
    assert_eq!(refused(action), "database-busy", "{database}");
    drop(held);
    assert_eq!(world.rows().await, rows, "{database}");
    site.post("/account", &fields).await.redirects();
}
