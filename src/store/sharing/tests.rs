//! Several who wait to write on SQLite share one durable commit: nobody is answered before it, nothing of it is seen before
//! it, and what one of them gives up takes nothing of the others with it.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::db::Db;
use crate::{Sql, StoreError};

/// An empty database with a table of names, and one of those that must stand in it.
async fn opened() -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite://{}", folder.path().join("shared.db").display())).await.unwrap();
    let tx = db.begin().await.unwrap();
    run(&tx, "CREATE TABLE names (name TEXT PRIMARY KEY)").await.unwrap();
    run(&tx, "CREATE TABLE ages (name TEXT NOT NULL REFERENCES names (name), age INTEGER)").await.unwrap();
    tx.commit().await.unwrap();
    (db, folder)
}

async fn run(on: &impl Sql, sql: &str) -> Result<(), DbErr> {
    on.connection().execute_unprepared(sql).await.map(drop)
}

async fn names(db: &Db) -> Vec<String> {
    let rows =
        db.read().connection().query_all_raw(Statement::from_string(DbBackend::Sqlite, "SELECT name FROM names ORDER BY name")).await;
    rows.unwrap().iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

/// What a writer does with its part.
enum Then {
    Commit,
    GiveUp,
    /// Commits once it is let go.
    Wait(oneshot::Receiver<()>),
}

/// Stands in line, runs this when its turn comes, and then does that.
async fn writer(db: &Db, sql: &'static str, then: Then) -> JoinHandle<Result<(), StoreError>> {
    let db = db.clone();
    let running = tokio::spawn(async move {
        let tx = db.begin().await?;
        run(&tx, sql).await?;
        match then {
            Then::Commit => tx.commit().await,
            Then::GiveUp => Ok(()),
            Then::Wait(go) => {
                go.await.unwrap();
                tx.commit().await
            }
        }
    });
    settle().await;
    running
}

/// Long enough for everybody to come to where they wait for somebody else.
async fn settle() {
    sleep(Duration::from_millis(50)).await;
}

#[tokio::test]
async fn those_who_wait_share_one_commit_and_what_one_gives_up_goes_alone() {
    let (db, _folder) = opened().await;
    let before = db.begin().await.unwrap();
    let (go, wait) = oneshot::channel();
    let first = writer(&db, "INSERT INTO names VALUES ('first')", Then::Commit).await;
    let given_up = writer(&db, "INSERT INTO names VALUES ('given up')", Then::GiveUp).await;
    let last = writer(&db, "INSERT INTO names VALUES ('last')", Then::Wait(wait)).await;
    before.commit().await.unwrap();
    settle().await;
    assert!(given_up.is_finished(), "whoever gives up waits for nobody");
    assert!(!first.is_finished(), "nobody is answered before the commit");
    assert_eq!(names(&db).await, [""; 0], "nothing of a part is seen before the commit");
    go.send(()).unwrap();
    for done in [first, given_up, last] {
        done.await.unwrap().unwrap();
    }
    assert_eq!(names(&db).await, ["first", "last"]);
}

#[tokio::test]
async fn a_commit_that_fails_fails_for_all_who_share_it_and_the_next_one_begins_anew() {
    // An orphan that is looked for at the commit alone; a transaction that the disk ended halfway, for the one who gave up.
    let orphan = "PRAGMA defer_foreign_keys = ON; INSERT INTO ages VALUES ('nobody', 7)";
    for (sql, then) in [(orphan, Then::Commit), ("ROLLBACK", Then::GiveUp)] {
        let (db, _folder) = opened().await;
        let before = db.begin().await.unwrap();
        let first = writer(&db, "INSERT INTO names VALUES ('first')", Then::Commit).await;
        let culprit = writer(&db, sql, then).await;
        before.commit().await.unwrap();
        let told = first.await.unwrap().unwrap_err();
        assert!(matches!(told, StoreError::Shared(_)), "{sql}");
        assert_eq!(told.is_no_room(), sql == "ROLLBACK", "{told}");
        culprit.await.unwrap().unwrap_or_default();
        assert_eq!(names(&db).await, [""; 0], "{sql}");
        writer(&db, "INSERT INTO names VALUES ('next')", Then::Commit).await.await.unwrap().unwrap();
        assert_eq!(names(&db).await, ["next"], "{sql}");
        // What comes after it is a transaction like any other, and not a part of one that nobody ends.
        writer(&db, "INSERT INTO names VALUES ('given up')", Then::GiveUp).await.await.unwrap().unwrap();
        writer(&db, "INSERT INTO names VALUES ('last')", Then::Commit).await.await.unwrap().unwrap();
        assert_eq!(names(&db).await, ["last", "next"], "{sql}");
    }
}

#[tokio::test]
async fn a_transaction_that_the_disk_ended_is_nobody_elses() {
    let (db, _folder) = opened().await;
    writer(&db, "ROLLBACK", Then::GiveUp).await.await.unwrap().unwrap();
    writer(&db, "INSERT INTO names VALUES ('next')", Then::Commit).await.await.unwrap().unwrap();
    writer(&db, "INSERT INTO names VALUES ('given up')", Then::GiveUp).await.await.unwrap().unwrap();
    writer(&db, "INSERT INTO names VALUES ('last')", Then::Commit).await.await.unwrap().unwrap();
    assert_eq!(names(&db).await, ["last", "next"]);
}

#[tokio::test]
async fn whoever_goes_away_halfway_holds_nobody_up_and_leaves_nothing() {
    let (db, _folder) = opened().await;
    let before = db.begin().await.unwrap();
    let (_go, wait) = oneshot::channel();
    let first = writer(&db, "INSERT INTO names VALUES ('first')", Then::Commit).await;
    let gone = writer(&db, "INSERT INTO names VALUES ('gone')", Then::Wait(wait)).await;
    let in_line = writer(&db, "INSERT INTO names VALUES ('in line')", Then::Commit).await;
    let last = writer(&db, "INSERT INTO names VALUES ('last')", Then::Commit).await;
    in_line.abort();
    before.commit().await.unwrap();
    settle().await;
    gone.abort();
    first.await.unwrap().unwrap();
    last.await.unwrap().unwrap();
    assert_eq!(names(&db).await, ["first", "last"]);
    // The only one of its transaction, too.
    let (_go, wait) = oneshot::channel();
    let alone = writer(&db, "INSERT INTO names VALUES ('alone')", Then::Wait(wait)).await;
    alone.abort();
    settle().await;
    assert_eq!(names(&db).await, ["first", "last"]);
    db.close().await.unwrap();
}
