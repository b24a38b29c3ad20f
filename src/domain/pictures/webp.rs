//! WebP, chunk by chunk (RFC 9649, section 2).

use super::{Fault, Parts, Rest, check_size, exif, length};

/// The chunks that show the picture.
pub(super) fn strip(bytes: &[u8]) -> Result<Parts, Fault> {
    let mut file = Rest(bytes);
    file.take(4)?;
    let count = length(file.u32_le()?)?;
    let mut rest = Rest(file.take(count)?);
    rest.take(4)?;
    let (mut kept, mut extended) = (Vec::with_capacity(bytes.len()), None);
    let (mut size, mut way, mut pixels) = (None, 1, false);
    while !rest.0.is_empty() {
        let name: [u8; 4] = rest.array()?;
        let count = length(rest.u32_le()?)?;
        let body = rest.take(count)?;
        if count % 2 == 1 && !rest.0.is_empty() {
            rest.take(1)?;
        }
        match &name {
            b"VP8X" => {
                let mut head = Rest(body);
                let [flags, ..] = head.array::<4>()?;
                let (width, height) = (side(head.array()?), side(head.array()?));
                check_size(width, height)?;
                if flags & MOVES != 0 {
                    return Err(Fault::Moving);
                }
                extended = Some((flags & !(HAS_EXIF | HAS_XMP), body.get(4..10).ok_or(Fault::Cut)?));
                size = Some((width, height));
            }
            b"VP8 " | b"VP8L" => {
                let found = if name == *b"VP8 " { lossy(body)? } else { lossless(body)? };
                check_size(found.0, found.1)?;
                if pixels || *size.get_or_insert(found) != found {
                    return Err(Fault::Broken);
                }
                pixels = true;
                put(&mut kept, &name, body)?;
                // One picture: whatever else stands behind it is none of it.
                if extended.is_none() {
                    break;
                }
            }
            b"ALPH" | b"ICCP" => put(&mut kept, &name, body)?,
            b"EXIF" => way = exif::orientation(body.strip_prefix(b"Exif\0\0").unwrap_or(body)),
            b"ANIM" | b"ANMF" => return Err(Fault::Moving),
            _ => {}
        }
    }
    let size = size.filter(|_| pixels).ok_or(Fault::Broken)?;
    let mut out = Vec::with_capacity(kept.len());
    if let Some((flags, canvas)) = extended {
        let flags = if way == 1 { flags } else { flags | HAS_EXIF };
        put(&mut out, b"VP8X", &[&[flags, 0, 0, 0], canvas].concat())?;
    }
    out.extend_from_slice(&kept);
    if way != 1 && extended.is_some() {
        put(&mut out, b"EXIF", &exif::only(way))?;
    }
    let whole = u32::try_from(out.len().saturating_add(4)).map_err(|_| Fault::Broken)?;
    let head = [b"RIFF".as_slice(), &whole.to_le_bytes(), b"WEBP"].concat();
    Ok(([head, out].concat(), size, if extended.is_some() { way } else { 1 }))
}

/// Twenty-four bits, one less than the pixels.
fn side([low, middle, high]: [u8; 3]) -> u32 {
    u32::from_le_bytes([low, middle, high, 0]).saturating_add(1)
}

/// The size in the head of a VP8 key frame (RFC 6386, section 9.1).
fn lossy(body: &[u8]) -> Result<(u32, u32), Fault> {
    let mut head = Rest(body);
    head.take(3)?;
    if head.take(3)? != [0x9d, 0x01, 0x2a] {
        return Err(Fault::Broken);
    }
    let mut side = || Ok(u32::from(u16::from_le_bytes(head.array()?) & 0x3fff));
    Ok((side()?, side()?))
}

/// The size in the head of a lossless stream (RFC 9649, section 3.4).
fn lossless(body: &[u8]) -> Result<(u32, u32), Fault> {
    let mut head = Rest(body);
    if head.byte()? != 0x2f {
        return Err(Fault::Broken);
    }
    let bits = head.u32_le()?;
    Ok(((bits & 0x3fff).saturating_add(1), (bits >> 14 & 0x3fff).saturating_add(1)))
}

fn put(out: &mut Vec<u8>, name: &[u8; 4], body: &[u8]) -> Result<(), Fault> {
    out.extend_from_slice(name);
    out.extend_from_slice(&u32::try_from(body.len()).map_err(|_| Fault::Broken)?.to_le_bytes());
    out.extend_from_slice(body);
    if body.len() % 2 == 1 {
        out.push(0);
    }
    Ok(())
}

const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;
const MOVES: u8 = 0x02;
