//! A connection that is lent out by a database which counts what is run on it.

use super::monitor::Monitor;
use crate::driver::{
    Batch, Behavior, Connection, Dialect, Interrupter, OnRow, Params, Reference, Statement,
    TransactionState, Write,
};
use crate::error::Result;
use crate::value::Value;

/// Counts each statement before it is run, and leaves everything else to the driver.
pub(super) struct Counted<'c> {
    pub(super) inner: &'c mut dyn Connection,
    pub(super) monitor: &'c Monitor,
}

impl Connection for Counted<'_> {
    fn execute(&mut self, statement: Statement<'_>, params: &dyn Params) -> Result<u64> {
        self.monitor.count(statement.text);
        self.inner.execute(statement, params)
    }

    fn query(
        &mut self,
        statement: Statement<'_>,
        params: &dyn Params,
        on_row: OnRow<'_>,
    ) -> Result<()> {
        self.monitor.count(statement.text);
        self.inner.query(statement, params, on_row)
    }

    fn write(&mut self, write: &Write<'_>, params: &dyn Params, on_row: OnRow<'_>) -> Result<u64> {
        self.monitor.count(write.statement.text);
        self.inner.write(write, params, on_row)
    }

    fn write_batch(
        &mut self,
        write: &Write<'_>,
        batch: &dyn Batch,
        returned: &mut Vec<Value>,
    ) -> Result<()> {
        self.monitor.count(write.statement.text);
        self.inner.write_batch(write, batch, returned)
    }

    /// What the driver lends for a while is counted as well.
    fn hold_statements(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        let monitor = self.monitor;
        self.inner
            .hold_statements(&mut |inner| work(&mut Counted { inner, monitor }))
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.monitor.count(sql);
        self.inner.batch(sql)
    }

    fn begin(&mut self, behavior: Behavior, read_only: bool) -> Result<()> {
        self.inner.begin(behavior, read_only)
    }

    fn commit(&mut self) -> Result<()> {
        self.inner.commit()
    }

    fn rollback(&mut self) -> Result<()> {
        self.inner.rollback()
    }

    fn savepoint(&mut self, depth: usize) -> Result<()> {
        self.inner.savepoint(depth)
    }

    fn release(&mut self, depth: usize) -> Result<()> {
        self.inner.release(depth)
    }

    fn undo(&mut self, depth: usize) -> Result<()> {
        self.inner.undo(depth)
    }

    fn transaction_state(&self) -> TransactionState {
        self.inner.transaction_state()
    }

    fn reset(&mut self) -> Result<()> {
        self.inner.reset()
    }

    fn references(&mut self, table: &str) -> Result<Vec<Reference>> {
        self.inner.references(table)
    }

    fn max_parameters(&self) -> usize {
        self.inner.max_parameters()
    }

    fn interrupter(&self) -> Interrupter {
        self.inner.interrupter()
    }

    fn dialect(&self) -> &'static dyn Dialect {
        self.inner.dialect()
    }
}
