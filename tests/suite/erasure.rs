//! Somebody leaves and is erased. Every proof still verifies, and nothing of them is in any file: not in the database, its
//! log of writes, an export, a backup made after. On both databases.

use std::fs;
use std::path::Path;

use manyhands::actions::claims::Typed;
use manyhands::actions::people::Invitation;
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::{self, Member};
use manyhands::actions::{claims, erasure, leaving, payouts, people, projection, receipts, reviews, sessions};
use manyhands::deps::Deps;
use manyhands::jobs::outbox;
use manyhands_domain::ids::{ContractId, PayoutId, PersonId};
use manyhands_domain::log::receipt::Receipt;
use manyhands_store::outbox as rows;
use sqlx::{Connection, Row};

use crate::backup::{does, refuses};
use crate::http::Site;
use crate::program::{Serving, files_of, free_port, write_settings};
use crate::support::{PASSWORD, World, back_up, databases, once, reopen, world};

const NAME: &str = "Zoë Quillfeather";
const OLD_NAME: &str = "Ottilie Brackenridge";
const EMAIL: &str = "zoe.quill@example.coop";
const DESTINATION: &str = "254711222333";
const REFERENCE: &str = "QX12 to Z. Quillfeather, Mombasa";

/// A member with a past: invited with a role, so that mail to others names her; another name before; work done, paid
/// out and settled with a reference that names her.
struct Past {
    world: World,
    person: PersonId,
    member: Member,
    contract: ContractId,
    accepted: u64,
    settled: u64,
    receipt: Receipt,
    /// The salt behind the commitment of the settled line.
    salt: Vec<u8>,
}

/// The account of somebody whose invitation needed no signature.
fn sent(invited: people::Invited) -> PersonId {
    match invited {
        people::Invited::Sent(person) => person,
        people::Invited::Waits(_) => panic!("nobody has a key yet"),
    }
}

async fn past(database: &str) -> Past {
    let world = world(database).await;
    let deps = &world.deps;
    let invitation = Invitation {
        name: OLD_NAME.to_owned(),
        email: EMAIL.to_owned(),
        language: "en".to_owned(),
        zone: "Africa/Nairobi".to_owned(),
        country: "KE".to_owned(),
        client: None,
        roles: vec!["treasurer".to_owned()],
    };
    let person = sent(people::invite(deps, &world.coordinator().await, &once(), &invitation).await.unwrap());
    outbox::render(deps, "office@example.coop").await.unwrap();
    let tx = deps.db.begin().await.unwrap();
    manyhands_store::people::set_password(&tx, &person, &sessions::hash(deps, PASSWORD).await.unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    let member = world.signed_in(&person).await.member().unwrap();
    let profile = people::Profile { name: NAME.to_owned(), language: "en".to_owned(), zone: "UTC".to_owned(), subscribed: true };
    people::change_profile(deps, &member, &once(), &profile).await.unwrap();
    people::set_payout_to(deps, &member, &once(), DESTINATION, PASSWORD).await.unwrap();
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 5).await;
    let claim = claims::claim(deps, &member, &once(), &batch).await.unwrap();
    deps.clock.advance(150);
    claims::submit(deps, &member, &once(), &claim, &Typed { answer: vec!["Harmful".to_owned()], active_seconds: 150 }).await.unwrap();
    let accepted = reviews::accept(deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap().index;
    let treasurer = world.treasurer().await;
    let run = payouts::prepare(deps, &treasurer, &once(), "USD", "0.10", PASSWORD).await.unwrap();
    payouts::approve(deps, &world.signed_in(&world.coordinator).await.officer().unwrap(), &once(), &run, PASSWORD).await.unwrap();
    let settled = payouts::settle(deps, &treasurer, &once(), &run, member.id(), REFERENCE, "").await.unwrap();
    // Prepared by her, as an officer: who prepared stays, without a name.
    let hers = world.signed_in(&person).await.treasurer().unwrap();
    let form = payouts::ExpenseForm { name: "Hosting".into(), currency: "USD".into(), amount: "1.50".into(), what: "a server".into() };
    payouts::prepare_expense(deps, &hers, &once(), &form, PASSWORD).await.unwrap();
    outbox::render(deps, "office@example.coop").await.unwrap();
    let receipt = receipts::receipt(deps, accepted).await.unwrap();
    let salt = salt_of(&world.database, REFERENCE).await;
    Past { person, member, contract, accepted, settled, receipt, salt, world }
}

async fn salt_of(address: &str, text: &str) -> Vec<u8> {
    let sql = format!("SELECT salt FROM evidence WHERE text = '{text}'");
    let sql = sqlx::AssertSqlSafe(sql);
    if address.starts_with("sqlite") {
        sqlx::query(sql).fetch_one(&mut sqlx::SqliteConnection::connect(address).await.unwrap()).await.unwrap().get(0)
    } else {
        sqlx::query(sql).fetch_one(&mut sqlx::PgConnection::connect(address).await.unwrap()).await.unwrap().get(0)
    }
}

impl Past {
    fn needles(&self) -> Vec<Vec<u8>> {
        let words = [NAME, "Quillfeather", OLD_NAME, "Brackenridge", EMAIL, DESTINATION, REFERENCE];
        words.iter().map(|word| word.as_bytes().to_vec()).chain([self.salt.clone()]).collect()
    }

    /// Which of them stand in these bytes.
    fn found_in(&self, bytes: &[u8]) -> Vec<String> {
        let in_it = |needle: &Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle.as_slice());
        self.needles().iter().filter(|needle| in_it(needle)).map(|needle| String::from_utf8_lossy(needle).into_owned()).collect()
    }

    /// Files below a folder that hold any of them.
    fn files_with(&self, folder: &Path) -> Vec<(String, Vec<String>)> {
        let found = files_of(folder).into_iter().map(|file| (file.clone(), self.found_in(&fs::read(folder.join(file)).unwrap())));
        found.filter(|(_, found)| !found.is_empty()).collect()
    }

    /// The same of the files in which PostgreSQL keeps the tables, their indexes and what is too long for a row.
    async fn tables_with(&self) -> Vec<(String, Vec<String>)> {
        let mut connection = sqlx::PgConnection::connect(&self.world.database).await.unwrap();
        sqlx::raw_sql("CHECKPOINT").execute(&mut connection).await.unwrap();
        let files = sqlx::query(
            "SELECT relname::text, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class \
             WHERE relkind IN ('r', 'i', 't') AND relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace) \
             AND pg_relation_filepath(oid) IS NOT NULL",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        assert!(files.len() > 50, "{}", files.len());
        let found = files.iter().map(|row| (row.get::<String, _>(0), self.found_in(&row.get::<Vec<u8>, _>(1))));
        found.filter(|(_, found)| !found.is_empty()).collect()
    }

    async fn leave(&self) -> u64 {
        match leaving::leave(&self.world.deps, &self.member, &once(), PASSWORD).await.unwrap() {
            leaving::Leaving::Left(index) => index,
            waits => panic!("nobody has a key yet: {waits:?}"),
        }
    }

    async fn office(&self) -> Site {
        Site::as_person(&self.world, &self.world.coordinator).await
    }

    fn page(&self) -> String {
        format!("/office/people/{}", self.person)
    }
}

/// Until no file keeps what was erased, as the jobs go on: other tests' transactions on the same server make it wait.
async fn purged(deps: &Deps) {
    for _ in 0..600 {
        if erasure::purge(deps).await.unwrap() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("waited a minute for the files to be written anew");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_left_and_is_erased_is_in_no_file_and_every_proof_still_verifies() {
    for database in databases() {
        let past = past(database).await;
        let (deps, world) = (&past.world.deps, &past.world);
        let vkeys = [deps.signers.checkpoint.verifying_key()];
        let left = past.leave().await;
        outbox::render(deps, "office@example.coop").await.unwrap();
        let ledger = ledger_rows(deps).await;
        if database == "sqlite" {
            assert!(!past.files_with(world.folder.path()).is_empty(), "before, the files hold her: the search finds what is there");
        } else {
            assert!(!past.tables_with().await.is_empty(), "before, the tables hold her: the search finds what is there");
        }

        let office = past.office().await;
        office.get("/office").await.says(&format!("{EMAIL}, active, left"));
        let page = office.get(&past.page()).await;
        page.says(&format!("Erasing {NAME} cannot be undone."));
        page.says("Whoever keeps the books may have to keep vouchers for years");
        office
            .post(&format!("{}/erase", past.page()), &[("password", "wrong password")])
            .await
            .refuses("The password is wrong. Nothing was written");
        assert!(erasure::find(deps, &world.coordinator().await, &past.person).await.is_ok(), "{database}: nothing was erased");
        office.post(&format!("{}/erase", past.page()), &[("password", PASSWORD)]).await.redirects();
        purged(deps).await;

        // No page, no list, no mail knows her.
        assert_eq!(office.get(&past.page()).await.status, 404, "{database}");
        assert!(!office.get("/office").await.text.contains("Quillfeather"), "{database}");
        let run = office.get("/treasury/payouts/O-1").await;
        run.says("name not kept");
        office.get("/office").await.says("name not kept");
        for message in rows::list_messages(&deps.db.read(), 1_000).await.unwrap() {
            let text = mail_parser::MessageParser::default().parse(&message.bytes).map(|parsed| parsed.body_text(0).unwrap().into_owned());
            assert!(!text.unwrap_or_default().contains("Brackenridge"), "{database}: {}", message.subject);
        }
        let told = outbox::render(deps, "office@example.coop").await.unwrap();
        assert_eq!(told, 2, "{database}: each officer hears that something was erased, and not what");
        let again = sessions::sign_in(deps, EMAIL, PASSWORD, "n").await;
        assert!(again.is_err(), "{database}: no account is left to sign in to");

        // No file holds her: the database, its log of writes, an export, a backup made after.
        if database == "sqlite" {
            assert_eq!(past.files_with(world.folder.path()), [], "{database}");
        } else {
            assert_eq!(past.tables_with().await, [], "{database}");
        }
        let out = world.folder.path().join("out");
        receipts::export(deps, &out).await.unwrap();
        deps.head.sync().unwrap();
        write_settings(world.folder.path(), &world.database, free_port());
        if database == "sqlite" {
            does(&["backup", world.folder.path().join("after.backup").to_str().unwrap()], world.folder.path(), &["the file is whole"]);
        }
        assert_eq!(past.files_with(world.folder.path()), [], "{database}: export, backup, list of what was erased");

        // Every proof of before holds, and so does the whole book, which was not touched.
        assert_eq!(ledger_rows(deps).await, ledger, "{database}");
        past.receipt.verify(&vkeys).unwrap();
        receipts::receipt(deps, past.accepted).await.unwrap().verify(&vkeys).unwrap();
        receipts::receipt(deps, left).await.unwrap().verify(&vkeys).unwrap();
        let report = manyhands_verify::verify(&out, &vkeys[0]).unwrap();
        assert!(report.holds(), "{database}: {:?}", report.failures);
        assert!(projection::check_all(&deps.db, &mut |_, _| {}).await.unwrap().is_ok(), "{database}");
        // And what she was paid is in the book, under a number.
        let (_, lines) =
            payouts::find(deps, &world.signed_in(&world.coordinator).await.officer().unwrap(), &PayoutId::from_number(1)).await.unwrap();
        let line = lines.iter().find(|line| line.member_id == past.member.id().as_str()).unwrap();
        assert_eq!((line.name.as_str(), line.payout_to.as_str(), line.reference.as_str(), line.state.as_str()), ("", "", "", "settled"));
    }
}

/// The rows of the ledger's own tables.
async fn ledger_rows(deps: &Deps) -> Vec<(String, String)> {
    let own = ["entries", "lines", "balances", "tiles", "rule_books", "checkpoints", "ledger_head", "documents"];
    deps.db.census().await.unwrap().into_iter().filter(|(table, _)| own.contains(&table.as_str())).collect()
}

#[tokio::test]
async fn what_must_come_first_is_said_one_after_the_other() {
    for database in databases() {
        let past = past(database).await;
        let (deps, world) = (&past.world.deps, &past.world);
        let office = past.office().await;
        let refuses = async |words: &str| {
            office.get(&past.page()).await.says(words);
            let before = world.rows().await;
            office.post(&format!("{}/erase", past.page()), &[("password", PASSWORD)]).await.refuses(words);
            assert_eq!(world.rows().await, before, "{database}: nothing was written");
        };
        refuses(&format!("{NAME} is a member. Members leave first")).await;

        // She holds two tasks, hands one in, and leaves: one goes back, one is judged and paid.
        let batch = world.open_batch(&past.contract, 5).await;
        let [handed, held] =
            [claims::claim(deps, &past.member, &once(), &batch).await, claims::claim(deps, &past.member, &once(), &batch).await];
        let typed = Typed { answer: vec!["Harmful".to_owned()], active_seconds: 1 };
        let handed = handed.unwrap();
        claims::submit(deps, &past.member, &once(), &handed, &typed).await.unwrap();
        past.leave().await;
        let row = claims::find_own(deps, &past.member, &held.unwrap()).await.unwrap().0;
        assert_eq!(row.state, "released", "{database}");
        refuses("1 piece of their work is not judged yet").await;
        reviews::accept(deps, &Judging::Reviewer(world.reviewer().await), &once(), &handed).await.unwrap();
        refuses("0.64 USD is still owed to them").await;
        let run = payouts::prepare(deps, &world.treasurer().await, &once(), "USD", "0.10", PASSWORD).await.unwrap();
        refuses("A payout to them is prepared or under way").await;
        payouts::approve(deps, &world.signed_in(&world.coordinator).await.officer().unwrap(), &once(), &run, PASSWORD).await.unwrap();
        refuses("A payout to them is prepared or under way").await;
        payouts::settle(deps, &world.treasurer().await, &once(), &run, past.member.id(), "QX13", "").await.unwrap();
        office.post(&format!("{}/erase", past.page()), &[("password", PASSWORD)]).await.redirects();
    }
}

#[tokio::test]
async fn a_member_leaves_by_their_own_action_and_the_last_coordinator_stays() {
    for database in databases() {
        let past = past(database).await;
        let (deps, world) = (&past.world.deps, &past.world);
        let own = Site::as_person(world, &past.person).await;
        own.get("/account").await.says("<a class=\"btn line\" href=\"/account/leave\">Leave the co-op</a>");
        own.get("/account/leave").await.says("You are off the roll at once");
        own.post("/account/leave", &[("password", "wrong password")]).await.refuses("The password is wrong. Nothing was written");
        let to = own.post("/account/leave", &[("password", PASSWORD)]).await;
        to.redirects();
        own.get(&to.to).await.says("Member left");
        let who = rights::identify(&deps.db.read(), &past.person).await.unwrap().unwrap();
        assert!(who.member().is_none() && who.treasurer().is_none() && who.officer().is_none(), "{database}: no right is left");
        assert_eq!(own.get("/work").await.status, 404, "{database}");
        assert_eq!(own.get("/account").await.status, 200, "{database}: the account is still theirs");
        assert_eq!(own.post("/account/leave", &[("password", PASSWORD)]).await.status, 404, "{database}: nobody leaves twice");
        outbox::render(deps, "office@example.coop").await.unwrap();
        let subjects: Vec<String> = rows::list_messages(&deps.db.read(), 5).await.unwrap().into_iter().map(|m| m.subject).collect();
        assert!(subjects.iter().any(|subject| subject.starts_with("You have left")), "{database}: {subjects:?}");

        let last = Site::as_person(world, &world.coordinator).await;
        last.post("/account/leave", &[("password", PASSWORD)]).await.refuses("You are the only coordinator");
        // Owed, and nowhere to send it.
        let worker = Site::as_person(world, &world.worker).await;
        let batch = world.open_batch(&past.contract, 2).await;
        let claim = claims::claim(deps, &world.worker().await, &once(), &batch).await.unwrap();
        let typed = Typed { answer: vec!["Harmful".to_owned()], active_seconds: 1 };
        claims::submit(deps, &world.worker().await, &once(), &claim, &typed).await.unwrap();
        reviews::accept(deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
        let tx = deps.db.begin().await.unwrap();
        manyhands_store::people::set_payout_to(&tx, world.worker().await.id(), "").await.unwrap();
        tx.commit().await.unwrap();
        world.reads(&world.worker, "en").await;
        worker.get("/account/leave").await.says("0.64 USD is owed to you. Say in your account where your pay goes");
        worker.post("/account/leave", &[("password", PASSWORD)]).await.refuses("you have not said where it is to go");
    }
}

#[tokio::test]
async fn whoever_never_came_in_and_whoever_acts_for_a_client_can_be_erased_too() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let office = Site::as_person(&world, &world.coordinator).await;
        let invitation = Invitation {
            name: NAME.to_owned(),
            email: EMAIL.to_owned(),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "KE".to_owned(),
            client: None,
            roles: Vec::new(),
        };
        let invited = sent(people::invite(deps, &world.coordinator().await, &once(), &invitation).await.unwrap());
        office.post(&format!("/office/people/{invited}/erase"), &[("password", PASSWORD)]).await.redirects();
        let entries = receipts::list_entries(deps, 1_000, 1).await.unwrap();
        assert_eq!(entries[0].kind, "member.left", "{database}: whoever was admitted and never came leaves the roll");
        // Their link is worth nothing any more, and the address is free.
        people::invite(deps, &world.coordinator().await, &once(), &invitation).await.unwrap();

        let contract = world.funded_contract("10.00").await;
        let page = format!("/office/people/{}", world.buyer);
        office.get(&page).await.says("Nobody else acts for Safe Harbor Models Inc, which has 1 contract that is not finished");
        office.post(&format!("{page}/erase"), &[("password", PASSWORD)]).await.refuses("Nobody else acts for");
        let other = world.other_buyer().await;
        office.post(&format!("/office/people/{other}/erase"), &[("password", PASSWORD)]).await.redirects();
        assert_eq!(office.get(&format!("/office/people/{other}")).await.status, 404);
        manyhands::actions::contracts::find_public(deps, &contract).await.unwrap();
        // A coordinator does not erase themselves; nobody else erases anybody.
        office.get(&format!("/office/people/{}", world.coordinator)).await.says("Nobody erases themselves");
        let treasurer = Site::as_person(&world, &world.treasurer).await;
        assert_eq!(treasurer.post(&format!("/office/people/{}/erase", world.worker), &[("password", PASSWORD)]).await.status, 404);
    }
}

#[tokio::test]
async fn a_text_behind_an_entry_is_erased_by_itself_and_the_entry_stays() {
    for database in databases() {
        let past = past(database).await;
        let (deps, world) = (&past.world.deps, &past.world);
        let office = past.office().await;
        let path = format!("/office/evidence/{}", past.settled);
        office.get(&format!("/ledger/{}", past.settled)).await.says(&format!("href=\"{path}\""));
        office.get(&path).await.says(REFERENCE);
        let stranger = Site::as_person(world, &world.worker).await;
        assert!(!stranger.get(&format!("/ledger/{}", past.settled)).await.text.contains("/office/evidence/"), "only the office finds it");
        assert_eq!(stranger.get(&path).await.status, 404);
        let before = ledger_rows(deps).await;
        office.post(&format!("{path}/erase"), &[("password", PASSWORD)]).await.redirects();
        purged(deps).await;
        assert_eq!(office.get(&path).await.status, 404, "{database}");
        assert_eq!(ledger_rows(deps).await, before, "{database}");
        let needles = [REFERENCE.as_bytes().to_vec(), past.salt.clone()];
        if database == "sqlite" {
            for file in files_of(world.folder.path()) {
                let bytes = fs::read(world.folder.path().join(&file)).unwrap();
                for needle in &needles {
                    assert!(!bytes.windows(needle.len()).any(|window| window == needle.as_slice()), "{file}");
                }
            }
        } else {
            let found: Vec<_> =
                past.tables_with().await.into_iter().filter(|(_, found)| found.iter().any(|word| word == REFERENCE)).collect();
            assert_eq!(found, [], "{database}");
        }
        // She herself is still there.
        office.get(&past.page()).await.says(NAME);
    }
}

#[tokio::test]
async fn somebody_who_still_reads_what_stood_before_makes_the_rewriting_wait() {
    for database in databases().into_iter().filter(|database| *database == "postgres") {
        let past = past(database).await;
        let deps = &past.world.deps;
        let mut reader = sqlx::PgConnection::connect(&past.world.database).await.unwrap();
        sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT COUNT(*) FROM evidence").execute(&mut reader).await.unwrap();
        let office = past.office().await;
        office.post(&format!("/office/evidence/{}/erase", past.settled), &[("password", PASSWORD)]).await.redirects();
        assert!(!erasure::purge(deps).await.unwrap(), "what the reader may still read would have been copied");
        sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
        purged(deps).await;
        let found: Vec<_> = past.tables_with().await.into_iter().filter(|(_, found)| found.iter().any(|word| word == REFERENCE)).collect();
        assert_eq!(found, []);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_before_brings_nobody_back() {
    for database in databases() {
        let past = past(database).await;
        let (deps, world) = (&past.world.deps, &past.world);
        past.leave().await;
        deps.head.sync().unwrap();
        write_settings(world.folder.path(), &world.database, free_port());
        deps.db.clone().close().await.unwrap();
        let older = back_up(&world.database, world.folder.path());
        let deps = reopen(&world.database, world.folder.path()).await;
        let by = rights::identify(&deps.db.read(), &world.coordinator).await.unwrap().unwrap().coordinator().unwrap();
        erasure::erase_person(&deps, &by, &once(), &past.person, PASSWORD).await.unwrap();
        let list = fs::read_to_string(world.folder.path().join("erased")).unwrap();
        assert_eq!(list, format!("person {}\n", past.person), "{database}: an id, and nothing else");
        deps.db.close().await.unwrap();

        write_settings(world.folder.path(), &older, free_port());
        let deps = reopen(&older, world.folder.path()).await;
        assert!(manyhands_store::people::find_by_email(&deps.db.read(), EMAIL).await.unwrap().is_some(), "the backup holds her");
        deps.db.close().await.unwrap();
        let mut serving = Serving::start(world.folder.path());
        serving.kill();
        let deps = reopen(&older, world.folder.path()).await;
        assert!(manyhands_store::people::find_by_email(&deps.db.read(), EMAIL).await.unwrap().is_none(), "{database}: erased again");
        assert_eq!(erasure::erase_again(&deps).await.unwrap(), 0, "{database}: once");
        // A list that was lost is made again from the database.
        fs::remove_file(world.folder.path().join("erased")).unwrap();
        erasure::erase_again(&deps).await.unwrap();
        assert_eq!(fs::read_to_string(world.folder.path().join("erased")).unwrap(), list, "{database}");
        deps.db.close().await.unwrap();
        fs::write(world.folder.path().join("erased"), "not ours\n").unwrap();
        refuses(&["serve"], world.folder.path(), "holds a line that is none of its own");
    }
}
