//! From one task to the next: what is held ready is nobody else's and costs nobody anything for long, and what was submitted by accident
//! comes back until a judge has it before them.

use manyhands::actions::batches::NewBatchForm;
use manyhands::actions::claims::Typed;
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{Claim, Error, batches, claims, contracts, receipts, reviews};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};

use crate::http::Site;
use crate::story::typed;
use crate::support::{World, databases, once, rounds, world};

fn code<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome.unwrap_err() {
        Error::Refused(refusals) => refusals[0].code,
        Error::NotFound => "not-found",
        other => panic!("{other:?}"),
    }
}

async fn take(world: &World, by: &Member, batch: &BatchId) -> ClaimId {
    claims::claim(&world.deps, by, &once(), batch).await.unwrap()
}

async fn answer(world: &World, by: &Member, batch: &BatchId) -> ClaimId {
    let claim = take(world, by, batch).await;
    world.deps.clock.advance(170);
    claims::submit(&world.deps, by, &once(), &claim, &typed("Harmful")).await.unwrap();
    claim
}

async fn back(world: &World, by: &Member, claim: &ClaimId) -> Result<(), Error> {
    claims::take_back(&world.deps, by, &once(), claim, None).await
}

async fn row(world: &World, claim: &ClaimId) -> Claim {
    manyhands_store::claims::find_claim(&world.deps.db.read(), claim).await.unwrap().unwrap()
}

async fn open(world: &World, batch: &BatchId) -> i64 {
    batches::find_own(&world.deps, &world.buyer().await, batch).await.unwrap().tasks_open
}

/// What is held of a contract's escrow for work under way, millionths.
async fn held(world: &World, contract: &ContractId) -> i64 {
    let row = contracts::find_own(&world.deps, &world.buyer().await, contract).await.unwrap();
    contracts::escrow(&world.deps.db.read(), &row).await.unwrap().held.micros()
}

#[tokio::test]
async fn the_next_task_is_held_for_its_member_alone_and_begun_as_it_was() {
    for database in databases() {
        let world = world(database).await;
        let batch = world.open_batch(&world.funded_contract("100.00").await, 3).await;
        let (deps, worker, other) = (&world.deps, world.worker().await, world.reviewer().await.member().unwrap());
        let first = take(&world, &worker, &batch).await;
        let ready = claims::keep_ready(deps, &worker, &once(), &first).await.unwrap();
        let again = claims::keep_ready(deps, &worker, &once(), &first).await.unwrap();
        assert_eq!((ready.ahead, &again.id), (1, &ready.id), "{database}: one and the same");
        assert_eq!(ready.due_at, deps.clock.now().secs() + 600, "{database}: for minutes");
        assert_eq!(open(&world, &batch).await, 1, "{database}: nobody else gets it");
        let id = ClaimId::parse(&ready.id).unwrap();
        // It is not theirs to work on, and no list shows it.
        assert_eq!(claims::list_held(deps, &worker).await.unwrap().len(), 1, "{database}");
        assert_eq!(code(claims::find_own(deps, &worker, &id).await), "not-found", "{database}");
        assert_eq!(code(claims::submit(deps, &worker, &once(), &id, &typed("Harmful")).await), "not-found", "{database}");
        let site = Site::as_person(&world, &world.worker).await;
        assert_eq!(site.get(&format!("/claims/{id}")).await.status, 404, "{database}");
        assert_ne!(take(&world, &other, &batch).await, id, "{database}");
        assert_eq!(code(claims::keep_ready(deps, &other, &once(), &first).await), "not-found", "{database}: another's claim");

        deps.clock.advance(170);
        claims::submit(deps, &worker, &once(), &first, &typed("Harmful")).await.unwrap();
        assert_eq!(take(&world, &worker, &batch).await, id, "{database}: the same claim, begun");
        let begun = row(&world, &id).await;
        let now = deps.clock.now().secs();
        assert_eq!((begun.ahead, begun.claimed_at, begun.due_at), (0, now, now + 3_600), "{database}: its time begins now");
        claims::submit(deps, &worker, &once(), &id, &typed("Harmful")).await.unwrap();
    }
}

#[tokio::test]
async fn only_pictures_come_ahead_and_of_everything_else_nothing_is_held_or_told() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (deps, worker) = (&world.deps, world.worker().await);
        let site = Site::as_person(&world, &world.worker).await;
        let ahead = async |claim: &ClaimId| site.post(&format!("/claims/{claim}/ahead"), &[]).await;
        let texts = world.open_batch(&contract, 2).await;
        let addresses = batch_of(&world, &contract, "link").await;
        for batch in [&texts, &addresses] {
            let claim = take(&world, &worker, batch).await;
            let told = ahead(&claim).await;
            assert_eq!((told.status, told.text.as_str()), (200, "{}"), "{database}");
            assert_eq!(open(&world, batch).await, 1, "{database}: nothing is held ready");
            assert!(!site.get(&format!("/claims/{claim}")).await.text.contains("/ahead\""), "{database}: no page asks for it");
            claims::release(deps, &worker, &once(), &claim).await.unwrap();
        }
        let pictures = batch_of(&world, &world.plain_contract().await, "image").await;
        let claim = take(&world, &worker, &pictures).await;
        assert!(ahead(&claim).await.text.contains("https://pictures.example/"), "{database}");
        assert_eq!(open(&world, &pictures).await, 0, "{database}: the other one is held ready");
        assert_eq!(ahead(&ClaimId::parse("00000000-0000-4000-8000-000000000000").unwrap()).await.status, 404, "{database}");
    }
}

/// Two items that are addresses.
async fn batch_of(world: &World, contract: &ContractId, payload_kind: &str) -> BatchId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let form = NewBatchForm {
        title: "Street signs".to_owned(),
        price: "0.80".to_owned(),
        seconds: "180".to_owned(),
        payload_kind: payload_kind.to_owned(),
        answer_kind: "one-choice".to_owned(),
        question: "Is there a sign?".to_owned(),
        choices: "Yes\nNo".to_owned(),
        ..NewBatchForm::default()
    };
    let batch = batches::draft(deps, &buyer, &once(), contract, &form).await.unwrap();
    let items = b"id,payload\n1,https://pictures.example/1.jpg\n2,https://pictures.example/2.jpg\n";
    batches::import(deps, &buyer, &once(), &batch, items).await.unwrap();
    batches::open(deps, &buyer, &once(), &batch).await.unwrap();
    batch
}

#[tokio::test]
async fn what_is_held_ready_goes_when_its_member_leaves_goes_elsewhere_or_stops() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (batch, elsewhere) = (world.open_batch(&contract, 9).await, world.open_batch(&world.funded_contract("50.00").await, 4).await);
        let (deps, worker) = (&world.deps, world.worker().await);
        let first = take(&world, &worker, &batch).await;
        claims::keep_ready(deps, &worker, &once(), &first).await.unwrap();
        claims::release(deps, &worker, &once(), &first).await.unwrap();
        assert_eq!((open(&world, &batch).await, held(&world, &contract).await), (9, 0), "{database}: left");

        // Two in hand and one held ready are not three: whoever claims elsewhere gets their third.
        let first = take(&world, &worker, &batch).await;
        take(&world, &worker, &batch).await;
        claims::keep_ready(deps, &worker, &once(), &first).await.unwrap();
        take(&world, &worker, &elsewhere).await;
        assert_eq!(open(&world, &batch).await, 7, "{database}: gone elsewhere");
        assert_eq!(code(claims::keep_ready(deps, &worker, &once(), &first).await), "claims-full", "{database}: never a fourth");

        let reviewer = world.reviewer().await.member().unwrap();
        let held = take(&world, &reviewer, &batch).await;
        take(&world, &reviewer, &batch).await;
        claims::keep_ready(deps, &reviewer, &once(), &held).await.unwrap();
        let third = take(&world, &reviewer, &batch).await;
        assert_eq!(row(&world, &third).await.ahead, 0, "{database}: what was ready is the third, not a fourth");
        claims::release(deps, &reviewer, &once(), &third).await.unwrap();
        claims::keep_ready(deps, &reviewer, &once(), &held).await.unwrap();
        assert_eq!(open(&world, &batch).await, 4, "{database}");
        deps.clock.advance(601);
        let treasurer = world.signed_in(&world.treasurer).await.member().unwrap();
        take(&world, &treasurer, &batch).await;
        assert_eq!(open(&world, &batch).await, 4, "{database}: after ten minutes it is free again");
    }
}

#[tokio::test]
async fn an_answer_submitted_by_accident_comes_back_as_it_was_and_is_paid_as_it_was_claimed() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 2).await;
        let (deps, worker, reviewer) = (&world.deps, world.worker().await, Judging::Reviewer(world.reviewer().await));
        let claim = answer(&world, &worker, &batch).await;
        let before = row(&world, &claim).await;
        deps.clock.advance(60);
        back(&world, &worker, &claim).await.unwrap();
        let after = row(&world, &claim).await;
        assert_eq!((after.state.as_str(), after.due_at), ("claimed", before.due_at), "{database}: not a minute is won");
        assert_eq!((after.claimed_size, after.price), (before.claimed_size, before.price), "{database}");
        assert_eq!((after.answer, after.draft), (None, before.draft), "{database}: what was typed stands there");
        assert_eq!(reviews::list_waiting(deps, &reviewer).await.unwrap().len(), 0, "{database}");
        assert_eq!(code(reviews::open(deps, &reviewer, &claim).await), "not-found", "{database}");
        assert_eq!(code(back(&world, &worker, &claim).await), "claim-back-not", "{database}");
        assert_eq!(code(back(&world, &world.reviewer().await.member().unwrap(), &claim).await), "not-found", "{database}: another's");

        // 150 seconds counted before and 30 since are the work; the minute in which it lay with the reviewer is nobody's.
        deps.clock.advance(30);
        claims::submit(deps, &worker, &once(), &claim, &typed("Harmless")).await.unwrap();
        assert_eq!(row(&world, &claim).await.seconds, Some(180), "{database}");
        reviews::accept(deps, &reviewer, &once(), &claim).await.unwrap();
        assert_eq!(code(back(&world, &worker, &claim).await), "claim-accepted", "{database}");
        assert_eq!(world.escrow(&contract).await, 99_200_000, "{database}: paid once");

        // Long after: ten minutes, no more. And not beyond what a member may hold.
        let late = answer(&world, &worker, &batch).await;
        deps.clock.advance(7_200);
        back(&world, &worker, &late).await.unwrap();
        assert_eq!(row(&world, &late).await.due_at, deps.clock.now().secs() + 600, "{database}");
        claims::submit(deps, &worker, &once(), &late, &Typed::one("Harmful", 5)).await.unwrap();
        let more = world.open_batch(&contract, 3).await;
        let mut next = take(&world, &worker, &more).await;
        for _ in 0..2 {
            next = take(&world, &worker, &more).await;
        }
        assert_eq!(code(back(&world, &worker, &late).await), "claim-back-full", "{database}");
        // The task that came after it makes room, unless something was typed there.
        claims::save_draft(deps, &worker, &next, &typed("Harmful")).await.unwrap();
        let instead = async |next| claims::take_back(deps, &worker, &once(), &late, Some(next)).await;
        assert_eq!(code(instead(&next).await), "claim-back-full", "{database}");
        claims::release(deps, &worker, &once(), &next).await.unwrap();
        let next = take(&world, &worker, &world.open_batch(&contract, 1).await).await;
        instead(&next).await.unwrap();
        assert_eq!(
            (row(&world, &next).await.state.as_str(), row(&world, &late).await.state.as_str()),
            ("released", "claimed"),
            "{database}"
        );
    }
}

#[tokio::test]
async fn what_a_judge_has_opened_is_not_taken_back_nor_its_other_copies() {
    for database in databases() {
        let world = world(database).await;
        let batch = world.open_copies(&world.funded_contract("100.00").await, 1, 2).await;
        let (deps, worker, reviewer) = (&world.deps, world.worker().await, Judging::Reviewer(world.reviewer().await));
        let treasurer = world.signed_in(&world.treasurer).await.member().unwrap();
        let (mine, theirs) = (answer(&world, &worker, &batch).await, answer(&world, &treasurer, &batch).await);
        // Both are in: one goes back, and nobody judges the other until it is in again.
        back(&world, &worker, &mine).await.unwrap();
        assert_eq!(code(reviews::open(deps, &reviewer, &theirs).await), "not-found", "{database}");
        assert_eq!(open(&world, &batch).await, 0, "{database}: its copy stays its member's");
        claims::submit(deps, &worker, &once(), &mine, &typed("Harmless")).await.unwrap();
        reviews::open(deps, &reviewer, &theirs).await.unwrap();
        for (member, claim) in [(&worker, &mine), (&treasurer, &theirs)] {
            assert_eq!(code(back(&world, member, claim).await), "claim-back-seen", "{database}: all are in and were shown");
            assert!(claims::may_take_back(deps, member, claim).await.unwrap().is_none(), "{database}");
        }
        // Sent back, and in again: nobody has opened the new answer, and it goes back as work that came back.
        reviews::send_back(deps, &reviewer, &once(), &mine, "wrong-label", "See the section.", "4.2").await.unwrap();
        claims::submit(deps, &worker, &once(), &mine, &typed("Harmful")).await.unwrap();
        back(&world, &worker, &mine).await.unwrap();
        assert_eq!(row(&world, &mine).await.state, "sent_back", "{database}");
    }
}

#[tokio::test]
async fn a_member_reads_where_an_answer_can_be_taken_back_and_why_not() {
    for database in databases() {
        let world = world(database).await;
        let batch = world.open_batch(&world.funded_contract("100.00").await, 2).await;
        let claim = answer(&world, &world.worker().await, &batch).await;
        let site = Site::as_person(&world, &world.worker).await;
        let press = format!("action=\"/claims/{claim}/back\"");
        for path in [format!("/claims/{claim}"), "/work".to_owned()] {
            assert!(site.get(&path).await.text.contains(&press), "{database}: {path}");
        }
        // A reviewer who looks at the list has opened nothing; one who looks at the work has.
        let reviewer = Site::as_person(&world, &world.reviewer).await;
        reviewer.get("/reviews").await;
        reviewer.get(&format!("/batches/{batch}/review")).await;
        assert!(site.get("/work").await.text.contains(&press), "{database}");
        reviewer.get(&format!("/reviews/{claim}")).await;
        for path in [format!("/claims/{claim}"), "/work".to_owned()] {
            assert!(!site.get(&path).await.text.contains(&press), "{database}: {path}");
        }
        let refused = site.post(&format!("/claims/{claim}/back"), &[]).await;
        assert_eq!(refused.status, 422, "{database}");
        assert!(refused.text.contains("Quelqu’un l’a ouverte pour la relire"), "{database}: {}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_taking_back_opening_and_accepting_at_one_moment_one_comes_first() {
    for database in databases() {
        let world = world(database).await;
        let batch = world.open_batch(&world.funded_contract("100.00").await, 40).await;
        let (worker, reviewer) = (world.worker().await, Judging::Reviewer(world.reviewer().await));
        let mut seen = std::collections::BTreeSet::new();
        for round in 0..rounds(12).min(40) {
            let claim = answer(&world, &worker, &batch).await;
            let once = [once(), once()];
            let taken = claims::take_back(&world.deps, &worker, &once[0], &claim, None);
            // In turn the one and the other is asked first.
            let (taken, judged) = if round % 3 == 0 {
                let judged = async { reviews::open(&world.deps, &reviewer, &claim).await.map(|_| ()) };
                tokio::join!(taken, judged)
            } else {
                let judged = async { reviews::accept(&world.deps, &reviewer, &once[1], &claim).await.map(|_| ()) };
                let (judged, taken) = tokio::join!(judged, taken);
                (taken, judged)
            };
            let state = row(&world, &claim).await.state;
            match (taken, judged) {
                (Ok(()), Err(error)) => {
                    assert!(matches!(error, Error::NotFound), "{database}: {error:?}");
                    assert_eq!(state, "claimed", "{database}");
                    seen.insert("taken");
                    claims::release(&world.deps, &worker, &crate::support::once(), &claim).await.unwrap();
                }
                (Err(Error::Refused(refusals)), Ok(())) => {
                    assert!(["claim-back-seen", "claim-accepted"].contains(&refusals[0].code), "{database}: {refusals:?}");
                    assert_ne!(state, "claimed", "{database}");
                    seen.insert("judged");
                }
                both => panic!("{database}, round {round}: {both:?}"),
            }
        }
        assert!(!seen.is_empty());
        let out = world.folder.path().join("out");
        receipts::export(&world.deps, &out).await.unwrap();
        let report = manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap();
        assert_eq!(report.failures, [None, None, None, None], "{database}");
    }
}
