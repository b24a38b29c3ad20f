//! Several members answer the same item: each once, none sees another's answer before all are in, all are paid, and the client learns
//! how far they agree.

use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{Error, batches, claims, leaving, questions, receipts, results, reviews};
use manyhands_domain::contracts::life::Step;
use manyhands_domain::forms::NewQuestion;
use manyhands_domain::ids::{BatchId, ClaimId, PersonId};
use manyhands_domain::results::{to_consensus_csv_lines, to_consensus_json_line};

use crate::http::Site;
use crate::story::typed;
use crate::support::{PASSWORD, World, databases, once, world};

async fn take(world: &World, member: &Member, batch: &BatchId) -> Result<ClaimId, &'static str> {
    claims::claim(&world.deps, member, &once(), batch).await.map_err(|error| code(&error))
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Refused(refusals) => refusals[0].code,
        Error::NotFound => "not-found",
        other => panic!("{other:?}"),
    }
}

async fn answer(world: &World, member: &Member, batch: &BatchId, choice: &str) -> ClaimId {
    let claim = take(world, member, batch).await.unwrap();
    world.deps.clock.advance(170);
    claims::submit(&world.deps, member, &once(), &claim, &typed(choice)).await.unwrap();
    claim
}

async fn member(world: &World, person: &PersonId) -> Member {
    world.signed_in(person).await.member().unwrap()
}

#[tokio::test]
async fn each_member_answers_an_item_once_and_nobody_judges_before_all_answers_are_in() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps) = (world.funded_contract("100.00").await, &world.deps);
        let batch = world.open_copies(&contract, 2, 2).await;
        let (worker, treasurer) = (member(&world, &world.worker).await, member(&world, &world.treasurer).await);
        let (reviewer, client) = (Judging::Reviewer(world.reviewer().await), Judging::Client(world.buyer().await));
        let first = answer(&world, &worker, &batch, "Harmful").await;
        assert_eq!(reviews::list_waiting(deps, &reviewer).await.unwrap().len(), 0, "{database}: one of two answers is in");
        for judge in [&reviewer, &client] {
            assert_eq!(code(&reviews::find(deps, judge, &first).await.unwrap_err()), "not-found", "{database}");
            assert_eq!(code(&reviews::accept(deps, judge, &once(), &first).await.unwrap_err()), "not-found", "{database}");
        }
        // The same member gets the next item, and then none: each item once.
        let second = answer(&world, &worker, &batch, "Harmful").await;
        assert_eq!(take(&world, &worker, &batch).await, Err("task-none-free"), "{database}");
        assert_eq!(batches::find_own(deps, &world.buyer().await, &batch).await.unwrap().tasks_open, 2, "{database}");
        let third = answer(&world, &treasurer, &batch, "Harmful").await;
        let waiting = reviews::list_waiting(deps, &reviewer).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].count), (1, 2), "{database}: both answers to the first item");
        reviews::find(deps, &reviewer, &first).await.unwrap();

        // A reviewer who answers the second item judges nobody's answer to it.
        let fourth = answer(&world, &member(&world, &world.reviewer).await, &batch, "Harmless").await;
        assert_eq!(reviews::confirmable(deps, &reviewer, &waiting[0]).await.unwrap().0, 2, "{database}");
        assert_eq!(code(&reviews::accept(deps, &reviewer, &once(), &second).await.unwrap_err()), "not-found", "{database}");
        assert_eq!(code(&reviews::accept(deps, &reviewer, &once(), &fourth).await.unwrap_err()), "review-own", "{database}");
        assert_eq!(reviews::list_waiting(deps, &client).await.unwrap()[0].count, 4, "{database}");
        reviews::accept(deps, &reviewer, &once(), &first).await.unwrap();
        for claim in [&second, &third, &fourth] {
            reviews::accept(deps, &client, &once(), claim).await.unwrap();
        }
        assert_eq!(world.escrow(&contract).await, 100_000_000 - 4 * 800_000, "{database}: each answer is paid");

        let agreed = results::agreement(deps, &world.buyer().await, &contract).await.unwrap();
        // One of two pairs is equal; chance alone: (6/8)² + (2/8)² of the four answers, Harmful three times.
        assert_eq!((agreed.len(), agreed[0].items, agreed[0].share), (1, 2, Some(500_000)), "{database}");
        assert_eq!(agreed[0].kappa, Some(-333_333), "{database}");
        let (mut lines, mut csv) = (String::new(), String::new());
        let take = |row| {
            lines.push_str(&to_consensus_json_line(&row));
            csv.push_str(&to_consensus_csv_lines(&row));
        };
        results::list_consensus(deps, &world.buyer().await, &contract, take).await.unwrap();
        assert_eq!(csv, "item-1,answer,Harmful,1.000000,2,,0\r\nitem-2,answer,,0.000000,2,,0\r\n", "{database}");
        assert_eq!(lines.lines().count(), 2, "{database}");
        let mut all = Vec::new();
        results::list(deps, &world.buyer().await, &contract, |row| all.push(row.item)).await.unwrap();
        assert_eq!(all, ["item-1", "item-1", "item-2", "item-2"], "{database}");

        let out = world.folder.path().join("out");
        receipts::export(deps, &out).await.unwrap();
        let report = manyhands_verify::verify(&out, &deps.signers.checkpoint.verifying_key()).unwrap();
        assert!(report.holds(), "{database}: {:?}", report.failures);
    }
}

#[tokio::test]
async fn a_copy_that_is_given_back_is_free_for_others_and_an_answer_that_went_back_stays_shown() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps) = (world.funded_contract("100.00").await, &world.deps);
        let batch = world.open_copies(&contract, 1, 3).await;
        let members = [&world.worker, &world.treasurer, &world.coordinator];
        let reviewer = Judging::Reviewer(world.reviewer().await);
        let given_up = take(&world, &member(&world, members[0]).await, &batch).await.unwrap();
        claims::release(deps, &member(&world, members[0]).await, &once(), &given_up).await.unwrap();
        let mut claims_in = Vec::new();
        for person in members {
            claims_in.push(answer(&world, &member(&world, person).await, &batch, "Harmful").await);
        }
        assert_eq!(take(&world, &member(&world, &world.reviewer).await, &batch).await, Err("task-none-free"), "{database}");
        reviews::send_back(deps, &reviewer, &once(), &claims_in[0], "wrong-label", "See the section.", "4.2").await.unwrap();
        reviews::accept(deps, &reviewer, &once(), &claims_in[1]).await.unwrap();
        // Until the last one is accepted there is no consensus.
        let mut rows = 0;
        results::list_consensus(deps, &world.buyer().await, &contract, |_| rows += 1).await.unwrap();
        assert_eq!(rows, 0, "{database}");
        // It runs out: somebody else may answer now, and those two stay as they are.
        deps.clock.advance(3 * 86_400);
        answer(&world, &member(&world, &world.reviewer).await, &batch, "Harmless").await;
        for claim in [&claims_in[0], &claims_in[1]] {
            let state = manyhands_store::claims::find_claim(&deps.db.read(), claim).await.unwrap().unwrap().state;
            assert_eq!(state, if claim == &claims_in[0] { "expired" } else { "accepted" }, "{database}");
        }
        assert_eq!(reviews::list_waiting(deps, &Judging::Client(world.buyer().await)).await.unwrap()[0].count, 2, "{database}");
    }
}

#[tokio::test]
async fn the_client_says_how_many_and_sees_how_far_they_agree() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let draft = world.draft_batch(&contract, "0.80", "180").await;
        let (kind, name, question) = ("text".to_owned(), "remark".to_owned(), "Anything else?".to_owned());
        let remark = NewQuestion { kind, name, question, optional: true, ..NewQuestion::default() };
        questions::add(&world.deps, &world.buyer().await, &once(), &draft, &remark).await.unwrap();
        let csv = b"id,payload\n1,a\n2,b\n3,c\n";
        batches::import(&world.deps, &world.buyer().await, &once(), &draft, csv).await.unwrap();
        for wrong in ["0", "10", "two", "1.5"] {
            let refused = site.post(&format!("/batches/{draft}/offer"), &[("price", "0.80"), ("seconds", "180"), ("copies", wrong)]).await;
            refused.refuses("This must be a whole number from 1 to 9.");
            assert!(refused.text.contains(&format!("value=\"{wrong}\"")), "{database}: what was typed is kept");
        }
        site.post(&format!("/batches/{draft}/offer"), &[("price", "0.80"), ("seconds", "180"), ("copies", "2")]).await;
        site.get(&format!("/batches/{draft}")).await.says("Each of 3 items is answered by 2 different members");
        // A new file is counted by the copies that the offer says.
        batches::import(&world.deps, &world.buyer().await, &once(), &draft, b"id,payload\n1,a\n").await.unwrap();
        assert_eq!(batches::find_own(&world.deps, &world.buyer().await, &draft).await.unwrap().tasks_total, 2, "{database}");
        batches::open(&world.deps, &world.buyer().await, &once(), &draft).await.unwrap();
        let client = Judging::Client(world.buyer().await);
        for person in [&world.worker, &world.treasurer] {
            answer(&world, &member(&world, person).await, &draft, "Harmless").await;
        }
        for waiting in reviews::list_waiting(&world.deps, &client).await.unwrap() {
            let (count, sum) = reviews::confirmable(&world.deps, &client, &waiting).await.unwrap();
            reviews::accept_many(&world.deps, &client, &once(), &draft, count, sum).await.unwrap();
        }
        let page = site.get(&format!("/desk/{contract}")).await;
        for words in ["How far answers agree", "Question answer, over 1 item", "1.00", "2 of 2 passages accepted"] {
            page.says(words);
        }
        let consensus = site.get(&format!("/desk/{contract}/consensus.csv")).await;
        let rows = "item,question,consensus,agreement,answers,overlap,left_out\r\n1,answer,Harmless,1.000000,2,,0\r\n";
        assert_eq!(consensus.text, format!("{rows}1,remark,,1.000000,2,,2\r\n"), "{database}: everybody left it out");
        let json = site.get(&format!("/desk/{contract}/consensus.jsonl")).await;
        for part in ["\"consensus\":{\"answer\":\"Harmless\",\"remark\":null}", "\"left_out\":{\"remark\":2}"] {
            assert!(json.text.contains(part), "{database}: {}", json.text);
        }
    }
}

#[tokio::test]
async fn on_an_ended_contract_a_judge_waits_for_no_answer_that_cannot_come_any_more() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps) = (world.funded_contract("100.00").await, &world.deps);
        let batch = world.open_copies(&contract, 1, 2).await;
        let claim = answer(&world, &member(&world, &world.worker).await, &batch, "Harmful").await;
        let client = Judging::Client(world.buyer().await);
        assert!(reviews::list_waiting(deps, &client).await.unwrap().is_empty(), "{database}: the other answer may still come");
        let side = Party::Client(world.buyer().await);
        life::go(deps, &side, &once(), &contract, Step::Terminate, "No more of it.").await.unwrap();
        world.deps.clock.advance(14 * 86_400);
        life::end_run_out(deps).await.unwrap();
        assert_eq!(reviews::list_waiting(deps, &client).await.unwrap().len(), 1, "{database}");
        reviews::accept(deps, &client, &once(), &claim).await.unwrap();
    }
}

#[tokio::test]
async fn who_left_while_their_verdict_waited_accepts_nothing() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let batch = world.open_batch(&world.funded_contract("100.00").await, 2).await;
        let claim = answer(&world, &member(&world, &world.worker).await, &batch, "Harmful").await;
        // The page asked who they are before they left.
        let reviewer = Judging::Reviewer(world.reviewer().await);
        leaving::leave(deps, &member(&world, &world.reviewer).await, &once(), PASSWORD).await.unwrap();
        let before = world.rows().await;
        assert_eq!(code(&reviews::accept(deps, &reviewer, &once(), &claim).await.unwrap_err()), "not-found", "{database}");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
    }
}

#[tokio::test]
async fn a_batch_whose_last_tasks_ran_out_stays_on_the_board() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let batch = world.open_batch(&world.funded_contract("100.00").await, 1).await;
        let worker = member(&world, &world.worker).await;
        take(&world, &worker, &batch).await.unwrap();
        let shown = async || batches::list_open(deps).await.unwrap().len();
        assert_eq!(shown().await, 0, "{database}: somebody works on it");
        world.deps.clock.advance(30 * 86_400);
        assert_eq!(shown().await, 1, "{database}: nobody does any more");
        take(&world, &member(&world, &world.treasurer).await, &batch).await.unwrap();
    }
}

#[tokio::test]
async fn silence_begins_when_the_last_answer_to_an_item_is_in_and_nobody_waits_for_ever() {
    const DAY: i64 = 86_400;
    for database in databases() {
        let world = world(database).await;
        let (contract, deps) = (world.funded_contract("100.00").await, &world.deps);
        let batch = world.open_copies(&contract, 2, 2).await;
        let (worker, treasurer) = (member(&world, &world.worker).await, member(&world, &world.treasurer).await);
        let (first, lonely) = (answer(&world, &worker, &batch, "Harmful").await, answer(&world, &worker, &batch, "Harmful").await);
        let handed_in = deps.clock.now();
        // A judge may see neither: silence pays neither.
        deps.clock.advance(20 * DAY);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 0, "{database}");
        let second = answer(&world, &treasurer, &batch, "Harmful").await;
        assert_eq!(reviews::list_waiting(deps, &Judging::Client(world.buyer().await)).await.unwrap()[0].count, 2, "{database}");
        // Taken back, the first waits again; handed in anew, both have their seven days from then on.
        deps.clock.advance(6 * DAY);
        claims::take_back(deps, &treasurer, &once(), &second, None).await.unwrap();
        deps.clock.advance(600);
        claims::submit(deps, &treasurer, &once(), &second, &typed("Harmful")).await.unwrap();
        deps.clock.advance(2 * DAY - 1_200);
        assert!(deps.clock.now() < handed_in.plus_days(28), "{database}");
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 0, "{database}: not yet");
        deps.clock.advance(1_200);
        // After 28 days nobody waits for an answer that may never come.
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 1, "{database}");
        let state = async |claim| manyhands_store::claims::find_claim(&deps.db.read(), claim).await.unwrap().unwrap().state;
        assert_eq!((state(&lonely).await.as_str(), state(&first).await.as_str()), ("accepted", "submitted"), "{database}");
        deps.clock.advance(5 * DAY + 1_200);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 2, "{database}: seven days after the last came in");
    }
}

#[tokio::test]
async fn silence_begins_where_no_other_answer_can_come_any_more() {
    const DAY: i64 = 86_400;
    for database in databases() {
        let world = world(database).await;
        let (contract, deps) = (world.funded_contract("100.00").await, &world.deps);
        let batch = world.open_copies(&contract, 1, 2).await;
        answer(&world, &member(&world, &world.worker).await, &batch, "Harmful").await;
        let side = Party::Client(world.buyer().await);
        life::go(deps, &side, &once(), &contract, Step::Terminate, "No more of it.").await.unwrap();
        deps.clock.advance(14 * DAY);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 0, "{database}: the other may still come");
        life::end_run_out(deps).await.unwrap();
        deps.clock.advance(7 * DAY - 1);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 0, "{database}: a judge has had their days from then on");
        deps.clock.advance(1);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 1, "{database}");
    }
}
