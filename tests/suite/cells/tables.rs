//! Tables as somebody who holds the database writes them: every cell as a literal of SQL, the schema's own keys and checks taken
//! away. What the columns are is asked of the database itself.

use std::collections::BTreeSet;

use sqlx::{Connection, Executor, Row as _};

/// A column as the schema has it.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    /// `INTEGER`, `TEXT`, `BLOB`; `bigint`, `text`, `bytea`.
    pub kind: String,
    pub nullable: bool,
    /// Whether it is of the primary key.
    pub key: bool,
}

/// A row: each cell a literal.
pub type Row = Vec<String>;

/// A table with what stands in it, in the order of its key.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// A literal without its quotes.
pub fn plain(literal: &str) -> &str {
    literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(literal)
}

/// Whether a literal is of bytes.
pub fn is_bytes(column: &Column) -> bool {
    matches!(column.kind.as_str(), "BLOB" | "bytea")
}

/// Whether a literal is of a number.
pub fn is_number(column: &Column) -> bool {
    matches!(column.kind.as_str(), "INTEGER" | "bigint")
}

/// Every cell of a question's answer, as text.
pub async fn ask(address: &str, sql: &str) -> Vec<Vec<String>> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    macro_rules! rows {
        ($connection:ty) => {{
            let mut connection = <$connection>::connect(address).await.unwrap();
            let rows = connection.fetch_all(sqlx::raw_sql(sql)).await.unwrap();
            let rows = rows.iter().map(|row| (0..row.len()).map(|at| row.get::<String, _>(at)).collect()).collect();
            connection.close().await.unwrap();
            rows
        }};
    }
    if is_sqlite(address) { rows!(sqlx::SqliteConnection) } else { rows!(sqlx::PgConnection) }
}

/// Runs a script as one transaction.
pub async fn run(address: &str, script: &str) {
    if is_sqlite(address) {
        crate::pages::change(address, &format!("PRAGMA foreign_keys = OFF; BEGIN; {script}; COMMIT")).await;
    } else {
        crate::pages::change(address, &format!("SET session_replication_role = replica; BEGIN; {script}; COMMIT")).await;
    }
}

fn is_sqlite(address: &str) -> bool {
    address.starts_with("sqlite")
}

/// Every table of the database.
pub async fn names(address: &str) -> BTreeSet<String> {
    let sql = if is_sqlite(address) {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()"
    };
    ask(address, sql).await.into_iter().flatten().collect()
}

/// A table with its columns and rows.
pub async fn read(address: &str, name: &str) -> Table {
    let sql = if is_sqlite(address) {
        format!(
            "SELECT name, type, CAST(\"notnull\" = 0 AND pk = 0 AS TEXT), CAST(pk > 0 AS TEXT) FROM pragma_table_info('{name}') ORDER BY cid"
        )
    } else {
        format!(
            "SELECT c.column_name::text, c.data_type::text, CASE c.is_nullable WHEN 'YES' THEN '1' ELSE '0' END, \
             CASE WHEN EXISTS (SELECT 1 FROM information_schema.key_column_usage k \
               JOIN information_schema.table_constraints t ON t.constraint_name = k.constraint_name AND t.table_schema = k.table_schema \
               WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_schema = c.table_schema AND k.table_name = c.table_name \
               AND k.column_name = c.column_name) THEN '1' ELSE '0' END \
             FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.table_name = '{name}' ORDER BY c.ordinal_position"
        )
    };
    let columns = ask(address, &sql).await.into_iter().map(|cells| {
        let [name, kind, nullable, key] = cells.try_into().unwrap();
        Column { name, kind, nullable: nullable == "1", key: key == "1" }
    });
    let mut table = Table { name: name.to_owned(), columns: columns.collect(), rows: Vec::new() };
    table.rows = rows(address, &table).await;
    table
}

async fn rows(address: &str, table: &Table) -> Vec<Row> {
    let quote = if is_sqlite(address) { "quote" } else { "quote_nullable" };
    let cells: Vec<String> = table.columns.iter().map(|column| format!("{quote}({})", column.name)).collect();
    let keys: Vec<&str> = table.columns.iter().filter(|column| column.key).map(|column| column.name.as_str()).collect();
    assert!(!keys.is_empty(), "{} has no key", table.name);
    ask(address, &format!("SELECT {} FROM {} ORDER BY {}", cells.join(", "), table.name, keys.join(", "))).await
}

/// Makes the table anew, without keys, checks and triggers: nothing refuses what is written then.
pub async fn disarm(address: &str, table: &Table) {
    let columns: Vec<String> = table.columns.iter().map(|column| format!("{} {}", column.name, column.kind)).collect();
    let (name, cascade) = (&table.name, if is_sqlite(address) { "" } else { " CASCADE" });
    let strict = if is_sqlite(address) { " STRICT" } else { "" };
    let made = format!("DROP TABLE {name}{cascade}; CREATE TABLE {name} ({}){strict}", columns.join(", "));
    run(address, &format!("{made}; {}", filled(name, &table.rows))).await;
}

/// Writes these rows in the place of all that stand there.
pub async fn write(address: &str, name: &str, rows: &[Row]) {
    run(address, &format!("DELETE FROM {name}; {}", filled(name, rows))).await;
}

fn filled(name: &str, rows: &[Row]) -> String {
    // SQLite takes few rows at once.
    let inserted = rows.chunks(200).map(|rows| {
        let rows: Vec<String> = rows.iter().map(|row| format!("({})", row.join(", "))).collect();
        format!("INSERT INTO {name} VALUES {}", rows.join(", "))
    });
    let inserted: Vec<String> = inserted.collect();
    if inserted.is_empty() { "SELECT 1".to_owned() } else { inserted.join("; ") }
}
