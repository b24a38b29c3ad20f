//! Batches and their counters. Counters are kept in the transactions that change what they count.

use manyhands_domain::ids::{BatchId, ContractId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, values};
use crate::{Sql, StoreError, Tx};

/// A batch with what lists show of its contract. Sums are millionths.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Batch {
    /// Its id.
    pub id: String,
    /// `C-…`.
    pub contract_id: String,
    /// Of the batch.
    pub title: String,
    /// `draft`, `open`, `paused`, `closed`.
    pub state: String,
    /// Of one accepted answer.
    pub price: i64,
    /// Of the price.
    pub currency: String,
    /// Honest time.
    pub seconds: i64,
    /// A code.
    pub skill: String,
    /// Hazard level.
    pub level: i64,
    /// By how many members each item is answered.
    pub copies: i64,
    /// `image`, `passage` …
    pub unit_noun: String,
    /// `text`, `image` or `link`.
    pub payload_kind: String,
    /// `domain::forms::Form`, JSON.
    pub form: String,
    /// Another one whenever the form, what is shown, the items, or what is known of them or suggested for them changes.
    pub draft_version: i64,
    /// Answers asked for: items times copies.
    pub tasks_total: i64,
    /// Those that are free to be claimed.
    pub tasks_open: i64,
    /// Those that the client took back before anybody claimed them; not among the answers asked for.
    pub tasks_withdrawn: i64,
    /// Accepted ones.
    pub tasks_accepted: i64,
    /// Measured seconds of accepted work.
    pub accepted_seconds: i64,
    /// Workers' shares of accepted work.
    pub accepted_pay: i64,
    /// The `batch.opened` entry.
    pub opened_index: Option<i64>,
    /// When its client opened it, Unix seconds. A recovery opens by the entry, and leaves this to its client.
    pub opened_at: Option<i64>,
    /// Of the contract.
    pub contract_title: String,
    /// Of the contract.
    pub end_client: String,
    /// Of the end client.
    pub country: String,
    /// Of the contract.
    pub purpose: String,
    /// Of the contract.
    pub client_id: String,
    /// Of the contract.
    pub contract_state: String,
    /// Highest hazard level of the contract by now.
    pub contract_level: i64,
    /// Whether the end client's register entry was checked: 0 or 1.
    pub register_checked: i64,
    /// Bytes of a task's picture at first view, the middle of them; nothing where pictures lie elsewhere.
    pub picture_bytes: Option<i64>,
    /// `domain::label_studio::Shown`, JSON, where a labelling configuration was imported.
    pub shown_as: Option<String>,
    /// Items whose right answer the client knows.
    pub gold_items: i64,
    /// Items for which a model suggests something.
    pub suggestions: i64,
    /// The number of the proposal for whose price it takes no new claims.
    pub paused_for: Option<i64>,
    /// Which share of its items is read, basis points.
    pub review_share: i64,
}

impl Batch {
    /// Whether a recovery brought its opening back from the log, over what the backup had as a draft, and its client has not said yet that
    /// items and questions are the right ones: no entry says which they were.
    #[must_use]
    pub fn is_unsure(&self) -> bool {
        self.state == "paused" && self.opened_index.is_some() && self.opened_at.is_none()
    }

    /// Whether all of its work is accepted, or none of it is asked for any more: nobody can claim in it, now or later. What is held, judged
    /// or sent back may still come back.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.opened_index.is_some() && (self.state == "closed" || self.tasks_accepted >= self.tasks_total)
    }
}

/// A new batch.
#[derive(Clone, Debug)]
pub struct NewBatch<'a> {
    /// Fresh.
    pub id: &'a BatchId,
    /// Its contract.
    pub contract: &'a ContractId,
    /// What it offers.
    pub offer: Terms<'a>,
}

/// What a draft batch says, and may still change.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Of the batch.
    pub title: &'a str,
    /// Millionths.
    pub price: i64,
    /// Of the price.
    pub currency: &'a str,
    /// Honest time.
    pub seconds: i64,
    /// A code.
    pub skill: &'a str,
    /// Hazard level.
    pub level: i64,
    /// By how many members each item is answered.
    pub copies: i64,
    /// Of the contract.
    pub unit_noun: &'a str,
    /// `text`, `image` or `link`.
    pub payload_kind: &'a str,
    /// `domain::forms::Form`, JSON.
    pub form: &'a str,
    /// Which share of its items is read, basis points.
    pub review_share: i64,
}

/// Adds a draft.
pub async fn insert(tx: &Tx, batch: &NewBatch<'_>, now: Timestamp) -> Result<(), StoreError> {
    let terms = batch.offer;
    execute(
        tx,
        "INSERT INTO batches (id, contract_id, title, state, price, currency, seconds, skill, level, copies, unit_noun, payload_kind, form, review_share, created_at, changed_at) \
         VALUES ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $12, $14, $13, $13)",
        values![
            batch.id.as_str(), batch.contract.as_str(), terms.title, terms.price, terms.currency, terms.seconds, terms.skill,
            terms.level, terms.copies, terms.unit_noun, terms.payload_kind, terms.form, now.secs(), terms.review_share
        ],
    )
    .await?;
    Ok(())
}

/// How many batches of a contract were never opened, and how many were begun since then.
pub async fn count_begun(on: &impl Sql, contract: &str, since: Timestamp) -> Result<(i64, i64), StoreError> {
    let unopened = "SELECT COUNT(*) AS v FROM batches WHERE contract_id = $1 AND state = 'draft'";
    let begun = "SELECT COUNT(*) AS v FROM batches WHERE contract_id = $1 AND created_at > $2";
    let unopened = find_value(on, unopened, values![contract]).await?.unwrap_or(0);
    Ok((unopened, find_value(on, begun, values![contract, since.secs()]).await?.unwrap_or(0)))
}

/// Changes the price, time and copies of a draft.
pub async fn set_offer(tx: &Tx, id: &str, (price, seconds, copies): (i64, i64, i64), now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE batches SET price = $2, seconds = $3, copies = $4, changed_at = $5 WHERE id = $1 AND state = 'draft'",
        values![id, price, seconds, copies, now.secs()],
    )
    .await?;
    Ok(())
}

/// Changes which share of a draft is read.
pub async fn set_share(tx: &Tx, id: &str, share: i64, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE batches SET review_share = $2, changed_at = $3 WHERE id = $1 AND state = 'draft'";
    execute(tx, sql, values![id, share, now.secs()]).await?;
    Ok(())
}

/// Changes what a draft asks.
pub async fn set_form(tx: &Tx, id: &str, form: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE batches SET form = $2, draft_version = draft_version + 1, changed_at = $3 WHERE id = $1 AND state = 'draft'";
    execute(tx, sql, values![id, form, now.secs()]).await?;
    Ok(())
}

/// Changes what a draft shows, `text`, `image` or `link`, and what a labelling configuration calls it.
pub async fn set_shown(tx: &Tx, id: &str, payload_kind: &str, shown_as: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE batches SET payload_kind = $2, shown_as = $3, draft_version = draft_version + 1, changed_at = $4 \
               WHERE id = $1 AND state = 'draft'";
    execute(tx, sql, values![id, payload_kind, shown_as, now.secs()]).await?;
    Ok(())
}

/// A batch, if there is one.
pub async fn find_batch(on: &impl Sql, id: &BatchId) -> Result<Option<Batch>, StoreError> {
    find(on, format!("{SELECT} WHERE b.id = $1"), values![id.as_str()]).await
}

/// A contract's batches, oldest first.
pub async fn list_of_contract(on: &impl Sql, contract: &ContractId) -> Result<Vec<Batch>, StoreError> {
    all(on, format!("{SELECT} WHERE b.contract_id = $1 ORDER BY b.created_at, b.id"), values![contract.as_str()]).await
}

/// Open batches with tasks that can be claimed now, in contract order: free ones, and those whose time ran out, which a claim sets free. Those below their contract's level take no claim any more, nor
/// do those of a contract whose notice has run out.
pub async fn list_open(on: &impl Sql, now: Timestamp) -> Result<Vec<Batch>, StoreError> {
    all(
        on,
        format!(
            "{SELECT} WHERE b.state = 'open' AND b.paused_for IS NULL AND c.state = 'open' AND (b.tasks_open > 0 OR EXISTS (SELECT 1 FROM claims l \
             WHERE l.batch_id = b.id AND l.state IN ('claimed', 'sent_back') AND l.due_at < $1)) AND b.level >= c.level \
             AND (c.ends_at IS NULL OR c.ends_at > $1) ORDER BY c.number, b.opened_at, b.id"
        ),
        values![now.secs()],
    )
    .await
}

/// Opens a batch: its tasks are free from now on.
pub async fn set_open(tx: &Tx, id: &str, index: u64, rule: u64, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE batches SET state = 'open', opened_index = $2, rule_index = $3, opened_at = $4, tasks_open = tasks_total, changed_at = $4 WHERE id = $1",
        values![id, count(index)?, count(rule)?, now.secs()],
    )
    .await?;
    Ok(())
}

/// Opens a paused batch again; false if it was not paused.
pub async fn reopen(tx: &Tx, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE batches SET state = 'open', opened_at = COALESCE(opened_at, $2), changed_at = $2 WHERE id = $1 AND state = 'paused'";
    Ok(execute(tx, sql, values![id, now.secs()]).await? == 1)
}

/// Pauses an open batch; false if it was not open.
pub async fn pause(tx: &Tx, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE batches SET state = 'paused', changed_at = $2 WHERE id = $1 AND state = 'open'";
    Ok(execute(tx, sql, values![id, now.secs()]).await? == 1)
}

/// Changes the price of what is claimed from now on.
pub async fn set_price(tx: &Tx, id: &str, price: i64, now: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE batches SET price = $2, changed_at = $3 WHERE id = $1", values![id, price, now.secs()]).await?;
    Ok(())
}

/// Takes no new claims until a price that members ask is accepted; or does again. Whether its client paused it is another matter.
pub async fn set_paused_for(tx: &Tx, id: &str, proposal: Option<i64>, now: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE batches SET paused_for = $2, changed_at = $3 WHERE id = $1", values![id, proposal, now.secs()]).await?;
    Ok(())
}

/// Every batch that was opened and in which work is left, of contracts that have not ended, in contract order.
pub async fn list_running(on: &impl Sql, now: Timestamp) -> Result<Vec<Batch>, StoreError> {
    all(
        on,
        format!(
            "{SELECT} WHERE b.opened_index IS NOT NULL AND b.tasks_open > 0 AND c.closed_index IS NULL \
             AND (c.ends_at IS NULL OR c.ends_at > $1) ORDER BY c.number, b.opened_index"
        ),
        values![now.secs()],
    )
    .await
}

/// One task was taken (-1) or came free (+1).
pub async fn add_open(tx: &Tx, id: &str, change: i64) -> Result<(), StoreError> {
    execute(tx, "UPDATE batches SET tasks_open = tasks_open + $2 WHERE id = $1", values![id, change]).await?;
    Ok(())
}

/// Answers that were accepted, together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accepted {
    /// How many.
    pub tasks: i64,
    /// Of their workers, measured.
    pub seconds: i64,
    /// Of their workers, millionths.
    pub pay: i64,
    /// What they cost, millionths.
    pub price: i64,
}

/// Adds answers that were accepted to a batch's figures.
pub async fn add_accepted(tx: &Tx, id: &str, of: Accepted) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE batches SET tasks_accepted = tasks_accepted + $2, accepted_seconds = accepted_seconds + $3, \
         accepted_pay = accepted_pay + $4, accepted_price = accepted_price + $5 WHERE id = $1",
        values![id, of.tasks, of.seconds, of.pay, of.price],
    )
    .await?;
    Ok(())
}

const SELECT: &str = "\
SELECT b.id, b.contract_id, b.title, b.state, b.price, b.currency, b.seconds, b.skill, b.level, b.copies, b.unit_noun, b.payload_kind, b.form, b.draft_version,
  b.tasks_total, b.tasks_open, b.tasks_withdrawn, b.tasks_accepted, b.accepted_seconds, b.accepted_pay, b.opened_index, b.opened_at, b.picture_bytes, b.gold_items, b.suggestions, b.shown_as, b.review_share, b.paused_for,
  c.title AS contract_title, c.end_client, c.country, c.purpose, c.client_id, c.state AS contract_state, c.level AS contract_level,
  (SELECT COUNT(*) FROM register_checks r WHERE r.contract_id = c.id) AS register_checked
FROM batches b JOIN contracts c ON c.id = b.contract_id";
