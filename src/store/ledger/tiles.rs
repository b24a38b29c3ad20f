//! Tiles and bundles as they stand in the database: full tiles are stored, partial ones are made of what lies below them
//! when they are asked for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use manyhands_domain::log::Hash;
use manyhands_domain::log::tiles::{self, Tile};
use sea_orm::FromQueryResult;

use super::read::{leaves, tile};
use crate::sql::{all, count, find_value, uncount, values};
use crate::{Sql, StoreError};

/// The hashes of the newest, incomplete tile of each level, as far as somebody asked for them: entries, and above them the roots
/// of full tiles, none of which ever changes again. So none is read or computed twice. At most 255 a level.
///
/// Filled from what is committed only: what a transaction takes back must not stay here.
#[derive(Debug, Default)]
pub struct Tips(Mutex<BTreeMap<u8, Tip>>);

#[derive(Clone, Debug, Default)]
struct Tip {
    number: u64,
    hashes: Vec<Hash>,
}

/// The hashes of a tile that a log of the size at hand has.
///
/// # Errors
/// [`StoreError::Damaged`] when there are fewer than its width.
pub async fn tile_hashes(on: &impl Sql, tips: &Tips, wanted: Tile) -> Result<Vec<Hash>, StoreError> {
    let width = usize::try_from(wanted.width).unwrap_or(usize::MAX);
    let mut hashes = match tile(on, i64::from(wanted.level), wanted.number).await? {
        Some(bytes) => bytes.as_chunks::<32>().0.to_vec(),
        None => tips.hashes(on, wanted).await?,
    };
    hashes.truncate(width);
    if hashes.len() == width { Ok(hashes) } else { Err(StoreError::Damaged(format!("{} is not whole", wanted.path()))) }
}

/// Whether a checkpoint of a size in `from..to` was ever signed.
pub async fn was_signed_between(on: &impl Sql, from: u64, to: u64) -> Result<bool, StoreError> {
    // Sizes beyond an i64 are those of no log: the largest one closes the range.
    let to = to.min(i64::MAX.unsigned_abs());
    let size: Option<i64> = find_value(
        on,
        "SELECT size AS v FROM checkpoints WHERE size >= $1 AND size < $2 ORDER BY size LIMIT 1",
        values![count(from)?, count(to)?],
    )
    .await?;
    Ok(size.is_some())
}

impl Tips {
    async fn hashes(&self, on: &impl Sql, wanted: Tile) -> Result<Vec<Hash>, StoreError> {
        let mut hashes = self.known(wanted);
        let first = wanted.number.saturating_mul(tiles::WIDTH);
        let end = first.saturating_add(wanted.width);
        let missing = first.saturating_add(u64::try_from(hashes.len()).unwrap_or(u64::MAX));
        if missing >= end {
            return Ok(hashes);
        }
        match wanted.level.checked_sub(1) {
            None => hashes.extend(leaves(on, missing, end).await?),
            Some(level) => {
                for below in full_tiles(on, i64::from(level), missing, end).await? {
                    hashes.push(tiles::root_of(below.as_chunks::<32>().0).ok_or_else(|| StoreError::lost("a tile"))?);
                }
            }
        }
        self.keep(wanted, &hashes);
        Ok(hashes)
    }

    fn known(&self, wanted: Tile) -> Vec<Hash> {
        let tips = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tips.get(&wanted.level).filter(|tip| tip.number == wanted.number).map(|tip| tip.hashes.clone()).unwrap_or_default()
    }

    fn keep(&self, wanted: Tile, hashes: &[Hash]) {
        let mut tips = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tip = tips.entry(wanted.level).or_default();
        if (wanted.number, hashes.len()) > (tip.number, tip.hashes.len()) {
            *tip = Tip { number: wanted.number, hashes: hashes.to_vec() };
        }
    }
}

/// The full tiles `from..to` of a level, ascending, as far as they follow one another.
async fn full_tiles(on: &impl Sql, level: i64, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        number: i64,
        bytes: Vec<u8>,
    }
    let rows: Vec<Row> = all(
        on,
        "SELECT number, bytes FROM tiles WHERE level = $1 AND number >= $2 AND number < $3 ORDER BY number",
        values![level, count(from)?, count(to)?],
    )
    .await?;
    let mut tiles = Vec::with_capacity(rows.len());
    for (expected, row) in (from..).zip(rows) {
        if uncount(row.number)? != expected {
            break;
        }
        tiles.push(row.bytes);
    }
    Ok(tiles)
}
