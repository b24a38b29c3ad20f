//! Balances as an export walks through the log, and what each month made of them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::ExportError;
use crate::books::account::Account;
use crate::books::lines::Line;
use crate::money::{Amount, AmountError, Currency};

/// Every account and unit that was posted to, up to the entry last seen.
#[derive(Default)]
pub(super) struct Months {
    rows: BTreeMap<(Account, Currency), Row>,
    /// The day of the entry last seen.
    day: Option<Date>,
}

#[derive(Default)]
struct Row {
    opening: Amount,
    /// What the month added so far.
    movement: Amount,
    balance: Amount,
    /// Whether it added anything: what came and went leaves no movement.
    moved: bool,
}

/// A month that is over, or the last one up to its last entry.
pub(super) struct Closing<'a> {
    /// Its last day; of the log's last month, the day of the last entry.
    pub last_day: Date,
    /// The day after that.
    pub next_day: Date,
    /// Whether anything was posted in it.
    pub moved: bool,
    rows: &'a BTreeMap<(Account, Currency), Row>,
}

/// An account in one unit over a month.
pub(super) struct Closed<'a> {
    pub account: &'a Account,
    pub unit: Currency,
    pub opening: Amount,
    pub movement: Amount,
    pub closing: Amount,
}

impl Months {
    /// Adds a line; the balance after it.
    pub fn post(&mut self, line: &Line) -> Result<Amount, AmountError> {
        let row = self.rows.entry((line.account.clone(), line.unit)).or_default();
        row.movement = row.movement.checked_add(line.amount)?;
        row.balance = row.balance.checked_add(line.amount)?;
        row.moved = true;
        Ok(row.balance)
    }

    /// Goes on to the day of the next entry: every month that ended before it is closed, those without entries too.
    pub fn turn_to(&mut self, date: Date, mut close: impl FnMut(&Closing<'_>)) -> Result<(), ExportError> {
        let mut day = self.day.unwrap_or(date);
        while day.first_of_month() < date.first_of_month() {
            let last_day = day.last_of_month();
            day = self.close(last_day, &mut close)?;
        }
        self.day = Some(date);
        Ok(())
    }

    /// Closes the month of the last entry.
    pub fn close_last(&mut self, mut close: impl FnMut(&Closing<'_>)) -> Result<(), ExportError> {
        if let Some(day) = self.day {
            self.close(day, &mut close)?;
        }
        Ok(())
    }

    /// The day of the entry last seen.
    pub fn day(&self) -> Option<Date> {
        self.day
    }

    /// Every account that was ever posted to, in order, each once.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        let mut before = None;
        self.rows.keys().map(|(account, _)| account).filter(move |account| before.replace(*account) != Some(*account))
    }

    fn close(&mut self, last_day: Date, close: &mut impl FnMut(&Closing<'_>)) -> Result<Date, ExportError> {
        let next_day = last_day.tomorrow().map_err(|_| ExportError::Date)?;
        close(&Closing { last_day, next_day, moved: self.rows.values().any(|row| row.moved), rows: &self.rows });
        for row in self.rows.values_mut() {
            *row = Row { opening: row.balance, movement: Amount::ZERO, balance: row.balance, moved: false };
        }
        Ok(next_day)
    }
}

impl Closing<'_> {
    /// What stood at its beginning, moved in it or stands at its end, in bytewise order of account and unit.
    pub fn rows(&self) -> impl Iterator<Item = Closed<'_>> {
        let told = |row: &Row| row.moved || row.balance != Amount::ZERO;
        self.rows.iter().filter(move |(_, row)| told(row)).map(|((account, unit), row)| Closed {
            account,
            unit: *unit,
            opening: row.opening,
            movement: row.movement,
            closing: row.balance,
        })
    }
}
