//! What takes time or room holds up nobody: drawings are compared, and written as one document, away from whoever answers requests; and
//! as many pictures as there are take no more memory than a page of them.

use std::cell::Cell;
use std::time::{Duration, Instant};

use manyhands::actions::results::{self, Lines};
use manyhands::actions::reviews::{self, Judging};
use manyhands::actions::{batches, claims};
use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_domain::shapes::{Point, Shape, to_json};

use crate::cells::tables;
use crate::program::{Serving, free_port, write_settings};
use crate::story::typed;
use crate::support::{World, once, world};

/// A batch of one picture, accepted as drawn by as many members as it has copies.
async fn drawn(world: &World, contract: &ContractId, copies: usize) -> BatchId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let form = batches::NewBatchForm {
        title: "Street scenes".to_owned(),
        price: "0.80".to_owned(),
        seconds: "180".to_owned(),
        copies: copies.to_string(),
        review_share: String::new(),
        payload_kind: "image".to_owned(),
        answer_kind: "shapes".to_owned(),
        question: "Outline each car.".to_owned(),
        choices: "car".to_owned(),
    };
    let batch = batches::draft(deps, &buyer, &once(), contract, &form).await.unwrap();
    let items = "id,payload\nstreet.jpg,https://pictures.example/1.jpg\n";
    batches::import(deps, &buyer, &once(), &batch, items.as_bytes()).await.unwrap();
    batches::open(deps, &buyer, &once(), &batch).await.unwrap();
    let mut held = Vec::new();
    for person in [&world.worker, &world.treasurer].into_iter().take(copies) {
        let member = world.signed_in(person).await.member().unwrap();
        let claim = claims::claim(deps, &member, &once(), &batch).await.unwrap();
        held.push((member, claim));
    }
    deps.clock.advance(170);
    for (member, claim) in &held {
        claims::submit(deps, member, &once(), claim, &typed("car: 0,0 to 10,10")).await.unwrap();
    }
    for (_, claim) in &held {
        reviews::accept(deps, &Judging::Client(buyer.clone()), &once(), claim).await.unwrap();
    }
    batch
}

/// Every accepted answer becomes this one.
async fn draw(world: &World, shapes: &[Shape]) {
    let answer = serde_json::json!({"answer": to_json(shapes)}).to_string();
    tables::run(&world.database, &format!("UPDATE claims SET answer = '{answer}' WHERE state = 'accepted'")).await;
}

/// So many more pictures with the answers of the first, from this place on.
async fn multiply(world: &World, batch: &BatchId, (from, to): (u32, u32)) {
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})");
    let tasks = format!(
        "INSERT INTO tasks (id, batch_id, item_id, position, payload, state, copies_left, turn) {numbers} \
         SELECT t.id || '-' || i, t.batch_id, t.item_id || '-' || i, t.position + i, t.payload, t.state, 0, t.turn + i FROM tasks t, n \
         WHERE t.batch_id = '{batch}' AND t.item_id = 'street.jpg'"
    );
    let columns = "contract_id, member_id, state, claimed_size, price, currency, claimed_at, due_at, decided_at, answer";
    let claims = format!(
        "INSERT INTO claims (id, task_id, batch_id, {columns}) {numbers} \
         SELECT c.id || '-' || i, c.task_id || '-' || i, c.batch_id, {columns} FROM claims c, n \
         WHERE c.task_id = (SELECT id FROM tasks WHERE batch_id = '{batch}' AND item_id = 'street.jpg') AND c.state = 'accepted'"
    );
    tables::run(&world.database, &format!("{tasks}; {claims}")).await;
}

/// An outline of 500 points that lies over all others of them.
fn outline(number: i64) -> Shape {
    let edge = |place: i64, y: i64| Point { x: place * 10, y: y + place % 2 * 5 };
    let points = (0..250).map(|place| edge(place, 0)).chain((0..250).rev().map(|place| edge(place, 2_000 + number * 10)));
    Shape::polygon("car".to_owned(), points.collect()).unwrap()
}

/// What comes of some work, how long it took, and the longest time in which nobody else on its thread could do anything.
async fn beside_others<T>(work: impl Future<Output = T>) -> (T, Duration, Duration) {
    let begun = Instant::now();
    let (last, longest) = (Cell::new(begun), Cell::new(Duration::ZERO));
    let look = || {
        longest.set(longest.get().max(last.get().elapsed()));
        last.set(Instant::now());
    };
    let others = async {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            look();
        }
    };
    let done = tokio::select! {
        done = work => done,
        () = others => unreachable!("others go on for ever"),
    };
    look();
    (done, begun.elapsed(), longest.get())
}

#[tokio::test]
async fn whoever_answers_requests_waits_for_no_drawings() {
    // SQLite alone: what is tried is where the work is done, whatever it was read from. This runtime has one thread.
    let world = world("sqlite").await;
    let contract = world.funded_contract("100.00").await;
    let batch = drawn(&world, &contract, 2).await;
    draw(&world, &(0..5).map(outline).collect::<Vec<_>>()).await;
    let buyer = world.buyer().await;
    let (agreed, whole, longest) = beside_others(results::agreement(&world.deps, &buyer, &contract)).await;
    assert_eq!(agreed.unwrap()[0].overlap.as_ref().unwrap().items, 1);
    println!("agreement: {whole:?}, of which nobody else could do anything for {longest:?}");
    assert!(longest * 2 < whole, "others waited {longest:?} of {whole:?} for how far drawings agree");

    multiply(&world, &batch, (1, 30)).await;
    let lines = Lines::begin(&world.deps, &buyer).await.unwrap();
    let (written, whole, longest) = beside_others(results::coco(&world.deps, &buyer, &contract, lines)).await;
    let bytes = written.unwrap().finish().unwrap().file.metadata().await.unwrap().len();
    println!("COCO of {bytes} bytes: {whole:?}, of which nobody else could do anything for {longest:?}");
    assert!(bytes > 1_000_000 && longest * 2 < whole, "others waited {longest:?} of {whole:?} for a document of {bytes} bytes");
}

/// The most memory that a process ever had, in bytes.
fn most_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1_024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_times_as_many_pictures_take_no_more_memory() {
    let world = world("sqlite").await;
    let contract = world.funded_contract("100.00").await;
    let batch = drawn(&world, &contract, 1).await;
    let boxes = (0..40).map(|n| Shape::rectangle("car".to_owned(), Point { x: n, y: 0 }, Point { x: n + 500, y: 400 }).unwrap());
    draw(&world, &boxes.collect::<Vec<_>>()).await;
    multiply(&world, &batch, (1, 999)).await;
    world.deps.db.clone().close().await.unwrap();
    write_settings(world.folder.path(), &world.database, free_port());
    let server = Serving::start(world.folder.path());
    let cookie = server.sign_in("buyer@example.coop");
    let take = || {
        let request = ureq::get(format!("{}/desk/{contract}/results.coco.json", server.address)).header("Cookie", &cookie);
        std::io::copy(&mut request.call().unwrap().into_body().into_reader(), &mut std::io::sink()).unwrap()
    };
    let (one_page, before) = (take(), most_memory(server.id()));
    multiply(&world, &batch, (1_000, 4_999)).await;
    let (all, after) = (take(), most_memory(server.id()));
    println!("{one_page} bytes with {before} bytes of memory at most, {all} with {after}");
    assert!(all > 4 * one_page && all > 20_000_000, "{one_page} and {all}");
    assert!(after - before < all / 3, "{} bytes more memory for {all} bytes", after - before);
}
