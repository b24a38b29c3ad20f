//! Pictures decoded, to see that they are some, and made smaller for the screen. What a container holds beside pixels is the
//! domain's to read; who may see a picture is not known here.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageResult, Limits};
use manyhands_domain::pictures::{Fault, Kind};

/// A width that pictures are shown in, and the most bytes that a copy of it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Pixels across, at most.
    pub width: u32,
    /// Bytes, at most.
    pub most: usize,
}

/// Every view: of a list, of the first look, of a large screen.
pub const VIEWS: &[View] = &[View { width: 480, most: 60_000 }, FIRST, View { width: 1_920, most: 500_000 }];
/// What a task shows first.
pub const FIRST: View = View { width: 960, most: 150_000 };

/// What lies behind a veil: a few grey spots, from which nothing can be made out.
pub const VEILED: View = View { width: 24, most: 4_000 };

/// A picture's pixels.
#[derive(Debug)]
pub struct Decoded {
    image: DynamicImage,
    orientation: Orientation,
    profile: Option<Vec<u8>>,
}

impl View {
    /// Whether a picture as kept is already no more than this.
    #[must_use]
    pub fn holds(&self, width: u32, bytes: u64) -> bool {
        width <= self.width && usize::try_from(bytes).is_ok_and(|bytes| bytes <= self.most)
    }
}

/// Decodes a picture from which everything beside its pixels was taken.
///
/// # Errors
/// [`Fault::Broken`] where its pixels cannot be decoded; [`Fault::Large`] where they take more memory than one picture may.
pub fn decode(kind: Kind, bytes: &[u8]) -> Result<Decoded, Fault> {
    let bytes = Cursor::new(bytes);
    match kind {
        Kind::Jpeg => pixels(JpegDecoder::new(bytes)),
        Kind::Png => pixels(PngDecoder::with_limits(bytes, limits())),
        Kind::Webp => pixels(WebPDecoder::new(bytes)),
    }
}

fn pixels<D: ImageDecoder>(opened: ImageResult<D>) -> Result<Decoded, Fault> {
    let broken = |_| Fault::Broken;
    let mut decoder = opened.map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(Fault::Large { width, height });
    }
    decoder.set_limits(limits()).map_err(broken)?;
    let orientation = decoder.orientation().map_err(broken)?;
    // A profile that cannot be read is none.
    let profile = decoder.icc_profile().unwrap_or_default();
    Ok(Decoded { image: DynamicImage::from_decoder(decoder).map_err(broken)?, orientation, profile })
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * MOST_MEMORY);
    limits
}

impl Decoded {
    /// The picture upright, as a JPEG that is no wider and has no more bytes than the view: first less sharp, then smaller.
    ///
    /// # Errors
    /// [`Fault::Broken`] where no JPEG can be made of it.
    pub fn shrink(&self, view: View) -> Result<Vec<u8>, Fault> {
        let (across, down) = (u64::from(self.image.width()), u64::from(self.image.height()));
        let lies = !matches!(
            self.orientation,
            Orientation::NoTransforms | Orientation::Rotate180 | Orientation::FlipHorizontal | Orientation::FlipVertical
        );
        let upright = if lies { down } else { across }.max(1);
        let mut width = u64::from(view.width).min(upright);
        loop {
            let side = |length: u64| u32::try_from((length * width / upright).max(1)).unwrap_or(1);
            let mut smaller = self.image.thumbnail_exact(side(across), side(down));
            smaller.apply_orientation(self.orientation);
            let flat = flatten(smaller);
            for quality in QUALITIES {
                let bytes = self.encode(&flat, *quality)?;
                if bytes.len() <= view.most {
                    return Ok(bytes);
                }
            }
            if width <= 16 {
                return Err(Fault::Broken);
            }
            width = width * 3 / 4;
        }
    }

    /// So few pixels of it, all grey, that nothing can be made out.
    ///
    /// # Errors
    /// [`Fault::Broken`] where no JPEG can be made of it.
    pub fn veil(&self) -> Result<Vec<u8>, Fault> {
        let few = self.image.thumbnail(VEILED.width * 2, VEILED.width * 2);
        Decoded { image: flatten(few).grayscale(), orientation: self.orientation, profile: None }.shrink(VEILED)
    }

    fn encode(&self, image: &DynamicImage, quality: u8) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
        let (color, space) = match image {
            DynamicImage::ImageLuma8(_) => (ExtendedColorType::L8, b"GRAY"),
            _ => (ExtendedColorType::Rgb8, b"RGB "),
        };
        // A profile of other colours than those that are written (of ink, say) would spoil them.
        if let Some(profile) = self.profile.as_ref().filter(|profile| profile.len() <= MOST_PROFILE && profile.get(16..20) == Some(space)) {
            encoder.set_icc_profile(profile.clone()).map_err(|_| Fault::Broken)?;
        }
        encoder.write_image(image.as_bytes(), image.width(), image.height(), color).map_err(|_| Fault::Broken)?;
        Ok(bytes)
    }
}

/// Eight bits a colour, on white paper where it can be seen through.
fn flatten(image: DynamicImage) -> DynamicImage {
    if image.color().has_alpha() {
        let mut image = image.into_rgba8();
        for pixel in image.pixels_mut() {
            let [red, green, blue, alpha] = pixel.0.map(u16::from);
            let over = |color: u16| u8::try_from((color * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
            pixel.0 = [over(red), over(green), over(blue), u8::MAX];
        }
        return DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(image).into_rgb8());
    }
    if image.color().has_color() { DynamicImage::ImageRgb8(image.into_rgb8()) } else { DynamicImage::ImageLuma8(image.into_luma8()) }
}

/// Fifty million pixels of four bytes.
const MOST_MEMORY: u64 = 200_000_000;
/// Larger ones would be most of a small copy.
const MOST_PROFILE: usize = 16_384;
const QUALITIES: &[u8] = &[82, 70, 58, 45];

#[cfg(test)]
mod tests {
    use manyhands_domain::pictures::strip;

    use super::*;

    /// Noise, which no encoder makes small, or a plain ground.
    fn png(width: u32, height: u32, noise: bool) -> Vec<u8> {
        let mut state = 1_u32;
        let image = image::RgbaImage::from_fn(width, height, |x, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [a, b, c, _] = state.to_be_bytes();
            image::Rgba(if noise { [a, b, c, 255] } else { [200, 10, 10, if x == 0 { 0 } else { 255 }] })
        });
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    fn shrunk(bytes: &[u8], view: View) -> (Vec<u8>, DynamicImage) {
        let kept = strip(bytes).unwrap();
        let copy = decode(kept.kind, &kept.bytes).unwrap().shrink(view).unwrap();
        let seen = decode(Kind::Jpeg, &strip(&copy).unwrap().bytes).unwrap().image;
        (copy, seen)
    }

    #[test]
    fn whatever_it_shows_a_view_has_no_more_bytes_than_it_may() {
        for view in VIEWS {
            let (copy, seen) = shrunk(&png(2_000, 1_000, true), *view);
            assert!(copy.len() <= view.most, "{view:?}: {}", copy.len());
            assert!(seen.width() <= view.width && seen.width() >= view.width / 4, "{view:?}: {}", seen.width());
            assert!((seen.width() / 2).abs_diff(seen.height()) <= 1);
        }
        let (_, plain) = shrunk(&png(2_000, 1_000, false), FIRST);
        assert_eq!((plain.width(), plain.height()), (960, 480));
    }

    #[test]
    fn a_copy_stands_upright_and_what_can_be_seen_through_is_white() {
        let flat = png(40, 20, false);
        let mut sideways = Vec::new();
        let image = image::load_from_memory(&flat).unwrap();
        JpegEncoder::new_with_quality(&mut sideways, 90).encode_image(&image.into_rgb8()).unwrap();
        // EXIF that says: a quarter to the right.
        let exif = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let sideways = [&sideways[..2], exif, &sideways[2..]].concat();
        let kept = strip(&sideways).unwrap();
        assert_eq!((kept.width, kept.height), (20, 40));
        let (_, seen) = shrunk(&sideways, FIRST);
        assert_eq!((seen.width(), seen.height()), (20, 40));
        let (_, seen) = shrunk(&flat, View { width: 1, most: 10_000 });
        assert_eq!((seen.width(), seen.height()), (1, 1));
        let (_, white) = shrunk(&png(1, 1, false), FIRST);
        assert!(white.into_rgb8().get_pixel(0, 0).0.iter().all(|color| *color > 250));
    }

    #[test]
    fn behind_the_veil_is_no_colour_and_no_more_than_a_few_spots() {
        for bytes in [png(2_000, 1_000, true), png(2_000, 1_000, false), png(8, 600, true), png(1, 1, false)] {
            let kept = strip(&bytes).unwrap();
            let copy = decode(kept.kind, &kept.bytes).unwrap().veil().unwrap();
            let seen = decode(Kind::Jpeg, &strip(&copy).unwrap().bytes).unwrap().image;
            assert!(copy.len() <= VEILED.most && seen.width() <= 24 && seen.height() <= 48, "{}: {seen:?}", copy.len());
            assert!(!seen.color().has_color(), "grey");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_broken() {
        let whole = png(64, 64, true);
        let kept = strip(&whole).unwrap();
        let mut bytes = kept.bytes.clone();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 64].fill(0x55);
        assert_eq!(decode(Kind::Png, &bytes).unwrap_err(), Fault::Broken);
        assert_eq!(decode(Kind::Webp, &kept.bytes).unwrap_err(), Fault::Broken);
    }
}
