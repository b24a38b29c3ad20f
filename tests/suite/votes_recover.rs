//! What a backup lacks of votes comes back from a copy of the log: what was opened, cast, closed and enacted after it. Ballots come back
//! sealed, and what stands beside the log is what the log gives. And a row that was changed is found.

use std::sync::Arc;

use manyhands::actions::projection::{self, Outcome};
use manyhands::actions::proposals::drafting::{self, DraftForm};
use manyhands::actions::proposals::{ballots, closing, enacting};
use manyhands::actions::recovery::{LogCopy, Recovering, recover};
use manyhands::actions::{receipts, rules};
use manyhands::deps::Deps;
use manyhands::head::Head;
use manyhands_domain::money::{Amount, Currency};
use manyhands_store::Db;

use crate::pages::change;
use crate::signers::member;
use crate::support::{World, copy_of, databases, once, world};
use crate::voters::{close, floor, put_to_the_vote, question, row, until, verified, vote};

async fn look(db: &Db) -> Outcome {
    projection::check_all(db, &mut |_, _| {}).await.unwrap()
}

#[tokio::test]
async fn votes_of_after_a_backup_come_back_and_their_ballots_sealed() {
    for database in databases() {
        let mut world: World = world(database).await;
        let place = tempfile::tempdir().unwrap();
        let known = put_to_the_vote(&world, &floor("9")).await;
        vote(&world, &world.worker, &known, "yes").await.unwrap();
        let backup = copy_of(&world, place.path()).await;

        vote(&world, &world.reviewer, &known, "yes").await.unwrap();
        close(&world, &known).await;
        until(&world, row(&world, &known).await.enacts_at.unwrap());
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 1);
        let later = put_to_the_vote(&world, &question()).await;
        vote(&world, &world.worker, &later, "no").await.unwrap();
        let worker = member(&world, &world.worker).await;
        let own = ballots::standing(&world.deps, &worker, &row(&world, &later).await).await.unwrap().own[0].opening.unwrap();
        let log = place.path().join("log");
        let size = receipts::export(&world.deps, &log).await.unwrap();
        world.deps.head.sync().unwrap();

        let db = Db::open(&backup).await.unwrap();
        let head = Head::open(world.folder.path()).unwrap();
        let now = world.deps.clock.now();
        let recovering = Recovering { db: &db, head: &head, by: &world.coordinator, now, random: &world.deps.random };
        let recovered = recover(&recovering, LogCopy { folder: &log, size }, &mut |_, _| {}).await.unwrap();
        assert_eq!((recovered.lost, recovered.by_hand.len()), (Vec::<String>::new(), 0), "{database}");
        assert!(look(&db).await.is_ok(), "{database}: {:?}", look(&db).await);

        // The co-op goes on with it.
        world.deps = Deps { db, head: Arc::new(head), ..world.deps };
        let (_, book) = rules::current(&world.deps.db.read()).await.unwrap();
        assert_eq!(book.floor_per_hour("general", Currency::parse("USD").unwrap(), 0), Some(Amount::parse_input("9").unwrap()));
        let first = row(&world, &known).await;
        assert_eq!((first.state.as_str(), first.outcome.as_deref()), ("passed", Some("done")), "{database}");
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 0, "{database}: not a second time");
        let second = row(&world, &later).await;
        assert_eq!((second.state.as_str(), second.title.as_str()), ("open", "A paid rest day"), "{database}");
        let standing = ballots::standing(&world.deps, &worker, &second).await.unwrap();
        assert!(standing.own.len() == 1 && standing.own[0].opening.is_none(), "{database}: sealed");
        // Its voter opens it, and it is counted; whoever votes now is counted as ever.
        let salt: String = own.salt.iter().map(|byte| format!("{byte:02x}")).collect();
        ballots::open_own(&world.deps, &worker, &once(), &later, ("no", &salt)).await.unwrap();
        vote(&world, &world.reviewer, &later, "no").await.unwrap();
        assert_eq!(close(&world, &later).await.state, "rejected", "{database}");
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 0);
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_draft_that_says_the_same_in_other_respects_is_not_taken_for_the_vote() {
    for database in databases() {
        let world: World = world(database).await;
        let place = tempfile::tempdir().unwrap();
        let worker = member(&world, &world.worker).await;
        // The same words by a vote of more days, and the one that is put to the vote.
        let longer = DraftForm { days: "20".to_owned(), ..question() };
        let other = drafting::draft(&world.deps, &worker, &once(), &longer).await.unwrap();
        // Ids grow with time: the other one would be found first.
        world.deps.clock.advance(1);
        let same = crate::voters::signed_draft(&world, &question()).await;
        let backup = copy_of(&world, place.path()).await;
        let id = manyhands::actions::proposals::opening::open(&world.deps, &worker, &once(), &same).await.unwrap();
        let again = {
            close(&world, &id).await;
            manyhands_domain::ids::ProposalId::from_number(2)
        };
        assert_eq!(row(&world, &again).await.again, Some(1), "{database}: called again without a quorum");
        let log = place.path().join("log");
        let size = receipts::export(&world.deps, &log).await.unwrap();
        world.deps.head.sync().unwrap();
        let db = Db::open(&backup).await.unwrap();
        let head = Head::open(world.folder.path()).unwrap();
        let now = world.deps.clock.now();
        let recovering = Recovering { db: &db, head: &head, by: &world.coordinator, now, random: &world.deps.random };
        recover(&recovering, LogCopy { folder: &log, size }, &mut |_, _| {}).await.unwrap();
        assert!(look(&db).await.is_ok(), "{database}: {:?}", look(&db).await);
        let found = async |id: &str| manyhands_store::proposals::find_by_id(&db.read(), id).await.unwrap().unwrap();
        assert_eq!((found(&other).await.state.as_str(), found(&same).await.number), ("draft", Some(1)), "{database}");
        let second = manyhands_store::proposals::find_proposal(&db.read(), &again).await.unwrap().unwrap();
        assert_eq!((second.again, second.author_id.as_deref()), (Some(1), Some(worker.id().as_str())), "{database}");
    }
}

#[tokio::test]
async fn a_row_of_a_vote_that_was_changed_is_found() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        for (person, choice) in [(&world.worker, "yes"), (&world.reviewer, "no")] {
            vote(&world, person, &id, choice).await.unwrap();
        }
        close(&world, &id).await;
        let place = tempfile::tempdir().unwrap();
        for (table, sql) in [
            ("proposals", "UPDATE proposals SET state = 'passed'"),
            ("proposals", "UPDATE proposals SET tally = replace(tally, '\"yes\":1', '\"yes\":2')"),
            ("proposals", "UPDATE proposals SET terms = replace(terms, '\"roll_size\":4', '\"roll_size\":3')"),
            ("proposals", "UPDATE proposals SET number = 2"),
            ("proposals", "UPDATE proposals SET kind = 'constitution'"),
            ("proposals", "UPDATE proposals SET act = 'contract-take'"),
            ("proposals", "UPDATE proposals SET about = '{\"contract\":\"C-1\"}'"),
            ("proposals", "UPDATE proposals SET title = title || '!'"),
            ("proposals", "UPDATE proposals SET text = ''"),
            ("proposals", "UPDATE proposals SET language = 'en'"),
            ("proposals", "UPDATE proposals SET opens_at = opens_at + 1"),
            ("proposals", "UPDATE proposals SET closes_at = closes_at + 1"),
            ("proposals", "UPDATE proposals SET enacts_at = NULL"),
            ("proposals", "UPDATE proposals SET again = 1"),
            ("proposals", "UPDATE proposals SET outcome_index = 3"),
            ("proposals", "UPDATE proposals SET outcome = 'done'"),
            ("ballots", "UPDATE ballots SET choice = 'abstain'"),
            ("ballots", "DELETE FROM ballots WHERE member_id = (SELECT MIN(member_id) FROM ballots)"),
            ("ballots", "UPDATE ballots SET member_id = 'M-00000000' WHERE member_id = (SELECT MIN(member_id) FROM ballots)"),
            (
                "ballots",
                "INSERT INTO ballots (entry_index, number, member_id, at, how, sealed) VALUES (999, 1, 'M-00000000', 0, 'session', '')",
            ),
        ] {
            let copy = copy_of(&world, place.path()).await;
            change(&copy, sql).await;
            let db = Db::open(&copy).await.unwrap();
            let found = look(&db).await.unwrap_err();
            assert_eq!(found.table, table, "{database}: {sql}: {found}");
            db.close().await.unwrap();
        }
        assert!(look(&world.deps.db).await.is_ok(), "{database}");
    }
}
