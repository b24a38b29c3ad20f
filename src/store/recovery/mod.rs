//! After entries came back from a copy of the log: the rows of what they are about are brought to where the entries say
//! it stands, so that nothing can be done a second time. What no entry tells (names, answers, texts) stays as it was.

mod money;

use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{count, execute, find, find_value, values};
use crate::{Sql, StoreError, Tx};

pub use money::{Approved, LineEntry, Returned, approve_payout, move_line, pay_expense, record_deposit, settle_return};

/// What became of the row that an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// It was there, and stands now where the entry says.
    Marked,
    /// It was not there, and was made of what the entry says.
    Made,
    /// It is not there, and cannot be made: the log does not say enough.
    Lost,
}

/// A `work.accepted` entry.
#[derive(Clone, Debug)]
pub struct Acceptance<'a> {
    /// Its index.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// The contract.
    pub contract: &'a str,
    /// The batch.
    pub batch: &'a str,
    /// The task.
    pub task: &'a str,
    /// The claim.
    pub claim: &'a str,
    /// Who did it.
    pub worker: &'a str,
    /// The member who reviewed it.
    pub reviewer: Option<&'a str>,
    /// The log's size when it was claimed.
    pub claimed_size: i64,
    /// Millionths.
    pub price: i64,
    /// Of the sums.
    pub currency: &'a str,
    /// Measured.
    pub seconds: i64,
    /// Millionths to the worker.
    pub worker_share: i64,
    /// Millionths to the reviewer.
    pub reviewer_share: i64,
    /// `member`, `client`, `silence`.
    pub by: &'a str,
    /// Fresh, for the verdict's row.
    pub review_id: String,
}

/// Marks a claim accepted and its task done; whoever else held the task then holds it no more.
pub async fn accept(tx: &Tx, entry: &Acceptance<'_>) -> Result<Row, StoreError> {
    let task: Option<i64> =
        find_value(tx, "SELECT COUNT(*) AS v FROM tasks WHERE id = $1 AND batch_id = $2", values![entry.task, entry.batch]).await?;
    if task.unwrap_or(0) == 0 {
        return Ok(Row::Lost);
    }
    // The worker held no other copy of it then; and where all copies are taken, somebody else holds theirs no more: whoever has
    // handed nothing in, and took it last.
    execute(
        tx,
        "UPDATE claims SET state = 'released', decided_at = $3 WHERE id IN (SELECT l.id FROM claims l JOIN batches b ON b.id = l.batch_id \
         WHERE l.task_id = $1 AND l.id <> $2 AND l.state IN ('claimed', 'submitted', 'sent_back') AND (l.member_id = $4 OR b.copies <= \
         (SELECT COUNT(*) FROM claims o WHERE o.task_id = $1 AND o.id <> $2 AND o.state IN ('claimed', 'submitted', 'sent_back', 'accepted'))) \
         ORDER BY CASE WHEN l.member_id = $4 THEN 0 WHEN l.state = 'claimed' THEN 1 ELSE 2 END, l.claimed_at DESC, l.id LIMIT 1)",
        values![entry.task, entry.claim, entry.at.secs(), entry.worker],
    )
    .await?;
    let made = execute(
        tx,
        "INSERT INTO claims (id, task_id, batch_id, contract_id, member_id, state, claimed_size, price, currency, claimed_at, due_at) \
         VALUES ($1, $2, $3, $4, $5, 'claimed', $6, $7, $8, $9, $9) ON CONFLICT (id) DO NOTHING",
        values![
            entry.claim,
            entry.task,
            entry.batch,
            entry.contract,
            entry.worker,
            entry.claimed_size,
            entry.price,
            entry.currency,
            entry.at.secs()
        ],
    )
    .await?;
    // What had been sent back is not the answer that was accepted: that one came later.
    execute(
        tx,
        "UPDATE claims SET state = 'accepted', answer = CASE WHEN state = 'sent_back' THEN NULL ELSE answer END, decided_at = $2, \
         entry_index = $3, seconds = $4, measured = COALESCE(measured, 'elapsed'), worker_share = $5, reviewer_id = $6, reviewer_share = $7 \
         WHERE id = $1",
        values![
            entry.claim,
            entry.at.secs(),
            count(entry.index)?,
            entry.seconds,
            entry.worker_share,
            entry.reviewer.map(str::to_owned),
            entry.reviewer_share
        ],
    )
    .await?;
    // An appeal that was under way in the backup, or came back with its rejection, ended with it.
    execute(
        tx,
        "UPDATE rejections SET state = CASE WHEN $2 = 'panel' THEN 'overturned' ELSE 'undecided' END, decided_at = $3 \
         WHERE claim_id = $1 AND state IN ('rejected', 'appealed')",
        values![entry.claim, entry.by, entry.at.secs()],
    )
    .await?;
    // A panel's verdict has no form in this table; the entry says it.
    if matches!(entry.by, "member" | "client" | "silence") {
        execute(
            tx,
            "INSERT INTO reviews (id, claim_id, contract_id, verdict, judged_by, at) \
             SELECT $1, id, contract_id, 'accepted', $3, $4 FROM claims WHERE id = $2",
            values![entry.review_id.as_str(), entry.claim, entry.by, entry.at.secs()],
        )
        .await?;
    }
    Ok(if made == 1 { Row::Made } else { Row::Marked })
}

/// A `work.rejected` entry.
#[derive(Clone, Debug)]
pub struct Rejection<'a> {
    /// The claim.
    pub claim: &'a str,
    /// Its index.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// Why: a code.
    pub code: &'a str,
    /// The guideline's section.
    pub clause: &'a str,
    /// Until when its worker may appeal.
    pub appeal_by: Timestamp,
}

/// Puts a rejection back beside a claim that is still submitted, and stops silence: refused work is not paid because a backup is older than
/// its refusal. Where the answer came after the backup it is lost: whoever holds the task answers again.
pub async fn reject(tx: &Tx, entry: &Rejection<'_>) -> Result<Row, StoreError> {
    let stopped = execute(
        tx,
        "UPDATE claims SET review_by = NULL, waits = 0, seen_at = COALESCE(seen_at, $2) WHERE id = $1 AND state = 'submitted'",
        values![entry.claim, entry.at.secs()],
    )
    .await?;
    if stopped == 0 {
        return Ok(Row::Lost);
    }
    execute(
        tx,
        "INSERT INTO rejections (claim_id, state, code, reason, clause, rejected_at, entry_index, appeal_by) \
         VALUES ($1, 'rejected', $2, '', $3, $4, $5, $6) ON CONFLICT (claim_id) DO NOTHING",
        values![entry.claim, entry.code, entry.clause, entry.at.secs(), count(entry.index)?, entry.appeal_by.secs()],
    )
    .await?;
    Ok(Row::Made)
}

/// Marks a batch opened, at the terms of its entry, and paused: which items and questions it had then no entry says, and the draft that the
/// backup had may have been another. Its client looks before anybody is paid for what it does not want.
pub async fn open_batch(
    tx: &Tx,
    id: &str,
    index: u64,
    rule: u64,
    at: Timestamp,
    offer: &crate::batches::Terms<'_>,
) -> Result<Row, StoreError> {
    let touched = execute(
        tx,
        "UPDATE batches SET state = 'paused', opened_index = $2, rule_index = $3, opened_at = NULL, changed_at = $4, price = $5, currency = $6, \
         seconds = $7, skill = $8, level = $9, copies = $10 WHERE id = $1",
        values![
            id,
            count(index)?,
            count(rule)?,
            at.secs(),
            offer.price,
            offer.currency,
            offer.seconds,
            offer.skill,
            offer.level,
            offer.copies
        ],
    )
    .await?;
    execute(
        tx,
        "UPDATE contracts SET state = 'open' WHERE id = (SELECT contract_id FROM batches WHERE id = $1) AND state IN ('approved', 'funded')",
        values![id],
    )
    .await?;
    Ok(if touched == 1 { Row::Marked } else { Row::Lost })
}

/// Counts a batch's tasks anew, and what open claims hold of every contract.
pub async fn count_anew(tx: &Tx) -> Result<(), StoreError> {
    let of = |what: &str, rest: &str| format!("COALESCE((SELECT {what} WHERE {rest}), 0)");
    let claims = |what: &str| of(&format!("CAST(SUM({what}) AS BIGINT) FROM claims c"), "c.batch_id = batches.id AND c.state = 'accepted'");
    // Of a draft every copy is free; else those that nobody holds.
    let live = "claims c WHERE c.task_id = tasks.id AND c.state IN";
    let left =
        format!("b.copies - tasks.copies_withdrawn - (SELECT COUNT(*) FROM {live} ('claimed', 'submitted', 'sent_back', 'accepted'))");
    execute(
        tx,
        format!(
            "UPDATE tasks SET copies_left = (SELECT CASE WHEN {left} < 0 THEN 0 ELSE {left} END FROM batches b WHERE b.id = tasks.batch_id)"
        ),
        vec![],
    )
    .await?;
    let state = format!(
        "CASE WHEN copies_left > 0 THEN 'open' WHEN EXISTS (SELECT 1 FROM {live} ('claimed', 'submitted', 'sent_back')) THEN 'claimed' ELSE 'accepted' END"
    );
    execute(tx, format!("UPDATE tasks SET state = {state} WHERE state <> 'withdrawn'"), vec![]).await?;
    execute(
        tx,
        format!(
            "UPDATE batches SET tasks_open = CASE WHEN state = 'draft' THEN tasks_open ELSE {} END, \
             tasks_total = CASE WHEN state = 'draft' THEN tasks_total ELSE {} END, tasks_accepted = {}, accepted_seconds = {}, \
             accepted_pay = {}, accepted_price = {}",
            of("CAST(SUM(t.copies_left) AS BIGINT) FROM tasks t", "t.batch_id = batches.id"),
            of("CAST(SUM(batches.copies - t.copies_withdrawn) AS BIGINT) FROM tasks t", "t.batch_id = batches.id"),
            claims("1"),
            claims("c.seconds"),
            claims("c.worker_share"),
            claims("c.price")
        ),
        vec![],
    )
    .await?;
    let held = of(
        "CAST(SUM(c.price) AS BIGINT) FROM claims c",
        "c.contract_id = contracts.id AND c.state IN ('claimed', 'submitted', 'sent_back')",
    );
    execute(tx, format!("UPDATE contracts SET held = {held}"), vec![]).await?;
    Ok(())
}

/// Of the acceptances from this entry on, how many have lost their answer: the entry says that it was accepted, not what it was.
pub async fn count_lost_answers(on: &impl Sql, from: u64) -> Result<i64, StoreError> {
    let lost: Option<i64> = find_value(
        on,
        "SELECT COUNT(*) AS v FROM claims WHERE state = 'accepted' AND answer IS NULL AND entry_index >= $1",
        values![count(from)?],
    )
    .await?;
    Ok(lost.unwrap_or(0))
}

/// A contract's row, as far as listing it again must know.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Listed {
    /// Whose it is.
    pub client_id: String,
    /// Where it stands.
    pub state: String,
    /// Its terms, JSON.
    pub terms: String,
}

/// A contract's row.
pub async fn find_listed(on: &impl Sql, id: &str) -> Result<Option<Listed>, StoreError> {
    find(on, "SELECT client_id, state, terms FROM contracts WHERE id = $1", values![id]).await
}

/// Marks a contract listed.
pub async fn list_contract(tx: &Tx, id: &str, index: u64, document: &str, at: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE contracts SET state = 'approved', listed_index = $2, document = $3, approved_at = $4, changed_at = $4 WHERE id = $1",
        values![id, count(index)?, document, at.secs()],
    )
    .await?;
    Ok(())
}

/// Gives a draft another number: the log gave its own to another contract.
pub async fn renumber_draft(tx: &Tx, id: &str, to: &str, number: u64) -> Result<(), StoreError> {
    execute(tx, "UPDATE contracts SET id = $2, number = $3 WHERE id = $1", values![id, to, count(number)?]).await?;
    Ok(())
}

/// No contract gets this number or a smaller one any more: the log has it, though no row does.
pub async fn take_contract_number(tx: &Tx, number: u64) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO settings (name, value) VALUES ('contract number', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value \
         WHERE CAST(settings.value AS BIGINT) < CAST(excluded.value AS BIGINT)",
        values![number.to_string()],
    )
    .await?;
    Ok(())
}

/// A key that is in the log waits for nobody's signature any more.
pub async fn forget_key_request(tx: &Tx, holder: &str, vkey: &str) -> Result<(), StoreError> {
    execute(tx, "DELETE FROM key_requests WHERE holder_id = $1 AND vkey = $2", values![holder, vkey]).await?;
    Ok(())
}

/// A correction that waited and is in the log was posted; another one of the same entry began from amounts that have moved since.
pub async fn settle_correction(tx: &Tx, corrects: i64, lines: &str, index: i64) -> Result<(), StoreError> {
    let posted = "UPDATE corrections SET state = 'posted', entry_index = $3 WHERE corrects = $1 AND lines = $2 AND state = 'prepared'";
    execute(tx, posted, values![corrects, lines, index]).await?;
    execute(tx, "UPDATE corrections SET state = 'withdrawn' WHERE corrects = $1 AND state = 'prepared'", values![corrects]).await?;
    Ok(())
}
/// Whether a member's row is there; nobody can be made a member of an entry, which names no person.
pub async fn is_member(on: &impl Sql, id: &str) -> Result<bool, StoreError> {
    let found: Option<i64> = find_value(on, "SELECT COUNT(*) AS v FROM members WHERE id = $1", values![id]).await?;
    Ok(found.unwrap_or(0) > 0)
}

/// Marks a member as having left.
pub async fn leave(tx: &Tx, id: &str, at: Timestamp) -> Result<Row, StoreError> {
    let touched = execute(tx, "UPDATE members SET left_at = $2 WHERE id = $1 AND left_at IS NULL", values![id, at.secs()]).await?;
    execute(tx, "DELETE FROM roles WHERE person_id = (SELECT person_id FROM members WHERE id = $1)", values![id]).await?;
    Ok(if touched == 1 { Row::Marked } else { Row::Lost })
}

/// What nobody may lose by a restoring: open claims and work that waits for its judge get until `until` at least, since
/// what was sent back or extended meanwhile is in no log. What had run out when the backup's last entry was written stays run out, though
/// nobody had set it free yet; and what was held ready was not begun. Everybody signs in again, and agrees anew to what may hurt. How many
/// rows wait for a second person: runs and expenses.
pub async fn give_time(tx: &Tx, last_at: Timestamp, until: Timestamp) -> Result<[i64; 2], StoreError> {
    execute(
        tx,
        "UPDATE claims SET due_at = $1, reminded = 0 WHERE state IN ('claimed', 'sent_back') AND ahead = 0 AND due_at < $1 AND due_at >= $2",
        values![until.secs(), last_at.secs()],
    )
    .await?;
    execute(tx, "UPDATE claims SET review_by = $1 WHERE state = 'submitted' AND review_by < $1", values![until.secs()]).await?;
    crate::appeals::give_time(tx, until).await?;
    // Who took back what they agreed to meet since then must not find it agreed to: everybody is asked anew.
    execute(tx, "DELETE FROM hazard_consents", vec![]).await?;
    execute(tx, "DELETE FROM sessions", vec![]).await?;
    execute(tx, "DELETE FROM links WHERE purpose IN ('invitation', 'reset')", vec![]).await?;
    let mut waiting = [0; 2];
    for (count, table) in waiting.iter_mut().zip(["payouts", "expenses"]) {
        let found: Option<i64> = find_value(tx, format!("SELECT COUNT(*) AS v FROM {table} WHERE state = 'prepared'"), vec![]).await?;
        *count = found.unwrap_or(0);
    }
    Ok(waiting)
}
