//! A rule book is enacted at the moment in which somebody claims, or opens a batch: each goes by the book of the place that it names.

use std::time::Duration;

use manyhands::actions::proposals::{asking, enacting};
use manyhands::actions::reviews::Judging;
use manyhands::actions::{batches, claims, reviews};
use sqlx::{Connection, PgConnection, Row};

use super::{submitted, typed, verify};
use crate::signers::refused;
use crate::support::{databases, once, world};
use crate::voters::{close, floor, put_to_the_vote, row, until, vote};
use crate::votes_ends::{an_ask, on_its_day, passed};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_claim_goes_by_the_book_of_its_own_size_while_another_is_enacted() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let contract = world.plain_contract().await;
        let cheap = world.open_batch(&contract, 3).await;
        let dear = world.draft_batch(&contract, "1.00", "180").await;
        batches::import(deps, &world.buyer().await, &once(), &dear, b"id,payload\na,A passage\n").await.unwrap();
        batches::open(deps, &world.buyer().await, &once(), &dear).await.unwrap();
        let id = put_to_the_vote(&world, &floor("15")).await;
        for person in [&world.worker, &world.reviewer] {
            vote(&world, person, &id, "yes").await.unwrap();
        }
        close(&world, &id).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());

        // On PostgreSQL the claim is held up after it read the book, at a table that nothing else reads; the book is enacted meanwhile.
        let gate = if database == "postgres" { Some(Gate::shut(&world.database).await) } else { None };
        let worker = world.worker().await;
        let (claimed_by, of, batch) = (deps.clone(), worker.clone(), cheap.clone());
        let claiming = tokio::spawn(async move { claims::claim(&claimed_by, &of, &once(), &batch).await });
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 1).await;
            assert_eq!(enacting::enact_due(deps).await.unwrap(), 1, "{database}");
            gate.open().await;
        }
        let claim = claiming.await.unwrap().unwrap();
        enacting::enact_due(deps).await.unwrap();
        claims::submit(deps, &worker, &once(), &claim, &typed()).await.unwrap();
        reviews::accept(deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_batch_that_opens_while_a_book_is_enacted_names_the_book_before_its_own_place() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let contract = world.plain_contract().await;
        let dear = world.draft_batch(&contract, "1.00", "180").await;
        batches::import(deps, &world.buyer().await, &once(), &dear, b"id,payload\na,A passage\n").await.unwrap();
        let id = put_to_the_vote(&world, &floor("15")).await;
        for person in [&world.worker, &world.reviewer] {
            vote(&world, person, &id, "yes").await.unwrap();
        }
        close(&world, &id).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        // On PostgreSQL both stand before the ledger, the book first.
        let gate =
            if database == "postgres" { Some(Gate::over(&world.database, "SELECT 1 FROM ledger_head FOR UPDATE").await) } else { None };
        let enacting_deps = deps.clone();
        let enacting = tokio::spawn(async move { enacting::enact_due(&enacting_deps).await });
        if let Some(gate) = &gate {
            gate.so_many_wait(&world.database, 1).await;
        }
        let (opening_deps, buyer, batch) = (deps.clone(), world.buyer().await, dear.clone());
        let opening = tokio::spawn(async move { batches::open(&opening_deps, &buyer, &once(), &batch).await });
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 2).await;
            gate.open().await;
        }
        assert_eq!(enacting.await.unwrap().unwrap(), 1, "{database}");
        opening.await.unwrap().unwrap();
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_accepts_a_price_at_the_moment_in_which_it_is_settled_otherwise_comes_too_late() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let id = passed(&world, &an_ask(&batch, "1.20")).await;
        assert_eq!(on_its_day(&world, &id).await, "paused", "{database}");
        // On PostgreSQL both stand before the contract, the client's own price first.
        let lock = format!("SELECT 1 FROM contracts WHERE id = '{contract}' FOR UPDATE");
        let gate = if database == "postgres" { Some(Gate::over(&world.database, &lock).await) } else { None };
        let (pricing_deps, by, priced) = (deps.clone(), buyer.clone(), batch.clone());
        let mut pricing = tokio::spawn(async move { batches::reprice(&pricing_deps, &by, &once(), &priced, "1.30").await });
        match &gate {
            Some(gate) => gate.so_many_wait(&world.database, 1).await,
            None => drop((&mut pricing).await.unwrap().unwrap()),
        }
        let (asking_deps, by, asked) = (deps.clone(), buyer.clone(), id.clone());
        let accepting = tokio::spawn(async move { asking::accept(&asking_deps, &by, &once(), &asked).await });
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 2).await;
            gate.open().await;
            pricing.await.unwrap().unwrap();
        }
        assert_eq!(refused(accepting.await.unwrap()), "price-answered", "{database}: as it stands under the lock");
        assert_eq!(row(&world, &id).await.outcome.as_deref(), Some("done"), "{database}");
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_price_that_is_settled_while_its_day_waits_for_the_contract_is_settled_once() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let id = passed(&world, &an_ask(&batch, "1.20")).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        // On PostgreSQL both stand before the contract, the client's own price first.
        let lock = format!("SELECT 1 FROM contracts WHERE id = '{contract}' FOR UPDATE");
        let gate = if database == "postgres" { Some(Gate::over(&world.database, &lock).await) } else { None };
        let (pricing_deps, by, priced) = (deps.clone(), buyer.clone(), batch.clone());
        let mut pricing = tokio::spawn(async move { batches::reprice(&pricing_deps, &by, &once(), &priced, "1.30").await });
        match &gate {
            Some(gate) => gate.so_many_wait(&world.database, 1).await,
            None => drop((&mut pricing).await.unwrap().unwrap()),
        }
        let enacting_deps = deps.clone();
        let enacting = tokio::spawn(async move { enacting::enact_due(&enacting_deps).await });
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 2).await;
            gate.open().await;
            pricing.await.unwrap().unwrap();
        }
        assert_eq!(enacting.await.unwrap().unwrap(), 0, "{database}: told and settled by the client's own price");
        assert_eq!(row(&world, &id).await.outcome.as_deref(), Some("done"), "{database}");
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_price_that_is_settled_while_it_is_about_to_lapse_stays_settled() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 1).await;
        let id = passed(&world, &an_ask(&batch, "1.20")).await;
        let claim = submitted(&world, &world.worker().await, &batch).await;
        reviews::accept(deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        // On PostgreSQL the vote is refused for want of work, the client's own price comes before it is noted that it lapsed, and is held
        // up at the ledger until that is about to be.
        let lock = format!("SELECT 1 FROM contracts WHERE id = '{contract}' FOR UPDATE");
        let gates = match database {
            "postgres" => {
                let ledger = Gate::over(&world.database, "SELECT 1 FROM ledger_head FOR UPDATE").await;
                Some((Gate::over(&world.database, &lock).await, ledger))
            }
            _ => None,
        };
        let enacting_deps = deps.clone();
        let enact = async move { enacting::enact_due(&enacting_deps).await };
        let (pricing_deps, by, priced) = (deps.clone(), buyer.clone(), batch.clone());
        let price = async move { batches::reprice(&pricing_deps, &by, &once(), &priced, "1.30").await };
        let enacted = match gates {
            Some((contract, ledger)) => {
                let enacting = tokio::spawn(enact);
                contract.so_many_wait(&world.database, 1).await;
                let pricing = tokio::spawn(price);
                contract.so_many_wait(&world.database, 2).await;
                contract.open().await;
                ledger.so_many_wait_at(&world.database, "ledger_head", 1).await;
                ledger.so_many_wait(&world.database, 2).await;
                ledger.open().await;
                pricing.await.unwrap().unwrap();
                enacting.await.unwrap().unwrap()
            }
            None => {
                price.await.unwrap();
                enact.await.unwrap()
            }
        };
        assert_eq!(enacted, 0, "{database}: told and settled by the client's own price");
        assert_eq!(row(&world, &id).await.outcome.as_deref(), Some("done"), "{database}");
        verify(&world).await;
    }
}

/// A lock that somebody runs into at a place of the test's choice.
pub(super) struct Gate(PgConnection);

impl Gate {
    /// Over what only the choice of a task reads.
    async fn shut(address: &str) -> Gate {
        Gate::over(address, "LOCK TABLE left_tasks IN ACCESS EXCLUSIVE MODE").await
    }

    pub(super) async fn over(address: &str, lock: &str) -> Gate {
        let mut connection = PgConnection::connect(address).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("BEGIN; {lock}"))).execute(&mut connection).await.unwrap();
        Gate(connection)
    }

    pub(super) async fn so_many_wait(&self, address: &str, wanted: i64) {
        so_many_wait_at(address, "", wanted).await;
    }

    /// With a statement in which this stands.
    pub(super) async fn so_many_wait_at(&self, address: &str, what: &str, wanted: i64) {
        so_many_wait_at(address, what, wanted).await;
    }

    pub(super) async fn open(mut self) {
        sqlx::raw_sql("COMMIT").execute(&mut self.0).await.unwrap();
    }
}

/// Until so many wait for a lock in this PostgreSQL's database.
pub(super) async fn so_many_wait(address: &str, wanted: i64) {
    so_many_wait_at(address, "", wanted).await;
}

async fn so_many_wait_at(address: &str, what: &str, wanted: i64) {
    let mut connection = PgConnection::connect(address).await.unwrap();
    let asked = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() \
                 AND query LIKE '%' || $1 || '%'";
    for _ in 0..3_000 {
        let waiting: i64 = sqlx::query(asked).bind(what).fetch_one(&mut connection).await.unwrap().get("n");
        if waiting >= wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody waits");
}
