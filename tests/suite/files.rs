//! Pictures as files: what is taken, what is refused with which words and leaves nothing, who sees what, and that they go.

use std::io::{Cursor, Write};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, RgbImage};
use manyhands::actions::batches::{self, NewBatchForm};
use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::{claims, files, reviews};
use manyhands::deps::Deps;
use manyhands::files::{Files, Limits};
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use manyhands_domain::pictures::strip;
use rocket::http::Method;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::http::{Answer, Site};
use crate::program::files_of;
use crate::support::{World, databases, once, world};

/// Noise of this seed: no two are the same picture, and none is small.
pub fn noise(width: u32, height: u32, seed: u32) -> RgbImage {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = state.to_be_bytes();
        image::Rgb([a, b, c])
    })
}

pub fn jpeg(width: u32, height: u32, seed: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 80).encode_image(&noise(width, height, seed)).unwrap();
    bytes
}

fn written(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    noise(width, height, 7).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A photo as a telephone takes it: on its side, with where it was taken.
fn photo(width: u32, height: u32) -> Vec<u8> {
    let plain = jpeg(width, height, 1);
    let exif = b"\xff\xe1\0\x33Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0GPS -1.286 36.817";
    [&plain[..2], exif, b"\xff\xfe\0\x0bSomebody", &[0][..], &plain[2..]].concat()
}

pub fn zipped(entries: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn stored(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zipped(entries, CompressionMethod::Stored)
}

/// Other bytes in the place of these, as many, wherever they stand.
fn replaced(bytes: &[u8], what: &[u8], by: &[u8]) -> Vec<u8> {
    assert_eq!(what.len(), by.len());
    let mut out = bytes.to_vec();
    let mut at = 0;
    while let Some(found) = out[at..].windows(what.len()).position(|window| window == what) {
        out[at + found..at + found + by.len()].copy_from_slice(by);
        at += found + by.len();
    }
    assert!(at > 0, "{what:?} stands nowhere");
    out
}

/// A PNG that says in its head that it has so many pixels.
fn says_it_is(width: u32, height: u32) -> Vec<u8> {
    let mut png = written(8, 8, ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    png
}

/// Sets the bit of encryption (APPNOTE 4.4.4) in every head.
fn encrypted(zip: &[u8]) -> Vec<u8> {
    let mut out = zip.to_vec();
    for (signature, place) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = out.windows(4).position(|window| window == signature).unwrap();
        out[at + place] |= 1;
    }
    out
}

/// What lies in the folder of files.
pub fn kept(deps: &Deps) -> Vec<String> {
    let folder = deps.head.folder().join("files");
    if Path::new(&folder).exists() { files_of(&folder) } else { Vec::new() }
}

pub async fn draft_of_pictures(world: &World, contract: &ContractId) -> BatchId {
    let form = NewBatchForm {
        title: "Street signs".to_owned(),
        price: "0.80".to_owned(),
        seconds: "180".to_owned(),
        copies: "1".to_owned(),
        review_share: String::new(),
        payload_kind: "image".to_owned(),
        answer_kind: "one-choice".to_owned(),
        question: "Is there a sign?".to_owned(),
        choices: "Yes\nNo".to_owned(),
    };
    batches::draft(&world.deps, &world.buyer().await, &once(), contract, &form).await.unwrap()
}

/// What a deed answers that leaves no row and no file.
pub async fn refused(world: &World, deed: impl AsyncFnOnce() -> Answer) -> Answer {
    let before = (world.rows().await, kept(&world.deps));
    let answer = deed().await;
    assert_eq!((world.rows().await, kept(&world.deps)), before, "something stayed");
    answer
}

#[tokio::test]
async fn whatever_is_no_picture_is_refused_by_its_name_and_nothing_stays() {
    let good = jpeg(64, 48, 3);
    let (png, webp) = (written(40, 30, ImageFormat::Png), written(40, 30, ImageFormat::WebP));
    let zeros = vec![0; 20_000_000];
    let many: Vec<(String, &[u8])> = (0..20_001).map(|n| (format!("{n}.png"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let whole = stored(&[("a.jpg", &good), ("b.jpg", &jpeg(64, 48, 4))]);
    let lying = {
        // What the directory says is packed and unpacked, in both heads.
        let mut zip = zipped(&[("a.jpg", &vec![1; 900_000])], CompressionMethod::Deflated);
        let at = zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
        zip[at + 24..at + 28].copy_from_slice(&1_000_u32.to_le_bytes());
        zip
    };
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let html = b"<!doctype html><script>alert(1)</script>";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cat.png", html.to_vec(), "cat.png is no JPEG, PNG or WebP picture, whatever its name says."),
        ("cat.svg", svg.to_vec(), "cat.svg is no JPEG, PNG or WebP picture"),
        ("cat.gif", b"GIF89a\x01\0\x01\0".to_vec(), "cat.gif is no JPEG"),
        ("a.zip", stored(&[("good.jpg", &good), ("x/evil.png", html)]), "x/evil.png is no JPEG, PNG or WebP picture"),
        ("a.zip", stored(&[("good.jpg", &good), ("evil.png", b"#!/bin/sh\nrm -r /")]), "evil.png is no JPEG"),
        ("a.zip", stored(&[("readme.txt", b"hello"), ("good.jpg", &good)]), "readme.txt is no JPEG"),
        ("a.zip", zipped(&[("good.jpg", &good), ("bomb.png", &zeros)], CompressionMethod::Deflated), "bomb.png unpacks to far more"),
        ("a.zip", lying, "a.jpg"),
        ("a.zip", stored(&many), "more than 20 000 entries"),
        ("a.zip", replaced(&stored(&[("good.jpg", &good), ("aa/evil.jpg", &good)]), b"aa/e", b"../e"), "The path ../evil.jpg leads out"),
        ("a.zip", replaced(&stored(&[("good.jpg", &good), ("aevil.jpg", &good)]), b"aevil", b"/evil"), "The path /evil.jpg leads out"),
        ("a.zip", replaced(&stored(&[("aa_evil.jpg", &good)]), b"aa_", b"..\\"), "The path ..\\evil.jpg leads out"),
        ("a.zip", replaced(&stored(&[("a.jpg", &good), ("b.jpg", &good)]), b"b.jpg", b"a.jpg"), "a.jpg is there twice."),
        ("a.zip", encrypted(&stored(&[("a.jpg", &good)])), "a.jpg is encrypted."),
        ("a.zip", stored(&[("a.jpg", &good), ("more.zip", &whole)]), "more.zip is a ZIP inside the ZIP."),
        ("a.zip", stored(&[("a.jpg", &good), ("more.jpg", &whole)]), "more.jpg is a ZIP inside the ZIP."),
        ("a.zip", stored(&[("huge.png", &says_it_is(40_000, 40_000))]), "huge.png says that it has 40 000 × 40 000 pixels."),
        ("a.zip", stored(&[("wide.png", &says_it_is(20_001, 10))]), "wide.png says that it has 20 001 × 10 pixels."),
        ("a.zip", stored(&[("good.jpg", &good), ("cut.jpg", &good[..good.len() / 2])]), "cut.jpg breaks off before its end."),
        ("a.zip", stored(&[("cut.png", &png[..png.len() / 2])]), "cut.png breaks off before its end."),
        ("a.zip", stored(&[("cut.webp", &webp[..webp.len() / 2])]), "cut.webp breaks off before its end."),
        ("cut.jpg", good[..good.len() - 2].to_vec(), "cut.jpg breaks off before its end."),
        ("bad.png", replaced(&png, &png[60..68], &[0x55; 8]), "bad.png cannot be read as a picture"),
        ("a.zip", whole[..whole.len() - 30].to_vec(), "The ZIP cannot be read"),
        ("a.zip", replaced(&whole, &good[good.len() - 40..good.len() - 20], &[7; 20]), "a.jpg is damaged in the ZIP."),
        ("a.zip", stored(&[("folder/", b"")]), "The ZIP holds no pictures."),
        ("a.zip", stored(&[("__MACOSX/._a.jpg", b"x")]), "The ZIP holds no pictures."),
        ("a\u{202e}.jpg", good.clone(), "holds characters that nobody sees."),
        ("empty.zip", Vec::new(), "The file holds no items."),
    ];
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = draft_of_pictures(&world, &contract).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let path = format!("/batches/{batch}/items");
        for (name, file, words) in &cases {
            let answer = refused(&world, async || site.upload_called(&path, "items", name, file).await).await;
            assert_eq!(answer.status, 422, "{database}: {name}, {words}: {}", answer.text);
            answer.says(words);
        }
        // A batch of texts takes no pictures.
        let texts = world.draft_batch(&contract, "0.80", "180").await;
        let path = format!("/batches/{texts}/items");
        refused(&world, async || site.upload_called(&path, "items", "a.zip", &whole).await)
            .await
            .refuses("This batch does not show pictures");
    }
}

#[tokio::test]
async fn pictures_are_kept_by_their_hash_without_what_they_tell_and_stand_upright() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = draft_of_pictures(&world, &contract).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let photo = photo(1_040, 780);
        let png = written(40, 30, ImageFormat::Png);
        let zip = zipped(
            &[("set/photo.jpg", &photo), ("set/same.jpg", &photo), ("s.png", &png), ("__MACOSX/._s", b"x")],
            CompressionMethod::Deflated,
        );
        site.upload_called(&format!("/batches/{batch}/items"), "items", "set.zip", &zip).await.redirects();
        let stripped = strip(&photo).unwrap();
        let hash = {
            use sha2::Digest;
            hex::encode(sha2::Sha256::digest(&stripped.bytes))
        };
        let at = format!("{}/{}", &hash[..2], &hash[2..]);
        let lying = kept(&world.deps);
        assert!(lying.contains(&at) && lying.contains(&format!("{at}.w960")), "{lying:?}");
        assert_eq!(lying.len(), 3, "one picture twice is one file: {lying:?}");
        let bytes = std::fs::read(world.folder.path().join("files").join(&at)).unwrap();
        for told in [b"GPS".as_slice(), b"Somebody"] {
            assert!(!bytes.windows(told.len()).any(|window| window == told), "{database}");
        }
        let whole = site.fetch(Method::Get, &format!("/batches/{batch}/items/1/picture"), &[]).await;
        assert_eq!((whole.status, whole.bytes == bytes), (200, true));
        assert_eq!(whole.header("content-type"), "image/jpeg");
        assert_eq!(whole.header("x-content-type-options"), "nosniff");
        assert_eq!(whole.header("cache-control"), "private, max-age=600");
        for (width, most) in [(480, 60_000), (960, 150_000), (1_920, 500_000)] {
            let view = site.fetch(Method::Get, &format!("/batches/{batch}/items/2/picture?w={width}"), &[]).await;
            assert_eq!((view.status, view.header("content-type")), (200, "image/jpeg"));
            assert!(view.bytes.len() <= most, "{width}: {}", view.bytes.len());
            let seen = image::load_from_memory(&view.bytes).unwrap();
            assert!(seen.width() <= width && seen.width() < seen.height(), "upright: {} × {}", seen.width(), seen.height());
        }
        // What is small is sent as it is.
        let small = site.fetch(Method::Get, &format!("/batches/{batch}/items/3/picture?w=960"), &[]).await;
        assert_eq!(small.header("content-type"), "image/png");
        assert_eq!(small.bytes, strip(&png).unwrap().bytes);
        for wrong in ["items/4/picture", "items/0/picture", "items/x/picture", "items/1/picture?w=961", "items/1/picture?w=x"] {
            assert_eq!(site.get(&format!("/batches/{batch}/{wrong}")).await.status, 404, "{wrong}");
        }
        // A new file replaces the last, and what nobody shows any more is gone.
        site.upload_called(&format!("/batches/{batch}/items"), "items", "one.png", &png).await.redirects();
        assert_eq!(kept(&world.deps).len(), 1);
        site.upload(&format!("/batches/{batch}/items"), "items", b"id,payload\n1,https://a.example/b.jpg\n").await.redirects();
        assert_eq!(files::tidy(&world.deps).await.unwrap(), 1);
        assert_eq!(kept(&world.deps), [""; 0]);
    }
}

#[tokio::test]
async fn a_contract_that_keeps_too_much_is_told_so() {
    for database in databases() {
        let mut world = world(database).await;
        let limits = Limits { contract_bytes: 20_000, ..Limits::default() };
        world.deps.files = Files::below(world.folder.path(), limits).into();
        let contract = world.funded_contract("100.00").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let (first, second) = (draft_of_pictures(&world, &contract).await, draft_of_pictures(&world, &contract).await);
        let (one, two) = (jpeg(120, 100, 1), jpeg(120, 100, 2));
        assert!((7_000..20_000).contains(&one.len()), "{}", one.len());
        site.upload_called(&format!("/batches/{first}/items"), "items", "one.jpg", &one).await.redirects();
        let path = format!("/batches/{second}/items");
        let answer = refused(&world, async || {
            site.upload_called(&path, "items", "ab.zip", &stored(&[("a", &two), ("b", &jpeg(120, 100, 3))])).await
        })
        .await;
        answer.refuses("it may keep 0 MB. Send fewer, or smaller ones, or ask the co-op for room.");
        // The same picture again takes no room.
        site.upload_called(&path, "items", "one.jpg", &one).await.redirects();
    }
}

/// An open batch of three pictures.
pub async fn open_pictures(world: &World, contract: &ContractId, seed: u32) -> BatchId {
    let batch = draft_of_pictures(world, contract).await;
    let site = Site::as_person(world, &world.buyer).await;
    let pictures: Vec<Vec<u8>> = (0..3).map(|n| jpeg(1_000, 750, seed + n)).collect();
    let zip = stored(&[("1.jpg", &pictures[0]), ("2.jpg", &pictures[1]), ("3.jpg", &pictures[2])]);
    site.upload_called(&format!("/batches/{batch}/items"), "items", "p.zip", &zip).await.redirects();
    batches::open(&world.deps, &world.buyer().await, &once(), &batch).await.unwrap();
    batch
}

#[tokio::test]
async fn a_picture_is_there_for_whoever_works_on_it_judges_it_or_sent_it_and_for_nobody_else() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = open_pictures(&world, &contract, 10).await;
        let stranger = Site::as_person(&world, &world.other_buyer().await).await;
        let visitor = Site::of(&world).await;
        let (worker, reviewer) = (Site::as_person(&world, &world.worker).await, Site::as_person(&world, &world.reviewer).await);
        let (buyer, treasurer) = (Site::as_person(&world, &world.buyer).await, Site::as_person(&world, &world.treasurer).await);
        let claim = worker.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let (own, judged) = (format!("{claim}/picture"), format!("{}/picture", claim.replace("claims", "reviews")));
        let item = format!("/batches/{batch}/items/1/picture");
        let statuses = async |path: &str| {
            let mut found = Vec::new();
            for site in [&worker, &reviewer, &buyer, &treasurer, &stranger, &visitor] {
                let answer = site.fetch(Method::Get, &format!("{path}?w=960"), &[]).await;
                assert_eq!(answer.header("content-type").starts_with("image/"), answer.status == 200);
                found.push(answer.status);
            }
            found
        };
        // To a visitor every private page is the sign-in page.
        assert_eq!(statuses(&own).await, [200, 404, 404, 404, 404, 303], "{database}: in hand");
        assert_eq!(statuses(&judged).await, [404, 404, 404, 404, 404, 303], "{database}: nothing to judge yet");
        assert_eq!(statuses(&item).await, [404, 404, 200, 404, 404, 303], "{database}: the client's own");
        let page = worker.get(&claim).await;
        page.says(&format!("<img class=\"pic\" src=\"{own}?w=960\" width=\"1000\" height=\"750\" alt=\"Street signs, 1.jpg\">"));
        page.says("Pleine résolution");

        worker.post(&format!("{claim}/submit"), &[("answer", "Yes"), ("active_seconds", "60")]).await.redirects();
        assert_eq!(statuses(&own).await, [200, 404, 404, 404, 404, 303], "{database}: handed in");
        assert_eq!(statuses(&judged).await, [404, 200, 200, 404, 404, 303], "{database}: to be judged");
        reviewer.get(&claim.replace("claims", "reviews")).await.says(&format!("src=\"{judged}?w=960\" width=\"1000\""));
        let back = [("code", "missed"), ("reason", "Look again."), ("clause", "4.2")];
        let sent_back = reviewer.post(&format!("{}/back", claim.replace("claims", "reviews")), &back).await;
        if sent_back.status == 303 {
            assert_eq!(statuses(&own).await, [200, 404, 404, 404, 404, 303], "{database}: back in hand");
            worker.post(&format!("{claim}/submit"), &[("answer", "No"), ("active_seconds", "90")]).await.redirects();
        }
        reviewer.post(&format!("{}/accept", claim.replace("claims", "reviews")), &[]).await.redirects();
        assert_eq!(statuses(&own).await, [404, 404, 404, 404, 404, 303], "{database}: paid, and theirs no more");
        assert_eq!(statuses(&judged).await, [404, 404, 200, 404, 404, 303], "{database}: the client's still");

        // Left, run out: not there any more.
        let next = worker.get("/work").await.text.split("href=\"/claims/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let other = format!("/claims/{next}/picture");
        assert_eq!(worker.get(&other).await.status, 200);
        world.deps.clock.advance(3 * 86_400);
        assert_eq!(worker.get(&other).await.status, 404, "{database}: its time is up");
    }
}

#[tokio::test]
async fn board_and_batch_say_what_a_task_costs_a_members_line() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_pictures(&world, &contract, 20).await;
        let row = batches::find_own(&world.deps, &world.buyer().await, &batch).await.unwrap();
        let bytes = row.picture_bytes.unwrap();
        assert!((20_000..=150_000).contains(&bytes), "{bytes}");
        let board = Site::as_person(&world, &world.reviewer).await.get("/work").await;
        let size = format!("0.{:02}", (bytes + 9_999) / 10_000);
        board.says(&format!("{size} MB of your data a task, at first view"));
        Site::as_person(&world, &world.buyer).await.get(&format!("/batches/{batch}")).await.says(&format!("A task takes {size} MB"));
    }
}

#[tokio::test]
async fn pictures_go_so_many_days_after_the_work_is_done_and_the_client_reads_it() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (first, second) = (open_pictures(&world, &contract, 30).await, open_pictures(&world, &contract, 32).await);
        let worker = Site::as_person(&world, &world.worker).await;
        let mut claim = worker.post(&format!("/batches/{first}/claim"), &[]).await.to;
        for _ in 0..3 {
            let path = claim.split('?').next().unwrap().to_owned();
            claim = worker.post(&format!("{path}/submit"), &[("answer", "Yes"), ("active_seconds", "60")]).await.to;
        }
        let review = reviews::Judging::Client(world.buyer().await);
        let waiting = reviews::list_waiting(&world.deps, &review).await.unwrap();
        let (count, sum) = reviews::confirmable(&world.deps, &review, &waiting[0]).await.unwrap();
        reviews::accept_many(&world.deps, &review, &once(), &first, count, sum).await.unwrap();
        world.deps.clock.advance(29 * 86_400);
        assert_eq!(files::delete_due(&world.deps).await.unwrap(), 0, "{database}: not yet");
        let before = kept(&world.deps).len();
        assert_eq!(before, 10, "five pictures, one of them in both");
        world.deps.clock.advance(2 * 86_400);
        assert_eq!(files::delete_due(&world.deps).await.unwrap(), 2, "{database}: the third is shown by the other batch");
        assert_eq!(files::delete_due(&world.deps).await.unwrap(), 0);
        assert_eq!(kept(&world.deps).len(), 6);
        // A month is longer than a session.
        let buyer = Site::as_person(&world, &world.buyer).await;
        assert_eq!(buyer.get(&format!("/batches/{first}/items/1/picture")).await.status, 404);
        assert_eq!(buyer.get(&format!("/batches/{second}/items/1/picture")).await.status, 200);
        let desk = buyer.get(&format!("/desk/{contract}")).await;
        desk.says("2 files of Street signs");
        desk.says("30 days after its last piece was accepted");
    }
}

#[tokio::test]
async fn pictures_of_an_ended_contract_stay_while_somebody_works_on_them() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_pictures(&world, &contract, 40).await;
        let worker = Site::as_person(&world, &world.worker).await;
        let claim = worker.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        worker.post(&format!("{claim}/submit"), &[("answer", "Yes"), ("active_seconds", "60")]).await.redirects();
        let id = ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap();
        let coop = Party::Coop(world.coordinator().await);
        life::go(&world.deps, &coop, &once(), &contract, Step::Terminate, "It is over.").await.unwrap();
        world.deps.clock.advance(14 * 86_400);
        life::end_run_out(&world.deps).await.unwrap();
        claims::free_ended(&world.deps).await.unwrap();
        world.deps.clock.advance(31 * 86_400);
        assert_eq!(files::delete_due(&world.deps).await.unwrap(), 0, "{database}: somebody judges it still");
        let client = reviews::Judging::Client(world.buyer().await);
        reviews::accept(&world.deps, &client, &once(), &id).await.unwrap();
        assert_eq!(files::delete_due(&world.deps).await.unwrap(), 3, "{database}");
    }
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let world = world("sqlite").await;
    let contract = world.funded_contract("100.00").await;
    let batch = draft_of_pictures(&world, &contract).await;
    let cookie = manyhands::actions::sessions::open(&world.deps, &world.buyer).await.unwrap();
    world.deps.db.clone().close().await.unwrap();
    let folder = world.folder.path();
    crate::program::write_settings(folder, &world.database, crate::program::free_port());
    let serving = crate::program::Serving::start(folder);
    let mut line = std::net::TcpStream::connect(serving.address.trim_start_matches("http://")).unwrap();
    let head = format!(
        "POST /batches/{batch}/items HTTP/1.1\r\nHost: x\r\nCookie: sid={cookie}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n\
         --b\r\nContent-Disposition: form-data; name=\"items\"; filename=\"a.zip\"\r\n\r\nPK\x03\x04"
    );
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(&vec![7; 3_000_000]).unwrap();
    let incoming = folder.join("files/incoming");
    crate::program::wait_until("some of it lies there", || incoming.exists() && !files_of(&incoming).is_empty());
    drop(line);
    crate::program::wait_until("it is gone", || files_of(&folder.join("files")).is_empty());
    assert_eq!(serving.get("/health/ready").unwrap().status, 200);
}
