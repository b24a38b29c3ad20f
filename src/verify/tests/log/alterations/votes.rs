//! Rules of votes at level 4.

use serde_json::{Value, json};

use crate::alterations::{Case, case};
use crate::forge::{Forge, M1, M3, member_key};

/// A proposal at the end, with the roll as it is then.
pub(super) fn propose(forge: &mut Forge, change: impl FnOnce(&mut Value)) {
    let mut entry = forge.entries[275].clone();
    let fields = entry.as_object_mut().unwrap();
    fields.remove("at");
    entry["refs"]["proposal"] = json!("P-9");
    let members = [
        "M-46VH73JN",
        "M-BCYWAT28",
        "M-CY7MTSQT",
        "M-E2Z4E63N",
        "M-G7VFNAJG",
        "M-NSBVKD1S",
        "M-SNGKH1MN",
        "M-SZEH0VXK",
        "M-XM23H3YF",
        "M-ZAB5RRB1",
    ];
    let roll: String = members.iter().map(|member| format!("{member}\n")).collect();
    entry["calc"]["roll_size"] = json!(members.len());
    entry["calc"]["roll_sha256"] = json!(hex::encode(<sha2::Sha256 as sha2::Digest>::digest(roll)));
    entry["calc"]["opens"] = json!("2026-01-23T00:00:00Z");
    entry["calc"]["closes"] = json!("2026-01-25T00:00:00Z");
    change(&mut entry);
    forge.append(entry, &[]);
}

fn ballot(member: &str, at: &str) -> Value {
    json!({"at": at, "kind": "ballot.cast", "refs": {"member": member, "proposal": "P-9"}, "calc": {"how": "session", "sealed": "a".repeat(64)}})
}

/// A price asked again that was asked before.
fn reprice(forge: &mut Forge, proposal: &str) {
    let (mut refs, calc) = (forge.entries[252]["refs"].clone(), forge.entries[252]["calc"].clone());
    refs["proposal"] = json!(proposal);
    keep_open(forge).append(json!({"kind": "batch.repriced", "refs": refs, "calc": calc, "rule": 175}), &[]);
}

/// The contract of the batch whose price was asked is not closed: another one is.
fn keep_open(forge: &mut Forge) -> &mut Forge {
    forge.set(310, "/refs/contract", json!("C-1"))
}

/// Its client alone gives that batch another price.
fn lower(forge: &mut Forge, price: &str) {
    let mut refs = forge.entries[252]["refs"].clone();
    refs.as_object_mut().unwrap().remove("proposal");
    forge.append(json!({"kind": "batch.repriced", "refs": refs, "calc": {"price": price}, "rule": 175}), &[]);
}

/// What members read of a proposal, in the words that bind.
fn read(forge: &mut Forge, index: usize, kind: &str, act: &str, about: Value) {
    let document = json!({
        "about": about, "act": act, "enacts": "2026-01-10T12:11:49Z", "kind": kind, "language": "en", "text": "What and why", "title": "What",
    });
    forge.replace_document(index, "document", &document);
}

fn open(forge: &mut Forge, change: impl FnOnce(&mut Value)) {
    let mut openings = forge.document(174, "openings");
    change(&mut openings);
    forge.replace_document(174, "openings", &openings);
}

pub const CASES: &[Case] = &[
    case("a ghost on the roll", &[(4, 161)], |f| {
        f.set(161, "/calc/roll_size", json!(12));
    }),
    case("another roll of the same size", &[(4, 161)], |f| {
        f.set(161, "/calc/roll_sha256", json!("a".repeat(64)));
    }),
    case("a quorum that is not the book's", &[(4, 232)], |f| {
        f.set(232, "/calc/quorum", json!([1, 4]));
    }),
    case("a majority that is not the book's", &[(4, 161)], |f| {
        f.set(161, "/calc/majority", json!(["over", 2, 3]));
    }),
    case("a vote that the book does not know", &[(4, 315)], |f| propose(f, |entry| entry["calc"]["kind"] = json!("lottery"))),
    case("a vote that opens before it is recorded", &[(4, 315)], |f| {
        propose(f, |entry| entry["calc"]["opens"] = json!("2026-01-22T00:00:00Z"))
    }),
    case("a vote that closes a second early", &[(4, 315)], |f| propose(f, |entry| entry["calc"]["closes"] = json!("2026-01-24T23:59:59Z"))),
    case("a proposal opened twice", &[(4, 315)], |f| propose(f, |entry| entry["refs"]["proposal"] = json!("P-4"))),
    case("a change that its kind of vote may not make", &[(4, 315)], |f| {
        propose(f, |entry| {
            entry["calc"]["change"] =
                json!({"calc": {"book": {"split": {"worker": 1}}}, "kind": "rule.enacted", "refs": {"proposal": "P-9"}});
        });
    }),
    case("a change in another proposal's name", &[(4, 315)], |f| {
        propose(f, |entry| {
            entry["calc"]["kind"] = json!("rules");
            entry["calc"]["quorum"] = json!([1, 2]);
            entry["calc"]["majority"] = json!(["least", 2, 3]);
            entry["calc"]["closes"] = json!("2026-01-26T00:00:00Z");
            entry["calc"]["change"] =
                json!({"calc": {"book": {"review": {"silence_days": 8}}}, "kind": "rule.enacted", "refs": {"proposal": "P-8"}});
        });
    }),
    case("a ballot a second after closing", &[(4, 316)], |f| {
        propose(f, |_| {});
        f.append(ballot("M-BCYWAT28", "2026-01-25T00:00:00Z"), &[]);
    }),
    case("a ballot before opening", &[(4, 316)], |f| {
        propose(f, |_| {});
        f.append(ballot("M-BCYWAT28", "2026-01-22T23:59:59Z"), &[]);
    }),
    case("a ballot of somebody who had left", &[(4, 316)], |f| {
        propose(f, |_| {});
        f.append(ballot("M-S3GKK83N", "2026-01-24T00:00:00Z"), &[]);
    }),
    case("a ballot of nobody", &[(4, 316)], |f| {
        propose(f, |_| {});
        f.append(ballot("M-00000000", "2026-01-24T00:00:00Z"), &[]);
    }),
    case("a ballot on nothing", &[(4, 315)], |f| {
        f.append(ballot("M-BCYWAT28", "2026-01-24T00:00:00Z"), &[]);
    }),
    case("a ballot of somebody who joined later", &[(4, 173)], |f| {
        f.set(173, "/refs/member", json!("M-SNGKH1MN"));
    }),
    case("a ballot in a session after one by key", &[(4, 317)], |f| {
        propose(f, |_| {});
        let mut by_key = ballot(M1, "2026-01-24T00:00:00Z");
        by_key["calc"]["how"] = json!("key");
        f.append(by_key, &[M1]).append(ballot(M1, "2026-01-24T00:00:01Z"), &[]);
    }),
    case("a ballot by somebody else's key", &[(4, 316)], |f| {
        propose(f, |_| {});
        let mut by_key = ballot(M3, "2026-01-24T00:00:00Z");
        by_key["calc"]["how"] = json!("key");
        f.append(by_key, &[M1]);
    }),
    case("a ballot signed before the proposal stood in the log", &[(4, 316)], |f| {
        propose(f, |_| {});
        let mut by_key = ballot(M1, "2026-01-24T00:00:00Z");
        by_key["calc"]["how"] = json!("key");
        f.append(by_key, &[]);
        f.add_note(316, 0, &member_key(M1), 315, |_| {});
    }),
    case("an older ballot put after a newer one", &[(4, 317)], |f| {
        propose(f, |_| {});
        let mut by_key = ballot(M1, "2026-01-24T00:00:00Z");
        by_key["calc"]["how"] = json!("key");
        f.append(by_key.clone(), &[M1]).append(by_key, &[]);
        f.add_note(317, 3, &member_key(M1), 316, |_| {});
    }),
    case("a tally with a vote more", &[(4, 174)], |f| {
        f.set(174, "/calc/counts/yes", json!(6)).set(174, "/calc/counts/no", json!(0));
    }),
    case("a tally with other counts of keys", &[(4, 174)], |f| {
        f.set(174, "/calc/by_key", json!(5)).set(174, "/calc/by_session", json!(3));
    }),
    case("a tally that hides a key first enrolled during the vote", &[(4, 174)], |f| {
        f.set(174, "/calc/by_new_key", json!(0));
    }),
    case("a tally of a larger roll", &[(4, 174)], |f| {
        f.set(174, "/calc/eligible", json!(12));
    }),
    case("another result", &[(4, 174)], |f| {
        f.set(174, "/calc/result", json!("rejected"));
    }),
    case("a vote without its quorum that passed", &[(4, 236)], |f| {
        f.set(236, "/calc/result", json!("passed"));
    }),
    case("a vote that the unopened could turn, that passed", &[(4, 281)], |f| {
        f.set(281, "/calc/result", json!("passed"));
    }),
    case("a ballot opened to another choice", &[(4, 174)], |f| {
        open(f, |openings| {
            let no = openings.as_array_mut().unwrap().iter_mut().find(|row| row[1] == "no").unwrap();
            no[1] = json!("yes");
        });
        f.set(174, "/calc/counts/yes", json!(6)).set(174, "/calc/counts/no", json!(0));
    }),
    case("an earlier ballot opened instead of the last", &[(4, 174)], |f| {
        open(f, |openings| openings[0][0] = json!(162));
    }),
    case("an opening left out", &[(4, 174)], |f| {
        open(f, |openings| openings.as_array_mut().unwrap().truncate(6));
    }),
    case("openings out of order", &[(4, 174)], |f| {
        open(f, |openings| openings.as_array_mut().unwrap().reverse());
    }),
    case("a ballot dropped", &[(1, 232), (2, 314), (3, 312), (4, 173)], |f| {
        f.people_sign_again = false;
        f.remove(170);
    }),
    case("a vote closed before its time", &[(4, 236)], |f| {
        f.set(236, "/at", json!("2026-01-12T13:52:34Z"));
    }),
    case("a vote with an unopened ballot closed within 48 hours", &[(4, 316)], close_early),
    case("a vote closed twice", &[(4, 315)], |f| {
        let (refs, calc) = (f.entries[281]["refs"].clone(), f.entries[281]["calc"].clone());
        f.append(json!({"kind": "proposal.closed", "refs": refs, "calc": calc}), &[]);
    }),
    case("a rule enacted without a vote", &[(1, 315), (3, 315), (4, 315)], |f| {
        let mut book = f.entries[175]["calc"]["book"].clone();
        book["split"]["operations"] = json!(500);
        book["split"]["reserve"] = json!(800);
        f.append(json!({"kind": "rule.enacted", "calc": {"book": book}}), &[]);
    }),
    case("a rule enacted otherwise than was passed", &[(4, 175)], |f| {
        f.set(175, "/calc/book/split/operations", json!(500)).set(175, "/calc/book/split/reserve", json!(800));
    }),
    case("a rule enacted twice", &[(4, 315)], |f| {
        let (refs, calc) = (f.entries[175]["refs"].clone(), f.entries[175]["calc"].clone());
        f.append(json!({"kind": "rule.enacted", "refs": refs, "calc": calc}), &[]);
    }),
    case("a price other than was passed", &[(4, 252)], |f| {
        f.set(252, "/calc/price", json!("0.910000"));
    }),
    case("a document that has another split than its proposal allows", &[(4, 161)], |f| {
        read(f, 161, "rules", "rules", json!({"book": {"split": {"Training": 100, "operations": 500}}}));
    }),
    case("a document that brings nothing, and a change under it", &[(4, 161)], |f| read(f, 161, "rules", "text", json!({}))),
    case("a document of another kind of vote", &[(4, 232)], |f| read(f, 232, "rules", "text", json!({}))),
    case("a document that asks what nothing allows", &[(4, 232)], |f| {
        read(f, 232, "ordinary", "rules", json!({"book": {"split": {"Training": 100}}}));
    }),
    case("a document of an act that nobody knows", &[(4, 232)], |f| read(f, 232, "ordinary", "lottery", json!({}))),
    case("a document that asks another price", &[(4, 245)], |f| {
        let mut about = f.entries[252]["refs"].clone();
        about.as_object_mut().unwrap().remove("proposal");
        about["currency"] = json!("USD");
        about["price"] = json!("0.950000");
        read(f, 245, "price-ask", "price-ask", about);
    }),
    case("a rule a second before the day that members read", &[(4, 175)], |f| {
        read(f, 161, "rules", "rules", json!({"book": {"split": {"Training": 100, "operations": 600}}}));
    }),
    case("a price under the one that was voted", &[(4, 315)], |f| lower(keep_open(f), "0.899999")),
    case("a price after its contract was closed", &[(4, 315)], |f| lower(f, "0.900000")),
    case("a price asked once, set twice", &[(4, 315)], |f| reprice(f, "P-3")),
    case("a price by a vote that asked none", &[(4, 315)], |f| reprice(f, "P-1")),
    case("a price by a vote that did not pass", &[(4, 315)], |f| reprice(f, "P-2")),
    case("a price by a vote that never was", &[(4, 315)], |f| reprice(f, "P-8")),
];

fn close_early(forge: &mut Forge) {
    propose(forge, |_| {});
    let empty = json!([]);
    let calc = json!({
        "by_key": 0, "by_new_key": 0, "by_session": 0, "cast": 0, "counts": {"abstain": 0, "no": 0, "yes": 0},
        "eligible": 10, "openings": "a".repeat(64), "result": "no-quorum", "unopened": 1,
    });
    forge.append(json!({"at": "2026-01-26T00:00:00Z", "kind": "proposal.closed", "refs": {"proposal": "P-9"}, "calc": calc}), &[]);
    forge.replace_document(316, "openings", &empty);
}
