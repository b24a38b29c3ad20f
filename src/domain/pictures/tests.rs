//! Containers put together by hand: what is taken out of them, and what is refused.

use super::*;

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), body].concat()
}

fn frame(width: u16, height: u16) -> Vec<u8> {
    let body = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    segment(0xc0, &body)
}

fn tiff(way: u8) -> Vec<u8> {
    [b"Exif\0\0".as_slice(), &exif::only(way), b"GPS 52.37 4.89"].concat()
}

fn jpeg(extra: &[Vec<u8>], width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    bytes.extend(segment(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01thumbnail"));
    extra.iter().for_each(|segment| bytes.extend(segment));
    bytes.extend(frame(width, height));
    bytes.extend(segment(0xda, &[1, 1, 0, 0, 63, 0]));
    bytes.extend([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, 0xd9]);
    bytes.extend(b"hidden behind the end");
    bytes
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[test]
fn a_jpeg_keeps_its_pixels_its_colours_and_which_way_is_up() {
    let extra = [
        segment(0xe1, &tiff(6)),
        segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta creator='Somebody'/>"),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        segment(0xe2, b"MPF\0another picture"),
        segment(0xed, b"Photoshop 3.0\0Somebody"),
        segment(0xee, b"Adobe\0d\0\0\0\0\x01"),
        segment(0xfe, b"a comment"),
    ];
    let kept = strip(&jpeg(&extra, 40, 30)).unwrap();
    assert_eq!((kept.kind, kept.width, kept.height), (Kind::Jpeg, 30, 40), "it lies on its side");
    for gone in ["GPS", "xmpmeta", "Somebody", "MPF", "comment", "hidden", "thumbnail"] {
        assert!(!has(&kept.bytes, gone.as_bytes()), "{gone}");
    }
    for there in [b"colours".as_slice(), b"Adobe", b"JFIF", &exif::only(6), &[1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, 0xd9]] {
        assert!(has(&kept.bytes, there), "{there:?}");
    }
    assert_eq!(strip(&kept.bytes).unwrap(), kept, "nothing is left to take out");
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes(), name.as_slice(), body, &[0; 4]].concat()
}

fn png(width: u32, height: u32, between: &[Vec<u8>]) -> Vec<u8> {
    let head = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(chunk(b"IHDR", &head));
    between.iter().for_each(|chunk| bytes.extend(chunk));
    bytes.extend(chunk(b"IDAT", b"pixels"));
    bytes.extend(chunk(b"tIME", b"seven b"));
    bytes.extend(chunk(b"IEND", b""));
    bytes.extend(b"hidden");
    bytes
}

#[test]
fn a_png_keeps_its_pixels_its_colours_and_which_way_is_up() {
    let between =
        [chunk(b"iCCP", b"colours"), chunk(b"tEXt", b"Author\0Somebody"), chunk(b"eXIf", &tiff(8)[6..]), chunk(b"zTXt", b"Somebody")];
    let kept = strip(&png(40, 30, &between)).unwrap();
    assert_eq!((kept.kind, kept.width, kept.height), (Kind::Png, 30, 40));
    for gone in ["GPS", "Somebody", "seven", "hidden", "tIME"] {
        assert!(!has(&kept.bytes, gone.as_bytes()), "{gone}");
    }
    assert!(has(&kept.bytes, b"colours") && has(&kept.bytes, b"pixels") && has(&kept.bytes, &exif::only(8)));
    assert_eq!(strip(&kept.bytes).unwrap(), kept);
    assert_eq!(strip(&png(1, 1, &[chunk(b"acTL", b"12345678")])), Err(Fault::Moving));
}

fn webp(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, bytes) in chunks {
        body.extend([name.as_slice(), &u32::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat());
        body.extend(vec![0; bytes.len() % 2]);
    }
    [b"RIFF".as_slice(), &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
}

fn lossy(width: u16, height: u16) -> Vec<u8> {
    [&[0, 0, 0, 0x9d, 0x01, 0x2a][..], &width.to_le_bytes(), &height.to_le_bytes(), b"pixels"].concat()
}

#[test]
fn a_webp_keeps_its_pixels_its_colours_and_which_way_is_up() {
    let canvas = vec![0x0c | 0x20, 0, 0, 0, 39, 0, 0, 29, 0, 0];
    let whole = webp(&[
        (b"VP8X", canvas),
        (b"ICCP", b"colours".to_vec()),
        (b"VP8 ", lossy(40, 30)),
        (b"EXIF", tiff(6)),
        (b"XMP ", b"Somebody".to_vec()),
    ]);
    let kept = strip(&[whole.as_slice(), b"hidden"].concat()).unwrap();
    assert_eq!((kept.kind, kept.width, kept.height), (Kind::Webp, 30, 40));
    assert!(!has(&kept.bytes, b"GPS") && !has(&kept.bytes, b"Somebody") && !has(&kept.bytes, b"hidden"));
    assert!(has(&kept.bytes, b"colours") && has(&kept.bytes, b"pixels") && has(&kept.bytes, &exif::only(6)));
    assert_eq!(strip(&kept.bytes).unwrap(), kept);
    let simple = strip(&webp(&[(b"VP8 ", lossy(40, 30)), (b"XMP ", b"Somebody".to_vec())])).unwrap();
    assert_eq!((simple.width, simple.height, has(&simple.bytes, b"Somebody")), (40, 30, false));
    assert_eq!(strip(&webp(&[(b"VP8X", vec![2, 0, 0, 0, 39, 0, 0, 29, 0, 0])])), Err(Fault::Moving));
}

#[test]
fn what_only_calls_itself_a_picture_is_none() {
    for text in
        ["", "<script>alert(1)</script>", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "<!doctype html>", "GIF89a", "PK\u{3}\u{4}"]
    {
        assert_eq!(strip(text.as_bytes()), Err(Fault::Other), "{text}");
    }
}

#[test]
fn too_many_pixels_are_refused_by_the_head_alone() {
    let large = Err(Fault::Large { width: 40_000, height: 40_000 });
    assert_eq!(strip(&jpeg(&[], 40_000, 40_000)), large);
    assert_eq!(strip(&png(40_000, 40_000, &[])), large);
    assert_eq!(strip(&png(20_001, 1, &[])), Err(Fault::Large { width: 20_001, height: 1 }));
    assert_eq!(strip(&png(10_000, 5_001, &[])), Err(Fault::Large { width: 10_000, height: 5_001 }));
    assert!(strip(&png(10_000, 5_000, &[])).is_ok());
    assert_eq!(strip(&png(0, 9, &[])), Err(Fault::Broken));
    let canvas = vec![0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(strip(&webp(&[(b"VP8X", canvas)])), Err(Fault::Large { width: 1 << 24, height: 1 << 24 }));
}

#[test]
fn a_picture_that_breaks_off_is_refused_wherever_it_does() {
    let whole = [
        jpeg(&[segment(0xe1, &tiff(1))], 40, 30),
        png(40, 30, &[chunk(b"tEXt", b"a")]),
        webp(&[(b"VP8X", vec![0, 0, 0, 0, 39, 0, 0, 29, 0, 0]), (b"VP8 ", lossy(40, 30))]),
    ];
    for picture in whole {
        let kept = strip(&picture).unwrap();
        for end in 0..kept.bytes.len() {
            assert!(strip(&kept.bytes[..end]).is_err(), "{:?} of {end} bytes", kept.kind);
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_a_picture_or_none(kind in 0..3_usize, bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let heads: [&[u8]; 3] = [&[0xff, 0xd8, 0xff, 0xda], b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", b"RIFF\x40\0\0\0WEBPVP8 "];
        let _ = strip(&[heads[kind], &bytes].concat());
    }
}
