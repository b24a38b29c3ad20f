//! Keys of clients' users: what they may sign, and who may give them another.

use manyhands_domain::log::key::SigningKey;
use serde_json::{Value, json};

use crate::alterations::{Case, case};
use crate::forge::{Forge, M1, M3, ORIGIN, first_member_key, key, member_key};

/// A user of the client of C-1, one of C-3's, and these clients.
pub const USER: &str = "U-7K3QZ0AB";
const STRANGER: &str = "U-11111111";
pub const CLIENT: &str = "019b8d39-2860-7a38-ac17-c77e80c64aa5";
const OTHER: &str = "019b8d39-91d8-7e00-8c06-b21e5595e972";

pub fn user_key(user: &str) -> SigningKey {
    let name = format!("{ORIGIN}/c/{user}");
    key(&name, &name)
}

fn second_key(user: &str) -> SigningKey {
    key(&format!("{ORIGIN}/c/{user}"), "forged")
}

pub fn added(user: &str, client: &str, key: &SigningKey) -> Value {
    json!({"kind": "key.added", "refs": {"user": user, "client": client}, "calc": {"vkey": key.verifying_key().to_string()}})
}

fn retired(user: &str, key: &SigningKey) -> Value {
    json!({"kind": "key.retired", "refs": {"user": user}, "calc": {"key_id": key.verifying_key().id().to_string(), "reason": "lost"}})
}

/// Work on C-1 that its client accepted, once more, as if of a new task.
pub fn accepted(forge: &Forge) -> Value {
    let mut entry = forge.entries[185].clone();
    entry.as_object_mut().unwrap().remove("at");
    entry["refs"]["task"] = json!("11111111-1111-4111-8111-111111111111");
    entry["refs"]["claim"] = json!("22222222-2222-4222-8222-222222222222");
    entry
}

/// A user with a first key at 315, a stranger with one at 316, and then such work as `change` leaves it, signed by these.
fn work(forge: &mut Forge, signers: &[SigningKey], change: impl FnOnce(&mut Value)) {
    forge.append(added(USER, CLIENT, &user_key(USER)), &[]).append(added(STRANGER, OTHER, &user_key(STRANGER)), &[]);
    let mut entry = accepted(forge);
    change(&mut entry);
    forge.append(entry, &[]);
    for (place, key) in signers.iter().enumerate() {
        forge.add_note(317, place, key, 317, |_| {});
    }
}

/// The user's first key at 315, and another one at 316, signed by these.
fn further(forge: &mut Forge, client: &str, signers: &[SigningKey]) {
    forge.append(added(USER, CLIENT, &user_key(USER)), &[]).append(added(USER, client, &second_key(USER)), &[]);
    for (place, key) in signers.iter().enumerate() {
        forge.add_note(316, place, key, 316, |_| {});
    }
}

const UNREADABLE: &[(usize, u64)] = &[(1, 315), (3, 315), (4, 315)];

pub const CASES: &[Case] = &[
    case("a user's key for a client who has no contract", &[(4, 315)], |f| {
        f.append(added(USER, "019be735-8110-7486-8c6f-000000000001", &user_key(USER)), &[]);
    }),
    case("a user's key without its client", UNREADABLE, |f| {
        let mut entry = added(USER, CLIENT, &user_key(USER));
        entry["refs"].as_object_mut().unwrap().remove("client");
        f.append(entry, &[]);
    }),
    case("a key of a user who is a member, too", UNREADABLE, |f| {
        let mut entry = added(USER, CLIENT, &user_key(USER));
        entry["refs"]["member"] = json!(M1);
        f.append(entry, &[]);
    }),
    case("a member's key with a client", UNREADABLE, |f| {
        let vkey = key(&format!("{ORIGIN}/m/M-SNGKH1MN"), "forged").verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"member": "M-SNGKH1MN", "client": CLIENT}, "calc": {"vkey": vkey}}), &[]);
    }),
    case("a user's key retired with its client", &[(1, 316), (3, 316), (4, 316)], |f| {
        f.append(added(USER, CLIENT, &user_key(USER)), &[]);
        let mut entry = retired(USER, &user_key(USER));
        entry["refs"]["client"] = json!(CLIENT);
        f.append(entry, &[]);
    }),
    case("a user's key that is named for another", &[(1, 315)], |f| {
        f.append(added(USER, CLIENT, &user_key(STRANGER)), &[]);
    }),
    case("a user's key that is named like a member's", &[(1, 315)], |f| {
        f.append(added(USER, CLIENT, &key(&format!("{ORIGIN}/m/{USER}"), "forged")), &[]);
    }),
    case("a user's first key that somebody signed", &[(1, 315)], |f| {
        f.append(added(USER, CLIENT, &user_key(USER)), &[M1, M3]);
    }),
    case("a user's later key on the server's word", &[(1, 316)], |f| further(f, CLIENT, &[])),
    case("a user's later key that one member vouches for", &[(1, 316)], |f| further(f, CLIENT, &[member_key(M1)])),
    case("a user's later key that a member and another user vouch for", &[(1, 317)], |f| {
        f.append(added(STRANGER, CLIENT, &user_key(STRANGER)), &[]).append(added(USER, CLIENT, &user_key(USER)), &[]);
        f.append(added(USER, CLIENT, &second_key(USER)), &[]);
        f.add_note(317, 0, &member_key(M1), 317, |_| {});
        f.add_note(317, 1, &user_key(STRANGER), 317, |_| {});
    }),
    case("a user's later key with a third note by another user", &[(4, 317)], |f| {
        f.append(added(STRANGER, CLIENT, &user_key(STRANGER)), &[]).append(added(USER, CLIENT, &user_key(USER)), &[]);
        f.append(added(USER, CLIENT, &second_key(USER)), &[]);
        for (place, key) in [member_key(M1), member_key(M3), user_key(STRANGER)].iter().enumerate() {
            f.add_note(317, place, key, 317, |_| {});
        }
    }),
    case("a user whose first key was of another name comes back for another client", &[(1, 315), (4, 316)], |f| {
        f.append(added(USER, CLIENT, &user_key(STRANGER)), &[]).append(added(USER, OTHER, &user_key(USER)), &[]);
    }),
    case("a user's later key signed by somebody who has left, too", &[(4, 316)], |f| {
        further(f, CLIENT, &[user_key(USER), first_member_key("M-S3GKK83N")]);
    }),
    case("a user's later key for another client", &[(4, 316)], |f| further(f, OTHER, &[user_key(USER)])),
    case("a member's later key that a member and a user vouch for", &[(1, 316)], |f| {
        f.append(added(USER, CLIENT, &user_key(USER)), &[]);
        let vkey = key(&format!("{ORIGIN}/m/{M3}"), "forged").verifying_key().to_string();
        f.append(json!({"kind": "key.added", "refs": {"member": M3}, "calc": {"vkey": vkey}}), &[M1]);
        f.add_note(316, 1, &user_key(USER), 316, |_| {});
    }),
    case("a key of a user who never had one is retired", &[(1, 315), (4, 315)], |f| {
        f.append(retired(USER, &user_key(USER)), &[]);
    }),
    case("a user's key retired twice", &[(1, 317)], |f| {
        f.append(added(USER, CLIENT, &user_key(USER)), &[]);
        f.append(retired(USER, &user_key(USER)), &[]).append(retired(USER, &user_key(USER)), &[]);
    }),
    case("an expense that a member and a client's user signed", &[(4, 316)], |f| {
        f.append(added(USER, CLIENT, &user_key(USER)), &[]);
        let expense = json!({
            "kind": "expense.paid",
            "refs": {"expense": "019be735-8110-7486-8c6f-000000000001"},
            "calc": {"evidence": "0".repeat(64)},
            "lines": [["Assets:Bank", "USD", "-1.000000"], ["Expenses:Hosting", "USD", "1.000000"]],
        });
        f.append(expense, &[M1, M3]);
        f.add_note(316, 2, &user_key(USER), 316, |_| {});
    }),
    case("a client's work signed by another client's user", &[(4, 317)], |f| work(f, &[user_key(STRANGER)], |_| {})),
    case("a client's work signed by a member", &[(4, 317)], |f| work(f, &[member_key(M1)], |_| {})),
    case("a client's work signed by a key of nobody's", &[(1, 317)], |f| work(f, &[second_key(USER)], |_| {})),
    case("a client's work signed twice", &[(1, 317), (3, 317), (4, 317)], |f| work(f, &[user_key(USER), second_key(USER)], |_| {})),
    case("work that silence accepted, signed by the client's user", &[(1, 317), (3, 317), (4, 317)], |f| {
        work(f, &[user_key(USER)], |entry| entry["calc"]["by"] = json!("silence"));
    }),
    case("a member's work signed by the client's user", &[(4, 317)], |f| {
        let of_member = f.entries.iter().rposition(|e| e["refs"]["contract"] == "C-1" && e["calc"]["by"] == "member").unwrap();
        let reviewed = f.entries[of_member].clone();
        work(f, &[user_key(USER)], |entry| {
            let fresh = [entry["refs"]["task"].clone(), entry["refs"]["claim"].clone()];
            *entry = reviewed;
            entry.as_object_mut().unwrap().retain(|name, _| name != "at" && name != "signed");
            entry["refs"]["task"] = fresh[0].clone();
            entry["refs"]["claim"] = fresh[1].clone();
        });
    }),
    case("a client's work signed by a retired key", &[(1, 317)], |f| {
        f.append(added(USER, CLIENT, &user_key(USER)), &[]).append(retired(USER, &user_key(USER)), &[]);
        let entry = accepted(f);
        f.append(entry, &[]);
        f.add_note(317, 0, &user_key(USER), 317, |_| {});
    }),
];
