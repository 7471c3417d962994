//! The pool: connections that are not in use, and a place to wait for one.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use super::counted::Counted;
use super::monitor::Monitor;
use crate::driver::{Connection, Connector, TransactionState};
use crate::error::{Error, Result};

/// Connections of one kind to one database.
pub(super) struct Pool {
    connector: Arc<dyn Connector>,
    kind: Kind,
    max: usize,
    timeout: Duration,
    monitor: Arc<Monitor>,
    state: Mutex<State>,
    freed: Condvar,
}

/// What the connections of a pool are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Writers,
    Readers,
}

#[derive(Default)]
struct State {
    idle: Vec<Box<dyn Connection + Send>>,
    /// Which thread holds each connection that is in use or being opened.
    holders: Vec<ThreadId>,
}

impl Pool {
    pub(super) fn new(
        connector: Arc<dyn Connector>,
        kind: Kind,
        max: usize,
        timeout: Duration,
        monitor: Arc<Monitor>,
    ) -> Self {
        Self {
            connector,
            kind,
            max,
            timeout,
            monitor,
            state: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// Takes a connection out of the pool, opens one, or waits for one.
    pub(super) fn take<P: Deref<Target = Self>>(pool: P) -> Result<Lease<P>> {
        let holder = thread::current().id();
        let connection = pool.reserve(holder)?;
        // From here on the lease gives the place back, even if the driver panics.
        let mut lease = Lease {
            pool,
            holder,
            connection,
        };
        if lease.connection.is_none() {
            lease.connection = Some(lease.pool.open()?);
        }
        Ok(lease)
    }

    /// Reserves a place for a thread: an idle connection, or `None` if a new one may be opened.
    fn reserve(&self, holder: ThreadId) -> Result<Option<Box<dyn Connection + Send>>> {
        let mut state = self.lock();
        let mut began = None;
        loop {
            let idle = state.idle.pop();
            if idle.is_some() || state.holders.len() < self.max {
                state.holders.push(holder);
                return Ok(idle);
            }
            // Nobody but this thread could free a connection, so there is nothing to wait for.
            if state.holders.iter().all(|&other| other == holder) {
                return Err(Error::ConnectionInUse);
            }
            let waited = began.get_or_insert_with(Instant::now).elapsed();
            let Some(left) = self
                .timeout
                .checked_sub(waited)
                .filter(|left| !left.is_zero())
            else {
                return Err(Error::PoolTimeout { waited });
            };
            let woken = self.freed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn open(&self) -> Result<Box<dyn Connection + Send>> {
        match self.kind {
            Kind::Writers => self.connector.connect(),
            Kind::Readers => self.connector.connect_reader(),
        }
    }

    /// Gives a place up, and the connection back if it can be used again.
    fn release(&self, holder: ThreadId, connection: Option<Box<dyn Connection + Send>>) {
        let mut state = self.lock();
        if let Some(at) = state.holders.iter().position(|&other| other == holder) {
            state.holders.swap_remove(at);
        }
        state.idle.extend(connection);
        drop(state);
        self.freed.notify_one();
    }

    /// No code of anybody else's runs under the lock, so a poisoned one guards a sound state.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Pool")
            .field("kind", &self.kind)
            .field("max", &self.max)
            .field("idle", &state.idle.len())
            .field("in_use", &state.holders.len())
            .finish_non_exhaustive()
    }
}

/// A connection on loan. Dropping it gives the connection back.
pub(super) struct Lease<P: Deref<Target = Pool>> {
    pool: P,
    holder: ThreadId,
    /// Empty only while it is opened or dropped.
    connection: Option<Box<dyn Connection + Send>>,
}

impl<P: Deref<Target = Pool>> Lease<P> {
    /// The connection. What is run on it is counted.
    ///
    /// # Errors
    /// Never, since it is there until the lease is dropped; an error is what the type asks for.
    pub(super) fn connection(&mut self) -> Result<Counted<'_>> {
        match &mut self.connection {
            Some(connection) => Ok(Counted {
                inner: &mut **connection,
                monitor: &self.pool.monitor,
            }),
            None => Err(Error::ConnectionInUse),
        }
    }
}

/// Takes a connection back only when the database says that it is outside a transaction. What somebody
/// left open is rolled back first: a database in memory would be gone with its connection.
impl<P: Deref<Target = Pool>> Drop for Lease<P> {
    fn drop(&mut self) {
        let reusable = self.connection.take().and_then(|mut connection| {
            if connection.transaction_state() != TransactionState::Idle {
                let _ = connection.rollback();
            }
            let idle = connection.transaction_state() == TransactionState::Idle;
            (idle && connection.reset().is_ok()).then_some(connection)
        });
        self.pool.release(self.holder, reusable);
    }
}
