//! The co-op that is measured: one listed contract, one open batch, sixteen members; and copies of its database.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use manyhands::actions::people::{self, Invitation};
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::sessions;
use manyhands::clock::Clock;
use manyhands::deps::Deps;
use manyhands::head::Head;
use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_store::Db;
use tempfile::TempDir;

use crate::figures::Figures;
use crate::support::{PASSWORD, World, world};

pub struct Place {
    pub world: World,
    pub contract: ContractId,
    pub batch: BatchId,
    pub members: Vec<Member>,
    /// Where its database is.
    pub address: String,
}

impl Place {
    pub async fn build(database: &str, pieces: usize, figures: &mut Figures) -> Place {
        let mut world = world(database).await;
        // A server started later reads the real clock; so does everything before it.
        world.deps.clock = Clock::system();
        let address = newest_address(database, &world.folder);
        let contract = world.plain_contract_of("1000000").await;
        let began = Instant::now();
        let batch = world.open_batch(&contract, pieces).await;
        figures.alone(&format!("draft, import and opening of {pieces} items"), &format!("{:.2} s", began.elapsed().as_secs_f64()));
        let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
        let mut members = Vec::new();
        for number in 1..=16 {
            let invitation = Invitation {
                name: format!("Member {number}"),
                email: format!("m-{number}@example.coop"),
                language: "en".to_owned(),
                zone: "UTC".to_owned(),
                country: "FR".to_owned(),
                client: None,
                roles: Vec::new(),
            };
            let person = people::add_active(&world.deps, &invitation, &hash).await.unwrap();
            members.push(world.signed_in(&person).await.member().unwrap());
        }
        Place { world, contract, batch, members, address }
    }

    pub async fn judging(&self) -> Judging {
        Judging::Reviewer(self.world.reviewer().await)
    }

    /// Closes the database, so that it can be copied as a file or as a template.
    pub async fn close(&self) {
        self.world.deps.db.clone().close().await.unwrap();
    }

    /// Opens the database again.
    pub async fn reopen(&mut self) {
        self.world.deps.db = Db::open(&self.address).await.unwrap();
    }

    /// The address of a fresh copy of the closed database.
    pub fn copy(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        match self.address.strip_prefix("sqlite://") {
            Some(file) => {
                let copy = self.world.folder.path().join(format!("copy-{number}.db"));
                std::fs::copy(file, &copy).unwrap();
                std::fs::File::open(&copy).unwrap().sync_all().unwrap();
                format!("sqlite://{}", copy.display())
            }
            None => {
                let (server, name) = self.address.rsplit_once('/').unwrap();
                let copy = format!("{name}_copy_{number}");
                psql(server, &format!("CREATE DATABASE {copy} TEMPLATE {name}"));
                // A moment of rest: what creating it wrote is not part of any measure.
                psql(server, "CHECKPOINT");
                format!("{server}/{copy}")
            }
        }
    }

    /// The co-op over a copy of its database, with a head of its own.
    pub async fn on_copy(&self, address: &str) -> (Deps, TempDir) {
        let folder = TempDir::new().unwrap();
        let head = Arc::new(Head::open(folder.path()).unwrap());
        let deps = Deps { db: Db::open(address).await.unwrap(), head, ..self.world.deps.clone() };
        (deps, folder)
    }
}

/// The database that the world was made on.
fn newest_address(database: &str, folder: &TempDir) -> String {
    if database == "sqlite" {
        return format!("sqlite://{}", folder.path().join("coop.db").display());
    }
    let server = std::env::var("MANYHANDS_TEST_POSTGRES").unwrap();
    let query = format!("SELECT datname FROM pg_database WHERE datname LIKE 't{}\\_%' ORDER BY oid DESC LIMIT 1", std::process::id());
    let told = Command::new("psql").args([&format!("{server}/postgres"), "-qAtc", &query]).output().unwrap();
    format!("{server}/{}", String::from_utf8(told.stdout).unwrap().trim())
}

fn psql(server: &str, command: &str) {
    let done = Command::new("psql").args([&format!("{server}/postgres"), "-qc", command]).status().unwrap();
    assert!(done.success());
}
