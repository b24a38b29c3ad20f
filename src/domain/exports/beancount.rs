//! A journal for beancount (beancount.github.io: Language Syntax; Precision & Tolerances).
//!
//! Beancount takes half of the last digit written as the tolerance of a transaction, and the whole of it as that of a
//! balance: six decimals always, and `~ 0.000000` on every balance, or a millionth would pass unseen.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::months::{Closing, Months};
use super::{Form, Logged, MADE_FROM, Texts, marks, references, title};
use crate::books::account::Account;
use crate::log::checkpoint::Checkpoint;
use crate::money::{Amount, Currency};

/// What was declared so far.
#[derive(Default)]
pub(super) struct Beancount {
    accounts: BTreeSet<Account>,
    units: BTreeSet<Currency>,
}

impl Form for Beancount {
    fn begin(&mut self, out: &mut Texts) {
        out.journal.push_str(&format!(";; {MADE_FROM}\n"));
    }

    fn entry(&mut self, logged: &Logged<'_>, date: Date, _: &[Amount], out: &mut Texts) {
        let out = &mut out.journal;
        if let Some(name) = logged.entry.text("name").filter(|_| logged.entry.kind.name == "coop.founded") {
            out.push_str(&format!("option \"title\" \"{}\"\n", quoted(&one_line(name))));
        }
        out.push('\n');
        for line in &logged.entry.lines {
            if self.units.insert(line.unit) {
                out.push_str(&format!("{date} commodity {}\n", line.unit));
            }
            if self.accounts.insert(line.account.clone()) {
                out.push_str(&format!("{date} open {}\n", line.account));
            }
        }
        if logged.entry.lines.is_empty() {
            out.push_str(&format!("{date} custom \"entry\" \"{}\"\n", title(logged.entry)));
        } else {
            out.push_str(&format!("{date} * \"{}\"\n", title(logged.entry)));
        }
        for (name, value) in marks(logged) {
            match name {
                "index" | "rule" => out.push_str(&format!("  {name}: {value}\n")),
                _ => out.push_str(&format!("  {name}: \"{value}\"\n")),
            }
        }
        for (name, value) in references(logged.entry) {
            out.push_str(&format!("  {name}: \"{value}\"\n"));
        }
        for line in &logged.entry.lines {
            out.push_str(&format!("  {:<42}  {:>20} {}\n", line.account.as_str(), line.amount.to_string(), line.unit));
        }
    }

    /// A balance is checked at the beginning of its day: the day after.
    fn month(&mut self, closing: &Closing<'_>, out: &mut Texts) {
        if !closing.moved {
            return;
        }
        let out = &mut out.journal;
        out.push('\n');
        for row in closing.rows() {
            let account = row.account.as_str();
            out.push_str(&format!("{} balance {account:<42}  {:>20} ~ 0.000000 {}\n", closing.next_day, row.closing.to_string(), row.unit));
        }
    }

    /// The checkpoint's three lines by themselves, as every mail of the co-op ends: whoever keeps this file keeps what was signed.
    fn end(&mut self, months: &Months, of: &Checkpoint, out: &mut Texts) {
        if let Some(date) = months.day() {
            out.journal.push_str(&format!("\n{date} custom \"checkpoint\" \"\n{}\"\n", quoted(&of.text())));
        }
    }
}

/// The inside of a string.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
