//! What somebody who holds the server may want the book to say instead: each is whole in itself, and holds at every level once it is
//! signed.

use manyhands_domain::log::key::SigningKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::ORIGIN;

/// What another history says otherwise.
pub type Rewrite = (&'static str, fn(&mut Told));

/// A history as the JSON of its entries.
pub struct Told {
    pub entries: Vec<Value>,
    pub documents: Vec<(String, Vec<u8>)>,
}

/// The places of the entries of a kind.
fn of_kind(told: &Told, kind: &str) -> Vec<usize> {
    told.entries.iter().enumerate().filter(|(_, entry)| entry["kind"] == kind).map(|(place, _)| place).collect()
}

fn deposit(told: &Told, number: usize) -> usize {
    of_kind(told, "deposit.received")[number]
}

/// The amount of a deposit, on both its lines.
fn pay_in(entry: &mut Value, amount: &str) {
    entry["lines"][0][2] = amount.into();
    entry["lines"][1][2] = format!("-{amount}").into();
}

/// What somebody with both keys may want, each whole in itself.
pub const REWRITES: &[Rewrite] = &[
    ("a cent more", |told| {
        let place = deposit(told, 2);
        pay_in(&mut told.entries[place], "1.510000");
    }),
    ("an entry dropped", |told| {
        let place = deposit(told, 3);
        told.entries.remove(place);
    }),
    (CUT_OFF, |told| {
        told.entries.pop();
    }),
    ("an entry invented", |told| {
        let place = deposit(told, 3);
        let mut invented = told.entries[place].clone();
        invented["refs"]["deposit"] = "01a19b45-b800-7709-9b8e-054a8086ffff".into();
        told.entries.insert(place, invented);
    }),
    ("two entries swapped", |told| {
        let (a, b) = (deposit(told, 2), deposit(told, 3));
        told.entries.swap(a, b);
    }),
    ("an older entry's amount copied", |told| {
        let (place, older) = (deposit(told, 4), deposit(told, 0));
        told.entries[place]["lines"] = told.entries[older]["lines"].clone();
    }),
    ("a deposit of another contract", |told| {
        let place = deposit(told, 3);
        told.entries[place]["refs"]["contract"] = "C-2".into();
        told.entries[place]["lines"][1][0] = "Liabilities:Escrow:C-2".into();
    }),
    ("another currency", |told| {
        for place in of_kind(told, "deposit.received").into_iter().skip(1) {
            told.entries[place]["lines"][0][1] = "EUR".into();
            told.entries[place]["lines"][1][1] = "EUR".into();
        }
    }),
    ("another member", |told| {
        let place = of_kind(told, "member.admitted")[2];
        told.entries[place]["refs"]["member"] = "M-00000000".into();
    }),
    ("another time", |told| {
        for entry in &mut told.entries {
            let at = entry["at"].as_str().unwrap().replacen("2026-", "2025-", 1);
            entry["at"] = at.into();
        }
    }),
    ("another book of rules", |told| {
        let place = of_kind(told, "rule.enacted")[0];
        told.entries[place]["calc"]["book"]["claims"]["max_open"] = 9.into();
    }),
    ("another document", |told| {
        let place = of_kind(told, "contract.listed")[0];
        let name = told.entries[place]["calc"]["document"].as_str().unwrap().to_owned();
        let document = told.documents.iter_mut().find(|(sha256, _)| *sha256 == name).unwrap();
        let text = String::from_utf8(document.1.clone()).unwrap().replacen("Safety text review", "Other text review", 1);
        *document = (hex::encode(Sha256::digest(&text)), text.into_bytes());
        told.entries[place]["calc"]["document"] = document.0.clone().into();
    }),
    ("another key, of another member", |told| {
        let (added, retired) = (of_kind(told, "key.added")[0], of_kind(told, "key.retired")[0]);
        let member = told.entries[of_kind(told, "member.admitted")[2]]["refs"]["member"].clone();
        for place in [added, retired] {
            told.entries[place]["refs"]["member"] = member.clone();
        }
        let name = format!("{ORIGIN}/m/{}", member.as_str().unwrap());
        let key = SigningKey::from_seed(&name, [99; 32]).unwrap().verifying_key();
        told.entries[added]["calc"]["vkey"] = key.to_string().into();
        told.entries[retired]["calc"]["key_id"] = key.id().to_string().into();
        told.entries[retired]["calc"]["reason"] = "exposed".into();
    }),
    ("another key, of another client's user", |told| {
        let (added, retired) = (of_kind(told, "key.added")[1], of_kind(told, "key.retired")[1]);
        for place in [added, retired] {
            told.entries[place]["refs"]["user"] = "U-00000000".into();
        }
        let key = SigningKey::from_seed(&format!("{ORIGIN}/c/U-00000000"), [99; 32]).unwrap().verifying_key();
        told.entries[added]["calc"]["vkey"] = key.to_string().into();
        told.entries[retired]["calc"]["key_id"] = key.id().to_string().into();
        told.entries[retired]["calc"]["reason"] = "exposed".into();
    }),
];

pub const CUT_OFF: &str = "the last one cut off";
