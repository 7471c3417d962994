//! A database in memory that remembers the statements it was given.

use std::sync::{Arc, Mutex, PoisonError};

use orm::driver::sqlite::{Location, Sqlite};
use orm::driver::{
    Batch, Behavior, Connection, Connector, Dialect, Interrupter, OnRow, Params, PoolLimits,
    Reference, Statement, TransactionState, Write,
};
use orm::schema::Schema;
use orm::{Database, Result, Value};

/// The statements since the last look.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn push(&self, statement: &str) {
        let mut statements = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        statements.push(statement.to_owned());
    }
}

/// Opens a database with some tables, and the log of what happens from then on.
pub(crate) fn recorded(schema: &Schema) -> Result<(Database, Log)> {
    let log = Log::default();
    let recorder = Recorder {
        sqlite: Sqlite::new(Location::Memory),
        log: log.clone(),
    };
    let db = Database::builder().connect(recorder)?;
    db.create_tables(schema)?;
    log.take();
    Ok((db, log))
}

struct Recorder {
    sqlite: Sqlite,
    log: Log,
}

impl Connector for Recorder {
    fn connect(&self) -> Result<Box<dyn Connection + Send>> {
        Ok(Box::new(Recorded {
            inner: self.sqlite.connect()?,
            log: self.log.clone(),
        }))
    }

    fn connect_reader(&self) -> Result<Box<dyn Connection + Send>> {
        self.connect()
    }

    fn limits(&self) -> PoolLimits {
        self.sqlite.limits()
    }

    fn dialect(&self) -> &'static dyn Dialect {
        self.sqlite.dialect()
    }
}

struct Recorded {
    inner: Box<dyn Connection + Send>,
    log: Log,
}

impl Connection for Recorded {
    fn execute(&mut self, statement: Statement<'_>, params: &dyn Params) -> Result<u64> {
        self.log.push(statement.text);
        self.inner.execute(statement, params)
    }

    fn query(
        &mut self,
        statement: Statement<'_>,
        params: &dyn Params,
        on_row: OnRow<'_>,
    ) -> Result<()> {
        self.log.push(statement.text);
        self.inner.query(statement, params, on_row)
    }

    fn write(&mut self, write: &Write<'_>, params: &dyn Params, on_row: OnRow<'_>) -> Result<u64> {
        self.log.push(write.statement.text);
        self.inner.write(write, params, on_row)
    }

    fn write_batch(
        &mut self,
        write: &Write<'_>,
        batch: &dyn Batch,
        returned: &mut Vec<Value>,
    ) -> Result<()> {
        self.log
            .push(&format!("{} × {}", write.statement.text, batch.rows()));
        self.inner.write_batch(write, batch, returned)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.log.push(sql);
        self.inner.batch(sql)
    }

    fn begin(&mut self, behavior: Behavior, read_only: bool) -> Result<()> {
        self.log.push("BEGIN");
        self.inner.begin(behavior, read_only)
    }

    fn commit(&mut self) -> Result<()> {
        self.log.push("COMMIT");
        self.inner.commit()
    }

    fn rollback(&mut self) -> Result<()> {
        self.log.push("ROLLBACK");
        self.inner.rollback()
    }

    fn hold_statements(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Connection) -> Result<()>,
    ) -> Result<()> {
        work(self)
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
