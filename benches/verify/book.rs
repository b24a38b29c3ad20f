//! A log of accepted work, five lines an entry, written as an export; and the same postings as a journal for `ledger`.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

use manyhands_domain::books::entry::Draft;
use manyhands_domain::books::lines;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, MemberId, TaskId, uuid_v4, uuid_v7};
use manyhands_domain::log::Hash;
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::SigningKey;
use manyhands_domain::log::tiles::{self, Tile};
use manyhands_domain::log::tree::{Edge, leaf_hash};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::rules::{Book, Parties};
use manyhands_domain::time::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

const ORIGIN: &str = "ledger.example.coop/main";

/// Writes `log/`, `origin.vkey` and `book.ledger` into the folder.
pub fn write(place: &Path, entries: u64) {
    let key = SigningKey::from_seed(ORIGIN, [1; 32]).unwrap();
    let entry_key = SigningKey::from_seed(&format!("{ORIGIN}/entry"), [2; 32]).unwrap();
    fs::write(place.join("origin.vkey"), format!("{}\n", key.verifying_key())).unwrap();
    let mut out = Out::new(place);
    for (index, draft) in (0..).zip(begin(&key, &entry_key, place).into_iter().chain(works(entries))) {
        let at = Timestamp::from_secs(1_700_000_000 + index);
        out.put(&draft, &draft.seal(at, &entry_key).unwrap().note, at);
    }
    out.finish(&key);
}

/// Founding, book, members, a funded contract and its batch.
fn begin(key: &SigningKey, entry_key: &SigningKey, place: &Path) -> Vec<Draft> {
    let founded = Draft::new("coop.founded")
        .calc("origin", ORIGIN)
        .calc("name", "Visible Hands Cooperative")
        .calc("checkpoint_key", key.verifying_key().to_string())
        .calc("entry_key", entry_key.verifying_key().to_string());
    let mut drafts = vec![founded, Draft::new("rule.enacted").calc("book", Book::founding())];
    drafts.extend((0..MEMBERS).map(|number| Draft::new("member.admitted").about("member", member(number))));
    let mut calc = json!({
        "end_client": {"name": "Nordsee Mobility AG", "country": "DE", "lei": "DEMO00NORDSEEMOB0104"},
        "chain": [], "purpose": "driver-assistance", "hazards": [], "notice_days": 14, "kill_fee_bp": 1000,
    });
    let mut document = calc.clone();
    document["contract"] = json!("C-1");
    document["texts"] = json!({});
    let document = manyhands_domain::log::json::write(&document);
    let hash = hex::encode(Sha256::digest(&document));
    calc["document"] = json!(hash);
    fs::create_dir_all(place.join("log/documents")).unwrap();
    fs::write(place.join(format!("log/documents/{hash}.json")), document).unwrap();
    let contract = ContractId::from_number(1);
    let listed = Draft::new("contract.listed").about("contract", &contract).about("client", uuid7(1));
    drafts.push(listed.calc_all(calc.as_object().unwrap().clone()));
    let deposit = lines::balanced([
        (manyhands_domain::books::account::Account::bank(), usd(), Amount::from_micros(900_000_000_000_000_000 / 1_000)),
        (manyhands_domain::books::account::Account::escrow(&contract), usd(), Amount::from_micros(-900_000_000_000_000_000 / 1_000)),
    ]);
    let received = Draft::new("deposit.received").about("contract", &contract).about("deposit", uuid7(2));
    drafts.push(received.calc("evidence", "0".repeat(64)).lines(deposit.unwrap()));
    let opened = Draft::new("batch.opened").about("contract", &contract).about("batch", batch()).rule(1);
    let opened = opened.calc("price", price().to_string()).calc("currency", "USD").calc("seconds", 180);
    drafts.push(opened.calc("skill", "general").calc("level", 0).calc("copies", 1));
    drafts
}

/// Work that the client accepted: worker, fund, reserve, operations, escrow.
fn works(entries: u64) -> impl Iterator<Item = Draft> {
    let first = 2 + u64::from(MEMBERS) + 3;
    let book = Book::parse(&Book::founding()).unwrap();
    let contract = ContractId::from_number(1);
    (first..entries).map(move |index| {
        let random = |salt: &str| -> [u8; 16] { Sha256::digest(format!("{salt} {index}"))[..16].try_into().unwrap() };
        let worker = member(u8::try_from(index % u64::from(MEMBERS)).unwrap());
        let parties = Parties { contract: &contract, worker: &worker, reviewer: None };
        let shares =
            book.pay(price(), parties).unwrap().into_iter().map(|(account, amount)| (account, usd(), amount.checked_neg().unwrap()));
        let escrow = (manyhands_domain::books::account::Account::escrow(&contract), usd(), price());
        Draft::new("work.accepted")
            .about("contract", &contract)
            .about("batch", batch())
            .about("task", TaskId::parse(&uuid_v4(random("task"))).unwrap())
            .about("claim", ClaimId::parse(&uuid_v4(random("claim"))).unwrap())
            .about("worker", &worker)
            .rule(1)
            .calc("batch_index", first - 1)
            .calc("claimed_size", index)
            .calc("price", price().to_string())
            .calc("seconds", 176)
            .calc("by", "client")
            .lines(lines::balanced(shares.chain([escrow])).unwrap())
    })
}

/// Bundles and journal as they grow; tiles at the end.
struct Out<'p> {
    place: &'p Path,
    bundle: Vec<Vec<u8>>,
    leaves: Vec<Hash>,
    journal: BufWriter<fs::File>,
}

impl Out<'_> {
    fn new(place: &Path) -> Out<'_> {
        let journal = BufWriter::new(fs::File::create(place.join("book.ledger")).unwrap());
        Out { place, bundle: Vec::new(), leaves: Vec::new(), journal }
    }

    fn put(&mut self, draft: &Draft, note: &[u8], at: Timestamp) {
        self.leaves.push(leaf_hash(note));
        self.bundle.push(note.to_vec());
        if self.bundle.len() == 256 {
            self.write_bundle();
        }
        if !draft.postings().is_empty() {
            writeln!(self.journal, "{} {}", &at.to_string()[..10], draft.kind()).unwrap();
            for line in draft.postings() {
                writeln!(self.journal, "    {}  {} {}", line.account, line.amount, line.unit).unwrap();
            }
            writeln!(self.journal).unwrap();
        }
    }

    fn write_bundle(&mut self) {
        let number = (self.leaves.len() as u64 - 1) / 256;
        let tile = Tile { level: 0, number, width: self.bundle.len() as u64 };
        self.file(&tile.bundle_path(), &tiles::bundle(self.bundle.iter().map(Vec::as_slice)).unwrap());
        self.bundle.clear();
    }

    fn finish(mut self, key: &SigningKey) {
        if !self.bundle.is_empty() {
            self.write_bundle();
        }
        self.journal.flush().unwrap();
        let mut edge = Edge::default();
        self.leaves.iter().for_each(|leaf| edge.push(*leaf));
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: edge.size(), root: edge.root() };
        self.file("checkpoint", checkpoint.sign(key).as_bytes());
        let (mut level, mut hashes) = (0, std::mem::take(&mut self.leaves));
        while !hashes.is_empty() {
            for (tile, part) in tiles::of_level(level, hashes.len() as u64).zip(hashes.chunks(256)) {
                self.file(&tile.path(), &part.concat());
            }
            hashes = hashes.chunks_exact(256).filter_map(tiles::root_of).collect();
            level += 1;
        }
    }

    fn file(&self, path: &str, bytes: &[u8]) {
        let path = self.place.join("log").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn member(number: u8) -> MemberId {
    MemberId::from_random([number, 1, 2, 3, 4, 5, 6, 7])
}

fn batch() -> BatchId {
    BatchId::parse(&uuid7(3)).unwrap()
}

fn uuid7(number: u8) -> String {
    uuid_v7(Timestamp::from_secs(1_700_000_000), [number; 16])
}

fn usd() -> Currency {
    Currency::parse("USD").unwrap()
}

fn price() -> Amount {
    Amount::from_micros(800_000)
}

const MEMBERS: u8 = 12;
