//! Transactions, and savepoints inside them.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;

use super::executor::{Access, Executor};
use super::hooks::{Hooks, Outcome};
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
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// When the transaction takes its locks.
    #[must_use]
    pub fn behavior(self, behavior: Behavior) -> Self {
        Self { behavior, ..self }
    }

    /// A transaction that sees one state of the database throughout and refuses to write.
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
pub struct Transaction<'c> {
    channel: Channel<'c>,
    /// 0 for the transaction itself, and 1 more for each savepoint around this one.
    depth: usize,
    ended: Cell<bool>,
}

enum Channel<'c> {
    Root(Box<Root>),
    Nested(&'c Root),
}

/// The connection of a transaction, and what all its savepoints share.
struct Root {
    lease: RefCell<Lease<Arc<Pool>>>,
    dialect: &'static dyn Dialect,
    access: Access,
    lost: Cell<bool>,
    hooks: Hooks,
}

impl Transaction<'_> {
    pub(super) fn begin_root(
        mut lease: Lease<Arc<Pool>>,
        options: TransactionOptions,
    ) -> Result<Self> {
        let connection = lease.connection()?;
        let dialect = connection.dialect();
        connection.begin(options.behavior, options.read_only)?;
        Ok(Self {
            channel: Channel::Root(Box::new(Root {
                lease: RefCell::new(lease),
                dialect,
                access: options.access(),
                lost: Cell::new(false),
                hooks: Hooks::default(),
            })),
            depth: 0,
            ended: Cell::new(false),
        })
    }

    fn root(&self) -> &Root {
        match &self.channel {
            Channel::Root(root) => root,
            Channel::Nested(root) => root,
        }
    }

    /// Begins a savepoint. Until it has ended, this transaction cannot end.
    ///
    /// # Errors
    /// [`Error::TransactionLost`].
    pub fn begin(&self) -> Result<Transaction<'_>> {
        let root = self.root();
        let depth = self.depth + 1;
        root.with(|connection| connection.batch(&format!("SAVEPOINT orm_{depth}")))?;
        Ok(Transaction {
            channel: Channel::Nested(root),
            depth,
            ended: Cell::new(false),
        })
    }

    /// Runs `work` in a savepoint: what it did is kept if it returns `Ok`, and undone if it returns
    /// `Err` or panics.
    ///
    /// # Errors
    /// Those of `work`, and [`Error::TransactionLost`].
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.try_transaction(work)
    }

    /// The same for work with an error type of its own.
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
    /// # Errors
    /// [`Error::TransactionLost`], [`Error::ForeignKeyViolation`] for a deferred constraint,
    /// [`Error::Busy`], [`Error::StorageFull`]. After any error nothing of it is stored.
    pub fn commit(self) -> Result<()> {
        let committed = self.root().with_ending(|connection| {
            if self.depth == 0 {
                connection.commit()
            } else {
                connection.batch(&format!("RELEASE orm_{}", self.depth))
            }
        });
        if let Err(error) = committed {
            let _ = self.undo();
            return Err(error);
        }
        self.ended.set(true);
        let hooks = &self.root().hooks;
        if self.depth == 0 {
            hooks.finish(Outcome::Committed, 0);
        } else {
            hooks.keep(self.depth);
        }
        Ok(())
    }

    /// Undoes what was done.
    ///
    /// # Errors
    /// [`Error::Connection`] if the connection broke; the database then rolls back by itself. A
    /// transaction that is lost has been rolled back already, and that is no error.
    pub fn rollback(self) -> Result<()> {
        self.undo()
    }

    fn undo(&self) -> Result<()> {
        if self.ended.replace(true) {
            return Ok(());
        }
        let root = self.root();
        let undone = root.with_ending(|connection| {
            if self.depth == 0 {
                return connection.rollback();
            }
            let depth = self.depth;
            connection.batch(&format!("ROLLBACK TO orm_{depth}; RELEASE orm_{depth}"))
        });
        root.hooks.finish(Outcome::RolledBack, self.depth);
        match undone {
            Err(Error::TransactionLost) => Ok(()),
            outcome => outcome,
        }
    }

    /// Calls `hook` when the whole transaction has been committed. A savepoint that is rolled back
    /// drops its own hooks.
    pub fn on_commit(&self, hook: impl FnOnce() + 'static) {
        let hooks = &self.root().hooks;
        hooks.add(Outcome::Committed, self.depth, Box::new(hook));
    }

    /// Calls `hook` when this transaction or savepoint, or one around it, has been rolled back.
    pub fn on_rollback(&self, hook: impl FnOnce() + 'static) {
        let hooks = &self.root().hooks;
        hooks.add(Outcome::RolledBack, self.depth, Box::new(hook));
    }

    /// A handle by which another thread can interrupt the statement that is running.
    ///
    /// # Errors
    /// [`Error::TransactionLost`].
    pub fn interrupter(&self) -> Result<Interrupter> {
        let mut found = None;
        self.root().with(|connection| {
            found = Some(connection.interrupter());
            Ok(())
        })?;
        found.ok_or(Error::TransactionLost)
    }
}

impl Root {
    /// Uses the connection, and finds out whether the transaction is still there afterwards.
    fn with(&self, work: impl FnOnce(&mut dyn Connection) -> Result<()>) -> Result<()> {
        self.with_ending(|connection| {
            let outcome = work(connection);
            if connection.state() == TransactionState::Idle {
                self.lost.set(true);
                return outcome.and(Err(Error::TransactionLost));
            }
            outcome
        })
    }

    /// Uses the connection for what may end the transaction.
    fn with_ending(&self, work: impl FnOnce(&mut dyn Connection) -> Result<()>) -> Result<()> {
        if self.lost.get() {
            return Err(Error::TransactionLost);
        }
        // It is borrowed while a statement hands out its rows.
        let mut lease = self
            .lease
            .try_borrow_mut()
            .map_err(|_| Error::ConnectionInUse)?;
        work(lease.connection()?)
    }
}

impl Executor for Transaction<'_> {
    fn run(
        &self,
        access: Access,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        let root = self.root();
        if access == Access::Write && root.access == Access::Read {
            return Err(Error::ReadOnly { source: None });
        }
        root.with(work)
    }

    fn atomically(&self, work: &mut dyn FnMut(&dyn Executor) -> Result<()>) -> Result<()> {
        self.transaction(|savepoint| work(savepoint))
    }

    fn dialect(&self) -> &'static dyn Dialect {
        self.root().dialect
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
            .field("lost", &self.root().lost.get())
            .finish_non_exhaustive()
    }
}
