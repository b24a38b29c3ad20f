//! Tiles and entry bundles (C2SP tlog-tiles): where a hash stands, what a path is called, how entries are bundled.

use super::Hash;
use super::tree::{Node, node_hash};

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: u64 = 256;
/// Levels of the tree that one tile spans.
pub const HEIGHT: u8 = 8;

/// A tile of hashes or a bundle of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// Tile level: tree level divided by eight.
    pub level: u8,
    /// Place among the tiles of its level.
    pub number: u64,
    /// Hashes or entries in it, 1 to 256.
    pub width: u64,
}

/// Bytes that are no entry bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an entry bundle")]
pub struct NoBundle;

impl Tile {
    /// `tile/<L>/<N>[.p/<W>]`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, self.numbered())
    }

    /// `tile/entries/<N>[.p/<W>]`.
    #[must_use]
    pub fn bundle_path(&self) -> String {
        format!("tile/entries/{}", self.numbered())
    }

    /// N in groups of three digits, all but the last prefixed `x`; `.p/W` for a partial one.
    fn numbered(&self) -> String {
        let mut text = format!("{:03}", self.number % 1000);
        let mut rest = self.number / 1000;
        while rest > 0 {
            text = format!("x{:03}/{text}", rest % 1000);
            rest /= 1000;
        }
        if self.width < WIDTH { format!("{text}.p/{}", self.width) } else { text }
    }
}

/// Every tile of a log of this size, full ones and the last partial one of each level, lowest level first.
#[must_use]
pub fn of_size(size: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    let (mut level, mut hashes) = (0_u8, size);
    while hashes > 0 {
        tiles.extend(of_level(level, hashes));
        hashes /= WIDTH;
        level = level.saturating_add(1);
    }
    tiles
}

/// The tiles (or, at level 0, bundles) of one level that holds so many hashes.
pub fn of_level(level: u8, hashes: u64) -> impl Iterator<Item = Tile> {
    // One by one: what a checkpoint says of its size is not yet believed.
    (0..hashes.div_ceil(WIDTH)).map(move |number| Tile {
        level,
        number,
        width: hashes.saturating_sub(number.saturating_mul(WIDTH)).min(WIDTH),
    })
}

/// Which tile holds what a node is made of: its level and number, and which of its hashes, first and how many.
#[must_use]
pub fn place_of(node: Node) -> (u8, u64, usize, usize) {
    let level = node.level / HEIGHT;
    let inside = node.level % HEIGHT;
    let first = node.number << inside;
    let offset = usize::try_from(first % WIDTH).unwrap_or(0);
    (level, first / WIDTH, offset, 1 << inside)
}

/// The root over `2^n` hashes of one level, as a tile holds them.
#[must_use]
pub fn root_of(hashes: &[Hash]) -> Option<Hash> {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => Some(node_hash(left, right)),
                _ => None,
            })
            .collect::<Option<_>>()?;
    }
    level.first().copied()
}

/// `u16be length || note` for each entry; nothing if a note is longer than a bundle can say.
#[must_use]
pub fn bundle<'a>(notes: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for note in notes {
        bytes.extend_from_slice(&u16::try_from(note.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(note);
    }
    Some(bytes)
}

/// The entries of a bundle.
///
/// # Errors
/// [`NoBundle`] when a length leads past the end.
pub fn unbundle(mut bytes: &[u8]) -> Result<Vec<&[u8]>, NoBundle> {
    let mut notes = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>().ok_or(NoBundle)?;
        let (note, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(NoBundle)?;
        notes.push(note);
        bytes = rest;
    }
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_those_of_tlog_tiles() {
        assert_eq!(Tile { level: 0, number: 5, width: 256 }.path(), "tile/0/005");
        assert_eq!(Tile { level: 1, number: 1_234_067, width: 8 }.path(), "tile/1/x001/x234/067.p/8");
        assert_eq!(Tile { level: 0, number: 1, width: 59 }.bundle_path(), "tile/entries/001.p/59");
    }

    #[test]
    fn the_bundle_of_the_ledger_page_holds() {
        let bytes = bundle([b"one".as_slice(), b"two"]).unwrap();
        assert_eq!(hex::encode(&bytes), "00036f6e65000374776f");
        assert_eq!(unbundle(&bytes).unwrap(), [b"one", b"two"]);
        assert!(unbundle(&bytes[..9]).is_err());
        assert!(bundle([vec![0; 65_536].as_slice()]).is_none());
    }

    #[test]
    fn a_log_has_the_tiles_of_its_size() {
        let tiles = of_size(65_536 + 300);
        assert_eq!(tiles.last().unwrap(), &Tile { level: 2, number: 0, width: 1 });
        assert_eq!(tiles.iter().filter(|tile| tile.width < WIDTH).count(), 3);
    }

    proptest! {
        #[test]
        fn bundles_survive_their_bytes(notes in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..20)) {
            let bytes = bundle(notes.iter().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(unbundle(&bytes).unwrap(), notes);
        }
    }
}
