//! The SQLite driver.

mod bind;
mod bound;
mod catalog;
mod connection;
mod decimal;
mod dialect;
mod error;
mod functions;
mod regex;
mod statements;
mod user_function;
mod words;

pub use self::dialect::SqliteDialect;
pub use self::user_function::{Arguments, UserFunction};

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;

use self::connection::SqliteConnection;
use super::{Connection, Connector, Dialect, PoolLimits, TransactionState};
use crate::error::{DriverError, Error, Result};

/// What runs on every new connection before it is used.
///
/// ```
/// use std::sync::Arc;
/// use orm::driver::sqlite::{InitHook, Location, Sqlite};
/// use orm::prelude::*;
///
/// let hook: InitHook = Arc::new(|connection| Ok(connection.batch("PRAGMA cache_size = -500")?));
/// let sqlite = Sqlite { init: Some(hook), ..Sqlite::new(Location::Memory) };
/// let db = orm::Database::builder().connect(sqlite)?;
/// assert_eq!(db.query("PRAGMA cache_size", &[])?, [[(-500).into()]]);
/// # Ok::<(), orm::Error>(())
/// ```
pub type InitHook = Arc<
    dyn Fn(&mut dyn Connection) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
        + Send
        + Sync,
>;

/// A SQLite database, and how to open connections to it.
///
/// Every connection enforces foreign keys, waits for locks instead of failing at once, and takes a
/// double-quoted word for a name and never for a string. A file is kept in write-ahead-log mode, with
/// one connection that writes and several that read.
///
/// ```
/// use orm::driver::sqlite::{Location, Mode, Sqlite};
/// use orm::driver::Connector;
///
/// let archive = Sqlite {
///     mode: Mode::ReadOnly,
///     readers: 2,
///     ..Sqlite::new(Location::File("archive.db".into()))
/// };
/// assert_eq!(archive.limits().writers, 0);
/// ```
#[derive(Clone)]
pub struct Sqlite {
    /// Where the database is.
    pub location: Location,
    /// What may be done with it.
    pub mode: Mode,
    /// How long a statement waits for a lock of another connection or program.
    pub busy_timeout: Duration,
    /// How many connections only read.
    pub readers: usize,
    /// How many prepared statements a connection keeps.
    pub statement_cache: usize,
    /// What runs on every new connection.
    pub init: Option<InitHook>,
    /// Functions in Rust that SQL can call, on every connection.
    pub functions: Vec<UserFunction>,
}

/// Where a SQLite database is.
///
/// ```
/// use orm::Database;
/// use orm::driver::sqlite::{Location, Sqlite};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("music.db");
/// let builder = Database::builder();
/// builder.clone().connect(Sqlite::new(Location::File(path.clone())))?; // Database::sqlite(path)
/// builder.connect(Sqlite::new(Location::Memory))?; // Database::sqlite_in_memory()
/// assert!(path.exists());
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In a file.
    File(PathBuf),
    /// In memory, in one connection that all callers share.
    Memory,
}

/// What may be done with a SQLite database.
///
/// ```
/// use orm::Database;
/// use orm::driver::sqlite::Mode;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("music.db");
/// assert!(Database::sqlite(&path).mode(Mode::ReadWrite).open().is_err()); // no such file
/// assert!(Database::sqlite(&path).mode(Mode::Create).open().is_ok()); // the default
/// assert!(Database::sqlite(&path).mode(Mode::ReadOnly).open().is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// Read, write, and create the file if there is none.
    #[default]
    Create,
    /// Read and write a file that exists.
    ReadWrite,
    /// Only read a file that exists.
    ReadOnly,
}

impl Sqlite {
    /// A database with the defaults.
    ///
    /// ```
    /// use std::time::Duration;
    /// use orm::driver::sqlite::{Location, Mode, Sqlite};
    ///
    /// let sqlite = Sqlite::new(Location::Memory);
    /// assert_eq!(sqlite.mode, Mode::Create);
    /// assert_eq!(sqlite.busy_timeout, Duration::from_secs(5));
    /// assert_eq!(sqlite.statement_cache, 256);
    /// ```
    #[must_use]
    pub fn new(location: Location) -> Self {
        Self {
            location,
            mode: Mode::default(),
            busy_timeout: Duration::from_secs(5),
            readers: std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4)),
            statement_cache: 256,
            init: None,
            functions: Vec::new(),
        }
    }

    fn open(&self, mode: Mode) -> Result<Box<dyn Connection + Send>> {
        let connection = self.open_raw(mode).map_err(|error| cannot_open(&error))?;
        require_foreign_keys(&connection)?;
        let mut connection = SqliteConnection::new(connection)?;
        if let Some(init) = &self.init {
            init(&mut connection).map_err(|source| Error::Callback { source })?;
            if connection.transaction_state() != TransactionState::Idle {
                let source = "the init hook left a transaction open".into();
                return Err(Error::Callback { source });
            }
        }
        Ok(Box::new(connection))
    }

    fn open_raw(&self, mode: Mode) -> rusqlite::Result<rusqlite::Connection> {
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
            | match mode {
                Mode::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
                Mode::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
                Mode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
            };
        let connection = match &self.location {
            // With a folder before them, `file:…` is no URI, and `:memory:` and an empty path do not
            // give every connection a database of its own.
            Location::File(path) if path.is_relative() => {
                rusqlite::Connection::open_with_flags(Path::new(".").join(path), flags)?
            }
            Location::File(path) => rusqlite::Connection::open_with_flags(path, flags)?,
            Location::Memory => rusqlite::Connection::open_in_memory_with_flags(flags)?,
        };
        self.configure(&connection, mode)?;
        Ok(connection)
    }

    fn configure(&self, connection: &rusqlite::Connection, mode: Mode) -> rusqlite::Result<()> {
        let timeout = self
            .busy_timeout
            .min(Duration::from_millis(i32::MAX as u64));
        connection.busy_timeout(timeout)?;
        connection.set_prepared_statement_cache_capacity(self.statement_cache);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        // Plans that depend on bound values would be made anew on every run, because the bindings are
        // cleared when a statement goes back to the cache.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.create_collation(decimal::COLLATION, decimal::compare)?;
        functions::register(connection)?;
        for function in &self.functions {
            function.register(connection)?;
        }
        // Reads the header, so that a file that is no database is noticed here.
        connection.query_row("PRAGMA schema_version", [], |_| Ok(()))?;
        if mode != Mode::ReadOnly && self.location != Location::Memory {
            enter_wal(connection)?;
        }
        connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON")
    }
}

/// Switches the file to the write-ahead log, which it stays in. The switch needs the file for itself:
/// who is refused it because others are at work goes on without, since one of them has made it or
/// will.
fn enter_wal(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    match connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())) {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            Ok(())
        }
        outcome => outcome,
    }
}

/// Reads the switch back, because a SQLite that was built without foreign keys ignores it.
fn require_foreign_keys(connection: &rusqlite::Connection) -> Result<()> {
    let enforced = connection
        .query_row("PRAGMA foreign_keys", [], |row| row.get(0))
        .unwrap_or(false);
    if enforced {
        return Ok(());
    }
    let source = DriverError::new("", "this SQLite was built without foreign keys");
    Err(Error::Connection { source })
}

fn cannot_open(error: &rusqlite::Error) -> Error {
    match error::classify(error, "") {
        Error::Database { source } => Error::Connection { source },
        Error::InvalidIdentifier { .. } => Error::Connection {
            source: DriverError::new("", "the path contains a NUL character"),
        },
        other => other,
    }
}

impl Connector for Sqlite {
    fn connect(&self) -> Result<Box<dyn Connection + Send>> {
        self.open(self.mode)
    }

    fn connect_reader(&self) -> Result<Box<dyn Connection + Send>> {
        self.open(Mode::ReadOnly)
    }

    fn limits(&self) -> PoolLimits {
        match (&self.location, self.mode) {
            (Location::Memory, _) => PoolLimits {
                writers: 1,
                readers: 0,
            },
            (_, Mode::ReadOnly) => PoolLimits {
                writers: 0,
                readers: self.readers.max(1),
            },
            _ => PoolLimits {
                writers: 1,
                readers: self.readers,
            },
        }
    }

    fn dialect(&self) -> &'static dyn Dialect {
        &SqliteDialect
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite")
            .field("location", &self.location)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
