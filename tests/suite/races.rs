//! Many people at one moment: one winner, clear refusals for the others, no error, and a book that still verifies.
//!
//! `MANYHANDS_ROUNDS=1000 cargo test --test suite races -- --nocapture` is the full count.

mod enacting;
mod erasing;
mod leaving;
mod treasury;

use std::future::Future;
use std::time::{Duration, Instant};

use manyhands::actions::claims::Typed;
use manyhands::actions::people::Invitation;
use manyhands::actions::proposals::comments;
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{Error, batches, claims, contracts, people, receipts, reviews, sessions};
use manyhands_domain::ids::{BatchId, ClaimId};
use manyhands_domain::money::Amount;
use tokio::task::JoinSet;

use crate::signers::member;
use crate::support::{PASSWORD, World, agree, databases, once, rounds, world};
use crate::voters::{question, signed_draft};

const CLAIMANTS: usize = 64;

/// What one person does, one thing after the other.
type Life = std::pin::Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_claimants_on_one_task_exactly_one_wins() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 1).await;
        let members = members(&world, CLAIMANTS).await;
        let (rounds, start, mut refused) = (rounds(10), Instant::now(), 0);
        for round in 0..rounds {
            let outcomes = together(members.iter().cloned().map(|member| claim(&world, member, &batch))).await;
            let (won, codes) = split(outcomes);
            assert_eq!(won.len(), 1, "round {round} on {database}: {} won", won.len());
            assert_eq!(codes, vec!["task-none-free"; CLAIMANTS - 1], "round {round} on {database}");
            refused += codes.len();
            // The task is free again for the next round.
            let (winner, claim) = &won[0];
            claims::release(&world.deps, winner, &once(), claim).await.unwrap();
        }
        println!(
            "races on {database}: {rounds} rounds of {CLAIMANTS} claimants, {rounds} winners, {refused} clear refusals, 0 errors, {:.1} s",
            start.elapsed().as_secs_f64()
        );
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_acceptances_of_one_claim_pay_once() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 20).await;
        let worker = world.worker().await;
        for round in 1..=rounds(5).min(20) {
            let claim = submitted(&world, &worker, &batch).await;
            let judges = [Judging::Reviewer(world.reviewer().await), Judging::Client(world.buyer().await)];
            let outcomes = together((0..16).map(|n| {
                let (deps, judge, claim) = (world.deps.clone(), judges[n % 2].clone(), claim.clone());
                async move { reviews::accept(&deps, &judge, &once(), &claim).await }
            }))
            .await;
            let (won, codes) = split(outcomes);
            assert_eq!(won.len(), 1, "{database}: {codes:?}");
            assert_eq!(codes, ["review-not-submitted"; 15], "{database}");
            let row = contracts::find_own(&world.deps, &world.buyer().await, &contract).await.unwrap();
            let escrow = contracts::escrow(&world.deps.db.read(), &row).await.unwrap();
            let paid = Amount::from_micros(800_000 * i64::try_from(round).unwrap());
            assert_eq!((escrow.balance, escrow.held), (Amount::from_micros(100_000_000 - paid.micros()), Amount::ZERO), "{database}");
        }
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_form_sent_many_times_at_once_acts_once() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 10).await;
        let (worker, form) = (world.worker().await, once());
        let same = together((0..16).map(|_| {
            let (deps, worker, form, batch) = (world.deps.clone(), worker.clone(), form.clone(), batch.clone());
            async move { claims::claim(&deps, &worker, &form, &batch).await }
        }))
        .await;
        let (won, codes) = split(same);
        assert_eq!(codes, Vec::<&str>::new(), "{database}: a repeated form gets the first answer");
        assert!(won.iter().all(|claim| claim == &won[0]), "{database}");
        assert_eq!(claims::list_held(&world.deps, &worker).await.unwrap().len(), 1, "{database}");

        let (treasurer, form) = (world.treasurer().await, once());
        let deposits = together((0..16).map(|_| {
            let (deps, by, form) = (world.deps.clone(), treasurer.clone(), form.clone());
            let contract = contract.clone();
            async move { contracts::record_deposit(&deps, &by, &form, &contract, "5.00", "transfer 82").await }
        }))
        .await;
        let (indexes, codes) = split(deposits);
        assert_eq!((codes, indexes.len()), (Vec::new(), 16), "{database}");
        assert!(indexes.iter().all(|index| *index == indexes[0]), "{database}: {indexes:?}");
        let row = contracts::find_own(&world.deps, &world.buyer().await, &contract).await.unwrap();
        let escrow = contracts::escrow(&world.deps.db.read(), &row).await.unwrap();
        assert_eq!(escrow.balance, Amount::from_micros(105_000_000), "{database}");
        verify(&world).await;
    }
}

/// On SQLite the second copy runs in the transaction that the first one's answer waits in.
#[tokio::test]
async fn the_same_form_sent_twice_is_answered_twice_and_never_before_the_commit() {
    let world = world("sqlite").await;
    let contract = world.funded_contract("100.00").await;
    let (deps, treasurer, form) = (world.deps.clone(), world.treasurer().await, once());
    let settle = || tokio::time::sleep(Duration::from_millis(100));
    let before = deps.db.begin().await.unwrap();
    let head = deps.head.last();
    let mut copies = Vec::new();
    for _ in 0..2 {
        let (deps, by, form, contract) = (deps.clone(), treasurer.clone(), form.clone(), contract.clone());
        copies.push(tokio::spawn(async move { contracts::record_deposit(&deps, &by, &form, &contract, "5.00", "transfer 82").await }));
        settle().await;
    }
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let db = deps.db.clone();
    let last = tokio::spawn(async move {
        let tx = db.begin().await.unwrap();
        wait.await.unwrap();
        drop(tx);
    });
    settle().await;
    before.commit().await.unwrap();
    settle().await;
    assert!(copies.iter().all(|copy| !copy.is_finished()), "nobody is answered before the commit");
    assert_eq!(deps.head.last(), head, "the head does not run ahead of the database");
    go.send(()).unwrap();
    last.await.unwrap();
    let mut answers = Vec::new();
    for copy in copies {
        answers.push(copy.await.unwrap().unwrap());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(deps.head.last().0, head.0 + 1);
    verify(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn escrow_is_never_promised_twice_across_the_batches_of_a_contract() {
    for database in databases() {
        let world = world(database).await;
        // Five pieces at 0.80, and 0.79 that is not enough for a sixth.
        let contract = world.funded_contract("4.79").await;
        let batches = [world.open_batch(&contract, 20).await, world.open_batch(&contract, 20).await, world.open_batch(&contract, 20).await];
        let members = members(&world, 24).await;
        let outcomes = together(members.iter().cloned().zip(0..).map(|(member, n)| claim(&world, member, &batches[n % 3]))).await;
        let (won, codes) = split(outcomes);
        assert_eq!(won.len(), 5, "{database}");
        assert_eq!(codes, ["claim-escrow"; 19], "{database}");
        let row = contracts::find_own(&world.deps, &world.buyer().await, &contract).await.unwrap();
        let escrow = contracts::escrow(&world.deps.db.read(), &row).await.unwrap();
        assert_eq!((escrow.held, escrow.free), (Amount::from_micros(4_000_000), Amount::from_micros(790_000)), "{database}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_member_never_holds_more_than_the_most_however_many_contracts_they_claim_from_at_once() {
    for database in databases() {
        let world = world(database).await;
        let mut batches = Vec::new();
        for _ in 0..6 {
            let contract = world.funded_contract("50.00").await;
            batches.push(world.open_batch(&contract, 4).await);
        }
        let worker = world.worker().await;
        for round in 0..6 {
            let outcomes = together(batches.iter().map(|batch| claim(&world, worker.clone(), batch))).await;
            let (won, codes) = split(outcomes);
            assert_eq!((won.len(), codes), (3, vec!["claims-full"; 3]), "round {round} on {database}");
            for (_, claim) in won {
                claims::release(&world.deps, &worker, &once(), &claim).await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_at_once_ends_without_an_error() {
    for database in databases() {
        let world = world(database).await;
        let mut offers = Vec::new();
        for _ in 0..3 {
            let contract = world.funded_contract("50.00").await;
            offers.push((contract.clone(), world.open_batch(&contract, 30).await));
        }
        let members = members(&world, 24).await;
        let judges = [Judging::Reviewer(world.reviewer().await), Judging::Client(world.buyer().await)];
        let mut lives: Vec<Life> = Vec::new();
        for (n, member) in members.into_iter().enumerate() {
            let (deps, judge, batch) = (world.deps.clone(), judges[n % 2].clone(), offers[n % 3].1.clone());
            lives.push(Box::pin(async move {
                for step in 0..3 {
                    let claim = claims::claim(&deps, &member, &once(), &batch).await?;
                    if step == 1 {
                        claims::release(&deps, &member, &once(), &claim).await?;
                        continue;
                    }
                    claims::submit(&deps, &member, &once(), &claim, &typed()).await?;
                    reviews::accept(&deps, &judge, &once(), &claim).await?;
                }
                Ok(())
            }));
        }
        for (contract, _) in &offers {
            let (deps, by, contract) = (world.deps.clone(), world.treasurer().await, contract.clone());
            lives.push(Box::pin(async move {
                for round in 0..5 {
                    contracts::record_deposit(&deps, &by, &once(), &contract, "1.00", &format!("transfer {round}")).await?;
                }
                Ok(())
            }));
        }
        let (lived, codes) = split(together(lives).await);
        assert_eq!((lived.len(), codes), (27, Vec::new()), "{database}");
        assert_eq!(entries(&world, "work.accepted").await, 48, "{database}");
        verify(&world).await;
    }
}

/// Starts all at one moment and waits for every outcome. What takes two minutes waits for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_guesses_at_one_moment_eight_are_tried() {
    for database in databases() {
        let world = world(database).await;
        let guesses = (0..16).map(|_| {
            let deps = world.deps.clone();
            async move { sessions::sign_in(&deps, "nathalie@example.coop", "not the password", "one network").await }
        });
        let (won, codes) = split(together(guesses).await);
        let of = |code: &str| codes.iter().filter(|other| **other == code).count();
        assert!(won.is_empty(), "{database}");
        assert_eq!((of("sign-in-failed"), of("too-many-attempts")), (8, 8), "{database}: {codes:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_comments_at_one_moment_fifty_are_taken() {
    for database in databases() {
        let world = world(database).await;
        let draft = signed_draft(&world, &question()).await;
        let by = member(&world, &world.reviewer).await;
        let writing = (0..60).map(|number| {
            let (deps, by, draft) = (world.deps.clone(), by.clone(), draft.clone());
            async move { comments::write(&deps, &by, &once(), &draft, None, &format!("Word {number}")).await }
        });
        let (said, codes) = split(together(writing).await);
        assert_eq!((said.len(), codes), (50, vec!["comments-many"; 10]), "{database}");
    }
}

async fn together<T: Send + 'static>(doing: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>) -> Vec<T> {
    let doing: Vec<_> = doing.into_iter().collect();
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(doing.len()));
    let mut set = JoinSet::new();
    for one in doing {
        let gate = gate.clone();
        set.spawn(async move {
            gate.wait().await;
            one.await
        });
    }
    tokio::time::timeout(Duration::from_secs(120), set.join_all()).await.expect("a deadlock: nothing moved for two minutes")
}

/// Who won, and with which code each of the others was refused. Anything but a refusal is a failure.
fn split<T>(outcomes: Vec<Result<T, Error>>) -> (Vec<T>, Vec<&'static str>) {
    let (mut won, mut codes) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Ok(answer) => won.push(answer),
            Err(Error::Refused(refusals)) => codes.push(refusals[0].code),
            Err(error) => panic!("neither done nor refused: {error}"),
        }
    }
    (won, codes)
}

fn claim(world: &World, member: Member, batch: &BatchId) -> impl Future<Output = Result<(Member, ClaimId), Error>> + Send + use<> {
    let (deps, batch) = (world.deps.clone(), batch.clone());
    async move { claims::claim(&deps, &member, &once(), &batch).await.map(|claim| (member, claim)) }
}

async fn submitted(world: &World, worker: &Member, batch: &BatchId) -> ClaimId {
    let claim = claims::claim(&world.deps, worker, &once(), batch).await.unwrap();
    world.deps.clock.advance(150);
    claims::submit(&world.deps, worker, &once(), &claim, &typed()).await.unwrap();
    claim
}

fn typed() -> Typed {
    Typed::one("Harmful", 150)
}

fn invitation(name: &str, roles: &[&str]) -> Invitation {
    Invitation {
        name: name.to_owned(),
        email: format!("{name}@example.coop"),
        language: "en".to_owned(),
        zone: "Africa/Nairobi".to_owned(),
        country: "KE".to_owned(),
        client: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}

async fn members(world: &World, count: usize) -> Vec<Member> {
    let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
    let mut members = Vec::new();
    for n in 0..count {
        let person = people::add_active(&world.deps, &invitation(&format!("member-{n}"), &[]), &hash).await.unwrap();
        agree(&world.deps, [&person]).await;
        members.push(world.signed_in(&person).await.member().unwrap());
    }
    members
}

async fn entries(world: &World, kind: &str) -> usize {
    let all = receipts::list_entries(&world.deps, u64::MAX >> 1, 1_000).await.unwrap();
    all.iter().filter(|entry| entry.kind == kind).count()
}

/// Levels 1 to 3 hold, and the board's counts are those of its tasks.
async fn verify(world: &World) {
    let out = world.folder.path().join("out");
    let size = receipts::export(&world.deps, &out).await.unwrap();
    let report = manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap();
    assert_eq!((report.size, &report.failures), (size, &[None, None, None, None]));
    assert_eq!(world.deps.head.last().0, size);
    for batch in batches::list_open(&world.deps).await.unwrap() {
        assert!(batch.tasks_open <= batch.tasks_total && batch.tasks_open >= 0);
    }
}
