//! Pictures as bytes: what they are by content, how large they say they are, and the same picture without what it tells of people
//! and places. Containers are read here, by bytes alone; pixels are decoded elsewhere.

mod exif;
mod jpeg;
mod png;
mod webp;

use crate::refusal::Refusal;

/// A kind of picture that tasks can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (W3C, third edition).
    Png,
    /// WebP (RFC 9649), still.
    Webp,
}

impl Kind {
    /// What bytes are, by how they begin; never by their name.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Kind> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Kind::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Kind::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Kind::Webp),
            _ => None,
        }
    }

    /// As the database has it, and as it follows `image/`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpeg",
            Kind::Png => "png",
            Kind::Webp => "webp",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Kind> {
        [Kind::Jpeg, Kind::Png, Kind::Webp].into_iter().find(|kind| kind.word() == word)
    }
}

/// A picture as it is kept: its pixels as they came, and nothing beside them but the profile of its colours and which way is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stripped {
    /// By content.
    pub kind: Kind,
    /// Pixels from left to right as it is shown, upright.
    pub width: u32,
    /// Pixels from top to bottom as it is shown, upright.
    pub height: u32,
    /// To be kept.
    pub bytes: Vec<u8>,
}

/// Why bytes are no picture that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Something else, whatever its name says.
    Other,
    /// It ends before it should.
    Cut,
    /// It contradicts itself, or cannot be decoded.
    Broken,
    /// More pixels than a page can show.
    Large {
        /// As it says itself.
        width: u32,
        /// As it says itself.
        height: u32,
    },
    /// It moves.
    Moving,
}

impl Fault {
    /// What the client reads of the file of this name.
    #[must_use]
    pub fn refusal(self, file: &str) -> Refusal {
        let refusal = match self {
            Fault::Other => Refusal::new("files-other"),
            Fault::Cut => Refusal::new("files-cut"),
            Fault::Broken => Refusal::new("files-broken"),
            Fault::Large { width, height } => Refusal::new("files-large").with("width", i64::from(width)).with("height", i64::from(height)),
            Fault::Moving => Refusal::new("files-moving"),
        };
        refusal.field("items").with("file", file)
    }
}

/// Takes everything out of a picture that is not needed to show it: EXIF, XMP, IPTC, comments, texts, thumbnails, and whatever
/// follows its end. Which way is up and the profile of its colours stay. Its size is read from its head, before anything is
/// decoded.
///
/// # Errors
/// [`Fault`], all but [`Fault::Broken`] of pixels, which only decoding shows.
///
/// ```
/// use manyhands_domain::pictures::{Fault, strip};
/// assert_eq!(strip(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(Fault::Other));
/// ```
pub fn strip(bytes: &[u8]) -> Result<Stripped, Fault> {
    let kind = Kind::of(bytes).ok_or(Fault::Other)?;
    let (bytes, (width, height), orientation) = match kind {
        Kind::Jpeg => jpeg::strip(bytes)?,
        Kind::Png => png::strip(bytes)?,
        Kind::Webp => webp::strip(bytes)?,
    };
    // EXIF 2.3: from 5 on it lies on its side.
    let (width, height) = if orientation >= 5 { (height, width) } else { (width, height) };
    Ok(Stripped { kind, width, height, bytes })
}

/// Whether so many pixels can be shown.
fn check_size(width: u32, height: u32) -> Result<(), Fault> {
    if width == 0 || height == 0 {
        return Err(Fault::Broken);
    }
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if width > MOST_SIDE || height > MOST_SIDE || pixels > MOST_PIXELS { Err(Fault::Large { width, height }) } else { Ok(()) }
}

/// Most pixels of a side.
pub const MOST_SIDE: u32 = 20_000;
/// Most pixels of a picture.
pub const MOST_PIXELS: u64 = 50_000_000;

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Fault::Cut)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        self.take(N)?.try_into().map_err(|_| Fault::Cut)
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    fn u16_be(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    fn u32_be(&mut self) -> Result<u32, Fault> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    fn u32_le(&mut self) -> Result<u32, Fault> {
        Ok(u32::from_le_bytes(self.array()?))
    }
}

/// Bytes, pixels across and down as stored, and the orientation by EXIF (1 to 8).
type Parts = (Vec<u8>, (u32, u32), u8);

fn length(size: u32) -> Result<usize, Fault> {
    usize::try_from(size).map_err(|_| Fault::Broken)
}

#[cfg(test)]
mod tests;
