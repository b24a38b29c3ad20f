//! A log of one vote in which every member of the roll casts a ballot by key: verified at all four levels and recounted, beside the bare
//! checks of the signatures that stand on and in the ballots, on as many cores.

use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::time::{Duration, Instant};

use manyhands_domain::books::entry::{Draft, Entry, sha256_of};
use manyhands_domain::books::personal::{Statement, Witnessed};
use manyhands_domain::ids::{MemberId, ProposalId};
use manyhands_domain::log::Hash;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::{SigningKey, VerifyingKey};
use manyhands_domain::log::note::{self, Note};
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::proposals::ballots;
use manyhands_domain::proposals::closing::{self, Last};
use manyhands_domain::proposals::opening::{self, Act, Motion, Roll, Window};
use manyhands_domain::proposals::sealing::Opening;
use manyhands_domain::proposals::tally::{Choice, Majority, Quorum};
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::figures::{Figures, median};

const ORIGIN: &str = "ledger.example.coop/main";
const RUNS: usize = 5;

/// A member with their key, and their ballot's entry once it is cast.
struct Voter {
    member: MemberId,
    key: SigningKey,
}

/// A log as it grows.
#[derive(Default)]
struct Log {
    notes: Vec<Vec<u8>>,
    leaves: Vec<Hash>,
    edge: Edge,
    documents: Vec<(String, String)>,
}

pub fn measure(voters: usize, figures: &mut Figures) {
    let place = tempfile::tempdir().unwrap();
    let (with, without) = (place.path().join("with"), place.path().join("without"));
    let key = SigningKey::from_seed(ORIGIN, [1; 32]).unwrap();
    let entry_key = SigningKey::from_seed(&format!("{ORIGIN}/entry"), [2; 32]).unwrap();
    let (log, before, last) = vote(voters, &key, &entry_key);
    log.write(&with, log.notes.len(), &key);
    log.write(&without, before, &key);

    let vkey = key.verifying_key();
    let (mut whole, mut founding, mut bare, mut counted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let entry_key = entry_key.verifying_key();
    let ballots = &log.notes[before..log.notes.len() - 1];
    let keys: Vec<VerifyingKey> = (0..voters).map(|number| voter(number).key.verifying_key()).collect();
    let inner: Vec<String> = ballots.iter().map(|note| Entry::read(note).unwrap().signed[0].clone()).collect();
    for _ in 0..RUNS {
        whole.push(timed(|| assert!(manyhands_verify::verify(&with, &vkey).unwrap().holds())));
        founding.push(timed(|| assert!(manyhands_verify::verify(&without, &vkey).unwrap().holds())));
        bare.push(timed(|| check_signatures(ballots, &inner, &keys, &entry_key)));
        let rules = (Quorum { n: 1, d: 3 }, Majority { least: false, n: 1, d: 2 });
        counted.push(timed(|| assert_eq!(closing::count(&proposal(), rules, voters as u64, &last).cast, voters as u64)));
    }
    let ballots_alone = median(whole).saturating_sub(median(founding));
    let bare = median(bare);
    figures.rate(
        "ballots by key verified at all levels and recounted (the log with them, less the log before them)",
        (voters, ballots_alone),
        "bare checks of both signatures of each, on all cores",
        (voters, bare),
    );
    figures.rate("ballots opened and counted by the server, in memory", (voters, median(counted)), "the same bare checks", (voters, bare));
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn proposal() -> ProposalId {
    ProposalId::from_number(1)
}

/// The whole log; how many entries stand before the first ballot; what is counted.
fn vote(voters: usize, key: &SigningKey, entry_key: &SigningKey) -> (Log, usize, Vec<Last>) {
    let mut log = Log::default();
    let people: Vec<Voter> = (0..voters).map(voter).collect();
    let founded = Draft::new("coop.founded")
        .calc("origin", ORIGIN)
        .calc("name", "Visible Hands Cooperative")
        .calc("checkpoint_key", key.verifying_key().to_string())
        .calc("entry_key", entry_key.verifying_key().to_string());
    log.put(&founded, entry_key);
    log.put(&Draft::new("rule.enacted").calc("book", Book::founding()), entry_key);
    for person in &people {
        log.put(&Draft::new("member.admitted").about("member", &person.member), entry_key);
        log.put(&Draft::new("key.added").about("member", &person.member).calc("vkey", person.key.verifying_key().to_string()), entry_key);
    }
    let mut ids: Vec<&str> = people.iter().map(|person| person.member.as_str()).collect();
    ids.sort_unstable();
    let opens = log.at();
    let window = Window { opens, closes: opens.plus_days(7) };
    let motion = Motion {
        kind: "ordinary".to_owned(),
        title: "A paid rest day".to_owned(),
        text: "After five nights of work.".to_owned(),
        language: "en".to_owned(),
        act: Act::Text,
        enacts: window.closes,
        again: None,
    };
    let (quorum, majority) = (json!([1, 3]), json!(["over", 1, 2]));
    let (opened, document) = opening::open(&proposal(), &motion, (&quorum, &majority), &Roll::of(ids), window);
    log.document(&document);
    log.put(&opened, entry_key);
    let before = log.notes.len();
    let seen = Witnessed { size: log.edge.size(), root: log.edge.root() };
    let mut last = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let choice = Choice::ALL[number % 3];
        let opening = Opening { choice, salt: Sha256::digest(format!("salt {number}")).into() };
        let sealed = opening.seal(proposal().as_str(), person.member.as_str());
        let draft = ballots::cast(&proposal(), &person.member, "key", &sealed);
        let statement = Statement {
            does: "ballot.cast".to_owned(),
            log: seen.clone(),
            nonce: hex::encode(&Sha256::digest(format!("nonce {number}"))[..16]),
            origin: ORIGIN.to_owned(),
            sha256: sha256_of(&draft.signable_text()),
        };
        let index = log.edge.size();
        log.put(&draft.signed(vec![note::sign(&format!("{}\n", statement.line()), &person.key)]), entry_key);
        last.push(Last { index, member: person.member.to_string(), sealed, by_key: true, new_key: false, opening: Some(opening) });
    }
    let rules = (Quorum { n: 1, d: 3 }, Majority { least: false, n: 1, d: 2 });
    let count = closing::count(&proposal(), rules, voters as u64, &last);
    log.document(&count.openings);
    log.put_at(&closing::close(&proposal(), &count), window.closes, entry_key);
    (log, before, last)
}

fn voter(number: usize) -> Voter {
    let seed: [u8; 32] = Sha256::digest(format!("member {number}")).into();
    let member = MemberId::from_random(seed[..8].try_into().unwrap());
    let key = SigningKey::from_seed(&format!("{ORIGIN}/m/{member}"), seed).unwrap();
    Voter { member, key }
}

/// What nobody can do without: each entry's signature, and the voter's in it. Keys and notes are told apart beforehand.
fn check_signatures(notes: &[Vec<u8>], inner: &[String], keys: &[VerifyingKey], entry_key: &VerifyingKey) {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let part = notes.len().div_ceil(cores);
    std::thread::scope(|scope| {
        for ((notes, inner), keys) in notes.chunks(part).zip(inner.chunks(part)).zip(keys.chunks(part)) {
            scope.spawn(move || {
                for ((note, inner), key) in notes.iter().zip(inner).zip(keys) {
                    assert!(Note::parse(note).unwrap().is_signed_by(entry_key));
                    assert!(Note::parse(inner.as_bytes()).unwrap().is_signed_by(key));
                }
            });
        }
    });
}

impl Log {
    fn at(&self) -> Timestamp {
        Timestamp::from_secs(1_700_000_000 + self.notes.len() as i64)
    }

    fn put(&mut self, draft: &Draft, key: &SigningKey) {
        self.put_at(draft, self.at(), key);
    }

    fn put_at(&mut self, draft: &Draft, at: Timestamp, key: &SigningKey) {
        let note = draft.seal(at, key).unwrap().note;
        let leaf = leaf_hash(&note);
        self.edge.push(leaf);
        self.leaves.push(leaf);
        self.notes.push(note);
    }

    fn document(&mut self, text: &str) {
        self.documents.push((hex::encode(Sha256::digest(text)), text.to_owned()));
    }

    /// The first so many entries as an export has them.
    fn write(&self, place: &Path, size: usize, key: &SigningKey) {
        let file = |path: &str, bytes: &[u8]| {
            let path = place.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        for (name, text) in &self.documents {
            file(&format!("documents/{name}.json"), text.as_bytes());
        }
        for (number, notes) in self.notes[..size].chunks(256).enumerate() {
            let tile = Tile { level: 0, number: number as u64, width: notes.len() as u64 };
            file(&tile.bundle_path(), &tiles::bundle(notes.iter().map(Vec::as_slice)).unwrap());
        }
        let mut edge = Edge::default();
        self.leaves[..size].iter().for_each(|leaf| edge.push(*leaf));
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: edge.size(), root: edge.root() };
        file("checkpoint", checkpoint.sign(key).as_bytes());
        let (mut level, mut hashes) = (0, self.leaves[..size].to_vec());
        while !hashes.is_empty() {
            for (tile, part) in tiles::of_level(level, hashes.len() as u64).zip(hashes.chunks(256)) {
                file(&tile.path(), &part.concat());
            }
            hashes = hashes.chunks_exact(256).filter_map(tiles::root_of).collect();
            level += 1;
        }
    }
}
