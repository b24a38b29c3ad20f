//! The client's way to a batch: a quote in exact money, a reference that finds its contract, the first item as a member sees it, and
//! the list of items.

use manyhands::actions::{claims, contracts};
use manyhands_domain::ids::ContractId;
use manyhands_domain::reference::of_contract;

use crate::http::Site;
use crate::story::typed;
use crate::support::{PAGES, databases, once, world};

#[tokio::test]
async fn a_quote_is_told_before_anything_is_submitted_and_writes_nothing() {
    for database in databases() {
        let world = world(database).await;
        let buyer = world.buyer().await;
        let contract = contracts::draft(&world.deps, &buyer, &once()).await.unwrap();
        let site = Site::as_person(&world, &world.buyer).await;
        let page = format!("/desk/{contract}/quote");
        site.get(&format!("{page}?pieces=10&copies=1")).await.refuses("Say currency, price and time first");
        for (step, fields) in PAGES {
            let field = |name: &str| fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned());
            contracts::save(&world.deps, &buyer, &once(), &contract, step, field).await.unwrap();
        }
        let before = world.rows().await;
        let shown = site.get(&page).await;
        assert!(!shown.text.contains("deposit, USD"), "{database}: nothing was asked yet");
        let shown = site.get(&format!("{page}?pieces=5000&copies=3")).await;
        for words in ["12 000.00", "0.80 USD is at or above the least price at this time and hazard level, 0.63 USD.", "1.666667 USD"] {
            shown.says(words);
        }
        let reference = of_contract(&contract);
        shown.says(&format!("{} {}", &reference[..4], &reference[4..]));
        shown.says("Transfer nothing before the co-op has approved the contract.");
        for (query, words) in [
            ("pieces=many&copies=1", "a whole number from 1 to 100 000"),
            ("pieces=0&copies=1", "a whole number from 1 to 100 000"),
            ("pieces=10&copies=10", "a whole number from 1 to 9"),
        ] {
            let answer = site.get(&format!("{page}?{query}")).await;
            answer.refuses(words);
            assert!(!answer.text.contains("deposit, USD"), "{database}: {query}");
        }
        site.get(&format!("{page}?pieces=many&copies=2")).await.says("value=\"many\"");
        site.get(&format!("/desk/{contract}/submit")).await.says(&page);
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        // Items that were uploaded are what is asked about.
        let funded = world.funded_contract("10.00").await;
        let batch = world.draft_batch(&funded, "0.80", "180").await;
        site.upload(&format!("/batches/{batch}/items"), "items", b"id,payload\n1,a\n2,b\n3,c\n").await.redirects();
        let shown = site.get(&format!("/desk/{funded}/quote")).await;
        shown.says("2.40");
        shown.says("Write this reference on the transfer");
    }
}

#[tokio::test]
async fn a_deposit_finds_its_contract_by_the_reference_and_a_slip_is_refused() {
    for database in databases() {
        let world = world(database).await;
        let (first, second) = (world.funded_contract("10.00").await, world.funded_contract("10.00").await);
        world.reads(&world.treasurer, "en").await;
        let site = Site::as_person(&world, &world.treasurer).await;
        let reference = of_contract(&second);
        site.get("/treasury").await.says(&reference);
        let send = async |contract: &str, reference: &str| {
            site.post("/treasury/deposit", &[("contract", contract), ("amount", "5.00"), ("reference", reference)]).await
        };
        let before = world.rows().await;
        let wrong = format!("{}{}{}", &reference[..3], (reference.as_bytes()[3] - b'0' + 1) % 10, &reference[4..]);
        send("", &wrong).await.refuses("The check digits of this reference do not fit");
        send(second.as_str(), &wrong).await.refuses("The check digits of this reference do not fit");
        send(first.as_str(), &reference).await.refuses("This reference names another contract than C-1.");
        let answer = send("", "transfer 9").await;
        answer.refuses("names no listed contract of ours");
        answer.says("value=\"transfer 9\"");
        send("", &of_contract(&ContractId::from_number(99))).await.refuses("names no listed contract of ours");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        // However the bank prints it.
        send("", &format!(" {} {} ", &reference[..4].to_lowercase(), &reference[4..])).await.redirects();
        assert_eq!((world.escrow(&first).await, world.escrow(&second).await), (10_000_000, 15_000_000), "{database}");
        send(first.as_str(), "transfer 9").await.redirects();
        assert_eq!(world.escrow(&first).await, 15_000_000, "{database}: a bank's own words do as before");
    }
}

#[tokio::test]
async fn a_client_sees_the_first_item_as_a_member_does_and_nothing_is_written() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let page = format!("/batches/{batch}/preview");
        let empty = site.get(&page).await;
        assert_eq!(empty.status, 422, "{database}: {}", empty.text);
        site.upload(&format!("/batches/{batch}/items"), "items", b"id,payload\nx-1,The very first passage\nx-2,The second\n")
            .await
            .redirects();
        site.get(&format!("/batches/{batch}")).await.says(&page);
        let before = world.rows().await;
        let shown = site.get(&page).await;
        for words in ["The very first passage", "Is this passage harmful?", "0.64 USD", "1 h left", "You only look", "4.2 When in doubt"] {
            shown.says(words);
        }
        for word in ["/claims/", "data-draft=\"", "The second"] {
            assert!(!shown.text.contains(word), "{database}: {word}");
        }
        site.post(&page, &[("answer", "Neither"), ("active_seconds", "3")]).await.refuses("this is not one of the choices");
        let taken = site.post(&page, &[("answer", "Harmful"), ("active_seconds", "3")]).await;
        taken.says("would be taken like this. Nothing was kept.");
        taken.says("checked");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
    }
}

#[tokio::test]
async fn items_are_listed_page_by_page_with_states_and_without_people_or_texts() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 120).await;
        let worker = world.worker().await;
        let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        claims::submit(&world.deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
        claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        let site = Site::as_person(&world, &world.buyer).await;
        let page = format!("/batches/{batch}/items");
        let (mut seen, mut at, mut pages) = (Vec::new(), page.clone(), 0);
        loop {
            let shown = site.get(&at).await;
            assert_eq!(shown.status, 200, "{at}");
            assert!(!shown.text.contains("made for this test") && !shown.text.contains("M-"), "{database}: no text, no person");
            seen.extend(shown.text.split("<dt>item-").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()));
            pages += 1;
            match shown.text.split(&format!("href=\"{page}?after=")).nth(1) {
                Some(rest) => at = format!("{page}?after={}", rest.split('"').next().unwrap()),
                None => break,
            }
        }
        assert_eq!((pages, seen.len()), (3, 120), "{database}");
        assert!(seen.iter().zip(1..).all(|(id, n)| *id == n.to_string()), "{database}: {seen:?}");
        let first = site.get(&page).await;
        first.says("to review");
        first.says("in work");
        for wrong in ["-1", "x", "4294967296"] {
            assert_eq!(site.get(&format!("{page}?after={wrong}")).await.status, 404, "{wrong}");
        }
        site.get(&format!("{page}?after=120")).await.says("No items here.");
    }
}
