//! PNG, chunk by chunk (W3C PNG, third edition, section 5).

use super::{Fault, Parts, Rest, check_size, exif, length};

/// The chunks that show the picture.
pub(super) fn strip(bytes: &[u8]) -> Result<Parts, Fault> {
    let mut rest = Rest(bytes);
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(rest.take(8)?);
    let (mut size, mut way, mut pixels) = (None, 1, false);
    loop {
        let whole = rest.0;
        let count = length(rest.u32_be()?)?;
        let name: [u8; 4] = rest.array()?;
        let body = rest.take(count)?;
        rest.take(4)?;
        if size.is_none() && &name != b"IHDR" {
            return Err(Fault::Broken);
        }
        match &name {
            b"IHDR" => {
                let mut head = Rest(body);
                let (width, height) = (head.u32_be()?, head.u32_be()?);
                check_size(width, height)?;
                if size.replace((width, height)).is_some() {
                    return Err(Fault::Broken);
                }
            }
            b"eXIf" if !pixels => {
                way = exif::orientation(body);
                continue;
            }
            b"IDAT" => {
                if !pixels && way != 1 {
                    put(&mut out, b"eXIf", &exif::only(way));
                }
                pixels = true;
            }
            b"acTL" | b"fcTL" | b"fdAT" => return Err(Fault::Moving),
            known if KEPT.contains(known) => {}
            // A part of the picture that is not known here would be left out of it.
            [first, ..] if first.is_ascii_uppercase() => return Err(Fault::Broken),
            _ => continue,
        }
        out.extend_from_slice(whole.get(..count.saturating_add(12)).ok_or(Fault::Cut)?);
        if &name == b"IEND" {
            return if pixels { Ok((out, size.ok_or(Fault::Broken)?, way)) } else { Err(Fault::Broken) };
        }
    }
}

fn put(out: &mut Vec<u8>, name: &[u8; 4], body: &[u8; 26]) {
    let checked: Vec<u8> = name.iter().chain(body).copied().collect();
    out.extend_from_slice(&26_u32.to_be_bytes());
    out.extend_from_slice(&checked);
    out.extend_from_slice(&crc(&checked).to_be_bytes());
}

/// CRC-32 as annex D of the PNG specification has it.
fn crc(bytes: &[u8]) -> u32 {
    let step =
        |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 });
    !bytes.iter().fold(u32::MAX, step)
}

/// What the picture is made of, and how its colours are meant.
const KEPT: &[[u8; 4]] = &[*b"PLTE", *b"tRNS", *b"IEND", *b"gAMA", *b"cHRM", *b"sRGB", *b"iCCP", *b"sBIT", *b"cICP"];

#[cfg(test)]
mod tests {
    #[test]
    fn the_check_is_that_of_the_specification() {
        // Every PNG ends with these twelve bytes.
        assert_eq!(super::crc(b"IEND"), 0xae42_6082);
    }
}
