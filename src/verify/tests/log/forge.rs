//! Alters the sample log as somebody would who holds some of its keys, and writes it out again, whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::{SigningKey, VerifyingKey};
use manyhands_domain::log::note::{self, Note};
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::log::{Hash, json};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The sample log, taken apart.
#[derive(Clone)]
pub struct Forge {
    /// Entries as JSON; those in `raw` are written as their bytes instead.
    pub entries: Vec<Value>,
    /// Entries whose bytes are kept or made by hand.
    pub raw: BTreeMap<usize, Vec<u8>>,
    /// Who signs the checkpoint.
    pub checkpoint_key: SigningKey,
    /// Lines after the checkpoint's three.
    pub extension: String,
    /// Its origin.
    pub origin: String,
    /// Documents by file name.
    pub documents: BTreeMap<String, Vec<u8>>,
    /// Whether people's notes are made again over the changed log, with their test keys.
    pub people_sign_again: bool,
    /// Changes to the written files, at last.
    pub files: Vec<(String, fn(&mut Vec<u8>))>,
}

pub const ORIGIN: &str = "ledger.example.coop/main";
pub const M1: &str = "M-ZAB5RRB1";
pub const M2: &str = "M-46VH73JN";
pub const M3: &str = "M-XM23H3YF";
pub const M4: &str = "M-CY7MTSQT";

pub fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/sample-log")
}

/// The sample's test key of a label: its seed is `SHA-256("sample key " || label)`.
pub fn key(name: &str, label: &str) -> SigningKey {
    SigningKey::from_seed(name, Sha256::digest(format!("sample key {label}")).into()).unwrap()
}

pub fn member_key(member: &str) -> SigningKey {
    let name = format!("{ORIGIN}/m/{member}");
    match member {
        M2 => key(&name, "second key of M2"),
        M4 => key(&name, "second key of M4"),
        _ => key(&name, &name),
    }
}

pub fn first_member_key(member: &str) -> SigningKey {
    let name = format!("{ORIGIN}/m/{member}");
    key(&name, &name)
}

pub fn entry_key(index: usize) -> SigningKey {
    let name = format!("{ORIGIN}/entry");
    key(&name, if index > 243 { "second entry key" } else { &name })
}

pub fn checkpoint_key() -> SigningKey {
    key(ORIGIN, "second checkpoint key")
}

impl Forge {
    pub fn sample() -> Forge {
        let log = sample().join("log");
        let mut notes = Vec::new();
        for file in ["tile/entries/000", "tile/entries/001.p/59"] {
            let bytes = fs::read(log.join(file)).unwrap();
            notes.extend(tiles::unbundle(&bytes).unwrap().into_iter().map(<[u8]>::to_vec));
        }
        let entries = notes.iter().map(|note| serde_json::from_str(Note::parse(note).unwrap().text).unwrap()).collect();
        let documents = fs::read_dir(log.join("documents")).unwrap().map(|file| {
            let path = file.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())
        });
        Forge {
            entries,
            raw: notes.into_iter().enumerate().collect(),
            checkpoint_key: checkpoint_key(),
            extension: String::new(),
            origin: ORIGIN.to_owned(),
            documents: documents.collect(),
            people_sign_again: true,
            files: Vec::new(),
        }
    }

    /// Changes an entry; it and, if people sign again, everything after it is signed anew.
    pub fn edit(&mut self, index: usize, change: impl FnOnce(&mut Value)) -> &mut Forge {
        change(&mut self.entries[index]);
        self.raw.remove(&index);
        self
    }

    /// Sets a field by its JSON pointer; null takes it away.
    pub fn set(&mut self, index: usize, pointer: &str, value: Value) -> &mut Forge {
        self.edit(index, |entry| {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            match (entry.pointer_mut(parent).unwrap(), value) {
                (Value::Object(parent), Value::Null) => {
                    parent.remove(name).unwrap();
                }
                (Value::Object(parent), value) => {
                    parent.insert(name.to_owned(), value);
                }
                (Value::Array(items), value) => items[name.parse::<usize>().unwrap()] = value,
                _ => panic!("{pointer} names nothing"),
            }
        })
    }

    /// Appends an entry a minute later, with notes by these members.
    pub fn append(&mut self, mut entry: Value, signers: &[&str]) -> &mut Forge {
        let index = self.entries.len();
        let at = self.entries[index - 1]["at"].as_str().unwrap().to_owned();
        let fields = entry.as_object_mut().unwrap();
        fields.entry("at").or_insert(json!(at));
        fields.entry("refs").or_insert(json!({}));
        fields.insert("v".to_owned(), json!(1));
        self.entries.push(entry);
        for (place, member) in signers.iter().enumerate() {
            let key = if *member == ORIGIN { checkpoint_key() } else { member_key(member) };
            self.add_note(index, place, &key, index, |_| {});
        }
        self
    }

    /// Adds a person's note to an entry, over the log of `size` as it now is.
    pub fn add_note(&mut self, index: usize, place: usize, key: &SigningKey, size: usize, change: impl FnOnce(&mut Map<String, Value>)) {
        let mut line = json!({
            "does": self.entries[index]["kind"],
            "log": [size, self.root_base64(size)],
            "nonce": format!("{:032x}", 0xabcd_0000 + index * 16 + place),
            "origin": ORIGIN,
            "sha256": signable_sha256(&self.entries[index]),
        });
        change(line.as_object_mut().unwrap());
        let text = note::sign(&format!("{}\n", json::write(&line)), key);
        let fields = self.entries[index].as_object_mut().unwrap();
        fields.entry("signed").or_insert(json!([])).as_array_mut().unwrap().push(json!(text));
        self.raw.remove(&index);
    }

    /// Takes an entry's notes away.
    pub fn unsign(&mut self, index: usize) -> &mut Forge {
        self.edit(index, |entry| {
            entry.as_object_mut().unwrap().remove("signed");
        })
    }

    /// Takes an entry out; those after it move up.
    pub fn remove(&mut self, index: usize) -> &mut Forge {
        self.entries.remove(index);
        let raw = std::mem::take(&mut self.raw);
        self.raw = raw.into_iter().filter(|(i, _)| *i != index).map(|(i, bytes)| (if i > index { i - 1 } else { i }, bytes)).collect();
        self
    }

    /// Puts a document in the place of the one that an entry names.
    pub fn replace_document(&mut self, index: usize, field: &str, document: &Value) -> &mut Forge {
        let bytes = json::write(document).into_bytes();
        let hash = hex::encode(Sha256::digest(&bytes));
        self.documents.insert(format!("{hash}.json"), bytes);
        self.set(index, &format!("/calc/{field}"), json!(hash))
    }

    pub fn document(&self, index: usize, field: &str) -> Value {
        let hash = self.entries[index]["calc"][field].as_str().unwrap();
        serde_json::from_slice(&self.documents[&format!("{hash}.json")]).unwrap()
    }

    /// Every note as it will be written.
    pub fn notes(&self) -> Vec<Vec<u8>> {
        let mut edge = Edge::default();
        let mut roots: Vec<Hash> = vec![edge.root()];
        let mut notes = Vec::new();
        let mut changed = false;
        for (index, entry) in self.entries.iter().enumerate() {
            let kept = self.raw.get(&index);
            changed |= kept.is_none();
            let again = changed && self.people_sign_again && entry.get("signed").is_some();
            let bytes = match kept {
                Some(bytes) if !again => bytes.clone(),
                _ => {
                    let mut entry = entry.clone();
                    if again {
                        sign_again(&mut entry, &roots);
                    }
                    note::sign(&format!("{}\n", json::write(&entry)), &entry_key(index)).into_bytes()
                }
            };
            edge.push(leaf_hash(&bytes));
            roots.push(edge.root());
            notes.push(bytes);
        }
        notes
    }

    fn root_base64(&self, size: usize) -> String {
        let mut edge = Edge::default();
        self.notes().iter().take(size).for_each(|note| edge.push(leaf_hash(note)));
        BASE64_STANDARD.encode(edge.root())
    }

    /// Writes the export; the checkpoint as signed.
    pub fn write(&self, folder: &Path) -> String {
        let notes = self.notes();
        let size = notes.len() as u64;
        let leaves: Vec<Hash> = notes.iter().map(|note| leaf_hash(note)).collect();
        let mut edge = Edge::default();
        leaves.iter().for_each(|leaf| edge.push(*leaf));
        let put = |path: &str, bytes: &[u8]| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        for (tile, notes) in tiles::of_level(0, size).zip(notes.chunks(256)) {
            put(&tile.bundle_path(), &tiles::bundle(notes.iter().map(Vec::as_slice)).unwrap());
        }
        let (mut level, mut hashes) = (0, leaves);
        while !hashes.is_empty() {
            for (tile, part) in tiles::of_level(level, hashes.len() as u64).zip(hashes.chunks(256)) {
                put(&Tile { level, ..tile }.path(), &part.concat());
            }
            hashes = hashes.chunks_exact(256).filter_map(tiles::root_of).collect();
            level += 1;
        }
        let text = Checkpoint { origin: self.origin.clone(), size, root: edge.root() }.text() + &self.extension;
        let checkpoint = note::sign(&text, &self.checkpoint_key);
        put("checkpoint", checkpoint.as_bytes());
        for (name, bytes) in &self.documents {
            put(&format!("documents/{name}"), bytes);
        }
        for (path, change) in &self.files {
            let mut bytes = fs::read(folder.join(path)).unwrap();
            change(&mut bytes);
            put(path, &bytes);
        }
        checkpoint
    }
}

/// Makes people's notes on a changed entry anew: the same nonces, keys and sizes over the log as it now is.
fn sign_again(entry: &mut Value, roots: &[Hash]) {
    let sha256 = signable_sha256(entry);
    for text in entry["signed"].as_array_mut().unwrap() {
        let read = text.as_str().unwrap().to_owned();
        let note = Note::parse(read.as_bytes()).unwrap();
        let mut line: Value = serde_json::from_str(note.text).unwrap();
        // What was broken on purpose stays broken.
        if line["sha256"].as_str().is_some_and(|said| said.bytes().all(|byte| byte == b'0')) {
            continue;
        }
        line["sha256"] = json!(sha256);
        let size = usize::try_from(line["log"][0].as_u64().unwrap()).unwrap();
        if let Some(root) = roots.get(size) {
            line["log"][1] = json!(BASE64_STANDARD.encode(root));
        }
        let Some(signer) = signer_of(&note) else { continue };
        *text = json!(note::sign(&format!("{}\n", json::write(&line)), &signer));
    }
}

/// The test key that made a note's signature.
fn signer_of(note: &Note<'_>) -> Option<SigningKey> {
    let name = note.signatures[0].name;
    let second = |label: &str| Some(key(name, label));
    let candidates = [
        Some(key(name, name)),
        second("second checkpoint key"),
        second("second entry key"),
        second("second key of M2"),
        second("second key of M4"),
        second("forged"),
    ];
    let made = |key: &SigningKey| note.is_signed_by(&key.verifying_key());
    candidates.into_iter().flatten().find(made)
}

pub fn signable_sha256(entry: &Value) -> String {
    let mut fields = Map::new();
    for name in ["kind", "refs", "calc", "lines"] {
        if let Some(value) = entry.get(name) {
            fields.insert(name.to_owned(), value.clone());
        }
    }
    hex::encode(Sha256::digest(json::write(&Value::Object(fields))))
}

pub fn current_vkey() -> VerifyingKey {
    checkpoint_key().verifying_key()
}
