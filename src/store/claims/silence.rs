//! From when the days of silence run for answers to an item that several members answer: from the moment at which all are in, since
//! nobody could judge one before.

use manyhands_domain::time::Timestamp;

use crate::reviews::ALL_IN;
use crate::sql::{execute, values};
use crate::{StoreError, Tx};

/// The days, as the book in force has them.
#[derive(Clone, Copy, Debug)]
pub struct Silence {
    /// From now on.
    pub now: Timestamp,
    /// Days in which somebody may judge.
    pub days: i64,
    /// Days after which an answer waits for no other.
    pub wait_days: i64,
}

/// Whose answers.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a> {
    /// To one task.
    Task(&'a str),
    /// Of one batch.
    Batch(&'a str),
    /// Of one contract.
    Contract(&'a str),
    /// All.
    All,
}

/// Lets the days begin for those answers whose others are all in by now. Safe to repeat. Never later than as many days after it was handed
/// in as an answer waits, and the days of silence.
pub async fn begin_silence(tx: &Tx, of: Of<'_>, silence: Silence) -> Result<(), StoreError> {
    let by = silence.now.plus_days(silence.days).secs();
    let most = silence.days.saturating_add(silence.wait_days).saturating_mul(86_400);
    execute(
        tx,
        format!(
            "UPDATE claims SET waits = 0, review_by = CASE WHEN submitted_at + $3 < $2 THEN submitted_at + $3 ELSE $2 END \
             WHERE id IN (SELECT l.id FROM claims l JOIN batches b ON b.id = l.batch_id WHERE l.waits = 1 AND l.state = 'submitted' \
             AND {} AND {ALL_IN} AND {NOT_REJECTED})",
            of.filter()
        ),
        values![of.id(), by, most],
    )
    .await?;
    Ok(())
}

/// Lets the answers to a task wait for those that are missing, or missing again.
pub async fn settle_silence(tx: &Tx, task: &str, silence: Silence) -> Result<(), StoreError> {
    begin_silence(tx, Of::Task(task), silence).await?;
    let wait = silence.wait_days.saturating_mul(86_400);
    execute(
        tx,
        format!(
            "UPDATE claims SET waits = 1, review_by = CASE WHEN submitted_at + $2 > review_by THEN submitted_at + $2 ELSE review_by END \
             WHERE id IN (SELECT l.id FROM claims l JOIN batches b ON b.id = l.batch_id WHERE l.task_id = $1 AND l.waits = 0 \
             AND l.state = 'submitted' AND b.copies > 1 AND NOT {ALL_IN} AND {NOT_REJECTED})"
        ),
        values![task, wait],
    )
    .await?;
    Ok(())
}

impl Of<'_> {
    fn filter(&self) -> &'static str {
        match self {
            Of::Task(_) => "l.task_id = $1",
            Of::Batch(_) => "l.batch_id = $1",
            Of::Contract(_) => "l.contract_id = $1",
            Of::All => "$1 = ''",
        }
    }

    fn id(&self) -> &str {
        match self {
            Of::Task(id) | Of::Batch(id) | Of::Contract(id) => id,
            Of::All => "",
        }
    }
}

/// A rejection has a clock of its own.
const NOT_REJECTED: &str = "NOT EXISTS (SELECT 1 FROM rejections x WHERE x.claim_id = l.id)";
