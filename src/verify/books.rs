//! Level 3: lines sum to zero, balances keep their sign, closed periods state the balances that the notes give.

use std::collections::BTreeMap;

use manyhands_domain::books::account::Account;
use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::{balances, lines};
use manyhands_domain::money::{Amount, Currency};
use serde_json::Value;

use crate::Report;

/// Balances replayed from the notes.
#[derive(Default)]
pub(crate) struct Books {
    balances: BTreeMap<(Account, Currency), Amount>,
    /// Every posting with its index, so that a balance can be read as of an earlier size.
    history: Vec<(u64, Account, Currency, Amount)>,
    parts: Option<Parts>,
}

/// A period being closed in parts.
struct Parts {
    period: String,
    size: u64,
    next: i64,
    of: i64,
    rows: Vec<Value>,
}

impl Books {
    /// Posts an entry's lines.
    pub(crate) fn post(&mut self, index: u64, entry: &Entry) -> Result<(), String> {
        if self.parts.is_some() && entry.kind.name != "period.closed" {
            self.parts = None;
            return Err("another entry stands among the parts of a period".to_owned());
        }
        lines::check_balance(&entry.lines).map_err(|error| error.to_string())?;
        for line in &entry.lines {
            let balance = self.balances.entry((line.account.clone(), line.unit)).or_default();
            *balance = balances::posted(*balance, line.amount).map_err(|error| error.to_string())?;
            self.history.push((index, line.account.clone(), line.unit, line.amount));
        }
        for line in &entry.lines {
            let balance = self.balances.get(&(line.account.clone(), line.unit)).copied().unwrap_or_default();
            balances::check(&line.account, balance).map_err(|error| format!("{}: {error}", line.account))?;
        }
        if entry.kind.name == "period.closed" { self.close(index, entry) } else { Ok(()) }
    }

    /// A log may not end inside the parts of a period.
    pub(crate) fn finish(&self, size: u64, report: &mut Report) {
        if self.parts.is_some() {
            report.fail(3, size, "the log ends inside the parts of a period");
        }
    }

    /// All that are not zero, sorted.
    pub(crate) fn balances(&self) -> Vec<(String, String, String)> {
        rows(&self.balances)
    }

    fn close(&mut self, index: u64, entry: &Entry) -> Result<(), String> {
        let wrong = || "a period's parts do not follow each other".to_owned();
        let part: Vec<i64> = entry
            .calc
            .get("part")
            .and_then(Value::as_array)
            .map(|part| part.iter().filter_map(Value::as_i64).collect())
            .unwrap_or_default();
        let [k, of] = part[..] else { return Err(wrong()) };
        let size = entry.calc.get("size").and_then(Value::as_u64).ok_or_else(wrong)?;
        let period = entry.reference("period").unwrap_or_default().to_owned();
        let mut parts = self.parts.take().unwrap_or(Parts { period: period.clone(), size, next: 1, of, rows: Vec::new() });
        if parts.next != k || parts.of != of || parts.size != size || parts.period != period || size > index {
            return Err(wrong());
        }
        parts.rows.extend(entry.calc.get("balances").and_then(Value::as_array).cloned().unwrap_or_default());
        parts.next += 1;
        if k < of {
            self.parts = Some(parts);
            return Ok(());
        }
        let said: Vec<(String, String, String)> = parts
            .rows
            .iter()
            .map(|row| {
                let text = |place: usize| row.get(place).and_then(Value::as_str).unwrap_or_default().to_owned();
                (text(0), text(1), text(2))
            })
            .collect();
        if said == self.as_of(size) { Ok(()) } else { Err("the period's balances are not those of the entries".to_owned()) }
    }

    fn as_of(&self, size: u64) -> Vec<(String, String, String)> {
        let mut then = self.balances.clone();
        for (_, account, unit, amount) in self.history.iter().rev().take_while(|(index, ..)| *index >= size) {
            if let Some(balance) = then.get_mut(&(account.clone(), *unit)) {
                *balance = balance.checked_sub(*amount).unwrap_or_default();
            }
        }
        rows(&then)
    }
}

fn rows(balances: &BTreeMap<(Account, Currency), Amount>) -> Vec<(String, String, String)> {
    balances
        .iter()
        .filter(|(_, amount)| **amount != Amount::ZERO)
        .map(|((account, unit), amount)| (account.to_string(), unit.to_string(), amount.to_string()))
        .collect()
}
