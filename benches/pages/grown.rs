//! A co-op with so many tasks of one contract, and work done on some of them, written by
//! statements of SQL: members, claims, answers and counters as the actions leave them, without their entries in the ledger.

use manyhands::actions::people::{self, Invitation};
use manyhands::actions::{batches, sessions};
use manyhands::clock::Clock;
use manyhands_domain::ids::{BatchId, ContractId};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::http::csv;
use crate::support::{PASSWORD, World, once, world};

pub struct Grown {
    pub world: World,
    pub contract: ContractId,
    pub batches: Vec<BatchId>,
}

/// A co-op with these members beside its own, and a contract whose deposit covers everything here.
pub async fn founded(database: &str) -> Grown {
    let mut world = world(database).await;
    world.deps.clock = Clock::system();
    let contract = world.funded_contract("2000000").await;
    let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
    for number in 1..=MEMBERS {
        let invitation = Invitation {
            name: format!("Member {number}"),
            email: format!("m-{number}@example.coop"),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "FR".to_owned(),
            client: None,
            roles: Vec::new(),
        };
        people::add_active(&world.deps, &invitation, &hash).await.unwrap();
    }
    Grown { world, contract, batches: Vec::new() }
}

impl Grown {
    /// Opens so many batches of so many tasks each.
    pub async fn offer(&mut self, batches: usize, tasks: usize) {
        let (deps, buyer, file) = (&self.world.deps, self.world.buyer().await, csv(tasks));
        for _ in 0..batches {
            let batch = self.world.draft_batch(&self.contract, "0.80", "180").await;
            batches::import(deps, &buyer, &once(), &batch, file.as_bytes()).await.unwrap();
            batches::open(deps, &buyer, &once(), &batch).await.unwrap();
            self.batches.push(batch);
        }
    }

    /// Work on the first tasks of each batch, this share of them, by every member in turn: of forty-nine answers one waits for its judge,
    /// the others are accepted.
    pub async fn work(&self, percent: usize) {
        let contract = self.contract.as_str();
        let now = self.world.deps.clock.now().secs();
        let (hours_ago, days_ahead) = (now - 100_000, now + 1_000_000);
        self.run(&[
            format!(
                "INSERT INTO worker_numbers (contract_id, member_id, number) \
                 SELECT '{contract}', id, ROW_NUMBER() OVER (ORDER BY id) FROM members"
            ),
            format!(
                "WITH m AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS number FROM members) \
                 INSERT INTO claims (id, task_id, batch_id, contract_id, member_id, state, claimed_size, price, currency, claimed_at, \
                 due_at, draft, draft_at, answer, submitted_at, seconds, measured, review_by, decided_at, worker_share) \
                 SELECT t.id, t.id, b.id, '{contract}', m.id, 'accepted', 3, b.price, b.currency, {hours_ago} - t.position, \
                 {hours_ago} - t.position + 3600, '{{\"answer\":[\"Harmful\"]}}', {hours_ago} - t.position, '{{\"answer\":\"Harmful\"}}', \
                 {hours_ago} - t.position, 180, 'active', {days_ahead}, {hours_ago}, 640000 \
                 FROM tasks t JOIN batches b ON b.id = t.batch_id JOIN m ON m.number = t.position % (SELECT COUNT(*) FROM members) \
                 WHERE b.contract_id = '{contract}' AND t.position * 100 <= {percent} * b.tasks_total"
            ),
            format!(
                "UPDATE claims SET state = 'submitted', decided_at = NULL, worker_share = NULL WHERE contract_id = '{contract}' \
                 AND task_id IN (SELECT id FROM tasks WHERE position % {JUDGED} = 0)"
            ),
            format!(
                "UPDATE tasks SET copies_left = 0, state = CASE WHEN position % {JUDGED} = 0 THEN 'claimed' ELSE 'accepted' END \
                 WHERE id IN (SELECT task_id FROM claims)"
            ),
            "UPDATE batches SET tasks_open = (SELECT COUNT(*) FROM tasks t WHERE t.batch_id = batches.id AND t.state = 'open'), \
             tasks_accepted = (SELECT COUNT(*) FROM tasks t WHERE t.batch_id = batches.id AND t.state = 'accepted')"
                .to_owned(),
            "UPDATE batches SET accepted_seconds = 180 * tasks_accepted, accepted_pay = 640000 * tasks_accepted, \
             accepted_price = price * tasks_accepted"
                .to_owned(),
            "UPDATE contracts SET held = 800000 * (SELECT COUNT(*) FROM claims l WHERE l.contract_id = contracts.id \
             AND l.state = 'submitted')"
                .to_owned(),
        ])
        .await;
    }

    /// Runs statements by hand, one transaction each.
    pub async fn run(&self, statements: &[String]) {
        if self.world.database.starts_with("sqlite") {
            let mut on = SqliteConnection::connect(&self.world.database).await.unwrap();
            for statement in statements {
                sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut on).await.unwrap();
            }
            on.close().await.unwrap();
        } else {
            let mut on = PgConnection::connect(&self.world.database).await.unwrap();
            for statement in statements {
                sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut on).await.unwrap();
            }
            // What its own housekeeping does within minutes.
            sqlx::raw_sql("VACUUM ANALYZE").execute(&mut on).await.unwrap();
            on.close().await.unwrap();
        }
    }
}

/// Members beside those of the suite's world.
const MEMBERS: usize = 16;
/// One answer of so many waits for its judge.
const JUDGED: usize = 49;
