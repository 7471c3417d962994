//! What every call that reaches a database takes.

use super::monitor::Monitor;
use crate::driver::{Connection, Dialect};
use crate::error::{Error, Result};

/// What a piece of work needs a connection for.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// use orm::Access;
///
/// let only_read = orm::TransactionOptions::new().read_only();
/// let tx = db.begin_with(only_read)?;
/// assert!(tx.run(Access::Read, &mut |_connection| Ok(())).is_ok());
/// assert!(tx.run(Access::Write, &mut |_connection| Ok(())).is_err());
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Only to read.
    Read,
    /// To write, and perhaps to read.
    Write,
}

/// Something that can run statements: a [`Database`](super::Database) or a
/// [`Transaction`](super::Transaction).
///
/// Every call that reaches a database takes a `&dyn Executor`, so that the same code runs by itself, in a
/// transaction or in another database. Nothing is global and nothing is bound to a thread.
///
/// ```
/// use orm::prelude::*;
///
/// # #[derive(ActiveRecord)]
/// # struct Artist {
/// #     #[orm(primary_key)]
/// #     id: i64,
/// #     name: String,
/// # }
/// fn rename(artist: &mut Artist, name: &str, db: &dyn Executor) -> orm::Result<()> {
///     artist.name = name.to_owned();
///     artist.save(db)
/// }
///
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// let mut artist = Artist { id: 0, name: "Eunice Waymon".into() };
/// artist.save(&db)?;
/// db.transaction(|tx| rename(&mut artist, "Nina Simone", tx))?;
/// assert_eq!(Artist::get(&db, artist.id)?.name, "Nina Simone");
/// # Ok::<(), orm::Error>(())
/// ```
pub trait Executor {
    /// Calls `work` once with a connection.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Access, Database};
    ///
    /// let db = Database::open("sqlite::memory:")?;
    /// db.run(Access::Write, &mut |connection| {
    ///     connection.batch("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('first')")
    /// })?;
    /// assert_eq!(db.query("SELECT text FROM notes", &[])?, [["first".into()]]);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `work`, and those of getting a connection:
    /// [`Error::PoolTimeout`](crate::error::Error::PoolTimeout),
    /// [`Error::ConnectionInUse`](crate::error::Error::ConnectionInUse),
    /// [`Error::TransactionRequired`](crate::error::Error::TransactionRequired),
    /// [`Error::TransactionLost`](crate::error::Error::TransactionLost),
    /// [`Error::ReadOnly`](crate::error::Error::ReadOnly).
    fn run(
        &self,
        access: Access,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()>;

    /// Calls `work` once with an executor on which either everything happens or nothing: a transaction,
    /// or a savepoint inside one.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// /// Inserts both, or after an error neither, whatever it is called in.
    /// fn insert_two(db: &dyn Executor, names: [&str; 2]) -> orm::Result<()> {
    ///     db.atomically(&mut |db| {
    ///         for name in names {
    ///             Artist { id: 0, name: name.into() }.insert(db)?;
    ///         }
    ///         Ok(())
    ///     })
    /// }
    ///
    /// insert_two(&db, ["Nina Simone", "Bill Evans"])?; // a transaction
    /// db.transaction(|tx| insert_two(tx, ["Nick Drake", "Leadbelly"]))?; // a savepoint
    /// assert_eq!(Artist::count(&db)?, 4);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `work`, after which nothing has happened, and those of beginning and committing.
    fn atomically(&self, work: &mut dyn FnMut(&dyn Executor) -> Result<()>) -> Result<()>;

    /// How the database wants its SQL.
    ///
    /// ```
    /// use orm::prelude::*;
    ///
    /// let db = orm::Database::open("sqlite::memory:")?;
    /// assert_eq!(db.dialect().name(), "sqlite");
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn dialect(&self) -> &'static dyn Dialect;

    /// What the database keeps count of. A transaction and the database that it is of have the same one.
    ///
    /// An executor of your own returns that of the one which it passes its work on to.
    ///
    /// ```
    /// use orm::connection::Monitor;
    /// use orm::driver::{Connection, Dialect};
    /// use orm::prelude::*;
    /// use orm::{Access, Database, Error, Result};
    ///
    /// /// A database that this part of a program only reads.
    /// struct ReadOnly(Database);
    ///
    /// impl Executor for ReadOnly {
    ///     fn run(
    ///         &self,
    ///         access: Access,
    ///         work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ///     ) -> Result<()> {
    ///         match access {
    ///             Access::Read => self.0.run(access, work),
    ///             Access::Write => Err(Error::ReadOnly { source: None }),
    ///         }
    ///     }
    ///
    ///     fn atomically(&self, _: &mut dyn FnMut(&dyn Executor) -> Result<()>) -> Result<()> {
    ///         Err(Error::ReadOnly { source: None })
    ///     }
    ///
    ///     fn dialect(&self) -> &'static dyn Dialect {
    ///         self.0.dialect()
    ///     }
    ///
    ///     fn monitor(&self) -> &Monitor {
    ///         self.0.monitor()
    ///     }
    /// }
    ///
    /// let db = Database::open("sqlite::memory:")?;
    /// let read_only = ReadOnly(db.clone());
    /// read_only.query("SELECT 1", &[])?;
    /// assert!(read_only.execute("CREATE TABLE notes (text TEXT)", &[]).is_err()); // was not run
    /// assert_eq!(db.monitor().statements(), 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    fn monitor(&self) -> &Monitor;
}

/// So that `impl Executor` takes what `&dyn Executor` takes.
impl<X: Executor + ?Sized> Executor for &X {
    fn run(
        &self,
        access: Access,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        (**self).run(access, work)
    }

    fn atomically(&self, work: &mut dyn FnMut(&dyn Executor) -> Result<()>) -> Result<()> {
        (**self).atomically(work)
    }

    fn dialect(&self) -> &'static dyn Dialect {
        (**self).dialect()
    }

    fn monitor(&self) -> &Monitor {
        (**self).monitor()
    }
}

/// Calls `work` with a connection, and returns what it makes.
pub(crate) fn with_connection<T>(
    db: &dyn Executor,
    access: Access,
    work: impl FnOnce(&mut dyn Connection) -> Result<T>,
) -> Result<T> {
    let mut work = Some(work);
    let mut outcome = None;
    db.run(access, &mut |connection| {
        if let Some(work) = work.take() {
            outcome = Some(work(connection)?);
        }
        Ok(())
    })?;
    outcome.ok_or(Error::TransactionLost)
}

/// Calls `work` with an executor on which all of it happens or nothing, and returns what it makes.
pub(crate) fn atomically<T>(
    db: &dyn Executor,
    work: impl FnOnce(&dyn Executor) -> Result<T>,
) -> Result<T> {
    let mut work = Some(work);
    let mut outcome = None;
    db.atomically(&mut |db| {
        if let Some(work) = work.take() {
            outcome = Some(work(db)?);
        }
        Ok(())
    })?;
    outcome.ok_or(Error::TransactionLost)
}
