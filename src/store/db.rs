//! Opening the database and its transactions. Here, and in the turn to write on SQLite, is where a transaction begins.

use std::path::Path;
use std::sync::Arc;

use sea_orm::sqlx::Connection;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::ledger::Tips;
use crate::sharing::{PATIENCE, Part, Turn};
use crate::{Sql, StoreError, migrate, sql};

/// The co-op's database. Cheap to clone.
///
/// SQLite: one writer connection and several readers (WAL). PostgreSQL: one pool for both.
#[derive(Clone, Debug)]
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    backend: DbBackend,
    turn: Turn,
    tips: Arc<Tips>,
}

/// A write transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Tx {
    inner: Inner,
    backend: DbBackend,
}

#[derive(Debug)]
enum Inner {
    Own(DatabaseTransaction),
    Part(Part),
}

/// Reads outside any transaction; each statement sees what was committed when it began.
#[derive(Clone, Debug)]
pub struct Reader {
    inner: DatabaseConnection,
    backend: DbBackend,
}

impl Db {
    /// Opens `sqlite:///path/to/file` or `postgres://…`, checks that the server is fit, and brings the schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] with a sentence for a version that is too old or a changed migration;
    /// [`StoreError::Database`] if it cannot be opened.
    pub async fn open(url: &str) -> Result<Db, StoreError> {
        let db = if url.starts_with("sqlite:") {
            Db::open_sqlite(url).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Db::open_postgres(url).await?
        } else {
            return Err(StoreError::Unfit("the database address must begin with sqlite: or postgres:".to_owned()));
        };
        migrate::run(&db).await?;
        Ok(db)
    }

    /// Opens a database that is there, for reading alone: nothing of it changes, not even its schema.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for a database of a newer version, or one that is none of Manyhands;
    /// [`StoreError::Database`] if it cannot be opened.
    pub async fn open_read_only(url: &str) -> Result<Db, StoreError> {
        let backend = if url.starts_with("sqlite:") { DbBackend::Sqlite } else { DbBackend::Postgres };
        let mut options = ConnectOptions::new(url);
        options
            .map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(false).read_only(true).busy_timeout(PATIENCE))
            .map_sqlx_postgres_opts(|postgres| postgres.options([("default_transaction_read_only", "on")]));
        Db::connect_read_only(options, backend).await
    }

    /// Opens a SQLite file that nobody writes to, and leaves no file beside it.
    ///
    /// # Errors
    /// As [`Db::open_read_only`].
    pub async fn open_still(path: &Path) -> Result<Db, StoreError> {
        let path = path.to_owned();
        let mut options = ConnectOptions::new("sqlite:");
        options.map_sqlx_sqlite_opts(move |sqlite| sqlite.filename(&path).create_if_missing(false).read_only(true).immutable(true));
        Db::connect_read_only(options, DbBackend::Sqlite).await
    }

    async fn connect_read_only(mut options: ConnectOptions, backend: DbBackend) -> Result<Db, StoreError> {
        options.max_connections(READERS).acquire_timeout(PATIENCE).sqlx_logging(false);
        let pool = Database::connect(options).await?;
        let db = Db { writer: pool.clone(), reader: pool, backend, turn: Turn::default(), tips: Arc::default() };
        migrate::check(&db).await?;
        Ok(db)
    }

    async fn open_sqlite(url: &str) -> Result<Db, StoreError> {
        let writer = Database::connect(sqlite_options(url, 1, false)).await?;
        let reader = Database::connect(sqlite_options(url, READERS, true)).await?;
        let db = Db { writer, reader, backend: DbBackend::Sqlite, turn: Turn::default(), tips: Arc::default() };
        let version: String = sql::find_value(&db.read(), "SELECT sqlite_version() AS v", vec![]).await?.unwrap_or_default();
        if parse_version(&version) < SQLITE_LEAST {
            return Err(StoreError::Unfit(format!("SQLite {version} can corrupt its write-ahead log; 3.51.3 or later is needed")));
        }
        Ok(db)
    }

    async fn open_postgres(url: &str) -> Result<Db, StoreError> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(POSTGRES_CONNECTIONS).acquire_timeout(PATIENCE).sqlx_logging(false);
        let pool = Database::connect(options).await?;
        let db = Db { writer: pool.clone(), reader: pool, backend: DbBackend::Postgres, turn: Turn::default(), tips: Arc::default() };
        let version: String =
            sql::find_value(&db.read(), "SELECT current_setting('server_version_num') AS v", vec![]).await?.unwrap_or_default();
        if version.parse::<u32>().unwrap_or(0) < POSTGRES_LEAST {
            return Err(StoreError::Unfit(format!("PostgreSQL 15 or later is needed; the server says {version}")));
        }
        Ok(db)
    }

    /// Begins the one transaction of an action: IMMEDIATE on SQLite, so that what was read is still so when written. Those
    /// who wait their turn to write there share a commit.
    ///
    /// Never put this under a time-out: a cancelled `begin` on PostgreSQL poisons its pooled connection.
    ///
    /// # Errors
    /// [`StoreError::Database`] if no connection comes free in time.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = match self.backend {
            DbBackend::Sqlite => Inner::Part(self.turn.begin(&self.writer).await?),
            _ => Inner::Own(self.writer.begin().await?),
        };
        Ok(Tx { inner, backend: self.backend })
    }

    /// A read-only transaction that sees one moment throughout: for exports.
    ///
    /// # Errors
    /// [`StoreError::Database`] if no connection comes free in time.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let postgres = self.backend == DbBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: postgres.then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        };
        let inner = self.reader.begin_with_options(options).await?;
        Ok(Tx { inner: Inner::Own(inner), backend: self.backend })
    }

    /// For reading what is committed.
    #[must_use]
    pub fn read(&self) -> Reader {
        Reader { inner: self.reader.clone(), backend: self.backend }
    }

    /// The newest tiles of this database's log, as far as they were computed.
    #[must_use]
    pub fn tips(&self) -> &Tips {
        &self.tips
    }

    /// The writer's connection outside any transaction: for what cannot run inside one.
    pub(crate) fn read_write(&self) -> Reader {
        Reader { inner: self.writer.clone(), backend: self.backend }
    }

    /// Which database this is, for messages and tests.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    /// On PostgreSQL: a lock that one server of this database can hold, until the transaction is dropped. Nothing when
    /// another holds it.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the database fails.
    pub async fn hold_server_lock(&self) -> Result<Option<Tx>, StoreError> {
        let tx = self.begin().await?;
        let got: Option<bool> = sql::find_value(&tx, "SELECT pg_try_advisory_xact_lock(20261125) AS v", vec![]).await?;
        Ok(got.unwrap_or(false).then_some(tx))
    }

    /// Waits for running statements and closes every connection.
    ///
    /// # Errors
    /// [`StoreError::Database`] if the driver could not close.
    pub async fn close(self) -> Result<(), StoreError> {
        self.writer.close().await?;
        if self.backend == DbBackend::Sqlite {
            self.reader.close().await?;
        }
        Ok(())
    }

    /// Runs the statements of a migration as they stand, in the caller's transaction.
    pub(crate) async fn run_script(tx: &Tx, script: &str) -> Result<(), StoreError> {
        tx.transaction().execute_unprepared(script).await?;
        Ok(())
    }
}

impl Tx {
    /// Makes everything of this transaction lasting.
    ///
    /// # Errors
    /// [`StoreError::Database`]: then nothing was written.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Own(transaction) => Ok(transaction.commit().await?),
            Inner::Part(part) => part.commit().await,
        }
    }

    fn transaction(&self) -> &DatabaseTransaction {
        match &self.inner {
            Inner::Own(transaction) => transaction,
            Inner::Part(part) => part.connection(),
        }
    }
}

impl Sql for Tx {
    fn connection(&self) -> &impl ConnectionTrait {
        self.transaction()
    }

    fn backend(&self) -> DbBackend {
        self.backend
    }
}

impl Sql for Reader {
    fn connection(&self) -> &impl ConnectionTrait {
        &self.inner
    }

    fn backend(&self) -> DbBackend {
        self.backend
    }
}

fn sqlite_options(url: &str, connections: u32, readonly: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    // SQLite ends a transaction by itself when the disk fails, and the driver then goes on counting it: a commit on such a connection
    // would commit nothing. It is closed, and another opened.
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                // The rollback of what was dropped is run before the answer.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
    });
    options.max_connections(connections).min_connections(1).acquire_timeout(PATIENCE).sqlx_logging(false).map_sqlx_sqlite_opts(
        move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .statement_cache_capacity(256);
            // KiB. With the default of 2,000 a large transaction writes the same pages out again and again.
            if readonly { sqlite.pragma("query_only", "ON") } else { sqlite.pragma("cache_size", "-8000") }
        },
    );
    options
}

fn parse_version(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

/// Before it, a WAL reset could corrupt the file (sqlite.org, release notes of 3.51.3).
const SQLITE_LEAST: (u32, u32, u32) = (3, 51, 3);
const POSTGRES_LEAST: u32 = 150_000;
const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
