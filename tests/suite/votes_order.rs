//! One vote that fails holds up no other, and nothing overtakes what it depends on: changes of the rules hold in the order of their days,
//! whatever went wrong on the way.

use manyhands::actions::proposals::drafting::DraftForm;
use manyhands::actions::proposals::{closing, enacting, telling};
use manyhands::actions::rules;
use manyhands_domain::ids::ProposalId;
use manyhands_domain::money::Currency;

use crate::pages::change;
use crate::signers::member;
use crate::support::{World, databases, world};
use crate::voters::{close, floor, put_to_the_vote, question, row, until, verified, vote};

async fn say_yes(world: &World, id: &ProposalId) {
    for person in [&world.worker, &world.reviewer] {
        vote(world, person, id, "yes").await.unwrap();
    }
}

async fn floor_now(world: &World) -> String {
    let (_, book) = rules::current(&world.deps.db.read()).await.unwrap();
    book.floor_per_hour("general", Currency::parse("USD").unwrap(), 0).unwrap().to_string()
}

#[tokio::test]
async fn what_failed_is_not_overtaken_by_what_depends_on_it_and_holds_up_nothing_else() {
    for database in databases() {
        let world = world(database).await;
        let (deps, start) = (&world.deps, world.deps.clock.now());
        let on = |days: i64, usd: &str| DraftForm { enacts: Some(start.plus_days(days)), ..floor(usd) };
        let (soon, late) = (put_to_the_vote(&world, &on(30, "9")).await, put_to_the_vote(&world, &on(31, "10")).await);
        let worker = member(&world, &world.worker).await;
        let mandate =
            DraftForm { act: "mandate".to_owned(), member: worker.id().to_string(), role: "coordinator".to_owned(), ..question() };
        let mandate = put_to_the_vote(&world, &DraftForm { enacts: Some(start.plus_days(32)), ..mandate }).await;
        for id in [&soon, &late, &mandate] {
            say_yes(&world, id).await;
        }
        for id in [&soon, &late, &mandate] {
            close(&world, id).await;
        }
        until(&world, start.plus_days(40).secs());
        // Something fails on the first alone, and passes by itself.
        let (jam, mend) = match database {
            "postgres" => (
                "ALTER TABLE proposals ADD CONSTRAINT jammed CHECK (number <> 1 OR outcome <> 'done')",
                "ALTER TABLE proposals DROP CONSTRAINT jammed",
            ),
            _ => (
                "CREATE TRIGGER jammed BEFORE UPDATE OF outcome ON proposals WHEN NEW.number = 1 BEGIN SELECT RAISE(ABORT, 'jammed'); END",
                "DROP TRIGGER jammed",
            ),
        };
        change(&world.database, jam).await;
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 1, "{database}: the mandate alone");
        change(&world.database, mend).await;
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}: tried again later");
        assert!(world.signed_in(&world.worker).await.coordinator().is_some(), "{database}");
        assert_eq!(floor_now(&world).await, "8.000000", "{database}: the later floor does not overtake the earlier one");
        deps.clock.advance(601);
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 2, "{database}");
        let (soon, late) = (row(&world, &soon).await, row(&world, &late).await);
        assert!(soon.outcome_index < late.outcome_index, "{database}");
        assert_eq!(floor_now(&world).await, "10.000000", "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_change_waits_for_an_earlier_vote_that_is_not_counted_yet() {
    for database in databases() {
        let world = world(database).await;
        let start = world.deps.clock.now();
        let (first, second) = (put_to_the_vote(&world, &floor("9")).await, {
            world.deps.clock.advance(60);
            put_to_the_vote(&world, &floor("10")).await
        });
        for id in [&first, &second] {
            say_yes(&world, id).await;
        }
        until(&world, start.plus_days(40).secs());
        let numbers = |held: i64| format!("UPDATE proposals SET set_aside = {held} WHERE number = 1");
        change(&world.database, &numbers(world.deps.clock.now().secs() + 600)).await;
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 1, "{database}: the first cannot be counted now");
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 0, "{database}: it waits for the first");
        world.deps.clock.advance(601);
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 1, "{database}");
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 2, "{database}");
        assert_eq!(floor_now(&world).await, "10.000000", "{database}");
    }
}

#[tokio::test]
async fn a_vote_that_fails_stops_neither_reminders_nor_counting_nor_enacting_of_the_others() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let (bad, good) = (put_to_the_vote(&world, &question()).await, put_to_the_vote(&world, &question()).await);
        let (opens, closes) = (row(&world, &bad).await.opens_at.unwrap(), row(&world, &bad).await.closes_at.unwrap());
        let terms = row(&world, &bad).await.terms.unwrap();
        change(&world.database, "UPDATE proposals SET terms = '{}' WHERE number = 1").await;
        until(&world, opens + (closes - opens) / 2 + 1);
        assert_eq!(telling::remind(deps).await.unwrap(), 4, "{database}: of the other vote");
        assert_eq!(telling::remind(deps).await.unwrap(), 0, "{database}: and not again");
        vote(&world, &world.worker, &good, "yes").await.unwrap();
        vote(&world, &world.reviewer, &good, "yes").await.unwrap();
        until(&world, closes + 1);
        assert_eq!(closing::close_due(deps).await.unwrap(), 1, "{database}");
        assert_eq!(row(&world, &good).await.state, "passed", "{database}");
        // What was wrong is put right: it is counted, too.
        change(&world.database, &format!("UPDATE proposals SET terms = '{terms}' WHERE number = 1")).await;
        deps.clock.advance(601);
        assert_eq!(closing::close_due(deps).await.unwrap(), 1, "{database}");
    }
}
