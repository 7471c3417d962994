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

impl Params for &[Value] {
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

/// The parameters of a statement that is run once for each of several rows.
pub trait Batch {
    /// How many rows there are.
    fn rows(&self) -> usize;

    /// Calls `work` with the parameters of one row.
    fn with_row(&self, at: usize, work: &mut dyn FnMut(&dyn Params) -> Result<()>) -> Result<()>;
}

/// The text of a statement, and what a driver may want to know about it.
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
    #[must_use]
    pub fn with_text(&self, text: &'a str) -> Statement<'a> {
        Statement {
            text,
            ..self.statement
        }
    }
}

/// Takes the rows of a result one by one, and says whether it wants more.
pub type OnRow<'a> = &'a mut dyn FnMut(&dyn Row) -> Result<ControlFlow<()>>;

/// How a transaction begins.
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
/// Every error is returned as the [`Error`](crate::Error) variant that names the condition; after an
/// error the connection can still be used, unless [`Connection::transaction_state`] says otherwise.
pub trait Connection {
    /// Runs a statement and returns the number of rows it changed. Rows that it produces are passed
    /// over.
    fn execute(&mut self, statement: Statement<'_>, params: &dyn Params) -> Result<u64>;

    /// Runs a statement and hands its rows to `on_row` until that wants no more.
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
    fn max_parameters(&self) -> usize;

    /// A handle by which another thread can interrupt what this connection is doing.
    fn interrupter(&self) -> Interrupter;

    /// How this database wants its SQL.
    fn dialect(&self) -> &'static dyn Dialect;
}

/// A foreign key, as the database has it.
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
}

/// Interrupts what one connection is doing: the statement fails with
/// [`Error::Interrupted`](crate::Error::Interrupted).
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// Connections that write; none if the database is only for reading.
    pub writers: usize,
    /// Connections that only read. With none, reads share the connections that write.
    pub readers: usize,
}
