//! Entries damaged behind the program's back, in each database's own SQL: no export is made of them.

use std::fs;

use manyhands_store::ledger;
use tempfile::TempDir;

use super::{FORMATS, export, filled};
use crate::pages::change;
use crate::program::said;
use crate::support::databases;

#[tokio::test]
async fn a_damaged_entry_is_named_and_nothing_is_left_behind() {
    for database in databases() {
        let world = filled(database, 1, 30).await;
        let (address, data) = (&world.database, world.folder.path());
        let place = TempDir::new().unwrap();
        let books = place.path().join("books");
        let size = ledger::head(&world.deps.db.read()).await.unwrap().size;
        let accepted = u64::try_from(ledger::newest_of_kind(&world.deps.db.read(), "work.accepted").await.unwrap().unwrap().idx).unwrap();
        let damaged = |index: u64, why: &str| format!("entry {index} is damaged: {why}");
        let edit = |index: u64, from: &str, to: &str| {
            let edited = match address.starts_with("sqlite") {
                true => format!("CAST(replace(CAST(note AS TEXT), '{from}', '{to}') AS BLOB)"),
                false => format!("convert_to(replace(convert_from(note, 'UTF8'), '{from}', '{to}'), 'UTF8')"),
            };
            format!("UPDATE entries SET note = {edited} WHERE idx = {index}")
        };
        let older = |column: &str| format!("{column} = (SELECT {column} FROM entries WHERE idx = {})", accepted - 1);
        let damages = [
            (edit(accepted, "work.accepted", "work.accepteD"), damaged(accepted, "a field is missing, unknown or malformed")),
            (edit(accepted, "\"by\":\"member\"", "\"by\":\"panel\""), damaged(accepted, "a field is missing, unknown or malformed")),
            (edit(accepted, "{\"at\"", "{ \"at\""), damaged(accepted, "not canonical JSON")),
            (edit(accepted, "\"seconds\":150", "\"seconds\":151"), damaged(accepted, "its bytes do not hash to its leaf")),
            (
                format!("UPDATE entries SET {} WHERE idx = {accepted}", older("note")),
                damaged(accepted, "its bytes do not hash to its leaf"),
            ),
            (
                format!("UPDATE entries SET {}, {} WHERE idx = {accepted}", older("note"), older("leaf")),
                format!("the {size} entries are not those that the newest checkpoint signs"),
            ),
            ("DELETE FROM entries WHERE idx = 3".to_owned(), "entry 3 is missing".to_owned()),
            (
                format!("DELETE FROM checkpoints WHERE size = {size}"),
                format!("{size} were signed before: an old backup was restored, or entries were cut off"),
            ),
        ];
        take_the_guards_away(address).await;
        for (damage, sentence) in damages {
            change(address, &damage).await;
            for format in FORMATS {
                let refused = export(data, Some(format), &books);
                assert!(!refused.status.success(), "{database} {format}: {damage}");
                for words in [sentence.as_str(), &format!("nothing was written to {}", books.display())] {
                    assert!(said(&refused).contains(words), "{database} {format}: {damage}: {}", said(&refused));
                }
                assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "{database} {format}: {damage}");
            }
            put_back(address).await;
        }
        assert!(export(data, Some("jsonl"), &books).status.success());
    }
}

#[tokio::test]
async fn a_checkpoint_by_another_key_is_not_this_co_ops() {
    let world = filled("sqlite", 1, 3).await;
    let place = TempDir::new().unwrap();
    let other = manyhands_domain::log::key::SigningKey::from_seed(crate::support::ORIGIN, [9; 32]).unwrap();
    let checkpoint = ledger::latest_checkpoint(&world.deps.db.read()).await.unwrap().unwrap();
    let text = manyhands_domain::log::note::Note::parse(&checkpoint.note).unwrap().text.to_owned();
    let forged = hex::encode(manyhands_domain::log::note::sign(&text, &other));
    take_the_guards_away(&world.database).await;
    change(
        &world.database,
        &format!("DROP TRIGGER checkpoints_never_updated; UPDATE checkpoints SET note = x'{forged}' WHERE size = {}", checkpoint.size),
    )
    .await;
    let refused = export(world.folder.path(), Some("beancount"), &place.path().join("books"));
    assert!(!refused.status.success() && said(&refused).contains("is not signed by this co-op's key"), "{}", said(&refused));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

/// What guards the tables goes, and what stands in them is kept aside.
async fn take_the_guards_away(address: &str) {
    let guards = match address.starts_with("sqlite") {
        true => "DROP TRIGGER entries_never_updated; DROP TRIGGER entries_never_deleted; DROP TRIGGER checkpoints_never_deleted",
        false => "ALTER TABLE entries DISABLE TRIGGER USER; ALTER TABLE checkpoints DISABLE TRIGGER USER",
    };
    change(address, guards).await;
    change(address, "CREATE TABLE kept_entries AS SELECT * FROM entries").await;
    change(address, "CREATE TABLE kept_checkpoints AS SELECT * FROM checkpoints").await;
}

async fn put_back(address: &str) {
    change(address, "UPDATE entries SET note = k.note, leaf = k.leaf FROM kept_entries k WHERE k.idx = entries.idx").await;
    change(address, "INSERT INTO entries SELECT * FROM kept_entries WHERE idx NOT IN (SELECT idx FROM entries)").await;
    change(address, "INSERT INTO checkpoints SELECT * FROM kept_checkpoints WHERE size NOT IN (SELECT size FROM checkpoints)").await;
}
