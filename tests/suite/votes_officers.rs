//! What an officer who holds the database does to a vote that is open: other words, another change, another day, another end, a larger
//! roll. Nothing of it is brought about, what members read is held against what was put to the vote, and the end is the entry's.

use manyhands::actions::proposals::drafting::DraftForm;
use manyhands::actions::proposals::{asking, closing, enacting};
use manyhands::actions::{projection, rules as book};
use manyhands_domain::ids::ProposalId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_store::Db;

use crate::pages::change;
use crate::signers::{member, refused};
use crate::support::{World, copy_of, databases, once, world};
use crate::voters::{close, cosign, floor, put_to_the_vote, question, row, until, verified, vote};

/// What is done to the rows of a vote that is open, and in which column it is found.
const TRICKS: &[(&str, &str)] = &[
    ("UPDATE proposals SET about = replace(about, '9.000000', '99.000000')", "about"),
    ("UPDATE proposals SET act = 'text', about = '{}'", "act"),
    ("UPDATE proposals SET title = 'Nothing to see here'", "title"),
    ("UPDATE proposals SET text = 'Because I say so.'", "text"),
    ("UPDATE proposals SET language = 'en'", "language"),
    ("UPDATE proposals SET kind = 'ordinary'", "kind"),
    ("UPDATE proposals SET enacts_at = closes_at", "enacts_at"),
    ("UPDATE proposals SET closes_at = closes_at - 86400", "closes_at"),
    ("UPDATE proposals SET closes_at = closes_at + 86400", "closes_at"),
    ("UPDATE proposals SET opens_at = opens_at + 86400", "opens_at"),
    ("UPDATE proposals SET terms = replace(terms, '\"roll_size\":4', '\"roll_size\":5')", "terms"),
];

async fn floor_now(world: &World) -> Option<Amount> {
    let (_, book) = book::current(&world.deps.db.read()).await.unwrap();
    book.floor_per_hour("general", Currency::parse("USD").unwrap(), 0)
}

fn usd(typed: &str) -> Option<Amount> {
    Some(Amount::parse_input(typed).unwrap())
}

async fn passed(world: &World, id: &ProposalId) {
    for person in [&world.worker, &world.reviewer, &world.treasurer] {
        vote(world, person, id, "yes").await.unwrap();
    }
    assert_eq!(close(world, id).await.state, "passed");
}

#[tokio::test]
async fn whatever_is_changed_in_the_row_of_a_vote_after_it_opened_is_found() {
    for database in databases() {
        let world = world(database).await;
        put_to_the_vote(&world, &floor("9")).await;
        let honest = projection::check_all(&world.deps.db, &mut |_, _| {}).await.unwrap();
        assert!(honest.is_ok(), "{database}: {honest:?}");
        let place = tempfile::tempdir().unwrap();
        for (sql, column) in TRICKS {
            let copy = copy_of(&world, place.path()).await;
            change(&copy, sql).await;
            let db = Db::open(&copy).await.unwrap();
            let found = projection::check_all(&db, &mut |_, _| {}).await.unwrap().expect_err(sql);
            assert_eq!((found.table, found.row.as_str()), ("proposals", "P-1"), "{database}: {sql}: {found}");
            assert!(found.what.starts_with(&format!("{column}: ")), "{database}: {sql}: {found}");
            db.close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_change_that_is_not_what_was_voted_on_is_never_enacted() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &floor("9")).await;
        passed(&world, &id).await;
        let closed = row(&world, &id).await;

        // Its day is moved up: the day has not come.
        change(&world.database, "UPDATE proposals SET enacts_at = closes_at").await;
        let size = world.deps.head.last().0;
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 0, "{database}");
        assert_eq!((floor_now(&world).await, world.deps.head.last().0), (usd("8"), size), "{database}: nothing is written");
        let back = format!("UPDATE proposals SET set_aside = NULL, enacts_at = {}", closed.enacts_at.unwrap());
        change(&world.database, &back).await;

        // On its day, something else than members voted, or something that they did not.
        until(&world, closed.enacts_at.unwrap());
        for sql in [TRICKS[0].0, "UPDATE proposals SET act = 'mandate', about = '{\"member\":\"M-00000000\",\"role\":\"treasurer\"}'"] {
            change(&world.database, sql).await;
            assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 0, "{database}: {sql}");
            assert_eq!((floor_now(&world).await, world.deps.head.last().0), (usd("8"), size), "{database}: {sql}");
            let back = format!("UPDATE proposals SET set_aside = NULL, act = 'rules', about = '{}'", closed.about);
            change(&world.database, &back).await;
        }
        // As it was voted, it holds.
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 1, "{database}");
        assert_eq!(floor_now(&world).await, usd("9"), "{database}");

        // Once, and never what was rejected, whatever its row says became of it.
        let (size, done) = (world.deps.head.last().0, row(&world, &id).await);
        change(&world.database, "UPDATE proposals SET outcome = 'waiting', outcome_index = NULL").await;
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 0, "{database}");
        assert_eq!(world.deps.head.last().0, size, "{database}: nothing is brought about twice");
        // Put right, so that nothing waits for it that would be brought about after it.
        let done = format!("UPDATE proposals SET set_aside = NULL, outcome = 'done', outcome_index = {}", done.outcome_index.unwrap());
        change(&world.database, &done).await;
        let lost = put_to_the_vote(&world, &floor("10")).await;
        for person in [&world.worker, &world.reviewer, &world.treasurer] {
            vote(&world, person, &lost, "no").await.unwrap();
        }
        assert_eq!(close(&world, &lost).await.state, "rejected", "{database}");
        until(&world, row(&world, &lost).await.enacts_at.unwrap());
        change(&world.database, "UPDATE proposals SET state = 'passed', outcome = 'waiting' WHERE number = 2").await;
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 0, "{database}");
        // Nor by the end of another vote, nor by an entry that is no end at all.
        change(&world.database, "UPDATE proposals SET closed_index = 1000000 WHERE number = 1").await;
        for index in [closed.closed_index.unwrap(), row(&world, &lost).await.opened_index.unwrap()] {
            let other = format!("UPDATE proposals SET set_aside = NULL, closed_index = {index} WHERE number = 2");
            change(&world.database, &other).await;
            assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 0, "{database}: closed at {index}");
        }
        assert_eq!(floor_now(&world).await, usd("9"), "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_client_accepts_the_price_that_was_voted_and_no_other() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let form = DraftForm {
            kind: "price-ask".to_owned(),
            act: "price-ask".to_owned(),
            batch: batch.to_string(),
            price: "1.20".to_owned(),
            ..question()
        };
        let id = put_to_the_vote(&world, &form).await;
        passed(&world, &id).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        change(&world.database, "UPDATE proposals SET about = replace(about, '1.200000', '0.900000')").await;
        let (buyer, size) = (world.buyer().await, world.deps.head.last().0);
        let answer = asking::accept(&world.deps, &buyer, &once(), &id).await;
        assert!(matches!(answer, Err(manyhands::actions::Error::Broken(_))), "{database}: {answer:?}");
        assert_eq!(world.deps.head.last().0, size, "{database}: nothing is written");
        change(&world.database, "UPDATE proposals SET about = replace(about, '0.900000', '1.200000')").await;
        let before = row(&world, &id).await;
        assert!(asking::accept(&world.deps, &buyer, &once(), &id).await.unwrap().is_some(), "{database}");
        // And once, whatever its row says.
        let size = world.deps.head.last().0;
        let again = format!("UPDATE proposals SET outcome = '{}', outcome_index = NULL", before.outcome.unwrap());
        change(&world.database, &again).await;
        let answer = asking::accept(&world.deps, &buyer, &once(), &id).await;
        assert!(!matches!(answer, Ok(Some(_))), "{database}: {answer:?}");
        enacting::enact_due(&world.deps).await.unwrap();
        assert_eq!(world.deps.head.last().0, size, "{database}: nothing is written twice");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn two_changes_of_one_rule_hold_in_the_order_of_their_days_though_the_server_slept_through_both() {
    for database in databases() {
        let world = world(database).await;
        let start = world.deps.clock.now();
        let late = put_to_the_vote(&world, &DraftForm { enacts: Some(start.plus_days(40)), ..floor("10") }).await;
        let soon = put_to_the_vote(&world, &DraftForm { enacts: Some(start.plus_days(30)), ..floor("9") }).await;
        for id in [&late, &soon] {
            for person in [&world.worker, &world.reviewer] {
                vote(&world, person, id, "yes").await.unwrap();
            }
        }
        until(&world, row(&world, &soon).await.closes_at.unwrap());
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 2);
        // An officer would have the other order: the later one's day is put before the earlier one's.
        change(&world.database, &format!("UPDATE proposals SET enacts_at = {} WHERE number = 1", start.plus_days(20).secs())).await;
        for day in [21, 31] {
            until(&world, start.plus_days(day).secs());
            enacting::enact_due(&world.deps).await.unwrap();
            assert_ne!(floor_now(&world).await, usd("10"), "{database}: not before the day that was voted");
        }
        let back = format!("UPDATE proposals SET set_aside = NULL, enacts_at = {} WHERE number = 1", start.plus_days(40).secs());
        change(&world.database, &back).await;
        // The server stands still over the other's day, and two days more.
        until(&world, start.plus_days(42).secs());
        while enacting::enact_due(&world.deps).await.unwrap() > 0 {}
        let (late, soon) = (row(&world, &late).await, row(&world, &soon).await);
        assert!(soon.outcome_index.is_some() && soon.outcome_index < late.outcome_index, "{database}: {soon:?} {late:?}");
        assert_eq!(floor_now(&world).await, usd("10"), "{database}: what was voted for later holds last");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn one_second_after_the_end_nobody_votes_and_nobody_signs_a_draft_that_is_no_draft_any_more() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        vote(&world, &world.worker, &id, "yes").await.unwrap();
        let closes = row(&world, &id).await.closes_at.unwrap();
        until(&world, closes + 1);
        assert_eq!(refused(vote(&world, &world.reviewer, &id, "no").await), "vote-closed", "{database}: a second after the end");
        // Not even where the row says that there is time: the end is the entry's.
        change(&world.database, &format!("UPDATE proposals SET closes_at = {}", closes + 86_400)).await;
        assert_eq!(refused(vote(&world, &world.reviewer, &id, "no").await), "vote-closed", "{database}: the end is the entry's");
        change(&world.database, &format!("UPDATE proposals SET closes_at = {closes}")).await;
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 1, "{database}");
        let closed = row(&world, &id).await;
        assert_eq!(refused(cosign(&world, &world.treasurer, &closed.id).await), "proposal-not-draft", "{database}");
        let turnout = manyhands::actions::proposals::turnout(&world.deps, &member(&world, &world.worker).await, &closed).await.unwrap();
        assert_eq!((turnout.cast, turnout.eligible), (1, 4), "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}
