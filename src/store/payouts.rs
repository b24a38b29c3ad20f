//! Payout runs with their lines, and expenses.

mod expenses;

use manyhands_domain::ids::{MemberId, PayoutId, PersonId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, insert_rows, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

pub use expenses::{
    Expense, find_expense, insert_expense, list_expenses, list_expenses_prepared, list_expenses_waiting_for, load_expense_held,
    set_expense_paid, set_expense_withdrawn,
};

/// A run of payouts.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Payout {
    /// `O-…`.
    pub id: String,
    /// Of every line.
    pub currency: String,
    /// A part of an account name.
    pub rail: String,
    /// Millionths.
    pub step: i64,
    /// `prepared`, `sent`, `withdrawn`.
    pub state: String,
    /// Lines.
    pub count: i64,
    /// Millionths.
    pub total: i64,
    /// Hash of the lines.
    pub lines_sha256: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// Their name.
    pub prepared_name: String,
    /// Seconds.
    pub prepared_at: i64,
    /// The `payout.approved` entry.
    pub approved_index: Option<i64>,
    /// Who approved it; empty before.
    pub approved_name: String,
}

/// A line of a run, with the person it goes to.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    /// The run.
    pub payout_id: String,
    /// To whom.
    pub member_id: String,
    /// Their name; empty once they are erased.
    pub name: String,
    /// How they are paid, as of the preparation.
    pub rail: String,
    /// Where to, as of the preparation; empty when they had not said.
    pub payout_to: String,
    /// Millionths.
    pub amount: i64,
    /// `prepared`, `sent`, `settled`, `failed`.
    pub state: String,
    /// The bank's reference.
    pub reference: String,
    /// The entry that sent it.
    pub sent_index: Option<i64>,
    /// When it was sent, seconds.
    pub sent_at: Option<i64>,
    /// The entry by which it arrived.
    pub settled_index: Option<i64>,
    /// When it arrived, seconds.
    pub settled_at: Option<i64>,
    /// The entry by which it came back.
    pub failed_index: Option<i64>,
    /// When it came back, seconds.
    pub failed_at: Option<i64>,
    /// Of the run.
    pub currency: String,
}

/// What became of a line once: an entry of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// `sent`, `settled`, `failed`.
    pub state: &'static str,
    /// The entry.
    pub index: i64,
    /// Seconds.
    pub at: i64,
}

impl Line {
    /// Every entry that the line led to, in the order of the book.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let sent = ("sent", self.sent_index, self.sent_at);
        let steps = [sent, ("settled", self.settled_index, self.settled_at), ("failed", self.failed_index, self.failed_at)];
        let mut steps: Vec<Step> =
            steps.into_iter().filter_map(|(state, index, at)| Some(Step { state, index: index?, at: at? })).collect();
        steps.sort_by_key(|step| step.index);
        steps
    }
}

/// The next free number; whoever else prepares a run waits until the transaction ends.
pub async fn next_number(tx: &Tx) -> Result<u64, StoreError> {
    lock_by_name(tx, "payout number").await?;
    let last: Option<i64> = find_value(tx, "SELECT COALESCE(MAX(number), 0) AS v FROM payouts", vec![]).await?;
    crate::sql::uncount(last.unwrap_or(0) + 1)
}

/// A run as it is prepared.
#[derive(Clone, Debug)]
pub struct NewPayout<'a> {
    /// Fresh.
    pub id: &'a PayoutId,
    /// Its number.
    pub number: u64,
    /// Of every line.
    pub currency: &'a str,
    /// A part of an account name.
    pub rail: &'a str,
    /// Millionths.
    pub step: i64,
    /// Millionths.
    pub minimum: i64,
    /// Member and millionths, sorted.
    pub lines: &'a [(MemberId, i64)],
    /// Millionths.
    pub total: i64,
    /// Hash of the lines.
    pub lines_sha256: &'a str,
    /// Who prepares.
    pub by: &'a PersonId,
}

/// Keeps a prepared run, and where each line goes as its member says now.
pub async fn insert(tx: &Tx, payout: &NewPayout<'_>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO payouts (id, number, currency, rail, step, minimum, state, count, total, lines_sha256, prepared_by, prepared_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'prepared', $7, $8, $9, $10, $11)",
        values![
            payout.id.as_str(),
            count(payout.number)?,
            payout.currency,
            payout.rail,
            payout.step,
            payout.minimum,
            count(payout.lines.len() as u64)?,
            payout.total,
            payout.lines_sha256,
            payout.by.as_str(),
            now.secs()
        ],
    )
    .await?;
    let rows =
        payout.lines.iter().map(|(member, amount)| values![payout.id.as_str(), member.as_str(), *amount, "prepared", now.secs()]).collect();
    insert_rows(tx, "payout_lines (payout_id, member_id, amount, state, changed_at)", rows, "").await?;
    execute(
        tx,
        "UPDATE payout_lines SET rail = COALESCE((SELECT m.rail FROM members m WHERE m.id = payout_lines.member_id), ''), \
         payout_to = COALESCE((SELECT m.payout_to FROM members m WHERE m.id = payout_lines.member_id), '') WHERE payout_id = $1",
        values![payout.id.as_str()],
    )
    .await?;
    Ok(())
}

/// A run, if there is one.
pub async fn find_payout(on: &impl Sql, id: &PayoutId) -> Result<Option<Payout>, StoreError> {
    find(on, format!("{SELECT} WHERE o.id = $1"), values![id.as_str()]).await
}

/// A run, held until the transaction ends: two who approve it at once come one after the other.
pub async fn load_held(tx: &Tx, id: &PayoutId) -> Result<Payout, StoreError> {
    if tx.is_postgres() {
        execute(tx, "SELECT 1 FROM payouts WHERE id = $1 FOR UPDATE", values![id.as_str()]).await?;
    }
    find_payout(tx, id).await?.ok_or(StoreError::Missing("payout"))
}

/// Runs, newest first.
pub async fn list(on: &impl Sql, limit: u64) -> Result<Vec<Payout>, StoreError> {
    all(on, format!("{SELECT} ORDER BY o.number DESC LIMIT $1"), values![count(limit)?]).await
}

/// Whether a run of this currency waits for its second person: two would pay twice.
pub async fn find_waiting(tx: &Tx, currency: &str) -> Result<Option<String>, StoreError> {
    find_value(tx, "SELECT id AS v FROM payouts WHERE state = 'prepared' AND currency = $1", values![currency]).await
}

/// The lines of a run, by member.
pub async fn list_lines(on: &impl Sql, id: &PayoutId) -> Result<Vec<Line>, StoreError> {
    all(on, format!("{LINES} WHERE n.payout_id = $1 ORDER BY n.member_id"), values![id.as_str()]).await
}

/// A member's payouts, newest first.
pub async fn list_of_member(on: &impl Sql, member: &MemberId, limit: u64) -> Result<Vec<Line>, StoreError> {
    all(
        on,
        format!("{LINES} WHERE n.member_id = $1 AND n.state <> 'prepared' ORDER BY n.changed_at DESC, n.payout_id DESC LIMIT $2"),
        values![member.as_str(), count(limit)?],
    )
    .await
}

/// A member's lines in runs that wait for their second person.
pub async fn list_waiting_of_member(on: &impl Sql, member: &MemberId) -> Result<Vec<Line>, StoreError> {
    all(
        on,
        format!("{LINES} WHERE n.member_id = $1 AND n.state = 'prepared' AND o.state = 'prepared' ORDER BY o.number"),
        values![member.as_str()],
    )
    .await
}

/// Marks a run sent, by its second person; false if it was not waiting.
pub async fn set_sent(tx: &Tx, id: &PayoutId, by: &PersonId, index: u64, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE payouts SET state = 'sent', approved_by = $2, approved_at = $3, approved_index = $4 WHERE id = $1 AND state = 'prepared'",
        values![id.as_str(), by.as_str(), now.secs(), count(index)?],
    )
    .await?;
    Ok(touched == 1)
}

/// Withdraws a run that nobody approved; false if it was not waiting.
pub async fn set_withdrawn(tx: &Tx, id: &PayoutId) -> Result<bool, StoreError> {
    Ok(execute(tx, "UPDATE payouts SET state = 'withdrawn' WHERE id = $1 AND state = 'prepared'", values![id.as_str()]).await? == 1)
}

/// Marks a line sent.
pub async fn set_line_sent(tx: &Tx, id: &PayoutId, member: &str, index: u64, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE payout_lines SET state = 'sent', sent_index = $3, changed_at = $4 WHERE payout_id = $1 AND member_id = $2",
        values![id.as_str(), member, count(index)?, now.secs()],
    )
    .await?;
    Ok(())
}

/// Marks a sent line settled with the bank's reference and fee; false if it was not under way.
pub async fn set_line_settled(
    tx: &Tx,
    id: &PayoutId,
    member: &str,
    index: u64,
    reference: &str,
    fee: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE payout_lines SET state = 'settled', settled_index = $3, reference = $4, fee = $5, changed_at = $6 \
         WHERE payout_id = $1 AND member_id = $2 AND state = 'sent'",
        values![id.as_str(), member, count(index)?, reference, fee, now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// Marks a sent line failed; false if it was not under way.
pub async fn set_line_failed(tx: &Tx, id: &PayoutId, member: &str, index: u64, reason: &str, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE payout_lines SET state = 'failed', failed_index = $3, reason = $4, changed_at = $5 \
         WHERE payout_id = $1 AND member_id = $2 AND state = 'sent'",
        values![id.as_str(), member, count(index)?, reason, now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// Runs that wait for a second person other than this one, oldest first.
pub async fn list_waiting_for(on: &impl Sql, not_by: &PersonId) -> Result<Vec<Payout>, StoreError> {
    all(on, format!("{SELECT} WHERE o.state = 'prepared' AND o.prepared_by <> $1 ORDER BY o.number"), values![not_by.as_str()]).await
}

/// Runs that nobody approved yet, oldest first.
pub async fn list_prepared(on: &impl Sql) -> Result<Vec<Payout>, StoreError> {
    all(on, format!("{SELECT} WHERE o.state = 'prepared' ORDER BY o.number"), vec![]).await
}

const SELECT: &str = "\
SELECT o.id, o.currency, o.rail, o.step, o.state, o.count, o.total, o.lines_sha256, o.prepared_by, p.name AS prepared_name,
  o.prepared_at, o.approved_index, COALESCE(a.name, '') AS approved_name
FROM payouts o JOIN people p ON p.id = o.prepared_by LEFT JOIN people a ON a.id = o.approved_by";

const LINES: &str = "\
SELECT n.payout_id, n.member_id, COALESCE(p.name, '') AS name, n.rail, n.payout_to,
  n.amount, n.state, n.reference, n.sent_index, es.at AS sent_at, n.settled_index, ea.at AS settled_at,
  n.failed_index, ef.at AS failed_at, o.currency
FROM payout_lines n JOIN payouts o ON o.id = n.payout_id
LEFT JOIN entries es ON es.idx = n.sent_index LEFT JOIN entries ea ON ea.idx = n.settled_index
LEFT JOIN entries ef ON ef.idx = n.failed_index
LEFT JOIN members m ON m.id = n.member_id LEFT JOIN people p ON p.id = m.person_id";
