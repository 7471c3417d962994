//! What can go wrong, as one enum whose variants are conditions.

mod object;

pub use self::object::Object;

use std::fmt;
use std::time::Duration;

use crate::value::{Mismatch, Value};

/// The result of everything that can fail in this library.
///
/// ```
/// fn answer(db: &orm::Database) -> orm::Result<i64> {
///     db.transaction(|_tx| Ok(42))
/// }
///
/// assert_eq!(answer(&orm::Database::open("sqlite::memory:")?)?, 42);
/// # Ok::<(), orm::Error>(())
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A condition that kept an operation from being carried out.
///
/// Fields hold names, never data: no message contains a bound value or a password. What the database
/// itself said is the [`source`](std::error::Error::source).
///
/// ```
/// use orm::prelude::*;
/// use orm::{Database, Error};
///
/// #[derive(ActiveRecord)]
/// #[orm(table = "artists")]
/// struct Artist {
///     #[orm(primary_key)]
///     id: i64,
///     #[orm(unique)]
///     name: String,
/// }
///
/// let db = Database::open("sqlite::memory:")?;
/// db.create_tables(orm::schema![Artist])?;
/// Artist { id: 0, name: "Nina Simone".into() }.insert(&db)?;
///
/// let twice = Artist { id: 0, name: "Nina Simone".into() }.insert(&db);
/// match twice {
///     Err(Error::UniqueViolation { table, columns, .. }) => {
///         assert_eq!(table, "artists");
///         assert_eq!(columns, ["name"]);
///     }
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No row has the given key, or meets the condition.
    NotFound {
        /// The table that was searched.
        table: &'static str,
    },
    /// Several rows meet a condition that one row was to meet.
    MultipleFound {
        /// The table that was searched.
        table: &'static str,
    },
    /// Another row has the same values in columns that are unique together.
    UniqueViolation {
        /// The table that was written.
        table: String,
        /// The columns of the key, constraint or index.
        columns: Vec<String>,
        /// What the database said.
        source: DriverError,
    },
    /// A reference points nowhere, or a row that others refer to was to go.
    ForeignKeyViolation {
        /// The referring table.
        table: String,
        /// The referring columns. Empty where the database does not say and it cannot be found out.
        columns: Vec<String>,
        /// What the database said.
        source: DriverError,
    },
    /// A column that must have a value was to be NULL.
    NotNullViolation {
        /// The table that was written.
        table: String,
        /// The column.
        columns: Vec<String>,
        /// What the database said.
        source: DriverError,
    },
    /// A row does not meet a check constraint.
    CheckViolation {
        /// The table that was written.
        table: String,
        /// The columns that the condition names.
        columns: Vec<String>,
        /// The constraint's name, or its text where it has none.
        constraint: String,
        /// What the database said.
        source: DriverError,
    },
    /// The database accepted a row and did not store it: a constraint with `ON CONFLICT IGNORE`, or a
    /// trigger, left it out. A view whose triggers write to other tables looks like that too.
    NotWritten {
        /// The table that was written.
        table: String,
    },
    /// A stored value does not fit the field that it was read into, or the values of a row do not fit the
    /// constructor of the entity.
    Decode {
        /// The table that was read.
        table: &'static str,
        /// The column; empty where only its position is known, and for a row that the constructor refused.
        column: &'static str,
        /// The position of the column in the row, counted from zero; where the columns of the entity begin, if the
        /// constructor refused them.
        position: usize,
        /// What the field takes, and what kind of value was there.
        mismatch: Mismatch,
        /// What the constructor said, if it was asked.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// A value cannot be stored without being changed.
    Encode {
        /// The table that was to be written; empty for a value in a condition.
        table: &'static str,
        /// The column; empty for a value in a condition.
        column: &'static str,
        /// What the column takes, and what kind of value was given.
        mismatch: Mismatch,
    },
    /// Somebody else holds a lock that the operation needs, and kept it for the whole busy timeout.
    Busy {
        /// What the database said.
        source: DriverError,
    },
    /// No connection became free in time.
    PoolTimeout {
        /// How long the caller waited.
        waited: Duration,
    },
    /// The calling thread already holds the only connection that could serve this call: inside a
    /// transaction or a `for_each`, pass on the transaction and not the `Database`.
    ConnectionInUse,
    /// The operation was interrupted.
    Interrupted {
        /// What the database said.
        source: DriverError,
    },
    /// The transaction cannot go on: the database rolled it back, it was ended behind the library's back, or
    /// a savepoint in it could not be undone. Unless the user committed it with SQL of their own, nothing that
    /// was written in it is stored.
    TransactionLost,
    /// Writes need a transaction, because the database was opened with `autocommit(false)`.
    TransactionRequired,
    /// The database, or the transaction, is only for reading.
    ReadOnly {
        /// What the database said, where it was asked.
        source: Option<DriverError>,
    },
    /// The database has no table of this name.
    UnknownTable {
        /// The name.
        table: String,
        /// What the database said.
        source: DriverError,
    },
    /// A table has no column of this name.
    UnknownColumn {
        /// The name, as it was given.
        column: String,
        /// What the database said, where it was asked.
        source: Option<DriverError>,
    },
    /// A name that no database object can have, since it is empty or contains a NUL character; or one of an
    /// alias, a collation or a function that does not consist of ASCII letters, digits and underscores.
    InvalidIdentifier {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A query that cannot be run as it was built.
    InvalidQuery {
        /// The table that it reads.
        table: &'static str,
        /// What is wrong with it, and what to write instead.
        reason: &'static str,
    },
    /// An expression, or queries inside each other, go deeper than the database takes.
    ExpressionTooDeep {
        /// The table that is read.
        table: &'static str,
        /// How many levels are possible.
        limit: usize,
    },
    /// A column is selected from groups, or sorted by, that is neither grouped by nor within an
    /// aggregate.
    UngroupedColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The database does not have what the query asks for.
    Unsupported {
        /// What that is.
        feature: &'static str,
        /// The database.
        database: &'static str,
    },
    /// A cursor of keyset pagination was not made by this program, or not for this query.
    InvalidCursor {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A column was asked for that the query did not load.
    ColumnNotLoaded {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A relation was asked for that has not been loaded.
    NotLoaded {
        /// The constant of the relation: `Artist::ALBUMS`. Empty for a relation of a new entity.
        relation: &'static str,
    },
    /// A relation would have been loaded row by row, and that was forbidden.
    LazyLoading {
        /// The constant of the relation: `Artist::ALBUMS`.
        relation: &'static str,
    },
    /// A row is not as it was when it was read: somebody else has changed or deleted it in the meantime.
    Stale {
        /// The table of the row.
        table: &'static str,
        /// Its primary key, which is not part of the message.
        key: Vec<Value>,
    },
    /// A handle that is of another session, or of an object that its session no longer holds.
    UnknownHandle {
        /// The table of the object.
        table: &'static str,
    },
    /// A row cannot be deleted, because others depend on it.
    DeleteRestricted {
        /// The table of the row.
        table: &'static str,
        /// The constant of the relation to those that depend on it: `Artist::ALBUMS`.
        relation: &'static str,
    },
    /// An update or delete of a whole table, which has to be asked for by name: `all_rows()`.
    ConditionRequired {
        /// The table that would have been changed.
        table: &'static str,
    },
    /// A statement has more parameters than the database takes.
    TooManyParameters {
        /// How many it has.
        given: usize,
        /// How many the database takes.
        limit: usize,
    },
    /// A mapping that no database could hold, such as a reference to a table with a composite key by one
    /// column.
    InvalidMapping {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A database URL, or one of its options, that makes no sense. The URL itself is not repeated, since
    /// it may contain a password.
    InvalidUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// The database could not be opened or the connection to it broke: no such file, no permission, not
    /// a database.
    Connection {
        /// What the database said.
        source: DriverError,
    },
    /// The disk, or the room that the database was given, is full.
    StorageFull {
        /// What the database said.
        source: DriverError,
    },
    /// The database refused a statement for another reason.
    Database {
        /// What the database said.
        source: DriverError,
    },
    /// A callback of the user's, such as a connection's init hook, failed.
    Callback {
        /// The callback's error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// A value at a position of a row that does not fit. The names are added by whoever knows them.
    ///
    /// ```
    /// use orm::Error;
    /// use orm::value::Mismatch;
    ///
    /// let error = Error::decode(2, Mismatch::invalid("a month", "an integer out of range"));
    /// assert_eq!(
    ///     error.to_string(),
    ///     "value 2 of a row cannot be read: expected a month, found an integer out of range",
    /// );
    /// ```
    #[must_use]
    pub fn decode(position: usize, mismatch: Mismatch) -> Self {
        Self::Decode {
            table: "",
            column: "",
            position,
            mismatch,
            source: None,
        }
    }

    /// A row, whose columns begin at a position, that the constructor of the entity refused.
    pub(crate) fn refused(
        position: usize,
        source: Box<dyn std::error::Error + Send + Sync>,
    ) -> Self {
        Self::Decode {
            table: "",
            column: "",
            position,
            mismatch: Mismatch::invalid("values that the constructor takes", "others"),
            source: Some(source),
        }
    }

    /// A value that a column cannot hold.
    ///
    /// ```
    /// use orm::Error;
    /// use orm::value::Mismatch;
    ///
    /// let error = Error::encode("tracks", "rating", Mismatch::invalid("a number", "NaN"));
    /// assert_eq!(error.to_string(), "tracks.rating cannot be stored: expected a number, found NaN");
    /// ```
    #[must_use]
    pub fn encode(table: &'static str, column: &'static str, mismatch: Mismatch) -> Self {
        Self::Encode {
            table,
            column,
            mismatch,
        }
    }

    /// Whether trying again may succeed, because the obstacle was somebody else's lock or connection.
    ///
    /// ```
    /// use orm::{DriverError, Error};
    ///
    /// let busy = Error::Busy { source: DriverError::new("5", "database is locked") };
    /// assert!(busy.is_transient());
    /// assert!(!Error::TransactionLost.is_transient());
    /// ```
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::PoolTimeout { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe(f)?;
        self.object()
            .map_or(Ok(()), |object| write!(f, " ({object})"))
    }
}

impl Error {
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { table } => write!(f, "no such row in {table}"),
            Self::MultipleFound { table } => write!(f, "more than one row found in {table}"),
            Self::UniqueViolation { table, columns, .. } => {
                write!(f, "another row of {table} has the same {}", list(columns))
            }
            Self::ForeignKeyViolation { table, columns, .. } => {
                write!(f, "{table} would refer to a row that does not exist")?;
                if columns.is_empty() { Ok(()) } else { write!(f, ", by {}", list(columns)) }
            }
            Self::NotNullViolation { table, columns, .. } => {
                write!(f, "{table} needs a value in {}", list(columns))
            }
            Self::CheckViolation { table, constraint, .. } => {
                write!(f, "a row of {table} does not meet the check {constraint}")
            }
            Self::NotWritten { table } => write!(f, "{table} left the row out"),
            Self::Decode { table, mismatch, source: Some(_), .. } => {
                write!(f, "{} cannot be read: {mismatch}", row_of(table))
            }
            Self::Decode { table: "", position, mismatch, .. } => {
                write!(f, "value {position} of a row cannot be read: {mismatch}")
            }
            Self::Decode { table, column, mismatch, .. } => {
                write!(f, "{table}.{column} cannot be read: {mismatch}")
            }
            Self::Encode { table: "", mismatch, .. } => {
                write!(f, "a value cannot be stored: {mismatch}")
            }
            Self::Encode { table, column, mismatch } => {
                write!(f, "{table}.{column} cannot be stored: {mismatch}")
            }
            Self::Busy { .. } => f.write_str("the database is locked by somebody else"),
            Self::PoolTimeout { waited } => {
                write!(f, "no connection became free within {} ms", waited.as_millis())
            }
            Self::ConnectionInUse => f.write_str(
                "this thread already holds the connection: pass on the transaction, not the database",
            ),
            Self::Interrupted { .. } => f.write_str("the operation was interrupted"),
            Self::TransactionLost => f.write_str("the transaction was rolled back"),
            Self::TransactionRequired => f.write_str("a write needs a transaction"),
            Self::ReadOnly { .. } => f.write_str("the database is only for reading"),
            Self::UnknownTable { table, .. } => write!(f, "the database has no table {table}"),
            Self::UnknownColumn {
                column,
                source: Some(_),
            } => write!(f, "the database has no column {column}"),
            Self::UnknownColumn {
                column,
                source: None,
            } => write!(f, "there is no column {column:?} to choose"),
            Self::InvalidIdentifier { reason } => write!(f, "an invalid name: {reason}"),
            Self::InvalidQuery { table: "", reason } => write!(f, "invalid query: {reason}"),
            Self::InvalidQuery { table, reason } => write!(f, "invalid query of {table}: {reason}"),
            Self::ExpressionTooDeep { table: "", limit } => {
                write!(f, "a query is nested more than {limit} levels deep")
            }
            Self::ExpressionTooDeep { table, limit } => {
                write!(f, "a query of {table} is nested more than {limit} levels deep")
            }
            Self::UngroupedColumn { table, column } => {
                write!(f, "{table}.{column} is neither grouped by nor within an aggregate")
            }
            Self::Unsupported { feature, database } => write!(f, "{database} does not have {feature}"),
            Self::InvalidCursor { reason } => write!(f, "an invalid cursor: {reason}"),
            Self::ColumnNotLoaded { table, column } => write!(f, "{table}.{column} was not loaded"),
            Self::NotLoaded { relation: "" } => f.write_str("a relation was not loaded"),
            Self::NotLoaded { relation } => {
                write!(f, "{relation} was not loaded: write `.with({relation})` in the query")
            }
            Self::LazyLoading { relation } => write!(
                f,
                "{relation} must not be loaded row by row: write `.with({relation})` in the query",
            ),
            Self::Stale { table, .. } => write!(
                f,
                "a row of {table} was changed or deleted by somebody else since it was read",
            ),
            Self::UnknownHandle { table } => write!(
                f,
                "a handle of {table} is of another session, or of an object that was detached",
            ),
            Self::DeleteRestricted { table, relation } => {
                write!(f, "a row of {table} has others in {relation}, and cannot be deleted")
            }
            Self::ConditionRequired { table } => write!(
                f,
                "a change of every row of {table} has to be asked for with `all_rows()`",
            ),
            Self::TooManyParameters { given, limit } => {
                write!(f, "{given} parameters in one statement, which takes at most {limit}")
            }
            Self::InvalidMapping { table, reason } => write!(f, "invalid mapping of {table}: {reason}"),
            Self::InvalidUrl { reason } => write!(f, "invalid database URL: {reason}"),
            Self::Connection { .. } => f.write_str("the database cannot be used"),
            Self::StorageFull { .. } => f.write_str("the database has no room left"),
            Self::Database { source } => write!(f, "the database refused the statement: {source}"),
            Self::Callback { .. } => f.write_str("a callback failed"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::UniqueViolation { source, .. }
            | Self::ForeignKeyViolation { source, .. }
            | Self::NotNullViolation { source, .. }
            | Self::CheckViolation { source, .. }
            | Self::Busy { source }
            | Self::Interrupted { source }
            | Self::ReadOnly {
                source: Some(source),
            }
            | Self::UnknownColumn {
                source: Some(source),
                ..
            }
            | Self::UnknownTable { source, .. }
            | Self::Connection { source }
            | Self::StorageFull { source }
            | Self::Database { source } => Some(source),
            Self::Callback { source }
            | Self::Decode {
                source: Some(source),
                ..
            } => Some(&**source),
            _ => None,
        }
    }
}

/// A row, of a table that may not be known yet.
fn row_of(table: &str) -> String {
    if table.is_empty() {
        return "a row".to_owned();
    }
    format!("a row of {table}")
}

fn list(columns: &[String]) -> String {
    columns.join(", ")
}

/// What a database said about an error: its code and its message.
///
/// ```
/// use std::error::Error as _;
/// use orm::{Database, Error};
///
/// let missing = Database::open("sqlite:///no/such/folder/music.db");
/// let Err(Error::Connection { source }) = missing else { panic!("there is no such folder") };
/// assert_eq!(source.code(), "14"); // SQLITE_CANTOPEN
/// assert!(source.message().contains("unable to open database file"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverError(Box<Said>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    code: String,
    message: String,
    /// Which of the rows that were written together it is about.
    row: Option<usize>,
    object: Option<Object>,
}

impl DriverError {
    /// An error with the database's own code (a number for SQLite, an SQLSTATE for the servers).
    ///
    /// ```
    /// use orm::DriverError;
    ///
    /// let error = DriverError::new("40001", "could not serialize access");
    /// assert_eq!((error.code(), error.message()), ("40001", "could not serialize access"));
    /// ```
    #[must_use]
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self(Box::new(Said {
            code: code.into(),
            message: message.into(),
            row: None,
            object: None,
        }))
    }

    /// The database's own code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The database's own message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for DriverError {}
