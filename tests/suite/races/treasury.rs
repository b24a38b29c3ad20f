//! Several people at one moment at the treasury: what two prepare, approve, sign or withdraw at once is done once, or not at all.

use manyhands::actions::payouts::ExpenseForm;
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Officer;
use manyhands::actions::signing::{self, Outcome, Subject};
use manyhands::actions::{admissions, corrections, keys, payouts, people, reviews, sessions};
use manyhands_domain::ids::PersonId;

use super::{Life, entries, invitation, split, submitted, together, verify};
use crate::signers::{expense, key_of, member, note_over, prepared, sign, with_keys};
use crate::support::{PASSWORD, World, databases, once, rounds, world};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_treasurers_who_prepare_at_once_prepare_one_run() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 4).await;
        let (worker, treasurer) = (world.worker().await, world.treasurer().await);
        for _ in 0..2 {
            let claim = submitted(&world, &worker, &batch).await;
            reviews::accept(&world.deps, &Judging::Client(world.buyer().await), &once(), &claim).await.unwrap();
        }
        let outcomes = together((0..4).map(|_| {
            let (deps, by) = (world.deps.clone(), treasurer.clone());
            async move { payouts::prepare(&deps, &by, &once(), "USD", "1.00", PASSWORD).await }
        }))
        .await;
        let (won, codes) = split(outcomes);
        assert_eq!((won.len(), codes), (1, vec!["payout-waiting"; 3]), "{database}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_people_who_approve_a_payout_or_an_expense_at_once_send_it_once() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 20).await;
        let (worker, treasurer) = (world.worker().await, world.treasurer().await);
        let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
        let other = people::add_active(&world.deps, &invitation("other", &["treasurer"]), &hash).await.unwrap();
        let seconds = [&world.coordinator, &other];
        for round in 0..3 {
            // Twice the run's sum is owed, so that sending twice would not be stopped by the balance alone.
            for _ in 0..3 {
                let claim = submitted(&world, &worker, &batch).await;
                reviews::accept(&world.deps, &Judging::Client(world.buyer().await), &once(), &claim).await.unwrap();
            }
            let run = payouts::prepare(&world.deps, &treasurer, &once(), "USD", "1.00", PASSWORD).await.unwrap();
            for _ in 0..3 {
                let claim = submitted(&world, &worker, &batch).await;
                reviews::accept(&world.deps, &Judging::Client(world.buyer().await), &once(), &claim).await.unwrap();
            }
            let officers = [officer(&world, seconds[0]).await, officer(&world, seconds[1]).await];
            let outcomes = together((0..4).map(|n| {
                let (deps, by, run) = (world.deps.clone(), officers[n % 2].clone(), run.clone());
                async move { payouts::approve(&deps, &by, &once(), &run, PASSWORD).await }
            }))
            .await;
            let (won, codes) = split(outcomes);
            assert_eq!((won.len(), codes), (1, vec!["payout-not-waiting"; 3]), "round {round} on {database}");
            let sent = entries(&world, "payout.sent").await;
            assert_eq!(sent, round + 1, "{database}");
            let form = ExpenseForm { name: "Hosting".into(), currency: "USD".into(), amount: "2.00".into(), what: "A month".into() };
            let expense = payouts::prepare_expense(&world.deps, &treasurer, &once(), &form, PASSWORD).await.unwrap();
            let outcomes = together((0..4).map(|n| {
                let (deps, by, expense) = (world.deps.clone(), officers[n % 2].clone(), expense.clone());
                async move { payouts::approve_expense(&deps, &by, &once(), &expense, PASSWORD).await }
            }))
            .await;
            let (won, codes) = split(outcomes);
            assert_eq!((won.len(), codes), (1, vec!["payout-not-waiting"; 3]), "expense of round {round} on {database}");
            world.deps.clock.advance(1_000);
        }
        verify(&world).await;
    }
}

/// Of whatever two people sign, one signs last while another withdraws it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_signed_and_withdrawn_at_once_is_either_done_or_withdrawn() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let (coordinators, treasurers) = with_keys(&world).await;
        let (treasurer, coordinator) = (world.treasurer().await, world.coordinator().await);
        let (_, paid) = expense(&world).await;
        sign(&world, &world.coordinator, &paid, &coordinators).await.unwrap();
        let Outcome::Done(paid) = sign(&world, &world.treasurer, &paid, &treasurers).await.unwrap() else { panic!("not paid") };
        for round in 0..rounds(4) {
            let wanted = ["-", ""].map(|sign| format!("{sign}0.{:03}", 100 + round % 900));
            let correction = corrections::prepare(&world.deps, &treasurer, &once(), paid, "typing-error", &wanted, PASSWORD).await;
            let invited = invitation(&format!("member-{round}"), &[]);
            people::invite(&world.deps, &coordinator, &once(), &invited).await.unwrap();
            let admission = admissions::list(&world.deps, &coordinator).await.unwrap().remove(0).id;
            let key = key_of(&*member(&world, &world.treasurer).await, 50 + u8::try_from(round % 200).unwrap()).verifying_key();
            let key = keys::ask_another(&world.deps, &treasurer, &once(), &key.to_string(), PASSWORD).await;
            let subjects = [
                Subject::Correction(correction.unwrap()),
                expense(&world).await.1,
                Subject::Admission(admission),
                // One note of their own adds a key: it is withdrawn or added.
                Subject::Key(key.unwrap()),
            ];
            for subject in subjects {
                let signer = &world.treasurer;
                if !matches!(subject, Subject::Key(_)) {
                    sign(&world, &world.coordinator, &subject, &coordinators).await.unwrap();
                }
                let (nonce, line) = prepared(&world, signer, &subject).await.unwrap();
                let note = note_over(&line, &treasurers);
                let (deps, by, treasurer, coordinator) =
                    (world.deps.clone(), member(&world, signer).await, treasurer.clone(), coordinator.clone());
                let what = subject.clone();
                let signing: Life = Box::pin(async move { signing::sign(&deps, &by, &once(), &nonce, &note).await.map(|_| ()) });
                let deps = world.deps.clone();
                let withdrawing: Life = Box::pin(async move {
                    match what {
                        Subject::Correction(id) => corrections::withdraw(&deps, &treasurer, &once(), &id).await,
                        Subject::Expense(id) => payouts::withdraw_expense(&deps, &treasurer, &once(), id.as_str()).await,
                        Subject::Admission(id) => admissions::withdraw(&deps, &coordinator, &once(), &id).await,
                        _ => keys::withdraw(&deps, &treasurer, &once()).await,
                    }
                });
                let (won, codes) = split(together([signing, withdrawing]).await);
                assert_eq!(won.len(), 1, "{database}, round {round}: {subject:?} is done or withdrawn: {codes:?}");
                assert!(["payout-not-waiting", "signature-not-waiting"].contains(&codes[0]), "{database}: {subject:?}: {codes:?}");
            }
            // A further key that was added goes again: nobody holds more than five.
            for key in keys::find_own(&world.deps, &treasurer).await.unwrap().keys {
                if key.retired_index.is_none() && key.key_id != treasurers.id().to_string() {
                    keys::retire(&world.deps, &treasurer, &once(), &key.key_id, "unused", PASSWORD).await.unwrap();
                }
            }
        }
        verify(&world).await;
    }
}

async fn officer(world: &World, person: &PersonId) -> Officer {
    world.signed_in(person).await.officer().unwrap()
}
