//! What waits for review, and verdicts.

use manyhands_domain::ids::{ClaimId, MemberId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::claims::{Claim, SELECT};
use crate::sql::{all, count, execute, find, find_value, insert_rows, update_rows, values};
use crate::{Sql, StoreError, Tx};

/// What one reviewer may judge, by batch: how many, and for how much.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Waiting {
    /// The batch.
    pub batch_id: String,
    /// Its title.
    pub title: String,
    /// Its contract.
    pub contract_id: String,
    /// Behind it.
    pub end_client: String,
    /// `image`, `passage` …
    pub unit_noun: String,
    /// Submitted claims.
    pub count: i64,
    /// Their prices, millionths.
    pub sum: i64,
    /// Of them.
    pub currency: String,
    /// The first is accepted by silence then.
    pub first_by: i64,
    /// One of them.
    pub first: String,
}

/// Work waiting for a member who reviews (never their own) or for a client's user (their own contracts only).
pub async fn list_waiting(on: &impl Sql, not_of: Option<&MemberId>, client: Option<&str>) -> Result<Vec<Waiting>, StoreError> {
    all(
        on,
        format!(
            "SELECT b.id AS batch_id, b.title, b.contract_id, c.end_client, b.unit_noun, CAST(COUNT(*) AS BIGINT) AS count, \
             CAST(SUM(l.price) AS BIGINT) AS sum, b.currency, MIN(l.review_by) AS first_by, MIN(l.id) AS first \
             FROM claims l JOIN batches b ON b.id = l.batch_id JOIN contracts c ON c.id = l.contract_id \
             WHERE {} AND ($2 = '' OR c.client_id = $2) \
             GROUP BY b.id, b.title, b.contract_id, c.end_client, b.unit_noun, b.currency, c.number ORDER BY c.number, b.id",
            waits_for("$1")
        ),
        values![not_of.map_or("", MemberId::as_str), client.unwrap_or_default()],
    )
    .await
}

/// The submitted claims of a batch, oldest first.
pub async fn list_submitted(on: &impl Sql, batch: &str, not_of: Option<&MemberId>, limit: u64) -> Result<Vec<Claim>, StoreError> {
    all(
        on,
        format!("{SELECT} WHERE l.batch_id = $1 AND {} ORDER BY l.submitted_at, l.id LIMIT $3", waits_for("$2")),
        values![batch, not_of.map_or("", MemberId::as_str), count(limit)?],
    )
    .await
}

/// How many of the oldest submitted claims of a batch, at most `limit`, and their prices together, millionths.
pub async fn sum_submitted(on: &impl Sql, batch: &str, not_of: Option<&MemberId>, limit: u64) -> Result<(i64, i64), StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        count: i64,
        sum: i64,
    }
    let row: Option<Row> = find(
        on,
        format!(
            "SELECT CAST(COUNT(*) AS BIGINT) AS count, CAST(COALESCE(SUM(price), 0) AS BIGINT) AS sum FROM \
             (SELECT l.price FROM claims l JOIN batches b ON b.id = l.batch_id WHERE l.batch_id = $1 AND {} \
             ORDER BY l.submitted_at, l.id LIMIT $3) AS oldest",
            waits_for("$2")
        ),
        values![batch, not_of.map_or("", MemberId::as_str), count(limit)?],
    )
    .await?;
    let row = row.ok_or_else(|| StoreError::lost("a sum"))?;
    Ok((row.count, row.sum))
}

/// A submitted claim, as far as its acceptance needs it: ten thousand of them stay small.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Piece {
    /// The claim.
    pub id: String,
    /// Its task.
    pub task_id: String,
    /// Its batch.
    pub batch_id: String,
    /// Its contract.
    pub contract_id: String,
    /// Who did it.
    pub member_id: String,
    /// Where it stands.
    pub state: String,
    /// The log's size when it was taken.
    pub claimed_size: i64,
    /// When it was taken, millionths.
    pub price: i64,
    /// Of the price.
    pub currency: String,
    /// Measured.
    pub seconds: Option<i64>,
    /// Of the batch.
    pub title: String,
    /// Of the batch.
    pub opened_index: Option<i64>,
    /// Of the contract.
    pub client_id: String,
}

/// The submitted pieces of a batch, in the order of [`list_submitted`].
pub async fn list_pieces(tx: &Tx, batch: &str, not_of: Option<&MemberId>, limit: u64) -> Result<Vec<Piece>, StoreError> {
    all(
        tx,
        format!("{PIECE} WHERE l.batch_id = $1 AND {} ORDER BY l.submitted_at, l.id LIMIT $3", waits_for("$2")),
        values![batch, not_of.map_or("", MemberId::as_str), count(limit)?],
    )
    .await
}

/// One piece, whatever its state.
pub async fn find_piece(on: &impl Sql, id: &ClaimId) -> Result<Option<Piece>, StoreError> {
    find(on, format!("{PIECE} WHERE l.id = $1"), values![id.as_str()]).await
}

/// Whether a judge may know of a claim: when all copies of its task were handed in that were not taken back, and the judge answered the
/// task with none but perhaps this, whatever became of their answer; of a batch of which a share is read, when its item was drawn and it
/// is not their own, which would tell them so, or the claim is decided. Some of them go on seeing what was rejected.
pub async fn is_shown(on: &impl Sql, claim: &str, judge: Option<&MemberId>, person: &str) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT COUNT(*) AS v FROM claims l JOIN batches b ON b.id = l.batch_id WHERE l.id = $1 AND {} AND ({STAYS_SHOWN} \
         OR ((b.copies = 1 OR {ALL_IN}) AND (l.state <> 'submitted' OR ({IS_READ} AND (b.review_share = 10000 OR l.member_id <> $2)))))",
        unanswered_by("$2")
    );
    let shown: Option<i64> = find_value(on, sql, values![claim, judge.map_or("", MemberId::as_str), person]).await?;
    Ok(shown.unwrap_or(0) > 0)
}

/// That a claim `l` was rejected, with all answers in, and the judge `$2`, the person `$3`, goes on seeing it though another answer is
/// missing since: its client's users, whoever rejected it, and whoever decides or decided the appeal. To any other reviewer it is as
/// hidden as every answer to an item that still wants some.
const STAYS_SHOWN: &str = "EXISTS (SELECT 1 FROM rejections x WHERE x.claim_id = l.id AND ($2 = '' OR (l.member_id <> $2 \
     AND (x.state = 'appealed' OR x.rejected_by = $3 OR x.decided_by = $3))))";

/// Whether a claim `l` of a batch `b` waits for a judge with this id: what was rejected waits for its appeal instead, and what was not
/// drawn for nobody.
fn waits_for(judge: &str) -> String {
    format!(
        "l.state = 'submitted' AND l.member_id <> {judge} AND {IS_READ} AND NOT EXISTS (SELECT 1 FROM rejections x WHERE x.claim_id = l.id) \
         AND (b.copies = 1 OR {ALL_IN}) AND {}",
        unanswered_by(judge)
    )
}

/// Whether the item of a claim `l` of a batch `b` is one that is read.
pub(crate) const IS_READ: &str = "(b.review_share = 10000 OR EXISTS (SELECT 1 FROM sample_tasks s WHERE s.task_id = l.task_id))";

/// That a judge gave none of the other answers to the item of a claim `l`. An item of one copy has others, too: what was refused.
fn unanswered_by(judge: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM claims o WHERE o.task_id = l.task_id AND o.member_id = {judge} AND o.id <> l.id \
         AND o.state NOT IN ('released', 'expired'))"
    )
}

/// That as many answers to the item of a claim `l` were handed in as its batch `b` wants; where its contract is closed, as can still come.
pub(crate) const ALL_IN: &str = "(SELECT COUNT(*) FROM claims o WHERE o.task_id = l.task_id AND o.state IN ('submitted', 'sent_back', 'accepted')) \
     >= b.copies - (SELECT w.copies_withdrawn + CASE WHEN e.closed_index IS NULL THEN 0 ELSE w.copies_left END \
                    FROM tasks w JOIN contracts e ON e.id = l.contract_id WHERE w.id = l.task_id)";

/// Claims that silence has accepted by now, oldest first: their ids.
pub async fn list_silent(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let rows: Vec<Row> = all(
        on,
        "SELECT id FROM claims WHERE state = 'submitted' AND review_by <= $1 ORDER BY review_by, id LIMIT $2",
        values![now.secs(), count(limit)?],
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Lets silence wait a little longer for a claim that it could not accept.
pub async fn set_aside(tx: &Tx, claim: &str, until: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE claims SET review_by = $2 WHERE id = $1 AND state = 'submitted' AND review_by < $2", values![claim, until.secs()])
        .await?;
    Ok(())
}

/// A verdict on a claim.
#[derive(Clone, Debug)]
pub struct Verdict<'a> {
    /// Fresh.
    pub id: String,
    /// Judged.
    pub claim: &'a str,
    /// Its contract.
    pub contract: &'a str,
    /// By whom; nobody for silence.
    pub person: Option<&'a str>,
    /// `accepted` or `sent_back`.
    pub verdict: &'a str,
    /// `member`, `client` or `silence`.
    pub by: &'a str,
    /// Code, reason, clause of work sent back.
    pub why: Option<(&'a str, &'a str, &'a str)>,
}

/// Keeps verdicts.
pub async fn insert(tx: &Tx, verdicts: &[Verdict<'_>], now: Timestamp) -> Result<(), StoreError> {
    let row = |verdict: &Verdict<'_>| {
        let why = |part: fn((String, String, String)) -> String| {
            verdict.why.map(|(code, reason, clause)| part((code.to_owned(), reason.to_owned(), clause.to_owned())))
        };
        values![
            verdict.id.as_str(),
            verdict.claim,
            verdict.contract,
            verdict.person.map(str::to_owned),
            verdict.verdict,
            verdict.by,
            why(|why| why.0),
            why(|why| why.1),
            why(|why| why.2),
            now.secs()
        ]
    };
    let rows = verdicts.iter().map(row).collect();
    insert_rows(tx, "reviews (id, claim_id, contract_id, person_id, verdict, judged_by, code, reason, clause, at)", rows, "").await
}

/// How an acceptance pays.
#[derive(Clone, Debug)]
pub struct Paid<'a> {
    /// The claim.
    pub claim: &'a str,
    /// The entry.
    pub index: u64,
    /// Millionths to the worker.
    pub worker_share: i64,
    /// The member who reviewed.
    pub reviewer: Option<&'a str>,
    /// Millionths to them.
    pub reviewer_share: i64,
}

/// Marks claims accepted; how many of them were still submitted.
pub async fn set_accepted(tx: &Tx, paid: &[Paid<'_>], now: Timestamp) -> Result<u64, StoreError> {
    let row = |paid: &Paid<'_>| {
        Ok(values![paid.claim, now.secs(), count(paid.index)?, paid.worker_share, paid.reviewer.map(str::to_owned), paid.reviewer_share])
    };
    let rows = paid.iter().map(row).collect::<Result<_, StoreError>>()?;
    update_rows(
        tx,
        "id, at, idx, worker_share, reviewer_id, reviewer_share",
        rows,
        "UPDATE claims SET state = 'accepted', decided_at = v.at, entry_index = v.idx, worker_share = v.worker_share, \
         reviewer_id = v.reviewer_id, reviewer_share = v.reviewer_share FROM v WHERE claims.id = v.id AND claims.state = 'submitted'",
    )
    .await
}

/// Marks a claim sent back: from now on a clock of its own, which may be extended once, and seconds counted anew.
pub async fn set_sent_back(tx: &Tx, claim: &str, due: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE claims SET state = 'sent_back', due_at = $2, resumed_at = $3, active_seconds = 0, extended = 0, reminded = 0 \
         WHERE id = $1 AND state = 'submitted'",
        values![claim, due.secs(), now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// The newest reason why a claim was sent back.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Returned {
    /// One of the codes.
    pub code: String,
    /// In words.
    pub reason: String,
    /// The guideline's section.
    pub clause: String,
}

/// Why a claim came back, if it did.
pub async fn find_returned(on: &impl Sql, claim: &str) -> Result<Option<Returned>, StoreError> {
    find(
        on,
        "SELECT code, reason, clause FROM reviews WHERE claim_id = $1 AND verdict = 'sent_back' ORDER BY at DESC, id DESC LIMIT 1",
        values![claim],
    )
    .await
}

/// How often a claim was sent back, and whether its worker has left since.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Before {
    /// How often.
    pub returned: i64,
    /// 1 once the worker has left the co-op.
    pub has_left: i64,
}

/// What decides whether a claim may be sent back.
pub async fn find_before(on: &impl Sql, claim: &str) -> Result<Before, StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM reviews r WHERE r.claim_id = l.id AND r.verdict = 'sent_back') AS returned, \
               CAST(CASE WHEN m.left_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_left \
               FROM claims l JOIN members m ON m.id = l.member_id WHERE l.id = $1";
    find(on, sql, values![claim]).await?.ok_or(StoreError::Missing("claim"))
}

/// Whether the worker has a number in a contract.
pub async fn has_worker_number(tx: &Tx, contract: &str, member: &str) -> Result<bool, StoreError> {
    let sql = "SELECT number AS v FROM worker_numbers WHERE contract_id = $1 AND member_id = $2";
    let number: Option<i64> = find_value(tx, sql, values![contract, member]).await?;
    Ok(number.is_some())
}

/// Gives the worker this number in a contract, under its lock, if nobody has it; whether they have it now.
pub async fn give_worker_number(tx: &Tx, contract: &str, member: &str, number: i64) -> Result<bool, StoreError> {
    let sql =
        "INSERT INTO worker_numbers (contract_id, member_id, number) VALUES ($1, $2, $3) ON CONFLICT (contract_id, number) DO NOTHING";
    Ok(execute(tx, sql, values![contract, member, number]).await? == 1)
}

/// What members were paid for work and for reviewing, of one currency.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Shares {
    /// Of the sums.
    pub currency: String,
    /// Millionths to those who did the work.
    pub workers: i64,
    /// Millionths to those who reviewed it.
    pub reviewers: i64,
}

/// The shares of all accepted work, by currency.
pub async fn shares(on: &impl Sql) -> Result<Vec<Shares>, StoreError> {
    all(
        on,
        "SELECT currency, CAST(COALESCE(SUM(worker_share), 0) AS BIGINT) AS workers, \
         CAST(COALESCE(SUM(reviewer_share), 0) AS BIGINT) AS reviewers FROM claims WHERE state = 'accepted' GROUP BY currency",
        vec![],
    )
    .await
}

pub(crate) const PIECE: &str = "\
SELECT l.id, l.task_id, l.batch_id, l.contract_id, l.member_id, l.state, l.claimed_size, l.price, l.currency, l.seconds,
  b.title, b.opened_index, c.client_id
FROM claims l JOIN batches b ON b.id = l.batch_id JOIN contracts c ON c.id = l.contract_id";
