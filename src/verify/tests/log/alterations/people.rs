//! Rules about members, keys and contracts at level 4.

use serde_json::{Value, json};

use crate::alterations::{Case, case};
use crate::forge::{Forge, M1, M2, M3, ORIGIN, first_member_key, key, member_key};

const ID: &str = "019be735-8110-7486-8c6f-000000000001";

fn expense() -> Value {
    json!({
        "kind": "expense.paid",
        "refs": {"expense": ID},
        "calc": {"evidence": "0".repeat(64)},
        "lines": [["Assets:Bank", "USD", "-1.000000"], ["Expenses:Hosting", "USD", "1.000000"]],
    })
}

/// A member with a first key of their own, some hours before the end.
fn newcomer(forge: &mut Forge, hours: i64) {
    let vkey = key(&format!("{ORIGIN}/m/M-SNGKH1MN"), &format!("{ORIGIN}/m/M-SNGKH1MN")).verifying_key().to_string();
    forge.append(json!({"kind": "key.added", "refs": {"member": "M-SNGKH1MN"}, "calc": {"vkey": vkey}}), &[]);
    let at = jiff(forge, hours);
    let index = forge.entries.len();
    let mut entry = expense();
    entry["at"] = json!(at);
    forge.append(entry, &[M1, "M-SNGKH1MN"]);
    assert_eq!(index, 316);
}

fn jiff(forge: &Forge, hours: i64) -> String {
    let last = forge.entries.last().unwrap()["at"].as_str().unwrap();
    manyhands_domain::time::Timestamp::parse(last).unwrap().plus_secs(hours * 3_600).to_string()
}

pub const CASES: &[Case] = &[
    case("an expense that nobody signed", &[(4, 315)], |f| {
        f.append(expense(), &[]);
    }),
    case("an expense that one member signed", &[(4, 315)], |f| {
        f.append(expense(), &[M1]);
    }),
    case("an expense that one member signed twice", &[(4, 315)], |f| {
        f.append(expense(), &[M1, M1]);
    }),
    case("an expense signed by a member and the server's key", &[(4, 315)], |f| {
        f.append(expense(), &[M1, ORIGIN]);
    }),
    case("a third note that is the server's", &[(4, 315)], |f| {
        f.append(expense(), &[M1, M3, ORIGIN]);
    }),
    case("an expense signed by somebody who has left", &[(4, 315)], |f| {
        f.append(expense(), &[M1]);
        f.add_note(315, 1, &first_member_key("M-S3GKK83N"), 315, |_| {});
    }),
    case("an expense signed by a key of yesterday", &[(4, 316)], |f| newcomer(f, 71)),
    case("a payout that one member signed", &[(4, 282)], |f| {
        f.edit(282, |entry| entry["signed"].as_array_mut().unwrap().truncate(1));
    }),
    case("a member admitted by nobody", &[(4, 315)], |f| {
        f.append(json!({"kind": "member.admitted", "refs": {"member": "M-00000000"}}), &[]);
    }),
    case("a member admitted twice", &[(4, 315)], |f| {
        f.append(json!({"kind": "member.admitted", "refs": {"member": "M-BCYWAT28"}}), &[M1, M3]);
    }),
    case("somebody leaves who was never admitted", &[(4, 315)], |f| {
        f.append(json!({"kind": "member.left", "refs": {"member": "M-00000000"}}), &[M1, M3]);
    }),
    case("a member leaves twice", &[(4, 315)], |f| {
        f.append(json!({"kind": "member.left", "refs": {"member": "M-S3GKK83N"}}), &[M1, M3]);
    }),
    case("a member put out by one other", &[(4, 315)], |f| {
        f.append(json!({"kind": "member.left", "refs": {"member": M3}}), &[M1]);
    }),
    case("a key for somebody who has left", &[(4, 315)], |f| {
        let name = format!("{ORIGIN}/m/M-S3GKK83N");
        let vkey = key(&name, "forged").verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"member": "M-S3GKK83N"}, "calc": {"vkey": vkey}}), &[M1, M3]);
    }),
    case("a key for somebody who was never admitted", &[(4, 315)], |f| {
        let vkey = key(&format!("{ORIGIN}/m/M-00000000"), "forged").verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"member": "M-00000000"}, "calc": {"vkey": vkey}}), &[]);
    }),
    case("a key vouched for by a key of the same day", &[(4, 240)], |f| {
        // M2's second key is of three minutes before.
        f.edit(240, |entry| entry["signed"].as_array_mut().unwrap().truncate(1));
        f.add_note(240, 5, &member_key(M2), 240, |_| {});
    }),
    case("an amendment that need not be signed, signed by one", &[(4, 274)], |f| f.add_note(274, 0, &member_key(M1), 274, |_| {})),
    case("another entry than the founding book at index 1", &[(1, 161), (2, 314), (3, 312), (4, 1)], |f| {
        f.people_sign_again = false;
        f.remove(1);
    }),
    case("a contract listed twice", &[(4, 315)], |f| {
        let (refs, calc) = (f.entries[17]["refs"].clone(), f.entries[17]["calc"].clone());
        f.append(json!({"kind": "contract.listed", "refs": refs, "calc": calc}), &[]);
    }),
    case("a contract amended that was never listed", &[(1, 315), (4, 315)], |f| {
        let (mut refs, calc) = (f.entries[17]["refs"].clone(), f.entries[17]["calc"].clone());
        refs["contract"] = json!("C-9");
        f.append(json!({"kind": "contract.amended", "refs": refs, "calc": calc}), &[]);
    }),
    case("a contract that changes its client", &[(4, 274)], |f| {
        f.set(274, "/refs/client", json!("019b8d39-5358-7f63-882e-a1c15065c310"));
    }),
    case("a hazard lowered by nobody", &[(4, 315)], |f| {
        let (refs, mut calc) = (f.entries[19]["refs"].clone(), f.entries[19]["calc"].clone());
        calc["hazards"] = json!([]);
        f.append(json!({"kind": "contract.amended", "refs": refs, "calc": calc}), &[]);
        let mut document = f.document(19, "document");
        document["hazards"] = json!([]);
        f.replace_document(315, "document", &document);
    }),
    case("a contract closed twice", &[(4, 315)], |f| {
        f.append(json!({"kind": "contract.closed", "refs": {"contract": "C-2"}, "calc": {"reason": "x"}}), &[]);
    }),
    case("an entry dated before the one before it", &[(4, 310)], |f| {
        f.set(310, "/at", json!("2026-01-22T19:39:41Z"));
    }),
];
