//! Balances as they stand and as they stood, and whether they follow from the lines.

use std::collections::BTreeMap;

use manyhands_domain::books::account::Account;
use manyhands_domain::money::{Amount, Currency};
use sea_orm::FromQueryResult;

use crate::sql::{all, count, find_value, values};
use crate::{Sql, StoreError};

#[derive(FromQueryResult)]
struct BalanceRow {
    account: String,
    unit: String,
    amount: i64,
}

/// One account's balance in one unit; nothing was ever posted to it: zero.
pub async fn balance(on: &impl Sql, account: &str, unit: Currency) -> Result<Amount, StoreError> {
    let micros: Option<i64> =
        find_value(on, "SELECT amount AS v FROM balances WHERE account = $1 AND unit = $2", values![account, unit.code()]).await?;
    Ok(Amount::from_micros(micros.unwrap_or(0)))
}

/// The balances of these accounts and units, zero where nothing was posted yet, read in one go.
pub async fn balances_of(
    on: &impl Sql,
    keys: Vec<(Account, Currency)>,
) -> Result<impl Iterator<Item = ((Account, Currency), Amount)>, StoreError> {
    let mut found = BTreeMap::new();
    if !keys.is_empty() {
        let asked = keys.iter().map(|(account, unit)| values![account.as_str(), unit.code()]);
        let wanted = |at: usize| format!("(account = ${} AND unit = ${})", 2 * at + 1, 2 * at + 2);
        let wanted = (0..keys.len()).map(wanted).collect::<Vec<_>>().join(" OR ");
        let sql = format!("SELECT account, unit, amount FROM balances WHERE {wanted}");
        let rows: Vec<BalanceRow> = all(on, sql, asked.flatten().collect()).await?;
        found.extend(rows.into_iter().map(|row| ((row.account, row.unit), Amount::from_micros(row.amount))));
    }
    Ok(keys.into_iter().map(move |(account, unit)| {
        let amount = found.remove(&(account.as_str().to_owned(), unit.code().to_owned())).unwrap_or(Amount::ZERO);
        ((account, unit), amount)
    }))
}

/// Every balance that is not zero and whose account begins with `prefix`, in bytewise order.
pub async fn balances(on: &impl Sql, prefix: &str) -> Result<Vec<(String, Currency, Amount)>, StoreError> {
    let rows: Vec<BalanceRow> = all(
        on,
        "SELECT account, unit, amount FROM balances \
         WHERE amount <> 0 AND account >= $1 AND account < $2 ORDER BY account, unit",
        // `~` sorts after every character of an account.
        values![prefix, format!("{prefix}~")],
    )
    .await?;
    rows.into_iter().map(BalanceRow::typed).collect()
}

/// The same as of a size: over the lines of the entries below it. Reads whichever side of the size has fewer lines.
pub async fn balances_as_of(on: &impl Sql, size: u64) -> Result<Vec<(String, Currency, Amount)>, StoreError> {
    let head = super::head(on).await?.size;
    // From the front, or back from where the balances stand now.
    let sql = if size <= head / 2 {
        "SELECT account, unit, CAST(SUM(amount) AS BIGINT) AS amount FROM lines WHERE idx < $1 \
         GROUP BY account, unit HAVING SUM(amount) <> 0"
    } else {
        "SELECT account, unit, CAST(SUM(amount) AS BIGINT) AS amount FROM (\
         SELECT account, unit, amount FROM balances \
         UNION ALL SELECT account, unit, -amount FROM lines WHERE idx >= $1) AS posted \
         GROUP BY account, unit HAVING SUM(amount) <> 0"
    };
    let rows: Vec<BalanceRow> = all(on, sql, values![count(size)?]).await?;
    let mut balances = rows.into_iter().map(BalanceRow::typed).collect::<Result<Vec<_>, _>>()?;
    // In bytewise order, whatever the database's own.
    balances.sort();
    Ok(balances)
}

/// Whether the lines of each entry sum to zero per unit (INV-4), and every balance is the sum of its account's lines.
pub async fn is_balanced(on: &impl Sql) -> Result<bool, StoreError> {
    let entry: Option<i64> =
        find_value(on, "SELECT idx AS v FROM lines GROUP BY idx, unit HAVING SUM(amount) <> 0 ORDER BY idx LIMIT 1", vec![]).await?;
    Ok(entry.is_none() && follow(on, "").await?)
}

/// Whether every balance of accounts that begin with `prefix` is the sum of its lines.
pub async fn follow(on: &impl Sql, prefix: &str) -> Result<bool, StoreError> {
    let account: Option<String> = find_value(
        on,
        "SELECT account AS v FROM (\
         SELECT account, unit, amount FROM balances WHERE account >= $1 AND account < $2 \
         UNION ALL SELECT account, unit, -amount FROM lines WHERE account >= $1 AND account < $2) AS posted \
         GROUP BY account, unit HAVING SUM(amount) <> 0 ORDER BY account LIMIT 1",
        values![prefix, format!("{prefix}~")],
    )
    .await?;
    Ok(account.is_none())
}

/// Sums posted to each account by entries of one kind: account, unit, millionths.
pub async fn sums_by_kind(on: &impl Sql, kind: &str) -> Result<Vec<(String, String, i64)>, StoreError> {
    let rows: Vec<BalanceRow> = all(
        on,
        "SELECT l.account, l.unit, CAST(SUM(l.amount) AS BIGINT) AS amount FROM lines l JOIN entries e ON e.idx = l.idx \
         WHERE e.kind = $1 GROUP BY l.account, l.unit ORDER BY l.account, l.unit",
        values![kind],
    )
    .await?;
    Ok(rows.into_iter().map(|row| (row.account, row.unit, row.amount)).collect())
}

impl BalanceRow {
    fn typed(self) -> Result<(String, Currency, Amount), StoreError> {
        let unit = Currency::parse(&self.unit).map_err(|_| StoreError::Damaged(format!("unit {} in balances", self.unit)))?;
        Ok((self.account, unit, Amount::from_micros(self.amount)))
    }
}
