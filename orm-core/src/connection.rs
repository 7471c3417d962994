//! Databases, transactions, the pool of connections behind them, and the count of what they run.

mod builder;
mod counted;
mod database;
mod executor;
mod hooks;
mod lazy;
mod listener;
mod monitor;
mod pool;
mod raw;
mod transaction;
mod url;

pub use self::builder::{DatabaseBuilder, SqliteBuilder};
pub use self::database::Database;
pub use self::executor::{Access, Executor};
pub(crate) use self::executor::{atomically, with_connection};
pub(crate) use self::lazy::{next_result, warn_any_lazy, warn_lazy};
pub use self::monitor::{LazyLoading, Monitor};
pub use self::raw::{RawSql, Sql};
pub use self::transaction::{Transaction, TransactionOptions, Transactional};
