//! Pages of an open vote among so many members, each beside a page of the same bytes from memory. Over HTTP on 127.0.0.1, on one
//! connection kept alive.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use manyhands::actions::people::{self, Invitation};
use manyhands::actions::proposals::{self, drafting, opening};
use manyhands::actions::sessions;
use manyhands::clock::Clock;
use manyhands_domain::ids::PersonId;

use crate::figures::Figures;
use crate::http::{Server, agent, fetch};
use crate::support::{PASSWORD, World, once, world};

const TIMES: usize = 301;

pub async fn measure(database: &str, members: usize, figures: &mut Figures) {
    let mut world = world(database).await;
    world.deps.clock = Clock::system();
    let deps = &world.deps;
    let hash = sessions::hash(deps, PASSWORD).await.unwrap();
    for number in 1..=members {
        let invitation = Invitation {
            name: format!("Member {number}"),
            email: format!("m-{number}@example.coop"),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "FR".to_owned(),
            client: None,
            roles: Vec::new(),
        };
        people::add_active(deps, &invitation, &hash).await.unwrap();
    }
    open(&world).await;
    let token = sessions::open(deps, &world.worker).await.unwrap();
    let server = Server::start(deps, Vec::new()).await;
    let mut asked = Vec::new();
    for path in ["/proposals/P-1", "/proposals/P-1/ballot", "/proposals/P-1/effects", "/rates"] {
        let (address, token) = (server.address.clone(), token.clone());
        let is_there = tokio::task::spawn_blocking(move || is_there(&address, path, &token)).await.unwrap();
        if is_there {
            asked.push(path);
        } else {
            println!("{path} is no page yet");
        }
    }
    let pages = asked.iter().map(|path| (*path, server.address.clone(), token.clone()));
    let mut bytes = Vec::new();
    for (path, address, token) in pages {
        bytes.push(tokio::task::spawn_blocking(move || fetch(&agent(), &address, path, &token, false)).await.unwrap());
    }
    server.stop().await;
    let sizes: Vec<usize> = bytes.iter().map(Vec::len).collect();
    let server = Server::start(deps, bytes.into_iter().map(|page| String::from_utf8(page).unwrap()).collect()).await;
    for (number, path) in asked.into_iter().enumerate() {
        let (address, token) = (server.address.clone(), token.clone());
        let (ours, same) = tokio::task::spawn_blocking(move || in_turn(&address, path, number, &token)).await.unwrap();
        let what = format!("{path}, a roll of {} members, {} bytes", members + 4, sizes[number]);
        figures.waits(&what, ours, "the same bytes from memory", same);
    }
    server.stop().await;
    world.deps.db.clone().close().await.unwrap();
}

fn is_there(address: &str, path: &str, token: &str) -> bool {
    agent()
        .get(format!("{address}{path}"))
        .header("Cookie", format!("sid={token}"))
        .config()
        .http_status_as_error(false)
        .build()
        .call()
        .unwrap()
        .status()
        == 200
}

fn in_turn(address: &str, path: &str, number: usize, token: &str) -> (Vec<Duration>, Vec<Duration>) {
    let agent = agent();
    let timed = |path: &str| {
        let began = Instant::now();
        fetch(&agent, address, path, token, false);
        began.elapsed()
    };
    let same = format!("/same/{number}");
    (0..TIMES).map(|_| (timed(path), timed(&same))).unzip()
}

/// A change of the floor, signed and put to the vote.
async fn open(world: &World) {
    let member = async |person: &PersonId| world.signed_in(person).await.member().unwrap();
    let form = drafting::DraftForm {
        kind: "rate-change".to_owned(),
        act: "rules".to_owned(),
        title: "Nine an hour".to_owned(),
        text: "Rent rose twice.".to_owned(),
        rules: BTreeMap::from([("floor/general/USD".to_owned(), "9".to_owned())]),
        ..drafting::DraftForm::default()
    };
    let author = member(&world.worker).await;
    let draft = drafting::draft(&world.deps, &author, &once(), &form).await.unwrap();
    for person in [&world.reviewer, &world.treasurer] {
        let by = member(person).await;
        let row = proposals::find_draft(&world.deps, &by, &draft).await.unwrap();
        drafting::cosign(&world.deps, &by, &once(), &draft, &drafting::content_sha256(&row)).await.unwrap();
    }
    opening::open(&world.deps, &author, &once(), &draft).await.unwrap();
}
