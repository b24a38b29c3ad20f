//! Money that two people move: expenses, spendings of funds, corrections. And closed periods, whose sums are another level's.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::books::account::Account;
use crate::books::kinds::KindId;
use crate::books::lines::Line;
use crate::money::{Amount, Currency};
use crate::replay::people::{Age, People};
use crate::replay::{Broken, Ground, Outcome, Past, Step};

/// Ids used so far.
#[derive(Debug, Default)]
pub(super) struct Moves {
    expenses: BTreeSet<String>,
    periods: BTreeSet<String>,
    /// The period whose parts are being told.
    period: String,
}

impl Moves {
    /// `expense.paid`: one expense account to bank, by two people.
    pub(super) fn pay_expense(&mut self, step: Step<'_>, people: &People) -> Outcome {
        if !self.expenses.insert(step.id("expense").to_owned()) {
            return Err(Broken::new("an expense of this id was paid before"));
        }
        let account = step.entry.lines.iter().map(|line| &line.account).find(|account| account.as_str().starts_with("Expenses:"));
        let account = account.ok_or(Broken::new("it goes to no expense account"))?;
        moved(step, account, &Account::bank())?;
        people.two(step, Age::Settled)
    }

    /// `fund.spent`: fund to bank, or to one member's earnings, by two people.
    pub(super) fn spend_fund(&mut self, step: Step<'_>, people: &People) -> Outcome {
        let fund = Account::fund(step.id("fund")).map_err(|_| Broken::new("its fund cannot be read"))?;
        let to = match step.entry.reference("member") {
            Some(member) if people.number_of(member).is_none() => return Err(Broken::new("nobody of this id was ever admitted")),
            Some(member) => Account::parse(&format!("Liabilities:Members:{member}:Earned")).map_err(|_| LINES)?,
            None => Account::bank(),
        };
        moved(step, &fund, &to)?;
        people.two(step, Age::Settled)
    }

    /// `correction.posted`: accounts and units of an entry that has lines and is no payout and no correction; by two people.
    pub(super) fn correct(&mut self, step: Step<'_>, people: &People, past: &impl Past) -> Outcome {
        let index = step.id("corrects").parse::<u64>().ok().filter(|index| *index < step.index);
        let original =
            index.and_then(|index| past.entry(index)).ok_or(Broken::new("there is no earlier entry of the index it corrects"))?;
        let paid_out =
            matches!(original.kind.id, KindId::PayoutApproved | KindId::PayoutSent | KindId::PayoutSettled | KindId::PayoutFailed);
        if original.lines.is_empty() || paid_out || original.kind.id == KindId::CorrectionPosted {
            return Err(Broken::new("an entry without lines, a payout or a correction cannot be corrected"));
        }
        let mut refs = step.entry.refs.clone();
        refs.remove("corrects");
        if refs != original.refs {
            return Err(Broken::new("it does not name what the corrected entry is about"));
        }
        let has = |line: &Line| original.lines.iter().any(|before| before.account == line.account && before.unit == line.unit);
        let within = step.entry.lines.iter().all(has);
        if !within {
            return Err(Broken::new("it touches an account or unit that the corrected entry does not"));
        }
        people.two(step, Age::Settled)
    }

    /// `period.closed`: a new period, whose parts follow each other.
    pub(super) fn close_period(&mut self, step: Step<'_>) -> Outcome {
        let id = step.id("period");
        let first = step.entry.calc.get("part").and_then(|part| part.get(0)).and_then(Value::as_i64) == Some(1);
        if first && !self.periods.insert(id.to_owned()) {
            return Err(Broken::new("a period of this id was closed before"));
        }
        if first {
            id.clone_into(&mut self.period);
        }
        if self.period == id { Ok(Ground::Recomputed) } else { Err(Broken::new("no period of this id is being closed")) }
    }
}

/// The one sum that an entry moves: `debit` is debited with it and `credit` credited, and nothing else happens.
pub(super) fn moved(step: Step<'_>, debit: &Account, credit: &Account) -> Result<(Currency, Amount), Broken> {
    let [first, second] = step.entry.lines.as_slice() else { return Err(LINES) };
    let (to, from) = if first.account == *debit { (first, second) } else { (second, first) };
    let fits = to.account == *debit && from.account == *credit && to.unit == from.unit && to.amount.is_positive();
    let opposite = to.amount.checked_neg() == Ok(from.amount);
    if fits && opposite { Ok((to.unit, to.amount)) } else { Err(LINES) }
}

const LINES: Broken = Broken::new("its lines are not one sum from and to where it must go");
