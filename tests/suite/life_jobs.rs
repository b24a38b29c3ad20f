//! A contract's life where something is in its way: a row that cannot be read, a level that was raised, a side that never stops.

use manyhands::actions::contracts::amending;
use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::reviews::Judging;
use manyhands::actions::{Error, batches, claims, reviews};
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::ContractId;

use crate::http::Site;
use crate::pages::change;
use crate::story::typed;
use crate::support::{World, databases, once, world};

const DAY: i64 = 86_400;

fn code<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Refused(refusals)) => refusals[0].code,
        other => panic!("{other:?}"),
    }
}

/// The co-op proposes a level above everything that is open, and the client agrees.
async fn raise(world: &World, contract: &ContractId) {
    let (client, coop) = (Party::Client(world.buyer().await), Party::Coop(world.coordinator().await));
    amending::draft(&world.deps, &coop, &once(), contract).await.unwrap();
    let hazards = |name: &str| match name {
        "category_1" => "s3".to_owned(),
        "form_1" => "text".to_owned(),
        "level_1" => "3".to_owned(),
        "share_1" => "60".to_owned(),
        _ => String::new(),
    };
    amending::save(&world.deps, &coop, &once(), contract, "hazards", hazards).await.unwrap();
    amending::propose(&world.deps, &coop, &once(), contract, "It is worse than listed.").await.unwrap();
    let proposed = amending::find_open(&world.deps, &client, contract).await.unwrap().proposed.unwrap();
    amending::agree(&world.deps, &client, &once(), contract, &amending::sha256_of(&proposed)).await.unwrap();
}

#[tokio::test]
async fn what_is_left_below_a_raised_level_is_taken_back_and_the_contract_completed() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_copies(&contract, 3, 2).await;
        let (worker, judging) = (world.worker().await, Judging::Reviewer(world.reviewer().await));
        let first = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        let runs_out = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        let (site, client) = (Site::as_person(&world, &world.buyer).await, Party::Client(world.buyer().await));
        let page = format!("/batches/{batch}");
        assert!(!site.get(&page).await.text.contains("Take it back"), "{database}: members can claim it");
        site.post(&format!("{page}/withdraw"), &[]).await.refuses("Members can still claim the tasks of this batch");
        raise(&world, &contract).await;
        let fee = site.get(&format!("/contracts/{contract}/life/terminate")).await;
        assert!(!fee.text.contains("The listing names a fee"), "{database}: nobody could claim these");
        site.get(&page).await.says("4 answers are free.");
        for who in [world.other_buyer().await, world.worker.clone()] {
            let stranger = Site::as_person(&world, &who).await;
            assert_eq!(stranger.post(&format!("{page}/withdraw"), &[]).await.status, 404, "{database}");
        }
        site.post(&format!("{page}/withdraw"), &[]).await.redirects();
        site.post(&format!("{page}/withdraw"), &[]).await.refuses("Nothing of this batch is free");
        site.get(&page).await.says("4 answers were taken back before anybody claimed them.");
        site.get(&format!("{page}/items")).await.says("3 items");

        // What was claimed is judged and paid; what ran out is free to be taken back, though nobody claims there any more.
        claims::submit(&world.deps, &worker, &once(), &first, &typed("Harmful")).await.unwrap();
        reviews::accept(&world.deps, &judging, &once(), &first).await.unwrap();
        assert_eq!(code(life::go(&world.deps, &client, &once(), &contract, Step::Complete, "").await), "contract-not-done");
        world.deps.clock.advance(3 * DAY);
        site.post(&format!("{page}/withdraw"), &[]).await.redirects();
        assert_eq!(claims::find_own(&world.deps, &worker, &runs_out).await.unwrap().0.state, "expired", "{database}");
        let row = batches::find_own(&world.deps, &world.buyer().await, &batch).await.unwrap();
        assert_eq!((row.tasks_total, row.tasks_open, row.tasks_withdrawn, row.tasks_accepted), (1, 0, 5, 1), "{database}");
        life::go(&world.deps, &client, &once(), &contract, Step::Complete, "").await.unwrap();
    }
}

#[tokio::test]
async fn what_comes_back_below_a_raised_level_is_waited_for_by_nobody() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_copies(&contract, 2, 2).await;
        let (worker, other) = (world.worker().await, world.signed_in(&world.treasurer).await.member().unwrap());
        let mut held = Vec::new();
        for member in [&worker, &worker, &other, &other] {
            held.push(claims::claim(&world.deps, member, &once(), &batch).await.unwrap());
        }
        for mine in &held[..2] {
            claims::submit(&world.deps, &worker, &once(), mine, &typed("Harmful")).await.unwrap();
        }
        raise(&world, &contract).await;
        let (site, page) = (Site::as_person(&world, &world.buyer).await, format!("/batches/{batch}"));
        // One comes back, and the client takes back what is free; the other two of the items are held still.
        claims::release(&world.deps, &other, &once(), &held[2]).await.unwrap();
        site.post(&format!("{page}/withdraw"), &[]).await.redirects();
        let days = async |claim: usize| {
            let row = claims::find_own(&world.deps, &worker, &held[claim]).await.unwrap().0;
            (row.review_by.unwrap() - world.deps.clock.now().secs()) / DAY
        };
        assert_eq!((days(0).await, days(1).await), (7, 28), "{database}: one may yet be handed in");
        // It runs out: nobody can claim it, so nobody waits for it.
        world.deps.clock.advance(3 * DAY);
        assert_eq!(claims::free_ended(&world.deps).await.unwrap(), 1, "{database}: without a press");
        assert_eq!(days(1).await, 7, "{database}");
        let row = batches::find_own(&world.deps, &world.buyer().await, &batch).await.unwrap();
        assert_eq!((row.tasks_total, row.tasks_open, row.tasks_withdrawn), (2, 0, 2), "{database}");
        site.post(&format!("{page}/withdraw"), &[]).await.refuses("Nothing of this batch is free");
        world.deps.clock.advance(8 * DAY);
        reviews::accept_silent(&world.deps).await.unwrap();
        assert_eq!(claims::find_own(&world.deps, &worker, &held[1]).await.unwrap().0.state, "accepted", "{database}");
    }
}

#[tokio::test]
async fn one_contract_that_cannot_be_closed_holds_up_no_other() {
    for database in databases() {
        let world = world(database).await;
        let coop = Party::Coop(world.coordinator().await);
        let mut contracts = Vec::new();
        for _ in 0..2 {
            let contract = world.funded_contract("100.00").await;
            let batch = world.open_batch(&contract, 2).await;
            claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
            life::go(&world.deps, &coop, &once(), &contract, Step::Terminate, "It is over.").await.unwrap();
            contracts.push((contract, batch));
        }
        let (bad, batch) = &contracts[0];
        let terms = life::find(&world.deps, &coop, bad).await.unwrap().terms;
        change(&world.database, &format!("UPDATE contracts SET terms = '{{' WHERE id = '{bad}'")).await;
        world.deps.clock.advance(14 * DAY);
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 1, "{database}: the one behind it");
        let terms = terms.replace('\'', "''");
        change(&world.database, &format!("UPDATE contracts SET terms = '{terms}' WHERE id = '{bad}'")).await;
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 0, "{database}: set aside");
        world.deps.clock.advance(3_600);
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 1, "{database}: tried again in an hour");

        // No sum holds one more than this.
        change(&world.database, &format!("UPDATE batches SET tasks_open = 9223372036854775807 WHERE id = '{batch}'")).await;
        assert_eq!(claims::free_ended(&world.deps).await.unwrap(), 1, "{database}: the other one");
        change(&world.database, &format!("UPDATE batches SET tasks_open = 1 WHERE id = '{batch}'")).await;
        assert_eq!(claims::free_ended(&world.deps).await.unwrap(), 0, "{database}: set aside");
        world.deps.clock.advance(3_600);
        assert_eq!(claims::free_ended(&world.deps).await.unwrap(), 1, "{database}: tried again in an hour");
    }
}

#[tokio::test]
async fn a_side_pauses_only_so_often_a_day_and_what_it_stopped_it_can_always_let_go_on() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        world.open_batch(&contract, 2).await;
        let (client, coop) = (Party::Client(world.buyer().await), Party::Coop(world.coordinator().await));
        let go = async |by: &Party, step, why: &str| life::go(&world.deps, by, &once(), &contract, step, why).await;
        for _ in 0..6 {
            go(&client, Step::Pause, "So.").await.unwrap();
            go(&client, Step::Resume, "").await.unwrap();
            go(&client, Step::Terminate, "So.").await.unwrap();
            go(&client, Step::Keep, "").await.unwrap();
        }
        assert_eq!(code(go(&client, Step::Pause, "So.").await), "contract-moves-many", "{database}");
        assert_eq!(code(go(&client, Step::Terminate, "So.").await), "contract-moves-many", "{database}");
        go(&coop, Step::Pause, "The other side is not kept from it.").await.unwrap();
        assert_eq!(code(go(&coop, Step::Terminate, "So.").await), "contract-resume-first", "{database}: members have its days");
        world.deps.clock.advance(DAY);
        go(&client, Step::Terminate, "A day later.").await.unwrap();

        // One page says one thing.
        let shown = Site::as_person(&world, &world.buyer).await.get(&format!("/contracts/{contract}/life")).await;
        shown.says("The co-op has paused it: no new task can be claimed.");
        shown.says("The client gave notice: it ends on");
        assert!(!shown.text.contains("Until then tasks can be claimed"), "{database}");
    }
}
