//! Keys and corrections that an old backup lacks come back with the log: who may sign is what the log says, and nothing is corrected
//! twice. On both databases.

use std::fs;

use manyhands::actions::{corrections, keys, receipts};
use manyhands::clock::Clock;
use manyhands::deps::Deps;
use manyhands_store::{keys as rows, ledger};

use crate::backup::does;
use crate::program::{free_port, write_settings};
use crate::recover::copy_keys;
use crate::signers::{enrol, member};
use crate::support::{PASSWORD, World, back_up, databases, once, reopen, world};

#[tokio::test]
async fn keys_are_as_the_log_has_them_and_a_posted_correction_waits_no_more() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let row = ledger::newest_of_kind(&world.deps.db.read(), "deposit.received").await.unwrap().unwrap();
        let deposit = u64::try_from(row.idx).unwrap();
        let treasurer = world.treasurer().await;
        let officer = world.signed_in(&world.coordinator).await.officer().unwrap();
        let wanted = ["99".to_owned(), "-99".to_owned()];
        let id = corrections::prepare(&world.deps, &treasurer, &once(), deposit, "bank-statement", &wanted, PASSWORD).await.unwrap();
        let first = enrol(&world, &world.coordinator, 1).await;
        world.deps.head.sync().unwrap();
        world.deps.db.clone().close().await.unwrap();
        let backup = back_up(&world.database, world.folder.path());

        // The code is the newest mail: this clock can be moved on, so that no two mails are of the same second.
        let deps = Deps { clock: Clock::shifted(0), ..reopen(&world.database, world.folder.path()).await };
        let world = World { deps, ..world };
        corrections::approve(&world.deps, &officer, &once(), &id, PASSWORD).await.unwrap();
        enrol(&world, &world.treasurer, 2).await;
        let coordinator = member(&world, &world.coordinator).await;
        let lost = first.id().to_string();
        keys::retire(&world.deps, &coordinator, &once(), &lost, keys::REASONS[0], PASSWORD).await.unwrap();
        let expected = format!("{:?}", rows::list(&world.deps.db.read()).await.unwrap());
        world.deps.head.sync().unwrap();
        let log = world.folder.path().join("log");
        receipts::export(&world.deps, &log).await.unwrap();
        world.deps.db.clone().close().await.unwrap();

        let old = tempfile::tempdir().unwrap();
        copy_keys(world.folder.path(), old.path());
        for file in ["head", "origin.vkey"] {
            fs::copy(world.folder.path().join(file), old.path().join(file)).unwrap();
        }
        write_settings(old.path(), &backup, free_port());
        let told = ["1 key.added: made of what the entry says", "1 key.retired: brought to", "1 correction.posted: brought to"];
        does(&["ledger", "recover", "--from", log.to_str().unwrap(), "--by", "wanjiru@example.coop"], old.path(), &told);

        let deps = reopen(&backup, old.path()).await;
        assert_eq!(format!("{:?}", rows::list(&deps.db.read()).await.unwrap()), expected, "{database}");
        let correction = corrections::find(&deps, &officer, &id).await.unwrap();
        assert_eq!(correction.state, "posted", "{database}");
        assert!(corrections::approve(&deps, &officer, &once(), &id, PASSWORD).await.is_err(), "{database}: corrected twice");
        deps.db.close().await.unwrap();
    }
}
