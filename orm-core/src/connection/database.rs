//! A database: what a program opens once and passes around.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::builder::{DatabaseBuilder, SqliteBuilder};
use super::executor::{Access, Executor};
use super::hooks::{Hooks, RunOnDrop};
use super::monitor::Monitor;
use super::pool::{Kind, Pool};
use super::transaction::{Transaction, TransactionOptions};
use crate::driver::{Connection, Connector, Dialect};
use crate::error::{Error, Result};

/// A database. Cloning it is cheap, and all clones share its connections; threads may use it at the
/// same time.
///
/// A SQLite file has one connection that writes and several that read, so callers wait for each other
/// instead of failing. A database in memory has one connection for everything.
///
/// ```
/// use orm::Database;
///
/// let db = Database::open("sqlite::memory:")?;
/// let answer = db.transaction(|_tx| Ok(42))?;
/// assert_eq!(answer, 42);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    // Dropped before the writers: the last connection to a SQLite file folds its log into it, and one
    // that only reads cannot.
    readers: Option<Arc<Pool>>,
    writers: Option<Arc<Pool>>,
    dialect: &'static dyn Dialect,
    autocommit: bool,
    monitor: Arc<Monitor>,
}

impl Database {
    /// Opens a database by its URL.
    ///
    /// | URL | database |
    /// | --- | --- |
    /// | `sqlite://music.db` | the file `music.db`, created if there is none |
    /// | `sqlite:///var/lib/music.db` | a file by its absolute path |
    /// | `sqlite::memory:` | a database in memory, gone with the `Database` |
    ///
    /// | option | meaning |
    /// | --- | --- |
    /// | `mode=ro` | only read; `rw` read and write an existing file; `rwc` (default) create it |
    /// | `busy_timeout=5000` | milliseconds to wait for a lock of another program |
    /// | `pool_timeout=30000` | milliseconds to wait for a connection |
    /// | `readers=4` | how many connections only read |
    /// | `statement_cache=256` | how many prepared statements a connection keeps |
    /// | `autocommit=false` | refuse writes outside a transaction |
    /// | `lazy_loading=refused` | refuse relations that are loaded lazily; `warned` warn of them |
    ///
    /// ```
    /// use orm::{Database, Error};
    ///
    /// Database::open("sqlite::memory:?busy_timeout=2000")?;
    /// let unknown = Database::open("sqlite::memory:?patience=2000");
    /// assert!(matches!(unknown, Err(Error::InvalidUrl { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]; [`Error::Connection`] if there is no such database or it is none.
    pub fn open(url: &str) -> Result<Self> {
        Self::builder().open(url)
    }

    /// Settings that every kind of database has.
    ///
    /// ```
    /// use std::time::Duration;
    /// use orm::prelude::*;
    /// use orm::Database;
    ///
    /// let builder = Database::builder().pool_timeout(Duration::from_secs(5));
    /// let db = builder.open("sqlite::memory:")?;
    /// assert_eq!(db.dialect().name(), "sqlite");
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn builder() -> DatabaseBuilder {
        DatabaseBuilder::new()
    }

    /// Settings of a SQLite file.
    ///
    /// ```
    /// use std::time::Duration;
    /// use orm::Database;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("music.db");
    /// let db = Database::sqlite(path)
    ///     .busy_timeout(Duration::from_secs(2))
    ///     .readers(2)
    ///     .open()?;
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn sqlite(path: impl Into<std::path::PathBuf>) -> SqliteBuilder {
        SqliteBuilder::file(path.into())
    }

    /// Settings of a SQLite database in memory.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::Database;
    ///
    /// let one = Database::sqlite_in_memory().open()?;
    /// let two = Database::sqlite_in_memory().open()?; // another database
    /// one.execute("CREATE TABLE notes (text TEXT)", &[])?;
    /// assert!(two.query("SELECT * FROM notes", &[]).is_err());
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn sqlite_in_memory() -> SqliteBuilder {
        SqliteBuilder::memory()
    }

    /// Opens the first connection, so that a database that cannot be used is noticed here.
    pub(super) fn connect(
        connector: &Arc<dyn Connector>,
        settings: &DatabaseBuilder,
    ) -> Result<Self> {
        let monitor = Arc::new(Monitor::new(settings.lazy_loading));
        let limits = connector.limits();
        let pool = |kind, max: usize| {
            let (connector, monitor) = (connector.clone(), monitor.clone());
            let new = || Pool::new(connector, kind, max, settings.pool_timeout, monitor);
            (max > 0).then(|| Arc::new(new()))
        };
        let database = Self {
            inner: Arc::new(Inner {
                writers: pool(Kind::Writers, limits.writers),
                readers: pool(Kind::Readers, limits.readers),
                dialect: connector.dialect(),
                autocommit: settings.autocommit,
                monitor,
            }),
        };
        let first = database
            .inner
            .writers
            .as_ref()
            .or(database.inner.readers.as_ref());
        if let Some(pool) = first {
            Pool::take(&**pool)?;
        }
        Ok(database)
    }

    fn pool(&self, access: Access) -> Result<&Arc<Pool>> {
        let Inner {
            writers, readers, ..
        } = &*self.inner;
        match access {
            Access::Read => readers.as_ref().or(writers.as_ref()),
            Access::Write => writers.as_ref(),
        }
        .ok_or(Error::ReadOnly { source: None })
    }

    /// Runs `work` in a transaction, which is committed if it returns `Ok` and rolled back if it returns
    /// `Err` or panics.
    ///
    /// Pass `tx` on to whatever belongs to the transaction. A call with the `Database` inside `work` is
    /// not part of it.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let failed = db.transaction(|tx| {
    ///     Artist { id: 0, name: "Nina Simone".into() }.insert(tx)?;
    ///     Artist::get(tx, 99) // is not there
    /// });
    /// assert!(failed.is_err());
    /// assert_eq!(Artist::count(&db)?, 0); // rolled back
    ///
    /// let id = db.transaction(|tx| {
    ///     let mut nina = Artist { id: 0, name: "Nina Simone".into() };
    ///     nina.insert(tx)?;
    ///     Ok(nina.id)
    /// })?;
    /// assert!(Artist::exists(&db, id)?); // committed
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `work`, of getting a connection, and of [`Transaction::commit`].
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.transaction_with(TransactionOptions::new(), work)
    }

    /// The same with options.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// use orm::TransactionOptions;
    ///
    /// let only_read = TransactionOptions::new().read_only();
    /// let (count, artists) = db.transaction_with(only_read, |tx| {
    ///     Ok((Artist::count(tx)?, Artist::all(tx)?)) // both of the same moment
    /// })?;
    /// assert_eq!(count, artists.len() as u64);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`transaction`](Self::transaction).
    pub fn transaction_with<T>(
        &self,
        options: TransactionOptions,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        self.try_transaction_with(options, work)
    }

    /// [`transaction`](Self::transaction) for work with an error type of its own.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// #[derive(Debug)]
    /// enum AppError {
    ///     TooMany,
    ///     Database(orm::Error),
    /// }
    ///
    /// impl From<orm::Error> for AppError {
    ///     fn from(error: orm::Error) -> Self {
    ///         Self::Database(error)
    ///     }
    /// }
    ///
    /// let refused = db.try_transaction(|tx| {
    ///     Artist { id: 0, name: "Nina Simone".into() }.insert(tx)?;
    ///     if Artist::count(tx)? > 0 { Err(AppError::TooMany) } else { Ok(()) }
    /// });
    /// assert!(matches!(refused, Err(AppError::TooMany)));
    /// assert_eq!(Artist::count(&db)?, 0);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `work`, of getting a connection, and of [`Transaction::commit`].
    pub fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.try_transaction_with(TransactionOptions::new(), work)
    }

    /// [`transaction_with`](Self::transaction_with) for work with an error type of its own.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// use orm::{Behavior, TransactionOptions};
    ///
    /// let options = TransactionOptions::new().behavior(Behavior::Deferred);
    /// let found: Result<bool, Box<dyn std::error::Error>> = db.try_transaction_with(options, |tx| {
    ///     let key: i64 = "1".parse()?; // any error that `?` takes
    ///     Ok(Artist::exists(tx, key)?)
    /// });
    /// assert!(matches!(found, Ok(false)));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `work`, of getting a connection, and of [`Transaction::commit`].
    pub fn try_transaction_with<T, E: From<Error>>(
        &self,
        options: TransactionOptions,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let hooks = Rc::<Hooks>::default();
        // Dropped after the lease, so that hooks may use the database.
        let _run = RunOnDrop(Rc::clone(&hooks));
        let mut lease = Pool::take(&**self.pool(options.access())?)?;
        let mut work = Some(work);
        let mut outcome = None;
        lease.connection()?.hold_statements(&mut |connection| {
            if let Some(work) = work.take() {
                let (monitor, hooks) = (self.inner.monitor.clone(), Rc::clone(&hooks));
                let transaction = Transaction::on_connection(connection, options, monitor, hooks)?;
                outcome = Some(transaction.finish_with(work));
            }
            Ok(())
        })?;
        outcome.unwrap_or_else(|| Err(Error::TransactionLost.into()))
    }

    /// Begins a transaction that rolls back when it is dropped without a commit.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let tx = db.begin()?;
    /// Artist { id: 0, name: "Nina Simone".into() }.insert(&tx)?;
    /// tx.commit()?;
    ///
    /// let tx = db.begin()?;
    /// Artist { id: 0, name: "Bill Evans".into() }.insert(&tx)?;
    /// drop(tx); // rolls back
    /// assert_eq!(Artist::count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of getting a connection, and [`Error::Busy`] if another program is writing.
    pub fn begin(&self) -> Result<Transaction<'static>> {
        self.begin_with(TransactionOptions::new())
    }

    /// The same with options.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// use orm::{Error, TransactionOptions};
    ///
    /// let tx = db.begin_with(TransactionOptions::new().read_only())?;
    /// let refused = Artist { id: 0, name: "Nina Simone".into() }.insert(&tx);
    /// assert!(matches!(refused, Err(Error::ReadOnly { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`begin`](Self::begin).
    pub fn begin_with(&self, options: TransactionOptions) -> Result<Transaction<'static>> {
        let pool = self.pool(options.access())?;
        let lease = Pool::take(pool.clone())?;
        Transaction::on_lease(lease, options, self.inner.monitor.clone())
    }
}

impl Executor for Database {
    fn run(
        &self,
        access: Access,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        if access == Access::Write && !self.inner.autocommit {
            return Err(Error::TransactionRequired);
        }
        let mut lease = Pool::take(&**self.pool(access)?)?;
        work(&mut lease.connection()?)
    }

    fn atomically(&self, work: &mut dyn FnMut(&dyn Executor) -> Result<()>) -> Result<()> {
        if !self.inner.autocommit {
            return Err(Error::TransactionRequired);
        }
        self.transaction(|tx| work(tx))
    }

    fn dialect(&self) -> &'static dyn Dialect {
        self.inner.dialect
    }

    fn monitor(&self) -> &Monitor {
        &self.inner.monitor
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("dialect", &self.inner.dialect.name())
            .field("writers", &self.inner.writers)
            .field("readers", &self.inner.readers)
            .finish_non_exhaustive()
    }
}
