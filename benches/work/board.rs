//! The board with ten times the pieces as open tasks, beside a page of the same bytes that costs nothing to make, both from
//! one server over HTTP on 127.0.0.1, on one connection kept alive.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use manyhands::actions::sessions;
use manyhands::web::{self, Listen};
use rocket::State;
use rocket::response::content::RawHtml;

use crate::figures::Figures;
use crate::place::Place;
use crate::support::once;

/// The board's own bytes, served from memory.
struct Same(String);

#[rocket::get("/same")]
fn same(page: &State<Same>) -> RawHtml<String> {
    RawHtml(page.0.clone())
}

pub async fn measure(place: &Place, pieces: usize, figures: &mut Figures) {
    let deps = &place.world.deps;
    let buyer = place.world.buyer().await;
    let items: String = (1..=pieces).map(|n| format!("item-{n},\"Passage {n}, made for this measure\"\n")).collect();
    let file = format!("id,payload\n{items}");
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
    let first = serve(place, String::new()).await;
    let page = tokio::task::spawn_blocking({
        let (address, token) = (first.address.clone(), token.clone());
        move || String::from_utf8(fetch(&agent(), &address, "/work", &token, false)).unwrap()
    })
    .await
    .unwrap();
    first.stop().await;
    assert_eq!(page.matches("/claim\"").count(), BATCHES, "the board shows every batch");
    let size = page.len();
    let server = serve(place, page).await;
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
        for (path, waits) in [("/work", &mut board), ("/same", &mut plain)] {
            let began = Instant::now();
            fetch(&agent, address, path, token, packed);
            if turn >= WARM {
                waits.push(began.elapsed());
            }
        }
    }
    (board, plain)
}

pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().max_redirects(0).build().into()
}

/// The body as it came over the wire.
pub fn fetch(agent: &ureq::Agent, address: &str, path: &str, token: &str, packed: bool) -> Vec<u8> {
    let mut request = agent.get(format!("{address}{path}")).header("Cookie", format!("sid={token}"));
    if packed {
        request = request.header("Accept-Encoding", "gzip, br");
    }
    let mut answer = request.call().unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.body_mut().read_to_vec().unwrap()
}

struct Server {
    address: String,
    stop: rocket::Shutdown,
    running: tokio::task::JoinHandle<()>,
}

impl Server {
    async fn stop(self) {
        self.stop.notify();
        self.running.await.unwrap();
    }
}

async fn serve(place: &Place, page: String) -> Server {
    // Asked for and let go: Rocket does not say which free port it took.
    let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let listen = Listen { address: Ipv4Addr::LOCALHOST.into(), port, ip_header: None, trusted_proxy: None };
    let rocket = web::build(place.world.deps.clone(), &listen).manage(Same(page)).mount("/", rocket::routes![same]).ignite().await.unwrap();
    let stop = rocket.shutdown();
    let running = tokio::spawn(async move { drop(rocket.launch().await.unwrap()) });
    let address = format!("http://127.0.0.1:{port}");
    while std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Server { address, stop, running }
}

const BATCHES: usize = 10;
const WARM: usize = 100;
const TURNS: usize = 2_000;
