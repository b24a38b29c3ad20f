//! An object store that hangs or is slow: whoever waits hears of it before a proxy gives up, nobody holds others up, and the first bytes
//! of a ZIP come at once.

use std::time::{Duration, Instant};

use manyhands::actions::external;
use manyhands::actions::reviews::{self, Judging};
use manyhands::files::Limits;
use manyhands::files::bucket::Waits;
use manyhands_domain::ids::{BatchId, ClaimId};
use rocket::http::Method;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use crate::external::{LINK, claimed, is_problem, open_batch, send};
use crate::files::{draft_of_pictures, jpeg, zipped};
use crate::http::Site;
use crate::object_store::server::{Line, Store, files_waiting};
use crate::support::{World, databases, once, world};

/// As long as a test likes to wait.
fn soon() -> Waits {
    let [connect, answer, retried, call] = [500, 1_000, 1_000, 2_000].map(Duration::from_millis);
    Waits { connect, answer, retried, call }
}

async fn stored(database: &str, store: &Store, line: &Line, waits: Waits) -> World {
    let mut world = world(database).await;
    store.make_bucket(database);
    world.deps.files = files_waiting(world.folder.path(), Limits::default(), line.port, database, waits).into();
    world
}

#[test]
fn whoever_waits_for_a_store_hears_of_it_before_a_proxy_gives_up() {
    let proxy = Duration::from_secs(60);
    let turn = Duration::from_secs(10);
    let waits = Waits::default();
    // A result waits for its turn, for whoever removes the same, and for the store; a page for its turn and the store.
    assert!(turn + Duration::from_secs(15) + waits.call < proxy, "{waits:?}");
    assert!(waits.connect <= waits.answer && waits.answer <= waits.retried && waits.retried + waits.answer <= waits.call, "{waits:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_hangs_is_waited_for_as_long_as_was_said_whatever_is_asked_of_it() {
    let Some(store) = Store::start() else { return };
    for database in databases() {
        let line = Line::to(store.port);
        let world = stored(database, &store, &line, soon()).await;
        let contract = world.funded_contract("100.00").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let batch = draft_of_pictures(&world, &contract).await;
        let picture = zipped(&[("1.jpg", &jpeg(1_000, 750, 1))], zip::CompressionMethod::Stored);
        site.upload_called(&format!("/batches/{batch}/items"), "items", "p.zip", &picture).await.redirects();
        let lidar = open_batch(&world, &contract, LINK, "id,payload\n1,a\n").await;
        let (_, _, token) = claimed(&world, &lidar).await;
        let tool = Site::of(&world).await;
        let (view, whole) = (format!("/batches/{batch}/items/1/picture?w=480"), format!("/batches/{batch}/items/1/picture"));

        for verb in ["GET ", "PUT "] {
            line.stall(verb, 0);
            let begun = Instant::now();
            match verb {
                "GET " => assert_eq!(site.fetch(Method::Get, &whole, &[]).await.status, 503, "{database}"),
                _ => is_problem(&send(&tool, &token, "a.json", b"[1]").await, 503, "files-away"),
            }
            let waited = begun.elapsed();
            assert!(waited >= Duration::from_millis(900) && waited < Duration::from_secs(8), "{database}: {verb} {waited:?}");
            line.go_on();
        }
        assert_eq!(site.fetch(Method::Get, &view, &[]).await.status, 200, "{database}: it goes on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_comes_slowly_holds_nobodys_turn_to_be_decoded() {
    let Some(store) = Store::start() else { return };
    for database in databases() {
        let line = Line::to(store.port);
        let world = stored(database, &store, &line, Waits::default()).await;
        let contract = world.funded_contract("100.00").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let batch = draft_of_pictures(&world, &contract).await;
        let pictures: Vec<(String, Vec<u8>)> = (0..3).map(|n| (format!("{n}.jpg"), jpeg(1_000, 750, n))).collect();
        let entries: Vec<(&str, &[u8])> = pictures.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let zip = zipped(&entries, zip::CompressionMethod::Stored);
        site.upload_called(&format!("/batches/{batch}/items"), "items", "p.zip", &zip).await.redirects();
        let wholes = async |place: i64| {
            let id = BatchId::parse(batch.as_str()).unwrap();
            let payload = manyhands_store::files::find_payload(&world.deps.db.read(), &id, place).await.unwrap().unwrap();
            payload.strip_prefix("file:").unwrap().to_owned()
        };
        // Of the first two, the head and a little more comes; as many are decoded at once.
        let (first, second) = (wholes(1).await, wholes(2).await);
        let view = |place: i64| format!("/batches/{batch}/items/{place}/picture?w=480");
        let mut waiting = Vec::new();
        for (place, hash) in [(1, &first), (2, &second)] {
            let of = format!("GET /{database}/co-op/manyhands/files/{hash}");
            line.stall(&of, 2_000);
            let (path, own) = (view(place), Site::as_person(&world, &world.buyer).await);
            waiting.push(tokio::spawn(async move { own.fetch(Method::Get, &path, &[]).await.status }));
            while line.asked(&of).is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let third = timeout(Duration::from_secs(8), site.fetch(Method::Get, &view(3), &[])).await;
        assert_eq!(third.expect("it waits for pictures that do not come").status, 200, "{database}");
        assert!(waiting.iter().all(|waiting| !waiting.is_finished()), "{database}: the others are still coming");
        line.go_on();
        for waiting in waiting {
            assert_eq!(waiting.await.unwrap(), 200, "{database}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_bytes_of_a_zip_come_at_once_and_one_that_breaks_off_is_not_taken_for_whole() {
    let Some(store) = Store::start() else { return };
    for database in databases() {
        let line = Line::to(store.port);
        let world = stored(database, &store, &line, soon()).await;
        let contract = world.funded_contract("100.00").await;
        let items: String = (0..12).map(|n| format!("{n},a\n")).collect();
        let batch = open_batch(&world, &contract, LINK, &format!("id,payload\n{items}")).await;
        let (tool, worker) = (Site::of(&world).await, world.worker().await);
        let site = Site::as_person(&world, &world.worker).await;
        let mut at = site.post(&format!("{batch}/claim"), &[]).await.to;
        for n in 0..12 {
            let claim = at.split(['?', '#']).next().unwrap().to_owned();
            let id = ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap();
            let address = external::open(&world.deps, &worker, &id, "http://127.0.0.1:8017").await.unwrap();
            let (_, token) = address.split_once("#token=").unwrap();
            assert_eq!(send(&tool, token, "a", format!("[{n}]").as_bytes()).await.status, 201);
            // Leads to the next one.
            at = site.post(&format!("{claim}/submit"), &[("answer", "x"), ("active_seconds", "60")]).await.to;
            reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &id).await.unwrap();
        }
        let before = line.asked("HEAD ").len();
        let user = world.buyer().await;
        let mut whole = Vec::new();
        external::zip(&world.deps, &user, &contract).await.unwrap().read_to_end(&mut whole).await.unwrap();
        assert_eq!(zip::ZipArchive::new(std::io::Cursor::new(&whole)).unwrap().len(), 13, "{database}");
        let looked = line.asked("HEAD ").len() - before;
        assert!(looked <= 8, "{database}: {looked} were looked for before the first byte");

        // The store stops in the middle of the files: what is there comes, and its end is an error.
        line.stall("GET ", 0);
        let mut cut = external::zip(&world.deps, &user, &contract).await.unwrap();
        let mut first = [0; 4];
        timeout(Duration::from_millis(900), cut.read_exact(&mut first)).await.expect("at once").unwrap();
        assert_eq!(&first, b"PK\x03\x04", "{database}");
        let mut rest = Vec::new();
        assert!(cut.read_to_end(&mut rest).await.is_err(), "{database}: {} bytes were taken for all", rest.len());
        line.go_on();
        // One that is lost, and was not among the first: the same.
        let kept = manyhands_store::external::list_taken(&world.deps.db.read(), &contract, "", 20).await.unwrap();
        assert_eq!(world.deps.files.remove(&[kept[11].sha256.clone()]).await.gone.len(), 1);
        let mut lost = external::zip(&world.deps, &user, &contract).await.unwrap();
        assert!(lost.read_to_end(&mut rest).await.is_err(), "{database}");
        assert!(world.deps.files.remove(&[kept[0].sha256.clone()]).await.failed.is_none());
        assert!(external::zip(&world.deps, &user, &contract).await.is_err(), "{database}: of the first ones a page says so");
    }
}
