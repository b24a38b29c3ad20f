//! The one way SQL is run: `$1` placeholders (both drivers number them; rows of many values use `?` on SQLite), typed rows, no entities.

use manyhands_domain::refusal::Refusal;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

use crate::{StoreError, Tx};

/// Something that runs SQL: a [`crate::Tx`] or a [`crate::Reader`].
pub trait Sql: Sync {
    /// The connection of SeaORM behind it.
    #[doc(hidden)]
    fn connection(&self) -> &impl ConnectionTrait;

    /// Which database this is.
    fn backend(&self) -> DbBackend;

    /// Whether this is PostgreSQL.
    fn is_postgres(&self) -> bool {
        self.backend() == DbBackend::Postgres
    }

    /// `" FOR UPDATE"` where rows are locked one by one (PostgreSQL), nothing where the writer is alone (SQLite).
    fn for_update(&self) -> &'static str {
        if self.is_postgres() { " FOR UPDATE" } else { "" }
    }
}

/// Every row, typed.
pub(crate) async fn all<T: FromQueryResult>(on: &impl Sql, sql: impl Into<String>, values: Vec<Value>) -> Result<Vec<T>, StoreError> {
    let rows = on.connection().query_all_raw(statement(on, sql, values)?).await?;
    rows.iter().map(|row| T::from_query_result(row, "").map_err(StoreError::from)).collect()
}

/// The first row, if any.
pub(crate) async fn find<T: FromQueryResult>(on: &impl Sql, sql: impl Into<String>, values: Vec<Value>) -> Result<Option<T>, StoreError> {
    let row = on.connection().query_one_raw(statement(on, sql, values)?).await?;
    row.map(|row| T::from_query_result(&row, "").map_err(StoreError::from)).transpose()
}

/// The one value of the first column `v`, if there is a row.
pub(crate) async fn find_value<T: sea_orm::TryGetable>(
    on: &impl Sql,
    sql: impl Into<String>,
    values: Vec<Value>,
) -> Result<Option<T>, StoreError> {
    let row = on.connection().query_one_raw(statement(on, sql, values)?).await?;
    row.map(|row| row.try_get::<T>("", "v").map_err(StoreError::from)).transpose()
}

/// Runs a statement; the number of rows it touched.
pub(crate) async fn execute(on: &impl Sql, sql: impl Into<String>, values: Vec<Value>) -> Result<u64, StoreError> {
    let done = on.connection().execute_raw(statement(on, sql, values)?).await?;
    Ok(done.rows_affected())
}

/// Holds a name until the transaction ends: whoever else wants it waits. On SQLite the one writer already waits.
pub(crate) async fn lock_by_name(tx: &Tx, name: &str) -> Result<(), StoreError> {
    if tx.is_postgres() {
        execute(tx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", values![name]).await?;
    }
    Ok(())
}

/// Many rows in as few statements as the placeholders allow. `tail` follows the values (an ON CONFLICT clause).
pub(crate) async fn insert_rows(on: &impl Sql, into: &str, rows: Vec<Vec<Value>>, tail: &str) -> Result<(), StoreError> {
    write_rows(on, rows, |values| format!("INSERT INTO {into} VALUES {values} {tail}")).await?;
    Ok(())
}

/// Moves many rows in few statements: `update` joins the given rows as a table `v` with these columns. The number of
/// rows touched, for the caller to compare: fewer than given means that somebody else was there.
pub(crate) async fn update_rows(on: &impl Sql, columns: &str, rows: Vec<Vec<Value>>, update: &str) -> Result<u64, StoreError> {
    write_rows(on, rows, |values| format!("WITH v ({columns}) AS (VALUES {values}) {update}")).await
}

async fn write_rows(on: &impl Sql, rows: Vec<Vec<Value>>, sql: impl Fn(String) -> String) -> Result<u64, StoreError> {
    let mut touched = 0;
    let mut rows = rows.into_iter();
    while let Some(first) = rows.next() {
        let width = first.len().max(1);
        let per_statement = (PLACEHOLDERS_A_STATEMENT / width).max(1);
        let mut values = Vec::with_capacity(width * per_statement.min(rows.len() + 1));
        values.extend(first);
        let mut count = 1;
        while count < per_statement
            && let Some(row) = rows.next()
        {
            values.extend(row);
            count += 1;
        }
        touched += execute(on, sql(placeholders(on.is_postgres(), width, count)), values).await?;
    }
    Ok(touched)
}

/// `($1, $2), ($3, $4)` for two rows of two on PostgreSQL. On SQLite `(?, ?), (?, ?)`: to it `$1` is a name, and each
/// name is looked for among all the others, which takes longer than the insert when there are thousands.
fn placeholders(numbered: bool, width: usize, rows: usize) -> String {
    let mut text = String::with_capacity(rows * width * 7);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=width {
            if column > 1 {
                text.push_str(", ");
            }
            if numbered {
                text.push('$');
                text.push_str(&(row * width + column).to_string());
            } else {
                text.push('?');
            }
        }
        text.push(')');
    }
    text
}

/// PostgreSQL has no zero byte in a text, and SQLite has: neither is given one, so that the same is refused on both. What people send is
/// refused before, where it comes in; this is for the way in that somebody forgot.
fn statement(on: &impl Sql, sql: impl Into<String>, values: Vec<Value>) -> Result<Statement, StoreError> {
    if values.iter().any(|value| matches!(value, Value::String(Some(text)) if text.contains('\0'))) {
        return Err(StoreError::Refused(Refusal::new("text-zero")));
    }
    let statement = Statement::from_sql_and_values(on.backend(), sql.into(), values);
    #[cfg(test)]
    crate::plans::note(&statement);
    Ok(statement)
}

/// A count or an index as the databases hold it.
pub(crate) fn count(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Damaged(format!("{value} is beyond any index")))
}

/// A stored count or index; negative ones are damage.
pub(crate) fn uncount(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Damaged(format!("{value} is no index")))
}

/// Values for a statement, each through `Into<sea_orm::Value>`.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$(sea_orm::Value::from($value)),*] };
}
pub(crate) use values;

/// Well under both databases' limits (SQLite 32,766, PostgreSQL 65,535), and short enough to be parsed quickly.
const PLACEHOLDERS_A_STATEMENT: usize = 4_000;

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn placeholders_are_numbered_through_all_rows() {
        assert_eq!(placeholders(true, 2, 2), "($1, $2), ($3, $4)");
        assert_eq!(placeholders(false, 2, 2), "(?, ?), (?, ?)");
    }
}
