//! Nobody computes how an open vote stands, from whatever the program gives away: every address that can be read, by every kind of reader,
//! every form of export, every line that is logged, with the lengths of all. Two co-ops vote the other way round, and are compared.
//!
//! A backup is left out: it holds what the server holds, what opens each ballot too, and whoever has it reads it (`docs/THREATS.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use mail_parser::MessageParser;
use manyhands::actions::people::{self, Invitation};
use manyhands::actions::proposals::{ballots, closing, comments, drafting};
use manyhands::actions::{claims, receipts, sessions};
use manyhands::jobs::outbox;
use manyhands::web::routes::RIGHTS;
use manyhands_domain::ids::{PersonId, ProposalId};
use manyhands_store::contracts;
use rocket::http::Method;

use crate::http::Site;
use crate::pages::change;
use crate::program::{MANYHANDS, command, files_of, free_port, said, write_settings};
use crate::routes;
use crate::signers::{AGE_SECS, enrol, member};
use crate::support::{PASSWORD, World, databases, once, world};
use crate::voters::{floor, put_to_the_vote, question, row, until, vote, vote_by_key};

/// A co-op in which P-1 is open, and what its addresses are made of.
struct Open {
    world: World,
    /// Somebody who voted as they voted in the other co-op, too.
    fifth: PersonId,
    /// What stands for a part of an address after this word.
    known: BTreeMap<&'static str, String>,
    documents: Vec<String>,
    size: u64,
    /// What opens the ballots.
    salts: Vec<String>,
}

/// Who reads.
const READERS: [&str; 5] = ["another member, an officer", "another member, who reviews", "a voter", "a client", "a stranger"];
/// Status, length and masked text of what each reader gets at each address.
type Walked = BTreeMap<(&'static str, String), (u16, usize, String)>;

/// One votes by key, one signed in, so; a fifth says no, in either co-op.
async fn open(database: &str, choices: [&str; 3]) -> Open {
    let world = world(database).await;
    let invitation = Invitation {
        name: "Fifth".to_owned(),
        email: "fifth@example.coop".to_owned(),
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        country: "KE".to_owned(),
        client: None,
        roles: Vec::new(),
    };
    let fifth = people::add_active(&world.deps, &invitation, &sessions::hash(&world.deps, PASSWORD).await.unwrap()).await.unwrap();
    let contract = world.plain_contract().await;
    let batch = world.open_batch(&contract, 3).await;
    let claim = claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
    let key = enrol(&world, &world.treasurer, 2).await;
    world.deps.clock.advance(AGE_SECS);
    let id = put_to_the_vote(&world, &floor("9")).await;
    let worker = member(&world, &world.worker).await;
    let draft = drafting::draft(&world.deps, &worker, &once(), &question()).await.unwrap();
    let voted = row(&world, &id).await;
    comments::write(&world.deps, &worker, &once(), &voted.id, None, "I have voted.").await.unwrap();
    // Changed once: what counts is no more to be read than what was before it.
    vote_by_key(&world, &world.treasurer, &id, choices[0], &key).await.unwrap();
    world.deps.clock.advance(60);
    vote_by_key(&world, &world.treasurer, &id, choices[1], &key).await.unwrap();
    vote(&world, &world.worker, &id, choices[2]).await.unwrap();
    vote(&world, &fifth, &id, "no").await.unwrap();
    let mut salts = Vec::new();
    for person in [&world.treasurer, &world.worker] {
        let standing = ballots::standing(&world.deps, &member(&world, person).await, &row(&world, &id).await).await.unwrap();
        salts.extend(standing.own.iter().map(|own| hex(&own.opening.unwrap().salt)));
    }
    let known = BTreeMap::from([
        ("proposals", id.to_string()),
        ("asked", id.to_string()),
        ("drafts", draft),
        ("contracts", contract.to_string()),
        ("desk", contract.to_string()),
        ("batches", batch.to_string()),
        ("claims", claim.to_string()),
        ("reviews", claim.to_string()),
        ("appeals", claim.to_string()),
    ]);
    let documents = contracts::list_documents(&world.deps.db.read()).await.unwrap().into_iter().map(|(name, _)| name).collect();
    let size = receipts::checkpoint(&world.deps).await.unwrap().unwrap().size;
    Open { world, fifth, known, documents, size, salts }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Open {
    /// The addresses that a row of the rights table stands for, here.
    fn addresses(&self, path: &str) -> Vec<String> {
        let mut parts: Vec<Vec<String>> = vec![Vec::new()];
        let mut before = "";
        for part in path.split('/').skip(1) {
            let fits: Vec<String> = match part {
                "<id>" => self.known.get(before).cloned().into_iter().collect(),
                "<index>" if before == "ledger" => (0..self.size).map(|index| index.to_string()).collect(),
                "<name>" if before == "documents" => self.documents.iter().map(|sha256| format!("{sha256}.json")).collect(),
                "<_..>" => vec![format!("0/000.p/{}", self.size), format!("000.p/{}", self.size)],
                part => vec![part.to_owned()],
            };
            let fits = if fits.is_empty() { vec![part.to_owned()] } else { fits };
            parts = parts.iter().flat_map(|start| fits.iter().map(move |next| [&start[..], std::slice::from_ref(next)].concat())).collect();
            before = part;
        }
        // Whatever is left names nothing that is there.
        parts.into_iter().map(|parts| routes::address(&format!("/{}", parts.join("/")))).collect()
    }

    /// What each reader gets at every address: status, length, text with seals, hashes and signatures masked.
    async fn walked(&self) -> Walked {
        let world = &self.world;
        let people = [Some(&world.coordinator), Some(&world.reviewer), Some(&self.fifth), Some(&world.buyer), None];
        let mut walked = BTreeMap::new();
        for (reader, person) in READERS.into_iter().zip(people) {
            let site = match person {
                Some(person) => Site::as_person(world, person).await,
                None => Site::of(world).await,
            };
            for (_, path, _) in RIGHTS.iter().filter(|(method, _, _)| *method == "GET") {
                for address in self.addresses(path) {
                    let raw = site.fetch(Method::Get, &address, &[("Accept-Language", "en")]).await;
                    assert!(raw.status < 500, "{address} as {reader}: {}", raw.status);
                    walked.insert((reader, address), (raw.status, raw.bytes.len(), masked(&raw.bytes)));
                }
            }
        }
        walked
    }
}

/// A text in which whatever looks like a seal, a hash, a root or a signature is its length alone; of bytes that are no text, nothing.
fn masked(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else {
        // A bundle of entries is text between the lengths of its parts.
        let lossy = String::from_utf8_lossy(bytes);
        return if lossy.contains("\"kind\"") { mask(&lossy) } else { String::new() };
    };
    mask(text)
}

fn mask(text: &str) -> String {
    let text = text.replace("&#43;", "+").replace("&#47;", "/").replace("&#61;", "=");
    let mut masked = String::new();
    let mut run = String::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    for c in text.chars().chain(['\n']) {
        if is_part(c) {
            run.push(c);
            continue;
        }
        if run.len() >= 40 && run.bytes().any(|byte| byte.is_ascii_digit()) {
            masked.push_str(&format!("#{}", run.len()))
        } else {
            masked.push_str(&run)
        }
        run.clear();
        masked.push(c);
    }
    without_short_roots(&masked)
}

/// A root in the foot of a page: four of its signs, an ellipsis, four more.
fn without_short_roots(text: &str) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    for at in 4..signs.len().saturating_sub(4) {
        let around = (1..5).flat_map(|by| [at - by, at + by]);
        if signs[at] == '…' && around.clone().all(|place| signs[place].is_ascii_alphanumeric() || "+/=".contains(signs[place])) {
            around.for_each(|place| signs[place] = '#');
        }
    }
    signs.into_iter().collect()
}

/// Everything that `manyhands export` writes, in every form, masked, with its length.
fn exported(world: &World, place: &Path) -> BTreeMap<String, (usize, String)> {
    world.deps.head.sync().unwrap();
    write_settings(world.folder.path(), &world.database, free_port());
    let mut files = BTreeMap::new();
    for format in ["log", "beancount", "hledger", "csv", "jsonl"] {
        let out = place.join(format);
        let mut export = command(MANYHANDS);
        export.arg("export").arg(&out).args(["--data", world.folder.path().to_str().unwrap()]);
        if format != "log" {
            export.args(["--format", format]);
        }
        let done = export.output().unwrap();
        assert!(done.status.success(), "{format}: {}", said(&done));
        let names = if out.is_dir() { files_of(&out) } else { vec![String::new()] };
        for name in names {
            let bytes = std::fs::read(if name.is_empty() { out.clone() } else { out.join(&name) }).unwrap();
            files.insert(format!("{format} {name}"), (bytes.len(), masked(&bytes)));
        }
    }
    files
}

/// The first line of each log: it is kept, down to what is least worth it.
const LISTENED: &str = "the log is listened to";

/// What is logged in this thread from now on.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Logged {
    fn begin() -> (Logged, tracing::subscriber::DefaultGuard) {
        let logged = Logged::default();
        let into = logged.clone();
        let written = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).without_time();
        let guard = tracing::subscriber::set_default(written.with_writer(move || into.clone()).finish());
        tracing::trace!("{LISTENED}");
        (logged, guard)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// The fifth member's ballot lost what opens it, and the vote's time is over.
async fn wait_for_an_opening(open: &Open) {
    let fifth = member(&open.world, &open.fifth).await;
    change(&open.world.database, &format!("UPDATE ballots SET choice = NULL, salt = NULL WHERE member_id = '{}'", fifth.id())).await;
    let id = ProposalId::from_number(1);
    until(&open.world, row(&open.world, &id).await.closes_at.unwrap() + 60);
    assert_eq!(closing::close_due(&open.world.deps).await.unwrap(), 0);
    assert_eq!(row(&open.world, &id).await.state, "open");
}

/// Every mail, to whom and what it says.
async fn mails(world: &World) -> Vec<(String, String, String)> {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = manyhands_store::outbox::list_messages(&world.deps.db.read(), 500).await.unwrap();
    assert!(messages.len() > 15);
    let text = |mail: &[u8]| MessageParser::default().parse(mail).unwrap().body_text(0).unwrap().into_owned();
    messages.into_iter().map(|mail| (mail.recipient, mail.subject, mask(&text(&mail.bytes)))).collect()
}

/// Holds what one co-op gives against what the other does.
fn told_apart_by_nothing(database: &str, one: &Open, (walked, also): (&Walked, &Walked)) {
    assert_eq!(walked.keys().collect::<Vec<_>>(), also.keys().collect::<Vec<_>>(), "{database}");
    let mut wrong = Vec::new();
    for (key, given) in walked {
        let other_way = &also[key];
        if (given.0, given.1) != (other_way.0, other_way.1) {
            wrong.push(format!("{key:?}: {} of {} bytes, and {} of {}", given.0, given.1, other_way.0, other_way.1));
        } else if given.2 != other_way.2 {
            let differs = given.2.split('>').zip(other_way.2.split('>')).find(|(here, there)| here != there);
            wrong.push(format!("{key:?}: {differs:?}"));
        }
        if one.salts.iter().any(|salt| given.2.contains(salt)) {
            wrong.push(format!("{key:?} has what opens a ballot"));
        }
    }
    assert!(wrong.is_empty(), "{database}: {} answers tell the co-ops apart:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn no_address_no_export_and_no_line_of_a_log_says_how_an_open_vote_stands() {
    for database in databases() {
        let (logged, guard) = Logged::begin();
        // Of yes, of no and of abstentions there are others in each: whichever of them were told would be another number.
        let one = open(database, ["abstain", "yes", "yes"]).await;
        let walked = one.walked().await;
        drop(guard);
        let other = open(database, ["yes", "abstain", "no"]).await;
        let also = other.walked().await;

        told_apart_by_nothing(database, &one, (&walked, &also));
        // Each kind of reader got in somewhere, and members to everything of the vote.
        let read: BTreeSet<&str> = walked.iter().filter(|(_, given)| given.0 == 200).map(|((reader, _), _)| *reader).collect();
        assert_eq!(read.len(), 5, "{database}: {read:?}");
        for reader in &READERS[..3] {
            for page in ["", "/P-1", "/P-1/ballot", "/P-1/ballots", "/P-1/effects", "/new"] {
                let given = &walked[&(*reader, format!("/proposals{page}"))];
                assert_eq!(given.0, 200, "{database}: {page} as {reader}: {}", given.2);
            }
        }
        println!(
            "{database}: {} answers compared, {} pages that are there",
            walked.len(),
            walked.values().filter(|given| given.0 == 200).count()
        );

        // Its time is over, and a ballot that the server cannot open keeps it open for two days: still nothing says how it stands.
        for open in [&one, &other] {
            wait_for_an_opening(open).await;
        }
        told_apart_by_nothing(database, &one, (&one.walked().await, &other.walked().await));
        assert_eq!(mails(&one.world).await, mails(&other.world).await, "{database}: mails");

        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (files, others) = (exported(&one.world, here.path()), exported(&other.world, there.path()));
        assert!(files.len() > 8, "{database}: {:?}", files.keys());
        assert_eq!(files.keys().collect::<Vec<_>>(), others.keys().collect::<Vec<_>>(), "{database}: the same files");
        for (name, file) in &files {
            assert_eq!(Some(file), others.get(name), "{database}: {name}");
        }

        // No two seals are of one salt: the same choice would have the same seal in every ballot of a member.
        assert_eq!(one.salts.iter().collect::<BTreeSet<_>>().len(), 3, "{database}: {:?}", one.salts);

        // A log has neither a choice nor what opens it.
        let text = logged.text();
        assert!(text.contains(LISTENED), "{database}");
        for salt in &one.salts {
            assert!(!text.contains(salt), "{database}: a salt is logged");
        }
        // `no` is a word of sentences, too; whoever logs a choice logs the others as well.
        for word in ["yes", "abstain"] {
            let says = |line: &&str| line.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word));
            let line = text.lines().find(|line| says(line) && !line.contains("CREATE TABLE"));
            assert!(line.is_none(), "{database}: {word} is logged: {line:?}");
        }
    }
}
