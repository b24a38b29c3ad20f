//! What the server keeps in memory while items come and results go: a process of its own for each figure, so that the most it ever held
//! is that figure's.

use std::path::PathBuf;

use manyhands::actions::sessions;

use crate::grown::founded;
use crate::http::{agent, fetch, items, send};
use crate::process;

/// A co-op whose database is closed, and what is done with it.
struct Closed {
    database: String,
    folder: PathBuf,
    token: String,
    items: usize,
    draft: String,
    contract: String,
}

pub async fn measure(database: &str, items: usize) {
    println!("\n{database}\n{HEAD}");
    let mut first: Vec<f64> = Vec::new();
    for items in [items / 10, items] {
        let mut grown = founded(database).await;
        grown.offer(1, items).await;
        grown.work(100).await;
        let closed = Closed {
            database: grown.world.database.clone(),
            folder: grown.world.folder.path().to_owned(),
            token: sessions::open(&grown.world.deps, &grown.world.buyer).await.unwrap(),
            items,
            draft: grown.world.draft_batch(&grown.contract, "0.80", "180").await.to_string(),
            contract: grown.contract.to_string(),
        };
        grown.world.deps.db.clone().close().await.unwrap();
        let figures = tokio::task::spawn_blocking(move || each(&closed)).await.unwrap();
        for (place, (what, rest, most, bytes)) in figures.into_iter().enumerate() {
            let more = most - rest;
            let beside = first.get(place).map_or_else(|| "1.00".to_owned(), |first| format!("{:.2}", most / first));
            if first.len() <= place {
                first.push(most);
            }
            println!("| {what} | {items} | {rest:.1} MB | {most:.1} MB | {more:.1} MB | {:.1} MB | {beside} |", bytes as f64 / 1_000_000.0);
        }
    }
}

/// What it was, the memory at rest and the most during it, and how many bytes came or went.
fn each(closed: &Closed) -> Vec<(&'static str, f64, f64, usize)> {
    let agent = agent();
    let mut figures = Vec::new();
    for what in ["import of a CSV", "results as JSON Lines", "results as CSV"] {
        let (process, address, _) = process::serve(&closed.database, &closed.folder);
        // What every page needs is there before anything is measured.
        for _ in 0..20 {
            fetch(&agent, &address, "/desk", &closed.token, true);
        }
        let rest = process.memory();
        let bytes = match what {
            "import of a CSV" => {
                let (kind, form) = items(closed.items);
                send(&agent, &format!("{address}/batches/{}/items", closed.draft), &closed.token, kind, &form);
                form.len()
            }
            _ => {
                let ending = if what.ends_with("CSV") { "csv" } else { "jsonl" };
                fetch(&agent, &address, &format!("/desk/{}/results.{ending}", closed.contract), &closed.token, false).len()
            }
        };
        figures.push((what, rest, process.most_memory(), bytes));
    }
    figures
}

const HEAD: &str = "| what | items | at rest | the most during it | more | bytes that came or went | the most beside the smaller |\n|---|---|---|---|---|---|---|";
