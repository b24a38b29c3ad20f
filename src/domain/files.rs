//! Files that a client sends for tasks to show: how much is taken, what an item is called, and what is refused.

use crate::refusal::Refusal;
use crate::text;

/// Most bytes of one upload of pictures.
pub const UPLOAD_BYTES: u64 = 2_000_000_000;
/// Most bytes of one picture.
pub const PICTURE_BYTES: u64 = 50_000_000;
/// Most entries of one ZIP, folders and what is passed over included.
pub const MOST_ENTRIES: usize = 20_000;
/// Most bytes of a ZIP unpacked.
pub const UNPACKED_BYTES: u64 = 8_000_000_000;
/// So many times its packed size an entry may be unpacked, once that is more than [`SMALL_BYTES`]: pictures are packed already.
pub const MOST_RATIO: u64 = 100;
/// An entry of so many bytes harms nobody, however well it was packed.
pub const SMALL_BYTES: u64 = 1_000_000;
/// What the task's payload begins with where it shows a file that is kept; its SHA-256 follows.
pub const PAYLOAD: &str = "file:";

/// The SHA-256 of the file that a task's payload names, if it names one. The payload of a batch of pictures is this or an
/// address, which begins otherwise.
#[must_use]
pub fn named(payload: &str) -> Option<&str> {
    let hash = payload.strip_prefix(PAYLOAD)?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_hash.then_some(hash)
}

/// A path inside a ZIP, or the name of a file, as an item's id.
///
/// # Errors
/// `files-name` for a path that leads out of its folder or is another on another system; `files-name-unfit` for one that is
/// empty, too long or holds characters that nobody sees.
pub fn item_id(path: &str) -> Result<String, Refusal> {
    let refuse = |code: &'static str| Refusal::new(code).field("items").with("file", shown(path));
    let outside = |part: &str| matches!(part, "" | "." | "..");
    let drive = matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if drive || path.contains(['\\', '\0']) || path.split('/').any(outside) {
        return Err(refuse("files-name"));
    }
    text::line(path, 120).map_err(|_| refuse("files-name-unfit"))
}

/// What systems put into a ZIP for themselves.
#[must_use]
pub fn is_passed_over(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.ends_with('/') || path.starts_with("__MACOSX/") || matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// Whether bytes are a ZIP, by how they begin.
#[must_use]
pub fn is_zip(bytes: &[u8]) -> bool {
    matches!(bytes, [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..])
}

/// A name as a sentence can hold it.
#[must_use]
pub fn shown(name: &str) -> String {
    let seen = |c: char| if c.is_control() || text::line(&c.to_string(), 1).is_err() && c != ' ' { '\u{fffd}' } else { c };
    name.chars().take(80).map(seen).collect()
}

/// Whether so many bytes more fit into what a contract may keep.
///
/// # Errors
/// `files-full`, with what is kept and what may be, in MB.
pub fn check_room(kept: u64, more: u64, most: u64) -> Result<(), Refusal> {
    if kept.saturating_add(more) <= most {
        return Ok(());
    }
    let mb = |bytes: u64| bytes.div_ceil(1_000_000);
    Err(Refusal::new("files-full").field("items").with("kept", mb(kept)).with("more", mb(more)).with("most", most / 1_000_000))
}

/// Whether so many bytes more of items, which are texts, fit into what a contract may keep.
///
/// # Errors
/// `items-full`, with the same figures.
pub fn check_items_room(kept: u64, more: u64, most: u64) -> Result<(), Refusal> {
    check_room(kept, more, most).map_err(|refusal| Refusal { code: "items-full", ..refusal })
}

/// The middle of these: half are at most as large.
#[must_use]
pub fn median(mut sizes: Vec<u64>) -> Option<u64> {
    sizes.sort_unstable();
    sizes.get(sizes.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_called_by_its_path() {
        assert_eq!(item_id("street/0001.jpg").unwrap(), "street/0001.jpg");
        assert_eq!(item_id("été.png").unwrap(), "été.png");
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_no_name() {
        for path in ["../a.jpg", "a/../../b.jpg", "/etc/passwd", "a\\b.jpg", "..\\b.jpg", "C:/a.jpg", "a//b.jpg", "./a.jpg", "a\0.jpg", ""]
        {
            assert_eq!(item_id(path).unwrap_err().code, "files-name", "{path:?}");
        }
        for path in ["a\u{202e}gpj.exe", &"a".repeat(121), "\n"] {
            assert_eq!(item_id(path).unwrap_err().code, "files-name-unfit", "{path:?}");
        }
        assert_eq!(shown("a\u{202e}b\u{7}c d"), "a\u{fffd}b\u{fffd}c d");
    }

    #[test]
    fn a_payload_names_a_file_by_its_hash_alone() {
        let hash = "0f".repeat(32);
        assert_eq!(named(&format!("file:{hash}")), Some(hash.as_str()));
        for payload in ["https://a.example/b.jpg", "file:", "file:../../x", &format!("file:{}", "0F".repeat(32)), &hash] {
            assert_eq!(named(payload), None, "{payload}");
        }
    }

    #[test]
    fn a_contract_keeps_so_much_and_no_more() {
        assert!(check_room(6, 4, 10).is_ok());
        assert_eq!(check_room(6, 5, 10).unwrap_err().code, "files-full");
        assert_eq!(check_items_room(6, 5, 10).unwrap_err().code, "items-full");
        assert!(check_room(u64::MAX, 1, 10).is_err());
        assert_eq!(median(vec![3, 1, 2]), Some(2));
        assert_eq!(median(vec![4, 1]), Some(1));
        assert_eq!(median(vec![]), None);
    }
}
