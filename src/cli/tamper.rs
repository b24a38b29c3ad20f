//! `manyhands demo --tamper`: changes one cent in a copy of the database and in a copy of the export, and shows how each is found.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use manyhands_domain::books::entry::Entry;
use manyhands_domain::log::tiles;
use manyhands_store::ledger;

use super::say;
use crate::actions::receipts;
use crate::deps::Deps;

pub(super) async fn run(deps: &Deps) -> Result<()> {
    let place = tempfile::tempdir()?;
    let vkey = deps.signers.checkpoint.verifying_key();
    let out = place.path().join("out");
    let size = receipts::export(deps, &out).await?;
    let honest = manyhands_verify::verify(&out, &vkey)?;
    say(&format!("The book as it is: {size} entries, levels 1 to 4 {}.", if honest.holds() { "hold" } else { "FAIL" }));
    if !honest.holds() {
        bail!("the demonstration's own book does not hold");
    }
    let index = in_the_export(&out)?;
    let found = manyhands_verify::verify(&out, &vkey)?;
    say(&format!("One cent was changed in entry {index} of a copy of the export. manyhands-verify says:"));
    for (level, failure) in (1..).zip(&found.failures) {
        match failure {
            Some(failure) => say(&format!("  level {level} fails at {}: {}", failure.at, failure.why)),
            None => say(&format!("  level {level} holds")),
        }
    }
    if found.holds() {
        bail!("the changed cent was not found");
    }
    in_the_database(deps, place.path(), index).await
}

/// Changes a digit of an amount inside the first acceptance of the bundles; its index.
fn in_the_export(out: &Path) -> Result<u64> {
    for number in 0.. {
        let entries = out.join("tile/entries");
        let full = entries.join(format!("{number:03}"));
        let partial = fs::read_dir(entries.join(format!("{number:03}.p"))).ok().and_then(|mut folder| folder.next()).transpose()?;
        let path = match partial {
            Some(file) => file.path(),
            None => full,
        };
        let mut bytes = fs::read(&path).context("no acceptance was found to change")?;
        let notes = tiles::unbundle(&bytes)?;
        let place = notes.iter().position(|note| Entry::read(note).is_ok_and(|entry| entry.kind.name == "work.accepted"));
        if let Some(place) = place {
            let before: usize = notes.iter().take(place).map(|note| note.len() + 2).sum();
            let text = String::from_utf8_lossy(&bytes[before..]).into_owned();
            let sum = text.find("\"price\":\"").context("an acceptance has a price")? + "\"price\":\"".len();
            let digit = before + sum + text[sum..].find('.').context("a price has decimals")? + 2;
            bytes[digit] = if bytes[digit] == b'9' { b'8' } else { bytes[digit] + 1 };
            fs::write(&path, bytes)?;
            return Ok(number * tiles::WIDTH + place as u64);
        }
    }
    bail!("no acceptance was found to change")
}

/// The database itself refuses the change; and had somebody removed its guard, the entry's own signature tells.
async fn in_the_database(deps: &Deps, place: &Path, index: u64) -> Result<()> {
    if deps.db.is_postgres() {
        return Ok(());
    }
    let copy = place.join("copy.db");
    deps.db.copy_to(&copy).await?;
    let url = format!("sqlite://{}", copy.display());
    let refused = manyhands_store::Db::open(&url).await?.tamper_entry(index, false).await;
    match refused {
        Err(error) => say(&format!("The same cent in a copy of the database: refused. {error}")),
        Ok(()) => bail!("the database let an entry be changed"),
    }
    let db = manyhands_store::Db::open(&url).await?;
    db.tamper_entry(index, true).await?;
    let note = ledger::find_note(&db.read(), index).await?.context("the entry is there")?.note;
    let signer = deps.signers.entry.verifying_key();
    let holds = manyhands_domain::log::note::Note::parse(&note).is_ok_and(|note| note.is_signed_by(&signer));
    say(&format!(
        "With its triggers taken away, entry {index} could be changed, and its signature {}.",
        if holds { "STILL HOLDS" } else { "no longer holds" }
    ));
    if holds { bail!("the changed cent was not found") } else { Ok(()) }
}
