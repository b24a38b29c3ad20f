//! What people saw of the log, wherever it stands: mails of every encoding, mailboxes, older checkpoints, receipts.

use std::fs;

use crate::forge::{Forge, M1, ORIGIN, checkpoint_key, current_vkey, sample};
use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::receipt::Receipt;
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_verify::{Report, Seen, Source, Wanted, verify_source};
use serde_json::json;

/// The three lines as of a size.
fn footer(size: usize) -> String {
    let mut edge = Edge::default();
    Forge::sample().notes().iter().take(size).for_each(|note| edge.push(leaf_hash(note)));
    Checkpoint { origin: ORIGIN.to_owned(), size: size as u64, root: edge.root() }.text()
}

/// Two footers whose base64 holds `=` and wraps; in a mail each stands behind `> `.
fn quoted(size: usize) -> String {
    footer(size).lines().map(|line| format!("> {line}\n")).collect()
}

fn look(bytes: &[u8]) -> Seen {
    let mut seen = Seen::default();
    seen.add(bytes, ORIGIN);
    seen
}

fn verify_seen(forge: &Forge, seen: &Seen) -> Report {
    let folder = tempfile::tempdir().unwrap();
    forge.write(folder.path());
    verify_source(
        &Source::Folder(folder.path().to_owned()),
        &current_vkey(),
        &Wanted { seen: seen.clone(), ..Wanted::default() },
        |_, _| {},
    )
    .unwrap()
}

/// The log cut off after 300 entries and signed again, as an attacker with the server's keys would.
fn cut_off() -> Forge {
    let mut forge = Forge::sample();
    forge.entries.truncate(300);
    forge.raw.retain(|index, _| *index < 300);
    forge
}

#[test]
fn footers_are_found_in_mails_of_every_encoding() {
    let plain = format!("Hello,\n\nyou were paid.\n-- \n{}", quoted(290));
    let soft = quoted(291).replace('=', "=3D");
    let (head, tail) = soft.split_at(soft.rfind('\n').unwrap() - 20);
    let quoted_printable = format!(
        "Subject: paid\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nHello,\n{head}=\n{tail}"
    );
    let html = format!("<p>&gt; {}<br></p>", footer(292).trim_end().replace('\n', "<br>&gt; "));
    let only_html = format!(
        "Subject: paid\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{}\n",
        BASE64_STANDARD.encode(html)
    );
    let parts = format!(
        "Subject: two\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{}\n--b\nContent-Type: message/rfc822\n\n{quoted_printable}\n--b--\n",
        BASE64_STANDARD.encode(quoted(293))
    );
    for (text, sizes) in [(&plain, vec![290]), (&quoted_printable, vec![291]), (&only_html, vec![292]), (&parts, vec![291, 293])] {
        let found: Vec<u64> = look(text.as_bytes()).roots.iter().map(|(size, _)| *size).collect();
        assert_eq!(found, sizes, "{text}");
    }
    let mailbox: String = [&plain, &quoted_printable, &only_html, &parts]
        .iter()
        .map(|mail| {
            format!(
                "From nobody Thu Jan 22 19:43:05 2026\n{}\n\n",
                if mail.starts_with("Hello") { format!("Subject: x\n\n{mail}") } else { (*mail).clone() }
            )
        })
        .collect();
    let seen = look(mailbox.as_bytes());
    assert_eq!(seen.roots.iter().map(|(size, _)| *size).collect::<Vec<_>>(), [290, 291, 292, 293]);
    let report = verify_seen(&Forge::sample(), &seen);
    assert!(report.holds(), "{:?}", report.failures);
    assert!(report.to_text().contains("4 checkpoints seen elsewhere were found: the log agrees with all of them"));
}

#[test]
fn a_log_cut_off_is_found_by_one_later_mail_and_by_nothing_else() {
    assert!(verify_seen(&cut_off(), &look(quoted(300).as_bytes())).holds(), "the cut itself is a log in which every level holds");
    let report = verify_seen(&cut_off(), &look(quoted(301).as_bytes()));
    assert!(report.failures[1].as_ref().unwrap().why.contains("the last 1 are gone"));
}

#[test]
fn a_second_history_is_found_by_one_footer_of_the_first() {
    let mut forge = cut_off();
    forge.append(json!({"kind": "member.left", "refs": {"member": M1}}), &[M1]);
    for seen in [300, 301] {
        let report = verify_seen(&forge, &look(quoted(seen).as_bytes()));
        assert_eq!(report.holds(), seen == 300, "a footer of {seen}");
    }
}

/// The receipt of an entry in the whole sample log.
pub fn receipt(index: usize) -> Receipt {
    use manyhands_domain::log::tree::{Node, fold, inclusion};
    let notes = Forge::sample().notes();
    let root_of = |notes: &[Vec<u8>]| {
        let mut edge = Edge::default();
        notes.iter().for_each(|note| edge.push(leaf_hash(note)));
        edge.root()
    };
    let root_over = |node: &Node| {
        let from = usize::try_from(node.number << node.level).unwrap();
        root_of(&notes[from..from + (1 << node.level)])
    };
    let path = inclusion(index as u64, 315).iter().map(|nodes| fold(&nodes.iter().map(root_over).collect::<Vec<_>>()).unwrap()).collect();
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 315, root: root_of(&notes) }.sign(&checkpoint_key()).into_bytes();
    Receipt { index: index as u64, note: notes[index].clone(), path, checkpoint }
}

#[test]
fn a_bare_receipt_is_a_witness_and_the_note_beside_it_another() {
    let receipt = receipt(26);
    let mut both = look(receipt.bare_text().as_bytes());
    assert_eq!((both.bare.len(), both.receipts.len(), both.count(), both.checkpoints.len()), (1, 0, 1, 1));
    assert!(verify_seen(&Forge::sample(), &both).holds(), "alone");
    both.add(&receipt.note, ORIGIN);
    let report = verify_seen(&Forge::sample(), &both);
    assert!(report.holds(), "{:?}", report.failures);
    assert!(report.to_text().contains("1 notes kept elsewhere were found: each is an entry of the log"), "{}", report.to_text());

    // Alone it finds the log cut off, and another history.
    let fails = |forge: &Forge, seen: &Seen, words: &str| {
        let report = verify_seen(forge, seen);
        assert!(report.failures[1].as_ref().unwrap_or_else(|| panic!("{words}")).why.contains(words), "{words}: {:?}", report.failures);
    };
    let bare = look(receipt.bare_text().as_bytes());
    fails(&cut_off(), &bare, "the last 15 are gone");
    let mut forge = Forge::sample();
    forge.set(26, "/calc/seconds", json!(1));
    fails(&forge, &bare, "a second history was written");
    // Signed by nobody whose signature counts, or with another path or index than its checkpoint's.
    let forged = Checkpoint { origin: ORIGIN.to_owned(), size: 315, root: footer_root(315) }.sign(&crate::forge::key(ORIGIN, "forged"));
    let unsigned = Receipt { checkpoint: forged.into_bytes(), ..receipt.clone() };
    fails(&Forge::sample(), &look(unsigned.bare_text().as_bytes()), "not signed by a key in force then");
    for odd in [Receipt { index: 27, ..receipt.clone() }, Receipt { path: receipt.path[1..].to_vec(), ..receipt.clone() }] {
        fails(&Forge::sample(), &look(odd.bare_text().as_bytes()), "does not lead from the log's entry");
    }
    let beyond = Receipt { index: 400, ..receipt.clone() };
    fails(&Forge::sample(), &look(beyond.bare_text().as_bytes()), "the bare receipt of entry 400");
}

#[test]
fn a_note_that_somebody_kept_must_be_an_entry_of_the_log() {
    let notes = Forge::sample().notes();
    let kept = look(&notes[26]);
    assert_eq!((kept.notes.len(), kept.count(), kept.is_empty()), (1, 0, false));
    assert!(verify_seen(&Forge::sample(), &kept).holds());
    // The server wrote the entry anew: the note of the first is none of the log's any more.
    let mut forge = Forge::sample();
    forge.set(26, "/calc/seconds", json!(2_416));
    let report = verify_seen(&forge, &kept);
    assert!(report.failures[1].as_ref().unwrap().why.contains("1 of the notes that somebody kept are no entries of the log"));
    // Of another co-op, it says nothing about this one.
    let other = manyhands_domain::log::note::sign("{\"v\":1}\n", &crate::forge::key("other.example/main/entry", "forged"));
    let foreign = look(other.as_bytes());
    assert_eq!((foreign.notes.len(), foreign.foreign.len(), foreign.is_empty()), (0, 1, true));
}

#[test]
fn older_checkpoints_and_receipts_must_hold_and_be_of_this_log() {
    let notes = Forge::sample().notes();
    let receipt_of = |index: usize, note: &[u8]| Receipt { note: note.to_vec(), ..receipt(index) }.text();
    let good = look(receipt_of(26, &notes[26]).as_bytes());
    assert_eq!((good.receipts.len(), good.count()), (1, 1));
    assert!(verify_seen(&Forge::sample(), &good).holds());
    // Another note under the same path does not hold …
    let report = verify_seen(&Forge::sample(), &look(receipt_of(26, &notes[27]).as_bytes()));
    assert!(report.failures[1].as_ref().unwrap().why.contains("the receipt of entry 26 does not hold"));
    // … and a good one, held against a log that was written anew, is of another entry.
    let mut forge = Forge::sample();
    forge.set(26, "/calc/seconds", json!(1));
    let report = verify_seen(&forge, &good);
    assert!(report.failures[1].is_some());
    // A checkpoint signed by a key that was not in force at its size.
    let early = Checkpoint { origin: ORIGIN.to_owned(), size: 100, root: footer_root(100) };
    assert!(!verify_seen(&Forge::sample(), &look(early.sign(&checkpoint_key()).as_bytes())).holds());
    let founding = crate::forge::key(ORIGIN, ORIGIN);
    assert!(verify_seen(&Forge::sample(), &look(early.sign(&founding).as_bytes())).holds());
    // What is of another log says nothing about this one.
    let other = Checkpoint { origin: "other.example/main".to_owned(), size: 5, root: [7; 32] }
        .sign(&crate::forge::key("other.example/main", "forged"));
    let foreign = look(other.as_bytes());
    assert_eq!((foreign.count(), foreign.foreign.len()), (0, 1));
    assert!(verify_seen(&Forge::sample(), &foreign).to_text().contains("a checkpoint of another log, other.example/main"));
}

fn footer_root(size: usize) -> [u8; 32] {
    let text = footer(size);
    BASE64_STANDARD.decode(text.lines().nth(2).unwrap()).unwrap().try_into().unwrap()
}

#[test]
fn a_folder_of_mails_is_looked_through() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("cur")).unwrap();
    fs::write(folder.path().join("cur/1.eml"), format!("Subject: x\n\n{}", quoted(200))).unwrap();
    fs::write(folder.path().join("notes.txt"), footer(201)).unwrap();
    fs::copy(sample().join("log/checkpoint"), folder.path().join("checkpoint")).unwrap();
    let mut seen = Seen::default();
    seen.add_file(folder.path(), ORIGIN).unwrap();
    assert_eq!(seen.count(), 3);
    assert!(seen.add_file(&folder.path().join("nothing"), ORIGIN).is_err());
}
