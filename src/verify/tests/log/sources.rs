//! The same log from a folder, a `.tar` and a server; and what the program says and how it exits.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::forge::{Forge, current_vkey, sample};
use manyhands_verify::{Source, Wanted, verify_source};
use serde_json::{Value, json};

fn tar_of(folder: &Path, prefix: &str, to: &Path) {
    let mut archive = tar::Builder::new(fs::File::create(to).unwrap());
    archive.append_dir_all(prefix, folder).unwrap();
    archive.finish().unwrap();
}

/// Serves a folder until the process ends; paths in `gone` answer 404.
fn serve(folder: PathBuf, gone: &'static [&'static str]) -> String {
    serve_otherwise(folder, move |path, _| gone.contains(&path).then(|| (404, Vec::new())))
}

/// Serves a folder until the process ends; what `other` says of a path and of how many times it was asked for before goes first.
pub fn serve_otherwise(folder: PathBuf, other: impl Fn(&str, usize) -> Option<(u16, Vec<u8>)> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, other) = (Arc::new(Mutex::new(BTreeMap::<String, usize>::new())), Arc::new(other));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, folder, asked, other) = (stream.unwrap(), folder.clone(), Arc::clone(&asked), Arc::clone(&other));
            thread::spawn(move || {
                let mut request = Vec::new();
                let mut byte = [0];
                while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                    request.push(byte[0]);
                }
                let text = String::from_utf8(request).unwrap();
                let path = text.split(' ').nth(1).unwrap_or_default().trim_start_matches("/log/").to_owned();
                let before = {
                    let mut asked = asked.lock().unwrap();
                    let count = asked.entry(path.clone()).or_default();
                    *count += 1;
                    *count - 1
                };
                let ours = || fs::read(folder.join(&path)).map_or((404, Vec::new()), |body| (200, body));
                let (status, body) = other(&path, before).unwrap_or_else(ours);
                write!(stream, "HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len()).unwrap();
                stream.write_all(&body).unwrap();
            });
        }
    });
    format!("http://{address}/log/")
}

fn holds(argument: &str) -> bool {
    let source = Source::open(argument).unwrap();
    let report = verify_source(&source, &current_vkey(), &Wanted::default(), |_, _| {}).unwrap();
    assert_eq!(report.size, 315);
    report.holds()
}

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_manyhands-verify")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_tar_is_as_good_as_a_folder() {
    let place = tempfile::tempdir().unwrap();
    for (number, prefix) in [".", "book"].iter().enumerate() {
        let tar = place.path().join(format!("{number}.tar"));
        tar_of(&sample().join("log"), prefix, &tar);
        assert!(holds(tar.to_str().unwrap()), "{prefix}");
    }
    let tar = place.path().join("other.tar");
    tar_of(&sample().join("log/documents"), "x", &tar);
    assert!(Source::open(tar.to_str().unwrap()).unwrap_err().to_string().contains("no checkpoint is in it"));
    let packed = place.path().join("book.tar.gz");
    fs::write(&packed, [0x1f, 0x8b, 8, 0, 0]).unwrap();
    assert!(Source::open(packed.to_str().unwrap()).unwrap_err().to_string().contains("it is compressed; unpack it first"));
}

#[test]
fn a_server_is_followed_even_when_its_partial_tiles_are_gone() {
    assert!(holds(&serve(sample().join("log"), &[])));
    // A server that grew past the checkpoint may have only the full tile; ours stands in for it.
    let grown = tempfile::tempdir().unwrap();
    Forge::sample().write(grown.path());
    for partial in ["tile/0/001.p/59", "tile/entries/001.p/59"] {
        let bytes = fs::read(grown.path().join(partial)).unwrap();
        let full = grown.path().join(partial.split_once(".p/").unwrap().0);
        fs::write(full, [bytes.clone(), bytes].concat()).unwrap();
    }
    assert!(holds(&serve(grown.path().to_owned(), &["tile/0/001.p/59", "tile/entries/001.p/59"])));
    let source = Source::open(&serve(sample().join("log"), &["tile/entries/000"])).unwrap();
    let absent = verify_source(&source, &current_vkey(), &Wanted::default(), |_, _| {}).unwrap_err();
    assert!(absent.to_string().contains("/log/tile/entries/000 is needed and cannot be read"), "{absent}");
}

#[test]
fn the_program_says_it_in_lines_and_in_json_and_by_its_exit_code() {
    let (log, vkey) = (sample().join("log"), sample().join("origin.vkey"));
    let (log, vkey) = (log.to_str().unwrap(), vkey.to_str().unwrap());
    let (code, text) = said(&program(&[log, "--vkey", vkey]));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("level 4 rules: holds\n"));
    assert!(text.contains("on the server's word alone: 244 ("));
    let key = fs::read_to_string(vkey).unwrap();
    assert_eq!(said(&program(&[log, "--vkey", key.trim()])), (Some(0), text), "the key itself is as good as its file");
    let (code, text) = said(&program(&["--vkey", vkey, log, "--json"]));
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &read["holds"], &read["size"]), (Some(0), &json!(true), &json!(315)));
    let sum = |ground: &str| read["grounds"][ground].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>();
    // The counts that the sample log's own page states.
    assert_eq!(["server_word", "signed", "as_signed", "recomputed"].map(sum), [244, 52, 11, 8]);
    let (_, text) = said(&program(&[log, "--vkey", vkey, "--balances"]));
    assert!(text.contains(&fs::read_to_string(sample().join("balances.csv")).unwrap()));
    let (_, text) = said(&program(&[log, "--vkey", vkey, "--balances-at", "21"]));
    assert!(text.ends_with("account,unit,amount\nAssets:Bank,USD,2000.000000\nLiabilities:Escrow:C-1,USD,-2000.000000\n"), "{text}");
    let (code, text) = said(&program(&[log]));
    assert!(code == Some(2) && text.contains("--vkey are needed"), "{text}");
    let (_, text) = said(&program(&[log, "--vkey", vkey, "--seen", &format!("{log}/checkpoint")]));
    assert!(text.contains("1 checkpoints seen elsewhere"), "{text}");

    let broken = tempfile::tempdir().unwrap();
    let mut forge = Forge::sample();
    forge.set(26, "/lines/3/2", json!("-0.282001")).set(26, "/lines/4/2", json!("-7.519999"));
    forge.write(broken.path());
    let (code, text) = said(&program(&[broken.path().to_str().unwrap(), "--vkey", vkey]));
    assert_eq!(code, Some(1));
    assert!(text.contains("level 4 rules: FAILS at entry 26: it is not split by the rule in force"), "{text}");
}

#[test]
fn what_is_absent_or_no_key_is_said_and_exits_with_2() {
    let (log, vkey) = (sample().join("log"), sample().join("origin.vkey"));
    let (log, vkey) = (log.to_str().unwrap(), vkey.to_str().unwrap());
    let place = tempfile::tempdir().unwrap();
    let cut = place.path().join("cut.vkey");
    // The public key's base64 holds a `+`: whoever cuts at the last one has half a key.
    let tessera = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    fs::write(&cut, tessera.rsplit_once('+').unwrap().0).unwrap();
    let (code, text) = said(&program(&[log, "--vkey", cut.to_str().unwrap()]));
    assert_eq!(code, Some(2));
    assert!(text.contains("copy the whole line"), "{text}");
    assert_eq!(said(&program(&["/nowhere", "--vkey", vkey])).0, Some(2));
    let (code, text) = said(&program(&[log, "--vkey", vkey, "--seen", vkey]));
    assert_eq!(code, Some(2));
    assert!(text.contains("nothing of the log ledger.example.coop/main was found"), "{text}");
}

#[test]
fn a_bare_receipt_is_checked_with_its_note_and_says_without_it_what_is_missing() {
    let vkey = sample().join("origin.vkey");
    let (log, vkey) = (sample().join("log"), vkey.to_str().unwrap());
    let place = tempfile::tempdir().unwrap();
    let keep = |name: &str, bytes: &[u8]| {
        let file = place.path().join(name);
        fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let current = keep("current.vkey", current_vkey().to_string().as_bytes());
    let receipt = crate::seen::receipt(26);
    let bare = keep("bare.tlog-proof", receipt.bare_text().as_bytes());
    let full = keep("full.tlog-proof", receipt.text().as_bytes());
    let note = keep("entry.note", &receipt.note);
    let other = keep("other.note", &Forge::sample().notes()[27]);

    let (code, text) = said(&program(&[&bare, "--vkey", &current]));
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("a bare receipt of entry 26. Its checkpoint of 315 entries is signed by the key") && text.contains("--note"),
        "{text}"
    );
    for (receipt, note) in [(&bare, &note), (&full, &note)] {
        let (code, text) = said(&program(&[receipt, "--vkey", &current, "--note", note]));
        assert_eq!((code, text.as_str()), (Some(0), "the receipt holds: entry 26 is in the signed log of 315 entries\n"));
    }
    for (receipt, words) in [(&bare, "the entry is not in the log of its checkpoint"), (&full, "another entry's is in it")] {
        let (code, text) = said(&program(&[receipt, "--vkey", &current, "--note", &other]));
        assert!(code == Some(1) && text.contains("does NOT hold") && text.contains(words), "{text}");
    }
    // The founding key signed no checkpoint of this size.
    let founding =
        keep("founding.vkey", crate::forge::key(crate::forge::ORIGIN, crate::forge::ORIGIN).verifying_key().to_string().as_bytes());
    let (code, text) = said(&program(&[&bare, "--vkey", &founding]));
    assert!(code == Some(1) && text.contains("not signed by this key"), "{text}");
    let (code, text) = said(&program(&[log.to_str().unwrap(), "--vkey", vkey, "--note", &note]));
    assert!(code == Some(2) && text.contains("--note goes with a receipt"), "{text}");
    assert_eq!(said(&program(&[&bare, "--vkey", &current, "--note", "/nowhere"])).0, Some(2));

    // Against the log, each by itself and both together.
    for seen in [&[&bare][..], &[&note], &[&bare, &note]] {
        let mut arguments = vec![log.to_str().unwrap(), "--vkey", vkey];
        seen.iter().for_each(|file| arguments.extend(["--seen", file.as_str()]));
        let (code, text) = said(&program(&arguments));
        assert_eq!(code, Some(0), "{text}");
        assert_eq!(text.contains("1 notes kept elsewhere"), seen.contains(&&note), "{text}");
        assert_eq!(text.contains("1 checkpoints seen elsewhere"), seen.contains(&&bare), "{text}");
    }
}
