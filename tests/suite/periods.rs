//! Balances as of any entry, and closed periods.

use std::collections::BTreeMap;

use manyhands::actions::{Error, claims, contracts, periods, receipts, reviews};
use manyhands_domain::money::{Amount, Currency};

use crate::http::Site;
use crate::story::typed;
use crate::support::{World, databases, once, world};

/// Three pieces accepted, so that members, funds, reserve and escrow have balances.
async fn with_work(world: &World) {
    let deps = &world.deps;
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_demo_batch(&contract).await;
    let judging = reviews::Judging::Reviewer(world.reviewer().await);
    for _ in 0..3 {
        let worker = world.worker().await;
        let claim = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        deps.clock.advance(170);
        claims::submit(deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
        reviews::accept(deps, &judging, &once(), &claim).await.unwrap();
    }
}

/// What the entries below a size say, added up here.
async fn replayed(world: &World, size: u64) -> Vec<(String, Currency, Amount)> {
    let mut sums: BTreeMap<(String, Currency), Amount> = BTreeMap::new();
    for index in 0..size {
        let (_, entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        for line in entry.lines {
            let sum = sums.entry((line.account.to_string(), line.unit)).or_default();
            *sum = sum.checked_add(line.amount).unwrap();
        }
    }
    sums.into_iter().filter(|(_, sum)| *sum != Amount::ZERO).map(|((account, unit), sum)| (account, unit, sum)).collect()
}

#[tokio::test]
async fn balances_as_of_every_entry_are_those_of_the_entries_below_it() {
    for database in databases() {
        let world = world(database).await;
        with_work(&world).await;
        // So many more that what was posted before lies in the first half: both ways of counting are walked.
        let contract = world.funded_contract("5.00").await;
        for turn in 0..20 {
            let treasurer = world.treasurer().await;
            contracts::record_deposit(&world.deps, &treasurer, &once(), &contract, "1.00", &format!("transfer {turn}")).await.unwrap();
        }
        let size = periods::as_of(&world.deps, None).await.unwrap().of;
        for at in 0..=size {
            let found = periods::as_of(&world.deps, Some(at)).await.unwrap();
            assert_eq!(found.balances, replayed(&world, at).await, "as of {at} of {size}");
        }
        let beyond = periods::as_of(&world.deps, Some(size + 1)).await.unwrap_err();
        assert!(matches!(&beyond, Error::Refused(refusals) if refusals[0].code == "size-beyond"));
    }
}

#[tokio::test]
async fn a_closed_period_states_the_balances_and_an_auditor_finds_them_right() {
    for database in databases() {
        let world = world(database).await;
        with_work(&world).await;
        let treasurer = world.treasurer().await;
        let once_only = once();
        let index = periods::close(&world.deps, &treasurer, &once_only).await.unwrap();
        assert_eq!(periods::close(&world.deps, &treasurer, &once_only).await.unwrap(), index, "the same form again");
        let again = periods::close(&world.deps, &treasurer, &once()).await.unwrap_err();
        assert!(matches!(&again, Error::Refused(refusals) if refusals[0].code == "period-nothing-new"));
        let (_, entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        assert_eq!(entry.calc["size"], index);
        let stated = entry.calc["balances"].as_array().unwrap().len();
        assert_eq!(stated, replayed(&world, index).await.len());
        let out = world.folder.path().join("out");
        receipts::export(&world.deps, &out).await.unwrap();
        let report = manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap();
        assert!(report.holds(), "{:?}", report.failures);
        assert_eq!(report.resting_on(manyhands_domain::replay::Ground::Recomputed), 1);
    }
}

#[tokio::test]
async fn the_page_shows_them_and_says_what_is_wrong_with_a_size() {
    let world = world("sqlite").await;
    with_work(&world).await;
    let site = Site::as_person(&world, &world.treasurer).await;
    let page = site.get("/ledger/balances").await;
    assert!(page.text.contains("Dû aux membres pour leur travail"), "{}", page.text);
    let csv = site.get("/ledger/balances.csv?size=8").await;
    assert_eq!((csv.status, csv.text.lines().next()), (200, Some("account,unit,amount")));
    for (size, words) in [("x", "Ce n’est pas un nombre"), ("-1", "Ce n’est pas un nombre"), ("99999", "pas encore autant")] {
        let page = site.get(&format!("/ledger/balances?size={size}")).await;
        assert!(page.text.contains(words), "{size}: {}", page.text);
        assert!(page.text.contains(&format!("value=\"{size}\"")), "what was typed is kept: {size}");
    }
    assert_eq!(site.get("/ledger/balances.csv?size=x").await.status, 422);
    let shut = Site::of(&world).await.get("/ledger/balances").await;
    assert_eq!((shut.status, shut.to.starts_with("/signin")), (303, true));
    let closed = site.post("/treasury/periods", &[]).await;
    assert!(closed.to.starts_with("/ledger/"), "{} {}", closed.status, closed.to);
    // A table that people read; the same in the signed bytes below it.
    let page = site.get(&closed.to).await;
    page.says("Fonds Wellbeing");
    assert_eq!(page.text.matches("[[").count(), 1, "{}", page.text);
    assert!(site.post("/treasury/periods", &[]).await.text.contains("clôt déjà une période"));
}
