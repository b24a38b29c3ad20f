//! Level 1: what an entry shows by itself and with the keys.

use manyhands_domain::log::note;
use serde_json::json;

use crate::alterations::{Case, case};
use crate::forge::{Forge, M1, M2, M3, M4, ORIGIN, checkpoint_key, entry_key, first_member_key, key, member_key};

/// An unreadable entry fails 1, 3 and 4 at its index.
macro_rules! unreadable {
    ($index:literal) => {
        &[(1, $index), (3, $index), (4, $index)]
    };
}

fn last(forge: &Forge) -> usize {
    forge.entries.len() - 1
}

/// Writes an entry's text by hand, signed as it should be.
fn text(forge: &mut Forge, index: usize, change: impl FnOnce(String) -> String) {
    let text = change(manyhands_domain::log::json::write(&forge.entries[index]));
    forge.raw.insert(index, note::sign(&format!("{text}\n"), &entry_key(index)).into_bytes());
    forge.people_sign_again = false;
}

fn expense() -> serde_json::Value {
    json!({
        "kind": "expense.paid",
        "refs": {"expense": "019be735-8110-7486-8c6f-000000000001"},
        "calc": {"evidence": "0".repeat(64)},
        "lines": [["Assets:Bank", "USD", "-1.000000"], ["Expenses:Hosting", "USD", "1.000000"]],
    })
}

pub const CASES: &[Case] = &[
    case("spaces in the JSON", &[(1, 310), (2, 315), (3, 310), (4, 310)], |f| text(f, 310, |text| text.replace(':', ": "))),
    case("keys out of order", &[(1, 310), (2, 315), (3, 310), (4, 310)], |f| {
        text(f, 310, |text| {
            text.replace(r#"{"at":"2026-01-22T19:40:16Z","#, "{").replace(r#""v":1}"#, r#""v":1,"at":"2026-01-22T19:40:16Z"}"#)
        });
    }),
    case("a key twice", &[(1, 310), (2, 315), (3, 310), (4, 310)], |f| text(f, 310, |text| text.replace(r#""v":1"#, r#""v":1,"v":1"#))),
    case("an escape that need not be", &[(1, 310), (2, 315), (3, 310), (4, 310)], |f| {
        text(f, 310, |text| text.replace("finished", "\\u0066inished"))
    }),
    case("two lines of text", &[(1, 310), (2, 315), (3, 310), (4, 310)], |f| text(f, 310, |text| format!("{text}\n{text}"))),
    case("a null", unreadable!(313), |f| {
        f.edit(313, |entry| entry["calc"]["more"] = serde_json::Value::Null);
    }),
    case("a fraction", unreadable!(315), |f| {
        f.append(json!({"kind": "contract.closed", "refs": {"contract": "C-1"}, "calc": {"reason": 1.5}}), &[]);
    }),
    case("an integer of 2^53", unreadable!(26), |f| {
        f.set(26, "/calc/seconds", json!(9_007_199_254_740_992_u64));
    }),
    case("text that is not in NFC", unreadable!(17), |f| {
        f.set(17, "/calc/end_client/name", json!("e\u{301}"));
    }),
    case("a truth value outside the book", unreadable!(310), |f| {
        f.set(310, "/calc/reason", json!(true));
    }),
    case("an unknown kind", &[(4, 310)], |f| {
        f.set(310, "/kind", json!("contract.sold"));
    }),
    case("a field too many in calc", unreadable!(310), |f| {
        f.set(310, "/calc/more", json!("x"));
    }),
    case("a field too few in calc", unreadable!(24), |f| {
        f.set(24, "/calc/copies", json!(null));
    }),
    case("a reference too many", unreadable!(310), |f| {
        f.set(310, "/refs/client", json!("019b8d39-2860-7a38-ac17-c77e80c64aa5"));
    }),
    case("a field too many", unreadable!(310), |f| {
        f.set(310, "/more", json!("x"));
    }),
    case("another version", unreadable!(310), |f| {
        f.set(310, "/v", json!(2));
    }),
    case("an empty calc", unreadable!(312), |f| {
        f.set(312, "/calc", json!({}));
    }),
    case("no refs", unreadable!(1), |f| {
        f.set(1, "/refs", json!(null));
    }),
    case("empty notes", unreadable!(310), |f| {
        f.set(310, "/signed", json!([]));
    }),
    case("a time with a fraction", unreadable!(310), |f| {
        f.set(310, "/at", json!("2026-01-22T19:40:16.5Z"));
    }),
    case("a time that is not UTC", unreadable!(310), |f| {
        f.set(310, "/at", json!("2026-01-22T19:40:16+00:00"));
    }),
    case("lines out of order", unreadable!(20), |f| {
        f.edit(20, |entry| entry["lines"].as_array_mut().unwrap().reverse());
    }),
    case("a line of zero", unreadable!(20), |f| {
        f.edit(20, |entry| entry["lines"].as_array_mut().unwrap().push(json!(["Liabilities:Escrow:C-2", "USD", "0.000000"])));
    }),
    case("an account twice", unreadable!(20), |f| {
        f.edit(20, |entry| entry["lines"].as_array_mut().unwrap().push(json!(["Liabilities:Escrow:C-1", "USD", "-1.000000"])));
    }),
    case("an amount with five decimals", unreadable!(20), |f| {
        f.set(20, "/lines/0/2", json!("2000.00000"));
    }),
    case("a negative zero", unreadable!(20), |f| {
        f.set(20, "/lines/0/2", json!("-0.000000"));
    }),
    case("an amount with a leading zero", unreadable!(20), |f| {
        f.set(20, "/lines/0/2", json!("02000.000000"));
    }),
    case("an account of no known shape", unreadable!(20), |f| {
        f.set(20, "/lines/0/0", json!("Assets:Cash"));
    }),
    case("a unit that is no currency", &[(3, 20), (4, 20)], |f| {
        f.set(20, "/lines/0/1", json!("USX"));
    }),
    case("no lines where there must be some", unreadable!(308), |f| {
        f.set(308, "/lines", json!(null));
    }),
    case("lines where there must be none", unreadable!(310), |f| {
        f.set(310, "/lines", json!([["Assets:Bank", "USD", "1.000000"], ["Expenses:Fees", "USD", "-1.000000"]]));
    }),
    case("a contract number with a zero before it", unreadable!(310), |f| {
        f.set(310, "/refs/contract", json!("C-02"));
    }),
    case("a member's id in small letters", unreadable!(312), |f| {
        f.set(312, "/refs/member", json!("m-s3gkk83n"));
    }),
    case("a claim that tells its time", unreadable!(30), |f| {
        f.set(30, "/refs/claim", json!("019be735-8110-7486-8c6f-f78482bf936f"));
    }),
    case("a batch that tells no time", unreadable!(25), |f| {
        f.set(25, "/refs/batch", json!("27108cd6-fe94-42ac-abfb-a5d3c48e3a48"));
    }),
    case("a country in words", unreadable!(17), |f| {
        f.set(17, "/calc/end_client/country", json!("Germany"));
    }),
    case("an LEI whose check digits do not fit", unreadable!(17), |f| {
        f.set(17, "/calc/end_client/lei", json!("DEMO00NORDSEEMOB0105"));
    }),
    case("an end client by LEI and by register", unreadable!(19), |f| {
        f.set(19, "/calc/end_client/lei", json!("DEMO00NORDSEEMOB0104"));
    }),
    case("a rail in small letters", unreadable!(282), |f| {
        f.set(282, "/calc/rail", json!("sepa"));
    }),
    case("a reason that is no code", unreadable!(310), |f| {
        f.set(310, "/calc/reason", json!("Finished early"));
    }),
    case("a split that sums to 9,999", unreadable!(175), |f| {
        f.set(175, "/calc/book/split/worker", json!(7_999));
    }),
    case("a quorum above one", unreadable!(175), |f| {
        f.set(175, "/calc/book/votes/ordinary/quorum", json!([101, 100]));
    }),
    case("a rule on an entry without one", unreadable!(310), |f| {
        f.set(310, "/rule", json!(175));
    }),
    case("no rule on an acceptance", unreadable!(260), |f| {
        f.set(260, "/rule", json!(null));
    }),
    case("a reviewer of what the client accepted", unreadable!(29), |f| {
        f.set(29, "/refs/reviewer", json!(M1));
    }),
    case("a key that is a member's and a role's", unreadable!(243), |f| {
        f.set(243, "/refs/member", json!(M1));
    }),
    case("a ballot by key without a note", unreadable!(277), |f| {
        f.unsign(277);
    }),
    case("a ballot in a session with a note", unreadable!(280), |f| f.add_note(280, 0, &member_key(M1), 280, |_| {})),
    case("a note on a deposit", unreadable!(22), |f| f.add_note(22, 0, &first_member_key(M1), 22, |_| {})),
    case("a note on a member's retired key", unreadable!(239), |f| f.add_note(239, 0, &member_key(M1), 239, |_| {})),
    case("a role's key without a note", unreadable!(243), |f| {
        f.unsign(243);
    }),
    case("an entry signed by the checkpoint key", &[(1, 310)], |f| sign_with(f, 310, &checkpoint_key())),
    case("an entry signed by a stranger's key of the same name", &[(1, 310)], |f| {
        sign_with(f, 310, &key(&format!("{ORIGIN}/entry"), "stranger"));
    }),
    case("an entry signed by a retired key", &[(1, 310)], |f| sign_with(f, 310, &entry_key(0))),
    case("an entry signed by a key that is not in force yet", &[(1, 22)], |f| sign_with(f, 22, &entry_key(314))),
    case("a person's note over another text", &[(1, 315), (4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &member_key(M3), 315, |line| line["sha256"] = json!("0".repeat(64)));
    }),
    case("a person's note for another deed", &[(1, 315), (4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &member_key(M3), 315, |line| line["does"] = json!("fund.spent"));
    }),
    case("a person's note for another log", &[(1, 315), (4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &member_key(M3), 315, |line| line["origin"] = json!("other.example/main"));
    }),
    case("a person's note with a field more", &[(1, 315), (4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &member_key(M3), 315, |line| line.insert("more".to_owned(), json!(1)).map_or((), drop));
    }),
    case("a nonce used twice", &[(1, 315)], |f| {
        let nonce = "7".repeat(32);
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &member_key(M3), 315, |line| line["nonce"] = json!(nonce));
        f.add_note(315, 2, &member_key(M3), 315, |line| line["nonce"] = json!(nonce));
    }),
    case("a nonce used again in a later entry", &[(1, 316), (4, 316)], |f| {
        let nonce = "7".repeat(32);
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &member_key(M3), 315, |line| line["nonce"] = json!(nonce));
        let mut other = expense();
        other["refs"]["expense"] = json!("019be735-8110-7486-8c6f-000000000002");
        f.append(other, &[M1]);
        f.add_note(316, 1, &member_key(M3), 316, |line| line["nonce"] = json!(nonce));
    }),
    case("a note whose log is too old", &[(1, 315), (4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &member_key(M3), 231, |_| {});
    }),
    case("a note that saw more than there was", &[(1, 315), (4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &member_key(M3), 315, |line| line["log"][0] = json!(316));
    }),
    case("a note by a retired key", &[(1, 315), (4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &first_member_key(M2), 315, |_| {});
    }),
    case("a note by a stranger's key under a member's name", &[(1, 315), (4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &key(&format!("{ORIGIN}/m/{M3}"), "stranger"), 315, |_| {});
    }),
    case("a note by the entry key", &[(1, 315), (4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &entry_key(314), 315, |_| {});
    }),
    case("a key that was retired is added again", &[(1, 315)], |f| {
        let vkey = first_member_key(M2).verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"member": M2}, "calc": {"vkey": vkey}}), &[M2]);
    }),
    case("a key under another member's name", &[(1, 315)], |f| {
        let vkey = key(&format!("{ORIGIN}/m/{M1}"), "forged").verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"member": M3}, "calc": {"vkey": vkey}}), &[M3]);
    }),
    case("a later key of a member without a note", &[(1, 315)], |f| {
        let vkey = key(&format!("{ORIGIN}/m/{M3}"), "forged").verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"member": M3}, "calc": {"vkey": vkey}}), &[]);
    }),
    case("a later key vouched for by one member", &[(1, 315)], |f| {
        let vkey = key(&format!("{ORIGIN}/m/{M3}"), "forged").verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"member": M3}, "calc": {"vkey": vkey}}), &[M1]);
    }),
    case("a role's key signed by a member", &[(1, 315)], |f| {
        let vkey = key(&format!("{ORIGIN}/entry"), "forged").verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"role": "entry"}, "calc": {"vkey": vkey}}), &[M1]);
    }),
    case("the last key of a role retired", &[(1, 315)], |f| {
        let id = checkpoint_key().id().to_string();
        f.append(json!({"kind": "key.retired", "refs": {"role": "checkpoint"}, "calc": {"key_id": id, "reason": "lost"}}), &[ORIGIN]);
    }),
    case("a key retired that is not in force", &[(1, 315)], |f| {
        let id = first_member_key(M4).id().to_string();
        f.append(json!({"kind": "key.retired", "refs": {"member": M4}, "calc": {"key_id": id, "reason": "lost"}}), &[]);
    }),
    case("a disclosure that is not what its entry says", &[(1, 17)], |f| {
        let mut document = f.document(17, "document");
        document["purpose"] = json!("something-else");
        f.replace_document(17, "document", &document);
    }),
    case("a document that does not match its name", &[(1, 17)], |f| {
        f.files.push((format!("documents/{}.json", f.entries[17]["calc"]["document"].as_str().unwrap()), |bytes| bytes.push(b' ')));
    }),
    case("a document that no entry names and that is not its name", &[(1, 315)], |f| {
        f.documents.insert(format!("{}.json", "a".repeat(64)), b"{}".to_vec());
    }),
    case("no founding", &[(1, 0), (2, 314), (3, 0), (4, 0)], |f| {
        f.remove(0);
    }),
    case("a member admitted where the founding was", &[(1, 0), (2, 315), (3, 0), (4, 0)], |f| {
        let admitted = f.entries[2].clone();
        f.edit(0, |entry| *entry = admitted);
    }),
    case("an unknown kind where the founding was", &[(1, 0), (2, 315), (3, 0), (4, 0)], |f| {
        f.edit(0, |entry| *entry = json!({"at": entry["at"], "kind": "coop.dreamt", "refs": {}, "v": 1}));
    }),
    case("an entry key that signs for itself, with another member's note", &[(1, 315)], |f| {
        let added = key(&format!("{ORIGIN}/entry"), "forged");
        let vkey = added.verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"role": "entry"}, "calc": {"vkey": vkey}}), &[M1]);
        sign_with(f, last(f), &added);
    }),
    case("a key that was added without a note it needs, and signs", &[(1, 237), (4, 250)], |f| {
        f.edit(237, |entry| {
            entry.as_object_mut().unwrap().remove("signed");
        });
    }),
    case("a key of small order", &[(1, 315), (3, 315), (4, 315)], |f| {
        f.append(json!({"kind": "key.added", "refs": {"member": M3}, "calc": {"vkey": small_vkey()}}), &[M3]);
    }),
    case("a boolean in a disclosure", &[(1, 17)], |f| {
        let mut document = f.document(17, "document");
        document["texts"]["urgent"] = json!(true);
        f.replace_document(17, "document", &document);
    }),
    case("a disclosure with a field more", &[(1, 17)], |f| {
        let mut document = f.document(17, "document");
        document["more"] = json!("text");
        f.replace_document(17, "document", &document);
    }),
    case("a boolean outside the book", &[(1, 315), (3, 315), (4, 315)], |f| {
        f.append(json!({"kind": "future.kind", "calc": {"yes": true}}), &[]);
    }),
    case("an unknown kind with a rule and a note", &[(4, 315)], |f| {
        f.append(json!({"kind": "future.kind", "rule": 1}), &[M1]);
    }),
    case("a moment before 1970", &[(1, 0), (2, 315), (3, 0), (4, 0)], |f| {
        f.set(0, "/at", json!("1969-12-31T23:59:59Z"));
    }),
    case("a kind of vote that is no code", &[(1, 1), (3, 1), (4, 1)], |f| {
        let vote = f.entries[1]["calc"]["book"]["votes"]["ordinary"].clone();
        f.edit(1, |entry| entry["calc"]["book"]["votes"]["x y"] = vote);
    }),
    case("a kind of vote with more co-sponsors than there may be", &[(1, 1), (3, 1), (4, 1)], |f| {
        f.edit(1, |entry| entry["calc"]["book"]["votes"]["ordinary"]["cosponsors"] = json!(101));
    }),
    case("a kind of vote with another word for its notice", &[(1, 1), (3, 1), (4, 1)], |f| {
        f.edit(1, |entry| entry["calc"]["book"]["votes"]["ordinary"]["notice"] = json!(14));
    }),
    case("a floor in a currency that the book does not know", &[(1, 1), (3, 1), (4, 1)], |f| {
        f.edit(1, |entry| entry["calc"]["book"]["floor"]["general"]["XAF"] = json!("1.000000"));
    }),
    case("a premium beyond any", &[(1, 1), (3, 1), (4, 1)], |f| {
        f.edit(1, |entry| entry["calc"]["book"]["premium"]["3"] = json!(1_000_001));
    }),
    case("an index of sixteen digits", &[(1, 309), (3, 309), (4, 309)], |f| {
        f.set(309, "/refs/corrects", json!("1000000000000305"));
    }),
    case("a second founding", &[(4, 315)], |f| {
        let calc = f.entries[0]["calc"].clone();
        f.append(json!({"kind": "coop.founded", "calc": calc}), &[]);
        assert_eq!(last(f), 315);
    }),
];

/// The vkey of a point of small order: y is 1.
fn small_vkey() -> String {
    use base64::prelude::{BASE64_STANDARD, Engine};
    use sha2::{Digest, Sha256};
    let name = format!("{ORIGIN}/m/{M3}");
    let typed = [&[1, 1][..], &[0; 31]].concat();
    let id = Sha256::digest([format!("{name}\n").as_bytes(), &typed].concat());
    format!("{name}+{}+{}", hex::encode(&id[..4]), BASE64_STANDARD.encode(typed))
}

fn sign_with(forge: &mut Forge, index: usize, by: &manyhands_domain::log::key::SigningKey) {
    let text = manyhands_domain::log::json::write(&forge.entries[index]);
    forge.raw.insert(index, note::sign(&format!("{text}\n"), by).into_bytes());
    resign_after(forge, index);
}

/// Whoever signed the log after a changed entry signs what it is now.
fn resign_after(forge: &mut Forge, index: usize) {
    let signed: Vec<usize> = (index + 1..forge.entries.len()).filter(|i| forge.entries[*i].get("signed").is_some()).collect();
    for later in signed {
        forge.raw.remove(&later);
    }
}
