//! Tiles and entry bundles (C2SP tlog-tiles): where a hash stands, what a path is called, how entries are bundled.

use super::Hash;
use super::tree::{Node, node_hash};

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: u64 = 256;
/// Levels of the tree that one tile spans.
pub const HEIGHT: u8 = 8;
/// Levels that a path can name: 0 to 63.
const LEVELS: u8 = 64;

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

/// What a path of tlog-tiles names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// `tile/<L>/<N>[.p/<W>]`: hashes.
    Hashes(Tile),
    /// `tile/entries/<N>[.p/<W>]`: entries; the level is 0.
    Entries(Tile),
}

/// Bytes that are no entry bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an entry bundle")]
pub struct NoBundle;

impl Named {
    /// Reads a path, exactly as C2SP tlog-tiles writes it: one tile has one path.
    ///
    /// ```
    /// use manyhands_domain::log::tiles::{Named, Tile};
    ///
    /// let tile = Tile { level: 1, number: 1_234_067, width: 8 };
    /// assert_eq!(Named::parse("tile/1/x001/x234/067.p/8"), Some(Named::Hashes(tile)));
    /// assert_eq!(Named::parse("tile/1/1234067.p/8"), None);
    /// ```
    #[must_use]
    pub fn parse(path: &str) -> Option<Named> {
        let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (numbers, width) = match rest.split_once(".p/") {
            Some((numbers, width)) => (numbers, width.parse().ok().filter(|width| (1..WIDTH).contains(width))?),
            None => (rest, WIDTH),
        };
        let number = numbers.split('/').try_fold(0_u64, |number, group| {
            let digits: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
            number.checked_mul(1000)?.checked_add(digits)
        })?;
        let (named, written) = if kind == "entries" {
            let tile = Tile { level: 0, number, width };
            (Named::Entries(tile), tile.bundle_path())
        } else {
            let tile = Tile { level: kind.parse().ok().filter(|level| *level < LEVELS)?, number, width };
            (Named::Hashes(tile), tile.path())
        };
        // Leading zeros, signs, missing groups: whatever we would not write ourselves is no path.
        (written == path).then_some(named)
    }
}

impl Tile {
    /// The tile of this place as a log of `size` entries has it; none where it has nothing yet.
    #[must_use]
    pub fn in_log(level: u8, number: u64, size: u64) -> Option<Tile> {
        let hashes = size.checked_shr(u32::from(level).saturating_mul(u32::from(HEIGHT))).unwrap_or(0);
        let width = hashes.saturating_sub(number.checked_mul(WIDTH)?).min(WIDTH);
        (width > 0).then_some(Tile { level, number, width })
    }

    /// The sizes of a log, first and the one after the last, at which this tile is just so wide. A full tile stays for ever:
    /// no end. Nothing where such a log could not be counted.
    #[must_use]
    pub fn sizes(&self) -> Option<(u64, u64)> {
        let step = 1_u64.checked_shl(u32::from(self.level).checked_mul(u32::from(HEIGHT))?)?;
        let first = self.number.checked_mul(WIDTH)?.checked_add(self.width)?.checked_mul(step)?;
        Some((first, if self.width < WIDTH { first.checked_add(step)? } else { u64::MAX }))
    }

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
pub fn unbundle(bytes: &[u8]) -> Result<Vec<&[u8]>, NoBundle> {
    let (notes, torn) = unbundle_torn(bytes);
    if torn { Err(NoBundle) } else { Ok(notes) }
}

/// The entries of a bundle up to where a length leads past its end, and whether one does.
#[must_use]
pub fn unbundle_torn(mut bytes: &[u8]) -> (Vec<&[u8]>, bool) {
    let mut notes = Vec::new();
    while !bytes.is_empty() {
        let note =
            bytes.split_first_chunk::<2>().and_then(|(length, rest)| rest.split_at_checked(usize::from(u16::from_be_bytes(*length))));
        let Some((note, rest)) = note else { return (notes, true) };
        notes.push(note);
        bytes = rest;
    }
    (notes, false)
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

    #[test]
    fn only_the_one_path_of_a_tile_is_read() {
        for path in ["tile/0/000", "tile/63/000.p/1", "tile/2/x001/x234/067.p/255", "tile/entries/x999/999"] {
            let tile = match Named::parse(path) {
                Some(Named::Hashes(tile)) => tile.path(),
                Some(Named::Entries(tile)) => tile.bundle_path(),
                None => panic!("{path} is not read"),
            };
            assert_eq!(tile, path);
        }
        for path in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/0/x000",
            "tile/0/x000/000",
            "tile/0/x001",
            "tile/0/001/002",
            "tile/0/x001/x002",
            "tile/0/X001/002",
            "tile/00/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/0/+01",
            "tile/0/000.p",
            "tile/0/000.p/",
            "tile/0/000.p/0",
            "tile/0/000.p/05",
            "tile/0/000.p/256",
            "tile/0/000.p/-1",
            "tile/0/000.p/1/",
            "tile/0/000.p/1.p/1",
            "tile/0/000/",
            "tile//000",
            "tile/entries/000.p/256",
            "tile/data/000",
            "tile/0/ 00",
            "tile/0/٠٠٠",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
            "checkpoint",
        ] {
            assert_eq!(Named::parse(path), None, "{path}");
        }
    }

    #[test]
    fn a_log_has_of_a_tile_what_its_size_says() {
        let width = |level, number, size| Tile::in_log(level, number, size).map(|tile| tile.width);
        assert_eq!((width(0, 273, 70_000), width(1, 1, 70_000), width(2, 0, 70_000)), (Some(112), Some(17), Some(1)));
        assert_eq!((width(0, 272, 70_000), width(0, 274, 70_000), width(1, 0, 255)), (Some(256), None, None));
        assert_eq!((width(63, 0, u64::MAX), width(0, u64::MAX, u64::MAX)), (None, None));
        for tile in of_size(70_000) {
            assert_eq!(Tile::in_log(tile.level, tile.number, 70_000), Some(tile));
        }
    }

    #[test]
    fn a_partial_tile_belongs_to_the_sizes_at_which_a_log_has_it() {
        // The example of tlog-tiles: 70,000 entries.
        let partial = |level, number, width| Tile { level, number, width }.sizes().unwrap();
        assert_eq!(partial(0, 273, 112), (70_000, 70_001));
        assert!((partial(1, 1, 17).0..partial(1, 1, 17).1).contains(&70_000));
        assert_eq!(partial(2, 0, 1), (65_536, 131_072));
        assert_eq!(Tile { level: 1, number: 0, width: 256 }.sizes(), Some((65_536, u64::MAX)));
        assert_eq!(Tile { level: 9, number: 0, width: 1 }.sizes(), None);
    }

    proptest! {
        #[test]
        fn every_path_is_read_back(level in 0_u8..64, number in any::<u64>(), width in 1_u64..=256) {
            let tile = Tile { level, number, width };
            prop_assert_eq!(Named::parse(&tile.path()), Some(Named::Hashes(tile)));
            let bundle = Tile { level: 0, number, width };
            prop_assert_eq!(Named::parse(&bundle.bundle_path()), Some(Named::Entries(bundle)));
        }

        #[test]
        fn bundles_survive_their_bytes(notes in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..20)) {
            let bytes = bundle(notes.iter().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(unbundle(&bytes).unwrap(), notes);
        }
    }
}
