//! The program as a process: how soon it answers, what it keeps in memory under load, how large it is.

use std::time::Duration;

use manyhands::actions::batches::{self, NewBatchForm};
use manyhands::actions::sessions;

use crate::figures::Figures;
use crate::http::{agent, fetch, items, send};
use crate::place::Place;
use crate::process::{self, PROGRAM};
use crate::support::once;

pub async fn measure(place: Place, pieces: usize, figures: &mut Figures) {
    let deps = &place.world.deps;
    let (member, judge, buyer) = (
        sessions::open(deps, &place.world.worker).await.unwrap(),
        sessions::open(deps, &place.world.reviewer).await.unwrap(),
        sessions::open(deps, &place.world.buyer).await.unwrap(),
    );
    let draft = batches::draft(deps, &place.world.buyer().await, &once(), &place.contract, &batch_form()).await.unwrap();
    place.close().await;
    let (database, folder) = (place.address.clone(), place.world.folder.path().to_owned());
    let batch = place.batch.clone();
    let lines = tokio::task::spawn_blocking(move || {
        let mut lines = Vec::new();
        let mut say = |what: &str, measured: String| lines.push((what.to_owned(), measured));
        let (process, address, first) = process::serve(&database, &folder);
        say("serve, from start to first answer", seconds(first));
        say("memory of the server at rest", megabytes(process.memory()));
        let agent = agent();
        for turn in 0..2_000 {
            fetch(&agent, &address, "/work", &member, turn % 2 == 0);
        }
        say("memory after 2,000 boards", megabytes(process.memory()));
        let (kind, form) = items(pieces);
        let took = send(&agent, &format!("{address}/batches/{draft}/items"), &buyer, kind, &form);
        say(&format!("import of {pieces} items over HTTP"), seconds(took));
        say("memory after it", megabytes(process.memory()));
        let sum = manyhands_domain::money::Amount::from_micros(800_000 * pieces as i64);
        let took = send(
            &agent,
            &format!("{address}/batches/{batch}/review"),
            &judge,
            "application/x-www-form-urlencoded",
            &format!("key=many&count={pieces}&sum={sum}"),
        );
        say(&format!("acceptance of {pieces} over HTTP"), seconds(took));
        say("memory after it, and the most ever", format!("{}, {}", megabytes(process.memory()), megabytes(process.most_memory())));
        drop(process);
        let (_demo, _, first) = process::demo();
        say("demo, from start to first answer (the demonstration is filled first)", seconds(first));
        say("size of the program, with line tables", megabytes(std::fs::metadata(PROGRAM).unwrap().len() as f64 / 1_000_000.0));
        lines
    })
    .await
    .unwrap();
    for (what, measured) in lines {
        figures.alone(&what, &measured);
    }
}

/// The suite's batch.
pub fn batch_form() -> NewBatchForm {
    NewBatchForm {
        title: "Safety text review".to_owned(),
        price: "0.80".to_owned(),
        seconds: "180".to_owned(),
        copies: "1".to_owned(),
        payload_kind: "text".to_owned(),
        answer_kind: "one-choice".to_owned(),
        question: "Is this passage harmful?".to_owned(),
        choices: "Harmful\nHarmless".to_owned(),
        review_share: String::new(),
    }
}

fn seconds(took: Duration) -> String {
    format!("{:.2} s", took.as_secs_f64())
}

fn megabytes(megabytes: f64) -> String {
    format!("{megabytes:.1} MB")
}
