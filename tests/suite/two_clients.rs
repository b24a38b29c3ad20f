//! Two organisations that post work never see each other's things, on any route; and what one end client has with several of them
//! stands on one page for members.

use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, contracts, reviews};
use manyhands::web::routes::{RIGHTS, Who};
use manyhands_domain::drafting::STEPS;

use crate::http::Site;
use crate::story::typed;
use crate::support::{PAGES, World, databases, once, world};

/// Everything that one client has: a draft and a listed contract, a draft and an open batch, work to judge, a proposed change.
struct Things {
    contract: String,
    batch: String,
    drafted: String,
    claim: String,
}

async fn things(world: &World) -> Things {
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 3).await;
    let drafted = world.draft_batch(&contract, "0.80", "180").await;
    let worker = world.worker().await;
    let mut handed_in = Vec::new();
    for _ in 0..2 {
        let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        claims::submit(&world.deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
        handed_in.push(claim);
    }
    reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &handed_in[0]).await.unwrap();
    let site = Site::as_person(world, &world.buyer).await;
    site.post(&format!("/contracts/{contract}/amend/do/draft"), &[]).await.redirects();
    let all = [contract.to_string(), batch.to_string(), drafted.to_string(), handed_in[1].to_string()];
    let [contract, batch, drafted, claim] = all;
    Things { contract, batch, drafted, claim }
}

/// The addresses of a row for these things.
fn addresses(path: &str, things: &Things) -> Vec<String> {
    let ids = match path.split('/').nth(1) {
        Some("batches") => vec![&things.batch, &things.drafted],
        Some("reviews") => vec![&things.claim],
        _ => vec![&things.contract],
    };
    let words: Vec<&str> = match path {
        _ if path.contains("/life/") => vec!["pause", "resume", "complete", "terminate", "keep"],
        _ if path.contains("/amend/do/") => vec!["draft", "propose", "withdraw", "agree", "decline"],
        _ => vec!["answer"],
    };
    let steps = if path.contains("<step>") { STEPS } else { &[""] };
    let mut all = Vec::new();
    for id in ids {
        for word in &words {
            for step in steps {
                let address = path.replace("<id>", id).replace("<word>", word).replace("<step>", step).replace("<name>", "answer");
                let address = address.replace("<position>", "1").replace("<kind>", "text").replace("<code>", "rate");
                let address = address.replace("<sha256>", &"0".repeat(64));
                assert!(!address.contains('<'), "{address}: nothing is known to put there");
                all.push(address);
            }
        }
    }
    all
}

#[tokio::test]
async fn no_route_shows_or_moves_another_clients_things() {
    for database in databases() {
        let world = world(database).await;
        let things = things(&world).await;
        let stranger = Site::as_person(&world, &world.other_buyer().await).await;
        let owner = Site::as_person(&world, &world.buyer).await;
        let theirs = |row: &&(&str, &str, Who)| row.1.contains('<') && matches!(row.2, Who::ClientUser | Who::Party | Who::Judge);
        let (mut tried, mut shown) = (0, 0);
        // Whoever judges notes by looking that they did: that is written before.
        for (_, path, _) in RIGHTS.iter().filter(theirs).filter(|row| row.0 == "GET") {
            for address in addresses(path, &things) {
                shown += usize::from(matches!(owner.get(&address).await.status, 200 | 303));
            }
        }
        let before = world.rows().await;
        for (method, path, _) in RIGHTS.iter().filter(theirs) {
            for address in addresses(path, &things) {
                tried += 1;
                let fields: &[(&str, &str)] = if address.ends_with("/review") { &[("count", "1"), ("sum", "0.800000")] } else { &[] };
                let answer = if *method == "GET" { stranger.get(&address).await } else { stranger.post(&address, fields).await };
                assert_eq!(answer.status, 404, "{database}: {method} {address}: {}", answer.text);
            }
        }
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        assert!(tried >= 60 && shown >= 20, "{database}: {tried} tried, {shown} of them shown to their owner");
        for path in ["/desk", "/money", "/reviews"] {
            let page = stranger.get(path).await;
            assert!(
                !page.text.contains(&things.contract) && !page.text.contains("Safety text review"),
                "{database}: {path}: {}",
                page.text
            );
        }
    }
}

#[tokio::test]
async fn one_end_client_is_one_page_whoever_posts_the_work() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        // Another organisation posts for the same end client, by itself and dearer; its second contract is for somebody else.
        let other = world.signed_in(&world.other_buyer().await).await.client_user().unwrap();
        for (lei, price) in [("DEMO00SAFEHARBOR0184", "0.95"), ("DEMO00NORDSEEMOB0104", "1.10")] {
            let contract = contracts::draft(&world.deps, &other, &once()).await.unwrap();
            for (step, fields) in PAGES {
                let field = |name: &str| match name {
                    "lei" => lei.to_owned(),
                    "title" => format!("Round at {price}"),
                    "price" => price.to_owned(),
                    _ if name.starts_with("between") => String::new(),
                    _ => fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned()),
                };
                contracts::save(&world.deps, &other, &once(), &contract, step, field).await.unwrap();
            }
            contracts::submit(&world.deps, &other, &once(), &contract).await.unwrap();
            let coordinator = world.coordinator().await;
            let row = contracts::find_submitted(&world.deps, &coordinator, &contract).await.unwrap();
            let read = contracts::RegisterWords { read_sha256: contracts::terms_sha256(&row), ..Default::default() };
            contracts::approve(&world.deps, &coordinator, &once(), &contract, &read).await.unwrap();
        }
        let member = Site::as_person(&world, &world.reviewer).await;
        member.get("/contracts/C-1").await.says("/end-clients/LEI-DEMO00SAFEHARBOR0184");
        let page = member.get("/end-clients/LEI-DEMO00SAFEHARBOR0184").await;
        for words in [
            "Safety text review",
            "Round at 0.95",
            "Through Harbor Data Services Ltd (Kenya)",
            "Nobody stands between",
            "0.80",
            "up to level 3 of 3",
        ] {
            page.says(words);
        }
        assert!(!page.text.contains("Round at 1.10"), "{database}: that is another end client's");
        // An ended one stays on it.
        let coop = Site::as_person(&world, &world.coordinator).await;
        coop.post("/contracts/C-2/life/terminate", &[("reason", "It was never funded.")]).await.redirects();
        member.get("/end-clients/LEI-DEMO00SAFEHARBOR0184").await.says("Ended");
        assert_eq!(member.get("/end-clients/LEI-NOBODY").await.status, 404, "{database}");
        let client = Site::as_person(&world, &world.buyer).await;
        assert_eq!(client.get("/end-clients/LEI-DEMO00SAFEHARBOR0184").await.status, 404, "{database}: it is the members' page");
    }
}
