//! What time brings to votes: those to be closed, to be enacted, whose members are to be reminded.

use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, values};
use crate::{Sql, StoreError, Tx};

#[derive(FromQueryResult)]
struct Number {
    number: i64,
}

async fn numbers(on: &impl Sql, sql: &str, at: [i64; 2]) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<Number> = all(on, sql, values![at[0], at[1]]).await?;
    Ok(rows.into_iter().map(|row| row.number).collect())
}

/// Open votes whose time is over, in the order in which they close.
pub async fn list_to_close(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT number FROM proposals WHERE state = 'open' AND closes_at <= $1 AND (set_aside IS NULL OR set_aside <= $1) \
               ORDER BY closes_at, number LIMIT $2";
    numbers(on, sql, [now.secs(), count(limit)?]).await
}

/// What passed and whose day has come.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Due {
    /// Of `P-…`.
    pub number: i64,
    /// What it comes to.
    pub act: String,
    /// About what, JSON.
    pub about: String,
    /// 1 where it may be brought about now; 0 where its vote is not counted yet, or where a job failed on it and tries again later.
    pub ready: i64,
}

/// What passed and holds from now on, and what may yet pass though its day has come, in the order of their days, then of their numbers. A
/// price that was accepted after its day has the moment of that for its day, and comes last of it.
pub async fn list_to_enact(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<Due>, StoreError> {
    all(
        on,
        "SELECT number, act, about, CAST(CASE WHEN state = 'open' OR COALESCE(set_aside, 0) > $1 THEN 0 ELSE 1 END AS BIGINT) AS ready \
         FROM proposals WHERE enacts_at <= $1 AND (outcome IN ('waiting', 'accepted', 'refused') OR (state = 'open' AND closes_at <= $1)) \
         ORDER BY CASE WHEN outcome = 'accepted' AND outcome_at > enacts_at THEN outcome_at ELSE enacts_at END, \
         CASE WHEN outcome = 'accepted' AND outcome_at > enacts_at THEN 1 ELSE 0 END, number LIMIT $2",
        values![now.secs(), count(limit)?],
    )
    .await
}

/// What passed and should hold since before a moment, and does not: it failed, or waits behind what failed. In the order of their days.
pub async fn list_stuck(on: &impl Sql, since: Timestamp, limit: u64) -> Result<Vec<super::Proposal>, StoreError> {
    let select = super::SELECT;
    let stuck = "WHERE p.enacts_at <= $1 AND p.outcome IN ('waiting', 'accepted', 'refused') AND COALESCE(p.outcome_at, 0) <= $1 \
                 ORDER BY p.enacts_at, p.number LIMIT $2";
    all(on, format!("{select} {stuck}"), values![since.secs(), count(limit)?]).await
}

/// Open votes of which half, or all but a day, has gone by, and whose members were not reminded of that.
pub async fn list_to_remind(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT number FROM proposals WHERE state = 'open' AND closes_at > $1 AND opens_at <= $1 AND COALESCE(remind_from, 0) <= $1 AND \
               ((reminded < 1 AND opens_at + (closes_at - opens_at) / 2 <= $1) OR (reminded < 2 AND closes_at - 86400 <= $1)) \
               ORDER BY closes_at, number LIMIT $2";
    numbers(on, sql, [now.secs(), count(limit)?]).await
}

/// Notes that a reminder was sent.
pub async fn set_reminded(tx: &Tx, id: &str, times: i64) -> Result<(), StoreError> {
    execute(tx, "UPDATE proposals SET reminded = $2 WHERE id = $1", values![id, times]).await?;
    Ok(())
}

/// Notes when members whose ballots the server cannot open were told.
pub async fn set_told_unopened(tx: &Tx, id: &str, at: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE proposals SET told_unopened = $2 WHERE id = $1", values![id, at.secs()]).await?;
    Ok(())
}

/// A vote on which a job failed must not hold up those behind it.
pub async fn set_aside(tx: &Tx, number: i64, until: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE proposals SET set_aside = $2 WHERE number = $1", values![number, until.secs()]).await?;
    Ok(())
}

/// A vote whose members a job could not remind does not hold up the others.
pub async fn set_remind_from(tx: &Tx, number: i64, from: Timestamp) -> Result<(), StoreError> {
    execute(tx, "UPDATE proposals SET remind_from = $2 WHERE number = $1", values![number, from.secs()]).await?;
    Ok(())
}

/// Every price that was put to the vote for a batch, in the order of their numbers.
pub async fn list_asks_of(on: &impl Sql, batch: &str) -> Result<Vec<super::Proposal>, StoreError> {
    let select = super::SELECT;
    let of_batch = format!("%\"batch\":\"{batch}\"%");
    all(on, format!("{select} WHERE p.act = 'price-ask' AND p.number IS NOT NULL AND p.about LIKE $1 ORDER BY p.number"), values![of_batch])
        .await
}

/// Prices that were asked and are not settled, for the job that looks whether work is left for them.
pub async fn list_unsettled(on: &impl Sql, now: Timestamp, limit: u64) -> Result<Vec<Due>, StoreError> {
    all(
        on,
        "SELECT number, act, about, CAST(1 AS BIGINT) AS ready FROM proposals WHERE act = 'price-ask' \
         AND outcome IN ('waiting', 'accepted', 'refused', 'paused') AND COALESCE(set_aside, 0) <= $1 ORDER BY number LIMIT $2",
        values![now.secs(), count(limit)?],
    )
    .await
}

/// Prices that were asked and are not settled.
pub async fn list_asked(on: &impl Sql) -> Result<Vec<super::Proposal>, StoreError> {
    let select = super::SELECT;
    let asked = "WHERE p.act = 'price-ask' AND p.outcome IN ('waiting', 'accepted', 'refused', 'paused') ORDER BY p.number";
    all(on, format!("{select} {asked}"), vec![]).await
}
