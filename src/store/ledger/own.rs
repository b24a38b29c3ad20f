//! What stands in the book about one member: how they came and went, their keys, and what corrections did to their pay.

use sea_orm::FromQueryResult;

use super::read::{EntryRow, NoteRow};
use crate::sql::{all, count, uncount, values};
use crate::{Sql, StoreError};

#[derive(FromQueryResult)]
struct Posted {
    idx: i64,
    note: Vec<u8>,
}

/// The newest entries about a member's being one: admitted, left, keys added and retired; newest first.
pub async fn entries_of_membership(on: &impl Sql, member: &str, limit: u64) -> Result<Vec<EntryRow>, StoreError> {
    all(
        on,
        "SELECT idx, kind, at, contract_id, total, unit FROM entries WHERE member_id = $1 \
         AND kind IN ('member.admitted', 'member.left', 'key.added', 'key.retired') ORDER BY idx DESC LIMIT $2",
        values![member, count(limit)?],
    )
    .await
}

/// The newest corrections that touched an account, newest first.
pub async fn corrections_of_account(on: &impl Sql, account: &str, limit: u64) -> Result<Vec<NoteRow>, StoreError> {
    let rows: Vec<Posted> = all(
        on,
        "SELECT DISTINCT e.idx, e.note FROM lines l JOIN entries e ON e.idx = l.idx \
         WHERE l.account = $1 AND e.kind = 'correction.posted' ORDER BY e.idx DESC LIMIT $2",
        values![account, count(limit)?],
    )
    .await?;
    rows.into_iter().map(|row| Ok(NoteRow { index: uncount(row.idx)?, note: row.note })).collect()
}
