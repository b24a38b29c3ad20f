//! Deposits that go back: only what no claim holds, never more than arrived, by two people, and the client hears of it.

use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::contracts::returns::{self, ReturnForm};
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Officer;
use manyhands::actions::signing::{Outcome, Subject};
use manyhands::actions::{Error, claims, contracts, corrections, receipts, reviews};
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::ContractId;
use manyhands_domain::money::Amount;
use manyhands_domain::reference;
use manyhands_domain::replay::Ground;

use crate::http::Site;
use crate::signers::{mail_to, refused, sign, subjects_to, with_keys};
use crate::story::typed;
use crate::support::{PASSWORD, World, databases, once, world};

async fn officer(world: &World) -> Officer {
    world.signed_in(&world.coordinator).await.officer().unwrap()
}

async fn deposit_of(world: &World, contract: &ContractId, place: usize) -> String {
    let found = returns::find_returnable(&world.deps, &world.treasurer().await, contract).await.unwrap();
    found.deposits[place].deposit.id.clone()
}

/// The most that can go back of each deposit.
async fn most(world: &World, contract: &ContractId) -> Vec<String> {
    let found = returns::find_returnable(&world.deps, &world.treasurer().await, contract).await.unwrap();
    found.deposits.iter().map(|given| given.most.to_string()).collect()
}

async fn prepare_of(world: &World, deposit: &str, amount: &str, asked: &str) -> Result<String, Error> {
    let form = ReturnForm {
        deposit: deposit.to_owned(),
        amount: amount.to_owned(),
        reference: "back 81".to_owned(),
        asked: asked.to_owned(),
        ..ReturnForm::default()
    };
    returns::prepare(&world.deps, &world.treasurer().await, &once(), &form, PASSWORD).await
}

async fn prepare(world: &World, contract: &ContractId, amount: &str) -> Result<String, Error> {
    prepare_of(world, &deposit_of(world, contract, 0).await, amount, "By letter of 2 November.").await
}

async fn approve(world: &World, id: &str) -> Result<u64, Error> {
    returns::approve(&world.deps, &officer(world).await, &once(), id, PASSWORD).await
}

async fn verified(world: &World) -> manyhands_verify::Report {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    receipts::export(&world.deps, &out).await.unwrap();
    manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap()
}

/// A contract of 100.00 with one accepted piece, completed by its client.
async fn completed(world: &World) -> ContractId {
    let (deps, contract) = (&world.deps, world.funded_contract("100.00").await);
    let batch = world.open_batch(&contract, 1).await;
    let worker = world.worker().await;
    let claim = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
    claims::submit(deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
    reviews::accept(deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
    life::go(deps, &Party::Client(world.buyer().await), &once(), &contract, Step::Complete, "").await.unwrap();
    contract
}

#[tokio::test]
async fn what_is_left_of_a_completed_contract_goes_back_by_two_people_once() {
    for database in databases() {
        let world = world(database).await;
        let contract = completed(&world).await;
        let deposit = deposit_of(&world, &contract, 0).await;
        // It has ended: nobody need have asked.
        let id = prepare_of(&world, &deposit, "99.20", "").await.unwrap();
        assert_eq!(refused(prepare_of(&world, &deposit, "0.01", "").await), "return-waits", "{database}");
        let treasurer = world.signed_in(&world.treasurer).await.officer().unwrap();
        assert_eq!(refused(returns::approve(&world.deps, &treasurer, &once(), &id, PASSWORD).await), "two-people");
        assert_eq!(refused(returns::approve(&world.deps, &officer(&world).await, &once(), &id, "wrong").await), "password-wrong");
        assert_eq!(world.escrow(&contract).await, 99_200_000, "{database}: nothing has left yet");
        world.deps.clock.advance(1);
        let form = once();
        let posted = returns::approve(&world.deps, &officer(&world).await, &form, &id, PASSWORD).await.unwrap();
        let again = returns::approve(&world.deps, &officer(&world).await, &form, &id, PASSWORD).await.unwrap();
        assert_eq!((posted, refused(approve(&world, &id).await)), (again, "payout-not-waiting"), "{database}: once");
        assert_eq!(world.escrow(&contract).await, 0, "{database}");
        let (_, entry) = receipts::find_entry(&world.deps, posted).await.unwrap();
        assert_eq!((entry.kind.name, entry.reference("deposit")), ("deposit.returned", Some(deposit.as_str())));
        let (subject, text) = mail_to(&world, "buyer@example.coop").await;
        assert!(
            subject.contains("99.20") && text.contains(&contract.to_string()) && text.contains(&posted.to_string()),
            "{subject}: {text}"
        );
        assert_eq!(refused(prepare_of(&world, &deposit, "0.01", "").await), "return-beyond-free", "{database}: nothing is left");
        let report = verified(&world).await;
        assert!(report.holds(), "{database}: {:?}", report.failures);
        assert_eq!(report.grounds.get(&(Ground::ServerWord, "deposit.returned")), Some(&1), "{database}");
    }
}

#[tokio::test]
async fn while_a_contract_runs_only_what_is_free_goes_back_and_only_at_its_clients_request() {
    for database in databases() {
        let world = world(database).await;
        let (deps, contract) = (&world.deps, world.funded_contract("10.00").await);
        contracts::record_deposit(deps, &world.treasurer().await, &once(), &contract, "90.00", "transfer 82").await.unwrap();
        let (batch, worker) = (world.open_batch(&contract, 3).await, world.worker().await);
        claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        let deposit = deposit_of(&world, &contract, 1).await;
        let before = world.rows().await;
        for (amount, asked, code) in [
            ("20", "", "return-asked"),
            ("20", " \n ", "return-asked"),
            ("90.01", "By letter.", "return-beyond-deposit"),
            ("0.005", "By letter.", "return-fraction"),
            ("0", "By letter.", "amount-unfit"),
            ("-1", "By letter.", "amount-unfit"),
            ("twenty", "By letter.", "amount-unfit"),
        ] {
            assert_eq!(refused(prepare_of(&world, &deposit, amount, asked).await), code, "{database}: {amount} {asked}");
        }
        assert_eq!(refused(prepare_of(&world, "no deposit", "1", "By letter.").await), "return-of-none");
        let other = world.funded_contract("5.00").await;
        let form = ReturnForm {
            deposit: deposit.clone(),
            amount: "1".to_owned(),
            reference: reference::of_contract(&other),
            asked: "By letter.".to_owned(),
            ..ReturnForm::default()
        };
        let named = returns::prepare(deps, &world.treasurer().await, &once(), &form, PASSWORD).await;
        assert_eq!(refused(named), "return-reference", "{database}: another contract's reference");
        let after: Vec<_> = world.rows().await.into_iter().filter(|(table, _)| table == "deposit_returns").collect();
        assert_eq!(after, before.into_iter().filter(|(table, _)| table == "deposit_returns").collect::<Vec<_>>());
        // 100.00 arrived, 0.80 is held. Both deposits can go back together but for that.
        assert_eq!(most(&world, &contract).await, ["10.000000", "90.000000"]);
        prepare_of(&world, &deposit, "90", "By letter.").await.unwrap();
        assert_eq!(most(&world, &contract).await, ["9.200000", "0.000000"], "{database}: what waits is promised already");
        assert_eq!(refused(prepare(&world, &contract, "9.21").await), "return-beyond-free", "{database}");
        prepare(&world, &contract, "9.20").await.unwrap();
    }
}

#[tokio::test]
async fn what_is_claimed_in_between_stays_and_the_return_is_refused_then() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("10.00").await;
        let id = prepare(&world, &contract, "10.00").await.unwrap();
        let batch = world.open_batch(&contract, 1).await;
        claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
        let before = world.rows().await;
        let Err(Error::Refused(refusals)) = approve(&world, &id).await else { panic!("it went back") };
        assert_eq!(refusals[0].code, "return-claimed", "{database}");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        returns::withdraw(&world.deps, &world.treasurer().await, &once(), &id).await.unwrap();
        assert_eq!(refused(approve(&world, &id).await), "payout-not-waiting", "{database}");
        let kept = returns::find(&world.deps, &officer(&world).await, &id).await.unwrap();
        assert_eq!((kept.state.as_str(), kept.words.as_str()), ("withdrawn", ""), "{database}: what nobody could erase is not kept");
        let id = prepare(&world, &contract, "9.20").await.unwrap();
        approve(&world, &id).await.unwrap();
        assert_eq!(world.escrow(&contract).await, 800_000, "{database}: the claim can be paid");
        assert!(verified(&world).await.holds(), "{database}");
    }
}

#[tokio::test]
async fn a_claim_and_a_return_at_once_never_take_the_same_money() {
    for database in databases() {
        let world = world(database).await;
        for _ in 0..4 {
            let contract = world.funded_contract("0.80").await;
            let batch = world.open_batch(&contract, 1).await;
            let id = prepare(&world, &contract, "0.80").await.unwrap();
            let (worker, second) = (world.worker().await, officer(&world).await);
            let (claim, back) = (once(), once());
            let (claimed, returned) = tokio::join!(
                claims::claim(&world.deps, &worker, &claim, &batch),
                returns::approve(&world.deps, &second, &back, &id, PASSWORD),
            );
            assert!(claimed.is_ok() != returned.is_ok(), "{database}: {claimed:?} {returned:?}");
            let row = contracts::find_own(&world.deps, &world.buyer().await, &contract).await.unwrap();
            let escrow = contracts::escrow(&world.deps.db.read(), &row).await.unwrap();
            assert_eq!(escrow.free, Amount::ZERO, "{database}");
            if let Ok(claim) = claimed {
                claims::release(&world.deps, &worker, &once(), &claim).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_corrected_deposit_gives_back_what_really_arrived() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        contracts::record_deposit(&world.deps, &world.treasurer().await, &once(), &contract, "50.00", "transfer 82").await.unwrap();
        let found = returns::find_returnable(&world.deps, &world.treasurer().await, &contract).await.unwrap();
        let index = u64::try_from(found.deposits[0].deposit.entry_index).unwrap();
        // 90.00 had arrived: bank first, then escrow, as the entry has them.
        let wanted = ["90.00".to_owned(), "-90.00".to_owned()];
        let treasurer = world.treasurer().await;
        let correction = corrections::prepare(&world.deps, &treasurer, &once(), index, "typing-error", &wanted, PASSWORD).await.unwrap();
        corrections::approve(&world.deps, &officer(&world).await, &once(), &correction, PASSWORD).await.unwrap();
        assert_eq!(most(&world, &contract).await, ["90.000000", "50.000000"], "{database}");
        assert_eq!(refused(prepare(&world, &contract, "90.01").await), "return-beyond-deposit", "{database}");
        let id = prepare(&world, &contract, "60.00").await.unwrap();
        let posted = approve(&world, &id).await.unwrap();
        // Fifty had gone back, as the bank's statement says.
        let wanted = ["-50.00".to_owned(), "50.00".to_owned()];
        let correction = corrections::prepare(&world.deps, &treasurer, &once(), posted, "bank-statement", &wanted, PASSWORD).await.unwrap();
        corrections::approve(&world.deps, &officer(&world).await, &once(), &correction, PASSWORD).await.unwrap();
        assert_eq!(most(&world, &contract).await, ["40.000000", "50.000000"], "{database}");
        assert!(verified(&world).await.holds(), "{database}");
    }
}

#[tokio::test]
async fn once_two_have_keys_a_return_takes_both_signatures() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let id = prepare(&world, &contract, "40.00").await.unwrap();
        let subject = Subject::Return(id.clone());
        assert_eq!(refused(approve(&world, &id).await), "signatures-missing");
        let site = Site::as_person(&world, &world.coordinator).await;
        site.get("/sign").await.says("Return from C-1");
        site.get(&format!("/sign/return/{id}")).await.says("By letter of 2 November.");
        assert_eq!(sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap(), Outcome::Waits);
        assert_eq!(world.escrow(&contract).await, 100_000_000, "{database}: one signature moves nothing");
        let Outcome::Done(posted) = sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap() else { panic!("it waits") };
        let (_, entry) = receipts::find_entry(&world.deps, posted).await.unwrap();
        assert_eq!((entry.kind.name, entry.signed.len()), ("deposit.returned", 2));
        let report = verified(&world).await;
        assert!(report.holds(), "{:?}", report.failures);
        assert_eq!(report.grounds.get(&(Ground::Signed, "deposit.returned")), Some(&1));
        // What was signed and is withdrawn is signed anew.
        let id = prepare(&world, &contract, "1.00").await.unwrap();
        let subject = Subject::Return(id.clone());
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        returns::withdraw(&world.deps, &world.treasurer().await, &once(), &id).await.unwrap();
        assert_eq!(refused(sign(&world, &world.coordinator, &subject, &coordinator).await), "payout-not-waiting");
    }
}

#[tokio::test]
async fn the_pages_lead_from_the_deposit_to_its_return_and_keep_what_was_typed() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        world.reads(&world.treasurer, "en").await;
        let (site, office) = (Site::as_person(&world, &world.treasurer).await, Site::as_person(&world, &world.coordinator).await);
        let buyer = Site::as_person(&world, &world.buyer).await;
        let form = format!("/treasury/returns/of/{contract}");
        assert!(site.get("/treasury").await.text.contains(&form), "{database}");
        assert!(site.get(&format!("/contracts/{contract}")).await.text.contains(&form), "{database}");
        for stranger in [&office, &buyer] {
            assert!(!stranger.get(&format!("/contracts/{contract}")).await.text.contains(&form), "{database}");
        }
        let shown = site.get(&form).await;
        shown.says("only because its client asked for it");
        assert!(shown.text.contains("value=\"100.00\""), "{}", shown.text);
        let deposit = deposit_of(&world, &contract, 0).await;
        let contract_id = contract.to_string();
        let fields = |asked: &'static str| {
            vec![
                ("contract", contract_id.as_str()),
                ("deposit", deposit.as_str()),
                ("amount", "25.5"),
                ("reference", "back 81"),
                ("asked", asked),
                ("password", PASSWORD),
            ]
        };
        let wrong = site.post("/treasury/returns", &fields("")).await;
        wrong.refuses("goes back only at its client’s request");
        assert!(wrong.text.contains("value=\"25.5\"") && wrong.text.contains("value=\"back 81\""), "{}", wrong.text);
        let sent = site.post("/treasury/returns", &fields("Their mail of today.")).await;
        assert!(sent.to.starts_with("/treasury/returns/"), "{} {}", sent.status, sent.to);
        let waits = site.get(&sent.to).await;
        waits.says("You prepared it: somebody else must approve it.");
        site.get(&form).await.says("25.50 USD waits for its second person");
        office.get("/office").await.says("Return from C-1");
        let told = subjects_to(&world, "wanjiru@example.coop").await;
        assert!(told.iter().any(|subject| subject.replace('\u{a0}', " ") == "To approve: 25.50 USD back from C-1"), "{told:?}");
        assert!(!buyer.get("/money").await.text.contains("Return from C-1"), "{database}: nothing went back yet");
        let second = office.get(&sent.to).await;
        second.says("Their mail of today.");
        office.post(&sent.to, &[("password", "wrong")]).await.refuses("The password is wrong");
        let done = office.post(&sent.to, &[("password", PASSWORD)]).await;
        assert!(done.to.starts_with("/ledger/"), "{} {}", done.status, done.text);
        for page in ["/money".to_owned(), format!("/desk/{contract}"), format!("/contracts/{contract}/life")] {
            let shown = buyer.get(&page).await;
            assert!(shown.text.contains(&format!("href=\"{}\"", done.to)), "{database}: {page} does not lead to {}", done.to);
            assert!(!shown.text.contains("Their mail of today."), "{database}: what the co-op noted is the co-op's");
        }
        let entry = buyer.get(&done.to).await;
        entry.says("Deposit returned");
        entry.says(&format!("href=\"{}/receipt\"", done.to));
        site.get("/treasury").await.says("Return from C-1");
        site.get(&form).await.says("100.00 USD arrived, 25.50 USD went back");
    }
}

#[tokio::test]
async fn a_payment_is_booked_as_a_return_once() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let id = prepare(&world, &contract, "10").await.unwrap();
        // One that was withdrawn was never booked.
        returns::withdraw(&world.deps, &world.treasurer().await, &once(), &id).await.unwrap();
        let id = prepare(&world, &contract, "10").await.unwrap();
        approve(&world, &id).await.unwrap();
        assert_eq!(refused(prepare(&world, &contract, "10").await), "return-twice", "{database}");
        // The same sum by another payment is another return.
        let other = ReturnForm {
            deposit: deposit_of(&world, &contract, 0).await,
            amount: "10".to_owned(),
            reference: "back 82".to_owned(),
            asked: "By letter of 3 November.".to_owned(),
            none_of: String::new(),
        };
        let other = returns::prepare(&world.deps, &world.treasurer().await, &once(), &other, PASSWORD).await.unwrap();
        returns::withdraw(&world.deps, &world.treasurer().await, &once(), &other).await.unwrap();
        prepare(&world, &contract, "11").await.unwrap();

        // Of one payment that waits as a part of two deposits at once, whoever is second is not booked.
        let contract = world.funded_contract("100.00").await;
        contracts::record_deposit(&world.deps, &world.treasurer().await, &once(), &contract, "50.00", "transfer 82").await.unwrap();
        let mut waiting = Vec::new();
        for place in [0, 1] {
            let deposit = deposit_of(&world, &contract, place).await;
            world.deps.clock.advance(1);
            waiting.push(prepare_of(&world, &deposit, "10", "By letter of 2 November.").await.unwrap());
        }
        approve(&world, &waiting[0]).await.unwrap();
        let escrow = world.escrow(&contract).await;
        assert_eq!(refused(approve(&world, &waiting[1]).await), "return-twice", "{database}");
        assert_eq!(world.escrow(&contract).await, escrow, "{database}: nothing was posted");
        returns::withdraw(&world.deps, &world.treasurer().await, &once(), &waiting[1]).await.unwrap();
    }
}
