//! Files of a draft are read and checked while nobody waits to write, and what was found holds only if the draft is the same when it is
//! written.

use std::time::{Duration, Instant};

use manyhands::actions::{batches, gold, questions, suggestions};
use manyhands_domain::forms::{Form, NewQuestion};
use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_store::suggestions::NewSuggestion;
use manyhands_store::{Tx, batches as rows, contracts, suggestions as suggested_rows};
use tokio::time::sleep;

use crate::signers::refused;
use crate::support::{World, databases, once, world};

fn choice(choices: &str) -> NewQuestion {
    let (kind, name, question) = ("one-choice".to_owned(), "answer".to_owned(), "Is this passage harmful?".to_owned());
    NewQuestion { kind, name, question, choices: choices.to_owned(), ..NewQuestion::default() }
}

async fn draft(world: &World, contract: &ContractId) -> BatchId {
    let batch = world.draft_batch(contract, "0.80", "180").await;
    let items = b"id,payload\n1,Passage 1\n2,Passage 2\n";
    batches::import(&world.deps, &world.buyer().await, &once(), &batch, items).await.unwrap();
    batch
}

/// Holds a contract's lock: whoever writes beside it looks at the draft, and waits to write.
async fn hold(world: &World, contract: &ContractId) -> Tx {
    let tx = world.deps.db.begin().await.unwrap();
    contracts::load_held(&tx, contract).await.unwrap();
    tx
}

/// Writes this once whoever waits has looked at the draft.
async fn before_they_write(tx: Tx, write: impl AsyncFnOnce(&Tx)) {
    sleep(Duration::from_millis(600)).await;
    write(&tx).await;
    tx.commit().await.unwrap();
}

/// The longest that a contract was held from others while this went on, and how long it took.
async fn longest_held<T>(world: &World, contract: &ContractId, work: impl Future<Output = T>) -> (Duration, Duration, T) {
    let begun = Instant::now();
    let mut longest = Duration::ZERO;
    let mut work = std::pin::pin!(work);
    let waits = async {
        loop {
            let asked = Instant::now();
            let tx = world.deps.db.begin().await.unwrap();
            contracts::load_held(&tx, contract).await.unwrap();
            drop(tx);
            longest = longest.max(asked.elapsed());
            sleep(Duration::from_millis(5)).await;
        }
    };
    let done = tokio::select! {
        done = &mut work => done,
        () = waits => unreachable!("nobody ends it"),
    };
    (longest, begun.elapsed(), done)
}

#[tokio::test]
async fn nobody_waits_to_write_while_a_large_file_of_suggestions_is_checked() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.funded_contract("100.00").await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let passages = NewQuestion { kind: "spans".to_owned(), name: "answer".to_owned(), choices: "Name".to_owned(), ..choice("") };
        questions::replace(deps, &buyer, &once(), &batch, &[passages]).await.unwrap();
        // Each quotation is looked for in its whole text: much to check, and little to write.
        let text: String = (0..3_000).map(|n| format!("w{n:04} ")).collect();
        let quoted: String = (0..120).map(|n| format!("Name: w{n:04}\n")).collect();
        let items: String = (0..12).map(|n| format!("{n},{text}\n")).collect();
        batches::import(deps, &buyer, &once(), &batch, format!("id,payload\n{items}").as_bytes()).await.unwrap();
        let file: String = (0..12).map(|n| format!("{n},\"{quoted}\",tagger\n")).collect();
        let file = format!("id,suggestion,suggestion_model\n{file}");
        let form = once();
        let import = suggestions::import(deps, &buyer, &form, &batch, file.as_bytes());
        let (longest, whole, taken) = longest_held(&world, &contract, import).await;
        assert_eq!(taken.unwrap(), 12, "{database}");
        assert!(whole > Duration::from_millis(300), "{database}: {whole:?} is no work");
        assert!(longest < whole / 2, "{database}: somebody waited {longest:?} of {whole:?}");
    }
}

#[tokio::test]
async fn a_file_that_was_checked_by_other_questions_is_checked_anew() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.funded_contract("100.00").await;
        let (first, second, third) = (draft(&world, &contract).await, draft(&world, &contract).await, draft(&world, &contract).await);
        let other = Form::of(manyhands_domain::forms::define(&choice("Yes\nNo")).unwrap());
        let other = serde_json::to_string(&other).unwrap();
        let becomes = async |held: Tx, batch: &BatchId| {
            let set = async |tx: &Tx| rows::set_form(tx, batch.as_str(), &other, deps.clock.now()).await.unwrap();
            before_they_write(held, set).await;
        };
        let suggested = b"id,suggestion,suggestion_model\n1,Harmful,m\n";
        let held = hold(&world, &contract).await;
        let (taken, ()) =
            tokio::join!(async { suggestions::import(deps, &buyer, &once(), &first, suggested).await }, becomes(held, &first));
        assert_eq!(refused(taken), "items-suggestion-answer", "{database}");
        let known = b"id,gold,gold_explanation\n1,Harmful,It is.\n";
        let held = hold(&world, &contract).await;
        let (taken, ()) = tokio::join!(async { gold::import(deps, &buyer, &once(), &second, known).await }, becomes(held, &second));
        assert_eq!(refused(taken), "items-gold-answer", "{database}");
        let items = b"id,payload,suggestion,suggestion_model\n1,a,Harmful,m\n";
        let held = hold(&world, &contract).await;
        let (taken, ()) = tokio::join!(async { batches::import(deps, &buyer, &once(), &third, items).await }, becomes(held, &third));
        assert_eq!(refused(taken), "items-suggestion-answer", "{database}");
        for batch in [first, second, third] {
            let row = batches::find_own(deps, &buyer, &batch).await.unwrap();
            assert_eq!((row.suggestions, row.gold_items, row.tasks_total), (0, 0, 2), "{database}");
        }
    }
}

#[tokio::test]
async fn what_is_suggested_while_questions_change_is_held_against_the_new_ones() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.funded_contract("100.00").await;
        let batch = draft(&world, &contract).await;
        suggestions::import(deps, &buyer, &once(), &batch, b"id,suggestion,suggestion_model\n1,Harmless,m\n").await.unwrap();
        // By what it saw, all could stay.
        let typed = choice("Safe\nHarmless");
        let change = async { questions::change(deps, &buyer, &once(), &batch, "answer", &typed).await };
        let other = async |tx: &Tx| {
            let places = suggested_rows::list_places(tx, &batch).await.unwrap();
            let row = |(task, word): (&str, &str)| NewSuggestion {
                task: task.to_owned(),
                answer: format!("{{\"answer\":\"{word}\"}}"),
                model: "m".to_owned(),
                version: String::new(),
            };
            let rows = places.iter().map(|place| place.id.as_str()).zip(["Harmful", "Harmless"]).map(row);
            suggested_rows::replace(tx, &batch, &rows.collect::<Vec<_>>()).await.unwrap();
        };
        let held = hold(&world, &contract).await;
        let (changed, ()) = tokio::join!(change, before_they_write(held, other));
        changed.unwrap();
        let row = batches::find_own(deps, &buyer, &batch).await.unwrap();
        assert!(row.form.contains("Safe") && !row.form.contains("Harmful"), "{database}: {}", row.form);
        assert_eq!(row.suggestions, 1, "{database}: what nobody could take over is not suggested");
    }
}
