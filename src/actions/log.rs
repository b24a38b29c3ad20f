//! The log as others' programs read it (C2SP tlog-tiles), and the documents that its entries name.

use manyhands_domain::log::tiles::{self, Named, Tile};
use manyhands_domain::log::tree::leaf_hash;
use manyhands_store::{contracts, ledger};

use crate::actions::Error;
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

/// A document that everybody may read who may read entries: what a contract discloses and what a motion says are objects. The
/// openings of ballots are a list, and for members: they stay away from here.
///
/// # Errors
/// [`Error::NotFound`] for any other.
pub async fn find_document(deps: &Deps, sha256: &str) -> Result<Vec<u8>, Error> {
    let bytes = contracts::find_document(&deps.db.read(), sha256).await?.ok_or(Error::NotFound)?;
    let document: serde_json::Value = serde_json::from_slice(&bytes).map_err(Error::broken)?;
    if document.is_object() { Ok(bytes) } else { Err(Error::NotFound) }
}
