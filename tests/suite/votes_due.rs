//! What is due goes first: an accepted price overtakes no rule whose day has come, and nothing overtakes what cannot be read. The office
//! sees what is late.

use manyhands::actions::proposals::drafting::DraftForm;
use manyhands::actions::proposals::{asking, enacting};
use manyhands::actions::{claims, rules};
use manyhands_domain::ids::ProposalId;
use manyhands_domain::money::Currency;

use crate::http::Site;
use crate::pages::change;
use crate::signers::{member, refused};
use crate::support::{World, databases, once, world};
use crate::voters::{close, floor, put_to_the_vote, question, row, until, verified, vote};
use crate::votes_ends::{an_ask, contract_now, on_its_day, passed};

async fn passes(world: &World, form: &DraftForm) -> ProposalId {
    let id = put_to_the_vote(world, form).await;
    for person in [&world.worker, &world.reviewer] {
        vote(world, person, &id, "yes").await.unwrap();
    }
    assert_eq!(close(world, &id).await.state, "passed");
    id
}

async fn floor_now(world: &World) -> String {
    let (_, book) = rules::current(&world.deps.db.read()).await.unwrap();
    book.floor_per_hour("general", Currency::parse("USD").unwrap(), 0).unwrap().to_string()
}

/// Whatever would settle this proposal fails, until it is mended.
async fn jam(world: &World, id: &ProposalId, database: &str) -> &'static str {
    let number = id.as_str().trim_start_matches("P-");
    let (jam, mend) = match database {
        "postgres" => (
            format!("ALTER TABLE proposals ADD CONSTRAINT jammed CHECK (number <> {number} OR outcome <> 'done')"),
            "ALTER TABLE proposals DROP CONSTRAINT jammed",
        ),
        _ => (
            format!(
                "CREATE TRIGGER jammed BEFORE UPDATE OF outcome ON proposals WHEN NEW.number = {number} \
                 BEGIN SELECT RAISE(ABORT, 'jammed'); END"
            ),
            "DROP TRIGGER jammed",
        ),
    };
    change(&world.database, &jam).await;
    mend
}

#[tokio::test]
async fn a_price_that_is_accepted_after_its_day_comes_behind_the_rule_that_is_due() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let ask = passed(&world, &an_ask(&batch, "1.20")).await;
        assert_eq!(on_its_day(&world, &ask).await, "paused", "{database}");
        let start = deps.clock.now();
        // A rule is due, and something fails on it; meanwhile the client accepts.
        let rule = passes(&world, &floor("9")).await;
        let mend = jam(&world, &rule, database).await;
        change(&world.database, &format!("UPDATE contract_notices SET ends_at = {}", start.plus_days(90).secs())).await;
        change(&world.database, &format!("UPDATE contracts SET ends_at = {}", start.plus_days(90).secs())).await;
        // The very second: the number of the price is the smaller one.
        until(&world, row(&world, &rule).await.enacts_at.unwrap());
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}: jammed");
        assert_eq!(asking::accept(deps, &buyer, &once(), &ask).await.unwrap(), None, "{database}: right behind the rule");
        assert_eq!(row(&world, &ask).await.outcome.as_deref(), Some("accepted"), "{database}");
        assert_eq!(contract_now(&world, &contract).await.ends_at, None, "{database}: its notice is taken back with it");
        assert_eq!(refused(claims::claim(deps, &world.worker().await, &once(), &batch).await), "batch-not-open", "{database}: not yet");
        let site = Site::as_person(&world, &world.buyer).await;
        site.get(&format!("/asked/{ask}")).await.says("The price holds as soon as what members voted before it is in force");
        assert_eq!(refused(asking::accept(deps, &buyer, &once(), &ask).await), "price-answered", "{database}: once");
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}: nor does the job bring it about before");
        deps.clock.advance(601);
        change(&world.database, mend).await;
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 2, "{database}");
        let (rule, ask) = (row(&world, &rule).await, row(&world, &ask).await);
        assert!(rule.outcome_index.is_some() && rule.outcome_index < ask.outcome_index, "{database}: {rule:?} {ask:?}");
        claims::claim(deps, &member(&world, &world.worker).await, &once(), &batch).await.unwrap();
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn no_contract_ends_for_a_price_whose_successor_its_client_accepted_behind_what_is_due() {
    for database in databases() {
        // Behind the one floor the successor holds; behind the other it is too low.
        for (usd, comes) in [("9", "done"), ("30", "lapsed")] {
            let world = world(database).await;
            let (deps, buyer) = (&world.deps, world.buyer().await);
            let contract = world.plain_contract().await;
            let (batch, dear) = (world.open_batch(&contract, 3).await, world.draft_batch(&contract, "9.00", "180").await);
            manyhands::actions::batches::import(deps, &buyer, &once(), &dear, b"id,payload\na,A passage\n").await.unwrap();
            manyhands::actions::batches::open(deps, &buyer, &once(), &dear).await.unwrap();
            let first = passed(&world, &an_ask(&batch, "1.00")).await;
            assert_eq!(on_its_day(&world, &first).await, "paused", "{database}");
            let ends_at = deps.clock.now().plus_days(90).secs();
            change(&world.database, &format!("UPDATE contract_notices SET ends_at = {ends_at}")).await;
            change(&world.database, &format!("UPDATE contracts SET ends_at = {ends_at}")).await;
            let rule = put_to_the_vote(&world, &floor(usd)).await;
            let day = deps.clock.now().plus_days(60);
            let second = put_to_the_vote(&world, &DraftForm { enacts: Some(day), ..an_ask(&batch, "0.90") }).await;
            for id in [&rule, &second] {
                for person in [&world.worker, &world.reviewer, &world.treasurer] {
                    vote(&world, person, id, "yes").await.unwrap();
                }
            }
            for id in [&rule, &second] {
                assert_eq!(close(&world, id).await.state, "passed", "{database}");
            }
            let mend = jam(&world, &rule, database).await;
            until(&world, row(&world, &rule).await.enacts_at.unwrap());
            assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}: jammed");
            assert!(contract_now(&world, &contract).await.ends_at.is_some(), "{database}: the first one's notice runs");
            assert_eq!(asking::accept(deps, &buyer, &once(), &second).await.unwrap(), None, "{database}: right behind the rule");
            assert_eq!(contract_now(&world, &contract).await.ends_at, None, "{database}: nothing ends, however long that takes");
            until(&world, ends_at);
            assert_eq!(manyhands::actions::contracts::life::end_run_out(deps).await.unwrap(), 0, "{database}");
            change(&world.database, mend).await;
            assert_eq!(enacting::enact_due(deps).await.unwrap(), 2, "{database}");
            assert_eq!(row(&world, &second).await.outcome.as_deref(), Some(comes), "{database}");
            let first = row(&world, &first).await;
            assert_eq!((first.outcome.as_deref(), first.outcome_reason.as_str()), (Some("lapsed"), "price-asked-anew"), "{database}");
            let stands = manyhands_store::batches::find_batch(&deps.db.read(), &batch).await.unwrap().unwrap();
            assert_eq!(stands.paused_for, None, "{database}: {comes}");
            assert_eq!(contract_now(&world, &contract).await.ends_at, None, "{database}");
            assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
        }
    }
}

#[tokio::test]
async fn a_price_under_a_floor_that_came_first_is_asked_no_more_and_nothing_ends_for_it() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let (batch, dear) = (world.open_batch(&contract, 3).await, world.draft_batch(&contract, "9.00", "180").await);
        manyhands::actions::batches::import(deps, &buyer, &once(), &dear, b"id,payload\na,A passage\n").await.unwrap();
        manyhands::actions::batches::open(deps, &buyer, &once(), &dear).await.unwrap();
        let ask = passed(&world, &an_ask(&batch, "0.90")).await;
        assert_eq!(on_its_day(&world, &ask).await, "paused", "{database}");
        let start = deps.clock.now();
        let rule = passes(&world, &floor("30")).await;
        change(&world.database, &format!("UPDATE contract_notices SET ends_at = {}", start.plus_days(90).secs())).await;
        change(&world.database, &format!("UPDATE contracts SET ends_at = {}", start.plus_days(90).secs())).await;
        until(&world, row(&world, &rule).await.enacts_at.unwrap() + 1);
        // The jobs have not looked yet.
        assert_eq!(asking::accept(deps, &buyer, &once(), &ask).await.unwrap(), None, "{database}");
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 2, "{database}");
        let ask = row(&world, &ask).await;
        assert_eq!((ask.outcome.as_deref(), ask.outcome_reason.as_str()), (Some("lapsed"), "price-too-low"), "{database}");
        assert_eq!(contract_now(&world, &contract).await.ends_at, None, "{database}: the client did accept");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn nothing_overtakes_what_cannot_be_read_and_the_office_sees_it() {
    for database in databases() {
        let world = world(database).await;
        let (deps, start) = (&world.deps, world.deps.clock.now());
        let on = |days: i64, form: DraftForm| DraftForm { enacts: Some(start.plus_days(days)), ..form };
        let mandate = {
            let member = member(&world, &world.worker).await.id().to_string();
            DraftForm { act: "mandate".to_owned(), member, role: "coordinator".to_owned(), ..question() }
        };
        let ids = [
            put_to_the_vote(&world, &on(30, floor("9"))).await,
            put_to_the_vote(&world, &on(31, floor("10"))).await,
            put_to_the_vote(&world, &on(32, mandate)).await,
        ];
        for id in &ids {
            for person in [&world.worker, &world.reviewer] {
                vote(&world, person, id, "yes").await.unwrap();
            }
        }
        for id in &ids {
            close(&world, id).await;
        }
        let about = row(&world, &ids[0]).await.about;
        until(&world, start.plus_days(40).secs());
        let office = Site::as_person(&world, &world.coordinator).await;
        // Not to be read at all; and to be read as something on which nothing depends.
        let mut done = 1;
        for (act, damaged) in [("rules", "{\"floor"), ("text", "{}")] {
            change(&world.database, &format!("UPDATE proposals SET act = '{act}', about = '{damaged}' WHERE number = 1")).await;
            for _ in 0..2 {
                assert_eq!(enacting::enact_due(deps).await.unwrap(), done, "{database}: {act}: the mandate alone");
                done = 0;
                deps.clock.advance(301);
            }
            assert_eq!(floor_now(&world).await, "8.000000", "{database}: {act}");
            let seen = office.get("/office").await;
            seen.says("Voted, and not in force yet");
            for number in ["P-1", "P-2"] {
                seen.says(&format!("href=\"/proposals/{number}\""));
            }
        }
        // Put right, both come about, in their order.
        change(&world.database, &format!("UPDATE proposals SET act = 'rules', about = '{about}' WHERE number = 1")).await;
        deps.clock.advance(601);
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 2, "{database}");
        assert_eq!(floor_now(&world).await, "10.000000", "{database}");
        assert!(!office.get("/office").await.text.contains("Voted, and not in force yet"), "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}
