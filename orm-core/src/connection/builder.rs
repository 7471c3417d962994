//! Settings of a database before it is opened.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::database::Database;
use super::monitor::LazyLoading;
use super::url;
use crate::driver::sqlite::{Arguments, Location, Mode, Sqlite, UserFunction};
use crate::driver::{Connection, Connector, SqlFunction};
use crate::error::Result;
use crate::value::ColumnType;

/// Settings that every kind of database has.
///
/// ```
/// use orm::prelude::*;
/// use orm::{Database, Error};
///
/// let db = Database::builder().autocommit(false).open("sqlite::memory:")?;
/// let write = db.execute("CREATE TABLE t (x)", &[]);
/// assert!(matches!(write, Err(Error::TransactionRequired)));
/// db.transaction(|tx| tx.execute("CREATE TABLE t (x)", &[]))?;
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct DatabaseBuilder {
    pub(super) autocommit: bool,
    pub(super) pool_timeout: Duration,
    pub(super) lazy_loading: LazyLoading,
}

impl DatabaseBuilder {
    pub(super) fn new() -> Self {
        Self {
            autocommit: true,
            pool_timeout: Duration::from_secs(30),
            lazy_loading: LazyLoading::default(),
        }
    }

    /// Whether a write outside a transaction commits by itself (the default), or is refused with
    /// [`Error::TransactionRequired`](crate::error::Error::TransactionRequired).
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Database, Error};
    ///
    /// let db = Database::builder().autocommit(false).open("sqlite::memory:")?;
    /// let outside = db.execute("CREATE TABLE notes (text TEXT)", &[]);
    /// assert!(matches!(outside, Err(Error::TransactionRequired)));
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn autocommit(self, autocommit: bool) -> Self {
        Self { autocommit, ..self }
    }

    /// How long a call waits for a connection that other threads use. The default is 30 seconds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use orm::{Database, Error};
    ///
    /// let patience = Duration::from_millis(10);
    /// let db = Database::builder().pool_timeout(patience).open("sqlite::memory:")?;
    /// let transaction = db.begin()?; // holds the only connection
    /// let other = std::thread::scope(|threads| threads.spawn(|| db.begin().map(drop)).join());
    /// assert!(matches!(other, Ok(Err(Error::PoolTimeout { waited })) if waited >= patience));
    /// # drop(transaction);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn pool_timeout(self, pool_timeout: Duration) -> Self {
        Self {
            pool_timeout,
            ..self
        }
    }

    /// What becomes of a relation that is loaded lazily: it is loaded (the default), which hides that a
    /// loop runs a statement for every row; it is loaded with a warning; or it is refused.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Database, LazyLoading};
    ///
    /// let db = Database::builder().lazy_loading(LazyLoading::Refused).open("sqlite::memory:")?;
    /// assert_eq!(db.monitor().lazy_loading(), LazyLoading::Refused);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn lazy_loading(self, lazy_loading: LazyLoading) -> Self {
        Self {
            lazy_loading,
            ..self
        }
    }

    /// Opens a database by its URL, as [`Database::open`] describes. Options in the URL win.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Database, Error};
    ///
    /// let db = Database::builder().autocommit(true).open("sqlite::memory:?autocommit=false")?;
    /// let write = db.execute("CREATE TABLE notes (text TEXT)", &[]);
    /// assert!(matches!(write, Err(Error::TransactionRequired)));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Database::open`].
    pub fn open(self, url: &str) -> Result<Database> {
        let (connector, settings) = url::parse(url, self)?;
        settings.connect(connector)
    }

    /// Opens a database through a driver of one's own.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::Database;
    /// use orm::driver::sqlite::{Location, Sqlite};
    ///
    /// let db = Database::builder().connect(Sqlite::new(Location::Memory))?;
    /// assert_eq!(db.dialect().name(), "sqlite");
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the driver.
    pub fn connect(self, connector: impl Connector + 'static) -> Result<Database> {
        let connector: Arc<dyn Connector> = Arc::new(connector);
        Database::connect(&connector, &self)
    }
}

/// Settings of a SQLite database. See [`Database::sqlite`].
///
/// ```
/// use std::time::Duration;
/// use orm::prelude::*;
/// use orm::Database;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("music.db");
/// let db = Database::sqlite(path)
///     .busy_timeout(Duration::from_secs(2)) // for locks of other programs
///     .pool_timeout(Duration::from_secs(10)) // for connections of this one
///     .readers(2)
///     .statement_cache(64)
///     .autocommit(false)
///     .open()?;
/// assert_eq!(db.query("PRAGMA busy_timeout", &[])?, [[2000.into()]]);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SqliteBuilder {
    sqlite: Sqlite,
    settings: DatabaseBuilder,
}

impl SqliteBuilder {
    pub(super) fn file(path: PathBuf) -> Self {
        if path.as_os_str() == ":memory:" {
            return Self::memory();
        }
        Self::new(Location::File(path))
    }

    pub(super) fn memory() -> Self {
        Self::new(Location::Memory)
    }

    fn new(location: Location) -> Self {
        Self {
            sqlite: Sqlite::new(location),
            settings: DatabaseBuilder::new(),
        }
    }

    /// What may be done with the file. The default is [`Mode::Create`].
    ///
    /// ```
    /// use orm::{Database, Error};
    /// use orm::driver::sqlite::Mode;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("music.db");
    /// let missing = Database::sqlite(path).mode(Mode::ReadWrite).open();
    /// assert!(matches!(missing, Err(Error::Connection { .. })));
    /// ```
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.sqlite.mode = mode;
        self
    }

    /// Only reads a file that exists.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Database, Error};
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("music.db");
    /// # Database::sqlite(&path).open()?;
    /// let db = Database::sqlite(path).read_only().open()?;
    /// let write = db.execute("CREATE TABLE notes (text TEXT)", &[]);
    /// assert!(matches!(write, Err(Error::ReadOnly { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn read_only(self) -> Self {
        self.mode(Mode::ReadOnly)
    }

    /// How long a statement waits for a lock of another program. The default is 5 seconds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use orm::prelude::*;
    ///
    /// let db = orm::Database::sqlite_in_memory().busy_timeout(Duration::from_secs(1)).open()?;
    /// assert_eq!(db.query("PRAGMA busy_timeout", &[])?, [[1000.into()]]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn busy_timeout(mut self, busy_timeout: Duration) -> Self {
        self.sqlite.busy_timeout = busy_timeout;
        self
    }

    /// How many connections only read. The default is the number of cores, and at least 4. With 0,
    /// reads share the connection that writes.
    #[must_use]
    pub fn readers(mut self, readers: usize) -> Self {
        self.sqlite.readers = readers;
        self
    }

    /// How many prepared statements a connection keeps. The default is 256.
    #[must_use]
    pub fn statement_cache(mut self, statements: usize) -> Self {
        self.sqlite.statement_cache = statements;
        self
    }

    /// Runs `hook` on every new connection before it is used.
    ///
    /// ```
    /// use orm::Database;
    ///
    /// let db = Database::sqlite_in_memory()
    ///     .init(|connection| Ok(connection.batch("PRAGMA cache_size = -16000")?))
    ///     .open()?;
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn init(
        mut self,
        hook: impl Fn(&mut dyn Connection) -> Result<(), Box<dyn StdError + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.sqlite.init = Some(Arc::new(hook));
        self
    }

    /// Gives SQL a function in Rust, by its declaration. It has to give the same value for the same
    /// arguments. What it panics with is an error of the statement.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Database, SqlFunction};
    ///
    /// const SLUG: SqlFunction<(String,), String> = SqlFunction::new("slug");
    ///
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// let db = Database::sqlite_in_memory()
    ///     .function(SLUG, |(text,)| text.to_lowercase().replace(' ', "-"))
    ///     .open()?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// # Artist { id: 0, name: "Nina Simone".into() }.insert(&db)?;
    /// let slugs = Artist::query().select(SLUG.call(Artist::NAME)).all(&db)?;
    /// assert_eq!(slugs, ["nina-simone"]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn function<A: Arguments + 'static, T: ColumnType>(
        mut self,
        declaration: SqlFunction<A, T>,
        function: impl Fn(A) -> T + Send + Sync + 'static,
    ) -> Self {
        self.sqlite
            .functions
            .push(UserFunction::new(declaration, function));
        self
    }

    /// See [`DatabaseBuilder::autocommit`].
    #[must_use]
    pub fn autocommit(mut self, autocommit: bool) -> Self {
        self.settings = self.settings.autocommit(autocommit);
        self
    }

    /// See [`DatabaseBuilder::pool_timeout`].
    #[must_use]
    pub fn pool_timeout(mut self, pool_timeout: Duration) -> Self {
        self.settings = self.settings.pool_timeout(pool_timeout);
        self
    }

    /// See [`DatabaseBuilder::lazy_loading`].
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Database, LazyLoading};
    ///
    /// let db = Database::sqlite_in_memory().lazy_loading(LazyLoading::Warned).open()?;
    /// assert_eq!(db.monitor().lazy_loading(), LazyLoading::Warned);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn lazy_loading(mut self, lazy_loading: LazyLoading) -> Self {
        self.settings = self.settings.lazy_loading(lazy_loading);
        self
    }

    /// Opens the database.
    ///
    /// ```
    /// use orm::{Database, Error};
    ///
    /// let no_folder = Database::sqlite("/no/such/folder/music.db").open();
    /// assert!(matches!(no_folder, Err(Error::Connection { .. })));
    /// ```
    ///
    /// # Errors
    /// [`Error::Connection`](crate::error::Error::Connection) if there is no such database or it is none;
    /// [`Error::Callback`](crate::error::Error::Callback) if the init hook fails.
    pub fn open(self) -> Result<Database> {
        self.settings.connect(self.sqlite)
    }
}
