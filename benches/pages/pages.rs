//! Pages of a co-op with a thousand tasks, ten thousand and so on, each size a co-op of its own and all of them asked in turn, so that
//! whatever else the machine does meets every size; beside each a page of the same bytes from memory. Over HTTP on 127.0.0.1, on one
//! connection kept alive.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use manyhands::actions::claims::{self, Typed};
use manyhands::actions::sessions;
use manyhands_domain::ids::ClaimId;

use crate::grown::{Grown, founded};
use crate::http::{Server, agent, fetch};
use crate::share_of;
use crate::support::once;

/// A page that somebody opens: what it is, where, and as whom.
struct Asked {
    what: &'static str,
    path: String,
    token: String,
}

/// One size: its server, and the pages of it that are asked for.
struct Place {
    tasks: usize,
    grown: Grown,
    server: Server,
    asked: Vec<Asked>,
}

pub async fn measure(database: &str, end: usize) {
    let mut places = Vec::new();
    let mut tasks = 1_000;
    while tasks <= end {
        let began = Instant::now();
        places.push(place(database, tasks).await);
        println!(
            "{database}: a co-op with {tasks} tasks in {BATCHES} batches, {PERCENT} in a hundred worked on: {:.1} s",
            began.elapsed().as_secs_f64()
        );
        tasks *= 10;
    }
    println!("\n{database}\n{HEAD}");
    let sizes: Vec<usize> = places.iter().map(|place| place.tasks).collect();
    let addresses: Vec<(String, Vec<(String, String)>)> = places
        .iter()
        .map(|place| (place.server.address.clone(), place.asked.iter().map(|asked| (asked.path.clone(), asked.token.clone())).collect()))
        .collect();
    for (number, what) in places[0].asked.iter().map(|asked| asked.what).enumerate() {
        let addresses = addresses.clone();
        let waits = tokio::task::spawn_blocking(move || in_turn(&addresses, number)).await.unwrap();
        report(what, &sizes, waits);
    }
    let (claimed, submitted) = work(&places).await;
    for (what, waits) in [("claim, without the page", claimed), ("submit, without the page", submitted)] {
        report(what, &sizes, waits.into_iter().map(|waits| (waits, Vec::new(), 0)).collect());
    }
    for place in places {
        place.server.stop().await;
        place.grown.world.deps.db.clone().close().await.unwrap();
    }
}

async fn place(database: &str, tasks: usize) -> Place {
    let mut grown = founded(database).await;
    grown.offer(BATCHES, tasks / BATCHES).await;
    grown.work(PERCENT).await;
    let deps = &grown.world.deps;
    let batch = &grown.batches[0];
    let claim = claims::claim(deps, &grown.world.worker().await, &once(), batch).await.unwrap();
    let member = sessions::open(deps, &grown.world.worker).await.unwrap();
    let buyer = sessions::open(deps, &grown.world.buyer).await.unwrap();
    let asked = |what, path: String, token: &str| Asked { what, path, token: token.to_owned() };
    let asked = vec![
        asked("board", "/work".to_owned(), &member),
        asked("workbench", format!("/claims/{claim}"), &member),
        asked("batch, for its client", format!("/batches/{batch}"), &buyer),
        asked("its tasks, the first page", format!("/batches/{batch}/items"), &buyer),
        asked("work that waits for its client's verdict", "/reviews".to_owned(), &buyer),
        asked("desk of the contract", format!("/desk/{}", grown.contract), &buyer),
    ];
    let first = Server::start(deps, Vec::new()).await;
    let address = first.address.clone();
    let to: Vec<(String, String)> = asked.iter().map(|asked| (asked.path.clone(), asked.token.clone())).collect();
    let pages = tokio::task::spawn_blocking(move || {
        let agent = agent();
        to.iter().map(|(path, token)| String::from_utf8(fetch(&agent, &address, path, token, false)).unwrap()).collect()
    });
    let pages: Vec<String> = pages.await.unwrap();
    first.stop().await;
    let server = Server::start(deps, pages).await;
    Place { tasks, grown, server, asked }
}

/// The waits for one page, and for its bytes from memory, and how many those are: size by size.
type Waits = Vec<(Vec<Duration>, Vec<Duration>, usize)>;

fn in_turn(places: &[(String, Vec<(String, String)>)], number: usize) -> Waits {
    let agent = agent();
    let mut waits: Waits = places.iter().map(|_| (Vec::new(), Vec::new(), 0)).collect();
    let start = Instant::now();
    for turn in 0..WARM + TURNS {
        // A page that grew out of all measure is not waited for a thousand times.
        if turn >= WARM + LEAST && start.elapsed() > MOST {
            break;
        }
        for ((address, pages), (page, same, bytes)) in places.iter().zip(&mut waits) {
            let (path, token) = &pages[number];
            for (path, into) in [(path.clone(), page), (format!("/same/{number}"), same)] {
                let began = Instant::now();
                *bytes = fetch(&agent, address, &path, token, false).len();
                if turn >= WARM {
                    into.push(began.elapsed());
                }
            }
        }
    }
    waits
}

/// Claims and submissions of one member, size by size in turn.
async fn work(places: &[Place]) -> (Vec<Vec<Duration>>, Vec<Vec<Duration>>) {
    let mut all: BTreeMap<usize, (Vec<Duration>, Vec<Duration>)> = BTreeMap::new();
    for turn in 0..WARM + WORKED {
        for place in places {
            let (deps, batch) = (&place.grown.world.deps, &place.grown.batches[1 + turn % (BATCHES - 1)]);
            let member = place.grown.world.worker().await;
            let began = Instant::now();
            let claim: ClaimId = claims::claim(deps, &member, &once(), batch).await.unwrap();
            let claimed = began.elapsed();
            let began = Instant::now();
            claims::submit(deps, &member, &once(), &claim, &Typed::one("Harmful", 150)).await.unwrap();
            let submitted = began.elapsed();
            if turn >= WARM {
                let (claims, submissions) = all.entry(place.tasks).or_default();
                claims.push(claimed);
                submissions.push(submitted);
            }
        }
    }
    all.into_values().unzip()
}

fn report(what: &str, sizes: &[usize], waits: Waits) {
    let mut first = None;
    for (tasks, (mut page, mut same, bytes)) in sizes.iter().zip(waits) {
        let (p50, p99) = (share_of(&mut page, 0.50), share_of(&mut page, 0.99));
        let (first_p50, first_p99) = *first.get_or_insert((p50, p99));
        let beside = if same.is_empty() {
            " | ".to_owned()
        } else {
            let (least, most) = (share_of(&mut same, 0.50), share_of(&mut same, 0.99));
            format!("p50 {least:.2} ms, p99 {most:.2} ms of {bytes} bytes | {:.1} / {:.1}", p50 / least, p99 / most)
        };
        println!("| {what} | {tasks} | p50 {p50:.2} ms, p99 {p99:.2} ms | {beside} | {:.2} / {:.2} |", p50 / first_p50, p99 / first_p99);
    }
}

const HEAD: &str =
    "| page | tasks | measured | the same bytes from memory | ratio | beside the first size, p50 / p99 |\n|---|---|---|---|---|---|";
const BATCHES: usize = 10;
/// So much of each batch is worked on.
const PERCENT: usize = 50;
const WARM: usize = 50;
const TURNS: usize = 1_000;
/// Or so many, where they take longer than this.
const LEAST: usize = 200;
const MOST: Duration = Duration::from_secs(30);
/// Claims of each size: a tenth of them comes from each batch, and the smallest has fifty free tasks in each.
const WORKED: usize = 350;
