//! How a listed contract goes on: paused, resumed, completed, ended early. What is claimed is honoured, and nothing is claimed after
//! the end.

use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::reviews::Judging;
use manyhands::actions::{Error, claims, contracts, receipts, reviews};
use manyhands::jobs::outbox;
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use tokio::task::JoinSet;

use crate::http::Site;
use crate::story::typed;
use crate::support::{World, databases, once, world};

const DAY: i64 = 86_400;

fn code<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Refused(refusals)) => refusals[0].code,
        other => panic!("{other:?}"),
    }
}

pub async fn buyer(world: &World) -> Party {
    Party::Client(world.buyer().await)
}

async fn coop(world: &World) -> Party {
    Party::Coop(world.coordinator().await)
}

pub async fn begun(world: &World, items: usize) -> (ContractId, BatchId, ClaimId) {
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, items).await;
    let claim = claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
    (contract, batch, claim)
}

/// The work is handed in, judged and paid, whatever became of its contract.
pub async fn is_honoured(world: &World, claim: &ClaimId) {
    let (deps, judging) = (&world.deps, Judging::Reviewer(world.reviewer().await));
    let worker = world.worker().await;
    claims::submit(deps, &worker, &once(), claim, &typed("Harmful")).await.unwrap();
    reviews::send_back(deps, &judging, &once(), claim, "wrong-label", "See the section.", "4.2").await.unwrap();
    claims::submit(deps, &worker, &once(), claim, &typed("Harmless")).await.unwrap();
    assert_eq!(reviews::accept(deps, &judging, &once(), claim).await.unwrap().sum.to_string(), "0.800000");
}

async fn is_whole(world: &World) {
    let out = tempfile::TempDir::new().unwrap();
    receipts::export(&world.deps, out.path()).await.unwrap();
    let report = manyhands_verify::verify(out.path(), &world.deps.signers.checkpoint.verifying_key()).unwrap();
    assert_eq!(report.failures, [None, None, None, None]);
}

/// Subjects of the mail that waits: to whom, and what.
async fn mail(world: &World) -> Vec<(String, String)> {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = manyhands_store::outbox::list_messages(&world.deps.db.read(), 100).await.unwrap();
    messages.into_iter().map(|message| (message.recipient, message.subject)).collect()
}

#[tokio::test]
async fn a_paused_contract_takes_no_claim_and_what_is_claimed_goes_on() {
    for database in databases() {
        let world = world(database).await;
        let (contract, batch, claim) = begun(&world, 3).await;
        let (site, office) = (Site::as_person(&world, &world.buyer).await, Site::as_person(&world, &world.coordinator).await);
        let page = format!("/contracts/{contract}/life");
        site.get(&format!("/desk/{contract}")).await.says("How it goes on");
        site.get(&page).await.says("no new claims for now; work under way goes on");
        let step = site.get(&format!("{page}/pause")).await;
        step.says("1 claim is under way: it can be handed in as before, is judged, and is paid from the deposit.");
        step.says("hear of it by mail");
        let before = world.rows().await;
        site.post(&format!("{page}/pause"), &[("reason", " ")]).await.refuses("Say why in a sentence");
        let long = "because ".repeat(100);
        let answer = site.post(&format!("{page}/pause"), &[("reason", &long)]).await;
        answer.refuses("This is longer than 500 characters.");
        answer.says(long.trim());
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        mail(&world).await;
        site.post(&format!("{page}/pause"), &[("reason", "The guidelines are being looked at.")]).await.redirects();

        let told: Vec<String> =
            mail(&world).await.into_iter().filter(|(_, subject)| subject.contains("ause")).map(|(who, _)| who).collect();
        let mut told: Vec<&str> = told.iter().map(String::as_str).collect();
        told.sort_unstable();
        assert_eq!(told, ["nathalie@example.coop", "wanjiru@example.coop"], "{database}: who works on it, and the co-op");
        site.get(&page).await.says("The guidelines are being looked at.");
        site.get(&format!("/contracts/{contract}")).await.says("The client has paused it");
        let worker = world.worker().await;
        assert_eq!(code(claims::claim(&world.deps, &worker, &once(), &batch).await), "contract-paused", "{database}");
        let board = Site::as_person(&world, &world.reviewer).await.get("/work").await;
        assert!(!board.text.contains(&format!("/batches/{batch}/claim")), "{database}: it is not on the board");
        let more = world.draft_batch(&contract, "0.80", "180").await;
        let items = b"id,payload\n1,Another passage\n";
        manyhands::actions::batches::import(&world.deps, &world.buyer().await, &once(), &more, items).await.unwrap();
        site.post(&format!("/batches/{more}/open"), &[]).await.refuses("The contract is paused, so no batch opens.");
        is_honoured(&world, &claim).await;

        // Whoever paused resumes.
        office.post(&format!("{page}/resume"), &[]).await.refuses("The other side paused it");
        assert_eq!(
            code(life::go(&world.deps, &buyer(&world).await, &once(), &contract, Step::Pause, "Again.").await),
            "contract-paused-already"
        );
        site.get(&format!("{page}/resume")).await.says("on the board again at once");
        site.post(&format!("{page}/resume"), &[]).await.redirects();
        claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        is_whole(&world).await;
    }
}

#[tokio::test]
async fn an_early_end_gives_its_notice_honours_what_is_claimed_and_takes_no_claim_afterwards() {
    for database in databases() {
        let world = world(database).await;
        let (contract, batch, first) = begun(&world, 4).await;
        let (site, worker) = (Site::as_person(&world, &world.buyer).await, world.worker().await);
        let page = format!("/contracts/{contract}/life");
        let step = site.get(&format!("{page}/terminate")).await;
        step.says("after the notice that its listing names, 14 days.");
        step.says("10 % of the price of what nobody has claimed by then. Today that is 3 answers, a fee of 0.24 USD.");
        step.says("This program posts no such fee");
        site.post(&format!("{page}/terminate"), &[("reason", "The model is trained.")]).await.redirects();
        site.get(&page).await.says("The client gave notice: it ends on");
        is_honoured(&world, &first).await;

        // The days are there for members to work in.
        site.post(&format!("{page}/pause"), &[("reason", "A break.")]).await.refuses("members have these days to work in");
        site.post(&format!("/batches/{batch}/pause"), &[]).await.refuses("members have these days to work in");
        world.deps.clock.advance(14 * DAY - 60);
        let late = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 0, "{database}: not before its day");
        world.deps.clock.advance(60);
        // Nothing depends on the job: the end is read when somebody claims.
        assert_eq!(code(claims::claim(&world.deps, &worker, &once(), &batch).await), "contract-over", "{database}");
        let board = Site::as_person(&world, &world.reviewer).await.get("/work").await;
        assert!(!board.text.contains(&format!("/batches/{batch}/claim")), "{database}: nor does a list offer it");
        site.get(&format!("/desk/{contract}/quote?pieces=10&copies=1")).await.says("This contract has ended: transfer nothing for it.");
        let size = world.deps.head.last().0;
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 1, "{database}");
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 0, "{database}: once");
        assert_eq!(code(claims::claim(&world.deps, &worker, &once(), &batch).await), "contract-over", "{database}");
        is_honoured(&world, &late).await;

        let entry = site.get(&format!("/ledger/{size}")).await;
        entry.says("Contract closed");
        entry.says("ended early by the client");
        let page = site.get(&page).await;
        page.says("98.40 <small>USD can go back");
        page.says("Ended early, by the client");
        Site::as_person(&world, &world.treasurer).await.get("/treasury").await.says("À rendre");
        // Money that arrives late is booked: it is the client's, and can go back.
        let desk = Site::as_person(&world, &world.treasurer).await;
        desk.get("/treasury").await.says("il est fini, cet argent ne peut");
        contracts::record_deposit(&world.deps, &world.treasurer().await, &once(), &contract, "5.00", "late").await.unwrap();
        site.get(&format!("/contracts/{contract}/life")).await.says("103.40 <small>USD can go back");
        site.get(&format!("/batches/{batch}")).await.says("Closed.");
        site.post(&format!("/batches/{batch}/resume"), &[]).await.refuses("This contract has ended.");
        let batch = [
            ("title", "More of it"),
            ("price", "0.80"),
            ("seconds", "180"),
            ("copies", "1"),
            ("payload_kind", "text"),
            ("question", "Is this passage harmful?"),
            ("answer_kind", "one-choice"),
            ("choices", "Harmful\nHarmless"),
        ];
        site.post(&format!("/desk/{contract}/batch"), &batch).await.refuses("This contract has ended.");
        is_whole(&world).await;
    }
}

#[tokio::test]
async fn what_runs_out_after_the_end_goes_back_to_the_deposit() {
    for database in databases() {
        let world = world(database).await;
        let (contract, _, claim) = begun(&world, 2).await;
        let coop = coop(&world).await;
        let other = world.open_batch(&world.funded_contract("5.00").await, 1).await;
        claims::claim(&world.deps, &world.worker().await, &once(), &other).await.unwrap();
        life::go(&world.deps, &coop, &once(), &contract, Step::Terminate, "It is over.").await.unwrap();
        world.deps.clock.advance(14 * DAY);
        life::end_run_out(&world.deps).await.unwrap();
        let held = async || life::stand(&world.deps, &coop, &contract).await.unwrap().1.escrow.held.to_string();
        assert_eq!(held().await, "0.800000", "{database}: nobody claims there any more, so nobody frees it");
        let site = Site::as_person(&world, &world.buyer).await;
        let page = format!("/contracts/{contract}/life");
        let fee = "10 % of the price of what nobody had claimed, 1 answer, a fee of 0.08 USD.";
        site.get(&page).await.says(fee);
        assert_eq!(claims::free_ended(&world.deps).await.unwrap(), 1, "{database}: on the ended one alone");
        assert_eq!(claims::free_ended(&world.deps).await.unwrap(), 0, "{database}: once");
        assert_eq!(held().await, "0.000000", "{database}");
        let shown = site.get(&page).await;
        shown.says(fee);
        shown.says("The co-op ended it early.");
        assert_eq!(claims::find_own(&world.deps, &world.worker().await, &claim).await.unwrap().0.state, "expired", "{database}");
    }
}

#[tokio::test]
async fn a_notice_can_be_taken_back_by_the_side_that_gave_it() {
    for database in databases() {
        let world = world(database).await;
        let (contract, batch, _) = begun(&world, 3).await;
        let (client, coop) = (buyer(&world).await, coop(&world).await);
        let go = async |by: &Party, step, why: &str| life::go(&world.deps, by, &once(), &contract, step, why).await;
        go(&coop, Step::Terminate, "Too little of it can be judged.").await.unwrap();
        assert_eq!(code(go(&client, Step::Terminate, "We too.").await), "contract-notice-given", "{database}");
        assert_eq!(code(go(&client, Step::Keep, "").await), "contract-notice-of-other", "{database}");
        go(&coop, Step::Keep, "").await.unwrap();
        world.deps.clock.advance(15 * DAY);
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 0, "{database}");
        claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
        // A client's pause would take the notice its meaning.
        go(&client, Step::Pause, "A break.").await.unwrap();
        assert_eq!(code(go(&client, Step::Terminate, "Enough.").await), "contract-resume-first", "{database}");
    }
}

#[tokio::test]
async fn a_contract_is_completed_once_and_only_when_everything_is_accepted() {
    for database in databases() {
        let world = world(database).await;
        let (contract, _, claim) = begun(&world, 1).await;
        let site = Site::as_person(&world, &world.buyer).await;
        let page = format!("/contracts/{contract}/life");
        site.get(&format!("{page}/complete")).await.refuses("1 answer is not accepted yet.");
        let before = world.rows().await;
        site.post(&format!("{page}/complete"), &[]).await.refuses("1 answer is not accepted yet.");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        is_honoured(&world, &claim).await;
        site.get(&format!("{page}/complete")).await.says("99.20 USD of the deposit is left and can go back.");
        let (client, form) = (buyer(&world).await, once());
        for _ in 0..2 {
            life::go(&world.deps, &client, &form, &contract, Step::Complete, "").await.unwrap();
        }
        assert_eq!(code(life::go(&world.deps, &client, &once(), &contract, Step::Complete, "").await), "contract-over", "{database}");
        let entries = receipts::list_of_contract(&world.deps, &contract, u64::MAX >> 1, 50).await.unwrap();
        assert_eq!(entries.iter().filter(|entry| entry.kind == "contract.closed").count(), 1, "{database}: a form acts once");
        let after = site.get(&page).await;
        after.says("Everything is done, and the contract is closed.");
        after.says("99.20 <small>USD can go back");
        site.get(&format!("/desk/{contract}/results.jsonl")).await.says("Harmless");
        is_whole(&world).await;
    }
}

#[tokio::test]
async fn a_contract_on_which_nothing_was_ever_opened_ends_at_once() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("10.00").await;
        let site = Site::as_person(&world, &world.coordinator).await;
        let page = format!("/contracts/{contract}/life");
        site.get(&format!("{page}/complete")).await.refuses("No batch of it was ever opened");
        site.get(&format!("{page}/terminate")).await.says("It ends at once, for ever");
        site.post(&format!("{page}/terminate"), &[("reason", "The client withdrew.")]).await.redirects();
        site.get(&page).await.says("10.00 <small>USD can go back");
        is_whole(&world).await;
    }
}

#[tokio::test]
async fn only_the_two_sides_of_a_listed_contract_see_how_it_goes_on() {
    for database in databases() {
        let world = world(database).await;
        let (contract, ..) = begun(&world, 1).await;
        let draft = contracts::draft(&world.deps, &world.buyer().await, &once()).await.unwrap();
        let before = world.rows().await;
        for (who, id) in [(&world.other_buyer().await, &contract), (&world.worker, &contract), (&world.coordinator, &draft)] {
            let site = Site::as_person(&world, who).await;
            assert_eq!(site.get(&format!("/contracts/{id}/life")).await.status, 404, "{database}");
            for step in Step::ALL {
                let path = format!("/contracts/{id}/life/{}", step.word());
                let fields = if step.asks_why() { &[("reason", "Mine.")][..] } else { &[] };
                assert_eq!((site.get(&path).await.status, site.post(&path, fields).await.status), (404, 404), "{database}: {path}");
            }
        }
        let after = world.rows().await;
        let changed = after.iter().filter(|row| !before.contains(row) && !matches!(row.0.as_str(), "people" | "clients" | "client_users"));
        assert_eq!(changed.count(), 0, "{database}: nothing was written");
        let site = Site::as_person(&world, &world.buyer).await;
        assert_eq!(site.get(&format!("/contracts/{contract}/life/vanish")).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_notices_at_one_moment_one_counts() {
    for database in databases() {
        let world = world(database).await;
        let (contract, ..) = begun(&world, 2).await;
        let parties = [buyer(&world).await, coop(&world).await];
        let mut together = JoinSet::new();
        for n in 0..12 {
            let (deps, by, id) = (world.deps.clone(), parties[n % 2].clone(), contract.clone());
            together.spawn(async move { life::go(&deps, &by, &once(), &id, Step::Terminate, "It is over.").await });
        }
        let outcomes = together.join_all().await;
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1, "{database}");
        assert!(lost.into_iter().all(|lost| code(lost) == "contract-notice-given"), "{database}");
    }
}
