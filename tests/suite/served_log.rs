//! The log at `/log`, as another program reads it: tlog-tiles to the letter, consistent while it grows, closed where the co-op says so.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use manyhands::actions::claims::Typed;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, receipts, reviews};
use manyhands::deps::{Coop, Deps, Entries};
use manyhands_domain::ids::BatchId;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::receipt::Receipt;
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::money::Amount;
use rocket::http::Method::{Get, Head};

use crate::http::{Raw, Site};
use crate::pages::change;
use crate::program::{Serving, files_of, free_port, write_settings};
use crate::support::{World, databases, once, world};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A log of more than two full tiles: `pieces` accepted in one action, which signs one checkpoint.
async fn long_log(world: &World, pieces: i64) -> BatchId {
    let contract = world.funded_contract("900.00").await;
    let batch = world.open_batch(&contract, usize::try_from(pieces).unwrap() + 520).await;
    grow(world, &batch, pieces).await;
    batch
}

/// So many more entries, and one checkpoint.
pub async fn grow(world: &World, batch: &BatchId, pieces: i64) {
    let worker = world.worker().await;
    for _ in 0..pieces {
        let claim = claims::claim(&world.deps, &worker, &once(), batch).await.unwrap();
        let typed = Typed::one("Harmful", 100);
        claims::submit(&world.deps, &worker, &once(), &claim, &typed).await.unwrap();
    }
    let sum = Amount::from_micros(800_000).checked_mul(pieces).unwrap();
    let by = Judging::Reviewer(world.reviewer().await);
    reviews::accept_many(&world.deps, &by, &once(), batch, pieces, sum).await.unwrap();
}

async fn get(site: &Site, path: &str) -> Raw {
    site.fetch(Get, &format!("/log/{path}"), &[]).await
}

async fn checkpoint(world: &World, site: &Site) -> Checkpoint {
    let answer = get(site, "checkpoint").await;
    Checkpoint::open(&answer.bytes, &[world.deps.signers.checkpoint.verifying_key()]).unwrap()
}

/// The leaf hashes of a log of this size, from its tiles.
async fn leaves(site: &Site, size: u64) -> Edge {
    let mut edge = Edge::default();
    for tile in tiles::of_level(0, size) {
        let answer = get(site, &tile.path()).await;
        assert_eq!((answer.status, answer.bytes.len() as u64), (200, tile.width * 32), "{}", tile.path());
        answer.bytes.as_chunks::<32>().0.iter().for_each(|leaf| edge.push(*leaf));
    }
    edge
}

#[tokio::test]
async fn every_file_of_an_export_is_served_with_the_same_bytes_and_the_headers_of_tlog_tiles() {
    for database in databases() {
        let world = world(database).await;
        long_log(&world, 520).await;
        let out = tempfile::tempdir().unwrap();
        receipts::export(&world.deps, out.path()).await.unwrap();
        let site = Site::of(&world).await;
        let files = files_of(out.path());
        for name in ["tile/0/001", "tile/1/000.p/2", "tile/entries/000", "checkpoint"] {
            assert!(files.iter().any(|file| file == name), "{database}: {name} is not among {files:?}");
        }
        for file in &files {
            let answer = get(&site, file).await;
            assert_eq!(answer.status, 200, "{database}: {file}");
            assert!(answer.bytes == std::fs::read(out.path().join(file)).unwrap(), "{database}: {file} differs from the export");
            let (kind, cache) = match file.as_str() {
                "checkpoint" => ("text/plain; charset=utf-8", "no-store"),
                document if document.starts_with("documents/") => ("application/json", FOR_EVER),
                _ => ("application/octet-stream", FOR_EVER),
            };
            assert_eq!((answer.header("content-type"), answer.header("cache-control")), (kind, cache), "{database}: {file}");
            let head = site.fetch(Head, &format!("/log/{file}"), &[]).await;
            assert_eq!((head.status, head.bytes.len()), (200, 0), "{database}: HEAD {file}");
            assert_eq!((head.header("content-type"), head.header("cache-control")), (kind, cache), "{database}: HEAD {file}");
        }
    }
}

#[tokio::test]
async fn a_partial_tile_of_every_size_that_was_signed_is_served_and_of_no_other() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::of(&world).await;
        let early = checkpoint(&world, &site).await;
        let batch = long_log(&world, 520).await;
        let before = checkpoint(&world, &site).await;
        grow(&world, &batch, 1).await;
        let now = checkpoint(&world, &site).await;
        assert_eq!(now.size, before.size + 1, "{database}");
        // Whoever holds an older checkpoint goes on from it: its partial tiles begin the newer ones.
        for old in [&early, &before, &now] {
            assert_eq!(leaves(&site, old.size).await.root(), old.root, "{database}: size {}", old.size);
            for tile in tiles::of_size(old.size) {
                let newest = Tile::in_log(tile.level, tile.number, now.size).unwrap();
                let (old_bytes, new_bytes) = (get(&site, &tile.path()).await.bytes, get(&site, &newest.path()).await.bytes);
                assert!(new_bytes.starts_with(&old_bytes), "{database}: {}", tile.path());
            }
        }
        // 100 entries stood only inside one action; nobody ever signed them.
        let absent = [
            "tile/0/000.p/100".to_owned(),
            "tile/entries/000.p/100".to_owned(),
            Tile { width: now.size % 256 + 1, ..tile(0, now.size / 256) }.path(),
            tile(0, now.size / 256).path(),
            tile(0, 3).path(),
            "tile/1/000".to_owned(),
            "tile/1/000.p/1".to_owned(),
            "tile/1/000.p/3".to_owned(),
            "tile/2/000.p/1".to_owned(),
            "tile/63/000".to_owned(),
            "tile/0/x999/x999/x999/x999/999".to_owned(),
        ];
        for path in absent {
            not_there(&site, &path).await;
        }
    }
}

#[tokio::test]
async fn over_a_connection_head_says_how_long_a_file_is_and_sends_none_of_it() {
    let world = world("sqlite").await;
    let size = checkpoint(&world, &Site::of(&world).await).await.size;
    world.deps.head.sync().unwrap();
    world.deps.db.clone().close().await.unwrap();
    write_settings(world.folder.path(), &world.database, free_port());
    let serving = Serving::start(world.folder.path());
    let mut stream = TcpStream::connect(serving.address.trim_start_matches("http://")).unwrap();
    write!(stream, "HEAD /log/tile/0/000.p/{size} HTTP/1.1\r\nHost: coop\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let length = format!("content-length: {}", size * 32);
    assert!(head.starts_with("HTTP/1.1 200") && head.to_lowercase().contains(&length) && body.is_empty(), "{answer}");
}

fn tile(level: u8, number: u64) -> Tile {
    Tile { level, number, width: 256 }
}

async fn not_there(site: &Site, path: &str) {
    let answer = get(site, path).await;
    let line = String::from_utf8(answer.bytes.clone()).unwrap();
    assert_eq!((answer.status, line.as_str()), (404, "there is no such file in this log, or not yet\n"), "{path}");
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8", "{path}");
    assert_eq!(answer.header("cache-control"), "no-store", "{path}: what is not there yet may be there soon");
}

#[tokio::test]
async fn another_way_to_write_a_path_is_no_path_and_what_is_wrong_is_one_line_not_a_page() {
    let world = world("sqlite").await;
    let site = Site::of(&world).await;
    let size = checkpoint(&world, &site).await.size;
    assert_eq!(get(&site, &format!("tile/0/000.p/{size}")).await.status, 200);
    for path in [
        "".to_owned(),
        "tile".to_owned(),
        "tile/0".to_owned(),
        format!("tile/0/0.p/{size}"),
        format!("tile/00/000.p/{size}"),
        format!("tile/0/000.p/0{size}"),
        format!("tile/0/000.p/+{size}"),
        format!("tile/0//000.p/{size}"),
        format!("tile/0/000.p/{size}/"),
        format!("tile/0/%30%30%30.p/{size}"),
        format!("tile/0/x000/000.p/{size}"),
        format!("tile/-1/000.p/{size}"),
        format!("tile/data/000.p/{size}"),
        "tile/0/../../checkpoint".to_owned(),
        "checkpoints".to_owned(),
        "documents/".to_owned(),
        format!("documents/{}.json", "0".repeat(64)),
        "documents/..%2f..%2fcheckpoint".to_owned(),
    ] {
        not_there(&site, &path).await;
    }
    let posted = site.fetch(rocket::http::Method::Post, "/log/checkpoint", &[]).await;
    assert!(posted.status == 404 && posted.header("content-type").starts_with("text/plain"));
}

#[tokio::test]
async fn a_reader_who_comes_while_the_log_grows_never_sees_tiles_that_disagree_with_the_checkpoint() {
    for database in databases() {
        let world = world(database).await;
        let batch = long_log(&world, 250).await;
        let site = Site::of(&world).await;
        let done = AtomicBool::new(false);
        let growing = async {
            for _ in 0..15 {
                grow(&world, &batch, 1).await;
            }
            done.store(true, Ordering::SeqCst);
        };
        let reading = async {
            let mut sizes = Vec::new();
            while !done.load(Ordering::SeqCst) || sizes.len() < 2 {
                let seen = checkpoint(&world, &site).await;
                assert_eq!(leaves(&site, seen.size).await.root(), seen.root, "{database}: size {}", seen.size);
                sizes.push(seen.size);
            }
            sizes
        };
        let ((), sizes) = tokio::join!(growing, reading);
        assert!(sizes.is_sorted() && sizes.first() < sizes.last(), "{database}: the log grew while it was read: {sizes:?}");
    }
}

#[tokio::test]
async fn bundles_are_compressed_for_whoever_asks_and_hashes_are_not() {
    let world = world("sqlite").await;
    long_log(&world, 5).await;
    let site = Site::of(&world).await;
    let size = checkpoint(&world, &site).await.size;
    let gzip = [("Accept-Encoding", "gzip, identity")];
    let bundle = site.fetch(Get, &format!("/log/tile/entries/000.p/{size}"), &gzip).await;
    assert_eq!((bundle.header("content-encoding"), bundle.header("vary")), ("gzip", "Accept-Encoding"));
    assert_eq!(bundle.header("cache-control"), FOR_EVER);
    let plain = get(&site, &format!("tile/entries/000.p/{size}")).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(bundle.bytes.len() * 2 < plain.bytes.len(), "{} of {}", bundle.bytes.len(), plain.bytes.len());
    let hashes = site.fetch(Get, &format!("/log/tile/0/000.p/{size}"), &gzip).await;
    assert_eq!((hashes.header("content-encoding"), hashes.bytes.len() as u64), ("", size * 32));
}

#[tokio::test]
async fn entries_that_were_changed_leave_neither_as_a_bundle_nor_as_a_receipt() {
    for database in databases() {
        let world = world(database).await;
        let size = checkpoint(&world, &Site::of(&world).await).await.size;
        let trigger = if database == "sqlite" { "DROP TRIGGER entries_never_updated" } else { "ALTER TABLE entries DISABLE TRIGGER ALL" };
        change(&world.database, trigger).await;
        change(&world.database, "UPDATE entries SET note = (SELECT note FROM entries WHERE idx = 0) WHERE idx = 2").await;
        let site = Site::of(&world).await;
        let answer = get(&site, &format!("tile/entries/000.p/{size}")).await;
        assert_eq!((answer.status, answer.header("cache-control")), (500, "no-store"), "{database}");
        assert_eq!(answer.bytes, b"the log cannot be read now\n", "{database}");
        assert_eq!(site.get("/ledger/2/receipt").await.status, 500, "{database}");
        assert_eq!(site.get("/ledger/1/receipt").await.status, 200, "{database}: the others still hold");
    }
}

/// The same co-op, whose entries are for people with an account.
fn closed(world: World) -> World {
    let coop = Coop { entries: Entries::SignedIn, ..Coop::clone(&world.deps.coop) };
    World { deps: Deps { coop: coop.into(), ..world.deps.clone() }, ..world }
}

#[tokio::test]
async fn where_entries_are_for_people_with_an_account_everybody_else_gets_checkpoint_hashes_and_bare_receipts() {
    for database in databases() {
        let world = closed(world(database).await);
        let contract = world.funded_contract("10.00").await;
        let visitor = Site::of(&world).await;
        let size = checkpoint(&world, &visitor).await.size;
        let out = tempfile::tempdir().unwrap();
        receipts::export(&world.deps, out.path()).await.unwrap();
        let document = document_of(out.path());
        let (bundle, hashes) = (format!("tile/entries/000.p/{size}"), format!("tile/0/000.p/{size}"));

        // Everybody: checkpoint, hashes, receipts without their entries.
        assert_eq!(get(&visitor, &hashes).await.status, 200, "{database}");
        for path in [&bundle, &document] {
            let answer = get(&visitor, path).await;
            assert_eq!((answer.status, answer.header("cache-control")), (403, "no-store"), "{database}: {path}");
            assert_eq!(answer.bytes, b"entries of this log are for people with an account\n", "{database}: {path}");
        }
        let bare = visitor.get("/ledger/4/receipt").await.text;
        assert!(!bare.contains("extra"), "{database}: the receipt holds the entry");
        for page in ["/ledger/4", "/ledger/4/note"] {
            let answer = visitor.get(page).await;
            assert_eq!((answer.status, answer.to.starts_with("/signin?next=")), (303, true), "{database}: {page}");
        }
        let front = visitor.get("/ledger").await;
        front.says("The book is intact.");
        front.says("Entries are shown to people with an account.");
        assert!(!front.text.contains("href=\"/ledger/"), "{database}: an entry is listed");

        // Whoever has an account: everything, but for no cache in between.
        for person in [&world.worker, &world.treasurer, &world.coordinator, &world.buyer] {
            let site = Site::as_person(&world, person).await;
            for path in [&bundle, &document] {
                let answer = get(&site, path).await;
                assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{database}: {path}");
            }
            let full = Receipt::parse(&site.get("/ledger/4/receipt").await.text).unwrap();
            let note = site.fetch(Get, "/ledger/4/note", &[]).await.bytes;
            assert_eq!(full.note, note, "{database}");
            // The bare receipt of a stranger proves the note that somebody with an account gave them.
            let proof = Receipt::parse_beside(&bare, &note).unwrap();
            proof.verify(&[world.deps.signers.checkpoint.verifying_key()]).unwrap();
            assert!(site.get("/ledger").await.text.contains("href=\"/ledger/4\""), "{database}");
        }
        assert_eq!(visitor.get(&format!("/contracts/{contract}")).await.status, 200, "{database}: a contract is everybody's");
    }
}

fn document_of(out: &Path) -> String {
    files_of(out).into_iter().find(|file| file.starts_with("documents/")).unwrap()
}

#[tokio::test]
async fn openings_of_ballots_are_not_served() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::of(&world).await;
        for (sha256, bytes, status) in [("a1", r#"{"proposal":"P-1","text":{}}"#, 200), ("a2", r#"[[3,"yes","00"]]"#, 404)] {
            let tx = world.deps.db.begin().await.unwrap();
            manyhands_store::contracts::insert_document(&tx, sha256, bytes.as_bytes()).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(get(&site, &format!("documents/{sha256}.json")).await.status, status, "{database}: {bytes}");
        }
    }
}

#[tokio::test]
async fn every_entry_of_a_log_of_several_tiles_has_a_receipt_that_holds() {
    for database in databases() {
        let world = world(database).await;
        let batch = long_log(&world, 520).await;
        let key = world.deps.signers.checkpoint.verifying_key();
        for _ in 0..2 {
            let size = receipts::checkpoint(&world.deps).await.unwrap().unwrap().size;
            for index in [0, 1, 254, 255, 256, 257, 510, 511, 512, 513, size - 2, size - 1] {
                let receipt = receipts::receipt(&world.deps, index).await.unwrap();
                assert_eq!(receipt.verify(std::slice::from_ref(&key)).unwrap().size, size, "{database}: {index}");
                assert_eq!(leaf_hash(&receipt.note), leaf_hash(&receipts::find_entry(&world.deps, index).await.unwrap().0));
            }
            // Into the next tile: what was kept of the incomplete one goes on.
            grow(&world, &batch, 255).await;
        }
    }
}
