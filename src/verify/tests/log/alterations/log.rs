//! Level 2: tiles, root and checkpoint, and what signers saw. Here the attacker holds the server's keys, not the people's.

use serde_json::json;

use crate::alterations::{Case, case};
use crate::forge::{M1, ORIGIN, checkpoint_key, entry_key, key, member_key};

#[allow(clippy::ptr_arg)]
fn swap_first(bytes: &mut Vec<u8>) {
    let first = 2 + usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    let second = 2 + usize::from(u16::from_be_bytes([bytes[first], bytes[first + 1]]));
    bytes[..first + second].rotate_left(first);
}

/// Where an entry begins in its bundle.
fn place_of(bytes: &[u8], number: usize) -> usize {
    (0..number).fold(0, |at, _| at + 2 + usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]])))
}

pub const CASES: &[Case] = &[
    case("a flipped digit in an entry", &[(1, 120), (2, 315)], |f| {
        f.files.push(("tile/entries/000".to_owned(), |bytes| {
            let at = place_of(bytes, 120);
            let clause = at + bytes[at..].windows(3).position(|part| part == b"4.2").unwrap();
            bytes[clause] = b'5';
        }));
    }),
    case("a flipped byte in a tile", &[(2, 315)], |f| f.files.push(("tile/0/000".to_owned(), |bytes| bytes[77] ^= 1))),
    case("a flipped byte in a tile above", &[(2, 315)], |f| f.files.push(("tile/1/000.p/1".to_owned(), |bytes| bytes[7] ^= 1))),
    case("a truncated bundle", &[(1, 314), (2, 315), (3, 314), (4, 314)], |f| {
        f.files.push(("tile/entries/001.p/59".to_owned(), |bytes| bytes.truncate(bytes.len() - 1)));
    }),
    case("a bundle whose last length is one too long", &[(1, 314), (2, 315), (3, 314), (4, 314)], |f| {
        f.files.push(("tile/entries/001.p/59".to_owned(), |bytes| {
            let at = place_of(bytes, 58);
            bytes[at + 1] += 1;
        }));
    }),
    case("a full bundle without its last entry", &[(1, 275), (2, 315), (3, 287), (4, 255)], |f| {
        f.files.push(("tile/entries/000".to_owned(), |bytes| bytes.truncate(place_of(bytes, 255))));
    }),
    case("a dropped entry", &[(2, 315), (3, 315)], |f| {
        f.files.push(("tile/entries/001.p/59".to_owned(), |bytes| {
            bytes.truncate(place_of(bytes, 58));
        }));
    }),
    case("two entries swapped", &[(1, 0), (2, 315), (3, 0), (4, 0)], |f| f.files.push(("tile/entries/000".to_owned(), swap_first))),
    case("an entry that a stranger appended to the bundle", &[(2, 315), (4, 315)], |f| {
        f.files.push(("tile/entries/001.p/59".to_owned(), |bytes| {
            let first = 2 + usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
            let copy = bytes[..first].to_vec();
            bytes.extend(copy);
        }));
    }),
    case("a checkpoint of another size", &[(2, 0)], |f| {
        f.files
            .push(("checkpoint".to_owned(), |bytes| *bytes = String::from_utf8_lossy(bytes).replace("\n315\n", "\n0315\n").into_bytes()));
    }),
    case("a checkpoint with another root", &[(2, 315)], |f| {
        f.files.push(("checkpoint".to_owned(), |bytes| {
            let text = String::from_utf8_lossy(bytes).replace("\nJNsE", "\nJNsF");
            *bytes = text.into_bytes();
        }));
    }),
    case("a stranger's line of three bytes under the checkpoint", &[(2, 0)], |f| {
        f.files.push(("checkpoint".to_owned(), |bytes| bytes.extend("— stranger.example AAAA\n".as_bytes())));
    }),
    case("a stranger's line with a control character under the checkpoint", &[(2, 0)], |f| {
        f.files.push(("checkpoint".to_owned(), |bytes| bytes.extend("— stranger\u{7}example AAAAAAAA\n".as_bytes())));
    }),
    case("a checkpoint with a line more", &[(2, 0)], |f| "more\n".clone_into(&mut f.extension)),
    case("a checkpoint of another origin", &[(2, 315)], |f| {
        "other.example/main".clone_into(&mut f.origin);
    }),
    case("a checkpoint signed by a retired key", &[(2, 315)], |f| f.checkpoint_key = key(ORIGIN, ORIGIN)),
    case("a checkpoint signed by the entry key", &[(2, 315)], |f| f.checkpoint_key = entry_key(314)),
    case("a checkpoint signed by a stranger of the same name", &[(2, 315)], |f| f.checkpoint_key = key(ORIGIN, "stranger")),
    case("seconds changed with the server's keys, the tree built again", &[(2, 315)], |f| {
        f.people_sign_again = false;
        f.set(30, "/calc/seconds", json!(1));
    }),
    case("an entry left out with the server's keys", &[(1, 161), (2, 314), (3, 312), (4, 122)], |f| {
        f.people_sign_again = false;
        f.remove(121);
    }),
    case("a note that saw another root", &[(2, 316)], |f| {
        f.append(json!({"kind": "member.left", "refs": {"member": M1}}), &[]);
        f.people_sign_again = false;
        f.add_note(315, 0, &member_key(M1), 315, |line| line["log"][1] = json!("A".repeat(43) + "="));
    }),
    case("the whole log in another co-op's name", &[(1, 0), (2, 315), (4, 162)], |f| {
        f.people_sign_again = false;
        "other.example/main".clone_into(&mut f.origin);
        f.set(0, "/calc/origin", json!("other.example/main"));
        f.checkpoint_key = key("other.example/main", "forged");
        assert_eq!(checkpoint_key().name(), ORIGIN);
    }),
];
