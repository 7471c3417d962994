//! Opening connections.

use super::{Connection, Dialect};
use crate::error::Result;

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
