//! Level 3, and the rules of money at level 4. Everybody's keys are in the attacker's hands.

use serde_json::{Value, json};

use crate::alterations::{Case, case};
use crate::forge::{Forge, M1, M3};

const EVIDENCE: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const ID: &str = "019be735-8110-7486-8c6f-000000000001";

fn deposit(contract: &str, id: &str, account: &str, amount: &str) -> Value {
    json!({
        "kind": "deposit.received",
        "refs": {"contract": contract, "deposit": id},
        "calc": {"evidence": EVIDENCE},
        "lines": [["Assets:Bank", "USD", amount], [account, "USD", format!("-{amount}")]],
    })
}

fn expense(id: &str, lines: Value) -> Value {
    json!({"kind": "expense.paid", "refs": {"expense": id}, "calc": {"evidence": EVIDENCE}, "lines": lines})
}

fn correction(of: &str, refs: Value, lines: Value) -> Value {
    let mut refs = refs;
    refs["corrects"] = json!(of);
    json!({"kind": "correction.posted", "refs": refs, "calc": {"reason": "typing-error"}, "lines": lines})
}

fn hosting(micros: &str) -> Value {
    json!([["Assets:Bank", "USD", micros], ["Expenses:Hosting", "USD", format!("-{micros}")]])
}

/// A run of one line for M1, whose balance is 0.003 USD after the sample: a deposit through a correction is not needed, since two
/// people may move a fund's money to their earnings first.
fn run(forge: &mut Forge, count: u64, step: &str, sent: &[(&str, &str)]) {
    let hash = |lines: &[(&str, &str)]| {
        use sha2::Digest;
        let text: String = lines.iter().map(|(member, amount)| format!("{member} {amount}\n")).collect();
        hex::encode(sha2::Sha256::digest(text))
    };
    forge.append(
        json!({
            "kind": "fund.spent", "refs": {"fund": "Wellbeing", "member": M1}, "calc": {"evidence": EVIDENCE},
            "lines": [["Liabilities:Funds:Wellbeing", "USD", "10.000000"], [format!("Liabilities:Members:{M1}:Earned"), "USD", "-10.000000"]],
        }),
        &[M1, M3],
    );
    let calc = json!({"count": count, "currency": "USD", "lines_sha256": hash(&[(M1, "5.000000")]), "rail": "Sepa", "step": step, "total": "5.000000"});
    forge.append(json!({"kind": "payout.approved", "refs": {"payout": "O-2"}, "calc": calc}), &[M1, M3]);
    for (member, amount) in sent {
        forge.append(
            payout_line("payout.sent", member, amount, &format!("Liabilities:Members:{member}:Earned"), "Liabilities:Transit:Sepa"),
            &[],
        );
    }
}

fn payout_line(kind: &str, member: &str, amount: &str, debit: &str, credit: &str) -> Value {
    let mut lines = vec![json!([debit, "USD", amount]), json!([credit, "USD", format!("-{amount}")])];
    lines.sort_by_key(|line| line[0].as_str().unwrap().to_owned());
    let mut calc = json!({"amount": amount});
    match kind {
        "payout.settled" => calc["evidence"] = json!(EVIDENCE),
        "payout.failed" => calc["reason"] = json!("x"),
        _ => {}
    }
    json!({"kind": kind, "refs": {"payout": if kind == "payout.sent" { "O-2" } else { "O-1" }, "member": member}, "calc": calc, "lines": lines})
}

pub const CASES: &[Case] = &[
    case("more than a balance can hold", &[(3, 324)], |f| {
        let largest = "999999999999.999999";
        for _ in 0..10 {
            let (mut refs, calc) = (f.entries[22]["refs"].clone(), f.entries[22]["calc"].clone());
            refs["deposit"] = json!(format!("019b8d3b-2048-79c6-befd-{:012x}", f.entries.len()));
            let lines = json!([["Assets:Bank", "EUR", largest], ["Liabilities:Escrow:C-3", "EUR", format!("-{largest}")]]);
            f.append(json!({"kind": "deposit.received", "refs": refs, "calc": calc, "lines": lines}), &[]);
        }
    }),
    case("a millionth more on one line", &[(3, 20), (4, 20)], |f| {
        f.set(20, "/lines/0/2", json!("2000.000001"));
    }),
    case("a bank below zero", &[(3, 315)], |f| {
        f.append(expense(ID, json!([["Assets:Bank", "USD", "-9999.000000"], ["Expenses:Hosting", "USD", "9999.000000"]])), &[M1, M3]);
    }),
    case("an escrow overdrawn", &[(3, 315)], |f| {
        let lines = json!([["Assets:Bank", "USD", "-1000.000000"], ["Liabilities:Escrow:C-1", "USD", "1000.000000"]]);
        let refs = json!({"contract": "C-1", "deposit": "019b8d3a-35e8-781b-a05b-c45b9967c0f4"});
        f.append(json!({"kind": "deposit.returned", "refs": refs, "calc": {"evidence": EVIDENCE}, "lines": lines}), &[M1, M3]);
    }),
    case("a fund overspent", &[(3, 315)], |f| {
        let lines = json!([["Assets:Bank", "USD", "-28.000000"], ["Liabilities:Funds:Wellbeing", "USD", "28.000000"]]);
        f.append(json!({"kind": "fund.spent", "refs": {"fund": "Wellbeing"}, "calc": {"evidence": EVIDENCE}, "lines": lines}), &[M1, M3]);
    }),
    case("a period with another balance", &[(3, 313)], |f| {
        f.set(313, "/calc/balances/0/2", json!("91.000000"));
    }),
    case("a period of another size", &[(3, 314)], |f| {
        f.set(313, "/calc/size", json!(312));
    }),
    case("a period without its last part", &[(3, 314)], |f| {
        f.remove(314);
    }),
    case("a period's parts in the wrong order", &[(3, 313), (4, 313)], |f| {
        f.entries.swap(313, 314);
        f.raw.retain(|index, _| *index < 313);
    }),
    case("another entry among a period's parts", &[(3, 314)], |f| {
        let part = f.entries[314].clone();
        f.remove(314);
        f.append(json!({"kind": "contract.closed", "refs": {"contract": "C-1"}, "calc": {"reason": "x"}}), &[]);
        f.append(part, &[]);
        // The part stands alone now, and its period began before.
        f.set(315, "/calc/part", json!([2, 2]));
    }),
    case("a period closed twice", &[(4, 315)], |f| {
        let (first, second) = (f.entries[313].clone(), f.entries[314].clone());
        f.append(first, &[]).append(second, &[]);
    }),
    case("a deposit to another contract's escrow", &[(4, 315)], |f| {
        f.append(deposit("C-1", ID, "Liabilities:Escrow:C-3", "5.000000"), &[]);
    }),
    case("a deposit of an unknown contract", &[(4, 315)], |f| {
        f.append(deposit("C-9", ID, "Liabilities:Escrow:C-9", "5.000000"), &[]);
    }),
    case("a deposit's id used again", &[(4, 315)], |f| {
        f.append(deposit("C-1", "019b8d3a-35e8-781b-a05b-c45b9967c0f4", "Liabilities:Escrow:C-1", "5.000000"), &[]);
    }),
    case("a deposit returned to another contract's client", &[(4, 315)], |f| {
        let refs = json!({"contract": "C-1", "deposit": "019b8d3a-4588-7315-9266-e4cdaca14f21"});
        let lines = json!([["Assets:Bank", "USD", "-1.000000"], ["Liabilities:Escrow:C-1", "USD", "1.000000"]]);
        f.append(json!({"kind": "deposit.returned", "refs": refs, "calc": {"evidence": EVIDENCE}, "lines": lines}), &[M1, M3]);
    }),
    case("a unit that the book does not have", &[(4, 315)], |f| {
        let lines = json!([["Assets:Bank", "KES", "5.000000"], ["Liabilities:Escrow:C-1", "KES", "-5.000000"]]);
        f.append(
            json!({"kind": "deposit.received", "refs": {"contract": "C-1", "deposit": ID}, "calc": {"evidence": EVIDENCE}, "lines": lines}),
            &[],
        );
    }),
    case("an expense that goes to two accounts", &[(4, 315)], |f| {
        let lines =
            json!([["Assets:Bank", "USD", "-2.000000"], ["Expenses:Hosting", "USD", "1.000000"], ["Expenses:Travel", "USD", "1.000000"]]);
        f.append(expense(ID, lines), &[M1, M3]);
    }),
    case("an expense that comes from a fund", &[(4, 315)], |f| {
        let lines = json!([["Expenses:Hosting", "USD", "1.000000"], ["Liabilities:Funds:Wellbeing", "USD", "1.000000"]]);
        f.append(expense(ID, lines), &[M1, M3]).set(315, "/lines/0/2", json!("-1.000000"));
    }),
    case("an expense's id used again", &[(4, 315)], |f| {
        let lines = json!([["Assets:Bank", "USD", "-1.000000"], ["Expenses:Hosting", "USD", "1.000000"]]);
        f.append(expense("019be735-8110-7486-8c6f-f78482bf936f", lines), &[M1, M3]);
    }),
    case("a fund spent on another member than it names", &[(4, 307)], |f| {
        f.set(307, "/refs/member", json!(M1));
    }),
    case("another fund spent than it names", &[(4, 306)], |f| {
        f.set(306, "/refs/fund", json!("Training"));
    }),
    case("a correction of a payout", &[(4, 315)], |f| {
        let lines = json!([["Liabilities:Members:M-BCYWAT28:Earned", "USD", "-1.000000"], ["Liabilities:Transit:Sepa", "USD", "1.000000"]]);
        f.append(correction("285", json!({"member": "M-BCYWAT28", "payout": "O-1"}), lines), &[M1, M3]);
    }),
    case("a correction of a correction", &[(4, 315)], |f| {
        f.append(correction("309", json!({"expense": "019be735-8110-7486-8c6f-f78482bf936f"}), hosting("1.000000")), &[M1, M3]);
    }),
    case("a correction of an entry without lines", &[(4, 315)], |f| {
        f.append(correction("310", json!({"contract": "C-2"}), hosting("1.000000")), &[M1, M3]);
    }),
    case("a correction of what is yet to come", &[(4, 315)], |f| {
        f.append(correction("315", json!({}), hosting("1.000000")), &[M1, M3]);
    }),
    case("a correction that touches another account", &[(4, 315)], |f| {
        let lines = json!([["Assets:Bank", "USD", "1.000000"], ["Expenses:Fees", "USD", "-1.000000"]]);
        f.append(correction("305", json!({"expense": "019be735-8110-7486-8c6f-f78482bf936f"}), lines), &[M1, M3]);
    }),
    case("a correction that names something else", &[(4, 315)], |f| {
        f.append(correction("305", json!({"expense": ID}), hosting("1.000000")), &[M1, M3]);
    }),
    case("a correction that claws back what was paid out", &[(3, 315)], |f| {
        let lines = json!([["Liabilities:Escrow:C-1", "USD", "-9.000000"], ["Liabilities:Members:M-BCYWAT28:Earned", "USD", "9.000000"]]);
        let refs = f.entries[26]["refs"].clone();
        f.append(correction("26", refs, lines), &[M1, M3]);
    }),
    case("a run with another count", &[(4, 318)], |f| {
        run(f, 2, "0.010000", &[(M1, "5.000000")]);
    }),
    case("a run with another line than was approved", &[(4, 317)], |f| run(f, 1, "0.010000", &[(M1, "6.000000")])),
    case("a run with another total", &[(4, 293)], |f| {
        f.set(282, "/calc/total", json!("904.760000"));
    }),
    case("a run with another hash", &[(4, 293)], |f| {
        f.set(282, "/calc/lines_sha256", json!("a".repeat(64)));
    }),
    case("a run's lines in another order", &[(4, 284)], |f| {
        f.entries.swap(283, 284);
        f.raw.retain(|index, _| *index < 283);
    }),
    case("an amount that is no multiple of the step", &[(4, 317)], |f| run(f, 1, "2.000000", &[(M1, "5.000000")])),
    case("a step that is no multiple of the minor unit", &[(4, 316)], |f| run(f, 1, "0.005000", &[(M1, "5.000000")])),
    case("a run interrupted", &[(4, 317)], |f| {
        run(f, 1, "0.010000", &[]);
        f.append(json!({"kind": "contract.closed", "refs": {"contract": "C-1"}, "calc": {"reason": "x"}}), &[]);
    }),
    case("a log that ends inside a run", &[(4, 317)], |f| run(f, 1, "0.010000", &[])),
    case("a line that no run approved", &[(4, 315)], |f| {
        f.append(payout_line("payout.sent", M1, "0.001000", &format!("Liabilities:Members:{M1}:Earned"), "Liabilities:Transit:Sepa"), &[]);
    }),
    case("a run's id used again", &[(4, 316)], |f| {
        run(f, 1, "0.010000", &[(M1, "5.000000")]);
        f.set(316, "/refs/payout", json!("O-1")).set(317, "/refs/payout", json!("O-1"));
    }),
    case("a line settled twice", &[(3, 315), (4, 315)], |f| {
        f.append(payout_line("payout.settled", "M-BCYWAT28", "89.240000", "Liabilities:Transit:Sepa", "Assets:Bank"), &[]);
    }),
    case("a line that failed settles", &[(3, 315), (4, 315)], |f| {
        f.append(payout_line("payout.settled", M3, "105.120000", "Liabilities:Transit:Sepa", "Assets:Bank"), &[]);
    }),
    case("a line of nobody in the run", &[(4, 315)], |f| {
        f.append(payout_line("payout.settled", "M-SNGKH1MN", "1.000000", "Liabilities:Transit:Sepa", "Assets:Bank"), &[]);
    }),
    case("a fee that was not taken", &[(3, 313), (4, 294)], |f| {
        f.set(294, "/lines/0/2", json!("-60.380000"));
        f.edit(294, |entry| entry["lines"].as_array_mut().unwrap().remove(1).as_array().map_or((), |_| ()));
    }),
    case("less comes back than was sent", &[(3, 314), (4, 303)], |f| {
        f.set(303, "/calc/amount", json!("105.110000"));
        f.set(303, "/lines/0/2", json!("-105.110000")).set(303, "/lines/1/2", json!("105.110000"));
    }),
];
