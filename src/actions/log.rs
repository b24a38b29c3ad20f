//! The log as others' programs read it (C2SP tlog-tiles), and the documents that its entries name.

use manyhands_domain::books::entry::Entry;
use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::log::tiles::{self, Named, Tile};
use manyhands_domain::log::tree::leaf_hash;
use manyhands_store::proposals::ballots;
use manyhands_store::{Sql, contracts, ledger};

use crate::actions::{Error, rules};
use crate::deps::Deps;

/// The bytes of a tile or bundle, of one moment: what the newest checkpoint covers, and nothing beyond.
///
/// A partial one is served for every size that was ever signed, so that whoever holds an older checkpoint can go on from it;
/// another width was nobody's, and is not made.
///
/// # Errors
/// [`Error::NotFound`] for what the log does not have; broken when entries do not hash to their tile: what is kept by others
/// for ever must not leave here wrong.
pub async fn find(deps: &Deps, named: Named) -> Result<Vec<u8>, Error> {
    let (Named::Hashes(tile) | Named::Entries(tile)) = named;
    let (first, end) = tile.sizes().ok_or(Error::NotFound)?;
    let moment = deps.db.snapshot().await?;
    let size = ledger::latest_checkpoint(&moment).await?.map_or(0, |checkpoint| checkpoint.size);
    if size < first || (tile.width < tiles::WIDTH && !ledger::was_signed_between(&moment, first, end).await?) {
        return Err(Error::NotFound);
    }
    let hashes = ledger::tile_hashes(&moment, deps.db.tips(), tile).await?;
    match named {
        Named::Hashes(_) => Ok(hashes.concat()),
        Named::Entries(Tile { number, width, .. }) => {
            let notes = ledger::notes(&moment, number * tiles::WIDTH, width).await?;
            if !notes.iter().map(|row| leaf_hash(&row.note)).eq(hashes) {
                return Err(Error::broken(format!("entries of {} do not hash to their tile", tile.bundle_path())));
            }
            tiles::bundle(notes.iter().map(|row| row.note.as_slice())).ok_or_else(|| Error::broken("an entry is too long"))
        }
    }
}

/// A document that everybody may read who may read entries; the openings of ballots are for members, unless their kind of vote says else.
///
/// # Errors
/// [`Error::NotFound`] for any other.
pub async fn find_document(deps: &Deps, sha256: &str) -> Result<Vec<u8>, Error> {
    let moment = deps.db.snapshot().await?;
    let bytes = contracts::find_document(&moment, sha256).await?.ok_or(Error::NotFound)?;
    if is_for_everybody(&moment, sha256, &bytes).await? { Ok(bytes) } else { Err(Error::NotFound) }
}

/// Whether a document is for everybody: what a contract discloses and what a motion says are objects; the openings of ballots are a list,
/// and for everybody where the book in force at the opening says so of that kind of vote.
pub(crate) async fn is_for_everybody(on: &impl Sql, sha256: &str, bytes: &[u8]) -> Result<bool, Error> {
    let document: serde_json::Value = serde_json::from_slice(bytes).map_err(Error::broken)?;
    if document.is_object() {
        return Ok(true);
    }
    for vote in ballots::list_votes_of_openings(on, sha256).await? {
        let (_, book) = rules::at_size(on, vote.opened_index).await?;
        let openings = book.value().get("votes").and_then(|votes| votes.get(&vote.kind)).and_then(|kind| kind.get("openings"));
        if openings.and_then(serde_json::Value::as_str) == Some("all") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A key that signs, or once signed, for the co-op: checkpoints, or entries.
#[derive(Clone, Debug)]
pub struct RoleKey {
    /// Its public half, with its name.
    pub vkey: VerifyingKey,
    /// In force from this index, or size, on.
    pub from: u64,
    /// To this one; without an end while nothing retired it.
    pub until: Option<u64>,
}

/// Every key that ever signed for the co-op, in the order in which they came into force: the founding ones first.
///
/// # Errors
/// When the database fails, or an entry is damaged.
pub async fn role_keys(deps: &Deps) -> Result<Vec<RoleKey>, Error> {
    role_keys_of(ledger::role_key_notes(&deps.db.read()).await?.iter().map(|row| (row.index, row.note.as_slice())))
}

/// The order in which keys are looked for: those in force before those that were retired, checkpoints' before entries', the
/// newest first. A new receipt verifies under the first.
pub fn newest_first(keys: &mut [RoleKey]) {
    keys.sort_by_key(|key| (key.until.is_some(), key.vkey.name().ends_with("/entry"), std::cmp::Reverse(key.from)));
}

fn role_keys_of<'a>(notes: impl Iterator<Item = (u64, &'a [u8])>) -> Result<Vec<RoleKey>, Error> {
    let mut keys: Vec<RoleKey> = Vec::new();
    for (index, note) in notes {
        let entry = Entry::read(note).map_err(Error::broken)?;
        for vkey in ["checkpoint_key", "entry_key", "vkey"].into_iter().filter_map(|name| entry.text(name)) {
            let from = if index == 0 { 0 } else { index + 1 };
            keys.push(RoleKey { vkey: VerifyingKey::parse(vkey).map_err(Error::broken)?, from, until: None });
        }
        if let Some(id) = entry.text("key_id") {
            let retired = keys.iter_mut().filter(|key| key.vkey.id().to_string() == id && key.until.is_none());
            retired.for_each(|key| key.until = Some(index));
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use manyhands_domain::log::checkpoint::Checkpoint;

    use super::*;

    #[test]
    fn keys_come_into_force_after_their_entry_and_go_with_their_retirement() {
        let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sample-log/log");
        let checkpoint = fs::read(log.join("checkpoint")).unwrap();
        let size: u64 = String::from_utf8_lossy(&checkpoint).lines().nth(1).unwrap().parse().unwrap();
        let bundles: Vec<_> = tiles::of_level(0, size).map(|tile| fs::read(log.join(tile.bundle_path())).unwrap()).collect();
        let notes = bundles.iter().flat_map(|bundle| tiles::unbundle(bundle).unwrap());
        let of_roles = (0..).zip(notes).filter(|(_, note)| {
            let entry = Entry::read(note).unwrap();
            entry.kind.name == "coop.founded" || (entry.kind.name.starts_with("key.") && entry.refs.contains_key("role"))
        });
        let of_roles: Vec<_> = of_roles.collect();
        let added = of_roles.iter().filter(|(_, note)| Entry::read(note).unwrap().kind.name == "key.added");
        let added: Vec<u64> = added.map(|(index, _)| index + 1).collect();
        let mut keys = role_keys_of(of_roles.into_iter()).unwrap();
        let spans: Vec<(bool, u64, Option<u64>)> =
            keys.iter().map(|key| (key.vkey.name().ends_with("/entry"), key.from, key.until)).collect();
        // As the sample's README has it: each role's key was replaced once.
        let [(false, 0, Some(first)), (true, 0, Some(second)), (a, from_a, None), (b, from_b, None)] = spans[..] else {
            panic!("{spans:?}")
        };
        assert!(a != b && added == [from_a, from_b] && first.max(second) < size, "{spans:?}");
        // The newest page is signed by the key in force at its size, and by none that was retired.
        let signs = |key: &RoleKey| Checkpoint::open(&checkpoint, std::slice::from_ref(&key.vkey)).is_ok();
        let in_force = |key: &RoleKey| key.from <= size && key.until.is_none_or(|until| size <= until);
        assert_eq!(keys.iter().filter(|key| signs(key)).count(), 1);
        assert!(keys.iter().filter(|key| signs(key)).all(in_force), "{spans:?}");
        // Whoever keeps the first key that the page lists can check what is given out now.
        newest_first(&mut keys);
        assert!(signs(&keys[0]), "{keys:?}");
        assert_eq!(keys.len(), spans.len());
    }
}
