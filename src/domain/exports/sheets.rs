//! Two sheets for a spreadsheet: every line, and every account's months (RFC 4180: commas, CRLF). All of it is ASCII, so no
//! program can mistake its encoding.

use jiff::civil::Date;

use super::months::{Closing, Months};
use super::{Form, Logged, Texts};
use crate::log::checkpoint::Checkpoint;
use crate::money::Amount;
use crate::results::cell;

/// Rows as they come.
pub(super) struct Sheets;

impl Form for Sheets {
    fn begin(&mut self, out: &mut Texts) {
        out.journal.push_str("index,date,time,kind,contract,batch,payout,member,account,unit,amount,balance,rule,leaf\r\n");
        out.months.push_str("month,account,unit,opening,movement,closing\r\n");
    }

    fn entry(&mut self, logged: &Logged<'_>, date: Date, balances: &[Amount], out: &mut Texts) {
        let entry = logged.entry;
        // Day and clock apart: the day alone is what every spreadsheet takes for a date.
        let at = entry.at.to_string();
        let clock = at.split(['T', 'Z']).nth(1).unwrap_or_default();
        let about = |name: &str| cell(entry.reference(name).unwrap_or_default());
        let before = format!(
            "{},{date},{clock},{},{},{},{}",
            logged.index,
            cell(entry.kind_word()),
            about("contract"),
            about("batch"),
            about("payout")
        );
        let after = format!("{},{}", entry.rule.map(|rule| rule.to_string()).unwrap_or_default(), hex::encode(logged.leaf));
        for (line, balance) in entry.lines.iter().zip(balances) {
            let account = line.account.as_str();
            let member = cell(owner(account));
            out.journal.push_str(&format!("{before},{member},{},{},{},{balance},{after}\r\n", cell(account), line.unit, line.amount));
        }
    }

    fn month(&mut self, closing: &Closing<'_>, out: &mut Texts) {
        let month = closing.last_day.strftime("%Y-%m").to_string();
        for row in closing.rows() {
            let account = cell(row.account.as_str());
            out.months.push_str(&format!("{month},{account},{},{},{},{}\r\n", row.unit, row.opening, row.movement, row.closing));
        }
    }

    fn end(&mut self, _: &Months, _: &Checkpoint, _: &mut Texts) {}
}

/// The member whose account this is; nobody for the co-op's and the clients'. So a filter on a member shows what they
/// earned and were paid, without the other side of it.
fn owner(account: &str) -> &str {
    account.strip_prefix("Liabilities:Members:").and_then(|rest| rest.split(':').next()).unwrap_or_default()
}
