//! The co-op's own keys as the ledger has them: which sign entries and checkpoints at which index.

use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::keys::KeyRing;
use manyhands_store::{Sql, ledger};

use crate::actions::Error;

/// The keys of the two roles, replayed from the founding and from every entry that added or retired one.
///
/// # Errors
/// When the ledger is empty, or one of these entries is damaged or against the rules.
pub async fn ring(on: &impl Sql) -> Result<KeyRing, Error> {
    let mut notes = Vec::new();
    for kind in ["coop.founded", "key.added", "key.retired"] {
        notes.extend(ledger::notes_of_kind(on, kind).await?);
    }
    notes.sort_by_key(|row| row.index);
    let mut ring = KeyRing::default();
    for row in &notes {
        let entry = Entry::read(&row.note).map_err(|error| Error::broken(format!("entry {}: {error}", row.index)))?;
        admit(&mut ring, row.index, &row.note, &entry).map_err(|error| Error::broken(format!("entry {}: {error}", row.index)))?;
    }
    if notes.is_empty() { Err(Error::broken("this database holds no co-op")) } else { Ok(ring) }
}

/// Lets a ring of the two roles' keys know of an entry, if it is about one of them.
///
/// # Errors
/// When the entry is against the rules.
pub(crate) fn admit(ring: &mut KeyRing, index: u64, note: &[u8], entry: &Entry) -> Result<(), manyhands_domain::books::keys::KeyError> {
    let is_role = entry.kind.name.starts_with("key.") && entry.reference("role").is_some();
    if index == 0 || is_role {
        // How old the log may be that a key's note saw is a question of level 1, which reads every entry's time.
        ring.admit(index, note, entry, |_| Some(entry.at))?;
    }
    Ok(())
}
