//! That work is found by its indexes on SQLite, whose planner knows nothing of what is in the tables: no page of work and no job reads
//! all claims of a state, or all tasks of a batch, for a few of them.

use std::cell::RefCell;

use manyhands_domain::ids::{BatchId, ContractId, MemberId, PersonId};
use manyhands_domain::notices::Notice;
use manyhands_domain::time::Timestamp;
use sea_orm::Statement;

use crate::proposals::effects;
use crate::sql::{all, insert_rows, values};
use crate::{Db, Sql, batches, claims, label_studio, ledger, outbox, proposals, results, reviews, tasks};

thread_local! {
    static NOTED: RefCell<Vec<Statement>> = const { RefCell::new(Vec::new()) };
}

/// Every statement of this thread, as it is made.
pub(crate) fn note(statement: &Statement) {
    NOTED.with_borrow_mut(|noted| noted.push(statement.clone()));
}

#[derive(sea_orm::FromQueryResult)]
struct Step {
    detail: String,
}

/// How SQLite goes about what was asked since the last time.
async fn plans(on: &impl Sql) -> Vec<String> {
    let mut steps = Vec::new();
    for asked in NOTED.take() {
        let values = asked.values.map(|values| values.0).unwrap_or_default();
        let plan: Vec<Step> = all(on, format!("EXPLAIN QUERY PLAN {}", asked.sql), values).await.unwrap();
        steps.extend(plan.into_iter().map(|step| step.detail));
    }
    NOTED.take();
    steps
}

/// A whole table is read, or everything in one state, or all of it is sorted.
fn is_dear(step: &str) -> bool {
    let of_work = ["l", "claims", "t", "tasks"].iter().any(|table| step.starts_with(&format!("SCAN {table}")));
    of_work || step.contains("(state=?)") || step == "USE TEMP B-TREE FOR ORDER BY"
}

#[tokio::test]
async fn what_grows_with_the_work_is_found_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite://{}", folder.path().join("plans.db").display())).await.unwrap();
    let (read, now) = (db.read(), Timestamp::parse("2026-11-30T08:00:00Z").unwrap());
    let batch = BatchId::parse("01939c4e-9d0a-7c58-9f52-0d5d3f1f0a01").unwrap();
    let (id, member) = (batch.as_str(), MemberId::parse("M-7K3QZ0AB").unwrap());
    let contract = ContractId::parse("C-1").unwrap();
    let person = PersonId::parse("01939c4e-9d0a-7c58-9f52-0d5d3f1f0a02").unwrap();
    NOTED.take();
    let mut dear = Vec::new();
    macro_rules! asked {
        ($on:expr, $($what:expr),+ $(,)?) => {$(
            $what.await.unwrap();
            let steps = plans($on).await;
            assert!(!steps.is_empty(), "{}", stringify!($what));
            dear.extend(steps.into_iter().filter(|step| is_dear(step)).map(|step| format!("{}: {step}", stringify!($what))));
        )+};
    }
    asked!(
        &read,
        tasks::list_after(&read, id, 0, 50),
        results::list(&read, id, (-1, -1), 1_000),
        label_studio::list(&read, id, (-1, -1), 1_000),
        claims::find_sample(&read, &batch, 1, now, now),
        claims::list_of_member(&read, &member, "submitted", 5),
        claims::count_held(&read, &member, now),
        claims::list_due_untold(&read, now, now),
        claims::list_ended_overdue(&read, now, 20),
        reviews::list_silent(&read, now, 20),
        batches::find_batch(&read, &batch),
        effects::list_accepted(&read, 10, 20),
        effects::list_open_at(&read, 20, now),
        effects::find_latest_piece(&read, &member),
    );
    let tx = db.begin().await.unwrap();
    asked!(
        &tx,
        tasks::find_free(&tx, id, member.as_str(), &person),
        claims::list_overdue(&tx, contract.as_str(), now),
        claims::set_seen(&tx, "a task", now),
    );
    assert!(dear.is_empty(), "{}", dear.join("\n"));

    // The other prices of a contract's batches, without its other entries and those of other contracts.
    ledger::notes_repriced(&read, "C-1", 1, now).await.unwrap();
    let steps = plans(&read).await;
    assert!(steps.iter().any(|step| step.contains("INDEX entries_repriced (contract_id=? AND idx>?)")), "{steps:?}");

    // A contract's verdicts, without its claims: there are as many as ever were handed in.
    results::judged(&read, &contract).await.unwrap();
    results::list_reasons(&read, &contract).await.unwrap();
    let steps = plans(&read).await;
    for index in ["COVERING INDEX reviews_judged (contract_id=?)", "INDEX reviews_sent_back (contract_id=?)"] {
        assert!(steps.iter().any(|step| step.ends_with(index)), "{index}: {steps:?}");
    }
    assert!(!steps.iter().any(|step| step.contains("claims")), "{steps:?}");

    // What a recovery lost, without what it did not.
    results::count_lost(&read, &contract).await.unwrap();
    let steps = plans(&read).await;
    assert!(steps.iter().any(|step| step.contains("INDEX claims_lost (contract_id=? AND state=?)")), "{steps:?}");
}

#[tokio::test]
async fn what_the_whole_roll_is_told_takes_as_many_statements_as_what_two_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite://{}", folder.path().join("told.db").display())).await.unwrap();
    let (tx, now) = (db.begin().await.unwrap(), Timestamp::parse("2026-11-30T08:00:00Z").unwrap());
    let people: Vec<String> = (0..400).map(|number| format!("01939c4e-9d0a-7c58-9f52-{number:012}")).collect();
    let rows = people.iter().map(|id| values![id.as_str(), format!("{id}@example.coop"), "M", "en", "UTC", "active", 0, 0]).collect();
    insert_rows(&tx, "people (id, email, name, language, zone, state, created_at, named_at)", rows, "").await.unwrap();
    let people: Vec<PersonId> = people.iter().map(|id| PersonId::parse(id).unwrap()).collect();
    let notice = Notice::VoteCode { proposal: "P-1".to_owned(), title: "A rest day".to_owned(), code: "12345678".to_owned() };
    let mut statements = Vec::new();
    for told in [2, 400] {
        NOTED.take();
        let codes: Vec<_> = people[..told].iter().map(|person| (person, vec![1; 32])).collect();
        proposals::ballots::put_codes(&tx, 1, &codes, now).await.unwrap();
        let notices: Vec<_> = people[..told].iter().map(|person| (format!("{told}-{person}"), person, &notice)).collect();
        outbox::insert_notices(&tx, &notices, None, now).await.unwrap();
        statements.push(NOTED.take().len());
    }
    assert_eq!(statements, [3, 3]);
}
