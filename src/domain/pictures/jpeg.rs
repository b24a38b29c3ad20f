//! JPEG, segment by segment (ITU-T T.81, annex B).

use super::{Fault, Parts, Rest, check_size, exif};

/// The segments that show the picture.
pub(super) fn strip(bytes: &[u8]) -> Result<Parts, Fault> {
    let mut rest = Rest(bytes);
    rest.take(2)?;
    let mut jfif = Vec::new();
    let mut kept = Vec::with_capacity(bytes.len());
    let (mut size, mut orientation, mut scans) = (None, 1, false);
    loop {
        let marker = next_marker(&mut rest)?;
        match marker {
            END => break,
            // Restarts and the like stand alone; between segments they mean nothing.
            0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let length = rest.u16_be()?;
        let body = rest.take(usize::from(length.checked_sub(2).ok_or(Fault::Broken)?))?;
        match marker {
            0xe0 => jfif = jfif_alone(body),
            0xe1 => {
                if let Some(tiff) = body.strip_prefix(b"Exif\0\0") {
                    orientation = exif::orientation(tiff);
                }
            }
            0xe2 if body.starts_with(b"ICC_PROFILE\0") => put(&mut kept, marker, body)?,
            // How the colours are coded.
            0xee if body.starts_with(b"Adobe") => put(&mut kept, marker, body)?,
            0xe0..=0xef | 0xfe => {}
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let mut frame = Rest(body);
                frame.take(1)?;
                let (height, width) = (u32::from(frame.u16_be()?), u32::from(frame.u16_be()?));
                check_size(width, height)?;
                if size.replace((width, height)).is_some() {
                    return Err(Fault::Broken);
                }
                put(&mut kept, marker, body)?;
            }
            SCAN => {
                scans = true;
                put(&mut kept, marker, body)?;
                kept.extend_from_slice(scan(&mut rest)?);
            }
            _ => put(&mut kept, marker, body)?,
        }
    }
    let size = size.filter(|_| scans).ok_or(Fault::Broken)?;
    let mut out = vec![0xff, 0xd8];
    out.extend_from_slice(&jfif);
    if orientation != 1 {
        put(&mut out, 0xe1, &[b"Exif\0\0".as_slice(), exif::only(orientation).as_slice()].concat())?;
    }
    out.extend_from_slice(&kept);
    out.extend_from_slice(&[0xff, END]);
    Ok((out, size, orientation))
}

fn next_marker(rest: &mut Rest<'_>) -> Result<u8, Fault> {
    if rest.byte()? != 0xff {
        return Err(Fault::Broken);
    }
    loop {
        match rest.byte()? {
            0xff => {}
            0 => return Err(Fault::Broken),
            marker => return Ok(marker),
        }
    }
}

/// The coded pixels, up to the next marker that is none of their own.
fn scan<'a>(rest: &mut Rest<'a>) -> Result<&'a [u8], Fault> {
    let all = rest.0;
    let own = |pair: &&[u8]| matches!(pair, [0xff, 0 | 0xd0..=0xd7 | 0xff]);
    let end = all.windows(2).position(|pair| pair.first() == Some(&0xff) && !own(&pair)).ok_or(Fault::Cut)?;
    rest.take(end)
}

/// The head of JFIF without its thumbnail; nothing of an extension, which is one.
fn jfif_alone(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(head) = body.get(..12).filter(|head| head.starts_with(b"JFIF\0")) {
        out.extend_from_slice(&[0xff, 0xe0, 0, 16]);
        out.extend_from_slice(head);
        out.extend_from_slice(&[0, 0]);
    }
    out
}

fn put(out: &mut Vec<u8>, marker: u8, body: &[u8]) -> Result<(), Fault> {
    let length = u16::try_from(body.len()).ok().and_then(|length| length.checked_add(2)).ok_or(Fault::Broken)?;
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(body);
    Ok(())
}

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
