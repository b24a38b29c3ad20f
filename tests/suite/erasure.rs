//! Somebody leaves and is erased. Every proof still verifies, and nothing of them is in any file: not in the database, its
//! log of writes, an export, a backup made after. On both databases.

use std::fs;
use std::path::Path;

use manyhands::actions::claims::Typed;
use manyhands::actions::people::Invitation;
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{claims, erasure, leaving, payouts, people, projection, receipts, reviews, sessions};
use manyhands::deps::Deps;
use manyhands::jobs::outbox;
use manyhands_domain::ids::{ContractId, PayoutId, PersonId};
use manyhands_domain::log::receipt::Receipt;
use manyhands_store::outbox as rows;
use sqlx::{Connection, Row};

use crate::backup::does;
use crate::http::Site;
use crate::program::{files_of, free_port, write_settings};
use crate::support::{PASSWORD, World, agree, databases, once, world};

pub const NAME: &str = "Zoë Quillfeather";
const OLD_NAME: &str = "Ottilie Brackenridge";
pub const EMAIL: &str = "zoe.quill@example.coop";
const DESTINATION: &str = "254711222333";
pub const REFERENCE: &str = "QX12 to Z. Quillfeather, Mombasa";

/// A member with a past: invited with a role, so that mail to others names her; another name before; work done, paid
/// out and settled with a reference that names her.
pub struct Past {
    pub world: World,
    pub person: PersonId,
    pub member: Member,
    pub contract: ContractId,
    accepted: u64,
    pub settled: u64,
    receipt: Receipt,
    /// The salt behind the commitment of the settled line.
    salt: Vec<u8>,
}

/// The account of somebody whose invitation needed no signature.
pub fn sent(invited: people::Invited) -> PersonId {
    match invited {
        people::Invited::Sent(person) => person,
        people::Invited::Waits(_) => panic!("nobody has a key yet"),
    }
}

pub async fn past(database: &str) -> Past {
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
    people::set_payout_to(deps, &member.as_payee(), &once(), DESTINATION, PASSWORD).await.unwrap();
    let contract = world.funded_contract("100.00").await;
    agree(deps, [&person]).await;
    let batch = world.open_batch(&contract, 5).await;
    let claim = claims::claim(deps, &member, &once(), &batch).await.unwrap();
    deps.clock.advance(150);
    claims::submit(deps, &member, &once(), &claim, &Typed::one("Harmful", 150)).await.unwrap();
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
    pub async fn tables_with(&self) -> Vec<(String, Vec<String>)> {
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

    pub async fn leave(&self) -> u64 {
        match leaving::leave(&self.world.deps, &self.member, &once(), PASSWORD).await.unwrap() {
            leaving::Leaving::Left(index) => index,
            waits => panic!("nobody has a key yet: {waits:?}"),
        }
    }

    pub async fn office(&self) -> Site {
        Site::as_person(&self.world, &self.world.coordinator).await
    }

    pub fn page(&self) -> String {
        format!("/office/people/{}", self.person)
    }
}

/// Until no file keeps what was erased, as the jobs go on: other tests' transactions on the same server make it wait.
pub async fn purged(deps: &Deps) {
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
        assert_eq!(manyhands_store::hazards::list_agreed(&deps.db.read(), &past.person).await.unwrap(), ["s3"], "{database}");
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

        // Nobody can read any more what she agreed to meet.
        assert!(manyhands_store::hazards::list_agreed(&deps.db.read(), &past.person).await.unwrap().is_empty(), "{database}");

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
