//! One connection to a database.

use std::fmt;
use std::sync::Arc;

use super::{Batch, Dialect, OnRow, Params, Statement, Write};
use crate::error::Result;
use crate::value::Value;

/// How a transaction begins.
///
/// ```
/// use orm::{Behavior, Database, TransactionOptions};
///
/// assert_eq!(Behavior::default(), Behavior::Immediate);
/// let db = Database::open("sqlite::memory:")?;
/// let deferred = TransactionOptions::new().behavior(Behavior::Deferred);
/// db.transaction_with(deferred, |_tx| Ok(()))?;
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Behavior {
    /// Takes the right to write at once, so that no statement in the middle can fail for want of it.
    #[default]
    Immediate,
    /// Takes locks as statements need them.
    Deferred,
    /// Keeps everybody else out, readers too where the database does so.
    Exclusive,
}

/// Whether a connection is inside a transaction, as the database itself says.
///
/// ```
/// use orm::prelude::*;
/// use orm::Access;
/// use orm::driver::TransactionState;
///
/// fn state(db: &dyn Executor) -> orm::Result<TransactionState> {
///     let mut state = TransactionState::Idle;
///     db.run(Access::Read, &mut |connection| Ok(state = connection.transaction_state()))?;
///     Ok(state)
/// }
///
/// let db = orm::Database::open("sqlite::memory:")?;
/// assert_eq!(state(&db)?, TransactionState::Idle);
/// assert_eq!(db.transaction(|tx| state(tx))?, TransactionState::Open);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionState {
    /// Outside: every statement commits by itself.
    Idle,
    /// Inside, and it can go on.
    Open,
    /// Inside, and only a rollback is possible.
    Failed,
}

/// One connection to a database.
///
/// Every error is returned as the [`Error`](crate::error::Error) variant that names the condition; after an
/// error the connection can still be used, unless [`Connection::transaction_state`] says otherwise.
///
/// A connection that wraps another one, and counts what it runs:
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use orm::driver::sqlite::{Location, Sqlite};
/// # use orm::driver::{Batch, Behavior, Dialect, OnRow, PoolLimits, Reference, TransactionState, Write};
/// use orm::driver::{Connection, Connector, Params, Statement};
/// use orm::prelude::*;
/// # use orm::{Interrupter, Value};
/// use orm::{Database, Result};
///
/// struct Counted {
///     inner: Box<dyn Connection + Send>,
///     executed: Arc<AtomicUsize>,
/// }
///
/// impl Connection for Counted {
///     fn execute(&mut self, statement: Statement<'_>, params: &dyn Params) -> Result<u64> {
///         self.executed.fetch_add(1, Ordering::Relaxed);
///         self.inner.execute(statement, params)
///     }
///
///     fn hold_statements(
///         &mut self,
///         work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
///     ) -> Result<()> {
///         work(self) // `self.inner.hold_statements(work)` would pass this wrapper by
///     }
///
///     fn batch(&mut self, sql: &str) -> Result<()> {
///         self.inner.batch(sql)
///     }
///
///     // … and every other method calls that of `self.inner` in the same way.
/// #   fn query(
/// #       &mut self,
/// #       statement: Statement<'_>,
/// #       params: &dyn Params,
/// #       on_row: OnRow<'_>,
/// #   ) -> Result<()> {
/// #       self.inner.query(statement, params, on_row)
/// #   }
/// #   fn write(&mut self, write: &Write<'_>, params: &dyn Params, on_row: OnRow<'_>) -> Result<u64> {
/// #       self.inner.write(write, params, on_row)
/// #   }
/// #   fn write_batch(
/// #       &mut self,
/// #       write: &Write<'_>,
/// #       batch: &dyn Batch,
/// #       returned: &mut Vec<Value>,
/// #   ) -> Result<()> {
/// #       self.inner.write_batch(write, batch, returned)
/// #   }
/// #   fn begin(&mut self, behavior: Behavior, read_only: bool) -> Result<()> {
/// #       self.inner.begin(behavior, read_only)
/// #   }
/// #   fn commit(&mut self) -> Result<()> {
/// #       self.inner.commit()
/// #   }
/// #   fn rollback(&mut self) -> Result<()> {
/// #       self.inner.rollback()
/// #   }
/// #   fn transaction_state(&self) -> TransactionState {
/// #       self.inner.transaction_state()
/// #   }
/// #   fn reset(&mut self) -> Result<()> {
/// #       self.inner.reset()
/// #   }
/// #   fn references(&mut self, table: &str) -> Result<Vec<Reference>> {
/// #       self.inner.references(table)
/// #   }
/// #   fn max_parameters(&self) -> usize {
/// #       self.inner.max_parameters()
/// #   }
/// #   fn interrupter(&self) -> Interrupter {
/// #       self.inner.interrupter()
/// #   }
/// #   fn dialect(&self) -> &'static dyn Dialect {
/// #       self.inner.dialect()
/// #   }
/// }
///
/// # struct Counter(Sqlite, Arc<AtomicUsize>);
/// # impl Connector for Counter {
/// #     fn connect(&self) -> Result<Box<dyn Connection + Send>> {
/// #         Ok(Box::new(Counted { inner: self.0.connect()?, executed: self.1.clone() }))
/// #     }
/// #     fn connect_reader(&self) -> Result<Box<dyn Connection + Send>> {
/// #         self.connect()
/// #     }
/// #     fn limits(&self) -> PoolLimits {
/// #         self.0.limits()
/// #     }
/// #     fn dialect(&self) -> &'static dyn Dialect {
/// #         self.0.dialect()
/// #     }
/// # }
/// let executed = Arc::new(AtomicUsize::new(0));
/// // `Counter` is a `Connector` that opens SQLite's connections and wraps them.
/// let counter = Counter(Sqlite::new(Location::Memory), executed.clone());
/// let db = Database::builder().connect(counter)?;
/// db.execute("CREATE TABLE notes (text TEXT)", &[])?;
/// db.execute("INSERT INTO notes VALUES ('first')", &[])?;
/// assert_eq!(executed.load(Ordering::Relaxed), 2);
/// # Ok::<(), orm::Error>(())
/// ```
pub trait Connection {
    /// Runs a statement and returns the number of rows it changed. Rows that it produces are passed
    /// over.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// use orm::Access;
    /// use orm::driver::Statement;
    ///
    /// let insert = Statement::fixed("INSERT INTO artist (name) VALUES ('Nina Simone')", "artist");
    /// db.run(Access::Write, &mut |connection| {
    ///     assert_eq!(connection.execute(insert, &[].as_slice())?, 1);
    ///     Ok(())
    /// })?;
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn execute(&mut self, statement: Statement<'_>, params: &dyn Params) -> Result<u64>;

    /// Runs a statement and hands its rows to `on_row` until that wants no more.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # let artist = |name: &str| Artist { id: 0, name: name.into() };
    /// # Artist::insert_many(&db, &mut ["Nina Simone", "Bill Evans", "Nick Drake"].map(artist))?;
    /// use std::ops::ControlFlow;
    /// use orm::Access;
    /// use orm::driver::Statement;
    ///
    /// let select = Statement::fixed("SELECT name FROM artist WHERE id > ?", "artist");
    /// let params: &[orm::Value] = &[1.into()];
    /// let mut rows = 0;
    /// db.run(Access::Read, &mut |connection| {
    ///     connection.query(select, &params, &mut |_row| {
    ///         rows += 1;
    ///         Ok(ControlFlow::Continue(()))
    ///     })
    /// })?;
    /// assert_eq!(rows, 2);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn query(
        &mut self,
        statement: Statement<'_>,
        params: &dyn Params,
        on_row: OnRow<'_>,
    ) -> Result<()>;

    /// Runs an INSERT or UPDATE and hands `on_row` what the database made, once for each row.
    /// Returns the number of rows it changed.
    fn write(&mut self, write: &Write<'_>, params: &dyn Params, on_row: OnRow<'_>) -> Result<u64>;

    /// Runs the same write once for each row of a batch, and appends to `returned` what the database
    /// made: [`Write::returning`] values a row, in the order of the batch.
    ///
    /// A driver sends the rows in as few round trips as pays, cut to its limit of parameters. The
    /// caller has begun a transaction or a savepoint.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// use orm::driver::{Batch, Params, Statement, Write};
    /// use orm::{Access, Result, Value};
    ///
    /// struct Names(&'static [&'static str]);
    ///
    /// impl Batch for Names {
    ///     fn rows(&self) -> usize {
    ///         self.0.len()
    ///     }
    ///
    ///     fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()> {
    ///         work(&[Value::from(self.0[at])].as_slice())
    ///     }
    /// }
    ///
    /// let write = Write {
    ///     statement: Statement::fixed(r#"INSERT INTO "artist" ("name") VALUES (?)"#, "artist"),
    ///     returning: &["id"],
    ///     generated_key: true,
    /// };
    /// let mut keys = Vec::new();
    /// db.transaction(|tx| {
    ///     tx.run(Access::Write, &mut |connection| {
    ///         connection.write_batch(&write, &Names(&["Nina Simone", "Bill Evans"]), &mut keys)
    ///     })
    /// })?;
    /// assert_eq!(keys, [Value::Int(1), Value::Int(2)]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn write_batch(
        &mut self,
        write: &Write<'_>,
        batch: &dyn Batch,
        returned: &mut Vec<Value>,
    ) -> Result<()>;

    /// Calls `work` once with this connection, on which fixed statements stay prepared from one call to
    /// the next until `work` is done. A driver that gains nothing by it calls `work(self)`.
    fn hold_statements(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()>;

    /// Runs statements without parameters or results, separated by semicolons.
    fn batch(&mut self, sql: &str) -> Result<()>;

    /// Begins a transaction.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::driver::TransactionState;
    /// use orm::{Access, Behavior, Database};
    ///
    /// let db = Database::open("sqlite::memory:")?;
    /// db.run(Access::Write, &mut |connection| {
    ///     connection.begin(Behavior::Immediate, false)?;
    ///     assert_eq!(connection.transaction_state(), TransactionState::Open);
    ///     connection.rollback()
    /// })?;
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn begin(&mut self, behavior: Behavior, read_only: bool) -> Result<()>;

    /// Commits the transaction. `Ok` means that it is committed, not only that the database answered.
    fn commit(&mut self) -> Result<()>;

    /// Rolls the transaction back.
    fn rollback(&mut self) -> Result<()>;

    /// Begins a savepoint inside the transaction. `depth` is 1 for one that stands directly in it, and 1
    /// more for each savepoint around this one.
    fn savepoint(&mut self, depth: usize) -> Result<()> {
        self.batch(&format!("SAVEPOINT orm_{depth}"))
    }

    /// Keeps what was done since the savepoint of this depth, and ends it.
    fn release(&mut self, depth: usize) -> Result<()> {
        self.batch(&format!("RELEASE orm_{depth}"))
    }

    /// Undoes what was done since the savepoint of this depth, and ends it.
    fn undo(&mut self, depth: usize) -> Result<()> {
        self.batch(&format!("ROLLBACK TO orm_{depth}; RELEASE orm_{depth}"))
    }

    /// Whether the database has a transaction open on this connection.
    fn transaction_state(&self) -> TransactionState;

    /// Makes the connection fit to be used by somebody else.
    ///
    /// # Errors
    /// Any error makes the pool drop the connection.
    fn reset(&mut self) -> Result<()>;

    /// The foreign keys of a table, and those that refer to it, as the database has them.
    fn references(&mut self, table: &str) -> Result<Vec<Reference>>;

    /// The most parameters that one statement may have.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Access, Database};
    ///
    /// let db = Database::open("sqlite::memory:")?;
    /// db.run(Access::Read, &mut |connection| {
    ///     assert!(connection.max_parameters() >= 999);
    ///     Ok(())
    /// })?;
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn max_parameters(&self) -> usize;

    /// A handle by which another thread can interrupt what this connection is doing.
    fn interrupter(&self) -> Interrupter;

    /// How this database wants its SQL.
    fn dialect(&self) -> &'static dyn Dialect;
}

/// A foreign key, as the database has it.
///
/// ```
/// # use orm::prelude::*;
/// #[derive(ActiveRecord)]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
/// }
///
/// #[derive(ActiveRecord)]
/// struct Album {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(references(Artist))]
///     artist_id: i64,
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// db.create_tables(orm::schema![Artist, Album])?;
/// db.run(orm::Access::Read, &mut |connection| {
///     let found = connection.references("artist")?;
///     assert_eq!((found[0].from.as_str(), found[0].to.as_str()), ("album", "artist"));
///     assert_eq!(found[0].from_columns, ["artist_id"]);
///     Ok(())
/// })?;
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The referring table.
    pub from: String,
    /// The referring columns.
    pub from_columns: Vec<String>,
    /// The table referred to.
    pub to: String,
    /// The columns referred to, in the order of the referring ones.
    pub to_columns: Vec<String>,
    /// Whether the referring row goes along when the other is deleted, or gives the reference up.
    pub follows: bool,
}

/// Interrupts what one connection is doing: the statement fails with
/// [`Error::Interrupted`](crate::error::Error::Interrupted).
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use orm::Interrupter;
///
/// let asked = Arc::new(AtomicBool::new(false));
/// let flag = asked.clone();
/// let interrupter = Interrupter::new(move || flag.store(true, Ordering::Relaxed));
/// std::thread::spawn(move || interrupter.interrupt()).join().unwrap();
/// assert!(asked.load(Ordering::Relaxed));
/// ```
#[derive(Clone)]
pub struct Interrupter(Arc<dyn Fn() + Send + Sync>);

impl Interrupter {
    /// A handle that calls `interrupt`.
    pub fn new(interrupt: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(interrupt))
    }

    /// Interrupts the statement that is running, if there is one.
    pub fn interrupt(&self) {
        (self.0)();
    }
}

impl fmt::Debug for Interrupter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Interrupter")
    }
}
