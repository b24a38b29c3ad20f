//! Level 3: lines sum to zero, balances keep their sign, closed periods state the balances that the notes give.

use std::collections::BTreeMap;

use manyhands_domain::books::account::Account;
use manyhands_domain::books::entry::Entry;
use manyhands_domain::books::kinds::KindId;
use manyhands_domain::books::{balances, lines};
use manyhands_domain::money::{Amount, Currency};
use serde_json::Value;

/// Balances replayed from the notes.
#[derive(Default)]
pub(crate) struct Books {
    /// Which place of `balances` holds an account's balance in a unit.
    places: BTreeMap<Account, Vec<(Currency, u32)>>,
    balances: Vec<Amount>,
    /// Every posting of every entry, so that a balance can be read as of an earlier size: its place, and its sum.
    posted: Vec<u32>,
    sums: Vec<i64>,
    /// How many postings stand before each entry.
    starts: Vec<u32>,
    parts: Option<Parts>,
}

/// A balance: account, unit, amount, as they are written.
pub type Balance = (String, String, String);

/// A period being closed in parts.
struct Parts {
    period: String,
    size: u64,
    next: i64,
    of: i64,
    /// What is still to be told.
    left: std::vec::IntoIter<Balance>,
}

impl Books {
    /// Posts an entry's lines.
    pub(crate) fn post(&mut self, index: u64, entry: &Entry) -> Result<(), String> {
        self.skip()?;
        let interrupted = self.parts.is_some() && entry.kind.id != KindId::PeriodClosed;
        if interrupted {
            self.parts = None;
        }
        for line in &entry.lines {
            let place = self.place(&line.account, line.unit)?;
            let index = usize::try_from(place).map_err(|error| error.to_string())?;
            let balance = self.balances.get_mut(index).ok_or("there are too many accounts")?;
            *balance = balances::posted(*balance, line.amount).map_err(|error| error.to_string())?;
            balances::check(&line.account, *balance).map_err(|error| format!("{}: {error}", line.account))?;
            self.posted.push(place);
            self.sums.push(line.amount.micros());
        }
        lines::check_balance(&entry.lines).map_err(|error| error.to_string())?;
        if interrupted {
            return Err("another entry stands among the parts of a period".to_owned());
        }
        if entry.kind.id == KindId::PeriodClosed { self.close(index, entry) } else { Ok(()) }
    }

    /// An entry that posts nothing, or that cannot be read.
    pub(crate) fn skip(&mut self) -> Result<(), String> {
        self.starts.push(u32::try_from(self.posted.len()).map_err(|_| "there are too many lines")?);
        Ok(())
    }

    /// A log may not end inside the parts of a period.
    pub(crate) fn ends_inside_parts(&self) -> bool {
        self.parts.is_some()
    }

    /// All that are not zero, sorted.
    pub(crate) fn balances(&self) -> Vec<Balance> {
        self.rows(&self.balances)
    }

    fn place(&mut self, account: &Account, unit: Currency) -> Result<u32, String> {
        if let Some((_, place)) = self.places.get(account).and_then(|units| units.iter().find(|(known, _)| *known == unit)) {
            return Ok(*place);
        }
        let place = u32::try_from(self.balances.len()).map_err(|_| "there are too many accounts")?;
        self.places.entry(account.clone()).or_default().push((unit, place));
        self.balances.push(Amount::ZERO);
        Ok(place)
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
        let begun = self.parts.take();
        let mut parts = match begun {
            Some(parts) => parts,
            None if size > index => return Err(wrong()),
            None => Parts { period: period.clone(), size, next: 1, of, left: self.as_of(size).into_iter() },
        };
        if parts.next != k || parts.of != of || parts.size != size || parts.period != period {
            return Err(wrong());
        }
        let rows = entry.calc.get("balances").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let text = |row: &Value, place: usize| row.get(place).and_then(Value::as_str).unwrap_or_default().to_owned();
        let told = rows.iter().all(|row| parts.left.next() == Some((text(row, 0), text(row, 1), text(row, 2))));
        let whole = k < of || parts.left.len() == 0;
        parts.next += 1;
        if k < of {
            self.parts = Some(parts);
        }
        if told && whole { Ok(()) } else { Err("the period's balances are not those of the entries".to_owned()) }
    }

    /// The same over the entries below a size.
    pub(crate) fn as_of(&self, size: u64) -> Vec<Balance> {
        let start = usize::try_from(size).ok().and_then(|size| self.starts.get(size)).map_or(self.posted.len(), |start| *start as usize);
        let mut then = self.balances.clone();
        for (place, micros) in self.posted.iter().zip(&self.sums).skip(start) {
            if let Some(balance) = then.get_mut(*place as usize) {
                *balance = balance.checked_sub(Amount::from_micros(*micros)).unwrap_or_default();
            }
        }
        self.rows(&then)
    }

    fn rows(&self, balances: &[Amount]) -> Vec<Balance> {
        let mut rows = Vec::new();
        for (account, units) in &self.places {
            let mut units: Vec<_> = units.iter().filter_map(|(unit, place)| Some((*unit, *balances.get(*place as usize)?))).collect();
            units.sort();
            let held = units.into_iter().filter(|(_, amount)| *amount != Amount::ZERO);
            rows.extend(held.map(|(unit, amount)| (account.to_string(), unit.to_string(), amount.to_string())));
        }
        rows
    }
}
