//! Corrections: nothing is edited, nothing paid out is clawed back, two people post the difference.

use manyhands::actions::signing::{Outcome, Subject};
use manyhands::actions::{Error, claims, corrections, payouts, periods, receipts, reviews};
use manyhands_domain::ids::PayoutId;
use manyhands_domain::replay::Ground;
use manyhands_store::ledger;

use crate::http::Site;
use crate::signers::{expense, refused, sign, with_keys};
use crate::story::typed;
use crate::support::{PASSWORD, World, databases, once, world};

async fn officer(world: &World) -> manyhands::actions::rights::Officer {
    world.signed_in(&world.coordinator).await.officer().unwrap()
}

/// An expense of 1.20 USD that was paid; its index.
async fn paid_expense(world: &World) -> u64 {
    world.funded_contract("100.00").await;
    let (id, _) = expense(world).await;
    payouts::approve_expense(&world.deps, &officer(world).await, &once(), &id, PASSWORD).await.unwrap()
}

async fn prepare(world: &World, index: u64, wanted: &[&str]) -> Result<String, Error> {
    let wanted: Vec<String> = wanted.iter().map(|text| (*text).to_owned()).collect();
    corrections::prepare(&world.deps, &world.treasurer().await, &once(), index, "typing-error", &wanted, PASSWORD).await
}

async fn balance(world: &World, account: &str) -> String {
    let found = periods::as_of(&world.deps, None).await.unwrap().balances;
    found.into_iter().find(|(name, ..)| name == account).map_or_else(|| "0".to_owned(), |(_, _, amount)| amount.to_string())
}

async fn verified(world: &World) -> manyhands_verify::Report {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    receipts::export(&world.deps, &out).await.unwrap();
    manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap()
}

#[tokio::test]
async fn the_difference_is_posted_by_two_people_and_the_entry_stays_as_it_was() {
    for database in databases() {
        let world = world(database).await;
        let index = paid_expense(&world).await;
        let (before, _) = receipts::find_entry(&world.deps, index).await.unwrap();
        // 1.20 was typed where 0.90 was meant: bank first, then hosting, as the entry has them.
        let id = prepare(&world, index, &["-0.90", "0.9"]).await.unwrap();
        assert_eq!(refused(prepare(&world, index, &["-0.80", "0.80"]).await), "correction-waits");
        let treasurer = world.signed_in(&world.treasurer).await.officer().unwrap();
        assert_eq!(refused(corrections::approve(&world.deps, &treasurer, &once(), &id, PASSWORD).await), "two-people");
        assert_eq!(balance(&world, "Expenses:Hosting").await, "1.200000", "nothing is posted yet");
        let form = once();
        let posted = corrections::approve(&world.deps, &officer(&world).await, &form, &id, PASSWORD).await.unwrap();
        assert_eq!(corrections::approve(&world.deps, &officer(&world).await, &form, &id, PASSWORD).await.unwrap(), posted);
        assert_eq!(balance(&world, "Expenses:Hosting").await, "0.900000");
        assert_eq!(receipts::find_entry(&world.deps, index).await.unwrap().0, before, "byte for byte");
        // The second one begins where the first ended.
        let standing = corrections::find_standing(&world.deps, &officer(&world).await, index).await.unwrap();
        assert_eq!(standing.lines[1].2.to_string(), "0.900000");
        let id = prepare(&world, index, &["\u{2212}1", "1"]).await.unwrap();
        corrections::approve(&world.deps, &officer(&world).await, &once(), &id, PASSWORD).await.unwrap();
        assert_eq!(balance(&world, "Expenses:Hosting").await, "1.000000");
        // As of before the corrections, the books are as they were.
        let then = periods::as_of(&world.deps, Some(index + 1)).await.unwrap().balances;
        assert!(then.iter().any(|(name, _, amount)| name == "Expenses:Hosting" && amount.to_string() == "1.200000"));
        let report = verified(&world).await;
        assert!(report.holds(), "{:?}", report.failures);
    }
}

#[tokio::test]
async fn what_cannot_be_corrected_is_refused_and_nothing_is_written() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let index = paid_expense(&world).await;
        let size = ledger::head(&deps.db.read()).await.unwrap().size;
        assert_eq!(refused(prepare(&world, index, &["-0.90", "1.20"]).await), "correction-unbalanced");
        assert_eq!(refused(prepare(&world, index, &["-1.20", "1.20"]).await), "correction-changes-nothing");
        for typed in ["x", "1,2", ""] {
            assert_eq!(refused(prepare(&world, index, &["-0.90", typed]).await), "amount-unfit", "{typed}");
        }
        assert_eq!(refused(prepare(&world, index, &["-0.90"]).await), "amount-unfit");
        assert_eq!(refused(prepare(&world, 0, &[]).await), "correction-of-nothing");
        assert_eq!(refused(prepare(&world, 9_999, &[]).await), "not found");
        let id = prepare(&world, index, &["-0.90", "0.90"]).await.unwrap();
        let posted = corrections::approve(deps, &officer(&world).await, &once(), &id, PASSWORD).await.unwrap();
        assert_eq!(refused(prepare(&world, posted, &["0.40", "-0.40"]).await), "correction-of-correction");
        assert_eq!(posted, size, "the one entry that was asked for");
    }
}

#[tokio::test]
async fn what_was_paid_out_is_never_clawed_back() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_demo_batch(&contract).await;
        let worker = world.worker().await;
        let mut accepted = 0;
        for _ in 0..2 {
            let claim = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
            deps.clock.advance(170);
            claims::submit(deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
            let judging = reviews::Judging::Reviewer(world.reviewer().await);
            reviews::accept(deps, &judging, &once(), &claim).await.unwrap();
            accepted = ledger::newest_of_kind(&deps.db.read(), "work.accepted").await.unwrap().unwrap().idx;
        }
        let accepted = u64::try_from(accepted).unwrap();
        let standing = corrections::find_standing(deps, &officer(&world).await, accepted).await.unwrap();
        let nothing: Vec<&str> = standing.lines.iter().map(|_| "0").collect();
        // Prepared while the money is still there, to be approved when it is not.
        let id = prepare(&world, accepted, &nothing).await.unwrap();
        let run: PayoutId = payouts::prepare(deps, &world.treasurer().await, &once(), "USD", "1.00", PASSWORD).await.unwrap();
        let sent = payouts::approve(deps, &officer(&world).await, &once(), &run, PASSWORD).await.unwrap();
        assert_eq!(refused(prepare(&world, sent + 1, &["1", "-1"]).await), "correction-of-payout");
        // The whole piece back to the client: the worker's share of it is gone already.
        let size = ledger::head(&deps.db.read()).await.unwrap().size;
        let refusal = corrections::approve(deps, &officer(&world).await, &once(), &id, PASSWORD).await.unwrap_err();
        let Error::Refused(refusals) = refusal else { panic!("{refusal:?}") };
        assert_eq!(refusals[0].code, "balance-crossed");
        assert_eq!(ledger::head(&deps.db.read()).await.unwrap().size, size, "nothing was posted");
        corrections::withdraw(deps, &world.treasurer().await, &once(), &id).await.unwrap();
        assert_eq!(refused(corrections::approve(deps, &officer(&world).await, &once(), &id, PASSWORD).await), "payout-not-waiting");
        // Now that it can never be posted, nobody is asked to sign it: it says which account is short, and by how much.
        let Err(Error::Refused(refusals)) = prepare(&world, accepted, &nothing).await else { panic!("it was prepared") };
        assert_eq!(refusals.iter().map(|refusal| refusal.code).collect::<Vec<_>>(), ["correction-crosses"]);
        let site = Site::as_person(&world, &world.treasurer).await;
        let entry = accepted.to_string();
        let mut fields = vec![("entry", entry.as_str()), ("reason", "agreed"), ("password", PASSWORD)];
        fields.extend(corrections::FIELDS.iter().zip(&nothing).map(|(name, zero)| (*name, *zero)));
        let answer = site.post("/treasury/corrections", &fields).await;
        let member = world.worker().await.id().to_string();
        answer.refuses("sur ce compte");
        assert!(answer.text.contains(&member) && !answer.text.contains("Liabilities:"), "{}", answer.text);
    }
}

#[tokio::test]
async fn once_two_have_keys_a_correction_takes_both_signatures() {
    for database in databases() {
        let world = world(database).await;
        let index = paid_expense(&world).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let id = prepare(&world, index, &["-0.90", "0.90"]).await.unwrap();
        let subject = Subject::Correction(id.clone());
        assert_eq!(refused(corrections::approve(&world.deps, &officer(&world).await, &once(), &id, PASSWORD).await), "signatures-missing");
        assert_eq!(sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap(), Outcome::Waits);
        assert_eq!(refused(sign(&world, &world.treasurer, &subject, &treasurer).await), "signature-yours");
        let Outcome::Done(posted) = sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap() else { panic!("it waits") };
        let (_, entry) = receipts::find_entry(&world.deps, posted).await.unwrap();
        assert_eq!((entry.kind.name, entry.signed.len()), ("correction.posted", 2));
        let page = Site::of(&world).await.get(&format!("/ledger/{posted}")).await;
        page.says("a typing error");
        page.says("People’s own signatures");
        assert!(!page.text.contains("<dd>typing-error</dd>"), "{}", page.text);
        let report = verified(&world).await;
        assert!(report.holds(), "{:?}", report.failures);
        assert_eq!(report.grounds.get(&(Ground::Signed, "correction.posted")), Some(&1));
    }
}

#[tokio::test]
async fn the_page_keeps_what_was_typed_and_says_what_is_missing() {
    let world = world("sqlite").await;
    let index = paid_expense(&world).await;
    let site = Site::as_person(&world, &world.treasurer).await;
    let entry = site.get(&format!("/ledger/{index}")).await;
    assert!(entry.text.contains(&format!("/treasury/corrections/of/{index}")));
    let reader = Site::as_person(&world, &world.worker).await;
    assert!(!reader.get(&format!("/ledger/{index}")).await.text.contains("/treasury/corrections/of"));
    let form = site.get(&format!("/treasury/corrections/of/{index}")).await;
    assert!(form.text.contains("value=\"-1.20\"") && form.text.contains("value=\"1.20\""), "{}", form.text);
    let index = index.to_string();
    let fields = |bank: &'static str| {
        vec![("entry", index.as_str()), ("line0", bank), ("line1", "1.2"), ("reason", "bank-statement"), ("password", PASSWORD)]
    };
    let wrong = site.post("/treasury/corrections", &fields("-0.9")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("value=\"-0.9\"") && wrong.text.contains("ne sont plus à somme nulle"), "{}", wrong.text);
    let mut right = fields("-0.9");
    right[2] = ("line1", "0.9");
    let prepared = site.post("/treasury/corrections", &right).await;
    assert!(prepared.to.starts_with("/treasury/corrections/"), "{} {}", prepared.status, prepared.to);
    let second = Site::as_person(&world, &world.coordinator).await;
    assert!(second.get(&prepared.to).await.text.contains("0.30"), "the difference is shown");
    let done = second.post(&prepared.to, &[("password", PASSWORD)]).await;
    assert!(done.to.starts_with("/ledger/"), "{} {}", done.status, done.text);
}

#[tokio::test]
async fn what_members_hold_by_a_claim_is_corrected_away_from_nobody() {
    for database in databases() {
        let world = world(database).await;
        let (deps, contract) = (&world.deps, world.funded_contract("1.00").await);
        let deposit = ledger::newest_of_kind(&deps.db.read(), "deposit.received").await.unwrap().unwrap().idx;
        let deposit = u64::try_from(deposit).unwrap();
        let (batch, worker) = (world.open_batch(&contract, 1).await, world.worker().await);
        // Prepared while all of it is free: 0.10 is what had arrived.
        let id = prepare(&world, deposit, &["0.10", "-0.10"]).await.unwrap();
        let claim = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        let size = ledger::head(&deps.db.read()).await.unwrap().size;
        let code = refused(corrections::approve(deps, &officer(&world).await, &once(), &id, PASSWORD).await);
        assert_eq!(code, "correction-claimed", "{database}");
        assert_eq!(ledger::head(&deps.db.read()).await.unwrap().size, size, "{database}: nothing was posted");
        corrections::withdraw(deps, &world.treasurer().await, &once(), &id).await.unwrap();
        assert_eq!(refused(prepare(&world, deposit, &["0.10", "-0.10"]).await), "correction-claimed", "{database}");
        // The piece is held at 0.80: so much stays, and what is free can go.
        prepare(&world, deposit, &["0.80", "-0.80"]).await.unwrap();
        claims::submit(deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
        reviews::accept(deps, &reviews::Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
        let report = verified(&world).await;
        assert!(report.holds(), "{database}: {:?}", report.failures);
    }
}
