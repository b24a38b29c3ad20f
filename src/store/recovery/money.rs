//! Rows of money: deposits and what goes back of them, payouts with their lines, expenses.

use manyhands_domain::time::Timestamp;

use super::Row;
use crate::sql::{count, execute, find_value, values};
use crate::{StoreError, Tx};

/// A deposit's row; its reference is lost with the evidence.
pub async fn record_deposit(
    tx: &Tx,
    deposit: &crate::contracts::Deposit,
    evidence: &str,
    by: &manyhands_domain::ids::PersonId,
) -> Result<Row, StoreError> {
    let known: Option<i64> =
        find_value(tx, "SELECT COUNT(*) AS v FROM contracts WHERE id = $1", values![deposit.contract_id.as_str()]).await?;
    if known.unwrap_or(0) == 0 {
        return Ok(Row::Lost);
    }
    crate::contracts::insert_deposit(tx, deposit, evidence, by).await?;
    execute(tx, "UPDATE contracts SET state = 'funded' WHERE id = $1 AND state = 'approved'", values![deposit.contract_id.as_str()])
        .await?;
    Ok(Row::Made)
}

/// A `deposit.returned` entry.
#[derive(Clone, Debug)]
pub struct Returned<'a> {
    /// Of the row, if it must be made.
    pub id: &'a str,
    /// `C-…`.
    pub contract: &'a str,
    /// The deposit.
    pub deposit: &'a str,
    /// Millionths.
    pub amount: i64,
    /// Of it.
    pub currency: &'a str,
    /// The commitment.
    pub evidence: &'a str,
    /// The entry's index.
    pub index: i64,
    /// When.
    pub at: Timestamp,
}

/// Marks a return posted that waited with this very evidence, or makes its row; what else waited of the deposit nobody approved: it goes.
pub async fn settle_return(tx: &Tx, returned: &Returned<'_>, by: &str) -> Result<Row, StoreError> {
    let at = returned.at.secs();
    let sql = "UPDATE deposit_returns SET state = 'posted', approved_at = $3, entry_index = $4 WHERE evidence = $1 AND deposit_id = $2 \
               AND state = 'prepared'";
    if execute(tx, sql, values![returned.evidence, returned.deposit, at, returned.index]).await? == 1 {
        return Ok(Row::Marked);
    }
    let known: Option<i64> = find_value(tx, "SELECT COUNT(*) AS v FROM deposits WHERE id = $1", values![returned.deposit]).await?;
    if known.unwrap_or(0) == 0 {
        return Ok(Row::Lost);
    }
    execute(tx, "UPDATE deposit_returns SET state = 'withdrawn' WHERE deposit_id = $1 AND state = 'prepared'", values![returned.deposit])
        .await?;
    execute(
        tx,
        "INSERT INTO deposit_returns (id, contract_id, deposit_id, amount, currency, evidence, state, prepared_by, prepared_at, approved_at, \
         entry_index) VALUES ($1, $2, $3, $4, $5, $6, 'posted', $7, $8, $8, $9)",
        values![
            returned.id,
            returned.contract,
            returned.deposit,
            returned.amount,
            returned.currency,
            returned.evidence,
            by,
            at,
            returned.index
        ],
    )
    .await?;
    Ok(Row::Made)
}

/// A `payout.approved` entry.
#[derive(Clone, Debug)]
pub struct Approved<'a> {
    /// `O-…`.
    pub id: &'a str,
    /// Its number.
    pub number: u64,
    /// The entry's index.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// Of every line.
    pub currency: &'a str,
    /// A part of an account name.
    pub rail: &'a str,
    /// Millionths.
    pub step: i64,
    /// Lines.
    pub count: i64,
    /// Millionths.
    pub total: i64,
    /// Hash of the lines.
    pub lines_sha256: &'a str,
}

/// Marks a run sent. A prepared run of this number with other lines is another one, which nobody approved: it goes.
pub async fn approve_payout(tx: &Tx, run: &Approved<'_>, by: &str) -> Result<Row, StoreError> {
    let same = "id = $1 AND lines_sha256 = $2";
    let sql = format!("UPDATE payouts SET state = 'sent', approved_at = $3, approved_index = $4 WHERE {same}");
    if execute(tx, sql, values![run.id, run.lines_sha256, run.at.secs(), count(run.index)?]).await? == 1 {
        return Ok(Row::Marked);
    }
    execute(tx, "DELETE FROM payout_lines WHERE payout_id = $1", values![run.id]).await?;
    execute(tx, "DELETE FROM payouts WHERE id = $1", values![run.id]).await?;
    execute(
        tx,
        "INSERT INTO payouts (id, number, currency, rail, step, minimum, state, count, total, lines_sha256, prepared_by, prepared_at, approved_at, \
         approved_index) VALUES ($1, $2, $3, $4, $5, 0, 'sent', $6, $7, $8, $9, $10, $10, $11)",
        values![
            run.id,
            count(run.number)?,
            run.currency,
            run.rail,
            run.step,
            run.count,
            run.total,
            run.lines_sha256,
            by,
            run.at.secs(),
            count(run.index)?
        ],
    )
    .await?;
    Ok(Row::Made)
}

/// An entry about one line of a run.
#[derive(Clone, Debug)]
pub struct LineEntry<'a> {
    /// `O-…`.
    pub run: &'a str,
    /// To whom.
    pub member: &'a str,
    /// Millionths.
    pub amount: i64,
    /// What the line is after it: `sent`, `settled`, `failed`.
    pub state: &'a str,
    /// What it cost, millionths.
    pub fee: i64,
    /// The entry's index.
    pub index: u64,
    /// When.
    pub at: Timestamp,
}

/// Brings a payout's line to where its entry says it stands.
pub async fn move_line(tx: &Tx, line: &LineEntry<'_>) -> Result<Row, StoreError> {
    let known: Option<i64> = find_value(tx, "SELECT COUNT(*) AS v FROM payouts WHERE id = $1", values![line.run]).await?;
    if known.unwrap_or(0) == 0 {
        return Ok(Row::Lost);
    }
    let made = execute(
        tx,
        "INSERT INTO payout_lines (payout_id, member_id, amount, state, changed_at) VALUES ($1, $2, $3, 'sent', $4) \
         ON CONFLICT (payout_id, member_id) DO NOTHING",
        values![line.run, line.member, line.amount, line.at.secs()],
    )
    .await?;
    let column = match line.state {
        "settled" => "settled_index",
        "failed" => "failed_index",
        _ => "sent_index",
    };
    execute(
        tx,
        format!("UPDATE payout_lines SET state = $3, {column} = $4, fee = $5, changed_at = $6 WHERE payout_id = $1 AND member_id = $2"),
        values![line.run, line.member, line.state, count(line.index)?, line.fee, line.at.secs()],
    )
    .await?;
    Ok(if made == 1 { Row::Made } else { Row::Marked })
}

/// Marks an expense paid, or makes its row.
pub async fn pay_expense(tx: &Tx, expense: &crate::payouts::Expense, at: Timestamp) -> Result<Row, StoreError> {
    let made = execute(
        tx,
        "INSERT INTO expenses (id, name, amount, currency, evidence, state, prepared_by, prepared_at) VALUES ($1, $2, $3, $4, $5, 'prepared', $6, $7) \
         ON CONFLICT (id) DO NOTHING",
        values![
            expense.id.as_str(),
            expense.name.as_str(),
            expense.amount,
            expense.currency.as_str(),
            expense.evidence.as_str(),
            expense.prepared_by.as_str(),
            at.secs()
        ],
    )
    .await?;
    execute(
        tx,
        "UPDATE expenses SET state = 'paid', approved_at = $2, entry_index = $3 WHERE id = $1",
        values![expense.id.as_str(), at.secs(), expense.entry_index],
    )
    .await?;
    Ok(if made == 1 { Row::Made } else { Row::Marked })
}
