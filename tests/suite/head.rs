//! The head outside the database: a database put back from an older copy is read, but nothing is appended to it.

use manyhands::actions::{Error, claims, contracts, receipts};

use crate::support::{back_up, databases, once, reopen, world};

#[tokio::test]
async fn a_database_put_back_from_an_older_copy_refuses_to_append_and_still_serves_reads() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 3).await;
        let (treasurer, worker) = (world.treasurer().await, world.worker().await);
        let folder = world.folder.path();
        world.deps.head.sync().unwrap();
        world.deps.db.clone().close().await.unwrap();
        let backup = back_up(&world.database, folder);

        let deps = reopen(&world.database, folder).await;
        let last = contracts::record_deposit(&deps, &treasurer, &once(), &contract, "5.00", "transfer 84").await.unwrap();
        deps.head.sync().unwrap();
        deps.db.close().await.unwrap();

        let older = reopen(&backup, folder).await;
        assert_eq!(older.head.last().0, last + 1, "{database}");
        let refused = contracts::record_deposit(&older, &treasurer, &once(), &contract, "5.00", "transfer 85").await;
        let Err(Error::Broken(sentence)) = refused else { panic!("{database}: appended below the head: {refused:?}") };
        assert!(
            sentence.contains(&format!(
                "the database stands at {last} entries, but {} were signed before: an old backup was restored",
                last + 1
            )),
            "{sentence}"
        );
        // Nothing was written, reading goes on, and so does what appends nothing.
        assert_eq!(receipts::checkpoint(&older).await.unwrap().unwrap().size, last, "{database}");
        contracts::find_public(&older, &contract).await.unwrap();
        receipts::receipt(&older, 0).await.unwrap().verify(&[older.signers.checkpoint.verifying_key()]).unwrap();
        claims::claim(&older, &worker, &once(), &batch).await.unwrap();
        assert_eq!(older.head.last().0, last + 1, "{database}: the head stays");

        let right = reopen(&world.database, folder).await;
        contracts::record_deposit(&right, &treasurer, &once(), &contract, "5.00", "transfer 86").await.unwrap();
    }
}
