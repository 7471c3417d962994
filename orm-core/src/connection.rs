//! Databases, transactions, and the pool of connections behind them.

mod builder;
mod database;
mod executor;
mod hooks;
mod pool;
mod raw;
mod transaction;
mod url;

pub use self::builder::{DatabaseBuilder, SqliteBuilder};
pub use self::database::Database;
pub use self::executor::{Access, Executor};
pub(crate) use self::executor::{atomically, with_connection};
pub use self::raw::{RawSql, Sql};
pub use self::transaction::{Transaction, TransactionOptions};
