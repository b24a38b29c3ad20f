//! Files in an object store instead of the data folder: the same pictures and results for the same people, nothing half written when it
//! goes away, what is wrong with it said at the start, and all of them moved there and back.

pub mod server;

use std::io::{Cursor, Read};
use std::path::Path;

use manyhands::actions::files;
use manyhands::actions::reviews::{self, Judging};
use manyhands::deps::Deps;
use manyhands::files::Limits;
use manyhands_domain::ids::ClaimId;
use manyhands_domain::pictures::strip;
use rocket::http::Method;
use zip::CompressionMethod;

use self::server::{Line, Store, files_in};
use crate::external::{LINK, claimed, is_problem, open_batch, send, sha256};
use crate::files::{draft_of_pictures, jpeg, open_pictures, zipped};
use crate::http::Site;
use crate::program::{MANYHANDS, Serving, command, files_of, free_port, said, wait_until};
use crate::support::{World, databases, once, world};

const WHOLE: &str = "co-op/manyhands/files/";
const COPIES: &str = "co-op/manyhands/copies/";

/// A world whose files lie in a bucket of its own.
async fn stored(database: &str, store: &Store, port: u16) -> World {
    let mut world = world(database).await;
    store.make_bucket(database);
    world.deps.files = files_in(world.folder.path(), Limits::default(), port, database).into();
    world
}

/// What lies in the data folder of files, which is nothing but what is on its way.
fn in_folder(deps: &Deps) -> Vec<String> {
    let folder = deps.head.folder().join("files");
    if folder.exists() { files_of(&folder) } else { Vec::new() }
}

fn wholes(store: &Store, bucket: &str) -> Vec<String> {
    store.keys(bucket).iter().filter_map(|key| key.strip_prefix(WHOLE)).map(str::to_owned).collect()
}

#[tokio::test]
async fn pictures_in_an_object_store_are_seen_by_the_same_people_and_go_the_same_way() {
    let Some(store) = Store::start() else { return };
    for database in databases() {
        let line = Line::to(store.port);
        let world = stored(database, &store, line.port).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_pictures(&world, &contract, 10).await;
        let hashes: Vec<String> = {
            let mut hashes: Vec<String> = (10..13).map(|n| sha256(&strip(&jpeg(1_000, 750, n)).unwrap().bytes)).collect();
            hashes.sort();
            hashes
        };
        assert_eq!(wholes(&store, database), hashes, "{database}: one key a hash");
        assert_eq!(in_folder(&world.deps), [""; 0], "{database}: nothing in the data folder");
        assert!(store.keys(database).iter().all(|key| key.starts_with(WHOLE) || key.starts_with(COPIES)), "{:?}", store.keys(database));

        let worker = Site::as_person(&world, &world.worker).await;
        let claim = worker.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let own = format!("{claim}/picture");
        let whole = worker.fetch(Method::Get, &own, &[]).await;
        assert_eq!((whole.status, whole.header("content-type")), (200, "image/jpeg"));
        assert!(hashes.contains(&sha256(&whole.bytes)), "{database}: byte for byte");
        // Widths that nobody asked for before are made, and kept beside it.
        for width in [480, 960] {
            let view = worker.fetch(Method::Get, &format!("{own}?w={width}"), &[]).await;
            assert_eq!((view.status, view.header("content-type")), (200, "image/jpeg"), "{width}");
            assert!(image::load_from_memory(&view.bytes).unwrap().width() <= width);
            assert_eq!(view.bytes, worker.fetch(Method::Get, &format!("{own}?w={width}"), &[]).await.bytes);
            assert!(store.keys(database).contains(&format!("{COPIES}{}/w{width}", sha256(&whole.bytes))), "{:?}", store.keys(database));
        }
        for (person, status) in [(&world.reviewer, 404), (&world.treasurer, 404), (&world.other_buyer().await, 404)] {
            assert_eq!(Site::as_person(&world, person).await.get(&own).await.status, status, "{database}");
        }
        assert_eq!(Site::of(&world).await.get(&own).await.status, 303, "{database}: to sign in");

        // What nobody keeps is tidied away, and what is not ours stays.
        let stray = "ab".repeat(32);
        store.put(database, &format!("{WHOLE}{stray}"), b"left by a crash");
        store.put(database, &format!("{COPIES}{stray}/w480"), b"left by a crash");
        store.put(database, &format!("{WHOLE}notes.txt"), b"somebody's");
        assert_eq!(files::tidy(&world.deps).await.unwrap(), 1, "{database}");
        assert_eq!(files::tidy(&world.deps).await.unwrap(), 0);
        assert!(!store.keys(database).iter().any(|key| key.contains(&stray)), "{database}");

        // Done, they go after their days, with every copy.
        let mut at = claim;
        for _ in 0..3 {
            let path = at.split('?').next().unwrap().to_owned();
            at = worker.post(&format!("{path}/submit"), &[("answer", "Yes"), ("active_seconds", "60")]).await.to;
        }
        let review = Judging::Client(world.buyer().await);
        let waiting = reviews::list_waiting(&world.deps, &review).await.unwrap();
        let (count, sum) = reviews::confirmable(&world.deps, &review, &waiting[0]).await.unwrap();
        reviews::accept_many(&world.deps, &review, &once(), &batch, count, sum).await.unwrap();
        world.deps.clock.advance(31 * 86_400);
        // While the store is away nobody reads that they are deleted; and the rest of the pass goes on.
        line.cut_after(0);
        assert_eq!(files::delete_due(&world.deps).await.unwrap(), 0, "{database}");
        world.reads(&world.buyer, "en").await;
        let desk = Site::as_person(&world, &world.buyer).await;
        let path = format!("/desk/{contract}");
        desk.get(&path).await.says("They are being removed from where they lie");
        // Nor by a pass over all files that cannot even list them.
        assert!(files::tidy(&world.deps).await.is_err(), "{database}");
        desk.get(&path).await.says("They are being removed from where they lie");
        line.mend();
        assert_eq!(files::tidy(&world.deps).await.unwrap(), 3, "{database}");
        let said = desk.get(&path).await;
        assert!(said.text.contains("3 files") && !said.text.contains("being removed"), "{database}");
        assert_eq!(store.keys(database), [format!("{WHOLE}notes.txt")], "{database}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn results_in_an_object_store_come_are_judged_and_are_taken_away() {
    let Some(store) = Store::start() else { return };
    for database in databases() {
        let world = stored(database, &store, store.port).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n2,b\n").await;
        let (worker, claim, token) = claimed(&world, &batch).await;
        let tool = Site::of(&world).await;
        // More than one part of an upload, and no pattern in it.
        let large: Vec<u8> = (0..9_000_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes().into_iter().take(2)).collect();
        assert_eq!(send(&tool, &token, "first.bin", b"first").await.status, 201);
        assert_eq!(send(&tool, &token, "scan.bin", &large).await.status, 201);
        // Nobody waits for the first to go.
        let first_gone = || wholes(&store, database) == [sha256(&large)];
        wait_until("the first has gone", first_gone);
        assert_eq!(in_folder(&world.deps), [""; 0]);
        let own = worker.fetch(Method::Get, &format!("{claim}/result"), &[]).await;
        assert_eq!((own.status, own.bytes == large), (200, true));
        worker.post(&format!("{claim}/submit"), &[("answer", "x"), ("active_seconds", "60")]).await.redirects();
        let id = ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap();
        reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &id).await.unwrap();
        let buyer = Site::as_person(&world, &world.buyer).await;
        let zipped = buyer.fetch(Method::Get, &format!("/desk/{contract}/results.zip"), &[]).await;
        let mut zip = zip::ZipArchive::new(Cursor::new(zipped.bytes)).unwrap();
        let mut taken = Vec::new();
        zip.by_index(1).unwrap().read_to_end(&mut taken).unwrap();
        assert!(taken == large, "{database}");
        // Lost at the store: said before a byte is sent.
        assert_eq!(world.deps.files.remove(&[sha256(&large)]).await.gone.len(), 1);
        assert_eq!(buyer.fetch(Method::Get, &format!("/desk/{contract}/results.zip"), &[]).await.status, 500);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_goes_away_in_the_middle_of_an_upload_is_said_and_nothing_is_written() {
    let Some(store) = Store::start() else { return };
    for database in databases() {
        let line = Line::to(store.port);
        let world = stored(database, &store, line.port).await;
        world.reads(&world.worker, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = draft_of_pictures(&world, &contract).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let pictures: Vec<(String, Vec<u8>)> = (0..12).map(|n| (format!("{n}.jpg"), jpeg(300, 200, n))).collect();
        let entries: Vec<(&str, &[u8])> = pictures.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let zip = zipped(&entries, CompressionMethod::Stored);
        let (path, before) = (format!("/batches/{batch}/items"), world.rows().await);
        line.cut_after(i64::try_from(zip.len() / 2).unwrap());
        let answer = site.upload_called(&path, "items", "p.zip", &zip).await;
        assert!(line.is_cut(), "{database}: it was in the middle");
        assert_eq!(answer.status, 422, "{database}");
        answer.says("The place where files are kept does not answer just now. Nothing was written.");
        // Nobody waits while what had arrived cannot be removed: it stays noted, and is tried again.
        while manyhands_store::files::list_failed(&world.deps.db.read()).await.unwrap().len() < 12 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let noted = |rows: Vec<(String, String)>| rows.into_iter().filter(|(table, _)| table != "file_holds").collect::<Vec<_>>();
        assert_eq!(noted(world.rows().await), noted(before), "{database}: nothing else is written");
        assert_eq!(in_folder(&world.deps), [""; 0], "{database}");
        let arrived = wholes(&store, database).len();
        assert!((1..12).contains(&arrived), "{database}: some had arrived: {arrived}");

        // A tool hears the same words; a picture is not there for a while, and no page breaks.
        let lidar = open_batch(&world, &contract, LINK, "id,payload\n1,a\n").await;
        let (_, claim, token) = claimed(&world, &lidar).await;
        let tool = Site::of(&world).await;
        is_problem(&send(&tool, &token, "scan.json", b"[1]").await, 503, "files-away");
        let worker = Site::as_person(&world, &world.worker).await;
        let typed = worker.upload_with(&format!("{claim}/draft"), ("result-file", "a.json", b"[1]"), &[("answer", "typed here")]).await;
        typed.refuses("The place where files are kept does not answer just now.");
        typed.says("typed here");

        while manyhands_store::files::list_failed(&world.deps.db.read()).await.unwrap().len() < 13 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }

        // It is back: what had arrived is tidied away or taken, and the same upload is whole.
        line.mend();
        assert_eq!(files::tidy(&world.deps).await.unwrap(), 13, "{database}: the twelve, and the tool's");
        assert_eq!(store.keys(database), [""; 0], "{database}");
        assert_eq!(manyhands_store::files::list_failed(&world.deps.db.read()).await.unwrap(), [""; 0], "{database}");
        site.upload_called(&path, "items", "p.zip", &zip).await.redirects();
        assert_eq!(wholes(&store, database).len(), 12);
        assert_eq!(send(&tool, &token, "scan.json", b"[1]").await.status, 201);
        let shown = format!("/batches/{batch}/items/1/picture");
        assert_eq!(site.fetch(Method::Get, &shown, &[]).await.status, 200);
        line.cut_after(0);
        assert_eq!(site.fetch(Method::Get, &shown, &[]).await.status, 503, "{database}");
    }
}

#[tokio::test]
async fn a_stumble_of_the_store_is_nobodys_concern() {
    let Some(store) = Store::start() else { return };
    let line = Line::to(store.port);
    line.stumble(3);
    let world = stored("sqlite", &store, line.port).await;
    let contract = world.funded_contract("100.00").await;
    let batch = draft_of_pictures(&world, &contract).await;
    let site = Site::as_person(&world, &world.buyer).await;
    site.upload_called(&format!("/batches/{batch}/items"), "items", "1.jpg", &jpeg(100, 100, 1)).await.redirects();
    assert_eq!((line.stumbles_left(), wholes(&store, "sqlite").len()), (0, 1), "three answers of 503, and tried again");
}

#[tokio::test]
async fn who_brings_a_file_and_who_removes_the_same_never_meet() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (first, second) = (draft_of_pictures(&world, &contract).await, draft_of_pictures(&world, &contract).await);
        let site = Site::as_person(&world, &world.buyer).await;
        let (picture, other) = (jpeg(100, 100, 1), jpeg(100, 100, 2));
        let hash = sha256(&strip(&picture).unwrap().bytes);
        // Somebody is bringing it: no tidying takes it away, though nothing shows it yet.
        let tx = world.deps.db.begin().await.unwrap();
        assert!(manyhands_store::files::hold_coming(&tx, "somebody", &[&hash], world.deps.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        site.upload_called(&format!("/batches/{first}/items"), "items", "1.jpg", &picture).await.redirects();
        site.upload_called(&format!("/batches/{first}/items"), "items", "1.jpg", &other).await.redirects();
        files::tidy(&world.deps).await.unwrap();
        assert!(world.deps.files.list().await.unwrap().contains(&hash), "{database}");
        // A day later they have broken off, and it goes.
        world.deps.clock.advance(86_401);
        assert_eq!(files::tidy(&world.deps).await.unwrap(), 1, "{database}");
        assert!(!world.deps.files.list().await.unwrap().contains(&hash), "{database}");
        // Somebody is removing it: whoever brings it waits until that is over.
        let tx = world.deps.db.begin().await.unwrap();
        manyhands_store::files::hold_going(&tx, "somebody", &[&hash], world.deps.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let (deps, buyer) = (world.deps.clone(), Site::as_person(&world, &world.buyer).await);
        let path = format!("/batches/{second}/items");
        let bringing = async { buyer.upload_called(&path, "items", "1.jpg", &picture).await };
        let removing = async {
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            assert!(!deps.files.list().await.unwrap().contains(&hash), "{database}: it waits");
            files::begin_anew(&deps).await.unwrap();
        };
        let (answer, ()) = tokio::join!(bringing, removing);
        answer.redirects();
        assert!(world.deps.files.list().await.unwrap().contains(&hash), "{database}");
        let census = world.deps.db.census().await.unwrap();
        assert!(census.contains(&("file_holds".to_owned(), sha256(b""))), "{database}: nothing stays noted");
    }
}

/// Settings that name an object store, with these lines more.
fn write_settings(folder: &Path, database: &str, port: u16, bucket: &str, more: &str) {
    crate::program::write_settings(folder, database, free_port());
    let path = folder.join("manyhands.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let files = format!("\n[files]\nendpoint = 'http://127.0.0.1:{port}'\nbucket = '{bucket}'\nprefix = 'co-op/manyhands'\n{more}\n");
    std::fs::write(path, text + &files).unwrap();
}

const KEYS: [(&str, &str); 2] = [("MANYHANDS_FILES_ACCESS_KEY", "us"), ("MANYHANDS_FILES_SECRET_KEY", "secret of ours")];

/// What a command of the program says; whether it succeeds.
fn says(data: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
    let mut program = command("timeout");
    program.args(["120", MANYHANDS]).args(arguments).args(["--data", data.to_str().unwrap()]).envs(variables.iter().copied());
    let output = program.output().unwrap();
    (output.status.success(), said(&output))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_an_object_store_is_said_at_the_start() {
    let (Some(store), Some(strict)) = (Store::start(), Store::that_knows_nobody_after(1)) else { return };
    store.make_bucket("coop");
    strict.make_bucket("coop");
    let world = world("sqlite").await;
    world.deps.db.clone().close().await.unwrap();
    let data = world.folder.path();
    let refuses = |variables: &[(&str, &str)], words: &str| {
        for command in ["serve", "check"] {
            let (done, said) = says(data, &[command], variables);
            assert!(!done && said.contains(words), "{command}: {words}: {said}");
            assert!(!said.contains("secret of ours") && !said.contains("Ready:"), "{said}");
        }
    };
    write_settings(data, &world.database, store.port, "coop", "");
    refuses(&[], "nothing opens the object store of files.endpoint");
    write_settings(data, &world.database, store.port, "other", "");
    refuses(&KEYS, &format!("there is no bucket other at http://127.0.0.1:{}", store.port));
    write_settings(data, &world.database, strict.port, "coop", "");
    refuses(&KEYS, &format!("http://127.0.0.1:{} refuses the access key", strict.port));
    write_settings(data, &world.database, free_port(), "coop", "");
    refuses(&KEYS, "fails, as an object was to be written");

    // What opens it lies in a file that nobody else can read.
    let credentials = data.join("store.toml");
    write_settings(data, &world.database, store.port, "coop", &format!("credentials = '{}'", credentials.display()));
    refuses(&[], "store.toml cannot be read");
    let mode = |mode: &str| assert!(std::process::Command::new("chmod").arg(mode).arg(&credentials).status().unwrap().success());
    std::fs::write(&credentials, "access_key = 'us'\nsecret_key = 'secret of ours'\n").unwrap();
    mode("644");
    refuses(&[], "can be read by others (mode 644): `chmod 600");
    mode("600");
    let (done, said) = says(data, &["check"], &[]);
    assert!(done && said.contains("an object was written there, read and deleted"), "{said}");
    std::fs::write(&credentials, "access_key = 'us'\n secret of ours").unwrap();
    refuses(&[], "does not hold two lines");
    // As systemd lays it.
    let laid = tempfile::tempdir().unwrap();
    std::fs::write(laid.path().join("manyhands-files"), "access_key = 'us'\nsecret_key = 'secret of ours'\n").unwrap();
    let serving = Serving::start_with(data, &[("CREDENTIALS_DIRECTORY", laid.path().to_str().unwrap())]);
    assert_eq!(serving.get("/health/ready").unwrap().status, 200);
    assert_eq!(store.keys("coop"), ["co-op/manyhands/owner"], "what was tried is gone again");
    drop(serving);

    // One prefix is one data folder's, and files have one home.
    let copy = crate::support::world("sqlite").await;
    copy.deps.db.clone().close().await.unwrap();
    let other = copy.folder.path();
    write_settings(other, &copy.database, store.port, "coop", "");
    let starts = |data: &Path, words: &str| {
        let (done, said) = says(data, &["serve"], &KEYS);
        assert!(!done && said.contains(words), "{words}: {said}");
    };
    let mark = store.get("coop", "co-op/manyhands/owner");
    starts(other, "belong to another data folder");
    for arguments in [&["files", "move"][..], &["files", "move", "--keep"], &["files", "move", "--back"]] {
        let (done, said) = says(other, arguments, &KEYS);
        assert!(!done && said.contains("belong to another data folder"), "{arguments:?}: {said}");
    }
    assert!(store.get("coop", "co-op/manyhands/owner") == mark, "who is refused marks nothing");
    let (done, said) = says(other, &["files", "take-over"], &KEYS);
    assert!(done && said.contains("this data folder's now"), "{said}");
    write_settings(data, &world.database, store.port, "coop", "");
    starts(data, "belong to another data folder");
    std::fs::create_dir_all(other.join("files/ab")).unwrap();
    std::fs::write(other.join("files/ab").join("c".repeat(62)), "left").unwrap();
    starts(other, "1 files lie in");
    crate::program::write_settings(other, &copy.database, free_port());
    starts(other, "the settings name none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_files_move_into_an_object_store_and_back() {
    let Some(store) = Store::start() else { return };
    for database in databases() {
        store.make_bucket(database);
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_pictures(&world, &contract, 10).await;
        let cookie = Site::as_person(&world, &world.buyer).await;
        let picture = format!("/batches/{batch}/items/1/picture");
        let before = cookie.fetch(Method::Get, &picture, &[]).await.bytes;
        let data = world.folder.path();
        let folder = data.join("files");
        let lying = || files_of(&folder).into_iter().filter(|name| !name.contains(".w")).collect::<Vec<_>>();
        let all = lying();
        write_settings(data, &world.database, store.port, database, "");
        let files_move = |arguments: &[&str]| says(data, &[&["files", "move"], arguments].concat(), &KEYS);

        // Beside a server, that is once more and stays.
        let (done, said) = files_move(&["--keep"]);
        assert!(done && said.contains(": 3 (") && said.contains("there already: 0."), "{database}: {said}");
        assert_eq!((lying(), wholes(&store, database).len()), (all.clone(), 3));
        // One of them was damaged at the store, one on the disk: the first is brought again, the second is said and stays.
        let (at_store, on_disk) = (all[0].replace('/', ""), all[1].replace('/', ""));
        store.put(database, &format!("{WHOLE}{at_store}"), b"damaged");
        store.put(database, &format!("{WHOLE}{on_disk}"), b"damaged");
        let good = std::fs::read(folder.join(&all[1])).unwrap();
        std::fs::write(folder.join(&all[1]), b"damaged").unwrap();
        let (done, said) = files_move(&[]);
        assert!(!done && said.contains(": 1 (") && said.contains("there already: 1."), "{database}: {said}");
        assert!(said.contains("not what their hashes say: 1.") && said.contains(&on_disk), "{database}: {said}");
        assert_eq!(lying(), [all[1].clone()], "{database}");
        std::fs::write(folder.join(&all[1]), &good).unwrap();
        let (done, said) = files_move(&[]);
        assert!(done && said.contains(": 1 ("), "{database}: {said}");
        assert_eq!((files_of(&folder), wholes(&store, database).len()), (Vec::new(), 3), "{database}");
        assert_eq!(sha256(&store.get(database, &format!("{WHOLE}{at_store}"))), at_store);

        // The same picture for the same eyes, its smaller copies made again.
        let mut moved = World { deps: world.deps.clone(), ..world };
        moved.deps.files = files_in(data_of(&moved), Limits::default(), store.port, database).into();
        let site = Site::as_person(&moved, &moved.buyer).await;
        assert_eq!(site.fetch(Method::Get, &picture, &[]).await.bytes, before, "{database}");
        assert_eq!(site.fetch(Method::Get, &format!("{picture}?w=960"), &[]).await.status, 200);

        // A backup says where they are, and a drill how many are not.
        if database == "sqlite" {
            let data = data_of(&moved);
            let file = data.join("coop.backup");
            let (done, said) = says(data, &["backup", file.to_str().unwrap()], &[]);
            assert!(done && said.contains("Pictures and results lie in bucket sqlite at http://127.0.0.1:"), "{said}");
            let (done, said) = says(data, &["restore", file.to_str().unwrap(), "--drill"], &KEYS);
            assert!(done && said.contains("of the 3 files that its contracts keep, 0 are missing from bucket sqlite"), "{said}");
            let lost = store.get(database, &format!("{WHOLE}{at_store}"));
            assert_eq!(moved.deps.files.remove(std::slice::from_ref(&at_store)).await.gone.len(), 1);
            let (_, said) = says(data, &["restore", file.to_str().unwrap(), "--drill"], &KEYS);
            assert!(said.contains("of the 3 files that its contracts keep, 1 are missing"), "{said}");
            store.put(database, &format!("{WHOLE}{at_store}"), &lost);
        }

        let (done, said) = says(data_of(&moved), &["files", "move", "--back"], &KEYS);
        assert!(done && said.contains(": 3 (") && said.contains("Take files.endpoint out of the settings now"), "{database}: {said}");
        assert_eq!(store.keys(database), [""; 0], "{database}: nothing is left there");
        let back = data_of(&moved).join("files");
        assert_eq!(files_of(&back), all, "{database}");
    }
}

fn data_of(world: &World) -> &Path {
    world.folder.path()
}
