//! The board with ten times the pieces as open tasks, beside a page of the same bytes that costs nothing to make, both from
//! one server over HTTP on 127.0.0.1, on one connection kept alive.

use std::time::{Duration, Instant};

use manyhands::actions::sessions;

use crate::figures::Figures;
use crate::http::{Server, agent, csv, fetch};
use crate::place::Place;
use crate::support::once;

pub async fn measure(place: &Place, pieces: usize, figures: &mut Figures) {
    let deps = &place.world.deps;
    let buyer = place.world.buyer().await;
    let file = csv(pieces);
    let mut imports = Vec::new();
    for number in 1..=BATCHES {
        let form =
            manyhands::actions::batches::NewBatchForm { title: format!("Safety text review {number}"), ..crate::server::batch_form() };
        let batch = manyhands::actions::batches::draft(deps, &buyer, &once(), &place.contract, &form).await.unwrap();
        let began = Instant::now();
        manyhands::actions::batches::import(deps, &buyer, &once(), &batch, file.as_bytes()).await.unwrap();
        imports.push(began.elapsed());
        manyhands::actions::batches::open(deps, &buyer, &once(), &batch).await.unwrap();
    }
    let middle = crate::figures::median(imports);
    figures.alone(
        &format!("import of {pieces} items in one transaction"),
        &format!("{:.2} s, {:.0} items/s", middle.as_secs_f64(), pieces as f64 / middle.as_secs_f64()),
    );

    let token = sessions::open(deps, &place.world.worker).await.unwrap();
    let first = Server::start(deps, Vec::new()).await;
    let page = tokio::task::spawn_blocking({
        let (address, token) = (first.address.clone(), token.clone());
        move || String::from_utf8(fetch(&agent(), &address, "/work", &token, false)).unwrap()
    })
    .await
    .unwrap();
    first.stop().await;
    assert_eq!(page.matches("/claim\"").count(), BATCHES, "the board shows every batch");
    let size = page.len();
    let server = Server::start(deps, vec![page]).await;
    for packed in [false, true] {
        let (address, token) = (server.address.clone(), token.clone());
        let (board, plain) = tokio::task::spawn_blocking(move || compare(&address, &token, packed)).await.unwrap();
        let how = if packed { "compressed" } else { "plain" };
        let what = format!("board of {} open tasks in {BATCHES} batches, {size} bytes, {how}", BATCHES * pieces);
        figures.waits(&what, board, "a page of the same bytes from memory", plain);
    }
    server.stop().await;
}

/// Takes turns, so that whatever else the machine does meets both.
fn compare(address: &str, token: &str, packed: bool) -> (Vec<Duration>, Vec<Duration>) {
    let agent = agent();
    let (mut board, mut plain) = (Vec::new(), Vec::new());
    for turn in 0..WARM + TURNS {
        for (path, waits) in [("/work", &mut board), ("/same/0", &mut plain)] {
            let began = Instant::now();
            fetch(&agent, address, path, token, packed);
            if turn >= WARM {
                waits.push(began.elapsed());
            }
        }
    }
    (board, plain)
}

const BATCHES: usize = 10;
const WARM: usize = 100;
const TURNS: usize = 2_000;
