//! A database of an earlier version is brought up to this one, and loses nothing.

use manyhands::actions::signing::Outcome;
use manyhands::actions::{leaving, payouts};
use manyhands::deps::Deps;
use manyhands_store::Db;
use sha2::{Digest, Sha256};

use crate::pages::change;
use crate::signers::{AGE_SECS, enrol, expense, member, refused, sign};
use crate::support::{PASSWORD, address, databases, once, world};

#[tokio::test]
async fn what_was_prepared_before_destinations_were_fixed_keeps_its_destinations() {
    for database in databases() {
        let folder = tempfile::TempDir::new().unwrap();
        let address = address(database, &folder);
        let script = match database {
            "sqlite" => include_str!("../../migrations/0001_founding/sqlite.sql"),
            _ => include_str!("../../migrations/0001_founding/postgres.sql"),
        };
        let create = if database == "sqlite" { format!("{address}?mode=rwc") } else { address.clone() };
        change(&create, "CREATE TABLE migrations (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL)").await;
        change(&address, script).await;
        let sha256 = hex::encode(Sha256::digest(script));
        change(&address, &format!("INSERT INTO migrations (name, sha256) VALUES ('0001_founding', '{sha256}')")).await;
        change(
            &address,
            "INSERT INTO people (id, email, name, language, zone, state, created_at) VALUES ('p', 'p@x.example', 'P', 'en', 'UTC', 'active', 0);
             INSERT INTO members (id, person_id, country, admitted_index, admitted_at, rail, payout_to) VALUES ('m', 'p', 'KE', 1, 0, 'Manual', '254700000001');
             INSERT INTO payouts (id, number, currency, rail, step, minimum, state, count, total, lines_sha256, prepared_by, prepared_at)
               VALUES ('O-1', 1, 'USD', 'Manual', 10000, 1, 'prepared', 1, 5, 'x', 'p', 0), ('O-2', 2, 'USD', 'Manual', 10000, 1, 'prepared', 1, 5, 'x', 'p', 0),
                 ('O-3', 3, 'EUR', 'Manual', 10000, 1, 'prepared', 1, 5, 'x', 'p', 0);
             INSERT INTO payout_lines (payout_id, member_id, amount, state, changed_at) VALUES ('O-2', 'm', 5, 'prepared', 0);",
        )
        .await;
        let db = Db::open(&address).await.unwrap();
        let id = manyhands_domain::ids::PayoutId::parse("O-2").unwrap();
        let lines = manyhands_store::payouts::list_lines(&db.read(), &id).await.unwrap();
        assert_eq!(lines[0].payout_to, "254700000001", "{database}");
        let runs = manyhands_store::payouts::list(&db.read(), 9).await.unwrap();
        let state = |id: &str| runs.iter().find(|run| run.id == id).unwrap().state.clone();
        assert_eq!((state("O-1"), state("O-2"), state("O-3")), ("withdrawn".into(), "prepared".into(), "prepared".into()), "{database}");
    }
}

#[tokio::test]
async fn a_co_op_from_before_keys_goes_on_by_passwords_until_two_people_have_theirs() {
    for database in databases() {
        let mut world = world(database).await;
        world.funded_contract("100.00").await;
        let (before, _) = expense(&world).await;
        // As the version before left it: nothing of keys.
        let tables = [
            "contract_notices",
            "departures",
            "signatures",
            "prepared_texts",
            "admissions",
            "key_requests",
            "key_codes",
            "member_keys",
            "user_keys",
        ];
        for table in tables {
            change(&world.database, &format!("DROP TABLE {table}")).await;
        }
        change(&world.database, "DROP INDEX client_users_by_user").await;
        change(&world.database, "ALTER TABLE client_users DROP COLUMN user_id").await;
        // What a later one makes of these tables comes anew after them.
        change(&world.database, "ALTER TABLE proposals DROP COLUMN remind_from").await;
        let forgotten = "DELETE FROM migrations WHERE name IN ('0003_keys', '0006_departures', '0009_user_keys', '0027_ends')";
        change(&world.database, forgotten).await;
        world.deps = Deps { db: Db::open(&world.database).await.unwrap(), ..world.deps };
        let officer = world.signed_in(&world.coordinator).await.officer().unwrap();
        payouts::approve_expense(&world.deps, &officer, &once(), &before, PASSWORD).await.unwrap();

        let (coordinator, treasurer) = (enrol(&world, &world.coordinator, 1).await, enrol(&world, &world.treasurer, 2).await);
        world.deps.clock.advance(AGE_SECS);
        let (id, subject) = expense(&world).await;
        assert_eq!(
            refused(payouts::approve_expense(&world.deps, &officer, &once(), &id, PASSWORD).await),
            "signatures-missing",
            "{database}"
        );
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        assert!(matches!(sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap(), Outcome::Done(_)), "{database}");
        // And whoever leaves now asks two.
        let worker = member(&world, &world.worker).await;
        let waits = leaving::leave(&world.deps, &worker, &once(), PASSWORD).await.unwrap();
        assert!(matches!(waits, leaving::Leaving::Waits(_)), "{database}: {waits:?}");
    }
}

#[tokio::test]
async fn an_older_program_refuses_a_database_that_a_newer_one_wrote_and_leaves_it_as_it_is() {
    for database in databases() {
        let world = world(database).await;
        world.deps.head.sync().unwrap();
        change(&world.database, "INSERT INTO migrations (name, sha256) VALUES ('9999_later', 'x')").await;
        let before = world.rows().await;
        let address = world.database.clone();
        for refused in [Db::open(&address).await.err(), Db::open_read_only(&address).await.err()] {
            let refused = refused.unwrap().to_string();
            assert!(refused.contains("9999_later") && refused.contains("it was written by a newer one"), "{database}: {refused}");
        }
        assert_eq!(world.rows().await, before, "{database}");
    }
}
