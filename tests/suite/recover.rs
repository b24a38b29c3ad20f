//! An old backup was restored. What it lacks comes back from a copy of the log, byte for byte; and nothing that the log
//! says was done can be done again. On both databases.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use manyhands::actions::claims::Typed;
use manyhands::actions::contracts::RegisterWords;
use manyhands::actions::contracts::amending;
use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::contracts::returns::{self, ReturnForm};
use manyhands::actions::payouts::ExpenseForm;
use manyhands::actions::people::Invitation;
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::{ClientUser, Coordinator, Member, Officer, Reviewer, Treasurer};
use manyhands::actions::{Error, batches, claims, contracts, payouts, people, receipts, results, reviews};
use manyhands::deps::Deps;
use manyhands::head::Head;
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, PayoutId};
use manyhands_domain::money::Amount;
use manyhands_domain::refusal::Arg;

use crate::backup::{bytes_of, does, refuses};
use crate::pages::change;
use crate::program::{copy, free_port, write_settings};
use crate::support::{PAGES, PASSWORD, World, agree, back_up, copy_file, databases, once, reopen, world};

/// Who acts, whatever becomes of the database.
struct People {
    coordinator: Coordinator,
    officer: Officer,
    treasurer: Treasurer,
    reviewer: Reviewer,
    worker: Member,
    buyer: ClientUser,
}

impl People {
    async fn of(world: &World) -> People {
        let signed_in = world.signed_in(&world.coordinator).await;
        People {
            coordinator: world.coordinator().await,
            officer: signed_in.officer().unwrap(),
            treasurer: world.treasurer().await,
            reviewer: world.reviewer().await,
            worker: world.worker().await,
            buyer: world.buyer().await,
        }
    }

    async fn hand_in(&self, deps: &Deps, batch: &BatchId) -> ClaimId {
        let claim = claims::claim(deps, &self.worker, &once(), batch).await.unwrap();
        let typed = Typed::one("Harmful", 150);
        claims::submit(deps, &self.worker, &once(), &claim, &typed).await.unwrap();
        claim
    }

    async fn accept(&self, deps: &Deps, claim: &ClaimId) -> Result<u64, Error> {
        let accepted = reviews::accept(deps, &Judging::Reviewer(self.reviewer.clone()), &once(), claim).await;
        accepted.map(|accepted| accepted.index)
    }

    async fn submitted_contract(&self, deps: &Deps, title: &str) -> ContractId {
        let contract = contracts::draft(deps, &self.buyer, &once()).await.unwrap();
        for (step, fields) in PAGES {
            let field = |name: &str| match name {
                "title" => title.to_owned(),
                _ => fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned()),
            };
            contracts::save(deps, &self.buyer, &once(), &contract, step, field).await.unwrap();
        }
        contracts::submit(deps, &self.buyer, &once(), &contract).await.unwrap();
        contract
    }

    async fn list(&self, deps: &Deps, contract: &ContractId) -> Result<u64, Error> {
        let row = contracts::find_submitted(deps, &self.coordinator, contract).await?;
        let read = RegisterWords { read_sha256: contracts::terms_sha256(&row), ..RegisterWords::default() };
        contracts::approve(deps, &self.coordinator, &once(), contract, &read).await
    }

    async fn expense(&self, deps: &Deps, what: &str) -> String {
        let form = ExpenseForm { name: "Hosting".to_owned(), currency: "USD".to_owned(), amount: "1.50".to_owned(), what: what.to_owned() };
        payouts::prepare_expense(deps, &self.treasurer, &once(), &form, PASSWORD).await.unwrap()
    }

    async fn run(&self, deps: &Deps) -> PayoutId {
        payouts::prepare(deps, &self.treasurer, &once(), "USD", "0.01", PASSWORD).await.unwrap()
    }

    /// Changes what a listed contract says, by both sides.
    async fn amend(&self, deps: &Deps, contract: &ContractId) {
        let (client, coop) = (Party::Client(self.buyer.clone()), Party::Coop(self.coordinator.clone()));
        amending::draft(deps, &coop, &once(), contract).await.unwrap();
        let terms = |name: &str| match name {
            "rejection" => "With a code.".to_owned(),
            "notice_days" => "21".to_owned(),
            _ => "10".to_owned(),
        };
        amending::save(deps, &coop, &once(), contract, "terms", terms).await.unwrap();
        amending::propose(deps, &coop, &once(), contract, "Members asked for it.").await.unwrap();
        let proposed = amending::find_open(deps, &client, contract).await.unwrap().proposed;
        amending::agree(deps, &client, &once(), contract, &amending::sha256_of(&proposed.unwrap())).await.unwrap();
    }

    /// A cent of a contract's first deposit is to go back.
    async fn give_back(&self, deps: &Deps, contract: &ContractId, place: usize) -> String {
        let found = returns::find_returnable(deps, &self.treasurer, contract).await.unwrap();
        let deposit = found.deposits[place].deposit.id.clone();
        // Each by a payment of its own.
        let reference = format!("back {}", found.returns.len());
        let form = ReturnForm { deposit, amount: "0.01".into(), reference, asked: "By letter.".into(), ..ReturnForm::default() };
        returns::prepare(deps, &self.treasurer, &once(), &form, PASSWORD).await.unwrap()
    }

    async fn deposit(&self, deps: &Deps, contract: &ContractId, reference: &str) -> Result<u64, Error> {
        contracts::record_deposit(deps, &self.treasurer, &once(), contract, "20.00", reference).await
    }
}

/// What stood when the backup was made, and what was done after it.
struct Story {
    world: World,
    people: People,
    /// Another place with the same keys, head and settings, and the old database.
    old: tempfile::TempDir,
    database: String,
    /// The export of the day of the disaster.
    log: PathBuf,
    batch: BatchId,
    submitted: [ClaimId; 2],
    held: ClaimId,
    prepared: PayoutId,
    expense: String,
    back: String,
    second_contract: ContractId,
    sizes: (u64, u64),
}

async fn story(database: &str) -> Story {
    let world = world(database).await;
    let people = People::of(&world).await;
    let deps = world.deps.clone();
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 9).await;
    let first = people.hand_in(&deps, &batch).await;
    people.accept(&deps, &first).await.unwrap();
    let submitted = [people.hand_in(&deps, &batch).await, people.hand_in(&deps, &batch).await];
    let held = claims::claim(&deps, &people.worker, &once(), &batch).await.unwrap();
    let prepared = people.run(&deps).await;
    let expense = people.expense(&deps, "a server, one month").await;
    let back = people.give_back(&deps, &contract, 0).await;
    let second_contract = people.submitted_contract(&deps, "The second").await;
    deps.head.sync().unwrap();
    let before = deps.head.last().0;
    deps.db.clone().close().await.unwrap();
    let backup = back_up(&world.database, world.folder.path());

    // After the backup: everything that the program can do, on things of before and on new ones.
    let deps = reopen(&world.database, world.folder.path()).await;
    people.accept(&deps, &submitted[0]).await.unwrap();
    reviews::accept(&deps, &Judging::Client(people.buyer.clone()), &once(), &submitted[1]).await.unwrap();
    // The claim that was held runs out: its task is done under another.
    let later = people.hand_in(&deps, &batch).await;
    people.accept(&deps, &later).await.unwrap();
    payouts::approve(&deps, &people.officer, &once(), &prepared, PASSWORD).await.unwrap();
    payouts::settle(&deps, &people.treasurer, &once(), &prepared, people.worker.id(), "bank 1", "0.01").await.unwrap();
    let next = people.run(&deps).await;
    payouts::approve(&deps, &people.officer, &once(), &next, PASSWORD).await.unwrap();
    payouts::fail(&deps, &people.treasurer, &once(), &next, people.worker.id(), "wrong number").await.unwrap();
    payouts::approve_expense(&deps, &people.officer, &once(), &expense, PASSWORD).await.unwrap();
    let unknown = people.expense(&deps, "unknown to the backup").await;
    payouts::approve_expense(&deps, &people.officer, &once(), &unknown, PASSWORD).await.unwrap();
    people.list(&deps, &second_contract).await.unwrap();
    people.deposit(&deps, &second_contract, "for the second").await.unwrap();
    people.deposit(&deps, &contract, "more for the first").await.unwrap();
    returns::approve(&deps, &people.officer, &once(), &back, PASSWORD).await.unwrap();
    let unknown = people.give_back(&deps, &contract, 1).await;
    returns::approve(&deps, &people.officer, &once(), &unknown, PASSWORD).await.unwrap();
    people.amend(&deps, &contract).await;
    let third = people.submitted_contract(&deps, "The third").await;
    people.list(&deps, &third).await.unwrap();
    people.deposit(&deps, &third, "for the third").await.unwrap();
    let form = batches::NewBatchForm {
        title: "Unknown to the backup".to_owned(),
        price: "0.80".to_owned(),
        seconds: "180".to_owned(),
        copies: "1".to_owned(),
        review_share: String::new(),
        payload_kind: "text".to_owned(),
        answer_kind: "one-choice".to_owned(),
        question: "Is this passage harmful?".to_owned(),
        choices: "Harmful\nHarmless".to_owned(),
    };
    let lost_batch = batches::draft(&deps, &people.buyer, &once(), &second_contract, &form).await.unwrap();
    batches::import(&deps, &people.buyer, &once(), &lost_batch, b"id,payload\n1,a\n").await.unwrap();
    batches::open(&deps, &people.buyer, &once(), &lost_batch).await.unwrap();
    let lost = people.hand_in(&deps, &lost_batch).await;
    people.accept(&deps, &lost).await.unwrap();
    let client = Party::Client(people.buyer.clone());
    life::go(&deps, &client, &once(), &second_contract, Step::Complete, "").await.unwrap();
    let invitation = Invitation {
        name: "New".to_owned(),
        email: "new@example.coop".to_owned(),
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        country: "KE".to_owned(),
        client: None,
        roles: Vec::new(),
    };
    people::invite(&deps, &people.coordinator, &once(), &invitation).await.unwrap();
    deps.head.sync().unwrap();
    let log = world.folder.path().join("log");
    let after = receipts::export(&deps, &log).await.unwrap();
    deps.db.close().await.unwrap();

    let old = tempfile::tempdir().unwrap();
    copy_keys(world.folder.path(), old.path());
    for file in ["head", "origin.vkey"] {
        fs::copy(world.folder.path().join(file), old.path().join(file)).unwrap();
    }
    write_settings(old.path(), &backup, free_port());
    Story {
        world,
        people,
        old,
        database: backup,
        log,
        batch,
        submitted,
        held,
        prepared,
        expense,
        back,
        second_contract,
        sizes: (before, after),
    }
}

impl Story {
    fn recover(&self, from: &Path) -> [String; 6] {
        ["ledger", "recover", "--from", from.to_str().unwrap(), "--by", "wanjiru@example.coop"].map(str::to_owned)
    }

    fn refuses(&self, from: &Path, words: &str) {
        let arguments = self.recover(from);
        refuses(&arguments.each_ref().map(String::as_str), self.old.path(), words);
    }

    async fn census(&self) -> Vec<(String, String)> {
        let deps = reopen(&self.database, self.old.path()).await;
        let census = deps.db.census().await.unwrap();
        deps.db.close().await.unwrap();
        census
    }
}

#[tokio::test]
async fn what_an_old_backup_lacks_comes_back_byte_for_byte_and_nothing_is_done_twice() {
    for database in databases() {
        let story = story(database).await;
        let (before, after) = story.sizes;
        let head = Head::open(story.old.path()).unwrap().last();
        assert_eq!(head.0, after);
        let arguments = story.recover(&story.log);
        let told = does(
            &arguments.each_ref().map(String::as_str),
            story.old.path(),
            &[
                &format!("Entries {before} to {} came back, byte for byte; nothing was signed.", after - 1),
                "2 work.accepted: brought to where the entry says",
                "1 work.accepted: made of what the entry says",
                "1 work.accepted: in the ledger alone",
                "1 payout.approved: brought to where",
                "1 payout.approved: made of what",
                "1 payout.settled: brought to where",
                "1 payout.failed: brought to where",
                "1 expense.paid: brought to where",
                "1 expense.paid: made of what",
                "1 contract.listed: brought to where",
                "1 contract.listed: in the ledger alone",
                "1 contract.amended: brought to where",
                "1 contract.closed: brought to where",
                "2 deposit.received: made of what",
                "1 deposit.received: in the ledger alone",
                "1 deposit.returned: brought to where",
                "1 deposit.returned: made of what",
                "1 batch.opened: in the ledger alone",
                "1 member.admitted: in the ledger alone",
                "the draft of C-3 is lost",
                "0 payouts and 0 expenses that wait for a second person",
            ],
        );
        assert!(!told.contains("by hand"), "{told}");
        assert_eq!(Head::open(story.old.path()).unwrap().last(), head, "{database}: the head is where it was");

        // The ledger is the same, every byte.
        let deps = reopen(&story.database, story.old.path()).await;
        let again = story.old.path().join("again");
        receipts::export(&deps, &again).await.unwrap();
        assert_eq!(bytes_of(&again), bytes_of(&story.log), "{database}");
        nothing_is_done_twice(&story, &deps, database).await;

        // And the ledger goes on, from what was signed.
        let contract = ContractId::parse("C-1").unwrap();
        // Of the deposit that came back nobody knows the reference: whoever has the statement says that this is another.
        let asked = story.people.deposit(&deps, &contract, "after the recovery").await;
        let Err(Error::Refused(asked)) = &asked else { panic!("{database}: {asked:?}") };
        let Some((_, Arg::Text(unnamed))) = asked[0].args.iter().find(|(name, _)| *name == "entries") else { panic!("{asked:?}") };
        let (by, sum) = (&story.people.treasurer, ("20.00", "after the recovery"));
        let index = contracts::record_another_deposit(&deps, by, &once(), &contract, sum, unnamed).await.unwrap();
        assert_eq!(index, after + 1, "{database}: an acceptance, and this");
        deps.head.sync().unwrap();
        let now = story.old.path().join("now");
        receipts::export(&deps, &now).await.unwrap();
        deps.db.close().await.unwrap();
        does(&["ledger", "rebuild", "--check"], story.old.path(), &[]);
        story.refuses(&now, "nothing is missing: the database stands at");
    }
}

async fn nothing_is_done_twice(story: &Story, deps: &Deps, database: &str) {
    let people = &story.people;
    for claim in &story.submitted {
        let row = claims::find_own(deps, &people.worker, claim).await.unwrap().0;
        assert_eq!((row.state.as_str(), row.entry_index.is_some()), ("accepted", true), "{database}");
        assert!(people.accept(deps, claim).await.is_err(), "{database}: accepted twice");
    }
    // Its task was done under another claim.
    let row = claims::find_own(deps, &people.worker, &story.held).await.unwrap().0;
    assert_eq!(row.state, "released", "{database}");
    // 9 tasks: one accepted before, three brought back; the free ones are as many as can be claimed.
    let batch = batches::find_own(deps, &people.buyer, &story.batch).await.unwrap();
    assert_eq!((batch.tasks_open, batch.tasks_accepted, batch.accepted_pay), (5, 4, 4 * 640_000 + 24_000), "{database}");
    let row = contracts::find_own(deps, &people.buyer, &ContractId::parse("C-1").unwrap()).await.unwrap();
    let escrow = contracts::escrow(&deps.db.read(), &row).await.unwrap();
    assert_eq!((escrow.held, escrow.free), (Amount::ZERO, escrow.balance), "{database}: no open claim holds anything");
    for claim in claims::list_of_member(deps, &people.worker, "accepted", 100).await.unwrap() {
        assert!(claim.worker_share.is_some_and(|share| share > 0), "{database}");
    }
    // What came after the backup is paid and lost; the rest is downloaded.
    let mut items = Vec::new();
    results::list(deps, &people.buyer, &ContractId::parse("C-1").unwrap(), |row| items.push(row.item)).await.unwrap();
    let lost = results::count_lost(deps, &people.buyer, &ContractId::parse("C-1").unwrap()).await.unwrap();
    assert_eq!((items, lost), (["item-1", "item-2", "item-3"].map(str::to_owned).to_vec(), 1), "{database}");
    // Payouts and expenses.
    for (number, state) in [(1, "settled"), (2, "failed")] {
        let (run, lines) = payouts::find(deps, &people.officer, &PayoutId::from_number(number)).await.unwrap();
        assert_eq!((run.state.as_str(), lines[0].state.as_str()), ("sent", state), "{database}: O-{number}");
    }
    assert!(payouts::approve(deps, &people.officer, &once(), &story.prepared, PASSWORD).await.is_err(), "{database}: paid twice");
    let paid = payouts::approve_expense(deps, &people.officer, &once(), &story.expense, PASSWORD).await;
    assert!(paid.is_err(), "{database}: an expense paid twice");
    let expenses = payouts::list_expenses(deps, &people.officer).await.unwrap();
    assert_eq!(expenses.iter().filter(|expense| expense.state == "paid").count(), 2, "{database}");
    let back = returns::approve(deps, &people.officer, &once(), &story.back, PASSWORD).await;
    assert!(back.is_err(), "{database}: a deposit returned twice");
    let found = returns::find_returnable(deps, &people.treasurer, &ContractId::parse("C-1").unwrap()).await.unwrap();
    let back: Vec<String> = found.deposits.iter().map(|given| given.returned.to_string()).collect();
    assert_eq!(back, ["0.010000", "0.010000"], "{database}");
    let next = people.run(deps).await;
    assert_eq!(next, PayoutId::from_number(3), "{database}: numbers go on");
    payouts::withdraw(deps, &people.treasurer, &once(), &next).await.unwrap();
    // Contracts: the second is listed once; a new one gets no number that the log has.
    let listed = contracts::find_public(deps, &story.second_contract).await.unwrap();
    assert_eq!((listed.state.as_str(), listed.closed_index.is_some()), ("completed", true), "{database}");
    let client = Party::Client(people.buyer.clone());
    assert!(life::go(deps, &client, &once(), &story.second_contract, Step::Complete, "").await.is_err(), "{database}: closed twice");
    let first = ContractId::parse("C-1").unwrap();
    let terms = contracts::terms_of(&contracts::find_public(deps, &first).await.unwrap()).unwrap();
    let versions = amending::list_versions(deps, &first, i64::MAX).await.unwrap().0;
    assert_eq!((terms.notice_days, terms.reading_minutes, versions.len()), (21, 10, 2), "{database}: what the amendment says");
    assert!(people.list(deps, &story.second_contract).await.is_err(), "{database}: listed twice");
    let fresh = contracts::draft(deps, &people.buyer, &once()).await.unwrap();
    assert_eq!(fresh, ContractId::parse("C-4").unwrap(), "{database}");
    let deposits = contracts::list::deposits(deps, &people.buyer).await.unwrap();
    assert_eq!(deposits.len(), 3, "{database}: one of before, two brought back");
    // Claims go on from the tasks that are free.
    // Whoever took back since then what they agreed to meet must not find it agreed to: everybody is asked anew.
    let asked = claims::claim(deps, &people.worker, &once(), &story.batch).await;
    assert!(matches!(&asked, Err(Error::Refused(refusals)) if refusals[0].code == "hazard-not-agreed"), "{asked:?}");
    agree(deps, [&story.world.worker]).await;
    let claim = people.hand_in(deps, &story.batch).await;
    people.accept(deps, &claim).await.unwrap();
    assert_eq!(batches::list_open(deps).await.unwrap().len(), 1, "{database}: the lost batch is not offered");
}

#[tokio::test]
async fn only_a_whole_copy_of_this_history_that_reaches_the_head_is_taken_and_otherwise_nothing_is_written() {
    for database in databases() {
        let story = story(database).await;
        let (before, after) = story.sizes;
        let census = story.census().await;
        let place = tempfile::tempdir().unwrap();
        let head = fs::read(story.old.path().join("head")).unwrap();

        // A copy from before the head; one of the day of the backup.
        let deps = reopen(&story.world.database, story.world.folder.path()).await;
        let newest = deps.head.last().0;
        story.people.deposit(&deps, &ContractId::parse("C-1").unwrap(), "one more").await.unwrap();
        deps.head.sync().unwrap();
        let longer = place.path().join("longer");
        receipts::export(&deps, &longer).await.unwrap();
        fs::copy(story.world.folder.path().join("head"), story.old.path().join("head")).unwrap();
        deps.db.close().await.unwrap();
        story.refuses(&story.log, &format!("this copy of the log ends at {newest} entries, but {} were signed", newest + 1));
        fs::write(story.old.path().join("head"), &head).unwrap();

        // A copy in which a byte was changed, a file is missing, or that is none.
        for (name, spoil) in [("changed", true), ("cut", false)] {
            let spoilt = place.path().join(name);
            copy(&story.log, &spoilt);
            let bundle = spoilt.join(format!("tile/entries/000.p/{after}"));
            if spoil {
                let mut bytes = fs::read(&bundle).unwrap();
                let middle = bytes.len() - 300;
                bytes[middle] ^= 1;
                fs::write(&bundle, bytes).unwrap();
                story.refuses(&spoilt, "the ledger does not verify: level 1 fails at");
            } else {
                fs::remove_file(&bundle).unwrap();
                story.refuses(&spoilt, "is needed and cannot be read");
            }
        }
        story.refuses(&place.path().join("nothing"), "is needed and cannot be read");

        // Another history. A database that has one entry of its own is not extended by the true log.
        let (forked, mine) = (back_up_of(&story), place.path().join("fork"));
        fs::create_dir_all(&mine).unwrap();
        copy_keys(story.old.path(), &mine);
        write_settings(&mine, &forked, free_port());
        let deps = reopen(&forked, &mine).await;
        let contract = ContractId::parse("C-1").unwrap();
        story.people.deposit(&deps, &contract, "fork").await.unwrap();
        deps.head.sync().unwrap();
        let arguments = story.recover(&story.log);
        refuses(
            &arguments.each_ref().map(String::as_str),
            &mine,
            &format!("entry {before} of this copy is not the one in the database: they are two histories"),
        );
        // And a fork that is long enough is not taken for the true log.
        for number in 0..after - before {
            story.people.deposit(&deps, &contract, &format!("fork {number}")).await.unwrap();
        }
        let fork = place.path().join("fork-log");
        receipts::export(&deps, &fork).await.unwrap();
        deps.db.close().await.unwrap();
        story.refuses(&fork, &format!("the root of the first {after} entries of this copy is not the one that was signed last"));

        // Nobody in whose name it is done.
        refuses(
            &["ledger", "recover", "--from", story.log.to_str().unwrap(), "--by", "nathalie@example.coop"],
            story.old.path(),
            "is no treasurer or coordinator",
        );
        // A database whose rows are not what its notes give is not extended.
        change(&story.database, "UPDATE balances SET amount = amount + 1 WHERE account = 'Assets:Bank'").await;
        story.refuses(&story.log, "balances, Assets:Bank USD: amount is");
        change(&story.database, "UPDATE balances SET amount = amount - 1 WHERE account = 'Assets:Bank'").await;
        assert_eq!(story.census().await, census, "{database}: nothing was written");
        assert_eq!(fs::read(story.old.path().join("head")).unwrap(), head, "{database}");
    }
}

/// The keys of one folder in another, closed as they were.
pub fn copy_keys(from: &Path, to: &Path) {
    copy(&from.join("keys"), &to.join("keys"));
    fs::set_permissions(to.join("keys"), PermissionsExt::from_mode(0o700)).unwrap();
}

/// Another copy of the old database, to be led astray.
fn back_up_of(story: &Story) -> String {
    if story.database.starts_with("sqlite") {
        return copy_file(Path::new(story.database.trim_start_matches("sqlite://")), &story.old.path().join("forked.db"));
    }
    back_up(&story.database, story.old.path())
}
