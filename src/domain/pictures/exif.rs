//! Of EXIF one thing alone: which way is up (tag 0x0112 of TIFF 6.0's first directory).

use super::Rest;

/// The orientation, 1 to 8; 1 where nothing is said, or nothing that can be read.
pub(super) fn orientation(tiff: &[u8]) -> u8 {
    find(tiff).filter(|value| (1..=8).contains(value)).unwrap_or(1)
}

fn find(tiff: &[u8]) -> Option<u8> {
    let mut head = Rest(tiff);
    let little = match head.take(4).ok()? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let short = |bytes: [u8; 2]| if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) };
    let bytes: [u8; 4] = head.array().ok()?;
    let offset = if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
    let mut directory = Rest(tiff.get(usize::try_from(offset).ok()?..)?);
    let entries = short(directory.array().ok()?);
    for _ in 0..entries {
        let (tag, kind) = (short(directory.array().ok()?), short(directory.array().ok()?));
        directory.take(4).ok()?;
        let value = short(directory.array().ok()?);
        directory.take(2).ok()?;
        // A short (3): its value stands in the entry.
        if tag == TAG && kind == 3 {
            return u8::try_from(value).ok();
        }
    }
    None
}

/// EXIF that says which way is up, and nothing else.
pub(super) fn only(orientation: u8) -> [u8; 26] {
    [b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
}

const TAG: u16 = 0x0112;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for way in 1..=8 {
            assert_eq!(orientation(&only(way)), way);
        }
        assert_eq!(orientation(&only(9)), 1);
        assert_eq!(orientation(b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"), 6);
        assert_eq!(orientation(b"II*\0\xff\xff\xff\xff"), 1);
        assert_eq!(orientation(b""), 1);
    }
}
