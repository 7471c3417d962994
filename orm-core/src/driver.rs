//! The seam to a database: object-safe traits that a driver implements, in this crate or outside.

mod dialect;
pub mod sqlite;

pub use self::dialect::{Dialect, PatternStyle, push_identifier};
pub use crate::value::Row;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::error::Result;
use crate::value::{Mismatch, Param, Value};

/// The parameters of one statement, in the order of its placeholders.
///
/// ```
/// use orm::Value;
/// use orm::driver::Params;
///
/// let values: &[Value] = &[7.into(), "jazz".into()];
/// let params: &dyn Params = &values;
/// assert_eq!(params.count(), 2);
/// assert_eq!(params.param(1).into_value(), Ok(Value::from("jazz")));
/// assert_eq!(params.target(1), ("", "")); // written to no column that it knows of
/// ```
pub trait Params {
    /// How many there are.
    fn count(&self) -> usize;

    /// The parameter at a position, counted from zero.
    fn param(&self, at: usize) -> Param<'_>;

    /// The table and the column that a parameter is written to, for messages; empty where it is
    /// written to none.
    fn target(&self, at: usize) -> (&'static str, &'static str) {
        let _ = at;
        ("", "")
    }
}

/// Values are parameters, however many of them are kept together.
macro_rules! params_of_values {
    ($([$($generics:tt)*] $values:ty;)*) => {$(
        impl<$($generics)*> Params for $values {
            fn count(&self) -> usize {
                self.len()
            }

            fn param(&self, at: usize) -> Param<'_> {
                match self.get(at) {
                    Some(value) => Param::Borrowed(value.as_ref()),
                    None => Param::Invalid(Mismatch::invalid("a parameter", "none")),
                }
            }
        }
    )*};
}

params_of_values! {
    [] &[Value];
    [] Vec<Value>;
    [const N: usize] [Value; N];
}

/// The parameters of a statement that is run once for each of several rows.
///
/// ```
/// use orm::driver::{Batch, Params};
/// use orm::{Result, Value};
///
/// struct Rows(Vec<Vec<Value>>);
///
/// impl Batch for Rows {
///     fn rows(&self) -> usize {
///         self.0.len()
///     }
///
///     fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()> {
///         work(&self.0[at].as_slice())
///     }
/// }
///
/// let rows = Rows(vec![vec![1.into()], vec![2.into()]]);
/// let mut widths = Vec::new();
/// for at in 0..rows.rows() {
///     rows.with_row(at, &mut |params| Ok(widths.push(params.count())))?;
/// }
/// assert_eq!(widths, [1, 1]);
/// # Ok::<(), orm::Error>(())
/// ```
pub trait Batch {
    /// How many rows there are.
    fn rows(&self) -> usize;

    /// Calls `work` with the parameters of one row.
    fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()>;
}

/// The text of a statement, and what a driver may want to know about it.
///
/// ```
/// use orm::driver::Statement;
///
/// let fixed = Statement::fixed("SELECT 1", "");
/// assert!(fixed.fixed);
///
/// let sql = format!("SELECT {}", ["?"; 3].join(", "));
/// let built = Statement::built(&sql, "artists");
/// assert_eq!((built.text, built.table, built.fixed), ("SELECT ?, ?, ?", "artists", false));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// The SQL: names in double quotes, parameters as `?`.
    pub text: &'a str,
    /// Whether the text lives as long as the program, so that it can be known again by its address.
    pub fixed: bool,
    /// The table that is read or written, for messages; empty where that is not known.
    pub table: &'a str,
}

impl<'a> Statement<'a> {
    /// Text that lives as long as the program.
    #[must_use]
    pub const fn fixed(text: &'static str, table: &'static str) -> Self {
        Statement {
            text,
            fixed: true,
            table,
        }
    }

    /// Text that was put together at run time.
    #[must_use]
    pub const fn built(text: &'a str, table: &'a str) -> Self {
        Statement {
            text,
            fixed: false,
            table,
        }
    }
}

/// An INSERT or UPDATE of one row, after which the database hands back what it made.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// use orm::driver::{Row, Statement, Write};
/// use orm::value::ColumnType;
/// use orm::{Access, Value};
///
/// let write = Write {
///     statement: Statement::fixed(r#"INSERT INTO "artist" ("name") VALUES (?)"#, "artist"),
///     returning: &["id"],
///     generated_key: true,
/// };
/// let values: &[Value] = &["Nina Simone".into()];
/// let mut key = None;
/// db.run(Access::Write, &mut |connection| {
///     let read_key = &mut |row: &dyn Row| {
///         key = Some(i64::read(row, 0)?);
///         Ok(std::ops::ControlFlow::Continue(()))
///     };
///     assert_eq!(connection.write(&write, &values, read_key)?, 1);
///     Ok(())
/// })?;
/// assert_eq!(key, Some(1));
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Write<'a> {
    /// The statement, without a RETURNING clause.
    pub statement: Statement<'a>,
    /// The names of the columns to hand back, in this order.
    pub returning: &'static [&'static str],
    /// Whether all there is to hand back is the key that the database gave a new row.
    pub generated_key: bool,
}

impl<'a> Write<'a> {
    /// The statement with the text that a driver made of its own: it lives as long as the connection.
    ///
    /// ```
    /// use orm::driver::{Statement, Write};
    ///
    /// let write = Write {
    ///     statement: Statement::fixed("INSERT INTO notes (text) VALUES (?)", "notes"),
    ///     returning: &["id"],
    ///     generated_key: true,
    /// };
    /// let text = format!("{} RETURNING {}", write.statement.text, write.returning.join(", "));
    /// assert!(write.with_text(&text).text.ends_with("RETURNING id"));
    /// ```
    #[must_use]
    pub fn with_text(&self, text: &'a str) -> Statement<'a> {
        Statement {
            text,
            ..self.statement
        }
    }
}

/// Takes the rows of a result one by one, and says whether it wants more.
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
/// use orm::driver::{OnRow, Statement};
/// use orm::value::ColumnType;
///
/// let mut first = None;
/// let on_row: OnRow<'_> = &mut |row| {
///     first = Some(String::read(row, 0)?);
///     Ok(ControlFlow::Break(())) // one is enough
/// };
/// db.run(Access::Read, &mut |connection| {
///     let statement = Statement::fixed("SELECT name FROM artist ORDER BY name", "artist");
///     connection.query(statement, &[].as_slice(), on_row)
/// })?;
/// assert_eq!(first.as_deref(), Some("Bill Evans"));
/// # Ok::<(), orm::Error>(())
/// ```
pub type OnRow<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<ControlFlow<()>>;

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

/// Opens connections to one database.
///
/// A connector that sets every connection up, and leaves the rest to the driver of SQLite:
///
/// ```
/// use orm::driver::sqlite::{Location, Sqlite};
/// use orm::driver::{Connection, Connector, Dialect, PoolLimits};
/// use orm::prelude::*;
/// use orm::{Database, Result};
///
/// struct SmallCache(Sqlite);
///
/// impl Connector for SmallCache {
///     fn connect(&self) -> Result<Box<dyn Connection + Send>> {
///         let mut connection = self.0.connect()?;
///         connection.batch("PRAGMA cache_size = -500")?;
///         Ok(connection)
///     }
///
///     fn connect_reader(&self) -> Result<Box<dyn Connection + Send>> {
///         self.0.connect_reader()
///     }
///
///     fn limits(&self) -> PoolLimits {
///         self.0.limits()
///     }
///
///     fn dialect(&self) -> &'static dyn Dialect {
///         self.0.dialect()
///     }
/// }
///
/// let db = Database::builder().connect(SmallCache(Sqlite::new(Location::Memory)))?;
/// assert_eq!(db.query("PRAGMA cache_size", &[])?, [[(-500).into()]]);
/// # Ok::<(), orm::Error>(())
/// ```
pub trait Connector: Send + Sync {
    /// Opens a connection that may write.
    fn connect(&self) -> Result<Box<dyn Connection + Send>>;

    /// Opens a connection that only reads.
    fn connect_reader(&self) -> Result<Box<dyn Connection + Send>>;

    /// How many connections of each kind there may be.
    fn limits(&self) -> PoolLimits;

    /// How the database wants its SQL.
    fn dialect(&self) -> &'static dyn Dialect;
}

/// How many connections a database is given.
///
/// ```
/// use orm::driver::sqlite::{Location, Sqlite};
/// use orm::driver::{Connector, PoolLimits};
///
/// let memory = Sqlite::new(Location::Memory).limits();
/// assert_eq!(memory, PoolLimits { writers: 1, readers: 0 }); // one connection for everything
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// Connections that write; none if the database is only for reading.
    pub writers: usize,
    /// Connections that only read. With none, reads share the connections that write.
    pub readers: usize,
}
