//! The co-op's own keys as the ledger has them: which sign entries and checkpoints at which index; added, and retired.

use manyhands_domain::books::entry::{Draft, Entry};
use manyhands_domain::books::keys::{KeyError, KeyRing, Proofs, Reading};
use manyhands_domain::books::role_note::{self, Seen};
use manyhands_domain::log::key::{KeyId, SigningKey};
use manyhands_store::{Sql, ledger};

use crate::actions::{Error, Work};
use crate::deps::Deps;

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

/// Adds a key of a role, vouched for by the checkpoint key; the index of the entry. From the next index on it signs.
///
/// Where the role is `entry` and no entry key is left, `deps.signers.entry` may be the key that is added.
///
/// # Errors
/// A key that may not be added like this: then nothing is written.
pub async fn add(deps: &Deps, role: &str, key: &SigningKey) -> Result<u64, Error> {
    let draft = Draft::new("key.added").about("role", role).calc("vkey", key.verifying_key().to_string());
    // A new checkpoint key signs at once: the log that names it last must verify under it.
    append(deps, draft, if role == "checkpoint" { key } else { &deps.signers.checkpoint }).await
}

/// Retires a key of a role, by a checkpoint key in force; the index of the entry. From the next index on it signs no more.
///
/// # Errors
/// The last key of its role; a key that is not in force; one that would have to sign afterwards: then nothing is written.
pub async fn retire(deps: &Deps, role: &str, key: KeyId, reason: &str) -> Result<u64, Error> {
    append(
        deps,
        Draft::new("key.retired").about("role", role).calc("key_id", key.to_string()).calc("reason", reason),
        &deps.signers.checkpoint,
    )
    .await
}

/// Appends an entry about a role's key, once a reader's own rules were held against it.
async fn append(deps: &Deps, draft: Draft, checkpoint: &SigningKey) -> Result<u64, Error> {
    let mut work = Work::begin_job(deps).await?;
    let mut ring = ring(&work.tx).await?;
    let newest = ledger::latest_checkpoint(&work.tx).await?.ok_or_else(|| Error::broken("nothing was signed yet"))?;
    let root = newest.root.try_into().map_err(|_| Error::broken("a checkpoint's root is damaged"))?;
    let (signers, size) = (&deps.signers, newest.size);
    let draft = role_note::signed(draft, &Seen { size, root, nonce: deps.random.bytes() }, &signers.checkpoint);
    let note = draft.seal(work.now(), &signers.entry).map_err(Error::broken)?.note;
    let entry = Entry::read(&note).map_err(Error::broken)?;
    admit(&mut ring, size, &note, &entry).map_err(Error::broken)?;
    if !ring.checkpoint_keys(size + 1).contains(&signers.checkpoint.verifying_key()) {
        return Err(Error::broken("the checkpoint key that signs now would not be in force afterwards"));
    }
    let index = work.append(draft).await?;
    if index != size {
        return Err(Error::broken("the newest checkpoint does not cover every entry"));
    }
    work.commit_by(checkpoint, index).await
}

/// Lets a ring of the two roles' keys know of an entry; whether it was about one of them, and so checked whole.
///
/// # Errors
/// When the entry is against the rules.
pub(crate) fn admit(ring: &mut KeyRing, index: u64, note: &[u8], entry: &Entry) -> Result<bool, KeyError> {
    let is_role = entry.kind.name.starts_with("key.") && entry.reference("role").is_some();
    if index != 0 && !is_role {
        return Ok(false);
    }
    // How old the log may be that a key's note saw is a question of level 1, which reads every entry's time.
    let reading = Reading { index, bytes: note, entry, proofs: &Proofs::default() };
    ring.admit(reading, |_| Some(entry.at)).error.map_or(Ok(true), Err)
}
