//! Payouts: approved as a whole, sent line by line as approved, each settled or failed once.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::books::account::Account;
use crate::books::entry::Entry;
use crate::books::kinds::KindId;
use crate::books::lines;
use crate::ids::MemberId;
use crate::money::{Amount, Currency};
use crate::replay::moves::moved;
use crate::replay::people::{Age, People};
use crate::replay::{Broken, Ground, Outcome, Rules, Step};

/// Every run, and the one whose lines are being sent.
#[derive(Debug, Default)]
pub(super) struct Payouts {
    runs: BTreeMap<String, Run>,
    sending: Option<Sending>,
}

#[derive(Debug)]
struct Run {
    currency: Currency,
    transit: Account,
    lines: BTreeMap<String, (Amount, State)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Sent,
    Settled,
    Failed,
}

/// A run between its approval and its last line.
#[derive(Debug)]
struct Sending {
    payout: String,
    left: u64,
    step: Amount,
    total: Amount,
    sum: Amount,
    last: String,
    hash: Sha256,
    expected: String,
    ground: Ground,
}

impl Payouts {
    /// The lines of a run follow its approval, and nothing comes between.
    pub(super) fn check_run(&mut self, entry: &Entry) -> Result<(), Broken> {
        let sent = entry.kind.id == KindId::PayoutSent;
        match (&self.sending, sent) {
            (None, false) => Ok(()),
            (Some(sending), true) if entry.reference("payout") == Some(sending.payout.as_str()) => Ok(()),
            (None, true) => Err(Broken::new("no approved payout run waits for this line")),
            (Some(_), _) => {
                self.sending = None;
                Err(Broken::new("it stands between an approved payout run and its lines"))
            }
        }
    }

    /// A log may not end inside a run.
    pub(super) fn finish(&self) -> Result<(), Broken> {
        match &self.sending {
            None => Ok(()),
            Some(_) => Err(Broken::new("the log ends inside a payout run")),
        }
    }

    /// `payout.approved`, by two people.
    pub(super) fn approve(&mut self, step: Step<'_>, rules: &Rules, people: &People) -> Outcome {
        let entry = step.entry;
        let unreadable = || Broken::new("its terms cannot be read");
        let sum = |name: &str| entry.text(name).and_then(|text| Amount::parse(text).ok());
        let payout = step.id("payout").to_owned();
        let run = Run {
            currency: entry.text("currency").and_then(|code| Currency::parse(code).ok()).ok_or_else(unreadable)?,
            transit: entry.text("rail").and_then(|rail| Account::transit(rail).ok()).ok_or_else(unreadable)?,
            lines: BTreeMap::new(),
        };
        let ground = people.two(step, Age::Settled);
        let pay_step = sum("step").ok_or_else(unreadable)?;
        self.sending = Some(Sending {
            payout: payout.clone(),
            left: step.number("count").ok_or_else(unreadable)?,
            step: pay_step,
            total: sum("total").ok_or_else(unreadable)?,
            sum: Amount::ZERO,
            last: String::new(),
            hash: Sha256::new(),
            expected: entry.text("lines_sha256").unwrap_or_default().to_owned(),
            ground: if ground == Ok(Ground::Signed) { Ground::AsSigned } else { Ground::ServerWord },
        });
        let currency = run.currency;
        if self.runs.insert(payout, run).is_some() {
            return Err(Broken::new("a payout run of this id was approved before"));
        }
        let minor = rules.at(step.index).and_then(|(_, book)| book.minor_unit(currency));
        let minor = minor.ok_or(Broken::new("its currency is none of the rule book's"))?;
        if pay_step.round_down_to(minor) != pay_step {
            return Err(Broken::new("its step is no multiple of the currency's minor unit"));
        }
        ground
    }

    /// `payout.sent`: earned to transit; the last line must complete what was approved.
    pub(super) fn send(&mut self, step: Step<'_>, people: &People) -> Outcome {
        let mut sending = self.sending.take().ok_or(Broken::new("no approved payout run waits for this line"))?;
        let run = self.runs.get_mut(&sending.payout).ok_or(NO_RUN)?;
        let member = step.id("member");
        let amount = amount_of(step)?;
        let ground = sending.ground;
        sending.hash.update(format!("{member} {amount}\n"));
        sending.sum = sending.sum.checked_add(amount).map_err(|_| Broken::new("the run's sum is too large"))?;
        sending.left = sending.left.saturating_sub(1);
        let ordered = sending.last.as_str() < member;
        member.clone_into(&mut sending.last);
        run.lines.insert(member.to_owned(), (amount, State::Sent));
        let (transit, currency, stepped) = (run.transit.clone(), run.currency, amount.round_down_to(sending.step) == amount);
        let whole = if sending.left > 0 {
            self.sending = Some(sending);
            true
        } else {
            sending.sum == sending.total && hex::encode(sending.hash.finalize()) == sending.expected
        };
        if people.number_of(member).is_none() {
            return Err(Broken::new("nobody of this id was ever admitted"));
        }
        if !ordered {
            return Err(Broken::new("the run's lines are not sorted by member"));
        }
        if !stepped {
            return Err(Broken::new("the amount is no multiple of the run's step"));
        }
        move_line(step, &earned(member)?, &transit, currency, amount)?;
        if whole { Ok(ground) } else { Err(Broken::new("the run's lines are not those that were approved")) }
    }

    /// `payout.settled`: transit to bank, and what it cost.
    pub(super) fn settle(&mut self, step: Step<'_>) -> Outcome {
        let (transit, currency, amount, _) = self.turn(step, &[State::Sent], State::Settled)?;
        let wrong = |_| Broken::new("its sums are too large");
        let fee = match step.entry.text("fee").map(Amount::parse) {
            None => Amount::ZERO,
            Some(fee) => fee.map_err(|_| Broken::new("its fee cannot be read"))?,
        };
        let out = amount.checked_add(fee).and_then(Amount::checked_neg).map_err(wrong)?;
        let fees = Account::expense("Fees").map_err(|_| NO_RUN)?;
        let postings = [(transit, currency, amount), (fees, currency, fee), (Account::bank(), currency, out)];
        let expected = lines::balanced(postings).map_err(|_| Broken::new("its sums do not balance"))?;
        if expected == step.entry.lines { Ok(Ground::ServerWord) } else { Err(LINES) }
    }

    /// `payout.failed`: from transit, or from the bank if it was settled before, back to earned.
    pub(super) fn fail(&mut self, step: Step<'_>) -> Outcome {
        let (transit, currency, amount, before) = self.turn(step, &[State::Sent, State::Settled], State::Failed)?;
        let from = if before == State::Sent { transit } else { Account::bank() };
        move_line(step, &from, &earned(step.id("member"))?, currency, amount).map(|()| Ground::ServerWord)
    }

    /// Moves a line on; where it stood.
    fn turn(&mut self, step: Step<'_>, from: &[State], to: State) -> Result<(Account, Currency, Amount, State), Broken> {
        let run = self.runs.get_mut(step.id("payout")).ok_or(NO_RUN)?;
        let (amount, state) = run.lines.get_mut(step.id("member")).ok_or(Broken::new("the run has no line of this member"))?;
        let before = *state;
        if !from.contains(&before) {
            return Err(Broken::new("this line was settled or failed before"));
        }
        *state = to;
        if *amount != amount_of(step)? {
            return Err(Broken::new("the amount is not the one that was sent"));
        }
        Ok((run.transit.clone(), run.currency, *amount, before))
    }
}

fn move_line(step: Step<'_>, debit: &Account, credit: &Account, currency: Currency, amount: Amount) -> Result<(), Broken> {
    if moved(step, debit, credit)? == (currency, amount) { Ok(()) } else { Err(LINES) }
}

fn amount_of(step: Step<'_>) -> Result<Amount, Broken> {
    let amount = step.entry.calc.get("amount").and_then(Value::as_str).and_then(|text| Amount::parse(text).ok());
    amount.ok_or(Broken::new("its amount cannot be read"))
}

fn earned(member: &str) -> Result<Account, Broken> {
    Ok(Account::earned(&MemberId::parse(member).map_err(|_| Broken::new("its member cannot be read"))?))
}

const NO_RUN: Broken = Broken::new("no payout run of this id was approved");
const LINES: Broken = Broken::new("its lines are not the amount from and to where it must go");
