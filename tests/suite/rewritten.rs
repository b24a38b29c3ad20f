//! Whoever holds the database writes another history into it. Without the server's keys the tree may be built anew from the altered
//! notes, with all that follows from them: a signature still says where. With both keys everything holds, and only what somebody kept
//! finds it: an older checkpoint, a receipt, or the foot of a mail. On both databases.

pub mod rewrites;

use std::collections::BTreeSet;

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands::actions::{contracts, keys, projection, receipts};
use manyhands::deps::Deps;
use manyhands::jobs::outbox;
use manyhands_domain::books::entry::{Draft, Entry};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::{SigningKey, VerifyingKey};
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::log::{json, note};
use manyhands_store::ledger::{self, Appender};
use manyhands_store::{Db, outbox as rows};
use manyhands_verify::{Report, Seen, Source, Wanted, verify_source};

use crate::cells::{LEDGER, tables};
use crate::signers::{enrol, member};
use crate::support::{ORIGIN, PASSWORD, World, copy_of, databases, once, world};
use rewrites::{CUT_OFF, REWRITES, Told};

/// A log as its holder would have it: notes, and the documents that they name.
#[derive(Clone)]
pub struct History {
    pub notes: Vec<Vec<u8>>,
    pub documents: Vec<(String, Vec<u8>)>,
}

/// A book with a full tile: two contracts, deposits of which two are of one second, and keys of both kinds that came and went.
async fn book(database: &str) -> World {
    let world = world(database).await;
    let first = world.funded_contract("100.00").await;
    world.deps.clock.advance(1);
    world.funded_contract("50.00").await;
    for number in 0..4 {
        world.deps.clock.advance(i64::from(number > 1));
        let (amount, reference) = (format!("{}.50", number + 1), format!("transfer {number}"));
        contracts::record_deposit(&world.deps, &world.treasurer().await, &once(), &first, &amount, &reference).await.unwrap();
    }
    many_deposits(&world).await;
    let key = enrol(&world, &world.coordinator, 1).await;
    let by = member(&world, &world.coordinator).await;
    keys::retire(&world.deps, &by, &once(), &key.id().to_string(), "lost", PASSWORD).await.unwrap();
    let key = enrol(&world, &world.buyer, 3).await;
    keys::retire(&world.deps, &*world.buyer().await, &once(), &key.id().to_string(), "lost", PASSWORD).await.unwrap();
    contracts::record_deposit(&world.deps, &world.treasurer().await, &once(), &first, "9.00", "the last").await.unwrap();
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    world
}

/// As many as fill a tile, each with an id of its own, in one action.
async fn many_deposits(world: &World) {
    let size = ledger::head(&world.deps.db.read()).await.unwrap().size;
    let (_, like) = receipts::find_entry(&world.deps, size - 1).await.unwrap();
    let tx = world.deps.db.begin().await.unwrap();
    let mut appender = Appender::open(&tx, world.deps.clock.now()).await.unwrap();
    let signers = &world.deps.signers;
    for number in 0..256 {
        let id = manyhands_domain::ids::uuid_v7(world.deps.clock.now(), [u8::try_from(number).unwrap(); 16]);
        let draft = Draft::new("deposit.received").calc_all(like.calc.clone()).lines(like.lines.clone());
        let draft = draft.about("contract", like.reference("contract").unwrap()).about("deposit", &id);
        appender.append(&tx, &signers.entry, draft).await.unwrap();
    }
    appender.finish(&tx, &signers.entry, &signers.checkpoint).await.unwrap();
    tx.commit().await.unwrap();
}

/// Columns that no history changes: there is one head, tiles below 65,536 entries have one level and
/// stand in a row, and the founding book is the entry of index 1.
const THE_SAME: &[&str] = &["ledger_head.one", "tiles.level", "tiles.number", "rule_books.idx", "ledger_head.rule_index"];

impl History {
    pub async fn of(world: &World) -> History {
        let notes = ledger::notes(&world.deps.db.read(), 0, 1_000).await.unwrap().into_iter().map(|row| row.note).collect();
        History { notes, documents: manyhands_store::contracts::list_documents(&world.deps.db.read()).await.unwrap() }
    }

    /// The history with something told otherwise, each entry signed with this key; without one, under the signature of the note that
    /// stood there.
    pub fn told_otherwise(&self, rewrite: impl FnOnce(&mut Told), key: Option<&SigningKey>) -> History {
        let text = |note: &Vec<u8>| String::from_utf8(note.clone()).unwrap();
        let entries = self.notes.iter().map(|note| json::parse(text(note).split("\n\n").next().unwrap()).unwrap()).collect();
        let mut told = Told { entries, documents: self.documents.clone() };
        rewrite(&mut told);
        let written = told.entries.iter().enumerate().map(|(place, entry)| {
            let words = format!("{}\n", json::write(entry));
            // An entry that stands nowhere else is left as it was, so that what is named is what was altered.
            let same = self.notes.iter().find(|note| text(note).starts_with(&words));
            match (same, key) {
                (Some(same), _) => same.clone(),
                (None, Some(key)) => note::sign(&words, key).into_bytes(),
                (None, None) => {
                    let stood = &self.notes[place.min(self.notes.len() - 1)];
                    format!("{words}\n{}", text(stood).split("\n\n").nth(1).unwrap()).into_bytes()
                }
            }
        });
        History { notes: written.collect(), documents: told.documents }
    }

    /// The first entry that is not as it was.
    fn first_other(&self, other: &History) -> usize {
        let same = self.notes.iter().zip(&other.notes).take_while(|(a, b)| a == b).count();
        same.min(self.notes.len().min(other.notes.len()))
    }
}

/// Puts a history in the place of the ledger: every table is made anew from its notes, by the code that does so after a loss. A
/// checkpoint stands wherever one stood, signed with this key; without one, the notes of before stand over the new roots.
async fn put(world: &World, address: &str, history: &History, key: Option<&SigningKey>) {
    let before = ledger::stored_checkpoints(&world.deps.db.read(), -1, 1_000).await.unwrap();
    let mut script = String::new();
    if address.starts_with("sqlite") {
        for table in ["entries", "lines", "tiles", "checkpoints", "documents"] {
            script.push_str(&format!("DROP TRIGGER IF EXISTS {table}_never_updated; DROP TRIGGER IF EXISTS {table}_never_deleted;"));
        }
    }
    script.extend(LEDGER.iter().map(|table| format!("DELETE FROM {table};")));
    tables::run(address, &script).await;
    let db = Db::open(address).await.unwrap();
    let (mut edge, mut done) = (Edge::default(), 0);
    let mut sizes: Vec<usize> = before.iter().map(|row| usize::try_from(row.size).unwrap()).collect();
    sizes.retain(|size| *size < history.notes.len());
    sizes.push(history.notes.len());
    for size in sizes {
        let tx = db.begin().await.unwrap();
        let mut appender = Appender::open(&tx, Default::default()).await.unwrap();
        for note in &history.notes[done..size] {
            appender.take_back(&tx, note.clone(), &Entry::read(note).unwrap()).await.unwrap();
            edge.push(leaf_hash(note));
        }
        let old = before.iter().find(|row| row.size >= i64::try_from(size).unwrap()).or(before.last()).unwrap();
        let signed = |key: &SigningKey| Checkpoint { origin: ORIGIN.to_owned(), size: size as u64, root: edge.root() }.sign(key);
        appender.finish_taken_back(&tx, key.map_or_else(|| old.note.clone(), |key| signed(key).into_bytes())).await.unwrap();
        tx.commit().await.unwrap();
        done = size;
    }
    let tx = db.begin().await.unwrap();
    for (sha256, bytes) in &history.documents {
        manyhands_store::contracts::insert_document(&tx, sha256, bytes).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    tables::run(address, &keys_of(history)).await;
}

/// The rows of people's keys, as the notes give them.
fn keys_of(history: &History) -> String {
    let mut script = String::from("SELECT 1");
    for (index, note) in history.notes.iter().enumerate() {
        let entry = Entry::read(note).unwrap();
        let of = ["member", "user"].into_iter().find_map(|of| Some((of, entry.reference(of)?)));
        let (Some((of, holder)), at) = (of, entry.at.secs()) else { continue };
        if let ("key.added", Some(vkey)) = (entry.kind.name, entry.text("vkey")) {
            let id = VerifyingKey::parse(vkey).unwrap().id();
            script.push_str(&format!(
                "; INSERT INTO {of}_keys ({of}_id, key_id, vkey, added_index, added_at) VALUES ('{holder}', '{id}', '{vkey}', {index}, {at})"
            ));
        }
        if let (Some(id), Some(reason)) = (entry.text("key_id"), entry.text("reason")) {
            script.push_str(&format!(
                "; UPDATE {of}_keys SET retired_index = {index}, retired_at = {at}, reason = '{reason}' WHERE key_id = '{id}'"
            ));
        }
    }
    script
}

/// What each column of the ledger holds.
async fn columns(address: &str) -> Vec<(String, Vec<String>)> {
    let mut columns = Vec::new();
    for name in LEDGER {
        let table = tables::read(address, name).await;
        for (at, column) in table.columns.iter().enumerate() {
            columns.push((format!("{name}.{}", column.name), table.rows.iter().map(|row| row[at].clone()).collect()));
        }
    }
    columns
}

async fn export(world: &World, address: &str, out: &std::path::Path) {
    let db = Db::open(address).await.unwrap();
    receipts::export(&Deps { db: db.clone(), ..world.deps.clone() }, out).await.unwrap();
    db.close().await.unwrap();
}

fn verified(world: &World, out: &std::path::Path, seen: Seen) -> Report {
    let wanted = Wanted { seen, ..Wanted::default() };
    verify_source(&Source::Folder(out.to_owned()), &world.deps.signers.checkpoint.verifying_key(), &wanted, |_, _| {}).unwrap()
}

async fn looked(address: &str) -> projection::Outcome {
    let db = Db::open(address).await.unwrap();
    let outcome = projection::check_all(&db, &mut |_, _| {}).await.unwrap();
    db.close().await.unwrap();
    outcome
}

/// What people kept of the true history, each by itself.
async fn kept(world: &World) -> Vec<(&'static str, Seen)> {
    let reader = world.deps.db.read();
    let size = ledger::head(&reader).await.unwrap().size;
    let checkpoint = ledger::latest_checkpoint(&reader).await.unwrap().unwrap().note;
    let receipt = receipts::receipt(&world.deps, size - 1).await.unwrap().text();
    let mail = rows::list_messages(&reader, 1).await.unwrap().remove(0).bytes;
    let root = BASE64_STANDARD.encode(ledger::latest_checkpoint(&reader).await.unwrap().unwrap().root);
    assert!(String::from_utf8_lossy(&checkpoint).contains(&root));
    [("a checkpoint", checkpoint), ("a receipt", receipt.into_bytes()), ("a mail", mail)]
        .map(|(what, bytes)| {
            let mut seen = Seen::default();
            seen.add(&bytes, ORIGIN);
            assert_eq!(seen.count(), 1, "{what} is a witness");
            (what, seen)
        })
        .into()
}

#[tokio::test]
async fn a_tree_built_anew_without_the_keys_is_found_where_it_begins_to_differ() {
    for database in databases() {
        let world = book(database).await;
        let (place, honest) = (tempfile::tempdir().unwrap(), History::of(&world).await);
        let copy = copy_of(&world, place.path()).await;
        put(&world, &copy, &honest, Some(&world.deps.signers.checkpoint)).await;
        assert!(looked(&copy).await.is_ok(), "{database}: the true history is put as it was");
        assert_eq!(columns(&copy).await, columns(&world.database).await, "{database}: in every column");
        for (what, rewrite) in REWRITES {
            let other = honest.told_otherwise(*rewrite, None);
            let first = honest.first_other(&other);
            put(&world, &copy, &other, None).await;
            if *what == CUT_OFF {
                // What is left is the log as it once was signed: no key is needed for that.
                assert!(looked(&copy).await.is_ok(), "{database}: {what}");
                let out = place.path().join("cut-off");
                export(&world, &copy, &out).await;
                assert!(verified(&world, &out, Seen::default()).holds(), "{database}: {what}");
                for (witness, seen) in kept(&world).await {
                    let report = verified(&world, &out, seen);
                    assert!(report.failures[1].is_some(), "{database}: {what}: {witness} finds it: {:?}", report.failures);
                }
                continue;
            }
            let difference = looked(&copy).await.expect_err(what).to_string();
            // An altered note is no longer signed; notes that are whole, at other places, give another root than was signed.
            let size = difference.strip_prefix("checkpoints, size ").and_then(|rest| rest.split(':').next()?.parse::<usize>().ok());
            let named = match honest.notes.contains(&other.notes[first]) {
                false => difference == format!("entries, index {first}: note: not signed by an entry key in force"),
                true => size.is_some_and(|size| size > first && size <= honest.notes.len()),
            };
            assert!(named, "{database}: {what}, at index {first}: {difference}");
            let out = place.path().join(what.replace(' ', "-"));
            export(&world, &copy, &out).await;
            let report = verified(&world, &out, Seen::default());
            assert!(report.failures[..2].iter().any(Option::is_some), "{database}: {what}: {:?}", report.failures);
        }
    }
}

#[tokio::test]
async fn a_history_signed_again_with_the_stolen_keys_is_found_by_what_somebody_kept_and_by_nothing_else() {
    for database in databases() {
        let world = book(database).await;
        let (place, honest, kept) = (tempfile::tempdir().unwrap(), History::of(&world).await, kept(&world).await);
        let copy = copy_of(&world, place.path()).await;
        let (signers, before) = (&world.deps.signers, columns(&world.database).await);
        let mut changed: BTreeSet<String> = BTreeSet::new();
        for (what, rewrite) in REWRITES {
            let other = honest.told_otherwise(*rewrite, Some(&signers.entry));
            put(&world, &copy, &other, Some(&signers.checkpoint)).await;
            assert!(looked(&copy).await.is_ok(), "{database}: {what}: {:?}", looked(&copy).await);
            let out = place.path().join(what.replace(' ', "-"));
            export(&world, &copy, &out).await;
            let report = verified(&world, &out, Seen::default());
            assert!(report.holds(), "{database}: {what}: without what somebody kept nothing is found: {:?}", report.failures);
            for (witness, seen) in &kept {
                let report = verified(&world, &out, seen.clone());
                assert!(report.failures[1].is_some(), "{database}: {what}: {witness} finds it: {:?}", report.failures);
            }
            let differs = before.iter().zip(columns(&copy).await).filter(|(was, is)| was.1 != is.1);
            changed.extend(differs.map(|(was, _)| was.0.clone()));
        }
        let left: Vec<&str> = before.iter().map(|(name, _)| name.as_str()).filter(|name| !changed.contains(*name)).collect();
        let same: BTreeSet<&str> = THE_SAME.iter().copied().collect();
        assert_eq!(left.iter().copied().collect::<BTreeSet<_>>(), same, "{database}: every other column was signed to say something else");
    }
}
