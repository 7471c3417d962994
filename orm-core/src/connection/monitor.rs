//! What a database keeps count of, and how strict it is.

use std::sync::atomic::{AtomicU64, Ordering};

use super::lazy::LazyLoads;
use super::listener::{Listener, Listeners};

/// What becomes of a relation that is loaded lazily: with a statement of its own, once it is asked for.
///
/// ```
/// use orm::prelude::*;
/// use orm::{Database, LazyLoading};
///
/// let db = Database::open("sqlite::memory:?lazy_loading=refused")?;
/// assert_eq!(db.monitor().lazy_loading(), LazyLoading::Refused);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LazyLoading {
    /// It is loaded.
    #[default]
    Allowed,
    /// It is loaded, and every time there is a warning.
    Warned,
    /// It is not loaded, and that is an error.
    Refused,
}

/// What a [`Database`](super::Database) keeps count of, together with all its clones, transactions and
/// savepoints. [`Executor::monitor`](super::Executor::monitor) returns it.
///
/// ```
/// use orm::prelude::*;
///
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// let before = db.monitor().statements();
/// db.transaction(|tx| {
///     let mut nina = Artist { id: 0, name: "Nina Simone".into() };
///     nina.insert(tx)?;
///     nina.delete(tx)
/// })?;
/// assert_eq!(db.monitor().statements() - before, 2);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Monitor {
    statements: AtomicU64,
    listeners: Listeners,
    lazy_loading: LazyLoading,
    pub(super) lazy_loads: LazyLoads,
}

impl Monitor {
    pub(super) fn new(lazy_loading: LazyLoading) -> Self {
        Self {
            lazy_loading,
            ..Self::default()
        }
    }

    /// How many statements were run so far, whether or not they succeeded.
    ///
    /// A batch of rows, as `insert_many` writes it, is one statement that is run for each of them, and
    /// counts once. Several statements in one text, which have no parameters and no results, count once
    /// too. Those by which the library finds out which row a violated foreign key speaks of are
    /// counted.
    ///
    /// Not counted is what only begins, ends or undoes transactions and savepoints, what opens a
    /// connection, and what asks for the schema.
    ///
    /// ```
    /// use orm::prelude::*;
    ///
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let before = db.monitor().statements();
    /// let mut artists = ["Nina Simone", "Bill Evans"].map(|name| Artist { id: 0, name: name.into() });
    /// Artist::insert_many(&db, &mut artists)?;
    /// assert_eq!(db.monitor().statements() - before, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// What becomes of a relation that is loaded lazily, as the database was told when it was opened.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Database, LazyLoading};
    ///
    /// let db = Database::builder().lazy_loading(LazyLoading::Warned).open("sqlite::memory:")?;
    /// let lazy_loading = db.transaction(|tx| Ok(tx.monitor().lazy_loading()))?;
    /// assert_eq!(lazy_loading, LazyLoading::Warned);
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn lazy_loading(&self) -> LazyLoading {
        self.lazy_loading
    }

    /// Counts a statement that is about to run.
    #[inline]
    pub(super) fn count(&self, text: &str) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.listeners.tell(text);
    }

    /// Keeps the texts of the statements that are run from now on.
    pub(crate) fn listen(&self) -> Listener<'_> {
        self.listeners.add()
    }
}
