//! What a client's people add and nobody takes out again has its limits: prices in the book, batches, and the bytes of their items.

use manyhands::actions::batches::{self, list_prices};
use manyhands::actions::proposals::asking;
use manyhands::files::{Files, Limits};
use manyhands_domain::batches::{MOST_BEGUN_A_DAY, MOST_PRICES_A_DAY, MOST_UNOPENED};
use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_store::files::sum_kept;

use crate::http::{Answer, Site};
use crate::pages::change;
use crate::signers::refused;
use crate::support::{World, databases, once, world};
use crate::votes_ends::{an_ask, on_its_day, passed};

async fn reprice(world: &World, batch: &BatchId, price: String) -> Result<u64, manyhands::actions::Error> {
    batches::reprice(&world.deps, &world.buyer().await, &once(), batch, &price).await
}

/// Of a batch, the one that holds first.
async fn prices(world: &World, batch: &BatchId) -> Vec<i64> {
    let batch = batches::find_own(&world.deps, &world.buyer().await, batch).await.unwrap();
    list_prices(&world.deps, &batch).await.unwrap().iter().map(|priced| priced.price.micros()).collect()
}

#[tokio::test]
async fn a_batch_has_twelve_new_prices_a_day_and_tells_its_own_alone() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let (batch, other) = (world.open_batch(&contract, 1).await, world.open_batch(&contract, 1).await);
        for step in 0..MOST_PRICES_A_DAY {
            reprice(&world, &batch, format!("0.9{:05}", step % 2)).await.unwrap();
        }
        let site = Site::as_person(&world, &world.buyer).await;
        let before = world.rows().await;
        let answer = site.post(&format!("/batches/{batch}/price"), &[("price", "0.95")]).await;
        answer.refuses("You changed the price of this batch 12 times within a day, and each change stays in the co-op’s book.");
        answer.says("value=\"0.95\"");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        // Each batch has its own.
        reprice(&world, &other, "1.10".to_owned()).await.unwrap();
        assert_eq!(prices(&world, &other).await, [1_100_000, 800_000], "{database}");
        let told = prices(&world, &batch).await;
        assert_eq!((told.len(), told[0], told[12]), (13, 900_001, 800_000), "{database}");
        world.deps.clock.advance(86_400);
        reprice(&world, &batch, "0.95".to_owned()).await.unwrap();
    }
}

/// What members voted stands in nobody's way.
#[tokio::test]
async fn a_price_that_was_voted_is_none_of_the_clients_twelve() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 1).await;
        let id = passed(&world, &an_ask(&batch, "1.20")).await;
        assert_eq!(asking::accept(&world.deps, &world.buyer().await, &once(), &id).await.unwrap(), None, "{database}");
        assert_eq!(on_its_day(&world, &id).await, "done", "{database}");
        for step in 0..MOST_PRICES_A_DAY {
            reprice(&world, &batch, format!("1.3{step:02}")).await.unwrap();
        }
        assert_eq!(refused(reprice(&world, &batch, "1.40".to_owned()).await), "price-changes-many", "{database}");
    }
}

async fn begin(site: &Site, contract: &ContractId) -> Answer {
    let fields = [
        ("title", "One batch more"),
        ("price", "0.80"),
        ("seconds", "180"),
        ("payload_kind", "text"),
        ("question", "Anything else?"),
        ("answer_kind", "text"),
    ];
    site.post(&format!("/desk/{contract}/batch"), &fields).await
}

#[tokio::test]
async fn a_contract_has_so_many_batches_that_were_never_opened_and_so_many_new_ones_a_day() {
    for database in databases() {
        let world = world(database).await;
        let (contract, elsewhere) = (world.plain_contract().await, world.plain_contract().await);
        let site = Site::as_person(&world, &world.buyer).await;
        for _ in 0..MOST_UNOPENED {
            world.draft_batch(&contract, "0.80", "180").await;
        }
        let before = world.rows().await;
        let answer = begin(&site, &contract).await;
        answer.refuses("50 batches of this contract wait to be opened. Open one of them first");
        answer.says("value=\"One batch more\"");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        begin(&site, &elsewhere).await.redirects();
        change(&world.database, &format!("UPDATE batches SET state = 'closed' WHERE contract_id = '{contract}'")).await;
        for _ in MOST_UNOPENED..MOST_BEGUN_A_DAY {
            world.draft_batch(&contract, "0.80", "180").await;
        }
        change(&world.database, &format!("UPDATE batches SET state = 'closed' WHERE contract_id = '{contract}'")).await;
        begin(&site, &contract).await.refuses("100 batches were begun on this contract within a day. Wait until tomorrow.");
        world.deps.clock.advance(86_400);
        begin(&Site::as_person(&world, &world.buyer).await, &contract).await.redirects();
    }
}

/// So many thousand bytes of texts, in signs of two bytes.
fn items(kilobytes: usize) -> Vec<u8> {
    let rows: String = (0..kilobytes / 10).map(|row| format!("{row},{}\n", "é".repeat(5_000))).collect();
    format!("id,payload\n{rows}").into_bytes()
}

#[tokio::test]
async fn the_texts_of_items_count_against_what_a_contract_may_keep() {
    for database in databases() {
        let mut world = world(database).await;
        let limits = Limits { contract_bytes: 2_000_000, ..Limits::default() };
        world.deps.files = Files::below(world.folder.path(), limits).into();
        let contract = world.plain_contract().await;
        let site = Site::as_person(&world, &world.buyer).await;
        let mut paths = Vec::new();
        for _ in 0..2 {
            paths.push(format!("/batches/{}/items", world.draft_batch(&contract, "0.80", "180").await));
        }
        site.upload(&paths[0], "items", &items(1_500)).await.redirects();
        let before = world.rows().await;
        let answer = site.upload(&paths[1], "items", &items(1_000)).await;
        answer.refuses("This contract keeps 2 MB of items, pictures and results, and these items would be 2 MB more; it may keep 2 MB.");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        // The same in their own place are no more than before; and what is taken out makes room.
        site.upload(&paths[0], "items", &items(1_500)).await.redirects();
        site.upload(&paths[0], "items", &items(500)).await.redirects();
        site.upload(&paths[1], "items", &items(1_000)).await.redirects();

        // Another contract has its own room.
        let elsewhere = world.plain_contract().await;
        let batch = world.draft_batch(&elsewhere, "0.80", "180").await;
        let path = format!("/batches/{batch}/items");
        site.upload(&path, "items", &items(1_500)).await.redirects();
        // What is counted: the ids and texts, what a model suggests, and what is known.
        let file = "id,payload,suggestion,suggestion_model,gold,gold_explanation\n1,\u{e9},Harmful,m,Harmful,because\n2,b,Harmful,m,,\n";
        site.upload(&path, "items", file.as_bytes()).await.redirects();
        check_beside(&site, &batch, &world, &elsewhere).await;
        site.upload(&path, "items", file.as_bytes()).await.redirects();
        let bytes = ("1é2b".len() + 3 * r#"{"answer":"Harmful"}"#.len() + "because".len()) as u64;
        assert_eq!(sum_kept(&world.deps.db.read(), elsewhere.as_str()).await.unwrap(), bytes, "{database}");
        site.post(&format!("/batches/{batch}/suggestions/remove"), &[]).await.redirects();
        let bytes = bytes - 2 * r#"{"answer":"Harmful"}"#.len() as u64;
        assert_eq!(sum_kept(&world.deps.db.read(), elsewhere.as_str()).await.unwrap(), bytes, "{database}");
    }
}

/// What is known of items and suggested for them comes in files of its own, too.
async fn check_beside(site: &Site, batch: &BatchId, world: &World, contract: &ContractId) {
    site.upload(&format!("/batches/{batch}/items"), "items", &items(1_990)).await.redirects();
    let known = |count: usize| {
        let rows: String = (0..count).map(|row| format!("{row},Harmful,{}\n", "é".repeat(1_000))).collect();
        format!("id,gold,gold_explanation\n{rows}").into_bytes()
    };
    let kept = sum_kept(&world.deps.db.read(), contract.as_str()).await.unwrap();
    site.upload(&format!("/batches/{batch}/gold"), "gold", &known(10)).await.refuses("it may keep 2 MB");
    assert_eq!(sum_kept(&world.deps.db.read(), contract.as_str()).await.unwrap(), kept);
    site.upload(&format!("/batches/{batch}/gold"), "gold", &known(3)).await.redirects();
    let rows: String = (0..199).map(|row| format!("{row},Harmful,m\n")).collect();
    let suggested = format!("id,suggestion,suggestion_model\n{rows}");
    site.upload(&format!("/batches/{batch}/suggestions"), "suggestions", suggested.as_bytes()).await.refuses("it may keep 2 MB");
}
