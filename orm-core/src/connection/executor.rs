//! What every call that reaches a database takes.

use crate::driver::{Connection, Dialect};
use crate::error::Result;

/// What a piece of work needs a connection for.
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
    /// # Errors
    /// Those of `work`, and those of getting a connection:
    /// [`Error::PoolTimeout`](crate::Error::PoolTimeout),
    /// [`Error::ConnectionInUse`](crate::Error::ConnectionInUse),
    /// [`Error::TransactionRequired`](crate::Error::TransactionRequired),
    /// [`Error::TransactionLost`](crate::Error::TransactionLost),
    /// [`Error::ReadOnly`](crate::Error::ReadOnly).
    fn run(
        &self,
        access: Access,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()>;

    /// Calls `work` once with an executor on which either everything happens or nothing: a transaction,
    /// or a savepoint inside one.
    ///
    /// # Errors
    /// Those of `work`, after which nothing has happened, and those of beginning and committing.
    fn atomically(&self, work: &mut dyn FnMut(&dyn Executor) -> Result<()>) -> Result<()>;

    /// How the database wants its SQL.
    fn dialect(&self) -> &'static dyn Dialect;
}
