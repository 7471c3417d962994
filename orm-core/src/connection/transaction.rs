//! Transactions, and savepoints inside them.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use super::database::Database;
use super::executor::{Access, Executor};
use super::hooks::{Hooks, Outcome, RunOnDrop};
use super::monitor::Monitor;
use super::pool::{Lease, Pool};
use crate::driver::{Behavior, Connection, Dialect, Interrupter, TransactionState};
use crate::error::{Error, Result};

/// How a transaction is to begin.
///
/// ```
/// use orm::{Behavior, Database, TransactionOptions};
///
/// let db = Database::open("sqlite::memory:")?;
/// let options = TransactionOptions::new().behavior(Behavior::Exclusive);
/// db.transaction_with(options, |_tx| Ok(()))?;
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TransactionOptions {
    behavior: Behavior,
    read_only: bool,
}

impl TransactionOptions {
    /// A transaction that may write and takes the right to do so at once.
    ///
    /// ```
    /// use orm::{Behavior, TransactionOptions};
    ///
    /// let immediate = TransactionOptions::new().behavior(Behavior::Immediate);
    /// assert_eq!(TransactionOptions::new(), immediate);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// When the transaction takes its locks.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Behavior, Database, TransactionOptions};
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("music.db");
    /// let [one, other] = [Database::sqlite(&path).open()?, Database::sqlite(&path).open()?];
    /// let deferred = TransactionOptions::new().behavior(Behavior::Deferred);
    /// let tx = one.begin_with(deferred)?; // takes no lock before its first statement
    /// assert!(other.execute("CREATE TABLE notes (text TEXT)", &[]).is_ok());
    /// tx.commit()?;
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn behavior(self, behavior: Behavior) -> Self {
        Self { behavior, ..self }
    }

    /// A transaction that refuses to write and, from its first read on, sees one state of the database. It
    /// takes its locks as it needs them, whatever [`behavior`](Self::behavior) says.
    ///
    /// ```
    /// use orm::prelude::*;
    /// use orm::{Database, Error, TransactionOptions};
    ///
    /// let db = Database::open("sqlite::memory:")?;
    /// let tx = db.begin_with(TransactionOptions::new().read_only())?;
    /// let write = tx.execute("CREATE TABLE notes (text TEXT)", &[]);
    /// assert!(matches!(write, Err(Error::ReadOnly { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    #[must_use]
    pub fn read_only(self) -> Self {
        Self {
            read_only: true,
            ..self
        }
    }

    pub(super) fn access(self) -> Access {
        if self.read_only {
            Access::Read
        } else {
            Access::Write
        }
    }
}

/// A transaction, or a savepoint inside one. Dropped without [`commit`](Self::commit), it rolls back.
///
/// After an error the database is asked whether the transaction still exists. If it does not, every
/// later call fails with [`Error::TransactionLost`], so that no statement commits on its own.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
/// # let db = orm::Database::open("sqlite::memory:")?;
/// # db.create_tables(orm::schema![Artist])?;
/// db.transaction(|tx| {
///     Artist { id: 0, name: "Nina Simone".into() }.insert(tx)?;
///     let savepoint = tx.begin()?;
///     Artist { id: 0, name: "Nobody".into() }.insert(&savepoint)?;
///     savepoint.rollback()
/// })?;
/// assert_eq!(Artist::count(&db)?, 1);
/// # Ok::<(), orm::Error>(())
/// ```
pub struct Transaction<'c> {
    root: Root<'c>,
    /// 0 for the transaction itself, and 1 more for each savepoint around this one.
    depth: usize,
    ended: Cell<bool>,
    /// Runs the hooks that are due; dropped after the connection.
    run_hooks: Option<RunOnDrop>,
}

/// What a transaction shares with the savepoints inside it.
enum Root<'c> {
    Owned(Box<Shared>, Box<dyn Lender + 'c>),
    Lent(&'c Shared, &'c (dyn Lender + 'c)),
}

struct Shared {
    dialect: &'static dyn Dialect,
    access: Access,
    monitor: Arc<Monitor>,
    fate: Cell<Fate>,
    /// The depth of the savepoint that statements belong to.
    innermost: Cell<usize>,
    hooks: Rc<Hooks>,
    /// Whether the connection is still this transaction's, for those who may interrupt it.
    alive: Arc<Mutex<bool>>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        *self.alive.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }
}

/// What can still become of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It goes on.
    Open,
    /// A savepoint could not be undone, so the whole transaction has to be.
    Doomed,
    /// It is no longer there.
    Lost,
}

/// Where a transaction has its connection from.
trait Lender {
    fn lend(&self, work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>) -> Result<()>;
}

/// A connection of the transaction's own.
impl Lender for RefCell<Lease<Arc<Pool>>> {
    fn lend(&self, work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>) -> Result<()> {
        // It is borrowed while a statement hands out its rows.
        let mut lease = self.try_borrow_mut().map_err(|_| Error::ConnectionInUse)?;
        work(&mut lease.connection()?)
    }
}

/// A connection that is lent for as long as the transaction lasts.
impl Lender for RefCell<&mut dyn Connection> {
    fn lend(&self, work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>) -> Result<()> {
        let mut connection = self.try_borrow_mut().map_err(|_| Error::ConnectionInUse)?;
        work(&mut **connection)
    }
}

impl<'c> Transaction<'c> {
    /// Begins on a connection of its own.
    pub(super) fn on_lease(
        lease: Lease<Arc<Pool>>,
        options: TransactionOptions,
        monitor: Arc<Monitor>,
    ) -> Result<Transaction<'static>> {
        let hooks = Rc::<Hooks>::default();
        let lender = Box::new(RefCell::new(lease));
        let mut transaction = Transaction::begin_root(lender, options, monitor, Rc::clone(&hooks))?;
        transaction.run_hooks = Some(RunOnDrop(hooks));
        Ok(transaction)
    }

    /// Begins on a connection that is lent to it. Hooks that are due are run by the lender.
    pub(super) fn on_connection(
        connection: &'c mut dyn Connection,
        options: TransactionOptions,
        monitor: Arc<Monitor>,
        hooks: Rc<Hooks>,
    ) -> Result<Self> {
        Self::begin_root(Box::new(RefCell::new(connection)), options, monitor, hooks)
    }

    fn begin_root(
        lender: Box<dyn Lender + 'c>,
        options: TransactionOptions,
        monitor: Arc<Monitor>,
        hooks: Rc<Hooks>,
    ) -> Result<Self> {
        let mut dialect = None;
        lender.lend(&mut |connection| {
            dialect = Some(connection.dialect());
            connection.begin(options.behavior, options.read_only)
        })?;
        let shared = Shared {
            dialect: dialect.ok_or(Error::TransactionLost)?,
            access: options.access(),
            monitor,
            fate: Cell::new(Fate::Open),
            innermost: Cell::new(0),
            hooks,
            alive: Arc::new(Mutex::new(true)),
        };
        Ok(Self {
            root: Root::Owned(Box::new(shared), lender),
            depth: 0,
            ended: Cell::new(false),
            run_hooks: None,
        })
    }

    fn shared(&self) -> &Shared {
        match &self.root {
            Root::Owned(shared, _) => shared,
            Root::Lent(shared, _) => shared,
        }
    }

    fn lender(&self) -> &(dyn Lender + 'c) {
        match &self.root {
            Root::Owned(_, lender) => &**lender,
            Root::Lent(_, lender) => *lender,
        }
    }

    /// Begins a savepoint. Until it has ended, this transaction cannot end, and what is done with it
    /// belongs to the savepoint.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let tx = db.begin()?;
    /// let savepoint = tx.begin()?;
    /// Artist { id: 0, name: "Nina Simone".into() }.insert(&savepoint)?;
    /// drop(savepoint); // undoes the insert, and leaves the transaction open
    /// assert_eq!(Artist::count(&tx)?, 0);
    /// tx.commit()?;
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::TransactionLost`].
    pub fn begin(&self) -> Result<Transaction<'_>> {
        Ok(self.at(self.mark()?))
    }

    /// Begins a savepoint without a guard, and returns its depth, for whoever keeps the transaction itself.
    pub(crate) fn mark(&self) -> Result<usize> {
        let depth = self.shared().innermost.get() + 1;
        self.with(&mut |connection| connection.savepoint(depth))?;
        self.shared().innermost.set(depth);
        Ok(depth)
    }

    /// The guard of a savepoint that was begun.
    pub(crate) fn at(&self, depth: usize) -> Transaction<'_> {
        Transaction {
            root: Root::Lent(self.shared(), self.lender()),
            depth,
            ended: Cell::new(false),
            run_hooks: None,
        }
    }

    /// Runs `work` in a savepoint: what it did is kept if it returns `Ok`, and undone if it returns
    /// `Err` or panics.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// db.transaction(|tx| {
    ///     Artist { id: 0, name: "Nina Simone".into() }.insert(tx)?;
    ///     let failed = tx.transaction(|savepoint| {
    ///         Artist { id: 0, name: "Nobody".into() }.insert(savepoint)?;
    ///         Artist::get(savepoint, 99) // is not there
    ///     });
    ///     assert!(failed.is_err());
    ///     Ok(())
    /// })?;
    /// assert_eq!(Artist::count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `work`, and [`Error::TransactionLost`].
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.try_transaction(work)
    }

    /// The same for work with an error type of its own.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let tx = db.begin()?;
    /// let failed: Result<(), Box<dyn std::error::Error>> = tx.try_transaction(|savepoint| {
    ///     Artist { id: 0, name: "Nobody".into() }.insert(savepoint)?;
    ///     Err("not today".into())
    /// });
    /// assert!(failed.is_err());
    /// assert_eq!(Artist::count(&tx)?, 0);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `work`, and [`Error::TransactionLost`].
    pub fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin()?.finish_with(work)
    }

    /// Ends the transaction by what `work` makes of it.
    pub(super) fn finish_with<T, E: From<Error>>(
        self,
        work: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        match work(&self) {
            Ok(value) => {
                self.commit()?;
                Ok(value)
            }
            Err(error) => {
                // The caller is to learn why the work failed; a connection that cannot roll back is
                // not used again.
                let _ = self.rollback();
                Err(error)
            }
        }
    }

    /// Keeps what was done. For a transaction, `Ok` means that it is stored.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let tx = db.begin()?;
    /// Artist { id: 0, name: "Nina Simone".into() }.insert(&tx)?;
    /// tx.commit()?;
    /// assert_eq!(Artist::count(&db)?, 1);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::TransactionLost`], [`Error::ForeignKeyViolation`] for a deferred constraint,
    /// [`Error::Busy`], [`Error::StorageFull`]; [`Error::ConnectionInUse`] if a savepoint that began later
    /// is still open. After any error nothing of it is stored.
    pub fn commit(self) -> Result<()> {
        let ready = self.require_open().and_then(|()| self.require_innermost());
        let committed = ready.and_then(|()| {
            self.lender().lend(&mut |connection| match self.depth {
                0 => connection.commit(),
                depth => connection.release(depth),
            })
        });
        if let Err(error) = committed {
            let _ = self.undo();
            return Err(error);
        }
        self.ended.set(true);
        let hooks = &self.shared().hooks;
        if self.depth == 0 {
            hooks.finish(Outcome::Committed, 0);
        } else {
            self.shared().innermost.set(self.depth - 1);
            hooks.keep(self.depth);
        }
        Ok(())
    }

    /// Undoes what was done.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Artist { #[orm(primary_key)] id: i64, name: String }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Artist])?;
    /// let tx = db.begin()?;
    /// Artist { id: 0, name: "Nina Simone".into() }.insert(&tx)?;
    /// tx.rollback()?;
    /// assert_eq!(Artist::count(&db)?, 0);
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Connection`] if the connection broke; the database then rolls back by itself.
    /// [`Error::ConnectionInUse`] for a savepoint while rows are being read; the whole transaction is
    /// then rolled back at its end. A transaction that is lost has been rolled back already, and that is
    /// no error.
    pub fn rollback(self) -> Result<()> {
        self.undo()
    }

    fn undo(&self) -> Result<()> {
        if self.ended.replace(true) {
            return Ok(());
        }
        let undone = match (self.shared().fate.get(), self.depth) {
            (Fate::Lost, _) | (Fate::Doomed, 1..) => Ok(()),
            (Fate::Open | Fate::Doomed, 0) => {
                self.lender().lend(&mut |connection| connection.rollback())
            }
            (Fate::Open, depth) => self
                .require_innermost()
                .and_then(|()| self.lender().lend(&mut |connection| connection.undo(depth))),
        };
        if undone.is_err() {
            self.shared().fate.set(Fate::Doomed);
        }
        self.shared().innermost.set(self.depth.saturating_sub(1));
        let hooks = &self.shared().hooks;
        hooks.finish(Outcome::RolledBack, self.depth);
        if self.depth > 0 {
            hooks.run();
        }
        undone
    }

    /// Calls `hook` when the whole transaction has been committed. A savepoint that is rolled back
    /// drops its own hooks.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    ///
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// let told = Rc::new(Cell::new(false));
    /// let hook = Rc::clone(&told);
    /// db.transaction(|tx| {
    ///     tx.on_commit(move || hook.set(true));
    ///     assert!(!told.get()); // not before it is stored
    ///     Ok(())
    /// })?;
    /// assert!(told.get());
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn on_commit(&self, hook: impl FnOnce() + 'static) {
        let hooks = &self.shared().hooks;
        hooks.add(
            Outcome::Committed,
            self.shared().innermost.get(),
            Box::new(hook),
        );
    }

    /// Calls `hook` when this transaction or savepoint, or one around it, has been rolled back. Hooks of a
    /// savepoint that is rolled back are called at once, inside the transaction.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    ///
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// let told = Rc::new(Cell::new(false));
    /// let hook = Rc::clone(&told);
    /// let tx = db.begin()?;
    /// tx.on_rollback(move || hook.set(true));
    /// drop(tx);
    /// assert!(told.get());
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn on_rollback(&self, hook: impl FnOnce() + 'static) {
        let hooks = &self.shared().hooks;
        hooks.add(
            Outcome::RolledBack,
            self.shared().innermost.get(),
            Box::new(hook),
        );
    }

    /// A handle by which another thread can interrupt the statement that is running.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(ActiveRecord)] struct Track { #[orm(primary_key)] id: i64, seconds: i64 }
    /// # let db = orm::Database::open("sqlite::memory:")?;
    /// # db.create_tables(orm::schema![Track])?;
    /// # Track::insert_many(&db, &mut [30, 60, 90].map(|seconds| Track { id: 0, seconds }))?;
    /// use orm::Error;
    ///
    /// let tx = db.begin()?;
    /// let interrupter = tx.interrupter()?; // may be sent to another thread
    /// let stopped = Track::query().for_each(&tx, |_track| {
    ///     interrupter.interrupt();
    ///     Ok(())
    /// });
    /// assert!(matches!(stopped, Err(Error::Interrupted { .. })));
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::TransactionLost`].
    pub fn interrupter(&self) -> Result<Interrupter> {
        let mut found = None;
        self.with(&mut |connection| {
            found = Some(connection.interrupter());
            Ok(())
        })?;
        let interrupter = found.ok_or(Error::TransactionLost)?;
        let alive = Arc::clone(&self.shared().alive);
        Ok(Interrupter::new(move || {
            // The lock is kept meanwhile, so that the connection cannot become somebody else's.
            let alive = alive.lock().unwrap_or_else(PoisonError::into_inner);
            if *alive {
                interrupter.interrupt();
            }
        }))
    }

    /// Uses the connection, and finds out whether the transaction is still there afterwards.
    fn with(&self, work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>) -> Result<()> {
        self.require_open()?;
        self.lender().lend(&mut |connection| {
            let outcome = work(connection);
            if connection.transaction_state() == TransactionState::Idle {
                self.shared().fate.set(Fate::Lost);
                return outcome.and(Err(Error::TransactionLost));
            }
            outcome
        })
    }

    /// Savepoints end from the inside out: a database ends those inside together with the one around
    /// them.
    fn require_innermost(&self) -> Result<()> {
        self.require_innermost_at(None)
    }

    /// Refuses what is to belong to this transaction, or to a savepoint that is kept by its depth, while there is another
    /// one inside.
    pub(crate) fn require_innermost_at(&self, depth: Option<usize>) -> Result<()> {
        if self.shared().innermost.get() == depth.unwrap_or(self.depth) {
            Ok(())
        } else {
            Err(Error::ConnectionInUse)
        }
    }

    fn require_open(&self) -> Result<()> {
        match self.shared().fate.get() {
            Fate::Open => Ok(()),
            Fate::Doomed | Fate::Lost => Err(Error::TransactionLost),
        }
    }
}

impl Executor for Transaction<'_> {
    fn run(
        &self,
        access: Access,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        if access == Access::Write && self.shared().access == Access::Read {
            return Err(Error::ReadOnly { source: None });
        }
        self.with(work)
    }

    fn atomically(&self, work: &mut dyn FnMut(&dyn Executor) -> Result<()>) -> Result<()> {
        self.transaction(|savepoint| work(savepoint))
    }

    fn dialect(&self) -> &'static dyn Dialect {
        self.shared().dialect
    }

    fn monitor(&self) -> &Monitor {
        &self.shared().monitor
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // There is nobody to tell; a connection that cannot roll back is not used again.
        let _ = self.undo();
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("depth", &self.depth)
            .field("fate", &self.shared().fate.get())
            .finish_non_exhaustive()
    }
}

/// Where a transaction can be begun: in a database, or as a savepoint in another transaction.
pub trait Transactional: Executor + sealed::Sealed {
    /// Begins one.
    ///
    /// # Errors
    /// Those of [`Database::begin`] and [`Transaction::begin`].
    fn begin_in(&self) -> Result<Transaction<'_>>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::connection::Database {}
    impl Sealed for super::Transaction<'_> {}
}

impl Transactional for Database {
    fn begin_in(&self) -> Result<Transaction<'_>> {
        self.begin()
    }
}

impl Transactional for Transaction<'_> {
    fn begin_in(&self) -> Result<Transaction<'_>> {
        self.begin()
    }
}
