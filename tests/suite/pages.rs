//! What each page must answer at the first glance, with the figures it answers with.

use manyhands::actions::claims::Typed;
use manyhands::actions::receipts::Standing;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, contracts, deadlines, earnings, payouts, receipts, reviews};
use manyhands::deps::{Coop, Deps};
use manyhands_domain::ids::{BatchId, ClaimId, PayoutId};
use manyhands_domain::money::Amount;
use sha2::{Digest, Sha256};
use sqlx::Connection;

use crate::http::Site;
use crate::support::{PAGES, PASSWORD, World, databases, once, world};

fn amount(text: &str) -> Amount {
    Amount::parse_input(text).unwrap()
}

/// The worker hands in one piece, 150 seconds later.
async fn hand_in(world: &World, batch: &BatchId) -> ClaimId {
    let worker = world.worker().await;
    let claim = claims::claim(&world.deps, &worker, &once(), batch).await.unwrap();
    world.deps.clock.advance(150);
    let typed = Typed::one("Harmful", 150);
    claims::submit(&world.deps, &worker, &once(), &claim, &typed).await.unwrap();
    claim
}

async fn accepted(world: &World, batch: &BatchId, by: &Judging) {
    let claim = hand_in(world, batch).await;
    reviews::accept(&world.deps, by, &once(), &claim).await.unwrap();
}

async fn prepare(world: &World) -> PayoutId {
    payouts::prepare(&world.deps, &world.treasurer().await, &once(), "USD", "1.00", PASSWORD).await.unwrap()
}

#[tokio::test]
async fn a_balance_is_what_was_earned_since_the_last_payout_and_what_was_carried_over() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 9).await;
        let (reviewer, client) = (Judging::Reviewer(world.reviewer().await), Judging::Client(world.buyer().await));
        for by in [&reviewer, &reviewer, &client] {
            accepted(&world, &batch, by).await;
        }
        // 2 × 0.64 + 0.664 = 1.944: the payout sends 1.94.
        let run = prepare(&world).await;
        let second = world.signed_in(&world.coordinator).await.officer().unwrap();
        payouts::approve(&world.deps, &second, &once(), &run, PASSWORD).await.unwrap();
        accepted(&world, &batch, &reviewer).await;
        accepted(&world, &batch, &reviewer).await;

        let (purses, before) = earnings::list(&world.deps, &world.worker().await).await.unwrap();
        let [purse] = &purses[..] else { panic!("{database}: {purses:?}") };
        assert_eq!((purse.balance, purse.carried), (amount("1.284"), amount("0.004")), "{database}");
        assert_eq!((purse.unpaid.len(), before.len()), (2, 3), "{database}");
        world.reads(&world.worker, "en").await;
        let page = Site::as_person(&world, &world.worker).await.get("/pay").await;
        for words in ["1.284", "2 passages", ">1.28<", "2 entries", "carried over from before", "0.004", "Payout O-1", "Paid out before"] {
            page.says(words);
        }

        // A reviewer sees each piece they reviewed: 4 × 0.024.
        let (purses, _) = earnings::list(&world.deps, &world.signed_in(&world.reviewer).await.member().unwrap()).await.unwrap();
        assert_eq!((purses[0].balance, purses[0].carried, purses[0].unpaid.len()), (amount("0.096"), Amount::ZERO, 4), "{database}");
        let page = Site::as_person(&world, &world.reviewer).await.get("/pay").await;
        page.says("reviewed, ");
        page.says("reviewer’s share, rule of entry 1");

        // What came back is unpaid again.
        payouts::fail(&world.deps, &world.treasurer().await, &once(), &run, world.worker().await.id(), "wrong number").await.unwrap();
        let (purses, before) = earnings::list(&world.deps, &world.worker().await).await.unwrap();
        assert_eq!((purses[0].balance, purses[0].carried, before.len()), (amount("3.224"), Amount::ZERO, 0), "{database}");
    }
}

#[tokio::test]
async fn what_is_accepted_between_preparing_and_approving_a_payout_is_not_called_paid() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 9).await;
        let reviewer = Judging::Reviewer(world.reviewer().await);
        let second = world.signed_in(&world.coordinator).await.officer().unwrap();
        let purse = async || earnings::list(&world.deps, &world.worker().await).await.unwrap();
        for _ in 0..2 {
            accepted(&world, &batch, &reviewer).await;
        }
        let first = prepare(&world).await;
        accepted(&world, &batch, &reviewer).await;
        payouts::approve(&world.deps, &second, &once(), &first, PASSWORD).await.unwrap();
        let (purses, paid) = purse().await;
        assert_eq!((purses[0].balance, purses[0].carried), (amount("0.64"), Amount::ZERO), "{database}");
        assert_eq!((purses[0].unpaid.len(), paid.len()), (1, 2), "{database}");

        // The first comes back after a second was sent: two older pieces are unpaid, whichever run they were in.
        accepted(&world, &batch, &reviewer).await;
        let later = prepare(&world).await;
        payouts::approve(&world.deps, &second, &once(), &later, PASSWORD).await.unwrap();
        assert_eq!(purse().await.1.len(), 4, "{database}");
        payouts::fail(&world.deps, &world.treasurer().await, &once(), &first, world.worker().await.id(), "wrong number").await.unwrap();
        let (purses, paid) = purse().await;
        assert_eq!((purses[0].balance, purses[0].unpaid.len(), paid.len()), (amount("1.28"), 2, 2), "{database}");
    }
}

#[tokio::test]
async fn the_page_counts_until_the_answer_is_sent_and_the_text_is_there_when_it_comes_back() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 2).await;
        let worker = world.worker().await;
        world.reads(&world.worker, "en").await;
        let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        claims::save_draft(&world.deps, &worker, &claim, &Typed::one("Harmful", 10)).await.unwrap();
        world.deps.clock.advance(200);
        claims::submit(&world.deps, &worker, &once(), &claim, &Typed::one("Harmful", 190)).await.unwrap();
        let seconds = async || claims::find_own(&world.deps, &worker, &claim).await.unwrap().0.seconds;
        assert_eq!(seconds().await, Some(190), "{database}: the draft's ten seconds are not the last word");

        // Six days with the reviewer are nobody's work.
        world.deps.clock.advance(6 * 86_400);
        let by = Judging::Reviewer(world.reviewer().await);
        reviews::send_back(&world.deps, &by, &once(), &claim, "wrong-label", "See the section.", "4.2").await.unwrap();
        let page = Site::as_person(&world, &world.worker).await.get(&format!("/claims/{claim}")).await;
        page.says("value=\"Harmful\" checked");
        world.deps.clock.advance(300);
        claims::submit(&world.deps, &worker, &once(), &claim, &Typed::one("Harmless", 0)).await.unwrap();
        assert_eq!(seconds().await, Some(490), "{database}");
    }
}

#[tokio::test]
async fn my_pay_says_when_the_money_comes() {
    for database in databases() {
        let mut world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 3).await;
        world.reads(&world.worker, "en").await;
        for _ in 0..2 {
            accepted(&world, &batch, &Judging::Client(world.buyer().await)).await;
        }
        Site::as_person(&world, &world.worker).await.get("/pay").await.says("The treasurer opens the next payout;");
        let coop = Coop { payday: "friday".parse().ok(), ..Coop::clone(&world.deps.coop) };
        world.deps = Deps { coop: coop.into(), ..world.deps.clone() };
        Site::as_person(&world, &world.worker).await.get("/pay").await.says("The next payday is Friday, 6 November 2026;");
        let run = prepare(&world).await;
        let words = format!("1.32 USD of it is in payout {run}, which waits for its second person");
        Site::as_person(&world, &world.worker).await.get("/pay").await.says(&words);
        payouts::withdraw(&world.deps, &world.treasurer().await, &once(), &run).await.unwrap();
        let (own, you) = (Site::as_person(&world, &world.worker).await, world.worker().await.id().to_string());
        let page = own.get("/pay").await;
        page.says("The next payday is");
        page.says(&format!("In the ledger you are {you}."));
        // In the ledger, too, each knows their own.
        let newest = world.deps.head.last().0 - 1;
        let entry = format!("/ledger/{newest}");
        own.get(&entry).await.says(&format!("Owed to you, {you}"));
        let other = Site::as_person(&world, &world.reviewer).await.get(&entry).await;
        other.says(&format!("Owed to {you}"));
        assert!(!other.text.contains("Owed to you"), "{}", other.text);
    }
}

#[tokio::test]
async fn the_desk_says_how_far_how_good_and_what_is_left() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 5).await;
        let reviewer = Judging::Reviewer(world.reviewer().await);
        let site = Site::as_person(&world, &world.buyer).await;
        let desk = format!("/desk/{contract}");
        site.get(&desk).await.says("Nothing is judged yet.");
        accepted(&world, &batch, &reviewer).await;
        let back = hand_in(&world, &batch).await;
        reviews::send_back(&world.deps, &reviewer, &once(), &back, "wrong-label", "See the section.", "4.2").await.unwrap();
        let worker = world.worker().await;
        let typed = Typed::one("Harmless", 200);
        claims::submit(&world.deps, &worker, &once(), &back, &typed).await.unwrap();
        let page = site.get(&desk).await;
        for words in [
            "1 of 5 passages accepted",
            "1 passage to review",
            "the first of them is accepted on Monday, 9 November 2026.",
            "1 of 2 passages that somebody judged went back.",
            "wrong label",
            "98.40",
        ] {
            page.says(words);
        }
        site.get("/desk").await.says("1 passage to review");

        // Silence is no judgement.
        hand_in(&world, &batch).await;
        world.deps.clock.advance(7 * 86_400);
        reviews::accept_silent(&world.deps).await.unwrap();
        site.get(&desk).await.says("1 of 2 passages that somebody judged went back.");
    }
}

#[tokio::test]
async fn the_ledger_page_says_whether_the_book_is_intact() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 2).await;
        accepted(&world, &batch, &Judging::Reviewer(world.reviewer().await)).await;
        let site = Site::of(&world).await;
        let page = site.get("/ledger").await;
        page.says("The book is intact. All");
        // Who did the work and who reviewed it are told apart.
        for sum in ["0.64", "0.024", "0.056", "99.20"] {
            page.says(sum);
        }
        assert_eq!(receipts::look(&world.deps).await.unwrap().standing, Standing::Intact);
        change(&world.database, "UPDATE balances SET amount = amount + 10000 WHERE account = 'Equity:Reserve'").await;
        assert_eq!(receipts::look(&world.deps).await.unwrap().standing, Standing::Unbalanced, "{database}");
        page_says(&world, &site, "The book is not intact. An entry or a balance").await;
        // From one account to another: sums are still zero, and still it is found.
        change(&world.database, "UPDATE balances SET amount = amount - 10000 WHERE account = 'Income:Operations'").await;
        assert_eq!(receipts::look(&world.deps).await.unwrap().standing, Standing::Unbalanced, "{database}");
        change(&world.database, "UPDATE balances SET amount = amount + 10000 WHERE account = 'Income:Operations'").await;
        change(&world.database, "UPDATE balances SET amount = amount - 10000 WHERE account = 'Equity:Reserve'").await;
        assert_eq!(receipts::look(&world.deps).await.unwrap().standing, Standing::Intact, "{database}");
        change(&world.database, "UPDATE ledger_head SET size = size + 1").await;
        assert_eq!(receipts::look(&world.deps).await.unwrap().standing, Standing::Unsigned, "{database}");
        page_says(&world, &site, "covered by a signed page: the database was changed").await;
        change(&world.database, "UPDATE ledger_head SET size = size - 2").await;
        assert_eq!(receipts::look(&world.deps).await.unwrap().standing, Standing::Behind, "{database}");
        page_says(&world, &site, "an old copy was put back").await;
    }
}

/// The ledger page says this, a minute later at the latest.
async fn page_says(world: &World, site: &Site, words: &str) {
    world.deps.clock.advance(60);
    site.get("/ledger").await.says(words);
}

/// Changes the database behind the program's back.
pub async fn change(address: &str, statement: &str) {
    if address.starts_with("sqlite") {
        let mut connection = sqlx::SqliteConnection::connect(address).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = sqlx::PgConnection::connect(address).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_contract_under_the_floor_stays_a_draft_and_the_least_price_is_one_press_away() {
    for database in databases() {
        let world = world(database).await;
        let buyer = world.buyer().await;
        let contract = contracts::draft(&world.deps, &buyer, &once()).await.unwrap();
        for (step, fields) in PAGES {
            let field = |name: &str| fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned());
            contracts::save(&world.deps, &buyer, &once(), &contract, step, field).await.unwrap();
        }
        let site = Site::as_person(&world, &world.buyer).await;
        let price = format!("/desk/{contract}/price");
        site.post(&price, &[("currency", "USD"), ("price", "0.11"), ("seconds", "120")]).await.redirects();
        let before = world.rows().await;
        let refused = site.post(&format!("/desk/{contract}/submit"), &[]).await;
        // Level 3: the floor is a quarter higher.
        refused.refuses(
            "a member earns 2.64 USD an hour. The floor that the members voted is 10.00 USD. The least price at this time is 0.42 USD.",
        );
        refused.says(&format!("href=\"{price}#f-price\""));
        assert_eq!(world.rows().await, before, "nothing was written");
        let page = site.get(&price).await;
        page.says("Least price at this time: 0.42 USD.");
        page.says("<button class=\"btn line\" form=\"f-price-beside\">Take 0.42 USD</button>");
        page.says("name=\"price\" value=\"0.42\"");
        site.post(&price, &[("currency", "USD"), ("price", "0.42"), ("seconds", "120")]).await.redirects();
        site.post(&format!("/desk/{contract}/submit"), &[]).await.redirects();
    }
}

#[tokio::test]
async fn what_has_run_out_is_forgotten_and_nothing_else() {
    let nothing = hex::encode(Sha256::digest([]));
    for database in databases() {
        let world = world(database).await;
        let rows = async |table: &str| world.deps.db.census().await.unwrap().into_iter().find(|(name, _)| name == table).unwrap().1;
        let site = Site::as_person(&world, &world.worker).await;
        site.get("/pay").await;
        let contract = world.funded_contract("10.00").await;
        let (sessions, answers) = (rows("sessions").await, rows("idempotency").await);
        world.deps.clock.advance(29 * 86_400);
        deadlines::forget(&world.deps).await.unwrap();
        assert_eq!((rows("sessions").await, rows("idempotency").await), (sessions, answers), "{database}");
        world.deps.clock.advance(86_400);
        deadlines::forget(&world.deps).await.unwrap();
        assert_eq!(rows("sessions").await, nothing, "{database}");
        assert_ne!(rows("idempotency").await, nothing, "{database}");
        world.deps.clock.advance(31 * 86_400);
        deadlines::forget(&world.deps).await.unwrap();
        assert_eq!(rows("idempotency").await, nothing, "{database}");
        contracts::find_public(&world.deps, &contract).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_accepts_work_is_told_what_the_book_says_of_it() {
    let world = world("sqlite").await;
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_demo_batch(&contract).await;
    let worker = world.worker().await;
    for _ in 0..3 {
        let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        world.deps.clock.advance(170);
        claims::submit(&world.deps, &worker, &once(), &claim, &crate::story::typed("Harmful")).await.unwrap();
    }
    // One as the client: the next piece stands below.
    let client = Site::as_person(&world, &world.buyer).await;
    let waiting = client.get("/reviews").await.text;
    let first = waiting.split("href=\"/reviews/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let next = client.post(&format!("/reviews/{first}/accept"), &[]).await.to;
    let page = client.get(&next).await;
    page.says("One piece is accepted: 0.80 USD");
    let index = manyhands_store::ledger::newest_of_kind(&world.deps.db.read(), "work.accepted").await.unwrap().unwrap().idx;
    assert!(page.text.contains(&format!("href=\"/ledger/{index}\"")) && page.text.contains(&format!("href=\"/ledger/{index}/receipt\"")));
    assert!(page.text.contains("/accept\""), "the next piece");
    // What the entry names can be opened.
    let entry = client.get(&format!("/ledger/{index}")).await.text;
    for to in entry.split("<dt><a href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert_eq!(client.get(to).await.status, 200, "{to}");
    }
    assert_eq!(entry.matches("<dt><a href=\"").count(), 3, "contract, batch and rule: {entry}");
    // Two at once as the reviewer: nothing waits then.
    let reviewer = Site::as_person(&world, &world.reviewer).await;
    let told = reviewer.post(&format!("/batches/{batch}/review"), &[("count", "2"), ("sum", "1.600000")]).await.to;
    reviewer.get(&told).await.says("2 pieces are accepted, together 1.60 USD");
    // An address that names other entries is not believed.
    let odd = reviewer.get("/reviews?accepted=2&count=2").await;
    assert!(odd.status == 200 && !odd.text.contains("are accepted"), "{}", odd.text);
}
