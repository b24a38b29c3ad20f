//! What every test stands on: a real database, a clock moved by hand, dice with a seed, and a founded co-op.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use manyhands::actions::contracts::{self, RegisterWords};
use manyhands::actions::people::{Invitation, Profile};
use manyhands::actions::rights::{self, ClientUser, Coordinator, Member, Reviewer, SignedIn, Treasurer};
use manyhands::actions::{Once, batches, founding, people, server_keys, sessions};
use manyhands::clock::Clock;
use manyhands::deps::{Coop, Deps, Entries, Signers};
use manyhands::files::{Files, Limits};
use manyhands::folder::Folder;
use manyhands::head::Head;
use manyhands::keyfiles::Unlock;
use manyhands::random::Random;
use manyhands_domain::ids::{BatchId, ContractId, PersonId};
use manyhands_domain::time::Timestamp;
use manyhands_store::{Db, ledger};
use tempfile::TempDir;

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse battery";
pub const ORIGIN: &str = "ledger.example.coop/main";

/// A founded co-op with its people.
pub struct World {
    pub deps: Deps,
    pub folder: TempDir,
    /// The database's address, as the settings name it.
    pub database: String,
    pub coordinator: PersonId,
    pub worker: PersonId,
    pub reviewer: PersonId,
    pub treasurer: PersonId,
    pub buyer: PersonId,
}

/// Says that something could not be tried for want of a tool. Where everything is promised to be installed
/// (`scripts/test-all`), that is a failure.
pub fn left_out(what: &str) {
    assert!(std::env::var_os("MANYHANDS_TEST_ALL").is_none(), "everything should be installed, but left out: {what}");
    println!("left out: {what}");
}

/// The databases to test on: SQLite, and PostgreSQL where there is one.
pub fn databases() -> Vec<&'static str> {
    let mut names = vec!["sqlite"];
    if std::env::var_os("MANYHANDS_TEST_POSTGRES").is_some() {
        names.push("postgres");
    } else {
        left_out("PostgreSQL, since MANYHANDS_TEST_POSTGRES names no server");
    }
    names
}

/// Fresh, empty deps on the database at this address.
pub async fn deps(address: &str, folder: &TempDir) -> Deps {
    let random = Random::seeded(seed());
    let signers = Folder::open(folder.path()).unwrap().create_signers(ORIGIN, &random).unwrap();
    let clock = Clock::standing_at(Timestamp::parse("2026-11-02T08:00:00Z").unwrap());
    assemble(address, folder.path(), signers, clock, random).await
}

/// The same co-op opened once more, by the machine's clock.
pub async fn reopen(address: &str, folder: &Path) -> Deps {
    let reader = Db::open(address).await.unwrap();
    let (ring, size) = (server_keys::ring(&reader.read()).await.unwrap(), ledger::head(&reader.read()).await.unwrap().size);
    reader.close().await.unwrap();
    let signers = Folder::open(folder).unwrap().load_signers(&ring, size, None, &mut Unlock::never()).unwrap();
    assemble(address, folder, signers, Clock::system(), Random::system()).await
}

async fn assemble(address: &str, folder: &Path, signers: Signers, clock: Clock, random: Random) -> Deps {
    Deps {
        db: Db::open(address).await.unwrap(),
        clock,
        random,
        signers: Arc::new(signers),
        head: Arc::new(Head::open(folder).unwrap()),
        coop: Arc::new(Coop {
            name: "Visible Hands Cooperative".to_owned(),
            origin: ORIGIN.to_owned(),
            address: "http://127.0.0.1:8017".to_owned(),
            demo: false,
            payday: None,
            entries: Entries::Public,
        }),
        files: Arc::new(Files::below(folder, Limits::default())),
        uploads: Arc::default(),
        agreements: Arc::default(),
        hashing: Arc::new(tokio::sync::Semaphore::new(2)),
    }
}

/// A co-op with a coordinator, a worker, a reviewer, a treasurer and a client's buyer.
pub async fn world(database: &str) -> World {
    let folder = TempDir::new().unwrap();
    let database = address(database, &folder);
    let deps = deps(&database, &folder).await;
    let hash = sessions::hash(&deps, PASSWORD).await.unwrap();
    let founder = founding::Founder {
        name: "Wanjiru K.".to_owned(),
        email: "wanjiru@example.coop".to_owned(),
        country: "KE".to_owned(),
        language: "en".to_owned(),
        zone: "Africa/Nairobi".to_owned(),
        password_hash: Some(hash.clone()),
    };
    let coordinator = founding::found(&deps, &founder).await.unwrap();
    let person = |name: &str, language: &str, roles: &[&str], client: Option<&str>| Invitation {
        name: name.to_owned(),
        email: format!("{}@example.coop", name.split(' ').next().unwrap().to_lowercase()),
        language: language.to_owned(),
        zone: "Europe/Paris".to_owned(),
        country: "FR".to_owned(),
        client: client.map(str::to_owned),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    let add = async |invitation: Invitation| people::add_active(&deps, &invitation, &hash).await.unwrap();
    let worker = add(person("Nathalie R.", "fr", &[], None)).await;
    let reviewer = add(person("Otieno B.", "en", &["reviewer"], None)).await;
    let treasurer = add(person("Astro N.", "fr", &["treasurer"], None)).await;
    let buyer = add(person("Buyer", "en", &[], Some("Safe Harbor Models Inc"))).await;
    say_where_pay_goes(&deps, [&coordinator, &worker, &reviewer, &treasurer]).await;
    agree(&deps, [&coordinator, &worker, &reviewer, &treasurer]).await;
    World { deps, folder, database, coordinator, worker, reviewer, treasurer, buyer }
}

/// Members have said where their pay goes: nobody else is in a payout.
pub async fn say_where_pay_goes<'p>(deps: &Deps, people: impl IntoIterator<Item = &'p PersonId>) {
    let tx = deps.db.begin().await.unwrap();
    for person in people {
        let member = rights::identify(&tx, person).await.unwrap().unwrap().member().unwrap();
        manyhands_store::people::set_payout_to(&tx, member.id(), "254700000000").await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Members have agreed to meet what [`World::funded_contract`] names: nobody else claims there.
pub async fn agree<'p>(deps: &Deps, people: impl IntoIterator<Item = &'p PersonId>) {
    let tx = deps.db.begin().await.unwrap();
    for person in people {
        manyhands_store::hazards::agree(&tx, person, "s3", deps.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

impl World {
    pub async fn signed_in(&self, person: &PersonId) -> SignedIn {
        rights::identify(&self.deps.db.read(), person).await.unwrap().unwrap()
    }

    /// A user of another client.
    pub async fn other_buyer(&self) -> PersonId {
        let invitation = Invitation {
            name: "Other".to_owned(),
            email: "other@elsewhere.example".to_owned(),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "DE".to_owned(),
            client: Some("Nordsee Mobility AG".to_owned()),
            roles: Vec::new(),
        };
        people::add_active(&self.deps, &invitation, &sessions::hash(&self.deps, PASSWORD).await.unwrap()).await.unwrap()
    }

    /// What stands in every table: equal before and after means that nothing was written. Sign-ins and counted attempts
    /// are left aside.
    pub async fn rows(&self) -> Vec<(String, String)> {
        let census = self.deps.db.census().await.unwrap();
        census.into_iter().filter(|(table, _)| !matches!(table.as_str(), "sessions" | "attempts")).collect()
    }

    pub async fn worker(&self) -> Member {
        self.signed_in(&self.worker).await.member().unwrap()
    }

    pub async fn reviewer(&self) -> Reviewer {
        self.signed_in(&self.reviewer).await.reviewer().unwrap()
    }

    pub async fn treasurer(&self) -> Treasurer {
        self.signed_in(&self.treasurer).await.treasurer().unwrap()
    }

    pub async fn coordinator(&self) -> Coordinator {
        self.signed_in(&self.coordinator).await.coordinator().unwrap()
    }

    pub async fn buyer(&self) -> ClientUser {
        self.signed_in(&self.buyer).await.client_user().unwrap()
    }

    /// A contract that is listed, with a deposit of this many units.
    pub async fn funded_contract(&self, deposit: &str) -> ContractId {
        self.contract_of(PAGES[4].1, deposit).await
    }

    /// The same, of these hazards.
    pub async fn contract_of(&self, hazards: &[(&str, &str)], deposit: &str) -> ContractId {
        let (deps, buyer) = (&self.deps, self.buyer().await);
        let contract = contracts::draft(deps, &buyer, &once()).await.unwrap();
        for (step, fields) in PAGES {
            let fields = if step == "hazards" { hazards } else { fields };
            let field = |name: &str| fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned());
            contracts::save(deps, &buyer, &once(), &contract, step, field).await.unwrap();
        }
        contracts::submit(deps, &buyer, &once(), &contract).await.unwrap();
        let coordinator = self.coordinator().await;
        let row = contracts::find_submitted(deps, &coordinator, &contract).await.unwrap();
        let read = RegisterWords { read_sha256: contracts::terms_sha256(&row), ..RegisterWords::default() };
        contracts::approve(deps, &coordinator, &once(), &contract, &read).await.unwrap();
        contracts::record_deposit(deps, &self.treasurer().await, &once(), &contract, deposit, "transfer 81").await.unwrap();
        contract
    }

    /// A listed and funded contract without hazards.
    pub async fn plain_contract(&self) -> ContractId {
        self.plain_contract_of("100.00").await
    }

    /// The same, with a deposit of this many units.
    pub async fn plain_contract_of(&self, deposit: &str) -> ContractId {
        self.contract_of(&[], deposit).await
    }

    /// A drafted batch of passages.
    pub async fn draft_batch(&self, contract: &ContractId, price: &str, seconds: &str) -> BatchId {
        let form = batches::NewBatchForm {
            title: "Safety text review".to_owned(),
            price: price.to_owned(),
            seconds: seconds.to_owned(),
            copies: "1".to_owned(),
            review_share: String::new(),
            payload_kind: "text".to_owned(),
            answer_kind: "one-choice".to_owned(),
            question: "Is this passage harmful?".to_owned(),
            choices: "Harmful\nHarmless".to_owned(),
        };
        batches::draft(&self.deps, &self.buyer().await, &once(), contract, &form).await.unwrap()
    }

    /// An open batch of so many passages at 0.80.
    pub async fn open_batch(&self, contract: &ContractId, items: usize) -> BatchId {
        self.open_copies(contract, items, 1).await
    }

    /// The same, each passage to be answered by so many members.
    pub async fn open_copies(&self, contract: &ContractId, items: usize, copies: usize) -> BatchId {
        let (deps, buyer) = (&self.deps, self.buyer().await);
        let batch = self.draft_batch(contract, "0.80", "180").await;
        batches::set_offer(deps, &buyer, &once(), &batch, ("0.80", "180", &copies.to_string())).await.unwrap();
        let csv: String = (1..=items).map(|n| format!("item-{n},\"Passage {n}, made for this test\"\n")).collect();
        batches::import(deps, &buyer, &once(), &batch, format!("id,payload\n{csv}").as_bytes()).await.unwrap();
        batches::open(deps, &buyer, &once(), &batch).await.unwrap();
        batch
    }

    /// An open batch of the demonstration's file of items.
    pub async fn open_demo_batch(&self, contract: &ContractId) -> BatchId {
        let (deps, buyer) = (&self.deps, self.buyer().await);
        let batch = self.draft_batch(contract, "0.80", "180").await;
        let taken = batches::import(deps, &buyer, &once(), &batch, include_bytes!("../../src/cli/demo/pairs.csv")).await.unwrap();
        assert_eq!(taken, 60);
        batches::open(deps, &buyer, &once(), &batch).await.unwrap();
        batch
    }

    /// What a contract's escrow holds, millionths.
    pub async fn escrow(&self, contract: &ContractId) -> i64 {
        let row = contracts::find_own(&self.deps, &self.buyer().await, contract).await.unwrap();
        contracts::escrow(&self.deps.db.read(), &row).await.unwrap().balance.micros()
    }

    /// Somebody reads this language from now on.
    pub async fn reads(&self, person: &PersonId, language: &str) {
        let who = self.signed_in(person).await;
        let profile =
            Profile { name: who.standing().name.clone(), language: language.to_owned(), zone: "UTC".to_owned(), subscribed: false };
        people::change_profile(&self.deps, &who, &once(), &profile).await.unwrap();
    }
}

/// A form's key that was never used.
pub fn once() -> Once {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    Once { key: format!("key {}", COUNT.fetch_add(1, Ordering::SeqCst)), request_sha256: "0".repeat(64) }
}

/// How often a soak repeats: few times by default, so often as `MANYHANDS_ROUNDS` says in a full count.
pub fn rounds(few: u64) -> u64 {
    std::env::var("MANYHANDS_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(few)
}

/// A seed for the dice, printed with a failing test's output.
pub fn seed() -> u64 {
    let seed = std::env::var("MANYHANDS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_124);
    println!("MANYHANDS_SEED={seed}");
    seed
}

/// The address of a fresh database.
pub fn address(database: &str, folder: &TempDir) -> String {
    if database == "sqlite" {
        return format!("sqlite://{}", folder.path().join("coop.db").display());
    }
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("MANYHANDS_TEST_POSTGRES").unwrap();
    let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let made = Command::new("psql").args([&format!("{server}/postgres"), "-qc", &format!("CREATE DATABASE {name}")]).status().unwrap();
    assert!(made.success());
    format!("{server}/{name}")
}

/// A copy of a closed database; its address.
pub fn back_up(address: &str, folder: &Path) -> String {
    if address.starts_with("sqlite") {
        return copy_file(&folder.join("coop.db"), &folder.join("backup.db"));
    }
    let (server, name) = address.rsplit_once('/').unwrap();
    // A closed connection's process may take its time to end, and a copy is made of a database that nobody is connected to.
    let ended = format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'");
    let made = Command::new("psql")
        .args([&format!("{server}/postgres"), "-qb", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-c", &ended])
        .args(["-c", &format!("CREATE DATABASE {name}_backup TEMPLATE {name}")])
        .status()
        .unwrap();
    assert!(made.success());
    format!("{address}_backup")
}

/// A copy of a closed SQLite file; its address. Two connections that close at the same moment each take the other for one that
/// stays, and leave what was committed in the write-ahead log.
pub fn copy_file(from: &Path, to: &Path) -> String {
    std::fs::copy(from, to).unwrap();
    let log = |file: &Path| std::path::PathBuf::from(format!("{}-wal", file.display()));
    if log(from).exists() {
        std::fs::copy(log(from), log(to)).unwrap();
    }
    format!("sqlite://{}", to.display())
}

/// A copy of a database in use, to be altered; its address.
pub async fn copy_of(world: &World, place: &Path) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    if world.database.starts_with("sqlite") {
        let copy = place.join(format!("copy-{}.db", COUNT.fetch_add(1, Ordering::SeqCst)));
        world.deps.db.copy_to(&copy).await.unwrap();
        return format!("sqlite://{}", copy.display());
    }
    let (server, _) = world.database.rsplit_once('/').unwrap();
    let name = format!("c{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let dumped = place.join("dump.sql");
    let made = Command::new("psql").args([&format!("{server}/postgres"), "-qc", &format!("CREATE DATABASE {name}")]).status().unwrap();
    let written = Command::new("pg_dump").args(["--no-owner", &world.database, "-f"]).arg(&dumped).status().unwrap();
    let copy = format!("{server}/{name}");
    let read = Command::new("psql").args([&copy, "-qb", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f"]).arg(&dumped).status().unwrap();
    assert!(made.success() && written.success() && read.success(), "{name}");
    copy
}

/// What a client types on the six pages of a contract.
pub const PAGES: [(&str, &[(&str, &str)]); 6] = [
    (
        "who",
        &[
            ("title", "Safety text review"),
            ("end_client", "Safe Harbor Models Inc"),
            ("country", "US"),
            ("lei", "DEMO00SAFEHARBOR0184"),
            ("between_name_1", "Harbor Data Services Ltd"),
            ("between_country_1", "KE"),
            ("between_keeps_1", "0"),
        ],
    ),
    ("what-for", &[("purpose", "text safety filter"), ("provenance", "Written for this."), ("consent", "Given.")]),
    ("task", &[("guidelines", "1 Read it.\n4.2 When in doubt, say harmful."), ("unit_noun", "passage"), ("reading_minutes", "10")]),
    ("price", &[("currency", "USD"), ("price", "0.80"), ("seconds", "180")]),
    ("hazards", &[("category_1", "s3"), ("form_1", "text"), ("level_1", "3"), ("share_1", "60")]),
    ("terms", &[("rejection", "With a code."), ("notice_days", "14"), ("kill_fee", "10")]),
];
