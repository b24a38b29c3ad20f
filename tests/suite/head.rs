//! The head outside the database: a database put back from an older copy, or led astray, is read, but nothing is appended
//! to it; and nobody is answered without a head.

use std::fs;

use manyhands::actions::{Error, Once, claims, contracts, receipts};
use manyhands::deps::Deps;
use manyhands::head::Head;

use crate::backup::{does, refuses};
use crate::program::{Serving, free_port, write_settings};
use crate::recover::copy_keys;
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
        let Err(Error::Halted(sentence)) = refused else { panic!("{database}: appended below the head: {refused:?}") };
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

#[tokio::test]
async fn another_history_of_the_same_size_or_a_larger_one_refuses_to_append() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (treasurer, folder) = (world.treasurer().await, world.folder.path());
        world.deps.head.sync().unwrap();
        world.deps.db.clone().close().await.unwrap();
        let copy = back_up(&world.database, folder);
        let form = async |deps: &Deps, form: &Once, reference: &str| {
            contracts::record_deposit(deps, &treasurer, form, &contract, "5.00", reference).await
        };
        let deposit = async |deps: &Deps, reference: &str| form(deps, &once(), reference).await;

        // The copy grows by itself, under a head of its own, while the true one grows too.
        let elsewhere = tempfile::tempdir().unwrap();
        copy_keys(folder, elsewhere.path());
        let astray = reopen(&copy, elsewhere.path()).await;
        let deps = reopen(&world.database, folder).await;
        let last = deposit(&deps, "transfer 84").await.unwrap();
        deps.head.sync().unwrap();
        for more in ["transfer A", "transfer B"] {
            let answered = once();
            form(&astray, &answered, more).await.unwrap();
            let beside = reopen(&copy, folder).await;
            let refused = deposit(&beside, "transfer C").await;
            let Err(Error::Halted(sentence)) = refused else { panic!("{database}: a second history was signed on: {refused:?}") };
            assert!(sentence.contains(&format!("has another root at {} entries", last + 1)), "{database}: {sentence}");
            assert_eq!(beside.head.last(), deps.head.last(), "{database}: the head stays");
            // A form that was answered there finds its answer, which this head does not cover where the other history is larger.
            assert_eq!(form(&beside, &answered, more).await.is_err(), more == "transfer B", "{database}");
            assert_eq!(beside.head.last(), deps.head.last(), "{database}: the head stays");
            beside.db.close().await.unwrap();
        }
        // Nor does a start believe the larger one.
        astray.db.close().await.unwrap();
        deps.db.close().await.unwrap();
        write_settings(folder, &copy, free_port());
        let mut serving = Serving::start(folder);
        assert_eq!(serving.get("/ledger").unwrap().status, 200, "{database}: reading goes on");
        let ready = serving.get("/health/ready").unwrap();
        assert!(ready.status == 503 && ready.body.contains("the book is halted"), "{database}: {}", ready.body);
        serving.kill();
        assert_eq!(Head::open(folder).unwrap().last(), deps.head.last(), "{database}: the head stays");
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_with_the_head_is_given_again_only_under_a_head() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (treasurer, folder) = (world.treasurer().await, world.folder.path());
        let form = once();
        let deposit = async || contracts::record_deposit(&world.deps, &treasurer, &form, &contract, "5.00", "transfer 84").await;
        // What is in the head's place cannot be replaced: the commit stands, its head does not.
        let (head, kept) = (folder.join("head"), fs::read_to_string(folder.join("head")).unwrap());
        fs::remove_file(&head).unwrap();
        fs::create_dir_all(head.join("in the way")).unwrap();
        let size = world.deps.head.last().0;
        assert!(deposit().await.is_err(), "{database}");
        assert_eq!(receipts::checkpoint(&world.deps).await.unwrap().unwrap().size, size + 1, "{database}: it was committed");
        assert!(deposit().await.is_err(), "{database}: answered though no head covers it");
        fs::remove_dir_all(&head).unwrap();
        fs::write(&head, kept).unwrap();
        assert_eq!(deposit().await.unwrap(), size, "{database}: the first answer");
        assert_eq!(Head::open(folder).unwrap().last().0, size + 1, "{database}");
        assert_eq!(receipts::checkpoint(&world.deps).await.unwrap().unwrap().size, size + 1, "{database}: once");
    }
}

/// A power cut can leave a file without its content: nobody signs on it, and whoever reads the refusal knows what to do.
#[tokio::test]
async fn a_head_that_a_power_cut_left_empty_is_refused_with_the_line_that_would_stand_in_it() {
    for database in databases() {
        let world = world(database).await;
        let folder = world.folder.path();
        world.deps.head.sync().unwrap();
        world.deps.db.clone().close().await.unwrap();
        write_settings(folder, &world.database, free_port());
        let head = fs::read_to_string(folder.join("head")).unwrap();
        let out = folder.join("out");
        let mut commands = vec![
            vec!["serve"],
            vec!["export", out.to_str().unwrap()],
            vec!["keys", "rotate", "entry"],
            vec!["ledger", "rebuild", "--check"],
            vec!["ledger", "recover", "--from", "nowhere", "--by", "wanjiru@example.coop"],
        ];
        if database == "sqlite" {
            commands.push(vec!["backup", out.to_str().unwrap()]);
        }
        for damaged in ["", "5", "five root\n"] {
            fs::write(folder.join("head"), damaged).unwrap();
            for command in &commands {
                refuses(command, folder, "Put back the file `head`");
                refuses(command, folder, head.trim_end());
            }
        }
        // What the sentence says to do is what is to be done.
        fs::write(folder.join("head"), head).unwrap();
        does(&["ledger", "rebuild", "--check"], folder, &[]);
    }
}
