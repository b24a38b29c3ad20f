//! Whoever acts finds, where they see the result, the entry that it wrote: from there the receipt and the note are one press away.

use manyhands::actions::payouts::ExpenseForm;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, payouts, receipts, reviews};
use manyhands_domain::ids::{BatchId, ContractId, PayoutId};
use manyhands_domain::log::receipt::Receipt;
use rocket::http::Method::Get;

use crate::http::Site;
use crate::support::{PASSWORD, World, databases, once, world};

/// A contract with work that a member accepted and work that its client accepted, paid out to two, one of whom it did not reach.
async fn lived(world: &World) -> (ContractId, BatchId, PayoutId, String) {
    let deps = &world.deps;
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 9).await;
    for (person, by) in [
        (&world.worker, Judging::Reviewer(world.reviewer().await)),
        (&world.worker, Judging::Client(world.buyer().await)),
        (&world.treasurer, Judging::Client(world.buyer().await)),
        (&world.treasurer, Judging::Client(world.buyer().await)),
    ] {
        let member = world.signed_in(person).await.member().unwrap();
        let claim = claims::claim(deps, &member, &once(), &batch).await.unwrap();
        let typed = claims::Typed { answer: vec!["Harmful".to_owned()], active_seconds: 100 };
        claims::submit(deps, &member, &once(), &claim, &typed).await.unwrap();
        reviews::accept(deps, &by, &once(), &claim).await.unwrap();
    }
    let (treasurer, second) = (world.treasurer().await, world.signed_in(&world.coordinator).await.officer().unwrap());
    let run = payouts::prepare(deps, &treasurer, &once(), "USD", "1.00", PASSWORD).await.unwrap();
    payouts::approve(deps, &second, &once(), &run, PASSWORD).await.unwrap();
    payouts::settle(deps, &treasurer, &once(), &run, world.worker().await.id(), "transfer 5", "0.01").await.unwrap();
    payouts::fail(deps, &treasurer, &once(), &run, treasurer.id(), "wrong number").await.unwrap();
    let form = ExpenseForm { name: "Hosting".into(), currency: "USD".into(), amount: "0.01".into(), what: "October".into() };
    let expense = payouts::prepare_expense(deps, &treasurer, &once(), &form, PASSWORD).await.unwrap();
    payouts::approve_expense(deps, &second, &once(), &expense, PASSWORD).await.unwrap();
    (contract, batch, run, expense)
}

/// The entries that a page leads to, by kind.
async fn kinds(world: &World, site: &Site, page: &str) -> Vec<&'static str> {
    let text = site.get(page).await.text;
    let main = text.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let mut kinds = Vec::new();
    for part in main.split("href=\"/ledger/").skip(1) {
        let to = part.split('"').next().unwrap();
        if let Ok(index) = to.parse() {
            kinds.push(receipts::find_entry(&world.deps, index).await.unwrap().1.kind.name);
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[tokio::test]
async fn every_action_that_wrote_an_entry_leads_to_it_where_its_result_is_seen() {
    for database in databases() {
        let world = world(database).await;
        let (contract, batch, run, expense) = lived(&world).await;
        let pages: [(&str, _, String, &[&str]); 9] = [
            ("a member", &world.worker, "/pay".to_owned(), &["payout.settled", "work.accepted"]),
            ("a reviewer", &world.reviewer, "/pay".to_owned(), &["work.accepted"]),
            ("a client", &world.buyer, "/money".to_owned(), &["deposit.received"]),
            (
                "a client",
                &world.buyer,
                format!("/desk/{contract}"),
                &["batch.opened", "contract.listed", "deposit.received", "work.accepted"],
            ),
            ("a client", &world.buyer, format!("/batches/{batch}"), &["batch.opened"]),
            ("a treasurer", &world.treasurer, "/treasury".to_owned(), &["deposit.received", "expense.paid", "payout.approved"]),
            (
                "a treasurer",
                &world.treasurer,
                format!("/treasury/payouts/{run}"),
                &["payout.approved", "payout.failed", "payout.sent", "payout.settled"],
            ),
            ("a coordinator", &world.coordinator, format!("/treasury/expenses/{expense}"), &["expense.paid"]),
            ("a coordinator", &world.coordinator, format!("/contracts/{contract}"), &["contract.listed"]),
        ];
        for (who, person, page, expected) in pages {
            let site = Site::as_person(&world, person).await;
            assert_eq!(kinds(&world, &site, &page).await, expected, "{database}: {who} at {page}");
        }
    }
}

#[tokio::test]
async fn an_entrys_page_offers_receipt_and_note_as_files_that_say_what_they_are() {
    for database in databases() {
        let world = world(database).await;
        lived(&world).await;
        let site = Site::of(&world).await;
        let size = receipts::checkpoint(&world.deps).await.unwrap().unwrap().size;
        for index in 0..size {
            let page = site.get(&format!("/ledger/{index}")).await;
            for link in [format!("/ledger/{index}/receipt"), format!("/ledger/{index}/note"), format!("/verify?entry={index}")] {
                page.says(&format!("<a class=\"btn line\" href=\"{link}\">"));
            }
            let kind = receipts::find_entry(&world.deps, index).await.unwrap().1.kind.name.replace('.', "-");
            let file = async |what: &str, ending: &str| {
                let file = site.fetch(Get, &format!("/ledger/{index}/{what}"), &[]).await;
                let name = format!("attachment; filename=\"entry-{index}-{kind}.{ending}\"");
                assert_eq!((file.status, file.header("content-disposition")), (200, name.as_str()), "{database}");
                assert_eq!(file.header("content-type"), "text/plain; charset=utf-8", "{database}: {what}");
                file.bytes
            };
            let (receipt, note) = (file("receipt", "tlog-proof").await, file("note", "note").await);
            let receipt = Receipt::parse(std::str::from_utf8(&receipt).unwrap()).unwrap();
            receipt.verify(&[world.deps.signers.checkpoint.verifying_key()]).unwrap();
            assert_eq!((receipt.index, receipt.note), (index, note), "{database}");
        }
    }
}

#[tokio::test]
async fn a_clients_page_goes_back_through_all_entries_of_the_contract_and_no_other() {
    let world = world("sqlite").await;
    let (contract, ..) = lived(&world).await;
    let other = world.funded_contract("50.00").await;
    for turn in 0..10 {
        let treasurer = Site::as_person(&world, &world.treasurer).await;
        let fields = [("contract", contract.as_str()), ("amount", "1.00"), ("reference", &format!("transfer {turn}") as &str)];
        treasurer.post("/treasury/deposit", &fields).await.redirects();
    }
    let site = Site::as_person(&world, &world.buyer).await;
    let (mut page, mut seen) = (format!("/desk/{contract}"), Vec::new());
    loop {
        seen.extend(kinds(&world, &site, &page).await);
        let text = site.get(&page).await.text;
        let links = text.split("href=\"").filter_map(|link| link.split('"').next());
        let Some(older) = links.filter(|to| to.contains("?before=")).last() else { break };
        page = older.to_owned();
    }
    assert!(seen.len() > 3 && seen.last() == Some(&"contract.listed"), "the first entry comes last: {seen:?}");
    assert_eq!(kinds(&world, &site, &format!("/desk/{other}")).await, ["contract.listed", "deposit.received"]);
    for odd in ["0", "18446744073709551615", "x"] {
        assert_eq!(site.get(&format!("/desk/{contract}?before={odd}")).await.status, 200, "{odd}");
    }
}

#[tokio::test]
async fn a_receipt_of_an_entry_that_is_none_is_not_there() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::of(&world).await;
        let size = receipts::checkpoint(&world.deps).await.unwrap().unwrap().size;
        for odd in [
            &size.to_string() as &str,
            "-1",
            "999999999999",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999",
            "1e3",
            "0x1",
            "%D9%A3",
            "1.0",
            "",
        ] {
            for what in ["receipt", "note"] {
                let answer = site.get(&format!("/ledger/{odd}/{what}")).await;
                assert_eq!(answer.status, 404, "{database}: {odd}/{what}");
                answer.says("There is no such page");
            }
        }
    }
}
