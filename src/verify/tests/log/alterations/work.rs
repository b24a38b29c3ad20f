//! Rules of batches and work at level 4.

use serde_json::{Value, json};

use crate::alterations::{Case, case};
use crate::forge::{Forge, M1, M3, first_member_key, member_key};

const ID: &str = "019be735-8110-7486-8c6f-000000000001";
const FRESH: [&str; 2] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];

/// The last acceptance on C-1 once more, as if of a new task.
fn accept(forge: &mut Forge, of: usize, change: impl FnOnce(&mut Value)) {
    let mut entry = forge.entries[of].clone();
    let fields = entry.as_object_mut().unwrap();
    fields.remove("at");
    fields.remove("signed");
    entry["refs"]["task"] = json!(FRESH[0]);
    entry["refs"]["claim"] = json!(FRESH[1]);
    change(&mut entry);
    forge.append(entry, &[]);
}

fn batch(contract: &str, level: u64, price: &str, seconds: u64) -> Value {
    json!({
        "kind": "batch.opened",
        "refs": {"contract": contract, "batch": ID},
        "calc": {"copies": 1, "currency": "USD", "level": level, "price": price, "seconds": seconds, "skill": "general"},
        "rule": 175,
    })
}

pub const CASES: &[Case] = &[
    case("a millionth from the worker to the fund", &[(3, 313), (4, 26)], |f| {
        f.set(26, "/lines/3/2", json!("-0.282001")).set(26, "/lines/4/2", json!("-7.519999"));
    }),
    case("the reviewer's share kept where nobody reviewed", &[(3, 286), (4, 29)], |f| {
        f.set(29, "/lines/1/2", json!("-0.940000")).set(29, "/lines/4/2", json!("-7.520000"));
    }),
    case("a price that was not in force yet", &[(4, 123)], |f| {
        f.set(123, "/calc/claimed_size", json!(123));
    }),
    case("a price that nobody asked", &[(4, 26)], |f| {
        f.set(26, "/calc/price", json!("9.500000"));
    }),
    case("a rule that was not in force when it was claimed", &[(4, 176)], |f| {
        f.set(176, "/rule", json!(175));
    }),
    case("a rule that is no rule", &[(4, 26)], |f| {
        f.set(26, "/rule", json!(2));
    }),
    case("a batch opened at another index", &[(4, 26)], |f| {
        f.set(26, "/calc/batch_index", json!(24));
    }),
    case("claimed after it was accepted", &[(4, 26)], |f| {
        f.set(26, "/calc/claimed_size", json!(27));
    }),
    case("claimed before its batch was opened", &[(4, 26)], |f| {
        f.set(26, "/calc/claimed_size", json!(23));
    }),
    case("a claim accepted twice", &[(4, 315)], |f| {
        let claim = f.entries[26]["refs"]["claim"].clone();
        accept(f, 26, |entry| entry["refs"]["claim"] = claim);
    }),
    case("a task accepted more often than it has copies", &[(4, 315)], |f| {
        let task = f.entries[26]["refs"]["task"].clone();
        accept(f, 26, |entry| entry["refs"]["task"] = task);
    }),
    case("a task answered twice by one worker", &[(3, 284), (4, 67)], |f| {
        // Task 27108cd6 wants three answers; the second is given to the first one's worker.
        f.set(67, "/refs/worker", json!(M1)).set(67, "/lines/4", json!(["Liabilities:Members:M-S3GKK83N:Earned", "USD", "-0.024000"]));
        f.set(67, "/lines/5", json!([format!("Liabilities:Members:{M1}:Earned"), "USD", "-0.640000"]));
    }),
    case("a worker who reviews their own work", &[(4, 315)], |f| {
        accept(f, 26, |entry| entry["refs"]["reviewer"] = json!("M-BCYWAT28"));
    }),
    case("a reviewer who was never admitted", &[(4, 315)], |f| {
        accept(f, 26, |entry| entry["refs"]["reviewer"] = json!("M-00000000"));
    }),
    case("a reviewer who has left", &[(4, 315)], |f| {
        accept(f, 26, |entry| {
            entry["refs"]["reviewer"] = json!("M-S3GKK83N");
            entry["lines"][5][0] = json!("Liabilities:Members:M-S3GKK83N:Earned");
        });
    }),
    case("a worker who was no member yet when they claimed", &[(4, 315)], |f| {
        accept(f, 26, |entry| {
            entry["refs"]["worker"] = json!("M-SNGKH1MN");
            entry["lines"][4][0] = json!("Liabilities:Members:M-NSBVKD1S:Earned");
            entry["lines"][4][2] = json!("-0.282000");
            entry["lines"][5][0] = json!("Liabilities:Members:M-SNGKH1MN:Earned");
            entry["lines"][5][2] = json!("-7.520000");
        });
    }),
    case("a worker who had left when they claimed", &[(4, 315)], |f| {
        accept(f, 26, |entry| {
            entry["refs"]["worker"] = json!("M-1SXFCZCF");
            entry["calc"]["claimed_size"] = json!(315);
        });
    }),
    case("work of an unknown batch", &[(4, 26)], |f| {
        f.set(26, "/refs/batch", json!(ID));
    }),
    case("work of another contract's batch", &[(4, 26)], |f| {
        f.set(26, "/refs/contract", json!("C-2"));
    }),
    case("a task of another batch", &[(4, 315)], |f| {
        let task = f.entries[66]["refs"]["task"].clone();
        accept(f, 26, |entry| entry["refs"]["task"] = task);
    }),
    case("claimed after its contract was closed", &[(4, 315)], |f| {
        accept(f, 261, |entry| entry["calc"]["claimed_size"] = json!(311));
    }),
    case("a note on work that is not its reviewer's", &[(4, 33)], |f| {
        f.unsign(33);
        f.add_note(33, 0, &first_member_key(M3), 31, |_| {});
    }),
    case("two notes on work", &[(1, 33), (3, 33), (4, 33)], |f| f.add_note(33, 1, &member_key(M3), 31, |_| {})),
    case("a rejection of another batch's claim", &[(4, 315)], |f| {
        let claim = f.entries[66]["refs"]["claim"].clone();
        let (refs, calc) = (f.entries[119]["refs"].clone(), f.entries[119]["calc"].clone());
        f.append(json!({"kind": "work.rejected", "refs": refs, "calc": calc}), &[]).set(315, "/refs/claim", claim);
    }),
    case("a batch a cent under the floor", &[(4, 315)], |f| {
        f.append(batch("C-1", 0, "7.490000", 2_700), &[]);
    }),
    case("a batch below its contract's level", &[(4, 315)], |f| {
        f.append(batch("C-3", 0, "9.000000", 120), &[]);
    }),
    case("a batch on a closed contract", &[(4, 315)], |f| {
        f.append(batch("C-2", 3, "9.000000", 120), &[]);
    }),
    case("a batch of an unknown contract", &[(4, 315)], |f| {
        f.append(batch("C-9", 3, "9.000000", 120), &[]);
    }),
    case("a batch opened twice", &[(4, 315)], |f| {
        f.append(batch("C-1", 0, "9.400000", 2_700), &[]).set(315, "/refs/batch", json!("019b8d3b-e398-7e4b-9bb9-f49ad214f9ae"));
    }),
    case("a batch in a currency of no floor", &[(4, 315)], |f| {
        f.append(batch("C-1", 0, "9.400000", 2_700), &[]).set(315, "/calc/currency", json!("KES"));
    }),
    case("a batch opened by an older book", &[(4, 315)], |f| {
        f.append(batch("C-1", 0, "9.400000", 2_700), &[]).set(315, "/rule", json!(1));
    }),
    case("a batch repriced under the floor", &[(4, 122)], |f| {
        f.set(122, "/calc/price", json!("7.490000"));
    }),
    case("an unknown batch repriced", &[(4, 122)], |f| {
        f.set(122, "/refs/batch", json!(ID));
    }),
];
