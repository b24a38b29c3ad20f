//! A journal for hledger (hledger.org: the journal format), 1.25 or later; ledger 3 reads it too.
//!
//! Before 1.50 hledger balances a transaction to the decimals that its commodity declares: all six are declared, in the
//! form with a `format` line that ledger knows as well.

use std::collections::BTreeSet;
use std::fmt::Display;

use jiff::civil::Date;

use super::months::{Closing, Months};
use super::{Form, Logged, MADE_FROM, Texts, marks, references, title};
use crate::log::checkpoint::Checkpoint;
use crate::money::{Amount, Currency};

/// What was declared so far.
#[derive(Default)]
pub(super) struct Hledger {
    units: BTreeSet<Currency>,
}

impl Form for Hledger {
    fn begin(&mut self, out: &mut Texts) {
        out.journal.push_str(&format!("; {MADE_FROM}\n"));
    }

    fn entry(&mut self, logged: &Logged<'_>, date: Date, _: &[Amount], out: &mut Texts) {
        let out = &mut out.journal;
        out.push('\n');
        for line in &logged.entry.lines {
            if self.units.insert(line.unit) {
                out.push_str(&format!("commodity {unit}\n  format 1.000000 {unit}\n\n", unit = line.unit));
            }
        }
        out.push_str(&format!("{date} * ({}) {}\n", logged.index, title(logged.entry)));
        out.push_str(&tags(&marks(logged)));
        let about = references(logged.entry);
        if !about.is_empty() {
            out.push_str(&tags(&about));
        }
        for line in &logged.entry.lines {
            out.push_str(&format!("    {:<42}  {:>20} {}\n", line.account.as_str(), line.amount.to_string(), line.unit));
        }
    }

    /// A transaction that moves nothing and asserts every balance, on the last day.
    fn month(&mut self, closing: &Closing<'_>, out: &mut Texts) {
        if !closing.moved {
            return;
        }
        let out = &mut out.journal;
        out.push_str(&format!("\n{} * balances\n", closing.last_day));
        for row in closing.rows() {
            let account = row.account.as_str();
            out.push_str(&format!("    {account:<42}  0.000000 {unit} = {:>20} {unit}\n", row.closing.to_string(), unit = row.unit));
        }
    }

    /// Accounts are declared together: reports list them in the order of their declarations. Then the checkpoint's three lines
    /// by themselves, as every mail of the co-op ends: whoever keeps this file keeps what was signed.
    fn end(&mut self, months: &Months, of: &Checkpoint, out: &mut Texts) {
        let out = &mut out.journal;
        out.push('\n');
        for account in months.accounts() {
            out.push_str(&format!("account {account}\n"));
        }
        out.push_str(&format!("\ncomment\n{}end comment\n", of.text()));
    }
}

/// A comment of `name:value` tags. A value ends at a comma, and none of ours holds one.
fn tags(tags: &[(&str, impl Display)]) -> String {
    let tags: Vec<String> = tags.iter().map(|(name, value)| format!("{name}:{value}")).collect();
    format!("    ; {}\n", tags.join(", "))
}
